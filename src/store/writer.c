/*
 * Group commit: the one thread of this process that writes to a space. It runs what is queued in one
 * transaction, and what comes meanwhile, at most BATCH; commits; and hands the batch to another thread,
 * which flushes it and answers. While one batch is being flushed the next one runs already, and it commits
 * when the disk is free: so neither the processor nor the disk waits for the other, and at most one batch
 * is committed and not flushed. Two threads flush and answer by turns: the answers of one batch are made
 * while the next is flushed.
 *
 * The functions of a batch run together, without savepoints, because each savepoint makes FTS5 write
 * out the words it has gathered, and is a question more to PostgreSQL. When one fails after it has
 * changed something, the whole is undone and run again with a savepoint each; what is lost even so is
 * run one by one, so that nobody fails for another's fault, and again when the database says that this
 * may help (a lost connection). Functions are repeatable by contract.
 *
 * The job and its context are used by these threads until it is answered.
 */
#include "store/store_int.h"

#include "base/fault.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

enum { BATCH = 64, QUEUE_MAX = 1024, REST_MS = 30000, TRIES = 8, FLUSHERS = 2 };

struct writer {
    pthread_t thread, flushers[FLUSHERS];
    size_t flushers_n;
    struct space *space;
    pthread_mutex_t lock;
    pthread_cond_t work;         /* a job is queued, or the disk is free */
    pthread_cond_t handed;       /* a batch is committed */
    pthread_cond_t flushed;      /* for those who wait for what they have seen */
    struct job *first, *last;    /* this and the rest are guarded by lock */
    size_t queued, queue_max;
    struct job *batch;           /* committed, not yet taken by the flusher */
    uint64_t committed, settled; /* batches; the disk is free when they are equal */
    bool flush_failed;           /* and the writer does not know yet */
    bool ending, ended;          /* nothing more is queued; nothing more is committed */
};

struct batch {
    struct job *first, *last;
    size_t n;
};

/* ------------------------------------------------------------------ the queue */

static struct job *pop(struct writer *w)
{
    struct job *j = w->first;
    if (!j)
        return NULL;
    w->first = j->next;
    w->queued--;
    j->next = NULL;
    return j;
}

/* The job that begins a batch: waits for it; NULL when the writer ends and the queue is empty. */
static struct job *take_first(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    struct timespec until = after_ms(REST_MS);
    while (!w->first && !w->ending) {
        if (pthread_cond_timedwait(&w->work, &w->lock, &until) != ETIMEDOUT)
            continue;
        pthread_mutex_unlock(&w->lock);
        if (w->space->store->driver->rest)
            w->space->store->driver->rest(w->space);
        pthread_mutex_lock(&w->lock);
        until = after_ms(REST_MS);
    }
    struct job *j = pop(w);
    pthread_mutex_unlock(&w->lock);
    return j;
}

/*
 * One more job for the batch under way; NULL when it is full, or the disk is free and half of what waits is in
 * it: with all of it, nothing would be left to run while it is flushed.
 */
static struct job *take_more(struct writer *w, const struct batch *b)
{
    if (b->n == BATCH)
        return NULL;
    pthread_mutex_lock(&w->lock);
    while (!w->first && w->settled < w->committed)
        pthread_cond_wait(&w->work, &w->lock);
    bool half = w->settled == w->committed && b->n >= w->queued;
    struct job *j = half ? NULL : pop(w);
    pthread_mutex_unlock(&w->lock);
    return j;
}

static void batch_add(struct batch *b, struct job *j)
{
    b->last->next = j;
    b->last = j;
    b->n++;
}

/* ------------------------------------------------------------------ the disk */

/* With the lock held: until the batch before is flushed, or could not be. */
static void await_disk(struct writer *w)
{
    while (w->settled < w->committed)
        pthread_cond_wait(&w->work, &w->lock);
}

/* The disk is free. False when the batch before is not on it for certain. */
static bool disk_is_sound(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    await_disk(w);
    bool failed = w->flush_failed;
    w->flush_failed = false;
    pthread_mutex_unlock(&w->lock);
    return !failed;
}

