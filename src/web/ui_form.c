/* Forms and their inputs: label, help, what is wrong, input, in that order. */
#include "web/web_int.h"

/* ------------------------------------------------------------------ the form */

void ui_form_begin(struct page *pg, const char *action, bool files)
{
    char nonce[UUID_TEXT_MAX];
    html_open(&pg->html, TAG_FORM, ATTRS({ATT_METHOD, "post"}, {ATT_ACTION, action}, {ATT_NOVALIDATE, ""},
                                         {ATT_ENCTYPE, files ? "multipart/form-data" : NULL}));
    /* The same form again, with its errors, is the same sending. */
    uuid_new(nonce);
    ui_hidden(pg, FIELD_TOKEN, page_token(pg));
    ui_hidden(pg, FIELD_NONCE, *pg->nonce ? pg->nonce : nonce);
}

void ui_form_end(struct page *pg)
{
    html_close(&pg->html, TAG_FORM);
}

void ui_hidden(struct page *pg, const char *name, const char *value)
{
    html_open(&pg->html, TAG_INPUT, ATTRS({ATT_TYPE, "hidden"}, {ATT_NAME, name}, {ATT_VALUE, value}));
}

void ui_buttons_begin(struct page *pg)
{
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-buttons"}));
}

void ui_submit_as(struct page *pg, const char *text, const char *name, const char *value, bool secondary)
{
    html_put(&pg->html, TAG_BUTTON, ATTRS({ATT_CLASS, "ds-button"}, {ATT_TYPE, "submit"}, {ATT_NAME, name},
                                          {ATT_VALUE, value},
                                          {ATT_DATA_VARIANT, secondary ? "secondary" : NULL}), text);
}

void ui_submit_first(struct page *pg)
{
    html_open(&pg->html, TAG_BUTTON, ATTRS({ATT_TYPE, "submit"}, {ATT_HIDDEN, ""}));
    html_close(&pg->html, TAG_BUTTON);
}

void ui_submit(struct page *pg, const char *text)
{
    ui_submit_as(pg, text, NULL, NULL, false);
}

void ui_buttons_end(struct page *pg)
{
    html_close(&pg->html, TAG_DIV);
}

void ui_action(struct page *pg, const char *action, const char *text, bool secondary)
{
    ui_form_begin(pg, action, false);
    ui_submit_as(pg, text, NULL, NULL, secondary);
    ui_form_end(pg);
}

void ui_search(struct page *pg, const char *action, const char *label, const char *value)
{
    struct html *h = &pg->html;
    html_open(h, TAG_SEARCH, NULL);
    html_open(h, TAG_FORM, ATTRS({ATT_METHOD, "get"}, {ATT_ACTION, action}, {ATT_CLASS, "sd-search"}));
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "ds-field"}));
    html_put(h, TAG_LABEL, ATTRS({ATT_CLASS, "ds-label"}, {ATT_FOR, "q"}), label);
    html_open(h, TAG_INPUT, ATTRS({ATT_CLASS, "ds-input"}, {ATT_TYPE, "search"}, {ATT_ID, "q"}, {ATT_NAME, "q"},
                                  {ATT_VALUE, value}, {ATT_MAXLENGTH, "200"}));
    html_close(h, TAG_DIV);
    ui_submit(pg, tr(pg, &W_SEARCH));
    html_close(h, TAG_FORM);
    html_close(h, TAG_SEARCH);
}

/* ------------------------------------------------------------------ what surrounds an input */

static const char *idf(struct page *pg, const char *name, const char *what)
{
    const char *s = arena_printf(pg->cx->arena, "%s-%s", name, what);
    return s ? s : name;
}

/* Ids of the help and of the error, as far as they are there. */
static const char *described_by(struct page *pg, const struct ui_field *f)
{
    bool error = page_error_of(pg, f->name) != NULL;
    if (!f->help && !error)
        return NULL;
    if (!f->help || !error)
        return idf(pg, f->name, error ? "feil" : "hjelp");
    return arena_printf(pg->cx->arena, "%s-hjelp %s-feil", f->name, f->name);
}

