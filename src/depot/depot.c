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

/* What killed processes left. */
void depot_sweep(const char *dir)
{
    DIR *at = opendir(dir);
    const struct dirent *e;
    while (at && (e = readdir(at))) {
        char path[PATH_TEXT_MAX];
        if (strncmp(e->d_name, UNDER_WAY, strlen(UNDER_WAY)) != 0)
            continue;
        int n = snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
        int lock = n > 0 && (size_t)n < sizeof(path) ? depot_lock(path, false) : -1;
        if (lock < 0)
            continue;           /* somebody is at it */
        path_remove(path);
        (void)close(lock);
    }
    if (at)
        (void)closedir(at);
}

/* ------------------------------------------------------------------ the second copy */

#define COPY_MARK ".samdrift-kopi"      /* in the folder of second copies */
#define COPY_NOTE ".kopi"               /* in DIR/depot: where that was */

static bool noted(struct cx *cx, const struct depot *d)
{
    char note[PATH_TEXT_MAX];
    struct str told;
    bool ret = path_join(cx, note, d->dir, COPY_NOTE) == RC_OK && file_read(cx, note, PATH_TEXT_MAX, &told) == RC_OK &&
               str_is(told, d->copy);
    err_clear(cx);
    return ret;
}

static bool marked(struct cx *cx, const struct depot *d)
{
    char mark[PATH_TEXT_MAX];
    bool ret = path_join(cx, mark, d->copy, COPY_MARK) == RC_OK && path_exists(mark);
    err_clear(cx);
    return ret;
}

/* An unmounted disk leaves an empty folder behind: it is not the copy, and nothing is written there. */
bool depot_copy_away(struct cx *cx, const struct depot *d)
{
    return d->copy && !marked(cx, d) && noted(cx, d);
}

static enum rc away(struct cx *cx, const struct depot *d, const char *why)
{
    return err_setf(cx, RC_COPY_AWAY, "kopi", "%s (%s)", d->copy, why);
}

static enum rc mark_copy(struct cx *cx, const struct depot *d)
{
    char mark[PATH_TEXT_MAX], note[PATH_TEXT_MAX];
    TRY(path_join(cx, mark, d->copy, COPY_MARK));
    TRY(path_join(cx, note, d->dir, COPY_NOTE));
    if (marked(cx, d) && noted(cx, d))
        return RC_OK;
    TRY(path_make_parents(cx, d->copy));
    TRY(dir_make(cx, d->copy));
    TRY(file_write(cx, mark, str_of(d->dir)));
    return file_write(cx, note, str_of(d->copy));
}

enum rc depot_copy_ready(struct cx *cx, const struct depot *d)
{
    if (depot_copy_away(cx, d)) {
        const char *why = arena_printf(cx->arena, cx->lang == LANG_EN ? "it is empty; for a new disk, delete %s/" COPY_NOTE
                                                                      : "den er tom; er disken ny, slett %s/" COPY_NOTE, d->dir);
        return why ? away(cx, d, why) : cx_nomem(cx);
    }
    enum rc rc = mark_copy(cx, d);
    return rc == RC_OK || rc == RC_NOMEM || rc == RC_NO_SPACE ? rc : away(cx, d, depot_why(cx));
}

const char *depot_why(struct cx *cx)
{
    const char *why = cx->err.secret && *cx->err.secret ? cx->err.secret : cx->err.detail;
    err_clear(cx);
    return why ? why : "";
}

enum rc depot_bags(struct cx *cx, const struct depot *d, const char *id, const char *ret[2], int *ret_papers)
{
    *ret_papers = -1;
    for (int i = 0; i < 2; i++) {
        ret[i] = NULL;
        if (i && !d->copy)
            break;
        TRY(depot_bag(cx, d, id, i == 1, &ret[i]));
        if (!path_exists(ret[i]))
            ret[i] = NULL;
        else if (*ret_papers < 0 && bag_sound(cx, ret[i]))
            *ret_papers = i;
    }
    return RC_OK;
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
    if (d->copy && read_ids(cx, d->copy, &ids) == RC_NOMEM)
        return RC_NOMEM;
    err_clear(cx);              /* a second copy that is away is told by those who write to it */
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
