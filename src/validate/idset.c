/*
 * systemIDs in little memory: 24 bytes each in one open hash table. A UUID is its own 16 bytes; what
 * older systems write is the first half of its SHA-256.
 */
#include "validate/validate_int.h"

#include <stdlib.h>

#include <openssl/evp.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool from_uuid(struct str s, unsigned char key[16])
{
    if (s.n != 36)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < 36;) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (s.p[i++] != '-')
                return false;
            continue;
        }
        int high = hex(s.p[i]), low = hex(s.p[i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[n++] = (unsigned char)(high << 4 | low);
        i += 2;
    }
    return true;
}

static void make_key(struct str s, unsigned char key[16])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (from_uuid(s, key))
        return;
    memset(key, 0, 16);
    if (EVP_Digest(s.p, s.n, digest, NULL, EVP_sha256(), NULL) == 1)
        memcpy(key, digest, 16);
}

static struct id *place(struct id *ids, size_t cap, const unsigned char key[16])
{
    uint64_t a, b;
    memcpy(&a, key, 8);
    memcpy(&b, key + 8, 8);
    size_t at = (size_t)((a ^ b) * 0x9e3779b97f4a7c15u >> 20) & (cap - 1);
    while (ids[at].times && memcmp(ids[at].key, key, 16) != 0)
        at = (at + 1) & (cap - 1);
    return &ids[at];
}

static bool grow(struct idset *s)
{
    size_t cap = s->cap ? s->cap * 2 : 4096;
    struct id *ids = calloc(cap, sizeof(*ids));
    if (!ids) {
        s->cap = 0;
        return false;
    }
    for (size_t i = 0; i < s->cap; i++)
        if (s->ids[i].times)
            *place(ids, cap, s->ids[i].key) = s->ids[i];
    free(s->ids);
    s->ids = ids;
    s->cap = cap;
    return true;
}

struct id *idset_get(struct idset *s, struct str text, enum element make, int64_t line)
{
    unsigned char key[16];
    if (make != EL_OTHER && s->n >= s->cap / 4 * 3 && !grow(s))
        return NULL;
    if (s->cap == 0)
        return NULL;
    make_key(text, key);
    struct id *id = place(s->ids, s->cap, key);
    if (id->times || make == EL_OTHER)
        return id->times ? id : NULL;
    memcpy(id->key, key, 16);
    id->line_low = (uint32_t)line;
    id->line_high = (uint16_t)(line >> 32);
    id->element = (uint8_t)make;
    s->n++;
    return id;
}

void idset_free(struct idset *s)
{
    free(s->ids);
    *s = (struct idset){0};
}
