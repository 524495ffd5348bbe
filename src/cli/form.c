/* samdrift form lint, add, publish, retire, export, list: definitions of forms before and in a municipality. */
#include "cli/cli_int.h"

#include "form/form.h"
#include "submission/submission.h"

/* ------------------------------------------------------------------ reading */

int definition_file(struct cli *cli, const char *path, struct buf *out)
{
    char chunk[8192];
    size_t n;
    FILE *in = fopen(path, "rb");
    buf_init(out, SKJEMA_JSON_MAX + 1);
    while (in && (n = fread(chunk, 1, sizeof(chunk), in)) > 0)
        buf_add(out, chunk, n);
    bool fine = in && !ferror(in) && !buf_failed(out);
    if (in)
        (void)fclose(in);
    return fine ? ARGS_DONE : cli_refuse(cli, EXIT_STORAGE, T_FORM_UNREADABLE, path);
}

struct faults {
    struct cli *cli;
    struct cx *cx;
    const char *path;
    struct jw *w;              /* of --json, or NULL */
    size_t n;
};

static void tell_fault(void *arg, const char *pointer, enum skjema_fault what, const char *detail)
{
    struct faults *k = arg;
    const char *text = skjema_fault_text(k->cx, what, detail);
    k->n++;
    if (!k->w) {
        (void)fprintf(stdout, "%s: %s %s\n", k->path, pointer, text ? text : "");
        return;
    }
    jw_open(k->w, '{');
    jw_pair(k->w, "file", k->path);
    jw_pair(k->w, "pointer", pointer);
    jw_pair(k->w, "text", text);
    jw_close(k->w, '}');
}

/* Every fault is told; one that is no JSON has its place in the error. */
static const struct skjema *read_form(struct faults *k, struct str json)
{
    const struct skjema *s = NULL;
    enum rc rc = skjema_read(k->cx, json, tell_fault, k, &s);
    if (rc != RC_OK && k->n == 0) {
        k->n++;
        const char *text = arena_printf(k->cx->arena, "%s: %s", k->path, err_text(k->cx));
        (void)cli_complain(k->cli, EXIT_REFUSED, err_id(rc), text ? text : k->path);
    }
    return rc == RC_OK ? s : NULL;
}

/* ------------------------------------------------------------------ lint */

/* One file. With --json its faults go to w. */
static int lint_file(struct cli *cli, struct jw *w, const char *path)
{
    struct buf text;
    struct cx cx;
    struct faults k = {.cli = cli, .cx = &cx, .path = path, .w = cli->json ? w : NULL};
    cx_open(&cx, (size_t)MiB(64));
    cx.lang = cli->lang;
    int status = definition_file(cli, path, &text);
    const struct skjema *s = status == ARGS_DONE ? read_form(&k, buf_str(&text)) : NULL;
    buf_free(&text);
    if (status == ARGS_DONE)
        status = s ? EXIT_FINE : EXIT_REFUSED;
    if (s && !cli->json)
        cli_say(cli, stdout, T_FORM_FAULTLESS, path, s->title.in[SPRAAK_NB], NULL);
    cx_close(&cx);
    return status;
}

/* The worst of the files is the status. */
int cmd_form_lint(struct cli *cli, int argc, char **argv)
{
    const char *paths[MANY_MAX] = {NULL};
    size_t n = 0;
    const struct args args = {.command = "form lint", .help = T_HELP_FORM_LINT, .words = paths, .words_n = 1,
                              .words_most = MANY_MAX, .ret_words_n = &n};
    struct buf out;
    struct jw w;
    int status = cli_args(cli, &args, argc, argv), worst = EXIT_FINE;
    if (status != ARGS_DONE)
        return status;
    buf_init(&out, (size_t)MiB(64));
    jw_begin(&w, &out);
    jw_open(&w, '[');
    for (size_t i = 0; i < n; i++) {
        status = lint_file(cli, &w, paths[i]);
        worst = status > worst ? status : worst;
    }
    jw_close(&w, ']');
    if (cli->json && worst != EXIT_STORAGE)
        return cli_print(&out) == EXIT_FINE ? worst : EXIT_STORAGE;
    buf_free(&out);
    return worst;
}

