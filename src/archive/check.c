/*
 * Values against what the municipality knows: code lists, the catalogue of virksomhetsspesifikke
 * metadata, and – in strict mode – the control digits of national identifiers.
 */
#include "archive/archive_int.h"

/* Lists that follow registers outside the archive: an unknown code is taken unless strict. */
bool check_open_list(const struct call *c, enum codelist_id list)
{
    return !c->vault->strict && (list == CL_postnummer || list == CL_land || list == CL_format);
}

struct code_found {
    struct str name;
    bool there, ends;
    int64_t end;               /* when it ends, it is outdated */
};

static enum rc read_code(struct db *db, const char *list, struct str kode, struct code_found *ret)
{
    struct stmt *st;
    TRY(db_prepare(db, "SELECT kodenavn, utdatert_t FROM kode WHERE liste = ? AND kode = ?", &st));
    stmt_bind_text(st, 1, list);
    stmt_bind_str(st, 2, kode);
    *ret = (struct code_found){.name = STR("")};
    enum rc rc = stmt_step(st, &ret->there);
    if (rc == RC_OK && ret->there) {
        char *name = stmt_text(st, 0);
        ret->name = str_of(name);
        ret->ends = !stmt_is_null(st, 1);
        ret->end = stmt_int(st, 1);
        rc = name ? RC_OK : cx_nomem(db_cx(db));
    }
    stmt_done(&st);
    return rc;
}

static void learn_code(struct db *db, const char *list, struct str kode, const struct code_found *found)
{
    struct arena *a = db_memory(db);
    struct code_found own = *found;
    own.name.p = a ? arena_strndup(a, found->name.p, found->name.n) : NULL;
    if (own.name.p)
        db_learn(db, list, kode, "kode", &own, sizeof(own));
}

/* *ret_name NULL: there is none. */
static enum rc find_code(struct db *db, const char *list, struct str kode, char **ret_name, bool *ret_outdated)
{
    struct arena *a = db_cx(db)->arena;
    struct code_found found;
    const struct code_found *known = db_known(db, list, kode);
    if (known) {
        found = *known;
    } else {
        TRY(read_code(db, list, kode, &found));
        learn_code(db, list, kode, &found);
    }
    *ret_name = found.there ? arena_strndup(a, found.name.p, found.name.n) : NULL;
    *ret_outdated = found.ends && found.end <= db_cx(db)->now;
    return found.there && !*ret_name ? cx_nomem(db_cx(db)) : RC_OK;
}

/* Extracts tell codes by name. */
static enum rc code_of_name(struct db *db, const char *list, struct val *v)
{
    struct str name = v->name.n ? v->name : v->text;
    char *kode;
    TRY(db_text(db, &kode, "SELECT kode FROM kode WHERE liste = ? AND kodenavn = ?", "ts", list, name));
    if (kode)
        *v = (struct val){.state = VAL_SET, .text = str_of(kode), .name = name};
    return RC_OK;
}

static enum rc check_code(struct call *c, struct db *db, const struct attr *a, const char *path, struct val *v,
                          const struct val *old)
{
    const char *list = codelist_name(a->list);
    char *name;
    bool outdated;
    TRY(find_code(db, list, v->text, &name, &outdated));
    if (!name && archive_importing(c)) {
        TRY(code_of_name(db, list, v));
        TRY(find_code(db, list, v->text, &name, &outdated));
    }
    if (!name && check_open_list(c, a->list))
        return RC_OK;
    if (!name)
        return err_setf(c->cx, RC_CODE_UNKNOWN, path, "%.*s", (int)v->text.n, v->text.p);
    bool kept = old && old->state == VAL_SET && str_eq(old->text, v->text);
    if (outdated && !kept)
        return err_setf(c->cx, RC_CODE_OUTDATED, path, "%.*s", (int)v->text.n, v->text.p);
    if (v->name.n == 0 || c->vault->strict)
        v->name = str_of(name);
    return RC_OK;
}

