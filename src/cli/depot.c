/* samdrift depot add, list, check, get: packages kept for good. */
#include "cli/cli_int.h"

#include "depot/depot.h"

/* What the four have in common. */
struct depot_job {
    struct cli *cli;
    struct place p;
    struct depot *depot;
    const char *dir, *municipality, *guest;
    struct depot_owner owner;
    struct bar bar;
    struct buf out;             /* with --json */
    struct jw w;
    int64_t states[DEPOT_AWAY + 1];     /* findings */
};

static const char *number(struct depot_job *j, int64_t n)
{
    return arena_printf(j->p.cx.arena, "%" PRId64, n);
}

static bool progress(void *arg, int64_t done, int64_t total)
{
    struct depot_job *j = arg;
    bar_show(&j->bar, done, total);
    return true;
}

static int fail(struct depot_job *j, enum rc rc)
{
    bar_clear(&j->bar);
    const char *field = j->p.cx.err.field, *detail = j->p.cx.err.detail;
    if (rc == RC_EXISTS && detail && field && streq(field, "depot"))
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_DOUBLE, detail);
    if (rc == RC_EXISTS && detail && field && streq(field, "out"))
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_TARGET, detail);
    if (rc == RC_FIELD_VALUE && detail && field && streq(field, "path"))
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_NOT_FILE, detail);
    if (rc == RC_FILE_MISMATCH)
        return cli_refuse_as(j->cli, EXIT_REFUSED, "DEPOT_LOST", T_DEPOT_GET_LOST, number(j, j->states[DEPOT_LOST]));
    return place_fail(j->cli, &j->p, rc);
}

/* The owner told, if one is; a member is one of the co-operation. */
static int read_owner(struct depot_job *j)
{
    struct municipality m;
    if (j->municipality && j->guest)
        return cli_refuse(j->cli, EXIT_USAGE, T_DEPOT_OWNER, NULL);
    j->owner = (struct depot_owner){j->guest ? j->guest : j->municipality, j->guest != NULL};
    return j->municipality ? place_municipality(j->cli, &j->p, j->municipality, &m) : ARGS_DONE;
}

static const struct depot_owner *owner(const struct depot_job *j)
{
    return j->owner.name ? &j->owner : NULL;
}

static int begin(struct depot_job *j)
{
    bar_begin(&j->bar, j->cli, "depot");
    int status = place_open(j->cli, &j->p, j->dir, 0);
    if (status == ARGS_DONE)
        status = read_owner(j);
    if (status != ARGS_DONE)
        return status;
    enum rc rc = depot_open(&j->p.cx, j->dir, config_get(j->p.cfg, "depot", "kopi", ""), &j->depot);
    buf_init(&j->out, (size_t)MiB(64));
    jw_begin(&j->w, &j->out);
    return rc == RC_OK ? ARGS_DONE : fail(j, rc);
}

static int end(struct depot_job *j, int status)
{
    if (j->depot)
        buf_free(&j->out);
    depot_close(&j->depot);
    place_close(&j->p);
    return status;
}

static void write_package(struct jw *w, const struct depot_package *p)
{
    jw_open(w, '{');
    jw_pair(w, "id", p->id);
    jw_pair(w, p->owner.guest ? "guest" : "municipality", p->owner.name);
    jw_pair(w, "agreement", p->agreement);
    jw_pair(w, "creator", p->creator);
    jw_pair(w, "origin", p->origin);
    jw_pair(w, "name", p->name);
    jw_pair(w, "received", p->received);
    jw_pair(w, "sha256", p->sha256);
    jw_key(w, "files");
    jw_int(w, p->files);
    jw_key(w, "bytes");
    jw_int(w, p->bytes);
    jw_close(w, '}');
}

/* ------------------------------------------------------------------ add */

