#include "base/test.h"
#include "store/store_int.h"
#include "store/test_both.h"

#include <stdlib.h>
#include <unistd.h>

static char location[300];
static struct store *store;
static struct cx cx;

/* ------------------------------------------------------------------ helpers */

static enum rc schema(struct db *db, void *arg)
{
    (void)arg;
    char sql[400];
    snprintf(sql, sizeof(sql),
             "CREATE TABLE IF NOT EXISTS item (id %s, name TEXT UNIQUE, n BIGINT, x DOUBLE PRECISION);"
             "CREATE INDEX IF NOT EXISTS item_pick ON item (n);"
             "CREATE TABLE IF NOT EXISTS counter (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);"
             "INSERT INTO counter VALUES (1, 0) ON CONFLICT (id) DO NOTHING",
             dialect_pk_type(db_dialect(db)));
    return db_script(db, sql);
}

static struct space *space(const char *name)
{
    struct space *sp = NULL;
    assert_ok(store_space(&cx, store, name, true, schema, NULL, &sp));
    return sp;
}

static int64_t count(struct space *sp, const char *sql)
{
    struct db *db;
    int64_t n = -1;
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_ok(db_int(db, &n, -1, sql, NULL));
    store_read_end(&db);
    return n;
}

static enum rc add(struct db *db, void *name)
{
    return db_run(db, "INSERT INTO item (name, n) VALUES (?, ?)", "ti", (const char *)name,
                  INT64_C(1));
}

static enum rc add_and_refuse(struct db *db, void *name)
{
    TRY(add(db, name));
    return err_set(db_cx(db), RC_FORBIDDEN, NULL, NULL);
}

static enum rc add_and_hide_failure(struct db *db, void *name)
{
    TRY(add(db, name));
    if (add(db, name) != RC_CONFLICT)
        return RC_INTERNAL;
    return RC_OK;
}

static int open_store(void **state)
{
    (void)state;
    cx_open(&cx, (size_t)MiB(4));
    return store_open(&cx, location, &store) == RC_OK ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    static const char *const names[] = {"system", "alver", "voss", "other"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        enum rc rc = store_space_drop(&cx, store, names[i]);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return -1;
        err_clear(&cx);
    }
    store_close(&store);
    cx_close(&cx);
    return 0;
}

/* ------------------------------------------------------------------ values and statements */

static enum rc write_values(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_run(db, "INSERT INTO item (name, n, x) VALUES (?, ?, ?)", "sid", STR("ås ' ? \" $1"),
               INT64_MIN, 0.1));
    TRY(db_run(db, "INSERT INTO item (name, n, x) VALUES (?, ?, ?)", "nnn"));
    int64_t id;
    TRY(db_int(db, &id, 0, "INSERT INTO item (name) VALUES (?) RETURNING id", "t", ""));
    if (id < 3)
        return RC_INTERNAL;
    TRY(db_run(db, "UPDATE item SET n = n", NULL));
    return db_changes(db) == 3 ? RC_OK : RC_INTERNAL;
}

