/* Extracts and validations: ordered, followed and fetched. The jobs themselves are deposit's. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deposit/check_job.h"
#include "desk/desk_int.h"

enum { ARKIVDELER = 200, SHOWN = 25, REASONS = 50, REFRESH_S = 3 };

static struct export_jobs *jobs_of(struct page *pg)
{
    return ((const struct desk *)pg->app)->jobs;
}

static bool is_over(enum export_state s)
{
    return s != EXPORT_WAITING && s != EXPORT_RUNNING;
}

enum rc desk_extract_waits(struct call *c, int64_t *ret)
{
    struct export_job *exports;
    struct check_job *checks;
    size_t n, m;
    *ret = 0;
    TRY(export_job_list(c, &exports, &n));
    TRY(check_job_list(c, SHOWN, &checks, &m));
    for (size_t i = 0; i < n; i++)
        *ret += !is_over(exports[i].state);
    for (size_t i = 0; i < m; i++)
        *ret += !is_over(checks[i].state);
    return RC_OK;
}

/* ------------------------------------------------------------------ what is told of a job */

static void state_tag(struct page *pg, enum export_state s)
{
    static const struct {
        enum ui_tone tone;
        const struct text *text;
    } states[] = {[EXPORT_WAITING] = {UI_NEUTRAL, &D_JOB_WAITS}, [EXPORT_RUNNING] = {UI_INFO, &D_JOB_RUNS},
                  [EXPORT_DONE] = {UI_SUCCESS, &D_JOB_DONE}, [EXPORT_REFUSED] = {UI_WARNING, &D_JOB_REFUSED},
                  [EXPORT_FAILED] = {UI_DANGER, &D_JOB_FAILED}};
    ui_tag(pg, states[s].tone, tr(pg, states[s].text));
}

/* "Byggesaker 2026, Personal" of the JSON array of the order: titles or systemIDs. */
static const char *names_of(struct page *pg, struct call *c, const char *arkivdeler)
{
    json_t *all, *one;
    size_t i;
    const char *text = "";
    if (json_read(pg->cx, str_of(arkivdeler), &all) != RC_OK) {
        err_clear(pg->cx);
        return "";
    }
    json_array_foreach(all, i, one) {
        const char *name = json_string_value(one);
        struct rec *del;
        if (name && uuid_valid(str_of(name)) && archive_get(c, F_arkivdel, str_of(name), &del) == RC_OK)
            name = desk_text(pg, rec_val(del, A_arkivdel_tittel));
        err_clear(pg->cx);
        text = arena_printf(pg->cx->arena, "%s%s%s", text ? text : "", i ? ", " : "", name ? name : "");
    }
    return text ? text : "";
}

static const char *form_text(struct page *pg, const struct export_job *e)
{
    return arena_printf(pg->cx->arena, "%s, Noark %s", e->form == EXPORT_SIP ? "SIP" : "AIP", noark_text(e->version));
}

/* How far it is, as a bar and in words; the page is asked for again by itself. */
static void progress(struct page *pg, enum export_state s, int64_t done, int64_t total)
{
    struct html *h = &pg->html;
    html_open(h, TAG_P, NULL);
    html_put(h, TAG_LABEL, ATTRS({ATT_FOR, "framdrift"}, {ATT_CLASS, "ds-label"}), tr(pg, &D_PROGRESS));
    html_close(h, TAG_P);
    html_open(h, TAG_P, NULL);
    const char *of = tr_fill(pg, &D_PROGRESS_OF, desk_number(pg, done), desk_number(pg, total), NULL);
    html_put(h, TAG_PROGRESS, ATTRS({ATT_ID, "framdrift"}, {ATT_CLASS, "sd-progress"},
                                    {ATT_MAX, total ? desk_number(pg, total) : NULL},
                                    {ATT_VALUE, total ? desk_number(pg, done) : NULL}), total ? of : tr(pg, &D_JOB_WAITS));
    html_close(h, TAG_P);
    if (s == EXPORT_RUNNING && total)
        ui_paragraph(pg, of);
    ui_paragraph(pg, tr(pg, &D_REFRESHES));
}

