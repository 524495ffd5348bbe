#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "depot/depot_int.h"

/* A co-operation's folder, a second disk, and a package to be taken in: inn/pakke/{a.xml, dok/b.pdf, dok/% c}. */
struct world {
    char top[40], dir[64], copy[64], source[64];
    struct cx cx;
    struct depot *depot;
    struct depot_package p;
    int restored, damaged, lost, extra, away;
    bool in_copy;
    char file[128];
};

static void put(const char *path, const char *text)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(1));
    assert_int_equal(path_make_parents(&cx, path), RC_OK);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fputs(text, f) >= 0, 1);
    assert_int_equal(fclose(f), 0);
    cx_close(&cx);
}

static char *at(struct world *w, const char *fmt, const char *a, const char *b)
{
    char *s = arena_printf(w->cx.arena, "%s%s%s", fmt, a, b);
    assert_non_null(s);
    return s;
}

static void must(struct world *w, enum rc rc)
{
    if (rc != RC_OK)
        fail_msg("%s (%s)", err_text(&w->cx), w->cx.err.secret ? w->cx.err.secret : "");
}

static int open_world(void **state)
{
    struct world *w = mem_new(sizeof(*w));
    (void)snprintf(w->top, sizeof(w->top), "/tmp/samdrift-depot-XXXXXX");
    if (!mkdtemp(w->top))
        return -1;
    (void)snprintf(w->dir, sizeof(w->dir), "%s/follo", w->top);
    (void)snprintf(w->copy, sizeof(w->copy), "%s/kopi/depot", w->top);
    (void)snprintf(w->source, sizeof(w->source), "%s/inn/pakke", w->top);
    cx_open(&w->cx, (size_t)MiB(64));
    if (mkdir(w->dir, 0750) != 0)
        return -1;
    put(at(w, w->source, "/a.xml", ""), "<a/>\n");
    put(at(w, w->source, "/dok/b.pdf", ""), "%PDF-1.4 en side\n");
    put(at(w, w->source, "/dok/% c", ""), "");
    put(at(w, w->source, "/dok.xml", ""), "<dok/>");
    must(w, depot_open(&w->cx, w->dir, w->copy, &w->depot));
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    depot_close(&w->depot);
    cx_close(&w->cx);
    path_remove(w->top);
    bool gone = !path_exists(w->top);
    mem_free(w);
    return gone ? 0 : -1;
}

static enum rc add(struct world *w, const char *source, struct depot_owner owner)
{
    const struct depot_package terms = {.owner = owner, .agreement = "Avtale 7/26", .creator = "Nesodden\nkommune",
                                        .origin = ""};
    return depot_add(&w->cx, w->depot, source, &terms, NULL, NULL, &w->p);
}

static const struct depot_owner nesodden = {"nesodden", false}, guest = {"Gjest A", true}, other = {"Gjest B", true};

static void found(void *arg, const struct depot_finding *f)
{
    struct world *w = arg;
    w->restored += f->state == DEPOT_RESTORED;
    w->damaged += f->state == DEPOT_DAMAGED;
    w->lost += f->state == DEPOT_LOST;
    w->away += f->state == DEPOT_AWAY;
    w->extra += f->state == DEPOT_EXTRA;
    w->in_copy = f->in_copy;
    (void)snprintf(w->file, sizeof(w->file), "%s", f->file);
}

static void check(struct world *w)
{
    w->restored = w->damaged = w->lost = w->extra = w->away = 0;
    must(w, depot_check(&w->cx, w->depot, w->p.id, found, NULL, w));
}

static void finds(struct world *w, int restored, int lost, int extra)
{
    check(w);
    assert_int_equal(w->restored, restored);
    assert_int_equal(w->lost, lost);
    assert_int_equal(w->extra, extra);
}

static char *kept(struct world *w, bool copy, const char *rel)
{
    const char *bag;
    must(w, depot_bag(&w->cx, w->depot, w->p.id, copy, &bag));
    return at(w, bag, "/", rel);
}

static void flip(const char *path, off_t where)
{
    char c;
    assert_int_equal(chmod(path, 0640), 0);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &c, 1, where), 1);
    c = (char)(c ^ 4);
    assert_int_equal(pwrite(fd, &c, 1, where), 1);
    assert_int_equal(close(fd), 0);
}