static void values(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    assert_string_equal(space_name(sp), "alver");
    assert_ok(store_write(&cx, sp, write_values, NULL));
    struct db *db;
    struct stmt *st;
    bool row;
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_ptr_equal(db_space(db), sp);
    assert_ok(db_prepare(db, "SELECT name, n, x, 'a?b' /* ? */ FROM item ORDER BY id -- ?", &st));
    assert_ok(stmt_step(st, &row));
    assert_true(row);
    assert_str(stmt_str(st, 0), "ås ' ? \" $1");
    assert_true(stmt_int(st, 1) == INT64_MIN);
    assert_true(stmt_double(st, 2) > 0.0999 && stmt_double(st, 2) < 0.1001);
    assert_string_equal(stmt_text(st, 3), "a?b");
    assert_ok(stmt_step(st, &row));
    assert_true(row && stmt_is_null(st, 0) && stmt_is_null(st, 1));
    assert_null(stmt_text(st, 0));
    assert_int_equal(stmt_int(st, 1), 0);
    assert_ok(stmt_step(st, &row));
    assert_true(row && !stmt_is_null(st, 0));
    assert_string_equal(stmt_text(st, 0), "");
    assert_ok(stmt_step(st, &row));
    assert_false(row);
    stmt_done(&st);
    stmt_done(&st);
    char *text = NULL;
    assert_ok(db_text(db, &text, "SELECT name FROM item WHERE n = ?", "i", INT64_MIN));
    assert_string_equal(text, "ås ' ? \" $1");
    assert_ok(db_text(db, &text, "SELECT name FROM item WHERE n = ?", "i", INT64_C(5)));
    assert_null(text);
    bool has;
    assert_ok(db_has(db, "item", NULL, &has));
    assert_true(has);
    assert_ok(db_has(db, "item", "x", &has));
    assert_true(has);
    assert_ok(db_has(db, "item", "y", &has));
    assert_false(has);
    assert_ok(db_has(db, "item_pick", NULL, &has));
    assert_true(has);
    assert_ok(db_has(db, "nothing", NULL, &has));
    assert_false(has);
    store_read_end(&db);
    store_read_end(&db);
    store_read_end(NULL);
}

static enum rc many_rows(struct db *db, void *arg)
{
    (void)arg;
    struct stmt *st;
    bool row;
    TRY(db_prepare(db, "INSERT INTO item (name, n) VALUES (?, ?)", &st));
    for (int64_t i = 0; i < 1500; i++) {
        char name[30];
        snprintf(name, sizeof(name), "row %" PRId64, i);
        stmt_bind_text(st, 1, name);
        stmt_bind_int(st, 2, i);
        TRY(stmt_step(st, &row));
    }
    return RC_OK; /* the statement is not given back: the store takes it */
}

static void portions(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    assert_ok(store_write(&cx, sp, many_rows, NULL));
    struct db *db;
    assert_ok(store_read_begin(&cx, sp, &db));
    for (int round = 0; round < 3; round++) {
        struct stmt *outer, *inner;
        bool row;
        int64_t sum = 0, seen = 0;
        assert_ok(db_prepare(db, "SELECT n FROM item WHERE n >= ? ORDER BY n", &outer));
        stmt_many(outer);
        stmt_bind_int(outer, 1, round == 1 ? 1000 : 0);
        for (assert_ok(stmt_step(outer, &row)); row; assert_ok(stmt_step(outer, &row))) {
            sum += stmt_int(outer, 0);
            seen++;
            if (round == 2 && seen == 700)
                break;
            /* the same text while it is in use: another statement */
            if (seen % 400 == 0) {
                assert_ok(db_prepare(db, "SELECT n FROM item WHERE n >= ? ORDER BY n", &inner));
                assert_ptr_not_equal(outer, inner);
                stmt_bind_int(inner, 1, 7);
                bool inner_row;
                assert_ok(stmt_step(inner, &inner_row));
                assert_int_equal(stmt_int(inner, 0), 7);
                stmt_done(&inner);
            }
        }
        static const int64_t want[] = {1500, 500, 700};
        assert_int_equal(seen, want[round]);
        if (round == 0)
            assert_int_equal(sum, 1500 * 1499 / 2);
        stmt_done(&outer);
    }
    store_read_end(&db);
}

static void many_statements(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    struct db *db;
    assert_ok(store_read_begin(&cx, sp, &db));
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 400; i++) {
            char sql[60];
            int64_t n = 0;
            snprintf(sql, sizeof(sql), "SELECT count(*) + %d FROM item", i);
            assert_ok(db_int(db, &n, 0, sql, NULL));
            assert_int_equal(n, i);
        }
    assert_true(db->cache.count <= db->cache.max);
    store_read_end(&db);
}

/* ------------------------------------------------------------------ failures */

static enum rc broken_sql(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "SELECT * FROM nowhere", NULL);
}

static enum rc bad_bind(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "SELECT ?", "tt", "a", "b");
}

