/*
 * Preloaded into a program, it writes down everything the program does to the files of one folder, in
 * order: names given and taken, bytes written, flushes. disk.py reads that and tells what a loss of power
 * would have left. Nothing is flushed in truth; a flush takes a moment, as on a disk, so that others
 * write meanwhile.
 *
 * SAMDRIFT_DISK_ROOT is the folder, SAMDRIFT_DISK_TRACE the file that is appended to. What the shim cannot
 * follow (a second descriptor of a file, stdio) is found by disk.py as a file that nobody made.
 */
#undef _FILE_OFFSET_BITS   /* it would give open the name open64, and both are wanted */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 65536, FLUSH_MS_MAX = 3 };

/* As disk.py reads it; the name of n bytes, or what was written, follows. */
struct entry {
    char what[8];              /* "file", "folder", "name", "gone", "write", "cut", "flush" */
    uint64_t inode;
    int64_t at;                /* of a write its place, of "cut" the size; of a flush where in the trace it began */
    uint64_t n;
};

static const char *root;
static size_t root_n;
static int trace = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;   /* an operation and its entry are one */
static _Atomic bool watched[FDS];                          /* descriptors of files and folders below the root */

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("SAMDRIFT_DISK_TRACE");
    root = getenv("SAMDRIFT_DISK_ROOT");
    root_n = root ? strlen(root) : 0;
    if (root && path)
        trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC);
}

static bool ours(const char *path)
{
    return trace >= 0 && strncmp(path, root, root_n) == 0 && (path[root_n] == '/' || path[root_n] == '\0');
}

static bool is_watched(int fd)
{
    return fd >= 0 && fd < FDS && watched[fd];
}

static void note(const char *what, uint64_t inode, int64_t at, const void *p, size_t n)
{
    struct entry e = {.inode = inode, .at = at, .n = n};
    memcpy(e.what, what, strlen(what));
    const struct iovec parts[] = {{&e, sizeof(e)}, {(void *)(uintptr_t)p, n}};
    if (writev(trace, parts, 2) != (ssize_t)(sizeof(e) + n))
        abort();
}

static uint64_t inode_of(int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        abort();
    return st.st_ino;
}

static uint64_t inode_at(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 ? st.st_ino : 0;
}

static void note_name(const char *what, uint64_t inode, const char *path)
{
    note(what, inode, 0, path, strlen(path));
}

/* The path from the root of the machine; false when it is not one of ours. */
static bool whole_path(int dir, const char *path, char ret[PATH_MAX])
{
    char link[64], folder[PATH_MAX];
    if (trace < 0)
        return false;
    ssize_t n = 0;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
    if (path[0] != '/')
        n = readlink(dir == AT_FDCWD ? "/proc/self/cwd" : link, folder, sizeof(folder) - 1);
    if (n < 0)
        return false;
    int all = snprintf(ret, PATH_MAX, "%.*s%s%s", (int)n, folder, n > 0 ? "/" : "", path);
    return all > 0 && all < PATH_MAX && ours(ret);
}

/* ------------------------------------------------------------------ opening */

