/*
 * Verification of the log: is each entry there, as it was written, and does each object stand as the
 * last event left it? A removed or altered row is named.
 */
#include <stdlib.h>

#include "archive/archive_int.h"

struct audit {
    struct db *db;
    struct vault *vault;
    audit_report report;
    void *arg;
    int64_t last;                      /* number of the entry before */
    char leaf[SHA256_HEX_MAX];         /* its leaf */
    struct chain_growth tree;          /* over the leaves up to there */
    bool torn;                         /* a leaf is missing: there is no tree over the rest */
    struct buf heads, blocks;          /* struct pinned, ascending; chain_hash */
    size_t heads_done, heads_other;
};

/* A signed head: so many entries, and the root they had. */
struct pinned {
    int64_t count;
    chain_hash root;
    bool outside;                      /* kept outside the archive */
};

enum { HEADS_TOLD = 20 };

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

static void head_other(struct audit *k, const struct pinned *h)
{
    char where[80];
    (void)snprintf(where, sizeof(where), "tretopp %" PRId64, h->count);
    if (h->outside && h->count > k->last)
        say(k, "log-rolled-back", where,
            "Loggen er kortere enn den var da tretoppen ble hentet: databasen er en eldre kopi, eller slutten er fjernet."
            " / The log is shorter than when the head was fetched: an older copy, or its end has been removed.");
    else if (h->outside || k->heads_other++ < HEADS_TOLD)
        say(k, "log-other", where,
            "Loggen er en annen enn den som ble signert. / The log is not the one that was signed.");
}

/* Heads over as many entries as are read; at the end of the log those over more. */
static void meet_heads(struct audit *k, bool end)
{
    const struct pinned *h = (const struct pinned *)(const void *)k->heads.p;
    size_t n = k->heads.n / sizeof(*h);
    chain_hash root;
    for (; k->heads_done < n && (end || h[k->heads_done].count <= k->last); k->heads_done++) {
        const struct pinned *one = &h[k->heads_done];
        bool same = !k->torn && one->count == k->tree.n;
        if (same && one->count) {
            chain_grown(&k->tree, root);
            same = memcmp(root, one->root, sizeof(root)) == 0;
        }
        if (!same)
            head_other(k, one);
    }
}

static void meet_block(struct audit *k)
{
    char where[80];
    size_t nr = (size_t)(k->tree.n / CHAIN_BLOCK) - 1, kept = k->blocks.n / sizeof(chain_hash);
    if (nr >= kept || memcmp(k->blocks.p + nr * sizeof(chain_hash), k->tree.block, sizeof(chain_hash)) == 0)
        return;
    (void)snprintf(where, sizeof(where), "loggtre %zu", nr);
    say(k, "tree-altered", where, "Raden stemmer ikke med loggen; hent den fra sikkerhetskopi."
                                  " / The row is not that of the log; restore it from backup.");
}

static void grow(struct audit *k, const char *leaf)
{
    chain_hash raw;
    if (!chain_unhex(str_of(leaf), raw))
        k->torn = true;
    if (k->torn)
        return;
    chain_grow(&k->tree, raw);
    if (k->tree.n % CHAIN_BLOCK == 0)
        meet_block(k);
}

/* Is the instant that is sorted and filtered by the one that is shown? */
static bool time_holds(struct str text, int64_t at)
{
    int64_t told;
    return !time_parse(text, true, &told) || told == at;
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
    (void)snprintf(where, sizeof(where), "logg nr. %" PRId64 " (%.*s)", e.nr, (int)e.fields[0].n, e.fields[0].p);
    bool timely = time_holds(e.fields[CHAIN_WHEN], stmt_int(st, CHAIN_FIELDS + 2)) &&
                  time_holds(e.fields[CHAIN_HAPPENED], stmt_int(st, CHAIN_FIELDS + 3));
    if ((follows && !streq(leaf, told)) || !timely)
        say(k, "log-altered", where, "Oppføringen er endret etter at den ble skrevet. / The entry has been altered.");
    if (e.nr <= k->last)
        say(k, "log-double", where, "To oppføringer har samme plass. / Two entries stand in the same place.");
    k->torn = k->torn || !follows;
    k->last = e.nr;
    memcpy(k->leaf, told, sizeof(told));
    grow(k, told);
    meet_heads(k, false);
    return RC_OK;
}

