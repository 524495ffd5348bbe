/*
 * The documents of an extract. The walk takes those that go along and writes a list; they are copied
 * from it when everything else is known to be in order, and their checksums compared on the way.
 *
 * Along go archive format and redacted variants, in every version that is kept. Production format stays
 * (chapter 6.4) unless it is approved itself and nothing else is there; and so do the documents of what
 * has lapsed or been disposed of.
 */
#include <stdlib.h>
#include <unistd.h>

#include "deposit/export_int.h"
#include "inspect/inspect.h"

#define LIST "dokumenter.liste"
#define FOLDER "dokumenter"

enum rc documents_open(struct export *x)
{
    char *path = x->work ? work_path(x, LIST) : NULL;
    return pack_out_open(x->cx, path, &x->documents);
}

static const struct inspect_format *format_of(struct str pronom)
{
    const struct inspect_format *f;
    for (size_t i = 0; (f = inspect_format(i)); i++)
        if (str_is(pronom, f->pronom))
            return f;
    return NULL;
}

/* Ending of the file name, which is the format's name in the extract too: readers compare the two. */
static const struct {
    const char *mime, *ending;
} endings[] = {
    {"application/pdf", "pdf"}, {"image/tiff", "tif"}, {"image/jpeg", "jpg"}, {"image/png", "png"},
    {"image/jp2", "jp2"}, {"text/plain", "txt"}, {"application/xml", "xml"}, {"application/json", "json"},
    {"text/csv", "csv"}, {"audio/mpeg", "mp3"}, {"video/mpeg", "mpg"}, {"audio/x-wav", "wav"},
};

/* What is known of the format of a dokumentobjekt. */
struct format {
    const char *ending;
    bool approved;
};

/* By its PRONOM id; of what was imported, by the one in formatDetaljer, or by an ending that stands for an approved one. */
static struct format format_of_objekt(const struct rec *r)
{
    const struct val *kode = rec_val(r, A_dokumentobjekt_format), *detail = rec_val(r, A_dokumentobjekt_formatDetaljer);
    const struct inspect_format *f = format_of(kode->text);
    struct format ret = {"bin", false};
    for (size_t i = 0; !f && i < COUNT_OF(endings); i++)
        if (str_ieq(kode->text, endings[i].ending))
            ret = (struct format){endings[i].ending, true};
    if (!f && detail->state == VAL_SET) {
        const char *end = memchr(detail->text.p, ' ', detail->text.n);
        f = format_of((struct str){detail->text.p, end ? (size_t)(end - detail->text.p) : detail->text.n});
    }
    if (f)
        ret.approved = f->archive_format;
    for (size_t i = 0; f && i < COUNT_OF(endings); i++)
        if (streq(f->mime, endings[i].mime))
            ret.ending = endings[i].ending;
    return ret;
}

/* The file as it should be in the store. */
static enum rc check_stored(struct export *x, const struct rec *r, const char *sha, int64_t size)
{
    int fd;
    int64_t found;
    enum rc rc = blob_read(x->cx, vault_blobs(x->vault), vault_slug(x->vault), sha, &fd, &found);
    if (rc == RC_NOT_FOUND) {
        err_clear(x->cx);
        export_tell(x, EXPORT_FILE_LOST, r, sha);
        return RC_OK;
    }
    TRY(rc);
    if (fd >= 0)
        (void)close(fd);
    if (found != size)
        export_tell(x, EXPORT_FILE_CHANGED, r, sha);
    return RC_OK;
}

static enum rc set_for_extract(struct export *x, struct rec *r, const struct format *f, const char *path)
{
    struct val *format = rec_val(r, A_dokumentobjekt_format), *detail = rec_val(r, A_dokumentobjekt_formatDetaljer);
    bool more = detail->state == VAL_SET;
    if (format_of(format->text)) {
        char *text = arena_printf(x->cx->arena, "%s %s%s%s", format->text.p, format->name.n ? format->name.p : "",
                                  more ? "; " : "", more ? detail->text.p : "");
        if (!text)
            return cx_nomem(x->cx);
        val_text(detail, str_of(text));
    }
    *format = (struct val){.state = VAL_SET, .text = str_of(f->ending)};
    val_text(rec_val(r, A_dokumentobjekt_referanseDokumentfil), str_of(path));
    val_text(rec_val(r, A_dokumentobjekt_sjekksumAlgoritme), STR("SHA-256"));
    return RC_OK;
}

bool documents_approved(const struct rec *r)
{
    const struct inspect_format *f = format_of(rec_val(r, A_dokumentobjekt_format)->text);
    return f && f->archive_format;
}

/* Production format, where it does not stand in for the archive format. */
static bool stays(const struct export *x, const struct rec *r)
{
    return val_is(rec_val(r, A_dokumentobjekt_variantformat), "P") && !(x->place.production && documents_approved(r));
}

