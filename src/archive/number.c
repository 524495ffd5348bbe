/*
 * Numbers the core gives: saksnummer, journalnummer, dokumentnummer, versjonsnummer.
 *
 * A series is a row of `teller`; it is raised in the transaction of the object that gets the number,
 * so that numbers have neither gaps nor doubles whatever fails (Noark 5 M003, M004, M012, M014).
 */
#include "archive/archive_int.h"

/* Told by who raises it, as other series stand in the same table. */
static void learn(struct db *db, const char *series, int64_t last)
{
    db_learn(db, "teller", str_of(series), NULL, &last, sizeof(last));
}

enum rc number_last(struct db *db, const char *series, int64_t *ret)
{
    const int64_t *known = db_known(db, "teller", str_of(series));
    if (known) {
        *ret = *known;
        return RC_OK;
    }
    TRY(db_int(db, ret, 0, "SELECT verdi FROM teller WHERE serie = ?", "t", series));
    learn(db, series, *ret);
    return RC_OK;
}

enum rc number_next(struct db *db, const char *series, int64_t first, int64_t *ret)
{
    /* Not in one upsert with RETURNING, for the reason stmt_insert has; writes to a space are serial. */
    TRY(number_last(db, series, ret));
    TRY(db_run(db, "UPDATE teller SET verdi = verdi + 1 WHERE serie = ?", "t", series));
    *ret = db_changes(db) ? *ret + 1 : first;
    if (!db_changes(db))
        TRY(db_run(db, "INSERT INTO teller(serie, verdi) VALUES (?, ?)", "ti", series, first));
    learn(db, series, *ret);
    return RC_OK;
}

enum rc number_used(struct db *db, const char *series, int64_t used)
{
    db_learn(db, "teller", str_of(series), NULL, NULL, 0);
    return db_run(db,
                  "INSERT INTO teller(serie, verdi) VALUES (?, ?)"
                  " ON CONFLICT (serie) DO UPDATE SET verdi ="
                  " CASE WHEN teller.verdi < excluded.verdi THEN excluded.verdi ELSE teller.verdi END",
                  "ti", series, used);
}

/* The next of the series into v, unless an import brought a number, which the series then passes. */
static enum rc number_val(struct call *c, struct db *db, struct val *v, const char *series, int64_t first)
{
    if (!series)
        return cx_nomem(c->cx);
    if (archive_importing(c) && v->state == VAL_SET)
        return number_used(db, series, v->i);
    int64_t n;
    TRY(number_next(db, series, first, &n));
    val_int(v, n);
    return RC_OK;
}

static enum rc set_text(struct call *c, struct val *v, const char *text)
{
    if (archive_importing(c) && v->state == VAL_SET)
        return RC_OK;
    if (!text)
        return cx_nomem(c->cx);
    val_text(v, str_of(text));
    return RC_OK;
}

static int64_t civil_year(int64_t t)
{
    int y, m, d;
    time_civil(t, &y, &m, &d);
    return y;
}

static enum rc number_saksmappe(struct call *c, struct db *db, struct rec *r)
{
    struct arena *a = c->cx->arena;
    struct val *year = rec_val(r, A_saksmappe_saksaar);
    struct val *seq = rec_val(r, A_saksmappe_sakssekvensnummer);
    if (!archive_importing(c) || year->state != VAL_SET)
        val_int(year, civil_year(c->cx->now));
    TRY(number_val(c, db, seq, arena_printf(a, "saksmappe/%" PRId64, year->i), 1));
    return set_text(c, rec_val(r, A_mappe_mappeID), arena_printf(a, "%" PRId64 "/%" PRId64, year->i, seq->i));
}

