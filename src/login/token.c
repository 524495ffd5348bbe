/*
 * OpenID Connect for local accounts: discovery, keys, the token endpoint (RFC 6749). A refresh
 * token is used once; using it again ends the whole family, because one of the two users stole it.
 */
#include "login/login_int.h"

enum { REFRESH_BYTES = 32, REFRESH_TEXT = 2 * REFRESH_BYTES + 1, CLIENT_MAX = 255 };

/* One request to the token endpoint, and what becomes of it. */
struct grant {
    struct login *l;
    const char *base, *peer;
    struct str form;
    const char *authorization;
    bool secure;
    struct person person;
    const char *client;             /* client_id, "" when none */
    bool openid;
    bool renewable;
    char family[UUID_TEXT_MAX];
    char refresh[REFRESH_TEXT];
    const char *error;              /* RFC 6749 code, NULL on success */
    int status;
};

static enum rc refuse(struct grant *g, const char *error, int status)
{
    g->error = error;
    g->status = status;
    return RC_OK;
}

static void list(struct jw *w, const char *key, const char *const *items, size_t n)
{
    jw_key(w, key);
    jw_open(w, '[');
    for (size_t i = 0; i < n; i++)
        jw_text(w, items[i]);
    jw_close(w, ']');
}

static void pair_url(struct jw *w, struct cx *cx, const char *key, const char *base,
                     const char *tail)
{
    const char *url = arena_printf(cx->arena, "%s%s", base, tail);
    jw_pair(w, key, url ? url : "");
}

enum rc login_discovery(struct cx *cx, struct login *l, const char *base, struct buf *ret_json)
{
    static const char *const grants[] = {"refresh_token", "client_credentials", "password"};
    static const char *const methods[] = {"client_secret_basic", "client_secret_post", "none"};
    static const char *const algs[] = {"RS256"}, *const subjects[] = {"public"};
    static const char *const scopes[] = {"openid"};
    struct jw w;
    jw_begin(&w, ret_json);
    jw_open(&w, '{');
    jw_pair(&w, "issuer", base);
    pair_url(&w, cx, "token_endpoint", base, "/token");
    pair_url(&w, cx, "jwks_uri", base, "/jwks");
    list(&w, "grant_types_supported", grants, l->password_grant ? 3 : 2);
    list(&w, "token_endpoint_auth_methods_supported", methods, COUNT_OF(methods));
    list(&w, "id_token_signing_alg_values_supported", algs, COUNT_OF(algs));
    list(&w, "response_types_supported", NULL, 0);
    list(&w, "subject_types_supported", subjects, COUNT_OF(subjects));
    list(&w, "scopes_supported", scopes, COUNT_OF(scopes));
    jw_close(&w, '}');
    return buf_failed(ret_json) ? cx_nomem(cx) : RC_OK;
}

enum rc login_jwks(struct cx *cx, struct login *l, struct buf *ret_json)
{
    TRY(jwk_publish(cx, &l->own, ret_json));
    return buf_failed(ret_json) ? cx_nomem(cx) : RC_OK;
}

/* ------------------------------------------------------------------ tokens */

static enum rc make_jwt(struct cx *cx, const struct grant *g, const char *typ,
                        const char *audience, struct buf *out)
{
    struct buf claims;
    struct jw w;
    char id[UUID_TEXT_MAX];
    int64_t now = cx->now / SECONDS(1);
    uuid_new(id);
    buf_init(&claims, TOKEN_MAX / 2);
    jw_begin(&w, &claims);
    jw_open(&w, '{');
    jw_pair(&w, "iss", g->base);
    jw_pair(&w, "sub", g->person.id);
    jw_pair(&w, "aud", audience);
    jw_pair(&w, "jti", id);
    jw_key(&w, "iat");
    jw_int(&w, now);
    jw_key(&w, "exp");
    jw_int(&w, now + ACCESS_LIFE);
    jw_pair(&w, "preferred_username", g->person.name);
    jw_close(&w, '}');
    enum rc rc = buf_failed(&claims) ? cx_nomem(cx)
                                     : jwt_make(cx, &g->l->own, typ, buf_str(&claims), out);
    buf_free(&claims);
    return rc;
}

static enum rc add_jwt(struct cx *cx, const struct grant *g, struct jw *w, const char *key,
                       const char *typ, const char *audience)
{
    struct buf token;
    buf_init(&token, TOKEN_MAX);
    enum rc rc = make_jwt(cx, g, typ, audience, &token);
    if (rc == RC_OK)
        jw_pair(w, key, token.p);
    buf_free(&token);
    return rc;
}

