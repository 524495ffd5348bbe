/*
 * letter – letters of a municipality: templates, drafts, approval, and the sending.
 *
 * A template (brevmal) is data, kept by version as forms are: blocks of text, with merge fields. Fixed blocks say what
 * the law wants said the same way each time; the others are the case worker's. A template of a decision that lacks a
 * block the law demands is refused (forvaltningsloven 2025 § 59: decision, contact, right, body, deadline and
 * procedure of appeal, right to see documents; § 57: facts, rules, main considerations), and a letter with an empty
 * one is not sent. The names of the case worker and of who is responsible are written by the program (§ 59).
 *
 * A draft (brevutkast) belongs to a case, and to whoever may read all of it: any case worker there may go on with it
 * (brevutkast_visible; the other functions leave that to who calls).
 * It goes to an approver as a task. Sending is one write of the archive: journalpost (outgoing, sent, registered) with
 * the letter as PDF/A, what is attached, correspondents, the incoming post written off, the letter to the parties, the
 * tasks done. What was sent is what was approved: a draft changed in between is RC_CONFLICT.
 *
 * Letters are written in bokmål or nynorsk. Errors: those of archive.h.
 */
#ifndef SAMDRIFT_LETTER_H
#define SAMDRIFT_LETTER_H

#include "archive/archive.h"
#include "dialog/dialog.h"
#include "outbox/outbox.h"

/* ------------------------------------------------------------------ once */

struct letters;
/* Once, before the first vault is opened. */
void letter_prepare(struct archive *a);
/*
 * All are borrowed. cfg: [<kommune>] or [arkiv] godkjenning = vedtak (decisions are approved by another than who wrote
 * them), alle (all letters), nei (none need it).
 */
enum rc letter_open(struct cx *cx, struct config *cfg, const struct paper_fonts *fonts, struct outbox *outbox,
                    struct letters **ret) ATTR_CHECK;
void letter_close(struct letters **l);

/* ------------------------------------------------------------------ templates */

enum maalform { MAALFORM_NB, MAALFORM_NN, MAALFORMER };
extern const char *const maalform_codes[MAALFORMER];       /* "nb", "nn" */
struct maltekst {
    const char *in[MAALFORMER];        /* both NULL when an optional text is not given */
};

enum brevslag {
    BREVSLAG_VEDTAK,                   /* decides: can be appealed */
    BREVSLAG_FORELOPIG,                /* tells when the answer comes (§ 17) */
    BREVSLAG_MANGEL,                   /* asks for what is missing, with a deadline (§ 16) */
    BREVSLAG_SVAR,                     /* any other answer */
    BREVSLAG_ANTALL
};

