/*
 * The change log (one entry a changed attribute) and the event log, in the transaction of the change,
 * chained (chain.h). An entry carries the access class of the object, so that old values are screened
 * as the object is.
 */
#include "archive/archive_int.h"
#include "archive/chain.h"

static const char *const event_names[][2] = {
    {"C", "Opprettet"}, {"R", "Lest"}, {"U", "Endret"}, {"D", "Slettet"}
};

/* Places in chain_entry.fields. */
enum { SYSTEMID, TYPE, UNIT, PATH, WHEN, BY, BY_ID, OLD, NEW, KIND, NOTE, HAPPENED, MARK };

struct entry {
    struct chain_entry chain;
    const char *kind_name;
    int64_t when, happened, vern;
};

static enum rc append(struct db *db, struct entry *e, int64_t *ret_id)
{
    const struct str *f = e->chain.fields;
    char leaf[SHA256_HEX_MAX];
    TRY(chain_append(db, &e->chain, leaf));
    struct str at = f[HAPPENED];
    return db_insert(db, ret_id,
                  "INSERT INTO logg(systemid, type, versjon, vern, referansearkivenhet, referansemetadata,"
                  " endretdato, endretdato_t, endretav, referanseendretav, tidligereverdi, nyverdi, hendelsetype,"
                  " hendelsetype_navn, beskrivelse, hendelsedato, hendelsedato_t, loggnr, avtrykk, blad)"
                  " VALUES (?, ?, 1, ?, ?, NULLIF(?, ''), ?, ?, ?, ?, NULLIF(?, ''), NULLIF(?, ''), NULLIF(?, ''),"
                  " NULLIF(?, ''), NULLIF(?, ''), NULLIF(?, ''), NULLIF(CAST(? AS BIGINT), 0), ?, NULLIF(?, ''), ?)",
                  "ssisssissssstssiist", f[SYSTEMID], f[TYPE], e->vern, f[UNIT], f[PATH], f[WHEN], e->when, f[BY],
                  f[BY_ID], f[OLD], f[NEW], f[KIND], e->kind_name ? e->kind_name : "", f[NOTE], at,
                  at.n ? e->happened : 0, e->chain.nr, f[MARK], leaf);
}

/* Who, when and about what; the texts in the arena. */
static enum rc begin(struct call *c, const struct rec *r, const char *type, struct entry *ret)
{
    char id[UUID_TEXT_MAX], when[TIME_TEXT_MAX];
    struct arena *a = c->cx->arena;
    uuid_new(id);
    time_format(c->cx->now, when);
    *ret = (struct entry){.when = c->cx->now, .happened = c->cx->now, .vern = r->vern};
    struct str *f = ret->chain.fields;
    f[SYSTEMID] = str_of(arena_strdup(a, id));
    f[TYPE] = str_of(type);
    f[UNIT] = str_of(r->systemid);
    f[WHEN] = str_of(arena_strdup(a, when));
    f[BY] = str_of(c->person.name);
    f[BY_ID] = str_of(c->person.id);
    return f[SYSTEMID].n && f[WHEN].n ? RC_OK : cx_nomem(c->cx);
}

enum rc log_change(struct call *c, struct db *db, const struct rec *r, const char *path, struct str old,
                   struct str new)
{
    struct entry e;
    int64_t id;
    TRY(begin(c, r, "endringslogg", &e));
    e.chain.fields[PATH] = str_of(path);
    e.chain.fields[OLD] = old;
    e.chain.fields[NEW] = new;
    return append(db, &e, &id);
}

static enum rc event(struct call *c, struct db *db, const struct rec *r, char kind, const char *note, struct entry *e)
{
    int64_t id;
    char mark[SHA256_HEX_MAX] = "";
    const char code[2] = {kind, 0};
    if (kind == 'C' || kind == 'U')
        TRY(chain_digest(c->cx, r, mark));
    for (size_t i = 0; i < COUNT_OF(event_names); i++)
        if (event_names[i][0][0] == kind)
            e->kind_name = event_names[i][1];
    e->chain.fields[KIND] = str_of(code);
    e->chain.fields[NOTE] = str_of(note);
    e->chain.fields[HAPPENED] = e->chain.fields[WHEN];
    e->chain.fields[MARK] = str_of(mark);
    return append(db, e, &id);
}

enum rc log_event(struct call *c, struct db *db, const struct rec *r, char kind, const char *note)
{
    struct entry e;
    TRY(begin(c, r, "hendelseslogg", &e));
    return event(c, db, r, kind, note, &e);
}

enum rc log_arrived(struct call *c, struct db *db, const struct rec *r, struct str sjekksum)
{
    struct entry e;
    TRY(begin(c, r, "hendelseslogg", &e));
    if (sjekksum.n) {
        e.chain.fields[PATH] = STR("sjekksum");
        e.chain.fields[NEW] = sjekksum;
    }
    return event(c, db, r, 'C', "Importert", &e);
}

static struct str text_of(const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    return v->state == VAL_SET ? v->text : (struct str){"", 0};
}

enum rc log_told(struct db *db, struct rec *r)
{
    const struct val *kind = rec_val(r, A_hendelseslogg_hendelsetype);
    const struct val *happened = rec_val(r, A_hendelseslogg_hendelseDato);
    struct entry e = {.when = rec_val(r, A_endringslogg_endretDato)->i, .happened = happened->i, .vern = r->vern};
    struct str *f = e.chain.fields;
    f[SYSTEMID] = str_of(r->systemid);
    f[TYPE] = str_of(r->entity->name);
    f[UNIT] = text_of(r, A_endringslogg_referanseArkivenhet);
    f[PATH] = text_of(r, A_endringslogg_referanseMetadata);
    f[WHEN] = text_of(r, A_endringslogg_endretDato);
    f[BY] = text_of(r, A_endringslogg_endretAv);
    f[BY_ID] = text_of(r, A_endringslogg_referanseEndretAv);
    f[OLD] = text_of(r, A_endringslogg_tidligereVerdi);
    f[NEW] = text_of(r, A_endringslogg_nyVerdi);
    f[KIND] = kind->state == VAL_SET ? kind->text : (struct str){"", 0};
    f[NOTE] = text_of(r, A_hendelseslogg_beskrivelse);
    f[HAPPENED] = text_of(r, A_hendelseslogg_hendelseDato);
    e.kind_name = arena_strndup(db_cx(db)->arena, kind->name.p, kind->name.n);
    return append(db, &e, &r->id);
}
