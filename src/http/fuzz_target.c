/*
 * Targets and small fields from strangers: what matches has methods, a range lies within the file.
 */
#include "http/http_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc nothing(struct http_request *rq, struct http_reply *rp)
{
    (void)rq, (void)rp;
    return RC_OK;
}

static const struct http_route routes[] = {
    {"GET", "/", ROLE_NONE, LANE_READ, BODY_NONE, 0, NULL, nothing},
    {"GET", "/{kommune}/noark5/{pakke}/{id}/", ROLE_LESER, LANE_READ, BODY_NONE, 0, NULL, nothing},
    {"GET", "/{kommune}/noark5/admin/system/", ROLE_LESER, LANE_READ, BODY_NONE, 0, NULL, nothing},
    {"PUT", "/{kommune}/noark5/{pakke}/$ref", ROLE_LESER, LANE_WRITE, BODY_NONE, 0, NULL, nothing},
};

static void match(struct cx *cx, struct str in)
{
    struct route_table t;
    struct path p;
    struct buf b;
    static const struct http_door door = {.routes = routes, .routes_n = COUNT_OF(routes)};
    if (!routes_build(&t, &door, 1))
        abort();
    buf_init(&b, 512);
    if (path_split(cx, in, &p) == RC_OK) {
        const struct pattern *found = routes_find(&t, &p, "HEAD");
        bool any = routes_methods(&t, &p, &b);
        if ((found && !any) || (found && found->n != p.n) || buf_failed(&b))
            abort();
    }
    buf_free(&b);
    routes_free(&t);
}

static void fields(const char *text)
{
    static const int64_t sizes[] = {0, 1, 1000, INT64_MAX};
    char host[32], port[8];
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        int64_t first, last;
        if (range_parse(text, sizes[i], &first, &last) == RANGE_ONE &&
            (first < 0 || last < first || last >= sizes[i]))
            abort();
    }
    (void)lang_choose(text);
    (void)listen_parse(text, host, sizeof(host), port, sizeof(port));
    if (host_valid(text) && !field_value_valid(str_of(text)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    if (size > 4096)
        return 0;
    cx_open(&cx, (size_t)MiB(1));
    struct str in = {(const char *)data, size};
    match(&cx, in);
    char *text = arena_strndup(cx.arena, in.p, in.n);
    if (!text)
        abort();
    fields(text);
    cx_close(&cx);
    return 0;
}
