/* Access requests: the queue by deadline, and one order with its items. */
#include "desk/desk_int.h"
#include "portal/portal.h"

enum { ROWS = 20 };

const char *desk_order_href(struct page *pg, const struct innsynskrav *k, int64_t nr)
{
    const char *path = arena_printf(pg->cx->arena, nr > 0 ? "/innsynskrav/%s/%" PRId64 : "/innsynskrav/%s", k->id, nr);
    return desk_href(pg, path ? path : "/innsynskrav");
}

enum rc desk_orders_waits(struct call *c, int64_t *ret)
{
    struct innsynskrav *list;
    size_t n;
    return innsyn_list(c, false, 0, 1, &list, &n, ret);
}

/* ------------------------------------------------------------------ the queue */

static void row(struct page *pg, struct ui_table *t, const struct innsynskrav *k)
{
    ui_row_begin(pg, t);
    ui_cell(pg, t, page_date(pg, k->frist));
    ui_cell_begin(pg, t);
    portal_order_state(pg, k);
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    ui_link(pg, desk_order_href(pg, k, 0), k->saksnummer);
    ui_cell_end(pg);
    ui_cell(pg, t, page_time(pg, k->mottatt));
    ui_cell(pg, t, desk_number(pg, k->venter));
    ui_cell(pg, t, k->klaget ? page_date(pg, k->klaget) : "");
    ui_row_end(pg);
}

static enum rc table(struct page *pg, struct call *c, const struct text *caption, bool answered, int64_t page, int64_t *ret_total)
{
    const struct ui_column columns[] = {{tr(pg, &D_ORDER_DEADLINE), NULL}, {tr(pg, &D_STATE), NULL},
                                        {tr(pg, &D_ORDER_CASE), NULL}, {tr(pg, &D_ORDER_RECEIVED), NULL},
                                        {tr(pg, &D_ORDER_LEFT), NULL}, {tr(pg, &D_ORDER_APPEALED), NULL}};
    struct ui_table t = {.caption = tr(pg, caption), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct innsynskrav *list;
    size_t n;
    TRY(innsyn_list(c, answered, (page - 1) * ROWS, ROWS, &list, &n, ret_total));
    if (n == 0)
        return RC_OK;
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        row(pg, &t, &list[i]);
    ui_table_end(pg);
    return RC_OK;
}

enum rc desk_orders(struct page *pg)
{
    struct call c;
    int64_t total, page = desk_side(pg);
    bool answered = streq(form_get(&pg->form, "vis"), "besvart");
    const char *other = desk_href(pg, answered ? "/innsynskrav" : "/innsynskrav?vis=besvart");
    TRY(desk_call(pg, &c));
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_ORDERS), .lead = tr(pg, &D_ORDERS_LEAD)}, NULL);
    TRY(table(pg, &c, answered ? &D_ORDERS_DONE : &D_ORDERS_WAIT, answered, page, &total));
    if (total == 0)
        ui_paragraph(pg, tr(pg, answered ? &D_ORDERS_NONE_DONE : &D_ORDERS_NONE));
    ui_pages(pg, answered ? "?vis=besvart&side=" : "?side=", page, (total + ROWS - 1) / ROWS);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, other, tr(pg, answered ? &D_ORDERS_WAIT : &D_ORDERS_DONE));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}

/* ------------------------------------------------------------------ one order */

