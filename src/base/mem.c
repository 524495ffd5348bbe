/*
 * Memory of objects that outlive a request. At start-up exhaustion aborts; while serving it is an
 * error of the one who asked.
 */
#include "base/base.h"
#include "base/fault.h"

#include <stdlib.h>

void *mem_try(size_t n)
{
    return fault(FAULT_MEMORY_OBJECT) ? NULL : calloc(1, n == 0 ? 1 : n);
}

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
