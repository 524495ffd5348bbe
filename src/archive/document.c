/*
 * Documents: what a client said of a file against what the file is, and the row that names it.
 *
 * The content is inspected while staged and committed to the blob store before the row is written
 * (design 5): a row without its document cannot exist.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive_int.h"
#include "inspect/clamd.h"

struct taken {
    const char *mime, *name;           /* as sent with the upload */
    struct inspect_facts facts;
    struct blob_id blob;
};

struct attach {
    struct call *call;
    enum family_id family;
    struct str systemid;
    const struct taken *file;
    bool check_only, late, replace;
    struct rec *out;
};

enum rc archive_stage(struct call *c, struct blob_stage **ret)
{
    return blob_stage_open(c->cx, c->vault->archive->blobs, c->vault->slug, ret);
}

enum rc archive_stage_resume(struct call *c, const char *name, struct blob_stage **ret)
{
    return blob_stage_resume(c->cx, c->vault->archive->blobs, c->vault->slug, name, ret);
}

/* ------------------------------------------------------------------ what was told */

static enum rc mismatch(struct call *c, const char *field, const char *told, const char *found)
{
    return err_setf(c->cx, RC_FILE_MISMATCH, field, "%s ≠ %s", told, found);
}

static enum rc check_told(struct attach *k, const struct rec *r)
{
    struct call *c = k->call;
    const struct taken *file = k->file;
    const struct val *sum = rec_val(r, A_dokumentobjekt_sjekksum);
    const struct val *algo = rec_val(r, A_dokumentobjekt_sjekksumAlgoritme);
    const struct val *size = rec_val(r, A_dokumentobjekt_filstoerrelse);
    if (algo->state == VAL_SET && !str_ieq(algo->text, "SHA-256") && !str_ieq(algo->text, "SHA256"))
        return err_set(c->cx, RC_FIELD_VALUE, "sjekksumAlgoritme", "SHA-256");
    if (sum->state == VAL_SET && !str_ieq(sum->text, file->blob.sha256))
        return mismatch(c, "sjekksum", arena_strndup(c->cx->arena, sum->text.p, sum->text.n), file->blob.sha256);
    if (size->state == VAL_SET && size->i != file->blob.size)
        return err_setf(c->cx, RC_FILE_MISMATCH, "filstoerrelse", "%" PRId64 " ≠ %" PRId64, size->i, file->blob.size);
    const struct val *format = rec_val(r, A_dokumentobjekt_format);
    bool known = format->state == VAL_SET && !val_is(format, "av/0") && !streq(file->facts.pronom, "av/0");
    if (known && !archive_importing(c) && !str_is(format->text, file->facts.pronom))
        return mismatch(c, "format", arena_strndup(c->cx->arena, format->text.p, format->text.n), file->facts.pronom);
    const struct val *mime = rec_val(r, A_dokumentobjekt_mimeType);
    if (mime->state == VAL_SET && file->mime &&
        !str_ieq(media_type(file->mime), arena_strndup(c->cx->arena, mime->text.p, mime->text.n)))
        return mismatch(c, "mimeType", arena_strndup(c->cx->arena, mime->text.p, mime->text.n), file->mime);
    return RC_OK;
}

/* ------------------------------------------------------------------ filling in */

/* A general answer of the inspection does not overrule a client that knows better. */
static const char *settled_mime(const struct taken *file)
{
    const char *found = file->facts.mime, *told = file->mime;
    bool general = streq(found, "application/octet-stream") || streq(found, "text/plain") || streq(found, "");
    bool specific = told && *told && !str_is(media_type(told), "application/octet-stream");
    if (specific && (general || str_is(media_type(told), "application/xml") || str_is(media_type(told), "text/xml")))
        return told;
    return general && !*found ? "application/octet-stream" : found;
}

