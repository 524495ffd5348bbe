/*
 * Business metadata (virksomhetsspesifikkeMetadata): each field is an element of the municipality's
 * own namespace, named as the catalogue names it with a '.' for ':' (XML has no ':' in names), all of
 * them inside one element `felter`. The schema is made of the catalogue, with what it says of the
 * fields' meaning (6.4.35); it holds the fields that are used.
 */
#include <stdlib.h>

#include "deposit/export_int.h"

#define FIELDS_MAX 4096

struct vsm_field {
    const char *name, *type, *note, *element;
    bool used;
};
struct vsm {
    struct arena *arena;            /* of the export, where the names of fields lie */
    struct vsm_field *fields;       /* by name */
    size_t n;
    char ns[120];
};

static int by_name(const void *a, const void *b)
{
    const struct vsm_field *p = a, *q = b;
    return strcmp(p->name, q->name);
}

/* XML names begin with a letter. */
static const char *element_of(struct export *x, const char *name)
{
    char *e = arena_printf(x->cx->arena, "%s%s", *name >= '0' && *name <= '9' ? "_" : "", name);
    for (char *p = e; p && *p; p++)
        if (*p == ':')
            *p = '.';
    return e;
}

enum rc vsm_open(struct export *x)
{
    struct stmt *st;
    bool row;
    struct vsm *v = arena_alloc(x->cx->arena, sizeof(*v));
    if (!v)
        return cx_nomem(x->cx);
    v->arena = x->cx->arena;
    v->fields = arena_array(x->cx->arena, FIELDS_MAX, sizeof(*v->fields));
    if (!v->fields)
        return cx_nomem(x->cx);
    (void)snprintf(v->ns, sizeof(v->ns), "urn:samdrift:vsm:%s", x->o->municipality->slug);
    TRY(db_prepare(x->db, "SELECT navn, type_, beskrivelse FROM vsmfelt", &st));
    TRY(stmt_step(st, &row));
    while (row && v->n < FIELDS_MAX) {
        struct vsm_field *f = &v->fields[v->n++];
        f->name = stmt_text(st, 0);
        f->type = stmt_text(st, 1);
        f->note = stmt_text(st, 2);
        f->element = f->name ? element_of(x, f->name) : NULL;
        if (!f->type || !f->element)
            return cx_nomem(x->cx);
        TRY(stmt_step(st, &row));
    }
    stmt_done(&st);
    if (v->n)
        qsort(v->fields, v->n, sizeof(*v->fields), by_name);
    x->vsm = v;
    return RC_OK;
}

/* A field nobody has catalogued (an import brings some) is text; it gets its place among the others. */
static struct vsm_field *add_field(struct export *x, const char *name)
{
    struct vsm *v = x->vsm;
    size_t at = v->n;
    if (v->n == FIELDS_MAX)
        return NULL;
    struct arena *outer = scope_enter(x, v->arena);
    struct vsm_field f = {.name = arena_strdup(v->arena, name), .type = "string", .element = element_of(x, name)};
    scope_leave(x, outer);
    if (!f.name || !f.element)
        return NULL;
    for (; at > 0 && strcmp(v->fields[at - 1].name, name) > 0; at--)
        v->fields[at] = v->fields[at - 1];
    v->fields[at] = f;
    v->n++;
    return &v->fields[at];
}

static struct vsm_field *field_of(struct export *x, const char *name)
{
    struct vsm *v = x->vsm;
    const struct vsm_field key = {.name = name};
    struct vsm_field *f = v->n ? bsearch(&key, v->fields, v->n, sizeof(key), by_name) : NULL;
    return f ? f : add_field(x, name);
}

/* ------------------------------------------------------------------ values */

static struct str number_text(json_t *j, char *room, size_t n)
{
    if (json_is_integer(j)) {
        (void)snprintf(room, n, "%" JSON_INTEGER_FORMAT, json_integer_value(j));
        return str_of(room);
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)KiB(1));
    jw_begin(&w, &b);
    jw_double(&w, json_number_value(j));
    (void)snprintf(room, n, "%s", b.p ? b.p : "0");
    buf_free(&b);
    return str_of(room);
}