/* Why it failed, in the words of the error. */
static void failure(struct page *pg, const char *fault)
{
    const char *text = tr(pg, streq(fault, "NO_SPACE")  ? &D_FAULT_SPACE
                              : streq(fault, "PACKAGE") ? &D_FAULT_PACKAGE
                              : streq(fault, "NOT_FOUND") ? &D_FAULT_GONE
                              : streq(fault, "ELSEWHERE") ? &D_PACKAGE_ELSEWHERE
                                                        : &D_FAULT_OTHER);
    ui_alert(pg, UI_DANGER, tr(pg, &D_JOB_FAILED), arena_printf(pg->cx->arena, "%s (%s)", text, fault));
}

/* ------------------------------------------------------------------ the list, and ordering */

static void export_row(struct page *pg, struct call *c, struct ui_table *t, const struct export_job *e)
{
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, desk_href_of(pg, "/uttrekk", e->id), page_time(pg, e->ordered));
    ui_cell_end(pg);
    ui_cell(pg, t, names_of(pg, c, e->arkivdeler));
    ui_cell(pg, t, e->dry_run ? tr(pg, &D_DRY_RUN) : form_text(pg, e));
    ui_cell(pg, t, e->by);
    ui_cell_begin(pg, t);
    state_tag(pg, e->state);
    ui_cell_end(pg);
    ui_row_end(pg);
}

static enum rc exports(struct page *pg, struct call *c)
{
    const struct ui_column columns[] = {{tr(pg, &D_ORDERED), NULL}, {tr(pg, &D_ARKIVDELER), NULL}, {tr(pg, &D_FORMAT), NULL},
                                        {tr(pg, &D_BY), NULL}, {tr(pg, &D_STATE), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_EXTRACTS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct export_job *all;
    size_t n;
    TRY(export_job_list(c, &all, &n));
    if (n == 0) {
        ui_paragraph(pg, tr(pg, &D_NO_EXTRACTS));
        return RC_OK;
    }
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n && i < SHOWN; i++)
        export_row(pg, c, &t, &all[i]);
    ui_table_end(pg);
    return RC_OK;
}

static void check_row(struct page *pg, struct ui_table *t, const struct check_job *k)
{
    bool done = k->state == EXPORT_DONE;
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, desk_href_of(pg, "/kontroll", k->id), page_time(pg, k->ordered));
    ui_cell_end(pg);
    ui_cell(pg, t, k->name);
    ui_cell(pg, t, done ? desk_number(pg, k->errors) : "–");
    ui_cell(pg, t, done ? desk_number(pg, k->warnings) : "–");
    ui_cell_begin(pg, t);
    state_tag(pg, k->state);
    ui_cell_end(pg);
    ui_row_end(pg);
}

