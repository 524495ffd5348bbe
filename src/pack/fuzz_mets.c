/* METS and PREMIS of arbitrary bytes. */
#include "pack/mets_read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_file(void *arg, const struct mets_file *f)
{
    size_t *sum = arg;
    if (f->size < -1 || !str_utf8(f->path) || !str_utf8(f->checksum))
        abort();
    *sum += f->id.n + f->path.n + f->algorithm.n + f->checksum.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    struct pack_stream s;
    struct mets_head head;
    size_t sum = 0;
    cx_open(&cx, (size_t)MiB(4));
    pack_stream_memory(&s, (struct str){(const char *)data, size});
    (void)!mets_read(&cx, &s, on_file, &sum, &head);
    err_clear(&cx);
    pack_stream_memory(&s, (struct str){(const char *)data, size});
    (void)!premis_read(&cx, &s, on_file, &sum);
    cx_close(&cx);
    return 0;
}
