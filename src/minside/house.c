/*
 * The folder of a house: what the archive has of a property, for who owns it. Matrikkelen says who that is (what it said
 * is at most some minutes old: register.h); the archive is asked as one without clearance, so that what is screened is
 * not shown to the owner either. Others are led to the public journal.
 */
#include "minside/minside_int.h"

enum { MOST_CASES_OF_HOUSE = 200, MOST_POSTS_OF_CASE = 200, BNR_MAX = 1000000 };

static const char *number_of(struct page *pg, const struct register_eiendom *e)
{
    const char *s = arena_printf(pg->cx->arena, "%" PRId64 "/%" PRId64, e->gnr, e->bnr);
    return s ? s : "";
}

static const char *href_of(struct page *pg, const struct register_eiendom *e)
{
    return my_href(pg, pg->kommune, "/eiendom/%" PRId64 "-%" PRId64, e->gnr, e->bnr);
}

/* ------------------------------------------------------------------ whose it is */

bool house_offered(struct page *pg)
{
    const struct minside *room = pg->app;
    const struct actor *a;
    return register_has(room->registers, MATRIKKEL) && pg->session->person.citizen && page_actor(pg, &a) == RC_OK &&
           a->kind == ACTOR_SELF;
}

/* What the person owns in the municipality of the page. RC_BUSY when Matrikkelen does not answer. */
static enum rc owned(struct page *pg, struct register_eiendom **ret, size_t *ret_n)
{
    const struct minside *room = pg->app;
    const struct actor *a;
    struct register_eiendom *all;
    char pid[PID_MAX];
    size_t n;
    if (!house_offered(pg))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(page_actor(pg, &a));
    TRY(actor_pid(pg, a, pid));
    enum rc rc = register_eiendommer(pg->cx, room->registers, pid, &all, &n);
    explicit_bzero(pid, sizeof(pid));
    TRY(rc);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].kommunenr, pg->kommune->number))
            all[(*ret_n)++] = all[i];
    *ret = all;
    return RC_OK;
}

/* "7-70" of the address. */
static bool read_number(struct page *pg, int64_t *gnr, int64_t *bnr)
{
    struct str rest = str_of(page_param(pg, "eiendom")), first = str_cut(&rest, '-');
    return str_int(first, gnr) && str_int(rest, bnr) && *gnr > 0 && *bnr > 0 && *gnr < BNR_MAX && *bnr < BNR_MAX;
}

/* *ret NULL: it is not the person's. */
static enum rc owned_one(struct page *pg, const struct register_eiendom **ret)
{
    struct register_eiendom *all;
    int64_t gnr, bnr;
    size_t n;
    *ret = NULL;
    if (!read_number(pg, &gnr, &bnr))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(owned(pg, &all, &n));
    for (size_t i = 0; i < n && !*ret; i++)
        if (all[i].gnr == gnr && all[i].bnr == bnr)
            *ret = &all[i];
    return RC_OK;
}

/* ------------------------------------------------------------------ what there is */

/* One who works for nobody: has no clearance, and no role but reading. */
static enum rc open_call(struct page *pg, struct call *ret)
{
    const struct minside *room = pg->app;
    *ret = (struct call){.cx = pg->cx, .role = ROLE_LESER};
    ret->person = (struct person){.known = true, .name = "husmappe", .zone = pg->session->person.zone};
    uuid_named(STR("samdrift/husmappe"), ret->person.id);
    TRY(archive_vault(pg->cx, room->archive, pg->kommune->slug, &ret->vault));
    return archive_meet(ret);
}

static enum rc find_cases(struct call *c, const struct register_eiendom *e, struct rec ***ret, size_t *ret_n)
{
    const struct picking p = {
        .family = F_mappe, .bound = e->gnr * BNR_MAX + e->bnr, .most = MOST_CASES_OF_HOUSE,
        .condition = "t0.id IN (SELECT n.mappe_id FROM nasjonalidentifikator n WHERE n.type = 'matrikkel'"
                     " AND n.gaardsnummer = CAST(? AS BIGINT) / 1000000 AND n.bruksnummer = CAST(? AS BIGINT) % 1000000)"};
    return archive_pick(c, &p, ret, ret_n);
}

/* Sent or received, and registered by the archive: neither internal nor waiting to be looked at. */
static bool shown(const struct rec *post)
{
    const struct val *type = rec_val(post, A_journalpost_journalposttype), *status = rec_val(post, A_journalpost_journalstatus);
    return (val_is(type, "I") || val_is(type, "U")) && (val_is(status, "J") || val_is(status, "E") || val_is(status, "A"));
}

static int64_t when_of(const struct rec *post)
{
    const struct val *v = rec_val(post, A_journalpost_journaldato);
    return v->state == VAL_SET ? v->i : 0;
}

