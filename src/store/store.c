/*
 * The store and the registry of its spaces. An entry that is BUSY belongs to the one thread that
 * opens or drops it; everybody else waits. A dropped space stays in the list as GONE, because
 * somebody may hold its pointer; it answers RC_NOT_FOUND.
 */
#include "store/store_int.h"

#include <semaphore.h>

enum { NAME_MAX_BYTES = 60, SETTLE_TRIES = 4 };

static bool is_postgres(const char *location)
{
    struct str s = str_of(location);
    return str_starts(s, "postgres://") || str_starts(s, "postgresql://");
}

static void store_free(struct store *s)
{
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    mem_free(s->location);
    mem_free(s);
}

enum rc store_open(struct cx *cx, const char *location, struct store **ret)
{
    struct store *s = mem_new(sizeof(*s));
    s->driver = is_postgres(location) ? &postgres_driver : &sqlite_driver;
    s->location = mem_strdup(location);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    enum rc rc = s->driver->open(cx, s);
    if (rc == RC_OK)
        *ret = s;
    else
        store_free(s);
    return rc;
}

static void space_free(struct space *sp)
{
    writer_free(&sp->writer);
    pool_destroy(&sp->pool);
    mem_free(sp->place);
    mem_free(sp->name);
    mem_free(sp);
}

void store_close(struct store **ref)
{
    if (!ref || !*ref)
        return;
    struct store *s = *ref;
    while (s->spaces) {
        struct space *sp = s->spaces;
        s->spaces = sp->next;
        if (sp->state == SPACE_READY && !s->driver->space_close(sp))
            log_line(LOG_ERROR, "space %s was closed while being read", sp->name);
        space_free(sp);
    }
    s->driver->close(s);
    store_free(s);
    *ref = NULL;
}

static bool name_valid(const char *name)
{
    size_t n = strlen(name);
    bool ok = n > 0 && n <= NAME_MAX_BYTES;
    for (size_t i = 0; ok && i < n; i++)
        ok = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') ||
             (i > 0 && (name[i] == '-' || name[i] == '_'));
    return ok;
}

/*
 * The entry of the name, made when missing: READY, or BUSY and then the caller's own. With `own` a
 * READY one becomes the caller's too.
 */
static struct space *claim(struct store *s, const char *name, bool own, bool *ret_open)
{
    pthread_mutex_lock(&s->lock);
    struct space *sp = s->spaces;
    while (sp && (sp->state == SPACE_GONE || !streq(sp->name, name) || sp->state == SPACE_BUSY)) {
        if (sp->state == SPACE_BUSY && streq(sp->name, name)) {
            pthread_cond_wait(&s->changed, &s->lock);
            sp = s->spaces;
        } else {
            sp = sp->next;
        }
    }
    *ret_open = sp != NULL;
    if (!sp) {
        sp = mem_new(sizeof(*sp));
        sp->store = s;
        sp->name = mem_strdup(name);
        sp->state = SPACE_BUSY;
        pool_init(&sp->pool, s->driver->readers_max);
        sp->next = s->spaces;
        s->spaces = sp;
    } else if (own) {
        sp->state = SPACE_BUSY;
    }
    pthread_mutex_unlock(&s->lock);
    return sp;
}

