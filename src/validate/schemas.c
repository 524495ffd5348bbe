/*
 * The schemas a file is validated against. That of the package always; the official one of the version
 * told besides, when the two differ in more than line ends. Official schemas are known by their digests
 * (official.def) and taken from the folder named, or made from the model. Business metadata are held to
 * their schema by a wrapper that imports it beside arkivstruktur.xsd.
 */
#include "validate/official.h"
#include "validate/validate_int.h"

enum { SCHEMA_MOST = 4 << 20, LARGE_FILE = 4 << 20 };
#define CATALOGUE "metadatakatalog.xsd"
#define WRAPPER "wrapper.xsd"

struct sources {
    struct run *r;
    const char *wrapper;          /* text of WRAPPER, or NULL */
    bool official;                /* take the official files; else those of the package */
    enum test_id test;            /* that is told of broken schemas */
};

/* Of the schema of arkivuttrekk.xml among the official ones. */
static const char *const addml_places[] = {"addml/v8.3/addml.xsd", "addml/v8.2/addml.xsd", "addml.xsd"};

static struct str installed_file(struct run *r, const char *name)
{
    struct str s = {NULL, 0};
    char path[300];
    if (!r->official)
        return s;
    (void)snprintf(path, sizeof(path), "%s%s/%s", r->official_prefix, r->version, name);
    const struct pack_entry *e = pack_find(r->official, path);
    for (size_t i = 0; !e && streq(name, "addml.xsd") && i < COUNT_OF(addml_places); i++)
        e = pack_find(r->official, addml_places[i]);
    if (e && pack_bytes(r->cx, r->official, e, SCHEMA_MOST, &s) != RC_OK)
        err_clear(r->cx);
    return s;
}

static struct str official_file(struct run *r, const char *name)
{
    struct str s = installed_file(r, name);
    return s.p ? s : official_made(r->cx, r->version, name);
}

static struct str own_file(struct run *r, const char *name)
{
    struct str s = {NULL, 0};
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->extract, str_of(name));
    if (!e && streq(name, "addml.xsd"))
        e = pack_find_in(r->pack, r->layout->root, STR("administrative_metadata/addml.xsd"));
    if (e && e->kind == PACK_FILE && pack_bytes(r->cx, r->pack, e, SCHEMA_MOST, &s) != RC_OK)
        err_clear(r->cx);
    return s;
}

/* Once, though four schemas import metadatakatalog.xsd. */
static void tell_built_in(struct run *r, const char *name)
{
    size_t i = 0;
    while (i < COUNT_OF(r->built_in) && r->built_in[i][0] && !streq(r->built_in[i], name))
        i++;
    if (i == COUNT_OF(r->built_in) || r->built_in[i][0])
        return;
    (void)snprintf(r->built_in[i], sizeof(r->built_in[i]), "%s", name);
    report(r, T_03, F_SCHEMA_BUILT_IN, SPOT(.file = name));
}

static struct str find_file(void *arg, const char *name)
{
    struct sources *from = arg;
    if (from->wrapper && streq(name, WRAPPER))
        return str_of(from->wrapper);
    struct str s = from->official ? official_file(from->r, name) : own_file(from->r, name);
    if (s.p || from->official)
        return s;
    s = official_file(from->r, name);
    if (s.p && !streq(name, "addml.xsd"))
        tell_built_in(from->r, name);
    return s;
}

bool schema_there(struct run *r, const char *name)
{
    return own_file(r, name).p != NULL;
}

bool schema_installed(struct run *r, const char *name)
{
    return official_file(r, name).p != NULL;
}

static void on_fault(void *arg, const char *file, int64_t line, const char *text)
{
    struct sources *from = arg;
    report(from->r, from->test, F_SCHEMA_BROKEN,
         SPOT(.file = file, .line = line, .found = str_of(text), .group = str_of(file)));
}

