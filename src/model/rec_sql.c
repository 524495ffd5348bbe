/*
 * Records from rows and to rows. The statements of a family are built once.
 */
#include "model/model_int.h"

void model_build_sql(struct family_built *f)
{
    struct buf b;
    const char *t = f->family.table, *columns = f->family.columns + 3;   /* without "id," */
    buf_init(&b, (size_t)KiB(64));
    buf_printf(&b, "%s %s", t, model_family(F_verdi)->table);
    f->tables = mem_strdup(b.p);
    for (int by = 0; by < 2; by++) {
        buf_reset(&b);
        buf_printf(&b, "SELECT %s FROM %s WHERE %s = ?", f->family.columns, t, by ? "systemid" : "id");
        f->select_sql[by] = mem_strdup(b.p);
    }
    buf_reset(&b);
    buf_printf(&b, "INSERT INTO %s(%s) VALUES (?", t, columns);
    for (size_t i = 2; i < f->family.columns_n; i++)
        buf_puts(&b, ",?");
    buf_puts(&b, ")");
    f->insert_sql = mem_strdup(b.p);

    buf_reset(&b);
    buf_printf(&b, "UPDATE %s SET ", t);
    for (const char *p = columns; *p;) {
        size_t n = strcspn(p, ",");
        buf_printf(&b, "%s%.*s = ?", p == columns ? "" : ", ", (int)n, p);
        p += n + (p[n] == ',');
    }
    buf_puts(&b, " WHERE id = ?");
    f->update_sql = mem_strdup(b.p);
    buf_free(&b);
}

/* ------------------------------------------------------------------ reading */

static bool copy_text(struct cx *cx, struct stmt *st, int col, struct str *ret)
{
    struct str s = stmt_str(st, col);
    char *own = arena_strndup(cx->arena, s.n ? s.p : "", s.n);
    if (own)
        *ret = (struct str){own, s.n};
    return own != NULL;
}

static enum rc read_slot(struct cx *cx, struct stmt *st, const struct slot *s, int col, struct val *v)
{
    if (stmt_is_null(st, col))
        return RC_OK;
    v->state = VAL_SET;
    switch ((int)slot_attr(s)->type) {
    case T_INTEGER:
    case T_BOOLEAN:
        v->i = stmt_int(st, col);
        return RC_OK;
    case T_DECIMAL:
        v->d = stmt_double(st, col);
        return RC_OK;
    case T_CODE:
        if (!copy_text(cx, st, col + 1, &v->name))
            return cx_nomem(cx);
        break;
    case T_DATETIME:
        v->i = stmt_int(st, col + 1);
        break;
    default:
        break;
    }
    return copy_text(cx, st, col, &v->text) ? RC_OK : cx_nomem(cx);
}

enum rc rec_from_row(struct cx *cx, struct stmt *st, const struct family *f, int first, struct rec **ret)
{
    const struct entity *e = model_entity_named(stmt_str(st, first + 2));
    struct rec *r;
    if (!e || e->family != f->id)
        return err_secret(cx, RC_INTERNAL, "a row of %s has an unknown type", f->table);
    TRY(rec_new(cx, e, &r));
    struct str id = stmt_str(st, first + 1);
    r->id = stmt_int(st, first);
    (void)snprintf(r->systemid, sizeof(r->systemid), "%.*s", (int)id.n, id.p);
    r->versjon = stmt_int(st, first + 3);
    r->vern = stmt_int(st, first + 4);
    int col = first + COMMON_COLUMNS;
    for (size_t i = 0; i < f->slots_n; i++) {
        size_t n = slot_columns(&f->slots[i]);
        if (n)
            TRY(read_slot(cx, st, &f->slots[i], col, &r->v[i]));
        col += (int)n;
    }
    for (size_t i = 0; i < f->ones_n; i++)
        r->one[i] = stmt_int(st, col++);
    *ret = r;
    return RC_OK;
}

static enum rc load(struct db *db, const struct family *f, struct stmt *st, struct rec **ret)
{
    bool row = false;
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK)
        rc = row ? rec_from_row(db_cx(db), st, f, 0, ret) : err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    stmt_done(&st);
    return rc;
}

enum rc rec_load(struct db *db, const struct family *f, int64_t id, struct rec **ret)
{
    struct stmt *st;
    TRY(db_prepare(db, model_tables.families[f->id].select_sql[0], &st));
    stmt_bind_int(st, 1, id);
    return load(db, f, st, ret);
}

enum rc rec_load_uuid(struct db *db, const struct family *f, struct str systemid, struct rec **ret)
{
    struct stmt *st;
    TRY(db_prepare(db, model_tables.families[f->id].select_sql[1], &st));
    stmt_bind_str(st, 1, systemid);
    return load(db, f, st, ret);
}

