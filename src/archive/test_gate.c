/*
 * The gate from within: who sees what, also below a unit whose screening comes and goes, however
 * large it is. tests/api/test_gate.py asks the same over HTTP.
 */
#include "archive/test_archive.h"

#define SCREEN "\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},\"skjermingshjemmel\":\"Offl. § 13\"," \
               "\"skjermingMetadata\":[{\"kode\":\"TMO\"}]}"
#define MANY 3000

struct cast {
    struct call admin, arkivar, maker, kollega, leser;
};

static struct cast cast_of(struct world *w)
{
    return (struct cast){
        .admin = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin"),
        .arkivar = call_as(&w->cx, w->nesodden, ROLE_ARKIVAR, "arkivar"),
        .maker = call_as(&w->cx, w->nesodden, ROLE_SAKSBEHANDLER, "saksbehandler"),
        .kollega = call_as(&w->cx, w->nesodden, ROLE_SAKSBEHANDLER, "kollega"),
        .leser = call_as(&w->cx, w->nesodden, ROLE_LESER, "leser"),
    };
}

static void sees(struct call *c, const struct rec *r, bool want)
{
    struct rec *got;
    enum rc rc = try_get(c, r, &got);
    if (rc != (want ? RC_OK : RC_NOT_FOUND))
        fail_msg("%s reads %s: %s", c->person.name, r->entity->name, err_id(rc));
    err_clear(c->cx);
}

/* The number of objects the caller is told of. */
static int64_t counted(struct call *c, enum entity_id e, const struct rec *below, enum relation_id rel)
{
    struct link link = {.on = below->entity->id, .kind = LINK_LIST, .target = e, .relation = rel};
    struct query q = {.entity = model_entity(e), .from = below, .link = &link, .list = CL_NONE};
    struct result r;
    if (archive_query(c, &q, &r) != RC_OK)
        fail_msg("%s", err_text(c->cx));
    return r.count;
}

static void screened_unit(void **state)
{
    struct cast k = cast_of(*state);
    struct rec *del = make_arkivdel(&k.admin), *sak, *post;
    assert_ok(try_make(&k.maker, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Personalsak\"," SCREEN "}", &sak));
    assert_ok(try_make(&k.maker, sak, PKG_SAKARKIV, "ny-journalpost", "{\"tittel\":\"Advarsel\"}", &post));
    for (int i = 0; i < 2; i++) {
        const struct rec *r = i ? post : sak;
        sees(&k.arkivar, r, true);
        sees(&k.maker, r, true);
        sees(&k.kollega, r, false);
        sees(&k.leser, r, false);
    }
    assert_int_equal(counted(&k.leser, E_mappe, del, REL_arkivdel_mappe), 0);
    assert_int_equal(counted(&k.arkivar, E_mappe, del, REL_arkivdel_mappe), 1);
    refused(&k.kollega, try_patch(&k.kollega, &sak, "{\"tittel\":\"x\"}"), RC_NOT_FOUND);
}

/* The restriction of SCREEN is one of the secure zone: whoever sits further out is told of nothing. */
static void zones(void **state)
{
    struct world *w = *state;
    struct cast k = cast_of(w);
    struct rec *del = make_arkivdel(&k.admin), *sak;
    assert_ok(try_make(&k.maker, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Barnevern\"," SCREEN "}", &sak));
    w->nesodden->secure = "SH P";
    for (int zone = ZONE_SECURE; zone <= ZONE_OPEN; zone++) {
        struct call *const callers[] = {&k.admin, &k.arkivar, &k.maker};
        for (size_t i = 0; i < COUNT_OF(callers); i++) {
            callers[i]->person.zone = (enum login_zone)zone;
            callers[i]->gate = NULL;
            sees(callers[i], sak, zone == ZONE_SECURE);
            assert_int_equal(counted(callers[i], E_mappe, del, REL_arkivdel_mappe), zone == ZONE_SECURE);
        }
    }
    w->nesodden->secure = "";
    w->nesodden->inner = "P";
    k.arkivar.person.zone = ZONE_INNER;
    k.arkivar.gate = NULL;
    sees(&k.arkivar, sak, true);
    k.arkivar.person.zone = ZONE_OPEN;
    k.arkivar.gate = NULL;
    sees(&k.arkivar, sak, false);
    w->nesodden->inner = "";
}

