/*
 * What the files of login share and nobody else sees.
 *
 * Lock order: none of the locks here is taken while another one is held.
 */
#ifndef SAMDRIFT_LOGIN_INT_H
#define SAMDRIFT_LOGIN_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include <cjose/cjose.h>

#include "login/login.h"
#include "net/net.h"

#define SECONDS(n) ((int64_t)(n) * 1000000)

enum {
    NAME_MAX_BYTES = 255,
    PASSWORD_MIN = 8,
    PASSWORD_MAX = 1024,
    TOKEN_MAX = 8 << 10,
    HASH_TEXT_MAX = 128,
    KID_MAX = 128,
    KEYS_MAX = 32,
    ACCESS_LIFE = 15 * 60,      /* seconds, as the following */
    REFRESH_LIFE = 12 * 3600,
    CREDENTIAL_LIFE = 5 * 60,   /* how long what was verified is remembered … */
    ROLE_LIFE = 60,             /* … and a role: never longer than that */
    LEEWAY = 60
};

/* The audience of access tokens made here. */
#define OWN_AUDIENCE "samdrift"

/* ------------------------------------------------------------------ cache.c */

struct digest {
    unsigned char bytes[32];
};

/* What is remembered under a keyed hash; which of both is used is the cache's own. */
struct found {
    struct person person;
    enum role role;
};

struct slot {
    struct digest key;
    int64_t until;              /* 0: empty */
    struct found found;
};

/*
 * Bounded, forgetful: a slot is overwritten by whoever hashes to it. An entry is put with the
 * generation read before its facts were read, so that a fact older than a change never stays.
 */
struct memo {
    pthread_mutex_t lock;
    struct slot *slots;
    size_t n;
    uint64_t generation;        /* under lock, as slots */
};

void memo_init(struct memo *c, size_t n);
void memo_free(struct memo *c);
uint64_t memo_generation(struct memo *c);
bool memo_get(struct memo *c, const struct digest *key, int64_t now, struct found *ret);
void memo_put(struct memo *c, const struct digest *key, uint64_t generation, int64_t until,
               const struct found *f);
void memo_clear(struct memo *c);

struct failures {
    struct digest key;
    int64_t since;
    int count;
};

/* Failures a key in a window of a minute; bounded. */
struct rate {
    pthread_mutex_t lock;
    struct failures *slots;
    size_t n;
};

void rate_init(struct rate *r, size_t n);
void rate_free(struct rate *r);
/* Seconds to wait, 0 when free. */
int rate_wait(struct rate *r, const struct digest *key, int64_t now);
void rate_fail(struct rate *r, const struct digest *key, int64_t now);

/* ------------------------------------------------------------------ jose.c */

struct key {
    char kid[KID_MAX + 1];
    char alg[8];                /* "" when the set does not say */
    cjose_jwk_t *jwk;
};

struct keyset {
    struct key keys[KEYS_MAX];
    size_t n;
};

struct jwt {
    struct str token;
    json_t *claims;
    const char *alg, *kid, *typ; /* kid and typ may be NULL */
};

/* Reads a JWKS, leaving out keys that cannot verify RS256, PS256 or ES256. False when it is none. */
bool keyset_read(struct cx *cx, struct str json, struct keyset *ret);
void keyset_free(struct keyset *ks);
/* The key the token names; without a kid the only key there is. NULL when none fits its alg. */
const struct key *keyset_find(const struct keyset *ks, const struct jwt *t);
/* Takes the token apart without believing it. False when malformed or its alg is not allowed. */
bool jwt_parse(struct cx *cx, struct str token, struct jwt *ret);
bool jwt_signed_by(const struct jwt *t, const struct key *key);
/* exp is there and to come, nbf and iat are past; with leeway. */
bool jwt_timely(const struct jwt *t, int64_t now);
bool jwt_for(const struct jwt *t, const char *audience);
/* A string claim, or NULL. */
const char *jwt_text(const struct jwt *t, const char *claim);
bool jwt_number(const struct jwt *t, const char *claim, int64_t *ret);
enum rc jwt_make(struct cx *cx, const struct key *key, const char *typ, struct str claims,
                 struct buf *out) ATTR_CHECK;