enum rc desk_order_record(struct page *pg, struct call *c, const char *registrering, struct rec **ret)
{
    enum rc rc = archive_get(c, F_registrering, str_of(registrering), ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    *ret = NULL;
    err_clear(pg->cx);
    return RC_OK;
}

/* Of the journalpost, as registered; inherited from its case where it has none of its own. */
const char *desk_order_screening(struct page *pg, const struct rec *r)
{
    if (r && rec_has(r, A_registrering_skjerming))
        return desk_text(pg, rec_leaf(r, A_registrering_skjerming, L_skjerming_skjermingshjemmel));
    return "";
}

static void item_facts(struct page *pg, const struct innsynspost *p, const struct rec *r)
{
    const char *screening = desk_order_screening(pg, r);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_RECORD_TITLE), r ? desk_record_title(pg, r) : tr(pg, &D_ORDER_HIDDEN));
    ui_fact(pg, tr(pg, &D_ORDER_UNIT), p->enhet);
    ui_fact(pg, tr(pg, &D_ORDER_SCREENING), *screening ? screening : tr(pg, r && r->vern ? &D_ORDER_INHERITED : &D_ORDER_OPEN));
    if (*p->hjemmel)
        ui_fact(pg, tr(pg, &D_ORDER_BASIS), p->hjemmel);
    if (p->aapen_til > pg->cx->now)
        ui_fact(pg, tr(pg, &D_ORDER_OPEN_UNTIL), page_date(pg, p->aapen_til));
    ui_facts_end(pg);
}

static enum rc item(struct page *pg, struct call *c, const struct innsynskrav *k, const struct innsynspost *p)
{
    struct rec *r;
    TRY(desk_order_record(pg, c, p->registrering, &r));
    ui_card_begin(pg);
    ui_heading(pg, 2, p->nummer);
    html_open(&pg->html, TAG_P, NULL);
    portal_order_outcome(pg, p);
    html_close(&pg->html, TAG_P);
    item_facts(pg, p, r);
    if (p->utfall == INNSYN_VENTER) {
        html_open(&pg->html, TAG_P, NULL);
        ui_link_button(pg, desk_order_href(pg, k, p->nr), tr_fill(pg, &D_ORDER_ANSWER, p->nummer, NULL));
        html_close(&pg->html, TAG_P);
    } else if (p->aapen_til > pg->cx->now) {
        ui_action(pg, arena_printf(pg->cx->arena, "%s/steng", desk_order_href(pg, k, p->nr)),
                  tr_fill(pg, &D_ORDER_SHUT, p->nummer, NULL), true);
    }
    ui_card_end(pg);
    return RC_OK;
}

enum rc desk_order(struct page *pg)
{
    struct call c;
    struct innsynskrav k;
    const struct crumb up = {desk_href(pg, "/innsynskrav"), tr(pg, &D_ORDERS)};
    TRY(desk_call(pg, &c));
    TRY(innsyn_get(&c, page_param(pg, "krav"), &k));
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_ORDER_TITLE, k.saksnummer, NULL)}, &up);
    html_open(&pg->html, TAG_P, NULL);
    portal_order_state(pg, &k);
    html_close(&pg->html, TAG_P);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_ORDER_RECEIVED), page_time(pg, k.mottatt));
    ui_fact(pg, tr(pg, &D_ORDER_DEADLINE), page_date(pg, k.frist));
    ui_fact(pg, tr(pg, &D_ORDER_FROM), *k.navn ? k.navn : tr(pg, &D_ORDER_ANONYMOUS));
    ui_fact(pg, tr(pg, &D_ORDER_MAIL), *k.epost ? k.epost : NULL);
    ui_fact(pg, tr(pg, &D_ORDER_WORDS), *k.ord ? k.ord : NULL);
    ui_facts_end(pg);
    portal_order_days(pg, &k);
    if (k.klaget)
        ui_alert(pg, UI_WARNING, NULL, tr_fill(pg, &D_ORDER_APPEAL, page_time(pg, k.klaget), NULL));
    for (size_t i = 0; i < k.poster_n; i++)
        TRY(item(pg, &c, &k, &k.poster[i]));
    return page_end(pg);
}

enum rc desk_order_shut(struct page *pg)
{
    struct call c;
    struct innsynskrav k;
    int64_t nr;
    TRY(desk_call(pg, &c));
    TRY(innsyn_get(&c, page_param(pg, "krav"), &k));
    if (!str_int(str_of(page_param(pg, "post")), &nr))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(innsyn_shut(&c, k.id, nr));
    return page_go(pg, desk_order_href(pg, &k, 0), tr(pg, &D_ORDER_IS_SHUT));
}
