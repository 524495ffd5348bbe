/*
 * Expressions: OData's precedence (not, comparison, and, or), functions with their types, and
 * literals made to fit what they are compared with, so that SQL meets equal types only.
 */
#include "tg/odata_int.h"

#define IN_MAX 100

/* ------------------------------------------------------------------ literals and types */

/* Argument letters: t text, d time, n number, i integer from 0 written out. */
static const struct function {
    const char *name, *args;
    size_t least;
    enum expr_fn fn;
    enum sort sort;
} functions[] = {
    {"contains", "tt", 2, FN_CONTAINS, SORT_BOOLEAN},
    {"startswith", "tt", 2, FN_STARTSWITH, SORT_BOOLEAN},
    {"endswith", "tt", 2, FN_ENDSWITH, SORT_BOOLEAN},
    {"length", "t", 1, FN_LENGTH, SORT_INTEGER},
    {"indexof", "tt", 2, FN_INDEXOF, SORT_INTEGER},
    {"substring", "tii", 2, FN_SUBSTRING, SORT_TEXT},
    {"tolower", "t", 1, FN_TOLOWER, SORT_TEXT},
    {"toupper", "t", 1, FN_TOUPPER, SORT_TEXT},
    {"trim", "t", 1, FN_TRIM, SORT_TEXT},
    {"concat", "tt", 2, FN_CONCAT, SORT_TEXT},
    {"year", "d", 1, FN_YEAR, SORT_INTEGER},
    {"month", "d", 1, FN_MONTH, SORT_INTEGER},
    {"day", "d", 1, FN_DAY, SORT_INTEGER},
    {"hour", "d", 1, FN_HOUR, SORT_INTEGER},
    {"minute", "d", 1, FN_MINUTE, SORT_INTEGER},
    {"second", "d", 1, FN_SECOND, SORT_INTEGER},
    {"round", "n", 1, FN_ROUND, SORT_DECIMAL},
    {"floor", "n", 1, FN_FLOOR, SORT_DECIMAL},
    {"ceiling", "n", 1, FN_CEILING, SORT_DECIMAL},
    {"date", "d", 1, FN_DATE, SORT_TIME},
    {"now", "", 0, FN_NOW, SORT_TIME},
};

static const struct function *function_named(const struct reader *r)
{
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        if (odata_word(r, functions[i].name))
            return &functions[i];
    return NULL;
}

static enum rc literal(struct reader *r, enum expr_kind kind, enum sort sort, struct operand *ret)
{
    struct expr *e = odata_expr(r, kind, 0);
    char *copy = arena_strndup(r->cx->arena, r->value.p, r->value.n);
    if (!e || !copy)
        return cx_nomem(r->cx);
    e->text = (struct str){copy, r->value.n};
    e->i = r->i;
    e->d = kind == EX_INTEGER ? (double)r->i : r->d;
    *ret = (struct operand){.e = e, .sort = sort, .at = r->start, .literal = true};
    return odata_next(r);
}

/* Makes a literal one of the sort; false when it cannot be. */
static bool coerce(struct operand *o, enum sort to)
{
    struct expr *e = o->e;
    if (!o->literal || o->sort == SORT_NULL || o->sort == to)
        return o->sort == to;
    if (to == SORT_TEXT && o->sort != SORT_BOOLEAN) {
        e->kind = EX_TEXT;
    } else if (to == SORT_INTEGER && o->sort == SORT_TEXT && str_int(e->text, &e->i)) {
        e->kind = EX_INTEGER;
        e->d = (double)e->i;
    } else if (to == SORT_DECIMAL && (o->sort == SORT_INTEGER ||
                                      (o->sort == SORT_TEXT && str_double(e->text, &e->d)))) {
        e->kind = EX_NUMBER;
    } else if (to == SORT_TIME && o->sort == SORT_TEXT && time_parse(e->text, true, &e->i)) {
        e->kind = EX_TIME;
    } else {
        return false;
    }
    o->sort = to;
    return true;
}

static bool numeric(enum sort s)
{
    return s == SORT_INTEGER || s == SORT_DECIMAL;
}

