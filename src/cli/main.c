/* samdrift – finds the command and runs it. */
#include "cli/cli_int.h"

static const struct command commands[] = {
    {"init", NULL, T_HELP_INIT, T_BRIEF_INIT, cmd_init},
    {"cooperation", "load", T_HELP_COOPERATION_LOAD, T_BRIEF_COOPERATION_LOAD, cmd_cooperation_load},
    {"municipality", "add", T_HELP_MUNICIPALITY_ADD, T_BRIEF_MUNICIPALITY_ADD, cmd_municipality_add},
    {"municipality", "list", T_HELP_MUNICIPALITY_LIST, T_BRIEF_MUNICIPALITY_LIST, cmd_municipality_list},
    {"municipality", "set", T_HELP_MUNICIPALITY_SET, T_BRIEF_MUNICIPALITY_SET, cmd_municipality_set},
    {"municipality", "remove", T_HELP_MUNICIPALITY_REMOVE, T_BRIEF_MUNICIPALITY_REMOVE,
     cmd_municipality_remove},
    {"user", "add", T_HELP_USER_ADD, T_BRIEF_USER_ADD, cmd_user_add},
    {"user", "list", T_HELP_USER_LIST, T_BRIEF_USER_LIST, cmd_user_list},
    {"user", "password", T_HELP_USER_PASSWORD, T_BRIEF_USER_PASSWORD, cmd_user_password},
    {"user", "reset-code", T_HELP_USER_RESET_CODE, T_BRIEF_USER_RESET_CODE, cmd_user_reset_code},
    {"user", "remove", T_HELP_USER_REMOVE, T_BRIEF_USER_REMOVE, cmd_user_remove},
    {"serve", NULL, T_HELP_SERVE, T_BRIEF_SERVE, cmd_serve},
    {"verify", NULL, T_HELP_VERIFY, T_BRIEF_VERIFY, cmd_verify},
    {"deposit", "validate", T_HELP_DEPOSIT_VALIDATE, T_BRIEF_DEPOSIT_VALIDATE, cmd_deposit_validate},
    {"deposit", "export", T_HELP_DEPOSIT_EXPORT, T_BRIEF_DEPOSIT_EXPORT, cmd_deposit_export},
    {"deposit", "import", T_HELP_DEPOSIT_IMPORT, T_BRIEF_DEPOSIT_IMPORT, cmd_deposit_import},
    {"depot", "add", T_HELP_DEPOT_ADD, T_BRIEF_DEPOT_ADD, cmd_depot_add},
    {"depot", "list", T_HELP_DEPOT_LIST, T_BRIEF_DEPOT_LIST, cmd_depot_list},
    {"depot", "check", T_HELP_DEPOT_CHECK, T_BRIEF_DEPOT_CHECK, cmd_depot_check},
    {"depot", "get", T_HELP_DEPOT_GET, T_BRIEF_DEPOT_GET, cmd_depot_get},
    {"form", "lint", T_HELP_FORM_LINT, T_BRIEF_FORM_LINT, cmd_form_lint},
    {"form", "add", T_HELP_FORM_ADD, T_BRIEF_FORM_ADD, cmd_form_add},
    {"form", "publish", T_HELP_FORM_PUBLISH, T_BRIEF_FORM_PUBLISH, cmd_form_publish},
    {"form", "retire", T_HELP_FORM_RETIRE, T_BRIEF_FORM_RETIRE, cmd_form_retire},
    {"form", "export", T_HELP_FORM_EXPORT, T_BRIEF_FORM_EXPORT, cmd_form_export},
    {"form", "list", T_HELP_FORM_LIST, T_BRIEF_FORM_LIST, cmd_form_list},
    {"letter", "add", T_HELP_LETTER_ADD, T_BRIEF_LETTER_ADD, cmd_letter_add},
    {"letter", "list", T_HELP_LETTER_LIST, T_BRIEF_LETTER_LIST, cmd_letter_list},
    {"proof", "check", T_HELP_PROOF_CHECK, T_BRIEF_PROOF_CHECK, cmd_proof_check},
    {"proof", "head", T_HELP_PROOF_HEAD, T_BRIEF_PROOF_HEAD, cmd_proof_head},
    {"proof", "key", T_HELP_PROOF_KEY, T_BRIEF_PROOF_KEY, cmd_proof_key},
    {"openapi", NULL, T_HELP_OPENAPI, T_BRIEF_OPENAPI, cmd_openapi},
    {"version", NULL, T_HELP_VERSION, T_BRIEF_VERSION, cmd_version},
    {"help", NULL, T_HELP_HELP, T_BRIEF_HELP, cmd_help},
};

const struct command *cli_command(size_t i)
{
    return i < COUNT_OF(commands) ? &commands[i] : NULL;
}

bool cli_asks_help(const char *word)
{
    return streq(word, "--help") || streq(word, "-h");
}

int cli_unknown(struct cli *cli, const char *group, const char *word)
{
    int status = !group ? cli_refuse(cli, EXIT_USAGE, T_COMMAND_UNKNOWN, word)
                 : word ? cli_refuse(cli, EXIT_USAGE, T_SUBCOMMAND_UNKNOWN, word)
                        : cli_refuse(cli, EXIT_USAGE, T_SUBCOMMAND_MISSING, group);
    struct nearest n = {.word = word ? word : "", .len = word ? strlen(word) : 0};
    for (const struct command *c = commands; c < commands + COUNT_OF(commands); c++) {
        if (!group)
            cli_nearest(&n, c->group);
        else if (streq(c->group, group) && word)
            cli_nearest(&n, c->name);
        if (group && streq(c->group, group))
            (void)fprintf(stderr, "  samdrift %s %-10s %s\n", c->group, c->name, cli_text(cli, c->brief));
    }
    if (n.name)
        cli_say(cli, stderr, T_MEANT, n.name, NULL);
    if (group)
        cli_say(cli, stderr, T_SEE_HELP, group, NULL);
    else
        cli_say(cli, stderr, T_SEE_HELP_ALL, NULL);
    return status;
}

int main(int argc, char **argv)
{
    struct cli cli = {.lang = cli_lang()};
    const char *group = argc > 1 ? argv[1] : "";
    if (!*group) {
        (void)cmd_help(&cli, 0, NULL);
        return EXIT_USAGE;
    }
    if (cli_asks_help(group))
        group = "help";
    if (streq(group, "--version"))
        group = "version";

    bool known = false;
    for (const struct command *c = commands; c < commands + COUNT_OF(commands); c++) {
        if (!streq(c->group, group))
            continue;
        known = true;
        if (!c->name)
            return c->run(&cli, argc - 2, argv + 2);
        if (argc > 2 && streq(c->name, argv[2]))
            return c->run(&cli, argc - 3, argv + 3);
    }
    if (known && argc > 2 && cli_asks_help(argv[2]))
        return cmd_help(&cli, 1, argv + 1);
    return cli_unknown(&cli, known ? group : NULL, known && argc > 2 ? argv[2] : known ? NULL : group);
}
