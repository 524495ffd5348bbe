/*
 * deposit/import – a deposit (Noark 5 extract, Noark 3.0–5.0 schemas) into a municipality.
 *
 * arkivstruktur.xml is read as a stream; its objects come in batches, parents first, each batch in one
 * write with the place that was reached. So an import that was interrupted goes on where it was, and one
 * that was completed is not made again: a package is known by the checksums of its XML. When it comes again with
 * documents that were missing the first time, or were not what the XML tells by checksum and size, those are taken in.
 * XML that is broken stores nothing: it is read to its end first.
 *
 * Kept as told: systemIDs (those that are no UUIDs become UUIDs, always the same), dates, persons,
 * numbers, codes, the change log, documents. What has no place in the model – an unknown element, a value
 * of another type, a second value where one fits – is kept word for word with its line in the table
 * innlesingsrest, and every file that is not an XML taken in or a document of it in the blob space
 * <slug>_innlesing (table innlesingsfil). Nothing is left out without being told.
 */
#ifndef SAMDRIFT_DEPOSIT_IMPORT_H
#define SAMDRIFT_DEPOSIT_IMPORT_H

#include "archive/archive.h"
#include "base/base.h"
#include "blob/blob.h"
#include "model/model.h"

/* What the archivist should know, one a line of note.def. */
enum import_note_id {
#define NOTE(id, severity, nb, en) IMPORT_##id,
#include "deposit/note.def"
#undef NOTE
    IMPORT_NOTES
};
struct import_note {
    enum import_note_id id;
    const char *file;           /* within the extract */
    int64_t line;               /* 0 when it is about the file as a whole */
    const char *systemid;       /* of the object, "" when there is none */
    const char *path;           /* "mappe/utlaantTil": element and the object it stands in */
    struct str value;
};
const char *import_note_name(enum import_note_id id);      /* "NO_PLACE" */
const char *import_note_severity(enum import_note_id id);  /* "error", "warning", "info" */
/* The members of the counts, into an open object. */
struct import_counts;
void import_counts_write(struct jw *w, const struct import_counts *counts);
/* Rule and remedy. */
const char *import_note_text(enum import_note_id id, enum lang lang);

struct import_counts {
    int64_t made[E_COUNT], before[E_COUNT];   /* by class */
    int64_t documents, bytes;                 /* documents taken in */
    int64_t entries, references, files;       /* of the change log; between objects; kept beside */
    int64_t notes[IMPORT_NOTES];
};
struct import_result {
    char id[UUID_TEXT_MAX];     /* of the package: the same whenever it is imported */
    bool again;                 /* it was imported before: nothing was done, but for what is supplied */
    int64_t supplied, replaced; /* documents that were missing, or not the ones told, and have come with it now */
    int64_t resumed;            /* objects that an interrupted import had done */
    struct import_counts counts;/* of all its runs */
};
struct import_options {
    const char *path;
    struct blobs *blobs;
    bool dry_run;               /* reads everything and asks the archive as the real run does, stores nothing */
    void *arg;
    /* Any may be NULL. */
    void (*note)(void *arg, const struct import_note *n);
    void (*progress)(void *arg, int64_t done, int64_t total);   /* bytes of the package */
};

/*
 * The call must import (archive_importing). RC_PACKAGE, RC_XML: what the package is at fault for, with
 * file and line; RC_BUSY when somebody else is importing the same package.
 */
enum rc deposit_import(struct call *c, const struct import_options *o, struct import_result *ret) ATTR_CHECK;

#endif
