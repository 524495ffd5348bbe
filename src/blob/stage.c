/*
 * Stages: files on their way to a name, in DIR/blob/<space>/tmp. What a crash leaves there is
 * nothing but a stage; the sweep takes it. The hash runs along with the writing. Where documents
 * are files too, this is the whole way; a bucket uses the file as the near half of its own stage.
 *
 * What is kept has been flushed, and its size stands in the name of the file: <32 hex>.<16 hex>. More
 * than that a loss of power may leave as garbage, so whoever resumes cuts it off.
 */
#include "blob/blob_int.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

void stage_free(struct blob_stage **ref)
{
    struct blob_stage *s = *ref;
    if (s->fd >= 0)
        close(s->fd);
    EVP_MD_CTX_free(s->md);
    mem_free(s);
    *ref = NULL;
}

/* bare: of the path, up to the end of the stage's name. */
static enum rc stage_new(struct cx *cx, struct blobs *b, const char *space, const char *path, size_t bare,
                         int flags, struct blob_stage **ret)
{
    size_t path_room = bare + KEPT_NAME + 1, space_n = strlen(space);
    struct blob_stage *s = mem_try(sizeof(*s) + path_room + space_n + 1);
    if (!s)
        return cx_nomem(cx);
    s->blobs = b;
    s->bare = bare;
    s->space = memcpy(s->path + path_room, space, space_n + 1);
    memcpy(s->path, path, strlen(path) + 1);
    memcpy(s->name, path + bare - STAGE_NAME, STAGE_NAME);
    s->kept = -1;
    s->md = EVP_MD_CTX_new();
    s->fd = fault(FAULT_BLOB_OPEN) ? -1 : open(path, flags | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    int bad = errno;
    if (s->fd >= 0 && s->md && EVP_DigestInit_ex(s->md, EVP_sha256(), NULL) == 1) {
        *ret = s;
        return RC_OK;
    }
    bool opened = s->fd >= 0;
    stage_free(&s);
    if (opened)
        return cx_nomem(cx);
    return bad == ENOENT ? err_set(cx, RC_NOT_FOUND, NULL, NULL) : blob_io(cx, "open stage", bad);
}

static enum rc stage_path(struct cx *cx, struct blobs *b, const char *space, const char *name,
                          char **ret_dir, char **ret_path)
{
    char *top;
    TRY(blob_space_path(cx, b, space, &top));
    char *dir = arena_printf(cx->arena, "%s/tmp", top);
    char *path = arena_printf(cx->arena, "%s/tmp/%s", top, name);
    if (!dir || !path)
        return cx_nomem(cx);
    *ret_dir = dir;
    *ret_path = path;
    return RC_OK;
}

enum rc blob_stage_open(struct cx *cx, struct blobs *b, const char *space, struct blob_stage **ret)
{
    unsigned char random[STAGE_NAME / 2];
    char name[STAGE_NAME + 1];
    random_bytes(random, sizeof(random));
    hex_encode(random, sizeof(random), name);
    char *top, *dir, *path;
    TRY(stage_path(cx, b, space, name, &dir, &path));
    TRY(blob_space_path(cx, b, space, &top));
    TRY(blob_mkdir(cx, b->root, top));
    TRY(blob_mkdir(cx, top, dir));
    return stage_new(cx, b, space, path, strlen(path), O_RDWR | O_CREAT | O_EXCL, ret);
}

static enum rc feed(void *arg, const void *p, size_t n)
{
    struct blob_stage *s = arg;
    s->size += (int64_t)n;
    return EVP_DigestUpdate(s->md, p, n) == 1 ? RC_OK : RC_NOMEM;
}

/* How much is kept in a stage's file of that name; -1: it is none, or nothing is. */
static int64_t kept_size(const char *file)
{
    const char *size = file + STAGE_NAME;
    bool kept = strlen(file) == STAGE_NAME + KEPT_NAME && *size == '.' && blob_is_hex(size + 1, KEPT_NAME - 1);
    return kept ? (int64_t)strtoull(size + 1, NULL, 16) : -1;
}

/* Its file; a loss of power may have left it under two names. */
static enum rc find_kept(struct cx *cx, const char *dir, const char *name, int64_t *ret)
{
    DIR *d = opendir(dir);
    if (!d)
        return errno == ENOENT ? err_set(cx, RC_NOT_FOUND, NULL, NULL) : blob_io(cx, "list stages", errno);
    int64_t most = -1;
    errno = 0;
    for (const struct dirent *f; (f = readdir(d)) != NULL;)
        if (strncmp(f->d_name, name, STAGE_NAME) == 0 && kept_size(f->d_name) > most)
            most = kept_size(f->d_name);
    int bad = errno;
    closedir(d);
    *ret = most;
    if (most < 0)
        return bad ? blob_io(cx, "list stages", bad) : err_set(cx, RC_NOT_FOUND, NULL, NULL);
    return RC_OK;
}

/* What an earlier holder kept, and no more. */
static enum rc take_up(struct cx *cx, struct blob_stage *s, int64_t kept)
{
    const struct blob_taker to = {feed, s};
    enum rc rc = blob_send_file(cx, s->fd, 0, kept, &to);
    if (rc == RC_OK && ftruncate(s->fd, kept) != 0)
        rc = blob_io(cx, "cut stage", errno);
    return rc == RC_NOMEM ? cx_nomem(cx) : rc;
}

enum rc files_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                           struct blob_stage **ret)
{
    int64_t kept = 0;
    char *dir, *path;
    TRY(stage_path(cx, b, space, name, &dir, &path));
    TRY(find_kept(cx, dir, name, &kept));
    struct blob_stage *s;
    char *file = arena_printf(cx->arena, "%s.%016" PRIx64, path, (uint64_t)kept);
    if (!file)
        return cx_nomem(cx);
    TRY(stage_new(cx, b, space, file, strlen(path), O_RDWR, &s));
    enum rc rc = take_up(cx, s, kept);
    if (rc != RC_OK)
        stage_free(&s);
    else
        *ret = s;
    return rc;
}

