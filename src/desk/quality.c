/* The quality lists: how many stand in each, what it is about and what to do; each list, also as CSV. */
#include "desk/desk_int.h"

enum { ROWS = 25, CSV_ROWS = 2000, CSV_MAX = 20000, CSV_MEMORY = 64 << 20 };

/* What the lists are called and say, in the order of the page. Those that have pages of their own are not here. */
static const struct quality {
    enum worklist list;
    const struct text *title, *help;
} lists[] = {
#define LINE(id) {WORKLIST_##id, &D_LIST_##id, &D_HELP_##id}
    LINE(LATE), LINE(OWED), LINE(NO_DOCUMENT), LINE(RESERVED), LINE(NO_CLASS), LINE(QUIET), LINE(TASKS), LINE(FORMAT),
    LINE(TEMPORARY), LINE(NO_BASIS), LINE(NO_BASIS_CASE), LINE(EXPIRED), LINE(EXPIRED_CASE), LINE(EXPIRED_DOCUMENT),
    LINE(CHANGED),
#undef LINE
};

static const struct quality *asked_for(struct page *pg)
{
    enum worklist l = worklist_named(page_param(pg, "liste"));
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        if (lists[i].list == l)
            return &lists[i];
    return NULL;
}

static const char *list_href(struct page *pg, const struct quality *q)
{
    return desk_href_of(pg, "/kvalitet", worklist_name(q->list));
}

/* The number of days is the one place to fill in. */
static const char *help_of(struct page *pg, const struct quality *q)
{
    int days = worklist_days(q->list);
    return days ? tr_fill(pg, q->help, desk_number(pg, days), NULL) : tr(pg, q->help);
}

enum rc desk_quality_waits(struct call *c, int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        int64_t n;
        TRY(worklist_count(c, lists[i].list, &n));
        *ret += n;
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ all of them */

static enum rc list_row(struct page *pg, struct call *c, struct ui_table *t, const struct quality *q)
{
    int64_t n;
    TRY(worklist_count(c, q->list, &n));
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, list_href(pg, q), tr(pg, q->title));
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    ui_tag(pg, n ? UI_WARNING : UI_SUCCESS, desk_count(pg, n, WORKLIST_COUNT_MAX));
    ui_cell_end(pg);
    ui_cell(pg, t, help_of(pg, q));
    ui_row_end(pg);
    return RC_OK;
}

enum rc desk_quality_all(struct page *pg)
{
    const struct ui_column columns[] = {{tr(pg, &D_LIST), NULL}, {tr(pg, &D_COUNT), NULL}, {tr(pg, &D_WHAT_TO_DO), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_QUALITY), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct call c;
    TRY(desk_call(pg, &c));
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_QUALITY), .lead = tr(pg, &D_QUALITY_LEAD)}, NULL);
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        TRY(list_row(pg, &c, &t, &lists[i]));
    ui_table_end(pg);
    return page_end(pg);
}

/* ------------------------------------------------------------------ one */

static int64_t made_at(const struct rec *r)
{
    return r->v[model_slot_of(r->entity->family, model_attr(A_arkivenhet_opprettetDato), NULL)].i;
}

/* A document has no number: that of its journalpost, or of the first of them. */
static enum rc number_of(struct page *pg, struct call *c, const struct rec *r, const char **ret)
{
    struct result posts = {0};
    if (r->entity->family == F_dokumentbeskrivelse)
        TRY(desk_below(c, r, E_registrering, "registrering", 1, &posts));
    *ret = desk_record_number(pg, posts.n > 0 ? posts.recs[0] : r);
    return RC_OK;
}

static enum rc record_row(struct page *pg, struct call *c, struct ui_table *t, const struct rec *r)
{
    const char *href = desk_record_href(pg, r), *title = desk_record_title(pg, r), *number;
    TRY(number_of(pg, c, r, &number));
    ui_row_begin(pg, t);
    ui_cell(pg, t, number);
    ui_cell_begin(pg, t);
    if (href)
        ui_link(pg, href, title);
    else
        html_text(&pg->html, title);
    ui_cell_end(pg);
    ui_cell(pg, t, page_date(pg, made_at(r)));
    ui_row_end(pg);
    return RC_OK;
}

