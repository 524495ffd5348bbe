/*
 * Records as XML of an extract. The rows XSD of model.def become, once a class and writer, a plan:
 * the elements in their order, each with the places in the record its value comes from.
 */
#include "model/model_int.h"

#define STEP_SLOTS 9    /* of the longest row XSDNAME: three addresses of three lines */

struct step {
    const struct xsd_row *row;
    enum { STEP_CHILD, STEP_ID, STEP_VALUE, STEP_LIST, STEP_GROUP, STEP_OBJECTS } kind;
    unsigned short slots[STEP_SLOTS];   /* VALUE, LIST; the first of a GROUP and of OBJECTS */
    unsigned char slots_n;
    unsigned ends;                      /* bit i: an alternative of VALUE ends with slots[i] */
    struct xml_plan *group;             /* elements inside GROUP */
    bool day;
};
struct xml_plan {
    struct step *steps;
    size_t n;
};

/* ------------------------------------------------------------------ plans */

static const struct xsd_type *type_named(const struct model_xml *x, const char *name)
{
    for (size_t i = 0; i < model_xsd_types_n; i++) {
        const struct xsd_type *t = &model_xsd_types[i];
        if (t->file == x->file && (t->versions & x->version) && streq(t->type, name))
            return t;
    }
    return NULL;
}

const char *model_xml_type(const struct entity *e, enum noark v)
{
    const struct model_xml x = {.file = XSD_FILE_arkivstruktur, .version = v};
    if (e->id == E_registrering || (e->id == E_arkivnotat && !type_named(&x, e->name)))
        return v == NOARK_50 ? "registrering" : "basisregistrering";
    return e->base == E_COUNT || model_entity(e->base)->id == E_arkivenhet ? NULL : e->name;
}

/* The type an object of the class is written as; parties of all kinds are written as the class they are kinds of. */
static const struct xsd_type *type_of_entity(const struct model_xml *x, const struct entity *e)
{
    const char *name = x->file == XSD_FILE_arkivstruktur ? model_xml_type(e, x->version) : NULL;
    const struct xsd_type *t = type_named(x, name ? name : e->name);
    if (!t && e->family == F_part)
        t = type_named(x, x->version == NOARK_50 ? "part" : "sakspart");
    while (!t && e->base != E_COUNT) {
        e = model_entity(e->base);
        t = type_named(x, e->name);
    }
    return t;
}

static size_t slot_at(const struct family *f, struct str path)
{
    for (size_t i = 0; i < f->slots_n; i++)
        if (str_is(path, f->slots[i].path))
            return i;
    return SIZE_MAX;
}

/* The places named by a row XSDNAME, or by the element itself. */
static void find_slots(struct step *s, const struct family *f, const char *paths, const char *prefix)
{
    for (const char *p = paths; *p && s->slots_n < STEP_SLOTS;) {
        size_t n = strcspn(p, " |");
        char path[FELT_MAX * 2];
        (void)snprintf(path, sizeof(path), "%s%.*s", prefix, (int)n, p);
        size_t at = slot_at(f, str_of(path));
        if (at != SIZE_MAX)
            s->slots[s->slots_n++] = (unsigned short)at;
        p += n;
        if (*p != ' ' && s->slots_n)
            s->ends |= 1u << (s->slots_n - 1);
        if (*p)
            p++;
    }
}

static struct xml_plan *plan_type(const struct model_xml *x, const struct entity *e, const struct xsd_type *t,
                                  const char *prefix);

/* Inside a group the names are those of its type; outside those of the class or of what it descends from. */
static const char *paths_of(const struct entity *e, const char *type, const char *element, bool inside)
{
    const char *paths = inside ? model_xsd_paths(type, element) : NULL;
    while (!inside && !paths && e) {
        paths = model_xsd_paths(e->name, element);
        e = e->base == E_COUNT ? NULL : model_entity(e->base);
    }
    return paths ? paths : element;
}

