/* Routes, and what the pages of a form have in common. */
#include "filling/filling_int.h"

#define COOKIE_VISITOR "__Host-samdrift-utkast"

enum { UPLOAD_MAX = 300 << 20 };

static enum rc start(struct page *pg);

static const struct web_route routes[] = {
    {"GET",  "/{kommune}/skjema",                  ROLE_NONE, LEVEL_NONE, LANE_READ,  0, about_list},
    {"GET",  "/{kommune}/skjema/{skjema}",         ROLE_NONE, LEVEL_NONE, LANE_READ,  0, about_form},
    {"GET",  "/{kommune}/skjema/{skjema}/start",   ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, start},
    {"GET",  "/{kommune}/skjema/{skjema}/sjekk",   ROLE_NONE, LEVEL_NONE, LANE_READ,  0, check_show},
    {"POST", "/{kommune}/skjema/{skjema}/sjekk",   ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, check_sent},
    {"GET",  "/{kommune}/skjema/{skjema}/forhaandsvis", ROLE_SAKSBEHANDLER, LEVEL_SUBSTANTIAL, LANE_READ, 0, preview_show},
    {"GET",  "/{kommune}/skjema/{skjema}/{trinn}", ROLE_NONE, LEVEL_NONE, LANE_WRITE, 0, step_show},
    {"POST", "/{kommune}/skjema/{skjema}/{trinn}", ROLE_NONE, LEVEL_NONE, LANE_BULK,  UPLOAD_MAX, step_sent},
    {"GET",  "/{kommune}/skjemaregler",            ROLE_NONE, LEVEL_NONE, LANE_READ,  0, rules_list},
    {"GET",  "/{kommune}/skjemaregler/{skjema}",   ROLE_NONE, LEVEL_NONE, LANE_READ,  0, rules_page},
    {"GET",  "/{kommune}/kvittering/{id}",         ROLE_NONE, LEVEL_NONE, LANE_READ,  0, receipt_show},
    {"GET",  "/{kommune}/kvittering/{id}/pdf",     ROLE_NONE, LEVEL_NONE, LANE_READ,  0, receipt_pdf},
};

enum rc filling_open(struct cx *cx, const struct filling_ground *ground, struct fillings **ret)
{
    struct fillings *p = mem_try(sizeof(*p));
    if (!p)
        return cx_nomem(cx);
    p->on = *ground;
    web_add_services(p->on.web, about_services, p);
    *ret = p;
    return RC_OK;
}

void filling_close(struct fillings **p)
{
    if (!p || !*p)
        return;
    mem_free(*p);
    *p = NULL;
}

struct http_door filling_door(struct fillings *p)
{
    return web_door(p->on.web, routes, COUNT_OF(routes), p);
}

/* ------------------------------------------------------------------ who */

/* The key is kept hashed, as tokens are. */
const char *visitor_key(struct page *pg)
{
    struct str cookie = http_cookie(pg->rq, COOKIE_VISITOR);
    char hash[SHA256_HEX_MAX];
    if (cookie.n != SESSION_TOKEN_MAX - 1)
        return "";
    sha256_hex(cookie.p, cookie.n, hash);
    const char *key = arena_strdup(pg->cx->arena, hash);
    return key ? key : "";
}

static enum rc new_visitor(struct page *pg, const char **ret)
{
    char token[SESSION_TOKEN_MAX], hash[SHA256_HEX_MAX];
    login_session_token(token);
    sha256_hex(token, strlen(token), hash);
    *ret = arena_strdup(pg->cx->arena, hash);
    const char *text = arena_printf(pg->cx->arena, COOKIE_VISITOR "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d",
                                    token, UTKAST_DAYS * 24 * 3600);
    return *ret && text ? http_set(pg->rq, pg->rp, "Set-Cookie", text) : cx_nomem(pg->cx);
}

static enum login_level level_of(const struct skjema *s)
{
    static const enum login_level levels[] = {[NIVAA_NONE] = LEVEL_NONE, [NIVAA_SUBSTANTIAL] = LEVEL_SUBSTANTIAL,
                                              [NIVAA_HIGH] = LEVEL_HIGH};
    return levels[s->level];
}

bool filling_may(const struct page *pg, const struct filling *k)
{
    return pg->session->person.level >= level_of(k->s);
}

/* ------------------------------------------------------------------ a form */

enum rc filling_call(struct page *pg, struct call *ret)
{
    struct fillings *p = pg->app;
    struct vault *v;
    TRY(archive_vault(pg->cx, p->on.archive, pg->kommune->slug, &v));
    return submission_call(pg->cx, v, ret);
}

