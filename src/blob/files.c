/*
 * Documents as files: directories, reading, removing. Names from outside become a path only in
 * blob_space_path and files_content_path, which check every character.
 */
#include "blob/blob_int.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum rc blob_space_path(struct cx *cx, const struct blobs *b, const char *space, char **ret)
{
    if (!blob_space_valid(space))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    char *path = arena_printf(cx->arena, "%s/%s", b->root, space);
    if (!path)
        return cx_nomem(cx);
    *ret = path;
    return RC_OK;
}

enum rc files_content_path(struct cx *cx, const struct blobs *b, const char *space,
                           const char *sha256, char **ret_dir, char **ret_path)
{
    char *top;
    TRY(blob_space_path(cx, b, space, &top));
    if (!blob_is_hex(sha256, HASH_NAME))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    char *dir = arena_printf(cx->arena, "%s/%.2s", top, sha256);
    char *path = arena_printf(cx->arena, "%s/%.2s/%s", top, sha256, sha256);
    if (!dir || !path)
        return cx_nomem(cx);
    *ret_dir = dir;
    *ret_path = path;
    return RC_OK;
}

static enum rc flush_dir(struct cx *cx, const char *path)
{
    return fault(FAULT_BLOB_DIRECTORY) || !dir_flush(path) ? blob_io(cx, "flush directory", errno) : RC_OK;
}

/* A directory is sticky until its name is safe: who finds it so may not build on it, for whoever made it may not
 * have come to the flush, or was killed before. */
enum rc blob_mkdir(struct cx *cx, const char *parent, const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && !(st.st_mode & S_ISVTX))
        return RC_OK;
    if (mkdir(path, 0700 | S_ISVTX) != 0 && errno != EEXIST)
        return blob_io(cx, "make directory", errno);
    enum rc rc = flush_dir(cx, parent);
    if (rc != RC_OK)
        (void)rmdir(path); /* it must be made anew: the next flush may pass without having flushed it */
    else if (chmod(path, 0700) != 0)
        rc = blob_io(cx, "make directory", errno);
    return rc;
}

static enum rc files_read(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                          int *ret_fd, int64_t *ret_size)
{
    char *dir, *path;
    TRY(files_content_path(cx, b, space, sha256, &dir, &path));
    int fd = fault(FAULT_BLOB_READ) ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    if (fd < 0)
        return blob_io(cx, "open document", errno);
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return blob_io(cx, "document is no file", EINVAL);
    }
    *ret_fd = fd;
    *ret_size = st.st_size;
    return RC_OK;
}

enum rc blob_send_file(struct cx *cx, int fd, int64_t from, int64_t n, const struct blob_taker *to)
{
    unsigned char block[READ_BLOCK];
    while (n > 0) {
        size_t most = n < READ_BLOCK ? (size_t)n : READ_BLOCK;
        ssize_t got = pread(fd, block, most, from);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return blob_io(cx, "read", got < 0 ? errno : EIO);
        TRY(to->take(to->arg, block, (size_t)got));
        from += got;
        n -= got;
    }
    return RC_OK;
}

static enum rc files_send(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                          int64_t from, int64_t n, const struct blob_taker *to)
{
    int fd;
    int64_t size;
    TRY(files_read(cx, b, space, sha256, &fd, &size));
    enum rc rc = blob_send_file(cx, fd, from, n < size - from ? n : size - from, to);
    close(fd);
    return rc;
}

struct each {
    struct cx *cx;
    enum rc (*fn)(void *arg, const char *sha256, int64_t size);
    void *arg;
};

