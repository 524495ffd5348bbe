/* The list of forms, and the page that tells of one before it is begun. */
#include "filling/filling_int.h"

enum rc about_services(void *arg, struct page *pg, struct web_service **ret, size_t *ret_n)
{
    struct skjema_utgave *all;
    struct vault *v;
    struct call c;
    size_t n;
    struct fillings *p = arg;
    TRY(archive_vault(pg->cx, p->on.archive, pg->kommune->slug, &v));
    TRY(submission_call(pg->cx, v, &c));
    TRY(skjema_list(&c, &all, &n));
    *ret = arena_array(pg->cx->arena, n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < n; i++) {
        const struct skjema *s = all[i].skjema;
        const char *path = arena_printf(pg->cx->arena, "/skjema/%s", s->id);
        (*ret)[i] = (struct web_service){s->theme, s->title.in[pg->lang], s->lead.in[pg->lang],
                                         path ? page_href(pg, path) : "/"};
    }
    *ret_n = n;
    return RC_OK;
}

enum rc about_list(struct page *pg)
{
    struct web_service *all;
    size_t n;
    TRY(about_services(pg->app, pg, &all, &n));
    page_begin(pg, &(struct page_head){.title = tr(pg, &F_FORMS), .lead = tr(pg, &F_FORMS_LEAD)});
    if (n == 0) {
        ui_paragraph(pg, tr(pg, &F_NO_FORMS));
        return page_end(pg);
    }
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-services"}));
    for (size_t i = 0; i < n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, all[i].href, all[i].title);
        html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}), all[i].summary);
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, page_href(pg, "/skjemaregler"), tr(pg, &F_RULES));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}

/* ------------------------------------------------------------------ one form */

static const char *for_whom(struct page *pg, const struct skjema *s)
{
    const char *text = arena_printf(pg->cx->arena, "%s%s%s%s%s", s->for_self ? tr(pg, &F_FOR_SELF) : "",
                                    s->for_self && s->for_company ? "\n" : "", s->for_company ? tr(pg, &F_FOR_COMPANY) : "",
                                    s->for_child && (s->for_self || s->for_company) ? "\n" : "",
                                    s->for_child ? tr(pg, &F_FOR_CHILD) : "");
    return text ? text : "";
}

static const char *number(struct page *pg, int64_t n)
{
    const char *text = arena_printf(pg->cx->arena, "%" PRId64, n);
    return text ? text : "";
}

const char *about_answer_time(struct page *pg, const struct skjema *s)
{
    return s->answer_workdays ? tr_fill(pg, &F_WORKDAYS, number(pg, s->answer_workdays), NULL)
                              : tr_fill(pg, &F_DAYS, number(pg, s->answer_days), NULL);
}

/* "Ada Nordmann (foreldreansvar)"; NULL when nobody is logged in. */
static const char *acting_for(struct page *pg, const struct filling *k)
{
    if (k->actor->kind == ACTOR_NOBODY)
        return NULL;
    if (k->actor->kind == ACTOR_SELF)
        return tr(pg, &F_FOR_SELF);
    return arena_printf(pg->cx->arena, "%s (%s)", k->actor->name, actor_why(pg, k->actor));
}

static void facts(struct page *pg, const struct filling *k)
{
    const struct skjema *s = k->s;
    static const struct text *const levels[] = {[NIVAA_NONE] = &F_LOGIN_NONE, [NIVAA_SUBSTANTIAL] = &F_LOGIN_SUBSTANTIAL,
                                                [NIVAA_HIGH] = &F_LOGIN_HIGH};
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &F_WHO), for_whom(pg, s));
    if (acting_for(pg, k))
        ui_fact(pg, tr(pg, &F_ACTING), acting_for(pg, k));
    ui_fact(pg, tr(pg, &F_LOGIN), tr(pg, levels[s->level]));
    ui_fact(pg, tr(pg, &F_ANSWER_TIME), about_answer_time(pg, s));
    if (s->law)
        ui_fact(pg, tr(pg, &F_LAW), s->law);
    ui_facts_end(pg);
}

static enum rc has_draft(struct page *pg, struct filling *k, bool *ret)
{
    enum rc rc = filling_may(pg, k) ? utkast_get(&k->call, k->eier, k->s->id, &k->u) : RC_NOT_FOUND;
    *ret = rc == RC_OK;
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    return RC_OK;
}

/* A form that is taken out of use is said to be so, at its old address too. */
static enum rc retired(struct page *pg, const struct filling *k, bool begun)
{
    const struct crumb up = {page_href(pg, "/skjema"), tr(pg, &F_FORMS)};
    bool logged_in = filling_may(pg, k);
    page_begin(pg, &(struct page_head){.title = k->s->title.in[pg->lang], .crumbs = &up, .crumbs_n = 1, .no_index = true});
    if (begun)
        filling_tell_retired(pg, k);
    else
        ui_alert(pg, UI_WARNING, tr(pg, &F_RETIRED_FORM), tr(pg, logged_in ? &F_RETIRED_NONE : &F_RETIRED_LOGIN));
    html_open(&pg->html, TAG_P, NULL);
    if (begun || !logged_in)
        ui_link_button(pg, begun ? filling_step_href(pg, k, 0) : filling_href(pg, k, "/start"),
                       tr(pg, begun ? &F_GO_ON : &F_GO_ON_LOGIN));
    else
        ui_link(pg, page_href(pg, "/skjema"), tr(pg, &F_OTHER_FORMS));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}

/* The way on: to the draft, to a new one, or to choosing somebody the form is for. */
static void way_on(struct page *pg, const struct filling *k, bool begun)
{
    bool logged_in = filling_may(pg, k), right = !logged_in || filling_for(k);
    const char *start = filling_href(pg, k, "/start");
    if (!right)
        ui_alert(pg, UI_WARNING, tr(pg, &F_WRONG_ACTOR), tr_fill(pg, &F_WRONG_ACTOR_TEXT, for_whom(pg, k->s), NULL));
    html_open(&pg->html, TAG_P, NULL);
    if (!right)
        ui_link_button(pg, acting_href(pg, start), tr(pg, &F_CHOOSE_ACTOR));
    else
        ui_link_button(pg, begun ? filling_step_href(pg, k, 0) : start,
                       tr(pg, begun ? &F_GO_ON : logged_in ? &F_START : &F_START_LOGIN));
    html_close(&pg->html, TAG_P);
}

enum rc about_form(struct page *pg)
{
    struct filling k;
    bool begun;
    TRY(filling_begin(pg, &k));
    TRY(has_draft(pg, &k, &begun));
    if (k.retired)
        return retired(pg, &k, begun);
    const struct crumb up = {page_href(pg, "/skjema"), tr(pg, &F_FORMS)};
    page_begin(pg, &(struct page_head){.title = k.s->title.in[pg->lang], .lead = k.s->lead.in[pg->lang], .crumbs = &up,
                                       .crumbs_n = 1});
    facts(pg, &k);
    ui_heading(pg, 2, tr(pg, &F_STEPS_TITLE));
    html_open(&pg->html, TAG_OL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < k.s->trinn_n; i++)
        html_put(&pg->html, TAG_LI, NULL, k.s->trinn[i].title.in[pg->lang]);
    html_close(&pg->html, TAG_OL);
    ui_paragraph(pg, tr_fill(pg, &F_KEPT, number(pg, UTKAST_DAYS), NULL));
    way_on(pg, &k, begun);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, rules_href(pg, k.s), tr(pg, &F_RULES_LINK));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}
