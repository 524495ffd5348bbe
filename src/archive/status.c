/*
 * Statuses and what follows from them: which change is allowed to whom, when a unit may be closed,
 * and the dates and persons the core sets then.
 */
#include "archive/archive_int.h"

/* A status attribute: its codes in order, and what it asks of the caller to go back or to the end. */
static const struct status {
    enum attr_id attr;
    const char *order;      /* kode or 'x' groups by blanks: "M,S,R F G E J A" */
    const char *last;       /* code that closes or finishes: asks for `least_last` */
    enum role least_last, least_back;
} statuses[] = {
    {A_arkiv_arkivstatus, "O A", "A", ROLE_ARKIVADMINISTRATOR, ROLE_ARKIVADMINISTRATOR},
    {A_arkivdel_arkivdelstatus, "A O P", "P", ROLE_ARKIVADMINISTRATOR, ROLE_ARKIVADMINISTRATOR},
    {A_saksmappe_saksstatus, "R B,P,F,S A", "A", ROLE_ARKIVAR, ROLE_ARKIVAR},
    {A_journalpost_journalstatus, "M,S,R F G E J A", "A", ROLE_SAKSBEHANDLER, ROLE_ARKIVAR},
    {A_dokumentbeskrivelse_dokumentstatus, "B F", "F", ROLE_SAKSBEHANDLER, ROLE_ARKIVAR},
    {A_presedens_presedensStatus, "G F", "F", ROLE_SAKSBEHANDLER, ROLE_ARKIVAR},
};

/* Place of the code in the order, -1 for codes outside it (U, and those a municipality has added). */
static int rank_of(const struct status *s, struct str kode)
{
    int rank = 0;
    const char *p = s->order;
    while (*p) {
        size_t n = strcspn(p, ", ");
        if (kode.n == n && memcmp(kode.p, p, n) == 0)
            return rank;
        p += n;
        if (*p == ' ')
            rank++;
        if (*p)
            p++;
    }
    return -1;
}

static enum rc refuse_step(struct call *c, const struct status *s, const struct val *was, const struct val *is)
{
    return err_setf(c->cx, RC_TRANSITION, model_attr(s->attr)->name, "%.*s → %.*s", (int)was->text.n,
                    was->text.p, (int)is->text.n, is->text.p);
}

static enum rc check_step(struct call *c, const struct status *s, const struct val *was, const struct val *is)
{
    if (is->state != VAL_SET || (was->state == VAL_SET && str_eq(was->text, is->text)))
        return RC_OK;
    if (archive_importing(c) || rules_correcting(c, DEED_CHANGE))
        return RC_OK;
    int from = was->state == VAL_SET ? rank_of(s, was->text) : 0, to = rank_of(s, is->text);
    if (str_is(is->text, s->last) && c->role < s->least_last)
        return err_set(c->cx, RC_FORBIDDEN, model_attr(s->attr)->name, NULL);
    /* What is archived does not lapse. */
    bool lapses = to < 0 && str_is(is->text, "U");
    if (lapses && was->state == VAL_SET && str_is(was->text, s->last))
        return refuse_step(c, s, was, is);
    bool back = (to >= 0 && from > to) || (from < 0 && !lapses);
    if (back && c->role < s->least_back)
        return refuse_step(c, s, was, is);
    /* An archived journalpost is taken back only by a correction. */
    if (back && s->attr == A_journalpost_journalstatus && str_is(was->text, "A"))
        return refuse_step(c, s, was, is);
    return RC_OK;
}

/* ------------------------------------------------------------------ closing */

struct closing {
    enum family_id family;
    enum attr_id date, by, by_id;
};
static const struct closing closings[] = {
    {F_arkiv, A_arkiv_avsluttetDato, A_arkiv_avsluttetAv, A_arkiv_referanseAvsluttetAv},
    {F_arkivdel, A_arkivdel_avsluttetDato, A_arkivdel_avsluttetAv, A_arkivdel_referanseAvsluttetAv},
    {F_klassifikasjonssystem, A_klassifikasjonssystem_avsluttetDato, A_klassifikasjonssystem_avsluttetAv,
     A_klassifikasjonssystem_referanseAvsluttetAv},
    {F_klasse, A_klasse_avsluttetDato, A_klasse_avsluttetAv, A_klasse_referanseAvsluttetAv},
    {F_mappe, A_mappe_avsluttetDato, A_mappe_avsluttetAv, A_mappe_referanseAvsluttetAv},
    {F_presedens, A_presedens_avsluttetDato, A_presedens_avsluttetAv, A_presedens_referanseAvsluttetAv},
};

