/*
 * Stages: files on their way to a name, in DIR/blob/<space>/tmp. What a crash leaves there is
 * nothing but a stage; the sweep takes it. The hash runs along with the writing. Where documents
 * are files too, this is the whole way; a bucket uses the file as the near half of its own stage.
 */
#include "blob/blob_int.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

static enum rc stage_new(struct cx *cx, struct blobs *b, const char *space, const char *path,
                         int flags, struct blob_stage **ret)
{
    size_t path_n = strlen(path), space_n = strlen(space);
    struct blob_stage *s = mem_try(sizeof(*s) + path_n + space_n + 2);
    if (!s)
        return cx_nomem(cx);
    s->blobs = b;
    s->space = memcpy(s->path + path_n + 1, space, space_n + 1);
    memcpy(s->path, path, path_n + 1);
    memcpy(s->name, path + path_n - STAGE_NAME, STAGE_NAME);
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
    char *dir, *path;
    TRY(stage_path(cx, b, space, name, &dir, &path));
    if (access(dir, F_OK) != 0) {
        char *top;
        TRY(blob_space_path(cx, b, space, &top));
        TRY(blob_mkdir(cx, b->root, top));
        TRY(blob_mkdir(cx, top, dir));
    }
    return stage_new(cx, b, space, path, O_RDWR | O_CREAT | O_EXCL, ret);
}

static enum rc feed(void *arg, const void *p, size_t n)
{
    struct blob_stage *s = arg;
    s->size += (int64_t)n;
    return EVP_DigestUpdate(s->md, p, n) == 1 ? RC_OK : RC_NOMEM;
}

/* What an earlier holder wrote. */
static enum rc hash_again(struct cx *cx, struct blob_stage *s)
{
    struct stat st;
    const struct blob_taker to = {feed, s};
    if (fstat(s->fd, &st) != 0)
        return blob_io(cx, "look at stage", errno);
    enum rc rc = blob_send_file(cx, s->fd, 0, st.st_size, &to);
    return rc == RC_NOMEM ? cx_nomem(cx) : rc;
}

enum rc files_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                           struct blob_stage **ret)
{
    if (!blob_is_hex(name, STAGE_NAME))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    char *dir, *path;
    TRY(stage_path(cx, b, space, name, &dir, &path));
    struct blob_stage *s;
    TRY(stage_new(cx, b, space, path, O_RDWR, &s));
    enum rc rc = hash_again(cx, s);
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

enum rc files_stage_keep(struct cx *cx, struct blob_stage *s)
{
    if (s->dead)
        return blob_io(cx, "keep after a failed write", s->dead);
    return RC_OK;
}

enum rc files_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret)
{
    if (s->dead)
        return blob_io(cx, "seal after a failed write", s->dead);
    if (fault(FAULT_BLOB_FLUSH) || fdatasync(s->fd) != 0) {
        s->dead = errno; /* the kernel reports a lost page once: a later flush would not know */
        return blob_io(cx, "flush stage", s->dead);
    }
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
    if (access(dir, F_OK) != 0)
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
        if (!blob_is_hex(f->d_name, STAGE_NAME) ||
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
