#include "worklist/worklist.h"

#include "journal/journal.h"

/* coalesce keeps the index of types out of it, which leads to nearly everything. */
#define JOURNALPOST "coalesce(t0.type, '') = 'journalpost'"
/* Only a saksmappe has a saksstatus. Every one but A and U, told in ranges so that its index is used: a municipality may
 * have codes of its own. */
#define OPEN_CASE \
    "t0.avsluttetdato_t IS NULL AND (t0.saksstatus < 'A' OR (t0.saksstatus > 'A' AND" \
    " t0.saksstatus < 'U') OR t0.saksstatus > 'U')"
#define WITHOUT_DOCUMENT \
    "NOT EXISTS (SELECT 1 FROM registrering_dokumentbeskrivelse l WHERE l.a_id = t0.id)"
#define WITHOUT_BASIS "t0.vern <> 0 AND " BASIS_MISSES("t0.")
/* Few rows of many: in partial indexes, which both databases use where their condition stands word by word in a question. */
#define BASIS_MISSES(t) \
    t "skjerming_tilgangsrestriksjon IS NOT NULL AND coalesce(" t "skjerming_skjermingshjemmel, '') NOT LIKE '%§%'"
#define TEMPORARILY(t) t "skjerming_tilgangsrestriksjon = 'XX'"
static const char indexes[] =
    "CREATE INDEX registrering_midlertidig ON registrering(id) WHERE " TEMPORARILY("") ";"
    "CREATE INDEX registrering_uten_hjemmel ON registrering(id) WHERE " BASIS_MISSES("") ";"
    "CREATE INDEX mappe_uten_hjemmel ON mappe(id) WHERE " BASIS_MISSES("") ";";
#define EXPIRED_SCREENING "t0.skjerming_skjermingopphoererdato_t < ?"
/*
 * Finished documents of which no variant may be deposited: by the PRONOM ids that the regulation approves. Those of another
 * format are few among many: the formats there are come first, one step in the index of each, and then their documents.
 */
#define APPROVED_true(pronom) "'" pronom "', "
#define APPROVED_false(pronom)
#define F(id, pronom, name, mime, approved) APPROVED_##approved(pronom)
static const char unapproved_format[] =
    "t0.dokumentstatus = 'F' AND t0.dokumentmedium <> 'F' AND t0.utfoertkassasjon_kassertdato IS NULL"
    " AND t0.id IN (WITH RECURSIVE funnet(format) AS (SELECT min(format) FROM dokumentobjekt UNION ALL"
    " SELECT (SELECT min(o.format) FROM dokumentobjekt o WHERE o.format > funnet.format) FROM funnet"
    " WHERE funnet.format IS NOT NULL)"
    " SELECT o.dokumentbeskrivelse_id FROM dokumentobjekt o JOIN funnet ON o.format = funnet.format"
    " WHERE funnet.format NOT IN ("
#include "inspect/formats.def"
    "'') UNION ALL SELECT o.dokumentbeskrivelse_id FROM dokumentobjekt o WHERE o.format IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM dokumentobjekt o WHERE o.dokumentbeskrivelse_id = t0.id AND o.format IN ("
#include "inspect/formats.def"
    "''))";
#undef F

static const struct liste {
    const char *name;
    enum family_id family;
    int days;
    bool logged;
    const char *condition;
} lists[WORKLISTS] = {
#define LISTE(id, name, family, days, logged, condition) [WORKLIST_##id] = {name, F_##family, days, logged, condition},
#include "worklist/lister.def"
};

static enum rc make_indexes(struct db *db)
{
    return db_script(db, indexes);
}

void worklist_prepare(struct archive *a)
{
    archive_add_tables(a, "mappe_uten_hjemmel", make_indexes);
}

const char *worklist_name(enum worklist l)
{
    return lists[l].name;
}

enum worklist worklist_named(const char *name)
{
    int l = 0;
    while (l < WORKLISTS && !streq(lists[l].name, name))
        l++;
    return (enum worklist)l;
}

int worklist_days(enum worklist l)
{
    return lists[l].days;
}

static enum rc begin(struct call *c, enum worklist l, struct picking *ret)
{
    int64_t now = c->cx->now;
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    *ret = (struct picking){.family = lists[l].family, .condition = lists[l].condition, .logged = lists[l].logged,
                            .bound = lists[l].days ? time_of_day(time_day(now) - lists[l].days) : now};
    return RC_OK;
}

enum rc worklist_count(struct call *c, enum worklist l, int64_t *ret)
{
    struct picking p;
    TRY(begin(c, l, &p));
    p.most = WORKLIST_COUNT_MAX + 1;
    return archive_pick_count(c, &p, ret);
}

enum rc worklist_page(struct call *c, enum worklist l, const struct worklist_cut *cut, struct rec ***ret, size_t *ret_n)
{
    struct picking p;
    TRY(begin(c, l, &p));
    *ret_n = 0;
    if (cut->total == 0)
        return RC_OK;
    p.many = cut->total > WORKLIST_COUNT_MAX;
    p.after = cut->after;
    p.skip = cut->skip;
    p.most = cut->most;
    return archive_pick(c, &p, ret, ret_n);
}
