/* Tables: sorted by links, filtered by forms; each cell carries its column's name for narrow screens. */
#include "web/web_int.h"

static const char *sort_state(const struct ui_table *t, const struct ui_column *c)
{
    if (!c->sort)
        return NULL;
    if (t->sorted && t->sorted[0] == '-' && streq(t->sorted + 1, c->sort))
        return "descending";
    return streq(t->sorted, c->sort) ? "ascending" : "none";
}

static void column_head(struct page *pg, const struct ui_table *t, const struct ui_column *c)
{
    struct html *h = &pg->html;
    const char *state = sort_state(t, c);
    html_open(h, TAG_TH, ATTRS({ATT_SCOPE, "col"}, {ATT_ARIA_SORT, state}));
    if (!state) {
        html_text(h, c->title);
    } else {
        size_t n = strlen(t->href);
        const char *join = n > 0 && t->href[n - 1] == '?' ? "" : "&";
        html_put(h, TAG_A, ATTRS({ATT_HREF, arena_printf(pg->cx->arena, "%s%ssort=%s%s", t->href, join,
                                                         streq(state, "ascending") ? "-" : "", c->sort)}),
                 c->title);
    }
    html_close(h, TAG_TH);
}

void ui_table_begin(struct page *pg, struct ui_table *t)
{
    struct html *h = &pg->html;
    html_open(h, TAG_TABLE, ATTRS({ATT_CLASS, "ds-table sd-table"}));
    html_put(h, TAG_CAPTION, NULL, t->caption);
    html_open(h, TAG_THEAD, NULL);
    html_open(h, TAG_TR, NULL);
    for (size_t i = 0; i < t->columns_n; i++)
        column_head(pg, t, &t->columns[i]);
    html_close(h, TAG_TR);
    html_close(h, TAG_THEAD);
    html_open(h, TAG_TBODY, NULL);
}

void ui_row_begin(struct page *pg, struct ui_table *t)
{
    t->at = 0;
    html_open(&pg->html, TAG_TR, NULL);
}

void ui_cell_begin(struct page *pg, struct ui_table *t)
{
    const char *title = t->at < t->columns_n ? t->columns[t->at].title : NULL;
    t->at++;
    html_open(&pg->html, TAG_TD, ATTRS({ATT_DATA_LABEL, title}));
}

void ui_cell_end(struct page *pg)
{
    html_close(&pg->html, TAG_TD);
}

void ui_cell(struct page *pg, struct ui_table *t, const char *text)
{
    ui_cell_begin(pg, t);
    html_text(&pg->html, text);
    ui_cell_end(pg);
}

void ui_row_end(struct page *pg)
{
    html_close(&pg->html, TAG_TR);
}

void ui_table_end(struct page *pg)
{
    html_close(&pg->html, TAG_TBODY);
    html_close(&pg->html, TAG_TABLE);
}
