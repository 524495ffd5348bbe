/*
 * The schemas of an extract: the official ones byte by byte where they are installed, otherwise those
 * of the model, and those of export_made.c. What can be neither (EAD, EAC-CPF) is left out and told.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "deposit/export_int.h"

#define SCHEMA_MAX MiB(4)

/* Where a schema may lie below the folder of schemas: flat, or as Nasjonalarkivet publishes them. */
static const struct {
    const char *name, *path;
} homes[] = {
    {"addml.xsd", "addml/v8.3/addml.xsd"},
    {"addml.xsd", "addml/v8.2/addml.xsd"},
    {"dias-mets.xsd", "dias/DIAS_METS.xsd"},
    {"dias-mets.xsd", "DIAS_METS.xsd"},
    {"dias-premis.xsd", "dias/DIAS_PREMIS.xsd"},
    {"dias-premis.xsd", "DIAS_PREMIS.xsd"},
    {"submissionDescription.xsd", "dias/submissionDescription.xsd"},
};

static enum rc read_file(struct export *x, const char *path, struct str *ret)
{
    struct buf b;
    char piece[8192];
    ssize_t n = 0;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (!path)
        return cx_nomem(x->cx);
    if (fd < 0)
        return RC_OK;
    buf_init(&b, (size_t)SCHEMA_MAX);
    while ((n = read(fd, piece, sizeof(piece))) > 0)
        buf_add(&b, piece, (size_t)n);
    int was = errno;
    (void)close(fd);
    char *own = n == 0 && !buf_failed(&b) ? arena_strndup(x->cx->arena, b.n ? b.p : "", b.n) : NULL;
    *ret = (struct str){own, own ? b.n : 0};
    buf_free(&b);
    return own ? RC_OK : err_secret(x->cx, RC_IO, "%s: %s", path, n < 0 ? strerror(was) : "too large");
}

static enum rc installed(struct export *x, const char *name, struct str *ret)
{
    struct arena *a = x->cx->arena;
    const char *version = noark_text(x->o->version), *dir = x->o->schemas;
    *ret = (struct str){"", 0};
    if (!dir)
        return RC_OK;
    TRY(read_file(x, arena_printf(a, "%s/noark5/v%s/%s", dir, version, name), ret));
    if (ret->n == 0)
        TRY(read_file(x, arena_printf(a, "%s/v%s/%s", dir, version, name), ret));
    for (size_t i = 0; ret->n == 0 && i < COUNT_OF(homes); i++)
        if (streq(homes[i].name, name))
            TRY(read_file(x, arena_printf(a, "%s/%s", dir, homes[i].path), ret));
    if (ret->n == 0)
        TRY(read_file(x, arena_printf(a, "%s/%s", dir, name), ret));
    return RC_OK;
}

enum rc schema_find(struct export *x, const char *name, struct str *ret)
{
    TRY(installed(x, name, ret));
    const char *made = ret->n ? NULL : schema_made(name);
    if (made)
        *ret = str_of(made);
    return RC_OK;
}

static enum rc put(struct export *x, const char *name, struct str text)
{
    struct pack_out *out;
    struct listed *l = arena_alloc(x->cx->arena, sizeof(*l)), **last = &x->schemas;
    char *path = work_path(x, name);
    if (!l || !path)
        return cx_nomem(x->cx);
    TRY(pack_out_open(x->cx, path, &out));
    pack_out_write(out, text.p, text.n);
    TRY(pack_out_close(x->cx, &out, &l->sum));
    l->name = name;
    x->r->bytes += l->sum.size;
    while (*last)
        last = &(*last)->next;
    *last = l;
    return RC_OK;
}

static void generate(struct export *x, const char *name, struct buf *out)
{
    if (streq(name, VSM_FILE))
        vsm_schema(x, out);
    else if (streq(name, EXTRA_FILE))
        buf_puts(out, extra_schema);
    else if (streq(name, "metadatakatalog.xsd"))
        model_xsd_catalogue(out, x->o->version);
    for (int f = 0; f < XSD_FILE_COUNT; f++)
        if (strncmp(name, xsd_file_name((enum xsd_file)f), strlen(xsd_file_name((enum xsd_file)f))) == 0)
            model_xsd(out, (enum xsd_file)f, x->o->version);
}

enum rc schema_leave_out(struct export *x, const char *name)
{
    if (!strstr(x->r->left_out, name))
        x->r->left_out = arena_printf(x->cx->arena, "%s%s%s", x->r->left_out, *x->r->left_out ? " " : "", name);
    return x->r->left_out ? RC_OK : cx_nomem(x->cx);
}

static enum rc put_schema(struct export *x, const char *name)
{
    struct str official;
    struct buf made;
    TRY(schema_find(x, name, &official));
    if (official.n)
        return put(x, name, official);
    buf_init(&made, (size_t)SCHEMA_MAX);
    generate(x, name, &made);
    char *own = buf_failed(&made) ? NULL : arena_strndup(x->cx->arena, made.n ? made.p : "", made.n);
    size_t n = made.n;
    buf_free(&made);
    if (!own)
        return cx_nomem(x->cx);
    if (n)
        return put(x, name, (struct str){own, n});
    return schema_leave_out(x, name);
}

enum rc schema_put_all(struct export *x)
{
    static const char *const always[] = {"arkivstruktur.xsd", "metadatakatalog.xsd", "endringslogg.xsd", "addml.xsd"};
    static const char *const journals[] = {"loependeJournal.xsd", "offentligJournal.xsd"};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        TRY(put_schema(x, always[i]));
    for (size_t i = 0; x->running.made && i < COUNT_OF(journals); i++)
        TRY(put_schema(x, journals[i]));
    if (x->has_vsm)
        TRY(put_schema(x, VSM_FILE));
    return x->has_extra ? put_schema(x, EXTRA_FILE) : RC_OK;
}
