/*
 * Text and what is written in it. Only the head is looked at: text is UTF-8 or an 8-bit character
 * set without control characters. Order matters: the more a kind demands, the earlier it is tried.
 */
#include "inspect/inspect_int.h"

#include <strings.h>

enum { LOOK_MOST = 4096 };

static const struct verdict unknown = {F_UNKNOWN, NULL};

static struct verdict yes(enum format f)
{
    return (struct verdict){f, NULL};
}

static bool space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.' || c == ':' || (unsigned char)c >= 0x80;
}

static struct str from(struct str t, size_t n)
{
    return n < t.n ? (struct str){t.p + n, t.n - n} : STR("");
}

static struct str trim(struct str t)
{
    while (t.n > 0 && space(t.p[0]))
        t = from(t, 1);
    return t;
}

static struct str first(struct str t, size_t n)
{
    return (struct str){t.p, t.n < n ? t.n : n};
}

static bool has(struct str t, const char *what)
{
    return t.n > 0 && memmem(t.p, t.n, what, strlen(what)) != NULL;
}

static bool starts_folded(struct str t, const char *what)
{
    size_t n = strlen(what);
    return t.n >= n && strncasecmp(t.p, what, n) == 0;
}

static bool readable(struct str t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if ((c < 0x20 && !space((char)c) && c != 0x1A && c != 0x1B) || c == 0x7F)
            return false;
    }
    return t.n > 0;
}

/* ---------------------------------------------------------------- XML and HTML */

static struct str after(struct str t, const char *what)
{
    const char *at = t.n > 0 ? memmem(t.p, t.n, what, strlen(what)) : NULL;
    return at ? from(t, (size_t)(at - t.p) + strlen(what)) : STR("");
}

/* Past declarations, comments and a DOCTYPE without or with an internal subset. */
static struct str root_of(struct str t)
{
    for (t = trim(t); t.n > 1 && (t.p[1] == '?' || t.p[1] == '!') && t.p[0] == '<'; t = trim(t)) {
        if (str_starts(t, "<!--"))
            t = after(t, "-->");
        else if (t.p[1] == '?')
            t = after(t, "?>");
        else {
            const char *subset = memchr(t.p, '[', t.n), *end = memchr(t.p, '>', t.n);
            t = after(t, subset && end && subset < end ? "]" : ">");
            if (subset && end && subset < end)
                t = after(t, ">");
        }
    }
    return t;
}

/* The start tag: its name without prefix, and its whole text. */
static struct str tag_name(struct str root, struct str *ret_tag)
{
    size_t n = 1;
    while (n < root.n && name_char(root.p[n]))
        n++;
    struct str name = root.n > 0 ? (struct str){root.p + 1, n - 1} : STR("");
    const char *colon = name.n > 0 ? memchr(name.p, ':', name.n) : NULL;
    const char *end = root.n > 0 ? memchr(root.p, '>', root.n) : NULL;
    *ret_tag = end ? first(root, (size_t)(end - root.p)) : root;
    return colon ? from(name, (size_t)(colon - name.p) + 1) : name;
}

static struct verdict xml_kind(struct str t, struct str name, struct str tag)
{
    struct str head = first(t, LOOK_MOST);
    if (str_is(name, "svg"))
        return yes(has(tag, "version=\"1.0\"") ? F_SVG_1_0 : F_SVG_1_1);
    if (str_is(name, "schema") && has(tag, "www.w3.org/2001/XMLSchema"))
        return yes(F_XSD);
    if (str_is(name, "html"))
        return yes(has(head, "XHTML 1.1") ? F_XHTML_1_1 : F_XHTML_1_0);
    if (str_is(name, "kml"))
        return yes(F_KML);
    if (has(tag, "opengis.net/gml/3.2"))
        return yes(F_GML_3_2);
    if (has(tag, "opengis.net/gml"))
        return yes(F_GML);
    return yes(has(first(t, 64), "version=\"1.1\"") ? F_XML_1_1 : F_XML_1_0);
}

static struct verdict html_kind(struct str t)
{
    static const struct {
        const char *public;
        enum format format;
    } rows[] = {
        {"XHTML 1.0", F_XHTML_1_0}, {"XHTML 1.1", F_XHTML_1_1}, {"HTML 4.01", F_HTML_4_01},
        {"HTML 4.0", F_HTML_4_0}, {"HTML 3.2", F_HTML_3_2}, {"HTML 2.0", F_HTML_2},
    };
    struct str doctype = first(t, 300);
    if (!starts_folded(t, "<!doctype html"))
        return yes(F_HTML);
    if (str_starts(trim(from(t, 14)), ">"))
        return yes(F_HTML_5);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (has(doctype, rows[i].public))
            return yes(rows[i].format);
    return yes(has(doctype, "about:legacy-compat") ? F_HTML_5 : F_HTML);
}

static struct verdict markup(struct str t)
{
    if (t.n < 2 || t.p[0] != '<')
        return unknown;
    struct str tag, root = root_of(t);
    struct str name = tag_name(root, &tag);
    if (str_starts(t, "<?xml"))
        return xml_kind(t, name, tag);
    if (starts_folded(t, "<!doctype html") || str_ieq(name, "html") || str_ieq(name, "head") ||
        str_ieq(name, "body"))
        return html_kind(t);
    /* Without a declaration it is XML if it says so by a namespace or an XML doctype. */
    if (name.n > 0 && (has(tag, "xmlns=") || has(tag, "xmlns:") || str_starts(t, "<!DOCTYPE")))
        return xml_kind(t, name, tag);
    return unknown;
}

