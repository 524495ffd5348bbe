/*
 * Files: upload whole or in chunks, download.
 *
 * The body goes from the I/O thread into a stage of the blob store; the archive sees it when it is
 * whole. The state of a request is its stage and how much it may hold.
 */
#include "tg/tg_int.h"

struct intake {
    struct blob_stage *stage;
    int64_t left;              /* bytes that may still come */
    bool too_much;
    struct upload upload;      /* of a chunk */
    int64_t first, last, total;
};

static enum rc intake_write(void *state, const void *p, size_t n)
{
    struct intake *k = state;
    if ((int64_t)n > k->left) {
        k->too_much = true;
        return RC_TOO_LARGE;
    }
    k->left -= (int64_t)n;
    return blob_stage_write(k->stage, p, n);
}

static void intake_drop(void *state)
{
    struct intake *k = state;
    blob_stage_drop(&k->stage);
}

/* A broken chunk leaves what came before it: the client resumes from the size told. */
static void intake_park(void *state)
{
    struct intake *k = state;
    blob_stage_park(&k->stage);
}

static enum rc take_in(struct http_request *rq, struct intake *k, void (*drop)(void *))
{
    rq->state = k;
    rq->sink = (struct http_sink){k, intake_write, drop};
    return RC_OK;
}

static enum rc of_object(struct job *j, struct rec **ret)
{
    TRY(path_object(j, ret));
    if ((*ret)->entity->family == F_dokumentobjekt || (*ret)->entity->family == F_dokumentbeskrivelse)
        return RC_OK;
    return err_set(j->cx, RC_NOT_FOUND, NULL, NULL);
}

static const char *sent_name(struct job *j)
{
    const char *name = http_header(j->rq, "X-File-Name");
    return name && *name ? name : content_filename(j->cx, http_header(j->rq, "Content-Disposition"));
}

/* ------------------------------------------------------------------ whole files */

enum rc file_begin(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    TRY(job_begin(rq, rp, &j));
    TRY(of_object(&j, &r));
    TRY(archive_may_attach(&j.call, r->entity->family, str_of(r->systemid)));
    if (http_header(rq, "X-Upload-Content-Length") && rq->content_length <= 0)
        return RC_OK;
    int64_t limit = vault_bulk_limit(j.call.vault);
    if (limit && rq->content_length > limit)
        return err_setf(j.cx, RC_TOO_BIG_POST, "Content-Length", "%" PRId64, limit);
    struct intake *k = arena_alloc(j.cx->arena, sizeof(*k));
    if (!k)
        return cx_nomem(j.cx);
    k->left = limit ? limit : INT64_MAX;
    TRY(archive_stage(&j.call, &k->stage));
    return take_in(rq, k, intake_drop);
}

/* Where the client is to send the chunks, and how much is there already. */
static enum rc chunk_state(struct job *j, const struct upload *u, int64_t have)
{
    const struct entity *e = model_entity(u->family == F_dokumentobjekt ? E_dokumentobjekt : E_dokumentbeskrivelse);
    char *url = arena_printf(j->cx->arena, "%sarkivstruktur/%s/%s/fil/%s", j->base, e->name, u->systemid, u->id);
    char *range = arena_printf(j->cx->arena, "0-%" PRId64, have - 1);
    if (!url || !range)
        return cx_nomem(j->cx);
    TRY(http_set(j->rq, j->rp, "Location", url));
    if (have > 0)
        TRY(http_set(j->rq, j->rp, "Range", range));
    j->rp->status = 200;
    j->rp->type = NULL;
    return RC_OK;
}

static enum rc session_begin(struct job *j, const struct rec *r)
{
    struct upload u = {.family = r->entity->family};
    const char *type = http_header(j->rq, "X-Upload-Content-Type"), *name = sent_name(j);
    (void)snprintf(u.systemid, sizeof(u.systemid), "%s", r->systemid);
    u.mime = type ? arena_strdup(j->cx->arena, type) : NULL;
    u.name = name ? arena_strdup(j->cx->arena, name) : NULL;
    if (!str_int(str_of(http_header(j->rq, "X-Upload-Content-Length")), &u.total) || u.total < 1)
        return err_set(j->cx, RC_FIELD_VALUE, "X-Upload-Content-Length", "et antall byte større enn null");
    TRY(archive_upload_begin(&j->call, &u));
    return chunk_state(j, &u, 0);
}

