#include "base/test.h"
#include "login/login_int.h"

#include <stdlib.h>
#include <unistd.h>

#include <argon2.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

static char location[300], directory[64], keys_path[96];
static struct cx cx;
static struct store *store;
static struct login *lo;
static struct config *cfg;
static cjose_jwk_t *rsa, *rsa2, *ec;

#define ISSUER "https://idp.example"
#define PW STR("riktig passord")

/* ------------------------------------------------------------------ helpers */

static cjose_jwk_t *jwk(cjose_jwk_t *k, const char *kid)
{
    cjose_err e;
    assert_non_null(k);
    assert_true(cjose_jwk_set_kid(k, kid, strlen(kid), &e));
    return k;
}

static void make_keys(void)
{
    cjose_err e;
    rsa = jwk(cjose_jwk_create_RSA_random(2048, NULL, 0, &e), "r1");
    rsa2 = jwk(cjose_jwk_create_RSA_random(2048, NULL, 0, &e), "r2");
    ec = jwk(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &e), "e1");
    char *a = cjose_jwk_to_json(rsa, false, &e), *b = cjose_jwk_to_json(ec, false, &e);
    FILE *f = fopen(keys_path, "w");
    assert_non_null(f);
    fprintf(f, "{\"keys\":[%s,%s,{\"kty\":\"oct\",\"kid\":\"o\",\"k\":\"c2VjcmV0\"}]}", a, b);
    fclose(f);
    free(a);
    free(b);
}

static void write_config(void)
{
    static char text[512];
    snprintf(text, sizeof(text),
             "[login]\npassword_grant = ja\n"
             "[issuer.idp]\nurl = " ISSUER "\njwks_file = %s\naudience = arkiv\n", keys_path);
    assert_ok(config_parse(&cx, str_of(text), &cfg));
}

/* A context of its own for each step, as each request has one. */
static void again(void)
{
    int64_t now = cx.now;
    cx_close(&cx);
    cx_open(&cx, (size_t)MiB(8));
    if (now > cx.now)
        cx.now = now;
}

static int group_open(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    cx_open(&cx, (size_t)MiB(8));
    make_keys();
    write_config();
    return 0;
}

static int group_close(void **state)
{
    (void)state;
    config_free(&cfg);
    cx_close(&cx);
    cjose_jwk_release(rsa);
    cjose_jwk_release(rsa2);
    cjose_jwk_release(ec);
    return 0;
}

static int open_login(void **state)
{
    (void)state;
    again();
    assert_ok(store_open(&cx, location, &store));
    assert_ok(login_open(&cx, store, directory, cfg, &lo));
    return 0;
}

static int close_login(void **state)
{
    (void)state;
    login_close(&lo);
    again();
    assert_ok(store_space_drop(&cx, store, "system"));
    store_close(&store);
    return 0;
}

static const char *basic(const char *name, const char *password)
{
    char *plain = arena_printf(cx.arena, "%s:%s", name, password), *text = NULL;
    size_t n;
    cjose_err e;
    assert_true(cjose_base64_encode((const uint8_t *)plain, strlen(plain), &text, &n, &e));
    char *header = arena_printf(cx.arena, "Basic %.*s", (int)n, text);
    free(text);
    return header;
}

static enum rc check(const char *authorization, struct person *ret)
{
    err_clear(&cx);
    return login_check(&cx, lo, authorization, "10.0.0.1", true, ret);
}

static enum rc bearer(const char *token, struct person *ret)
{
    return check(arena_printf(cx.arena, "Bearer %s", token), ret);
}

static const char *sign(cjose_jwk_t *key, const char *alg, const char *kid, const char *claims)
{
    cjose_err e;
    cjose_header_t *h = cjose_header_new(&e);
    assert_true(cjose_header_set(h, "alg", alg, &e));
    if (kid)
        assert_true(cjose_header_set(h, "kid", kid, &e));
    cjose_jws_t *jws = cjose_jws_sign(key, h, (const uint8_t *)claims, strlen(claims), &e);
    const char *text;
    assert_non_null(jws);
    assert_true(cjose_jws_export(jws, &text, &e));
    char *copy = arena_strdup(cx.arena, text);
    cjose_jws_release(jws);
    cjose_header_release(h);
    return copy;
}

