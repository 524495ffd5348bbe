/*
 * The conditions of the standard: where things may be hung, what a closed unit forbids, what freezes.
 * Requirement numbers are those of Noark 5 as quoted by TG 1.1 chapter 7.
 *
 * An import (a migration, or a deposit taken in) meets history as it was and is not held to the
 * conditions; a correction by the arkivadministrator goes beyond them, asked for and logged.
 */
#include "archive/archive_int.h"

bool named_in(const char *list, struct str name)
{
    while (*list) {
        size_t n = strcspn(list, " ,");
        if (n > 0 && str_eq((struct str){list, n}, name))
            return true;
        list += n + strspn(list + n, " ,");
    }
    return false;
}

bool archive_importing(const struct call *c)
{
    bool right = c->role == ROLE_ARKIVADMINISTRATOR || c->role == ROLE_INTEGRASJON;
    return right && (c->import || named_in(c->vault->importers, str_of(c->person.name)));
}

bool rules_correcting(const struct call *c, enum deed deed)
{
    if (c->role != ROLE_ARKIVADMINISTRATOR)
        return false;
    /* Default profile: an administrator's DELETE is taken as the request (docs/conformance.md). */
    return c->correct || (deed == DEED_DELETE && !c->vault->strict);
}

/* ------------------------------------------------------------------ closed units */

static bool closed_val(const struct rec *r, enum attr_id a)
{
    return rec_val(r, a)->state == VAL_SET;
}

bool rules_open(const struct rec *r)
{
    switch ((int)r->entity->family) {
    case F_arkiv:
        return !closed_val(r, A_arkiv_avsluttetDato);
    case F_arkivdel:
        return !closed_val(r, A_arkivdel_avsluttetDato);
    case F_klassifikasjonssystem:
        return !closed_val(r, A_klassifikasjonssystem_avsluttetDato);
    case F_klasse:
        return !closed_val(r, A_klasse_avsluttetDato);
    case F_mappe:
        return !closed_val(r, A_mappe_avsluttetDato);
    case F_registrering:
        return !closed_val(r, A_registrering_arkivertDato);
    case F_presedens:
        return !closed_val(r, A_presedens_avsluttetDato);
    default:
        return true;
    }
}

/* The parent over the first to-one relation upwards that is set. */
static enum rc parent_of(struct db *db, const struct rec *r, const struct rec **ret)
{
    const struct family *f = model_family(r->entity->family);
    *ret = NULL;
    for (size_t i = 0; i < f->ones_n; i++)
        if (f->ones[i]->kind == REL_CHILD && r->one[i])
            return rec_look_row(db, model_family(model_entity(f->ones[i]->a)->family), r->one[i], ret);
    return RC_OK;
}

/* A dokumentbeskrivelse lies in its first registrering. */
static enum rc first_registrering(struct db *db, const struct rec *r, const struct rec **ret)
{
    int64_t id;
    TRY(db_int(db, &id, 0, "SELECT min(a_id) FROM registrering_dokumentbeskrivelse WHERE b_id = ?", "i", r->id));
    *ret = NULL;
    return id ? rec_look_row(db, model_family(F_registrering), id, ret) : RC_OK;
}

static enum rc above(struct db *db, const struct rec *r, const struct rec **ret)
{
    if (r->entity->family == F_dokumentbeskrivelse)
        return first_registrering(db, r, ret);
    return parent_of(db, r, ret);
}

static enum rc describe(struct call *c, const struct rec *r, const char **ret)
{
    *ret = arena_printf(c->cx->arena, "%s %s", r->entity->name, r->systemid);
    return *ret ? RC_OK : cx_nomem(c->cx);
}

enum rc rules_closed(struct call *c, struct db *db, const struct rec *r, const char **ret_what)
{
    *ret_what = NULL;
    for (int depth = 0; r && depth < 64; depth++) {
        if (!rules_open(r))
            return describe(c, r, ret_what);
        TRY(above(db, r, &r));
    }
    return RC_OK;
}

/* The arkivdel of what lies in a klassifikasjonssystem, made then. */
static enum rc classified(struct db *db, const struct rec *system, int64_t made, const struct rec **ret)
{
    int64_t id;
    *ret = NULL;
    TRY(db_int(db, &id, 0, "SELECT " ARKIVDEL_THEN("?", "?"), "iii", system->id, made, system->id));
    return id ? rec_look_row(db, model_family(F_arkivdel), id, ret) : RC_OK;
}

