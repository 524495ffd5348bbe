/* The answer to one item of an access request. */
#include "desk/desk_int.h"

/* What an answer is given from. */
struct answering {
    struct call call;
    struct innsynskrav krav;
    const struct innsynspost *post;
    struct rec *record;            /* NULL when it is gone, or hidden from the archivist */
    struct result documents;
};

static enum rc load(struct page *pg, struct answering *a)
{
    int64_t nr;
    *a = (struct answering){.post = NULL};
    TRY(desk_call(pg, &a->call));
    TRY(innsyn_get(&a->call, page_param(pg, "krav"), &a->krav));
    if (!str_int(str_of(page_param(pg, "post")), &nr) || nr < 1 || nr > (int64_t)a->krav.poster_n)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    a->post = &a->krav.poster[nr - 1];
    TRY(desk_order_record(pg, &a->call, a->post->registrering, &a->record));
    return a->record ? innsyn_documents(&a->call, a->post->registrering, &a->documents) : RC_OK;
}

/* ------------------------------------------------------------------ the form */

static const char *screened(struct page *pg, const struct rec *doc)
{
    if (!rec_has(doc, A_dokumentbeskrivelse_skjerming))
        return doc->vern ? tr(pg, &D_ORDER_INHERITED) : NULL;
    const char *basis = desk_text(pg, rec_leaf(doc, A_dokumentbeskrivelse_skjerming, L_skjerming_skjermingshjemmel));
    return tr_fill(pg, &D_ORDER_DOC_SCREENED, basis, NULL);
}

static enum rc documents(struct page *pg, const struct answering *a)
{
    struct ui_option *options = arena_array(pg->cx->arena, a->documents.n + 1, sizeof(*options));
    if (!options)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < a->documents.n; i++) {
        const struct rec *doc = a->documents.recs[i];
        options[i] = (struct ui_option){doc->systemid, desk_record_title(pg, doc), screened(pg, doc)};
    }
    if (a->documents.n == 0)
        ui_alert(pg, UI_INFO, NULL, tr(pg, &D_ORDER_NO_DOCS));
    else
        ui_checkboxes(pg, &(struct ui_field){.name = "dokumenter", .label = tr(pg, &D_ORDER_DOCS),
                                             .help = tr(pg, &D_ORDER_DOCS_HELP)}, options, a->documents.n);
    return RC_OK;
}

/* The basis the record is screened by stands first, and is chosen until another is. */
static void provision(struct page *pg, const struct answering *a)
{
    struct ui_option options[HJEMLER_MAX + 1];
    const char *registered = desk_order_screening(pg, a->record), *typed = form_get(&pg->form, "hjemmel");
    size_t n = 0;
    if (*registered)
        options[n++] = (struct ui_option){registered, tr_fill(pg, &D_ORDER_AS_SCREENED, registered, NULL), NULL};
    for (size_t i = 0; i < desk_hjemler_n; i++)
        if (!streq(desk_hjemler[i].provision, registered))
            options[n++] = (struct ui_option){desk_hjemler[i].provision, desk_hjemmel_text(pg, &desk_hjemler[i]), NULL};
    ui_select(pg, &(struct ui_field){.name = "hjemmel", .label = tr(pg, &D_ORDER_BASIS), .help = tr(pg, &D_ORDER_IF_REFUSED),
                                     .value = *typed ? NULL : registered}, options, n);
}

static enum rc form(struct page *pg, const struct answering *a)
{
    const struct ui_option outcomes[] = {{"gitt", tr(pg, &D_ORDER_GIVE), NULL},
                                         {"delvis", tr(pg, &D_ORDER_GIVE_PART), NULL},
                                         {"avslag", tr(pg, &D_ORDER_REFUSE), NULL}};
    ui_form_begin(pg, desk_order_href(pg, &a->krav, a->post->nr), false);
    ui_radios(pg, &(struct ui_field){.name = "utfall", .label = tr(pg, &D_ORDER_OUTCOME)}, outcomes, COUNT_OF(outcomes));
    TRY(documents(pg, a));
    provision(pg, a);
    ui_textarea(pg, &(struct ui_field){.name = "grunn", .label = tr(pg, &D_ORDER_REASON), .help = tr(pg, &D_ORDER_IF_REFUSED),
                                       .maxlength = 2000}, 4);
    ui_textarea(pg, &(struct ui_field){.name = "merinnsyn", .label = tr(pg, &D_ORDER_EXTENDED),
                                       .help = tr(pg, &D_ORDER_EXTENDED_HELP), .maxlength = 2000}, 3);
    ui_paragraph(pg, tr(pg, &D_ORDER_LETTER));
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &D_ORDER_SEND));
    ui_buttons_end(pg);
    ui_form_end(pg);
    return RC_OK;
}

