/*
 * The route table: addresses, least roles, lanes and limits in one place.
 */
#include "tg/tg_int.h"

#define K "/{kommune}/noark5/"
#define LES ROLE_LESER
#define SKRIV ROLE_SAKSBEHANDLER
#define ARKIV ROLE_ARKIVAR
#define ADMIN ROLE_ARKIVADMINISTRATOR
#define JSON_MAX MiB(1)
#define NO_BODY BODY_NONE, 0, NULL
#define JSON_BODY BODY_BUFFER, JSON_MAX, NULL
#define FILE_MAX GiB(1024)

static const struct http_route routes[] = {
    /* method  path                                    least      lane        body and its limit, begin     run */
    {"GET",    "/helse",                               ROLE_NONE, LANE_READ,  NO_BODY,                      root_health},
    {"GET",    "/openapi.json",                        ROLE_NONE, LANE_READ,  NO_BODY,                      root_openapi},
    {"GET",    K,                                      ROLE_NONE, LANE_READ,  NO_BODY,                      root_get},
    {"GET",    K "openapi.json",                       ROLE_NONE, LANE_READ,  NO_BODY,                      root_openapi},
    {"GET",    K ".well-known/openid-configuration",   ROLE_NONE, LANE_READ,  NO_BODY,                      root_discovery},
    {"GET",    K "jwks",                               ROLE_NONE, LANE_READ,  NO_BODY,                      root_jwks},
    {"POST",   K "token",                              ROLE_NONE, LANE_SLOW,  BODY_BUFFER, KiB(64), NULL,   root_token},
    {"GET",    K "login/basic/",                       ROLE_NONE, LANE_READ,  NO_BODY,                      root_basic},
    {"GET",    K "admin/system/",                      LES,       LANE_READ,  NO_BODY,                      root_system},

    {"GET",    K "{pakke}/",                           LES,       LANE_READ,  NO_BODY,                      root_package},
    {"GET",    K "{pakke}/{rel}/",                     LES,       LANE_READ,  NO_BODY,                      top_get},
    {"POST",   K "{pakke}/{rel}/",                     SKRIV,     LANE_LATER, JSON_BODY,                    top_post},
    {"DELETE", K "{pakke}/{rel}/",                     SKRIV,     LANE_WRITE, NO_BODY,                      top_delete},
    {"POST",   K "metadata/{rel}/",                    ADMIN,     LANE_LATER, JSON_BODY,                    metadata_post},
    {"POST",   K "admin/{rel}/",                       ADMIN,     LANE_LATER, JSON_BODY,                    admin_post},

    {"GET",    K "{pakke}/{entitet}/{id}/",            LES,       LANE_READ,  NO_BODY,                      object_get},
    {"PUT",    K "{pakke}/{entitet}/{id}/",            SKRIV,     LANE_WRITE, JSON_BODY,                    object_put},
    {"PATCH",  K "{pakke}/{entitet}/{id}/",            SKRIV,     LANE_WRITE, JSON_BODY,                    object_patch},
    {"DELETE", K "{pakke}/{entitet}/{id}/",            SKRIV,     LANE_WRITE, NO_BODY,                      object_delete},

    {"GET",    K "{pakke}/{entitet}/{id}/{rel}/",      LES,       LANE_READ,  NO_BODY,                      sub_get},
    {"POST",   K "{pakke}/{entitet}/{id}/{rel}/",      SKRIV,     LANE_LATER, JSON_BODY,                    sub_post},
    {"PUT",    K "{pakke}/{entitet}/{id}/{rel}/",      SKRIV,     LANE_WRITE, JSON_BODY,                    sub_put},
    {"DELETE", K "{pakke}/{entitet}/{id}/{rel}/",      SKRIV,     LANE_WRITE, NO_BODY,                      sub_delete},
    {"POST",   K "{pakke}/{entitet}/{id}/{rel}/$ref",  SKRIV,     LANE_WRITE, JSON_BODY,                    ref_post},
    {"PUT",    K "{pakke}/{entitet}/{id}/{rel}/$ref",  SKRIV,     LANE_WRITE, JSON_BODY,                    ref_put},
    {"DELETE", K "{pakke}/{entitet}/{id}/{rel}/$ref",  SKRIV,     LANE_WRITE, JSON_BODY,                    ref_delete},

    {"PUT",    K "{pakke}/{entitet}/{id}/$ref",        SKRIV,     LANE_WRITE, JSON_BODY,                    cross_put},
    {"POST",   K "{pakke}/{entitet}/{id}/$ref",        SKRIV,     LANE_WRITE, JSON_BODY,                    cross_put},

    {"GET",    "/{kommune}/bevis/",                    LES,       LANE_WRITE, NO_BODY,                     proof_head},
    {"GET",    "/{kommune}/bevis/{id}/",               LES,       LANE_WRITE, NO_BODY,                     proof_get},

    {"GET",    "/{kommune}/uttrekk/",                  ARKIV,     LANE_READ,  NO_BODY,                      uttrekk_list},
    {"POST",   "/{kommune}/uttrekk/",                  ARKIV,     LANE_WRITE, JSON_BODY,                    uttrekk_post},
    {"GET",    "/{kommune}/uttrekk/{id}/",             ARKIV,     LANE_READ,  NO_BODY,                      uttrekk_get},
    {"DELETE", "/{kommune}/uttrekk/{id}/",             ARKIV,     LANE_WRITE, NO_BODY,                      uttrekk_delete},
    {"GET",    "/{kommune}/uttrekk/{id}/grunner/",     ARKIV,     LANE_READ,  NO_BODY,                      uttrekk_reasons},
    {"GET",    "/{kommune}/uttrekk/{id}/pakke/",       ARKIV,     LANE_BULK,  NO_BODY,                      uttrekk_package},
    {"GET",    "/{kommune}/uttrekk/{id}/beskrivelse/", ARKIV,     LANE_BULK,  NO_BODY,                      uttrekk_description},

    {"GET",    K "{pakke}/{entitet}/{id}/fil/",        LES,       LANE_BULK,  NO_BODY,                      file_get},
    {"POST",   K "{pakke}/{entitet}/{id}/fil/",        SKRIV,     LANE_BULK,  BODY_STREAM, FILE_MAX, file_begin, file_post},
    {"PUT",    K "{pakke}/{entitet}/{id}/fil/{opplasting}/", SKRIV, LANE_BULK, BODY_STREAM, FILE_MAX, chunk_begin, chunk_put},
};

