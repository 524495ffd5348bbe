/* The room and its door; what its pages share. */
#include "desk/desk_int.h"

#define UPLOAD_MAX ((int64_t)4 << 30)      /* a package to be validated */

/* All of the same municipality, role and level. */
#define DESK(method, path, lane, upload, run) \
    {method, "/{kommune}/arkivar" path, ROLE_ARKIVAR, LEVEL_SUBSTANTIAL, LANE_##lane, upload, run}
static const struct web_route routes[] = {
    DESK("GET",  "",                            SLOW,  0, desk_front),
    DESK("GET",  "/innkommet",                  READ,  0, desk_intake_list),
    DESK("GET",  "/innkommet/{systemID}",       WRITE, 0, desk_intake_post),
    DESK("POST", "/innkommet/{systemID}",       WRITE, 0, desk_intake_sent),
    DESK("GET",  "/dokument/{systemID}",        BULK,  0, desk_document),
    DESK("GET",  "/skjerming/{systemID}",       WRITE, 0, desk_screening),
    DESK("POST", "/skjerming/{systemID}",       WRITE, 0, desk_screening_sent),
    DESK("GET",  "/sak/{systemID}",             WRITE, 0, desk_case),
    DESK("POST", "/sak/{systemID}",             WRITE, 0, desk_case_sent),
    DESK("GET",  "/innsynskrav",                WRITE, 0, desk_orders),
    DESK("GET",  "/innsynskrav/{krav}",         WRITE, 0, desk_order),
    DESK("GET",  "/innsynskrav/{krav}/{post}",  WRITE, 0, desk_answer),
    DESK("POST", "/innsynskrav/{krav}/{post}",  WRITE, 0, desk_answer_sent),
    DESK("POST", "/innsynskrav/{krav}/{post}/steng", WRITE, 0, desk_order_shut),
    DESK("GET",  "/avslutning",                 SLOW,  0, desk_closing),
    DESK("POST", "/avslutning",                 SLOW,  0, desk_closing_sent),
    DESK("GET",  "/periode",                    READ,  0, desk_period_list),
    DESK("GET",  "/periode/{systemID}",         SLOW,  0, desk_period),
    DESK("POST", "/periode/{systemID}",         SLOW,  0, desk_period_sent),
    DESK("GET",  "/uttrekk",                    READ,  0, desk_extracts),
    DESK("POST", "/uttrekk",                    WRITE, 0, desk_extract_ordered),
    DESK("GET",  "/uttrekk/{id}",               READ,  0, desk_extract),
    DESK("POST", "/uttrekk/{id}",               WRITE, 0, desk_extract_sent),
    DESK("GET",  "/uttrekk/{id}/pakke",         BULK,  0, desk_extract_package),
    DESK("GET",  "/uttrekk/{id}/beskrivelse",   BULK,  0, desk_extract_description),
    DESK("POST", "/kontroll",                   BULK,  UPLOAD_MAX, desk_check_uploaded),
    DESK("GET",  "/kontroll/{id}",              READ,  0, desk_check),
    DESK("POST", "/kontroll/{id}",              WRITE, 0, desk_check_sent),
    DESK("GET",  "/kontroll/{id}/rapport",      BULK,  0, desk_check_report),
    DESK("GET",  "/post/{systemID}",            READ,  0, desk_any_record),
    DESK("GET",  "/kvalitet",                   SLOW,  0, desk_quality_all),
    DESK("GET",  "/kvalitet/{liste}",           SLOW,  0, desk_quality_list),
    DESK("GET",  "/kvalitet/{liste}/csv",       SLOW,  0, desk_quality_csv),
    DESK("GET",  "/publisering",                WRITE, 0, desk_publish_queue),
    DESK("POST", "/publisering",                WRITE, 0, desk_publish_chosen),
    DESK("GET",  "/publisering/{systemID}",     WRITE, 0, desk_publish_post),
    DESK("POST", "/publisering/{systemID}",     WRITE, 0, desk_publish_sent),
};
#undef DESK

/* For archivists alone: nobody else is told of it. */
static enum rc services(void *arg, struct page *pg, struct web_service **ret, size_t *ret_n)
{
    const struct web_service s = {.theme = "", .title = tr(pg, &D_DESK), .summary = tr(pg, &D_DESK_LEAD),
                                  .href = desk_href(pg, "")};
    (void)arg;
    return page_service(pg, ROLE_ARKIVAR, &s, ret, ret_n);
}

enum rc desk_open(struct cx *cx, struct web *web, struct archive *a, struct export_jobs *jobs, struct innsyn *in,
                  struct login *login, struct desk **ret)
{
    struct desk *d = mem_try(sizeof(*d));
    if (!d)
        return cx_nomem(cx);
    *d = (struct desk){web, a, jobs, in, login};
    web_add_services(web, services, d);
    web_offer_work(web, ROLE_ARKIVAR, "/arkivar", &D_DESK);
    *ret = d;
    return RC_OK;
}

void desk_close(struct desk **d)
{
    mem_free(*d);
    *d = NULL;
}

struct http_door desk_door(struct desk *d)
{
    return web_door(d->web, routes, COUNT_OF(routes), d);
}

/* ------------------------------------------------------------------ what the pages share */

enum rc desk_call(struct page *pg, struct call *ret)
{
    const struct desk *d = pg->app;
    *ret = (struct call){.cx = pg->cx, .person = pg->session->person, .role = pg->rq->role};
    TRY(archive_vault(pg->cx, d->archive, pg->kommune->slug, &ret->vault));
    return archive_meet(ret);
}

const char *desk_href(struct page *pg, const char *path)
{
    const char *full = arena_printf(pg->cx->arena, "/arkivar%s", path);
    return page_href(pg, full ? full : "");
}

const char *desk_href_of(struct page *pg, const char *path, const char *id)
{
    const char *full = arena_printf(pg->cx->arena, "/arkivar%s/%s", path, id);
    return page_href(pg, full ? full : "");
}

void desk_begin(struct page *pg, struct page_head head, const struct crumb *up)
{
    const struct crumb crumbs[] = {{desk_href(pg, ""), tr(pg, &D_DESK)}, up ? *up : (struct crumb){NULL, NULL}};
    head.crumbs = crumbs;
    head.crumbs_n = up ? 2 : 1;
    head.wide = head.no_index = true;
    page_begin(pg, &head);
}

int64_t desk_side(struct page *pg)
{
    int64_t n;
    return str_int(str_of(form_get(&pg->form, "side")), &n) && n >= 1 && n <= INT32_MAX ? n : 1;
}

const char *desk_number(struct page *pg, int64_t n)
{
    return arena_printf(pg->cx->arena, "%" PRId64, n);
}

const char *desk_count(struct page *pg, int64_t n, int64_t limit)
{
    return n > limit ? arena_printf(pg->cx->arena, "%" PRId64 "+", limit) : desk_number(pg, n);
}

void desk_choose(struct page *pg, const char *name, const char *value, const char *what, bool first)
{
    html_open(&pg->html, TAG_INPUT,
              ATTRS({ATT_CLASS, "ds-input"}, {ATT_TYPE, "checkbox"}, {ATT_NAME, name}, {ATT_VALUE, value},
                    {ATT_ID, first ? name : NULL}, {ATT_ARIA_LABEL, tr_fill(pg, &D_CHOOSE_ONE, what, NULL)}));
}

/* ------------------------------------------------------------------ records */

const char *desk_text(struct page *pg, const struct val *v)
{
    const char *s = v->state == VAL_SET ? arena_strndup(pg->cx->arena, v->text.p, v->text.n) : NULL;
    return s ? s : "";
}

const char *desk_record_number(struct page *pg, const struct rec *r)
{
    if (r->entity->family == F_mappe)
        return desk_text(pg, rec_val(r, A_mappe_mappeID));
    return r->entity->family == F_registrering ? desk_text(pg, rec_val(r, A_registrering_registreringsID)) : "";
}

const char *desk_record_title(struct page *pg, const struct rec *r)
{
    enum attr_id a = r->entity->family == F_mappe          ? A_mappe_tittel
                     : r->entity->family == F_registrering ? A_registrering_tittel
                                                           : A_dokumentbeskrivelse_tittel;
    return desk_text(pg, rec_val(r, a));
}

const char *desk_record_href(struct page *pg, const struct rec *r)
{
    if (r->entity->family == F_dokumentbeskrivelse)
        return desk_href_of(pg, "/skjerming", r->systemid);
    return desk_href_of(pg, r->entity->family == F_mappe ? "/sak" : "/innkommet", r->systemid);
}
