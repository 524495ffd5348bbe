/*
 * Verification of the log: is each entry there, as it was written, and does each object stand as the
 * last event left it? A removed or altered row is named.
 */
#include "archive/archive_int.h"

struct audit {
    struct db *db;
    struct vault *vault;
    audit_report report;
    void *arg;
    int64_t last;                      /* number of the entry before */
    char leaf[SHA256_HEX_MAX];         /* its leaf */
};

static void say(struct audit *k, const char *what, const char *where, const char *remedy)
{
    k->report(k->arg, what, where, remedy);
}

/* ------------------------------------------------------------------ entries */

static void missing(struct audit *k, int64_t from, int64_t to)
{
    char where[80];
    if (from == to)
        (void)snprintf(where, sizeof(where), "logg nr. %" PRId64, from);
    else
        (void)snprintf(where, sizeof(where), "logg nr. %" PRId64 "–%" PRId64, from, to);
    say(k, "log-missing", where, "Oppføringer er fjernet; hent dem fra sikkerhetskopi. / Entries have been removed.");
}

/* One row: its number follows, and its leaf is what its fields give. */
static enum rc check_entry_row(struct audit *k, struct stmt *st)
{
    struct cx cx;
    struct chain_entry e = {.nr = stmt_int(st, CHAIN_FIELDS)};
    char leaf[SHA256_HEX_MAX], told[SHA256_HEX_MAX], where[120];
    struct str b = stmt_str(st, CHAIN_FIELDS + 1);
    for (int i = 0; i < CHAIN_FIELDS; i++)
        e.fields[i] = stmt_str(st, i);
    (void)snprintf(told, sizeof(told), "%.*s", (int)b.n, b.p);
    bool follows = e.nr == k->last + 1;
    if (!follows && e.nr > k->last + 1)
        missing(k, k->last + 1, e.nr - 1);
    cx_open(&cx, (size_t)KiB(64));
    enum rc rc = follows ? chain_leaf(&cx, &e, k->leaf, leaf) : RC_OK;
    cx_close(&cx);
    TRY(rc);
    if (follows && !streq(leaf, told)) {
        (void)snprintf(where, sizeof(where), "logg nr. %" PRId64 " (%.*s)", e.nr, (int)e.fields[0].n, e.fields[0].p);
        say(k, "log-altered", where, "Oppføringen er endret etter at den ble skrevet. / The entry has been altered.");
    }
    k->last = e.nr;
    memcpy(k->leaf, told, sizeof(told));
    return RC_OK;
}

static enum rc check_entries(struct audit *k)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    int64_t count, loose;
    TRY(db_prepare(k->db, CHAIN_ROWS " WHERE loggnr IS NOT NULL ORDER BY loggnr", &st));
    stmt_many(st);
    while ((rc = stmt_step(st, &row)) == RC_OK && row && (rc = check_entry_row(k, st)) == RC_OK)
        ;
    stmt_done(&st);
    TRY(rc);
    TRY(db_int(k->db, &count, 0, "SELECT antall FROM loggslutt WHERE id = 1", ""));
    if (count > k->last)
        missing(k, k->last + 1, count);
    TRY(db_int(k->db, &loose, 0, "SELECT count(*) FROM logg WHERE loggnr IS NULL", ""));
    if (loose)
        say(k, "log-unchained", "logg", "Oppføringer uten plass i kjeden er lagt til utenom. / Entries outside the chain.");
    return RC_OK;
}

/* ------------------------------------------------------------------ signed heads */

enum { HEADS_CHECKED = 20 };

static enum rc check_head(struct audit *k, const struct tree_head *h)
{
    char where[80];
    struct cx *cx = db_cx(k->db);
    (void)snprintf(where, sizeof(where), "tretopp %" PRId64, h->count);
    if (!head_holds(cx, k->vault->slug, sign_public(k->vault->archive->signer), h)) {
        say(k, "head-unsigned", where, "Signaturen stemmer ikke. / The signature does not hold.");
        return RC_OK;
    }
    chain_hash root;
    char hex[SHA256_HEX_MAX] = "";
    enum rc rc = h->count > k->last ? RC_INTERNAL : chain_root(k->db, h->count, root);
    if (rc == RC_OK)
        hex_encode(root, sizeof(root), hex);
    else if (rc != RC_INTERNAL)
        return rc;
    err_clear(cx);
    if (!streq(hex, h->root))
        say(k, "log-other", where,
            "Loggen er en annen enn den som ble signert. / The log is not the one that was signed.");
    return RC_OK;
}

