#include "base/test.h"

#include <stdlib.h>
#include <time.h>

#define US(s) ((s) * INT64_C(1000000))

static void parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool naive, ok;
        const char *shown;
    } cases[] = {
        {"2026-11-24T02:57:29.123+01:00", false, true, "2026-11-24T02:57:29.123+01:00"},
        {"2026-11-24T01:57:29.1234567Z", false, true, "2026-11-24T02:57:29.123456+01:00"},
        {"2026-07-01", true, true, "2026-07-01T00:00:00.000+02:00"},
        {"2026-07-01", false, false, NULL},
        {"2026-07-01Z", false, true, "2026-07-01T02:00:00.000+02:00"},
        {"2026-07-01+02:00", false, true, "2026-07-01T00:00:00.000+02:00"},
        {"2026-07-01T12:00:00", true, true, "2026-07-01T12:00:00.000+02:00"},
        {"2026-07-01T12:00:00", false, false, NULL},
        {"2024-02-29T24:00:00Z", false, true, "2024-03-01T01:00:00.000+01:00"},
        {"2024-02-29T24:00:01Z", false, false, NULL},
        {"2024-02-29T24:00:00.1Z", false, false, NULL},
        {"2023-02-29", true, false, NULL},
        {"1900-02-29", true, false, NULL},
        {"2000-02-29", true, true, "2000-02-29T00:00:00.000+01:00"},
        {"0001-01-01T00:00:00Z", false, true, "0001-01-01T01:00:00.000+01:00"},
        {"9999-12-31T23:59:59Z", false, true, "10000-01-01T00:59:59.000+01:00"},
        {"0000-01-01Z", false, false, NULL},
        {"2026-13-01Z", false, false, NULL},
        {"2026-00-01Z", false, false, NULL},
        {"2026-01-00Z", false, false, NULL},
        {"2026-01-01T25:00:00Z", false, false, NULL},
        {"2026-01-01T23:60:00Z", false, false, NULL},
        {"2026-01-01T23:59:60Z", false, false, NULL},
        {"2026-01-01T10:00:00.Z", false, false, NULL},
        {"2026-01-01T10:00Z", false, false, NULL},
        {"2026-01-01T10:00:00+14:00", false, true, "2025-12-31T21:00:00.000+01:00"},
        {"2026-01-01T10:00:00-14:00", false, true, "2026-01-02T01:00:00.000+01:00"},
        {"2026-01-01T10:00:00+14:01", false, false, NULL},
        {"2026-01-01T10:00:00+0100", false, false, NULL},
        {"2026-01-01T10:00:00z", false, false, NULL},
        {"2026-01-01t10:00:00Z", false, false, NULL},
        {"2026-01-01T10:00:00Z ", false, false, NULL},
        {" 2026-01-01Z", false, false, NULL},
        {"20260101", true, false, NULL},
        {"2026-1-1Z", false, false, NULL},
        {"", true, false, NULL},
        /* the days of change: 02:30 is skipped in March and comes twice in October */
        {"2026-03-29T01:59:59", true, true, "2026-03-29T01:59:59.000+01:00"},
        {"2026-03-29T02:30:00", true, true, "2026-03-29T03:30:00.000+02:00"},
        {"2026-03-29T03:00:00", true, true, "2026-03-29T03:00:00.000+02:00"},
        {"2026-10-25T02:30:00", true, true, "2026-10-25T02:30:00.000+02:00"},
        {"2026-10-25T02:30:00+01:00", true, true, "2026-10-25T02:30:00.000+01:00"},
        {"2026-10-25T03:00:00", true, true, "2026-10-25T03:00:00.000+01:00"},
        {"2026-03-29T00:59:59Z", false, true, "2026-03-29T01:59:59.000+01:00"},
        {"2026-03-29T01:00:00Z", false, true, "2026-03-29T03:00:00.000+02:00"},
        {"2026-10-25T00:59:59Z", false, true, "2026-10-25T02:59:59.000+02:00"},
        {"2026-10-25T01:00:00Z", false, true, "2026-10-25T02:00:00.000+01:00"},
        {"1979-07-01", true, true, "1979-07-01T00:00:00.000+01:00"},
        {"1980-04-07", true, true, "1980-04-07T00:00:00.000+02:00"},
        {"1995-10-01", true, true, "1995-10-01T00:00:00.000+01:00"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t t = 99;
        bool ok = time_parse(str_of(cases[i].text), cases[i].naive, &t);
        if (ok != cases[i].ok)
            fail_msg("%s", cases[i].text);
        char shown[TIME_TEXT_MAX];
        time_format(t, shown);
        if (ok)
            assert_string_equal(shown, cases[i].shown);
        else
            assert_int_equal(t, 99);
    }
}