static enum rc nul_bind(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "SELECT ?", "s", ((struct str){"a\0b", 3}));
}

static enum rc not_null(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "INSERT INTO counter VALUES (2, ?)", "n");
}

static void failures(void **state)
{
    (void)state;
    static const struct {
        write_fn fn;
        enum rc want;
    } cases[] = {
        {add_and_refuse, RC_FORBIDDEN}, {add_and_hide_failure, RC_CONFLICT}, {broken_sql, RC_IO},
        {bad_bind, RC_IO},              {nul_bind, RC_IO},                   {not_null, RC_IO},
    };
    char name[] = "one";
    struct space *sp = space("alver");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_rc(store_write(&cx, sp, cases[i].fn, name), cases[i].want);
        assert_int_equal(cx.err.rc, cases[i].want);
        err_clear(&cx);
        assert_int_equal(count(sp, "SELECT count(*) FROM item"), 0);
    }
    assert_ok(store_write(&cx, sp, add, name));
    assert_rc(store_write(&cx, sp, add, name), RC_CONFLICT);
    err_clear(&cx);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 1);

    struct db *db;
    int64_t n;
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_rc(db_int(db, &n, 0, "SELECT * FROM nowhere", NULL), RC_IO);
    err_clear(&cx);
    assert_rc(db_int(db, &n, 0, "SELECT 1", NULL), RC_IO);
    err_clear(&cx);
    store_read_end(&db);
    assert_int_equal(count(sp, "SELECT 1"), 1);
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_true(add(db, name) != RC_OK);
    err_clear(&cx);
    store_read_end(&db);
}

static enum rc deferred_fault(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_script(db, "CREATE TABLE IF NOT EXISTS parent (id BIGINT PRIMARY KEY);"
                      "CREATE TABLE IF NOT EXISTS child (id BIGINT REFERENCES parent (id)"
                      " DEFERRABLE INITIALLY DEFERRED)"));
    return db_run(db, "INSERT INTO child VALUES (7)", NULL);
}

static void commit_fails(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    assert_rc(store_write(&cx, sp, deferred_fault, NULL), RC_IO);
    err_clear(&cx);
    struct db *db;
    bool has;
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_ok(db_has(db, "child", NULL, &has));
    assert_false(has);
    store_read_end(&db);
}

/* ------------------------------------------------------------------ snapshots, spaces */

static void snapshots(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    char one[] = "one", two[] = "two";
    assert_ok(store_write(&cx, sp, add, one));
    struct db *db;
    int64_t n;
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_ok(db_int(db, &n, 0, "SELECT count(*) FROM item", NULL));
    assert_int_equal(n, 1);
    assert_ok(store_write(&cx, sp, add, two));
    assert_ok(db_int(db, &n, 0, "SELECT count(*) FROM item", NULL));
    assert_int_equal(n, 1);
    store_read_end(&db);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 2);
}

static void spaces(void **state)
{
    (void)state;
    struct space *sp = NULL, *again = NULL;
    char one[] = "one";
    assert_rc(store_space(&cx, store, "voss", false, NULL, NULL, &sp), RC_NOT_FOUND);
    err_clear(&cx);
    static const char *const bad[] = {"", "../x", "A", "a b", "a\"b", "-a", "a.b"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_rc(store_space(&cx, store, bad[i], true, NULL, NULL, &sp), RC_FIELD_VALUE);
        err_clear(&cx);
    }
    assert_rc(store_space(&cx, store, "voss", true, broken_sql, NULL, &sp), RC_IO);
    err_clear(&cx);
    struct space *voss = space("voss"), *alver = space("alver"), *system = space("system");
    assert_ok(store_space(&cx, store, "voss", false, broken_sql, NULL, &again));
    assert_ptr_equal(voss, again);
    assert_ok(store_write(&cx, voss, add, one));
    assert_int_equal(count(alver, "SELECT count(*) FROM item"), 0);
    assert_int_equal(count(system, "SELECT count(*) FROM item"), 0);

    /* what was written is there after a restart */
    store_close(&store);
    assert_ok(store_open(&cx, location, &store));
    assert_ok(store_space(&cx, store, "voss", false, schema, NULL, &voss));
    assert_int_equal(count(voss, "SELECT count(*) FROM item"), 1);

    assert_ok(store_space_drop(&cx, store, "voss"));
    assert_rc(store_write(&cx, voss, add, one), RC_NOT_FOUND);
    err_clear(&cx);
    struct db *db;
    assert_rc(store_read_begin(&cx, voss, &db), RC_NOT_FOUND);
    err_clear(&cx);
    assert_rc(store_space_drop(&cx, store, "voss"), RC_NOT_FOUND);
    err_clear(&cx);
    assert_rc(store_space(&cx, store, "voss", false, NULL, NULL, &sp), RC_NOT_FOUND);
    err_clear(&cx);
    assert_int_equal(count(space("voss"), "SELECT count(*) FROM item"), 0);
}

