#include "base/test.h"
#include "store/store_int.h"
#include "store/test_both.h"

#include <stdlib.h>
#include <unistd.h>

/* What a write has learnt: how long it is known. */

static char location[300];
static struct store *store;
static struct space *sp;
static struct cx cx;

static enum rc schema(struct db *db, void *arg)
{
    (void)arg;
    char sql[200];
    (void)snprintf(sql, sizeof(sql), "CREATE TABLE IF NOT EXISTS a(id %s, n BIGINT); CREATE TABLE IF NOT EXISTS b(n BIGINT);"
                   "CREATE TABLE IF NOT EXISTS c(n BIGINT)", dialect_pk_type(db_dialect(db)));
    return db_script(db, sql);
}

static int set_up(void **state)
{
    (void)state;
    cx_open(&cx, (size_t)MiB(4));
    bool ok = store_open(&cx, location, &store) == RC_OK &&
              store_space(&cx, store, "kjent", true, schema, NULL, &sp) == RC_OK;
    return ok ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    enum rc rc = store_space_drop(&cx, store, "kjent");
    store_close(&store);
    cx_close(&cx);
    return rc == RC_OK ? 0 : -1;
}

static void learn(struct db *db, const char *which, const char *tables, int64_t value)
{
    db_learn(db, "tall", str_of(which), tables, &value, sizeof(value));
}

static int64_t known(struct db *db, const char *which)
{
    const int64_t *n = db_known(db, "tall", str_of(which));
    return n ? *n : -1;
}

/* ------------------------------------------------------------------ in one write */

static enum rc change_tables(struct db *db, void *arg)
{
    (void)arg;
    learn(db, "a", "a", 1);
    learn(db, "ab", "a b", 2);
    learn(db, "own", NULL, 3);
    int64_t n = 0;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM a", NULL));
    assert_int_equal(known(db, "a"), 1);
    assert_null(db_known(db, "tekst", STR("a")));
    TRY(db_run(db, "INSERT INTO c(n) VALUES (?)", "i", n));
    assert_int_equal(known(db, "ab"), 2);
    TRY(db_run(db, "DELETE FROM b WHERE n = 1", NULL));
    assert_int_equal(known(db, "ab"), -1);
    assert_int_equal(known(db, "a"), 1);
    TRY(db_insert(db, &n, "INSERT INTO a(n) VALUES (1)", NULL));
    assert_int_equal(known(db, "a"), -1);
    assert_int_equal(known(db, "own"), 3);
    learn(db, "own", NULL, 4);
    assert_int_equal(known(db, "own"), 4);
    db_learn(db, "tall", STR("own"), NULL, NULL, 0);
    assert_int_equal(known(db, "own"), -1);
    learn(db, "own", NULL, 5);
    TRY(db_run(db, "UPDATE a SET n = 2", NULL));
    assert_int_equal(known(db, "own"), 5);
    TRY(db_int(db, &n, 0, "WITH x AS (SELECT 1 AS n) SELECT n FROM x", NULL));
    assert_int_equal(known(db, "own"), -1);         /* of what is not understood, the worst is thought */
    learn(db, "own", NULL, 6);
    TRY(db_script(db, "CREATE TABLE IF NOT EXISTS b(n BIGINT)"));
    assert_int_equal(known(db, "own"), -1);
    return RC_OK;
}

static enum rc fill_up(struct db *db, void *arg)
{
    (void)arg;
    static char much[1 << 20];
    char which[20];
    db_learn(db, "mye", STR(""), NULL, much, sizeof(much));
    assert_null(db_known(db, "mye", STR("")));
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(which, sizeof(which), "%d", i);
        learn(db, which, NULL, i);
        int64_t n = known(db, which);
        assert_true(n == i || (i > 50 && n == -1));
    }
    assert_int_equal(known(db, "0"), 0);
    return RC_OK;
}

