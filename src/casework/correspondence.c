/* What goes between a case and its parties: letters written and sent, and what is waited for. */
#include "casework/casework_int.h"

enum { LISTED = 100 };

/* ------------------------------------------------------------------ letters */

/* When each party was told, and opened it. */
static void told(struct page *pg, const struct brevutkast *u, const struct partsbrev *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!streq(all[i].registrering, u->journalpost))
            continue;
        html_put(&pg->html, TAG_DIV, NULL, all[i].aapnet ? tr_fill(pg, &K_OPENED_AT, page_time(pg, all[i].aapnet), NULL)
                                                         : tr_fill(pg, &K_TOLD_AT, page_time(pg, all[i].varslet), NULL));
        if (all[i].klagefrist)
            html_put(&pg->html, TAG_DIV, NULL, tr_fill(pg, &K_APPEAL_UNTIL, page_date(pg, all[i].klagefrist), NULL));
    }
}

static void letter_row(struct page *pg, struct ui_table *t, const struct brevutkast *u, const struct partsbrev *all, size_t n)
{
    ui_row_begin(pg, t);
    ui_cell_begin(pg, t);
    ui_link(pg, work_href(pg, u->tilstand == BREV_UTKAST ? "/brev/%s" : "/brev/%s/vis", u->id), u->mal->name.in[u->maalform]);
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    letter_state(pg, u);
    ui_cell_end(pg);
    ui_cell(pg, t, page_time(pg, u->sendt ? u->sendt : u->endret));
    ui_cell_begin(pg, t);
    if (u->sendt)
        told(pg, u, all, n);
    ui_cell_end(pg);
    ui_row_end(pg);
}

enum rc letters_section(struct page *pg, struct call *c, const struct rec *sak)
{
    struct brevutkast *all;
    struct partsbrev *sent;
    size_t n, sent_n;
    const struct ui_column columns[] = {{tr(pg, &K_LETTER), NULL}, {tr(pg, &K_STATUS), NULL}, {tr(pg, &K_WHEN), NULL},
                                        {tr(pg, &K_AT_PARTY), NULL}};
    struct ui_table t = {.caption = tr(pg, &K_LETTERS), .columns = columns, .columns_n = COUNT_OF(columns)};
    TRY(brevutkast_list(c, sak->systemid, &all, &n));
    TRY(brevutkast_visible(c, sak->systemid, all, &n));
    TRY(dialog_brev_list(c, &(struct dialog_filter){.mappe = sak->systemid, .most = LISTED}, &sent, &sent_n));
    if (n == 0)
        ui_paragraph(pg, tr(pg, &K_NO_LETTERS));
    else
        ui_table_begin(pg, &t);
    for (size_t i = 0; i < n; i++)
        letter_row(pg, &t, &all[i], sent, sent_n);
    if (n > 0)
        ui_table_end(pg);
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-buttons"}));
    ui_link_button(pg, work_href(pg, "/sak/%s/brev", sak->systemid), tr(pg, &K_WRITE_LETTER));
    ui_link(pg, work_href(pg, "/sak/%s/brev?mal=mangelbrev", sak->systemid), tr(pg, &K_ASK_FOR_MORE));
    html_close(&pg->html, TAG_DIV);
    return RC_OK;
}

/* ------------------------------------------------------------------ what is waited for */

static void request(struct page *pg, const struct mangel *m)
{
    bool waits = !m->besvart && !m->lukket;
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "ds-card"}));
    html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-lines"}), m->deler);
    html_open(&pg->html, TAG_P, NULL);
    ui_tag(pg, waits ? UI_WARNING : UI_SUCCESS, tr(pg, m->besvart ? &K_ANSWERED : m->lukket ? &K_NOT_WAITED_FOR : &K_WAITED_FOR));
    html_text(&pg->html, " ");
    html_text(&pg->html, m->besvart ? page_time(pg, m->besvart) : tr_fill(pg, &K_UNTIL, page_date(pg, m->frist), NULL));
    html_close(&pg->html, TAG_P);
    if (waits)
        ui_action(pg, work_href(pg, "/sak/%s/mangel/%s", m->mappe, m->id), tr(pg, &K_WAIT_NO_MORE), true);
    html_close(&pg->html, TAG_DIV);
}

enum rc requests_section(struct page *pg, struct call *c, const struct rec *sak)
{
    struct mangel *all;
    size_t n;
    TRY(dialog_mangel_list(c, &(struct dialog_filter){.mappe = sak->systemid, .most = LISTED}, &all, &n));
    if (n > 0)
        ui_heading(pg, 3, tr(pg, &K_MISSING_PARTS));
    for (size_t i = 0; i < n; i++)
        request(pg, &all[i]);
    return RC_OK;
}

/* The case worker has what is needed, or goes on without. */
enum rc request_closed(struct page *pg)
{
    struct call c;
    struct rec *sak;
    struct mangel *found;
    size_t n;
    TRY(case_load(pg, &c, &sak));
    const struct dialog_filter f = {.mappe = sak->systemid, .id = page_param(pg, "mangel"), .most = 1};
    TRY(dialog_mangel_list(&c, &f, &found, &n));
    if (n == 0)
        return err_set(pg->cx, RC_NOT_FOUND, "mangel", NULL);
    TRY(dialog_mangel_close(&c, found[0].id));
    return page_go(pg, case_href(pg, sak->systemid), tr(pg, &K_RESUMED));
}

/* ------------------------------------------------------------------ who sees it on my page */

enum rc my_page_parties(struct page *pg, struct call *c, const struct rec *sak, size_t *ret_n)
{
    static const struct text *const roles[SAKSPART_ROLLER] = {&K_ROLE_APPLICANT, &K_ROLE_PARTY, &K_ROLE_AGENT};
    struct sakspart *all;
    TRY(dialog_parts(c, &(struct dialog_filter){.mappe = sak->systemid, .most = LISTED}, &all, ret_n));
    if (*ret_n > 0)
        html_open(&pg->html, TAG_UL, NULL);
    for (size_t i = 0; i < *ret_n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        html_put(&pg->html, TAG_STRONG, NULL, all[i].navn);
        if (*all[i].orgnr)
            html_text(&pg->html, arena_printf(pg->cx->arena, ", %s", tr_fill(pg, &K_COMPANY, all[i].orgnr, NULL)));
        html_text(&pg->html, tr_fill(pg, &K_ON_MY_PAGE, tr(pg, roles[all[i].rolle]), NULL));
        html_close(&pg->html, TAG_LI);
    }
    if (*ret_n > 0)
        html_close(&pg->html, TAG_UL);
    return RC_OK;
}