static enum rc checks(struct page *pg, struct call *c)
{
    const struct ui_column columns[] = {{tr(pg, &D_ORDERED), NULL}, {tr(pg, &D_PACKAGE), NULL}, {tr(pg, &D_ERRORS), NULL},
                                        {tr(pg, &D_WARNINGS), NULL}, {tr(pg, &D_STATE), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_VALIDATIONS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct check_job *all;
    size_t n;
    TRY(check_job_list(c, SHOWN, &all, &n));
    if (n == 0)
        return RC_OK;
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        check_row(pg, &t, &all[i]);
    ui_table_end(pg);
    return RC_OK;
}

static enum rc order_form(struct page *pg, struct call *c)
{
    static const char *const versions[] = {"5.0", "4.0", "3.1"};
    struct query q = {.entity = model_entity(E_arkivdel), .list = CL_NONE, .top = ARKIVDELER, .no_count = true};
    struct ui_option options[ARKIVDELER], numbers[COUNT_OF(versions)];
    struct result all;
    TRY(archive_query(c, &q, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *del = all.recs[i];
        const char *arkiv;
        TRY(desk_arkiv_of(pg, c, del, &arkiv));
        options[i] = (struct ui_option){del->systemid, desk_text(pg, rec_val(del, A_arkivdel_tittel)),
            arena_printf(pg->cx->arena, "%s · %s", arkiv, page_code(pg, rec_val(del, A_arkivdel_arkivdelstatus)->name))};
    }
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        numbers[i] = (struct ui_option){versions[i], versions[i], NULL};
    ui_heading(pg, 2, tr(pg, &D_ORDER_EXTRACT));
    ui_form_begin(pg, desk_href(pg, "/uttrekk"), false);
    ui_checkboxes(pg, &(struct ui_field){.name = "arkivdel", .label = tr(pg, &D_ARKIVDELER)}, options, all.n);
    ui_radios(pg, &(struct ui_field){.name = "format", .label = tr(pg, &D_FORMAT),
                                     .value = *form_get(&pg->form, "format") ? NULL : "sip"},
              (const struct ui_option[]){{"sip", tr(pg, &D_SIP), NULL}, {"aip", tr(pg, &D_AIP), NULL}}, 2);
    ui_select(pg, &(struct ui_field){.name = "noark", .label = tr(pg, &D_NOARK),
                                     .value = *form_get(&pg->form, "noark") ? NULL : "5.0"}, numbers, COUNT_OF(versions));
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &D_DRY_RUN), "handling", "proev", false);
    ui_submit_as(pg, tr(pg, &D_MAKE_EXTRACT), "handling", "lag", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    return RC_OK;
}

static void upload_form(struct page *pg)
{
    ui_heading(pg, 2, tr(pg, &D_VALIDATE_OTHER));
    ui_form_begin(pg, desk_href(pg, "/kontroll"), true);
    ui_file(pg, &(struct ui_field){.name = "pakke", .label = tr(pg, &D_PACKAGE), .help = tr(pg, &D_PACKAGE_HELP)}, ".tar", false);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &D_VALIDATE));
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc show_all(struct page *pg, struct call *c)
{
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_EXTRACTS), .lead = tr(pg, &D_EXTRACTS_LEAD)}, NULL);
    TRY(exports(pg, c));
    TRY(checks(pg, c));
    TRY(order_form(pg, c));
    upload_form(pg);
    return page_end(pg);
}

enum rc desk_extracts(struct page *pg)
{
    struct call c;
    TRY(desk_call(pg, &c));
    return show_all(pg, &c);
}

/* The chosen arkivdeler as a JSON array, as the order keeps them. */
static enum rc read_arkivdeler(struct page *pg, const char **ret)
{
    const char *id;
    struct jw w;
    struct buf b;
    buf_init(&b, (size_t)KiB(16));
    jw_begin(&w, &b);
    jw_open(&w, '[');
    for (size_t i = 0; (id = form_nth(&pg->form, "arkivdel", i)) != NULL; i++)
        jw_text(&w, id);
    jw_close(&w, ']');
    *ret = buf_failed(&b) ? NULL : arena_strdup(pg->cx->arena, b.p);
    buf_free(&b);
    return *ret ? RC_OK : cx_nomem(pg->cx);
}

enum rc desk_extract_ordered(struct page *pg)
{
    struct call c;
    struct export_job order = {.dry_run = !streq(form_get(&pg->form, "handling"), "lag")};
    TRY(desk_call(pg, &c));
    if (!form_has(&pg->form, "arkivdel")) {
        TRY(page_error(pg, "arkivdel", tr(pg, &D_NO_ARKIVDEL_CHOSEN)));
        return show_all(pg, &c);
    }
    TRY(read_arkivdeler(pg, &order.arkivdeler));
    (void)snprintf(order.id, sizeof(order.id), "%s", pg->nonce);       /* a double click is one order */
    enum rc rc = export_job_choose(pg->cx, form_get(&pg->form, "format"), form_get(&pg->form, "noark"), &order);
    if (rc == RC_OK)
        rc = export_job_new(&c, jobs_of(pg), &order);
    if (rc == RC_OK)
        return page_go(pg, desk_href_of(pg, "/uttrekk", order.id), NULL);
    if (!desk_refused(rc))
        return rc;
    TRY(desk_wrong(pg, &c, rc, "arkivdel"));
    return show_all(pg, &c);
}

