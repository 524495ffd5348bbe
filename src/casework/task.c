/* One task: what it is, by when, and what can be done with it. */
#include "casework/casework_int.h"

static const struct text *const kinds[OPPGAVE_SLAG] = {
    [OPPGAVE_BEHANDLE] = &K_KIND_BEHANDLE, [OPPGAVE_SVAR] = &K_KIND_SVAR, [OPPGAVE_INNSYN] = &K_KIND_INNSYN,
    [OPPGAVE_MANGLER] = &K_KIND_MANGLER, [OPPGAVE_GODKJENN] = &K_KIND_GODKJENN, [OPPGAVE_KVALITET] = &K_KIND_KVALITET,
};

const char *task_name(struct page *pg, const struct oppgave *o)
{
    return tr(pg, kinds[o->slag]);
}

/* ------------------------------------------------------------------ the deadline */

void task_due_tag(struct page *pg, const struct oppgave *o)
{
    int left = frist_left(pg->cx->now, o->frist);
    if (o->utfoert)
        ui_tag(pg, UI_SUCCESS, tr(pg, &K_DONE));
    else if (o->pauset)
        ui_tag(pg, UI_INFO, tr(pg, &K_WAITS));
    else if (o->frist < pg->cx->now)
        ui_tag(pg, UI_DANGER, tr(pg, &K_OVERDUE));
    else if (left == 0)
        ui_tag(pg, UI_WARNING, tr(pg, &K_TODAY));
    else
        ui_tag(pg, left <= 3 ? UI_WARNING : UI_NEUTRAL,
               tr_fill(pg, left == 1 ? &K_DAY_LEFT : &K_DAYS_LEFT, work_number(pg, left), NULL));
}

const char *task_reckoning(struct page *pg, const struct oppgave *o)
{
    const char *begun = page_date(pg, o->opprettet), *days = work_number(pg, time_day(o->frist) - time_day(o->opprettet));
    if (o->slag == OPPGAVE_INNSYN)
        return tr_fill(pg, &K_RECKONED_INNSYN, begun, NULL);
    if (o->pauset)
        return tr_fill(pg, &K_RECKONED_WAITING, page_date(pg, o->pauset), o->grunn, NULL);
    return tr_fill(pg, &K_RECKONED, days, begun, NULL);
}

/* ------------------------------------------------------------------ changing */

struct change {
    struct oppgave o;
    struct rec *sak;                 /* NULL where the task hangs on none */
    const char *person, *navn;       /* who gets it; "" and "" for the unit */
};

static enum rc load(struct call *c, const char *id, struct change *ret)
{
    *ret = (struct change){.sak = NULL};
    TRY(oppgave_get(c, id, &ret->o));
    return *ret->o.mappe ? archive_get(c, F_mappe, str_of(ret->o.mappe), &ret->sak) : RC_OK;
}

/* Is nobody responsible for the case but who made it, or who gives it away? */
static bool to_be_had(const struct call *c, const struct rec *sak)
{
    const struct val *has = rec_val(sak, A_saksmappe_referanseSaksansvarlig),
                     *made = rec_val(sak, A_arkivenhet_referanseOpprettetAv);
    return has->state != VAL_SET || val_is(has, c->person.id) || str_eq(has->text, made->text);
}

/* Who has the task to decide a case answers for it. */
static enum rc responsible_follows(struct call *c, const struct change *k)
{
    struct rec *in, *made;
    bool decides = k->o.slag == OPPGAVE_BEHANDLE || k->o.slag == OPPGAVE_SVAR;
    if (!decides || !*k->person || !k->sak || !model_is(k->sak->entity, E_saksmappe) || !to_be_had(c, k->sak) ||
        rec_val(k->sak, A_mappe_avsluttetDato)->state == VAL_SET)
        return RC_OK;
    TRY(rec_new(c->cx, model_entity(E_saksmappe), &in));
    val_text(rec_val(in, A_saksmappe_saksansvarlig), str_of(k->navn));
    val_text(rec_val(in, A_saksmappe_referanseSaksansvarlig), str_of(k->person));
    return archive_merge(c, F_mappe, str_of(k->sak->systemid), (struct match){0}, in, NULL, 0, &made);
}

static enum rc take(struct call *c, void *arg)
{
    const struct change *k = arg;
    TRY(oppgave_take(c, k->o.id));
    return responsible_follows(c, k);
}

