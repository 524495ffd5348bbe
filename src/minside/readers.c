/*
 * Who has read the case, by the archive's log of reading: name and unit of those who work in the municipality, and when.
 * The party's own reading, which is done by the calls of dialog and submission, is left out.
 */
#include "minside/minside_int.h"

enum { MOST_READS = 200, MOST_UNITS_READ = 300 };

/* The case, the party's own posts, and their documents. */
static enum rc units_of(struct page *pg, struct mine *p, const struct sak *s, struct expr **args, size_t *ret_n)
{
    struct post *posts;
    struct expr *text;
    size_t n;
    TRY(posts_load(p, s, &posts, &n));
    text = arena_array(pg->cx->arena, MOST_UNITS_READ, sizeof(*text));
    if (!text)
        return cx_nomem(pg->cx);
    *ret_n = 0;
    text[(*ret_n)++] = (struct expr){.kind = EX_TEXT, .text = str_of(s->part.mappe)};
    for (size_t i = 0; i < n && *ret_n < MOST_UNITS_READ; i++) {
        text[(*ret_n)++] = (struct expr){.kind = EX_TEXT, .text = str_of(posts[i].rec->systemid)};
        for (size_t k = 0; k < posts[i].documents.n && *ret_n < MOST_UNITS_READ; k++) {
            const struct rec *file = post_file(&posts[i], k);
            if (file)
                text[(*ret_n)++] = (struct expr){.kind = EX_TEXT, .text = str_of(file->systemid)};
        }
    }
    for (size_t i = 0; i < *ret_n; i++)
        args[i + 1] = &text[i];
    return RC_OK;
}

static enum rc reads(struct page *pg, struct mine *p, const struct sak *s, struct result *ret)
{
    struct expr unit = {.kind = EX_PATH, .attr = model_attr(A_endringslogg_referanseArkivenhet)};
    struct expr kind = {.kind = EX_PATH, .attr = model_attr(A_hendelseslogg_hendelsetype)};
    struct expr read = {.kind = EX_TEXT, .text = STR("R")};
    struct expr when = {.kind = EX_PATH, .attr = model_attr(A_endringslogg_endretDato)};
    struct expr *equal_args[] = {&kind, &read}, *in_args[MOST_UNITS_READ + 1] = {&unit};
    struct order newest = {&when, true};
    size_t n;
    TRY(units_of(pg, p, s, in_args, &n));
    struct expr equal = {.kind = EX_EQ, .args = equal_args, .args_n = 2}, in = {.kind = EX_IN, .args = in_args, .args_n = n + 1};
    struct expr *both[] = {&equal, &in};
    struct expr filter = {.kind = EX_AND, .args = both, .args_n = 2};
    const struct query q = {.entity = model_entity(E_hendelseslogg), .list = CL_NONE, .filter = &filter, .order = &newest,
                            .order_n = 1, .top = MOST_READS, .no_count = true};
    *ret = (struct result){0};
    return archive_query(&p->call, &q, ret);
}

/* ------------------------------------------------------------------ who they are */

static enum rc unit_of(struct page *pg, struct call *c, const char *person, const char **ret)
{
    struct rec *bruker;
    struct result units = {0};
    *ret = "";
    enum rc rc = archive_get(c, F_bruker, str_of(person), &bruker);
    if (rc == RC_NOT_FOUND) {
        err_clear(pg->cx);
        return RC_OK;
    }
    TRY(rc);
    const struct query q = {.entity = model_entity(E_administrativenhet), .from = bruker, .list = CL_NONE, .top = 1,
                            .link = model_link_named(E_bruker, PKG_ADMIN, STR("administrativenhet")), .no_count = true};
    TRY(archive_query(c, &q, &units));
    if (units.n > 0)
        *ret = my_text(pg->cx, units.recs[0], A_administrativenhet_administrativEnhetNavn);
    return RC_OK;
}

struct reader {
    const char *id, *unit;
};

/* Asked once a reader. */
static enum rc unit_known(struct page *pg, struct call *c, const char *person, struct reader *known, size_t *n, const char **ret)
{
    for (size_t i = 0; i < *n; i++)
        if (streq(known[i].id, person)) {
            *ret = known[i].unit;
            return RC_OK;
        }
    TRY(unit_of(pg, c, person, ret));
    known[(*n)++] = (struct reader){person, *ret};
    return RC_OK;
}

/* ------------------------------------------------------------------ the page */

static enum rc rows(struct page *pg, struct mine *p, const struct result *found, size_t *ret_shown)
{
    const struct ui_column columns[] = {{tr(pg, &M_WHEN), NULL}, {tr(pg, &M_UNIT), NULL}, {tr(pg, &M_WHO), NULL}};
    struct ui_table t = {.caption = tr(pg, &M_READERS), .columns = columns, .columns_n = COUNT_OF(columns)};
    struct reader *known = arena_array(pg->cx->arena, found->n + 1, sizeof(*known));
    struct call intake;
    size_t known_n = 0;
    if (!known)
        return cx_nomem(pg->cx);
    TRY(submission_call(pg->cx, p->call.vault, &intake));
    for (size_t i = 0; i < found->n; i++) {
        const char *id = my_text(pg->cx, found->recs[i], A_endringslogg_referanseEndretAv), *unit;
        if (streq(id, p->call.person.id) || streq(id, intake.person.id))
            continue;
        TRY(unit_known(pg, &p->call, id, known, &known_n, &unit));
        if ((*ret_shown)++ == 0)
            ui_table_begin(pg, &t);
        ui_row_begin(pg, &t);
        ui_cell(pg, &t, page_time(pg, rec_val(found->recs[i], A_endringslogg_endretDato)->i));
        ui_cell(pg, &t, *unit ? unit : pg->kommune->name);
        ui_cell(pg, &t, my_text(pg->cx, found->recs[i], A_endringslogg_endretAv));
        ui_row_end(pg);
    }
    if (*ret_shown > 0)
        ui_table_end(pg);
    return RC_OK;
}

enum rc readers_page(struct page *pg)
{
    struct mine p;
    struct sak s;
    struct result found;
    size_t shown = 0;
    TRY(mine_case(pg, &p, &s));
    TRY(reads(pg, &p, &s, &found));
    const struct crumbs up = sak_crumbs(pg, &s);
    page_begin(pg, &(struct page_head){.title = tr(pg, &M_READERS), .lead = tr(pg, &M_READERS_LEAD), .crumbs = up.up,
                                       .crumbs_n = COUNT_OF(up.up), .no_index = true});
    if (!vault_logs_reading(p.call.vault))
        ui_alert(pg, UI_INFO, NULL, tr_fill(pg, &M_NOT_LOGGED, pg->kommune->name, NULL));
    TRY(rows(pg, &p, &found, &shown));
    if (shown == 0 && vault_logs_reading(p.call.vault))
        ui_paragraph(pg, tr(pg, &M_READERS_NONE));
    return page_end(pg);
}
