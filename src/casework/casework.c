/* Routes, and what the pages have in common. */
#include "casework/casework_int.h"

enum { UPLOAD_MAX = 100 << 20 };

#define SB ROLE_SAKSBEHANDLER
#define L2 LEVEL_SUBSTANTIAL

static const struct web_route routes[] = {
    {"GET",  "/{kommune}/saksbehandler",                                SB, L2, LANE_WRITE, 0, list_page},
    {"POST", "/{kommune}/saksbehandler",                                SB, L2, LANE_WRITE, 0, list_taken},
    {"GET",  "/{kommune}/saksbehandler/oppgaver.csv",                   SB, L2, LANE_WRITE, 0, list_csv},
    {"GET",  "/{kommune}/saksbehandler/oppgave/{oppgave}",              SB, L2, LANE_WRITE, 0, task_page},
    {"POST", "/{kommune}/saksbehandler/oppgave/{oppgave}",              SB, L2, LANE_WRITE, 0, task_sent},
    {"GET",  "/{kommune}/saksbehandler/sok",                            SB, L2, LANE_WRITE, 0, search_page},
    {"GET",  "/{kommune}/saksbehandler/sak/{systemID}",                 SB, L2, LANE_WRITE, 0, case_page},
    {"GET",  "/{kommune}/saksbehandler/sak/{systemID}/historikk",       SB, L2, LANE_WRITE, 0, history_page},
    {"GET",  "/{kommune}/saksbehandler/sak/{systemID}/brev",            SB, L2, LANE_WRITE, 0, draft_choose},
    {"POST", "/{kommune}/saksbehandler/sak/{systemID}/brev",            SB, L2, LANE_WRITE, 0, draft_begun},
    {"POST", "/{kommune}/saksbehandler/sak/{systemID}/mangel/{mangel}", SB, L2, LANE_WRITE, 0, request_closed},
    {"GET",  "/{kommune}/saksbehandler/brev/{brev}",                    SB, L2, LANE_WRITE, 0, draft_page},
    {"POST", "/{kommune}/saksbehandler/brev/{brev}",                    SB, L2, LANE_WRITE, 0, draft_sent},
    {"GET",  "/{kommune}/saksbehandler/brev/{brev}/vis",                SB, L2, LANE_WRITE, 0, letter_shown},
    {"POST", "/{kommune}/saksbehandler/brev/{brev}/vis",                SB, L2, LANE_WRITE, 0, letter_decided},
    {"GET",  "/{kommune}/saksbehandler/brev/{brev}/pdf",                SB, L2, LANE_WRITE, 0, letter_preview},
    {"GET",  "/{kommune}/saksbehandler/brev/{brev}/vedlegg",            SB, L2, LANE_WRITE, 0, attachments_page},
    {"POST", "/{kommune}/saksbehandler/brev/{brev}/vedlegg",            SB, L2, LANE_BULK, UPLOAD_MAX, attachments_sent},
    {"GET",  "/{kommune}/saksbehandler/brev/{brev}/vedlegg/{nr}",       SB, L2, LANE_WRITE, 0, attachment_file},
    {"GET",  "/{kommune}/saksbehandler/dokument/{systemID}",            SB, L2, LANE_WRITE, 0, document_file},
};

/* For case workers alone: nobody else is told of it. */
static enum rc services(void *arg, struct page *pg, struct web_service **ret, size_t *ret_n)
{
    const struct web_service s = {.theme = "", .title = tr(pg, &K_DESK), .summary = tr(pg, &K_DESK_LEAD),
                                  .href = work_home(pg).href};
    (void)arg;
    return page_service(pg, SB, &s, ret, ret_n);
}

enum rc casework_open(struct cx *cx, struct web *web, struct archive *archive, struct login *login, struct letters *letters,
                      struct casework **ret)
{
    struct casework *w = mem_try(sizeof(*w));
    if (!w)
        return cx_nomem(cx);
    *w = (struct casework){web, archive, login, letters};
    web_add_services(web, services, w);
    web_offer_work(web, SB, "/saksbehandler", &K_DESK);
    *ret = w;
    return RC_OK;
}

