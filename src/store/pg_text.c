/*
 * SQL text for PostgreSQL: '?' becomes $1, $2 … outside of quotes, names and comments.
 */
#include "store/store_int.h"

/* The end of what begins with the quote at i: the index after the closing one. */
static size_t quoted(struct str s, size_t i)
{
    char quote = s.p[i++];
    while (i < s.n && s.p[i] != quote)
        i++;
    return i < s.n ? i + 1 : i; /* a doubled quote is just two strings side by side */
}

static size_t until(struct str s, size_t i, const char *end)
{
    while (i < s.n && !str_starts((struct str){s.p + i, s.n - i}, end))
        i++;
    i += strlen(end);
    return i < s.n ? i : s.n;
}

static bool tag_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* $tag$ … $tag$, or just a dollar. */
static size_t dollar(struct str s, size_t i)
{
    size_t n = 1;
    while (i + n < s.n && tag_char(s.p[i + n]))
        n++;
    char tag[64];
    if (i + n == s.n || s.p[i + n] != '$' || n + 2 > sizeof(tag))
        return i + 1;
    memcpy(tag, s.p + i, n + 1);
    tag[n + 1] = '\0';
    return until(s, i + n + 1, tag);
}

static size_t skip(struct str s, size_t i)
{
    struct str rest = {s.p + i, s.n - i};
    if (s.p[i] == '\'' || s.p[i] == '"')
        return quoted(s, i);
    if (str_starts(rest, "--"))
        return until(s, i, "\n");
    if (str_starts(rest, "/*"))
        return until(s, i + 2, "*/");
    if (s.p[i] == '$')
        return dollar(s, i);
    return i;
}

char *pg_translate(const char *sql, int *ret_params)
{
    struct str s = str_of(sql);
    struct buf out;
    buf_init(&out, (size_t)MiB(16));
    int params = 0;
    for (size_t i = 0; i < s.n;) {
        size_t end = skip(s, i);
        if (end > i) {
            buf_add(&out, s.p + i, end - i);
            i = end;
            continue;
        }
        if (s.p[i] == '?')
            buf_printf(&out, "$%d", ++params);
        else
            buf_putc(&out, s.p[i]);
        i++;
    }
    char *text = buf_failed(&out) ? NULL : mem_try(out.n + 1);
    if (text)
        memcpy(text, out.p, out.n + 1);
    buf_free(&out);
    *ret_params = params;
    return text;
}
