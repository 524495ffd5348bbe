/*
 * Requests through libcurl. A handle keeps its connections, so handles at rest wait in a list for the
 * next caller.
 */
#include "net/net.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

enum { RESTING_MAX = 32, CONNECT_SECONDS = 5, STALL_SECONDS = 30, PROBLEM_MAX = 2048 };

struct net {
    pthread_mutex_t lock;
    CURL *resting[RESTING_MAX];   /* under lock, as resting_n */
    size_t resting_n;
};

/* A request under way. */
struct talk {
    CURL *curl;
    const struct net_request *rq;
    struct curl_slist *headers;
    int64_t sent;                 /* of the file */
    enum rc refused;              /* by take */
    struct buf problem;
};

enum rc net_open(struct cx *cx, struct net **ret)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_secret(cx, RC_INTERNAL, "libcurl does not start");
    struct net *n = mem_new(sizeof(*n));
    pthread_mutex_init(&n->lock, NULL);
    *ret = n;
    return RC_OK;
}

void net_close(struct net **ref)
{
    if (!ref || !*ref)
        return;
    struct net *n = *ref;
    *ref = NULL;
    while (n->resting_n > 0)
        curl_easy_cleanup(n->resting[--n->resting_n]);
    pthread_mutex_destroy(&n->lock);
    mem_free(n);
    curl_global_cleanup();
}

static CURL *handle_take(struct net *n)
{
    pthread_mutex_lock(&n->lock);
    CURL *c = n->resting_n > 0 ? n->resting[--n->resting_n] : NULL;
    pthread_mutex_unlock(&n->lock);
    return c ? c : curl_easy_init();
}

static void handle_give(struct net *n, CURL *c)
{
    curl_easy_reset(c);
    pthread_mutex_lock(&n->lock);
    bool room = n->resting_n < RESTING_MAX;
    if (room)
        n->resting[n->resting_n++] = c;
    pthread_mutex_unlock(&n->lock);
    if (!room)
        curl_easy_cleanup(c);
}

/* ------------------------------------------------------------------ bodies */

static long status_of(const struct talk *t)
{
    long status = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t on_data(char *p, size_t size, size_t count, void *arg)
{
    struct talk *t = arg;
    size_t n = size * count;
    if (status_of(t) / 100 != 2) {
        size_t room = PROBLEM_MAX - t->problem.n;
        buf_add(&t->problem, p, n < room ? n : room);
        return n;
    }
    t->refused = t->rq->take ? t->rq->take(t->rq->arg, p, n) : RC_OK;
    return t->refused == RC_OK ? n : CURL_WRITEFUNC_ERROR;
}

static size_t on_read(char *p, size_t size, size_t count, void *arg)
{
    struct talk *t = arg;
    const struct net_file *f = t->rq->file;
    size_t most = size * count;
    if ((int64_t)most > f->n - t->sent)
        most = (size_t)(f->n - t->sent);
    ssize_t n = 0;
    if (most == 0)
        return 0;
    do
        n = pread(f->fd, p, most, f->from + t->sent);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return CURL_READFUNC_ABORT; /* the file is shorter than was told */
    t->sent += n;
    return (size_t)n;
}

static int on_seek(void *arg, curl_off_t offset, int origin)
{
    struct talk *t = arg;
    if (origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    t->sent = offset;
    return CURL_SEEKFUNC_OK;
}

/* ------------------------------------------------------------------ the request */

static bool set_common(struct talk *t)
{
    CURL *c = t->curl;
    const struct net_request *rq = t->rq;
    return curl_easy_setopt(c, CURLOPT_URL, rq->url) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, rq->method) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FILETIME, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)rq->seconds) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)(rq->silence ? rq->silence : STALL_SECONDS)) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK;
}

static bool set_body(struct talk *t)
{
    CURL *c = t->curl;
    const struct net_request *rq = t->rq;
    if (streq(rq->method, "HEAD"))
        return curl_easy_setopt(c, CURLOPT_NOBODY, 1L) == CURLE_OK;
    if (rq->text.p)
        return curl_easy_setopt(c, CURLOPT_POSTFIELDS, rq->text.p) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->text.n) == CURLE_OK;
    if (!rq->file)
        return true;
    return curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)rq->file->n) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_READDATA, t) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SEEKDATA, t) == CURLE_OK;
}

static bool set_headers(struct talk *t)
{
    const char *const *all = t->rq->headers;
    for (size_t i = 0; i < NET_HEADERS_MAX && all[i]; i++) {
        struct curl_slist *more = curl_slist_append(t->headers, all[i]);
        if (!more)
            return false;
        t->headers = more;
    }
    return curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK;
}

static bool set_sign(struct cx *cx, struct talk *t)
{
    const struct net_sign *s = t->rq->sign;
    if (!s)
        return true;
    char *scope = arena_printf(cx->arena, "aws:amz:%s:%s", s->region, s->service);
    return scope && curl_easy_setopt(t->curl, CURLOPT_AWS_SIGV4, scope) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_USERNAME, s->key) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_PASSWORD, s->secret) == CURLE_OK;
}

static enum rc read_reply(struct cx *cx, struct talk *t, struct net_reply *ret)
{
    curl_off_t size = -1, modified = -1;
    struct curl_header *etag = NULL;
    struct net_reply r = {.status = (int)status_of(t)};
    (void)curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    (void)curl_easy_getinfo(t->curl, CURLINFO_FILETIME_T, &modified);
    r.size = size;
    r.modified = modified < 0 ? -1 : modified * 1000000;
    if (curl_easy_header(t->curl, "ETag", 0, CURLH_HEADER, -1, &etag) == CURLHE_OK)
        snprintf(r.etag, sizeof(r.etag), "%s", etag->value);
    r.problem = (struct str){arena_strndup(cx->arena, t->problem.p ? t->problem.p : "", t->problem.n),
                             t->problem.n};
    if (!r.problem.p)
        return cx_nomem(cx);
    *ret = r;
    return RC_OK;
}

static enum rc converse(struct cx *cx, struct talk *t, struct net_reply *ret)
{
    if (!set_common(t) || !set_body(t) || !set_headers(t) || !set_sign(cx, t))
        return cx_nomem(cx);
    CURLcode code = curl_easy_perform(t->curl);
    if (t->refused != RC_OK)
        return err_set(cx, t->refused, NULL, NULL);
    if (code != CURLE_OK)
        return err_secret(cx, RC_BUSY, "net: %s: %s", t->rq->method, curl_easy_strerror(code));
    return read_reply(cx, t, ret);
}

enum rc net_ask(struct cx *cx, struct net *n, const struct net_request *rq, struct net_reply *ret)
{
    struct talk t = {.curl = handle_take(n), .rq = rq};
    if (!t.curl)
        return cx_nomem(cx);
    buf_init(&t.problem, PROBLEM_MAX + 1);
    enum rc rc = converse(cx, &t, ret);
    buf_free(&t.problem);
    curl_slist_free_all(t.headers);
    handle_give(n, t.curl);
    return rc;
}

/* ------------------------------------------------------------------ addresses */

static bool loopback(const char *host)
{
    return streq(host, "localhost") || streq(host, "127.0.0.1") || streq(host, "[::1]");
}

bool net_url_safe(const char *url)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL;
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
              (streq(scheme, "https") || (streq(scheme, "http") && loopback(host)));
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(u);
    return ok;
}
