/*
 * The bucket: requests that are tried again, whole objects, lists. s3.c makes documents of them.
 */
#ifndef SAMDRIFT_S3_INT_H
#define SAMDRIFT_S3_INT_H

#include "blob/blob_int.h"
#include "net/net.h"

struct s3 {
    struct net *net;
    char *url;                   /* endpoint/bucket/ */
    char *prefix;                /* of all keys: "" or "…/" */
    char *region, *key, *secret;
    struct net_sign sign;
    int64_t part;                /* a larger object goes up in parts of at least this */
    int page;                    /* objects of a list that are asked for at once */
};

enum { S3_KEY_MAX = 1024 };

enum rc s3_open(struct cx *cx, const struct blob_bucket *bucket, struct s3 **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ s3_ask.c: objects */

/* One request for the object (or, key "", the bucket) with the query, tried again while the bucket does
 * not answer. The body of the answer is kept in `answer`, which may be NULL. RC_NOT_FOUND: there is a
 * bucket, and no such object in it. */
enum rc s3_ask(struct cx *cx, struct s3 *s3, const struct net_request *like, const char *key,
               const char *query, struct buf *answer, struct net_reply *ret) ATTR_CHECK;
enum rc s3_head(struct cx *cx, struct s3 *s3, const char *key, struct net_reply *ret) ATTR_CHECK;
/* As s3_head, by who has just put something: that the bucket is there is not asked again. */
enum rc s3_head_again(struct cx *cx, struct s3 *s3, const char *key, struct net_reply *ret) ATTR_CHECK;
/* Bytes of the object from there, as many as there are, n at most. */
enum rc s3_get(struct cx *cx, struct s3 *s3, const char *key, int64_t from, int64_t n,
               const struct blob_taker *to) ATTR_CHECK;
/* Repeatable: an object that is not there is RC_OK. */
enum rc s3_delete(struct cx *cx, struct s3 *s3, const char *key) ATTR_CHECK;

/* ------------------------------------------------------------------ s3_put.c */

/* The object becomes these bytes of the file, whole or not at all; in parts when they are many. */
enum rc s3_put(struct cx *cx, struct s3 *s3, const char *key, const struct net_file *file) ATTR_CHECK;

/* ------------------------------------------------------------------ s3_list.c */

struct s3_object {
    const char *name;            /* the key behind what was asked for; valid during the call */
    int64_t size, modified;
};
/* Calls fn for each object whose key begins so, in order of keys, until it answers other than RC_OK. */
enum rc s3_list(struct cx *cx, struct s3 *s3, const char *begin,
                enum rc (*fn)(void *arg, const struct s3_object *o), void *arg) ATTR_CHECK;
/* The text of the first element of that name below the top of an XML answer, copied; NULL when none. */
char *s3_xml_text(struct cx *cx, struct str xml, const char *element);

#endif
