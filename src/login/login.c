/*
 * Opening and closing; the names of roles.
 */
#include "login/login_int.h"

#include <openssl/crypto.h>

enum { CREDENTIALS = 1024, TOKENS = 1024, ROLES = 4096, RATES = 4096 };
enum { SESSION_IDLE = 30 * 60, SESSION_MAX = 8 * 3600 }; /* seconds */

static const char *const role_names[] = {
    [ROLE_NONE] = "ingen",
    [ROLE_LESER] = "leser",
    [ROLE_SAKSBEHANDLER] = "saksbehandler",
    [ROLE_INTEGRASJON] = "integrasjon",
    [ROLE_ARKIVAR] = "arkivar",
    [ROLE_ARKIVADMINISTRATOR] = "arkivadministrator",
};

const char *role_name(enum role r)
{
    return (unsigned)r < COUNT_OF(role_names) ? role_names[r] : role_names[ROLE_NONE];
}

enum role role_of(const char *name)
{
    for (size_t i = 1; i < COUNT_OF(role_names); i++)
        if (streq(role_names[i], name))
            return (enum role)i;
    return ROLE_NONE;
}

struct new_key {
    const char *kid, *jwk;
};

/* Of two processes that start at once, the first to write makes the key and both use it. */
static enum rc keep_key(struct db *db, void *arg)
{
    const struct new_key *k = arg;
    return db_run(db, "INSERT INTO noekkel (plass, kid, jwk, opprettet) VALUES (1, ?, ?, ?) "
                      "ON CONFLICT (plass) DO NOTHING",
                  "tti", k->kid, k->jwk, db_cx(db)->now);
}

static enum rc read_key(struct cx *cx, struct login *l, char **ret)
{
    struct db *db;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_text(db, ret, "SELECT jwk FROM noekkel WHERE plass = 1", "");
    store_read_end(&db);
    return rc;
}

static enum rc open_key(struct cx *cx, struct login *l)
{
    char *jwk = NULL, kid[UUID_TEXT_MAX];
    TRY(read_key(cx, l, &jwk));
    if (!jwk) {
        uuid_new(kid);
        TRY(jwk_generate(cx, kid, &jwk));
        struct new_key k = {kid, jwk};
        TRY(store_write(cx, l->space, keep_key, &k));
        TRY(read_key(cx, l, &jwk));
    }
    if (!jwk || !jwk_load(jwk, &l->own))
        return err_secret(cx, RC_IO, "the signing key cannot be read");
    return RC_OK;
}

static enum rc open_all(struct cx *cx, struct login *l, struct config *cfg)
{
    TRY(net_open(cx, &l->net));
    hasher_init(&l->hasher);
    TRY(store_space(cx, l->store, "system", true, NULL, NULL, &l->space));
    TRY(account_schema(cx, l));
    TRY(open_key(cx, l));
    TRY(zone_check(cx, "secure_networks", l->secure_networks));
    TRY(zone_check(cx, "inner_networks", l->inner_networks));
    TRY(issuers_open(cx, l, cfg));
    TRY(providers_open(cx, l, cfg));
    return login_follow(cx, l);
}

enum rc login_open(struct cx *cx, struct store *store, const char *dir, struct config *cfg,
                   struct login **ret)
{
    struct login *l = mem_new(sizeof(*l));
    l->store = store;
    l->version = -1;
    l->password_grant = config_bool(cfg, "login", "password_grant", false);
    l->session_idle = SECONDS(config_int(cfg, "login", "session_idle", SESSION_IDLE));
    l->session_max = SECONDS(config_int(cfg, "login", "session_max", SESSION_MAX));
    l->secure_networks = mem_strdup(config_get(cfg, "login", "secure_networks", ""));
    l->inner_networks = mem_strdup(config_get(cfg, "login", "inner_networks", ""));
    random_bytes(l->secret, sizeof(l->secret));
    pthread_mutex_init(&l->lock, NULL);
    memo_init(&l->credentials, CREDENTIALS);
    memo_init(&l->tokens, TOKENS);
    memo_init(&l->roles, ROLES);
    rate_init(&l->rate, RATES);
    enum rc rc = seal_open(cx, dir, &l->seal);
    if (rc == RC_OK)
        rc = open_all(cx, l, cfg);
    if (rc == RC_OK)
        *ret = l;
    else
        login_close(&l);
    return rc;
}

void login_close(struct login **ref)
{
    if (!ref || !*ref)
        return;
    struct login *l = *ref;
    *ref = NULL;
    mem_free(l->secure_networks);
    mem_free(l->inner_networks);
    issuers_close(l);
    providers_close(l);
    cjose_jwk_release(l->own.jwk);
    hasher_free(&l->hasher);
    memo_free(&l->credentials);
    memo_free(&l->tokens);
    memo_free(&l->roles);
    rate_free(&l->rate);
    pthread_mutex_destroy(&l->lock);
    OPENSSL_cleanse(&l->seal, sizeof(l->seal));
    OPENSSL_cleanse(l->secret, sizeof(l->secret));
    net_close(&l->net);
    mem_free(l);
}
