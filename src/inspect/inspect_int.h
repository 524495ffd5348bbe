/* What the files of inspect share and nobody else sees. */
#ifndef SAMDRIFT_INSPECT_INT_H
#define SAMDRIFT_INSPECT_INT_H

#include "inspect/inspect.h"

#include <linux/filter.h>

enum format {
#define F(id, pronom, name, mime, approved) F_##id,
#include "inspect/formats.def"
#undef F
};

/* ---------------------------------------------------------------- a file, looked at in part */

enum {
    SAMPLE_PART = 256 << 10,  /* bytes of head and of tail */
    SAMPLE_LOOK = 64 << 10    /* most bytes sample_at gives from between them */
};

/*
 * Head and tail of a file in memory, the rest read on demand. Everything a signature sees comes
 * through sample_at, so no signature can read past the end.
 */
struct sample {
    const unsigned char *head, *tail;
    size_t head_n, tail_n;    /* tail_n is 0 when the head is the whole file */
    int64_t size;
    int fd;                   /* -1: nothing but head and tail */
    int64_t at;               /* where the file begins in what fd is of */
    unsigned char *look;      /* SAMPLE_LOOK bytes; NULL when fd is -1 */
};

/* The n bytes of the file from there; false when it has fewer, or cannot be read. */
bool sample_read(int fd, unsigned char *p, size_t n, int64_t off);
/* n bytes at off, or NULL when they are not there. Valid until the next call. */
const unsigned char *sample_at(const struct sample *s, int64_t off, size_t n);
bool sample_is(const struct sample *s, int64_t off, const void *bytes, size_t n);
/* First place of the text from `from` on, within `most` bytes; -1. */
int64_t sample_find(const struct sample *s, int64_t from, int64_t most, const char *text);
uint32_t le16(const unsigned char *p);
uint32_t le32(const unsigned char *p);
uint32_t be16(const unsigned char *p);
uint32_t be32(const unsigned char *p);

/* ---------------------------------------------------------------- signatures */

/* mime overrules that of the format's row, when not NULL. */
struct verdict {
    enum format format;
    const char *mime;
};

/* By our own signatures only; F_UNKNOWN when none fits. */
struct verdict sig_look(const struct sample *s);

/* One family each; called when the first bytes fit, F_UNKNOWN when it is not so after all. */
struct verdict sig_pdf(const struct sample *s);
struct verdict sig_tiff(const struct sample *s);
struct verdict sig_jpeg(const struct sample *s);
struct verdict sig_png(const struct sample *s);
struct verdict sig_riff(const struct sample *s);
struct verdict sig_mp3(const struct sample *s);
struct verdict sig_mpeg(const struct sample *s);
struct verdict sig_ftyp(const struct sample *s);
struct verdict sig_ebml(const struct sample *s);
struct verdict sig_zip(const struct sample *s);
struct verdict sig_ole(const struct sample *s);
struct verdict sig_text(const struct sample *s);

const struct inspect_format *format_row(enum format f);

/* ---------------------------------------------------------------- sandbox.c: what a reader may do */

/* A reader of ours opens nothing more; one that becomes a program of the system may read and run those. */
enum reader_kind { READER_OWN, READER_PROGRAM };

/* A sanitizer keeps a shadow of all memory: no limit of address space can be set then. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SHADOW_MEMORY 1
#endif
#endif
#ifndef SHADOW_MEMORY
#define SHADOW_MEMORY 0
#endif

enum { CLOCK_FACTOR = 4 };   /* seconds by the clock for one of the processor: machines are busy */

struct limits {
    int64_t seconds;   /* of processor */
    int64_t memory;    /* bytes of address space */
};

struct sandbox {
    bool seccomp;
    int landlock;                  /* ABI; 0: none */
    struct sock_fprog filter[2];   /* by reader_kind, for seccomp */
    int rules[2];                  /* rule sets of landlock */
};

/* Finds out what the kernel has and proves it by a process that puts it on. Called once, by one thread. */
void sandbox_prepare(struct sandbox *ret);
/* Puts on everything there is, for good. False when something does not hold: then nothing may be read. */
bool sandbox_enter(const struct sandbox *s, enum reader_kind kind, const struct limits *l);

