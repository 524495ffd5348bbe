/*
 * Rules: a part of JsonLogic. A rule is a literal, or an object of one operator and its arguments.
 *
 *   var   == !=   < <= > >=   and or !   in   + - * /   min max   if
 *
 * Missing answers are null; comparing with null by size is false. A sum or difference counts null as 0, and is null when nothing
 * in it counts; so with min and max. A product or quotient of null is null, and "/" by zero. Answers that are numbers as text
 * count as numbers. Two texts are equal to the letter.
 */
#include <math.h>
#include <stdlib.h>

#include "form/form_int.h"

enum { DEPTH_MAX = 16 };

enum kind { NOTHING, TRUTH, NUMBER, TEXT, LIST };
struct value {
    enum kind kind;
    double number;             /* TRUTH: 0 or 1 */
    const char *text;
    const json_t *list;
};

static struct value eval(json_t *rule, const json_t *svar);

static struct value truth(bool b)
{
    return (struct value){.kind = TRUTH, .number = b};
}

static struct value number(double d)
{
    return isfinite(d) ? (struct value){.kind = NUMBER, .number = d} : (struct value){.kind = NOTHING};
}

static struct value of_json(const json_t *j)
{
    if (json_is_number(j))
        return number(json_number_value(j));
    if (json_is_boolean(j))
        return truth(json_is_true(j));
    if (json_is_string(j))
        return (struct value){.kind = TEXT, .text = json_string_value(j)};
    if (json_is_array(j))
        return (struct value){.kind = LIST, .list = j};
    return (struct value){.kind = NOTHING};
}

/* ------------------------------------------------------------------ reading values */

static bool is_true(struct value v)
{
    if (v.kind == TEXT)
        return *v.text != '\0';
    if (v.kind == LIST)
        return json_array_size(v.list) > 0;
    return v.kind != NOTHING && v.number != 0;
}

static bool counts(struct value v, double *ret)
{
    *ret = v.number;
    if (v.kind == TEXT)
        return str_double(str_of(v.text), ret);
    return v.kind == NUMBER || v.kind == TRUTH;
}

static bool same(struct value a, struct value b)
{
    double x, y;
    if (a.kind == TEXT && b.kind == TEXT)
        return streq(a.text, b.text);
    if (counts(a, &x) && counts(b, &y))
        return x >= y && x <= y;
    return a.kind == NOTHING && b.kind == NOTHING;
}

static bool within(struct value a, struct value b)
{
    size_t i;
    json_t *item;
    if (b.kind == TEXT)
        return a.kind == TEXT && strstr(b.text, a.text) != NULL;
    json_array_foreach(b.list, i, item)
        if (same(a, of_json(item)))
            return true;
    return false;
}

/* ------------------------------------------------------------------ operators */

typedef struct value (*operator_fn)(json_t *args, size_t n, const json_t *svar);

size_t logic_args(const json_t *args)
{
    return json_is_array(args) ? json_array_size(args) : 1;
}

json_t *logic_arg(json_t *args, size_t i)
{
    return json_is_array(args) ? json_array_get(args, i) : args;
}

static struct value arg(json_t *args, size_t i, const json_t *svar)
{
    return eval(logic_arg(args, i), svar);
}

/* "eiendom.gnr" is a part of an answer. */
static struct value op_var(json_t *args, size_t n, const json_t *svar)
{
    char name[128];
    (void)n;
    const char *path = json_string_value(logic_arg(args, 0));
    (void)snprintf(name, sizeof(name), "%s", path ? path : "");
    char *dot = strchr(name, '.');
    if (dot)
        *dot = '\0';
    const json_t *found = json_object_get(svar, name);
    return of_json(dot ? json_object_get(found, dot + 1) : found);
}

static struct value op_equal(json_t *a, size_t n, const json_t *svar)
{
    (void)n;
    return truth(same(arg(a, 0, svar), arg(a, 1, svar)));
}

static struct value op_differ(json_t *a, size_t n, const json_t *svar)
{
    (void)n;
    return truth(!same(arg(a, 0, svar), arg(a, 1, svar)));
}

/* Numbers by size, texts (dates) by their letters. */
static bool ordered(json_t *a, const json_t *svar, int *ret)
{
    struct value x = arg(a, 0, svar), y = arg(a, 1, svar);
    double p, q;
    if (counts(x, &p) && counts(y, &q)) {
        *ret = (p > q) - (p < q);
        return true;
    }
    if (x.kind != TEXT || y.kind != TEXT)
        return false;
    *ret = strcmp(x.text, y.text);
    return true;
}

#define ORDER(name, test)                                                                    \
    static struct value name(json_t *a, size_t n, const json_t *svar)                  \
    {                                                                                        \
        int order;                                                                           \
        (void)n;                                                                             \
        return truth(ordered(a, svar, &order) && order test);                                \
    }
ORDER(op_less, < 0)
ORDER(op_less_equal, <= 0)
ORDER(op_more, > 0)
ORDER(op_more_equal, >= 0)

