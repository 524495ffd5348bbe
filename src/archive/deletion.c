/*
 * What may be deleted, and what deleting does (3.7). Records that must be kept are refused; disposal
 * (kassasjon) of due documents takes the content away and keeps the metadata.
 */
#include "archive/archive_int.h"

static enum rc kept(struct call *c, const char *why)
{
    return err_set(c->cx, RC_KEPT, NULL, why);
}

static enum rc delete_mappe(struct call *c, struct db *db, const struct rec *r)
{
    if (!rules_open(r))
        return kept(c, "mappen er avsluttet");
    if (!model_is(r->entity, E_saksmappe))
        return RC_OK;
    char *series = arena_printf(c->cx->arena, "journalfoert/%" PRId64, r->id);
    int64_t n;
    if (!series)
        return cx_nomem(c->cx);
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM teller WHERE serie = ?", "t", series));
    return n ? kept(c, "saksmappen har hatt ekspederte, journalførte eller arkiverte journalposter") : RC_OK;
}

/* R and M are reservations and drafts; every other status is part of the journal. */
static enum rc delete_registrering(struct call *c, const struct rec *r)
{
    if (rec_val(r, A_registrering_arkivertDato)->state == VAL_SET)
        return kept(c, "registreringen er arkivert");
    if (!model_is(r->entity, E_journalpost))
        return RC_OK;
    const struct val *status = rec_val(r, A_journalpost_journalstatus);
    if (val_is(status, "R") || val_is(status, "M"))
        return RC_OK;
    return kept(c, "journalposten har en status som bevares");
}

static enum rc delete_dokument(struct call *c, struct db *db, const struct rec *r)
{
    char *journaled;
    TRY(db_text(db, &journaled,
                "SELECT r.systemid FROM registrering r JOIN registrering_dokumentbeskrivelse l ON l.a_id = r.id"
                " WHERE l.b_id = ? AND (r.arkivertdato IS NOT NULL OR (r.type = 'journalpost'"
                " AND r.journalstatus NOT IN ('R', 'M'))) LIMIT 1", "i", r->id));
    if (journaled)
        return kept(c, "dokumentet hører til en journalført eller arkivert registrering");
    if (val_is(rec_val(r, A_dokumentbeskrivelse_dokumentstatus), "F"))
        return kept(c, "dokumentet er ferdigstilt");
    return RC_OK;
}

static enum rc count_variants(struct call *c, struct db *db, const struct rec *r, const char *more, int64_t *ret)
{
    char *sql = arena_printf(c->cx->arena, "SELECT count(*) FROM dokumentobjekt WHERE dokumentbeskrivelse_id = ?"
                                           " AND id <> ? AND %s", more);
    if (!sql)
        return cx_nomem(c->cx);
    return db_int(db, ret, 0, sql, "ii", *rec_one(r, REL_dokumentbeskrivelse_dokumentobjekt), r->id);
}

/* 5.13.17–28: of finished documents only old versions, redacted variants and replaced originals go. */
static enum rc delete_version(struct call *c, struct db *db, const struct rec *r)
{
    struct rec *doc;
    TRY(rec_load(db, model_family(F_dokumentbeskrivelse), *rec_one(r, REL_dokumentbeskrivelse_dokumentobjekt),
                 &doc));
    enum rc rc = delete_dokument(c, db, doc);
    if (rc != RC_KEPT)
        return rc;
    err_clear(c->cx);
    if (c->role < ROLE_ARKIVAR)
        return kept(c, "dokumentet er ferdigstilt eller journalført");

    const struct val *variant = rec_val(r, A_dokumentobjekt_variantformat);
    int64_t newer, archived;
    char *later = arena_printf(c->cx->arena, "versjonsnummer > %" PRId64, rec_val(r, A_dokumentobjekt_versjonsnummer)->i);
    if (!later)
        return cx_nomem(c->cx);
    TRY(count_variants(c, db, r, later, &newer));
    TRY(count_variants(c, db, r, "variantformat = 'A'", &archived));
    if (val_is(variant, "A") && newer == 0)
        return kept(c, "siste versjon i arkivformat slettes aldri");
    if (val_is(variant, "P") && archived == 0)
        return kept(c, "produksjonsformatet slettes bare når arkivformatet finnes");
    return RC_OK;
}

