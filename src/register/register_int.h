/* Shared by the files of register. */
#ifndef SAMDRIFT_REGISTER_INT_H
#define SAMDRIFT_REGISTER_INT_H

#include <stdatomic.h>

#include "net/net.h"
#include "register/register.h"

struct service {
    char *url, *token;             /* address; file of the access token; NULL */
    _Atomic int64_t silent;        /* when it did not answer last */
};

struct cache;
struct registers {
    struct net *net;
    struct service services[REGISTRE];
    struct cache *cache;
    int64_t rest;                  /* µs for which one that did not answer is left alone */
};

/* ------------------------------------------------------------------ cache.c */

/*
 * Answers of the last minutes, found by a hash that only this process can make; bounded, and wiped when they go.
 */
struct cache *cache_new(void);
void cache_free(struct cache **c);
/* In the arena; an empty string when there is none. */
struct str cache_get(struct cx *cx, struct cache *c, const char *question);
void cache_put(struct cx *cx, struct cache *c, const char *question, struct str answer);

/* ------------------------------------------------------------------ ask.c */

struct question {
    enum registeret which;
    const char *path;              /* below the address of the service */
    const char *type;              /* of the body, or NULL: a GET */
    struct str body;
    bool keep;                     /* the answer may come from the cache */
};
/* The answer, as JSON: RC_NOT_FOUND on 404 and 410, else as register.h says. */
enum rc ask(struct cx *cx, struct registers *r, const struct question *q, json_t **ret) ATTR_CHECK;
/* The answer cannot be what it says it is. */
enum rc ask_lie(struct cx *cx, enum registeret which, const char *what) ATTR_CHECK;

/* ------------------------------------------------------------------ json.c */

/* The member's text, "" when it is none. Lives as long as o. */
const char *member(const json_t *o, const char *name);
/* A number that may be written as text; 0 when it is none. */
int64_t member_int(const json_t *o, const char *name);
/* Of a list of a person's document the first that holds now (erGjeldende); NULL. */
const json_t *current(const json_t *document, const char *name);
/* "Fjordveien 4B" and so on, copied into the arena, of an address of Folkeregisteret, Matrikkelen or Enhetsregisteret. */
enum rc veg_adresse(struct cx *cx, const json_t *o, struct register_adresse *ret) ATTR_CHECK;
enum rc enhet_adresse(struct cx *cx, const json_t *o, struct register_adresse *ret) ATTR_CHECK;

/* ------------------------------------------------------------------ what the answers say: person.c, enhet.c, eiendom.c */

enum rc person_read(struct cx *cx, json_t *answer, const char *pid, struct register_person *ret) ATTR_CHECK;
/* National id numbers of children among the relations, at most REGISTER_LIST_MAX; whether pid may act for them is told by
 * their own documents. */
enum rc relations_read(struct cx *cx, json_t *answer, const char *pid, const char **ret, size_t *ret_n) ATTR_CHECK;
enum rc barn_read(struct cx *cx, json_t *answer, const char *pid, struct register_barn **ret, size_t *ret_n) ATTR_CHECK;
enum rc roller_read(struct cx *cx, json_t *answer, struct register_rolle_i **ret, size_t *ret_n) ATTR_CHECK;
enum rc enhet_read(struct cx *cx, json_t *answer, const char *orgnr, struct register_enhet *ret) ATTR_CHECK;
enum rc eiendommer_read(struct cx *cx, json_t *answer, struct register_eiendom **ret, size_t *ret_n) ATTR_CHECK;
/* The answer must be of the property of that number. */
enum rc eiendom_read(struct cx *cx, json_t *answer, struct register_eiendom *eiendom) ATTR_CHECK;

#endif
