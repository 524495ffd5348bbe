/*
 * desk – pages for those who work in the municipality: the archivist's.
 *
 *   /{kommune}/arkivar                          what waits, counted
 *   /{kommune}/arkivar/innkommet[/{systemID}]   what comes in: one journalpost after the other is registered
 *   /{kommune}/arkivar/dokument/{systemID}      a document of it, to be opened
 *   /{kommune}/arkivar/skjerming/{systemID}     screening of a mappe, journalpost or dokumentbeskrivelse, with the
 *                                               public's view beside it, before it is saved and after
 *   /{kommune}/arkivar/sak/{systemID}           a saksmappe with its journalposter: classified, closed, opened again
 *   /{kommune}/arkivar/avslutning               cases that can be closed, closed together
 *   /{kommune}/arkivar/periode[/{systemID}]     arkivdeler: what hinders the end of a period, and the step to it
 *   /{kommune}/arkivar/uttrekk[/{id}]           extracts ordered, followed, fetched (/pakke, /beskrivelse)
 *   /{kommune}/arkivar/kontroll[/{id}]          validations of them and of uploaded packages, with the report (/rapport)
 *   /{kommune}/arkivar/post/{systemID}          leads to where the record is worked on
 *   /{kommune}/arkivar/kvalitet[/{liste}]       the lists of worklist.h, also as CSV (/csv)
 *   /{kommune}/arkivar/publisering              what waits to be published; publishes those chosen
 *   /{kommune}/arkivar/publisering/{systemID}   the journalpost beside what the public would see; publishes it
 *                                               with the titles as edited, or takes it off the journal
 *   /{kommune}/arkivar/innsynskrav              access requests by deadline; ?vis=besvart: those that are answered
 *   /{kommune}/arkivar/innsynskrav/{krav}       one, with its clock and items
 *   /{kommune}/arkivar/innsynskrav/{krav}/{post}   the answer to one item
 *
 * All need the role arkivar and a login with a one-time code.
 */
#ifndef SAMDRIFT_DESK_H
#define SAMDRIFT_DESK_H

#include "archive/archive.h"
#include "deposit/export_job.h"
#include "innsyn/innsyn.h"
#include "web/web.h"

struct desk;

/* Archivists find it on the front page. All are borrowed. */
enum rc desk_open(struct cx *cx, struct web *web, struct archive *a, struct export_jobs *jobs, struct innsyn *in,
                  struct login *login, struct desk **ret) ATTR_CHECK;
void desk_close(struct desk **d);
struct http_door desk_door(struct desk *d);

#endif