static const struct closing *closing_of(const struct rec *r)
{
    for (size_t i = 0; i < COUNT_OF(closings); i++)
        if (closings[i].family == r->entity->family)
            return &closings[i];
    return NULL;
}

/* The status that means closed, of the classes that have one. */
static struct val *closed_status(const struct rec *r, const char **ret_code)
{
    if (r->entity->family == F_arkiv) {
        *ret_code = "A";
        return rec_val(r, A_arkiv_arkivstatus);
    }
    if (r->entity->family == F_arkivdel) {
        *ret_code = "P";
        return rec_val(r, A_arkivdel_arkivdelstatus);
    }
    if (model_is(r->entity, E_saksmappe)) {
        *ret_code = "A";
        return rec_val(r, A_saksmappe_saksstatus);
    }
    return NULL;
}

static enum rc close_kassasjon(struct call *c, struct rec *r)
{
    if (r->entity->family != F_mappe)
        return RC_OK;
    const struct val *years = rec_leaf(r, A_mappe_kassasjon, L_kassasjon_bevaringstid);
    if (years->state != VAL_SET)
        return RC_OK;
    /* The time of keeping runs from the closing (5.10.x: the event is the closing of the mappe). */
    return val_time(c->cx, rec_leaf(r, A_mappe_kassasjon, L_kassasjon_kassasjonsdato),
                    time_add_years(c->cx->now, years->i));
}

/* Sets avsluttetDato and the rest; conditions were checked. */
static enum rc close_it(struct call *c, struct rec *r)
{
    const struct closing *k = closing_of(r);
    if (!k)
        return RC_OK;
    struct val *date = rec_val(r, k->date);
    bool import = archive_importing(c);
    if (!import || date->state != VAL_SET)
        TRY(val_time(c->cx, date, c->cx->now));
    struct val *by = rec_val(r, k->by), *by_id = rec_val(r, k->by_id);
    if (!import || by->state != VAL_SET) {
        val_text(by, str_of(c->person.name));
        val_text(by_id, str_of(c->person.id));
    }
    if (r->entity->family == F_arkivdel) {
        struct val *end = rec_val(r, A_arkivdel_arkivperiodeSluttDato);
        if (end->state != VAL_SET)
            TRY(val_time(c->cx, end, date->i));
    }
    const char *code = NULL;
    struct val *status = closed_status(r, &code);
    if (status && !import && !val_is(status, code))
        TRY(val_code(c->cx, status, code, ""));
    return import ? RC_OK : close_kassasjon(c, r);
}

static enum rc not_ready(struct call *c, struct db *db, const char *sql, int64_t id, const char *why)
{
    char *found;
    TRY(db_text(db, &found, sql, "i", id));
    return found ? err_setf(c->cx, RC_NOT_READY, "saksstatus", "%s (%s)", why, found) : RC_OK;
}

/* 6.1.7, 6.1.8, 6.1.11, 6.1.12 */
static enum rc ready_saksmappe(struct call *c, struct db *db, const struct rec *r)
{
    if (*rec_one(r, REL_klasse_mappe) == 0 && *rec_one(r, REL_mappe_undermappe) == 0)
        return err_set(c->cx, RC_NOT_READY, "klasse", "saksmappen mangler primær klasse");
    TRY(not_ready(c, db,
                  "SELECT systemid FROM registrering WHERE mappe_id = ? AND type = 'journalpost'"
                  " AND journalstatus NOT IN ('J', 'A', 'U') ORDER BY id LIMIT 1", r->id,
                  "journalposten er ikke ferdig"));
    TRY(not_ready(c, db,
                  "SELECT systemid FROM registrering WHERE mappe_id = ? AND type = 'journalpost'"
                  " AND journalposttype IN ('I', 'N') AND journalstatus <> 'U' AND NOT EXISTS"
                  " (SELECT 1 FROM avskrivning a WHERE a.journalpost_id = registrering.id)"
                  " ORDER BY id LIMIT 1", r->id, "restansen er ikke avskrevet"));
    return not_ready(c, db,
                     "SELECT d.systemid FROM dokumentbeskrivelse d"
                     " JOIN registrering_dokumentbeskrivelse l ON l.b_id = d.id"
                     " JOIN registrering r ON r.id = l.a_id WHERE r.mappe_id = ?"
                     " AND d.dokumentmedium <> 'F' AND d.utfoertkassasjon_kassertdato IS NULL"
                     " AND NOT EXISTS (SELECT 1 FROM dokumentobjekt o"
                     " WHERE o.dokumentbeskrivelse_id = d.id AND o.variantformat = 'A')"
                     " ORDER BY d.id LIMIT 1", r->id, "dokumentet mangler arkivformat");
}

