/*
 * The SQLite driver: a file a space, one writing connection owned by the space's writer thread and
 * a few reading ones. Connections are opened without SQLite's own mutex, as each is used by one
 * thread at a time. A reader keeps little of its own and maps the file instead.
 */
#include "store/store_int.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

enum { READERS_MAX = 8, READ_WAIT_MS = 5000, BUSY_WAIT_MS = 5000, DROP_WAIT_MS = 5000,
       LOG_PAGES = 4000 /* 16 MB: a page that many commits change goes to the database once */,
       LOG_PAGES_FILLING = 32 * 4096 };

/* ------------------------------------------------------------------ errors */

static enum rc rc_of(int code)
{
    if (code == SQLITE_IOERR_SHMSIZE)      /* the index of the log, without which not even reading begins */
        return RC_NO_SPACE;
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return RC_BUSY;
    case SQLITE_NOMEM:
        return RC_NOMEM;
    case SQLITE_FULL:
        return RC_NO_SPACE;
    default:
        break;
    }
    bool unique = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                  code == SQLITE_CONSTRAINT_ROWID;
    return unique ? RC_CONFLICT : RC_IO;
}

static enum rc failed(struct db *db)
{
    char text[400];
    int code = sqlite3_extended_errcode(db->lite);
    snprintf(text, sizeof(text), "sqlite %d: %s", code, sqlite3_errmsg(db->lite));
    return db_fail(db, rc_of(code), text);
}

/* ------------------------------------------------------------------ statements */

static enum rc lite_prepare(struct stmt *st)
{
    struct db *db = st->db;
    unsigned flags = st->loose ? 0 : SQLITE_PREPARE_PERSISTENT;
    if (sqlite3_prepare_v3(db->lite, st->sql, -1, flags, &st->lite, NULL) != SQLITE_OK)
        return failed(db);
    return st->lite ? RC_OK : db_fail(db, RC_IO, "sqlite: an empty statement");
}

static void lite_finalize(struct stmt *st)
{
    sqlite3_finalize(st->lite);
}

static void lite_rewind(struct stmt *st)
{
    sqlite3_reset(st->lite);
}

static void lite_unbind(struct stmt *st)
{
    sqlite3_clear_bindings(st->lite);
}

static enum rc bound(int code)
{
    return code == SQLITE_OK ? RC_OK : rc_of(code);
}

static enum rc lite_bind_text(struct stmt *st, int i, struct str s)
{
    return bound(sqlite3_bind_text64(st->lite, i, s.p, s.n, st->borrows ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8));
}

static enum rc lite_bind_int(struct stmt *st, int i, int64_t v)
{
    return bound(sqlite3_bind_int64(st->lite, i, v));
}

static enum rc lite_bind_double(struct stmt *st, int i, double v)
{
    return bound(sqlite3_bind_double(st->lite, i, v));
}

static enum rc lite_bind_null(struct stmt *st, int i)
{
    return bound(sqlite3_bind_null(st->lite, i));
}

static enum rc lite_step(struct stmt *st, bool *ret_row)
{
    struct db *db = st->db;
    bool writes = !sqlite3_stmt_readonly(st->lite);
    db->touched |= writes;
    int code = sqlite3_step(st->lite);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        enum rc rc = failed(db);
        sqlite3_reset(st->lite);
        return rc;
    }
    if (writes)
        db->changes = sqlite3_changes64(db->lite);
    *ret_row = code == SQLITE_ROW;
    if (code == SQLITE_DONE)
        sqlite3_reset(st->lite);
    return RC_OK;
}

static enum rc lite_insert(struct stmt *st, int64_t *ret_id)
{
    bool row;
    TRY(lite_step(st, &row));
    *ret_id = sqlite3_last_insert_rowid(st->db->lite);
    return RC_OK;
}

static bool lite_is_null(struct stmt *st, int col)
{
    return sqlite3_column_type(st->lite, col) == SQLITE_NULL;
}

static int64_t lite_int(struct stmt *st, int col)
{
    return sqlite3_column_int64(st->lite, col);
}

static double lite_double(struct stmt *st, int col)
{
    return sqlite3_column_double(st->lite, col);
}

static struct str lite_str(struct stmt *st, int col)
{
    const void *p = sqlite3_column_text(st->lite, col);
    if (!p)
        return STR("");
    return (struct str){p, (size_t)sqlite3_column_bytes(st->lite, col)};
}

