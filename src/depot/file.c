/*
 * Files and folders: walked in a fixed order, hashed as they move, written beside their place and
 * renamed. Paths lie in buffers of fixed size, so that a package of millions of files needs no memory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "depot/depot_int.h"

#define CHUNK ((size_t)KiB(256))
#define DEPTH_MAX 64

static enum rc failed(struct cx *cx, const char *what, const char *path)
{
    if (errno == ENOENT)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    return err_secret(cx, rc_of_errno(errno), "%s %s: %s", what, path, strerror(errno));
}

enum rc path_join(struct cx *cx, char out[PATH_TEXT_MAX], const char *root, const char *rel)
{
    int n = snprintf(out, PATH_TEXT_MAX, "%s/%s", root, rel);
    if (n < 0 || n >= PATH_TEXT_MAX)
        return err_setf(cx, RC_FIELD_LENGTH, "path", "%d", PATH_TEXT_MAX - 1);
    return RC_OK;
}

enum rc data_path(struct cx *cx, char out[PATH_TEXT_MAX], const char *bag, const char *rel)
{
    int n = snprintf(out, PATH_TEXT_MAX, "%s/data/%s", bag, rel);
    if (n < 0 || n >= PATH_TEXT_MAX)
        return err_setf(cx, RC_FIELD_LENGTH, "path", "%d", PATH_TEXT_MAX - 1);
    return RC_OK;
}

bool path_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

enum rc dir_make(struct cx *cx, const char *path)
{
    if (mkdir(path, 0750) == 0 || errno == EEXIST)
        return RC_OK;
    return err_secret(cx, rc_of_errno(errno), "mkdir %s: %s", path, strerror(errno));
}

enum rc path_make_parents(struct cx *cx, const char *path)
{
    char part[PATH_TEXT_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        TRY(dir_make(cx, part));
    }
    return RC_OK;
}

enum rc dir_sync(struct cx *cx, const char *path)
{
    return dir_flush(path) ? RC_OK : failed(cx, "fsync", path);
}

enum rc disk_sync(struct cx *cx, const char *path)
{
    return disk_flush(path) ? RC_OK : failed(cx, "syncfs", path);
}

/* ------------------------------------------------------------------ trees */

struct walker {
    struct cx *cx;
    enum rc (*fn)(void *arg, const char *rel, int64_t size);
    void *arg;
    char path[PATH_TEXT_MAX];
    size_t root;            /* length of the root and its slash */
};

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int no_dots(const struct dirent *e)
{
    return !streq(e->d_name, ".") && !streq(e->d_name, "..");
}

static enum rc walk_dir(struct walker *w, size_t at, int depth);

static enum rc walk_entry(struct walker *w, size_t at, const char *name, int depth)
{
    struct stat st;
    int n = snprintf(w->path + at, sizeof(w->path) - at, "/%s", name);
    if (n < 0 || (size_t)n >= sizeof(w->path) - at)
        return err_setf(w->cx, RC_FIELD_LENGTH, "path", "%d", PATH_TEXT_MAX - 1);
    if (lstat(w->path, &st) != 0)
        return failed(w->cx, "lstat", w->path);
    if (S_ISREG(st.st_mode))
        return w->fn(w->arg, w->path + w->root, st.st_size);
    if (S_ISDIR(st.st_mode))
        return walk_dir(w, at + (size_t)n, depth + 1);
    return w->fn(w->arg, w->path + w->root, -1);
}

static enum rc walk_dir(struct walker *w, size_t at, int depth)
{
    struct dirent **list;
    if (depth > DEPTH_MAX)
        return w->fn(w->arg, w->path + w->root, -1);
    int n = scandir(w->path, &list, no_dots, by_name);
    if (n < 0)
        return failed(w->cx, "scandir", w->path);
    enum rc rc = RC_OK;
    for (int i = 0; i < n; i++) {
        if (rc == RC_OK)
            rc = walk_entry(w, at, list[i]->d_name, depth);
        w->path[at] = '\0';
        free(list[i]);
    }
    free(list);
    return rc;
}

enum rc walk(struct cx *cx, const char *root, enum rc (*fn)(void *, const char *, int64_t), void *arg)
{
    struct walker w = {.cx = cx, .fn = fn, .arg = arg, .root = strlen(root) + 1};
    int n = snprintf(w.path, sizeof(w.path), "%s", root);
    if (n < 0 || (size_t)n >= sizeof(w.path))
        return err_setf(cx, RC_FIELD_LENGTH, "path", "%d", PATH_TEXT_MAX - 1);
    return walk_dir(&w, (size_t)n, 0);
}

/* The end of a name, then the slash, then all other bytes. */
static int rank(char c)
{
    return c == '\0' ? 0 : c == '/' ? 1 : (unsigned char)c + 1;
}

int walk_order(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return rank(*a) - rank(*b);
}

static void remove_below(char path[PATH_TEXT_MAX], size_t at)
{
    struct dirent **list;
    int n = scandir(path, &list, no_dots, NULL);
    for (int i = 0; i < n; i++) {
        int len = snprintf(path + at, PATH_TEXT_MAX - at, "/%s", list[i]->d_name);
        if (len > 0 && (size_t)len < PATH_TEXT_MAX - at && unlink(path) != 0) {
            remove_below(path, at + (size_t)len);
            (void)rmdir(path);
        }
        path[at] = '\0';
        free(list[i]);
    }
    if (n >= 0)
        free(list);
}

void path_remove(const char *path)
{
    char p[PATH_TEXT_MAX];
    int n = snprintf(p, sizeof(p), "%s", path);
    if (n <= 0 || (size_t)n >= sizeof(p) || unlink(path) == 0)
        return;
    remove_below(p, (size_t)n);
    (void)rmdir(path);
}

