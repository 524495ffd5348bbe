#include "worklist/worklist.h"

#include "journal/journal.h"

#define JOURNALPOST "t0.type = 'journalpost'"
/* Only a saksmappe has a saksstatus. Every one but A and U, told in ranges so that its index is used: a municipality may
 * have codes of its own. */
#define OPEN_CASE \
    "t0.avsluttetdato_t IS NULL AND (t0.saksstatus < 'A' OR (t0.saksstatus > 'A' AND" \
    " t0.saksstatus < 'U') OR t0.saksstatus > 'U')"
#define WITHOUT_DOCUMENT \
    "NOT EXISTS (SELECT 1 FROM registrering_dokumentbeskrivelse l WHERE l.a_id = t0.id)"
#define WITHOUT_BASIS \
    "t0.vern <> 0 AND t0.skjerming_tilgangsrestriksjon IS NOT NULL" \
    " AND coalesce(t0.skjerming_skjermingshjemmel, '') NOT LIKE '%§%'"
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
    const char *condition;
} lists[WORKLISTS] = {
#define LISTE(id, name, family, days, condition) [WORKLIST_##id] = {name, F_##family, days, condition},
#include "worklist/lister.def"
};

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
    *ret = (struct picking){.family = lists[l].family, .condition = lists[l].condition,
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

enum rc worklist_page(struct call *c, enum worklist l, int64_t skip, int64_t most, struct rec ***ret, size_t *ret_n)
{
    struct picking p;
    TRY(begin(c, l, &p));
    p.skip = skip;
    p.most = most;
    return archive_pick(c, &p, ret, ret_n);
}
