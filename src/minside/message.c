/*
 * What a party says: a question, more documents, an answer, an appeal. One form; what was typed when the login had
 * ended waits for the next login, and the same sending twice is one message.
 */
#include "minside/minside_int.h"

enum { FILE_MOST = 50 << 20 };

/* What a kind of message looks like, by its place in the address. */
struct look {
    const char *word;
    enum melding_slag slag;
    const struct text *title, *lead, *label, *done;
};
static const struct look looks[] = {
    {"sporsmaal", MELDING_SPOERSMAAL, &M_DO_QUESTION, &M_QUESTION_LEAD, &M_QUESTION_TEXT, &M_QUESTION_DONE},
    {"ettersending", MELDING_ETTERSENDING, &M_DO_SEND, &M_SEND_LEAD, &M_SEND_TEXT, &M_SEND_DONE},
    {"svar", MELDING_SVAR, &M_DO_ANSWER, &M_ANSWER_LEAD, &M_SEND_TEXT, &M_SEND_DONE},
    {"klage", MELDING_KLAGE, &M_DO_APPEAL, &M_APPEAL_HOW, &M_APPEAL_TEXT, &M_APPEAL_DONE},
};

struct draft {
    struct mine mine;
    struct sak sak;
    const struct look *look;
    const char *about;                 /* id of the request or letter */
    const struct mangel *request;      /* of an answer; NULL when it waits no longer */
    const struct partsbrev *letter;    /* of an appeal */
};

static const struct look *look_of(struct page *pg)
{
    for (size_t i = 0; i < COUNT_OF(looks); i++)
        if (streq(looks[i].word, page_param(pg, "slag")))
            return &looks[i];
    return NULL;
}

static const char *href_of(struct page *pg, const char *about)
{
    return my_href(pg, pg->kommune, "/sak/%.36s/melding/%.20s%s%.36s", page_param(pg, "systemID"), page_param(pg, "slag"),
                   *about ? "?gjelder=" : "", about);
}

static enum rc find(struct page *pg, struct draft *d)
{
    *d = (struct draft){.look = look_of(pg), .about = form_get(&pg->form, "gjelder")};
    if (!d->look || (*d->about && !uuid_valid(str_of(d->about))))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(mine_case(pg, &d->mine, &d->sak));
    for (size_t i = 0; i < d->mine.mangler_n; i++)
        if (streq(d->mine.mangler[i].id, d->about))
            d->request = &d->mine.mangler[i];
    for (size_t i = 0; i < d->mine.letters_n; i++)
        if (streq(d->mine.letters[i].brev.id, d->about) && d->mine.letters[i].brev.klagefrist)
            d->letter = &d->mine.letters[i].brev;
    bool fine = d->look->slag != MELDING_KLAGE || d->letter;
    return fine ? RC_OK : err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
}

/* ------------------------------------------------------------------ shown */

static void show_request(struct page *pg, const struct mangel *m)
{
    struct str rest = str_of(m->deler);
    ui_paragraph(pg, m->tekst);
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    while (rest.n > 0) {
        struct str one = str_cut(&rest, '\n');
        const char *text = arena_strndup(pg->cx->arena, one.p, one.n);
        if (text && *text)
            html_put(&pg->html, TAG_LI, NULL, text);
    }
    html_close(&pg->html, TAG_UL);
    ui_paragraph(pg, tr_fill(pg, &M_REQUEST_BY, page_date(pg, m->frist), NULL));
}

static void show_about(struct page *pg, const struct draft *d)
{
    if (d->request)
        show_request(pg, d->request);
    if (d->look->slag == MELDING_SVAR && !d->request)
        ui_alert(pg, UI_INFO, NULL, tr(pg, &M_ANSWERED_ALREADY));
    if (d->letter && !may_appeal(pg, d->letter))
        ui_alert(pg, UI_WARNING, NULL, tr_fill(pg, &M_APPEAL_LATE, page_date(pg, d->letter->klagefrist), NULL));
    if (d->sak.stage == STAGE_CLOSED)
        ui_alert(pg, UI_INFO, NULL, tr(pg, &M_REOPENS));
}

