/*
 * A package that was imported comes again. Its XML is the same, so nothing is stored anew; but documents it did not
 * bring the first time may be there now. They are known by their rows among the leftovers.
 */
#include "deposit/import_int.h"

enum { AT_A_TIME = 200 };

struct wanted {
    const char *unit, *path;
    int64_t line;
    enum import_note_id id;         /* what was told of it */
};

struct supply {
    struct import *im;
    const struct wanted *done;
    int64_t size;
};

/* ------------------------------------------------------------------ what is missing */

static const enum import_note_id lacking[] = {IMPORT_DOCUMENT_MISSING, IMPORT_FILE_REFUSED};

static enum rc take_row(struct import *im, struct stmt *st, struct wanted *ret)
{
    struct str unit = stmt_str(st, 0), path = stmt_str(st, 1);
    ret->unit = arena_strndup(im->batch_cx.arena, unit.p, unit.n);
    ret->path = arena_strndup(im->batch_cx.arena, path.p, path.n);
    ret->line = stmt_int(st, 2);
    ret->id = lacking[str_is(stmt_str(st, 3), import_note_name(lacking[1])) ? 1 : 0];
    return ret->unit && ret->path ? RC_OK : cx_nomem(&im->batch_cx);
}

static enum rc read_rows(struct import *im, struct db *db, const char *after, struct wanted rows[AT_A_TIME], size_t *ret_n)
{
    struct stmt *st;
    bool row;
    TRY(db_prepare(db, "SELECT arkivenhet, verdi, linje, slag FROM innlesingsrest WHERE innlesing = ?"
                       " AND slag IN (?, ?) AND arkivenhet > ? ORDER BY arkivenhet LIMIT ?", &st));
    stmt_bind_text(st, 1, im->result->id);
    stmt_bind_text(st, 2, import_note_name(lacking[0]));
    stmt_bind_text(st, 3, import_note_name(lacking[1]));
    stmt_bind_text(st, 4, after);
    stmt_bind_int(st, 5, AT_A_TIME);
    enum rc rc = stmt_step(st, &row);
    for (*ret_n = 0; rc == RC_OK && row && *ret_n < AT_A_TIME;) {
        rc = take_row(im, st, &rows[(*ret_n)++]);
        if (rc == RC_OK)
            rc = stmt_step(st, &row);
    }
    stmt_done(&st);
    return rc;
}

/* The next of them after that unit, in the order of their ids. */
static enum rc load(struct import *im, const char *after, struct wanted rows[AT_A_TIME], size_t *ret_n)
{
    struct db *db;
    TRY(archive_rows_begin(&im->call, &db));
    enum rc rc = read_rows(im, db, after, rows, ret_n);
    archive_rows_end(&im->call, &db);
    return rc;
}

static void tell(const struct import *im, enum import_note_id id, const struct wanted *w)
{
    const struct import_note n = {.id = id, .file = "arkivstruktur.xml", .line = w->line, .systemid = w->unit,
                                  .path = "dokumentobjekt/referanseDokumentfil", .value = str_of(w->path)};
    if (im->o->note)
        im->o->note(im->o->arg, &n);
}

/* ------------------------------------------------------------------ what has come */

static enum rc store(struct call *c, void *arg)
{
    struct supply *s = arg;
    struct import *im = s->im;
    memset(&im->added, 0, sizeof(im->added));
    im->added.documents = 1;
    im->added.bytes = s->size;
    im->added.notes[s->done->id] = -1;
    TRY(db_run(archive_db(c), "DELETE FROM innlesingsrest WHERE innlesing = ? AND slag = ? AND arkivenhet = ?", "ttt",
               im->result->id, import_note_name(s->done->id), s->done->unit));
    return import_recount(im, c);
}

/* An earlier try may have given the file, and ended before the row was gone. */
static enum rc give(struct import *im, const struct wanted *w, struct taken *file)
{
    enum rc rc = archive_give_late(&im->call, str_of(w->unit), file);
    if (rc != RC_HAS_FILE)
        return rc;
    err_clear(&im->batch_cx);
    return RC_OK;
}

static enum rc supply(struct import *im, const struct wanted *w)
{
    struct rec *object;
    struct taken *file = NULL;
    bool fits;
    const struct pack_entry *e = import_find(im, str_of(w->path));
    if (!import_may_read(e)) {
        tell(im, e ? IMPORT_FILE_REFUSED : IMPORT_DOCUMENT_MISSING, w);
        return RC_OK;
    }
    TRY(archive_get(&im->call, F_dokumentobjekt, str_of(w->unit), &object));
    TRY(import_take(im, object, e, &fits, &file));
    if (!fits) {
        tell(im, IMPORT_DOCUMENT_CHANGED, w);
        return RC_OK;
    }
    if (!im->o->dry_run) {
        struct supply s = {im, w, e->size};
        TRY(give(im, w, file));
        TRY(archive_together(&im->call, store, &s));
    }
    im->counts.documents++;
    im->counts.bytes += e->size;
    im->counts.notes[w->id]--;
    im->result->supplied++;
    if (im->o->progress)
        im->o->progress(im->o->arg, pack_bytes_read(im->pack), im->total);
    return RC_OK;
}

static enum rc supply_some(struct import *im, char after[UUID_TEXT_MAX], bool *ret_more)
{
    struct wanted rows[AT_A_TIME];
    size_t n;
    TRY(load(im, after, rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(supply(im, &rows[i]));
    if (n > 0)
        (void)snprintf(after, UUID_TEXT_MAX, "%s", rows[n - 1].unit);
    *ret_more = n == AT_A_TIME;
    return RC_OK;
}

enum rc import_supply(struct import *im)
{
    char after[UUID_TEXT_MAX] = "";
    bool more = im->counts.notes[lacking[0]] + im->counts.notes[lacking[1]] > 0;
    while (more) {
        enum rc rc = supply_some(im, after, &more);
        if (rc != RC_OK)
            return import_fail(im, rc);
        TRY(import_move_open(im));
    }
    return RC_OK;
}
