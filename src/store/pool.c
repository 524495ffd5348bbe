/*
 * Pools of connections. A pool never calls a driver: it hands out what is idle or the right to
 * open one more, so no lock is held while a connection is made.
 */
#include "store/store_int.h"

void pool_init(struct pool *p, size_t max)
{
    *p = (struct pool){.max = max};
    pthread_mutex_init(&p->lock, NULL);
    cond_init(&p->freed);
}

void pool_destroy(struct pool *p)
{
    pthread_cond_destroy(&p->freed);
    pthread_mutex_destroy(&p->lock);
}

static bool nothing_free(const struct pool *p)
{
    return !p->closed && !p->idle && p->open == p->max;
}

/* The one that served the space last: there the statements are planned for it. Else the one given back last. */
static struct db *pick(struct pool *p, const struct space *sp)
{
    struct db **at = &p->idle;
    while (*at && (*at)->space != sp)
        at = &(*at)->next;
    if (!*at)
        at = &p->idle;
    struct db *db = *at;
    *at = db->next;
    return db;
}

enum pool_answer pool_take(struct pool *p, const struct space *sp, int ms, struct db **ret)
{
    enum pool_answer answer = POOL_FULL;
    pthread_mutex_lock(&p->lock);
    if (nothing_free(p)) {
        struct timespec until = after_ms(ms);
        int rc = 0;
        while (nothing_free(p) && rc == 0)
            rc = pthread_cond_timedwait(&p->freed, &p->lock, &until);
    }
    if (p->closed) {
        answer = POOL_CLOSED;
    } else if (p->idle) {
        *ret = pick(p, sp);
        answer = POOL_IDLE;
    } else if (p->open < p->max) {
        p->open++;
        answer = POOL_MAY_OPEN;
    }
    pthread_mutex_unlock(&p->lock);
    return answer;
}

void pool_give(struct pool *p, struct db *db)
{
    pthread_mutex_lock(&p->lock);
    db->next = p->idle;
    p->idle = db;
    pthread_cond_broadcast(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

void pool_lost(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->open--;
    pthread_cond_broadcast(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

struct db *pool_surplus(struct pool *p, size_t keep)
{
    pthread_mutex_lock(&p->lock);
    struct db **at = &p->idle;
    for (size_t i = 0; i < keep && *at; i++)
        at = &(*at)->next;
    struct db *db = *at;
    if (db) {
        *at = db->next;
        p->open--;
    }
    pthread_mutex_unlock(&p->lock);
    return db;
}

static size_t idle_count(const struct pool *p)
{
    size_t n = 0;
    for (const struct db *db = p->idle; db; db = db->next)
        n++;
    return n;
}

bool pool_shut(struct pool *p, int ms)
{
    struct timespec until = after_ms(ms);
    int rc = 0;
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    pthread_cond_broadcast(&p->freed);
    while (idle_count(p) < p->open && rc == 0)
        rc = pthread_cond_timedwait(&p->freed, &p->lock, &until);
    bool all = idle_count(p) == p->open;
    p->closed = all;
    pthread_mutex_unlock(&p->lock);
    return all;
}
