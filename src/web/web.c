/* Opening, doors, and what is done for every request before a handler runs. */
#include "web/web_int.h"

#include <unistd.h>

/*
 * Nothing is loaded from elsewhere, no script and no style stands in the markup; images may be data
 * because the icons of Designsystemet are.
 */
#define POLICY                                                                              \
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "  \
    "base-uri 'none'; form-action 'self'"

/* Scheme, host and port of an address. */
static struct str origin_of(const char *url)
{
    const char *host = strstr(url, "//");
    return (struct str){url, host ? (size_t)(host - url) + 2 + strcspn(host + 2, "/?#") : 0};
}

/* Logging out ends with a redirect to the provider, which browsers hold to be part of the form. */
static void write_policies(struct web *w)
{
    struct login_provider p;
    struct buf page, frame;
    buf_init(&page, (size_t)KiB(8));
    buf_init(&frame, (size_t)KiB(8));
    buf_puts(&page, POLICY);
    buf_puts(&frame, "default-src 'none'; frame-ancestors");
    for (size_t i = 0; login_provider_at(w->login, i, &p); i++) {
        struct str origin = origin_of(p.url);
        buf_printf(&page, " %.*s", (int)origin.n, origin.p);
        buf_printf(&frame, " %.*s", (int)origin.n, origin.p);
    }
    if (!login_provider_at(w->login, 0, &p))
        buf_puts(&frame, " 'none'");
    w->csp = mem_strdup(page.p);
    w->frame_csp = mem_strdup(frame.p);
    buf_free(&page);
    buf_free(&frame);
}

enum rc web_open(struct cx *cx, struct store *store, struct login *login, const char *dir, struct config *cfg,
                 struct web **ret)
{
    (void)cx;
    struct web *w = mem_new(sizeof(*w));
    w->store = store;
    w->login = login;
    w->dir = mem_strdup(dir);
    contacts_read(w, cfg);
    write_policies(w);
    *ret = w;
    return RC_OK;
}

void web_close(struct web **ref)
{
    struct web *w = *ref;
    *ref = NULL;
    if (!w)
        return;
    for (size_t i = 0; i < w->doors_n; i++)
        mem_free(w->doors[i].rows);
    mem_free(w->dir);
    contacts_free(w);
    mem_free(w->csp);
    mem_free(w->frame_csp);
    mem_free(w);
}

void web_add_services(struct web *w, web_services list, void *arg)
{
    if (w->services_n == SERVICES_MAX)
        return;
    w->services[w->services_n].list = list;
    w->services[w->services_n++].arg = arg;
}

enum rc page_service(struct page *pg, enum role least, const struct web_service *s, struct web_service **ret, size_t *ret_n)
{
    *ret_n = pg->rq->role >= least;
    *ret = arena_alloc(pg->cx->arena, sizeof(**ret));
    if (!*ret)
        return cx_nomem(pg->cx);
    **ret = *s;
    return RC_OK;
}

void web_add_front(struct web *w, enum rc (*write)(void *arg, struct page *pg), void *arg)
{
    if (w->fronts_n == SERVICES_MAX)
        return;
    w->fronts[w->fronts_n].write = write;
    w->fronts[w->fronts_n++].arg = arg;
}

/* ------------------------------------------------------------------ before the handler */

/* http finds the caller; the session is kept for the page. */
static enum rc identify(struct http_request *rq)
{
    const struct web_door *door = rq->app;
    struct visit *v = arena_alloc(rq->cx.arena, sizeof(*v));
    if (!v)
        return cx_nomem(&rq->cx);
    rq->state = v;
    TRY(login_session_find(&rq->cx, door->web->login, http_cookie(rq, COOKIE_SESSION), &v->session));
    rq->person = v->session.person;
    return RC_OK;
}

/* A browser tells in Origin where a form stood; one that does not is held to the token alone. */
static bool origin_ours(struct http_request *rq)
{
    const char *origin = http_header(rq, "Origin"), *site = http_header(rq, "Sec-Fetch-Site");
    if (origin)
        return streq(origin, http_base(rq));
    return !site || streq(site, "same-origin") || streq(site, "none");
}

static enum rc check_origin(struct page *pg)
{
    return origin_ours(pg->rq) ? RC_OK : err_set(pg->cx, RC_FORM_TOKEN, NULL, NULL);
}

static enum rc check_token(struct page *pg)
{
    const char *sent = form_get(&pg->form, FIELD_TOKEN), *nonce = form_get(&pg->form, FIELD_NONCE);
    if (!page_visit(pg)->session.token[0])
        return err_set(pg->cx, RC_FORM_TOKEN, NULL, NULL);
    const char *right = page_token(pg);
    if (strlen(sent) != strlen(right) || !secret_equal(sent, right, strlen(right)))
        return err_set(pg->cx, RC_FORM_TOKEN, NULL, NULL);
    if (!uuid_valid(str_of(nonce)))
        return err_set(pg->cx, RC_BAD_REQUEST, NULL, "form");
    pg->nonce = nonce;
    return RC_OK;
}

/* Not left to http, which would not have the form taken in. */
static enum rc check_login(struct page *pg)
{
    if (pg->rq->role < pg->route->least)
        return err_set(pg->cx, pg->rq->person.known ? RC_FORBIDDEN : RC_LOGIN_NEEDED, NULL, NULL);
    return page_demand(pg, pg->route->level);
}