/* Claims of the foreign issuer; exp counts from now. */
static const char *claims(const char *iss, const char *aud, const char *name, int exp)
{
    return arena_printf(cx.arena, "{\"iss\":\"%s\",\"aud\":[\"%s\"],\"sub\":\"s\","
                        "\"preferred_username\":\"%s\",\"exp\":%" PRId64 "}",
                        iss, aud, name, cx.now / SECONDS(1) + exp);
}

static json_t *token(const char *form, const char *authorization, int want)
{
    struct buf b;
    int status;
    json_t *o;
    buf_init(&b, 1 << 16);
    err_clear(&cx);
    assert_ok(login_token(&cx, lo, "http://x/oidc", str_of(form), authorization, "10.0.0.1", true,
                          &status, &b));
    assert_int_equal(status, want);
    assert_ok(json_read(&cx, buf_str(&b), &o));
    buf_free(&b);
    return o;
}

static const char *member(json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    assert_non_null(s);
    return s;
}

static void add(const char *name)
{
    assert_ok(login_user_add(&cx, lo, name, PW, "alver", ROLE_ARKIVAR));
}

/* ------------------------------------------------------------------ passwords */

static void passwords(void **state)
{
    (void)state;
    struct person p;
    add("kari@example.com");
    assert_ok(check(NULL, &p));
    assert_false(p.known);
    assert_ok(check(basic("kari@example.com", "riktig passord"), &p));
    assert_true(p.known);
    assert_string_equal(p.name, "kari@example.com");
    assert_true(uuid_valid(str_of(p.id)));
    assert_rc(check(basic("kari@example.com", "galt passord"), &p), RC_LOGIN_FAILED);
    assert_rc(check(basic("ola", "riktig passord"), &p), RC_LOGIN_FAILED);
    static const char *const odd[] = {"", "Basic", "Basic ", "Basic !!", "Basic a", "Bearer",
                                      "Bearer x", "Digest x", "Basic a2FyaQ=="};
    for (size_t i = 0; i < COUNT_OF(odd); i++)
        assert_rc(check(odd[i], &p), RC_LOGIN_FAILED);
    err_clear(&cx);
    assert_rc(login_check(&cx, lo, basic("kari@example.com", "riktig passord"), "x", false, &p),
              RC_LOGIN_FAILED);
}

static void accounts(void **state)
{
    (void)state;
    enum role r;
    struct person p;
    add("kari");
    assert_rc(login_user_add(&cx, lo, "kari", STR("et annet passord"), "voss", ROLE_LESER),
              RC_CONFLICT);
    err_clear(&cx);
    assert_ok(login_user_add(&cx, lo, "kari", PW, "voss", ROLE_LESER));
    assert_ok(check(basic("kari", "riktig passord"), &p));
    assert_ok(login_role(&cx, lo, &p, "voss", &r));
    assert_int_equal(r, ROLE_LESER);
    assert_ok(login_role(&cx, lo, &p, "bergen", &r));
    assert_int_equal(r, ROLE_NONE);
    assert_ok(login_user_add(&cx, lo, "kari", STR(""), "voss", ROLE_ARKIVADMINISTRATOR));
    assert_ok(login_role(&cx, lo, &p, "voss", &r));
    assert_int_equal(r, ROLE_ARKIVADMINISTRATOR);
    assert_ok(login_user_remove(&cx, lo, "kari", "voss"));
    assert_ok(login_role(&cx, lo, &p, "voss", &r));
    assert_int_equal(r, ROLE_NONE);
    assert_rc(login_user_remove(&cx, lo, "kari", "voss"), RC_NOT_FOUND);
    err_clear(&cx);
    assert_rc(login_user_add(&cx, lo, "ko:lon", PW, "voss", ROLE_LESER), RC_FIELD_VALUE);
    err_clear(&cx);
    assert_rc(login_user_add(&cx, lo, "kort", STR("kort"), "voss", ROLE_LESER), RC_FIELD_VALUE);
    err_clear(&cx);
    assert_ok(login_user_remove(&cx, lo, "kari", NULL));
    assert_rc(check(basic("kari", "riktig passord"), &p), RC_LOGIN_FAILED);
}

