/* What was answered is looked over and sent; the receipt. */
#include "filling/filling_int.h"

static void answers(struct page *pg, const struct filling *k, size_t trinn)
{
    const struct trinn *t = &k->s->trinn[trinn];
    ui_heading(pg, 2, t->title.in[pg->lang]);
    ui_facts_begin(pg);
    for (size_t i = t->first; i < t->first + t->n; i++) {
        const char *text = svar_text(pg->cx, &k->s->felt[i], k->u.svar, (int)pg->lang);
        if (felt_visible(&k->s->felt[i], k->u.svar))
            ui_fact(pg, k->s->felt[i].label.in[pg->lang], *text ? text : NULL);
    }
    ui_facts_end(pg);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, filling_step_href(pg, k, trinn), tr_fill(pg, &F_CHANGE, t->title.in[pg->lang], NULL));
    html_close(&pg->html, TAG_P);
}

static void lacking(struct page *pg, const struct filling *k, const struct svar_fault *faults, size_t n)
{
    ui_alert(pg, UI_WARNING, tr(pg, &F_LACKING), tr(pg, &F_LACKING_TEXT));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, filling_step_href(pg, k, faults[i].felt->trinn), faults[i].felt->label.in[pg->lang]);
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
}

static void declare(struct page *pg, const struct filling *k)
{
    ui_form_begin(pg, filling_href(pg, k, "/sjekk"), false);
    ui_hidden(pg, "utkast", k->u.id);
    ui_heading(pg, 2, tr(pg, &F_DECLARATION));
    ui_checkbox(pg, &(struct ui_field){.name = "erklaering", .label = k->s->declaration.in[pg->lang]});
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &F_SEND));
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc show(struct page *pg, struct filling *k)
{
    const struct svar_fault *faults;
    size_t n;
    enum rc rc = filling_draft(pg, k);
    if (rc == RC_NOT_FOUND)
        return filling_lost(pg, k);
    TRY(rc);
    if (k->moved)
        return filling_moved(pg, k);
    TRY(svar_check(pg->cx, k->s, k->s->trinn_n, k->u.svar, &faults, &n));
    const struct crumb up[] = {{page_href(pg, "/skjema"), tr(pg, &F_FORMS)},
                               {filling_href(pg, k, ""), k->s->title.in[pg->lang]}};
    page_begin(pg, &(struct page_head){.title = tr(pg, &F_CHECK), .crumbs = up, .crumbs_n = COUNT_OF(up), .no_index = true});
    filling_steps(pg, k, k->s->trinn_n);
    filling_tell_retired(pg, k);
    if (n > 0)
        lacking(pg, k, faults, n);
    for (size_t i = 0; i < k->s->trinn_n; i++)
        answers(pg, k, i);
    if (n == 0)
        declare(pg, k);
    return page_end(pg);
}

enum rc check_show(struct page *pg)
{
    struct filling k;
    TRY(filling_begin(pg, &k));
    return show(pg, &k);
}

/* ------------------------------------------------------------------ sending */

/* Titles are in Norwegian, nynorsk where that is the municipality's language. */
static int language_of_titles(const struct municipality *m)
{
    return streq(m->language, "nn") ? SPRAAK_NN : SPRAAK_NB;
}

/* Whom it is sent for, by whom and why. pid: room for the number of who sends it. */
static enum rc behalf(struct page *pg, const struct filling *k, char pid[PID_MAX], struct paa_vegne *ret)
{
    const struct actor *a = k->actor;
    *ret = (struct paa_vegne){.navn = a->name, .orgnr = a->orgnr, .representant_pid = pid, .rett = actor_why(pg, a)};
    TRY(login_citizen_pid(pg->cx, k->room->on.login, &pg->session->person, pid));
    return acting_name(k->room->on.acting, pg, &ret->representant);
}

static enum rc number_of(struct page *pg, const struct filling *k, char pid[PID_MAX])
{
    bool person = k->actor->kind == ACTOR_CHILD || (k->actor->kind == ACTOR_SELF && pg->session->person.citizen);
    *pid = '\0';
    return person && k->s->level != NIVAA_NONE ? actor_pid(pg, k->actor, pid) : RC_OK;
}

