/* Writing a letter: choosing a template, and the draft with its blocks. */
#include "casework/casework_int.h"

enum { NAME_MAX_LETTERS = 200 };

/* ------------------------------------------------------------------ choosing */

/* The task a letter of the case answers: the caller's own, else the first that is open. */
static enum rc task_of(struct call *c, const char *mappe, const char **ret)
{
    const struct oppgave_filter f = {.mappe = mappe, .most = 50};
    struct oppgave *all;
    size_t n;
    int64_t total;
    TRY(oppgave_list(c, &f, &all, &n, &total));
    *ret = "";
    for (size_t i = 0; i < n; i++) {
        bool answers = all[i].slag == OPPGAVE_BEHANDLE || all[i].slag == OPPGAVE_SVAR;
        if (answers && (!**ret || streq(all[i].person, c->person.id)))
            *ret = all[i].id;
    }
    return RC_OK;
}

static enum rc choose(struct page *pg, struct call *c, const struct rec *sak)
{
    const struct brevmal **all;
    struct ui_option options[BREVMAL_EACH_MUNICIPALITY];
    size_t n;
    const struct ui_option forms[MAALFORMER] = {{.value = "nb", .text = "Bokmål"}, {.value = "nn", .text = "Nynorsk"}};
    const struct crumb up[] = {work_home(pg), case_crumb(pg, sak)};
    bool again = streq(pg->rq->method, "POST");
    TRY(brevmal_list(c, &all, &n));
    for (size_t i = 0; i < n; i++)
        options[i] = (struct ui_option){.value = all[i]->id, .text = all[i]->name.in[pg->lang == WEB_NN]};
    page_begin(pg, &(struct page_head){.title = tr(pg, &K_WRITE_LETTER), .lead = work_text(pg, sak, A_mappe_tittel), .crumbs = up,
                                       .crumbs_n = COUNT_OF(up), .no_index = true});
    if (n == 0) {
        ui_paragraph(pg, tr(pg, &K_NO_TEMPLATES));
        return page_end(pg);
    }
    ui_form_begin(pg, work_href(pg, "/sak/%s/brev", sak->systemid), false);
    ui_radios(pg, &(struct ui_field){.name = "mal", .label = tr(pg, &K_KIND_OF_LETTER),
                                     .value = again ? NULL : form_get(&pg->form, "mal")}, options, n);
    ui_radios(pg, &(struct ui_field){.name = "maalform", .label = tr(pg, &K_MAALFORM),
                                     .value = again ? NULL : pg->kommune->language}, forms, COUNT_OF(forms));
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &K_BEGIN));
    ui_buttons_end(pg);
    ui_form_end(pg);
    return page_end(pg);
}

enum rc draft_choose(struct page *pg)
{
    struct call c;
    struct rec *sak;
    TRY(case_load(pg, &c, &sak));
    return choose(pg, &c, sak);
}

enum rc draft_begun(struct page *pg)
{
    struct call c;
    struct rec *sak;
    struct brevutkast u;
    struct brevstart s = {.id = pg->nonce, .mal = form_get(&pg->form, "mal"), .kommune = work_kommune(pg),
                          .maalform = form_chosen(&pg->form, "maalform", "nn") ? MAALFORM_NN : MAALFORM_NB};
    TRY(case_load(pg, &c, &sak));
    s.mappe = sak->systemid;
    TRY(task_of(&c, s.mappe, &s.oppgave));
    if (!*s.mal)
        TRY(page_error(pg, "mal", tr(pg, &K_KIND_MISSING)));
    else {
        enum rc rc = brevutkast_begin(&c, &s, &u);
        if (rc == RC_OK)
            return page_go(pg, work_href(pg, "/brev/%s", u.id), NULL);
        if (rc != RC_NOT_READY)
            return rc;
        err_clear(pg->cx);
        TRY(page_error(pg, "mal", tr(pg, &K_NO_TASK_WAITS)));
    }
    return choose(pg, &c, sak);
}

