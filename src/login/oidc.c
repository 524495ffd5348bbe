/*
 * Logging in at a provider (OpenID Connect core 1.0, code flow) as ID-porten demands it: PKCE, state
 * and nonce always, the level asked for and looked at. What must be remembered between the two
 * requests of a login is sealed into the state for the session that began it: nothing is kept, many
 * windows may log in at once, and the answer is of use to no other session.
 */
#include "login/login_int.h"

#include <cjose/base64.h>
#include <openssl/sha.h>

enum { FLOW_SECONDS = 15 * 60, SECRET_BYTES = 32, SECRET_TEXT = 2 * SECRET_BYTES + 1, TIMEOUT_SECONDS = 10,
       REPLY_MAX = 256 << 10, BACK_MAX = 2048 };

/* ------------------------------------------------------------------ text */

static void random_text(char out[SECRET_TEXT])
{
    unsigned char bytes[SECRET_BYTES];
    random_bytes(bytes, sizeof(bytes));
    hex_encode(bytes, sizeof(bytes), out);
}

/* base64url(SHA-256(verifier)), RFC 7636. In the arena. */
static char *challenge_of(struct cx *cx, const char *verifier)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    cjose_err e;
    char *text = NULL;
    size_t n = 0;
    SHA256((const unsigned char *)verifier, strlen(verifier), digest);
    if (!cjose_base64url_encode(digest, sizeof(digest), &text, &n, &e))
        return NULL;
    char *copy = arena_strndup(cx->arena, text, n);
    cjose_get_dealloc()(text);
    return copy;
}

/* `mark` stands before it unless it is the first: "a=1&b=2". Without a value nothing is written. */
static void add_param(struct buf *out, const char *mark, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_printf(out, "%s%s=", mark, name);
    url_encode(out, str_of(value));
}

static enum rc take_text(struct cx *cx, struct buf *b, char **ret)
{
    char *copy = buf_failed(b) ? NULL : arena_strndup(cx->arena, b->p, b->n);
    buf_free(b);
    *ret = copy;
    return copy ? RC_OK : cx_nomem(cx);
}

/* ------------------------------------------------------------------ what is remembered in the state */

struct flow {
    const char *provider, *nonce, *verifier, *back, *on_behalf_of;
    enum login_level level;
};

static enum rc flow_seal(struct cx *cx, struct login *l, const struct session *s, const struct flow *f, char **ret)
{
    struct buf text;
    struct jw w;
    char *json;
    buf_init(&text, (size_t)KiB(16));
    jw_begin(&w, &text);
    jw_open(&w, '{');
    jw_pair(&w, "p", f->provider);
    jw_pair(&w, "n", f->nonce);
    jw_pair(&w, "v", f->verifier);
    jw_pair(&w, "b", f->back);
    jw_pair(&w, "o", f->on_behalf_of);
    jw_key(&w, "l");
    jw_int(&w, (int64_t)f->level);
    jw_key(&w, "e");
    jw_int(&w, cx->now + SECONDS(FLOW_SECONDS));
    jw_close(&w, '}');
    TRY(take_text(cx, &text, &json));
    return seal_close(cx, &l->seal, s->token, str_of(json), ret);
}

