/*
 * The promises of blob.h: kept once, found after a restart, damage found, nothing half-named. All of it
 * on files, and on a bucket too where SAMDRIFT_TEST_S3 tells of one (tools/s3.py).
 */
#include "base/test.h"
#include "base/fault.h"
#include "blob/s3_int.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static bool in_bucket;

struct fixture {
    struct cx cx;
    struct blobs *b;
    char dir[32];
    char where[64];
};

/* Every fixture has a prefix of its own in the one bucket. */
static void open_blobs(struct fixture *f)
{
    const struct blob_bucket bucket = {.where = f->where, .endpoint = test_place("SAMDRIFT_TEST_S3"),
                                       .region = "eu-north-1", .key = "S3RVER", .secret = "S3RVER"};
    assert_ok(blob_open(&f->cx, f->dir, in_bucket ? &bucket : NULL, &f->b));
}

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    memcpy(f->dir, "/tmp/test_blob.XXXXXX", sizeof("/tmp/test_blob.XXXXXX"));
    assert_non_null(mkdtemp(f->dir));
    cx_open(&f->cx, (size_t)MiB(1));
    char id[UUID_TEXT_MAX];
    uuid_new(id);
    snprintf(f->where, sizeof(f->where), "s3://samdrift/%s", id);
    open_blobs(f);
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

static enum rc verify(struct fixture *f, const char *sha256)
{
    int64_t size;
    return blob_verify(&f->cx, f->b, "aas", sha256, &size);
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
    assert_ok(blob_read(&f->cx, f->b, "aas", ABC, &fd, &size));
    assert_int_equal(size, 3);
    assert_int_equal(fd < 0, in_bucket);
    struct stat st;
    char text[8];
    int copy;
    assert_ok(blob_local(&f->cx, f->b, "aas", ABC, &copy, &size));
    assert_int_equal(read(copy, text, sizeof(text)), 3);
    assert_memory_equal(text, "abc", 3);
    close(copy);
    assert_int_equal(stages(f), 0);
    if (in_bucket)
        return;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
    assert_int_equal(read(fd, text, sizeof(text)), 3);
    close(fd);
}

static enum rc gather(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return RC_OK;
}

static enum rc refuse(void *arg, const void *p, size_t n)
{
    (void)arg;
    (void)p;
    (void)n;
    return RC_TOO_LARGE;
}

static void sent_in_ranges(void **state)
{
    static const struct { int64_t from, n; const char *want; } cases[] = {
        {0, 3, "abc"}, {0, INT64_MAX, "abc"}, {1, 1, "b"}, {2, 9, "c"}, {3, 4, ""}, {9, 1, ""}, {0, 0, ""},
    };
    struct fixture *f = *state;
    put(f, "aas", "abc");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got;
        buf_init(&got, 100);
        const struct blob_taker to = {gather, &got};
        assert_ok(blob_send(&f->cx, f->b, "aas", ABC, cases[i].from, cases[i].n, &to));
        assert_true(str_is(buf_str(&got), cases[i].want));
        buf_free(&got);
    }
    const struct blob_taker unwilling = {refuse, NULL};
    assert_rc(blob_send(&f->cx, f->b, "aas", ABC, 0, 3, &unwilling), RC_TOO_LARGE);
    err_clear(&f->cx);
    assert_rc(blob_send(&f->cx, f->b, "aas", EMPTY, 0, 3, &unwilling), RC_NOT_FOUND);
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
    assert_ok(blob_stage_keep(&f->cx, s));
    blob_stage_park(&s);
    assert_null(s);
    blob_close(&f->b);

    open_blobs(f);
    assert_ok(blob_stage_resume(&f->cx, f->b, "aas", name, &s));
    assert_string_equal(blob_stage_name(s), name);
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

/* Whoever wrote it was killed: what came after the last keep may be anything. */
static void cut_to_what_was_kept(void **state)
{
    struct fixture *f = *state;
    struct blob_stage *s;
    struct blob_id id;
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    char *name = arena_strdup(f->cx.arena, blob_stage_name(s));
    assert_ok(blob_stage_write(s, "a", 1));
    stage_free(&s);
    assert_rc(blob_stage_resume(&f->cx, f->b, "aas", name, &s), RC_NOT_FOUND);
    err_clear(&f->cx);
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    name = arena_strdup(f->cx.arena, blob_stage_name(s));
    for (size_t i = 0; i < 3; i++) {
        assert_ok(blob_stage_write(s, &"abc"[i], 1));
        assert_ok(blob_stage_keep(&f->cx, s));
        assert_ok(blob_stage_write(s, "lost", 4));
        stage_free(&s);
        assert_ok(blob_stage_resume(&f->cx, f->b, "aas", name, &s));
        assert_int_equal(blob_stage_size(s), i + 1);
    }
    assert_ok(blob_stage_commit(&f->cx, &s, &id));
    assert_string_equal(id.sha256, ABC);
    assert_int_equal(stages(f), 1);
}

