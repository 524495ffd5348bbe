/* samdrift deposit export: closed arkivdeler as a deposit. */
#include "cli/cli_int.h"

#include "deposit/export.h"

#include <signal.h>
#include <unistd.h>

struct job {
    struct cli *cli;
    struct place *p;
    struct bar bar;
    struct buf out;             /* with --json */
    struct jw w;
};

static const char *number(struct job *j, int64_t n)
{
    return arena_printf(j->p->cx.arena, "%" PRId64, n);
}

static void on_reason(void *arg, const struct export_reason *r)
{
    struct job *j = arg;
    struct cx cx;
    cx_open(&cx, (size_t)KiB(64));
    cx.lang = j->cli->lang;
    const char *text = export_reason_text(&cx, r);
    if (j->cli->json) {
        jw_open(&j->w, '{');
        jw_pair(&j->w, "reason", export_reason_name(r->id));
        jw_pair(&j->w, "unit", r->unit);
        jw_pair(&j->w, "systemID", r->systemid);
        jw_pair(&j->w, "number", r->number);
        jw_pair(&j->w, "detail", r->detail);
        jw_pair(&j->w, "text", text);
        jw_close(&j->w, '}');
    } else {
        bar_clear(&j->bar);
        cli_say(j->cli, stdout, T_EXPORT_REASON, r->unit, r->number, r->systemid, text, NULL);
    }
    cx_close(&cx);
}

/* Ctrl-C or the end of the session: the export removes what it has begun. A second one ends it at once. */
static volatile sig_atomic_t interrupted;

static void on_signal(int nr)
{
    (void)nr;
    interrupted = 1;
}

static void catch_signals(void)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction how = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct sigaction was;
        if (sigaction(all[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
            (void)sigaction(all[i], &how, NULL);
    }
}

static bool on_stop(void *arg)
{
    (void)arg;
    return interrupted != 0;
}

static void on_progress(void *arg, int64_t done, int64_t total)
{
    struct job *j = arg;
    bar_show(&j->bar, done, total);
}

static int tell_json(struct job *j, const struct export_options *o, const struct export_result *r, int status)
{
    static const struct {
        const char *name;
        size_t at;
    } counts[] = {
        {"mapper", offsetof(struct export_result, mapper)},
        {"registreringer", offsetof(struct export_result, registreringer)},
        {"journalposter", offsetof(struct export_result, journalposter)},
        {"endringer", offsetof(struct export_result, endringer)},
        {"dokumenter", offsetof(struct export_result, dokumenter)},
        {"bytes", offsetof(struct export_result, bytes)},
    };
    jw_close(&j->w, ']');
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        jw_key(&j->w, counts[i].name);
        jw_int(&j->w, *(const int64_t *)(const void *)((const char *)r + counts[i].at));
    }
    jw_pair(&j->w, "path", status == EXIT_FINE && !o->dry_run ? o->out : NULL);
    jw_pair(&j->w, "uuid", *r->uuid ? r->uuid : NULL);
    jw_pair(&j->w, "left_out", r->left_out);
    jw_key(&j->w, "not_exported");
    jw_open(&j->w, '{');
    for (size_t i = 0; i < r->left_n; i++) {
        jw_key(&j->w, r->left[i].what);
        jw_int(&j->w, r->left[i].n);
    }
    jw_close(&j->w, '}');
    jw_close(&j->w, '}');
    return cli_print(&j->out) == EXIT_FINE ? status : EXIT_STORAGE;
}

/* "saksmappe/endretDato" is endretDato; "hendelseslogg" itself. */
static const char *field_of(const char *what)
{
    const char *slash = strchr(what, '/');
    return slash ? slash + 1 : what;
}

