/*
 * What the files of http share and nobody else sees.
 *
 * An exchange is one request with its reply, from the request line until the reply is sent. It is
 * held by one thread at a time: an I/O thread, or – while its connection is suspended – a worker
 * of a lane. Hand-over is by lane_push one way and MHD_resume_connection the other.
 */
#ifndef SAMDRIFT_HTTP_INT_H
#define SAMDRIFT_HTTP_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "http/http.h"

enum {
    TARGET_MAX = 16 << 10,
    HEAD_MAX = 32 << 10,
    POOL_SIZE = 128 << 10,    /* a connection's memory: twice the largest head, twice again for growth */
    SEGMENTS_MAX = 24,
    BRIEF_MAX = 16 << 10,     /* a body that is taken in before the caller is identified */
    DISCARD_MAX = 32 << 20,   /* a refused body is read this far, so that the client reads the reply */
    ARENA_MAX = 64 << 20,
    REPLY_MAX = 64 << 20
};

/* ------------------------------------------------------------------ route.c */

struct segment {
    struct str text;  /* literal, or name of the parameter */
    bool param;
};

struct pattern {
    const struct http_route *route;
    const struct http_door *door;
    size_t n;
    struct segment segments[SEGMENTS_MAX];
};

struct route_table {
    struct pattern *patterns;
    size_t n;
};

/* A request path, split and decoded. */
struct path {
    size_t n;
    struct str segments[SEGMENTS_MAX];
};

/* False when a pattern has too many segments. Keeps pointers into doors. */
bool routes_build(struct route_table *t, const struct http_door *doors, size_t n);
void routes_free(struct route_table *t);
/* RC_BAD_REQUEST on a broken escape; a path with too many or empty segments is RC_NOT_FOUND. */
enum rc path_split(struct cx *cx, struct str text, struct path *ret);
/* The most specific route of that path and method (HEAD looks for GET), or NULL. */
const struct pattern *routes_find(const struct route_table *t, const struct path *p,
                                  const char *method);
/* "GET,HEAD,OPTIONS": all methods of the path; false when no route has that path. p NULL: any path. */
bool routes_methods(const struct route_table *t, const struct path *p, struct buf *out);

/* ------------------------------------------------------------------ parse.c */

enum range_kind { RANGE_NONE, RANGE_ONE, RANGE_UNSATISFIABLE };
/* One range of a Range header over size bytes. What is not understood is RANGE_NONE, as HTTP wants. */
enum range_kind range_parse(const char *header, int64_t size, int64_t *ret_first, int64_t *ret_last);
enum lang lang_choose(const char *accept_language);
bool host_valid(const char *host);
/* "127.0.0.1:8080", "[::1]:0" */
bool listen_parse(const char *text, char *host, size_t host_max, char *port, size_t port_max);
bool token_valid(struct str s);        /* RFC 9110 token */
bool field_value_valid(struct str s);  /* no control characters but HTAB */
bool address_valid(struct str s);      /* may be the text of an IP address */
/* The value of the first cookie of that name in a Cookie field (RFC 6265), or the empty string. */
struct str cookie_find(const char *header, const char *name);
/* Does Accept name text/html, other than to refuse it? */
bool html_wanted(const char *accept);

/* ------------------------------------------------------------------ lane.c */

struct exchange;

struct lane {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct exchange *head, *tail;      /* queued; under lock, as all below */
    size_t waiting;                    /* queued or reserved */
    size_t limit;
    bool stopping;
    void (*run)(struct exchange *x, bool stopping);
    pthread_t *threads;
    size_t threads_n;
};

bool lane_start(struct lane *l, size_t threads, size_t limit,
                void (*run)(struct exchange *x, bool stopping));
/* A place in the queue, or false when it is full or stopping. Must be followed by lane_push. */
bool lane_reserve(struct lane *l);
void lane_push(struct lane *l, struct exchange *x);
/* Runs what is queued with stopping = true, waits for the workers. lane_reserve stays allowed. */
void lane_stop(struct lane *l);
void lane_free(struct lane *l);

