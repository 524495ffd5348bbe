/* The depot: which packages there are, and whose. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "depot/depot_int.h"

enum rc depot_open(struct cx *cx, const char *dir, const char *copy, struct depot **ret)
{
    char path[PATH_TEXT_MAX];
    TRY(path_join(cx, path, dir, "depot"));
    TRY(dir_make(cx, path));
    bool two = copy && *copy;
    if (two) {
        TRY(path_make_parents(cx, copy));
        TRY(dir_make(cx, copy));
    }
    struct depot *d = mem_new(sizeof(*d));
    d->dir = mem_strdup(path);
    d->copy = two ? mem_strdup(copy) : NULL;
    *ret = d;
    return RC_OK;
}

void depot_close(struct depot **pd)
{
    struct depot *d = *pd;
    if (!d)
        return;
    watch_stop(&d->watch);
    mem_free(d->dir);
    mem_free(d->copy);
    mem_free(d);
    *pd = NULL;
}

enum rc depot_bag(struct cx *cx, const struct depot *d, const char *id, bool copy, const char **ret)
{
    *ret = arena_printf(cx->arena, "%s/%s", copy ? d->copy : d->dir, id);
    return *ret ? RC_OK : cx_nomem(cx);
}

int depot_lock(const char *bag, bool wait)
{
    int fd = open(bag, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* ------------------------------------------------------------------ finding */

/* What the bag tells of itself; the second copy speaks for one that cannot. */
static enum rc read_package(struct cx *cx, const struct depot *d, const char *id, struct depot_package *ret)
{
    const char *bag;
    TRY(depot_bag(cx, d, id, false, &bag));
    enum rc rc = bag_info(cx, bag, ret);
    if (rc == RC_OK || !d->copy || rc == RC_NOMEM)
        return rc;
    err_clear(cx);
    TRY(depot_bag(cx, d, id, true, &bag));
    return bag_info(cx, bag, ret);
}

static bool owned(const struct depot_package *p, const struct depot_owner *o)
{
    return !o || (o->guest == p->owner.guest && streq(o->name, p->owner.name));
}

enum rc depot_find(struct cx *cx, struct depot *d, const struct depot_owner *owner, const char *id,
                   struct depot_package *ret)
{
    struct depot_package p;
    if (!uuid_valid(str_of(id)))
        return err_set(cx, RC_NOT_FOUND, id, NULL);
    TRY(read_package(cx, d, id, &p));
    if (!owned(&p, owner))
        return err_set(cx, RC_NOT_FOUND, id, NULL);
    *ret = p;
    return RC_OK;
}

enum rc depot_path(struct cx *cx, struct depot *d, const struct depot_package *p, const char **ret)
{
    *ret = arena_printf(cx->arena, "%s/%s/data/%s", d->dir, p->id, p->name);
    return *ret ? RC_OK : cx_nomem(cx);
}

/* ------------------------------------------------------------------ all */

struct ids {
    char (*v)[UUID_TEXT_MAX];
    size_t n;
};

static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* id is a valid UUID. */
static enum rc add_id(struct cx *cx, struct ids *ids, const char *id)
{
    char (*more)[UUID_TEXT_MAX] = arena_grow(cx->arena, ids->v, ids->n, sizeof(*more));
    if (!more)
        return cx_nomem(cx);
    ids->v = more;
    memcpy(ids->v[ids->n++], id, UUID_TEXT_MAX);
    return RC_OK;
}

static enum rc read_ids(struct cx *cx, const char *dir, struct ids *ids)
{
    DIR *at = opendir(dir);
    if (!at)
        return err_secret(cx, RC_IO, "opendir %s: %s", dir, strerror(errno));
    const struct dirent *e;
    enum rc rc = RC_OK;
    while (rc == RC_OK && (e = readdir(at)))
        if (uuid_valid(str_of(e->d_name)))
            rc = add_id(cx, ids, e->d_name);
    (void)closedir(at);
    return rc;
}

/* A package whose papers are gone in both copies is listed all the same, with what is known: its id. */
static enum rc list_one(struct cx *cx, struct depot *d, const struct depot_owner *owner, const char *id,
                        struct depot_package *out, size_t *n)
{
    struct depot_package p;
    enum rc rc = read_package(cx, d, id, &p);
    if (rc == RC_NOMEM)
        return rc;
    if (rc != RC_OK) {
        err_clear(cx);
        p = (struct depot_package){.owner = {"", false}, .agreement = "", .creator = "", .origin = "", .name = "",
                                   .received = "", .sha256 = ""};
        (void)snprintf(p.id, sizeof(p.id), "%s", id);
    }
    if (owned(&p, owner))
        out[(*n)++] = p;
    return RC_OK;
}

/* Ids are in order of time. */
enum rc depot_list(struct cx *cx, struct depot *d, const struct depot_owner *owner, struct depot_package **ret,
                   size_t *ret_n)
{
    struct ids ids = {.n = 0};
    TRY(read_ids(cx, d->dir, &ids));
    if (d->copy)
        TRY(read_ids(cx, d->copy, &ids));
    if (ids.n)
        qsort(ids.v, ids.n, sizeof(*ids.v), by_id);
    struct depot_package *all = arena_array(cx->arena, ids.n + 1, sizeof(*all));
    if (!all)
        return cx_nomem(cx);
    size_t n = 0;
    for (size_t i = 0; i < ids.n; i++)
        if (i == 0 || !streq(ids.v[i], ids.v[i - 1]))
            TRY(list_one(cx, d, owner, ids.v[i], all, &n));
    *ret = all;
    *ret_n = n;
    return RC_OK;
}
