/* Handing a package out as it was received. */
#include <errno.h>

#include "depot/depot_int.h"

struct getting {
    struct cx *cx;
    const char *id, *bag[2], *to;
    depot_found found;
    struct meter meter;
    int64_t lost;
};

static void report(struct getting *k, const char *file, enum depot_state state, int copy)
{
    const struct depot_finding f = {k->id, file, state, copy == 1, ""};
    k->lost += state == DEPOT_LOST;
    if (k->found)
        k->found(k->meter.arg, &f);
}

/* Is it the copy that is at fault, and not the place it goes to? */
static bool damaged(struct getting *k, const char *from, const char *sha256)
{
    char sum[SHA256_HEX_MAX];
    int64_t size;
    struct err kept = k->cx->err;
    err_clear(k->cx);
    bool sound = file_hash(k->cx, from, NULL, sum, &size) == RC_OK && streq(sum, sha256);
    k->cx->err = kept;
    return !sound;
}

static enum rc get_from(struct getting *k, int copy, const char *sha256, const char *rel, bool *ret)
{
    char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
    int64_t size;
    TRY(data_path(k->cx, from, k->bag[copy], rel));
    TRY(path_join(k->cx, to, k->to, rel));
    const char *const one[2] = {to, NULL};
    enum rc rc = file_copy(k->cx, from, one, &k->meter, sum, &size);
    *ret = rc == RC_OK && streq(sum, sha256);
    if (*ret)
        return RC_OK;
    path_remove(to);
    if (rc == RC_NOMEM || rc == RC_BUSY || rc == RC_NO_SPACE || (rc != RC_OK && !damaged(k, from, sha256)))
        return rc;
    err_clear(k->cx);
    return RC_OK;
}

static enum rc get_file(struct getting *k, const char *sha256, const char *rel)
{
    bool got = false;
    int copy = 0;
    for (; copy < 2 && !got; copy++)
        if (k->bag[copy])
            TRY(get_from(k, copy, sha256, rel, &got));
    if (!got)
        report(k, rel, DEPOT_LOST, 0);
    else if (copy == 2 && k->bag[0])
        report(k, rel, DEPOT_DAMAGED, 0);
    return RC_OK;
}

static enum rc get_files(struct getting *k, const char *papers)
{
    struct manifest m;
    bool more = true;
    TRY(manifest_open(k->cx, papers, &m));
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
static enum rc get(struct getting *k, const char *papers, const char *name, const char *out)
{
    char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX];
    TRY(path_join(k->cx, to, out, name));
    if (path_exists(to))
        return err_set(k->cx, RC_EXISTS, "out", to);
    if (papers)
        TRY(get_files(k, papers));
    else
        report(k, BAG_MANIFEST, DEPOT_LOST, 0);
    if (k->lost)
        return err_setf(k->cx, RC_FILE_MISMATCH, "depot", "%" PRId64, k->lost);
    TRY(path_join(k->cx, from, k->to, name));
    if (rename(from, to) != 0)
        return err_secret(k->cx, rc_of_errno(errno), "rename %s: %s", to, strerror(errno));
    return disk_sync(k->cx, out);
}

enum rc depot_get(struct cx *cx, struct depot *d, const char *id, const char *out, depot_found found,
                  depot_progress progress, void *arg)
{
    struct depot_package p;
    struct getting k = {.cx = cx, .id = id, .found = found, .meter = {.progress = progress, .arg = arg}};
    int papers;
    TRY(depot_find(cx, d, NULL, id, &p));
    TRY(depot_bags(cx, d, id, k.bag, &papers));
    bool away = depot_copy_away(cx, d);
    k.meter.total = p.bytes;
    k.to = arena_printf(cx->arena, "%s/.ut-%s", out, id);
    if (!k.to)
        return cx_nomem(cx);
    path_remove(k.to);
    TRY(path_make_parents(cx, k.to));
    TRY(dir_make(cx, k.to));
    enum rc rc = get(&k, papers < 0 ? NULL : k.bag[papers], p.name, out);
    path_remove(k.to);
    if (rc == RC_OK && !k.bag[0])
        report(&k, "", DEPOT_DAMAGED, 0);
    if (k.lost && away)
        report(&k, "", DEPOT_AWAY, 1);
    return rc;
}
