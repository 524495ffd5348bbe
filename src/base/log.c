/*
 * The log: one write to standard error a line, so that lines of threads do not mix. Control
 * characters become spaces: nobody writes a line into the log but the program.
 */
#include "base/base.h"

#include <stdatomic.h>
#include <unistd.h>

static _Atomic int least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

static size_t at_most(int n, size_t max)
{
    if (n < 0)
        return 0;
    return (size_t)n < max ? (size_t)n : max;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    char line[2048], when[TIME_TEXT_MAX];
    time_format(time_now() / 1000 * 1000, when);
    int head = snprintf(line, sizeof(line), "%s %s ", when, names[level]);
    size_t n = at_most(head, sizeof(line) - 1);
    size_t from = n;
    va_list ap;
    va_start(ap, fmt);
    n += at_most(vsnprintf(line + n, sizeof(line) - n, fmt, ap), sizeof(line) - n - 1);
    va_end(ap);
    for (size_t i = from; i < n; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = ' ';
    line[n] = '\n';
    if (write(STDERR_FILENO, line, n + 1) < 0)
        return; /* nowhere left to tell it */
}
