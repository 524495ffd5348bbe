/*
 * The route table, split into segments once. A few hundred rows are searched in order; comparing
 * the number of segments first leaves few to compare. Of several that match, the one with a
 * literal where the other has a parameter wins, looking from the left.
 */
#include "http/http_int.h"

static bool split_pattern(struct pattern *p, const struct http_door *door,
                          const struct http_route *route)
{
    *p = (struct pattern){.route = route, .door = door};
    struct str rest = str_of(route->path);
    while (rest.n > 0) {
        if (rest.p[0] == '/') {
            rest.p++, rest.n--;
            continue;
        }
        const char *end = memchr(rest.p, '/', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        if (p->n == SEGMENTS_MAX)
            return false;
        bool param = n > 2 && rest.p[0] == '{' && rest.p[n - 1] == '}';
        p->segments[p->n++] = (struct segment){
            .text = param ? (struct str){rest.p + 1, n - 2} : (struct str){rest.p, n},
            .param = param,
        };
        rest = (struct str){rest.p + n, rest.n - n};
    }
    return true;
}

static bool add_door(struct route_table *t, const struct http_door *door)
{
    for (size_t i = 0; i < door->routes_n; i++) {
        if (!split_pattern(&t->patterns[t->n], door, &door->routes[i]))
            return false;
        t->n++;
    }
    return true;
}

bool routes_build(struct route_table *t, const struct http_door *doors, size_t n)
{
    size_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += doors[i].routes_n;
    *t = (struct route_table){.patterns = mem_new((rows + 1) * sizeof(*t->patterns))};
    for (size_t i = 0; i < n; i++)
        if (!add_door(t, &doors[i]))
            return false;
    return true;
}

void routes_free(struct route_table *t)
{
    mem_free(t->patterns);
    *t = (struct route_table){0};
}

enum rc path_split(struct cx *cx, struct str text, struct path *ret)
{
    *ret = (struct path){0};
    if (text.n == 0 || text.p[0] != '/')
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    struct str rest = {text.p + 1, text.n - 1};
    while (rest.n > 0) {
        const char *end = memchr(rest.p, '/', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        if (n == 0 || ret->n == SEGMENTS_MAX)
            return err_set(cx, RC_NOT_FOUND, NULL, NULL);
        struct str *s = &ret->segments[ret->n];
        if (!url_decode(cx->arena, (struct str){rest.p, n}, false, s) || !str_utf8(*s))
            return err_set(cx, RC_BAD_REQUEST, NULL, "%");
        ret->n++;
        n += end ? 1 : 0;
        rest = (struct str){rest.p + n, rest.n - n};
    }
    return RC_OK;
}

static bool matches(const struct pattern *pat, const struct path *p)
{
    if (pat->n != p->n)
        return false;
    for (size_t i = 0; i < pat->n; i++)
        if (!pat->segments[i].param && !str_eq(pat->segments[i].text, p->segments[i]))
            return false;
    return true;
}

static bool more_specific(const struct pattern *a, const struct pattern *b)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->segments[i].param != b->segments[i].param)
            return b->segments[i].param;
    return false;
}

const struct pattern *routes_find(const struct route_table *t, const struct path *p,
                                  const char *method)
{
    const char *want = streq(method, "HEAD") ? "GET" : method;
    const struct pattern *best = NULL;
    for (size_t i = 0; i < t->n; i++) {
        const struct pattern *pat = &t->patterns[i];
        if (!streq(pat->route->method, want) || !matches(pat, p))
            continue;
        if (!best || more_specific(pat, best))
            best = pat;
    }
    return best;
}

static void add_method(struct buf *out, const char *method)
{
    struct str rest = buf_str(out);
    while (rest.n > 0) {
        const char *end = memchr(rest.p, ',', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        if (str_is((struct str){rest.p, n}, method))
            return;
        n += end ? 1 : 0;
        rest = (struct str){rest.p + n, rest.n - n};
    }
    if (out->n > 0)
        buf_putc(out, ',');
    buf_puts(out, method);
}

bool routes_methods(const struct route_table *t, const struct path *p, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < t->n; i++) {
        const struct pattern *pat = &t->patterns[i];
        if (p && !matches(pat, p))
            continue;
        any = true;
        add_method(out, pat->route->method);
        if (streq(pat->route->method, "GET"))
            add_method(out, "HEAD");
    }
    if (any)
        add_method(out, "OPTIONS");
    return any;
}