/* What the archive itself believes to be the end, and goes on from. */
static enum rc check_end(struct audit *k)
{
    struct stmt *st;
    bool row = false;
    int64_t count = -1;
    char leaf[SHA256_HEX_MAX] = "";
    TRY(db_prepare(k->db, "SELECT antall, blad FROM loggslutt WHERE id = 1", &st));
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row) {
        struct str b = stmt_str(st, 1);
        count = stmt_int(st, 0);
        (void)snprintf(leaf, sizeof(leaf), "%.*s", (int)b.n, b.p);
    }
    stmt_done(&st);
    TRY(rc);
    if (count > k->last)
        missing(k, k->last + 1, count);
    else if (count < k->last || !streq(leaf, k->leaf))
        say(k, "log-end", "loggslutt", "Slutten som er notert, er ikke loggens; hent raden fra sikkerhetskopi."
                                       " / The end noted is not that of the log; restore the row from backup.");
    return RC_OK;
}

static enum rc check_entries(struct audit *k)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    int64_t loose;
    meet_heads(k, false);
    TRY(db_prepare(k->db, CHAIN_ROWS " WHERE loggnr IS NOT NULL ORDER BY loggnr", &st));
    stmt_many(st);
    while ((rc = stmt_step(st, &row)) == RC_OK && row && (rc = check_entry_row(k, st)) == RC_OK)
        ;
    stmt_done(&st);
    TRY(rc);
    meet_heads(k, true);
    TRY(check_end(k));
    TRY(db_int(k->db, &loose, 0, "SELECT count(*) FROM logg WHERE loggnr IS NULL", ""));
    if (loose)
        say(k, "log-unchained", "logg", "Oppføringer uten plass i kjeden er lagt til utenom. / Entries outside the chain.");
    return RC_OK;
}

/* ------------------------------------------------------------------ what the log is held against */

static void pin(struct audit *k, const struct tree_head *h, bool outside)
{
    char where[80];
    struct pinned one = {.count = h->count, .outside = outside};
    const char *pem = sign_public(k->vault->archive->signer);
    if (head_holds(db_cx(k->db), k->vault->slug, pem, h) && chain_unhex(str_of(h->root), one.root)) {
        buf_add(&k->heads, &one, sizeof(one));
        return;
    }
    (void)snprintf(where, sizeof(where), "tretopp %" PRId64, h->count);
    say(k, outside ? "head-foreign" : "head-unsigned", where,
        outside ? "Tretoppen er ikke signert med arkivets nøkkel: en annen nøkkel, eller et annet arkiv."
                  " / The head is not signed with the key of the archive: another key, or another archive."
                : "Signaturen stemmer ikke. / The signature does not hold.");
}

static enum rc read_heads(struct audit *k)
{
    struct tree_head h;
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(k->db, "SELECT antall, rot, tid, signatur FROM tretopp ORDER BY antall", &st));
    stmt_many(st);
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        head_read(st, &h);
        pin(k, &h, false);
    }
    stmt_done(&st);
    return rc;
}

static int by_count(const void *a, const void *b)
{
    const struct pinned *x = a, *y = b;
    return (x->count > y->count) - (x->count < y->count);
}

/* All of the tree that is kept, to be held against the leaves. */
static enum rc read_tree(struct audit *k)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    char where[80];
    chain_hash raw = {0};
    TRY(db_prepare(k->db, "SELECT nr, hash FROM loggtre ORDER BY nr", &st));
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        int64_t due = (int64_t)(k->blocks.n / sizeof(raw));
        bool sound = chain_unhex(stmt_str(st, 1), raw);
        if (sound && stmt_int(st, 0) == due) {
            buf_add(&k->blocks, raw, sizeof(raw));
            continue;
        }
        (void)snprintf(where, sizeof(where), "loggtre %" PRId64, due);
        say(k, "tree-altered", where, "Raden mangler eller kan ikke leses; hent den fra sikkerhetskopi."
                                      " / The row is missing or unreadable; restore it from backup.");
        break;
    }
    stmt_done(&st);
    return rc;
}

static enum rc check_log(struct audit *k, const struct tree_head *outside, size_t outside_n)
{
    TRY(read_heads(k));
    for (size_t i = 0; i < outside_n; i++)
        pin(k, &outside[i], true);
    TRY(read_tree(k));
    if (buf_failed(&k->heads) || buf_failed(&k->blocks))
        return cx_nomem(db_cx(k->db));
    if (k->heads.n)
        qsort(k->heads.p, k->heads.n / sizeof(struct pinned), sizeof(struct pinned), by_count);
    return check_entries(k);
}

