/*
 * `tillegg`: what our own extracts tell of a record beyond the elements of the schema (export_extra.c). It stands in the
 * virksomhetsspesifikkeMetadata of a mappe, registrering or part. Values of that one, and of documents, which come before
 * it, are put in at once; what is told of a korrespondansepart waits until that comes.
 */
#include "deposit/import_int.h"

#define NS_EXTRA "urn:samdrift:tillegg:1"
enum { VSM_MOST = MiB(16), STEPS = 2 };

struct told {
    struct told *next;
    const char *path;           /* of the place: "forretningsadresse/postnr" */
    const char *element;        /* of a value that an element tells; its nr-th, from 0 */
    size_t nr;
    struct str text;
};
struct extra {
    struct extra *next, *outer;
    const char *kind;           /* "tillegg", "del", "objekt" */
    struct way {
        const struct entity *class;
        unsigned nr;
    } steps[STEPS];             /* of a del: the way to it */
    size_t steps_n;
    const struct entity *class; /* NULL: the one its element tells */
    char systemid[UUID_TEXT_MAX];
    struct told *moves;         /* the last one first */
    struct told *values, **last;
    struct str vsm;
    int64_t line;
};

bool import_extra_is(const struct pack_xml_element *e)
{
    return e->ns && streq(e->ns, NS_EXTRA) && streq(e->name, "tillegg");
}

static const char *kept(struct import *im, struct str s)
{
    return arena_strndup(im->extras.arena, s.n ? s.p : "", s.n);
}

static enum rc tell(struct import *im, const struct item *it, int64_t line, const char *path, struct str value)
{
    const char *class = it ? it->a.rec->entity->name : "tillegg";
    const char *whole = arena_printf(im->batch_cx.arena, "%s/%s", class, path);
    return im->replaying || str_blank(value) ? RC_OK : import_rest(im, IMPORT_NO_PLACE, it, line, whole ? whole : path, value);
}

/* ------------------------------------------------------------------ putting it in */

static enum rc put_vsm(struct import *im, struct item *it, const struct extra *x)
{
    struct rec *r = it->a.rec;
    const struct attr *a = model_attr_named(r->entity->family, STR("virksomhetsspesifikkeMetadata"));
    struct val *v = a ? &r->v[model_slot_of(r->entity->family, a, NULL)] : NULL;
    if (!x->vsm.n)
        return RC_OK;
    if (!v || v->state == VAL_SET)
        return tell(im, it, x->line, "virksomhetsspesifikkeMetadata", x->vsm);
    char *own = arena_strndup(im->batch_cx.arena, x->vsm.p, x->vsm.n);
    if (!own)
        return cx_nomem(&im->batch_cx);
    val_text(v, (struct str){own, x->vsm.n});
    return RC_OK;
}

enum rc import_extra_put(struct import *im, struct item *it, const struct extra *x)
{
    struct rec *r = it->a.rec;
    bool ok;
    if (x->class && x->class->family == r->entity->family)
        r->entity = x->class;
    if (*x->systemid && !*r->systemid)
        memcpy(r->systemid, x->systemid, sizeof(r->systemid));
    for (const struct told *t = x->moves; t; t = t->next) {
        rec_xml_move(r, t->element, t->nr, str_of(t->path), &ok);
        if (!ok)
            TRY(tell(im, it, x->line, t->element, str_of(t->path)));
    }
    for (const struct told *t = x->values; t; t = t->next) {
        TRY(rec_xml_put_at(&im->batch_cx, r, str_of(t->path), t->text, &ok));
        if (!ok)
            TRY(tell(im, it, x->line, t->path, t->text));
    }
    return put_vsm(im, it, x);
}

static enum rc tell_all(struct import *im, const struct extra *x)
{
    for (const struct told *t = x->moves; t; t = t->next)
        TRY(tell(im, NULL, x->line, t->element, str_of(t->path)));
    for (const struct told *t = x->values; t; t = t->next)
        TRY(tell(im, NULL, x->line, t->path, t->text));
    return tell(im, NULL, x->line, "virksomhetsspesifikkeMetadata", x->vsm);
}

/* ------------------------------------------------------------------ what waits */

