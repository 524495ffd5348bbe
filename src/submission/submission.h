/*
 * submission – from a form to a case: definitions in force, drafts, attachments, and the sending.
 *
 * Definitions, drafts, receipts and what is to be told to specialist systems lie in the municipality's
 * own database. A draft belongs to its owner (a systemID, or the key of a visitor nobody knows) and to
 * the version of the form it was begun with; there is one a form and owner. It is kept for UTKAST_DAYS and
 * then forgotten with its files: only what was sent is a record (arkivlova § 13).
 *
 * Sending is one write of the archive: saksmappe, journalpost, sender, documents, task, receipt, outbox
 * row. The receipt has the id of its draft, so that a draft becomes one case however often it is sent.
 *
 * All calls are made with submission_call: the archive is told that the intake of forms did it.
 * Errors: those of archive.h.
 */
#ifndef SAMDRIFT_SUBMISSION_H
#define SAMDRIFT_SUBMISSION_H

#include "archive/archive.h"
#include "form/form.h"

/* ------------------------------------------------------------------ once */

struct submissions;
/* Once, before the first vault is opened. */
void submission_prepare(struct archive *a);
/* dir: of the co-operation; DIR/utboks is made when something goes there. RC_IO when a typeface is missing. */
enum rc submission_open(struct cx *cx, const char *dir, struct submissions **ret) ATTR_CHECK;
void submission_close(struct submissions **s);
struct paper_fonts;
/* The typefaces, for other documents the program writes. */
const struct paper_fonts *submission_fonts(const struct submissions *s);
/* The call of the intake of forms in that municipality. */
enum rc submission_call(struct cx *cx, struct vault *v, struct call *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ definitions */

enum { SKJEMA_EACH_MUNICIPALITY = 200 };

/*
 * Puts a definition into force; the version before it stays for the drafts begun with it. The arkivdel (by
 * title) and klasse (by klasseID) it names must exist: RC_FIELD_VALUE with the pointer. RC_TAKEN when the
 * version is there with another content. The same again is RC_OK.
 */
enum rc skjema_add(struct call *c, const struct skjema *s) ATTR_CHECK;
/* The version in force. RC_NOT_FOUND. */
enum rc skjema_get(struct call *c, const char *id, const struct skjema **ret) ATTR_CHECK;
/* Where cases of the form are opened: its klasse, or its arkivdel. */
enum rc skjema_parent(struct call *c, const struct skjema *s, struct rec **ret) ATTR_CHECK;
/* All that are in force, by id, in the arena. */
enum rc skjema_list(struct call *c, const struct skjema ***ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ drafts */

enum { UTKAST_DAYS = 7 };
#define EIER_MAX SHA256_HEX_MAX

struct utkast {
    char id[UUID_TEXT_MAX];
    const struct skjema *skjema;   /* of the version it was begun with */
    json_t *svar;                  /* settled; released with the context */
    int64_t opprettet, lagret;
};

/* RC_NOT_FOUND when there is none, or it is too old. */
enum rc utkast_get(struct call *c, const char *eier, const char *skjema, struct utkast *ret) ATTR_CHECK;
/* The draft that is there, or a new one of the version in force with these answers (NULL: none). */
enum rc utkast_begin(struct call *c, const char *eier, const struct skjema *s, json_t *svar,
                     struct utkast *ret) ATTR_CHECK;
/* Changes the answers in one write: fn may run more than once, each time on what is stored. Settled after it. */
typedef enum rc (*utkast_edit)(struct cx *cx, const struct skjema *s, json_t *svar, void *arg);
enum rc utkast_change(struct call *c, const char *eier, const char *skjema, utkast_edit fn, void *arg,
                      struct utkast *ret) ATTR_CHECK;
enum rc utkast_drop(struct call *c, const char *eier, const char *skjema) ATTR_CHECK;

/* ------------------------------------------------------------------ attachments */

enum { VEDLEGG_MOST = 10 };        /* files of a field that takes several */
/* Why a file is not taken. */
enum vedlegg_error { VEDLEGG_FINE, VEDLEGG_KIND, VEDLEGG_CONTENT, VEDLEGG_TOO_LARGE, VEDLEGG_EMPTY, VEDLEGG_TOO_MANY };
struct vedlegg {
    const char *navn;              /* as the person called it, without control characters */
    char lager[80];                /* of the stage that keeps it */
    int64_t byte;
};
/* Names of the kinds that are taken: ".pdf,.jpg,…", as an input asks for them. */
extern const char vedlegg_kinds[];
/* Takes in the file: what it is is told by its content, which must be of a kind that is taken and the one its
 * name says. fd is read from its beginning and stays the caller's. */
enum rc vedlegg_take(struct call *c, const struct felt *f, int fd, const char *navn, int64_t byte, struct vedlegg *ret,
                     enum vedlegg_error *ret_error) ATTR_CHECK;
/* Adds it to the answer, or replaces what is there in a field of one file. For utkast_change. */
enum rc vedlegg_put(struct cx *cx, json_t *svar, const struct felt *f, const struct vedlegg *v) ATTR_CHECK;
/* Takes the one that is kept there out of the answer. */
enum rc vedlegg_remove(struct cx *cx, json_t *svar, const struct felt *f, const char *lager) ATTR_CHECK;
size_t vedlegg_count(const json_t *svar, const struct felt *f);
struct vedlegg vedlegg_at(const json_t *svar, const struct felt *f, size_t i);

/* ------------------------------------------------------------------ sending */

struct avsender {
    const char *eier;
    const char *pid;               /* national id number of the login; "" when it is not known */
    int spraak;                    /* the person's: of the document */
    int sakspraak;                 /* the municipality's: of titles */
    const char *kommune;           /* its name, author of the document */
};

struct innsending {
    char id[UUID_TEXT_MAX];        /* of the draft it was */
    const char *nummer;            /* "2026-000017" */
    const char *skjema;
    int64_t versjon;
    char mappe[UUID_TEXT_MAX], journalpost[UUID_TEXT_MAX], dokument[UUID_TEXT_MAX];   /* systemIDs; the PDF's dokumentobjekt */
    const char *saksnummer;        /* mappeID */
    int64_t sendt, svarfrist;
};

/*
 * Sends the draft of that id. RC_FIELD_VALUE with the faults when an answer is not accepted (a file that is no
 * longer kept counts as missing and is taken out); RC_CONFLICT when the draft was changed meanwhile; RC_NOT_FOUND
 * when the owner has neither draft nor receipt of that id. Sent already: the receipt.
 */
enum rc innsending_send(struct submissions *s, struct call *c, const char *id, const struct avsender *av,
                        struct innsending *ret, const struct svar_fault **ret_faults, size_t *ret_faults_n) ATTR_CHECK;
enum rc innsending_get(struct call *c, const char *id, const char *eier, struct innsending *ret) ATTR_CHECK;
/* The PDF; fd is the caller's. */
enum rc innsending_document(struct call *c, const struct innsending *i, struct document *ret) ATTR_CHECK;

/*
 * Writes what is to be told to specialist systems, one file a submission: DIR/utboks/<kommune>/<system>/<id>.json, whole
 * or not there. What could not be written stays and is written by the next call: after each sending, and when
 * the server starts.
 */
enum rc utboks_deliver(struct submissions *s, struct call *c) ATTR_CHECK;

#endif
