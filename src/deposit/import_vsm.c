/*
 * Business metadata. Those of our own extracts (export_vsm.c) become the fields they were, with the types
 * and meanings their schema tells. Any other XML is kept as it is in the one field uttrekk-1:xml.
 */
#include "deposit/import_int.h"

#define OWN_NS "urn:samdrift:vsm:"
#define RAW_FIELD "uttrekk-1:xml"
#define SCHEMA_MAX ((size_t)MiB(4))

bool import_vsm_own(const struct pack_xml_element *e)
{
    return e->ns && strncmp(e->ns, OWN_NS, strlen(OWN_NS)) == 0 && streq(e->name, "felter");
}

/* ------------------------------------------------------------------ fields */

static struct import_field *field_named(struct import *im, const char *element)
{
    for (size_t i = 0; i < im->fields_n; i++)
        if (streq(im->fields[i].element, element))
            return &im->fields[i];
    return NULL;
}

static struct import_field *add_field(struct import *im, const char *element)
{
    if (im->fields_n == IMPORT_FIELDS)
        return NULL;
    struct import_field *f = &im->fields[im->fields_n];
    *f = (struct import_field){.element = arena_strdup(im->cx->arena, element), .type = "string"};
    f->name = arena_strdup(im->cx->arena, *element == '_' ? element + 1 : element);
    if (!f->element || !f->name)
        return NULL;
    /* Without a schema: "xx-v1.navn" was "xx-v1:navn". */
    for (char *p = f->name; *p; p++)
        if (*p == '.')
            *p = ':';
    im->fields_n++;
    im->fields_new = true;
    return f;
}

/* ------------------------------------------------------------------ the schema */

struct learning {
    struct import *im;
    const char *ns;
    bool ours;                  /* it is the schema of that namespace */
    struct import_field *field;
    int notes;
};

static const char *type_of(struct str xsd)
{
    static const char *const types[][2] = {
        {"xs:integer", "integer"}, {"xs:double", "decimal"}, {"xs:boolean", "boolean"}, {"xs:date", "date"},
        {"xs:dateTime", "datetime"}, {"xs:anyURI", "uri"},
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (str_is(xsd, types[i][0]))
            return types[i][1];
    return "string";
}

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct learning *k = arg;
    if (e->depth == 1)
        k->ours = str_is(pack_xml_attr_value(e, "targetNamespace"), k->ns);
    if (!k->ours) {
        pack_xml_stop(x);
        return;
    }
    struct str name = pack_xml_attr_value(e, "name"), type = pack_xml_attr_value(e, "type");
    if (!streq(e->name, "element") || !name.n || !type.n)
        return;
    const char *element = arena_strndup(k->im->cx->arena, name.p, name.n);
    k->field = element && !field_named(k->im, element) ? add_field(k->im, element) : NULL;
    k->notes = 0;
    if (k->field)
        k->field->type = type_of(type);
}

/* The name in the catalogue, then what it means. */
static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct learning *k = arg;
    (void)x;
    if (!k->field || !streq(e->name, "documentation") || !e->leaf)
        return;
    char *text = arena_strndup(k->im->cx->arena, e->text.p, e->text.n);
    if (text && k->notes == 0)
        k->field->name = text;
    else if (text)
        k->field->note = text;
    k->notes++;
}

static enum rc learn_from(struct import *im, const struct pack_entry *e, const char *ns)
{
    static const struct pack_xml_events events = {.start = on_start, .end = on_end};
    struct learning k = {.im = im, .ns = ns};
    struct pack_stream s;
    TRY(pack_stream_open(im->cx, im->pack, e, &s));
    enum rc rc = pack_xml_read(im->cx, &s, &events, &k, NULL);
    pack_stream_close(&s);
    if (rc == RC_XML)
        err_clear(im->cx);      /* a schema that cannot be read tells no types */
    return rc == RC_XML ? RC_OK : rc;
}

enum rc import_vsm_learn(struct import *im, const char *ns)
{
    if (im->fields_learnt)
        return RC_OK;
    im->fields_learnt = true;
    for (size_t i = 0; i < pack_count(im->pack); i++) {
        const struct pack_entry *e = pack_entry(im->pack, i);
        size_t n = strlen(e->path);
        if (e->kind == PACK_FILE && !(e->faults & PACK_CLOSED) && e->size <= (int64_t)SCHEMA_MAX && n > 4 &&
            streq(e->path + n - 4, ".xsd"))
            TRY(learn_from(im, e, ns));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ values */

void import_vsm_write(struct import *im, struct jw *w, const char *element, struct str text)
{
    struct import_field *f = field_named(im, element);
    int64_t i;
    double d;
    if (!f)
        f = add_field(im, element);
    jw_key(w, f ? f->name : element);
    if (f && streq(f->type, "integer") && str_int(text, &i))
        jw_int(w, i);
    else if (f && streq(f->type, "decimal") && str_double(text, &d))
        jw_double(w, d);
    else if (f && streq(f->type, "boolean"))
        jw_bool(w, str_is(text, "true") || str_is(text, "1"));
    else
        jw_str(w, text);
}

void import_vsm_raw(struct import *im, struct jw *w, struct str xml)
{
    struct import_field *f = field_named(im, RAW_FIELD);
    if (!f && (f = add_field(im, RAW_FIELD)))
        f->note = "Virksomhetsspesifikke metadata slik de kom i et uttrekk (XML)";
    jw_key(w, RAW_FIELD);
    jw_str(w, xml);
}

enum rc import_vsm_store(struct import *im, struct call *c)
{
    for (size_t i = 0; im->fields_new && i < im->fields_n; i++)
        TRY(archive_arrive_field(c, im->fields[i].name, im->fields[i].type, im->fields[i].note));
    return RC_OK;
}