enum rc rules_delete(struct call *c, struct db *db, const struct rec *r)
{
    if (rules_correcting(c, DEED_DELETE))
        return RC_OK;
    switch ((int)r->entity->family) {
    case F_mappe:
        return delete_mappe(c, db, r);
    case F_registrering:
        return delete_registrering(c, r);
    case F_dokumentbeskrivelse:
        return delete_dokument(c, db, r);
    case F_dokumentobjekt:
        return delete_version(c, db, r);
    default:
        break;
    }
    const char *what;
    TRY(rules_closed(c, db, r, &what));
    return what ? err_set(c->cx, RC_CLOSED, NULL, what) : RC_OK;
}

/* ------------------------------------------------------------------ disposal */

bool deletion_is_disposal(const struct call *c, const struct rec *r)
{
    if (r->entity->family != F_dokumentbeskrivelse || c->role < ROLE_ARKIVAR)
        return false;
    const struct val *due = rec_leaf(r, A_dokumentbeskrivelse_kassasjon, L_kassasjon_kassasjonsdato);
    return val_is(rec_leaf(r, A_dokumentbeskrivelse_kassasjon, L_kassasjon_kassasjonsvedtak), "K") &&
           due->state == VAL_SET && due->i <= c->cx->now &&
           rec_val(r, A_dokumentbeskrivelse_dokumentstatus)->state == VAL_SET &&
           val_is(rec_val(r, A_dokumentbeskrivelse_dokumentstatus), "F");
}

/* The row stays as evidence of what was; the file goes with the next sweep. */
static enum rc dispose_file(struct call *c, struct db *db, int64_t id)
{
    struct rec *old, *new;
    TRY(rec_load(db, model_family(F_dokumentobjekt), id, &old));
    TRY(rec_load_lists(db, &old, 1));
    TRY(rec_copy(c->cx, old, &new));
    rec_val(new, A_dokumentobjekt_referanseDokumentfil)->state = VAL_ABSENT;
    TRY(change_update(c, db, old, new));
    return search_drop(db, F_dokumentobjekt, id);
}

enum rc deletion_dispose(struct call *c, struct db *db, const struct rec *r)
{
    struct rec *new;
    TRY(rec_copy(c->cx, r, &new));
    TRY(val_time(c->cx, rec_leaf(new, A_dokumentbeskrivelse_utfoertKassasjon, L_utfoertKassasjon_kassertDato),
                 c->cx->now));
    val_text(rec_leaf(new, A_dokumentbeskrivelse_utfoertKassasjon, L_utfoertKassasjon_kassertAv),
             str_of(c->person.name));
    val_text(rec_leaf(new, A_dokumentbeskrivelse_utfoertKassasjon, L_utfoertKassasjon_referanseKassertAv),
             str_of(c->person.id));
    for (int64_t last = 0;;) {
        int64_t id;
        TRY(db_int(db, &id, 0, "SELECT min(id) FROM dokumentobjekt WHERE dokumentbeskrivelse_id = ? AND id > ?",
                   "ii", r->id, last));
        if (id == 0)
            break;
        TRY(dispose_file(c, db, id));
        last = id;
    }
    return change_update(c, db, r, new);
}

/* ------------------------------------------------------------------ what goes along */

/* Contents that are records of their own are not swept away with what holds them. */
static bool record_of_its_own(enum family_id f)
{
    return f == F_arkiv || f == F_arkivdel || f == F_klassifikasjonssystem || f == F_klasse || f == F_mappe ||
           f == F_registrering || f == F_dokumentbeskrivelse;
}

/* Whole arkiver and arkivdeler may go, by an explicit correction (5.2.5, 5.2.17). */
static bool whole(const struct call *c, const struct rec *r)
{
    return c->correct && (r->entity->family == F_arkiv || r->entity->family == F_arkivdel ||
                          r->entity->family == F_mappe || r->entity->family == F_registrering ||
                          r->entity->family == F_klasse || r->entity->family == F_klassifikasjonssystem);
}

static enum rc delete_below(struct call *c, struct db *db, const struct rec *r, const struct relation *rel, int depth)
{
    const struct family *below = model_family(model_entity(rel->b)->family);
    char *sql = arena_printf(c->cx->arena, "SELECT min(id) FROM %s WHERE %s = ?", below->table, rel->column);
    if (!sql)
        return cx_nomem(c->cx);
    for (;;) {
        int64_t id;
        TRY(db_int(db, &id, 0, sql, "i", r->id));
        if (id == 0)
            return RC_OK;
        if (record_of_its_own(below->id) && !whole(c, r))
            return err_set(c->cx, RC_HAS_CHILDREN, NULL, rel->list);
        struct rec *child;
        TRY(rec_load(db, below, id, &child));
        TRY(deletion_run(c, db, child, depth + 1));
    }
}