static bool holds(struct world *w, const char *path, const char *text)
{
    struct str s;
    enum rc rc = file_read(&w->cx, path, (size_t)MiB(1), &s);
    err_clear(&w->cx);
    return rc == RC_OK && (text ? strstr(s.p, text) != NULL : s.n == 0);
}

static size_t packages(struct world *w, const struct depot_owner *o)
{
    struct depot_package *all;
    size_t n;
    must(w, depot_list(&w->cx, w->depot, o, &all, &n));
    return n;
}

#define PDF "data/pakke/dok/b.pdf"

static void test_add(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    assert_int_equal(w->p.files, 4);
    assert_string_equal(w->p.name, "pakke");
    for (int i = 0; i < 2; i++) {
        assert_true(holds(w, kept(w, i, PDF), "%PDF-1.4 en side\n"));
        assert_true(holds(w, kept(w, i, "data/pakke/dok/% c"), NULL));
        assert_true(holds(w, kept(w, i, BAG_MANIFEST), "  data/pakke/dok/%25 c\n"));
        assert_true(holds(w, kept(w, i, BAG_INFO), "Samdrift-Agreement: Avtale 7/26\n"));
        assert_true(holds(w, kept(w, i, BAG_INFO), "Source-Organization: Nesodden kommune\n"));
        assert_true(holds(w, kept(w, i, BAG_EVENTS), "<premis:eventType>Ingestion</premis:eventType>"));
    }
    struct depot_package p;
    must(w, depot_find(&w->cx, w->depot, NULL, w->p.id, &p));
    assert_string_equal(p.sha256, w->p.sha256);
    assert_int_equal(p.bytes, w->p.bytes);
    finds(w, 0, 0, 0);
}

static void test_same_twice(void **state)
{
    struct world *w = *state;
    must(w, add(w, at(w, w->source, "/a.xml", ""), nesodden));
    assert_int_equal(w->p.files, 1);
    assert_int_equal(add(w, at(w, w->source, "/a.xml", ""), nesodden), RC_EXISTS);
    err_clear(&w->cx);
    must(w, add(w, at(w, w->source, "/a.xml", ""), guest));
    assert_int_equal(packages(w, NULL), 2);
}

static void test_owners(void **state)
{
    struct world *w = *state;
    struct depot_package p;
    must(w, add(w, w->source, guest));
    assert_int_equal(packages(w, NULL), 1);
    assert_int_equal(packages(w, &guest), 1);
    assert_int_equal(packages(w, &other), 0);
    assert_int_equal(packages(w, &nesodden), 0);
    assert_int_equal(depot_find(&w->cx, w->depot, &other, w->p.id, &p), RC_NOT_FOUND);
    err_clear(&w->cx);
    must(w, depot_find(&w->cx, w->depot, &guest, w->p.id, &p));
    assert_true(p.owner.guest);
}

static void test_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(add(w, at(w, w->source, "/finnes-ikke", ""), nesodden), RC_NOT_FOUND);
    err_clear(&w->cx);
    assert_int_equal(symlink("/etc/passwd", at(w, w->source, "/lenke", "")), 0);
    assert_int_equal(add(w, w->source, nesodden), RC_FIELD_VALUE);
    assert_string_equal(w->cx.err.detail, "lenke");
    err_clear(&w->cx);
    assert_int_equal(packages(w, NULL), 0);
    assert_int_equal(depot_check(&w->cx, w->depot, "../..", found, NULL, w), RC_NOT_FOUND);
    err_clear(&w->cx);
}

/* What a killed process leaves goes with the next add, but not what a living one is at. */
static void test_interrupted(void **state)
{
    struct world *w = *state;
    char *dead = at(w, w->dir, "/depot/.inn-dead", ""), *living = at(w, w->dir, "/depot/.inn-living", "");
    put(at(w, dead, "/data/x", ""), "x");
    put(at(w, living, "/data/x", ""), "x");
    int lock = depot_lock(living, false);
    assert_true(lock >= 0);
    must(w, add(w, w->source, nesodden));
    assert_false(path_exists(dead));
    assert_true(path_exists(living));
    assert_int_equal(close(lock), 0);
    assert_int_equal(packages(w, NULL), 1);
}

