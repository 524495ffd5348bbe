/*
 * Small texts from anywhere: numbers print back as they were read, an identifier is what it says, and a
 * text is UTF-8 exactly when its halves cut between letters are.
 */
#include "base/base.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_numbers(struct str s)
{
    char text[64];
    int64_t i, again;
    double d, back;
    if (str_int(s, &i)) {
        (void)snprintf(text, sizeof(text), "%" PRId64, i);
        if (!str_int(str_of(text), &again) || again != i)
            abort();
    }
    if (str_double(s, &d)) {
        (void)snprintf(text, sizeof(text), "%.17g", d);
        if (!isfinite(d) || !str_double(str_of(text), &back) || back < d || back > d)
            abort();
    }
}

static void check_uuid(struct str s)
{
    if (!uuid_valid(s))
        return;
    if (s.n != UUID_TEXT_MAX - 1)
        abort();
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789abcdefABCDEF-", s.p[i]) || !s.p[i])
            abort();
}

static void check_utf8(struct str s)
{
    size_t half = s.n / 2;
    while (half < s.n && ((unsigned char)s.p[half] & 0xC0) == 0x80)
        half++;
    bool whole = str_utf8(s);
    if (whole != (str_utf8((struct str){s.p, half}) && str_utf8((struct str){s.p + half, s.n - half})))
        abort();
    if (whole && memchr(s.p, 0, s.n))
        abort();
    (void)str_blank(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {size ? (const char *)data : "", size};
    check_numbers(s);
    check_uuid(s);
    check_utf8(s);
    return 0;
}
