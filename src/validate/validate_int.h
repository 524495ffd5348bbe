/*
 * How the room is built.
 *
 * walk.c turns the elements of a file into nodes and calls the checks that asked for them. A check is a
 * row in the table of its group (struct check): which test, in which files, at which element and when.
 * It adds numbers and findings to the result of its test. report.c keeps these; out_*.c write them.
 *
 * Adding a test: a line in tests.def, a row in a table of checks, a function; what it may find, in
 * findings.def.
 */
#ifndef SAMDRIFT_VALIDATE_INT_H
#define SAMDRIFT_VALIDATE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "pack/addml.h"
#include "pack/mets_read.h"
#include "pack/pack.h"
#include "validate/validate.h"

/* ------------------------------------------------------------------ tables */

enum element {
#define NODE(name) EL_##name,
#define VALUE(name)
#define BRANCH(name)
#include "validate/elements.def"
#undef NODE
#undef VALUE
#undef BRANCH
    EL_NODES,
    EL_BEFORE_VALUES = EL_NODES - 1,
#define NODE(name)
#define VALUE(name) EL_##name,
#define BRANCH(name)
#include "validate/elements.def"
#undef NODE
#undef VALUE
#undef BRANCH
    EL_VALUES_END,
    EL_BEFORE_BRANCHES = EL_VALUES_END - 1,
#define NODE(name)
#define VALUE(name)
#define BRANCH(name) EL_##name,
#include "validate/elements.def"
#undef NODE
#undef VALUE
#undef BRANCH
    EL_OTHER,
    EL_COUNT
};
enum { VALUES = EL_VALUES_END - EL_NODES };

enum test_id {
#define TEST(nr, id, kind, numbers, nb, en) T_##nr,
#include "validate/tests.def"
#undef TEST
    T_COUNT
};
enum test_kind { KIND_STRUCTURE, KIND_ANALYSIS, KIND_CONTROL };
enum test_numbers { NUMBERS_PLAIN, NUMBERS_TOTAL, NUMBERS_DISTINCT };
struct test {
    const char *id;
    enum test_kind kind;
    enum test_numbers numbers;
    const char *nb, *en;
};
extern const struct test tests[T_COUNT];

enum finding_id {
#define FINDING(id, severity, nb, nb_remedy, en, en_remedy) F_##id,
#include "validate/findings.def"
#undef FINDING
    F_COUNT
};
struct finding_text {
    const char *id;
    enum severity severity;
    const char *nb, *nb_remedy, *en, *en_remedy;
};
extern const struct finding_text finding_texts[F_COUNT];

/* ------------------------------------------------------------------ messages of the schemas (explain.c) */

/* A message taken apart; strings point into `text` or last for ever. "" what it does not tell. */
struct explained {
    struct str place;             /* the element */
    struct str expected, found;
    struct str sentence;          /* what holds for all faults of its kind; the message itself when it is not known */
    char text[2000];
};
void explain(const char *message, enum lang lang, struct explained *ret);
/* What faults are grouped by: the element and the sentence. */
void explained_group(const struct explained *x, char *out, size_t n);

/* ------------------------------------------------------------------ results (report.c) */

/*
 * Counted by a number and a text, in the order of their first appearance. Numbers of a test: tag is the
 * position of the arkivdel (-1 outside of all), label "" the total. Findings of one kind: tag is the kind,
 * label what they have in common, at the first of them in the spool.
 */
enum { EXAMPLES = 5 };
struct row {
    int tag;
    struct str label;
    int64_t n;
    struct str text;              /* instead of n, when p is not NULL */
    int64_t at[EXAMPLES];
};
struct rows {
    struct row *v;
    size_t n, cap, most;
    uint32_t *slots;              /* by hash: position + 1 */
    size_t slots_n;
};

struct result {
    const struct test *test;
    struct rows numbers, groups;
    int64_t count[SEVERITY_COUNT];
    int64_t arkade_errors;        /* what Arkade would count, when that is not count[SEVERITY_ERROR]; else -1 */
    FILE *spool;
    int64_t spool_n;              /* bytes in it */
    bool skipped;                 /* was not run: --no-documents, or nothing to run it on */
};

