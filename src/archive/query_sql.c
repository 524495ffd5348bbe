/*
 * Runs a query: one statement for the page and, unless the page shows it, one for the total. Results
 * are in the order asked for and then by row, so that pages neither repeat nor miss one.
 */
#include "archive/query_int.h"

/* Rows of the query by their place: what hangs on q->from over q->link. */
static void from_link(struct sql *s, const struct query *q)
{
    const struct link *l = q->link;
    if (l->kind == LINK_LOG || l->relation == REL_COUNT) {
        sql_add(s, " AND t0.referansearkivenhet = ");
        sql_str(s, str_of(q->from->systemid));
        return;
    }
    const struct relation *rel = model_relation(l->relation);
    if (rel->kind == REL_MANY) {
        sql_add(s, " AND t0.id IN (SELECT %s FROM %s WHERE %s = ", l->from_b ? "a_id" : "b_id", rel->table,
                l->from_b ? "b_id" : "a_id");
        sql_int(s, q->from->id);
        sql_add(s, ")");
    } else if ((rel->kind == REL_CHILD) != l->from_b) {
        sql_add(s, " AND t0.%s = ", rel->column);
        sql_int(s, q->from->id);
    } else {
        sql_add(s, " AND t0.id = ");
        sql_int(s, *rec_one(q->from, rel->id));
    }
}

static void add_where(struct compiler *c, const struct query *q)
{
    struct sql *s = c->q;
    const struct family *f = model_family(q->entity->family);
    sql_add(s, " FROM %s t0 WHERE 1=1", f->table);
    query_types(s, q->entity, "t0");
    if (q->from)
        from_link(s, q);
    if (q->list != CL_NONE) {
        sql_add(s, " AND t0.liste = ");
        sql_str(s, str_of(codelist_name(q->list)));
    }
    gate_where(c->g, s, f->id, DEED_READ, "t0");
    if (q->filter) {
        sql_add(s, " AND (");
        query_condition(c, q->filter);
        sql_add(s, ")");
    }
    if (q->search.n)
        search_where(c->g, s, f->id, "t0", q->search);
}

static void add_order(struct compiler *c, const struct query *q)
{
    struct sql *s = c->q;
    sql_add(s, " ORDER BY ");
    for (size_t i = 0; i < q->order_n; i++) {
        query_key(c, q->order[i].by);
        sql_add(s, q->order[i].descending ? " DESC" : " ASC");
        /* Nothing comes before something, as in OData and SQLite. */
        if (s->dialect == DIALECT_POSTGRES)
            sql_add(s, q->order[i].descending ? " NULLS LAST" : " NULLS FIRST");
        sql_add(s, ", ");
    }
    sql_add(s, "t0.id");
}

static void begin(struct compiler *c, struct sql *s, struct cx *cx, struct db *db, const struct gate *g,
                  const struct query *q)
{
    sql_begin(s, cx, db_dialect(db));
    c->q = s;
    c->g = g;
    c->bound_n = 0;
    c->frames_n = 1;
    c->frames[0] = (struct place){"t0", model_family(q->entity->family)};
}

static enum rc read_recs(struct cx *cx, struct stmt *st, const struct family *f, struct rec **recs, size_t max,
                         size_t *ret_n)
{
    bool row = false;
    size_t n = 0;
    for (;;) {
        TRY(stmt_step(st, &row));
        if (!row || n == max)
            break;
        TRY(rec_from_row(cx, st, f, 0, &recs[n]));
        n++;
    }
    *ret_n = n;
    return RC_OK;
}

static enum rc run_page(struct cx *cx, struct db *db, struct compiler *c, const struct query *q,
                        struct result *ret)
{
    struct sql s;
    const struct family *f = model_family(q->entity->family);
    begin(c, &s, cx, db, c->g, q);
    sql_add(&s, "SELECT %s", f->columns);
    add_where(c, q);
    add_order(c, q);
    sql_add(&s, " LIMIT ");
    sql_int(&s, q->top);
    sql_add(&s, " OFFSET ");
    sql_int(&s, q->skip);

    ret->recs = arena_array(cx->arena, (size_t)q->top, sizeof(*ret->recs));
    if (!ret->recs)
        return cx_nomem(cx);
    struct stmt *st = NULL;
    TRY(sql_prepare(&s, db, &st));
    enum rc rc = read_recs(cx, st, f, ret->recs, (size_t)q->top, &ret->n);
    stmt_done(&st);
    TRY(rc);
    return ret->n ? rec_load_lists(db, ret->recs, ret->n) : RC_OK;
}

static enum rc run_count(struct cx *cx, struct db *db, struct compiler *c, const struct query *q, int64_t *ret)
{
    struct sql s;
    begin(c, &s, cx, db, c->g, q);
    sql_add(&s, "SELECT count(*)");
    add_where(c, q);
    struct stmt *st = NULL;
    TRY(sql_prepare(&s, db, &st));
    bool row = false;
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row)
        *ret = stmt_int(st, 0);
    stmt_done(&st);
    return rc;
}

enum rc query_run(struct call *c, struct db *db, const struct gate *g, const struct query *q,
                  struct result *ret)
{
    struct cx *cx = c->cx;
    struct result r = {.count = 0};
    if (q->entity->family >= F_COUNT || q->top < 0 || q->skip < 0)
        return err_secret(cx, RC_INTERNAL, "a query without a table or with a negative page");
    struct compiler *comp = arena_alloc(cx->arena, sizeof(*comp));
    if (!comp)
        return cx_nomem(cx);
    comp->g = g;
    if (q->top > 0)
        TRY(run_page(cx, db, comp, q, &r));
    /* The last page that is not empty tells the total by itself. */
    if (r.n > 0 && (int64_t)r.n < q->top)
        r.count = q->skip + (int64_t)r.n;
    else if (!q->no_count && (r.n > 0 || q->skip > 0 || q->top == 0))
        TRY(run_count(cx, db, comp, q, &r.count));
    if (r.n > 0 && q->expand_n > 0)
        TRY(query_expand(cx, db, g, r.recs, r.n, q->expand, q->expand_n, &r.expanded));
    *ret = r;
    return RC_OK;
}
