/* Publishing: the queue, and one journalpost beside what the public would see of it. */
#include "desk/desk_int.h"
#include "journal/journal.h"
#include "portal/portal.h"

enum { ROWS = 20 };

static const char *queue_href(struct page *pg)
{
    return desk_href(pg, "/publisering");
}

static const char *post_href(struct page *pg, const struct innfoersel *e)
{
    return arena_printf(pg->cx->arena, "%s/%s", queue_href(pg), e->registrering);
}

static void tags(struct page *pg, const struct journal_preview *p)
{
    static const struct text *const obstacles[] = {[OBSTACLE_STATUS] = &D_NOT_REGISTERED, [OBSTACLE_NATIONAL_ID] = &D_HAS_ID,
                                                   [OBSTACLE_WORDS] = &D_NEEDS_TITLE};
    const struct text *state = p->entry.id == 0 ? &D_STATE_NEW : p->changed ? &D_STATE_CHANGED : &D_STATE_PUBLISHED;
    ui_tag(pg, p->changed ? UI_WARNING : UI_INFO, tr(pg, state));
    html_text(&pg->html, " ");
    if (p->screened)
        ui_tag(pg, UI_WARNING, tr(pg, &D_SCREENED));
    html_text(&pg->html, " ");
    if (p->obstacle != OBSTACLE_NONE)
        ui_tag(pg, UI_DANGER, tr(pg, obstacles[p->obstacle]));
}

/* ------------------------------------------------------------------ the queue */

static void queue_row(struct page *pg, struct ui_table *t, const struct journal_preview *p, bool first)
{
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    if (p->obstacle == OBSTACLE_NONE)
        desk_choose(pg, "post", p->entry.registrering, portal_number(pg, &p->entry), first);
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    ui_link(pg, post_href(pg, &p->entry), portal_number(pg, &p->entry));
    ui_cell_end(pg);
    ui_cell(pg, t, p->full.tittel);
    ui_cell(pg, t, journal_title(pg->cx, p->entry.tittel));
    ui_cell_begin(pg, t);
    tags(pg, p);
    ui_cell_end(pg);
    ui_row_end(pg);
}

/* Those the archivist may read; the gate hides the rest. */
static enum rc queue_rows(struct page *pg, struct call *c, struct ui_table *t, char (*ids)[UUID_TEXT_MAX], size_t n)
{
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        struct journal_preview p;
        enum rc rc = journal_preview(c, str_of(ids[i]), &p);
        if (rc == RC_NOT_FOUND) {
            err_clear(pg->cx);
            continue;
        }
        TRY(rc);
        queue_row(pg, t, &p, first);
        first = first && p.obstacle != OBSTACLE_NONE;
    }
    return RC_OK;
}

static enum rc queue_form(struct page *pg, struct call *c, char (*ids)[UUID_TEXT_MAX], size_t n)
{
    const struct ui_column columns[] = {{tr(pg, &D_CHOOSE), NULL}, {tr(pg, &D_RECORD), NULL}, {tr(pg, &D_RECORD_TITLE), NULL},
                                        {tr(pg, &D_PUBLIC_VIEW), NULL}, {tr(pg, &D_STATE), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_QUEUE), .columns = columns, .columns_n = COUNT_OF(columns)};
    html_open(&pg->html, TAG_DIV, NULL); /* the form takes the width of the window */
    ui_form_begin(pg, queue_href(pg), false);
    ui_table_begin(pg, &t);
    TRY(queue_rows(pg, c, &t, ids, n));
    ui_table_end(pg);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &D_PUBLISH_CHOSEN));
    ui_buttons_end(pg);
    ui_form_end(pg);
    html_close(&pg->html, TAG_DIV);
    return RC_OK;
}

enum rc desk_publish_queue(struct page *pg)
{
    struct call c;
    char (*ids)[UUID_TEXT_MAX];
    size_t n;
    int64_t total, page = desk_side(pg);
    TRY(desk_call(pg, &c));
    TRY(journal_queue(&c, (page - 1) * ROWS, ROWS, &ids, &n, &total));
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_QUEUE), .lead = tr(pg, &D_QUEUE_LEAD)}, NULL);
    ui_paragraph(pg, total == 0 ? tr(pg, &D_QUEUE_EMPTY)
                                : tr_fill(pg, &D_QUEUE_COUNT, desk_count(pg, total, JOURNAL_COUNT_MAX), NULL));
    if (n > 0)
        TRY(queue_form(pg, &c, ids, n));
    ui_pages(pg, "?side=", page, ((total < JOURNAL_COUNT_MAX ? total : JOURNAL_COUNT_MAX) + ROWS - 1) / ROWS);
    return page_end(pg);
}