const char *blob_stage_name(const struct blob_stage *s)
{
    return s->name;
}

int64_t blob_stage_size(const struct blob_stage *s)
{
    return s->start + s->size;
}

const char *blob_stage_path(const struct blob_stage *s)
{
    return s->path;
}

enum rc blob_stage_write(struct blob_stage *s, const void *p, size_t n)
{
    const unsigned char *from = p;
    while (n > 0 && !s->dead) {
        ssize_t wrote = fault_write(FAULT_BLOB_WRITE, s->fd, from, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0 || EVP_DigestUpdate(s->md, from, (size_t)wrote) != 1) {
            s->dead = wrote < 0 ? errno : EIO;
            break;
        }
        from += wrote;
        n -= (size_t)wrote;
        s->size += wrote;
    }
    return s->dead ? rc_of_errno(s->dead) : RC_OK;
}

enum rc stage_alive(struct cx *cx, const struct blob_stage *s)
{
    return s->dead ? blob_io(cx, "a write or flush of the stage has failed", s->dead) : RC_OK;
}

/* The kernel reports a lost page once: a later flush would not know, so the stage is dead. */
static void flush(struct blob_stage *s)
{
    if (!s->dead && (fault(FAULT_BLOB_FLUSH) || fdatasync(s->fd) != 0))
        s->dead = errno;
}

/* Flushes the content, then the name that tells its size. */
static void keep(struct blob_stage *s)
{
    char *file = s->path + s->bare - STAGE_NAME, kept[PATH_MAX];
    flush(s);
    if (s->dead || kept_size(file) == s->size)
        return;
    (void)snprintf(kept, sizeof(kept), "%.*s.%016" PRIx64, (int)s->bare, s->path, (uint64_t)s->size);
    bool named = !fault(FAULT_BLOB_KEEP) && rename(s->path, kept) == 0;
    if (named)
        memcpy(s->path + s->bare, kept + s->bare, KEPT_NAME + 1);
    if (!named || fault(FAULT_BLOB_DIRECTORY) || !dir_flush_parent(kept))
        s->dead = errno;
}