/* ------------------------------------------------------------------ one extract */

/* Units that have a page here. */
static bool has_page(const char *unit)
{
    static const char *const units[] = {"arkivdel", "saksmappe", "journalpost", "dokumentbeskrivelse", "dokumentobjekt"};
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (streq(unit, units[i]))
            return true;
    return false;
}

static void reason_row(struct page *pg, struct ui_table *t, const struct export_reason *r)
{
    const char *what = *r->number ? arena_printf(pg->cx->arena, "%s %s", r->unit, r->number) : r->unit;
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    if (has_page(r->unit))
        ui_link(pg, desk_href_of(pg, "/post", r->systemid), what);
    else
        html_text(&pg->html, what);
    ui_cell_end(pg);
    ui_cell(pg, t, export_reason_text_in(pg->cx, r, (enum err_lang)pg->lang));
    ui_row_end(pg);
}

static enum rc reasons(struct page *pg, struct call *c, const struct export_job *e)
{
    const struct ui_column columns[] = {{tr(pg, &D_RECORD), NULL}, {tr(pg, &D_REASON), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_REASONS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct export_reason *all;
    size_t n;
    int64_t side = desk_side(pg);
    TRY(export_job_reasons(c, str_of(e->id), (side - 1) * REASONS, REASONS, &all, &n));
    ui_alert(pg, UI_WARNING, tr(pg, &D_JOB_REFUSED), tr_fill(pg, &D_REASONS_N, desk_number(pg, e->result.reasons), NULL));
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        reason_row(pg, &t, &all[i]);
    ui_table_end(pg);
    ui_pages(pg, "?side=", side, (e->result.reasons + REASONS - 1) / REASONS);
    return RC_OK;
}

static void counts(struct page *pg, const struct export_job *e)
{
    const struct {
        const struct text *name;
        int64_t n;
    } all[] = {{&D_N_CASES, e->result.mapper}, {&D_N_RECORDS, e->result.registreringer}, {&D_N_POSTS, e->result.journalposter},
               {&D_N_CHANGES, e->result.endringer}, {&D_N_DOCUMENTS, e->result.dokumenter}, {&D_N_BYTES, e->result.bytes}};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        ui_fact(pg, tr(pg, all[i].name), desk_number(pg, all[i].n));
}

/* Where another server made it, the row tells what was made and the file is not here. */
static enum rc downloads(struct page *pg, struct call *c, const struct export_job *e)
{
    const char *sum, *here = desk_href_of(pg, "/uttrekk", e->id);
    enum rc rc = export_job_checksum(c, jobs_of(pg), e, &sum);
    if (rc == RC_ELSEWHERE) {
        err_clear(pg->cx);
        ui_alert(pg, UI_WARNING, NULL, tr(pg, &D_PACKAGE_ELSEWHERE));
        return RC_OK;
    }
    TRY(rc);
    if (*e->result.left_out)
        ui_alert(pg, UI_WARNING, tr(pg, &D_LEFT_OUT), tr_fill(pg, &D_LEFT_OUT_HELP, e->result.left_out, NULL));
    ui_facts_begin(pg);
    ui_fact(pg, "UUID", e->result.uuid);
    ui_fact(pg, "SHA-256", sum);
    ui_facts_end(pg);
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-links"}));
    for (int i = 0; i < 2; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, arena_printf(pg->cx->arena, "%s/%s", here, i ? "beskrivelse" : "pakke"),
                tr(pg, i ? &D_GET_DESCRIPTION : &D_GET_PACKAGE));
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
    return RC_OK;
}

/* What has no place in an extract, by kind. */
static enum rc stays(struct page *pg, struct call *c, const struct export_job *e)
{
    const struct ui_column columns[] = {{tr(pg, &D_FIELD), NULL}, {tr(pg, &D_HOW_MANY), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_STAYS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct export_left *all;
    size_t n;
    TRY(export_job_left(c, str_of(e->id), &all, &n));
    if (n == 0)
        return RC_OK;
    ui_details_begin(pg, tr(pg, &D_STAYS), false);
    ui_paragraph(pg, tr(pg, &D_STAYS_LEAD));
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++) {
        ui_row_begin(pg, &t);
        ui_cell(pg, &t, all[i].what);
        ui_cell(pg, &t, desk_number(pg, all[i].n));
        ui_row_end(pg);
    }
    ui_table_end(pg);
    ui_details_end(pg);
    return RC_OK;
}

/* Deleting is asked about on a page of its own, which needs no script: what goes, and how it can be had again. */
static enum rc ask_delete(struct page *pg, const struct crumb *up, const char *here, const struct text *question,
                          const struct text *goes)
{
    desk_begin(pg, (struct page_head){.title = tr(pg, question), .lead = tr(pg, goes)}, up);
    ui_form_begin(pg, here, false);
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &D_DELETE_JOB), "handling", "slett-ja", false);
    ui_submit_as(pg, tr(pg, &D_KEEP), "handling", "behold", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    return page_end(pg);
}

/* The steps that lead to deleting; *ret false when the deed is another, or is to be done. */
static enum rc asked_delete(struct page *pg, const char *deed, const char *here, bool *ret)
{
    *ret = streq(deed, "slett") || streq(deed, "behold");
    return *ret ? page_go(pg, streq(deed, "slett") ? arena_printf(pg->cx->arena, "%s?slett=", here) : here, NULL) : RC_OK;
}

static void export_actions(struct page *pg, const struct export_job *e)
{
    bool done = e->state == EXPORT_DONE;
    ui_form_begin(pg, desk_href_of(pg, "/uttrekk", e->id), false);
    ui_buttons_begin(pg);
    if (done && !e->dry_run)
        ui_submit_as(pg, tr(pg, &D_VALIDATE), "handling", "valider", false);
    if (done && e->dry_run)
        ui_submit_as(pg, tr(pg, &D_MAKE_EXTRACT), "handling", "lag", false);
    if (!done)
        ui_submit_as(pg, tr(pg, &D_AGAIN), "handling", "igjen", false);
    ui_submit_as(pg, tr(pg, &D_DELETE_JOB), "handling", "slett", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc outcome(struct page *pg, struct call *c, const struct export_job *e)
{
    if (e->state == EXPORT_REFUSED)
        TRY(reasons(pg, c, e));
    if (e->state == EXPORT_FAILED)
        failure(pg, e->fault);
    if (e->state == EXPORT_DONE && e->dry_run)
        ui_alert(pg, UI_SUCCESS, NULL, tr(pg, &D_DRY_FINE));
    if (e->state == EXPORT_DONE && !e->dry_run)
        TRY(downloads(pg, c, e));
    TRY(stays(pg, c, e));
    export_actions(pg, e);
    return RC_OK;
}

static enum rc load_export(struct page *pg, struct call *c, struct export_job *ret)
{
    TRY(desk_call(pg, c));
    return export_job_get(c, str_of(page_param(pg, "id")), ret);
}

enum rc desk_extract(struct page *pg)
{
    const struct crumb up = {desk_href(pg, "/uttrekk"), tr(pg, &D_EXTRACTS)};
    struct call c;
    struct export_job e;
    TRY(load_export(pg, &c, &e));
    bool over = is_over(e.state);
    if (form_has(&pg->form, "slett") && over)
        return ask_delete(pg, &(struct crumb){desk_href_of(pg, "/uttrekk", e.id), tr_fill(pg, &D_EXTRACT_OF,
                          names_of(pg, &c, e.arkivdeler), NULL)}, desk_href_of(pg, "/uttrekk", e.id), &D_DELETE_EXTRACT,
                          &D_DELETE_EXTRACT_GOES);
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_EXTRACT_OF, names_of(pg, &c, e.arkivdeler), NULL),
                                      .refresh = over ? 0 : REFRESH_S}, &up);
    html_open(&pg->html, TAG_P, NULL);
    state_tag(pg, e.state);
    html_close(&pg->html, TAG_P);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_ORDERED), page_time(pg, e.ordered));
    ui_fact(pg, tr(pg, &D_BY), e.by);
    ui_fact(pg, tr(pg, &D_FORMAT), e.dry_run ? tr(pg, &D_DRY_RUN) : form_text(pg, &e));
    if (e.state == EXPORT_DONE)
        counts(pg, &e);
    ui_facts_end(pg);
    if (over)
        TRY(outcome(pg, &c, &e));
    else
        progress(pg, e.state, e.done, e.total);
    return page_end(pg);
}

