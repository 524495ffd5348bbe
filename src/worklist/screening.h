/*
 * worklist/screening – what of a record is withheld from the public, by which law, and until when.
 *
 * For a mappe, a journalpost or a dokumentbeskrivelse. The screening is the standard's own (M500–M505); words
 * that are screened leave the public title, and names of persons are marked once and obeyed wherever the
 * journal shows or searches them (journal.h).
 */
#ifndef SAMDRIFT_WORKLIST_SCREENING_H
#define SAMDRIFT_WORKLIST_SCREENING_H

#include "archive/archive.h"
#include "journal/journal.h"

enum { SCREENING_CODES = 12, SCREENING_NAMES = 20 };

struct screening {
    struct str systemid;
    const char *etag;                  /* version as it was looked at; "": any */
    const char *restriksjon;           /* code of tilgangsrestriksjon; "": nothing is screened */
    const char *hjemmel;
    const char *metadata[SCREENING_CODES];     /* codes of skjermingmetadata, besides that of the title */
    size_t metadata_n;
    bool title;                        /* words of the title are screened */
    const char *dokument;              /* code of skjermingdokument; "": the document is not screened */
    int64_t until;                     /* when it ends; 0: not told */
    const char *public_title;          /* "": the title is shown as it is. Not of a dokumentbeskrivelse */
    const char *names[SCREENING_NAMES];        /* of persons, as they stand in the title */
    size_t names_n;
};
/* RC_FIELD_MISSING for a screening without basis or that screens nothing; the rules of the archive. */
enum rc screening_save(struct call *c, const struct screening *s) ATTR_CHECK;
/* What the public would see of that journalpost if it were saved; nothing is. */
enum rc screening_try(struct call *c, const struct screening *s, struct str journalpost, struct journal_preview *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ words of a title */

enum { TITLE_WORDS = 80 };
struct title_word {
    struct str text;                   /* with the punctuation that hangs on it */
    bool hidden, name;
};
/* The words of the title; those that `public_title` has in order stay, the others are hidden. false when it is no
 * such title (or there are too many words): then *ret_n words are told, none hidden. Names are found by their text. */
bool title_words(const char *title, const char *public_title, const char *const *names, size_t names_n,
                 struct title_word ret[TITLE_WORDS], size_t *ret_n);
/* The title with each hidden word as PUBLIC_MASK; in the arena, NULL when out of memory. */
const char *title_masked(struct cx *cx, const struct title_word *words, size_t n);
/* The names: words marked side by side are one. Returns how many. In the arena. */
size_t title_names(struct cx *cx, const struct title_word *words, size_t n, const char *ret[SCREENING_NAMES]);

#endif
