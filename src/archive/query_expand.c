/*
 * $expand: what hangs on the results, one statement a link and level however many results there are.
 * A level shows at most LEVEL_MAX objects, shared evenly between its parents; the count of each
 * parent's result tells the whole number, so that a cut is seen.
 */
#include <stdlib.h>

#include "archive/query_int.h"

#define LEVEL_MAX 1000

/* The children of one parent. */
struct group {
    int64_t parent;
    struct result result;
    size_t first;          /* of its children among those of the level */
};
struct level {
    struct cx *cx;
    struct db *db;
    const struct gate *g;
    const struct expand *x;
    struct group *groups;  /* by parent */
    size_t groups_n;
    struct rec **recs;
    size_t n;
};

static int by_parent(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    return (x->parent > y->parent) - (x->parent < y->parent);
}

static struct group *group_of(const struct level *l, int64_t parent)
{
    struct group key = {.parent = parent};
    return bsearch(&key, l->groups, l->groups_n, sizeof(key), by_parent);
}

static enum rc make_groups(struct level *l, struct rec *const *recs, size_t n)
{
    l->groups = arena_array(l->cx->arena, n, sizeof(*l->groups));
    if (!l->groups)
        return cx_nomem(l->cx);
    for (size_t i = 0; i < n; i++)
        l->groups[i].parent = recs[i]->id;
    qsort(l->groups, n, sizeof(*l->groups), by_parent);
    for (size_t i = 0; i < n; i++)
        if (l->groups_n == 0 || l->groups[l->groups_n - 1].parent != l->groups[i].parent)
            l->groups[l->groups_n++] = l->groups[i];
    return RC_OK;
}

static void write_sql(const struct level *l, struct sql *s, const struct family *from, int64_t share)
{
    const struct link *link = l->x->link;
    const struct entity *target = model_entity(link->target);
    const struct relation *rel = model_relation(link->relation);
    struct place child = {"t1", model_family(target->family)};
    sql_add(s, "SELECT %s, q_parent, q_total FROM (SELECT t1.*, t0.id AS q_parent,"
               " row_number() OVER (PARTITION BY t0.id ORDER BY t1.id) AS q_row,"
               " count(*) OVER (PARTITION BY t0.id) AS q_total FROM %s t0, ",
            child.family->columns, from->table);
    query_tables(s, rel, &child, "l1");
    sql_add(s, " WHERE t0.id IN (");
    for (size_t i = 0; i < l->groups_n; i++) {
        sql_add(s, i ? "," : "");
        sql_int(s, l->groups[i].parent);
    }
    sql_add(s, ") AND ");
    query_join(s, rel, link->from_b, "t0", "t1", "l1");
    query_types(s, target, "t1");
    gate_where(l->g, s, child.family->id, DEED_READ, "t1");
    sql_add(s, ") q WHERE q_row <= ");
    sql_int(s, share);
    sql_add(s, " ORDER BY q_parent, id");
}

/* Rows come parent by parent, so the children of one lie side by side. */
static enum rc read_rows(struct level *l, struct stmt *st, const struct family *f, size_t max)
{
    int extra = (int)f->columns_n;
    bool row = false;
    for (;;) {
        TRY(stmt_step(st, &row));
        if (!row || l->n == max)
            return RC_OK;
        struct group *g = group_of(l, stmt_int(st, extra));
        if (!g)
            continue;
        TRY(rec_from_row(l->cx, st, f, 0, &l->recs[l->n]));
        if (g->result.n == 0) {
            g->first = l->n;
            g->result.recs = &l->recs[l->n];
            g->result.count = stmt_int(st, extra + 1);
        }
        g->result.n++;
        l->n++;
    }
}

static enum rc load(struct level *l, const struct family *from)
{
    const struct family *f = model_family(model_entity(l->x->link->target)->family);
    size_t share = LEVEL_MAX / l->groups_n;
    share = share ? share : 1;
    size_t max = share * l->groups_n;
    l->recs = arena_array(l->cx->arena, max, sizeof(*l->recs));
    if (!l->recs)
        return cx_nomem(l->cx);
    struct sql s;
    struct stmt *st = NULL;
    sql_begin(&s, l->cx, db_dialect(l->db));
    write_sql(l, &s, from, (int64_t)share);
    TRY(sql_prepare(&s, l->db, &st));
    enum rc rc = read_rows(l, st, f, max);
    stmt_done(&st);
    TRY(rc);
    return l->n ? rec_load_lists(l->db, l->recs, l->n) : RC_OK;
}

/* The next level, for all children at once, then handed out to their groups. */
static enum rc descend(struct level *l)
{
    if (l->n == 0 || l->x->children_n == 0)
        return RC_OK;
    struct expanded **all;
    TRY(query_expand(l->cx, l->db, l->g, l->recs, l->n, l->x->children, l->x->children_n, &all));
    for (size_t i = 0; i < l->groups_n; i++)
        if (l->groups[i].result.n)
            l->groups[i].result.expanded = all + l->groups[i].first;
    return RC_OK;
}

static enum rc expand_link(struct cx *cx, struct db *db, const struct gate *g, struct rec *const *recs,
                           size_t n, const struct expand *x, struct expanded **all, size_t at)
{
    struct level l = {.cx = cx, .db = db, .g = g, .x = x};
    TRY(make_groups(&l, recs, n));
    TRY(load(&l, model_family(recs[0]->entity->family)));
    TRY(descend(&l));
    for (size_t i = 0; i < n; i++) {
        struct group *group = group_of(&l, recs[i]->id);
        all[i][at].link = x->link;
        all[i][at].result = group ? &group->result : NULL;
    }
    return RC_OK;
}

enum rc query_expand(struct cx *cx, struct db *db, const struct gate *g, struct rec *const *recs, size_t n,
                     const struct expand *x, size_t x_n, struct expanded ***ret)
{
    struct expanded **all = arena_array(cx->arena, n, sizeof(*all));
    if (!all)
        return cx_nomem(cx);
    for (size_t i = 0; i < n; i++) {
        all[i] = arena_array(cx->arena, x_n, sizeof(**all));
        if (!all[i])
            return cx_nomem(cx);
    }
    for (size_t k = 0; k < x_n; k++)
        TRY(expand_link(cx, db, g, recs, n, &x[k], all, k));
    *ret = all;
    return RC_OK;
}
