/*
 * Records from JSON and to JSON.
 */
#include <stdlib.h>

#include "model/model_int.h"

#define ITEMS_MAX 1000

struct reader {
    struct cx *cx;
    bool import;
    const char *path;      /* of the value in hand, for messages */
};

static const char *const type_names[] = {
    [T_STRING] = "string", [T_INTEGER] = "integer", [T_DECIMAL] = "decimal", [T_BOOLEAN] = "boolean",
    [T_DATETIME] = "dateTime", [T_UUID] = "UUID", [T_CODE] = "{kode, kodenavn}", [T_GROUP] = "object",
    [T_LIST] = "array of string", [T_CODE_LIST] = "array of {kode, kodenavn}",
    [T_GROUP_LIST] = "array of object", [T_VSM] = "object",
};

static enum rc wrong_type(struct reader *rd, enum type t)
{
    return err_set(rd->cx, RC_FIELD_TYPE, rd->path, type_names[t]);
}

static enum rc read_str(struct reader *rd, json_t *j, struct str *ret)
{
    struct str s = {json_string_value(j), json_string_length(j)};
    if (s.n > STRING_MAX_BYTES)
        return err_setf(rd->cx, RC_FIELD_LENGTH, rd->path, "%zu", STRING_MAX_BYTES);
    char *own = arena_strndup(rd->cx->arena, s.p, s.n);
    if (!own)
        return cx_nomem(rd->cx);
    *ret = (struct str){own, s.n};
    return RC_OK;
}

/* Blank text counts as missing (TG 1.1 appendix 5). */
static enum rc read_text(struct reader *rd, enum type t, json_t *j, struct val *v)
{
    if (!json_is_string(j))
        return wrong_type(rd, t);
    TRY(read_str(rd, j, &v->text));
    v->state = str_blank(v->text) ? VAL_NULL : VAL_SET;
    if (t == T_UUID && v->state == VAL_SET && !uuid_valid(v->text))
        return wrong_type(rd, t);
    return RC_OK;
}

/* A day is told as its first moment, in the zone it came with: newer schemas of extracts have no plain days. */
enum rc val_whole_day(struct cx *cx, struct val *v)
{
    struct str s = v->text;
    if (s.n < 10 || memchr(s.p, 'T', s.n))
        return RC_OK;
    char *text = arena_printf(cx->arena, "%.10sT00:00:00%.*s", s.p, (int)(s.n - 10), s.p + 10);
    if (!text)
        return cx_nomem(cx);
    v->text = str_of(text);
    return RC_OK;
}

/* A boolean for a date is the short form of an example in the standard: true means now. */
static enum rc read_time(struct reader *rd, json_t *j, struct val *v)
{
    if (json_is_true(j))
        return val_time(rd->cx, v, rd->cx->now);
    if (json_is_false(j)) {
        v->state = VAL_NULL;
        return RC_OK;
    }
    TRY(read_text(rd, T_DATETIME, j, v));
    if (v->state == VAL_SET && !time_parse(v->text, rd->import, &v->i))
        return wrong_type(rd, T_DATETIME);
    return rd->import && v->state == VAL_SET ? val_whole_day(rd->cx, v) : RC_OK;
}

static enum rc read_code(struct reader *rd, json_t *j, struct val *v)
{
    json_t *kode = json_object_get(j, "kode"), *navn = json_object_get(j, "kodenavn");
    if (rd->import && json_is_string(j))
        kode = j;
    if (!json_is_string(kode) || (navn && !json_is_string(navn) && !json_is_null(navn)))
        return wrong_type(rd, T_CODE);
    TRY(read_str(rd, kode, &v->text));
    if (json_is_string(navn))
        TRY(read_str(rd, navn, &v->name));
    v->state = str_blank(v->text) ? VAL_NULL : VAL_SET;
    return RC_OK;
}

