/*
 * net – asks other servers over HTTP and HTTPS: keys of issuers, documents in a bucket.
 *
 * One call is one request. Nothing is tried again and no redirect is followed: what a failure means
 * is known to the caller. Connections are kept and used again. Thread-safe.
 */
#ifndef SAMDRIFT_NET_H
#define SAMDRIFT_NET_H

#include "base/base.h"

struct net;

enum rc net_open(struct cx *cx, struct net **ret) ATTR_CHECK;
/* No call may be under way. */
void net_close(struct net **n);

/* An AWS signature version 4 (libcurl's) over the method, address, headers and date of the request. */
struct net_sign {
    const char *region, *service, *key, *secret;
};

/* Bytes of a file, sent as the body. */
struct net_file {
    int fd;
    int64_t from, n;
};

enum { NET_HEADERS_MAX = 4 };

struct net_request {
    const char *method;                      /* "GET", "HEAD", "PUT", "POST", "DELETE" */
    const char *url;
    const char *headers[NET_HEADERS_MAX];    /* "Name: value"; ends at the first NULL */
    const struct net_file *file;             /* the body: of a file, … */
    struct str text;                         /* … or of memory; without both there is none */
    /* Takes the body of a 2xx answer, piece by piece; an answer other than RC_OK ends the request
     * with that code. NULL: the body is not wanted. */
    enum rc (*take)(void *arg, const void *p, size_t n);
    void *arg;
    const struct net_sign *sign;             /* NULL: not signed */
    int seconds;                             /* for the whole; 0: as long as bytes move */
    int silence;                             /* seconds without a byte that end it; 0: half a minute */
};

enum { NET_ETAG_MAX = 128 };

struct net_reply {
    int status;
    int64_t size;                            /* Content-Length, or -1 */
    int64_t modified;                        /* Last-Modified in µs, or -1 */
    char etag[NET_ETAG_MAX];                 /* with its quotes, "" when there is none */
    struct str problem;                      /* beginning of the body of an answer that is no 2xx; in the arena */
};

/* RC_OK with any status that came; RC_BUSY when no whole answer came (no connection, broken off, too
 * slow) with the reason as secret; the code of take. */
enum rc net_ask(struct cx *cx, struct net *n, const struct net_request *rq, struct net_reply *ret) ATTR_CHECK;

/* https, or http to this machine: an address that secrets may depend on. */
bool net_url_safe(const char *url);

#endif
