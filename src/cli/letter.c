/* samdrift letter add, list: templates of letters in a municipality. */
#include "cli/cli_int.h"

#include "letter/letter.h"

static void template_json(struct jw *w, const struct brevmal *m)
{
    jw_open(w, '{');
    jw_pair(w, "id", m->id);
    jw_key(w, "version");
    jw_int(w, m->version);
    jw_pair(w, "title", m->name.in[MAALFORM_NB]);
    jw_pair(w, "sha256", m->sha256);
    jw_close(w, '}');
}

static int print_json(const struct brevmal *const *all, size_t n, bool list)
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    if (list)
        jw_open(&w, '[');
    for (size_t i = 0; i < n; i++)
        template_json(&w, all[i]);
    if (list)
        jw_close(&w, ']');
    return cli_print(&b);
}

static int add(struct cli *cli, struct place *p, struct call *c, const char *path)
{
    struct buf text;
    const struct brevmal *m;
    int status = definition_file(cli, path, &text);
    if (status != ARGS_DONE)
        return status;
    enum rc rc = brevmal_read(&p->cx, buf_str(&text), &m);
    if (rc == RC_OK)
        rc = brevmal_add(c, m);
    buf_free(&text);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    if (cli->json)
        return print_json(&m, 1, false);
    cli_say(cli, stdout, T_FORM_ADDED, m->name.in[MAALFORM_NB], vault_slug(c->vault), NULL);
    return EXIT_FINE;
}

static int list(struct cli *cli, struct place *p, struct call *c, const char *path)
{
    const struct brevmal **all;
    size_t n;
    (void)path;
    enum rc rc = brevmal_list(c, &all, &n);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    if (cli->json)
        return print_json(all, n, true);
    for (size_t i = 0; i < n; i++)
        (void)printf("%-24s %4" PRId64 "  %s\n", all[i]->id, all[i]->version, all[i]->name.in[MAALFORM_NB]);
    return EXIT_FINE;
}

int cmd_letter_add(struct cli *cli, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL}, *slug = NULL;
    const struct opt opts[] = {{"--municipality", &slug, NULL}};
    const struct args args = {.command = "letter add", .help = T_HELP_LETTER_ADD, .opts = opts, .opts_n = COUNT_OF(opts),
                              .words = words, .words_n = COUNT_OF(words)};
    int status = cli_args(cli, &args, argc, argv);
    return status == ARGS_DONE ? definition_run(cli, words[0], slug, add, words[1]) : status;
}

int cmd_letter_list(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *slug = NULL;
    const struct opt opts[] = {{"--municipality", &slug, NULL}};
    const struct args args = {.command = "letter list", .help = T_HELP_LETTER_LIST, .opts = opts, .opts_n = COUNT_OF(opts),
                              .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    return status == ARGS_DONE ? definition_run(cli, dir, slug, list, NULL) : status;
}
