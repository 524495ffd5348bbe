/*
 * METS and PREMIS of a DIAS package: what they say of its files, as a stream.
 *
 * Both namespaces of METS (arkivverket.no since 2021, loc.gov before) are read; elements are found by
 * local name.
 */
#ifndef SAMDRIFT_PACK_METS_READ_H
#define SAMDRIFT_PACK_METS_READ_H

#include "pack/pack.h"

/*
 * A file (file, mdRef) told by METS or an object told by PREMIS; or a pointer to one of them, which has only an id and
 * a line: FILEID of METS, linkingObjectIdentifierValue and relatedObjectIdentifierValue of PREMIS. Strings live until
 * the callback returns; "" when not told.
 */
struct mets_file {
    bool pointer;
    struct str id;                /* ID of METS; objectIdentifierValue of PREMIS */
    struct str path;              /* href without "file:" and leading "./"; "" in PREMIS */
    struct str algorithm;         /* "SHA-256" */
    struct str checksum;          /* hexadecimal */
    int64_t size;                 /* -1 when not told or no number */
    int64_t line;
};

/* The head of METS. Strings live in the arena of the context; "" when not told. */
struct mets_head {
    const char *object_id;        /* OBJID without "UUID:" */
    const char *type;             /* "SIP" */
    const char *status;           /* RECORDSTATUS */
};

typedef void (*mets_file_fn)(void *arg, const struct mets_file *f);

/* Errors as pack_xml_read. */
enum rc mets_read(struct cx *cx, struct pack_stream *s, mets_file_fn fn, void *arg, struct mets_head *ret) ATTR_CHECK;
enum rc premis_read(struct cx *cx, struct pack_stream *s, mets_file_fn fn, void *arg) ATTR_CHECK;

#endif