void writer_settle(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    uint64_t seen = w->committed;
    while (w->settled < seen)
        pthread_cond_wait(&w->flushed, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

/* ------------------------------------------------------------------ the transaction */

static bool control(struct db *db, enum control what)
{
    char why[WHY];
    return db->driver->control(db, what, why) == RC_OK;
}

static void run_fn(struct db *db, struct job *job)
{
    db_enter(db, db->space, job->cx, true);
    err_clear(job->cx);
    job->rc = job->fn(db, job->arg);
    if (job->rc == RC_OK && db->failed != RC_OK)
        job->rc = err_set(job->cx, db->failed, NULL, NULL);
    db_reclaim(db);
    db->cx = NULL;
}

/* Both run one function and are false when the transaction as a whole is lost. */
static bool run_together(struct db *db, struct job *job)
{
    size_t hooks = db->hook_count;
    run_fn(db, job);
    if (job->rc != RC_OK)
        db->hook_count = hooks;
    return job->rc == RC_OK || (!db->touched && db->driver->standing(db));
}

static bool run_apart(struct db *db, struct job *job)
{
    size_t hooks = db->hook_count;
    if (!control(db, TX_SAVEPOINT))
        return false;
    run_fn(db, job);
    if (job->rc == RC_OK)
        return control(db, TX_RELEASE);
    db->hook_count = hooks;
    known_forget(db);
    return !db->retry && control(db, TX_UNDO_TO) && control(db, TX_RELEASE);
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

/* NULL when the transaction does not begin: the jobs have their code then. */
static struct db *start(struct space *sp, struct job *batch)
{
    char why[WHY] = "";
    struct db *db = NULL;
    (void)fault(FAULT_STORE_BEGIN);
    enum rc rc = sp->store->driver->write_begin(sp, &db, why);
    if (rc == RC_OK)
        return db;
    for (struct job *j = batch; j; j = j->next)
        j->rc = RC_OK;
    fail_all(batch, rc, why);
    return NULL;
}

/* After a flush that failed, nothing is built upon the log before write_begin has mended it. */
static enum rc commit(struct writer *w, struct db *db, char why[WHY])
{
    if (w && !disk_is_sound(w)) {
        db->doubtful = true;
        return RC_IO;
    }
    (void)fault(FAULT_STORE_COMMIT);
    TRY(db->driver->control(db, TX_COMMIT, why));
    snprintf(why, WHY, "the answer of COMMIT was lost");
    return fault(FAULT_STORE_DONE) ? RC_UNCERTAIN : RC_OK;
}

/* alive: nothing was lost yet. False when nothing is stored and another run may store it: somebody may
 * have failed for another, or the database says so. */
static bool finish(struct writer *w, struct db *db, struct job *batch, bool alive)
{
    char why[WHY] = "the transaction was lost";
    enum rc rc = alive ? commit(w, db, why) : RC_IO;
    bool settled = rc == RC_OK || rc == RC_UNCERTAIN || !(batch->next || db->retry || db->doubtful);
    if (rc == RC_OK)
        db_run_hooks(db);
    db_leave(db);
    db->driver->write_end(db);
    if (rc != RC_OK)
        fail_all(batch, rc, why);
    return settled;
}

/* These two are true when every job has its code. The first takes in what comes meanwhile. */
static bool try_together(struct writer *w, struct batch *b)
{
    struct db *db = start(w->space, b->first);
    if (!db)
        return true;
    bool alive = run_together(db, b->first);
    for (struct job *j; alive && (j = take_more(w, b)) != NULL;) {
        batch_add(b, j);
        alive = run_together(db, j);
    }
    return finish(w, db, b->first, alive);
}

/* w NULL: there is none. */
static bool try_apart(struct writer *w, struct space *sp, struct job *batch)
{
    struct db *db = start(sp, batch);
    if (!db)
        return true;
    bool alive = true;
    for (struct job *j = batch; alive && j; j = j->next)
        alive = run_apart(db, j);
    return finish(w, db, batch, alive);
}

/* For another try: longer each time, and not as long as another process waits. */
static void pause_before(int try)
{
    unsigned char chance;
    random_bytes(&chance, 1);
    struct timespec ts = {.tv_nsec = ((1L << try) * 1000 + chance * 20L) * 1000};
    nanosleep(&ts, NULL);
}

static void run_one_by_one(struct writer *w, struct space *sp, struct job *batch)
{
    for (struct job *j = batch; j; j = j->next) {
        struct job *next = j->next;
        j->next = NULL;
        for (int try = 1; !try_apart(w, sp, j) && try < TRIES; try++)
            pause_before(try);
        j->next = next;
    }
}

/* A batch whose jobs have their codes, but for the flush. */
static void hand_over(struct writer *w, struct job *batch)
{
    pthread_mutex_lock(&w->lock);
    await_disk(w);
    w->committed++;
    w->batch = batch;
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->handed);        /* who is woken does not wait for the lock again */
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    for (struct job *j; (j = take_first(w)) != NULL;) {
        struct batch b = {j, j, 1};
        if (!try_together(w, &b) && !try_apart(w, w->space, j))
            run_one_by_one(w, w->space, j);
        hand_over(w, j);
    }
    return NULL;
}

/* ------------------------------------------------------------------ the threads that flush */

static struct job *take_batch(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->batch && !w->ended)
        pthread_cond_wait(&w->handed, &w->lock);
    struct job *batch = w->batch;
    w->batch = NULL;
    pthread_mutex_unlock(&w->lock);
    return batch;
}

static bool any_stored(const struct job *batch)
{
    while (batch && batch->rc != RC_OK)
        batch = batch->next;
    return batch;
}

static bool flush(struct writer *w, struct job *batch)
{
    bool (*flush_log)(struct space *) = w->space->store->driver->flush;
    if (!flush_log || !any_stored(batch) || flush_log(w->space))
        return true;
    fail_all(batch, RC_UNCERTAIN, "the log could not be flushed");
    return false;
}

static void free_disk(struct writer *w, bool sound)
{
    pthread_mutex_lock(&w->lock);
    w->settled = w->committed;
    w->flush_failed |= !sound;
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->work);
    pthread_cond_broadcast(&w->flushed);
}

