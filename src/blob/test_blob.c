/* The promises of blob.h: kept once, found after a restart, damage found, nothing half-named. */
#include "base/test.h"
#include "blob/blob.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct fixture {
    struct cx cx;
    struct blobs *b;
    char dir[32];
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    memcpy(f->dir, "/tmp/test_blob.XXXXXX", sizeof("/tmp/test_blob.XXXXXX"));
    assert_non_null(mkdtemp(f->dir));
    cx_open(&f->cx, (size_t)MiB(1));
    assert_ok(blob_open(&f->cx, f->dir, &f->b));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    err_clear(&f->cx);
    assert_ok(blob_space_drop(&f->cx, f->b, "aas"));
    assert_ok(blob_space_drop(&f->cx, f->b, "frogn"));
    blob_close(&f->b);
    assert_int_equal(rmdir(arena_printf(f->cx.arena, "%s/blob", f->dir)), 0);
    assert_int_equal(rmdir(f->dir), 0);
    cx_close(&f->cx);
    mem_free(f);
    return 0;
}

static struct blob_id put(struct fixture *f, const char *space, const char *text)
{
    struct blob_stage *s;
    struct blob_id id;
    assert_ok(blob_stage_open(&f->cx, f->b, space, &s));
    assert_ok(blob_stage_write(s, text, strlen(text)));
    assert_int_equal(blob_stage_size(s), strlen(text));
    assert_ok(blob_stage_commit(&f->cx, &s, &id));
    assert_null(s);
    return id;
}

static enum rc count(void *arg, const char *sha256, int64_t size)
{
    (void)sha256;
    (void)size;
    ++*(int *)arg;
    return RC_OK;
}

static int count_all(struct fixture *f, const char *space)
{
    int n = 0;
    assert_ok(blob_each(&f->cx, f->b, space, count, &n));
    return n;
}

static int stages(struct fixture *f)
{
    int n;
    assert_ok(blob_sweep_stages(&f->cx, f->b, "aas", -(int64_t)1000000000, &n));
    return n;
}

static void kept_once(void **state)
{
    struct fixture *f = *state;
    struct blob_id a = put(f, "aas", "abc"), b = put(f, "aas", "abc");
    assert_string_equal(a.sha256, ABC);
    assert_int_equal(a.size, 3);
    assert_string_equal(b.sha256, ABC);
    assert_string_equal(put(f, "aas", "").sha256, EMPTY);
    assert_int_equal(count_all(f, "aas"), 2);
    assert_int_equal(count_all(f, "frogn"), 0);
    assert_int_equal(stages(f), 0);

    int fd;
    int64_t size;
    char text[8];
    assert_ok(blob_read(&f->cx, f->b, "aas", ABC, &fd, &size));
    assert_int_equal(size, 3);
    assert_int_equal(read(fd, text, sizeof(text)), 3);
    assert_memory_equal(text, "abc", 3);
    close(fd);
    struct stat st;
    assert_int_equal(stat(blob_path(&f->cx, f->b, "aas", ABC), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
}

static void spaces_are_apart(void **state)
{
    struct fixture *f = *state;
    int fd;
    int64_t size;
    put(f, "aas", "abc");
    assert_rc(blob_read(&f->cx, f->b, "frogn", ABC, &fd, &size), RC_NOT_FOUND);
    put(f, "frogn", "abc");
    assert_ok(blob_space_drop(&f->cx, f->b, "aas"));
    assert_int_equal(count_all(f, "aas"), 0);
    assert_int_equal(count_all(f, "frogn"), 1);
    assert_ok(blob_space_drop(&f->cx, f->b, "aas"));
}

static void resumed_after_restart(void **state)
{
    struct fixture *f = *state;
    struct blob_stage *s;
    struct blob_id id;
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    char *name = arena_strdup(f->cx.arena, blob_stage_name(s));
    assert_ok(blob_stage_write(s, "a", 1));
    blob_stage_park(&s);
    assert_null(s);
    blob_close(&f->b);

    assert_ok(blob_open(&f->cx, f->dir, &f->b));
    assert_ok(blob_stage_resume(&f->cx, f->b, "aas", name, &s));
    assert_int_equal(blob_stage_size(s), 1);
    assert_ok(blob_stage_write(s, "bc", 2));
    assert_ok(blob_stage_seal(&f->cx, s, &id));
    assert_string_equal(id.sha256, ABC);
    assert_int_equal(count_all(f, "aas"), 0);
    assert_int_equal(access(blob_stage_path(s), F_OK), 0);
    assert_ok(blob_stage_commit(&f->cx, &s, &id));
    assert_int_equal(count_all(f, "aas"), 1);
    assert_rc(blob_stage_resume(&f->cx, f->b, "aas", name, &s), RC_NOT_FOUND);
}

static void sealed_can_grow(void **state)
{
    struct fixture *f = *state;
    struct blob_stage *s;
    struct blob_id id;
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    assert_ok(blob_stage_seal(&f->cx, s, &id));
    assert_string_equal(id.sha256, EMPTY);
    assert_ok(blob_stage_write(s, "abc", 3));
    assert_ok(blob_stage_commit(&f->cx, &s, &id));
    assert_string_equal(id.sha256, ABC);
}

static void damage_found_and_mended(void **state)
{
    struct fixture *f = *state;
    put(f, "aas", "abc");
    assert_ok(blob_verify(&f->cx, f->b, "aas", ABC));
    assert_rc(blob_verify(&f->cx, f->b, "aas", EMPTY), RC_NOT_FOUND);
    err_clear(&f->cx);

    const char *path = blob_path(&f->cx, f->b, "aas", ABC);
    assert_int_equal(chmod(path, 0600), 0);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "e", 1, 1), 1); /* one bit of 'a'..'e' apart from 'b' */
    assert_rc(blob_verify(&f->cx, f->b, "aas", ABC), RC_IO);
    assert_non_null(strstr(f->cx.err.secret, "has content"));
    err_clear(&f->cx);

    /* A file cut short is noticed by its size when the same content comes again. */
    assert_int_equal(ftruncate(fd, 1), 0);
    close(fd);
    put(f, "aas", "abc");
    assert_ok(blob_verify(&f->cx, f->b, "aas", ABC));
}

