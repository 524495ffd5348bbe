/*
 * login – who is calling: accounts, roles a municipality, passwords, tokens, issuers.
 *
 * Kept in the space "system". Passwords are Argon2id; a verified Basic credential is remembered in
 * memory for some minutes as a keyed hash, so that a client is not charged Argon2id a request.
 * Access tokens are JWTs of our own key (RS256), published at jwks; refresh tokens are random,
 * stored hashed, used once. Foreign issuers are checked against their published keys with the
 * allow-list RS256, PS256, ES256.
 */
#ifndef SAMDRIFT_LOGIN_H
#define SAMDRIFT_LOGIN_H

#include "base/base.h"
#include "store/store.h"

enum role {
    ROLE_NONE = 0,
    ROLE_LESER,             /* reads what is not screened */
    ROLE_SAKSBEHANDLER,     /* registers and changes cases */
    ROLE_INTEGRASJON,       /* a specialist system: as saksbehandler, and may import */
    ROLE_ARKIVAR,           /* keeps the archive: structure, screening, closing */
    ROLE_ARKIVADMINISTRATOR /* the above, users, code lists, and correction beyond the freeze */
};
const char *role_name(enum role r);                 /* "arkivadministrator" */
enum role role_of(const char *name);                /* ROLE_NONE when unknown */

/* How sure we are of who it is: of the eIDAS levels, those that ID-porten gives. */
enum login_level {
    LEVEL_NONE = 0,             /* anonymous */
    LEVEL_LOW,                  /* a password or token alone */
    LEVEL_SUBSTANTIAL,          /* two factors: MinID, password and one-time code */
    LEVEL_HIGH                  /* BankID, Buypass, Commfides */
};

/* Where the caller sits; the program itself sits in the secure zone. */
enum login_zone {
    ZONE_SECURE = 0,
    ZONE_INNER,                 /* the municipality's own network */
    ZONE_OPEN
};

/* The caller, as proved by its credentials. */
struct person {
    char id[UUID_TEXT_MAX];     /* systemID of the account; stable over municipalities */
    char name[256];             /* login name = brukerNavn */
    bool known;                 /* false: anonymous */
    bool citizen;               /* logged in as one of the public: has no role anywhere */
    enum login_level level;
    enum login_zone zone;
};

struct login;
/*
 * Makes its tables in "system" and its signing key when missing. dir: where the file login.key lies,
 * the key of what is sealed in the tables (one-time secrets, national id numbers); made when missing;
 * servers of one co-operation must have the same. cfg, needed only during the call:
 * [login] password_grant, session_idle, session_max,
 * secure_networks, inner_networks; [issuer.NAME] url, audience, jwks_uri or jwks_file (else discovery),
 * name_claim. A person of a foreign issuer gets an account without password at the first login; a
 * name that has a password, or belongs to another issuer, is refused to it.
 */
enum rc login_open(struct cx *cx, struct store *store, const char *dir, struct config *cfg,
                   struct login **ret) ATTR_CHECK;
void login_close(struct login **l);

/* Accounts. add: RC_CONFLICT when the name exists with another password set and `password` is given;
 * an existing account gains the role; municipality NULL: no role. remove with municipality NULL
 * removes the account. Names: 1–255 bytes without colon; passwords: 8–1,024 bytes, or empty in add
 * for an account that only a foreign issuer can vouch for. Changing a password ends all sessions. */
enum rc login_user_add(struct cx *cx, struct login *l, const char *name, struct str password,
                       const char *municipality, enum role role) ATTR_CHECK;
enum rc login_user_remove(struct cx *cx, struct login *l, const char *name, const char *municipality) ATTR_CHECK;
enum rc login_user_password(struct cx *cx, struct login *l, const char *name, struct str password) ATTR_CHECK;
enum rc login_user_each(struct cx *cx, struct login *l, const char *municipality /* NULL: all */,
                        void (*fn)(void *arg, const char *name, const char *municipality, enum role role), void *arg) ATTR_CHECK;
/* Names of the accounts that work on cases of the municipality, at most 500: saksbehandler or more, no integration. In the
 * arena. _has: is the name among them? */
enum rc login_staff(struct cx *cx, struct login *l, const char *municipality, const char *const **ret, size_t *ret_n) ATTR_CHECK;
bool login_staff_has(const char *const *staff, size_t n, const char *name);