/* Whoever made the directory was killed before its name was safe: it is flushed before it is built upon. */
static void directory_is_made_safe(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    put(f, "aas", "abc");
    char *dir = arena_printf(f->cx.arena, "%s/blob/aas/%.2s", f->dir, ABC);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(chmod(dir, 01700), 0);
    put(f, "aas", "abc");
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
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
    assert_ok(verify(f, ABC));
    assert_rc(verify(f, EMPTY), RC_NOT_FOUND);
    err_clear(&f->cx);

    char *dir, *path;
    assert_ok(files_content_path(&f->cx, f->b, "aas", ABC, &dir, &path));
    assert_int_equal(chmod(path, 0600), 0);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "e", 1, 1), 1); /* one bit of 'a'..'e' apart from 'b' */
    assert_rc(verify(f, ABC), RC_IO);
    assert_non_null(strstr(f->cx.err.secret, "has content"));
    err_clear(&f->cx);

    /* A file cut short is noticed by its size when the same content comes again. */
    assert_int_equal(ftruncate(fd, 1), 0);
    close(fd);
    put(f, "aas", "abc");
    assert_ok(verify(f, ABC));
}

static const int64_t hour = INT64_C(3600000000);

static void swept(void **state)
{
    struct fixture *f = *state;
    struct blob_stage *old, *young;
    int n;
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &old));
    assert_ok(blob_stage_keep(&f->cx, old));
    char *name = arena_strdup(f->cx.arena, blob_stage_name(old));
    blob_stage_park(&old);
    assert_ok(blob_sweep_stages(&f->cx, f->b, "aas", hour, &n));
    assert_int_equal(n, 0);
    f->cx.now += 2 * hour;
    assert_ok(blob_sweep_stages(&f->cx, f->b, "aas", hour, &n));
    assert_int_equal(n, 1);
    assert_rc(blob_stage_resume(&f->cx, f->b, "aas", name, &young), RC_NOT_FOUND);
    err_clear(&f->cx);
    assert_int_equal(stages(f), 0);
    assert_ok(blob_sweep_stages(&f->cx, f->b, "frogn", hour, &n));
    assert_int_equal(n, 0);
}

static void removed(void **state)
{
    struct fixture *f = *state;
    bool gone;
    put(f, "aas", "abc");
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_false(gone);
    f->cx.now += 2 * hour;
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_true(gone);
    assert_int_equal(count_all(f, "aas"), 0);
    f->cx.now -= 2 * hour;
    put(f, "aas", "abc");
    put(f, "aas", "abc"); /* committed again: young again, and no second copy */
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_false(gone);
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, 0, &gone));
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, 0, &gone));
    assert_ok(blob_remove_idle(&f->cx, f->b, "frogn", ABC, 0, &gone));
    assert_int_equal(count_all(f, "aas"), 0);
}

/* A document found present is young again, so that no sweep takes it from under a new row. */
static void touched(void **state)
{
    struct fixture *f = *state;
    char *dir, *path;
    bool gone;
    put(f, "aas", "abc");
    assert_ok(files_content_path(&f->cx, f->b, "aas", ABC, &dir, &path));
    const struct timespec old = {.tv_sec = (time_t)((f->cx.now - 2 * hour) / 1000000)};
    assert_int_equal(utimensat(AT_FDCWD, path, (const struct timespec[2]){old, old}, 0), 0);
    put(f, "aas", "abc");
    assert_ok(blob_remove_idle(&f->cx, f->b, "aas", ABC, hour, &gone));
    assert_false(gone);
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
    bool gone;
    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        assert_rc(blob_stage_open(&f->cx, f->b, spaces[i], &s), RC_NOT_FOUND);
        assert_rc(blob_read(&f->cx, f->b, spaces[i], ABC, &fd, &size), RC_NOT_FOUND);
        assert_rc(blob_space_drop(&f->cx, f->b, spaces[i]), RC_NOT_FOUND);
        assert_rc(blob_each(&f->cx, f->b, spaces[i], count, &n), RC_NOT_FOUND);
    }
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        assert_rc(blob_read(&f->cx, f->b, "aas", hashes[i], &fd, &size), RC_NOT_FOUND);
        assert_rc(blob_remove_idle(&f->cx, f->b, "aas", hashes[i], 0, &gone), RC_NOT_FOUND);
        assert_rc(blob_stage_resume(&f->cx, f->b, "aas", hashes[i], &s), RC_NOT_FOUND);
        assert_rc(blob_local(&f->cx, f->b, "aas", hashes[i], &fd, &size), RC_NOT_FOUND);
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

