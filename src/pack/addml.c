/*
 * The reader follows the nesting of dataObject and property and keeps the names of the open properties
 * as a path ("schema/file/checksum/value"); the row of the table whose path fits says where a value goes.
 */
#include "pack/addml.h"
#include "pack/pack_int.h"

enum { ADDML_MOST = 16 << 20, PATH_MOST = 400, NAMES_MOST = 64 };

struct reader {
    struct cx *cx;
    struct addml *a;
    char path[PATH_MOST];          /* names of the open properties and additional elements */
    size_t ends[NAMES_MOST];       /* where the path ended before each */
    int names;
    int order[NAMES_MOST + 1];     /* how many properties have begun so far within each; [0] within the data object */
    int objects;                   /* open data objects */
    struct addml_object *object, **next_object;
    struct addml_file *file, **next_file;
    struct addml_count *count, **next_count;
    enum rc rc;
};

/* ---------------------------------------------------------------- values of the extract */

static enum addml_bool as_bool(const char *s)
{
    return streq(s, "true") ? ADDML_TRUE : streq(s, "false") ? ADDML_FALSE : ADDML_UNREADABLE;
}

static int64_t as_number(const char *s)
{
    int64_t n;
    return str_int(str_of(s), &n) && n >= 0 ? n : -1;
}

#define FLAG(path, member) {path, 0, offsetof(struct addml, member), true}
#define TEXT(path, member) {path, offsetof(struct addml, member), 0, false}
static const struct {
    const char *path;
    size_t text, flag;
    bool is_flag;
} values[ADDML_VALUES] = {
    TEXT("type", type), TEXT("type/version", version),
    TEXT("additionalInfo/periode/inngaaendeSkille", entry), TEXT("additionalInfo/periode/utgaaendeSkille", exit),
    TEXT("archivalPeriod/startDate", start), TEXT("archivalPeriod/endDate", end),
    TEXT("systemName", system), TEXT("archive", archive),
    TEXT("additionalInfo/antallDokumentfiler", documents_text),
    FLAG("additionalInfo/inneholderSkjermetInformasjon", screened),
    FLAG("additionalInfo/omfatterDokumenterSomErKassert", disposed),
    FLAG("additionalInfo/inneholderDokumenterSomSkalKasseres", to_dispose),
    FLAG("additionalInfo/inneholderVirksomhetsspesifikkeMetadata", business),
};
#undef FLAG
#undef TEXT

/* Does the path end with the parts of `tail`? */
static bool path_ends(const char *path, const char *tail)
{
    size_t n = strlen(path), m = strlen(tail);
    return n >= m && streq(path + n - m, tail) && (n == m || path[n - m - 1] == '/');
}

/* Where readers count positions: the whole path, and which of its neighbours each part of it is (0: any). */
static const struct {
    const char *path, *name;
    int parts, order[4];
} places[] = {
    {"info/type/version", "version", 3, {1, 1, 1}},
    {"info/additionalInfo/periode/inngaaendeSkille", "inngaaendeSkille", 4, {1, 2, 0, 1}},
    {"info/additionalInfo/periode/utgaaendeSkille", "utgaaendeSkille", 4, {1, 2, 0, 2}},
};

static void look_at_place(struct reader *r)
{
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        const char *last = strrchr(r->path, '/');
        if (!last || !streq(last + 1, places[i].name) || r->a->misplaced)
            continue;
        bool fine = streq(r->path, places[i].path) && r->names == places[i].parts; /* a name may be empty, or hold a '/' */
        for (int k = 0; fine && k < places[i].parts; k++)
            fine = places[i].order[k] == 0 || r->order[k] == places[i].order[k];
        if (!fine)
            r->a->misplaced = places[i].name;
    }
}

