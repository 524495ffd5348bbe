/*
 * Conditions as SQL.
 *
 * A path over relations or lists means "for some": all paths of one comparison are joined in one
 * EXISTS, so the comparison fails when nothing is reached. `eq null` is the opposite of `ne null`:
 * no value is reached. Instants decide between dates; a bare date is its Norwegian day, and parts of
 * a date (year …) are those of Norwegian time. A plain comparison with a literal leaves the column
 * bare, so that its index serves.
 *
 * Before 1980 PostgreSQL knows summer times that SQLite's norsk_tid (base/time.c) does not.
 */
#include "archive/query_int.h"

#define DAY_AND_MORE (INT64_C(26) * 3600 * 1000000)
#define PG_FOLD "COLLATE \"und-x-icu\""

static void value(struct compiler *c, const struct expr *e);

/* ------------------------------------------------------------------ tables */

const char *query_alias(struct sql *q, char letter)
{
    const char *alias = arena_printf(q->cx->arena, "%c%u", letter, ++q->aliases);
    if (!alias)
        q->failed = true;
    return alias ? alias : "t0";
}

void query_tables(struct sql *q, const struct relation *rel, const struct place *to, const char *link)
{
    if (rel && rel->kind == REL_MANY)
        sql_add(q, "%s %s, ", rel->table, link);
    sql_add(q, "%s %s", to->family->table, to->alias);
}

void query_join(struct sql *q, const struct relation *rel, bool from_b, const char *from, const char *to,
                const char *link)
{
    if (rel->kind == REL_MANY)
        sql_add(q, "%s.%s = %s.id AND %s.id = %s.%s", link, from_b ? "b_id" : "a_id", from, to, link,
                from_b ? "a_id" : "b_id");
    else if ((rel->kind == REL_CHILD) != from_b)
        sql_add(q, "%s.%s = %s.id", to, rel->column, from);
    else
        sql_add(q, "%s.id = %s.%s", to, from, rel->column);
}

void query_types(struct sql *q, const struct entity *e, const char *alias)
{
    bool all = true;
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *other = model_entity((enum entity_id)i);
        all = all && (other->family != e->family || model_is(other, e->id));
    }
    if (all)
        return;
    const char *before = "";
    sql_add(q, " AND %s.type IN (", alias);
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *other = model_entity((enum entity_id)i);
        if (other->family != e->family || !model_is(other, e->id))
            continue;
        sql_add(q, "%s'%s'", before, other->name);
        before = ",";
    }
    sql_add(q, ")");
}

/* ------------------------------------------------------------------ paths */

static void bind_path(struct compiler *c, const struct expr *e)
{
    if (c->bound_n == BOUND_MAX || e->steps_n > PATH_STEPS_MAX || e->depth >= c->frames_n) {
        c->q->failed = true;
        return;
    }
    struct bound *b = &c->bound[c->bound_n++];
    b->path = e;
    b->moves = false;
    b->last = c->frames[e->depth];
    for (size_t i = 0; i < e->steps_n; i++) {
        const struct step *s = &e->steps[i];
        if (s->relation) {
            b->last.alias = query_alias(c->q, 't');
            b->last.family = model_family(s->entity->family);
            b->moves = true;
        }
        b->link[i] = s->relation && s->relation->kind == REL_MANY ? query_alias(c->q, 'l') : NULL;
        b->at[i] = b->last;
    }
}

/* Paths with steps among the operands of one comparison. */
static void bind_paths(struct compiler *c, const struct expr *e)
{
    if (e->kind == EX_PATH && e->steps_n > 0)
        bind_path(c, e);
    bool inner = e->kind == EX_CALL && e->fn == FN_COUNT;
    for (size_t i = 0; !inner && i < e->args_n; i++)
        bind_paths(c, e->args[i]);
}

static struct place place_of(const struct compiler *c, const struct expr *e)
{
    for (size_t i = 0; i < c->bound_n; i++)
        if (c->bound[i].path == e)
            return c->bound[i].last;
    return c->frames[e->depth < c->frames_n ? e->depth : 0];
}

