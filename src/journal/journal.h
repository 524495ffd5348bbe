/*
 * journal – the public journal (offentlig journal) and access requests (innsyn).
 *
 * What the public may see is written down when it is published: an entry (innfoersel) holds the public
 * title, parties and place of one journalpost and nothing else, and public pages read entries alone.
 * An entry is shown only while the journalpost and its saksmappe carry the access classes they had when
 * it was approved: whoever screens something afterwards hides it at once, everywhere (page, count,
 * search, feed), without touching the entry. Sources: offentleglova §§ 10, 29, 32; offentlegforskrifta
 * §§ 6–7; Noark 5 5.2.5–5.2.38.
 *
 * Names. In a public title a name of a person stands in double square brackets ("Klage fra [[Kari
 * Nordmann]]"): marked once, obeyed everywhere. It is shown, and for a year from publishing found; after
 * that a search no longer finds it (offentlegforskrifta § 6). Parties that are persons are names.
 *
 * National id numbers are never published: what holds one is refused.
 */
#ifndef SAMDRIFT_JOURNAL_H
#define SAMDRIFT_JOURNAL_H

#include "archive/archive.h"

#define JOURNAL_MASK "*****"

/* Once, before the first vault is opened. */
void journal_open(struct archive *a);

/* ------------------------------------------------------------------ publishing */

struct innfoersel_part {
    const char *rolle;             /* "fra", "til", "kopi" */
    const char *navn;              /* "" when it is withheld */
    bool person;
};
struct innfoersel_dokument {
    char objekt[UUID_TEXT_MAX];    /* systemID of the dokumentobjekt */
    const char *tittel, *mime;
    int64_t size;
};
enum { JOURNAL_PARTS = 50, JOURNAL_DOCUMENTS = 100 };

/* What the public sees of a journalpost, or would see. Titles carry the marks of names. */
struct innfoersel {
    int64_t id;                    /* 0 before it is published */
    char registrering[UUID_TEXT_MAX], mappe[UUID_TEXT_MAX];
    int64_t aar, sekvens;          /* journalaar, journalsekvensnummer */
    int64_t saksaar, saksnr, postnr;
    const char *type;              /* I, U, N, X, S */
    const char *tittel, *sakstittel;
    const char *enhet, *klasse;    /* "" when not told or withheld */
    const char *hjemmel;           /* legal basis of what is withheld; "" when nothing is */
    int64_t journaldato, dokumentdato;   /* dokumentdato 0: undated */
    int64_t publisert;             /* when first; 0 before */
    const char *eiendom;           /* "7/70", or "" */
    struct innfoersel_part *parts;
    size_t parts_n;
    struct innfoersel_dokument *documents;
    size_t documents_n;
};

/* Why a journalpost cannot be published as it is. */
enum journal_obstacle {
    OBSTACLE_NONE,
    OBSTACLE_STATUS,               /* not yet journalført, or utgått */
    OBSTACLE_NATIONAL_ID,          /* a national id number in a title or name */
    OBSTACLE_WORDS                 /* screened in selected words, and no public title is written */
};
struct journal_preview {
    struct innfoersel entry;
    enum journal_obstacle obstacle;
    bool screened;                 /* the journalpost or its saksmappe is screened */
    bool changed;                  /* it is published, and something has changed since */
};
/* The public's view of the journalpost as it stands, with suggested marks around the names of its parties.
 * The caller must be able to read it. */
enum rc journal_preview(struct call *c, struct str registrering, struct journal_preview *ret) ATTR_CHECK;

/* What is published. Titles NULL: as in the preview. */
struct journal_choice {
    const char *tittel, *sakstittel;
    bool documents;                /* open the documents too: refused when the journalpost is screened */
};
/*
 * Publishes, or publishes anew (the time of first publishing stays). Sets offentlighetsvurdertDato. The
 * call needs the role arkivar. RC_NOT_READY for an obstacle; RC_FIELD_VALUE for a title that says more
 * than the screening allows: a word of the screened title in it that the preview does not show.
 */
enum rc journal_publish(struct call *c, struct str registrering, const struct journal_choice *choice) ATTR_CHECK;
/* Takes it off the public journal. RC_OK also when it was not there. */
enum rc journal_withdraw(struct call *c, struct str registrering) ATTR_CHECK;