/* ---------------------------------------------------------------- reply.c: what comes back */

/* How a reader ended, as the keeper saw it. Sent as ENDING_SIZE bytes over a pipe the reader never had. */
enum how {
    END_WELL,      /* all that it wrote is the answer */
    END_UNREAD,    /* by itself, without one: a broken file, no such program */
    END_TIME,      /* killed: the processor's or the clock's */
    END_MEMORY,
    END_CALL,      /* killed: a system call that no reader makes */
    END_SIGNAL,    /* killed: it crashed */
    END_NONSENSE,  /* by itself, and what it wrote is no answer */
    END_LOST,      /* no reader could be started */
    END_GONE       /* never told by a keeper: it is gone, or stuck */
};
struct ending {
    enum how how;
    int signal;    /* of END_SIGNAL */
};
enum { ENDING_SIZE = 4, VERDICT_MAX = 256 };

void ending_print(const struct ending *e, unsigned char out[ENDING_SIZE]);
bool ending_parse(const unsigned char *p, size_t n, struct ending *ret);
/* The word for inspect_facts.killed; "" when the file did not kill its reader. */
void ending_word(const struct ending *e, char out[INSPECT_KILLED_MAX]);
/* "<row of formats.def> <media type>\n"; anything else is refused, so a reader can at worst lie. */
size_t verdict_print(enum format format, const char *mime, char out[VERDICT_MAX]);
bool verdict_parse(struct str text, struct inspect_facts *ret);

/* ---------------------------------------------------------------- keeper.c, inspector.c */

enum want { WANT_TYPE, WANT_WORDS };

/* One datagram to the keeper, with three descriptors: the file, where the answer and the ending go. */
struct request {
    enum want want;
    struct limits limits;
    char mime[128];
};
enum { REQUEST_FDS = 3, KEEPER_FD = 3 };

#define KEEPER_NAME "samdrift-inspect"   /* argv[0]: any program that links this room is a keeper then */

/* The keeper, over the socket at KEEPER_FD: first tells a struct inspect_sandbox. Ends with the socket. */
_Noreturn void keeper_run(void);

/* Has the file read; what the reader wrote, at most the buffer's max, is in out. RC_BUSY, RC_IO. */
enum rc inspector_ask(struct cx *cx, struct inspector *in, enum want want, const char *mime, int file,
                      struct buf *out, struct ending *ret) ATTR_CHECK;

/* ---------------------------------------------------------------- readers: processes of their own */

enum { READER_NO_MEMORY = 77, READER_NOT_CONFINED = 126 };   /* exit codes */

/* What all readers stand on and later may not open: libmagic's table, conversions of text. In the keeper. */
void reader_warm(void);
/* Reads the file at descriptor 0 and writes the answer to 1; exit codes. */
int reader_type(void);
int reader_words(const char *mime);
/* The command line of the program that reads the type from its standard input; NULL when none does. */
const char *const *reader_program(const char *mime);
/* Is there a reader of words, ours or a program, for the type? */
bool reader_reads(const char *mime);

/* To standard output, kept back until there is much or the flush; the process ends when nobody reads it any more. */
void reader_put(const void *p, size_t n);
void reader_flush(void);
void reader_puts(const char *s);
/* Text in UTF-8, UTF-16 with mark, or else Latin-1. */
void reader_put_text(const unsigned char *p, size_t n);
void reader_put_html(const unsigned char *p, size_t n, const char *charset);
void reader_mail(const unsigned char *p, size_t n);

/* Which text of an XML document is its words. */
struct xml_rules {
    const char *only;    /* local name of the elements that hold text; NULL: all do */
    const char *breaks;  /* " p si " – local names that end a line; NULL: all end a word */
    const char *spaces;  /* local names that stand for white space */
};
typedef int (*xml_read_fn)(void *arg, char *p, int n);
void reader_xml(xml_read_fn read, void *arg, const struct xml_rules *rules);
/* Documents in a zip at a descriptor: entries whose names fit one of the patterns of the type. */
bool reader_zip(int fd, const char *mime);
bool reader_zip_reads(const char *mime);

/* libmagic's answer; mime as it was when it has none. */
void reader_magic(const struct sample *s, char *mime, size_t size);

#endif
