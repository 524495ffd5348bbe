/*
 * The package round the extract, in Arkade's structure: {uuid}.tar with content/, administrative and
 * descriptive metadata, and {uuid}.xml beside it. METS comes last and does not list itself; its list
 * is written as the files pass.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deposit/export_int.h"

struct dias {
    struct export *x;
    struct pack_writer *tar;
    struct pack_mets mets;
    struct xml_file list;           /* dias-mets.xml */
    int64_t files;
    char start[11], end[11];
};

static enum rc listed(struct export *x, void *arg, const char *name, const struct pack_sum *sum)
{
    struct dias *d = arg;
    const struct pack_mets_file f = {++d->files, name, pack_mets_mime(name), *sum};
    pack_mets_file(&d->list.w, &d->mets, &f);
    return file_flow(x, &d->list);
}

static enum rc put_text(struct dias *d, const char *name, struct str text)
{
    struct pack_sum sum;
    TRY(pack_put_text(d->x->cx, d->tar, name, text, &sum));
    return listed(d->x, d, name, &sum);
}

static enum rc put_buf(struct dias *d, const char *name, struct buf *b)
{
    enum rc rc = buf_failed(b) ? cx_nomem(d->x->cx) : put_text(d, name, buf_str(b));
    buf_free(b);
    return rc;
}

static enum rc put_schema(struct dias *d, const char *name, const char *as)
{
    struct export *x = d->x;
    struct str text;
    TRY(schema_find(x, name, &text));
    return text.n ? put_text(d, as, text) : schema_leave_out(x, name);
}

/* A file of the folder of work. It goes away with the last use. */
static enum rc put_work(struct dias *d, const char *name, const char *as, int64_t size, bool last)
{
    struct export *x = d->x;
    struct pack_sum sum;
    char *path = work_path(x, name);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return err_secret(x->cx, RC_IO, "%s cannot be read back", name);
    enum rc rc = pack_put_file(x->cx, d->tar, as, fd, size, &sum);
    (void)close(fd);
    TRY(rc);
    if (last)
        (void)unlink(path);
    return listed(x, d, as, &sum);
}

static enum rc put_content(struct dias *d, const char *name, int64_t size, bool last)
{
    char *as = arena_printf(d->x->cx->arena, "content/%s", name);
    return as ? put_work(d, name, as, size, last) : cx_nomem(d->x->cx);
}

/* The handbook of the system is somebody's to write: where it is told, it goes along. */
static enum rc put_handbook(struct dias *d)
{
    struct export *x = d->x;
    const char *path = x->o->handbook, *as = "content/systemhåndbok.pdf";
    struct pack_sum sum;
    struct stat st;
    if (!path)
        return schema_leave_out(x, "systemhåndbok.pdf");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return err_set(x->cx, RC_NOT_FOUND, "systemhaandbok", path);
    }
    enum rc rc = pack_put_file(x->cx, d->tar, as, fd, st.st_size, &sum);
    (void)close(fd);
    TRY(rc);
    x->r->bytes += sum.size;
    return listed(x, d, as, &sum);
}

static enum rc put_extract(struct dias *d)
{
    struct export *x = d->x;
    const struct xml_file *const files[] = {&x->structure, &x->changes, &x->running, &x->public};
    TRY(put_content(d, x->extract.name, x->extract.sum.size, false));
    for (size_t i = 0; i < COUNT_OF(files); i++)
        if (files[i]->made)
            TRY(put_content(d, files[i]->name, files[i]->sum.size, true));
    for (const struct listed *l = x->schemas; l; l = l->next)
        TRY(put_content(d, l->name, l->sum.size, true));
    if (x->o->form == EXPORT_AIP)
        TRY(put_handbook(d));
    return documents_copy(x, d->tar, "content/", listed, d);
}

/* ------------------------------------------------------------------ what an AIP has beyond a SIP */

static enum rc put_descriptions(struct dias *d)
{
    struct export *x = d->x;
    const struct kid *creators;
    struct buf b;
    size_t n;
    TRY(batch_creators(x, &creators, &n));
    buf_init(&b, (size_t)KiB(64));
    description_ead(x, creators, n, &b);
    TRY(put_buf(d, "descriptive_metadata/ead.xml", &b));
    TRY(put_schema(d, "ead.xsd", "descriptive_metadata/ead.xsd"));
    for (size_t i = 0; i < n; i++) {
        char *name = i ? arena_printf(x->cx->arena, "descriptive_metadata/eac-cpf-%zu.xml", i + 1)
                       : arena_strdup(x->cx->arena, "descriptive_metadata/eac-cpf.xml");
        if (!name)
            return cx_nomem(x->cx);
        buf_init(&b, (size_t)KiB(64));
        description_eac(x, creators[i].r, &b);
        TRY(put_buf(d, name, &b));
    }
    return put_schema(d, "eac-cpf.xsd", "descriptive_metadata/eac-cpf.xsd");
}

static enum rc put_preservation(struct dias *d)
{
    if (d->x->o->form != EXPORT_AIP)
        return RC_OK;
    TRY(pack_put_folder(d->x->cx, d->tar, "administrative_metadata/repository_operations"));
    return put_descriptions(d);
}