static void tables(struct compiler *c, size_t first)
{
    const char *before = "";
    for (size_t k = first; k < c->bound_n; k++)
        for (size_t i = 0; i < c->bound[k].path->steps_n; i++) {
            const struct step *s = &c->bound[k].path->steps[i];
            if (!s->relation)
                continue;
            sql_add(c->q, "%s", before);
            query_tables(c->q, s->relation, &c->bound[k].at[i], c->bound[k].link[i]);
            before = ", ";
        }
}

static void step_condition(struct compiler *c, const struct bound *b, size_t i)
{
    const struct step *s = &b->path->steps[i];
    struct place from = i ? b->at[i - 1] : c->frames[b->path->depth];
    const char *to = b->at[i].alias;
    if (s->relation) {
        sql_add(c->q, " AND ");
        query_join(c->q, s->relation, s->from_b, from.alias, to, b->link[i]);
        if (b->at[i].family->id != F_verdi)
            gate_where(c->g, c->q, b->at[i].family->id, DEED_READ, to);
    }
    if (s->list)
        sql_add(c->q, " AND %s.felt = '%s'", to, model_list_felt(s->list, s->list_leaf));
    query_types(c->q, s->entity, to);
}

static void conditions(struct compiler *c, size_t first)
{
    sql_add(c->q, "1=1");
    for (size_t k = first; k < c->bound_n; k++)
        for (size_t i = 0; i < c->bound[k].path->steps_n; i++)
            step_condition(c, &c->bound[k], i);
}

static bool any_moves(const struct compiler *c, size_t first)
{
    for (size_t k = first; k < c->bound_n; k++)
        if (c->bound[k].moves)
            return true;
    return false;
}

/* Opens what holds the paths bound since `first`; the caller adds a condition and "))" . */
static void open_exists(struct compiler *c, size_t first)
{
    if (any_moves(c, first)) {
        sql_add(c->q, "EXISTS (SELECT 1 FROM ");
        tables(c, first);
        sql_add(c->q, " WHERE ");
    } else {
        sql_add(c->q, "(");
    }
    conditions(c, first);
    sql_add(c->q, " AND (");
}

/* ------------------------------------------------------------------ values */

static const char *column_of(const struct place *p, const struct attr *a, const struct attr *leaf)
{
    size_t i = model_slot_of(p->family->id, a, leaf);
    return i < p->family->slots_n ? p->family->slots[i].column : NULL;
}

static const struct attr *value_attr(const struct expr *e)
{
    return e->leaf ? e->leaf : e->attr;
}

/* The JSON object of the municipality's own fields. */
static void vsm_object(struct compiler *c, const char *alias, const char *column)
{
    sql_add(c->q, c->q->dialect == DIALECT_SQLITE ? "%s.%s" : "CAST(%s.%s AS jsonb)", alias, column);
}

static void vsm_sqlite(struct compiler *c, const struct expr *e, const char *alias, const char *column)
{
    static const char *const calls[][2] = {
        [T_STRING] = {"CAST(json_extract(", ") AS TEXT)"},
        [T_DECIMAL] = {"(json_extract(", ") + 0.0)"},
        [T_BOOLEAN] = {"json_extract(", ")"},
        [T_DATETIME] = {"norsk_instant(json_extract(", "))"},
    };
    const char *path = arena_printf(c->q->cx->arena, "$.\"%.*s\"", (int)e->vsm.n, e->vsm.p);
    enum type t = e->vsm_type;
    bool typed = t == T_DECIMAL || t == T_BOOLEAN;
    if (typed) {
        sql_add(c->q, "CASE WHEN json_type(");
        vsm_object(c, alias, column);
        sql_add(c->q, ",");
        sql_str(c->q, str_of(path));
        sql_add(c->q, ") IN (%s) THEN ", t == T_DECIMAL ? "'integer','real'" : "'true','false'");
    }
    sql_add(c->q, "%s", calls[t][0]);
    vsm_object(c, alias, column);
    sql_add(c->q, ",");
    sql_str(c->q, str_of(path));
    sql_add(c->q, "%s%s", calls[t][1], typed ? " END" : "");
}

