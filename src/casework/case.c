/* A case: what it is, what there is to do with it, who is in it. Its journal is written by journal.c. */
#include "casework/casework_int.h"

enum { TASKS_MOST = 100, PARTIES_MOST = 100 };

const char *case_href(struct page *pg, const char *systemid)
{
    return work_href(pg, "/sak/%s", systemid);
}

struct crumb case_crumb(struct page *pg, const struct rec *sak)
{
    return (struct crumb){case_href(pg, sak->systemid), work_text(pg, sak, A_mappe_mappeID)};
}

enum rc case_load(struct page *pg, struct call *c, struct rec **ret)
{
    TRY(work_call(pg, c));
    TRY(archive_get(c, F_mappe, str_of(page_param(pg, "systemID")), ret));
    if (!model_is((*ret)->entity, E_saksmappe))
        return err_set(pg->cx, RC_NOT_FOUND, "saksmappe", NULL);
    return archive_seen(c, *ret);
}

static void section_begin(struct page *pg, const char *id, const struct text *heading)
{
    html_open(&pg->html, TAG_SECTION, ATTRS({ATT_ID, id}));
    ui_heading(pg, 2, tr(pg, heading));
}

static void section_end(struct page *pg)
{
    html_close(&pg->html, TAG_SECTION);
}

/* ------------------------------------------------------------------ facts */

static void facts(struct page *pg, const struct rec *sak, const struct oppgave *open, size_t open_n)
{
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &K_CASE_NUMBER), work_text(pg, sak, A_mappe_mappeID));
    ui_fact(pg, tr(pg, &K_STATUS), work_text(pg, sak, A_saksmappe_saksstatus));
    ui_fact(pg, tr(pg, &K_RESPONSIBLE), work_text(pg, sak, A_saksmappe_saksansvarlig));
    ui_fact(pg, tr(pg, &K_UNIT), work_text(pg, sak, A_saksmappe_administrativEnhet));
    ui_fact(pg, tr(pg, &K_CASE_DATE), work_date(pg, sak, A_saksmappe_saksdato));
    ui_fact(pg, tr(pg, &K_PUBLIC_TITLE), work_text(pg, sak, A_mappe_offentligTittel));
    /* Tasks come by deadline. */
    ui_fact(pg, tr(pg, &K_NEAREST), open_n > 0 ? page_date(pg, open[0].frist) : tr(pg, &K_NO_DEADLINE));
    if (rec_val(sak, A_mappe_avsluttetDato)->state == VAL_SET)
        ui_fact(pg, tr(pg, &K_CLOSED), work_date(pg, sak, A_mappe_avsluttetDato));
    ui_facts_end(pg);
    screening_show(pg, sak);
}

/* ------------------------------------------------------------------ tasks */

static void task_row(struct page *pg, struct ui_table *t, const struct oppgave *o)
{
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, work_href(pg, "/oppgave/%s", o->id), task_name(pg, o));
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    html_text(&pg->html, page_date(pg, o->frist));
    html_text(&pg->html, " ");
    task_due_tag(pg, o);
    if (o->utfoert)
        html_text(&pg->html, arena_printf(pg->cx->arena, " %s", page_time(pg, o->utfoert)));
    ui_cell_end(pg);
    ui_cell(pg, t, task_reckoning(pg, o));
    ui_cell(pg, t, *o->person ? o->person_navn : o->utfoert ? "–" : tr(pg, &K_NOBODY));
    ui_cell(pg, t, o->enhet);
    ui_row_end(pg);
}

static void tasks(struct page *pg, const struct oppgave *open, size_t open_n, const struct oppgave *done, size_t done_n)
{
    const struct ui_column columns[] = {{tr(pg, &K_TASK), NULL}, {tr(pg, &K_DEADLINE), NULL}, {tr(pg, &K_RECKONING), NULL},
                                        {tr(pg, &K_HAS_IT), NULL}, {tr(pg, &K_UNIT), NULL}};
    struct ui_table t = {.caption = tr(pg, &K_TASKS), .columns = columns, .columns_n = COUNT_OF(columns)};
    section_begin(pg, "oppgaver", &K_TASKS);
    if (open_n + done_n == 0) {
        ui_paragraph(pg, tr(pg, &K_NO_TASKS));
    } else {
        ui_table_begin(pg, &t);
        for (size_t i = 0; i < open_n; i++)
            task_row(pg, &t, &open[i]);
        for (size_t i = 0; i < done_n; i++)
            task_row(pg, &t, &done[i]);
        ui_table_end(pg);
    }
    section_end(pg);
}

