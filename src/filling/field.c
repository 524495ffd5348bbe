/* The inputs of a field, one way a type, and what is said when an answer is wrong. */
#include "filling/filling_int.h"

static const char *joined(struct page *pg, const char *id, const char *part)
{
    const char *name = arena_printf(pg->cx->arena, "%s-%s", id, part);
    return name ? name : id;
}

/* ------------------------------------------------------------------ what is wrong */

/* The input the summary leads to: of a field of parts the one that is wrong. */
static const char *input_of(struct page *pg, const struct svar_fault *fault)
{
    const struct felt *f = fault->felt;
    if (f->type == FELT_ADDRESS)
        return joined(pg, f->id, fault->error == SVAR_POSTNR ? "postnr" : "gate");
    return f->type == FELT_PROPERTY ? joined(pg, f->id, "gnr") : f->id;
}

static const struct text *missing_text(const struct felt *f)
{
    bool chosen = f->type == FELT_CHOICE || f->type == FELT_CHOICES || f->type == FELT_YES_NO;
    return f->type == FELT_FILE ? &F_X_FILE_MISSING : chosen ? &F_X_CHOOSE : &F_X_MISSING;
}

enum rc field_wrong(struct page *pg, const struct svar_fault *fault)
{
    static const struct text *const texts[] = {
        [SVAR_TOO_LONG] = &F_X_TOO_LONG, [SVAR_EMAIL] = &F_X_EMAIL, [SVAR_PHONE] = &F_X_PHONE,
        [SVAR_NATIONAL_ID] = &F_X_NATIONAL_ID, [SVAR_ORG_NUMBER] = &F_X_ORG_NUMBER, [SVAR_POSTNR] = &F_X_POSTNR,
        [SVAR_ADDRESS] = &F_X_ADDRESS, [SVAR_PROPERTY] = &F_X_PROPERTY, [SVAR_DATE] = &F_X_DATE, [SVAR_NUMBER] = &F_X_NUMBER,
        [SVAR_TOO_SMALL] = &F_X_TOO_SMALL, [SVAR_TOO_LARGE] = &F_X_TOO_LARGE, [SVAR_CHOICE] = &F_X_CHOOSE,
    };
    const struct text *t = fault->error == SVAR_MISSING ? missing_text(fault->felt) : texts[fault->error];
    return page_error(pg, input_of(pg, fault), tr_fill(pg, t, fault->felt->label.in[pg->lang], fault->limit, NULL));
}

enum rc field_wrong_file(struct page *pg, const struct felt *f, const char *navn, enum vedlegg_error error)
{
    static const struct text *const texts[] = {
        [VEDLEGG_KIND] = &F_X_KIND, [VEDLEGG_CONTENT] = &F_X_CONTENT, [VEDLEGG_TOO_LARGE] = &F_X_BIG,
        [VEDLEGG_EMPTY] = &F_X_EMPTY, [VEDLEGG_TOO_MANY] = &F_X_MANY,
        [VEDLEGG_VIRUS] = &F_X_VIRUS, [VEDLEGG_UNSCANNED] = &F_X_UNSCANNED,
    };
    const char *megabytes = arena_printf(pg->cx->arena, "%" PRId64, f->max_length >> 20);
    const char *most = arena_printf(pg->cx->arena, "%d", VEDLEGG_MOST);
    if (!megabytes || !most)
        return cx_nomem(pg->cx);
    return page_error(pg, f->id, tr_fill(pg, texts[error], error == VEDLEGG_TOO_MANY ? most : navn, megabytes, NULL));
}

/* ------------------------------------------------------------------ inputs */

/* Numbers are kept with a point, and typed with a comma by all but the English. */
static const char *typed(struct page *pg, const struct filling *k, const struct felt *f)
{
    const char *value = svar_part(k->u.svar, f, NULL), *point = strchr(value, '.');
    if ((f->type != FELT_NUMBER && f->type != FELT_MONEY) || !point || pg->lang == WEB_EN)
        return value;
    const char *text = arena_printf(pg->cx->arena, "%.*s,%s", (int)(point - value), value, point + 1);
    return text ? text : value;
}

/* The help, and where the answer came from. */
static const char *help_of(struct page *pg, const struct filling *k, const struct felt *f)
{
    const char *help = f->help.in[pg->lang], *source = prefill_source(pg, k, f);
    if (!*source || !help)
        return *source ? source : help;
    return arena_printf(pg->cx->arena, "%s %s", help, source);
}

static struct ui_field ui_of(struct page *pg, const struct filling *k, const struct felt *f)
{
    return (struct ui_field){.name = f->id, .label = f->label.in[pg->lang], .help = help_of(pg, k, f),
                             .value = typed(pg, k, f), .optional = !f->required};
}

static void show_text(struct page *pg, const struct felt *f, struct ui_field ui)
{
    static const struct {
        const char *type, *inputmode, *autocomplete;
        int width;
    } looks[FELT_TYPES] = {
        [FELT_EMAIL] = {"email", NULL, "email", 24}, [FELT_PHONE] = {"tel", NULL, "tel", 12},
        [FELT_NAME] = {NULL, NULL, "name", 24}, [FELT_NATIONAL_ID] = {NULL, "numeric", NULL, 12},
        [FELT_ORG_NUMBER] = {NULL, "numeric", NULL, 12}, [FELT_NUMBER] = {NULL, "decimal", NULL, 12},
        [FELT_MONEY] = {NULL, "decimal", NULL, 12},
    };
    ui.type = looks[f->type].type;
    ui.inputmode = looks[f->type].inputmode;
    ui.autocomplete = looks[f->type].autocomplete;
    ui.width = looks[f->type].width;
    ui_text(pg, &ui);
}

