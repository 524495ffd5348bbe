/* The periods of the archive: what hinders their end, and the step to it. */
#include "worklist/period.h"

#include "desk/desk_int.h"

enum { ARKIVDELER = 200, OPEN_SHOWN = 50, OPEN_MAX = 1000 };

static enum rc ask_arkivdeler(struct call *c, struct result *ret)
{
    struct expr path = {.kind = EX_PATH, .attr = model_attr(A_arkivdel_tittel)};
    struct order order = {&path, false};
    struct query q = {.entity = model_entity(E_arkivdel), .list = CL_NONE, .order = &order, .order_n = 1, .top = ARKIVDELER,
                      .no_count = true};
    return archive_query(c, &q, ret);
}

static const char *status_name(struct page *pg, const struct rec *del)
{
    return page_code(pg, rec_val(del, A_arkivdel_arkivdelstatus)->name);
}

static const char *title_of(struct page *pg, const struct rec *del)
{
    return desk_text(pg, rec_val(del, A_arkivdel_tittel));
}

/* ------------------------------------------------------------------ all of them */

static enum rc arkivdel_row(struct page *pg, struct call *c, struct ui_table *t, const struct rec *del)
{
    const char *arkiv;
    const struct val *from = rec_val(del, A_arkivdel_arkivperiodeStartDato), *to = rec_val(del, A_arkivdel_arkivperiodeSluttDato);
    TRY(desk_arkiv_of(pg, c, del, &arkiv));
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, desk_href_of(pg, "/periode", del->systemid), title_of(pg, del));
    html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}), arkiv);
    ui_cell_end(pg);
    ui_cell(pg, t, status_name(pg, del));
    ui_cell(pg, t, from->state == VAL_SET ? page_date(pg, from->i) : "–");
    ui_cell(pg, t, to->state == VAL_SET ? page_date(pg, to->i) : "–");
    ui_row_end(pg);
    return RC_OK;
}

enum rc desk_period_list(struct page *pg)
{
    const struct ui_column columns[] = {{tr(pg, &D_ARKIVDEL), NULL}, {tr(pg, &D_STATE), NULL}, {tr(pg, &D_PERIOD_FROM), NULL},
                                        {tr(pg, &D_PERIOD_TO), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_ARKIVDELER), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct call c;
    struct result all;
    TRY(desk_call(pg, &c));
    TRY(ask_arkivdeler(&c, &all));
    desk_begin(pg, (struct page_head){.title = tr(pg, &D_PERIODS), .lead = tr(pg, &D_PERIODS_LEAD)}, NULL);
    if (all.n == 0)
        ui_paragraph(pg, tr(pg, &D_NO_ARKIVDEL));
    if (all.n > 0)
        ui_table_begin(pg, &t);
    for (size_t i = 0; i < all.n; i++)
        TRY(arkivdel_row(pg, &c, &t, all.recs[i]));
    if (all.n > 0)
        ui_table_end(pg);
    return page_end(pg);
}

/* ------------------------------------------------------------------ one */

struct period {
    struct call call;
    struct rec *del;
    struct rec **open;             /* the first of the mapper that hinder */
    size_t open_n;
    int64_t open_total;
};

static enum rc load(struct page *pg, struct period *ret)
{
    TRY(desk_call(pg, &ret->call));
    TRY(archive_get(&ret->call, F_arkivdel, str_of(page_param(pg, "systemID")), &ret->del));
    return period_open(&ret->call, ret->del, 0, OPEN_SHOWN, &ret->open, &ret->open_n, &ret->open_total);
}

static void hindrances(struct page *pg, const struct period *k)
{
    const struct ui_column columns[] = {{tr(pg, &D_NUMBER), NULL}, {tr(pg, &D_RECORD_TITLE), NULL}, {tr(pg, &D_STATE), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_OPEN_CASES), .columns = columns, .columns_n = COUNT_OF(columns)};
    ui_alert(pg, UI_WARNING, tr(pg, &D_HINDERED), tr_fill(pg, &D_HINDERED_BY, desk_count(pg, k->open_total, OPEN_MAX), NULL));
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < k->open_n; i++) {
        const struct rec *r = k->open[i];
        bool sak = model_is(r->entity, E_saksmappe);
        const struct val *status = sak ? rec_val(r, A_saksmappe_saksstatus) : NULL;
        ui_row_begin(pg, &t);
        ui_cell(pg, &t, desk_record_number(pg, r));
        ui_cell_begin(pg, &t);
        if (sak)
            ui_link(pg, desk_record_href(pg, r), desk_record_title(pg, r));
        else
            html_text(&pg->html, desk_record_title(pg, r));
        ui_cell_end(pg);
        ui_cell(pg, &t, status ? page_code(pg, status->name) : "–");
        ui_row_end(pg);
    }
    ui_table_end(pg);
}