void casework_close(struct casework **w)
{
    if (!w || !*w)
        return;
    mem_free(*w);
    *w = NULL;
}

struct http_door casework_door(struct casework *w)
{
    return web_door(w->web, routes, COUNT_OF(routes), w);
}

/* ------------------------------------------------------------------ in common */

enum rc work_call(struct page *pg, struct call *ret)
{
    const struct casework *w = pg->app;
    *ret = (struct call){.cx = pg->cx, .person = pg->session->person, .role = pg->rq->role};
    TRY(archive_vault(pg->cx, w->archive, pg->kommune->slug, &ret->vault));
    return archive_meet(ret);
}

struct crumb work_home(struct page *pg)
{
    return (struct crumb){page_href(pg, "/saksbehandler"), tr(pg, &K_DESK)};
}

const char *work_href(struct page *pg, const char *fmt, ...)
{
    va_list ap;
    char rest[300];
    va_start(ap, fmt);
    (void)vsnprintf(rest, sizeof(rest), fmt, ap);
    va_end(ap);
    const char *path = arena_printf(pg->cx->arena, "/saksbehandler%s", rest);
    return path ? page_href(pg, path) : "/";
}

const char *work_number(struct page *pg, int64_t n)
{
    const char *s = arena_printf(pg->cx->arena, "%" PRId64, n);
    return s ? s : "";
}

const char *work_kilobytes(struct page *pg, int64_t bytes)
{
    return work_number(pg, (bytes + 1023) / 1024);
}

enum rc work_file(struct page *pg, const struct call *c, const struct document *d)
{
    pg->rp->fd = d->fd;
    pg->rp->size = d->size;
    if (d->fd < 0)
        pg->rp->source = (struct http_source){archive_far(c->vault, d->sha256), archive_far_send, mem_free};
    pg->rp->type = d->mime ? d->mime : "application/octet-stream";
    return page_file_shown(pg);
}

const char *work_kommune(struct page *pg)
{
    const char *s = arena_printf(pg->cx->arena, "%s kommune", pg->kommune->name);
    return s ? s : "";
}

const char *work_text(struct page *pg, const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    if (v->state != VAL_SET)
        return "";
    if (model_attr(a)->type == T_CODE && v->name.n > 0)
        return page_code(pg, v->name);
    const char *copy = arena_strndup(pg->cx->arena, v->text.n ? v->text.p : "", v->text.n);
    return copy ? copy : "";
}

const char *work_date(struct page *pg, const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    return v->state == VAL_SET ? page_date(pg, v->i) : NULL;
}

enum rc work_linked(struct call *c, const struct rec *from, enum package p, const char *name, int64_t most,
                    struct result *ret)
{
    const struct link *l = model_link_named(from->entity->id, p, str_of(name));
    const struct query q = {.entity = model_entity(l->target), .from = from, .link = l, .list = CL_NONE, .top = most,
                            .no_count = true};
    *ret = (struct result){0};
    return archive_query(c, &q, ret);
}

void work_views_begin(struct page *pg, const struct text *label)
{
    html_open(&pg->html, TAG_NAV, ATTRS({ATT_ARIA_LABEL, tr(pg, label)}));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-links sd-views"}));
}

void work_view(struct page *pg, const char *href, const char *text, bool current)
{
    html_open(&pg->html, TAG_LI, NULL);
    html_put(&pg->html, TAG_A, ATTRS({ATT_CLASS, "ds-link"}, {ATT_HREF, href}, {ATT_ARIA_CURRENT, current ? "page" : NULL}), text);
    html_close(&pg->html, TAG_LI);
}

void work_views_end(struct page *pg)
{
    html_close(&pg->html, TAG_UL);
    html_close(&pg->html, TAG_NAV);
}

int64_t work_page(const struct page *pg)
{
    int64_t page;
    bool fine = str_int(str_of(form_get(&pg->form, "side")), &page) && page >= 1 && page <= INT32_MAX;
    return fine ? page : 1;
}
