/*
 * Reading what clients send about themselves: Authorization fields and token requests.
 */
#include "login/login_int.h"

static int sextet(char c, bool url)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == (url ? '-' : '+'))
        return 62;
    return c == (url ? '_' : '/') ? 63 : -1;
}

bool base64url_valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (sextet(s.p[i], true) < 0)
            return false;
    return s.n > 0 && s.n % 4 != 1;
}

bool base64_read(struct arena *a, struct str s, bool url, struct str *ret)
{
    for (int i = 0; i < 2 && !url && s.n > 0 && s.p[s.n - 1] == '='; i++)
        s.n--;
    if (s.n % 4 == 1)
        return false;
    char *out = arena_alloc(a, s.n / 4 * 3 + 4);
    if (!out)
        return false;
    size_t n = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < s.n; i++) {
        int v = sextet(s.p[i], url);
        if (v < 0)
            return false;
        bits = bits << 6 | (unsigned)v;
        if (i % 4 == 0)
            continue;
        char c = (char)(bits >> (6 - 2 * (i % 4)) & 0xFF);
        if (c == '\0')
            return false;
        out[n++] = c;
    }
    *ret = (struct str){out, n};
    return true;
}

bool auth_scheme(const char *authorization, const char *scheme, struct str *ret)
{
    struct str s = str_of(authorization);
    size_t n = strlen(scheme);
    if (s.n <= n || s.p[n] != ' ' || !str_ieq((struct str){s.p, n}, scheme))
        return false;
    s = (struct str){s.p + n, s.n - n};
    while (s.n > 0 && s.p[0] == ' ')
        s.p++, s.n--;
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    *ret = s;
    return true;
}

bool auth_basic(struct arena *a, const char *authorization, struct str *ret_name,
                struct str *ret_password)
{
    struct str s;
    if (!auth_scheme(authorization, "Basic", &s) || s.n > 2048 || !base64_read(a, s, false, &s))
        return false;
    const char *colon = s.n > 0 ? memchr(s.p, ':', s.n) : NULL;
    if (!colon)
        return false;
    size_t n = (size_t)(colon - s.p);
    *ret_name = (struct str){s.p, n};
    *ret_password = (struct str){colon + 1, s.n - n - 1};
    return true;
}

bool form_value(struct arena *a, struct str form, const char *name, struct str *ret)
{
    *ret = (struct str){0};
    while (form.n > 0) {
        const char *end = memchr(form.p, '&', form.n);
        size_t n = end ? (size_t)(end - form.p) : form.n;
        struct str key = {form.p, n}, value = STR("");
        const char *eq = memchr(form.p, '=', n);
        if (eq) {
            key.n = (size_t)(eq - form.p);
            value = (struct str){eq + 1, n - key.n - 1};
        }
        n += end ? 1 : 0;
        form = (struct str){form.p + n, form.n - n};
        if (!url_decode(a, key, true, &key))
            return false;
        if (!str_is(key, name))
            continue;
        if (ret->p || !url_decode(a, value, true, ret))
            return false;
    }
    return true;
}