/* 5.11.6–7: all mapper of a closed period are closed. A case that has lapsed (Utgår) is not open: nobody closes it. */
#define OPEN_MAPPE "avsluttetdato IS NULL AND coalesce(saksstatus, '') <> 'U'"
static enum rc ready_arkivdel(struct call *c, struct db *db, const struct rec *r)
{
    TRY(not_ready(c, db, "SELECT systemid FROM mappe WHERE arkivdel_id = ? AND " OPEN_MAPPE
                         " ORDER BY id LIMIT 1", r->id, "arkivdelen har en åpen mappe"));
    return not_ready(c, db,
                     "WITH RECURSIVE d(id, system) AS (SELECT id, klassifikasjonssystem_id FROM arkivdel WHERE id = ?),"
                     " k(id) AS (SELECT k.id FROM klasse k JOIN d ON k.klassifikasjonssystem_id = d.system"
                     " UNION SELECT u.id FROM klasse u JOIN k ON u.overklasse_id = k.id)"
                     " SELECT m.systemid FROM mappe m JOIN k ON m.klasse_id = k.id JOIN d ON d.id = "
                     ARKIVDEL_THEN("d.system", "m.opprettetdato_t")
                     " WHERE arkivdel_id IS NULL AND " OPEN_MAPPE " ORDER BY m.id LIMIT 1", r->id,
                     "arkivdelen har en åpen mappe");
}

static enum rc ready_arkiv(struct call *c, struct db *db, const struct rec *r)
{
    return not_ready(c, db, "SELECT systemid FROM arkivdel WHERE arkiv_id = ? AND avsluttetdato IS NULL"
                            " ORDER BY id LIMIT 1", r->id, "arkivet har en åpen arkivdel");
}

static enum rc close_now(struct call *c, struct db *db, struct rec *r)
{
    if (archive_importing(c))
        return close_it(c, r);
    if (r->entity->family != F_presedens && r->entity->family != F_mappe && c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, "avsluttetDato", NULL);
    if (model_is(r->entity, E_saksmappe) && c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, "saksstatus", NULL);
    if (r->id && !rules_correcting(c, DEED_CHANGE)) {
        if (model_is(r->entity, E_saksmappe))
            TRY(ready_saksmappe(c, db, r));
        else if (r->entity->family == F_arkivdel)
            TRY(ready_arkivdel(c, db, r));
        else if (r->entity->family == F_arkiv)
            TRY(ready_arkiv(c, db, r));
    }
    return close_it(c, r);
}

static enum rc reopen(struct call *c, struct rec *r)
{
    const struct closing *k = closing_of(r);
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, "avsluttetDato", NULL);
    rec_val(r, k->date)->state = VAL_ABSENT;
    rec_val(r, k->by)->state = VAL_ABSENT;
    rec_val(r, k->by_id)->state = VAL_ABSENT;
    const char *code = NULL;
    struct val *status = closed_status(r, &code);
    if (!status || !val_is(status, code))
        return RC_OK;
    return val_code(c->cx, status, r->entity->family == F_mappe ? "B" : r->entity->family == F_arkiv ? "O" : "A",
                    "");
}

/*
 * Closing is asked for by avsluttetDato or by the status; opening again by null for the date or by
 * another status. A PUT that leaves the date out asks for nothing.
 */
static enum rc closing_follows(struct call *c, struct db *db, const struct rec *old, struct rec *new)
{
    const struct closing *k = closing_of(new);
    if (!k)
        return RC_OK;
    struct val *date = rec_val(new, k->date);
    const char *code = NULL;
    const struct val *status = closed_status(new, &code);
    bool was = old && rec_val(old, k->date)->state == VAL_SET;
    bool was_status = old && status && val_is(closed_status(old, &code), code);
    bool is_status = status && val_is(status, code);

