/*
 * Records and their values.
 */
#include "model/model_int.h"

static struct rec *empty(struct arena *a, const struct entity *e)
{
    const struct family *f = model_family(e->family);
    struct rec *r = arena_alloc(a, sizeof(*r));
    if (!r)
        return NULL;
    r->entity = e;
    r->v = arena_array(a, f->slots_n + 1, sizeof(*r->v));
    r->one = arena_array(a, f->ones_n + 1, sizeof(*r->one));
    return r->v && r->one ? r : NULL;
}

/* The texts are those of r. */
static struct rec *copy(struct arena *a, const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    struct rec *c = empty(a, r->entity);
    if (!c)
        return NULL;
    struct val *v = c->v;
    int64_t *one = c->one;
    *c = *r;
    c->v = v;
    c->one = one;
    memcpy(v, r->v, f->slots_n * sizeof(*v));
    memcpy(one, r->one, f->ones_n * sizeof(*one));
    return c;
}

enum rc rec_new(struct cx *cx, const struct entity *e, struct rec **ret)
{
    *ret = empty(cx->arena, e);
    return *ret ? RC_OK : cx_nomem(cx);
}

enum rc rec_copy(struct cx *cx, const struct rec *r, struct rec **ret)
{
    struct rec *c = copy(cx->arena, r);
    if (!c)
        return cx_nomem(cx);
    *ret = c;
    return RC_OK;
}

static bool own_text(struct arena *a, struct str *s)
{
    char *own = s->p ? arena_strndup(a, s->p, s->n) : NULL;
    bool ok = own || !s->p;
    s->p = own;
    return ok;
}

static bool own_val(struct arena *a, struct val *v)
{
    if (!own_text(a, &v->text) || !own_text(a, &v->name))
        return false;
    if (!v->items_n)
        return true;
    struct val_item *items = arena_array(a, v->items_n, sizeof(*items));
    if (!items)
        return false;
    memcpy(items, v->items, v->items_n * sizeof(*items));
    v->items = items;
    for (size_t i = 0; i < v->items_n; i++)
        if (!own_text(a, &items[i].text) || !own_text(a, &items[i].name))
            return false;
    return true;
}

struct rec *rec_clone(struct arena *a, const struct rec *r)
{
    struct rec *c = copy(a, r);
    for (size_t i = 0; c && i < model_family(r->entity->family)->slots_n; i++)
        if ((c->v[i].state != VAL_ABSENT || c->v[i].items_n) && !own_val(a, &c->v[i]))
            return NULL;
    return c;
}

struct val *rec_val(const struct rec *r, enum attr_id a)
{
    return &r->v[model_tables.attr_slot[a]];
}

struct val *rec_leaf(const struct rec *r, enum attr_id a, enum leaf_id l)
{
    return &r->v[model_slot_leaf(a, l)];
}

bool rec_has(const struct rec *r, enum attr_id a)
{
    size_t first = model_tables.attr_slot[a], n = 1;
    if (model_attr_rows[a].type == T_GROUP)
        n = model_tables.group_leaves_n[model_attr_rows[a].group];
    for (size_t i = 0; i < n; i++)
        if (r->v[first + i].state == VAL_SET || r->v[first + i].items_n)
            return true;
    return false;
}

int64_t *rec_one(const struct rec *r, enum relation_id rel)
{
    const struct family *f = model_family(r->entity->family);
    const char *column = model_tables.relations[rel].column;
    for (size_t i = 0; i < f->ones_n; i++)
        if (streq(f->ones[i]->column, column))
            return &r->one[i];
    return NULL;
}

void val_text(struct val *v, struct str s)
{
    *v = (struct val){.state = VAL_SET, .text = s};
}

void val_int(struct val *v, int64_t i)
{
    *v = (struct val){.state = VAL_SET, .i = i};
}

enum rc val_time(struct cx *cx, struct val *v, int64_t t)
{
    char text[TIME_TEXT_MAX];
    time_format(t, text);
    char *own = arena_strdup(cx->arena, text);
    if (!own)
        return cx_nomem(cx);
    *v = (struct val){.state = VAL_SET, .text = str_of(own), .i = t};
    return RC_OK;
}

enum rc val_code(struct cx *cx, struct val *v, const char *kode, const char *kodenavn)
{
    char *k = arena_strdup(cx->arena, kode), *n = arena_strdup(cx->arena, kodenavn);
    if (!k || !n)
        return cx_nomem(cx);
    *v = (struct val){.state = VAL_SET, .text = str_of(k), .name = str_of(n)};
    return RC_OK;
}

