/* Options of a command: `--name value`, `--name=value`, `--flag`; `--` ends them. */
#include "cli/cli_int.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out, changed or swapped with their neighbour. */
static size_t distance(const char *a, size_t a_n, const char *b, size_t b_n)
{
    size_t rows[3][NEAREST_MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t k = 0; k <= b_n; k++)
        last[k] = k;
    for (size_t i = 1; i <= a_n; i++) {
        now[0] = i;
        for (size_t k = 1; k <= b_n; k++) {
            now[k] = least(least(now[k - 1], last[k]) + 1, last[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                now[k] = least(now[k], before[k - 2] + 1);
        }
        size_t *old = before;
        before = last;
        last = now;
        now = old;
    }
    return last[b_n];
}

void cli_nearest(struct nearest *n, const char *name)
{
    size_t name_n = strlen(name);
    if (n->len > NEAREST_MAX || name_n > NEAREST_MAX)
        return;
    size_t far = distance(n->word, n->len, name, name_n);
    if (far > 2 || far * 2 > name_n || (n->name && far >= n->far))
        return;
    n->name = name;
    n->far = far;
}

static const struct opt *option(const struct args *a, struct str name)
{
    for (size_t i = 0; i < a->opts_n; i++)
        if (str_is(name, a->opts[i].name))
            return &a->opts[i];
    return NULL;
}

static void meant(struct cli *cli, const struct args *a, const char *arg)
{
    struct nearest n = {.word = arg, .len = strcspn(arg, "=")};
    for (size_t i = 0; i < a->opts_n; i++)
        cli_nearest(&n, a->opts[i].name);
    if (a->many)
        cli_nearest(&n, a->many->name);
    cli_nearest(&n, "--json");
    cli_nearest(&n, "--help");
    if (n.name)
        cli_say(cli, stderr, T_MEANT, n.name, NULL);
}

/* How the command is written: its manual page up to the first blank line. */
static void synopsis(struct cli *cli, const struct args *a)
{
    const char *help = cli_text(cli, a->help), *end = strstr(help, "\n\n");
    (void)fprintf(stderr, "  %.*s\n", (int)(end ? (size_t)(end - help) : strlen(help)), help);
}

static int usage(struct cli *cli, const struct args *a, enum text_id id, const char *what)
{
    int status = cli_refuse(cli, EXIT_USAGE, id, what);
    if (cli->json)
        return status;
    if (id == T_OPTION_UNKNOWN)
        meant(cli, a, what);
    synopsis(cli, a);
    cli_say(cli, stderr, T_SEE_HELP, a->command, NULL);
    return status;
}

/* One option at argv[*i]; moves *i past its value. */
static int take(struct cli *cli, const struct args *a, int argc, char **argv, int *i)
{
    const char *arg = argv[*i], *eq = strchr(arg, '=');
    struct str name = eq ? (struct str){arg, (size_t)(eq - arg)} : str_of(arg);
    if (str_is(name, "--json") && !eq) {
        cli->json = true;
        return ARGS_DONE;
    }
    struct opt again = {NULL, NULL, NULL};
    const struct opt *o = option(a, name);
    if (a->many && str_is(name, a->many->name) && a->many->n < MANY_MAX) {
        again = (struct opt){a->many->name, &a->many->values[a->many->n++], NULL};
        o = &again;
    }
    if (!o)
        return usage(cli, a, T_OPTION_UNKNOWN, arg);
    if (o->flag) {
        if (eq)
            return usage(cli, a, T_OPTION_NO_VALUE, o->name);
        *o->flag = true;
        return ARGS_DONE;
    }
    if (*o->value)
        return usage(cli, a, T_OPTION_TWICE, o->name);
    if (!eq && *i + 1 >= argc)
        return usage(cli, a, T_OPTION_VALUE, o->name);
    *o->value = eq ? eq + 1 : argv[++*i];
    return ARGS_DONE;
}

int cli_args(struct cli *cli, const struct args *a, int argc, char **argv)
{
    size_t words = 0, most = a->words_most > 0 ? a->words_most : a->words_n;
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *arg = argv[i];
        if (options && cli_asks_help(arg)) {
            cli_say(cli, stdout, a->help, NULL);
            return EXIT_FINE;
        }
        if (options && streq(arg, "--")) {
            options = false;
        } else if (options && arg[0] == '-' && arg[1]) {
            int status = take(cli, a, argc, argv, &i);
            if (status != ARGS_DONE)
                return status;
        } else if (words == most) {
            return usage(cli, a, T_WORD_EXTRA, arg);
        } else {
            a->words[words++] = arg;
        }
    }
    if (words < a->words_n)
        return usage(cli, a, T_WORD_MISSING, a->command);
    if (a->ret_words_n)
        *a->ret_words_n = words;
    return ARGS_DONE;
}
