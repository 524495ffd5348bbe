/* The newest entries on the front page of a municipality. */
#include "portal/portal_int.h"

enum { NEWEST = 5, LOOKED_AT = 20 };

static void entry(struct page *pg, const struct innfoersel *e)
{
    struct html *h = &pg->html;
    html_open(h, TAG_LI, NULL);
    ui_link(pg, innsyn_href(pg, e), journal_title(pg->cx, e->tittel));
    html_put(h, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}),
             arena_printf(pg->cx->arena, "%s · %s", page_date(pg, e->journaldato), portal_number(pg, e)));
    html_close(h, TAG_LI);
}

/* Search engines keep the front page, so that what they shall leave alone is not told there. */
enum rc front_newest(void *arg, struct page *pg)
{
    const struct portal *p = arg;
    const struct journal_question q = {.most = LOOKED_AT};
    struct innfoersel *list;
    struct vault *v;
    size_t n, shown = 0;
    int64_t total;
    TRY(archive_vault(pg->cx, innsyn_archive(p->innsyn), pg->kommune->slug, &v));
    TRY(journal_search(pg->cx, v, &q, &list, &n, &total));
    if (n == 0)
        return RC_OK;
    html_open(&pg->html, TAG_SECTION, NULL);
    ui_heading(pg, 2, tr(pg, &P_NEWEST));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-services"}));
    for (size_t i = 0; i < n && shown < NEWEST; i++)
        if (journal_indexable(&list[i], pg->cx->now)) {
            entry(pg, &list[i]);
            shown++;
        }
    html_close(&pg->html, TAG_UL);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, page_href(pg, "/innsyn"), tr(pg, &P_NEWEST_ALL));
    html_close(&pg->html, TAG_P);
    html_close(&pg->html, TAG_SECTION);
    return RC_OK;
}
