/*
 * The query part of an address: options, their values, and the links that lead on.
 */
#include "tg/odata_int.h"

#define PAIRS_MAX 32
#define ORDER_MAX 8
#define SELECT_MAX 64
#define SEARCH_MAX 400

struct pair {
    struct str name, value;
};
struct pairs {
    struct pair p[PAIRS_MAX];
    size_t n;
};

/* ------------------------------------------------------------------ decoding */

/* Decodes a part; what is no valid encoding, and what shows by a blank that it was decoded already, stays. */
static enum rc decode(struct cx *cx, struct str s, bool again, struct str *ret)
{
    *ret = s;
    if (again && memchr(s.p, ' ', s.n))
        return RC_OK;
    struct str out;
    if (url_decode(cx->arena, s, true, &out) && str_utf8(out)) {
        *ret = out;
        return RC_OK;
    }
    return again ? RC_OK : err_set(cx, RC_ODATA, NULL, cx->lang == LANG_NB
                                   ? "adressen er ikke gyldig prosentkodet UTF-8"
                                   : "the address is not valid percent-encoded UTF-8");
}

static enum rc add_pair(struct cx *cx, struct pairs *to, struct str part, bool again)
{
    if (part.n == 0)
        return RC_OK;
    if (to->n == PAIRS_MAX)
        return err_set(cx, RC_ODATA, NULL, cx->lang == LANG_NB ? "for mange parametre" : "too many parameters");
    const char *sign = memchr(part.p, '=', part.n);
    size_t n = sign ? (size_t)(sign - part.p) : part.n;
    struct str value = sign ? (struct str){sign + 1, part.n - n - 1} : STR("");
    struct pair *p = &to->p[to->n++];
    TRY(decode(cx, (struct str){part.p, n}, again, &p->name));
    return decode(cx, value, again, &p->value);
}

static enum rc split(struct cx *cx, struct str raw, struct pairs *ret)
{
    bool again = raw.n && !memchr(raw.p, '=', raw.n);
    ret->n = 0;
    if (again)
        TRY(decode(cx, raw, false, &raw));
    size_t begin = 0;
    for (size_t i = 0; i <= raw.n; i++) {
        if (i < raw.n && raw.p[i] != '&')
            continue;
        TRY(add_pair(cx, ret, (struct str){raw.p + begin, i - begin}, again));
        begin = i + 1;
    }
    return RC_OK;
}

void odata_print_next(struct cx *cx, struct buf *out, struct str raw, int64_t top, int64_t skip)
{
    static const char *const names[] = {"$top", "$skip"};
    int64_t numbers[] = {top, skip};
    struct pairs in;
    if (split(cx, raw, &in) != RC_OK) {
        err_clear(cx);
        return;
    }
    const char *and = "";
    for (size_t i = 0; i < in.n; i++) {
        buf_puts(out, and);
        and = "&";
        struct str name = in.p[i].name;
        if (name.n && name.p[0] == '$') {
            buf_putc(out, '$');
            name = (struct str){name.p + 1, name.n - 1};
        }
        url_encode(out, name);
        buf_putc(out, '=');
        bool replaced = false;
        for (size_t k = 0; k < COUNT_OF(names); k++)
            if (numbers[k] >= 0 && str_is(in.p[i].name, names[k])) {
                buf_printf(out, "%" PRId64, numbers[k]);
                numbers[k] = -1;
                replaced = true;
            }
        if (!replaced)
            url_encode(out, in.p[i].value);
    }
    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (numbers[k] >= 0) {
            buf_printf(out, "%s%s=%" PRId64, and, names[k], numbers[k]);
            and = "&";
        }
}

/* ------------------------------------------------------------------ the options */

static enum rc read_filter(struct reader *r, struct query *q)
{
    TRY(odata_next(r));
    TRY(odata_condition(r, &q->filter));
    return r->tok == TOK_END ? RC_OK : odata_unexpected(r);
}

static bool quoted(struct str s)
{
    return s.n >= 2 && s.p[0] == '\'' && s.p[s.n - 1] == '\'';
}

