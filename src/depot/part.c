/*
 * A usage copy (DIP) of chosen parts: the arkivstruktur with them and what stands above them, their
 * documents, and the schemas, in a DIAS tar of its own.
 *
 * The structure passes once. What an open unit has told so far is held till something below it, or the
 * unit itself, turns out to be chosen; then it is written, from the arkiv down.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "depot/depot_int.h"
#include "pack/pack.h"
#include "pack/write.h"

#define HEAD_MAX ((size_t)MiB(16))
#define FLUSH ((size_t)KiB(64))

struct unit {
    struct buf head;        /* its XML so far; freed when it ends */
    bool told;              /* the head is written */
    int depth;
};
struct copying {
    struct cx *cx;
    struct pack *pack;
    const char *const *ids;
    bool *found;
    size_t ids_n;
    struct pack_out *out;
    struct buf text;        /* of out, not written yet */
    struct unit units[PACK_XML_DEPTH];
    size_t units_n;
    int chosen;             /* depth of the chosen unit the reader is in; 0: none */
    const char *ns;         /* of the root */
    const char **files;     /* documents of what is chosen */
    size_t files_n;
    const char *name;       /* of the package, a folder: what its members are called in the manifest begins so. NULL: a file */
    struct used {
        const char *rel;
        char sha256[SHA256_HEX_MAX];    /* "": it is not there */
    } *used;                /* what was looked for in the package, to be held against the manifest */
    size_t used_n;
    enum rc rc;
};

/* ------------------------------------------------------------------ what was received */

static enum rc add_used(struct copying *k, const char *rel, const char *sha256)
{
    struct used *more = arena_grow(k->cx->arena, k->used, k->used_n, sizeof(*more));
    if (!more)
        return cx_nomem(k->cx);
    k->used = more;
    struct used *u = &k->used[k->used_n++];
    u->rel = k->name ? arena_printf(k->cx->arena, "%s/%s", k->name, rel) : rel;
    (void)snprintf(u->sha256, sizeof(u->sha256), "%s", sha256);
    return u->rel ? RC_OK : cx_nomem(k->cx);
}

/* One of the extract that is not there: was it received? */
static enum rc add_missing(struct copying *k, const char *rel)
{
    if (!k->name)
        return RC_OK;
    const char *path = arena_printf(k->cx->arena, "%s%s", pack_layout(k->pack)->extract, rel);
    return path ? add_used(k, path, "") : cx_nomem(k->cx);
}

/* A package that is one file is read whole, of a folder the structure. */
static enum rc sum_source(struct copying *k, const char *source, const char *rel)
{
    char sum[SHA256_HEX_MAX], path[PATH_TEXT_MAX];
    int64_t size;
    (void)snprintf(path, sizeof(path), "%s", source);
    if (k->name)
        TRY(path_join(k->cx, path, source, rel));
    enum rc rc = file_hash(k->cx, path, NULL, sum, &size);
    if (rc == RC_NOMEM)
        return rc;
    err_clear(k->cx);       /* one that cannot be read is damaged */
    return add_used(k, rel, rc == RC_OK ? sum : "?");
}

static int by_rel(const void *a, const void *b)
{
    const struct used *p = a, *q = b;
    return walk_order(p->rel, q->rel);
}

/* What the manifest does not have, nobody has received: then it is not to be there. */
static enum rc compare(struct copying *k, struct manifest *m)
{
    bool more = true;
    TRY(manifest_next(k->cx, m, &more));
    for (size_t i = 0; i < k->used_n;) {
        const struct used *u = &k->used[i];
        int order = more ? walk_order(u->rel, m->rel) : -1;
        if (order > 0) {
            TRY(manifest_next(k->cx, m, &more));
            continue;
        }
        if (!streq(u->sha256, order == 0 ? m->sha256 : ""))
            return err_set(k->cx, RC_FILE_MISMATCH, u->rel, NULL);
        i++;
    }
    return RC_OK;
}

/* RC_FILE_MISMATCH with the first file that is not as it was received as field. */
static enum rc verify(struct copying *k, const char *papers)
{
    struct manifest m;
    qsort(k->used, k->used_n, sizeof(*k->used), by_rel);
    TRY(manifest_open(k->cx, papers, &m));
    enum rc rc = compare(k, &m);
    manifest_close(&m);
    return rc;
}

/* ------------------------------------------------------------------ the structure */

