/*
 * innsyn – requests for access to what the public journal tells of (innsynskrav): the order, its clock, the answers.
 *
 * Anyone may order documents of up to INNSYN_MOST entries, without a name and without a reason (offentleglova §§ 3, 28).
 * An order is recorded where the municipality's form "innsyn" opens its cases: saksmappe, incoming journalpost with
 * the order as PDF/A, and one task a unit with a deadline of five working days (§ 32). It is one write, and one order
 * however often it is sent.
 *
 * Who ordered holds a secret key; its SHA-256 alone is stored. With the key the order is read, refusals are appealed,
 * and documents that were given are fetched, for INNSYN_OPEN_DAYS days and as they were when they were given.
 *
 * Each item is answered by itself: an outgoing journalpost in the case of the order with a letter as PDF/A. The task of
 * a unit is done with its last item, and the order is written off (avskrevet) with the last of all.
 *
 * Titles are those of the public journal while it has them: what is screened after the order is not told to who ordered.
 * Errors: those of archive.h.
 */
#ifndef SAMDRIFT_INNSYN_H
#define SAMDRIFT_INNSYN_H

#include "journal/journal.h"
#include "submission/submission.h"

enum { INNSYN_MOST = 20, INNSYN_ARBEIDSDAGER = 5, INNSYN_OPEN_DAYS = 90, INNSYN_APPEAL_DAYS = 21, INNSYN_APPEALS = 5 };
enum { INNSYN_TEXT_MAX = 4000 /* bytes of a text a person writes */, INNSYN_DOCUMENTS = 50 /* of an item */ };

/* ------------------------------------------------------------------ once */

struct innsyn;
struct paper_fonts;
/* Once, before the first vault is opened. */
void innsyn_prepare(struct archive *a);
/* Both are borrowed and must outlive it. */
enum rc innsyn_open(struct cx *cx, struct archive *a, const struct paper_fonts *fonts, struct innsyn **ret) ATTR_CHECK;
void innsyn_close(struct innsyn **in);
struct archive *innsyn_archive(const struct innsyn *in);

/* ------------------------------------------------------------------ orders */

enum innsyn_utfall {
    INNSYN_VENTER,                 /* not answered yet */
    INNSYN_GITT,                   /* given in full */
    INNSYN_DELVIS,                 /* given in part: the rest is refused */
    INNSYN_AVSLAG                  /* refused */
};

struct innsynsdokument {           /* as it was when it was given */
    const char *tittel, *mime, *ending;    /* ending of a file name: "pdf"; "" when it has none */
    char sha256[SHA256_HEX_MAX];
    int64_t byte;
};

struct innsynspost {
    int64_t nr;                    /* in its order, from 1 */
    char registrering[UUID_TEXT_MAX];
    const char *nummer;            /* "2026/12-3" */
    const char *enhet;
    enum innsyn_utfall utfall;
    const char *hjemmel, *grunn, *merinnsyn;   /* of a refusal, also in part; "" otherwise */
    int64_t besvart;               /* 0: not yet */
    int64_t aapen_til;             /* documents can be fetched until then; 0: none were given */
    char svar[UUID_TEXT_MAX];      /* journalpost of the answer; "" before */
    struct innsynsdokument *dokumenter;
    size_t dokumenter_n;
};

struct innsynskrav {
    char id[UUID_TEXT_MAX];
    char mappe[UUID_TEXT_MAX], journalpost[UUID_TEXT_MAX];
    const char *saksnummer;
    const char *navn, *epost, *ord;            /* "" when not told */
    int64_t mottatt, frist;
    int64_t venter;                /* items not answered */
    int64_t klaget;                /* when it was appealed last; 0: never */
    int64_t klager;                /* how often */
    struct innsynspost *poster;    /* NULL in a list */
    size_t poster_n;
};

