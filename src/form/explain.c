/* Rules in plain words, for whoever they decide for: each operator has its words in regel.def. */
#include "form/form_int.h"

enum shape { VARIABLE, BETWEEN, AROUND, LIST, WHETHER };

static const struct told {
    const char *name;
    enum shape shape;
    struct tekst words;
} told[] = {
#define REGEL(name, least, most, run, shape, nb, nn, se, en) {name, shape, {{nb, nn, se, en}}},
#include "form/regel.def"
#undef REGEL
};

static const struct tekst answered = {{" er besvart", " er svart på", " lea vástiduvvon", " is answered"}};
static const struct tekst otherwise = {{", ellers ", ", elles ", ", muđui ", ", otherwise "}};
static const struct tekst opening = {{"«", "«", "”", "“"}}, closing = {{"»", "»", "”", "”"}};

struct telling {
    struct cx *cx;
    const struct skjema *s;
    int spraak;
    struct buf out;
};

/* What stands around a part: the field it is compared with, and whether it is asked if it is true. */
struct place {
    const struct felt *beside;
    bool condition, inner;
};

static void tell(struct telling *k, json_t *rule, struct place at);

static const struct told *told_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(told); i++)
        if (streq(told[i].name, name))
            return &told[i];
    return NULL;
}

static const struct told *operator_of(json_t *rule, json_t **ret_args)
{
    void *only = json_is_object(rule) ? json_object_iter(rule) : NULL;
    *ret_args = only ? json_object_iter_value(only) : NULL;
    return only ? told_named(json_object_iter_key(only)) : NULL;
}

/* ------------------------------------------------------------------ questions and answers */

/* "eiendom.gnr": the field, and the part of its answer behind it. */
static const struct felt *field_of(const struct telling *k, json_t *args, const char **ret_part)
{
    const char *name = json_string_value(logic_arg(args, 0)), *dot = name ? strchr(name, '.') : NULL;
    const char *id = dot ? arena_strndup(k->cx->arena, name, (size_t)(dot - name)) : name;
    *ret_part = dot ? dot + 1 : NULL;
    return id ? skjema_felt(k->s, id) : NULL;
}

static const struct felt *asked(const struct telling *k, json_t *rule)
{
    json_t *args;
    const char *part;
    const struct told *t = operator_of(rule, &args);
    return t && t->shape == VARIABLE ? field_of(k, args, &part) : NULL;
}

static void tell_question(struct telling *k, json_t *args, struct place at)
{
    const char *part;
    const struct felt *f = field_of(k, args, &part);
    buf_printf(&k->out, "%s%s%s", opening.in[k->spraak], f ? f->label.in[k->spraak] : "?", closing.in[k->spraak]);
    if (part)
        buf_printf(&k->out, " (%s)", part);
    if (at.condition)
        buf_puts(&k->out, answered.in[k->spraak]);
}

/* As the answer of that field is shown to people: "Nei", "32,5", "Garasje". */
static void tell_answer(struct telling *k, const json_t *literal, const struct felt *beside)
{
    static const struct felt plain = {.id = "tall", .type = FELT_NUMBER};
    const struct felt *f = beside ? beside : &plain;
    const char *text = json_is_string(literal) ? json_string_value(literal)
        : json_is_number(literal) ? arena_printf(k->cx->arena, "%.12g", json_number_value(literal))
        : json_is_true(literal) ? "ja" : json_is_false(literal) ? "nei" : "–";
    bool known = beside || json_is_number(literal);
    json_t *svar = text && known ? json_pack("{s:s}", f->id, text) : NULL;
    const char *shown = svar ? svar_text(k->cx, f, svar, k->spraak) : "";
    buf_puts(&k->out, *shown ? shown : text ? text : "");
    json_decref(svar);
}

static void tell_list(struct telling *k, json_t *list, struct place at)
{
    for (size_t i = 0; i < logic_args(list); i++) {
        buf_puts(&k->out, i ? ", " : "");
        tell(k, logic_arg(list, i), at);
    }
}

/* ------------------------------------------------------------------ operators */

static void tell_between(struct telling *k, const struct told *t, json_t *args, struct place at)
{
    bool joins = streq(t->name, "and") || streq(t->name, "or"), grouped = at.inner && logic_args(args) > 1;
    buf_puts(&k->out, grouped ? "(" : "");
    for (size_t i = 0; i < logic_args(args); i++) {
        buf_puts(&k->out, i ? t->words.in[k->spraak] : "");
        tell(k, logic_arg(args, i), (struct place){.condition = joins, .inner = true});
    }
    buf_puts(&k->out, grouped ? ")" : "");
}

static void tell_around(struct telling *k, const struct told *t, json_t *args)
{
    bool negates = streq(t->name, "!");
    const struct felt *a = asked(k, logic_arg(args, 0)), *b = asked(k, logic_arg(args, 1));
    const struct place at = {.beside = a ? a : b, .condition = negates, .inner = true};
    size_t i = 0;
    for (const char *p = t->words.in[k->spraak]; *p; p++) {
        if (p[0] == '{' && p[1] == '}') {
            tell(k, logic_arg(args, i++), at);
            p++;
        } else {
            buf_putc(&k->out, *p);
        }
    }
}

static void tell_whether(struct telling *k, const struct told *t, json_t *args)
{
    const char *pattern = t->words.in[k->spraak], *middle = pattern + 2, *hole = strstr(middle, "{}");
    size_t n = logic_args(args), i = 0;
    for (; i + 1 < n; i += 2) {
        buf_puts(&k->out, i ? otherwise.in[k->spraak] : "");
        tell(k, logic_arg(args, i + 1), (struct place){.inner = true});
        buf_printf(&k->out, "%.*s", (int)(hole - middle), middle);
        tell(k, logic_arg(args, i), (struct place){.condition = true, .inner = true});
    }
    if (i < n) {
        buf_puts(&k->out, otherwise.in[k->spraak]);
        tell(k, logic_arg(args, i), (struct place){.inner = true});
    }
}

static void tell_operator(struct telling *k, const struct told *t, json_t *args, struct place at)
{
    const char *pattern = t->words.in[k->spraak];
    if (t->shape == VARIABLE)
        tell_question(k, args, at);
    else if (t->shape == BETWEEN)
        tell_between(k, t, args, at);
    else if (t->shape == AROUND)
        tell_around(k, t, args);
    else if (t->shape == WHETHER)
        tell_whether(k, t, args);
    else {
        buf_printf(&k->out, "%.*s", (int)strcspn(pattern, "{"), pattern);
        tell_list(k, args, (struct place){.inner = true});
    }
}

static void tell(struct telling *k, json_t *rule, struct place at)
{
    json_t *args;
    const struct told *t = operator_of(rule, &args);
    if (t)
        tell_operator(k, t, args, at);
    else if (json_is_array(rule))
        tell_list(k, rule, at);
    else
        tell_answer(k, rule, at.beside);
}

enum rc regel_text(struct cx *cx, const struct skjema *s, json_t *rule, bool condition, int spraak, const char **ret)
{
    struct telling k = {.cx = cx, .s = s, .spraak = spraak};
    buf_init(&k.out, (size_t)KiB(256));
    tell(&k, rule, (struct place){.condition = condition});
    *ret = buf_failed(&k.out) ? NULL : arena_strdup(cx->arena, k.out.p ? k.out.p : "");
    buf_free(&k.out);
    return *ret ? RC_OK : cx_nomem(cx);
}
