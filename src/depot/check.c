/*
 * The fixity check: every byte of both copies against the manifest, each restored from the other.
 *
 * Restored files are written beside their place and renamed. They are on stable storage before the event
 * is written; a crash before that leaves damage that the next check finds again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "depot/depot_int.h"

#define NAMED_MAX 50        /* files an event tells by name */

struct checking {
    struct cx *cx;
    const char *id;
    const char *bag[2];         /* [1] NULL: no second copy is kept */
    bool whole[2];              /* the copy is made anew: its files are no findings */
    depot_found found;
    void *arg;
    struct meter meter;
    int64_t restored, lost, extra;
    struct buf note;
};

static void report(struct checking *k, const char *file, enum depot_state state, int copy)
{
    static const char *const words[] = {[DEPOT_RESTORED] = "restored", [DEPOT_LOST] = "lost", [DEPOT_EXTRA] = "extra"};
    struct depot_finding f = {k->id, file, state, copy == 1};
    int64_t before = k->restored + k->lost + k->extra;
    k->restored += state == DEPOT_RESTORED;
    k->lost += state == DEPOT_LOST;
    k->extra += state == DEPOT_EXTRA;
    if (before < NAMED_MAX)
        buf_printf(&k->note, "%s%s: %s", copy ? "copy: " : "", words[state], file);
    if (before < NAMED_MAX)
        buf_putc(&k->note, '\n');
    if (k->found)
        k->found(k->arg, &f);
}

/* ------------------------------------------------------------------ one file */

