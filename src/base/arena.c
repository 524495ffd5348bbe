/*
 * Memory of a request: chunks that grow from 4 to 64 KiB, freed together. The limit counts whole
 * chunks, so it bounds what is taken from the machine and not only what was asked for. Deferred
 * functions lie in the arena themselves and run before its chunks go.
 */
#include "base/base.h"
#include "base/base_int.h"
#include "base/fault.h"

#include <stdalign.h>
#include <stdlib.h>

enum { ALIGN = alignof(max_align_t), CHUNK_FIRST = 4000, CHUNK_MOST = 65000, ROOM_FIRST = 4 };

struct chunk {
    struct chunk *next;
    size_t cap, used;
    alignas(max_align_t) unsigned char data[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct chunk *chunks; /* the first is the one being filled */
    struct deferred *deferred;
    size_t limit, taken, grow;
};

static struct chunk *chunk_new(struct arena *a, size_t need)
{
    size_t left = a->limit - a->taken;
    if (need > left)
        return NULL;
    size_t cap = a->grow < left ? a->grow : left;
    if (cap < need)
        cap = need;
    struct chunk *c = fault_malloc(FAULT_MEMORY_ARENA, sizeof(*c) + cap);
    if (!c)
        return NULL;
    c->cap = cap;
    c->used = 0;
    a->taken += cap;
    if (a->grow < CHUNK_MOST / 2)
        a->grow *= 2;
    return c;
}

/* A chunk made for one large object goes behind the current one, whose rest stays in use. */
static void chunk_link(struct arena *a, struct chunk *c, size_t need)
{
    struct chunk *top = a->chunks;
    if (top && top->cap - top->used > c->cap - need) {
        c->next = top->next;
        top->next = c;
    } else {
        c->next = top;
        a->chunks = c;
    }
}

/* Full from the beginning and never written to: every request without memory may share it. */
static struct arena nothing;

struct arena *arena_none(void)
{
    return &nothing;
}

struct arena *arena_new(size_t limit)
{
    struct arena *a = fault_malloc(FAULT_MEMORY_ARENA, sizeof(*a));
    if (!a)
        return NULL;
    *a = (struct arena){.limit = limit, .grow = CHUNK_FIRST};
    if (limit == 0)
        return a;
    struct chunk *c = chunk_new(a, 1);
    if (!c) {
        free(a);
        return NULL;
    }
    chunk_link(a, c, 0);
    return a;
}

void arena_free(struct arena **ref)
{
    if (!ref || !*ref)
        return;
    struct arena *a = *ref;
    *ref = NULL;
    if (a == &nothing)
        return;
    /* A deferred function may defer another one: pop before the call. */
    while (a->deferred) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->arg);
    }
    struct chunk *c = a->chunks;
    while (c) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
    free(a);
}

/* Not zeroed. */
static void *take(struct arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        return NULL;
    size_t need = n == 0 ? ALIGN : (n + ALIGN - 1) / ALIGN * ALIGN;
    struct chunk *c = a->chunks;
    if (!c || c->cap - c->used < need) {
        c = chunk_new(a, need);
        if (!c)
            return NULL;
        chunk_link(a, c, need);
    }
    void *p = c->data + c->used;
    c->used += need;
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    void *p = take(a, n);
    return p ? memset(p, 0, n) : NULL;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, n * size);
}

void *arena_grow(struct arena *a, void *all, size_t n, size_t size)
{
    /* Full when it is empty, and at 4, 8, 16 …: so nobody keeps how much room there is. */
    bool full = n == 0 || (n >= ROOM_FIRST && (n & (n - 1)) == 0);
    if (!full)
        return all;
    void *more = arena_array(a, n ? 2 * n : ROOM_FIRST, size);
    if (more && n)
        memcpy(more, all, n * size);
    return more;
}

char *arena_strndup(struct arena *a, const char *p, size_t n)
{
    if (n == SIZE_MAX)
        return NULL;
    char *s = arena_alloc(a, n + 1);
    if (s && n > 0)
        memcpy(s, p, n);
    return s;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    struct chunk *c = a->chunks;
    char *rest = c ? (char *)c->data + c->used : NULL;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(rest, c ? c->cap - c->used : 0, fmt, ap);
    char *s = n < 0 ? NULL : take(a, (size_t)n + 1);
    if (s && s != rest)                                     /* it did not fit there */
        vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return s;
}

bool arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct deferred *d = arena_alloc(a, sizeof(*d));
    if (!d) {
        fn(arg);
        return false;
    }
    *d = (struct deferred){.next = a->deferred, .fn = fn, .arg = arg};
    a->deferred = d;
    return true;
}