/* An arkivdel, for numbers by part. */
struct part {
    char id[64], title[200];
};

struct validation {
    struct arena *arena;          /* of everything below */
    pthread_mutex_t lock;         /* of results: documents are hashed by other threads */
    struct result results[T_COUNT];
    struct part *parts;
    int parts_n;
    const char *path, *version, *system, *archive, *start, *end;
    bool tar, dias, arkade;
    atomic_bool failed;           /* the threads that read documents set it too */
    int64_t files, bytes;
    double seconds;
};

/* Where and what. Only what is set is told. */
struct spot {
    const char *file;
    int64_t line;
    struct str place;             /* systemID of the unit, or the like */
    struct str expected, found;
    struct str group;             /* finer than the kind */
};

struct run;
/* The words in the language of the report. */
const char *in_words(const struct run *r, const char *nb, const char *en);
/* A finding about XML that cannot be read: what made that fail comes out of cx->err, which is cleared. */
void report_unreadable(struct run *r, enum test_id t, enum finding_id kind, const char *file);
/* A finding. The file is the one being read when a line is given without one. */
void report(struct run *r, enum test_id t, enum finding_id kind, const struct spot *s);
/* Adds n to the number of that label in the open arkivdel. */
void number_add(struct run *r, enum test_id t, struct str label, int64_t n);
/* A number that is a text: a date, a checksum. */
void number_text(struct run *r, enum test_id t, const char *label, struct str text);
/* The sum of that label over all arkivdeler. */
int64_t number_sum(const struct run *r, enum test_id t, const char *label);
/* Errors that Arkade counts beside the findings (totals); without effect unless it is asked for. */
void arkade_extra(struct run *r, enum test_id t, int64_t n);

/* The numbers added up over all arkivdeler; to be freed. */
struct rows numbers_over_parts(const struct result *t);
void rows_free(struct rows *r);

/* A finding read back. Strings live in `bytes` until the next call. */
struct told {
    enum finding_id kind;
    int64_t line;
    struct str file, place, expected, found, group;
    int64_t end;                  /* where it ended: the next one is read without seeking */
    struct buf bytes;
};
/* The finding at *at, which moves behind it; false at the end. */
bool told_next(FILE *spool, int64_t *at, struct told *ret);
struct validation *validation_new(void);
/* Ready to be read: flushed. False when something could not be kept. */
bool validation_settle(struct validation *v);
int64_t result_errors(const struct validation *v, const struct result *t);

/* ------------------------------------------------------------------ identifiers (idset.c) */

/* systemIDs as 16 bytes, with what they name and where. */
struct id {
    unsigned char key[16];
    uint32_t line_low;
    uint16_t line_high;
    uint8_t element;
    uint8_t times;                /* saturates at 255; 0: the place is empty */
};
/* {0} to begin with. */
struct idset {
    struct lookup *ids;
};
/* Counts the id of that text once more; one that is new names the element on the line. -> what it is now */
struct id idset_meet(struct idset *s, struct str text, enum element el, int64_t line);
/* Has the id of that text been met? */
bool idset_find(const struct idset *s, struct str text, struct id *ret);
/* False: what was met could not be kept. */
bool idset_free(struct idset *s);

/* ------------------------------------------------------------------ nodes (walk.c) */

enum file { IN_ARKIV = 1, IN_LOEPENDE = 2, IN_OFFENTLIG = 4, IN_ENDRING = 8, IN_OTHER = 16 };

/* An open element with elements in it. Values are complete when it ends. */
struct node {
    struct node *up;
    enum element el;
    int depth;                    /* in the file */
    int level;                    /* among open nodes of the same element: 1 for the outermost */
    int64_t line;
    char type[32];                /* of xsi:type, without prefix; "" when none */
    bool bare_type;               /* the xsi:type had no prefix, in its name and value, but xsi: */
    bool content;                 /* has a mappe or registrering below it, at any depth */
    int64_t kids[EL_NODES];       /* nodes directly in it */
    int64_t held;                 /* bytes held back when the node began (held.c) */
    int64_t empty_classes;        /* klasse below it without anything */
    struct { uint32_t at, n; } values[VALUES]; /* in the text of the walk; n 0 when absent */
    size_t text_n;                /* length of that text when the node began */
    struct walk *walk;
};
const char *element_name(enum element el);
struct str node_value(const struct node *n, enum element value);
bool node_is(const struct node *n, enum element value, const char *text);
/* Has that xsi:type. Arkade takes it only when written with the prefix xsi and without one in the value. */
bool node_is_type(const struct run *r, const struct node *n, const char *type);
/* The nearest node of that kind round n (not n itself), or NULL. */
const struct node *node_up(const struct node *n, enum element el);
/* systemID of the node, or of the nearest one above that has one. */
struct str node_id(const struct node *n);

