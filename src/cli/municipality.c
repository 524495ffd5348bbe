/* samdrift municipality add, list, set, remove */
#include "cli/cli_int.h"

static void municipality_json(struct jw *w, const struct municipality *m)
{
    jw_open(w, '{');
    jw_pair(w, "slug", m->slug);
    jw_pair(w, "name", m->name);
    jw_pair(w, "number", m->number);
    if (m->orgnr[0])
        jw_pair(w, "orgnr", m->orgnr);
    if (m->colour[0])
        jw_pair(w, "colour", m->colour);
    jw_pair(w, "language", m->language);
    if (m->notice[0])
        jw_pair(w, "notice", m->notice);
    jw_close(w, '}');
}

static int tell(struct cli *cli, enum text_id id, const struct municipality *m)
{
    if (!cli->json) {
        cli_say(cli, stdout, id, m->name, m->number, m->slug, NULL);
        return EXIT_FINE;
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)KiB(16));
    jw_begin(&w, &b);
    municipality_json(&w, m);
    return cli_print(&b);
}

static bool copy(char *to, size_t size, const char *from)
{
    int n = snprintf(to, size, "%s", from ? from : "");
    return n >= 0 && (size_t)n < size;
}

int cmd_municipality_add(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *name = NULL, *number = NULL, *orgnr = NULL, *slug = NULL;
    const struct opt opts[] = {{"--name", &name, NULL}, {"--number", &number, NULL},
                               {"--orgnr", &orgnr, NULL}, {"--slug", &slug, NULL}};
    const struct args args = {.command = "municipality add", .help = T_HELP_MUNICIPALITY_ADD, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    if (!name || !number)
        return cli_refuse(cli, EXIT_USAGE, T_OPTION_NEEDED, name ? "--number" : "--name");
    struct municipality m = {0};
    if (!copy(m.name, sizeof(m.name), name) || !copy(m.number, sizeof(m.number), number) ||
        !copy(m.orgnr, sizeof(m.orgnr), orgnr) || !copy(m.slug, sizeof(m.slug), slug))
        return cli_refuse(cli, EXIT_USAGE, T_TOO_LONG, NULL);

    struct place p;
    status = place_open(cli, &p, dir, 0);
    if (status == ARGS_DONE) {
        enum rc rc = coop_municipality_add(&p.cx, p.store, &m);
        if (rc == RC_CONFLICT)
            status = cli_refuse(cli, EXIT_REFUSED, T_MUNICIPALITY_TAKEN, name);
        else
            status = rc == RC_OK ? tell(cli, T_MUNICIPALITY_ADDED, &m) : place_fail(cli, &p, rc);
    }
    place_close(&p);
    return status;
}

/* An option that was not given leaves the value as it is. */
static bool change(char *to, size_t size, const char *from)
{
    return !from || copy(to, size, from);
}

int cmd_municipality_set(struct cli *cli, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL}, *colour = NULL, *language = NULL, *notice = NULL;
    const struct opt opts[] = {{"--colour", &colour, NULL}, {"--language", &language, NULL},
                               {"--notice", &notice, NULL}};
    const struct args args = {.command = "municipality set", .help = T_HELP_MUNICIPALITY_SET, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = words, .words_n = COUNT_OF(words)};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    struct municipality m;
    status = place_open(cli, &p, words[0], 0);
    if (status == ARGS_DONE)
        status = place_municipality(cli, &p, words[1], &m);
    if (status == ARGS_DONE && (!change(m.colour, sizeof(m.colour), colour) ||
                                !change(m.language, sizeof(m.language), language) ||
                                !change(m.notice, sizeof(m.notice), notice)))
        status = cli_refuse(cli, EXIT_USAGE, T_TOO_LONG, NULL);
    if (status == ARGS_DONE) {
        enum rc rc = coop_municipality_set(&p.cx, p.store, &m);
        status = rc == RC_OK ? tell(cli, T_MUNICIPALITY_SET, &m) : place_fail(cli, &p, rc);
    }
    place_close(&p);
    return status;
}

static int list(struct cli *cli, const struct municipality *all, size_t n)
{
    if (!cli->json) {
        for (size_t i = 0; i < n; i++)
            (void)printf("%-4s  %-9s  %-20s %s\n", all[i].number, all[i].orgnr, all[i].slug, all[i].name);
        return EXIT_FINE;
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(4));
    jw_begin(&w, &b);
    jw_open(&w, '[');
    for (size_t i = 0; i < n; i++)
        municipality_json(&w, &all[i]);
    jw_close(&w, ']');
    return cli_print(&b);
}

int cmd_municipality_list(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL;
    const struct args args = {.command = "municipality list", .help = T_HELP_MUNICIPALITY_LIST,
                              .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, dir, 0);
    if (status == ARGS_DONE) {
        struct municipality *all = NULL;
        size_t n = 0;
        enum rc rc = coop_municipality_list(&p.cx, p.store, &all, &n);
        status = rc == RC_OK ? list(cli, all, n) : place_fail(cli, &p, rc);
    }
    place_close(&p);
    return status;
}

struct names {
    struct place *p;
    const char **name;
    size_t n;
};

static void keep_name(void *arg, const char *name, const char *municipality, enum role role)
{
    struct names *names = arg;
    (void)municipality;
    (void)role;
    const char **more = arena_grow(names->p->cx.arena, names->name, names->n, sizeof(*more));
    if (!more)
        return;
    names->name = more;
    names->name[names->n++] = arena_strdup(names->p->cx.arena, name);
}

/* Roles first, then what is kept, the row last: a removal that was cut off can be run again. */
static enum rc remove_all(struct place *p, const char *slug)
{
    struct names names = {.p = p};
    TRY(login_user_each(&p->cx, p->login, slug, keep_name, &names));
    for (size_t i = 0; i < names.n; i++)
        TRY(login_user_remove(&p->cx, p->login, names.name[i], slug));
    archive_close(&p->archive);
    enum rc rc = store_space_drop(&p->cx, p->store, slug);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    err_clear(&p->cx);
    rc = blob_space_drop(&p->cx, p->blobs, slug);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    err_clear(&p->cx);
    return coop_municipality_remove(&p->cx, p->store, slug);
}

static int remove_one(struct cli *cli, struct place *p, const char *slug)
{
    struct municipality m;
    int status = place_municipality(cli, p, slug, &m);
    if (status != ARGS_DONE)
        return status;
    struct vault *v;
    bool empty = false;
    enum rc rc = archive_vault(&p->cx, p->archive, slug, &v);
    if (rc == RC_OK)
        rc = vault_empty(&p->cx, v, &empty);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    if (!empty)
        return cli_refuse(cli, EXIT_REFUSED, T_MUNICIPALITY_HOLDS, slug);
    rc = remove_all(p, slug);
    return rc == RC_OK ? tell(cli, T_MUNICIPALITY_REMOVED, &m) : place_fail(cli, p, rc);
}

int cmd_municipality_remove(struct cli *cli, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    const struct args args = {.command = "municipality remove", .help = T_HELP_MUNICIPALITY_REMOVE,
                              .words = words, .words_n = COUNT_OF(words)};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, words[0], PLACE_LOGIN | PLACE_ARCHIVE | PLACE_LOCK);
    if (status == ARGS_DONE)
        status = remove_one(cli, &p, words[1]);
    place_close(&p);
    return status;
}
