/* XML of arbitrary bytes, against a schema too: starts and ends are in pairs (but past what is broken), text is
 * UTF-8, lines only grow. */
#include "pack/pack_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    bool go_on;
    int depth;
    int64_t line;
};

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct seen *s = arg;
    s->depth++;
    if ((!s->go_on && e->depth != s->depth) || e->depth < 1 || e->depth > PACK_XML_DEPTH)
        abort();
    if (e->line < s->line || e->line > pack_xml_line(x))
        abort();
    s->line = e->line;
    for (size_t i = 0; i < e->attrs_n; i++)
        if (!s->go_on && !str_utf8(e->attrs[i].value))
            abort();
}

static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    (void)x;
    struct seen *s = arg;
    if ((!s->go_on && e->depth != s->depth) || e->depth < 1 || (e->text.n && !e->leaf))
        abort();
    s->depth--;
}

static struct str find(void *arg, const char *name)
{
    (void)arg, (void)name;
    return STR("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='r'><xs:complexType><xs:sequence>"
               "<xs:element name='a' type='xs:date' maxOccurs='unbounded'/></xs:sequence></xs:complexType></xs:element>"
               "</xs:schema>");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pack_xml_events events = {.start = on_start, .end = on_end};
    static const struct pack_schema_files files = {.find = find};
    static struct pack_schema *schema;
    struct cx cx;
    struct pack_stream s;
    struct seen seen = {.go_on = size % 2 == 0};
    cx_open(&cx, (size_t)MiB(4));
    if (!schema && pack_schema_new(&cx, "a.xsd", &files, &schema) != RC_OK)
        abort();
    const struct pack_xml_options o = {.go_on = seen.go_on, .schema = {size % 3 == 0 ? schema : NULL}};
    pack_stream_memory(&s, (struct str){(const char *)data, size});
    (void)!pack_xml_read(&cx, &s, &events, &seen, &o);
    cx_close(&cx);
    return 0;
}