const struct extra *import_extra_of(struct import *im, const struct entity *e, unsigned nr)
{
    struct extra **at = &im->extras.waiting;
    while (*at && ((*at)->steps_n != 1 || (*at)->steps[0].nr != nr || (*at)->steps[0].class->family != e->family))
        at = &(*at)->next;
    struct extra *found = *at;
    if (found)
        *at = found->next;
    return found;
}

bool import_extra_told_class(const struct extra *x)
{
    return x && x->class;
}

enum rc import_extra_done(struct import *im)
{
    for (const struct extra *x = im->extras.waiting; x; x = x->next)
        TRY(tell_all(im, x));
    arena_free(&im->extras.arena);
    im->extras = (struct extras){.depth = 0};
    return RC_OK;
}

static struct item *find_in(struct import *im, const struct item *up, const struct way *s)
{
    for (size_t i = im->batch.items_n; i > 0; i--) {
        struct item *it = im->batch.items[i - 1];
        if (it->up == up && it->nr == s->nr && it->a.rec->entity->family == s->class->family)
            return it;
    }
    return NULL;
}

/* A document that has been read, if it is not stored already. */
static struct item *find_part(struct import *im, const struct extra *x)
{
    struct item *it = import_extra_host(im);
    for (size_t i = 0; it && i < x->steps_n; i++)
        it = find_in(im, it, &x->steps[i]);
    return it;
}

static enum rc end_part(struct import *im, struct extra *x)
{
    bool document = x->steps_n && x->steps[0].class->family == F_dokumentbeskrivelse;
    struct item *it = document ? find_part(im, x) : NULL;
    if (it)
        return import_extra_put(im, it, x);
    if (document || !x->steps_n)
        return tell_all(im, x);
    x->next = im->extras.waiting;
    im->extras.waiting = x;
    return RC_OK;
}

static bool may_lack_element(const struct entity *e)
{
    return e && (e->family == F_nasjonalidentifikator || e->family == F_part || e->family == F_korrespondansepart ||
                 e->family == F_dokumentflyt);
}

/*
 * An object that had no element. It hangs on the host, or on a document of it (told in a `del`); when that has been stored
 * already, on the host too. What is an object and what not follows from the file alone: a later run counts them.
 */
static enum rc end_object(struct import *im, const struct extra *x)
{
    const struct extra *part = x->outer && x->outer->steps_n ? x->outer : NULL;
    const struct extra *own = x->outer && !part ? x->outer : NULL;
    const struct entity *on = own && own->class ? own->class : import_extra_host(im)->a.rec->entity;
    const struct entity *below = part ? part->steps[part->steps_n - 1].class : on;
    const struct relation *rel = may_lack_element(x->class) ? rec_xml_relation(on, x->class) : NULL;
    const struct relation *to = rel ? rec_xml_relation(below, x->class) : NULL;
    struct item *it;
    if (!to)
        return tell_all(im, x);
    TRY(import_extra_object(im, x, x->class, x->line, &it));
    struct item *up = part ? find_part(im, part) : NULL;
    it->a.relation = up || !part ? to : rel;
    return import_extra_object_end(im, it, up);
}

/* ------------------------------------------------------------------ reading */

/* "dokumentbeskrivelse[1]/dokumentobjekt[2]"; what is anything else leads nowhere. */
static void read_steps(struct extra *x, struct str path)
{
    while (path.n && x->steps_n < STEPS) {
        const char *end = memchr(path.p, '/', path.n), *open = memchr(path.p, '[', path.n);
        size_t n = end ? (size_t)(end - path.p) : path.n;
        int64_t nr = 0;
        bool fine = open && open < path.p + n && path.p[n - 1] == ']' &&
                    str_int((struct str){open + 1, (size_t)(path.p + n - 1 - open - 1)}, &nr) && nr > 0 && nr < UINT32_MAX;
        const struct entity *e = fine ? model_entity_named((struct str){path.p, (size_t)(open - path.p)}) : NULL;
        if (!e || e->family == F_COUNT) {
            x->steps_n = 0;
            return;
        }
        x->steps[x->steps_n++] = (struct way){e, (unsigned)nr};
        path = end ? (struct str){end + 1, path.n - n - 1} : (struct str){"", 0};
    }
}

