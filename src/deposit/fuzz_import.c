/*
 * Any bytes as arkivstruktur.xml of a dry run: what comes to its end has ended every object it began, and
 * each is counted.
 */
#include <stdint.h>
#include <stdlib.h>

#include "deposit/import_int.h"

static int64_t counted(const struct import *im)
{
    int64_t n = 0;
    for (int i = 0; i < E_COUNT; i++)
        n += im->counts.made[i];
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct import im;
    struct cx cx;
    struct import_result result = {.id = "6f1c4e0a-52c5-5d0e-9d0b-3f6a2f0b7c13"};
    const struct import_options o = {.path = "", .dry_run = true};
    struct pack_stream s;
    cx_open(&cx, (size_t)MiB(64));
    if (model_init(&cx) != RC_OK)
        abort();
    struct call c = {.cx = &cx};
    im = (struct import){.fields_learnt = true};
    import_begin(&im, &c, &o, &result);
    pack_stream_memory(&s, (struct str){(const char *)data, size});
    if (import_stream(&im, &s) == RC_OK && import_flush(&im) == RC_OK &&
        (im.at.started != im.at.ended || counted(&im) != im.at.ended || im.depth != 0))
        abort();
    import_end(&im);
    cx_close(&cx);
    return 0;
}
