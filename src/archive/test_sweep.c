/* What time does: leftovers go when they are old, screenings end, and are back when the clock is. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/test_archive.h"

#define DAY (86400 * (int64_t)1000000)

static struct blob_id put(struct world *w, const char *text)
{
    struct blob_stage *s;
    struct blob_id id;
    assert_ok(blob_stage_open(&w->cx, w->blobs, w->slug, &s));
    assert_ok(blob_stage_write(s, text, strlen(text)));
    assert_ok(blob_stage_commit(&w->cx, &s, &id));
    return id;
}

static void make_old(struct world *w, const char *sha256, int64_t age)
{
    const time_t then = (time_t)((w->cx.now - age) / 1000000);
    const struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};
    int fd;
    int64_t size;
    assert_ok(blob_read(&w->cx, w->blobs, w->slug, sha256, &fd, &size));
    assert_int_equal(futimens(fd, times), 0);
    (void)close(fd);
}

static bool there(struct world *w, const struct blob_id *id)
{
    int64_t size;
    enum rc rc = blob_verify(&w->cx, w->blobs, w->slug, id->sha256, &size);
    err_clear(&w->cx);
    return rc == RC_OK;
}

static size_t findings;

static void found(void *arg, const struct finding *f)
{
    assert_string_equal(f->what, "document-unnamed");
    assert_string_equal(f->where, (const char *)arg);
    findings++;
}

static void leftovers(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *post = make(&c, make_arkivdel(&c), "ny-registrering", "{\"tittel\":\"Søknad\"}");
    struct rec *doc = make(&c, post, "ny-dokumentbeskrivelse", "{\"tittel\":\"Søknad\"}"), *object;
    struct blob_id named = put(w, "navngitt"), old = put(w, "gammel"), young = put(w, "ung");
    struct blob_stage *stage;
    assert_ok(archive_stage(&c, &stage));
    assert_ok(blob_stage_write(stage, "navngitt", 8));
    assert_ok(archive_attach(&c, F_dokumentbeskrivelse, str_of(doc->systemid), &stage, "text/plain", "a.txt", &object));
    make_old(w, named.sha256, 3 * DAY);
    make_old(w, old.sha256, 3 * DAY);
    assert_true(archive_settle(w->nesodden, 20000));
    assert_ok(archive_verify(&w->cx, w->nesodden, STR(""), found, NULL, old.sha256)); /* a young one may yet get its row */
    assert_int_equal(findings, 1);
    assert_ok(sweep_vault(&w->cx, w->nesodden));
    assert_true(there(w, &named) && there(w, &young) && !there(w, &old));
}

static struct rec *make_again(struct call *c, struct rec *del, const char *key)
{
    c->idempotency_key = key;
    struct rec *r = make(c, del, "ny-mappe", "{\"tittel\":\"Sendt igjen\"}");
    c->idempotency_key = NULL;
    return r;
}

/* A key holds for thirty days, and is removed then; more than go in one write too. A clock that is behind takes none. */
static void keys_are_forgotten(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *del = make_arkivdel(&c), *early = make_again(&c, del, "tidlig"), *late;
    const int64_t now = w->cx.now;
    enum { MANY = 600 };
    for (int i = 0; i < MANY; i++)
        make_again(&c, del, arena_printf(w->cx.arena, "mange-%d", i));
    w->cx.now = now + 2 * DAY;
    late = make_again(&c, del, "sen");
    static const int swept[] = {-400, 0, ARCHIVE_KEY_DAYS};
    for (size_t i = 0; i < COUNT_OF(swept); i++) {
        w->cx.now = now + swept[i] * DAY;
        assert_ok(sweep_vault(&w->cx, w->nesodden));
        assert_string_equal(make_again(&c, del, "tidlig")->systemid, early->systemid);
    }
    w->cx.now = now + (ARCHIVE_KEY_DAYS + 1) * DAY;
    assert_ok(sweep_vault(&w->cx, w->nesodden));
    assert_int_equal(world_rows(w, "idempotens"), 1);
    assert_string_not_equal(make_again(&c, del, "tidlig")->systemid, early->systemid);
    assert_string_equal(make_again(&c, del, "sen")->systemid, late->systemid);
    w->cx.now = now;
}

static void clock_set_back(void **state)
{
    struct world *w = *state;
    struct rec *sak;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    assert_ok(try_make(&c, make_arkivdel(&c), PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Personalsak\",\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},"
                       "\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingDokument\":{\"kode\":\"H\"},"
                       "\"skjermingsvarighet\":1}}", &sak));
    const int64_t now = w->cx.now;
    static const struct {
        int days;
        bool screened;
    } times[] = {{0, true}, {400, false}, {0, true}, {400, false}};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        struct rec *r;
        w->cx.now = now + times[i].days * DAY;
        assert_ok(vern_expire(&w->cx, w->nesodden));
        assert_ok(try_get(&c, sak, &r));
        assert_int_equal(r->vern != 0, times[i].screened);
    }
    w->cx.now = now;
}

static const char *place;

static int set_up(void **state)
{
    static struct world w;
    world_make(&w, "sweep", place, "", NULL);
    *state = &w;
    return 0;
}

static int run(const char *where, const char *name)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(leftovers), cmocka_unit_test(keys_are_forgotten),
                                       cmocka_unit_test(clock_set_back)};
    place = where;
    findings = 0;
    return cmocka_run_group_tests_name(name, tests, set_up, world_close);
}

int main(void)
{
    return world_each_database(run);
}
