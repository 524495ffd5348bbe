/* The page of a case. */
#include "minside/minside_int.h"

/* What the form demands a higher login for is not told to a lower one. */
const char *sak_title(struct page *pg, const struct sak *s)
{
    return pg->session->person.level < s->level ? tr(pg, &M_HIDDEN_TITLE) : my_text(pg->cx, s->mappe, A_mappe_tittel);
}

struct crumbs sak_crumbs(struct page *pg, const struct sak *s)
{
    return (struct crumbs){{{page_href(pg, "/min-side"), tr(pg, &M_MINE)},
                            {my_href(pg, pg->kommune, "/sak/%s", s->part.mappe), sak_title(pg, s)}}};
}

/* ------------------------------------------------------------------ at a glance */

static void show_steps(struct page *pg, const struct sak *s)
{
    static const size_t at[STAGES] = {
        [STAGE_RECEIVED] = 0, [STAGE_HANDLED] = 1, [STAGE_WAITS] = 1, [STAGE_ANSWERED] = 2, [STAGE_CLOSED] = 3};
    const char *names[] = {stage_name(pg, STAGE_RECEIVED), stage_name(pg, s->stage == STAGE_WAITS ? STAGE_WAITS : STAGE_HANDLED),
                           stage_name(pg, STAGE_ANSWERED), stage_name(pg, STAGE_CLOSED)};
    ui_steps(pg, names, COUNT_OF(names), at[s->stage]);
}

static const char *handler(const struct sak *s)
{
    return s->task && *s->task->person ? s->task->person_navn : NULL;
}

static void show_facts(struct page *pg, const struct sak *s)
{
    const char *unit = my_text(pg->cx, s->mappe, A_saksmappe_administrativEnhet);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &M_STATUS), stage_name(pg, s->stage));
    ui_fact(pg, tr(pg, &M_SENT), page_date(pg, s->sent ? s->sent->sendt : s->part.fra));
    ui_fact(pg, tr(pg, &M_ANSWER), expected_answer(pg, s));
    ui_fact(pg, tr(pg, &M_UNIT), *unit ? unit : NULL);
    ui_fact(pg, tr(pg, &M_HANDLER), handler(s) ? handler(s) : tr(pg, &M_HANDLER_NONE));
    ui_facts_end(pg);
}

static void show_requests(struct page *pg, const struct mine *p)
{
    for (size_t i = 0; i < p->mangler_n; i++) {
        const struct mangel *m = &p->mangler[i];
        ui_alert(pg, UI_WARNING, tr_fill(pg, &M_REQUEST_BY, page_date(pg, m->frist), NULL), m->tekst);
        html_open(&pg->html, TAG_P, NULL);
        ui_link_button(pg, my_href(pg, pg->kommune, "/sak/%s/melding/svar?gjelder=%s", m->mappe, m->id), tr(pg, &M_DO_ANSWER));
        html_close(&pg->html, TAG_P);
    }
}

/* ------------------------------------------------------------------ letters */

static void show_letter(struct page *pg, const struct sak *s, const struct letter *l)
{
    const struct partsbrev *b = &l->brev;
    html_open(&pg->html, TAG_LI, ATTRS({ATT_CLASS, "ds-card"}));
    html_open(&pg->html, TAG_H3, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_DATA_SIZE, "2xs"}));
    ui_link(pg, my_href(pg, pg->kommune, "/sak/%s/brev/%s", s->part.mappe, b->id), l->title);
    html_close(&pg->html, TAG_H3);
    letter_sent(pg, b);
    letter_appeal(pg, s, b);
    html_close(&pg->html, TAG_LI);
}

static void show_letters(struct page *pg, const struct mine *p, const struct sak *s)
{
    ui_heading(pg, 2, tr(pg, &M_LETTERS));
    if (p->letters_n == 0) {
        ui_paragraph(pg, tr(pg, &M_NO_LETTERS_CASE));
        return;
    }
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-cards"}));
    for (size_t i = 0; i < p->letters_n; i++)
        show_letter(pg, s, &p->letters[i]);
    html_close(&pg->html, TAG_UL);
}

/* ------------------------------------------------------------------ who, and where to turn */

static const char *role_name_of(struct page *pg, enum sakspart_rolle rolle)
{
    static const struct text *const names[SAKSPART_ROLLER] = {
        [SAKSPART_SOEKER] = &M_ROLE_APPLICANT, [SAKSPART_PART] = &M_ROLE_PARTY, [SAKSPART_FULLMEKTIG] = &M_ROLE_PROXY};
    return tr(pg, names[rolle]);
}

static enum rc show_involved(struct page *pg, struct mine *p, const struct sak *s)
{
    const struct dialog_filter all = {.mappe = s->part.mappe, .most = MOST_REQUESTS};
    struct sakspart *parts;
    size_t n;
    TRY(dialog_parts(&p->call, &all, &parts, &n));
    ui_heading(pg, 2, tr(pg, &M_INVOLVED));
    ui_facts_begin(pg);
    for (size_t i = 0; i < n; i++)
        ui_fact(pg, role_name_of(pg, parts[i].rolle), *parts[i].navn ? parts[i].navn : NULL);
    ui_fact(pg, tr(pg, &M_UNIT), my_text(pg->cx, s->mappe, A_saksmappe_administrativEnhet));
    if (handler(s))
        ui_fact(pg, tr(pg, &M_HANDLER), handler(s));
    ui_facts_end(pg);
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, my_href(pg, pg->kommune, "/sak/%s/lest", s->part.mappe), tr(pg, &M_READERS));
    html_close(&pg->html, TAG_P);
    return RC_OK;
}

static void show_contact(struct page *pg, const struct sak *s)
{
    ui_heading(pg, 2, tr(pg, &M_CONTACT));
    ui_buttons_begin(pg);
    ui_link_button(pg, my_href(pg, pg->kommune, "/sak/%s/melding/sporsmaal", s->part.mappe), tr(pg, &M_DO_QUESTION));
    ui_link_button(pg, my_href(pg, pg->kommune, "/sak/%s/melding/ettersending", s->part.mappe), tr(pg, &M_DO_SEND));
    ui_buttons_end(pg);
}

/* ------------------------------------------------------------------ the page */

enum rc sak_page(struct page *pg)
{
    struct mine p;
    struct sak s;
    TRY(mine_case(pg, &p, &s));
    const struct crumb up = {page_href(pg, "/min-side"), tr(pg, &M_MINE)};
    page_begin(pg, &(struct page_head){.title = sak_title(pg, &s), .crumbs = &up, .crumbs_n = 1, .no_index = true,
                                       .lead = tr_fill(pg, &M_CASE_IN, my_text(pg->cx, s.mappe, A_mappe_mappeID), pg->kommune->name,
                                                       NULL)});
    show_steps(pg, &s);
    show_requests(pg, &p);
    show_facts(pg, &s);
    show_letters(pg, &p, &s);
    TRY(timeline(pg, &p, &s));
    show_contact(pg, &s);
    TRY(show_involved(pg, &p, &s));
    return page_end(pg);
}
