/*
 * pack – packages and the files in them.
 *
 * A package is a folder or an uncompressed tar, holding a Noark 5 extract (arkivuttrekk.xml,
 * arkivstruktur.xml, documents) either at its root or below `content/` of a DIAS package. It is
 * listed once; after that every member can be read in any order and by several threads at a time,
 * from a tar too: nothing is unpacked.
 *
 * Names in a package are other people's. Those that climb out, are absolute or are links stand in
 * the list with their fault and are never opened. XML is read as a stream in little memory, without
 * network, without document type and entities, and with limits.
 *
 * Errors: RC_PACKAGE (what the package is at fault for), RC_IO, RC_NOMEM.
 */
#ifndef SAMDRIFT_PACK_H
#define SAMDRIFT_PACK_H

#include <openssl/types.h>

#include "base/base.h"

/* ------------------------------------------------------------------ packages */

enum pack_kind { PACK_FILE, PACK_DIR, PACK_LINK, PACK_OTHER };

/* What may be wrong with a member. Flags. */
enum {
    PACK_CLIMBS = 1,      /* a part of the path is ".." */
    PACK_ABSOLUTE = 2,    /* the path begins with "/" or a drive letter */
    PACK_IS_LINK = 4,     /* symbolic or hard link */
    PACK_IS_OTHER = 8,    /* device, pipe, socket, sparse file */
    PACK_ENCODING = 16,   /* not UTF-8, or with control characters */
    PACK_BACKSLASH = 32,  /* has a backslash, which is a separator to others */
    PACK_TWICE = 64,      /* a later member has the same path; the last one counts */
    PACK_CUT = 128,       /* its content ends beyond the end of the tar */
    PACK_CASE = 256,      /* another path differs only in case */
    PACK_CLOSED = PACK_CLIMBS | PACK_ABSOLUTE | PACK_IS_LINK | PACK_IS_OTHER | PACK_CUT /* never opened */
};

struct pack_entry {
    const char *path;     /* parts divided by '/', no "./" before and no '/' behind */
    int64_t size;         /* bytes; 0 for what is no file */
    int64_t at;           /* where its content begins in the tar; 0 in a folder */
    enum pack_kind kind;
    unsigned faults;
};

/* What is wrong with the tar as a whole. Flags. */
enum {
    PACK_TAR_CUT = 1,     /* ends in the middle of a member */
    PACK_TAR_NO_END = 2,  /* the two empty blocks at the end are missing */
    PACK_TAR_HEADER = 4   /* a damaged header: what came after it is unknown */
};

struct pack;

/*
 * Opens and lists PATH: a folder, a .tar, or the folder of results round one .tar (which is then
 * opened). At most 16 million members and 1 GiB of names. RC_PACKAGE when PATH does not exist, is
 * neither, or is a tar without one readable header.
 */
enum rc pack_open(struct cx *cx, const char *path, struct pack **ret) ATTR_CHECK;
void pack_close(struct pack **p);

/* How the package is laid out; lives as long as the package. */
struct pack_layout {
    bool tar;             /* read from a tar */
    bool dias;            /* has dias-mets.xml (or mets.xml) or content/ */
    const char *root;     /* what stands before every path of the package: "" or "<uuid>/"; other members are no part of it */
    const char *extract;  /* what stands before every path of the extract: "", "content/", "<uuid>/content/" */
    const char *documents;/* the document folder within the extract, as spelt: "dokumenter/"; "" when none */
    const char *path;     /* of the folder or the tar on disk */
    const char *beside;   /* "<uuid>.xml" or "info.xml" beside a tar: path on disk, or NULL */
    unsigned tar_faults;
    int64_t tar_fault_at; /* where in the tar, for PACK_TAR_HEADER and PACK_TAR_CUT */
};
const struct pack_layout *pack_layout(const struct pack *p);
/* RC_PACKAGE for a package that turned out to hold none: says where one lies in it, or that the tar is damaged. */
enum rc pack_no_extract(struct cx *cx, const struct pack *p);