static struct pack_schema *compile(struct sources *from, const char *name)
{
    const struct pack_schema_files files = {.find = find_file, .fault = on_fault, .arg = from,
                                            .large = from->r->file_size > LARGE_FILE};
    struct pack_schema *s = NULL;
    if (pack_schema_new(from->r->cx, name, &files, &s) != RC_OK)
        err_clear(from->r->cx);
    return s;
}

/* ---------------------------------------------------------------- business metadata */

struct declared {
    struct declared *next;
    const char *ns, *name;
};

struct root {
    struct run *r;
    const char *ns;
    bool whole;                   /* its elements are asked for too */
};

static void on_global(struct root *root, const struct pack_xml_element *e)
{
    struct arena *a = root->r->cx->arena;
    struct str name = pack_xml_attr_value(e, "name");
    if (streq(e->name, "include") || streq(e->name, "import") || streq(e->name, "redefine"))
        root->r->declared_open = true;
    if (!streq(e->name, "element"))
        return;
    struct declared *d = arena_alloc(a, sizeof(*d));
    const char *copy = arena_strndup(a, name.p, name.n);
    if (!d || !copy) {
        root->r->declared_open = true;
        return;
    }
    *d = (struct declared){root->r->declared, root->ns, copy};
    root->r->declared = d;
}

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct root *root = arg;
    struct str ns = pack_xml_attr_value(e, "targetNamespace");
    if (e->depth == 1)
        root->ns = arena_strndup(root->r->cx->arena, ns.p, ns.n);
    else if (e->depth == 2)
        on_global(root, e);
    if (!root->whole)
        pack_xml_stop(x);
}

void business_element(struct run *r, const struct pack_xml_element *e)
{
    const struct declared *d = r->declared;
    if (!r->business || r->declared_open)
        return;
    while (d && (!streq(d->name, e->name) || !streq(d->ns, e->ns)))
        d = d->next;
    if (!d)
        report(r, T_103, F_BUSINESS_UNKNOWN, SPOT(.line = e->line, .place = str_of(e->name), .found = str_of(e->ns),
                                                  .group = str_of(e->name)));
}

static const char *namespace_of(struct run *r, const char *name)
{
    static const struct pack_xml_events events = {.start = on_start};
    struct root root = {.r = r, .whole = !streq(name, "arkivstruktur.xsd")};
    struct pack_stream s;
    struct str text = own_file(r, name);
    if (!text.p)
        return NULL;
    pack_stream_memory(&s, text);
    if (pack_xml_read(r->cx, &s, &events, &root, NULL) != RC_OK)
        err_clear(r->cx);
    return root.ns && root.ns[0] ? root.ns : NULL;
}

/* Namespaces and names are of others: what could end an attribute is left out. */
static bool is_plain(const char *s)
{
    return !strpbrk(s, "<>&\"'");
}

static void import(struct run *r, struct buf *out, const char *name)
{
    const char *ns = namespace_of(r, name);
    if (!ns || !is_plain(ns) || !is_plain(name))
        return;
    buf_printf(out, "<xs:import namespace=\"%s\" schemaLocation=\"%s\"/>", ns, name);
    if (!streq(name, "arkivstruktur.xsd") && !r->business)
        r->business = ns;
}

