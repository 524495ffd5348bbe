/* A letter as it will be sent: looked at, given to an approver, approved, sent back, sent. */
#include "casework/casework_int.h"

static const char *page_of(struct page *pg, const struct brevutkast *u)
{
    return work_href(pg, "/brev/%s/vis", u->id);
}

static struct brevramme frame_of(struct page *pg, const struct brevutkast *u, const char *responsible)
{
    bool sent = u->tilstand == BREV_SENDT;
    return (struct brevramme){.kommune = work_kommune(pg), .ansvarlig = sent ? u->ansvarlig_navn : responsible};
}

/* ------------------------------------------------------------------ what there is to see */

void letter_state(struct page *pg, const struct brevutkast *u)
{
    static const struct text *const states[] = {[BREV_UTKAST] = &K_STATE_DRAFT, [BREV_TIL_GODKJENNING] = &K_STATE_APPROVAL,
                                                [BREV_SENDT] = &K_STATE_SENT};
    ui_tag(pg, u->tilstand == BREV_SENDT ? UI_SUCCESS : *u->merknad ? UI_WARNING : UI_INFO, tr(pg, states[u->tilstand]));
}

/* A paragraph for each piece between empty lines, line breaks as they are. */
static void paragraphs(struct page *pg, const char *text)
{
    html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-lines"}), text);
}

static enum rc letter_itself(struct page *pg, struct call *c, const struct brevutkast *u)
{
    const struct brevramme r = frame_of(pg, u, "");
    const struct brevdel *parts;
    const char *subject;
    size_t n;
    TRY(letter_text(c, u, &r, &subject, &parts, &n));
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, work_href(pg, "/brev/%s/pdf", u->id), tr(pg, &K_AS_PDF));
    html_close(&pg->html, TAG_P);
    html_open(&pg->html, TAG_ARTICLE, ATTRS({ATT_CLASS, "ds-card sd-letter"}, {ATT_LANG, maalform_codes[u->maalform]}));
    ui_heading(pg, 2, subject);
    for (size_t i = 0; i < u->til_n; i++)
        paragraphs(pg, u->til[i].navn);
    for (size_t i = 0; i < n; i++) {
        if (*parts[i].heading)
            ui_heading(pg, 3, parts[i].heading);
        paragraphs(pg, parts[i].text);
    }
    html_close(&pg->html, TAG_ARTICLE);
    if (u->vedlegg_n > 0)
        ui_heading(pg, 2, tr(pg, &K_ATTACHMENTS));
    attachments_list(pg, u);
    return RC_OK;
}

/* What was sent is the document; the case may have changed since, so the text is not made again. */
static void sent_letter(struct page *pg, const struct brevutkast *u)
{
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &K_SENT), page_time(pg, u->sendt));
    ui_fact(pg, tr(pg, &K_APPROVED_BY), u->ansvarlig_navn);
    ui_fact(pg, tr(pg, &K_CHECKSUM), u->sha256);
    if (u->vedlegg_n > 0)
        ui_fact(pg, tr(pg, &K_ATTACHMENTS), work_number(pg, (int64_t)u->vedlegg_n));
    ui_facts_end(pg);
    html_open(&pg->html, TAG_P, NULL);
    ui_link_button(pg, work_href(pg, "/dokument/%s", u->dokument), tr(pg, &K_AS_PDF));
    html_close(&pg->html, TAG_P);
}

/* ------------------------------------------------------------------ what can be done */

static void form_begin(struct page *pg, const struct brevutkast *u)
{
    ui_form_begin(pg, page_of(pg, u), false);
    ui_hidden(pg, "versjon", work_number(pg, u->versjon));
}

static void form_end(struct page *pg, const struct text *text, const char *does, bool secondary)
{
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, text), "handling", does, secondary);
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc approver_form(struct page *pg, struct call *c, const struct brevutkast *u)
{
    struct ui_option *options;
    size_t n;
    TRY(people_choices(pg, c, tr(pg, &K_ANY_IN_UNIT), &options, &n));
    form_begin(pg, u);
    ui_select(pg, &(struct ui_field){.name = "til", .label = tr(pg, &K_APPROVER)}, options, n);
    form_end(pg, &K_SUBMIT, "til-godkjenning", false);
    return RC_OK;
}

