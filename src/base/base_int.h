/* What the files of base share and nobody else sees. */
#ifndef SAMDRIFT_BASE_INT_H
#define SAMDRIFT_BASE_INT_H

#include "base/base.h"

/* Reads one code point of n > 0 bytes; the bytes it took, or 0 when they are not UTF-8. */
size_t utf8_next(const char *text, size_t n, uint32_t *ret);

/* The arena of a context for which there was no memory: gives nothing, freeing it does nothing. */
struct arena *arena_none(void);

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Value of a hexadecimal digit, or -1. */
static inline int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

#endif