/* ------------------------------------------------------------------ hooks */

static void bump(void *arg)
{
    atomic_fetch_add((_Atomic int *)arg, 1);
}

static enum rc hooked(struct db *db, void *arg)
{
    db_after_commit(db, bump, arg);
    return RC_OK;
}

static enum rc hooked_and_refused(struct db *db, void *arg)
{
    for (int i = 0; i < 40; i++)
        db_after_commit(db, bump, arg);
    return RC_FORBIDDEN;
}

static enum rc nested(struct db *db, void *arg)
{
    return store_write(db_cx(db), db_space(db), hooked, arg);
}

static void hooks(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    _Atomic int n = 0;
    assert_ok(store_write(&cx, sp, hooked, &n));
    assert_rc(store_write(&cx, sp, hooked_and_refused, &n), RC_FORBIDDEN);
    assert_ok(store_write(&cx, sp, hooked, &n));
    assert_int_equal(n, 2);
    assert_rc(store_write(&cx, sp, nested, &n), RC_INTERNAL);
    err_clear(&cx);
}

/* ------------------------------------------------------------------ many at once */

enum { THREADS = 16, EACH = 40 };

struct worker {
    pthread_t thread;
    struct space *space;
    int number, stored, refused, wrong;
};

struct task {
    int worker, turn;
};

static enum rc number_and_name(struct db *db, void *arg)
{
    const struct task *t = arg;
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT n FROM counter WHERE id = 1", NULL));
    TRY(db_run(db, "UPDATE counter SET n = ? WHERE id = 1", "i", n + 1));
    char name[60];
    snprintf(name, sizeof(name), "w%d t%d", t->worker, t->turn);
    TRY(db_run(db, "INSERT INTO item (name, n) VALUES (?, ?)", "ti", name, n + 1));
    if (t->turn % 5 == 4)
        return err_set(db_cx(db), RC_FORBIDDEN, NULL, NULL); /* takes its number with it */
    return RC_OK;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < EACH; i++) {
        struct cx mine;
        cx_open(&mine, (size_t)KiB(256));
        struct task t = {w->number, i};
        enum rc rc = store_write(&mine, w->space, number_and_name, &t);
        w->stored += rc == RC_OK;
        w->refused += rc == RC_FORBIDDEN;
        w->wrong += rc != RC_OK && rc != RC_FORBIDDEN;
        struct db *db;
        int64_t n = -1, top = -2;
        bool read = store_read_begin(&mine, w->space, &db) == RC_OK;
        if (read) {
            read = db_int(db, &n, -1, "SELECT count(*) FROM item", NULL) == RC_OK &&
                   db_int(db, &top, -2, "SELECT n FROM counter", NULL) == RC_OK;
            store_read_end(&db);
        }
        w->wrong += !read || n != top; /* both from one snapshot, or they differ */
        cx_close(&mine);
    }
    return NULL;
}

