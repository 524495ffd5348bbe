/*
 * The PostgreSQL driver: a schema a space in one database. Connections belong to the store, and
 * each transaction says its schema itself, so nothing depends on the session and a pooler such as
 * pgbouncer may stand between. It is known by its number for the session, which is not that of the
 * process that answers.
 *
 * Writes to a space are serial here as on SQLite: each begins with a lock of the space that lasts
 * to its end. Numbers, hash chains and counters then need no care of their own, on any number of
 * server processes.
 */
#include "store/pg_int.h"

enum {
    READS_MAX = 12,
    WRITES_MAX = 8,
    WAIT_MS = 5000,
};

/* ------------------------------------------------------------------ connections */

static void silent(void *arg, const char *message)
{
    (void)arg;
    (void)message;
}

static PGconn *dial(const char *url)
{
    const char *const keys[] = {"dbname", "client_encoding", "fallback_application_name",
                                "connect_timeout", "tcp_user_timeout", NULL};
    const char *const values[] = {url, "UTF8", "samdrift", "5", "20000", NULL};
    PGconn *pg = pg_dial(keys, values);
    if (pg)
        PQsetNoticeProcessor(pg, silent, NULL);
    return pg;
}

static enum rc connect_to(struct store *s, struct db **ret, char why[WHY])
{
    PGconn *pg = dial(s->location);
    if (!pg || PQstatus(pg) != CONNECTION_OK) {
        PQfinish(pg); /* its message names the host and the user: not even the log needs it */
        snprintf(why, WHY, "postgres: no connection");
        return RC_BUSY;
    }
    struct db *db = mem_try(sizeof(*db));
    if (!db) {
        PQfinish(pg);
        snprintf(why, WHY, "postgres: no memory for a connection");
        return RC_NOMEM;
    }
    db->driver = &postgres_driver;
    db->pg = pg;
    db->cache.max = CACHE_READER;
    *ret = db;
    return RC_OK;
}

static void disconnect(struct db *db)
{
    cache_clear(db);
    PQfinish(db->pg);
    db_free(db);
}

static enum rc take(struct space *sp, struct pool *pool, struct db **ret, char why[WHY])
{
    switch (pool_take(pool, sp, WAIT_MS, ret)) {
    case POOL_IDLE:
        return RC_OK;
    case POOL_MAY_OPEN: {
        enum rc rc = connect_to(sp->store, ret, why);
        if (rc != RC_OK)
            pool_lost(pool);
        return rc;
    }
    case POOL_CLOSED:
    case POOL_FULL:
        break;
    }
    snprintf(why, WHY, "postgres: all connections are in use");
    return RC_BUSY;
}

/* ------------------------------------------------------------------ transactions */

static enum rc control(struct db *db, const char *sql, char why[WHY])
{
    PGresult *r = pg_exec(db, sql);
    enum rc rc = PQresultStatus(r) == PGRES_COMMAND_OK ? RC_OK : pg_why(db, r, sql, why);
    PQclear(r);
    return rc;
}

/* Begins by sql, whose answer is the number of the process: is it the one we are connected to? */
static enum rc greet(struct db *db, const char *sql, char why[WHY])
{
    PGresult *r = pg_exec(db, sql);
    bool ok = PQresultStatus(r) == PGRES_TUPLES_OK;
    int64_t pid;
    db->own = ok && str_int(str_of(PQgetvalue(r, 0, 0)), &pid) && pid == PQbackendPID(db->pg);
    enum rc rc = ok ? RC_OK : pg_why(db, r, sql, why);
    PQclear(r);
    return rc;
}

/* The schema's name has been checked when the space was opened: it needs no quoting rules. In a read each
 * statement is planned for its values; the short ones of a write may keep a plan. */
static enum rc begin(struct db *db, struct space *sp, bool writing, char why[WHY])
{
    char sql[400];
    if (writing)
        snprintf(sql, sizeof(sql),
                 "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                 "SET LOCAL search_path TO \"%s\";SET LOCAL lock_timeout TO '20s';"
                 "SELECT pg_backend_pid(), pg_advisory_xact_lock(hashtextextended('samdrift %s', 0))",
                 sp->place, sp->place);
    else
        snprintf(sql, sizeof(sql),
                 "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                 "SET LOCAL search_path TO \"%s\";SET LOCAL plan_cache_mode TO force_custom_plan;"
                 "SELECT pg_backend_pid()", sp->place);
    enum rc rc = greet(db, sql, why);
    /* A connection that was at rest may have died there: once more with a new one. */
    if (rc == RC_OK || PQstatus(db->pg) == CONNECTION_OK)
        return rc;
    PQreset(db->pg);
    db->session++;
    return greet(db, sql, why);
}

/* Undoes what was not committed, and gives the connection back. The answer is not waited for: libpq reads it
 * before the next transaction begins. */
static void end(struct pool *pool, struct db *db)
{
    if (PQtransactionStatus(db->pg) == PQTRANS_IDLE || pg_send(db, "ROLLBACK")) {
        pool_give(pool, db);
        return;
    }
    disconnect(db);
    pool_lost(pool);
}

static enum rc begin_on_one(struct space *sp, bool writing, struct db **ret, char why[WHY])
{
    struct store *s = sp->store;
    struct pool *pool = writing ? &s->writes : &s->reads;
    struct db *db = NULL;
    TRY(take(sp, pool, &db, why));
    db_enter(db, sp, NULL, writing);
    enum rc rc = begin(db, sp, writing, why);
    if (rc == RC_OK)
        *ret = db;
    else
        end(pool, db);
    return rc;
}

