/*
 * The keeper: a process that has loaded what the readers need and forks one for each request. It
 * never looks at a file itself. It sees how each reader ended, and ends those that take too long.
 *
 * It is single-threaded and started by exec, so forking here is safe and cheap where forking the
 * server is neither. It lives as long as the socket to the server.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARDS_MOST = 64 };

struct ward {
    pid_t pid;
    int ending;         /* where its end is told */
    int64_t deadline;   /* milliseconds of the clock */
    bool late;
};

struct keeper {
    struct sandbox sandbox;
    int ended;          /* signalfd */
    struct ward wards[WARDS_MOST];
    size_t wards_n;
};

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---------------------------------------------------------------- the reader's first steps */

static _Noreturn void become_reader(const struct keeper *k, const struct request *rq, const int fds[REQUEST_FDS])
{
    sigset_t none;
    const char *const *program = rq->want == WANT_WORDS ? reader_program(rq->mime) : NULL;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (setpgid(0, 0) != 0 || lseek(fds[0], 0, SEEK_SET) != 0 || dup2(fds[0], 0) < 0 || dup2(fds[1], 1) < 0 ||
        !sandbox_enter(&k->sandbox, program ? READER_PROGRAM : READER_OWN, &rq->limits))
        _exit(READER_NOT_CONFINED);
    (void)close_range(KEEPER_FD, ~0u, 0);
    if (!program)
        _exit(rq->want == WANT_TYPE ? reader_type() : reader_words(rq->mime));
    union {
        const char *const *constant;
        char *const *exec;
    } args = {program};
    (void)execvp(program[0], args.exec);
    _exit(127);
}

/* ---------------------------------------------------------------- requests */

/* False when the server is gone, or speaks another language than this. */
static bool receive(struct request *rq, int fds[REQUEST_FDS])
{
    union {
        char bytes[CMSG_SPACE(REQUEST_FDS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = rq, .iov_len = sizeof(*rq)};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                       .msg_controllen = sizeof(control.bytes)};
    ssize_t n = recvmsg(KEEPER_FD, &m, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (n != (ssize_t)sizeof(*rq) || !c || c->cmsg_len != CMSG_LEN(REQUEST_FDS * sizeof(int)))
        return false;
    memcpy(fds, CMSG_DATA(c), REQUEST_FDS * sizeof(int));
    return true;
}

static void tell(int fd, const struct ending *e)
{
    unsigned char bytes[ENDING_SIZE];
    ending_print(e, bytes);
    ssize_t n = write(fd, bytes, sizeof(bytes));   /* nobody reads it any more: as well */
    (void)n;
    close(fd);
}

static void start_reader(struct keeper *k, const struct request *rq, const int fds[REQUEST_FDS])
{
    pid_t pid = fork();
    if (pid == 0)
        become_reader(k, rq, fds);
    close(fds[0]);
    close(fds[1]);
    if (pid < 0) {
        tell(fds[2], &(struct ending){.how = END_LOST});
        return;
    }
    (void)setpgid(pid, pid);   /* whichever of the two comes first: kill needs the group */
    k->wards[k->wards_n++] = (struct ward){
        .pid = pid, .ending = fds[2], .deadline = clock_ms() + rq->limits.seconds * 1000 * CLOCK_FACTOR};
}

static bool take_request(struct keeper *k)
{
    struct request rq;
    int fds[REQUEST_FDS];
    bool got = receive(&rq, fds);
    if (got)
        start_reader(k, &rq, fds);
    return got;
}

/* ---------------------------------------------------------------- endings */

static struct ending ending_of(const struct ward *w, int status)
{
    if (w->late)
        return (struct ending){.how = END_TIME};
    if (WIFEXITED(status)) {
        int code = WEXITSTATUS(status);
        return (struct ending){.how = code == 0                     ? END_WELL
                                    : code == READER_NO_MEMORY    ? END_MEMORY
                                    : code == READER_NOT_CONFINED ? END_LOST
                                                                  : END_UNREAD};
    }
    int signal = WTERMSIG(status);
    if (signal == SIGXCPU)
        return (struct ending){.how = END_TIME};
    if (signal == SIGKILL)                        /* not by us: the kernel when the machine is out of memory */
        return (struct ending){.how = END_MEMORY};
    if (signal == SIGSYS)
        return (struct ending){.how = END_CALL};
    if (signal == SIGPIPE)                        /* all that was asked for has been read */
        return (struct ending){.how = END_UNREAD};
    return (struct ending){.how = END_SIGNAL, .signal = signal};
}

static void reap(struct keeper *k)
{
    struct signalfd_siginfo info;
    int status;
    ssize_t n = read(k->ended, &info, sizeof(info));
    (void)n;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        size_t i = 0;
        while (i < k->wards_n && k->wards[i].pid != pid)
            i++;
        if (i == k->wards_n)
            continue;
        (void)kill(-pid, SIGKILL);   /* without seccomp it may have left children behind */
        const struct ending e = ending_of(&k->wards[i], status);
        tell(k->wards[i].ending, &e);
        k->wards[i] = k->wards[--k->wards_n];
    }
}

/* Ends those that are late; milliseconds to the next deadline, -1: none. */
static int look_at_clock(struct keeper *k)
{
    int64_t now = clock_ms(), next = -1;
    for (size_t i = 0; i < k->wards_n; i++) {
        struct ward *w = &k->wards[i];
        int64_t left = w->deadline - now;
        if (left <= 0 && !w->late) {
            w->late = true;
            (void)kill(-w->pid, SIGKILL);
        } else if (left > 0 && (next < 0 || left < next))
            next = left;
    }
    return next > INT32_MAX ? INT32_MAX : (int)next;
}

static void end_all(struct keeper *k)
{
    for (size_t i = 0; i < k->wards_n; i++)
        (void)kill(-k->wards[i].pid, SIGKILL);
}

static bool open_keeper(struct keeper *k)
{
    sigset_t set;
    sandbox_prepare(&k->sandbox);
    reader_warm();
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    (void)signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return false;
    k->ended = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    const struct inspect_sandbox s = {.seccomp = k->sandbox.seccomp, .landlock = k->sandbox.landlock};
    return k->ended >= 0 && send(KEEPER_FD, &s, sizeof(s), MSG_NOSIGNAL) == (ssize_t)sizeof(s);
}

void keeper_run(void)
{
    static struct keeper k;
    (void)prctl(PR_SET_NAME, KEEPER_NAME, 0, 0, 0);
    bool alive = close_range(KEEPER_FD + 1, ~0u, 0) == 0 && open_keeper(&k);
    while (alive) {
        struct pollfd p[] = {{.fd = k.ended, .events = POLLIN},
                             {.fd = k.wards_n < WARDS_MOST ? KEEPER_FD : -1, .events = POLLIN}};
        if (poll(p, COUNT_OF(p), look_at_clock(&k)) < 0 && errno != EINTR)
            break;
        if (p[0].revents)
            reap(&k);
        if (p[1].revents)
            alive = take_request(&k);
    }
    end_all(&k);
    _exit(0);
}