static const char *member(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

/* RC_LOGIN_FAILED for a state that is not of this session, or too old. */
static enum rc flow_open(struct cx *cx, struct login *l, const struct session *s, struct str state, struct flow *ret)
{
    char *json = NULL, *sealed = arena_strndup(cx->arena, state.p, state.n);
    json_t *o = NULL;
    if (!sealed)
        return cx_nomem(cx);
    bool ok = s->token[0] && seal_break(cx, &l->seal, s->token, sealed, &json) == RC_OK &&
              json_read(cx, str_of(json), &o) == RC_OK &&
              json_integer_value(json_object_get(o, "e")) > cx->now;
    err_clear(cx);
    if (!ok)
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    *ret = (struct flow){.provider = member(o, "p"), .nonce = member(o, "n"), .verifier = member(o, "v"),
                         .back = member(o, "b"), .on_behalf_of = member(o, "o"),
                         .level = (enum login_level)json_integer_value(json_object_get(o, "l"))};
    return RC_OK;
}

/* ------------------------------------------------------------------ to the provider */

enum rc login_oidc_begin(struct cx *cx, struct login *l, const struct session *s, const struct login_start *start,
                         char **ret_url)
{
    struct provider *p = provider_find(l, start->provider);
    char nonce[SECRET_TEXT], verifier[SECRET_TEXT], *state;
    struct endpoints at;
    if (!p || !s->token[0])
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    TRY(provider_endpoints(cx, l, p, &at));
    random_text(nonce);
    random_text(verifier);
    const struct flow f = {.provider = p->id, .nonce = nonce, .verifier = verifier, .level = start->level,
                           .back = start->back && strlen(start->back) < BACK_MAX ? start->back : "/",
                           .on_behalf_of = p->on_behalf && start->on_behalf_of ? start->on_behalf_of : ""};
    TRY(flow_seal(cx, l, s, &f, &state));
    struct buf url;
    buf_init(&url, (size_t)KiB(32));
    buf_puts(&url, at.authorization);
    add_param(&url, strchr(at.authorization, '?') ? "&" : "?", "response_type", "code");
    add_param(&url, "&", "client_id", p->issuer.audience);
    add_param(&url, "&", "redirect_uri", start->redirect_uri);
    add_param(&url, "&", "scope", p->scope);
    add_param(&url, "&", "state", state);
    add_param(&url, "&", "nonce", nonce);
    add_param(&url, "&", "code_challenge", challenge_of(cx, verifier));
    add_param(&url, "&", "code_challenge_method", "S256");
    add_param(&url, "&", "acr_values", p->acr[start->level]);
    add_param(&url, "&", "ui_locales", start->lang);
    add_param(&url, "&", "onbehalfof", f.on_behalf_of);
    return take_text(cx, &url, ret_url);
}

/* ------------------------------------------------------------------ the code becomes a token */

/* RFC 7523: a statement signed with our key instead of a secret. */
static enum rc assertion(struct cx *cx, const struct provider *p, const char *audience, char **ret)
{
    struct buf claims, token;
    struct jw w;
    char id[UUID_TEXT_MAX];
    int64_t now = cx->now / SECONDS(1);
    uuid_new(id);
    buf_init(&claims, TOKEN_MAX / 2);
    buf_init(&token, TOKEN_MAX);
    jw_begin(&w, &claims);
    jw_open(&w, '{');
    jw_pair(&w, "iss", p->issuer.audience);
    jw_pair(&w, "sub", p->issuer.audience);
    jw_pair(&w, "aud", audience);
    jw_pair(&w, "jti", id);
    jw_key(&w, "iat");
    jw_int(&w, now);
    jw_key(&w, "exp");
    jw_int(&w, now + 60);
    jw_close(&w, '}');
    enum rc rc = buf_failed(&claims) ? cx_nomem(cx) : jwt_make(cx, &p->key, "JWT", buf_str(&claims), &token);
    buf_free(&claims);
    if (rc == RC_OK)
        return take_text(cx, &token, ret);
    buf_free(&token);
    return rc;
}

/* "Authorization: Basic …" of client id and secret, each encoded first (RFC 6749, 2.3.1). */
static enum rc basic(struct cx *cx, const struct provider *p, char **ret)
{
    struct buf pair;
    char *text, *encoded = NULL;
    size_t n = 0;
    cjose_err e;
    buf_init(&pair, (size_t)KiB(8));
    url_encode(&pair, str_of(p->issuer.audience));
    buf_putc(&pair, ':');
    url_encode(&pair, str_of(p->secret));
    TRY(take_text(cx, &pair, &text));
    if (!cjose_base64_encode((const uint8_t *)text, strlen(text), &encoded, &n, &e))
        return cx_nomem(cx);
    *ret = arena_printf(cx->arena, "Authorization: Basic %.*s", (int)n, encoded);
    cjose_get_dealloc()(encoded);
    return *ret ? RC_OK : cx_nomem(cx);
}

static enum rc token_body(struct cx *cx, const struct provider *p, const struct flow *f, const char *redirect_uri,
                          const char *code, char **ret)
{
    struct buf body;
    char *statement = NULL;
    if (p->key.jwk)
        TRY(assertion(cx, p, p->issuer.url, &statement));
    buf_init(&body, (size_t)KiB(16));
    add_param(&body, "", "grant_type", "authorization_code");
    add_param(&body, "&", "code", code);
    add_param(&body, "&", "redirect_uri", redirect_uri);
    add_param(&body, "&", "code_verifier", f->verifier);
    add_param(&body, "&", "client_id", p->secret ? NULL : p->issuer.audience);
    add_param(&body, "&", "client_assertion", statement);
    add_param(&body, "&", "client_assertion_type",
              statement ? "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" : NULL);
    return take_text(cx, &body, ret);
}

static enum rc on_reply(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return buf_failed(arg) ? RC_TOO_LARGE : RC_OK;
}

/* RC_LOGIN_FAILED when the provider will not have the code, RC_BUSY when it cannot be reached. */
static enum rc ask_token(struct cx *cx, struct login *l, const struct provider *p, const char *url, const char *body,
                         char **ret_json)
{
    struct buf out;
    struct net_reply reply;
    char *authorization = NULL;
    if (p->secret)
        TRY(basic(cx, p, &authorization));
    buf_init(&out, REPLY_MAX);
    const struct net_request rq = {
        .method = "POST", .url = url, .text = str_of(body), .take = on_reply, .arg = &out, .seconds = TIMEOUT_SECONDS,
        .headers = {"Content-Type: application/x-www-form-urlencoded", authorization}};
    enum rc rc = net_ask(cx, l->net, &rq, &reply);
    if (rc == RC_OK && reply.status != 200)
        rc = err_secret(cx, RC_LOGIN_FAILED, "%s answers %d to a code", p->issuer.url, reply.status);
    if (rc == RC_OK)
        return take_text(cx, &out, ret_json);
    buf_free(&out);
    return rc;
}

/* ------------------------------------------------------------------ the token is looked at */

static enum rc lie(struct cx *cx, const struct provider *p, const char *what)
{
    return err_secret(cx, RC_LOGIN_FAILED, "%s: the id_token is refused: %s", p->issuer.url, what);
}

static enum login_level level_of(const struct provider *p, const struct jwt *t)
{
    const char *acr = jwt_text(t, "acr");
    for (int i = LEVEL_HIGH; acr && i > LEVEL_LOW; i--)
        if (streq(p->acr[i], acr))
            return (enum login_level)i;
    return p->level;
}

/* Is the token for us alone: one audience, or we are the party it was made for? */
static bool ours(const struct jwt *t, const char *client)
{
    const char *azp = jwt_text(t, "azp");
    const json_t *aud = json_object_get(t->claims, "aud");
    return azp ? streq(azp, client) : !json_is_array(aud) || json_array_size(aud) == 1;
}

static enum rc check_token(struct cx *cx, struct login *l, struct provider *p, const struct flow *f, struct str token,
                           struct jwt *ret)
{
    if (!jwt_parse(cx, token, ret))
        return lie(cx, p, "form or algorithm");
    enum rc rc = issuer_verify(cx, l->net, &p->issuer, ret);
    if (rc == RC_LOGIN_FAILED) {
        err_clear(cx);
        return lie(cx, p, "signature, issuer, audience or time");
    }
    TRY(rc);
    if (!streq(jwt_text(ret, "nonce"), f->nonce))
        return lie(cx, p, "nonce");
    if (!ours(ret, p->issuer.audience))
        return lie(cx, p, "azp");
    if (*f->on_behalf_of && !streq(jwt_text(ret, "aud_onbehalfof"), f->on_behalf_of))
        return lie(cx, p, "aud_onbehalfof");
    return RC_OK;
}

static enum rc person_of_token(struct cx *cx, struct login *l, const struct provider *p, const struct jwt *t,
                               struct person *ret)
{
    const char *who = jwt_text(t, p->claim);
    struct account a = {0};
    if (!who)
        return lie(cx, p, p->claim);
    if (p->citizens)
        return login_citizen(cx, l, str_of(who), ret);
    if (!name_valid(str_of(who)))
        return lie(cx, p, p->claim);
    TRY(account_foreign(cx, l, who, p->issuer.url, &a));
    person_of(&a, ret);
    return RC_OK;
}

static enum rc take_token(struct cx *cx, struct login *l, struct provider *p, const struct flow *f, const char *json,
                          struct login_done *ret)
{
    json_t *reply;
    struct jwt t;
    if (json_read(cx, str_of(json), &reply) != RC_OK) {
        err_clear(cx);
        return lie(cx, p, "no JSON");
    }
    const char *token = json_string_value(json_object_get(reply, "id_token"));
    TRY(check_token(cx, l, p, f, str_of(token), &t));
    enum login_level level = level_of(p, &t);
    if (level < f->level)
        return err_secret(cx, RC_LEVEL_NEEDED, "%s gives a lower level than asked for", p->issuer.url);
    TRY(person_of_token(cx, l, p, &t, &ret->person));
    ret->person.level = level;
    ret->proof = (struct login_proof){p->id, jwt_text(&t, "sid"), token};
    return RC_OK;
}

enum rc login_oidc_finish(struct cx *cx, struct login *l, const struct session *s, const char *redirect_uri,
                          struct str state, const char *code, struct login_done *ret)
{
    struct flow f = {0};
    struct endpoints at;
    char *body, *json;
    *ret = (struct login_done){.back = "/"};
    TRY(flow_open(cx, l, s, state, &f));
    ret->back = f.back;
    struct provider *p = provider_find(l, f.provider);
    if (!p || !*code)
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    TRY(provider_endpoints(cx, l, p, &at));
    TRY(token_body(cx, p, &f, redirect_uri, code, &body));
    TRY(ask_token(cx, l, p, at.token, body, &json));
    return take_token(cx, l, p, &f, json, ret);
}

/* ------------------------------------------------------------------ out, both ways */

enum rc login_oidc_end(struct cx *cx, struct login *l, const struct session *s, const char *back, char **ret_url)
{
    struct provider *p = provider_find(l, s->provider);
    struct endpoints at;
    char *hint = NULL;
    *ret_url = NULL;
    if (!p)
        return RC_OK;
    TRY(provider_endpoints(cx, l, p, &at));
    if (!at.end_session)
        return RC_OK;
    TRY(session_id_token(cx, l, s, &hint));
    struct buf url;
    buf_init(&url, (size_t)KiB(32));
    buf_puts(&url, at.end_session);
    add_param(&url, strchr(at.end_session, '?') ? "&" : "?", "client_id", p->issuer.audience);
    add_param(&url, "&", "id_token_hint", hint);
    add_param(&url, "&", "post_logout_redirect_uri", back);
    return take_text(cx, &url, ret_url);
}

enum rc login_oidc_ended(struct cx *cx, struct login *l, const char *issuer, const char *sid)
{
    for (size_t i = 0; *sid && i < l->providers_n; i++)
        if (streq(l->providers[i].issuer.url, issuer))
            TRY(session_end_at(cx, l, l->providers[i].id, sid));
    return RC_OK;
}

enum rc login_oidc_logout(struct cx *cx, struct login *l, struct str token)
{
    static const char event[] = "http://schemas.openid.net/event/backchannel-logout";
    struct jwt t;
    if (!jwt_parse(cx, token, &t))
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    for (size_t i = 0; i < l->providers_n; i++) {
        struct provider *p = &l->providers[i];
        if (!streq(p->issuer.url, jwt_text(&t, "iss")) || !jwt_for(&t, p->issuer.audience))
            continue;
        TRY(issuer_verify(cx, l->net, &p->issuer, &t));
        const char *sid = jwt_text(&t, "sid");
        /* With a nonce it is an id_token, which somebody may have come by. */
        if (!sid || json_object_get(t.claims, "nonce") || !json_object_get(json_object_get(t.claims, "events"), event))
            return lie(cx, p, "no logout token");
        return session_end_at(cx, l, p->id, sid);
    }
    return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
}
