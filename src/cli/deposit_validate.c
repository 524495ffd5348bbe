/* samdrift deposit validate PATH: all tests over a package, as a report for people or machines. */
#include "cli/cli_int.h"
#include "validate/validate.h"

#include <unistd.h>

enum { EXIT_UNREAD = 2 };

static void progress(void *arg, int64_t done, int64_t total)
{
    bar_show(arg, done, total);
}

static enum rc write_html(struct cx *cx, struct validation *v, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return err_secret(cx, RC_IO, "validate: cannot write the page");
    enum rc rc = validation_html(cx, v, out);
    if (fclose(out) != 0 && rc == RC_OK)
        rc = err_secret(cx, RC_IO, "validate: cannot write the page");
    return rc;
}

static enum rc tell(struct cli *cli, struct cx *cx, struct validation *v, const char *html)
{
    bool colour = isatty(STDOUT_FILENO) != 0;
    if (html)
        TRY(write_html(cx, v, html));
    return cli->json ? validation_json(cx, v, stdout) : validation_text(cx, v, colour, stdout);
}

static int validate(struct cli *cli, struct cx *cx, const char *path, struct validate_options *o, const char *html)
{
    struct validation *v = NULL;
    struct bar bar;
    bar_begin(&bar, cli, cli->lang == LANG_NB ? "validering" : "validation");
    o->progress = progress;
    o->arg = &bar;
    enum rc rc = validate_run(cx, path, o, &v);
    bar_clear(&bar);
    if (rc != RC_OK)
        return cli_complain(cli, EXIT_UNREAD, err_id(rc), err_text(cx));
    rc = tell(cli, cx, v, html);
    int status = validation_count(v, SEVERITY_ERROR) ? EXIT_REFUSED : EXIT_FINE;
    validation_free(&v);
    return rc == RC_OK ? status : cli_complain(cli, EXIT_STORAGE, err_id(rc), err_text(cx));
}

int cmd_deposit_validate(struct cli *cli, int argc, char **argv)
{
    const char *path = NULL, *html = NULL;
    struct validate_options o = {0};
    const struct opt opts[] = {{"--html", &html, NULL}, {"--schemas", &o.schemas, NULL},
                               {"--arkade-compat", NULL, &o.arkade}, {"--no-documents", NULL, &o.no_documents}};
    const struct args args = {.command = "deposit validate", .help = T_HELP_DEPOSIT_VALIDATE, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &path, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct cx cx;
    cx_open(&cx, (size_t)MiB(256));
    cx.lang = cli->lang;
    status = validate(cli, &cx, path, &o, html);
    cx_close(&cx);
    return status;
}