enum rc document_fill(struct call *c, struct rec *r, const struct taken *file)
{
    struct cx *cx = c->cx;
    val_text(rec_val(r, A_dokumentobjekt_referanseDokumentfil), str_of(file->blob.sha256));
    val_text(rec_val(r, A_dokumentobjekt_sjekksum), str_of(file->blob.sha256));
    val_text(rec_val(r, A_dokumentobjekt_sjekksumAlgoritme), STR("SHA-256"));
    val_int(rec_val(r, A_dokumentobjekt_filstoerrelse), file->blob.size);
    struct val *format = rec_val(r, A_dokumentobjekt_format);
    if (format->state != VAL_SET || (val_is(format, "av/0") && !streq(file->facts.pronom, "av/0")))
        TRY(val_code(cx, format, file->facts.pronom, file->facts.name));
    struct val *mime = rec_val(r, A_dokumentobjekt_mimeType);
    if (mime->state != VAL_SET)
        val_text(mime, str_of(settled_mime(file)));
    struct val *name = rec_val(r, A_dokumentobjekt_filnavn);
    if (name->state != VAL_SET && file->name && *file->name)
        val_text(name, str_of(file->name));
    return RC_OK;
}

/* ------------------------------------------------------------------ the write */

static const struct link *ny_dokumentobjekt(void)
{
    return model_link_named(E_dokumentbeskrivelse, PKG_ARKIVSTRUKTUR, STR("ny-dokumentobjekt"));
}

/* TG 1.1: a file given to a dokumentbeskrivelse makes the dokumentobjekt, P, or A for an archive format. */
static enum rc object_of_beskrivelse(struct attach *k, struct db *db, const struct rec *doc, struct rec **ret)
{
    struct call *c = k->call;
    struct rec *r;
    TRY(rec_new(c->cx, model_entity(E_dokumentobjekt), &r));
    TRY(rules_create(c, db, doc, ny_dokumentobjekt(), r));
    TRY(val_code(c->cx, rec_val(r, A_dokumentobjekt_variantformat), k->file->facts.archive_format ? "A" : "P", ""));
    TRY(fill_new(c, db, r, doc));
    *rec_one(r, REL_dokumentbeskrivelse_dokumentobjekt) = doc->id;
    TRY(document_fill(c, r, k->file));
    TRY(check_values(c, db, r, NULL));
    TRY(number_object(c, db, r, doc));
    uuid_new(r->systemid);
    r->versjon = 1;
    TRY(vern_set(c, db, r, &doc->vern, 1));
    TRY(rec_insert(db, r));
    TRY(log_event(c, db, r, 'C', NULL));
    TRY(log_change(c, db, r, "sjekksum", (struct str){"", 0}, str_of(k->file->blob.sha256)));
    TRY(search_put_new(db, r));
    *ret = r;
    return RC_OK;
}

static enum rc refuse_document(struct attach *k, struct db *db, const struct rec *r)
{
    struct call *c = k->call;
    if (!k->replace && r->entity->family == F_dokumentobjekt && rec_val(r, A_dokumentobjekt_referanseDokumentfil)->state == VAL_SET)
        return err_set(c->cx, RC_HAS_FILE, "fil", NULL);
    if (archive_importing(c) || rules_correcting(c, DEED_CHANGE))
        return RC_OK;
    const char *what;
    TRY(rules_closed(c, db, r, &what));
    return what ? err_set(c->cx, RC_CLOSED, "fil", what) : RC_OK;
}

void document_warn(const struct vault *v, const char *sha256, const char *killed)
{
    log_line(LOG_WARN, "inspect: document %s in %s killed its reader (%s)", sha256, v->slug, killed);
}

enum rc document_uninspected(struct call *c, struct db *db, const struct rec *r, const char *killed)
{
    const char *note = arena_printf(c->cx->arena, "Ikke inspisert: filen stanset leseren (%s)", killed);
    if (!note)
        return cx_nomem(c->cx);
    TRY(db_run(db, "INSERT INTO uinspisert(systemid, grunn, versjon) VALUES (?, ?, ?) ON CONFLICT (systemid)"
                   " DO UPDATE SET grunn = excluded.grunn, versjon = excluded.versjon", "ttt", r->systemid, killed,
               SAMDRIFT_VERSION));
    return log_event(c, db, r, 'U', note);
}

/* A format told by anything else than its id in PRONOM is found by the content instead; and so is what another file told. */
static void forget_facts(const struct attach *k, struct rec *r)
{
    if (k->replace)
        *rec_val(r, A_dokumentobjekt_mimeType) = (struct val){.state = VAL_NULL};
    if (k->replace && !streq(k->file->facts.pronom, "av/0"))
        *rec_val(r, A_dokumentobjekt_format) = (struct val){.state = VAL_NULL};
    struct val *format = rec_val(r, A_dokumentobjekt_format);
    if (format->state == VAL_SET && !memchr(format->text.p, '/', format->text.n))
        *format = (struct val){.state = VAL_NULL};
}

