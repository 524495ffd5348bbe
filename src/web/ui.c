/* Text, facts, steps, pages of a list. The inputs are in ui_form.c, the tables in ui_table.c. */
#include "web/web_int.h"

static const char *colour_of(enum ui_tone tone)
{
    static const char *const names[] = {[UI_INFO] = "info", [UI_SUCCESS] = "success",
                                        [UI_WARNING] = "warning", [UI_DANGER] = "danger",
                                        [UI_NEUTRAL] = "neutral"};
    return names[tone];
}

void ui_heading(struct page *pg, int level, const char *text)
{
    enum tag t = level <= 2 ? TAG_H2 : level == 3 ? TAG_H3 : TAG_H4;
    const char *size = level <= 2 ? "sm" : level == 3 ? "xs" : "2xs";
    html_put(&pg->html, t, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_DATA_SIZE, size}), text);
}

void ui_paragraph(struct page *pg, const char *text)
{
    html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-paragraph"}), text);
}

void ui_link(struct page *pg, const char *href, const char *text)
{
    html_put(&pg->html, TAG_A, ATTRS({ATT_CLASS, "ds-link"}, {ATT_HREF, href}), text);
}

void ui_link_button(struct page *pg, const char *href, const char *text)
{
    html_put(&pg->html, TAG_A, ATTRS({ATT_CLASS, "ds-button"}, {ATT_HREF, href}), text);
}

void ui_alert(struct page *pg, enum ui_tone tone, const char *title, const char *text)
{
    struct html *h = &pg->html;
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "ds-alert"}, {ATT_DATA_COLOR, colour_of(tone)}));
    if (title)
        html_put(h, TAG_H2, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_DATA_SIZE, "2xs"}), title);
    ui_paragraph(pg, text);
    html_close(h, TAG_DIV);
}

void ui_tag(struct page *pg, enum ui_tone tone, const char *text)
{
    html_put(&pg->html, TAG_SPAN, ATTRS({ATT_CLASS, "ds-tag"}, {ATT_DATA_COLOR, colour_of(tone)},
                                        {ATT_DATA_SIZE, "sm"}), text);
}

void ui_details_begin(struct page *pg, const char *summary, bool open)
{
    html_open(&pg->html, TAG_DETAILS, ATTRS({ATT_CLASS, "ds-details"}, {ATT_OPEN, open ? "" : NULL}));
    html_put(&pg->html, TAG_SUMMARY, NULL, summary);
    html_open(&pg->html, TAG_DIV, NULL);
}

void ui_details_end(struct page *pg)
{
    html_close(&pg->html, TAG_DIV);
    html_close(&pg->html, TAG_DETAILS);
}

void ui_card_begin(struct page *pg)
{
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "ds-card"}));
}

void ui_card_end(struct page *pg)
{
    html_close(&pg->html, TAG_DIV);
}

void ui_facts_begin(struct page *pg)
{
    html_open(&pg->html, TAG_DL, ATTRS({ATT_CLASS, "sd-facts"}));
}

void ui_fact(struct page *pg, const char *name, const char *value)
{
    html_open(&pg->html, TAG_DIV, NULL);
    html_put(&pg->html, TAG_DT, NULL, name);
    html_put(&pg->html, TAG_DD, NULL, value && *value ? value : "–");
    html_close(&pg->html, TAG_DIV);
}

void ui_facts_end(struct page *pg)
{
    html_close(&pg->html, TAG_DL);
}

void ui_steps(struct page *pg, const char *const *names, size_t n, size_t current)
{
    struct html *h = &pg->html;
    html_open(h, TAG_NAV, ATTRS({ATT_ARIA_LABEL, tr(pg, &W_STEPS)}));
    html_open(h, TAG_OL, ATTRS({ATT_CLASS, "sd-steps"}));
    for (size_t i = 0; i < n; i++) {
        html_open(h, TAG_LI, ATTRS({ATT_CLASS, i < current ? "sd-steps__done" : NULL},
                                   {ATT_ARIA_CURRENT, i == current ? "step" : NULL}));
        html_text(h, names[i]);
        if (i < current)
            html_put(h, TAG_SPAN, ATTRS({ATT_CLASS, "ds-sr-only"}),
                     arena_printf(pg->cx->arena, " (%s)", tr(pg, &W_STEP_DONE)));
        html_close(h, TAG_LI);
    }
    html_close(h, TAG_OL);
    html_close(h, TAG_NAV);
}

/* ------------------------------------------------------------------ pages of a list */

static void page_link(struct page *pg, const char *href, int64_t to, const char *text, bool here)
{
    struct html *h = &pg->html;
    const char *number = arena_printf(pg->cx->arena, "%" PRId64, to);
    html_open(h, TAG_LI, NULL);
    html_put(h, TAG_A, ATTRS({ATT_CLASS, "ds-button"}, {ATT_DATA_VARIANT, "tertiary"},
                             {ATT_HREF, arena_printf(pg->cx->arena, "%s%s", href, number ? number : "")},
                             {ATT_ARIA_CURRENT, here ? "true" : NULL},
                             {ATT_ARIA_LABEL, text ? NULL : tr_fill(pg, &W_PAGE_N, number, NULL)}),
             text ? text : number);
    html_close(h, TAG_LI);
}

/* First, last, and those around the current one. */
static bool page_shown(int64_t i, int64_t page, int64_t last)
{
    return i == 1 || i == last || (i >= page - 1 && i <= page + 1);
}

void ui_pages(struct page *pg, const char *href, int64_t page, int64_t last)
{
    struct html *h = &pg->html;
    if (last < 2)
        return;
    html_open(h, TAG_NAV, ATTRS({ATT_CLASS, "ds-pagination"}, {ATT_ARIA_LABEL, tr(pg, &W_PAGES)}));
    html_open(h, TAG_UL, NULL);
    if (page > 1)
        page_link(pg, href, page - 1, tr(pg, &W_PREVIOUS), false);
    for (int64_t i = 1; i <= last; i++) {
        if (page_shown(i, page, last)) {
            page_link(pg, href, i, NULL, i == page);
        } else {
            html_open(h, TAG_LI, NULL);
            html_close(h, TAG_LI);
            i = i < page ? page - 2 : last - 1;
        }
    }
    if (page < last)
        page_link(pg, href, page + 1, tr(pg, &W_NEXT), false);
    html_close(h, TAG_UL);
    html_close(h, TAG_NAV);
}
