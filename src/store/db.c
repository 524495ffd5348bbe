/*
 * The part of the interface a caller inside a transaction uses: statements, short forms, hooks.
 */
#include "store/store_int.h"

#include "base/fault.h"

#include <errno.h>
#include <stdlib.h>

struct cx *db_cx(struct db *db)
{
    return db->cx;
}

struct space *db_space(struct db *db)
{
    return db->space;
}

bool db_writing(const struct db *db)
{
    return db->writing;
}

enum dialect db_dialect(struct db *db)
{
    return db->driver->dialect;
}

const char *db_pk_type(struct db *db)
{
    return db->driver->pk_type;
}

int64_t db_changes(struct db *db)
{
    return db->changes;
}

/* ------------------------------------------------------------------ the transaction */

void db_enter(struct db *db, struct space *sp, struct cx *cx, bool writing)
{
    db->space = sp;
    db->cx = cx;
    db->writing = writing;
    db->failed = RC_OK;
    db->retry = false;
    db->touched = false;
    db->changes = 0;
}

void db_reclaim(struct db *db)
{
    cache_give_all(db);
}

void db_leave(struct db *db)
{
    db_reclaim(db);
    known_forget(db);
    db->hook_count = 0;
    db->cx = NULL;
}

enum rc db_fail(struct db *db, enum rc rc, const char *secret)
{
    if (db->failed == RC_OK)
        db->failed = rc;
    if (rc == RC_CONFLICT)
        return err_set(db->cx, rc, NULL, NULL);
    return err_secret(db->cx, rc, "%s", secret);
}

void db_free(struct db *db)
{
    known_free(db);
    mem_free(db->hooks);
    mem_free(db);
}

void db_after_commit(struct db *db, void (*fn)(void *arg), void *arg)
{
    if (!db->writing)
        return;
    if (db->hook_count == db->hook_cap) {
        size_t cap = db->hook_cap ? 2 * db->hook_cap : 16;
        struct hook *hooks = mem_try(cap * sizeof(*hooks));
        if (!hooks) {
            (void)db_fail(db, RC_NOMEM, "no memory for what follows the commit");
            return;
        }
        if (db->hook_count > 0)
            memcpy(hooks, db->hooks, db->hook_count * sizeof(*hooks));
        mem_free(db->hooks);
        db->hooks = hooks;
        db->hook_cap = cap;
    }
    db->hooks[db->hook_count++] = (struct hook){fn, arg};
}

void db_run_hooks(struct db *db)
{
    for (size_t i = 0; i < db->hook_count; i++)
        db->hooks[i].fn(db->hooks[i].arg);
    db->hook_count = 0;
}

/* After a failed statement PostgreSQL refuses the rest of the transaction; SQLite is made to. */
static enum rc alive(struct db *db)
{
    return db->failed == RC_OK ? RC_OK : err_set(db->cx, db->failed, NULL, NULL);
}

/* ------------------------------------------------------------------ statements */

enum rc db_prepare(struct db *db, const char *sql, struct stmt **ret)
{
    TRY(alive(db));
    return cache_take(db, sql, ret);
}

void stmt_done(struct stmt **ref)
{
    if (!ref || !*ref)
        return;
    cache_give(*ref);
    *ref = NULL;
}

void stmt_many(struct stmt *st)
{
    st->many = true;
}

void stmt_borrow(struct stmt *st)
{
    st->borrows = true;
}

/* A bind after a row begins a new run. */
static bool binding(struct stmt *st)
{
    if (st->running)
        st->db->driver->rewind(st);
    st->running = false;
    return st->bad == RC_OK;
}

void stmt_bind_str(struct stmt *st, int i, struct str s)
{
    if (!binding(st))
        return;
    /* PostgreSQL has no U+0000 in text, so SQLite gets none either. */
    bool nul = s.n > 0 && memchr(s.p, 0, s.n);
    st->bad = nul ? RC_IO : st->db->driver->bind_text(st, i, s.p ? s : STR(""));
}

void stmt_bind_text(struct stmt *st, int i, const char *s)
{
    if (s)
        stmt_bind_str(st, i, str_of(s));
    else
        stmt_bind_null(st, i);
}

void stmt_bind_int(struct stmt *st, int i, int64_t v)
{
    if (binding(st))
        st->bad = st->db->driver->bind_int(st, i, v);
}

void stmt_bind_double(struct stmt *st, int i, double v)
{
    if (binding(st))
        st->bad = st->db->driver->bind_double(st, i, v);
}

void stmt_bind_null(struct stmt *st, int i)
{
    if (binding(st))
        st->bad = st->db->driver->bind_null(st, i);
}

/* What must hold before a statement runs. */
static enum rc ready(struct stmt *st)
{
    TRY(alive(st->db));
    if (st->bad != RC_OK)
        return db_fail(st->db, st->bad, "a value could not be bound");
    known_changed(st->db, st->table);
    return RC_OK;
}

enum rc stmt_step(struct stmt *st, bool *ret_row)
{
    TRY(ready(st));
    if (fault(FAULT_STORE_STEP))
        return db_fail(st->db, rc_of_errno(errno), "a statement was made to fail");
    bool row = false;
    enum rc rc = st->db->driver->step(st, &row);
    st->running = row;
    if (rc == RC_OK)
        *ret_row = row;
    return rc;
}