static void approve_form(struct page *pg, const struct brevutkast *u)
{
    bool other = u->tilstand == BREV_TIL_GODKJENNING;
    form_begin(pg, u);
    if (other)
        ui_text(pg, &(struct ui_field){.name = "navn", .label = tr(pg, &K_YOUR_NAME), .help = tr(pg, &K_RESPONSIBLE_HELP),
                                       .maxlength = 200});
    form_end(pg, other ? &K_APPROVE : &K_SEND, "send", false);
}

static void return_form(struct page *pg, const struct brevutkast *u)
{
    form_begin(pg, u);
    ui_textarea(pg, &(struct ui_field){.name = "merknad", .label = tr(pg, &K_REMARK_TO_WRITER), .maxlength = 2000}, 3);
    form_end(pg, &K_RETURN, "returner", true);
}

static enum rc draft_actions(struct page *pg, struct call *c, const struct brevutkast *u)
{
    const struct casework *w = pg->app;
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, work_href(pg, "/brev/%s", u->id), tr(pg, &K_EDIT));
    html_close(&pg->html, TAG_P);
    if (letter_needs_other(w->letters, c, u))
        return approver_form(pg, c, u);
    approve_form(pg, u);
    return RC_OK;
}

static enum rc approval_actions(struct page *pg, struct call *c, const struct brevutkast *u)
{
    const struct casework *w = pg->app;
    struct oppgave o;
    TRY(oppgave_get(c, u->godkjenning, &o));
    ui_paragraph(pg, *o.person ? tr_fill(pg, &K_IS_WITH, o.person_navn, NULL) : tr(pg, &K_IS_WITH_UNIT));
    enum rc rc = brevutkast_may_send(w->letters, c, u);
    if (rc == RC_OK) {
        html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-beside"}));
        approve_form(pg, u);
        return_form(pg, u);
        html_close(&pg->html, TAG_DIV);
        return RC_OK;
    }
    err_clear(pg->cx);
    if (streq(u->skriver, c->person.id)) {
        form_begin(pg, u);
        form_end(pg, &K_TAKE_BACK, "trekk", true);
    }
    return rc == RC_FORBIDDEN ? RC_OK : rc;
}

/* ------------------------------------------------------------------ the page */

static enum rc show(struct page *pg, struct call *c, const struct brevutkast *u, const struct rec *sak)
{
    const struct crumb up[] = {work_home(pg), case_crumb(pg, sak)};
    page_begin(pg, &(struct page_head){.title = u->mal->name.in[u->maalform], .crumbs = up, .crumbs_n = COUNT_OF(up),
                                       .no_index = true});
    html_open(&pg->html, TAG_P, NULL);
    letter_state(pg, u);
    html_close(&pg->html, TAG_P);
    if (u->tilstand == BREV_SENDT) {
        sent_letter(pg, u);
        return page_end(pg);
    }
    TRY(letter_itself(pg, c, u));
    TRY(u->tilstand == BREV_UTKAST ? draft_actions(pg, c, u) : approval_actions(pg, c, u));
    return page_end(pg);
}

enum rc letter_shown(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    TRY(draft_load(pg, &c, &u, &sak));
    return show(pg, &c, &u, sak);
}

enum rc letter_preview(struct page *pg)
{
    const struct casework *w = pg->app;
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    TRY(draft_load(pg, &c, &u, &sak));
    if (u.tilstand == BREV_SENDT)
        return page_go(pg, work_href(pg, "/dokument/%s", u.dokument), NULL);
    const struct brevramme r = frame_of(pg, &u, "");
    pg->rp->type = "application/pdf";
    TRY(letter_pdf(w->letters, &c, &u, &r, &pg->rp->body));
    return http_set(pg->rq, pg->rp, "Content-Disposition", "inline; filename=\"utkast.pdf\"");
}

