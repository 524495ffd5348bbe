/*
 * Header fields about content: any text is read or refused, and what is offered as a file name can
 * be read back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tg/tg_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    int64_t first, last, total;
    struct str id;
    cx_open(&cx, (size_t)MiB(1));
    char *text = arena_strndup(cx.arena, (const char *)data, size);
    if (!text)
        abort();
    if (content_range(str_of(text), &first, &last, &total) && (last < first || total < 0))
        abort();
    (void)content_accepts(text, "application/pdf");
    if (path_id(str_of(text), &id) && (!uuid_valid(id) || id.n > size))
        abort();
    const char *name = content_filename(&cx, text);
    const char *offered = name ? content_disposition(&cx, name) : NULL;
    const char *back = offered ? content_filename(&cx, offered) : NULL;
    if (name && (strchr(name, '/') || (back && !streq(name, back))))
        abort();
    cx_close(&cx);
    return 0;
}
