/* samdrift cooperation load DIR FILE: the members, from a data file, in one go. */
#include "cli/cli_int.h"

static int tell(struct cli *cli, size_t added, size_t present)
{
    char a[24], b[24];
    (void)snprintf(a, sizeof(a), "%zu", added);
    (void)snprintf(b, sizeof(b), "%zu", present);
    if (!cli->json) {
        cli_say(cli, stdout, T_LOADED, a, b, NULL);
        return EXIT_FINE;
    }
    struct buf out;
    struct jw w;
    buf_init(&out, (size_t)KiB(4));
    jw_begin(&w, &out);
    jw_open(&w, '{');
    jw_key(&w, "added");
    jw_int(&w, (int64_t)added);
    jw_key(&w, "present");
    jw_int(&w, (int64_t)present);
    jw_close(&w, '}');
    return cli_print(&out);
}

int cmd_cooperation_load(struct cli *cli, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    const struct args args = {.command = "cooperation load", .help = T_HELP_COOPERATION_LOAD,
                              .words = words, .words_n = COUNT_OF(words)};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, words[0], 0);
    if (status == ARGS_DONE) {
        size_t added = 0, present = 0;
        enum rc rc = coop_load(&p.cx, p.store, words[1], &added, &present);
        status = rc == RC_OK ? tell(cli, added, present) : place_fail(cli, &p, rc);
    }
    place_close(&p);
    return status;
}
