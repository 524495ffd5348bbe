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
    bool found = false;
    const struct command *c;
    for (size_t i = 0; (c = cli_command(i)) != NULL; i++) {
        if (!streq(c->group, argv[0]) || (argc > 1 && c->name && !streq(c->name, argv[1])))
            continue;
        if (found)
            (void)printf("\n");
        cli_say(cli, stdout, c->help, NULL);
        found = true;
    }
    if (found)
        return EXIT_FINE;
    int status = cli_refuse(cli, EXIT_USAGE, T_COMMAND_UNKNOWN, argv[0]);
    cli_say(cli, stderr, T_SEE_HELP_ALL, NULL);
    return status;
}