enum rc tg_open(struct cx *cx, struct archive *archive, struct login *login, struct export_jobs *exports,
                struct config *cfg, struct tg **ret)
{
    (void)cx;
    struct tg *tg = mem_new(sizeof(*tg));
    tg->archive = archive;
    tg->login = login;
    tg->exports = exports;
    tg->oidc = config_bool(cfg, "login", "oidc", true);
    links_setup();
    *ret = tg;
    return RC_OK;
}

void tg_close(struct tg **tg)
{
    mem_free(*tg);
    *tg = NULL;
}

struct http_door tg_door(struct tg *tg)
{
    return (struct http_door){.routes = routes, .routes_n = COUNT_OF(routes), .app = tg,
                              .render_error = error_render};
}

static bool yes(const char *s)
{
    return s && (str_ieq(str_of(s), "ja") || str_ieq(str_of(s), "yes") || str_ieq(str_of(s), "true"));
}

/* What links are made of stands in JSON as it is. */
static bool plain_address(const char *s)
{
    for (; *s; s++)
        if (*s <= 0x20 || *s >= 0x7f || *s == '"' || *s == '\\')
            return false;
    return true;
}

enum rc job_begin(struct http_request *rq, struct http_reply *rp, struct job *ret)
{
    struct job j = {.tg = rq->app, .rq = rq, .rp = rp, .cx = &rq->cx};
    struct str slug = http_param(rq, "kommune");
    char *name = arena_strndup(rq->cx.arena, slug.p, slug.n);
    const char *base = http_base(rq);
    j.base = name && base ? arena_printf(rq->cx.arena, "%s/%s/noark5/", base, name) : NULL;
    if (!j.base)
        return cx_nomem(&rq->cx);
    if (!plain_address(j.base))
        return err_secret(&rq->cx, RC_INTERNAL, "[server] url: an address of ASCII letters without quotes");
    TRY(archive_vault(j.cx, j.tg->archive, name, &j.call.vault));
    j.call.cx = j.cx;
    j.call.person = rq->person;
    j.call.role = rq->role;
    j.call.correct = rq->role == ROLE_ARKIVADMINISTRATOR && yes(http_header(rq, "X-Samdrift-Korriger"));
    j.call.import = yes(http_header(rq, "X-Samdrift-Import"));
    j.call.idempotency_key = http_header(rq, "Idempotency-Key");
    rp->type = NOARK_JSON;
    *ret = j;
    return rq->role == ROLE_NONE ? RC_OK : archive_meet(&ret->call);
}