/* "Utgår", in any case; a mappe or registrering with that status. */
bool is_out_text(struct str s);
bool is_out(const struct node *n);

enum when { AT_START, AT_END, AT_VALUE, AT_STRAY, AT_BLANK, WHEN_COUNT, AT_DONE };
/*
 * AT_START   a node begins: only its type and what is round it are known
 * AT_END     it ends: its values and the numbers of its kids are known
 * AT_VALUE   a value directly in node n ends
 * AT_STRAY   a value somewhere else: n is the nearest node
 * AT_BLANK   any element without content ends (on: EL_OTHER); text is its name
 * AT_DONE    everything is read (on: EL_OTHER, n NULL)
 */
struct run;
typedef void (*check_fn)(struct run *r, enum test_id t, struct node *n, struct str text);
struct check {
    enum test_id test;
    unsigned in;                  /* enum file, several */
    enum when when;
    enum element on;
    check_fn fn;
};
struct checks {
    const struct check *rows;
    size_t n;
};
/* Checks that only count: the node, or its value under that text. */
void count_one(struct run *r, enum test_id t, struct node *n, struct str text);
void count_value(struct run *r, enum test_id t, struct node *n, struct str text);
extern const struct checks checks_units, checks_classes, checks_parts, checks_dates, checks_documents, checks_refs,
    checks_journals, checks_changes;

/* Reads one file of the extract: hashes it, validates it and calls the checks for it. False when its root does not
 * end: what it lacks says nothing then. */
bool walk_file(struct run *r, enum file in, const struct pack_entry *e, struct pack_schema *own,
               struct pack_schema *official, char ret_digest[SHA256_HEX_MAX]);
/* Sorts the checks by file, time and element; once a run. */
enum rc walk_prepare(struct run *r) ATTR_CHECK;
/* After all files: the checks AT_DONE; tests without any file to ask are marked as not run. */
void walk_done(struct run *r);

/* ------------------------------------------------------------------ what is held back (held.c) */

/* Until it is known whether a mappe or registrering round it is "Utgår". */
enum held_kind { HELD_RECORD, HELD_DESCRIPTION, HELD_DISPOSED, HELD_PHYSICAL, HELD_FILE, HELD_COUNT };
struct held {
    FILE *file;                   /* NULL before the first */
    int64_t n;                    /* bytes in it that hold */
    bool moved;                   /* the file stands elsewhere than at n */
};
void hold(struct run *r, enum held_kind kind, int64_t line, struct str place);
/* Forgets, or counts and tells, all from that byte on. */
void held_drop(struct run *r, int64_t from);
void held_tell(struct run *r, int64_t from);

/* ------------------------------------------------------------------ the run */

/* Days as yyyymmdd; 0 for none. */
struct span {
    int first, last;
};
void span_take(struct span *s, int day);
/* Without the white space round it, which means nothing in a date or a number. */
struct str stripped(struct str text);
/* The day of an xs:date or xs:dateTime; false when it is malformed. */
bool day_of(struct str text, int *ret);
/* "09.11.2011" */
struct day_shown {
    char s[16];
};
struct day_shown day_shown(int day);

struct journal {
    bool there, whole, head;
    int64_t told, counted, line;  /* told -1: unreadable */
    struct span span;             /* of the head */
};

