/*
 * journal – the public journal (offentlig journal): what is published, and what the public finds in it.
 *
 * What the public may see is written down when it is published: an entry (innfoersel) holds the public
 * title, parties and place of one journalpost and nothing else, and public pages read entries alone.
 * An entry is shown only while the journalpost and its saksmappe carry the access classes they had when
 * it was approved, and what was screened then has not been changed since: whoever screens something
 * afterwards hides it at once, everywhere (page, count, search, feed), without touching the entry. So
 * does who deletes it or lets it lapse (utgår). A document is published by a decision of its own, never when it is
 * screened; the others are asked for (innsyn.h).
 * Sources: offentleglova § 10; offentlegforskrifta §§ 6–7; Noark 5 5.2.5–5.2.38.
 *
 * Names. In a public title a name of a person stands in double square brackets ("Klage fra [[Kari
 * Nordmann]]"): marked once, obeyed everywhere. It is shown, and for a year from publishing found; after
 * that a search no longer finds it (offentlegforskrifta § 6). Parties that are persons are names.
 *
 * National id numbers are never published: a title or name that holds one is refused, a class left out, and so is a
 * document in whose words one is found (a scanned page has none).
 */
#ifndef SAMDRIFT_JOURNAL_H
#define SAMDRIFT_JOURNAL_H

#include "archive/archive.h"

/* Once, before the first vault is opened. */
void journal_prepare(struct archive *a);

/* ------------------------------------------------------------------ publishing */

struct innfoersel_part {
    const char *rolle;             /* "fra", "til", "kopi" */
    const char *navn;              /* "" when it is withheld */
    bool person;
};
enum { JOURNAL_PARTS = 50 };

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
    struct innfoersel full;        /* the same with nothing withheld: for whoever approves, never for the public */
    const char *tittel, *sakstittel;   /* as published; as in entry before */
    enum journal_obstacle obstacle;
    bool screened;                 /* the journalpost or its saksmappe is screened */
    bool changed;                  /* it is published, and the journalpost or an access class has changed since */
};
/* The public's view of the journalpost as it stands, with suggested marks around the names of its parties; names
 * of parties that are withheld are masked in the titles too. The caller must be able to read it. */
enum rc journal_preview(struct call *c, struct str registrering, struct journal_preview *ret) ATTR_CHECK;

/*
 * Publishes, or publishes anew (the time of first publishing stays). Sets offentlighetsvurdertDato. The
 * call needs the role arkivar. tittel and sakstittel with the marks of names; NULL: as in the preview.
 * RC_NOT_READY for an obstacle. RC_FIELD_VALUE for a title that says more than the screening allows: a
 * word the preview left out of it, a name that is withheld, or a title that is screened whole.
 */
enum rc journal_publish(struct call *c, struct str registrering, const char *tittel, const char *sakstittel) ATTR_CHECK;
/* Takes it off the public journal. RC_OK also when it was not there. */
enum rc journal_withdraw(struct call *c, struct str registrering) ATTR_CHECK;

enum { JOURNAL_COUNT_MAX = 1000 };
/* journalposter that wait to be published or have changed since, oldest first; systemIDs in the arena.
 * *ret_total counts to JOURNAL_COUNT_MAX + 1. */
enum rc journal_queue(struct call *c, int64_t skip, int64_t most, char (**ret)[UUID_TEXT_MAX], size_t *ret_n,
                      int64_t *ret_total) ATTR_CHECK;
/* How many they are, counted as far. */
enum rc journal_waits(struct call *c, int64_t *ret) ATTR_CHECK;

/*
 * A mappe or journalpost went from one version to another in a way that changes nothing of what is shown: what was
 * approved of it stays approved. For whoever changes a status, inside that write.
 */
enum rc journal_unchanged(struct call *c, const char *enhet, int64_t from, int64_t to) ATTR_CHECK;

/*
 * Names of persons in the title of a record (systemID of a mappe or journalpost) besides those of its parties:
 * previews mark them from then on, and what is published with other marks counts as changed. The caller's right to
 * the record is the caller's duty. Inside archive_together it is part of that write.
 */
