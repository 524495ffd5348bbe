/*
 * filling – pages for citizens: forms, from the list to the receipt.
 *
 * A step is one POST: what was typed is saved, then checked; a draft outlives the session. Who fills in a form
 * that demands no login is known by a cookie, else by the login. Adresses: /{kommune}/skjema, /{kommune}/skjema/{id},
 * …/start, …/{number of the step}, …/sjekk, /{kommune}/kvittering/{id}.
 */
#ifndef SAMDRIFT_FILLING_H
#define SAMDRIFT_FILLING_H

#include "archive/archive.h"
#include "submission/submission.h"
#include "web/web.h"

struct fillings;
/* All are borrowed and must outlive it. The forms are told to the front pages. */
enum rc filling_open(struct cx *cx, struct web *web, struct archive *archive, struct login *login,
                    struct submissions *submissions, struct fillings **ret) ATTR_CHECK;
void filling_close(struct fillings **p);
struct http_door filling_door(struct fillings *p);

#endif