enum rc stmt_insert(struct stmt *st, int64_t *ret_id)
{
    TRY(ready(st));
    return st->db->driver->insert(st, ret_id);
}

bool stmt_is_null(struct stmt *st, int col)
{
    return !st->running || st->db->driver->is_null(st, col);
}

int64_t stmt_int(struct stmt *st, int col)
{
    return stmt_is_null(st, col) ? 0 : st->db->driver->get_int(st, col);
}

double stmt_double(struct stmt *st, int col)
{
    return stmt_is_null(st, col) ? 0 : st->db->driver->get_double(st, col);
}

struct str stmt_str(struct stmt *st, int col)
{
    return stmt_is_null(st, col) ? STR("") : st->db->driver->get_str(st, col);
}

char *stmt_text(struct stmt *st, int col)
{
    if (stmt_is_null(st, col))
        return NULL;
    struct str s = stmt_str(st, col);
    return arena_strndup(st->db->cx->arena, s.p, s.n);
}

/* ------------------------------------------------------------------ short forms */

static void bind_all(struct stmt *st, const char *types, va_list ap)
{
    stmt_borrow(st);
    for (int i = 1; types && types[i - 1]; i++) {
        switch (types[i - 1]) {
        case 't':
            stmt_bind_text(st, i, va_arg(ap, const char *));
            break;
        case 's':
            stmt_bind_str(st, i, va_arg(ap, struct str));
            break;
        case 'i':
            stmt_bind_int(st, i, va_arg(ap, int64_t));
            break;
        case 'd':
            stmt_bind_double(st, i, va_arg(ap, double));
            break;
        case 'n':
            stmt_bind_null(st, i);
            break;
        default:
            abort(); /* a slip of the programmer, and the arguments are lost */
        }
    }
}

enum rc db_run(struct db *db, const char *sql, const char *types, ...)
{
    struct stmt *st;
    TRY(db_prepare(db, sql, &st));
    va_list ap;
    va_start(ap, types);
    bind_all(st, types, ap);
    va_end(ap);
    bool row = true;
    enum rc rc = RC_OK;
    while (rc == RC_OK && row)
        rc = stmt_step(st, &row);
    stmt_done(&st);
    return rc;
}

enum rc db_insert(struct db *db, int64_t *ret_id, const char *sql, const char *types, ...)
{
    struct stmt *st;
    TRY(db_prepare(db, sql, &st));
    va_list ap;
    va_start(ap, types);
    bind_all(st, types, ap);
    va_end(ap);
    enum rc rc = stmt_insert(st, ret_id);
    stmt_done(&st);
    return rc;
}

enum rc db_int(struct db *db, int64_t *ret, int64_t fallback, const char *sql, const char *types,
               ...)
{
    struct stmt *st;
    TRY(db_prepare(db, sql, &st));
    va_list ap;
    va_start(ap, types);
    bind_all(st, types, ap);
    va_end(ap);
    bool row;
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK)
        *ret = row && !stmt_is_null(st, 0) ? stmt_int(st, 0) : fallback;
    stmt_done(&st);
    return rc;
}

enum rc db_text(struct db *db, char **ret, const char *sql, const char *types, ...)
{
    struct stmt *st;
    TRY(db_prepare(db, sql, &st));
    va_list ap;
    va_start(ap, types);
    bind_all(st, types, ap);
    va_end(ap);
    bool row;
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK) {
        bool some = row && !stmt_is_null(st, 0);
        char *s = some ? stmt_text(st, 0) : NULL;
        if (some && !s)
            rc = cx_nomem(db->cx);
        else
            *ret = s;
    }
    stmt_done(&st);
    return rc;
}

enum rc db_script(struct db *db, const char *sql)
{
    TRY(alive(db));
    known_forget(db);
    return db->driver->script(db, sql);
}

enum rc db_has(struct db *db, const char *table, const char *column, bool *ret)
{
    static const char *const table_sql[] = {
        [DIALECT_SQLITE] = "SELECT count(*) FROM sqlite_schema"
                           " WHERE type IN ('table', 'view', 'index') AND lower(name) = lower(?)",
        [DIALECT_POSTGRES] = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'i')"
                             " AND relnamespace = current_schema()::regnamespace"
                             " AND lower(relname) = lower(?)",
    };
    static const char *const column_sql[] = {
        [DIALECT_SQLITE] = "SELECT count(*) FROM pragma_table_xinfo(?)"
                           " WHERE lower(name) = lower(?)",
        [DIALECT_POSTGRES] = "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
                             " WHERE relnamespace = current_schema()::regnamespace AND attnum > 0"
                             " AND NOT attisdropped AND lower(relname) = lower(?)"
                             " AND lower(attname) = lower(?)",
    };
    int64_t n;
    if (column)
        TRY(db_int(db, &n, 0, column_sql[db_dialect(db)], "tt", table, column));
    else
        TRY(db_int(db, &n, 0, table_sql[db_dialect(db)], "t", table));
    *ret = n > 0;
    return RC_OK;
}