static const char *value_of(struct page *pg, const struct ui_field *f)
{
    return f->value ? f->value : form_get(&pg->form, f->name);
}

static const char *invalid(const struct page *pg, const struct ui_field *f)
{
    return page_error_of(pg, f->name) ? "true" : NULL;
}

static void label_text(struct page *pg, const struct ui_field *f)
{
    html_text(&pg->html, f->label);
    if (!f->optional)
        return;
    html_text(&pg->html, " ");
    html_put(&pg->html, TAG_SPAN, ATTRS({ATT_CLASS, "ds-tag"}, {ATT_DATA_COLOR, "info"}, {ATT_DATA_SIZE, "sm"}),
             tr(pg, &W_OPTIONAL));
}

static void help_and_error(struct page *pg, const struct ui_field *f)
{
    const char *error = page_error_of(pg, f->name);
    if (f->help)
        html_put(&pg->html, TAG_P, ATTRS({ATT_DATA_FIELD, "description"}, {ATT_ID, idf(pg, f->name, "hjelp")}),
                 f->help);
    if (error)
        html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-validation-message"}, {ATT_DATA_FIELD, "validation"},
                                         {ATT_ID, idf(pg, f->name, "feil")}), error);
}

static void field_begin(struct page *pg, const struct ui_field *f)
{
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "ds-field"}));
    html_open(&pg->html, TAG_LABEL, ATTRS({ATT_CLASS, "ds-label"}, {ATT_FOR, f->name}));
    label_text(pg, f);
    html_close(&pg->html, TAG_LABEL);
    help_and_error(pg, f);
}

static void field_end(struct page *pg)
{
    html_close(&pg->html, TAG_DIV);
}

void ui_group_begin(struct page *pg, const struct ui_field *f)
{
    html_open(&pg->html, TAG_FIELDSET, ATTRS({ATT_CLASS, "ds-fieldset"},
                                             {ATT_ARIA_DESCRIBEDBY, described_by(pg, f)}));
    html_open(&pg->html, TAG_LEGEND, ATTRS({ATT_CLASS, "ds-label"}));
    label_text(pg, f);
    html_close(&pg->html, TAG_LEGEND);
    help_and_error(pg, f);
}

void ui_group_end(struct page *pg)
{
    html_close(&pg->html, TAG_FIELDSET);
}

static const char *number(struct page *pg, int n)
{
    return n > 0 ? arena_printf(pg->cx->arena, "%d", n) : NULL;
}

/* ------------------------------------------------------------------ inputs */

/* Widths are classes, because the policy of the pages allows no styles in the markup. */
static const char *width_class(int width)
{
    if (width <= 0)
        return "ds-input";
    return width <= 4 ? "ds-input sd-w4" : width <= 12 ? "ds-input sd-w12" : "ds-input sd-w24";
}

static void suggestions(struct page *pg, const struct ui_field *f, const char *id)
{
    html_open(&pg->html, TAG_DATALIST, ATTRS({ATT_ID, id}));
    for (size_t i = 0; i < f->suggested_n; i++)
        html_put(&pg->html, TAG_OPTION, ATTRS({ATT_VALUE, f->suggested[i].value}), f->suggested[i].text);
    html_close(&pg->html, TAG_DATALIST);
}

void ui_text(struct page *pg, const struct ui_field *f)
{
    bool secret = streq(f->type, "password");
    const char *list = f->suggested_n > 0 ? idf(pg, f->name, "forslag") : NULL;
    field_begin(pg, f);
    html_open(&pg->html, TAG_INPUT,
              ATTRS({ATT_CLASS, width_class(f->width)}, {ATT_TYPE, f->type ? f->type : "text"}, {ATT_ID, f->name},
                    {ATT_NAME, f->name}, {ATT_VALUE, secret ? NULL : value_of(pg, f)},
                    {ATT_INPUTMODE, f->inputmode}, {ATT_AUTOCOMPLETE, f->autocomplete},
                    {ATT_MAXLENGTH, number(pg, f->maxlength)}, {ATT_ARIA_DESCRIBEDBY, described_by(pg, f)},
                    {ATT_ARIA_INVALID, invalid(pg, f)}, {ATT_LIST, list}));
    if (list)
        suggestions(pg, f, list);
    field_end(pg);
}

