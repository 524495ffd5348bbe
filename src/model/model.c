/*
 * The rows of model.def as constant tables, and looking things up in them.
 */
#include "model/model_int.h"

/* Tokens of the columns of model.def. */
#define LISTOF_STRING(x) CL_NONE
#define LISTOF_INTEGER(x) CL_NONE
#define LISTOF_DECIMAL(x) CL_NONE
#define LISTOF_BOOLEAN(x) CL_NONE
#define LISTOF_DATETIME(x) CL_NONE
#define LISTOF_UUID(x) CL_NONE
#define LISTOF_CODE(x) CL_##x
#define LISTOF_GROUP(x) CL_NONE
#define LISTOF_LIST(x) CL_NONE
#define LISTOF_CODE_LIST(x) CL_##x
#define LISTOF_GROUP_LIST(x) CL_NONE
#define LISTOF_VSM(x) CL_NONE
#define GROUPOF_STRING(x) G_NONE
#define GROUPOF_INTEGER(x) G_NONE
#define GROUPOF_DECIMAL(x) G_NONE
#define GROUPOF_BOOLEAN(x) G_NONE
#define GROUPOF_DATETIME(x) G_NONE
#define GROUPOF_UUID(x) G_NONE
#define GROUPOF_CODE(x) G_NONE
#define GROUPOF_GROUP(x) G_##x
#define GROUPOF_LIST(x) G_NONE
#define GROUPOF_CODE_LIST(x) G_NONE
#define GROUPOF_GROUP_LIST(x) G_##x
#define GROUPOF_VSM(x) G_NONE
#define FZ_NO 0
#define FZ_I FROZEN_I
#define FZ_X FROZEN_X
#define FZ_K FROZEN_K
#define FZ_XK (FROZEN_X | FROZEN_K)
#define FZ_D FROZEN_D
#define FZ_REL FROZEN_REL
#define FZ_AUTO FROZEN_AUTO