static enum rc successor_field(struct page *pg, struct period *k)
{
    struct result all;
    struct ui_option options[ARKIVDELER];
    const char *arkiv;
    size_t n = 0;
    TRY(ask_arkivdeler(&k->call, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (all.recs[i]->id == k->del->id || !val_is(rec_val(all.recs[i], A_arkivdel_arkivdelstatus), "A"))
            continue;
        TRY(desk_arkiv_of(pg, &k->call, all.recs[i], &arkiv));
        const char *name = arena_printf(pg->cx->arena, "%s (%s)", title_of(pg, all.recs[i]), arkiv);
        options[n++] = (struct ui_option){all.recs[i]->systemid, name ? name : title_of(pg, all.recs[i]), NULL};
    }
    if (n == 0)
        ui_alert(pg, UI_INFO, NULL, tr(pg, &D_NO_SUCCESSOR));
    ui_select(pg, &(struct ui_field){.name = "arvtaker", .label = tr(pg, &D_SUCCESSOR), .help = tr(pg, &D_SUCCESSOR_HELP)},
              options, n);
    return RC_OK;
}

/* One step to choose, with its consequence said and agreed to. */
static enum rc step_form(struct page *pg, struct period *k, const char *to)
{
    bool soft = streq(to, "O");
    ui_heading(pg, 2, tr(pg, soft ? &D_SOFT : &D_SHARP));
    ui_paragraph(pg, tr(pg, soft ? &D_SOFT_HELP : &D_SHARP_HELP));
    ui_form_begin(pg, desk_href_of(pg, "/periode", k->del->systemid), false);
    ui_hidden(pg, "til", to);
    if (soft)
        TRY(successor_field(pg, k));
    ui_checkbox(pg, &(struct ui_field){.name = "bekreft", .label = tr(pg, soft ? &D_SOFT_CONFIRM : &D_SHARP_CONFIRM)});
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, soft ? &D_SOFT_DO : &D_SHARP_DO));
    ui_buttons_end(pg);
    ui_form_end(pg);
    return RC_OK;
}

/* What is to be done with it: links to the page of one step, or why there is none. */
static void steps(struct page *pg, const struct period *k)
{
    const struct val *status = rec_val(k->del, A_arkivdel_arkivdelstatus);
    const char *here = desk_href_of(pg, "/periode", k->del->systemid);
    if (val_is(status, "P") || val_is(status, "U")) {
        ui_alert(pg, UI_SUCCESS, NULL, tr(pg, &D_PERIOD_OVER));
        html_open(&pg->html, TAG_P, NULL);
        ui_link(pg, desk_href(pg, "/uttrekk"), tr(pg, &D_EXTRACTS));
        html_close(&pg->html, TAG_P);
        return;
    }
    if (k->call.role < ROLE_ARKIVADMINISTRATOR) {
        ui_alert(pg, UI_INFO, NULL, tr(pg, &D_NEEDS_ADMIN));
        return;
    }
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-buttons"}));
    if (k->open_total == 0)
        ui_link_button(pg, arena_printf(pg->cx->arena, "%s?til=P", here), tr(pg, &D_SHARP_DO));
    if (val_is(status, "A"))
        ui_link_button(pg, arena_printf(pg->cx->arena, "%s?til=O", here), tr(pg, &D_SOFT_DO));
    html_close(&pg->html, TAG_DIV);
}

static enum rc show(struct page *pg, struct period *k)
{
    const struct crumb up = {desk_href(pg, "/periode"), tr(pg, &D_PERIODS)};
    const char *to = form_get(&pg->form, "til");
    bool step = k->call.role >= ROLE_ARKIVADMINISTRATOR && (streq(to, "O") || streq(to, "P"));
    const struct val *from = rec_val(k->del, A_arkivdel_arkivperiodeStartDato);
    desk_begin(pg, (struct page_head){.title = title_of(pg, k->del)}, &up);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_STATE), status_name(pg, k->del));
    ui_fact(pg, tr(pg, &D_PERIOD_FROM), from->state == VAL_SET ? page_date(pg, from->i) : NULL);
    ui_fact(pg, tr(pg, &D_OPEN_CASES), desk_count(pg, k->open_total, OPEN_MAX));
    ui_facts_end(pg);
    if (step)
        TRY(step_form(pg, k, to));
    else
        steps(pg, k);
    if (k->open_n > 0)
        hindrances(pg, k);
    return page_end(pg);
}

enum rc desk_period(struct page *pg)
{
    struct period k;
    TRY(load(pg, &k));
    return show(pg, &k);
}

enum rc desk_period_sent(struct page *pg)
{
    struct period k;
    bool soft = streq(form_get(&pg->form, "til"), "O");
    TRY(load(pg, &k));
    if (!form_chosen(&pg->form, "bekreft", "ja"))
        TRY(page_error(pg, "bekreft", tr(pg, &D_CONFIRM_MISSING)));
    if (soft && !*form_get(&pg->form, "arvtaker"))
        TRY(page_error(pg, "arvtaker", tr(pg, &D_SUCCESSOR_MISSING)));
    if (pg->errors_n > 0)
        return show(pg, &k);
    struct str id = str_of(k.del->systemid);
    enum rc rc = soft ? period_overlap(&k.call, id, form_get(&pg->form, "arvtaker")) : period_close(&k.call, id);
    if (rc != RC_OK && desk_refused(rc)) {
        TRY(desk_wrong(pg, &k.call, rc, "bekreft"));
        return show(pg, &k);
    }
    TRY(rc);
    return page_go(pg, desk_href_of(pg, "/periode", k.del->systemid), tr(pg, soft ? &D_DONE_SOFT : &D_DONE_SHARP));
}
