/*
 * Words of a letter: sender, recipients, subject, and the parts that are text, also inside parts.
 * Attachments of other types are documents of their own and not read here.
 */
#include "inspect/inspect_int.h"

#include <stdlib.h>
#include <strings.h>

enum { DEPTH_MOST = 8, PARTS_MOST = 1000 };

static struct str cut(struct str t, size_t from, size_t to)
{
    return from < to && to <= t.n ? (struct str){t.p + from, to - from} : STR("");
}

static struct str rest(struct str t, size_t from)
{
    return cut(t, from, t.n);
}

/* ---------------------------------------------------------------- transfer encodings */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Both decoders write at most t.n bytes. q: the header form, '_' is a space. */
static size_t from_quoted(struct str t, bool q, unsigned char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i];
        if (c == '=' && i + 2 < t.n && hex(t.p[i + 1]) >= 0 && hex(t.p[i + 2]) >= 0) {
            out[n++] = (unsigned char)(hex(t.p[i + 1]) << 4 | hex(t.p[i + 2]));
            i += 2;
        } else if (c == '=' && !q) { /* soft line end */
            while (i + 1 < t.n && t.p[i] != '\n')
                i++;
        } else
            out[n++] = (unsigned char)(q && c == '_' ? ' ' : c);
    }
    return n;
}

static size_t from_base64(struct str t, unsigned char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = 0;
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < t.n && t.p[i] != '='; i++) {
        const char *d = t.p[i] ? strchr(digits, t.p[i]) : NULL;
        if (!d)
            continue;
        bits = bits << 6 | (uint32_t)(d - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (unsigned char)(bits >> have);
        }
    }
    return n;
}

/* ---------------------------------------------------------------- headers */

static struct str line_of(struct str t, size_t at)
{
    const char *end = at < t.n ? memchr(t.p + at, '\n', t.n - at) : NULL;
    return cut(t, at, end ? (size_t)(end - t.p) + 1 : t.n);
}

/* Value of the header with its continuation lines; empty when there is none. */
static struct str header(struct str head, const char *name)
{
    size_t n = strlen(name);
    for (size_t at = 0; at < head.n; at += line_of(head, at).n) {
        if (head.n - at <= n || strncasecmp(head.p + at, name, n) != 0 || head.p[at + n] != ':')
            continue;
        size_t end = at + line_of(head, at).n;
        while (end < head.n && (head.p[end] == ' ' || head.p[end] == '\t'))
            end += line_of(head, end).n;
        return cut(head, at + n + 1, end);
    }
    return STR("");
}

/* Parameter of a Content-Type ("boundary"), without quotes. */
static struct str parameter(struct str value, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i + n + 1 < value.n; i++) {
        if (strncasecmp(value.p + i, name, n) != 0 || value.p[i + n] != '=')
            continue;
        size_t from = i + n + 1;
        bool quoted = value.p[from] == '"';
        size_t to = from += quoted;
        while (to < value.n && !strchr(quoted ? "\"\r\n" : "; \t\r\n", value.p[to]))
            to++;
        return cut(value, from, to);
    }
    return STR("");
}

static bool mentions(struct str t, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= t.n; i++)
        if (strncasecmp(t.p + i, word, n) == 0)
            return true;
    return false;
}

/* =?charset?B|Q?text?= at the beginning: decoded into out. The bytes it took, 0 when it is none. */
static size_t encoded_word(struct str t, unsigned char *out, size_t *ret_n)
{
    size_t mark[3], n = 0, i = 2;
    for (; i < t.n && n < 3 && t.p[i] != '\n'; i++)
        if (t.p[i] == '?')
            mark[n++] = i;
    if (n != 3 || i >= t.n || t.p[i] != '=' || mark[1] != mark[0] + 2)
        return 0;
    struct str text = cut(t, mark[1] + 1, mark[2]);
    bool base64 = (t.p[mark[0] + 1] | 0x20) == 'b';
    *ret_n = base64 ? from_base64(text, out) : from_quoted(text, true, out);
    return i + 1;
}

