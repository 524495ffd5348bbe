/* A folder: listed and opened part by part from its descriptor, so that no link is ever followed. */
#include "pack/pack_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    struct cx *cx;
    struct pack *pack;
    struct buf path;
    int depth;
};

static enum pack_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return PACK_FILE;
    if (S_ISDIR(mode))
        return PACK_DIR;
    return S_ISLNK(mode) ? PACK_LINK : PACK_OTHER;
}

static enum rc walk_dir(struct walk *w, int fd);

static enum rc go_down(struct walk *w, int dir, const char *name)
{
    if (w->depth + 1 > PACK_PARTS_MOST)
        return pack_fault(w->cx, "mapper i mer enn 64 nivåer", "folders in more than 64 levels");
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return pack_closed(w->cx, w->path.p, errno);
    buf_putc(&w->path, '/');
    w->depth++;
    enum rc rc = walk_dir(w, fd);
    w->depth--;
    return rc;
}

static enum rc take(struct walk *w, int dir, const char *name)
{
    struct stat st;
    size_t n = w->path.n;
    buf_puts(&w->path, name);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return pack_closed(w->cx, buf_failed(&w->path) ? name : w->path.p, errno);
    struct pack_entry e = {.kind = kind_of(st.st_mode), .size = S_ISREG(st.st_mode) ? st.st_size : 0};
    if (buf_failed(&w->path))
        return pack_fault(w->cx, "en sti er lengre enn 4096 byte", "a path is longer than 4096 bytes");
    TRY(pack_add(w->cx, w->pack, buf_str(&w->path), &e));
    if (e.kind == PACK_DIR)
        TRY(go_down(w, dir, name));
    w->path.n = n;
    return RC_OK;
}

/* Takes over fd. */
static enum rc walk_dir(struct walk *w, int fd)
{
    DIR *d = fdopendir(fd);
    if (!d) {
        close(fd);
        return err_secret(w->cx, RC_IO, "pack: folder: errno %d", errno);
    }
    enum rc rc = RC_OK;
    struct dirent *e;
    while (rc == RC_OK && (e = readdir(d)) != NULL)
        if (!streq(e->d_name, ".") && !streq(e->d_name, ".."))
            rc = take(w, dirfd(d), e->d_name);
    closedir(d);
    return rc;
}

enum rc pack_list_folder(struct cx *cx, struct pack *p)
{
    struct walk w = {.cx = cx, .pack = p};
    int fd = openat(p->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return pack_closed(cx, p->layout.path, errno);
    buf_init(&w.path, PACK_PATH_MOST);
    enum rc rc = walk_dir(&w, fd);
    buf_free(&w.path);
    return rc;
}

int pack_open_below(int dir, const char *path, int flags)
{
    char part[256];
    int at = dir;
    for (;;) {
        size_t n = strcspn(path, "/");
        bool last = path[n] == '\0';
        if (n == 0 || n >= sizeof(part)) {
            errno = ENAMETOOLONG;
            n = 0;
        }
        memcpy(part, path, n);
        part[n] = '\0';
        int fd = n == 0 ? -1
                        : openat(at, part, (last ? flags : O_PATH | O_DIRECTORY) | O_NOFOLLOW | O_CLOEXEC);
        if (at != dir)
            close(at);
        if (fd < 0 || last)
            return fd;
        at = fd;
        path += n + 1;
    }
}