/* The same order again, to be tried or made. */
static enum rc order_again(struct page *pg, struct call *c, const struct export_job *e, bool dry_run)
{
    struct export_job order = {.arkivdeler = e->arkivdeler, .form = e->form, .version = e->version, .dry_run = dry_run};
    (void)snprintf(order.id, sizeof(order.id), "%s", pg->nonce);
    TRY(export_job_new(c, jobs_of(pg), &order));
    return page_go(pg, desk_href_of(pg, "/uttrekk", order.id), NULL);
}

enum rc desk_extract_sent(struct page *pg)
{
    struct call c;
    struct export_job e;
    struct check_job check;
    const char *deed = form_get(&pg->form, "handling");
    bool asked;
    TRY(load_export(pg, &c, &e));
    TRY(asked_delete(pg, deed, desk_href_of(pg, "/uttrekk", e.id), &asked));
    if (asked)
        return RC_OK;
    if (streq(deed, "lag") || streq(deed, "igjen"))
        return order_again(pg, &c, &e, streq(deed, "igjen") && e.dry_run);
    if (streq(deed, "valider")) {
        TRY(check_job_new(&c, jobs_of(pg), &e, pg->nonce, &check));
        return page_go(pg, desk_href_of(pg, "/kontroll", check.id), NULL);
    }
    if (!streq(deed, "slett-ja"))
        return err_set(pg->cx, RC_BAD_REQUEST, NULL, "handling");
    TRY(export_job_delete(&c, jobs_of(pg), str_of(e.id)));
    return page_go(pg, desk_href(pg, "/uttrekk"), tr(pg, &D_DONE_DELETED));
}

