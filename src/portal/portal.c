/* The room and its door. */
#include "portal/portal_int.h"

static const struct web_route routes[] = {
    {"GET",  "/{kommune}/innsyn",                                   ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_search},
    {"GET",  "/{kommune}/innsyn/{systemID}",                        ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_entry},
    {"GET",  "/{kommune}/innsyn/{systemID}/dokument/{nr}",          ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_document_get},
    {"GET",  "/{kommune}/innsyn/sak/{aar}/{nr}",                    ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_case},
    {"GET",  "/{kommune}/innsyn/atom",                              ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_atom},
    {"GET",  "/{kommune}/innsyn/json",                              ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_json},
    {"GET",  "/{kommune}/innsyn/om",                                ROLE_NONE, LEVEL_NONE, LANE_READ,  0, innsyn_about},
    {"GET",  "/{kommune}/innsyn/bestilling",                        ROLE_NONE, LEVEL_NONE, LANE_READ,  0, kurv_show},
    {"POST", "/{kommune}/innsyn/bestilling",                        ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, kurv_send},
    {"POST", "/{kommune}/innsyn/bestilling/legg-i",                 ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, kurv_add},
    {"POST", "/{kommune}/innsyn/bestilling/ta-bort",                ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, kurv_remove},
    {"GET",  "/{kommune}/innsyn/bestilling/{noekkel}",              ROLE_NONE, LEVEL_NONE, LANE_READ,  0, status_show},
    {"POST", "/{kommune}/innsyn/bestilling/{noekkel}/klage",        ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, status_appeal},
    {"GET",  "/{kommune}/innsyn/bestilling/{noekkel}/{post}/{nr}",  ROLE_NONE, LEVEL_NONE, LANE_READ,  0, status_document},
};

static enum rc services(void *arg, struct page *pg, struct web_service **ret, size_t *ret_n)
{
    const struct web_service s = {.theme = "demokrati-og-innbyggerrettigheter", .title = tr(pg, &P_JOURNAL),
                                  .summary = tr(pg, &P_JOURNAL_LEAD), .href = page_href(pg, "/innsyn")};
    (void)arg;
    return page_service(pg, ROLE_NONE, &s, ret, ret_n);
}

enum rc portal_open(struct cx *cx, struct web *web, struct innsyn *in, struct portal **ret)
{
    struct portal *p = mem_try(sizeof(*p));
    if (!p)
        return cx_nomem(cx);
    *p = (struct portal){web, in};
    web_add_services(web, services, p);
    web_add_front(web, front_newest, p);
    *ret = p;
    return RC_OK;
}

void portal_close(struct portal **p)
{
    mem_free(*p);
    *p = NULL;
}

struct http_door portal_door(struct portal *p)
{
    return web_door(p->web, routes, COUNT_OF(routes), p);
}
