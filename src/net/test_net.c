/* One request, one answer, against a server of a few lines that says what it is told to say. */
#include "base/test.h"
#include "net/net.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    pthread_t thread;
    int fd, port;
    const char *answer;
    char heard[4096];
};

static void urls(void **state)
{
    (void)state;
    static const struct { const char *url; bool ok; } cases[] = {
        {"https://idp.example/a", true}, {"http://127.0.0.1:80/a", true},
        {"http://localhost/", true}, {"http://[::1]/", true}, {"http://idp.example/", false},
        {"http://127.0.0.1@idp.example/", false}, {"http://127.0.0.1:80@idp.example/", false},
        {"http://localhost.idp.example/", false}, {"file:///etc/passwd", false}, {"", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(net_url_safe(cases[i].url), cases[i].ok);
}

/* Takes one connection, reads until the head and what it says of a body are there, answers, closes. */
static void *serve(void *arg)
{
    struct server *s = arg;
    int c = accept(s->fd, NULL, NULL);
    size_t n = 0;
    ssize_t got = 1;
    while (got > 0 && !strstr(s->heard, "\r\n\r\n") && n < sizeof(s->heard) - 1) {
        got = read(c, s->heard + n, sizeof(s->heard) - 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    while (got > 0 && strstr(s->heard, "PUT") == s->heard && !strstr(s->heard, "slutt")) {
        got = read(c, s->heard + n, sizeof(s->heard) - 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    (void)!write(c, s->answer, strlen(s->answer));
    close(c);
    return NULL;
}

static void listening(struct server *s, const char *answer)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    *s = (struct server){.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer};
    assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(s->fd, 1), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &n), 0);
    s->port = ntohs(a.sin_port);
}

static void start(struct server *s, const char *answer)
{
    listening(s, answer);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void finish(struct server *s)
{
    pthread_join(s->thread, NULL);
    close(s->fd);
}

static enum rc keep(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return RC_OK;
}

static enum rc refuse(void *arg, const void *p, size_t n)
{
    (void)arg;
    (void)p;
    (void)n;
    return RC_TOO_LARGE;
}

struct fixture {
    struct cx cx;
    struct net *net;
    struct buf body;
    char url[64];
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    cx_open(&f->cx, (size_t)MiB(1));
    assert_ok(net_open(&f->cx, &f->net));
    buf_init(&f->body, 1000);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_free(&f->body);
    net_close(&f->net);
    cx_close(&f->cx);
    mem_free(f);
    return 0;
}

static enum rc ask(struct fixture *f, const char *answer, const struct net_request *like, struct net_reply *ret)
{
    struct server s;
    struct net_request rq = *like;
    start(&s, answer);
    snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d/sted", s.port);
    rq.url = f->url;
    enum rc rc = net_ask(&f->cx, f->net, &rq, ret);
    finish(&s);
    if (rq.file)
        assert_non_null(strstr(s.heard, "en slutt"));
    if (rq.headers[0])
        assert_non_null(strstr(s.heard, rq.headers[0]));
    return rc;
}

static void answers(void **state)
{
    struct fixture *f = *state;
    struct net_reply r;
    const struct net_request get = {.method = "GET", .take = keep, .arg = &f->body, .seconds = 5,
                                    .headers = {"X-Prove: ja"}};
    assert_ok(ask(f, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: \"e\"\r\n"
                     "Last-Modified: Thu, 01 Jan 1970 00:00:09 GMT\r\nConnection: close\r\n\r\nja", &get, &r));
    assert_int_equal(r.status, 200);
    assert_int_equal(r.size, 2);
    assert_int_equal(r.modified, 9000000);
    assert_string_equal(r.etag, "\"e\"");
    assert_string_equal(f->body.p, "ja");
    assert_ok(ask(f, "HTTP/1.1 404 Nei\r\nConnection: close\r\n\r\nborte", &get, &r));
    assert_int_equal(r.status, 404);
    assert_true(str_is(r.problem, "borte"));
    assert_string_equal(f->body.p, "ja");
}

static void sends_files(void **state)
{
    struct fixture *f = *state;
    struct net_reply r;
    FILE *file = tmpfile();
    assert_true(fputs("ikke dette, men en slutt", file) > 0 && fflush(file) == 0);
    const struct net_file part = {fileno(file), 16, 8};
    const struct net_request put = {.method = "PUT", .file = &part, .seconds = 5};
    assert_ok(ask(f, "HTTP/1.1 201 Laget\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", &put, &r));
    assert_int_equal(r.status, 201);
    fclose(file);
}

static void no_answer(void **state)
{
    struct fixture *f = *state;
    struct net_reply r;
    const struct net_request get = {.method = "GET", .seconds = 5};
    assert_rc(ask(f, "", &get, &r), RC_BUSY);
    err_clear(&f->cx);
    assert_rc(ask(f, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalvt", &get, &r), RC_BUSY);
    err_clear(&f->cx);
    struct net_request gone = get;
    gone.url = f->url; /* nobody listens there any more */
    assert_rc(net_ask(&f->cx, f->net, &gone, &r), RC_BUSY);
    err_clear(&f->cx);
    gone.url = "file:///etc/passwd";
    assert_rc(net_ask(&f->cx, f->net, &gone, &r), RC_BUSY);
}

/* A peer that takes the connection and says nothing. */
static void silence_ends(void **state)
{
    struct fixture *f = *state;
    struct server s;
    struct net_reply r;
    char url[64];
    int64_t began = time_now();
    listening(&s, "");
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", s.port);
    const struct net_request get = {.method = "GET", .url = url, .silence = 1, .seconds = 25};
    assert_rc(net_ask(&f->cx, f->net, &get, &r), RC_BUSY);
    assert_true(time_now() - began < 20 * INT64_C(1000000));
    close(s.fd);
}

static void taker_refuses(void **state)
{
    struct fixture *f = *state;
    struct net_reply r;
    const struct net_request get = {.method = "GET", .take = refuse, .seconds = 5};
    assert_rc(ask(f, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nja", &get, &r),
              RC_TOO_LARGE);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(urls), T(answers), T(sends_files), T(no_answer),
                                       T(silence_ends), T(taker_refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