static enum rc check_code_list(struct call *c, struct db *db, const struct attr *a, const char *path,
                               struct val *v)
{
    for (size_t i = 0; i < v->items_n; i++) {
        struct val one = {.state = VAL_SET, .text = v->items[i].text, .name = v->items[i].name};
        TRY(check_code(c, db, a, path, &one, NULL));
        v->items[i].name = one.name;
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ catalogues */

static bool plain_part(const char **p)
{
    const char *from = *p;
    while ((**p >= 'a' && **p <= 'z') || (**p >= '0' && **p <= '9'))
        (*p)++;
    return *p > from;
}

/*
 * <type>-<version>:<field>, or vnd-<vendor>-<version>:<field>; each part a-z and 0-9 (TG 1.1, 6.1.1.11).
 * Fields in use have hyphens too (message-id): only strict refuses them.
 */
static bool vsm_name(const char *name, bool strict)
{
    int wanted = strncmp(name, "vnd-", 4) == 0 ? 3 : 2;
    for (int i = 0; i < wanted; i++)
        if (!plain_part(&name) || *name++ != (i == wanted - 1 ? ':' : '-'))
            return false;
    bool field = plain_part(&name);
    while (field && !strict && *name == '-')
        name++, field = plain_part(&name);
    return field && *name == 0;
}

enum rc check_entry(struct call *c, struct db *db, const struct rec *r)
{
    int64_t n = 0;
    if (r->entity->id == E_kode) {
        struct str kode = rec_val(r, A_kode_kode)->text;
        TRY(db_int(db, &n, 0, "SELECT count(*) FROM kode WHERE liste = ? AND kode = ?", "ss",
                   rec_val(r, A_kode_liste)->text, kode));
        return n ? err_setf(c->cx, RC_EXISTS, "kode", "%.*s", (int)kode.n, kode.p) : RC_OK;
    }
    if (r->entity->id != E_vsmfelt || rec_val(r, A_vsmfelt_navn)->state != VAL_SET)
        return RC_OK;
    struct str navn = rec_val(r, A_vsmfelt_navn)->text;
    const char *name = arena_strndup(c->cx->arena, navn.p, navn.n);
    if (!name)
        return cx_nomem(c->cx);
    if (!vsm_name(name, c->vault->strict))
        return err_set(c->cx, RC_FIELD_VALUE, "navn", "ventet type-versjon:felt eller vnd-leverandør-versjon:felt, "
                       "hver del av a-z og 0-9");
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM vsmfelt WHERE navn = ?", "t", name));
    return n ? err_set(c->cx, RC_EXISTS, "navn", name) : RC_OK;
}

/* ------------------------------------------------------------------ VSM */

static bool vsm_fits(const char *type, json_t *v)
{
    int64_t when;
    if (streq(type, "boolean"))
        return json_is_boolean(v);
    if (streq(type, "integer"))
        return json_is_integer(v);
    if (streq(type, "decimal"))
        return json_is_number(v);
    if (!json_is_string(v))
        return false;
    struct str s = {json_string_value(v), json_string_length(v)};
    if (streq(type, "date") || streq(type, "datetime"))
        return time_parse(s, true, &when);
    return true;
}

static enum rc check_vsm_field(struct call *c, struct db *db, const char *name, json_t *v, json_t *old)
{
    struct stmt *st;
    TRY(db_prepare(db, "SELECT type_, utdatert_t FROM vsmfelt WHERE navn = ?", &st));
    stmt_bind_text(st, 1, name);
    bool row = false;
    enum rc rc = stmt_step(st, &row);
    char *type = row ? stmt_text(st, 0) : NULL;
    bool outdated = row && !stmt_is_null(st, 1) && stmt_int(st, 1) <= c->cx->now;
    stmt_done(&st);
    TRY(rc);

    const char *at = arena_printf(c->cx->arena, "virksomhetsspesifikkeMetadata/%s", name);
    if (!type)
        return err_set(c->cx, RC_FIELD_UNKNOWN, at, NULL);
    if (outdated && !json_equal(v, old))
        return err_set(c->cx, RC_CODE_OUTDATED, at, name);
    if (!vsm_fits(type, v))
        return err_set(c->cx, RC_FIELD_TYPE, at, type);
    return RC_OK;
}

static enum rc check_vsm(struct call *c, struct db *db, const struct val *v, const struct val *was)
{
    json_t *fields, *old = NULL;
    TRY(json_read(c->cx, v->text, &fields));
    if (was && was->state == VAL_SET)
        TRY(json_read(c->cx, was->text, &old));
    const char *name;
    json_t *value;
    json_object_foreach(fields, name, value)
        TRY(check_vsm_field(c, db, name, value, json_object_get(old, name)));
    return RC_OK;
}

/* ------------------------------------------------------------------ national identifiers */

static const struct {
    const char *name;
    bool (*valid)(struct str);
    const char *nb;
} identifiers[] = {
    {"organisasjonsnummer", org_number_valid, "ni siffer med riktig kontrollsiffer"},
    {"foedselsnummer", national_id_valid, "elleve siffer med riktige kontrollsifre"},
    {"dNummer", national_id_valid, "elleve siffer med riktige kontrollsifre"},
};

static enum rc check_identifier(struct call *c, const struct attr *a, const char *path, const struct val *v)
{
    for (size_t i = 0; i < COUNT_OF(identifiers); i++)
        if (streq(a->name, identifiers[i].name) && !identifiers[i].valid(v->text))
            return err_set(c->cx, RC_FIELD_VALUE, path, identifiers[i].nb);
    return RC_OK;
}

/* A plan belongs to exactly one of municipality, county and state. */
static enum rc check_plan(struct call *c, const struct rec *r)
{
    if (!model_is(r->entity, E_plan))
        return RC_OK;
    int n = rec_has(r, A_plan_kommunenummer) + rec_has(r, A_plan_fylkesnummer) + rec_has(r, A_plan_landkode);
    if (n == 1)
        return RC_OK;
    return err_set(c->cx, RC_FIELD_VALUE, "kommunenummer",
                   "nøyaktig ett av kommunenummer, fylkesnummer og landkode");
}

static enum rc check_strict(struct call *c, const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct attr *a = slot_attr(&f->slots[i]);
        if (a->type == T_STRING && r->v[i].state == VAL_SET)
            TRY(check_identifier(c, a, f->slots[i].path, &r->v[i]));
        if (streq(f->slots[i].path, "skjerming/skjermingMetadata") && r->v[i].items_n == 0 &&
            r->v[i].state != VAL_SET) {
            size_t code = i - 1;
            while (code > 0 && !streq(f->slots[code].path, "skjerming/tilgangsrestriksjon"))
                code--;
            if (r->v[code].state == VAL_SET && r->id == 0)
                return err_set(c->cx, RC_FIELD_MISSING, f->slots[i].path, NULL);
        }
    }
    return check_plan(c, r);
}

enum rc check_values(struct call *c, struct db *db, struct rec *r, const struct rec *old)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct attr *a = slot_attr(&f->slots[i]);
        struct val *v = &r->v[i];
        const struct val *was = old ? &old->v[i] : NULL;
        if (a->type == T_CODE && v->state == VAL_SET)
            TRY(check_code(c, db, a, f->slots[i].path, v, was));
        else if (a->type == T_CODE_LIST && v->items_n)
            TRY(check_code_list(c, db, a, f->slots[i].path, v));
        else if (a->type == T_VSM && v->state == VAL_SET)
            TRY(check_vsm(c, db, v, was));
    }
    return c->vault->strict ? check_strict(c, r) : RC_OK;
}
