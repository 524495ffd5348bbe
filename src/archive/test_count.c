/* The total of a long list is right when it is kept, and when the list has changed since. */
#include "archive/test_archive.h"

enum { MANY = 1200 };

static enum rc many(struct call *c, void *arg)
{
    struct rec *made;
    for (int i = 0; i < MANY; i++)
        TRY(try_make(c, arg, PKG_ARKIVSTRUKTUR, "ny-mappe", "{\"tittel\":\"En av mange\"}", &made));
    return RC_OK;
}

/* The list of mapper in the arkivdel, as the person sees it; last gets one of them. */
static int64_t total(struct call *c, const struct rec *del, struct rec **last)
{
    struct query q = {.entity = model_entity(E_mappe), .list = CL_NONE, .from = del, .top = 10,
                      .link = model_link_named(E_arkivdel, PKG_ARKIVSTRUKTUR, STR("mappe"))};
    struct result r;
    assert_ok(archive_query(c, &q, &r));
    assert_int_equal(r.n, 10);
    *last = r.recs[9];
    return r.count;
}

static void follows_changes(void **state)
{
    struct world *w = *state;
    struct call admin = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct call leser = call_as(&w->cx, w->nesodden, ROLE_LESER, "leser");
    struct rec *del = make_arkivdel(&admin), *one;
    assert_ok(archive_together(&admin, many, del));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(total(&admin, del, &one), MANY);
        assert_int_equal(total(&leser, del, &one), MANY);
    }
    assert_non_null(w->nesodden->totals);
    assert_ok(try_delete(&admin, one));
    assert_int_equal(total(&admin, del, &one), MANY - 1);
    patch(&admin, &one, "{\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},"
                        "\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingMetadata\":[{\"kode\":\"TM1\"}]}}");
    assert_int_equal(total(&admin, del, &one), MANY - 1);
    assert_int_equal(total(&leser, del, &one), MANY - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(follows_changes)};
    return cmocka_run_group_tests(tests, world_open, world_close);
}
