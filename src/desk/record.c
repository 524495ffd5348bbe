/* A case and its journalpost as forms: the fields that several pages have. */
#include "desk/desk_int.h"
#include "portal/portal.h"

enum { SUGGESTED = 300, PERSONS = 500 };

static enum rc ask(struct call *c, enum entity_id e, enum attr_id by, int64_t most, struct result *ret)
{
    struct expr path = {.kind = EX_PATH, .attr = model_attr(by)};
    struct order order = {&path, false};
    struct query q = {.entity = model_entity(e), .list = CL_NONE, .order = &order, .order_n = 1, .top = most, .no_count = true};
    return archive_query(c, &q, ret);
}

/* value A_COUNT: the systemID. */
static enum rc options_of(struct page *pg, const struct result *r, enum attr_id value, enum attr_id text, struct ui_option **ret)
{
    *ret = arena_array(pg->cx->arena, r->n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < r->n; i++)
        (*ret)[i] = (struct ui_option){value == A_COUNT ? r->recs[i]->systemid : desk_text(pg, rec_val(r->recs[i], value)),
                                       desk_text(pg, rec_val(r->recs[i], text)), NULL};
    return RC_OK;
}

static enum rc klasse_field(struct page *pg, struct call *c, const char *value)
{
    struct result found;
    struct ui_option *options;
    TRY(ask(c, E_klasse, A_klasse_klasseID, SUGGESTED, &found));
    TRY(options_of(pg, &found, A_klasse_klasseID, A_klasse_tittel, &options));
    ui_text(pg, &(struct ui_field){.name = "klasse", .label = tr(pg, &D_CLASS), .help = tr(pg, &D_CLASS_HELP), .value = value,
                                   .width = 12, .maxlength = 100, .optional = true, .suggested = options,
                                   .suggested_n = found.n});
    return RC_OK;
}

static enum rc enhet_field(struct page *pg, struct call *c, const char *value)
{
    struct result found;
    struct ui_option *options;
    TRY(ask(c, E_administrativenhet, A_administrativenhet_administrativEnhetNavn, SUGGESTED, &found));
    TRY(options_of(pg, &found, A_administrativenhet_administrativEnhetNavn, A_administrativenhet_administrativEnhetNavn, &options));
    ui_text(pg, &(struct ui_field){.name = "enhet", .label = tr(pg, &D_UNIT), .value = value, .width = 24, .maxlength = 200,
                                   .suggested = options, .suggested_n = found.n});
    return RC_OK;
}

/* Who works here, and who has the case; the archive knows everybody who has been here, and our own services. */
static enum rc person_field(struct page *pg, struct call *c, const char *value)
{
    const struct desk *desk = pg->app;
    const char *now = value ? value : form_get(&pg->form, "person"), *const *staff;
    struct result found;
    struct ui_option *options;
    size_t staff_n, n = 0;
    TRY(ask(c, E_bruker, A_bruker_brukerNavn, PERSONS, &found));
    TRY(options_of(pg, &found, A_COUNT, A_bruker_brukerNavn, &options));
    TRY(login_staff(pg->cx, desk->login, pg->kommune->slug, &staff, &staff_n));
    for (size_t i = 0; i < found.n; i++)
        if (streq(options[i].value, now) || login_staff_has(staff, staff_n, options[i].text))
            options[n++] = options[i];
    ui_select(pg, &(struct ui_field){.name = "person", .label = tr(pg, &D_CASE_WORKER), .value = value, .optional = true},
              options, n);
    return RC_OK;
}

