/*
 * Words of objects, and finding them.
 *
 * The table sok has a row an object: rowid is its row id and family in one number. `ord` holds the
 * words of its attributes, `tekst` those of its document. On SQLite it is an FTS5 table with the
 * tokenizer "norsk"; on PostgreSQL two tsvectors and their sum, which is indexed, in lower case
 * because the server's locale may not know that Å is a large å.
 *
 * What a search may say is the store's matter (question_read).
 */
#include "archive/query_int.h"

#define ROWID_FAMILIES 32
#define WORDS_MAX ((size_t)MiB(8))      /* text of one object that is indexed */
#define PG_WORDS_MAX ((size_t)KiB(512)) /* a tsvector holds 1 MiB */

_Static_assert(F_COUNT <= ROWID_FAMILIES, "the family must fit into the rowid of sok");

/* Whose words count for an object: its own, and those of what hangs on it, by family from the top. */
static const struct {
    enum family_id path[3];     /* F_COUNT ends it */
} chains[] = {
    {{F_klasse, F_merknad, F_COUNT}},
    {{F_mappe, F_part, F_COUNT}},
    {{F_mappe, F_merknad, F_COUNT}},
    {{F_mappe, F_nasjonalidentifikator, F_COUNT}},
    {{F_mappe, F_presedens, F_COUNT}},
    {{F_registrering, F_korrespondansepart, F_COUNT}},
    {{F_registrering, F_part, F_COUNT}},
    {{F_registrering, F_merknad, F_COUNT}},
    {{F_registrering, F_nasjonalidentifikator, F_COUNT}},
    {{F_registrering, F_dokumentbeskrivelse, F_COUNT}},
    {{F_registrering, F_dokumentbeskrivelse, F_dokumentobjekt}},
    {{F_dokumentbeskrivelse, F_dokumentobjekt, F_COUNT}},
    {{F_dokumentbeskrivelse, F_part, F_COUNT}},
    {{F_dokumentbeskrivelse, F_merknad, F_COUNT}},
};

/* ------------------------------------------------------------------ words in */

enum rc search_prepare(struct db *db)
{
    bool there;
    TRY(db_has(db, "sok", NULL, &there));
    if (there)
        return RC_OK;
    if (db_dialect(db) == DIALECT_SQLITE)
        return db_script(db, "CREATE VIRTUAL TABLE sok USING fts5(ord, tekst, tokenize = 'norsk')");
    return db_script(db, "CREATE TABLE sok(rowid BIGINT PRIMARY KEY, ord TSVECTOR, tekst TSVECTOR,"
                         " alt TSVECTOR GENERATED ALWAYS AS (coalesce(ord, ''::tsvector)"
                         " || coalesce(tekst, ''::tsvector)) STORED);"
                         "CREATE INDEX sok_alt ON sok USING gin(alt)");
}

static int64_t rowid(enum family_id f, int64_t id)
{
    return id * ROWID_FAMILIES + (int64_t)f;
}

static struct str cut(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    s.n = max;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xC0) == 0x80)
        s.n--;
    return s;
}

/* column: "ord" or "tekst". FTS5 has no upsert. */
static enum rc store_words(struct db *db, const char *column, enum family_id f, int64_t id, struct str words)
{
    static const char *const lite[][2] = {
        {"UPDATE sok SET ord = ? WHERE rowid = ?", "INSERT INTO sok(ord, rowid) VALUES (?, ?)"},
        {"UPDATE sok SET tekst = ? WHERE rowid = ?", "INSERT INTO sok(tekst, rowid) VALUES (?, ?)"},
    };
    static const char *const pg[] = {
        "INSERT INTO sok(ord, rowid) VALUES (to_tsvector('norwegian', lower(CAST(? AS TEXT)"
        " COLLATE \"und-x-icu\")), ?) ON CONFLICT (rowid) DO UPDATE SET ord = excluded.ord",
        "INSERT INTO sok(tekst, rowid) VALUES (to_tsvector('norwegian', lower(CAST(? AS TEXT)"
        " COLLATE \"und-x-icu\")), ?) ON CONFLICT (rowid) DO UPDATE SET tekst = excluded.tekst",
    };
    int k = streq(column, "tekst");
    if (db_dialect(db) == DIALECT_POSTGRES)
        return db_run(db, pg[k], "si", cut(words, PG_WORDS_MAX), rowid(f, id));
    words = cut(words, WORDS_MAX);
    TRY(db_run(db, lite[k][0], "si", words, rowid(f, id)));
    return db_changes(db) ? RC_OK : db_run(db, lite[k][1], "si", words, rowid(f, id));
}