static struct str value_text(const struct vsm_field *f, json_t *j, char *room, size_t n)
{
    int64_t when;
    if (json_is_boolean(j))
        return json_is_true(j) ? STR("true") : STR("false");
    if (json_is_number(j))
        return number_text(j, room, n);
    struct str s = {json_string_value(j), json_string_length(j)};
    if (streq(f->type, "date") && time_parse(s, true, &when)) {
        day_text(when, room);
        return str_of(room);
    }
    if (streq(f->type, "datetime") && time_parse(s, true, &when)) {
        time_format(when, room);
        return str_of(room);
    }
    return s;
}

static const struct val *value_of(const struct rec *r)
{
    const struct attr *a = model_attr_named(r->entity->family, STR("virksomhetsspesifikkeMetadata"));
    return a ? &r->v[model_slot_of(r->entity->family, a, NULL)] : NULL;
}

static enum rc write_fields(struct export *x, json_t *all)
{
    const char *key;
    json_t *value;
    char room[TIME_TEXT_MAX], name[300];
    struct xw *w = x->xml.out;
    json_object_foreach(all, key, value) {
        struct vsm_field *f = field_of(x, key);
        if (!f)
            return cx_nomem(x->cx);
        f->used = true;
        (void)snprintf(name, sizeof(name), "vsm:%s", f->element);
        xw_element(w, name, value_text(f, value, room, sizeof(room)));
    }
    return RC_OK;
}

bool vsm_has(const struct rec *r)
{
    const struct val *v = value_of(r);
    return v && v->state == VAL_SET;
}

enum rc vsm_write(struct export *x, const struct rec *r)
{
    json_t *all;
    TRY(json_read(x->cx, value_of(r)->text, &all));
    struct xw *w = x->xml.out;
    xw_open(w, "vsm:felter");
    xw_attr(w, "xmlns:vsm", str_of(x->vsm->ns));
    TRY(write_fields(x, all));
    xw_close(w, "vsm:felter");
    x->has_vsm = true;
    return RC_OK;
}

/* ------------------------------------------------------------------ the schema */

static const char *xsd_type(const char *type)
{
    static const struct {
        const char *ours, *xsd;
    } types[] = {
        {"integer", "xs:integer"}, {"decimal", "xs:double"}, {"boolean", "xs:boolean"}, {"date", "xs:date"},
        {"datetime", "xs:dateTime"}, {"uri", "xs:anyURI"},
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (streq(type, types[i].ours))
            return types[i].xsd;
    return "xs:string";
}

static void write_field(struct xw *w, const struct vsm_field *f)
{
    xw_open(w, "xs:element");
    xw_attr(w, "name", str_of(f->element));
    xw_attr(w, "type", str_of(xsd_type(f->type)));
    xw_open(w, "xs:annotation");
    xw_element(w, "xs:documentation", str_of(f->name));
    if (f->note)
        xw_element(w, "xs:documentation", str_of(f->note));
    xw_close(w, "xs:annotation");
    xw_close(w, "xs:element");
}

void vsm_schema(struct export *x, struct buf *out)
{
    struct xw x1, *w = &x1;
    xw_begin(w, out);
    xw_open(w, "xs:schema");
    xw_attr(w, "xmlns:xs", STR("http://www.w3.org/2001/XMLSchema"));
    xw_attr(w, "targetNamespace", str_of(x->vsm->ns));
    xw_attr(w, "elementFormDefault", STR("qualified"));
    xw_open(w, "xs:element");
    xw_attr(w, "name", STR("felter"));
    xw_open(w, "xs:complexType");
    xw_open(w, "xs:choice");
    xw_attr(w, "minOccurs", STR("0"));
    xw_attr(w, "maxOccurs", STR("unbounded"));
    for (size_t i = 0; i < x->vsm->n; i++)
        if (x->vsm->fields[i].used)
            write_field(w, &x->vsm->fields[i]);
    xw_close(w, "xs:choice");
    xw_close(w, "xs:complexType");
    xw_close(w, "xs:element");
    xw_close(w, "xs:schema");
}
