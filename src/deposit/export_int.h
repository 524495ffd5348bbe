/*
 * Private to the export: what its files offer each other.
 *
 * export.c puts the steps in order. export_batch.c loads records with what hangs on them, many at a
 * time; export_walk.c goes through the structure and writes it; export_ready.c tells what is not as it
 * must be; _journal, _changes, _documents, _vsm and _extra take their part of each record as the walk passes;
 * _schema, _addml and _dias make what stands round it.
 */
#ifndef SAMDRIFT_EXPORT_INT_H
#define SAMDRIFT_EXPORT_INT_H

#include "deposit/export.h"
#include "pack/write.h"

/* ------------------------------------------------------------------ files of the extract */

/* An XML file being written. With no path (dry run) it is only measured. */
struct xml_file {
    struct buf buf;
    struct xw w;
    struct pack_out *out;
    struct pack_sum sum;
    char name[40];                  /* "arkivstruktur.xml" */
    bool open, made;
};
struct export;
/* name NULL: it is measured only. */
enum rc file_open(struct export *x, struct xml_file *f, const char *name) ATTR_CHECK;
/* Hands on what has been written; cheap to call often. */
enum rc file_flow(struct export *x, struct xml_file *f) ATTR_CHECK;
enum rc file_close(struct export *x, struct xml_file *f) ATTR_CHECK;
void file_drop(struct xml_file *f);
/* Path of a file in the folder of work; in the arena. */
char *work_path(struct export *x, const char *name);

/* A file of the package, for METS and arkivuttrekk. */
struct listed {
    struct listed *next;
    const char *name;               /* "arkivstruktur.xsd" */
    struct pack_sum sum;
};

/* ------------------------------------------------------------------ batches */

/* What hangs on a record without being one in the extract: a reference by systemID. */
struct ref {
    int64_t owner;
    size_t nr;
    const char *element;            /* "referanseTilMappe" */
    struct str id;
};
struct kid {
    int64_t owner;                  /* row id of the record it hangs on */
    size_t nr;                      /* its place among those loaded */
    struct rec *r;
};
#define SHARED_WITH "deltMed"       /* the element of a ref that names the first registrering holding a shared document */
/* Records of one family with all that hangs on them. */
struct batch {
    enum family_id family;
    struct kid *r;                  /* sorted by owner */
    size_t n;
    struct batch *kids;             /* in the order of batch_hang */
    size_t kids_n;
    struct ref *refs;               /* sorted by owner */
    size_t refs_n;
};

/* What hangs on a family: element in the extract and the relation it comes over. */
struct hang {
    enum family_id on;
    const char *element;
    enum relation_id relation;
};
const struct hang *batch_hang(enum family_id f, size_t i);      /* NULL past the last */
/* Lists, kids and references of records that are loaded already. */
enum rc batch_complete(struct export *x, struct batch *b) ATTR_CHECK;
/* The kids of the i-th kind on the record with that row id. */
const struct kid *batch_kids(const struct batch *b, size_t kind, int64_t id, size_t *ret_n);
const struct kid *batch_kids_named(const struct batch *b, const char *element, int64_t id, size_t *ret_n);
const struct ref *batch_refs(const struct batch *b, int64_t id, size_t *ret_n);
/* The arkivskapere of the arkiv. */
enum rc batch_creators(struct export *x, const struct kid **ret, size_t *ret_n) ATTR_CHECK;
/* The places of one statement for many records, in brackets, and their row ids bound to them. */
#define BATCH_PLACES 50
extern const char batch_places[];
void batch_bind(struct stmt *st, const struct batch *b, size_t from);
/* Reads up to `most` rows of the statement into the batch; the owner is the column after the family's. */
enum rc batch_read(struct export *x, struct stmt *st, const struct family *f, size_t most, struct batch *ret,
                   bool *ret_more) ATTR_CHECK;

/* Memory for a batch, apart from that of the export. */
struct arena *scope_enter(struct export *x, struct arena *inner);
/* Back; what went wrong is kept. */
void scope_leave(struct export *x, struct arena *outer);

/* ------------------------------------------------------------------ the export */

