/*
 * What follows from the rows: attributes with inheritance, slots of families, columns. Built once.
 */
#include <pthread.h>
#include <stdlib.h>

#include "model/model_int.h"

struct tables model_tables;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *fault;      /* what is wrong with the tables; NULL when nothing is */



#define F_none F_COUNT
#define E_none E_COUNT
static const struct {
    const char *name;
    enum family_id family;
    enum entity_id base;
    enum package package;
} entity_rows[] = {
#define ENTITY(id, fam, base, pkg) {#id, F_##fam, E_##base, PKG_##pkg},
#include "model/model_ids.h"
};

static const char *const family_names[] = {
#define FAMILY(id) #id,
#include "model/model_ids.h"
};

static const struct {
    enum leaf_id leaf;
    enum group_id group;
} leaf_groups[] = {
#define LEAF(grp, name, m, type, arg, in, out, set, frozen, flags) {L_##grp##_##name, G_##grp},
#include "model/model_ids.h"
};

#define KIND_CHILD REL_CHILD
#define KIND_MANY REL_MANY
#define KIND_ONE REL_ONE
static const struct {
    const char *name;
    enum relation_kind kind;
    enum entity_id a, b;
    const char *list, *up;
} relation_rows[] = {
#define RELATION(id, kind, a, list, b, up) {#id, KIND_##kind, E_##a, E_##b, list, up},
#include "model/model_ids.h"
};

static void build_entity(enum entity_id id)
{
    struct entity *e = &model_tables.entities[id];
    e->id = id;
    e->name = entity_rows[id].name;
    e->family = entity_rows[id].family;
    e->base = entity_rows[id].base;
    e->package = entity_rows[id].package;
    e->attrs = model_tables.entity_attrs[id];
    if (e->base != E_COUNT) {
        const struct entity *b = &model_tables.entities[e->base];
        memcpy(model_tables.entity_attrs[id], b->attrs, b->attrs_n * sizeof(struct attr *));
        e->attrs_n = b->attrs_n;
        if (b->id >= id)
            fault = "an entity stands before its base";
    }
    for (size_t i = 0; i < A_COUNT; i++)
        if (model_attr_rows[i].entity == id && e->attrs_n < SLOTS_MAX)
            model_tables.entity_attrs[id][e->attrs_n++] = &model_attr_rows[i];
}

static void build_groups(void)
{
    for (size_t i = 0; i < L_COUNT; i++) {
        enum group_id g = leaf_groups[i].group;
        if (model_tables.group_leaves_n[g] < 16)
            model_tables.group_leaves[g][model_tables.group_leaves_n[g]++] = &model_leaf_rows[i];
        else
            fault = "a group has more than 16 leaves";
    }
}

/* ------------------------------------------------------------------ slots */

static bool reserved(const char *column)
{
    static const char *const taken[] = {"id", "systemid", "type", "versjon", "vern"};
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        if (streq(column, taken[i]))
            return true;
    return false;
}

static void lower(char *s)
{
    for (; *s; s++)
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s - 'A' + 'a');
}

/* Rows of verdi keep their values in the columns verdi and verdi_navn, whatever the class calls them. */
static const char *verdi_column(const struct attr *a)
{
    if (streq(a->name, "felt") || streq(a->name, "nr"))
        return a->name;
    bool second = streq(a->name, "kodenavn") || streq(a->name, "moetedeltakerFunksjon") ||
                  streq(a->name, "dNummer");
    return second ? "verdi_navn" : "verdi";
}

static void name_slot(struct family_built *f, size_t i)
{
    struct slot *s = &f->slots[i];
    char *column = f->names[i], *path = f->names[i] + FELT_MAX;
    if (f->family.id == F_verdi)
        (void)snprintf(column, FELT_MAX, "%s", verdi_column(s->attr));
    else if (s->leaf)
        (void)snprintf(column, FELT_MAX, "%s_%s", s->attr->name, s->leaf->name);
    else
        (void)snprintf(column, FELT_MAX, "%s", s->attr->name);
    lower(column);
    if (reserved(column))
        memcpy(column + strlen(column), "_", 2);
    (void)snprintf(path, FELT_MAX, s->leaf ? "%s/%s" : "%s%s", s->attr->name, s->leaf ? s->leaf->name : "");
    s->path = path;
    s->column = type_is_list(slot_attr(s)->type) ? NULL : column;
    if (!s->column)
        f->lists[f->lists_n++] = i;
}

static void add_slot(struct family_built *f, const struct attr *a, const struct attr *leaf)
{
    size_t i = f->family.slots_n;
    if (i == SLOTS_MAX) {
        fault = "a family has too many slots";
        return;
    }
    f->slots[i].attr = a;
    f->slots[i].leaf = leaf;
    f->family.slots_n++;
    name_slot(f, i);
}

