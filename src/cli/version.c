/* samdrift version */
#include "cli/cli_int.h"

int cmd_version(struct cli *cli, int argc, char **argv)
{
    int status = cli_args(cli, &(struct args){.command = "version", .help = T_HELP_VERSION}, argc, argv);
    if (status != ARGS_DONE)
        return status;
    if (!cli->json) {
        (void)printf("samdrift %s\n", SAMDRIFT_VERSION);
        return EXIT_FINE;
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)KiB(4));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_pair(&w, "product", "Samdrift");
    jw_pair(&w, "version", SAMDRIFT_VERSION);
    jw_close(&w, '}');
    return cli_print(&b);
}
