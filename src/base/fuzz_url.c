/* Encoding anything and decoding it gives it back; decoding anything is safe. */
#include "base/base.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct arena *a, struct str in)
{
    struct str out;
    if (url_decode(a, in, true, &out) && out.n > in.n)
        abort();
    struct buf b;
    buf_init(&b, 3 * in.n);
    url_encode(&b, in);
    bool nul = in.n > 0 && memchr(in.p, 0, in.n) != NULL;
    bool read = url_decode(a, buf_str(&b), false, &out);
    if (read == nul || (read && !str_eq(in, out)))
        abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)MiB(1));
    if (!a)
        abort();
    if (size <= 4096)
        check(a, (struct str){(const char *)data, size});
    arena_free(&a);
    return 0;
}
