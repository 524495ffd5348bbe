/* What the pages of the journal have in common: the search an address asks for, entries as rows and as facts. */
#include "portal/portal_int.h"

enum rc innsyn_vault(struct page *pg, struct vault **ret)
{
    const struct portal *p = pg->app;
    return archive_vault(pg->cx, innsyn_archive(p->innsyn), pg->kommune->slug, ret);
}

/* ------------------------------------------------------------------ the search of an address */

/* The day of three boxes, or of one field "2026-11-27"; *ret -1 when none is given. */
static enum rc read_day(struct page *pg, const char *name, int64_t *ret)
{
    const char *text = form_has(&pg->form, name) ? form_get(&pg->form, name) : ui_date_value(pg, name);
    *ret = -1;
    if (text && !*text)
        return RC_OK;
    if (text && time_date(str_of(text), ret))
        return RC_OK;
    *ret = -1;
    const struct text *label = streq(name, "fra") ? &P_FROM : &P_UNTIL;
    return page_error(pg, name, text ? tr_fill(pg, &P_BAD_DATE, text, NULL) : tr_fill(pg, &P_BAD_DAY, tr(pg, label), NULL));
}

enum rc innsyn_question(struct page *pg, struct journal_question *ret)
{
    int64_t from, until, day;
    TRY(read_day(pg, "fra", &from));
    TRY(read_day(pg, "til", &until));
    TRY(read_day(pg, "dag", &day));
    from = day >= 0 ? day : from;
    until = day >= 0 ? day : until;
    *ret = (struct journal_question){
        .words = str_of(form_get(&pg->form, "q")),
        .from = from >= 0 ? time_of_day(from) : 0,
        .until = until >= 0 ? time_of_day(until + 1) : 0,
        .type = form_get(&pg->form, "type"),
        .enhet = form_get(&pg->form, "enhet"),
    };
    return RC_OK;
}

const char *innsyn_query(struct page *pg)
{
    struct buf out;
    buf_init(&out, (size_t)KiB(32));
    buf_putc(&out, '?');
    for (size_t i = 0; i < pg->form.fields_n; i++) {
        const struct form_field *f = &pg->form.fields[i];
        if (streq(f->name, "side") || streq(f->name, "spraak") || f->value.n == 0)
            continue;
        url_encode(&out, str_of(f->name));
        buf_putc(&out, '=');
        url_encode(&out, f->value);
        buf_putc(&out, '&');
    }
    const char *copy = buf_failed(&out) ? NULL : arena_strdup(pg->cx->arena, out.p);
    buf_free(&out);
    return copy ? copy : "?";
}

/* ------------------------------------------------------------------ entries */

const char *innsyn_href(struct page *pg, const struct innfoersel *e)
{
    return page_href(pg, arena_printf(pg->cx->arena, "/innsyn/%s", e->registrering));
}

const char *portal_number(struct page *pg, const struct innfoersel *e)
{
    return arena_printf(pg->cx->arena, "%" PRId64 "/%" PRId64 "-%" PRId64, e->saksaar, e->saksnr, e->postnr);
}

const char *innsyn_type(struct page *pg, const char *code)
{
    static const struct {
        const char *code;
        const struct text *text;
    } types[] = {{"I", &P_TYPE_I}, {"U", &P_TYPE_U}, {"N", &P_TYPE_N}, {"X", &P_TYPE_X}, {"S", &P_TYPE_S}};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (streq(types[i].code, code))
            return tr(pg, types[i].text);
    return code;
}

static const char *party(struct page *pg, const struct innfoersel_part *p)
{
    const struct text *role = streq(p->rolle, "fra") ? &P_PARTY_FROM : streq(p->rolle, "kopi") ? &P_PARTY_COPY : &P_PARTY_TO;
    return tr_fill(pg, role, *p->navn ? p->navn : tr(pg, &P_WITHHELD), NULL);
}

const char *innsyn_parties(struct page *pg, const struct innfoersel *e, const char *between)
{
    const char *all = "";
    for (size_t i = 0; all && i < e->parts_n; i++)
        all = arena_printf(pg->cx->arena, "%s%s%s", all, i > 0 ? between : "", party(pg, &e->parts[i]));
    return all;
}

void portal_entry(struct page *pg, const struct innfoersel *e)
{
    struct arena *arena = pg->cx->arena;
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &P_TITLE), journal_title(pg->cx, e->tittel));
    ui_fact(pg, tr(pg, &P_CASE), journal_title(pg->cx, e->sakstittel));
    ui_fact(pg, tr(pg, &P_PARTIES), innsyn_parties(pg, e, "\n"));
    ui_fact(pg, tr(pg, &P_NUMBER), portal_number(pg, e));
    ui_fact(pg, tr(pg, &P_DATE), e->journaldato ? page_date(pg, e->journaldato) : NULL);
    ui_fact(pg, tr(pg, &P_DOCUMENT_DATE), e->dokumentdato ? page_date(pg, e->dokumentdato) : tr(pg, &P_UNDATED));
    ui_fact(pg, tr(pg, &P_TYPE), innsyn_type(pg, e->type));
    ui_fact(pg, tr(pg, &P_UNIT), e->enhet);
    if (*e->klasse)
        ui_fact(pg, tr(pg, &P_CLASS), e->klasse);
    if (*e->eiendom)
        ui_fact(pg, tr(pg, &P_PROPERTY), e->eiendom);
    if (*e->hjemmel)
        ui_fact(pg, tr(pg, &P_LEGAL_BASIS), e->hjemmel);
    ui_fact(pg, tr(pg, &P_RUNNING), arena_printf(arena, "%" PRId64 "/%" PRId64, e->sekvens, e->aar));
    ui_facts_end(pg);
}

static void row(struct page *pg, struct ui_table *t, const struct innfoersel *e, const struct kurv *k)
{
    ui_row_begin(pg, t);
    ui_cell(pg, t, page_date(pg, e->journaldato));
    ui_cell(pg, t, portal_number(pg, e));
    ui_cell_begin(pg, t);
    ui_link(pg, innsyn_href(pg, e), journal_title(pg->cx, e->tittel));
    html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}), journal_title(pg->cx, e->sakstittel));
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    html_put(&pg->html, TAG_SPAN, ATTRS({ATT_CLASS, "sd-lines"}), innsyn_parties(pg, e, "\n"));
    ui_cell_end(pg);
    ui_cell(pg, t, innsyn_type(pg, e->type));
    if (k->offered) {
        ui_cell_begin(pg, t);
        kurv_button(pg, k, e);
        ui_cell_end(pg);
    }
    ui_row_end(pg);
}

void innsyn_table(struct page *pg, const char *caption, const struct innfoersel *list, size_t n, const struct kurv *k,
                  const char *query)
{
    const struct ui_column columns[] = {{tr(pg, &P_DATE), NULL}, {tr(pg, &P_NUMBER), NULL}, {tr(pg, &P_TITLE), NULL},
                                        {tr(pg, &P_PARTIES), NULL}, {tr(pg, &P_TYPE), NULL}, {tr(pg, &P_ORDERING), NULL}};
    struct ui_table t = {.caption = caption, .columns = columns, .columns_n = COUNT_OF(columns) - !k->offered};
    if (k->offered)
        kurv_form_begin(pg, query);
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        row(pg, &t, &list[i], k);
    ui_table_end(pg);
    if (k->offered)
        kurv_form_end(pg);
}
