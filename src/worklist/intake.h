/*
 * worklist/intake – what comes in is registered: one journalpost with its saksmappe and its task, in one write.
 *
 * The rules are those of the archive, and so are the errors; the field of an error is the attribute's name.
 * RC_CONFLICT when the journalpost was changed by somebody else meanwhile.
 */
#ifndef SAMDRIFT_WORKLIST_INTAKE_H
#define SAMDRIFT_WORKLIST_INTAKE_H

#include "archive/archive.h"

struct intake_order {
    struct str post;               /* systemID of the journalpost */
    const char *etag;              /* its version as it was looked at; "": any */
    const char *tittel;
    const char *offentlig_tittel;  /* "": none */
    const char *klasse;            /* klasseID in the system of the case's arkivdel; "": as it is */
    const char *enhet;             /* administrativEnhet of the case and its task; "": as it is */
    const char *person;            /* systemID of the bruker who is responsible and gets the task; "": as it is */
    bool journalfoer;              /* it enters the journal: journalstatus J */
};
/* A task that answers it, due in a month, is made with the registering unless one is there. */
enum rc intake_save(struct call *c, const struct intake_order *o) ATTR_CHECK;
/* Out of the journal again, to journalstatus M, also out of the public one. RC_TRANSITION where the standard forbids it. */
enum rc intake_undo(struct call *c, struct str post) ATTR_CHECK;
/* It lapses: journalstatus U. */
enum rc intake_lapse(struct call *c, struct str post) ATTR_CHECK;

struct case_order {
    struct str sak;                /* systemID of the saksmappe */
    const char *klasse, *enhet, *person;   /* as of intake_order */
};
enum rc intake_save_case(struct call *c, const struct case_order *o) ATTR_CHECK;
/*
 * The saksmappe is closed: what is journalført in it is archived, its documents finished with it (M053, M054), in the
 * same write. What is public of it stays as it was approved. RC_NOT_READY with what hinders.
 */
enum rc intake_close_case(struct call *c, struct str sak) ATTR_CHECK;

#endif
