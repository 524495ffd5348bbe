/*
 * A lane: a bounded queue and its own workers, so that slow work cannot take the last worker from
 * fast work. A place is reserved before the connection is suspended, so that pushing cannot fail.
 */
#include "http/http_int.h"

static struct exchange *take(struct lane *l, bool *ret_stopping)
{
    pthread_mutex_lock(&l->lock);
    while (!l->head && !(l->stopping && l->waiting == 0))
        pthread_cond_wait(&l->wake, &l->lock);
    struct exchange *x = l->head;
    if (x) {
        l->head = x->next;
        if (!l->head)
            l->tail = NULL;
        l->waiting--;
    }
    *ret_stopping = l->stopping;
    if (l->stopping && l->waiting == 0)
        pthread_cond_broadcast(&l->wake);
    pthread_mutex_unlock(&l->lock);
    return x;
}

static void *work(void *arg)
{
    struct lane *l = arg;
    for (;;) {
        bool stopping = false;
        struct exchange *x = take(l, &stopping);
        if (!x)
            return NULL;
        l->run(x, stopping);
    }
}

bool lane_start(struct lane *l, size_t threads, size_t limit,
                void (*run)(struct exchange *x, bool stopping))
{
    *l = (struct lane){.limit = limit, .run = run};
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, NULL);
    l->threads = mem_new(threads * sizeof(*l->threads));
    while (l->threads_n < threads) {
        if (pthread_create(&l->threads[l->threads_n], NULL, work, l) != 0)
            return false;
        l->threads_n++;
    }
    return true;
}

bool lane_reserve(struct lane *l)
{
    pthread_mutex_lock(&l->lock);
    bool ok = !l->stopping && l->waiting < l->limit;
    if (ok)
        l->waiting++;
    pthread_mutex_unlock(&l->lock);
    return ok;
}

void lane_push(struct lane *l, struct exchange *x)
{
    x->next = NULL;
    pthread_mutex_lock(&l->lock);
    if (l->tail)
        l->tail->next = x;
    else
        l->head = x;
    l->tail = x;
    pthread_mutex_unlock(&l->lock);
    pthread_cond_signal(&l->wake);      /* who is woken does not wait for the lock again */
}

void lane_stop(struct lane *l)
{
    if (!l->threads)
        return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_cond_broadcast(&l->wake);
    pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < l->threads_n; i++)
        pthread_join(l->threads[i], NULL);
    l->threads_n = 0;
}

void lane_free(struct lane *l)
{
    if (!l->threads)
        return;
    mem_free(l->threads);
    l->threads = NULL;
    pthread_cond_destroy(&l->wake);
    pthread_mutex_destroy(&l->lock);
}
