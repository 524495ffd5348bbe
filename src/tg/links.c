/*
 * Links: what the caller may do next with an object, sorted by relation.
 *
 * Most of an answer is links, so their texts are made once and copied. Addresses need no escaping:
 * they are made of the checked base (job_begin), names of the model, systemIDs and encoded codes.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tg/tg_int.h"

#define QUERY_TEMPLATE "{?$filter&$orderby&$top&$skip&$search}"
#define LINKS_MAX 128

/* Links of an entity in the order of their relations, with the texts made. Set up once. */
struct named {
    const struct link *link;
    char rel[160];
    char head[192];                   /* "rel":{"href":" */
    char tail[128];                   /* name/{?…}","templated":true} */
    size_t head_n, tail_n;
};
struct sorted {
    struct named *links;
    size_t n;
    size_t self_at;                   /* where the entity's own relation belongs */
    char self_rel[160];
};
static struct sorted by_entity[E_COUNT];
static struct sorted by_package[PKG_COUNT];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void rel_text(enum ns ns, enum package p, const char *name, char out[160])
{
    const char *root = ns == NS_R ? REL_R : REL_N;
    if (p == PKG_NONE)
        (void)snprintf(out, 160, "%s%s/", root, name);
    else
        (void)snprintf(out, 160, "%s%s/%s/", root, package_name(p), name);
}

static bool is_templated(const struct link *l)
{
    return l->kind == LINK_LIST || l->kind == LINK_LOG || l->kind == LINK_CODES;
}

static void make_texts(struct named *n)
{
    const struct link *l = n->link;
    rel_text(l->ns, l->package, l->name, n->rel);
    n->head_n = (size_t)snprintf(n->head, sizeof(n->head), "\"%s\":{\"href\":\"", n->rel);
    n->tail_n = (size_t)snprintf(n->tail, sizeof(n->tail), "%s%s/%s", l->kind == LINK_CODES ? "metadata/" : "",
                                 l->name, is_templated(l) ? QUERY_TEMPLATE "\",\"templated\":true}" : "\"}");
}

static int by_rel(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->rel, ((const struct named *)b)->rel);
}

static void sort_links(struct sorted *s, const struct link *const *links, size_t n)
{
    s->links = mem_new((n + 1) * sizeof(*s->links));
    s->n = n;
    for (size_t i = 0; i < n; i++) {
        s->links[i].link = links[i];
        make_texts(&s->links[i]);
    }
    qsort(s->links, n, sizeof(*s->links), by_rel);
}

static enum ns entity_ns(const struct entity *e)
{
    return e->package == PKG_MOETER || e->family == F_verdi ? NS_N : NS_R;
}

static void setup(void)
{
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = model_entity((enum entity_id)i);
        size_t n;
        const struct link *const *links = model_links(e->id, e->package, &n);
        sort_links(&by_entity[i], links, n);
        rel_text(entity_ns(e), e->family == F_verdi ? PKG_NONE : e->package, path_entity_name(e),
                 by_entity[i].self_rel);
        while (by_entity[i].self_at < n &&
               strcmp(by_entity[i].links[by_entity[i].self_at].rel, by_entity[i].self_rel) < 0)
            by_entity[i].self_at++;
    }
    for (int p = 0; p < PKG_COUNT; p++) {
        size_t n;
        const struct link *const *links = model_links(E_COUNT, (enum package)p, &n);
        sort_links(&by_package[p], links, n);
    }
}

void links_setup(void)
{
    (void)pthread_once(&once, setup);
}

const char *links_rel(const struct link *l)
{
    const struct sorted *s = l->on == E_COUNT ? &by_package[l->package] : &by_entity[l->on];
    for (size_t i = 0; i < s->n; i++)
        if (s->links[i].link == l)
            return s->links[i].rel;
    return "";
}

void links_one(struct jw *w, const char *rel, const char *href, bool templated)
{
    jw_key(w, rel);
    jw_open(w, '{');
    jw_pair(w, "href", href);
    if (templated) {
        jw_key(w, "templated");
        jw_bool(w, true);
    }
    jw_close(w, '}');
}

/* self_n is told because it is the same for all links of an object. */
static void write_link(struct job *j, struct jw *w, const struct named *n, const char *self, size_t self_n)
{
    bool codes = n->link->kind == LINK_CODES;
    jw_raw(w, (struct str){n->head, n->head_n});
    buf_add(w->out, codes ? j->base : self, codes ? strlen(j->base) : self_n);
    buf_add(w->out, n->tail, n->tail_n);
}

static void self_code(struct jw *w, const struct rec *r, const char *self)
{
    struct str list = rec_val(r, A_kode_liste)->text;
    char name[64], rel[160];
    (void)snprintf(name, sizeof(name), "%.*s", (int)list.n, list.p);
    rel_text(codelist_ns(codelist_named(list)), PKG_METADATA, name, rel);
    links_one(w, rel, self, false);
    links_one(w, "self", self, false);
}

void links_object(struct job *j, struct jw *w, const struct rec *r)
{
    const struct sorted *s = &by_entity[r->entity->id];
    const char *self = path_self(j, r);
    jw_key(w, "_links");
    jw_open(w, '{');
    if (r->entity->id == E_kode) {
        self_code(w, r, self);
        jw_close(w, '}');
        return;
    }
    for (size_t i = 0; i <= s->n; i++) {
        if (i == s->self_at)
            links_one(w, s->self_rel, self, false);
        /* A list of the same name as the object's own class (underliggende av samme type) is not told twice. */
        if (i < s->n && !streq(s->links[i].rel, s->self_rel) && archive_offers(&j->call, r, s->links[i].link))
            write_link(j, w, &s->links[i], self, strlen(self));
    }
    links_one(w, "self", self, false);
    jw_close(w, '}');
}

void links_package(struct job *j, struct jw *w, enum package p)
{
    const struct sorted *s = &by_package[p];
    char *self = arena_printf(j->cx->arena, "%s%s/", j->base, package_name(p));
    jw_key(w, "_links");
    jw_open(w, '{');
    for (size_t i = 0; self && i < s->n; i++)
        if (archive_offers(&j->call, NULL, s->links[i].link))
            write_link(j, w, &s->links[i], self, strlen(self));
    links_one(w, "self", self ? self : "", false);
    jw_close(w, '}');
}

void links_template(struct job *j, struct jw *w, const struct entity *e)
{
    const struct sorted *s = &by_entity[e->id];
    jw_key(w, "_links");
    jw_open(w, '{');
    for (size_t i = 0; i < s->n; i++)
        if (s->links[i].link->kind == LINK_CODES)
            write_link(j, w, &s->links[i], "", 0);
    jw_close(w, '}');
}
