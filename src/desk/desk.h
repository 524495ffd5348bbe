/*
 * desk – pages for those who work in the municipality: the archivist's.
 *
 *   /{kommune}/arkivar                          what waits, counted
 *   /{kommune}/arkivar/kvalitet[/{liste}]       the lists of worklist.h, also as CSV (/csv)
 *   /{kommune}/arkivar/publisering              what waits to be published; publishes those chosen
 *   /{kommune}/arkivar/publisering/{systemID}   the journalpost beside what the public would see; publishes it
 *                                               with the titles as edited, or takes it off the journal
 *
 * All need the role arkivar and a login with a one-time code.
 */
#ifndef SAMDRIFT_DESK_H
#define SAMDRIFT_DESK_H

#include "archive/archive.h"
#include "deposit/export_job.h"
#include "web/web.h"

struct desk;

/* Archivists find it on the front page. All are borrowed. */
enum rc desk_open(struct cx *cx, struct web *web, struct archive *a, struct export_jobs *jobs, struct desk **ret) ATTR_CHECK;
void desk_close(struct desk **d);
struct http_door desk_door(struct desk *d);

#endif
