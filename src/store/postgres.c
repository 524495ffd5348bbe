/*
 * The PostgreSQL driver: a schema a space in one database. Connections belong to the store, and
 * each transaction says its schema itself, so nothing depends on the session and a pooler such as
 * pgbouncer may stand between.
 *
 * Writes to a space are serial here as on SQLite: each begins with a lock of the space that lasts
 * to its end. Numbers, hash chains and counters then need no care of their own, on any number of
 * server processes.
 */
#include "store/pg_int.h"

#include "base/fault.h"

#include <time.h>

enum {
    READS_MAX = 12,
    WRITES_MAX = 8,
    WAIT_MS = 5000,
    TRIES = 8,
    TURNS_MAX = 2, /* of a space: so that a busy one does not take all connections for writing */
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

static enum rc connect_to(struct cx *cx, struct store *s, struct db **ret)
{
    PGconn *pg = dial(s->location);
    if (!pg || PQstatus(pg) != CONNECTION_OK) {
        PQfinish(pg); /* its message names the host and the user: not even the log needs it */
        return err_secret(cx, RC_BUSY, "postgres: no connection");
    }
    struct db *db = mem_try(sizeof(*db));
    if (!db) {
        PQfinish(pg);
        return cx_nomem(cx);
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

static enum rc take(struct cx *cx, struct store *s, struct pool *pool, struct db **ret)
{
    switch (pool_take(pool, WAIT_MS, ret)) {
    case POOL_IDLE:
        return RC_OK;
    case POOL_MAY_OPEN: {
        enum rc rc = connect_to(cx, s, ret);
        if (rc != RC_OK)
            pool_lost(pool);
        return rc;
    }
    case POOL_CLOSED:
    case POOL_FULL:
        break;
    }
    return err_set(cx, RC_BUSY, NULL, NULL);
}

static void give(struct pool *pool, struct db *db)
{
    if (PQstatus(db->pg) == CONNECTION_OK && PQtransactionStatus(db->pg) == PQTRANS_IDLE) {
        pool_give(pool, db);
        return;
    }
    disconnect(db);
    pool_lost(pool);
}

/* ------------------------------------------------------------------ transactions */

static bool control(struct db *db, const char *sql)
{
    PGresult *r = pg_exec(db, sql);
    ExecStatusType status = PQresultStatus(r);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!ok)
        pg_failed(db, r, sql);
    PQclear(r);
    return ok;
}

/* The schema's name has been checked when the space was opened: it needs no quoting rules. */
static enum rc begin(struct cx *cx, struct space *sp, struct db *db, bool writing)
{
    char sql[400];
    if (writing)
        snprintf(sql, sizeof(sql),
                 "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                 "SET LOCAL search_path TO \"%s\";SET LOCAL lock_timeout TO '20s';"
                 "SELECT pg_advisory_xact_lock(hashtextextended('samdrift %s', 0))",
                 sp->place, sp->place);
    else
        snprintf(sql, sizeof(sql),
                 "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                 "SET LOCAL search_path TO \"%s\"", sp->place);
    for (int try = 0;; try++) {
        db_enter(db, sp, cx, writing);
        if (control(db, sql))
            return RC_OK;
        /* A connection that was at rest may have died there: once more with a new one. */
        if (try > 0 || PQstatus(db->pg) == CONNECTION_OK)
            break;
        err_clear(cx);
        PQreset(db->pg);
    }
    return db->failed;
}

static void roll_back(struct db *db)
{
    if (PQstatus(db->pg) == CONNECTION_OK && PQtransactionStatus(db->pg) != PQTRANS_IDLE)
        PQclear(pg_exec(db, "ROLLBACK"));
}

static enum rc commit(struct db *db)
{
    PGresult *r = pg_commit(db);
    bool answered = PQresultStatus(r) == PGRES_COMMAND_OK;
    bool stored = answered && streq(PQcmdStatus(r), "COMMIT");
    enum rc rc = RC_OK;
    if (!stored && PQstatus(db->pg) != CONNECTION_OK)
        rc = err_secret(db->cx, RC_UNCERTAIN, "postgres: the answer of COMMIT was lost");
    else if (!stored && answered)
        rc = err_secret(db->cx, RC_IO, "postgres: COMMIT became %s", PQcmdStatus(r));
    else if (!stored)
        rc = pg_failed(db, r, "COMMIT") == RC_BUSY ? RC_BUSY : RC_IO;
    PQclear(r);
    return rc;
}

static enum rc attempt(struct cx *cx, struct space *sp, struct db *db, write_fn fn, void *arg)
{
    (void)fault(FAULT_STORE_BEGIN);
    enum rc rc = begin(cx, sp, db, true);
    if (rc == RC_OK) {
        rc = fn(db, arg);
        if (rc == RC_OK && db->failed != RC_OK)
            rc = err_set(cx, db->failed, NULL, NULL);
        db_reclaim(db);
        if (rc == RC_OK)
            rc = commit(db);
    }
    if (rc == RC_OK)
        db_run_hooks(db);
    else
        roll_back(db);
    db_leave(db);
    return rc;
}

static void pause_before(int try)
{
    unsigned char chance;
    random_bytes(&chance, 1);
    struct timespec ts = {.tv_nsec = ((1L << try) * 1000 + chance * 20L) * 1000};
    nanosleep(&ts, NULL);
}

static enum rc write_in_turn(struct cx *cx, struct space *sp, write_fn fn, void *arg)
{
    struct store *s = sp->store;
    enum rc rc = RC_BUSY;
    for (int try = 0; try < TRIES; try++) {
        struct db *db = NULL;
        TRY(take(cx, s, &s->writes, &db));
        rc = attempt(cx, sp, db, fn, arg);
        bool again = rc != RC_OK && rc != RC_UNCERTAIN && db->retry && try + 1 < TRIES;
        give(&s->writes, db);
        if (!again)
            break;
        err_clear(cx);
        pause_before(try);
    }
    return rc;
}

static enum rc pg_write(struct cx *cx, struct space *sp, write_fn fn, void *arg)
{
    struct db *none = NULL;
    if (pool_take(&sp->pool, WAIT_MS, &none) != POOL_MAY_OPEN)
        return err_set(cx, RC_BUSY, NULL, NULL);
    enum rc rc = write_in_turn(cx, sp, fn, arg);
    pool_lost(&sp->pool);
    return rc;
}

static enum rc pg_read_begin(struct cx *cx, struct space *sp, struct db **ret)
{
    struct store *s = sp->store;
    struct db *db = NULL;
    TRY(take(cx, s, &s->reads, &db));
    enum rc rc = begin(cx, sp, db, false);
    if (rc == RC_OK) {
        *ret = db;
        return RC_OK;
    }
    roll_back(db);
    db_leave(db);
    give(&s->reads, db);
    return rc;
}

static void pg_read_end(struct db *db)
{
    struct pool *pool = &db->space->store->reads;
    db_leave(db);
    roll_back(db);
    give(pool, db);
}

/* ------------------------------------------------------------------ the store and its spaces */

static enum rc pg_open(struct cx *cx, struct store *s)
{
    struct db *db;
    if (connect_to(cx, s, &db) != RC_OK) {
        err_clear(cx);
        return err_secret(cx, RC_IO, "postgres: no connection");
    }
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
    return pg_write(cx, sp, make, &m);
}

static bool pg_space_close(struct space *sp)
{
    (void)sp; /* it has nothing open */
    return true;
}

static void pg_space_free(struct space *sp)
{
    (void)sp;
}

static enum rc pg_space_remove(struct cx *cx, struct space *sp)
{
    place(sp);
    return pg_write(cx, sp, drop, sp->place);
}

const struct driver postgres_driver = {
    .dialect = DIALECT_POSTGRES,
    .pk_type = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    .pool_max = TURNS_MAX,
    .open = pg_open,
    .close = pg_close,
    .space_open = pg_space_open,
    .space_close = pg_space_close,
    .space_free = pg_space_free,
    .space_remove = pg_space_remove,
    .write = pg_write,
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
