/*
 * Documents of the package into the blob store, hashed on their way; and every other file, which is kept
 * beside the archive.
 */
#include <strings.h>

#include <openssl/evp.h>

#include "deposit/import_int.h"
#include "inspect/inspect.h"

void import_mark(struct import *im, const struct pack_entry *e)
{
    size_t i = (size_t)(e - pack_entry(im->pack, 0));
    im->used[i / 8] = (unsigned char)(im->used[i / 8] | 1u << i % 8);
}

static bool marked(const struct import *im, size_t i)
{
    return im->used[i / 8] >> i % 8 & 1;
}

/* ------------------------------------------------------------------ reading */

/* From the package to the stage (NULL: nowhere) and into the digest (NULL: none). */
static enum rc pump(struct import *im, struct pack_stream *s, struct blob_stage *stage, EVP_MD_CTX *md)
{
    size_t n;
    do {
        TRY(pack_stream_read(&im->batch_cx, s, im->chunk, IMPORT_CHUNK, &n));
        enum rc rc = stage && n ? blob_stage_write(stage, im->chunk, n) : RC_OK;
        if (rc != RC_OK)
            return err_secret(&im->batch_cx, rc, "stage: cannot write");
        if (md && n && EVP_DigestUpdate(md, im->chunk, n) != 1)
            return err_secret(&im->batch_cx, RC_INTERNAL, "EVP_DigestUpdate");
    } while (n);
    return RC_OK;
}

/* Reads the member into the stage; `hex` gets its digest by md. */
static enum rc read_member(struct import *im, const struct pack_entry *e, struct blob_stage *stage, const EVP_MD *md,
                           char hex[2 * EVP_MAX_MD_SIZE + 1])
{
    struct pack_stream s;
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!ctx || EVP_DigestInit_ex(ctx, md, NULL) != 1) {
        EVP_MD_CTX_free(ctx);
        return err_secret(&im->batch_cx, RC_INTERNAL, "EVP_DigestInit");
    }
    enum rc rc = pack_stream_open(&im->batch_cx, im->pack, e, &s);
    if (rc == RC_OK) {
        rc = pump(im, &s, stage, ctx);
        pack_stream_close(&s);
    }
    if (rc == RC_OK && EVP_DigestFinal_ex(ctx, sum, &n) != 1)
        rc = err_secret(&im->batch_cx, RC_INTERNAL, "EVP_DigestFinal");
    EVP_MD_CTX_free(ctx);
    if (rc == RC_OK)
        hex_encode(sum, n, hex);
    return rc;
}

/* ------------------------------------------------------------------ formats */

static const struct inspect_format *format_named(struct str s)
{
    const struct inspect_format *f;
    for (size_t i = 0; (f = inspect_format(i)); i++)
        if (str_is(s, f->pronom) || str_is(s, f->name))
            return f;
    return NULL;
}

/* "fmt/95 PDF/A 1a; resten": how our own extracts tell the format, whose element holds the ending. */
static bool own_detail(struct rec *r)
{
    struct val *detail = rec_val(r, A_dokumentobjekt_formatDetaljer), *format = rec_val(r, A_dokumentobjekt_format);
    const char *blank = detail->state == VAL_SET ? memchr(detail->text.p, ' ', detail->text.n) : NULL;
    struct str pronom = {detail->text.p, blank ? (size_t)(blank - detail->text.p) : 0};
    const struct inspect_format *f = blank ? format_named(pronom) : NULL;
    if (!f || !str_is(pronom, f->pronom))
        return false;
    const char *end = detail->text.p + detail->text.n, *more = strstr(blank, "; ");
    *format = (struct val){.state = VAL_SET, .text = str_of(f->pronom), .name = str_of(f->name)};
    if (more)
        detail->text = (struct str){more + 2, (size_t)(end - more - 2)};
    else
        *detail = (struct val){.state = VAL_ABSENT};
    return true;
}

/* A format that is told by anything else than its id or name is found by the content instead. */
static enum rc settle_format(struct import *im, struct item *it, const struct pack_entry *e)
{
    struct val *format = rec_val(it->a.rec, A_dokumentobjekt_format);
    const char *dot = strrchr(e->path, '.');
    if (own_detail(it->a.rec) || format->state != VAL_SET || format_named(format->text))
        return RC_OK;
    struct str told = format->text;
    *format = (struct val){.state = VAL_ABSENT};
    return dot && str_ieq(told, dot + 1)
        ? RC_OK : import_rest(im, IMPORT_OTHER_FORMAT, it, it->line, "dokumentobjekt/format", told);
}

/* ------------------------------------------------------------------ documents */

