/* Several changes in one write: whole or not at all, seen by the reads among them. */
#include <unistd.h>

#include "archive/test_archive.h"

struct steps {
    struct rec *del, *sak, *post, *document, *object;
    struct taken *file;
    const char *bad;           /* what the journalpost is made of, when it is to fail */
    bool swallow;
};

static enum rc all_steps(struct call *c, void *arg)
{
    struct steps *k = arg;
    struct rec *seen;
    TRY(try_make(c, k->del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Garasje\"}", &k->sak));
    TRY(try_get(c, k->sak, &seen));
    enum rc rc = try_make(c, k->sak, PKG_SAKARKIV, "ny-journalpost", k->bad ? k->bad : "{\"tittel\":\"Søknad\"}", &k->post);
    if (rc != RC_OK)
        return k->swallow ? RC_OK : rc;
    TRY(try_make(c, k->post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", "{\"tittel\":\"Søknad\"}", &k->document));
    TRY(archive_give(c, F_dokumentbeskrivelse, str_of(k->document->systemid), k->file, &k->object));
    assert_non_null(archive_db(c));
    return RC_OK;
}

static struct taken *take(struct call *c, const char *text)
{
    struct blob_stage *stage;
    struct taken *file;
    assert_ok(archive_stage(c, &stage));
    assert_ok(blob_stage_write(stage, text, strlen(text)));
    assert_ok(archive_take(c, &stage, "text/plain", "søknad.txt", &file));
    assert_null(stage);
    return file;
}

static void whole(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct steps k = {.del = make_arkivdel(&c), .file = take(&c, "Jeg søker om garasje.")};
    struct rec *got;
    struct document d;
    assert_ok(archive_together(&c, all_steps, &k));
    assert_null(archive_db(&c));
    assert_ok(try_get(&c, k.sak, &got));
    assert_ok(try_get(&c, k.post, &got));
    assert_ok(archive_document(&c, F_dokumentobjekt, str_of(k.object->systemid), &d));
    assert_int_equal(d.size, 22);
    assert_int_equal(close(d.fd), 0);
}

/* A step that fails undoes those before it, also when the function says nothing of it. */
static void nothing(void **state)
{
    struct world *w = *state;
    struct call c = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *del = make_arkivdel(&c), *got;
    for (int swallow = 0; swallow < 2; swallow++) {
        struct steps k = {.del = del, .bad = "{\"tittel\":\"\"}", .swallow = swallow};
        refused(&c, archive_together(&c, all_steps, &k), RC_FIELD_MISSING);
        refused(&c, try_get(&c, k.sak, &got), RC_NOT_FOUND);
    }
    struct rec *first = make(&c, del, "ny-mappe", "{\"tittel\":\"Etterpå\"}");
    assert_ok(try_get(&c, first, &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole), cmocka_unit_test(nothing)};
    return cmocka_run_group_tests(tests, world_open, world_close);
}