static int add(struct depot_job *j, const char *path, const struct depot_package *terms)
{
    struct depot_package p;
    enum rc rc = depot_add(&j->p.cx, j->depot, path, terms, progress, j, &p);
    if (rc == RC_NOT_FOUND)
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_SOURCE, path);
    if (rc != RC_OK)
        return fail(j, rc);
    bar_clear(&j->bar);
    if (j->cli->json) {
        write_package(&j->w, &p);
        return cli_print(&j->out);
    }
    cli_say(j->cli, stdout, T_DEPOT_ADDED, p.name, p.id, number(j, p.files), number(j, p.bytes), NULL);
    return EXIT_FINE;
}

int cmd_depot_add(struct cli *cli, int argc, char **argv)
{
    struct depot_job j = {.cli = cli};
    struct depot_package terms = {.creator = "", .origin = ""};
    const char *words[2] = {NULL, NULL}, *creator = NULL, *origin = NULL;
    const struct opt opts[] = {{"--municipality", &j.municipality, NULL}, {"--guest", &j.guest, NULL},
                               {"--agreement", &terms.agreement, NULL}, {"--creator", &creator, NULL},
                               {"--origin", &origin, NULL}};
    const struct args args = {.command = "depot add", .help = T_HELP_DEPOT_ADD, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = words, .words_n = 2};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    if (!j.municipality && !j.guest)
        return cli_refuse(cli, EXIT_USAGE, T_DEPOT_OWNER, NULL);
    if (!terms.agreement || !*terms.agreement)
        return cli_refuse(cli, EXIT_USAGE, T_DEPOT_AGREEMENT, NULL);
    j.dir = words[0];
    status = begin(&j);
    if (status == ARGS_DONE) {
        terms.owner = j.owner;
        terms.creator = creator ? creator : "";
        terms.origin = origin ? origin : "";
        status = add(&j, words[1], &terms);
    }
    return end(&j, status);
}

/* ------------------------------------------------------------------ list */

static void say_package(struct depot_job *j, const struct depot_package *p)
{
    cli_say(j->cli, stdout, T_DEPOT_ROW, p->id, p->received,
            p->owner.guest ? cli_text(j->cli, T_DEPOT_GUEST) : "", p->owner.name, p->name, p->agreement,
            number(j, p->files), number(j, p->bytes), p->sha256, NULL);
}

static int list(struct depot_job *j)
{
    struct depot_package *all;
    size_t n;
    enum rc rc = depot_list(&j->p.cx, j->depot, owner(j), &all, &n);
    if (rc != RC_OK)
        return fail(j, rc);
    jw_open(&j->w, '[');
    for (size_t i = 0; i < n; i++) {
        if (j->cli->json)
            write_package(&j->w, &all[i]);
        else
            say_package(j, &all[i]);
    }
    jw_close(&j->w, ']');
    return j->cli->json ? cli_print(&j->out) : EXIT_FINE;
}