static bool stop_late(void *arg, int64_t done, int64_t total)
{
    (void)arg;
    return done * 2 < total;
}

static void test_stopped(void **state)
{
    struct world *w = *state;
    const struct depot_package terms = {.owner = nesodden, .agreement = "A", .creator = "", .origin = ""};
    assert_int_equal(depot_add(&w->cx, w->depot, w->source, &terms, stop_late, NULL, &w->p), RC_BUSY);
    err_clear(&w->cx);
    assert_int_equal(packages(w, NULL), 0);
    must(w, add(w, w->source, nesodden));
    flip(kept(w, false, PDF), 3);
    assert_int_equal(depot_check(&w->cx, w->depot, w->p.id, found, stop_late, w), RC_BUSY);
    err_clear(&w->cx);
    finds(w, 1, 0, 0);
}

static void test_bit_in_main(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    flip(kept(w, false, PDF), 5);
    finds(w, 1, 0, 0);
    assert_string_equal(w->file, "pakke/dok/b.pdf");
    assert_false(w->in_copy);
    assert_true(holds(w, kept(w, false, PDF), "%PDF-1.4 en side\n"));
    for (int i = 0; i < 2; i++) {
        assert_true(holds(w, kept(w, i, BAG_EVENTS), "<premis:eventOutcome>restored</premis:eventOutcome>"));
        assert_true(holds(w, kept(w, i, BAG_EVENTS), "restored: pakke/dok/b.pdf"));
    }
    finds(w, 0, 0, 0);
}

static void test_bit_in_copy(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    flip(kept(w, true, PDF), 0);
    finds(w, 1, 0, 0);
    assert_true(w->in_copy);
    finds(w, 0, 0, 0);
}

static void test_both_broken(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    flip(kept(w, false, PDF), 0);
    flip(kept(w, true, PDF), 1);
    finds(w, 0, 2, 0);
    assert_true(holds(w, kept(w, false, BAG_EVENTS), "<premis:eventOutcome>failure</premis:eventOutcome>"));
    flip(kept(w, true, PDF), 1);
    finds(w, 1, 0, 0);
}

static void test_missing_and_unknown(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    assert_int_equal(unlink(kept(w, false, "data/pakke/dok.xml")), 0);
    finds(w, 1, 0, 0);
    put(kept(w, false, "data/pakke/dok/ukjent"), "?");
    put(kept(w, false, "data/pakke/zzz"), "?");
    finds(w, 0, 0, 2);
    assert_string_equal(w->file, "pakke/zzz");
    assert_true(path_exists(kept(w, false, "data/pakke/zzz")));
    assert_int_equal(symlink("/etc/passwd", kept(w, true, "data/pakke/lenke")), 0);
    assert_int_equal(mkfifo(kept(w, true, "data/pakke/roer"), 0600), 0);
    finds(w, 0, 0, 4);
}

/* What is gone from its place, and found in another, is both told of. */
static void test_renamed(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    assert_int_equal(rename(kept(w, false, PDF), kept(w, false, "data/pakke/dok/ny.pdf")), 0);
    finds(w, 1, 0, 1);
    assert_true(holds(w, kept(w, false, PDF), "%PDF-1.4 en side\n"));
}

/* What cannot be put back is told, and the rest is checked all the same. */
static void test_not_put_back(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    assert_int_equal(unlink(kept(w, true, PDF)), 0);
    put(kept(w, true, PDF "/i veien"), "?");
    flip(kept(w, false, "data/pakke/dok.xml"), 0);
    finds(w, 1, 0, 1);
    assert_int_equal(w->damaged, 1);
    assert_true(holds(w, kept(w, false, BAG_EVENTS), "<premis:eventOutcome>failure</premis:eventOutcome>"));
    assert_true(holds(w, kept(w, false, BAG_EVENTS), "copy: damaged: pakke/dok/b.pdf ("));
    assert_false(path_exists(kept(w, true, ".ny")));
    path_remove(kept(w, true, PDF));
    finds(w, 1, 0, 0);
    finds(w, 0, 0, 0);
}

