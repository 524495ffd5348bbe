/*
 * Memory of objects that outlive a request. Exhaustion aborts: such objects are made at start-up
 * or are small and few, and a server without memory for them is better restarted.
 */
#include "base/base.h"

#include <stdlib.h>

void *mem_new(size_t n)
{
    void *p = calloc(1, n == 0 ? 1 : n);
    if (!p) {
        log_line(LOG_ERROR, "out of memory (%zu bytes)", n);
        abort();
    }
    return p;
}

void mem_free(void *p)
{
    free(p);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(mem_new(n), s, n);
}