static enum rc attach(struct db *db, void *arg)
{
    struct attach *k = arg;
    struct call *c = k->call;
    struct change_target t = {.call = c, .db = db, .family = k->family, .systemid = k->systemid, .deed = DEED_CHANGE};
    TRY(change_done(c, db, F_dokumentobjekt, &k->out));
    if (k->out)
        return RC_OK;
    TRY(change_load(&t));
    TRY(refuse_document(k, db, t.rec));
    if (k->check_only || (k->replace && str_is(rec_val(t.rec, A_dokumentobjekt_sjekksum)->text, k->file->blob.sha256)))
        return RC_OK;
    if (k->family == F_dokumentbeskrivelse) {
        TRY(object_of_beskrivelse(k, db, t.rec, &k->out));
    } else {
        TRY(rec_copy(c->cx, t.rec, &k->out));
        if (k->late)
            forget_facts(k, k->out);
        else
            TRY(check_told(k, t.rec));
        TRY(document_fill(c, k->out, k->file));
        TRY(change_update(c, db, t.rec, k->out));
    }
    TRY(change_note(c, db, k->out));
    if (*k->file->facts.killed)
        return document_uninspected(c, db, k->out, k->file->facts.killed);
    return words_enqueue(c, db, k->out->id);
}

static bool has_files(enum family_id f)
{
    return f == F_dokumentobjekt || f == F_dokumentbeskrivelse;
}

enum rc archive_may_attach(struct call *c, enum family_id f, struct str systemid)
{
    struct attach k = {.call = c, .family = f, .systemid = systemid, .check_only = true};
    if (!has_files(f))
        return err_set(c->cx, RC_NOT_FOUND, "fil", NULL);
    struct db *db;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = attach(db, &k);
    archive_rows_end(c, &db);
    return rc;
}