int cmd_depot_list(struct cli *cli, int argc, char **argv)
{
    struct depot_job j = {.cli = cli};
    const struct opt opts[] = {{"--municipality", &j.municipality, NULL}, {"--guest", &j.guest, NULL}};
    const struct args args = {.command = "depot list", .help = T_HELP_DEPOT_LIST, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &j.dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    status = begin(&j);
    if (status == ARGS_DONE)
        status = list(&j);
    return end(&j, status);
}

/* ------------------------------------------------------------------ findings */

static void found_json(struct depot_job *j, const struct depot_finding *f)
{
    static const char *const words[] = {[DEPOT_RESTORED] = "restored", [DEPOT_DAMAGED] = "damaged", [DEPOT_LOST] = "lost",
                                        [DEPOT_EXTRA] = "extra", [DEPOT_AWAY] = "away"};
    jw_open(&j->w, '{');
    jw_pair(&j->w, "package", f->package);
    jw_pair(&j->w, "file", f->file);
    jw_pair(&j->w, "state", words[f->state]);
    jw_key(&j->w, "copy");
    jw_bool(&j->w, f->in_copy);
    if (*f->why)
        jw_pair(&j->w, "why", f->why);
    jw_close(&j->w, '}');
}

static void say_finding(struct depot_job *j, FILE *out, const struct depot_finding *f)
{
    static const enum text_id texts[] = {[DEPOT_RESTORED] = T_DEPOT_RESTORED, [DEPOT_DAMAGED] = T_DEPOT_DAMAGED,
                                         [DEPOT_LOST] = T_DEPOT_LOST, [DEPOT_EXTRA] = T_DEPOT_EXTRA, [DEPOT_AWAY] = T_DEPOT_AWAY};
    bool away = f->state == DEPOT_AWAY;
    const char *place = f->in_copy && !away ? cli_text(j->cli, T_DEPOT_IN_COPY) : "";
    const char *why = *f->why && !away ? arena_printf(j->p.cx.arena, "%s (%s)", place, f->why) : place;
    const char *file = away ? f->why : *f->file ? f->file : cli_text(j->cli, T_DEPOT_WHOLE);
    bar_clear(&j->bar);
    cli_say(j->cli, out, texts[f->state], f->package, file, why ? why : "", NULL);
}

static void found(void *arg, const struct depot_finding *f)
{
    struct depot_job *j = arg;
    j->states[f->state]++;
    if (j->cli->json)
        found_json(j, f);
    else
        say_finding(j, stdout, f);
}

/* On its way out of the depot: beside what is handed out. */
static void found_getting(void *arg, const struct depot_finding *f)
{
    struct depot_job *j = arg;
    j->states[f->state]++;
    say_finding(j, stderr, f);
}

/* ------------------------------------------------------------------ check */

static int end_json(struct depot_job *j, int64_t packages, int status)
{
    jw_close(&j->w, ']');
    jw_key(&j->w, "packages");
    jw_int(&j->w, packages);
    jw_close(&j->w, '}');
    int printed = cli_print(&j->out);
    return printed == EXIT_FINE ? status : printed;
}

static int tell_checks(struct depot_job *j, int64_t packages, int status)
{
    const int64_t *n = j->states;
    for (int i = 0; i <= DEPOT_AWAY; i++)
        status = status == EXIT_FINE && n[i] ? EXIT_REFUSED : status;
    bar_clear(&j->bar);
    if (j->cli->json)
        return end_json(j, packages, status);
    cli_say(j->cli, stdout, T_DEPOT_CHECKED, number(j, packages), number(j, n[DEPOT_RESTORED]), number(j, n[DEPOT_DAMAGED]),
            number(j, n[DEPOT_LOST]), number(j, n[DEPOT_EXTRA]), NULL);
    if (n[DEPOT_DAMAGED])
        cli_say(j->cli, stdout, T_DEPOT_CHECK_DAMAGED, NULL);
    if (n[DEPOT_LOST])
        cli_say(j->cli, stdout, T_DEPOT_CHECK_LOST, NULL);
    return status;
}

/* One that cannot be checked does not keep the others from it. */
static int check_one(struct depot_job *j, const char *id)
{
    if (depot_check(&j->p.cx, j->depot, id, found, progress, j) == RC_OK)
        return EXIT_FINE;
    const char *why = j->p.cx.err.secret ? j->p.cx.err.secret : err_text(&j->p.cx);
    bar_clear(&j->bar);
    cli_say(j->cli, stderr, T_DEPOT_CHECK_FAILED, id, why ? why : "", NULL);
    err_clear(&j->p.cx);
    return EXIT_STORAGE;
}

static int check(struct depot_job *j, const char *id)
{
    struct depot_package one, *all = &one;
    size_t n = 1;
    int status = EXIT_FINE;
    enum rc rc = id ? depot_find(&j->p.cx, j->depot, owner(j), id, &one)
                    : depot_list(&j->p.cx, j->depot, owner(j), &all, &n);
    if (rc == RC_NOT_FOUND)
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_NO_PACKAGE, id);
    if (rc != RC_OK)
        return fail(j, rc);
    jw_open(&j->w, '{');
    jw_key(&j->w, "findings");
    jw_open(&j->w, '[');
    for (size_t i = 0; i < n; i++) {
        int its = check_one(j, all[i].id);
        status = its == EXIT_FINE ? status : its;
    }
    return tell_checks(j, (int64_t)n, status);
}

