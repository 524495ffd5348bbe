/* The letter as text: for the page that shows it, and as PDF/A. */
#include "letter/letter_int.h"

/* The words around what a template says. */
enum ramme { RAMME_SAK, RAMME_DATO, RAMME_TIL, RAMME_FRA, RAMME_HILSEN, RAMME_ANSVARLIG, RAMME_SAKSBEHANDLER, RAMME_GODKJENT,
             RAMME_VEDLEGG };
static const char *const words[][MAALFORMER] = {
    [RAMME_SAK] = {"Sak", "Sak"},
    [RAMME_DATO] = {"Dato", "Dato"},
    [RAMME_TIL] = {"Til", "Til"},
    [RAMME_FRA] = {"Fra", "Frå"},
    [RAMME_HILSEN] = {"Med hilsen", "Med helsing"},
    [RAMME_ANSVARLIG] = {"ansvarlig", "ansvarleg"},
    [RAMME_SAKSBEHANDLER] = {"saksbehandler", "saksbehandlar"},
    [RAMME_GODKJENT] = {"Brevet er godkjent elektronisk og har derfor ingen underskrift.",
                        "Brevet er godkjent elektronisk og har derfor inga underskrift."},
    [RAMME_VEDLEGG] = {"Vedlegg", "Vedlegg"},
};

static const char *word(const struct brevutkast *u, enum ramme r)
{
    return words[r][u->maalform];
}

static enum rc values(struct call *c, const struct brevutkast *u, const struct brevramme *r, struct fletting *ret)
{
    struct cx *cx = c->cx;
    TRY(flett_case(c, u, r->kommune, ret));
    ret->value[FLETT_DATO] = flett_date(cx, cx->now);
    ret->value[FLETT_SAKSBEHANDLER] = u->navn;
    ret->value[FLETT_ANSVARLIG] = r->ansvarlig;
    if (u->mal->appeal_days > 0)
        ret->value[FLETT_KLAGEFRIST] = flett_date(cx, frist_days(cx->now, (int)u->mal->appeal_days));
    ret->value[FLETT_KLAGEINSTANS] = u->mal->appeal_body.in[u->maalform];
    if (u->frist > 0)
        ret->value[FLETT_FRIST] = flett_date(cx, u->frist);
    return RC_OK;
}

static const char *signature(struct cx *cx, const struct brevutkast *u, const struct fletting *with)
{
    const char *who = *with->value[FLETT_ANSVARLIG] && !streq(with->value[FLETT_ANSVARLIG], u->navn)
        ? arena_printf(cx->arena, "%s, %s\n", with->value[FLETT_ANSVARLIG], word(u, RAMME_ANSVARLIG)) : "";
    return arena_printf(cx->arena, "%s\n\n%s%s, %s\n%s\n%s\n\n%s", word(u, RAMME_HILSEN), who ? who : "", u->navn,
                        word(u, RAMME_SAKSBEHANDLER), with->value[FLETT_ENHET], with->value[FLETT_KOMMUNE],
                        word(u, RAMME_GODKJENT));
}

static enum rc parts(struct call *c, const struct brevutkast *u, const struct fletting *with, const struct brevdel **ret,
                     size_t *ret_n)
{
    const struct brevmal *m = u->mal;
    struct brevdel *list = arena_array(c->cx->arena, m->blocks_n + 2, sizeof(*list));
    if (!list)
        return cx_nomem(c->cx);
    *ret_n = 0;
    for (size_t i = 0; i < m->blocks_n; i++) {
        const char *text = m->blocks[i].fixed ? flett(c->cx, m->blocks[i].text.in[u->maalform], with) : u->tekst[i];
        const char *heading = streq(m->blocks[i].id, "innledning") ? "" : m->blocks[i].title.in[u->maalform];
        if (!text || !str_blank(str_of(text)))
            list[(*ret_n)++] = (struct brevdel){heading, text};
    }
    list[(*ret_n)++] = (struct brevdel){"", signature(c->cx, u, with)};
    if (u->vedlegg_n > 0)
        list[(*ret_n)++] = (struct brevdel){word(u, RAMME_VEDLEGG), brevvedlegg_names(c->cx, u)};
    *ret = list;
    for (size_t i = 0; i < *ret_n; i++)
        if (!list[i].text)
            return cx_nomem(c->cx);
    return RC_OK;
}

enum rc letter_text(struct call *c, const struct brevutkast *u, const struct brevramme *r, const char **ret_subject,
                    const struct brevdel **ret, size_t *ret_n)
{
    struct fletting with;
    TRY(values(c, u, r, &with));
    *ret_subject = flett(c->cx, u->mal->subject.in[u->maalform], &with);
    return *ret_subject ? parts(c, u, &with, ret, ret_n) : cx_nomem(c->cx);
}

static void head(struct paper *p, const struct brevutkast *u, const struct fletting *with)
{
    const struct {
        enum ramme name;
        enum flettefelt value;
    } lines[] = {{RAMME_TIL, FLETT_PART}, {RAMME_FRA, FLETT_KOMMUNE}, {RAMME_SAK, FLETT_SAK}, {RAMME_DATO, FLETT_DATO}};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        if (*with->value[lines[i].value])
            paper_pair(p, str_of(word(u, lines[i].name)), str_of(with->value[lines[i].value]));
}

enum rc letter_pdf(const struct letters *l, struct call *c, const struct brevutkast *u, const struct brevramme *r, struct buf *out)
{
    struct fletting with;
    const struct brevdel *all;
    const char *subject;
    struct paper *p;
    size_t n;
    TRY(values(c, u, r, &with));
    TRY(letter_text(c, u, r, &subject, &all, &n));
    const struct paper_about about = {.title = subject, .author = r->kommune, .lang = maalform_codes[u->maalform],
                                      .footer = r->kommune, .made = c->cx->now};
    TRY(paper_new(c->cx, l->fonts, &about, &p));
    paper_heading(p, 1, str_of(subject));
    head(p, u, &with);
    for (size_t i = 0; i < n; i++) {
        if (*all[i].heading)
            paper_heading(p, 2, str_of(all[i].heading));
        else
            paper_space(p, 12);
        paper_text(p, str_of(all[i].text));
    }
    return paper_end(p, out);
}