static enum rc send_file(struct page *pg, const char *path, const char *type)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    }
    pg->rp->fd = fd;
    pg->rp->size = st.st_size;
    pg->rp->type = type;
    return RC_OK;
}

static enum rc send_part(struct page *pg, bool description)
{
    struct call c;
    struct export_job e;
    const char *path;
    TRY(load_export(pg, &c, &e));
    TRY(export_job_file(&c, jobs_of(pg), &e, description, &path));
    TRY(send_file(pg, path, description ? "application/xml" : "application/x-tar"));
    return page_file_saved(pg, strrchr(path, '/') + 1);
}

enum rc desk_extract_package(struct page *pg)
{
    return send_part(pg, false);
}

enum rc desk_extract_description(struct page *pg)
{
    return send_part(pg, true);
}

/* ------------------------------------------------------------------ validations */

enum rc desk_check_uploaded(struct page *pg)
{
    struct call c;
    struct check_job check;
    const struct form_file *file = pg->form.files_n > 0 ? &pg->form.files[0] : NULL;
    TRY(desk_call(pg, &c));
    if (!file || file->size == 0) {
        TRY(page_error(pg, "pakke", tr(pg, &D_PACKAGE_MISSING)));
        return show_all(pg, &c);
    }
    TRY(check_job_upload(&c, jobs_of(pg), file->fd, file->name, &check));
    return page_go(pg, desk_href_of(pg, "/kontroll", check.id), NULL);
}

static enum rc load_check(struct page *pg, struct call *c, struct check_job *ret)
{
    TRY(desk_call(pg, c));
    return check_job_get(c, str_of(page_param(pg, "id")), ret);
}