static enum rc pg_write_begin(struct space *sp, struct db **ret, char why[WHY])
{
    return begin_on_one(sp, true, ret, why);
}

static void pg_write_end(struct db *db)
{
    end(&db->space->store->writes, db);
}

static enum rc commit(struct db *db, char why[WHY])
{
    PGresult *r = pg_commit(db);
    bool answered = PQresultStatus(r) == PGRES_COMMAND_OK;
    enum rc rc = RC_OK;
    if (!answered && PQstatus(db->pg) != CONNECTION_OK) {
        snprintf(why, WHY, "postgres: the answer of COMMIT was lost");
        rc = RC_UNCERTAIN;
    } else if (!answered) {
        rc = pg_why(db, r, "COMMIT", why) == RC_BUSY ? RC_BUSY : RC_IO;
    } else if (!streq(PQcmdStatus(r), "COMMIT")) {
        snprintf(why, WHY, "postgres: COMMIT became %s", PQcmdStatus(r));
        rc = RC_IO;
    }
    PQclear(r);
    return rc;
}

static enum rc pg_control(struct db *db, enum control what, char why[WHY])
{
    static const char *const sql[TX_CONTROLS] = {
        [TX_SAVEPOINT] = "SAVEPOINT job", [TX_RELEASE] = "RELEASE job", [TX_UNDO_TO] = "ROLLBACK TO job"};
    return what == TX_COMMIT ? commit(db, why) : control(db, sql[what], why);
}

static bool pg_standing(struct db *db)
{
    return PQtransactionStatus(db->pg) == PQTRANS_INTRANS;
}

static enum rc pg_read_begin(struct cx *cx, struct space *sp, struct db **ret)
{
    char why[WHY];
    enum rc rc = begin_on_one(sp, false, ret, why);
    if (rc != RC_OK)
        return err_secret(cx, rc, "%s", why);
    (*ret)->cx = cx;
    return RC_OK;
}

static void pg_read_end(struct db *db)
{
    db_leave(db);
    end(&db->space->store->reads, db);
}

/* ------------------------------------------------------------------ the store and its spaces */

static enum rc pg_open(struct cx *cx, struct store *s)
{
    struct db *db;
    char why[WHY];
    if (connect_to(s, &db, why) != RC_OK)
        return err_secret(cx, RC_IO, "%s", why);
    pool_init(&s->reads, READS_MAX);
    pool_init(&s->writes, WRITES_MAX);
    s->reads.open = 1;
    pool_give(&s->reads, db);
    return RC_OK;
}

static void empty(struct pool *pool)
{
    for (struct db *db = pool_surplus(pool, 0); db; db = pool_surplus(pool, 0))
        disconnect(db);
    pool_destroy(pool);
}

static void pg_close(struct store *s)
{
    empty(&s->reads);
    empty(&s->writes);
}

static void place(struct space *sp)
{
    if (sp->place)
        return;
    struct buf b;
    buf_init(&b, 100);
    buf_printf(&b, "%s%s", streq(sp->name, "system") ? "" : "k_", sp->name);
    sp->place = mem_strdup(b.p);
    buf_free(&b);
}

static enum rc exists(struct db *db, const char *schema, bool *ret)
{
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM pg_namespace WHERE nspname = ?", "t", schema));
    *ret = n > 0;
    return RC_OK;
}

struct making {
    const char *schema;
    bool create;
};

static enum rc make(struct db *db, void *arg)
{
    const struct making *m = arg;
    bool there;
    char sql[200];
    TRY(exists(db, m->schema, &there));
    if (there)
        return RC_OK;
    if (!m->create)
        return err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    snprintf(sql, sizeof(sql), "CREATE SCHEMA \"%s\"", m->schema);
    return db_script(db, sql);
}

static enum rc drop(struct db *db, void *arg)
{
    bool there;
    char sql[200];
    TRY(exists(db, arg, &there));
    if (!there)
        return err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    snprintf(sql, sizeof(sql), "DROP SCHEMA \"%s\" CASCADE", (const char *)arg);
    return db_script(db, sql);
}

static enum rc pg_space_open(struct cx *cx, struct space *sp, bool create)
{
    place(sp);
    struct making m = {sp->place, create};
    TRY(writer_alone(cx, sp, make, &m));
    sp->writer = writer_new(sp);
    return sp->writer ? RC_OK : err_secret(cx, RC_IO, "no thread for the writer of %s", sp->name);
}

static bool pg_space_close(struct space *sp)
{
    writer_end(sp->writer);
    return true;
}

static enum rc pg_space_remove(struct cx *cx, struct space *sp)
{
    place(sp);
    return writer_alone(cx, sp, drop, sp->place);
}

const struct driver postgres_driver = {
    .dialect = DIALECT_POSTGRES,
    .open = pg_open,
    .close = pg_close,
    .space_open = pg_space_open,
    .space_close = pg_space_close,
    .space_remove = pg_space_remove,
    .write_begin = pg_write_begin,
    .control = pg_control,
    .standing = pg_standing,
    .write_end = pg_write_end,
    .read_begin = pg_read_begin,
    .read_end = pg_read_end,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .rewind = pg_rewind,
    .unbind = pg_unbind,
    .bind_text = pg_bind_text,
    .bind_int = pg_bind_int,
    .bind_double = pg_bind_double,
    .bind_null = pg_bind_null,
    .step = pg_step,
    .insert = pg_insert,
    .is_null = pg_is_null,
    .get_int = pg_int,
    .get_double = pg_double,
    .get_str = pg_str,
    .script = pg_script,
};