/* Documents that no other registrering holds would be lost with this one. */
static enum rc delete_documents(struct call *c, struct db *db, const struct rec *r, int depth)
{
    for (;;) {
        int64_t id;
        TRY(db_int(db, &id, 0,
                   "SELECT min(l.b_id) FROM registrering_dokumentbeskrivelse l WHERE l.a_id = ? AND NOT EXISTS"
                   " (SELECT 1 FROM registrering_dokumentbeskrivelse o WHERE o.b_id = l.b_id AND o.a_id <> l.a_id)",
                   "i", r->id));
        if (id == 0)
            return RC_OK;
        if (!whole(c, r))
            return err_set(c->cx, RC_HAS_CHILDREN, NULL, "dokumentbeskrivelse");
        struct rec *doc;
        TRY(rec_load(db, model_family(F_dokumentbeskrivelse), id, &doc));
        TRY(deletion_run(c, db, doc, depth + 1));
    }
}

static enum rc drop_links(struct call *c, struct db *db, const struct rec *r)
{
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        enum family_id a = model_entity(rel->a)->family, b = model_entity(rel->b)->family;
        char *sql = NULL;
        if (rel->kind == REL_MANY && a == r->entity->family)
            sql = arena_printf(c->cx->arena, "DELETE FROM %s WHERE a_id = ?", rel->table);
        else if (rel->kind == REL_MANY && b == r->entity->family)
            sql = arena_printf(c->cx->arena, "DELETE FROM %s WHERE b_id = ?", rel->table);
        else if (rel->kind == REL_ONE && b == r->entity->family)
            sql = arena_printf(c->cx->arena, "UPDATE %s SET %s = NULL WHERE %s = ?", model_family(a)->table,
                               rel->column, rel->column);
        else
            continue;
        if (!sql)
            return cx_nomem(c->cx);
        TRY(db_run(db, sql, "i", r->id));
    }
    return RC_OK;
}

/* 5.13: the dokumentbeskrivelse tells that content was removed. */
static enum rc note_removed(struct call *c, struct db *db, const struct rec *r)
{
    const struct val *variant = rec_val(r, A_dokumentobjekt_variantformat);
    if (rec_val(r, A_dokumentobjekt_referanseDokumentfil)->state != VAL_SET)
        return RC_OK;
    struct rec *old, *new;
    TRY(rec_load(db, model_family(F_dokumentbeskrivelse), *rec_one(r, REL_dokumentbeskrivelse_dokumentobjekt), &old));
    if (!val_is(rec_val(old, A_dokumentbeskrivelse_dokumentstatus), "F"))
        return RC_OK;
    const char *kind = val_is(variant, "P") ? "SP" : val_is(variant, "O") ? "SS" : "SV";
    TRY(rec_copy(c->cx, old, &new));
    TRY(val_code(c->cx, rec_leaf(new, A_dokumentbeskrivelse_sletting, L_sletting_slettingstype), kind, ""));
    rec_leaf(new, A_dokumentbeskrivelse_sletting, L_sletting_slettetDato)->state = VAL_ABSENT;
    rec_leaf(new, A_dokumentbeskrivelse_sletting, L_sletting_slettetAv)->state = VAL_ABSENT;
    TRY(fill_groups(c, new, old));
    TRY(check_values(c, db, new, old));
    return change_update(c, db, old, new);
}

enum rc deletion_run(struct call *c, struct db *db, const struct rec *r, int depth)
{
    if (depth > 64)
        return err_secret(c->cx, RC_INTERNAL, "structure too deep");
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        if (rel->kind == REL_CHILD && model_entity(rel->a)->family == r->entity->family)
            TRY(delete_below(c, db, r, rel, depth));
    }
    if (r->entity->family == F_registrering)
        TRY(delete_documents(c, db, r, depth));
    if (r->entity->family == F_dokumentobjekt)
        TRY(note_removed(c, db, r));
    TRY(drop_links(c, db, r));
    TRY(search_drop(db, r->entity->family, r->id));
    TRY(log_event(c, db, r, 'D', r->entity->name));
    return rec_delete(db, r);
}
