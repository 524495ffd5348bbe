/*
 * Records from the XML of extracts. The names are those of model.def: attributes, the rows XSDNAME for
 * elements that are called otherwise than the attribute, and the few old names below.
 */
#include "model/model_int.h"

/* Namespace of identifiers that were no UUIDs; fixed for ever. */
static const char id_space[] = "6f1c4e0a-52c5-5d0e-9d0b-3f6a2f0b7c11";

/* Elements and types of older versions, and what they became. */
static const char *const old_names[][2] = {
    {"sakspart", "part"}, {"basisregistrering", "registrering"},
};

/* Classes of the tjenestegrensesnitt that have one element for several. */
static const enum entity_id told_as[][2] = {
    {E_korrespondansepart, E_korrespondansepartenhet}, {E_part, E_partenhet},
};

/* Elements that name another object; those that are values too keep the text. */
static const struct {
    enum entity_id on;
    const char *element;
    enum relation_id relation;
} references[] = {
    {E_saksmappe, "referanseSekundaerKlassifikasjon", REL_saksmappe_sekundaerklassifikasjon},
    {E_kryssreferanse, "referanseTilKlasse", REL_kryssreferanse_tilklasse},
    {E_kryssreferanse, "referanseTilMappe", REL_kryssreferanse_tilmappe},
    {E_kryssreferanse, "referanseTilRegistrering", REL_kryssreferanse_tilregistrering},
    {E_arkivdel, "referanseArvtaker", REL_arkivdel_nestearkivdel},
};

bool rec_xml_id(struct str told, char out[UUID_TEXT_MAX])
{
    if (!uuid_valid(told)) {
        uuid_within(id_space, told, out);
        return true;
    }
    memcpy(out, told.p, told.n);
    out[told.n] = '\0';
    return false;
}

/* ------------------------------------------------------------------ names */

static const char *present_name(struct str name)
{
    for (size_t i = 0; i < COUNT_OF(old_names); i++)
        if (str_is(name, old_names[i][0]))
            return old_names[i][1];
    return NULL;
}

const struct entity *rec_xml_class(const struct entity *e, struct str type)
{
    const char *colon = type.n ? memchr(type.p, ':', type.n) : NULL;
    if (colon)
        type = (struct str){colon + 1, type.n - (size_t)(colon + 1 - type.p)};
    const char *name = present_name(type);
    const struct entity *told = model_entity_named(name ? str_of(name) : type);
    return told && model_is(told, e->id) ? told : e;
}

static const struct entity *told_class(const struct entity *e)
{
    for (size_t i = 0; i < COUNT_OF(told_as); i++)
        if (told_as[i][0] == e->id)
            return model_entity(told_as[i][1]);
    return e;
}

static size_t slot_at(const struct entity *e, const char *path, size_t n, const char *group)
{
    const struct family *f = model_family(e->family);
    char whole[FELT_MAX * 2];
    (void)snprintf(whole, sizeof(whole), "%s%s%.*s", group ? group : "", group ? "/" : "", (int)n, path);
    for (size_t i = 0; i < f->slots_n; i++)
        if (streq(whole, f->slots[i].path) && slot_in_entity(&f->slots[i], e))
            return i;
    return SIZE_MAX;
}

/* The paths of a row XSDNAME: those of the first alternative that the class has any of. */
static void add_slots(struct xml_where *w, const struct entity *e, const char *paths, const char *group)
{
    while (*paths) {
        size_t n = strcspn(paths, " |"), at = slot_at(e, paths, n, group);
        if (at != SIZE_MAX && w->slots_n < COUNT_OF(w->slots))
            w->slots[w->slots_n++] = (unsigned short)at;
        paths += n;
        if (*paths == '|' && w->slots_n)
            return;
        paths += *paths != '\0';
    }
}

static const char *paths_of(const struct entity *e, const char *group, const char *element)
{
    if (group)
        return model_xsd_paths(group, element);
    const char *paths = NULL;
    while (!paths && e) {
        paths = model_xsd_paths(e->name, element);
        e = e->base == E_COUNT ? NULL : model_entity(e->base);
    }
    return paths;
}

static void find_value(struct xml_where *w, const struct entity *e, const char *group, const char *element)
{
    const char *paths = paths_of(e, group, element);
    add_slots(w, e, paths ? paths : element, group);
    if (w->slots_n)
        w->kind = XML_VALUE;
}