static void screening_spreads(void **state)
{
    struct world *w = *state;
    struct cast k = cast_of(w);
    struct rec *del = make_arkivdel(&k.admin), *mappe, *below, *one = NULL;
    mappe = make(&k.admin, del, "ny-mappe", "{\"tittel\":\"Stor mappe\"}");
    below = make(&k.admin, mappe, "ny-mappe", "{\"tittel\":\"Undermappe\"}");
    for (int i = 0; i < MANY; i++)
        one = make(&k.admin, below, "ny-registrering", "{\"tittel\":\"Notat\"}");
    sees(&k.leser, one, true);

    struct cx small;
    cx_open(&small, (size_t)KiB(512));
    struct call admin = k.admin;
    struct rec *screened = mappe;
    admin.cx = &small;
    patch(&admin, &screened, "{" SCREEN "}");
    cx_close(&small);
    sees(&k.leser, one, false);
    assert_int_equal(counted(&k.leser, E_registrering, below, REL_mappe_registrering), 0);
    assert_int_equal(counted(&k.arkivar, E_registrering, below, REL_mappe_registrering), MANY);

    assert_ok(try_get(&k.admin, mappe, &mappe));
    patch(&k.admin, &mappe, "{\"skjerming\":null}");
    sees(&k.leser, one, true);
    assert_int_equal(counted(&k.leser, E_registrering, below, REL_mappe_registrering), MANY);
}

static void walls(void **state)
{
    struct world *w = *state;
    struct cast k = cast_of(w);
    struct call aas = call_as(&w->cx, w->aas, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *del = make_arkivdel(&k.admin), *found;
    sees(&k.admin, del, true);
    sees(&aas, del, false);
    refused(&aas, archive_find(&aas, str_of(del->systemid), &found), RC_NOT_FOUND);
    refused(&aas, try_patch(&aas, &del, "{\"tittel\":\"x\"}"), RC_NOT_FOUND);
    refused(&aas, try_delete(&aas, del), RC_NOT_FOUND);
}

static void roles(void **state)
{
    struct cast k = cast_of(*state);
    struct rec *del = make_arkivdel(&k.admin), *mappe, *r;
    refused(&k.leser, try_make(&k.leser, del, PKG_ARKIVSTRUKTUR, "ny-mappe", "{\"tittel\":\"x\"}", &r), RC_FORBIDDEN);
    mappe = make(&k.maker, del, "ny-mappe", "{\"tittel\":\"Mappe\"}");
    refused(&k.leser, try_patch(&k.leser, &mappe, "{\"tittel\":\"x\"}"), RC_FORBIDDEN);
    refused(&k.leser, try_delete(&k.leser, mappe), RC_FORBIDDEN);
    refused(&k.arkivar, try_make(&k.arkivar, NULL, PKG_ARKIVSTRUKTUR, "ny-arkiv", "{\"tittel\":\"x\"}", &r),
            RC_FORBIDDEN);
}

/* The same key by the same person is the same request; by another it is another. */
static void repeated_requests(void **state)
{
    struct cast k = cast_of(*state);
    struct rec *del = make_arkivdel(&k.admin), *first, *second, *other;
    k.maker.idempotency_key = k.kollega.idempotency_key = "7f1c";
    first = make(&k.maker, del, "ny-mappe", "{\"tittel\":\"En\"}");
    second = make(&k.maker, del, "ny-mappe", "{\"tittel\":\"En\"}");
    other = make(&k.kollega, del, "ny-mappe", "{\"tittel\":\"En\"}");
    assert_string_equal(first->systemid, second->systemid);
    assert_string_not_equal(first->systemid, other->systemid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screened_unit), cmocka_unit_test(zones), cmocka_unit_test(screening_spreads),
        cmocka_unit_test(walls),
        cmocka_unit_test(roles), cmocka_unit_test(repeated_requests),
    };
    return cmocka_run_group_tests_name("gate", tests, world_open, world_close);
}
