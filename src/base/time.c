/*
 * Time: microseconds since 1970 in UTC, shown in Norwegian time. The calendar and the summer-time
 * rule are computed here, because the C library's local time depends on the environment of the
 * process and the archive's years must not.
 *
 * Summer time in Norway by the rules in force: none 1966-1979, from the first Sunday of April in
 * 1980 and the last Sunday of March since, until the last Sunday of September to 1995 and of
 * October since; both at 01:00 UTC. Earlier summers are read and shown as standard time.
 */
#include "base/base.h"
#include "base/base_int.h"
#include "base/fault.h"

#include <time.h>

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

struct civil {
    int64_t year;
    int month, day;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a % b < 0 ? a % b + b : a % b;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, and back. The year is
 * counted from 1 March, so that the leap day comes last; an era is 400 years. */
static int64_t days_of(struct civil c)
{
    int64_t y = c.month <= 2 ? c.year - 1 : c.year;
    int64_t era = floor_div(y, 400);
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (c.month > 2 ? c.month - 3 : c.month + 9) + 2) / 5 + c.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct civil civil_of(int64_t days)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t d = days - era * 146097;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t of_year = d - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    struct civil c = {.year = y + era * 400, .day = (int)(of_year - (153 * m + 2) / 5 + 1)};
    c.month = (int)(m < 10 ? m + 3 : m - 9);
    c.year += c.month <= 2;
    return c;
}

static bool leap(int64_t y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* 01:00 UTC of the last Sunday on or before the day (1970-01-01 was a Thursday). */
static int64_t sunday(int64_t year, int month, int day)
{
    int64_t days = days_of((struct civil){year, month, day});
    int64_t weekday = floor_mod(days + 4, 7);
    return (days - weekday) * DAY + HOUR;
}

static int64_t offset_at(int64_t t)
{
    int64_t year = civil_of(floor_div(t, DAY)).year;
    if (year < 1980 || year > 9999)
        return HOUR;
    int64_t begin = year == 1980 ? sunday(year, 4, 7) : sunday(year, 3, 31);
    int64_t end = year <= 1995 ? sunday(year, 9, 30) : sunday(year, 10, 31);
    return t >= begin && t < end ? 2 * HOUR : HOUR;
}

/* Norwegian clock time to UTC. The hour that comes twice is the first one; the hour that is
 * skipped is read as standard time. */
static int64_t from_local(int64_t local)
{
    int64_t summer = local - 2 * HOUR;
    return offset_at(summer) == 2 * HOUR ? summer : local - HOUR;
}

int64_t time_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec / 1000 + fault_clock();
}

