/* Options of a command: `--name value`, `--name=value`, `--flag`; `--` ends them. */
#include "cli/cli_int.h"

static const struct opt *option(const struct args *a, struct str name)
{
    for (size_t i = 0; i < a->opts_n; i++)
        if (str_is(name, a->opts[i].name))
            return &a->opts[i];
    return NULL;
}

static int usage(struct cli *cli, const struct args *a, enum text_id id, const char *what)
{
    int status = cli_refuse(cli, EXIT_USAGE, id, what);
    if (!cli->json)
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
        if (options && (streq(arg, "--help") || streq(arg, "-h"))) {
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
