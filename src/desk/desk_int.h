/* Shared by the files of desk. */
#ifndef SAMDRIFT_DESK_INT_H
#define SAMDRIFT_DESK_INT_H

#include "desk/desk.h"
#include "web/ui.h"
#include "worklist/worklist.h"

#define TEXT(id, nb, nn, se, en) extern const struct text D_##id;
#include "desk/texts.def"
#undef TEXT

struct desk {
    struct web *web;
    struct archive *archive;
    struct export_jobs *jobs;
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

/* Its text, "" when it has none. In the arena, as the others. */
const char *desk_text(struct page *pg, const struct val *v);
/* mappeID or registreringsID, "" where there is none; the title; where an archivist works on it. */
const char *desk_record_number(struct page *pg, const struct rec *r);
const char *desk_record_title(struct page *pg, const struct rec *r);
const char *desk_record_href(struct page *pg, const struct rec *r);

/* ------------------------------------------------------------------ the pages */

/* front.c */
enum rc front_page(struct page *pg);

/* publish.c */
enum rc publish_queue(struct page *pg);
enum rc publish_chosen(struct page *pg);
enum rc publish_post(struct page *pg);
enum rc publish_sent(struct page *pg);
enum rc publish_waits(struct call *c, int64_t *ret);

/* quality.c */
enum rc quality_all(struct page *pg);
enum rc quality_list(struct page *pg);
enum rc quality_csv(struct page *pg);
/* Sum of the lists. */
enum rc quality_waits(struct call *c, int64_t *ret);

#endif
