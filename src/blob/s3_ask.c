/*
 * Requests to the bucket. What may pass – no connection, 429, 5xx – is tried again with growing
 * pauses; everything a request does can be done twice.
 */
#include "blob/s3_int.h"

#include "base/fault.h"

#include <time.h>

enum { TRIES = 6, PATIENCE_SECONDS = 8, PAUSE_MS = 40 };

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static int64_t seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

struct patience {
    int tries;
    int64_t began;
};

/* Waits before the next try; false when there is to be none. */
static bool wait_for_next(struct patience *p)
{
    if (++p->tries >= TRIES || seconds() - p->began >= PATIENCE_SECONDS)
        return false;
    unsigned char chance;
    random_bytes(&chance, 1);
    long ms = ((long)PAUSE_MS << (p->tries - 1)) + chance / 4;
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
    return true;
}

static bool passing(int status)
{
    return status >= 500 || status == 429 || status == 408;
}

static enum rc refused(struct cx *cx, const struct net_request *rq, const struct net_reply *r)
{
    char *code = s3_xml_text(cx, r->problem, "Code");
    return err_secret(cx, passing(r->status) ? RC_BUSY : RC_IO, "s3: %s: %d %s", rq->method, r->status,
                      code ? code : "");
}

/* ------------------------------------------------------------------ where the bucket may fail */

static enum fault_point point_of(const struct net_request *rq, const char *query)
{
    static const struct {
        const char *method;
        enum fault_point at;
    } points[] = {{"PUT", FAULT_S3_PUT}, {"HEAD", FAULT_S3_HEAD}, {"DELETE", FAULT_S3_DELETE}, {"POST", FAULT_S3_JOIN}};
    for (size_t i = 0; i < COUNT_OF(points); i++)
        if (streq(rq->method, points[i].method))
            return points[i].at;
    return *query ? FAULT_S3_LIST : FAULT_S3_GET;
}

static enum rc take_half(void *arg, const void *p, size_t n)
{
    const struct net_request *whole = arg;
    enum rc rc = whole->take ? whole->take(whole->arg, p, n / 2) : RC_OK;
    return rc == RC_OK ? RC_BUSY : rc;
}

/* The bucket does it, and its answer breaks off. */
static enum rc ask_cut(struct cx *cx, struct net *net, const struct net_request *rq, struct net_reply *ret)
{
    struct net_request whole = *rq, half = *rq;
    half.take = take_half;
    half.arg = &whole;
    TRY(net_ask(cx, net, &half, ret));
    return err_secret(cx, RC_BUSY, "s3: %s: the answer broke off", rq->method);
}

/* As net_ask, or as it fails where it is made to. */
static enum rc ask_net(struct cx *cx, struct net *net, enum fault_point at, const struct net_request *rq,
                       struct net_reply *ret)
{
    enum fault_kind kind = fault_kind(at);
    if (kind == KIND_NONE)
        return net_ask(cx, net, rq, ret);
    if (kind == KIND_CUT)
        return ask_cut(cx, net, rq, ret);
    if (kind == KIND_MEMORY)
        return cx_nomem(cx);
    if (kind == KIND_LOST)
        return err_secret(cx, RC_BUSY, "s3: %s: no connection", rq->method);
    *ret = (struct net_reply){.status = kind == KIND_AWAY ? 503 : 403, .size = -1, .modified = -1};
    return RC_OK;
}

/* ------------------------------------------------------------------ asking */

static enum rc ask_once(struct cx *cx, struct s3 *s3, const struct net_request *like, const char *key,
                        const char *query, struct net_reply *ret)
{
    struct net_request rq = *like;
    rq.url = arena_printf(cx->arena, "%s%s%s%s", s3->url, key, *query ? "?" : "", query);
    rq.sign = &s3->sign;
    if (!rq.url)
        return cx_nomem(cx);
    if (!rq.headers[0])
        rq.headers[0] = "x-amz-content-sha256: " EMPTY_SHA256;
    TRY(ask_net(cx, s3->net, point_of(&rq, query), &rq, ret));
    if (ret->status / 100 == 2)
        return RC_OK;
    return ret->status == 404 ? err_set(cx, RC_NOT_FOUND, NULL, NULL) : refused(cx, &rq, ret);
}

static enum rc keep(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return buf_failed(arg) ? RC_NOMEM : RC_OK;
}