/* ------------------------------------------------------------------ the draft */

enum rc draft_load(struct page *pg, struct call *c, struct brevutkast *ret, struct rec **ret_sak)
{
    size_t n = 1;
    TRY(work_call(pg, c));
    TRY(brevutkast_get(c, page_param(pg, "brev"), ret));
    TRY(archive_get(c, F_mappe, str_of(ret->mappe), ret_sak));
    TRY(brevutkast_visible(c, ret->mappe, ret, &n));
    return n == 1 ? RC_OK : err_set(pg->cx, RC_NOT_FOUND, "brev", NULL);
}

/* The input of what brevutkast_missing tells. */
static const char *field_of(struct page *pg, const char *missing)
{
    static const char *const own[] = {"til", "frist", "navn"};
    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (streq(missing, own[i]))
            return own[i];
    const char *name = arena_printf(pg->cx->arena, "b-%s", missing);
    return name ? name : "navn";
}

static void block(struct page *pg, const struct brevutkast *u, size_t i)
{
    const struct brevblokk *b = &u->mal->blocks[i];
    if (b->fixed) {
        ui_details_begin(pg, tr_fill(pg, &K_FIXED_BLOCK, b->title.in[u->maalform], NULL), false);
        ui_paragraph(pg, b->text.in[u->maalform]);
        ui_details_end(pg);
        return;
    }
    ui_textarea(pg, &(struct ui_field){.name = field_of(pg, b->id), .label = b->title.in[u->maalform],
                                       .help = b->help.in[u->maalform], .value = pg->errors_n > 0 ? NULL : u->tekst[i],
                                       .maxlength = BREVTEKST_MAX / 4, .optional = !b->required}, b->required ? 6 : 3);
}

static const char *iso_date(struct page *pg, int64_t t)
{
    int year, month, day;
    if (t == 0)
        return NULL;
    time_civil(t, &year, &month, &day);
    return arena_printf(pg->cx->arena, "%04d-%02d-%02d", year, month, day);
}

/* The parties of the case, those that get it checked. */
static enum rc receivers(struct page *pg, struct call *c, const struct brevutkast *u)
{
    struct sakspart *all;
    struct ui_option options[BREVMOTTAKER_MOST];
    size_t n;
    TRY(dialog_parts(c, &(struct dialog_filter){.mappe = u->mappe, .most = BREVMOTTAKER_MOST}, &all, &n));
    for (size_t i = 0; i < n; i++)
        options[i] = (struct ui_option){.value = all[i].eier, .text = all[i].navn,
                                        .help = *all[i].orgnr ? tr_fill(pg, &K_COMPANY, all[i].orgnr, NULL) : NULL};
    for (size_t i = 0; pg->errors_n == 0 && i < u->til_n; i++)
        TRY(form_put(pg->cx, &pg->form, "til", u->til[i].eier));
    if (n == 0)
        ui_alert(pg, UI_WARNING, NULL, tr(pg, &K_NO_RECEIVERS));
    else
        ui_checkboxes(pg, &(struct ui_field){.name = "til", .label = tr(pg, &K_TO)}, options, n);
    return RC_OK;
}

static enum rc fields(struct page *pg, struct call *c, const struct brevutkast *u)
{
    TRY(receivers(pg, c, u));
    for (size_t i = 0; i < u->mal->blocks_n; i++)
        block(pg, u, i);
    if (u->mal->deadline_days > 0)
        ui_date(pg, &(struct ui_field){.name = "frist", .label = tr(pg, &K_LETTER_DEADLINE),
                                       .value = pg->errors_n > 0 ? NULL : iso_date(pg, u->frist)});
    ui_text(pg, &(struct ui_field){.name = "navn", .label = tr(pg, &K_YOUR_NAME), .help = tr(pg, &K_YOUR_NAME_HELP),
                                   .value = pg->errors_n > 0 ? NULL : u->navn, .maxlength = NAME_MAX_LETTERS});
    ui_heading(pg, 2, tr(pg, &K_ATTACHMENTS));
    attachments_list(pg, u);
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, u->vedlegg_n > 0 ? &K_CHANGE_ATTACHMENTS : &K_ATTACH), "handling", "vedlegg", true);
    ui_buttons_end(pg);
    return RC_OK;
}