static void put_value(struct str t, unsigned char *scratch)
{
    size_t plain = 0, i = 0;
    while (i < t.n) {
        const char *at = memmem(t.p + i, t.n - i, "=?", 2);
        size_t n, to = at ? (size_t)(at - t.p) : t.n;
        size_t took = at ? encoded_word(rest(t, to), scratch, &n) : 0;
        i = to + (at && took == 0 ? 2 : took);
        if (at && took == 0)
            continue;
        struct str before = cut(t, plain, to);
        if (plain == 0 || !at || !str_blank(before)) /* words in a row are one text */
            reader_put_text((const unsigned char *)before.p, before.n);
        if (at)
            reader_put_text(scratch, n);
        plain = i;
    }
    if (plain < t.n)
        reader_put_text((const unsigned char *)t.p + plain, t.n - plain);
}

static void put_header(struct str head, const char *name)
{
    struct str t = header(head, name);
    unsigned char *scratch = malloc(t.n + 1);
    if (scratch)
        put_value(t, scratch);
    free(scratch);
    reader_puts("\n");
}

/* ---------------------------------------------------------------- parts */

static void put_part(struct str head, struct str body)
{
    struct str type = header(head, "Content-Type"), how = header(head, "Content-Transfer-Encoding");
    bool html = mentions(type, "text/html");
    if (type.n > 0 && !html && !mentions(type, "text/plain"))
        return;
    unsigned char *text = malloc(body.n + 1);
    if (!text)
        return;
    size_t n = body.n;
    if (mentions(how, "base64"))
        n = from_base64(body, text);
    else if (mentions(how, "quoted-printable"))
        n = from_quoted(body, false, text);
    else
        memcpy(text, body.p, n);
    if (html)
        reader_put_html(text, n, NULL);
    else
        reader_put_text(text, n);
    reader_puts("\n");
    free(text);
}

static void entity(struct str t, int depth);
static void letter(struct str t, int depth);

static void put_multipart(struct str body, struct str boundary, int depth)
{
    char mark[128];
    if (boundary.n == 0 || boundary.n > 70)
        return;
    snprintf(mark, sizeof(mark), "--%.*s", (int)boundary.n, boundary.p);
    const char *at = memmem(body.p, body.n, mark, strlen(mark));
    for (int i = 0; at && i < PARTS_MOST; i++) {
        size_t from = (size_t)(at - body.p) + strlen(mark);
        if (from + 2 <= body.n && memcmp(body.p + from, "--", 2) == 0)
            return;
        from += line_of(body, from).n;
        struct str left = rest(body, from);
        at = left.n > 0 ? memmem(left.p, left.n, mark, strlen(mark)) : NULL;
        entity(at ? cut(left, 0, (size_t)(at - left.p)) : left, depth + 1);
    }
}

static size_t head_end(struct str t)
{
    size_t at = 0;
    while (at < t.n) {
        struct str line = line_of(t, at);
        if (line.p[0] == '\n' || line.p[0] == '\r')
            return at;
        at += line.n;
    }
    return t.n;
}

static void entity(struct str t, int depth)
{
    if (depth > DEPTH_MOST)
        return;
    size_t end = head_end(t);
    struct str head = cut(t, 0, end), body = rest(t, end + line_of(t, end).n);
    struct str type = header(head, "Content-Type");
    if (mentions(type, "multipart/"))
        put_multipart(body, parameter(type, "boundary"), depth);
    else if (mentions(type, "message/rfc822"))
        letter(body, depth + 1);
    else
        put_part(head, body);
}

static void letter(struct str t, int depth)
{
    static const char *const names[] = {"From", "To", "Cc", "Subject"};
    struct str head = cut(t, 0, head_end(t));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        put_header(head, names[i]);
    entity(t, depth);
}

/* A postbox is letters, each after a line "From …" that follows an empty one. */
void reader_mail(const unsigned char *p, size_t n)
{
    struct str t = {(const char *)p, n};
    if (!str_starts(t, "From ")) {
        letter(t, 0);
        return;
    }
    while (t.n > 0) {
        t = rest(t, line_of(t, 0).n);
        const char *next = t.n > 0 ? memmem(t.p, t.n, "\n\nFrom ", 7) : NULL;
        size_t end = next ? (size_t)(next - t.p) + 2 : t.n;
        letter(cut(t, 0, end), 0);
        t = rest(t, end);
    }
}