int64_t time_steady(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

void cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

struct timespec after_ms(int64_t ms)
{
    int64_t t = time_steady() + ms * 1000;
    return (struct timespec){.tv_sec = t / SECOND, .tv_nsec = t % SECOND * 1000};
}

/* ---------------------------------------------------------------- reading */

struct scan {
    const char *p, *end;
    bool failed;
};

static bool accept(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static void expect(struct scan *s, char c)
{
    if (!accept(s, c))
        s->failed = true;
}

static int number(struct scan *s, int width, int least, int most)
{
    int v = 0;
    for (int i = 0; i < width; i++) {
        if (s->failed || s->p == s->end || !is_digit(*s->p)) {
            s->failed = true;
            return least;
        }
        v = v * 10 + (*s->p++ - '0');
    }
    if (v >= least && v <= most)
        return v;
    s->failed = true;
    return least;
}

/* Digits past the microsecond are dropped. */
static int64_t fraction(struct scan *s)
{
    int64_t v = 0, unit = SECOND / 10;
    if (s->p == s->end || !is_digit(*s->p))
        s->failed = true;
    for (; s->p < s->end && is_digit(*s->p); s->p++, unit /= 10)
        v += (*s->p - '0') * unit;
    return v;
}

static int64_t date(struct scan *s)
{
    struct civil c = {.year = number(s, 4, 1, 9999)};
    expect(s, '-');
    c.month = number(s, 2, 1, 12);
    expect(s, '-');
    c.day = number(s, 2, 1, month_days(c.year, c.month));
    return days_of(c) * DAY;
}

static int64_t clock_time(struct scan *s)
{
    int hour = number(s, 2, 0, 24);
    expect(s, ':');
    int minute = number(s, 2, 0, 59);
    expect(s, ':');
    int second = number(s, 2, 0, 59);
    int64_t t = hour * HOUR + minute * 60 * SECOND + second * SECOND;
    if (accept(s, '.'))
        t += fraction(s);
    if (t > DAY)
        s->failed = true; /* 24:00:00 is the end of the day and the only time in hour 24 */
    return t;
}

static int64_t zoned(struct scan *s, int64_t local, bool naive)
{
    if (naive && s->p == s->end)
        return from_local(local);
    if (accept(s, 'Z'))
        return local;
    bool west = accept(s, '-');
    if (!west)
        expect(s, '+');
    int hour = number(s, 2, 0, 14);
    expect(s, ':');
    int minute = number(s, 2, 0, hour == 14 ? 0 : 59);
    int64_t offset = hour * HOUR + minute * 60 * SECOND;
    return west ? local + offset : local - offset;
}

bool time_parse(struct str text, bool naive, int64_t *ret)
{
    if (text.n < 10)
        return false;
    struct scan s = {.p = text.p, .end = text.p + text.n};
    int64_t t = date(&s);
    if (accept(&s, 'T'))
        t += clock_time(&s);
    t = zoned(&s, t, naive);
    if (s.failed || s.p != s.end)
        return false;
    *ret = t;
    return true;
}

bool time_date(struct str text, int64_t *ret_day)
{
    struct scan s = {.p = text.p, .end = text.p + text.n};
    int64_t t = text.n == 10 ? date(&s) : 0;
    if (text.n != 10 || s.failed)
        return false;
    *ret_day = t / DAY;
    return true;
}

int64_t time_day(int64_t t)
{
    return floor_div(t, DAY) + (floor_mod(t, DAY) + offset_at(t) >= DAY);
}

int64_t time_of_day(int64_t day)
{
    return from_local(day * DAY);
}

/* ---------------------------------------------------------------- showing */

static char *digits(char *to, int64_t n, int width)
{
    for (int i = width - 1; i >= 0; i--, n /= 10)
        to[i] = (char)('0' + n % 10);
    return to + width;
}

/* Every object and every entry of the log has several: printf takes ten times as long. */
void time_format(int64_t t, char out[TIME_TEXT_MAX])
{
    int64_t offset = offset_at(t);
    int64_t days = floor_div(t, DAY);
    int64_t of_day = floor_mod(t, DAY) + offset; /* t + offset could overflow */
    if (of_day >= DAY) {
        of_day -= DAY;
        days++;
    }
    struct civil c = civil_of(days);
    int64_t s = of_day / SECOND, micro = of_day % SECOND;
    bool fine = micro % 1000 != 0; /* more than milliseconds only where there is more */
    char *p = c.year >= 0 && c.year <= 9999 ? digits(out, c.year, 4)
                                            : out + snprintf(out, TIME_TEXT_MAX, "%04" PRId64, c.year);
    *p++ = '-';
    p = digits(p, c.month, 2);
    *p++ = '-';
    p = digits(p, c.day, 2);
    *p++ = 'T';
    p = digits(p, s / 3600, 2);
    *p++ = ':';
    p = digits(p, s / 60 % 60, 2);
    *p++ = ':';
    p = digits(p, s % 60, 2);
    *p++ = '.';
    p = fine ? digits(p, micro, 6) : digits(p, micro / 1000, 3);
    *p++ = '+';
    p = digits(p, offset / HOUR, 2);
    memcpy(p, ":00", sizeof(":00"));
}

void time_civil_day(int64_t day, int *ret_year, int *ret_month, int *ret_day)
{
    struct civil c = civil_of(day);
    *ret_year = (int)c.year;
    *ret_month = c.month;
    *ret_day = c.day;
}

void time_civil(int64_t t, int *ret_year, int *ret_month, int *ret_day)
{
    time_civil_day(time_day(t), ret_year, ret_month, ret_day);
}

int64_t time_add_years(int64_t t, int64_t years)
{
    int64_t days = floor_div(t, DAY);
    int64_t of_day = floor_mod(t, DAY) + offset_at(t);
    struct civil c = civil_of(of_day >= DAY ? days + 1 : days);
    of_day -= of_day >= DAY ? DAY : 0;
    /* 280,000 years fit in the type with a margin; "for ever" stays at its ends. */
    if (years > 280000 || c.year + years > 280000)
        return INT64_MAX;
    if (years < -280000 || c.year + years < -280000)
        return INT64_MIN;
    c.year += years;
    if (c.day > month_days(c.year, c.month))
        c.day = month_days(c.year, c.month);
    return from_local(days_of(c) * DAY + of_day);
}
