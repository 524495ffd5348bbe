/* What json_read accepts must be UTF-8, shallow, and read the same after being printed. */
#include "base/base.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(1));
    json_t *v, *again;
    if (json_read(&cx, (struct str){(const char *)data, size}, &v) == RC_OK) {
        char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
        if (!text || json_read(&cx, str_of(text), &again) != RC_OK || !json_equal(v, again))
            abort();
        free(text);
    }
    struct buf b;
    struct jw w;
    buf_init(&b, 8 * size + 16);
    jw_begin(&w, &b);
    jw_open(&w, '[');
    jw_str(&w, (struct str){(const char *)data, size});
    jw_close(&w, ']');
    if (buf_failed(&b) || !str_utf8(buf_str(&b)))
        abort();
    json_t *out = json_loadb(b.p, b.n, JSON_ALLOW_NUL, NULL);
    if (!out)
        abort();
    json_decref(out);
    buf_free(&b);
    cx_close(&cx);
    return 0;
}
