/* A password from standard input: the first line; from a terminal without echo, and twice. */
#include "cli/user_int.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

/* One line without its end. False when there is none or it is too long. */
static bool read_line(char out[PASSWORD_MAX])
{
    size_t n = 0;
    for (;;) {
        char c;
        ssize_t k = read(STDIN_FILENO, &c, 1);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0 || c == '\n')
            break;
        if (n + 1 == PASSWORD_MAX)
            return false;
        out[n++] = c;
    }
    if (n > 0 && out[n - 1] == '\r')
        n--;
    out[n] = '\0';
    return true;
}

static bool ask(struct cli *cli, enum text_id prompt, char out[PASSWORD_MAX])
{
    struct termios before, silent;
    (void)fputs(cli_text(cli, prompt), stderr);
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return read_line(out);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool fine = read_line(out);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)fputc('\n', stderr);
    return fine;
}

int password_read(struct cli *cli, char out[PASSWORD_MAX])
{
    out[0] = '\0';
    if (!isatty(STDIN_FILENO))
        return read_line(out) ? ARGS_DONE : cli_refuse(cli, EXIT_USAGE, T_PASSWORD_LONG, NULL);
    char again[PASSWORD_MAX];
    bool fine = ask(cli, T_PASSWORD_ASK, out) && ask(cli, T_PASSWORD_AGAIN, again);
    bool same = fine && streq(out, again);
    explicit_bzero(again, sizeof(again));
    if (!fine)
        return cli_refuse(cli, EXIT_USAGE, T_PASSWORD_LONG, NULL);
    return same ? ARGS_DONE : cli_refuse(cli, EXIT_USAGE, T_PASSWORD_DIFFERS, NULL);
}