static void plan_step(const struct model_xml *x, const struct entity *e, struct step *s, const char *prefix)
{
    const struct xsd_row *row = s->row;
    const struct family *f = model_family(e->family);
    const struct attr *a = entity_attr(e, row->element);
    s->day = model_xsd_day(row->element_type);
    if (row->kind == XSD_ANY)
        return;
    if (streq(row->element, "systemID")) {
        s->kind = STEP_ID;
        return;
    }
    if (row->kind == XSD_OWN && !*prefix) {
        if (!a || (a->type != T_GROUP && a->type != T_GROUP_LIST))
            return;
        char inner[FELT_MAX];
        (void)snprintf(inner, sizeof(inner), "%s/", row->element);
        s->kind = a->type == T_GROUP ? STEP_GROUP : STEP_OBJECTS;
        s->slots[0] = (unsigned short)model_slot((enum attr_id)a->id);
        s->group = plan_type(x, e, type_named(x, row->element_type), inner);
        return;
    }
    const char *paths = paths_of(e, row->type, row->element, *prefix != 0);
    find_slots(s, f, paths, prefix);
    /* An attribute of a sister class has a place in the family, but not in this record. */
    if (paths == row->element && s->slots_n && !slot_in_entity(&f->slots[s->slots[0]], e))
        s->slots_n = 0;
    if (s->slots_n)
        s->kind = type_is_list(slot_attr(&f->slots[s->slots[0]])->type) ? STEP_LIST : STEP_VALUE;
}

static size_t count_rows(const struct model_xml *x, const struct xsd_type *t)
{
    size_t n = 0;
    for (; t; t = streq(t->base, "none") ? NULL : type_named(x, t->base))
        for (size_t i = 0; i < model_xsd_rows_n; i++)
            n += model_xsd_rows[i].file == x->file && streq(model_xsd_rows[i].type, t->type);
    return n;
}

static void add_rows(const struct model_xml *x, const struct entity *e, const struct xsd_type *t, const char *prefix,
                     struct xml_plan *plan)
{
    if (!streq(t->base, "none"))
        add_rows(x, e, type_named(x, t->base), prefix, plan);
    for (size_t i = 0; i < model_xsd_rows_n; i++) {
        const struct xsd_row *row = &model_xsd_rows[i];
        if (row->file != x->file || !(row->versions & x->version) || !streq(row->type, t->type))
            continue;
        plan->steps[plan->n].row = row;
        plan_step(x, e, &plan->steps[plan->n++], prefix);
    }
}

static struct xml_plan *plan_type(const struct model_xml *x, const struct entity *e, const struct xsd_type *t,
                                  const char *prefix)
{
    struct xml_plan *plan = mem_new(sizeof(*plan));
    plan->steps = mem_new((count_rows(x, t) + 1) * sizeof(*plan->steps));
    add_rows(x, e, t, prefix, plan);
    return plan;
}

static void plan_free(struct xml_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->n; i++)
        plan_free(plan->steps[i].group);
    mem_free(plan->steps);
    mem_free(plan);
}

void model_xml_end(struct model_xml *x)
{
    for (size_t i = 0; i < E_COUNT; i++) {
        plan_free(x->plans[i]);
        x->plans[i] = NULL;
    }
}

/* ------------------------------------------------------------------ values */

static struct str decimal_text(double d, char room[TIME_TEXT_MAX])
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)KiB(1));
    jw_begin(&w, &b);
    jw_double(&w, d);
    (void)snprintf(room, TIME_TEXT_MAX, "%s", buf_failed(&b) ? "" : b.p);
    buf_free(&b);
    return str_of(room);
}

struct str model_xml_text(const struct slot *slot, const struct val *v, char room[TIME_TEXT_MAX])
{
    enum type t = slot_attr(slot)->type;
    if (t == T_INTEGER || t == T_BOOLEAN) {
        (void)snprintf(room, TIME_TEXT_MAX, "%" PRId64, v->i);
        return str_of(room);
    }
    if (t == T_DECIMAL)
        return decimal_text(v->d, room);
    /* Codes by name (annex 2), but a postnummer is its number. */
    if (t == T_CODE)
        return v->name.n && slot_attr(slot)->list != CL_postnummer ? v->name : v->text;
    if (t != T_DATETIME || memchr(v->text.p, 'T', v->text.n))
        return v->text;
    time_format(v->i, room);
    return str_of(room);
}

static struct str value_text(const struct step *s, const struct slot *slot, const struct val *v, char room[TIME_TEXT_MAX])
{
    int year, month, day;
    if (!s->day || slot_attr(slot)->type != T_DATETIME)
        return model_xml_text(slot, v, room);
    time_civil(v->i, &year, &month, &day);
    (void)snprintf(room, TIME_TEXT_MAX, "%04d-%02d-%02d", year, month, day);
    return str_of(room);
}