static enum rc give(struct call *c, void *arg)
{
    const struct change *k = arg;
    TRY(oppgave_assign(c, k->o.id, k->person, k->navn, NULL));
    return responsible_follows(c, k);
}

enum rc task_take(struct call *c, const char *id)
{
    struct change k;
    TRY(load(c, id, &k));
    k.person = c->person.id;
    k.navn = c->person.name;
    return archive_together(c, take, &k);
}

/* ------------------------------------------------------------------ the page */

static void facts(struct page *pg, const struct change *k)
{
    const struct oppgave *o = &k->o;
    ui_facts_begin(pg);
    if (k->sak)
        ui_fact(pg, tr(pg, &K_CASE), work_text(pg, k->sak, A_mappe_mappeID));
    ui_fact(pg, tr(pg, &K_DEADLINE), page_date(pg, o->frist));
    ui_fact(pg, tr(pg, &K_HAS_IT), *o->person ? o->person_navn : tr(pg, &K_NOBODY));
    ui_fact(pg, tr(pg, &K_UNIT), o->enhet);
    ui_fact(pg, tr(pg, &K_BEGUN), page_date(pg, o->opprettet));
    ui_facts_end(pg);
    html_open(&pg->html, TAG_P, NULL);
    task_due_tag(pg, o);
    html_text(&pg->html, " ");
    html_text(&pg->html, o->utfoert ? page_time(pg, o->utfoert) : task_reckoning(pg, o));
    html_close(&pg->html, TAG_P);
}

/* A form of one button. */
static void button(struct page *pg, const struct change *k, const struct text *text, const char *does, bool secondary)
{
    ui_form_begin(pg, work_href(pg, "/oppgave/%s", k->o.id), false);
    ui_submit_as(pg, tr(pg, text), "handling", does, secondary);
    ui_form_end(pg);
}

static void section(struct page *pg, const struct text *heading)
{
    html_open(&pg->html, TAG_SECTION, ATTRS({ATT_CLASS, "ds-card"}));
    ui_heading(pg, 2, tr(pg, heading));
}

static enum rc give_form(struct page *pg, struct call *c, const struct change *k)
{
    struct ui_option *options;
    size_t n;
    TRY(people_choices(pg, c, tr_fill(pg, &K_BACK_TO_UNIT, k->o.enhet, NULL), &options, &n));
    section(pg, &K_GIVE);
    ui_form_begin(pg, work_href(pg, "/oppgave/%s", k->o.id), false);
    ui_select(pg, &(struct ui_field){.name = "til", .label = tr(pg, &K_GIVE_TO)}, options, n);
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &K_GIVE), "handling", "gi", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    html_close(&pg->html, TAG_SECTION);
    return RC_OK;
}

static void wait_form(struct page *pg, const struct change *k)
{
    section(pg, &K_WAIT);
    if (k->o.pauset) {
        button(pg, k, &K_GO_ON, "fortsett", true);
    } else {
        ui_form_begin(pg, work_href(pg, "/oppgave/%s", k->o.id), false);
        ui_text(pg, &(struct ui_field){.name = "grunn", .label = tr(pg, &K_WAIT_WHY), .help = tr(pg, &K_WAIT_HELP),
                                       .maxlength = 200});
        ui_buttons_begin(pg);
        ui_submit_as(pg, tr(pg, &K_WAIT), "handling", "vent", true);
        ui_buttons_end(pg);
        ui_form_end(pg);
    }
    html_close(&pg->html, TAG_SECTION);
}

static void end_form(struct page *pg, const struct change *k)
{
    section(pg, &K_END);
    ui_paragraph(pg, tr(pg, &K_END_HELP));
    button(pg, k, &K_END, "ferdig", true);
    html_close(&pg->html, TAG_SECTION);
}

static enum rc actions(struct page *pg, struct call *c, const struct change *k)
{
    if (!*k->o.person)
        button(pg, k, &K_TAKE, "ta", false);
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-beside"}));
    TRY(give_form(pg, c, k));
    if (k->o.slag != OPPGAVE_GODKJENN) { /* ends with its letter */
        wait_form(pg, k);
        end_form(pg, k);
    }
    html_close(&pg->html, TAG_DIV);
    return RC_OK;
}

