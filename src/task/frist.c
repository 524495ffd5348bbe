/* Norwegian working days and the deadlines counted in them. */
#include "task/task.h"

/* Easter Sunday of the Gregorian calendar, by the rule of Meeus, Jones and Butcher. */
static int64_t easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
    char text[16];
    int64_t ret = 0;
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    (void)time_date(str_of(text), &ret);
    return ret;
}

static bool holiday(int64_t day)
{
    /* days from Easter Sunday: Maundy Thursday, Good Friday, Easter, Ascension, Whitsun */
    static const int moving[] = {-3, -2, 0, 1, 39, 49, 50};
    static const struct {
        int month, day;
    } fixed[] = {{1, 1}, {5, 1}, {5, 17}, {12, 25}, {12, 26}};
    int y, m, d;
    time_civil_day(day, &y, &m, &d);
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        if (fixed[i].month == m && fixed[i].day == d)
            return true;
    int64_t from_easter = day - easter(y);
    for (size_t i = 0; i < COUNT_OF(moving); i++)
        if (from_easter == moving[i])
            return true;
    return false;
}

bool frist_workday(int64_t day)
{
    int64_t weekday = ((day + 3) % 7 + 7) % 7;     /* 1970-01-01 was a Thursday; Monday is 0 */
    return weekday < 5 && !holiday(day);
}

static int64_t end_of(int64_t day)
{
    return time_of_day(day + 1) - 1;
}

int64_t frist_workdays(int64_t t, int n)
{
    int64_t day = time_day(t);
    while (n > 0)
        n -= frist_workday(++day);
    return end_of(day);
}

int64_t frist_days(int64_t t, int n)
{
    int64_t day = time_day(t) + n;
    while (!frist_workday(day))
        day++;
    return end_of(day);
}

int frist_left(int64_t now, int64_t frist)
{
    int64_t from = time_day(now), to = time_day(frist);
    int left = 0;
    for (int64_t day = from; day < to; )
        left += frist_workday(++day);
    for (int64_t day = to; day < from; )
        left -= frist_workday(++day);
    return now > frist && left == 0 ? -1 : left;
}
