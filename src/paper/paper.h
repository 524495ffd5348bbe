/*
 * paper – documents the program writes itself, as PDF/A-1b: answers of forms, letters, receipts.
 *
 * A document is text in order: headings, paragraphs, answers with their labels. Pages, lines and page
 * numbers follow. The file is PDF/A-1b (ISO 19005-1: fonts embedded, device-independent colour, XMP)
 * and tagged with language, headings and paragraphs in reading order, so that it can be read aloud and
 * kept for ever. Colour is CalGray: no output intent is needed. The same content gives the same bytes.
 *
 * Text is UTF-8; what is not becomes U+FFFD, and control characters become spaces. Characters that
 * neither the font nor its fallback has are shown as a box. Scripts that need shaping or run from right
 * to left are written character by character.
 *
 * Limits: 2,000 pages, 32 MiB; beyond that paper_end gives RC_TOO_LARGE.
 */
#ifndef SAMDRIFT_PAPER_H
#define SAMDRIFT_PAPER_H

#include "base/base.h"

/* The typefaces, read once, shared by threads: Liberation Sans with DejaVu Sans for what it lacks. */
struct paper_fonts;
/* RC_IO when a font file is missing (secret: which). */
enum rc paper_fonts_open(struct cx *cx, struct paper_fonts **ret) ATTR_CHECK;
void paper_fonts_free(struct paper_fonts **f);

struct paper_about {
    const char *title;     /* of the document: its name in the reader and in XMP */
    const char *author;    /* the municipality */
    const char *lang;      /* "nb", "nn", "se", "en" */
    const char *footer;    /* at the foot of each page, before the page number; may be NULL */
    int64_t made;          /* time of making, cx->now as a rule */
};

/* A document under construction, in the arena of cx; ended by paper_end, or with the arena. */
struct paper;
enum rc paper_new(struct cx *cx, const struct paper_fonts *fonts, const struct paper_about *about,
                  struct paper **ret) ATTR_CHECK;

/* Failures of these are kept and given by paper_end. Text is copied into the pages. */
void paper_heading(struct paper *p, int level /* 1–3 */, struct str text);
/* A paragraph for each piece between empty lines; a line break stays one. */
void paper_text(struct paper *p, struct str text);
/* A head and its text, as a question and its answer, kept together. */
void paper_pair(struct paper *p, struct str head, struct str text);
/* Empty space, in points (1/72 inch); none at the top of a page. */
void paper_space(struct paper *p, double points);

/* Writes the file at the end of out. RC_TOO_LARGE, RC_NOMEM. */
enum rc paper_end(struct paper *p, struct buf *out) ATTR_CHECK;

#endif
