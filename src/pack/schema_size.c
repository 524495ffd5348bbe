/*
 * How large a schema is when it is compiled. libxml2 writes out what a schema only refers to: groups, attribute groups,
 * member types, the bases of types, substitutes; and a sequence of n optional elements has n² ways through it. So a few
 * kilobytes can take all memory there is. The schema of a package is measured before: everything below one global definition
 * counts as one content model, with what it refers to as often as it does. What identity constraints remember follows the
 * size of the document: they are for small ones.
 *
 * Measured with libxml2 2.9.14: the cost below takes about 15 bytes a unit, and at the limits a few seconds.
 */
#include "pack/pack_int.h"

#include <stdlib.h>

enum { NODES_MOST = 20000, STEPS_MOST = 100, PATTERN_MOST = 500, PATTERNS_MOST = 10000, MEMORY = MiB(32) };
#define ROW_MOST 1e3
#define COST_MOST 4e6
#define XS_NS "http://www.w3.org/2001/XMLSchema"

enum kind { TYPE, GROUP, ATTRIBUTES, ELEMENT };
struct definition {
    enum kind kind;
    const char *name;
    double row, choice;             /* particles and attributes one after the other; alternatives */
    size_t refs, refs_n;            /* which references are its */
    bool open, measured;            /* while and when row and choice hold what it refers to */
};
struct reference {
    enum kind kind;
    const char *name;
};
struct measure {
    struct cx *cx;
    bool large;
    const char *names[PACK_SCHEMA_FILES];
    size_t names_n;
    struct definition *all;         /* in the order of the files, then by kind and name */
    struct reference *refs;
    size_t n, refs_n, nodes, substitutes, patterns;
    const char *fault;              /* why it is too large */
    const char *parents[PACK_XML_DEPTH + 2];
};

/* ------------------------------------------------------------------ reading */

static const char *local(struct cx *cx, struct str name)
{
    const char *colon = name.n ? memchr(name.p, ':', name.n) : NULL;
    size_t skip = colon ? (size_t)(colon + 1 - name.p) : 0;
    const char *own = arena_strndup(cx->arena, name.n ? name.p + skip : "", name.n - skip);
    return own ? own : "";
}

static void refer(struct measure *m, enum kind kind, struct str name)
{
    if (!name.n || m->n == 0)
        return;
    if (m->refs_n == NODES_MOST) {
        m->fault = "too many references";
        return;
    }
    m->refs[m->refs_n++] = (struct reference){kind, local(m->cx, name)};
    m->all[m->n - 1].refs_n++;
}

/* Of a list of names, as memberTypes is one. */
static void refer_each(struct measure *m, struct str names)
{
    while (names.n) {
        size_t n = 0;
        while (n < names.n && (unsigned char)names.p[n] > ' ')
            n++;
        refer(m, TYPE, (struct str){names.p, n});
        names.p += n + (n < names.n);
        names.n -= n + (n < names.n);
    }
}

static void define(struct measure *m, const struct pack_xml_element *e)
{
    bool type = streq(e->name, "complexType") || streq(e->name, "simpleType");
    m->all[m->n++] = (struct definition){
        .kind = type ? TYPE : streq(e->name, "group") ? GROUP : streq(e->name, "attributeGroup") ? ATTRIBUTES : ELEMENT,
        .name = local(m->cx, pack_xml_attr_value(e, "name")), .row = type, .refs = m->refs_n};
}

static void include(struct measure *m, struct str location)
{
    const char *whole = arena_strndup(m->cx->arena, location.p, location.n);
    const char *name = whole ? pack_schema_file(whole) : NULL;
    for (size_t i = 0; name && i < m->names_n; i++)
        if (streq(m->names[i], name))
            return;
    if (name && m->names_n < PACK_SCHEMA_FILES)
        m->names[m->names_n++] = name;
    else
        m->fault = "too many files";
}

static void count_particle(struct measure *m, const struct pack_xml_element *e)
{
    struct definition *d = m->n ? &m->all[m->n - 1] : NULL;
    const char *parent = m->parents[e->depth - 1];
    if (d && streq(parent, "choice"))
        d->choice++;
    else if (d)
        d->row++;
}

static void count(struct measure *m, const struct pack_xml_element *e)
{
    static const char *const particles[] = {"element", "any", "choice", "sequence", "all", "attribute", "anyAttribute", "pattern"};
    static const char *const constraints[] = {"unique", "key", "keyref"};
    for (size_t i = 0; i < COUNT_OF(particles); i++)
        if (streq(e->name, particles[i]))
            count_particle(m, e);
    for (size_t i = 0; i < COUNT_OF(constraints); i++)
        if (m->large && streq(e->name, constraints[i]))
            m->fault = "key and unique are not allowed in the schema of a large file";
    if (streq(e->name, "group"))
        refer(m, GROUP, pack_xml_attr_value(e, "ref"));
    else if (streq(e->name, "attributeGroup"))
        refer(m, ATTRIBUTES, pack_xml_attr_value(e, "ref"));
    else if (streq(e->name, "element"))
        refer(m, ELEMENT, pack_xml_attr_value(e, "ref"));
    refer(m, TYPE, pack_xml_attr_value(e, "base"));
    refer_each(m, pack_xml_attr_value(e, "memberTypes"));
    m->substitutes += pack_xml_attr_value(e, "substitutionGroup").n > 0;
}

