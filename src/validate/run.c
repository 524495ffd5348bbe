/* One validation from beginning to end. */
#include "validate/validate_int.h"

#include <stdlib.h>
#include <time.h>

enum { TELL_EVERY = 200000 };

static int64_t clock_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void run_progress(struct run *r)
{
    int64_t now = clock_now();
    if (now - r->told_at < TELL_EVERY)
        return;
    r->told_at = now;
    if (r->options->progress)
        r->options->progress(r->options->arg, pack_bytes_read(r->pack), r->v->bytes);
    if (r->options->stop && r->options->stop(r->options->arg))
        r->stopped = true;
}

/* ---------------------------------------------------------------- arkivuttrekk.xml */

static const struct pack_entry *find_addml(struct run *r)
{
    static const char *const names[] = {"arkivuttrekk.xml", "addml.xml"};
    const char *const folders[] = {r->layout->extract, r->layout->root};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct pack_entry *e = pack_find_in(r->pack, r->layout->extract, str_of(names[i]));
        if (e && e->kind == PACK_FILE)
            return e;
    }
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[200];
        (void)snprintf(path, sizeof(path), "administrative_metadata/%s", names[i]);
        const struct pack_entry *e = pack_find_in(r->pack, folders[1], str_of(path));
        if (e && e->kind == PACK_FILE)
            return e;
    }
    return NULL;
}

static void read_addml(struct run *r)
{
    struct pack_stream s;
    const struct pack_entry *e = r->addml_entry = find_addml(r);
    r->addml_file = "arkivuttrekk.xml";
    if (!e) {
        report(r, T_105, F_ADDML_NONE, SPOT(.file = r->addml_file));
        return;
    }
    const char *slash = strrchr(e->path, '/');
    r->addml_file = slash ? slash + 1 : e->path;
    enum rc rc = pack_stream_open(r->cx, r->pack, e, &s);
    if (rc == RC_OK) {
        rc = addml_read(r->cx, &s, &r->addml);
        pack_stream_close(&s);
    }
    r->has_addml = rc == RC_OK;
    if (rc != RC_OK)
        report_unreadable(r, T_105, F_ADDML_BROKEN, r->addml_file);
}

static void demand(struct run *r, const char *value, const char *name)
{
    if (!value)
        report(r, T_105, F_ADDML_PLACE, SPOT(.file = r->addml_file, .expected = str_of(name)));
}

static void demand_bool(struct run *r, enum addml_bool b, const char *name)
{
    if (b == ADDML_UNREADABLE)
        report(r, T_105, F_ADDML_VALUE, SPOT(.file = r->addml_file, .line = addml_line(r->addml, name),
                                             .place = str_of(name), .expected = STR("true/false")));
    else if (b == ADDML_UNTOLD)
        demand(r, NULL, name);
}

static void demand_split(struct run *r, const char *value, const char *name)
{
    demand(r, value, name);
    if (value && !streq(value, "skarpt") && !streq(value, "mykt"))
        report(r, T_105, F_ADDML_VALUE, SPOT(.file = r->addml_file, .line = addml_line(r->addml, name),
                                             .place = str_of(name), .expected = STR("skarpt/mykt"),
                                             .found = str_of(value)));
}

static void look_at_period(struct run *r)
{
    const struct addml *a = r->addml;
    const struct { const char *value, *name; int *day; } ends[] = {{a->start, "startDate", &r->period.first},
                                                                   {a->end, "endDate", &r->period.last}};
    bool fine = true;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        bool day = ends[i].value && day_of(str_of(ends[i].value), ends[i].day);
        fine &= day;
        if (ends[i].value && !day)
            report(r, T_105, F_ADDML_VALUE, SPOT(.file = r->addml_file, .line = addml_line(a, ends[i].name),
                                                 .place = str_of(ends[i].name),
                                                 .expected = str_of(in_words(r, "ÅÅÅÅ-MM-DD", "YYYY-MM-DD")),
                                                 .found = str_of(ends[i].value)));
    }
    if (!fine)
        r->period = (struct span){0};
}

static void look_at_addml(struct run *r)
{
    const struct addml *a = r->addml;
    if (!r->has_addml)
        return;
    demand(r, a->type, "type");
    demand(r, a->version, "version");
    demand_split(r, a->entry, "inngaaendeSkille");
    demand_split(r, a->exit, "utgaaendeSkille");
    demand_bool(r, a->screened, "inneholderSkjermetInformasjon");
    demand_bool(r, a->disposed, "omfatterDokumenterSomErKassert");
    demand_bool(r, a->to_dispose, "inneholderDokumenterSomSkalKasseres");
    demand_bool(r, a->business, "inneholderVirksomhetsspesifikkeMetadata");
    const struct addml_object *archive = addml_object(a, "arkivstruktur");
    if (!archive || !archive->counts)
        demand(r, NULL, archive ? "numberOfOccurrences" : "arkivstruktur");
    if (a->misplaced)
        report(r, T_105, F_ADDML_ORDER, SPOT(.file = r->addml_file, .line = addml_line(a, a->misplaced),
                                             .place = str_of(a->misplaced)));
    look_at_period(r);
}

