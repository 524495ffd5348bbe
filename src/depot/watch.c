/* The scheduled check: a thread that looks for packages whose last event is old. */
#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#include "depot/depot_int.h"

enum { LOOK_EVERY_S = 600 };

static bool stopping(struct watch *w)
{
    (void)pthread_mutex_lock(&w->lock);
    bool stop = w->stop;
    (void)pthread_mutex_unlock(&w->lock);
    return stop;
}

/* Events are written with each check, so that their file is as old as the last one. */
static bool due(struct cx *cx, const struct depot *d, const char *id, int64_t hours)
{
    char path[PATH_TEXT_MAX];
    struct stat st;
    const char *bag;
    if (depot_bag(cx, d, id, false, &bag) != RC_OK || path_join(cx, path, bag, BAG_EVENTS) != RC_OK ||
        stat(path, &st) != 0)
        return true;
    return (cx->now / 1000000 - st.st_mtime) / 3600 >= hours;
}

static void tell(void *arg, const struct depot_finding *f)
{
    static const char *const words[] = {[DEPOT_RESTORED] = "a file is restored", [DEPOT_DAMAGED] = "a file cannot be put back",
                                        [DEPOT_LOST] = "a file is lost", [DEPOT_EXTRA] = "a file is not part of the package",
                                        [DEPOT_AWAY] = "the second copy is not there"};
    bool in_copy = f->in_copy && f->state != DEPOT_AWAY;
    (void)arg;
    log_line(f->state == DEPOT_LOST || f->state == DEPOT_DAMAGED ? LOG_ERROR : LOG_WARN, "depot %s: %s%s%s%s%s", f->package,
             words[f->state], in_copy ? " in the second copy" : "", *f->why ? " (" : "", f->why, *f->why ? ")" : "");
}

static bool go_on(void *arg, int64_t done, int64_t total)
{
    (void)done, (void)total;
    return !stopping(((struct depot *)arg)->watch);
}

static void check_one(struct depot *d, const char *id)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(64));
    enum rc rc = due(&cx, d, id, d->watch->hours) ? depot_check(&cx, d, id, tell, go_on, d) : RC_OK;
    if (rc != RC_OK && rc != RC_BUSY)
        log_line(LOG_ERROR, "depot %s: %s", id, cx.err.secret ? cx.err.secret : err_text(&cx));
    cx_close(&cx);
}

static void check_due(struct depot *d)
{
    struct cx cx;
    struct depot_package *all;
    size_t n = 0;
    cx_open(&cx, (size_t)MiB(64));
    if (depot_list(&cx, d, NULL, &all, &n) != RC_OK)
        log_line(LOG_ERROR, "depot: %s", cx.err.secret ? cx.err.secret : err_text(&cx));
    for (size_t i = 0; i < n && !stopping(d->watch); i++)
        check_one(d, all[i].id);
    cx_close(&cx);
}

static void sleep_a_while(struct watch *w)
{
    struct timespec till;
    (void)clock_gettime(CLOCK_REALTIME, &till);
    till.tv_sec += LOOK_EVERY_S;
    (void)pthread_mutex_lock(&w->lock);
    while (!w->stop && pthread_cond_timedwait(&w->wake, &w->lock, &till) != ETIMEDOUT)
        ;
    (void)pthread_mutex_unlock(&w->lock);
}

static void *watch_run(void *arg)
{
    struct depot *d = arg;
    while (!stopping(d->watch)) {
        check_due(d);
        sleep_a_while(d->watch);
    }
    return NULL;
}

enum rc depot_watch(struct cx *cx, struct depot *d, int64_t hours)
{
    struct watch *w = mem_new(sizeof(*w));
    w->hours = hours;
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->wake, NULL);
    d->watch = w;
    int failed = pthread_create(&w->thread, NULL, watch_run, d);
    if (failed) {
        d->watch = NULL;
        mem_free(w);
        return err_secret(cx, RC_IO, "pthread_create: %s", strerror(failed));
    }
    return RC_OK;
}

void watch_stop(struct watch **pw)
{
    struct watch *w = *pw;
    if (!w)
        return;
    (void)pthread_mutex_lock(&w->lock);
    w->stop = true;
    (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    (void)pthread_cond_destroy(&w->wake);
    (void)pthread_mutex_destroy(&w->lock);
    mem_free(w);
    *pw = NULL;
}