/* A file that cannot be read is as damaged as one that reads wrong. */
static enum rc sound(struct checking *k, int copy, const char *sha256, const char *rel, bool *ret)
{
    char path[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
    int64_t size;
    *ret = false;
    if (!k->bag[copy] || k->whole[copy])
        return RC_OK;
    TRY(data_path(k->cx, path, k->bag[copy], rel));
    enum rc rc = file_hash(k->cx, path, &k->meter, sum, &size);
    if (rc == RC_NOMEM || rc == RC_BUSY)
        return rc;
    err_clear(k->cx);
    *ret = rc == RC_OK && streq(sum, sha256);
    return RC_OK;
}

static enum rc mend(struct checking *k, int copy, const char *sha256, const char *rel, bool *ret)
{
    char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX], beside[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
    int64_t size;
    TRY(data_path(k->cx, from, k->bag[!copy], rel));
    TRY(data_path(k->cx, to, k->bag[copy], rel));
    TRY(path_join(k->cx, beside, k->bag[copy], ".ny"));
    path_remove(beside);
    const char *const one[2] = {beside, NULL};
    TRY(file_copy(k->cx, from, one, &k->meter, sum, &size));
    *ret = streq(sum, sha256);
    if (*ret) {
        TRY(path_make_parents(k->cx, to));
        if (rename(beside, to) != 0)
            return err_secret(k->cx, RC_IO, "rename %s: %s", to, strerror(errno));
    }
    path_remove(beside);
    return RC_OK;
}

static enum rc check_file(struct checking *k, const char *sha256, const char *rel)
{
    bool ok[2];
    for (int i = 0; i < 2; i++)
        TRY(sound(k, i, sha256, rel, &ok[i]));
    for (int i = 0; i < 2; i++) {
        if (ok[i] || !k->bag[i])
            continue;
        bool mended = false;
        if (ok[!i])
            TRY(mend(k, i, sha256, rel, &mended));
        if (!mended)
            report(k, rel, DEPOT_LOST, i);
        else if (!k->whole[i])
            report(k, rel, DEPOT_RESTORED, i);
    }
    return RC_OK;
}

static enum rc check_files(struct checking *k)
{
    struct manifest m;
    bool more = true;
    TRY(manifest_open(k->cx, k->bag[0], &m));
    enum rc rc = manifest_next(k->cx, &m, &more);
    while (rc == RC_OK && more) {
        rc = check_file(k, m.sha256, m.rel);
        if (rc == RC_OK)
            rc = manifest_next(k->cx, &m, &more);
    }
    manifest_close(&m);
    return rc;
}

/* ------------------------------------------------------------------ files nobody has received */

/* The manifest is in the order of walk, so one goes along with the other. */
struct extras {
    struct checking *check;
    int copy;
    struct manifest manifest;
    bool more;
};

static enum rc look_up(void *arg, const char *rel, int64_t size)
{
    struct extras *e = arg;
    (void)size;
    while (e->more && walk_order(e->manifest.rel, rel) < 0)
        TRY(manifest_next(e->check->cx, &e->manifest, &e->more));
    if (!e->more || walk_order(e->manifest.rel, rel) != 0)
        report(e->check, rel, DEPOT_EXTRA, e->copy);
    return RC_OK;
}

static enum rc check_extras(struct checking *k, int copy)
{
    char data[PATH_TEXT_MAX];
    struct extras e = {.check = k, .copy = copy, .more = true};
    if (!k->bag[copy])
        return RC_OK;
    TRY(path_join(k->cx, data, k->bag[copy], "data"));
    TRY(manifest_open(k->cx, k->bag[0], &e.manifest));
    enum rc rc = manifest_next(k->cx, &e.manifest, &e.more);
    if (rc == RC_OK && path_exists(data))
        rc = walk(k->cx, data, look_up, &e);
    manifest_close(&e.manifest);
    return rc;
}

/* ------------------------------------------------------------------ papers */

static enum rc copy_paper(struct checking *k, int to, const char *name)
{
    char path[PATH_TEXT_MAX];
    struct str text;
    TRY(path_join(k->cx, path, k->bag[!to], name));
    enum rc rc = file_read(k->cx, path, (size_t)MiB(16), &text);
    if (rc != RC_OK)
        return rc;
    TRY(path_join(k->cx, path, k->bag[to], name));
    return file_write(k->cx, path, text);
}

/* The manifest may be as large as the package has files: it is copied, not held. */
static enum rc copy_manifest(struct checking *k, int to)
{
    char from[PATH_TEXT_MAX], path[PATH_TEXT_MAX], beside[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
    int64_t size;
    TRY(path_join(k->cx, from, k->bag[!to], BAG_MANIFEST));
    TRY(path_join(k->cx, path, k->bag[to], BAG_MANIFEST));
    TRY(path_join(k->cx, beside, k->bag[to], ".ny"));
    path_remove(beside);
    const char *const one[2] = {beside, NULL};
    TRY(file_copy(k->cx, from, one, NULL, sum, &size));
    return rename(beside, path) == 0 ? RC_OK : err_secret(k->cx, RC_IO, "rename %s: %s", path, strerror(errno));
}

static enum rc mend_papers(struct checking *k, int to)
{
    static const char *const papers[] = {"bagit.txt", BAG_INFO, BAG_TAGS};
    char events[PATH_TEXT_MAX];
    for (size_t i = 0; i < COUNT_OF(papers); i++)
        TRY(copy_paper(k, to, papers[i]));
    TRY(copy_manifest(k, to));
    TRY(path_join(k->cx, events, k->bag[to], BAG_EVENTS));
    return path_exists(events) ? RC_OK : copy_paper(k, to, BAG_EVENTS);
}

/* Which copy tells what was received? *ret false: neither does. */
static enum rc check_papers(struct checking *k, bool *ret)
{
    bool ok[2];
    for (int i = 0; i < 2; i++)
        ok[i] = k->bag[i] && !k->whole[i] && bag_sound(k->cx, k->bag[i]);
    *ret = ok[0] || ok[1];
    for (int i = 0; i < 2; i++) {
        if (ok[i] || !k->bag[i])
            continue;
        if (*ret)
            TRY(mend_papers(k, i));
        report(k, k->whole[i] ? "" : BAG_MANIFEST, *ret ? DEPOT_RESTORED : DEPOT_LOST, i);
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ all of it */

static enum rc begin_copy(struct checking *k, struct depot *d, int i)
{
    if (i && !d->copy)
        return RC_OK;
    TRY(depot_bag(k->cx, d, k->id, i == 1, &k->bag[i]));
    k->whole[i] = !path_exists(k->bag[i]);
    return k->whole[i] ? dir_make(k->cx, k->bag[i]) : RC_OK;
}

static enum rc write_event(struct checking *k)
{
    const char *outcome = k->lost ? "failure" : k->restored ? "restored" : k->extra ? "warning" : "success";
    int64_t named = k->restored + k->lost + k->extra;
    if (named > NAMED_MAX)
        buf_printf(&k->note, "… (%" PRId64 ")\n", named);
    if (buf_failed(&k->note))
        return cx_nomem(k->cx);
    TRY(premis_event(k->cx, k->bag[0], "fixity check", outcome, buf_str(&k->note)));
    return k->bag[1] ? copy_paper(k, 1, BAG_EVENTS) : RC_OK;
}

static enum rc check_all(struct checking *k)
{
    bool told;
    struct depot_package p;
    TRY(check_papers(k, &told));
    if (!told)
        return RC_OK;
    TRY(bag_info(k->cx, k->bag[0], &p));
    k->meter.total = p.bytes * (k->bag[1] ? 2 : 1);
    TRY(check_files(k));
    for (int i = 0; i < 2; i++)
        TRY(check_extras(k, i));
    for (int i = 0; i < 2 && k->bag[i] && k->restored; i++)
        TRY(disk_sync(k->cx, k->bag[i]));
    return write_event(k);
}

enum rc depot_check(struct cx *cx, struct depot *d, const char *id, depot_found found, depot_progress progress,
                    void *arg)
{
    struct depot_package p;
    struct checking k = {.cx = cx, .id = id, .found = found, .arg = arg, .meter = {.progress = progress, .arg = arg}};
    enum rc rc = depot_find(cx, d, NULL, id, &p);
    if (rc == RC_NOT_FOUND || rc == RC_NOMEM)
        return rc;
    err_clear(cx);              /* papers that cannot be read are a finding */
    for (int i = 0; i < 2; i++)
        TRY(begin_copy(&k, d, i));
    int lock = depot_lock(k.bag[0], true);
    buf_init(&k.note, (size_t)MiB(1));
    rc = lock >= 0 ? check_all(&k) : err_secret(cx, RC_IO, "lock %s: %s", k.bag[0], strerror(errno));
    buf_free(&k.note);
    if (lock >= 0)
        (void)close(lock);
    return rc;
}
