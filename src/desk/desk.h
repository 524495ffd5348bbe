/*
 * desk – pages for those who work in the municipality: publishing the journal.
 *
 *   /{kommune}/arkivar/publisering              what waits to be published; publishes those chosen
 *   /{kommune}/arkivar/publisering/{systemID}   the journalpost beside what the public would see; publishes it
 *                                               with the titles as edited, or takes it off the journal
 *
 * Both need the role arkivar and a login with a one-time code.
 */
#ifndef SAMDRIFT_DESK_H
#define SAMDRIFT_DESK_H

#include "archive/archive.h"
#include "web/web.h"

/* Archivists find it on the front page. The archive is borrowed. */
struct http_door desk_door(struct archive *a, struct web *web);

#endif
