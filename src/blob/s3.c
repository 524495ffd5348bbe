/*
 * Documents in a bucket. Keys, below the prefix:
 *
 *   <space>/sha256/<64 hex>                 a document
 *   <space>/tmp/<32 hex>/<16 hex>           what a stage has from that byte on
 *   <space>/tmp/doomed-<64 hex>             a sweep is about to remove that document
 *
 * The near half of a stage is a local file (stage.c). A document gets its name in one request that the
 * bucket carries out whole or not at all; it is read back and hashed before commit returns.
 */
#include "blob/s3_int.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { KEEP_TRIES = 5, DOOMED_SECONDS = 600 };

/* ------------------------------------------------------------------ opening */

static bool plain(const char *s)
{
    return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/")] == '\0' &&
           s[0] != '/' && !strstr(s, "//") && !strstr(s, "..");
}

static char *own(const char *text, const char *fallback)
{
    return mem_strdup(text && *text ? text : fallback);
}

/* "s3://bucket/prefix" and the endpoint become the address of the bucket and the beginning of keys. */
static enum rc read_place(struct cx *cx, const struct blob_bucket *bucket, struct s3 *s3)
{
    struct str where = str_of(bucket->where), end = str_of(bucket->endpoint);
    if (!str_starts(end, "https://") && !str_starts(end, "http://"))
        return err_set(cx, RC_FIELD_VALUE, "s3_endpoint", "https://…");
    while (end.n > 0 && end.p[end.n - 1] == '/')
        end.n--;
    const char *name = str_starts(where, "s3://") ? bucket->where + strlen("s3://") : "";
    if (!*name || !plain(name))
        return err_set(cx, RC_FIELD_VALUE, "dokumenter", "s3://bucket/prefix");
    size_t n = strcspn(name, "/");
    const char *prefix = name[n] ? name + n + 1 : "";
    size_t prefix_n = strlen(prefix);
    const char *slash = prefix_n > 0 && prefix[prefix_n - 1] != '/' ? "/" : "";
    char *url = arena_printf(cx->arena, "%.*s/%.*s/", (int)end.n, end.p, (int)n, name);
    char *begin = arena_printf(cx->arena, "%s%s", prefix, slash);
    if (!url || !begin)
        return cx_nomem(cx);
    s3->url = mem_strdup(url);
    s3->prefix = mem_strdup(begin);
    return RC_OK;
}

static void s3_close(struct s3 **ref)
{
    struct s3 *s3 = *ref;
    *ref = NULL;
    net_close(&s3->net);
    mem_free(s3->url);
    mem_free(s3->prefix);
    mem_free(s3->region);
    mem_free(s3->key);
    mem_free(s3->secret);
    mem_free(s3);
}

enum rc s3_open(struct cx *cx, const struct blob_bucket *bucket, struct s3 **ret)
{
    struct net_reply r;
    struct s3 *s3 = mem_new(sizeof(*s3));
    s3->part = MiB(64);
    s3->page = 1000;
    s3->region = own(bucket->region, "us-east-1");
    s3->key = own(bucket->key, "");
    s3->secret = own(bucket->secret, "");
    s3->sign = (struct net_sign){s3->region, "s3", s3->key, s3->secret};
    enum rc rc = *s3->key && *s3->secret ? RC_OK : err_set(cx, RC_FIELD_MISSING, "s3_key, s3_secret", NULL);
    if (rc == RC_OK)
        rc = read_place(cx, bucket, s3);
    if (rc == RC_OK)
        rc = net_open(cx, &s3->net);
    if (rc == RC_OK)
        rc = s3_head(cx, s3, "", &r);
    if (rc == RC_OK)
        *ret = s3;
    else
        s3_close(&s3);
    return rc;
}

static void bucket_close(struct blobs *b)
{
    s3_close(&b->s3);
}

/* ------------------------------------------------------------------ keys */

/* <prefix><space>/<kind>/<name>; kind and name are ours, or have been checked. */
static enum rc key_of(struct cx *cx, const struct blobs *b, const char *space, const char *kind,
                      const char *name, char **ret)
{
    if (!blob_space_valid(space))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    char *key = arena_printf(cx->arena, "%s%s/%s%s", b->s3->prefix, space, kind, name);
    if (!key)
        return cx_nomem(cx);
    *ret = key;
    return RC_OK;
}

static enum rc content_key(struct cx *cx, const struct blobs *b, const char *space, const char *sha256,
                           char **ret)
{
    if (!blob_is_hex(sha256, HASH_NAME))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    return key_of(cx, b, space, "sha256/", sha256, ret);
}

/* ------------------------------------------------------------------ stages in the bucket */

