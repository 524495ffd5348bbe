/*
 * form – electronic forms as data: definitions, rules, and what a person answered.
 *
 * A form (skjema) is one JSON object: steps (trinn) with fields (felt), each with its texts in four
 * languages, its sensitivity, when it is shown, how it is computed, what fills it beforehand, and what
 * the answers become in the archive. docs/brukerveiledning/skjema.md describes the format. A definition
 * is read and found faultless as a whole (skjema_read), so nothing below has to doubt it.
 *
 * Rules are JsonLogic objects ({"==": [{"var": "tiltak"}, "garasje"]}) over fields that stand earlier in
 * the form, so there are no circles. They are evaluated here, on the server, each time. A field that is
 * not shown has no answer: what was typed there before is dropped (svar_settle).
 *
 * Answers (svar) are one JSON object: field id to string, to object of parts, or to list of strings; "_kilder" tells
 * where what was filled in came from. Texts are as typed, trimmed; numbers "1234.5", dates "2026-11-27", numbers of
 * persons, companies and telephones without spaces.
 */
#ifndef SAMDRIFT_FORM_H
#define SAMDRIFT_FORM_H

#include "base/base.h"

/* ------------------------------------------------------------------ definitions */

enum { SPRAAK_NB, SPRAAK_NN, SPRAAK_SE, SPRAAK_EN, SPRAAK_COUNT };
extern const char *const spraak_codes[SPRAAK_COUNT];       /* "nb" … */
/* One text in four languages; all NULL when an optional text is not given. */
struct tekst {
    const char *in[SPRAAK_COUNT];
};

enum felt_type {
#define FELT(id, name, check, text, flags, ...) FELT_##id,
#include "form/felt.def"
#undef FELT
    FELT_TYPES
};
const char *felt_type_name(enum felt_type t);
/* Names of the parts, ended by NULL; none for a field of one input. */
const char *const *felt_parts(enum felt_type t);

/* What may fill a field beforehand. */
enum prefill {
#define PREFILL(id, name, type) PREFILL_##id,
#include "form/prefill.def"
#undef PREFILL
    PREFILLS
};
enum { FELT_PREFILL_MAX = 4 };

/* How carefully the answer must be kept; the most sensitive answer screens the whole journalpost. */
enum foelsomhet {
    FOELSOM_OPEN,       /* may be published */
    FOELSOM_PERSONAL,   /* personal, not secret: kept out of public titles */
    FOELSOM_SPECIAL,    /* secret or of a special category (personvernforordningen art. 9): screened */
    FOELSOM_ID          /* national id numbers: screened */
};

struct valg {
    const char *value;
    struct tekst text;
};

struct felt {
    const char *id;
    enum felt_type type;
    struct tekst label, help;
    bool required;
    enum foelsomhet sensitivity;
    enum prefill prefill[FELT_PREFILL_MAX];   /* the first that has something fills the field */
    size_t prefill_n;
    bool locked;                   /* what was filled in cannot be changed */
    json_t *visible, *compute; /* rules, or NULL; a computed field is shown, not asked */
    const struct valg *choices;
    size_t choices_n;
    int64_t max_length;            /* characters of a text; files: bytes */
    bool has_min, has_max;         /* numbers, money, and dates as days since 1970 */
    double min, max;
    bool multiple;                 /* files */
    size_t trinn;                  /* its step, from 0 */
};

struct trinn {
    const char *id;
    struct tekst title, lead;
    size_t first, n;               /* its fields in skjema->felt */
};

enum nivaa { NIVAA_NONE, NIVAA_SUBSTANTIAL, NIVAA_HIGH };

struct skjema {
    const char *id;
    int64_t version;
    const char *json;              /* as read */
    char sha256[SHA256_HEX_MAX];
    struct tekst title, lead, declaration, next;   /* next: what happens after sending */
    const char *theme;             /* last part of a Los theme: "bygg-og-eiendom" */
    const char *law;               /* legal basis, or NULL */
    const char *unit;              /* administrativEnhet that gets the task */
    const char *system;            /* specialist system concerned, or NULL */
    enum nivaa level;
    bool for_self, for_company, for_child;
    int64_t answer_days;           /* expected time to an answer, in days … */
    int64_t answer_workdays;       /* … or, when not 0, in working days */
    bool moves_drafts;             /* drafts of earlier versions go over to this one; else each is finished on its own */
    bool access_request;           /* what is sent is a request for access (offentleglova § 28), and so is its task */
    const char *arkivdel, *klasse; /* title and klasseID where cases are opened; klasse may be NULL */
    struct tekst case_title;       /* of the saksmappe; {field} stands for an open answer */
    const char *hjemmel;           /* legal basis of screening when an answer asks for it */
    const struct trinn *trinn;
    size_t trinn_n;
    const struct felt *felt;
    size_t felt_n;
};

enum { SKJEMA_TRINN_MAX = 20, SKJEMA_FELT_MAX = 200, SKJEMA_VALG_MAX = 100, SKJEMA_JSON_MAX = 1 << 20 };

