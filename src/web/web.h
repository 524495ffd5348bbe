/*
 * web – pages for people: HTML made on the server, working without scripts.
 *
 * A room with pages has a table of web_route and gives it to the server with web_door. A handler gets
 * a `struct page`, writes between page_begin and page_end, and returns. What is done before it runs,
 * for every route, and so cannot be forgotten: the municipality and the language are found, the
 * session is read from its cookie, role and level of the login are checked (who lacks them is sent to
 * the login page and comes back), and of a POST that it comes from a page of ours (Origin and a token
 * of the session, RFC 9110 and OWASP) and that its fields are well formed.
 *
 *     static enum rc hello(struct page *pg)
 *     {
 *         page_begin(pg, &(struct page_head){.title = tr(pg, &F_HELLO)});
 *         html_put(&pg->html, TAG_P, NULL, pg->kommune->name);
 *         return page_end(pg);
 *     }
 *     static const struct web_route routes[] = {
 *         {"GET", "/{kommune}/hei", ROLE_NONE, LEVEL_NONE, LANE_READ, 0, hello},
 *     };
 *
 * Writing is html.h; the parts of Designsystemet are ui.h. docs/rooms/web.md shows how to add a page.
 *
 * A POST ends with page_go (303, so that reload and back send nothing twice) or, when fields are
 * wrong, with the same page again: page_error for each, then page_begin. pg->nonce is the same for
 * each sending of one shown form: give it to the archive as idempotency key, and a double click is
 * one case.
 */
#ifndef SAMDRIFT_WEB_H
#define SAMDRIFT_WEB_H

#include "base/base.h"
#include "coop/coop.h"
#include "http/http.h"
#include "login/login.h"
#include "web/html.h"

/* ------------------------------------------------------------------ languages and texts */

enum web_lang { WEB_NB, WEB_NN, WEB_SE, WEB_EN, WEB_LANGS };
/* "nb", "nn", "se", "en" */
const char *web_lang_code(enum web_lang lang);

/* One text in all languages. */
struct text {
    const char *in[WEB_LANGS];
};
/*
 * The texts of a room are lines TEXT(ID, nb, nn, se, en) of its texts.def. Its header declares them,
 * one .c defines them; a text that is missing or empty does not compile:
 *     #define TEXT(id, nb, nn, se, en) extern const struct text F_##id;
 *     #define TEXT(id, nb, nn, se, en) TEXT_DEFINE(F_##id, nb, nn, se, en)
 */