static enum rc stage_key(struct cx *cx, const struct blob_stage *s, char **ret)
{
    char *name = arena_printf(cx->arena, "%s/", s->name);
    return name ? key_of(cx, s->blobs, s->space, "tmp/", name, ret) : cx_nomem(cx);
}

struct remains {
    struct blob_stage *stage;
    bool found;
};

/* Parts in order; what does not join on is of a part that was sent twice, and is written anew. */
static enum rc add_part(void *arg, const struct s3_object *o)
{
    struct remains *r = arg;
    char want[17];
    unsigned char be[8];
    for (int i = 0; i < 8; i++)
        be[i] = (unsigned char)((uint64_t)r->stage->kept >> (56 - 8 * i));
    hex_encode(be, sizeof(be), want);
    r->found = true;
    if (streq(o->name, want))
        r->stage->kept += o->size;
    return RC_OK;
}

static enum rc bucket_stage_resume(struct cx *cx, struct blobs *b, const char *space, const char *name,
                                   struct blob_stage **ret)
{
    struct blob_stage *s;
    char *key;
    TRY(blob_stage_open(cx, b, space, &s));
    memcpy(s->name, name, STAGE_NAME);
    s->kept = 0;
    struct remains r = {.stage = s};
    enum rc rc = stage_key(cx, s, &key);
    if (rc == RC_OK)
        rc = s3_list(cx, b->s3, key, add_part, &r);
    if (rc == RC_OK && !r.found)
        rc = err_set(cx, RC_NOT_FOUND, NULL, NULL);
    if (rc != RC_OK) {
        files_stage_drop(s);
        stage_free(&s);
        return rc;
    }
    s->start = s->kept;
    *ret = s;
    return RC_OK;
}

/* What the bucket does not have yet becomes one object; an empty stage, an empty one. */
static enum rc bucket_stage_keep(struct cx *cx, struct blob_stage *s)
{
    TRY(stage_alive(cx, s));
    int64_t kept = s->kept < 0 ? 0 : s->kept, whole = s->start + s->size;
    if (whole == kept && s->kept >= 0)
        return RC_OK;
    char *dir;
    TRY(stage_key(cx, s, &dir));
    char *key = arena_printf(cx->arena, "%s%016" PRIx64, dir, (uint64_t)kept);
    if (!key)
        return cx_nomem(cx);
    const struct net_file file = {s->fd, kept - s->start, whole - kept};
    TRY(s3_put(cx, s->blobs->s3, key, &file));
    s->kept = whole;
    return RC_OK;
}

static enum rc append(void *arg, const void *p, size_t n)
{
    return blob_stage_write(arg, p, n);
}

struct bringing {
    struct cx *cx;
    struct blob_stage *from, *to;
    const char *dir;
    int64_t at;
};

static enum rc bring_part(void *arg, const struct s3_object *o)
{
    struct bringing *b = arg;
    const struct blob_taker to = {append, b->to};
    char *key = arena_printf(b->cx->arena, "%s%016" PRIx64, b->dir, (uint64_t)b->at);
    if (!key)
        return cx_nomem(b->cx);
    if (!streq(key + strlen(b->dir), o->name))
        return RC_OK;
    b->at += o->size;
    return s3_get(b->cx, b->from->blobs->s3, key, 0, INT64_MAX, &to);
}

/* The other stage's file becomes this one's, with its hash; the other keeps what is of no more use. */
static enum rc take_file(struct cx *cx, struct blob_stage *s, struct blob_stage *from)
{
    if (rename(from->path, s->path) != 0 || dup3(from->fd, s->fd, O_CLOEXEC) < 0)
        return blob_io(cx, "replace stage", errno);
    EVP_MD_CTX *md = s->md;
    s->md = from->md;
    from->md = md;
    s->size = from->size;
    s->start = 0;
    return RC_OK;
}

/* The local file gets what lies in the bucket in front of what it holds. */
static enum rc make_whole(struct cx *cx, struct blob_stage *s)
{
    struct bringing b = {.cx = cx, .from = s};
    char *dir;
    TRY(stage_key(cx, s, &dir));
    b.dir = dir;
    TRY(blob_stage_open(cx, s->blobs, s->space, &b.to));
    const struct blob_taker to = {append, b.to};
    enum rc rc = s3_list(cx, s->blobs->s3, dir, bring_part, &b);
    if (rc == RC_OK && b.at < s->start)
        rc = err_secret(cx, RC_BUSY, "s3: a stage lost its parts");
    if (rc == RC_OK)
        rc = blob_send_file(cx, s->fd, 0, s->size, &to);
    if (rc == RC_OK)
        rc = take_file(cx, s, b.to);
    files_stage_drop(b.to);
    stage_free(&b.to);
    return rc;
}

