/* samdrift deposit import: a deposit into a municipality. */
#include "cli/cli_int.h"

#include "base/fault.h"
#include "deposit/import.h"

enum { GROUPS_MAX = 500, EXAMPLES_MAX = 5, EXAMPLES_SHOWN = 3, VALUE_SHOWN = 120 };

/* Notes of one kind about one element are told together. */
struct note_group {
    enum import_note_id id;
    const char *path;
    int64_t count;
    struct {
        const char *file, *systemid, *value;
        int64_t line;
    } examples[EXAMPLES_MAX];
};
struct import_job {
    struct cli *cli;
    struct place p;
    struct bar bar;
    struct note_group *groups;
    size_t groups_n;
};

static struct note_group *group_of(struct import_job *j, const struct import_note *n)
{
    for (size_t i = 0; i < j->groups_n; i++)
        if (j->groups[i].id == n->id && streq(j->groups[i].path, n->path))
            return &j->groups[i];
    if (j->groups_n == GROUPS_MAX)
        return NULL;
    struct note_group *g = &j->groups[j->groups_n];
    *g = (struct note_group){.id = n->id, .path = arena_strdup(j->p.cx.arena, n->path)};
    return g->path ? &j->groups[j->groups_n++] : NULL;
}

static size_t shown_length(struct str s)
{
    size_t n = s.n < VALUE_SHOWN ? s.n : VALUE_SHOWN;
    while (n < s.n && n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static void on_note(void *arg, const struct import_note *n)
{
    struct import_job *j = arg;
    struct note_group *g = group_of(j, n);
    if (!g || g->count++ >= EXAMPLES_MAX)
        return;
    struct arena *a = j->p.cx.arena;
    const char *value = arena_strndup(a, n->value.p, shown_length(n->value));
    const char *file = arena_strdup(a, n->file), *systemid = arena_strdup(a, n->systemid);
    size_t i = (size_t)g->count - 1;
    g->examples[i].value = value ? value : "";
    g->examples[i].file = file ? file : "";
    g->examples[i].systemid = systemid ? systemid : "";
    g->examples[i].line = n->line;
}

static void on_progress(void *arg, int64_t done, int64_t total)
{
    bar_show(&((struct import_job *)arg)->bar, done, total);
}

/* ------------------------------------------------------------------ telling */

static int weight(const struct note_group *g)
{
    const char *severity = import_note_severity(g->id);
    return *severity == 'e' ? 0 : *severity == 'w' ? 1 : 2;
}

/* The worst first; then as note.def has them. */
static int by_weight(const void *pa, const void *pb)
{
    const struct note_group *a = pa, *b = pb;
    if (weight(a) != weight(b))
        return weight(a) - weight(b);
    return a->id != b->id ? (a->id < b->id ? -1 : 1) : strcmp(a->path, b->path);
}

static void write_group(struct jw *w, const struct note_group *g, enum lang lang)
{
    jw_open(w, '{');
    jw_pair(w, "id", import_note_name(g->id));
    jw_pair(w, "severity", import_note_severity(g->id));
    jw_pair(w, "path", g->path);
    jw_key(w, "count");
    jw_int(w, g->count);
    jw_pair(w, "text", import_note_text(g->id, lang));
    jw_key(w, "examples");
    jw_open(w, '[');
    for (size_t i = 0; i < EXAMPLES_MAX && i < (size_t)g->count; i++) {
        jw_open(w, '{');
        jw_pair(w, "file", g->examples[i].file);
        jw_key(w, "line");
        jw_int(w, g->examples[i].line);
        jw_pair(w, "systemID", g->examples[i].systemid);
        jw_pair(w, "value", g->examples[i].value);
        jw_close(w, '}');
    }
    jw_close(w, ']');
    jw_close(w, '}');
}

static int tell_json(struct import_job *j, const struct import_result *r, bool dry)
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(16));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_pair(&w, "id", r->id);
    jw_key(&w, "dry_run");
    jw_bool(&w, dry);
    jw_key(&w, "again");
    jw_bool(&w, r->again);
    jw_key(&w, "supplied");
    jw_int(&w, r->supplied);
    jw_key(&w, "replaced");
    jw_int(&w, r->replaced);
    jw_key(&w, "resumed");
    jw_int(&w, r->resumed);
    import_counts_write(&w, &r->counts);
    jw_key(&w, "findings");
    jw_open(&w, '[');
    for (size_t i = 0; i < j->groups_n; i++)
        write_group(&w, &j->groups[i], j->cli->lang);
    jw_close(&w, ']');
    jw_close(&w, '}');
    return cli_print(&b);
}

static const char *number(struct import_job *j, int64_t n)
{
    return arena_printf(j->p.cx.arena, "%" PRId64, n);
}

/* "    arkivstruktur.xml:913  dokumenter/1.pdf"; of a file as a whole its name alone. */
static void tell_example(struct import_job *j, const struct note_group *g, size_t i)
{
    struct arena *a = j->p.cx.arena;
    const char *file = g->examples[i].file, *value = g->examples[i].value;
    const char *at = g->examples[i].line ? arena_printf(a, "%s:%" PRId64, file, g->examples[i].line) : file;
    bool twice = streq(value, file) || !*value;
    cli_say(j->cli, stdout, T_IMPORT_EXAMPLE, at, twice ? "" : "  ", twice ? "" : value, NULL);
}