/* One line a field, in the order they came: its number, and that of each class. */
static void tell_left(struct job *j, const struct export_result *r)
{
    struct arena *a = j->p->cx.arena;
    for (size_t i = 0; i < r->left_n; i++) {
        const char *field = field_of(r->left[i].what), *classes = "";
        int64_t n = 0;
        size_t first = 0;
        while (!streq(field_of(r->left[first].what), field))
            first++;
        for (size_t k = i; first == i && k < r->left_n; k++) {
            const struct export_left *l = &r->left[k];
            if (!streq(field_of(l->what), field))
                continue;
            n += l->n;
            if (field_of(l->what) != l->what)
                classes = arena_printf(a, "%s%s%.*s %" PRId64, classes, *classes ? ", " : ": ",
                                       (int)(field_of(l->what) - l->what) - 1, l->what, l->n);
            if (!classes)
                return;
        }
        if (first == i)
            cli_say(j->cli, stdout, T_EXPORT_STAYS_ROW, number(j, n), field, classes, NULL);
    }
}

static int tell(struct job *j, const struct export_options *o, const struct export_result *r, enum rc rc)
{
    int status = rc == RC_OK ? EXIT_FINE : EXIT_REFUSED;
    bar_clear(&j->bar);
    if (j->cli->json)
        return tell_json(j, o, r, status);
    if (rc != RC_OK)
        cli_say(j->cli, stdout, T_EXPORT_NOT_READY, number(j, r->reasons), NULL);
    else if (o->dry_run)
        cli_say(j->cli, stdout, T_EXPORT_READY, number(j, r->mapper), number(j, r->registreringer),
                number(j, r->dokumenter), NULL);
    else
        cli_say(j->cli, stdout, T_EXPORT_MADE, o->out, number(j, r->mapper), number(j, r->registreringer),
                number(j, r->dokumenter), number(j, r->endringer), number(j, r->bytes), *r->uuid ? " " : "", r->uuid,
                NULL);
    if (r->left_n)
        cli_say(j->cli, stdout, T_EXPORT_STAYS, NULL);
    tell_left(j, r);
    if (rc == RC_OK && *r->left_out)
        cli_say(j->cli, stderr, T_EXPORT_LEFT_OUT, r->left_out, NULL);
    return status;
}

/* What the one who asked can mend by asking otherwise. */
static int fail(struct cli *cli, struct place *p, enum rc rc)
{
    const struct err *err = &p->cx.err;
    bool part = streq(err->field, "arkivdel");
    if (interrupted && rc == RC_BUSY)
        return cli_refuse_as(cli, EXIT_STORAGE, "INTERRUPTED", T_EXPORT_INTERRUPTED, NULL);
    if (rc == RC_BUSY && streq(err->field, "out"))
        return cli_refuse_as(cli, EXIT_STORAGE, err_id(rc), T_EXPORT_BUSY, err->detail);
    if (rc == RC_NOT_FOUND && streq(err->field, "out"))
        return cli_refuse_as(cli, EXIT_REFUSED, err_id(rc), T_EXPORT_NO_PARENT, err->detail);
    if (rc == RC_NOT_FOUND && part)
        return cli_refuse_as(cli, EXIT_REFUSED, err_id(rc), T_EXPORT_NO_PART, err->detail);
    if (rc == RC_TAKEN && (part || streq(err->field, "out")))
        return cli_refuse_as(cli, EXIT_REFUSED, err_id(rc), part ? T_EXPORT_PART_TWICE : T_EXPORT_EXISTS, err->detail);
    return place_fail(cli, p, rc);
}

/* The folder of schemas, if one is told, must have those of the version. */
static int look_at_schemas(struct cli *cli, const struct place *p, const struct export_options *o)
{
    if (!o->schemas)
        return ARGS_DONE;
    if (!cli_is_folder(o->schemas))
        return cli_refuse(cli, EXIT_USAGE, T_NO_FOLDER, o->schemas);
    const char *version = noark_text(o->version);
    const char *const homes[] = {arena_printf(p->cx.arena, "%s/noark5/v%s", o->schemas, version),
                                 arena_printf(p->cx.arena, "%s/v%s", o->schemas, version), o->schemas};
    for (size_t i = 0; i < COUNT_OF(homes); i++) {
        const char *path = arena_printf(p->cx.arena, "%s/arkivstruktur.xsd", homes[i] ? homes[i] : "");
        if (path && access(path, R_OK) == 0)
            return ARGS_DONE;
    }
    return cli_refuse(cli, EXIT_USAGE, T_NO_SCHEMAS, o->schemas);
}

