/*
 * The co-operation's signature: one Ed25519 key, made when there is none, kept in the space "system"
 * (table arkivnokkel). Whoever has the public key can check a signed tree head for ever after.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "archive/archive_int.h"

struct signer {
    EVP_PKEY *key;
    char *public_pem;
};

static enum rc broken(struct cx *cx)
{
    return err_secret(cx, RC_INTERNAL, "the signing key cannot be used");
}

/* What was written to the memory BIO, in the arena; the BIO is freed. */
static char *taken(struct cx *cx, BIO *bio, bool written)
{
    char *p = NULL;
    long n = written ? BIO_get_mem_data(bio, &p) : 0;
    char *own = n > 0 ? arena_strndup(cx->arena, p, (size_t)n) : NULL;
    BIO_free(bio);
    return own;
}

static char *public_text(struct cx *cx, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return bio ? taken(cx, bio, PEM_write_bio_PUBKEY(bio, key) == 1) : NULL;
}

static enum rc make_key(struct db *db)
{
    struct cx *cx = db_cx(db);
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    BIO *bio = key ? BIO_new(BIO_s_mem()) : NULL;
    char *text = bio ? taken(cx, bio, PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1) : NULL;
    EVP_PKEY_free(key);
    if (!text)
        return broken(cx);
    return db_run(db, "INSERT INTO arkivnokkel(id, privat) VALUES (1, ?) ON CONFLICT DO NOTHING", "t", text);
}

static enum rc load_key(struct db *db, void *arg)
{
    struct signer *s = arg;
    char *text = NULL;
    TRY(db_script(db, "CREATE TABLE IF NOT EXISTS arkivnokkel(id BIGINT PRIMARY KEY, privat TEXT NOT NULL);"));
    TRY(db_text(db, &text, "SELECT privat FROM arkivnokkel WHERE id = 1", ""));
    if (!text) {
        TRY(make_key(db));
        TRY(db_text(db, &text, "SELECT privat FROM arkivnokkel WHERE id = 1", ""));
    }
    BIO *bio = text ? BIO_new_mem_buf(text, -1) : NULL;
    EVP_PKEY_free(s->key);
    s->key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return s->key ? RC_OK : broken(db_cx(db));
}

enum rc sign_open(struct cx *cx, struct store *store, struct signer **ret)
{
    struct space *system;
    TRY(store_space(cx, store, "system", true, NULL, NULL, &system));
    struct signer *s = mem_new(sizeof(*s));
    enum rc rc = store_write(cx, system, load_key, s);
    char *text = rc == RC_OK ? public_text(cx, s->key) : NULL;
    if (rc == RC_OK && !text)
        rc = broken(cx);
    if (rc != RC_OK) {
        sign_close(&s);
        return rc;
    }
    s->public_pem = mem_new(strlen(text) + 1);
    memcpy(s->public_pem, text, strlen(text) + 1);
    *ret = s;
    return RC_OK;
}

void sign_close(struct signer **s)
{
    if (!*s)
        return;
    EVP_PKEY_free((*s)->key);
    mem_free((*s)->public_pem);
    mem_free(*s);
    *s = NULL;
}

const char *sign_public(const struct signer *s)
{
    return s->public_pem;
}

enum rc sign_make(struct cx *cx, const struct signer *s, struct str text, char out[SIGNATURE_HEX_MAX])
{
    unsigned char raw[64];
    size_t n = sizeof(raw);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md && EVP_DigestSignInit(md, NULL, NULL, NULL, s->key) == 1 &&
              EVP_DigestSign(md, raw, &n, (const unsigned char *)text.p, text.n) == 1 && n == sizeof(raw);
    EVP_MD_CTX_free(md);
    if (!ok)
        return broken(cx);
    hex_encode(raw, sizeof(raw), out);
    return RC_OK;
}

bool sign_holds(const char *public_pem, struct str text, struct str signature)
{
    unsigned char raw[64];
    BIO *bio = BIO_new_mem_buf(public_pem, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = key && md && signature.n == 2 * sizeof(raw) && chain_unhex((struct str){signature.p, 64}, raw) &&
              chain_unhex((struct str){signature.p + 64, 64}, raw + 32) &&
              EVP_PKEY_is_a(key, "ED25519") && EVP_DigestVerifyInit(md, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(md, raw, sizeof(raw), (const unsigned char *)text.p, text.n) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return ok;
}