static void tell_groups(struct import_job *j)
{
    for (size_t i = 0; i < j->groups_n; i++) {
        const struct note_group *g = &j->groups[i];
        size_t shown = g->count < EXAMPLES_SHOWN ? (size_t)g->count : EXAMPLES_SHOWN;
        cli_say(j->cli, stdout, T_IMPORT_NOTE, number(j, g->count), g->path, *g->path ? ": " : "",
                import_note_text(g->id, j->cli->lang), NULL);
        for (size_t k = 0; k < shown; k++)
            tell_example(j, g, k);
        if (g->count > EXAMPLES_SHOWN)
            cli_say(j->cli, stdout, T_IMPORT_MORE, number(j, g->count - EXAMPLES_SHOWN), NULL);
    }
}

static void tell_text(struct import_job *j, const struct import_result *r, bool dry)
{
    int64_t before = 0;
    for (int i = 0; i < E_COUNT; i++)
        before += r->counts.before[i];
    if (r->again)
        cli_say(j->cli, stdout, r->supplied + r->replaced ? T_IMPORT_BEFORE : T_IMPORT_AGAIN, r->id, NULL);
    if (r->supplied)
        cli_say(j->cli, stdout, dry ? T_IMPORT_WOULD_SUPPLY : T_IMPORT_SUPPLIED, number(j, r->supplied), NULL);
    if (r->replaced)
        cli_say(j->cli, stdout, dry ? T_IMPORT_WOULD_REPLACE : T_IMPORT_REPLACED, number(j, r->replaced), NULL);
    if (r->resumed)
        cli_say(j->cli, stdout, T_IMPORT_RESUMED, number(j, r->resumed), NULL);
    cli_say(j->cli, stdout, dry ? T_IMPORT_DRY : T_IMPORT_DONE, r->id, NULL);
    for (int i = 0; i < E_COUNT; i++)
        if (r->counts.made[i])
            cli_say(j->cli, stdout, T_IMPORT_CLASS, number(j, r->counts.made[i]), model_entity((enum entity_id)i)->name,
                    NULL);
    cli_say(j->cli, stdout, T_IMPORT_SUMS, number(j, r->counts.documents), number(j, r->counts.bytes),
            number(j, r->counts.entries), number(j, before), NULL);
    tell_groups(j);
}

/* ------------------------------------------------------------------ the command */

/* The one that imports from the command line: an operator, who has the machine anyway. */
static struct call operator_call(struct import_job *j, struct vault *v)
{
    struct call c = {.cx = &j->p.cx, .vault = v, .role = ROLE_ARKIVADMINISTRATOR, .import = true};
    (void)snprintf(c.person.name, sizeof(c.person.name), "samdrift deposit import");
    return c;
}

/* Batches that are stored stay. */
static int stopped(struct import_job *j, enum rc rc, const struct import_result *r, bool dry)
{
    bool some = false;
    for (int i = 0; i < E_COUNT; i++)
        some |= r->counts.made[i] + r->counts.before[i] > 0;
    int status = place_fail(j->cli, &j->p, rc);
    if (some && !dry && !j->cli->json)
        cli_say(j->cli, stderr, T_IMPORT_STOPPED, NULL);
    return status;
}

static int import(struct import_job *j, const char *slug, const char *path, bool dry)
{
    struct municipality m;
    struct vault *v;
    struct import_result r;
    int status = place_municipality(j->cli, &j->p, slug, &m);
    if (status != ARGS_DONE)
        return status;
    enum rc rc = archive_vault(&j->p.cx, j->p.archive, m.slug, &v);
    if (rc != RC_OK)
        return place_fail(j->cli, &j->p, rc);
    struct call c = operator_call(j, v);
    const struct import_options o = {.path = path, .blobs = j->p.blobs, .dry_run = dry, .arg = j, .note = on_note,
                                     .progress = on_progress};
    bar_begin(&j->bar, j->cli, m.slug);
    if (fault_possible())
        fault_arm();
    rc = deposit_import(&c, &o, &r);
    bar_clear(&j->bar);
    qsort(j->groups, j->groups_n, sizeof(*j->groups), by_weight);
    if (rc != RC_OK)
        return stopped(j, rc, &r, dry);
    bool errors = false;
    for (int i = 0; i < IMPORT_NOTES; i++)
        errors |= r.counts.notes[i] && streq(import_note_severity((enum import_note_id)i), "error");
    status = errors ? EXIT_REFUSED : EXIT_FINE;
    if (!j->cli->json) {
        tell_text(j, &r, dry);
        return status;
    }
    int printed = tell_json(j, &r, dry);
    return printed == EXIT_FINE ? status : printed;
}

int cmd_deposit_import(struct cli *cli, int argc, char **argv)
{
    struct import_job j = {.cli = cli};
    const char *words[2] = {NULL, NULL}, *slug = NULL;
    bool dry = false;
    const struct opt opts[] = {{"--municipality", &slug, NULL}, {"--dry-run", NULL, &dry}};
    const struct args args = {.command = "deposit import", .help = T_HELP_DEPOSIT_IMPORT, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = words, .words_n = 2};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    if (!slug)
        return cli_refuse(cli, EXIT_USAGE, T_OPTION_NEEDED, "--municipality");
    status = place_plan(cli);
    if (status != ARGS_DONE)
        return status;
    status = place_open(cli, &j.p, words[0], PLACE_ARCHIVE);
    if (status == ARGS_DONE) {
        j.groups = mem_new(GROUPS_MAX * sizeof(*j.groups));
        status = import(&j, slug, words[1], dry);
        mem_free(j.groups);
    }
    place_close(&j.p);
    return status;
}