/* Against the zone file of the machine, where it has one, from the year the rules are alike. */
static void agrees_with_zone_file(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Oslo", 1);
    tzset();
    struct tm probe;
    time_t summer = 1782864000;
    localtime_r(&summer, &probe);
    if (probe.tm_gmtoff != 7200)
        skip();
    for (time_t s = 315532800; s < 2145916800; s += 1799) {
        struct tm tm;
        localtime_r(&s, &tm);
        char want[TIME_TEXT_MAX], got[TIME_TEXT_MAX];
        strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.000", &tm);
        time_format(US((int64_t)s), got);
        assert_memory_equal(got, want, 23);
        assert_int_equal(got[25], tm.tm_isdst ? '2' : '1');
        int64_t back;
        assert_true(time_parse(str_of(got), false, &back));
        assert_int_equal(back, US((int64_t)s));
    }
}

static void civil(void **state)
{
    (void)state;
    int y, m, d;
    int64_t t;
    assert_true(time_parse(STR("2025-12-31T23:30:00Z"), false, &t));
    time_civil(t, &y, &m, &d);
    assert_int_equal(y * 10000 + m * 100 + d, 20260101);
    time_civil(-1, &y, &m, &d);
    assert_int_equal(y * 10000 + m * 100 + d, 19700101);
    time_civil(INT64_MAX, &y, &m, &d);
    assert_in_range(m, 1, 12);
    time_civil(INT64_MIN, &y, &m, &d);
    assert_in_range(m, 1, 12);
    char text[TIME_TEXT_MAX];
    time_format(INT64_MIN, text);
    assert_true(strlen(text) < TIME_TEXT_MAX);
}

static void years(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int64_t years;
        const char *to;
    } cases[] = {
        {"2024-02-29", 1, "2025-02-28T00:00:00.000+01:00"},
        {"2024-02-29", 4, "2028-02-29T00:00:00.000+01:00"},
        {"2024-02-29", -1, "2023-02-28T00:00:00.000+01:00"},
        {"2026-07-01T12:00:00.5", 100, "2126-07-01T12:00:00.500+02:00"},
        {"2026-03-28T12:00:00", 1, "2027-03-28T12:00:00.000+02:00"},
        {"2025-12-31T23:30:00Z", 10, "2036-01-01T00:30:00.000+01:00"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t t;
        char text[TIME_TEXT_MAX];
        assert_true(time_parse(str_of(cases[i].from), true, &t));
        time_format(time_add_years(t, cases[i].years), text);
        assert_string_equal(text, cases[i].to);
    }
    assert_int_equal(time_add_years(0, INT64_MAX), INT64_MAX);
    assert_int_equal(time_add_years(0, INT64_MIN), INT64_MIN);
    assert_int_equal(time_add_years(INT64_MAX, 1), INT64_MAX);
}

static void days(void **state)
{
    int64_t day, t;
    int y, m, d;
    (void)state;
    assert_true(time_date(STR("1970-01-01"), &day) && day == 0);
    assert_true(time_date(STR("2028-02-29"), &day) && day == 21243);
    static const char *const bad[] = {"2027-02-29", "2028-2-29", "2028-02-29T", "", "2028-13-01", "x028-01-01"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(time_date(str_of(bad[i]), &day));
    for (day = -200000; day < 200000; day += 17) {
        t = time_of_day(day);
        assert_int_equal(time_day(t), day);
        assert_int_equal(time_day(t - 1), day - 1);
        time_civil_day(day, &y, &m, &d);
        char text[16];
        (void)snprintf(text, sizeof(text), "%04d-%02d-%02d", y, m, d);
        int64_t again;
        assert_true(time_date(str_of(text), &again));
        assert_int_equal(again, day);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse), cmocka_unit_test(days), cmocka_unit_test(agrees_with_zone_file), cmocka_unit_test(civil),
        cmocka_unit_test(years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
