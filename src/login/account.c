/*
 * Accounts and roles in the space "system". Every change raises login_versjon, which other
 * processes look at once a second to forget what they have cached.
 */
#include "login/login_int.h"

static enum rc make_tables(struct db *db, void *arg)
{
    (void)arg;
    return db_script(db,
        "CREATE TABLE IF NOT EXISTS bruker (id TEXT PRIMARY KEY, navn TEXT NOT NULL UNIQUE,"
        " passord TEXT, utsteder TEXT, gyldig_fra BIGINT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS rolle (bruker TEXT NOT NULL, kommune TEXT NOT NULL,"
        " rolle TEXT NOT NULL, PRIMARY KEY (bruker, kommune));"
        "CREATE TABLE IF NOT EXISTS fornyelse (hash TEXT PRIMARY KEY, bruker TEXT NOT NULL,"
        " familie TEXT NOT NULL, klient TEXT NOT NULL, openid BIGINT NOT NULL,"
        " brukt BIGINT NOT NULL, utloper BIGINT NOT NULL);"
        "CREATE INDEX IF NOT EXISTS fornyelse_bruker ON fornyelse (bruker);"
        "CREATE INDEX IF NOT EXISTS fornyelse_familie ON fornyelse (familie);"
        "CREATE INDEX IF NOT EXISTS fornyelse_utloper ON fornyelse (utloper);"
        "CREATE TABLE IF NOT EXISTS oekt (hash TEXT PRIMARY KEY, person TEXT, navn TEXT,"
        " borger BIGINT NOT NULL, nivaa BIGINT NOT NULL, begynt BIGINT NOT NULL,"
        " sett BIGINT NOT NULL);"
        "CREATE INDEX IF NOT EXISTS oekt_person ON oekt (person);"
        "CREATE INDEX IF NOT EXISTS oekt_sett ON oekt (sett);"
        "CREATE TABLE IF NOT EXISTS oekt_verdi (hash TEXT NOT NULL, noekkel TEXT NOT NULL,"
        " verdi TEXT NOT NULL, PRIMARY KEY (hash, noekkel));"
        "CREATE TABLE IF NOT EXISTS oekt_tilbyder (hash TEXT PRIMARY KEY, tilbyder TEXT NOT NULL,"
        " sid TEXT NOT NULL, id_token TEXT NOT NULL);"
        "CREATE INDEX IF NOT EXISTS oekt_tilbyder_sid ON oekt_tilbyder (tilbyder, sid);"
        "CREATE TABLE IF NOT EXISTS borger (id TEXT PRIMARY KEY, pid_indeks TEXT NOT NULL UNIQUE,"
        " pid TEXT NOT NULL, opprettet BIGINT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS totp (bruker TEXT PRIMARY KEY, hemmelighet TEXT NOT NULL,"
        " brukt BIGINT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS noekkel (plass BIGINT PRIMARY KEY, kid TEXT NOT NULL,"
        " jwk TEXT NOT NULL, opprettet BIGINT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS login_versjon (id BIGINT PRIMARY KEY,"
        " versjon BIGINT NOT NULL);"
        "INSERT INTO login_versjon (id, versjon) VALUES (1, 1) ON CONFLICT DO NOTHING;");
}

enum rc account_schema(struct cx *cx, struct login *l)
{
    return store_write(cx, l->space, make_tables, NULL);
}

static enum rc raise_version(struct db *db)
{
    return db_run(db, "UPDATE login_versjon SET versjon = versjon + 1 WHERE id = 1", "");
}

static void forget(struct login *l)
{
    memo_clear(&l->credentials);
    memo_clear(&l->tokens);
    memo_clear(&l->roles);
}

/* What this process changed, it forgets at once. */
static enum rc change(struct cx *cx, struct login *l, enum rc (*fn)(struct db *, void *), void *arg)
{
    enum rc rc = store_write(cx, l->space, fn, arg);
    if (rc == RC_OK || rc == RC_UNCERTAIN)
        forget(l);
    return rc;
}

