/*
 * Group commit: the one thread of this process that writes to a space. It runs what is queued in one
 * transaction, and what comes meanwhile, at most BATCH; commits; and wakes the callers.
 *
 * The functions of a batch run together, without savepoints, because each savepoint makes FTS5 write
 * out the words it has gathered, and is a question more to PostgreSQL. When one fails after it has
 * changed something, the whole is undone and run again with a savepoint each; what is lost even so is
 * run one by one, so that nobody fails for another's fault, and again when the database says that this
 * may help (a lost connection). Functions are repeatable by contract.
 *
 * The caller waits, so the job lies on its stack and its context is used by this thread meanwhile.
 */
#include "store/store_int.h"

#include "base/fault.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

enum { BATCH = 64, QUEUE_MAX = 1024, REST_MS = 30000, TRIES = 8 };

struct job {
    struct job *next;
    struct cx *cx;
    write_fn fn;
    void *arg;
    enum rc rc;
    sem_t answered;    /* of the job's own: a caller that wakes has no lock to wait for */
};

struct writer {
    pthread_t thread;
    struct space *space;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *first, *last; /* this and the rest are guarded by lock */
    size_t queued, queue_max;
    bool ending;
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

/* One more job for the batch under way, if there is one. */
static struct job *take_more(struct writer *w, const struct batch *b)
{
    if (b->n == BATCH)
        return NULL;
    pthread_mutex_lock(&w->lock);
    struct job *j = pop(w);
    pthread_mutex_unlock(&w->lock);
    return j;
}

static void batch_add(struct batch *b, struct job *j)
{
    if (b->last)
        b->last->next = j;
    else
        b->first = j;
    b->last = j;
    b->n++;
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

static enum rc commit(struct db *db, char why[WHY])
{
    (void)fault(FAULT_STORE_COMMIT);
    TRY(db->driver->control(db, TX_COMMIT, why));
    snprintf(why, WHY, "the answer of COMMIT was lost");
    return fault(FAULT_STORE_DONE) ? RC_UNCERTAIN : RC_OK;
}

/* alive: nothing was lost yet. False when nothing is stored and another run may store it: somebody may
 * have failed for another, or the database says so. */
static bool finish(struct db *db, struct job *batch, bool alive)
{
    char why[WHY] = "the transaction was lost";
    enum rc rc = alive ? commit(db, why) : RC_IO;
    bool settled = rc == RC_OK || rc == RC_UNCERTAIN || !(batch->next || db->retry);
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
    return finish(db, b->first, alive);
}

static bool try_apart(struct space *sp, struct job *batch)
{
    struct db *db = start(sp, batch);
    if (!db)
        return true;
    bool alive = true;
    for (struct job *j = batch; alive && j; j = j->next)
        alive = run_apart(db, j);
    return finish(db, batch, alive);
}

/* For another try: longer each time, and not as long as another process waits. */
static void pause_before(int try)
{
    unsigned char chance;
    random_bytes(&chance, 1);
    struct timespec ts = {.tv_nsec = ((1L << try) * 1000 + chance * 20L) * 1000};
    nanosleep(&ts, NULL);
}

static void run_one_by_one(struct space *sp, struct job *batch)
{
    for (struct job *j = batch; j; j = j->next) {
        struct job *next = j->next;
        j->next = NULL;
        for (int try = 1; !try_apart(sp, j) && try < TRIES; try++)
            pause_before(try);
        j->next = next;
    }
}

/* A job is gone once its caller wakes. */
static void answer(struct job *batch)
{
    for (struct job *j = batch, *next; j; j = next) {
        next = j->next;
        (void)sem_post(&j->answered);
    }
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    for (struct job *j; (j = take_first(w)) != NULL;) {
        struct batch b = {0};
        batch_add(&b, j);
        if (!try_together(w, &b) && !try_apart(w->space, b.first))
            run_one_by_one(w->space, b.first);
        answer(b.first);
    }
    return NULL;
}

/* ------------------------------------------------------------------ its callers */

struct writer *writer_new(struct space *sp)
{
    struct writer *w = mem_new(sizeof(*w));
    *w = (struct writer){.space = sp, .queue_max = QUEUE_MAX};
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
    (void)sem_init(&job.answered, 0, 0);
    pthread_mutex_lock(&w->lock);
    enum rc rc = enqueue(cx, w, &job);
    pthread_mutex_unlock(&w->lock);
    if (rc == RC_OK) {
        while (sem_wait(&job.answered) != 0)
            ;   /* interrupted by a signal */
        rc = job.rc;
    }
    (void)sem_destroy(&job.answered);
    return rc;
}

enum rc writer_alone(struct cx *cx, struct space *sp, write_fn fn, void *arg)
{
    struct job job = {.cx = cx, .fn = fn, .arg = arg};
    run_one_by_one(sp, &job);
    return job.rc;
}

void writer_end(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
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
