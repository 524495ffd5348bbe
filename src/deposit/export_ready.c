/*
 * What a deposit demands of the records, and what it wants otherwise than the archive has it:
 *
 *   - kassasjon stands only on what will be disposed of, there on every level below too; what is kept
 *     carries none (annex 2);
 *   - what was archived by the closing of its mappe (registreringer without journal, and what has
 *     lapsed) has the date and person of the closing: the schema demands arkivertDato of all;
 *   - a journalpost that lapsed before it was journaled has the day it was made as journaldato.
 */
#include "deposit/export_int.h"

/* ------------------------------------------------------------------ reasons */

static const char *number_of(const struct rec *r)
{
    const struct val *v = NULL;
    if (r->entity->family == F_mappe)
        v = rec_val(r, A_mappe_mappeID);
    else if (r->entity->family == F_registrering)
        v = rec_val(r, A_registrering_registreringsID);
    else if (r->entity->family == F_klasse)
        v = rec_val(r, A_klasse_klasseID);
    return v && v->state == VAL_SET ? v->text.p : "";
}

void export_tell(struct export *x, enum export_reason_id id, const struct rec *r, const char *detail)
{
    if (x->journal_only)
        return;
    const struct export_reason reason = {id, r->entity->name, r->systemid, number_of(r), detail ? detail : ""};
    x->r->reasons++;
    if (x->h->reason)
        x->h->reason(x->h->arg, &reason);
}

/* What another reason tells of already: that it is open, not archived, without party. */
static bool told(const struct rec *r, const char *element)
{
    if (streq(element, "avsluttetDato") || streq(element, "avsluttetAv"))
        return r->entity->family == F_mappe || r->entity->family == F_arkivdel || r->entity->family == F_arkiv;
    if (streq(element, "arkivertDato") || streq(element, "arkivertAv"))
        return !model_is(r->entity, E_journalpost) || !val_is(rec_val(r, A_journalpost_journalstatus), "A");
    return streq(element, "korrespondansepart");
}

void ready_missing(void *arg, const struct rec *r, const char *element)
{
    if (!told(r, element))
        export_tell(arg, EXPORT_MISSING, r, element);
}

static const char *code_text(const struct val *v)
{
    return v->state != VAL_SET ? "-" : v->name.n ? v->name.p : v->text.p;
}

/* ------------------------------------------------------------------ values of older versions */

/* Elements whose values the schemas before 5.0 list; 3.1 has two values less in each of two lists. */
static const struct {
    enum attr_id attr;
    const char *since40[2];
} closed_lists[] = {
    {A_arkivdel_dokumentmedium, {NULL}},
    {A_mappe_dokumentmedium, {NULL}},
    {A_registrering_dokumentmedium, {NULL}},
    {A_dokumentbeskrivelse_dokumentmedium, {NULL}},
    {A_dokumentbeskrivelse_tilknyttetRegistreringSom, {NULL}},
    {A_dokumentobjekt_variantformat, {NULL}},
    {A_journalpost_journalposttype, {NULL}},
    {A_avskrivning_avskrivningsmaate, {"BN", "SA"}},
    {A_korrespondansepart_korrespondanseparttype, {"IK", "IS"}},
    {A_presedens_presedensStatus, {NULL}},
};

static bool seeded(enum codelist_id list, struct str kode)
{
    const struct code *c;
    for (size_t i = 0; (c = codelist_seed(i)); i++)
        if (c->list == list && str_is(kode, c->kode))
            return true;
    return false;
}

static void check_lists(struct export *x, const struct rec *r)
{
    for (size_t i = 0; x->o->version != NOARK_50 && i < COUNT_OF(closed_lists); i++) {
        const struct attr *a = model_attr(closed_lists[i].attr);
        if (model_entity(a->entity)->family != r->entity->family || !model_is(r->entity, a->entity))
            continue;
        const struct val *v = rec_val(r, closed_lists[i].attr);
        bool newer = v->state == VAL_SET && x->o->version == NOARK_31 && closed_lists[i].since40[0] &&
                     (str_is(v->text, closed_lists[i].since40[0]) || str_is(v->text, closed_lists[i].since40[1]));
        if (v->state == VAL_SET && (newer || !seeded(a->list, v->text)))
            export_tell(x, EXPORT_VALUE, r, code_text(v));
    }
}

