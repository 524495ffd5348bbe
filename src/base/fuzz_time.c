/* A time that is read must be shown as a text that reads back as the same time. */
#include "base/base.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int64_t t)
{
    char text[TIME_TEXT_MAX];
    int year, month, day;
    int64_t back;
    time_format(t, text);
    time_civil(t, &year, &month, &day);
    if (year < 1 || year > 9999)
        return; /* 31 December 9999 in UTC may be shown as the year 10000, which is not read */
    if (!time_parse(str_of(text), false, &back) || back != t)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t t;
    struct str s = {(const char *)data, size};
    if (time_parse(s, false, &t))
        check(t);
    if (time_parse(s, true, &t))
        check(t);
    if (size >= sizeof(t)) {
        memcpy(&t, data, sizeof(t));
        check(t);
        time_add_years(t, t % 10000);
    }
    return 0;
}