static enum rc read_vsm(struct reader *rd, json_t *j, struct val *v)
{
    if (!json_is_object(j))
        return wrong_type(rd, T_VSM);
    const char *key;
    json_t *member;
    json_object_foreach(j, key, member)
        if (json_is_object(member) || json_is_array(member))
            return err_set(rd->cx, RC_FIELD_TYPE, arena_printf(rd->cx->arena, "%s/%s", rd->path, key),
                           "string, number, boolean");
    char *text = json_dumps(j, JSON_COMPACT);
    char *own = text ? arena_strdup(rd->cx->arena, text) : NULL;
    free(text);
    if (!own)
        return cx_nomem(rd->cx);
    v->text = str_of(own);
    v->state = json_object_size(j) ? VAL_SET : VAL_NULL;
    return RC_OK;
}

static enum rc read_scalar(struct reader *rd, enum type t, json_t *j, struct val *v)
{
    if (json_is_null(j)) {
        v->state = VAL_NULL;
        return RC_OK;
    }
    switch ((int)t) {
    case T_INTEGER:
        if (!json_is_integer(j))
            return wrong_type(rd, t);
        val_int(v, json_integer_value(j));
        return RC_OK;
    case T_BOOLEAN:
        if (!json_is_boolean(j))
            return wrong_type(rd, t);
        val_int(v, json_is_true(j));
        return RC_OK;
    case T_DECIMAL:
        if (!json_is_number(j))
            return wrong_type(rd, t);
        v->state = VAL_SET;
        v->d = json_number_value(j);
        return RC_OK;
    case T_DATETIME:
        return read_time(rd, j, v);
    case T_CODE:
        return read_code(rd, j, v);
    case T_VSM:
        return read_vsm(rd, j, v);
    default:
        return read_text(rd, t, j, v);
    }
}

/* ------------------------------------------------------------------ lists */

/* Small objects: the first leaf is the text, the second or the name of the leaf used the name. */
static enum rc read_item_object(struct reader *rd, const struct attr *a, json_t *j, struct val_item *it)
{
    size_t n;
    const struct attr *const *leaves = model_group(a->group, &n);
    bool person = streq(a->name, "personidentifikator");
    if (!json_is_object(j))
        return wrong_type(rd, T_GROUP_LIST);
    for (size_t i = 0; i < n; i++) {
        json_t *m = json_object_get(j, leaves[i]->name);
        if (!json_is_string(m))
            continue;
        if (person) {
            TRY(read_str(rd, m, &it->text));
            it->name = str_of(leaves[i]->name);
        } else {
            TRY(read_str(rd, m, i == 0 ? &it->text : &it->name));
        }
    }
    return it->text.n ? RC_OK : wrong_type(rd, T_GROUP_LIST);
}

static enum rc read_item(struct reader *rd, const struct attr *a, json_t *j, struct val_item *it)
{
    if (a->type == T_GROUP_LIST)
        return read_item_object(rd, a, j, it);
    if (a->type == T_CODE_LIST) {
        struct val v = {.state = VAL_ABSENT};
        TRY(read_code(rd, j, &v));
        it->text = v.text;
        it->name = v.name;
        return RC_OK;
    }
    if (!json_is_string(j))
        return wrong_type(rd, T_LIST);
    return read_str(rd, j, &it->text);
}

static enum rc read_list(struct reader *rd, const struct attr *a, json_t *j, struct val *v)
{
    if (json_is_null(j)) {
        v->state = VAL_NULL;
        return RC_OK;
    }
    if (!json_is_array(j))
        return wrong_type(rd, a->type);
    size_t n = json_array_size(j);
    if (n > ITEMS_MAX)
        return err_setf(rd->cx, RC_FIELD_LENGTH, rd->path, "%d", ITEMS_MAX);
    v->items = arena_array(rd->cx->arena, n + 1, sizeof(*v->items));
    if (!v->items)
        return cx_nomem(rd->cx);
    for (size_t i = 0; i < n; i++)
        TRY(read_item(rd, a, json_array_get(j, i), &v->items[i]));
    v->items_n = n;
    v->state = n ? VAL_SET : VAL_NULL;
    return RC_OK;
}

/* ------------------------------------------------------------------ objects */

static enum rc read_value(struct reader *rd, const struct attr *a, json_t *j, struct val *v)
{
    *v = (struct val){.state = VAL_ABSENT};
    return type_is_list(a->type) ? read_list(rd, a, j, v) : read_scalar(rd, a->type, j, v);
}

