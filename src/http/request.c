/*
 * The life of an exchange. libmicrohttpd calls exchange_step when the head is complete, for each
 * piece of the body, when the request is complete, and again after each resumption; the phase
 * tells which it is. Queuing a reply before the request is complete makes libmicrohttpd close the
 * connection, so replies wait for the last call unless closing is what we want.
 */
#include "http/http_int.h"

#include <unistd.h>

/* ------------------------------------------------------------------ what handlers ask */

struct str http_param(const struct http_request *rq, const char *name)
{
    const struct exchange *x = exchange_of(rq);
    const struct pattern *pat = x->pattern;
    for (size_t i = 0; pat && i < pat->n; i++)
        if (pat->segments[i].param && str_is(pat->segments[i].text, name))
            return x->path.segments[i];
    return STR("");
}

const char *http_header(const struct http_request *rq, const char *name)
{
    return MHD_lookup_connection_value(exchange_of(rq)->connection, MHD_HEADER_KIND, name);
}

struct str http_cookie(const struct http_request *rq, const char *name)
{
    return cookie_find(http_header(rq, "Cookie"), name);
}

const char *http_base(struct http_request *rq)
{
    struct exchange *x = exchange_of(rq);
    if (x->server->url)
        return x->server->url;
    if (!x->base) {
        const char *host = http_header(rq, "Host");
        const char *scheme = x->server->o.tls_cert ? "https" : "http";
        x->base = host ? arena_printf(rq->cx.arena, "%s://%s", scheme, host)
                       : arena_printf(rq->cx.arena, "%s://127.0.0.1:%d", scheme,
                                      x->server->port);
    }
    return x->base ? x->base : "";
}

/* ------------------------------------------------------------------ beginning and end */

/*
 * A templated link copied as it stands (RFC 6570: …/mappe/{?$filter&$top}) asks for nothing: known
 * clients do so (export-all of noark5-tester), and get what the link gives without a query.
 */
static void split_target(struct http_request *rq, struct str t)
{
    const char *mark = t.n > 0 ? memchr(t.p, '?', t.n) : NULL;
    size_t n = mark ? (size_t)(mark - t.p) : t.n;
    bool template = mark && n > 2 && t.p[n - 1] == '{' && t.p[n - 2] == '/';
    rq->path = (struct str){t.p, template ? n - 1 : n};
    rq->query = mark && !template ? (struct str){mark + 1, t.n - n - 1} : STR("");
}

void *exchange_begin(void *server, const char *target, struct MHD_Connection *c)
{
    struct exchange *x = mem_try(sizeof(*x));
    if (!x)
        return NULL; /* exchange_step closes the connection */
    cx_open(&x->rq.cx, ARENA_MAX);
    x->server = server;
    x->connection = c;
    x->began = time_steady();
    x->rp = (struct http_reply){.status = 200, .fd = -1};
    buf_init(&x->rp.body, REPLY_MAX);
    buf_init(&x->body, 0);
    struct str t = str_of(target);
    x->target_n = t.n;
    const char *copy = t.n > TARGET_MAX ? "" : arena_strndup(x->rq.cx.arena, t.p, t.n);
    if (!copy)
        (void)cx_nomem(&x->rq.cx);
    t = str_of(copy);
    split_target(&x->rq, t);
    x->rq.connection = x;
    x->rq.peer = x->peer;
    x->rq.content_length = -1;
    x->discard_until = DISCARD_MAX;
    return x;
}

static void access_log(const struct exchange *x)
{
    int64_t us = time_steady() - x->began;
    const struct http_route *r = x->rq.route;
    log_line(LOG_INFO, "%s %s %d %" PRId64 ".%" PRId64 " ms %" PRId64 " B",
             r ? x->rq.method : "-", r ? r->path : "-", x->rp.status, us / 1000, us / 100 % 10,
             x->sent);
}

static void drop_sink(struct exchange *x)
{
    if (x->sinking && x->rq.sink.drop)
        x->rq.sink.drop(x->rq.sink.state);
    x->sinking = false;
}

static void leave(struct exchange *x)
{
    struct http_server *s = x->server;
    if (!x->counted)
        return;
    pthread_mutex_lock(&s->lock);
    s->under_way--;
    if (s->under_way == 0)
        pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->lock);
}

void exchange_end(void *server, struct MHD_Connection *c, void **state,
                  enum MHD_RequestTerminationCode why)
{
    (void)server, (void)c, (void)why;
    struct exchange *x = *state;
    if (!x)
        return;
    *state = NULL;
    drop_sink(x);
    if (x->response) {
        access_log(x);
        MHD_destroy_response(x->response);
    } else {
        reply_drop_body(&x->rp);
    }
    leave(x);
    buf_free(&x->body);
    buf_free(&x->rp.body);
    cx_close(&x->rq.cx);
    mem_free(x);
}

/* ------------------------------------------------------------------ in the lanes */

static bool local(const struct exchange *x)
{
    for (size_t i = 0; i < x->pattern->n; i++)
        if (x->pattern->segments[i].param && str_is(x->pattern->segments[i].text, "kommune"))
            return true;
    return false;
}