static void find_reference(struct xml_where *w, const struct entity *e, const char *element)
{
    for (size_t i = 0; i < COUNT_OF(references); i++)
        if (model_is(e, references[i].on) && streq(references[i].element, element)) {
            w->relation = model_relation(references[i].relation);
            w->kind = w->kind == XML_VALUE ? XML_VALUE : XML_REFERENCE;
        }
}

/* An object hangs on the first relation that leads from the class to one of its name. */
static void find_object(struct xml_where *w, const struct entity *e, const char *element)
{
    const char *name = present_name(str_of(element));
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        const struct entity *b = model_entity(rel->b);
        if (!model_is(e, rel->a) || !streq(b->name, name ? name : element))
            continue;
        *w = (struct xml_where){.kind = XML_OBJECT, .relation = rel, .entity = told_class(b)};
        return;
    }
}

const struct relation *rec_xml_relation(const struct entity *a, const struct entity *b)
{
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        if (rel->kind == REL_CHILD && model_is(a, rel->a) && model_is(b, rel->b))
            return rel;
    }
    return NULL;
}

/* Has it elements in it in arkivstruktur? In the journals one of that name may be a value (gradering of a journalpost). */
static bool has_elements(const struct entity *e, const char *element)
{
    for (size_t i = 0; i < model_xsd_rows_n; i++) {
        const struct xsd_row *r = &model_xsd_rows[i];
        if (r->file != XSD_FILE_arkivstruktur || r->kind != XSD_OWN || !streq(r->element, element))
            continue;
        const struct entity *of = model_entity_named(str_of(r->type));
        if (of && model_is(e, of->id))
            return true;
    }
    return false;
}

static void find(struct xml_where *w, const struct entity *e, const char *group, const char *element)
{
    /* An element that has a row of its own is a value, whatever attribute has its name (postadresse). */
    bool value = group || (paths_of(e, NULL, element) && !has_elements(e, element));
    const struct attr *a = value ? NULL : entity_attr(e, element);
    if (!group && streq(element, "systemID")) {
        w->kind = XML_SYSTEMID;
    } else if (a && a->type == T_VSM) {
        w->kind = XML_ANY;
    } else if (a && (a->type == T_GROUP || a->type == T_GROUP_LIST)) {
        w->kind = XML_GROUP;
        w->group = a;
    } else {
        find_value(w, e, group, element);
        if (!group)
            find_reference(w, e, element);
        if (!group && w->kind == XML_UNKNOWN)
            find_object(w, e, element);
    }
}

/* Members of a repeated group have their places in its items. */
static void find_member(struct xml_where *w, const struct entity *e, const char *group, const char *element)
{
    const struct attr *a = entity_attr(e, group);
    size_t n;
    if (!a || a->type != T_GROUP_LIST) {
        find(w, e, group, element);
        return;
    }
    const struct attr *const *leaves = model_group(a->group, &n);
    for (size_t i = 0; i < n && i < 2; i++)
        if (streq(leaves[i]->name, element))
            *w = (struct xml_where){.kind = XML_VALUE, .group = leaves[i],
                                    .slots = {(unsigned short)model_slot((enum attr_id)a->id)},
                                    .slots_n = 1};
}

const struct xml_where *rec_xml_where(struct xml_in *in, const struct entity *e, const char *group, const char *element)
{
    uintptr_t at = ((uintptr_t)element >> 4) * 31 + ((uintptr_t)group >> 4) * 7 + (uintptr_t)e->id;
    struct xml_seen *s = NULL;
    for (size_t i = 0; i < 8; i++) {
        s = &in->seen[(at + i) % COUNT_OF(in->seen)];
        if (s->entity == e && s->group == group && s->element == element)
            return &s->where;
        if (!s->entity)
            break;
    }
    *s = (struct xml_seen){.entity = e, .group = group, .element = element};
    if (group)
        find_member(&s->where, e, group, element);
    else
        find(&s->where, e, NULL, element);
    return &s->where;
}

/* ------------------------------------------------------------------ values */

static struct str trimmed(struct str s)
{
    while (s.n && (unsigned char)s.p[0] <= ' ')
        s.p++, s.n--;
    while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
        s.n--;
    return s;
}

static enum rc own_text(struct cx *cx, struct str s, struct str *ret)
{
    char *own = arena_strndup(cx->arena, s.p, s.n);
    if (!own)
        return cx_nomem(cx);
    *ret = (struct str){own, s.n};
    return RC_OK;
}

