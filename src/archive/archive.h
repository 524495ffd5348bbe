/*
 * archive – the life of records. Every rule of the standard lives here, and the one gate.
 *
 * A door makes a `struct call` (who, where, when) and uses the functions below; each runs in one
 * snapshot or one write of the municipality's own database. What follows from a change – numbers,
 * inheritance, change log, search words, jobs – is in its transaction.
 *
 * The gate: each row carries an access class (column vern) that says which screenings, gradings and
 * access rules (tilgang) apply to it, its own and those inherited from what it hangs on. The classes
 * the caller may read are found once a call and put into every statement, so that object, list,
 * count, search, expand, link and download agree. What the gate hides is RC_NOT_FOUND.
 *
 * Errors common to all: RC_IO, RC_BUSY, RC_NOMEM, RC_UNCERTAIN; RC_FORBIDDEN when the role may read
 * the object but not do this.
 */
#ifndef SAMDRIFT_ARCHIVE_H
#define SAMDRIFT_ARCHIVE_H

#include "base/base.h"
#include "blob/blob.h"
#include "inspect/inspect.h"
#include "login/login.h"
#include "model/model.h"
#include "store/store.h"

struct archive;    /* of a co-operation */
struct vault;      /* of one municipality; lives as long as the archive */
struct gate;       /* what the caller may do, found by the first call of a request */

/*
 * store and blobs are borrowed. cfg: section [arkiv] and one section a municipality (strict = ja …), and
 * [inspeksjon] with sandkasse (kreves: RC_SANDBOX where the kernel cannot; mulig), sekunder and minne (MiB).
 */
enum rc archive_open(struct cx *cx, struct store *store, struct blobs *blobs, struct config *cfg,
                     struct archive **ret) ATTR_CHECK;
void archive_close(struct archive **a);
/* What holds the readers of files on this machine. */
struct inspect_sandbox archive_sandbox(struct archive *a);
/* Opens the municipality's database on first use (tables, code lists, workers). Thread-safe. */
enum rc archive_vault(struct cx *cx, struct archive *a, const char *slug, struct vault **ret) ATTR_CHECK;
/* Is the vault open already? */
bool archive_has_vault(struct archive *a, struct str slug);
/*
 * Tables that another room keeps in the municipality's database, beside the archive's, and indexes it needs of those:
 * make runs in the write that opens it when `table`, the last of them (or the last index), is not there. Before the
 * first archive_vault. At most 16.
 */
void archive_add_tables(struct archive *a, const char *table, enum rc (*make)(struct db *db));
/* The municipality's database, for those tables alone: the archive's own are behind its functions.
 * (The export of deposits, which goes through the whole archive without a gate, reads them.) */
struct space *vault_space(const struct vault *v);
const char *vault_slug(const struct vault *v);
/* Behaves by the letter of TG 1.1 where that conflicts with existing clients (docs/conformance.md)? */
bool vault_strict(const struct vault *v);
/* Does the municipality log reading (archive_seen), of everything or of what is screened? */
bool vault_logs_reading(const struct vault *v);
int64_t vault_bulk_limit(const struct vault *v);      /* bulkgrense: bytes a single POST may carry */
/* Its documents, in the space of its slug. */
struct blobs *vault_blobs(const struct vault *v);
/* Does it hold any arkiv or document? (municipality remove) */
enum rc vault_empty(struct cx *cx, struct vault *v, bool *ret) ATTR_CHECK;

enum { ARCHIVE_KEY_DAYS = 30 };

struct call {
    struct cx *cx;
    struct vault *vault;
    struct person person;
    enum role role;         /* in this municipality */
    bool correct;           /* asked for correction beyond the freeze (arkivadministrator only) */
    bool import;            /* asked for import: server-set values are taken from the client (arkivadministrator, integrasjon) */
    /* NULL, or: the same key answers with the first result again, for ARCHIVE_KEY_DAYS. A create with a key is never
     * RC_UNCERTAIN: it looks for its key again, or is RC_BUSY while the database is away. */
    const char *idempotency_key;
    const struct gate *gate;      /* set by the calls below, for archive_offers; NULL at first */
    struct db *within;            /* the write of archive_together, which alone sets these two */
    enum rc within_rc;
};

enum deed { DEED_READ, DEED_NEW, DEED_CHANGE, DEED_DELETE };

