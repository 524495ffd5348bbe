/*
 * inspect – what a file is, and the words in it.
 *
 * Type by content: libmagic, and a signature table for the archive formats it does not tell apart
 * (PDF/A parts, TIFF 6, SOSI, OOXML/ODF inside zip …). Text by limited child processes (pdftotext,
 * catdoc, our own reader for OOXML/ODF/HTML/plain text run the same way). A file can never harm the
 * caller: at worst there is no answer.
 */
#ifndef SAMDRIFT_INSPECT_H
#define SAMDRIFT_INSPECT_H

#include "base/base.h"

struct inspect_facts {
    char mime[128];         /* "application/pdf"; "application/octet-stream" when unknown */
    char pronom[16];        /* PRONOM id as in the code list format: "fmt/354"; "av/0" when unknown */
    char name[128];         /* name of the format, for the code list */
    bool archive_format;    /* approved for deposit (Riksarkivarens forskrift § 5-17)? */
};

/* Looks at the head (and where a format demands it the tail) of the file. Errors: RC_IO, RC_NOMEM. */
enum rc inspect_type(struct cx *cx, const char *path, struct inspect_facts *ret) ATTR_CHECK;

/*
 * Words of the document as UTF-8 in the arena, at most `max` bytes; empty when the type has no text
 * or the reader failed or passed its limits (30 s of processor, 512 MiB, no network by design of the
 * readers). mime as given by inspect_type.
 */
enum rc inspect_words(struct cx *cx, const char *path, const char *mime, size_t max,
                      struct str *ret) ATTR_CHECK;

/*
 * The hidden command the limited child runs ("PROGRAM inspect-child FILE TYPE"): reads argv[0] of
 * type argv[1], writes text to stdout, returns the exit code. With glibc a constructor of this room
 * runs it before main, so no program needs to dispatch; one that does loses nothing.
 */
int inspect_child(int argc, char **argv);

/* Format names by PRONOM id: seeds the code list. Row i, or NULL past the last. */
const struct inspect_format {
    const char *pronom, *name, *mime;
    bool archive_format;
} *inspect_format(size_t i);

#endif
