/* A case, and several cases closed together. */
#include "desk/desk_int.h"
#include "worklist/intake.h"

enum { ROWS = 25, POSTS = 200 };

enum rc desk_closing_waits(struct call *c, int64_t *ret)
{
    return worklist_count(c, WORKLIST_CLOSABLE, ret);
}

/* ------------------------------------------------------------------ one case */

static void facts(struct page *pg, const struct rec *sak)
{
    const struct val *closed = rec_val(sak, A_mappe_avsluttetDato);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_NUMBER), desk_record_number(pg, sak));
    ui_fact(pg, tr(pg, &D_STATE), page_code(pg, rec_val(sak, A_saksmappe_saksstatus)->name));
    ui_fact(pg, tr(pg, &D_UNIT), desk_text(pg, rec_val(sak, A_saksmappe_administrativEnhet)));
    ui_fact(pg, tr(pg, &D_CASE_WORKER), desk_text(pg, rec_val(sak, A_saksmappe_saksansvarlig)));
    ui_fact(pg, tr(pg, &D_PUBLIC_TITLE), desk_text(pg, rec_val(sak, A_mappe_offentligTittel)));
    if (closed->state == VAL_SET)
        ui_fact(pg, tr(pg, &D_CLOSED_AT), page_date(pg, closed->i));
    ui_facts_end(pg);
}

static void post_row(struct page *pg, struct ui_table *t, const struct rec *r)
{
    bool journalpost = model_is(r->entity, E_journalpost);
    ui_row_begin(pg, t);
    ui_cell(pg, t, desk_record_number(pg, r));
    ui_cell_begin(pg, t);
    ui_link(pg, desk_record_href(pg, r), desk_record_title(pg, r));
    ui_cell_end(pg);
    ui_cell(pg, t, journalpost ? page_code(pg, rec_val(r, A_journalpost_journalstatus)->name) : "–");
    ui_row_end(pg);
}

static enum rc posts(struct page *pg, struct call *c, const struct rec *sak)
{
    const struct ui_column columns[] = {{tr(pg, &D_NUMBER), NULL}, {tr(pg, &D_RECORD_TITLE), NULL}, {tr(pg, &D_STATE), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_POSTS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct result found;
    TRY(desk_below(c, sak, E_registrering, "registrering", POSTS, &found));
    if (found.n == 0) {
        ui_paragraph(pg, tr(pg, &D_POSTS_EMPTY));
        return RC_OK;
    }
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < found.n; i++)
        post_row(pg, &t, found.recs[i]);
    ui_table_end(pg);
    return RC_OK;
}

static enum rc case_form(struct page *pg, struct call *c, const struct rec *sak)
{
    bool closed = rec_val(sak, A_mappe_avsluttetDato)->state == VAL_SET;
    ui_form_begin(pg, desk_href_of(pg, "/sak", sak->systemid), false);
    if (!closed)
        TRY(desk_case_fields(pg, c, sak));
    ui_buttons_begin(pg);
    if (closed) {
        ui_submit_as(pg, tr(pg, &D_REOPEN), "handling", "gjenaapne", true);
    } else {
        ui_submit_as(pg, tr(pg, &D_SAVE), "handling", "lagre", false);
        ui_submit_as(pg, tr(pg, &D_CLOSE_CASE), "handling", "avslutt", true);
    }
    ui_buttons_end(pg);
    ui_form_end(pg);
    return RC_OK;
}

static enum rc show_case(struct page *pg, struct call *c, const struct rec *sak)
{
    const struct crumb up = {desk_href(pg, "/avslutning"), tr(pg, &D_CLOSING)};
    desk_begin(pg, (struct page_head){.title = desk_record_title(pg, sak)}, &up);
    facts(pg, sak);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, desk_href_of(pg, "/skjerming", sak->systemid), tr(pg, &D_SCREEN_THIS));
    html_close(&pg->html, TAG_P);
    TRY(posts(pg, c, sak));
    ui_heading(pg, 2, tr(pg, &D_CASE));
    TRY(case_form(pg, c, sak));
    return page_end(pg);
}

static enum rc load_case(struct page *pg, struct call *c, struct rec **ret)
{
    TRY(desk_call(pg, c));
    TRY(archive_get(c, F_mappe, str_of(page_param(pg, "systemID")), ret));
    return model_is((*ret)->entity, E_saksmappe) ? archive_seen(c, *ret) : err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
}

enum rc desk_case(struct page *pg)
{
    struct call c;
    struct rec *sak;
    TRY(load_case(pg, &c, &sak));
    return show_case(pg, &c, sak);
}

static enum rc reopen(struct call *c, const struct rec *sak)
{
    struct rec *in, *out;
    TRY(rec_new(c->cx, sak->entity, &in));
    TRY(val_code(c->cx, rec_val(in, A_saksmappe_saksstatus), "B", ""));
    return archive_merge(c, F_mappe, str_of(sak->systemid), (struct match){NULL, RC_CONFLICT}, in, NULL, 0, &out);
}

enum rc desk_case_sent(struct page *pg)
{
    struct call c;
    struct rec *sak;
    const char *deed = form_get(&pg->form, "handling");
    const struct text *done = &D_DONE_SAVED;
    enum rc rc;
    TRY(load_case(pg, &c, &sak));
    if (streq(deed, "avslutt")) {
        rc = intake_close_case(&c, str_of(sak->systemid));
        done = &D_DONE_CLOSED;
    } else if (streq(deed, "gjenaapne")) {
        rc = reopen(&c, sak);
        done = &D_DONE_REOPENED;
    } else {
        const struct case_order o = {str_of(sak->systemid), form_get(&pg->form, "klasse"), form_get(&pg->form, "enhet"),
                                     form_get(&pg->form, "person")};
        rc = intake_save_case(&c, &o);
    }
    if (rc == RC_OK)
        return page_go(pg, desk_record_href(pg, sak), tr_fill(pg, done, desk_record_number(pg, sak), NULL));
    if (!desk_refused(rc))
        return rc;
    TRY(desk_wrong(pg, &c, rc, "klasse"));
    return show_case(pg, &c, sak);
}

