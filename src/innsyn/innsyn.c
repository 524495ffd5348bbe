/* Tables, the room, and what its files have in common. */
#include "innsyn/innsyn_int.h"

static const char tables[] =
    "CREATE TABLE innsynskrav(id TEXT PRIMARY KEY, noekkel TEXT NOT NULL UNIQUE, mappe TEXT NOT NULL, journalpost TEXT NOT NULL,"
    " saksnummer TEXT NOT NULL, navn TEXT NOT NULL, epost TEXT NOT NULL, ord TEXT NOT NULL, mottatt BIGINT NOT NULL,"
    " frist BIGINT NOT NULL, venter BIGINT NOT NULL);"
    "CREATE INDEX innsynskrav_frist ON innsynskrav(venter, frist, id);"
    "CREATE INDEX innsynskrav_mottatt ON innsynskrav(mottatt, id);"
    "CREATE TABLE innsynspost(krav TEXT NOT NULL, nr BIGINT NOT NULL, registrering TEXT NOT NULL, nummer TEXT NOT NULL,"
    " enhet TEXT NOT NULL, oppgave TEXT NOT NULL, utfall BIGINT NOT NULL, hjemmel TEXT NOT NULL, grunn TEXT NOT NULL,"
    " merinnsyn TEXT NOT NULL, besvart BIGINT NOT NULL, aapen_til BIGINT NOT NULL, svar TEXT NOT NULL, PRIMARY KEY(krav, nr));"
    "CREATE INDEX innsynspost_oppgave ON innsynspost(oppgave, utfall);"
    "CREATE TABLE innsynsdokument(krav TEXT NOT NULL, post BIGINT NOT NULL, nr BIGINT NOT NULL, tittel TEXT NOT NULL,"
    " mime TEXT NOT NULL, ending TEXT NOT NULL, sha256 TEXT NOT NULL, byte BIGINT NOT NULL, PRIMARY KEY(krav, post, nr));"
    "CREATE TABLE innsynsklage(id TEXT PRIMARY KEY, krav TEXT NOT NULL, tid BIGINT NOT NULL, journalpost TEXT NOT NULL);"
    "CREATE INDEX innsynsklage_krav ON innsynsklage(krav, tid);";

static enum rc make_tables(struct db *db)
{
    return db_script(db, tables);
}

void innsyn_prepare(struct archive *a)
{
    archive_add_tables(a, "innsynsklage", make_tables);
}

enum rc innsyn_open(struct cx *cx, struct archive *a, const struct paper_fonts *fonts, struct innsyn **ret)
{
    struct innsyn *in = mem_try(sizeof(*in));
    if (!in)
        return cx_nomem(cx);
    *in = (struct innsyn){a, fonts};
    *ret = in;
    return RC_OK;
}

void innsyn_close(struct innsyn **in)
{
    mem_free(*in);
    *in = NULL;
}

struct archive *innsyn_archive(const struct innsyn *in)
{
    return in->archive;
}

/* ------------------------------------------------------------------ the clock */

int innsyn_day(const struct innsynskrav *k, int64_t now)
{
    return frist_left(k->mottatt, now);
}

int64_t innsyn_appeal_until(const struct innsynspost *p)
{
    return frist_days(p->besvart, INNSYN_APPEAL_DAYS);
}

bool innsyn_appealable(const struct innsynskrav *k, int64_t now)
{
    bool may = k->venter > 0 && now > k->frist;
    for (size_t i = 0; i < k->poster_n; i++) {
        const struct innsynspost *p = &k->poster[i];
        may = may || ((p->utfall == INNSYN_AVSLAG || p->utfall == INNSYN_DELVIS) && now <= innsyn_appeal_until(p));
    }
    return may && k->klager < INNSYN_APPEALS;
}

/* ------------------------------------------------------------------ common */

const char *innsyn_date(struct cx *cx, int64_t t)
{
    int year, month, day;
    time_civil(t, &year, &month, &day);
    const char *text = arena_printf(cx->arena, "%d.%d.%d", day, month, year);
    return text ? text : "";
}

enum rc innsyn_may(struct call *c)
{
    return c->role >= ROLE_ARKIVAR ? RC_OK : err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
}

enum rc innsyn_short(struct cx *cx, const char *field, const char *text)
{
    return strlen(text) <= INNSYN_TEXT_MAX ? RC_OK : err_setf(cx, RC_FIELD_VALUE, field, "høyst %d byte", INNSYN_TEXT_MAX);
}