static void show_parts(struct page *pg, const struct filling *k, const struct felt *f, const struct ui_field *ui)
{
    static const struct {
        const char *part, *autocomplete;
        const struct text *label;
        int width;
        bool optional;
    } parts[] = {
        {"gate", "address-line1", &F_STREET, 0, false}, {"postnr", "postal-code", &F_POSTNR, 4, false},
        {"poststed", "address-level2", &F_POSTSTED, 24, false}, {"gnr", NULL, &F_GNR, 4, false}, {"bnr", NULL, &F_BNR, 4, false},
        {"fnr", NULL, &F_FNR, 4, true}, {"snr", NULL, &F_SNR, 4, true},
    };
    ui_group_begin(pg, ui);
    for (const char *const *p = felt_parts(f->type); *p; p++)
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            if (streq(parts[i].part, *p))
                ui_text(pg, &(struct ui_field){.name = joined(pg, f->id, *p), .label = tr(pg, parts[i].label),
                                               .value = svar_part(k->u.svar, f, *p), .width = parts[i].width,
                                               .autocomplete = parts[i].autocomplete,
                                               .optional = parts[i].optional && f->required});
    ui_group_end(pg);
}

/* A date that is none is shown as it was typed: its boxes are read from the form. */
static enum rc show_date(struct page *pg, const struct filling *k, const struct felt *f, struct ui_field ui)
{
    struct form typed = {0}, sent = pg->form;
    for (const char *const *p = felt_parts(f->type); *p; p++)
        TRY(form_put(pg->cx, &typed, joined(pg, f->id, *p), svar_part(k->u.svar, f, *p)));
    pg->form = typed;
    ui_date(pg, &ui);
    pg->form = sent;
    return RC_OK;
}

enum { RADIOS_MOST = 7 };

static enum rc show_choices(struct page *pg, const struct filling *k, const struct felt *f, struct ui_field ui)
{
    struct ui_option *options = arena_array(pg->cx->arena, f->choices_n + 1, sizeof(*options));
    struct form chosen = {0}, sent = pg->form;
    if (!options)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < f->choices_n; i++) {
        options[i] = (struct ui_option){f->choices[i].value, f->choices[i].text.in[pg->lang], NULL};
        if (svar_has(k->u.svar, f, f->choices[i].value))
            TRY(form_put(pg->cx, &chosen, f->id, f->choices[i].value));
    }
    pg->form = chosen;
    if (f->type == FELT_CHOICES)
        ui_checkboxes(pg, &ui, options, f->choices_n);
    else if (f->choices_n <= RADIOS_MOST)
        ui_radios(pg, &ui, options, f->choices_n);
    else
        ui_select(pg, &ui, options, f->choices_n);
    pg->form = sent;
    return RC_OK;
}

static void show_yes_no(struct page *pg, const struct ui_field *ui)
{
    const struct ui_option options[] = {{"ja", tr(pg, &F_YES), NULL}, {"nei", tr(pg, &F_NO), NULL}};
    ui_radios(pg, ui, options, COUNT_OF(options));
}

static void show_files(struct page *pg, const struct filling *k, const struct felt *f, const struct ui_field *ui)
{
    size_t n = vedlegg_count(k->u.svar, f);
    ui_file(pg, ui, vedlegg_kinds, f->multiple);
    for (size_t i = 0; i < n; i++) {
        struct vedlegg v = vedlegg_at(k->u.svar, f, i);
        const char *lager = arena_printf(pg->cx->arena, "%s:%s", f->id, v.lager);
        html_open(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-paragraph"}));
        html_text(&pg->html, arena_printf(pg->cx->arena, "%s: %s ", tr(pg, &F_ATTACHED), v.navn));
        ui_submit_as(pg, tr_fill(pg, &F_REMOVE, v.navn, NULL), "fjern", lager, true);
        html_close(&pg->html, TAG_P);
    }
}

/* What is computed, or filled in for good: not asked. */
static void show_given(struct page *pg, const struct filling *k, const struct felt *f)
{
    const char *text = svar_text(pg->cx, f, k->u.svar, (int)pg->lang), *source = prefill_source(pg, k, f);
    if (*source)
        text = arena_printf(pg->cx->arena, "%s (%s)", text, source);
    ui_facts_begin(pg);
    ui_fact(pg, f->label.in[pg->lang], text && *text ? text : NULL);
    ui_facts_end(pg);
}

enum rc field_show(struct page *pg, const struct filling *k, const struct felt *f)
{
    struct ui_field ui = ui_of(pg, k, f);
    if (f->compute || svar_locked(k->u.svar, f))
        show_given(pg, k, f);
    else if (f->type == FELT_CHOICE || f->type == FELT_CHOICES)
        return show_choices(pg, k, f, ui);
    else if (f->type == FELT_DATE)
        return show_date(pg, k, f, ui);
    else if (f->type == FELT_YES_NO)
        show_yes_no(pg, &ui);
    else if (f->type == FELT_FILE)
        show_files(pg, k, f, &ui);
    else if (f->type == FELT_LONG_TEXT)
        ui_textarea(pg, &ui, 6);
    else if (*felt_parts(f->type))
        show_parts(pg, k, f, &ui);
    else
        show_text(pg, f, ui);
    return RC_OK;
}