/* Backslashes are separators; and where the folder of documents is spelt in another case than told, it is that one. */
const struct pack_entry *import_find(struct import *im, struct str path)
{
    char *name = arena_strndup(im->batch_cx.arena, path.p, path.n);
    for (char *p = name; p && *p; p++)
        if (*p == '\\')
            *p = '/';
    if (!name || !im->pack)
        return NULL;
    const struct pack_layout *l = pack_layout(im->pack);
    const struct pack_entry *e = pack_find_in(im->pack, l->extract, str_of(name));
    size_t n = strlen(l->documents);
    if (!e && n > 0 && strlen(name) > n && name[n - 1] == '/' && strncasecmp(name, l->documents, n) == 0) {
        memcpy(name, l->documents, n);
        e = pack_find_in(im->pack, l->extract, str_of(name));
    }
    return e;
}

/* What the file was called where it was made; one that is called by an identifier (as in our own extracts) has no name. */
static const char *name_of(const struct pack_entry *e)
{
    const char *slash = strrchr(e->path, '/'), *name = slash ? slash + 1 : e->path;
    return uuid_valid((struct str){name, strcspn(name, ".")}) ? NULL : name;
}

static enum rc take(struct import *im, const struct pack_entry *e, const EVP_MD *md, char *hex, struct taken **ret)
{
    struct blob_stage *stage;
    if (im->o->dry_run)
        return read_member(im, e, NULL, md, hex);
    TRY(archive_stage(&im->call, &stage));
    enum rc rc = read_member(im, e, stage, md, hex);
    if (rc != RC_OK) {
        blob_stage_drop(&stage);
        return rc;
    }
    return archive_take(&im->call, &stage, NULL, name_of(e), ret);
}

/* What an archive that stores it (document_fill) tells of the file; in a dry run the digest may be another. */
static enum rc as_read(struct import *im, struct item *it, const struct pack_entry *e, const EVP_MD *md, const char *hex)
{
    struct val *sum = rec_val(it->a.rec, A_dokumentobjekt_sjekksum), *algo = rec_val(it->a.rec, A_dokumentobjekt_sjekksumAlgoritme);
    *sum = *algo = (struct val){.state = VAL_ABSENT};
    val_int(rec_val(it->a.rec, A_dokumentobjekt_filstoerrelse), e->size);
    if (md != EVP_sha256())
        return RC_OK;
    char *own = arena_strdup(im->batch_cx.arena, hex);
    if (!own)
        return cx_nomem(&im->batch_cx);
    val_text(sum, str_of(own));
    return RC_OK;
}

struct told_file import_told_file(const struct rec *object)
{
    const struct val *sum = rec_val(object, A_dokumentobjekt_sjekksum), *size = rec_val(object, A_dokumentobjekt_filstoerrelse);
    const struct val *algorithm = rec_val(object, A_dokumentobjekt_sjekksumAlgoritme);
    return (struct told_file){.sum = sum->state == VAL_SET ? sum->text : STR(""),
                              .algorithm = algorithm->state == VAL_SET ? algorithm->text : STR(""),
                              .size = size->state == VAL_SET ? size->i : -1};
}

/* SHA-256 when nothing is told; NULL when it is none we know. */
static const EVP_MD *told_algorithm(const struct told_file *t)
{
    return t->algorithm.n ? pack_digest_md(t->algorithm) : EVP_sha256();
}

/* A checksum says it all; of a file without one that can be checked the size must do. */
static bool fits(const struct told_file *t, const char *hex, int64_t size)
{
    return t->sum.n && told_algorithm(t) ? str_ieq(t->sum, hex) : t->size < 0 || t->size == size;
}

static enum rc rest_of_file(struct import *im, enum import_note_id id, const struct item *it, const char *path, struct str value)
{
    return value.n ? import_rest(im, id, it, it->line, path, value) : RC_OK;
}

/* What was told and is not what the archive will tell of the file. */
static enum rc compare(struct import *im, const struct item *it, const struct pack_entry *e, struct str path, const char *hex)
{
    const struct told_file t = import_told_file(it->a.rec);
    const EVP_MD *md = told_algorithm(&t);
    bool same_sum = !t.sum.n || str_ieq(t.sum, hex);
    enum import_note_id sum = !md ? IMPORT_SUM_UNKNOWN : same_sum ? IMPORT_SUM_OTHER : IMPORT_FILE_TOLD;
    char size[24];
    int n = snprintf(size, sizeof(size), "%" PRId64, t.size);
    if (!fits(&t, hex, e->size))
        TRY(import_rest(im, IMPORT_DOCUMENT_CHANGED, it, it->line, "dokumentobjekt/referanseDokumentfil", path));
    if (md != EVP_sha256() || !same_sum)
        TRY(rest_of_file(im, sum, it, "dokumentobjekt/sjekksum", t.sum));
    if (md != EVP_sha256())
        TRY(rest_of_file(im, md ? IMPORT_SUM_OTHER : IMPORT_SUM_UNKNOWN, it, "dokumentobjekt/sjekksumAlgoritme", t.algorithm));
    return t.size < 0 || t.size == e->size
        ? RC_OK : import_rest(im, IMPORT_FILE_TOLD, it, it->line, "dokumentobjekt/filstoerrelse", (struct str){size, (size_t)n});
}