struct brevblokk {
    const char *id;
    struct maltekst title, help, text; /* text: as written when it is fixed, as begun with when not */
    bool required, fixed;
};
enum { BREVBLOKK_MOST = 20, BREVMAL_EACH_MUNICIPALITY = 50, BREVMAL_JSON_MAX = 256 << 10 };
struct brevmal {
    const char *id;
    int64_t version;
    enum brevslag slag;
    struct maltekst name, subject, appeal_body;
    int64_t appeal_days, deadline_days; /* 0: none */
    const struct brevblokk *blocks;
    size_t blocks_n;
    const char *json;
    char sha256[SHA256_HEX_MAX];
};
/* RC_JSON; RC_FIELD_VALUE with pointer and reason of the first fault. In the arena of cx. */
enum rc brevmal_read(struct cx *cx, struct str json, const struct brevmal **ret) ATTR_CHECK;
/* Puts it into force; older versions stay. RC_TAKEN when the version is there with another content. */
enum rc brevmal_add(struct call *c, const struct brevmal *m) ATTR_CHECK;
/* All that are in force, by id. */
enum rc brevmal_list(struct call *c, const struct brevmal ***ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ drafts */

/* What goes along with a letter: a document of the case, or a file of its own that is kept for seven days. */
struct brevvedlegg {
    const char *tittel;                /* as the letter lists it */
    char dokument[UUID_TEXT_MAX];      /* the dokumentobjekt; "": the file */
    struct vedlegg fil;                /* else navn "" */
};
enum { BREVVEDLEGG_MOST = 10, BREVVEDLEGG_BYTE = 50 << 20 /* of a file */ };

enum brevtilstand { BREV_UTKAST, BREV_TIL_GODKJENNING, BREV_SENDT };
enum { BREVTEKST_MAX = 20000 /* bytes of a block */, BREVMOTTAKER_MOST = 20 };

struct brevutkast {
    char id[UUID_TEXT_MAX];
    const struct brevmal *mal;         /* of the version it was begun with */
    enum maalform maalform;
    char mappe[UUID_TEXT_MAX];
    char oppgave[UUID_TEXT_MAX];       /* the task it answers; "" */
    char gjelder[UUID_TEXT_MAX];       /* the incoming journalpost it answers; "" */
    const char *const *tekst;          /* by block; of fixed ones "" */
    const struct sakspart *til;        /* parties of the case that get it */
    size_t til_n;
    const struct brevvedlegg *vedlegg; /* as listed; not read by brevutkast_list */
    size_t vedlegg_n;
    int64_t frist;                     /* that the letter sets; 0 */
    char skriver[UUID_TEXT_MAX];
    const char *navn;                  /* of the case worker, as the letter tells it */
    int64_t endret, versjon;
    enum brevtilstand tilstand;
    char godkjenning[UUID_TEXT_MAX];   /* the approver's task; "" */
    const char *merknad;               /* of who sent it back; "" */
    char ansvarlig[UUID_TEXT_MAX];     /* who approved it; "" */
    const char *ansvarlig_navn;
    char journalpost[UUID_TEXT_MAX], dokument[UUID_TEXT_MAX];   /* when it is sent; the PDF's dokumentobjekt */
    const char *sha256;                /* of the PDF; "" */
    int64_t sendt;
};

struct brevstart {
    const char *id;                    /* a UUID that names this beginning: again it is the same draft */
    const char *mal;
    enum maalform maalform;
    const char *mappe, *oppgave;       /* oppgave "": none */
    const char *kommune;               /* its name */
};
/*
 * Blocks are begun with the text of the template; it goes to all parties, and is signed with the name used last.
 * RC_NOT_READY: it asks for what is missing, and there is no task that could wait for it.
 */
enum rc brevutkast_begin(struct call *c, const struct brevstart *s, struct brevutkast *ret) ATTR_CHECK;
enum rc brevutkast_get(struct call *c, const char *id, struct brevutkast *ret) ATTR_CHECK;
/* The draft whose approval is that task. */
enum rc brevutkast_of_task(struct call *c, const char *oppgave, struct brevutkast *ret) ATTR_CHECK;
/* Letters of a case, newest first, without their texts. */
enum rc brevutkast_list(struct call *c, const char *mappe, struct brevutkast **ret, size_t *ret_n) ATTR_CHECK;
/*
 * Leaves those of the case that the caller may read: what the caller wrote, and the others where the gate hides no
 * journalpost of the case from the caller, for a letter tells what is in them.
 */
enum rc brevutkast_visible(struct call *c, const char *mappe, struct brevutkast *all, size_t *n) ATTR_CHECK;
/*
 * Stores tekst, til (by eier), frist and navn of u; its versjon is the one they were made from: RC_CONFLICT when
 * somebody has stored another since, RC_TRANSITION when it is not a draft any more. u has the new versjon then.
 */
enum rc brevutkast_save(struct call *c, struct brevutkast *u) ATTR_CHECK;
/* Stores vedlegg of u in place of those before; otherwise as save. What is there already is no conflict. */
enum rc brevutkast_attach(struct call *c, struct brevutkast *u) ATTR_CHECK;
/* The file, as archive_document; the caller may see the draft. RC_NOT_FOUND: gone, or hidden from the caller. */
enum rc brevvedlegg_open(struct call *c, const struct brevvedlegg *v, struct document *ret) ATTR_CHECK;
/* Forgets a draft. RC_TRANSITION when it is not one any more. */
enum rc brevutkast_drop(struct call *c, const char *id) ATTR_CHECK;

/* What it lacks: ids of required blocks, and "til", "frist", "navn". In the arena. */
enum rc brevutkast_missing(struct cx *cx, const struct brevutkast *u, const char *const **ret, size_t *ret_n) ATTR_CHECK;

/* ------------------------------------------------------------------ the text */

struct brevramme {
    const char *kommune;
    const char *ansvarlig;             /* "" while nobody has approved it */
};
/* The letter as it would be sent now: subject, then headings with text. */
struct brevdel {
    const char *heading, *text;        /* heading "": none */
};
enum rc letter_text(struct call *c, const struct brevutkast *u, const struct brevramme *r, const char **ret_subject,
                    const struct brevdel **ret, size_t *ret_n) ATTR_CHECK;
/* The same as PDF/A. */
enum rc letter_pdf(const struct letters *l, struct call *c, const struct brevutkast *u, const struct brevramme *r,
                   struct buf *out) ATTR_CHECK;

/* ------------------------------------------------------------------ approval and sending */

/* Must another than who wrote it approve it? */
bool letter_needs_other(const struct letters *l, const struct call *c, const struct brevutkast *u);
/*
 * To an approver (systemID and name of the bruker; "" and "": whoever of the unit takes the task). RC_FIELD_MISSING
 * with the first of brevutkast_missing; RC_TRANSITION, RC_CONFLICT as for save.
 */
enum rc brevutkast_submit(struct call *c, const struct brevutkast *u, const char *person, const char *navn) ATTR_CHECK;
/* A draft again, with what the approver has to say ("": taken back by who wrote it). */
enum rc brevutkast_return(struct call *c, const struct brevutkast *u, const char *merknad) ATTR_CHECK;
/* May the caller send it as it stands? RC_FORBIDDEN: another must, or another has the task. */
enum rc brevutkast_may_send(const struct letters *l, struct call *c, const struct brevutkast *u) ATTR_CHECK;
/*
 * Approved by the caller, whose name r->ansvarlig is, and sent. The same again by the same is the first result.
 * RC_TRANSITION when another was faster; RC_CONFLICT when it is not the version u is of; RC_FIELD_MISSING with field
 * "vedlegg" and the name of a file that is kept no longer; RC_NOT_FOUND when an attached document is hidden from the
 * caller; as brevutkast_may_send and brevutkast_submit.
 */
enum rc brevutkast_send(const struct letters *l, struct call *c, struct brevutkast *u, const struct brevramme *r) ATTR_CHECK;

#endif