static void set_age(const char *path, int64_t now, int64_t age)
{
    struct timespec t = {.tv_sec = (time_t)((now - age) / 1000000)};
    struct timespec both[2] = {t, t};
    assert_int_equal(utimensat(AT_FDCWD, path, both, 0), 0);
}

static void swept(void **state)
{
    struct fixture *f = *state;
    const int64_t hour = INT64_C(3600000000);
    struct blob_stage *old, *young;
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &old));
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &young));
    set_age(blob_stage_path(old), f->cx.now, 2 * hour);
    blob_stage_park(&old);
    int n;
    assert_ok(blob_sweep_stages(&f->cx, f->b, "aas", hour, &n));
    assert_int_equal(n, 1);
    assert_int_equal(access(blob_stage_path(young), F_OK), 0);
    blob_stage_drop(&young);
    assert_int_equal(stages(f), 0);
    assert_ok(blob_sweep_stages(&f->cx, f->b, "frogn", hour, &n));
    assert_int_equal(n, 0);
}

static void removed(void **state)
{
    struct fixture *f = *state;
    const int64_t hour = INT64_C(3600000000);
    bool gone;
    put(f, "aas", "abc");
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_false(gone);
    const char *path = blob_path(&f->cx, f->b, "aas", ABC);
    set_age(path, f->cx.now, 2 * hour);
    put(f, "aas", "abc"); /* committed again: young again */
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_false(gone);
    set_age(path, f->cx.now, 2 * hour);
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_true(gone);
    assert_int_equal(count_all(f, "aas"), 0);
    put(f, "aas", "abc");
    assert_ok(blob_remove(&f->cx, f->b, "aas", ABC));
    assert_ok(blob_remove(&f->cx, f->b, "aas", ABC));
    assert_ok(blob_remove(&f->cx, f->b, "frogn", ABC));
    assert_int_equal(count_all(f, "aas"), 0);
}

static void bad_names(void **state)
{
    static const char *const spaces[] = {"", ".", "..", "../aas", "a/b", "Aas", "ås", "-a", NULL,
        "a.b", "0123456789012345678901234567890123456789012345678901234567890123"};
    static const char *const hashes[] = {"", "..", "abc", NULL, ABC "0",
        "../816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"};
    struct fixture *f = *state;
    struct blob_stage *s;
    int fd, n = 0;
    int64_t size;
    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        assert_rc(blob_stage_open(&f->cx, f->b, spaces[i], &s), RC_NOT_FOUND);
        assert_rc(blob_read(&f->cx, f->b, spaces[i], ABC, &fd, &size), RC_NOT_FOUND);
        assert_rc(blob_space_drop(&f->cx, f->b, spaces[i]), RC_NOT_FOUND);
        assert_rc(blob_each(&f->cx, f->b, spaces[i], count, &n), RC_NOT_FOUND);
    }
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        assert_rc(blob_read(&f->cx, f->b, "aas", hashes[i], &fd, &size), RC_NOT_FOUND);
        assert_rc(blob_remove(&f->cx, f->b, "aas", hashes[i]), RC_NOT_FOUND);
        assert_rc(blob_stage_resume(&f->cx, f->b, "aas", hashes[i], &s), RC_NOT_FOUND);
        assert_null(blob_path(&f->cx, f->b, "aas", hashes[i]));
    }
}

/* The disk is full after 4 KiB. */
static void write_error(void **state)
{
    struct fixture *f = *state;
    struct rlimit was, small;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = was.rlim_max};
    static const char block[3000];
    struct blob_stage *s, *parked;
    struct blob_id id;
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &parked));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum rc first = blob_stage_write(s, block, sizeof(block));
    enum rc second = blob_stage_write(s, block, sizeof(block));
    enum rc third = blob_stage_write(s, block, 1);
    enum rc whole = blob_stage_write(parked, block, sizeof(block));
    enum rc rest = blob_stage_write(parked, block, sizeof(block));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, handler);
    assert_ok(first);
    assert_ok(whole);
    assert_rc(second, RC_IO);
    assert_rc(third, RC_IO);
    assert_rc(rest, RC_IO);
    assert_rc(blob_stage_seal(&f->cx, s, &id), RC_IO);
    assert_rc(blob_stage_commit(&f->cx, &s, &id), RC_IO);
    blob_stage_park(&parked);
    assert_int_equal(count_all(f, "aas"), 0);
    assert_int_equal(stages(f), 0);
}

static enum rc stop(void *arg, const char *sha256, int64_t size)
{
    (void)sha256;
    (void)size;
    ++*(int *)arg;
    return RC_BUSY;
}

static void each_stops(void **state)
{
    struct fixture *f = *state;
    int n = 0;
    put(f, "aas", "abc");
    put(f, "aas", "def");
    assert_rc(blob_each(&f->cx, f->b, "aas", stop, &n), RC_BUSY);
    assert_int_equal(n, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(kept_once), T(spaces_are_apart), T(resumed_after_restart), T(sealed_can_grow),
        T(damage_found_and_mended), T(swept), T(removed), T(bad_names), T(write_error),
        T(each_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
