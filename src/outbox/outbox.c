/* A folder a receiver, a file a message, made whole and then named. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outbox/outbox.h"

enum { DELIVERED_AT_ONCE = 100 };

struct letter {
    char id[UUID_TEXT_MAX];
    const char *receiver, *content;
};

struct outbox {
    char *dir;
};

static enum rc make_tables(struct db *db)
{
    return db_script(db,
        "CREATE TABLE utboks(id TEXT PRIMARY KEY, mottaker TEXT NOT NULL, innhold TEXT NOT NULL, levert BIGINT NOT NULL);"
        "CREATE INDEX utboks_levert ON utboks(levert, id);");
}

void outbox_prepare(struct archive *a)
{
    archive_add_tables(a, "utboks", make_tables);
}

enum rc outbox_open(struct cx *cx, const char *dir, struct outbox **ret)
{
    struct outbox *o = mem_try(sizeof(*o));
    if (!o)
        return cx_nomem(cx);
    o->dir = mem_strdup(dir);
    *ret = o;
    return RC_OK;
}

void outbox_close(struct outbox **o)
{
    if (!o || !*o)
        return;
    mem_free((*o)->dir);
    mem_free(*o);
    *o = NULL;
}

enum rc outbox_put(struct call *c, const char *id, const char *receiver, struct str json)
{
    return db_run(archive_db(c), "INSERT INTO utboks(id, mottaker, innhold, levert) VALUES (?, ?, ?, 0)", "tts", id, receiver,
                  json);
}

/* ------------------------------------------------------------------ files */

static enum rc make_folder(struct cx *cx, const char *path)
{
    /* Flushed also when it was there: whoever made it may not have come to that. */
    bool fine = (mkdir(path, 0750) == 0 || errno == EEXIST) && dir_flush_parent(path);
    return fine ? RC_OK : err_secret(cx, rc_of_errno(errno), "%s: errno %d", path, errno);
}

/* DIR/utboks/<kommune>/<receiver>, made when missing. */
static enum rc folder_of(struct cx *cx, const char *dir, const char *slug, const char *receiver, const char **ret)
{
    const char *top = arena_printf(cx->arena, "%s/utboks", dir);
    const char *place = arena_printf(cx->arena, "%s/utboks/%s", dir, slug);
    *ret = arena_printf(cx->arena, "%s/utboks/%s/%s", dir, slug, receiver);
    if (!top || !place || !*ret)
        return cx_nomem(cx);
    TRY(make_folder(cx, top));
    TRY(make_folder(cx, place));
    return make_folder(cx, *ret);
}

static bool write_file(const char *path, struct str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    bool fine = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    if (fd >= 0)
        fine = close(fd) == 0 && fine;
    return fine;
}

static enum rc put_file(struct cx *cx, const char *folder, const struct letter *l)
{
    const char *path = arena_printf(cx->arena, "%s/%s.json", folder, l->id);
    const char *part = arena_printf(cx->arena, "%s/.%s", folder, l->id);
    if (!path || !part)
        return cx_nomem(cx);
    if (write_file(part, str_of(l->content)) && rename(part, path) == 0 && dir_flush(folder))
        return RC_OK;
    return err_secret(cx, rc_of_errno(errno), "outbox: errno %d", errno);
}

/* ------------------------------------------------------------------ rows */

static enum rc waiting(struct db *db, struct letter *ret, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, "SELECT id, mottaker, innhold FROM utboks WHERE levert = 0 ORDER BY id LIMIT ?", &st));
    stmt_bind_int(st, 1, DELIVERED_AT_ONCE);
    for (*ret_n = 0; (rc = stmt_step(st, &row)) == RC_OK && row; (*ret_n)++) {
        struct letter *l = &ret[*ret_n];
        uuid_copy(l->id, stmt_str(st, 0));
        l->receiver = stmt_text(st, 1);
        l->content = stmt_text(st, 2);
        if (!l->receiver || !l->content) {
            rc = cx_nomem(db_cx(db));
            break;
        }
    }
    stmt_done(&st);
    return rc;
}

static enum rc mark(struct db *db, void *arg)
{
    const struct letter *l = arg;
    return db_run(db, "UPDATE utboks SET levert = ? WHERE id = ?", "it", db_cx(db)->now, l->id);
}

enum rc outbox_deliver(struct outbox *o, struct call *c)
{
    struct letter *letters = arena_array(c->cx->arena, DELIVERED_AT_ONCE, sizeof(*letters));
    struct db *db;
    const char *folder;
    size_t n = 0;
    if (!letters)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = waiting(db, letters, &n);
    store_read_end(&db);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        TRY(folder_of(c->cx, o->dir, vault_slug(c->vault), letters[i].receiver, &folder));
        TRY(put_file(c->cx, folder, &letters[i]));
        TRY(store_write(c->cx, vault_space(c->vault), mark, &letters[i]));
    }
    return rc;
}

void outbox_hurry(struct outbox *o, struct call *c)
{
    if (outbox_deliver(o, c) == RC_OK)
        return;
    log_line(LOG_WARN, "the outbox of %s waits: %s", vault_slug(c->vault), c->cx->err.secret ? c->cx->err.secret : "busy");
    err_clear(c->cx);
}
