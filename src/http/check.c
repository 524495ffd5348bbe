/*
 * What libmicrohttpd 0.9.75 takes and we do not. It tolerates bare LF as line end, folded lines,
 * NUL and CR inside fields, white space before the colon, spaces around the target, and repeated
 * Content-Length or Content-Length beside Transfer-Encoding.
 *
 * It parses the head in place and overwrites only the delimiters, so the places of the strings it
 * hands out tell what stood between them: a field must begin exactly two bytes (CR LF) after the
 * value before it, and the sum must be the size of the head. That layout is one of this version
 * (server->head_layout); another version is asked nothing of the kind.
 */
#include "http/http_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct scan {
    bool bad;
    const char *next;     /* where the next field must begin; NULL when the layout is not known */
    int hosts, lengths, encodings, singles;
    const char *host, *length, *encoding, *expect;
};

static void count(struct scan *s, struct str name, const char *value)
{
    static const char *const once[] = {"Authorization", "Content-Type", "Content-Range", "Range",
                                       "If-Match", "Expect"};
    if (str_ieq(name, "Host")) {
        s->hosts++;
        s->host = value;
    } else if (str_ieq(name, "Content-Length")) {
        s->lengths++;
        s->length = value;
    } else if (str_ieq(name, "Transfer-Encoding")) {
        s->encodings++;
        s->encoding = value;
    }
    for (size_t i = 0; i < COUNT_OF(once); i++)
        if (str_ieq(name, once[i]))
            s->singles |= s->singles & 1 << i ? 1 << 30 : 1 << i;
    if (str_ieq(name, "Expect"))
        s->expect = value;
}

static enum MHD_Result on_field(void *arg, enum MHD_ValueKind kind, const char *key, size_t key_n,
                                const char *value, size_t value_n)
{
    (void)kind;
    struct scan *s = arg;
    struct str name = {key, key_n}, text = {value ? value : "", value ? value_n : 0};
    if (!token_valid(name) || !field_value_valid(text) || (s->next && s->next != key))
        s->bad = true;
    if (s->next && value)
        s->next = value + value_n + 2;
    count(s, name, text.p);
    return s->bad ? MHD_NO : MHD_YES;
}

static enum rc refuse(struct exchange *x, const char *what)
{
    x->close = true;
    return err_set(&x->rq.cx, RC_BAD_REQUEST, NULL, what);
}

static size_t head_size(struct exchange *x)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return i ? i->header_size : 0;
}

static enum rc check_target(struct exchange *x)
{
    struct http_request *rq = &x->rq;
    if (x->target_n > TARGET_MAX) {
        x->close = true;
        return err_setf(&rq->cx, RC_URI_TOO_LONG, NULL, "%d", TARGET_MAX);
    }
    bool asterisk = str_is(rq->path, "*") && streq(rq->method, "OPTIONS");
    if (!asterisk && !str_starts(rq->path, "/"))
        return refuse(x, "target");
    for (size_t i = 0; i < rq->path.n + rq->query.n; i++) {
        size_t at = i < rq->path.n ? i : i - rq->path.n;
        unsigned char c = (unsigned char)(i < rq->path.n ? rq->path.p[at] : rq->query.p[at]);
        if (c <= 0x20 || c == 0x7F || c == '#')
            return refuse(x, "target");
    }
    return RC_OK;
}

/* The first line was METHOD SP target SP version, with nothing hidden between. */
static bool line_exact(const struct exchange *x, const char *url, const char *version)
{
    const char *at = x->rq.method + strlen(x->rq.method) + 1;
    return at == url && url + x->target_n + 1 == version;
}

static enum rc check_body(struct exchange *x, const struct scan *s, bool old)
{
    struct http_request *rq = &x->rq;
    if (s->lengths > 1 || s->encodings > 1 || (s->lengths > 0 && s->encodings > 0))
        return refuse(x, "Content-Length, Transfer-Encoding");
    if (s->encodings > 0 && (old || !str_ieq(str_of(s->encoding), "chunked")))
        return refuse(x, "Transfer-Encoding");
    rq->content_length = -1;
    if (s->lengths > 0 && (!str_int(str_of(s->length), &rq->content_length) ||
                           s->length[0] == '-'))
        return refuse(x, "Content-Length");
    x->chunked = s->encodings > 0;
    x->has_body = x->chunked || rq->content_length > 0;
    x->expects = s->expect != NULL;
    return RC_OK;
}

/* Addresses of IPv4 that come in on an IPv6 socket look like IPv4. */
static void set_peer(struct exchange *x)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *sa = i ? i->client_addr : NULL;
    const void *ip = NULL;
    bool near = false;
    int family = sa ? sa->sa_family : AF_UNSPEC;
    if (family == AF_INET) {
        const struct sockaddr_in *in = (const void *)sa;
        ip = &in->sin_addr;
        near = ntohl(in->sin_addr.s_addr) >> 24 == 127;
    } else if (family == AF_INET6) {
        const struct in6_addr *a = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
        bool mapped = IN6_IS_ADDR_V4MAPPED(a);
        ip = mapped ? &a->s6_addr[12] : a->s6_addr;
        family = mapped ? AF_INET : AF_INET6;
        near = mapped ? a->s6_addr[12] == 127 : IN6_IS_ADDR_LOOPBACK(a);
    }
    if (!ip || !inet_ntop(family, ip, x->peer, sizeof(x->peer)))
        x->peer[0] = '\0';
    x->rq.peer = x->peer;
    x->rq.secure = near || x->server->o.tls_cert;
    if (!near || !x->server->url)
        return;
    /* A public URL and a caller on this machine: a proxy, which tells last whom it serves. */
    struct str via = str_of(http_header(&x->rq, "X-Forwarded-For"));
    const char *comma = via.n > 0 ? memrchr(via.p, ',', via.n) : NULL;
    struct str last = comma ? str_of(comma + 1) : via;
    while (last.n > 0 && last.p[0] == ' ')
        last.p++, last.n--;
    if (address_valid(last))
        snprintf(x->peer, sizeof(x->peer), "%.*s", (int)last.n, last.p);
}

enum rc head_check(struct exchange *x, const char *url, const char *version)
{
    struct http_request *rq = &x->rq;
    bool old = streq(version, "HTTP/1.0");
    size_t size = head_size(x);
    TRY(check_target(x));
    if (size > HEAD_MAX) {
        x->close = true;
        return err_set(&rq->cx, RC_HEADERS_LARGE, NULL, NULL);
    }
    if (strlen(rq->method) > 16 || !token_valid(str_of(rq->method)))
        return refuse(x, "method");
    if (!old && !streq(version, "HTTP/1.1"))
        return refuse(x, "version");
    struct scan s = {0};
    if (x->server->head_layout) {
        s.bad = !line_exact(x, url, version);
        s.next = version + strlen(version) + 2;
    }
    if (!s.bad)
        MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, on_field, &s);
    if (s.bad || (s.next && s.next + 2 != rq->method + size))
        return refuse(x, "head");
    if (s.hosts > 1 || (s.hosts == 0 && !old) || (s.hosts == 1 && !host_valid(s.host)))
        return refuse(x, "Host");
    if (s.singles & 1 << 30)
        return refuse(x, "double field");
    TRY(check_body(x, &s, old));
    set_peer(x);
    rq->cx.lang = lang_choose(http_header(rq, "Accept-Language"));
    return RC_OK;
}
