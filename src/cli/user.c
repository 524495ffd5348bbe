/* samdrift user add, list, password, reset-code, remove */
#include "cli/user_int.h"

struct who {
    const char *dir, *name, *municipality, *role;
};

static int who_args(struct cli *cli, int argc, char **argv, const char *command, enum text_id help,
                    size_t options, struct who *w)
{
    const struct opt opts[] = {{"--name", &w->name, NULL},
                               {"--municipality", &w->municipality, NULL},
                               {"--role", &w->role, NULL}};
    const struct args args = {.command = command, .help = help, .opts = opts, .opts_n = options,
                              .words = &w->dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    const char *const values[] = {w->name, w->municipality, w->role};
    for (size_t i = 0; i < options; i++)
        if (!values[i])
            return cli_refuse(cli, EXIT_USAGE, T_OPTION_NEEDED, opts[i].name);
    return ARGS_DONE;
}

static int tell(struct cli *cli, enum text_id id, const struct who *w)
{
    if (!cli->json) {
        cli_say(cli, stdout, id, w->name, w->role ? w->role : "", w->municipality ? w->municipality : "",
                NULL);
        return EXIT_FINE;
    }
    struct buf b;
    struct jw j;
    buf_init(&b, (size_t)KiB(64));
    jw_begin(&j, &b);
    jw_open(&j, '{');
    jw_pair(&j, "name", w->name);
    if (w->municipality)
        jw_pair(&j, "municipality", w->municipality);
    if (w->role)
        jw_pair(&j, "role", w->role);
    jw_close(&j, '}');
    return cli_print(&b);
}

/* What is told of a change: done, or missing when there was nothing to change. */
static int tell_end(struct cli *cli, struct place *p, enum rc rc, enum text_id missing, enum text_id done, const struct who *w)
{
    if (rc == RC_NOT_FOUND)
        return cli_refuse(cli, EXIT_REFUSED, missing, w->name);
    return rc == RC_OK ? tell(cli, done, w) : place_fail(cli, p, rc);
}

static int add(struct cli *cli, struct place *p, const struct who *w, enum role role, struct str password)
{
    struct municipality m;
    int status = place_municipality(cli, p, w->municipality, &m);
    if (status != ARGS_DONE)
        return status;
    enum rc rc = login_user_add(&p->cx, p->login, w->name, password, w->municipality, role);
    if (rc == RC_CONFLICT)
        return cli_refuse(cli, EXIT_REFUSED, T_USER_OTHER_PASSWORD, w->name);
    return rc == RC_OK ? tell(cli, T_USER_ADDED, w) : place_fail(cli, p, rc);
}

int cmd_user_add(struct cli *cli, int argc, char **argv)
{
    struct who w = {0};
    int status = who_args(cli, argc, argv, "user add", T_HELP_USER_ADD, 3, &w);
    if (status != ARGS_DONE)
        return status;
    enum role role = role_of(w.role);
    if (role == ROLE_NONE)
        return cli_refuse(cli, EXIT_USAGE, T_ROLE_UNKNOWN, w.role);

    struct place p;
    char password[PASSWORD_MAX];
    status = place_open(cli, &p, w.dir, PLACE_LOGIN);
    if (status == ARGS_DONE)
        status = password_read(cli, password);
    if (status == ARGS_DONE) {
        status = add(cli, &p, &w, role, str_of(password));
        explicit_bzero(password, sizeof(password));
    }
    place_close(&p);
    return status;
}

int cmd_user_password(struct cli *cli, int argc, char **argv)
{
    struct who w = {0};
    int status = who_args(cli, argc, argv, "user password", T_HELP_USER_PASSWORD, 1, &w);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    char password[PASSWORD_MAX];
    status = place_open(cli, &p, w.dir, PLACE_LOGIN);
    if (status == ARGS_DONE)
        status = password_read(cli, password);
    if (status == ARGS_DONE) {
        enum rc rc = login_user_password(&p.cx, p.login, w.name, str_of(password));
        explicit_bzero(password, sizeof(password));
        status = tell_end(cli, &p, rc, T_NO_USER, T_USER_PASSWORD_SET, &w);
    }
    place_close(&p);
    return status;
}

int cmd_user_reset_code(struct cli *cli, int argc, char **argv)
{
    struct who w = {0};
    int status = who_args(cli, argc, argv, "user reset-code", T_HELP_USER_RESET_CODE, 1, &w);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, w.dir, PLACE_LOGIN);
    if (status == ARGS_DONE) {
        enum rc rc = login_totp_remove(&p.cx, p.login, w.name);
        status = tell_end(cli, &p, rc, T_NO_CODE, T_USER_CODE_RESET, &w);
    }
    place_close(&p);
    return status;
}

int cmd_user_remove(struct cli *cli, int argc, char **argv)
{
    struct who w = {0};
    int status = who_args(cli, argc, argv, "user remove", T_HELP_USER_REMOVE, 2, &w);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, w.dir, PLACE_LOGIN);
    if (status == ARGS_DONE) {
        enum rc rc = login_user_remove(&p.cx, p.login, w.name, w.municipality);
        status = tell_end(cli, &p, rc, T_NO_USER, T_USER_REMOVED, &w);
    }
    place_close(&p);
    return status;
}

static void line(void *arg, const char *name, const char *municipality, enum role role)
{
    struct jw *w = arg;
    bool any = role != ROLE_NONE; /* an account may have lost its last role */
    if (!w) {
        (void)printf("%-20s %-19s %s\n", any ? municipality : "-", any ? role_name(role) : "-", name);
        return;
    }
    jw_open(w, '{');
    jw_pair(w, "name", name);
    if (any) {
        jw_pair(w, "municipality", municipality);
        jw_pair(w, "role", role_name(role));
    }
    jw_close(w, '}');
}

static int list(struct cli *cli, struct place *p, const char *municipality)
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(64));
    jw_begin(&w, &b);
    jw_open(&w, '[');
    enum rc rc = login_user_each(&p->cx, p->login, municipality, line, cli->json ? &w : NULL);
    jw_close(&w, ']');
    if (rc == RC_OK && cli->json)
        return cli_print(&b);
    buf_free(&b);
    return rc == RC_OK ? EXIT_FINE : place_fail(cli, p, rc);
}

int cmd_user_list(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *municipality = NULL;
    const struct opt opts[] = {{"--municipality", &municipality, NULL}};
    const struct args args = {.command = "user list", .help = T_HELP_USER_LIST, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, dir, PLACE_LOGIN);
    if (status == ARGS_DONE)
        status = list(cli, &p, municipality);
    place_close(&p);
    return status;
}