const struct attr model_attr_rows[] = {
#define ATTR(ent, name, m, type, arg, in, out, set, frozen, flags)                                   \
    {A_##ent##_##name, #name, m, T_##type, GROUPOF_##type(arg), LISTOF_##type(arg), C_##in, C_##out, \
     SET_##set, FZ_##frozen, flags, E_##ent},
#include "model/model_ids.h"
};

const struct attr model_leaf_rows[] = {
#define LEAF(grp, name, m, type, arg, in, out, set, frozen, flags)                                   \
    {L_##grp##_##name, #name, m, T_##type, GROUPOF_##type(arg), LISTOF_##type(arg), C_##in, C_##out, \
     SET_##set, FZ_##frozen, flags, E_COUNT},
#include "model/model_ids.h"
};

#define E_none E_COUNT
#define REL_none REL_COUNT
#define SIDE_a false
#define SIDE_b true
static const struct link link_rows[] = {
#define LINK(on, ns, pkg, name, kind, target, relation, side)                                        \
    {E_##on, NS_##ns, PKG_##pkg, name, LINK_##kind, E_##target, REL_##relation, SIDE_##side, CL_NONE},
#include "model/model_ids.h"
};

#define MANY_MANY true
#define MANY_ONCE false
#define CH_CHOICE true
#define CH_SEQUENCE false
#define VERSIONS_ALL (NOARK_31 | NOARK_40 | NOARK_50)
#define VERSIONS_OLD (NOARK_31 | NOARK_40)
#define VERSIONS_SINCE40 (NOARK_40 | NOARK_50)
#define VERSIONS_V31 NOARK_31
#define VERSIONS_NEW NOARK_50
const struct xsd_type model_xsd_types[] = {
#define XSDTYPE(file, versions, type, base) {XSD_FILE_##file, VERSIONS_##versions, #type, #base},
#include "model/model_ids.h"
};
const size_t model_xsd_types_n = COUNT_OF(model_xsd_types);
const struct xsd_row model_xsd_rows[] = {
#define XSD(file, versions, type, element, kind, elemtype, min, max, grp)                                 \
    {XSD_FILE_##file, VERSIONS_##versions, #type, #element, XSD_##kind, #elemtype, min, MANY_##max, CH_##grp},
#include "model/model_ids.h"
};
const size_t model_xsd_rows_n = COUNT_OF(model_xsd_rows);

const char *model_xsd_paths(const char *entity, const char *element)
{
    static const struct xsd_name names[] = {
#define XSDNAME(entity, element, paths) {#entity, #element, paths},
#include "model/model_ids.h"
    };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (streq(names[i].entity, entity) && streq(names[i].element, element))
            return names[i].paths;
    return NULL;
}

bool model_xsd_day(const char *element_type)
{
    static const char *const days[] = {
#define XSDDATE(type) #type,
#include "model/model_ids.h"
    };
    for (size_t i = 0; i < COUNT_OF(days); i++)
        if (streq(days[i], element_type))
            return true;
    return false;
}

static const char *const package_names[PKG_COUNT] = {
    "arkivstruktur", "sakarkiv", "metadata", "admin", "loggingogsporing", "moeter"
};

static const char *const codelist_names[] = {
#define CODELIST(id, relname) relname,
#include "model/model_ids.h"
};

static const struct code code_rows[] = {
#define CODE(list, kode, kodenavn) {CL_##list, kode, kodenavn},
#include "model/model_ids.h"
};

const char *package_name(enum package p)
{
    return package_names[p];
}

const char *codelist_name(enum codelist_id list)
{
    return list < 0 || list >= CL_COUNT ? "" : codelist_names[list];
}

enum codelist_id codelist_named(struct str name)
{
    for (int i = 0; i < CL_COUNT; i++)
        if (str_is(name, codelist_names[i]))
            return (enum codelist_id)i;
    return CL_NONE;
}

const struct code *codelist_seed(size_t i)
{
    return i < COUNT_OF(code_rows) ? &code_rows[i] : NULL;
}

const struct entity *model_entity(enum entity_id id)
{
    return &model_tables.entities[id];
}

const struct entity *model_entity_named(struct str name)
{
    for (int i = 0; i < E_COUNT; i++)
        if (str_is(name, model_tables.entities[i].name))
            return &model_tables.entities[i];
    return NULL;
}

const struct family *model_family(enum family_id id)
{
    return &model_tables.families[id].family;
}

bool model_is(const struct entity *e, enum entity_id base)
{
    for (;;) {
        if (e->id == base)
            return true;
        if (e->base == E_COUNT)
            return false;
        e = model_entity(e->base);
    }
}

const struct attr *model_attr(enum attr_id id)
{
    return &model_attr_rows[id];
}

const struct attr *const *model_group(enum group_id g, size_t *ret_n)
{
    *ret_n = model_tables.group_leaves_n[g];
    return model_tables.group_leaves[g];
}

const struct relation *model_relation(enum relation_id id)
{
    return &model_tables.relations[id];
}

bool type_is_list(enum type t)
{
    return t == T_LIST || t == T_CODE_LIST || t == T_GROUP_LIST;
}

const struct attr *slot_attr(const struct slot *s)
{
    return s->leaf ? s->leaf : s->attr;
}

bool slot_server_sets(const struct slot *s)
{
    return s->attr->set == SET_S || slot_attr(s)->set == SET_S;
}

const struct attr *entity_attr(const struct entity *e, const char *name)
{
    for (size_t i = 0; i < e->attrs_n; i++)
        if (streq(e->attrs[i]->name, name))
            return e->attrs[i];
    return NULL;
}

bool slot_in_entity(const struct slot *s, const struct entity *e)
{
    return entity_attr(e, s->attr->name) != NULL;
}

/* ------------------------------------------------------------------ names */

const struct attr *model_attr_named(enum family_id f, struct str name)
{
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = &model_tables.entities[i];
        if (e->family != f)
            continue;
        for (size_t k = 0; k < e->attrs_n; k++)
            if (str_is(name, e->attrs[k]->name))
                return e->attrs[k];
    }
    return NULL;
}

size_t model_slot(enum attr_id a)
{
    return model_tables.attr_slot[a];
}

size_t model_slot_leaf(enum attr_id a, enum leaf_id l)
{
    enum group_id g = model_attr_rows[a].group;
    return model_tables.attr_slot[a] + (size_t)((int)l - model_tables.group_leaves[g][0]->id);
}

size_t model_slot_of(enum family_id f, const struct attr *a, const struct attr *leaf)
{
    const struct family *fam = model_family(f);
    for (size_t i = 0; i < fam->slots_n; i++) {
        const struct slot *s = &fam->slots[i];
        bool same = s->attr == a || (f != F_verdi && streq(s->attr->name, a->name)) ||
                    (f == F_verdi && model_tables.attr_slot[a->id] == i && a->entity != E_COUNT);
        if (same && ((!leaf && !s->leaf) || (leaf && s->leaf && streq(s->leaf->name, leaf->name))))
            return i;
    }
    return SIZE_MAX;
}

/* ------------------------------------------------------------------ lists */

/* The entity whose rows are the values of a list attribute. */
static const struct {
    const char *attr;
    enum entity_id entity;
} list_entities[] = {
    {"noekkelord", E_noekkelord}, {"forfatter", E_forfatter}, {"oppbevaringssted", E_oppbevaringssted},
    {"skjermingMetadata", E_skjermingmetadata}, {"personidentifikator", E_personidentifikator},
    {"moetedeltaker", E_moetedeltaker}, {"referanseTilMoeteregistrering", E_moetereferanse},
    {"referanseFraMoeteregistrering", E_moetereferanse},
};

const struct entity *model_list_entity(const struct attr *a)
{
    for (size_t i = 0; i < COUNT_OF(list_entities); i++)
        if (streq(list_entities[i].attr, a->name))
            return model_entity(list_entities[i].entity);
    return NULL;
}

const char *model_list_felt(const struct attr *a, const struct attr *leaf)
{
    if (!leaf)
        return a->name;
    for (int f = 0; f < F_COUNT; f++) {
        size_t i = model_slot_of((enum family_id)f, a, leaf);
        if (i != SIZE_MAX)
            return model_family((enum family_id)f)->slots[i].path;
    }
    return a->name;
}

size_t model_list_slot(enum family_id owner, const struct entity *verdi)
{
    const struct family *f = model_family(owner);
    for (size_t i = 0; i < f->slots_n; i++)
        if (type_is_list(slot_attr(&f->slots[i])->type) && model_list_entity(slot_attr(&f->slots[i])) == verdi)
            return i;
    return SIZE_MAX;
}

/* ------------------------------------------------------------------ links */

#define LINKS_MAX 128
static const struct link *entity_links[E_COUNT][LINKS_MAX];
static size_t entity_links_n[E_COUNT];
static const struct link *package_links[PKG_COUNT][LINKS_MAX];
static size_t package_links_n[PKG_COUNT];
/* Links that follow from the tables: code lists an entity uses, and the pages of the lists. */
static struct link derived_links[512];
static size_t derived_links_n;
static char derived_names[CL_COUNT][64];

static void add_entity_link(enum entity_id e, const struct link *l)
{
    if (entity_links_n[e] < LINKS_MAX)
        entity_links[e][entity_links_n[e]++] = l;
}

static void add_package_link(enum package p, const struct link *l)
{
    if (package_links_n[p] < LINKS_MAX)
        package_links[p][package_links_n[p]++] = l;
}

/* Lists of meetings are not in TG 1.1. */
enum ns codelist_ns(enum codelist_id id)
{
    return strncmp(codelist_names[id], "moete", 5) == 0 ? NS_N : NS_R;
}

static const struct link *derive_link(struct link l)
{
    struct link *own = &derived_links[derived_links_n++];
    *own = l;
    return own;
}

static void derive_code_links(enum entity_id e)
{
    bool used[CL_COUNT] = {false};
    const struct family *f = model_entity(e)->family == F_COUNT ? NULL : model_family(model_entity(e)->family);
    for (size_t i = 0; f && i < f->slots_n; i++) {
        const struct attr *a = slot_attr(&f->slots[i]);
        if (a->list == CL_NONE || used[a->list] || !slot_in_entity(&f->slots[i], model_entity(e)))
            continue;
        used[a->list] = true;
        if (derived_links_n < COUNT_OF(derived_links))
            add_entity_link(e, derive_link((struct link){.on = e, .ns = codelist_ns(a->list), .package = PKG_METADATA,
                .name = codelist_name(a->list), .kind = LINK_CODES, .target = E_kode, .relation = REL_COUNT,
                .list = a->list}));
    }
}

static void derive_list_pages(void)
{
    for (int i = 0; i < CL_COUNT; i++) {
        struct link page = {.on = E_COUNT, .package = PKG_METADATA, .name = codelist_names[i], .kind = LINK_LIST,
                            .target = E_kode, .relation = REL_COUNT, .list = (enum codelist_id)i};
        page.ns = codelist_ns((enum codelist_id)i);
        (void)snprintf(derived_names[i], sizeof(derived_names[i]), "ny-%s", codelist_names[i]);
        add_package_link(PKG_METADATA, derive_link(page));
        page.kind = LINK_NY;
        page.name = derived_names[i];
        add_package_link(PKG_METADATA, derive_link(page));
    }
}

void model_build_links(void)
{
    for (size_t i = 0; i < COUNT_OF(link_rows); i++) {
        const struct link *l = &link_rows[i];
        if (l->on == E_COUNT)
            add_package_link(l->package, l);
        else
            for (int e = 0; e < E_COUNT; e++)
                if (model_is(model_entity((enum entity_id)e), l->on))
                    add_entity_link((enum entity_id)e, l);
    }
    for (int e = 0; e < E_COUNT; e++)
        derive_code_links((enum entity_id)e);
    derive_list_pages();
}

const struct link *const *model_links(enum entity_id e, enum package p, size_t *ret_n)
{
    *ret_n = e == E_COUNT ? package_links_n[p] : entity_links_n[e];
    return e == E_COUNT ? package_links[p] : entity_links[e];
}

const struct link *model_link_named(enum entity_id e, enum package p, struct str name)
{
    size_t n;
    const struct link *const *links = model_links(e, p, &n);
    for (size_t i = 0; i < n; i++)
        if (str_is(name, links[i]->name) && (e != E_COUNT || links[i]->package == p))
            return links[i];
    return NULL;
}