static struct value op_and(json_t *a, size_t n, const json_t *svar)
{
    for (size_t i = 0; i < n; i++)
        if (!is_true(arg(a, i, svar)))
            return truth(false);
    return truth(true);
}

static struct value op_or(json_t *a, size_t n, const json_t *svar)
{
    for (size_t i = 0; i < n; i++)
        if (is_true(arg(a, i, svar)))
            return truth(true);
    return truth(false);
}

static struct value op_not(json_t *a, size_t n, const json_t *svar)
{
    (void)n;
    return truth(!is_true(arg(a, 0, svar)));
}

static struct value op_in(json_t *a, size_t n, const json_t *svar)
{
    (void)n;
    return truth(within(arg(a, 0, svar), arg(a, 1, svar)));
}

static double counted(json_t *a, size_t i, const json_t *svar, size_t *n)
{
    double d;
    bool is_one = counts(arg(a, i, svar), &d);
    *n += is_one;
    return is_one ? d : 0;
}

/* least: how many of the n must be numbers. */
#define FOLD(name, least, step)                                                              \
    static struct value name(json_t *a, size_t n, const json_t *svar)                        \
    {                                                                                        \
        size_t numbers = 0;                                                                  \
        double sum = counted(a, 0, svar, &numbers);                                          \
        for (size_t i = 1; i < n; i++) {                                                     \
            double next = counted(a, i, svar, &numbers);                                     \
            sum = step;                                                                      \
        }                                                                                    \
        return numbers >= (least) ? number(sum) : (struct value){.kind = NOTHING};           \
    }
FOLD(op_plus, 1, sum + next)
FOLD(op_minus, 1, sum - next)
FOLD(op_times, n, sum * next)
FOLD(op_divide, n, sum / next)
FOLD(op_min, 1, next < sum ? next : sum)
FOLD(op_max, 1, next > sum ? next : sum)

static struct value op_if(json_t *a, size_t n, const json_t *svar)
{
    size_t i = 0;
    for (; i + 1 < n; i += 2)
        if (is_true(arg(a, i, svar)))
            return arg(a, i + 1, svar);
    return i < n ? arg(a, i, svar) : (struct value){.kind = NOTHING};
}

static const struct operator {
    const char *name;
    size_t least, most;
    operator_fn run;
} operators[] = {
#define REGEL(name, least, most, run, shape, nb, nn, se, en) {name, least, most, run},
#include "form/regel.def"
#undef REGEL
};

static const struct operator *operator_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(operators); i++)
        if (streq(operators[i].name, name))
            return &operators[i];
    return NULL;
}

static struct value eval(json_t *rule, const json_t *svar)
{
    void *only = json_is_object(rule) ? json_object_iter(rule) : NULL;
    if (!only)
        return of_json(rule);
    json_t *args = json_object_iter_value(only);
    const struct operator *op = operator_named(json_object_iter_key(only));
    return op ? op->run(args, logic_args(args), svar) : (struct value){.kind = NOTHING};
}

bool logic_true(json_t *rule, const json_t *svar)
{
    return is_true(eval(rule, svar));
}

const char *logic_text(struct cx *cx, json_t *rule, const json_t *svar)
{
    struct value v = eval(rule, svar);
    if (v.kind == TEXT)
        return v.text;
    if (v.kind == TRUTH)
        return v.number != 0 ? "ja" : "nei";
    if (v.kind != NUMBER)
        return "";
    return arena_printf(cx->arena, "%.12g", v.number);
}

/* ------------------------------------------------------------------ is a rule well formed? */

static void check(struct cx *cx, json_t *rule, const char *pointer, const struct logic_lint *lint, int depth)
{
    if (!json_is_object(rule))
        return;
    void *only = json_object_iter(rule);
    const struct operator *op = only ? operator_named(json_object_iter_key(only)) : NULL;
    if (json_object_size(rule) != 1 || depth > DEPTH_MAX) {
        lint->report(lint->arg, pointer, FAULT_TYPE, cx->lang == LANG_NB ? "én operator" : "one operator");
        return;
    }
    if (!op) {
        lint->report(lint->arg, pointer, FAULT_OPERATOR, json_object_iter_key(only));
        return;
    }
    json_t *args = json_object_iter_value(only);
    size_t n = logic_args(args);
    if (n < op->least || n > op->most)
        lint->report(lint->arg, pointer, FAULT_ARITY, op->name);
    if (op->run == op_var) {
        const char *name = json_string_value(logic_arg(args, 0));
        if (!name || !lint->known(lint->arg, name))
            lint->report(lint->arg, pointer, FAULT_REFERENCE, name ? name : "var");
        return;
    }
    for (size_t i = 0; i < n; i++)
        check(cx, logic_arg(args, i), pointer, lint, depth + 1);
}

void logic_check(struct cx *cx, json_t *rule, const char *pointer, const struct logic_lint *lint)
{
    check(cx, rule, pointer, lint, 0);
}
