/*
 * The change log (one entry a changed attribute) and the event log, in the transaction of the change.
 * An entry carries the access class of the object, so that old values are screened as the object is.
 */
#include "archive/archive_int.h"

static const char *const event_names[][2] = {
    {"C", "Opprettet"}, {"R", "Lest"}, {"U", "Endret"}, {"D", "Slettet"}
};

enum rc log_change(struct call *c, struct db *db, const struct rec *r, const char *path, struct str old,
                   struct str new)
{
    char id[UUID_TEXT_MAX], when[TIME_TEXT_MAX];
    uuid_new(id);
    time_format(c->cx->now, when);
    return db_run(db,
                  "INSERT INTO logg(systemid, type, versjon, vern, referansearkivenhet, referansemetadata,"
                  " endretdato, endretdato_t, endretav, referanseendretav, tidligereverdi, nyverdi)"
                  " VALUES (?, 'endringslogg', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  "titttittss", id, r->vern, r->systemid, path, when, c->cx->now, c->person.name,
                  c->person.id, old, new);
}

enum rc log_event(struct call *c, struct db *db, const struct rec *r, char kind, const char *note)
{
    char id[UUID_TEXT_MAX], when[TIME_TEXT_MAX];
    const char *name = "";
    for (size_t i = 0; i < COUNT_OF(event_names); i++)
        if (event_names[i][0][0] == kind)
            name = event_names[i][1];
    const char code[2] = {kind, 0};
    uuid_new(id);
    time_format(c->cx->now, when);
    return db_run(db,
                  "INSERT INTO logg(systemid, type, versjon, vern, referansearkivenhet, endretdato,"
                  " endretdato_t, endretav, referanseendretav, hendelsetype, hendelsetype_navn,"
                  " beskrivelse, hendelsedato, hendelsedato_t)"
                  " VALUES (?, 'hendelseslogg', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  "tittitttttti", id, r->vern, r->systemid, when, c->cx->now, c->person.name,
                  c->person.id, code, name, note, when, c->cx->now);
}
