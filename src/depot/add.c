/*
 * Taking a package in. Both copies are written in one reading of the source; they get their names when
 * everything is on stable storage, the first copy first, so that a crash between the two leaves a
 * package that the next check makes the second copy of.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "depot/depot_int.h"

struct adding {
    struct cx *cx;
    struct depot *depot;
    const char *source;         /* real path; its parent is what names are relative to */
    size_t parent;              /* length of the parent with its slash */
    struct depot_package p;
    const char *bag[2];         /* under way; [1] NULL without a second copy */
    int lock[2];
    struct meter meter;
    struct buf lines;           /* of the manifest, written in portions */
    FILE *manifest;
    char sum[SHA256_HEX_MAX];   /* of the last file */
};

/* ------------------------------------------------------------------ under way */

static enum rc begin_bag(struct adding *k, int i)
{
    const char *dir = i ? k->depot->copy : k->depot->dir;
    k->lock[i] = -1;
    if (!dir)
        return RC_OK;
    depot_sweep(dir);
    k->bag[i] = arena_printf(k->cx->arena, "%s/" UNDER_WAY "%s", dir, k->p.id);
    if (!k->bag[i])
        return cx_nomem(k->cx);
    TRY(dir_make(k->cx, k->bag[i]));
    k->lock[i] = depot_lock(k->bag[i], false);
    return k->lock[i] >= 0 ? RC_OK : err_secret(k->cx, RC_IO, "lock %s: %s", k->bag[i], strerror(errno));
}

/* ------------------------------------------------------------------ content */

static enum rc flush_lines(struct adding *k)
{
    bool ok = !buf_failed(&k->lines) && fwrite(k->lines.p, 1, k->lines.n, k->manifest) == k->lines.n;
    buf_reset(&k->lines);
    return ok ? RC_OK : err_secret(k->cx, rc_of_errno(errno), "%s/%s: %s", k->bag[0], BAG_MANIFEST, strerror(errno));
}

/* rel is below the parent of the source: the received name is part of it. */
static enum rc take_file(struct adding *k, const char *rel)
{
    char from[PATH_TEXT_MAX], to[2][PATH_TEXT_MAX];
    int64_t size;
    if (snprintf(from, sizeof(from), "%.*s%s", (int)k->parent, k->source, rel) >= (int)sizeof(from))
        return err_setf(k->cx, RC_FIELD_LENGTH, "path", "%d", PATH_TEXT_MAX - 1);
    for (int i = 0; i < 2 && k->bag[i]; i++) {
        TRY(data_path(k->cx, to[i], k->bag[i], rel));
    }
    const char *const both[2] = {to[0], k->bag[1] ? to[1] : NULL};
    TRY(file_copy(k->cx, from, both, &k->meter, k->sum, &size));
    k->p.files++;
    k->p.bytes += size;
    bag_line(&k->lines, k->sum, rel);
    return k->lines.n < (size_t)KiB(32) ? RC_OK : flush_lines(k);
}

static enum rc take_walked(void *arg, const char *rel, int64_t size)
{
    struct adding *k = arg;
    char path[PATH_TEXT_MAX];
    (void)size;             /* add_size has looked at what it is */
    TRY(path_join(k->cx, path, k->source + k->parent, rel));
    return take_file(k, path);
}

static enum rc add_size(void *arg, const char *rel, int64_t size)
{
    struct adding *k = arg;
    k->meter.total += size;
    return size < 0 ? err_set(k->cx, RC_FIELD_VALUE, "path", rel) : RC_OK;
}

static enum rc take_content(struct adding *k)
{
    struct stat st;
    if (stat(k->source, &st) != 0)
        return err_secret(k->cx, RC_IO, "stat %s: %s", k->source, strerror(errno));
    if (S_ISREG(st.st_mode)) {
        k->meter.total = st.st_size;
        return take_file(k, k->source + k->parent);
    }
    TRY(walk(k->cx, k->source, add_size, k));
    return walk(k->cx, k->source, take_walked, k);
}

static enum rc take_manifest(struct adding *k)
{
    char path[PATH_TEXT_MAX];
    TRY(path_join(k->cx, path, k->bag[0], BAG_MANIFEST));
    k->manifest = fopen(path, "wex");
    if (!k->manifest)
        return err_secret(k->cx, rc_of_errno(errno), "create %s: %s", path, strerror(errno));
    buf_init(&k->lines, (size_t)KiB(64));
    enum rc rc = take_content(k);
    if (rc == RC_OK)
        rc = flush_lines(k);
    buf_free(&k->lines);
    if (fclose(k->manifest) != 0 && rc == RC_OK)
        rc = err_secret(k->cx, rc_of_errno(errno), "close %s: %s", path, strerror(errno));
    TRY(rc);
    int64_t size;
    if (k->p.files != 1)
        TRY(file_hash(k->cx, path, NULL, k->sum, &size));
    k->p.sha256 = arena_strdup(k->cx->arena, k->sum);
    return k->p.sha256 ? RC_OK : cx_nomem(k->cx);
}