static enum rc read_uuid(struct cx *cx, struct str s, struct val *v)
{
    char id[UUID_TEXT_MAX];
    (void)rec_xml_id(s, id);
    TRY(own_text(cx, str_of(id), &v->text));
    v->state = VAL_SET;
    return RC_OK;
}

static enum rc read_time(struct cx *cx, struct str s, struct val *v)
{
    if (!time_parse(s, true, &v->i))
        return RC_OK;
    TRY(own_text(cx, s, &v->text));
    v->state = VAL_SET;
    return val_whole_day(cx, v);
}

static enum rc read_scalar(struct cx *cx, enum type t, struct str text, struct val *v)
{
    struct str s = trimmed(text);
    *v = (struct val){.state = VAL_ABSENT};
    switch ((int)t) {
    case T_INTEGER:
        v->state = str_int(s, &v->i) ? VAL_SET : VAL_ABSENT;
        return RC_OK;
    case T_DECIMAL:
        v->state = str_double(s, &v->d) ? VAL_SET : VAL_ABSENT;
        return RC_OK;
    case T_BOOLEAN:
        v->i = str_is(s, "true") || str_is(s, "1");
        v->state = v->i || str_is(s, "false") || str_is(s, "0") ? VAL_SET : VAL_ABSENT;
        return RC_OK;
    case T_DATETIME:
        return read_time(cx, s, v);
    case T_UUID:
        return read_uuid(cx, s, v);
    default:
        TRY(own_text(cx, t == T_CODE ? s : text, &v->text));
        v->state = VAL_SET;
        return RC_OK;
    }
}

#define ITEMS_MAX 1000

static enum rc add_item(struct cx *cx, struct val *v, struct str text, bool *ret_kept)
{
    if (v->items_n == ITEMS_MAX)
        return RC_OK;
    struct val_item *more = arena_grow(cx->arena, v->items, v->items_n, sizeof(*more));
    if (!more)
        return cx_nomem(cx);
    v->items = more;
    TRY(own_text(cx, text, &v->items[v->items_n].text));
    v->items_n++;
    v->state = VAL_SET;
    *ret_kept = true;
    return RC_OK;
}

/* A member of the newest item of a repeated group: the first leaf is its text, the second its name. */
static enum rc put_member(struct cx *cx, struct val *v, const struct attr *leaf, struct str text, bool *ret_kept)
{
    if (v->items_n == 0)
        return RC_OK;
    struct val_item *it = &v->items[v->items_n - 1];
    size_t n;
    const struct attr *const *leaves = model_group(G_moetedeltaker, &n);
    struct str *to = leaf == leaves[0] ? &it->text : &it->name;
    if (to->n)
        return RC_OK;
    *ret_kept = true;
    return own_text(cx, text, to);
}

enum rc rec_xml_put(struct cx *cx, struct rec *r, const struct xml_where *w, struct str text, bool *ret_kept)
{
    const struct family *f = model_family(r->entity->family);
    *ret_kept = str_blank(text);
    if (*ret_kept || text.n > STRING_MAX_BYTES)
        return RC_OK;
    for (size_t i = 0; i < w->slots_n; i++) {
        struct val *v = &r->v[w->slots[i]];
        enum type t = slot_attr(&f->slots[w->slots[i]])->type;
        if (w->group)
            return put_member(cx, v, w->group, text, ret_kept);
        if (type_is_list(t))
            return add_item(cx, v, t == T_CODE_LIST ? trimmed(text) : text, ret_kept);
        if (v->state == VAL_SET)
            continue;
        TRY(read_scalar(cx, t, text, v));
        *ret_kept = v->state == VAL_SET;
        return RC_OK;
    }
    return RC_OK;
}

enum rc rec_xml_begin(struct cx *cx, struct rec *r, const struct xml_where *w)
{
    bool kept;
    if (w->group->type != T_GROUP_LIST)
        return RC_OK;
    return add_item(cx, &r->v[model_slot((enum attr_id)w->group->id)], (struct str){"", 0}, &kept);
}

/* Has every value of the record a place in the class? */
static bool fits(const struct rec *r, const struct entity *e)
{
    const struct family *f = model_family(e->family);
    for (size_t i = 0; i < f->slots_n; i++)
        if ((r->v[i].state == VAL_SET || r->v[i].items_n) && !slot_in_entity(&f->slots[i], e))
            return false;
    return true;
}