/* What was typed when the login had ended is shown once. */
static enum rc kept_text(struct page *pg, const char **ret)
{
    const char *key = href_of(pg, "");
    char *text;
    *ret = NULL;
    if (streq(pg->rq->method, "POST"))
        return RC_OK;
    TRY(page_kept(pg, key, &text));
    *ret = text;
    return text ? page_keep(pg, key, NULL) : RC_OK;
}

static enum rc show(struct page *pg, const struct draft *d)
{
    const struct crumbs up = sak_crumbs(pg, &d->sak);
    const char *text;
    TRY(kept_text(pg, &text));
    page_begin(pg, &(struct page_head){.title = tr(pg, d->look->title), .lead = tr(pg, d->look->lead), .crumbs = up.up,
                                       .crumbs_n = COUNT_OF(up.up), .no_index = true});
    if (text)
        ui_alert(pg, UI_INFO, NULL, tr(pg, &M_KEPT));
    show_about(pg, d);
    ui_form_begin(pg, href_of(pg, ""), true);
    if (*d->about)
        ui_hidden(pg, "gjelder", d->about);
    ui_textarea(pg, &(struct ui_field){.name = "tekst", .label = tr(pg, d->look->label), .value = text,
                                       .maxlength = MELDING_TEKST / 2, .optional = d->look->slag != MELDING_SPOERSMAAL}, 8);
    ui_file(pg, &(struct ui_field){.name = "filer", .label = tr(pg, &M_FILES), .help = tr(pg, &M_FILES_HELP), .optional = true},
            vedlegg_kinds, true);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &M_SEND));
    ui_buttons_end(pg);
    ui_form_end(pg);
    return page_end(pg);
}

enum rc message_show(struct page *pg)
{
    struct draft d;
    TRY(find(pg, &d));
    return show(pg, &d);
}

/* ------------------------------------------------------------------ sent */

static enum rc wrong_file(struct page *pg, const char *navn, enum vedlegg_error error)
{
    static const struct text *const texts[] = {
        [VEDLEGG_KIND] = &M_X_KIND, [VEDLEGG_CONTENT] = &M_X_CONTENT, [VEDLEGG_TOO_LARGE] = &M_X_BIG,
        [VEDLEGG_EMPTY] = &M_X_EMPTY, [VEDLEGG_TOO_MANY] = &M_X_MANY,
        [VEDLEGG_VIRUS] = &M_X_VIRUS, [VEDLEGG_UNSCANNED] = &M_X_UNSCANNED};
    return page_error(pg, "filer", tr_fill(pg, texts[error], navn, NULL));
}

static enum rc take_files(struct page *pg, struct draft *d, struct vedlegg *files, size_t *ret_n)
{
    *ret_n = 0;
    for (size_t i = 0; i < pg->form.files_n; i++) {
        const struct form_file *in = &pg->form.files[i];
        enum vedlegg_error error = VEDLEGG_TOO_MANY;
        if (!streq(in->field, "filer"))
            continue;
        if (*ret_n < MELDING_FILER)
            TRY(vedlegg_take(&d->mine.call, FILE_MOST, in->fd, in->name, in->size, &files[*ret_n], &error));
        if (error != VEDLEGG_FINE)
            TRY(wrong_file(pg, in->name, error));
        else
            (*ret_n)++;
    }
    return RC_OK;
}

static enum rc check(struct page *pg, const struct draft *d, const char *text, size_t files)
{
    if (!*text && (d->look->slag == MELDING_SPOERSMAAL || files == 0) && pg->errors_n == 0)
        TRY(page_error(pg, "tekst", tr(pg, &M_X_EMPTY_TEXT)));
    if (strlen(text) > MELDING_TEKST)
        TRY(page_error(pg, "tekst", tr(pg, &M_X_LONG)));
    return RC_OK;
}

