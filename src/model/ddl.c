/*
 * The tables of a municipality, from the model. A database that lacks a table, a column or an index
 * gets it when it is opened; nothing is ever taken away but indexes, while an archive is being filled.
 */
#include "model/model_int.h"

static const char core_tables[] =
    "CREATE TABLE IF NOT EXISTS meta(nokkel TEXT PRIMARY KEY, verdi TEXT);\n"
    "CREATE TABLE IF NOT EXISTS teller(serie TEXT PRIMARY KEY, verdi BIGINT NOT NULL);\n";

static const char *sql_type(enum type t)
{
    if (t == T_INTEGER || t == T_BOOLEAN)
        return "BIGINT";
    return t == T_DECIMAL ? "DOUBLE PRECISION" : "TEXT";
}

/* Calls fn for each column a family has beyond the common ones. */
static void each_column(const struct family *f, void (*fn)(void *arg, const char *column, const char *suffix,
                                                           const char *type), void *arg)
{
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        enum type t = slot_attr(s)->type;
        if (slot_columns(s))
            fn(arg, s->column, "", sql_type(t));
        if (t == T_CODE)
            fn(arg, s->column, "_navn", "TEXT");
        else if (t == T_DATETIME)
            fn(arg, s->column, "_t", "BIGINT");
    }
    for (size_t i = 0; i < f->ones_n; i++)
        fn(arg, f->ones[i]->column, "", "BIGINT");
}

static void add_column(void *arg, const char *column, const char *suffix, const char *type)
{
    buf_printf(arg, ",\n  %s%s %s", column, suffix, type);
}

static void table_ddl(struct buf *out, const struct family *f, enum dialect d)
{
    buf_printf(out, "CREATE TABLE IF NOT EXISTS %s(\n  id %s,\n  systemid TEXT NOT NULL UNIQUE,\n"
                    "  type TEXT NOT NULL,\n  versjon BIGINT NOT NULL DEFAULT 1,\n"
                    "  vern BIGINT NOT NULL DEFAULT 0", f->table, dialect_pk_type(d));
    each_column(f, add_column, out);
    buf_puts(out, ");\n");
}

static bool indexed(const struct slot *s)
{
    return (slot_attr(s)->flags & A_INDEX) && s->column;
}

/*
 * Indexes: columns marked in the model, and every way up; the latter only where there is one. A way up
 * holds what a list asks of its rows beside (order, access class, subtype), so that rows that are
 * skipped or counted are not read.
 */
static void index_ddl(struct buf *out, const struct family *f)
{
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        if (!indexed(s))
            continue;
        const char *suffix = slot_attr(s)->type == T_DATETIME ? "_t" : "";
        buf_printf(out, "CREATE INDEX IF NOT EXISTS %s_%s ON %s(%s%s);\n", f->table, s->column, f->table,
                   s->column, suffix);
    }
    for (size_t i = 0; i < f->ones_n; i++)
        buf_printf(out, "CREATE INDEX IF NOT EXISTS %s_%s ON %s(%s, id, vern, type) WHERE %s IS NOT NULL;\n", f->table,
                   f->ones[i]->column, f->table, f->ones[i]->column, f->ones[i]->column);
    /* A family of one table lists its subtypes. */
    buf_printf(out, "CREATE INDEX IF NOT EXISTS %s_type ON %s(type, id, vern);\n", f->table, f->table);
}

static void link_table_ddl(struct buf *out, const struct relation *r)
{
    buf_printf(out, "CREATE TABLE IF NOT EXISTS %s(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL,"
                    " PRIMARY KEY (a_id, b_id));\n"
                    "CREATE INDEX IF NOT EXISTS %s_b ON %s(b_id);\n", r->table, r->table, r->table);
}

static void tables_ddl(struct buf *out, enum dialect d)
{
    buf_puts(out, core_tables);
    buf_printf(out, "CREATE TABLE IF NOT EXISTS vern(id %s, nokkel TEXT NOT NULL UNIQUE);\n", dialect_pk_type(d));
    for (int i = 0; i < F_COUNT; i++)
        table_ddl(out, model_family((enum family_id)i), d);
}

