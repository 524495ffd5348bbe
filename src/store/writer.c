/*
 * Group commit: the one thread that writes to a space. It takes everything queued, at most BATCH,
 * into one transaction with a savepoint a function, commits, and wakes the callers. A batch that
 * fails as a whole is run again one by one, so that nobody fails for another's fault; functions
 * are repeatable by contract.
 *
 * The caller waits, so the job lies on its stack and its context is used by this thread meanwhile.
 */
#include "store/store_int.h"

#include "base/fault.h"

#include <errno.h>
#include <signal.h>

enum { BATCH = 64, REST_MS = 30000 };

struct job {
    struct job *next;
    struct cx *cx;
    write_fn fn;
    void *arg;
    enum rc rc;
    bool done; /* guarded by the writer's lock */
    pthread_cond_t answered;
};

struct writer {
    pthread_t thread;
    struct db *db; /* of the thread alone */
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *first, *last; /* this and the rest are guarded by lock */
    size_t queued, queue_max;
    bool ending;
};

/* ------------------------------------------------------------------ the thread */

static bool control(struct db *db, const char *sql)
{
    const char *why;
    return lite_control(db, sql, &why) == RC_OK;
}

/* Runs one function in its savepoint. False when the transaction as a whole is lost. */
static bool run_job(struct db *db, struct job *job)
{
    size_t hooks = db->hook_count;
    if (!control(db, "SAVEPOINT job"))
        return false;
    db_enter(db, db->space, job->cx, true);
    job->rc = job->fn(db, job->arg);
    if (job->rc == RC_OK && db->failed != RC_OK)
        job->rc = err_set(job->cx, db->failed, NULL, NULL);
    db_reclaim(db);
    db->cx = NULL;
    if (job->rc == RC_OK)
        return control(db, "RELEASE job");
    db->hook_count = hooks;
    return lite_in_transaction(db) && control(db, "ROLLBACK TO job") && control(db, "RELEASE job");
}

static void fail_all(struct job *batch, enum rc rc, const char *why)
{
    for (struct job *j = batch; j; j = j->next) {
        if (j->rc != RC_OK)
            continue;
        err_clear(j->cx);
        j->rc = err_secret(j->cx, rc, "write: %s", why);
    }
}

static void undo(struct db *db)
{
    db->hook_count = 0;
    if (lite_in_transaction(db) && !control(db, "ROLLBACK"))
        log_line(LOG_ERROR, "space %s: a transaction could not be rolled back",
                 space_name(db->space));
}

static enum rc begin(struct db *db, const char **ret_why)
{
    (void)fault(FAULT_STORE_BEGIN);
    *ret_why = "the log could not be mended after a failed flush";
    if (db->doubtful)
        TRY(lite_mend(db));
    return lite_control(db, "BEGIN IMMEDIATE", ret_why);
}

static enum rc commit(struct db *db, const char **ret_why)
{
    (void)fault(FAULT_STORE_COMMIT);
    TRY(lite_control(db, "COMMIT", ret_why));
    *ret_why = "the answer of COMMIT was lost";
    return fault(FAULT_STORE_DONE) ? RC_UNCERTAIN : RC_OK;
}

/* False when the batch was lost and nothing of it is stored. Otherwise every job has its code. */
static bool run_batch(struct db *db, struct job *batch)
{
    const char *why;
    for (struct job *j = batch; j; j = j->next)
        j->rc = RC_OK;
    enum rc rc = begin(db, &why);
    if (rc != RC_OK) {
        fail_all(batch, rc, why);
        return true;
    }
    bool alive = true;
    why = "the transaction was lost";
    for (struct job *j = batch; alive && j; j = j->next)
        alive = run_job(db, j);
    rc = alive ? commit(db, &why) : RC_IO;
    if (rc == RC_OK) {
        db_run_hooks(db);
        return true;
    }
    char text[300];
    snprintf(text, sizeof(text), "%s", why);
    undo(db);
    if (rc != RC_UNCERTAIN && batch->next)
        return false;
    fail_all(batch, rc, text);
    return true;
}

static void run_one_by_one(struct db *db, struct job *batch)
{
    for (struct job *j = batch; j; j = j->next) {
        struct job *next = j->next;
        j->next = NULL;
        err_clear(j->cx);
        run_batch(db, j);
        j->next = next;
    }
}

static void answer(struct writer *w, struct job *batch)
{
    pthread_mutex_lock(&w->lock);
    for (struct job *j = batch; j;) {
        struct job *next = j->next; /* the job is gone once its caller wakes */
        j->done = true;
        pthread_cond_signal(&j->answered);
        j = next;
    }
    pthread_mutex_unlock(&w->lock);
}

/* Waits for work; NULL when the writer ends and the queue is empty. */
static struct job *take(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    struct timespec until = after_ms(REST_MS);
    while (!w->first && !w->ending) {
        if (pthread_cond_timedwait(&w->work, &w->lock, &until) != ETIMEDOUT)
            continue;
        pthread_mutex_unlock(&w->lock);
        lite_rest(w->db->space);
        pthread_mutex_lock(&w->lock);
        until = after_ms(REST_MS);
    }
    struct job *batch = w->first, *last = NULL;
    for (size_t n = 0; w->first && n < BATCH; n++) {
        last = w->first;
        w->first = last->next;
        w->queued--;
    }
    if (last)
        last->next = NULL;
    pthread_mutex_unlock(&w->lock);
    return batch;
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    for (struct job *batch = take(w); batch; batch = take(w)) {
        if (!run_batch(w->db, batch))
            run_one_by_one(w->db, batch);
        answer(w, batch);
    }
    return NULL;
}

/* ------------------------------------------------------------------ its callers */

struct writer *writer_new(struct db *db, size_t queue_max)
{
    struct writer *w = mem_new(sizeof(*w));
    *w = (struct writer){.db = db, .queue_max = queue_max};
    pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->work);
    sigset_t all, before;
    sigfillset(&all); /* signals are the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&w->thread, NULL, writer_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0)
        return w;
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    mem_free(w);
    return NULL;
}

static enum rc enqueue(struct cx *cx, struct writer *w, struct job *job)
{
    if (w->ending)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    if (w->queued >= w->queue_max)
        return err_set(cx, RC_BUSY, NULL, NULL);
    if (w->first)
        w->last->next = job;
    else
        w->first = job;
    w->last = job;
    w->queued++;
    pthread_cond_signal(&w->work);
    return RC_OK;
}

enum rc writer_run(struct cx *cx, struct writer *w, write_fn fn, void *arg)
{
    if (pthread_equal(pthread_self(), w->thread))
        return err_secret(cx, RC_INTERNAL, "a write began inside a write of the same space");
    struct job job = {.cx = cx, .fn = fn, .arg = arg};
    pthread_cond_init(&job.answered, NULL);
    pthread_mutex_lock(&w->lock);
    enum rc rc = enqueue(cx, w, &job);
    if (rc == RC_OK) {
        while (!job.done)
            pthread_cond_wait(&job.answered, &w->lock);
        rc = job.rc;
    }
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&job.answered);
    return rc;
}

struct db *writer_end(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    return w->db;
}

void writer_free(struct writer **ref)
{
    if (!*ref)
        return;
    pthread_cond_destroy(&(*ref)->work);
    pthread_mutex_destroy(&(*ref)->lock);
    mem_free(*ref);
    *ref = NULL;
}

void writer_limit(struct writer *w, size_t queue_max)
{
    pthread_mutex_lock(&w->lock);
    w->queue_max = queue_max;
    pthread_mutex_unlock(&w->lock);
}