static enum rc by_header(struct http_request *rq, struct login *login)
{
    if (rq->route->least == ROLE_NONE && rq->route->body != BODY_NONE)
        return RC_OK; /* the credentials are the handler's own business */
    return login_check(&rq->cx, login, http_header(rq, "Authorization"), rq->peer, rq->secure,
                       &rq->person);
}

/* Who calls, and may they use this route? */
static enum rc identify(struct exchange *x)
{
    struct http_request *rq = &x->rq;
    const struct http_options *o = &x->server->o;
    const struct http_route *r = rq->route;
    struct str slug = http_param(rq, "kommune");
    bool in_municipality = local(x);
    if (in_municipality && o->municipality)
        TRY(o->municipality(&rq->cx, o->municipality_arg, slug));
    if (!o->login)
        return r->least == ROLE_NONE ? RC_OK : err_set(&rq->cx, RC_LOGIN_NEEDED, NULL, NULL);
    TRY(rq->door->identify ? rq->door->identify(rq) : by_header(rq, o->login));
    rq->person.zone = login_zone(o->login, rq->peer);
    if (rq->person.known) {
        const char *space = in_municipality ? arena_strndup(rq->cx.arena, slug.p, slug.n)
                                            : "system";
        if (!space)
            return cx_nomem(&rq->cx);
        TRY(login_role(&rq->cx, o->login, &rq->person, space, &rq->role));
    }
    if (rq->role >= r->least)
        return RC_OK;
    return err_set(&rq->cx, rq->person.known ? RC_FORBIDDEN : RC_LOGIN_NEEDED, NULL, NULL);
}

static enum rc begin_stream(struct exchange *x)
{
    struct http_request *rq = &x->rq;
    if (rq->route->body != BODY_STREAM || !rq->route->begin)
        return RC_OK;
    enum rc rc = rq->route->begin(rq, &x->rp);
    if (rq->sink.write)
        x->sinking = true;
    if (rc != RC_OK)
        drop_sink(x);
    return rc;
}

static enum rc run(struct exchange *x)
{
    struct http_request *rq = &x->rq;
    x->sinking = false;
    rq->body = buf_str(&x->body);
    return rq->route->run(rq, &x->rp);
}

static enum rc work(struct exchange *x)
{
    /* A long upload lies between the head and this moment. */
    x->rq.cx.now = time_now() / 1000 * 1000;
    if (x->phase == PHASE_RUN)
        return run(x);
    TRY(identify(x));
    TRY(begin_stream(x));
    return x->phase == PHASE_START ? run(x) : RC_OK;
}

static void finish(struct exchange *x)
{
    if (x->rc == RC_OK && x->phase == PHASE_IDENTIFY) {
        x->phase = PHASE_ACCEPTED;
    } else {
        reply_make(x, x->rc);
        x->phase = PHASE_REPLY;
    }
    MHD_resume_connection(x->connection); /* x belongs to the I/O thread from here on */
}

static void let_go(struct exchange *x)
{
    struct http_server *s = x->server;
    if (atomic_fetch_sub(&x->holders, 1) > 1)
        return;
    finish(x);
    pthread_mutex_lock(&s->lock);
    s->later--;
    pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->lock);
}

void exchange_work(struct exchange *x, bool stopping)
{
    enum rc rc = stopping ? err_set(&x->rq.cx, RC_BUSY, NULL, NULL) : work(x);
    if (rc != RC_OK)
        drop_sink(x);
    if (x->later) {
        let_go(x);
        return;
    }
    x->rc = rc;
    finish(x);
}

void http_later(struct http_request *rq)
{
    struct exchange *x = exchange_of(rq);
    struct http_server *s = x->server;
    x->later = true;
    atomic_store(&x->holders, 2);
    pthread_mutex_lock(&s->lock);
    s->later++;
    pthread_mutex_unlock(&s->lock);
}

void http_finish(struct http_request *rq, enum rc rc)
{
    struct exchange *x = exchange_of(rq);
    x->rc = rc;
    let_go(x);
}

/* ------------------------------------------------------------------ on the I/O threads */

static enum MHD_Result queue(struct exchange *x)
{
    if (!x->response)
        return MHD_NO;
    return MHD_queue_response(x->connection, (unsigned)x->rp.status, x->response);
}

/*
 * A reply that is known before the request is complete. The body is read first, within a limit:
 * closing with unread bytes resets the connection, and most clients then never see the reply. One
 * that waits for 100 Continue has sent none.
 */
static enum MHD_Result settle(struct exchange *x)
{
    bool brief = x->rq.content_length <= DISCARD_MAX && !x->expects;
    x->settled = true;
    return x->close || (x->has_body && !brief) ? queue(x) : MHD_YES;
}

static void answer(struct exchange *x, enum rc rc)
{
    drop_sink(x);
    if (!x->response)
        reply_make(x, rc);
    x->phase = PHASE_REPLY;
}

static enum MHD_Result hand_over(struct exchange *x, enum phase phase)
{
    struct lane *l = &x->server->lanes[x->rq.route->lane];
    x->settled = phase != PHASE_IDENTIFY;
    if (!lane_reserve(l)) {
        answer(x, err_set(&x->rq.cx, RC_BUSY, NULL, NULL));
        return x->settled ? queue(x) : settle(x);
    }
    x->phase = phase;
    MHD_suspend_connection(x->connection);
    lane_push(l, x);
    return MHD_YES;
}