/* Null or blank text: a member without content loses nothing when it is passed over. */
static bool says_nothing(const json_t *j)
{
    return json_is_null(j) || (json_is_string(j) && str_blank((struct str){json_string_value(j), json_string_length(j)}));
}

/* Names that members of value objects have had, in extracts and in clients that rebuild them. */
static const struct old_name {
    const char *group, *old, *name;
} old_names[] = {
    {"gradering", "gradering", "graderingskode"},
    {"gradering", "grad", "graderingskode"},
    {"postadresse", "addresselinje1", "adresselinje1"},
    {"postadresse", "addresselinje2", "adresselinje2"},
    {"postadresse", "addresselinje3", "adresselinje3"},
};

static const char *present_name(const struct reader *rd, const char *group, const char *name)
{
    for (size_t i = 0; rd->import && i < COUNT_OF(old_names); i++)
        if (streq(old_names[i].group, group) && streq(old_names[i].old, name))
            return old_names[i].name;
    return name;
}

static enum rc read_leaf(struct reader *rd, const struct attr *a, const char *key, json_t *j, struct rec *r)
{
    size_t n;
    const struct attr *const *leaves = model_group(a->group, &n);
    size_t first = model_slot_of(r->entity->family, a, leaves[0]);
    const char *name = present_name(rd, a->name, key);
    for (size_t i = 0; i < n; i++) {
        if (!streq(leaves[i]->name, name))
            continue;
        rd->path = model_family(r->entity->family)->slots[first + i].path;
        return read_value(rd, leaves[i], j, &r->v[first + i]);
    }
    return says_nothing(j) ? RC_OK
                           : err_set(rd->cx, RC_FIELD_UNKNOWN, arena_printf(rd->cx->arena, "%s/%s", a->name, key), NULL);
}

/* null takes the whole object away. */
static enum rc read_group(struct reader *rd, const struct attr *a, json_t *j, struct rec *r)
{
    size_t n;
    const struct attr *const *leaves = model_group(a->group, &n);
    for (size_t i = 0; i < n && json_is_null(j); i++)
        TRY(read_leaf(rd, a, leaves[i]->name, j, r));
    if (json_is_null(j))
        return RC_OK;
    if (!json_is_object(j))
        return wrong_type(rd, T_GROUP);
    const char *key;
    json_t *m;
    json_object_foreach(j, key, m)
        TRY(read_leaf(rd, a, key, m, r));
    return RC_OK;
}

static const struct attr *attr_of(const struct entity *e, const char *name)
{
    for (size_t i = 0; i < e->attrs_n; i++)
        if (streq(e->attrs[i]->name, name) && !(e->attrs[i]->flags & A_HIDDEN))
            return e->attrs[i];
    return NULL;
}

static enum rc read_member(struct reader *rd, struct rec *r, const char *key, json_t *j)
{
    const struct attr *a = attr_of(r->entity, key);
    rd->path = key;
    if (streq(key, "systemID")) {
        if (!json_is_string(j) || !uuid_valid((struct str){json_string_value(j), json_string_length(j)}))
            return json_is_null(j) ? RC_OK : wrong_type(rd, T_UUID);
        (void)snprintf(r->systemid, sizeof(r->systemid), "%s", json_string_value(j));
        return RC_OK;
    }
    if (!a)
        return says_nothing(j) ? RC_OK : err_set(rd->cx, RC_FIELD_UNKNOWN, key, NULL);
    if (a->type == T_GROUP)
        return read_group(rd, a, j, r);
    return read_value(rd, a, j, &r->v[model_tables.attr_slot[a->id]]);
}

enum rc rec_from_json(struct cx *cx, const struct entity *e, json_t *json, bool import, struct rec **ret)
{
    struct reader rd = {cx, import, ""};
    struct rec *r;
    if (!json_is_object(json))
        return err_set(cx, RC_JSON, NULL, "ikke et objekt / not an object");
    TRY(rec_new(cx, e, &r));
    const char *key;
    json_t *member;
    json_object_foreach(json, key, member)
        if (!streq(key, "_links"))
            TRY(read_member(&rd, r, key, member));
    *ret = r;
    return RC_OK;
}

