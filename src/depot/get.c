/* Handing a package out as it was received. */
#include <errno.h>

#include "depot/depot_int.h"

struct getting {
    struct cx *cx;
    const char *bag, *to;
    struct meter meter;
};

static enum rc get_file(struct getting *k, const char *sha256, const char *rel)
{
    char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
    int64_t size;
    TRY(data_path(k->cx, from, k->bag, rel));
    TRY(path_join(k->cx, to, k->to, rel));
    const char *const one[2] = {to, NULL};
    TRY(file_copy(k->cx, from, one, &k->meter, sum, &size));
    return streq(sum, sha256) ? RC_OK : err_set(k->cx, RC_FILE_MISMATCH, rel, "samdrift depot check");
}

static enum rc get_files(struct getting *k)
{
    struct manifest m;
    bool more = true;
    TRY(manifest_open(k->cx, k->bag, &m));
    enum rc rc = manifest_next(k->cx, &m, &more);
    while (rc == RC_OK && more) {
        rc = get_file(k, m.sha256, m.rel);
        if (rc == RC_OK)
            rc = manifest_next(k->cx, &m, &more);
    }
    manifest_close(&m);
    return rc;
}

/* Under another name till it is whole. */
static enum rc get(struct getting *k, const char *name, const char *out)
{
    char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX];
    TRY(path_join(k->cx, to, out, name));
    if (path_exists(to))
        return err_set(k->cx, RC_EXISTS, "out", name);
    TRY(get_files(k));
    TRY(path_join(k->cx, from, k->to, name));
    if (rename(from, to) != 0)
        return err_secret(k->cx, RC_IO, "rename %s: %s", to, strerror(errno));
    TRY(disk_sync(k->cx, out));
    return RC_OK;
}

enum rc depot_get(struct cx *cx, struct depot *d, const char *id, const char *out, depot_progress progress, void *arg)
{
    struct depot_package p;
    struct getting k = {.cx = cx, .meter = {.progress = progress, .arg = arg}};
    TRY(depot_find(cx, d, NULL, id, &p));
    TRY(depot_bag(cx, d, id, false, &k.bag));
    k.meter.total = p.bytes;
    k.to = arena_printf(cx->arena, "%s/.ut-%s", out, id);
    if (!k.to)
        return cx_nomem(cx);
    path_remove(k.to);
    TRY(path_make_parents(cx, k.to));
    TRY(dir_make(cx, k.to));
    enum rc rc = get(&k, p.name, out);
    path_remove(k.to);
    return rc;
}