/* A new RSA key as private JWK text, in the arena. */
enum rc jwk_generate(struct cx *cx, const char *kid, char **ret) ATTR_CHECK;
bool jwk_load(const char *json, struct key *ret);
/* {"keys":[…]} of the public half. */
enum rc jwk_publish(struct cx *cx, const struct key *key, struct buf *out) ATTR_CHECK;

/* ------------------------------------------------------------------ text.c */

/* Decodes base64 (url: that of RFC 7515) into the arena; false when malformed or with a NUL inside. */
bool base64_read(struct arena *a, struct str s, bool url, struct str *ret);
/* Not empty, of the alphabet, of a possible length. cjose aborts the process on some others. */
bool base64url_valid(struct str s);
/* The credentials of "Scheme credentials" when the scheme is that one. */
bool auth_scheme(const char *authorization, const char *scheme, struct str *ret);
/* name:password of a Basic header. */
bool auth_basic(struct arena *a, const char *authorization, struct str *ret_name,
                struct str *ret_password);
/* A field of a form body, NULL p when absent. False when the form is malformed or has it twice. */
bool form_value(struct arena *a, struct str form, const char *name, struct str *ret);

/* ------------------------------------------------------------------ password.c */

/* At most two hashes at once, 19 MiB each. */
struct hasher {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int running;                /* under lock */
    char unknown[HASH_TEXT_MAX]; /* hash of nobody: checking it costs what a real one costs */
};

void hasher_init(struct hasher *h);
void hasher_free(struct hasher *h);
enum rc password_hash(struct cx *cx, struct hasher *h, struct str password,
                      char out[HASH_TEXT_MAX]) ATTR_CHECK;
/* hash NULL: takes as long and is false. done (may be NULL) is asked once the turn has come. */
bool password_verify(struct hasher *h, const char *hash, struct str password,
                     bool (*done)(void *arg), void *arg);

/* ------------------------------------------------------------------ seal.c */

/* Keys of what is kept sealed: one to seal with, one to find by. */
struct seal {
    unsigned char cipher[32], index[32];
};
/* Reads dir/login.key, or makes it. RC_IO. */
enum rc seal_open(struct cx *cx, const char *dir, struct seal *ret) ATTR_CHECK;
/* AES-256-GCM as hexadecimal text in the arena. `what` says what it is and whose: sealed for one, it opens for no other. */
enum rc seal_close(struct cx *cx, const struct seal *s, const char *what, struct str plain, char **ret) ATTR_CHECK;
/* RC_IO when it was changed, or sealed with another key. */
enum rc seal_break(struct cx *cx, const struct seal *s, const char *what, const char *sealed, char **ret) ATTR_CHECK;
/* The same text for the same value, from which the value cannot be found without the key. */
void seal_index(const struct seal *s, struct str value, char out[SHA256_HEX_MAX]);

/* ------------------------------------------------------------------ totp.c */

/* The code of one time step. secret is base32. False when it is none. */
bool totp_code(const char *secret, int64_t step, char out[7]);

/* ------------------------------------------------------------------ the rest */

struct issuer {
    char *url, *jwks_uri, *jwks_file, *audience, *name_claim;
    pthread_mutex_t lock;
    pthread_cond_t fetched;
    struct keyset keys;         /* under lock, as the following */
    int64_t tried;              /* when the keys were last asked for */
    bool fetching;
};

/* provider.c */
struct provider {
    char *id, *name;
    bool citizens, on_behalf;
    struct issuer issuer;       /* our client id is its audience */
    char *secret;               /* NULL: none */
    struct key key;             /* to sign with instead; jwk NULL: none */
    char *scope, *claim;
    char *acr[LEVEL_HIGH + 1];  /* by level, NULL where the provider has none */
    enum login_level level;     /* of a login whose acr is none of these */
    pthread_mutex_t lock;
    char *authorization, *token, *end_session; /* under lock, as the following; NULL: not known */
    int64_t discovered;
};