static struct str trimmed(struct str s)
{
    while (s.n && s.p[0] == ' ')
        s = (struct str){s.p + 1, s.n - 1};
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static enum rc read_search(struct reader *r, struct query *q)
{
    struct str s = trimmed(r->text);
    if (quoted(s))
        s = trimmed((struct str){s.p + 1, s.n - 2});
    if (s.n > SEARCH_MAX)
        return odata_fail(r, SEARCH_MAX, FAULT_SEARCH, STR(""));
    char *copy = arena_strndup(r->cx->arena, s.p, s.n);
    if (!copy)
        return cx_nomem(r->cx);
    q->search = (struct str){copy, s.n};
    return RC_OK;
}

static enum rc read_orderby(struct reader *r, struct query *q)
{
    q->order = arena_array(r->cx->arena, ORDER_MAX, sizeof(*q->order));
    if (!q->order)
        return cx_nomem(r->cx);
    TRY(odata_next(r));
    for (;;) {
        struct operand o;
        if (q->order_n == ORDER_MAX)
            return odata_fail(r, r->start, FAULT_MANY, STR(""));
        TRY(odata_operand(r, &o));
        if (o.sort == SORT_OBJECT || o.sort == SORT_NULL || o.predicate)
            return odata_fail(r, o.at, FAULT_TYPE, STR(""));
        bool down = odata_word(r, "desc");
        if (down || odata_word(r, "asc"))
            TRY(odata_next(r));
        q->order[q->order_n++] = (struct order){o.e, down};
        if (r->tok == TOK_END)
            return RC_OK;
        TRY(odata_expect(r, TOK_COMMA));
    }
}

static enum rc select_name(struct reader *r, struct query *q)
{
    struct str name = r->value;
    const struct attr *a = model_attr_named(r->root->family, name);
    const char *canonical = NULL;
    if (a)
        canonical = a->name;
    else if (str_is(name, "systemID"))
        canonical = "systemID";
    else if (name.n && memchr(name.p, ':', name.n))
        canonical = "virksomhetsspesifikkeMetadata";
    if (!canonical)
        return odata_fail(r, r->start, FAULT_UNKNOWN, name);
    q->select[q->select_n++] = str_of(canonical);
    return odata_next(r);
}

static enum rc read_select(struct reader *r, struct query *q)
{
    bool all = false;
    q->select = arena_array(r->cx->arena, SELECT_MAX, sizeof(*q->select));
    if (!q->select)
        return cx_nomem(r->cx);
    TRY(odata_next(r));
    for (;;) {
        if (q->select_n == SELECT_MAX)
            return odata_fail(r, r->start, FAULT_MANY, STR(""));
        if (r->tok == TOK_STAR) {
            all = true;
            TRY(odata_next(r));
        } else if (r->tok == TOK_NAME) {
            TRY(select_name(r, q));
        } else {
            return odata_unexpected(r);
        }
        /* Members cannot be picked one by one: the value they lie in is shown. */
        while (r->tok == TOK_SLASH) {
            TRY(odata_next(r));
            TRY(odata_expect(r, TOK_NAME));
        }
        if (r->tok == TOK_END)
            break;
        TRY(odata_expect(r, TOK_COMMA));
    }
    if (all)
        q->select_n = 0;
    return RC_OK;
}

/* ------------------------------------------------------------------ $expand */

struct expand_list {
    struct expand *items;
    size_t n;
};

/* The expansion of that name in the list, made when it is not there. */
static enum rc expand_item(struct reader *r, struct expand_list *list, const struct entity *on,
                           struct expand **ret)
{
    if (r->tok != TOK_NAME)
        return odata_unexpected(r);
    const struct link *l = odata_link(on, r->value);
    if (!l)
        return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].link == l) {
            *ret = &list->items[i];
            return RC_OK;
        }
    if (r->terms >= r->lim->expand_max)
        return odata_fail(r, r->start, FAULT_MANY, STR(""));
    r->terms++;
    if (!list->items)
        list->items = arena_array(r->cx->arena, r->lim->expand_max, sizeof(*list->items));
    if (!list->items)
        return cx_nomem(r->cx);
    *ret = &list->items[list->n++];
    (*ret)->link = l;
    return RC_OK;
}

static enum rc expand_list(struct reader *r, const struct entity *on, unsigned level, struct expand_list *list);

static enum rc expand_below(struct reader *r, struct expand *x, unsigned level)
{
    struct expand_list list = {x->children, x->children_n};
    enum rc rc = expand_list(r, model_entity(x->link->target), level + 1, &list);
    x->children = list.items;
    x->children_n = list.n;
    return rc;
}

/* ($expand=…), the only option of an expansion. */
static enum rc expand_options(struct reader *r, struct expand *x, unsigned level)
{
    TRY(odata_next(r));
    for (;;) {
        if (r->tok != TOK_NAME || !str_is(r->value, "$expand"))
            return odata_fail(r, r->start, FAULT_UNKNOWN, r->value);
        TRY(odata_next(r));
        TRY(odata_expect(r, TOK_EQUALS));
        TRY(expand_below(r, x, level));
        if (r->tok != TOK_SEMICOLON)
            return odata_expect(r, TOK_CLOSE);
        TRY(odata_next(r));
    }
}

static enum rc expand_one(struct reader *r, const struct entity *on, unsigned level, struct expand_list *list)
{
    if (level > r->lim->expand_depth)
        return odata_fail(r, r->start, FAULT_DEEP, r->value);
    struct expand *x = NULL;
    TRY(expand_item(r, list, on, &x));
    TRY(odata_next(r));
    if (r->tok == TOK_OPEN)
        return expand_options(r, x, level);
    if (r->tok != TOK_SLASH)
        return RC_OK;
    TRY(odata_next(r));
    struct expand_list below = {x->children, x->children_n};
    enum rc rc = expand_one(r, model_entity(x->link->target), level + 1, &below);
    x->children = below.items;
    x->children_n = below.n;
    return rc;
}