/* ------------------------------------------------------------------ a bucket alone */

static char *some_bytes(struct fixture *f, size_t n)
{
    char *p = arena_alloc(f->cx.arena, n);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(i * 7 + i / 251);
    return p;
}

/* Larger than a part: it goes up in several, and is the same when it comes down. */
static void put_in_parts(void **state)
{
    enum { SIZE = 10 * 1000 + 7 };
    struct fixture *f = *state;
    char want[SHA256_HEX_MAX], *p = some_bytes(f, SIZE);
    struct blob_stage *s;
    struct blob_id id;
    f->b->s3->part = 1000;
    sha256_hex(p, SIZE, want);
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    assert_ok(blob_stage_write(s, p, SIZE));
    assert_ok(blob_stage_commit(&f->cx, &s, &id));
    assert_string_equal(id.sha256, want);
    assert_ok(verify(f, want));
}

static void list_in_pages(void **state)
{
    struct fixture *f = *state;
    f->b->s3->page = 2;
    for (char text[] = "a"; *text < 'a' + 5; ++*text)
        put(f, "aas", text);
    assert_int_equal(count_all(f, "aas"), 5);
}

/* What may pass is tried again; a lasting failure leaves nothing, and the next commit is as if it had not been. */
static void parts_fail(void **state)
{
    enum { SIZE = 3 * 1000 + 7 };
    static const struct { const char *plan; enum rc rc; } cases[] = {
        {"s3.join:lost:1", RC_OK}, {"s3.join:lost:2", RC_OK}, {"s3.join:cut:1", RC_OK}, {"s3.join:cut:2", RC_OK},
        {"s3.join:away:1", RC_OK}, {"s3.join:away:2", RC_OK}, {"s3.join:slow:1", RC_OK}, {"s3.join:slow:2", RC_OK},
        {"s3.join:denied:1", RC_IO}, {"s3.join:denied:2", RC_IO}, {"s3.join:memory:1", RC_NOMEM},
        {"s3.join:memory:2", RC_NOMEM}, {"s3.join:away:2:0", RC_BUSY}, {"s3.put:cut:2", RC_OK}, {"s3.put:denied:3", RC_IO},
    };
    struct fixture *f = *state;
    char want[SHA256_HEX_MAX], *p = some_bytes(f, SIZE);
    bool gone;
    f->b->s3->part = 1000;
    sha256_hex(p, SIZE, want);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct blob_stage *s;
        struct blob_id id;
        assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
        assert_ok(blob_stage_write(s, p, SIZE));
        assert_true(fault_plan(cases[i].plan));
        fault_arm();
        assert_rc(blob_stage_commit(&f->cx, &s, &id), cases[i].rc);
        assert_true(fault_happened());
        fault_disarm();
        err_clear(&f->cx);
        assert_rc(verify(f, want), cases[i].rc == RC_OK ? RC_OK : RC_NOT_FOUND);
        err_clear(&f->cx);
        assert_ok(blob_remove_idle(&f->cx, f->b, "aas", want, 0, &gone));
    }
    assert_int_equal(stages(f), 0);
}

/* Two processes take turns at one stage; what the first did not keep is gone, and told so. */
static void stage_goes_round(void **state)
{
    struct fixture *f = *state;
    struct blobs *first = f->b, *second;
    struct blob_stage *s;
    struct blob_id id;
    open_blobs(f);
    second = f->b;
    assert_ok(blob_stage_open(&f->cx, first, "aas", &s));
    assert_ok(blob_stage_keep(&f->cx, s));
    char *name = arena_strdup(f->cx.arena, blob_stage_name(s));
    blob_stage_park(&s);
    for (int i = 0; i < 3; i++) {
        assert_ok(blob_stage_resume(&f->cx, i % 2 ? first : second, "aas", name, &s));
        assert_int_equal(blob_stage_size(s), i);
        assert_ok(blob_stage_write(s, &"abc"[i], 1));
        assert_ok(blob_stage_keep(&f->cx, s));
        assert_ok(blob_stage_keep(&f->cx, s));
        assert_ok(blob_stage_write(s, "lost", 4));
        blob_stage_park(&s);
    }
    assert_ok(blob_stage_resume(&f->cx, first, "aas", name, &s));
    assert_ok(blob_stage_commit(&f->cx, &s, &id));
    assert_string_equal(id.sha256, ABC);
    assert_int_equal(stages(f), 0);
    blob_close(&first);
}

