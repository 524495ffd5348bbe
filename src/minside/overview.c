/* My page: what waits, cases, letters – in one municipality or in all. */
#include "minside/minside_int.h"

#define SHOW "vis"
#define CLOSED "avsluttet"

/* The municipalities a page is about; `all`: each thing tells which it is of. */
struct overview {
    struct mine *places;
    size_t n;
    bool all, closed;
};

/* ------------------------------------------------------------------ parts */

static void list_begin(struct page *pg)
{
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-cards"}));
}

static void item_begin(struct page *pg)
{
    html_open(&pg->html, TAG_LI, ATTRS({ATT_CLASS, "ds-card"}));
}

static void item_end(struct page *pg)
{
    html_close(&pg->html, TAG_LI);
}

static void list_end(struct page *pg)
{
    html_close(&pg->html, TAG_UL);
}

static void heading_link(struct page *pg, const char *href, const char *text)
{
    html_open(&pg->html, TAG_H3, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_DATA_SIZE, "2xs"}));
    ui_link(pg, href, text);
    html_close(&pg->html, TAG_H3);
}

/* "Sak 2026/17 · Nesodden kommune" */
static void belongs(struct page *pg, const struct overview *o, const struct mine *p, const struct sak *s)
{
    const char *number = s ? tr_fill(pg, &M_CASE_NUMBER, my_text(pg->cx, s->mappe, A_mappe_mappeID), NULL) : "";
    const char *where = o->all ? tr_fill(pg, &M_MUNICIPALITY, p->kommune.name, NULL) : "";
    if (*number || *where)
        html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}),
                 arena_printf(pg->cx->arena, "%s%s%s", number, *number && *where ? " · " : "", where));
}

static const struct sak *sak_of(const struct mine *p, const char *mappe)
{
    for (size_t i = 0; i < p->saker_n; i++)
        if (streq(p->saker[i].part.mappe, mappe))
            return &p->saker[i];
    return NULL;
}

/* ------------------------------------------------------------------ what waits */

static void show_request(struct page *pg, const struct overview *o, const struct mine *p, const struct mangel *m)
{
    const struct sak *s = sak_of(p, m->mappe);
    if (!s)
        return;
    item_begin(pg);
    heading_link(pg, my_href(pg, &p->kommune, "/sak/%s/melding/svar?gjelder=%s", m->mappe, m->id),
                 tr_fill(pg, &M_REQUEST_IN, sak_title(pg, s), NULL));
    belongs(pg, o, p, s);
    html_put(&pg->html, TAG_P, NULL, tr_fill(pg, &M_REQUEST_BY, page_date(pg, m->frist), NULL));
    item_end(pg);
}

static void show_draft(struct page *pg, const struct overview *o, const struct mine *p, const struct utkast *u)
{
    const char *href = arena_printf(pg->cx->arena, "/%s/skjema/%s/1", p->kommune.slug, u->skjema->id);
    item_begin(pg);
    heading_link(pg, href ? href : "/", tr_fill(pg, &M_GO_ON_WITH, u->skjema->title.in[pg->lang], NULL));
    belongs(pg, o, p, NULL);
    html_put(&pg->html, TAG_P, NULL, tr_fill(pg, &M_SAVED, page_time(pg, u->lagret), NULL));
    item_end(pg);
}

static void show_waiting(struct page *pg, const struct overview *o)
{
    bool any = false;
    for (size_t i = 0; i < o->n; i++)
        any = any || o->places[i].mangler_n > 0 || o->places[i].utkast_n > 0;
    ui_heading(pg, 2, tr(pg, &M_WAITING));
    if (!any) {
        ui_paragraph(pg, tr(pg, &M_WAITING_NONE));
        return;
    }
    list_begin(pg);
    for (size_t i = 0; i < o->n; i++) {
        const struct mine *p = &o->places[i];
        for (size_t k = 0; k < p->mangler_n; k++)
            show_request(pg, o, p, &p->mangler[k]);
        for (size_t k = 0; k < p->utkast_n; k++)
            show_draft(pg, o, p, &p->utkast[k]);
    }
    list_end(pg);
}

/* ------------------------------------------------------------------ cases */

