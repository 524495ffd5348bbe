/*
 * Objects: reading, replacing, changing, deleting; and what hangs on them.
 */
#include "tg/tg_int.h"

/* ------------------------------------------------------------------ writing */

static void write_expanded(struct job *j, struct jw *w, const struct expanded *x, const struct expand *asked)
{
    struct query inner = {.expand = asked->children, .expand_n = asked->children_n};
    jw_key(w, x->link->name);
    if (x->link->kind == LINK_ONE && x->result->n == 1) {
        object_write(j, w, x->result->recs[0], &inner, x->result->expanded ? x->result->expanded[0] : NULL);
        return;
    }
    jw_open(w, '[');
    for (size_t i = 0; i < x->result->n; i++)
        object_write(j, w, x->result->recs[i], &inner, x->result->expanded ? x->result->expanded[i] : NULL);
    jw_close(w, ']');
}

void object_write(struct job *j, struct jw *w, const struct rec *r, const struct query *q, struct expanded *x)
{
    jw_open(w, '{');
    rec_to_json(w, r, q && q->select_n ? q->select : NULL, q ? q->select_n : 0);
    for (size_t i = 0; q && x && i < q->expand_n; i++)
        if (x[i].result && (x[i].result->n || x[i].link->kind == LINK_LIST))
            write_expanded(j, w, &x[i], &q->expand[i]);
    links_object(j, w, r);
    jw_close(w, '}');
}

enum rc object_reply(struct job *j, const struct rec *r, int status)
{
    struct jw w;
    char etag[32];
    (void)snprintf(etag, sizeof(etag), "\"%" PRId64 "\"", r->versjon);
    TRY(http_set(j->rq, j->rp, "ETag", etag));
    if (status == 201)
        TRY(http_set(j->rq, j->rp, "Location", path_self(j, r)));
    j->rp->status = status;
    jw_begin(&w, &j->rp->body);
    object_write(j, &w, r, NULL, NULL);
    return buf_failed(&j->rp->body) ? cx_nomem(j->cx) : RC_OK;
}

/* ------------------------------------------------------------------ reading requests */

static bool is_json(const char *type)
{
    static const char *const known[] = {NOARK_JSON, "application/json", "application/merge-patch+json"};
    struct str s = media_type(type);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_ieq(s, known[i]))
            return true;
    return s.n == 0;
}

enum rc object_body(struct job *j, json_t **ret)
{
    if (!is_json(http_header(j->rq, "Content-Type")))
        return err_set(j->cx, RC_MEDIA_TYPE, "Content-Type", NOARK_JSON);
    return json_read(j->cx, j->rq->body, ret);
}

static enum rc body_rec(struct job *j, const struct entity *e, struct rec **ret)
{
    json_t *json;
    TRY(object_body(j, &json));
    return rec_from_json(j->cx, e, json, archive_importing(&j->call), ret);
}

/* If-Match is HTTP's name; existing clients send the value in a header called ETag (TG names none). */
static struct match match_of(const struct job *j)
{
    const char *etag = http_header(j->rq, "If-Match");
    if (etag)
        return (struct match){etag, RC_PRECONDITION};
    return (struct match){http_header(j->rq, "ETag"), RC_CONFLICT};
}

static struct str own_id(const struct rec *r)
{
    return str_of(r->systemid);
}

/* ------------------------------------------------------------------ one object */

enum rc object_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    TRY(job_begin(rq, rp, &j));
    TRY(path_object(&j, &r));
    TRY(archive_seen(&j.call, r));
    return object_reply(&j, r, 200);
}

enum rc object_put(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r, *in;
    TRY(job_begin(rq, rp, &j));
    TRY(path_object(&j, &r));
    TRY(body_rec(&j, r->entity, &in));
    TRY(archive_replace(&j.call, r->entity->family, own_id(r), match_of(&j), in, &r));
    return object_reply(&j, r, 200);
}

#define MOVES_MAX 4

