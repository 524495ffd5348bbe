/*
 * The policy proved by processes that try to break it: our own kind, which is this test after a fork,
 * and a program of the system, which is python. Each try must fail in the way told, and no other.
 */
#include "base/test.h"
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REFUSED = 40, DONE = 41 };   /* exit codes: the kernel said no; it did what it wanted */

static const char python[] = "/usr/bin/python3";
static struct sandbox sandbox;
static const struct limits small = {.seconds = 1, .memory = MiB(256)};

static int outcome(bool done)
{
    return done ? DONE : REFUSED;
}

/* ---------------------------------------------------------------- tries of a reader of ours */

static int try_spin(void)
{
    for (volatile int64_t i = 0; i < INT64_MAX; i++)
        ;
    return DONE;
}

static int try_memory(void)
{
    void *p = mmap(NULL, (size_t)MiB(512), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return outcome(p != MAP_FAILED);
}

static int try_code(void)
{
    return outcome(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static int try_socket(void)
{
    return outcome(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int try_fork(void)
{
    return outcome(fork() >= 0);
}

static int try_exec(void)
{
    char name[] = "true";
    char *argv[] = {name, NULL};
    (void)execv("/bin/true", argv);
    return REFUSED;
}

static int try_open(void)
{
    return outcome(open("/etc/passwd", O_RDONLY) >= 0);
}

static int try_library(void)
{
    return outcome(open("/usr/bin/env", O_RDONLY) >= 0);
}

static int try_write(void)
{
    return outcome(open("/tmp/samdrift-hostile", O_WRONLY | O_CREAT, 0600) >= 0);
}

static int try_signal(void)
{
    return outcome(kill(getppid(), 0) == 0);
}

static int try_root(void)
{
    return outcome(setuid(0) == 0 && geteuid() == 0 && unlink("/tmp/samdrift-hostile") == 0);
}

static int try_nothing(void)
{
    return DONE;
}

static int status_of(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Exit code, or minus the signal. */
static int attempt(int (*try)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(sandbox_enter(&sandbox, READER_OWN, &small) ? try() : READER_NOT_CONFINED);
    return status_of(pid);
}

static void own_reader(void **state)
{
    static const struct {
        int (*try)(void);
        int with, without;   /* seccomp: the landlock and the limits alone stop it too, or another way; 0: not */
    } cases[] = {
        {try_nothing, DONE, DONE},       {try_spin, -SIGXCPU, -SIGXCPU}, {try_memory, REFUSED, REFUSED},
        {try_code, REFUSED, 0},          {try_socket, -SIGSYS, 0},       {try_fork, -SIGSYS, REFUSED},
        {try_exec, -SIGSYS, REFUSED},    {try_open, REFUSED, REFUSED},   {try_library, REFUSED, REFUSED},
        {try_write, REFUSED, REFUSED},   {try_signal, REFUSED, REFUSED}, {try_root, REFUSED, REFUSED},
    };
    (void)state;
    const bool both[] = {sandbox.seccomp, false};
    const bool seccomp = sandbox.seccomp;
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        sandbox.seccomp = both[i];
        for (size_t k = 0; k < COUNT_OF(cases); k++) {
            int want = both[i] ? cases[k].with : cases[k].without;
            if (want == 0 || (!both[i] && sandbox.landlock < 6) || (SHADOW_MEMORY && cases[k].try == try_memory))
                continue;
            int got = attempt(cases[k].try);
            if (got != want)
                fail_msg("try %zu, seccomp %d: %d, not %d", k, both[i], got, want);
        }
    }
    sandbox.seccomp = seccomp;
}

/* ---------------------------------------------------------------- tries of a program */

static int attempt_program(const char *code)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (sandbox_enter(&sandbox, READER_PROGRAM, &small))
            (void)execl(python, python, "-ISc", code, (char *)NULL);
        _exit(READER_NOT_CONFINED);
    }
    return status_of(pid);
}

static void program(void **state)
{
#define TRY_TO(what) "import os,socket,sys\ntry:\n " what "\nexcept (OSError,MemoryError): os._exit(40)\nos._exit(41)\n"
    static const struct {
        const char *code;
        int want;
    } cases[] = {
        {TRY_TO("pass"), DONE},
        {TRY_TO("open('/usr/bin/env','rb').read()"), DONE},
        {TRY_TO("\n while True: pass"), -SIGXCPU},
        {TRY_TO("bytearray(512<<20)"), REFUSED},
        {TRY_TO("socket.socket()"), -SIGSYS},
        {TRY_TO("os.fork()"), -SIGSYS},
        {TRY_TO("open('/etc/passwd').read()"), REFUSED},
        {TRY_TO("os.listdir('/etc')"), REFUSED},
        {TRY_TO("os.listdir('/proc')"), REFUSED},
        {TRY_TO("open('/tmp/samdrift-hostile','w')"), REFUSED},
        {TRY_TO("open('/usr/samdrift-hostile','w')"), REFUSED},
        {TRY_TO("os.unlink('/tmp/samdrift-hostile')"), REFUSED},
        {TRY_TO("os.kill(os.getppid(), 0)"), REFUSED},
        {TRY_TO("os.setuid(0)"), REFUSED},
        {TRY_TO("os.execv('/proc/%d/exe' % os.getppid(), ['x'])"), REFUSED},
    };
#undef TRY_TO
    (void)state;
    if (!sandbox.seccomp || sandbox.landlock == 0 || access(python, X_OK) != 0)
        skip(); /* the kernel has not both, or python is elsewhere */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (SHADOW_MEMORY && strstr(cases[i].code, "bytearray"))
            continue;
        int got = attempt_program(cases[i].code);
        if (got != cases[i].want)
            fail_msg("%s: %d, not %d", cases[i].code, got, cases[i].want);
    }
}

/* The table says so: what the kernel lacks is left out, never half put on. */
static void without(void **state)
{
    const struct sandbox bare = {.rules = {-1, -1}};
    (void)state;
    pid_t pid = fork();
    if (pid == 0)
        _exit(sandbox_enter(&bare, READER_OWN, &small) ? try_spin() : READER_NOT_CONFINED);
    assert_int_equal(status_of(pid), -SIGXCPU);
    const struct sandbox broken = {.landlock = 1, .rules = {-1, -1}};
    pid = fork();
    if (pid == 0)
        _exit(sandbox_enter(&broken, READER_OWN, &small) ? DONE : READER_NOT_CONFINED);
    assert_int_equal(status_of(pid), READER_NOT_CONFINED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_reader), cmocka_unit_test(program),
                                       cmocka_unit_test(without)};
    sandbox_prepare(&sandbox);
    print_message("seccomp %d, landlock %d\n", sandbox.seccomp, sandbox.landlock);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
