/*
 * Objects on their way up: in one request, or in parts that get their name together. The hash of what
 * is sent is part of each signature, so the bucket refuses what was changed on the way.
 */
#include "blob/s3_int.h"

/* A bucket may put the parts together before it says a word: of gigabytes, for minutes. */
enum { PARTS_MAX = 10000, ETAG_ROOM = 160, JOINING_SECONDS = 900 };

struct parts {
    struct cx *cx;
    struct s3 *s3;
    const char *key, *id;        /* the id of the upload, as it stands in a query */
    struct buf done;             /* the list that ends the upload */
};

static enum rc digest(void *md, const void *p, size_t n)
{
    return EVP_DigestUpdate(md, p, n) == 1 ? RC_OK : RC_NOMEM;
}

static enum rc hash_header(struct cx *cx, const struct net_file *f, const char **ret)
{
    char hex[SHA256_HEX_MAX];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    const struct blob_taker to = {digest, md};
    enum rc rc = RC_NOMEM;
    if (md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1)
        rc = blob_send_file(cx, f->fd, f->from, f->n, &to);
    if (rc == RC_OK)
        rc = blob_hash_hex(cx, md, hex);
    EVP_MD_CTX_free(md);
    const char *header = rc == RC_OK ? arena_printf(cx->arena, "x-amz-content-sha256: %s", hex) : NULL;
    if (rc == RC_NOMEM || (rc == RC_OK && !header))
        return cx_nomem(cx);
    *ret = header;
    return rc;
}

static enum rc put_bytes(struct cx *cx, struct s3 *s3, const char *key, const char *query,
                         const struct net_file *f, struct net_reply *ret)
{
    struct net_request put = {.method = "PUT", .file = f};
    TRY(hash_header(cx, f, &put.headers[0]));
    return s3_ask(cx, s3, &put, key, query, NULL, ret);
}

/* A POST whose body and answer are small texts. silence: as of struct net_request. */
static enum rc post(struct parts *up, const char *query, struct str text, int silence, struct buf *answer)
{
    char hex[SHA256_HEX_MAX];
    struct net_reply r;
    sha256_hex(text.p, text.n, hex);
    const struct net_request rq = {.method = "POST", .text = text, .silence = silence,
                                   .headers = {arena_printf(up->cx->arena, "x-amz-content-sha256: %s", hex)}};
    if (!rq.headers[0])
        return cx_nomem(up->cx);
    return s3_ask(up->cx, up->s3, &rq, up->key, query, answer, &r);
}

static enum rc begin(struct parts *up)
{
    struct buf answer, id;
    buf_init(&answer, (size_t)KiB(64));
    buf_init(&id, (size_t)KiB(4));
    enum rc rc = post(up, "uploads=", STR(""), 0, &answer);
    const char *plain = rc == RC_OK ? s3_xml_text(up->cx, buf_str(&answer), "UploadId") : NULL;
    if (plain)
        url_encode(&id, str_of(plain));
    up->id = plain ? arena_strdup(up->cx->arena, id.p) : NULL;
    buf_free(&answer);
    buf_free(&id);
    if (rc == RC_OK && !up->id)
        rc = err_secret(up->cx, RC_IO, "s3: an upload began without an id");
    return rc;
}

static enum rc put_part(struct parts *up, int number, const struct net_file *f)
{
    struct net_reply r;
    char *query = arena_printf(up->cx->arena, "partNumber=%d&uploadId=%s", number, up->id);
    if (!query)
        return cx_nomem(up->cx);
    TRY(put_bytes(up->cx, up->s3, up->key, query, f, &r));
    buf_printf(&up->done, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", number, r.etag);
    return buf_failed(&up->done) ? cx_nomem(up->cx) : RC_OK;
}

static enum rc put_parts(struct parts *up, const struct net_file *file)
{
    int64_t most = up->s3->part;
    while (most * PARTS_MAX < file->n)
        most *= 2;
    int number = 1;
    for (int64_t at = 0; at < file->n; at += most) {
        int64_t left = file->n - at;
        const struct net_file f = {file->fd, file->from + at, left < most ? left : most};
        TRY(put_part(up, number++, &f));
    }
    return RC_OK;
}

/* An end that was asked for twice because its answer was lost is an error the second time: the object tells. */
static enum rc look(struct parts *up, int64_t size)
{
    struct net_reply r;
    err_clear(up->cx);
    enum rc rc = s3_head(up->cx, up->s3, up->key, &r);
    bool there = rc == RC_OK && r.size == size;
    err_clear(up->cx);
    return there ? RC_OK : err_secret(up->cx, RC_BUSY, "s3: it is not known whether an upload has ended");
}

static enum rc finish(struct parts *up, int64_t size)
{
    struct buf answer;
    char *query = arena_printf(up->cx->arena, "uploadId=%s", up->id);
    if (!query)
        return cx_nomem(up->cx);
    buf_puts(&up->done, "</CompleteMultipartUpload>");
    if (buf_failed(&up->done))
        return cx_nomem(up->cx);
    buf_init(&answer, (size_t)KiB(64));
    enum rc rc = post(up, query, buf_str(&up->done), JOINING_SECONDS, &answer);
    buf_free(&answer);
    return rc == RC_NOT_FOUND || rc == RC_BUSY ? look(up, size) : rc;
}

/* What cannot be given up stays till the bucket's own rule for unfinished uploads takes it. */
static void give_up(struct parts *up)
{
    struct cx cx;
    struct net_reply r;
    const struct net_request delete = {.method = "DELETE"};
    cx_open(&cx, (size_t)KiB(256));
    char *query = arena_printf(cx.arena, "uploadId=%s", up->id);
    if (!query || s3_ask(&cx, up->s3, &delete, up->key, query, NULL, &r) != RC_OK)
        log_line(LOG_WARN, "s3: an unfinished upload was left in the bucket");
    cx_close(&cx);
}

static enum rc put_in_parts(struct cx *cx, struct s3 *s3, const char *key, const struct net_file *file)
{
    struct parts up = {.cx = cx, .s3 = s3, .key = key};
    TRY(begin(&up));
    buf_init(&up.done, (size_t)PARTS_MAX * ETAG_ROOM);
    buf_puts(&up.done, "<CompleteMultipartUpload>");
    enum rc rc = put_parts(&up, file);
    if (rc == RC_OK)
        rc = finish(&up, file->n);
    if (rc != RC_OK)
        give_up(&up);
    buf_free(&up.done);
    return rc;
}

enum rc s3_put(struct cx *cx, struct s3 *s3, const char *key, const struct net_file *file)
{
    struct net_reply r;
    if (file->n > s3->part)
        return put_in_parts(cx, s3, key, file);
    return put_bytes(cx, s3, key, "", file, &r);
}
