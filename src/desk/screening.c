/*
 * The screening of a record, beside what the public then sees. "Show" tries what is chosen and shows the result;
 * nothing is saved before "save". All is chosen by ticking, so that it works without scripts.
 */
#include "worklist/screening.h"

#include "desk/desk_int.h"

enum { CODES = 60 };

/* ------------------------------------------------------------------ legal bases */

static const struct hjemmel *hjemmel_by(const char *id, const char *provision)
{
    for (size_t i = 0; i < desk_hjemler_n; i++)
        if (streq(desk_hjemler[i].id, id) || streq(desk_hjemler[i].provision, provision))
            return &desk_hjemler[i];
    return NULL;
}

/* ------------------------------------------------------------------ the page */

static const struct kind {
    enum family_id family;
    enum attr_id skjerming, title, public_title, made;
    const char *codes[5];              /* of skjermingmetadata, besides that of the title */
} kinds[] = {
    {F_mappe, A_mappe_skjerming, A_mappe_tittel, A_mappe_offentligTittel, A_saksmappe_saksdato, {"TM1", "KID", "NPS", "MT"}},
    {F_registrering, A_registrering_skjerming, A_registrering_tittel, A_registrering_offentligTittel,
     A_journalpost_dokumentetsDato, {"TR1", "NA", "NM", "MT"}},
    {F_dokumentbeskrivelse, A_dokumentbeskrivelse_skjerming, A_dokumentbeskrivelse_tittel, A_COUNT,
     A_dokumentbeskrivelse_tilknyttetDato, {"MT"}},
};

struct editor {
    struct call call;
    struct rec *r;
    const struct kind *kind;
    struct rec *post;                  /* the journalpost whose public view is shown, or NULL */
    const char *title, *public_title;
    struct title_word words[TITLE_WORDS];
    size_t words_n;
    bool derived;                      /* the public title is the title with words hidden, or there is none */
    struct screening s;                /* as sent */
};

static const struct val *leaf(const struct editor *e, enum leaf_id l)
{
    return rec_leaf(e->r, e->kind->skjerming, l);
}

/* A journalpost to look at: the record itself, the first of a document, the newest of a case. */
static enum rc find_post(struct editor *e)
{
    struct result found;
    e->post = NULL;
    if (e->r->entity->family == F_registrering) {
        e->post = e->r;
        return RC_OK;
    }
    TRY(desk_below(&e->call, e->r, E_registrering, "registrering", 100, &found));
    for (size_t i = 0; i < found.n; i++)
        if (model_is(found.recs[i]->entity, E_journalpost) && (!e->post || e->r->entity->family == F_mappe))
            e->post = found.recs[i];
    return RC_OK;
}

static enum rc load(struct page *pg, struct editor *e)
{
    const char *names[JOURNAL_NAMES];
    size_t names_n;
    *e = (struct editor){.kind = NULL};
    TRY(desk_call(pg, &e->call));
    TRY(archive_find(&e->call, str_of(page_param(pg, "systemID")), &e->r));
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].family == e->r->entity->family)
            e->kind = &kinds[i];
    if (!e->kind)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    e->title = desk_text(pg, rec_val(e->r, e->kind->title));
    e->public_title = e->kind->public_title == A_COUNT ? "" : desk_text(pg, rec_val(e->r, e->kind->public_title));
    TRY(journal_marked_names(&e->call, e->r->systemid, names, &names_n));
    e->derived = title_words(e->title, e->public_title, names, names_n, e->words, &e->words_n);
    TRY(find_post(e));
    return archive_seen(&e->call, e->r);
}

/* ------------------------------------------------------------------ fields */

static enum rc restriction_field(struct page *pg, struct editor *e, const char *value)
{
    struct query q = {.entity = model_entity(E_kode), .list = CL_tilgangsrestriksjon, .top = CODES, .no_count = true};
    struct ui_option options[CODES];
    struct result codes;
    TRY(archive_query(&e->call, &q, &codes));
    for (size_t i = 0; i < codes.n; i++)
        options[i] = (struct ui_option){desk_text(pg, rec_val(codes.recs[i], A_kode_kode)),
                                        desk_text(pg, rec_val(codes.recs[i], A_kode_kodenavn)), NULL};
    ui_select(pg, &(struct ui_field){.name = "restriksjon", .label = tr(pg, &D_RESTRICTION), .help = tr(pg, &D_RESTRICTION_HELP),
                                     .value = value, .optional = true}, options, codes.n);
    return RC_OK;
}