/* Where the walk stands: what a record needs to know of those above it. */
struct place {
    const struct rec *arkivdel, *klasse, *mappe;
    const struct rec *disposed;     /* nearest above that will be disposed of; NULL: none */
    bool lapsed;                    /* below something with status Utgår */
    bool again;                     /* inside a klassifikasjonssystem that stands in the extract already */
    bool secondary;                 /* inside one that only sorts: no mapper */
    int64_t system;                 /* the primary one of the arkivdel; 0: none */
    bool production;                /* inside a document whose production format is approved, and the only one */
    size_t dokument;                /* which dokumentbeskrivelse of the registrering is being written, from 1 */
    const char *shared;             /* inside a document that stands elsewhere too: systemID of this registrering */
    const char *held;               /* what the record being written holds: it may be of one kind only */
};

struct spool;
struct codes;
struct vsm;
struct extra;
struct level;

struct export {
    struct cx *cx;
    struct db *db;
    struct vault *vault;
    const struct export_options *o;
    const struct export_hooks *h;
    struct export_result *r;
    char *partial, *work;           /* PATH.partial, and in it what becomes PATH; NULL in a dry run */
    bool begun;                     /* PATH.partial is ours */
    int mark;                       /* the file in it that tells so, locked as long as we are at it; -1: none */
    struct rec **arkivdeler;        /* chosen, by row id */
    struct rec *arkiv;              /* the root they hang on */
    int64_t when;                   /* time of the package */
    int64_t start, end;             /* of the period */
    int64_t done, total;

    struct model_xml xml;           /* arkivstruktur */
    struct batch *here[F_COUNT];    /* where the kids of the record being written are */
    struct level *level;            /* the mapper being written (export_walk.c) */
    struct place place;
    int64_t systems[512];           /* row ids of klassifikasjonssystem written */
    size_t systems_n;
    bool journal_only;              /* the walk passes the successor of a soft split */

    struct xml_file structure, changes, running, public;
    struct xml_file nowhere;        /* what is passed only for the journal */
    struct xml_file *into;          /* which of them the walk writes */
    struct spool *spool;            /* journal entries until they can be sorted */
    struct codes *codes;            /* names of codes, for the change log */
    struct vsm *vsm;
    struct extra *extra;
    struct pack_out *documents;     /* list of documents to copy, one line each */
    struct listed *schemas;         /* in the order of arkivuttrekk.xml */
    struct listed extract;          /* arkivuttrekk.xml itself */
    bool screened, disposed, to_dispose, has_vsm, has_extra;
};

bool arkivdel_chosen(const struct export *x, int64_t id);     /* row id */
/* From its own dates of the period, else from when it was made to when it was closed. */
void arkivdel_period(const struct rec *r, int64_t *ret_from, int64_t *ret_to);
/* RC_BUSY when the caller wants to stop; tells the progress. */
enum rc export_pulse(struct export *x) ATTR_CHECK;
/* Tells a reason. */
void export_tell(struct export *x, enum export_reason_id id, const struct rec *r, const char *detail);

/* ------------------------------------------------------------------ export_walk.c */

enum rc walk_all(struct export *x) ATTR_CHECK;
/* A record with what hangs on it, as the element, with its xsi:type. */
enum rc walk_write(struct export *x, const struct rec *r, const char *element) ATTR_CHECK;

/* ------------------------------------------------------------------ export_ready.c */

/* Tells what is wrong with the record, and sets in it what the extract wants otherwise than the archive. */
enum rc ready_arkiv(struct export *x, struct rec *r) ATTR_CHECK;
enum rc ready_arkivdel(struct export *x, struct rec *r) ATTR_CHECK;
enum rc ready_klasse(struct export *x, struct rec *r) ATTR_CHECK;
enum rc ready_mappe(struct export *x, struct rec *r) ATTR_CHECK;
enum rc ready_registrering(struct export *x, const struct batch *b, struct rec *r) ATTR_CHECK;
enum rc ready_dokument(struct export *x, const struct batch *b, struct rec *r) ATTR_CHECK;
void ready_missing(void *arg, const struct rec *r, const char *element);

/* ------------------------------------------------------------------ what goes beside the structure */