/* journalposter that wait to be published or have changed since, oldest first; systemIDs in the arena. */
enum rc journal_queue(struct call *c, int64_t skip, int64_t most, char (**ret)[UUID_TEXT_MAX], size_t *ret_n,
                      int64_t *ret_total) ATTR_CHECK;

/* ------------------------------------------------------------------ what the public asks */

struct journal_question {
    struct str words;              /* words, "phrases", -excluded; a case number (2026/12) or property (7/70) alone */
    int64_t from, until;           /* journaldato in [from, until); 0: open */
    const char *type, *enhet;      /* NULL: any */
    int64_t saksaar, saksnr;       /* 0: any; else entries of that case */
    int64_t gnr, bnr;              /* 0: any */
    int64_t skip, most;            /* most at least 1 */
};
enum { JOURNAL_COUNT_MAX = 10000 };
/* Newest first. *ret_total counts to JOURNAL_COUNT_MAX + 1. Parties are loaded, documents not. In the arena. */
enum rc journal_search(struct cx *cx, struct vault *v, const struct journal_question *q, struct innfoersel **ret,
                       size_t *ret_n, int64_t *ret_total) ATTR_CHECK;
/* One entry with parties and documents, by systemID of the journalpost; RC_NOT_FOUND. */
enum rc journal_entry(struct cx *cx, struct vault *v, struct str registrering, struct innfoersel *ret) ATTR_CHECK;
/* A document that is open to all; fd is the caller's. RC_NOT_FOUND. */
enum rc journal_document(struct cx *cx, struct vault *v, struct str objekt, struct document *ret) ATTR_CHECK;
/* Units that have published, in order; in the arena. */
enum rc journal_units(struct cx *cx, struct vault *v, const char *const **ret, size_t *ret_n) ATTR_CHECK;
/* The title without the marks of names; in the arena. */
const char *journal_title(struct cx *cx, const char *marked);
/* May a search engine keep the page: not when it is older than a year and bears names. */
bool journal_indexable(const struct innfoersel *e, int64_t now);

/* ------------------------------------------------------------------ access requests */

enum innsyn_utfall { INNSYN_VENTER, INNSYN_HELT, INNSYN_DELVIS, INNSYN_AVSLAG };
struct innsyn_post {
    char registrering[UUID_TEXT_MAX];
    char oppgave[UUID_TEXT_MAX];   /* task with the deadline */
    enum innsyn_utfall utfall;
    const char *hjemmel;           /* of what is refused */
    const char *begrunnelse;       /* why, and what was considered of extended access (offentleglova § 11) */
    int64_t frist, besvart;
};
struct innsyn_krav {
    char id[UUID_TEXT_MAX];
    int64_t nummer;                /* running number in the municipality */
    const char *navn, *epost;      /* "" when the requester gave none: anybody may ask, anonymously too */
    const char *spraak;
    int64_t opprettet;
    struct innsyn_post *posts;
    size_t posts_n;
};
enum { INNSYN_POSTS_MAX = 50 };
/*
 * An order for the documents of published entries: one request, a task with five working days for each.
 * *ret_key is the requester's key to it: who has it sees the answer; it is stored as a hash. key: names
 * this sending, the same one twice is one request. RC_FIELD_VALUE when an entry is not in the journal.
 */
enum rc innsyn_order(struct cx *cx, struct vault *v, const char *sending, const char *navn, const char *epost,
                     const char *spraak, const char *const *registrering, size_t n, char ret_key[65]) ATTR_CHECK;
/* By the requester's key; RC_NOT_FOUND. */
enum rc innsyn_by_key(struct cx *cx, struct vault *v, const char *key, struct innsyn_krav *ret) ATTR_CHECK;
/* By the task of one of its entries, for the desk. */
enum rc innsyn_by_task(struct call *c, const char *oppgave, struct innsyn_krav *ret) ATTR_CHECK;
/* Answers one entry: a refusal, whole or in part, needs hjemmel and begrunnelse (RC_FIELD_MISSING). The task is done. */
enum rc innsyn_answer(struct call *c, const char *oppgave, enum innsyn_utfall utfall, const char *hjemmel,
                      const char *begrunnelse) ATTR_CHECK;
/* The documents that an answer in full gives; fd is the caller's. RC_NOT_FOUND for any other. */
enum rc innsyn_document(struct cx *cx, struct vault *v, const char *key, struct str objekt, struct document *ret) ATTR_CHECK;

#endif
