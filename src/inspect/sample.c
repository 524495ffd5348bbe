/* A file seen through its head, its tail and bounded looks between. */
#include "inspect/inspect_int.h"

#include <unistd.h>

bool sample_read(int fd, unsigned char *p, size_t n, int64_t off)
{
    while (n > 0) {
        ssize_t got = pread(fd, p, n, off);
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
        off += got;
    }
    return true;
}

const unsigned char *sample_at(const struct sample *s, int64_t off, size_t n)
{
    if (off < 0 || n > (size_t)INT32_MAX || off > s->size || (int64_t)n > s->size - off)
        return NULL;
    if (off + (int64_t)n <= (int64_t)s->head_n)
        return s->head + off;
    int64_t tail = s->size - (int64_t)s->tail_n;
    if (s->tail_n > 0 && off >= tail)
        return s->tail + (off - tail);
    if (s->fd < 0 || n > SAMPLE_LOOK || !sample_read(s->fd, s->look, n, s->at + off))
        return NULL;
    return s->look;
}

bool sample_is(const struct sample *s, int64_t off, const void *bytes, size_t n)
{
    const unsigned char *p = sample_at(s, off, n);
    return p && memcmp(p, bytes, n) == 0;
}

int64_t sample_find(const struct sample *s, int64_t from, int64_t most, const char *text)
{
    size_t len = strlen(text);
    if (from < 0 || most <= 0 || from >= s->size)
        return -1;
    int64_t end = most < s->size - from ? from + most : s->size;
    while (end - from >= (int64_t)len) {
        size_t n = end - from < SAMPLE_LOOK ? (size_t)(end - from) : SAMPLE_LOOK;
        const unsigned char *p = sample_at(s, from, n);
        if (!p)
            return -1;
        const unsigned char *hit = memmem(p, n, text, len);
        if (hit)
            return from + (hit - p);
        from += (int64_t)(n - len + 1);
    }
    return -1;
}

uint32_t le16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

uint32_t le32(const unsigned char *p)
{
    return le16(p) | le16(p + 2) << 16;
}

uint32_t be16(const unsigned char *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

uint32_t be32(const unsigned char *p)
{
    return be16(p) << 16 | be16(p + 2);
}
