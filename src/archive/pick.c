/* Rows found by a condition that a query tree cannot tell, by the gate. */
#include "archive/archive_int.h"

enum { NEAR = 20000 };     /* some 20 ms */

/* Each '?' of the condition is the bound number. */
static void add_condition(struct sql *s, const struct picking *p)
{
    const char *from = p->condition, *at;
    sql_add(s, " AND (");
    while ((at = strchr(from, '?')) != NULL) {
        sql_add(s, "%.*s", (int)(at - from), from);
        sql_int(s, p->bound);
        from = at + 1;
    }
    sql_add(s, "%s)", from);
}

/* near: the rows w right after are walked in their order; SQLite keeps the order of a CROSS JOIN. */
static void add_rows(struct sql *s, const struct gate *g, const struct picking *p, bool near)
{
    const char *table = model_family(p->family)->table;
    if (near) {
        sql_add(s, " FROM (SELECT id AS nr FROM %s WHERE id > ", table);
        sql_int(s, p->after);
        sql_add(s, " AND id <= ");
        sql_int(s, p->after + NEAR);
        sql_add(s, ") w CROSS JOIN %s t0 WHERE t0.id = w.nr", table);
    } else {
        sql_add(s, " FROM %s t0 WHERE 1=1", table);
        if (p->after) {
            sql_add(s, " AND +t0.id > ");
            sql_int(s, p->after);
        }
    }
    gate_where(g, s, p->family, DEED_READ, "t0");
    add_condition(s, p);
}

/* Far: the order is made and not found in the index of the rows, which would be walked from its start. */
static enum rc page(struct call *c, struct db *db, const struct gate *g, const struct picking *p, bool near, struct rec **ret,
                    size_t *ret_n)
{
    const struct family *f = model_family(p->family);
    struct sql s;
    struct stmt *st = NULL;
    bool row = false;
    enum rc rc;
    sql_begin(&s, c->cx, db_dialect(db));
    sql_add(&s, "SELECT %s", f->columns);
    add_rows(&s, g, p, near);
    sql_add(&s, near ? " ORDER BY w.nr LIMIT " : " ORDER BY +t0.id LIMIT ");
    sql_int(&s, p->most);
    sql_add(&s, " OFFSET ");
    sql_int(&s, p->skip);
    TRY(sql_prepare(&s, db, &st));
    for (*ret_n = 0; (rc = stmt_step(st, &row)) == RC_OK && row; (*ret_n)++)
        if ((rc = rec_from_row(c->cx, st, f, 0, &ret[*ret_n])) != RC_OK)
            break;
    stmt_done(&st);
    return rc;
}

static enum rc find(struct call *c, struct db *db, const struct gate *g, const struct picking *p, struct rec **ret, size_t *ret_n)
{
    *ret_n = 0;
    if (p->many)
        TRY(page(c, db, g, p, true, ret, ret_n));
    if ((int64_t)*ret_n < p->most)
        TRY(page(c, db, g, p, false, ret, ret_n));
    return *ret_n ? rec_load_lists(db, ret, *ret_n) : RC_OK;
}

enum rc archive_pick(struct call *c, const struct picking *p, struct rec ***ret, size_t *ret_n)
{
    struct db *db;
    struct gate *g;
    *ret = arena_array(c->cx->arena, (size_t)p->most + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(archive_rows_begin(c, &db));
    enum rc rc = gate_open(c, db, &g);
    if (rc == RC_OK)
        rc = find(c, db, g, p, *ret, ret_n);
    archive_rows_end(c, &db);
    return rc;
}

static enum rc count(struct call *c, struct db *db, const struct gate *g, const struct picking *p, int64_t *ret)
{
    struct sql s;
    sql_begin(&s, c->cx, db_dialect(db));
    sql_add(&s, "SELECT count(*) FROM (SELECT 1");
    add_rows(&s, g, p, false);
    sql_add(&s, " LIMIT ");
    sql_int(&s, p->most);
    sql_add(&s, ") AS found");
    return p->logged ? count_kept(c, db, &s, 0, ret) : count_now(db, &s, ret);
}

enum rc archive_pick_count(struct call *c, const struct picking *p, int64_t *ret)
{
    struct db *db;
    struct gate *g;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = gate_open(c, db, &g);
    if (rc == RC_OK)
        rc = count(c, db, g, p, ret);
    archive_rows_end(c, &db);
    return rc;
}