static enum rc each_in(const struct each *e, const char *path)
{
    DIR *d = opendir(path);
    if (!d)
        return errno == ENOENT ? RC_OK : blob_io(e->cx, "list documents", errno);
    enum rc rc = RC_OK;
    while (rc == RC_OK) {
        errno = 0;
        const struct dirent *f = readdir(d);
        if (!f) {
            rc = errno ? blob_io(e->cx, "list documents", errno) : RC_OK;
            break;
        }
        struct stat st;
        if (!blob_is_hex(f->d_name, HASH_NAME))
            continue;
        /* A document removed meanwhile is not there, and that is no error. */
        if (fstatat(dirfd(d), f->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
            rc = e->fn(e->arg, f->d_name, st.st_size);
    }
    closedir(d);
    return rc;
}

static enum rc files_each(struct cx *cx, struct blobs *b, const char *space,
                          enum rc (*fn)(void *arg, const char *sha256, int64_t size), void *arg)
{
    char *top;
    TRY(blob_space_path(cx, b, space, &top));
    char *path = arena_printf(cx->arena, "%s/..", top);
    if (!path)
        return cx_nomem(cx);
    const struct each e = {.cx = cx, .fn = fn, .arg = arg};
    size_t end = strlen(top) + 1;
    for (unsigned i = 0; i < 256; i++) {
        unsigned char byte = (unsigned char)i;
        hex_encode(&byte, 1, path + end);
        TRY(each_in(&e, path));
    }
    return RC_OK;
}

int64_t blob_age(const struct cx *cx, const struct stat *st)
{
    return cx->now - ((int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000);
}

static enum rc files_age(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                         int64_t *ret)
{
    char *dir, *path;
    struct stat st;
    TRY(files_content_path(cx, b, space, sha256, &dir, &path));
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? err_set(cx, RC_NOT_FOUND, NULL, NULL)
                               : blob_io(cx, "look at document", errno);
    *ret = blob_age(cx, &st);
    return RC_OK;
}

/* The directory is locked against a commit that has just found the content present. */
static enum rc remove_locked(struct cx *cx, int dir, const char *sha256, int64_t min_age,
                             bool *ret_removed)
{
    struct stat st;
    if (flock(dir, LOCK_EX) != 0)
        return blob_io(cx, "lock directory", errno);
    if (fstatat(dir, sha256, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? RC_OK : blob_io(cx, "look at document", errno);
    if (min_age > 0 && blob_age(cx, &st) < min_age)
        return RC_OK;
    if (unlinkat(dir, sha256, 0) != 0 && errno != ENOENT)
        return blob_io(cx, "remove document", errno);
    if (fsync(dir) != 0)
        return blob_io(cx, "flush directory", errno);
    *ret_removed = true;
    return RC_OK;
}

static enum rc files_remove_idle(struct cx *cx, struct blobs *b, const char *space,
                                 const char *sha256, int64_t min_age, bool *ret_removed)
{
    char *dir, *path;
    TRY(files_content_path(cx, b, space, sha256, &dir, &path));
    bool removed = false;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT)
        return blob_io(cx, "open directory", errno);
    enum rc rc = RC_OK;
    if (fd >= 0) {
        rc = remove_locked(cx, fd, sha256, min_age, &removed);
        close(fd);
    }
    if (rc == RC_OK)
        *ret_removed = removed;
    return rc;
}

enum rc files_space_drop(struct cx *cx, struct blobs *b, const char *space)
{
    char *top;
    TRY(blob_space_path(cx, b, space, &top));
    return dir_remove(top) ? flush_dir(cx, b->root) : blob_io(cx, "drop space", errno);
}

static void files_close(struct blobs *b)
{
    (void)b; /* it has nothing open */
}

const struct blob_driver files_driver = {
    .close = files_close,
    .stage_resume = files_stage_resume,
    .stage_keep = files_stage_keep,
    .stage_seal = files_stage_seal,
    .stage_name = files_stage_name,
    .stage_park = files_stage_park,
    .stage_drop = files_stage_drop,
    .read = files_read,
    .send = files_send,
    .each = files_each,
    .sweep_stages = files_sweep_stages,
    .age = files_age,
    .remove_idle = files_remove_idle,
    .space_drop = files_space_drop,
};