/* ------------------------------------------------------------------ in a municipality */

int definition_run(struct cli *cli, const char *dir, const char *slug, definition_fn fn, const char *path)
{
    struct place p;
    struct municipality m;
    struct vault *v;
    struct call c;
    if (!slug)
        return cli_refuse(cli, EXIT_USAGE, T_OPTION_NEEDED, "--municipality");
    int status = place_open(cli, &p, dir, PLACE_ARCHIVE);
    if (status == ARGS_DONE)
        status = place_municipality(cli, &p, slug, &m);
    if (status == ARGS_DONE) {
        enum rc rc = archive_vault(&p.cx, p.archive, m.slug, &v);
        if (rc == RC_OK)
            rc = submission_call(&p.cx, v, &c);
        status = rc == RC_OK ? fn(cli, &p, &c, path) : place_fail(cli, &p, rc);
    }
    place_close(&p);
    return status;
}

static const char *const stands[SKJEMA_STANDER] = {[SKJEMA_UTKAST] = "utkast", [SKJEMA_I_BRUK] = "i bruk",
                                                   [SKJEMA_TRUKKET] = "trukket"};

static void form_json(struct jw *w, const struct skjema *s, enum skjema_stand stand)
{
    jw_open(w, '{');
    jw_pair(w, "id", s->id);
    jw_key(w, "version");
    jw_int(w, s->version);
    jw_pair(w, "status", stands[stand]);
    jw_pair(w, "title", s->title.in[SPRAAK_NB]);
    jw_pair(w, "sha256", s->sha256);
    jw_close(w, '}');
}

static int tell_added(struct cli *cli, const struct skjema *s, const char *slug, enum skjema_stand stand)
{
    struct buf b;
    struct jw w;
    if (!cli->json) {
        cli_say(cli, stdout, stand == SKJEMA_UTKAST ? T_FORM_DRAFT : T_FORM_ADDED, s->title.in[SPRAAK_NB], slug, s->id, NULL);
        return EXIT_FINE;
    }
    buf_init(&b, (size_t)KiB(16));
    jw_begin(&w, &b);
    form_json(&w, s, stand);
    return cli_print(&b);
}

static int add_as(struct cli *cli, struct place *p, struct call *c, const char *path, enum skjema_stand stand)
{
    struct buf text;
    struct faults k = {.cli = cli, .cx = &p->cx, .path = path};
    int status = definition_file(cli, path, &text);
    const struct skjema *s = status == ARGS_DONE ? read_form(&k, buf_str(&text)) : NULL;
    buf_free(&text);
    if (status != ARGS_DONE)
        return status;
    if (!s)
        return EXIT_REFUSED;
    enum rc rc = skjema_add(c, s, stand);
    if (rc == RC_FIELD_VALUE)
        return cli_refuse(cli, EXIT_REFUSED, streq(p->cx.err.field, "/archive/klasse") ? T_FORM_NO_KLASSE : T_FORM_NO_ARKIVDEL,
                          p->cx.err.detail);
    return rc == RC_OK ? tell_added(cli, s, vault_slug(c->vault), stand) : place_fail(cli, p, rc);
}

static int add(struct cli *cli, struct place *p, struct call *c, const char *path)
{
    return add_as(cli, p, c, path, SKJEMA_I_BRUK);
}

static int add_draft(struct cli *cli, struct place *p, struct call *c, const char *path)
{
    return add_as(cli, p, c, path, SKJEMA_UTKAST);
}

/* What is told of a change: done, or missing when there was nothing to change. */
static int tell_end(struct cli *cli, struct place *p, struct call *c, const char *id, enum rc rc, enum text_id missing,
                    enum text_id done)
{
    if (rc == RC_NOT_FOUND)
        return cli_refuse(cli, EXIT_REFUSED, missing, id);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    cli_say(cli, stdout, done, id, vault_slug(c->vault), NULL);
    return EXIT_FINE;
}