/* Somebody may have lost the right since it was chosen. */
static enum rc may_still(struct page *pg, const struct filling *k, const struct text **ret_why)
{
    bool may = false;
    *ret_why = NULL;
    enum rc rc = acting_verify(k->room->on.acting, pg, &may);
    if (rc != RC_OK && rc != RC_BUSY && rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    if (!may)
        *ret_why = rc == RC_BUSY ? &F_RIGHT_AWAY : &F_RIGHT_GONE;
    return RC_OK;
}

static enum rc sent(struct page *pg, const struct filling *k, enum rc rc, const struct innsending *in, size_t faults)
{
    if (rc == RC_NOT_FOUND)
        return filling_lost(pg, k);
    if (rc != RC_OK && rc != RC_CONFLICT && (rc != RC_FIELD_VALUE || faults == 0))
        return rc;
    if (rc != RC_OK) {
        err_clear(pg->cx);
        return page_go(pg, filling_href(pg, k, "/sjekk"), rc == RC_CONFLICT ? tr(pg, &F_CHANGED) : NULL);
    }
    const char *path = arena_printf(pg->cx->arena, "/kvittering/%s", in->id);
    return path ? page_go(pg, page_href(pg, path), NULL) : cx_nomem(pg->cx);
}

/* Has the draft had to go over to a newer version? One that is not there was sent, and the receipt is found by its id. */
static enum rc goes_over(struct page *pg, const struct filling *k, bool *ret)
{
    struct filling draft = *k;
    enum rc rc = filling_draft(pg, &draft);
    *ret = rc == RC_OK && draft.moved;
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    return RC_OK;
}

static enum rc send(struct page *pg, struct filling *k)
{
    const struct svar_fault *faults;
    const struct text *why_not;
    struct innsending in;
    struct paa_vegne vegne;
    char pid[PID_MAX], own[PID_MAX] = "";
    size_t n;
    bool moved;
    if (!filling_for(k))
        return filling_lost(pg, k);
    TRY(goes_over(pg, k, &moved));
    if (moved)
        return filling_moved(pg, k);
    TRY(may_still(pg, k, &why_not));
    if (why_not) {
        TRY(page_error(pg, "erklaering", tr_fill(pg, why_not, k->actor->name, NULL)));
        return show(pg, k);
    }
    TRY(number_of(pg, k, pid));
    if (k->actor->right != RIGHT_SELF)
        TRY(behalf(pg, k, own, &vegne));
    const struct avsender av = {.eier = k->eier, .pid = pid, .vegne = k->actor->right != RIGHT_SELF ? &vegne : NULL,
                                .spraak = (int)pg->lang, .sakspraak = language_of_titles(pg->kommune),
                                .kommunenr = pg->kommune->number,
                                .kommune = arena_printf(pg->cx->arena, "%s kommune", pg->kommune->name)};
    if (!av.kommune)
        return cx_nomem(pg->cx);
    enum rc rc = innsending_send(k->room->on.submissions, &k->call, form_get(&pg->form, "utkast"), &av, &in, &faults, &n);
    explicit_bzero(pid, sizeof(pid));
    explicit_bzero(own, sizeof(own));
    return sent(pg, k, rc, &in, n);
}

enum rc check_sent(struct page *pg)
{
    struct filling k;
    TRY(filling_begin(pg, &k));
    if (!filling_may(pg, &k))
        return page_go(pg, filling_href(pg, &k, "/sjekk"), NULL);
    if (form_chosen(&pg->form, "erklaering", "ja"))
        return send(pg, &k);
    TRY(page_error(pg, "erklaering", tr(pg, &F_X_DECLARATION)));
    return show(pg, &k);
}

/* ------------------------------------------------------------------ receipt */

/* Whom it was sent for is acted for now, or the visitor has the key of the draft. */
static enum rc find(struct page *pg, struct call *c, struct innsending *ret)
{
    const char *id = page_param(pg, "id"), *key = visitor_key(pg);
    const struct actor *actor;
    TRY(filling_call(pg, c));
    TRY(page_actor(pg, &actor));
    enum rc rc = *key ? innsending_get(c, id, key, ret) : RC_NOT_FOUND;
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    TRY(page_demand(pg, LEVEL_SUBSTANTIAL));
    return innsending_get(c, id, actor->eier, ret);
}

/* To the case on my page (minside). */
static void follow(struct page *pg, const struct innsending *in)
{
    const char *path = arena_printf(pg->cx->arena, "/min-side/sak/%s", in->mappe);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, page_href(pg, path ? path : "/min-side"), tr(pg, &F_FOLLOW));
    html_close(&pg->html, TAG_P);
}

enum rc receipt_show(struct page *pg)
{
    struct call c;
    struct innsending in;
    const struct skjema *s;
    TRY(find(pg, &c, &in));
    TRY(skjema_version(&c, in.skjema, in.versjon, &s));
    const char *days = arena_printf(pg->cx->arena, "%" PRId64, s->answer_workdays ? s->answer_workdays : s->answer_days);
    const char *pdf = arena_printf(pg->cx->arena, "/kvittering/%s/pdf", in.id);
    if (!days || !pdf)
        return cx_nomem(pg->cx);
    page_begin(pg, &(struct page_head){.title = tr(pg, &F_SENT), .lead = s->title.in[pg->lang], .no_index = true});
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &F_RECEIPT_NUMBER), in.nummer);
    ui_fact(pg, tr(pg, &F_CASE_NUMBER), in.saksnummer);
    ui_fact(pg, tr(pg, &F_SENT_AT), page_time(pg, in.sendt));
    ui_fact(pg, tr(pg, &F_ANSWER_BY), page_date(pg, in.svarfrist));
    ui_facts_end(pg);
    ui_paragraph(pg, tr_fill(pg, s->answer_workdays ? &F_COUNTED_WORKDAYS : &F_COUNTED, days, NULL));
    ui_heading(pg, 2, tr(pg, &F_NEXT));
    ui_paragraph(pg, s->next.in[pg->lang]);
    html_open(&pg->html, TAG_P, NULL);
    ui_link_button(pg, page_href(pg, pdf), tr(pg, &F_COPY));
    html_close(&pg->html, TAG_P);
    if (s->level != NIVAA_NONE)
        follow(pg, &in);
    return page_end(pg);
}

enum rc receipt_pdf(struct page *pg)
{
    struct call c;
    struct innsending in;
    struct document d;
    TRY(find(pg, &c, &in));
    TRY(innsending_document(&c, &in, &d));
    pg->rp->fd = d.fd;
    pg->rp->size = d.size;
    if (d.fd < 0)
        pg->rp->source = (struct http_source){archive_far(c.vault, d.sha256), archive_far_send, mem_free};
    pg->rp->type = "application/pdf";
    return page_file_saved(pg, arena_printf(pg->cx->arena, "%s-%s.pdf", in.skjema, in.nummer));
}
