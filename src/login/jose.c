/*
 * JSON Web Tokens and key sets, by cjose. What is decided here and not left to it: the list of
 * algorithms, that the key fits the algorithm, and which claims must hold. cjose 0.6.2 ends the
 * process at a failed assertion when base64url has an impossible length (found by fuzz_token), so
 * it is given nothing that has not been checked, and of a key only the public members.
 */
#include "login/login_int.h"

#include <jansson.h>

enum {
    RSA_BITS_MIN = 2048,
    KEYSET_ENTRIES = 64,
    MODULUS_TEXT_MAX = 1400, /* 8,192 bits */
    SMALL_TEXT_MAX = 64      /* exponent, coordinate */
};

static void dispose(void *p)
{
    if (p)
        cjose_get_dealloc()(p);
}

static bool alg_allowed(const char *alg)
{
    return streq(alg, "RS256") || streq(alg, "PS256") || streq(alg, "ES256");
}

static bool fits(const struct key *k, const char *alg)
{
    cjose_err e;
    if (k->alg[0] && !streq(k->alg, alg))
        return false;
    cjose_jwk_kty_t want = streq(alg, "ES256") ? CJOSE_JWK_KTY_EC : CJOSE_JWK_KTY_RSA;
    return cjose_jwk_get_kty(k->jwk, &e) == want;
}

static bool strong(const cjose_jwk_t *jwk)
{
    cjose_err e;
    cjose_jwk_kty_t kty = cjose_jwk_get_kty(jwk, &e);
    if (kty == CJOSE_JWK_KTY_RSA)
        return cjose_jwk_get_keysize(jwk, &e) >= RSA_BITS_MIN;
    return kty == CJOSE_JWK_KTY_EC && cjose_jwk_EC_get_curve(jwk, &e) == CJOSE_JWK_EC_P_256;
}

/* Copies a text member; false when it is too long to be one of ours. */
static bool member(json_t *o, const char *name, char *out, size_t max)
{
    const char *s = json_string_value(json_object_get(o, name));
    return snprintf(out, max, "%s", s ? s : "") < (int)max;
}

/* The public half of a key as a JWK text, or NULL when it is none of the two kinds. */
static const char *public_text(struct arena *a, json_t *o)
{
    const char *kty = json_string_value(json_object_get(o, "kty"));
    bool is_rsa = streq(kty, "RSA");
    const char *crv = json_string_value(json_object_get(o, "crv"));
    const char *first = json_string_value(json_object_get(o, is_rsa ? "n" : "x"));
    const char *second = json_string_value(json_object_get(o, is_rsa ? "e" : "y"));
    if (!is_rsa && !(streq(kty, "EC") && streq(crv, "P-256")))
        return NULL;
    if (!base64url_valid(str_of(first)) || !base64url_valid(str_of(second)) ||
        strlen(first) > MODULUS_TEXT_MAX || strlen(second) > SMALL_TEXT_MAX)
        return NULL;
    if (is_rsa)
        return arena_printf(a, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}", first, second);
    return arena_printf(a, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}", first,
                        second);
}

static bool key_read(struct arena *a, json_t *o, struct key *ret)
{
    const char *use = json_string_value(json_object_get(o, "use"));
    *ret = (struct key){0};
    if (use && !streq(use, "sig"))
        return false;
    if (!member(o, "kid", ret->kid, sizeof(ret->kid)) ||
        !member(o, "alg", ret->alg, sizeof(ret->alg)) ||
        (ret->alg[0] && !alg_allowed(ret->alg)))
        return false;
    const char *text = public_text(a, o);
    if (!text)
        return false;
    cjose_err e;
    ret->jwk = cjose_jwk_import(text, strlen(text), &e);
    if (ret->jwk && !strong(ret->jwk)) {
        cjose_jwk_release(ret->jwk);
        ret->jwk = NULL;
    }
    return ret->jwk != NULL;
}