/* Members sorted by the bytes of their paths (of two with the same path the first is PACK_TWICE). */
size_t pack_count(const struct pack *p);
const struct pack_entry *pack_entry(const struct pack *p, size_t i);
/* The member with exactly this path (the last one, when twice), or NULL. */
const struct pack_entry *pack_find(const struct pack *p, const char *path);
/* The same for prefix + name, where prefix is of the layout: pack_find_in(p, layout->extract, "arkivstruktur.xml"). */
const struct pack_entry *pack_find_in(const struct pack *p, const char *prefix, struct str name);
/* Position of the first member whose path begins with prefix; pack_count when none. They stand together. */
size_t pack_first(const struct pack *p, const char *prefix);
/* Bytes read so far through all streams of the package, for progress. */
int64_t pack_bytes_read(const struct pack *p);

/* ------------------------------------------------------------------ members */

/* A member being read; on the stack of its reader, one thread at a time. Its parts are private to the room. */
struct pack_stream {
    struct pack *pack;
    const char *memory;   /* instead of a descriptor */
    void *digest;
    int64_t at, size, done;
    int fd;
    bool own;
};

/* Opens a file of the package. RC_PACKAGE when its faults forbid it or it is no file. */
enum rc pack_stream_open(struct cx *cx, struct pack *p, const struct pack_entry *e, struct pack_stream *ret) ATTR_CHECK;
/* A file on disk that is no member: the tar itself, what lies beside it. */
enum rc pack_stream_file(struct cx *cx, const char *path, struct pack_stream *ret) ATTR_CHECK;
/* A stream over bytes that outlive it. */
void pack_stream_memory(struct pack_stream *ret, struct str bytes);
void pack_stream_close(struct pack_stream *s);
/* Up to n bytes; *ret_n is 0 only at the end. RC_PACKAGE when the file became shorter. */
enum rc pack_stream_read(struct cx *cx, struct pack_stream *s, void *p, size_t n, size_t *ret_n) ATTR_CHECK;
/* From now on (before the first read) what is read is hashed too. */
enum rc pack_stream_hash(struct cx *cx, struct pack_stream *s) ATTR_CHECK;
/* SHA-256 of the whole member, reading what is left of it. After pack_stream_hash, once. */
enum rc pack_stream_digest(struct cx *cx, struct pack_stream *s, char ret[SHA256_HEX_MAX]) ATTR_CHECK;

/* SHA-256 of a member. */
enum rc pack_sha256(struct cx *cx, struct pack *p, const struct pack_entry *e, char ret[SHA256_HEX_MAX]) ATTR_CHECK;
/* Digest of a member by an algorithm as METS names them: SHA-256 (SHA256), SHA-1, SHA-384, SHA-512, MD5.
 * RC_FIELD_VALUE when it is none of these. */
enum { PACK_DIGEST_MAX = 64 };
enum rc pack_digest(struct cx *cx, struct pack *p, const struct pack_entry *e, const char *algorithm,
                    unsigned char ret[PACK_DIGEST_MAX], size_t *ret_n) ATTR_CHECK;
