/* What the files of blob share and nobody else sees. */
#ifndef SAMDRIFT_BLOB_INT_H
#define SAMDRIFT_BLOB_INT_H

#include "blob/blob.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <openssl/evp.h>

struct blobs {
    char *root; /* DIR/blob */
};

enum { STAGE_NAME = 32, HASH_NAME = SHA256_HEX_MAX - 1, READ_BLOCK = 8192 };

/* Does the text consist of exactly n lower-case hexadecimal digits? */
bool blob_is_hex(const char *s, size_t n);

/* DIR/blob/<space> in the arena, or RC_NOT_FOUND when that is no name of a space. */
enum rc blob_space_path(struct cx *cx, const struct blobs *b, const char *space, char **ret)
    ATTR_CHECK;

/* DIR/blob/<space>/<2 hex> and, below it, the content. */
enum rc blob_content_path(struct cx *cx, const struct blobs *b, const char *space,
                          const char *sha256, char **ret_dir, char **ret_path) ATTR_CHECK;

/* Makes the directory when it is missing, and then flushes its parent. */
enum rc blob_mkdir(struct cx *cx, const char *parent, const char *path) ATTR_CHECK;

/* Opens a directory; ENOENT is RC_NOT_FOUND. */
enum rc blob_dir_open(struct cx *cx, const char *path, int *ret_fd) ATTR_CHECK;
enum rc blob_dir_flush(struct cx *cx, const char *path) ATTR_CHECK;

/* The code of errno (rc_of_errno), with operation and errno in the operator's text. */
enum rc blob_io(struct cx *cx, const char *what, int error) ATTR_CHECK;

/* Feeds what is left of the file to md; *ret_size grows by the bytes read. */
enum rc blob_hash_fd(struct cx *cx, int fd, EVP_MD_CTX *md, int64_t *ret_size) ATTR_CHECK;
/* Ends the computation in a copy: md may be fed on. */
enum rc blob_hash_hex(struct cx *cx, const EVP_MD_CTX *md, char out[SHA256_HEX_MAX]) ATTR_CHECK;

/* Microseconds since the file was last written or committed. */
int64_t blob_age(const struct cx *cx, const struct stat *st);

#endif
