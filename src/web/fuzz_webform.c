/* What a browser may send: a form, and the header that tells its languages. */
#include "web/web_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct cx cx;
    struct form f;
    cx_open(&cx, (size_t)MiB(16));
    struct str in = {(const char *)data, n};
    if (form_read(&cx, in, &f) == RC_OK)
        for (size_t i = 0; i < f.fields_n; i++)
            if (!str_utf8(f.fields[i].value) || strlen(f.fields[i].value.p) != f.fields[i].value.n ||
                !form_has(&f, f.fields[i].name))
                abort();
    const char *text = arena_strndup(cx.arena, in.p, in.n);
    if (text && lang_accepted(text, WEB_NN) > WEB_LANGS)
        abort();
    cx_close(&cx);
    return 0;
}