/* A field of the municipality takes the type of what it meets. */
static void type_vsm(struct operand *o, enum sort other)
{
    static const enum type types[] = {
        [SORT_TEXT] = T_STRING, [SORT_INTEGER] = T_DECIMAL, [SORT_DECIMAL] = T_DECIMAL,
        [SORT_TIME] = T_DATETIME, [SORT_BOOLEAN] = T_BOOLEAN, [SORT_NULL] = T_STRING,
        [SORT_VSM] = T_STRING, [SORT_OBJECT] = T_STRING,
    };
    if (o->sort != SORT_VSM)
        return;
    o->e->vsm_type = types[other];
    o->sort = other == SORT_VSM || other == SORT_NULL ? SORT_TEXT : other;
}

static bool fit(struct operand *a, struct operand *b)
{
    enum sort sa = a->sort;
    type_vsm(a, b->sort);
    type_vsm(b, sa == SORT_VSM ? SORT_TEXT : sa);
    if (a->sort == b->sort)
        return true;
    if (numeric(a->sort) && numeric(b->sort))
        return true;
    return coerce(b, a->sort) || coerce(a, b->sort);
}

/* ------------------------------------------------------------------ functions */

static bool fits_argument(struct operand *o, char letter)
{
    if (letter == 'i')
        return o->literal && o->sort == SORT_INTEGER && o->e->i >= 0 && o->e->i <= INT32_MAX;
    if (letter == 't') {
        type_vsm(o, SORT_TEXT);
        return o->sort == SORT_TEXT || coerce(o, SORT_TEXT);
    }
    if (letter == 'd') {
        type_vsm(o, SORT_TIME);
        return o->sort == SORT_TIME || coerce(o, SORT_TIME);
    }
    type_vsm(o, SORT_DECIMAL);
    return numeric(o->sort);
}

static enum rc arguments(struct reader *r, const struct function *f, struct expr *e)
{
    size_t most = strlen(f->args);
    e->args_n = 0;
    while (r->tok != TOK_CLOSE) {
        struct operand o;
        size_t at = r->start;
        if (e->args_n > 0)
            TRY(odata_expect(r, TOK_COMMA));
        if (e->args_n == most)
            return odata_fail(r, at, FAULT_ARGUMENTS, str_of(f->name));
        TRY(odata_operand(r, &o));
        if (!fits_argument(&o, f->args[e->args_n]))
            return odata_fail(r, o.at, FAULT_ARGUMENTS, str_of(f->name));
        e->args[e->args_n++] = o.e;
    }
    return e->args_n < f->least ? odata_fail(r, r->start, FAULT_ARGUMENTS, str_of(f->name)) : RC_OK;
}

static enum rc call(struct reader *r, const struct function *f, struct operand *ret)
{
    struct expr *e = odata_expr(r, EX_CALL, 3);
    if (!e)
        return cx_nomem(r->cx);
    e->fn = f->fn;
    *ret = (struct operand){.e = e, .sort = f->sort, .at = r->start, .predicate = f->sort == SORT_BOOLEAN};
    TRY(odata_enter(r));
    TRY(odata_next(r));
    TRY(odata_expect(r, TOK_OPEN));
    TRY(arguments(r, f, e));
    odata_leave(r);
    return odata_expect(r, TOK_CLOSE);
}

/* ------------------------------------------------------------------ operands */

static bool followed_by_open(const struct reader *r)
{
    size_t i = r->at;
    while (i < r->text.n && r->text.p[i] == ' ')
        i++;
    return i < r->text.n && r->text.p[i] == '(';
}

static enum rc named(struct reader *r, struct operand *ret)
{
    if (odata_word(r, "null"))
        return literal(r, EX_NULL, SORT_NULL, ret);
    if (odata_word(r, "true") || odata_word(r, "false")) {
        r->i = odata_word(r, "true");
        return literal(r, EX_BOOLEAN, SORT_BOOLEAN, ret);
    }
    const struct function *f = followed_by_open(r) ? function_named(r) : NULL;
    if (f)
        return call(r, f, ret);
    if (followed_by_open(r))
        return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    return odata_path(r, ret);
}

static enum rc condition_at(struct reader *r, struct operand *ret);

static enum rc parenthesis(struct reader *r, struct operand *ret)
{
    TRY(odata_enter(r));
    TRY(odata_next(r));
    TRY(condition_at(r, ret));
    odata_leave(r);
    return odata_expect(r, TOK_CLOSE);
}