/* ------------------------------------------------------------------ lists */

/* The column of verdi that names an owner of the family, or NULL. */
static const char *owner_column(enum family_id owner)
{
    const struct family *v = model_family(F_verdi);
    for (size_t i = 0; i < v->ones_n; i++)
        if (model_entity(v->ones[i]->a)->family == owner)
            return v->ones[i]->column;
    return NULL;
}

static enum rc add_item(struct cx *cx, struct stmt *st, struct val *v)
{
    struct val_item *more = arena_grow(cx->arena, v->items, v->items_n, sizeof(*more));
    if (!more)
        return cx_nomem(cx);
    struct val_item *it = &more[v->items_n];
    struct str id = stmt_str(st, 1);
    (void)snprintf(it->systemid, sizeof(it->systemid), "%.*s", (int)id.n, id.p);
    if (!copy_text(cx, st, 3, &it->text) || !copy_text(cx, st, 4, &it->name))
        return cx_nomem(cx);
    v->items = more;
    v->items_n++;
    v->state = VAL_SET;
    return RC_OK;
}

static struct rec *owner_of(struct rec *const *recs, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (recs[i]->id == id)
            return recs[i];
    return NULL;
}

static enum rc read_items(struct cx *cx, struct stmt *st, struct rec *const *recs, size_t n)
{
    bool row = false;
    enum rc rc;
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        struct rec *r = owner_of(recs, n, stmt_int(st, 0));
        struct str felt = stmt_str(st, 2);
        const struct family_built *f = r ? &model_tables.families[r->entity->family] : NULL;
        for (size_t k = 0; f && k < f->lists_n; k++)
            if (str_is(felt, f->slots[f->lists[k]].path))
                TRY(add_item(cx, st, &r->v[f->lists[k]]));
    }
    return rc;
}

#define LIST_BATCH 50

static enum rc load_batch(struct db *db, const char *column, struct rec *const *recs, size_t n)
{
    struct buf b;
    struct stmt *st;
    buf_init(&b, (size_t)KiB(4));
    buf_printf(&b, "SELECT %s, systemid, felt, verdi, verdi_navn FROM verdi WHERE %s IN (?", column, column);
    /* Two statement texts only, so that both stay prepared. */
    size_t places = n == 1 ? 1 : LIST_BATCH;
    for (size_t i = 1; i < places; i++)
        buf_puts(&b, ",?");
    buf_printf(&b, ") ORDER BY %s, nr, id", column);
    enum rc rc = buf_failed(&b) ? cx_nomem(db_cx(db)) : db_prepare(db, b.p, &st);
    buf_free(&b);
    TRY(rc);
    for (size_t i = 0; i < places; i++)
        stmt_bind_int(st, (int)i + 1, i < n ? recs[i]->id : 0);
    rc = read_items(db_cx(db), st, recs, n);
    stmt_done(&st);
    return rc;
}

enum rc rec_load_lists(struct db *db, struct rec *const *recs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        recs[i]->lists = true;
    if (n == 0 || model_tables.families[recs[0]->entity->family].lists_n == 0)
        return RC_OK;
    const struct family_built *f = &model_tables.families[recs[0]->entity->family];
    const char *column = owner_column(f->family.id);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < f->lists_n; k++)
            recs[i]->v[f->lists[k]] = (struct val){.state = VAL_ABSENT};
    for (size_t i = 0; column && i < n; i += LIST_BATCH)
        TRY(load_batch(db, column, recs + i, n - i < LIST_BATCH ? n - i : LIST_BATCH));
    return RC_OK;
}

enum rc rec_with_lists(struct db *db, const struct rec *r, const struct rec **ret)
{
    struct rec *full;
    *ret = r;
    if (r->lists)
        return RC_OK;
    TRY(rec_copy(db_cx(db), r, &full));
    *ret = full;
    return rec_load_lists(db, &full, 1);
}

static enum rc insert_item(struct db *db, const struct rec *r, const struct slot *s, struct val_item *it, int64_t nr)
{
    struct cx *cx = db_cx(db);
    const struct entity *e = model_list_entity(slot_attr(s));
    char *sql = arena_printf(cx->arena, "INSERT INTO verdi(systemid, type, versjon, vern, felt, nr, verdi,"
                                        " verdi_navn, %s) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)",
                             owner_column(r->entity->family));
    if (!sql)
        return cx_nomem(cx);
    if (!it->systemid[0])
        uuid_new(it->systemid);
    return db_run(db, sql, "ttitissi", it->systemid, e->name, r->vern, s->path, nr, it->text, it->name, r->id);
}

