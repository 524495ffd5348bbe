/*
 * portal – pages for citizens: the public journal (innsyn).
 *
 *   /{kommune}/innsyn                  search, with filters; ?dag=2026-11-27: one day
 *   /{kommune}/innsyn/{systemID}       one entry
 *   /{kommune}/innsyn/sak/{aar}/{nr}   the entries of a case
 *   /{kommune}/innsyn/atom, /json      Atom (RFC 4287) and JSON Feed 1.1 of the same search
 *   /{kommune}/innsyn/om               by what rules the journal is published (offentlegforskrifta § 7)
 *
 * Nothing here reads the archive: all comes from journal.h.
 */
#ifndef SAMDRIFT_PORTAL_H
#define SAMDRIFT_PORTAL_H

#include "journal/journal.h"
#include "web/web.h"

/* Also lists the journal among the services of the front page. The archive is borrowed. */
struct http_door portal_door(struct archive *a, struct web *web);

/* What an entry says, as the public sees it: for these pages, and for whoever approves it. */
void portal_entry(struct page *pg, const struct innfoersel *e);
/* "2026/12-3" */
const char *portal_number(struct page *pg, const struct innfoersel *e);

#endif