static enum rc write_tokens(struct cx *cx, const struct grant *g, struct buf *out)
{
    struct jw w;
    jw_begin(&w, out);
    jw_open(&w, '{');
    TRY(add_jwt(cx, g, &w, "access_token", "at+jwt", OWN_AUDIENCE));
    jw_pair(&w, "token_type", "Bearer");
    jw_key(&w, "expires_in");
    jw_int(&w, ACCESS_LIFE);
    if (g->renewable) {
        jw_pair(&w, "refresh_token", g->refresh);
        jw_key(&w, "refresh_expires_in");
        jw_int(&w, REFRESH_LIFE);
    }
    if (g->openid) {
        TRY(add_jwt(cx, g, &w, "id_token", "JWT", *g->client ? g->client : "ukjent"));
        jw_pair(&w, "scope", "openid");
    }
    jw_close(&w, '}');
    return RC_OK;
}

/* ------------------------------------------------------------------ refresh tokens */

static void new_refresh(struct grant *g)
{
    unsigned char bytes[REFRESH_BYTES];
    random_bytes(bytes, sizeof(bytes));
    hex_encode(bytes, sizeof(bytes), g->refresh);
    g->renewable = true;
}

static enum rc insert_refresh(struct db *db, void *arg)
{
    const struct grant *g = arg;
    char hash[SHA256_HEX_MAX];
    int64_t now = db_cx(db)->now;
    sha256_hex(g->refresh, strlen(g->refresh), hash);
    TRY(db_run(db, "DELETE FROM fornyelse WHERE utloper <= ?", "i", now));
    return db_run(db, "INSERT INTO fornyelse (hash, bruker, familie, klient, openid, brukt, "
                      "utloper) VALUES (?, ?, ?, ?, ?, 0, ?)", "ttttii", hash, g->person.id,
                  g->family, g->client, (int64_t)g->openid, now + SECONDS(REFRESH_LIFE));
}

static enum rc issue_refresh(struct cx *cx, struct grant *g)
{
    uuid_new(g->family);
    new_refresh(g);
    return store_write(cx, g->l->space, insert_refresh, g);
}

struct renewal {
    struct grant *g;
    char hash[SHA256_HEX_MAX];
    char client[CLIENT_MAX + 1];
    bool good;
};

static void copy_str(char *out, size_t max, struct str s)
{
    snprintf(out, max, "%.*s", (int)s.n, s.p);
}

/* The row of the token and of its account: *ret_used -1 when there is none. */
static enum rc find_refresh(struct db *db, struct renewal *r, int64_t *ret_used)
{
    struct stmt *st;
    bool row = false;
    struct grant *g = r->g;
    *ret_used = -1;
    TRY(db_prepare(db, "SELECT f.brukt, f.familie, f.klient, f.openid, b.id, b.navn "
                       "FROM fornyelse f JOIN bruker b ON b.id = f.bruker "
                       "WHERE f.hash = ? AND f.utloper > ?", &st));
    stmt_bind_text(st, 1, r->hash);
    stmt_bind_int(st, 2, db_cx(db)->now);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row) {
        *ret_used = stmt_int(st, 0);
        copy_str(g->family, sizeof(g->family), stmt_str(st, 1));
        copy_str(r->client, sizeof(r->client), stmt_str(st, 2));
        g->openid = stmt_int(st, 3) != 0;
        copy_str(g->person.id, sizeof(g->person.id), stmt_str(st, 4));
        copy_str(g->person.name, sizeof(g->person.name), stmt_str(st, 5));
        g->person.known = true;
    }
    stmt_done(&st);
    return rc;
}

static enum rc use_refresh(struct db *db, void *arg)
{
    struct renewal *r = arg;
    int64_t used;
    r->good = false;
    TRY(find_refresh(db, r, &used));
    if (used < 0)
        return RC_OK;
    if (used == 0) {
        TRY(db_run(db, "UPDATE fornyelse SET brukt = 1 WHERE hash = ? AND brukt = 0", "t",
                   r->hash));
        used = db_changes(db) == 1 ? 0 : 1;
    }
    if (used != 0)
        return db_run(db, "DELETE FROM fornyelse WHERE familie = ?", "t", r->g->family);
    r->g->client = r->client;
    TRY(insert_refresh(db, r->g));
    r->good = true;
    return RC_OK;
}

