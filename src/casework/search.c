/* Cases the caller may read, by number or by words in them. */
#include "casework/casework_int.h"

enum { FOUND_ROWS = 25 };

/* "2026/17", and "26/17" as people write it. */
static const char *case_number(struct page *pg, const char *q)
{
    int64_t year, number;
    struct str rest = str_of(q), first = str_cut(&rest, '/');
    if (!str_int(first, &year) || !str_int(rest, &number) || year < 0 || year > 9999 || number < 1)
        return NULL;
    return arena_printf(pg->cx->arena, "%" PRId64 "/%" PRId64, year < 100 ? year + 2000 : year, number);
}

static enum rc find(struct page *pg, struct call *c, const char *q, int64_t page, struct result *ret)
{
    const char *number = case_number(pg, q);
    struct expr path = {.kind = EX_PATH, .attr = model_attr(A_mappe_mappeID)}, text = {.kind = EX_TEXT, .text = str_of(number)};
    struct expr *args[] = {&path, &text};
    struct expr equal = {.kind = EX_EQ, .args = args, .args_n = COUNT_OF(args)};
    const struct query query = {.entity = model_entity(E_saksmappe), .list = CL_NONE, .filter = number ? &equal : NULL,
                                .search = str_of(number ? "" : q), .top = FOUND_ROWS, .skip = (page - 1) * FOUND_ROWS};
    *ret = (struct result){0};
    return *q ? archive_query(c, &query, ret) : RC_OK;
}

static void rows(struct page *pg, const struct result *found)
{
    const struct ui_column columns[] = {{tr(pg, &K_CASE), NULL}, {tr(pg, &K_TITLE), NULL}, {tr(pg, &K_STATUS), NULL},
                                        {tr(pg, &K_RESPONSIBLE), NULL}, {tr(pg, &K_UNIT), NULL}};
    struct ui_table t = {.caption = tr(pg, &K_CASES), .columns = columns, .columns_n = COUNT_OF(columns)};
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < found->n; i++) {
        const struct rec *r = found->recs[i];
        ui_row_begin(pg, &t);
        ui_cell_begin(pg, &t);
        ui_link(pg, case_href(pg, r->systemid), work_text(pg, r, A_mappe_mappeID));
        ui_cell_end(pg);
        ui_cell(pg, &t, work_text(pg, r, A_mappe_tittel));
        ui_cell(pg, &t, work_text(pg, r, A_saksmappe_saksstatus));
        ui_cell(pg, &t, work_text(pg, r, A_saksmappe_saksansvarlig));
        ui_cell(pg, &t, work_text(pg, r, A_saksmappe_administrativEnhet));
        ui_row_end(pg);
    }
    ui_table_end(pg);
}

/* The list again at another page: "?q=garasje&side=". */
static const char *pages_href(struct page *pg, const char *q)
{
    struct buf b;
    buf_init(&b, (size_t)KiB(8));
    buf_puts(&b, "?q=");
    url_encode(&b, str_of(q));
    buf_puts(&b, "&side=");
    const char *href = buf_failed(&b) ? NULL : arena_strdup(pg->cx->arena, b.p);
    buf_free(&b);
    return href ? href : "?";
}

enum rc search_page(struct page *pg)
{
    struct call c;
    struct result found;
    const char *q = form_get(&pg->form, "q");
    int64_t page = work_page(pg);
    TRY(work_call(pg, &c));
    TRY(find(pg, &c, q, page, &found));
    const struct crumb up = work_home(pg);
    page_begin(pg, &(struct page_head){.title = tr(pg, &K_SEARCH), .wide = true, .crumbs = &up, .crumbs_n = 1, .no_index = true});
    ui_search(pg, work_href(pg, "/sok"), tr(pg, &K_SEARCH_LABEL), q);
    if (*q)
        ui_paragraph(pg, found.count == 0 ? tr(pg, &K_FOUND_NONE)
                                          : tr_fill(pg, &K_FOUND_N, work_number(pg, found.count), NULL));
    if (found.n > 0)
        rows(pg, &found);
    ui_pages(pg, pages_href(pg, q), page, (found.count + FOUND_ROWS - 1) / FOUND_ROWS);
    return page_end(pg);
}