/* The role of the person in the municipality, ROLE_NONE when none. Cached; follows changes within a second. */
enum rc login_role(struct cx *cx, struct login *l, const struct person *p, const char *municipality, enum role *ret) ATTR_CHECK;

/*
 * Checks the Authorization header ("Basic …" or "Bearer …"). No header: RC_OK and an anonymous
 * person. `peer` is the client's address, for the rate limit: after 10 wrong passwords in a minute from
 * one address or on one name RC_TOO_MANY with the seconds to wait as detail (a credential verified
 * in the last minutes still passes). `secure`: TLS or loopback; Basic
 * without it is RC_LOGIN_FAILED. Errors: RC_LOGIN_FAILED, RC_TOO_MANY, RC_IO.
 */
enum rc login_check(struct cx *cx, struct login *l, const char *authorization, const char *peer, bool secure,
                    struct person *ret) ATTR_CHECK;

/* The zone of an address, by [login] secure_networks and inner_networks (lists of networks, "10.0.0.0/8
 * fd00::/8"). Where neither is set there are no zones, and everybody is in the secure one. */
enum login_zone login_zone(const struct login *l, const char *peer);

/* As a login form does it: name and password, under the rate limit of login_check. */
enum rc login_password(struct cx *cx, struct login *l, struct str name, struct str password, const char *peer,
                       bool secure, struct person *ret) ATTR_CHECK;

/*
 * One-time codes of an app (RFC 6238: SHA-1, six digits, 30 seconds), a local account's second factor.
 * The secret is kept sealed; a code is taken once, and one step early or late.
 */
#define TOTP_SECRET_MAX 33      /* 32 characters of base32 */
void login_totp_secret(char out[TOTP_SECRET_MAX]);
/* Has the person enrolled? */
enum rc login_totp_known(struct cx *cx, struct login *l, const struct person *p, bool *ret) ATTR_CHECK;
/* Keeps the secret when the code is one of it: the app was set up. RC_LOGIN_FAILED; RC_TAKEN when enrolled already. */
enum rc login_totp_enrol(struct cx *cx, struct login *l, const struct person *p, const char *secret,
                         struct str code) ATTR_CHECK;
/* RC_LOGIN_FAILED for a wrong or used code, RC_TOO_MANY as login_check. */
enum rc login_totp_check(struct cx *cx, struct login *l, const struct person *p, struct str code,
                         const char *peer) ATTR_CHECK;
/* The phone is lost: the next login enrols a new one. RC_NOT_FOUND. */
enum rc login_totp_remove(struct cx *cx, struct login *l, const char *name) ATTR_CHECK;

/* ------------------------------------------------------------------ sessions of browsers */

/*
 * A session is kept in "system" under the SHA-256 of a random token that only the browser's cookie
 * holds. It ends with logging out, after [login] session_idle seconds without a request (1,800), or
 * session_max after it began (28,800), and with the account's password or removal.
 * A visitor who is not logged in may have a token too, without anything kept.
 */
#define SESSION_TOKEN_MAX 65
struct session {
    char token[SESSION_TOKEN_MAX]; /* 64 hexadecimal digits, or "" */
    struct person person;
    char provider[32];             /* where the person logged in, "" for a local account */
    bool kept;                     /* something is kept under the token */
    int64_t began, seen;
};
/* A token nobody has. */
void login_session_token(char out[SESSION_TOKEN_MAX]);
/* The session of the token as sent. Unknown, malformed or ended: RC_OK, not kept, anonymous; a
 * well-formed token stays. */
enum rc login_session_find(struct cx *cx, struct login *l, struct str token, struct session *ret) ATTR_CHECK;
/* What a provider gave with a login, for logging out. */
struct login_proof {
    const char *provider, *sid, *id_token;
};
/* The person has logged in: gives the session a new token, so that one planted before is worth
 * nothing, and takes its values along. proof NULL: a local account. */
enum rc login_session_begin(struct cx *cx, struct login *l, struct session *s, const struct person *p,
                            const struct login_proof *proof) ATTR_CHECK;
/* Logged out: forgets the session and its values. */
enum rc login_session_end(struct cx *cx, struct login *l, struct session *s) ATTR_CHECK;
/* Small values kept sealed with the session (whom one acts for, a basket): key of the program, value up to
 * 64 KiB, at most 32; NULL removes. An anonymous session begins to be kept with the first. get: NULL
 * when there is none; in the arena. */
enum rc login_session_put(struct cx *cx, struct login *l, struct session *s, const char *key,
                          const char *value) ATTR_CHECK;