/* ------------------------------------------------------------------ out */

static void write_code(struct jw *w, struct str kode, struct str navn)
{
    jw_open(w, '{');
    jw_key(w, "kode");
    jw_str(w, kode);
    if (navn.n) {
        jw_key(w, "kodenavn");
        jw_str(w, navn);
    }
    jw_close(w, '}');
}

static void write_item(struct jw *w, const struct attr *a, const struct val_item *it)
{
    size_t n;
    if (a->type == T_CODE_LIST) {
        write_code(w, it->text, it->name);
        return;
    }
    if (a->type == T_LIST) {
        jw_str(w, it->text);
        return;
    }
    const struct attr *const *leaves = model_group(a->group, &n);
    jw_open(w, '{');
    if (streq(a->name, "personidentifikator")) {
        jw_key_str(w, it->name);
        jw_str(w, it->text);
    } else {
        jw_key(w, leaves[0]->name);
        jw_str(w, it->text);
        if (it->name.n && n > 1) {
            jw_key(w, leaves[1]->name);
            jw_str(w, it->name);
        }
    }
    jw_close(w, '}');
}

static void write_value(struct jw *w, const struct attr *a, const struct val *v)
{
    switch (a->type) {
    case T_INTEGER:
        jw_int(w, v->i);
        break;
    case T_BOOLEAN:
        jw_bool(w, v->i != 0);
        break;
    case T_DECIMAL:
        jw_double(w, v->d);
        break;
    case T_CODE:
        write_code(w, v->text, v->name);
        break;
    case T_VSM:
        jw_raw(w, v->text);
        break;
    case T_LIST:
    case T_CODE_LIST:
    case T_GROUP_LIST:
        jw_open(w, '[');
        for (size_t i = 0; i < v->items_n; i++)
            write_item(w, a, &v->items[i]);
        jw_close(w, ']');
        break;
    case T_STRING:
    case T_DATETIME:
    case T_UUID:
    case T_GROUP:
    default:
        jw_str(w, v->text);
    }
}

static bool shown(const struct val *v)
{
    return v->state == VAL_SET || v->items_n > 0;
}

static void write_group(struct jw *w, const struct rec *r, const struct attr *a)
{
    size_t n;
    const struct attr *const *leaves = model_group(a->group, &n);
    size_t first = model_tables.attr_slot[a->id];
    if (!rec_has(r, (enum attr_id)a->id))
        return;
    jw_key(w, a->name);
    jw_open(w, '{');
    for (size_t i = 0; i < n; i++)
        if (shown(&r->v[first + i])) {
            jw_key(w, leaves[i]->name);
            write_value(w, leaves[i], &r->v[first + i]);
        }
    jw_close(w, '}');
}

static bool selected(const struct attr *a, const struct str *select, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(select[i], a->name))
            return true;
    return !select;
}

/* personidentifikator as an object of its own tells by its second column which number it is. */
static bool other_leaf(const struct rec *r, const struct attr *a)
{
    if (r->entity->id != E_personidentifikator || streq(a->name, "systemID"))
        return false;
    const struct val *kind = &r->v[model_tables.attr_slot[A_personidentifikator_dNummer]];
    return kind->state == VAL_SET && !str_is(kind->text, a->name);
}

void rec_to_json(struct jw *w, const struct rec *r, const struct str *select, size_t select_n)
{
    for (size_t i = 0; i < r->entity->attrs_n; i++) {
        const struct attr *a = r->entity->attrs[i];
        if ((a->flags & A_HIDDEN) || !selected(a, select, select_n) || other_leaf(r, a))
            continue;
        if (streq(a->name, "systemID")) {
            if (r->systemid[0])
                jw_pair(w, a->name, r->systemid);
        } else if (a->type == T_GROUP) {
            write_group(w, r, a);
        } else if (shown(&r->v[model_tables.attr_slot[a->id]])) {
            jw_key(w, a->name);
            write_value(w, a, &r->v[model_tables.attr_slot[a->id]]);
        }
    }
}
