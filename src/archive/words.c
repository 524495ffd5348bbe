/*
 * The words of documents, read after the upload by a worker and put into the search index.
 *
 * A row of ordjobb is written with the row of the file, so nothing uploaded is forgotten over a
 * restart. When no reader can be had, that is tried three times, then the document is left without
 * words. One that kills its reader is not tried again by this version. The worker also makes the
 * rounds of what time brings: screenings that end, and sweeping.
 */
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive_int.h"

#define WORDS_BYTES ((size_t)MiB(1))   /* of one document: enough to find it by */
#define TRIES 3
#define MINUTE (60 * (int64_t)1000000)

struct words_worker {
    struct archive *archive;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake, idle;
    bool stop, pending, busy;
};

struct job {
    struct call call;
    int64_t object;
    char *sha, *mime;
    struct str words;
    char killed[INSPECT_KILLED_MAX];
    bool failed;
};

/* ------------------------------------------------------------------ one document */

static enum rc next_job(struct cx *cx, struct vault *v, struct job *j)
{
    struct db *db;
    TRY(store_read_begin(cx, v->space, &db));
    struct stmt *st;
    enum rc rc = db_prepare(db, "SELECT j.dokumentobjekt, o.referansedokumentfil, o.mimetype FROM ordjobb j"
                                " LEFT JOIN dokumentobjekt o ON o.id = j.dokumentobjekt"
                                " ORDER BY j.forsoek, j.dokumentobjekt LIMIT 1", &st);
    bool row = false;
    if (rc == RC_OK)
        rc = stmt_step(st, &row);
    if (rc == RC_OK && row) {
        j->object = stmt_int(st, 0);
        j->sha = stmt_text(st, 1);
        j->mime = stmt_text(st, 2);
    }
    if (rc == RC_OK || row)
        stmt_done(&st);
    store_read_end(&db);
    return rc;
}

static enum rc put_words(struct db *db, struct job *j)
{
    TRY(search_put_words(db, F_dokumentobjekt, j->object, j->words));
    return db_run(db, "DELETE FROM uinspisert WHERE systemid = (SELECT systemid FROM dokumentobjekt WHERE id = ?)",
                  "i", j->object);
}

static enum rc put_mark(struct db *db, struct job *j)
{
    struct rec *r;
    TRY(rec_load(db, model_family(F_dokumentobjekt), j->object, &r));
    return document_uninspected(&j->call, db, r, j->killed);
}

static enum rc finish_job(struct db *db, void *arg)
{
    struct job *j = arg;
    if (j->failed) {
        TRY(db_run(db, "UPDATE ordjobb SET forsoek = forsoek + 1 WHERE dokumentobjekt = ?", "i", j->object));
        return db_run(db, "DELETE FROM ordjobb WHERE dokumentobjekt = ? AND forsoek >= ?", "ii", j->object,
                      (int64_t)TRIES);
    }
    if (j->sha)
        TRY(*j->killed ? put_mark(db, j) : put_words(db, j));
    return db_run(db, "DELETE FROM ordjobb WHERE dokumentobjekt = ?", "i", j->object);
}

/* Documents that are away for a while are no fault of this one: it is tried again, and not counted. */
static enum rc read_words(struct job *j)
{
    struct cx *cx = j->call.cx;
    struct archive *a = j->call.vault->archive;
    int fd;
    int64_t size;
    enum rc rc = blob_local(cx, a->blobs, j->call.vault->slug, j->sha, &fd, &size);
    if (rc == RC_BUSY)
        return rc;
    if (rc == RC_OK) {
        rc = inspect_words(cx, a->inspector, fd, j->mime ? j->mime : "", WORDS_BYTES, &j->words, j->killed);
        (void)close(fd);
    }
    if (rc == RC_OK && *j->killed)
        document_warn(j->call.vault, j->sha, j->killed);
    j->failed = rc != RC_OK;
    err_clear(cx);
    return RC_OK;
}

/* *ret_more: there was something to do. */
static enum rc work_once(struct vault *v, bool *ret_more)
{
    struct cx cx;
    struct job j = {.call = {.cx = &cx, .vault = v, .role = ROLE_ARKIVADMINISTRATOR}};
    cx_open(&cx, (size_t)MiB(16));
    (void)snprintf(j.call.person.name, sizeof(j.call.person.name), "samdrift");
    enum rc rc = next_job(&cx, v, &j);
    *ret_more = rc == RC_OK && j.object != 0;
    if (*ret_more && j.sha)
        rc = read_words(&j);
    if (*ret_more && rc == RC_OK)
        rc = store_write(&cx, v->space, finish_job, &j);
    if (rc != RC_OK)
        log_line(LOG_WARN, "words: %s in %s", err_id(rc), v->slug);
    cx_close(&cx);
    return rc;
}

/* ------------------------------------------------------------------ the worker */

static struct vault *first_vault(struct archive *a)
{
    (void)pthread_mutex_lock(&a->lock);
    struct vault *v = a->vaults;
    (void)pthread_mutex_unlock(&a->lock);
    return v;
}

static bool stopping(struct words_worker *w)
{
    (void)pthread_mutex_lock(&w->lock);
    bool stop = w->stop;
    (void)pthread_mutex_unlock(&w->lock);
    return stop;
}