static bool is_unit(const char *name)
{
    static const char *const names[] = {"arkiv", "arkivdel", "klassifikasjonssystem", "klasse", "mappe", "registrering"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (streq(name, names[i]))
            return true;
    return false;
}

static void flow(struct copying *k, bool all)
{
    if (!all && k->text.n < FLUSH)
        return;
    pack_out_write(k->out, k->text.p, k->text.n);
    if (!buf_failed(&k->text))
        buf_reset(&k->text);
}

/* Where XML goes that belongs to the innermost unit. */
static struct buf *target(struct copying *k)
{
    struct unit *u = k->units_n ? &k->units[k->units_n - 1] : NULL;
    return k->chosen || !u || u->told ? &k->text : &u->head;
}

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct copying *k = arg;
    (void)x;
    if (!k->chosen && is_unit(e->name) && k->units_n < PACK_XML_DEPTH) {
        struct unit *u = &k->units[k->units_n++];
        *u = (struct unit){.depth = e->depth};
        buf_init(&u->head, HEAD_MAX);
    }
    pack_xml_echo_start(target(k), e, k->ns);
    k->ns = k->ns ? k->ns : e->ns;
}

static void choose(struct copying *k, struct str id)
{
    for (size_t i = 0; i < k->ids_n; i++) {
        if (!str_is(id, k->ids[i]))
            continue;
        k->found[i] = true;
        k->chosen = k->units[k->units_n - 1].depth;
    }
    for (size_t i = 0; k->chosen && i < k->units_n; i++) {
        struct unit *u = &k->units[i];
        if (!u->told)
            buf_add(&k->text, u->head.p, u->head.n);
        u->told = true;
        k->text.failed |= buf_failed(&u->head);
    }
}

static enum rc add_file(struct copying *k, struct str path)
{
    const char **more = arena_grow(k->cx->arena, k->files, k->files_n, sizeof(*more));
    if (!more)
        return cx_nomem(k->cx);
    k->files = more;
    char *own = arena_strndup(k->cx->arena, path.p, path.n);
    for (char *p = own; p && *p; p++)
        if (*p == '\\')
            *p = '/';
    k->files[k->files_n++] = own;
    return own ? RC_OK : cx_nomem(k->cx);
}

static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct copying *k = arg;
    struct unit *u = k->units_n ? &k->units[k->units_n - 1] : NULL;
    pack_xml_echo_end(target(k), e);
    if (k->chosen && e->leaf && streq(e->name, "referanseDokumentfil"))
        k->rc = add_file(k, e->text);
    if (!k->chosen && u && e->leaf && e->depth == u->depth + 1 && streq(e->name, "systemID"))
        choose(k, e->text);
    if (u && e->depth == u->depth) {
        k->chosen = k->chosen == u->depth ? 0 : k->chosen;
        buf_free(&u->head);
        k->units_n--;
    }
    flow(k, false);
    if (k->rc != RC_OK)
        pack_xml_stop(x);
}

