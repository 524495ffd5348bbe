/* Shared by the files of filling. */
#ifndef SAMDRIFT_FILLING_INT_H
#define SAMDRIFT_FILLING_INT_H

#include "filling/filling.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text F_##id;
#include "filling/texts.def"
#undef TEXT

struct fillings {
    struct filling_ground on;
};

_Static_assert((int)WEB_LANGS == (int)SPRAAK_COUNT && (int)WEB_EN == (int)SPRAAK_EN, "pages and forms count languages alike");

/* What a page of a form is made from. */
struct filling {
    struct fillings *room;
    struct call call;
    const struct skjema *s;        /* in force, else the last that was; of the draft when there is one */
    bool retired;                  /* none is in force: only what was begun can be finished */
    bool moved;                    /* filling_draft has moved the draft to a newer version */
    const struct actor *actor;     /* whom it is for */
    const char *eier;
    struct utkast u;               /* of filling_draft */
};

/* filling.c */
/* The intake of the municipality of the page. */
enum rc filling_call(struct page *pg, struct call *ret) ATTR_CHECK;
/* The form in the address, and whose draft is meant; the login is not asked for. */
enum rc filling_begin(struct page *pg, struct filling *ret) ATTR_CHECK;
/* Is the person logged in as the form demands? */
bool filling_may(const struct page *pg, const struct filling *k);
/* Is it a form for the one that the person acts for? Where no register could tell, everybody is oneself. */
bool filling_for(const struct filling *k);
/* Asks for the login the form demands, and loads the draft: RC_NOT_FOUND when there is none. Where the version in force
 * says so it is moved to that one, and the answer is to be filling_moved. */
enum rc filling_draft(struct page *pg, struct filling *k) ATTR_CHECK;
/* To the first step, with what has happened. */
enum rc filling_moved(struct page *pg, const struct filling *k) ATTR_CHECK;
/* Tells of a form that is taken out of use until when the draft can be sent; nothing of others. */
void filling_tell_retired(struct page *pg, const struct filling *k);
/* Ends a request that found no draft. */
enum rc filling_lost(struct page *pg, const struct filling *k) ATTR_CHECK;
/* /nesodden/skjema/garasje<rest> */
const char *filling_href(struct page *pg, const struct filling *k, const char *rest);
const char *filling_step_href(struct page *pg, const struct filling *k, size_t trinn);
/* Key of a visitor without login; "" when there is none yet. */
const char *visitor_key(struct page *pg);
/* Names of the steps, the check last. */
void filling_steps(struct page *pg, const struct filling *k, size_t current);

/* about.c */
enum rc about_list(struct page *pg);
enum rc about_form(struct page *pg);
enum rc about_services(void *arg, struct page *pg, struct web_service **ret, size_t *ret_n);

/* "21 dager", "5 arbeidsdager" */
const char *about_answer_time(struct page *pg, const struct skjema *s);

/* rules.c */
enum rc rules_list(struct page *pg);
enum rc rules_page(struct page *pg);
const char *rules_href(struct page *pg, const struct skjema *s);

/* prefill.c */
/* Fills in what the login and the registers know. ret_away: names of those that did not answer, "" for none. */
enum rc prefill_all(struct page *pg, const struct filling *k, json_t *svar, const char **ret_away) ATTR_CHECK;
/* Tells of the registers that did not answer, as the address says. */
void prefill_tell(struct page *pg);
/* "Hentet fra Folkeregisteret."; "" when the answer was typed. */
const char *prefill_source(struct page *pg, const struct filling *k, const struct felt *f);

/* preview.c */
enum rc preview_show(struct page *pg);

/* step.c */
enum rc step_show(struct page *pg);
enum rc step_sent(struct page *pg);

/* field.c */
/* The inputs of the field, filled from the answers. */
enum rc field_show(struct page *pg, const struct filling *k, const struct felt *f) ATTR_CHECK;
/* Tells what is wrong with an answer, at the input that is wrong. */
enum rc field_wrong(struct page *pg, const struct svar_fault *fault) ATTR_CHECK;
enum rc field_wrong_file(struct page *pg, const struct felt *f, const char *navn, enum vedlegg_error error) ATTR_CHECK;

/* send.c */
enum rc check_show(struct page *pg);
enum rc check_sent(struct page *pg);
enum rc receipt_show(struct page *pg);
enum rc receipt_pdf(struct page *pg);

#endif
