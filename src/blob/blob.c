/*
 * The documents of all spaces: names and directories, reading, verifying, removing. Names from
 * outside become a path only in blob_space_path and blob_content_path, which check every character.
 */
#include "blob/blob_int.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/file.h>
#include <unistd.h>

enum { SPACE_NAME_MOST = 63 };

enum rc blob_io(struct cx *cx, const char *what, int error)
{
    return err_secret(cx, rc_of_errno(error), "blob: %s: errno %d", what, error);
}

static bool lower_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool space_valid(const char *s)
{
    if (!s || !lower_alnum(s[0]))
        return false;
    size_t n = 1;
    while (lower_alnum(s[n]) || s[n] == '-' || s[n] == '_')
        n++;
    return s[n] == '\0' && n <= SPACE_NAME_MOST;
}

bool blob_is_hex(const char *s, size_t n)
{
    if (!s || strlen(s) != n)
        return false;
    return strspn(s, "0123456789abcdef") == n;
}

enum rc blob_space_path(struct cx *cx, const struct blobs *b, const char *space, char **ret)
{
    if (!space_valid(space))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    char *path = arena_printf(cx->arena, "%s/%s", b->root, space);
    if (!path)
        return cx_nomem(cx);
    *ret = path;
    return RC_OK;
}

enum rc blob_content_path(struct cx *cx, const struct blobs *b, const char *space,
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

enum rc blob_dir_open(struct cx *cx, const char *path, int *ret_fd)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    if (fd < 0)
        return blob_io(cx, "open directory", errno);
    *ret_fd = fd;
    return RC_OK;
}

enum rc blob_dir_flush(struct cx *cx, const char *path)
{
    int fd;
    TRY(blob_dir_open(cx, path, &fd));
    int bad = fault(FAULT_BLOB_DIRECTORY) || fsync(fd) != 0 ? errno : 0;
    close(fd);
    return bad ? blob_io(cx, "flush directory", bad) : RC_OK;
}

enum rc blob_mkdir(struct cx *cx, const char *parent, const char *path)
{
    /* Flushed also when it was there: whoever made it may not have come to that yet. */
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return blob_io(cx, "make directory", errno);
    enum rc rc = blob_dir_flush(cx, parent);
    if (rc != RC_OK)
        (void)rmdir(path); /* it must be made anew: the next flush may pass without having flushed it */
    return rc;
}

enum rc blob_open(struct cx *cx, const char *dir, struct blobs **ret)
{
    char *root = arena_printf(cx->arena, "%s/blob", dir);
    if (!root)
        return cx_nomem(cx);
    TRY(blob_mkdir(cx, dir, root));
    struct blobs *b = mem_new(sizeof(*b));
    b->root = mem_strdup(root);
    *ret = b;
    return RC_OK;
}

void blob_close(struct blobs **b)
{
    if (!b || !*b)
        return;
    mem_free((*b)->root);
    mem_free(*b);
    *b = NULL;
}

const char *blob_path(struct cx *cx, struct blobs *b, const char *space, const char *sha256)
{
    char *dir, *path;
    if (blob_content_path(cx, b, space, sha256, &dir, &path) != RC_OK)
        return NULL;
    return path;
}

enum rc blob_read(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                  int *ret_fd, int64_t *ret_size)
{
    char *dir, *path;
    TRY(blob_content_path(cx, b, space, sha256, &dir, &path));
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

enum rc blob_hash_fd(struct cx *cx, int fd, EVP_MD_CTX *md, int64_t *ret_size)
{
    unsigned char block[READ_BLOCK];
    for (;;) {
        ssize_t n = read(fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return blob_io(cx, "read", errno);
        if (n == 0)
            return RC_OK;
        if (EVP_DigestUpdate(md, block, (size_t)n) != 1)
            return cx_nomem(cx);
        *ret_size += n;
    }
}

enum rc blob_hash_hex(struct cx *cx, const EVP_MD_CTX *md, char out[SHA256_HEX_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool ok = copy && EVP_MD_CTX_copy_ex(copy, md) == 1 &&
              EVP_DigestFinal_ex(copy, digest, &n) == 1 && n == HASH_NAME / 2;
    EVP_MD_CTX_free(copy);
    if (!ok)
        return cx_nomem(cx);
    hex_encode(digest, n, out);
    return RC_OK;
}

static enum rc hash_file(struct cx *cx, int fd, char out[SHA256_HEX_MAX])
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int64_t size = 0;
    enum rc rc = RC_NOMEM;
    if (md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1)
        rc = blob_hash_fd(cx, fd, md, &size);
    if (rc == RC_OK)
        rc = blob_hash_hex(cx, md, out);
    EVP_MD_CTX_free(md);
    return rc == RC_NOMEM ? cx_nomem(cx) : rc;
}

enum rc blob_verify(struct cx *cx, struct blobs *b, const char *space, const char *sha256)
{
    int fd;
    int64_t size;
    TRY(blob_read(cx, b, space, sha256, &fd, &size));
    char found[SHA256_HEX_MAX];
    enum rc rc = hash_file(cx, fd, found);
    close(fd);
    if (rc != RC_OK)
        return rc;
    return streq(found, sha256)
               ? RC_OK
               : err_secret(cx, RC_IO, "blob: %s/%s has content %s", space, sha256, found);
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

enum rc blob_each(struct cx *cx, struct blobs *b, const char *space,
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

enum rc blob_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int64_t min_age,
                  bool *ret)
{
    char *dir, *path;
    struct stat st;
    TRY(blob_content_path(cx, b, space, sha256, &dir, &path));
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? err_set(cx, RC_NOT_FOUND, NULL, NULL) : blob_io(cx, "look at document", errno);
    *ret = blob_age(cx, &st) >= min_age;
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

enum rc blob_remove_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                         int64_t min_age, bool *ret_removed)
{
    char *dir, *path;
    TRY(blob_content_path(cx, b, space, sha256, &dir, &path));
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

enum rc blob_remove(struct cx *cx, struct blobs *b, const char *space, const char *sha256)
{
    bool removed;
    return blob_remove_idle(cx, b, space, sha256, 0, &removed);
}

static int drop_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path) == 0 || errno == ENOENT ? 0 : errno;
}

enum rc blob_space_drop(struct cx *cx, struct blobs *b, const char *space)
{
    char *top;
    TRY(blob_space_path(cx, b, space, &top));
    int bad = nftw(top, drop_entry, 8, FTW_DEPTH | FTW_PHYS);
    if (bad < 0 && errno == ENOENT)
        return RC_OK;
    if (bad != 0)
        return blob_io(cx, "drop space", bad < 0 ? errno : bad);
    return blob_dir_flush(cx, b->root);
}