static void take_extract_value(struct reader *r, const char *text, int64_t line)
{
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        if (!path_ends(r->path, values[i].path))
            continue;
        char *base = (char *)r->a;
        look_at_place(r);
        r->a->lines[i] = line;
        if (values[i].is_flag)
            *(enum addml_bool *)(void *)(base + values[i].flag) = as_bool(text);
        else
            *(const char **)(void *)(base + values[i].text) = text;
        return;
    }
}

/* ---------------------------------------------------------------- values of a data object */

static void take_file_value(struct reader *r, const char *text)
{
    struct addml_file *f = r->file;
    if (path_ends(r->path, "file/name"))
        f->name = text;
    else if (path_ends(r->path, "checksum/algorithm"))
        f->algorithm = text;
    else if (path_ends(r->path, "checksum/value"))
        f->checksum = text;
    else if (path_ends(r->path, "schema"))
        f->main = streq(text, "main");
}

static void take_count_value(struct reader *r, const char *text)
{
    if (path_ends(r->path, "numberOfOccurrences"))
        r->count->element = text;
    else if (path_ends(r->path, "numberOfOccurrences/value"))
        r->count->value = as_number(text);
}

static void take_value(struct reader *r, struct str text, int64_t line)
{
    while (text.n > 0 && (text.p[0] == ' ' || (text.p[0] >= '\t' && text.p[0] <= '\r')))
        text.p++, text.n--;
    while (text.n > 0 && (text.p[text.n - 1] == ' ' || (text.p[text.n - 1] >= '\t' && text.p[text.n - 1] <= '\r')))
        text.n--;
    const char *copy = arena_strndup(r->cx->arena, text.p, text.n);
    if (!copy)
        r->rc = cx_nomem(r->cx);
    else if (text.n == 0)
        return;
    else if (r->count)
        take_count_value(r, copy);
    else if (r->file)
        take_file_value(r, copy);
    else
        take_extract_value(r, copy, line);
}

/* ---------------------------------------------------------------- nesting */

static void *new_part(struct reader *r, size_t n)
{
    void *p = arena_alloc(r->cx->arena, n);
    if (!p)
        r->rc = cx_nomem(r->cx);
    return p;
}

static void open_object(struct reader *r, struct str name)
{
    r->order[0] = 0;
    if (++r->objects != 2)
        return;
    struct addml_object *o = new_part(r, sizeof(*o));
    if (!o || !(o->name = arena_strndup(r->cx->arena, name.p, name.n)))
        return;
    *r->next_object = r->object = o;
    r->next_object = &o->next;
    r->next_file = &o->files;
    r->next_count = &o->counts;
}

static void open_file(struct reader *r, bool schema, int64_t line)
{
    struct addml_file *f = new_part(r, sizeof(*f));
    if (!f)
        return;
    f->schema = schema;
    f->line = line;
    *r->next_file = r->file = f;
    r->next_file = &f->next;
}

static void open_count(struct reader *r, int64_t line)
{
    struct addml_count *c = new_part(r, sizeof(*c));
    if (!c)
        return;
    c->value = -1;
    c->line = line;
    c->in_info = streq(r->path, "info/numberOfOccurrences");
    *r->next_count = r->count = c;
    r->next_count = &c->next;
}

static void open_property(struct reader *r, struct str name, int64_t line)
{
    size_t n = strlen(r->path);
    if (r->names == NAMES_MOST || n + name.n + 2 > PATH_MOST) {
        r->rc = pack_fault(r->cx, "arkivuttrekk.xml er for dypt bygd", "arkivuttrekk.xml is nested too deeply");
        return;
    }
    r->order[r->names]++;
    r->ends[r->names++] = n;
    r->order[r->names] = 0;
    (void)snprintf(r->path + n, PATH_MOST - n, "%s%.*s", n ? "/" : "", (int)name.n, name.p);
    if (!r->object)
        return;
    if (!r->file && (str_is(name, "file") || str_is(name, "schema")))
        open_file(r, str_is(name, "schema"), line);
    else if (r->file && str_is(name, "checksum"))
        r->file->has_checksum = true;
    else if (!r->count && str_is(name, "numberOfOccurrences"))
        open_count(r, line);
}