enum rc rec_store_list(struct db *db, const struct rec *r, size_t slot)
{
    const struct slot *s = &model_family(r->entity->family)->slots[slot];
    struct cx *cx = db_cx(db);
    char *sql = arena_printf(cx->arena, "DELETE FROM verdi WHERE %s = ? AND felt = ?",
                             owner_column(r->entity->family));
    if (!sql)
        return cx_nomem(cx);
    TRY(db_run(db, sql, "it", r->id, s->path));
    for (size_t i = 0; i < r->v[slot].items_n; i++)
        TRY(insert_item(db, r, s, &r->v[slot].items[i], (int64_t)i));
    return RC_OK;
}

/* ------------------------------------------------------------------ looking */

static void learn(struct db *db, const struct family *f, struct str which, const char *tables, const struct rec *r)
{
    struct arena *a = db_memory(db);
    const struct rec *own = a ? rec_clone(a, r) : NULL;
    if (own)
        db_learn(db, f->table, which, tables, &own, sizeof(const struct rec *));
}

enum rc rec_look(struct db *db, const struct family *f, struct str systemid, struct rec **ret)
{
    const struct rec *const *known = db_known(db, f->table, systemid);
    if (known) {
        *ret = rec_clone(db_cx(db)->arena, *known);
        return *ret ? RC_OK : cx_nomem(db_cx(db));
    }
    TRY(rec_load_uuid(db, f, systemid, ret));
    TRY(rec_load_lists(db, ret, 1));
    learn(db, f, systemid, model_tables.families[f->id].tables, *ret);
    return RC_OK;
}

enum rc rec_look_row(struct db *db, const struct family *f, int64_t id, const struct rec **ret)
{
    struct str which = {(const char *)&id, sizeof(id)};
    struct rec *r;
    const struct rec *const *known = db_known(db, f->table, which);
    if (known) {
        *ret = *known;
        return RC_OK;
    }
    TRY(rec_load(db, f, id, &r));
    *ret = r;
    learn(db, f, which, f->table, r);
    return RC_OK;
}

/* ------------------------------------------------------------------ writing */

static int bind_slot(struct stmt *st, int at, const struct slot *s, const struct val *v)
{
    size_t n = slot_columns(s);
    if (n == 0)
        return at;
    if (v->state != VAL_SET)
        return at + (int)n;
    switch ((int)slot_attr(s)->type) {
    case T_INTEGER:
    case T_BOOLEAN:
        stmt_bind_int(st, at++, v->i);
        return at;
    case T_DECIMAL:
        stmt_bind_double(st, at++, v->d);
        return at;
    case T_CODE:
        stmt_bind_str(st, at++, v->text);
        stmt_bind_str(st, at++, v->name);
        return at;
    case T_DATETIME:
        stmt_bind_str(st, at++, v->text);
        stmt_bind_int(st, at++, v->i);
        return at;
    default:
        stmt_bind_str(st, at++, v->text);
        return at;
    }
}

/* Binds all columns but id that are not NULL; answers the next position. */
static int bind_rec(struct stmt *st, const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    int at = 1;
    stmt_borrow(st);
    stmt_bind_text(st, at++, r->systemid);
    stmt_bind_text(st, at++, r->entity->name);
    stmt_bind_int(st, at++, r->versjon);
    stmt_bind_int(st, at++, r->vern);
    for (size_t i = 0; i < f->slots_n; i++)
        at = bind_slot(st, at, &f->slots[i], &r->v[i]);
    for (size_t i = 0; i < f->ones_n; i++, at++)
        if (r->one[i])
            stmt_bind_int(st, at, r->one[i]);
    return at;
}

enum rc rec_insert(struct db *db, struct rec *r)
{
    const struct family_built *f = &model_tables.families[r->entity->family];
    struct stmt *st;
    TRY(db_prepare(db, f->insert_sql, &st));
    (void)bind_rec(st, r);
    enum rc rc = stmt_insert(st, &r->id);
    stmt_done(&st);
    TRY(rc);
    for (size_t i = 0; i < f->lists_n; i++)
        if (r->v[f->lists[i]].items_n)
            TRY(rec_store_list(db, r, f->lists[i]));
    return RC_OK;
}

enum rc rec_update(struct db *db, const struct rec *r)
{
    struct stmt *st;
    bool row = false;
    TRY(db_prepare(db, model_tables.families[r->entity->family].update_sql, &st));
    stmt_bind_int(st, bind_rec(st, r), r->id);
    enum rc rc = stmt_step(st, &row);
    stmt_done(&st);
    return rc;
}

enum rc rec_delete(struct db *db, const struct rec *r)
{
    char *sql = arena_printf(db_cx(db)->arena, "DELETE FROM %s WHERE id = ?", model_family(r->entity->family)->table);
    return sql ? db_run(db, sql, "i", r->id) : cx_nomem(db_cx(db));
}
