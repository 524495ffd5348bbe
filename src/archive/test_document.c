/* Documents whose reader was killed: marked, found by verify, tried again by another version. What else verify finds. */
#include <stdlib.h>

#include "archive/test_archive.h"

static struct rec *attach_text(struct call *c, const char *text)
{
    struct rec *mappe = make(c, make_arkivdel(c), "ny-mappe", "{\"tittel\":\"Mappe\"}");
    struct rec *reg = make(c, mappe, "ny-registrering", "{\"tittel\":\"Registrering\"}");
    struct rec *doc = make(c, reg, "ny-dokumentbeskrivelse", "{\"tittel\":\"Dokument\"}");
    struct blob_stage *stage;
    struct rec *r;
    assert_ok(archive_stage(c, &stage));
    assert_ok(blob_stage_write(stage, text, strlen(text)));
    assert_ok(archive_attach(c, F_dokumentbeskrivelse, str_of(doc->systemid), &stage, "text/plain", "a.txt", &r));
    return r;
}

struct mark {
    struct call *call;
    const struct rec *rec;
};

static enum rc mark(struct db *db, void *arg)
{
    struct mark *m = arg;
    return document_uninspected(m->call, db, m->rec, "tid");
}

static enum rc age_and_retry(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_run(db, "UPDATE uinspisert SET versjon = '0.0.0'", ""));
    return words_retry(db);
}

static void count(void *arg, const struct finding *f)
{
    size_t *n = arg;
    if (streq(f->what, "document-uninspected"))
        ++*n;
    else
        fail_msg("%s %s", f->what, f->where);
}

static size_t findings(struct world *w)
{
    size_t n = 0;
    assert_ok(archive_verify(&w->cx, w->nesodden, STR(""), count, NULL, &n));
    return n;
}

static void uninspected(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct mark m = {&c, attach_text(&c, "Ferie")};
    assert_true(archive_settle(w->nesodden, 20000));
    assert_int_equal(findings(w), 0);
    assert_ok(store_write(&w->cx, w->nesodden->space, mark, &m));
    assert_ok(store_write(&w->cx, w->nesodden->space, mark, &m));   /* once a document */
    assert_int_equal(findings(w), 1);

    words_nudge(w->archive);   /* the same version leaves it alone */
    assert_true(archive_settle(w->nesodden, 20000));
    assert_int_equal(findings(w), 1);

    assert_ok(store_write(&w->cx, w->nesodden->space, age_and_retry, NULL));
    words_nudge(w->archive);
    assert_true(archive_settle(w->nesodden, 20000));
    assert_int_equal(findings(w), 0);
}

static enum rc lose(struct db *db, void *arg)
{
    const struct rec *r = arg;
    TRY(db_run(db, "UPDATE dokumentobjekt SET dokumentbeskrivelse_id = 999999 WHERE id = ?", "i", r->id));
    return db_run(db, "DELETE FROM logg WHERE referansearkivenhet = ?", "t", r->systemid);
}

static void note(void *arg, const struct finding *f)
{
    buf_printf(arg, "%s: %s\n", f->what, f->where);
}

/* A row whose parent is gone, and one whose making is not in the log, are told with their systemID. */
static void lost_rows(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *r = attach_text(&c, "Ferie");
    struct buf told;
    buf_init(&told, (size_t)KiB(64));
    assert_true(archive_settle(w->nesodden, 20000));
    assert_ok(store_write(&w->cx, w->nesodden->space, lose, r));
    assert_ok(archive_verify(&w->cx, w->nesodden, STR(""), note, NULL, &told));
    assert_non_null(strstr(told.p, arena_printf(w->cx.arena, "row-orphan: dokumentobjekt %s (dokumentbeskrivelse_id)\n",
                                                r->systemid)));
    assert_non_null(strstr(told.p, arena_printf(w->cx.arena, "log-missing: dokumentobjekt %s\n", r->systemid)));
    buf_free(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(uninspected), cmocka_unit_test(lost_rows)};
    return cmocka_run_group_tests(tests, world_open, world_close);
}