static enum rc grant_refresh(struct cx *cx, struct grant *g)
{
    struct str token;
    struct renewal *r = arena_alloc(cx->arena, sizeof(*r));
    if (!r)
        return cx_nomem(cx);
    if (!form_value(cx->arena, g->form, "refresh_token", &token) || !token.p)
        return refuse(g, "invalid_request", 400);
    r->g = g;
    sha256_hex(token.p, token.n, r->hash);
    new_refresh(g);
    TRY(store_write(cx, g->l->space, use_refresh, r));
    return r->good ? RC_OK : refuse(g, "invalid_grant", 400);
}

/* ------------------------------------------------------------------ other grants */

static enum rc by_password(struct cx *cx, struct grant *g, struct str name, struct str password,
                           const char *error, int status)
{
    enum rc rc = check_password(cx, g->l, name, password, g->peer, g->secure, &g->person);
    if (rc == RC_LOGIN_FAILED || rc == RC_TOO_MANY) {
        err_clear(cx);
        return rc == RC_TOO_MANY ? refuse(g, "slow_down", 429) : refuse(g, error, status);
    }
    return rc;
}

static enum rc grant_password(struct cx *cx, struct grant *g)
{
    struct str name, password;
    struct arena *a = cx->arena;
    if (!g->l->password_grant)
        return refuse(g, "unsupported_grant_type", 400);
    if (!form_value(a, g->form, "username", &name) || !form_value(a, g->form, "password", &password) ||
        !name.p || !password.p)
        return refuse(g, "invalid_request", 400);
    TRY(by_password(cx, g, name, password, "invalid_grant", 400));
    return g->error ? RC_OK : issue_refresh(cx, g);
}

static enum rc grant_client(struct cx *cx, struct grant *g)
{
    struct str name, password;
    struct arena *a = cx->arena;
    if (!auth_basic(a, g->authorization, &name, &password) &&
        (!form_value(a, g->form, "client_id", &name) ||
         !form_value(a, g->form, "client_secret", &password) || !name.p || !password.p))
        return refuse(g, "invalid_client", 401);
    return by_password(cx, g, name, password, "invalid_client", 401);
}

static bool has_scope(struct str scopes, const char *want)
{
    while (scopes.n > 0) {
        const char *end = memchr(scopes.p, ' ', scopes.n);
        size_t n = end ? (size_t)(end - scopes.p) : scopes.n;
        if (str_is((struct str){scopes.p, n}, want))
            return true;
        n += end ? 1 : 0;
        scopes = (struct str){scopes.p + n, scopes.n - n};
    }
    return false;
}

static enum rc choose(struct cx *cx, struct grant *g)
{
    struct str type, client, scope;
    struct arena *a = cx->arena;
    if (!form_value(a, g->form, "grant_type", &type) || !type.p ||
        !form_value(a, g->form, "client_id", &client) || client.n > CLIENT_MAX ||
        !str_utf8(client) || !form_value(a, g->form, "scope", &scope))
        return refuse(g, "invalid_request", 400);
    g->client = arena_strndup(a, client.p ? client.p : "", client.n);
    if (!g->client)
        return cx_nomem(cx);
    g->openid = has_scope(scope, "openid");
    if (str_is(type, "password"))
        return grant_password(cx, g);
    if (str_is(type, "refresh_token"))
        return grant_refresh(cx, g);
    if (str_is(type, "client_credentials"))
        return grant_client(cx, g);
    return refuse(g, "unsupported_grant_type", 400);
}

enum rc login_token(struct cx *cx, struct login *l, const char *base, struct str form,
                    const char *authorization, const char *peer, bool secure, int *ret_status,
                    struct buf *ret_json)
{
    struct grant g = {.l = l, .base = base, .peer = peer, .form = form, .status = 200,
                      .authorization = authorization, .secure = secure, .client = ""};
    if (!secure)
        TRY(refuse(&g, "invalid_request", 400));
    else
        TRY(choose(cx, &g));
    if (g.error) {
        struct jw w;
        jw_begin(&w, ret_json);
        jw_open(&w, '{');
        jw_pair(&w, "error", g.error);
        jw_close(&w, '}');
    } else {
        TRY(write_tokens(cx, &g, ret_json));
    }
    *ret_status = g.status;
    return buf_failed(ret_json) ? cx_nomem(cx) : RC_OK;
}
