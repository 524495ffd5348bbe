/* Shared by the files of innsyn. */
#ifndef SAMDRIFT_INNSYN_INT_H
#define SAMDRIFT_INNSYN_INT_H

#include "innsyn/innsyn.h"
#include "paper/paper.h"
#include "task/task.h"

struct innsyn {
    struct archive *archive;
    const struct paper_fonts *fonts;
};

/* ------------------------------------------------------------------ innsyn.c */

/* "28.11.2026", in the arena; "" when out of memory. */
const char *innsyn_date(struct cx *cx, int64_t t);
enum rc innsyn_may(struct call *c) ATTR_CHECK;
/* Is the text short enough? */
enum rc innsyn_short(struct cx *cx, const char *field, const char *text) ATTR_CHECK;

/* ------------------------------------------------------------------ read.c */

/* The order with its items. RC_NOT_FOUND. */
enum rc krav_by_id(struct db *db, const char *id, struct innsynskrav *ret) ATTR_CHECK;
enum rc krav_by_key(struct db *db, const char *noekkel, struct innsynskrav *ret) ATTR_CHECK;
const struct innsynspost *krav_post(const struct innsynskrav *k, int64_t nr);      /* or NULL */

/* ------------------------------------------------------------------ letter.c */

enum brev {
#define BREV(id, nb, nn) BREV_##id,
#include "innsyn/brev.def"
#undef BREV
    BREV_COUNT
};
const char *brev_text(enum brev id, bool nynorsk);
/* {} replaced by `with`. In the arena; "" when out of memory. */
const char *brev_fill(struct cx *cx, enum brev id, bool nynorsk, const char *with);

/* A letter under construction. */
struct brev_paper {
    struct paper *paper;
    bool nynorsk;
};
enum rc brev_begin(struct innsyn *in, struct cx *cx, enum brev title, const char *kommune, bool nynorsk,
                   struct brev_paper *ret) ATTR_CHECK;
/* Name and value; nothing when the value is "". */
void brev_pair(const struct brev_paper *b, enum brev name, const char *value);
/* Ends it and gives it to the archive as a PDF of that name. */
enum rc brev_end(struct call *c, struct brev_paper *b, const char *name, struct taken **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ record.c */

/* A journalpost of an order: type "I" or "U", its one party, its document. */
struct innsyn_record {
    const char *type;
    enum brev title;
    const char *navn, *epost;
    struct taken *pdf;
    bool nynorsk;
};
enum rc record_make(struct call *c, const struct rec *sak, const struct innsyn_record *r, struct rec **ret) ATTR_CHECK;

#endif
