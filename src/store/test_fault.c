/*
 * SQLite on a disk that fails: what is refused is not stored, what was stored stays, reading goes on,
 * and nothing is built upon a log whose flushing has failed.
 */
#include "base/test.h"
#include "base/fault.h"
#include "store/store_int.h"

#include <stdlib.h>
#include <unistd.h>

static char location[64];
static struct store *store;
static struct space *space;
static int64_t stored; /* rows acknowledged */

static enum rc schema(struct db *db, void *arg)
{
    (void)arg;
    return db_script(db, "CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, text TEXT)");
}

static void open_all(void)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(1));
    assert_ok(store_open(&cx, location, &store));
    assert_ok(store_space(&cx, store, "aas", true, schema, NULL, &space));
    cx_close(&cx);
}

static void open_again(void)
{
    fault_disarm();
    store_close(&store);
    open_all();
}

static enum rc insert(struct db *db, void *arg)
{
    return db_run(db, "INSERT INTO item (text) VALUES (?)", "t", (const char *)arg);
}

enum { SMALL = 20000, LARGE = 400000 };   /* a large one takes several writes of the log */

static enum rc add_of(size_t n)
{
    struct cx cx;
    static char text[LARGE];
    memset(text, 'x', n - 1);
    text[n - 1] = '\0';
    cx_open(&cx, (size_t)MiB(1));
    enum rc rc = store_write(&cx, space, insert, text);
    cx_close(&cx);
    /* What could not be flushed is in the log all the same, and a process that lives on mends it from there. */
    stored += rc == RC_OK || rc == RC_UNCERTAIN;
    return rc;
}

static enum rc add(void)
{
    return add_of(SMALL);
}

static enum rc count(int64_t *ret)
{
    struct cx cx;
    struct db *db;
    cx_open(&cx, (size_t)MiB(1));
    enum rc rc = store_read_begin(&cx, space, &db);
    if (rc == RC_OK) {
        rc = db_int(db, ret, -1, "SELECT count(*) FROM item", "");
        store_read_end(&db);
    }
    cx_close(&cx);
    return rc;
}

static void assert_stored(void)
{
    int64_t n = -1;
    assert_ok(count(&n));
    assert_int_equal(n, stored);
}

static void plan(const char *text)
{
    assert_true(fault_plan(text));
    fault_arm();
}

/* The log cannot grow: refused by name as long as it lasts, and no longer. */
static void no_space(void **state)
{
    (void)state;
    static const char *const plans[] = {"log.write:full:1:0", "log.write:full:2:0", "log.write:short:1:0"};
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        assert_ok(add());
        plan(plans[i]);
        assert_rc(add_of(LARGE), RC_NO_SPACE);
        assert_rc(add_of(LARGE), RC_NO_SPACE);
        assert_stored();
        fault_disarm();
        assert_ok(add());
        assert_stored();
        open_again();
        assert_stored();
    }
}

static void cannot_write(void **state)
{
    (void)state;
    plan("log.write:io:1:2");
    assert_rc(add(), RC_IO);
    assert_stored();
    open_again();
    assert_ok(add());
    assert_stored();
}

/* The outcome of the write is unknown, and so said; the next one is made after the log was begun anew. */
static void failed_flush(void **state)
{
    (void)state;
    assert_ok(add());
    plan("log.flush:flush:1");
    assert_rc(add(), RC_UNCERTAIN);
    assert_ok(add());
    assert_stored();
    open_again();
    assert_stored();
}

/* While flushing fails nothing more is acknowledged, though the failed write is followed by others. */
static void flush_keeps_failing(void **state)
{
    (void)state;
    assert_ok(add());
    plan("log.flush:flush:1:0");
    assert_rc(add(), RC_UNCERTAIN);
    for (int i = 0; i < 3; i++)
        assert_rc(add(), RC_IO);
    assert_stored();
    fault_disarm();
    plan("file.flush:flush:1:2"); /* nor when the database cannot be flushed */
    assert_rc(add(), RC_IO);
    assert_rc(add(), RC_IO);
    assert_ok(add());
    assert_stored();
    open_again();
    assert_stored();
}

