/*
 * A file being written: gathered into large writes, hashed and counted on its way.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "pack/write.h"

#define ROOM ((size_t)KiB(64))

struct pack_out {
    EVP_MD_CTX *md;
    char *path;
    int64_t size;
    size_t n;
    int fd, failed;                 /* errno of the first failure */
    unsigned char room[ROOM];
};

enum rc pack_out_open(struct cx *cx, const char *path, struct pack_out **ret)
{
    struct pack_out *o = mem_new(sizeof(*o));
    o->fd = -1;
    o->path = mem_strdup(path ? path : "");
    o->md = EVP_MD_CTX_new();
    if (path)
        o->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int was = errno;
    if ((path && o->fd < 0) || !o->md || EVP_DigestInit_ex(o->md, EVP_sha256(), NULL) != 1) {
        pack_out_drop(&o);
        return err_secret(cx, rc_of_errno(was), "%s: %s", path ? path : "SHA-256", strerror(was));
    }
    *ret = o;
    return RC_OK;
}

static void write_all(struct pack_out *o, const unsigned char *p, size_t n)
{
    if (EVP_DigestUpdate(o->md, p, n) != 1 && !o->failed)
        o->failed = EIO;
    while (o->fd >= 0 && n > 0 && !o->failed) {
        ssize_t done = write(o->fd, p, n);
        if (done < 0 && errno != EINTR)
            o->failed = errno;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
}

static void flush(struct pack_out *o)
{
    write_all(o, o->room, o->n);
    o->n = 0;
}

void pack_out_write(struct pack_out *o, const void *p, size_t n)
{
    o->size += (int64_t)n;
    if (n > ROOM - o->n)
        flush(o);
    if (n >= ROOM) {
        write_all(o, p, n);
        return;
    }
    memcpy(o->room + o->n, p, n);
    o->n += n;
}

enum rc pack_out_failed(struct cx *cx, const struct pack_out *o)
{
    return o->failed ? err_secret(cx, rc_of_errno(o->failed), "%s: %s", o->path, strerror(o->failed)) : RC_OK;
}

int64_t pack_out_size(const struct pack_out *o)
{
    return o->size;
}

enum rc pack_out_close(struct cx *cx, struct pack_out **po, struct pack_sum *ret)
{
    struct pack_out *o = *po;
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned raw_n = 0;
    flush(o);
    if (EVP_DigestFinal_ex(o->md, raw, &raw_n) != 1 && !o->failed)
        o->failed = EIO;
    enum rc rc = pack_out_failed(cx, o);
    if (rc == RC_OK) {
        ret->size = o->size;
        hex_encode(raw, raw_n, ret->sha256);
    }
    pack_out_drop(po);
    return rc;
}

void pack_out_drop(struct pack_out **po)
{
    struct pack_out *o = *po;
    if (!o)
        return;
    if (o->fd >= 0)
        (void)close(o->fd);
    EVP_MD_CTX_free(o->md);
    mem_free(o->path);
    mem_free(o);
    *po = NULL;
}