static void count_pattern(struct measure *m, const struct pack_xml_element *e)
{
    size_t n = streq(e->name, "pattern") ? pack_xml_attr_value(e, "value").n : 0;
    m->patterns += n;
    if (n > PATTERN_MOST || m->patterns > PATTERNS_MOST)
        m->fault = "too long patterns";
}

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct measure *m = arg;
    m->parents[e->depth] = e->name;
    if (!e->ns || !streq(e->ns, XS_NS))
        return;
    if (++m->nodes > NODES_MOST)
        m->fault = "too many elements";
    else if (e->depth == 2 && pack_xml_attr_value(e, "schemaLocation").n)
        include(m, pack_xml_attr_value(e, "schemaLocation"));
    else if (pack_xml_attr_value(e, "name").n && (e->depth == 2 || streq(m->parents[e->depth - 1], "redefine")))
        define(m, e);
    if (!m->fault && e->depth >= 2) {
        count(m, e);
        count_pattern(m, e);
    }
    if (m->fault)
        pack_xml_stop(x);
}

/* What is wrong with the XML is told when it is compiled. */
static void read_file(struct measure *m, struct str text)
{
    static const struct pack_xml_events events = {.start = on_start};
    struct pack_stream s;
    pack_stream_memory(&s, text);
    if (pack_xml_read(m->cx, &s, &events, m, NULL) != RC_OK)
        err_clear(m->cx);
    pack_stream_close(&s);
}

/* ------------------------------------------------------------------ measuring */

static int by_name(const void *a, const void *b)
{
    const struct definition *p = a, *q = b;
    return p->kind != q->kind ? (p->kind < q->kind ? -1 : 1) : strcmp(p->name, q->name);
}

static void grow(struct measure *m, struct definition *d, int steps);

/* Every definition of that name, whatever its namespace, counts. */
static void grow_by(struct measure *m, struct definition *d, const struct reference *r, int steps)
{
    const struct definition key = {.kind = r->kind, .name = r->name};
    size_t low = 0, high = m->n;
    if (r->kind == ELEMENT) {
        d->row += (double)m->substitutes;
        return;
    }
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (by_name(&m->all[mid], &key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < m->n && by_name(&m->all[low], &key) == 0; low++) {
        grow(m, &m->all[low], steps + 1);
        d->row += m->all[low].row;
        d->choice += m->all[low].choice;
    }
}

/* By what it refers to. A definition that leads to itself is refused when it is compiled. */
static void grow(struct measure *m, struct definition *d, int steps)
{
    if (d->measured || d->open || m->fault)
        return;
    if (steps > STEPS_MOST) {
        m->fault = "too many definitions build on each other";
        return;
    }
    d->open = true;
    for (size_t i = 0; i < d->refs_n; i++)
        grow_by(m, d, &m->refs[d->refs + i], steps);
    d->open = false;
    d->measured = true;
    if (d->row > ROW_MOST || d->choice > NODES_MOST)
        m->fault = "too large a content model";
}

static void measure_all(struct measure *m)
{
    double cost = 0;
    if (m->n > 1)
        qsort(m->all, m->n, sizeof(*m->all), by_name);
    for (size_t i = 0; i < m->n && !m->fault; i++) {
        struct definition *d = &m->all[i];
        grow(m, d, 0);
        cost += d->row * (d->row + d->choice) + d->choice;
    }
    if (cost > COST_MOST && !m->fault)
        m->fault = "too large content models";
}

const char *pack_schema_too_large(const char *main, bool large, struct str (*find)(void *arg, const char *name), void *arg)
{
    struct cx cx;
    cx_open(&cx, MEMORY);
    struct measure m = {.cx = &cx, .large = large, .names = {main}, .names_n = 1};
    m.all = arena_array(cx.arena, NODES_MOST, sizeof(*m.all));
    m.refs = arena_array(cx.arena, NODES_MOST, sizeof(*m.refs));
    if (!m.all || !m.refs)
        m.fault = "out of memory";
    for (size_t i = 0; i < m.names_n && !m.fault; i++) {
        struct str text = find(arg, m.names[i]);
        if (text.p)
            read_file(&m, text);
    }
    measure_all(&m);
    cx_close(&cx);
    return m.fault;
}