static enum rc bucket_stage_seal(struct cx *cx, struct blob_stage *s, struct blob_id *ret)
{
    if (s->start > 0)
        TRY(make_whole(cx, s));
    return files_stage_seal(cx, s, ret);
}

struct clearing {
    struct cx *cx;
    struct s3 *s3;
    const char *dir;
};

static enum rc clear_one(void *arg, const struct s3_object *o)
{
    struct clearing *c = arg;
    char *key = arena_printf(c->cx->arena, "%s%s", c->dir, o->name);
    return key ? s3_delete(c->cx, c->s3, key) : cx_nomem(c->cx);
}

static enum rc clear_all(struct cx *cx, struct s3 *s3, const char *begin)
{
    struct clearing c = {cx, s3, begin};
    return s3_list(cx, s3, begin, clear_one, &c);
}

static void bucket_stage_park(struct blob_stage *s)
{
    files_stage_drop(s);
}

/* What stays in the bucket because it does not answer is taken by the sweep. */
static void bucket_stage_drop(struct blob_stage *s)
{
    files_stage_drop(s);
    if (s->kept < 0)
        return;
    struct cx cx;
    char *dir;
    cx_open(&cx, (size_t)MiB(8));
    if (stage_key(&cx, s, &dir) != RC_OK || clear_all(&cx, s->blobs->s3, dir) != RC_OK)
        log_line(LOG_WARN, "s3: a finished stage was left to the sweep");
    cx_close(&cx);
}

/* ------------------------------------------------------------------ naming */

/*
 * A sweep says "doomed" before it looks at the age of a document and removes it. Whoever commits puts
 * the document first and looks for that word, then at the document: either the sweep finds it young, or
 * the word is found here, or what was removed is found missing – and it is put again.
 */
static enum rc is_doomed(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                         bool *ret)
{
    char *key;
    struct net_reply r;
    TRY(key_of(cx, b, space, "tmp/doomed-", sha256, &key));
    enum rc rc = s3_head_again(cx, b->s3, key, &r);
    *ret = rc == RC_OK && r.modified > cx->now - DOOMED_SECONDS * INT64_C(1000000);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(cx);
    return RC_OK;
}

/* *ret_kept: the document is there, read back and right, and nobody is removing it. */
static enum rc put_and_look(struct cx *cx, const struct blob_stage *s, const struct blob_id *id,
                            bool *ret_kept)
{
    struct blobs *b = s->blobs;
    const struct net_file file = {s->fd, 0, id->size};
    char *key;
    bool doomed;
    int64_t size;
    TRY(content_key(cx, b, s->space, id->sha256, &key));
    TRY(s3_put(cx, b->s3, key, &file));
    TRY(is_doomed(cx, b, s->space, id->sha256, &doomed));
    enum rc rc = doomed ? RC_OK : blob_verify(cx, b, s->space, id->sha256, &size);
    *ret_kept = !doomed && rc == RC_OK;
    if (rc != RC_NOT_FOUND && rc != RC_IO)
        return rc;
    err_clear(cx);
    return RC_OK;
}

static enum rc bucket_stage_name(struct cx *cx, struct blob_stage *s, const struct blob_id *id)
{
    const struct timespec pause = {.tv_nsec = 200000000};
    for (int i = 0; i < KEEP_TRIES; i++) {
        bool kept;
        TRY(put_and_look(cx, s, id, &kept));
        if (kept)
            return RC_OK;
        nanosleep(&pause, NULL);
    }
    return err_secret(cx, RC_BUSY, "s3: %s/%s does not stay as it was put", s->space, id->sha256);
}

/* ------------------------------------------------------------------ reading */

static enum rc bucket_read(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                           int *ret_fd, int64_t *ret_size)
{
    char *key;
    struct net_reply r;
    TRY(content_key(cx, b, space, sha256, &key));
    TRY(s3_head(cx, b->s3, key, &r));
    if (r.size < 0)
        return err_secret(cx, RC_IO, "s3: no size is told");
    *ret_fd = -1;
    *ret_size = r.size;
    return RC_OK;
}

static enum rc bucket_send(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                           int64_t from, int64_t n, const struct blob_taker *to)
{
    char *key;
    TRY(content_key(cx, b, space, sha256, &key));
    return s3_get(cx, b->s3, key, from, n, to);
}

struct each {
    enum rc (*fn)(void *arg, const char *sha256, int64_t size);
    void *arg;
};

static enum rc each_object(void *arg, const struct s3_object *o)
{
    const struct each *e = arg;
    return blob_is_hex(o->name, HASH_NAME) ? e->fn(e->arg, o->name, o->size) : RC_OK;
}

static enum rc bucket_each(struct cx *cx, struct blobs *b, const char *space,
                           enum rc (*fn)(void *arg, const char *sha256, int64_t size), void *arg)
{
    char *begin;
    struct each e = {fn, arg};
    TRY(key_of(cx, b, space, "sha256/", "", &begin));
    return s3_list(cx, b->s3, begin, each_object, &e);
}