struct run {
    struct cx *cx;
    const struct validate_options *options;
    struct validation *v;
    struct pack *pack, *official; /* official: the folder of schemas, or NULL */
    int64_t told_at;              /* when the progress was told last */
    bool stopped;                 /* the caller wants no more of it */
    const struct pack_layout *layout;
    struct addml *addml;          /* empty when it could not be read */
    bool has_addml;
    const struct pack_entry *addml_entry; /* NULL when there is none */
    const char *addml_file;       /* its name in findings: "arkivuttrekk.xml" */
    char built_in[8][40];         /* schemas that were told to be missing */
    bool utf16;                   /* the file being read begins as UTF-16 does */
    const char *version;          /* folder of the official schemas: "v5.0" */
    const char *official_prefix;  /* what stands before it there: "", "noark5/" */

    struct hooks *hooks;
    enum file in;
    const char *file;             /* name of the file being read */
    int64_t file_size;
    struct pack_xml *xml;
    bool describing;              /* the file is arkivuttrekk.xml */
    int part;                     /* the open arkivdel, -1 */

    struct idset ids;
    struct held held;
    FILE *references;             /* references that were not there yet when they were read */
    uint8_t *mentions;            /* dokumentobjekt that name each member of the package; saturates */
    struct hasher *hasher;
    unsigned files_read;          /* enum file: of which something was read */
    uint64_t messages[100];       /* digests of different messages of N5.03, as many as Arkade shows */
    size_t messages_n;
    int64_t repeated;
    const char *business;         /* namespace of the business metadata, or NULL */
    struct declared *declared;    /* elements that their schemas have */
    bool declared_open;           /* there may be more: a schema includes others */
    int64_t business_found;

    /* Of single groups of tests. */
    struct { bool open, has_record, has_folder, out; int64_t n; } arkade_folder;          /* N5.14 */
    struct span *created;                                                                 /* N5.27, by part + 1 */
    size_t created_n;
    struct span journal_dates, period;
    int64_t journalposts;
    struct journal loepende, offentlig;
    bool archive_there, changes_there;
    int64_t changes;
};

/* ------------------------------------------------------------------ schemas (schemas.c) */

struct schemas {
    struct pack_schema *own;      /* of the package; the official one when it has none */
    struct pack_schema *official; /* only when it differs from that of the package */
};
/* The schemas of a file: the main one is `name`, or the one its data object tells when that is NULL. Files of the
 * standard (not IN_OTHER) have an official one. Tells what is wrong with them (N5.03, 101–103). */
void schemas_open(struct run *r, enum file in, const char *name, const struct addml_object *o, struct schemas *ret);
void schemas_close(struct schemas *s);
/* Is the schema in the package; is it among the official ones? */
bool schema_there(struct run *r, const char *name);
bool schema_installed(struct run *r, const char *name);
/* An element directly in virksomhetsspesifikkeMetadata: some schema of the package must have it, for the schema of the
 * archive lets anything pass that it does not know. */
void business_element(struct run *r, const struct pack_xml_element *e);
/* Business metadata that were found, against what was told of them. */
void business_done(struct run *r);

/* ------------------------------------------------------------------ groups that are no checks of a file */

/* t_package.c: paths, tar, document folder, unlisted files. */
void test_package(struct run *r);
/* t_extract.c: existence and checksums of the XML files; reads them all. */
void test_extract(struct run *r);
/* t_dias.c */
void test_dias(struct run *r);
/* t_documents.c: what is known when all references are read. */
void test_documents(struct run *r);

/* hash.c: documents read by threads of their own. */
struct hasher;
struct job {
    const struct pack_entry *entry;
    enum test_id test;            /* T_30 for documents, T_123 … for DIAS */
    int64_t line;
    const char *file;             /* that tells the checksum; lives as long as the run */
    char id[64], algorithm[16], checksum[132], format[32]; /* algorithm "": SHA-256 */
    bool look;                    /* at the format too */
};
enum rc hasher_start(struct run *r) ATTR_CHECK;
/* Waits while too many are pending. */
void hasher_put(struct run *r, const struct job *job);
void hasher_finish(struct run *r);

/* The path of a member without what stands before it: root or extract of the layout. Whole when it lies elsewhere. */
const char *path_below(const struct pack_entry *e, const char *prefix);

/* Tells the progress, at most a few times a second. */
void run_progress(struct run *r);

#define SPOT(...) (&(struct spot){__VA_ARGS__})

#endif