/* Is it the journalpost that was refused, so that the next one may be tried? */
static bool refused(enum rc rc)
{
    return rc == RC_NOT_READY || rc == RC_FIELD_VALUE || rc == RC_FIELD_MISSING || rc == RC_NOT_FOUND || rc == RC_FORBIDDEN;
}

enum rc desk_publish_chosen(struct page *pg)
{
    struct call c;
    size_t done = 0, n = 0;
    const char *id;
    TRY(desk_call(pg, &c));
    for (; n < ROWS && (id = form_nth(&pg->form, "post", n)) != NULL; n++) {
        enum rc rc = journal_publish(&c, str_of(id), NULL, NULL);
        if (rc != RC_OK && !refused(rc))
            return rc;
        err_clear(pg->cx);
        done += rc == RC_OK;
    }
    if (n == 0) {
        TRY(page_error(pg, "post", tr(pg, &D_NONE_CHOSEN)));
        return desk_publish_queue(pg);
    }
    return page_go(pg, queue_href(pg), tr_fill(pg, &D_PUBLISHED_N, arena_printf(pg->cx->arena, "%zu", done),
                                               arena_printf(pg->cx->arena, "%zu", n - done), NULL));
}

/* ------------------------------------------------------------------ one */

void desk_view(struct page *pg, const struct text *heading, const struct innfoersel *e)
{
    html_open(&pg->html, TAG_SECTION, ATTRS({ATT_CLASS, "ds-card"}));
    ui_heading(pg, 2, tr(pg, heading));
    portal_entry(pg, e);
    html_close(&pg->html, TAG_SECTION);
}

static void title_form(struct page *pg, const struct journal_preview *p)
{
    bool again = form_has(&pg->form, "tittel");    /* what was typed stays */
    ui_form_begin(pg, post_href(pg, &p->entry), false);
    ui_textarea(pg, &(struct ui_field){.name = "tittel", .label = tr(pg, &D_PUBLIC_TITLE), .help = tr(pg, &D_MARK_HELP),
                                       .value = again ? NULL : p->tittel, .maxlength = 2000}, 3);
    ui_textarea(pg, &(struct ui_field){.name = "sakstittel", .label = tr(pg, &D_PUBLIC_CASE),
                                       .value = again ? NULL : p->sakstittel, .maxlength = 2000}, 3);
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &D_PUBLISH), "handling", "publiser", false);
    if (p->entry.id != 0)
        ui_submit_as(pg, tr(pg, &D_WITHDRAW), "handling", "trekk", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
}

/* Each document is a decision of its own. A screened one can only be told of. */
static enum rc documents_form(struct page *pg, struct call *c, const struct journal_preview *p)
{
    struct journal_choice *all;
    size_t n, open = 0;
    TRY(journal_choices(c, str_of(p->entry.registrering), &all, &n));
    struct ui_option *options = arena_array(pg->cx->arena, n + 1, sizeof(*options));
    if (!options)
        return cx_nomem(pg->cx);
    if (n == 0)
        return RC_OK;
    ui_heading(pg, 2, tr(pg, &D_RELEASE));
    for (size_t i = 0; i < n; i++) {
        if (all[i].released && !streq(form_get(&pg->form, "handling"), "dokumenter"))
            TRY(form_put(pg->cx, &pg->form, "dokumenter", all[i].dokument));
        if (!all[i].screened)
            options[open++] = (struct ui_option){all[i].dokument, all[i].tittel, NULL};
        else
            ui_paragraph(pg, tr_fill(pg, &D_RELEASE_SCREENED, all[i].tittel, all[i].hjemmel, NULL));
    }
    ui_form_begin(pg, post_href(pg, &p->entry), false);
    if (open > 0)
        ui_checkboxes(pg, &(struct ui_field){.name = "dokumenter", .label = tr(pg, &D_RELEASE_WHICH),
                                             .help = tr(pg, &D_RELEASE_HELP)}, options, open);
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &D_RELEASE_SAVE), "handling", "dokumenter", false);
    ui_buttons_end(pg);
    ui_form_end(pg);
    return RC_OK;
}

