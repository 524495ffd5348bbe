/*
 * Private to the import: the state of one, and what its files offer each other.
 *
 * import.c opens the package and goes through the phases; import_xml.c makes objects of arkivstruktur.xml;
 * import_store.c stores a batch and the place reached; import_file.c takes in documents and the other files.
 */
#ifndef SAMDRIFT_DEPOSIT_IMPORT_INT_H
#define SAMDRIFT_DEPOSIT_IMPORT_INT_H

#include "deposit/import.h"
#include "pack/pack.h"

enum import_phase { PHASE_STRUCTURE, PHASE_REFERENCES, PHASE_LOG, PHASE_FILES, PHASE_DONE };

/* An object under way. Lives in the arena of the batch. */
struct item {
    struct arrival a;
    int64_t line;
    const char *told_id;        /* of the file, when it became another; else NULL */
    bool begun;                 /* its row was made by an earlier batch */
    bool read;                  /* the file of a dokumentobjekt has been */
    bool ended;
    const struct extra *extra;  /* what is told of it beyond its elements, until it ends */
    struct item *up;            /* what it lies in; NULL: the top */
    unsigned nr;                /* among what lies in there and is of its family */
};
/* A value that is kept beside the model. */
struct rest {
    enum import_note_id id;
    const struct item *item;    /* or NULL */
    const char *file;
    int64_t line;
    const char *path;
    struct str value;
};
struct pending {                /* a reference to be resolved when everything is there */
    const struct item *item;
    const struct relation *relation;
    struct str target;
    int64_t line;
};

#define BATCH 1000
#define BATCH_MOST 5000          /* with a registrering, which is stored together with what hangs on it */
enum { IMPORT_FIELDS = 1024 };   /* of business metadata */
#define IMPORT_CHUNK ((size_t)KiB(256))
#define IMPORT_MEMORY ((size_t)MiB(96))    /* of one batch */
struct batch {
    struct item *items[BATCH_MOST + PACK_XML_DEPTH];  /* a full one is stored when the next object begins */
    size_t items_n;
    struct rest *rests;
    size_t rests_n;
    struct pending *refs;
    size_t refs_n;
    struct rec *entries[BATCH + 1]; /* of the change log; the last is under way */
    size_t entries_n;
    size_t bytes;               /* of text, roughly */
};

/* An element that is open. */
struct frame {
    enum { FRAME_OUTSIDE, FRAME_OBJECT, FRAME_GROUP, FRAME_LEAF } kind;
    const char *name;
    const struct xml_where *where;  /* of a leaf */
    struct item *item;              /* of an object */
    bool implied;                   /* an object without an element of its own: it ends with what is in it */
    int64_t line;
    unsigned children[F_COUNT];     /* of an object, by family: the ids of those that have none */
};

/* Where an import is; a row of innlesing. */
struct place_reached {
    enum import_phase phase;
    int64_t started, ended;     /* objects; started counts entries in PHASE_LOG */
    const char *open;           /* rows of the objects that were open, outermost first: "1 12 44b"; b: there before */
};

struct import {
    struct cx *cx;              /* of the caller */
    struct cx batch_cx;         /* of the batch: call.cx */
    struct call call;
    const struct import_options *o;
    struct import_result *result;
    struct pack *pack;
    int64_t total;              /* bytes of the package */
    unsigned char *used;        /* a bit a member of the package that has been taken in */
    unsigned char *chunk;       /* IMPORT_CHUNK bytes on their way */
    struct intake *intake;
    enum rc rc;                 /* the first failure, which stops the reading */
    const char *file;           /* that is being read */

    struct place_reached stored;/* as read at the start */
    struct place_reached at;
    bool replaying;             /* up to where an earlier run came */
    int64_t quiet;              /* objects that have come and gone since the arena was emptied, when replaying */

