/* Shared by the files of form. */
#ifndef SAMDRIFT_FORM_INT_H
#define SAMDRIFT_FORM_INT_H

#include "form/form.h"

/* ------------------------------------------------------------------ logic.c */

/* A rule is well formed and looks only at fields before `before`. known: is the variable one of them? */
struct logic_lint {
    bool (*known)(void *arg, const char *variable);
    void (*report)(void *arg, const char *pointer, enum skjema_fault what, const char *detail);
    void *arg;
};
void logic_check(struct cx *cx, json_t *rule, const char *pointer, const struct logic_lint *lint);
/* The arguments of an operator: a list, or one that stands alone. */
size_t logic_args(const json_t *args);
json_t *logic_arg(json_t *args, size_t i);
/* Is what the rule gives true in the sense of JsonLogic (not null, false, 0, "" or [])? */
bool logic_true(json_t *rule, const json_t *svar);
/* What the rule gives as text: numbers in the shortest form, true and false as "ja" and "nei"; "" for nothing. */
const char *logic_text(struct cx *cx, json_t *rule, const json_t *svar);

/* ------------------------------------------------------------------ svar.c */

/* The names sources have in definitions, and the type of field each fills. */
extern const struct prefill_source {
    const char *name;
    enum felt_type type;
} prefill_sources[PREFILLS];
/* The name of where the answer came from, borrowed, or NULL; put: kept beside the answer. */
json_t *svar_source_of(const json_t *svar, const struct felt *f);
enum rc svar_source_put(struct cx *cx, json_t *svar, const struct felt *f, json_t *source) ATTR_CHECK;
/* The answer is the person's own from now on. */
void svar_forget_source(json_t *svar, const struct felt *f);

#endif