/* Over a to-one link of arkivstruktur; *ret NULL when there is none. */
static enum rc optional(struct call *c, const struct rec *from, const char *name, struct rec **ret)
{
    *ret = NULL;
    enum rc rc = archive_one(c, from, model_link_named(from->entity->id, PKG_ARKIVSTRUKTUR, str_of(name)), ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    return RC_OK;
}

enum rc desk_case_fields(struct page *pg, struct call *c, const struct rec *sak)
{
    bool again = streq(pg->rq->method, "POST");    /* what was typed stays */
    struct rec *klasse;
    TRY(optional(c, sak, "klasse", &klasse));
    TRY(klasse_field(pg, c, again ? NULL : klasse ? desk_text(pg, rec_val(klasse, A_klasse_klasseID)) : ""));
    TRY(enhet_field(pg, c, again ? NULL : desk_text(pg, rec_val(sak, A_saksmappe_administrativEnhet))));
    return person_field(pg, c, again ? NULL : desk_text(pg, rec_val(sak, A_saksmappe_referanseSaksansvarlig)));
}

/* ------------------------------------------------------------------ reading */

enum rc desk_arkiv_of(struct page *pg, struct call *c, const struct rec *del, const char **ret)
{
    struct rec *arkiv;
    TRY(optional(c, del, "arkiv", &arkiv));
    *ret = arkiv ? desk_text(pg, rec_val(arkiv, A_arkiv_tittel)) : "";
    return RC_OK;
}

enum rc desk_below(struct call *c, const struct rec *from, enum entity_id e, const char *name, int64_t most, struct result *ret)
{
    struct query q = {.entity = model_entity(e), .from = from, .list = CL_NONE, .top = most, .no_count = true,
                      .link = model_link_named(from->entity->id, PKG_ARKIVSTRUKTUR, str_of(name))};
    return archive_query(c, &q, ret);
}

/* ------------------------------------------------------------------ errors */

bool desk_refused(enum rc rc)
{
    int status = err_status(rc);
    return status == 400 || status == 409 || rc == RC_FORBIDDEN;
}

/* Where "(<systemID>)" stands in the text, which names the record that hinders; NULL when it does not. */
static char *named_record(char *text)
{
    for (char *p = text; p && (p = strchr(p, '(')) != NULL; p++)
        if (strlen(p) > UUID_TEXT_MAX && p[UUID_TEXT_MAX] == ')' && uuid_valid((struct str){p + 1, UUID_TEXT_MAX - 1}))
            return p;
    return NULL;
}

enum rc desk_refusal(struct page *pg, struct call *c, struct refusal *ret)
{
    char *text = arena_strdup(pg->cx->arena, page_refusal(pg)), *at = named_record(text);
    struct rec *r;
    *ret = (struct refusal){.text = text ? text : ""};
    err_clear(pg->cx);
    if (!at)
        return RC_OK;
    const char *id = arena_strndup(pg->cx->arena, at + 1, UUID_TEXT_MAX - 1);
    char *after = at + UUID_TEXT_MAX + 1, *before = at > text && at[-1] == ' ' ? at - 1 : at;
    memmove(before, after, strlen(after) + 1);
    enum rc rc = archive_find(c, str_of(id), &r);
    err_clear(pg->cx);
    if (rc == RC_OK) {
        ret->href = desk_record_href(pg, r);
        ret->what = desk_record_title(pg, r);
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc desk_wrong(struct page *pg, struct call *c, enum rc rc, const char *fallback)
{
    static const char *const fields[][2] = {{"tittel", "tittel"}, {"offentligTittel", "offentlig"}, {"klasse", "klasse"},
                                            {"administrativEnhet", "enhet"}, {"saksansvarlig", "person"}};
    const char *field = fallback;
    struct refusal why;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (streq(pg->cx->err.field, fields[i][0]))
            field = fields[i][1];
    TRY(desk_refusal(pg, c, &why));
    return page_error(pg, field, rc == RC_CONFLICT ? tr(pg, &D_CONFLICT) : why.text);
}

/* ------------------------------------------------------------------ documents */

enum rc desk_document(struct page *pg)
{
    struct call c;
    struct document d;
    TRY(desk_call(pg, &c));
    TRY(archive_document(&c, F_dokumentbeskrivelse, str_of(page_param(pg, "systemID")), &d));
    pg->rp->fd = d.fd;
    pg->rp->size = d.size;
    pg->rp->type = d.mime ? d.mime : "application/octet-stream";
    if (d.fd < 0)
        pg->rp->source = (struct http_source){archive_far(c.vault, d.sha256), archive_far_send, mem_free};
    return page_file_saved(pg, d.name ? d.name : "dokument");
}

static void document_row(struct page *pg, struct ui_table *t, const struct rec *d)
{
    const struct val *status = rec_val(d, A_dokumentbeskrivelse_dokumentstatus);
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, desk_href_of(pg, "/dokument", d->systemid), desk_record_title(pg, d));
    ui_cell_end(pg);
    ui_cell(pg, t, page_code(pg, status->name));
    ui_cell_begin(pg, t);
    ui_link(pg, desk_record_href(pg, d), tr(pg, &D_SCREEN_THIS));
    ui_cell_end(pg);
    ui_row_end(pg);
}

enum rc desk_documents(struct page *pg, struct call *c, const struct rec *post)
{
    const struct ui_column columns[] = {{tr(pg, &D_DOCUMENT), NULL}, {tr(pg, &D_STATE), NULL}, {tr(pg, &D_SCREEN_THIS), NULL}};
    struct ui_table t = {.caption = tr(pg, &D_DOCUMENTS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct result docs;
    TRY(desk_below(c, post, E_dokumentbeskrivelse, "dokumentbeskrivelse", 100, &docs));
    if (docs.n == 0) {
        ui_alert(pg, UI_WARNING, NULL, tr(pg, &D_NO_DOCUMENTS));
        return RC_OK;
    }
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < docs.n; i++)
        document_row(pg, &t, docs.recs[i]);
    ui_table_end(pg);
    return RC_OK;
}