static bool put(struct model_xml *x, const char *element, struct str text)
{
    if (str_blank(text))
        return false;
    xw_element(x->out, element, text);
    return true;
}

/* Has the record the value, or another of the same group? The lines of an address are not mixed with another's place. */
static bool has_of_group(const struct rec *r, size_t slot)
{
    const struct family *f = model_family(r->entity->family);
    const struct attr *a = f->slots[slot].attr;
    if (!f->slots[slot].leaf)
        return r->v[slot].state == VAL_SET;
    for (size_t i = 0; i < f->slots_n; i++)
        if (f->slots[i].attr == a && r->v[i].state == VAL_SET)
            return true;
    return false;
}

/* The slots an element is written of: of the first alternative that has anything its values; one, unless it may be repeated. */
static size_t slots_of(const struct rec *r, const struct step *s, unsigned short ret[STEP_SLOTS])
{
    size_t n = 0;
    bool chosen = false;
    for (size_t i = 0; i < s->slots_n; i++) {
        size_t slot = s->slots[i];
        chosen |= has_of_group(r, slot);
        if (r->v[slot].state == VAL_SET && (n == 0 || s->row->many))
            ret[n++] = (unsigned short)slot;
        if (chosen && (s->ends & (1u << i)))
            break;
    }
    return n;
}

static size_t write_value(struct model_xml *x, const struct rec *r, const struct step *s)
{
    const struct family *f = model_family(r->entity->family);
    unsigned short slots[STEP_SLOTS];
    char room[TIME_TEXT_MAX];
    size_t written = 0, n = slots_of(r, s, slots);
    for (size_t i = 0; i < n; i++)
        written += put(x, s->row->element, value_text(s, &f->slots[slots[i]], &r->v[slots[i]], room));
    return written;
}

/* An element that stands once holds all values of a list. */
static size_t write_joined(struct model_xml *x, const char *element, const struct val *v)
{
    struct buf all;
    buf_init(&all, (size_t)KiB(64));
    for (size_t i = 0; i < v->items_n; i++) {
        struct str text = v->items[i].name.n ? v->items[i].name : v->items[i].text;
        buf_puts(&all, i ? "; " : "");
        buf_add(&all, text.p, text.n);
    }
    size_t n = put(x, element, buf_str(&all));
    buf_free(&all);
    return n;
}

static size_t write_list(struct model_xml *x, const struct rec *r, const struct step *s)
{
    const struct val *v = &r->v[s->slots[0]];
    if (!s->row->many && v->items_n > 1)
        return write_joined(x, s->row->element, v);
    size_t n = 0;
    for (size_t i = 0; i < v->items_n; i++)
        n += put(x, s->row->element, v->items[i].name.n ? v->items[i].name : v->items[i].text);
    return n;
}

/* moetedeltaker: the leaves lie in text and name. */
static size_t write_objects(struct model_xml *x, const struct rec *r, const struct step *s)
{
    const struct val *v = &r->v[s->slots[0]];
    for (size_t i = 0; i < v->items_n; i++) {
        xw_open(x->out, s->row->element);
        (void)put(x, s->group->steps[0].row->element, v->items[i].text);
        if (s->group->n > 1)
            (void)put(x, s->group->steps[1].row->element, v->items[i].name);
        xw_close(x->out, s->row->element);
    }
    return v->items_n;
}

static bool group_set(const struct rec *r, const struct step *s)
{
    for (size_t i = 0; i < s->group->n; i++)
        for (size_t k = 0; k < s->group->steps[i].slots_n; k++) {
            const struct val *v = &r->v[s->group->steps[i].slots[k]];
            if (v->state == VAL_SET || v->items_n)
                return true;
        }
    return false;
}

/* ------------------------------------------------------------------ writing */

static enum rc write_plan(struct model_xml *x, const struct rec *r, const struct xml_plan *plan);

static enum rc write_group(struct model_xml *x, const struct rec *r, const struct step *s, size_t *ret_n)
{
    if (!group_set(r, s))
        return RC_OK;
    *ret_n = 1;
    xw_open(x->out, s->row->element);
    TRY(write_plan(x, r, s->group));
    xw_close(x->out, s->row->element);
    return RC_OK;
}