/* ------------------------------------------------------------------ what is asked for */

static enum rc submitted(struct page *pg, struct call *c, struct brevutkast *u, const char **ret)
{
    const char *to, *name;
    TRY(people_chosen(pg, c, &to, &name));
    if (!to)
        return page_error(pg, "til", tr(pg, &K_APPROVER_MISSING));
    *ret = tr(pg, &K_SUBMITTED);
    return brevutkast_submit(c, u, to, name);
}

static enum rc returned(struct page *pg, struct call *c, struct brevutkast *u, const char **ret)
{
    const char *why = form_get(&pg->form, "merknad");
    if (!*why)
        return page_error(pg, "merknad", tr(pg, &K_REMARK_MISSING));
    *ret = tr(pg, &K_RETURNED);
    return brevutkast_return(c, u, why);
}

static enum rc taken_back(struct page *pg, struct call *c, struct brevutkast *u, const char **ret)
{
    *ret = tr(pg, &K_TAKEN_BACK);
    return brevutkast_return(c, u, "");
}

static enum rc sent(struct page *pg, struct call *c, struct brevutkast *u, const char **ret)
{
    const struct casework *w = pg->app;
    const char *name = u->tilstand == BREV_UTKAST ? u->navn : form_get(&pg->form, "navn");
    const struct brevramme r = frame_of(pg, u, name);
    if (!*name && u->tilstand != BREV_SENDT)
        return page_error(pg, "navn", tr_fill(pg, &K_BLOCK_MISSING, tr(pg, &K_YOUR_NAME), NULL));
    *ret = tr(pg, &K_LETTER_SENT);
    return brevutkast_send(w->letters, c, u, &r);
}

static const struct action {
    const char *name;
    enum rc (*run)(struct page *pg, struct call *c, struct brevutkast *u, const char **ret);
} all[] = {{"til-godkjenning", submitted}, {"send", sent}, {"returner", returned}, {"trekk", taken_back}};

static enum rc run(struct page *pg, struct call *c, struct brevutkast *u, const char **ret)
{
    const char *does = form_get(&pg->form, "handling");
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (streq(all[i].name, does))
            return all[i].run(pg, c, u, ret);
    return err_set(pg->cx, RC_BAD_REQUEST, "handling", NULL);
}

/* What to say when it is not so any more, or not to be done by this person. */
static const struct {
    enum rc rc;
    const struct text *text;
} refusals[] = {
    {RC_TRANSITION, &K_LETTER_LOCKED}, {RC_CONFLICT, &K_LETTER_CHANGED}, {RC_FIELD_MISSING, &K_LETTER_INCOMPLETE},
    {RC_FORBIDDEN, &K_NOT_YOURS}, {RC_NOT_FOUND, &K_HIDDEN_FROM_YOU},
};

static enum rc refused(struct page *pg, enum rc rc, const char **ret)
{
    const char *by = pg->cx->err.detail, *field = pg->cx->err.field;
    if (rc == RC_FIELD_MISSING && field && streq(field, "vedlegg")) {
        *ret = tr_fill(pg, &K_ATTACHMENT_GONE, by, NULL);
        err_clear(pg->cx);
        return RC_OK;
    }
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].rc != rc)
            continue;
        *ret = rc == RC_TRANSITION && by && *by ? tr_fill(pg, &K_WAS_FASTER, by, NULL) : tr(pg, refusals[i].text);
        err_clear(pg->cx);
        return RC_OK;
    }
    return rc;
}

enum rc letter_decided(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    int64_t version;
    const char *said = NULL;
    TRY(draft_load(pg, &c, &u, &sak));
    if (str_int(str_of(form_get(&pg->form, "versjon")), &version)) /* what the person saw */
        u.versjon = version;
    enum rc rc = run(pg, &c, &u, &said);
    if (rc != RC_OK)
        TRY(refused(pg, rc, &said));
    return pg->errors_n > 0 ? show(pg, &c, &u, sak) : page_go(pg, page_of(pg, &u), said);
}