enum { JOURNAL_NAMES = 20 };
enum rc journal_mark_names(struct call *c, const char *enhet, const char *const *names, size_t n) ATTR_CHECK;
enum rc journal_marked_names(struct call *c, const char *enhet, const char *ret[JOURNAL_NAMES], size_t *ret_n) ATTR_CHECK;

/* For archive_pick: journalposter that are published and have changed since. */
extern const char journal_changed[];

/* ------------------------------------------------------------------ documents */

enum { JOURNAL_DOCUMENTS = 50 };
/* A document of a journalpost, for whoever decides. */
struct journal_choice {
    char dokument[UUID_TEXT_MAX];  /* dokumentbeskrivelse */
    const char *tittel;
    bool screened;                 /* itself, or with what it hangs on: cannot be published */
    const char *hjemmel;           /* legal basis of its own screening; "" */
    bool released;                 /* published now */
};
enum rc journal_choices(struct call *c, struct str registrering, struct journal_choice **ret, size_t *ret_n) ATTR_CHECK;
/*
 * Publishes these documents of the journalpost, as they are now, and no others of it; what is screened is told as
 * withheld. The call needs the role arkivar. RC_NOT_READY when the journalpost is not in the journal. RC_FIELD_VALUE for
 * one that is screened, has no file or is not of the journalpost (field dokumenter), or holds a national id number
 * (field innhold).
 */
enum rc journal_release(struct call *c, struct str registrering, const char *const *dokumenter, size_t n) ATTR_CHECK;

/* What the public is told of a document. Only journalposter somebody has decided about have any. */
struct innfoersel_dokument {
    int64_t nr;                    /* in its journalpost, from 1 */
    bool released;                 /* false: withheld, or not decided to be published */
    bool withheld;                 /* it was screened when it was decided about, or has been since */
    const char *tittel;            /* "" unless released */
    const char *hjemmel;           /* of what is withheld; "" when not told */
    const char *ending;            /* "pdf"; "" when none is known */
    int64_t byte;
};
/* Of an entry that journal_entry has given; in the arena. */
enum rc journal_documents(struct cx *cx, struct vault *v, const struct innfoersel *e, struct innfoersel_dokument **ret,
                          size_t *ret_n) ATTR_CHECK;
/* A published document of an entry in the journal, as it was when it was decided about; fd as of archive_document. */
enum rc journal_document(struct cx *cx, struct vault *v, struct str registrering, int64_t nr, struct document *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ what the public asks */

struct journal_question {
    struct str words;              /* words, "phrases", -excluded; a case number (2026/12) or property (7/70) alone */
    int64_t from, until;           /* journaldato in [from, until); 0: open */
    const char *type, *enhet;      /* NULL: any */
    int64_t saksaar, saksnr;       /* 0: any; else entries of that case */
    int64_t gnr, bnr;              /* 0: any */
    int64_t skip, most;            /* most at least 1 */
};
/* Newest first. *ret_total counts to JOURNAL_COUNT_MAX + 1. In the arena. */
enum rc journal_search(struct cx *cx, struct vault *v, const struct journal_question *q, struct innfoersel **ret,
                       size_t *ret_n, int64_t *ret_total) ATTR_CHECK;
/* One entry with its parties, by systemID of the journalpost; RC_NOT_FOUND. */
enum rc journal_entry(struct cx *cx, struct vault *v, struct str registrering, struct innfoersel *ret) ATTR_CHECK;
/* Units that have published, in order; in the arena. */
enum rc journal_units(struct cx *cx, struct vault *v, const char *const **ret, size_t *ret_n) ATTR_CHECK;
/* The title without the marks of names; in the arena. */
const char *journal_title(struct cx *cx, const char *marked);
/* May a search engine keep the page: not when it is older than a year and bears names. */
bool journal_indexable(const struct innfoersel *e, int64_t now);

#endif