/* How many of ROWS rows share a value of the attribute. */
static int shared_by(const struct attr *a)
{
    switch ((int)a->type) {
    case T_CODE:
        return 200000;
    case T_INTEGER:
        return 20000;
    case T_DATETIME:
        return 1;
    default:
        return 10;
    }
}

/* How many share a parent: nearly everything lies in an arkivdel, few in a mappe. */
static int shared_up(const struct relation *r)
{
    enum family_id up = model_entity(r->kind == REL_CHILD ? r->a : r->b)->family;
    if (up == F_arkiv || up == F_arkivdel || up == F_klassifikasjonssystem)
        return 300000;
    return up == F_klasse ? 10000 : 50;
}

/*
 * What SQLite's planner goes by, for an archive of a million rows. Told and not measured (ANALYZE): so
 * the road of a query does not depend on when somebody measured, and a filter on an attribute is not
 * answered by reading an arkivdel through.
 */
static void told_statistics(struct buf *out, const struct family *f)
{
    enum { ROWS = 1000000 };
    static const char row[] = "INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('%s', '%s%s%s', '%d %d%s');\n";
    const char *t = f->table;
    buf_printf(out, row, t, "sqlite_autoindex_", t, "_1", ROWS, 1, "");
    buf_printf(out, row, t, t, "_", "type", ROWS, ROWS / 2, " 1 1");
    for (size_t i = 0; i < f->slots_n; i++)
        if (indexed(&f->slots[i]))
            buf_printf(out, row, t, t, "_", f->slots[i].column, ROWS, shared_by(slot_attr(&f->slots[i])), "");
    for (size_t i = 0; i < f->ones_n; i++)
        buf_printf(out, row, t, t, "_", f->ones[i]->column, ROWS, shared_up(f->ones[i]), " 1 1 1");
}

static void statistics_ddl(struct buf *out)
{
    buf_puts(out, "ANALYZE sqlite_schema;\nDELETE FROM sqlite_stat1;\n");
    for (int i = 0; i < F_COUNT; i++)
        told_statistics(out, model_family((enum family_id)i));
    buf_puts(out, "ANALYZE sqlite_schema;\n");
}

static void indexes_ddl(struct buf *out, enum dialect d)
{
    for (int i = 0; i < F_COUNT; i++)
        index_ddl(out, model_family((enum family_id)i));
    buf_puts(out, "CREATE UNIQUE INDEX IF NOT EXISTS kode_unik ON kode(liste, kode);\n"
                  "CREATE UNIQUE INDEX IF NOT EXISTS vsmfelt_unik ON vsmfelt(navn);\n");
    for (int i = 0; i < REL_COUNT; i++)
        if (model_relation((enum relation_id)i)->kind == REL_MANY)
            link_table_ddl(out, model_relation((enum relation_id)i));
    if (d == DIALECT_SQLITE)
        statistics_ddl(out);
}

void model_ddl(struct buf *out, enum dialect d)
{
    tables_ddl(out, d);
    indexes_ddl(out, d);
}

/* ------------------------------------------------------------------ opening */

struct adding {
    struct db *db;
    const char *table;
    enum rc rc;
};

static void add_missing(void *arg, const char *column, const char *suffix, const char *type)
{
    struct adding *k = arg;
    struct cx *cx = db_cx(k->db);
    bool there = true;
    char *name = arena_printf(cx->arena, "%s%s", column, suffix);
    if (k->rc != RC_OK)
        return;
    k->rc = name ? db_has(k->db, k->table, name, &there) : cx_nomem(cx);
    if (k->rc != RC_OK || there)
        return;
    char *sql = arena_printf(cx->arena, "ALTER TABLE %s ADD COLUMN %s %s", k->table, name, type);
    k->rc = sql ? db_script(k->db, sql) : cx_nomem(cx);
}

