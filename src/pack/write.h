/*
 * pack/write – packages being written.
 *
 * The same content gives the same bytes: times, owners and modes are told or fixed, names come in
 * the order the caller puts them. What is written is hashed on its way, so nothing is read twice.
 *
 * Nothing is durable before disk_flush of base: one call for a million files.
 *
 * Errors: RC_NO_SPACE, RC_IO (with the path and the system's word as secret), RC_NOMEM.
 */
#ifndef SAMDRIFT_PACK_WRITE_H
#define SAMDRIFT_PACK_WRITE_H

#include "base/base.h"

/* What a file turned out to be. */
struct pack_sum {
    int64_t size;
    char sha256[SHA256_HEX_MAX];
};

/* ------------------------------------------------------------------ one file */

struct pack_out;
/* A new file; with path NULL what is written is counted and hashed, and kept nowhere. */
enum rc pack_out_open(struct cx *cx, const char *path, struct pack_out **ret) ATTR_CHECK;
/* A failure sticks and shows when the file is closed, or is asked for. */
void pack_out_write(struct pack_out *o, const void *p, size_t n);
enum rc pack_out_failed(struct cx *cx, const struct pack_out *o) ATTR_CHECK;
int64_t pack_out_size(const struct pack_out *o);
/* Ends the handle on every return. */
enum rc pack_out_close(struct cx *cx, struct pack_out **o, struct pack_sum *ret) ATTR_CHECK;
/* Ends the handle without a word; the file stays as it is. */
void pack_out_drop(struct pack_out **o);

/* ------------------------------------------------------------------ a package */

struct pack_writer;
/* A folder, which is made unless it is there. */
enum rc pack_writer_folder(struct cx *cx, const char *path, struct pack_writer **ret) ATTR_CHECK;
/* An uncompressed tar. Every name stands below `root`; every member gets the time `when`. */
enum rc pack_writer_tar(struct cx *cx, const char *path, const char *root, int64_t when,
                        struct pack_writer **ret) ATTR_CHECK;
/* A folder of the package; the ones above it must have been put. A folder that is there is fine. */
enum rc pack_put_folder(struct cx *cx, struct pack_writer *w, const char *name) ATTR_CHECK;
/* size bytes from fd, which must have at least as many. */
enum rc pack_put_file(struct cx *cx, struct pack_writer *w, const char *name, int fd, int64_t size,
                      struct pack_sum *ret) ATTR_CHECK;
enum rc pack_put_text(struct cx *cx, struct pack_writer *w, const char *name, struct str text,
                      struct pack_sum *ret) ATTR_CHECK;
/* ret (may be NULL) is the sum of the tar. Ends the handle on every return. */
enum rc pack_writer_close(struct cx *cx, struct pack_writer **w, struct pack_sum *ret) ATTR_CHECK;
void pack_writer_drop(struct pack_writer **w);

/* ------------------------------------------------------------------ METS and PREMIS (DIAS) */

#define NS_METS "http://arkivverket.no/standarder/METS"
#define NS_METS_OLD "http://www.loc.gov/METS/"       /* of the submission description still */
#define NS_PREMIS "http://arkivverket.no/standarder/PREMIS"

/* What the METS head says of a package. Texts from archivist on may be NULL: nothing is said of that. */
struct pack_mets {
    const char *ns;                        /* NS_METS or NS_METS_OLD */
    const char *uuid, *type, *label;       /* type "SIP", "AIP" */
    const char *document;                  /* name of the METS file itself */
    const char *schema;                    /* name of its schema: "dias-mets.xsd" */
    int64_t created;
    const char *archivist;                 /* whose archive it is */
    const char *system, *system_version;   /* where it comes from */
    const char *system_type, *system_type_version;  /* "Noark5", "5.0" */
    const char *preservation;              /* the depot; NULL when not agreed */
    const char *agreement;                 /* SUBMISSIONAGREEMENT; NULL: none */
    const char *start, *end;               /* of the period, days */
};
/* One file the METS lists. path is relative to the package. */
struct pack_mets_file {
    int64_t id;
    const char *path, *mime;
    struct pack_sum sum;
};
/* Everything before the first group of files. */
void pack_mets_head(struct xw *w, const struct pack_mets *m);
void pack_mets_file(struct xw *w, const struct pack_mets *m, const struct pack_mets_file *f);
/* Round the files of the extract, and round the others. */
void pack_mets_group(struct xw *w, const struct pack_mets *m, bool extract);
void pack_mets_group_end(struct xw *w);
void pack_mets_tail(struct xw *w);
/* The media type for a file of that name, of the few that DIAS_METS knows. */
const char *pack_mets_mime(const char *path);

/* A PREMIS file that names the package as one object. */
void pack_premis(struct buf *out, const char *uuid, const struct pack_mets *m);

#endif
