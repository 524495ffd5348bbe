/*
 * Memory that runs out: each operation is run with the first, the second, the third … allocation
 * failing, once and from then on, until it needs no more of them. It says so and has done nothing, or it
 * has done its work.
 */
#include <stdlib.h>

#include "archive/test_archive.h"
#include "base/fault.h"

#define MOMENTS 100000   /* more allocations than any operation needs */

struct place {
    struct rec *arkivdel, *sak, *dokument;
};

static struct place place;

static enum rc make_sak(struct call *c)
{
    struct rec *r;
    return try_make(c, place.arkivdel, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Garasje\",\"noekkelord\":[\"tre\"]}", &r);
}

static enum rc make_post(struct call *c)
{
    struct rec *r;
    return try_make(c, place.sak, PKG_SAKARKIV, "ny-journalpost",
                    "{\"tittel\":\"Søknad\",\"journalposttype\":{\"kode\":\"I\"},\"skjerming\":{\"tilgangsrestriksjon\":"
                    "{\"kode\":\"P\"},\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingDokument\":{\"kode\":\"H\"}}}", &r);
}

static enum rc change(struct call *c)
{
    static int n;
    char json[60];
    struct rec *r = place.sak;
    (void)snprintf(json, sizeof(json), "{\"beskrivelse\":\"Endret %d\"}", ++n);
    return try_patch(c, &r, json);
}

static enum rc make_and_delete(struct call *c)
{
    struct rec *r;
    TRY(try_make(c, place.arkivdel, PKG_ARKIVSTRUKTUR, "ny-mappe", "{\"tittel\":\"Slettes\"}", &r));
    return try_delete(c, r);
}

static enum rc upload(struct call *c)
{
    struct blob_stage *stage;
    struct rec *r;
    TRY(archive_stage(c, &stage));
    enum rc rc = blob_stage_write(stage, "Mønehøyde 4,95 m", 18);
    if (rc == RC_OK)
        return archive_attach(c, F_dokumentbeskrivelse, str_of(place.dokument->systemid), &stage, "text/plain", "a.txt", &r);
    blob_stage_drop(&stage);
    return rc;
}

static enum rc read_back(struct call *c)
{
    struct document d;
    TRY(archive_document(c, F_dokumentbeskrivelse, str_of(place.dokument->systemid), &d));
    (void)fclose(fdopen(d.fd, "r"));
    return RC_OK;
}

static enum rc list(struct call *c)
{
    struct query q = {.entity = model_entity(E_saksmappe), .list = CL_NONE, .search = STR("garasje"), .top = 5};
    struct result found;
    return archive_query(c, &q, &found);
}

static const struct {
    const char *name;
    enum rc (*run)(struct call *c);
} operations[] = {
    {"sak", make_sak}, {"post", make_post}, {"change", change}, {"delete", make_and_delete},
    {"upload", upload}, {"read", read_back}, {"list", list},
};

/* FTS5 tells of one of its failed allocations as of a damaged index (SQLITE_CORRUPT_VTAB, 267). check shows that none is. */
static bool told_as_damage(const struct cx *cx, const char *point)
{
    return streq(point, "memory.sqlite") && cx->err.rc == RC_IO && cx->err.secret && strstr(cx->err.secret, "sqlite 267: ");
}

/* One run with the nth allocation failing. False when there was no nth. */
static bool run_failing(struct world *w, size_t op, const char *point, int nth, int times)
{
    struct cx cx;
    char plan[60];
    (void)snprintf(plan, sizeof(plan), "%s:memory:%d:%d", point, nth, times);
    cx_open(&cx, (size_t)MiB(16));
    struct call c = call_as(&cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    assert_true(fault_plan(plan));
    fault_arm();
    enum rc rc = operations[op].run(&c);
    bool happened = fault_happened();
    fault_disarm();
    /* busy: no reader for the file could be had */
    if (rc != RC_OK && rc != RC_NOMEM && rc != RC_BUSY && !told_as_damage(&cx, point))
        fail_msg("%s, %s: %s: %s", operations[op].name, plan, err_id(rc), cx.err.secret ? cx.err.secret : "");
    cx_close(&cx);
    return happened;
}

/* Every moment at first, then fewer and fewer: SQLite takes memory a thousand times. */
static void run_all(struct world *w, const char *point, int times)
{
    for (size_t op = 0; op < COUNT_OF(operations); op++) {
        int nth = 1;
        while (nth < MOMENTS && run_failing(w, op, point, nth, times))
            nth += 1 + nth / 8;
        assert_in_range(nth, 1, MOMENTS - 1);
    }
}

static void found(void *arg, const struct finding *f)
{
    (void)arg;
    fail_msg("verify: %s %s", f->what, f->where);
}

static void check(struct world *w)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(64));
    struct call c = call_as(&cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    for (size_t op = 0; op < COUNT_OF(operations); op++)
        if (operations[op].run(&c) != RC_OK)
            fail_msg("%s: %s (%s)", operations[op].name, err_text(&cx), cx.err.secret ? cx.err.secret : "");
    assert_true(archive_settle(w->nesodden, 20000));
    assert_ok(archive_verify(&cx, w->nesodden, STR(""), found, NULL, NULL));
    cx_close(&cx);
}

static void out_of_memory(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    static const char *const points[] = {"memory.arena", "memory.buf", "memory.object", "memory.json", "memory.sqlite"};
    place.arkivdel = make_arkivdel(&c);
    assert_ok(try_make(&c, place.arkivdel, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Garasje\"}", &place.sak));
    struct rec *post = make(&c, place.arkivdel, "ny-registrering", "{\"tittel\":\"Søknad\"}");
    place.dokument = make(&c, post, "ny-dokumentbeskrivelse", "{\"tittel\":\"Søknad\"}");
    check(w);
    for (size_t i = 0; i < COUNT_OF(points); i++) {
        run_all(w, points[i], 1);
        run_all(w, points[i], 0);
        check(w);
    }
}

static int open_failing(void **state)
{
    log_set_level((enum log_level)(LOG_ERROR + 1));
    return fault_plan("memory.sqlite:memory:1") ? world_open(state) : -1; /* before the store is opened */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(out_of_memory)};
    return cmocka_run_group_tests(tests, open_failing, world_close);
}
