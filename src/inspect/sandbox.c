/*
 * What a reader may do: nearly nothing. Put on in the order that each step still can be taken:
 * no rights to gain, nobody's user, limits, the file system shut off (landlock), system calls
 * filtered (seccomp). All of it is inherited by a program the reader becomes.
 *
 * The rule sets and filters are made once, by the keeper; a reader only puts them on.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>

enum { FILES_MOST = 64, NOBODY = 65534 };

/* ---------------------------------------------------------------- seccomp */

/* Everything not named answers EPERM. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek),
    SCMP_SYS(close), SCMP_SYS(close_range),
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(fadvise64),
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What starting a program takes besides; landlock says which files. */
static const int allowed_programs[] = {
    SCMP_SYS(execve), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(stat), SCMP_SYS(lstat),
    SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(arch_prctl),
    SCMP_SYS(set_tid_address), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(umask),
};

/* No reader has a use for these: one that tries is under foreign command, and is killed. */
static const int fatal[] = {
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(fork), SCMP_SYS(vfork),
    SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare),
    SCMP_SYS(setns), SCMP_SYS(chroot), SCMP_SYS(pivot_root), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(kexec_load), SCMP_SYS(reboot),
};

static bool add_all(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (seccomp_rule_add(f, action, calls[i], 0) != 0)
            return false;
    return true;
}

/* Memory that is code comes from nowhere any more; opening is for programs and for reading only. */
static bool add_with_arguments(scmp_filter_ctx f, enum reader_kind kind)
{
    const uint32_t yes = SCMP_ACT_ALLOW;
    const scmp_datum_t code = PROT_EXEC, writing = O_ACCMODE | O_CREAT | O_TRUNC;
    if (seccomp_rule_add(f, yes, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, TCGETS, 0)) != 0 ||
        seccomp_rule_add(f, yes, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0, 0)) != 0)
        return false;
    if (kind == READER_OWN)
        return seccomp_rule_add(f, yes, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, code, 0)) == 0 &&
               seccomp_rule_add(f, yes, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, code, 0)) == 0 &&
               seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), 0) == 0;
    return seccomp_rule_add(f, yes, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)) == 0 &&
           seccomp_rule_add(f, yes, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0)) == 0;
}

static bool fill_filter(scmp_filter_ctx f, enum reader_kind kind)
{
    return seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
           add_all(f, SCMP_ACT_ALLOW, allowed, COUNT_OF(allowed)) &&
           (kind == READER_OWN ||
            add_all(f, SCMP_ACT_ALLOW, allowed_programs, COUNT_OF(allowed_programs))) &&
           add_all(f, SCMP_ACT_KILL_PROCESS, fatal, COUNT_OF(fatal)) && add_with_arguments(f, kind);
}

/* The filter as the kernel takes it, so that a reader needs one call to put it on. */
static bool export_filter(scmp_filter_ctx f, struct sock_fprog *ret)
{
    struct stat st;
    int fd = memfd_create("filter", MFD_CLOEXEC);
    bool ok = fd >= 0 && seccomp_export_bpf(f, fd) == 0 && fstat(fd, &st) == 0;
    size_t n = ok ? (size_t)st.st_size : 0;
    struct sock_filter *lines = ok ? malloc(n) : NULL;
    ok = lines && pread(fd, lines, n, 0) == (ssize_t)n;
    if (ok)
        *ret = (struct sock_fprog){.len = (unsigned short)(n / sizeof(*lines)), .filter = lines};
    else
        free(lines);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool make_filter(enum reader_kind kind, struct sock_fprog *ret)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool ok = f && fill_filter(f, kind) && export_filter(f, ret);
    if (f)
        seccomp_release(f);
    return ok;
}

/* ---------------------------------------------------------------- landlock */

/* As the kernel has it from ABI 6 on; an older one takes it when what it does not know is 0. */
struct ruleset {
    uint64_t files, network, scopes;
};

