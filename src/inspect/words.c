/*
 * Words of a document, read by a process of its own under limits: 30 s of processor, 60 s by the
 * clock, 512 MiB of memory, no new files, no rights to gain, nothing of ours open. It writes to a
 * pipe; when it has written enough, or breaks a limit, its process group is killed. Other people's
 * file formats are read nowhere else.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHADOW_MEMORY 1
#endif
#endif
#ifndef SHADOW_MEMORY
#define SHADOW_MEMORY 0
#endif

enum { CPU_SECONDS = 30, CLOCK_SECONDS = 60, FILES_MOST = 64, ARGS_MOST = 8 };

#define MEMORY_MOST MiB(512)

/* "FILE" stands for the path, "TYPE" for the media type. */
static const struct reader {
    const char *mime;
    const char *args[ARGS_MOST];
} readers[] = {
    {"application/pdf", {"pdftotext", "-q", "-nopgbrk", "-enc", "UTF-8", "FILE", "-", NULL}},
    {"application/msword", {"catdoc", "-w", "-d", "utf-8", "FILE", NULL}},
    {"application/rtf", {"catdoc", "-w", "-d", "utf-8", "FILE", NULL}},
    {"application/vnd.ms-excel", {"xls2csv", "-q", "0", "-d", "utf-8", "FILE", NULL}},
    {"application/vnd.ms-powerpoint", {"catppt", "-d", "utf-8", "FILE", NULL}},
};

static const struct reader own_reader = {
    NULL, {"/proc/self/exe", "inspect-child", "FILE", "TYPE", NULL}
};

static const struct reader *find_reader(const char *mime)
{
    for (size_t i = 0; i < COUNT_OF(readers); i++)
        if (streq(readers[i].mime, mime))
            return &readers[i];
    return child_reads(mime) ? &own_reader : NULL;
}

static void limit(int what, int64_t most)
{
    const struct rlimit l = {(rlim_t)most, (rlim_t)most};
    if (setrlimit((__rlimit_resource_t)what, &l) != 0)
        _exit(126);
}

/* Between fork and exec: only what is safe there. */
static void become(char *const *args, char *const *env, int out)
{
    int null = open("/dev/null", O_RDWR);
    sigset_t none;
    sigemptyset(&none);
    if (setpgid(0, 0) != 0 || null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(null, 2) < 0 || close_range(3, ~0u, 0) != 0)
        _exit(126);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CPU, CPU_SECONDS);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, FILES_MOST);
    if (!SHADOW_MEMORY)
        limit(RLIMIT_AS, MEMORY_MOST);
    execvpe(args[0], args, env);
    _exit(127);
}

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* True when the output ended by itself or is all that was asked for; false when time ran out. */
static bool collect(int fd, struct buf *out, size_t max)
{
    char block[8192];
    int64_t end = clock_ms() + CLOCK_SECONDS * 1000;
    while (out->n < max && !buf_failed(out)) {
        int64_t left = end - clock_ms();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        size_t room = max - out->n < sizeof(block) ? max - out->n : sizeof(block);
        ssize_t n = read(fd, block, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        buf_add(out, block, (size_t)n);
    }
    return !buf_failed(out);
}

static bool ended_well(pid_t pid)
{
    int status;
    pid_t got;
    do {
        got = waitpid(pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(char *const *args, char *const *env, struct buf *out, size_t max)
{
    int pipe_fd[2];
    if (pipe2(pipe_fd, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        become(args, env, pipe_fd[1]);
    close(pipe_fd[1]);
    if (pid < 0) {
        close(pipe_fd[0]);
        return false;
    }
    setpgid(pid, pid); /* whichever of the two comes first: kill needs the group */
    bool collected = collect(pipe_fd[0], out, max);
    bool full = collected && out->n >= max;
    close(pipe_fd[0]);
    if (full || !collected)
        kill(-pid, SIGKILL);
    bool well = ended_well(pid);
    return collected && (full || well);
}

/* Valid UTF-8, runs of white space and control characters become one space or line end. */
static size_t clean(char *p, size_t n)
{
    size_t to = 0;
    bool gap = false, line = false;
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)p[i];
        size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        bool blank = c <= 0x20 || c == 0x7F;
        if (len > n - i || !str_utf8((struct str){p + i, len})) {
            len = 1;
            blank = true;
        }
        if (blank) {
            gap = true;
            line |= c == '\n';
            i += len;
            continue;
        }
        if (gap && to > 0)
            p[to++] = line ? '\n' : ' ';
        gap = line = false;
        memmove(p + to, p + i, len);
        to += len;
        i += len;
    }
    return to;
}

static bool fill_args(struct cx *cx, const struct reader *r, const char *path, const char *mime,
                      char *args[ARGS_MOST])
{
    for (size_t i = 0; r->args[i]; i++) {
        const char *a = r->args[i];
        if (streq(a, "FILE")) /* no path is taken for an option */
            args[i] = arena_printf(cx->arena, "%s%s", path[0] == '/' ? "" : "./", path);
        else
            args[i] = arena_strdup(cx->arena, streq(a, "TYPE") ? mime : a);
        if (!args[i])
            return false;
    }
    return true;
}

enum rc inspect_words(struct cx *cx, const char *path, const char *mime, size_t max,
                      struct str *ret)
{
    static const char none[] = "";
    char *args[ARGS_MOST] = {NULL};
    char home[] = "HOME=/nonexistent", lang[] = "LC_ALL=C.UTF-8", dirs[256] = "PATH=";
    char *env[] = {home, lang, dirs, NULL};
    const struct reader *r = find_reader(mime);
    *ret = (struct str){none, 0};
    if (!r || max == 0)
        return RC_OK;
    size_t n = confstr(_CS_PATH, dirs + 5, sizeof(dirs) - 5);
    if (n == 0 || n > sizeof(dirs) - 5 || !fill_args(cx, r, path, mime, args))
        return cx_nomem(cx);
    struct buf out;
    buf_init(&out, max);
    enum rc rc = RC_OK;
    if (run(args, env, &out, max) && out.n > 0) {
        n = clean(out.p, out.n);
        const char *text = arena_strndup(cx->arena, out.p, n);
        if (text)
            *ret = (struct str){text, n};
        else
            rc = cx_nomem(cx);
    }
    buf_free(&out);
    return rc;
}

/*
 * glibc hands the arguments to constructors: any program that links this room, a test too, is thus
 * its own limited reader, and none that forgets to dispatch runs itself in its own child.
 */
__attribute__((constructor)) static void serve_as_child(int argc, char **argv)
{
    if (argc == 4 && streq(argv[1], "inspect-child"))
        _exit(inspect_child(argc - 2, argv + 2));
}