enum rc search_put_words(struct db *db, enum family_id f, int64_t id, struct str words)
{
    return store_words(db, "tekst", f, id, words);
}

enum rc search_drop(struct db *db, enum family_id f, int64_t id)
{
    return db_run(db, "DELETE FROM sok WHERE rowid = ?", "i", rowid(f, id));
}

static bool searchable(const struct slot *s)
{
    return slot_attr(s)->flags & A_SEARCH;
}

static void add_word(struct buf *out, struct str s)
{
    if (s.n == 0)
        return;
    if (out->n)
        buf_putc(out, '\n');
    buf_add(out, s.p, s.n);
}

static enum rc add_value(struct cx *cx, struct buf *out, enum type t, const struct val *v)
{
    if (v->state != VAL_SET)
        return RC_OK;
    for (size_t i = 0; i < v->items_n; i++) {
        add_word(out, v->items[i].text);
        if (t == T_CODE_LIST)
            add_word(out, v->items[i].name);
    }
    if (type_is_list(t))
        return RC_OK;
    if (t == T_CODE) {
        add_word(out, v->name);
        return RC_OK;
    }
    struct str s;
    TRY(val_print(cx, t, v, &s));
    add_word(out, s);
    return RC_OK;
}

static enum rc collect(struct db *db, const struct rec *r, struct buf *out)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++)
        if (searchable(&f->slots[i]))
            TRY(add_value(db_cx(db), out, slot_attr(&f->slots[i])->type, &r->v[i]));
    return RC_OK;
}

/* Words of a row that is not in the table yet. */
static enum rc add_words(struct db *db, enum family_id f, int64_t id, struct str words)
{
    if (words.n == 0)
        return RC_OK;
    if (db_dialect(db) == DIALECT_POSTGRES)
        return store_words(db, "ord", f, id, words);
    return db_run(db, "INSERT INTO sok(ord, rowid) VALUES (?, ?)", "si", cut(words, WORDS_MAX), rowid(f, id));
}

static enum rc put(struct db *db, const struct rec *r,
                   enum rc (*store)(struct db *, enum family_id, int64_t, struct str))
{
    struct buf out;
    buf_init(&out, (size_t)MiB(16));
    enum rc rc = collect(db, r, &out);
    if (rc == RC_OK)
        rc = buf_failed(&out) ? cx_nomem(db_cx(db)) : store(db, r->entity->family, r->id, buf_str(&out));
    buf_free(&out);
    return rc;
}

static enum rc replace_words(struct db *db, enum family_id f, int64_t id, struct str words)
{
    return store_words(db, "ord", f, id, words);
}

enum rc search_put(struct db *db, const struct rec *r)
{
    TRY(rec_with_lists(db, r, &r));        /* who changed something else has not loaded them */
    return put(db, r, replace_words);
}

enum rc search_put_new(struct db *db, const struct rec *r)
{
    return put(db, r, add_words);
}

/* ------------------------------------------------------------------ what is asked for */