/* A korrespondansepart that was told as if it came from outside is an internal one by what it holds. */
static const struct entity *settled(const struct rec *r)
{
    const struct entity *intern = model_entity(E_korrespondansepartintern);
    bool named = rec_has(r, A_korrespondansepartintern_saksbehandler) || rec_has(r, A_korrespondansepartintern_administrativEnhet);
    return named && fits(r, intern) ? intern : model_entity(E_korrespondansepartenhet);
}

void rec_xml_settle(struct rec *r)
{
    if (r->entity->id == E_korrespondansepartenhet)
        r->entity = settled(r);
}

const struct entity *rec_xml_back(const struct rec *r, enum noark v)
{
    const struct entity *root = r->entity;
    const char *type = model_xml_type(r->entity, v);
    while (root->base != E_COUNT && root->base != E_arkivenhet)
        root = model_entity(root->base);
    if (root->id == E_korrespondansepart)
        return settled(r);
    return root->id == E_part ? told_class(root) : rec_xml_class(root, str_of(type ? type : ""));
}

/* ------------------------------------------------------------------ values told by their paths */

/* "personidentifikator/dNummer": an item each, with the name of the leaf. */
static enum rc put_named_item(struct cx *cx, struct rec *r, const struct slot *s, struct str leaf, struct str text,
                              bool *ret_kept)
{
    struct val *v = &r->v[s - model_family(r->entity->family)->slots];
    size_t n;
    const struct attr *const *leaves = model_group(s->attr->group, &n);
    for (size_t i = 0; i < n; i++)
        if (str_is(leaf, leaves[i]->name)) {
            TRY(add_item(cx, v, text, ret_kept));
            if (*ret_kept)
                v->items[v->items_n - 1].name = str_of(leaves[i]->name);
        }
    return RC_OK;
}

/* The slot of the path in the class, or NULL; *ret_leaf: the rest of it, that names a member of a list. */
static const struct slot *slot_of_path(const struct entity *e, struct str path, struct str *ret_leaf)
{
    const struct family *f = model_family(e->family);
    *ret_leaf = (struct str){"", 0};
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        size_t n = strlen(s->path);
        bool member = slot_attr(s)->type == T_GROUP_LIST && path.n > n && path.p[n] == '/' && memcmp(path.p, s->path, n) == 0;
        if (member)
            *ret_leaf = (struct str){path.p + n + 1, path.n - n - 1};
        if ((member || str_is(path, s->path)) && slot_in_entity(s, e))
            return s;
    }
    return NULL;
}

enum rc rec_xml_put_at(struct cx *cx, struct rec *r, struct str path, struct str text, bool *ret_kept)
{
    struct str leaf;
    const struct slot *s = slot_of_path(r->entity, path, &leaf);
    *ret_kept = false;
    if (!s || text.n > STRING_MAX_BYTES)
        return RC_OK;
    struct val *v = &r->v[s - model_family(r->entity->family)->slots];
    enum type t = slot_attr(s)->type;
    if (t == T_GROUP_LIST)
        return put_named_item(cx, r, s, leaf, text, ret_kept);
    if (type_is_list(t))
        return add_item(cx, v, text, ret_kept);
    if (v->state == VAL_SET || t == T_VSM)
        return RC_OK;
    TRY(read_scalar(cx, t, text, v));
    *ret_kept = v->state == VAL_SET;
    return RC_OK;
}

void rec_xml_move(struct rec *r, const char *element, size_t nr, struct str path, bool *ret_kept)
{
    const struct family *f = model_family(r->entity->family);
    struct xml_where w = {.kind = XML_UNKNOWN};
    struct str leaf;
    const struct slot *to = slot_of_path(r->entity, path, &leaf);
    find(&w, r->entity, NULL, element);
    *ret_kept = false;
    if (!to || w.kind != XML_VALUE || nr >= w.slots_n || slot_attr(&f->slots[w.slots[nr]])->type != slot_attr(to)->type)
        return;
    struct val *from = &r->v[w.slots[nr]], *v = &r->v[to - f->slots];
    if (from->state != VAL_SET || v->state == VAL_SET)
        return;
    *v = *from;
    *from = (struct val){.state = VAL_ABSENT};
    *ret_kept = true;
}
