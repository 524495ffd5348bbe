/*
 * Sessions of browsers. Only the SHA-256 of a token is kept: who reads the database cannot take over
 * a session. When a request was last seen is written at most once a minute.
 */
#include "login/login_int.h"

enum { TOKEN_BYTES = 32, TOUCH_SECONDS = 60, VALUES_MAX = 32, VALUE_MAX = 64 << 10 };

void login_session_token(char out[SESSION_TOKEN_MAX])
{
    unsigned char bytes[TOKEN_BYTES];
    random_bytes(bytes, sizeof(bytes));
    hex_encode(bytes, sizeof(bytes), out);
}

static bool token_valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
            return false;
    return s.n == SESSION_TOKEN_MAX - 1;
}

static void token_hash(const char *token, char out[SHA256_HEX_MAX])
{
    sha256_hex(token, strlen(token), out);
}

/* ------------------------------------------------------------------ finding */

static void copy_text(char *out, size_t max, struct str s)
{
    snprintf(out, max, "%.*s", (int)s.n, s.p);
}

static void read_row(struct stmt *st, struct session *s)
{
    struct person *p = &s->person;
    copy_text(p->id, sizeof(p->id), stmt_str(st, 0));
    copy_text(p->name, sizeof(p->name), stmt_str(st, 1));
    p->known = p->id[0] != '\0';
    p->citizen = stmt_int(st, 2) != 0;
    p->level = (enum login_level)stmt_int(st, 3);
    s->began = stmt_int(st, 4);
    s->seen = stmt_int(st, 5);
    copy_text(s->provider, sizeof(s->provider), stmt_str(st, 6));
    s->kept = true;
}

static enum rc read_session(struct db *db, const struct login *l, const char *hash, struct session *s)
{
    struct stmt *st;
    bool row = false;
    int64_t now = db_cx(db)->now;
    TRY(db_prepare(db, "SELECT o.person, o.navn, o.borger, o.nivaa, o.begynt, o.sett, t.tilbyder FROM oekt o "
                       "LEFT JOIN oekt_tilbyder t ON t.hash = o.hash "
                       "WHERE o.hash = ? AND o.sett > ? AND o.begynt > ?", &st));
    stmt_bind_text(st, 1, hash);
    stmt_bind_int(st, 2, now - l->session_idle);
    stmt_bind_int(st, 3, now - l->session_max);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row)
        read_row(st, s);
    stmt_done(&st);
    return rc;
}

static enum rc touch(struct db *db, void *arg)
{
    const char *hash = arg;
    return db_run(db, "UPDATE oekt SET sett = ? WHERE hash = ?", "it", db_cx(db)->now, hash);
}

enum rc login_session_find(struct cx *cx, struct login *l, struct str token, struct session *ret)
{
    char hash[SHA256_HEX_MAX];
    struct session s = {0};
    if (token_valid(token)) {
        struct db *db;
        memcpy(s.token, token.p, token.n);
        token_hash(s.token, hash);
        TRY(store_read_begin(cx, l->space, &db));
        enum rc rc = read_session(db, l, hash, &s);
        store_read_end(&db);
        if (rc == RC_OK && s.kept && cx->now >= s.seen + SECONDS(TOUCH_SECONDS))
            rc = store_write(cx, l->space, touch, hash);
        TRY(rc);
    }
    *ret = s;
    return RC_OK;
}

/* ------------------------------------------------------------------ changing */

struct change {
    const struct login *l;
    const struct person *person;
    const char *old, *new;      /* hashes */
    const char *key, *value;
    const struct login_proof *proof;
    const char *id_token;       /* sealed */
};

/* What has ended goes, with all that hangs on it. A session is ended by having been seen never. */
static enum rc sweep(struct db *db, const struct login *l)
{
    static const char *const tables[] = {
        "DELETE FROM oekt_verdi WHERE hash IN (SELECT hash FROM oekt WHERE sett <= ? OR begynt <= ?)",
        "DELETE FROM oekt_tilbyder WHERE hash IN (SELECT hash FROM oekt WHERE sett <= ? OR begynt <= ?)",
        "DELETE FROM oekt WHERE sett <= ? OR begynt <= ?"};
    int64_t now = db_cx(db)->now;
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        TRY(db_run(db, tables[i], "ii", now - l->session_idle, now - l->session_max));
    return RC_OK;
}

static enum rc insert(struct db *db, const char *hash, const struct person *p)
{
    int64_t now = db_cx(db)->now;
    return db_run(db, "INSERT INTO oekt (hash, person, navn, borger, nivaa, begynt, sett) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING", "tttiiii", hash,
                  p->id, p->name, (int64_t)p->citizen, (int64_t)p->level, now, now);
}

static enum rc insert_proof(struct db *db, const struct change *c)
{
    const char *sid = c->proof->sid;
    return db_run(db, "INSERT INTO oekt_tilbyder (hash, tilbyder, sid, id_token) VALUES (?, ?, ?, ?)", "tttt", c->new,
                  c->proof->provider, sid ? sid : "", c->id_token);
}

static enum rc begin(struct db *db, void *arg)
{
    const struct change *c = arg;
    TRY(insert(db, c->new, c->person));
    TRY(db_run(db, "UPDATE oekt_verdi SET hash = ? WHERE hash = ?", "tt", c->new, c->old));
    TRY(db_run(db, "UPDATE oekt SET sett = 0 WHERE hash = ?", "t", c->old));
    if (c->proof)
        TRY(insert_proof(db, c));
    return sweep(db, c->l);
}

