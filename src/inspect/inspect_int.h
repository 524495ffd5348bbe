/* What the files of inspect share and nobody else sees. */
#ifndef SAMDRIFT_INSPECT_INT_H
#define SAMDRIFT_INSPECT_INT_H

#include "inspect/inspect.h"

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
    unsigned char *look;      /* SAMPLE_LOOK bytes; NULL when fd is -1 */
};

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

/* ---------------------------------------------------------------- readers */

/* Is it a type inspect_child reads itself? */
bool child_reads(const char *mime);

/* To standard output; the process ends when nobody reads it any more. */
void child_put(const void *p, size_t n);
void child_puts(const char *s);
/* Text in UTF-8, UTF-16 with mark, or else Latin-1. */
void child_put_text(const unsigned char *p, size_t n);
void child_put_html(const unsigned char *p, size_t n, const char *charset);
void child_mail(const unsigned char *p, size_t n);

/* Which text of an XML document is its words. */
struct xml_rules {
    const char *only;    /* local name of the elements that hold text; NULL: all do */
    const char *breaks;  /* " p si " – local names that end a line; NULL: all end a word */
    const char *spaces;  /* local names that stand for white space */
};
typedef int (*xml_read_fn)(void *arg, char *p, int n);
void child_xml(xml_read_fn read, void *arg, const struct xml_rules *rules);
/* Documents in a zip: entries whose names fit one of the patterns of the type. */
bool child_zip(const char *path, const char *mime);
bool child_zip_reads(const char *mime);

#endif