static enum rc ask_patiently(struct cx *cx, struct s3 *s3, const struct net_request *like,
                             const char *key, const char *query, struct buf *answer,
                             struct net_reply *ret)
{
    struct patience p = {.began = seconds()};
    struct net_request rq = *like;
    rq.take = answer ? keep : NULL;
    rq.arg = answer;
    enum rc rc = ask_once(cx, s3, &rq, key, query, ret);
    while (rc == RC_BUSY && wait_for_next(&p)) {
        err_clear(cx);
        if (answer)
            buf_reset(answer);
        rc = ask_once(cx, s3, &rq, key, query, ret);
    }
    return rc;
}

static const struct net_request head = {.method = "HEAD"};

/* 404 is said of an object and of the bucket: only the first means that there is no document. */
static enum rc missing(struct cx *cx, struct s3 *s3)
{
    struct net_reply r;
    err_clear(cx);
    enum rc rc = ask_patiently(cx, s3, &head, "", "", NULL, &r);
    if (rc == RC_OK)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    err_clear(cx);
    return err_secret(cx, RC_BUSY, "s3: the bucket is not there");
}

enum rc s3_ask(struct cx *cx, struct s3 *s3, const struct net_request *like, const char *key,
               const char *query, struct buf *answer, struct net_reply *ret)
{
    enum rc rc = ask_patiently(cx, s3, like, key, query, answer, ret);
    return rc == RC_NOT_FOUND && *key ? missing(cx, s3) : rc;
}

enum rc s3_head(struct cx *cx, struct s3 *s3, const char *key, struct net_reply *ret)
{
    return s3_ask(cx, s3, &head, key, "", NULL, ret);
}

enum rc s3_head_again(struct cx *cx, struct s3 *s3, const char *key, struct net_reply *ret)
{
    return ask_patiently(cx, s3, &head, key, "", NULL, ret);
}

enum rc s3_delete(struct cx *cx, struct s3 *s3, const char *key)
{
    const struct net_request delete = {.method = "DELETE"};
    struct net_reply r;
    enum rc rc = s3_ask(cx, s3, &delete, key, "", NULL, &r);
    if (rc == RC_NOT_FOUND)
        err_clear(cx);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ------------------------------------------------------------------ reading an object */

struct getting {
    const struct blob_taker *to;
    int64_t got;
    enum rc refused;
};

static enum rc take(void *arg, const void *p, size_t n)
{
    struct getting *g = arg;
    g->refused = g->to->take(g->to->arg, p, n);
    g->got += (int64_t)n;
    return g->refused;
}

static enum rc get_once(struct cx *cx, struct s3 *s3, const char *key, int64_t from, int64_t n,
                        struct getting *g)
{
    struct net_reply r;
    struct net_request get = {.method = "GET", .take = take, .arg = g,
                              .headers = {"x-amz-content-sha256: " EMPTY_SHA256}};
    int64_t first = from + g->got, last = n >= INT64_MAX - from ? INT64_MAX : from + n - 1;
    if (first > 0 || last < INT64_MAX)
        get.headers[1] = arena_printf(cx->arena, "Range: bytes=%" PRId64 "-%" PRId64, first, last);
    enum rc rc = ask_once(cx, s3, &get, key, "", &r);
    if (rc == RC_IO && r.status == 416) { /* nothing lies there */
        err_clear(cx);
        return RC_OK;
    }
    return rc;
}

/* What came before the connection broke has been handed over: the next try goes on behind it. */
enum rc s3_get(struct cx *cx, struct s3 *s3, const char *key, int64_t from, int64_t n,
               const struct blob_taker *to)
{
    struct getting g = {.to = to};
    struct patience p = {.began = seconds()};
    if (n <= 0)
        return RC_OK;
    for (;;) {
        int64_t before = g.got;
        enum rc rc = get_once(cx, s3, key, from, n, &g);
        if (rc == RC_NOT_FOUND)
            return missing(cx, s3);
        if (rc != RC_BUSY || g.refused != RC_OK)
            return rc;
        if (g.got >= n) {
            err_clear(cx);
            return RC_OK; /* only the end of the answer was lost */
        }
        if (g.got > before)
            p = (struct patience){.began = seconds()};
        if (!wait_for_next(&p))
            return rc;
        err_clear(cx);
    }
}
