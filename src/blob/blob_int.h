/*
 * What the files of blob share and nobody else sees. blob.c is the front, which hands over to a
 * driver. stage.c writes stages as local files for both drivers; files.c keeps documents as
 * files; s3.c keeps them in a bucket.
 */
#ifndef SAMDRIFT_BLOB_INT_H
#define SAMDRIFT_BLOB_INT_H

#include "blob/blob.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <openssl/evp.h>

struct s3;

enum { STAGE_NAME = 32, KEPT_NAME = 17, HASH_NAME = SHA256_HEX_MAX - 1, READ_BLOCK = 8192 };

struct blobs {
    const struct blob_driver *driver;
    char *root;                  /* DIR/blob: documents, or only stages on their way to the bucket */
    struct s3 *s3;               /* NULL: documents are files */
};

struct blob_stage {
    struct blobs *blobs;
    char *space;                 /* behind the path */
    char name[STAGE_NAME + 1];
    EVP_MD_CTX *md;
    int64_t size;                /* bytes of the file */
    int64_t start;               /* of the content, lie before those of the file (bucket) */
    int64_t kept;                /* of the content, lie in the bucket; -1: the bucket has never heard of it */
    int fd;
    int dead;                    /* errno of a failed write or flush: the file is not what the hash has seen */
    size_t bare;                 /* of the path, without the size that is kept: ".", 16 hex, or nothing yet */
    char path[];
};

/* The ways of keeping documents. Promises as in blob.h; what is not said there: */
struct blob_driver {
    void (*close)(struct blobs *b);
    enum rc (*stage_resume)(struct cx *cx, struct blobs *b, const char *space, const char *name,
                            struct blob_stage **ret);
    enum rc (*stage_keep)(struct cx *cx, struct blob_stage *s);
    enum rc (*stage_seal)(struct cx *cx, struct blob_stage *s, struct blob_id *ret);
    enum rc (*stage_name)(struct cx *cx, struct blob_stage *s, const struct blob_id *id); /* sealed */
    void (*stage_park)(struct blob_stage *s);   /* these two leave the handle */
    void (*stage_drop)(struct blob_stage *s);
    enum rc (*read)(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int *ret_fd,
                    int64_t *ret_size);
    enum rc (*send)(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                    int64_t from, int64_t n, const struct blob_taker *to);
    enum rc (*each)(struct cx *cx, struct blobs *b, const char *space,
                    enum rc (*fn)(void *arg, const char *sha256, int64_t size), void *arg);
    enum rc (*sweep_stages)(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                            int *ret_removed);
    enum rc (*age)(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                   int64_t *ret);   /* µs since it was last committed; RC_NOT_FOUND */
    enum rc (*remove_idle)(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                           int64_t min_age, bool *ret_removed);
    enum rc (*space_drop)(struct cx *cx, struct blobs *b, const char *space);
};

extern const struct blob_driver files_driver, s3_driver;

/* ------------------------------------------------------------------ blob.c */

/* Does the text consist of exactly n lower-case hexadecimal digits? */
bool blob_is_hex(const char *s, size_t n);
bool blob_space_valid(const char *s);
/* The code of errno (rc_of_errno), with operation and errno in the operator's text. */
enum rc blob_io(struct cx *cx, const char *what, int error) ATTR_CHECK;
/* Ends the computation in a copy: md may be fed on. */
enum rc blob_hash_hex(struct cx *cx, const EVP_MD_CTX *md, char out[SHA256_HEX_MAX]) ATTR_CHECK;

/* ------------------------------------------------------------------ stage.c */

enum rc files_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                           struct blob_stage **ret) ATTR_CHECK;
enum rc files_stage_keep(struct cx *cx, struct blob_stage *s) ATTR_CHECK;
/* RC_OK, or why the stage is dead. */
enum rc stage_alive(struct cx *cx, const struct blob_stage *s) ATTR_CHECK;
enum rc files_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret) ATTR_CHECK;
enum rc files_stage_name(struct cx *cx, struct blob_stage *s, const struct blob_id *id) ATTR_CHECK;
void files_stage_park(struct blob_stage *s);
void files_stage_drop(struct blob_stage *s);
enum rc files_sweep_stages(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                           int *ret_removed) ATTR_CHECK;
/* Closes and forgets the handle; the file stays. */
void stage_free(struct blob_stage **s);

/* ------------------------------------------------------------------ files.c */

/* DIR/blob/<space> in the arena, or RC_NOT_FOUND when that is no name of a space. */
enum rc blob_space_path(struct cx *cx, const struct blobs *b, const char *space, char **ret)
    ATTR_CHECK;
/* DIR/blob/<space>/<2 hex> and, below it, the content. */
enum rc files_content_path(struct cx *cx, const struct blobs *b, const char *space,
                           const char *sha256, char **ret_dir, char **ret_path) ATTR_CHECK;
/* Makes the directory and its name safe, whoever made it; cheap when that is done. */
enum rc blob_mkdir(struct cx *cx, const char *parent, const char *path) ATTR_CHECK;
/* Hands over n bytes of the file from there; RC_IO when there are fewer. */
enum rc blob_send_file(struct cx *cx, int fd, int64_t from, int64_t n,
                       const struct blob_taker *to) ATTR_CHECK;
enum rc files_space_drop(struct cx *cx, struct blobs *b, const char *space) ATTR_CHECK;
/* Microseconds since the file was last written or committed. */
int64_t blob_age(const struct cx *cx, const struct stat *st);

#endif
