/* arkivuttrekk.xml of arbitrary bytes: what is answered is terminated text, and asking it works. */
#include "pack/addml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    struct pack_stream s;
    struct addml *a;
    cx_open(&cx, (size_t)MiB(8));
    pack_stream_memory(&s, (struct str){(const char *)data, size});
    if (addml_read(&cx, &s, &a) == RC_OK) {
        for (const struct addml_object *o = a->objects; o; o = o->next)
            if (!o->name || !addml_object(a, o->name))
                abort();
        if (a->documents < -1 || addml_count(a, "arkivstruktur", "mappe") < -1)
            abort();
    }
    pack_stream_close(&s);
    cx_close(&cx);
    return 0;
}