/* The one of these that has the name; NULL when none has. */
const EVP_MD *pack_digest_md(struct str algorithm);
/* The whole member in the arena (terminated), when it has at most `most` bytes; else RC_PACKAGE. */
enum rc pack_bytes(struct cx *cx, struct pack *p, const struct pack_entry *e, size_t most, struct str *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ XML */

enum {
    PACK_XML_DEPTH = 256,         /* elements within each other */
    PACK_XML_ATTRIBUTES = 64,     /* of one element */
    PACK_XML_TEXT = 8 << 20       /* bytes of text of one element; more is a fault and is cut */
};

/* Names are interned: within one reading, equal names are the same pointer. */
struct pack_xml_attr {
    const char *name;             /* local name */
    const char *ns;               /* namespace, NULL when none */
    const char *prefix;           /* as written, NULL when none */
    struct str value;             /* references replaced */
};

struct pack_xml_element {
    const char *name, *ns, *prefix;
    const struct pack_xml_attr *attrs;  /* in start only */
    size_t attrs_n;
    int64_t line;                 /* of its start tag */
    int depth;                    /* 1 for the root */
    bool empty_tag;               /* written <a/> (in start only) */
    bool leaf;                    /* has no elements in it (in end only) */
    struct str text;              /* in end of a leaf: all its text as it stands, references replaced */
};

enum pack_xml_fault_kind {
    PACK_XML_SYNTAX,              /* not well-formed, over a limit */
    PACK_XML_DOCTYPE,             /* has a document type declaration; the reading stops there */
    PACK_XML_INVALID,             /* against a schema given in the options */
    PACK_XML_STOPPED,             /* more than the most faults: the rest was not read */
    PACK_XML_ENCODING             /* bytes that are none of the encoding, or another encoding than declared */
};
struct pack_xml_fault {
    enum pack_xml_fault_kind kind;
    size_t schema;                /* of INVALID: position in the options */
    int64_t line;
    int code;                     /* of libxml2 */
    const char *text;             /* one line: of INVALID by libxml2, in English; else what is wrong and what to do
                                   * (xml_fault.def), in the language of the context */
    const char *place, *found;    /* but of INVALID: the element, and the name, value or bytes; "" what is not told */
};

struct pack_xml;                  /* the reading under way */
struct pack_schema;

/* Where the files of a schema come from. */
struct pack_schema_files {
    /* Content of the file of that name (without folders), or an empty string with p NULL. */
    struct str (*find)(void *arg, const char *name);
    /* What is wrong with them; may be NULL. */
    void (*fault)(void *arg, const char *file, int64_t line, const char *text);
    void *arg;
    bool large;                     /* for a document of any size: no identity constraints then */
};

/*
 * Compiles the schema that begins in `main`. Imports and includes are asked of `files` by the last
 * part of their location, whatever it is: nothing is read from disk or network. A file with a
 * document type is refused, and so is what would take libxml2 more than some 100 MB or a few seconds to make ready, or
 * memory that follows the document to use (schema_size.c). RC_XML when it does not compile.
 */
enum rc pack_schema_new(struct cx *cx, const char *main, const struct pack_schema_files *files,
                        struct pack_schema **ret) ATTR_CHECK;
void pack_schema_free(struct pack_schema **s);

/* Any may be NULL. */
struct pack_xml_events {
    void (*start)(void *arg, struct pack_xml *x, const struct pack_xml_element *e);
    void (*end)(void *arg, struct pack_xml *x, const struct pack_xml_element *e);
    /* Text of an element that has elements in it too, where it stands between them; not what is only space. */
    void (*text)(void *arg, struct pack_xml *x, struct str text);
    void (*fault)(void *arg, struct pack_xml *x, const struct pack_xml_fault *f); /* INVALID: some elements later */
};

enum { PACK_XML_SCHEMAS = 2 };
struct pack_xml_options {
    bool go_on;                   /* past what is not well-formed (1,000 faults); there, text may not be UTF-8 */
    struct pack_schema *schema[PACK_XML_SCHEMAS]; /* to validate against in the same pass; may be NULL */
};

/*
 * Reads XML once from beginning to end. A BOM, CRLF and any encoding that iconv knows are fine;
 * text arrives as UTF-8. Faults are told through events->fault and make the answer RC_XML with the
 * first of them in cx->err ("linje 7: what is wrong (where, what)") – except INVALID ones, which are
 * only told. The stream stays open.
 */
enum rc pack_xml_read(struct cx *cx, struct pack_stream *s, const struct pack_xml_events *events, void *arg,
                      const struct pack_xml_options *options /* or NULL */) ATTR_CHECK;
/* No further events; pack_xml_read then answers RC_OK. */
void pack_xml_stop(struct pack_xml *x);
/* The line the reader stands on (from 1, exact in files of any length). */
int64_t pack_xml_line(const struct pack_xml *x);
/* The encoding the file declares, or NULL. */
const char *pack_xml_encoding(const struct pack_xml *x);
/* An element as it stood, back into XML: the start tag, which tells namespaces other than ns (NULL: none is in
 * force); and the end tag, with the text of a leaf before it. */
void pack_xml_echo_start(struct buf *out, const struct pack_xml_element *e, const char *ns);
void pack_xml_echo_end(struct buf *out, const struct pack_xml_element *e);
void pack_xml_echo_text(struct buf *out, struct str text);
/* The value of an attribute without namespace, or the empty string. */
struct str pack_xml_attr_value(const struct pack_xml_element *e, const char *name);

#endif