enum skjema_fault {
#define FAULT(id, nb, en) FAULT_##id,
#include "form/fault.def"
#undef FAULT
    SKJEMA_FAULTS
};
/* Told of each fault: JSON pointer, what, and the text for {} ("" when none). */
typedef void (*skjema_report)(void *arg, const char *pointer, enum skjema_fault what, const char *detail);
/* The sentence in the language of the context, {} filled; in its arena. */
const char *skjema_fault_text(struct cx *cx, enum skjema_fault what, const char *detail);

/*
 * Reads a definition into the arena; the text is copied. Every fault is reported, not the first alone.
 * RC_JSON when it is no JSON; RC_FIELD_VALUE when faults were reported (the field is the first pointer);
 * RC_TOO_LARGE; RC_NOMEM. report may be NULL.
 */
enum rc skjema_read(struct cx *cx, struct str json, skjema_report report, void *arg, const struct skjema **ret) ATTR_CHECK;
/* The field of that id, or NULL. */
const struct felt *skjema_felt(const struct skjema *s, const char *id);

/*
 * The rule in plain words, in the language: «Avstand til nabogrensen» er mindre enn 4. condition: of a field that is shown
 * when it holds; else of one it computes. In the arena. RC_NOMEM.
 */
enum rc regel_text(struct cx *cx, const struct skjema *s, json_t *rule, bool condition, int spraak, const char **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ answers */

/* Why an answer is not accepted. limit fills the text where there is one. */
enum svar_error {
    SVAR_FINE, SVAR_MISSING, SVAR_TOO_LONG, SVAR_EMAIL, SVAR_PHONE, SVAR_NATIONAL_ID, SVAR_ORG_NUMBER, SVAR_POSTNR,
    SVAR_ADDRESS, SVAR_PROPERTY, SVAR_DATE, SVAR_NUMBER, SVAR_TOO_SMALL, SVAR_TOO_LARGE, SVAR_CHOICE
};
struct svar_fault {
    const struct felt *felt;
    enum svar_error error;
    const char *limit;
};

/* One input as sent: value, or "" when absent; several of one name are given by index. NULL past the last. */
typedef const char *(*svar_input)(void *arg, const char *name, size_t index);

/*
 * Takes the inputs of one field into the answers, put in the form above; what cannot be (a date of
 * letters) is kept as typed, so that it can be shown again, and told by svar_check. Files are not inputs:
 * see svar_put. A locked answer stays. RC_NOMEM.
 */
enum rc svar_take(struct cx *cx, json_t *svar, const struct felt *f, svar_input input, void *arg) ATTR_CHECK;
/* Sets the answer of a field (takes over the reference to value; NULL removes it). RC_NOMEM. */
enum rc svar_put(struct cx *cx, json_t *svar, const struct felt *f, json_t *value) ATTR_CHECK;
/* As svar_put, of a value that source has filled in. Where it came from is kept until somebody changes it. */
enum rc svar_fill(struct cx *cx, json_t *svar, const struct felt *f, enum prefill source, json_t *value) ATTR_CHECK;
/* The register or login the answer came from ("folkeregister"), "" when it was typed. In the arena. */
const char *svar_source(struct cx *cx, const json_t *svar, const struct felt *f);
/* Was the field filled in for good? */
bool svar_locked(const json_t *svar, const struct felt *f);
/* Computes what is computed and drops the answers of fields that are not shown. RC_NOMEM. */
enum rc svar_settle(struct cx *cx, const struct skjema *s, json_t *svar) ATTR_CHECK;
/* Adds to ret what answers a field of the other version too: the same id and type, and accepted there. Settled. RC_NOMEM. */
enum rc svar_carry(struct cx *cx, const struct skjema *from, const json_t *svar, const struct skjema *to, json_t *ret) ATTR_CHECK;
bool felt_visible(const struct felt *f, const json_t *svar);
/* What is wrong with the answer of a field that is shown. svar must be settled; now is cx->now. */
struct svar_fault felt_check(struct cx *cx, const struct felt *f, const json_t *svar);
/* Faults of the step (or of all steps with trinn == trinn_n), in the order of the form; at most the number
 * of fields; in the arena. */
enum rc svar_check(struct cx *cx, const struct skjema *s, size_t trinn, const json_t *svar,
                   const struct svar_fault **ret, size_t *ret_n) ATTR_CHECK;

/* One part of an answer as it stands ("" when absent); part NULL: the answer itself. */
const char *svar_part(const json_t *svar, const struct felt *f, const char *part);
bool svar_has(const json_t *svar, const struct felt *f, const char *value);   /* chosen among choices */
/* The answer for people to read, in the language: "27.11.2026", "1 234,50 kr", "Ja"; "" when there is none. In the arena. */
const char *svar_text(struct cx *cx, const struct felt *f, const json_t *svar, int spraak);
/* Title of the case: case_title with its answers. In the arena. */
const char *svar_title(struct cx *cx, const struct skjema *s, const json_t *svar, int spraak);
/* The most sensitive field that has an answer. */
enum foelsomhet svar_sensitivity(const struct skjema *s, const json_t *svar);

/*
 * The answers as XML, for systems: <skjema id versjon sha256 spraak> with <felt id type> each, in the
 * namespace SVAR_NS. Appends to out. RC_NOMEM.
 */
#define SVAR_NS "urn:samdrift:skjema:1"
enum rc svar_xml(struct cx *cx, const struct skjema *s, const json_t *svar, int spraak, struct buf *out) ATTR_CHECK;

#endif