static void settle(struct store *s, struct space *sp, enum space_state state)
{
    pthread_mutex_lock(&s->lock);
    sp->state = (int)state;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

/* For an entry that never was READY: nobody else has it. */
static void forget(struct store *s, struct space *sp)
{
    pthread_mutex_lock(&s->lock);
    struct space **at = &s->spaces;
    while (*at != sp)
        at = &(*at)->next;
    *at = sp->next;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    space_free(sp);
}

/* ------------------------------------------------------------------ writing */

struct pending {
    struct job job;
    struct space *space;
    bool once;
    int tries;
    done_fn done;
    void *done_arg;
};

static void written(void *arg, enum rc rc);

static void begin(struct pending *p)
{
    p->job.done = written;
    p->job.done_arg = p;
    if (p->space->state == SPACE_GONE)
        written(p, err_set(p->job.cx, RC_NOT_FOUND, NULL, NULL));
    else
        writer_queue(p->space->writer, &p->job);
}

/* A lost answer of a write that finds what it did before is settled by running it again. */
static void written(void *arg, enum rc rc)
{
    struct pending *p = arg;
    bool unsettled = p->once && rc == RC_UNCERTAIN;
    if (unsettled)
        err_clear(p->job.cx);
    if (unsettled && p->tries++ < SETTLE_TRIES)
        begin(p);
    else
        p->done(p->done_arg, unsettled ? err_set(p->job.cx, RC_BUSY, NULL, NULL) : rc);
}

struct waiting {
    sem_t answered;    /* of the write's own: a caller that wakes has no lock to wait for */
    enum rc rc;
};

static void wake(void *arg, enum rc rc)
{
    struct waiting *w = arg;
    w->rc = rc;
    (void)sem_post(&w->answered);
}

static enum rc write_and_wait(struct cx *cx, struct space *sp, write_fn fn, void *arg, bool once)
{
    struct waiting w;
    struct pending p = {{.cx = cx, .fn = fn, .arg = arg}, sp, once, 0, wake, &w};
    (void)sem_init(&w.answered, 0, 0);
    begin(&p);
    while (sem_wait(&w.answered) != 0)
        ;   /* interrupted by a signal */
    (void)sem_destroy(&w.answered);
    return w.rc;
}

/* ------------------------------------------------------------------ spaces */

enum rc store_space(struct cx *cx, struct store *s, const char *name, bool create,
                    enum rc (*prepare)(struct db *db, void *arg), void *arg, struct space **ret)
{
    if (!name_valid(name))
        return create ? err_set(cx, RC_FIELD_VALUE, "navn", "a-z, 0-9, -, _")
                      : err_set(cx, RC_NOT_FOUND, NULL, NULL);
    bool open;
    struct space *sp = claim(s, name, false, &open);
    if (!open) {
        enum rc rc = s->driver->space_open(cx, sp, create);
        if (rc == RC_OK && prepare) {
            rc = write_and_wait(cx, sp, prepare, arg, false);
            if (rc != RC_OK)
                s->driver->space_close(sp);
        }
        if (rc != RC_OK) {
            forget(s, sp);
            return rc;
        }
        settle(s, sp, SPACE_READY);
    }
    *ret = sp;
    return RC_OK;
}

enum rc store_space_drop(struct cx *cx, struct store *s, const char *name)
{
    if (!name_valid(name))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    bool open;
    struct space *sp = claim(s, name, true, &open);
    if (open && !s->driver->space_close(sp)) {
        settle(s, sp, SPACE_READY);
        return err_set(cx, RC_BUSY, NULL, NULL);
    }
    enum rc rc = s->driver->space_remove(cx, sp);
    if (open)
        settle(s, sp, SPACE_GONE);
    else
        forget(s, sp);
    return rc;
}

const char *space_name(const struct space *sp)
{
    return sp->name;
}

void store_write_later(struct cx *cx, struct space *sp, write_fn fn, void *arg, bool once, done_fn done, void *done_arg)
{
    struct pending *p = arena_alloc(cx->arena, sizeof(*p));
    if (!p) {
        done(done_arg, cx_nomem(cx));
        return;
    }
    *p = (struct pending){{.cx = cx, .fn = fn, .arg = arg}, sp, once, 0, done, done_arg};
    begin(p);
}

enum rc store_write(struct cx *cx, struct space *sp, write_fn fn, void *arg)
{
    return write_and_wait(cx, sp, fn, arg, false);
}

enum rc store_write_once(struct cx *cx, struct space *sp, write_fn fn, void *arg)
{
    return write_and_wait(cx, sp, fn, arg, true);
}

enum rc store_read_begin(struct cx *cx, struct space *sp, struct db **ret)
{
    if (sp->state == SPACE_GONE)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    return sp->store->driver->read_begin(cx, sp, ret);
}

void db_whole(struct db *db)
{
    if (db->driver->whole)
        db->driver->whole(db);
}

void db_filling(struct db *db, bool on)
{
    if (db->writing && db->driver->filling)
        db->driver->filling(db, on);
}

void store_read_end(struct db **ref)
{
    if (!ref || !*ref)
        return;
    (*ref)->driver->read_end(*ref);
    *ref = NULL;
}