enum rc file_post(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    struct intake *k = rq->state;
    TRY(job_begin(rq, rp, &j));
    enum rc rc = of_object(&j, &r);
    if (!k)
        return rc == RC_OK ? session_begin(&j, r) : rc;
    if (rc == RC_OK && k->too_much)
        rc = err_setf(j.cx, RC_TOO_BIG_POST, "Content-Length", "%" PRId64, vault_bulk_limit(j.call.vault));
    if (rc != RC_OK) {
        blob_stage_drop(&k->stage);
        return rc;
    }
    TRY(archive_attach(&j.call, r->entity->family, str_of(r->systemid), &k->stage, http_header(rq, "Content-Type"),
                       sent_name(&j), &r));
    return object_reply(&j, r, 201);
}

/* ------------------------------------------------------------------ chunks */

static enum rc chunk_header(struct job *j, struct intake *k)
{
    const char *range = http_header(j->rq, "Content-Range");
    if (!range)
        return err_set(j->cx, RC_FIELD_MISSING, "Content-Range", NULL);
    if (!content_range(str_of(range), &k->first, &k->last, &k->total))
        return err_set(j->cx, RC_FIELD_VALUE, "Content-Range", "bytes <første>-<siste>/<total>");
    if (k->total != k->upload.total)
        return err_setf(j->cx, RC_FIELD_VALUE, "Content-Range", "total %" PRId64, k->upload.total);
    return RC_OK;
}

enum rc chunk_begin(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    TRY(job_begin(rq, rp, &j));
    struct intake *k = arena_alloc(j.cx->arena, sizeof(*k));
    if (!k)
        return cx_nomem(j.cx);
    TRY(archive_upload_get(&j.call, http_param(rq, "opplasting"), &k->upload));
    TRY(chunk_header(&j, k));
    TRY(archive_stage_resume(&j.call, k->upload.stage, &k->stage));
    int64_t have = blob_stage_size(k->stage);
    if (k->first >= 0 && k->first != have) {
        blob_stage_park(&k->stage);
        return err_setf(j.cx, RC_FIELD_VALUE, "Content-Range", "neste byte er %" PRId64, have);
    }
    k->left = k->first < 0 ? 0 : k->last - k->first + 1;
    return take_in(rq, k, intake_park);
}

static enum rc chunk_whole(struct job *j, struct intake *k)
{
    struct rec *r;
    TRY(archive_attach(&j->call, k->upload.family, str_of(k->upload.systemid), &k->stage, k->upload.mime,
                       k->upload.name, &r));
    TRY(archive_upload_end(&j->call, str_of(k->upload.id)));
    return object_reply(j, r, 201);
}

enum rc chunk_put(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct intake *k = rq->state;
    TRY(job_begin(rq, rp, &j));
    int64_t have = blob_stage_size(k->stage);
    if (k->too_much || k->left != 0) {
        blob_stage_park(&k->stage);
        return err_setf(j.cx, RC_FIELD_VALUE, "Content-Range", "innholdet har en annen lengde enn området");
    }
    if (have == k->total && k->first >= 0)
        return chunk_whole(&j, k);
    enum rc rc = blob_stage_keep(j.cx, k->stage);
    blob_stage_park(&k->stage);
    return rc == RC_OK ? chunk_state(&j, &k->upload, have) : rc;
}

/* ------------------------------------------------------------------ download */

enum rc file_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    struct document d;
    char etag[SHA256_HEX_MAX + 2];
    TRY(job_begin(rq, rp, &j));
    TRY(of_object(&j, &r));
    TRY(archive_document(&j.call, r->entity->family, str_of(r->systemid), &d));
    rp->fd = d.fd;
    rp->size = d.size;
    if (d.fd < 0)
        rp->source = (struct http_source){archive_far(j.call.vault, d.sha256), archive_far_send, mem_free};
    rp->type = d.mime ? d.mime : "application/octet-stream";
    if (!content_accepts(http_header(rq, "Accept"), rp->type))
        return err_set(j.cx, RC_NOT_ACCEPTABLE, "Accept", rp->type);
    (void)snprintf(etag, sizeof(etag), "\"%s\"", d.sha256);
    TRY(http_set(rq, rp, "ETag", etag));
    /* Always an attachment: a document of a stranger is not to run as a page of ours. */
    TRY(http_set(rq, rp, "Content-Disposition", content_disposition(j.cx, d.name ? d.name : r->systemid)));
    const char *known = http_header(rq, "If-None-Match");
    if (known && strstr(known, etag)) {
        rp->status = 304;
        rp->type = NULL;
    }
    return RC_OK;
}