/* ------------------------------------------------------------------ reading */

/* The object, lists loaded. */
enum rc archive_get(struct call *c, enum family_id f, struct str systemid, struct rec **ret) ATTR_CHECK;
/* An object of any family (N: arkivenhet/). */
enum rc archive_find(struct call *c, struct str systemid, struct rec **ret) ATTR_CHECK;
/*
 * An object is about to be shown to the caller by itself: an event 'R' where the municipality logs
 * reading (leselogg = ja, or skjermet: only what is screened). On an error it is not to be shown.
 * archive_document does it itself; lists are not logged.
 */
enum rc archive_seen(struct call *c, const struct rec *r) ATTR_CHECK;
/* The one object over a to-one relation, or RC_NOT_FOUND. */
enum rc archive_one(struct call *c, const struct rec *from, const struct link *l, struct rec **ret) ATTR_CHECK;
/* Should the object show this link to the caller, by right and by state? from NULL: package page. */
bool archive_offers(struct call *c, const struct rec *from, const struct link *l);

#include "archive/query.h"

/* A page of results, lists and expansions loaded, and the total. */
enum rc archive_query(struct call *c, const struct query *q, struct result *ret) ATTR_CHECK;

/*
 * For rooms above that ask what a query tree cannot say: what is not there, or what their own tables tell of a row.
 * By the gate, as every reading. condition is SQL over the row t0, made of literals; each '?' in it is `bound`.
 */
struct picking {
    enum family_id family;
    const char *condition;
    int64_t bound;
    int64_t after;             /* only rows of a greater id */
    int64_t skip, most;
    bool many;                 /* there are thousands: the first are looked for row by row before all are found and put in order */
    bool logged;               /* it tells of nothing but rows whose changes are logged: the count is kept as long as no more are */
};
/*
 * SQL: the arkivdel of what lies in a klasse and names none. Of those that go on with the same klassifikasjonssystem (`system`,
 * its row) it is the newest there was when the thing was made (`made`, its opprettetdato_t, named by its table), so that a new
 * period leaves the older ones what is theirs; what is older than all of them is of the first (Noark 5, 5.11.3).
 */
#define ARKIVDEL_THEN(system, made)                                                                                          \
    "coalesce((SELECT n.id FROM arkivdel n WHERE n.klassifikasjonssystem_id = " system " AND n.opprettetdato_t <= " made      \
    " ORDER BY n.opprettetdato_t DESC, n.id DESC LIMIT 1), (SELECT n.id FROM arkivdel n WHERE n.klassifikasjonssystem_id = "  \
    system " ORDER BY n.opprettetdato_t, n.id LIMIT 1))"

