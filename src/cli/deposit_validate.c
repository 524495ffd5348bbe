/* samdrift deposit validate PATH: all tests over a package, as a report for people or machines. */
#include "cli/cli_int.h"
#include "validate/validate.h"

#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_UNREAD = 2 };

static void progress(void *arg, int64_t done, int64_t total)
{
    bar_show(arg, done, total);
}

/* Half a page is none: what could not be written whole is removed, unless it is no file. */
static bool write_html(struct cx *cx, struct validation *v, const char *path)
{
    struct stat st;
    FILE *out = fopen(path, "w");
    if (!out)
        return false;
    bool fine = validation_html(cx, v, out) == RC_OK;
    fine = fclose(out) == 0 && fine;
    if (!fine && stat(path, &st) == 0 && S_ISREG(st.st_mode))
        (void)unlink(path);
    return fine;
}

static int tell(struct cli *cli, struct cx *cx, struct validation *v, const char *html)
{
    bool colour = isatty(STDOUT_FILENO) != 0;
    if (html && !write_html(cx, v, html))
        return cli_refuse_as(cli, EXIT_STORAGE, "IO", T_NO_REPORT, html);
    enum rc rc = cli->json ? validation_json(cx, v, stdout) : validation_text(cx, v, colour, stdout);
    if (rc != RC_OK)
        return cli_complain(cli, EXIT_STORAGE, err_id(rc), err_text(cx));
    return validation_count(v, SEVERITY_ERROR) ? EXIT_REFUSED : EXIT_FINE;
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
    int status = tell(cli, cx, v, html);
    validation_free(&v);
    return status;
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
    if (o.schemas && !cli_is_folder(o.schemas))
        return cli_refuse(cli, EXIT_USAGE, T_NO_FOLDER, o.schemas);
    struct cx cx;
    cx_open(&cx, (size_t)MiB(256));
    cx.lang = cli->lang;
    status = validate(cli, &cx, path, &o, html);
    cx_close(&cx);
    return status;
}
