/*
 * Hashes, randomness and comparison of secrets, by OpenSSL and the kernel.
 */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

void hex_encode(const void *p, size_t n, char *out)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex[b[i] >> 4];
        out[2 * i + 1] = hex[b[i] & 15];
    }
    out[2 * n] = '\0';
}

/* Looked up once: by its name each time, looking up costs as much as hashing a record. */
static const EVP_MD *algorithm;
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find_algorithm(void)
{
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void sha256(const void *p, size_t n, unsigned char out[SHA256_SIZE])
{
    (void)pthread_once(&found, find_algorithm);
    if (!algorithm || EVP_Digest(n > 0 ? p : "", n, out, NULL, algorithm, NULL) != 1) {
        log_line(LOG_ERROR, "SHA-256 is not available");
        abort();
    }
}

void sha256_hex(const void *p, size_t n, char out[SHA256_HEX_MAX])
{
    unsigned char digest[SHA256_SIZE];
    sha256(p, n, digest);
    hex_encode(digest, sizeof(digest), out);
}

void random_bytes(void *p, size_t n)
{
    unsigned char *b = p;
    while (n > 0) {
        ssize_t got = getrandom(b, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            log_line(LOG_ERROR, "the kernel gives no random bytes");
            abort();
        }
        b += got;
        n -= (size_t)got;
    }
}

bool secret_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
