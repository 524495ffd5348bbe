/* The front page of the desk: everything that waits, counted. */
#include "desk/desk_int.h"

static const struct place {
    const struct text *title, *lead;
    const char *path;
    enum rc (*waits)(struct call *c, int64_t *ret);     /* NULL: nothing waits there */
} places[] = {
    {&D_INTAKE, &D_INTAKE_LEAD, "/innkommet", desk_intake_waits},
    {&D_QUEUE, &D_QUEUE_LEAD, "/publisering", desk_publish_waits},
    {&D_ORDERS, &D_ORDERS_LEAD, "/innsynskrav", desk_orders_waits},
    {&D_QUALITY, &D_QUALITY_LEAD, "/kvalitet", desk_quality_waits},
    {&D_CLOSING, &D_CLOSING_LEAD, "/avslutning", desk_closing_waits},
    {&D_PERIODS, &D_PERIODS_LEAD, "/periode", NULL},
    {&D_EXTRACTS, &D_EXTRACTS_LEAD, "/uttrekk", desk_extract_waits},
};

static enum rc place(struct page *pg, struct call *c, const struct place *p)
{
    struct html *h = &pg->html;
    int64_t n = 0;
    if (p->waits)
        TRY(p->waits(c, &n));
    html_open(h, TAG_LI, ATTRS({ATT_CLASS, "ds-card"}));
    if (p->waits)
        html_put(h, TAG_P, ATTRS({ATT_CLASS, n ? "sd-waits" : "sd-waits sd-waits--none"}), desk_count(pg, n, WORKLIST_COUNT_MAX));
    html_open(h, TAG_H2, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_DATA_SIZE, "xs"}));
    ui_link(pg, desk_href(pg, p->path), tr(pg, p->title));
    html_close(h, TAG_H2);
    html_put(h, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}), tr(pg, p->lead));
    html_close(h, TAG_LI);
    return RC_OK;
}

enum rc desk_front(struct page *pg)
{
    struct call c;
    TRY(desk_call(pg, &c));
    page_begin(pg, &(struct page_head){.title = tr(pg, &D_DESK), .lead = tr(pg, &D_DESK_LEAD), .wide = true, .no_index = true});
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-places"}));
    for (size_t i = 0; i < COUNT_OF(places); i++)
        TRY(place(pg, &c, &places[i]));
    html_close(&pg->html, TAG_UL);
    return page_end(pg);
}
