/* The journal of a case: each journalpost with its parties, how it was written off, and its documents. */
#include "casework/casework_int.h"

enum { ROWS = 50, LINKED = 3 };
enum { PARTIES, WRITTEN_OFF, DOCUMENTS };    /* places in result.expanded */

/* ------------------------------------------------------------------ cells */

static const char *party_name(struct page *pg, const struct rec *r)
{
    if (r->entity->id == E_korrespondansepartperson)
        return work_text(pg, r, A_korrespondansepartperson_navn);
    if (r->entity->id == E_korrespondansepartenhet)
        return work_text(pg, r, A_korrespondansepartenhet_navn);
    const char *who = work_text(pg, r, A_korrespondansepartintern_saksbehandler);
    return *who ? who : work_text(pg, r, A_korrespondansepartintern_administrativEnhet);
}

static void correspondents(struct page *pg, const struct result *parties)
{
    for (size_t i = 0; i < parties->n; i++) {
        const struct rec *r = parties->recs[i];
        if (i > 0)
            html_open(&pg->html, TAG_BR, NULL);
        html_text(&pg->html, arena_printf(pg->cx->arena, "%s: %s", work_text(pg, r, A_korrespondansepart_korrespondanseparttype),
                                          party_name(pg, r)));
    }
}

/* Only what came in, or asks for something inside the house, is to be written off (Noark 5, avskrivning). */
static void written_off(struct page *pg, const struct rec *post, const struct result *found)
{
    const struct val *type = rec_val(post, A_journalpost_journalposttype);
    if (found->n > 0) {
        const struct rec *r = found->recs[0];
        ui_tag(pg, UI_SUCCESS, tr(pg, &K_WRITTEN_OFF));
        html_text(&pg->html, arena_printf(pg->cx->arena, " %s: %s", page_date(pg, rec_val(r, A_avskrivning_avskrivningsdato)->i),
                                          work_text(pg, r, A_avskrivning_avskrivningsmaate)));
    } else if (val_is(type, "I") || val_is(type, "N")) {
        ui_tag(pg, UI_WARNING, tr(pg, &K_NOT_WRITTEN_OFF));
    }
}

/* "Søknad (Arkivformat, PDF/A – ISO 19005-1, 34 kB)" */
static void file_link(struct page *pg, const struct rec *document, const struct rec *object)
{
    const struct val *size = rec_val(object, A_dokumentobjekt_filstoerrelse);
    if (rec_val(object, A_dokumentobjekt_sjekksum)->state != VAL_SET)
        return;
    ui_link(pg, work_href(pg, "/dokument/%s", object->systemid), work_text(pg, document, A_dokumentbeskrivelse_tittel));
    html_text(&pg->html, arena_printf(pg->cx->arena, " (%s, %s, %s kB)", work_text(pg, object, A_dokumentobjekt_variantformat),
                                      work_text(pg, object, A_dokumentobjekt_format), work_kilobytes(pg, size->i)));
}

static void documents(struct page *pg, const struct result *found)
{
    if (found->n == 0)
        return;
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-plain"}));
    for (size_t i = 0; i < found->n; i++) {
        const struct result *objects = found->expanded ? found->expanded[i][0].result : NULL;
        html_open(&pg->html, TAG_LI, NULL);
        if (!objects || objects->n == 0)
            html_text(&pg->html, work_text(pg, found->recs[i], A_dokumentbeskrivelse_tittel));
        for (size_t j = 0; objects && j < objects->n; j++) {
            if (j > 0)
                html_open(&pg->html, TAG_BR, NULL);
            file_link(pg, found->recs[i], objects->recs[j]);
        }
        screening_show(pg, found->recs[i]);
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
}

/* Received, sent, else written. */
static const char *day_of(struct page *pg, const struct rec *post)
{
    const enum attr_id dates[] = {A_journalpost_mottattDato, A_journalpost_sendtDato, A_journalpost_dokumentetsDato};
    for (size_t i = 0; i < COUNT_OF(dates); i++)
        if (work_date(pg, post, dates[i]))
            return work_date(pg, post, dates[i]);
    return "–";
}

/* ------------------------------------------------------------------ rows */

static void row(struct page *pg, struct ui_table *t, const struct rec *post, const struct expanded *linked)
{
    ui_row_begin(pg, t);
    ui_cell(pg, t, work_number(pg, rec_val(post, A_journalpost_journalpostnummer)->i));
    ui_cell(pg, t, day_of(pg, post));
    ui_cell(pg, t, work_text(pg, post, A_journalpost_journalposttype));
    ui_cell_begin(pg, t);
    html_put(&pg->html, TAG_STRONG, NULL, work_text(pg, post, A_registrering_tittel));
    screening_show(pg, post);
    documents(pg, linked[DOCUMENTS].result);
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    correspondents(pg, linked[PARTIES].result);
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    html_text(&pg->html, work_text(pg, post, A_journalpost_journalstatus));
    html_text(&pg->html, " ");
    written_off(pg, post, linked[WRITTEN_OFF].result);
    ui_cell_end(pg);
    ui_row_end(pg);
}

static enum rc find(struct call *c, const struct rec *sak, int64_t page, struct result *ret)
{
    struct expand objects = {.link = model_link_named(E_dokumentbeskrivelse, PKG_ARKIVSTRUKTUR, STR("dokumentobjekt"))};
    struct expand linked[LINKED] = {
        [PARTIES] = {.link = model_link_named(E_journalpost, PKG_ARKIVSTRUKTUR, STR("korrespondansepart"))},
        [WRITTEN_OFF] = {.link = model_link_named(E_journalpost, PKG_SAKARKIV, STR("avskrivning"))},
        [DOCUMENTS] = {.link = model_link_named(E_journalpost, PKG_ARKIVSTRUKTUR, STR("dokumentbeskrivelse")), .children = &objects,
                       .children_n = 1},
    };
    const struct query q = {.entity = model_entity(E_journalpost), .from = sak, .list = CL_NONE, .top = ROWS,
                            .link = model_link_named(sak->entity->id, PKG_ARKIVSTRUKTUR, STR("registrering")),
                            .skip = (page - 1) * ROWS, .expand = linked, .expand_n = LINKED};
    *ret = (struct result){0};
    return archive_query(c, &q, ret);
}

enum rc journal_section(struct page *pg, struct call *c, const struct rec *sak)
{
    struct result found;
    int64_t page = work_page(pg);
    const struct ui_column columns[] = {{tr(pg, &K_NR), NULL}, {tr(pg, &K_DATE), NULL}, {tr(pg, &K_TYPE), NULL},
                                        {tr(pg, &K_DOCUMENT), NULL}, {tr(pg, &K_FROM_TO), NULL}, {tr(pg, &K_STATUS), NULL}};
    struct ui_table t = {.caption = tr(pg, &K_ENTRIES), .columns = columns, .columns_n = COUNT_OF(columns)};
    TRY(find(c, sak, page, &found));
    if (found.n == 0) {
        ui_paragraph(pg, tr(pg, &K_NO_ENTRIES));
        return RC_OK;
    }
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < found.n; i++)
        row(pg, &t, found.recs[i], found.expanded[i]);
    ui_table_end(pg);
    ui_pages(pg, "?side=", page, (found.count + ROWS - 1) / ROWS);
    return RC_OK;
}

/* ------------------------------------------------------------------ one file */

enum rc document_file(struct page *pg)
{
    struct call c;
    struct document d;
    TRY(work_call(pg, &c));
    TRY(archive_document(&c, F_dokumentobjekt, str_of(page_param(pg, "systemID")), &d));
    return work_file(pg, &c, &d);
}
