/* What goes along with a letter: documents of the case, and files of the case worker's own. */
#include "casework/casework_int.h"

enum { POSTS = 50, DOCUMENTS_MOST = 100 };

/* A document of the case that can be attached. */
struct choice {
    const struct rec *post, *document, *object;
};
struct choices {
    struct choice all[DOCUMENTS_MOST];
    size_t n;
};

/* ------------------------------------------------------------------ what there is */

static bool graded(const struct rec *document)
{
    return rec_leaf(document, A_dokumentbeskrivelse_gradering, L_gradering_graderingskode)->state == VAL_SET;
}

static void add_documents(struct choices *list, const struct rec *post, const struct result *documents)
{
    for (size_t i = 0; documents && i < documents->n && list->n < DOCUMENTS_MOST; i++) {
        const struct rec *object = archive_readable(documents->expanded ? documents->expanded[i][0].result : NULL);
        if (object && !graded(documents->recs[i]))
            list->all[list->n++] = (struct choice){post, documents->recs[i], object};
    }
}

/* What the caller sees in the case, newest journalpost first. What is graded goes to nobody this way. */
static enum rc find_choices(struct call *c, const struct rec *sak, struct choices **ret)
{
    struct expand objects = {.link = model_link_named(E_dokumentbeskrivelse, PKG_ARKIVSTRUKTUR, STR("dokumentobjekt"))};
    struct expand documents = {.link = model_link_named(E_journalpost, PKG_ARKIVSTRUKTUR, STR("dokumentbeskrivelse")),
                               .children = &objects, .children_n = 1};
    const struct query q = {.entity = model_entity(E_journalpost), .from = sak, .list = CL_NONE, .top = POSTS, .no_count = true,
                            .link = model_link_named(sak->entity->id, PKG_ARKIVSTRUKTUR, STR("registrering")),
                            .expand = &documents, .expand_n = 1};
    struct result found = {0};
    *ret = arena_alloc(c->cx->arena, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    (*ret)->n = 0;
    TRY(archive_query(c, &q, &found));
    for (size_t i = 0; i < found.n; i++)
        add_documents(*ret, found.recs[i], found.expanded[i][0].result);
    return RC_OK;
}

/* ------------------------------------------------------------------ the page */

/* "Søknad – kart.pdf, 12 kB", and why it is screened. */
static const char *about(struct page *pg, const struct choice *d)
{
    const struct val *by = rec_leaf(d->document, A_dokumentbeskrivelse_skjerming, L_skjerming_skjermingshjemmel);
    if (by->state != VAL_SET)
        by = rec_leaf(d->post, A_registrering_skjerming, L_skjerming_skjermingshjemmel);
    const char *name = work_text(pg, d->object, A_dokumentobjekt_filnavn),
               *size = work_kilobytes(pg, rec_val(d->object, A_dokumentobjekt_filstoerrelse)->i),
               *screened = by->state == VAL_SET ? arena_printf(pg->cx->arena, ". %s: %.*s", tr(pg, &K_SCREENED), (int)by->text.n,
                                                               by->text.p) : "";
    return arena_printf(pg->cx->arena, "%s – %s%s%s kB%s", work_text(pg, d->post, A_registrering_tittel), name, *name ? ", " : "",
                        size, screened ? screened : "");
}

static enum rc choose_documents(struct page *pg, const struct choices *list, const struct brevutkast *u)
{
    struct ui_option *options = arena_array(pg->cx->arena, list->n + 1, sizeof(*options));
    if (!options)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < list->n; i++)
        options[i] = (struct ui_option){.value = list->all[i].object->systemid, .help = about(pg, &list->all[i]),
                                        .text = work_text(pg, list->all[i].document, A_dokumentbeskrivelse_tittel)};
    for (size_t i = 0; pg->errors_n == 0 && i < u->vedlegg_n; i++)
        if (*u->vedlegg[i].dokument)
            TRY(form_put(pg->cx, &pg->form, "dokument", u->vedlegg[i].dokument));
    if (list->n == 0)
        ui_paragraph(pg, tr(pg, &K_NO_DOCUMENTS));
    else
        ui_checkboxes(pg, &(struct ui_field){.name = "dokument", .label = tr(pg, &K_DOCUMENTS_OF_CASE), .optional = true}, options,
                      list->n);
    return RC_OK;
}

