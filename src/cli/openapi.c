/* samdrift openapi: the interface of a municipality as OpenAPI 3.1, without a server. */
#include "cli/cli_int.h"

int cmd_openapi(struct cli *cli, int argc, char **argv)
{
    const char *base = NULL;
    const struct opt opts[] = {{"--url", &base, NULL}};
    const struct args args = {.command = "openapi", .help = T_HELP_OPENAPI, .opts = opts, .opts_n = COUNT_OF(opts)};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;

    struct cx cx;
    cx_open(&cx, (size_t)MiB(64));
    cx.lang = cli->lang;
    enum rc rc = model_init(&cx);
    if (rc != RC_OK) {
        status = cli_complain(cli, EXIT_STORAGE, err_id(rc), err_text(&cx));
    } else {
        struct buf b;
        buf_init(&b, (size_t)MiB(64));
        model_openapi(&b, base ? base : "http://127.0.0.1:8080/nesodden/noark5");
        status = cli_print(&b);
    }
    cx_close(&cx);
    return status;
}