static enum rc number_mappe(struct call *c, struct db *db, struct rec *r)
{
    struct arena *a = c->cx->arena;
    struct val *id = rec_val(r, A_mappe_mappeID);
    if (model_is(r->entity, E_saksmappe))
        return number_saksmappe(c, db, r);
    if (archive_importing(c) && id->state == VAL_SET)
        return RC_OK;
    int64_t n, year = civil_year(c->cx->now);
    char *series = arena_printf(a, "mappe/%" PRId64, year);
    if (!series)
        return cx_nomem(c->cx);
    TRY(number_next(db, series, 1, &n));
    return set_text(c, id, arena_printf(a, "%" PRId64 "/M%" PRId64, year, n));
}

static enum rc number_journalpost(struct call *c, struct db *db, struct rec *r, const struct rec *mappe)
{
    struct arena *a = c->cx->arena;
    struct val *year = rec_val(r, A_journalpost_journalaar);
    struct val *post = rec_val(r, A_journalpost_journalpostnummer);
    /* A moved journalpost keeps its place in the journal and gets a new number in its case. */
    if (r->id == 0) {
        if (!archive_importing(c) || year->state != VAL_SET)
            val_int(year, civil_year(c->cx->now));
        TRY(number_val(c, db, rec_val(r, A_journalpost_journalsekvensnummer),
                       arena_printf(a, "journal/%" PRId64, year->i), 1));
    }
    if (!mappe)
        return RC_OK;
    TRY(number_val(c, db, post, arena_printf(a, "journalpost/%" PRId64, mappe->id), 1));
    struct str id = rec_val(mappe, A_mappe_mappeID)->text;
    return set_text(c, rec_val(r, A_registrering_registreringsID),
                    arena_printf(a, "%.*s-%" PRId64, (int)id.n, id.p, post->i));
}

static enum rc number_registrering(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    struct arena *a = c->cx->arena;
    const struct rec *mappe = parent && parent->entity->family == F_mappe ? parent : NULL;
    if (model_is(r->entity, E_journalpost))
        TRY(number_journalpost(c, db, r, mappe));
    struct val *id = rec_val(r, A_registrering_registreringsID);
    if ((model_is(r->entity, E_journalpost) && mappe) || (archive_importing(c) && id->state == VAL_SET))
        return RC_OK;

    int64_t n, year = civil_year(c->cx->now);
    char *series = mappe ? arena_printf(a, "registrering/m%" PRId64, mappe->id)
                         : arena_printf(a, "registrering/%" PRId64, year);
    if (!series)
        return cx_nomem(c->cx);
    TRY(number_next(db, series, 1, &n));
    struct str in = mappe ? rec_val(mappe, A_mappe_mappeID)->text : (struct str){"", 0};
    return set_text(c, id, mappe ? arena_printf(a, "%.*s-R%" PRId64, (int)in.n, in.p, n)
                                 : arena_printf(a, "%" PRId64 "/R%" PRId64, year, n));
}

/*
 * TG says the first version is 0, its examples say 1. Clients that test a number for truth lose a 0
 * (export-all of noark5-tester writes an invalid extract), so only strict begins with it.
 */
static enum rc number_version(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    struct str variant = rec_val(r, A_dokumentobjekt_variantformat)->text;
    struct val *version = rec_val(r, A_dokumentobjekt_versjonsnummer);
    if (version->state == VAL_SET && version->i == 0 && !c->vault->strict)
        version->state = VAL_ABSENT;
    return number_val(c, db, version,
                      arena_printf(c->cx->arena, "versjon/%" PRId64 "/%.*s", parent->id, (int)variant.n,
                                   variant.p), c->vault->strict ? 0 : 1);
}

enum rc number_object(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    if (r->entity->family == F_mappe)
        return number_mappe(c, db, r);
    if (r->entity->family == F_registrering)
        return number_registrering(c, db, r, parent);
    if (r->entity->family == F_dokumentobjekt && parent)
        return number_version(c, db, r, parent);
    if (r->entity->family == F_dokumentbeskrivelse && parent)
        return number_val(c, db, rec_val(r, A_dokumentbeskrivelse_dokumentnummer),
                          arena_printf(c->cx->arena, "dokument/%" PRId64, parent->id), 1);
    return RC_OK;
}
