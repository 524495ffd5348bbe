/* A tar of arbitrary bytes: whatever is listed has its place in the file, and what is safe can be read. */
#include "pack/pack_int.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_members(struct cx *cx, struct pack *p)
{
    for (size_t i = 0; i < pack_count(p); i++) {
        const struct pack_entry *e = pack_entry(p, i);
        struct str s;
        if (e->kind != PACK_FILE || (e->faults & PACK_CLOSED))
            continue;
        if (*e->path == '/' || e->size < 0)
            abort();
        if (pack_bytes(cx, p, e, (size_t)MiB(1), &s) == RC_OK && (int64_t)s.n != e->size)
            abort();
        if (!(e->faults & PACK_TWICE) && pack_find(p, e->path) != e)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40];
    struct cx cx;
    struct pack *p = NULL;
    int fd = memfd_create("tar", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    cx_open(&cx, (size_t)MiB(8));
    if (pack_open(&cx, path, &p) == RC_OK)
        read_members(&cx, p);
    pack_close(&p);
    cx_close(&cx);
    close(fd);
    return 0;
}
