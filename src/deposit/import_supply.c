/*
 * A package that was imported comes again. Its XML is the same, so nothing is stored anew; but documents it did not
 * bring the first time, or that were not what the XML tells, may be there now. They are known by their rows among the
 * leftovers. A wrong one is replaced: the checksum in the XML says that this is the document its creator meant.
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
    int64_t size, more;             /* bytes of the file, and those it has more than the one it replaces */
    int64_t told;                   /* out: rows about what was told that have gone */
};

/* ------------------------------------------------------------------ what is missing or wrong */

static const enum import_note_id lacking[] = {IMPORT_DOCUMENT_MISSING, IMPORT_FILE_REFUSED, IMPORT_DOCUMENT_CHANGED};
#define FILE_PATH "dokumentobjekt/referanseDokumentfil"
#define SUM_PATH "dokumentobjekt/sjekksum"
#define ALGORITHM_PATH "dokumentobjekt/sjekksumAlgoritme"
#define SIZE_PATH "dokumentobjekt/filstoerrelse"

static enum rc take_row(struct import *im, struct stmt *st, struct wanted *ret)
{
    struct str unit = stmt_str(st, 0), path = stmt_str(st, 1);
    ret->unit = arena_strndup(im->batch_cx.arena, unit.p, unit.n);
    ret->path = arena_strndup(im->batch_cx.arena, path.p, path.n);
    ret->line = stmt_int(st, 2);
    for (size_t i = 0; i < COUNT_OF(lacking); i++)
        if (str_is(stmt_str(st, 3), import_note_name(lacking[i])))
            ret->id = lacking[i];
    return ret->unit && ret->path ? RC_OK : cx_nomem(&im->batch_cx);
}

static enum rc read_rows(struct import *im, struct db *db, const char *after, struct wanted rows[AT_A_TIME], size_t *ret_n)
{
    struct stmt *st;
    bool row;
    TRY(db_prepare(db, "SELECT arkivenhet, verdi, linje, slag FROM innlesingsrest WHERE innlesing = ?"
                       " AND slag IN (?, ?, ?) AND sti = ? AND arkivenhet > ? ORDER BY arkivenhet LIMIT ?", &st));
    stmt_bind_text(st, 1, im->result->id);
    for (size_t i = 0; i < COUNT_OF(lacking); i++)
        stmt_bind_text(st, 2 + (int)i, import_note_name(lacking[i]));
    stmt_bind_text(st, 5, FILE_PATH);
    stmt_bind_text(st, 6, after);
    stmt_bind_int(st, 7, AT_A_TIME);
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
                                  .path = FILE_PATH, .value = str_of(w->path)};
    if (im->o->note)
        im->o->note(im->o->arg, &n);
}

/* ------------------------------------------------------------------ what was told of it */

static enum rc told_text(struct import *im, struct db *db, const struct wanted *w, const char *path, struct str *ret)
{
    char *text = NULL;
    TRY(db_text(db, &text, "SELECT verdi FROM innlesingsrest WHERE innlesing = ? AND arkivenhet = ? AND sti = ?", "ttt",
                im->result->id, w->unit, path));
    *ret = str_of(text);
    return RC_OK;
}

static enum rc told_rows(struct import *im, struct db *db, const struct wanted *w, struct told_file *ret)
{
    struct str size;
    TRY(told_text(im, db, w, SUM_PATH, &ret->sum));
    TRY(told_text(im, db, w, ALGORITHM_PATH, &ret->algorithm));
    TRY(told_text(im, db, w, SIZE_PATH, &size));
    if (!str_int(size, &ret->size))
        ret->size = -1;
    return RC_OK;
}

/* An object without a file tells it itself; else what was told is kept beside. */
static enum rc told_of(struct import *im, const struct wanted *w, const struct rec *object, struct told_file *ret)
{
    struct db *db;
    *ret = import_told_file(object);
    if (w->id != IMPORT_DOCUMENT_CHANGED)
        return RC_OK;
    TRY(archive_rows_begin(&im->call, &db));
    enum rc rc = told_rows(im, db, w, ret);
    archive_rows_end(&im->call, &db);
    return rc;
}

/* ------------------------------------------------------------------ what has come */