static enum rc begin(struct import *im, const struct pack_xml_element *e)
{
    struct extra *x = arena_alloc(im->extras.arena, sizeof(*x));
    struct str id = pack_xml_attr_value(e, "systemID");
    if (!x)
        return cx_nomem(&im->batch_cx);
    *x = (struct extra){.outer = im->extras.now, .kind = e->name, .line = e->line};
    x->last = &x->values;
    if (uuid_valid(id))
        memcpy(x->systemid, id.p, id.n);
    read_steps(x, pack_xml_attr_value(e, "sti"));
    im->extras.now = x;
    return RC_OK;
}

static enum rc end(struct import *im, const struct pack_xml_element *e)
{
    struct extra *x = im->extras.now;
    im->extras.now = x->outer;
    if (streq(e->name, "objekt"))
        return end_object(im, x);
    if (streq(e->name, "del"))
        return end_part(im, x);
    if (x->outer)
        return tell_all(im, x);
    TRY(import_extra_put(im, import_extra_host(im), x));
    return im->extras.waiting ? RC_OK : import_extra_done(im);
}

static enum rc add_told(struct import *im, struct str text, bool move)
{
    struct extra *x = im->extras.now;
    struct told *t = arena_alloc(im->extras.arena, sizeof(*t));
    const char *own = kept(im, text);
    if (!t || !own)
        return cx_nomem(&im->batch_cx);
    im->batch.bytes += text.n;
    if (!move) {
        *t = (struct told){.path = im->extras.name, .text = {own, text.n}};
        *x->last = t;
        x->last = &t->next;
        return RC_OK;
    }
    *t = (struct told){.next = x->moves, .path = own, .element = im->extras.name};
    for (const struct told *m = x->moves; m; m = m->next)
        t->nr += streq(m->element, t->element);
    x->moves = t;
    return RC_OK;
}

/* A class that objects are of. */
static const struct entity *class_named(struct str name)
{
    const struct entity *e = model_entity_named(name);
    bool general = e && (e->id == E_korrespondansepart || e->id == E_part || e->id == E_nasjonalidentifikator);
    return general ? NULL : e;
}

static bool is_frame(const char *name)
{
    return streq(name, "tillegg") || streq(name, "del") || streq(name, "objekt");
}

static enum rc start_fields(struct import *im, const struct pack_xml_element *e)
{
    TRY(import_vsm_learn(im, e->ns));
    buf_init(&im->extras.json, VSM_MOST);
    jw_begin(&im->extras.fields, &im->extras.json);
    jw_open(&im->extras.fields, '{');
    im->extras.in_fields = true;
    return RC_OK;
}

static enum rc end_fields(struct import *im, const struct pack_xml_element *e)
{
    if (!streq(e->name, "felter")) {
        import_vsm_write(im, &im->extras.fields, e->name, e->text);
        return RC_OK;
    }
    jw_close(&im->extras.fields, '}');
    im->extras.in_fields = false;
    const char *own = buf_failed(&im->extras.json) ? NULL : kept(im, buf_str(&im->extras.json));
    im->extras.now->vsm = (struct str){own, own ? im->extras.json.n : 0};
    buf_free(&im->extras.json);
    return own ? RC_OK : cx_nomem(&im->batch_cx);
}

enum rc import_extra_start(struct import *im, const struct pack_xml_element *e)
{
    if (!im->extras.arena)
        im->extras.arena = arena_new(IMPORT_MEMORY);
    if (!im->extras.arena)
        return cx_nomem(&im->batch_cx);
    if (im->extras.in_fields)
        return RC_OK;
    if (import_vsm_own(e))
        return start_fields(im, e);
    im->extras.name = kept(im, pack_xml_attr_value(e, streq(e->name, "sted") ? "element" : "felt"));
    if (!im->extras.name)
        return cx_nomem(&im->batch_cx);
    return is_frame(e->name) ? begin(im, e) : RC_OK;
}

enum rc import_extra_end(struct import *im, const struct pack_xml_element *e)
{
    if (im->extras.in_fields)
        return end_fields(im, e);
    if (is_frame(e->name))
        return end(im, e);
    if (!e->leaf)
        return RC_OK;
    if (streq(e->name, "type"))
        im->extras.now->class = class_named(e->text);
    else if (streq(e->name, "verdi") || streq(e->name, "sted"))
        return add_told(im, e->text, *e->name == 's');
    return streq(e->name, "type") ? RC_OK : tell(im, import_extra_host(im), e->line, e->name, e->text);
}
