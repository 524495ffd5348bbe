/*
 * Verification: documents against their checksums, rows against documents, rows against rows.
 */
#include "archive/archive_int.h"

struct check {
    struct cx *cx;
    struct vault *vault;
    struct db *db;
    void (*found)(void *, const struct finding *);
    void (*progress)(void *, size_t, size_t);
    void *arg;
    size_t done, total;
};

static void report(struct check *k, const char *what, const char *where, const char *remedy)
{
    const struct finding f = {what, where ? where : "", remedy};
    k->found(k->arg, &f);
}

static void from_audit(void *arg, const char *what, const char *where, const char *remedy)
{
    report(arg, what, where, remedy);
}

static void step(struct check *k)
{
    k->done++;
    if (k->progress)
        k->progress(k->arg, k->done, k->total);
}

/* ------------------------------------------------------------------ rows and their documents */

/* What the document is, or that it cannot be told now: a store that is away is no finding. */
static enum rc check_document(struct check *k, const char *systemid, const char *sha, int64_t size)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(4));
    char *where = arena_printf(cx.arena, "dokumentobjekt %s: %s", systemid, sha);
    int64_t found = 0;
    enum rc rc = blob_verify(&cx, k->vault->archive->blobs, k->vault->slug, sha, &found);
    if (rc == RC_NOT_FOUND)
        report(k, "document-missing", where, "Hent filen fra sikkerhetskopi. / Restore the file from backup.");
    else if (rc == RC_IO)
        report(k, "document-changed", where,
               "Innholdet stemmer ikke med sjekksummen; hent filen fra sikkerhetskopi. / Restore the file from backup.");
    else if (rc == RC_OK && found != size)
        report(k, "document-size", where, "Størrelsen i raden er feil; rett raden. / Correct the size in the row.");
    cx_close(&cx);
    bool told = rc == RC_OK || rc == RC_NOT_FOUND || rc == RC_IO;
    return told ? RC_OK : err_set(k->cx, rc, NULL, NULL);
}

static enum rc check_documents(struct check *k)
{
    struct stmt *st;
    TRY(db_prepare(k->db, "SELECT systemid, referansedokumentfil, filstoerrelse FROM dokumentobjekt"
                          " WHERE referansedokumentfil IS NOT NULL ORDER BY id", &st));
    stmt_many(st);
    bool row = false;
    enum rc rc;
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        char id[UUID_TEXT_MAX], sha[SHA256_HEX_MAX];
        struct str i = stmt_str(st, 0), s = stmt_str(st, 1);
        (void)snprintf(id, sizeof(id), "%.*s", (int)i.n, i.p);
        (void)snprintf(sha, sizeof(sha), "%.*s", (int)s.n, s.p);
        rc = check_document(k, id, sha, stmt_int(st, 2));
        if (rc != RC_OK)
            break;
        step(k);
    }
    stmt_done(&st);
    return rc;
}

static enum rc check_named(void *arg, const char *sha256, int64_t size)
{
    struct check *k = arg;
    bool unnamed;
    (void)size;
    TRY(sweep_unnamed(k->cx, k->vault, k->db, sha256, &unnamed));
    if (unnamed)
        report(k, "document-unnamed", sha256,
               "Ingen rad viser til filen; den kan ryddes bort. / No row names the file; it may be removed.");
    return RC_OK;
}

/* ------------------------------------------------------------------ rows and rows */

/* Rows that ought not to be there: their systemID, and what more there is to say of each. */
static enum rc report_rows(struct check *k, const char *sql, const char *what, const char *table, const char *remedy)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    if (!sql)
        return cx_nomem(k->cx);
    TRY(db_prepare(k->db, sql, &st));
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        struct str id = stmt_str(st, 0), more = stmt_str(st, 1);
        report(k, what, arena_printf(k->cx->arena, "%s %.*s%.*s", table, (int)id.n, id.p, (int)more.n, more.p), remedy);
    }
    stmt_done(&st);
    return rc;
}

static enum rc check_relation(struct check *k, const struct relation *rel)
{
    const struct family *a = model_family(model_entity(rel->a)->family), *b = model_family(model_entity(rel->b)->family);
    const struct family *holder = rel->kind == REL_CHILD ? b : a, *held = rel->kind == REL_CHILD ? a : b;
    char *sql = arena_printf(k->cx->arena, "SELECT h.systemid, ' (%s)' FROM %s h WHERE h.%s IS NOT NULL AND NOT EXISTS"
                                           " (SELECT 1 FROM %s o WHERE o.id = h.%s)", rel->column, holder->table, rel->column,
                             held->table, rel->column);
    return report_rows(k, sql, "row-orphan", holder->table,
                       "Objektet det hører til, mangler; hent databasen fra sikkerhetskopi. / Its parent is missing.");
}

static enum rc check_links(struct check *k, const struct relation *rel)
{
    const char *a = model_family(model_entity(rel->a)->family)->table, *b = model_family(model_entity(rel->b)->family)->table;
    char *sql = arena_printf(k->cx->arena,
                             "SELECT count(*) FROM %s l WHERE NOT EXISTS (SELECT 1 FROM %s x WHERE x.id = l.a_id)"
                             " OR NOT EXISTS (SELECT 1 FROM %s y WHERE y.id = l.b_id)", rel->table, a, b);
    int64_t n;
    if (!sql)
        return cx_nomem(k->cx);
    TRY(db_int(k->db, &n, 0, sql, ""));
    if (n)
        report(k, "link-orphan", rel->table, "En kobling viser til et objekt som mangler. / A link names a missing object.");
    return RC_OK;
}