static enum rc put_metadata(struct dias *d)
{
    struct export *x = d->x;
    struct buf b;
    TRY(put_work(d, "arkivuttrekk.xml", "administrative_metadata/arkivuttrekk.xml", x->extract.sum.size, true));
    TRY(put_schema(d, "addml.xsd", "administrative_metadata/addml.xsd"));
    buf_init(&b, (size_t)KiB(64));
    pack_premis(&b, x->r->uuid, &d->mets);
    TRY(put_buf(d, "administrative_metadata/dias-premis.xml", &b));
    TRY(put_schema(d, "dias-premis.xsd", "administrative_metadata/dias-premis.xsd"));
    TRY(put_preservation(d));
    buf_init(&b, (size_t)KiB(64));
    pack_premis(&b, x->r->uuid, &d->mets);
    TRY(put_buf(d, "log.xml", &b));
    return put_schema(d, "dias-mets.xsd", "dias-mets.xsd");
}

/* ------------------------------------------------------------------ the package */

static void describe(struct dias *d)
{
    const struct export *x = d->x;
    day_text(x->start, d->start);
    day_text(x->end, d->end);
    d->mets = (struct pack_mets){
        .ns = NS_METS,
        .uuid = x->r->uuid,
        .type = x->o->form == EXPORT_AIP ? "AIP" : "SIP",
        .label = rec_val(x->arkivdeler[0], A_arkivdel_tittel)->text.p,
        .document = "dias-mets.xml",
        .schema = "dias-mets.xsd",
        .created = x->when,
        .archivist = x->o->municipality->name,
        .system = "Samdrift",
        .system_version = SAMDRIFT_VERSION,
        .system_type = "Noark5",
        .system_type_version = noark_text(x->o->version),
        .preservation = x->o->preservation,
        .agreement = x->o->agreement,
        .start = d->start,
        .end = d->end,
    };
}

/* {uuid}.xml: what is beside it, and where to begin in it. */
static enum rc put_description(struct dias *d, const struct pack_sum *tar)
{
    struct export *x = d->x;
    struct xml_file f;
    char name[60], path[80];
    (void)snprintf(name, sizeof(name), "%s.xml", x->r->uuid);
    TRY(file_open(x, &f, name));
    d->mets.ns = NS_METS_OLD;
    d->mets.document = name;
    d->mets.schema = "submissionDescription.xsd";
    pack_mets_head(&f.w, &d->mets);
    pack_mets_group(&f.w, &d->mets, false);
    (void)snprintf(path, sizeof(path), "%s.tar", x->r->uuid);
    const struct pack_mets_file package = {0, path, pack_mets_mime(path), *tar};
    pack_mets_file(&f.w, &d->mets, &package);
    (void)snprintf(path, sizeof(path), "%s/dias-mets.xml", x->r->uuid);
    const struct pack_mets_file inside = {1, path, "text/xml", d->list.sum};
    pack_mets_file(&f.w, &d->mets, &inside);
    pack_mets_group_end(&f.w);
    pack_mets_tail(&f.w);
    return file_close(x, &f);
}

static enum rc fill(struct dias *d)
{
    static const char *const folders[] = {"administrative_metadata", "descriptive_metadata", "content"};
    struct export *x = d->x;
    struct pack_sum sum;
    TRY(file_open(x, &d->list, "dias-mets.xml"));
    pack_mets_head(&d->list.w, &d->mets);
    pack_mets_group(&d->list.w, &d->mets, true);
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        TRY(pack_put_folder(x->cx, d->tar, folders[i]));
    TRY(put_extract(d));
    pack_mets_group_end(&d->list.w);
    pack_mets_group(&d->list.w, &d->mets, false);
    TRY(put_metadata(d));
    pack_mets_group_end(&d->list.w);
    pack_mets_tail(&d->list.w);
    TRY(file_close(x, &d->list));
    char *path = work_path(x, "dias-mets.xml");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return err_secret(x->cx, RC_IO, "dias-mets.xml cannot be read back");
    enum rc rc = pack_put_file(x->cx, d->tar, "dias-mets.xml", fd, d->list.sum.size, &sum);
    (void)close(fd);
    (void)unlink(path);
    return rc;
}

enum rc dias_pack(struct export *x)
{
    struct dias d = {.x = x};
    struct pack_sum tar;
    char name[60], root[60];
    describe(&d);
    (void)snprintf(name, sizeof(name), "%s.tar", x->r->uuid);
    (void)snprintf(root, sizeof(root), "%s/", x->r->uuid);
    char *path = work_path(x, name);
    if (!path)
        return cx_nomem(x->cx);
    TRY(pack_writer_tar(x->cx, path, root, x->when, &d.tar));
    enum rc rc = fill(&d);
    file_drop(&d.list);
    if (rc == RC_OK)
        rc = pack_writer_close(x->cx, &d.tar, &tar);
    pack_writer_drop(&d.tar);
    return rc == RC_OK ? put_description(&d, &tar) : rc;
}
