/*
 * The municipalities of the co-operation, one row each in the space "system". What identifies one
 * (short name, number, organisation number) is checked here and nowhere else.
 */
#include "coop/coop_int.h"

#include <stdlib.h>

#define COLUMNS "slug, name, number, orgnr, colour, language, notice"

static enum rc make_tables(struct db *db, void *arg)
{
    (void)arg;
    bool there;
    TRY(db_script(db, "CREATE TABLE IF NOT EXISTS municipality ("
                      "slug TEXT PRIMARY KEY, "
                      "name TEXT NOT NULL, "
                      "number TEXT NOT NULL UNIQUE, "
                      "orgnr TEXT NOT NULL, "
                      "added BIGINT NOT NULL);"
                      "CREATE TABLE IF NOT EXISTS cooperation (id BIGINT PRIMARY KEY, "
                      "name TEXT NOT NULL);"));
    TRY(db_has(db, "municipality", "colour", &there));
    if (there)
        return RC_OK;
    return db_script(db, "ALTER TABLE municipality ADD COLUMN colour TEXT NOT NULL DEFAULT '';"
                         "ALTER TABLE municipality ADD COLUMN language TEXT NOT NULL DEFAULT 'nb';"
                         "ALTER TABLE municipality ADD COLUMN notice TEXT NOT NULL DEFAULT '';");
}

static enum rc system_space(struct cx *cx, struct store *s, struct space **ret)
{
    return store_space(cx, s, "system", false, NULL, NULL, ret);
}

enum rc coop_prepare(struct cx *cx, struct store *s)
{
    /* Not as the prepare of the space: that runs once, and may be that of another room. */
    struct space *sp;
    TRY(store_space(cx, s, "system", true, NULL, NULL, &sp));
    return store_write(cx, sp, make_tables, NULL);
}

static enum rc bad(struct cx *cx, const char *field, const char *nb, const char *en)
{
    return err_set(cx, RC_FIELD_VALUE, field, cx->lang == LANG_EN ? en : nb);
}

static enum rc check_slug(struct cx *cx, struct municipality *m)
{
    char slug[sizeof(m->slug)];
    coop_slug(m->slug[0] ? m->slug : m->name, slug);
    if (m->slug[0] && !streq(slug, m->slug))
        return bad(cx, "slug", "små bokstaver a–z, sifre og bindestrek",
                   "lower-case letters a–z, digits and hyphens");
    if (!slug[0])
        return bad(cx, "slug", "navnet gir ikke noe kortnavn", "the name gives no short name");
    if (coop_slug_reserved(slug))
        return err_setf(cx, RC_FIELD_VALUE, "slug",
                        cx->lang == LANG_EN ? "%s is a reserved word" : "%s er et reservert ord",
                        slug);
    memcpy(m->slug, slug, sizeof(slug));
    return RC_OK;
}

static bool colour_valid(const char *c)
{
    return c[0] == '#' && strlen(c) == 7 && strspn(c + 1, "0123456789abcdefABCDEF") == 6;
}

static enum rc check_looks(struct cx *cx, struct municipality *m)
{
    static const char *const languages[] = {"nb", "nn", "se", "en"};
    if (m->colour[0] && !colour_valid(m->colour))
        return bad(cx, "colour", "seks heksadesimale sifre: #0a5c36", "six hexadecimal digits: #0a5c36");
    if (!str_utf8(str_of(m->notice)))
        return bad(cx, "notice", "ikke UTF-8", "not UTF-8");
    if (!m->language[0])
        memcpy(m->language, "nb", sizeof("nb"));
    for (size_t i = 0; i < COUNT_OF(languages); i++)
        if (streq(languages[i], m->language))
            return RC_OK;
    return bad(cx, "language", "nb, nn, se eller en", "nb, nn, se or en");
}

enum rc coop_municipality_check(struct cx *cx, struct municipality *m)
{
    struct str name = str_of(m->name);
    if (str_blank(name))
        return err_set(cx, RC_FIELD_MISSING, "name", NULL);
    if (!str_utf8(name))
        return bad(cx, "name", "ikke UTF-8", "not UTF-8");
    if (strlen(m->number) != 4 || strspn(m->number, "0123456789") != 4 || streq(m->number, "0000"))
        return bad(cx, "number", "kommunenummer har fire sifre",
                   "a municipality number has four digits");
    if (m->orgnr[0] && !org_number_valid(str_of(m->orgnr)))
        return bad(cx, "orgnr", "ni sifre med gyldig kontrollsiffer",
                   "nine digits with a valid control digit");
    TRY(check_looks(cx, m));
    return check_slug(cx, m);
}

static enum rc taken(struct db *db, const char *sql, const char *field, const char *value)
{
    char *by;
    TRY(db_text(db, &by, sql, "t", value));
    return by ? err_set(db_cx(db), RC_TAKEN, field, by) : RC_OK;
}

enum rc coop_municipality_insert(struct db *db, const struct municipality *m)
{
    TRY(taken(db, "SELECT name FROM municipality WHERE number = ?", "number", m->number));
    TRY(taken(db, "SELECT name FROM municipality WHERE slug = ?", "slug", m->slug));
    if (m->orgnr[0])
        TRY(taken(db, "SELECT name FROM municipality WHERE orgnr = ?", "orgnr", m->orgnr));
    return db_run(db,
                  "INSERT INTO municipality (" COLUMNS ", added) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                  "ttttttti", m->slug, m->name, m->number, m->orgnr, m->colour, m->language, m->notice,
                  db_cx(db)->now);
}