/* The archive now tells what the package told. */
static enum rc forget_told(struct supply *s, struct db *db)
{
    char size[24];
    (void)snprintf(size, sizeof(size), "%" PRId64, s->size);
    TRY(db_run(db, "DELETE FROM innlesingsrest WHERE innlesing = ? AND slag = ? AND arkivenhet = ? AND"
                   " (sti = ? OR (sti = ? AND verdi = ?))", "tttttt", s->im->result->id, import_note_name(IMPORT_FILE_TOLD),
               s->done->unit, SUM_PATH, SIZE_PATH, size));
    s->told = db_changes(db);
    return RC_OK;
}

static enum rc row_goes(struct supply *s, struct call *c)
{
    s->im->added.notes[s->done->id] = -1;
    TRY(db_run(archive_db(c), "DELETE FROM innlesingsrest WHERE innlesing = ? AND slag = ? AND arkivenhet = ?", "ttt",
               s->im->result->id, import_note_name(s->done->id), s->done->unit));
    return import_recount(s->im, c);
}

static enum rc forget(struct call *c, void *arg)
{
    struct supply *s = arg;
    memset(&s->im->added, 0, sizeof(s->im->added));
    return row_goes(s, c);
}

static enum rc store(struct call *c, void *arg)
{
    struct supply *s = arg;
    struct import *im = s->im;
    memset(&im->added, 0, sizeof(im->added));
    TRY(forget_told(s, archive_db(c)));
    im->added.documents = s->done->id != IMPORT_DOCUMENT_CHANGED;
    im->added.bytes = s->more;
    im->added.notes[IMPORT_FILE_TOLD] = -s->told;
    return row_goes(s, c);
}

/* An earlier try may have given the file, and ended before the row was gone. */
static enum rc give(struct import *im, const struct wanted *w, struct taken *file)
{
    if (w->id == IMPORT_DOCUMENT_CHANGED)
        return archive_replace_late(&im->call, str_of(w->unit), file);
    enum rc rc = archive_give_late(&im->call, str_of(w->unit), file);
    if (rc != RC_HAS_FILE)
        return rc;
    err_clear(&im->batch_cx);
    return RC_OK;
}

static enum rc has_come(struct import *im, const struct wanted *w, const struct pack_entry *e, const struct rec *object,
                        struct taken *file)
{
    bool wrong = w->id == IMPORT_DOCUMENT_CHANGED;
    struct supply s = {.im = im, .done = w, .size = e->size};
    s.more = e->size - (wrong ? rec_val(object, A_dokumentobjekt_filstoerrelse)->i : 0);
    if (!im->o->dry_run) {
        TRY(give(im, w, file));
        TRY(archive_together(&im->call, store, &s));
    }
    im->counts.documents += !wrong;
    im->counts.bytes += s.more;
    im->counts.notes[w->id]--;
    im->counts.notes[IMPORT_FILE_TOLD] -= s.told;
    im->result->supplied += !wrong;
    im->result->replaced += wrong;
    if (im->o->progress)
        im->o->progress(im->o->arg, pack_bytes_read(im->pack), im->total);
    return RC_OK;
}

/* The object has been deleted since: nobody misses its file any more. */
static enum rc is_deleted(struct import *im, const struct wanted *w)
{
    struct supply s = {.im = im, .done = w};
    err_clear(&im->batch_cx);
    if (!im->o->dry_run)
        TRY(archive_together(&im->call, forget, &s));
    im->counts.notes[w->id]--;
    return RC_OK;
}

static enum rc supply(struct import *im, const struct wanted *w)
{
    struct rec *object;
    struct taken *file = NULL;
    struct told_file told;
    bool fits;
    const struct pack_entry *e = import_find(im, str_of(w->path));
    enum rc rc = archive_get(&im->call, F_dokumentobjekt, str_of(w->unit), &object);
    if (rc == RC_NOT_FOUND)
        return is_deleted(im, w);
    TRY(rc);
    if (!import_may_read(e)) {
        tell(im, e ? IMPORT_FILE_REFUSED : IMPORT_DOCUMENT_MISSING, w);
        return RC_OK;
    }
    TRY(told_of(im, w, object, &told));
    TRY(import_take(im, &told, e, &fits, &file));
    if (fits)
        return has_come(im, w, e, object, file);
    tell(im, IMPORT_DOCUMENT_CHANGED, w);
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
    bool more = false;
    for (size_t i = 0; i < COUNT_OF(lacking); i++)
        more |= im->counts.notes[lacking[i]] > 0;
    while (more) {
        enum rc rc = supply_some(im, after, &more);
        if (rc != RC_OK)
            return import_fail(im, rc);
        TRY(import_move_open(im));
    }
    return RC_OK;
}