static enum rc records(struct page *pg, struct call *c, const struct quality *q, struct rec *const *recs, size_t n)
{
    const struct ui_column columns[] = {{tr(pg, &D_NUMBER), NULL}, {tr(pg, &D_RECORD_TITLE), NULL}, {tr(pg, &D_MADE), NULL}};
    struct ui_table t = {.caption = tr(pg, q->title), .columns = columns, .columns_n = COUNT_OF(columns)};
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        TRY(record_row(pg, c, &t, recs[i]));
    ui_table_end(pg);
    return RC_OK;
}

enum rc desk_quality_list(struct page *pg)
{
    const struct quality *q = asked_for(pg);
    const struct crumb up = {desk_href(pg, "/kvalitet"), tr(pg, &D_QUALITY)};
    struct call c;
    struct rec **recs;
    size_t n;
    int64_t side = desk_side(pg);
    struct worklist_cut cut = {.skip = (side - 1) * ROWS, .most = ROWS};
    if (!q)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(desk_call(pg, &c));
    TRY(worklist_count(&c, q->list, &cut.total));
    int64_t total = cut.total;
    TRY(worklist_page(&c, q->list, &cut, &recs, &n));
    desk_begin(pg, (struct page_head){.title = tr(pg, q->title), .lead = help_of(pg, q)}, &up);
    ui_paragraph(pg, total ? tr_fill(pg, &D_LIST_COUNT, desk_count(pg, total, WORKLIST_COUNT_MAX), NULL) : tr(pg, &D_LIST_EMPTY));
    if (n > 0) {
        TRY(records(pg, &c, q, recs, n));
        ui_pages(pg, "?side=", side, ((total < WORKLIST_COUNT_MAX ? total : WORKLIST_COUNT_MAX) + ROWS - 1) / ROWS);
        html_open(&pg->html, TAG_P, NULL);
        ui_link(pg, arena_printf(pg->cx->arena, "%s/csv", list_href(pg, q)), tr(pg, &D_CSV));
        html_close(&pg->html, TAG_P);
    }
    return page_end(pg);
}

/* ------------------------------------------------------------------ CSV */

static enum rc csv_row(struct page *pg, struct call *c, const struct rec *r)
{
    const char *number;
    TRY(number_of(pg, c, r, &number));
    const char *const fields[] = {r->systemid, number, desk_record_title(pg, r), page_date(pg, made_at(r))};
    page_csv_row(pg, fields, COUNT_OF(fields));
    return RC_OK;
}

/* The next rows, in a memory of their own: all together they are more than a request may use. */
static enum rc csv_rows(struct page *pg, const struct call *who, const struct quality *q, struct worklist_cut *cut, size_t *ret_n)
{
    struct call c = *who;
    struct rec **recs;
    struct cx cx;
    cx_open(&cx, CSV_MEMORY);
    cx.now = pg->cx->now;
    c.cx = &cx;
    c.gate = NULL;
    enum rc rc = worklist_page(&c, q->list, cut, &recs, ret_n);
    for (size_t i = 0; rc == RC_OK && i < *ret_n; i++) {
        rc = csv_row(pg, &c, recs[i]);
        cut->after = recs[i]->id;
    }
    if (rc != RC_OK)
        rc = err_secret(pg->cx, rc, "%s", cx.err.secret ? cx.err.secret : "");
    cx_close(&cx);
    return rc;
}

enum rc desk_quality_csv(struct page *pg)
{
    const struct quality *q = asked_for(pg);
    struct call c;
    struct worklist_cut cut = {.most = CSV_ROWS};
    size_t n = CSV_ROWS;
    if (!q)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(desk_call(pg, &c));
    const char *const heads[] = {"systemID", tr(pg, &D_NUMBER), tr(pg, &D_RECORD_TITLE), tr(pg, &D_MADE)};
    page_csv_begin(pg);
    page_csv_row(pg, heads, COUNT_OF(heads));
    TRY(worklist_count(&c, q->list, &cut.total));
    for (int64_t told = 0; n == CSV_ROWS && told < CSV_MAX; told += CSV_ROWS)
        TRY(csv_rows(pg, &c, q, &cut, &n));
    return page_csv_end(pg, arena_printf(pg->cx->arena, "%s.csv", worklist_name(q->list)));
}
