#include "worklist/period.h"

enum { OPEN_COUNTED = 1001 };

/* In the arkivdel; or in a klasse of its klassifikasjonssystem, and of the arkivdel without naming it. */
static const char open_mapper[] =
    "t0.avsluttetdato_t IS NULL AND coalesce(t0.saksstatus, '') <> 'U' AND (t0.arkivdel_id = ?"
    " OR (t0.arkivdel_id IS NULL AND t0.klasse_id IN (WITH RECURSIVE k(id) AS (SELECT k.id FROM klasse k"
    " JOIN arkivdel d ON d.klassifikasjonssystem_id = k.klassifikasjonssystem_id WHERE d.id = ?"
    " UNION SELECT u.id FROM klasse u JOIN k ON u.overklasse_id = k.id) SELECT id FROM k)"
    " AND EXISTS (SELECT 1 FROM arkivdel d WHERE d.id = ? AND d.id = "
    ARKIVDEL_THEN("d.klassifikasjonssystem_id", "t0.opprettetdato_t") ")))";

enum rc period_open(struct call *c, const struct rec *arkivdel, int64_t skip, int64_t most, struct rec ***ret, size_t *ret_n,
                    int64_t *ret_total)
{
    struct picking p = {.family = F_mappe, .condition = open_mapper, .bound = arkivdel->id, .most = OPEN_COUNTED};
    TRY(archive_pick_count(c, &p, ret_total));
    p.skip = skip;
    p.most = most;
    return archive_pick(c, &p, ret, ret_n);
}

static enum rc set_status(struct call *c, struct str arkivdel, const char *kode)
{
    struct rec *in, *out;
    TRY(rec_new(c->cx, model_entity(E_arkivdel), &in));
    TRY(val_code(c->cx, rec_val(in, A_arkivdel_arkivdelstatus), kode, ""));
    return archive_merge(c, F_arkivdel, arkivdel, (struct match){NULL, RC_CONFLICT}, in, NULL, 0, &out);
}

struct overlap {
    struct str arkivdel;
    const char *successor;
};

static enum rc overlap(struct call *c, void *arg)
{
    const struct overlap *k = arg;
    struct rec *next;
    if (!uuid_valid(str_of(k->successor)) || str_is(k->arkivdel, k->successor))
        return err_set(c->cx, RC_FIELD_VALUE, "nestearkivdel", "velg arkivdelen som overtar");
    TRY(archive_get(c, F_arkivdel, str_of(k->successor), &next));
    if (!val_is(rec_val(next, A_arkivdel_arkivdelstatus), "A"))
        return err_set(c->cx, RC_FIELD_VALUE, "nestearkivdel", "arkivdelen som overtar, er ikke aktiv");
    const struct link *l = model_link_named(E_arkivdel, PKG_ARKIVSTRUKTUR, STR("nestearkivdel"));
    TRY(archive_ref(c, F_arkivdel, k->arkivdel, l, REF_REPLACE, str_of(k->successor)));
    return set_status(c, k->arkivdel, "O");
}

enum rc period_overlap(struct call *c, struct str arkivdel, const char *successor)
{
    struct overlap k = {arkivdel, successor};
    return archive_together(c, overlap, &k);
}

enum rc period_close(struct call *c, struct str arkivdel)
{
    return set_status(c, arkivdel, "P");
}