static void count_role(void *arg, const char *name, const char *municipality, enum role role)
{
    int *n = arg;
    assert_string_equal(name, "kari");
    *n += streq(municipality, "alver") && role == ROLE_ARKIVAR ? 1 : 100;
}

static void listing(void **state)
{
    (void)state;
    int n = 0;
    add("kari");
    assert_ok(login_user_each(&cx, lo, NULL, count_role, &n));
    assert_ok(login_user_each(&cx, lo, "alver", count_role, &n));
    assert_ok(login_user_each(&cx, lo, "voss", count_role, &n));
    assert_int_equal(n, 2);
    for (enum role r = ROLE_LESER; r <= ROLE_ARKIVADMINISTRATOR; r++)
        assert_int_equal(role_of(role_name(r)), r);
    assert_int_equal(role_of("sjef"), ROLE_NONE);
    assert_int_equal(role_of(NULL), ROLE_NONE);
}

static void password_change(void **state)
{
    (void)state;
    struct person p;
    add("kari");
    const char *old = basic("kari", "riktig passord");
    assert_ok(check(old, &p));
    json_t *t = token("grant_type=password&username=kari&password=riktig+passord", NULL, 200);
    cx.now += SECONDS(2);
    assert_ok(bearer(member(t, "access_token"), &p));
    assert_ok(login_user_password(&cx, lo, "kari", STR("et nytt passord")));
    assert_rc(check(old, &p), RC_LOGIN_FAILED);
    assert_rc(bearer(member(t, "access_token"), &p), RC_LOGIN_FAILED);
    assert_ok(check(basic("kari", "et nytt passord"), &p));
    token(arena_printf(cx.arena, "grant_type=refresh_token&refresh_token=%s",
                       member(t, "refresh_token")), NULL, 400);
}

static void other_process(void **state)
{
    (void)state;
    struct login *other;
    struct person p;
    enum role r;
    add("kari");
    const char *old = basic("kari", "riktig passord");
    assert_ok(check(old, &p));
    assert_ok(login_role(&cx, lo, &p, "alver", &r));
    assert_ok(login_open(&cx, store, directory, cfg, &other));
    assert_ok(login_user_password(&cx, other, "kari", STR("et nytt passord")));
    assert_ok(login_user_remove(&cx, other, "kari", "alver"));
    login_close(&other);
    cx.now += SECONDS(1);
    assert_rc(check(old, &p), RC_LOGIN_FAILED);
    assert_ok(login_role(&cx, lo, &p, "alver", &r));
    assert_int_equal(r, ROLE_NONE);
}

static void rate_limit(void **state)
{
    (void)state;
    struct person p;
    add("kari");
    add("ola");
    const char *good = basic("kari", "riktig passord");
    assert_ok(check(good, &p));
    for (int i = 0; i < 10; i++)
        assert_rc(check(basic("kari", "galt passord"), &p), RC_LOGIN_FAILED);
    assert_rc(check(basic("kari", "galt passord"), &p), RC_TOO_MANY);
    assert_int_equal(atoi(cx.err.detail), 60);
    assert_ok(check(good, &p));
    assert_rc(check(basic("ola", "riktig passord"), &p), RC_TOO_MANY);
    err_clear(&cx);
    assert_ok(login_check(&cx, lo, basic("ola", "riktig passord"), "10.0.0.2", true, &p));
    err_clear(&cx);
    assert_rc(login_check(&cx, lo, basic("kari", "galt"), "10.0.0.2", true, &p), RC_TOO_MANY);
    cx.now += SECONDS(60);
    assert_rc(check(basic("kari", "galt passord"), &p), RC_LOGIN_FAILED);
}

static struct session found(const char *token)
{
    struct session s;
    assert_ok(login_session_find(&cx, lo, str_of(token), &s));
    return s;
}

