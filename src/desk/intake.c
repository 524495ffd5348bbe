/* What comes in: the list, and one journalpost to be registered. */
#include "desk/desk_int.h"
#include "journal/journal.h"
#include "portal/portal.h"
#include "worklist/intake.h"

enum { ROWS = 25 };

enum rc desk_intake_waits(struct call *c, int64_t *ret)
{
    return worklist_count(c, WORKLIST_INTAKE, ret);
}

/* ------------------------------------------------------------------ the list */

static void status_tag(struct page *pg, const struct rec *post)
{
    const struct val *status = rec_val(post, A_journalpost_journalstatus);
    bool waits = val_is(status, "M") || val_is(status, "S");
    ui_tag(pg, waits ? UI_WARNING : UI_INFO, page_code(pg, status->name));
    if (post->vern) {
        html_text(&pg->html, " ");
        ui_tag(pg, UI_WARNING, tr(pg, &D_SCREENED));
    }
}

static void post_row(struct page *pg, struct ui_table *t, const struct rec *post)
{
    const struct val *came = rec_val(post, A_journalpost_mottattDato);
    ui_row_begin(pg, t);
    ui_cell(pg, t, desk_record_number(pg, post));
    ui_cell_begin(pg, t);
    ui_link(pg, desk_record_href(pg, post), desk_record_title(pg, post));
    ui_cell_end(pg);
    ui_cell(pg, t, came->state == VAL_SET ? page_date(pg, came->i) : "–");
    ui_cell_begin(pg, t);
    status_tag(pg, post);
    ui_cell_end(pg);
    ui_row_end(pg);
}

static void post_table(struct page *pg, struct rec *const *posts, size_t n)
{
    const struct ui_column columns[] = {{tr(pg, &D_NUMBER), NULL}, {tr(pg, &D_RECORD_TITLE), NULL}, {tr(pg, &D_CAME), NULL},
                                        {tr(pg, &D_STATE), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_INTAKE_CAPTION), .columns = columns, .columns_n = COUNT_OF(columns)};
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        post_row(pg, &t, posts[i]);
    ui_table_end(pg);
}

/* The one that was registered last can be taken back from where one is now. */
static void undo_last(struct page *pg)
{
    const char *id = form_get(&pg->form, "forrige");
    if (!uuid_valid(str_of(id)))
        return;
    ui_form_begin(pg, desk_href_of(pg, "/innkommet", id), false);
    ui_submit_as(pg, tr(pg, &D_UNDO), "handling", "angre", true);
    ui_form_end(pg);
}

enum rc desk_intake_list(struct page *pg)
{
    struct call c;
    struct rec **posts;
    size_t n;
    int64_t side = desk_side(pg);
    struct worklist_cut cut = {.skip = (side - 1) * ROWS, .most = ROWS};
    TRY(desk_call(pg, &c));
    TRY(worklist_count(&c, WORKLIST_INTAKE, &cut.total));
    int64_t total = cut.total;
    TRY(worklist_page(&c, WORKLIST_INTAKE, &cut, &posts, &n));
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_INTAKE), .lead = tr(pg, &D_INTAKE_LEAD)}, NULL);
    undo_last(pg);
    ui_paragraph(pg, total == 0 ? tr(pg, &D_INTAKE_EMPTY)
                                : tr_fill(pg, &D_QUEUE_COUNT, desk_count(pg, total, WORKLIST_COUNT_MAX), NULL));
    if (n > 0)
        post_table(pg, posts, n);
    ui_pages(pg, "?side=", side, ((total < WORKLIST_COUNT_MAX ? total : WORKLIST_COUNT_MAX) + ROWS - 1) / ROWS);
    return page_end(pg);
}

/* ------------------------------------------------------------------ one */

/* A journalpost with what the page shows of it. */
struct incoming {
    struct call call;
    struct rec *post, *sak;
    struct journal_preview preview;
};

static enum rc load(struct page *pg, struct incoming *in)
{
    struct str id = str_of(page_param(pg, "systemID"));
    TRY(desk_call(pg, &in->call));
    TRY(archive_get(&in->call, F_registrering, id, &in->post));
    TRY(journal_preview(&in->call, id, &in->preview));
    TRY(archive_get(&in->call, F_mappe, str_of(in->preview.entry.mappe), &in->sak));
    return archive_seen(&in->call, in->post);
}

static void buttons(struct page *pg, const struct incoming *in)
{
    const struct val *status = rec_val(in->post, A_journalpost_journalstatus);
    bool waits = !val_is(status, "J") && !val_is(status, "A") && !val_is(status, "U") && !val_is(status, "E");
    ui_buttons_begin(pg);
    if (waits)
        ui_submit_as(pg, tr(pg, &D_REGISTER_NEXT), "handling", "journalfoer", false);
    ui_submit_as(pg, tr(pg, &D_SAVE), "handling", "lagre", waits);
    if (val_is(status, "J"))
        ui_submit_as(pg, tr(pg, &D_UNDO), "handling", "angre", true);
    if (waits)
        ui_submit_as(pg, tr(pg, &D_LAPSE), "handling", "utgaar", true);
    ui_buttons_end(pg);
}