static void basis_field(struct page *pg, const char *value)
{
    struct ui_option options[HJEMLER_MAX];
    const struct hjemmel *known = value ? hjemmel_by(NULL, value) : NULL;
    for (size_t i = 0; i < desk_hjemler_n; i++)
        options[i] = (struct ui_option){desk_hjemler[i].id, desk_hjemmel_text(pg, &desk_hjemler[i]), NULL};
    ui_select(pg, &(struct ui_field){.name = "hjemmel", .label = tr(pg, &D_BASIS),
                                     .value = value ? known ? known->id : "" : NULL, .optional = true},
              options, desk_hjemler_n);
    ui_text(pg, &(struct ui_field){.name = "annen", .label = tr(pg, &D_OTHER_BASIS), .help = tr(pg, &D_OTHER_BASIS_HELP),
                                   .value = value ? known ? "" : value : NULL, .maxlength = 300, .optional = true});
}

static bool has_code(const struct editor *e, const char *kode)
{
    const struct val *v = leaf(e, L_skjerming_skjermingMetadata);
    for (size_t i = 0; i < v->items_n; i++)
        if (str_is(v->items[i].text, kode))
            return true;
    return false;
}

/* A box with a label of its own; checked as sent, or as it stands in the record. */
static void box(struct page *pg, const char *name, const char *value, const char *label, bool checked, bool first)
{
    const char *id = first ? name : arena_printf(pg->cx->arena, "%s-%s", name, value);
    bool sent = streq(pg->rq->method, "POST");
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "ds-field"}));
    html_open(&pg->html, TAG_INPUT,
              ATTRS({ATT_CLASS, "ds-input"}, {ATT_TYPE, "checkbox"}, {ATT_NAME, name}, {ATT_VALUE, value}, {ATT_ID, id},
                    {ATT_CHECKED, (sent ? form_chosen(&pg->form, name, value) : checked) ? "" : NULL}));
    html_put(&pg->html, TAG_LABEL, ATTRS({ATT_CLASS, "ds-label"}, {ATT_FOR, id}), label);
    html_close(&pg->html, TAG_DIV);
}

static void metadata_field(struct page *pg, const struct editor *e)
{
    static const struct {
        const char *kode;
        const struct text *name;
    } names[] = {{"TM1", &D_M_TM1}, {"TR1", &D_M_TM1}, {"KID", &D_M_KID}, {"NPS", &D_M_NPS}, {"NA", &D_M_NA}, {"NM", &D_M_NM},
                 {"MT", &D_M_MT}};
    ui_group_begin(pg, &(struct ui_field){.name = "metadata", .label = tr(pg, &D_METADATA), .optional = true});
    for (size_t i = 0; e->kind->codes[i]; i++)
        for (size_t k = 0; k < COUNT_OF(names); k++)
            if (streq(names[k].kode, e->kind->codes[i]))
                box(pg, "metadata", names[k].kode, tr(pg, names[k].name), has_code(e, names[k].kode), i == 0);
    ui_group_end(pg);
}

/* The words of the title as boxes, in a row. */
static void word_boxes(struct page *pg, const struct editor *e, const char *name, const struct text *label, const struct text *help,
                       bool names)
{
    ui_group_begin(pg, &(struct ui_field){.name = name, .label = tr(pg, label), .help = tr(pg, help), .optional = true});
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-words"}));
    for (size_t i = 0; i < e->words_n; i++)
        box(pg, name, desk_number(pg, (int64_t)i), arena_strndup(pg->cx->arena, e->words[i].text.p, e->words[i].text.n),
            names ? e->words[i].name : e->words[i].hidden, i == 0);
    html_close(&pg->html, TAG_DIV);
    ui_group_end(pg);
}

static void title_fields(struct page *pg, const struct editor *e)
{
    bool again = streq(pg->rq->method, "POST");
    bool document = e->kind->public_title == A_COUNT;
    const struct ui_option ways[] = {{"hel", tr(pg, &D_TITLE_WHOLE), NULL},
                                     {"ord", tr(pg, document ? &D_TITLE_NOT : &D_TITLE_WORDS), NULL},
                                     {"egen", tr(pg, &D_TITLE_OWN), NULL}};
    bool hides = document ? has_code(e, "TD") : *e->public_title != '\0';
    const char *way = !hides ? "hel" : e->derived ? "ord" : "egen";
    ui_radios(pg, &(struct ui_field){.name = "visning", .label = tr(pg, &D_TITLE_SHOWN), .value = again ? NULL : way}, ways,
              document ? 2 : 3);
    if (document)
        return;
    word_boxes(pg, e, "skjul", &D_HIDE_WORDS, &D_HIDE_WORDS_HELP, false);
    ui_textarea(pg, &(struct ui_field){.name = "offentlig", .label = tr(pg, &D_TITLE_OWN), .maxlength = 2000, .optional = true,
                                       .value = again ? NULL : e->public_title}, 2);
    word_boxes(pg, e, "navn", &D_NAME_WORDS, &D_NAME_WORDS_HELP, true);
}

