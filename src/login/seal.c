/*
 * What is kept sealed in the tables: AES-256-GCM under a key that lies in a file beside the database,
 * not in it. A copy of the database alone opens nothing.
 */
#include "login/login_int.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

enum { NONCE = 12, TAG = 16, PLAIN_MAX = 64 << 10 };

/* ------------------------------------------------------------------ the file of the key */

static bool read_key(const char *path, struct seal *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, ret, sizeof(*ret)) : -1;
    if (fd >= 0)
        close(fd);
    return n == (ssize_t)sizeof(*ret);
}

/* Written beside and linked into place: of two processes that start at once, one makes the key. */
static bool make_key(struct cx *cx, const char *path)
{
    struct seal fresh;
    const char *draft = arena_printf(cx->arena, "%s.%ld", path, (long)getpid());
    int fd = draft ? open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return false;
    random_bytes(&fresh, sizeof(fresh));
    bool ok = write(fd, &fresh, sizeof(fresh)) == (ssize_t)sizeof(fresh) && fsync(fd) == 0;
    ok = ok && (link(draft, path) == 0 || errno == EEXIST) && dir_flush_parent(path);
    close(fd);
    unlink(draft);
    explicit_bzero(&fresh, sizeof(fresh));
    return ok;
}

enum rc seal_open(struct cx *cx, const char *dir, struct seal *ret)
{
    const char *path = arena_printf(cx->arena, "%s/login.key", dir);
    if (!path)
        return cx_nomem(cx);
    if (read_key(path, ret) || (access(path, F_OK) != 0 && make_key(cx, path) && read_key(path, ret)))
        return RC_OK;
    return err_secret(cx, RC_IO, "%s cannot be read or made", path);
}

/* ------------------------------------------------------------------ sealing */

static bool run(const unsigned char *key, bool seal, const unsigned char *nonce, const char *what,
                const unsigned char *in, size_t n, unsigned char *out, unsigned char tag[TAG])
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int done = 0, more = 0;
    bool ok = c && EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce, seal) == 1 &&
              EVP_CipherUpdate(c, NULL, &done, (const unsigned char *)what, (int)strlen(what)) == 1 &&
              EVP_CipherUpdate(c, out, &done, in, (int)n) == 1 &&
              (seal || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1) &&
              EVP_CipherFinal_ex(c, out + done, &more) == 1 &&
              (!seal || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, tag) == 1);
    EVP_CIPHER_CTX_free(c);
    return ok;
}

enum rc seal_close(struct cx *cx, const struct seal *s, const char *what, struct str plain, char **ret)
{
    if (plain.n > PLAIN_MAX)
        return err_secret(cx, RC_INTERNAL, "too much to seal");
    unsigned char *raw = arena_alloc(cx->arena, NONCE + plain.n + TAG);
    char *text = arena_alloc(cx->arena, 2 * (NONCE + plain.n + TAG) + 1);
    if (!raw || !text)
        return cx_nomem(cx);
    random_bytes(raw, NONCE);
    if (!run(s->cipher, true, raw, what, (const unsigned char *)plain.p, plain.n, raw + NONCE,
             raw + NONCE + plain.n))
        return err_secret(cx, RC_INTERNAL, "libcrypto does not seal");
    hex_encode(raw, NONCE + plain.n + TAG, text);
    *ret = text;
    return RC_OK;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unhex(const char *text, unsigned char *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

enum rc seal_break(struct cx *cx, const struct seal *s, const char *what, const char *sealed, char **ret)
{
    size_t n = strlen(sealed) / 2;
    unsigned char *raw = arena_alloc(cx->arena, n + 1);
    char *plain = arena_alloc(cx->arena, n + 1);
    if (!raw || !plain)
        return cx_nomem(cx);
    if (strlen(sealed) % 2 || n < NONCE + TAG || n > NONCE + PLAIN_MAX + TAG || !unhex(sealed, raw, n) ||
        !run(s->cipher, false, raw, what, raw + NONCE, n - NONCE - TAG, (unsigned char *)plain,
             raw + n - TAG))
        return err_secret(cx, RC_IO, "what is sealed does not open: is login.key that of this co-operation?");
    plain[n - NONCE - TAG] = '\0';
    *ret = plain;
    return RC_OK;
}

void seal_index(const struct seal *s, struct str value, char out[SHA256_HEX_MAX])
{
    unsigned char mac[32];
    unsigned n = 0;
    if (!HMAC(EVP_sha256(), s->index, sizeof(s->index), (const unsigned char *)value.p, value.n, mac, &n))
        random_bytes(mac, sizeof(mac));
    hex_encode(mac, sizeof(mac), out);
}
