/*
 * Argon2id with the parameters OWASP asks for (19 MiB, two passes, one lane). It is meant to be
 * dear, so only two run at once; the others wait their turn.
 */
#include "login/login_int.h"

#include <argon2.h>

enum { PASSES = 2, MEMORY_KIB = 19456, LANES = 1, SALT = 16, HASH = 32, RUNNING_MAX = 2 };

#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void acquire(struct hasher *h)
{
    pthread_mutex_lock(&h->lock);
    while (h->running >= RUNNING_MAX)
        pthread_cond_wait(&h->freed, &h->lock);
    h->running++;
    pthread_mutex_unlock(&h->lock);
}

static void release(struct hasher *h)
{
    pthread_mutex_lock(&h->lock);
    h->running--;
    pthread_cond_signal(&h->freed);
    pthread_mutex_unlock(&h->lock);
}

/* Salt and hash of nobody are zeros (A in base64): a true hash would take half of the time to start. */
void hasher_init(struct hasher *h)
{
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->freed, NULL);
    (void)snprintf(h->unknown, sizeof(h->unknown), "$argon2id$v=%d$m=%d,t=%d,p=%d$%.22s$%.43s", ARGON2_VERSION_13,
                   MEMORY_KIB, PASSES, LANES, ZEROS, ZEROS);
}

void hasher_free(struct hasher *h)
{
    pthread_cond_destroy(&h->freed);
    pthread_mutex_destroy(&h->lock);
}

enum rc password_hash(struct cx *cx, struct hasher *h, struct str password,
                      char out[HASH_TEXT_MAX])
{
    unsigned char salt[SALT];
    random_bytes(salt, sizeof(salt));
    acquire(h);
    int rc = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password.p, password.n, salt,
                                   sizeof(salt), HASH, out, HASH_TEXT_MAX);
    release(h);
    if (rc != ARGON2_OK)
        return err_secret(cx, RC_NOMEM, "argon2: %s", argon2_error_message(rc));
    return RC_OK;
}

bool password_verify(struct hasher *h, const char *hash, struct str password,
                     bool (*done)(void *arg), void *arg)
{
    acquire(h);
    bool ok = done && done(arg);
    if (!ok) {
        int rc = argon2id_verify(hash ? hash : h->unknown, password.p, password.n);
        ok = hash && rc == ARGON2_OK;
    }
    release(h);
    return ok;
}