enum rc files_stage_keep(struct cx *cx, struct blob_stage *s)
{
    keep(s);
    return stage_alive(cx, s);
}

enum rc files_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret)
{
    flush(s);
    TRY(stage_alive(cx, s));
    struct blob_id id = {.size = s->size};
    TRY(blob_hash_hex(cx, s->md, id.sha256));
    *ret = id;
    return RC_OK;
}

/*
 * Under the lock of the directory, so that no sweep removes content just found present. Content of
 * another size cannot be what its name says: it is damaged, and the stage replaces it.
 */
static enum rc give_name(struct cx *cx, struct blob_stage *s, int dir, const struct blob_id *id)
{
    struct stat st;
    if (flock(dir, LOCK_EX) != 0)
        return blob_io(cx, "lock directory", errno);
    bool kept = fstatat(dir, id->sha256, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                S_ISREG(st.st_mode) && st.st_size == id->size;
    if (kept && utimensat(dir, id->sha256, NULL, AT_SYMLINK_NOFOLLOW) != 0)
        return blob_io(cx, "touch document", errno);
    if (!kept && (fchmod(s->fd, 0400) != 0 || futimens(s->fd, NULL) != 0))
        return blob_io(cx, "protect document", errno);
    if (!kept && (fault(FAULT_BLOB_NAME) || renameat(AT_FDCWD, s->path, dir, id->sha256) != 0))
        return blob_io(cx, "name document", errno);
    if (fault(FAULT_BLOB_DIRECTORY) || fsync(dir) != 0) {
        int bad = errno;
        if (!kept) /* the next flush may pass without having flushed this name: it must be given anew */
            (void)unlinkat(dir, id->sha256, 0);
        return blob_io(cx, "flush directory", bad);
    }
    return fault(FAULT_BLOB_NAMED) ? blob_io(cx, "after naming", errno) : RC_OK;
}

enum rc files_stage_name(struct cx *cx, struct blob_stage *s, const struct blob_id *id)
{
    char *top, *dir, *path;
    TRY(blob_space_path(cx, s->blobs, s->space, &top));
    TRY(files_content_path(cx, s->blobs, s->space, id->sha256, &dir, &path));
    TRY(blob_mkdir(cx, top, dir));
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return blob_io(cx, "open directory", errno);
    enum rc rc = give_name(cx, s, fd, id);
    close(fd);
    return rc;
}

void files_stage_park(struct blob_stage *s)
{
    keep(s);
    if (s->dead)
        files_stage_drop(s);
}

void files_stage_drop(struct blob_stage *s)
{
    /* Missing when a commit took the file along; if it stays, the sweep tries again. */
    unlink(s->path);
}

static enum rc sweep(struct cx *cx, DIR *d, int64_t max_age, int *ret_removed)
{
    int removed = 0;
    for (;;) {
        errno = 0;
        const struct dirent *f = readdir(d);
        if (!f)
            break;
        struct stat st;
        if (!(blob_is_hex(f->d_name, STAGE_NAME) || kept_size(f->d_name) >= 0) ||
            fstatat(dirfd(d), f->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            blob_age(cx, &st) < max_age)
            continue;
        if (unlinkat(dirfd(d), f->d_name, 0) == 0)
            removed++;
    }
    if (errno != 0)
        return blob_io(cx, "list stages", errno);
    *ret_removed = removed;
    return RC_OK;
}

enum rc files_sweep_stages(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                           int *ret_removed)
{
    char *top;
    TRY(blob_space_path(cx, b, space, &top));
    char *path = arena_printf(cx->arena, "%s/tmp", top);
    if (!path)
        return cx_nomem(cx);
    DIR *d = opendir(path);
    if (!d && errno == ENOENT) {
        *ret_removed = 0;
        return RC_OK;
    }
    if (!d)
        return blob_io(cx, "list stages", errno);
    enum rc rc = sweep(cx, d, max_age, ret_removed);
    closedir(d);
    return rc;
}