#define MAY_READ (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE)
#define MAY_LIST LANDLOCK_ACCESS_FS_READ_DIR
#define TCP_BIND_CONNECT 3u      /* ABI 4 */
#define SOCKETS_SIGNALS 3u       /* ABI 6 */

/* What a program of the distribution needs to start and to read text. */
static const char *const program_paths[] = {
    "/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/fonts", "/etc/catdocrc",
    "/etc/localtime",
};

static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

static void allow_path(int rules, const char *path)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0) {
        const struct landlock_path_beneath_attr rule = {
            .allowed_access = MAY_READ | (S_ISDIR(st.st_mode) ? MAY_LIST : 0), .parent_fd = fd};
        (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    close(fd);
}

/* Every right the kernel knows is handled, hence denied; -1 when there is no landlock. */
static int make_rules(enum reader_kind kind, int abi)
{
    static const unsigned char rights[] = {0, 13, 14, 15, 15, 16};   /* of files, by ABI */
    size_t known = (size_t)abi < COUNT_OF(rights) ? (size_t)abi : COUNT_OF(rights) - 1;
    const struct ruleset all = {.files = (1u << rights[known]) - 1, .network = abi >= 4 ? TCP_BIND_CONNECT : 0,
                                .scopes = abi >= 6 ? SOCKETS_SIGNALS : 0};
    if (abi == 0)
        return -1;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
    for (size_t i = 0; rules >= 0 && kind == READER_PROGRAM && i < COUNT_OF(program_paths); i++)
        allow_path(rules, program_paths[i]);
    return rules;
}

/* ---------------------------------------------------------------- putting it on */

static bool limit(int what, int64_t soft, int64_t hard)
{
    const struct rlimit l = {(rlim_t)soft, (rlim_t)hard};
    return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

/* A signal when the processor time is used up, the end a second later should it be ignored. */
static bool set_limits(const struct limits *l)
{
    return limit(RLIMIT_CPU, l->seconds, l->seconds + 1) && limit(RLIMIT_FSIZE, 0, 0) && limit(RLIMIT_CORE, 0, 0) &&
           limit(RLIMIT_NOFILE, FILES_MOST, FILES_MOST) && limit(RLIMIT_NPROC, 0, 0) &&
           (SHADOW_MEMORY || limit(RLIMIT_AS, l->memory, l->memory));
}

/* A server may run as root, as in a container; its readers do not. Root without that right has little to lose. */
static bool leave_root(void)
{
    if (geteuid() != 0)
        return true;
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
        return errno == EPERM;
    return true;
}

bool sandbox_enter(const struct sandbox *s, enum reader_kind kind, const struct limits *l)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !leave_root() || !set_limits(l))
        return false;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)   /* forgotten by the kernel when the user changes: so here */
        return false;
    if (s->landlock && syscall(SYS_landlock_restrict_self, s->rules[kind], 0) != 0)
        return false;
    return !s->seccomp || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &s->filter[kind]) == 0;
}

/* Whether the kernel takes it shows only when it is put on: by a process that ends with it. */
static bool holds(const struct sandbox *s)
{
    const struct limits l = {.seconds = 1, .memory = INT64_MAX};
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        bool well = sandbox_enter(s, READER_PROGRAM, &l);
        _exit(well ? 0 : 1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void sandbox_prepare(struct sandbox *ret)
{
    struct sandbox s = {.landlock = landlock_abi()};
    for (int kind = READER_OWN; kind <= READER_PROGRAM; kind++)
        s.rules[kind] = make_rules((enum reader_kind)kind, s.landlock);
    if (s.rules[READER_OWN] < 0 || s.rules[READER_PROGRAM] < 0 || !holds(&s))
        s.landlock = 0;
    s.seccomp = make_filter(READER_OWN, &s.filter[READER_OWN]) &&
                make_filter(READER_PROGRAM, &s.filter[READER_PROGRAM]);
    if (s.seccomp && !holds(&s))
        s.seccomp = false;
    *ret = s;
}