static void check_kids(struct export *x, const struct batch *b, const struct rec *r)
{
    for (size_t i = 0; x->o->version != NOARK_50 && i < b->kids_n; i++) {
        size_t n;
        const struct kid *k = batch_kids(b, i, r->id, &n);
        for (size_t j = 0; j < n; j++)
            check_lists(x, k[j].r);
    }
}

/* ------------------------------------------------------------------ disposal and screening */

struct groups {
    enum family_id family;
    enum attr_id kassasjon, skjerming, gradering;
};
static const struct groups groups[] = {
    {F_arkivdel, A_arkivdel_kassasjon, A_arkivdel_skjerming, A_arkivdel_gradering},
    {F_klasse, A_klasse_kassasjon, A_klasse_skjerming, A_klasse_gradering},
    {F_mappe, A_mappe_kassasjon, A_mappe_skjerming, A_mappe_gradering},
    {F_registrering, A_registrering_kassasjon, A_registrering_skjerming, A_registrering_gradering},
    {F_dokumentbeskrivelse, A_dokumentbeskrivelse_kassasjon, A_dokumentbeskrivelse_skjerming,
     A_dokumentbeskrivelse_gradering},
};

static const struct groups *groups_of(const struct rec *r)
{
    size_t i = 0;
    while (i < COUNT_OF(groups) - 1 && groups[i].family != r->entity->family)
        i++;
    return &groups[i];
}

static const enum leaf_id kassasjon_leaves[] = {L_kassasjon_kassasjonsvedtak, L_kassasjon_kassasjonshjemmel,
                                                L_kassasjon_bevaringstid, L_kassasjon_kassasjonsdato};

static void set_disposal(struct export *x, struct rec *r)
{
    enum attr_id a = groups_of(r)->kassasjon;
    struct val *vedtak = rec_leaf(r, a, L_kassasjon_kassasjonsvedtak);
    const struct rec *from = x->place.disposed;
    if (vedtak->state == VAL_SET)
        from = val_is(vedtak, "K") ? r : NULL;
    for (size_t i = 0; from != r && i < COUNT_OF(kassasjon_leaves); i++) {
        struct val *v = rec_leaf(r, a, kassasjon_leaves[i]);
        *v = from ? *rec_leaf(from, groups_of(from)->kassasjon, kassasjon_leaves[i]) : (struct val){.state = VAL_ABSENT};
    }
    x->place.disposed = from ? r : NULL;
    if (!x->journal_only) {
        x->to_dispose |= from != NULL;
        x->screened |= rec_has(r, groups_of(r)->skjerming);
    }
}

/* ------------------------------------------------------------------ arkiv, arkivdel, klasse */

static void copy_closing(struct val *date, struct val *by, const struct val *from_date, const struct val *from_by)
{
    if (date->state == VAL_SET)
        return;
    *date = *from_date;
    *by = *from_by;
}

/* An arkiv goes on when a period of it is delivered: as a part of the deposit it ended with its last arkivdel. */
enum rc ready_arkiv(struct export *x, struct rec *r)
{
    const struct rec *last = x->arkivdeler[0];
    for (size_t i = 1; i < x->o->arkivdeler_n; i++)
        if (rec_val(x->arkivdeler[i], A_arkivdel_avsluttetDato)->i > rec_val(last, A_arkivdel_avsluttetDato)->i)
            last = x->arkivdeler[i];
    copy_closing(rec_val(r, A_arkiv_avsluttetDato), rec_val(r, A_arkiv_avsluttetAv),
                 rec_val(last, A_arkivdel_avsluttetDato), rec_val(last, A_arkivdel_avsluttetAv));
    return RC_OK;
}

