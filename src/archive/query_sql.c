/*
 * Runs a query: one statement for the page and, unless the page shows it, one for the total. Results
 * are in the order asked for and then by row, so that pages neither repeat nor miss one.
 *
 * A range over an indexed time is counted first, by its index. When it leaves few rows the page is found
 * so too and sorted; the planner, which does not know how many there are, would read rows in order until
 * the page is full.
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

/* sorted: the order of rows is to be made, not found in an index. */
static void add_order(struct compiler *c, const struct query *q, bool sorted)
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
    sql_add(s, sorted ? "+t0.id" : "t0.id");
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

static enum rc run_page(struct cx *cx, struct db *db, struct compiler *c, const struct query *q, bool sorted,
                        struct result *ret)
{
    struct sql s;
    const struct family *f = model_family(q->entity->family);
    begin(c, &s, cx, db, c->g, q);
    sql_add(&s, "SELECT %s", f->columns);
    add_where(c, q);
    add_order(c, q, sorted);
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

/* A whole list, whose rows tell by themselves that they are of it: its total may be kept. */
static bool is_plain(const struct query *q)
{
    bool by_column = !q->from || (q->link->kind == LINK_LIST && q->link->relation != REL_COUNT &&
                                  model_relation(q->link->relation)->kind == REL_CHILD);
    return by_column && !q->filter && !q->search.n && q->entity->family != F_bruker;
}

static enum rc run_count(struct call *c, struct db *db, struct compiler *comp, const struct query *q, int64_t *ret)
{
    struct sql s;
    begin(comp, &s, c->cx, db, comp->g, q);
    sql_add(&s, "SELECT count(*)");
    add_where(comp, q);
    return c->vault && is_plain(q) ? count_kept(c, db, &s, COUNT_LONG, ret) : count_now(db, &s, ret);
}

/* Has the condition a range over an indexed time that all results lie in? */
static bool has_range(const struct expr *e)
{
    for (size_t i = 0; e->kind == EX_AND && i < e->args_n; i++)
        if (has_range(e->args[i]))
            return true;
    if (e->kind != EX_GT && e->kind != EX_GE && e->kind != EX_LT && e->kind != EX_LE)
        return false;
    const struct expr *path = e->args[0];
    const struct attr *a = path->leaf ? path->leaf : path->attr;
    return path->kind == EX_PATH && path->steps_n == 0 && path->depth == 0 && a && a->type == T_DATETIME &&
           (a->flags & A_INDEX);
}

#define FEW 10000

static enum rc total_then_page(struct call *c, struct db *db, struct compiler *comp, const struct query *q,
                               struct result *r)
{
    TRY(run_count(c, db, comp, q, &r->count));
    bool beyond = q->top == 0 || r->count <= q->skip;
    return beyond ? RC_OK : run_page(c->cx, db, comp, q, r->count <= FEW, r);
}

static enum rc page_then_total(struct call *c, struct db *db, struct compiler *comp, const struct query *q,
                               struct result *r)
{
    if (q->top > 0)
        TRY(run_page(c->cx, db, comp, q, false, r));
    /* The last page that is not empty tells the total by itself, and so does an empty first one. */
    if (r->n > 0 && (int64_t)r->n < q->top)
        r->count = q->skip + (int64_t)r->n;
    else if (!q->no_count && (r->n > 0 || q->skip > 0 || q->top == 0))
        return run_count(c, db, comp, q, &r->count);
    return RC_OK;
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
    bool range = q->filter && has_range(q->filter);
    TRY(range ? total_then_page(c, db, comp, q, &r) : page_then_total(c, db, comp, q, &r));
    if (r.n > 0 && q->expand_n > 0)
        TRY(query_expand(cx, db, g, r.recs, r.n, q->expand, q->expand_n, &r.expanded));
    *ret = r;
    return RC_OK;
}
