/* Members as streams, from a folder, from their place in a tar, or from memory; hashed on the way. */
#include "pack/pack_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

enum { HASH_STEP = 256 << 10 };

/* The size is that of now, which may no longer be that of the list. Closes what is no file. */
static enum rc take_over(struct cx *cx, const char *path, int fd, struct pack_stream *s)
{
    struct stat st;
    int why = fd < 0 ? errno : EIO;
    s->fd = fd;
    s->own = true;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        pack_stream_close(s);
        return pack_closed(cx, path, why);
    }
    s->size = st.st_size;
    return RC_OK;
}

enum rc pack_stream_file(struct cx *cx, const char *path, struct pack_stream *ret)
{
    *ret = (struct pack_stream){.fd = -1};
    return take_over(cx, path, open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), ret);
}

enum rc pack_stream_open(struct cx *cx, struct pack *p, const struct pack_entry *e, struct pack_stream *ret)
{
    if (e->kind != PACK_FILE || (e->faults & PACK_CLOSED))
        return pack_fault(cx, "en fil i pakken kan ikke åpnes trygt", "a file of the package cannot be opened safely");
    *ret = (struct pack_stream){.pack = p, .fd = p->fd, .at = e->at, .size = e->size};
    return p->layout.tar ? RC_OK : take_over(cx, e->path, pack_open_below(p->fd, e->path, O_RDONLY | O_NONBLOCK), ret);
}

void pack_stream_memory(struct pack_stream *ret, struct str bytes)
{
    *ret = (struct pack_stream){.memory = bytes.p, .fd = -1, .size = (int64_t)bytes.n};
}

void pack_stream_close(struct pack_stream *s)
{
    if (s->own && s->fd >= 0)
        close(s->fd);
    EVP_MD_CTX_free(s->digest);
    s->fd = -1;
    s->digest = NULL;
}

static enum rc read_some(struct cx *cx, struct pack_stream *s, void *p, size_t n, size_t *ret_n)
{
    ssize_t got;
    if (s->memory) {
        memcpy(p, s->memory + s->done, n);
        *ret_n = n;
        return RC_OK;
    }
    do {
        got = pread(s->fd, p, n, s->at + s->done);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_secret(cx, RC_IO, "pack: read: errno %d", errno);
    if (got == 0)
        return pack_fault(cx, "en fil ble kortere mens den ble lest", "a file became shorter while it was read");
    *ret_n = (size_t)got;
    return RC_OK;
}

enum rc pack_stream_read(struct cx *cx, struct pack_stream *s, void *p, size_t n, size_t *ret_n)
{
    int64_t left = s->size - s->done;
    size_t want = left < (int64_t)n ? (size_t)left : n, got = 0;
    if (want > 0)
        TRY(read_some(cx, s, p, want, &got));
    if (got > 0 && s->digest && EVP_DigestUpdate(s->digest, p, got) != 1)
        return err_secret(cx, RC_INTERNAL, "pack: digest");
    s->done += (int64_t)got;
    if (s->pack)
        atomic_fetch_add_explicit(&s->pack->bytes_read, (int64_t)got, memory_order_relaxed);
    *ret_n = got;
    return RC_OK;
}

static enum rc hash_by(struct cx *cx, struct pack_stream *s, const EVP_MD *md)
{
    s->digest = EVP_MD_CTX_new();
    if (!s->digest || EVP_DigestInit_ex(s->digest, md, NULL) != 1)
        return cx_nomem(cx);
    return RC_OK;
}

enum rc pack_stream_hash(struct cx *cx, struct pack_stream *s)
{
    return hash_by(cx, s, EVP_sha256());
}

static enum rc read_rest(struct cx *cx, struct pack_stream *s)
{
    char *part = mem_new(HASH_STEP);
    enum rc rc;
    size_t n;
    do {
        rc = pack_stream_read(cx, s, part, HASH_STEP, &n);
    } while (rc == RC_OK && n > 0);
    mem_free(part);
    return rc;
}

static enum rc finish(struct cx *cx, struct pack_stream *s, unsigned char ret[PACK_DIGEST_MAX], size_t *ret_n)
{
    unsigned n = 0;
    TRY(read_rest(cx, s));
    if (EVP_DigestFinal_ex(s->digest, ret, &n) != 1)
        return err_secret(cx, RC_INTERNAL, "pack: digest");
    *ret_n = n;
    return RC_OK;
}

enum rc pack_stream_digest(struct cx *cx, struct pack_stream *s, char ret[SHA256_HEX_MAX])
{
    unsigned char digest[PACK_DIGEST_MAX];
    size_t n;
    TRY(finish(cx, s, digest, &n));
    hex_encode(digest, n, ret);
    return RC_OK;
}

const EVP_MD *pack_digest_md(struct str name)
{
    static const struct {
        const char *name;
        const EVP_MD *(*md)(void);
    } rows[] = {{"SHA-256", EVP_sha256}, {"SHA256", EVP_sha256}, {"SHA-1", EVP_sha1}, {"SHA1", EVP_sha1},
                {"SHA-384", EVP_sha384}, {"SHA384", EVP_sha384}, {"SHA-512", EVP_sha512}, {"SHA512", EVP_sha512},
                {"MD5", EVP_md5}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (str_ieq(name, rows[i].name))
            return rows[i].md();
    return NULL;
}

enum rc pack_digest(struct cx *cx, struct pack *p, const struct pack_entry *e, const char *algorithm,
                    unsigned char ret[PACK_DIGEST_MAX], size_t *ret_n)
{
    struct pack_stream s;
    const EVP_MD *md = pack_digest_md(str_of(algorithm));
    if (!md)
        return err_set(cx, RC_FIELD_VALUE, NULL, algorithm);
    TRY(pack_stream_open(cx, p, e, &s));
    enum rc rc = hash_by(cx, &s, md);
    if (rc == RC_OK)
        rc = finish(cx, &s, ret, ret_n);
    pack_stream_close(&s);
    return rc;
}

enum rc pack_sha256(struct cx *cx, struct pack *p, const struct pack_entry *e, char ret[SHA256_HEX_MAX])
{
    unsigned char digest[PACK_DIGEST_MAX];
    size_t n;
    TRY(pack_digest(cx, p, e, "SHA-256", digest, &n));
    hex_encode(digest, n, ret);
    return RC_OK;
}

static enum rc read_whole(struct cx *cx, struct pack_stream *s, size_t most, struct str *ret)
{
    if (s->size > (int64_t)most)
        return pack_fault(cx, "en fil i pakken er for stor", "a file of the package is too large");
    char *bytes = arena_alloc(cx->arena, (size_t)s->size + 1);
    size_t n = 0, got = 1;
    if (!bytes)
        return cx_nomem(cx);
    while (got > 0) {
        TRY(pack_stream_read(cx, s, bytes + n, (size_t)s->size - n, &got));
        n += got;
    }
    *ret = (struct str){bytes, n};
    return RC_OK;
}

enum rc pack_bytes(struct cx *cx, struct pack *p, const struct pack_entry *e, size_t most, struct str *ret)
{
    struct pack_stream s;
    TRY(pack_stream_open(cx, p, e, &s));
    enum rc rc = read_whole(cx, &s, most, ret);
    pack_stream_close(&s);
    return rc;
}
