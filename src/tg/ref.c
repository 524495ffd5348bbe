/*
 * $ref: relations between objects that exist, and kryssreferanse.
 */
#include "tg/tg_int.h"

/* The target is told as ?$id=<address>, as {"@id": …} or {"href": …}, or as a bare address in the body. */
static enum rc target_text(struct job *j, struct str *ret)
{
    static const char *const keys[] = {"@id", "@odata.id", "$id", "href"};
    struct str q = j->rq->query, decoded;
    *ret = (struct str){"", 0};
    if (q.n) {
        if (!url_decode(j->cx->arena, q, false, &decoded))
            return err_set(j->cx, RC_BAD_REQUEST, "$id", "prosentkoding");
        *ret = decoded;
        return RC_OK;
    }
    struct str body = j->rq->body;
    if (body.n == 0)
        return RC_OK;
    *ret = body;
    if (body.p[0] != '{')
        return RC_OK;
    json_t *json, *url = NULL;
    TRY(json_read(j->cx, body, &json));
    for (size_t i = 0; i < COUNT_OF(keys) && !url; i++)
        url = json_object_get(json, keys[i]);
    if (!json_is_string(url))
        return err_set(j->cx, RC_FIELD_MISSING, "@id", NULL);
    *ret = (struct str){json_string_value(url), json_string_length(url)};
    return RC_OK;
}

static enum rc target_id(struct job *j, struct str *ret)
{
    struct str text;
    TRY(target_text(j, &text));
    *ret = (struct str){"", 0};
    if (text.n == 0)
        return RC_OK;
    if (text.n > 5 && memcmp(text.p, "$id=", 4) == 0)
        text = (struct str){text.p + 4, text.n - 4};
    return path_id(text, ret) ? RC_OK : err_set(j->cx, RC_FIELD_VALUE, "$id", "en adresse med systemID");
}

static enum rc no_content(struct http_reply *rp)
{
    rp->status = 204;
    rp->type = NULL;
    return RC_OK;
}

static enum rc ref(struct http_request *rq, struct http_reply *rp, enum ref_mode mode)
{
    struct job j;
    struct rec *r, *made;
    struct str target;
    TRY(job_begin(rq, rp, &j));
    TRY(path_object(&j, &r));
    TRY(target_id(&j, &target));
    struct str name = http_param(rq, "rel");
    const struct link *l = model_link_named(r->entity->id, r->entity->package, name);
    if (!l || (l->kind != LINK_LIST && l->kind != LINK_ONE && l->kind != LINK_NY_REF))
        return err_set(j.cx, RC_NOT_FOUND, NULL, NULL);
    if (l->kind == LINK_NY_REF) {
        TRY(archive_cross(&j.call, r->entity->family, str_of(r->systemid), target, &made));
        return object_reply(&j, made, 201);
    }
    TRY(archive_ref(&j.call, r->entity->family, str_of(r->systemid), l, mode, target));
    return no_content(rp);
}

enum rc ref_post(struct http_request *rq, struct http_reply *rp)
{
    return ref(rq, rp, REF_ADD);
}

enum rc ref_put(struct http_request *rq, struct http_reply *rp)
{
    return ref(rq, rp, REF_REPLACE);
}

enum rc ref_delete(struct http_request *rq, struct http_reply *rp)
{
    return ref(rq, rp, REF_REMOVE);
}

/* <kryssreferanse>/$ref?$id=…: another target for the same reference. */
enum rc cross_put(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct rec *r;
    struct str target;
    TRY(job_begin(rq, rp, &j));
    TRY(path_object(&j, &r));
    if (r->entity->id != E_kryssreferanse)
        return err_set(j.cx, RC_NOT_FOUND, NULL, NULL);
    TRY(target_id(&j, &target));
    TRY(archive_cross_change(&j.call, str_of(r->systemid), target, &r));
    return object_reply(&j, r, 200);
}