static enum rc post_form(struct page *pg, struct incoming *in)
{
    bool again = streq(pg->rq->method, "POST");    /* what was typed stays */
    const char *public = desk_text(pg, rec_val(in->post, A_registrering_offentligTittel));
    ui_form_begin(pg, desk_href_of(pg, "/innkommet", in->post->systemid), false);
    ui_hidden(pg, "versjon", desk_number(pg, in->post->versjon));
    ui_textarea(pg, &(struct ui_field){.name = "tittel", .label = tr(pg, &D_RECORD_TITLE), .maxlength = 2000,
                                       .value = again ? NULL : desk_record_title(pg, in->post)}, 3);
    ui_textarea(pg, &(struct ui_field){.name = "offentlig", .label = tr(pg, &D_PUBLIC_TITLE), .help = tr(pg, &D_PUBLIC_TITLE_HELP),
                                       .maxlength = 2000, .optional = true, .value = again ? NULL : public}, 3);
    TRY(desk_case_fields(pg, &in->call, in->sak));
    buttons(pg, in);
    ui_form_end(pg);
    return RC_OK;
}

static void links(struct page *pg, const struct incoming *in)
{
    const struct {
        const char *path, *id;
        const struct text *text;
    } all[] = {{"/skjerming", in->post->systemid, &D_SCREEN_THIS}, {"/sak", in->sak->systemid, &D_GO_TO_CASE},
               {"/publisering", in->post->systemid, &D_GO_TO_PUBLISH}};
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-links"}));
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, desk_href_of(pg, all[i].path, all[i].id), tr(pg, all[i].text));
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
}

static enum rc show(struct page *pg, struct incoming *in)
{
    const struct crumb up = {desk_href(pg, "/innkommet"), tr(pg, &D_INTAKE)};
    const char *number = portal_number(pg, &in->preview.entry);
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_POST_TITLE, number, NULL)}, &up);
    undo_last(pg);
    html_open(&pg->html, TAG_P, NULL);
    status_tag(pg, in->post);
    html_close(&pg->html, TAG_P);
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-beside"}));
    desk_view(pg, &D_RECORD, &in->preview.full);
    desk_view(pg, &D_PUBLIC_VIEW, &in->preview.entry);
    html_close(&pg->html, TAG_DIV);
    links(pg, in);
    TRY(desk_documents(pg, &in->call, in->post));
    ui_heading(pg, 2, tr(pg, &D_REGISTER));
    TRY(post_form(pg, in));
    return page_end(pg);
}

enum rc desk_intake_post(struct page *pg)
{
    struct incoming in;
    TRY(load(pg, &in));
    return show(pg, &in);
}

/* The next that waits; the list when there is none. */
static enum rc next_href(struct page *pg, struct call *c, const char *done, const char **ret)
{
    struct rec **posts;
    size_t n;
    TRY(worklist_page(c, WORKLIST_INTAKE, &(struct worklist_cut){.total = 1, .most = 1}, &posts, &n));
    const char *to = n > 0 ? desk_record_href(pg, posts[0]) : desk_href(pg, "/innkommet");
    *ret = arena_printf(pg->cx->arena, "%s?forrige=%s", to, done);
    return *ret ? RC_OK : cx_nomem(pg->cx);
}

static enum rc saved(struct page *pg, struct incoming *in, bool journalfoer)
{
    const char *number = portal_number(pg, &in->preview.entry), *next = desk_record_href(pg, in->post);
    const struct intake_order o = {
        .post = str_of(in->post->systemid), .etag = form_get(&pg->form, "versjon"), .tittel = form_get(&pg->form, "tittel"),
        .offentlig_tittel = form_get(&pg->form, "offentlig"), .klasse = form_get(&pg->form, "klasse"),
        .enhet = form_get(&pg->form, "enhet"), .person = form_get(&pg->form, "person"), .journalfoer = journalfoer};
    if (str_blank(str_of(o.tittel)))
        TRY(page_error(pg, "tittel", tr(pg, &D_TITLE_MISSING)));
    if (pg->errors_n > 0)
        return show(pg, in);
    enum rc rc = intake_save(&in->call, &o);
    if (rc != RC_OK && desk_refused(rc)) {
        TRY(desk_wrong(pg, &in->call, rc, "tittel"));
        return show(pg, in);
    }
    TRY(rc);
    if (journalfoer)
        TRY(next_href(pg, &in->call, in->post->systemid, &next));
    return page_go(pg, next, tr_fill(pg, journalfoer ? &D_DONE_REGISTERED : &D_DONE_SAVED, number, NULL));
}

enum rc desk_intake_sent(struct page *pg)
{
    struct incoming in;
    const char *deed = form_get(&pg->form, "handling");
    TRY(load(pg, &in));
    const char *number = portal_number(pg, &in.preview.entry), *here = desk_record_href(pg, in.post);
    bool undo = streq(deed, "angre");
    if (!undo && !streq(deed, "utgaar"))
        return saved(pg, &in, streq(deed, "journalfoer"));
    enum rc rc = undo ? intake_undo(&in.call, str_of(in.post->systemid)) : intake_lapse(&in.call, str_of(in.post->systemid));
    if (rc != RC_OK && desk_refused(rc)) {
        TRY(desk_wrong(pg, &in.call, rc, "tittel"));
        return show(pg, &in);
    }
    TRY(rc);
    return page_go(pg, here, tr_fill(pg, undo ? &D_DONE_UNDONE : &D_DONE_LAPSED, number, NULL));
}