/* False when something could not be done now: a database or the documents are away. */
static bool work_all(struct words_worker *w)
{
    bool all = true;
    /* Vaults are only ever added, at the head, so the rest of the list stands still. */
    for (struct vault *v = first_vault(w->archive); v; v = v->next) {
        bool more = true, fine = true;
        while (more && fine && !stopping(w))
            fine = work_once(v, &more) == RC_OK;
        all = all && fine;
    }
    return all;
}

static void in_all(struct words_worker *w, const char *what, enum rc (*fn)(struct cx *cx, struct vault *v))
{
    for (struct vault *v = first_vault(w->archive); v && !stopping(w); v = v->next) {
        struct cx cx;
        cx_open(&cx, (size_t)MiB(64));
        enum rc rc = fn(&cx, v);
        if (rc != RC_OK)
            log_line(LOG_WARN, "%s: %s in %s", what, err_id(rc), v->slug);
        cx_close(&cx);
    }
}

/* What is done every minute, and every hour. */
struct rounds {
    int64_t minute, hour;   /* steady, of the last one */
    int64_t ahead;          /* the clock before the steady one, then */
};

/* Age is told by the clock: when it has been set meanwhile, a young thing may look old. */
static bool clock_was_set(const struct rounds *r)
{
    int64_t moved = time_now() - time_steady() - r->ahead;
    return moved > MINUTE || moved < -MINUTE;
}

static void make_rounds(struct words_worker *w, struct rounds *r)
{
    int64_t now = time_steady();
    if (now - r->minute > MINUTE) {
        in_all(w, "screening", vern_expire);
        r->minute = now;
    }
    if (now - r->hour > 60 * MINUTE) {
        if (!clock_was_set(r))
            in_all(w, "sweep", sweep_vault);
        *r = (struct rounds){r->minute, now, time_now() - time_steady()};
    }
}

/* Called with the lock held. */
static void rest(struct words_worker *w)
{
    struct timespec until = after_ms(5000);
    (void)pthread_cond_timedwait(&w->wake, &w->lock, &until);
}

static void *work(void *arg)
{
    struct words_worker *w = arg;
    struct rounds rounds = {time_steady(), time_steady(), time_now() - time_steady()};
    bool left = false;
    (void)pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        if (!w->pending)
            rest(w);
        bool pending = w->pending || left;
        w->pending = false;
        w->busy = pending;
        (void)pthread_mutex_unlock(&w->lock);
        if (pending)
            left = !work_all(w);
        make_rounds(w, &rounds);
        (void)pthread_mutex_lock(&w->lock);
        w->busy = false;
        (void)pthread_cond_broadcast(&w->idle);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

enum rc words_start(struct cx *cx, struct archive *a, struct words_worker **ret)
{
    struct words_worker *w = mem_new(sizeof(*w));
    w->archive = a;
    w->pending = true;                   /* jobs left from before */
    (void)pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->wake);
    cond_init(&w->idle);
    if (pthread_create(&w->thread, NULL, work, w) != 0) {
        mem_free(w);
        return err_secret(cx, RC_NOMEM, "no thread for the words of documents");
    }
    *ret = w;
    return RC_OK;
}

void words_stop(struct words_worker **pw)
{
    struct words_worker *w = *pw;
    if (!w)
        return;
    (void)pthread_mutex_lock(&w->lock);
    w->stop = true;
    (void)pthread_cond_broadcast(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    (void)pthread_cond_destroy(&w->wake);
    (void)pthread_cond_destroy(&w->idle);
    (void)pthread_mutex_destroy(&w->lock);
    mem_free(w);
    *pw = NULL;
}

static void wake(void *arg)
{
    struct words_worker *w = arg;
    (void)pthread_mutex_lock(&w->lock);
    w->pending = true;
    (void)pthread_cond_broadcast(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
}

enum rc words_retry(struct db *db)
{
    return db_run(db, "INSERT INTO ordjobb(dokumentobjekt, forsoek) SELECT o.id, 0 FROM uinspisert u"
                      " JOIN dokumentobjekt o ON o.systemid = u.systemid WHERE u.versjon <> ?"
                      " ON CONFLICT (dokumentobjekt) DO NOTHING", "t", SAMDRIFT_VERSION);
}

enum rc words_enqueue(struct call *c, struct db *db, int64_t dokumentobjekt)
{
    TRY(db_run(db, "INSERT INTO ordjobb(dokumentobjekt, forsoek) VALUES (?, 0)"
                   " ON CONFLICT (dokumentobjekt) DO UPDATE SET forsoek = 0", "i", dokumentobjekt));
    db_after_commit(db, wake, c->vault->archive->worker);
    return RC_OK;
}

/* A vault opened later than the worker may bring jobs along. */
void words_nudge(struct archive *a)
{
    if (a->worker)
        wake(a->worker);
}

bool archive_settle(struct vault *v, int timeout_ms)
{
    struct words_worker *w = v->archive->worker;
    struct timespec until = after_ms(timeout_ms);
    int late = 0;
    (void)pthread_mutex_lock(&w->lock);
    while ((w->pending || w->busy) && late == 0)
        late = pthread_cond_timedwait(&w->idle, &w->lock, &until);
    bool settled = !w->pending && !w->busy;
    (void)pthread_mutex_unlock(&w->lock);
    return settled;
}