/* ------------------------------------------------------------------ sweeping and removing */

struct sweeping {
    struct cx *cx;
    struct blobs *blobs;
    const char *space, *begin;
    int64_t max_age;
    char name[STAGE_NAME + 1];   /* the stage whose parts come by, "" before the first */
    int64_t newest;
    int removed;
};

static enum rc end_stage(struct sweeping *w)
{
    if (!w->name[0] || w->cx->now - w->newest < w->max_age)
        return RC_OK;
    char *dir = arena_printf(w->cx->arena, "%s%s/", w->begin, w->name);
    if (!dir)
        return cx_nomem(w->cx);
    w->removed++;
    return clear_all(w->cx, w->blobs->s3, dir);
}

static enum rc sweep_part(void *arg, const struct s3_object *o)
{
    struct sweeping *w = arg;
    char name[STAGE_NAME + 1] = "";
    if (strlen(o->name) > STAGE_NAME && o->name[STAGE_NAME] == '/')
        memcpy(name, o->name, STAGE_NAME);
    if (!blob_is_hex(name, STAGE_NAME))
        return RC_OK;
    if (!streq(name, w->name)) {
        TRY(end_stage(w));
        memcpy(w->name, name, sizeof(name));
        w->newest = o->modified;
    }
    w->newest = o->modified > w->newest ? o->modified : w->newest;
    return RC_OK;
}

/* Local files too: what a killed process left on this machine. */
static enum rc bucket_sweep_stages(struct cx *cx, struct blobs *b, const char *space, int64_t max_age,
                                   int *ret_removed)
{
    char *begin;
    int local;
    struct sweeping w = {.cx = cx, .blobs = b, .space = space, .max_age = max_age};
    TRY(key_of(cx, b, space, "tmp/", "", &begin));
    w.begin = begin;
    TRY(s3_list(cx, b->s3, begin, sweep_part, &w));
    TRY(end_stage(&w));
    TRY(files_sweep_stages(cx, b, space, max_age, &local));
    *ret_removed = w.removed + local;
    return RC_OK;
}

static enum rc bucket_age(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                          int64_t *ret)
{
    char *key;
    struct net_reply r;
    TRY(content_key(cx, b, space, sha256, &key));
    TRY(s3_head(cx, b->s3, key, &r));
    *ret = cx->now - r.modified;
    return RC_OK;
}

static enum rc remove_old(struct cx *cx, struct blobs *b, const char *space, const char *sha256,
                          int64_t min_age, bool *ret_removed)
{
    char *key;
    int64_t age;
    enum rc rc = bucket_age(cx, b, space, sha256, &age);
    if (rc == RC_NOT_FOUND) {
        err_clear(cx);
        return RC_OK;
    }
    TRY(rc);
    if (min_age > 0 && age < min_age)
        return RC_OK;
    TRY(content_key(cx, b, space, sha256, &key));
    TRY(s3_delete(cx, b->s3, key));
    *ret_removed = true;
    return RC_OK;
}

static enum rc bucket_remove_idle(struct cx *cx, struct blobs *b, const char *space,
                                  const char *sha256, int64_t min_age, bool *ret_removed)
{
    char *doom;
    const struct net_file nothing = {.fd = -1};
    bool removed = false;
    if (!blob_is_hex(sha256, HASH_NAME))
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    TRY(key_of(cx, b, space, "tmp/doomed-", sha256, &doom));
    TRY(s3_put(cx, b->s3, doom, &nothing));
    enum rc rc = remove_old(cx, b, space, sha256, min_age, &removed);
    TRY(s3_delete(cx, b->s3, doom));
    if (rc == RC_OK)
        *ret_removed = removed;
    return rc;
}

static enum rc bucket_space_drop(struct cx *cx, struct blobs *b, const char *space)
{
    char *begin;
    TRY(key_of(cx, b, space, "", "", &begin));
    TRY(clear_all(cx, b->s3, begin));
    return files_space_drop(cx, b, space);
}

const struct blob_driver s3_driver = {
    .close = bucket_close,
    .stage_resume = bucket_stage_resume,
    .stage_keep = bucket_stage_keep,
    .stage_seal = bucket_stage_seal,
    .stage_name = bucket_stage_name,
    .stage_park = bucket_stage_park,
    .stage_drop = bucket_stage_drop,
    .read = bucket_read,
    .send = bucket_send,
    .each = bucket_each,
    .sweep_stages = bucket_sweep_stages,
    .age = bucket_age,
    .remove_idle = bucket_remove_idle,
    .space_drop = bucket_space_drop,
};
