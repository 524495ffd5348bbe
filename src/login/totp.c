/*
 * One-time codes (RFC 6238 over RFC 4226). The step of the last code taken is kept, so that a code
 * seen over a shoulder is worth nothing once it has been used.
 */
#include "login/login_int.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { STEP_SECONDS = 30, SECRET_BYTES = 20, DRIFT = 1 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void login_totp_secret(char out[TOTP_SECRET_MAX])
{
    unsigned char bytes[TOTP_SECRET_MAX - 1];
    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++)
        out[i] = alphabet[bytes[i] & 31];
    out[TOTP_SECRET_MAX - 1] = '\0';
}

/* 32 characters of base32 (RFC 4648) are 20 bytes. */
static bool decode(const char *secret, unsigned char out[SECRET_BYTES])
{
    uint64_t bits = 0;
    size_t n = 0;
    if (strlen(secret) != TOTP_SECRET_MAX - 1)
        return false;
    for (size_t i = 0; secret[i]; i++) {
        const char *at = strchr(alphabet, secret[i]);
        if (!at)
            return false;
        bits = bits << 5 | (uint64_t)(at - alphabet);
        if (i % 8 != 7)
            continue;
        for (int k = 4; k >= 0; k--)
            out[n++] = (unsigned char)(bits >> (8 * k));
        bits = 0;
    }
    return true;
}

bool totp_code(const char *secret, int64_t step, char out[7])
{
    unsigned char key[SECRET_BYTES], counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!decode(secret, key))
        return false;
    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), key, sizeof(key), counter, sizeof(counter), mac, &n) || n != 20)
        return false;
    const unsigned char *p = mac + (mac[19] & 15);
    unsigned v = (p[0] & 0x7Fu) << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
    snprintf(out, 7, "%06u", v % 1000000u);
    return true;
}

/* The step whose code that is, later than `after`, or -1. All are compared, so that time tells nothing. */
static int64_t step_of(const char *secret, struct str code, int64_t now, int64_t after)
{
    int64_t found = -1;
    char right[7];
    for (int64_t step = now / SECONDS(STEP_SECONDS) - DRIFT; step <= now / SECONDS(STEP_SECONDS) + DRIFT; step++)
        if (code.n == 6 && totp_code(secret, step, right) && secret_equal(code.p, right, 6) && step > after)
            found = step;
    return found;
}

/* ------------------------------------------------------------------ the table */

struct enrolment {
    const char *person, *sealed;
    int64_t step;
    bool kept;
};

static enum rc find(struct cx *cx, struct login *l, const struct person *p, char **ret_sealed, int64_t *ret_used)
{
    struct db *db;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_text(db, ret_sealed, "SELECT hemmelighet FROM totp WHERE bruker = ?", "t", p->id);
    if (rc == RC_OK)
        rc = db_int(db, ret_used, 0, "SELECT brukt FROM totp WHERE bruker = ?", "t", p->id);
    store_read_end(&db);
    return rc;
}

enum rc login_totp_known(struct cx *cx, struct login *l, const struct person *p, bool *ret)
{
    char *sealed;
    int64_t used;
    TRY(find(cx, l, p, &sealed, &used));
    *ret = sealed != NULL;
    return RC_OK;
}

static enum rc insert(struct db *db, void *arg)
{
    struct enrolment *e = arg;
    TRY(db_run(db, "INSERT INTO totp (bruker, hemmelighet, brukt) VALUES (?, ?, ?) "
                   "ON CONFLICT (bruker) DO NOTHING", "tti", e->person, e->sealed, e->step));
    e->kept = db_changes(db) == 1;
    return RC_OK;
}

enum rc login_totp_enrol(struct cx *cx, struct login *l, const struct person *p, const char *secret,
                         struct str code)
{
    char *sealed;
    struct enrolment e = {.person = p->id, .step = step_of(secret, code, cx->now, 0)};
    if (e.step < 0)
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    TRY(seal_close(cx, &l->seal, p->id, str_of(secret), &sealed));
    e.sealed = sealed;
    TRY(store_write(cx, l->space, insert, &e));
    return e.kept ? RC_OK : err_set(cx, RC_TAKEN, NULL, NULL);
}

/* Of two requests with the same code, one moves the step. */
static enum rc use(struct db *db, void *arg)
{
    struct enrolment *e = arg;
    TRY(db_run(db, "UPDATE totp SET brukt = ? WHERE bruker = ? AND brukt < ?", "iti", e->step, e->person,
               e->step));
    e->kept = db_changes(db) == 1;
    return RC_OK;
}

struct attempt {
    struct login *l;
    const struct person *p;
    struct str code;
};

static enum rc attempt(struct cx *cx, void *arg)
{
    const struct attempt *t = arg;
    char *sealed, *secret;
    int64_t used;
    TRY(find(cx, t->l, t->p, &sealed, &used));
    if (!sealed)
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    TRY(seal_break(cx, &t->l->seal, t->p->id, sealed, &secret));
    struct enrolment e = {.person = t->p->id, .step = step_of(secret, t->code, cx->now, used)};
    if (e.step >= 0)
        TRY(store_write(cx, t->l->space, use, &e));
    return e.kept ? RC_OK : err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
}

enum rc login_totp_check(struct cx *cx, struct login *l, const struct person *p, struct str code,
                         const char *peer)
{
    struct attempt t = {l, p, code};
    return check_limited(cx, l, str_of(p->id), peer, attempt, &t);
}

static enum rc forget(struct db *db, void *arg)
{
    const char *name = arg;
    TRY(db_run(db, "DELETE FROM totp WHERE bruker IN (SELECT id FROM bruker WHERE navn = ?)", "t", name));
    if (db_changes(db) == 0)
        return err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    return session_end_all(db, name);
}

enum rc login_totp_remove(struct cx *cx, struct login *l, const char *name)
{
    char *copy = arena_strdup(cx->arena, name);
    return copy ? store_write(cx, l->space, forget, copy) : cx_nomem(cx);
}