bool val_is(const struct val *v, const char *text)
{
    return v->state == VAL_SET && str_is(v->text, text);
}

static bool items_equal(const struct val *a, const struct val *b)
{
    if (a->items_n != b->items_n)
        return false;
    for (size_t i = 0; i < a->items_n; i++)
        if (!str_eq(a->items[i].text, b->items[i].text) || !str_eq(a->items[i].name, b->items[i].name))
            return false;
    return true;
}

bool val_equal(enum type t, const struct val *a, const struct val *b)
{
    if (type_is_list(t))
        return items_equal(a, b);
    if ((a->state == VAL_SET) != (b->state == VAL_SET))
        return false;
    if (a->state != VAL_SET)
        return true;
    if (t == T_INTEGER || t == T_BOOLEAN)
        return a->i == b->i;
    if (t == T_DECIMAL)
        return a->d <= b->d && a->d >= b->d;
    if (t == T_CODE)
        return str_eq(a->text, b->text) && (str_eq(a->name, b->name) || !a->name.n || !b->name.n);
    return str_eq(a->text, b->text);
}

static void print_items(struct jw *w, const struct val *v)
{
    jw_open(w, '[');
    for (size_t i = 0; i < v->items_n; i++)
        jw_str(w, v->items[i].text);
    jw_close(w, ']');
}

enum rc val_print(struct cx *cx, enum type t, const struct val *v, struct str *ret)
{
    if (v->state != VAL_SET && !v->items_n) {
        *ret = (struct str){"", 0};
        return RC_OK;
    }
    if (t == T_STRING || t == T_UUID || t == T_DATETIME || t == T_CODE || t == T_VSM) {
        *ret = v->text;
        return RC_OK;
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    if (type_is_list(t))
        print_items(&w, v);
    else if (t == T_DECIMAL)
        jw_double(&w, v->d);
    else if (t == T_BOOLEAN)
        jw_bool(&w, v->i != 0);
    else
        jw_int(&w, v->i);
    char *own = buf_failed(&b) ? NULL : arena_strndup(cx->arena, b.p, b.n);
    buf_free(&b);
    if (!own)
        return cx_nomem(cx);
    *ret = str_of(own);
    return RC_OK;
}

/* ------------------------------------------------------------------ cardinality */

static bool filled(const struct val *v)
{
    return v->state == VAL_SET || v->items_n > 0;
}

static bool mandatory(const struct attr *a)
{
    return a->in == C_1_1 || a->in == C_1_N;
}

/* A value object that is there must be whole. */
static enum rc check_group(struct cx *cx, const struct rec *r, const struct attr *a)
{
    const struct family *f = model_family(r->entity->family);
    size_t first = model_slot_of(f->id, a, model_tables.group_leaves[a->group][0]);
    size_t n = model_tables.group_leaves_n[a->group];
    bool any = false, kept = false;
    for (size_t i = first; i < first + n; i++) {
        any |= filled(&r->v[i]);
        kept |= streq(f->slots[i].leaf->name, "kassasjonsvedtak") && val_is(&r->v[i], "B");
    }
    if (!any)
        return mandatory(a) ? err_set(cx, RC_FIELD_MISSING, a->name, NULL) : RC_OK;
    for (size_t i = first; i < first + n; i++) {
        const struct attr *leaf = f->slots[i].leaf;
        /* What is kept for ever has no time of keeping; existing clients leave out skjermingMetadata. */
        bool excused = kept || leaf->type == T_CODE_LIST || streq(leaf->name, "poststed");
        if (mandatory(leaf) && !filled(&r->v[i]) && !excused)
            return err_set(cx, RC_FIELD_MISSING, f->slots[i].path, NULL);
    }
    return RC_OK;
}

enum rc rec_check_in(struct cx *cx, const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t k = 0; k < r->entity->attrs_n; k++) {
        const struct attr *a = r->entity->attrs[k];
        if (a->type == T_GROUP) {
            TRY(check_group(cx, r, a));
            continue;
        }
        if (!mandatory(a) || a->set == SET_S || streq(a->name, "systemID"))
            continue;
        size_t i = model_tables.attr_slot[a->id];
        if (i >= f->slots_n || !filled(&r->v[i]))
            return err_set(cx, RC_FIELD_MISSING, a->name, NULL);
    }
    return RC_OK;
}