/* Mapper and registreringer of the arkivdel whose klasse is not in its primary system have no place in the structure. */
static enum rc tell_strays(struct export *x, const struct rec *arkivdel, const struct family *f)
{
    int64_t system = *rec_one(arkivdel, REL_arkivdel_klassifikasjonssystem);
    const char *top = f->id == F_mappe ? "overmappe_id" : "mappe_id";
    char *sql = arena_printf(x->cx->arena,
                             "WITH RECURSIVE k(id) AS (SELECT id FROM klasse WHERE klassifikasjonssystem_id = ?"
                             " UNION SELECT u.id FROM klasse u JOIN k ON u.overklasse_id = k.id)"
                             " SELECT %s, id FROM %s WHERE arkivdel_id = ? AND %s IS NULL AND %s ORDER BY id",
                             f->columns, f->table, top,
                             system ? "(klasse_id IS NULL OR klasse_id NOT IN (SELECT id FROM k))"
                                    : "klasse_id IS NOT NULL");
    struct stmt *st;
    struct batch b = {.n = 0};
    bool more;
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &st));
    stmt_bind_int(st, 1, system);
    stmt_bind_int(st, 2, arkivdel->id);
    TRY(batch_read(x, st, f, SIZE_MAX, &b, &more));
    stmt_done(&st);
    for (size_t i = 0; i < b.n; i++)
        export_tell(x, EXPORT_MAPPE_WITHOUT_KLASSE, b.r[i].r, NULL);
    return RC_OK;
}

enum rc ready_arkivdel(struct export *x, struct rec *r)
{
    const struct val *status = rec_val(r, A_arkivdel_arkivdelstatus);
    if (!val_is(status, "P") || rec_val(r, A_arkivdel_avsluttetDato)->state != VAL_SET)
        export_tell(x, EXPORT_ARKIVDEL_OPEN, r, code_text(status));
    set_disposal(x, r);
    x->disposed |= rec_has(r, A_arkivdel_utfoertKassasjon);
    check_lists(x, r);
    TRY(tell_strays(x, r, model_family(F_mappe)));
    return tell_strays(x, r, model_family(F_registrering));
}

enum rc ready_klasse(struct export *x, struct rec *r)
{
    x->place.klasse = r;
    set_disposal(x, r);
    return RC_OK;
}

/* ------------------------------------------------------------------ mappe */

enum rc ready_mappe(struct export *x, struct rec *r)
{
    x->place.mappe = r;
    set_disposal(x, r);
    check_lists(x, r);
    bool lapsed = false, open = rec_val(r, A_mappe_avsluttetDato)->state != VAL_SET;
    if (model_is(r->entity, E_saksmappe)) {
        const struct val *status = rec_val(r, A_saksmappe_saksstatus);
        lapsed = val_is(status, "U");
        if (!lapsed && !val_is(status, "A"))
            export_tell(x, EXPORT_SAKSSTATUS, r, code_text(status));
        open &= val_is(status, "A");
    }
    if (lapsed)
        copy_closing(rec_val(r, A_mappe_avsluttetDato), rec_val(r, A_mappe_avsluttetAv),
                     rec_val(x->place.arkivdel, A_arkivdel_avsluttetDato),
                     rec_val(x->place.arkivdel, A_arkivdel_avsluttetAv));
    else if (open)
        export_tell(x, EXPORT_MAPPE_OPEN, r, NULL);
    x->place.lapsed |= lapsed;
    return RC_OK;
}

/* ------------------------------------------------------------------ registrering */

static void check_signed_off(struct export *x, const struct batch *b, const struct rec *r)
{
    size_t n;
    const struct val *type = rec_val(r, A_journalpost_journalposttype);
    (void)batch_kids_named(b, "avskrivning", r->id, &n);
    if (n == 0 && (val_is(type, "I") || val_is(type, "N")))
        export_tell(x, EXPORT_NOT_SIGNED_OFF, r, NULL);
}