static int open_watched(int dir, const char *path, const char *whole, int flags, mode_t mode)
{
    pthread_mutex_lock(&lock);
    bool there = access(whole, F_OK) == 0;
    int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
    int error = errno;
    if (fd >= 0 && fd < FDS && (flags & O_TMPFILE) != O_TMPFILE) {
        watched[fd] = true;
        if (!there)
            note_name("file", inode_of(fd), whole);
        else if (flags & O_TRUNC)
            note("cut", inode_of(fd), 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

static int open_any(int dir, const char *path, int flags, mode_t mode)
{
    char whole[PATH_MAX];
    return whole_path(dir, path, whole) ? open_watched(dir, path, whole, flags, mode)
                                        : (int)syscall(SYS_openat, dir, path, flags, mode);
}

static mode_t mode_of(int flags, va_list more)
{
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0;
}

#define OPEN(name, before, dir)                       \
    int name(before const char *path, int flags, ...) \
    {                                                 \
        va_list more;                                 \
        va_start(more, flags);                        \
        mode_t mode = mode_of(flags, more);           \
        va_end(more);                                 \
        return open_any(dir, path, flags, mode);      \
    }
#define AT int at,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, AT, at)
OPEN(openat64, AT, at)

int close(int fd)
{
    if (is_watched(fd))
        watched[fd] = false;
    return (int)syscall(SYS_close, fd);
}

/* ------------------------------------------------------------------ bytes */

static ssize_t written(int fd, const void *p, ssize_t n, off_t at)
{
    if (n > 0)
        note("write", inode_of(fd), at, p, (size_t)n);
    return n;
}

ssize_t write(int fd, const void *p, size_t n)
{
    if (!is_watched(fd))
        return syscall(SYS_write, fd, p, n);
    pthread_mutex_lock(&lock);
    ssize_t done = syscall(SYS_write, fd, p, n);
    int error = errno;
    (void)written(fd, p, done, done > 0 ? lseek(fd, 0, SEEK_CUR) - done : 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

static ssize_t write_at(int fd, const void *p, size_t n, off_t at)
{
    if (!is_watched(fd))
        return syscall(SYS_pwrite64, fd, p, n, at);
    pthread_mutex_lock(&lock);
    ssize_t done = written(fd, p, syscall(SYS_pwrite64, fd, p, n, at), at);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return write_at(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    return write_at(fd, p, n, at);
}

static int cut(int fd, off_t size)
{
    pthread_mutex_lock(&lock);
    int bad = (int)syscall(SYS_ftruncate, fd, size);
    if (bad == 0 && is_watched(fd))
        note("cut", inode_of(fd), size, "", 0);
    pthread_mutex_unlock(&lock);
    return bad;
}

int ftruncate(int fd, off_t size)
{
    return cut(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return cut(fd, size);
}

/* ------------------------------------------------------------------ flushing */

static int64_t trace_end(void)
{
    struct stat st;
    if (fstat(trace, &st) != 0)
        abort();
    return st.st_size;
}

/* What is written down before it began is flushed when it has ended. */
static int flush(int fd)
{
    if (!is_watched(fd))
        return (int)syscall(SYS_fsync, fd);
    pthread_mutex_lock(&lock);
    int64_t since = trace_end();
    pthread_mutex_unlock(&lock);
    const struct timespec moment = {.tv_nsec = (1 + since / (int64_t)sizeof(struct entry) % FLUSH_MS_MAX) * 1000000};
    (void)nanosleep(&moment, NULL);
    pthread_mutex_lock(&lock);
    note("flush", inode_of(fd), since, "", 0);
    pthread_mutex_unlock(&lock);
    return 0;
}

int fsync(int fd)
{
    return flush(fd);
}

int fdatasync(int fd)
{
    return flush(fd);
}

/* ------------------------------------------------------------------ names */

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    char old[PATH_MAX], new[PATH_MAX];
    if (!whole_path(from_dir, from, old) || !whole_path(to_dir, to, new))
        return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0U);
    pthread_mutex_lock(&lock);
    uint64_t inode = inode_at(old);
    int bad = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0U);
    if (bad == 0) {
        note_name("name", inode, new);
        note_name("gone", inode, old);
    }
    pthread_mutex_unlock(&lock);
    return bad;
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    char new[PATH_MAX];
    if (!whole_path(to_dir, to, new))
        return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    pthread_mutex_lock(&lock);
    int bad = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    if (bad == 0)
        note_name("name", inode_at(new), new);
    pthread_mutex_unlock(&lock);
    return bad;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int dir, const char *path, int flags)
{
    char whole[PATH_MAX];
    if (!whole_path(dir, path, whole))
        return (int)syscall(SYS_unlinkat, dir, path, flags);
    pthread_mutex_lock(&lock);
    uint64_t inode = inode_at(whole);
    int bad = (int)syscall(SYS_unlinkat, dir, path, flags);
    if (bad == 0)
        note_name("gone", inode, whole);
    pthread_mutex_unlock(&lock);
    return bad;
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
    char whole[PATH_MAX];
    if (!whole_path(dir, path, whole))
        return (int)syscall(SYS_mkdirat, dir, path, mode);
    pthread_mutex_lock(&lock);
    int bad = (int)syscall(SYS_mkdirat, dir, path, mode);
    if (bad == 0)
        note_name("folder", inode_at(whole), whole);
    pthread_mutex_unlock(&lock);
    return bad;
}

int mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}