enum rc odata_operand(struct reader *r, struct operand *ret)
{
    TRY(odata_term(r));
    switch (r->tok) {
    case TOK_OPEN: return parenthesis(r, ret);
    case TOK_STRING: return literal(r, EX_TEXT, SORT_TEXT, ret);
    case TOK_UUID: return literal(r, EX_TEXT, SORT_TEXT, ret);
    case TOK_INTEGER: return literal(r, EX_INTEGER, SORT_INTEGER, ret);
    case TOK_NUMBER: return literal(r, EX_NUMBER, SORT_DECIMAL, ret);
    case TOK_TIME: return literal(r, EX_TIME, SORT_TIME, ret);
    case TOK_NAME: return named(r, ret);
    case TOK_END: case TOK_CLOSE: case TOK_COMMA: case TOK_SLASH: case TOK_COLON: case TOK_SEMICOLON:
    case TOK_EQUALS: case TOK_STAR: break;
    }
    return odata_unexpected(r);
}

/* ------------------------------------------------------------------ conditions */

static struct operand condition_of(struct expr *e, size_t at)
{
    return (struct operand){.e = e, .sort = SORT_BOOLEAN, .at = at, .predicate = true};
}

static enum rc negate(struct reader *r, struct expr **e)
{
    struct expr *not = odata_expr(r, EX_NOT, 1);
    if (!not)
        return cx_nomem(r->cx);
    not->args[0] = *e;
    *e = not;
    return RC_OK;
}

/* A group is null when all its members are. */
static enum rc group_null(struct reader *r, enum expr_kind kind, const struct operand *o, struct expr *null,
                          struct expr **ret)
{
    size_t n, used = 0;
    const struct attr *const *leaves = model_group(o->group->group, &n);
    struct expr *all = odata_expr(r, kind == EX_EQ ? EX_AND : EX_OR, n);
    if (!all)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++) {
        if (type_is_list(leaves[i]->type))
            continue;
        struct expr *one = odata_expr(r, kind, 2);
        struct expr *path = odata_expr(r, EX_PATH, 0);
        if (!one || !path)
            return cx_nomem(r->cx);
        *path = *o->e;
        path->leaf = leaves[i];
        one->args[0] = path;
        one->args[1] = null;
        all->args[used++] = one;
    }
    all->args_n = used;
    *ret = all;
    return RC_OK;
}

/* Comparison of a condition with true or false is the condition or its negation. */
static enum rc condition_equals(struct reader *r, enum expr_kind kind, const struct operand *a,
                                const struct operand *b, struct operand *ret)
{
    const struct operand *value = a->predicate ? b : a;
    struct expr *e = a->predicate ? a->e : b->e;
    if (value->e->kind != EX_BOOLEAN || (kind != EX_EQ && kind != EX_NE))
        return odata_fail(r, b->at, FAULT_TYPE, STR(""));
    if ((value->e->i != 0) != (kind == EX_EQ))
        TRY(negate(r, &e));
    *ret = condition_of(e, a->at);
    return RC_OK;
}

static enum rc compare(struct reader *r, enum expr_kind kind, struct operand *a, struct operand *b,
                       struct operand *ret)
{
    if (a->predicate || b->predicate)
        return condition_equals(r, kind, a, b, ret);
    struct operand *left = a->sort == SORT_NULL ? b : a;
    struct operand *right = a->sort == SORT_NULL ? a : b;
    bool with_null = right->sort == SORT_NULL;
    if (with_null && kind != EX_EQ && kind != EX_NE)
        return odata_fail(r, right->at, FAULT_TYPE, STR("null"));
    if (!with_null && (left->sort == SORT_OBJECT || right->sort == SORT_OBJECT))
        return odata_fail(r, left->sort == SORT_OBJECT ? left->at : right->at, FAULT_NULL, STR(""));
    if (with_null)
        type_vsm(left, SORT_NULL);
    else if (!fit(left, right))
        return odata_fail(r, b->at, FAULT_TYPE, STR(""));
    struct expr *e = NULL;
    if (with_null && left->group) {
        TRY(group_null(r, kind, left, right->e, &e));
    } else {
        e = odata_expr(r, kind, 2);
        if (!e)
            return cx_nomem(r->cx);
        e->args[0] = left->e;
        e->args[1] = right->e;
    }
    *ret = condition_of(e, a->at);
    return RC_OK;
}