static int run(struct cli *cli, struct place *p, struct export_options *o)
{
    struct job j = {.cli = cli, .p = p};
    const struct export_hooks hooks = {.arg = &j, .reason = on_reason, .progress = on_progress, .stop = on_stop};
    struct export_result r = {.left_out = ""};
    struct vault *v;
    enum rc rc = archive_vault(&p->cx, p->archive, o->municipality->slug, &v);
    if (rc != RC_OK)
        return place_fail(cli, p, rc);
    catch_signals();
    bar_begin(&j.bar, cli, "deposit");
    buf_init(&j.out, (size_t)GiB(1));
    jw_begin(&j.w, &j.out);
    jw_open(&j.w, '{');
    jw_key(&j.w, "reasons");
    jw_open(&j.w, '[');
    rc = export_run(&p->cx, v, o, &hooks, &r);
    bool told = rc == RC_OK || rc == RC_NOT_DEPOSITABLE;
    int status = told ? tell(&j, o, &r, rc) : ARGS_DONE;
    if (!told) {
        bar_clear(&j.bar);
        status = fail(cli, p, rc);
    }
    if (!told || !cli->json)
        buf_free(&j.out);
    return status;
}

static int read_choices(struct cli *cli, const char *form, const char *version, struct export_options *o)
{
    static const char *const forms[] = {[EXPORT_FOLDER] = "folder", [EXPORT_SIP] = "sip", [EXPORT_AIP] = "aip"};
    static const enum noark versions[] = {NOARK_50, NOARK_40, NOARK_31};
    size_t f = 0, v = 0;
    while (form && f < COUNT_OF(forms) && !streq(forms[f], form))
        f++;
    while (version && v < COUNT_OF(versions) && !streq(noark_text(versions[v]), version))
        v++;
    if (f == COUNT_OF(forms))
        return cli_refuse(cli, EXIT_USAGE, T_EXPORT_FORMAT, form);
    if (v == COUNT_OF(versions))
        return cli_refuse(cli, EXIT_USAGE, T_EXPORT_NOARK, version);
    if (o->uuid && !uuid_valid(str_of(o->uuid)))
        return cli_refuse(cli, EXIT_USAGE, T_EXPORT_UUID, o->uuid);
    o->form = (enum export_form)f;
    o->version = versions[v];
    return ARGS_DONE;
}

static const char *setting(struct place *p, const char *key)
{
    const char *v = config_get(p->cfg, "deponering", key, "");
    return *v ? v : NULL;
}

int cmd_deposit_export(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *slug = NULL, *form = NULL, *version = NULL;
    struct export_options o = {.dry_run = false};
    struct many arkivdeler = {.name = "--arkivdel"};
    const struct opt opts[] = {{"--municipality", &slug, NULL}, {"--out", &o.out, NULL}, {"--format", &form, NULL},
                               {"--noark", &version, NULL}, {"--schemas", &o.schemas, NULL}, {"--uuid", &o.uuid, NULL},
                               {"--dry-run", NULL, &o.dry_run}};
    const struct args args = {.command = "deposit export", .help = T_HELP_DEPOSIT_EXPORT, .opts = opts,
                              .opts_n = COUNT_OF(opts), .many = &arkivdeler, .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status == ARGS_DONE)
        status = read_choices(cli, form, version, &o);
    if (status != ARGS_DONE)
        return status;
    if (!slug || arkivdeler.n == 0 || (!o.out && !o.dry_run))
        return cli_refuse(cli, EXIT_USAGE, T_EXPORT_NEEDED, NULL);
    struct place p;
    struct municipality m;
    status = place_open(cli, &p, dir, PLACE_ARCHIVE);
    if (status == ARGS_DONE)
        status = place_municipality(cli, &p, slug, &m);
    if (status == ARGS_DONE) {
        o.municipality = &m;
        o.arkivdeler = arkivdeler.values;
        o.arkivdeler_n = arkivdeler.n;
        o.schemas = o.schemas ? o.schemas : setting(&p, "skjema");
        o.handbook = setting(&p, "systemhaandbok");
        o.preservation = setting(&p, "depot");
        o.agreement = setting(&p, "avtale");
        status = look_at_schemas(cli, &p, &o);
        if (status == ARGS_DONE)
            status = run(cli, &p, &o);
    }
    place_close(&p);
    return status;
}
