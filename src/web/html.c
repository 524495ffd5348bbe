#include "web/html.h"

enum att_kind { PLAIN, URL, FLAG };

static const struct {
    const char *name;
    bool is_void;
} tags[TAG_COUNT] = {
#define TAG(id, name, is_void) [TAG_##id] = {name, is_void},
#include "web/html.def"
};

static const struct {
    const char *name;
    enum att_kind kind;
} atts[ATT_COUNT] = {
#define ATT(id, name, kind) [ATT_##id] = {name, kind},
#include "web/html.def"
};

void html_begin(struct html *h, struct buf *out, bool doctype)
{
    *h = (struct html){.out = out};
    if (doctype)
        buf_puts(out, "<!doctype html>\n");
}

/* ------------------------------------------------------------------ escaping */

/* Bytes of the character at p that may stand as they are; 0 when the first byte is none of one. */
static size_t character(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return (p[0] >= 0x20 && p[0] != 0x7F) || p[0] == '\n' || p[0] == '\t' || p[0] == '\r';
    size_t k = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (k > n || !str_utf8((struct str){(const char *)p, k}))
        return 0;
    return k == 2 && p[0] == 0xC2 && p[1] < 0xA0 ? 0 : k; /* C1 controls are no characters of HTML */
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Right in text and in a quoted value alike. */
static void escape(struct buf *out, struct str s)
{
    size_t from = 0, i = 0;
    while (i < s.n) {
        const char *e = entity(s.p[i]);
        size_t k = e ? 0 : character((const unsigned char *)s.p + i, s.n - i);
        if (k > 0) {
            i += k;
            continue;
        }
        buf_add(out, s.p + from, i - from);
        buf_puts(out, e ? e : "\xEF\xBF\xBD");
        from = ++i;
    }
    buf_add(out, s.p + from, s.n - from);
}

/* Control characters and backslashes are what browsers rewrite before they look at the scheme. */
static bool url_plain(struct str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c <= 0x20 || c == 0x7F || c == '\\')
            return false;
    }
    return true;
}

bool html_url_allowed(struct str url)
{
    static const char *const starts[] = {"https://", "http://", "mailto:", "tel:", "#", "?"};
    if (!url_plain(url))
        return false;
    if (str_starts(url, "/"))
        return !str_starts(url, "//");
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (str_starts(url, starts[i]))
            return true;
    return false;
}

/* ------------------------------------------------------------------ elements */

static void write_attr(struct html *h, const struct html_attr *a)
{
    enum att_kind kind = atts[a->name].kind;
    struct str value = str_of(a->value);
    if (!a->value || (kind == URL && !html_url_allowed(value)))
        return;
    buf_putc(h->out, ' ');
    buf_puts(h->out, atts[a->name].name);
    if (kind == FLAG)
        return;
    buf_puts(h->out, "=\"");
    escape(h->out, value);
    buf_putc(h->out, '"');
}

void html_open(struct html *h, enum tag t, const struct html_attr *attrs)
{
    buf_putc(h->out, '<');
    buf_puts(h->out, tags[t].name);
    for (; attrs && attrs->name != ATT_END; attrs++)
        write_attr(h, attrs);
    buf_putc(h->out, '>');
    if (tags[t].is_void)
        return;
    if (h->depth == HTML_DEPTH)
        h->failed = true;
    else
        h->open[h->depth++] = t;
}

static bool breaks_line(enum tag t)
{
    static const bool inline_tags[TAG_COUNT] = {
        [TAG_A] = true, [TAG_ABBR] = true, [TAG_BUTTON] = true, [TAG_CODE] = true, [TAG_EM] = true,
        [TAG_LABEL] = true, [TAG_MARK] = true, [TAG_SMALL] = true, [TAG_SPAN] = true,
        [TAG_STRONG] = true, [TAG_TEXTAREA] = true, [TAG_TIME] = true,
    };
    return !inline_tags[t];
}

void html_close(struct html *h, enum tag t)
{
    if (h->depth == 0 || h->open[h->depth - 1] != t) {
        h->failed = true;
        return;
    }
    h->depth--;
    buf_printf(h->out, breaks_line(t) ? "</%s>\n" : "</%s>", tags[t].name);
}

void html_text(struct html *h, const char *s)
{
    escape(h->out, str_of(s));
}

void html_put(struct html *h, enum tag t, const struct html_attr *attrs, const char *text)
{
    html_open(h, t, attrs);
    html_text(h, text);
    html_close(h, t);
}

bool html_failed(const struct html *h)
{
    return h->failed || h->depth > 0 || buf_failed(h->out);
}