/* ------------------------------------------------------------------ bytes */

/* False: the work is to stop. */
static bool meter_add(struct meter *m, int64_t n)
{
    if (!m || m->stopped)
        return !m;
    m->done += n;
    m->stopped = m->progress && !m->progress(m->arg, m->done, m->total);
    return !m->stopped;
}

static bool write_all(int fd, const unsigned char *p, size_t n)
{
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

/* From one descriptor to those that are not -1, hashing. *ret_target: the one that failed; -1: the source did. */
static bool pump(int from, const int to[2], EVP_MD_CTX *md, struct meter *m, int64_t *ret_size, int *ret_target)
{
    unsigned char *chunk = mem_new(CHUNK);
    int64_t size = 0;
    bool ok = true;
    for (;;) {
        ssize_t n = read(from, chunk, CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        ok = n >= 0;
        if (n <= 0)
            break;
        ok = EVP_DigestUpdate(md, chunk, (size_t)n) == 1;
        for (int i = 0; i < 2 && ok; i++) {
            ok = to[i] < 0 || write_all(to[i], chunk, (size_t)n);
            *ret_target = ok ? -1 : i;
        }
        if (!ok)
            break;
        size += n;
        ok = meter_add(m, n);
        if (!ok)
            break;
    }
    mem_free(chunk);
    *ret_size = size;
    return ok;
}

/* names: of the source, then of the targets. */
static enum rc move_bytes(struct cx *cx, const char *const names[3], int from, const int to[2], struct meter *m,
                          char out[SHA256_HEX_MAX], int64_t *ret_size)
{
    unsigned char sum[32];
    int target = -1;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    errno = 0;
    ok = ok && pump(from, to, md, m, ret_size, &target) && EVP_DigestFinal_ex(md, sum, NULL) == 1;
    int was = errno;
    EVP_MD_CTX_free(md);
    if (!ok && m && m->stopped)
        return err_set(cx, RC_BUSY, NULL, NULL);
    if (!ok)
        return err_secret(cx, rc_of_errno(was), "%s: %s", names[target + 1], strerror(was));
    hex_encode(sum, sizeof(sum), out);
    return RC_OK;
}

enum rc file_hash(struct cx *cx, const char *path, struct meter *m, char out[SHA256_HEX_MAX], int64_t *ret_size)
{
    static const int nowhere[2] = {-1, -1};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return failed(cx, "open", path);
    const char *const names[3] = {path, "", ""};
    enum rc rc = move_bytes(cx, names, fd, nowhere, m, out, ret_size);
    (void)close(fd);
    return rc;
}

static enum rc open_new(struct cx *cx, const char *path, int *ret)
{
    *ret = -1;
    if (!path)
        return RC_OK;
    TRY(path_make_parents(cx, path));
    *ret = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440);
    return *ret >= 0 ? RC_OK : failed(cx, "create", path);
}

enum rc file_copy(struct cx *cx, const char *from, const char *const to[2], struct meter *m,
                  char out[SHA256_HEX_MAX], int64_t *ret_size)
{
    int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), new[2] = {-1, -1};
    if (fd < 0)
        return failed(cx, "open", from);
    enum rc rc = open_new(cx, to[0], &new[0]);
    if (rc == RC_OK)
        rc = open_new(cx, to[1], &new[1]);
    if (rc == RC_OK)
        rc = move_bytes(cx, (const char *const[3]){from, to[0], to[1]}, fd, new, m, out, ret_size);
    for (int i = 0; i < 2; i++)
        if (new[i] >= 0 && close(new[i]) != 0 && rc == RC_OK)
            rc = failed(cx, "close", to[i]);
    (void)close(fd);
    return rc;
}

static bool read_all(int fd, char *p, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t r = read(fd, p + got, n - got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return false;
        got += (size_t)r;
    }
    return true;
}

enum rc file_read(struct cx *cx, const char *path, size_t max, struct str *ret)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return failed(cx, "open", path);
    enum rc rc = fstat(fd, &st) == 0 ? RC_OK : failed(cx, "fstat", path);
    if (rc == RC_OK && (size_t)st.st_size > max)
        rc = err_setf(cx, RC_TOO_LARGE, NULL, "%zu", max);
    char *p = rc == RC_OK ? arena_alloc(cx->arena, (size_t)st.st_size + 1) : NULL;
    if (rc == RC_OK && !p)
        rc = cx_nomem(cx);
    if (rc == RC_OK && !read_all(fd, p, (size_t)st.st_size))
        rc = failed(cx, "read", path);
    (void)close(fd);
    if (rc == RC_OK)
        *ret = (struct str){p, (size_t)st.st_size};
    return rc;
}

enum rc file_write(struct cx *cx, const char *path, struct str text)
{
    const char *slash = strrchr(path, '/');
    char *tmp = arena_printf(cx->arena, "%s.ny", path);
    char *dir = slash ? arena_strndup(cx->arena, path, (size_t)(slash - path)) : NULL;
    if (!tmp || !dir)
        return cx_nomem(cx);
    (void)unlink(tmp);
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return failed(cx, "create", tmp);
    bool ok = write_all(fd, (const unsigned char *)text.p, text.n) && fsync(fd) == 0;
    enum rc rc = ok ? RC_OK : failed(cx, "write", tmp);
    if (close(fd) != 0 && rc == RC_OK)
        rc = failed(cx, "close", tmp);
    if (rc == RC_OK && rename(tmp, path) != 0)
        rc = failed(cx, "rename", path);
    if (rc != RC_OK)
        (void)unlink(tmp);
    return rc == RC_OK ? dir_sync(cx, dir) : rc;
}
