/*
 * SQL under construction. Text comes from literals and names of the model, values are bound.
 * Every bound value is cast on PostgreSQL, which otherwise guesses its type from its neighbours.
 */
#include "archive/archive_int.h"

#define SQL_TEXT_MAX ((size_t)MiB(2))
#define SQL_BINDS_MAX 30000    /* SQLite takes 32,766, PostgreSQL 65,535 */

static void free_text(void *text)
{
    buf_free(text);
}

void sql_begin(struct sql *q, struct cx *cx, enum dialect d)
{
    *q = (struct sql){.cx = cx, .dialect = d};
    struct buf *text = arena_alloc(cx->arena, sizeof(*text));
    if (!text) {
        q->failed = true;
        return;
    }
    buf_init(text, SQL_TEXT_MAX);
    if (arena_defer(cx->arena, free_text, text))
        q->text = text;
    else
        q->failed = true;
}

void sql_add(struct sql *q, const char *fmt, ...)
{
    if (q->failed)
        return;
    char small[512];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof(small), fmt, ap);
    char *p = small;
    if (n >= (int)sizeof(small)) {
        p = arena_alloc(q->cx->arena, (size_t)n + 1);
        if (p)
            (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    va_end(ap);
    if (n < 0 || !p)
        q->failed = true;
    else
        buf_add(q->text, p, (size_t)n);
}

static void bind(struct sql *q, struct sql_bind b, const char *type)
{
    if (q->failed)
        return;
    struct sql_bind *more = q->binds_n == SQL_BINDS_MAX
        ? NULL : arena_grow(q->cx->arena, q->binds, q->binds_n, sizeof(*more));
    if (!more) {
        q->failed = true;
        return;
    }
    q->binds = more;
    q->binds[q->binds_n++] = b;
    if (q->dialect == DIALECT_POSTGRES)
        sql_add(q, "CAST(? AS %s)", type);
    else
        buf_putc(q->text, '?');
}

void sql_str(struct sql *q, struct str s)
{
    bind(q, (struct sql_bind){.kind = 's', .s = s}, "TEXT");
}

void sql_int(struct sql *q, int64_t i)
{
    bind(q, (struct sql_bind){.kind = 'i', .i = i}, "BIGINT");
}

void sql_double(struct sql *q, double d)
{
    bind(q, (struct sql_bind){.kind = 'd', .d = d}, "DOUBLE PRECISION");
}

enum rc sql_prepare(struct sql *q, struct db *db, struct stmt **ret)
{
    if (q->failed || buf_failed(q->text))
        return cx_nomem(q->cx);
    TRY(db_prepare(db, q->text->p, ret));
    for (size_t i = 0; i < q->binds_n; i++) {
        const struct sql_bind *b = &q->binds[i];
        int at = (int)i + 1;
        if (b->kind == 's')
            stmt_bind_str(*ret, at, b->s);
        else if (b->kind == 'i')
            stmt_bind_int(*ret, at, b->i);
        else
            stmt_bind_double(*ret, at, b->d);
    }
    return RC_OK;
}