static enum rc check_heads(struct audit *k)
{
    struct tree_head heads[HEADS_CHECKED];
    size_t n = 0;
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(k->db, "SELECT antall, rot, tid, signatur FROM tretopp ORDER BY antall DESC LIMIT 20", &st));
    while ((rc = stmt_step(st, &row)) == RC_OK && row && n < HEADS_CHECKED)
        head_read(st, &heads[n++]);
    stmt_done(&st);
    TRY(rc);
    for (size_t i = 0; i < n; i++)
        TRY(check_head(k, &heads[i]));
    return RC_OK;
}

/* ------------------------------------------------------------------ objects against their last event */

/* Memory of one object at a time: an arena of its own. */
static enum rc check_object(struct audit *k, const struct family *f, int64_t id, const char *mark)
{
    struct cx *cx = db_cx(k->db);
    struct arena *own = cx->arena, *scratch = arena_new((size_t)MiB(8));
    char now[SHA256_HEX_MAX];
    struct rec *r;
    if (!scratch)
        return cx_nomem(cx);
    cx->arena = scratch;
    enum rc rc = rec_load(k->db, f, id, &r);
    if (rc == RC_OK)
        rc = chain_digest(cx, r, now);
    if (rc == RC_OK && !streq(now, mark))
        say(k, "row-altered", arena_printf(scratch, "%s %s", f->table, r->systemid),
            "Raden er endret utenom Samdrift; hent den fra sikkerhetskopi. / Altered outside Samdrift.");
    err_clear(cx);
    cx->arena = own;
    arena_free(&scratch);
    return rc;
}

static enum rc check_objects(struct audit *k, const struct family *f)
{
    char *sql = arena_printf(db_cx(k->db)->arena,
                             "SELECT t.id, (SELECT l.avtrykk FROM logg l WHERE l.referansearkivenhet = t.systemid"
                             " AND l.avtrykk IS NOT NULL ORDER BY l.loggnr DESC LIMIT 1) FROM %s t WHERE t.id > ?"
                             " ORDER BY t.id LIMIT 1", f->table);
    if (!sql)
        return cx_nomem(db_cx(k->db));
    for (int64_t last = 0;;) {
        struct stmt *st;
        bool row = false;
        char mark[SHA256_HEX_MAX] = "";
        TRY(db_prepare(k->db, sql, &st));
        stmt_bind_int(st, 1, last);
        enum rc rc = stmt_step(st, &row);
        if (rc == RC_OK && row) {
            struct str m = stmt_str(st, 1);
            last = stmt_int(st, 0);
            (void)snprintf(mark, sizeof(mark), "%.*s", (int)m.n, m.p);
        }
        stmt_done(&st);
        if (rc != RC_OK || !row)
            return rc;
        if (*mark)
            TRY(check_object(k, f, last, mark));
    }
}

/* Made, never deleted by an event, and gone. */
static enum rc check_gone(struct audit *k)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    struct buf b;
    buf_init(&b, (size_t)KiB(64));
    buf_puts(&b, "SELECT c.referansearkivenhet FROM logg c WHERE c.type = 'hendelseslogg' AND c.hendelsetype = 'C' AND"
                 " c.avtrykk IS NOT NULL AND NOT EXISTS (SELECT 1 FROM logg d WHERE d.referansearkivenhet ="
                 " c.referansearkivenhet AND d.hendelsetype = 'D')");
    for (int i = 0; i < F_COUNT; i++)
        buf_printf(&b, " AND NOT EXISTS (SELECT 1 FROM %s t%d WHERE t%d.systemid = c.referansearkivenhet)",
                   model_family((enum family_id)i)->table, i, i);
    rc = buf_failed(&b) ? cx_nomem(db_cx(k->db)) : db_prepare(k->db, b.p, &st);
    buf_free(&b);
    TRY(rc);
    stmt_many(st);
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        char where[UUID_TEXT_MAX];
        struct str id = stmt_str(st, 0);
        (void)snprintf(where, sizeof(where), "%.*s", (int)id.n, id.p);
        say(k, "row-missing", where, "Objektet er fjernet utenom Samdrift. / Removed outside Samdrift.");
    }
    stmt_done(&st);
    return rc;
}

enum rc audit_log(struct db *db, struct vault *v, audit_report report, void *arg)
{
    struct audit k = {.db = db, .vault = v, .report = report, .arg = arg};
    TRY(check_entries(&k));
    TRY(check_heads(&k));
    for (int i = 0; i < F_COUNT; i++)
        if (i != F_logg)
            TRY(check_objects(&k, model_family((enum family_id)i)));
    return check_gone(&k);
}