    struct xml_in names;
    struct frame frames[PACK_XML_DEPTH + 1];   /* the first is outside the root */
    size_t depth;
    struct catch {              /* an element that is kept as it stands */
        bool on, vsm, own;      /* vsm: business metadata; own: in the form Samdrift writes it, raw is JSON */
        bool extra;             /* inside `tillegg` (import_extra.c) */
        const char *name, *ns;
        int depth;              /* elements open in it */
        int64_t line;
        struct buf raw;         /* what is in it */
        struct jw json;
    } caught;

    struct extras {             /* what `tillegg` tells */
        struct arena *arena;
        struct extra *now, *waiting;
        size_t depth;           /* of the frame it is told in */
        const char *name;       /* attribute of the element that is open */
        bool in_fields;
        struct buf json;
        struct jw fields;
    } extras;

    struct import_field {       /* business metadata that has been seen */
        const char *element, *type, *note;
        char *name;             /* in the catalogue */
    } fields[IMPORT_FIELDS];
    size_t fields_n;
    bool fields_learnt;         /* the schemas have been asked */
    bool fields_new;            /* some are not in the catalogue yet */

    struct batch batch;
    struct import_counts counts;/* stored with the batches */
    struct import_counts added; /* of this batch, while it is stored */
    struct import_seen *seen;   /* of a dry run: what the package has brought */
    size_t rests_read;          /* of the batch before it is stored, which adds its own */
};

/* ------------------------------------------------------------------ import.c */

enum rc import_fail(struct import *im, enum rc rc);
void import_begin(struct import *im, struct call *c, const struct import_options *o, struct import_result *ret);
void import_end(struct import *im);

/* ------------------------------------------------------------------ import_xml.c */

/* Is it XML to its end? Reads it before anything is stored; and sums it up. */
enum rc import_proofread(struct import *im, const struct pack_entry *e, const char *name,
                         char ret_sha256[SHA256_HEX_MAX]) ATTR_CHECK;
enum rc import_structure(struct import *im) ATTR_CHECK;
/* The elements of one stream only, of no package: for the fuzz target. */
enum rc import_stream(struct import *im, struct pack_stream *s) ATTR_CHECK;
enum rc import_log(struct import *im) ATTR_CHECK;
/* Objects that are open move to the arena of the next batch. */
enum rc import_move_open(struct import *im) ATTR_CHECK;
/* Makes the systemID of an item whose class has none in XML. */
void import_identify(const struct import *im, struct item *it);
/* Objects that are open, outermost first. */
size_t import_open(const struct import *im, struct item *out[PACK_XML_DEPTH]);

/* The object `tillegg` stands in. */
struct item *import_extra_host(struct import *im);
/* An object of which there is only what x tells; it ends, on `up` (NULL: the host), when its relation is set. */
enum rc import_extra_object(struct import *im, const struct extra *x, const struct entity *e, int64_t line,
                            struct item **ret) ATTR_CHECK;
enum rc import_extra_object_end(struct import *im, struct item *it, struct item *up) ATTR_CHECK;

/* ------------------------------------------------------------------ import_extra.c */

bool import_extra_is(const struct pack_xml_element *e);
/* Elements from `tillegg` on. */
enum rc import_extra_start(struct import *im, const struct pack_xml_element *e) ATTR_CHECK;
enum rc import_extra_end(struct import *im, const struct pack_xml_element *e) ATTR_CHECK;
/* What waits for the nr-th object of that family in the host, or NULL; it waits no longer. */
const struct extra *import_extra_of(struct import *im, const struct entity *e, unsigned nr);
bool import_extra_told_class(const struct extra *x);
enum rc import_extra_put(struct import *im, struct item *it, const struct extra *x) ATTR_CHECK;
/* The host ends: what waited in vain is kept beside the model. */
enum rc import_extra_done(struct import *im) ATTR_CHECK;

/* ------------------------------------------------------------------ import_store.c */