/* export_changes.c: entries of the change log about the records of a batch and what hangs on them. */
enum rc changes_open(struct export *x) ATTR_CHECK;
enum rc changes_of(struct export *x, const struct batch *b) ATTR_CHECK;
enum rc changes_close(struct export *x) ATTR_CHECK;
/* Was the arkivdel once in an overlapping period? */
enum rc changes_soft(struct export *x, const struct rec *arkivdel, bool *ret) ATTR_CHECK;

/* export_journal.c */
enum rc journal_open(struct export *x) ATTR_CHECK;
enum rc journal_post(struct export *x, const struct batch *b, const struct rec *r) ATTR_CHECK;
enum rc journal_write(struct export *x) ATTR_CHECK;
/* A party for a journalpost that has none, or none that may be shown. */
void journal_substitute(struct xw *w, const struct rec *post, struct str name);
void journal_free(struct export *x);

/* export_documents.c */
enum rc documents_open(struct export *x) ATTR_CHECK;
/* Is its format approved for deposit? */
bool documents_approved(const struct rec *objekt);
/* Shall this dokumentobjekt go along? If so its path, format and checksum are set for the extract. */
enum rc documents_take(struct export *x, const struct rec *dokument, struct rec *objekt, bool *ret) ATTR_CHECK;
typedef enum rc (*document_fn)(struct export *x, void *arg, const char *name, const struct pack_sum *sum);
/* Copies them all; `put` is told of each. */
enum rc documents_copy(struct export *x, struct pack_writer *w, const char *prefix, document_fn put, void *arg) ATTR_CHECK;

/* export_vsm.c */
enum rc vsm_open(struct export *x) ATTR_CHECK;
bool vsm_has(const struct rec *r);
/* The fields of a record that has any, as one element `felter`. */
enum rc vsm_write(struct export *x, const struct rec *r) ATTR_CHECK;
void vsm_schema(struct export *x, struct buf *out);
#define VSM_FILE "virksomhetsspesifikkeMetadata.xsd"

/* export_extra.c: what the schemas have no element for. */
enum rc extra_open(struct export *x) ATTR_CHECK;
/* virksomhetsspesifikkeMetadata of the record: its fields, and in `tillegg` what has no element. */
enum rc extra_write(struct export *x, const struct rec *r, size_t *ret_n) ATTR_CHECK;
/* A registrering begins; a document of it was written (b: where its kids are; objekt 0: the dokumentbeskrivelse itself). */
void extra_new_registrering(struct export *x);
enum rc extra_pass(struct export *x, const struct rec *r, const struct batch *b, size_t dokument, size_t objekt) ATTR_CHECK;
/* Counts what of a record that is written, and of the logs about those of a batch, goes into no extract. */
void extra_count(struct export *x, const struct rec *r);
enum rc extra_count_logs(struct export *x, const struct batch *b) ATTR_CHECK;
/* The counts into the result. */
enum rc extra_close(struct export *x) ATTR_CHECK;
void extra_free(struct export *x);
#define EXTRA_FILE "samdriftTillegg.xsd"
extern const char extra_schema[];

/* export_schema.c: puts the schemas of the extract into the folder of work and lists them. */
enum rc schema_put_all(struct export *x) ATTR_CHECK;
/* The official schema of that name; that of export_made.c when it is not installed; else an empty string. */
enum rc schema_find(struct export *x, const char *name, struct str *ret) ATTR_CHECK;
/* A file that cannot be had is told. */
enum rc schema_leave_out(struct export *x, const char *name) ATTR_CHECK;
/* export_made.c: addml.xsd, dias-mets.xsd and dias-premis.xsd, or NULL for other names. */
const char *schema_made(const char *name);

/* export_addml.c: arkivuttrekk.xml. */
enum rc addml_write(struct export *x) ATTR_CHECK;
void day_text(int64_t t, char ret[11]);

/* export_description.c: descriptions of an AIP. */
void description_ead(const struct export *x, const struct kid *creators, size_t n, struct buf *out);
void description_eac(const struct export *x, const struct rec *creator, struct buf *out);

/* export_dias.c: the package round the extract. */
enum rc dias_pack(struct export *x) ATTR_CHECK;

#endif