static enum rc write_step(struct model_xml *x, const struct rec *r, const struct step *s, size_t *ret_n)
{
    const char *element = s->row->element;
    struct str other;
    if (x->text && x->text(x->arg, r, element, &other)) {
        *ret_n = put(x, element, other);
        return RC_OK;
    }
    switch (s->kind) {
    case STEP_ID:
        *ret_n = put(x, element, str_of(r->systemid));
        return RC_OK;
    case STEP_VALUE:
        *ret_n = write_value(x, r, s);
        return RC_OK;
    case STEP_LIST:
        *ret_n = write_list(x, r, s);
        return RC_OK;
    case STEP_OBJECTS:
        *ret_n = write_objects(x, r, s);
        return RC_OK;
    case STEP_GROUP:
        return write_group(x, r, s, ret_n);
    case STEP_CHILD:
    default:
        return x->child(x->arg, r, element, ret_n);
    }
}

static enum rc write_plan(struct model_xml *x, const struct rec *r, const struct xml_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct step *s = &plan->steps[i];
        size_t n = 0;
        TRY(write_step(x, r, s, &n));
        if (n == 0 && s->row->min > 0 && !s->row->choice && x->missing)
            x->missing(x->arg, r, s->row->element);
    }
    return RC_OK;
}

static const struct xml_plan *plan_of(struct model_xml *x, const struct entity *e)
{
    struct xml_plan **plan = &x->plans[e->id];
    if (!*plan)
        *plan = plan_type(x, e, type_of_entity(x, e), "");
    return *plan;
}

enum rc model_xml_write(struct model_xml *x, const struct rec *r)
{
    return write_plan(x, r, plan_of(x, r->entity));
}

/* ------------------------------------------------------------------ what is not written */

bool model_xml_has(struct model_xml *x, const struct entity *e, const char *element)
{
    const struct xml_plan *plan = plan_of(x, e);
    for (size_t i = 0; i < plan->n; i++)
        if (streq(plan->steps[i].row->element, element))
            return true;
    return false;
}

struct leaving {
    const struct rec *r;
    bool told[SLOTS_MAX];               /* by an element */
    void (*left)(void *arg, const struct slot *s, const char *element);
    void *arg;
};

/* Do the places a reader fills with the values of the element, one after the other, differ from where they are? */
static bool is_displaced(const struct rec *r, const struct step *s, const unsigned short *slots, size_t n)
{
    const struct family *f = model_family(r->entity->family);
    size_t at = 0;
    bool of_class = false;
    for (size_t i = 0; i < s->slots_n && at < n; i++) {
        if (slot_in_entity(&f->slots[s->slots[i]], r->entity)) {
            if (s->slots[i] != slots[at++])
                return true;
            of_class = true;
        }
        if (of_class && (s->ends & (1u << i)))
            break;
    }
    return at < n;
}

static void leave_value(struct leaving *l, const struct step *s)
{
    const struct family *f = model_family(l->r->entity->family);
    unsigned short slots[STEP_SLOTS];
    size_t n = slots_of(l->r, s, slots);
    bool displaced = is_displaced(l->r, s, slots, n);
    for (size_t i = 0; i < n; i++) {
        l->told[slots[i]] = true;
        /* Alternatives outside groups (saksbehandler for a name) have elements of their own. */
        if (displaced && f->slots[slots[i]].leaf)
            l->left(l->arg, &f->slots[slots[i]], s->row->element);
    }
}

static void leave_plan(struct leaving *l, const struct xml_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct step *s = &plan->steps[i];
        const struct attr *any = s->row->kind == XSD_ANY
            ? model_attr_named(l->r->entity->family, str_of(s->row->element)) : NULL;
        if (any)
            l->told[model_slot_of(l->r->entity->family, any, NULL)] = true;
        else if (s->kind == STEP_VALUE)
            leave_value(l, s);
        else if (s->kind == STEP_LIST || s->kind == STEP_OBJECTS)
            l->told[s->slots[0]] = true;
        else if (s->kind == STEP_GROUP)
            leave_plan(l, s->group);
    }
}

void model_xml_left(struct model_xml *x, const struct rec *r,
                    void (*left)(void *arg, const struct slot *s, const char *element), void *arg)
{
    const struct family *f = model_family(r->entity->family);
    struct leaving l = {.r = r, .left = left, .arg = arg};
    leave_plan(&l, plan_of(x, r->entity));
    for (size_t i = 0; i < f->slots_n; i++)
        if (!l.told[i] && (r->v[i].state == VAL_SET || r->v[i].items_n))
            left(arg, &f->slots[i], NULL);
}