/* Those that are there, checked: who takes the check away takes the file away. */
static enum rc choose_files(struct page *pg, const struct brevutkast *u)
{
    struct ui_option options[BREVVEDLEGG_MOST];
    size_t n = 0;
    for (size_t i = 0; i < u->vedlegg_n; i++) {
        const struct vedlegg *v = &u->vedlegg[i].fil;
        if (*u->vedlegg[i].dokument)
            continue;
        options[n++] = (struct ui_option){.value = v->lager, .text = v->navn,
                                          .help = arena_printf(pg->cx->arena, "%s kB", work_kilobytes(pg, v->byte))};
        if (pg->errors_n == 0)
            TRY(form_put(pg->cx, &pg->form, "fil", v->lager));
    }
    if (n > 0)
        ui_checkboxes(pg, &(struct ui_field){.name = "fil", .label = tr(pg, &K_OWN_FILES), .help = tr(pg, &K_OWN_FILES_HELP),
                                             .optional = true}, options, n);
    ui_file(pg, &(struct ui_field){.name = "nye", .label = tr(pg, &K_NEW_FILES), .help = tr(pg, &K_NEW_FILES_HELP),
                                   .optional = true}, vedlegg_kinds, true);
    return RC_OK;
}

static enum rc show(struct page *pg, const struct brevutkast *u, const struct rec *sak, const struct choices *list)
{
    const struct crumb up[] = {work_home(pg), case_crumb(pg, sak),
                               {work_href(pg, "/brev/%s", u->id), u->mal->name.in[u->maalform]}};
    page_begin(pg, &(struct page_head){.title = tr(pg, &K_ATTACHMENTS), .lead = work_text(pg, sak, A_mappe_tittel), .crumbs = up,
                                       .crumbs_n = COUNT_OF(up), .no_index = true});
    ui_form_begin(pg, work_href(pg, "/brev/%s/vedlegg", u->id), true);
    ui_hidden(pg, "versjon", work_number(pg, u->versjon));
    TRY(choose_documents(pg, list, u));
    TRY(choose_files(pg, u));
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &K_SAVE_ATTACHMENTS));
    ui_buttons_end(pg);
    ui_form_end(pg);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, work_href(pg, "/brev/%s", u->id), tr(pg, &K_BACK_TO_LETTER));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}

/* *ret NULL: it is not a draft any more, and the answer leads to the letter. */
static enum rc load(struct page *pg, struct call *c, struct brevutkast *u, struct rec **sak, struct choices **ret)
{
    TRY(draft_load(pg, c, u, sak));
    *ret = NULL;
    return u->tilstand == BREV_UTKAST ? find_choices(c, *sak, ret)
                                      : page_go(pg, work_href(pg, "/brev/%s/vis", u->id), tr(pg, &K_LETTER_LOCKED));
}

enum rc attachments_page(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    struct choices *list;
    TRY(load(pg, &c, &u, &sak, &list));
    return list ? show(pg, &u, sak, list) : RC_OK;
}

/* ------------------------------------------------------------------ what was chosen */

/* What is asked for; past the limit it is counted only. */
struct wanted {
    struct brevvedlegg list[BREVVEDLEGG_MOST];
    size_t n;
};

static void want(struct wanted *w, const struct brevvedlegg *v)
{
    if (w->n < BREVVEDLEGG_MOST)
        w->list[w->n] = *v;
    w->n++;
}

static void want_documents(struct page *pg, const struct choices *list, struct wanted *w)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct choice *d = &list->all[i];
        struct brevvedlegg v = {.tittel = work_text(pg, d->document, A_dokumentbeskrivelse_tittel), .fil = {.navn = ""}};
        uuid_copy(v.dokument, str_of(d->object->systemid));
        if (form_chosen(&pg->form, "dokument", v.dokument))
            want(w, &v);
    }
}

static void want_kept(struct page *pg, const struct brevutkast *u, struct wanted *w)
{
    for (size_t i = 0; i < u->vedlegg_n; i++)
        if (!*u->vedlegg[i].dokument && form_chosen(&pg->form, "fil", u->vedlegg[i].fil.lager))
            want(w, &u->vedlegg[i]);
}