    if (!was && (date->state == VAL_SET || is_status))
        return close_now(c, db, new);
    if (was && (date->state == VAL_NULL || (was_status && !is_status)))
        return reopen(c, new);
    if (was)
        *date = *rec_val(old, k->date);
    return RC_OK;
}

/* ------------------------------------------------------------------ journalpost */

static enum rc archive_registrering(struct call *c, struct rec *r)
{
    struct val *date = rec_val(r, A_registrering_arkivertDato);
    if (date->state == VAL_SET)
        return RC_OK;
    TRY(val_time(c->cx, date, c->cx->now));
    val_text(rec_val(r, A_registrering_arkivertAv), str_of(c->person.name));
    val_text(rec_val(r, A_registrering_referanseArkivertAv), str_of(c->person.id));
    return RC_OK;
}

static enum rc time_once(struct call *c, struct val *v)
{
    return v->state == VAL_SET ? RC_OK : val_time(c->cx, v, c->cx->now);
}

/*
 * Someone sent it or someone gets it. Asked when it is archived, by strict rules when it enters the
 * journal as well; never of one made in that status, because clients add the parts afterwards.
 */
static enum rc has_korrespondansepart(struct call *c, struct db *db, const struct rec *r)
{
    if (r->id == 0)
        return RC_OK;
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM korrespondansepart WHERE registrering_id = ?", "i", r->id));
    return n ? RC_OK : err_set(c->cx, RC_TRANSITION, "journalstatus", "journalposten har ingen korrespondansepart");
}

static enum rc journal_follows(struct call *c, struct db *db, const struct rec *old, struct rec *new)
{
    const struct val *status = rec_val(new, A_journalpost_journalstatus);
    bool changed = !old || !val_equal(T_CODE, rec_val(old, A_journalpost_journalstatus), status);
    if (!changed || archive_importing(c))
        return RC_OK;
    bool journaled = val_is(status, "J") || val_is(status, "A");
    if (val_is(status, "A") || (c->vault->strict && (journaled || val_is(status, "E"))))
        TRY(has_korrespondansepart(c, db, new));
    if (val_is(status, "E"))
        TRY(time_once(c, rec_val(new, A_journalpost_sendtDato)));
    if (journaled)
        TRY(time_once(c, rec_val(new, A_journalpost_journaldato)));
    if (val_is(status, "A"))
        return archive_registrering(c, new);
    if (old && val_is(rec_val(old, A_journalpost_journalstatus), "A")) {
        rec_val(new, A_registrering_arkivertDato)->state = VAL_ABSENT;
        rec_val(new, A_registrering_arkivertAv)->state = VAL_ABSENT;
        rec_val(new, A_registrering_referanseArkivertAv)->state = VAL_ABSENT;
    }
    return RC_OK;
}

/* A precedent in force has been approved by someone with the right to. */
static enum rc presedens_follows(struct call *c, const struct rec *old, struct rec *new)
{
    bool was = old && val_is(rec_val(old, A_presedens_presedensStatus), "G");
    if (was || !val_is(rec_val(new, A_presedens_presedensStatus), "G") || c->role < ROLE_ARKIVAR)
        return RC_OK;
    TRY(time_once(c, rec_val(new, A_presedens_presedensGodkjentDato)));
    val_text(rec_val(new, A_presedens_presedensGodkjentAv), str_of(c->person.name));
    val_text(rec_val(new, A_presedens_referansePresedensGodkjentAv), str_of(c->person.id));
    return RC_OK;
}

/* M110: screening means that somebody has considered publicity. */
static enum rc screening_follows(struct call *c, const struct rec *old, struct rec *new)
{
    if (!model_is(new->entity, E_journalpost) && !model_is(new->entity, E_arkivnotat))
        return RC_OK;
    const struct val *code = rec_leaf(new, A_registrering_skjerming, L_skjerming_tilgangsrestriksjon);
    bool changed = !old || !val_equal(T_CODE, rec_leaf(old, A_registrering_skjerming,
                                                       L_skjerming_tilgangsrestriksjon), code);
    if (code->state != VAL_SET || !changed)
        return RC_OK;
    enum attr_id a = model_is(new->entity, E_journalpost) ? A_journalpost_offentlighetsvurdertDato
                                                          : A_arkivnotat_offentlighetsvurdertDato;
    return time_once(c, rec_val(new, a));
}

