/*
 * From a struct http_reply to a response of libmicrohttpd: errors, ranges, fields that every reply
 * carries. The body stays where the handler wrote it until the exchange ends.
 */
#include "http/http_int.h"

#include <unistd.h>

#define ALLOW_HEADERS                                                                       \
    "Authorization,Content-Type,ETag,If-Match,Range,Content-Range,X-Upload-Content-Type,"   \
    "X-Upload-Content-Length,X-File-Name,Accept-Language,X-Samdrift-Korriger,"              \
    "X-Samdrift-Import,Idempotency-Key"

enum rc http_set(struct http_request *rq, struct http_reply *rp, const char *name,
                 const char *value)
{
    (void)rp;
    struct exchange *x = exchange_of(rq);
    if (!token_valid(str_of(name)) || !field_value_valid(str_of(value)))
        return err_secret(&rq->cx, RC_INTERNAL, "reply field %s is not printable", name);
    struct header *h = arena_alloc(rq->cx.arena, sizeof(*h));
    if (!h)
        return cx_nomem(&rq->cx);
    h->name = arena_strdup(rq->cx.arena, name);
    h->value = arena_strdup(rq->cx.arena, value);
    if (!h->name || !h->value)
        return cx_nomem(&rq->cx);
    struct header **end = &x->headers;
    while (*end)
        end = &(*end)->next;
    *end = h;
    return RC_OK;
}

enum rc http_see_other(struct http_request *rq, struct http_reply *rp, const char *location)
{
    rp->status = 303;
    return http_set(rq, rp, "Location", location);
}

static const char *header_of(const struct exchange *x, const char *name)
{
    for (const struct header *h = x->headers; h; h = h->next)
        if (str_ieq(str_of(h->name), name))
            return h->value;
    return NULL;
}

/* A field lost for want of memory is a reply without that field: nothing here is worth failing for. */
static void add(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        log_line(LOG_WARN, "reply field %s could not be set", name);
}

static void add_default(const struct exchange *x, const char *name, const char *value)
{
    if (!header_of(x, name))
        add(x->response, name, value);
}

static bool has_content(const struct http_reply *rp)
{
    return rp->fd >= 0 || rp->source.send;
}

void reply_drop_body(struct http_reply *rp)
{
    if (rp->fd >= 0)
        close(rp->fd);
    rp->fd = -1;
    if (rp->source.end)
        rp->source.end(rp->source.state);
    rp->source = (struct http_source){0};
}

static void add_fields(struct exchange *x, bool content)
{
    struct MHD_Response *r = x->response;
    for (const struct header *h = x->headers; h; h = h->next)
        add(r, h->name, h->value);
    if (x->rp.type && (x->rp.body.n > 0 || content))
        add_default(x, "Content-Type", x->rp.type);
    if (!x->rq.door || !x->rq.door->browser) {
        add_default(x, "Access-Control-Allow-Origin", "*");
        add_default(x, "Access-Control-Expose-Headers", "ETag,Location,Range,Content-Range");
    }
    add_default(x, "X-Content-Type-Options", "nosniff");
    add_default(x, "Cache-Control", "no-store");
    if (x->close || atomic_load(&x->server->stopping))
        add(r, "Connection", "close");
}

static void from_body(struct exchange *x)
{
    struct buf *b = &x->rp.body;
    x->sent = (int64_t)b->n;
    x->response = MHD_create_response_from_buffer(b->n, b->p, MHD_RESPMEM_PERSISTENT);
}

/* Does the file the client has a part of still stand (If-Range)? */
static bool range_applies(struct exchange *x)
{
    const char *have = http_header(&x->rq, "If-Range"), *tag = header_of(x, "ETag");
    return !have || (tag && streq(have, tag) && tag[0] == '"');
}

static struct MHD_Response *part_of(struct exchange *x, int64_t first, int64_t n)
{
    if (x->rp.fd < 0)
        return feed_response(x, first, n);
    return MHD_create_response_from_fd_at_offset64((uint64_t)n, x->rp.fd, (uint64_t)first);
}

