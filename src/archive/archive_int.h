/*
 * Private to the room archive: the vault, and what its files offer each other.
 *
 * vault.c opens a municipality. gate.c decides, vern.c keeps the access classes. fill.c sets what the
 * core sets, check.c tests values, rules.c holds the conditions of the standard, change.c puts them
 * in order. log.c, number.c and search.c are what every change passes through.
 */
#ifndef SAMDRIFT_ARCHIVE_INT_H
#define SAMDRIFT_ARCHIVE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "archive/archive.h"
#include "archive/chain.h"

struct words_worker;
struct signer;

struct vault {
    struct archive *archive;
    struct vault *next;
    struct space *space;
    char slug[64];
    bool strict;
    bool inherit_kassasjon;
    enum read_log { READ_LOG_NONE, READ_LOG_SCREENED, READ_LOG_ALL } read_log;
    int64_t bulk_limit;
    const char *secure, *inner;  /* codes that ask for the secure and for the inner zone, as importers */
    const char *importers;       /* names whose calls are imports, separated by blanks; of the config */
    pthread_mutex_t lock;        /* guards gate_cache, totals, known and known_n */
    struct gate_cache *gate_cache;
    struct totals *totals;
    char (*known)[UUID_TEXT_MAX];/* persons that have a bruker row */
    size_t known_n;
};

struct archive {
    struct store *store;
    struct blobs *blobs;
    struct config *cfg;
    struct inspector *inspector;
    const char *clamd;           /* address, "" for none; in cfg */
    bool scan_demanded;
    pthread_mutex_t lock;        /* guards vaults */
    struct vault *vaults;
    struct words_worker *worker;
    struct signer *signer;
    struct room_tables {
        const char *table;
        enum rc (*make)(struct db *db);
    } tables[16];                /* of other rooms */
    size_t tables_n;
};

/* ------------------------------------------------------------------ sql.c */