static void filter(struct page *pg, const struct overview *o)
{
    static const struct {
        const char *href;
        const struct text *name;
    } views[] = {{"?", &M_ACTIVE}, {"?" SHOW "=" CLOSED, &M_CLOSED}};
    html_open(&pg->html, TAG_NAV, ATTRS({ATT_ARIA_LABEL, tr(pg, &M_WHICH_CASES)}));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-links sd-views"}));
    for (size_t i = 0; i < COUNT_OF(views); i++) {
        html_open(&pg->html, TAG_LI, NULL);
        html_put(&pg->html, TAG_A, ATTRS({ATT_CLASS, "ds-link"}, {ATT_HREF, views[i].href},
                                         {ATT_ARIA_CURRENT, o->closed == (i == 1) ? "page" : NULL}), tr(pg, views[i].name));
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
    html_close(&pg->html, TAG_NAV);
}

static void show_case(struct page *pg, const struct overview *o, const struct mine *p, const struct sak *s)
{
    const char *expected = expected_answer(pg, s);
    item_begin(pg);
    heading_link(pg, my_href(pg, &p->kommune, "/sak/%s", s->part.mappe), sak_title(pg, s));
    belongs(pg, o, p, s);
    html_open(&pg->html, TAG_P, NULL);
    stage_tag(pg, s->stage);
    html_close(&pg->html, TAG_P);
    html_put(&pg->html, TAG_P, NULL, tr_fill(pg, &M_SENT_ON, page_date(pg, s->sent ? s->sent->sendt : s->part.fra), NULL));
    if (expected && s->stage != STAGE_CLOSED)
        html_put(&pg->html, TAG_P, NULL, expected);
    item_end(pg);
}

static void show_cases(struct page *pg, const struct overview *o)
{
    size_t shown = 0;
    ui_heading(pg, 2, tr(pg, &M_CASES));
    filter(pg, o);
    for (size_t i = 0; i < o->n; i++)
        for (size_t k = 0; k < o->places[i].saker_n; k++) {
            if ((o->places[i].saker[k].stage == STAGE_CLOSED) != o->closed)
                continue;
            if (shown++ == 0)
                list_begin(pg);
            show_case(pg, o, &o->places[i], &o->places[i].saker[k]);
        }
    if (shown > 0)
        list_end(pg);
    else
        ui_paragraph(pg, tr(pg, o->closed ? &M_NO_CLOSED : &M_NO_CASES));
}

/* ------------------------------------------------------------------ letters */

static void show_letter(struct page *pg, const struct overview *o, const struct mine *p, const struct letter *l)
{
    const struct partsbrev *b = &l->brev;
    const struct sak *s = sak_of(p, b->mappe);
    if (!s)
        return;
    bool told = pg->session->person.level >= s->level;
    item_begin(pg);
    heading_link(pg, my_href(pg, &p->kommune, "/sak/%s/brev/%s", b->mappe, b->id), told ? l->title : sak_title(pg, s));
    belongs(pg, o, p, s);
    letter_sent(pg, b);
    if (b->klagefrist)
        html_put(&pg->html, TAG_P, NULL, letter_limit(pg, b));
    item_end(pg);
}

static void show_letters(struct page *pg, const struct overview *o)
{
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++)
        n += o->places[i].letters_n;
    ui_heading(pg, 2, tr(pg, &M_LETTERS));
    if (n == 0) {
        ui_paragraph(pg, tr(pg, &M_NO_LETTERS));
        return;
    }
    list_begin(pg);
    for (size_t i = 0; i < o->n; i++)
        for (size_t k = 0; k < o->places[i].letters_n; k++)
            show_letter(pg, o, &o->places[i], &o->places[i].letters[k]);
    list_end(pg);
}

/* ------------------------------------------------------------------ the page */

static void show_away(struct page *pg, const struct overview *o)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->places[i].away)
            ui_alert(pg, UI_WARNING, NULL, tr_fill(pg, &M_AWAY, o->places[i].kommune.name, NULL));
}

static enum rc show(struct page *pg, const struct overview *o)
{
    const char *name;
    TRY(my_name(pg, o->places, o->n, &name));
    page_begin(pg, &(struct page_head){
        .title = name, .no_index = true,
        .lead = o->all ? tr(pg, &M_LEAD_ALL) : tr_fill(pg, &M_LEAD_ONE, pg->kommune->name, NULL)});
    show_away(pg, o);
    show_waiting(pg, o);
    show_cases(pg, o);
    show_letters(pg, o);
    if (!o->all && house_offered(pg)) {
        html_open(&pg->html, TAG_P, NULL);
        ui_link(pg, my_href(pg, pg->kommune, "/eiendom"), tr(pg, &M_HOUSES));
        html_close(&pg->html, TAG_P);
    }
    html_open(&pg->html, TAG_P, NULL);
    if (o->all)
        ui_link(pg, "/", tr(pg, &M_FIND_MUNICIPALITY));
    else
        ui_link(pg, "/min-side", tr(pg, &M_ALL_MUNICIPALITIES));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}

static bool wants_closed(const struct page *pg)
{
    return streq(form_get(&pg->form, SHOW), CLOSED);
}

enum rc overview_one(struct page *pg)
{
    struct mine p;
    TRY(mine_open(pg, pg->kommune, &p));
    TRY(mine_load(&p));
    return show(pg, &(struct overview){.places = &p, .n = 1, .closed = wants_closed(pg)});
}

/* One that does not answer is told; the others are shown all the same. */
static enum rc load_or_away(struct page *pg, const struct municipality *m, struct mine *p)
{
    enum rc rc = mine_open(pg, m, p);
    if (rc == RC_OK)
        rc = mine_load(p);
    if (rc != RC_BUSY && rc != RC_IO)
        return rc;
    err_clear(pg->cx);
    *p = (struct mine){.kommune = *m, .away = true};
    return RC_OK;
}

enum rc overview_all(struct page *pg)
{
    const struct minside *room = pg->app;
    struct municipality *all;
    size_t n;
    TRY(coop_municipality_list(pg->cx, room->store, &all, &n));
    struct overview o = {.places = arena_array(pg->cx->arena, n + 1, sizeof(*o.places)), .all = true, .closed = wants_closed(pg)};
    if (!o.places)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < n; i++) {
        TRY(load_or_away(pg, &all[i], &o.places[o.n]));
        o.n += !mine_empty(&o.places[o.n]) || o.places[o.n].away;
    }
    return show(pg, &o);
}