bool keyset_read(struct cx *cx, struct str json, struct keyset *ret)
{
    json_t *doc;
    *ret = (struct keyset){0};
    if (json_read(cx, json, &doc) != RC_OK) {
        err_clear(cx);
        return false;
    }
    json_t *keys = json_object_get(doc, "keys");
    if (!json_is_array(keys))
        return false;
    for (size_t i = 0; i < json_array_size(keys) && i < KEYSET_ENTRIES; i++) {
        json_t *o = json_array_get(keys, i);
        if (ret->n < KEYS_MAX && json_is_object(o) && key_read(cx->arena, o, &ret->keys[ret->n]))
            ret->n++;
    }
    return true;
}

void keyset_free(struct keyset *ks)
{
    for (size_t i = 0; i < ks->n; i++)
        cjose_jwk_release(ks->keys[i].jwk);
    ks->n = 0;
}

const struct key *keyset_find(const struct keyset *ks, const struct jwt *t)
{
    if (!t->kid)
        return ks->n == 1 && fits(&ks->keys[0], t->alg) ? &ks->keys[0] : NULL;
    for (size_t i = 0; i < ks->n; i++)
        if (streq(ks->keys[i].kid, t->kid) && fits(&ks->keys[i], t->alg))
            return &ks->keys[i];
    return NULL;
}

static bool part_read(struct cx *cx, struct str part, json_t **ret)
{
    struct str text;
    if (!base64_read(cx->arena, part, true, &text))
        return false;
    bool ok = json_read(cx, text, ret) == RC_OK && json_is_object(*ret);
    err_clear(cx);
    return ok;
}

/* Three parts of base64url, separated by dots. */
static bool split(struct str token, struct str parts[3])
{
    for (size_t i = 0; i < 3; i++) {
        const char *dot = token.n > 0 ? memchr(token.p, '.', token.n) : NULL;
        if ((dot == NULL) != (i == 2))
            return false;
        size_t n = dot ? (size_t)(dot - token.p) : token.n;
        parts[i] = (struct str){token.p, n};
        if (!base64url_valid(parts[i]))
            return false;
        n += dot ? 1 : 0;
        token = (struct str){token.p + n, token.n - n};
    }
    return true;
}

bool jwt_parse(struct cx *cx, struct str token, struct jwt *ret)
{
    struct str parts[3];
    json_t *header, *claims;
    if (token.n > TOKEN_MAX || !split(token, parts))
        return false;
    if (!part_read(cx, parts[0], &header) || !part_read(cx, parts[1], &claims))
        return false;
    *ret = (struct jwt){
        .token = token,
        .claims = claims,
        .alg = json_string_value(json_object_get(header, "alg")),
        .kid = json_string_value(json_object_get(header, "kid")),
        .typ = json_string_value(json_object_get(header, "typ")),
    };
    /* "crit" names extensions that must be understood, and none is. */
    return ret->alg && alg_allowed(ret->alg) && !json_object_get(header, "crit");
}

bool jwt_signed_by(const struct jwt *t, const struct key *key)
{
    cjose_err e;
    cjose_jws_t *jws = cjose_jws_import(t->token.p, t->token.n, &e);
    if (!jws)
        return false;
    bool ok = alg_allowed(t->alg) && fits(key, t->alg) && cjose_jws_verify(jws, key->jwk, &e);
    cjose_jws_release(jws);
    return ok;
}

bool jwt_number(const struct jwt *t, const char *claim, int64_t *ret)
{
    const json_t *v = json_object_get(t->claims, claim);
    double d = json_number_value(v);
    if (!json_is_number(v) || d < 0 || d > 1e12)
        return false;
    *ret = (int64_t)d;
    return true;
}

const char *jwt_text(const struct jwt *t, const char *claim)
{
    return json_string_value(json_object_get(t->claims, claim));
}

/* Absent, or a number not after the limit. */
static bool not_after(const struct jwt *t, const char *claim, int64_t limit)
{
    int64_t v;
    if (!json_object_get(t->claims, claim))
        return true;
    return jwt_number(t, claim, &v) && v <= limit;
}

bool jwt_timely(const struct jwt *t, int64_t now)
{
    int64_t exp, s = now / SECONDS(1);
    return jwt_number(t, "exp", &exp) && s < exp + LEEWAY && not_after(t, "nbf", s + LEEWAY) &&
           not_after(t, "iat", s + LEEWAY);
}