static void check_journalpost(struct export *x, const struct batch *b, const struct rec *r)
{
    size_t n;
    const struct val *status = rec_val(r, A_journalpost_journalstatus);
    if (!x->place.mappe || !model_is(x->place.mappe->entity, E_saksmappe))
        export_tell(x, EXPORT_OUTSIDE_CASE, r, NULL);
    if (x->place.lapsed)
        return;
    if (!val_is(status, "A"))
        export_tell(x, EXPORT_JOURNALSTATUS, r, code_text(status));
    check_signed_off(x, b, r);
    (void)batch_kids_named(b, "korrespondansepart", r->id, &n);
    if (n == 0)
        export_tell(x, EXPORT_NO_PARTY, r, NULL);
}

/* referanseArkivdel may name only what is in the extract, and says nothing when it is the one it lies in. */
static void drop_arkivdel(struct export *x, struct rec *r)
{
    struct val *v = rec_val(r, A_registrering_referanseArkivdel);
    bool other = false;
    for (size_t i = 0; i < x->o->arkivdeler_n; i++)
        other |= v->state == VAL_SET && str_is(v->text, x->arkivdeler[i]->systemid) &&
                 x->arkivdeler[i] != x->place.arkivdel;
    if (!other)
        v->state = VAL_ABSENT;
}

enum rc ready_registrering(struct export *x, const struct batch *b, struct rec *r)
{
    const struct rec *above = x->place.mappe;
    set_disposal(x, r);
    check_lists(x, r);
    check_kids(x, b, r);
    drop_arkivdel(x, r);
    bool journalpost = model_is(r->entity, E_journalpost);
    if (journalpost)
        x->place.lapsed |= val_is(rec_val(r, A_journalpost_journalstatus), "U");
    if (journalpost && x->place.lapsed) {
        struct val *date = rec_val(r, A_journalpost_journaldato);
        if (date->state != VAL_SET)
            *date = r->v[model_slot_of(F_registrering, model_attr(A_arkivenhet_opprettetDato), NULL)];
    }
    if (!journalpost || x->place.lapsed) {
        const struct rec *arkivdel = x->place.arkivdel;
        copy_closing(rec_val(r, A_registrering_arkivertDato), rec_val(r, A_registrering_arkivertAv),
                     above ? rec_val(above, A_mappe_avsluttetDato) : rec_val(arkivdel, A_arkivdel_avsluttetDato),
                     above ? rec_val(above, A_mappe_avsluttetAv) : rec_val(arkivdel, A_arkivdel_avsluttetAv));
    }
    if (journalpost)
        check_journalpost(x, b, r);
    return RC_OK;
}

/* ------------------------------------------------------------------ documents */

enum rc ready_dokument(struct export *x, const struct batch *b, struct rec *r)
{
    const struct rec *disposed = x->place.disposed;
    set_disposal(x, r);
    x->place.disposed = disposed;       /* its sisters do not follow it */
    x->place.production = false;
    check_lists(x, r);
    check_kids(x, b, r);
    const struct val *status = rec_val(r, A_dokumentbeskrivelse_dokumentstatus);
    bool gone = rec_has(r, A_dokumentbeskrivelse_utfoertKassasjon);
    x->disposed |= gone;
    if (!val_is(status, "F"))
        export_tell(x, EXPORT_DOKUMENTSTATUS, r, code_text(status));
    if (gone || x->place.lapsed || val_is(rec_val(r, A_dokumentbeskrivelse_dokumentmedium), "F"))
        return RC_OK;
    size_t n;
    bool archived = false, approved = false;
    const struct kid *k = batch_kids_named(b, "dokumentobjekt", r->id, &n);
    for (size_t i = 0; i < n; i++)
        if (val_is(rec_val(k[i].r, A_dokumentobjekt_variantformat), "P"))
            approved |= documents_approved(k[i].r);
        else
            archived = true;
    x->place.production = approved && !archived;
    if (!archived && !approved)
        export_tell(x, EXPORT_NO_ARCHIVE_FORMAT, r, NULL);
    return RC_OK;
}
