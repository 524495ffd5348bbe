/*
 * Names of a path on the model: groups, codes, lists, relations, casts, fields of the municipality.
 *
 * A name is an attribute of the family (so a list of mappe knows saksaar), else a link, else a member
 * of a value object inside: the examples of the standard write PartPersonType/foedselsnummer, where
 * the model has personidentifikator between.
 */
#include "tg/odata_int.h"

#define STEPS_MAX 8

struct walk {
    struct reader *r;
    struct operand *op;
    const struct entity *cur;      /* NULL: standing on a value of a list */
    const struct step *list;
};

/* Names of the standard's examples and of noark5-tester that the model spells otherwise. */
static const struct { enum family_id family; const char *from, *to; } aliases[] = {
    {F_nasjonalidentifikator, "byggidentifikator", "bygningsnummer"},
    {F_mappe, "personidentifikator", "nasjonalidentifikator"},
    {F_registrering, "personidentifikator", "nasjonalidentifikator"},
};

static const struct link *link_of(const struct entity *e, struct str name)
{
    size_t n;
    const struct link *const *links = model_links(e->id, e->package, &n);
    for (size_t i = 0; i < n; i++)
        if ((links[i]->kind == LINK_LIST || links[i]->kind == LINK_ONE) &&
            links[i]->relation != REL_COUNT && links[i]->target != E_COUNT && str_is(name, links[i]->name))
            return links[i];
    return NULL;
}

const struct link *odata_link(const struct entity *e, struct str name)
{
    const struct link *l = link_of(e, name);
    for (int i = 0; !l && i < E_COUNT; i++) {
        const struct entity *other = model_entity((enum entity_id)i);
        if (other->family == e->family)
            l = link_of(other, name);
    }
    return l;
}

/* The entity meant by Default.PartPersonType; NULL. */
static const struct entity *cast_named(const struct entity *from, struct str name)
{
    static const char space[] = "default.";
    size_t skip = sizeof(space) - 1;
    if (name.n <= skip || !str_ieq((struct str){name.p, skip}, space))
        return NULL;
    name = (struct str){name.p + skip, name.n - skip};
    for (int again = 0; again < 2; again++) {
        for (int i = 0; i < E_COUNT; i++) {
            const struct entity *e = model_entity((enum entity_id)i);
            if (e->family == from->family && str_ieq(name, e->name))
                return e;
        }
        if (name.n <= 4 || !str_ieq((struct str){name.p + name.n - 4, 4}, "type"))
            return NULL;
        name.n -= 4;
    }
    return NULL;
}

static struct step *step(struct walk *w)
{
    struct expr *e = w->op->e;
    return e->steps_n < STEPS_MAX ? &e->steps[e->steps_n] : NULL;
}

static enum rc too_far(struct walk *w)
{
    return odata_fail(w->r, w->r->start, FAULT_DEEP, w->r->value);
}

static enum sort sort_of(enum type t)
{
    switch (t) {
    case T_INTEGER: return SORT_INTEGER;
    case T_DECIMAL: return SORT_DECIMAL;
    case T_BOOLEAN: return SORT_BOOLEAN;
    case T_DATETIME: return SORT_TIME;
    case T_GROUP: case T_VSM: return SORT_OBJECT;
    case T_STRING: case T_UUID: case T_CODE: case T_LIST: case T_CODE_LIST: case T_GROUP_LIST: break;
    }
    return SORT_TEXT;
}

/* An optional /kode or /kodenavn; the token in hand is what follows the code. */
static enum rc walk_code(struct walk *w)
{
    struct reader *r = w->r;
    if (r->tok != TOK_SLASH)
        return RC_OK;
    TRY(odata_next(r));
    bool known = r->tok == TOK_NAME && (str_is(r->value, "kode") || str_is(r->value, "kodenavn"));
    if (!known)
        return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    w->op->e->kodenavn = str_is(r->value, "kodenavn");
    return odata_next(r);
}

static const struct attr *leaf_named(enum group_id g, struct str name)
{
    size_t n;
    const struct attr *const *leaves = model_group(g, &n);
    for (size_t i = 0; i < n; i++)
        if (str_is(name, leaves[i]->name))
            return leaves[i];
    return NULL;
}

static const struct attr *list_of(const struct step *s)
{
    return s->list_leaf ? s->list_leaf : s->list;
}