/* `_links` of a patch move the object: a relation to one, with the address of what it now goes to. */
static enum rc read_moves(struct job *j, const struct rec *r, json_t *json, struct move *moves, size_t *ret_n)
{
    size_t n, links_n;
    const struct link *const *links = model_links(r->entity->id, r->entity->package, &links_n);
    json_t *sent = json_object_get(json, "_links");
    n = 0;
    for (size_t i = 0; i < links_n; i++) {
        const struct link *l = links[i];
        json_t *one = archive_movable(l) ? json_object_get(sent, links_rel(l)) : NULL;
        json_t *href = json_object_get(one, "href");
        if (!href)
            continue;
        if (!json_is_string(href) || n == MOVES_MAX ||
            !path_id((struct str){json_string_value(href), json_string_length(href)}, &moves[n].target))
            return err_set(j->cx, RC_FIELD_VALUE, "_links", l->name);
        moves[n++].link = l;
    }
    *ret_n = n;
    return RC_OK;
}

enum rc object_patch(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r, *in;
    json_t *json;
    struct move moves[MOVES_MAX];
    size_t n;
    TRY(job_begin(rq, rp, &j));
    TRY(path_object(&j, &r));
    TRY(object_body(&j, &json));
    TRY(rec_from_json(j.cx, r->entity, json, archive_importing(&j.call), &in));
    TRY(read_moves(&j, r, json, moves, &n));
    TRY(archive_merge(&j.call, r->entity->family, own_id(r), match_of(&j), in, moves, n, &r));
    return object_reply(&j, r, 200);
}

static enum rc no_content(struct http_reply *rp)
{
    rp->status = 204;
    rp->type = NULL;
    return RC_OK;
}

enum rc object_delete(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    TRY(job_begin(rq, rp, &j));
    TRY(path_object(&j, &r));
    TRY(archive_delete(&j.call, r->entity->family, own_id(r), match_of(&j)));
    return no_content(rp);
}

/* ------------------------------------------------------------------ forms and creation */

static enum rc template_reply(struct job *j, const struct rec *parent, const struct link *ny)
{
    struct rec *r;
    struct jw w;
    TRY(archive_template(&j->call, parent, ny, &r));
    jw_begin(&w, &j->rp->body);
    jw_open(&w, '{');
    rec_to_json(&w, r, NULL, 0);
    links_template(j, &w, r->entity);
    jw_close(&w, '}');
    return RC_OK;
}

/* A request whose answer is the object that its change leaves. */
struct pending {
    struct later later;     /* first: what done is given */
    struct job job;
    int status;
};

static void answer(struct later *l, enum rc rc)
{
    struct pending *p = (struct pending *)l;
    http_finish(p->job.rq, rc == RC_OK ? object_reply(&p->job, l->rec, p->status) : rc);
}

/* From here on the request belongs to the change: the caller returns RC_OK. */
static enum rc answer_later(const struct job *j, int status, struct pending **ret)
{
    struct pending *p = arena_alloc(j->cx->arena, sizeof(*p));
    if (!p)
        return cx_nomem(j->cx);
    *p = (struct pending){.later.done = answer, .job = *j, .status = status};
    http_later(j->rq);
    *ret = p;
    return RC_OK;
}

static enum rc create(struct job *j, const struct entity *above, struct str parent, const struct link *ny)
{
    struct rec *in;
    struct pending *p;
    TRY(body_rec(j, model_entity(ny->target), &in));
    TRY(answer_later(j, 201, &p));
    archive_create_later(&p->job.call, above, parent, ny, in, &p->later);
    return RC_OK;
}

static enum rc top_link(struct job *j, struct str package, const struct link **ret)
{
    enum package p;
    if (!path_package(package, &p))
        return err_set(j->cx, RC_NOT_FOUND, NULL, NULL);
    *ret = model_link_named(E_COUNT, p, http_param(j->rq, "rel"));
    return *ret ? RC_OK : err_set(j->cx, RC_NOT_FOUND, NULL, NULL);
}

static enum rc wrong_method(struct job *j, const char *allowed)
{
    TRY(http_set(j->rq, j->rp, "Allow", allowed));
    return err_set(j->cx, RC_METHOD, NULL, allowed);
}

enum rc top_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    TRY(top_link(&j, http_param(rq, "pakke"), &l));
    if (l->kind == LINK_NY)
        return template_reply(&j, NULL, l);
    if (l->target == E_COUNT)
        return err_set(j.cx, RC_NOT_FOUND, NULL, NULL);
    return list_reply(&j, model_entity(l->target), NULL, l, l->list);
}

static enum rc post_to(struct http_request *rq, struct http_reply *rp, struct str package)
{
    struct job j;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    TRY(top_link(&j, package, &l));
    return l->kind == LINK_NY ? create(&j, NULL, STR(""), l) : wrong_method(&j, "GET,HEAD,DELETE,OPTIONS");
}