/* The folder of official schemas; 5.0 when the version is not known. */
static void set_version(struct run *r)
{
    static const char *const versions[] = {"3.0", "3.1", "4.0", "5.0"};
    const char *told = r->addml->version;
    r->version = "v5.0";
    for (size_t i = 0; told && i < COUNT_OF(versions); i++)
        if (streq(told, versions[i])) {
            r->version = (const char *[]){"v3.0", "v3.1", "v4.0", "v5.0"}[i];
            return;
        }
    if (told)
        report(r, T_105, F_ADDML_VERSION, SPOT(.file = r->addml_file, .line = addml_line(r->addml, "version"),
                                               .place = STR("version"), .found = str_of(told),
                                               .expected = STR("3.0/3.1/4.0/5.0")));
}

/* ---------------------------------------------------------------- beginning and end */

static enum rc open_official(struct run *r)
{
    static const char *const prefixes[] = {"", "noark5/"};
    char path[80];
    if (!r->options->schemas)
        return RC_OK;
    TRY(pack_open(r->cx, r->options->schemas, &r->official));
    r->official_prefix = "";
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        (void)snprintf(path, sizeof(path), "%s%s/", prefixes[i], r->version);
        if (pack_first(r->official, path) < pack_count(r->official))
            r->official_prefix = prefixes[i];
    }
    return RC_OK;
}

static const char *keep(struct run *r, const char *s)
{
    return s ? arena_strdup(r->v->arena, s) : NULL;
}

static void describe(struct run *r, const char *path)
{
    struct validation *v = r->v;
    v->path = keep(r, path);
    v->version = keep(r, r->addml->version);
    v->system = keep(r, r->addml->system);
    v->archive = keep(r, r->addml->archive);
    v->start = keep(r, r->addml->start);
    v->end = keep(r, r->addml->end);
    v->tar = r->layout->tar;
    v->dias = r->layout->dias;
    v->arkade = r->options->arkade;
}

/* Is there anything of a package at all? */
static enum rc must_be_package(struct run *r)
{
    if (r->layout->dias || find_addml(r) || pack_find_in(r->pack, r->layout->extract, STR("arkivstruktur.xml")))
        return RC_OK;
    return pack_no_extract(r->cx, r->pack);
}

static enum rc prepare(struct run *r, const char *path)
{
    TRY(pack_open(r->cx, path, &r->pack));
    r->layout = pack_layout(r->pack);
    TRY(must_be_package(r));
    r->addml = arena_alloc(r->cx->arena, sizeof(*r->addml));
    r->mentions = calloc(pack_count(r->pack) + 1, 1);
    if (!r->addml || !r->mentions)
        return cx_nomem(r->cx);
    r->addml->documents = -1;
    TRY(walk_prepare(r));
    read_addml(r);
    look_at_addml(r);
    set_version(r);
    describe(r, path);
    TRY(open_official(r));
    return hasher_start(r);
}

static void run_all(struct run *r)
{
    static void (*const steps[])(struct run *r) = {test_package, test_extract, test_documents, test_dias, hasher_finish};
    for (size_t i = 0; i < COUNT_OF(steps) && !r->stopped; i++)
        steps[i](r);
}

static void release(struct run *r)
{
    hasher_finish(r);
    r->v->failed |= !idset_free(&r->ids);
    free(r->mentions);
    free(r->created);
    if (r->references)
        (void)fclose(r->references);
    if (r->held.file)
        (void)fclose(r->held.file);
    pack_close(&r->official);
    pack_close(&r->pack);
}

enum rc validate_run(struct cx *cx, const char *path, const struct validate_options *options,
                     struct validation **ret)
{
    int64_t begun = clock_now();
    struct run r = {.cx = cx, .options = options, .part = -1, .v = validation_new(), .loepende.told = -1,
                    .offentlig.told = -1, .file = ""};
    if (!r.v)
        return cx_nomem(cx);
    enum rc rc = prepare(&r, path);
    if (rc == RC_OK)
        run_all(&r);
    release(&r);
    if (rc == RC_OK && r.stopped)
        rc = err_set(cx, RC_BUSY, NULL, NULL);
    if (rc == RC_OK && !validation_settle(r.v))
        rc = err_secret(cx, RC_IO, "validate: findings could not be kept");
    r.v->seconds = (double)(clock_now() - begun) / 1e6;
    if (rc != RC_OK)
        validation_free(&r.v);
    else
        *ret = r.v;
    return rc;
}
