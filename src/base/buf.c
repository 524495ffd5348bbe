/*
 * Growing text. Until the first byte is added p points to a shared empty string that is never
 * written (cap is 0 then), so p is always terminated without an allocation.
 */
#include "base/base.h"
#include "base/fault.h"

#include <stdlib.h>

static char empty[1];

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.p = empty, .max = max};
}

void buf_free(struct buf *b)
{
    if (!b)
        return;
    if (b->cap > 0)
        free(b->p);
    buf_init(b, b->max);
}

/* Room for n more bytes and the terminator. */
static bool room(struct buf *b, size_t n)
{
    if (b->failed)
        return false;
    if (n > b->max || b->n > b->max - n || b->max == SIZE_MAX) {
        b->failed = true;
        return false;
    }
    size_t need = b->n + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap < 128 ? 128 : b->cap;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    char *p = fault(FAULT_MEMORY_BUF) ? NULL : realloc(b->cap > 0 ? b->p : NULL, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || !room(b, n))
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0)
        b->failed = true;
    else if (n > 0 && room(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->failed = false;
    if (b->cap > 0)
        b->p[0] = '\0';
}

bool buf_failed(const struct buf *b)
{
    return b->failed;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->p, b->n};
}
