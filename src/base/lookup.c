/*
 * A hash table that memory does not bound. Linear probing; the home of a key goes by the high bits of its hash, so that a table
 * twice as large has its entries in the same order, and growing reads the one and writes the other from end to end. The hash has
 * a secret: who chooses the keys, as who writes a package does, cannot choose many with one home.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base_int.h"

enum { FIRST = 4096, AT_ONCE = 8 };
#define ODD 0x9e3779b97f4a7c15u

struct lookup {
    size_t entry, memory;       /* bytes: of an entry; the most in memory */
    size_t n, places;
    uint64_t secret;
    unsigned char *all;         /* NULL when there are none, or they are in the file */
    FILE *file;
    bool failed;
};

struct lookup *lookup_new(size_t entry, size_t memory)
{
    struct lookup *l = mem_new(sizeof(*l));
    if (entry <= LOOKUP_KEY || entry > LOOKUP_ENTRY)
        abort();
    l->entry = entry;
    l->memory = memory;
    random_bytes(&l->secret, sizeof(l->secret));
    return l;
}

static void drop_places(struct lookup *l)
{
    mem_free(l->all);
    if (l->file)
        (void)fclose(l->file);
}

void lookup_free(struct lookup **pl)
{
    if (!*pl)
        return;
    drop_places(*pl);
    mem_free(*pl);
    *pl = NULL;
}

size_t lookup_count(const struct lookup *l)
{
    return l->n;
}

bool lookup_failed(const struct lookup *l)
{
    return l->failed;
}

static bool make_places(struct lookup *l)
{
    size_t bytes = l->places * l->entry;
    if (bytes <= l->memory)
        return (l->all = mem_try(bytes)) != NULL;
    l->file = tmpfile();
    return l->file && ftruncate(fileno(l->file), (off_t)bytes) == 0;
}

static size_t home(const struct lookup *l, const unsigned char *key)
{
    uint64_t a, b;
    memcpy(&a, key, sizeof(a));
    memcpy(&b, key + sizeof(a), sizeof(b));
    a = (a ^ l->secret) * ODD;
    b = (b ^ a ^ a >> 32) * ODD;
    return (size_t)(((b >> 32) * l->places) >> 32);
}

/* The entries from a place on, some of them: in memory, or read into the buffer. NULL: it cannot be read. */
static const unsigned char *some(const struct lookup *l, size_t at, size_t *ret_n, unsigned char *buffer)
{
    *ret_n = l->places - at < AT_ONCE ? l->places - at : AT_ONCE;
    if (l->all)
        return l->all + at * l->entry;
    size_t bytes = *ret_n * l->entry;
    return pread(fileno(l->file), buffer, bytes, (off_t)(at * l->entry)) == (ssize_t)bytes ? buffer : NULL;
}

static bool is_free(const struct lookup *l, const unsigned char *entry)
{
    return entry[l->entry - 1] == 0;
}

/* The place of the key, or the free one where it belongs; what is there is copied to ret. */
static bool find(const struct lookup *l, const unsigned char *key, size_t *ret_at, unsigned char *ret)
{
    unsigned char buffer[AT_ONCE * LOOKUP_ENTRY];
    for (size_t at = home(l, key), n;; at = at + n == l->places ? 0 : at + n) {
        const unsigned char *e = some(l, at, &n, buffer);
        for (size_t i = 0; e && i < n; i++, e += l->entry)
            if (is_free(l, e) || memcmp(e, key, LOOKUP_KEY) == 0) {
                *ret_at = at + i;
                memcpy(ret, e, l->entry);
                return true;
            }
        if (!e)
            return false;
    }
}

static bool set(struct lookup *l, size_t at, const unsigned char *entry)
{
    if (l->all) {
        memcpy(l->all + at * l->entry, entry, l->entry);
        return true;
    }
    return pwrite(fileno(l->file), entry, l->entry, (off_t)(at * l->entry)) == (ssize_t)l->entry;
}

static bool move(const struct lookup *from, struct lookup *to)
{
    unsigned char buffer[AT_ONCE * LOOKUP_ENTRY], old[LOOKUP_ENTRY];
    for (size_t at = 0, n, where; at < from->places; at += n) {
        const unsigned char *e = some(from, at, &n, buffer);
        if (!e)
            return false;
        for (size_t i = 0; i < n; i++, e += from->entry)
            if (!is_free(from, e) && (!find(to, e, &where, old) || !set(to, where, e)))
                return false;
    }
    return true;
}

static bool grow(struct lookup *l)
{
    struct lookup more = *l;
    more.places = l->places ? 2 * l->places : FIRST;
    more.all = NULL;
    more.file = NULL;
    if (!make_places(&more) || !move(l, &more)) {
        drop_places(&more);
        return false;
    }
    drop_places(l);
    *l = more;
    return true;
}

bool lookup_get(struct lookup *l, void *entry)
{
    unsigned char there[LOOKUP_ENTRY];
    size_t at;
    if (l->failed || l->n == 0)
        return false;
    l->failed = !find(l, entry, &at, there);
    if (l->failed || is_free(l, there))
        return false;
    memcpy(entry, there, l->entry);
    return true;
}

void lookup_put(struct lookup *l, const void *entry)
{
    unsigned char there[LOOKUP_ENTRY];
    size_t at;
    if (is_free(l, entry))
        abort();
    if (l->failed)
        return;
    l->failed = (l->n >= l->places / 5 * 4 && !grow(l)) || !find(l, entry, &at, there) || !set(l, at, entry);
    l->n += !l->failed && is_free(l, there);
}