static enum rc show_post(struct page *pg, struct call *c)
{
    struct journal_preview p;
    TRY(journal_preview(c, str_of(page_param(pg, "systemID")), &p));
    const struct crumb up = {queue_href(pg), tr(pg, &D_QUEUE)};
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_PUBLISH_TITLE, portal_number(pg, &p.entry), NULL)}, &up);
    html_open(&pg->html, TAG_P, NULL);
    tags(pg, &p);
    html_close(&pg->html, TAG_P);
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-beside"}));
    desk_view(pg, &D_RECORD, &p.full);
    desk_view(pg, &D_PUBLIC_VIEW, &p.entry);
    html_close(&pg->html, TAG_DIV);
    title_form(pg, &p);
    if (p.entry.id != 0)
        TRY(documents_form(pg, c, &p));
    return page_end(pg);
}

enum rc desk_publish_post(struct page *pg)
{
    struct call c;
    TRY(desk_call(pg, &c));
    return show_post(pg, &c);
}

/* The page again, with what is wrong beside its field. */
static enum rc publish_refused(struct page *pg, struct call *c, enum rc rc)
{
    const char *told = pg->cx->err.field, *field = streq(told, "sakstittel") ? "sakstittel" : "tittel";
    const struct text *text = &D_NO_TITLE;
    if (rc == RC_FIELD_VALUE)
        text = &D_BAD_TITLE;
    else if (rc == RC_NOT_READY && !streq(told, "offentligTittel"))
        text = streq(told, "journalstatus") ? &D_NOT_REGISTERED : &D_HAS_ID;
    err_clear(pg->cx);
    TRY(page_error(pg, field, tr(pg, text)));
    return show_post(pg, c);
}

static enum rc release(struct page *pg, struct call *c, const struct journal_preview *p)
{
    const char *chosen[JOURNAL_DOCUMENTS], *id;
    size_t n = 0;
    while (n < JOURNAL_DOCUMENTS && (id = form_nth(&pg->form, "dokumenter", n)) != NULL)
        chosen[n++] = id;
    enum rc rc = journal_release(c, str_of(p->entry.registrering), chosen, n);
    if (rc == RC_FIELD_VALUE) {
        const struct text *why = streq(pg->cx->err.field, "innhold") ? &D_X_RELEASE_ID : &D_X_RELEASE_OTHER;
        err_clear(pg->cx);
        TRY(page_error(pg, "dokumenter", tr_fill(pg, &D_X_RELEASE, tr(pg, why), NULL)));
        return show_post(pg, c);
    }
    TRY(rc);
    return page_go(pg, post_href(pg, &p->entry), tr_fill(pg, &D_RELEASED, portal_number(pg, &p->entry), NULL));
}

enum rc desk_publish_sent(struct page *pg)
{
    struct call c;
    struct journal_preview p;
    struct str id = str_of(page_param(pg, "systemID"));
    TRY(desk_call(pg, &c));
    TRY(journal_preview(&c, id, &p));
    if (streq(form_get(&pg->form, "handling"), "trekk")) {
        TRY(journal_withdraw(&c, id));
        return page_go(pg, queue_href(pg), tr_fill(pg, &D_DONE_WITHDRAWN, portal_number(pg, &p.entry), NULL));
    }
    if (streq(form_get(&pg->form, "handling"), "dokumenter"))
        return release(pg, &c, &p);
    enum rc rc = journal_publish(&c, id, form_get(&pg->form, "tittel"), form_get(&pg->form, "sakstittel"));
    if (rc == RC_FIELD_VALUE || rc == RC_FIELD_MISSING || rc == RC_NOT_READY)
        return publish_refused(pg, &c, rc);
    TRY(rc);
    return page_go(pg, queue_href(pg), tr_fill(pg, &D_DONE_PUBLISHED, portal_number(pg, &p.entry), NULL));
}

/* ------------------------------------------------------------------ for the front page */

enum rc desk_publish_waits(struct call *c, int64_t *ret)
{
    return journal_waits(c, ret);
}
