/* What happened to a case and who read it, from the archive's own log. */
#include "casework/casework_int.h"

enum { ROWS = 50 };

/* Events (made, read, changed, deleted), or the values of attributes before and after. */
struct view {
    const char *value, *link;
    const struct text *name, *empty;
    enum entity_id entity;
};
static const struct view views[] = {
    {"hendelser", "hendelseslogg", &K_EVENTS, &K_NO_EVENTS, E_hendelseslogg},
    {"endringer", "endringslogg", &K_CHANGES, &K_NO_CHANGES, E_endringslogg},
};

static enum rc find(struct call *c, const struct rec *sak, const struct view *v, int64_t page, struct result *ret)
{
    struct expr when = {.kind = EX_PATH, .attr = model_attr(A_endringslogg_endretDato)};
    struct order newest = {&when, true};
    const struct query q = {.entity = model_entity(v->entity), .from = sak, .list = CL_NONE, .order = &newest, .order_n = 1,
                            .link = model_link_named(sak->entity->id, PKG_LOGG, str_of(v->link)), .top = ROWS,
                            .skip = (page - 1) * ROWS};
    *ret = (struct result){0};
    return archive_query(c, &q, ret);
}

static void row(struct page *pg, struct ui_table *t, const struct rec *r)
{
    bool event = r->entity->id == E_hendelseslogg;
    ui_row_begin(pg, t);
    ui_cell(pg, t, page_time(pg, rec_val(r, A_endringslogg_endretDato)->i));
    ui_cell(pg, t, work_text(pg, r, A_endringslogg_endretAv));
    if (event) {
        ui_cell(pg, t, work_text(pg, r, A_hendelseslogg_hendelsetype));
        ui_cell(pg, t, work_text(pg, r, A_hendelseslogg_beskrivelse));
    } else {
        ui_cell(pg, t, work_text(pg, r, A_endringslogg_referanseMetadata));
        ui_cell(pg, t, arena_printf(pg->cx->arena, "%s → %s", work_text(pg, r, A_endringslogg_tidligereVerdi),
                                    work_text(pg, r, A_endringslogg_nyVerdi)));
    }
    ui_row_end(pg);
}

static void table(struct page *pg, const struct view *v, const struct result *found)
{
    bool event = v->entity == E_hendelseslogg;
    const struct ui_column columns[] = {{tr(pg, &K_WHEN), NULL}, {tr(pg, &K_WHO), NULL},
                                        {tr(pg, event ? &K_EVENT : &K_FIELD), NULL},
                                        {tr(pg, event ? &K_REMARK : &K_BEFORE_AFTER), NULL}};
    struct ui_table t = {.caption = tr(pg, v->name), .columns = columns, .columns_n = COUNT_OF(columns)};
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < found->n; i++)
        row(pg, &t, found->recs[i]);
    ui_table_end(pg);
}

static const char *view_href(struct page *pg, const struct rec *sak, const struct view *v)
{
    return work_href(pg, "/sak/%s/historikk?vis=%s", sak->systemid, v->value);
}

enum rc history_page(struct page *pg)
{
    struct call c;
    struct rec *sak;
    struct result found;
    int64_t page = work_page(pg);
    const struct view *v = &views[streq(form_get(&pg->form, "vis"), views[1].value)];
    TRY(case_load(pg, &c, &sak));
    TRY(find(&c, sak, v, page, &found));
    const struct crumb up[] = {work_home(pg), case_crumb(pg, sak)};
    page_begin(pg, &(struct page_head){.title = tr(pg, &K_HISTORY), .lead = work_text(pg, sak, A_mappe_tittel), .wide = true,
                                       .crumbs = up, .crumbs_n = COUNT_OF(up), .no_index = true});
    work_views_begin(pg, &K_HISTORY);
    for (size_t i = 0; i < COUNT_OF(views); i++)
        work_view(pg, view_href(pg, sak, &views[i]), tr(pg, views[i].name), v == &views[i]);
    work_views_end(pg);
    if (found.n == 0)
        ui_paragraph(pg, tr(pg, v->empty));
    else
        table(pg, v, &found);
    ui_pages(pg, arena_printf(pg->cx->arena, "%s&side=", view_href(pg, sak, v)), page, (found.count + ROWS - 1) / ROWS);
    return page_end(pg);
}