static enum rc read_structure(struct copying *k)
{
    static const struct pack_xml_events events = {.start = on_start, .end = on_end};
    struct pack_stream s;
    const struct pack_entry *e = pack_find_in(k->pack, pack_layout(k->pack)->extract, STR("arkivstruktur.xml"));
    if (!e)
        return err_set(k->cx, RC_NOT_FOUND, "arkivstruktur.xml", NULL);
    TRY(pack_stream_open(k->cx, k->pack, e, &s));
    buf_puts(&k->text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    enum rc rc = pack_xml_read(k->cx, &s, &events, k, NULL);
    pack_stream_close(&s);
    while (k->units_n)
        buf_free(&k->units[--k->units_n].head);
    TRY(rc);
    TRY(k->rc);
    for (size_t i = 0; i < k->ids_n; i++)
        if (!k->found[i])
            return err_set(k->cx, RC_NOT_FOUND, k->ids[i], NULL);
    flow(k, true);
    return buf_failed(&k->text) ? cx_nomem(k->cx) : RC_OK;
}

/* ------------------------------------------------------------------ the tar */

struct packing {
    struct copying *k;
    struct pack_writer *tar;
    struct pack_mets mets;
    struct xw w;
    struct buf list;        /* dias-mets.xml */
    int64_t files;
    const char *work;
};

static enum rc put_path(struct packing *p, const char *path, const char *name)
{
    struct cx *cx = p->k->cx;
    struct pack_sum sum;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
    enum rc rc = size >= 0 && lseek(fd, 0, SEEK_SET) == 0
        ? pack_put_file(cx, p->tar, name, fd, size, &sum) : err_secret(cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    TRY(rc);
    const struct pack_mets_file f = {++p->files, name, pack_mets_mime(name), sum};
    pack_mets_file(&p->w, &p->mets, &f);
    return RC_OK;
}

/* A member of the package, by way of the disk: from a tar or a folder alike. */
static enum rc put_member(struct packing *p, const char *rel)
{
    struct cx *cx = p->k->cx;
    struct pack_stream s;
    struct pack_out *out;
    struct pack_sum sum;
    char chunk[8192];
    size_t n = 1;
    const struct pack_entry *e = pack_find_in(p->k->pack, pack_layout(p->k->pack)->extract, str_of(rel));
    const char *path = arena_printf(cx->arena, "%s/fil", p->work), *name = arena_printf(cx->arena, "content/%s", rel);
    if (!path || !name)
        return cx_nomem(cx);
    if (!e)
        return add_missing(p->k, rel);  /* the structure tells of it all the same */
    (void)unlink(path);
    TRY(pack_stream_open(cx, p->k->pack, e, &s));
    enum rc rc = pack_out_open(cx, path, &out);
    while (rc == RC_OK && n) {
        rc = pack_stream_read(cx, &s, chunk, sizeof(chunk), &n);
        if (rc == RC_OK)
            pack_out_write(out, chunk, n);
    }
    pack_stream_close(&s);
    TRY(rc);
    TRY(pack_out_close(cx, &out, &sum));
    if (p->k->name)
        TRY(add_used(p->k, e->path, sum.sha256));
    return put_path(p, path, name);
}

static enum rc put_schemas(struct packing *p)
{
    struct pack *pack = p->k->pack;
    const char *extract = pack_layout(pack)->extract;
    for (size_t i = pack_first(pack, extract); i < pack_count(pack); i++) {
        const char *path = pack_entry(pack, i)->path;
        size_t n = strlen(path), head = strlen(extract);
        if (strncmp(path, extract, head) != 0)
            break;
        if (n > head + 4 && streq(path + n - 4, ".xsd") && !strchr(path + head, '/'))
            TRY(put_member(p, path + head));
    }
    return RC_OK;
}

static enum rc fill(struct packing *p)
{
    struct cx *cx = p->k->cx;
    struct pack_sum sum;
    const char *structure = arena_printf(cx->arena, "%s/arkivstruktur.xml", p->work);
    if (!structure)
        return cx_nomem(cx);
    TRY(pack_put_folder(cx, p->tar, "content"));
    pack_mets_head(&p->w, &p->mets);
    pack_mets_group(&p->w, &p->mets, true);
    TRY(put_path(p, structure, "content/arkivstruktur.xml"));
    TRY(put_schemas(p));
    for (size_t i = 0; i < p->k->files_n; i++)
        TRY(put_member(p, p->k->files[i]));
    pack_mets_group_end(&p->w);
    pack_mets_tail(&p->w);
    if (buf_failed(&p->list))
        return cx_nomem(cx);
    return pack_put_text(cx, p->tar, "dias-mets.xml", buf_str(&p->list), &sum);
}

static enum rc write_tar(struct copying *k, const struct depot_package *from, const char *work, const char *uuid,
                         const char *path)
{
    struct packing p = {.k = k, .work = work, .mets = {
        .ns = NS_METS, .uuid = uuid, .type = "DIP", .label = from->name, .document = "dias-mets.xml",
        .schema = "dias-mets.xsd", .created = k->cx->now, .system_type = "Noark5", .agreement = from->agreement,
        .archivist = *from->creator ? from->creator : from->owner.name, .system = *from->origin ? from->origin : NULL}};
    buf_init(&p.list, (size_t)MiB(64));
    xw_begin(&p.w, &p.list);
    const char *root = arena_printf(k->cx->arena, "%s/", uuid);
    enum rc rc = root ? pack_writer_tar(k->cx, path, root, k->cx->now, &p.tar) : cx_nomem(k->cx);
    if (rc == RC_OK)
        rc = fill(&p);
    if (rc == RC_OK)
        rc = pack_writer_close(k->cx, &p.tar, NULL);
    else
        pack_writer_drop(&p.tar);
    buf_free(&p.list);
    return rc;
}

/* ------------------------------------------------------------------ all of it */

static enum rc copy_structure(struct copying *k, const char *work)
{
    struct pack_sum sum;
    const char *path = arena_printf(k->cx->arena, "%s/arkivstruktur.xml", work);
    if (!path)
        return cx_nomem(k->cx);
    TRY(pack_out_open(k->cx, path, &k->out));
    buf_init(&k->text, HEAD_MAX);
    enum rc rc = read_structure(k);
    buf_free(&k->text);
    if (rc != RC_OK) {
        pack_out_drop(&k->out);
        return rc;
    }
    return pack_out_close(k->cx, &k->out, &sum);
}

static enum rc make(struct copying *k, const struct depot_package *p, const char *papers, const char *work, const char *out,
                    const char **ret)
{
    char uuid[UUID_TEXT_MAX];
    uuid_new(uuid);
    const char *tar = arena_printf(k->cx->arena, "%s/%s.tar", work, uuid);
    const char *name = arena_printf(k->cx->arena, "%s/%s.tar", out, uuid);
    if (!tar || !name)
        return cx_nomem(k->cx);
    TRY(copy_structure(k, work));
    TRY(write_tar(k, p, work, uuid, tar));
    TRY(verify(k, papers));
    TRY(disk_sync(k->cx, tar));
    if (rename(tar, name) != 0)
        return err_secret(k->cx, rc_of_errno(errno), "rename %s: %s", name, strerror(errno));
    *ret = name;
    return dir_sync(k->cx, out);
}

/* From one copy: its data, what of it is read, and what the manifest says of that. */
static enum rc part_of(struct copying *k, const struct depot_package *p, const char *bag, const char *papers,
                       const char *work, const char *out, const char **ret)
{
    char source[PATH_TEXT_MAX];
    struct stat st;
    TRY(data_path(k->cx, source, bag, p->name));
    k->name = lstat(source, &st) == 0 && S_ISDIR(st.st_mode) ? p->name : NULL;
    k->files_n = k->used_n = 0;
    memset(k->found, 0, k->ids_n * sizeof(*k->found));
    if (!k->name) {
        TRY(sum_source(k, source, p->name));
        TRY(verify(k, papers));
    }
    TRY(pack_open(k->cx, source, &k->pack));
    enum rc rc = RC_OK;
    const struct pack_entry *e = pack_find_in(k->pack, pack_layout(k->pack)->extract, STR("arkivstruktur.xml"));
    if (k->name)
        rc = e ? sum_source(k, source, e->path) : add_missing(k, "arkivstruktur.xml");
    if (rc == RC_OK && k->used_n)
        rc = verify(k, papers);
    if (rc == RC_OK)
        rc = make(k, p, papers, work, out, ret);
    pack_close(&k->pack);
    return rc;
}

static enum rc from_either(struct copying *k, const struct depot_package *p, const char *const bag[2], const char *papers,
                           const char *work, const char *out, depot_found found, void *arg, const char **ret)
{
    enum rc rc = RC_FILE_MISMATCH;
    for (int i = 0; i < 2 && rc == RC_FILE_MISMATCH; i++) {
        if (!bag[i])
            continue;
        err_clear(k->cx);
        path_remove(work);
        TRY(dir_make(k->cx, work));
        rc = part_of(k, p, bag[i], papers, work, out, ret);
        const struct depot_finding f = {p->id, k->cx->err.field, i == 0 && bag[1] ? DEPOT_DAMAGED : DEPOT_LOST, i == 1, ""};
        if (rc == RC_FILE_MISMATCH && found)
            found(arg, &f);
    }
    return rc;
}

enum rc depot_part(struct cx *cx, struct depot *d, const char *id, const char *const *parts, size_t parts_n,
                   const char *out, depot_found found, void *arg, const char **ret)
{
    struct depot_package p;
    const char *bag[2], *work;
    int papers;
    TRY(depot_find(cx, d, NULL, id, &p));
    TRY(depot_bags(cx, d, id, bag, &papers));
    struct copying *k = arena_alloc(cx->arena, sizeof(*k));
    bool *chosen = arena_array(cx->arena, parts_n + 1, sizeof(*chosen));
    work = arena_printf(cx->arena, "%s/.ut-%s", out, id);
    if (!k || !chosen || !work)
        return cx_nomem(cx);
    *k = (struct copying){.cx = cx, .ids = parts, .ids_n = parts_n, .found = chosen};
    if (papers < 0) {
        const struct depot_finding f = {p.id, BAG_MANIFEST, DEPOT_LOST, false, ""};
        if (found)
            found(arg, &f);
        return err_set(cx, RC_FILE_MISMATCH, BAG_MANIFEST, NULL);
    }
    TRY(path_make_parents(cx, work));
    enum rc rc = from_either(k, &p, bag, bag[papers], work, out, found, arg, ret);
    path_remove(work);
    return rc;
}