static void numbers(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    struct worker workers[THREADS] = {0};
    int stored = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i].space = sp;
        workers[i].number = i;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].wrong, 0);
        assert_int_equal(workers[i].refused, EACH / 5);
        stored += workers[i].stored;
    }
    assert_int_equal(stored, THREADS * (EACH - EACH / 5));
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), stored);
    assert_int_equal(count(sp, "SELECT count(DISTINCT n) FROM item"), stored);
    assert_int_equal(count(sp, "SELECT max(n) FROM item"), stored);
}

static void *open_same(void *arg)
{
    struct cx mine;
    cx_open(&mine, (size_t)KiB(256));
    struct space **ret = arg;
    if (store_space(&mine, store, "other", true, schema, NULL, ret) != RC_OK)
        *ret = NULL;
    cx_close(&mine);
    return NULL;
}

static void opened_once(void **state)
{
    (void)state;
    pthread_t threads[8];
    struct space *got[8];
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, open_same, &got[i]), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 8; i++)
        assert_true(got[i] && got[i] == got[0]);
}

/* ------------------------------------------------------------------ the queue of the writer */

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool entered, open;
};

static enum rc wait_at_gate(struct db *db, void *arg)
{
    (void)db;
    struct gate *g = arg;
    pthread_mutex_lock(&g->lock);
    g->entered = true;
    pthread_cond_broadcast(&g->changed);
    while (!g->open)
        pthread_cond_wait(&g->changed, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return RC_OK;
}

struct call {
    pthread_t thread;
    struct space *space;
    write_fn fn;
    void *arg;
    enum rc rc;
    _Atomic bool answered;
};

static void *make_call(void *arg)
{
    struct call *c = arg;
    struct cx mine;
    cx_open(&mine, (size_t)KiB(64));
    c->rc = store_write(&mine, c->space, c->fn, c->arg);
    c->answered = true;
    cx_close(&mine);
    return NULL;
}

/* Holds the writer at the gate and queues the calls after it, in their order. */
static void queue_up(struct gate *g, struct call *calls, size_t n)
{
    *g = (struct gate){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(pthread_create(&calls[i].thread, NULL, make_call, &calls[i]), 0);
        pthread_mutex_lock(&g->lock);
        while (!g->entered)
            pthread_cond_wait(&g->changed, &g->lock);
        pthread_mutex_unlock(&g->lock);
        while (writer_queued(calls[i].space->writer) < i && !calls[i].answered)
            usleep(1000);
    }
}

static void let_through(struct gate *g, struct call *calls, size_t n)
{
    pthread_mutex_lock(&g->lock);
    g->open = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
    for (size_t i = 0; i < n; i++)
        pthread_join(calls[i].thread, NULL);
}

static void queue_full(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    writer_limit(sp->writer, 2);
    struct gate g;
    char a[] = "a", b[] = "b", c[] = "c";
    struct call calls[] = {
        {.space = sp, .fn = wait_at_gate, .arg = &g}, {.space = sp, .fn = add, .arg = a},
        {.space = sp, .fn = add, .arg = b},           {.space = sp, .fn = add, .arg = c},
    };
    queue_up(&g, calls, COUNT_OF(calls));
    let_through(&g, calls, COUNT_OF(calls));
    assert_rc(calls[0].rc, RC_OK);
    assert_rc(calls[1].rc, RC_OK);
    assert_rc(calls[2].rc, RC_OK);
    assert_rc(calls[3].rc, RC_BUSY);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 2);
}

