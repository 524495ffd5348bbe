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
    struct depot *depot;
    const char *bag[2];         /* NULL: that copy is not there, and is not to be */
    bool whole[2];              /* the copy is made anew, under another name: its files are no findings */
    int lock[2];
    int papers;                 /* whose manifest is believed */
    depot_found found;
    void *arg;
    struct meter meter;
    int64_t counts[DEPOT_AWAY + 1], findings;
    struct buf note;
};

static void report(struct checking *k, const char *file, enum depot_state state, int copy, const char *why)
{
    static const char *const words[] = {[DEPOT_RESTORED] = "restored", [DEPOT_DAMAGED] = "damaged", [DEPOT_LOST] = "lost",
                                        [DEPOT_EXTRA] = "extra", [DEPOT_AWAY] = "is not there"};
    struct depot_finding f = {k->id, file, state, copy == 1, why};
    k->counts[state]++;
    if (k->findings++ < NAMED_MAX) {
        buf_printf(&k->note, "%s%s: %s", copy ? "copy: " : "", words[state], file);
        buf_printf(&k->note, *why ? " (%s)\n" : "\n", why);
    }
    if (k->found)
        k->found(k->arg, &f);
}

/* A copy that was to be made anew is not. */
static void drop_new(struct checking *k, int copy)
{
    if (!k->whole[copy])
        return;
    path_remove(k->bag[copy]);
    k->bag[copy] = NULL;
    k->whole[copy] = false;
}

/* The copy cannot be written. */
static void give_up(struct checking *k, const char *file, int copy)
{
    report(k, k->whole[copy] ? "" : file, DEPOT_DAMAGED, copy, depot_why(k->cx));
    drop_new(k, copy);
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
    enum rc rc = file_copy(k->cx, from, one, &k->meter, sum, &size);
    *ret = rc == RC_OK && streq(sum, sha256);
    if (*ret)
        rc = path_make_parents(k->cx, to);
    if (*ret && rc == RC_OK && rename(beside, to) != 0)
        rc = err_secret(k->cx, rc_of_errno(errno), "rename %s: %s", to, strerror(errno));
    path_remove(beside);
    return rc;
}

static enum rc restore(struct checking *k, int copy, const char *sha256, const char *rel)
{
    bool mended = false;
    enum rc rc = mend(k, copy, sha256, rel, &mended);
    if (rc == RC_NOMEM || rc == RC_BUSY)
        return rc;
    if (rc != RC_OK)
        give_up(k, rel, copy);
    else if (!mended)
        report(k, rel, DEPOT_LOST, copy, "");
    else if (!k->whole[copy])
        report(k, rel, DEPOT_RESTORED, copy, "");
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
        if (ok[!i])
            TRY(restore(k, i, sha256, rel));
        else
            report(k, rel, DEPOT_LOST, i, "");
    }
    return RC_OK;
}

static enum rc check_files(struct checking *k)
{
    struct manifest m;
    bool more = true;
    TRY(manifest_open(k->cx, k->bag[k->papers], &m));
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
        report(e->check, rel, DEPOT_EXTRA, e->copy, "");
    return RC_OK;
}

