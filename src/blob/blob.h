/*
 * blob – documents, kept by their SHA-256: as files, or in an S3 bucket.
 *
 * Files: DIR/blob/<space>/<2 hex>/<64 hex>. Bucket: <prefix><space>/sha256/<64 hex>. The promises are
 * the same. A document is written to a stage, hashed, made durable and only then named; commit returns
 * after that (of a bucket it is read back and hashed first). The same content is kept once a space.
 * Content is never changed; a document no row names is removed by its owner's sweep (blob_each, then
 * blob_remove_idle).
 *
 * Any number of processes may share a bucket. A stage is written to a local file of the process that
 * takes the bytes in; blob_stage_keep puts it into the bucket, where every other one can resume it.
 *
 * A bucket that does not answer, or answers 5xx or 429, is asked again for some seconds; then RC_BUSY.
 *
 * A space is named [a-z0-9][a-z0-9_-]*, at most 63 characters; a name that cannot be one of a
 * space, a stage or a document is RC_NOT_FOUND everywhere, and no path or key is ever made of it.
 */
#ifndef SAMDRIFT_BLOB_H
#define SAMDRIFT_BLOB_H

#include "base/base.h"

struct blobs;
struct blob_stage;

struct blob_id {
    char sha256[SHA256_HEX_MAX];   /* lower-case hex */
    int64_t size;                  /* bytes */
};

/* Takes bytes on their way; an answer other than RC_OK ends the sending with that code. */
struct blob_taker {
    enum rc (*take)(void *arg, const void *p, size_t n);
    void *arg;
};

/* Where a bucket is; texts are copied. */
struct blob_bucket {
    const char *where;             /* "s3://bucket" or "s3://bucket/prefix": [A-Za-z0-9._-], parts of the prefix by '/' */
    const char *endpoint;          /* "https://s3.example.no"; the bucket is the first part of the path */
    const char *region;            /* "us-east-1" when NULL */
    const char *key, *secret;
};

/* dir must exist; DIR/blob is made. bucket NULL: documents are files. RC_FIELD_VALUE or
 * RC_FIELD_MISSING for a setting, RC_NOT_FOUND when there is no such bucket, RC_IO when it refuses
 * us, RC_BUSY when it cannot be asked. */
enum rc blob_open(struct cx *cx, const char *dir, const struct blob_bucket *bucket,
                  struct blobs **ret) ATTR_CHECK;
void blob_close(struct blobs **b);

/* A new stage, known by a random name for as long as it lives. Makes the space. */
enum rc blob_stage_open(struct cx *cx, struct blobs *b, const char *space,
                        struct blob_stage **ret) ATTR_CHECK;
/* An earlier stage of that name (also after a restart, or of another process) with what was kept.
 * RC_NOT_FOUND when nothing was. One holder at a time is the caller's duty. */
enum rc blob_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                          struct blob_stage **ret) ATTR_CHECK;
const char *blob_stage_name(const struct blob_stage *s);
int64_t blob_stage_size(const struct blob_stage *s);
/* Path of a local file with the content of a sealed stage: for the inspection before commit. */
const char *blob_stage_path(const struct blob_stage *s);
/* Appends. No context: it runs on I/O threads, and speaks to the local disk only. RC_NO_SPACE (disk
 * full), RC_IO (write error): the stage is then dead, and whatever ends it removes its file. */
enum rc blob_stage_write(struct blob_stage *s, const void *p, size_t n) ATTR_CHECK;
/* What is written so far can be resumed, durably and anywhere; also an empty stage. */
enum rc blob_stage_keep(struct cx *cx, struct blob_stage *s) ATTR_CHECK;
/* Computes what the content would be called, without naming it. */
enum rc blob_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret) ATTR_CHECK;
/* Seals and names the content, durably; ends the stage on every return, a failure as blob_stage_fail. */
enum rc blob_stage_commit(struct cx *cx, struct blob_stage **s, struct blob_id *ret) ATTR_CHECK;
/* Leaves the stage for a later resume, of files with all that is written; ends the handle. */
void blob_stage_park(struct blob_stage **s);
/* Removes the stage and ends the handle. */
void blob_stage_drop(struct blob_stage **s);
/* Ends the handle after that failure: one that may pass (RC_BUSY) leaves what a bucket kept to a later resume, any
 * other removes the stage. */
void blob_stage_fail(struct blob_stage **s, enum rc why);

/* The size, and a file descriptor at the start of the content, owned by the caller – or -1 where
 * documents are not files: then blob_send. RC_NOT_FOUND. */
enum rc blob_read(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                  int *ret_fd, int64_t *ret_size) ATTR_CHECK;
/* Hands over n bytes of the content from there, or as many as there are, in bounded memory.
 * RC_NOT_FOUND. */
enum rc blob_send(struct cx *cx, struct blobs *b, const char *space, const char *sha256, int64_t from,
                  int64_t n, const struct blob_taker *to) ATTR_CHECK;
/* As blob_read, but always a file: what is none is fetched into one that goes when it is closed. */
enum rc blob_local(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                   int *ret_fd, int64_t *ret_size) ATTR_CHECK;
/* Reads the content and compares: RC_OK and its size, RC_NOT_FOUND, RC_IO with the found hash as
 * secret, RC_BUSY when it cannot be told now. */
enum rc blob_verify(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                    int64_t *ret_size) ATTR_CHECK;
/* Calls fn for each document of the space, in no order, until it answers other than RC_OK. */
enum rc blob_each(struct cx *cx, struct blobs *b, const char *space,
                  enum rc (*fn)(void *arg, const char *sha256, int64_t size), void *arg) ATTR_CHECK;
/* Removes stages untouched for max_age µs. *ret_removed counts them. */
enum rc blob_sweep_stages(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                          int *ret_removed) ATTR_CHECK;
/* Has nobody committed the content within min_age µs? Then no row of it is about to be written. */
enum rc blob_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                  int64_t min_age, bool *ret) ATTR_CHECK;
/* For sweeps: removes the content unless somebody committed it (again) within min_age µs, so that a
 * document whose row is just being written stays. Safe against a commit under way. Repeatable: content
 * already gone is RC_OK. */
enum rc blob_remove_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                         int64_t min_age, bool *ret_removed) ATTR_CHECK;
/* Removes everything of a space. Repeatable. No stage of it may be open. */
enum rc blob_space_drop(struct cx *cx, struct blobs *b, const char *space) ATTR_CHECK;

#endif