enum rc login_session_get(struct cx *cx, struct login *l, const struct session *s, const char *key,
                          char **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ logging in at a provider */

/*
 * OpenID Connect, code flow, with PKCE, state and nonce, against each section [provider.ID]:
 *   for = borger | ansatt      the public, known by a national id number; or employees, by name
 *   url, client_id             issuer; client_secret, or client_key: a file with a private JWK (RSA)
 *   name, scope, claim         shown; "openid profile"/"openid"; "pid"/"preferred_username"
 *   acr_substantial, acr_high  values of acr for the levels; level: that of logins without
 *   onbehalfof = ja            tell whom one logs in for, and demand aud_onbehalfof
 * An employee gets an account as from an issuer; its roles are given as to others.
 */
struct login_provider {
    const char *id, *name, *url;
    bool citizens;
};
/* The i-th, in the order of the settings; false past the last. */
bool login_provider_at(const struct login *l, size_t i, struct login_provider *ret);

struct login_start {
    const char *provider;        /* id */
    const char *redirect_uri;    /* of ours */
    const char *lang;            /* "nb", "nn", "se", "en" */
    const char *on_behalf_of;    /* organisation number of the municipality, or NULL */
    const char *back;            /* where to go afterwards */
    enum login_level level;
};
/* Where to send the browser. The session must have a token. RC_NOT_FOUND for an unknown provider,
 * RC_BUSY when it cannot be reached. */
enum rc login_oidc_begin(struct cx *cx, struct login *l, const struct session *s, const struct login_start *start,
                         char **ret_url) ATTR_CHECK;

struct login_done {
    struct person person;
    struct login_proof proof;    /* for login_session_begin; in the arena */
    const char *back;            /* set also when the login failed; "/" when it is not known */
};
/* The browser came back. RC_LOGIN_FAILED when anything is not as it must be (state of another session or
 * too old; signature, issuer, audience, time, nonce, azp or aud_onbehalfof wrong), RC_LEVEL_NEEDED for
 * too low a level, RC_BUSY. */
enum rc login_oidc_finish(struct cx *cx, struct login *l, const struct session *s, const char *redirect_uri,
                          struct str state, const char *code, struct login_done *ret) ATTR_CHECK;
/* Where to log out at the provider of the session, before login_session_end; NULL when nowhere. */
enum rc login_oidc_end(struct cx *cx, struct login *l, const struct session *s, const char *back,
                       char **ret_url) ATTR_CHECK;
/* The provider says that its session is over: through the browser (issuer and sid), or itself with a
 * logout token (RC_LOGIN_FAILED when that is none). Ours that came of it end. */
enum rc login_oidc_ended(struct cx *cx, struct login *l, const char *issuer, const char *sid) ATTR_CHECK;
enum rc login_oidc_logout(struct cx *cx, struct login *l, struct str token) ATTR_CHECK;

#define PID_MAX 12
/* The citizen of that number, known from now on: one that has logged in, or that another acts for. LEVEL_NONE.
 * RC_LOGIN_FAILED for a number that is none. */
enum rc login_citizen(struct cx *cx, struct login *l, struct str pid, struct person *ret) ATTR_CHECK;
/* What belongs to a company has this before its organisasjonsnummer as key of its owner, whoever acts for it. */
#define LOGIN_COMPANY_KEY "orgnr:"
/* The national id number of a citizen: for registers and for the archive, never for a log. RC_NOT_FOUND. */
enum rc login_citizen_pid(struct cx *cx, struct login *l, const struct person *p, char ret[PID_MAX]) ATTR_CHECK;

/* OpenID Connect for local accounts. base: absolute URL of the issuer, without trailing slash. */
enum rc login_discovery(struct cx *cx, struct login *l, const char *base, struct buf *ret_json) ATTR_CHECK;
enum rc login_jwks(struct cx *cx, struct login *l, struct buf *ret_json) ATTR_CHECK;
/*
 * The token endpoint: form body, Authorization (client credentials, may be NULL). Grants: password
 * (only with [login] password_grant = ja), client_credentials (a local account as client),
 * refresh_token. Writes the JSON reply, success or RFC 6749 error; *ret_status is the HTTP status.
 */
enum rc login_token(struct cx *cx, struct login *l, const char *base, struct str form, const char *authorization,
                    const char *peer, bool secure, int *ret_status, struct buf *ret_json) ATTR_CHECK;

#endif
