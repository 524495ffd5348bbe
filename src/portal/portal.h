/*
 * portal – pages for citizens: the public journal (innsyn), and ordering what it tells of.
 *
 *   /{kommune}/innsyn                  search, with filters; ?dag=2026-11-27: one day
 *   /{kommune}/innsyn/{systemID}       one entry
 *   /{kommune}/innsyn/{systemID}/dokument/{nr}   a document that is published
 *   /{kommune}/innsyn/sak/{aar}/{nr}   the entries of a case
 *   /{kommune}/innsyn/atom, /json      Atom (RFC 4287) and JSON Feed 1.1 of the same search
 *   /{kommune}/innsyn/om               by what rules the journal is published (offentlegforskrifta § 7)
 *   /{kommune}/innsyn/bestilling       the basket, kept with the session; sends the order
 *   /{kommune}/innsyn/bestilling/{noekkel}                   the order: its clock, answers, appeal
 *   /{kommune}/innsyn/bestilling/{noekkel}/{post}/{nr}       a document that was given
 *
 * The key of an order is made of the session's token and the sending, so that the same form sent twice leads to one
 * order; no page but the order's own tells it, and it is in no log (http logs routes, not addresses).
 * Nothing here reads the archive: all comes from journal.h and innsyn.h.
 */
#ifndef SAMDRIFT_PORTAL_H
#define SAMDRIFT_PORTAL_H

#include "innsyn/innsyn.h"
#include "journal/journal.h"
#include "web/web.h"

struct portal;
/* Also lists the journal among the services of the front page, and its newest entries there. Both are borrowed. */
enum rc portal_open(struct cx *cx, struct web *web, struct innsyn *in, struct portal **ret) ATTR_CHECK;
void portal_close(struct portal **p);
struct http_door portal_door(struct portal *p);

/* What an entry says, as the public sees it: for these pages, and for whoever approves it. */
void portal_entry(struct page *pg, const struct innfoersel *e);
/* Of an order, for its holder and for the archivist: a tag with the day of five, and the five days with their dates. */
void portal_order_state(struct page *pg, const struct innsynskrav *k);
void portal_order_days(struct page *pg, const struct innsynskrav *k);
/* A tag with the outcome of the item. */
void portal_order_outcome(struct page *pg, const struct innsynspost *p);
/* "2026/12-3" */
const char *portal_number(struct page *pg, const struct innfoersel *e);

#endif