/* ------------------------------------------------------------------ several together */

/* What became of a case that was chosen; why.text NULL: it is closed. */
struct outcome {
    const char *id, *number;
    struct refusal why;
};

static void outcomes(struct page *pg, const struct outcome *all, size_t n)
{
    const struct ui_column columns[] = {{tr(pg, &D_CASE), NULL}, {tr(pg, &D_STATE), NULL}, {tr(pg, &D_REASON), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_OUTCOME), .columns = columns, .columns_n = COUNT_OF(columns)};
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++) {
        bool closed = !all[i].why.text;
        ui_row_begin(pg, &t);
        ui_cell_begin(pg, &t);
        ui_link(pg, desk_href_of(pg, "/sak", all[i].id), all[i].number);
        ui_cell_end(pg);
        ui_cell_begin(pg, &t);
        ui_tag(pg, closed ? UI_SUCCESS : UI_DANGER, tr(pg, closed ? &D_IS_CLOSED : &D_NOT_CLOSED));
        ui_cell_end(pg);
        ui_cell_begin(pg, &t);
        html_text(&pg->html, closed ? "" : all[i].why.text);
        if (all[i].why.href) {
            html_text(&pg->html, " ");
            ui_link(pg, all[i].why.href, all[i].why.what);
        }
        ui_cell_end(pg);
        ui_row_end(pg);
    }
    ui_table_end(pg);
}

static void choice_row(struct page *pg, struct ui_table *t, const struct rec *sak, bool first)
{
    const char *number = desk_record_number(pg, sak);
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    desk_choose(pg, "sak", sak->systemid, number, first);
    ui_cell_end(pg);
    ui_cell(pg, t, number);
    ui_cell_begin(pg, t);
    ui_link(pg, desk_record_href(pg, sak), desk_record_title(pg, sak));
    ui_cell_end(pg);
    ui_cell(pg, t, desk_text(pg, rec_val(sak, A_saksmappe_administrativEnhet)));
    ui_row_end(pg);
}

static void choices(struct page *pg, struct rec *const *cases, size_t n)
{
    const struct ui_column columns[] = {{tr(pg, &D_CHOOSE), NULL}, {tr(pg, &D_NUMBER), NULL}, {tr(pg, &D_RECORD_TITLE), NULL},
                                        {tr(pg, &D_UNIT), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_READY_CASES), .columns = columns, .columns_n = COUNT_OF(columns)};
    html_open(&pg->html, TAG_DIV, NULL); /* the form takes the width of the window */
    ui_form_begin(pg, desk_href(pg, "/avslutning"), false);
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        choice_row(pg, &t, cases[i], i == 0);
    ui_table_end(pg);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &D_CLOSE_CHOSEN));
    ui_buttons_end(pg);
    ui_form_end(pg);
    html_close(&pg->html, TAG_DIV);
}

static enum rc show_ready(struct page *pg, struct call *c, const struct outcome *told, size_t told_n)
{
    struct rec **cases;
    size_t n;
    int64_t side = desk_side(pg);
    struct worklist_cut cut = {.skip = (side - 1) * ROWS, .most = ROWS};
    TRY(worklist_count(c, WORKLIST_CLOSABLE, &cut.total));
    int64_t total = cut.total;
    TRY(worklist_page(c, WORKLIST_CLOSABLE, &cut, &cases, &n));
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_CLOSING), .lead = tr(pg, &D_CLOSING_LEAD)}, NULL);
    if (told_n > 0)
        outcomes(pg, told, told_n);
    ui_paragraph(pg, total == 0 ? tr(pg, &D_CLOSING_EMPTY)
                                : tr_fill(pg, &D_CLOSING_COUNT, desk_count(pg, total, WORKLIST_COUNT_MAX), NULL));
    if (n > 0)
        choices(pg, cases, n);
    ui_pages(pg, "?side=", side, ((total < WORKLIST_COUNT_MAX ? total : WORKLIST_COUNT_MAX) + ROWS - 1) / ROWS);
    return page_end(pg);
}

enum rc desk_closing(struct page *pg)
{
    struct call c;
    TRY(desk_call(pg, &c));
    return show_ready(pg, &c, NULL, 0);
}

/* One that is refused does not keep the next from being closed. */
static enum rc close_one(struct page *pg, struct call *c, const char *id, struct outcome *ret)
{
    struct rec *sak;
    *ret = (struct outcome){.id = id, .number = id};
    enum rc rc = archive_get(c, F_mappe, str_of(id), &sak);
    if (rc == RC_OK) {
        ret->number = desk_record_number(pg, sak);
        rc = intake_close_case(c, str_of(id));
    }
    if (rc != RC_OK && rc != RC_NOT_FOUND && !desk_refused(rc))
        return rc;
    return rc == RC_OK ? RC_OK : desk_refusal(pg, c, &ret->why);
}

enum rc desk_closing_sent(struct page *pg)
{
    struct call c;
    struct outcome told[ROWS];
    size_t n = 0;
    const char *id;
    TRY(desk_call(pg, &c));
    for (; n < ROWS && (id = form_nth(&pg->form, "sak", n)) != NULL; n++)
        TRY(close_one(pg, &c, id, &told[n]));
    if (n == 0)
        TRY(page_error(pg, "sak", tr(pg, &D_NO_CASE_CHOSEN)));
    return show_ready(pg, &c, told, n);
}