/* ------------------------------------------------------------------ server.c, request.c */

enum phase {
    PHASE_HEAD,      /* nothing looked at */
    PHASE_START,     /* no body or a brief one coming: identify and run in one job */
    PHASE_IDENTIFY,  /* in the lane before the body */
    PHASE_ACCEPTED,  /* back from the lane, body wanted */
    PHASE_BODY,      /* body coming */
    PHASE_RUN,       /* in the lane, last time */
    PHASE_REPLY      /* reply made */
};

struct header {
    struct header *next;
    const char *name, *value;
};

struct exchange {
    struct http_request rq;
    struct http_reply rp;
    struct http_server *server;
    struct MHD_Connection *connection;
    struct exchange *next;             /* in a lane */
    const struct pattern *pattern;
    struct path path;
    size_t target_n;                   /* bytes of the target as sent */
    enum phase phase;
    struct buf body;
    int64_t received;                  /* bytes of the body */
    int64_t discard_until;             /* a body refused is read so far */
    bool has_body, chunked, expects;   /* expects: waits for 100 Continue */
    bool sinking;                      /* rq.sink is to be dropped when the client vanishes */
    bool close;                        /* the connection is of no more use */
    bool settled;                      /* the reply goes out at the next call without data */
    bool counted;                      /* in server->under_way */
    bool later;                        /* http_later: the last of two holders makes the reply */
    atomic_int holders;
    enum rc rc;                        /* what became of it */
    struct header *headers;            /* of the reply */
    struct MHD_Response *response;
    int64_t began;                     /* monotonic microseconds */
    int64_t sent;                      /* bytes of the reply body */
    char peer[64];
    const char *base;
};

struct http_server {
    struct http_options o;
    char *url;
    struct route_table routes;
    struct lane lanes[LANE_COUNT];
    struct MHD_Daemon *daemon;
    char *tls_cert, *tls_key;
    bool head_layout;                  /* see check.c */
    int port;
    atomic_bool stopping;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    size_t under_way;                  /* exchanges with a checked head; under lock, as all below */
    size_t later;                      /* exchanges that nobody in a lane has */
    struct feed *feeds;
    size_t feeds_n;
};

static inline struct exchange *exchange_of(const struct http_request *rq)
{
    return rq->connection;
}

/* The request line was read: an exchange begins. target may be NULL. */
void *exchange_begin(void *server, const char *target, struct MHD_Connection *c);
enum MHD_Result exchange_step(void *server, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state);
void exchange_end(void *server, struct MHD_Connection *c, void **state,
                  enum MHD_RequestTerminationCode why);
/* In a lane: the next step of the exchange, then its connection is resumed. */
void exchange_work(struct exchange *x, bool stopping);

/* ------------------------------------------------------------------ check.c */

/* The head is as RFC 9112 wants it and within limits; fills peer, lengths, language. */
enum rc head_check(struct exchange *x, const char *url, const char *version);

/* ------------------------------------------------------------------ feed.c */

/* May one more body come from elsewhere? */
bool feed_allowed(struct http_server *s);
/* A response whose body is that part of x->rp.source, which it takes over; NULL when memory is out. */
struct MHD_Response *feed_response(struct exchange *x, int64_t from, int64_t n);
/* Breaks off those under way, so that none of their connections is suspended any more. */
void feeds_break(struct http_server *s);
/* Returns when their threads have ended: after the responses are gone. */
void feeds_wait(struct http_server *s);

/* ------------------------------------------------------------------ reply.c */

/* Lets go of the file or source the handler gave. */
void reply_drop_body(struct http_reply *rp);

/* Makes x->response of x->rp, or of the error when rc is one. Never fails: at worst an empty 500. */
void reply_make(struct exchange *x, enum rc rc);
/* The answer to OPTIONS. */
void reply_options(struct exchange *x, const char *methods);

#endif