static enum rc seed_codes(struct db *db)
{
    char when[TIME_TEXT_MAX];
    const struct code *c;
    time_format(db_cx(db)->now, when);
    for (size_t i = 0; (c = codelist_seed(i)) != NULL; i++) {
        char id[UUID_TEXT_MAX];
        uuid_new(id);
        TRY(db_run(db, "INSERT INTO kode(systemid, type, liste, kode, kodenavn) VALUES (?, 'kode', ?, ?, ?)"
                       " ON CONFLICT (liste, kode) DO NOTHING", "tttt", id, codelist_name(c->list), c->kode,
                   c->kodenavn));
    }
    return RC_OK;
}

static enum rc apply(struct db *db)
{
    struct buf b;
    buf_init(&b, (size_t)MiB(4));
    tables_ddl(&b, db_dialect(db));
    enum rc rc = buf_failed(&b) ? cx_nomem(db_cx(db)) : db_script(db, b.p);
    for (int i = 0; rc == RC_OK && i < F_COUNT; i++) {
        struct adding k = {db, model_family((enum family_id)i)->table, RC_OK};
        each_column(model_family((enum family_id)i), add_missing, &k);
        rc = k.rc;
    }
    buf_reset(&b);
    indexes_ddl(&b, db_dialect(db));
    if (rc == RC_OK)
        rc = buf_failed(&b) ? cx_nomem(db_cx(db)) : db_script(db, b.p);
    buf_free(&b);
    return rc == RC_OK ? seed_codes(db) : rc;
}

/* What the tables and the seed follow from, in one number. */
static enum rc fingerprint(struct db *db, char out[SHA256_HEX_MAX])
{
    struct buf b;
    const struct code *c;
    buf_init(&b, (size_t)MiB(4));
    model_ddl(&b, db_dialect(db));
    for (size_t i = 0; (c = codelist_seed(i)) != NULL; i++)
        buf_printf(&b, "%s %s\n", codelist_name(c->list), c->kode);
    bool failed = buf_failed(&b);
    if (!failed)
        sha256_hex(b.p, b.n, out);
    buf_free(&b);
    return failed ? cx_nomem(db_cx(db)) : RC_OK;
}

enum rc model_prepare(struct db *db)
{
    char now[SHA256_HEX_MAX];
    char *before = NULL;
    bool there;
    TRY(fingerprint(db, now));
    TRY(db_has(db, "meta", NULL, &there));
    if (there)
        TRY(db_text(db, &before, "SELECT verdi FROM meta WHERE nokkel = 'modell'", ""));
    if (streq(before, now))
        return RC_OK;
    TRY(apply(db));
    return db_run(db, "INSERT INTO meta(nokkel, verdi) VALUES ('modell', ?)"
                      " ON CONFLICT (nokkel) DO UPDATE SET verdi = excluded.verdi", "t", now);
}

/* ------------------------------------------------------------------ filling */

/* The log's numbers, which are whole numbers, and the rules of access are asked for by every write. */
static void unindex_family(struct buf *out, const struct family *f)
{
    for (size_t i = 0; i < f->slots_n; i++)
        if (indexed(&f->slots[i]) && slot_attr(&f->slots[i])->type != T_INTEGER && f->id != F_tilgang)
            buf_printf(out, "DROP INDEX IF EXISTS %s_%s;\n", f->table, f->slots[i].column);
    buf_printf(out, "DROP INDEX IF EXISTS %s_type;\n", f->table);
}

enum rc model_unindex(struct db *db)
{
    struct buf b;
    buf_init(&b, (size_t)MiB(1));
    for (int i = 0; i < F_COUNT; i++)
        unindex_family(&b, model_family((enum family_id)i));
    buf_puts(&b, "DELETE FROM meta WHERE nokkel = 'modell';\n");
    enum rc rc = buf_failed(&b) ? cx_nomem(db_cx(db)) : db_script(db, b.p);
    buf_free(&b);
    return rc;
}
