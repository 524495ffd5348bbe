/*
 * filling – pages for citizens: forms, from the list to the receipt.
 *
 * A step is one POST: what was typed is saved, then checked; a draft outlives the session. Who fills in a form
 * that demands no login is known by a cookie, else by the login; a form filled in for a child or a company is theirs.
 * What the registers know is filled in when a form is begun; without them it is typed. Addresses:
 * /{kommune}/skjema, /{kommune}/skjema/{id}, …/start, …/{number of the step}, …/sjekk, /{kommune}/kvittering/{id}.
 */
#ifndef SAMDRIFT_FILLING_H
#define SAMDRIFT_FILLING_H

#include "acting/acting.h"
#include "archive/archive.h"
#include "submission/submission.h"
#include "web/web.h"

struct fillings;
/* What the pages stand on; all are borrowed and must outlive them. */
struct filling_ground {
    struct web *web;
    struct archive *archive;
    struct login *login;
    struct registers *registers;
    struct acting *acting;
    struct submissions *submissions;
};
/* The forms are told to the front pages. */
enum rc filling_open(struct cx *cx, const struct filling_ground *ground, struct fillings **ret) ATTR_CHECK;
void filling_close(struct fillings **p);
struct http_door filling_door(struct fillings *p);

#endif