static enum rc lite_script(struct db *db, const char *sql)
{
    db->touched = true;
    return sqlite3_exec(db->lite, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : failed(db);
}

/* ------------------------------------------------------------------ connections */

static bool set_up(struct sqlite3 *lite, bool writing)
{
    static const char common[] = "PRAGMA foreign_keys = ON;"
                                 "PRAGMA trusted_schema = OFF;"
                                 "PRAGMA cell_size_check = ON;";
    static const char writer[] = "PRAGMA journal_mode = WAL;"
                                 "PRAGMA synchronous = FULL;"
                                 "PRAGMA cache_size = -4096;"
                                 "PRAGMA journal_size_limit = 67108864;";
    static const char reader[] = "PRAGMA cache_size = -1024;"
                                 "PRAGMA mmap_size = 268435456;"
                                 "PRAGMA query_only = ON;";
    sqlite3_extended_result_codes(lite, 1);
    sqlite3_busy_timeout(lite, BUSY_WAIT_MS);
    sqlite3_db_config(lite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* A misspelt name in double quotes is an error and not a text, as on PostgreSQL. */
    sqlite3_db_config(lite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(lite, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_limit(lite, SQLITE_LIMIT_ATTACHED, 0);
    return sqlite3_exec(lite, common, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(lite, writing ? writer : reader, NULL, NULL, NULL) == SQLITE_OK &&
           norsk_register(lite) == SQLITE_OK && fold_register(lite) == SQLITE_OK;
}

/* In place of SQLite's own checkpoint, which hides that it could not flush the log. */
static int keep_log_short(void *arg, sqlite3 *lite, const char *name, int pages)
{
    const struct db *db = arg;
    log_defer(db->log, false);
    bool lost = pages >= db->log_pages &&
                sqlite3_wal_checkpoint_v2(lite, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_IOERR_FSYNC;
    return lost ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static enum rc connect_to(struct cx *cx, const char *path, bool writing, struct db **ret)
{
    struct sqlite3 *lite = NULL;
    int flags = writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    flags |= SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, &lite, flags, writing ? log_vfs() : fault_sqlite());
    if (code != SQLITE_OK || !set_up(lite, writing)) {
        enum rc rc = lite ? rc_of(sqlite3_extended_errcode(lite)) : RC_NOMEM;
        rc = err_secret(cx, rc == RC_CONFLICT ? RC_IO : rc, "opening %s: %s", path,
                        lite ? sqlite3_errmsg(lite) : "out of memory");
        sqlite3_close(lite);
        return rc;
    }
    struct db *db = mem_try(sizeof(*db));
    if (!db) {
        sqlite3_close(lite);
        return cx_nomem(cx);
    }
    db->driver = &sqlite_driver;
    db->lite = lite;
    db->log_pages = LOG_PAGES;
    db->cache.max = writing ? CACHE_WRITER : CACHE_READER;
    if (writing)
        (void)sqlite3_wal_hook(lite, keep_log_short, db);
    *ret = db;
    return RC_OK;
}

static void disconnect(struct db *db)
{
    cache_clear(db);
    for (size_t i = 0; i < TX_CONTROLS; i++)
        sqlite3_finalize(db->control[i]);
    sqlite3_close(db->lite);
    db_free(db);
}

/* ------------------------------------------------------------------ the store and its spaces */

static enum rc lite_open(struct cx *cx, struct store *s)
{
    /* Counting memory takes a lock of the whole process at each allocation. Misuse (no effect) when SQLite is
     * in use already. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (!sqlite3_compileoption_used("ENABLE_FTS5") || !sqlite3_threadsafe())
        return err_secret(cx, RC_IO, "this SQLite lacks full-text search (FTS5) or threads");
    char *path = arena_printf(cx->arena, "%s/kommune", s->location);
    if (!path)
        return cx_nomem(cx);
    if ((mkdir(path, 0700) != 0 && errno != EEXIST) || !dir_flush(s->location))
        return err_secret(cx, RC_IO, "%s: %s", path, strerrordesc_np(errno));
    return RC_OK;
}

static void lite_close(struct store *s)
{
    (void)s;
}

static char *join(const char *a, const char *b, const char *c, const char *d)
{
    struct buf text;
    buf_init(&text, (size_t)KiB(8));
    buf_puts(&text, a);
    buf_puts(&text, b);
    buf_puts(&text, c);
    buf_puts(&text, d);
    char *copy = mem_strdup(text.p);
    buf_free(&text);
    return copy;
}

static void place(struct space *sp)
{
    bool system = streq(sp->name, "system");
    if (!sp->place)
        sp->place = join(sp->store->location, system ? "/" : "/kommune/", sp->name, ".db");
}

static enum rc flush_parent(struct cx *cx, const struct space *sp)
{
    return dir_flush_parent(sp->place) ? RC_OK : err_secret(cx, RC_IO, "flushing beside %s failed", sp->place);
}

/*
 * After a failed flush the kernel may forget the pages it could not write, and the next flush then
 * succeeds without them. The log is therefore not built upon: what it holds goes to the database,
 * which is flushed anew, and the log begins from nothing. The same at opening, because the process
 * before this one may have ended with a failed flush.
 */
static enum rc mend(struct db *db)
{
    int code = sqlite3_wal_checkpoint_v2(db->lite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    db->doubtful = code != SQLITE_OK;
    return code == SQLITE_OK ? RC_OK : rc_of(code);
}

/* Whoever has it open already – a server, while another command looks – has mended it. */
static void mend_alone(struct db *db)
{
    sqlite3_busy_timeout(db->lite, 0);
    if (mend(db) == RC_BUSY)
        db->doubtful = false;
    sqlite3_busy_timeout(db->lite, BUSY_WAIT_MS);
}

static enum rc lite_space_open(struct cx *cx, struct space *sp, bool create)
{
    place(sp);
    bool there = access(sp->place, F_OK) == 0;
    if (!there && !create)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    struct db *db;
    TRY(connect_to(cx, sp->place, true, &db));
    /* Also when it was there: whoever made it may not have come to that. */
    enum rc rc = flush_parent(cx, sp);
    if (rc == RC_OK) {
        db->space = sp;
        mend_alone(db);
        sp->db = db;
        sp->writer = writer_new(sp);
        if (sp->writer)
            return RC_OK;
        rc = err_secret(cx, RC_IO, "no thread for the writer of %s", sp->name);
    }
    disconnect(db);
    return rc;
}

static bool lite_space_close(struct space *sp)
{
    if (!pool_shut(&sp->pool, DROP_WAIT_MS))
        return false;
    writer_end(sp->writer);
    for (struct db *r = pool_surplus(&sp->pool, 0); r; r = pool_surplus(&sp->pool, 0))
        disconnect(r);
    disconnect(sp->db); /* last, so that it empties the write-ahead log */
    return true;
}

static enum rc lite_space_remove(struct cx *cx, struct space *sp)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    place(sp);
    if (access(sp->place, F_OK) != 0)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        char *path = arena_printf(cx->arena, "%s%s", sp->place, endings[i]);
        if (!path)
            return cx_nomem(cx);
        if (unlink(path) != 0 && errno != ENOENT)
            return err_secret(cx, RC_IO, "%s: %s", path, strerrordesc_np(errno));
    }
    return flush_parent(cx, sp);
}

/* ------------------------------------------------------------------ writing and reading */

static int run_control(struct db *db, enum control what)
{
    static const char *const sql[TX_CONTROLS] = {
        [TX_BEGIN] = "BEGIN", [TX_BEGIN_WRITE] = "BEGIN IMMEDIATE", [TX_SAVEPOINT] = "SAVEPOINT job",
        [TX_RELEASE] = "RELEASE job", [TX_UNDO_TO] = "ROLLBACK TO job", [TX_COMMIT] = "COMMIT",
        [TX_ROLLBACK] = "ROLLBACK"};
    struct sqlite3_stmt **st = &db->control[what];
    if (!*st) {
        int code = sqlite3_prepare_v3(db->lite, sql[what], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
        if (code != SQLITE_OK)
            return code;
    }
    (void)sqlite3_step(*st);
    return sqlite3_reset(*st);
}

static enum rc lite_control(struct db *db, enum control what, char why[WHY])
{
    if (what == TX_COMMIT)
        log_defer(db->log, true);
    int code = run_control(db, what);
    if (what == TX_COMMIT)
        log_defer(db->log, false);
    if (code == SQLITE_OK)
        return RC_OK;
    snprintf(why, WHY, "%s", sqlite3_errmsg(db->lite));
    if (code != SQLITE_IOERR_FSYNC)
        return rc_of(code);
    db->doubtful = true;
    return RC_UNCERTAIN;
}

static bool lite_standing(struct db *db)
{
    return !sqlite3_get_autocommit(db->lite);
}

static enum rc lite_write_begin(struct space *sp, struct db **ret, char why[WHY])
{
    struct db *db = sp->db;
    snprintf(why, WHY, "the log could not be mended after a failed flush");
    if (db->doubtful)
        TRY(mend(db));
    TRY(lite_control(db, TX_BEGIN_WRITE, why));
    if (sqlite3_file_control(db->lite, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &db->log) != SQLITE_OK)
        return RC_IO;
    *ret = db;
    return RC_OK;
}

static void lite_write_end(struct db *db)
{
    if (lite_standing(db) && run_control(db, TX_ROLLBACK) != SQLITE_OK)
        log_line(LOG_ERROR, "space %s: a transaction could not be rolled back", space_name(db->space));
}

static bool lite_flush(struct space *sp)
{
    return log_flush(sp->db->log);
}

static void lite_rest(struct space *sp)
{
    for (struct db *r = pool_surplus(&sp->pool, 1); r; r = pool_surplus(&sp->pool, 1))
        disconnect(r);
}

static enum rc begin_read(struct cx *cx, struct space *sp, struct db *db)
{
    db_enter(db, sp, cx, false);
    if (run_control(db, TX_BEGIN) == SQLITE_OK)
        return RC_OK;
    enum rc rc = failed(db);
    db_leave(db);
    return rc;
}

static enum rc lite_read_begin(struct cx *cx, struct space *sp, struct db **ret)
{
    struct db *db = NULL;
    switch (pool_take(&sp->pool, sp, READ_WAIT_MS, &db)) {
    case POOL_IDLE:
        break;
    case POOL_MAY_OPEN: {
        enum rc rc = connect_to(cx, sp->place, false, &db);
        if (rc != RC_OK) {
            pool_lost(&sp->pool);
            return rc;
        }
        break;
    }
    case POOL_CLOSED:
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    case POOL_FULL:
        return err_set(cx, RC_BUSY, NULL, NULL);
    }
    enum rc rc = begin_read(cx, sp, db);
    if (rc == RC_OK)
        *ret = db;
    else
        pool_give(&sp->pool, db);
    return rc;
}

static void lite_read_end(struct db *db)
{
    struct pool *pool = &db->space->pool;
    writer_settle(db->space->writer);
    db_leave(db);
    if (run_control(db, TX_ROLLBACK) == SQLITE_OK && !db->whole) {
        pool_give(pool, db);
        return;
    }
    disconnect(db);
    pool_lost(pool);
}

/* What is mapped counts as resident, up to the limit of the mapping. A refusal leaves it as it was. */
static void lite_whole(struct db *db)
{
    db->whole = sqlite3_exec(db->lite, "PRAGMA mmap_size = 0; PRAGMA cache_size = -16384;", NULL, NULL, NULL) == SQLITE_OK;
}

/* A refusal leaves it as it was. */
static void lite_filling(struct db *db, bool on)
{
    const char *sql = on ? "PRAGMA cache_size = -98304;" : "PRAGMA cache_size = -4096;";
    if (sqlite3_exec(db->lite, sql, NULL, NULL, NULL) == SQLITE_OK)
        db->log_pages = on ? LOG_PAGES_FILLING : LOG_PAGES;
}

const struct driver sqlite_driver = {
    .dialect = DIALECT_SQLITE,
    .readers_max = READERS_MAX,
    .open = lite_open,
    .close = lite_close,
    .space_open = lite_space_open,
    .space_close = lite_space_close,
    .space_remove = lite_space_remove,
    .write_begin = lite_write_begin,
    .control = lite_control,
    .standing = lite_standing,
    .write_end = lite_write_end,
    .flush = lite_flush,
    .rest = lite_rest,
    .read_begin = lite_read_begin,
    .read_end = lite_read_end,
    .whole = lite_whole,
    .filling = lite_filling,
    .prepare = lite_prepare,
    .finalize = lite_finalize,
    .rewind = lite_rewind,
    .unbind = lite_unbind,
    .bind_text = lite_bind_text,
    .bind_int = lite_bind_int,
    .bind_double = lite_bind_double,
    .bind_null = lite_bind_null,
    .step = lite_step,
    .insert = lite_insert,
    .is_null = lite_is_null,
    .get_int = lite_int,
    .get_double = lite_double,
    .get_str = lite_str,
    .script = lite_script,
};