/* ------------------------------------------------------------------ objects against their last event */

static bool times_hold(const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        if (s->column && (s->leaf ? s->leaf->type : s->attr->type) == T_DATETIME && r->v[i].state == VAL_SET &&
            !time_holds(r->v[i].text, r->v[i].i))
            return false;
    }
    return true;
}

static enum rc check_row(struct audit *k, const struct family *f, int64_t id, const char *mark)
{
    static const char remedy[] = "Raden er endret utenom Samdrift; hent den fra sikkerhetskopi. / Altered outside Samdrift.";
    struct cx *cx = db_cx(k->db);
    struct call call = {.cx = cx, .vault = k->vault, .role = ROLE_ARKIVADMINISTRATOR};
    char now[SHA256_HEX_MAX];
    struct rec *r;
    bool guarded = true;
    enum rc rc = rec_load(k->db, f, id, &r);
    if (rc == RC_INTERNAL) {
        say(k, "row-unreadable", arena_printf(cx->arena, "%s id %" PRId64, f->table, id),
            "Raden kan ikke leses; hent den fra sikkerhetskopi. / The row cannot be read; restore it from backup.");
        return RC_OK;
    }
    TRY(rc);
    const char *where = arena_printf(cx->arena, "%s %s", f->table, r->systemid);
    TRY(chain_digest(cx, r, now));
    rc = vern_holds(&call, k->db, r, &guarded);
    if (rc != RC_OK && rc != RC_INTERNAL)
        return rc;
    guarded = guarded && rc == RC_OK;      /* a class that is gone guards nothing */
    if ((*mark && !streq(now, mark)) || !times_hold(r))
        say(k, "row-altered", where, remedy);
    else if (!guarded)
        say(k, "access-altered", where, "Raden har en annen tilgangsklasse enn skjermingen gir; lagre skjermingen på nytt."
                                        " / Its access class is not that of its screening; save the screening anew.");
    return RC_OK;
}

/* Memory of one object at a time: an arena of its own. */
static enum rc check_object(struct audit *k, const struct family *f, int64_t id, const char *mark)
{
    struct cx *cx = db_cx(k->db);
    struct arena *own = cx->arena, *scratch = arena_new((size_t)MiB(8));
    if (!scratch)
        return cx_nomem(cx);
    cx->arena = scratch;
    enum rc rc = check_row(k, f, id, mark);
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
    for (int64_t last = INT64_MIN;;) {
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
        TRY(check_object(k, f, last, mark));
    }
}

/* An entry is guarded as its object is; the class is not in the chain. */
static enum rc check_log_classes(struct audit *k, const struct family *f)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    char where[120];
    char *sql = arena_printf(db_cx(k->db)->arena, "SELECT l.loggnr, l.systemid FROM logg l JOIN %s t"
                             " ON t.systemid = l.referansearkivenhet WHERE l.vern <> t.vern", f->table);
    if (!sql)
        return cx_nomem(db_cx(k->db));
    TRY(db_prepare(k->db, sql, &st));
    stmt_many(st);
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        struct str id = stmt_str(st, 1);
        (void)snprintf(where, sizeof(where), "logg nr. %" PRId64 " (%.*s)", stmt_int(st, 0), (int)id.n, id.p);
        say(k, "access-altered", where, "Oppføringen har en annen tilgangsklasse enn objektet; lagre skjermingen på nytt."
                                        " / Its access class is not that of the object; save the screening anew.");
    }
    stmt_done(&st);
    return rc;
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

enum rc audit_log(struct db *db, struct vault *v, const struct tree_head *outside, size_t outside_n,
                  audit_report report, void *arg)
{
    struct audit k = {.db = db, .vault = v, .report = report, .arg = arg};
    buf_init(&k.heads, (size_t)MiB(256));
    buf_init(&k.blocks, (size_t)MiB(256));
    enum rc rc = check_log(&k, outside, outside_n);
    buf_free(&k.heads);
    buf_free(&k.blocks);
    TRY(rc);
    for (int i = 0; i < F_COUNT; i++)
        if (i != F_logg) {
            TRY(check_objects(&k, model_family((enum family_id)i)));
            TRY(check_log_classes(&k, model_family((enum family_id)i)));
        }
    return check_gone(&k);
}
