/* One question to a service: limits of time and size, the access token, what a status means. */
#include "register/register_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 5, SILENCE_SECONDS = 3, ANSWER_MAX = 256 << 10, TOKEN_MAX = 8 << 10 };

enum rc ask_lie(struct cx *cx, enum registeret which, const char *what)
{
    return err_secret(cx, RC_BUSY, "%s: the answer is not used: %s", register_name(which), what);
}

/* "Authorization: Bearer …" of the file, or NULL where none is set. */
static enum rc authorization(struct cx *cx, const struct service *s, enum registeret which, const char **ret)
{
    char token[TOKEN_MAX];
    *ret = NULL;
    if (!s->token)
        return RC_OK;
    int fd = open(s->token, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, token, sizeof(token) - 1);
    if (fd >= 0)
        (void)close(fd);
    if (n < 0)
        return err_secret(cx, RC_BUSY, "%s: the file of its token cannot be read", register_name(which));
    token[n] = '\0';
    token[strcspn(token, "\r\n")] = '\0';
    *ret = arena_printf(cx->arena, "Authorization: Bearer %s", token);
    explicit_bzero(token, sizeof(token));
    return *ret ? RC_OK : cx_nomem(cx);
}

static enum rc on_data(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return buf_failed(arg) ? RC_TOO_LARGE : RC_OK;
}

/* The net's own words for a failure may hold an address; ours do not. */
static enum rc failed(struct cx *cx, enum registeret which, enum rc rc)
{
    err_clear(cx);
    return rc == RC_TOO_LARGE ? ask_lie(cx, which, "too large")
                              : err_secret(cx, RC_BUSY, "%s does not answer", register_name(which));
}

static enum rc of_status(struct cx *cx, enum registeret which, int status)
{
    if (status == 404 || status == 410)
        return err_set(cx, RC_NOT_FOUND, register_name(which), NULL);
    return status == 200 ? RC_OK : err_secret(cx, RC_BUSY, "%s answers %d", register_name(which), status);
}

static enum rc send_it(struct cx *cx, struct registers *r, const struct question *q, struct buf *out)
{
    struct service *s = &r->services[q->which];
    const char *url = arena_printf(cx->arena, "%s%s", s->url, q->path);
    struct net_request rq = {.method = q->type ? "POST" : "GET", .url = url, .text = q->body, .take = on_data, .arg = out,
                             .seconds = ANSWER_SECONDS, .silence = SILENCE_SECONDS, .headers = {"Accept: application/json"}};
    struct net_reply reply;
    const char *token;
    size_t n = 1;
    TRY(authorization(cx, s, q->which, &token));
    if (token)
        rq.headers[n++] = token;
    if (q->type)
        rq.headers[n] = arena_printf(cx->arena, "Content-Type: %s", q->type);
    if (!url || (q->type && !rq.headers[n]))
        return cx_nomem(cx);
    enum rc rc = net_ask(cx, r->net, &rq, &reply);
    atomic_store(&s->silent, rc == RC_BUSY ? cx->now : 0);
    return rc == RC_OK ? of_status(cx, q->which, reply.status) : failed(cx, q->which, rc);
}

static enum rc read_answer(struct cx *cx, const struct question *q, struct str text, json_t **ret)
{
    enum rc rc = json_read(cx, text, ret);
    if (rc != RC_JSON)
        return rc;
    err_clear(cx);
    return ask_lie(cx, q->which, "no JSON");
}

static enum rc ask_anew(struct cx *cx, struct registers *r, const struct question *q, const char *name, json_t **ret)
{
    struct buf out;
    int64_t silent = atomic_load(&r->services[q->which].silent);
    if (silent > 0 && cx->now < silent + r->rest)
        return err_secret(cx, RC_BUSY, "%s did not answer a moment ago", register_name(q->which));
    buf_init(&out, ANSWER_MAX);
    enum rc rc = send_it(cx, r, q, &out);
    if (rc == RC_OK)
        rc = read_answer(cx, q, buf_str(&out), ret);
    if (rc == RC_OK && q->keep)
        cache_put(cx, r->cache, name, buf_str(&out));
    if (out.p)
        explicit_bzero(out.p, out.n);
    buf_free(&out);
    return rc;
}

enum rc ask(struct cx *cx, struct registers *r, const struct question *q, json_t **ret)
{
    if (!register_has(r, q->which))
        return err_set(cx, RC_NOT_FOUND, register_name(q->which), NULL);
    const char *name = arena_printf(cx->arena, "%d%s %.*s", (int)q->which, q->path, (int)q->body.n, q->body.p ? q->body.p : "");
    if (!name)
        return cx_nomem(cx);
    struct str kept = q->keep ? cache_get(cx, r->cache, name) : (struct str){"", 0};
    return kept.n > 0 ? read_answer(cx, q, kept, ret) : ask_anew(cx, r, q, name, ret);
}