/* Where the task is done: the letter, or the case. */
static enum rc way_on(struct page *pg, struct call *c, const struct change *k)
{
    struct brevutkast u;
    html_open(&pg->html, TAG_P, NULL);
    if (k->o.slag == OPPGAVE_GODKJENN && !k->o.utfoert) {
        TRY(brevutkast_of_task(c, k->o.id, &u));
        ui_link_button(pg, work_href(pg, "/brev/%s/vis", u.id), tr(pg, &K_SEE_LETTER));
    } else if (k->sak) {
        ui_link_button(pg, case_href(pg, k->sak->systemid), tr(pg, &K_TO_CASE));
    }
    html_close(&pg->html, TAG_P);
    return RC_OK;
}

static enum rc show(struct page *pg, struct call *c, const struct change *k)
{
    const struct crumb up[] = {work_home(pg), k->sak ? case_crumb(pg, k->sak) : (struct crumb){0}};
    page_begin(pg, &(struct page_head){.title = task_name(pg, &k->o), .wide = true,
                                       .lead = k->sak ? work_text(pg, k->sak, A_mappe_tittel) : NULL, .crumbs = up,
                                       .crumbs_n = k->sak ? 2 : 1, .no_index = true});
    facts(pg, k);
    TRY(way_on(pg, c, k));
    if (!k->o.utfoert)
        TRY(actions(pg, c, k));
    return page_end(pg);
}

enum rc task_page(struct page *pg)
{
    struct call c;
    struct change k;
    TRY(work_call(pg, &c));
    TRY(load(&c, page_param(pg, "oppgave"), &k));
    return show(pg, &c, &k);
}

/* ------------------------------------------------------------------ what is asked for */

static enum rc taken(struct page *pg, struct call *c, struct change *k, const char **ret)
{
    *ret = tr(pg, &K_TAKEN);
    return task_take(c, k->o.id);
}

static enum rc given(struct page *pg, struct call *c, struct change *k, const char **ret)
{
    TRY(people_chosen(pg, c, &k->person, &k->navn));
    if (!k->person)
        return page_error(pg, "til", tr(pg, &K_GIVE_MISSING));
    *ret = *k->person ? tr_fill(pg, &K_GIVEN, k->navn, NULL) : tr(pg, &K_GIVEN_BACK);
    return archive_together(c, give, k);
}

static enum rc paused(struct page *pg, struct call *c, struct change *k, const char **ret)
{
    const char *why = form_get(&pg->form, "grunn");
    if (!*why)
        return page_error(pg, "grunn", tr(pg, &K_WAIT_MISSING));
    *ret = tr(pg, &K_PAUSED);
    return oppgave_pause(c, k->o.id, why);
}

static enum rc resumed(struct page *pg, struct call *c, struct change *k, const char **ret)
{
    *ret = tr(pg, &K_RESUMED);
    return oppgave_resume(c, k->o.id);
}

static enum rc ended(struct page *pg, struct call *c, struct change *k, const char **ret)
{
    *ret = tr(pg, &K_ENDED);
    return oppgave_done(c, k->o.id);
}

static const struct action {
    const char *name;
    enum rc (*run)(struct page *pg, struct call *c, struct change *k, const char **ret);
    bool approval;                   /* may be done with the task to approve a letter too */
} all[] = {{"ta", taken, true}, {"gi", given, true}, {"vent", paused, false}, {"fortsett", resumed, false},
           {"ferdig", ended, false}};

static enum rc run(struct page *pg, struct call *c, struct change *k, const char **ret)
{
    const char *does = form_get(&pg->form, "handling");
    if (k->o.utfoert)
        return err_set(pg->cx, RC_TRANSITION, "oppgave", NULL);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (streq(all[i].name, does) && (all[i].approval || k->o.slag != OPPGAVE_GODKJENN))
            return all[i].run(pg, c, k, ret);
    return err_set(pg->cx, RC_BAD_REQUEST, "handling", NULL);
}

enum rc task_sent(struct page *pg)
{
    struct call c;
    struct change k;
    const char *said = NULL;
    TRY(work_call(pg, &c));
    TRY(load(&c, page_param(pg, "oppgave"), &k));
    enum rc rc = run(pg, &c, &k, &said);
    if (rc == RC_TRANSITION) { /* somebody was faster, or it was pressed twice */
        err_clear(pg->cx);
        said = tr(pg, &K_NOT_SO);
    } else if (rc != RC_OK) {
        return rc;
    }
    return pg->errors_n > 0 ? show(pg, &c, &k) : page_go(pg, work_href(pg, "/oppgave/%s", k.o.id), said);
}
