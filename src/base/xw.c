/*
 * XML out. The output is well-formed whatever goes in: broken UTF-8 and characters XML has no place
 * for become U+FFFD. One element a line, indented by its depth.
 */
#include "base/base.h"
#include "base/base_int.h"

void xw_begin(struct xw *w, struct buf *out)
{
    *w = (struct xw){.out = out};
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

void xw_part(struct xw *w, struct buf *out, int depth)
{
    *w = (struct xw){.out = out, .depth = depth};
}

static void finish_tag(struct xw *w)
{
    if (w->tag)
        buf_add(w->out, ">\n", 2);
    w->tag = false;
}

static void indent(struct xw *w)
{
    static const char blanks[] = "                                ";
    finish_tag(w);
    size_t n = (size_t)w->depth < sizeof(blanks) - 1 ? (size_t)w->depth : sizeof(blanks) - 1;
    buf_add(w->out, blanks, n);
}

static void escape(struct buf *out, unsigned char c)
{
    switch (c) {
    case '&':
        buf_add(out, "&amp;", 5);
        return;
    case '<':
        buf_add(out, "&lt;", 4);
        return;
    case '>':
        buf_add(out, "&gt;", 4);
        return;
    case '"':
        buf_add(out, "&quot;", 6);
        return;
    case '\t':
        buf_add(out, "&#9;", 4);
        return;
    case '\n':
        buf_add(out, "&#10;", 5);
        return;
    case '\r':
        buf_add(out, "&#13;", 5);
        return;
    default:
        buf_puts(out, "\xef\xbf\xbd");
    }
}

/* Tab and line feed stand as they are in text, but an attribute would lose them. */
static bool plain(unsigned char c, bool attribute)
{
    if (c < 0x20)
        return !attribute && (c == '\t' || c == '\n');
    return c != '&' && c != '<' && c != '>' && (c != '"' || !attribute);
}

static void add_text(struct buf *out, struct str s, bool attribute)
{
    size_t from = 0, i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        uint32_t code = c;
        size_t n = c < 0x80 ? 1 : utf8_next(s.p + i, s.n - i, &code);
        if (n > 0 && (c >= 0x80 ? code != 0xfffe && code != 0xffff : plain(c, attribute))) {
            i += n;
            continue;
        }
        buf_add(out, s.p + from, i - from);
        if (n > 1)
            buf_puts(out, "\xef\xbf\xbd");
        else
            escape(out, n ? c : 0);
        i += n ? n : 1;
        from = i;
    }
    buf_add(out, s.p + from, i - from);
}

void xw_open(struct xw *w, const char *name)
{
    indent(w);
    buf_putc(w->out, '<');
    buf_puts(w->out, name);
    w->tag = true;
    w->depth++;
}

void xw_attr(struct xw *w, const char *name, struct str value)
{
    buf_putc(w->out, ' ');
    buf_puts(w->out, name);
    buf_add(w->out, "=\"", 2);
    add_text(w->out, value, true);
    buf_putc(w->out, '"');
}

void xw_close(struct xw *w, const char *name)
{
    w->depth--;
    if (w->tag) {
        buf_add(w->out, "/>\n", 3);
        w->tag = false;
        return;
    }
    if (!w->text)
        indent(w);
    w->text = false;
    buf_add(w->out, "</", 2);
    buf_puts(w->out, name);
    buf_add(w->out, ">\n", 2);
}

void xw_element(struct xw *w, const char *name, struct str value)
{
    size_t n = strlen(name);
    indent(w);
    buf_putc(w->out, '<');
    buf_add(w->out, name, n);
    buf_putc(w->out, '>');
    add_text(w->out, value, false);
    buf_add(w->out, "</", 2);
    buf_add(w->out, name, n);
    buf_add(w->out, ">\n", 2);
}

void xw_text(struct xw *w, struct str value)
{
    buf_putc(w->out, '>');
    w->tag = false;
    w->text = true;
    add_text(w->out, value, false);
}

void xw_int(struct xw *w, const char *name, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    xw_element(w, name, str_of(text));
}

void xw_raw(struct xw *w, struct str xml)
{
    finish_tag(w);
    buf_add(w->out, xml.p, xml.n);
}
