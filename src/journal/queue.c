/*
 * What waits to be published, and what has changed since it was. A million entries are not compared with their records
 * each time somebody asks: the journal writes down in registrering and mappe, in columns no other room knows, what its
 * entries were made of (innfoert: versjon, innfoert_vern; for a mappe that of all its entries, -1 where they differ), and
 * partial indexes hold the rows of which it is no longer so. Those are compared.
 */
#include "journal/journal_int.h"

static const char columns[] =
    "ALTER TABLE registrering ADD COLUMN innfoert BIGINT;"
    "ALTER TABLE registrering ADD COLUMN innfoert_vern BIGINT;"
    "ALTER TABLE mappe ADD COLUMN innfoert_vern BIGINT;"
    "ALTER TABLE mappe ADD COLUMN innfoert_holdt BIGINT;"
    "CREATE INDEX innfoersel_mappe ON innfoersel(mappe);";

#define POST_DIFFERS "(innfoert <> versjon OR innfoert_vern <> vern)"
#define CASE_DIFFERS "(innfoert_vern <> vern OR (innfoert_holdt <> 0 AND innfoert_holdt <> versjon))"

static const char indexes[] =
    "CREATE INDEX registrering_endret ON registrering(id) WHERE " POST_DIFFERS ";"
    "CREATE INDEX mappe_endret ON mappe(id) WHERE " CASE_DIFFERS ";"
    "CREATE INDEX registrering_upublisert ON registrering(journaldato_t, id) WHERE innfoert IS NULL AND journaldato_t IS NOT NULL;";

#define MARK_POSTS(which) \
    "UPDATE registrering SET innfoert = i.versjon, innfoert_vern = i.vern FROM innfoersel i" \
    " WHERE i.registrering = registrering.systemid" which
#define MARK_CASES(which) \
    "UPDATE mappe SET innfoert_vern = s.vern, innfoert_holdt = s.holdt FROM (SELECT r.mappe_id AS mappe," \
    " CASE WHEN min(i.sak_vern) = max(i.sak_vern) THEN min(i.sak_vern) ELSE -1 END AS vern," \
    " CASE WHEN coalesce(min(nullif(i.sak_holdt, 0)), 0) = max(i.sak_holdt) THEN max(i.sak_holdt) ELSE -1 END AS holdt" \
    " FROM innfoersel i JOIN registrering r ON r.systemid = i.registrering WHERE i.trukket = 0" which " GROUP BY r.mappe_id) s" \
    " WHERE s.mappe = mappe.id"

enum rc queue_make_marks(struct db *db)
{
    TRY(db_script(db, columns));
    TRY(db_script(db, MARK_POSTS("")));
    TRY(db_script(db, MARK_CASES("")));
    return db_script(db, indexes);
}

enum rc queue_mark(struct db *db, const char *enhet)
{
    TRY(db_run(db, MARK_POSTS(" AND i.id IN (SELECT e.id FROM innfoersel e WHERE e.registrering = ? OR e.mappe = ?)"), "tt", enhet,
               enhet));
    return db_run(db, MARK_CASES(" AND r.mappe_id = (SELECT k.id FROM mappe k WHERE k.systemid = ?)"), "t", enhet);
}

/* ------------------------------------------------------------------ what has changed */

#define CANDIDATES \
    "SELECT id FROM registrering WHERE " POST_DIFFERS " UNION SELECT b.id FROM registrering b WHERE b.mappe_id IN" \
    " (SELECT id FROM mappe WHERE " CASE_DIFFERS ")"
#define CHANGED_POSTS \
    " FROM registrering r JOIN mappe m ON m.id = r.mappe_id JOIN innfoersel i ON i.registrering = r.systemid" \
    " WHERE r.id IN (" CANDIDATES ") AND i.trukket = 0 AND " ENTRY_CHANGED

/* Compared one by one, so that whoever wants no more than some stops there. */
const char journal_changed[] =
    "t0.id IN (" CANDIDATES ") AND EXISTS (SELECT 1 FROM registrering r JOIN mappe m ON m.id = r.mappe_id JOIN innfoersel i"
    " ON i.registrering = r.systemid WHERE r.id = t0.id AND i.trukket = 0 AND " ENTRY_CHANGED ")";

/* ------------------------------------------------------------------ the queue */

/* Journalført, and either unpublished or changed since; utgåtte wait for nothing. The index of statuses leads to nearly
 * everything, and coalesce keeps it out. */
#define REGISTERED " AND coalesce(r.journalstatus, '') IN ('J', 'F', 'E', 'A')"
#define WAITING \
    "SELECT r.journaldato_t AS dato, r.id AS id FROM registrering r WHERE r.innfoert IS NULL AND r.journaldato_t IS NOT NULL" \
    " AND +r.mappe_id IS NOT NULL" REGISTERED \
    " UNION ALL SELECT r.journaldato_t, r.id" CHANGED_POSTS REGISTERED " AND +r.journaldato_t IS NOT NULL"

static enum rc count_queue(struct db *db, int64_t *ret)
{
    return db_int(db, ret, 0, "SELECT count(*) FROM (SELECT 1 FROM (" WAITING ") AS venter LIMIT ?) AS funnet", "i",
                  (int64_t)JOURNAL_COUNT_MAX + 1);
}

static enum rc read_queue(struct db *db, int64_t skip, int64_t most, char (*ret)[UUID_TEXT_MAX], size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, "SELECT p.systemid FROM (" WAITING " ORDER BY 1, 2 LIMIT ? OFFSET ?) AS v JOIN registrering p"
                       " ON p.id = v.id ORDER BY v.dato, v.id", &st));
    stmt_bind_int(st, 1, most);
    stmt_bind_int(st, 2, skip);
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row)
        uuid_copy(ret[(*ret_n)++], stmt_str(st, 0));
    stmt_done(&st);
    return rc;
}

enum rc journal_queue(struct call *c, int64_t skip, int64_t most, char (**ret)[UUID_TEXT_MAX], size_t *ret_n,
                      int64_t *ret_total)
{
    struct db *db;
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    *ret = arena_array(c->cx->arena, (size_t)most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = count_queue(db, ret_total);
    if (rc == RC_OK)
        rc = read_queue(db, skip, most, *ret, ret_n);
    store_read_end(&db);
    return rc;
}

enum rc journal_waits(struct call *c, int64_t *ret)
{
    struct db *db;
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = count_queue(db, ret);
    store_read_end(&db);
    return rc;
}
