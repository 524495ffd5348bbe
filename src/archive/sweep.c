/*
 * What a broken upload, a crash or a deletion has left, and nothing refers to: sessions and stages of
 * uploads nobody went on with, documents no row names; and idempotency keys nobody tries again. Run now
 * and then by the worker.
 */
#include "archive/archive_int.h"

#define HOUR (3600 * (int64_t)1000000)
#define SESSION_AGE (7 * 24 * HOUR)
#define DOCUMENT_AGE (24 * HOUR)
#define KEY_AGE (ARCHIVE_KEY_DAYS * 24 * HOUR)

struct sweep {
    struct cx *cx;
    struct vault *vault;
    struct db *db;
};

static enum rc drop_sessions(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "DELETE FROM opplasting WHERE tid < ?", "i", db_cx(db)->now - SESSION_AGE);
}

/* ------------------------------------------------------------------ idempotency keys */

/* Some at a time: others write in between. */
static enum rc drop_keys(struct db *db, void *arg)
{
    return db_run(db, "DELETE FROM idempotens WHERE nokkel IN (SELECT nokkel FROM idempotens WHERE tid < ? LIMIT 500)", "i",
                  *(const int64_t *)arg);
}

/* Looked for by a reader: the table has no order of time, and the writer is not to go through all of it for nothing. */
static enum rc have_keys(struct cx *cx, struct vault *v, int64_t before, bool *ret)
{
    int64_t n = 0;
    struct db *db;
    TRY(store_read_begin(cx, v->space, &db));
    enum rc rc = db_int(db, &n, 0, "SELECT 1 FROM idempotens WHERE tid < ? LIMIT 1", "i", before);
    store_read_end(&db);
    *ret = n != 0;
    return rc;
}

static enum rc forget_keys(struct cx *cx, struct vault *v)
{
    int64_t before = cx->now - KEY_AGE;
    bool more;
    TRY(have_keys(cx, v, before, &more));
    while (more) {
        TRY(store_write(cx, v->space, drop_keys, &before));
        TRY(have_keys(cx, v, before, &more));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ documents */

enum rc sweep_unnamed(struct cx *cx, struct vault *v, struct db *db, const char *sha256, bool *ret)
{
    int64_t n;
    *ret = false;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM dokumentobjekt WHERE referansedokumentfil = ?", "t", sha256));
    if (n > 0)
        return RC_OK;
    enum rc rc = blob_idle(cx, v->archive->blobs, v->slug, sha256, DOCUMENT_AGE, ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(cx); /* gone since it was listed */
    return RC_OK;
}

static enum rc drop_document(void *arg, const char *sha256, int64_t size)
{
    struct sweep *k = arg;
    bool unnamed, removed;
    (void)size;
    TRY(sweep_unnamed(k->cx, k->vault, k->db, sha256, &unnamed));
    if (!unnamed)
        return RC_OK;
    /* Committed anew since we looked, it is young again and stays. */
    return blob_remove_idle(k->cx, k->vault->archive->blobs, k->vault->slug, sha256, DOCUMENT_AGE, &removed);
}

enum rc sweep_vault(struct cx *cx, struct vault *v)
{
    struct sweep k = {.cx = cx, .vault = v};
    int removed;
    TRY(store_write(cx, v->space, drop_sessions, NULL));
    TRY(forget_keys(cx, v));
    TRY(blob_sweep_stages(cx, v->archive->blobs, v->slug, SESSION_AGE + HOUR, &removed));
    TRY(store_read_begin(cx, v->space, &k.db));
    enum rc rc = blob_each(cx, v->archive->blobs, v->slug, drop_document, &k);
    store_read_end(&k.db);
    return rc;
}
