/*
 * arkivuttrekk.xml: the ADDML description of a Noark 5 extract, as far as validators and importers ask.
 *
 * Values are found by the names of their properties, wherever those stand; `misplaced` says which of them do not stand
 * where readers that count positions look for them (the template of Noark 5).
 */
#ifndef SAMDRIFT_PACK_ADDML_H
#define SAMDRIFT_PACK_ADDML_H

#include "pack/pack.h"

enum addml_bool { ADDML_UNTOLD, ADDML_FALSE, ADDML_TRUE, ADDML_UNREADABLE };

/* How many values of the extract are read. */
enum { ADDML_VALUES = 13 };

/* A file or schema that a data object names. */
struct addml_file {
    struct addml_file *next;
    const char *name;             /* "arkivstruktur.xml" */
    const char *algorithm;        /* NULL when not told */
    const char *checksum;
    bool has_checksum;            /* is there a property checksum at all? */
    bool schema, main;            /* a schema; the schema whose value is "main" */
    int64_t line;
};

struct addml_count {
    struct addml_count *next;
    const char *element;          /* "mappe" */
    int64_t value;                /* -1 when it is no number */
    int64_t line;
    bool in_info;                 /* stands in the property info, as the template has it */
};

struct addml_object {
    struct addml_object *next;
    const char *name;             /* "arkivstruktur" */
    struct addml_file *files;     /* in their order */
    struct addml_count *counts;
};

struct addml {
    const char *version;          /* "5.0"; these are NULL when not told */
    const char *type;             /* "Noark 5" */
    const char *entry, *exit;     /* inngaaendeSkille, utgaaendeSkille: "skarpt", "mykt" */
    const char *start, *end;      /* archivalPeriod */
    const char *system, *archive;
    const char *documents_text;   /* antallDokumentfiler as it stands */
    int64_t documents;            /* the same as a number; -1 */
    enum addml_bool screened, disposed, to_dispose, business;
    struct addml_object *objects; /* below the extract's own data object, in their order */
    const char *misplaced;        /* the first that is told, but not in its place: "version", "arkivstruktur"; or NULL */
    int64_t lines[ADDML_VALUES];  /* of the values above, for addml_line */
};

/* Reads at most 16 MiB. The result lives in the arena of cx. RC_XML with line when it cannot be read. */
enum rc addml_read(struct cx *cx, struct pack_stream *s, struct addml **ret) ATTR_CHECK;
/* The line of the value of that name ("inngaaendeSkille"); 0 when it is not told. */
int64_t addml_line(const struct addml *a, const char *name);
/* The data object of that name, or NULL; its file that is no schema; what it tells of the number of an element, or
 * NULL, and that number, or -1. */
const struct addml_object *addml_object(const struct addml *a, const char *name);
const struct addml_file *addml_main_file(const struct addml_object *o);
const struct addml_count *addml_counted(const struct addml *a, const char *object, const char *element);
int64_t addml_count(const struct addml *a, const char *object, const char *element);

#endif
