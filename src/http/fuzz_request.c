/*
 * Bytes on a connection, whole requests or less, against a server: what comes back is nothing or begins as
 * an answer does, and a well-formed request after it, on a connection of its own, is answered.
 */
#include "http/http_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MOST = 40 << 10, SHORT = 3, LONG = 30000 /* milliseconds */ };

static enum rc echo(struct http_request *rq, struct http_reply *rp)
{
    rp->type = "text/plain";
    buf_add(&rp->body, rq->body.p, rq->body.n);
    return RC_OK;
}

static enum rc hello(struct http_request *rq, struct http_reply *rp)
{
    struct str name = http_param(rq, "name");
    rp->type = "text/plain";
    buf_add(&rp->body, name.p, name.n);
    return RC_OK;
}

static void render(struct http_request *rq, struct http_reply *rp)
{
    rp->type = "text/plain";
    buf_puts(&rp->body, err_id(rq->cx.err.rc));
}

static const struct http_route routes[] = {
    {"GET", "/", ROLE_NONE, LANE_READ, BODY_NONE, 0, NULL, hello},
    {"GET", "/{name}/", ROLE_NONE, LANE_READ, BODY_NONE, 0, NULL, hello},
    {"POST", "/echo/", ROLE_NONE, LANE_WRITE, BODY_BUFFER, 4096, NULL, echo},
};

/* Started with the first input, left to the end of the process. */
static int port_of_server(void)
{
    static struct cx cx;
    static struct http_server *server;
    static char dir[] = "/tmp/fuzz-request-XXXXXX";
    static struct store *store;
    static struct login *login;
    static struct config *cfg;
    if (server)
        return http_port(server);
    cx_open(&cx, (size_t)MiB(64));
    if (!mkdtemp(dir) || store_open(&cx, dir, &store) != RC_OK || config_parse(&cx, STR(""), &cfg) != RC_OK ||
        login_open(&cx, store, dir, cfg, &login) != RC_OK)
        abort();
    static const struct http_door door = {.routes = routes, .routes_n = COUNT_OF(routes), .render_error = render};
    const struct http_options o = {.listen = "127.0.0.1:0", .doors = &door, .doors_n = 1, .login = login};
    if (http_start(&cx, &o, &server) != RC_OK)
        abort();
    return http_port(server);
}

/* Less than a request is waited for by the server too, up to a minute: not here. */
static ssize_t hear(int fd, char *p, size_t n, int patience)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, patience) > 0 ? recv(fd, p, n, 0) : 0;
}

/* Sends all, then listens to the end or as long as the patience goes; the first bytes of the answer. */
static size_t converse(int port, const void *p, size_t n, char *out, size_t size, int patience)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct linger at_once = {.l_onoff = 1};   /* no address is left waiting: there are many of these */
    char block[4096];
    size_t have = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) != 0 ||
        connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
        abort();
    const char *from = p;
    for (ssize_t sent; n > 0 && (sent = send(fd, from, n, MSG_NOSIGNAL)) > 0; n -= (size_t)sent)
        from += sent;
    (void)shutdown(fd, SHUT_WR);
    for (ssize_t got; (got = hear(fd, block, sizeof(block), patience)) > 0;) {
        size_t take = (size_t)got < size - have ? (size_t)got : size - have;
        memcpy(out + have, block, take);
        have += take;
    }
    close(fd);
    return have;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char fine[] = "GET /x/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    char out[16];
    if (size > INPUT_MOST)
        return 0;
    int port = port_of_server();
    size_t n = converse(port, data, size, out, sizeof(out), SHORT);
    if (n > 0 && (n < 12 || memcmp(out, "HTTP/1.", 7) != 0 || out[9] < '1' || out[9] > '5'))
        abort();
    if (size > 0 && data[0] % 16 == 0) {
        n = converse(port, fine, sizeof(fine) - 1, out, sizeof(out), LONG);
        if (n < sizeof(out) || memcmp(out, "HTTP/1.1 200", 12) != 0)
            abort();
    }
    return 0;
}