/* A job is gone once it is done. */
static void answer(struct job *batch)
{
    for (struct job *j = batch, *next; j; j = next) {
        next = j->next;
        j->done(j->done_arg, j->rc);
    }
}

static void *flusher_main(void *arg)
{
    struct writer *w = arg;
    for (struct job *batch; (batch = take_batch(w)) != NULL; answer(batch))
        free_disk(w, flush(w, batch));
    return NULL;
}

/* ------------------------------------------------------------------ its callers */

static bool start_thread(pthread_t *thread, void *(*run)(void *), struct writer *w)
{
    sigset_t all, before;
    sigfillset(&all); /* signals are the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(thread, NULL, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0;
}

static void end_flusher(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->ended = true;
    pthread_cond_broadcast(&w->handed);
    pthread_mutex_unlock(&w->lock);
    while (w->flushers_n > 0)
        pthread_join(w->flushers[--w->flushers_n], NULL);
}

struct writer *writer_new(struct space *sp)
{
    struct writer *w = mem_new(sizeof(*w));
    *w = (struct writer){.space = sp, .queue_max = QUEUE_MAX};
    pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->work);
    cond_init(&w->handed);
    cond_init(&w->flushed);
    while (w->flushers_n < FLUSHERS && start_thread(&w->flushers[w->flushers_n], flusher_main, w))
        w->flushers_n++;
    if (w->flushers_n == FLUSHERS && start_thread(&w->thread, writer_main, w))
        return w;
    end_flusher(w);
    writer_free(&w);
    return NULL;
}

static enum rc enqueue(struct writer *w, struct job *job)
{
    if (w->ending)
        return err_set(job->cx, RC_NOT_FOUND, NULL, NULL);
    if (w->queued >= w->queue_max)
        return err_set(job->cx, RC_BUSY, NULL, NULL);
    job->next = NULL;
    if (w->first)
        w->last->next = job;
    else
        w->first = job;
    w->last = job;
    w->queued++;
    pthread_cond_signal(&w->work);
    return RC_OK;
}

void writer_queue(struct writer *w, struct job *job)
{
    enum rc rc;
    if (pthread_equal(pthread_self(), w->thread)) {
        rc = err_secret(job->cx, RC_INTERNAL, "a write began inside a write of the same space");
    } else {
        pthread_mutex_lock(&w->lock);
        rc = enqueue(w, job);
        pthread_mutex_unlock(&w->lock);
    }
    if (rc != RC_OK)
        job->done(job->done_arg, rc);
}

enum rc writer_alone(struct cx *cx, struct space *sp, write_fn fn, void *arg)
{
    struct job job = {.cx = cx, .fn = fn, .arg = arg};
    run_one_by_one(NULL, sp, &job);
    return job.rc;
}

void writer_end(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    end_flusher(w);
}

void writer_free(struct writer **ref)
{
    if (!*ref)
        return;
    pthread_cond_destroy(&(*ref)->work);
    pthread_cond_destroy(&(*ref)->handed);
    pthread_cond_destroy(&(*ref)->flushed);
    pthread_mutex_destroy(&(*ref)->lock);
    mem_free(*ref);
    *ref = NULL;
}

size_t writer_queued(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->queued;
    pthread_mutex_unlock(&w->lock);
    return n;
}

void writer_limit(struct writer *w, size_t queue_max)
{
    pthread_mutex_lock(&w->lock);
    w->queue_max = queue_max;
    pthread_mutex_unlock(&w->lock);
}