/* One batch: a failure in a function and one that only the commit finds harm nobody else. */
static void batch_with_faults(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    struct gate g;
    _Atomic int n = 0;
    char a[] = "a", b[] = "b";
    struct call calls[] = {
        {.space = sp, .fn = wait_at_gate, .arg = &g},     {.space = sp, .fn = add, .arg = a},
        {.space = sp, .fn = add, .arg = a},               {.space = sp, .fn = hooked, .arg = &n},
        {.space = sp, .fn = deferred_fault},              {.space = sp, .fn = add_and_refuse, .arg = b},
        {.space = sp, .fn = hooked_and_refused, .arg = &n}, {.space = sp, .fn = add, .arg = b},
    };
    static const enum rc want[] = {RC_OK, RC_OK,        RC_CONFLICT,  RC_OK,
                                   RC_IO, RC_FORBIDDEN, RC_FORBIDDEN, RC_OK};
    queue_up(&g, calls, COUNT_OF(calls));
    let_through(&g, calls, COUNT_OF(calls));
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        assert_rc(calls[i].rc, want[i]);
    assert_int_equal(n, 1);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 2);
}

/* One that fails after a change takes nothing of the others' with it, nor they of its own. */
static void batch_with_refusal(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    struct gate g;
    _Atomic int n = 0;
    char c[] = "c", d[] = "d", e[] = "e";
    struct call calls[] = {
        {.space = sp, .fn = wait_at_gate, .arg = &g}, {.space = sp, .fn = add, .arg = c},
        {.space = sp, .fn = hooked, .arg = &n},       {.space = sp, .fn = add_and_refuse, .arg = d},
        {.space = sp, .fn = add, .arg = e},
    };
    queue_up(&g, calls, COUNT_OF(calls));
    let_through(&g, calls, COUNT_OF(calls));
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        assert_rc(calls[i].rc, i == 3 ? RC_FORBIDDEN : RC_OK);
    assert_int_equal(n, 1);
    assert_int_equal(count(sp, "SELECT count(*) FROM item WHERE name IN ('c', 'e')"), 2);
    assert_int_equal(count(sp, "SELECT count(*) FROM item WHERE name = 'd'"), 0);
}

struct sent {
    struct cx cx;
    char name[20];
    _Atomic int answers;
    enum rc rc;
};

static void note_answer(void *arg, enum rc rc)
{
    struct sent *s = arg;
    s->rc = rc;
    s->answers++;
}

/* Many sent by one thread that waits for none: each is answered once, by what became of it. */
static void sent_and_not_waited_for(void **state)
{
    (void)state;
    enum { MANY = 200 };
    static struct sent sent[MANY];
    struct space *sp = space("alver");
    for (int i = 0; i < MANY; i++) {
        sent[i] = (struct sent){.answers = 0};
        cx_open(&sent[i].cx, (size_t)KiB(64));
        snprintf(sent[i].name, sizeof(sent[i].name), "%d", i);
        store_write_later(&sent[i].cx, sp, i % 10 ? add : add_and_refuse, sent[i].name, i % 2, note_answer, &sent[i]);
    }
    assert_ok(store_write(&cx, sp, add, sent[0].name)); /* in the queue behind them */
    for (int i = 0; i < MANY; i++) {
        while (!sent[i].answers)
            usleep(100);
        assert_int_equal(sent[i].answers, 1);
        assert_rc(sent[i].rc, i % 10 ? RC_OK : RC_FORBIDDEN);
        cx_close(&sent[i].cx);
    }
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), MANY - MANY / 10 + 1);
    assert_ok(store_space_drop(&cx, store, "alver"));
    struct sent late = {.answers = 0};
    cx_open(&late.cx, (size_t)KiB(64));
    store_write_later(&late.cx, sp, add, late.name, true, note_answer, &late);
    assert_int_equal(late.answers, 1);
    assert_rc(late.rc, RC_NOT_FOUND);
    cx_close(&late.cx);
}

static void drop_waits(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    struct gate g;
    char a[] = "a";
    struct call calls[] = {
        {.space = sp, .fn = wait_at_gate, .arg = &g}, {.space = sp, .fn = add, .arg = a}};
    queue_up(&g, calls, 2);
    let_through(&g, calls, 2);
    assert_ok(store_space_drop(&cx, store, "alver"));
    assert_int_equal(count(space("alver"), "SELECT count(*) FROM item"), 0);
}

/* ------------------------------------------------------------------ PostgreSQL alone */

