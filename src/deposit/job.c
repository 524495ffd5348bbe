/* What the rows and the folders of all ordered jobs share. */
#include <errno.h>
#include <sys/stat.h>

#include "deposit/job_int.h"

#define LEASE ((int64_t)20 * 1000000)   /* whose pulse is as old as this is gone */

/* ------------------------------------------------------------------ reading */

enum rc job_rows(struct call *c, const char *sql, const char *id, int64_t a, int64_t b,
                 enum rc (*fn)(struct cx *cx, struct stmt *st, void *arg), void *arg)
{
    struct db *db;
    struct stmt *st = NULL;
    bool row = false;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = db_prepare(db, sql, &st);
    int at = 1;
    if (rc == RC_OK && id)
        stmt_bind_text(st, at++, id);
    if (rc == RC_OK && (a || b))
        stmt_bind_int(st, at++, a);
    if (rc == RC_OK && b)
        stmt_bind_int(st, at, b);
    while (rc == RC_OK && (rc = stmt_step(st, &row)) == RC_OK && row)
        rc = fn(c->cx, st, arg);
    stmt_done(&st);
    archive_rows_end(c, &db);
    return rc;
}

struct taking {
    const struct job_kind *kind;
    char *all;
    size_t n;
};

static enum rc take(struct cx *cx, struct stmt *st, void *arg)
{
    struct taking *t = arg;
    return t->kind->read(cx, st, t->all + t->kind->size * t->n++);
}

enum rc job_get(struct call *c, const struct job_kind *kind, struct str id, void *ret)
{
    char text[UUID_TEXT_MAX];
    struct taking t = {kind, ret, 0};
    if (!uuid_valid(id))
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    uuid_copy(text, id);
    char *sql = arena_printf(c->cx->arena, "%s WHERE id = ?", kind->rows);
    if (!sql)
        return cx_nomem(c->cx);
    TRY(job_rows(c, sql, text, 0, 0, take, &t));
    return t.n ? RC_OK : err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
}

enum rc job_list(struct call *c, const struct job_kind *kind, size_t most, void **ret, size_t *ret_n)
{
    struct taking t = {kind, arena_array(c->cx->arena, most + 1, kind->size), 0};
    char *sql = arena_printf(c->cx->arena, "%s ORDER BY bestilt DESC, id DESC LIMIT ?", kind->rows);
    if (!t.all || !sql)
        return cx_nomem(c->cx);
    TRY(job_rows(c, sql, NULL, (int64_t)most, 0, take, &t));
    *ret = t.all;
    *ret_n = t.n;
    return RC_OK;
}

/* ------------------------------------------------------------------ the rows of who works */

/* On SQLite there is no other server. */
static int64_t stale(struct db *db)
{
    int64_t now = db_cx(db)->now;
    return db_dialect(db) == DIALECT_SQLITE ? now : now - LEASE;
}

enum rc job_claim(struct db *db, const struct job_kind *kind, const struct export_jobs *jobs, void *ret)
{
    struct cx *cx = db_cx(db);
    struct stmt *st;
    bool row;
    char *find = arena_printf(cx->arena, "%s WHERE tilstand = 0 OR (tilstand = 1 AND arbeider <> ? AND puls <= ?)"
                                         " ORDER BY bestilt, id LIMIT 1", kind->rows);
    char *take_it = arena_printf(cx->arena, "UPDATE %s SET tilstand = 1, arbeider = ?, puls = ?, gjort = 0, totalt = 0"
                                            " WHERE id = ?", kind->table);
    if (!find || !take_it)
        return cx_nomem(cx);
    memset(ret, 0, kind->size);
    TRY(db_prepare(db, find, &st));
    stmt_bind_text(st, 1, jobs->worker);
    stmt_bind_int(st, 2, stale(db));
    TRY(stmt_step(st, &row));
    if (row)
        TRY(kind->read(cx, st, ret));
    stmt_done(&st);
    return row ? db_run(db, take_it, "tit", jobs->worker, cx->now, (const char *)ret) : RC_OK;
}

enum rc job_put_progress(struct db *db, const struct job_kind *kind, const struct export_jobs *jobs, const char *id,
                         int64_t done, int64_t total)
{
    char *sql = arena_printf(db_cx(db)->arena, "UPDATE %s SET gjort = ?, totalt = ?, puls = ? WHERE id = ? AND arbeider = ?",
                             kind->table);
    if (!sql)
        return cx_nomem(db_cx(db));
    TRY(db_run(db, sql, "iiitt", done, total, db_cx(db)->now, id, jobs->worker));
    return db_changes(db) ? RC_OK : err_secret(db_cx(db), RC_BUSY, "another server has taken it over");
}

enum rc job_put_back(struct db *db, const struct job_kind *kind, const struct export_jobs *jobs, const char *id)
{
    char *sql = arena_printf(db_cx(db)->arena, "UPDATE %s SET tilstand = 0 WHERE id = ? AND arbeider = ?", kind->table);
    return sql ? db_run(db, sql, "tt", id, jobs->worker) : cx_nomem(db_cx(db));
}

enum rc job_delete_row(struct db *db, const struct job_kind *kind, const char *id)
{
    char *sql = arena_printf(db_cx(db)->arena, "DELETE FROM %s WHERE id = ? AND tilstand <> ?", kind->table);
    if (!sql)
        return cx_nomem(db_cx(db));
    TRY(db_run(db, sql, "ti", id, (int64_t)EXPORT_RUNNING));
    return db_changes(db) ? RC_OK : err_set(db_cx(db), RC_BUSY, NULL, NULL);
}

enum rc job_write_row(struct vault *v, const char *id, enum rc (*fn)(struct db *db, void *arg), void *arg)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(1));
    enum rc rc = store_write(&cx, vault_space(v), fn, arg);
    if (rc != RC_OK)
        log_line(LOG_WARN, "job %s: %s", id, cx.err.secret ? cx.err.secret : err_id(rc));
    cx_close(&cx);
    return rc;
}

/* ------------------------------------------------------------------ folders */

char *job_folder(struct cx *cx, const struct export_jobs *jobs, const char *slug, const char *id)
{
    return arena_printf(cx->arena, "%s/%s/%s", jobs->dir, slug, id);
}

enum rc job_make_parent(struct cx *cx, const struct export_jobs *jobs, const char *slug)
{
    char *path = arena_printf(cx->arena, "%s/%s", jobs->dir, slug);
    if (!path)
        return cx_nomem(cx);
    return mkdir(path, 0750) == 0 || errno == EEXIST ? RC_OK
                                                     : err_secret(cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
}

enum rc job_remove_folder(struct cx *cx, const char *path)
{
    if (!path)
        return cx_nomem(cx);
    return dir_remove(path) ? RC_OK : err_secret(cx, RC_IO, "%s: %s", path, strerror(errno));
}