/* What SQLite keeps in memory from then on; PostgreSQL does as it is set up. */
static enum rc fill_the_space(struct db *db, void *arg)
{
    (void)arg;
    int64_t kib = 0;
    db_filling(db, true);
    if (db_dialect(db) == DIALECT_POSTGRES)
        return RC_OK;
    TRY(db_int(db, &kib, 0, "PRAGMA cache_size", NULL));
    assert_int_equal(kib, -98304);
    db_filling(db, false);
    TRY(db_int(db, &kib, 0, "PRAGMA cache_size", NULL));
    assert_int_equal(kib, -4096);
    return db_run(db, "INSERT INTO a(n) VALUES (1)", NULL);
}

static enum rc know_nothing(struct db *db, void *arg)
{
    (void)arg;
    assert_int_equal(known(db, "0"), -1);
    return RC_OK;
}

static void one_write(void **state)
{
    (void)state;
    assert_ok(store_write(&cx, sp, change_tables, NULL));
    assert_ok(store_write(&cx, sp, fill_up, NULL));
    assert_ok(store_write(&cx, sp, know_nothing, NULL));
    assert_ok(store_write(&cx, sp, fill_the_space, NULL));
    struct db *db;
    assert_ok(store_read_begin(&cx, sp, &db));
    learn(db, "lest", NULL, 1);
    assert_null(db_memory(db));
    assert_int_equal(known(db, "lest"), -1);
    store_read_end(&db);
}

/* ------------------------------------------------------------------ writes of one transaction */

static int64_t seen[3];
static int tries;
static _Atomic int answered;

/* Until the others wait in the queue, so that they come into its batch. */
static enum rc learn_first(struct db *db, void *arg)
{
    (void)arg;
    learn(db, "delt", "c", 7);
    for (int i = 0; i < 5000 && tries == 0 && writer_queued(sp->writer) < 4; i++)
        usleep(1000);
    return db_run(db, "INSERT INTO a(n) VALUES (1)", NULL);
}

/* Refuses when each is run by itself, with something learnt that is undone. */
static enum rc refuse_later(struct db *db, void *arg)
{
    (void)arg;
    seen[0] = known(db, "delt");
    TRY(db_run(db, "INSERT INTO a(n) VALUES (2)", NULL));
    learn(db, "angret", NULL, 8);
    return tries++ == 0 ? RC_OK : err_set(db_cx(db), RC_FORBIDDEN, NULL, NULL);
}

static enum rc refuse_first(struct db *db, void *arg)
{
    (void)arg;
    seen[1] = known(db, "angret");
    TRY(db_run(db, "INSERT INTO a(n) VALUES (3)", NULL));
    if (tries > 1)
        return RC_OK;
    seen[2] = seen[1];
    return err_set(db_cx(db), RC_FORBIDDEN, NULL, NULL);
}

static enum rc nothing(struct db *db, void *arg)
{
    (void)db, (void)arg;
    return RC_OK;
}

static void answer(void *arg, enum rc rc)
{
    *(enum rc *)arg = rc;
    atomic_fetch_add(&answered, 1);
}

static void one_transaction(void **state)
{
    (void)state;
    enum rc (*const fns[])(struct db *, void *) = {learn_first, refuse_later, refuse_first, nothing, nothing};
    static const enum rc want[] = {RC_OK, RC_FORBIDDEN, RC_OK, RC_OK, RC_OK};
    enum rc got[COUNT_OF(fns)];
    struct cx own[COUNT_OF(fns)];
    tries = 0;
    atomic_store(&answered, 0);
    for (size_t i = 0; i < COUNT_OF(fns); i++) {
        cx_open(&own[i], (size_t)MiB(1));
        store_write_later(&own[i], sp, fns[i], NULL, false, answer, &got[i]);
    }
    while (atomic_load(&answered) < (int)COUNT_OF(fns))
        usleep(1000);
    for (size_t i = 0; i < COUNT_OF(fns); i++) {
        assert_rc(got[i], want[i]);
        cx_close(&own[i]);
    }
    assert_int_equal(seen[0], 7);       /* from the one before */
    assert_int_equal(seen[2], 8);
    assert_int_equal(seen[1], -1);      /* when that was undone */
}

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(one_write, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(one_transaction, set_up, tear_down)};
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

static int run_sqlite(void)
{
    return run_all("sqlite");
}

static int run_postgres(void)
{
    return run_all("postgres");
}

int main(void)
{
    return run_on_both(location, sizeof(location), run_sqlite, run_postgres);
}