static enum rc check_extras(struct checking *k, int copy)
{
    char data[PATH_TEXT_MAX];
    struct extras e = {.check = k, .copy = copy, .more = true};
    if (!k->bag[copy] || k->whole[copy])
        return RC_OK;
    TRY(path_join(k->cx, data, k->bag[copy], "data"));
    TRY(manifest_open(k->cx, k->bag[k->papers], &e.manifest));
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
    enum rc rc = file_copy(k->cx, from, one, NULL, sum, &size);
    if (rc == RC_OK && rename(beside, path) != 0)
        rc = err_secret(k->cx, rc_of_errno(errno), "rename %s: %s", path, strerror(errno));
    path_remove(beside);
    return rc;
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

/* Which copy tells what was received? k->papers is -1 when neither does. */
static enum rc check_papers(struct checking *k)
{
    bool ok[2];
    k->papers = -1;
    for (int i = 1; i >= 0; i--) {
        ok[i] = k->bag[i] && !k->whole[i] && bag_sound(k->cx, k->bag[i]);
        k->papers = ok[i] ? i : k->papers;
    }
    for (int i = 0; i < 2; i++) {
        if (ok[i] || !k->bag[i])
            continue;
        enum rc rc = k->papers >= 0 ? mend_papers(k, i) : RC_OK;
        if (rc == RC_NOMEM)
            return rc;
        if (rc != RC_OK)
            give_up(k, BAG_MANIFEST, i);
        else if (k->papers < 0)
            report(k, k->whole[i] ? "" : BAG_MANIFEST, DEPOT_LOST, i, "");
        else if (!k->whole[i])
            report(k, BAG_MANIFEST, DEPOT_RESTORED, i, "");
        if (k->papers < 0)
            drop_new(k, i);
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ all of it */

/* A copy that is gone is made under another name, as a new package is. */
static enum rc begin_anew(struct checking *k, int i)
{
    const char *dir = i ? k->depot->copy : k->depot->dir;
    depot_sweep(dir);
    k->whole[i] = true;
    k->bag[i] = arena_printf(k->cx->arena, "%s/" UNDER_WAY "%s", dir, k->id);
    if (!k->bag[i])
        return cx_nomem(k->cx);
    if (dir_make(k->cx, k->bag[i]) != RC_OK) {
        give_up(k, "", i);
        return RC_OK;
    }
    k->lock[i] = depot_lock(k->bag[i], false);
    if (k->lock[i] >= 0)
        return RC_OK;
    k->bag[i] = NULL;           /* another check is making it, and what is there is its own */
    k->whole[i] = false;
    return err_set(k->cx, RC_BUSY, NULL, NULL);
}

/* A second copy that is not there is told, and the first is checked all the same. */
static enum rc begin_copy(struct checking *k, int i)
{
    if (i && !k->depot->copy)
        return RC_OK;
    enum rc rc = i ? depot_copy_ready(k->cx, k->depot) : RC_OK;
    if (rc == RC_NOMEM)
        return rc;
    if (rc != RC_OK) {
        report(k, "", DEPOT_AWAY, 1, depot_why(k->cx));
        return RC_OK;
    }
    TRY(depot_bag(k->cx, k->depot, k->id, i == 1, &k->bag[i]));
    if (!path_exists(k->bag[i]))
        return begin_anew(k, i);
    k->lock[i] = i ? -1 : depot_lock(k->bag[i], true);
    return i || k->lock[i] >= 0 ? RC_OK : err_secret(k->cx, RC_IO, "lock %s: %s", k->bag[i], strerror(errno));
}

/* The events stand with the papers that are believed, or with those that can be read at all. */
static enum rc write_event(struct checking *k)
{
    const int64_t *n = k->counts;
    const char *outcome = n[DEPOT_LOST] || n[DEPOT_DAMAGED] ? "failure" : n[DEPOT_RESTORED] ? "restored"
                        : n[DEPOT_EXTRA] || n[DEPOT_AWAY] ? "warning" : "success";
    int first = k->papers >= 0 ? k->papers : k->bag[0] ? 0 : 1;
    if (k->findings > NAMED_MAX)
        buf_printf(&k->note, "… (%" PRId64 ")\n", k->findings);
    if (buf_failed(&k->note))
        return cx_nomem(k->cx);
    enum rc rc = k->bag[first] ? premis_event(k->cx, k->bag[first], "fixity check", outcome, buf_str(&k->note)) : RC_OK;
    if (rc == RC_OK && k->bag[!first])
        rc = copy_paper(k, !first, BAG_EVENTS);
    if (rc == RC_NOMEM || rc == RC_OK)
        return rc;
    report(k, BAG_EVENTS, DEPOT_DAMAGED, k->bag[!first] ? !first : first, depot_why(k->cx));
    return RC_OK;
}

/* What was made anew gets its name. */
static enum rc finish(struct checking *k, int i)
{
    const char *bag;
    if (!k->bag[i] || !k->whole[i])
        return RC_OK;
    TRY(depot_bag(k->cx, k->depot, k->id, i == 1, &bag));
    if (rename(k->bag[i], bag) != 0)
        return err_secret(k->cx, rc_of_errno(errno), "rename %s: %s", bag, strerror(errno));
    k->whole[i] = false;
    return dir_sync(k->cx, i ? k->depot->copy : k->depot->dir);
}

static enum rc check_content(struct checking *k)
{
    struct depot_package p;
    TRY(bag_info(k->cx, k->bag[k->papers], &p));
    k->meter.total = p.bytes * (k->bag[1] ? 2 : 1);
    TRY(check_files(k));
    for (int i = 0; i < 2; i++)
        TRY(check_extras(k, i));
    return RC_OK;
}

static enum rc check_all(struct checking *k)
{
    for (int i = 0; i < 2; i++)
        TRY(begin_copy(k, i));
    TRY(check_papers(k));
    if (k->papers >= 0)
        TRY(check_content(k));
    for (int i = 0; i < 2; i++) {
        if (k->bag[i] && k->whole[i])
            report(k, "", DEPOT_RESTORED, i, "");
        if (k->bag[i] && k->counts[DEPOT_RESTORED])
            TRY(disk_sync(k->cx, k->bag[i]));
    }
    TRY(write_event(k));
    for (int i = 0; i < 2; i++)
        TRY(finish(k, i));
    return RC_OK;
}

enum rc depot_check(struct cx *cx, struct depot *d, const char *id, depot_found found, depot_progress progress,
                    void *arg)
{
    struct depot_package p;
    struct checking k = {.cx = cx, .depot = d, .id = id, .found = found, .arg = arg, .lock = {-1, -1},
                         .meter = {.progress = progress, .arg = arg}};
    enum rc rc = depot_find(cx, d, NULL, id, &p);
    if (rc == RC_NOT_FOUND || rc == RC_NOMEM)
        return rc;
    err_clear(cx);              /* papers that cannot be read are a finding */
    buf_init(&k.note, (size_t)MiB(1));
    rc = check_all(&k);
    buf_free(&k.note);
    for (int i = 0; i < 2; i++) {
        if (k.bag[i] && k.whole[i])
            path_remove(k.bag[i]);
        if (k.lock[i] >= 0)
            (void)close(k.lock[i]);
    }
    return rc;
}