/* A schema that imports the main one and those of the business metadata; NULL when there are none. */
static const char *make_wrapper(struct run *r, const char *name, const struct addml_object *o)
{
    struct buf b;
    buf_init(&b, (size_t)KiB(64));
    buf_puts(&b, "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">");
    import(r, &b, name);
    for (const struct addml_file *f = o ? o->files : NULL; f; f = f->next)
        if (f->schema && f->name && !streq(f->name, name) && !streq(f->name, CATALOGUE))
            import(r, &b, f->name);
    buf_puts(&b, "</xs:schema>");
    const char *text = r->business && !buf_failed(&b) ? arena_strdup(r->cx->arena, b.p) : NULL;
    buf_free(&b);
    return text;
}

void business_done(struct run *r)
{
    char found[24];
    static const char name[] = "inneholderVirksomhetsspesifikkeMetadata";
    enum addml_bool told = r->addml->business;
    number_add(r, T_103, STR(""), r->business_found);
    r->v->results[T_103].skipped = r->business_found == 0;
    if (r->business_found > 0 && !r->business)
        report(r, T_103, F_BUSINESS_NO_SCHEMA, SPOT(.file = "arkivstruktur.xml"));
    if (!r->archive_there)
        return;
    (void)snprintf(found, sizeof(found), "%" PRId64, r->business_found);
    if ((told == ADDML_TRUE && r->business_found == 0) || (told == ADDML_FALSE && r->business_found > 0))
        report(r, T_103, F_BUSINESS_UNTOLD, SPOT(.file = r->addml_file, .line = addml_line(r->addml, name),
                                                 .place = str_of(name),
                                                 .expected = told == ADDML_TRUE ? STR("true") : STR("false"),
                                                 .found = str_of(found)));
}

/* ---------------------------------------------------------------- own and official */

/* Tells how the schema of the package differs; true when it matters. */
static bool differs(struct run *r, const char *name, bool tell)
{
    struct str own = own_file(r, name), installed = installed_file(r, name);
    bool same = !own.p || (installed.p && str_eq(installed, own));
    const char *other = "";
    enum likeness like = same ? LIKE : official_likeness(r->cx, r->version, name, own, &other);
    bool made = like == UNLIKE && str_eq(own, official_made(r->cx, r->version, name));
    if (own.p && tell && like == LIKE)
        number_add(r, T_102, STR("like de offisielle"), 1);
    else if (own.p && tell && made)
        report(r, T_102, F_SCHEMA_MADE, SPOT(.file = name));
    else if (own.p && tell)
        report(r, T_102, like == UNLIKE ? F_SCHEMA_DIFFERS : F_SCHEMA_LINE_ENDS,
               SPOT(.file = name, .expected = str_of(*other ? r->version + 1 : ""), .found = str_of(other)));
    return like == UNLIKE;
}

static struct pack_schema *open_own(struct run *r, const char *name, const struct addml_object *o, bool business)
{
    struct sources from = {.r = r, .test = T_103};
    if (business && own_file(r, name).p)
        from.wrapper = make_wrapper(r, name, o);
    struct pack_schema *s = from.wrapper ? compile(&from, WRAPPER) : NULL;
    from.test = T_03;
    return s ? s : compile(&from, name);
}

static void open_official(struct run *r, const char *name, bool first, struct schemas *ret)
{
    struct sources from = {.r = r, .official = true, .test = T_101};
    bool main_differs = differs(r, name, true), catalogue_differs = differs(r, CATALOGUE, first);
    if (!official_file(r, name).p || !own_file(r, name).p)
        return;
    if (main_differs || catalogue_differs)
        ret->official = compile(&from, name);
    else
        number_text(r, T_101, name, STR("samme skjema som i pakken, se N5.03"));
}

static const char *main_schema(const struct addml_object *o)
{
    for (const struct addml_file *f = o ? o->files : NULL; f; f = f->next)
        if (f->schema && f->name && f->main)
            return f->name;
    return NULL;
}

void schemas_open(struct run *r, enum file in, const char *name, const struct addml_object *o, struct schemas *ret)
{
    bool first = in == IN_ARKIV;
    if (!name)
        name = main_schema(o);
    if (!name || (!own_file(r, name).p && !official_file(r, name).p)) {
        report(r, T_03, F_SCHEMA_NONE, SPOT(.file = r->file, .place = str_of(name ? name : "")));
        return;
    }
    ret->own = open_own(r, name, o, first);
    if (in != IN_OTHER)
        open_official(r, name, first, ret);
}

void schemas_close(struct schemas *s)
{
    pack_schema_free(&s->own);
    pack_schema_free(&s->official);
}
