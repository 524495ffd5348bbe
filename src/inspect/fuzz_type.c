/* Signatures over arbitrary bytes, whole and split in head and tail as a large file is. */
#include "inspect/inspect_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sample whole = {.head = data, .head_n = size, .size = (int64_t)size, .fd = -1};
    struct verdict v = sig_look(&whole);
    const struct inspect_format *row = inspect_format((size_t)v.format);
    if (!row || (size == 0 && v.format != F_UNKNOWN))
        abort();
    size_t half = size / 2;
    struct sample parts = {.head = data, .head_n = half, .tail = data + size - half / 2,
                           .tail_n = half / 2, .size = (int64_t)size, .fd = -1};
    v = sig_look(&parts);
    if (!inspect_format((size_t)v.format))
        abort();
    return 0;
}