enum rc import_document(struct import *im, struct item *it, struct str path)
{
    char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    const struct pack_entry *e = import_find(im, path);
    const struct told_file told = import_told_file(it->a.rec);
    const EVP_MD *md = told_algorithm(&told);
    if (e)
        import_mark(im, e);
    if (im->replaying)
        return RC_OK;
    if (!import_may_read(e))
        return import_rest(im, e ? IMPORT_FILE_REFUSED : IMPORT_DOCUMENT_MISSING, it, it->line,
                           "dokumentobjekt/referanseDokumentfil", path);
    TRY(take(im, e, md ? md : EVP_sha256(), hex, &it->a.file));
    TRY(compare(im, it, e, path, hex));
    TRY(settle_format(im, it, e));
    it->read = true;
    if (im->o->dry_run)
        TRY(as_read(im, it, e, md, hex));
    if (im->o->progress)
        im->o->progress(im->o->arg, pack_bytes_read(im->pack), im->total);
    return RC_OK;
}

bool import_may_read(const struct pack_entry *e)
{
    return e && e->kind == PACK_FILE && !(e->faults & PACK_CLOSED);
}

enum rc import_take(struct import *im, const struct told_file *told, const struct pack_entry *e, bool *ret_fits,
                    struct taken **ret)
{
    char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    const EVP_MD *md = told_algorithm(told);
    TRY(take(im, e, md ? md : EVP_sha256(), hex, ret));
    *ret_fits = fits(told, hex, e->size);
    return RC_OK;
}

/* ------------------------------------------------------------------ the other files */

static enum rc keep(struct import *im, const struct pack_entry *e)
{
    char hex[2 * EVP_MAX_MD_SIZE + 1], space[80];
    struct blob_stage *stage;
    struct blob_id blob;
    im->file = e->path;
    if (!import_may_read(e))
        return import_rest(im, IMPORT_FILE_REFUSED, NULL, 0, "", str_of(e->path));
    TRY(import_rest(im, IMPORT_FILE_KEPT, NULL, 0, "", str_of(e->path)));
    im->counts.files++;
    if (im->o->dry_run)
        return RC_OK;
    (void)snprintf(space, sizeof(space), "%.60s_innlesing", vault_slug(im->call.vault));
    TRY(blob_stage_open(&im->batch_cx, im->o->blobs, space, &stage));
    enum rc rc = read_member(im, e, stage, EVP_sha256(), hex);
    if (rc != RC_OK) {
        blob_stage_drop(&stage);
        return rc;
    }
    TRY(blob_stage_commit(&im->batch_cx, &stage, &blob));
    return import_keep_file(im, e->path, &blob);
}

/* What came after the damage is not to be had; that some of it is missing need not show in the XML. */
static enum rc tell_damage(struct import *im)
{
    char at[40];
    const struct pack_layout *l = pack_layout(im->pack);
    if (!(l->tar_faults & (PACK_TAR_CUT | PACK_TAR_HEADER)))
        return RC_OK;
    const char *slash = strrchr(l->path, '/');
    im->file = slash ? slash + 1 : l->path;
    (void)snprintf(at, sizeof(at), "byte %" PRId64, l->tar_fault_at);
    return import_rest(im, IMPORT_TAR_DAMAGED, NULL, 0, "", str_of(at));
}

enum rc import_files(struct import *im)
{
    int64_t files = 0;
    enum rc damage = tell_damage(im);
    if (damage != RC_OK)
        return import_fail(im, damage);
    for (size_t i = 0; i < pack_count(im->pack); i++) {
        const struct pack_entry *e = pack_entry(im->pack, i);
        if (e->kind == PACK_DIR || marked(im, i) || (e->faults & PACK_TWICE))
            continue;
        enum rc rc = keep(im, e);
        if (rc == RC_OK && ++files % 100 == 0)
            rc = import_flush(im);
        if (rc != RC_OK)
            return import_fail(im, rc);
    }
    im->at.phase = PHASE_DONE;
    enum rc rc = import_flush(im);
    return rc == RC_OK ? RC_OK : import_fail(im, rc);
}