static enum rc look_at_version(struct cx *cx, struct login *l)
{
    struct db *db;
    int64_t version = 0;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_int(db, &version, 0, "SELECT versjon FROM login_versjon WHERE id = 1", "");
    store_read_end(&db);
    TRY(rc);
    pthread_mutex_lock(&l->lock);
    bool changed = l->version != version;
    l->version = version;
    pthread_mutex_unlock(&l->lock);
    if (changed)
        forget(l);
    return RC_OK;
}

enum rc login_follow(struct cx *cx, struct login *l)
{
    pthread_mutex_lock(&l->lock);
    bool due = cx->now >= l->looked + SECONDS(1) || cx->now < l->looked;
    if (due)
        l->looked = cx->now;
    pthread_mutex_unlock(&l->lock);
    enum rc rc = due ? look_at_version(cx, l) : RC_OK;
    if (rc == RC_OK)
        return RC_OK;
    pthread_mutex_lock(&l->lock);
    l->looked = 0; /* what others changed is not known: the next caller looks again */
    pthread_mutex_unlock(&l->lock);
    return rc;
}

/* ------------------------------------------------------------------ reading */

static enum rc copy(struct cx *cx, struct stmt *st, struct account *ret)
{
    struct str id = stmt_str(st, 0);
    snprintf(ret->id, sizeof(ret->id), "%.*s", (int)id.n, id.p);
    ret->name = stmt_text(st, 1);
    ret->hash = stmt_text(st, 2);
    ret->issuer = stmt_text(st, 3);
    ret->valid_from = stmt_int(st, 4);
    ret->exists = true;
    if (!ret->name || (!ret->hash && !stmt_is_null(st, 2)) || (!ret->issuer && !stmt_is_null(st, 3)))
        return cx_nomem(cx);
    return RC_OK;
}

static enum rc find(struct db *db, const char *sql, struct str key, struct account *ret)
{
    struct stmt *st;
    bool row = false;
    *ret = (struct account){0};
    TRY(db_prepare(db, sql, &st));
    stmt_bind_str(st, 1, key);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row)
        rc = copy(db_cx(db), st, ret);
    stmt_done(&st);
    return rc;
}

static const char by_name[] =
    "SELECT id, navn, passord, utsteder, gyldig_fra FROM bruker WHERE navn = ?";
static const char by_id[] =
    "SELECT id, navn, passord, utsteder, gyldig_fra FROM bruker WHERE id = ?";

static enum rc look(struct cx *cx, struct login *l, const char *sql, struct str key,
                    struct account *ret)
{
    struct db *db;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = find(db, sql, key, ret);
    store_read_end(&db);
    return rc;
}

enum rc account_by_name(struct cx *cx, struct login *l, struct str name, struct account *ret)
{
    return look(cx, l, by_name, name, ret);
}

enum rc account_by_id(struct cx *cx, struct login *l, const char *id, struct account *ret)
{
    return look(cx, l, by_id, str_of(id), ret);
}

/* ------------------------------------------------------------------ changing */