enum rc archive_look(struct call *c, struct blob_stage *stage, struct inspect_facts *ret)
{
    struct blob_id id;
    TRY(blob_stage_seal(c->cx, stage, &id));
    int fd = open(blob_stage_path(stage), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_secret(c->cx, RC_IO, "staged file: errno %d", errno);
    enum rc rc = inspect_type(c->cx, c->vault->archive->inspector, fd, ret);
    (void)close(fd);
    return rc;
}

enum rc archive_scan(struct call *c, struct blob_stage *stage, enum scan *ret)
{
    const struct archive *a = c->vault->archive;
    enum clamd_answer answer = CLAMD_AWAY;
    if (*a->clamd) {
        int fd = open(blob_stage_path(stage), O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return err_secret(c->cx, RC_IO, "staged file: errno %d", errno);
        answer = clamd_scan(a->clamd, fd);
        (void)close(fd);
        if (answer == CLAMD_AWAY)
            log_line(LOG_WARN, "clamd at %s gives no answer", a->clamd);
    }
    *ret = answer == CLAMD_CLEAN ? SCAN_CLEAN : answer == CLAMD_VIRUS ? SCAN_VIRUS : a->scan_demanded ? SCAN_WANTING : SCAN_NOT;
    return RC_OK;
}

enum rc archive_take(struct call *c, struct blob_stage **stage, const char *mime, const char *name, struct taken **ret)
{
    struct taken *k = arena_alloc(c->cx->arena, sizeof(*k));
    enum rc rc = k ? RC_OK : cx_nomem(c->cx);
    if (rc == RC_OK) {
        *k = (struct taken){.mime = mime, .name = name};
        rc = archive_look(c, *stage, &k->facts);
    }
    if (rc != RC_OK) {
        blob_stage_fail(stage, rc);
        return rc;
    }
    TRY(blob_stage_commit(c->cx, stage, &k->blob));
    if (*k->facts.killed)
        document_warn(c->vault, k->blob.sha256, k->facts.killed);
    *ret = k;
    return RC_OK;
}

enum rc archive_give(struct call *c, enum family_id f, struct str systemid, struct taken *file, struct rec **ret)
{
    struct attach k = {.call = c, .family = f, .systemid = systemid, .file = file};
    if (!has_files(f))
        return err_set(c->cx, RC_NOT_FOUND, "fil", NULL);
    TRY(change_keyed(c, attach, &k));
    *ret = k.out;
    return RC_OK;
}

enum rc archive_give_late(struct call *c, struct str systemid, struct taken *file)
{
    struct attach k = {.call = c, .family = F_dokumentobjekt, .systemid = systemid, .file = file, .late = true};
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    return change_keyed(c, attach, &k);
}

enum rc archive_replace_late(struct call *c, struct str systemid, struct taken *file)
{
    struct attach k = {.call = c, .family = F_dokumentobjekt, .systemid = systemid, .file = file, .late = true, .replace = true};
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    return change_keyed(c, attach, &k);
}

enum rc archive_attach(struct call *c, enum family_id f, struct str systemid, struct blob_stage **stage,
                       const char *mime, const char *name, struct rec **ret)
{
    struct taken *file;
    TRY(archive_take(c, stage, mime, name, &file));
    return archive_give(c, f, systemid, file, ret);
}

/* ------------------------------------------------------------------ reading a document */

static enum rc newest_object(struct call *c, struct str beskrivelse, struct rec **ret)
{
    struct rec *doc;
    struct db *db;
    TRY(archive_get(c, F_dokumentbeskrivelse, beskrivelse, &doc));
    TRY(archive_rows_begin(c, &db));
    int64_t id;
    enum rc rc = db_int(db, &id, 0,
                        "SELECT id FROM dokumentobjekt WHERE dokumentbeskrivelse_id = ?"
                        " AND referansedokumentfil IS NOT NULL ORDER BY versjonsnummer DESC, id DESC LIMIT 1",
                        "i", doc->id);
    if (rc == RC_OK && id == 0)
        rc = err_set(c->cx, RC_NOT_FOUND, "fil", NULL);
    if (rc == RC_OK)
        rc = rec_load(db, model_family(F_dokumentobjekt), id, ret);
    archive_rows_end(c, &db);
    return rc == RC_OK ? archive_get(c, F_dokumentobjekt, str_of((*ret)->systemid), ret) : rc;
}

static char *own_text(struct call *c, const struct val *v)
{
    return v->state == VAL_SET ? arena_strndup(c->cx->arena, v->text.p, v->text.n) : NULL;
}

enum rc archive_document(struct call *c, enum family_id f, struct str systemid, struct document *ret)
{
    struct rec *r;
    if (!has_files(f))
        return err_set(c->cx, RC_NOT_FOUND, "fil", NULL);
    TRY(f == F_dokumentobjekt ? archive_get(c, f, systemid, &r) : newest_object(c, systemid, &r));
    char *sha = own_text(c, rec_val(r, A_dokumentobjekt_referanseDokumentfil));
    if (!sha)
        return err_set(c->cx, RC_NOT_FOUND, "fil", NULL);
    struct document d = {.mime = own_text(c, rec_val(r, A_dokumentobjekt_mimeType)),
                         .name = own_text(c, rec_val(r, A_dokumentobjekt_filnavn))};
    (void)snprintf(d.sha256, sizeof(d.sha256), "%s", sha);
    TRY(archive_seen(c, r));
    TRY(blob_read(c->cx, c->vault->archive->blobs, c->vault->slug, sha, &d.fd, &d.size));
    *ret = d;
    return RC_OK;
}

const char *archive_document_ending(struct cx *cx, const struct document *d)
{
    static const char *const kinds[][2] = {{"application/pdf", "pdf"}, {"text/plain", "txt"}, {"application/xml", "xml"},
                                           {"image/jpeg", "jpg"}, {"image/png", "png"}, {"image/tiff", "tif"}};
    const char *dot = d->name ? strrchr(d->name, '.') : NULL, *ending = "";
    size_t n = dot ? strspn(dot + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") : 0;
    if (n >= 1 && n <= 5 && dot[1 + n] == '\0')
        ending = arena_strdup(cx->arena, dot + 1);
    for (size_t i = 0; ending && !*ending && i < COUNT_OF(kinds); i++)
        ending = streq(kinds[i][0], d->mime) ? kinds[i][1] : "";
    return ending ? ending : "";
}

enum rc archive_document_words(struct call *c, const struct document *d, struct str *ret)
{
    struct archive *a = c->vault->archive;
    char killed[INSPECT_KILLED_MAX];
    int64_t size;
    int fd;
    TRY(blob_local(c->cx, a->blobs, c->vault->slug, d->sha256, &fd, &size));
    enum rc rc = inspect_words(c->cx, a->inspector, fd, d->mime ? d->mime : "", (size_t)MiB(2), ret, killed);
    (void)close(fd);
    return rc;
}

enum rc archive_document_send(struct cx *cx, struct vault *v, const char *sha256, int64_t from, int64_t n,
                              const struct blob_taker *to)
{
    return blob_send(cx, v->archive->blobs, v->slug, sha256, from, n, to);
}

/* A document on its way through a thread that has no request. */
struct far {
    struct vault *vault;
    char sha256[SHA256_HEX_MAX];
};

void *archive_far(struct vault *v, const char *sha256)
{
    struct far *far = mem_new(sizeof(*far));
    far->vault = v;
    (void)snprintf(far->sha256, sizeof(far->sha256), "%s", sha256);
    return far;
}

enum rc archive_far_send(void *state, int64_t from, int64_t n, enum rc (*out)(void *arg, const void *p, size_t n), void *arg)
{
    const struct far *far = state;
    const struct blob_taker to = {out, arg};
    struct cx cx;
    cx_open(&cx, (size_t)MiB(1));
    enum rc rc = archive_document_send(&cx, far->vault, far->sha256, from, n, &to);
    if (rc != RC_OK && cx.err.secret)
        log_line(LOG_ERROR, "%s: %s", err_id(rc), cx.err.secret);
    cx_close(&cx);
    return rc;
}

/* ------------------------------------------------------------------ chunked uploads */

struct upload_row {
    struct call *call;
    struct upload *upload;
    struct str id;
};

static enum rc upload_insert(struct db *db, void *arg)
{
    struct upload_row *k = arg;
    const struct upload *u = k->upload;
    return db_run(db, "INSERT INTO opplasting(id, familie, systemid, lager, mime, navn, total, tid)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "tittttii", u->id, (int64_t)u->family, u->systemid,
                  u->stage, u->mime, u->name, u->total, k->call->cx->now);
}

enum rc archive_upload_begin(struct call *c, struct upload *u)
{
    struct blob_stage *stage;
    TRY(archive_may_attach(c, u->family, str_of(u->systemid)));
    TRY(archive_stage(c, &stage));
    (void)snprintf(u->stage, sizeof(u->stage), "%s", blob_stage_name(stage));
    enum rc rc = blob_stage_keep(c->cx, stage);
    blob_stage_park(&stage);
    TRY(rc);
    uuid_new(u->id);
    struct upload_row k = {.call = c, .upload = u};
    return change_run(c, upload_insert, &k);
}

static enum rc upload_read(struct call *c, struct db *db, struct str id, struct upload *ret)
{
    struct stmt *st;
    TRY(db_prepare(db, "SELECT familie, systemid, lager, mime, navn, total FROM opplasting WHERE id = ?", &st));
    stmt_bind_str(st, 1, id);
    bool row = false;
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && !row)
        rc = err_set(c->cx, RC_NOT_FOUND, "opplasting", NULL);
    if (rc == RC_OK) {
        struct str systemid = stmt_str(st, 1), stage = stmt_str(st, 2);
        (void)snprintf(ret->id, sizeof(ret->id), "%.*s", (int)id.n, id.p);
        (void)snprintf(ret->systemid, sizeof(ret->systemid), "%.*s", (int)systemid.n, systemid.p);
        (void)snprintf(ret->stage, sizeof(ret->stage), "%.*s", (int)stage.n, stage.p);
        ret->family = (enum family_id)stmt_int(st, 0);
        ret->mime = stmt_text(st, 3);
        ret->name = stmt_text(st, 4);
        ret->total = stmt_int(st, 5);
    }
    stmt_done(&st);
    return rc;
}

enum rc archive_upload_get(struct call *c, struct str id, struct upload *ret)
{
    struct db *db;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = upload_read(c, db, id, ret);
    archive_rows_end(c, &db);
    return rc == RC_OK ? archive_may_attach(c, ret->family, str_of(ret->systemid)) : rc;
}

static enum rc upload_delete(struct db *db, void *arg)
{
    struct upload_row *k = arg;
    return db_run(db, "DELETE FROM opplasting WHERE id = ?", "s", k->id);
}

enum rc archive_upload_end(struct call *c, struct str id)
{
    struct upload_row k = {.call = c, .id = id};
    return change_run(c, upload_delete, &k);
}