enum rc rules_arkivdel(struct call *c, struct db *db, const struct rec *r, const struct rec **ret)
{
    const struct rec *at = r;
    int64_t made = INT64_MAX;
    for (int depth = 0; at && at->entity->family != F_arkivdel && depth < 64; depth++) {
        if (at->entity->family == F_mappe || at->entity->family == F_registrering)
            made = rec_val(at, A_arkivenhet_opprettetDato)->i;
        if (at->entity->family == F_klassifikasjonssystem)
            TRY(classified(db, at, made, &at));
        else
            TRY(above(db, at, &at));
    }
    bool found = at && at->entity->family == F_arkivdel;
    *ret = found && at != r ? rec_clone(c->cx->arena, at) : found ? r : NULL;
    return found && !*ret ? cx_nomem(c->cx) : RC_OK;
}

/* ------------------------------------------------------------------ creating */

static enum rc refuse_closed(struct call *c, struct db *db, const struct rec *parent)
{
    const char *what;
    TRY(rules_closed(c, db, parent, &what));
    return what ? err_set(c->cx, RC_CLOSED, parent->entity->name, what) : RC_OK;
}

/* 5.11.4–6: the overlapping period takes no new mapper, the closed one nothing. */
static enum rc refuse_period(struct call *c, struct db *db, const struct rec *parent, const struct rec *r)
{
    const struct rec *arkivdel;
    TRY(rules_arkivdel(c, db, parent, &arkivdel));
    if (!arkivdel)
        return RC_OK;
    const struct val *status = rec_val(arkivdel, A_arkivdel_arkivdelstatus);
    if (val_is(status, "P") || val_is(status, "U"))
        return err_setf(c->cx, RC_PERIOD, "arkivdel", "%s (%.*s)", arkivdel->systemid, (int)status->name.n,
                        status->name.p);
    if (val_is(status, "O") && r->entity->family == F_mappe)
        return err_setf(c->cx, RC_PERIOD, "arkivdel", "%s (overlappingsperiode: ingen nye mapper)",
                        arkivdel->systemid);
    return RC_OK;
}

static enum rc any_row(struct call *c, struct db *db, const char *table, const char *column, int64_t id, bool *ret)
{
    char *sql = arena_printf(c->cx->arena, "SELECT 1 FROM %s WHERE %s = ? LIMIT 1", table, column);
    int64_t n;
    if (!sql)
        return cx_nomem(c->cx);
    TRY(db_int(db, &n, 0, sql, "i", id));
    *ret = n != 0;
    return RC_OK;
}

/* A klasse holds underklasser, or mapper, or registreringer. */
static enum rc refuse_mixed_klasse(struct call *c, struct db *db, const struct rec *klasse, const struct rec *r)
{
    static const struct {
        enum family_id family;
        const char *table, *column, *what;
    } contents[] = {
        {F_klasse, "klasse", "overklasse_id", "underklasser"},
        {F_mappe, "mappe", "klasse_id", "mapper"},
        {F_registrering, "registrering", "klasse_id", "registreringer"},
    };
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        bool there = false;
        if (contents[i].family == r->entity->family)
            continue;
        TRY(any_row(c, db, contents[i].table, contents[i].column, klasse->id, &there));
        if (there)
            return err_setf(c->cx, RC_STRUCTURE, "klasse", "klassen inneholder %s", contents[i].what);
    }
    return RC_OK;
}

/* 5.4.14: with a primary klassifikasjonssystem every mappe has a klasse of it. */
static enum rc refuse_unclassified(struct call *c, const struct rec *arkivdel)
{
    if (*rec_one(arkivdel, REL_arkivdel_klassifikasjonssystem) == 0)
        return RC_OK;
    return err_set(c->cx, RC_STRUCTURE, "arkivdel", "arkivdelen har klassifikasjonssystem, bruk en klasse");
}

/* An arkiv has arkivdeler or underarkiver. */
static enum rc refuse_mixed_arkiv(struct call *c, struct db *db, const struct rec *arkiv, const struct rec *r)
{
    bool there = false;
    if (r->entity->family == F_arkivdel)
        TRY(any_row(c, db, "arkiv", "overarkiv_id", arkiv->id, &there));
    else
        TRY(any_row(c, db, "arkivdel", "arkiv_id", arkiv->id, &there));
    return there ? err_set(c->cx, RC_STRUCTURE, "arkiv",
                           "et arkiv har enten arkivdeler eller underarkiver") : RC_OK;
}