static enum rc edit(struct page *pg, struct call *c, const struct brevutkast *u, const struct rec *sak)
{
    const struct crumb up[] = {work_home(pg), case_crumb(pg, sak)};
    page_begin(pg, &(struct page_head){.title = u->mal->name.in[u->maalform], .lead = work_text(pg, sak, A_mappe_tittel),
                                       .crumbs = up, .crumbs_n = COUNT_OF(up), .no_index = true});
    if (*u->merknad)
        ui_alert(pg, UI_WARNING, tr(pg, &K_SENT_BACK), u->merknad);
    ui_form_begin(pg, work_href(pg, "/brev/%s", u->id), false);
    ui_hidden(pg, "versjon", work_number(pg, u->versjon));
    TRY(fields(pg, c, u));
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &K_PREVIEW), "handling", "vis", false);
    ui_submit_as(pg, tr(pg, &K_SAVE), "handling", "lagre", true);
    ui_submit_as(pg, tr(pg, &K_DROP), "handling", "slett", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    ui_paragraph(pg, tr_fill(pg, &K_SAVED_AT, page_time(pg, u->endret), NULL));
    return page_end(pg);
}

/* What is typed is gone for good then. */
static enum rc ask_drop(struct page *pg, const struct brevutkast *u, const struct rec *sak)
{
    const char *draft = work_href(pg, "/brev/%s", u->id);
    const struct crumb up[] = {work_home(pg), case_crumb(pg, sak), {draft, u->mal->name.in[u->maalform]}};
    page_begin(pg, &(struct page_head){.title = tr(pg, &K_DROP_ASK), .lead = tr(pg, &K_DROP_LOST), .crumbs = up,
                                       .crumbs_n = COUNT_OF(up), .no_index = true});
    ui_form_begin(pg, draft, false);
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &K_DROP), "handling", "slett-ja", false);
    ui_submit_as(pg, tr(pg, &K_KEEP), "handling", "behold", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    return page_end(pg);
}

enum rc draft_page(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    TRY(draft_load(pg, &c, &u, &sak));
    if (u.tilstand != BREV_UTKAST)
        return page_go(pg, work_href(pg, "/brev/%s/vis", u.id), NULL);
    return form_has(&pg->form, "slett") ? ask_drop(pg, &u, sak) : edit(pg, &c, &u, sak);
}

/* ------------------------------------------------------------------ what was typed */

static enum rc typed_texts(struct page *pg, struct brevutkast *u)
{
    const char **list = arena_array(pg->cx->arena, u->mal->blocks_n, sizeof(*list));
    if (!list)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < u->mal->blocks_n; i++) {
        const struct brevblokk *b = &u->mal->blocks[i];
        list[i] = b->fixed ? "" : form_get(&pg->form, field_of(pg, b->id));
        if (strlen(list[i]) > BREVTEKST_MAX)
            TRY(page_error(pg, field_of(pg, b->id), tr(pg, &K_TOO_LONG)));
    }
    u->tekst = list;
    return RC_OK;
}

