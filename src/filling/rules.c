/*
 * How our forms decide (forvaltningsloven 2025 § 13: the legal content of automated case handling is published): what a
 * form shows, reckons and screens by itself, told from the definition that is in force.
 */
#include "filling/filling_int.h"

/* ------------------------------------------------------------------ all forms */

enum rc rules_list(struct page *pg)
{
    struct call c;
    struct skjema_utgave *all;
    size_t n;
    TRY(filling_call(pg, &c));
    TRY(skjema_list(&c, &all, &n));
    const struct crumb up = {page_href(pg, "/skjema"), tr(pg, &F_FORMS)};
    page_begin(pg, &(struct page_head){.title = tr(pg, &F_RULES), .lead = tr(pg, &F_RULES_LEAD), .crumbs = &up, .crumbs_n = 1});
    ui_paragraph(pg, tr(pg, &F_RULES_NOT_DECIDED));
    if (n == 0)
        ui_paragraph(pg, tr(pg, &F_NO_FORMS));
    else
        html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, rules_href(pg, all[i].skjema), all[i].skjema->title.in[pg->lang]);
        html_close(&pg->html, TAG_LI);
    }
    if (n > 0)
        html_close(&pg->html, TAG_UL);
    return page_end(pg);
}

const char *rules_href(struct page *pg, const struct skjema *s)
{
    const char *path = arena_printf(pg->cx->arena, "/skjemaregler/%s", s->id);
    return path ? page_href(pg, path) : "/";
}

/* ------------------------------------------------------------------ one form */

/* The rule of a field that the section is about, or NULL. */
typedef json_t *(*rule_of)(const struct felt *f);

static json_t *shown_when(const struct felt *f)
{
    return f->visible;
}

static json_t *reckoned_by(const struct felt *f)
{
    return f->compute;
}

static size_t count_rules(const struct skjema *s, rule_of rule)
{
    size_t n = 0;
    for (size_t i = 0; i < s->felt_n; i++)
        n += rule(&s->felt[i]) != NULL;
    return n;
}

static enum rc rule_table(struct page *pg, const struct skjema *s, const struct text *heading, const struct text *column,
                          rule_of rule)
{
    const struct ui_column columns[] = {{tr(pg, &F_QUESTION), NULL}, {tr(pg, column), NULL}};
    struct ui_table t = {.caption = tr(pg, heading), .columns = columns, .columns_n = COUNT_OF(columns)};
    const char *text;
    ui_heading(pg, 2, tr(pg, heading));
    if (count_rules(s, rule) == 0) {
        ui_paragraph(pg, tr(pg, rule == shown_when ? &F_RULES_ALL_SHOWN : &F_RULES_NONE_RECKONED));
        return RC_OK;
    }
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < s->felt_n; i++) {
        const struct felt *f = &s->felt[i];
        if (!rule(f))
            continue;
        TRY(regel_text(pg->cx, s, rule(f), rule == shown_when, (int)pg->lang, &text));
        ui_row_begin(pg, &t);
        ui_cell(pg, &t, f->label.in[pg->lang]);
        ui_cell(pg, &t, text);
        ui_row_end(pg);
    }
    ui_table_end(pg);
    return RC_OK;
}

static bool screens(const struct skjema *s)
{
    for (size_t i = 0; i < s->felt_n; i++)
        if (s->felt[i].sensitivity >= FOELSOM_SPECIAL)
            return true;
    return false;
}

static void screening(struct page *pg, const struct skjema *s)
{
    ui_heading(pg, 2, tr(pg, &F_RULES_SCREENED));
    if (!screens(s)) {
        ui_paragraph(pg, tr(pg, &F_RULES_NONE_SCREENED));
        return;
    }
    ui_paragraph(pg, tr_fill(pg, &F_RULES_SCREENED_BY, s->hjemmel, NULL));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < s->felt_n; i++)
        if (s->felt[i].sensitivity >= FOELSOM_SPECIAL)
            html_put(&pg->html, TAG_LI, NULL, s->felt[i].label.in[pg->lang]);
    html_close(&pg->html, TAG_UL);
}

enum rc rules_page(struct page *pg)
{
    struct call c;
    const struct skjema *s;
    TRY(filling_call(pg, &c));
    TRY(skjema_get(&c, page_param(pg, "skjema"), &s));
    const char *version = arena_printf(pg->cx->arena, "%" PRId64, s->version);
    const struct crumb up[] = {{page_href(pg, "/skjema"), tr(pg, &F_FORMS)}, {page_href(pg, "/skjemaregler"), tr(pg, &F_RULES)}};
    if (!version)
        return cx_nomem(pg->cx);
    page_begin(pg, &(struct page_head){.title = tr_fill(pg, &F_RULES_OF, s->title.in[pg->lang], NULL),
                                       .lead = tr_fill(pg, &F_RULES_VERSION, version, NULL), .crumbs = up,
                                       .crumbs_n = COUNT_OF(up)});
    TRY(rule_table(pg, s, &F_RULES_SHOWN, &F_RULES_SHOWN_WHEN, shown_when));
    TRY(rule_table(pg, s, &F_RULES_RECKONED, &F_RULES_RECKONED_BY, reckoned_by));
    screening(pg, s);
    ui_heading(pg, 2, tr(pg, &F_RULES_THEN));
    ui_paragraph(pg, tr_fill(pg, &F_RULES_TASK, s->unit, about_answer_time(pg, s), NULL));
    return page_end(pg);
}
