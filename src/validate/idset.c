/*
 * systemIDs in little memory: 24 bytes each, and from 64 MiB on in a file. A UUID is its own 16 bytes; what older systems
 * write is the first half of its SHA-256.
 */
#include "validate/validate_int.h"

#include <openssl/evp.h>

static void make_key(struct str s, unsigned char key[16])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (uuid_bytes(s, key))
        return;
    memset(key, 0, 16);
    if (EVP_Digest(s.p, s.n, digest, NULL, EVP_sha256(), NULL) == 1)
        memcpy(key, digest, 16);
}

#define IDS_IN_MEMORY ((size_t)MiB(64))

bool idset_find(const struct idset *s, struct str text, struct id *ret)
{
    make_key(text, ret->key);
    return s->ids && lookup_get(s->ids, ret);
}

struct id idset_meet(struct idset *s, struct str text, enum element el, int64_t line)
{
    struct id id;
    if (!s->ids)
        s->ids = lookup_new(sizeof(id), IDS_IN_MEMORY);
    if (!idset_find(s, text, &id)) {
        id.line_low = (uint32_t)line;
        id.line_high = (uint16_t)(line >> 32);
        id.element = (uint8_t)el;
        id.times = 0;
    }
    id.times = (uint8_t)(id.times < UINT8_MAX ? id.times + 1 : UINT8_MAX);
    lookup_put(s->ids, &id);
    return id;
}

bool idset_free(struct idset *s)
{
    bool kept = !s->ids || !lookup_failed(s->ids);
    lookup_free(&s->ids);
    return kept;
}
