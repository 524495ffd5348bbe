/*
 * Header fields about content: ranges of uploads, accepted types, file names.
 */
#include "tg/tg_int.h"

static struct str trimmed(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (struct str){s.p + 1, s.n - 1};
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* Splits at the first c; false when there is none. */
static bool split(struct str s, char c, struct str *ret_a, struct str *ret_b)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    if (!at)
        return false;
    *ret_a = (struct str){s.p, (size_t)(at - s.p)};
    *ret_b = (struct str){at + 1, s.n - (size_t)(at - s.p) - 1};
    return true;
}

bool content_range(struct str s, int64_t *ret_first, int64_t *ret_last, int64_t *ret_total)
{
    struct str range, total, first, last;
    s = trimmed(s);
    if (s.n > 6 && str_ieq((struct str){s.p, 5}, "bytes") && s.p[5] == ' ')
        s = trimmed((struct str){s.p + 6, s.n - 6});
    if (!split(s, '/', &range, &total) || !str_int(total, ret_total) || *ret_total < 0)
        return false;
    if (str_is(range, "*")) {
        *ret_first = *ret_last = -1;
        return true;
    }
    return split(range, '-', &first, &last) && str_int(first, ret_first) && str_int(last, ret_last) &&
           *ret_first >= 0 && *ret_first <= *ret_last && *ret_last < *ret_total;
}

static bool admits(struct str range, const char *type)
{
    struct str media, parameters;
    if (!split(range, ';', &media, &parameters))
        media = range;
    media = trimmed(media);
    if (str_is(media, "*/*") || str_is(media, "*") || str_ieq(media, type))
        return true;
    size_t main_n = strcspn(type, "/");
    return media.n == main_n + 2 && media.p[media.n - 1] == '*' && media.p[main_n] == '/' &&
           memcmp(media.p, type, main_n) == 0;
}

bool content_accepts(const char *accept, const char *type)
{
    if (!accept || !*accept)
        return true;
    char bare[128];
    (void)snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(type, ";"), type);
    struct str rest = str_of(accept), one;
    while (split(rest, ',', &one, &rest))
        if (admits(trimmed(one), bare))
            return true;
    return admits(trimmed(rest), bare);
}

static const char *last_part(const char *name)
{
    const char *p = name;
    for (const char *c = name; *c; c++)
        if (*c == '/' || *c == '\\')
            p = c + 1;
    return *p ? p : NULL;
}

/* The next `; name=value` or `; name="value"` of a field; *p is moved behind it. False at the end. */
static bool parameter(const char **p, struct str *ret_name, struct str *ret_value)
{
    const char *at = *p + strcspn(*p, ";");
    if (!*at)
        return false;
    at += 1 + strspn(at + 1, " \t");
    *ret_name = (struct str){at, strcspn(at, "=;")};
    at += ret_name->n;
    bool quoted = at[0] == '=' && at[1] == '"';
    at += quoted ? 2 : *at == '=';
    *ret_value = trimmed((struct str){at, strcspn(at, quoted ? "\"" : ";")});
    *p = at + strcspn(at, quoted ? "\"" : ";");
    return true;
}

/* RFC 8187: UTF-8''s%C3%B8knad.txt; other character sets are not read. */
static char *extended_name(struct cx *cx, struct str value)
{
    static const char charset[] = "UTF-8''";
    struct str decoded;
    size_t n = sizeof(charset) - 1;
    if (value.n <= n || !str_ieq((struct str){value.p, n}, charset) ||
        !url_decode(cx->arena, (struct str){value.p + n, value.n - n}, false, &decoded))
        return NULL;
    return arena_strndup(cx->arena, decoded.p, decoded.n);
}

/* filename* goes before filename (RFC 6266). */
const char *content_filename(struct cx *cx, const char *disposition)
{
    char *plain = NULL, *extended = NULL;
    struct str name, value;
    const char *at = disposition;
    while (at && parameter(&at, &name, &value)) {
        if (str_ieq(name, "filename*") && !extended)
            extended = extended_name(cx, value);
        else if (str_ieq(name, "filename") && !plain)
            plain = arena_strndup(cx->arena, value.p, value.n);
    }
    const char *best = extended ? extended : plain;
    return best && str_utf8(str_of(best)) ? last_part(best) : NULL;
}

const char *content_disposition(struct cx *cx, const char *name)
{
    char ascii[200];
    size_t n = 0;
    for (const char *p = name; *p && n < sizeof(ascii) - 1; p++) {
        unsigned char c = (unsigned char)*p;
        ascii[n++] = c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '/' || c == '%' ? '_' : *p;
    }
    ascii[n] = 0;
    struct buf b;
    buf_init(&b, (size_t)KiB(8));
    buf_printf(&b, "attachment; filename=\"%s\"; filename*=UTF-8''", ascii);
    url_encode(&b, str_of(name));
    char *text = buf_failed(&b) ? NULL : arena_strndup(cx->arena, b.p, b.n);
    buf_free(&b);
    return text;
}