static enum rc show(struct page *pg, const struct answering *a)
{
    const struct crumb up = {desk_order_href(pg, &a->krav, 0), tr_fill(pg, &D_ORDER_TITLE, a->krav.saksnummer, NULL)};
    const char *screening = desk_order_screening(pg, a->record);
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_ORDER_ANSWER, a->post->nummer, NULL)}, &up);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &D_RECORD_TITLE), a->record ? desk_record_title(pg, a->record) : tr(pg, &D_ORDER_HIDDEN));
    ui_fact(pg, tr(pg, &D_ORDER_SCREENING), *screening ? screening : NULL);
    ui_fact(pg, tr(pg, &D_ORDER_WORDS), *a->krav.ord ? a->krav.ord : NULL);
    ui_facts_end(pg);
    TRY(form(pg, a));
    return page_end(pg);
}

enum rc desk_answer(struct page *pg)
{
    struct answering a;
    TRY(load(pg, &a));
    if (a.post->utfall != INNSYN_VENTER)
        return page_go(pg, desk_order_href(pg, &a.krav, 0), tr(pg, &D_ORDER_ANSWERED));
    return show(pg, &a);
}

/* ------------------------------------------------------------------ the answer */

static enum innsyn_utfall outcome(struct page *pg)
{
    const char *s = form_get(&pg->form, "utfall");
    return streq(s, "gitt") ? INNSYN_GITT : streq(s, "delvis") ? INNSYN_DELVIS : streq(s, "avslag") ? INNSYN_AVSLAG : INNSYN_VENTER;
}

static bool known_provision(struct page *pg, const struct answering *a)
{
    const char *s = form_get(&pg->form, "hjemmel");
    bool known = streq(s, desk_order_screening(pg, a->record));
    for (size_t i = 0; i < desk_hjemler_n; i++)
        known = known || streq(s, desk_hjemler[i].provision);
    return known;
}

/* The rule that was broken, beside its field. */
static enum rc refused(struct page *pg, const struct answering *a)
{
    static const struct {
        const char *field;
        const struct text *text;
    } rules[] = {{"hjemmel", &D_ORDER_X_BASIS}, {"grunn", &D_ORDER_X_REASON}, {"merinnsyn", &D_ORDER_X_EXTENDED},
                 {"dokumenter", &D_ORDER_X_DOCS}};
    const char *field = pg->cx->err.field;
    const struct text *text = &D_ORDER_X_DOCS;
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (streq(rules[i].field, field))
            text = rules[i].text;
    err_clear(pg->cx);
    TRY(page_error(pg, a->documents.n == 0 && text == &D_ORDER_X_DOCS ? "utfall" : field, tr(pg, text)));
    return show(pg, a);
}

static enum rc send(struct page *pg, struct answering *a, enum innsyn_utfall utfall)
{
    const struct desk *d = pg->app;
    const char *chosen[INNSYN_DOCUMENTS];
    struct innsynssvar s = {.krav = a->krav.id, .nr = a->post->nr, .utfall = utfall, .hjemmel = form_get(&pg->form, "hjemmel"),
                            .grunn = form_get(&pg->form, "grunn"), .merinnsyn = form_get(&pg->form, "merinnsyn"),
                            .dokumenter = chosen, .kommune = arena_printf(pg->cx->arena, "%s kommune", pg->kommune->name),
                            .nynorsk = streq(pg->kommune->language, "nn")};
    const char *id;
    while (s.dokumenter_n < INNSYN_DOCUMENTS && (id = form_nth(&pg->form, "dokumenter", s.dokumenter_n)) != NULL)
        chosen[s.dokumenter_n++] = id;
    return s.kommune ? innsyn_answer(d->innsyn, &a->call, &s) : cx_nomem(pg->cx);
}

enum rc desk_answer_sent(struct page *pg)
{
    struct answering a;
    TRY(load(pg, &a));
    enum innsyn_utfall utfall = outcome(pg);
    if (utfall == INNSYN_VENTER)
        TRY(page_error(pg, "utfall", tr(pg, &D_ORDER_X_OUTCOME)));
    if (utfall != INNSYN_GITT && utfall != INNSYN_VENTER && !known_provision(pg, &a))
        TRY(page_error(pg, "hjemmel", tr(pg, &D_ORDER_X_BASIS)));
    if (pg->errors_n > 0)
        return show(pg, &a);
    enum rc rc = send(pg, &a, utfall);
    if (rc == RC_FIELD_MISSING || rc == RC_FIELD_VALUE)
        return refused(pg, &a);
    if (rc == RC_CONFLICT) {
        err_clear(pg->cx);
        return page_go(pg, desk_order_href(pg, &a.krav, 0), tr(pg, &D_ORDER_ANSWERED));
    }
    TRY(rc);
    return page_go(pg, desk_order_href(pg, &a.krav, 0), tr_fill(pg, &D_ORDER_SENT, a.post->nummer, NULL));
}
