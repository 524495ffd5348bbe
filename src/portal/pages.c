/* Search, entry, case and rules. */
#include "portal/portal_int.h"

enum { ROWS = 25 };

/* ------------------------------------------------------------------ search */

static void type_filter(struct page *pg)
{
    static const char *const codes[] = {"I", "U", "N", "X", "S"};
    struct ui_option options[COUNT_OF(codes)];
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        options[i] = (struct ui_option){codes[i], innsyn_type(pg, codes[i]), NULL};
    ui_select(pg, &(struct ui_field){.name = "type", .label = tr(pg, &P_TYPE)}, options, COUNT_OF(codes));
}

static enum rc unit_filter(struct page *pg, struct vault *v)
{
    const char *const *units;
    size_t n;
    TRY(journal_units(pg->cx, v, &units, &n));
    struct ui_option *options = arena_array(pg->cx->arena, n + 1, sizeof(*options));
    if (!options)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct ui_option){units[i], units[i], NULL};
    if (n > 0)
        ui_select(pg, &(struct ui_field){.name = "enhet", .label = tr(pg, &P_UNIT)}, options, n);
    return RC_OK;
}

/* What narrows a search is seen, and so is what is wrong in it. */
static bool filtered(const struct page *pg)
{
    static const char *const names[] = {"fra", "fra-dag", "fra-maaned", "fra-aar", "til", "til-dag", "til-maaned", "til-aar",
                                        "type", "enhet"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (*form_get(&pg->form, names[i]))
            return true;
    return false;
}

static enum rc search_form(struct page *pg, struct vault *v)
{
    struct html *h = &pg->html;
    html_open(h, TAG_SEARCH, NULL);
    html_open(h, TAG_FORM, ATTRS({ATT_METHOD, "get"}, {ATT_ACTION, page_href(pg, "/innsyn")}, {ATT_NOVALIDATE, ""}));
    ui_text(pg, &(struct ui_field){.name = "q", .label = tr(pg, &P_SEARCH_IN), .help = tr(pg, &P_SEARCH_HELP),
                                   .type = "search", .maxlength = 200});
    ui_details_begin(pg, tr(pg, &P_FILTERS), filtered(pg));
    ui_date(pg, &(struct ui_field){.name = "fra", .label = tr(pg, &P_FROM)});
    ui_date(pg, &(struct ui_field){.name = "til", .label = tr(pg, &P_UNTIL)});
    type_filter(pg);
    TRY(unit_filter(pg, v));
    ui_details_end(pg);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &P_SEARCH));
    ui_buttons_end(pg);
    html_close(h, TAG_FORM);
    html_close(h, TAG_SEARCH);
    return RC_OK;
}

static void link_line(struct page *pg, const char *href, const char *text)
{
    html_open(&pg->html, TAG_LI, NULL);
    ui_link(pg, href, text);
    html_close(&pg->html, TAG_LI);
}

static const char *day_href(struct page *pg, int64_t day)
{
    int year, month, mday;
    time_civil_day(day, &year, &month, &mday);
    return page_href(pg, arena_printf(pg->cx->arena, "/innsyn?dag=%04d-%02d-%02d", year, month, mday));
}

/* What else there is: the basket, days, feeds, rules. */
static void more_links(struct page *pg, int64_t day, const struct kurv *k)
{
    const char *query = innsyn_query(pg);
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-links"}));
    if (k->n > 0)
        link_line(pg, kurv_href(pg, ""), tr_fill(pg, &P_BASKET_SEE, arena_printf(pg->cx->arena, "%zu", k->n), NULL));
    if (day >= 0) {
        link_line(pg, day_href(pg, day - 1), tr(pg, &P_DAY_BEFORE));
        link_line(pg, day_href(pg, day + 1), tr(pg, &P_DAY_AFTER));
    } else {
        link_line(pg, day_href(pg, time_day(pg->cx->now)), tr(pg, &P_TODAY));
    }
    link_line(pg, arena_printf(pg->cx->arena, "%s%s", page_href(pg, "/innsyn/atom"), query), tr(pg, &P_FEED_ATOM));
    link_line(pg, arena_printf(pg->cx->arena, "%s%s", page_href(pg, "/innsyn/json"), query), tr(pg, &P_FEED_JSON));
    link_line(pg, page_href(pg, "/innsyn/om"), tr(pg, &P_ABOUT));
    html_close(&pg->html, TAG_UL);
}

