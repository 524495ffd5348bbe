/* A progress bar on standard error, when that is a terminal. */
#include "cli/cli_int.h"

#include <unistd.h>

enum { WIDTH = 40 };

void bar_begin(struct bar *b, const struct cli *cli, const char *label)
{
    *b = (struct bar){.on = !cli->json && isatty(STDERR_FILENO), .label = label, .shown = -1};
}

void bar_clear(struct bar *b)
{
    if (b->shown >= 0)
        (void)fputs("\r\033[K", stderr);
    b->shown = -1;
}

void bar_show(struct bar *b, int64_t done, int64_t total)
{
    int percent = total > 0 ? (int)(done * 100 / total) : 100;
    if (percent > 100)
        percent = 100;
    if (!b->on || percent == b->shown)
        return;
    b->shown = percent;
    char bar[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++)
        bar[i] = i * 100 < percent * WIDTH ? '#' : '.';
    bar[WIDTH] = '\0';
    (void)fprintf(stderr, "\r%-20s [%s] %3d %%", b->label, bar, percent);
    (void)fflush(stderr);
}
