/* Reading rows, one way for all tables. */
#include "dialog/dialog_int.h"

static void condition(char *sql, size_t size, const struct kind *k, const struct dialog_filter *f)
{
    (void)snprintf(sql, size, "%s WHERE 1 = 1%s%s%s%s ORDER BY %s DESC LIMIT ? OFFSET ?", k->select,
                   f->eier ? " AND eier = ?" : "", f->mappe ? " AND mappe = ?" : "", f->id ? " AND id = ?" : "",
                   f->open ? k->open : "", k->newest);
}

static void bind(struct stmt *st, const struct dialog_filter *f)
{
    const char *const values[] = {f->eier, f->mappe, f->id};
    int at = 1;
    for (size_t i = 0; i < COUNT_OF(values); i++)
        if (values[i])
            stmt_bind_text(st, at++, values[i]);
    stmt_bind_int(st, at, f->most);
    stmt_bind_int(st, at + 1, f->skip);
}

static enum rc read_rows(struct db *db, const struct kind *k, const struct dialog_filter *f, char *rows, size_t *ret_n)
{
    struct stmt *st;
    char sql[600];
    bool row = false;
    enum rc rc;
    condition(sql, sizeof(sql), k, f);
    TRY(db_prepare(db, sql, &st));
    bind(st, f);
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && (rc = k->read(db_cx(db), st, rows + *ret_n * k->size)) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    return rc;
}

enum rc rows_list(struct call *c, const struct kind *k, const struct dialog_filter *f, void **ret, size_t *ret_n)
{
    struct db *db;
    *ret = arena_array(c->cx->arena, (size_t)f->most, k->size);
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(archive_rows_begin(c, &db));
    enum rc rc = read_rows(db, k, f, *ret, ret_n);
    archive_rows_end(c, &db);
    return rc;
}

enum rc rows_one(struct call *c, const struct kind *k, const struct dialog_filter *f, void *ret)
{
    struct dialog_filter one = *f;
    void *rows;
    size_t n;
    one.most = 1;
    TRY(rows_list(c, k, &one, &rows, &n));
    if (n == 0)
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    memcpy(ret, rows, k->size);
    return RC_OK;
}