static void sessions(void **state)
{
    (void)state;
    struct session s = {0};
    struct person p;
    char first[SESSION_TOKEN_MAX], *value;
    add("kari");
    assert_ok(check(basic("kari", "riktig passord"), &p));
    p.level = LEVEL_SUBSTANTIAL;
    login_session_token(s.token);
    memcpy(first, s.token, sizeof(first));
    assert_ok(login_session_put(&cx, lo, &s, "kurv", "12"));
    assert_false(found(first).person.known);
    assert_ok(login_session_begin(&cx, lo, &s, &p, NULL));
    assert_string_not_equal(first, s.token);
    assert_false(found(first).kept);
    s = found(s.token);
    assert_string_equal(s.person.name, "kari");
    assert_int_equal(s.person.level, LEVEL_SUBSTANTIAL);
    assert_ok(login_session_get(&cx, lo, &s, "kurv", &value));
    assert_string_equal(value, "12");
    assert_ok(login_session_put(&cx, lo, &s, "kurv", NULL));
    assert_ok(login_session_get(&cx, lo, &s, "kurv", &value));
    assert_null(value);
    cx.now += SECONDS(1700);
    assert_true(found(s.token).person.known);
    cx.now += SECONDS(1700);
    assert_true(found(s.token).person.known);
    cx.now += SECONDS(1800);
    assert_false(found(s.token).person.known);
    static const char *const bad[] = {"", "x", "' OR 1=1 --",
        "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_string_equal(found(bad[i]).token, "");
}

static void sessions_end(void **state)
{
    (void)state;
    struct session s = {0}, other = {0};
    struct person p;
    char token[SESSION_TOKEN_MAX];
    add("kari");
    assert_ok(check(basic("kari", "riktig passord"), &p));
    assert_ok(login_session_begin(&cx, lo, &s, &p, NULL));
    memcpy(token, s.token, sizeof(token));
    assert_ok(login_session_end(&cx, lo, &s));
    assert_string_equal(s.token, "");
    assert_false(found(token).kept);
    assert_ok(login_session_begin(&cx, lo, &s, &p, NULL));
    assert_ok(login_session_begin(&cx, lo, &other, &p, NULL));
    for (int i = 0; i < 18; i++) {
        cx.now += SECONDS(1600);
        assert_int_equal(found(s.token).person.known, i < 17);
    }
    assert_ok(login_session_begin(&cx, lo, &s, &p, NULL));
    assert_ok(login_user_password(&cx, lo, "kari", STR("et nytt passord")));
    assert_false(found(s.token).kept);
    for (int i = 0; i < 32; i++)
        assert_ok(login_session_put(&cx, lo, &other, arena_printf(cx.arena, "%d", i), "x"));
    assert_rc(login_session_put(&cx, lo, &other, "for mange", "x"), RC_INTERNAL);
    err_clear(&cx);
}

/* The vectors of RFC 6238, appendix B, of which six digits are kept. */
static void totp_vectors(void **state)
{
    (void)state;
    static const struct { int64_t time; const char *code; } cases[] = {
        {59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"},
        {2000000000, "279037"}, {20000000000, "353130"},
    };
    char code[7];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", cases[i].time / 30, code));
        assert_string_equal(code, cases[i].code);
    }
    assert_false(totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", 1, code));
    assert_false(totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", 1, code));
}

static void totp(void **state)
{
    (void)state;
    struct person p;
    char secret[TOTP_SECRET_MAX], code[7], later[7];
    bool known;
    add("kari");
    assert_ok(check(basic("kari", "riktig passord"), &p));
    login_totp_secret(secret);
    assert_true(totp_code(secret, cx.now / SECONDS(30), code));
    assert_true(totp_code(secret, cx.now / SECONDS(30) + 2, later));
    assert_ok(login_totp_known(&cx, lo, &p, &known));
    assert_false(known);
    assert_rc(login_totp_check(&cx, lo, &p, str_of(code), "10.0.0.1"), RC_LOGIN_FAILED);
    err_clear(&cx);
    assert_rc(login_totp_enrol(&cx, lo, &p, secret, STR("12345")), RC_LOGIN_FAILED);
    err_clear(&cx);
    assert_ok(login_totp_enrol(&cx, lo, &p, secret, str_of(code)));
    assert_rc(login_totp_enrol(&cx, lo, &p, secret, str_of(code)), RC_TAKEN);
    err_clear(&cx);
    assert_ok(login_totp_known(&cx, lo, &p, &known));
    assert_true(known);
    assert_rc(login_totp_check(&cx, lo, &p, str_of(code), "10.0.0.1"), RC_LOGIN_FAILED);
    err_clear(&cx);
    cx.now += SECONDS(60);
    assert_ok(login_totp_check(&cx, lo, &p, str_of(later), "10.0.0.1"));
    for (int i = 0; i < 9; i++) {
        assert_rc(login_totp_check(&cx, lo, &p, str_of(later), "10.0.0.1"), RC_LOGIN_FAILED);
        err_clear(&cx);
    }
    assert_rc(login_totp_check(&cx, lo, &p, str_of(later), "10.0.0.1"), RC_LOGIN_FAILED);
    err_clear(&cx);
    assert_rc(login_totp_check(&cx, lo, &p, str_of(later), "10.0.0.2"), RC_TOO_MANY);
    err_clear(&cx);
    assert_ok(login_totp_remove(&cx, lo, "kari"));
    assert_rc(login_totp_remove(&cx, lo, "kari"), RC_NOT_FOUND);
    err_clear(&cx);
}

static void zones(void **state)
{
    (void)state;
    static const struct { const char *peer; enum login_zone zone; } cases[] = {
        {"10.1.2.3", ZONE_INNER}, {"10.9.0.1", ZONE_SECURE}, {"11.0.0.1", ZONE_OPEN}, {"127.0.0.1", ZONE_INNER},
        {"fd00::1", ZONE_INNER}, {"fe00::1", ZONE_OPEN}, {"", ZONE_OPEN}, {"x", ZONE_OPEN},
    };
    char *secure = lo->secure_networks, *inner = lo->inner_networks;
    assert_int_equal(login_zone(lo, "11.0.0.1"), ZONE_SECURE);
    lo->secure_networks = arena_strdup(cx.arena, "10.9.0.0/16");
    lo->inner_networks = arena_strdup(cx.arena, " 10.0.0.0/8 127.0.0.1  fd00::/8");
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(login_zone(lo, cases[i].peer), cases[i].zone);
    assert_ok(zone_check(&cx, "x", lo->inner_networks));
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0", "fd00::/129", "10.0.0.0/x", "x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_rc(zone_check(&cx, "x", bad[i]), RC_FIELD_VALUE);
        err_clear(&cx);
    }
    lo->secure_networks = secure;
    lo->inner_networks = inner;
}

static void sealed(void **state)
{
    (void)state;
    struct seal a, b, other;
    char *text, *plain, first[SHA256_HEX_MAX], second[SHA256_HEX_MAX];
    assert_ok(seal_open(&cx, directory, &a));
    assert_ok(seal_open(&cx, directory, &b));
    assert_memory_equal(&a, &b, sizeof(a));
    assert_ok(seal_close(&cx, &a, "pid", STR("01017012345"), &text));
    assert_null(strstr(text, "01017012345"));
    assert_ok(seal_break(&cx, &b, "pid", text, &plain));
    assert_string_equal(plain, "01017012345");
    assert_rc(seal_break(&cx, &a, "annet", text, &plain), RC_IO);
    err_clear(&cx);
    text[30] = text[30] == '0' ? '1' : '0';
    assert_rc(seal_break(&cx, &a, "pid", text, &plain), RC_IO);
    err_clear(&cx);
    random_bytes(&other, sizeof(other));
    seal_index(&a, STR("01017012345"), first);
    seal_index(&b, STR("01017012345"), second);
    assert_string_equal(first, second);
    seal_index(&other, STR("01017012345"), second);
    assert_string_not_equal(first, second);
    assert_rc(seal_open(&cx, "/finnes/ikke", &a), RC_IO);
    err_clear(&cx);
}

static void *many_checks(void *arg)
{
    struct cx own;
    const char *header = arg;
    cx_open(&own, (size_t)MiB(1));
    for (int i = 0; i < 20; i++) {
        struct person p;
        enum role r;
        if (login_check(&own, lo, header, "10.0.0.1", true, &p) != RC_OK ||
            login_role(&own, lo, &p, "alver", &r) != RC_OK || r != ROLE_ARKIVAR) {
            cx_close(&own);
            return arg;
        }
    }
    cx_close(&own);
    return NULL;
}

static void threads(void **state)
{
    (void)state;
    pthread_t t[8];
    union { const char *c; void *v; } header;
    add("kari");
    header.c = basic("kari", "riktig passord");
    for (size_t i = 0; i < COUNT_OF(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, many_checks, header.v), 0);
    for (size_t i = 0; i < COUNT_OF(t); i++) {
        void *bad;
        pthread_join(t[i], &bad);
        assert_null(bad);
    }
}

/* ------------------------------------------------------------------ tokens of our own */

static void grants(void **state)
{
    (void)state;
    struct person p;
    add("kari@example.com");
    static const char form[] = "grant_type=password&username=kari%40example.com"
                               "&password=riktig+passord&client_id=nikita-client&scope=openid";
    json_t *t = token(form, basic("nikita-client", "password"), 200);
    assert_string_equal(member(t, "token_type"), "Bearer");
    assert_int_equal(json_integer_value(json_object_get(t, "expires_in")), 900);
    assert_true(json_integer_value(json_object_get(t, "refresh_expires_in")) > 0);
    assert_ok(bearer(member(t, "access_token"), &p));
    assert_string_equal(p.name, "kari@example.com");
    assert_rc(bearer(member(t, "id_token"), &p), RC_LOGIN_FAILED);
    cx.now += SECONDS(900 + 61);
    assert_rc(bearer(member(t, "access_token"), &p), RC_LOGIN_FAILED);

    t = token("grant_type=client_credentials", basic("kari@example.com", "riktig passord"), 200);
    assert_null(json_object_get(t, "refresh_token"));
    assert_ok(bearer(member(t, "access_token"), &p));

    static const struct { const char *form, *error; int status; } bad[] = {
        {"", "invalid_request", 400},
        {"grant_type=magic", "unsupported_grant_type", 400},
        {"grant_type=password", "invalid_request", 400},
        {"grant_type=password&grant_type=password", "invalid_request", 400},
        {"grant_type=password&username=kari&password=%zz", "invalid_request", 400},
        {"grant_type=password&username=kari%40example.com&password=galt", "invalid_grant", 400},
        {"grant_type=client_credentials", "invalid_client", 401},
        {"grant_type=client_credentials&client_id=x&client_secret=y", "invalid_client", 401},
        {"grant_type=refresh_token", "invalid_request", 400},
        {"grant_type=refresh_token&refresh_token=abc", "invalid_grant", 400},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_string_equal(member(token(bad[i].form, NULL, bad[i].status), "error"),
                            bad[i].error);
}

static const char *refresh_form(json_t *t)
{
    return arena_printf(cx.arena, "grant_type=refresh_token&refresh_token=%s",
                        member(t, "refresh_token"));
}

static void refresh(void **state)
{
    (void)state;
    struct person p;
    add("kari");
    json_t *a = token("grant_type=password&username=kari&password=riktig+passord", NULL, 200);
    json_t *b = token(refresh_form(a), NULL, 200);
    assert_ok(bearer(member(b, "access_token"), &p));
    assert_string_not_equal(member(a, "refresh_token"), member(b, "refresh_token"));
    json_t *c = token(refresh_form(b), NULL, 200);
    /* Somebody uses an old one: the newest dies with the family. */
    token(refresh_form(a), NULL, 400);
    token(refresh_form(c), NULL, 400);
    a = token("grant_type=password&username=kari&password=riktig+passord", NULL, 200);
    cx.now += SECONDS(REFRESH_LIFE + 1);
    token(refresh_form(a), NULL, 400);
}

static void documents(void **state)
{
    (void)state;
    struct buf b;
    json_t *o;
    buf_init(&b, 1 << 16);
    assert_ok(login_discovery(&cx, lo, "http://x/oidc", &b));
    assert_ok(json_read(&cx, buf_str(&b), &o));
    assert_string_equal(member(o, "issuer"), "http://x/oidc");
    assert_string_equal(member(o, "token_endpoint"), "http://x/oidc/token");
    assert_int_equal(json_array_size(json_object_get(o, "grant_types_supported")), 3);
    buf_reset(&b);
    assert_ok(login_jwks(&cx, lo, &b));
    assert_null(strstr(b.p, "\"d\""));
    struct keyset *ks = arena_alloc(cx.arena, sizeof(*ks));
    assert_true(keyset_read(&cx, buf_str(&b), ks));
    assert_int_equal(ks->n, 1);
    keyset_free(ks);
    buf_free(&b);
}

/* ------------------------------------------------------------------ forged tokens */

static const char *part(const char *text)
{
    char *out;
    size_t n;
    cjose_err e;
    assert_true(cjose_base64url_encode((const uint8_t *)text, strlen(text), &out, &n, &e));
    char *copy = arena_strndup(cx.arena, out, n);
    free(out);
    return copy;
}

/* HS256 with the public key as secret: what a verifier that trusts "alg" would accept. */
static const char *confused(const char *kid, const char *body, const char *secret)
{
    const char *head = arena_printf(cx.arena, "{\"alg\":\"HS256\",\"kid\":\"%s\"}", kid);
    char *text = arena_printf(cx.arena, "%s.%s", part(head), part(body));
    unsigned char mac[32];
    unsigned n;
    char *sig;
    size_t sig_n;
    cjose_err e;
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)text, strlen(text), mac, &n);
    assert_true(cjose_base64url_encode(mac, n, &sig, &sig_n, &e));
    text = arena_printf(cx.arena, "%s.%.*s", text, (int)sig_n, sig);
    free(sig);
    return text;
}

static void forged(void **state)
{
    (void)state;
    struct person p;
    cjose_err e;
    char *public = cjose_jwk_to_json(rsa, false, &e);
    const char *good = claims(ISSUER, "arkiv", "per", 300);
    char *changed = arena_strdup(cx.arena, sign(rsa, "RS256", "r1", good));
    char *dot = strchr(changed, '.');
    dot[20] = dot[20] == 'A' ? 'B' : 'A';
    char *cut = arena_strdup(cx.arena, sign(rsa, "RS256", "r1", good));
    *strrchr(cut, '.') = '\0';
    const char *const bad[] = {
        sign(rsa, "RS256", "r1", claims(ISSUER, "arkiv", "per", -61)),
        sign(rsa, "RS256", "r1", claims(ISSUER, "annen", "per", 300)),
        sign(rsa, "RS256", "r1", claims("https://annen.example", "arkiv", "per", 300)),
        sign(rsa2, "RS256", "r1", good),
        sign(rsa2, "RS256", "r2", good),
        sign(rsa, "RS256", NULL, good),
        sign(rsa, "RS512", "r1", good),
        sign(rsa, "RS256", "e1", good),
        sign(rsa, "RS256", "o", good),
        sign(rsa, "RS256", lo->own.kid, good),
        sign(rsa, "RS256", "r1", "{\"iss\":\"" ISSUER "\",\"aud\":\"arkiv\",\"sub\":\"x\"}"),
        sign(rsa, "RS256", "r1",
             "{\"iss\":\"" ISSUER "\",\"aud\":\"arkiv\",\"sub\":\"x\",\"exp\":9e99}"),
        sign(rsa, "RS256", "r1",
             "{\"iss\":\"" ISSUER "\",\"aud\":\"arkiv\",\"sub\":\"x\",\"exp\":9999999999,"
             "\"nbf\":9999999998}"),
        sign(rsa, "RS256", "r1",
             "{\"iss\":\"" ISSUER "\",\"aud\":\"arkiv\",\"sub\":\"a:b\",\"exp\":9999999999}"),
        confused("r1", good, public),
        confused("o", good, "secret"),
        arena_printf(cx.arena, "%s.%s.", part("{\"alg\":\"none\"}"), part(good)),
        arena_printf(cx.arena, "%s.%s.AA", part("{\"alg\":\"none\",\"kid\":\"r1\"}"), part(good)),
        changed, cut, "a.b.c", "..", "a", "a.b.c.d",
        /* Lengths base64 cannot have: cjose itself would abort. */
        arena_printf(cx.arena, "%s.%s.AAAAA", part("{\"alg\":\"RS256\"}"), part(good)),
        arena_printf(cx.arena, "%s.%s.%s", "AAAAA", part(good), part(good)),
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (bearer(bad[i], &p) != RC_LOGIN_FAILED)
            fail_msg("forged token %zu was taken", i);
    free(public);
}

static void foreign(void **state)
{
    (void)state;
    struct person p, q;
    enum role r;
    const char *c = claims(ISSUER, "arkiv", "per", 300);
    assert_ok(bearer(sign(rsa, "RS256", "r1", c), &p));
    assert_string_equal(p.name, "per");
    assert_ok(login_role(&cx, lo, &p, "alver", &r));
    assert_int_equal(r, ROLE_NONE);
    assert_ok(login_user_add(&cx, lo, "per", STR(""), "alver", ROLE_SAKSBEHANDLER));
    assert_ok(login_role(&cx, lo, &p, "alver", &r));
    assert_int_equal(r, ROLE_SAKSBEHANDLER);
    assert_ok(bearer(sign(rsa, "PS256", "r1", c), &q));
    assert_string_equal(p.id, q.id);
    assert_ok(bearer(sign(ec, "ES256", "e1", c), &q));
    assert_string_equal(p.id, q.id);
    assert_rc(check(basic("per", "hva som helst"), &q), RC_LOGIN_FAILED);
    /* A local account with a password is not the issuer's to speak for. */
    err_clear(&cx);
    add("kari");
    assert_rc(bearer(sign(rsa, "RS256", "r1", claims(ISSUER, "arkiv", "kari", 300)), &q),
              RC_LOGIN_FAILED);
}

/* Checking the hash of nobody is real work with the parameters of real hashes, and never right. */
static void hash_of_nobody(void **state)
{
    (void)state;
    char real[HASH_TEXT_MAX];
    assert_ok(password_hash(&cx, &lo->hasher, STR("hemmelig"), real));
    const char *salt = strrchr(real, '$');
    size_t n = (size_t)(salt - real) - 22;
    assert_memory_equal(lo->hasher.unknown, real, n);
    assert_int_equal(strlen(lo->hasher.unknown), strlen(real));
    assert_int_equal(argon2id_verify(lo->hasher.unknown, "hemmelig", 8), ARGON2_VERIFY_MISMATCH);
    assert_false(password_verify(&lo->hasher, NULL, STR("hemmelig"), NULL, NULL));
}

static int run_all(const char *name)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_login, close_login)
    const struct CMUnitTest tests[] = {
        TEST(passwords), TEST(accounts),  TEST(listing),   TEST(password_change),
        TEST(other_process), TEST(rate_limit), TEST(threads), TEST(grants),
        TEST(refresh),   TEST(documents), TEST(forged),    TEST(foreign),
        TEST(sessions),  TEST(sessions_end), TEST(totp), TEST(sealed), TEST(zones),
        TEST(hash_of_nobody), cmocka_unit_test(totp_vectors),
    };
    return cmocka_run_group_tests_name(name, tests, group_open, group_close);
}

int main(void)
{
    char command[128];
    snprintf(directory, sizeof(directory), "/tmp/samdrift-login-XXXXXX");
    if (!mkdtemp(directory))
        return 1;
    snprintf(location, sizeof(location), "%s", directory);
    snprintf(keys_path, sizeof(keys_path), "%s/jwks.json", directory);
    int bad = run_all("sqlite");
    const char *url = test_place("SAMDRIFT_TEST_PG");
    if (url) {
        snprintf(location, sizeof(location), "%s", url);
        bad += run_all("postgres");
    }
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return bad + (system(command) != 0);
}
