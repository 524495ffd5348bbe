/*
 * What the files of store share. A driver opens databases and runs statements; all that is the same
 * for both – the registry of spaces, the cache of statements, the pools – lies outside of it.
 */
#ifndef SAMDRIFT_STORE_INT_H
#define SAMDRIFT_STORE_INT_H

#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

typedef enum rc (*write_fn)(struct db *db, void *arg);
typedef void (*done_fn)(void *arg, enum rc rc);

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_file;
struct pg_conn;
struct pg_stmt;
struct writer;
struct known;

enum { CACHE_BUCKETS = 128, CACHE_WRITER = 256, CACHE_READER = 128, WHY = 300 };

struct stmt {
    struct db *db;
    uint64_t hash;
    struct stmt *same;           /* next in the bucket */
    struct stmt *newer, *older;  /* by use; of the cache or of the loose ones */
    bool loose;                  /* second of its text in use at once: not in the cache */
    bool used;                   /* handed out */
    bool running;                /* stepped, and the end not reached */
    bool many;
    bool borrows;                /* texts of the caller are not copied */
    uint64_t table;              /* that it changes (known_table) */
    enum rc bad;                 /* first failure of a bind */
    struct sqlite3_stmt *lite;
    struct pg_stmt *pg;
    char sql[];
};

/* Statements of one connection by their text, the least recently used one leaving first. */
struct cache {
    struct stmt *buckets[CACHE_BUCKETS];
    struct stmt *newest, *oldest, *loose;
    size_t count, max, used;
};

/* Control of a transaction. The writer uses those from TX_SAVEPOINT to TX_COMMIT. */
enum control { TX_BEGIN, TX_BEGIN_WRITE, TX_SAVEPOINT, TX_RELEASE, TX_UNDO_TO, TX_COMMIT, TX_ROLLBACK, TX_CONTROLS };

struct hook {
    void (*fn)(void *);
    void *arg;
};

struct db {
    const struct driver *driver;
    struct space *space;
    struct cx *cx;               /* of the request being served, NULL at rest */
    struct cache cache;
    struct hook *hooks;          /* to run after the commit */
    size_t hook_count, hook_cap;
    int64_t changes;
    enum rc failed;              /* a statement failed: nothing more is done in this transaction */
    bool retry;                  /* … but the whole of it may be tried again */
    bool writing;
    bool whole;                  /* db_whole: not as the others of its pool */
    bool doubtful;               /* SQLite's writer: what its log holds may not be on the disk */
    struct sqlite3_file *log;    /* … and the file of that log */
    int log_pages;               /* … which goes to the database when it has as many */
    bool touched;                /* a statement of this function may have changed something */
    struct known *known;         /* what the write has learnt; NULL: nothing yet */
    struct db *next;             /* in a pool */
    struct sqlite3 *lite;
    struct sqlite3_stmt *control[TX_CONTROLS];
    struct pg_conn *pg;
    bool own;                    /* … whose session no other client shares: no pooler stands between */
    unsigned session;            /* … counted: what was prepared in an earlier one is gone */
    unsigned names;              /* … given to prepared statements */
};

/* Connections at rest and the right to open more. All fields are guarded by lock. */
struct pool {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct db *idle;             /* the one given back last comes first */
    size_t open, max;
    bool closed;
};

enum space_state { SPACE_BUSY, SPACE_READY, SPACE_GONE };

struct space {
    struct store *store;
    char *name;
    struct space *next;
    _Atomic int state;           /* enum space_state; changed under the lock of the store */
    char *place;                 /* SQLite: path of the file. PostgreSQL: name of the schema */
    struct writer *writer;
    struct pool pool;            /* SQLite: readers */
    struct db *db;               /* SQLite: of the writer's thread */
};

struct store {
    const struct driver *driver;
    char *location;
    pthread_mutex_t lock;        /* guards spaces and their states */
    pthread_cond_t changed;
    struct space *spaces;        /* dropped ones stay, as somebody may hold the pointer */
    struct pool reads, writes;   /* PostgreSQL: for all spaces */
};

struct driver {
    enum dialect dialect;
    size_t readers_max;                              /* of each space */
    enum rc (*open)(struct cx *cx, struct store *s);
    void (*close)(struct store *s);
    enum rc (*space_open)(struct cx *cx, struct space *sp, bool create);
    /* False when somebody is still reading after a wait; nothing has changed then. */
    bool (*space_close)(struct space *sp);
    enum rc (*space_remove)(struct cx *cx, struct space *sp);
    /* A transaction of the writer, between which several functions run (db_enter). Nothing is recorded as an
     * error: what failed is told in why. A failed flush and a lost answer of TX_COMMIT are RC_UNCERTAIN. */
    enum rc (*write_begin)(struct space *sp, struct db **ret, char why[WHY]);
    enum rc (*control)(struct db *db, enum control what, char why[WHY]);
    bool (*standing)(struct db *db);                 /* has no failure ended it? */
    void (*write_end)(struct db *db);                /* undoes what was not committed */
    /* Makes what was committed last durable, on any thread, while nothing is committed. NULL: TX_COMMIT does. */
    bool (*flush)(struct space *sp);
    void (*rest)(struct space *sp);                  /* nothing was written for a while; may be NULL */
    enum rc (*read_begin)(struct cx *cx, struct space *sp, struct db **ret);
    void (*read_end)(struct db *db);
    void (*whole)(struct db *db);
    void (*filling)(struct db *db, bool on);         /* may be NULL */
    enum rc (*prepare)(struct stmt *st);
    void (*finalize)(struct stmt *st);
    void (*rewind)(struct stmt *st);                 /* ends the run, keeps the binds */
    void (*unbind)(struct stmt *st);
    enum rc (*bind_text)(struct stmt *st, int i, struct str s);
    enum rc (*bind_int)(struct stmt *st, int i, int64_t v);
    enum rc (*bind_double)(struct stmt *st, int i, double v);
    enum rc (*bind_null)(struct stmt *st, int i);
    enum rc (*step)(struct stmt *st, bool *ret_row); /* records its error, sets db->failed */
    enum rc (*insert)(struct stmt *st, int64_t *ret_id);
    bool (*is_null)(struct stmt *st, int col);
    int64_t (*get_int)(struct stmt *st, int col);
    double (*get_double)(struct stmt *st, int col);
    struct str (*get_str)(struct stmt *st, int col);
    enum rc (*script)(struct db *db, const char *sql);
};