static void check_outcome(struct page *pg, const struct check_job *k)
{
    const char *here = desk_href_of(pg, "/kontroll", k->id);
    if (k->state == EXPORT_FAILED)
        failure(pg, k->fault);
    if (k->state == EXPORT_DONE) {
        ui_alert(pg, k->errors ? UI_WARNING : UI_SUCCESS, NULL, tr(pg, k->errors ? &D_CHECK_BAD : &D_CHECK_FINE));
        html_open(&pg->html, TAG_P, NULL);
        ui_link_button(pg, arena_printf(pg->cx->arena, "%s/rapport", here), tr(pg, &D_REPORT));
        html_close(&pg->html, TAG_P);
    }
    ui_form_begin(pg, here, false);
    ui_submit_as(pg, tr(pg, &D_DELETE_JOB), "handling", "slett", true);
    ui_form_end(pg);
}

enum rc desk_check(struct page *pg)
{
    const struct crumb up = {desk_href(pg, "/uttrekk"), tr(pg, &D_EXTRACTS)};
    struct call c;
    struct check_job k;
    TRY(load_check(pg, &c, &k));
    bool over = is_over(k.state);
    if (form_has(&pg->form, "slett") && over)
        return ask_delete(pg, &(struct crumb){desk_href_of(pg, "/kontroll", k.id), tr_fill(pg, &D_CHECK_OF, k.name, NULL)},
                          desk_href_of(pg, "/kontroll", k.id), &D_DELETE_CHECK, &D_DELETE_CHECK_GOES);
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_CHECK_OF, k.name, NULL), .refresh = over ? 0 : REFRESH_S}, &up);
    html_open(&pg->html, TAG_P, NULL);
    state_tag(pg, k.state);
    html_close(&pg->html, TAG_P);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_ORDERED), page_time(pg, k.ordered));
    ui_fact(pg, tr(pg, &D_BY), k.by);
    if (k.state == EXPORT_DONE) {
        ui_fact(pg, tr(pg, &D_ERRORS), desk_number(pg, k.errors));
        ui_fact(pg, tr(pg, &D_WARNINGS), desk_number(pg, k.warnings));
        ui_fact(pg, tr(pg, &D_REMARKS), desk_number(pg, k.infos));
    }
    ui_facts_end(pg);
    if (over)
        check_outcome(pg, &k);
    else
        progress(pg, k.state, k.done, k.total);
    return page_end(pg);
}

enum rc desk_check_sent(struct page *pg)
{
    struct call c;
    struct check_job k;
    const char *deed = form_get(&pg->form, "handling");
    bool asked;
    TRY(load_check(pg, &c, &k));
    TRY(asked_delete(pg, deed, desk_href_of(pg, "/kontroll", k.id), &asked));
    if (asked)
        return RC_OK;
    if (!streq(deed, "slett-ja"))
        return err_set(pg->cx, RC_BAD_REQUEST, NULL, "handling");
    TRY(check_job_delete(&c, jobs_of(pg), str_of(k.id)));
    return page_go(pg, desk_href(pg, "/uttrekk"), tr(pg, &D_DONE_DELETED));
}

/* A page of its own with its styles in it; it may do nothing else. */
enum rc desk_check_report(struct page *pg)
{
    struct call c;
    struct check_job k;
    const char *path;
    TRY(load_check(pg, &c, &k));
    TRY(check_job_report(&c, jobs_of(pg), &k, &path));
    TRY(send_file(pg, path, "text/html; charset=utf-8"));
    return http_set(pg->rq, pg->rp, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
}

/* ------------------------------------------------------------------ a record that a reason names */

enum rc desk_any_record(struct page *pg)
{
    struct call c;
    struct rec *r;
    TRY(desk_call(pg, &c));
    TRY(archive_find(&c, str_of(page_param(pg, "systemID")), &r));
    if (r->entity->family == F_arkivdel)
        return page_go(pg, desk_href_of(pg, "/periode", r->systemid), NULL);
    if (r->entity->family == F_dokumentobjekt)
        TRY(archive_one(&c, r, model_link_named(E_dokumentobjekt, PKG_ARKIVSTRUKTUR, STR("dokumentbeskrivelse")), &r));
    bool shown = model_is(r->entity, E_saksmappe) || model_is(r->entity, E_journalpost) ||
                 r->entity->family == F_dokumentbeskrivelse;
    return shown ? page_go(pg, desk_record_href(pg, r), NULL) : err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
}