/* ------------------------------------------------------------------ parties */

static void party(struct page *pg, const struct rec *r)
{
    bool person = r->entity->id == E_partperson;
    enum attr_id contact = person ? A_partperson_kontaktinformasjon : A_partenhet_kontaktinformasjon;
    const struct val *mail = rec_leaf(r, contact, L_kontaktinformasjon_epostadresse),
                     *phone = rec_leaf(r, contact, L_kontaktinformasjon_mobiltelefon);
    html_open(&pg->html, TAG_LI, NULL);
    html_put(&pg->html, TAG_STRONG, NULL, work_text(pg, r, person ? A_partperson_navn : A_partenhet_navn));
    html_text(&pg->html, arena_printf(pg->cx->arena, " (%s)", work_text(pg, r, A_part_partRolle)));
    for (size_t i = 0; i < 2; i++) {
        const struct val *v = i == 0 ? mail : phone;
        if (v->state == VAL_SET)
            html_text(&pg->html, arena_printf(pg->cx->arena, ", %.*s", (int)v->text.n, v->text.p));
    }
    html_close(&pg->html, TAG_LI);
}

static enum rc parties(struct page *pg, struct call *c, const struct rec *sak)
{
    struct result found;
    size_t n;
    TRY(work_linked(c, sak, PKG_ARKIVSTRUKTUR, "part", PARTIES_MOST, &found));
    section_begin(pg, "parter", &K_PARTIES);
    TRY(my_page_parties(pg, c, sak, &n));
    if (found.n > 0)
        html_open(&pg->html, TAG_UL, NULL);
    for (size_t i = 0; i < found.n; i++)
        party(pg, found.recs[i]);
    if (found.n > 0)
        html_close(&pg->html, TAG_UL);
    if (found.n + n == 0)
        ui_paragraph(pg, tr(pg, &K_NO_PARTIES));
    section_end(pg);
    return RC_OK;
}

static enum rc letters(struct page *pg, struct call *c, const struct rec *sak)
{
    section_begin(pg, "brev", &K_LETTERS);
    TRY(letters_section(pg, c, sak));
    TRY(requests_section(pg, c, sak));
    section_end(pg);
    return RC_OK;
}

/* ------------------------------------------------------------------ the page */

static void contents(struct page *pg, const struct rec *sak)
{
    work_views_begin(pg, &K_ON_THIS_PAGE);
    work_view(pg, "#oppgaver", tr(pg, &K_TASKS), false);
    work_view(pg, "#parter", tr(pg, &K_PARTIES), false);
    work_view(pg, "#brev", tr(pg, &K_LETTERS), false);
    work_view(pg, "#journal", tr(pg, &K_JOURNAL), false);
    work_view(pg, work_href(pg, "/sak/%s/historikk", sak->systemid), tr(pg, &K_HISTORY), false);
    work_views_end(pg);
}

enum rc case_page(struct page *pg)
{
    struct call c;
    struct rec *sak;
    struct oppgave *open, *done;
    size_t open_n, done_n;
    int64_t total;
    TRY(case_load(pg, &c, &sak));
    struct oppgave_filter f = {.mappe = sak->systemid, .most = TASKS_MOST};
    TRY(oppgave_list(&c, &f, &open, &open_n, &total));
    f.done = true;
    TRY(oppgave_list(&c, &f, &done, &done_n, &total));
    const struct crumb up = work_home(pg);
    page_begin(pg, &(struct page_head){.title = work_text(pg, sak, A_mappe_tittel), .lead = work_text(pg, sak, A_mappe_beskrivelse),
                                       .wide = true, .crumbs = &up, .crumbs_n = 1, .no_index = true});
    facts(pg, sak, open, open_n);
    contents(pg, sak);
    tasks(pg, open, open_n, done, done_n);
    TRY(parties(pg, &c, sak));
    TRY(letters(pg, &c, sak));
    section_begin(pg, "journal", &K_JOURNAL);
    TRY(journal_section(pg, &c, sak));
    section_end(pg);
    return page_end(pg);
}