enum rc documents_take(struct export *x, const struct rec *dokument, struct rec *r, bool *ret)
{
    struct val *file = rec_val(r, A_dokumentobjekt_referanseDokumentfil);
    const struct val *format = rec_val(r, A_dokumentobjekt_format), *size = rec_val(r, A_dokumentobjekt_filstoerrelse);
    *ret = false;
    if (x->place.lapsed || rec_has(dokument, A_dokumentbeskrivelse_utfoertKassasjon) || stays(x, r))
        return RC_OK;
    if (file->state != VAL_SET || format->state != VAL_SET) {
        export_tell(x, EXPORT_NO_FILE, r, NULL);
        return RC_OK;
    }
    const struct format f = format_of_objekt(r);
    if (!f.approved)
        export_tell(x, EXPORT_FORMAT, r, format->name.n ? format->name.p : format->text.p);
    TRY(check_stored(x, r, file->text.p, size->i));
    /* Two hundred and fifty-six folders, by what differs most in the identifiers. */
    char *path = arena_printf(x->cx->arena, FOLDER "/%.2s/%s.%s", r->systemid + 34, r->systemid, f.ending);
    char *line = arena_printf(x->cx->arena, "%s %" PRId64 " %s\n", file->text.p, size->i, path);
    if (!path || !line)
        return cx_nomem(x->cx);
    pack_out_write(x->documents, line, strlen(line));
    x->r->dokumenter++;
    x->r->bytes += size->i;
    *ret = true;
    return set_for_extract(x, r, &f, path);
}

/* ------------------------------------------------------------------ copying */

struct copying {
    struct export *x;
    struct pack_writer *w;
    const char *prefix;             /* before every name: "content/" */
    document_fn put;
    void *arg;
    bool folders[256];
};

static enum rc make_folder(struct copying *c, const char *name)
{
    struct cx *cx = c->x->cx;
    size_t n = strlen(FOLDER);
    unsigned key = (unsigned)strtoul((char[3]){name[n + 1], name[n + 2], 0}, NULL, 16) % 256;
    if (c->folders[key])
        return RC_OK;
    c->folders[key] = true;
    char *path = arena_printf(cx->arena, "%s%.*s", c->prefix, (int)n + 3, name);
    return path ? pack_put_folder(cx, c->w, path) : cx_nomem(cx);
}

/* What was whole when the walk passed is another now. */
static enum rc changed(struct export *x, const char *name, const char *sha)
{
    char id[UUID_TEXT_MAX];
    const char *slash = strrchr(name, '/');
    (void)snprintf(id, sizeof(id), "%.36s", slash ? slash + 1 : name);
    const struct export_reason reason = {EXPORT_FILE_CHANGED, "dokumentobjekt", id, "", sha};
    x->r->reasons++;
    if (x->h->reason)
        x->h->reason(x->h->arg, &reason);
    return RC_OK;
}

static enum rc copy_one(struct copying *c, const char *sha, int64_t size, const char *name)
{
    struct export *x = c->x;
    struct pack_sum sum;
    int fd;
    int64_t found;
    TRY(make_folder(c, name));
    char *path = arena_printf(x->cx->arena, "%s%s", c->prefix, name);
    if (!path)
        return cx_nomem(x->cx);
    TRY(blob_local(x->cx, vault_blobs(x->vault), vault_slug(x->vault), sha, &fd, &found));
    enum rc rc = found == size ? pack_put_file(x->cx, c->w, path, fd, size, &sum) : RC_OK;
    (void)close(fd);
    TRY(rc);
    if (found != size || !streq(sum.sha256, sha))
        return changed(x, name, sha);
    return c->put ? c->put(x, c->arg, path, &sum) : RC_OK;
}

static enum rc copy_line(struct copying *c, char *line)
{
    char *size = strchr(line, ' '), *name = size ? strchr(size + 1, ' ') : NULL;
    int64_t bytes;
    if (!name)
        return err_secret(c->x->cx, RC_IO, "the list of documents was changed");
    *size++ = 0;
    *name++ = 0;
    name[strcspn(name, "\n")] = 0;
    if (!str_int(str_of(size), &bytes))
        return err_secret(c->x->cx, RC_IO, "the list of documents was changed");
    struct arena *own = arena_new((size_t)MiB(1));
    if (!own)
        return cx_nomem(c->x->cx);
    struct arena *outer = scope_enter(c->x, own);
    enum rc rc = copy_one(c, line, bytes, name);
    scope_leave(c->x, outer);
    arena_free(&own);
    TRY(rc);
    return export_pulse(c->x);
}

enum rc documents_copy(struct export *x, struct pack_writer *w, const char *prefix, document_fn put, void *arg)
{
    struct copying c = {.x = x, .w = w, .prefix = prefix, .put = put, .arg = arg};
    char *path = work_path(x, LIST), *line = NULL;
    size_t room = 0;
    char *top = arena_printf(x->cx->arena, "%s" FOLDER, prefix);
    if (!path || !top)
        return cx_nomem(x->cx);
    /* It is there without documents too: readers count what is in it. */
    enum rc rc = pack_put_folder(x->cx, w, top);
    FILE *list = rc == RC_OK ? fopen(path, "re") : NULL;
    if (!list)
        return rc == RC_OK ? err_secret(x->cx, RC_IO, "the list of documents cannot be read") : rc;
    while (rc == RC_OK && getline(&line, &room, list) > 0)
        rc = copy_line(&c, line);
    if (rc == RC_OK && ferror(list))
        rc = err_secret(x->cx, RC_IO, "the list of documents cannot be read");
    free(line);
    (void)fclose(list);
    if (rc == RC_OK)
        (void)unlink(path);
    return rc;
}
