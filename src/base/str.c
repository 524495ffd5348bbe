/*
 * Borrowed strings: comparing, numbers, UTF-8. Nothing here allocates.
 */
#include "base/base.h"
#include "base/base_int.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

struct str str_of(const char *s)
{
    return s ? (struct str){s, strlen(s)} : STR("");
}

uint64_t str_hash(uint64_t h, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return h;
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *s)
{
    return str_eq(a, str_of(s));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_ieq(struct str a, const char *s)
{
    if (strlen(s) != a.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(s[i]))
            return false;
    return true;
}

bool str_starts(struct str a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.n >= n && (n == 0 || memcmp(a.p, prefix, n) == 0);
}

struct str str_cut(struct str *rest, char separator)
{
    const char *end = rest->n > 0 ? memchr(rest->p, separator, rest->n) : NULL;
    size_t n = end ? (size_t)(end - rest->p) : rest->n;
    struct str part = {rest->p, n};
    n += end ? 1 : 0;
    *rest = (struct str){rest->p + n, rest->n - n};
    return part;
}

struct str media_type(const char *content_type)
{
    struct str rest = str_of(content_type), s = str_cut(&rest, ';');
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

bool str_int(struct str s, int64_t *ret)
{
    bool minus = s.n > 0 && s.p[0] == '-';
    size_t i = minus ? 1 : 0;
    if (i == s.n)
        return false;
    int64_t v = 0; /* built negative, where the range is larger */
    for (; i < s.n; i++) {
        if (!is_digit(s.p[i]))
            return false;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.p[i] - '0', &v))
            return false;
    }
    if (!minus && __builtin_mul_overflow(v, -1, &v))
        return false;
    *ret = v;
    return true;
}

static size_t digits(struct str s, size_t i)
{
    size_t n = 0;
    while (i + n < s.n && is_digit(s.p[i + n]))
        n++;
    return n;
}

/* -?digits[.digits][e±digits]: strtod alone would take hex, "inf" and leading blanks. */
static bool decimal(struct str s)
{
    size_t i = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    size_t n = digits(s, i);
    if (n == 0)
        return false;
    i += n;
    if (i < s.n && s.p[i] == '.') {
        n = digits(s, i + 1);
        if (n == 0)
            return false;
        i += n + 1;
    }
    if (i < s.n && lower(s.p[i]) == 'e') {
        i++;
        if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
            i++;
        n = digits(s, i);
        if (n == 0)
            return false;
        i += n;
    }
    return i == s.n;
}

bool str_double(struct str s, double *ret)
{
    char text[400];
    if (s.n >= sizeof(text) || !decimal(s))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    double d = strtod(text, NULL);
    if (!isfinite(d))
        return false;
    *ret = d;
    return true;
}

static bool tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_next(const char *text, size_t n, uint32_t *ret)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t c = p[0];
    if (c < 0x80) {
        *ret = c;
        return 1;
    }
    if (c >= 0xC2 && c < 0xE0 && n >= 2 && tail(p[1])) {
        *ret = (c & 0x1F) << 6 | (p[1] & 0x3Fu);
        return 2;
    }
    if (c >= 0xE0 && c < 0xF0 && n >= 3 && tail(p[1]) && tail(p[2])) {
        c = (c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        *ret = c;
        return c < 0x800 || (c >= 0xD800 && c < 0xE000) ? 0 : 3;
    }
    if (c >= 0xF0 && c < 0xF5 && n >= 4 && tail(p[1]) && tail(p[2]) && tail(p[3])) {
        c = (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
        *ret = c;
        return c < 0x10000 || c > 0x10FFFF ? 0 : 4;
    }
    return 0;
}

bool str_utf8(struct str s)
{
    for (size_t i = 0; i < s.n;) {
        uint32_t c;
        size_t n = utf8_next(s.p + i, s.n - i, &c);
        if (n == 0 || c == 0)
            return false;
        i += n;
    }
    return true;
}

void str_show(FILE *out, struct str s)
{
    for (size_t i = 0, n; i < s.n; i += n ? n : 1) {
        uint32_t c;
        n = utf8_next(s.p + i, s.n - i, &c);
        bool shown = n && c >= 0x20 && (c < 0x7F || c >= 0xA0);
        (void)fwrite(shown ? s.p + i : "?", 1, shown ? n : 1, out);
    }
}

/* The list of TG 1.1 appendix 5, and no other invisible character. */
static bool blank(uint32_t c)
{
    return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

bool str_blank(struct str s)
{
    for (size_t i = 0; i < s.n;) {
        uint32_t c;
        size_t n = utf8_next(s.p + i, s.n - i, &c);
        if (n == 0 || !blank(c))
            return false;
        i += n;
    }
    return true;
}