static void damage_in_bucket(void **state)
{
    struct fixture *f = *state;
    FILE *other = tmpfile();
    assert_true(fputs("abd", other) > 0 && fflush(other) == 0);
    const struct net_file file = {fileno(other), 0, 3};
    char *key = arena_printf(f->cx.arena, "%saas/sha256/%s", f->b->s3->prefix, ABC);
    put(f, "aas", "abc");
    assert_ok(s3_put(&f->cx, f->b->s3, key, &file));
    fclose(other);
    assert_rc(verify(f, ABC), RC_IO);
    assert_non_null(strstr(f->cx.err.secret, "has content"));
    err_clear(&f->cx);
    put(f, "aas", "abc");
    assert_ok(verify(f, ABC));
}

/* A commit that finds its document about to be removed waits, and puts it again. */
static void doomed_is_put_again(void **state)
{
    struct fixture *f = *state;
    const struct net_file nothing = {.fd = -1};
    struct blob_stage *s;
    struct blob_id id;
    char *key = arena_printf(f->cx.arena, "%saas/tmp/doomed-%s", f->b->s3->prefix, ABC);
    assert_ok(s3_put(&f->cx, f->b->s3, key, &nothing));
    assert_ok(blob_stage_open(&f->cx, f->b, "aas", &s));
    assert_ok(blob_stage_write(s, "abc", 3));
    assert_rc(blob_stage_commit(&f->cx, &s, &id), RC_BUSY);
    err_clear(&f->cx);
    f->cx.now += hour; /* a sweep that died is not waited for */
    put(f, "aas", "abc");
}

static void bad_buckets(void **state)
{
    static const struct { struct blob_bucket bucket; enum rc rc; } cases[] = {
        {{"s3://samdrift", "ftp://a", NULL, "k", "s"}, RC_FIELD_VALUE},
        {{"samdrift", "http://127.0.0.1", NULL, "k", "s"}, RC_FIELD_VALUE},
        {{"s3://", "http://127.0.0.1", NULL, "k", "s"}, RC_FIELD_VALUE},
        {{"s3://a/../b", "http://127.0.0.1", NULL, "k", "s"}, RC_FIELD_VALUE},
        {{"s3://a?b", "http://127.0.0.1", NULL, "k", "s"}, RC_FIELD_VALUE},
        {{"s3://samdrift", "http://127.0.0.1", NULL, "", "s"}, RC_FIELD_MISSING},
        {{"s3://samdrift", "http://127.0.0.1:1", NULL, "k", "s"}, RC_BUSY},
        {{"s3://finnesikke", NULL, "eu-north-1", "S3RVER", "S3RVER"}, RC_NOT_FOUND},
        {{"s3://samdrift", NULL, "eu-north-1", "S3RVER", "feil"}, RC_IO},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct blobs *b;
        struct blob_bucket bucket = cases[i].bucket;
        if (!bucket.endpoint)
            bucket.endpoint = test_place("SAMDRIFT_TEST_S3");
        assert_rc(blob_open(&f->cx, f->dir, &bucket, &b), cases[i].rc);
        err_clear(&f->cx);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest files[] = {
        T(kept_once), T(sent_in_ranges), T(spaces_are_apart), T(resumed_after_restart),
        T(cut_to_what_was_kept), T(directory_is_made_safe), T(sealed_can_grow), T(damage_found_and_mended), T(swept),
        T(removed), T(touched), T(bad_names), T(write_error), T(each_stops),
    };
    const struct CMUnitTest bucket[] = {
        T(kept_once), T(sent_in_ranges), T(spaces_are_apart), T(resumed_after_restart),
        T(sealed_can_grow), T(swept), T(removed), T(bad_names), T(write_error), T(each_stops),
        T(put_in_parts), T(list_in_pages), T(parts_fail),
        T(stage_goes_round), T(damage_in_bucket), T(doomed_is_put_again), T(bad_buckets),
    };
    int failed = cmocka_run_group_tests_name("files", files, NULL, NULL);
    if (!test_place("SAMDRIFT_TEST_S3")) {
        puts("ok - bucket # SKIP SAMDRIFT_TEST_S3 names none");
        return failed;
    }
    in_bucket = true;
    return failed + cmocka_run_group_tests_name("bucket", bucket, NULL, NULL);
}
