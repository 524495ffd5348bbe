/*
 * store – one small SQL interface over SQLite and PostgreSQL.
 *
 * A store is the databases of one co-operation: the space "system" and one space a municipality.
 * SQLite: DIR/system.db and DIR/kommune/<name>.db. PostgreSQL: one schema a space.
 * No statement can reach two spaces.
 *
 * SQL is written once: '?' placeholders, TEXT, BIGINT, DOUBLE PRECISION, BOOLEAN kept as BIGINT 0/1,
 * upsert with ON CONFLICT, RETURNING (dear on SQLite: see stmt_insert). Where the two differ the caller asks db_dialect.
 * SQL text is a literal or built from names of the model, never from input: values are bound.
 *
 * Writes are functions given to the store (ADR 3). One writer thread a space runs them, many to a
 * commit; the call returns when the commit is flushed.
 */
#ifndef SAMDRIFT_STORE_H
#define SAMDRIFT_STORE_H

#include "base/base.h"

struct store;
struct space;
struct db;     /* a connection inside one read snapshot or one write; used by one thread */
struct stmt;

enum dialect { DIALECT_SQLITE, DIALECT_POSTGRES };

/* location: a directory (SQLite, must exist) or a "postgres://…" URL. RC_IO when it cannot be opened. */
enum rc store_open(struct cx *cx, const char *location, struct store **ret) ATTR_CHECK;
/* Waits for writers to finish what is queued, closes all. No call may be under way. */
void store_close(struct store **s);

/*
 * The space of that name, opened once and kept until store_close; thread-safe.
 * create: make it when missing (otherwise RC_NOT_FOUND). prepare (may be NULL) runs once an opening,
 * inside a write, before the space is handed out: the place for schema and seed data. Repeatable.
 */
enum rc store_space(struct cx *cx, struct store *s, const char *name, bool create,
                    enum rc (*prepare)(struct db *db, void *arg), void *arg, struct space **ret) ATTR_CHECK;
/* Closes the space and removes its database for good. RC_BUSY when somebody keeps reading it; later
 * calls with its pointer give RC_NOT_FOUND. */
enum rc store_space_drop(struct cx *cx, struct store *s, const char *name) ATTR_CHECK;
const char *space_name(const struct space *sp);

/*
 * Runs fn inside a write and returns after it is durable. fn returning other than RC_OK undoes
 * just this fn, and that code is returned. fn may be run more than once: no input or output but
 * through db. It may use the arena of cx (the caller waits). Errors: those of fn; RC_NO_SPACE, RC_IO
 * when the commit failed (nothing is stored); RC_BUSY when the queue is full; RC_UNCERTAIN when the
 * answer of the commit was lost or its flush failed.
 */
enum rc store_write(struct cx *cx, struct space *sp, enum rc (*fn)(struct db *db, void *arg), void *arg) ATTR_CHECK;
/*
 * As store_write, for an fn that finds what it did before (by a key, by its row) and then does nothing
 * again. A lost answer of the commit is settled by running it once more: the first run is seen whole or
 * not at all, because writes to a space are serial. RC_BUSY when the database stays away: nobody knows
 * yet whether it is stored, and the caller's own caller may send the same key again.
 */
enum rc store_write_once(struct cx *cx, struct space *sp, enum rc (*fn)(struct db *db, void *arg), void *arg) ATTR_CHECK;

/*
 * As store_write, or with once as store_write_once, for a caller that does not wait: done(done_arg, rc) comes
 * once, on a thread of the store or before this returns. cx, arg and what they lead to are the store's until
 * then. done must not block, and not write or read.
 */
void store_write_later(struct cx *cx, struct space *sp, enum rc (*fn)(struct db *db, void *arg), void *arg, bool once,
                       void (*done)(void *arg, enum rc rc), void *done_arg);

/*
 * A read snapshot. Ended with store_read_end by the same thread, which waits until what was seen cannot be
 * lost any more. Sees every write acknowledged before.
 */
enum rc store_read_begin(struct cx *cx, struct space *sp, struct db **ret) ATTR_CHECK;
void store_read_end(struct db **db);

/* This read goes through the whole database: as little as can be of it is kept in memory (SQLite maps no file). */
void db_whole(struct db *db);
/*
 * In a write: this one and those that follow fill the space with more than SQLite keeps of it. Until told otherwise, or the
 * space is closed, it keeps 96 MB and lets its log grow to 512 MB, so that a page many of them change is read and written less
 * often. For a program that does nothing else, as an import. Not while indexes are made of rows that are there: sorting takes
 * as much memory once more.
 */
void db_filling(struct db *db, bool on);

/* A file-level copy is not needed by callers: SQLite VACUUM INTO / pg_dump are the operator's. */

struct cx *db_cx(struct db *db);           /* the context of the request being served */
struct space *db_space(struct db *db);
/* In a write, whose rows may yet be undone? What is kept beyond the call is learnt in reads. */
bool db_writing(const struct db *db);
enum dialect db_dialect(struct db *db);
/* Type of a numeric primary key the database numbers itself, for CREATE TABLE. */
const char *dialect_pk_type(enum dialect d);

