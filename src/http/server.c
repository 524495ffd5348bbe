/*
 * Starting and stopping: the listening socket, libmicrohttpd with its I/O threads, the lanes.
 */
#include "http/http_int.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 1000, IDLE_SECONDS = 60, BACKLOG = 511, QUEUE = 256 };
/* Writers wait for the group commit, so they are many; the others are about the cores. */
static const size_t workers[LANE_COUNT] = {
    [LANE_READ] = 4, [LANE_WRITE] = 16, [LANE_LATER] = 3, [LANE_BULK] = 4, [LANE_SLOW] = 2};

static size_t keep_escapes(void *arg, struct MHD_Connection *c, char *s)
{
    (void)arg, (void)c;
    return strlen(s);
}

static int open_socket(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    int on = 1;
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int port_of(int fd)
{
    struct sockaddr_storage sa = {0};
    socklen_t n = sizeof(sa);
    if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
        return 0;
    const void *p = &sa;
    return sa.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)p)->sin6_port)
                                    : ntohs(((const struct sockaddr_in *)p)->sin_port);
}

static enum rc bind_to(struct cx *cx, const char *text, int *ret_fd)
{
    char host[256], port[8];
    if (!listen_parse(text, host, sizeof(host), port, sizeof(port)))
        return err_setf(cx, RC_IO, "listen", "%s", text);
    struct addrinfo want = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
                            .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int rc = getaddrinfo(host, port, &want, &found);
    if (rc != 0)
        return err_secret(cx, RC_IO, "%s: %s", text, gai_strerror(rc));
    int fd = open_socket(found);
    int why = errno;
    freeaddrinfo(found);
    if (fd < 0)
        return err_secret(cx, RC_IO, "%s: %s", text, strerrordesc_np(why));
    *ret_fd = fd;
    return RC_OK;
}

static enum rc read_pem(struct cx *cx, const char *path, char **ret)
{
    enum { MOST = 256 << 10 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > MOST) {
        if (fd >= 0)
            close(fd);
        return err_secret(cx, RC_IO, "%s cannot be read", path);
    }
    char *text = mem_new((size_t)st.st_size + 1);
    ssize_t n = read(fd, text, (size_t)st.st_size);
    close(fd);
    if (n != st.st_size) {
        mem_free(text);
        return err_secret(cx, RC_IO, "%s cannot be read", path);
    }
    *ret = text;
    return RC_OK;
}

static enum rc start_daemon(struct cx *cx, struct http_server *s, int fd)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    unsigned threads = s->o.io_threads > 0 ? (unsigned)s->o.io_threads : 2;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, s->tls_cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, s->tls_key},
        {MHD_OPTION_END, 0, NULL}};
    if (s->tls_cert)
        flags |= MHD_USE_TLS;
    else
        tls[0].option = MHD_OPTION_END;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, exchange_step, s,
        MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0U,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_SIZE,
        /* Strict, 0.9.75 checks less than check.c and answers some of it with two heads. */
        MHD_OPTION_STRICT_FOR_CLIENT, s->head_layout ? 0 : 1,
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, s,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_end, s,
        MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    return s->daemon ? RC_OK : err_secret(cx, RC_IO, "libmicrohttpd does not start");
}

static enum rc start(struct cx *cx, struct http_server *s)
{
    const struct http_options *o = &s->o;
    if (!routes_build(&s->routes, o->doors, o->doors_n))
        return err_secret(cx, RC_INTERNAL, "a route has too many segments");
    if (o->tls_cert) {
        TRY(read_pem(cx, o->tls_cert, &s->tls_cert));
        TRY(read_pem(cx, o->tls_key ? o->tls_key : o->tls_cert, &s->tls_key));
    }
    for (int i = 0; i < LANE_COUNT; i++)
        if (!lane_start(&s->lanes[i], workers[i], QUEUE, exchange_work))
            return err_secret(cx, RC_IO, "no more threads");
    int fd = -1;
    TRY(bind_to(cx, o->listen, &fd));
    s->port = port_of(fd);
    enum rc rc = start_daemon(cx, s, fd);
    if (rc != RC_OK)
        close(fd);
    return rc;
}

enum rc http_start(struct cx *cx, const struct http_options *o, struct http_server **ret)
{
    struct http_server *s = mem_new(sizeof(*s));
    s->o = *o;
    s->head_layout = streq(MHD_get_version(), "0.9.75");
    if (!s->head_layout)
        log_line(LOG_WARN, "libmicrohttpd %s: white space in heads is left to its own checks",
                 MHD_get_version());
    if (o->url && *o->url) {
        s->url = mem_strdup(o->url);
        size_t n = strlen(s->url);
        while (n > 0 && s->url[n - 1] == '/')
            s->url[--n] = '\0';
    }
    cond_init(&s->idle);
    pthread_mutex_init(&s->lock, NULL);
    enum rc rc = start(cx, s);
    if (rc == RC_OK)
        *ret = s;
    else
        http_stop(&s, 0);
    return rc;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

static void wait_idle(struct http_server *s, int grace_ms)
{
    struct timespec t = after_ms(grace_ms);
    pthread_mutex_lock(&s->lock);
    int rc = 0;
    while (s->under_way > 0 && rc == 0)
        rc = pthread_cond_timedwait(&s->idle, &s->lock, &t);
    pthread_mutex_unlock(&s->lock);
}

/* Their work is with others, who end it: the writers of the store do. */
static void wait_later(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    while (s->later > 0)
        pthread_cond_wait(&s->idle, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

/* libmicrohttpd aborts if a connection is suspended when it stops, so the lanes end before it. */
void http_stop(struct http_server **ref, int grace_ms)
{
    if (!ref || !*ref)
        return;
    struct http_server *s = *ref;
    *ref = NULL;
    MHD_socket fd = s->daemon ? MHD_quiesce_daemon(s->daemon) : MHD_INVALID_SOCKET;
    atomic_store(&s->stopping, true);
    if (s->daemon)
        wait_idle(s, grace_ms);
    for (int i = 0; i < LANE_COUNT; i++)
        lane_stop(&s->lanes[i]);
    wait_later(s);
    feeds_break(s);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    feeds_wait(s);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    for (int i = 0; i < LANE_COUNT; i++)
        lane_free(&s->lanes[i]);
    routes_free(&s->routes);
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->lock);
    mem_free(s->url);
    mem_free(s->tls_cert);
    mem_free(s->tls_key);
    mem_free(s);
}