/* Values of a family's lists hang on it by one column of verdi, whichever list they are of. */
static const struct relation *relation_to_values(enum family_id owner)
{
    const struct family *values = model_family(F_verdi);
    for (size_t i = 0; i < values->ones_n; i++)
        if (model_entity(values->ones[i]->a)->family == owner)
            return values->ones[i];
    return NULL;
}

/* The attribute whose column holds the value of a list's row; all strings share one, all codes another. */
static const struct attr *value_of_list(const struct step *s)
{
    enum type t = list_of(s)->type;
    if (t == T_GROUP_LIST)
        return NULL;
    return model_attr(t == T_CODE_LIST ? A_skjermingmetadata_kode : A_noekkelord_noekkelord);
}

static void stand_on_value(struct walk *w, const struct step *s)
{
    w->list = s;
    w->cur = NULL;
    w->op->e->attr = value_of_list(s);
    w->op->e->leaf = NULL;
    /* Of a list of objects only a member has a value. */
    w->op->sort = w->op->e->attr ? SORT_TEXT : SORT_OBJECT;
}

/* From an object to the values of a list; the token in hand names the list. */
static enum rc walk_list(struct walk *w, const struct attr *list, const struct attr *leaf)
{
    struct step *s = step(w);
    if (!s)
        return too_far(w);
    *s = (struct step){.list = list, .list_leaf = leaf, .entity = model_list_entity(leaf ? leaf : list)};
    s->relation = relation_to_values(w->cur->family);
    if (!s->relation || !s->entity)
        return odata_fail(w->r, w->r->start, FAULT_UNKNOWN, w->r->value);
    w->op->e->steps_n++;
    stand_on_value(w, s);
    return RC_OK;
}

/* What may follow a list: its own name again, kode, or a member of its objects. */
static enum rc walk_item(struct walk *w)
{
    struct reader *r = w->r;
    const struct attr *list = list_of(w->list);
    struct str name = r->value;
    bool code = list->type == T_CODE_LIST && (str_is(name, "kode") || str_is(name, "kodenavn"));
    bool member = list->type == T_GROUP_LIST && leaf_named(list->group, name);
    if (code || member) {
        w->op->e->attr = model_attr_named(F_verdi, name);
        w->op->sort = SORT_TEXT;
        return odata_next(r);
    }
    if (!str_is(name, list->name) || list->type == T_GROUP_LIST)
        return odata_fail(r, r->start, FAULT_UNKNOWN, name);
    TRY(odata_next(r));
    if (list->type != T_CODE_LIST || r->tok != TOK_SLASH)
        return RC_OK;
    TRY(odata_next(r));
    return r->tok == TOK_NAME && !str_is(r->value, list->name)
        ? walk_item(w) : odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
}

static enum rc walk_vsm(struct walk *w)
{
    struct expr *e = w->op->e;
    struct reader *r = w->r;
    e->attr = model_attr_named(w->cur->family, STR("virksomhetsspesifikkeMetadata"));
    if (!e->attr)
        return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    char *copy = arena_strndup(r->cx->arena, r->value.p, r->value.n);
    if (!copy)
        return cx_nomem(r->cx);
    e->vsm = (struct str){copy, r->value.n};
    e->vsm_type = T_STRING;
    w->op->sort = SORT_VSM;
    w->cur = NULL;
    return odata_next(r);
}

static bool is_vsm_name(struct str s)
{
    return s.n && memchr(s.p, ':', s.n);
}

static enum rc walk_leaf(struct walk *w, const struct attr *group, const struct attr *leaf)
{
    if (type_is_list(leaf->type)) {
        TRY(walk_list(w, group, leaf));
        return odata_next(w->r);
    }
    w->op->e->attr = group;
    w->op->e->leaf = leaf;
    w->op->sort = sort_of(leaf->type);
    w->op->group = NULL;
    w->cur = NULL;
    TRY(odata_next(w->r));
    return leaf->type == T_CODE ? walk_code(w) : RC_OK;
}

static enum rc walk_group(struct walk *w, const struct attr *a)
{
    struct reader *r = w->r;
    TRY(odata_next(r));
    if (r->tok != TOK_SLASH) {
        w->op->e->attr = a;
        w->op->sort = SORT_OBJECT;
        w->op->group = a;
        w->cur = NULL;
        return RC_OK;
    }
    TRY(odata_next(r));
    const struct attr *leaf = r->tok == TOK_NAME ? leaf_named(a->group, r->value) : NULL;
    if (!leaf)
        return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    return walk_leaf(w, a, leaf);
}

