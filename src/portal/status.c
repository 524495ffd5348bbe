/* An order as its holder sees it: the clock, the answers, the appeal. The address is the key. */
#include "portal/portal_int.h"
#include "task/task.h"

static enum rc load(struct page *pg, struct vault **ret_vault, struct innsynskrav *ret)
{
    TRY(innsyn_vault(pg, ret_vault));
    return innsyn_by_key(pg->cx, *ret_vault, page_param(pg, "noekkel"), ret);
}

static const char *status_href(struct page *pg, const char *rest)
{
    const char *path = arena_printf(pg->cx->arena, "/%s%s", page_param(pg, "noekkel"), rest);
    return kurv_href(pg, path ? path : "");
}

static const char *number(struct page *pg, int64_t n)
{
    const char *text = arena_printf(pg->cx->arena, "%" PRId64, n);
    return text ? text : "";
}

/* ------------------------------------------------------------------ the clock */

void portal_order_days(struct page *pg, const struct innsynskrav *k)
{
    struct html *h = &pg->html;
    int today = innsyn_day(k, pg->cx->now);
    if (k->venter == 0)
        return;
    ui_paragraph(pg, tr(pg, &P_COUNTED));
    html_open(h, TAG_OL, ATTRS({ATT_CLASS, "sd-steps"}));
    for (int i = 1; i <= INNSYN_ARBEIDSDAGER; i++) {
        html_open(h, TAG_LI, ATTRS({ATT_CLASS, i < today ? "sd-steps__done" : NULL},
                                   {ATT_ARIA_CURRENT, i == today ? "date" : NULL}));
        html_text(h, page_date(pg, frist_workdays(k->mottatt, i)));
        html_close(h, TAG_LI);
    }
    html_close(h, TAG_OL);
}

void portal_order_state(struct page *pg, const struct innsynskrav *k)
{
    int today = innsyn_day(k, pg->cx->now);
    if (k->venter == 0)
        ui_tag(pg, UI_SUCCESS, tr(pg, &P_ANSWERED));
    else if (pg->cx->now > k->frist)
        ui_tag(pg, UI_DANGER, tr(pg, &P_OVERDUE));
    else if (today < 1)
        ui_tag(pg, UI_INFO, tr_fill(pg, &P_DAY_ONE_IS, page_date(pg, frist_workdays(k->mottatt, 1)), NULL));
    else
        ui_tag(pg, UI_INFO, tr_fill(pg, &P_DAY_OF_FIVE, number(pg, today), NULL));
}

static void clock_facts(struct page *pg, const struct innsynskrav *k)
{
    html_open(&pg->html, TAG_P, NULL);
    portal_order_state(pg, k);
    html_close(&pg->html, TAG_P);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &P_CASE_NUMBER), k->saksnummer);
    ui_fact(pg, tr(pg, &P_RECEIVED), page_time(pg, k->mottatt));
    ui_fact(pg, tr(pg, &P_DEADLINE), page_date(pg, k->frist));
    ui_facts_end(pg);
    portal_order_days(pg, k);
    if (k->venter > 0 && pg->cx->now > k->frist)
        ui_alert(pg, UI_WARNING, tr(pg, &P_OVERDUE), tr(pg, &P_OVERDUE_TEXT));
}

/* ------------------------------------------------------------------ the answers */

void portal_order_outcome(struct page *pg, const struct innsynspost *p)
{
    static const struct {
        const struct text *text;
        enum ui_tone tone;
    } outcomes[] = {[INNSYN_VENTER] = {&P_OUT_WAITS, UI_NEUTRAL}, [INNSYN_GITT] = {&P_OUT_GIVEN, UI_SUCCESS},
                    [INNSYN_DELVIS] = {&P_OUT_PART, UI_WARNING}, [INNSYN_AVSLAG] = {&P_OUT_REFUSED, UI_DANGER}};
    ui_tag(pg, outcomes[p->utfall].tone, tr(pg, outcomes[p->utfall].text));
}

const char *portal_size(struct page *pg, const char *ending, int64_t byte)
{
    return arena_printf(pg->cx->arena, " (%s%s%" PRId64 " kB)", ending, *ending ? ", " : "", (byte + 1023) / 1024);
}

static void documents(struct page *pg, const struct innsynspost *p)
{
    if (p->dokumenter_n == 0)
        return;
    if (pg->cx->now > p->aapen_til) {
        ui_paragraph(pg, tr(pg, &P_CLOSED_NOW));
        return;
    }
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < p->dokumenter_n; i++) {
        const struct innsynsdokument *d = &p->dokumenter[i];
        const char *rest = arena_printf(pg->cx->arena, "/%" PRId64 "/%zu", p->nr, i + 1);
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, status_href(pg, rest ? rest : ""), d->tittel);
        html_text(&pg->html, portal_size(pg, d->ending, d->byte));
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
    ui_paragraph(pg, tr_fill(pg, &P_OPEN_UNTIL, page_date(pg, p->aapen_til), NULL));
}

static void reasons(struct page *pg, const struct innsynspost *p)
{
    if (!*p->hjemmel)
        return;
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &P_LEGAL_BASIS), p->hjemmel);
    ui_fact(pg, tr(pg, &P_REASON), p->grunn);
    ui_fact(pg, tr(pg, &P_EXTENDED), p->merinnsyn);
    ui_facts_end(pg);
    ui_paragraph(pg, tr_fill(pg, &P_APPEAL_UNTIL, page_date(pg, innsyn_appeal_until(p)), NULL));
}

