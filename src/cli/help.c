/* samdrift help [COMMAND [SUBCOMMAND]] */
#include "cli/cli_int.h"

static void list(struct cli *cli)
{
    cli_say(cli, stdout, T_HELP_HEAD, NULL);
    const struct command *c;
    for (size_t i = 0; (c = cli_command(i)) != NULL; i++)
        (void)printf("  %-12s %-10s %s\n", c->group, c->name ? c->name : "", cli_text(cli, c->brief));
    cli_say(cli, stdout, T_HELP_TAIL, NULL);
}

int cmd_help(struct cli *cli, int argc, char **argv)
{
    if (argc == 0 || streq(argv[0], "--json")) {
        list(cli);
        return EXIT_FINE;
    }
    const char *group = cli_asks_help(argv[0]) ? "help" : argv[0];
    bool known = false, found = false;
    const struct command *c;
    for (size_t i = 0; (c = cli_command(i)) != NULL; i++) {
        known |= streq(c->group, group);
        if (!streq(c->group, group) || (argc > 1 && c->name && !streq(c->name, argv[1])))
            continue;
        if (found)
            (void)printf("\n");
        cli_say(cli, stdout, c->help, NULL);
        found = true;
    }
    return found ? EXIT_FINE : cli_unknown(cli, known ? group : NULL, known ? argv[1] : group);
}