static void vsm_text(struct compiler *c, const struct expr *e, const char *alias, const char *column)
{
    sql_add(c->q, "(");
    vsm_object(c, alias, column);
    sql_add(c->q, " ->> ");
    sql_str(c->q, e->vsm);
    sql_add(c->q, ")");
}

static void vsm_postgres(struct compiler *c, const struct expr *e, const char *alias, const char *column)
{
    static const char *const cases[][3] = {
        [T_DECIMAL] = {"CASE WHEN ", " ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$' THEN CAST(",
                       " AS DOUBLE PRECISION) END"},
        [T_DATETIME] = {"CASE WHEN ", " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN CAST(EXTRACT(EPOCH FROM CAST(",
                        " AS timestamptz)) * 1000000 AS BIGINT) END"},
    };
    if (e->vsm_type == T_STRING) {
        vsm_text(c, e, alias, column);
    } else if (e->vsm_type == T_BOOLEAN) {
        sql_add(c->q, "CASE ");
        vsm_text(c, e, alias, column);
        sql_add(c->q, " WHEN 'true' THEN 1 WHEN 'false' THEN 0 END");
    } else {
        sql_add(c->q, "%s", cases[e->vsm_type][0]);
        vsm_text(c, e, alias, column);
        sql_add(c->q, "%s", cases[e->vsm_type][1]);
        vsm_text(c, e, alias, column);
        sql_add(c->q, "%s", cases[e->vsm_type][2]);
    }
}

/* Of a personidentifikator the second column tells which number the first one is. */
static bool number_of_person(struct compiler *c, const struct expr *e, const char *alias)
{
    bool d = e->attr->id == A_personidentifikator_dNummer;
    if (e->leaf || e->attr->entity != E_personidentifikator ||
        (!d && e->attr->id != A_personidentifikator_foedselsnummer))
        return false;
    sql_add(c->q, "CASE WHEN coalesce(%s.verdi_navn, '') %s 'dNummer' THEN %s.verdi END", alias, d ? "=" : "<>",
            alias);
    return true;
}

static void path_value(struct compiler *c, const struct expr *e)
{
    struct place p = place_of(c, e);
    const struct attr *a = value_attr(e);
    if (e->entity_type || !a) {
        sql_add(c->q, "%s.%s", p.alias, e->entity_type ? "type" : "systemid");
        return;
    }
    if (p.family->id == F_verdi && number_of_person(c, e, p.alias))
        return;
    const char *column = column_of(&p, e->attr, e->leaf);
    if (!column) {
        c->q->failed = true;
        return;
    }
    if (e->vsm.n && c->q->dialect == DIALECT_SQLITE)
        vsm_sqlite(c, e, p.alias, column);
    else if (e->vsm.n)
        vsm_postgres(c, e, p.alias, column);
    else
        sql_add(c->q, "%s.%s%s", p.alias, column,
                a->type == T_DATETIME ? "_t" : a->type == T_CODE && e->kodenavn ? "_navn" : "");
}