int cmd_depot_check(struct cli *cli, int argc, char **argv)
{
    struct depot_job j = {.cli = cli};
    const char *id = NULL;
    const struct opt opts[] = {{"--municipality", &j.municipality, NULL}, {"--guest", &j.guest, NULL},
                               {"--package", &id, NULL}};
    const struct args args = {.command = "depot check", .help = T_HELP_DEPOT_CHECK, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &j.dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    status = begin(&j);
    if (status == ARGS_DONE)
        status = check(&j, id);
    return end(&j, status);
}

/* ------------------------------------------------------------------ get */

enum { PARTS_MAX = 1000 };

/* "id,id,id" */
static size_t split_parts(struct depot_job *j, const char *text, const char *parts[PARTS_MAX])
{
    size_t n = 0;
    while (*text && n < PARTS_MAX) {
        size_t len = strcspn(text, ",");
        const char *part = arena_strndup(j->p.cx.arena, text, len);
        if (len && part)
            parts[n++] = part;
        text += len + (text[len] == ',');
    }
    return n;
}

static int get_parts(struct depot_job *j, const char *id, const char *out, const char *text)
{
    const char *parts[PARTS_MAX], *made;
    size_t n = split_parts(j, text, parts);
    enum rc rc = depot_part(&j->p.cx, j->depot, id, parts, n, out, found_getting, j, &made);
    if (rc == RC_NOT_FOUND && j->p.cx.err.field && *j->p.cx.err.field)
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_NO_PART, j->p.cx.err.field);
    if (rc != RC_OK)
        return fail(j, rc);
    if (j->states[DEPOT_DAMAGED])
        cli_say(j->cli, stderr, T_DEPOT_GET_DAMAGED, NULL);
    if (!j->cli->json) {
        cli_say(j->cli, stdout, T_DEPOT_GOT, text, made, NULL);
        return EXIT_FINE;
    }
    jw_open(&j->w, '{');
    jw_pair(&j->w, "dip", made);
    jw_close(&j->w, '}');
    return cli_print(&j->out);
}

static int get(struct depot_job *j, const char *id, const char *out, const char *parts)
{
    struct depot_package p;
    enum rc rc = depot_find(&j->p.cx, j->depot, owner(j), id, &p);
    if (rc == RC_NOT_FOUND)
        return cli_refuse(j->cli, EXIT_REFUSED, T_DEPOT_NO_PACKAGE, id);
    if (rc == RC_OK && parts)
        return get_parts(j, id, out, parts);
    if (rc == RC_OK)
        rc = depot_get(&j->p.cx, j->depot, id, out, found_getting, progress, j);
    if (rc != RC_OK)
        return fail(j, rc);
    bar_clear(&j->bar);
    if (j->states[DEPOT_DAMAGED])
        cli_say(j->cli, stderr, T_DEPOT_GET_DAMAGED, NULL);
    if (j->cli->json) {
        write_package(&j->w, &p);
        return cli_print(&j->out);
    }
    cli_say(j->cli, stdout, T_DEPOT_GOT, p.name, out, NULL);
    return EXIT_FINE;
}

int cmd_depot_get(struct cli *cli, int argc, char **argv)
{
    struct depot_job j = {.cli = cli};
    const char *words[2] = {NULL, NULL}, *out = NULL, *parts = NULL;
    const struct opt opts[] = {{"--municipality", &j.municipality, NULL}, {"--guest", &j.guest, NULL},
                               {"--out", &out, NULL}, {"--part", &parts, NULL}};
    const struct args args = {.command = "depot get", .help = T_HELP_DEPOT_GET, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = words, .words_n = 2};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    if (!out || !*out)
        return cli_refuse(cli, EXIT_USAGE, T_DEPOT_OUT, NULL);
    j.dir = words[0];
    status = begin(&j);
    if (status == ARGS_DONE)
        status = get(&j, words[1], out, parts);
    return end(&j, status);
}