enum rc filling_begin(struct page *pg, struct filling *ret)
{
    struct skjema_utgave known;
    *ret = (struct filling){.room = pg->app};
    TRY(filling_call(pg, &ret->call));
    TRY(skjema_known(&ret->call, page_param(pg, "skjema"), &known));
    ret->s = known.skjema;
    ret->retired = known.stand == SKJEMA_TRUKKET;
    TRY(page_actor(pg, &ret->actor));
    bool visitor = ret->s->level == NIVAA_NONE && ret->actor->right == RIGHT_SELF;
    ret->eier = visitor ? visitor_key(pg) : ret->actor->eier;
    return RC_OK;
}

bool filling_for(const struct filling *k)
{
    const struct skjema *s = k->s;
    const struct registers *r = k->room->on.registers;
    if (k->actor->kind == ACTOR_CHILD)
        return s->for_child;
    if (k->actor->kind == ACTOR_COMPANY)
        return s->for_company;
    return s->for_self || s->level == NIVAA_NONE || (s->for_child && !register_has(r, FOLKEREGISTER)) ||
           (s->for_company && !register_has(r, ENHETSREGISTER));
}

/* The form in force says what login is demanded, also of a draft of an older version. */
enum rc filling_draft(struct page *pg, struct filling *k)
{
    TRY(page_demand(pg, level_of(k->s)));
    if (!filling_for(k))
        return err_set(pg->cx, RC_NOT_FOUND, "utkast", NULL);
    TRY(utkast_get(&k->call, k->eier, k->s->id, &k->u));
    k->moved = !k->retired && k->s->moves_drafts && k->u.skjema->version < k->s->version;
    if (k->moved)
        TRY(utkast_move(&k->call, k->eier, k->s, &k->u));
    k->s = k->u.skjema;
    return RC_OK;
}

enum rc filling_moved(struct page *pg, const struct filling *k)
{
    return page_go(pg, filling_step_href(pg, k, 0), tr(pg, &F_MOVED));
}

void filling_tell_retired(struct page *pg, const struct filling *k)
{
    if (k->retired)
        ui_alert(pg, UI_WARNING, tr(pg, &F_RETIRED_FORM),
                 tr_fill(pg, &F_RETIRED_BEGUN, page_time(pg, utkast_end(&k->u)), NULL));
}

enum rc filling_lost(struct page *pg, const struct filling *k)
{
    err_clear(pg->cx);
    return page_go(pg, filling_href(pg, k, ""), tr(pg, &F_NO_DRAFT));
}

const char *filling_href(struct page *pg, const struct filling *k, const char *rest)
{
    const char *path = arena_printf(pg->cx->arena, "/skjema/%s%s", k->s->id, rest);
    return path ? page_href(pg, path) : "/";
}

const char *filling_step_href(struct page *pg, const struct filling *k, size_t trinn)
{
    const char *rest = arena_printf(pg->cx->arena, "/%zu", trinn + 1);
    return filling_href(pg, k, trinn < k->s->trinn_n && rest ? rest : "/sjekk");
}

void filling_steps(struct page *pg, const struct filling *k, size_t current)
{
    const char *names[SKJEMA_TRINN_MAX + 1];
    for (size_t i = 0; i < k->s->trinn_n; i++)
        names[i] = k->s->trinn[i].title.in[pg->lang];
    names[k->s->trinn_n] = tr(pg, &F_CHECK);
    ui_steps(pg, names, k->s->trinn_n + 1, current);
}

/* ------------------------------------------------------------------ beginning */

static enum rc begin_draft(struct page *pg, struct filling *k)
{
    json_t *svar = json_object();
    const char *away = "";
    enum rc rc = svar ? RC_OK : cx_nomem(pg->cx);
    if (rc == RC_OK && !*k->eier)
        rc = new_visitor(pg, &k->eier);
    if (rc == RC_OK)
        rc = prefill_all(pg, k, svar, &away);
    if (rc == RC_OK)
        rc = utkast_begin(&k->call, k->eier, k->s, svar, &k->u);
    json_decref(svar);
    TRY(rc);
    const char *href = arena_printf(pg->cx->arena, "%s%s%s", filling_step_href(pg, k, 0), *away ? "?uten=" : "", away);
    return href ? page_go(pg, href, NULL) : cx_nomem(pg->cx);
}

/* Whom a form is not for is told so on the page about it, and may choose somebody else. */
static enum rc start(struct page *pg)
{
    struct filling k;
    TRY(filling_begin(pg, &k));
    TRY(page_demand(pg, level_of(k.s)));
    if (!filling_for(&k))
        return page_go(pg, k.actor->chosen ? filling_href(pg, &k, "") : acting_href(pg, filling_href(pg, &k, "/start")), NULL);
    enum rc rc = *k.eier ? utkast_get(&k.call, k.eier, k.s->id, &k.u) : RC_NOT_FOUND;
    if (rc == RC_OK)
        return page_go(pg, filling_step_href(pg, &k, 0), NULL);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    return k.retired ? page_go(pg, filling_href(pg, &k, ""), NULL) : begin_draft(pg, &k);
}
