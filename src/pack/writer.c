/*
 * A package being written, as a folder or as a tar. libarchive makes the headers of the tar (pax only
 * where a name asks for it); the bytes go through pack_out, which sums the tar on its way.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/write.h"

#define PIECE ((size_t)KiB(256))

struct pack_writer {
    char *path, *root;          /* folder: path; tar: what stands before every name */
    struct archive *tar;        /* NULL: a folder */
    struct pack_out *out;       /* of the tar */
    locale_t utf8;              /* of the tar: libarchive takes names in the encoding of the thread */
    int64_t when;
    unsigned char piece[PIECE];
};

static enum rc tar_failed(struct cx *cx, struct pack_writer *w)
{
    const char *text = archive_error_string(w->tar);
    return err_secret(cx, RC_IO, "%s: %s", w->path, text ? text : "tar");
}

static la_ssize_t write_tar(struct archive *a, void *arg, const void *p, size_t n)
{
    struct pack_writer *w = arg;
    (void)a;
    pack_out_write(w->out, p, n);
    return (la_ssize_t)n;
}

static struct pack_writer *writer_new(const char *path, const char *root)
{
    struct pack_writer *w = mem_new(sizeof(*w));
    w->path = mem_strdup(path);
    w->root = mem_strdup(root);
    return w;
}

enum rc pack_writer_folder(struct cx *cx, const char *path, struct pack_writer **ret)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return err_secret(cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
    *ret = writer_new(path, "");
    return RC_OK;
}

enum rc pack_writer_tar(struct cx *cx, const char *path, const char *root, int64_t when, struct pack_writer **ret)
{
    struct pack_writer *w = writer_new(path, root);
    w->when = when;
    w->tar = archive_write_new();
    w->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    enum rc rc = w->tar && w->utf8 ? pack_out_open(cx, path, &w->out) : cx_nomem(cx);
    if (rc == RC_OK && (archive_write_set_format_pax_restricted(w->tar) != ARCHIVE_OK ||
                        archive_write_set_bytes_per_block(w->tar, 10240) != ARCHIVE_OK ||
                        archive_write_open(w->tar, w, NULL, write_tar, NULL) != ARCHIVE_OK))
        rc = tar_failed(cx, w);
    if (rc == RC_OK)
        *ret = w;
    else
        pack_writer_drop(&w);
    return rc;
}

static enum rc tar_header(struct cx *cx, struct pack_writer *w, const char *name, int64_t size, bool folder)
{
    char *path = arena_printf(cx->arena, "%s%s%s", w->root, name, folder ? "/" : "");
    struct archive_entry *e = archive_entry_new();
    if (!path || !e) {
        archive_entry_free(e);
        return cx_nomem(cx);
    }
    archive_entry_set_pathname_utf8(e, path);
    archive_entry_set_filetype(e, folder ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(e, folder ? 0755 : 0644);
    archive_entry_set_size(e, size);
    archive_entry_set_mtime(e, w->when / 1000000, 0);
    locale_t was = uselocale(w->utf8);
    enum rc rc = archive_write_header(w->tar, e) == ARCHIVE_OK ? RC_OK : tar_failed(cx, w);
    (void)uselocale(was);
    archive_entry_free(e);
    return rc;
}

enum rc pack_put_folder(struct cx *cx, struct pack_writer *w, const char *name)
{
    if (w->tar)
        return tar_header(cx, w, name, 0, true);
    char *path = arena_printf(cx->arena, "%s/%s", w->path, name);
    if (!path)
        return cx_nomem(cx);
    return mkdir(path, 0755) == 0 || errno == EEXIST ? RC_OK : err_secret(cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
}

/* Where the content of a member goes, and its sum. */
struct member {
    struct pack_writer *w;
    struct pack_out *out;       /* of a folder: the file; of a tar: counts and hashes only */
};

static enum rc member_begin(struct cx *cx, struct pack_writer *w, const char *name, int64_t size, struct member *ret)
{
    *ret = (struct member){.w = w};
    if (w->tar) {
        TRY(tar_header(cx, w, name, size, false));
        return pack_out_open(cx, NULL, &ret->out);
    }
    char *path = arena_printf(cx->arena, "%s/%s", w->path, name);
    return path ? pack_out_open(cx, path, &ret->out) : cx_nomem(cx);
}

/* A full disk ends it at once: the rest would be read in vain. */
static enum rc member_write(struct cx *cx, struct member *m, const void *p, size_t n)
{
    pack_out_write(m->out, p, n);
    if (m->w->tar && archive_write_data(m->w->tar, p, n) != (la_ssize_t)n)
        return tar_failed(cx, m->w);
    return pack_out_failed(cx, m->w->tar ? m->w->out : m->out);
}

static enum rc copy(struct cx *cx, struct member *m, const char *name, int fd, int64_t size)
{
    while (size > 0) {
        size_t want = size < (int64_t)PIECE ? (size_t)size : PIECE;
        ssize_t n = read(fd, m->w->piece, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_secret(cx, RC_IO, "%s: %s", name, n < 0 ? strerror(errno) : "shorter than told");
        TRY(member_write(cx, m, m->w->piece, (size_t)n));
        size -= n;
    }
    return RC_OK;
}

static enum rc member_end(struct cx *cx, struct member *m, enum rc rc, struct pack_sum *ret)
{
    if (rc == RC_OK)
        return pack_out_close(cx, &m->out, ret);
    pack_out_drop(&m->out);
    return rc;
}

enum rc pack_put_file(struct cx *cx, struct pack_writer *w, const char *name, int fd, int64_t size,
                      struct pack_sum *ret)
{
    struct member m;
    TRY(member_begin(cx, w, name, size, &m));
    return member_end(cx, &m, copy(cx, &m, name, fd, size), ret);
}

enum rc pack_put_text(struct cx *cx, struct pack_writer *w, const char *name, struct str text, struct pack_sum *ret)
{
    struct member m;
    TRY(member_begin(cx, w, name, (int64_t)text.n, &m));
    return member_end(cx, &m, member_write(cx, &m, text.p, text.n), ret);
}

enum rc pack_writer_close(struct cx *cx, struct pack_writer **pw, struct pack_sum *ret)
{
    struct pack_writer *w = *pw;
    struct pack_sum sum;
    enum rc rc = RC_OK;
    if (w->tar && archive_write_close(w->tar) != ARCHIVE_OK)
        rc = tar_failed(cx, w);
    else if (w->tar)
        rc = pack_out_close(cx, &w->out, ret ? ret : &sum);
    pack_writer_drop(pw);
    return rc;
}

void pack_writer_drop(struct pack_writer **pw)
{
    struct pack_writer *w = *pw;
    if (!w)
        return;
    if (w->tar)
        (void)archive_write_free(w->tar);
    if (w->utf8)
        freelocale(w->utf8);
    pack_out_drop(&w->out);
    mem_free(w->path);
    mem_free(w->root);
    mem_free(w);
    *pw = NULL;
}
