/*
 * casework – the case worker's desk: what there is to do, and the cases it is about.
 *
 *   /{kommune}/saksbehandler                            tasks, one's own or those the unit has not given away, by
 *                                                       deadline; takes those chosen
 *   /{kommune}/saksbehandler/oppgaver.csv               the same list for a spreadsheet
 *   /{kommune}/saksbehandler/oppgave/{oppgave}          one task: take it, give it on, let it wait, end it
 *   /{kommune}/saksbehandler/sok                        cases by number or by words
 *   /{kommune}/saksbehandler/sak/{systemID}             a case: facts, tasks, parties, journal with documents
 *   /{kommune}/saksbehandler/sak/{systemID}/historikk   who did what with it, and who read it
 *   /{kommune}/saksbehandler/sak/{systemID}/brev        begins a letter from a template
 *   /{kommune}/saksbehandler/sak/{systemID}/mangel/{mangel}  waits no more for what was asked for
 *   /{kommune}/saksbehandler/brev/{brev}                the draft of a letter; …/vis as it will be sent, where it is given to
 *                                                       an approver, approved, sent back and sent; …/pdf
 *   /{kommune}/saksbehandler/dokument/{systemID}        the file of a dokumentobjekt
 *
 * All need the role saksbehandler and a login with a one-time code. What may be seen is told by the archive's gate: a
 * task whose case is hidden is in no list and no count. A unit's tasks are those of the administrativenheter that the
 * archive knows the bruker to be of; who is of none is shown what nobody has taken in any unit.
 */
#ifndef SAMDRIFT_CASEWORK_H
#define SAMDRIFT_CASEWORK_H

#include "archive/archive.h"
#include "web/web.h"

struct casework;
struct letters;
/* All are borrowed. Case workers find it on the front page. */
enum rc casework_open(struct cx *cx, struct web *web, struct archive *archive, struct login *login, struct letters *letters,
                      struct casework **ret) ATTR_CHECK;
void casework_close(struct casework **w);
struct http_door casework_door(struct casework *w);

#endif
