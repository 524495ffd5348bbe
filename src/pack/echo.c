/* Elements as they stood, back into XML. */
#include "pack/pack_int.h"

void pack_xml_echo_text(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *as = s.p[i] == '<' ? "&lt;" : s.p[i] == '&' ? "&amp;" : s.p[i] == '"' ? "&quot;" : NULL;
        if (as)
            buf_puts(out, as);
        else
            buf_putc(out, s.p[i]);
    }
}

static void add_name(struct buf *out, const char *prefix, const char *name)
{
    buf_printf(out, "%s%s%s", prefix ? prefix : "", prefix ? ":" : "", name);
}

static void add_attribute(struct buf *out, const char *prefix, const char *name, struct str value)
{
    buf_putc(out, ' ');
    add_name(out, prefix, name);
    buf_puts(out, "=\"");
    pack_xml_echo_text(out, value);
    buf_putc(out, '"');
}

void pack_xml_echo_start(struct buf *out, const struct pack_xml_element *e, const char *ns)
{
    buf_putc(out, '<');
    add_name(out, e->prefix, e->name);
    if (e->ns && e->ns != ns)
        add_attribute(out, e->prefix ? "xmlns" : NULL, e->prefix ? e->prefix : "xmlns", str_of(e->ns));
    for (size_t i = 0; i < e->attrs_n; i++) {
        const struct pack_xml_attr *a = &e->attrs[i];
        if (a->prefix && a->ns && !streq(a->prefix, "xml"))
            add_attribute(out, "xmlns", a->prefix, str_of(a->ns));
        add_attribute(out, a->prefix, a->name, a->value);
    }
    buf_putc(out, '>');
}

void pack_xml_echo_end(struct buf *out, const struct pack_xml_element *e)
{
    if (e->leaf)
        pack_xml_echo_text(out, e->text);
    buf_puts(out, "</");
    add_name(out, e->prefix, e->name);
    buf_putc(out, '>');
}
