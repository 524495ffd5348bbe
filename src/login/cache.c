/*
 * What is remembered in memory: verified credentials, tokens, roles, failures. All bounded, all
 * under keyed hashes, so that nobody can aim at a slot and nothing secret is kept.
 */
#include "login/login_int.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdlib.h>

enum { WINDOW_SECONDS = 60, FAILURES_MAX = 10, WAYS = 4 };

struct digest login_digest(const struct login *l, char kind, struct str a, struct str b)
{
    struct digest d;
    unsigned n = 0;
    struct buf text;
    buf_init(&text, a.n + b.n + 32);
    buf_putc(&text, kind);
    buf_printf(&text, "%zu:", a.n);
    buf_add(&text, a.p, a.n);
    buf_add(&text, b.p, b.n);
    /* A digest of less than all would be somebody else's. */
    if (buf_failed(&text) || !HMAC(EVP_sha256(), l->secret, sizeof(l->secret),
                                   (const unsigned char *)text.p, text.n, d.bytes, &n))
        random_bytes(d.bytes, sizeof(d.bytes));
    if (text.cap > 0)
        OPENSSL_cleanse(text.p, text.n);
    buf_free(&text);
    return d;
}

static size_t place(const struct digest *key, size_t n)
{
    uint64_t h;
    memcpy(&h, key->bytes, sizeof(h));
    return (size_t)(h % n);
}

static bool same(const struct digest *a, const struct digest *b)
{
    return secret_equal(a->bytes, b->bytes, sizeof(a->bytes));
}

void memo_init(struct memo *c, size_t n)
{
    pthread_mutex_init(&c->lock, NULL);
    c->slots = mem_new(n * sizeof(*c->slots));
    c->n = n;
}

void memo_free(struct memo *c)
{
    if (!c->slots)
        return;
    OPENSSL_cleanse(c->slots, c->n * sizeof(*c->slots));
    mem_free(c->slots);
    c->slots = NULL;
    pthread_mutex_destroy(&c->lock);
}

uint64_t memo_generation(struct memo *c)
{
    pthread_mutex_lock(&c->lock);
    uint64_t g = c->generation;
    pthread_mutex_unlock(&c->lock);
    return g;
}

bool memo_get(struct memo *c, const struct digest *key, int64_t now, struct found *ret)
{
    pthread_mutex_lock(&c->lock);
    const struct slot *s = &c->slots[place(key, c->n)];
    /* A clock that was set back does not lengthen what is remembered. */
    bool hit = s->until > now && s->until - now <= SECONDS(CREDENTIAL_LIFE) && same(&s->key, key);
    if (hit)
        *ret = s->found;
    pthread_mutex_unlock(&c->lock);
    return hit;
}

void memo_put(struct memo *c, const struct digest *key, uint64_t generation, int64_t until,
               const struct found *f)
{
    pthread_mutex_lock(&c->lock);
    if (c->generation == generation)
        c->slots[place(key, c->n)] = (struct slot){.key = *key, .until = until, .found = *f};
    pthread_mutex_unlock(&c->lock);
}

void memo_clear(struct memo *c)
{
    pthread_mutex_lock(&c->lock);
    c->generation++;
    for (size_t i = 0; i < c->n; i++)
        c->slots[i].until = 0;
    pthread_mutex_unlock(&c->lock);
}

void rate_init(struct rate *r, size_t n)
{
    pthread_mutex_init(&r->lock, NULL);
    r->slots = mem_new((n + WAYS) * sizeof(*r->slots));
    r->n = n;
}

void rate_free(struct rate *r)
{
    if (!r->slots)
        return;
    mem_free(r->slots);
    r->slots = NULL;
    pthread_mutex_destroy(&r->lock);
}

static bool live(const struct failures *f, int64_t now)
{
    return f->count > 0 && now >= f->since && now < f->since + SECONDS(WINDOW_SECONDS);
}

/* The entry of the key, or the one it may take: spent first, then that with the fewest failures. */
static struct failures *entry(struct rate *r, const struct digest *key, int64_t now)
{
    struct failures *set = &r->slots[place(key, r->n)], *least = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (live(&set[i], now) && same(&set[i].key, key))
            return &set[i];
        if (!live(&set[i], now))
            least = &set[i];
        else if (live(least, now) && set[i].count < least->count)
            least = &set[i];
    }
    return least;
}

int rate_wait(struct rate *r, const struct digest *key, int64_t now)
{
    pthread_mutex_lock(&r->lock);
    const struct failures *f = entry(r, key, now);
    int64_t wait = 0;
    if (live(f, now) && same(&f->key, key) && f->count >= FAILURES_MAX)
        wait = f->since + SECONDS(WINDOW_SECONDS) - now;
    pthread_mutex_unlock(&r->lock);
    return (int)((wait + SECONDS(1) - 1) / SECONDS(1));
}

void rate_fail(struct rate *r, const struct digest *key, int64_t now)
{
    pthread_mutex_lock(&r->lock);
    struct failures *f = entry(r, key, now);
    if (!live(f, now) || !same(&f->key, key))
        *f = (struct failures){.key = *key, .since = now};
    f->count++;
    pthread_mutex_unlock(&r->lock);
}