struct login {
    struct store *store;
    struct space *space;
    bool password_grant;
    int64_t session_idle, session_max; /* microseconds */
    char *secure_networks, *inner_networks;
    unsigned char secret[32];   /* of this process, for keyed hashes */
    struct seal seal;
    struct hasher hasher;
    struct rate rate;
    struct memo credentials, tokens, roles;
    pthread_mutex_t lock;
    int64_t looked;             /* when version was last read; under lock */
    int64_t version;            /* under lock */
    struct key own;
    struct net *net;
    struct issuer *issuers;
    size_t issuers_n;
    struct provider *providers;
    size_t providers_n;
};

struct digest login_digest(const struct login *l, char kind, struct str a, struct str b);

/* account.c */
struct account {
    char id[UUID_TEXT_MAX];
    char *name;
    char *hash;                 /* NULL: no password */
    char *issuer;               /* URL of the foreign issuer it is bound to, or NULL */
    int64_t valid_from;         /* tokens issued before are void */
    bool exists;
};

enum rc account_schema(struct cx *cx, struct login *l) ATTR_CHECK;
enum rc account_by_name(struct cx *cx, struct login *l, struct str name, struct account *ret) ATTR_CHECK;
enum rc account_by_id(struct cx *cx, struct login *l, const char *id, struct account *ret) ATTR_CHECK;
/* The account of a person a foreign issuer vouches for; made when missing. */
enum rc account_foreign(struct cx *cx, struct login *l, const char *name, const char *issuer,
                        struct account *ret) ATTR_CHECK;
bool name_valid(struct str name);
/* Forgets what is cached when another process changed accounts; asks at most once a second. */
enum rc login_follow(struct cx *cx, struct login *l) ATTR_CHECK;

/* session.c */
/* Ends the sessions of the account of that name; inside a write. */
enum rc session_end_all(struct db *db, const char *name) ATTR_CHECK;
/* Ends the sessions that came of the provider's session. */
enum rc session_end_at(struct cx *cx, struct login *l, const char *provider, const char *sid) ATTR_CHECK;
/* The id_token the session began with, or NULL; in the arena. */
enum rc session_id_token(struct cx *cx, struct login *l, const struct session *s, char **ret) ATTR_CHECK;

/* zone.c */
/* RC_FIELD_VALUE when a word of the list is no network. */
enum rc zone_check(struct cx *cx, const char *key, const char *list) ATTR_CHECK;

/* provider.c */
enum rc providers_open(struct cx *cx, struct login *l, struct config *cfg) ATTR_CHECK;
void providers_close(struct login *l);
struct provider *provider_find(struct login *l, const char *id); /* NULL when there is none */
struct endpoints {
    const char *authorization, *token, *end_session; /* the last may be NULL; in the arena */
};
/* As the provider publishes them, asked for at most once an hour. RC_BUSY. */
enum rc provider_endpoints(struct cx *cx, struct login *l, struct provider *p, struct endpoints *ret) ATTR_CHECK;

/* check.c */
void person_of(const struct account *a, struct person *ret);
enum rc check_password(struct cx *cx, struct login *l, struct str name, struct str password,
                       const char *peer, bool secure, struct person *ret) ATTR_CHECK;
/* Tries something secret of one name from one address, within the limit of failures. */
enum rc check_limited(struct cx *cx, struct login *l, struct str name, const char *peer,
                      enum rc (*attempt)(struct cx *cx, void *arg), void *arg) ATTR_CHECK;

/* issuer.c */
void issuer_init(struct issuer *is);
void issuer_close(struct issuer *is);
/* The discovery document, when it is that of the issuer, or NULL. */
json_t *issuer_document(struct cx *cx, struct net *net, const struct issuer *is);
/* Reads a file whole. */
bool issuer_slurp(const char *path, struct buf *out);
enum rc issuers_open(struct cx *cx, struct login *l, struct config *cfg) ATTR_CHECK;
void issuers_close(struct login *l);
/* Is the token one of this issuer's, in form, signature, time and audience? RC_LOGIN_FAILED when not,
 * RC_BUSY when the issuer's keys cannot be had to tell. */
enum rc issuer_verify(struct cx *cx, struct net *net, struct issuer *is, const struct jwt *t) ATTR_CHECK;

#endif