/* The title is that of the journal now; what it has no longer is told by its number alone. */
static enum rc item(struct page *pg, struct vault *v, const struct innsynspost *p)
{
    struct innfoersel e;
    enum rc rc = journal_entry(pg->cx, v, str_of(p->registrering), &e);
    bool gone = rc == RC_NOT_FOUND;
    if (gone)
        err_clear(pg->cx);
    else
        TRY(rc);
    ui_card_begin(pg);
    ui_heading(pg, 3, gone ? p->nummer : arena_printf(pg->cx->arena, "%s: %s", p->nummer, journal_title(pg->cx, e.tittel)));
    html_open(&pg->html, TAG_P, NULL);
    portal_order_outcome(pg, p);
    html_close(&pg->html, TAG_P);
    if (p->besvart)
        ui_paragraph(pg, tr_fill(pg, &P_ANSWERED_AT, page_date(pg, p->besvart), NULL));
    else if (gone)
        ui_paragraph(pg, tr(pg, &P_GONE_SINCE));
    reasons(pg, p);
    documents(pg, p);
    ui_card_end(pg);
    return RC_OK;
}

/* ------------------------------------------------------------------ the appeal */

static void appeal_form(struct page *pg, const struct innsynskrav *k)
{
    if (k->klaget)
        ui_alert(pg, UI_INFO, NULL, tr_fill(pg, &P_APPEALED_AT, page_time(pg, k->klaget), k->saksnummer, NULL));
    if (!innsyn_appealable(k, pg->cx->now))
        return;
    ui_heading(pg, 2, tr(pg, &P_APPEAL_HEAD));
    ui_paragraph(pg, tr(pg, &P_APPEAL_TEXT));
    ui_form_begin(pg, status_href(pg, "/klage"), false);
    ui_textarea(pg, &(struct ui_field){.name = "ord", .label = tr(pg, &P_APPEAL_WORDS), .maxlength = 1000, .optional = true}, 4);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &P_APPEAL));
    ui_buttons_end(pg);
    ui_form_end(pg);
}

enum rc status_appeal(struct page *pg)
{
    const struct portal *p = pg->app;
    struct vault *v;
    struct call c;
    TRY(innsyn_vault(pg, &v));
    TRY(submission_call(pg->cx, v, &c));
    enum rc rc = innsyn_appeal(p->innsyn, &c, page_param(pg, "noekkel"), pg->nonce, form_get(&pg->form, "ord"),
                               portal_sender(pg), streq(pg->kommune->language, "nn"));
    if (rc != RC_NOT_READY)
        TRY(rc);
    err_clear(pg->cx);
    return page_go(pg, status_href(pg, ""), tr(pg, rc == RC_OK ? &P_APPEAL_SENT : &P_APPEAL_NOT_NOW));
}

/* ------------------------------------------------------------------ the page */

static void keep_the_link(struct page *pg)
{
    ui_alert(pg, UI_INFO, tr(pg, &P_KEEP_LINK), tr(pg, &P_KEEP_LINK_TEXT));
    html_open(&pg->html, TAG_P, NULL);
    html_put(&pg->html, TAG_CODE, NULL, arena_printf(pg->cx->arena, "%s%s", http_base(pg->rq), status_href(pg, "")));
    html_close(&pg->html, TAG_P);
}

enum rc status_show(struct page *pg)
{
    struct innsynskrav k;
    struct vault *v;
    const struct crumb up = {page_href(pg, "/innsyn"), tr(pg, &P_JOURNAL)};
    TRY(load(pg, &v, &k));
    page_begin(pg, &(struct page_head){.title = tr(pg, &P_ORDER_TITLE), .crumbs = &up, .crumbs_n = 1, .secret = true});
    clock_facts(pg, &k);
    keep_the_link(pg);
    ui_heading(pg, 2, tr(pg, &P_BASKET_ITEMS));
    for (size_t i = 0; i < k.poster_n; i++)
        TRY(item(pg, v, &k.poster[i]));
    appeal_form(pg, &k);
    return page_end(pg);
}

/* ------------------------------------------------------------------ documents */

enum rc portal_file(struct page *pg, struct vault *v, const struct document *d)
{
    pg->rp->fd = d->fd;
    pg->rp->size = d->size;
    if (d->fd < 0)
        pg->rp->source = (struct http_source){archive_far(v, d->sha256), archive_far_send, mem_free};
    pg->rp->type = d->mime;
    TRY(http_set(pg->rq, pg->rp, "X-Robots-Tag", "noindex"));
    TRY(http_set(pg->rq, pg->rp, "Referrer-Policy", "no-referrer"));
    return page_file_saved(pg, d->name);
}

enum rc status_document(struct page *pg)
{
    struct vault *v;
    struct document d;
    int64_t post, nr;
    if (!str_int(str_of(page_param(pg, "post")), &post) || !str_int(str_of(page_param(pg, "nr")), &nr) || nr < 1)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(innsyn_vault(pg, &v));
    TRY(innsyn_document(pg->cx, v, page_param(pg, "noekkel"), post, (size_t)nr - 1, &d));
    return portal_file(pg, v, &d);
}