/* Reads how far an earlier run came, into im->stored and im->counts. */
enum rc import_prepare(struct import *im) ATTR_CHECK;
/* Once the rows are there: makes the indexes an import of a large package goes without. */
enum rc import_index(struct import *im) ATTR_CHECK;
/* Tells of other packages that were begun and not ended. */
enum rc import_tell_unfinished(struct import *im) ATTR_CHECK;
enum rc import_resume(struct import *im) ATTR_CHECK;
/* Adds a value to the rests of the batch; texts are copied. */
enum rc import_rest(struct import *im, enum import_note_id id, const struct item *it, int64_t line, const char *path,
                    struct str value) ATTR_CHECK;
enum rc import_pend(struct import *im, const struct item *it, const struct relation *rel, struct str target,
                    int64_t line) ATTR_CHECK;
/* Stores the batch and the place reached, and empties it. */
enum rc import_flush(struct import *im) ATTR_CHECK;
enum rc import_references(struct import *im) ATTR_CHECK;
/* The counts of the row, after im->added has changed. */
enum rc import_recount(struct import *im, struct call *c) ATTR_CHECK;
enum rc import_keep_file(struct import *im, const char *name, const struct blob_id *blob) ATTR_CHECK;
/* Does row a name that object by the relation, in the archive? */
enum rc import_names(struct db *db, const struct relation *rel, int64_t a, const char *systemid, bool *ret) ATTR_CHECK;
/* A reference of an object that was there already names another than the archive has. */
enum rc import_other_reference(struct import *im, const struct item *it, const struct relation *rel, int64_t line,
                               struct str target) ATTR_CHECK;
/* A reference names nothing. */
enum rc import_no_object(struct import *im, const struct item *it, const struct relation *rel, int64_t line,
                         struct str target) ATTR_CHECK;
/* Undoes what an earlier try of the same write has set. */
void import_begin_again(struct import *im);
/* Told by archive_arrive. */
enum rc import_told(void *arg, const struct arrival *a, const char *path, struct str value);

/* ------------------------------------------------------------------ import_look.c */

/* What storing the batch would find. */
enum rc import_look(struct import *im) ATTR_CHECK;
/* The references of the whole, when all objects have passed. */
enum rc import_look_references(struct import *im) ATTR_CHECK;
void import_seen_new(struct import *im);
void import_seen_free(struct import *im);

/* ------------------------------------------------------------------ import_vsm.c */

/* Is it the element our own extracts hold the fields in? */
bool import_vsm_own(const struct pack_xml_element *e);
/* Types and meanings of the fields of that namespace, by the schemas of the package; once. */
enum rc import_vsm_learn(struct import *im, const char *ns) ATTR_CHECK;
/* A member of the JSON: a field by its element, or XML as it stands. */
void import_vsm_write(struct import *im, struct jw *w, const char *element, struct str text);
void import_vsm_raw(struct import *im, struct jw *w, struct str xml);
/* What has been seen into the catalogue of the municipality. */
enum rc import_vsm_store(struct import *im, struct call *c) ATTR_CHECK;

/* ------------------------------------------------------------------ import_file.c */

/* The file of a dokumentobjekt, by the path it tells. */
enum rc import_document(struct import *im, struct item *it, struct str path) ATTR_CHECK;
/* Marks it as taken in, for a run that goes on after another. */
void import_mark(struct import *im, const struct pack_entry *e);
/* Every file that was not. */
enum rc import_files(struct import *im) ATTR_CHECK;
/* The member that a path of a dokumentobjekt names, or NULL; may it be read? */
const struct pack_entry *import_find(struct import *im, struct str path);
bool import_may_read(const struct pack_entry *e);
/* What is told of a file; "" and -1: nothing. */
struct told_file {
    struct str sum, algorithm;
    int64_t size;
};
struct told_file import_told_file(const struct rec *object);
/* Takes it in, where it is no dry run; is it the file that is told? */
enum rc import_take(struct import *im, const struct told_file *told, const struct pack_entry *e, bool *ret_fits,
                    struct taken **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ import_supply.c */

/* Of a package that was imported: documents that were missing or wrong then, when they have come; and what is still at
 * fault. */
enum rc import_supply(struct import *im) ATTR_CHECK;

#endif