static enum rc in_list(struct reader *r, struct operand *a, struct operand *ret)
{
    struct expr *e = odata_expr(r, EX_IN, IN_MAX + 1);
    if (!e)
        return cx_nomem(r->cx);
    e->args[0] = a->e;
    e->args_n = 1;
    TRY(odata_next(r));
    TRY(odata_expect(r, TOK_OPEN));
    for (;;) {
        struct operand o;
        if (e->args_n > IN_MAX)
            return odata_fail(r, r->start, FAULT_MANY, STR(""));
        TRY(odata_operand(r, &o));
        if (!o.literal || o.sort == SORT_NULL || a->predicate || a->sort == SORT_OBJECT || !fit(a, &o))
            return odata_fail(r, o.at, FAULT_TYPE, STR(""));
        e->args[e->args_n++] = o.e;
        if (r->tok != TOK_COMMA)
            break;
        TRY(odata_next(r));
    }
    *ret = condition_of(e, a->at);
    return odata_expect(r, TOK_CLOSE);
}

static bool comparison_sign(const struct reader *r, enum expr_kind *ret)
{
    static const struct { const char *word; enum expr_kind kind; } signs[] = {
        {"eq", EX_EQ}, {"ne", EX_NE}, {"gt", EX_GT}, {"lt", EX_LT}, {"ge", EX_GE}, {"le", EX_LE},
    };
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (odata_word(r, signs[i].word)) {
            *ret = signs[i].kind;
            return true;
        }
    return false;
}

/* A comparison, or an operand that may be a condition by itself. */
static enum rc comparison(struct reader *r, struct operand *ret)
{
    struct operand a, b;
    TRY(odata_operand(r, &a));
    enum expr_kind kind;
    if (odata_word(r, "in"))
        return in_list(r, &a, ret);
    if (!comparison_sign(r, &kind)) {
        *ret = a;
        return RC_OK;
    }
    TRY(odata_next(r));
    TRY(odata_operand(r, &b));
    return compare(r, kind, &a, &b, ret);
}

/* A boolean value used as a condition. */
static enum rc as_condition(struct reader *r, struct operand *o)
{
    if (o->predicate)
        return RC_OK;
    type_vsm(o, SORT_BOOLEAN);
    if (o->sort != SORT_BOOLEAN)
        return r->tok == TOK_END || r->tok == TOK_CLOSE || odata_word(r, "and") || odata_word(r, "or")
            ? odata_fail(r, o->at, FAULT_CONDITION, STR("")) : odata_unexpected(r);
    struct expr *e = odata_expr(r, EX_EQ, 2), *yes = odata_expr(r, EX_BOOLEAN, 0);
    if (!e || !yes)
        return cx_nomem(r->cx);
    yes->i = 1;
    e->args[0] = o->e;
    e->args[1] = yes;
    *o = condition_of(e, o->at);
    return RC_OK;
}

static enum rc negation(struct reader *r, struct operand *ret)
{
    if (!odata_word(r, "not"))
        return comparison(r, ret);
    TRY(odata_enter(r));
    TRY(odata_next(r));
    TRY(negation(r, ret));
    TRY(as_condition(r, ret));
    odata_leave(r);
    return negate(r, &ret->e);
}

/* Terms joined by one word; a lone operand is passed on as it is, so that (x) may be a value. */
static enum rc joined(struct reader *r, const char *word, enum expr_kind kind,
                      enum rc (*part)(struct reader *, struct operand *), struct operand *ret)
{
    TRY(part(r, ret));
    if (!odata_word(r, word))
        return RC_OK;
    TRY(as_condition(r, ret));
    struct expr *all = odata_expr(r, kind, r->lim->terms_max + 1);
    if (!all)
        return cx_nomem(r->cx);
    all->args[0] = ret->e;
    all->args_n = 1;
    while (odata_word(r, word)) {
        struct operand o;
        TRY(odata_next(r));
        TRY(part(r, &o));
        TRY(as_condition(r, &o));
        if (all->args_n > r->lim->terms_max)
            return odata_fail(r, o.at, FAULT_MANY, STR(""));
        all->args[all->args_n++] = o.e;
    }
    *ret = condition_of(all, ret->at);
    return RC_OK;
}

static enum rc conjunction(struct reader *r, struct operand *ret)
{
    return joined(r, "and", EX_AND, negation, ret);
}

static enum rc condition_at(struct reader *r, struct operand *ret)
{
    return joined(r, "or", EX_OR, conjunction, ret);
}

enum rc odata_condition(struct reader *r, struct expr **ret)
{
    struct operand o;
    TRY(condition_at(r, &o));
    TRY(as_condition(r, &o));
    *ret = o.e;
    return RC_OK;
}