/* ---------------------------------------------------------------- maps, models, mail, data */

static struct verdict sosi(struct str t)
{
    while (t.n > 0 && t.p[0] == '!') /* comments may stand before the head */
        t = trim(after(t, "\n"));
    return str_starts(t, ".HODE") ? yes(F_SOSI) : unknown;
}

static struct verdict step(struct str t)
{
    struct str head = first(t, LOOK_MOST);
    if (!str_starts(t, "ISO-10303-21;"))
        return unknown;
    if (has(head, "'IFC2X2"))
        return yes(F_IFC_2X2);
    if (has(head, "'IFC2X3"))
        return yes(F_IFC_2X3);
    return has(head, "'IFC4") ? yes(F_IFC_4) : unknown;
}

static struct str take_line(struct str *t)
{
    const char *end = t->n > 0 ? memchr(t->p, '\n', t->n) : NULL;
    struct str line = end ? first(*t, (size_t)(end - t->p)) : *t;
    *t = end ? from(*t, line.n + 1) : STR("");
    while (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool header_known(struct str line)
{
    static const char *const names[] = {
        "from:", "to:", "cc:", "subject:", "date:", "message-id:", "received:", "return-path:",
        "mime-version:", "delivered-to:", "reply-to:", "sender:", "x-mailer:", "content-type:",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (starts_folded(line, names[i]))
            return true;
    return false;
}

/* A block of "Name: value" lines up to an empty one, at least two of names every mail has. */
static struct verdict mail(struct str t)
{
    int known = 0;
    bool mime = false, box = str_starts(t, "From ");
    if (box)
        take_line(&t);
    for (int i = 0; i < 100 && t.n > 0; i++) {
        struct str line = take_line(&t);
        if (line.n == 0)
            break;
        if (i > 0 && space(line.p[0]))
            continue;
        size_t n = 0;
        while (n < line.n && name_char(line.p[n]) && line.p[n] != ':')
            n++;
        if (n == 0 || n == line.n || line.p[n] != ':')
            return unknown;
        known += header_known(line);
        mime |= starts_folded(line, "mime-version:");
    }
    if (known < 2)
        return unknown;
    return yes(box ? F_MBOX : mime ? F_MAIL_MIME : F_MAIL);
}

static struct verdict json(struct str t, bool whole)
{
    if (t.n < 2 || (t.p[0] != '{' && t.p[0] != '['))
        return unknown;
    if (!whole) {
        struct str in = trim(from(t, 1));
        return t.p[0] == '{' && str_starts(in, "\"") && has(first(in, 300), "\":") ? yes(F_JSON)
                                                                                   : unknown;
    }
    json_t *v = json_loadb(t.p, t.n, 0, NULL);
    json_decref(v);
    return v ? yes(F_JSON) : unknown;
}

/* Separators of a line outside quotes, -1 when the line speaks against a table. */
static int separators(struct str line, char sep)
{
    int n = 0;
    bool quoted = false;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '"')
            quoted = !quoted;
        else if (line.p[i] == sep && !quoted) {
            n++;
            if (sep == ',' && i + 1 < line.n && line.p[i + 1] == ' ')
                return -1; /* prose */
        }
    }
    return quoted ? -1 : n;
}

static bool table_with(struct str t, char sep, bool whole)
{
    int columns = 0, lines = 0;
    while (t.n > 0 && lines < 50) {
        struct str line = take_line(&t);
        if (t.n == 0 && !whole)
            break; /* cut off */
        if (line.n == 0)
            continue;
        int n = separators(line, sep);
        if (n < 1 || (lines > 0 && n != columns))
            return false;
        columns = n;
        lines++;
    }
    return lines >= 2;
}

static struct verdict table(struct str t, bool whole)
{
    if (table_with(t, ';', whole) || table_with(t, ',', whole))
        return yes(F_CSV);
    return table_with(t, '\t', whole) ? yes(F_TSV) : unknown;
}

static struct verdict text_kind(struct str all, bool whole)
{
    struct str t = trim(all);
    struct verdict v = markup(t);
    if (v.format == F_UNKNOWN)
        v = sosi(t);
    if (v.format == F_UNKNOWN)
        v = step(t);
    if (v.format == F_UNKNOWN)
        v = mail(all);
    if (v.format == F_UNKNOWN)
        v = json(t, whole);
    if (v.format == F_UNKNOWN)
        v = table(t, whole);
    return v.format == F_UNKNOWN ? yes(F_TEXT) : v;
}

struct verdict sig_text(const struct sample *s)
{
    struct str t = {(const char *)s->head, s->head_n};
    if (str_starts(t, "\xFF\xFE") || str_starts(t, "\xFE\xFF"))
        return yes(F_TEXT_16);
    if (str_starts(t, "\xEF\xBB\xBF"))
        t = from(t, 3);
    if (!readable(t))
        return unknown;
    return text_kind(t, s->tail_n == 0);
}
