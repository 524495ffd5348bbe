/* Shared by the files of letter. */
#ifndef SAMDRIFT_LETTER_INT_H
#define SAMDRIFT_LETTER_INT_H

#include "letter/letter.h"
#include "task/task.h"

struct letters {
    struct config *cfg;
    const struct paper_fonts *fonts;
    struct outbox *outbox;
};

/* Merge fields: {sak}. Late ones are known when it is sent, and stand in fixed blocks only. */
enum flettefelt {
#define FELT(id, name, late) FLETT_##id,
#include "letter/flett.def"
#undef FELT
    FLETT_ANTALL
};
struct fletting {
    const char *value[FLETT_ANTALL];   /* NULL is "" */
};
/* template.c */
enum rc brevmal_tables(struct db *db) ATTR_CHECK;
/* That version, in force or not; version 0: the one in force. */
enum rc brevmal_load(struct db *db, const char *id, int64_t version, const struct brevmal **ret) ATTR_CHECK;

/* merge.c */
/* What is wrong with the fields of a text, or NULL. */
const char *flett_fault(struct cx *cx, const char *text, bool late);
bool flett_uses(const char *text, enum flettefelt f);
/* Does the text use a field that has no value? */
bool flett_lacks(const char *text, const struct fletting *with);
const char *flett(struct cx *cx, const char *text, const struct fletting *with);
/* Those known of a case: number, titles, parties, unit, when it came in. */
enum rc flett_case(struct call *c, const struct brevutkast *u, const char *kommune, struct fletting *ret) ATTR_CHECK;
/* "28. november 2026" */
const char *flett_date(struct cx *cx, int64_t t);

/* attach.c */
enum rc brevvedlegg_tables(struct db *db) ATTR_CHECK;
/* Those of the draft, into it. */
enum rc brevvedlegg_load(struct call *c, struct brevutkast *u) ATTR_CHECK;
enum rc brevvedlegg_forget(struct db *db, const char *brev) ATTR_CHECK;
/* Their names, one a line. In the arena. */
const char *brevvedlegg_names(struct cx *cx, const struct brevutkast *u);
/* Before the write: the content of each, in the order they are listed. */
enum rc brevvedlegg_take(struct call *c, const struct brevutkast *u, struct taken **ret) ATTR_CHECK;
/* In the write: vedlegg of the journalpost. What is screened there is screened here. */
enum rc brevvedlegg_make(struct call *c, const struct brevutkast *u, const struct rec *post,
                         struct taken *const *files) ATTR_CHECK;
/* The legal basis of the first that is screened, itself or with its journalpost; NULL when none is. */
enum rc brevvedlegg_screened_by(struct call *c, const struct brevutkast *u, const char **ret) ATTR_CHECK;

/* draft.c */
enum rc brevutkast_tables(struct db *db) ATTR_CHECK;
/* In a write: what is stored now, if u is of that version and state, else RC_CONFLICT or RC_TRANSITION. */
enum rc brevutkast_demand(struct call *c, const struct brevutkast *u, enum brevtilstand state, struct brevutkast *ret) ATTR_CHECK;

#endif