static size_t find_slot(const struct family_built *f, const struct attr *a)
{
    for (size_t i = 0; i < f->family.slots_n; i++) {
        if (f->family.id == F_verdi ? streq(f->slots[i].column, verdi_column(a))
                                    : streq(f->slots[i].attr->name, a->name))
            return i;
    }
    return SIZE_MAX;
}

static void place_attr(struct family_built *f, const struct attr *a)
{
    if (streq(a->name, "systemID"))
        return;
    size_t at = find_slot(f, a);
    if (at != SIZE_MAX) {
        model_tables.attr_slot[a->id] = at;
        if (f->family.id != F_verdi && f->slots[at].attr->type != a->type)
            fault = "two attributes of one name in one family have different types";
        return;
    }
    model_tables.attr_slot[a->id] = f->family.slots_n;
    if (a->type != T_GROUP) {
        add_slot(f, a, NULL);
        return;
    }
    for (size_t i = 0; i < model_tables.group_leaves_n[a->group]; i++)
        add_slot(f, a, model_tables.group_leaves[a->group][i]);
}

static void build_relation(enum relation_id id)
{
    struct relation *r = &model_tables.relations[id];
    char *name = model_tables.relation_names[id];
    r->id = id;
    r->kind = relation_rows[id].kind;
    r->a = relation_rows[id].a;
    r->b = relation_rows[id].b;
    r->list = relation_rows[id].list;
    r->up = relation_rows[id].up;
    (void)snprintf(name, FELT_MAX, r->kind == REL_MANY ? "%s" : "%s_id",
                   r->kind == REL_MANY ? relation_rows[id].name : r->kind == REL_CHILD ? r->up : r->list);
    lower(name);
    r->column = r->kind == REL_MANY ? NULL : name;
    r->table = r->kind == REL_MANY ? name : NULL;
}

static void place_relation(const struct relation *r)
{
    if (r->kind == REL_MANY)
        return;
    struct family_built *f = &model_tables.families[model_tables.entities[r->kind == REL_CHILD ? r->b : r->a].family];
    for (size_t i = 0; i < f->family.ones_n; i++)
        if (streq(f->ones[i]->column, r->column))
            return;
    if (f->family.ones_n == ONES_MAX)
        fault = "a family has too many to-one relations";
    else
        f->ones[f->family.ones_n++] = r;
}

size_t slot_columns(const struct slot *s)
{
    enum type t = slot_attr(s)->type;
    if (type_is_list(t))
        return 0;
    return t == T_DATETIME || t == T_CODE ? 2 : 1;
}

static void build_columns(struct family_built *f)
{
    struct buf b;
    buf_init(&b, (size_t)KiB(64));
    buf_puts(&b, "id,systemid,type,versjon,vern");
    f->family.columns_n = COMMON_COLUMNS;
    for (size_t i = 0; i < f->family.slots_n; i++) {
        const struct slot *s = &f->slots[i];
        size_t n = slot_columns(s);
        if (n)
            buf_printf(&b, ",%s", s->column);
        if (n == 2)
            buf_printf(&b, slot_attr(s)->type == T_CODE ? ",%s_navn" : ",%s_t", s->column);
        f->family.columns_n += n;
    }
    for (size_t i = 0; i < f->family.ones_n; i++)
        buf_printf(&b, ",%s", f->ones[i]->column);
    f->family.columns_n += f->family.ones_n;
    f->family.columns = mem_strdup(b.p);
    buf_free(&b);
}

static void build(void)
{
    build_groups();
    for (int i = 0; i < E_COUNT; i++)
        build_entity((enum entity_id)i);
    for (int i = 0; i < F_COUNT; i++) {
        struct family_built *f = &model_tables.families[i];
        f->family.id = (enum family_id)i;
        f->family.table = family_names[i];
        f->family.slots = f->slots;
        f->family.ones = f->ones;
    }
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = &model_tables.entities[i];
        for (size_t k = 0; e->family != F_COUNT && k < e->attrs_n; k++)
            place_attr(&model_tables.families[e->family], e->attrs[k]);
    }
    for (int i = 0; i < REL_COUNT; i++)
        build_relation((enum relation_id)i);
    for (int i = 0; i < REL_COUNT; i++)
        place_relation(&model_tables.relations[i]);
    for (int i = 0; i < F_COUNT; i++) {
        build_columns(&model_tables.families[i]);
        model_build_sql(&model_tables.families[i]);
    }
    model_build_links();
}

enum rc model_init(struct cx *cx)
{
    (void)pthread_once(&once, build);
    return fault ? err_secret(cx, RC_INTERNAL, "model.def: %s", fault) : RC_OK;
}