void ui_textarea(struct page *pg, const struct ui_field *f, int rows)
{
    field_begin(pg, f);
    html_open(&pg->html, TAG_TEXTAREA,
              ATTRS({ATT_CLASS, "ds-input"}, {ATT_ID, f->name}, {ATT_NAME, f->name}, {ATT_ROWS, number(pg, rows)},
                    {ATT_MAXLENGTH, number(pg, f->maxlength)}, {ATT_ARIA_DESCRIBEDBY, described_by(pg, f)},
                    {ATT_ARIA_INVALID, invalid(pg, f)}));
    html_text(&pg->html, "\n"); /* browsers drop the first line end */
    html_text(&pg->html, value_of(pg, f));
    html_close(&pg->html, TAG_TEXTAREA);
    field_end(pg);
}

void ui_select(struct page *pg, const struct ui_field *f, const struct ui_option *options, size_t n)
{
    struct html *h = &pg->html;
    const char *value = value_of(pg, f);
    field_begin(pg, f);
    html_open(h, TAG_SELECT, ATTRS({ATT_CLASS, "ds-input"}, {ATT_ID, f->name}, {ATT_NAME, f->name},
                                   {ATT_AUTOCOMPLETE, f->autocomplete},
                                   {ATT_ARIA_DESCRIBEDBY, described_by(pg, f)}, {ATT_ARIA_INVALID, invalid(pg, f)}));
    html_put(h, TAG_OPTION, ATTRS({ATT_VALUE, ""}), tr(pg, &W_CHOOSE));
    for (size_t i = 0; i < n; i++)
        html_put(h, TAG_OPTION, ATTRS({ATT_VALUE, options[i].value},
                                      {ATT_SELECTED, streq(options[i].value, value) ? "" : NULL}),
                 options[i].text);
    html_close(h, TAG_SELECT);
    field_end(pg);
}

/* One box of a group. The first has the name of the field as id, so that the summary leads to it. */
static void box(struct page *pg, const struct ui_field *f, const char *type, const struct ui_option *o, size_t i,
                bool checked)
{
    struct html *h = &pg->html;
    const char *id = i == 0 ? f->name : arena_printf(pg->cx->arena, "%s-%zu", f->name, i);
    const char *help = o->help && id ? idf(pg, id, "valg") : NULL;
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "ds-field"}));
    html_open(h, TAG_INPUT, ATTRS({ATT_CLASS, "ds-input"}, {ATT_TYPE, type}, {ATT_ID, id}, {ATT_NAME, f->name},
                                  {ATT_VALUE, o->value}, {ATT_CHECKED, checked ? "" : NULL},
                                  {ATT_ARIA_DESCRIBEDBY, help}, {ATT_ARIA_INVALID, invalid(pg, f)}));
    html_put(h, TAG_LABEL, ATTRS({ATT_CLASS, "ds-label"}, {ATT_FOR, id}), o->text);
    if (o->help)
        html_put(h, TAG_P, ATTRS({ATT_DATA_FIELD, "description"}, {ATT_ID, help}), o->help);
    html_close(h, TAG_DIV);
}

void ui_radios(struct page *pg, const struct ui_field *f, const struct ui_option *options, size_t n)
{
    const char *value = value_of(pg, f);
    ui_group_begin(pg, f);
    for (size_t i = 0; i < n; i++)
        box(pg, f, "radio", &options[i], i, streq(options[i].value, value));
    ui_group_end(pg);
}