bool name_valid(struct str name)
{
    if (name.n == 0 || name.n > NAME_MAX_BYTES || !str_utf8(name) || str_blank(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F || name.p[i] == ':')
            return false;
    return true;
}

static enum rc check_name(struct cx *cx, const char *name)
{
    if (!name_valid(str_of(name)))
        return err_set(cx, RC_FIELD_VALUE, "navn", "1–255, uten kolon");
    return RC_OK;
}

static enum rc check_new_password(struct cx *cx, struct str password)
{
    if (password.n > PASSWORD_MAX)
        return err_setf(cx, RC_FIELD_LENGTH, "passord", "%d", PASSWORD_MAX);
    if (password.n < PASSWORD_MIN)
        return err_setf(cx, RC_FIELD_VALUE, "passord", "≥ %d", PASSWORD_MIN);
    return RC_OK;
}

struct new_account {
    const char *name, *hash, *municipality, *issuer;
    enum role role;
};

static enum rc insert(struct db *db, const struct new_account *n)
{
    char id[UUID_TEXT_MAX];
    uuid_new(id);
    TRY(db_run(db, "INSERT INTO bruker (id, navn, gyldig_fra) VALUES (?, ?, 0) "
                   "ON CONFLICT (navn) DO NOTHING", "tt", id, n->name));
    if (n->hash)
        TRY(db_run(db, "UPDATE bruker SET passord = ? WHERE navn = ? AND passord IS NULL",
                   "tt", n->hash, n->name));
    if (n->issuer)
        TRY(db_run(db, "UPDATE bruker SET utsteder = ? WHERE navn = ? AND passord IS NULL "
                       "AND utsteder IS NULL", "tt", n->issuer, n->name));
    return RC_OK;
}

static enum rc add(struct db *db, void *arg)
{
    const struct new_account *n = arg;
    TRY(insert(db, n));
    if (n->municipality)
        TRY(db_run(db, "INSERT INTO rolle (bruker, kommune, rolle) "
                       "SELECT id, ?, ? FROM bruker WHERE navn = ? "
                       "ON CONFLICT (bruker, kommune) DO UPDATE SET rolle = excluded.rolle",
                   "ttt", n->municipality, role_name(n->role), n->name));
    return raise_version(db);
}

enum rc login_user_add(struct cx *cx, struct login *l, const char *name, struct str password,
                       const char *municipality, enum role role)
{
    struct new_account n = {.name = name, .municipality = municipality, .role = role};
    struct account a;
    char hash[HASH_TEXT_MAX];
    TRY(check_name(cx, name));
    if (municipality && role == ROLE_NONE)
        return err_set(cx, RC_FIELD_VALUE, "rolle", role_name(role));
    if (password.n > 0) {
        TRY(check_new_password(cx, password));
        TRY(account_by_name(cx, l, str_of(name), &a));
        if (a.hash && !password_verify(&l->hasher, a.hash, password, NULL, NULL))
            return err_set(cx, RC_CONFLICT, "navn", NULL);
        if (!a.hash) {
            TRY(password_hash(cx, &l->hasher, password, hash));
            n.hash = hash;
        }
    }
    return change(cx, l, add, &n);
}

static enum rc remove_role(struct db *db, void *arg)
{
    const struct new_account *n = arg;
    TRY(db_run(db, "DELETE FROM rolle WHERE kommune = ? AND bruker IN "
                   "(SELECT id FROM bruker WHERE navn = ?)", "tt", n->municipality, n->name));
    if (db_changes(db) == 0)
        return err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    return raise_version(db);
}

static enum rc remove_account(struct db *db, void *arg)
{
    const struct new_account *n = arg;
    TRY(db_run(db, "DELETE FROM rolle WHERE bruker IN (SELECT id FROM bruker WHERE navn = ?)",
               "t", n->name));
    TRY(db_run(db, "DELETE FROM fornyelse WHERE bruker IN (SELECT id FROM bruker WHERE navn = ?)",
               "t", n->name));
    TRY(session_end_all(db, n->name));
    TRY(db_run(db, "DELETE FROM totp WHERE bruker IN (SELECT id FROM bruker WHERE navn = ?)", "t",
               n->name));
    TRY(db_run(db, "DELETE FROM bruker WHERE navn = ?", "t", n->name));
    if (db_changes(db) == 0)
        return err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    return raise_version(db);
}

enum rc login_user_remove(struct cx *cx, struct login *l, const char *name,
                          const char *municipality)
{
    struct new_account n = {.name = name, .municipality = municipality};
    return change(cx, l, municipality ? remove_role : remove_account, &n);
}

/* Tokens count in whole seconds: those of the second of the change stay good. */
static enum rc set_password(struct db *db, void *arg)
{
    const struct new_account *n = arg;
    TRY(db_run(db, "UPDATE bruker SET passord = ?, gyldig_fra = ? WHERE navn = ?", "tit",
               n->hash, db_cx(db)->now, n->name));
    if (db_changes(db) == 0)
        return err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    TRY(db_run(db, "DELETE FROM fornyelse WHERE bruker IN (SELECT id FROM bruker WHERE navn = ?)",
               "t", n->name));
    TRY(session_end_all(db, n->name));
    return raise_version(db);
}

enum rc login_user_password(struct cx *cx, struct login *l, const char *name, struct str password)
{
    char hash[HASH_TEXT_MAX];
    TRY(check_new_password(cx, password));
    TRY(password_hash(cx, &l->hasher, password, hash));
    struct new_account n = {.name = name, .hash = hash};
    return change(cx, l, set_password, &n);
}

enum rc account_foreign(struct cx *cx, struct login *l, const char *name, const char *issuer,
                        struct account *ret)
{
    TRY(account_by_name(cx, l, str_of(name), ret));
    if (!ret->exists || (!ret->hash && !ret->issuer)) {
        struct new_account n = {.name = name, .issuer = issuer};
        TRY(change(cx, l, add, &n));
        TRY(account_by_name(cx, l, str_of(name), ret));
    }
    /* A name with a local password, or of another issuer, is another person. */
    if (!ret->exists || ret->hash || !streq(ret->issuer, issuer))
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    return RC_OK;
}

/* ------------------------------------------------------------------ roles */

static const char list_all[] =
    "SELECT b.navn, r.kommune, r.rolle FROM bruker b LEFT JOIN rolle r ON r.bruker = b.id "
    "ORDER BY b.navn, r.kommune";
static const char list_one[] =
    "SELECT b.navn, r.kommune, r.rolle FROM bruker b JOIN rolle r ON r.bruker = b.id "
    "WHERE r.kommune = ? ORDER BY b.navn";

enum rc login_user_each(struct cx *cx, struct login *l, const char *municipality,
                        void (*fn)(void *arg, const char *name, const char *municipality,
                                   enum role role),
                        void *arg)
{
    struct db *db;
    struct stmt *st = NULL;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_prepare(db, municipality ? list_one : list_all, &st);
    if (rc == RC_OK && municipality)
        stmt_bind_text(st, 1, municipality);
    while (rc == RC_OK) {
        bool row = false;
        rc = stmt_step(st, &row);
        if (rc != RC_OK || !row)
            break;
        const char *name = stmt_text(st, 0), *where = stmt_text(st, 1), *role = stmt_text(st, 2);
        if (!name)
            rc = cx_nomem(cx);
        else
            fn(arg, name, where ? where : "", role_of(role));
    }
    stmt_done(&st);
    store_read_end(&db);
    return rc;
}

enum { STAFF_MOST = 500 };
struct staff {
    struct arena *arena;
    const char **names;
    size_t n;
};

static void note_staff(void *arg, const char *name, const char *municipality, enum role role)
{
    struct staff *s = arg;
    (void)municipality;
    if (role < ROLE_SAKSBEHANDLER || role == ROLE_INTEGRASJON || s->n == STAFF_MOST)
        return;
    const char *copy = arena_strdup(s->arena, name);
    if (copy)
        s->names[s->n++] = copy;
}

enum rc login_staff(struct cx *cx, struct login *l, const char *municipality, const char *const **ret, size_t *ret_n)
{
    struct staff s = {.arena = cx->arena, .names = arena_array(cx->arena, STAFF_MOST, sizeof(*s.names))};
    if (!s.names)
        return cx_nomem(cx);
    TRY(login_user_each(cx, l, municipality, note_staff, &s));
    *ret = s.names;
    *ret_n = s.n;
    return RC_OK;
}

bool login_staff_has(const char *const *staff, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (streq(staff[i], name))
            return true;
    return false;
}

enum rc login_role(struct cx *cx, struct login *l, const struct person *p,
                   const char *municipality, enum role *ret)
{
    if (!p->known || !municipality) {
        *ret = ROLE_NONE;
        return RC_OK;
    }
    TRY(login_follow(cx, l));
    struct digest key = login_digest(l, 'r', str_of(p->id), str_of(municipality));
    struct found f = {0};
    if (memo_get(&l->roles, &key, cx->now, &f)) {
        *ret = f.role;
        return RC_OK;
    }
    uint64_t generation = memo_generation(&l->roles);
    struct db *db;
    char *name = NULL;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_text(db, &name, "SELECT rolle FROM rolle WHERE bruker = ? AND kommune = ?",
                         "tt", p->id, municipality);
    store_read_end(&db);
    if (rc != RC_OK)
        return rc;
    f.role = role_of(name);
    memo_put(&l->roles, &key, generation, cx->now + SECONDS(ROLE_LIFE), &f);
    *ret = f.role;
    return RC_OK;
}