static enum rc find_posts(struct call *c, const struct rec *sak, struct post **ret, size_t *ret_n)
{
    const struct query q = {.entity = model_entity(E_journalpost), .from = sak, .list = CL_NONE, .top = MOST_POSTS_OF_CASE,
                            .link = model_link_named(sak->entity->id, PKG_ARKIVSTRUKTUR, STR("registrering")), .no_count = true};
    struct result found = {0};
    TRY(archive_query(c, &q, &found));
    *ret_n = 0;
    *ret = arena_array(c->cx->arena, found.n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    for (size_t i = 0; i < found.n; i++) {
        struct post *post = &(*ret)[*ret_n];
        if (!shown(found.recs[i]))
            continue;
        *post = (struct post){.rec = found.recs[i], .when = when_of(found.recs[i])};
        TRY(post_documents(c, post));
        (*ret_n)++;
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ pages */

static const char *address_of(struct page *pg, const struct register_eiendom *e)
{
    const char *s = arena_printf(pg->cx->arena, "%s, %s %s", e->adresse.gate, e->adresse.postnr, e->adresse.poststed);
    return *e->adresse.gate && s ? s : "";
}

enum rc house_list(struct page *pg)
{
    const struct crumb up = {page_href(pg, "/min-side"), tr(pg, &M_MINE)};
    struct register_eiendom *all = NULL;
    size_t n = 0;
    enum rc rc = owned(pg, &all, &n);
    if (rc != RC_OK && rc != RC_BUSY)
        return rc;
    err_clear(pg->cx);
    page_begin(pg, &(struct page_head){.title = tr(pg, &M_HOUSES), .lead = tr(pg, &M_HOUSES_LEAD), .crumbs = &up, .crumbs_n = 1,
                                       .no_index = true});
    if (rc == RC_BUSY)
        ui_alert(pg, UI_WARNING, NULL, tr(pg, &M_HOUSES_AWAY));
    else if (n == 0)
        ui_paragraph(pg, tr_fill(pg, &M_HOUSES_NONE, pg->kommune->name, NULL));
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-services"}));
    for (size_t i = 0; i < n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        ui_link(pg, href_of(pg, &all[i]), tr_fill(pg, &M_HOUSE, number_of(pg, &all[i]), NULL));
        html_put(&pg->html, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}), address_of(pg, &all[i]));
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_UL);
    return page_end(pg);
}

static void show_post(struct page *pg, const struct register_eiendom *e, const struct post *post)
{
    html_open(&pg->html, TAG_LI, NULL);
    html_put(&pg->html, TAG_SPAN, ATTRS({ATT_CLASS, "sd-summary"}), post->when ? page_date(pg, post->when) : "");
    html_put(&pg->html, TAG_P, NULL, my_text(pg->cx, post->rec, A_registrering_tittel));
    post_links(pg, href_of(pg, e), post);
    html_close(&pg->html, TAG_LI);
}

static enum rc show_case(struct page *pg, struct call *c, const struct register_eiendom *e, const struct rec *sak,
                         int64_t *documents)
{
    struct post *posts;
    size_t n;
    TRY(find_posts(c, sak, &posts, &n));
    if (n == 0)
        return RC_OK;
    ui_heading(pg, 2, tr_fill(pg, &M_HOUSE_CASE, my_text(pg->cx, sak, A_mappe_tittel), my_text(pg->cx, sak, A_mappe_mappeID),
                              NULL));
    html_open(&pg->html, TAG_OL, ATTRS({ATT_CLASS, "sd-timeline"}));
    for (size_t i = 0; i < n; i++) {
        show_post(pg, e, &posts[i]);
        *documents += (int64_t)posts[i].documents.n;
    }
    html_close(&pg->html, TAG_OL);
    return RC_OK;
}

/* Who does not own it sees what everybody does. */
static enum rc lead_on(struct page *pg)
{
    int64_t gnr, bnr;
    const char *path = read_number(pg, &gnr, &bnr)
        ? arena_printf(pg->cx->arena, "/innsyn?q=%" PRId64 "%%2F%" PRId64, gnr, bnr) : NULL;
    return path ? page_go(pg, page_href(pg, path), tr(pg, &M_HOUSE_OTHERS)) : cx_nomem(pg->cx);
}

enum rc house_page(struct page *pg)
{
    const struct register_eiendom *e;
    struct call c;
    struct rec **cases;
    size_t n;
    int64_t documents = 0;
    TRY(owned_one(pg, &e));
    if (!e)
        return lead_on(pg);
    TRY(open_call(pg, &c));
    TRY(find_cases(&c, e, &cases, &n));
    const struct crumb up[] = {{page_href(pg, "/min-side"), tr(pg, &M_MINE)},
                               {my_href(pg, pg->kommune, "/eiendom"), tr(pg, &M_HOUSES)}};
    page_begin(pg, &(struct page_head){.title = tr_fill(pg, &M_HOUSE, number_of(pg, e), NULL), .lead = address_of(pg, e),
                                       .crumbs = up, .crumbs_n = COUNT_OF(up), .no_index = true});
    ui_paragraph(pg, tr(pg, &M_HOUSE_OWNER));
    for (size_t i = 0; i < n; i++)
        TRY(show_case(pg, &c, e, cases[i], &documents));
    ui_paragraph(pg, documents > 0 ? tr_fill(pg, &M_HOUSE_COUNT, my_number(pg, documents), NULL) : tr(pg, &M_HOUSE_EMPTY));
    return page_end(pg);
}

static enum rc has_document(struct page *pg, struct call *c, const struct register_eiendom *e, bool *ret)
{
    struct rec **cases;
    size_t n;
    TRY(find_cases(c, e, &cases, &n));
    for (size_t i = 0; i < n && !*ret; i++) {
        struct post *posts;
        size_t posts_n;
        TRY(find_posts(c, cases[i], &posts, &posts_n));
        *ret = posts_have(posts, posts_n, page_param(pg, "dokument"));
    }
    return RC_OK;
}

enum rc house_document(struct page *pg)
{
    const struct register_eiendom *e;
    struct call c;
    bool there = false;
    TRY(owned_one(pg, &e));
    if (e) {
        TRY(open_call(pg, &c));
        TRY(has_document(pg, &c, e, &there));
    }
    return there ? my_file(pg, &c, page_param(pg, "dokument")) : err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
}