static void note(void *arg, enum rc rc)
{
    *(_Atomic int *)arg = (int)rc + 1;
}

/* What runs while the flush before it fails is run again upon a sound log: nobody fails for it. */
static void failed_flush_beside_others(void **state)
{
    (void)state;
    enum { MANY = 40 };
    static struct cx cx[MANY];
    static char text[] = "x";
    _Atomic int answers[MANY] = {0};
    int uncertain = 0;
    assert_ok(add());           /* so that the log has its head, which is flushed too */
    plan("log.flush:flush:1");
    for (int i = 0; i < MANY; i++) {
        cx_open(&cx[i], (size_t)KiB(64));
        store_write_later(&cx[i], space, insert, text, false, note, &answers[i]);
    }
    for (int i = 0; i < MANY; i++) {
        while (!answers[i])
            usleep(100);
        assert_true(answers[i] == (int)RC_OK + 1 || answers[i] == (int)RC_UNCERTAIN + 1);
        uncertain += answers[i] == (int)RC_UNCERTAIN + 1;
        cx_close(&cx[i]);
    }
    assert_true(fault_happened() && uncertain > 0 && uncertain < MANY);
    stored += MANY;
    assert_stored();
    open_again();
    assert_stored();
}

/* Who reads a change before it is flushed gets no further before it is. */
static void reader_waits_for_the_flush(void **state)
{
    (void)state;
    struct cx cx;
    static char text[] = "x";
    _Atomic int answered = 0;
    int64_t n = 0;
    cx_open(&cx, (size_t)KiB(64));
    plan("log.flush:slow:1");
    store_write_later(&cx, space, insert, text, false, note, &answered);
    while (n <= stored)
        assert_ok(count(&n));
    fault_disarm();
    stored++;
    while (!answered)
        usleep(100);
    assert_rc((enum rc)(answered - 1), RC_OK);
    cx_close(&cx);
}

/* Moving the log into the database fails: nobody notices, it is tried again later. */
static void checkpoint_fails(void **state)
{
    (void)state;
    plan("file.write:full:1:0");
    for (int i = 0; i < 1000; i++)
        assert_ok(add());
    assert_true(fault_happened());
    assert_stored();
    fault_disarm();
    assert_ok(add());
    open_again();
    assert_stored();
}

static void cannot_read(void **state)
{
    (void)state;
    int64_t n;
    open_again(); /* with nothing in memory */
    plan("file.read:io:1:0");
    assert_int_not_equal(count(&n), RC_OK);
    fault_disarm();
    assert_stored();
}

static void cannot_open(void **state)
{
    (void)state;
    int64_t n;
    open_again();
    plan("sqlite.open:io:1");
    assert_rc(count(&n), RC_IO);
    assert_stored();
    fault_disarm();
}

/* A database without room for the files beside it is refused by name, and opened when there is room. */
static void no_space_to_open(void **state)
{
    (void)state;
    struct cx cx;
    struct space *other;
    cx_open(&cx, (size_t)MiB(1));
    plan("sqlite.index:full:1:0");
    enum rc rc = store_space(&cx, store, "ski", true, schema, NULL, &other);
    fault_disarm();
    assert_ok(store_space(&cx, store, "ski", true, schema, NULL, &other));
    cx_close(&cx);
    assert_rc(rc, RC_NO_SPACE);
    assert_stored();
}

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR + 1));
    snprintf(location, sizeof(location), "/tmp/samdrift-fault-XXXXXX");
    if (!mkdtemp(location) || !fault_plan("clock:back:1")) /* before the store is opened */
        return -1;
    open_all();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[100];
    fault_disarm();
    store_close(&store);
    snprintf(command, sizeof(command), "rm -rf '%s'", location);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_space), cmocka_unit_test(cannot_write), cmocka_unit_test(failed_flush),
        cmocka_unit_test(flush_keeps_failing), cmocka_unit_test(failed_flush_beside_others),
        cmocka_unit_test(reader_waits_for_the_flush), cmocka_unit_test(checkpoint_fails), cmocka_unit_test(cannot_read),
        cmocka_unit_test(cannot_open), cmocka_unit_test(no_space_to_open),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
