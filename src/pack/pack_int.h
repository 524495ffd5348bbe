/* What the files of the room share. */
#ifndef SAMDRIFT_PACK_INT_H
#define SAMDRIFT_PACK_INT_H

#include <stdatomic.h>

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "pack/pack.h"

#define PACK_NAMES_MOST GiB(1)
enum { PACK_ENTRIES_MOST = 16 << 20, PACK_PATH_MOST = 4096, PACK_PARTS_MOST = 64 };

struct pack {
    struct arena *names;
    struct pack_entry *entries;
    size_t n, cap;
    uint32_t *index;              /* by hash of the path: position + 1, 0 for empty */
    size_t index_n;               /* a power of two */
    struct pack_layout layout;
    int fd;                       /* of the folder or the tar */
    int64_t size;                 /* of the tar */
    _Atomic int64_t bytes_read;
};

/* RC_PACKAGE with a detail in the language of the context. */
enum rc pack_fault(struct cx *cx, const char *nb, const char *en) ATTR_CHECK;
/* A path that cannot be opened, by errno: RC_PACKAGE when its rights forbid it, else RC_IO. */
enum rc pack_closed(struct cx *cx, const char *path, int error) ATTR_CHECK;

/* ---------------------------------------------------------------- path.c */

/* Faults of a path as somebody wrote it: PACK_CLIMBS, PACK_ABSOLUTE, PACK_ENCODING, PACK_BACKSLASH. */
unsigned pack_path_faults(struct str path);
/* Without "./" before, "//" within and "/" behind; in the arena. NULL when out of memory. */
char *pack_path_clean(struct arena *a, struct str path);

/* ---------------------------------------------------------------- open.c */

/* Adds a member; its path is cleaned and copied, and looked at. */
enum rc pack_add(struct cx *cx, struct pack *p, struct str path, const struct pack_entry *like) ATTR_CHECK;

/* ---------------------------------------------------------------- folder.c, tar.c */

/* Lists everything below p->fd. */
enum rc pack_list_folder(struct cx *cx, struct pack *p) ATTR_CHECK;
/* Opens a file below the descriptor of a folder, following no link on the way; -1 with errno. */
int pack_open_below(int dir, const char *path, int flags);
/* Indexes the tar at p->fd. */
enum rc pack_list_tar(struct cx *cx, struct pack *p) ATTR_CHECK;

/* ---------------------------------------------------------------- xml.c, schema.c */

/* libxml2 changed the type of what its error callbacks are given. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *pack_xml_error;
#else
typedef xmlError *pack_xml_error;
#endif

/* Makes libxml2 ready, once: it may then be used by all threads, and reads schemas only of pack_schema_new. */
void pack_xml_init(void);
/* The message as one line of at most n - 1 bytes. */
void pack_xml_message(pack_xml_error e, char *out, size_t n);
void pack_xml_one_line(char *text);

/* A fault of form in the words of the user (xml_fault.c). */
struct pack_xml_words {
    const char *sentence;
    bool encoding;                /* of the bytes, not of what they say */
    char place[200], found[1000];
};
void pack_xml_in_words(pack_xml_error e, enum lang lang, struct pack_xml_words *ret);

struct pack_schema {
    xmlSchemaPtr compiled;
};

/* The last part of a location: the name its file is asked for by. */
const char *pack_schema_file(const char *location);

/* ---------------------------------------------------------------- schema_size.c */

enum { PACK_SCHEMA_FILES = 32 };
/* Why the schema that begins in `main` would take too much memory or time, or NULL. find: content, or p NULL. */
const char *pack_schema_too_large(const char *main, bool large, struct str (*find)(void *arg, const char *name), void *arg);

/* ---------------------------------------------------------------- xml_check.c */

/* What the parser tells of a start tag, in the form of libxml2. */
struct pack_sax_start {
    const xmlChar *name, *prefix, *ns;
    int ns_n;
    const xmlChar **namespaces;
    int attrs_n;
    const xmlChar **attrs;
};

struct pack_checker;
typedef void (*pack_checker_fn)(void *arg, const struct pack_xml_fault *f);

/* A thread that holds schemas (NULL: none) against what it is told. fn is called by the functions below, on the
 * thread of their caller and some time after. *ret is to be freed after an error too. */
enum rc pack_checker_new(struct cx *cx, struct pack_schema *const schemas[PACK_XML_SCHEMAS], pack_checker_fn fn,
                         void *arg, struct pack_checker **ret) ATTR_CHECK;
/* Names must live until pack_checker_free: they are those of the parser's dictionary. */
void pack_checker_start(struct pack_checker *c, int64_t line, const struct pack_sax_start *s);
void pack_checker_end(struct pack_checker *c, int64_t line, const xmlChar *name, const xmlChar *prefix,
                      const xmlChar *ns);
void pack_checker_text(struct pack_checker *c, int64_t line, const xmlChar *text, int n);
/* Waits until all is checked, tells the rest and ends the thread. */
void pack_checker_free(struct pack_checker **c);

#endif