static void from_content(struct exchange *x)
{
    struct http_reply *rp = &x->rp;
    int64_t first = 0, last = rp->size - 1;
    enum range_kind kind = RANGE_NONE;
    if (rp->status == 200 && streq(x->rq.method, "GET") && range_applies(x))
        kind = range_parse(http_header(&x->rq, "Range"), rp->size, &first, &last);
    char text[80] = "";
    int64_t n = last - first + 1;
    if (kind == RANGE_ONE) {
        rp->status = 206;
        snprintf(text, sizeof(text), "bytes %" PRId64 "-%" PRId64 "/%" PRId64, first, last,
                 rp->size);
    } else if (kind == RANGE_UNSATISFIABLE) {
        rp->status = 416;
        snprintf(text, sizeof(text), "bytes */%" PRId64, rp->size);
        reply_drop_body(rp);
        from_body(x);
    }
    if (has_content(rp)) {
        x->sent = n;
        x->response = part_of(x, first, n);
    }
    if (!x->response)
        return;
    if (text[0])
        add(x->response, "Content-Range", text);
    add_default(x, "Accept-Ranges", "bytes");
}

/* What the server itself must say beside the error. */
static void error_fields(struct exchange *x, enum rc rc)
{
    struct http_request *rq = &x->rq;
    enum rc ignored = RC_OK;
    if (err_status(rc) == 401 && !rq->door->browser) {
        ignored = http_set(rq, &x->rp, "WWW-Authenticate", "Basic realm=\"Noark 5\"");
        if (ignored == RC_OK)
            ignored = http_set(rq, &x->rp, "WWW-Authenticate", "Bearer realm=\"Noark 5\"");
    } else if (rc == RC_METHOD) {
        ignored = http_set(rq, &x->rp, "Allow", rq->cx.err.detail);
    } else if (rc == RC_TOO_MANY) {
        int64_t wait;
        bool told = str_int(str_of(rq->cx.err.detail), &wait);
        ignored = http_set(rq, &x->rp, "Retry-After", told ? rq->cx.err.detail : "60");
    } else if (err_status(rc) == 503) {
        ignored = http_set(rq, &x->rp, "Retry-After", "1");
    } else if (rc == RC_NO_SPACE) {
        ignored = http_set(rq, &x->rp, "Retry-After", "60");
    }
    if (ignored != RC_OK)
        log_line(LOG_WARN, "no memory for the fields of an error reply");
}

/* The door that speaks for the server where no route was found. */
static const struct http_door *door_for_errors(const struct exchange *x)
{
    const struct http_options *o = &x->server->o;
    for (size_t i = 0; i < o->doors_n; i++)
        if (o->doors[i].browser && html_wanted(http_header(&x->rq, "Accept")))
            return &o->doors[i];
    return &o->doors[0];
}

static void render(struct exchange *x, enum rc rc)
{
    struct http_request *rq = &x->rq;
    struct http_reply *rp = &x->rp;
    if (!rq->door) {
        rq->door = door_for_errors(x);
        rq->app = rq->door->app;
    }
    if (rq->cx.err.rc != rc) {
        err_clear(&rq->cx);
        (void)err_set(&rq->cx, rc, NULL, NULL);
    }
    reply_drop_body(rp);
    buf_reset(&rp->body);
    x->headers = NULL;
    rp->type = NULL;
    rp->status = err_status(rc);
    if (rq->cx.err.secret)
        log_line(LOG_ERROR, "%s: %s", err_id(rc), rq->cx.err.secret);
    error_fields(x, rc);
    if (rq->door->render_error)
        rq->door->render_error(rq, rp);
    bool empty = rp->status >= 300 && rp->status < 400; /* sent elsewhere instead */
    if (buf_failed(&rp->body) || (!rp->type && !empty)) {
        buf_reset(&rp->body);
        rp->type = "text/plain; charset=utf-8";
        buf_puts(&rp->body, err_text(&rq->cx));
    }
}

void reply_make(struct exchange *x, enum rc rc)
{
    struct http_reply *rp = &x->rp;
    if (rc == RC_OK && buf_failed(&rp->body))
        rc = RC_NOMEM;
    if (rc == RC_OK && rp->source.send && !feed_allowed(x->server))
        rc = RC_BUSY;
    if (rc == RC_OK && (rp->status < 200 || rp->status > 599))
        rc = RC_INTERNAL;
    if (rc != RC_OK)
        render(x, rc);
    bool content = has_content(rp);
    if (content)
        from_content(x);
    else
        from_body(x);
    if (!x->response) {
        reply_drop_body(rp);
        log_line(LOG_ERROR, "a reply could not be made");
        return;
    }
    add_fields(x, content);
    rp->fd = -1; /* the response closes it */
}

void reply_options(struct exchange *x, const char *methods)
{
    x->rp.status = 204;
    from_body(x);
    if (!x->response)
        return;
    add(x->response, "Allow", methods);
    add(x->response, "Access-Control-Allow-Methods", methods);
    add(x->response, "Access-Control-Allow-Headers", ALLOW_HEADERS);
    add(x->response, "Access-Control-Max-Age", "600");
    add_fields(x, false);
}