enum rc login_session_begin(struct cx *cx, struct login *l, struct session *s, const struct person *p,
                            const struct login_proof *proof)
{
    struct session fresh = {.person = *p, .kept = true, .began = cx->now, .seen = cx->now};
    char old[SHA256_HEX_MAX], new[SHA256_HEX_MAX], *sealed = NULL;
    login_session_token(fresh.token);
    token_hash(s->token, old);
    token_hash(fresh.token, new);
    if (proof) {
        copy_text(fresh.provider, sizeof(fresh.provider), str_of(proof->provider));
        TRY(seal_close(cx, &l->seal, new, str_of(proof->id_token), &sealed));
    }
    struct change c = {.l = l, .person = p, .old = old, .new = new, .proof = proof, .id_token = sealed};
    TRY(store_write(cx, l->space, begin, &c));
    *s = fresh;
    return RC_OK;
}

static enum rc end(struct db *db, void *arg)
{
    const struct change *c = arg;
    TRY(db_run(db, "UPDATE oekt SET sett = 0 WHERE hash = ?", "t", c->old));
    return sweep(db, c->l);
}

enum rc login_session_end(struct cx *cx, struct login *l, struct session *s)
{
    char old[SHA256_HEX_MAX];
    token_hash(s->token, old);
    struct change c = {.l = l, .old = old};
    TRY(store_write(cx, l->space, end, &c));
    *s = (struct session){0};
    return RC_OK;
}

enum rc session_end_all(struct db *db, const char *name)
{
    return db_run(db, "UPDATE oekt SET sett = 0 WHERE person IN (SELECT id FROM bruker WHERE navn = ?)", "t", name);
}

static enum rc end_at(struct db *db, void *arg)
{
    const struct change *c = arg;
    TRY(db_run(db, "UPDATE oekt SET sett = 0 WHERE hash IN "
                   "(SELECT hash FROM oekt_tilbyder WHERE tilbyder = ? AND sid = ?)", "tt", c->proof->provider,
               c->proof->sid));
    return sweep(db, c->l);
}

enum rc session_end_at(struct cx *cx, struct login *l, const char *provider, const char *sid)
{
    const struct login_proof proof = {.provider = provider, .sid = sid};
    struct change c = {.l = l, .proof = &proof};
    return store_write(cx, l->space, end_at, &c);
}

enum rc session_id_token(struct cx *cx, struct login *l, const struct session *s, char **ret)
{
    char hash[SHA256_HEX_MAX], *sealed = NULL;
    struct db *db;
    *ret = NULL;
    token_hash(s->token, hash);
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_text(db, &sealed, "SELECT id_token FROM oekt_tilbyder WHERE hash = ?", "t", hash);
    store_read_end(&db);
    TRY(rc);
    return sealed ? seal_break(cx, &l->seal, hash, sealed, ret) : RC_OK;
}

/* ------------------------------------------------------------------ values */

static enum rc put(struct db *db, void *arg)
{
    const struct change *c = arg;
    int64_t n;
    TRY(sweep(db, c->l)); /* a session that ended may have had this token */
    TRY(insert(db, c->old, c->person));
    TRY(db_run(db, "DELETE FROM oekt_verdi WHERE hash = ? AND noekkel = ?", "tt", c->old, c->key));
    if (!c->value)
        return RC_OK;
    TRY(db_int(db, &n, 0, "SELECT COUNT(*) FROM oekt_verdi WHERE hash = ?", "t", c->old));
    if (n >= VALUES_MAX)
        return err_secret(db_cx(db), RC_INTERNAL, "a session holds too many values");
    return db_run(db, "INSERT INTO oekt_verdi (hash, noekkel, verdi) VALUES (?, ?, ?)", "ttt", c->old,
                  c->key, c->value);
}

enum rc login_session_put(struct cx *cx, struct login *l, struct session *s, const char *key,
                          const char *value)
{
    char hash[SHA256_HEX_MAX];
    if (value && strlen(value) > VALUE_MAX)
        return err_setf(cx, RC_TOO_LARGE, NULL, "%d", VALUE_MAX);
    if (!s->token[0])
        login_session_token(s->token);
    token_hash(s->token, hash);
    char *sealed = NULL;
    if (value)
        TRY(seal_close(cx, &l->seal, key, str_of(value), &sealed));
    struct change c = {.l = l, .person = &s->person, .old = hash, .key = key, .value = sealed};
    TRY(store_write(cx, l->space, put, &c));
    s->kept = true;
    return RC_OK;
}

enum rc login_session_get(struct cx *cx, struct login *l, const struct session *s, const char *key,
                          char **ret)
{
    char hash[SHA256_HEX_MAX], *sealed = NULL;
    struct db *db;
    *ret = NULL;
    if (!s->kept)
        return RC_OK;
    token_hash(s->token, hash);
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_text(db, &sealed, "SELECT verdi FROM oekt_verdi WHERE hash = ? AND noekkel = ?", "tt",
                         hash, key);
    store_read_end(&db);
    TRY(rc);
    return sealed ? seal_break(cx, &l->seal, key, sealed, ret) : RC_OK;
}