static enum rc find_route(struct exchange *x)
{
    struct http_request *rq = &x->rq;
    struct cx *cx = &rq->cx;
    bool asterisk = str_is(rq->path, "*");
    if (!asterisk)
        TRY(path_split(cx, rq->path, &x->path));
    x->pattern = asterisk ? NULL : routes_find(&x->server->routes, &x->path, rq->method);
    if (x->pattern) {
        rq->route = x->pattern->route;
        rq->door = x->pattern->door;
        rq->app = rq->door->app;
        return RC_OK;
    }
    struct buf methods;
    buf_init(&methods, 512);
    enum rc rc = RC_OK;
    if (!routes_methods(&x->server->routes, asterisk ? NULL : &x->path, &methods))
        rc = err_set(cx, RC_NOT_FOUND, NULL, NULL);
    else if (streq(rq->method, "OPTIONS"))
        reply_options(x, methods.p);
    else
        rc = err_set(cx, RC_METHOD, NULL, methods.p);
    buf_free(&methods);
    return rc;
}

static enum rc check_size(struct exchange *x)
{
    const struct http_route *r = x->rq.route;
    int64_t limit = r->body == BODY_NONE ? 0 : r->body_max;
    if (x->rq.content_length <= limit && !(x->chunked && limit == 0))
        return RC_OK;
    return err_setf(&x->rq.cx, RC_TOO_LARGE, NULL, "%" PRId64, limit);
}

static bool enter(struct exchange *x)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    s->under_way++;
    pthread_mutex_unlock(&s->lock);
    x->counted = true;
    x->close = atomic_load(&s->stopping);
    return !x->close;
}

static enum rc on_head(struct exchange *x, const char *url, const char *version)
{
    if (!enter(x))
        return err_set(&x->rq.cx, RC_BUSY, NULL, NULL);
    TRY(x->rq.cx.err.rc); /* no memory for the target */
    TRY(head_check(x, url, version));
    TRY(find_route(x));
    return x->response ? RC_OK : check_size(x);
}

/* Comes with the head, mostly: one trip to the lane instead of two, for no more memory than a head. */
static bool brief(const struct exchange *x)
{
    int64_t n = x->rq.content_length;
    return x->rq.route->body == BODY_BUFFER && n >= 0 && n <= BRIEF_MAX && !x->chunked && !x->expects;
}

static enum MHD_Result take_head(struct exchange *x, const char *url, const char *method,
                                 const char *version)
{
    x->rq.method = method;
    enum rc rc = on_head(x, url, version);
    if (rc != RC_OK || x->response) {
        answer(x, rc);
        return settle(x);
    }
    if (x->has_body)
        buf_init(&x->body, (size_t)x->rq.route->body_max);
    if (x->has_body && !brief(x))
        return hand_over(x, PHASE_IDENTIFY);
    x->phase = PHASE_START;
    return MHD_YES;
}

static enum rc accept_piece(struct exchange *x, const char *data, size_t n)
{
    struct http_request *rq = &x->rq;
    if (x->received > rq->route->body_max)
        return err_setf(&rq->cx, RC_TOO_LARGE, NULL, "%" PRId64, rq->route->body_max);
    if (rq->route->body == BODY_STREAM)
        return rq->sink.write ? rq->sink.write(rq->sink.state, data, n) : RC_OK;
    buf_add(&x->body, data, n);
    return buf_failed(&x->body) ? cx_nomem(&rq->cx) : RC_OK;
}

static enum MHD_Result take_piece(struct exchange *x, const char *data, size_t n)
{
    x->received += (int64_t)n;
    if (x->phase == PHASE_REPLY)
        return x->received > x->discard_until ? MHD_NO : MHD_YES;
    if (x->phase != PHASE_BODY && x->phase != PHASE_START)
        return MHD_NO;
    enum rc rc = accept_piece(x, data, n);
    if (rc != RC_OK) {
        x->close = true;
        x->settled = true;
        x->discard_until = x->received + DISCARD_MAX;
        answer(x, rc);
    }
    return MHD_YES;
}

enum MHD_Result exchange_step(void *server, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    (void)server, (void)c;
    struct exchange *x = *state;
    if (!x)
        return MHD_NO;
    if (*size > 0) {
        size_t n = *size;
        *size = 0;
        return take_piece(x, data, n);
    }
    switch (x->phase) {
    case PHASE_HEAD:
        return take_head(x, url, method, version);
    case PHASE_START:
        return hand_over(x, PHASE_START);
    case PHASE_ACCEPTED:
        x->phase = PHASE_BODY;
        return MHD_YES;
    case PHASE_BODY:
        return hand_over(x, PHASE_RUN);
    case PHASE_REPLY:
        return x->settled ? queue(x) : settle(x);
    case PHASE_IDENTIFY:
    case PHASE_RUN:
        break; /* the connection is suspended then */
    }
    return MHD_NO;
}