enum rc rules_status(struct call *c, struct db *db, const struct rec *old, struct rec *new)
{
    static const struct val nothing = {.state = VAL_ABSENT};
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (model_is(new->entity, model_attr(statuses[i].attr)->entity))
            TRY(check_step(c, &statuses[i], old ? rec_val(old, statuses[i].attr) : &nothing,
                           rec_val(new, statuses[i].attr)));
    TRY(closing_follows(c, db, old, new));
    if (model_is(new->entity, E_journalpost))
        TRY(journal_follows(c, db, old, new));
    if (new->entity->family == F_presedens)
        TRY(presedens_follows(c, old, new));
    return screening_follows(c, old, new);
}

/* ------------------------------------------------------------------ afterwards */

/* M054: the documents of an archived journalpost are finished. */
static enum rc finish_documents(struct call *c, struct db *db, const struct rec *r)
{
    for (;;) {
        int64_t id;
        TRY(db_int(db, &id, 0, "SELECT d.id FROM dokumentbeskrivelse d JOIN registrering_dokumentbeskrivelse l"
                               " ON l.b_id = d.id WHERE l.a_id = ? AND d.dokumentstatus <> 'F' LIMIT 1",
                   "i", r->id));
        if (id == 0)
            return RC_OK;
        struct rec *old, *new;
        TRY(rec_load(db, model_family(F_dokumentbeskrivelse), id, &old));
        TRY(rec_copy(c->cx, old, &new));
        TRY(val_code(c->cx, rec_val(new, A_dokumentbeskrivelse_dokumentstatus), "F",
                     "Dokumentet er ferdigstilt"));
        TRY(change_update(c, db, old, new));
    }
}

/* 6.1.18 asks what a case has ever held: a series that exists remembers it. */
static enum rc remember_journaled(struct call *c, struct db *db, const struct rec *r)
{
    int64_t mappe = *rec_one(r, REL_mappe_registrering);
    const struct val *status = rec_val(r, A_journalpost_journalstatus);
    if (mappe == 0 || !(val_is(status, "E") || val_is(status, "J") || val_is(status, "A")))
        return RC_OK;
    char *series = arena_printf(c->cx->arena, "journalfoert/%" PRId64, mappe);
    return series ? number_used(db, series, 1) : cx_nomem(c->cx);
}

/* 5.11.5: a mappe of the overlapping period that grows goes on in the next period. */
static enum rc follow_period(struct call *c, struct db *db, const struct rec *r)
{
    int64_t id = *rec_one(r, REL_mappe_registrering);
    if (id == 0 || archive_importing(c))
        return RC_OK;
    struct rec *mappe, *moved;
    const struct rec *arkivdel, *next;
    TRY(rec_load(db, model_family(F_mappe), id, &mappe));
    bool classed = *rec_one(mappe, REL_klasse_mappe) != 0;
    if (*rec_one(mappe, REL_arkivdel_mappe) == 0 && !classed)
        return RC_OK;
    TRY(rules_arkivdel(c, db, mappe, &arkivdel));
    if (!arkivdel || !val_is(rec_val(arkivdel, A_arkivdel_arkivdelstatus), "O") ||
        *rec_one(arkivdel, REL_arkivdel_nestearkivdel) == 0)
        return RC_OK;
    TRY(rec_look_row(db, model_family(F_arkivdel), *rec_one(arkivdel, REL_arkivdel_nestearkivdel), &next));
    /* A klasse of a klassifikasjonssystem that the next does not go on with keeps it. */
    if (classed && *rec_one(next, REL_arkivdel_klassifikasjonssystem) != *rec_one(arkivdel, REL_arkivdel_klassifikasjonssystem))
        return RC_OK;
    TRY(rec_copy(c->cx, mappe, &moved));
    *rec_one(moved, REL_arkivdel_mappe) = next->id;
    return change_update(c, db, mappe, moved);
}

enum rc rules_after(struct call *c, struct db *db, const struct rec *old, const struct rec *new)
{
    if (new->entity->family == F_registrering && !old)
        TRY(follow_period(c, db, new));
    if (!model_is(new->entity, E_journalpost))
        return RC_OK;
    TRY(remember_journaled(c, db, new));
    bool archived = rec_val(new, A_registrering_arkivertDato)->state == VAL_SET;
    bool before = old && rec_val(old, A_registrering_arkivertDato)->state == VAL_SET;
    return archived && !before && !archive_importing(c) ? finish_documents(c, db, new) : RC_OK;
}
