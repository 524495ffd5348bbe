/* samdrift verify DIR: documents against their checksums, rows against documents, rows against rows. */
#include "cli/cli_int.h"

struct report {
    struct cli *cli;
    const char *slug;
    struct str heads;   /* kept outside, or empty */
    struct buf out;     /* the findings, with --json */
    struct jw w;
    size_t findings, checked;
    struct bar bar;
};

static void found(void *arg, const struct finding *f)
{
    struct report *r = arg;
    r->findings++;
    if (r->cli->json) {
        jw_open(&r->w, '{');
        jw_pair(&r->w, "municipality", r->slug);
        jw_pair(&r->w, "what", f->what);
        jw_pair(&r->w, "where", f->where);
        jw_pair(&r->w, "remedy", f->remedy);
        jw_close(&r->w, '}');
        return;
    }
    bar_clear(&r->bar);
    cli_say(r->cli, stdout, T_FINDING, r->slug, f->what, f->where, f->remedy, NULL);
}

static void progress(void *arg, size_t done, size_t total)
{
    struct report *r = arg;
    bar_show(&r->bar, (int64_t)done, (int64_t)total);
}

static enum rc verify_one(struct place *p, struct report *r, const char *slug)
{
    struct vault *v;
    r->slug = slug;
    bar_begin(&r->bar, r->cli, slug);
    TRY(archive_vault(&p->cx, p->archive, slug, &v));
    TRY(archive_verify(&p->cx, v, r->heads, found, progress, r));
    bar_clear(&r->bar);
    r->checked++;
    return RC_OK;
}

static enum rc verify_all(struct place *p, struct report *r)
{
    struct municipality *all = NULL;
    size_t n = 0;
    TRY(coop_municipality_list(&p->cx, p->store, &all, &n));
    for (size_t i = 0; i < n; i++)
        TRY(verify_one(p, r, all[i].slug));
    return RC_OK;
}

static int tell(struct report *r)
{
    struct cli *cli = r->cli;
    int status = r->findings ? EXIT_REFUSED : EXIT_FINE;
    if (cli->json) {
        jw_close(&r->w, ']');
        jw_key(&r->w, "municipalities");
        jw_int(&r->w, (int64_t)r->checked);
        jw_close(&r->w, '}');
        int printed = cli_print(&r->out);
        return printed == EXIT_FINE ? status : printed;
    }
    char findings[24], checked[24];
    (void)snprintf(findings, sizeof(findings), "%zu", r->findings);
    (void)snprintf(checked, sizeof(checked), "%zu", r->checked);
    cli_say(cli, stdout, r->findings ? T_VERIFY_FOUND : T_VERIFY_FINE, checked, findings, NULL);
    return status;
}

static int verify(struct cli *cli, struct place *p, const char *slug, const char *heads)
{
    struct municipality m;
    int status = slug ? place_municipality(cli, p, slug, &m) : ARGS_DONE;
    if (status != ARGS_DONE)
        return status;
    struct report r = {.cli = cli};
    if (heads) {
        char *text = proof_text(&p->cx, heads);
        if (!text || !*text)
            return cli_refuse(cli, EXIT_STORAGE, T_PROOF_UNREAD, heads);
        r.heads = str_of(text);
    }
    buf_init(&r.out, (size_t)MiB(64));
    jw_begin(&r.w, &r.out);
    jw_open(&r.w, '{');
    jw_key(&r.w, "findings");
    jw_open(&r.w, '[');
    enum rc rc = slug ? verify_one(p, &r, slug) : verify_all(p, &r);
    if (rc != RC_OK) {
        bar_clear(&r.bar);
        buf_free(&r.out);
        if (rc == RC_JSON && heads)
            return cli_refuse(cli, EXIT_STORAGE, T_PROOF_UNREAD, heads);
        return place_fail(cli, p, rc);
    }
    status = tell(&r);
    buf_free(&r.out);
    return status;
}

int cmd_verify(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *slug = NULL, *heads = NULL;
    const struct opt opts[] = {{"--municipality", &slug, NULL}, {"--heads", &heads, NULL}};
    const struct args args = {.command = "verify", .help = T_HELP_VERIFY, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, dir, PLACE_ARCHIVE);
    if (status == ARGS_DONE)
        status = verify(cli, &p, slug, heads);
    place_close(&p);
    return status;
}