static int64_t page_number(struct page *pg)
{
    int64_t n;
    bool fine = str_int(str_of(form_get(&pg->form, "side")), &n);
    return fine && n >= 1 && n <= JOURNAL_COUNT_MAX / ROWS ? n : 1;
}

static enum rc results(struct page *pg, struct vault *v, struct journal_question *q, const struct kurv *k)
{
    struct innfoersel *list;
    size_t n;
    int64_t total, page = page_number(pg);
    q->skip = (page - 1) * ROWS;
    q->most = ROWS;
    TRY(journal_search(pg->cx, v, q, &list, &n, &total));
    bool many = total > JOURNAL_COUNT_MAX;
    const char *count = arena_printf(pg->cx->arena, "%" PRId64, many ? JOURNAL_COUNT_MAX : total);
    if (total == 0)
        ui_paragraph(pg, tr(pg, &P_FOUND_NONE));
    else
        ui_paragraph(pg, tr_fill(pg, many ? &P_FOUND_MANY : &P_FOUND, count, NULL));
    if (n > 0)
        innsyn_table(pg, tr(pg, &P_FOUND_TITLE), list, n, k, innsyn_query(pg));
    int64_t last = ((many ? JOURNAL_COUNT_MAX : total) + ROWS - 1) / ROWS;
    ui_pages(pg, arena_printf(pg->cx->arena, "%sside=", innsyn_query(pg)), page, last);
    return RC_OK;
}

enum rc innsyn_search(struct page *pg)
{
    struct journal_question q;
    struct vault *v;
    struct kurv k;
    int64_t day;
    TRY(innsyn_vault(pg, &v));
    TRY(kurv_read(pg, v, &k));
    TRY(innsyn_question(pg, &q));
    if (!time_date(str_of(form_get(&pg->form, "dag")), &day))
        day = -1;
    const char *title = day >= 0 ? tr_fill(pg, &P_DAY, page_date(pg, time_of_day(day)), NULL) : tr(pg, &P_JOURNAL);
    const struct crumb up = {page_href(pg, "/innsyn"), tr(pg, &P_JOURNAL)};
    page_begin(pg, &(struct page_head){.title = title, .lead = tr(pg, &P_JOURNAL_LEAD), .wide = true, .no_index = true,
                                       .crumbs = &up, .crumbs_n = day >= 0});
    TRY(search_form(pg, v));
    if (pg->errors_n == 0)
        TRY(results(pg, v, &q, &k));
    more_links(pg, day, &k);
    return page_end(pg);
}

/* ------------------------------------------------------------------ one entry, one case */

/* What is published opens at once; what is withheld tells why; the rest can be ordered. */
static void document(struct page *pg, const struct innfoersel *e, const struct innfoersel_dokument *d)
{
    struct arena *arena = pg->cx->arena;
    const char *number = arena_printf(arena, "%" PRId64, d->nr);
    html_open(&pg->html, TAG_LI, NULL);
    if (d->released) {
        ui_link(pg, arena_printf(arena, "%s/dokument/%s", innsyn_href(pg, e), number), d->tittel);
        html_text(&pg->html, portal_size(pg, d->ending, d->byte));
    } else if (d->withheld) {
        html_text(&pg->html, *d->hjemmel ? tr_fill(pg, &P_DOC_WITHHELD_BY, number, d->hjemmel, NULL)
                                         : tr_fill(pg, &P_DOC_WITHHELD, number, NULL));
    } else {
        html_text(&pg->html, tr_fill(pg, &P_DOC_ASK, number, NULL));
    }
    html_close(&pg->html, TAG_LI);
}

static enum rc documents(struct page *pg, struct vault *v, const struct innfoersel *e)
{
    struct innfoersel_dokument *list;
    size_t n;
    TRY(journal_documents(pg->cx, v, e, &list, &n));
    if (n == 0)
        return RC_OK;
    ui_heading(pg, 2, tr(pg, &P_DOCS));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < n; i++)
        document(pg, e, &list[i]);
    html_close(&pg->html, TAG_UL);
    return RC_OK;
}

enum rc innsyn_document_get(struct page *pg)
{
    struct vault *v;
    struct document d;
    int64_t nr;
    if (!str_int(str_of(page_param(pg, "nr")), &nr))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(innsyn_vault(pg, &v));
    TRY(journal_document(pg->cx, v, str_of(page_param(pg, "systemID")), nr, &d));
    return portal_file(pg, v, &d);
}