extern const struct driver sqlite_driver, postgres_driver;

/* ------------------------------------------------------------------ db.c */

/* A transaction begins and ends on the connection. db_leave takes back statements left open. */
void db_enter(struct db *db, struct space *sp, struct cx *cx, bool writing);
void db_leave(struct db *db);
void db_reclaim(struct db *db);
void db_run_hooks(struct db *db);
/* Records the failure of a statement: the transaction is over. */
enum rc db_fail(struct db *db, enum rc rc, const char *secret);
void db_free(struct db *db);     /* what is common; the driver has closed its own */

/* ------------------------------------------------------------------ cache.c */

/* The statement of that text, not in use. NULL with *ret when it could not be prepared. */
enum rc cache_take(struct db *db, const char *sql, struct stmt **ret);
void cache_give(struct stmt *st);
void cache_give_all(struct db *db);
void cache_clear(struct db *db);

/* ------------------------------------------------------------------ known.c */

/* The table a statement changes, as a number; 0: none. What cannot be told counts as all of them. */
uint64_t known_table(const char *sql);
/* Forgets what was learnt from that table, and everything. */
void known_changed(struct db *db, uint64_t table);
void known_forget(struct db *db);
void known_free(struct db *db);

/* ------------------------------------------------------------------ pool.c */

enum pool_answer { POOL_IDLE, POOL_MAY_OPEN, POOL_FULL, POOL_CLOSED };

void pool_init(struct pool *p, size_t max);
/* Waits at most ms. POOL_MAY_OPEN: the caller opens one and ends with pool_give or pool_lost. */
enum pool_answer pool_take(struct pool *p, const struct space *sp, int ms, struct db **ret);
void pool_give(struct pool *p, struct db *db);
void pool_lost(struct pool *p);
/* An idle connection beyond `keep`, for closing; NULL when there are no more. */
struct db *pool_surplus(struct pool *p, size_t keep);
/* Refuses new ones and waits for those in use. False (and open again) when some remain. */
bool pool_shut(struct pool *p, int ms);
void pool_destroy(struct pool *p);

/* ------------------------------------------------------------------ writer.c */

/* One write on its way, the writer's until done(done_arg, rc), which comes on a thread of its own and must not block. */
struct job {
    struct cx *cx;
    write_fn fn;
    void *arg;
    done_fn done;
    void *done_arg;
    struct job *next;            /* these two are the writer's */
    enum rc rc;
};

/* Starts the threads that write to the space. NULL when they cannot be started. */
struct writer *writer_new(struct space *sp);
void writer_queue(struct writer *w, struct job *job);
/* Returns when what was committed before the call is flushed, or could not be: for those who have seen it. */
void writer_settle(struct writer *w);
/* In the thread of the caller, for a space that has no writer: as it is made, or removed. */
enum rc writer_alone(struct cx *cx, struct space *sp, write_fn fn, void *arg);
/* Ends the threads after what is queued. Calls that come later are answered RC_NOT_FOUND until writer_free. */
void writer_end(struct writer *w);
void writer_free(struct writer **w);
/* For tests of the queue. */
size_t writer_queued(struct writer *w);
void writer_limit(struct writer *w, size_t queue_max);

/* ------------------------------------------------------------------ log_sqlite.c */

/* The VFS of connections that write. */
const char *log_vfs(void);
/* While it is on, SQLite's flush at the end of a commit is left to log_flush. */
void log_defer(struct sqlite3_file *log, bool on);
/* Flushes what was committed; on any thread, while nothing is committed. */
bool log_flush(struct sqlite3_file *log);

/* ------------------------------------------------------------------ fault_sqlite.c */

/* The VFS to open connections by: NULL is SQLite's own, another when faults are planned. */
const char *fault_sqlite(void);

/* ------------------------------------------------------------------ pg_text.c */

/* sql with $1, $2 … for '?', mem-allocated; NULL when there is no memory or it is too long. */
char *pg_translate(const char *sql, int *ret_params);

/* ------------------------------------------------------------------ norsk.c */

/* Makes the tokenizer "norsk" known to FTS5 of this connection. An SQLite result code. */
int norsk_register(struct sqlite3 *db);

/* ------------------------------------------------------------------ fold.c */

/* The SQL functions norsk_lower, norsk_upper, norsk_tid, norsk_instant. An SQLite result code. */
int fold_register(struct sqlite3 *db);

#endif
