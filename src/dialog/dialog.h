/*
 * dialog – what goes between a case and the people it concerns.
 *
 * Who may see a case on my page is a party of it (sakspart): whoever sent the form, and those the case worker adds.
 * A case worker sends them letters (brev) and asks for what is missing (mangel); they send messages (melding):
 * questions, documents, answers, appeals. What is said stands in the archive, as journalposter; this room holds who
 * it was for, when it was told and what is answered. All lies in the municipality's own database.
 *
 * A party is known by the key of its login (eier), as a draft is. The archive's gate knows employees; for the public
 * the list of parties is the gate: every call that takes an eier is RC_NOT_FOUND for whoever is no party of the case,
 * as for a case that is not there.
 *
 * What a function changes is part of the write of archive_together it is called in; those that say so demand one.
 * Errors: those of archive.h.
 */
#ifndef SAMDRIFT_DIALOG_H
#define SAMDRIFT_DIALOG_H

#include "archive/archive.h"
#include "form/form.h"
#include "outbox/outbox.h"
#include "paper/paper.h"

/* Once, before the first vault is opened. */
void dialog_prepare(struct archive *a);
/*
 * The call of the public's dealings: reads what a party may see and writes what it sends. It passes the archive's gate
 * with the clearance of an archivist; who uses it has asked dialog_part_get first.
 */
enum rc dialog_call(struct cx *cx, struct vault *v, struct call *ret) ATTR_CHECK;

#define EIER_MAX SHA256_HEX_MAX

/* Which rows a list is of: NULL is any. In the order they came about, newest first. */
struct dialog_filter {
    const char *eier, *mappe;
    const char *id;
    bool open;                     /* of mangler: neither answered nor closed; of brev: not opened */
    int64_t skip, most;            /* most at least 1 */
};

/* ------------------------------------------------------------------ parties */

