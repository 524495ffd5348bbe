/*
 * Small languages inside header fields. Pure functions: no allocation, no state.
 */
#include "http/http_int.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct str trim(struct str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s.p++, s.n--;
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static bool number(struct str s, int64_t *ret)
{
    return s.n > 0 && digit(s.p[0]) && str_int(s, ret);
}

enum range_kind range_parse(const char *header, int64_t size, int64_t *ret_first,
                            int64_t *ret_last)
{
    struct str s = str_of(header);
    if (s.n < 6 || !str_ieq((struct str){s.p, 6}, "bytes="))
        return RANGE_NONE;
    struct str last = trim((struct str){s.p + 6, s.n - 6});
    if (!memchr(last.p, '-', last.n))
        return RANGE_NONE;
    struct str first = trim(str_cut(&last, '-'));
    last = trim(last);
    int64_t from = 0, to = size - 1, n = 0;
    if (first.n == 0) {
        if (!number(last, &n))
            return RANGE_NONE;
        from = n < size ? size - n : 0;
        if (n == 0 || size == 0)
            return RANGE_UNSATISFIABLE;
    } else {
        if (!number(first, &from) || (last.n > 0 && (!number(last, &to) || to < from)))
            return RANGE_NONE;
        if (from >= size)
            return RANGE_UNSATISFIABLE;
    }
    *ret_first = from;
    *ret_last = to < size ? to : size - 1;
    return RANGE_ONE;
}

/* "0.8" as 800; a missing q is 1000, a malformed one 0. */
static int quality(struct str params)
{
    int64_t whole = 0, part = 0;
    while (params.n > 0) {
        struct str p = trim(str_cut(&params, ';'));
        if (p.n < 3 || (p.p[0] != 'q' && p.p[0] != 'Q') || p.p[1] != '=')
            continue;
        struct str fraction = {p.p + 2, p.n - 2};
        struct str head = str_cut(&fraction, '.');
        if (fraction.n > 3 || !number(head, &whole) || whole > 1)
            return 0;
        if (fraction.n > 0 && !number(fraction, &part))
            return 0;
        for (size_t i = fraction.n; i < 3; i++)
            part *= 10;
        return whole == 1 ? 1000 : (int)part;
    }
    return 1000;
}

struct str cookie_find(const char *header, const char *name)
{
    struct str rest = str_of(header);
    while (rest.n > 0) {
        struct str value = trim(str_cut(&rest, ';'));
        struct str key = str_cut(&value, '=');
        if (str_is(key, name))
            return value;
    }
    return STR("");
}

bool html_wanted(const char *accept)
{
    struct str rest = str_of(accept);
    while (rest.n > 0) {
        struct str params = str_cut(&rest, ',');
        struct str type = trim(str_cut(&params, ';'));
        if (str_ieq(type, "text/html"))
            return quality(params) > 0;
    }
    return false;
}

enum lang lang_choose(const char *accept_language)
{
    struct str rest = str_of(accept_language);
    int norwegian = 0, english = 0;
    while (rest.n > 0) {
        struct str params = str_cut(&rest, ',');
        struct str tag = str_cut(&params, ';');
        struct str subtags = trim(tag);
        struct str primary = str_cut(&subtags, '-');
        int q = quality(params);
        bool no = str_ieq(primary, "nb") || str_ieq(primary, "no") || str_ieq(primary, "nn");
        if (no && q > norwegian)
            norwegian = q;
        if (str_ieq(primary, "en") && q > english)
            english = q;
    }
    return english > norwegian ? LANG_EN : LANG_NB;
}

bool host_valid(const char *host)
{
    struct str s = str_of(host);
    if (s.n == 0 || s.n > 255)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!digit(s.p[i]) && !letter(s.p[i]) && !memchr(".:[]-", s.p[i], 5))
            return false;
    return true;
}

bool address_valid(struct str s)
{
    if (s.n == 0 || s.n > 45)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!digit(s.p[i]) && !letter(s.p[i]) && s.p[i] != '.' && s.p[i] != ':')
            return false;
    return true;
}

bool listen_parse(const char *text, char *host, size_t host_max, char *port, size_t port_max)
{
    struct str s = str_of(text);
    const char *colon = s.n > 0 ? memrchr(s.p, ':', s.n) : NULL;
    if (!colon)
        return false;
    struct str h = {s.p, (size_t)(colon - s.p)}, p = str_of(colon + 1);
    if (h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']')
        h = (struct str){h.p + 1, h.n - 2};
    int64_t n;
    if (h.n == 0 || h.n >= host_max || p.n >= port_max || !number(p, &n) || n > 65535)
        return false;
    memcpy(host, h.p, h.n);
    host[h.n] = '\0';
    memcpy(port, p.p, p.n);
    port[p.n] = '\0';
    return true;
}

bool token_valid(struct str s)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < s.n; i++)
        if (!digit(s.p[i]) && !letter(s.p[i]) && !memchr(marks, s.p[i], sizeof(marks) - 1))
            return false;
    return s.n > 0;
}

bool field_value_valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}