/* Which of the working days since it was received `now` is: 0 on the day itself, past five when it is overdue. */
int innsyn_day(const struct innsynskrav *k, int64_t now);
/* Can it be appealed now: the deadline has passed without an answer, or a refusal is at most three weeks old? */
bool innsyn_appealable(const struct innsynskrav *k, int64_t now);
/* The day until which an answer can be appealed. */
int64_t innsyn_appeal_until(const struct innsynspost *p);

/* Does the municipality take orders: has it a form "innsyn" in force? */
enum rc innsyn_offered(struct cx *cx, struct vault *v, bool *ret) ATTR_CHECK;

struct innsynsbestilling {
    const char *id;                /* a UUID that names this sending: the same again is the same order */
    const char *noekkel;           /* the secret key */
    const char *navn, *epost, *ord;
    const char *const *poster;     /* systemIDs of journalposter in the journal */
    size_t poster_n;
    const char *kommune;           /* its name, author of the document */
    bool nynorsk;                  /* of the document and the titles */
};
/*
 * Sends an order; by submission_call. Entries that are in the journal no longer are left out and counted. RC_NOT_FOUND
 * when none is left, or the municipality has no form "innsyn" in force; RC_FIELD_VALUE for too many entries or a text
 * that is too long.
 */
enum rc innsyn_send(struct innsyn *in, struct call *c, const struct innsynsbestilling *b, struct innsynskrav *ret,
                    size_t *ret_gone) ATTR_CHECK;
/* RC_NOT_FOUND for a key that nobody was given. */
enum rc innsyn_by_key(struct cx *cx, struct vault *v, const char *noekkel, struct innsynskrav *ret) ATTR_CHECK;
/* RC_FORBIDDEN below the role arkivar, here and in what follows. */
enum rc innsyn_get(struct call *c, const char *id, struct innsynskrav *ret) ATTR_CHECK;
/* Those that wait, by deadline; or those that are answered, newest first. */
enum rc innsyn_list(struct call *c, bool answered, int64_t skip, int64_t most, struct innsynskrav **ret, size_t *ret_n,
                    int64_t *ret_total) ATTR_CHECK;

/* ------------------------------------------------------------------ answers */

struct innsynssvar {
    const char *krav;
    int64_t nr;
    enum innsyn_utfall utfall;     /* not INNSYN_VENTER */
    const char *hjemmel, *grunn;   /* of a refusal, also in part: provision with paragraph, and why */
    const char *merinnsyn;         /* … and how extended access was considered (§ 11) */
    const char *const *dokumenter; /* systemIDs of the dokumentbeskrivelser given: of the ordered journalpost */
    size_t dokumenter_n;
    const char *kommune;
    bool nynorsk;
};
/*
 * Answers an item. RC_FIELD_MISSING with the field: dokumenter (given, and none chosen), hjemmel, grunn, merinnsyn;
 * RC_FIELD_VALUE: dokumenter (a refusal gives none; one that is not of the journalpost or has no file), or a text too
 * long; RC_CONFLICT when it is answered already.
 */
enum rc innsyn_answer(struct innsyn *in, struct call *c, const struct innsynssvar *s) ATTR_CHECK;
/* Documents that were given can be fetched no longer. */
enum rc innsyn_shut(struct call *c, const char *krav, int64_t nr) ATTR_CHECK;
/* dokumentbeskrivelser of a journalpost that have a place in an answer; the caller must be able to read them. */
enum rc innsyn_documents(struct call *c, const char *registrering, struct result *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ who ordered, by key */

/* The n-th document (from 0) of an item; fd as of archive_document. RC_NOT_FOUND when it is not given or its time is over. */
enum rc innsyn_document(struct cx *cx, struct vault *v, const char *noekkel, int64_t nr, size_t n,
                        struct document *ret) ATTR_CHECK;
/*
 * Appeals: an incoming journalpost in the case of the order, and a task. id names this sending. By submission_call.
 * RC_NOT_READY when there is nothing to appeal, or it was done INNSYN_APPEALS times.
 */
enum rc innsyn_appeal(struct innsyn *in, struct call *c, const char *noekkel, const char *id, const char *ord,
                      const char *kommune, bool nynorsk) ATTR_CHECK;

#endif