static void time_part(struct compiler *c, const struct expr *e, int part)
{
    static const char *const names[] = {"", "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
    if (c->q->dialect == DIALECT_SQLITE) {
        sql_add(c->q, "norsk_tid(");
        value(c, e);
        sql_add(c->q, ", %d)", part);
        return;
    }
    sql_add(c->q, "CAST(floor(EXTRACT(%s FROM to_timestamp(", names[part]);
    value(c, e);
    sql_add(c->q, " / 1000000.0) AT TIME ZONE 'Europe/Oslo')) AS BIGINT)");
}

static bool is_call(const struct expr *e, enum expr_fn fn)
{
    return e->kind == EX_CALL && e->fn == fn;
}

/* A day as a number, 20261124: dates compare as their numbers do. */
static void day_number(struct compiler *c, const struct expr *e)
{
    if (is_call(e, FN_DATE))
        e = e->args[0];
    sql_add(c->q, "(10000 * ");
    time_part(c, e, 1);
    sql_add(c->q, " + 100 * ");
    time_part(c, e, 2);
    sql_add(c->q, " + ");
    time_part(c, e, 3);
    sql_add(c->q, ")");
}

static void count_of(struct compiler *c, const struct expr *any)
{
    size_t first = c->bound_n;
    bind_path(c, any);
    sql_add(c->q, "(SELECT count(*) FROM ");
    tables(c, first);
    sql_add(c->q, " WHERE ");
    conditions(c, first);
    sql_add(c->q, ")");
    c->bound_n = first;
}

/* before a [between b] after */
static void around(struct compiler *c, const char *before, const struct expr *a, const char *between,
                   const struct expr *b, const char *after)
{
    sql_add(c->q, "%s", before);
    value(c, a);
    if (b) {
        sql_add(c->q, "%s", between);
        value(c, b);
    }
    sql_add(c->q, "%s", after);
}

static void substring(struct compiler *c, const struct expr *e)
{
    int64_t from = e->args[1]->i < INT32_MAX ? e->args[1]->i + 1 : INT32_MAX;
    around(c, "substr(", e->args[0], "", NULL, "");
    if (e->args_n > 2)
        sql_add(c->q, ", %" PRId64 ", %" PRId64 ")", from, e->args[2]->i);
    else
        sql_add(c->q, ", %" PRId64 ")", from);
}

static void ends_with(struct compiler *c, const struct expr *e)
{
    const struct expr *a = e->args[0], *b = e->args[1];
    around(c, "(length(", a, ") >= length(", b, ") AND ");
    around(c, "substr(", a, ", length(", a, ")");
    around(c, " - length(", b, "", NULL, ") + 1)");
    around(c, " = ", b, "", NULL, ")");
}

static void call(struct compiler *c, const struct expr *e)
{
    bool lite = c->q->dialect == DIALECT_SQLITE;
    const struct expr *a = e->args_n > 0 ? e->args[0] : NULL, *b = e->args_n > 1 ? e->args[1] : NULL;
    switch (e->fn) {
    case FN_CONTAINS: around(c, lite ? "(instr(" : "(strpos(", a, ", ", b, ") > 0)"); break;
    case FN_STARTSWITH: around(c, lite ? "(instr(" : "(strpos(", a, ", ", b, ") = 1)"); break;
    case FN_ENDSWITH: ends_with(c, e); break;
    case FN_LENGTH: around(c, "length(", a, "", NULL, ")"); break;
    case FN_INDEXOF: around(c, lite ? "(instr(" : "(strpos(", a, ", ", b, ") - 1)"); break;
    case FN_SUBSTRING: substring(c, e); break;
    case FN_TOLOWER: around(c, lite ? "norsk_lower(" : "lower(", a, "", NULL, lite ? ")" : " " PG_FOLD ")"); break;
    case FN_TOUPPER: around(c, lite ? "norsk_upper(" : "upper(", a, "", NULL, lite ? ")" : " " PG_FOLD ")"); break;
    case FN_TRIM: around(c, "trim(", a, "", NULL, ")"); break;
    case FN_CONCAT: around(c, "(", a, " || ", b, ")"); break;
    case FN_YEAR: case FN_MONTH: case FN_DAY: case FN_HOUR: case FN_MINUTE: case FN_SECOND:
        time_part(c, a, (int)e->fn - (int)FN_YEAR + 1);
        break;
    case FN_ROUND: around(c, lite ? "round(" : "round(CAST(", a, "", NULL, lite ? ")" : " AS NUMERIC))"); break;
    case FN_FLOOR: around(c, "floor(", a, "", NULL, ")"); break;
    case FN_CEILING: around(c, "ceil(", a, "", NULL, ")"); break;
    case FN_DATE: day_number(c, e); break;
    case FN_NOW: sql_int(c->q, c->q->cx->now); break;
    case FN_COUNT: count_of(c, a); break;
    }
}

static void value(struct compiler *c, const struct expr *e)
{
    switch (e->kind) {
    case EX_TEXT: sql_str(c->q, e->text); break;
    case EX_NUMBER: sql_double(c->q, e->d); break;
    case EX_INTEGER: case EX_TIME: case EX_BOOLEAN: sql_int(c->q, e->i); break;
    case EX_NULL: sql_add(c->q, "NULL"); break;
    case EX_PATH: path_value(c, e); break;
    case EX_CALL: call(c, e); break;
    case EX_AND: case EX_OR: case EX_NOT: case EX_EQ: case EX_NE: case EX_GT: case EX_LT: case EX_GE:
    case EX_LE: case EX_IN: case EX_ANY: case EX_ALL: c->q->failed = true; break;
    }
}

/* ------------------------------------------------------------------ comparisons */

static bool literal(const struct expr *e)
{
    return e->kind == EX_TEXT || e->kind == EX_NUMBER || e->kind == EX_INTEGER || e->kind == EX_TIME ||
           e->kind == EX_BOOLEAN || e->kind == EX_NULL || is_call(e, FN_NOW);
}

static enum expr_kind mirrored(enum expr_kind k)
{
    switch (k) {
    case EX_GT: return EX_LT;
    case EX_LT: return EX_GT;
    case EX_GE: return EX_LE;
    case EX_LE: return EX_GE;
    case EX_AND: case EX_OR: case EX_NOT: case EX_EQ: case EX_NE: case EX_IN: case EX_CALL: case EX_TEXT:
    case EX_NUMBER: case EX_INTEGER: case EX_TIME: case EX_BOOLEAN: case EX_NULL: case EX_PATH: case EX_ANY:
    case EX_ALL: break;
    }
    return k;
}

static int64_t norwegian(int year, int month, int day)
{
    char text[32];
    int64_t t = 0;
    int n = snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    return n > 0 && time_parse((struct str){text, (size_t)n}, true, &t) ? t : INT64_MAX;
}

/* The Norwegian day of an instant: from *lo to before *hi. */
static void day_of(int64_t t, int64_t *lo, int64_t *hi)
{
    int y, m, d;
    time_civil(t, &y, &m, &d);
    *lo = norwegian(y, m, d);
    time_civil(*lo + DAY_AND_MORE, &y, &m, &d);
    *hi = norwegian(y, m, d);
}

/* Does the literal stand for a stretch of time when compared with v? Then v is what to compare it with. */
static bool stretch(struct compiler *c, const struct expr **v, const struct expr *e, int64_t *lo, int64_t *hi)
{
    if (is_call(*v, FN_YEAR) && e->kind == EX_INTEGER && e->i >= 1 && e->i < 9999) {
        *v = (*v)->args[0];
        *lo = norwegian((int)e->i, 1, 1);
        *hi = norwegian((int)e->i + 1, 1, 1);
        return true;
    }
    bool day = is_call(*v, FN_DATE);
    if (is_call(e, FN_DATE) && literal(e->args[0])) {
        day = true;
        e = e->args[0];
    }
    bool time = e->kind == EX_TIME || is_call(e, FN_NOW);
    day = day || (e->kind == EX_TIME && e->text.n == 10);
    if (!time || !day || literal(*v))
        return false;
    if (is_call(*v, FN_DATE))
        *v = (*v)->args[0];
    day_of(e->kind == EX_TIME ? e->i : c->q->cx->now, lo, hi);
    return true;
}

static void bounded(struct compiler *c, const struct expr *v, const char *sign, int64_t t)
{
    value(c, v);
    sql_add(c->q, " %s ", sign);
    sql_int(c->q, t);
}

static void compare_stretch(struct compiler *c, enum expr_kind kind, const struct expr *v, int64_t lo, int64_t hi)
{
    if (kind == EX_EQ) {
        bounded(c, v, ">=", lo);
        sql_add(c->q, " AND ");
        bounded(c, v, "<", hi);
    } else if (kind == EX_NE) {
        bounded(c, v, "<", lo);
        sql_add(c->q, " OR ");
        bounded(c, v, ">=", hi);
        sql_add(c->q, " OR ");
        value(c, v);
        sql_add(c->q, " IS NULL");
    } else {
        bool from = kind == EX_GT || kind == EX_GE;
        bounded(c, v, from ? ">=" : "<", kind == EX_GT || kind == EX_LE ? hi : lo);
    }
}

static const char *sign_of(const struct compiler *c, enum expr_kind kind, bool constant)
{
    bool lite = c->q->dialect == DIALECT_SQLITE;
    switch (kind) {
    case EX_EQ: return constant ? "=" : lite ? "IS" : "IS NOT DISTINCT FROM";
    case EX_NE: return lite ? "IS NOT" : "IS DISTINCT FROM";
    case EX_GT: return ">";
    case EX_LT: return "<";
    case EX_GE: return ">=";
    case EX_LE: return "<=";
    case EX_AND: case EX_OR: case EX_NOT: case EX_IN: case EX_CALL: case EX_TEXT: case EX_NUMBER:
    case EX_INTEGER: case EX_TIME: case EX_BOOLEAN: case EX_NULL: case EX_PATH: case EX_ANY: case EX_ALL: break;
    }
    return "=";
}

/* systemID is kept in lower case; clients may write it otherwise. */
static void operand(struct compiler *c, const struct expr *e, const struct expr *other)
{
    if (e->kind != EX_TEXT || other->kind != EX_PATH || other->attr || other->entity_type) {
        value(c, e);
        return;
    }
    char *low = arena_strndup(c->q->cx->arena, e->text.p, e->text.n);
    for (size_t i = 0; low && i < e->text.n; i++)
        if (low[i] >= 'A' && low[i] <= 'Z')
            low[i] = (char)(low[i] + ('a' - 'A'));
    if (low)
        sql_str(c->q, (struct str){low, e->text.n});
    else
        c->q->failed = true;
}

static void compare(struct compiler *c, enum expr_kind kind, const struct expr *a, const struct expr *b)
{
    int64_t lo, hi;
    if (literal(a) && !literal(b)) {
        const struct expr *left = a;
        a = b;
        b = left;
        kind = mirrored(kind);
    }
    const struct expr *v = a;
    if (stretch(c, &v, b, &lo, &hi)) {
        compare_stretch(c, kind, v, lo, hi);
        return;
    }
    bool days = is_call(a, FN_DATE) || is_call(b, FN_DATE);
    if (days)
        day_number(c, a);
    else
        operand(c, a, b);
    sql_add(c->q, " %s ", sign_of(c, kind, literal(b)));
    if (days)
        day_number(c, b);
    else
        operand(c, b, a);
}

static void in_list(struct compiler *c, const struct expr *e)
{
    for (size_t i = 1; i < e->args_n; i++) {
        sql_add(c->q, i > 1 ? " OR (" : "(");
        compare(c, EX_EQ, e->args[0], e->args[i]);
        sql_add(c->q, ")");
    }
}

/* Text that begins with a constant is a stretch of an SQLite index, whose order is that of bytes. */
static bool prefix_range(struct compiler *c, const struct expr *e)
{
    if (c->q->dialect != DIALECT_SQLITE || e->args[0]->kind != EX_PATH || e->args[0]->vsm.n ||
        e->args[1]->kind != EX_TEXT || e->args[1]->text.n == 0)
        return false;
    struct str p = e->args[1]->text;
    char *end = arena_printf(c->q->cx->arena, "%.*s\xF4\x8F\xBF\xBF", (int)p.n, p.p);
    value(c, e->args[0]);
    sql_add(c->q, " >= ");
    sql_str(c->q, p);
    sql_add(c->q, " AND ");
    value(c, e->args[0]);
    sql_add(c->q, " < ");
    sql_str(c->q, str_of(end));
    return true;
}

static bool with_null(const struct expr *e)
{
    return (e->kind == EX_EQ || e->kind == EX_NE) && e->args[1]->kind == EX_NULL;
}

static void plain(struct compiler *c, const struct expr *e)
{
    if (e->kind == EX_CALL && !(e->fn == FN_STARTSWITH && prefix_range(c, e)))
        call(c, e);
    else if (e->kind == EX_IN)
        in_list(c, e);
    else if (e->kind != EX_CALL)
        compare(c, e->kind, e->args[0], e->args[1]);
}

static void comparison(struct compiler *c, const struct expr *e)
{
    size_t first = c->bound_n;
    for (size_t i = 0; i < e->args_n; i++)
        bind_paths(c, e->args[i]);
    bool steps = c->bound_n > first;
    if (steps) {
        sql_add(c->q, "%s", with_null(e) && e->kind == EX_EQ ? "NOT " : "");
        open_exists(c, first);
    }
    if (with_null(e)) {
        value(c, e->args[0]);
        sql_add(c->q, steps || e->kind == EX_NE ? " IS NOT NULL" : " IS NULL");
    } else {
        plain(c, e);
    }
    if (steps)
        sql_add(c->q, "))");
    c->bound_n = first;
}

/* ------------------------------------------------------------------ conditions */

static void joined(struct compiler *c, const struct expr *e)
{
    sql_add(c->q, e->args_n ? "(" : e->kind == EX_AND ? "(1=1" : "(1=0");
    for (size_t i = 0; i < e->args_n; i++) {
        if (i > 0)
            sql_add(c->q, e->kind == EX_AND ? ") AND (" : ") OR (");
        query_condition(c, e->args[i]);
    }
    sql_add(c->q, ")");
}

/* all: there is none for which it does not hold. */
static void lambda(struct compiler *c, const struct expr *e)
{
    size_t first = c->bound_n;
    if (c->frames_n == FRAMES_MAX) {
        c->q->failed = true;
        return;
    }
    bind_path(c, e);
    if (c->q->failed)
        return;
    sql_add(c->q, "%s", e->kind == EX_ALL ? "NOT " : "");
    open_exists(c, first);
    c->frames[c->frames_n++] = c->bound[first].last;
    if (e->args_n == 0) {
        sql_add(c->q, "1=1");
    } else {
        sql_add(c->q, "(");
        query_condition(c, e->args[0]);
        sql_add(c->q, e->kind == EX_ALL ? ") IS NOT TRUE" : ")");
    }
    sql_add(c->q, "))");
    c->frames_n--;
    c->bound_n = first;
}

void query_condition(struct compiler *c, const struct expr *e)
{
    switch (e->kind) {
    case EX_AND: case EX_OR: joined(c, e); break;
    case EX_NOT:
        sql_add(c->q, "(");
        query_condition(c, e->args[0]);
        sql_add(c->q, ") IS NOT TRUE");
        break;
    case EX_ANY: case EX_ALL: lambda(c, e); break;
    case EX_BOOLEAN: sql_add(c->q, e->i ? "1=1" : "1=0"); break;
    case EX_EQ: case EX_NE: case EX_GT: case EX_LT: case EX_GE: case EX_LE: case EX_IN: case EX_CALL:
        comparison(c, e);
        break;
    case EX_TEXT: case EX_NUMBER: case EX_INTEGER: case EX_TIME: case EX_NULL: case EX_PATH:
        c->q->failed = true;
        break;
    }
}

void query_key(struct compiler *c, const struct expr *e)
{
    size_t first = c->bound_n;
    bind_paths(c, e);
    if (c->bound_n == first) {
        value(c, e);
    } else if (any_moves(c, first)) {
        sql_add(c->q, "(SELECT min(");
        value(c, e);
        sql_add(c->q, ") FROM ");
        tables(c, first);
        sql_add(c->q, " WHERE ");
        conditions(c, first);
        sql_add(c->q, ")");
    } else {
        sql_add(c->q, "CASE WHEN ");
        conditions(c, first);
        sql_add(c->q, " THEN ");
        value(c, e);
        sql_add(c->q, " END");
    }
    c->bound_n = first;
}
