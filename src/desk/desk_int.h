/* Shared by the files of desk. */
#ifndef SAMDRIFT_DESK_INT_H
#define SAMDRIFT_DESK_INT_H

#include "desk/desk.h"
#include "innsyn/innsyn.h"
#include "web/ui.h"
#include "worklist/worklist.h"

#define TEXT(id, nb, nn, se, en) extern const struct text D_##id;
#include "desk/texts.def"
#undef TEXT

struct desk {
    struct web *web;
    struct archive *archive;
    struct export_jobs *jobs;
    struct innsyn *innsyn;
    struct login *login;
};

/* ------------------------------------------------------------------ desk.c: what the pages share */

/* The archive of the municipality of the page, for the person of its session. */
enum rc desk_call(struct page *pg, struct call *ret) ATTR_CHECK;
/* "/nesodden/arkivar/publisering" of "/publisering", and with an id below it; in the arena. */
const char *desk_href(struct page *pg, const char *path);
const char *desk_href_of(struct page *pg, const char *path, const char *id);
/* page_begin below the front page of the desk, and below `up` unless it is NULL. */
void desk_begin(struct page *pg, struct page_head head, const struct crumb *up);
/* The page of a list that is asked for (?side=), from 1. */
int64_t desk_side(struct page *pg);
const char *desk_number(struct page *pg, int64_t n);
/* A count that was broken off: "1000+" where it is above the limit. */
const char *desk_count(struct page *pg, int64_t n, int64_t limit);

/* A box of a list in which several can be chosen; the first one's id is the name of the field. */
void desk_choose(struct page *pg, const char *name, const char *value, const char *what, bool first);
/* An entry as a card, as the public page writes it. */
struct innfoersel;
void desk_view(struct page *pg, const struct text *heading, const struct innfoersel *e);

/* Its text, "" when it has none. In the arena, as the others. */
const char *desk_text(struct page *pg, const struct val *v);
/* mappeID or registreringsID, "" where there is none; the title; where an archivist works on it. */
const char *desk_record_number(struct page *pg, const struct rec *r);
const char *desk_record_title(struct page *pg, const struct rec *r);
const char *desk_record_href(struct page *pg, const struct rec *r);

/* ------------------------------------------------------------------ record.c: cases and journalposter as forms */

/* klasse, enhet and person of a case. */
enum rc desk_case_fields(struct page *pg, struct call *c, const struct rec *sak) ATTR_CHECK;
/* The documents of a journalpost as a table, each to be opened. */
enum rc desk_documents(struct page *pg, struct call *c, const struct rec *post) ATTR_CHECK;
/* The title of the arkiv that an arkivdel is of: arkivdeler of two may be called alike. */
enum rc desk_arkiv_of(struct page *pg, struct call *c, const struct rec *del, const char **ret) ATTR_CHECK;
/* Over a list link of arkivstruktur. */
enum rc desk_below(struct call *c, const struct rec *from, enum entity_id e, const char *name, int64_t most,
                   struct result *ret) ATTR_CHECK;
/* Was it a rule that refused, so that the page can say which? */
bool desk_refused(enum rc rc);
/* What the archive said, and the record it named (href NULL: none); the error is dealt with. */
struct refusal {
    const char *text, *href, *what;
};
enum rc desk_refusal(struct page *pg, struct call *c, struct refusal *ret) ATTR_CHECK;
/* The refusal beside its field, or beside `fallback`; then the page is shown again. */
enum rc desk_wrong(struct page *pg, struct call *c, enum rc rc, const char *fallback) ATTR_CHECK;

/* ------------------------------------------------------------------ hjemmel.c: by what law something is withheld */

struct hjemmel {
    const char *id, *provision;    /* the provision as it is stored and written in letters */
    int years;                     /* after which secrecy ends; 0: the law names no time */
    struct text name;
};
extern const struct hjemmel desk_hjemler[];
extern const size_t desk_hjemler_n;
enum { HJEMLER_MAX = 60 };
/* "Offentleglova § 22 – Budsjettsaker" */
const char *desk_hjemmel_text(struct page *pg, const struct hjemmel *h);

/* ------------------------------------------------------------------ the pages */

/* front.c */
enum rc desk_front(struct page *pg);

enum rc desk_document(struct page *pg);

/* intake.c */
enum rc desk_intake_list(struct page *pg);
enum rc desk_intake_post(struct page *pg);
enum rc desk_intake_sent(struct page *pg);
enum rc desk_intake_waits(struct call *c, int64_t *ret);

/* screening.c */
enum rc desk_screening(struct page *pg);
enum rc desk_screening_sent(struct page *pg);

/* closing.c */
enum rc desk_case(struct page *pg);
enum rc desk_case_sent(struct page *pg);
enum rc desk_closing(struct page *pg);
enum rc desk_closing_sent(struct page *pg);
enum rc desk_closing_waits(struct call *c, int64_t *ret);

/* period.c */
enum rc desk_period_list(struct page *pg);
enum rc desk_period(struct page *pg);
enum rc desk_period_sent(struct page *pg);

/* extract.c */
enum rc desk_extracts(struct page *pg);
enum rc desk_extract_ordered(struct page *pg);
enum rc desk_extract(struct page *pg);
enum rc desk_extract_sent(struct page *pg);
enum rc desk_extract_package(struct page *pg);
enum rc desk_extract_description(struct page *pg);
enum rc desk_check_uploaded(struct page *pg);
enum rc desk_check(struct page *pg);
enum rc desk_check_sent(struct page *pg);
enum rc desk_check_report(struct page *pg);
/* Leads to where the record is worked on, whatever it is. */
enum rc desk_any_record(struct page *pg);
/* Jobs that are not over. */
enum rc desk_extract_waits(struct call *c, int64_t *ret);

/* publish.c */
enum rc desk_publish_queue(struct page *pg);
enum rc desk_publish_chosen(struct page *pg);
enum rc desk_publish_post(struct page *pg);
enum rc desk_publish_sent(struct page *pg);
enum rc desk_publish_waits(struct call *c, int64_t *ret);

/* quality.c */
enum rc desk_quality_all(struct page *pg);
enum rc desk_quality_list(struct page *pg);
enum rc desk_quality_csv(struct page *pg);
/* Sum of the lists. */
enum rc desk_quality_waits(struct call *c, int64_t *ret);

/* orders.c */
enum rc desk_orders(struct page *pg);
enum rc desk_order(struct page *pg);
enum rc desk_order_shut(struct page *pg);
enum rc desk_orders_waits(struct call *c, int64_t *ret);
/* The order, or with nr > 0 its item. */
const char *desk_order_href(struct page *pg, const struct innsynskrav *k, int64_t nr);
/* The journalpost asked for; NULL when it is gone, or hidden from the archivist. */
enum rc desk_order_record(struct page *pg, struct call *c, const char *registrering, struct rec **ret) ATTR_CHECK;
/* Legal basis the journalpost is screened by; "" when it is not, or r is NULL. */
const char *desk_order_screening(struct page *pg, const struct rec *r);

/* order_answer.c */
enum rc desk_answer(struct page *pg);
enum rc desk_answer_sent(struct page *pg);

#endif