/*
 * What a write has read and those that follow it in the same transaction need not ask for again: nobody else changes
 * the space until it ends. `what` tells the kind (a literal), `which` the one of it. A fact is forgotten when a
 * statement changes one of the two tables it is read from ("mappe verdi"; NULL: of none, it is learnt anew by who
 * changes it), when something is undone and when the transaction ends. In a read nothing is learnt.
 */
const void *db_known(const struct db *db, const char *what, struct str which);   /* NULL: not known */
/* Copies n bytes; not done when there is no room. value NULL: what was known of it is not so any more. */
void db_learn(struct db *db, const char *what, struct str which, const char *tables, const void *value, size_t n);
/* For what a value points to: lives as long as what is learnt. NULL when there is no room. */
struct arena *db_memory(struct db *db);

/*
 * A prepared statement, cached by text on the connection. Positions count from 1 for binds and
 * from 0 for columns. Binding never fails by itself: a failure shows at the next step. Binding
 * after a step begins a new run with the other values kept; so does a step after the last row.
 * Statements not given back are taken back at the end of the write or read.
 *
 * A statement that fails (also with RC_CONFLICT) ends the write or read it belongs to: everything
 * after it fails with the same code, and a write is undone whatever fn returns. Use ON CONFLICT
 * where a conflict is expected.
 */
enum rc db_prepare(struct db *db, const char *sql, struct stmt **ret) ATTR_CHECK;
void stmt_bind_text(struct stmt *st, int i, const char *s);     /* NULL binds NULL; copied */
void stmt_bind_str(struct stmt *st, int i, struct str s);       /* copied */
void stmt_bind_int(struct stmt *st, int i, int64_t v);
void stmt_bind_double(struct stmt *st, int i, double v);
void stmt_bind_null(struct stmt *st, int i);                    /* as is what was not bound */
/* Texts bound from here on are not copied: they stay as they are until stmt_done. */
void stmt_borrow(struct stmt *st);
/* Next row: *ret_row false at the end. A violated UNIQUE gives RC_CONFLICT, other faults RC_IO. */
enum rc stmt_step(struct stmt *st, bool *ret_row) ATTR_CHECK;
/*
 * Runs an INSERT of one row and tells its id. The text has no RETURNING: SQLite knows the id without,
 * and would keep a journal for the statement and write out the words FTS5 has gathered, each time;
 * on PostgreSQL the store adds it.
 */
enum rc stmt_insert(struct stmt *st, int64_t *ret_id) ATTR_CHECK;
bool stmt_is_null(struct stmt *st, int col);
int64_t stmt_int(struct stmt *st, int col);                      /* NULL reads as 0 */
double stmt_double(struct stmt *st, int col);
struct str stmt_str(struct stmt *st, int col);                   /* valid until the next step */
char *stmt_text(struct stmt *st, int col);                       /* copied into the arena; NULL for NULL or when out of memory */
/* Before the first step: more rows may come than should lie in memory at once (whole-archive passes).
 * PostgreSQL then fetches them in portions; SQLite always does. Only for SELECT. */
void stmt_many(struct stmt *st);
/* Gives the statement back to the cache. Accepts NULL. */
void stmt_done(struct stmt **st);

/*
 * One statement in one call. `types` has a letter an argument: t const char*, s struct str,
 * i int64_t, d double, n (no argument) NULL.
 */
enum rc db_run(struct db *db, const char *sql, const char *types, ...) ATTR_CHECK;      /* no rows wanted */
enum rc db_insert(struct db *db, int64_t *ret_id, const char *sql, const char *types, ...) ATTR_CHECK; /* as stmt_insert */
enum rc db_int(struct db *db, int64_t *ret, int64_t fallback, const char *sql, const char *types, ...) ATTR_CHECK;
enum rc db_text(struct db *db, char **ret, const char *sql, const char *types, ...) ATTR_CHECK; /* NULL when no row */
int64_t db_changes(struct db *db);                               /* rows touched by the last statement */
/* Several statements separated by ';', no binds: for schema. */
enum rc db_script(struct db *db, const char *sql) ATTR_CHECK;
/* Is there a table, view or index of that name, and has the table the column (column NULL: not asked)? */
enum rc db_has(struct db *db, const char *table, const char *column, bool *ret) ATTR_CHECK;

/*
 * Registers fn(arg) to run after the commit of the write under way, on the writer thread; dropped
 * when the write is undone or its commit uncertain. The change can be seen then, but may not be flushed.
 * For waking workers and caches; must not block or fail. Without memory the write fails.
 */
void db_after_commit(struct db *db, void (*fn)(void *arg), void *arg);

/* ------------------------------------------------------------------ what people type to search */

enum { QUESTION_TERMS = 16 };      /* further ones are not looked at */
struct question_term {
    struct str text;               /* borrowed from what was typed */
    bool phrase, prefix, excluded;
};
struct question {
    struct question_term terms[QUESTION_TERMS];
    size_t n;
};
/* Words that must all be there, "phrases", beginnings*, -excluded. Any text is a question. */
void question_read(struct str typed, struct question *ret);
/* Does it ask for anything, or only exclude? */
bool question_asks(const struct question *q);
/* In the language of FTS5, for a question that asks; in the arena, NULL when out of memory. */
char *question_fts5(struct cx *cx, const struct question *q);

#endif