void ui_checkboxes(struct page *pg, const struct ui_field *f, const struct ui_option *options, size_t n)
{
    ui_group_begin(pg, f);
    for (size_t i = 0; i < n; i++)
        box(pg, f, "checkbox", &options[i], i, form_chosen(&pg->form, f->name, options[i].value));
    ui_group_end(pg);
}

void ui_checkbox(struct page *pg, const struct ui_field *f)
{
    const char *error = page_error_of(pg, f->name);
    const struct ui_option o = {.value = "ja", .text = f->label, .help = f->help};
    if (error)
        html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-validation-message"}, {ATT_ID, idf(pg, f->name, "feil")}),
                 error);
    box(pg, f, "checkbox", &o, 0, streq(value_of(pg, f), "ja"));
}

void ui_file(struct page *pg, const struct ui_field *f, const char *accept, bool multiple)
{
    field_begin(pg, f);
    html_open(&pg->html, TAG_INPUT,
              ATTRS({ATT_CLASS, "ds-input"}, {ATT_TYPE, "file"}, {ATT_ID, f->name}, {ATT_NAME, f->name},
                    {ATT_ACCEPT, accept}, {ATT_MULTIPLE, multiple ? "" : NULL},
                    {ATT_ARIA_DESCRIBEDBY, described_by(pg, f)}, {ATT_ARIA_INVALID, invalid(pg, f)}));
    field_end(pg);
}

/* ------------------------------------------------------------------ dates */

static const struct {
    const char *name;
    const struct text *label;
    int at, n;                   /* place in 2026-11-27 */
} date_parts[] = {{"dag", &W_DAY, 8, 2}, {"maaned", &W_MONTH, 5, 2}, {"aar", &W_YEAR, 0, 4}};

static void date_part(struct page *pg, const struct ui_field *f, size_t i)
{
    struct html *h = &pg->html;
    const char *id = idf(pg, f->name, date_parts[i].name);
    const char *value = form_get(&pg->form, id);
    if (f->value && strlen(f->value) == 10)
        value = arena_strndup(pg->cx->arena, f->value + date_parts[i].at, (size_t)date_parts[i].n);
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "ds-field"}));
    /* The first has the name of the field as id, so that the summary leads to it. */
    html_put(h, TAG_LABEL, ATTRS({ATT_CLASS, "ds-label"}, {ATT_FOR, i == 0 ? f->name : id}),
             tr(pg, date_parts[i].label));
    html_open(h, TAG_INPUT, ATTRS({ATT_CLASS, "ds-input sd-w4"}, {ATT_TYPE, "text"},
                                  {ATT_INPUTMODE, "numeric"}, {ATT_ID, i == 0 ? f->name : id}, {ATT_NAME, id},
                                  {ATT_VALUE, value}, {ATT_MAXLENGTH, number(pg, date_parts[i].n)},
                                  {ATT_ARIA_INVALID, invalid(pg, f)}));
    html_close(h, TAG_DIV);
}

void ui_date(struct page *pg, const struct ui_field *f)
{
    ui_group_begin(pg, f);
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-date"}));
    for (size_t i = 0; i < COUNT_OF(date_parts); i++)
        date_part(pg, f, i);
    html_close(&pg->html, TAG_DIV);
    ui_group_end(pg);
}

const char *ui_date_value(struct page *pg, const char *name)
{
    int64_t v[3], t;
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(date_parts); i++) {
        const char *s = form_get(&pg->form, idf(pg, name, date_parts[i].name));
        any = any || *s;
        if (!str_int(str_of(s), &v[i]) || v[i] < 1 || v[i] > 9999)
            v[i] = 0;
    }
    if (!any)
        return "";
    const char *date = v[0] > 0 && v[1] > 0 && v[2] >= 1000 && v[0] < 32 && v[1] < 13
        ? arena_printf(pg->cx->arena, "%04d-%02d-%02d", (int)v[2], (int)v[1], (int)v[0]) : NULL;
    return date && time_parse(str_of(date), true, &t) ? date : NULL;
}