static void close_property(struct reader *r)
{
    const char *last = strrchr(r->path, '/');
    last = last ? last + 1 : r->path;
    if (r->file && (streq(r->path, "file") || streq(r->path, "schema")))
        r->file = NULL;
    if (streq(last, "numberOfOccurrences"))
        r->count = NULL;
    if (r->names > 0)
        r->path[r->ends[--r->names]] = '\0';
}

static bool is_named(const struct pack_xml_element *e)
{
    return streq(e->name, "property") || streq(e->name, "additionalElement");
}

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct reader *r = arg;
    if (streq(e->name, "dataObject"))
        open_object(r, pack_xml_attr_value(e, "name"));
    else if (is_named(e))
        open_property(r, pack_xml_attr_value(e, "name"), e->line);
    if (r->rc != RC_OK)
        pack_xml_stop(x);
}

static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct reader *r = arg;
    if (streq(e->name, "value") && e->leaf)
        take_value(r, e->text, e->line);
    else if (is_named(e))
        close_property(r);
    else if (streq(e->name, "dataObject") && r->objects-- == 2)
        r->object = NULL;
    if (r->rc != RC_OK)
        pack_xml_stop(x);
}

/* Of the data objects arkivstruktur is the first, and has its numbers in info. */
static const char *misplaced_object(const struct addml *a)
{
    const struct addml_object *o = addml_object(a, "arkivstruktur");
    if (!o)
        return NULL;
    for (const struct addml_count *c = o->counts; c; c = c->next)
        if (!c->in_info)
            return "numberOfOccurrences";
    return o == a->objects ? NULL : "arkivstruktur";
}

enum rc addml_read(struct cx *cx, struct pack_stream *s, struct addml **ret)
{
    static const struct pack_xml_events events = {.start = on_start, .end = on_end};
    if (s->size > ADDML_MOST)
        return pack_fault(cx, "arkivuttrekk.xml er større enn 16 MiB", "arkivuttrekk.xml is larger than 16 MiB");
    struct addml *a = arena_alloc(cx->arena, sizeof(*a));
    if (!a)
        return cx_nomem(cx);
    struct reader r = {.cx = cx, .a = a, .next_object = &a->objects};
    TRY(pack_xml_read(cx, s, &events, &r, NULL));
    if (r.rc != RC_OK)
        return r.rc;
    a->documents = a->documents_text ? as_number(a->documents_text) : -1;
    if (!a->misplaced)
        a->misplaced = misplaced_object(a);
    *ret = a;
    return RC_OK;
}

/* ---------------------------------------------------------------- asking */

const struct addml_object *addml_object(const struct addml *a, const char *name)
{
    for (const struct addml_object *o = a->objects; o; o = o->next)
        if (str_ieq(str_of(o->name), name))
            return o;
    return NULL;
}

const struct addml_file *addml_main_file(const struct addml_object *o)
{
    for (const struct addml_file *f = o ? o->files : NULL; f; f = f->next)
        if (!f->schema && f->name)
            return f;
    return NULL;
}

const struct addml_count *addml_counted(const struct addml *a, const char *object, const char *element)
{
    const struct addml_object *o = addml_object(a, object);
    for (const struct addml_count *c = o ? o->counts : NULL; c; c = c->next)
        if (streq(c->element, element))
            return c;
    return NULL;
}

int64_t addml_count(const struct addml *a, const char *object, const char *element)
{
    const struct addml_count *c = addml_counted(a, object, element);
    return c ? c->value : -1;
}

int64_t addml_line(const struct addml *a, const char *name)
{
    for (size_t i = 0; i < COUNT_OF(values); i++)
        if (path_ends(values[i].path, name))
            return a->lines[i];
    return 0;
}