static void order(struct page *pg, const struct kurv *k, const struct innfoersel *e)
{
    ui_heading(pg, 2, tr(pg, &P_ASK_HEAD));
    ui_paragraph(pg, tr_fill(pg, &P_ASK, portal_number(pg, e), NULL));
    if (!k->offered)
        return;
    kurv_form_begin(pg, "");
    kurv_button(pg, k, e);
    kurv_form_end(pg);
}

enum rc innsyn_entry(struct page *pg)
{
    struct innfoersel e;
    struct vault *v;
    struct kurv k;
    TRY(innsyn_vault(pg, &v));
    TRY(kurv_read(pg, v, &k));
    TRY(journal_entry(pg->cx, v, str_of(page_param(pg, "systemID")), &e));
    const struct crumb up = {page_href(pg, "/innsyn"), tr(pg, &P_JOURNAL)};
    page_begin(pg, &(struct page_head){.title = journal_title(pg->cx, e.tittel), .crumbs = &up, .crumbs_n = 1,
                                       .no_index = !journal_indexable(&e, pg->cx->now), .canonical = innsyn_href(pg, &e)});
    portal_entry(pg, &e);
    html_open(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-paragraph"}));
    ui_link(pg, page_href(pg, arena_printf(pg->cx->arena, "/innsyn/sak/%" PRId64 "/%" PRId64, e.saksaar, e.saksnr)),
            tr(pg, &P_CASE_ENTRIES));
    html_close(&pg->html, TAG_P);
    TRY(documents(pg, v, &e));
    order(pg, &k, &e);
    ui_paragraph(pg, arena_printf(pg->cx->arena, "%s: %s", tr(pg, &P_PUBLISHED), page_date(pg, e.publisert)));
    return page_end(pg);
}

static bool all_indexable(const struct innfoersel *list, size_t n, int64_t now)
{
    for (size_t i = 0; i < n; i++)
        if (!journal_indexable(&list[i], now))
            return false;
    return true;
}

enum rc innsyn_case(struct page *pg)
{
    struct journal_question q = {.most = 200};
    struct innfoersel *list;
    struct vault *v;
    struct kurv k;
    size_t n;
    int64_t total;
    if (!str_int(str_of(page_param(pg, "aar")), &q.saksaar) || !str_int(str_of(page_param(pg, "nr")), &q.saksnr) ||
        q.saksaar < 1 || q.saksnr < 1)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(innsyn_vault(pg, &v));
    TRY(journal_search(pg->cx, v, &q, &list, &n, &total));
    if (n == 0)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(kurv_read(pg, v, &k));
    const char *number = arena_printf(pg->cx->arena, "%" PRId64 "/%" PRId64, q.saksaar, q.saksnr);
    const struct crumb up = {page_href(pg, "/innsyn"), tr(pg, &P_JOURNAL)};
    page_begin(pg, &(struct page_head){
        .title = tr_fill(pg, &P_CASE_TITLE, number, journal_title(pg->cx, list[0].sakstittel), NULL), .wide = true,
        .crumbs = &up, .crumbs_n = 1, .no_index = !all_indexable(list, n, pg->cx->now),
        .canonical = page_href(pg, arena_printf(pg->cx->arena, "/innsyn/sak/%s", number))});
    innsyn_table(pg, tr(pg, &P_CASE_ENTRIES), list, n, &k, "");
    return page_end(pg);
}

/* ------------------------------------------------------------------ the rules */

enum rc innsyn_about(struct page *pg)
{
    static const struct text *const parts[][2] = {{&P_ABOUT_WHAT, &P_ABOUT_WHAT_1}, {&P_ABOUT_NOT, &P_ABOUT_NOT_1},
                                                  {&P_ABOUT_NAMES, &P_ABOUT_NAMES_1}, {&P_ABOUT_DOCS, &P_ABOUT_DOCS_1}};
    const struct crumb up = {page_href(pg, "/innsyn"), tr(pg, &P_JOURNAL)};
    page_begin(pg, &(struct page_head){.title = tr(pg, &P_ABOUT), .lead = tr(pg, &P_ABOUT_LEAD), .crumbs = &up, .crumbs_n = 1});
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        ui_heading(pg, 2, tr(pg, parts[i][0]));
        ui_paragraph(pg, tr(pg, parts[i][1]));
    }
    return page_end(pg);
}
