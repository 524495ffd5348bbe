#include "base/test.h"

#include "base/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void table_is_whole(void **state)
{
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *r = fault_row((enum fault_point)i);
        assert_true(r->kinds != 0 && strchr(r->name, ':') == NULL && *r->what);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(r->name, fault_row((enum fault_point)j)->name);
        for (unsigned bit = 1; bit <= r->kinds; bit <<= 1)
            if (r->kinds & bit)
                assert_non_null(fault_kind_name((enum fault_kind)bit));
    }
}

static void plans(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "blob.write", "blob.write:full", "blob.write:full:0", "blob.write:full:x",
                                      "blob.write:flush:1", "nowhere:full:1", "blob.write:full:1:-1",
                                      "blob.write:full:1:1:1", "blob.write:nothing:1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(fault_plan(bad[i]));
    assert_true(fault_plan("blob.write:full:1"));
    assert_false(fault(FAULT_BLOB_WRITE)); /* a plan alone does nothing */
    fault_arm();
    assert_false(fault_happened());
    assert_true(fault(FAULT_BLOB_WRITE));
    assert_true(fault_happened());
    fault_disarm();
    assert_false(fault(FAULT_BLOB_WRITE));
}

static void counts(void **state)
{
    (void)state;
    assert_true(fault_plan("blob.flush:flush:2:2"));
    fault_arm();
    assert_false(fault(FAULT_BLOB_NAME)); /* another point neither fails nor counts */
    assert_false(fault(FAULT_BLOB_FLUSH));
    errno = 0;
    assert_true(fault(FAULT_BLOB_FLUSH));
    assert_int_equal(errno, EIO);
    assert_true(fault(FAULT_BLOB_FLUSH));
    assert_false(fault(FAULT_BLOB_FLUSH));
    assert_true(fault_plan("blob.write:full:2:0"));
    fault_arm();
    assert_false(fault(FAULT_BLOB_WRITE));
    for (int i = 0; i < 100; i++)
        assert_true(fault(FAULT_BLOB_WRITE));
    assert_int_equal(errno, ENOSPC);
    fault_disarm();
}

static void short_write(void **state)
{
    (void)state;
    char path[] = "/tmp/samdrift-fault-XXXXXX", got[16];
    int fd = mkstemp(path);
    assert_true(fd >= 0 && unlink(path) == 0);
    assert_true(fault_plan("blob.write:short:1"));
    fault_arm();
    assert_int_equal(fault_write(FAULT_BLOB_WRITE, fd, "12345678", 8), -1);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(fault_write(FAULT_BLOB_WRITE, fd, "abcd", 4), 4);
    assert_int_equal(pread(fd, got, sizeof(got), 0), 8);
    assert_memory_equal(got, "1234abcd", 8);
    assert_int_equal(close(fd), 0);
    fault_disarm();
}

static void clock_jumps(void **state)
{
    (void)state;
    int64_t before = time_now(), day = 86400 * (int64_t)1000000;
    char first[UUID_TEXT_MAX], second[UUID_TEXT_MAX];
    uuid_new(first);
    assert_true(fault_plan("clock:back:1:0"));
    fault_arm();
    assert_true(time_now() < before - 399 * day);
    uuid_new(second);
    assert_true(strcmp(first, second) < 0); /* identifiers go on upwards all the same */
    assert_true(fault_plan("clock:forward:1:0"));
    fault_arm();
    assert_true(time_now() > before + 399 * day);
    fault_disarm();
    assert_true(time_now() < before + day);
}

static void slow(void **state)
{
    (void)state;
    int64_t before = time_now();
    assert_true(fault_plan("store.begin:slow:1"));
    fault_arm();
    assert_false(fault(FAULT_STORE_BEGIN));
    assert_true(time_now() - before >= FAULT_SLOW_MS * 1000);
    fault_disarm();
}

static void kills(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        log_set_level(LOG_ERROR);
        if (fault_plan("store.begin:kill:1"))
            fault_arm();
        (void)fault(FAULT_STORE_BEGIN);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == 9);
}

/* Without memory a context is opened all the same, and what is done in it is refused. */
static void no_memory(void **state)
{
    (void)state;
    struct cx cx;
    json_t *json;
    char *defer_ran = NULL;
    assert_true(fault_plan("memory.arena:memory:1:0"));
    fault_arm();
    cx_open(&cx, (size_t)MiB(1));
    fault_disarm();
    assert_null(arena_alloc(cx.arena, 1));
    assert_false(arena_defer(cx.arena, free, defer_ran));
    assert_int_equal(json_read(&cx, STR("{}"), &json), RC_NOMEM);
    assert_true(strlen(err_text(&cx)) > 20);
    cx_close(&cx);
}

static void no_memory_for_json(void **state)
{
    (void)state;
    struct cx cx;
    json_t *json;
    enum rc rc = RC_NOMEM;
    int n = 0;
    while (rc == RC_NOMEM && n < 1000) {
        char plan[40];
        (void)snprintf(plan, sizeof(plan), "memory.json:memory:%d:0", ++n);
        cx_open(&cx, (size_t)MiB(1));
        assert_true(fault_plan(plan));
        fault_arm();
        rc = json_read(&cx, STR("{\"a\": [1, \"b\", {\"c\": null, \"d\": 2.5}]}"), &json);
        fault_disarm();
        cx_close(&cx);
    }
    assert_int_equal(rc, RC_OK);
    assert_in_range(n, 5, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_whole), cmocka_unit_test(plans), cmocka_unit_test(counts),
        cmocka_unit_test(short_write), cmocka_unit_test(clock_jumps), cmocka_unit_test(slow),
        cmocka_unit_test(kills), cmocka_unit_test(no_memory), cmocka_unit_test(no_memory_for_json),
    };
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
