/* Any bytes through the writer, as text, value and address: no markup comes out that was not asked for. */
#include "web/web_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct buf b;
    struct html h;
    size_t tags = 0, quotes = 0;
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, data, n);
    text[n] = '\0';
    buf_init(&b, (size_t)MiB(4));
    html_begin(&h, &b, false);
    html_open(&h, TAG_A, ATTRS({ATT_CLASS, text}, {ATT_HREF, text}));
    html_text(&h, text);
    html_close(&h, TAG_A);
    for (size_t i = 0; i < b.n; i++) {
        tags += b.p[i] == '<' || b.p[i] == '>';
        quotes += b.p[i] == '"';
    }
    bool href = html_url_allowed(str_of(text));
    if (!html_failed(&h) && (tags != 4 || quotes != (href ? 4 : 2) || !str_utf8(buf_str(&b))))
        abort();
    buf_free(&b);
    free(text);
    return 0;
}
