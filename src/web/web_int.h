/* What the files of web share and nobody else sees. */
#ifndef SAMDRIFT_WEB_INT_H
#define SAMDRIFT_WEB_INT_H

#include "web/ui.h"
#include "web/web.h"

enum { SERVICES_MAX = 16, WORK_MAX = 4, DOORS_MAX = 32, NONCE_MAX = 64 };

/* Names of what the forms and addresses of this room carry. */
#define FIELD_TOKEN "_token"
#define FIELD_NONCE "_nonce"
#define COOKIE_SESSION "__Host-samdrift"
#define COOKIE_DONE "__Host-samdrift-gjort"
#define COOKIE_LANG "samdrift-spraak"

/* A door given out: what web itself needs beside what the room needs. */
struct web_door {
    struct web *web;
    void *app;
    const struct web_route *routes;
    struct http_route *rows;     /* as the server wants them, one a route */
};

struct web {
    struct store *store;
    struct login *login;
    char *dir;
    struct contact {
        char *section, *text;    /* "web": of the co-operation; else of a municipality */
    } *contacts;
    size_t contacts_n;
    char *csp, *frame_csp;       /* of pages; of what providers may show in a frame */
    struct {
        web_services list;
        void *arg;
    } services[SERVICES_MAX];
    size_t services_n;
    struct {
        enum rc (*write)(void *arg, struct page *pg);
        void *arg;
    } fronts[SERVICES_MAX];
    size_t fronts_n;
    const char *actors;          /* where it is chosen for whom one acts; NULL: nowhere */
    const char *mine;            /* what a citizen has going; NULL: nowhere */
    struct {
        enum role least;
        const char *path;
        const struct text *title;
    } work[WORK_MAX];
    size_t work_n;
    struct web_door doors[DOORS_MAX];
    size_t doors_n;
};

/* What is known of a request before a page is made of it; rq->state. */
struct visit {
    struct session session;
    struct upload *upload;       /* of a multipart body, or NULL */
    enum login_level wanted;           /* level that page_demand asked for */
    struct actor *actor;         /* for whom the person acts, once that was asked */
};

/* contact.c */
void contacts_read(struct web *w, struct config *cfg);
void contacts_free(struct web *w);
/* A paragraph with the {} of the one text filled by where people turn, a link where it can be; the other text, or nothing
 * for NULL, where no place is set. */
void contact_paragraph(struct page *pg, const struct text *with, const struct text *without);

/* lang.c */
/* Language of the address (?spraak=), the cookie, Accept-Language, the municipality: first that says. */
enum web_lang lang_of(struct http_request *rq, const struct form *query, const struct municipality *m);
bool lang_read(const char *code, enum web_lang *ret);
/* The best of a header Accept-Language, WEB_LANGS when it names none of ours. "no" is `norwegian`. */
enum web_lang lang_accepted(const char *header, enum web_lang norwegian);

/* form.c */
/* One field more, cleaned. RC_BAD_REQUEST when it is malformed or one too many. */
enum rc form_add(struct cx *cx, struct form *f, struct str name, struct str value) ATTR_CHECK;

/* page.c */
/* Makes the page of a request, as far as it can be made: also for errors. */
enum rc page_open(struct http_request *rq, struct http_reply *rp, struct page *ret) ATTR_CHECK;
struct visit *page_visit(const struct page *pg);
/* Gives the browser the token of the session, or takes the cookie away. */
enum rc page_session_cookie(struct page *pg) ATTR_CHECK;
/* The token of the session's forms; begins a cookie for an anonymous visitor. */
const char *page_token(struct page *pg);

/* The address of this page; of the front page when this is no GET. */
const char *page_here(struct page *pg);
/* The page to log in at, or higher, that comes back to that address. */
const char *page_login_to(struct page *pg, const char *back);
/* The login page, which comes back to page_here. */
const char *page_login_href(struct page *pg);

/* actor.c */
/* Whom the person acts for, why, and where that is changed: in the header of each page. */
void actor_header(struct page *pg);

/* error.c */
void error_page(struct http_request *rq, struct http_reply *rp);

/* asset.c */
struct asset {
    const char *href;            /* with the hash of its content: "/static/samdrift.1a2b3c4d5e6f.css" */
    const char *type;
    const unsigned char *raw, *gzip;
    size_t raw_n, gzip_n;
};
extern const struct asset assets[];
extern const size_t assets_n;
/* The address of "samdrift.css". */
const char *asset_href(const char *plain);
enum rc asset_get(struct page *pg);
/* The stylesheet of a municipality's colour: /static/farge/0a5c36 */
enum rc asset_colour(struct page *pg);
/* Black or white, whichever is read best on the colour "#rrggbb". */
const char *colour_contrast(const char *colour);
bool colour_valid(const char *colour);

/* front.c */
enum rc front_cooperation(struct page *pg);
enum rc front_municipality(struct page *pg);
enum rc front_search(struct page *pg);
enum rc front_accessibility(struct page *pg);

/* signin.c */
/* The page takes the looks of the municipality it comes back to. */
void signin_adopt(struct page *pg);
/* The login page that leads back there. */
const char *signin_href(struct page *pg, const char *back);
enum rc signin_begin(struct page *pg, const struct person *p, const struct login_proof *proof) ATTR_CHECK;
enum rc signin_page(struct page *pg);
enum rc signin_password(struct page *pg);
enum rc signin_code_page(struct page *pg);
enum rc signin_code(struct page *pg);

/* signin_oidc.c */
enum rc signin_provider(struct page *pg);
enum rc signin_answer(struct page *pg);
enum rc signin_out(struct page *pg);
enum rc signin_out_done(struct page *pg);

/* parked.c */
/* Did a browser say that the form stood on a page of ours? */
bool parked_may(struct http_request *rq);
/* Keeps the form of the page and leads on to where it is sent again, by way of the login if one is needed. */
enum rc parked_keep(struct page *pg, bool login) ATTR_CHECK;
enum rc parked_page(struct page *pg);

/* multipart.c */
/* Files go to nameless files in dir, closed with cx. RC_MEDIA_TYPE when it is another type. */
enum rc multipart_begin(struct cx *cx, const char *dir, const char *content_type, struct upload **ret) ATTR_CHECK;
/* A sink of http: the next bytes of the body. RC_BAD_REQUEST, RC_TOO_LARGE, RC_IO. */
enum rc multipart_write(void *upload, const void *p, size_t n);
/* All bytes are in: RC_BAD_REQUEST when the end is missing. */
enum rc multipart_end(struct upload *u, struct form *ret) ATTR_CHECK;

#endif
