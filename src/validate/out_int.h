/* What the reports for people share: words, and the findings of a test group by group. */
#ifndef SAMDRIFT_VALIDATE_OUT_INT_H
#define SAMDRIFT_VALIDATE_OUT_INT_H

#include "validate/validate_int.h"

enum word {
    W_TITLE, W_ERROR, W_ERRORS, W_WARNING, W_WARNINGS, W_INFO, W_INFOS, W_NONE, W_FOLDER, W_FILES, W_FORM, W_VERSION,
    W_SYSTEM, W_ARCHIVE, W_PERIOD, W_FINDINGS, W_NUMBERS, W_TOTAL, W_DISTINCT, W_EXPECTED, W_FOUND, W_MORE, W_SKIPPED,
    W_FINE, W_VALIDATED, W_ARKADE, W_REMEDY, W_TEST, W_OUTCOME, W_NAME, W_NUMBER, W_COUNT
};
const char *word(enum lang lang, enum word w);
/* "3 feil", "1 advarsel" */
const char *count_word(enum lang lang, enum severity s, int64_t n);

/* How a test ended: its gravest findings ("3 feil"), "ikke kjørt" or "ok"; and how grave that is, SEVERITY_COUNT for
 * the last two. */
const char *outcome(struct cx *cx, const struct validation *v, const struct result *t, enum severity *ret);
/* "Noark 5 versjon 5.0" */
const char *version_text(struct cx *cx, const struct validation *v);

/* Groups of findings, the gravest first; a copy to be freed. */
struct row *groups_sorted(const struct result *t);
/* The i-th example of a group; false past the last. */
bool group_example(const struct result *t, const struct row *g, int i, struct told *ret);
/* How a number is called: its label, or the word for the total of that test. */
const char *number_label(const struct result *t, const struct row *n, enum lang lang);
/* "arkivstruktur.xml:70012" and what stands beside it, as one line in the arena. */
const char *example_text(struct cx *cx, const struct told *f);
/* "1,4 GB" */
const char *size_text(struct cx *cx, int64_t bytes);

#endif
