/*
 * Bodies that come from elsewhere while they go out. A thread of its own takes them in through a ring
 * of fixed size; the I/O thread never waits: with the ring empty its connection is suspended, and
 * resumed when there is something to send.
 */
#include "http/http_int.h"

enum { RING = 256 << 10, BLOCK = 64 << 10, FEEDS_MAX = 128 };

struct feed {
    struct http_server *server;
    struct feed *next, **self;        /* in the server's list, under its lock */
    struct MHD_Connection *connection;
    struct http_source source;
    int64_t from, n;
    pthread_mutex_t lock;
    pthread_cond_t room;
    size_t head, have;                /* under lock, as all below */
    int holders;                      /* the response, and the thread */
    bool begun, suspended, ended, failed, abandoned;
    char ring[RING];
};

static void feed_free(struct feed *f)
{
    struct http_server *s = f->server;
    f->source.end(f->source.state);
    pthread_mutex_lock(&s->lock);
    *f->self = f->next;
    if (f->next)
        f->next->self = f->self;
    s->feeds_n--;
    pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->lock);
    pthread_cond_destroy(&f->room);
    pthread_mutex_destroy(&f->lock);
    mem_free(f);
}

static void release(struct feed *f)
{
    pthread_mutex_lock(&f->lock);
    bool last = --f->holders == 0;
    pthread_mutex_unlock(&f->lock);
    if (last)
        feed_free(f);
}

/* With the lock held. An abandoned connection is not to be touched. */
static void wake(struct feed *f)
{
    if (f->suspended && !f->abandoned)
        MHD_resume_connection(f->connection);
    f->suspended = false;
}

/* ------------------------------------------------------------------ the thread */

static size_t put(struct feed *f, const char *p, size_t n)
{
    size_t tail = (f->head + f->have) % RING, room = RING - f->have;
    size_t some = n < room ? n : room;
    size_t first = some < RING - tail ? some : RING - tail;
    memcpy(f->ring + tail, p, first);
    memcpy(f->ring, p + first, some - first);
    f->have += some;
    return some;
}

static enum rc take_in(void *arg, const void *p, size_t n)
{
    struct feed *f = arg;
    const char *rest = p;
    pthread_mutex_lock(&f->lock);
    while (n > 0 && !f->abandoned && !f->ended) {
        if (f->have == RING) {
            pthread_cond_wait(&f->room, &f->lock);
            continue;
        }
        size_t some = put(f, rest, n);
        rest += some;
        n -= some;
        wake(f);
    }
    pthread_mutex_unlock(&f->lock);
    return n == 0 ? RC_OK : RC_BUSY;
}

static void *run(void *arg)
{
    struct feed *f = arg;
    enum rc rc = f->source.send(f->source.state, f->from, f->n, take_in, f);
    pthread_mutex_lock(&f->lock);
    f->ended = true;
    f->failed = f->failed || rc != RC_OK;
    wake(f);
    pthread_mutex_unlock(&f->lock);
    release(f);
    return NULL;
}

/* With the lock held. */
static void begin(struct feed *f)
{
    pthread_t thread;
    f->begun = true;
    f->holders++;
    if (pthread_create(&thread, NULL, run, f) == 0) {
        pthread_detach(thread);
        return;
    }
    f->holders--;
    f->ended = f->failed = true;
}

/* ------------------------------------------------------------------ on the I/O threads */

static size_t get(struct feed *f, char *out, size_t most)
{
    size_t some = most < f->have ? most : f->have;
    size_t first = some < RING - f->head ? some : RING - f->head;
    memcpy(out, f->ring + f->head, first);
    memcpy(out + first, f->ring, some - first);
    f->head = (f->head + some) % RING;
    f->have -= some;
    pthread_cond_signal(&f->room);
    return some;
}

static ssize_t on_read(void *arg, uint64_t at, char *out, size_t most)
{
    struct feed *f = arg;
    (void)at;
    ssize_t n = 0;
    pthread_mutex_lock(&f->lock);
    if (!f->begun)
        begin(f);
    if (f->have > 0) {
        n = (ssize_t)get(f, out, most);
    } else if (f->ended) {
        n = f->failed ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        f->suspended = true;
        MHD_suspend_connection(f->connection);
    }
    pthread_mutex_unlock(&f->lock);
    return n;
}

static void on_free(void *arg)
{
    struct feed *f = arg;
    pthread_mutex_lock(&f->lock);
    f->abandoned = true;
    pthread_cond_signal(&f->room);
    pthread_mutex_unlock(&f->lock);
    release(f);
}

bool feed_allowed(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    bool room = s->feeds_n < FEEDS_MAX;
    pthread_mutex_unlock(&s->lock);
    return room;
}

struct MHD_Response *feed_response(struct exchange *x, int64_t from, int64_t n)
{
    struct http_server *s = x->server;
    struct feed *f = mem_try(sizeof(*f));
    if (!f)
        return NULL;
    f->server = s;
    f->connection = x->connection;
    f->from = from;
    f->n = n;
    struct MHD_Response *r = MHD_create_response_from_callback((uint64_t)n, BLOCK, on_read, f, on_free);
    if (!r) {
        mem_free(f);
        return NULL;
    }
    f->source = x->rp.source;
    x->rp.source = (struct http_source){0};
    f->holders = 1;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->room, NULL);
    pthread_mutex_lock(&s->lock);
    f->next = s->feeds;
    f->self = &s->feeds;
    if (f->next)
        f->next->self = &f->next;
    s->feeds = f;
    s->feeds_n++;
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* ------------------------------------------------------------------ stopping */

void feeds_break(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    for (struct feed *f = s->feeds; f; f = f->next) {
        pthread_mutex_lock(&f->lock);
        f->ended = f->failed = true;
        wake(f);
        pthread_cond_signal(&f->room);
        pthread_mutex_unlock(&f->lock);
    }
    pthread_mutex_unlock(&s->lock);
}

void feeds_wait(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    while (s->feeds_n > 0)
        pthread_cond_wait(&s->idle, &s->lock);
    pthread_mutex_unlock(&s->lock);
}