static enum rc expand_list(struct reader *r, const struct entity *on, unsigned level, struct expand_list *list)
{
    for (;;) {
        TRY(expand_one(r, on, level, list));
        if (r->tok != TOK_COMMA)
            return RC_OK;
        TRY(odata_next(r));
    }
}

static enum rc read_expand(struct reader *r, struct query *q)
{
    struct expand_list list = {NULL, 0};
    TRY(odata_next(r));
    TRY(expand_list(r, r->root, 1, &list));
    q->expand = list.items;
    q->expand_n = list.n;
    return r->tok == TOK_END ? RC_OK : odata_unexpected(r);
}

/* ------------------------------------------------------------------ numbers and all together */

static enum rc whole_number(struct reader *r, int64_t *ret)
{
    int64_t n;
    if (!str_int(trimmed(r->text), &n) || n < 0)
        return odata_fail(r, 0, FAULT_NUMBER, STR(""));
    *ret = n;
    return RC_OK;
}

static enum rc read_top(struct reader *r, struct query *q)
{
    TRY(whole_number(r, &q->top));
    if (q->top > r->lim->top_max)
        q->top = r->lim->top_max;
    return RC_OK;
}

static enum rc read_skip(struct reader *r, struct query *q)
{
    return whole_number(r, &q->skip);
}

static enum rc read_count(struct reader *r, struct query *q)
{
    struct str s = trimmed(r->text);
    if (!str_ieq(s, "true") && !str_ieq(s, "false"))
        return odata_fail(r, 0, FAULT_UNEXPECTED, s);
    q->no_count = str_ieq(s, "false");
    return RC_OK;
}

static const struct option {
    const char *name;
    enum rc (*read)(struct reader *r, struct query *q);
} options[] = {
    {"$filter", read_filter}, {"$search", read_search}, {"$orderby", read_orderby}, {"$select", read_select},
    {"$expand", read_expand}, {"$top", read_top}, {"$skip", read_skip}, {"$count", read_count},
};

static struct odata_limits with_defaults(const struct odata_limits *lim)
{
    struct odata_limits l = lim ? *lim : (struct odata_limits){0};
    l.top_default = l.top_default ? l.top_default : 100;
    l.top_max = l.top_max ? l.top_max : 1000;
    l.query_max = l.query_max ? l.query_max : 16384;
    l.depth_max = l.depth_max ? l.depth_max : 16;
    l.terms_max = l.terms_max ? l.terms_max : 200;
    l.expand_depth = l.expand_depth ? l.expand_depth : 3;
    l.expand_max = l.expand_max ? l.expand_max : 16;
    return l;
}

/* Options the reader does not know are refused: silently ignoring one gives wrong answers. */
static enum rc read_option(struct reader *r, const struct pair *p, unsigned *seen, struct query *q)
{
    if (p->name.n == 0 || p->name.p[0] != '$')
        return RC_OK;
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (!str_is(p->name, options[i].name))
            continue;
        r->option = options[i].name;
        r->text = p->value;
        r->at = 0;
        r->depth = r->terms = r->vars_n = 0;
        if (*seen & 1u << i)
            return odata_fail(r, 0, FAULT_TWICE, p->name);
        *seen |= 1u << i;
        return options[i].read(r, q);
    }
    r->option = NULL;
    r->text = p->name;
    return odata_fail(r, 0, FAULT_UNKNOWN, p->name);
}

enum rc odata_read(struct cx *cx, const struct entity *entity, const struct link *from, struct str raw,
                   const struct odata_limits *lim, struct query *ret)
{
    struct odata_limits limits = with_defaults(lim);
    if (raw.n > limits.query_max)
        return err_setf(cx, RC_URI_TOO_LONG, NULL, "%zu", limits.query_max);
    char *copy = arena_strndup(cx->arena, raw.n ? raw.p : "", raw.n);
    struct reader *r = arena_alloc(cx->arena, sizeof(*r));
    struct pairs *pairs = arena_alloc(cx->arena, sizeof(*pairs));
    if (!copy || !r || !pairs)
        return cx_nomem(cx);
    *r = (struct reader){.cx = cx, .lim = &limits, .root = entity};
    TRY(split(cx, (struct str){copy, raw.n}, pairs));

    struct query q = {.entity = entity, .link = from, .list = CL_NONE, .top = limits.top_default};
    unsigned seen = 0;
    for (size_t i = 0; i < pairs->n; i++)
        TRY(read_option(r, &pairs->p[i], &seen, &q));
    *ret = q;
    return RC_OK;
}
