/* Private to the room tg. */
#ifndef SAMDRIFT_TG_INT_H
#define SAMDRIFT_TG_INT_H

#include "tg/odata.h"
#include "tg/tg.h"

#define NOARK_JSON "application/vnd.noark5+json"

struct tg {
    struct archive *archive;
    struct login *login;
    struct export_jobs *exports;
    bool oidc;
};

/* A request under way. */
struct job {
    struct tg *tg;
    struct http_request *rq;
    struct http_reply *rp;
    struct cx *cx;
    struct call call;
    const char *base;      /* "http://host/nesodden/noark5/" */
};
enum rc job_begin(struct http_request *rq, struct http_reply *rp, struct job *ret) ATTR_CHECK;

/* path.c: addresses and what they mean. */
bool path_package(struct str name, enum package *ret);
const struct entity *path_entity(struct str name);
/* "saksmappe", and virksomhetsspesifikkeMetadata for the catalogue. */
const char *path_entity_name(const struct entity *e);
/* Address of the object, ending in '/'. In the arena. */
const char *path_self(struct job *j, const struct rec *r);
/* systemID in an address of ours or alone; false when there is none. */
bool path_id(struct str url, struct str *ret);
/* The entity that the address of the request names; NULL when it names none, or an entry of a code list. */
const struct entity *path_named(const struct job *j);
/* The object the address of the request names, of the entity it names. */
enum rc path_object(struct job *j, struct rec **ret) ATTR_CHECK;

/* links.c */
void links_setup(void);
/* "https://rel.arkivverket.no/…/ny-saksmappe/" */
const char *links_rel(const struct link *l);
/* "_links":{…} of an object, with every link the caller is offered. */
void links_object(struct job *j, struct jw *w, const struct rec *r);
void links_package(struct job *j, struct jw *w, enum package p);
/* "_links" of a new object's form: the code lists it uses. */
void links_template(struct job *j, struct jw *w, const struct entity *e);
void links_one(struct jw *w, const char *rel, const char *href, bool templated);

/* object.c */
/* Writes the object as reply, with ETag. */
enum rc object_reply(struct job *j, const struct rec *r, int status) ATTR_CHECK;
void object_write(struct job *j, struct jw *w, const struct rec *r, const struct query *q, struct expanded *x);
/* The JSON body, after its Content-Type was checked. */
enum rc object_body(struct job *j, json_t **ret) ATTR_CHECK;

/* list.c */
enum rc list_reply(struct job *j, const struct entity *e, const struct rec *from, const struct link *l,
                   enum codelist_id codes) ATTR_CHECK;
enum rc list_delete(struct job *j, const struct entity *e, const struct rec *from, const struct link *l) ATTR_CHECK;
/* An entry of a code list. */
enum rc list_code(struct job *j, enum codelist_id list, struct str kode, struct rec **ret) ATTR_CHECK;

/* Handlers, by file. */
enum rc root_get(struct http_request *rq, struct http_reply *rp);
enum rc root_package(struct http_request *rq, struct http_reply *rp);
enum rc root_system(struct http_request *rq, struct http_reply *rp);
enum rc root_discovery(struct http_request *rq, struct http_reply *rp);
enum rc root_jwks(struct http_request *rq, struct http_reply *rp);
enum rc root_token(struct http_request *rq, struct http_reply *rp);
enum rc root_basic(struct http_request *rq, struct http_reply *rp);
enum rc root_openapi(struct http_request *rq, struct http_reply *rp);
enum rc root_health(struct http_request *rq, struct http_reply *rp);
enum rc top_get(struct http_request *rq, struct http_reply *rp);
enum rc top_post(struct http_request *rq, struct http_reply *rp);
enum rc metadata_post(struct http_request *rq, struct http_reply *rp);
enum rc admin_post(struct http_request *rq, struct http_reply *rp);
enum rc top_delete(struct http_request *rq, struct http_reply *rp);
enum rc object_get(struct http_request *rq, struct http_reply *rp);
enum rc object_put(struct http_request *rq, struct http_reply *rp);
enum rc object_patch(struct http_request *rq, struct http_reply *rp);
enum rc object_delete(struct http_request *rq, struct http_reply *rp);
enum rc sub_get(struct http_request *rq, struct http_reply *rp);
enum rc sub_post(struct http_request *rq, struct http_reply *rp);
enum rc sub_put(struct http_request *rq, struct http_reply *rp);
enum rc sub_delete(struct http_request *rq, struct http_reply *rp);
enum rc ref_post(struct http_request *rq, struct http_reply *rp);
enum rc ref_put(struct http_request *rq, struct http_reply *rp);
enum rc ref_delete(struct http_request *rq, struct http_reply *rp);
enum rc cross_put(struct http_request *rq, struct http_reply *rp);
enum rc proof_head(struct http_request *rq, struct http_reply *rp);
enum rc proof_get(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_list(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_post(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_get(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_delete(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_reasons(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_package(struct http_request *rq, struct http_reply *rp);
enum rc uttrekk_description(struct http_request *rq, struct http_reply *rp);
enum rc file_get(struct http_request *rq, struct http_reply *rp);
enum rc file_begin(struct http_request *rq, struct http_reply *rp);
enum rc file_post(struct http_request *rq, struct http_reply *rp);
enum rc chunk_begin(struct http_request *rq, struct http_reply *rp);
enum rc chunk_put(struct http_request *rq, struct http_reply *rp);

/* content.c: pure parts of headers. */
/* "bytes a-b/t", "a-b/t" or "*" "/t" (then *ret_first is -1). False when malformed or out of order. */
bool content_range(struct str s, int64_t *ret_first, int64_t *ret_last, int64_t *ret_total);
/* Does Accept admit the media type? NULL admits all. */
bool content_accepts(const char *accept, const char *type);
/* The file name of Content-Disposition in the arena, without folders, or NULL. */
const char *content_filename(struct cx *cx, const char *disposition);
/* A Content-Disposition that offers the name; control characters and quotes are left out. */
const char *content_disposition(struct cx *cx, const char *name);

void error_render(struct http_request *rq, struct http_reply *rp);

#endif