bool jwt_for(const struct jwt *t, const char *audience)
{
    const json_t *aud = json_object_get(t->claims, "aud");
    if (json_is_string(aud))
        return streq(json_string_value(aud), audience);
    for (size_t i = 0; i < json_array_size(aud); i++)
        if (streq(json_string_value(json_array_get(aud, i)), audience))
            return true;
    return false;
}

static enum rc fault(struct cx *cx, const cjose_err *e)
{
    return err_secret(cx, RC_INTERNAL, "cjose: %s", e->message ? e->message : "?");
}

static bool header_fill(cjose_header_t *h, const struct key *key, const char *typ, cjose_err *e)
{
    return cjose_header_set(h, "alg", "RS256", e) && cjose_header_set(h, "kid", key->kid, e) &&
           cjose_header_set(h, "typ", typ, e);
}

enum rc jwt_make(struct cx *cx, const struct key *key, const char *typ, struct str claims,
                 struct buf *out)
{
    cjose_err e = {0};
    cjose_header_t *h = cjose_header_new(&e);
    cjose_jws_t *jws = NULL;
    const char *text = NULL;
    if (h && header_fill(h, key, typ, &e))
        jws = cjose_jws_sign(key->jwk, h, (const uint8_t *)claims.p, claims.n, &e);
    bool ok = jws && cjose_jws_export(jws, &text, &e);
    if (ok)
        buf_puts(out, text);
    cjose_jws_release(jws);
    cjose_header_release(h);
    return ok ? RC_OK : fault(cx, &e);
}

enum rc jwk_generate(struct cx *cx, const char *kid, char **ret)
{
    cjose_err e = {0};
    cjose_jwk_t *jwk = cjose_jwk_create_RSA_random(RSA_BITS_MIN, NULL, 0, &e);
    char *text = NULL, *copy = NULL;
    if (jwk && cjose_jwk_set_kid(jwk, kid, strlen(kid), &e))
        text = cjose_jwk_to_json(jwk, true, &e);
    if (text) {
        copy = arena_strdup(cx->arena, text);
        memset(text, 0, strlen(text));
        dispose(text);
    }
    cjose_jwk_release(jwk);
    if (!text)
        return fault(cx, &e);
    if (!copy)
        return cx_nomem(cx);
    *ret = copy;
    return RC_OK;
}

bool jwk_load(const char *json, struct key *ret)
{
    cjose_err e;
    cjose_jwk_t *jwk = cjose_jwk_import(json, strlen(json), &e);
    const char *kid = jwk ? cjose_jwk_get_kid(jwk, &e) : NULL;
    if (!kid || strlen(kid) > KID_MAX) {
        cjose_jwk_release(jwk);
        return false;
    }
    *ret = (struct key){.jwk = jwk, .alg = "RS256"};
    memcpy(ret->kid, kid, strlen(kid) + 1);
    return true;
}

enum rc jwk_publish(struct cx *cx, const struct key *key, struct buf *out)
{
    cjose_err e = {0};
    char *text = cjose_jwk_to_json(key->jwk, false, &e);
    if (!text)
        return fault(cx, &e);
    /* Only the public members, whatever the library adds. */
    json_t *o;
    enum rc rc = json_read(cx, str_of(text), &o);
    if (rc == RC_OK) {
        struct jw w;
        jw_begin(&w, out);
        jw_open(&w, '{');
        jw_key(&w, "keys");
        jw_open(&w, '[');
        jw_open(&w, '{');
        static const char *const members[] = {"kty", "kid", "n", "e"};
        for (size_t i = 0; i < COUNT_OF(members); i++)
            jw_pair(&w, members[i], json_string_value(json_object_get(o, members[i])));
        jw_pair(&w, "use", "sig");
        jw_pair(&w, "alg", "RS256");
        jw_close(&w, '}');
        jw_close(&w, ']');
        jw_close(&w, '}');
    }
    dispose(text);
    return rc;
}
