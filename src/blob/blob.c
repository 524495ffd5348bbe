/*
 * The front: what is the same wherever documents are kept, and the way to the driver.
 */
#include "blob/blob_int.h"
#include "blob/s3_int.h"

#include <errno.h>
#include <fcntl.h>

enum { SPACE_NAME_MOST = 63 };

enum rc blob_io(struct cx *cx, const char *what, int error)
{
    return err_secret(cx, rc_of_errno(error), "blob: %s: errno %d", what, error);
}

static bool lower_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool blob_space_valid(const char *s)
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

/* ------------------------------------------------------------------ opening */

enum rc blob_open(struct cx *cx, const char *dir, const struct blob_bucket *bucket, struct blobs **ret)
{
    char *root = arena_printf(cx->arena, "%s/blob", dir);
    if (!root)
        return cx_nomem(cx);
    TRY(blob_mkdir(cx, dir, root));
    struct s3 *s3 = NULL;
    if (bucket)
        TRY(s3_open(cx, bucket, &s3));
    struct blobs *b = mem_new(sizeof(*b));
    b->root = mem_strdup(root);
    b->s3 = s3;
    b->driver = s3 ? &s3_driver : &files_driver;
    *ret = b;
    return RC_OK;
}

void blob_close(struct blobs **b)
{
    if (!b || !*b)
        return;
    (*b)->driver->close(*b);
    mem_free((*b)->root);
    mem_free(*b);
    *b = NULL;
}

/* ------------------------------------------------------------------ stages */

enum rc blob_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                          struct blob_stage **ret)
{
    if (!blob_is_hex(name, STAGE_NAME))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    return b->driver->stage_resume(cx, b, space, name, ret);
}

enum rc blob_stage_keep(struct cx *cx, struct blob_stage *s)
{
    return s->blobs->driver->stage_keep(cx, s);
}

enum rc blob_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret)
{
    return s->blobs->driver->stage_seal(cx, s, ret);
}

enum rc blob_stage_commit(struct cx *cx, struct blob_stage **s, struct blob_id *ret)
{
    struct blob_id id;
    enum rc rc = blob_stage_seal(cx, *s, &id);
    if (rc == RC_OK)
        rc = (*s)->blobs->driver->stage_name(cx, *s, &id);
    if (rc != RC_OK) {
        blob_stage_fail(s, rc);
        return rc;
    }
    blob_stage_drop(s);
    *ret = id;
    return RC_OK;
}

void blob_stage_park(struct blob_stage **s)
{
    if (!s || !*s)
        return;
    (*s)->blobs->driver->stage_park(*s);
    stage_free(s);
}

void blob_stage_drop(struct blob_stage **s)
{
    if (!s || !*s)
        return;
    (*s)->blobs->driver->stage_drop(*s);
    stage_free(s);
}

void blob_stage_fail(struct blob_stage **s, enum rc why)
{
    if (why == RC_BUSY && (*s)->kept >= 0)
        blob_stage_park(s);
    else
        blob_stage_drop(s);
}

enum rc blob_sweep_stages(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                          int *ret_removed)
{
    return b->driver->sweep_stages(cx, b, space, max_age, ret_removed);
}

/* ------------------------------------------------------------------ reading */

enum rc blob_read(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int *ret_fd,
                  int64_t *ret_size)
{
    return b->driver->read(cx, b, space, sha256, ret_fd, ret_size);
}

enum rc blob_send(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int64_t from,
                  int64_t n, const struct blob_taker *to)
{
    return b->driver->send(cx, b, space, sha256, from, n, to);
}

static enum rc append(void *arg, const void *p, size_t n)
{
    return blob_stage_write(arg, p, n);
}

static enum rc fetch(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int *ret_fd)
{
    struct blob_stage *s;
    TRY(blob_stage_open(cx, b, space, &s));
    const struct blob_taker to = {append, s};
    enum rc rc = blob_send(cx, b, space, sha256, 0, INT64_MAX, &to);
    int fd = rc == RC_OK ? open(s->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (rc == RC_OK && fd < 0)
        rc = blob_io(cx, "open what was fetched", errno);
    blob_stage_drop(&s);
    if (rc == RC_OK)
        *ret_fd = fd; /* for reading only: confined readers are given nothing else */
    return rc;
}

enum rc blob_local(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int *ret_fd,
                   int64_t *ret_size)
{
    TRY(blob_read(cx, b, space, sha256, ret_fd, ret_size));
    return *ret_fd >= 0 ? RC_OK : fetch(cx, b, space, sha256, ret_fd);
}

enum rc blob_each(struct cx *cx, struct blobs *b, const char *space,
                  enum rc (*fn)(void *arg, const char *sha256, int64_t size), void *arg)
{
    return b->driver->each(cx, b, space, fn, arg);
}

/* ------------------------------------------------------------------ verifying */

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

struct hashing {
    EVP_MD_CTX *md;
    int64_t size;
};

static enum rc digest(void *arg, const void *p, size_t n)
{
    struct hashing *h = arg;
    h->size += (int64_t)n;
    return EVP_DigestUpdate(h->md, p, n) == 1 ? RC_OK : RC_NOMEM;
}

static enum rc hash_content(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                            char out[SHA256_HEX_MAX], int64_t *ret_size)
{
    struct hashing h = {.md = EVP_MD_CTX_new()};
    const struct blob_taker to = {digest, &h};
    enum rc rc = RC_NOMEM;
    if (h.md && EVP_DigestInit_ex(h.md, EVP_sha256(), NULL) == 1)
        rc = blob_send(cx, b, space, sha256, 0, INT64_MAX, &to);
    if (rc == RC_OK)
        rc = blob_hash_hex(cx, h.md, out);
    EVP_MD_CTX_free(h.md);
    *ret_size = h.size;
    return rc == RC_NOMEM ? cx_nomem(cx) : rc;
}

enum rc blob_verify(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                    int64_t *ret_size)
{
    char found[SHA256_HEX_MAX];
    int64_t size;
    TRY(hash_content(cx, b, space, sha256, found, &size));
    if (!streq(found, sha256))
        return err_secret(cx, RC_IO, "blob: %s/%s has content %s", space, sha256, found);
    *ret_size = size;
    return RC_OK;
}

/* ------------------------------------------------------------------ removing */

enum rc blob_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int64_t min_age,
                  bool *ret)
{
    int64_t age;
    TRY(b->driver->age(cx, b, space, sha256, &age));
    *ret = age >= min_age;
    return RC_OK;
}

enum rc blob_remove_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                         int64_t min_age, bool *ret_removed)
{
    return b->driver->remove_idle(cx, b, space, sha256, min_age, ret_removed);
}

enum rc blob_space_drop(struct cx *cx, struct blobs *b, const char *space)
{
    return b->driver->space_drop(cx, b, space);
}