static void document_field(struct page *pg, const struct editor *e)
{
    const struct ui_option ways[] = {{"", tr(pg, &D_DOC_OPEN), NULL}, {"H", tr(pg, &D_DOC_WHOLE), NULL},
                                     {"D", tr(pg, &D_DOC_PARTS), NULL}};
    bool again = streq(pg->rq->method, "POST");
    ui_radios(pg, &(struct ui_field){.name = "dokument", .label = tr(pg, &D_DOC_SCREENED),
                                     .value = again ? NULL : desk_text(pg, leaf(e, L_skjerming_skjermingDokument))},
              ways, COUNT_OF(ways));
}

static const char *day_of(struct page *pg, int64_t t)
{
    int y, m, d;
    time_civil(t, &y, &m, &d);
    return arena_printf(pg->cx->arena, "%04d-%02d-%02d", y, m, d);
}

static enum rc form(struct page *pg, struct editor *e)
{
    bool again = streq(pg->rq->method, "POST");    /* what was chosen stays */
    const struct val *until = leaf(e, L_skjerming_skjermingOpphoererDato);
    ui_form_begin(pg, desk_href_of(pg, "/skjerming", e->r->systemid), false);
    ui_hidden(pg, "versjon", desk_number(pg, e->r->versjon));
    TRY(restriction_field(pg, e, again ? NULL : desk_text(pg, leaf(e, L_skjerming_tilgangsrestriksjon))));
    basis_field(pg, again ? NULL : desk_text(pg, leaf(e, L_skjerming_skjermingshjemmel)));
    title_fields(pg, e);
    metadata_field(pg, e);
    document_field(pg, e);
    ui_date(pg, &(struct ui_field){.name = "til", .label = tr(pg, &D_UNTIL), .help = tr(pg, &D_UNTIL_HELP), .optional = true,
                                   .value = again ? NULL : until->state == VAL_SET ? day_of(pg, until->i) : ""});
    ui_buttons_begin(pg);
    ui_submit_as(pg, tr(pg, &D_SAVE), "handling", "lagre", false);
    ui_submit_as(pg, tr(pg, &D_SHOW), "handling", "vis", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    return RC_OK;
}

/* ------------------------------------------------------------------ showing */

/* The preview of what is chosen when it was tried, else of what is saved. */
static enum rc views(struct page *pg, struct editor *e, const struct journal_preview *tried)
{
    struct journal_preview now;
    if (!e->post) {
        ui_paragraph(pg, tr(pg, &D_NO_VIEW));
        return RC_OK;
    }
    enum rc rc = journal_preview(&e->call, str_of(e->post->systemid), &now);
    if (rc == RC_NOT_FOUND) {
        err_clear(pg->cx);
        ui_paragraph(pg, tr(pg, &D_NO_VIEW));
        return RC_OK;
    }
    TRY(rc);
    if (tried)
        ui_alert(pg, UI_INFO, NULL, tr(pg, &D_TRIED));
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-beside"}));
    desk_view(pg, &D_RECORD, &now.full);
    desk_view(pg, tried ? &D_PUBLIC_THEN : &D_PUBLIC_VIEW, tried ? &tried->entry : &now.entry);
    html_close(&pg->html, TAG_DIV);
    return RC_OK;
}

static enum rc show(struct page *pg, struct editor *e, const struct journal_preview *tried)
{
    struct crumb up = {NULL, NULL};
    if (e->post)
        up = (struct crumb){desk_record_href(pg, e->post), desk_record_title(pg, e->post)};
    desk_begin(pg, (struct page_head){.title = tr_fill(pg, &D_SCREENING_OF, e->title, NULL), .lead = tr(pg, &D_SCREENING_LEAD)},
               e->post ? &up : NULL);
    TRY(views(pg, e, tried));
    TRY(form(pg, e));
    return page_end(pg);
}

enum rc desk_screening(struct page *pg)
{
    struct editor e;
    TRY(load(pg, &e));
    return show(pg, &e, NULL);
}

/* ------------------------------------------------------------------ what was sent */

static void read_words(struct page *pg, struct editor *e)
{
    for (size_t i = 0; i < e->words_n; i++) {
        e->words[i].hidden = form_chosen(&pg->form, "skjul", desk_number(pg, (int64_t)i));
        e->words[i].name = form_chosen(&pg->form, "navn", desk_number(pg, (int64_t)i));
    }
    e->s.names_n = title_names(pg->cx, e->words, e->words_n, e->s.names);
}

static enum rc read_title(struct page *pg, struct editor *e)
{
    const char *way = form_get(&pg->form, "visning");
    bool any = false;
    read_words(pg, e);
    for (size_t i = 0; i < e->words_n; i++)
        any = any || e->words[i].hidden;
    e->s.title = !streq(way, "hel");
    e->s.public_title = streq(way, "egen") ? form_get(&pg->form, "offentlig") : "";
    if (streq(way, "ord") && e->kind->public_title != A_COUNT)
        e->s.public_title = title_masked(pg->cx, e->words, e->words_n);
    if (!e->s.public_title)
        return cx_nomem(pg->cx);
    if (streq(way, "ord") && !any && e->kind->public_title != A_COUNT)
        return page_error(pg, "skjul", tr(pg, &D_HIDE_NONE));
    return streq(way, "egen") && str_blank(str_of(e->s.public_title)) ? page_error(pg, "offentlig", tr(pg, &D_NO_TITLE)) : RC_OK;
}

/* The date as told; else counted from the document by the years of the basis. */
static enum rc read_until(struct page *pg, struct editor *e, const struct hjemmel *basis)
{
    const char *date = ui_date_value(pg, "til");
    const struct val *made = rec_val(e->r, e->kind->made);
    int64_t day;
    if (!date || (*date && !time_date(str_of(date), &day)))
        return page_error(pg, "til", tr(pg, &D_BAD_DATE));
    if (*date)
        e->s.until = time_of_day(day);
    else if (basis && basis->years)
        e->s.until = time_of_day(time_day(time_add_years(made->state == VAL_SET ? made->i : pg->cx->now, basis->years)));
    return RC_OK;
}

static enum rc read_form(struct page *pg, struct editor *e)
{
    const struct hjemmel *basis = hjemmel_by(form_get(&pg->form, "hjemmel"), NULL);
    const char *other = form_get(&pg->form, "annen");
    e->s = (struct screening){.systemid = str_of(e->r->systemid), .etag = form_get(&pg->form, "versjon"),
                              .restriksjon = form_get(&pg->form, "restriksjon"), .dokument = form_get(&pg->form, "dokument"),
                              .hjemmel = *other ? other : basis ? basis->provision : ""};
    const char *kode;
    while (e->s.metadata_n < SCREENING_CODES && (kode = form_nth(&pg->form, "metadata", e->s.metadata_n)) != NULL)
        e->s.metadata[e->s.metadata_n++] = kode;
    TRY(read_title(pg, e));
    TRY(read_until(pg, e, *other ? NULL : basis));
    if (*e->s.restriksjon && !*e->s.hjemmel)
        TRY(page_error(pg, "hjemmel", tr(pg, &D_BASIS_MISSING)));
    if (!*e->s.restriksjon && (e->s.title || e->s.metadata_n || *e->s.dokument))
        TRY(page_error(pg, "restriksjon", tr(pg, &D_RESTRICTION_MISSING)));
    if (*e->s.restriksjon && !e->s.title && !e->s.metadata_n && !*e->s.dokument)
        TRY(page_error(pg, "metadata", tr(pg, &D_METADATA_MISSING)));
    return RC_OK;
}

static enum rc wrong(struct page *pg, struct editor *e, enum rc rc)
{
    bool code = streq(pg->cx->err.field, "tilgangsrestriksjon") || strstr(pg->cx->err.field, "tilgangsrestriksjon");
    struct refusal why;
    TRY(desk_refusal(pg, &e->call, &why));
    TRY(page_error(pg, code ? "restriksjon" : "hjemmel", rc == RC_CONFLICT ? tr(pg, &D_SCREEN_CONFLICT) : why.text));
    return show(pg, e, NULL);
}

enum rc desk_screening_sent(struct page *pg)
{
    struct editor e;
    struct journal_preview tried;
    bool trial = streq(form_get(&pg->form, "handling"), "vis");
    TRY(load(pg, &e));
    TRY(read_form(pg, &e));
    if (pg->errors_n > 0)
        return show(pg, &e, NULL);
    if (trial && !e.post)
        return show(pg, &e, NULL);
    enum rc rc = trial ? screening_try(&e.call, &e.s, str_of(e.post->systemid), &tried) : screening_save(&e.call, &e.s);
    if (rc != RC_OK && desk_refused(rc))
        return wrong(pg, &e, rc);
    TRY(rc);
    if (trial)
        return show(pg, &e, &tried);
    return page_go(pg, desk_href_of(pg, "/skjerming", e.r->systemid), tr(pg, &D_DONE_SCREENED));
}