static enum rc typed_receivers(struct page *pg, struct call *c, struct brevutkast *u)
{
    struct sakspart *all;
    size_t n, kept = 0;
    TRY(dialog_parts(c, &(struct dialog_filter){.mappe = u->mappe, .most = BREVMOTTAKER_MOST}, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (form_chosen(&pg->form, "til", all[i].eier))
            all[kept++] = all[i];
    u->til = all;
    u->til_n = kept;
    return RC_OK;
}

static enum rc typed_deadline(struct page *pg, struct brevutkast *u)
{
    int64_t day, today = time_day(pg->cx->now);
    const char *date = ui_date_value(pg, "frist");
    if (u->mal->deadline_days == 0)
        return RC_OK;
    u->frist = 0;
    if (!date)
        return page_error(pg, "frist", tr(pg, &K_NO_DATE));
    if (time_date(str_of(date), &day) && day > today && day < today + 3660)
        u->frist = frist_days(pg->cx->now, (int)(day - today));
    return RC_OK;
}

static enum rc typed(struct page *pg, struct call *c, struct brevutkast *u)
{
    int64_t version;
    u->versjon = str_int(str_of(form_get(&pg->form, "versjon")), &version) ? version : 0;
    u->navn = form_get(&pg->form, "navn");
    if (strlen(u->navn) > NAME_MAX_LETTERS)
        TRY(page_error(pg, "navn", tr(pg, &K_TOO_LONG)));
    TRY(typed_texts(pg, u));
    TRY(typed_receivers(pg, c, u));
    return typed_deadline(pg, u);
}

static const char *name_of(struct page *pg, const struct brevutkast *u, const char *missing)
{
    for (size_t i = 0; i < u->mal->blocks_n; i++)
        if (streq(u->mal->blocks[i].id, missing))
            return u->mal->blocks[i].title.in[u->maalform];
    return tr(pg, streq(missing, "til") ? &K_TO : streq(missing, "frist") ? &K_LETTER_DEADLINE : &K_YOUR_NAME);
}

/* Tells each block that is missing, by its name. */
static enum rc tell_missing(struct page *pg, const struct brevutkast *u)
{
    const char *const *missing;
    size_t n;
    TRY(brevutkast_missing(pg->cx, u, &missing, &n));
    for (size_t i = 0; i < n; i++)
        TRY(page_error(pg, field_of(pg, missing[i]), tr_fill(pg, &K_BLOCK_MISSING, name_of(pg, u, missing[i]), NULL)));
    return RC_OK;
}

enum rc draft_overtaken(struct page *pg, struct call *c, struct brevutkast *u, const char *field)
{
    struct brevutkast now;
    err_clear(pg->cx);
    TRY(brevutkast_get(c, u->id, &now));
    u->versjon = now.versjon;
    return page_error(pg, field, tr(pg, &K_OVERTAKEN));
}

static enum rc dropped(struct page *pg, struct call *c, const struct brevutkast *u)
{
    TRY(brevutkast_drop(c, u->id));
    return page_go(pg, case_href(pg, u->mappe), tr(pg, &K_DROPPED));
}

/* Where each button leads, once the draft is stored. */
static const char *next_place(const char *does)
{
    return streq(does, "vis") ? "/vis" : streq(does, "vedlegg") ? "/vedlegg" : streq(does, "slett") ? "?slett=" : "";
}

/* It is stored first and looked at then, so that nothing typed is lost. */
enum rc draft_sent(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    const char *does = form_get(&pg->form, "handling");
    TRY(draft_load(pg, &c, &u, &sak));
    if (u.tilstand != BREV_UTKAST)
        return page_go(pg, work_href(pg, "/brev/%s/vis", u.id), tr(pg, &K_LETTER_LOCKED));
    if (streq(does, "slett-ja"))
        return dropped(pg, &c, &u);
    if (streq(does, "behold"))
        return page_go(pg, work_href(pg, "/brev/%s", u.id), NULL);
    TRY(typed(pg, &c, &u));
    enum rc rc = pg->errors_n > 0 ? RC_OK : brevutkast_save(&c, &u);
    if (rc == RC_CONFLICT)
        rc = draft_overtaken(pg, &c, &u, "navn");
    TRY(rc);
    if (pg->errors_n == 0 && streq(does, "vis"))
        TRY(tell_missing(pg, &u));
    if (pg->errors_n > 0)
        return edit(pg, &c, &u, sak);
    return page_go(pg, work_href(pg, "/brev/%s%s", u.id, next_place(does)), streq(does, "slett") ? NULL : tr(pg, &K_SAVED));
}
