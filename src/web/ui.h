/*
 * The parts of Designsystemet as functions over a page. Texts are given in the language of the page;
 * ids are names of fields. All markup works without scripts.
 */
#ifndef SAMDRIFT_WEB_UI_H
#define SAMDRIFT_WEB_UI_H

#include "web/web.h"

enum ui_tone { UI_INFO, UI_SUCCESS, UI_WARNING, UI_DANGER, UI_NEUTRAL };

/* ------------------------------------------------------------------ text */

void ui_heading(struct page *pg, int level, const char *text);      /* h2, h3, h4 */
void ui_paragraph(struct page *pg, const char *text);
void ui_link(struct page *pg, const char *href, const char *text);
/* A link that looks like a button: goes somewhere, changes nothing. */
void ui_link_button(struct page *pg, const char *href, const char *text);
/* title may be NULL. */
void ui_alert(struct page *pg, enum ui_tone tone, const char *title, const char *text);
void ui_tag(struct page *pg, enum ui_tone tone, const char *text);
/* What opens on a click, or stands open from the start; everything until the end is inside. */
void ui_details_begin(struct page *pg, const char *summary, bool open);
void ui_details_end(struct page *pg);
void ui_card_begin(struct page *pg);
void ui_card_end(struct page *pg);
/* Facts: a list of names and values. value NULL shows "–". */
void ui_facts_begin(struct page *pg);
void ui_fact(struct page *pg, const char *name, const char *value);
void ui_facts_end(struct page *pg);
/* Where one is in a row of steps; current counts from 0. */
void ui_steps(struct page *pg, const char *const *names, size_t n, size_t current);
/* Links to pages of a list: page counts from 1; href ends where the number goes ("?side="). */
void ui_pages(struct page *pg, const char *href, int64_t page, int64_t last);

/* ------------------------------------------------------------------ tables */

struct ui_column {
    const char *title;
    const char *sort;            /* value of ?sort= that orders by it, or NULL */
};
struct ui_table {
    const char *caption;
    const struct ui_column *columns;
    size_t columns_n;
    const char *sorted;          /* the sort in force, "-x" for falling, or NULL */
    const char *href;            /* the list with its filter, without sort: "?q=garasje" or "?" */
    size_t at;                   /* private: the next cell's column */
};
/* On narrow screens each row becomes a card. The table must stay until its end. */
void ui_table_begin(struct page *pg, struct ui_table *t);
void ui_row_begin(struct page *pg, struct ui_table *t);
void ui_cell(struct page *pg, struct ui_table *t, const char *text);
/* A cell whose content the caller writes. */
void ui_cell_begin(struct page *pg, struct ui_table *t);
void ui_cell_end(struct page *pg);
void ui_row_end(struct page *pg);
void ui_table_end(struct page *pg);

/* ------------------------------------------------------------------ forms */

/* A POST form to that address, with token and nonce. files: it carries files. */
void ui_form_begin(struct page *pg, const char *action, bool files);
void ui_form_end(struct page *pg);
void ui_hidden(struct page *pg, const char *name, const char *value);
/* First in a form that has other buttons before its last: Enter in a field is then as the last, not as the first of those. */
void ui_submit_first(struct page *pg);
/* The row of buttons at the end of a form. name and value may be NULL. */
void ui_buttons_begin(struct page *pg);
void ui_submit(struct page *pg, const char *text);
void ui_submit_as(struct page *pg, const char *text, const char *name, const char *value, bool secondary);
void ui_buttons_end(struct page *pg);

struct ui_option {
    const char *value, *text;
    const char *help;            /* of radios and checkboxes; or NULL */
};
/* An input. value NULL: what the form brought, so that nothing typed is lost with an error. */
struct ui_field {
    const char *name;            /* also id */
    const char *label;
    const char *help;            /* below the label, or NULL */
    const char *value;
    const char *type;            /* of the input: "email", "tel", "password"; NULL: text */
    const char *inputmode;       /* "numeric", "decimal"; or NULL */
    const char *autocomplete;    /* "name", "email", "one-time-code"; NULL: off is not said */
    int maxlength;               /* 0: none */
    int width;                   /* about so many characters; 0: the width of the column */
    bool optional;               /* says so beside the label; all others must be filled in */
    const struct ui_option *suggested;   /* of a text: what is offered while typing; or NULL */
    size_t suggested_n;
};
/* Several inputs that are one answer: label and help of all. */
void ui_group_begin(struct page *pg, const struct ui_field *f);
void ui_group_end(struct page *pg);
void ui_text(struct page *pg, const struct ui_field *f);
void ui_textarea(struct page *pg, const struct ui_field *f, int rows);
void ui_select(struct page *pg, const struct ui_field *f, const struct ui_option *options, size_t n);
void ui_radios(struct page *pg, const struct ui_field *f, const struct ui_option *options, size_t n);
/* Several may be chosen; all have the name of the field. value is not looked at: the form is. */
void ui_checkboxes(struct page *pg, const struct ui_field *f, const struct ui_option *options, size_t n);
/* One box with its own label: a declaration. Its value is "ja". */
void ui_checkbox(struct page *pg, const struct ui_field *f);
/* Three boxes <name>-dag, -maaned, -aar. value "2026-11-27" or NULL. */
void ui_date(struct page *pg, const struct ui_field *f);
/* accept: ".pdf,.jpg" or NULL. */
void ui_file(struct page *pg, const struct ui_field *f, const char *accept, bool multiple);
/* The date of the three boxes as "2026-11-27"; "" when all are empty; NULL when it is no date. */
const char *ui_date_value(struct page *pg, const char *name);
/* A search box: a GET form to that address with the field q. */
void ui_search(struct page *pg, const char *action, const char *label, const char *value);
/* A form of only a button: log out, withdraw, delete. */
void ui_action(struct page *pg, const char *action, const char *text, bool secondary);

#endif