/* Who says it: the actor, and who acts for it. */
struct from {
    struct avsender av;
    struct paa_vegne vegne;
    char pid[PID_MAX];
};

static enum rc sender(struct page *pg, const struct draft *d, struct from *ret)
{
    const struct minside *room = pg->app;
    const struct actor *a = d->mine.actor;
    *ret = (struct from){.av = {.eier = a->eier, .pid = ret->pid, .spraak = (int)pg->lang,
                                .sakspraak = streq(pg->kommune->language, "nn") ? SPRAAK_NN : SPRAAK_NB,
                                .kommunenr = pg->kommune->number,
                                .kommune = arena_printf(pg->cx->arena, "%s kommune", pg->kommune->name)}};
    if (!ret->av.kommune)
        return cx_nomem(pg->cx);
    if (pg->session->person.citizen && a->kind != ACTOR_COMPANY)
        TRY(actor_pid(pg, a, ret->pid));
    if (a->right == RIGHT_SELF)
        return RC_OK;
    ret->vegne = (struct paa_vegne){.navn = a->name, .orgnr = a->orgnr, .representant_pid = "", .rett = actor_why(pg, a)};
    ret->av.vegne = &ret->vegne;
    return acting_name(room->acting, pg, &ret->vegne.representant);
}

static enum rc send(struct page *pg, struct draft *d, const struct vedlegg *files, size_t files_n)
{
    const struct minside *room = pg->app;
    const struct melding_innhold in = {.noekkel = pg->nonce, .tekst = form_get(&pg->form, "tekst"), .filer = files,
                                       .filer_n = files_n};
    struct melding m = {.slag = d->look->slag};
    struct from from;
    uuid_copy(m.mappe, str_of(d->sak.part.mappe));
    uuid_copy(m.gjelder, str_of(d->about));
    TRY(sender(pg, d, &from));
    enum rc rc = dialog_send(room->fonts, &d->mine.call, &from.av, &in, &m);
    explicit_bzero(from.pid, sizeof(from.pid));
    if (rc == RC_CLOSED || rc == RC_PERIOD) {
        err_clear(pg->cx);
        TRY(page_error(pg, "tekst", tr(pg, &M_X_ARCHIVED)));
        return show(pg, d);
    }
    TRY(rc);
    return page_go(pg, my_href(pg, pg->kommune, "/sak/%s", d->sak.part.mappe), tr(pg, d->look->done));
}

/* The login had ended: the text waits in the session, and goes along with the next login. */
static enum rc keep_typed(struct page *pg)
{
    const char *about = form_get(&pg->form, "gjelder");
    TRY(page_keep(pg, href_of(pg, ""), form_get(&pg->form, "tekst")));
    return page_go(pg, href_of(pg, uuid_valid(str_of(about)) ? about : ""), NULL);
}

/* Somebody may have lost the right since it was chosen. */
static enum rc may_still(struct page *pg)
{
    const struct minside *room = pg->app;
    bool may = false;
    enum rc rc = acting_verify(room->acting, pg, &may);
    if (rc != RC_OK && rc != RC_BUSY && rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    return may ? RC_OK : page_error(pg, "tekst", tr(pg, rc == RC_BUSY ? &M_X_ACTING_AWAY : &M_X_ACTING));
}

enum rc message_sent(struct page *pg)
{
    struct draft d;
    struct vedlegg files[MELDING_FILER];
    size_t n;
    if (pg->session->person.level < LEVEL_SUBSTANTIAL)
        return keep_typed(pg);
    TRY(find(pg, &d));
    TRY(may_still(pg));
    TRY(take_files(pg, &d, files, &n));
    TRY(check(pg, &d, form_get(&pg->form, "tekst"), n));
    return pg->errors_n > 0 ? show(pg, &d) : send(pg, &d, files, n);
}
