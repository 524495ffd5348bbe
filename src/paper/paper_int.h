/* Shared by the files of paper: typefaces, and the file that pages become. */
#ifndef SAMDRIFT_PAPER_INT_H
#define SAMDRIFT_PAPER_INT_H

#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>

#include "paper/paper.h"

/* ------------------------------------------------------------------ font.c */

enum font_id { FONT_REGULAR, FONT_BOLD, FONT_WIDE, FONT_WIDE_BOLD, FONT_COUNT };   /* WIDE: what the first two lack */

struct glyph {
    uint16_t id;
    uint8_t font;
    bool space;            /* a line may end here */
    double width;          /* thousandths of the type size */
    uint32_t character;
};

struct face {
    hb_face_t *face;
    hb_font_t *font;       /* scaled to 1,000 units an em */
    const char *name;      /* PostScript name */
};
const struct face *font_face(const struct paper_fonts *f, enum font_id id);
/* The glyph of a character in the face or its fallback; a character neither has becomes a box. */
struct glyph font_glyph(const struct paper_fonts *f, bool bold, uint32_t character);

/* What a document uses of a typeface, as the parts that go into the file. */
struct font_program {
    char name[80];         /* with the tag of a subset: "ABCDEF+LiberationSans" */
    hb_blob_t *file;
    struct buf cidset, widths, tounicode;
    int box[4], ascent, descent, cap;
};
/* used: glyph ids; character[id] is what a glyph stands for. Ended by font_program_free. */
enum rc font_program_make(struct cx *cx, const struct face *face, const hb_set_t *used, const uint32_t *character,
                          struct font_program *ret) ATTR_CHECK;
void font_program_free(struct font_program *p);
/* A character as UTF-16 in hexadecimal. */
void put_utf16(struct buf *b, uint32_t character);

/* ------------------------------------------------------------------ the document, as pdf.c reads it */

struct ref {               /* a piece of an element on a page */
    struct ref *next;
    int page, mark;
};
struct element {
    struct element *next;
    const char *tag;       /* "P", "H1" */
    struct ref *first, *last;
    int number;            /* from 0 in order of reading */
};
struct mark {
    struct mark *next;
    const struct element *element;
};
struct page {
    struct page *next;
    struct buf content;
    struct mark *first, *last;
    int number, marks;     /* number from 0 */
};
struct paper {
    struct cx *cx;
    const struct paper_fonts *fonts;
    struct paper_about about;
    struct page *pages, *page;
    struct element *elements, *element;
    int pages_n, elements_n;
    double y;              /* of the next line's top, from the foot of the page */
    hb_set_t *used[FONT_COUNT];
    uint32_t *character[FONT_COUNT];   /* by glyph id */
    enum rc rc;
};

#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define PAPER_MAX ((size_t)MiB(32))

/* Writes the document as a file. */
enum rc pdf_write(struct paper *p, struct buf *out) ATTR_CHECK;

#endif