static enum rc refuse_place(struct call *c, struct db *db, const struct rec *parent, const struct rec *r)
{
    enum family_id above_family = parent->entity->family, f = r->entity->family;
    if (above_family == F_klasse && (f == F_klasse || f == F_mappe || f == F_registrering))
        return refuse_mixed_klasse(c, db, parent, r);
    if (above_family == F_arkivdel && f == F_mappe)
        return refuse_unclassified(c, parent);
    if (above_family == F_arkiv && (f == F_arkiv || f == F_arkivdel))
        return refuse_mixed_arkiv(c, db, parent, r);
    return RC_OK;
}

/* Avskrivning is for what came in or needs follow-up. */
static enum rc refuse_avskrivning(struct call *c, const struct rec *parent)
{
    const struct val *type = rec_val(parent, A_journalpost_journalposttype);
    if (val_is(type, "I") || val_is(type, "N"))
        return RC_OK;
    return err_set(c->cx, RC_STRUCTURE, "journalposttype", "bare inngående og interne journalposter avskrives");
}

/* What may still be hung on a closed unit: remarks, who wrote off, how it was lent, its log. */
static bool hangs_on_closed(enum family_id f)
{
    return f == F_merknad || f == F_logg || f == F_presedens || f == F_kryssreferanse || f == F_avskrivning;
}

enum rc rules_create(struct call *c, struct db *db, const struct rec *parent, const struct link *ny, struct rec *r)
{
    if (!parent || archive_importing(c))
        return parent ? refuse_place(c, db, parent, r) : RC_OK;
    TRY(refuse_place(c, db, parent, r));
    if (ny->target == E_avskrivning)
        TRY(refuse_avskrivning(c, parent));
    if (rules_correcting(c, DEED_NEW))
        return RC_OK;
    if (!hangs_on_closed(r->entity->family))
        TRY(refuse_closed(c, db, parent));
    if (r->entity->family == F_mappe || r->entity->family == F_registrering ||
        r->entity->family == F_dokumentbeskrivelse)
        return refuse_period(c, db, parent, r);
    return RC_OK;
}

/* ------------------------------------------------------------------ freezing */

/* Facts of a file that is there are the server's own. */
static bool of_file(const struct rec *old, const struct slot *s)
{
    static const char *const facts[] = {"mimeType", "sjekksum", "sjekksumAlgoritme", "filstoerrelse", "format"};
    if (old->entity->family != F_dokumentobjekt ||
        rec_val(old, A_dokumentobjekt_referanseDokumentfil)->state != VAL_SET)
        return false;
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        if (streq(s->attr->name, facts[i]))
            return true;
    return false;
}

/* Values the client cannot decide stay as they are, without complaint: clients send back what they read. */
static bool keeps_silently(struct call *c, const struct rec *old, const struct slot *s, const struct val *was)
{
    unsigned frozen = slot_attr(s)->frozen;
    if (streq(s->attr->name, "avsluttetDato"))
        return false;
    if (archive_importing(c))
        return false;
    if (of_file(old, s) || (frozen & (FROZEN_AUTO | FROZEN_REL | FROZEN_D)))
        return true;
    if (slot_server_sets(s))
        return true;
    return (frozen & FROZEN_I) && was->state == VAL_SET && slot_attr(s)->set == SET_SC;
}

static enum rc refuse_frozen(struct call *c, struct db *db, const struct rec *old, const struct slot *s,
                             const struct val *was)
{
    unsigned frozen = slot_attr(s)->frozen;
    if (archive_importing(c) || rules_correcting(c, DEED_CHANGE))
        return RC_OK;
    if ((frozen & FROZEN_I) && was->state == VAL_SET)
        return err_set(c->cx, RC_FROZEN, s->path, "kan ikke endres når det er satt");
    if (!(frozen & (FROZEN_X | FROZEN_K)))
        return RC_OK;
    const char *what;
    TRY(rules_closed(c, db, old, &what));
    return what ? err_set(c->cx, RC_FROZEN, s->path, what) : RC_OK;
}

enum rc rules_freeze(struct call *c, struct db *db, const struct rec *old, struct rec *new)
{
    const struct family *f = model_family(old->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        if (val_equal(slot_attr(s)->type, &old->v[i], &new->v[i]))
            continue;
        if (keeps_silently(c, old, s, &old->v[i]))
            new->v[i] = old->v[i];
        else
            TRY(refuse_frozen(c, db, old, s, &old->v[i]));
    }
    return RC_OK;
}
