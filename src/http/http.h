/*
 * http – the server: libmicrohttpd behind a route table.
 *
 * I/O threads only move bytes. A request is matched against the route table when its head is
 * complete, then handed to a bounded lane, where the caller is identified and the right of the
 * route is checked; a full lane answers 503 with Retry-After. A body of more than 16 KiB is taken in only
 * after that: buffered up to the limit of the route, or streamed to a sink. The handler runs in the lane.
 *
 * Refused before anything else is looked at (each has a case in the smuggling corpus): two
 * Content-Length fields, Content-Length beside Transfer-Encoding, a Transfer-Encoding other than
 * "chunked", a bare CR or LF or NUL in the head, white space before the colon, a missing or double
 * Host, an absolute or asterisk target except OPTIONS *, a target over 16 KiB, a head over 32 KiB.
 */
#ifndef SAMDRIFT_HTTP_H
#define SAMDRIFT_HTTP_H

#include "base/base.h"
#include "login/login.h"

/* LANE_LATER: what never waits for the disk, because it answers later (http_later). */
enum http_lane { LANE_READ, LANE_WRITE, LANE_LATER, LANE_BULK, LANE_SLOW, LANE_COUNT };
enum http_body { BODY_NONE, BODY_BUFFER, BODY_STREAM };

struct http_request;
struct http_reply;
typedef enum rc (*http_handler)(struct http_request *rq, struct http_reply *rp);

/* Takes a streamed body, piece by piece, on an I/O thread: must not block on anything but the disk. */
struct http_sink {
    void *state;
    enum rc (*write)(void *state, const void *p, size_t n);
    void (*drop)(void *state);         /* the client went away or write failed; not called after the handler began */
};

/*
 * One row of the route table. Rights, lane and limits are columns: a row without them does not exist.
 * Of several rows that match, a literal segment wins over {x}, from the left. Errors before the
 * handler: 404 for an unknown municipality, 401 without or with wrong credentials, 403 for too
 * small a role. Without {kommune} in the path the role is that in "system". With ROLE_NONE and
 * BODY_NONE credentials are optional but must be right; with ROLE_NONE and a body the server does
 * not look at them (token endpoint, forms). A row of method OPTIONS replaces the built-in answer.
 */
struct http_route {
    const char *method;    /* "GET"; HEAD follows GET, OPTIONS is answered for every path */
    const char *path;      /* "/{kommune}/noark5/{pakke}/{id}/": {x} is one segment; a last slash is optional in requests */
    enum role least;       /* least role in the municipality {kommune}; ROLE_NONE: anyone, also anonymous */
    enum http_lane lane;
    enum http_body body;
    int64_t body_max;      /* bytes; 0 with BODY_NONE */
    http_handler begin;    /* BODY_STREAM: runs in the lane before the body, sets rq->sink; else NULL */
    http_handler run;
};

struct http_request {
    struct cx cx;                  /* cx.lang from Accept-Language */
    const struct http_route *route;
    const struct http_door *door;  /* NULL until a route is found */
    const char *method;
    struct str path;               /* as sent, undecoded, without query */
    struct str query;              /* as sent, undecoded, without '?' */
    struct str body;               /* BODY_BUFFER */
    int64_t content_length;        /* -1 when not told */
    const char *peer;              /* address of the client; with a url configured and a caller on
                                      this machine (a proxy), the last one of X-Forwarded-For */
    bool secure;                   /* TLS or loopback */
    struct person person;
    enum role role;                /* in {kommune} */
    struct http_sink sink;
    void *app;                     /* of the door */
    void *state;                   /* the door's own: between identify, begin, run and render_error */
    void *connection;              /* private */
};

/* The decoded path part of that name ("kommune"), or the empty string. */
struct str http_param(const struct http_request *rq, const char *name);
/* The value of the header, or NULL. */
const char *http_header(const struct http_request *rq, const char *name);
/* The value of the cookie as sent, or the empty string. */
struct str http_cookie(const struct http_request *rq, const char *name);
/* "http://host:port" of this server as the client named it (Host, checked), or [server] url of the configuration. */
const char *http_base(struct http_request *rq);

/*
 * A body that is not here yet: documents in a bucket. `send` runs on a thread of its own and hands the
 * n bytes from there to `out`, which makes it wait for a slow client; when out answers other than
 * RC_OK it ends with that code. A body cut short closes the connection. `end` is called once.
 */
struct http_source {
    void *state;
    enum rc (*send)(void *state, int64_t from, int64_t n,
                    enum rc (*out)(void *arg, const void *p, size_t n), void *arg);
    void (*end)(void *state);
};

struct http_reply {
    int status;                    /* 200 unless set */
    const char *type;              /* Content-Type; NULL with an empty body */
    struct buf body;               /* initialised by the server, 64 MiB at most */
    int fd;                        /* ≥ 0: the body is this file, closed by the server, … */
    struct http_source source;     /* … or, with send set, comes from there */
    int64_t size;                  /* of file or source; ranges are served by the server */
};
/* Adds a header to the reply. Both are copied; control characters in value are RC_INTERNAL. */
enum rc http_set(struct http_request *rq, struct http_reply *rp, const char *name, const char *value) ATTR_CHECK;

/*
 * The handler answers later: it calls this, gives the work to somebody and returns RC_OK. Whoever ends the
 * work calls http_finish, once, on any thread, also before the handler has returned; request and reply are
 * the work's own until then.
 */
void http_later(struct http_request *rq);
/* rc: as if the handler returned it. Does not block. */
void http_finish(struct http_request *rq, enum rc rc);

/* Answers 303 See Other: the client asks for that address with GET. */
enum rc http_see_other(struct http_request *rq, struct http_reply *rp, const char *location) ATTR_CHECK;

/*
 * A set of routes with what they have in common. Routes of several doors stand in one table: of two
 * that match, the more specific wins whatever door it is of.
 */
struct http_door {
    const struct http_route *routes;
    size_t routes_n;
    void *app;
    /* Who calls: fills rq->person, also where the route lets anyone in. NULL: the Authorization field
     * tells, as said at http_route. */
    enum rc (*identify)(struct http_request *rq);
    /* Fills rp->type and rp->body for the error in rq->cx.err; the server has set status and
     * headers. May set another status and more headers. */
    void (*render_error)(struct http_request *rq, struct http_reply *rp);
    /* Pages for people: replies carry no fields for scripts of other origins and no
     * WWW-Authenticate. The first such door renders errors of addresses that no door has when the
     * client asks for text/html; else the first door does. */
    bool browser;
};

struct http_options {
    const char *listen;            /* "127.0.0.1:8080", "[::1]:8080", port 0 = any free */
    const char *tls_cert, *tls_key;/* PEM files, or NULL */
    const char *url;               /* public base URL, or NULL */
    int io_threads;                /* 0 = 2 */
    const struct http_door *doors; /* must outlive the server */
    size_t doors_n;
    struct login *login;
    /* RC_OK when there is such a municipality, RC_NOT_FOUND when not: looked at before login. */
    enum rc (*municipality)(struct cx *cx, void *arg, struct str slug);
    void *municipality_arg;
};

struct http_server;
/* RC_IO when the address cannot be bound. Serves until http_stop. */
enum rc http_start(struct cx *cx, const struct http_options *o, struct http_server **ret) ATTR_CHECK;
/* The port bound. */
int http_port(const struct http_server *s);
/* No new requests; waits up to `grace_ms` for those under way, then closes. */
void http_stop(struct http_server **s, int grace_ms);

#endif