/* SQL under construction with its bound values, in the arena. Sticky failure: checked by sql_prepare. */
struct sql_bind {
    char kind;              /* 's' text, 'i' integer, 'd' double */
    struct str s;
    int64_t i;
    double d;
};
struct sql {
    struct cx *cx;
    enum dialect dialect;
    struct buf *text;       /* freed with the context */
    struct sql_bind *binds;
    size_t binds_n;
    unsigned aliases;       /* for fresh names: t1, t2 … */
    bool failed;
};
void sql_begin(struct sql *q, struct cx *cx, enum dialect d);
void sql_add(struct sql *q, const char *fmt, ...) ATTR_FORMAT(2, 3);   /* literals and model names only */
void sql_str(struct sql *q, struct str s);      /* adds '?' and binds */
void sql_int(struct sql *q, int64_t i);
void sql_double(struct sql *q, double d);
enum rc sql_prepare(struct sql *q, struct db *db, struct stmt **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ gate.c */

/*
 * The classes the caller may touch, found once a snapshot. gate_where adds " AND (…)" that holds for
 * the rows of family f, named `alias`, on which the caller may do the deed. Every statement that
 * hands out rows uses it.
 */
enum rc gate_open(struct call *c, struct db *db, struct gate **ret) ATTR_CHECK;   /* in the arena */
/* The write the gate was opened in is stored: what it learnt then holds for others too. */
void gate_keep(const struct call *c);
void gate_where(const struct gate *g, struct sql *q, enum family_id f, enum deed deed, const char *alias);
bool gate_may(const struct gate *g, const struct rec *r, enum deed deed);
bool gate_row_may(const struct gate *g, int64_t vern, enum family_id f, enum deed deed);
/* May the caller, by role alone, do the deed to objects of this family? */
bool gate_role_may(const struct call *c, enum family_id f, enum deed deed);
/* Rows of the deed READ, then `deed`: RC_NOT_FOUND when hidden, RC_FORBIDDEN when only the deed is refused. */
enum rc gate_demand(struct call *c, const struct gate *g, const struct rec *r, enum deed deed) ATTR_CHECK;
/* vern or tilgang changes: with the commit every process leaves the facts it has kept. */
enum rc gate_changed(struct db *db) ATTR_CHECK;
void gate_free_cache(struct vault *v);

/* ------------------------------------------------------------------ count.c */

/* What a statement "SELECT count(*) …" tells: now, or as it was when the log was last as long as now. Totals below `least`
 * are not kept. */
enum { COUNT_LONG = 1000 };
enum rc count_now(struct db *db, struct sql *q, int64_t *ret) ATTR_CHECK;
enum rc count_kept(struct call *c, struct db *db, struct sql *q, int64_t least, int64_t *ret) ATTR_CHECK;
void count_free(struct vault *v);

/* ------------------------------------------------------------------ vern.c */

/* Sets r->vern from what it hangs on and its own screening. extra: parents not yet stored as links. */
enum rc vern_set(struct call *c, struct db *db, struct rec *r, const int64_t *extra, size_t extra_n) ATTR_CHECK;
/* Is the class of a stored row the one that its place, screening and rules give? */
enum rc vern_holds(struct call *c, struct db *db, const struct rec *r, bool *ret) ATTR_CHECK;
/* After screening, rules or place of r changed: r and all below it, with their log entries. */
enum rc vern_spread(struct call *c, struct db *db, struct rec *r) ATTR_CHECK;
/* Screenings that ended between two instants stop to count. */
enum rc vern_expire(struct cx *cx, struct vault *v) ATTR_CHECK;

/* ------------------------------------------------------------------ query_sql.c, search.c */

enum rc query_run(struct call *c, struct db *db, const struct gate *g, const struct query *q, struct result *ret) ATTR_CHECK;

/* The words of objects. */
enum rc search_put(struct db *db, const struct rec *r) ATTR_CHECK;               /* from A_SEARCH slots and lists */
/* The same for a row just inserted, which has none yet and no lists but those of r: cheaper. */
enum rc search_put_new(struct db *db, const struct rec *r) ATTR_CHECK;
enum rc search_put_words(struct db *db, enum family_id f, int64_t id, struct str words) ATTR_CHECK; /* document text */
enum rc search_drop(struct db *db, enum family_id f, int64_t id) ATTR_CHECK;
enum rc search_prepare(struct db *db) ATTR_CHECK;                                /* its table */
/* Adds " AND (…)": rows of `alias` that match words, themselves or through what hangs on them and the caller may read. */
void search_where(const struct gate *g, struct sql *q, enum family_id f, const char *alias, struct str words);

/* ------------------------------------------------------------------ log.c */

/* One entry a changed attribute; texts as by val_print. */
enum rc log_change(struct call *c, struct db *db, const struct rec *r, const char *path, struct str old, struct str new) ATTR_CHECK;
/* Stores an entry that a client has told of; sets r->id. */
enum rc log_told(struct db *db, struct rec *r) ATTR_CHECK;
/* The event of an object that came with a deposit, with the checksum of its file (empty: none). */
enum rc log_arrived(struct call *c, struct db *db, const struct rec *r, struct str sjekksum) ATTR_CHECK;
/* An event: 'C', 'U', 'D' or 'R', with a note (NULL: none). */
enum rc log_event(struct call *c, struct db *db, const struct rec *r, char kind, const char *note) ATTR_CHECK;

/* ------------------------------------------------------------------ sign.c */

#define SIGNATURE_HEX_MAX 129
/* The key of the co-operation, made in the space "system" when there is none. */
enum rc sign_open(struct cx *cx, struct store *store, struct signer **ret) ATTR_CHECK;
void sign_close(struct signer **s);
/* PEM; lives as long as the signer. */
const char *sign_public(const struct signer *s);
enum rc sign_make(struct cx *cx, const struct signer *s, struct str text, char out[SIGNATURE_HEX_MAX]) ATTR_CHECK;
/* Is the signature (hex) that of the text by this key? False too for what is no key or no signature. */
bool sign_holds(const char *public_pem, struct str text, struct str signature);

/* ------------------------------------------------------------------ proof.c, audit.c */

/* Columns of a log entry as chain_entry has them, then loggnr, blad, and its instants. */
#define CHAIN_ROWS \
    "SELECT systemid, type, referansearkivenhet, referansemetadata, endretdato, endretav, referanseendretav," \
    " tidligereverdi, nyverdi, hendelsetype, beskrivelse, hendelsedato, avtrykk, loggnr, blad," \
    " endretdato_t, hendelsedato_t FROM logg"

struct tree_head {
    int64_t count;
    char root[SHA256_HEX_MAX], signature[SIGNATURE_HEX_MAX];
    char when[TIME_TEXT_MAX];
};
/* From a row of tretopp: antall, rot, tid, signatur. */
void head_read(struct stmt *st, struct tree_head *ret);
bool head_holds(struct cx *cx, const char *slug, const char *public_pem, const struct tree_head *h);

typedef void (*audit_report)(void *arg, const char *what, const char *where, const char *remedy);
/* Those of `slug` among heads that were kept outside: JSON of archive_tree_head, one or an array. RC_JSON. */
enum rc heads_read(struct cx *cx, struct str json, const char *slug, struct tree_head **ret, size_t *ret_n) ATTR_CHECK;
/* Reports what is wrong with the log, by itself and by heads kept outside, and with objects by what the log says of them. */
enum rc audit_log(struct db *db, struct vault *v, const struct tree_head *outside, size_t outside_n,
                  audit_report report, void *arg) ATTR_CHECK;

/* ------------------------------------------------------------------ number.c */

/* The next number of the series, from `first`; without gaps: it is given back when the write is undone. */
enum rc number_next(struct db *db, const char *series, int64_t first, int64_t *ret) ATTR_CHECK;
/* The one given last; 0: none. */
enum rc number_last(struct db *db, const char *series, int64_t *ret) ATTR_CHECK;
/* The series goes on above `used` (import). */
enum rc number_used(struct db *db, const char *series, int64_t used) ATTR_CHECK;
/* mappeID, saksaar …, registreringsID, journalnumre, dokumentnummer, versjonsnummer of a new or moved object. */
enum rc number_object(struct call *c, struct db *db, struct rec *r, const struct rec *parent) ATTR_CHECK;

/* ------------------------------------------------------------------ fill.c, check.c, rules.c */

/* Drops what only the server may set, unless the caller imports. */
void fill_drop(struct call *c, struct rec *in);
/* The same for what an expansion added to old. */
void fill_drop_new(struct call *c, const struct rec *old, struct rec *in);
/* Defaults and inherited values only: what a form for a new object would show. */
enum rc template_fill(struct call *c, struct db *db, const struct rec *parent, struct rec *r) ATTR_CHECK;
/* Dates, persons, defaults and inheritance of a new object. */
enum rc fill_new(struct call *c, struct db *db, struct rec *r, const struct rec *parent) ATTR_CHECK;
/* What follows inside value objects: dates of screening and disposal, who graded. */
enum rc fill_groups(struct call *c, struct rec *r, const struct rec *old) ATTR_CHECK;

/* Codes known (kodenavn filled in), VSM fields catalogued and of their type, identifiers (strict). old: NULL for new. */
enum rc check_values(struct call *c, struct db *db, struct rec *r, const struct rec *old) ATTR_CHECK;
/* A list that follows a register outside the archive: a code it does not have is taken (unless strict). */
bool check_open_list(const struct call *c, enum codelist_id list);
/* A new entry of a catalogue (kode, virksomhetsspesifikkeMetadata): its name is well-formed and not taken. */
enum rc check_entry(struct call *c, struct db *db, const struct rec *r) ATTR_CHECK;

/* Is the name one of the list, whose names are separated by blanks or commas? */
bool named_in(const char *list, struct str name);
/* May the caller go beyond what freezes, for this object? Every use is logged. */
bool rules_correcting(const struct call *c, enum deed deed);
/* Is the object or what it lies in closed? ret_what names it. */
enum rc rules_closed(struct call *c, struct db *db, const struct rec *r, const char **ret_what) ATTR_CHECK;
enum rc rules_create(struct call *c, struct db *db, const struct rec *parent, const struct link *ny, struct rec *r) ATTR_CHECK;
/* Frozen attributes; keeps server-set values of old in `new`. */
enum rc rules_freeze(struct call *c, struct db *db, const struct rec *old, struct rec *new) ATTR_CHECK;
/* What follows from a status: transitions, closing conditions, dates. old NULL: new object. */
enum rc rules_status(struct call *c, struct db *db, const struct rec *old, struct rec *new) ATTR_CHECK;
enum rc rules_delete(struct call *c, struct db *db, const struct rec *r) ATTR_CHECK;
/* After insert or update: documents finished with their journalpost, a mappe moved to the next period … */
enum rc rules_after(struct call *c, struct db *db, const struct rec *old, const struct rec *new) ATTR_CHECK;
/* The arkivdel an object lies in, through mappe, klasse and klassifikasjonssystem; r itself when it is one, else in
 * the arena of the call; NULL when there is none. */
enum rc rules_arkivdel(struct call *c, struct db *db, const struct rec *r, const struct rec **ret) ATTR_CHECK;
/* May children be hung here now (for links)? */
bool rules_open(const struct rec *r);

/* ------------------------------------------------------------------ change.c */

/* An object to be changed: loaded with its lists when the gate lets the deed through. */
struct change_target {
    struct call *call;
    struct db *db;
    enum family_id family;
    struct str systemid;
    enum deed deed;
    struct gate *gate;      /* out */
    struct rec *rec;        /* out */
};
enum rc change_load(struct change_target *t) ATTR_CHECK;
/* A write of the vault by the caller, who gets a bruker row on first sight. */
enum rc change_run(struct call *c, enum rc (*fn)(struct db *, void *), void *arg) ATTR_CHECK;
/*
 * The idempotency key of the call. change_done finds what an earlier call with the key made in that
 * family (NULL: nothing, or no key); change_note keeps it, in the transaction that made it; fn of
 * change_keyed does both, and is then run again when the answer of its commit was lost.
 */
enum rc change_done(struct call *c, struct db *db, enum family_id f, struct rec **ret) ATTR_CHECK;
enum rc change_note(struct call *c, struct db *db, const struct rec *made) ATTR_CHECK;
enum rc change_keyed(struct call *c, enum rc (*fn)(struct db *, void *), void *arg) ATTR_CHECK;
/* Stores new over old: log, version, words, access class. Nothing when they are equal. */
enum rc change_update(struct call *c, struct db *db, const struct rec *old, struct rec *new) ATTR_CHECK;

/* ------------------------------------------------------------------ refs.c */

enum rc refs_add(struct call *c, struct db *db, const struct relation *rel, int64_t a, int64_t b) ATTR_CHECK;
/* Hangs r elsewhere: checks, number, mirrored attributes. r is stored by the caller. */
enum rc refs_move(struct call *c, struct db *db, const struct gate *g, struct rec *r, const struct move *m) ATTR_CHECK;

/* ------------------------------------------------------------------ verdi.c */

/* Which list attribute of its owner a new row of verdi belongs to. */
void verdi_place(const struct link *ny, struct rec *r);
/* The words of the owner follow a change to one of its list values. */
enum rc verdi_changed(struct call *c, struct db *db, const struct rec *r) ATTR_CHECK;
/* Logs each value of the lists of a row just inserted as made. */
enum rc verdi_made(struct call *c, struct db *db, const struct rec *r) ATTR_CHECK;
/* Stores a list of `new` anew. A value that stands in the list of `old` too stays the object it is; each that is made,
 * moved within the list or taken away is logged. */
enum rc verdi_store(struct call *c, struct db *db, const struct rec *old, struct rec *new, size_t slot) ATTR_CHECK;

/* ------------------------------------------------------------------ deletion.c */

/* Is DELETE of this object a disposal of due content? */
bool deletion_is_disposal(const struct call *c, const struct rec *r);
enum rc deletion_dispose(struct call *c, struct db *db, const struct rec *r) ATTR_CHECK;
/* Takes the object away with what belongs to it alone. */
enum rc deletion_run(struct call *c, struct db *db, const struct rec *r, int depth) ATTR_CHECK;

/* ------------------------------------------------------------------ document.c */

/* Tells the operator. */
void document_warn(const struct vault *v, const char *sha256, const char *killed);
/* The file of r killed its reader (inspect_facts.killed): marked for verify, told in the log of r. */
enum rc document_uninspected(struct call *c, struct db *db, const struct rec *r, const char *killed) ATTR_CHECK;
/* What is known of a file that was taken in, into the dokumentobjekt that gets it. */
enum rc document_fill(struct call *c, struct rec *r, const struct taken *file) ATTR_CHECK;

/* ------------------------------------------------------------------ sweep.c */

/* Removes what nothing refers to and is old enough that nothing is about to, and idempotency keys of their age. */
enum rc sweep_vault(struct cx *cx, struct vault *v) ATTR_CHECK;
/* Is the document one that no row names, nor is about to? */
enum rc sweep_unnamed(struct cx *cx, struct vault *v, struct db *db, const char *sha256, bool *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ words.c */

enum rc words_start(struct cx *cx, struct archive *a, struct words_worker **ret) ATTR_CHECK;
void words_stop(struct words_worker **w);
/* There may be jobs: a vault was opened. */
void words_nudge(struct archive *a);
/* Inside a write: what killed the readers of another version is tried by this one. */
enum rc words_retry(struct db *db) ATTR_CHECK;
/* Inside a write: the document's words are to be read after commit. */
enum rc words_enqueue(struct call *c, struct db *db, int64_t dokumentobjekt) ATTR_CHECK;

#endif