#define TEXT_DEFINE(name, nb, nn, se, en)                                                         \
    const struct text name = {{nb, nn, se, en}};                                                  \
    _Static_assert(sizeof(nb) > 1 && sizeof(nn) > 1 && sizeof(se) > 1 && sizeof(en) > 1,          \
                   "a language is missing in " #name);
#define TEXT(id, nb, nn, se, en) extern const struct text W_##id;
#include "web/texts.def"
#undef TEXT

/* ------------------------------------------------------------------ forms as sent */

/* A file of a multipart form: kept in a nameless file, closed with the page. */
struct form_file {
    const char *field;       /* name of the input */
    const char *name;        /* as the client calls it, without folders; not to be trusted */
    const char *type;        /* as the client says; not to be trusted */
    int fd;                  /* at its beginning */
    int64_t size;
};

struct form_field {
    const char *name;
    struct str value;        /* UTF-8, line ends are \n, without white space at the ends; terminated */
    struct str raw;          /* as sent: for passwords */
};

/* At most FORM_FIELDS fields and FORM_FILES files. */
enum { FORM_FIELDS = 2000, FORM_FILES = 20, FORM_TEXT_MAX = 1 << 20 };
struct form {
    struct form_field *fields;
    size_t fields_n;
    struct form_file *files;     /* empty file inputs are left out */
    size_t files_n;
};
/* The first field of that name, or NULL. */
const struct form_field *form_find(const struct form *f, const char *name);
/* Its value; "" when absent. */
const char *form_get(const struct form *f, const char *name);
bool form_has(const struct form *f, const char *name);
/* The value of the nth field of that name, counted from 0, or NULL. */
const char *form_nth(const struct form *f, const char *name, size_t nth);
/* Is the field there with that value (one of several checkboxes)? */
bool form_chosen(const struct form *f, const char *name, const char *value);
/* One field more, as if it had been sent. RC_BAD_REQUEST when it cannot be. */
enum rc form_put(struct cx *cx, struct form *f, const char *name, const char *value) ATTR_CHECK;
/* Reads a body or query of type application/x-www-form-urlencoded. */
enum rc form_read(struct cx *cx, struct str text, struct form *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ pages */

struct web;

struct page_error {
    const char *field;           /* id of the input, and its name */
    const char *text;
};

struct page {
    struct cx *cx;
    struct http_request *rq;
    struct http_reply *rp;
    struct web *web;
    void *app;                   /* of the room, as given to web_door */
    const struct web_route *route;
    const struct municipality *kommune;  /* NULL on pages of the co-operation */
    const struct session *session;       /* never NULL; session->person.known tells whether somebody is logged in */
    enum web_lang lang;
    struct html html;
    struct form form;            /* of a POST the body, of a GET the query */
    const char *nonce;           /* of a POST: names this sending; "" otherwise */
    struct page_error *errors;
    size_t errors_n;
    bool secret;                 /* as page_head says */
};

struct web_route {
    const char *method;          /* "GET", "POST" */
    const char *path;            /* as of http_route */
    enum role least;             /* least role in the municipality; ROLE_NONE: none is needed */
    enum login_level level;            /* least level of the login; LEVEL_NONE: nor a login */
    enum http_lane lane;
    int64_t upload_max;          /* 0: no files (the body may be 1 MiB); else bytes of a multipart body,
                                    which is taken in only after role and level were checked */
    enum rc (*run)(struct page *pg);
};

/*
 * dir: where uploads lie while they are worked on, without names. cfg: [web] contact (where people
 * turn with questions: an address of e-mail or of the web, or a text; shown in the footer), and contact in the section of a
 * municipality, which goes before. All are borrowed and must outlive it.
 */
enum rc web_open(struct cx *cx, struct store *store, struct login *login, const char *dir, struct config *cfg,
                 struct web **ret) ATTR_CHECK;
void web_close(struct web **w);
/* A door of those routes; app becomes pg->app. routes must outlive the server, the door lives as long as w. */
struct http_door web_door(struct web *w, const struct web_route *routes, size_t n, void *app);
/* The pages of this room: front pages, login, files for browsers. */
struct http_door web_own_door(struct web *w);
/* Where providers of logins tell that a session of theirs is over. */
struct http_door web_provider_door(struct web *w);

/* The text in the language of the page. */
const char *tr(const struct page *pg, const struct text *t);
/* As tr, each {} replaced by the next of the strings, which end with NULL. In the arena. */
const char *tr_fill(struct page *pg, const struct text *t, ...) __attribute__((sentinel));
/* The name of a code of Noark 5, given in bokmål, in the language of the page (koder.def); any other name as it is. */
const char *page_code(struct page *pg, struct str name);
/* "27.11.2026" and "27.11.2026 kl. 14.05" as the language writes it, Norwegian time. In the arena. */
const char *page_date(struct page *pg, int64_t t);
const char *page_time(struct page *pg, int64_t t);
/* The path part of that name, terminated; "" when there is none. */
const char *page_param(struct page *pg, const char *name);
/* "/nesodden/sak/7" of "/sak/7": an address in the municipality of the page. In the arena. */
const char *page_href(struct page *pg, const char *path);

struct crumb {
    const char *href, *text;
};
struct page_head {
    const char *title;           /* of the window and as h1 */
    const char *lead;            /* a sentence below it, or NULL */
    const struct crumb *crumbs;  /* between the front page and this page */
    size_t crumbs_n;
    bool wide;                   /* tables and desks: takes the width of the window */
    bool no_index;               /* search engines shall leave the page alone */
    bool secret;                 /* its address is a key: no_index, and no other page or server is told it (Referer) */
    const char *canonical;       /* the one address of what the page shows, "/nesodden/innsyn/…", or NULL */
    int refresh;                 /* seconds until the browser asks again; 0 never */
};
/* Everything down to and with the h1: head, header, what happened last, errors of the form. */
void page_begin(struct page *pg, const struct page_head *head);
/* What was refused (pg->cx->err), in the language of the page. In the arena. */
const char *page_refusal(struct page *pg);
/* The footer. Answers 422 when there are errors. */
enum rc page_end(struct page *pg) ATTR_CHECK;

/* A field is wrong: text for the summary and beside the field. Shown by page_begin and the inputs of ui.h. */
enum rc page_error(struct page *pg, const char *field, const char *text) ATTR_CHECK;
/* What is wrong with the field, or NULL. */
const char *page_error_of(const struct page *pg, const char *field);
/* Ends a POST: the browser asks for that address of ours, and the next page says `done`
 * (at most some hundred bytes; may be NULL). */
enum rc page_go(struct page *pg, const char *href, const char *done) ATTR_CHECK;
/*
 * How the browser takes a reply that is no page but the file in pg->rp. Shown, where it can show it without running it (PDF,
 * pictures, text), else saved. Or saved under the name, in which what is not plain ASCII becomes _; NULL: no memory for it.
 */
enum rc page_file_shown(struct page *pg) ATTR_CHECK;
enum rc page_file_saved(struct page *pg, const char *name) ATTR_CHECK;
/*
 * A table for spreadsheets as the reply, with the mark by which they know UTF-8. A field that they would take for a formula
 * begins with an apostrophe. RC_NOMEM at the end when it became too large.
 */
void page_csv_begin(struct page *pg);
void page_csv_row(struct page *pg, const char *const *fields, size_t n);
enum rc page_csv_end(struct page *pg, const char *name) ATTR_CHECK;
/*
 * Small values that stay with the visitor, logged in or not (a basket): see login_session_put. Kept from a POST, or
 * from a page that has a form, for only those have a session.
 */
enum rc page_keep(struct page *pg, const char *key, const char *value) ATTR_CHECK;
/* NULL when there is none; in the arena. */
enum rc page_kept(struct page *pg, const char *key, char **ret) ATTR_CHECK;
/* The address to come back to, as the field "til" tells it; "/" when it tells none of ours. And an address that has it. */
const char *page_back(const struct page *pg);
const char *page_with_back(struct page *pg, const char *path, const char *back);
/* RC_LEVEL_NEEDED when the login is below the level: leave the handler with it, and the person is
 * sent to log in higher and comes back to this address. For records that demand more than the page. */
enum rc page_demand(struct page *pg, enum login_level level) ATTR_CHECK;

/* ------------------------------------------------------------------ whom one acts for */

enum actor_kind { ACTOR_NOBODY, ACTOR_SELF, ACTOR_CHILD, ACTOR_COMPANY };
/* Why: ACTOR_SELF has the first, a child's is being its parent. */
enum actor_right { RIGHT_SELF, RIGHT_PARENT, RIGHT_MANAGER, RIGHT_CHAIR, RIGHT_OWNER, ACTOR_RIGHTS };
#define ACTOR_EIER_MAX SHA256_HEX_MAX

/*
 * For whom the person of the session does what it does. The choice is kept with the session, and is worth nothing in a
 * session of somebody else; that the register allows it was asked when it was made, and is asked again by whoever sends
 * something (acting_verify).
 */
struct actor {
    enum actor_kind kind;        /* ACTOR_NOBODY: not logged in */
    enum actor_right right;
    bool chosen;                 /* the person has said so, and not only logged in */
    /* Key of what is theirs: drafts, what was sent. "" for nobody. All who may act for a company share its things; a child's
     * are of the one who acted: its parents may have to be kept from each other. */
    char eier[ACTOR_EIER_MAX];
    char citizen[UUID_TEXT_MAX]; /* the represented person, or the employee that is logged in; "" for a company */
    char orgnr[10];              /* of a company, else "" */
    const char *name;            /* of child or company; "" for oneself */
};
/* Never NULL; lives as long as the request. */
enum rc page_actor(struct page *pg, const struct actor **ret) ATTR_CHECK;
/* Chooses (kind, right, citizen, orgnr and name are read). NULL: oneself. */
enum rc page_act(struct page *pg, const struct actor *a) ATTR_CHECK;
/* "daglig leder", in the language of the page; "" for oneself. */
const char *actor_why(const struct page *pg, const struct actor *a);
/* The national id number of the represented person: RC_NOT_FOUND for companies and employees. */
enum rc actor_pid(struct page *pg, const struct actor *a, char ret[PID_MAX]) ATTR_CHECK;
/* Before the server starts: below each municipality this is where it is chosen ("/paa-vegne-av"; takes ?til=). */
void web_offer_actors(struct web *w, const char *path);

/* Before the server starts: the page, below a municipality and of the co-operation ("/min-side"), of what citizens who are
 * logged in have going. */
void web_offer_mine(struct web *w, const char *path);

/* ------------------------------------------------------------------ front pages */

/* A service as the front page and the search show it. */
struct web_service {
    const char *theme;           /* last part of a Los theme URI: "bygg-og-eiendom" */
    const char *title, *summary; /* in the language of the page */
    const char *href;
};
/* Lists services of the municipality of the page (pg->kommune), in the arena. */
typedef enum rc (*web_services)(void *arg, struct page *pg, struct web_service **ret, size_t *ret_n);
/* For a room that has one: the list of it for who has at least that role, an empty one for others. */
enum rc page_service(struct page *pg, enum role least, const struct web_service *s, struct web_service **ret,
                     size_t *ret_n) ATTR_CHECK;
/* Before the server starts: the front page asks it, among others. At most 16. */
void web_add_services(struct web *w, web_services list, void *arg);
/* Before the server starts: where who has at least that role works, below a municipality ("/saksbehandler"); it stands in the
 * header of every page of it. At most 4. */
void web_offer_work(struct web *w, enum role least, const char *path, const struct text *title);
/* Before the server starts: writes a section of a municipality's front page, below its services. At most 16. */
void web_add_front(struct web *w, enum rc (*write)(void *arg, struct page *pg), void *arg);

#endif