/* A page in the order of the rows, lists loaded, in the arena. */
enum rc archive_pick(struct call *c, const struct picking *p, struct rec ***ret, size_t *ret_n) ATTR_CHECK;
/* How many there are; counts no further than `most`. */
enum rc archive_pick_count(struct call *c, const struct picking *p, int64_t *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ changing */

/*
 * Runs fn in one write: all that the functions below do with its call is stored whole or not at all,
 * and reads see it. The first failure is the result and undoes everything, whatever fn returns. fn may
 * be run more than once (store_write). Files are taken in before it, with archive_take.
 */
enum rc archive_together(struct call *c, enum rc (*fn)(struct call *c, void *arg), void *arg) ATTR_CHECK;
/* As archive_together, and then everything is undone, also when it went well: for looking at what would be. */
enum rc archive_trial(struct call *c, enum rc (*fn)(struct call *c, void *arg), void *arg) ATTR_CHECK;
/* The write under way, for rows of other rooms that belong to the same transaction; NULL outside. */
struct db *archive_db(const struct call *c);
/* Such rows are changed in the write under way, or in one of their own; and read in it, or in a snapshot. */
enum rc archive_rows_write(struct call *c, enum rc (*fn)(struct db *db, void *arg), void *arg) ATTR_CHECK;
enum rc archive_rows_begin(struct call *c, struct db **ret) ATTR_CHECK;
void archive_rows_end(const struct call *c, struct db **db);

/* What a client sent as version: "" = nothing; rc tells the code of a mismatch (RC_CONFLICT, RC_PRECONDITION). */
struct match {
    const char *etag;
    enum rc rc;
};

/* Default values for a new object below parent (NULL: top level); not stored, no systemID. */
enum rc archive_template(struct call *c, const struct rec *parent, const struct link *ny, struct rec **ret) ATTR_CHECK;
/* Makes `in` below parent (systemid empty: top level). */
enum rc archive_create(struct call *c, enum family_id parent_family, struct str parent, const struct link *ny,
                       struct rec *in, struct rec **ret) ATTR_CHECK;
/*
 * A change its caller does not wait for. done comes once, when the change is durable or refused, on a thread
 * that it must not keep; all that was given lives until then. Not within archive_together.
 */
struct later {
    void (*done)(struct later *l, enum rc rc);
    struct rec *rec;        /* what was made or changed, when rc is RC_OK */
};
/* As archive_create. above: the class of the parent as the caller names it, one it is or inherits; NULL: top level. */
void archive_create_later(struct call *c, const struct entity *above, struct str parent, const struct link *ny,
                          struct rec *in, struct later *l);
/* As archive_create over the link of that name, from values as TG writes them. Takes over values; NULL is RC_NOMEM. */
enum rc archive_make(struct call *c, const struct rec *parent, enum package p, const char *ny, json_t *values,
                     struct rec **ret) ATTR_CHECK;
/* Is the call part of an import: asked for (X-Samdrift-Import) or its user set to (importbrukere), with the right to? */
bool archive_importing(const struct call *c);
/* The caller becomes a bruker of the municipality with the first request; free after that. */
enum rc archive_meet(struct call *c) ATTR_CHECK;
/* One move asked for in a PATCH or through $ref: `link` as seen from the object, to the target. */
struct move {
    const struct link *link;
    struct str target;          /* systemID */
};
/* Can the relation of the link be given another object: parents, and to-one references (nestearkivdel)? */
bool archive_movable(const struct link *l);
/* PUT: absent optional values are removed, lists left out stay, server-set ones are ignored. */
enum rc archive_replace(struct call *c, enum family_id f, struct str systemid, struct match m,
                        struct rec *in, struct rec **ret) ATTR_CHECK;
/* PATCH (RFC 7396): what is sent changes, null removes; moves may be empty. */
enum rc archive_merge(struct call *c, enum family_id f, struct str systemid, struct match m, struct rec *in,
                      const struct move *moves, size_t moves_n, struct rec **ret) ATTR_CHECK;
enum rc archive_delete(struct call *c, enum family_id f, struct str systemid, struct match m) ATTR_CHECK;
/* Deletes what the query finds, each by its rules, all or nothing; at most `limit` (else RC_FIELD_VALUE). */
enum rc archive_delete_all(struct call *c, const struct query *q, size_t limit, size_t *ret_n) ATTR_CHECK;
/* utvid-til-X: same systemID, the subtype's values added. */
void archive_expand_later(struct call *c, enum family_id f, struct str systemid, struct match m,
                          const struct entity *to, struct rec *in, struct later *l);
/* $ref on a list or to-one link. */
enum ref_mode { REF_ADD, REF_REPLACE, REF_REMOVE };
enum rc archive_ref(struct call *c, enum family_id f, struct str systemid, const struct link *l,
                    enum ref_mode mode, struct str target) ATTR_CHECK;
/* ny-kryssreferanse: from owner to target; RC_FIELD_VALUE when it exists. */
enum rc archive_cross(struct call *c, enum family_id f, struct str owner, struct str target, struct rec **ret) ATTR_CHECK;
/* Changes the target of a kryssreferanse. */
enum rc archive_cross_change(struct call *c, struct str systemid, struct str target, struct rec **ret) ATTR_CHECK;
/* Closes a mappe, as setting avsluttetDato would. */
enum rc archive_close_mappe(struct call *c, struct str systemid, struct match m, struct rec **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ documents */

/*
 * Gives the staged content to a dokumentobjekt, or to a new one of a dokumentbeskrivelse: checks the
 * type by content and what the client said (size, checksum, mimeType, format), stores, fills in.
 * A file that kills its inspection is kept as of unknown format, told in its log, and named by verify.
 * mime and name are as sent with the upload, may be NULL. Ends the stage on every return.
 * RC_CONFLICT when it has a file already.
 */
enum rc archive_attach(struct call *c, enum family_id f, struct str systemid, struct blob_stage **stage,
                       const char *mime, const char *name, struct rec **ret) ATTR_CHECK;
/*
 * archive_attach in two steps, for a file given in a write that does more: take stores and looks at the
 * content (ends the stage on every return; what is never given is swept), give names it. The file lies
 * in the arena of the call and may be given several times.
 */
struct taken;
enum rc archive_take(struct call *c, struct blob_stage **stage, const char *mime, const char *name, struct taken **ret) ATTR_CHECK;
enum rc archive_give(struct call *c, enum family_id f, struct str systemid, struct taken *file, struct rec **ret) ATTR_CHECK;
/* By a caller that imports: the file of a dokumentobjekt that arrived before it. What was told of the file has been compared
 * by the caller; now it tells of itself. RC_HAS_FILE when it has one. */
enum rc archive_give_late(struct call *c, struct str systemid, struct taken *file) ATTR_CHECK;
/* The same, instead of a file that arrived damaged: the caller knows by its checksum that this is the right one. The log
 * tells both checksums. Nothing changes when it is the one that is there. */
enum rc archive_replace_late(struct call *c, struct str systemid, struct taken *file) ATTR_CHECK;
/* archive_take of bytes: a document the program has made. */
enum rc archive_take_bytes(struct call *c, struct str bytes, const char *mime, const char *name, struct taken **ret) ATTR_CHECK;
/* A finished dokumentbeskrivelse of the registrering with that file; as: "H" (main document), "V" (attachment). */
enum rc archive_make_document(struct call *c, const struct rec *post, const char *title, const char *as, struct taken *file,
                              struct rec **ret, struct rec **ret_object) ATTR_CHECK;
/* The journalpost, which is whole, goes out: it is sent (E) and registered (J) in one. */
enum rc archive_ekspeder(struct call *c, struct rec **post) ATTR_CHECK;
/* What a staged file is by its content; nothing more can be written to the stage. */
enum rc archive_look(struct call *c, struct blob_stage *stage, struct inspect_facts *ret) ATTR_CHECK;
/*
 * What clamd says of a staged file, where [inspeksjon] clamd tells its address. With virus = kreves a file that cannot be
 * scanned is SCAN_WANTING: it must not be taken.
 */
enum scan { SCAN_NOT, SCAN_CLEAN, SCAN_VIRUS, SCAN_WANTING };
enum rc archive_scan(struct call *c, struct blob_stage *stage, enum scan *ret) ATTR_CHECK;
/* May the caller attach here now? Run before the body is taken in. */
enum rc archive_may_attach(struct call *c, enum family_id f, struct str systemid) ATTR_CHECK;
/* A stage for the municipality of the call. */
enum rc archive_stage(struct call *c, struct blob_stage **ret) ATTR_CHECK;
enum rc archive_stage_resume(struct call *c, const char *name, struct blob_stage **ret) ATTR_CHECK;
/* The file of a dokumentobjekt, or of the newest one of a dokumentbeskrivelse. */
struct document {
    int fd;                 /* the caller's; -1 where documents are not files: archive_document_send */
    int64_t size;
    char *mime, *name;
    char sha256[SHA256_HEX_MAX];
};
enum rc archive_document(struct call *c, enum family_id f, struct str systemid, struct document *ret) ATTR_CHECK;
/* The one for people to read among the dokumentobjekter of a document: a PDF where there is one. NULL: none has a file. */
const struct rec *archive_readable(const struct result *objects);
/* "pdf" of "Vedtak.pdf", for a name that tells nothing; by the kind of file where the name has none; "" for neither. */
const char *archive_document_ending(struct cx *cx, const struct document *d);
/* The words in it, the first 2 MiB of them; empty where the reader finds none (a scanned page). In the arena. */
enum rc archive_document_words(struct call *c, const struct document *d, struct str *ret) ATTR_CHECK;
/* Hands over a part of a document that archive_document found, also after the call: see blob_send. */
enum rc archive_document_send(struct cx *cx, struct vault *v, const char *sha256, int64_t from, int64_t n,
                              const struct blob_taker *to) ATTR_CHECK;
/*
 * As archive_document_send for a thread that has no request and may outlive it: state, send and end (mem_free) of a
 * source that waits for a slow client (struct http_source). The vault must outlive it.
 */
void *archive_far(struct vault *v, const char *sha256);
enum rc archive_far_send(void *far, int64_t from, int64_t n, enum rc (*out)(void *arg, const void *p, size_t n), void *arg);

/* Chunked upload sessions: durable, so that a restart does not lose them. */
struct upload {
    char id[UUID_TEXT_MAX];
    enum family_id family;
    char systemid[UUID_TEXT_MAX];
    char stage[80];
    char *mime, *name;
    int64_t total;
};
enum rc archive_upload_begin(struct call *c, struct upload *u) ATTR_CHECK;   /* fills id and stage */
enum rc archive_upload_get(struct call *c, struct str id, struct upload *ret) ATTR_CHECK;
enum rc archive_upload_end(struct call *c, struct str id) ATTR_CHECK;

/* ------------------------------------------------------------------ deposits taken in */

/*
 * An object of a deposit on its way in. It keeps what it brings, whatever rules hold for new objects;
 * the log tells that it was imported. A systemID the archive has already, in the same place, is the
 * same object: it stays as it is.
 */
struct arrival {
    struct rec *rec;                   /* values and systemid; id, vern, codes and facts of the file are set */
    const struct relation *relation;   /* how it hangs on `on`; NULL: at the top */
    struct rec *on;                    /* arrived before it */
    const struct rec *arkivdel;        /* of what hangs on a klasse, which several arkivdeler may share; or NULL */
    struct taken *file;                /* of a dokumentobjekt, or NULL */
    bool open;                         /* its values are not all there: a row is made, and it arrives again */
    bool before;                       /* out: the archive had it */
    void *owner;                       /* the caller's */
};
/* What is remembered over many arrivals. `told` hears of values that need a word: codes that were added
 * to their list (path: "kode/saksstatus"), a systemID that another object had, values that differ from those of
 * an object that was there. */
struct intake;
struct intake *archive_intake_new(enum rc (*told)(void *arg, const struct arrival *a, const char *path, struct str value),
                                  void *arg);
void archive_intake_free(struct intake **in);
/* In archive_together by a caller that imports: begin, arrivals with parents first, end; settled after its commit. */
void archive_intake_begin(struct intake *in);
enum rc archive_arrive(struct call *c, struct intake *in, struct arrival *a) ATTR_CHECK;
/* What archive_arrive would find, in an archive_trial: `before`, codes, systemid, and what is told. Nothing is made: id stays
 * 0 unless it was there. */
enum rc archive_arrive_look(struct call *c, struct intake *in, struct arrival *a) ATTR_CHECK;
enum rc archive_intake_end(struct call *c, struct intake *in) ATTR_CHECK;
void archive_intake_settled(struct intake *in);
/* A field of business metadata, into the catalogue when it is not there. note may be NULL. */
enum rc archive_arrive_field(struct call *c, const char *name, const char *type, const char *note) ATTR_CHECK;
/* An entry of the change log that came along; its systemid is set. One that is there stays. */
enum rc archive_arrive_log(struct call *c, struct rec *entry) ATTR_CHECK;
/* Row a of the relation names an object by systemID. *ret_found false: there is none (a kryssreferanse then goes). */
enum rc archive_arrive_reference(struct call *c, const struct relation *rel, int64_t a, struct str target,
                                 bool *ret_found) ATTR_CHECK;

/* ------------------------------------------------------------------ upkeep */

struct finding {
    const char *what;      /* "document-missing", "document-changed", "row-orphan", "document-uninspected" … */
    const char *where;     /* table and systemID, or checksum */
    const char *remedy;
};
/*
 * Documents against checksums, rows against documents, rows against rows and against the log. heads: signed heads of the
 * log that were kept outside (JSON of archive_tree_head, one or an array, of any municipality; empty: none), which tell
 * when the database has become an older copy of itself; RC_JSON when they are none. progress may be NULL.
 */
enum rc archive_verify(struct cx *cx, struct vault *v, struct str heads, void (*found)(void *arg, const struct finding *f),
                       void (*progress)(void *arg, size_t done, size_t total), void *arg) ATTR_CHECK;
/* Waits until the words of uploaded documents are indexed, or timeout. */
bool archive_settle(struct vault *v, int timeout_ms);

#endif
