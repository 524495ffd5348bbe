/*
 * The server's side of the keeper: starts it, hands it files, takes what readers say within bounds of
 * size and time. A keeper that is gone is started again, and the file read once more.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 30, TRIES = 2, PATIENCE = 5 /* seconds: for the keeper, beyond the limit of the reader */ };

#define MEMORY MiB(512)

struct inspector {
    struct inspect_options options;
    pthread_mutex_t lock;   /* guards what follows */
    struct inspect_sandbox sandbox;
    bool stopped;
    int socket;             /* -1: the keeper is gone */
    pid_t keeper;
};

/* ---------------------------------------------------------------- the keeper's life */

/* Its path, which valgrind knows better than the kernel; the kernel's own link once the file has been replaced. */
static const char *own_program(char room[PATH_MAX])
{
    static const char link[] = "/proc/self/exe";
    ssize_t n = readlink(link, room, PATH_MAX - 1);
    room[n < 0 ? 0 : n] = '\0';
    return access(room, X_OK) == 0 ? room : link;
}

static int spawn(pid_t *ret, int socket)
{
    char program[PATH_MAX];
    char name[] = KEEPER_NAME, lang[] = "LC_ALL=C.UTF-8", home[] = "HOME=/nonexistent", path[] = "PATH=/usr/bin:/bin";
    char *argv[] = {name, NULL}, *env[] = {lang, home, path, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&attr);
    int fault = posix_spawn_file_actions_adddup2(&files, socket, KEEPER_FD);
    for (int fd = 0; fd < KEEPER_FD && fault == 0; fd++)
        fault = posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    (void)posix_spawnattr_setsigmask(&attr, &none);
    (void)posix_spawnattr_setsigdefault(&attr, &all);
    (void)posix_spawnattr_setpgroup(&attr, 0);   /* Ctrl-C is for the server */
    (void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    if (fault == 0)
        fault = posix_spawn(ret, own_program(program), &files, &attr, argv, env);
    (void)posix_spawnattr_destroy(&attr);
    (void)posix_spawn_file_actions_destroy(&files);
    return fault;
}

static void stop_keeper(struct inspector *in)
{
    if (in->socket < 0)
        return;
    close(in->socket);
    in->socket = -1;
    (void)kill(in->keeper, SIGKILL);
    while (waitpid(in->keeper, NULL, 0) < 0 && errno == EINTR)
        ;
}

static enum rc start_keeper(struct cx *cx, struct inspector *in)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return err_secret(cx, RC_IO, "inspect: socketpair: errno %d", errno);
    int fault = spawn(&in->keeper, ends[1]);
    close(ends[1]);
    if (fault != 0) {
        close(ends[0]);
        return err_secret(cx, RC_IO, "inspect: spawn: errno %d", fault);
    }
    in->socket = ends[0];
    ssize_t n;
    while ((n = recv(in->socket, &in->sandbox, sizeof(in->sandbox), 0)) < 0 && errno == EINTR)
        ;
    if (n != (ssize_t)sizeof(in->sandbox)) {
        stop_keeper(in);
        return err_secret(cx, RC_IO, "inspect: the keeper did not start");
    }
    in->sandbox.required = in->options.required;
    return RC_OK;
}

static enum rc demand_sandbox(struct cx *cx, const struct inspect_sandbox *s)
{
    if (!s->required || (s->seccomp && s->landlock > 0))
        return RC_OK;
    return err_setf(cx, RC_SANDBOX, "inspeksjon.sandkasse", "seccomp %s, landlock %s", s->seccomp ? "ja" : "nei",
                    s->landlock ? "ja" : "nei");
}

enum rc inspect_open(struct cx *cx, const struct inspect_options *o, struct inspector **ret)
{
    struct inspector *in = mem_new(sizeof(*in));
    in->options = *o;
    if (o->seconds <= 0)
        in->options.seconds = SECONDS;
    if (o->memory <= 0)
        in->options.memory = MEMORY;
    in->socket = -1;
    (void)pthread_mutex_init(&in->lock, NULL);
    enum rc rc = start_keeper(cx, in);
    if (rc == RC_OK)
        rc = demand_sandbox(cx, &in->sandbox);
    if (rc != RC_OK) {
        inspect_close(&in);
        return rc;
    }
    *ret = in;
    return RC_OK;
}

void inspect_stop(struct inspector *in)
{
    (void)pthread_mutex_lock(&in->lock);
    in->stopped = true;
    stop_keeper(in);
    (void)pthread_mutex_unlock(&in->lock);
}

void inspect_close(struct inspector **pin)
{
    struct inspector *in = *pin;
    if (!in)
        return;
    inspect_stop(in);
    (void)pthread_mutex_destroy(&in->lock);
    mem_free(in);
    *pin = NULL;
}

struct inspect_sandbox inspect_sandbox(struct inspector *in)
{
    (void)pthread_mutex_lock(&in->lock);
    struct inspect_sandbox s = in->sandbox;
    (void)pthread_mutex_unlock(&in->lock);
    return s;
}

/* ---------------------------------------------------------------- asking */