/* A document belongs to a registrering, by a row of its own. */
static enum rc check_loose(struct check *k)
{
    return report_rows(k, "SELECT d.systemid, ' (registrering)' FROM dokumentbeskrivelse d WHERE NOT EXISTS (SELECT 1 FROM"
                          " registrering_dokumentbeskrivelse l WHERE l.b_id = d.id)", "row-orphan", "dokumentbeskrivelse",
                       "Koblingen til registreringen er fjernet; hent den fra sikkerhetskopi."
                       " / Its link to the registrering has been removed; restore it from backup.");
}

/* A series that stands below a number it has given would give it again. */
static enum rc check_series(struct check *k, const char *sql)
{
    return report_rows(k, sql, "number-behind", "teller",
                       "Telleren står lavere enn et nummer som er gitt; hent den fra sikkerhetskopi før noe registreres."
                       " / The counter is below a number that was given; restore it from backup before registering.");
}

static enum rc check_numbers(struct check *k)
{
    TRY(check_series(k, "SELECT 'saksmappe/' || g.aar, '' FROM (SELECT saksaar AS aar, max(sakssekvensnummer) AS n FROM"
                        " mappe WHERE sakssekvensnummer IS NOT NULL GROUP BY saksaar) g LEFT JOIN teller t ON t.serie ="
                        " 'saksmappe/' || g.aar WHERE g.n > coalesce(t.verdi, 0)"));
    TRY(check_series(k, "SELECT 'journal/' || g.aar, '' FROM (SELECT journalaar AS aar, max(journalsekvensnummer) AS n"
                        " FROM registrering WHERE journalsekvensnummer IS NOT NULL GROUP BY journalaar) g LEFT JOIN teller"
                        " t ON t.serie = 'journal/' || g.aar WHERE g.n > coalesce(t.verdi, 0)"));
    return check_series(k, "SELECT 'journalpost/' || g.mappe, '' FROM (SELECT mappe_id AS mappe, max(journalpostnummer)"
                           " AS n FROM registrering WHERE journalpostnummer IS NOT NULL AND mappe_id IS NOT NULL GROUP BY"
                           " mappe_id) g LEFT JOIN teller t ON t.serie = 'journalpost/' || g.mappe"
                           " WHERE g.n > coalesce(t.verdi, 0)");
}

/*
 * What may be there without an event: users whom older versions met, code lists and fields as they are installed, values of
 * lists from before they had events of their own.
 */
enum { unlogged = 1u << F_bruker | 1u << F_kode | 1u << F_vsmfelt | 1u << F_verdi | 1u << F_logg };

/* Every other object is logged as made. */
static enum rc check_logged(struct check *k, enum family_id f)
{
    const char *table = model_family(f)->table;
    char *sql = arena_printf(k->cx->arena, "SELECT systemid, '' FROM %s t WHERE NOT EXISTS (SELECT 1 FROM logg l"
                                           " WHERE l.referansearkivenhet = t.systemid AND l.hendelsetype = 'C')", table);
    return report_rows(k, sql, "log-missing", table, "Opprettelsen står ikke i loggen. / Its creation is not in the log.");
}

/* Documents that killed their readers: kept whole, but nobody knows what is in them. */
static enum rc check_inspected(struct check *k)
{
    return report_rows(k, "SELECT o.systemid, ': ' || u.grunn FROM uinspisert u JOIN dokumentobjekt o"
                          " ON o.systemid = u.systemid ORDER BY o.id", "document-uninspected", "dokumentobjekt",
                       "Filen stanset leseren og er bevart uten søkeord; undersøk den på en egen maskin."
                       " / It killed its reader and is kept without words; examine it on a machine apart.");
}

static enum rc check_all(struct check *k, const struct tree_head *outside, size_t outside_n)
{
    int64_t n;
    TRY(db_int(k->db, &n, 0, "SELECT count(*) FROM dokumentobjekt WHERE referansedokumentfil IS NOT NULL", ""));
    k->total = (size_t)n + REL_COUNT;
    TRY(check_documents(k));
    TRY(check_inspected(k));
    TRY(blob_each(k->cx, k->vault->archive->blobs, k->vault->slug, check_named, k));
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        TRY(rel->kind == REL_MANY ? check_links(k, rel) : check_relation(k, rel));
        step(k);
    }
    TRY(check_loose(k));
    TRY(check_numbers(k));
    for (int i = 0; i < F_COUNT; i++)
        if (!(unlogged & 1u << i))
            TRY(check_logged(k, (enum family_id)i));
    return audit_log(k->db, k->vault, outside, outside_n, from_audit, k);
}

enum rc archive_verify(struct cx *cx, struct vault *v, struct str heads, void (*found)(void *, const struct finding *),
                       void (*progress)(void *, size_t, size_t), void *arg)
{
    struct tree_head *outside = NULL;
    size_t outside_n = 0;
    if (heads.n)
        TRY(heads_read(cx, heads, v->slug, &outside, &outside_n));
    struct check k = {.cx = cx, .vault = v, .found = found, .progress = progress, .arg = arg};
    TRY(store_read_begin(cx, v->space, &k.db));
    enum rc rc = check_all(&k, outside, outside_n);
    store_read_end(&k.db);
    return rc;
}