/* ------------------------------------------------------------------ naming */

static enum rc refuse_double(struct adding *k)
{
    struct depot_package *all;
    size_t n;
    TRY(depot_list(k->cx, k->depot, &k->p.owner, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].sha256, k->p.sha256))
            return err_set(k->cx, RC_EXISTS, "depot", all[i].id);
    return RC_OK;
}

static enum rc copy_papers(struct adding *k)
{
    static const char *const papers[] = {"bagit.txt", BAG_INFO, BAG_MANIFEST, BAG_TAGS, BAG_EVENTS};
    for (size_t i = 0; i < COUNT_OF(papers) && k->bag[1]; i++) {
        char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
        int64_t size;
        TRY(path_join(k->cx, from, k->bag[0], papers[i]));
        TRY(path_join(k->cx, to, k->bag[1], papers[i]));
        const char *const one[2] = {to, NULL};
        TRY(file_copy(k->cx, from, one, NULL, sum, &size));
    }
    return RC_OK;
}

static enum rc name_bag(struct adding *k, int i)
{
    const char *dir = i ? k->depot->copy : k->depot->dir, *bag;
    TRY(depot_bag(k->cx, k->depot, k->p.id, i == 1, &bag));
    if (rename(k->bag[i], bag) != 0)
        return err_secret(k->cx, rc_of_errno(errno), "rename %s: %s", bag, strerror(errno));
    k->bag[i] = bag;            /* what goes away again, when the other gets no name */
    return dir_sync(k->cx, dir);
}

static enum rc seal(struct adding *k)
{
    TRY(refuse_double(k));
    TRY(bag_seal(k->cx, k->bag[0], &k->p));
    TRY(premis_begin(k->cx, k->bag[0], &k->p));
    TRY(copy_papers(k));
    for (int i = 0; i < 2 && k->bag[i]; i++)
        TRY(disk_sync(k->cx, k->bag[i]));
    for (int i = 0; i < 2 && k->bag[i]; i++)
        TRY(name_bag(k, i));
    return RC_OK;
}

/* One at a time asks which there are and adds to them. */
static enum rc seal_alone(struct adding *k)
{
    int lock = depot_lock(k->depot->dir, true);
    enum rc rc = lock >= 0 ? seal(k) : err_secret(k->cx, RC_IO, "lock %s: %s", k->depot->dir, strerror(errno));
    if (lock >= 0)
        (void)close(lock);
    return rc;
}

static enum rc add(struct adding *k)
{
    if (k->depot->copy)
        TRY(depot_copy_ready(k->cx, k->depot));
    for (int i = 0; i < 2; i++)
        TRY(begin_bag(k, i));
    TRY(take_manifest(k));
    return seal_alone(k);
}

static enum rc begin(struct adding *k, const char *path, const struct depot_package *terms)
{
    char when[TIME_TEXT_MAX], *real = realpath(path, NULL);
    if (!real)
        return errno == ENOENT || errno == ENOTDIR ? err_set(k->cx, RC_NOT_FOUND, path, NULL)
                                                   : err_secret(k->cx, RC_IO, "%s: %s", path, strerror(errno));
    k->source = arena_strdup(k->cx->arena, real);
    free(real);
    k->p = *terms;
    uuid_new(k->p.id);
    time_format(k->cx->now, when);
    k->p.received = arena_strdup(k->cx->arena, when);
    if (!k->source || !k->p.received)
        return cx_nomem(k->cx);
    k->parent = (size_t)(strrchr(k->source, '/') - k->source) + 1;
    k->p.name = k->source + k->parent;
    k->p.files = k->p.bytes = 0;
    return *k->p.name ? RC_OK : err_set(k->cx, RC_FIELD_VALUE, "path", "/");
}

enum rc depot_add(struct cx *cx, struct depot *d, const char *path, const struct depot_package *terms,
                  depot_progress progress, void *arg, struct depot_package *ret)
{
    struct adding k = {.cx = cx, .depot = d, .lock = {-1, -1}, .meter = {.progress = progress, .arg = arg}};
    TRY(begin(&k, path, terms));
    enum rc rc = add(&k);
    for (int i = 0; i < 2; i++) {
        if (rc != RC_OK && k.bag[i])
            path_remove(k.bag[i]);
        if (k.lock[i] >= 0)
            (void)close(k.lock[i]);
    }
    if (rc == RC_OK)
        *ret = k.p;
    return rc;
}