static enum rc walk_attr(struct walk *w, const struct attr *a)
{
    struct reader *r = w->r;
    if (type_is_list(a->type)) {
        TRY(walk_list(w, a, NULL));
        return odata_next(r);
    }
    if (a->type == T_GROUP)
        return walk_group(w, a);

    TRY(odata_next(r));
    if (a->type == T_VSM && r->tok == TOK_SLASH) {
        TRY(odata_next(r));
        return r->tok == TOK_NAME && is_vsm_name(r->value)
            ? walk_vsm(w) : odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    }
    w->op->e->attr = a;
    w->op->sort = sort_of(a->type);
    w->cur = NULL;
    return a->type == T_CODE ? walk_code(w) : RC_OK;
}

static enum rc walk_to(struct walk *w, struct step to)
{
    struct step *s = step(w);
    if (!s)
        return too_far(w);
    *s = to;
    w->op->e->steps_n++;
    w->cur = to.entity;
    return odata_next(w->r);
}

/* The only member of that name in the value objects of the family; ret_n counts them. */
static void find_leaf(enum family_id f, struct str name, const struct slot **ret, size_t *ret_n)
{
    const struct family *family = model_family(f);
    *ret_n = 0;
    for (size_t i = 0; i < family->slots_n; i++) {
        const struct slot *s = &family->slots[i];
        if (s->leaf && str_is(name, s->leaf->name)) {
            *ret = s;
            (*ret_n)++;
        }
    }
}

/* A member of a value object named without the object, when only one can be meant. */
static enum rc walk_hidden(struct walk *w)
{
    struct reader *r = w->r;
    const struct family *f = model_family(w->cur->family);
    const struct slot *found = NULL;
    size_t n;
    find_leaf(f->id, r->value, &found, &n);
    if (n == 1)
        return walk_leaf(w, found->attr, found->leaf);
    for (size_t i = 0; n == 0 && i < f->slots_n; i++) {
        const struct attr *a = f->slots[i].attr;
        const struct attr *leaf = a->type == T_GROUP_LIST ? leaf_named(a->group, r->value) : NULL;
        if (!leaf)
            continue;
        TRY(walk_list(w, a, NULL));
        return walk_item(w);
    }
    return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
}

static struct str unalias(enum family_id f, struct str name)
{
    for (size_t i = 0; i < COUNT_OF(aliases); i++)
        if (aliases[i].family == f && str_is(name, aliases[i].from))
            return str_of(aliases[i].to);
    return name;
}

/* One name from an object. */
static enum rc walk_name(struct walk *w)
{
    struct reader *r = w->r;
    if (is_vsm_name(r->value))
        return walk_vsm(w);
    if (memchr(r->value.p, '.', r->value.n)) {
        const struct entity *to = cast_named(w->cur, r->value);
        return to ? walk_to(w, (struct step){.entity = to})
                  : odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    }
    if (str_is(r->value, "systemID")) {
        w->op->sort = SORT_TEXT;
        w->cur = NULL;
        return odata_next(r);
    }
    struct str name = unalias(w->cur->family, r->value);
    const struct attr *a = model_attr_named(w->cur->family, name);
    if (a && !(a->flags & A_HIDDEN))
        return walk_attr(w, a);
    const struct link *l = odata_link(w->cur, name);
    if (l)
        return walk_to(w, (struct step){.relation = model_relation(l->relation), .from_b = l->from_b,
                                        .entity = model_entity(l->target)});
    return walk_hidden(w);
}

/* ------------------------------------------------------------------ any, all, $count */

static bool opens(const struct reader *r)
{
    size_t i = r->at;
    while (i < r->text.n && r->text.p[i] == ' ')
        i++;
    return i < r->text.n && r->text.p[i] == '(';
}

static bool moves(const struct expr *e)
{
    for (size_t i = 0; i < e->steps_n; i++)
        if (e->steps[i].relation)
            return true;
    return false;
}

