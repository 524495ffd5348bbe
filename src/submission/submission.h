/*
 * submission – from a form to a case: definitions in force, drafts, attachments, and the sending.
 *
 * Definitions, drafts and receipts lie in the municipality's own database. A draft belongs to its owner
 * (a systemID, or the key of a visitor nobody knows) and to the version of the form it was begun with; there
 * is one a form and owner. It is kept for UTKAST_DAYS and then forgotten with its files: only what was sent
 * is a record (arkivlova § 13). So long it can be finished and sent, also when the form has been taken out of use.
 *
 * Sending is one write of the archive: saksmappe, journalpost, sender, documents, task, receipt, outbox row.
 * The receipt has the id of its draft, so that a draft becomes one case however often it is sent. The sender,
 * where the form demanded a login, is a party who sees the case on my page (dialog_part_add).
 *
 * All calls are made with submission_call: the archive is told that the intake of forms did it.
 * Errors: those of archive.h.
 */
#ifndef SAMDRIFT_SUBMISSION_H
#define SAMDRIFT_SUBMISSION_H

#include "dialog/dialog.h"

/* ------------------------------------------------------------------ once */

struct submissions;
/* Once, before the first vault is opened. */
void submission_prepare(struct archive *a);
/* Typefaces and outbox are borrowed. */
enum rc submission_open(struct cx *cx, const struct paper_fonts *fonts, struct outbox *outbox,
                        struct submissions **ret) ATTR_CHECK;
void submission_close(struct submissions **s);
/* The call of the intake of forms in that municipality. */
enum rc submission_call(struct cx *cx, struct vault *v, struct call *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ definitions */

enum { SKJEMA_EACH_MUNICIPALITY = 200, SKJEMA_UTGAVER = 1000 };

/* A version is a draft that employees look at, in force, or taken out of use. All stay. */
enum skjema_stand { SKJEMA_UTKAST, SKJEMA_I_BRUK, SKJEMA_TRUKKET, SKJEMA_STANDER };
struct skjema_utgave {
    const struct skjema *skjema;
    enum skjema_stand stand;
};

/*
 * Adds a version, as a draft or in force; the version before it stays for the drafts begun with it. The arkivdel (by
 * title) and klasse (by klasseID) it names must exist: RC_FIELD_VALUE with the pointer. RC_TAKEN when the
 * version is there with another content. The same again is RC_OK, and puts a draft into force.
 */
enum rc skjema_add(struct call *c, const struct skjema *s, enum skjema_stand stand) ATTR_CHECK;
/* Puts the newest draft of the form into force: RC_NOT_FOUND when there is none. */
enum rc skjema_publish(struct call *c, const char *id) ATTR_CHECK;
/* Takes all versions out of use: the form can no longer be begun; what was begun can be sent for as long as it is kept.
 * RC_NOT_FOUND when none is in use. */
enum rc skjema_retire(struct call *c, const char *id) ATTR_CHECK;
/* The version in force. RC_NOT_FOUND. */
enum rc skjema_get(struct call *c, const char *id, const struct skjema **ret) ATTR_CHECK;
/* The version in force, else the newest of those taken out of use: of a form that citizens know. RC_NOT_FOUND. */
enum rc skjema_known(struct call *c, const char *id, struct skjema_utgave *ret) ATTR_CHECK;
/* That version, whatever its standing: of what was sent with it. RC_NOT_FOUND. */
enum rc skjema_version(struct call *c, const char *id, int64_t versjon, const struct skjema **ret) ATTR_CHECK;
/* All forms in force, by id; and all versions, the newest of each form first. In the arena. */
enum rc skjema_list(struct call *c, struct skjema_utgave **ret, size_t *ret_n) ATTR_CHECK;
enum rc skjema_utgaver(struct call *c, struct skjema_utgave **ret, size_t *ret_n) ATTR_CHECK;

/* Where its cases are opened: the arkivdel or klasse. RC_FIELD_VALUE as skjema_add. */
enum rc skjema_parent(struct call *c, const struct skjema *s, struct rec **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ drafts */

enum { UTKAST_DAYS = 7 };

struct utkast {
    char id[UUID_TEXT_MAX];
    const struct skjema *skjema;   /* of the version it was begun with */
    json_t *svar;                  /* settled; released with the context */
    int64_t opprettet, lagret;
};

/* When it is forgotten. */
int64_t utkast_end(const struct utkast *u);
/* RC_NOT_FOUND when there is none, or it is too old. */
enum rc utkast_get(struct call *c, const char *eier, const char *skjema, struct utkast *ret) ATTR_CHECK;
/* The draft that is there, or a new one of the version in force with these answers (NULL: none). */
enum rc utkast_begin(struct call *c, const char *eier, const struct skjema *s, json_t *svar,
                     struct utkast *ret) ATTR_CHECK;
/* Changes the answers in one write: fn may run more than once, each time on what is stored. Settled after it. */
typedef enum rc (*utkast_edit)(struct cx *cx, const struct skjema *s, json_t *svar, void *arg);
enum rc utkast_change(struct call *c, const char *eier, const char *skjema, utkast_edit fn, void *arg,
                      struct utkast *ret) ATTR_CHECK;
/* The draft goes over to that version, with the answers that fit it. RC_NOT_FOUND when there is none. */
enum rc utkast_move(struct call *c, const char *eier, const struct skjema *to, struct utkast *ret) ATTR_CHECK;
/* All of the owner's, last saved first, at most `most`; svar is not read. */
enum rc utkast_list(struct call *c, const char *eier, size_t most, struct utkast **ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ attachments (taken in by vedlegg_take) */

enum { VEDLEGG_MOST = 10 };        /* files of a field that takes several */
/* Adds it to the answer, or replaces what is there in a field of one file. For utkast_change. */
enum rc vedlegg_put(struct cx *cx, json_t *svar, const struct felt *f, const struct vedlegg *v) ATTR_CHECK;
/* Takes the one that is kept there out of the answer. */
enum rc vedlegg_remove(struct cx *cx, json_t *svar, const struct felt *f, const char *lager) ATTR_CHECK;
size_t vedlegg_count(const json_t *svar, const struct felt *f);
struct vedlegg vedlegg_at(const json_t *svar, const struct felt *f, size_t i);

/* ------------------------------------------------------------------ sending */

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
/* What opened that case (systemID), if the owner sent it. RC_NOT_FOUND. */
enum rc innsending_of(struct call *c, const char *mappe, const char *eier, struct innsending *ret) ATTR_CHECK;
/* The PDF; fd is the caller's. */
enum rc innsending_document(struct call *c, const struct innsending *i, struct document *ret) ATTR_CHECK;

#endif