/* 'begin':* with what ends a quoted lexeme taken out. */
static struct str pg_prefix(struct cx *cx, struct str s)
{
    char *p = arena_printf(cx->arena, "'%.*s':*", (int)s.n, s.p);
    if (!p)
        return (struct str){"", 0};
    for (size_t i = 1; i <= s.n; i++)
        if (p[i] == '\'' || p[i] == '\\')
            p[i] = ' ';
    return str_of(p);
}

static void pg_query(struct sql *q, const struct question *asked)
{
    for (size_t i = 0; i < asked->n; i++) {
        const struct question_term *t = &asked->terms[i];
        sql_add(q, "%s%s%sto_tsquery('norwegian', lower(", i ? " && " : "", t->excluded ? "!!" : "",
                t->prefix ? "" : t->phrase ? "phrase" : "plain");
        sql_str(q, t->prefix ? pg_prefix(q->cx, t->text) : t->text);
        sql_add(q, " COLLATE \"und-x-icu\"))");
    }
}

/* "treff": id and family of every object whose own words match, found once for the whole condition. */
static void matching(struct sql *q, const struct question *asked)
{
    sql_add(q, "WITH treff AS MATERIALIZED (SELECT rowid / %d AS id, rowid %% %d AS familie FROM sok WHERE ",
            ROWID_FAMILIES, ROWID_FAMILIES);
    if (q->dialect == DIALECT_SQLITE) {
        sql_add(q, "sok MATCH ");
        char *fts5 = question_fts5(q->cx, asked);
        q->failed |= !fts5;
        sql_str(q, str_of(fts5));
    } else {
        sql_add(q, "alt @@ (");
        pg_query(q, asked);
        sql_add(q, ")");
    }
    sql_add(q, ") ");
}

static void hits(struct sql *q, enum family_id f)
{
    sql_add(q, "SELECT id FROM treff WHERE familie = %d", (int)f);
}

static enum family_id family_of(enum entity_id e)
{
    return e == E_COUNT ? F_COUNT : model_entity(e)->family;
}

/* Adds " UNION SELECT id of what holds a row that matches" for each relation between the first two of the path. */
static void below(const struct gate *g, struct sql *q, const enum family_id *path, size_t left)
{
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        if (rel->kind == REL_ONE || family_of(rel->a) != path[0] || family_of(rel->b) != path[1])
            continue;
        const char *t = query_alias(q, 's'), *l = query_alias(q, 'l');
        struct place to = {t, model_family(path[1])};
        sql_add(q, " UNION SELECT %s.%s FROM ", rel->kind == REL_MANY ? l : t,
                rel->kind == REL_MANY ? "a_id" : rel->column);
        query_tables(q, rel, &to, l);
        sql_add(q, " WHERE %s", rel->kind == REL_MANY ? "" : "1=1");
        if (rel->kind == REL_MANY)
            sql_add(q, "%s.id = %s.b_id", t, l);
        gate_where(g, q, path[1], DEED_READ, t);
        bool last = left == 1 || path[2] == F_COUNT;
        sql_add(q, " AND %s.id IN (", t);
        if (last) {
            hits(q, path[1]);
        } else {
            sql_add(q, "SELECT 0");
            below(g, q, path + 1, left - 1);
        }
        sql_add(q, ")");
    }
}

void search_where(const struct gate *g, struct sql *q, enum family_id f, const char *alias, struct str words)
{
    struct question *asked = arena_alloc(q->cx->arena, sizeof(*asked));
    if (!asked) {
        q->failed = true;
        return;
    }
    question_read(words, asked);
    if (!question_asks(asked)) {
        sql_add(q, " AND 1=0");
        return;
    }
    /* One IN over a union: rows are found by id, which several INs with OR between them do not lead to. */
    sql_add(q, " AND %s.id IN (", alias);
    matching(q, asked);
    hits(q, f);
    for (size_t i = 0; i < COUNT_OF(chains); i++)
        if (chains[i].path[0] == f)
            below(g, q, chains[i].path, 2);
    sql_add(q, ")");
}