static int publish(struct cli *cli, struct place *p, struct call *c, const char *id)
{
    return tell_end(cli, p, c, id, skjema_publish(c, id), T_FORM_NO_DRAFT, T_FORM_PUBLISHED);
}

static int retire(struct cli *cli, struct place *p, struct call *c, const char *id)
{
    return tell_end(cli, p, c, id, skjema_retire(c, id), T_FORM_NOT_IN_USE, T_FORM_RETIRED);
}

static const struct skjema *draft_of(const struct skjema_utgave *all, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].skjema->id, id) && all[i].stand == SKJEMA_UTKAST)
            return all[i].skjema;
    return NULL;
}

/* What is in force; a form that never was, as its newest draft. */
static enum rc form_to_export(struct call *c, const char *id, const struct skjema **ret)
{
    struct skjema_utgave *all;
    size_t n;
    enum rc rc = skjema_get(c, id, ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    TRY(skjema_utgaver(c, &all, &n));
    *ret = draft_of(all, n, id);
    return RC_OK;
}

static int export(struct cli *cli, struct place *p, struct call *c, const char *id)
{
    const struct skjema *s;
    enum rc rc = form_to_export(c, id, &s);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    if (!s)
        return cli_refuse(cli, EXIT_REFUSED, T_FORM_NOT_IN_USE, id);
    return fputs(s->json, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_FINE : EXIT_STORAGE;   /* byte by byte as it came */
}

static int list(struct cli *cli, struct place *p, struct call *c, const char *path)
{
    struct skjema_utgave *all;
    size_t n;
    struct buf b;
    struct jw w;
    (void)path;
    enum rc rc = skjema_utgaver(c, &all, &n);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    if (!cli->json) {
        for (size_t i = 0; i < n; i++)
            (void)printf("%-24s %4" PRId64 "  %-8s  %s\n", all[i].skjema->id, all[i].skjema->version, stands[all[i].stand],
                         all[i].skjema->title.in[SPRAAK_NB]);
        return EXIT_FINE;
    }
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    jw_open(&w, '[');
    for (size_t i = 0; i < n; i++)
        form_json(&w, all[i].skjema, all[i].stand);
    jw_close(&w, ']');
    return cli_print(&b);
}

/* "samdrift form <name> DIR WORD --municipality SHORT" */
static int with_word(struct cli *cli, const struct args *like, definition_fn fn, definition_fn draft_fn, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL}, *slug = NULL;
    bool draft = false;
    const struct opt opts[] = {{"--municipality", &slug, NULL}, {"--draft", NULL, &draft}};
    struct args args = *like;
    args.opts = opts;
    args.opts_n = draft_fn ? 2 : 1;
    args.words = words;
    args.words_n = COUNT_OF(words);
    int status = cli_args(cli, &args, argc, argv);
    return status == ARGS_DONE ? definition_run(cli, words[0], slug, draft ? draft_fn : fn, words[1]) : status;
}

int cmd_form_add(struct cli *cli, int argc, char **argv)
{
    return with_word(cli, &(struct args){.command = "form add", .help = T_HELP_FORM_ADD}, add, add_draft, argc, argv);
}

int cmd_form_publish(struct cli *cli, int argc, char **argv)
{
    return with_word(cli, &(struct args){.command = "form publish", .help = T_HELP_FORM_PUBLISH}, publish, NULL, argc, argv);
}

int cmd_form_retire(struct cli *cli, int argc, char **argv)
{
    return with_word(cli, &(struct args){.command = "form retire", .help = T_HELP_FORM_RETIRE}, retire, NULL, argc, argv);
}

int cmd_form_export(struct cli *cli, int argc, char **argv)
{
    return with_word(cli, &(struct args){.command = "form export", .help = T_HELP_FORM_EXPORT}, export, NULL, argc, argv);
}

int cmd_form_list(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *slug = NULL;
    const struct opt opts[] = {{"--municipality", &slug, NULL}};
    const struct args args = {.command = "form list", .help = T_HELP_FORM_LIST, .opts = opts, .opts_n = COUNT_OF(opts),
                              .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    return status == ARGS_DONE ? definition_run(cli, dir, slug, list, NULL) : status;
}
