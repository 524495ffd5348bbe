/*
 * blob – documents, kept by their SHA-256.
 *
 * DIR/blob/<space>/<2 hex>/<64 hex>. A document is written to a stage, flushed, hashed and only
 * then named; the directory is flushed too before commit returns. The same content is kept once a
 * space. Content is never changed; a document no row names is removed by its owner's sweep
 * (blob_each, then blob_remove_idle).
 *
 * A space is named [a-z0-9][a-z0-9_-]*, at most 63 characters; a name that cannot be one of a
 * space, a stage or a document is RC_NOT_FOUND everywhere, and no path is ever made of it.
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

/* dir must exist; DIR/blob is made. */
enum rc blob_open(struct cx *cx, const char *dir, struct blobs **ret) ATTR_CHECK;
void blob_close(struct blobs **b);

/* A new stage, known by a random name for as long as its file lives. Makes the space. */
enum rc blob_stage_open(struct cx *cx, struct blobs *b, const char *space,
                        struct blob_stage **ret) ATTR_CHECK;
/* An earlier stage of that name (also after a restart): what was written is read and hashed again.
 * RC_NOT_FOUND when there is none. One holder at a time is the caller's duty. */
enum rc blob_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                          struct blob_stage **ret) ATTR_CHECK;
const char *blob_stage_name(const struct blob_stage *s);
int64_t blob_stage_size(const struct blob_stage *s);
/* Path of the staged file: for the inspection before commit. */
const char *blob_stage_path(const struct blob_stage *s);
/* Appends. No context: it runs on I/O threads. RC_NO_SPACE (disk full), RC_IO (write error): the
 * stage is then dead, and whatever ends it removes its file. */
enum rc blob_stage_write(struct blob_stage *s, const void *p, size_t n) ATTR_CHECK;
/* Flushes what is written and computes what the content would be called, without naming it. */
enum rc blob_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret) ATTR_CHECK;
/* Seals, names the content and flushes the directory; ends the stage on every return. */
enum rc blob_stage_commit(struct cx *cx, struct blob_stage **s, struct blob_id *ret) ATTR_CHECK;
/* Leaves the file for a later resume; ends the handle. */
void blob_stage_park(struct blob_stage **s);
/* Removes the staged file and ends the handle. */
void blob_stage_drop(struct blob_stage **s);

/* A file descriptor at the start of the content, owned by the caller. RC_NOT_FOUND. */
enum rc blob_read(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                  int *ret_fd, int64_t *ret_size) ATTR_CHECK;
/* Path of the content in the arena, for readers that are processes. NULL (error recorded) when the
 * names are none or memory is out; does not look whether the file is there. */
const char *blob_path(struct cx *cx, struct blobs *b, const char *space, const char *sha256);
/* Reads the content and compares: RC_OK, RC_NOT_FOUND, or RC_IO with the found hash as secret. */
enum rc blob_verify(struct cx *cx, struct blobs *b, const char *space,
                    const char *sha256) ATTR_CHECK;
/* Calls fn for each document of the space, in no order, until it answers other than RC_OK. */
enum rc blob_each(struct cx *cx, struct blobs *b, const char *space,
                  enum rc (*fn)(void *arg, const char *sha256, int64_t size), void *arg) ATTR_CHECK;
/* Removes stages untouched for max_age µs. *ret_removed counts them. */
enum rc blob_sweep_stages(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                          int *ret_removed) ATTR_CHECK;
/* Removes the content. Repeatable: content already gone is RC_OK. */
enum rc blob_remove(struct cx *cx, struct blobs *b, const char *space,
                    const char *sha256) ATTR_CHECK;
/* Has nobody committed the content within min_age µs? Then no row of it is about to be written. */
enum rc blob_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                  int64_t min_age, bool *ret) ATTR_CHECK;
/* For sweeps: removes the content unless somebody committed it (again) within min_age µs, so that a
 * document whose row is just being written stays. Safe against a commit under way. */
enum rc blob_remove_idle(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                         int64_t min_age, bool *ret_removed) ATTR_CHECK;
/* Removes everything of a space. Repeatable. No stage of it may be open. */
enum rc blob_space_drop(struct cx *cx, struct blobs *b, const char *space) ATTR_CHECK;

#endif
