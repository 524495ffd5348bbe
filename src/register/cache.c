/* Answers kept for some minutes. A full cache forgets the oldest. */
#include "register/register_int.h"

enum { ENTRIES = 256, ANSWER_MAX = 64 << 10, KEPT_SECONDS = 300, SALT_MAX = 32 };

struct entry {
    char hash[SHA256_HEX_MAX];
    int64_t until;
    char *text;                    /* NULL: nothing is here */
    size_t n;
};

struct cache {
    pthread_mutex_t lock;
    struct entry entries[ENTRIES];   /* under lock */
    unsigned char salt[SALT_MAX];
};

struct cache *cache_new(void)
{
    struct cache *c = mem_new(sizeof(*c));
    pthread_mutex_init(&c->lock, NULL);
    random_bytes(c->salt, sizeof(c->salt));
    return c;
}

static void forget(struct entry *e)
{
    if (e->text)
        explicit_bzero(e->text, e->n);
    mem_free(e->text);
    *e = (struct entry){0};
}

void cache_free(struct cache **ref)
{
    if (!ref || !*ref)
        return;
    struct cache *c = *ref;
    *ref = NULL;
    for (size_t i = 0; i < ENTRIES; i++)
        forget(&c->entries[i]);
    pthread_mutex_destroy(&c->lock);
    mem_free(c);
}

/* The question holds numbers of persons; its hash with the salt says nothing of it. */
static bool hash_of(struct cx *cx, const struct cache *c, const char *question, char out[SHA256_HEX_MAX])
{
    size_t n = strlen(question);
    char *text = arena_alloc(cx->arena, SALT_MAX + n);
    if (!text)
        return false;
    memcpy(text, c->salt, SALT_MAX);
    memcpy(text + SALT_MAX, question, n);
    sha256_hex(text, SALT_MAX + n, out);
    return true;
}

/* The entry of that hash, or the one to use for it. What is too old goes on the way. */
static struct entry *find(struct cx *cx, struct cache *c, const char *hash)
{
    struct entry *place = &c->entries[0];
    for (size_t i = 0; i < ENTRIES; i++) {
        struct entry *e = &c->entries[i];
        if (e->text && e->until <= cx->now)
            forget(e);
        if (e->text && streq(e->hash, hash))
            return e;
        if (e->until < place->until)
            place = e;
    }
    return place;
}

struct str cache_get(struct cx *cx, struct cache *c, const char *question)
{
    char hash[SHA256_HEX_MAX];
    struct str found = {"", 0};
    if (!hash_of(cx, c, question, hash))
        return found;
    pthread_mutex_lock(&c->lock);
    const struct entry *e = find(cx, c, hash);
    const char *copy = e->text && streq(e->hash, hash) ? arena_strndup(cx->arena, e->text, e->n) : NULL;
    if (copy)
        found = (struct str){copy, e->n};
    pthread_mutex_unlock(&c->lock);
    return found;
}

void cache_put(struct cx *cx, struct cache *c, const char *question, struct str answer)
{
    char hash[SHA256_HEX_MAX];
    char *text = answer.n > 0 && answer.n <= ANSWER_MAX ? mem_try(answer.n) : NULL;
    if (!text || !hash_of(cx, c, question, hash)) {
        mem_free(text);
        return;
    }
    memcpy(text, answer.p, answer.n);
    pthread_mutex_lock(&c->lock);
    struct entry *e = find(cx, c, hash);
    forget(e);
    *e = (struct entry){.until = cx->now + KEPT_SECONDS * (int64_t)1000000, .text = text, .n = answer.n};
    (void)snprintf(e->hash, sizeof(e->hash), "%s", hash);
    pthread_mutex_unlock(&c->lock);
}