static enum rc lose_connection_once(struct db *db, void *arg)
{
    int *tries = arg;
    TRY(db_run(db, "INSERT INTO item (name) VALUES ('lost')", NULL));
    if ((*tries)++ == 0)
        return db_run(db, "SELECT pg_terminate_backend(pg_backend_pid())", NULL);
    return RC_OK;
}

static enum rc cut_idle_ones(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE application_name = 'samdrift' AND pid <> pg_backend_pid()", NULL);
}

static void lost_connections(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    int tries = 0;
    assert_ok(store_write(&cx, sp, lose_connection_once, &tries));
    assert_int_equal(tries, 2);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 1);
    assert_ok(store_write(&cx, sp, cut_idle_ones, NULL));
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 1);
    struct db *db;
    int64_t n;
    assert_ok(store_read_begin(&cx, sp, &db));
    assert_ok(store_write(&cx, sp, cut_idle_ones, NULL));
    assert_rc(db_int(db, &n, 0, "SELECT 1", NULL), RC_BUSY);
    err_clear(&cx);
    store_read_end(&db);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 1);
}

static enum rc trap(struct db *db, void *arg)
{
    (void)arg;
    return db_script(db, "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                         " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid());"
                         " RETURN NULL; END $$;"
                         "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON item DEFERRABLE"
                         " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
}

/* The connection dies inside COMMIT: what became of it is not known. */
static void commit_uncertain(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    char one[] = "one";
    assert_ok(store_write(&cx, sp, trap, NULL));
    assert_rc(store_write(&cx, sp, add, one), RC_UNCERTAIN);
    err_clear(&cx);
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 0);
}

static enum rc trap_once(struct db *db, void *arg)
{
    (void)arg;
    return db_script(db, "CREATE SEQUENCE deaths;"
                         "CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                         " $$ BEGIN IF nextval('deaths') = 1 THEN"
                         " PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$");
}

static enum rc add_unless_there(struct db *db, void *arg)
{
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM item WHERE name = ?", "t", arg));
    return n ? RC_OK : add(db, arg);
}

/* Run again, it finds what it did: the answer is known, or the database is away. */
static void commit_settled(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    char one[] = "one";
    assert_ok(store_write(&cx, sp, trap, NULL));
    assert_rc(store_write_once(&cx, sp, add_unless_there, one), RC_BUSY);
    err_clear(&cx);
    assert_ok(store_write(&cx, sp, trap_once, NULL));
    assert_ok(store_write_once(&cx, sp, add_unless_there, one));
    assert_ok(store_write_once(&cx, sp, add_unless_there, one));
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 1);
}

/* ------------------------------------------------------------------ prepared on the server */

struct series {
    int64_t begin, n, prepared;
};

/* Inserts n and tells how many statements that insert are prepared. */
static enum rc insert_series(struct db *db, void *arg)
{
    struct series *s = arg;
    for (int64_t i = s->begin; i < s->begin + s->n; i++) {
        int64_t id;
        TRY(db_insert(db, &id, "INSERT INTO item (n, x) VALUES (?, ?)", i % 3 ? "id" : "nd", i, 0.5));
    }
    return db_int(db, &s->prepared, -1, "SELECT count(*) FROM pg_prepared_statements"
                                        " WHERE statement LIKE 'INSERT INTO item (n, x)%'", NULL);
}

static enum rc lose_prepared(struct db *db, void *arg)
{
    (void)arg;
    return db_script(db, "DEALLOCATE ALL");
}

static enum rc change_type(struct db *db, void *arg)
{
    (void)arg;
    return db_script(db, "ALTER TABLE item ALTER COLUMN n TYPE numeric");
}

static enum rc read_n(struct db *db, void *arg)
{
    return db_int(db, arg, -1, "SELECT n FROM item WHERE n = 4", NULL);
}