enum sakspart_rolle { SAKSPART_SOEKER, SAKSPART_PART, SAKSPART_FULLMEKTIG, SAKSPART_ROLLER };
struct sakspart {
    char mappe[UUID_TEXT_MAX];     /* systemID */
    const char *eier;
    enum sakspart_rolle rolle;
    const char *navn;
    const char *orgnr;             /* read: of a company, whose key tells it; "" for a person */
    int64_t fra;                   /* set by dialog_part_add */
};
/* Once a case and eier: the same again changes nothing. */
enum rc dialog_part_add(struct call *c, struct sakspart *p) ATTR_CHECK;
/* The gate. */
enum rc dialog_part_get(struct call *c, const char *mappe, const char *eier, struct sakspart *ret) ATTR_CHECK;
/* Parties of a case (f->mappe), cases of a party (f->eier). In the arena. */
enum rc dialog_parts(struct call *c, const struct dialog_filter *f, struct sakspart **ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ letters */

enum partsbrev_slag { PARTSBREV_SVAR, PARTSBREV_MANGELBREV, PARTSBREV_FORELOEPIG, PARTSBREV_ORIENTERING, PARTSBREV_SLAG };
/* forvaltningsloven 2025 § 63: three weeks. */
enum { KLAGE_DAGER = 21 };
struct partsbrev {
    char id[UUID_TEXT_MAX];        /* set */
    char mappe[UUID_TEXT_MAX];
    char registrering[UUID_TEXT_MAX];   /* the outgoing journalpost */
    const char *eier;
    enum partsbrev_slag slag;
    int64_t varslet;               /* set: when the notice was sent. The appeal period runs from it; never changed */
    int64_t klagefrist;            /* set: the end of the period; 0 when it cannot be appealed */
    int64_t aapnet;                /* when the party first opened it; 0 */
};
/*
 * In archive_together: the letter is the party's from now on, and a notice that there is one (never what it says)
 * goes to the outbox, receiver "varsel"; outbox_hurry after the write. klagedager: days to appeal, 0 for none. A
 * journalpost is sent to a party once: again it is the first letter that is given back.
 */
enum rc dialog_brev_send(struct call *c, struct partsbrev *b, int klagedager) ATTR_CHECK;
/* Remembers the first opening by the party. RC_NOT_FOUND for a letter to somebody else. */
enum rc dialog_brev_open(struct call *c, const char *id, const char *eier, struct partsbrev *ret) ATTR_CHECK;
enum rc dialog_brev_list(struct call *c, const struct dialog_filter *f, struct partsbrev **ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ requests for what is missing */

struct mangel {
    char id[UUID_TEXT_MAX];        /* set */
    char mappe[UUID_TEXT_MAX];
    char oppgave[UUID_TEXT_MAX];   /* the task whose clock stands meanwhile */
    const char *eier;              /* who is asked */
    const char *tekst;
    const char *deler;             /* what is asked for, one a line */
    int64_t frist;
    int64_t bedt;                  /* set */
    int64_t besvart;               /* when the party sent it; 0 */
    char svar[UUID_TEXT_MAX];      /* the journalpost that came; "" */
    int64_t lukket;                /* the case worker has what is needed, or no longer waits; 0 */
};
/* In archive_together: the clock of the task stops. The letter about it is sent beside it (PARTSBREV_MANGELBREV). */
enum rc dialog_mangel_ask(struct call *c, struct mangel *m) ATTR_CHECK;
/* RC_OK also when it was closed. The clock goes on, unless the task waits for another. */
enum rc dialog_mangel_close(struct call *c, const char *id) ATTR_CHECK;
enum rc dialog_mangel_list(struct call *c, const struct dialog_filter *f, struct mangel **ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ files people send */

/* Why a file is not taken. */
enum vedlegg_error { VEDLEGG_FINE, VEDLEGG_KIND, VEDLEGG_CONTENT, VEDLEGG_TOO_LARGE, VEDLEGG_EMPTY, VEDLEGG_TOO_MANY,
                     VEDLEGG_VIRUS, VEDLEGG_UNSCANNED };
struct vedlegg {
    const char *navn;              /* as the person called it, without control characters */
    char lager[80];                /* of the stage that keeps it */
    int64_t byte;
    bool scanned;                  /* clamd found nothing in it */
};
/* Names of the kinds that are taken: ".pdf,.jpg,…", as an input asks for them. */
extern const char vedlegg_kinds[];
/* Takes in the file: what it is is told by its content, which must be of a kind that is taken and the one its
 * name says. fd is read from its beginning and stays the caller's. most: bytes. */
enum rc vedlegg_take(struct call *c, int64_t most, int fd, const char *navn, int64_t byte, struct vedlegg *ret,
                     enum vedlegg_error *ret_error) ATTR_CHECK;
/* What is kept, to be shown to who may see it; as archive_document. RC_NOT_FOUND when it is gone. */
enum rc vedlegg_open(struct call *c, const struct vedlegg *v, struct document *ret) ATTR_CHECK;
/* A new stage with the content of the one that is kept, which stays until it is swept: a sending that fails has
 * lost nothing. RC_NOT_FOUND when it is gone. */
enum rc vedlegg_copy(struct call *c, const char *lager, struct blob_stage **ret) ATTR_CHECK;

/* Tells the record that so many of its files were not scanned for viruses; nothing when there are none. */
enum rc vedlegg_note(struct call *c, const struct rec *post, size_t unscanned) ATTR_CHECK;

/* ------------------------------------------------------------------ messages */

/* One that somebody else acts for. Texts are "" where there is none. */
struct paa_vegne {
    const char *navn, *orgnr;      /* of a company, or of a child: without orgnr */
    const char *representant, *representant_pid;   /* who acts */
    const char *rett;              /* why: "foreldreansvar", in the language of the document */
};
struct avsender {
    const char *eier;
    const char *pid;               /* national id number of the person it is for; "" when it is not known */
    const struct paa_vegne *vegne; /* NULL: for who sends it */
    int spraak;                    /* the person's: of the document */
    int sakspraak;                 /* the municipality's: of titles */
    const char *kommune;           /* its name, author of the document */
    const char *kommunenr;         /* four digits */
};

enum melding_slag { MELDING_SPOERSMAAL, MELDING_ETTERSENDING, MELDING_SVAR, MELDING_KLAGE, MELDING_SLAG };
enum { MELDING_FILER = 10, MELDING_TEKST = 10000 };
struct melding {
    char mappe[UUID_TEXT_MAX];
    const char *eier;
    enum melding_slag slag;
    char gjelder[UUID_TEXT_MAX];   /* SVAR: the mangel; KLAGE: the brev; else "" */
    char registrering[UUID_TEXT_MAX];   /* set: the incoming journalpost */
    int64_t sendt;                 /* set */
};
struct melding_innhold {
    const char *noekkel;           /* names this sending: again it is the first result */
    const char *tekst;
    const struct vedlegg *filer;
    size_t filer_n;
};
/*
 * Sends a message into the case: an incoming journalpost with the text as PDF/A and the files, a task for whoever has
 * the case (an answer sets the clock of the waiting task going instead), and for an appeal a reference to the decision.
 * A case that is closed is opened again. An answer to a request that waits no longer is an ETTERSENDING.
 * RC_FIELD_VALUE (tekst) when there is neither text nor file.
 */
enum rc dialog_send(const struct paper_fonts *fonts, struct call *c, const struct avsender *av, const struct melding_innhold *in,
                    struct melding *m) ATTR_CHECK;
enum rc dialog_melding_list(struct call *c, const struct dialog_filter *f, struct melding **ret, size_t *ret_n) ATTR_CHECK;

/* The legal basis of what the caller finds screened in the case; NULL when nothing is: what is written next is about the same. */
enum rc dialog_screened_by(struct call *c, const struct rec *sak, const char **ret) ATTR_CHECK;
/* Screening of what came from a person, until the archivist decides: tilgangsrestriksjon XX, metadata and documents. */
json_t *dialog_screening(const char *hjemmel);

#endif
