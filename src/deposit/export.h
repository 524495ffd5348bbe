/*
 * deposit/export – closed arkivdeler of a municipality as a deposit (avleveringspakke).
 *
 * The package holds a complete Noark 5 extract: arkivstruktur, endringslogg, loependeJournal,
 * offentligJournal, arkivuttrekk, their schemas, the documents, and business metadata with a schema
 * of its own; SIP and AIP have DIAS metadata round it (METS, PREMIS, submission description).
 *
 * What the schemas have no element for stands in virksomhetsspesifikkeMetadata of the unit it concerns, with a schema of
 * its own; what has no place there either is counted by kind and told.
 *
 * It is made from one snapshot in one pass over the records, in bounded memory. Whatever is not as
 * the standard demands is told with the record it concerns, all of it, and then nothing is made.
 * Everything is written to PATH.partial, flushed and renamed: an interrupted export leaves no PATH,
 * and the next one begins by removing what it left.
 *
 * The same content gives the same bytes. No clock is asked: the time of the package is when the last
 * of its arkivdeler was closed, and its uuid is made of the checksum of arkivuttrekk.xml, which holds
 * those of every other file.
 */
#ifndef SAMDRIFT_DEPOSIT_EXPORT_H
#define SAMDRIFT_DEPOSIT_EXPORT_H

#include "archive/archive.h"
#include "base/base.h"
#include "coop/coop.h"
#include "model/model.h"

enum export_form { EXPORT_FOLDER, EXPORT_SIP, EXPORT_AIP };

struct export_options {
    const struct municipality *municipality;
    const char *const *arkivdeler;  /* systemIDs or titles */
    size_t arkivdeler_n;
    enum noark version;
    enum export_form form;
    const char *out;                /* must not exist; the folder above it must. Not looked at with dry_run */
    const char *schemas;            /* folder of official schemas, or NULL: those of the model */
    const char *uuid;               /* of the package, or NULL */
    const char *handbook;           /* PDF of the systemhåndbok, of an AIP, or NULL */
    const char *preservation;       /* the depot and the agreement with it (DIAS), or NULL */
    const char *agreement;
    bool dry_run;                   /* reasons and counts alone */
};

/* Why a deposit cannot be made, one a line of reason.def. */
enum export_reason_id {
#define REASON(id, nb, nn, se, en) EXPORT_##id,
#include "deposit/reason.def"
#undef REASON
    EXPORT_REASONS
};
struct export_reason {
    enum export_reason_id id;
    const char *unit;               /* class of the record: "saksmappe" */
    const char *systemid;
    const char *number;             /* mappeID, registreringsID, klasseID, or "" */
    const char *detail;             /* element, status, format … or "" */
};
const char *export_reason_name(enum export_reason_id id);              /* "MAPPE_OPEN" */
/* What is wrong and what to do, {} filled with the detail; in the arena. In the language of the context, or of a page. */
const char *export_reason_text(struct cx *cx, const struct export_reason *r);
const char *export_reason_text_in(struct cx *cx, const struct export_reason *r, enum err_lang lang);

/* Any may be NULL. */
struct export_hooks {
    void *arg;
    void (*reason)(void *arg, const struct export_reason *r);
    void (*progress)(void *arg, int64_t done, int64_t total);    /* registreringer, then documents */
    bool (*stop)(void *arg);        /* asked now and then: the export then ends with RC_BUSY */
};

/* Values of a kind ("saksmappe/endretDato", "hendelseslogg") that no extract has a place for. They stay in the archive. */
struct export_left {
    const char *what;
    int64_t n;
};
struct export_result {
    char uuid[UUID_TEXT_MAX];       /* of the package; "" for a folder */
    int64_t reasons;
    int64_t mapper, registreringer, journalposter, endringer, dokumenter;
    int64_t bytes;                  /* of the documents and XML files */
    const char *left_out;           /* official schemas and a handbook that could not be had, blanks between; "" when none */
    const struct export_left *left;
    size_t left_n;
};

/*
 * RC_OK; RC_NOT_DEPOSITABLE when there were reasons (all told through the hook); RC_NOT_FOUND (field
 * arkivdel) for an arkivdel that is not there, RC_TAKEN (field out) when PATH exists, RC_NOT_FOUND (field out)
 * when the folder above it does not, RC_BUSY (field out) when another export is at it.
 */
enum rc export_run(struct cx *cx, struct vault *v, const struct export_options *o, const struct export_hooks *h,
                   struct export_result *ret) ATTR_CHECK;

#endif