static enum rc variable(struct walk *w)
{
    struct reader *r = w->r;
    if (r->tok != TOK_NAME)
        return odata_unexpected(r);
    if (r->vars_n == VARS_MAX)
        return odata_fail(r, r->start, FAULT_DEEP, STR(""));
    for (unsigned i = 0; i < r->vars_n; i++)
        if (str_eq(r->vars[i].name, r->value))
            return odata_fail(r, r->start, FAULT_TWICE, r->value);
    r->vars[r->vars_n++] = (struct variable){r->value, w->cur, w->list};
    TRY(odata_next(r));
    return odata_expect(r, TOK_COLON);
}

/* The token in hand is any or all. */
static enum rc lambda(struct walk *w)
{
    struct reader *r = w->r;
    struct expr *e = w->op->e;
    bool all = odata_word(r, "all");
    if (!moves(e))
        return odata_unexpected(r);
    e->kind = all ? EX_ALL : EX_ANY;
    e->attr = e->leaf = NULL;
    w->op->sort = SORT_BOOLEAN;
    w->op->predicate = true;
    TRY(odata_next(r));
    TRY(odata_expect(r, TOK_OPEN));
    if (r->tok == TOK_CLOSE && !all)
        return odata_next(r);

    TRY(odata_enter(r));
    TRY(variable(w));
    e->args = arena_array(r->cx->arena, 1, sizeof(*e->args));
    if (!e->args)
        return cx_nomem(r->cx);
    TRY(odata_condition(r, &e->args[0]));
    e->args_n = 1;
    r->vars_n--;
    odata_leave(r);
    return odata_expect(r, TOK_CLOSE);
}

static enum rc count(struct walk *w)
{
    struct reader *r = w->r;
    struct expr *of = w->op->e;
    if (!moves(of))
        return odata_unexpected(r);
    of->kind = EX_ANY;
    of->attr = of->leaf = NULL;
    struct expr *e = odata_expr(r, EX_CALL, 1);
    if (!e)
        return cx_nomem(r->cx);
    e->fn = FN_COUNT;
    e->args[0] = of;
    w->op->e = e;
    w->op->sort = SORT_INTEGER;
    return odata_next(r);
}

/* ------------------------------------------------------------------ the walk */

/* Where the path starts: at the object of the list, or at a variable. */
static enum rc begin(struct walk *w, bool *ret_more)
{
    struct reader *r = w->r;
    w->cur = r->root;
    *ret_more = true;
    const struct variable *var = NULL;
    for (unsigned i = 0; i < r->vars_n; i++)
        if (str_eq(r->vars[i].name, r->value)) {
            var = &r->vars[i];
            w->op->e->depth = i + 1;
        }
    if (!var && !str_is(r->value, "$it"))
        return RC_OK;
    if (var) {
        w->cur = var->entity;
        w->list = var->value;
    }
    if (w->list)
        stand_on_value(w, w->list);
    TRY(odata_next(r));
    *ret_more = r->tok == TOK_SLASH;
    if (!*ret_more)
        return w->list ? RC_OK : odata_fail(r, w->op->at, FAULT_NULL, var ? var->name : STR("$it"));
    return odata_next(r);
}

static enum rc walk(struct walk *w)
{
    struct reader *r = w->r;
    for (;;) {
        if (r->tok != TOK_NAME)
            return odata_unexpected(r);
        if (str_is(r->value, "$count"))
            return count(w);
        if ((odata_word(r, "any") || odata_word(r, "all")) && opens(r))
            return lambda(w);
        if (w->cur)
            TRY(walk_name(w));
        else if (w->list)
            return walk_item(w);
        if (!w->cur && !(w->list && r->tok == TOK_SLASH))
            return RC_OK;
        if (r->tok != TOK_SLASH) {
            w->op->sort = SORT_OBJECT;
            return RC_OK;
        }
        TRY(odata_next(r));
    }
}

enum rc odata_path(struct reader *r, struct operand *ret)
{
    struct expr *e = odata_expr(r, EX_PATH, 0);
    if (!e)
        return cx_nomem(r->cx);
    e->steps = arena_array(r->cx->arena, STEPS_MAX, sizeof(*e->steps));
    if (!e->steps)
        return cx_nomem(r->cx);
    *ret = (struct operand){.e = e, .at = r->start, .sort = SORT_OBJECT};
    struct walk w = {.r = r, .op = ret};
    bool more;
    TRY(begin(&w, &more));
    return more ? walk(&w) : RC_OK;
}