/* A disk that is not connected: its folder is there and empty. Nothing is written into it. */
static void test_copy_away(void **state)
{
    struct world *w = *state;
    char *elsewhere = at(w, w->top, "/frakoblet", "");
    must(w, add(w, w->source, nesodden));
    assert_int_equal(rename(w->copy, elsewhere), 0);
    assert_int_equal(mkdir(w->copy, 0750), 0);
    finds(w, 0, 0, 0);
    assert_int_equal(w->away, 1);
    assert_true(holds(w, kept(w, false, BAG_EVENTS), "<premis:eventOutcome>warning</premis:eventOutcome>"));
    assert_int_equal(add(w, at(w, w->source, "/a.xml", ""), guest), RC_COPY_AWAY);
    err_clear(&w->cx);
    assert_int_equal(packages(w, NULL), 1);
    assert_int_equal(rmdir(w->copy), 0);
    assert_int_equal(rename(elsewhere, w->copy), 0);
    finds(w, 0, 0, 0);
    assert_int_equal(w->away, 0);
    assert_int_equal(rename(w->copy, elsewhere), 0);
    assert_int_equal(unlink(at(w, w->dir, "/depot/.kopi", "")), 0);     /* a new disk is meant */
    finds(w, 1, 0, 0);
    assert_true(holds(w, kept(w, true, PDF), "%PDF-1.4 en side\n"));
}

static void test_papers(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    flip(kept(w, false, BAG_MANIFEST), 7);
    finds(w, 1, 0, 0);
    assert_string_equal(w->file, BAG_MANIFEST);
    flip(kept(w, true, BAG_INFO), 2);
    assert_int_equal(unlink(kept(w, true, BAG_EVENTS)), 0);
    finds(w, 1, 0, 0);
    assert_true(holds(w, kept(w, true, BAG_EVENTS), "restored: manifest-sha256.txt"));
    flip(kept(w, false, BAG_INFO), 2);
    flip(kept(w, true, BAG_MANIFEST), 7);
    finds(w, 0, 2, 0);
    assert_true(holds(w, kept(w, false, BAG_EVENTS), "lost: manifest-sha256.txt"));
    assert_int_equal(packages(w, NULL), 1);
    assert_int_equal(depot_get(&w->cx, w->depot, w->p.id, at(w, w->top, "/ut", ""), found, NULL, w), RC_FILE_MISMATCH);
    err_clear(&w->cx);
}

static void test_whole_copy(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    path_remove(kept(w, true, ""));
    finds(w, 1, 0, 0);
    assert_string_equal(w->file, "");
    assert_true(w->in_copy);
    path_remove(kept(w, false, ""));
    assert_int_equal(packages(w, NULL), 1);
    finds(w, 1, 0, 0);
    assert_false(w->in_copy);
    assert_true(holds(w, kept(w, false, PDF), "%PDF-1.4 en side\n"));
    finds(w, 0, 0, 0);
}

/* Without papers nobody knows what the package was: no empty copy is made of it, and nothing is told to be restored. */
static void test_whole_copy_without_papers(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    path_remove(kept(w, true, ""));
    flip(kept(w, false, BAG_MANIFEST), 7);
    finds(w, 0, 2, 0);
    assert_false(path_exists(kept(w, true, "")));
    assert_false(path_exists(at(w, w->copy, "/" UNDER_WAY, w->p.id)));
    assert_true(holds(w, kept(w, false, BAG_EVENTS), "lost: manifest-sha256.txt"));
}

/* What another check is making anew stays. */
static void test_two_checks(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    path_remove(kept(w, true, ""));
    char *others = at(w, w->copy, "/" UNDER_WAY, w->p.id), *file = at(w, others, "/data/x", "");
    put(file, "x");
    int lock = depot_lock(others, false);
    assert_true(lock >= 0);
    assert_int_equal(depot_check(&w->cx, w->depot, w->p.id, found, NULL, w), RC_BUSY);
    err_clear(&w->cx);
    assert_true(path_exists(file));
    assert_int_equal(close(lock), 0);
    finds(w, 1, 0, 0);
}

static void test_without_copy(void **state)
{
    struct world *w = *state;
    depot_close(&w->depot);
    must(w, depot_open(&w->cx, w->dir, "", &w->depot));
    must(w, add(w, w->source, nesodden));
    finds(w, 0, 0, 0);
    flip(kept(w, false, PDF), 0);
    finds(w, 0, 1, 0);
    flip(kept(w, false, BAG_MANIFEST), 0);
    finds(w, 0, 1, 0);
}

