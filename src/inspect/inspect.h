/*
 * inspect – what a file is, and the words in it.
 *
 * Type by content: a signature table for the archive formats (PDF/A parts, TIFF 6, SOSI, OOXML/ODF
 * inside zip …), and libmagic where it knows nothing. Text by pdftotext, catdoc and our own readers
 * for OOXML/ODF/HTML/XML/mail/plain text.
 *
 * No byte of a file is looked at in the calling process. A keeper, started with the inspector, forks
 * one reader a file: it is handed the open file and a pipe, and has no network, no other file, no
 * rights and no children; time, memory and output are limited. A file that kills its reader is told
 * as such, and nothing else happens.
 */
#ifndef SAMDRIFT_INSPECT_H
#define SAMDRIFT_INSPECT_H

#include "base/base.h"

struct inspector;

struct inspect_options {
    bool required;          /* refuse to open where the kernel has not both seccomp and landlock */
    int64_t seconds;        /* of processor a file; four times that by the clock; 0: 30 */
    int64_t memory;         /* bytes of address space a file; 0: 512 MiB */
};

/* What holds the readers, besides limits: proved at the opening by a process that put it on. */
struct inspect_sandbox {
    bool seccomp;           /* system calls are filtered: no network, no processes, no writing */
    int landlock;           /* ABI of the kernel that shuts off the file system; 0: none */
    bool required;          /* as asked for */
};

/* Starts the keeper. RC_SANDBOX when what is required cannot be had; RC_IO. Thread-safe from then on. */
enum rc inspect_open(struct cx *cx, const struct inspect_options *o, struct inspector **ret) ATTR_CHECK;
/* Ends all reading: who waits for it, and who asks later, gets RC_BUSY. For a stop that waits for no file. */
void inspect_stop(struct inspector *in);
void inspect_close(struct inspector **in);
struct inspect_sandbox inspect_sandbox(struct inspector *in);

/* What stopped the reader of a file: "tid", "minne", "systemkall", "signal 11", "svar"; "" when nothing did. */
#define INSPECT_KILLED_MAX 16

struct inspect_facts {
    char mime[128];         /* "application/pdf"; "application/octet-stream" when unknown */
    char pronom[16];        /* PRONOM id as in the code list format: "fmt/354"; "av/0" when unknown */
    char name[128];         /* name of the format, for the code list */
    bool archive_format;    /* approved for deposit (Riksarkivarens forskrift § 5-17)? */
    char killed[INSPECT_KILLED_MAX];   /* when not "", the format is unknown for that reason */
};

/*
 * Looks at the head (and where a format demands it the tail) of a regular file, open for reading
 * only; moves its offset. RC_IO, RC_NOMEM; RC_BUSY when no reader can be started.
 */
enum rc inspect_type(struct cx *cx, struct inspector *in, int fd, struct inspect_facts *ret) ATTR_CHECK;

/*
 * By our signatures alone and in this process, for who looks at a million files: a reader costs twenty
 * times as much. Compares bytes of two parts of the file, no library (but zlib on 4 KiB of an
 * OpenDocument). `size` bytes from `at` on, so a member of a tar too. False when they cannot be read.
 */
enum { INSPECT_SCRATCH = 576 << 10 };
bool inspect_signature(int fd, int64_t at, int64_t size, unsigned char scratch[INSPECT_SCRATCH],
                       struct inspect_facts *ret);

/*
 * Words of the document as UTF-8 in the arena, at most `max` bytes; empty when the type has no text,
 * the reader could not read it, or it was killed. mime as given by inspect_type. Errors as there.
 */
enum rc inspect_words(struct cx *cx, struct inspector *in, int fd, const char *mime, size_t max,
                      struct str *ret, char killed[INSPECT_KILLED_MAX]) ATTR_CHECK;

/* Format names by PRONOM id: seeds the code list. Row i, or NULL past the last. */
const struct inspect_format {
    const char *pronom, *name, *mime;
    bool archive_format;
} *inspect_format(size_t i);

#endif