static enum rc wrong_file(struct page *pg, const char *name, enum vedlegg_error error)
{
    static const struct text *const texts[] = {
        [VEDLEGG_KIND] = &K_X_KIND, [VEDLEGG_CONTENT] = &K_X_CONTENT, [VEDLEGG_TOO_LARGE] = &K_X_BIG, [VEDLEGG_EMPTY] = &K_X_EMPTY,
        [VEDLEGG_TOO_MANY] = &K_X_MANY, [VEDLEGG_VIRUS] = &K_X_VIRUS, [VEDLEGG_UNSCANNED] = &K_X_UNSCANNED};
    return page_error(pg, "nye", tr_fill(pg, texts[error], name, NULL));
}

/* "Nabovarsel" of "Nabovarsel.pdf": as the letter lists it. */
static const char *title_of(struct page *pg, const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot > name ? arena_strndup(pg->cx->arena, name, (size_t)(dot - name)) : name;
}

static enum rc want_new(struct page *pg, struct call *c, struct wanted *w)
{
    for (size_t i = 0; i < pg->form.files_n; i++) {
        const struct form_file *in = &pg->form.files[i];
        struct brevvedlegg v = {0};
        enum vedlegg_error error = VEDLEGG_TOO_MANY;
        if (!streq(in->field, "nye"))
            continue;
        if (w->n < BREVVEDLEGG_MOST)
            TRY(vedlegg_take(c, BREVVEDLEGG_BYTE, in->fd, in->name, in->size, &v.fil, &error));
        if (error != VEDLEGG_FINE) {
            TRY(wrong_file(pg, in->name, error));
            continue;
        }
        v.tittel = title_of(pg, v.fil.navn);
        if (!v.tittel)
            return cx_nomem(pg->cx);
        want(w, &v);
    }
    return RC_OK;
}

static enum rc gather(struct page *pg, struct call *c, const struct choices *list, struct brevutkast *u)
{
    struct wanted *w = arena_alloc(pg->cx->arena, sizeof(*w));
    if (!w)
        return cx_nomem(pg->cx);
    *w = (struct wanted){0};
    want_documents(pg, list, w);
    want_kept(pg, u, w);
    if (w->n > BREVVEDLEGG_MOST)
        return page_error(pg, "dokument", tr(pg, &K_X_TOO_MANY));
    TRY(want_new(pg, c, w));
    u->vedlegg = w->list;
    u->vedlegg_n = w->n;
    return RC_OK;
}

enum rc attachments_sent(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    struct choices *list;
    TRY(load(pg, &c, &u, &sak, &list));
    if (!list)
        return RC_OK;
    struct brevutkast wanted = u;
    if (!str_int(str_of(form_get(&pg->form, "versjon")), &wanted.versjon))
        wanted.versjon = 0;
    TRY(gather(pg, &c, list, &wanted));
    enum rc rc = pg->errors_n > 0 ? RC_OK : brevutkast_attach(&c, &wanted);
    if (rc == RC_CONFLICT)
        rc = draft_overtaken(pg, &c, &u, "nye");
    TRY(rc);
    return pg->errors_n > 0 ? show(pg, &u, sak, list) : page_go(pg, work_href(pg, "/brev/%s", u.id), tr(pg, &K_ATTACHMENTS_SAVED));
}

/* ------------------------------------------------------------------ looked at */

void attachments_list(struct page *pg, const struct brevutkast *u)
{
    if (u->vedlegg_n == 0)
        return;
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < u->vedlegg_n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, work_href(pg, "/brev/%s/vedlegg/%zu", u->id, i + 1), u->vedlegg[i].tittel);
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
}

enum rc attachment_file(struct page *pg)
{
    struct call c;
    struct brevutkast u;
    struct rec *sak;
    struct document d;
    int64_t nr;
    TRY(draft_load(pg, &c, &u, &sak));
    if (!str_int(str_of(page_param(pg, "nr")), &nr) || nr < 1 || nr > (int64_t)u.vedlegg_n)
        return err_set(pg->cx, RC_NOT_FOUND, "vedlegg", NULL);
    TRY(brevvedlegg_open(&c, &u.vedlegg[nr - 1], &d));
    return work_file(pg, &c, &d);
}