static void test_get(void **state)
{
    struct world *w = *state;
    char *out = at(w, w->top, "/ut/her", "");
    must(w, add(w, w->source, nesodden));
    must(w, depot_get(&w->cx, w->depot, w->p.id, out, found, NULL, w));
    assert_true(holds(w, at(w, out, "/pakke/dok/b.pdf", ""), "%PDF-1.4 en side\n"));
    assert_int_equal(depot_get(&w->cx, w->depot, w->p.id, out, found, NULL, w), RC_EXISTS);
    err_clear(&w->cx);
    flip(kept(w, false, PDF), 0);
    out = at(w, w->top, "/ut/der", "");
    must(w, depot_get(&w->cx, w->depot, w->p.id, out, found, NULL, w));
    assert_int_equal(w->damaged, 1);
    assert_true(holds(w, at(w, out, "/pakke/dok/b.pdf", ""), "%PDF-1.4 en side\n"));
    flip(kept(w, true, PDF), 1);
    for (int i = 0; i < 2; i++)
        assert_int_equal(unlink(kept(w, i, "data/pakke/dok.xml")), 0);
    out = at(w, w->top, "/ut/hit", "");
    assert_int_equal(depot_get(&w->cx, w->depot, w->p.id, out, found, NULL, w), RC_FILE_MISMATCH);
    assert_string_equal(w->cx.err.detail, "2");
    err_clear(&w->cx);
    assert_int_equal(w->lost, 2);
    assert_false(path_exists(at(w, out, "/pakke", "")));
}

static void test_get_from_the_copy_alone(void **state)
{
    struct world *w = *state;
    char *out = at(w, w->top, "/ut", "");
    must(w, add(w, w->source, nesodden));
    path_remove(kept(w, false, ""));
    must(w, depot_get(&w->cx, w->depot, w->p.id, out, found, NULL, w));
    assert_int_equal(w->damaged, 1);
    assert_string_equal(w->file, "");
    assert_false(w->in_copy);
    assert_true(holds(w, at(w, out, "/pakke/dok/b.pdf", ""), "%PDF-1.4 en side\n"));
}

/* The thread checks what has not been checked for long, and only that. */
static void test_watch(void **state)
{
    struct world *w = *state;
    must(w, add(w, w->source, nesodden));
    flip(kept(w, false, PDF), 0);
    must(w, depot_watch(&w->cx, w->depot, 24));
    (void)usleep(50000);
    watch_stop(&w->depot->watch);
    assert_false(holds(w, kept(w, false, PDF), "%PDF-1.4 en side\n"));
    const struct utimbuf old = {1000000000, 1000000000};
    assert_int_equal(utime(kept(w, false, BAG_EVENTS), &old), 0);
    log_set_level(LOG_ERROR);
    must(w, depot_watch(&w->cx, w->depot, 24));
    for (int i = 0; i < 1000 && !holds(w, kept(w, false, PDF), "%PDF-1.4 en side\n"); i++)
        (void)usleep(10000);
    watch_stop(&w->depot->watch);
    assert_true(holds(w, kept(w, false, PDF), "%PDF-1.4 en side\n"));
}

static void test_order(void **state)
{
    (void)state;
    static const char *const sorted[] = {"a", "a/b", "a/b/c", "a/b.x", "a.txt", "a0", "b"};
    for (size_t i = 0; i < COUNT_OF(sorted); i++)
        for (size_t k = 0; k < COUNT_OF(sorted); k++) {
            int o = walk_order(sorted[i], sorted[k]);
            assert_int_equal((o > 0) - (o < 0), (i > k) - (i < k));
        }
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_add), CASE(test_same_twice), CASE(test_owners), CASE(test_refused), CASE(test_interrupted),
        CASE(test_stopped), CASE(test_bit_in_main), CASE(test_bit_in_copy), CASE(test_both_broken),
        CASE(test_missing_and_unknown), CASE(test_papers), CASE(test_whole_copy),
        CASE(test_whole_copy_without_papers), CASE(test_two_checks), CASE(test_without_copy),
        CASE(test_get), CASE(test_get_from_the_copy_alone), CASE(test_renamed),
        CASE(test_not_put_back), CASE(test_copy_away), CASE(test_watch), cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
