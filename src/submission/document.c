/* The answers as documents: PDF/A for people, XML for systems. */
#include "submission/submission_int.h"

static void write_trinn(struct paper *p, struct cx *cx, const struct utkast *u, const struct trinn *t, int spraak)
{
    bool any = false;
    for (size_t i = t->first; i < t->first + t->n; i++) {
        const struct felt *f = &u->skjema->felt[i];
        const char *text = svar_text(cx, f, u->svar, spraak);
        if (!*text)
            continue;
        if (!any)
            paper_heading(p, 2, str_of(t->title.in[spraak]));
        any = true;
        paper_pair(p, str_of(f->label.in[spraak]), str_of(text));
    }
}

/* "Sent by Kari Nordmann for Ada Nordmann (parental responsibility)." */
static void write_behalf(struct paper *p, struct cx *cx, const struct avsender *av)
{
    static const char *const words[SPRAAK_COUNT][2] = {{"Sendt av", "for"}, {"Sendt av", "for"},
                                                       {"Sáddejeaddji:", "gean ovddas:"}, {"Sent by", "for"}};
    const struct paa_vegne *v = av->vegne;
    if (!v)
        return;
    const char *line = arena_printf(cx->arena, "%s %s %s %s (%s).", words[av->spraak][0], v->representant,
                                    words[av->spraak][1], v->navn, v->rett);
    paper_text(p, str_of(line));
}

static enum rc write_pdf(const struct submissions *s, struct cx *cx, const struct utkast *u, const struct avsender *av,
                         struct buf *out)
{
    const struct skjema *form = u->skjema;
    struct paper *p;
    const struct paper_about about = {.title = form->title.in[av->spraak], .author = av->kommune,
                                      .lang = spraak_codes[av->spraak], .footer = av->kommune, .made = cx->now};
    TRY(paper_new(cx, s->fonts, &about, &p));
    paper_heading(p, 1, str_of(form->title.in[av->spraak]));
    if (form->law)
        paper_text(p, str_of(form->law));
    write_behalf(p, cx, av);
    for (size_t i = 0; i < form->trinn_n; i++)
        write_trinn(p, cx, u, &form->trinn[i], av->spraak);
    paper_space(p, 12);
    paper_text(p, str_of(form->declaration.in[av->spraak]));
    return paper_end(p, out);
}

enum rc answers_pdf(const struct submissions *s, struct call *c, const struct utkast *u, const struct avsender *av,
                    struct taken **ret)
{
    struct buf b;
    buf_init(&b, (size_t)MiB(32));
    enum rc rc = write_pdf(s, c->cx, u, av, &b);
    const char *name = arena_printf(c->cx->arena, "%s.pdf", u->skjema->id);
    if (rc == RC_OK)
        rc = name ? archive_take_bytes(c, buf_str(&b), "application/pdf", name, ret) : cx_nomem(c->cx);
    buf_free(&b);
    return rc;
}

enum rc answers_xml(struct call *c, const struct utkast *u, int spraak, struct taken **ret)
{
    struct buf b;
    buf_init(&b, (size_t)MiB(4));
    enum rc rc = svar_xml(c->cx, u->skjema, u->svar, spraak, &b);
    const char *name = arena_printf(c->cx->arena, "%s.xml", u->skjema->id);
    if (rc == RC_OK)
        rc = name ? archive_take_bytes(c, buf_str(&b), "application/xml", name, ret) : cx_nomem(c->cx);
    buf_free(&b);
    return rc;
}
