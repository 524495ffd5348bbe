#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "pack/pack.h"
#include "pack/write.h"

static char home[] = "/tmp/samdrift-write-XXXXXX";

static const char *at(const char *name)
{
    static char path[4][200];
    static unsigned turn;
    char *p = path[turn++ % 4];
    (void)snprintf(p, sizeof(path[0]), "%s/%s", home, name);
    return p;
}

static void put_all(struct cx *cx, struct pack_writer *w)
{
    struct pack_sum sum;
    char want[SHA256_HEX_MAX];
    int fd = open(at("kilde"), O_RDONLY);
    assert_true(fd >= 0);
    assert_ok(pack_put_folder(cx, w, "mappe"));
    assert_ok(pack_put_file(cx, w, "mappe/fil", fd, 100000, &sum));
    assert_int_equal(sum.size, 100000);
    assert_ok(pack_put_text(cx, w, "tekst æøå.xml", STR("<a/>"), &sum));
    sha256_hex("<a/>", 4, want);
    assert_string_equal(sum.sha256, want);
    assert_rc(pack_put_file(cx, w, "mappe/kort", fd, 1, &sum), RC_IO);     /* nothing is left to read */
    err_clear(cx);
    (void)close(fd);
}

static void source(void)
{
    FILE *f = fopen(at("kilde"), "w");
    for (int i = 0; i < 100000; i++)
        (void)fputc('a' + i % 26, f);
    assert_int_equal(fclose(f), 0);
}

static void a_folder(void **state)
{
    (void)state;
    struct cx cx;
    struct pack_writer *w;
    struct stat st;
    cx_open(&cx, (size_t)MiB(4));
    source();
    assert_ok(pack_writer_folder(&cx, at("ut"), &w));
    put_all(&cx, w);
    struct pack_sum sum;
    assert_rc(pack_put_text(&cx, w, "tekst æøå.xml", STR("b"), &sum), RC_IO);   /* never over what is there */
    err_clear(&cx);
    assert_ok(pack_writer_close(&cx, &w, NULL));
    assert_true(disk_flush(at("ut")));
    assert_false(disk_flush(at("finnes-ikke")));
    assert_int_equal(stat(at("ut/mappe/fil"), &st), 0);
    assert_int_equal(st.st_size, 100000);
    cx_close(&cx);
}

/* What fails is told when it fails, and not when a long package has been read to its end. */
static void a_full_disk(void **state)
{
    (void)state;
    struct cx cx;
    struct pack_writer *w;
    struct pack_sum sum;
    cx_open(&cx, (size_t)MiB(4));
    source();
    int fd = open(at("kilde"), O_RDONLY);
    assert_true(fd >= 0);
    for (int i = 0; i < 2; i++) {
        (void)unlink(at("full"));
        assert_ok(i ? pack_writer_folder(&cx, at("fullmappe"), &w) : pack_writer_tar(&cx, at("full"), "rot/", 0, &w));
        void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
        struct rlimit was, small;
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
        small = (struct rlimit){4096, was.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        assert_rc(pack_put_file(&cx, w, "stor", fd, 100000, &sum), RC_IO);
        assert_non_null(strstr(cx.err.secret, "File too large"));
        err_clear(&cx);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        (void)signal(SIGXFSZ, handler);
        pack_writer_drop(&w);
    }
    (void)close(fd);
    cx_close(&cx);
}

/* Twice the same bytes, readable by our own reader. */
static void a_tar(void **state)
{
    (void)state;
    struct cx cx;
    struct pack_sum sums[2];
    struct pack *p;
    cx_open(&cx, (size_t)MiB(4));
    for (int i = 0; i < 2; i++) {
        struct pack_writer *w;
        struct pack_sum sum;
        (void)unlink(at("ut.tar"));
        assert_ok(pack_writer_tar(&cx, at("ut.tar"), "rot/", 1795824000 * (int64_t)1000000, &w));
        int fd = open(at("kilde"), O_RDONLY);
        assert_ok(pack_put_folder(&cx, w, "mappe"));
        assert_ok(pack_put_file(&cx, w, "mappe/fil", fd, 100000, &sum));
        assert_ok(pack_put_text(&cx, w, "arkivstruktur.xml", STR("<a/>"), &sum));
        (void)close(fd);
        assert_ok(pack_writer_close(&cx, &w, &sums[i]));
    }
    assert_string_equal(sums[0].sha256, sums[1].sha256);
    assert_ok(pack_open(&cx, at("ut.tar"), &p));
    const struct pack_entry *e = pack_find(p, "rot/mappe/fil");
    assert_non_null(e);
    assert_int_equal(e->size, 100000);
    pack_close(&p);
    cx_close(&cx);
}

static void no_place(void **state)
{
    (void)state;
    struct cx cx;
    struct pack_out *o;
    struct pack_writer *w;
    struct pack_sum sum;
    cx_open(&cx, (size_t)MiB(1));
    assert_rc(pack_out_open(&cx, at("finnes/ikke"), &o), RC_IO);
    err_clear(&cx);
    assert_rc(pack_writer_tar(&cx, at("finnes/ikke.tar"), "", 0, &w), RC_IO);
    err_clear(&cx);
    assert_ok(pack_out_open(&cx, "/dev/full", &o) == RC_OK ? RC_INTERNAL : RC_OK);  /* it exists: never written over */
    err_clear(&cx);
    assert_ok(pack_out_open(&cx, NULL, &o));
    pack_out_write(o, "abc", 3);
    assert_int_equal(pack_out_size(o), 3);
    assert_ok(pack_out_close(&cx, &o, &sum));
    assert_null(o);
    assert_string_equal(sum.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_folder), cmocka_unit_test(a_full_disk),
                                       cmocka_unit_test(a_tar), cmocka_unit_test(no_place)};
    if (!mkdtemp(home))
        return 1;
    int failed = cmocka_run_group_tests_name("write", tests, NULL, NULL);
    char command[100];
    (void)snprintf(command, sizeof(command), "rm -rf %s", home);
    return system(command) == 0 ? failed : 1;
}