static bool send_request(int socket, const struct request *rq, const int fds[REQUEST_FDS])
{
    union {
        char bytes[CMSG_SPACE(REQUEST_FDS * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    union {
        const struct request *in;
        void *out;
    } data = {rq};
    struct iovec part = {.iov_base = data.out, .iov_len = sizeof(*rq)};
    const struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
                          .cmsg_len = CMSG_LEN(REQUEST_FDS * sizeof(int))};
    memcpy(CMSG_DATA(c), fds, REQUEST_FDS * sizeof(int));
    ssize_t n;
    while ((n = sendmsg(socket, &m, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return n == (ssize_t)sizeof(*rq);
}

/* To the keeper, or to a new one. */
static enum rc submit_locked(struct cx *cx, struct inspector *in, const struct request *rq,
                             const int fds[REQUEST_FDS])
{
    if (in->stopped)
        return err_secret(cx, RC_BUSY, "inspect: stopped");
    if (in->socket >= 0 && send_request(in->socket, rq, fds))
        return RC_OK;
    stop_keeper(in);
    TRY(start_keeper(cx, in));
    TRY(demand_sandbox(cx, &in->sandbox));
    return send_request(in->socket, rq, fds) ? RC_OK : err_secret(cx, RC_IO, "inspect: the keeper takes nothing");
}

static enum rc submit(struct cx *cx, struct inspector *in, const struct request *rq, const int fds[REQUEST_FDS],
                      pid_t *ret_keeper)
{
    (void)pthread_mutex_lock(&in->lock);
    enum rc rc = submit_locked(cx, in, rq, fds);
    *ret_keeper = in->keeper;
    (void)pthread_mutex_unlock(&in->lock);
    return rc;
}

/* Unless another thread has seen to it. A killed keeper's socket may take requests for a moment yet. */
static void retire(struct inspector *in, pid_t keeper)
{
    (void)pthread_mutex_lock(&in->lock);
    if (in->keeper == keeper)
        stop_keeper(in);
    (void)pthread_mutex_unlock(&in->lock);
}

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* At most n bytes; 0 at the end, -1 when time ran out. */
static ssize_t read_until(int fd, void *p, size_t n, int64_t end)
{
    for (;;) {
        int64_t left = end - clock_ms();
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int got = left > 0 ? poll(&ready, 1, (int)left) : 0;
        if (got == 0)
            return -1;
        ssize_t took = got > 0 ? read(fd, p, n) : -1;
        if (took >= 0 || errno != EINTR)
            return took;
    }
}

/* All that is asked for, or all there is. */
static bool collect(int fd, struct buf *out, int64_t end)
{
    char block[8192];
    ssize_t n = 1;
    while (n > 0 && out->n < out->max && !buf_failed(out)) {
        size_t room = out->max - out->n;
        n = read_until(fd, block, room < sizeof(block) ? room : sizeof(block), end);
        if (n > 0)
            buf_add(out, block, (size_t)n);
    }
    return n >= 0 && !buf_failed(out);
}

static struct ending await(int answer, int ending, struct buf *out, int64_t end)
{
    unsigned char bytes[ENDING_SIZE];
    struct ending e = {.how = END_GONE};   /* also when time runs out: the keeper ends late readers before that */
    if (!collect(answer, out, end))
        return e;
    if (out->n == out->max)
        return (struct ending){.how = END_WELL};
    ssize_t n = read_until(ending, bytes, sizeof(bytes), end);
    if (n < 0 || !ending_parse(bytes, (size_t)n, &e))
        e.how = END_GONE;
    return e;
}

static enum rc ask_once(struct cx *cx, struct inspector *in, const struct request *rq, int file, struct buf *out,
                        struct ending *ret)
{
    int answer[2], ending[2];
    if (pipe2(answer, O_CLOEXEC) != 0)
        return err_secret(cx, RC_IO, "inspect: pipe: errno %d", errno);
    if (pipe2(ending, O_CLOEXEC) != 0) {
        close(answer[0]);
        close(answer[1]);
        return err_secret(cx, RC_IO, "inspect: pipe: errno %d", errno);
    }
    const int fds[REQUEST_FDS] = {file, answer[1], ending[1]};
    pid_t keeper;
    enum rc rc = submit(cx, in, rq, fds, &keeper);
    close(answer[1]);
    close(ending[1]);
    if (rc == RC_OK)
        *ret = await(answer[0], ending[0], out, clock_ms() + (CLOCK_FACTOR * rq->limits.seconds + PATIENCE) * 1000);
    close(answer[0]);
    close(ending[0]);
    if (rc == RC_OK && ret->how == END_GONE)
        retire(in, keeper);
    return rc;
}

enum rc inspector_ask(struct cx *cx, struct inspector *in, enum want want, const char *mime, int file,
                      struct buf *out, struct ending *ret)
{
    struct request rq = {.want = want, .limits = {in->options.seconds, in->options.memory}};
    int flags = fcntl(file, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY)   /* what is handed over may be written to otherwise */
        return err_secret(cx, RC_IO, "inspect: not a file open for reading only");
    (void)snprintf(rq.mime, sizeof(rq.mime), "%s", mime);
    for (int i = 0; i < TRIES; i++) {
        buf_reset(out);
        TRY(ask_once(cx, in, &rq, file, out, ret));
        if (ret->how < END_LOST)
            return RC_OK;
    }
    return err_secret(cx, RC_BUSY, "inspect: no reader to be had");
}

/*
 * glibc hands the arguments to constructors: any program that links this room, a test too, is its own
 * keeper when started by that name, before its main.
 */
__attribute__((constructor)) static void serve_as_keeper(int argc, char **argv)
{
    if (argc == 1 && streq(argv[0], KEEPER_NAME))
        keeper_run();
}
