/*
 * Entry points: the root, package pages, system information, login, the description of the interface.
 */
#include "tg/tg_int.h"

/* Packages of the root after login, sorted by relation; the namespace tells what is official. */
#define BEFORE_LOGIN 5      /* how many sort before login/ */
static const struct {
    enum ns ns;
    const char *name, *href;
} root_links[] = {
    {NS_N, "moeter/", "moeter/"},
    {NS_R, "admin/", "admin/"},
    {NS_R, "admin/system/", "admin/system/"},
    {NS_R, "arkivstruktur/", "arkivstruktur/"},
    {NS_R, "loggingogsporing/", "loggingogsporing/"},
    {NS_R, "metadata/", "metadata/"},
    {NS_R, "sakarkiv/", "sakarkiv/"},
};

static void root_link(struct job *j, struct jw *w, enum ns ns, const char *name, const char *href)
{
    char rel[160];
    char *url = arena_printf(j->cx->arena, "%s%s", j->base, href);
    (void)snprintf(rel, sizeof(rel), "%s%s", ns == NS_R ? REL_R : REL_N, name);
    links_one(w, rel, url ? url : "", false);
}

/* Before login only what can be fetched then. OpenID Connect first: clients take the first they know. */
enum rc root_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    TRY(job_begin(rq, rp, &j));
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_key(&w, "_links");
    jw_open(&w, '{');
    bool inside = rq->role != ROLE_NONE;
    for (size_t i = 0; i < BEFORE_LOGIN && inside; i++)
        root_link(&j, &w, root_links[i].ns, root_links[i].name, root_links[i].href);
    if (j.tg->oidc)
        root_link(&j, &w, NS_R, "login/oidc/", ".well-known/openid-configuration");
    root_link(&j, &w, NS_R, "login/rfc7617/", "login/basic/");
    for (size_t i = BEFORE_LOGIN; i < COUNT_OF(root_links) && inside; i++)
        root_link(&j, &w, root_links[i].ns, root_links[i].name, root_links[i].href);
    links_one(&w, "self", j.base, false);
    jw_close(&w, '}');
    jw_close(&w, '}');
    return RC_OK;
}

enum rc root_package(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    enum package p;
    TRY(job_begin(rq, rp, &j));
    if (!path_package(http_param(rq, "pakke"), &p))
        return err_set(j.cx, RC_NOT_FOUND, NULL, NULL);
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    links_package(&j, &w, p);
    jw_close(&w, '}');
    return RC_OK;
}

#define VERSION_DATE "2026-11-24T00:00:00+01:00"

enum rc root_system(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    TRY(job_begin(rq, rp, &j));
    char *self = arena_printf(j.cx->arena, "%sadmin/system/", j.base);
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_pair(&w, "leverandoer", "Samdrift");
    jw_pair(&w, "produkt", "Samdrift");
    jw_pair(&w, "versjon", SAMDRIFT_VERSION);
    jw_pair(&w, "versjonsdato", VERSION_DATE);
    jw_pair(&w, "protokollversjon", "1.1");
    jw_key(&w, "bulkgrense");
    jw_int(&w, vault_bulk_limit(j.call.vault));
    jw_key(&w, "_links");
    jw_open(&w, '{');
    links_one(&w, REL_R "admin/system/", self ? self : "", false);
    links_one(&w, "self", self ? self : "", false);
    jw_close(&w, '}');
    jw_close(&w, '}');
    return RC_OK;
}

/* ------------------------------------------------------------------ login */

/* The issuer is the interface of the municipality, without the last slash. */
static enum rc issuer(struct job *j, const char **ret)
{
    *ret = arena_strndup(j->cx->arena, j->base, strlen(j->base) - 1);
    return *ret ? RC_OK : cx_nomem(j->cx);
}

enum rc root_discovery(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    const char *iss;
    TRY(job_begin(rq, rp, &j));
    TRY(issuer(&j, &iss));
    rp->type = "application/json";
    return login_discovery(j.cx, j.tg->login, iss, &rp->body);
}

enum rc root_jwks(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    TRY(job_begin(rq, rp, &j));
    rp->type = "application/json";
    return login_jwks(j.cx, j.tg->login, &rp->body);
}

enum rc root_token(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    const char *iss;
    TRY(job_begin(rq, rp, &j));
    TRY(issuer(&j, &iss));
    rp->type = "application/json";
    TRY(http_set(rq, rp, "Pragma", "no-cache"));
    return login_token(j.cx, j.tg->login, iss, rq->body, http_header(rq, "Authorization"), rq->peer, rq->secure,
                       &rp->status, &rp->body);
}

enum rc root_basic(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    TRY(job_begin(rq, rp, &j));
    char *self = arena_printf(j.cx->arena, "%slogin/basic/", j.base);
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_key(&w, "innlogget");
    jw_bool(&w, rq->person.known);
    jw_key(&w, "_links");
    jw_open(&w, '{');
    links_one(&w, "self", self ? self : "", false);
    jw_close(&w, '}');
    jw_close(&w, '}');
    return RC_OK;
}

/* ------------------------------------------------------------------ about */

enum rc root_openapi(struct http_request *rq, struct http_reply *rp)
{
    struct str slug = http_param(rq, "kommune");
    const char *base = http_base(rq);
    char *url = slug.n ? arena_printf(rq->cx.arena, "%s/%.*s/noark5", base ? base : "", (int)slug.n, slug.p)
                       : arena_printf(rq->cx.arena, "%s/{kommune}/noark5", base ? base : "");
    if (!url)
        return cx_nomem(&rq->cx);
    rp->type = "application/json";
    model_openapi(&rp->body, url);
    return RC_OK;
}

enum rc root_health(struct http_request *rq, struct http_reply *rp)
{
    struct tg *tg = rq->app;
    struct inspect_sandbox s = archive_sandbox(tg->archive);
    struct jw w;
    rp->type = "application/json";
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_pair(&w, "status", "ok");
    jw_key(&w, "inspeksjon");
    jw_open(&w, '{');
    jw_pair(&w, "sandkasse", s.required ? "kreves" : "mulig");
    jw_key(&w, "seccomp");
    jw_bool(&w, s.seccomp);
    jw_key(&w, "landlock");
    jw_int(&w, s.landlock);
    jw_close(&w, '}');
    jw_close(&w, '}');
    return RC_OK;
}