enum rc top_post(struct http_request *rq, struct http_reply *rp)
{
    return post_to(rq, rp, http_param(rq, "pakke"));
}

enum rc metadata_post(struct http_request *rq, struct http_reply *rp)
{
    return post_to(rq, rp, STR("metadata"));
}

enum rc admin_post(struct http_request *rq, struct http_reply *rp)
{
    return post_to(rq, rp, STR("admin"));
}

enum rc top_delete(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    TRY(top_link(&j, http_param(rq, "pakke"), &l));
    if (l->kind != LINK_LIST || l->target == E_COUNT || l->target == E_kode)
        return wrong_method(&j, "GET,HEAD,POST,OPTIONS");
    return list_delete(&j, model_entity(l->target), NULL, l);
}

/* ------------------------------------------------------------------ what hangs on an object */

static enum rc sub_link(struct job *j, struct rec **ret, const struct link **ret_link)
{
    TRY(path_object(j, ret));
    *ret_link = model_link_named((*ret)->entity->id, (*ret)->entity->package, http_param(j->rq, "rel"));
    return *ret_link ? RC_OK : err_set(j->cx, RC_NOT_FOUND, NULL, NULL);
}

/* Clients make kryssreferanser by posting to this prefix and the address of the target. */
static enum rc cross_form(struct job *j, const struct rec *r)
{
    struct jw w;
    char *url = arena_printf(j->cx->arena, "%sny-kryssreferanse/$ref?$id=", path_self(j, r));
    jw_begin(&w, &j->rp->body);
    jw_open(&w, '{');
    jw_pair(&w, "url", url ? url : "");
    jw_key(&w, "_links");
    jw_open(&w, '{');
    jw_close(&w, '}');
    jw_close(&w, '}');
    return RC_OK;
}

enum rc sub_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r, *one;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    TRY(sub_link(&j, &r, &l));
    switch (l->kind) {
    case LINK_LIST:
    case LINK_LOG:
        return list_reply(&j, model_entity(l->target), r, l, CL_NONE);
    case LINK_ONE:
        TRY(archive_one(&j.call, r, l, &one));
        TRY(archive_seen(&j.call, one));
        return object_reply(&j, one, 200);
    case LINK_NY:
    case LINK_EXPAND:
        return template_reply(&j, l->kind == LINK_NY ? r : NULL, l);
    case LINK_NY_REF:
        return cross_form(&j, r);
    case LINK_CODES:
        return list_reply(&j, model_entity(E_kode), NULL, l, l->list);
    case LINK_CLOSE:
        return object_reply(&j, r, 200);
    case LINK_FILE:
    default:
        return err_set(j.cx, RC_NOT_FOUND, NULL, NULL);
    }
}

static enum rc expand(struct job *j, const struct rec *r, const struct link *l)
{
    struct rec *in;
    struct pending *p;
    TRY(body_rec(j, model_entity(l->target), &in));
    TRY(answer_later(j, 200, &p));
    archive_expand_later(&p->job.call, r->entity->family, own_id(r), match_of(j), model_entity(l->target), in, &p->later);
    return RC_OK;
}

enum rc sub_post(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    const struct entity *named = path_named(&j);
    l = named ? model_link_named(named->id, named->package, http_param(rq, "rel")) : NULL;
    if (l && l->kind == LINK_NY)
        return create(&j, named, http_param(rq, "id"), l);
    TRY(sub_link(&j, &r, &l));
    if (l->kind == LINK_NY)
        return create(&j, r->entity, own_id(r), l);
    if (l->kind == LINK_EXPAND)
        return expand(&j, r, l);
    return wrong_method(&j, "GET,HEAD,OPTIONS");
}

enum rc sub_put(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    TRY(sub_link(&j, &r, &l));
    if (l->kind == LINK_EXPAND)
        return expand(&j, r, l);
    if (l->kind != LINK_CLOSE)
        return wrong_method(&j, "GET,HEAD,OPTIONS");
    TRY(archive_close_mappe(&j.call, own_id(r), match_of(&j), &r));
    return object_reply(&j, r, 200);
}

enum rc sub_delete(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    const struct link *l;
    TRY(job_begin(rq, rp, &j));
    TRY(sub_link(&j, &r, &l));
    if (l->kind != LINK_LIST)
        return wrong_method(&j, "GET,HEAD,OPTIONS");
    return list_delete(&j, model_entity(l->target), r, l);
}