static enum rc add(struct db *db, void *arg)
{
    return coop_municipality_insert(db, arg);
}

enum rc coop_municipality_add(struct cx *cx, struct store *s, struct municipality *m)
{
    struct municipality checked = *m;
    TRY(coop_municipality_check(cx, &checked));
    struct space *sp;
    TRY(system_space(cx, s, &sp));
    TRY(store_write(cx, sp, add, &checked));
    *m = checked;
    return RC_OK;
}

static enum rc set_looks(struct db *db, void *arg)
{
    const struct municipality *m = arg;
    TRY(db_run(db, "UPDATE municipality SET colour = ?, language = ?, notice = ? WHERE slug = ?", "tttt",
               m->colour, m->language, m->notice, m->slug));
    return db_changes(db) > 0 ? RC_OK : err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
}

enum rc coop_municipality_set(struct cx *cx, struct store *s, const struct municipality *m)
{
    struct municipality checked = *m;
    struct space *sp;
    TRY(check_looks(cx, &checked));
    TRY(system_space(cx, s, &sp));
    return store_write(cx, sp, set_looks, &checked);
}

enum rc coop_name(struct cx *cx, struct store *s, char **ret)
{
    struct space *sp;
    struct db *db;
    char *name = NULL;
    TRY(system_space(cx, s, &sp));
    TRY(store_read_begin(cx, sp, &db));
    enum rc rc = db_text(db, &name, "SELECT name FROM cooperation WHERE id = 1", "");
    store_read_end(&db);
    TRY(rc);
    if (!name)
        name = arena_strdup(cx->arena, "");
    if (!name)
        return cx_nomem(cx);
    *ret = name;
    return RC_OK;
}

static void column(struct stmt *st, int col, char *out, size_t size)
{
    struct str s = stmt_str(st, col);
    size_t n = s.n < size ? s.n : size - 1;
    memcpy(out, s.p, n);
    out[n] = '\0';
}

static void read_row(struct stmt *st, struct municipality *m)
{
    column(st, 0, m->slug, sizeof(m->slug));
    column(st, 1, m->name, sizeof(m->name));
    column(st, 2, m->number, sizeof(m->number));
    column(st, 3, m->orgnr, sizeof(m->orgnr));
    column(st, 4, m->colour, sizeof(m->colour));
    column(st, 5, m->language, sizeof(m->language));
    column(st, 6, m->notice, sizeof(m->notice));
}

static enum rc read_one(struct db *db, const char *slug, struct municipality *ret)
{
    struct stmt *st;
    bool row;
    TRY(db_prepare(db, "SELECT " COLUMNS " FROM municipality WHERE slug = ?", &st));
    stmt_bind_text(st, 1, slug);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row)
        read_row(st, ret);
    else if (rc == RC_OK)
        rc = err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    stmt_done(&st);
    return rc;
}

enum rc coop_municipality_get(struct cx *cx, struct store *s, const char *slug,
                              struct municipality *ret)
{
    struct space *sp;
    struct db *db;
    TRY(system_space(cx, s, &sp));
    TRY(store_read_begin(cx, sp, &db));
    enum rc rc = read_one(db, slug, ret);
    store_read_end(&db);
    return rc;
}

static enum rc read_rows(struct db *db, struct municipality *m, size_t most, size_t *ret_n)
{
    struct stmt *st;
    bool row;
    size_t n = 0;
    TRY(db_prepare(db, "SELECT " COLUMNS " FROM municipality", &st));
    enum rc rc = stmt_step(st, &row);
    while (rc == RC_OK && row && n < most) {
        read_row(st, &m[n++]);
        rc = stmt_step(st, &row);
    }
    stmt_done(&st);
    if (rc == RC_OK)
        *ret_n = n;
    return rc;
}

static int by_name(const void *a, const void *b)
{
    const struct municipality *x = a, *y = b;
    int order = coop_name_compare(x->name, y->name);
    return order != 0 ? order : strcmp(x->slug, y->slug);
}

static enum rc read_all(struct db *db, struct municipality **ret, size_t *ret_n)
{
    int64_t most;
    TRY(db_int(db, &most, 0, "SELECT COUNT(*) FROM municipality", ""));
    struct municipality *m = arena_array(db_cx(db)->arena, (size_t)most, sizeof(*m));
    if (!m)
        return cx_nomem(db_cx(db));
    size_t n;
    TRY(read_rows(db, m, (size_t)most, &n));
    qsort(m, n, sizeof(*m), by_name);
    *ret = m;
    *ret_n = n;
    return RC_OK;
}

enum rc coop_municipality_list(struct cx *cx, struct store *s, struct municipality **ret,
                               size_t *ret_n)
{
    struct space *sp;
    struct db *db;
    TRY(system_space(cx, s, &sp));
    TRY(store_read_begin(cx, sp, &db));
    enum rc rc = read_all(db, ret, ret_n);
    store_read_end(&db);
    return rc;
}

struct removal {
    const char *slug;
};

static enum rc take_away(struct db *db, void *arg)
{
    const struct removal *r = arg;
    TRY(db_run(db, "DELETE FROM municipality WHERE slug = ?", "t", r->slug));
    return db_changes(db) > 0 ? RC_OK : err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
}

enum rc coop_municipality_remove(struct cx *cx, struct store *s, const char *slug)
{
    struct space *sp;
    struct removal r = {slug};
    TRY(system_space(cx, s, &sp));
    return store_write(cx, sp, take_away, &r);
}