/* From the second run on, and no more than once; found again when it was lost, or the table is another. */
static void prepared(void **state)
{
    (void)state;
    struct space *sp = space("alver");
    struct series one = {0, 1, 0}, many = {1, 2500, 0}, lost = {3000, 2, 0};
    assert_ok(store_write(&cx, sp, insert_series, &one));
    assert_int_equal(one.prepared, 0);
    assert_ok(store_write(&cx, sp, insert_series, &many));
    assert_int_equal(many.prepared, 1);
    assert_ok(store_write(&cx, sp, lose_prepared, NULL));
    assert_ok(store_write(&cx, sp, insert_series, &lost));
    assert_int_equal(count(sp, "SELECT count(*) FROM item"), 2503);
    for (int i = 0; i < 4; i++) {
        int64_t n = 0;
        if (i == 2)
            assert_ok(store_write(&cx, sp, change_type, NULL));
        assert_ok(store_write(&cx, sp, read_n, &n));
        assert_int_equal(n, 4);
    }
}

static enum rc run_twice(struct db *db, void *arg)
{
    for (int i = 0; i < 800; i++) {
        char sql[60];
        int64_t n;
        snprintf(sql, sizeof(sql), "SELECT %d", i / 2);
        TRY(db_int(db, &n, 0, sql, NULL));
    }
    return db_int(db, arg, -1, "SELECT count(*) FROM pg_prepared_statements", NULL);
}

/* What leaves the cache leaves the server too. */
static void prepared_leave(void **state)
{
    (void)state;
    int64_t n = 0;
    assert_ok(store_write(&cx, space("alver"), run_twice, &n));
    assert_true(n > 10 && n <= CACHE_READER);
}

static void translation(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *want;
        int params;
    } cases[] = {
        {"a = ? AND b = ?", "a = $1 AND b = $2", 2},
        {"'?' || ? || 'it''s ?'", "'?' || $1 || 'it''s ?'", 1},
        {"\"a?\" = ? -- ?\n AND ?", "\"a?\" = $1 -- ?\n AND $2", 2},
        {"/* ? */ ?", "/* ? */ $1", 1},
        {"$$ ? $$ ? $x$ $$ ? $x$ ?", "$$ ? $$ $1 $x$ $$ ? $x$ $2", 2},
        {"$1 ?", "$1 $1", 1},
        {"'open ?", "'open ?", 0},
        {"/* open ?", "/* open ?", 0},
        {"$$ open ?", "$$ open ?", 0},
        {"", "", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int n;
        char *got = pg_translate(cases[i].sql, &n);
        assert_string_equal(got, cases[i].want);
        assert_int_equal(n, cases[i].params);
        mem_free(got);
    }
}

static void cannot_open(void **state)
{
    (void)state;
    struct cx mine;
    struct store *s = NULL;
    cx_open(&mine, (size_t)KiB(64));
    assert_rc(store_open(&mine, "/nonexistent/place", &s), RC_IO);
    err_clear(&mine);
    assert_rc(store_open(&mine, "postgres://127.0.0.1:1/none", &s), RC_IO);
    assert_null(s);
    store_close(&s);
    cx_close(&mine);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_store, close_store)

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {
        TEST(values), TEST(portions), TEST(many_statements), TEST(failures), TEST(commit_fails),
        TEST(snapshots), TEST(spaces), TEST(hooks), TEST(numbers), TEST(opened_once),
        TEST(queue_full), TEST(batch_with_faults), TEST(batch_with_refusal), TEST(sent_and_not_waited_for),
        TEST(drop_waits),
        cmocka_unit_test(translation), cmocka_unit_test(cannot_open),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

/* What only PostgreSQL has: connections. */
static int run_postgres(void)
{
    const struct CMUnitTest tests[] = {TEST(lost_connections), TEST(commit_uncertain), TEST(commit_settled),
                                       TEST(prepared), TEST(prepared_leave)};
    return run_all("postgres") + cmocka_run_group_tests_name("postgres alone", tests, NULL, NULL);
}

static int run_sqlite(void)
{
    return run_all("sqlite");
}

int main(void)
{
    return run_on_both(location, sizeof(location), run_sqlite, run_postgres);
}