static enum rc read_body(struct page *pg)
{
    if (page_visit(pg)->upload)
        return multipart_end(page_visit(pg)->upload, &pg->form);
    if (!str_ieq(media_type(http_header(pg->rq, "Content-Type")), "application/x-www-form-urlencoded"))
        return err_set(pg->cx, RC_MEDIA_TYPE, NULL, "application/x-www-form-urlencoded");
    return form_read(pg->cx, pg->rq->body, &pg->form);
}

/* Before a body with files is taken in. */
static enum rc begin(struct http_request *rq, struct http_reply *rp)
{
    struct page pg;
    TRY(page_open(rq, rp, &pg));
    TRY(check_origin(&pg));
    TRY(check_login(&pg)); /* nobody fills the disk without a login */
    TRY(multipart_begin(&rq->cx, pg.web->dir, http_header(rq, "Content-Type"), &page_visit(&pg)->upload));
    rq->sink = (struct http_sink){.state = page_visit(&pg)->upload, .write = multipart_write};
    return RC_OK;
}

static enum rc run(struct http_request *rq, struct http_reply *rp)
{
    struct page pg;
    bool post = streq(rq->method, "POST");
    TRY(page_open(rq, rp, &pg));
    if (post) {
        TRY(check_origin(&pg));
        TRY(read_body(&pg));
    }
    enum rc rc = check_login(&pg);
    bool login = rc == RC_LOGIN_NEEDED || rc == RC_LEVEL_NEEDED;
    if (rc == RC_OK && post)
        rc = check_token(&pg);
    if (post && (login || rc == RC_FORM_TOKEN) && parked_may(rq)) {
        err_clear(&rq->cx);
        return parked_keep(&pg, login);
    }
    TRY(rc);
    return pg.route->run(&pg);
}

/* ------------------------------------------------------------------ doors */

static struct http_route row_of(const struct web_route *r)
{
    struct http_route row = {.method = r->method, .path = r->path, .least = ROLE_NONE, .lane = r->lane, .run = run};
    if (r->upload_max > 0) {
        row.body = BODY_STREAM;
        row.body_max = r->upload_max;
        row.begin = begin;
    } else if (streq(r->method, "POST")) {
        row.body = BODY_BUFFER;
        row.body_max = FORM_TEXT_MAX;
    }
    return row;
}

struct http_door web_door(struct web *w, const struct web_route *routes, size_t n, void *app)
{
    struct web_door *d = &w->doors[w->doors_n++];
    *d = (struct web_door){.web = w, .app = app, .routes = routes,
                           .rows = mem_new((n + 1) * sizeof(*d->rows))};
    for (size_t i = 0; i < n; i++)
        d->rows[i] = row_of(&routes[i]);
    return (struct http_door){.routes = d->rows, .routes_n = n, .app = d, .identify = identify,
                              .render_error = error_page, .browser = true};
}

static const struct web_route own[] = {
    {"GET",  "/",                          ROLE_NONE, LEVEL_NONE, LANE_READ,  0, front_cooperation},
    {"GET",  "/tilgjengelighet",           ROLE_NONE, LEVEL_NONE, LANE_READ,  0, front_accessibility},
    {"GET",  "/logg-inn",                  ROLE_NONE, LEVEL_NONE, LANE_READ,  0, signin_page},
    {"POST", "/logg-inn",                  ROLE_NONE, LEVEL_NONE, LANE_SLOW,  0, signin_password},
    {"GET",  "/logg-inn/kode",             ROLE_NONE, LEVEL_LOW,  LANE_WRITE, 0, signin_code_page},
    {"POST", "/logg-inn/kode",             ROLE_NONE, LEVEL_LOW,  LANE_WRITE, 0, signin_code},
    {"GET",  "/logg-inn/svar",             ROLE_NONE, LEVEL_NONE, LANE_SLOW,  0, signin_answer},
    {"GET",  "/logg-inn/{tilbyder}",       ROLE_NONE, LEVEL_NONE, LANE_SLOW,  0, signin_provider},
    {"GET",  "/logg-ut",                   ROLE_NONE, LEVEL_NONE, LANE_READ,  0, signin_out_done},
    {"GET",  "/fortsett",                  ROLE_NONE, LEVEL_NONE, LANE_READ,  0, parked_page},
    {"POST", "/logg-ut",                   ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, signin_out},
    {"GET",  "/static/{fil}",              ROLE_NONE, LEVEL_NONE, LANE_READ,  0, asset_get},
    {"GET",  "/static/farge/{farge}",      ROLE_NONE, LEVEL_NONE, LANE_READ,  0, asset_colour},
    {"GET",  "/{kommune}/",                ROLE_NONE, LEVEL_NONE, LANE_READ,  0, front_municipality},
    {"GET",  "/{kommune}/tilgjengelighet", ROLE_NONE, LEVEL_NONE, LANE_READ,  0, front_accessibility},
    {"GET",  "/{kommune}/sok",             ROLE_NONE, LEVEL_NONE, LANE_READ,  0, front_search},
};

struct http_door web_own_door(struct web *w)
{
    return web_door(w, own, COUNT_OF(own), w);
}
