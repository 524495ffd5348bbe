/*
 * What the public asks. Every statement has PUBLIC_ENTRIES. A question of words is two, which are walked
 * together, newest first: one for the entries whose names may still be found, one for the older. The count
 * stops at JOURNAL_COUNT_MAX + 1, so that a common word costs no more than a rare one.
 */
#include "journal/journal_int.h"

/* ------------------------------------------------------------------ reading entries */

static enum rc read_entry(struct cx *cx, struct stmt *st, struct innfoersel *e)
{
    int col = 0;
    struct str id;
    *e = (struct innfoersel){.id = stmt_int(st, col++)};
    id = stmt_str(st, col++);
    (void)snprintf(e->registrering, sizeof(e->registrering), "%.*s", (int)id.n, id.p);
    id = stmt_str(st, col++);
    (void)snprintf(e->mappe, sizeof(e->mappe), "%.*s", (int)id.n, id.p);
    int64_t *const numbers[] = {&e->aar, &e->sekvens, &e->saksaar, &e->saksnr, &e->postnr};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *numbers[i] = stmt_int(st, col++);
    const char **const texts[] = {&e->type, &e->tittel, &e->sakstittel, &e->enhet, &e->klasse, &e->hjemmel};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (!(*texts[i] = stmt_text(st, col++)))
            return cx_nomem(cx);
    e->journaldato = stmt_int(st, col++);
    e->dokumentdato = stmt_int(st, col++);
    e->publisert = stmt_int(st, col++);
    e->eiendom = stmt_text(st, col);
    return e->eiendom ? RC_OK : cx_nomem(cx);
}

static enum rc load_parts(struct db *db, struct innfoersel *e)
{
    struct cx *cx = db_cx(db);
    struct stmt *st;
    bool row = false;
    enum rc rc;
    e->parts = arena_array(cx->arena, JOURNAL_PARTS, sizeof(*e->parts));
    if (!e->parts)
        return cx_nomem(cx);
    TRY(db_prepare(db, "SELECT rolle, navn, person FROM innfoersel_part WHERE innfoersel = ? ORDER BY nr LIMIT ?", &st));
    stmt_bind_int(st, 1, e->id);
    stmt_bind_int(st, 2, JOURNAL_PARTS);
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        struct innfoersel_part *p = &e->parts[e->parts_n++];
        *p = (struct innfoersel_part){stmt_text(st, 0), stmt_text(st, 1), stmt_int(st, 2) != 0};
        if (!p->rolle || !p->navn)
            rc = cx_nomem(cx);
        if (rc != RC_OK)
            break;
    }
    stmt_done(&st);
    return rc;
}

/* ------------------------------------------------------------------ conditions */

/* SQL under construction with what is bound to it. */
struct asking {
    struct cx *cx;
    enum dialect dialect;
    struct buf sql;
    struct {
        bool text;
        struct str s;
        int64_t i;
    } bound[24];
    int bound_n;
    struct question *question; /* of words; NULL when none are asked for */
    int64_t year, number;      /* of the case asked for; 0 when none is */
    const char *property;      /* asked for, or NULL */
    int64_t old;               /* last entry whose names may no longer be found */
};

static void bind_text(struct asking *k, struct str s)
{
    k->bound[k->bound_n].text = true;
    k->bound[k->bound_n++].s = s;
}

static void bind_int(struct asking *k, int64_t i)
{
    k->bound[k->bound_n].text = false;
    k->bound[k->bound_n++].i = i;
}

static void add_text(struct asking *k, const char *condition, const char *value)
{
    if (!value || !*value)
        return;
    buf_puts(&k->sql, condition);
    bind_text(k, str_of(value));
}

static void add_int(struct asking *k, const char *condition, int64_t value)
{
    if (value == 0)
        return;
    buf_puts(&k->sql, condition);
    bind_int(k, value);
}

/* The last entry whose names may no longer be found: entries are numbered in the order of publishing. */
static enum rc last_old(struct db *db, int64_t *ret)
{
    int64_t limit = time_of_day(time_day(time_add_years(db_cx(db)->now, -1)));
    return db_int(db, ret, 0, "SELECT id FROM innfoersel WHERE publisert < ? ORDER BY publisert DESC, id DESC LIMIT 1", "i", limit);
}

/* "2026/12", "26/12" alone is a case. */
static bool case_number(struct str s, int64_t *ret_year, int64_t *ret_number)
{
    const char *slash = memchr(s.p, '/', s.n);
    size_t n = slash ? (size_t)(slash - s.p) : 0;
    if ((n != 4 && n != 2) || !str_int((struct str){s.p, n}, ret_year) ||
        !str_int((struct str){slash + 1, s.n - n - 1}, ret_number) || *ret_number < 1 || *ret_year < 0)
        return false;
    *ret_year += n == 2 ? 2000 : 0;
    return *ret_year >= 1900;
}

/* A case or property number alone is no question of words. */
static bool read_number(struct asking *k, struct str typed)
{
    char *text = arena_strndup(k->cx->arena, typed.p, typed.n);
    const char *property = text ? property_in(k->cx, text) : NULL;
    if (typed.n < 16 && !case_number(typed, &k->year, &k->number))
        k->year = k->number = 0;
    if (property && *property && strlen(text) <= strlen(property) + 10)
        k->property = property;
    return k->number > 0 || k->property;
}

/* One that is both a case and a property (12/34) is asked for as either. */
static void add_number(struct asking *k)
{
    if (k->number > 0 && k->property)
        buf_puts(&k->sql, " AND ((i.saksaar = ? AND i.saksnr = ?) OR i.eiendom = ?)");
    else if (k->number > 0)
        buf_puts(&k->sql, " AND i.saksaar = ? AND i.saksnr = ?");
    else if (k->property)
        buf_puts(&k->sql, " AND i.eiendom = ?");
    if (k->number > 0) {
        bind_int(k, k->year);
        bind_int(k, k->number);
    }
    if (k->property)
        bind_text(k, str_of(k->property));
}

static void add_filters(struct asking *k, const struct journal_question *q)
{
    char *property = q->gnr ? arena_printf(k->cx->arena, "%" PRId64 "/%" PRId64, q->gnr, q->bnr) : NULL;
    buf_puts(&k->sql, PUBLIC_ENTRIES);
    add_int(k, " AND i.journaldato >= ?", q->from);
    add_int(k, " AND i.journaldato < ?", q->until);
    add_text(k, " AND i.type = ?", q->type);
    add_text(k, " AND i.enhet = ?", q->enhet);
    add_int(k, " AND i.saksaar = ?", q->saksaar);
    add_int(k, " AND i.saksnr = ?", q->saksnr);
    add_text(k, " AND i.eiendom = ?", property);
}

/* Entries on one side of the age of names, by the words of that column. */
static void add_matches(struct asking *k, const struct journal_question *q, const char *columns, const char *column,
                        const char *side)
{
    buf_printf(&k->sql, "SELECT o.rowid%s FROM innfoersel_ord o JOIN innfoersel i ON i.id = o.rowid", columns);
    add_filters(k, q);
    if (k->dialect == DIALECT_SQLITE) {
        char *fts5 = question_fts5(k->cx, k->question);
        buf_puts(&k->sql, " AND o.innfoersel_ord MATCH ?");
        bind_text(k, str_of(fts5 ? arena_printf(k->cx->arena, "%s : (%s)", column, fts5) : ""));
    } else {
        buf_printf(&k->sql, " AND o.%s @@ websearch_to_tsquery('norwegian', lower(CAST(? AS TEXT) COLLATE \"und-x-icu\"))",
                   column);
        bind_text(k, q->words);
    }
    buf_printf(&k->sql, " AND o.rowid %s ?", side);
    bind_int(k, k->old);
}

/* The statement up to its order; columns after the id. */
static void compose(struct asking *k, const struct journal_question *q, const char *columns)
{
    buf_reset(&k->sql);
    k->bound_n = 0;
    if (k->question) {
        add_matches(k, q, columns, "alt", ">");
        buf_puts(&k->sql, " UNION ALL ");
        add_matches(k, q, columns, "uten", "<=");
        return;
    }
    buf_printf(&k->sql, "SELECT i.id%s FROM innfoersel i", columns);
    add_filters(k, q);
    add_number(k);
}

static int bind_all(struct asking *k, struct stmt *st)
{
    for (int i = 0; i < k->bound_n; i++)
        if (k->bound[i].text)
            stmt_bind_str(st, i + 1, k->bound[i].s);
        else
            stmt_bind_int(st, i + 1, k->bound[i].i);
    return k->bound_n + 1;
}

static enum rc prepare(struct asking *k, struct db *db, const char *before, const char *after, struct stmt **ret)
{
    char *sql = buf_failed(&k->sql) ? NULL : arena_printf(k->cx->arena, "%s%s%s", before, k->sql.p, after);
    return sql ? db_prepare(db, sql, ret) : cx_nomem(k->cx);
}

static enum rc count(struct asking *k, struct db *db, const struct journal_question *q, int64_t *ret)
{
    struct stmt *st;
    bool row = false;
    compose(k, q, "");
    TRY(prepare(k, db, "SELECT count(*) FROM (", " LIMIT ?) AS funnet", &st));
    stmt_bind_int(st, bind_all(k, st), JOURNAL_COUNT_MAX + 1);
    enum rc rc = stmt_step(st, &row);
    *ret = rc == RC_OK && row ? stmt_int(st, 0) : 0;
    stmt_done(&st);
    return rc;
}

static enum rc read_page(struct asking *k, struct db *db, const struct journal_question *q, struct innfoersel *ret, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    compose(k, q, "," ENTRY_COLUMNS);
    TRY(prepare(k, db, "", " ORDER BY 1 DESC LIMIT ? OFFSET ?", &st));
    int at = bind_all(k, st);
    stmt_bind_int(st, at, q->most);
    stmt_bind_int(st, at + 1, q->skip);
    while ((rc = stmt_step(st, &row)) == RC_OK && row && (rc = read_entry(k->cx, st, &ret[*ret_n])) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    for (size_t i = 0; i < *ret_n && rc == RC_OK; i++)
        rc = load_parts(db, &ret[i]);
    return rc;
}

/* *ret_any false: the words ask for nothing that can be found. */
static enum rc read_words(struct asking *k, struct str typed, bool *ret_any)
{
    *ret_any = true;
    if (typed.n == 0 || read_number(k, typed))
        return RC_OK;
    k->question = arena_alloc(k->cx->arena, sizeof(*k->question));
    if (!k->question)
        return cx_nomem(k->cx);
    question_read(typed, k->question);
    *ret_any = question_asks(k->question);
    return RC_OK;
}

static enum rc search(struct asking *k, struct db *db, const struct journal_question *q, struct innfoersel *ret, size_t *ret_n,
                      int64_t *ret_total)
{
    bool any;
    *ret_n = 0;
    *ret_total = 0;
    TRY(last_old(db, &k->old));
    TRY(read_words(k, q->words, &any));
    if (!any)
        return RC_OK;
    TRY(count(k, db, q, ret_total));
    return read_page(k, db, q, ret, ret_n);
}

enum rc journal_search(struct cx *cx, struct vault *v, const struct journal_question *q, struct innfoersel **ret,
                       size_t *ret_n, int64_t *ret_total)
{
    struct asking k = {.cx = cx};
    struct db *db;
    *ret = arena_array(cx->arena, (size_t)q->most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(cx);
    TRY(store_read_begin(cx, vault_space(v), &db));
    k.dialect = db_dialect(db);
    buf_init(&k.sql, (size_t)KiB(64));
    enum rc rc = search(&k, db, q, *ret, ret_n, ret_total);
    buf_free(&k.sql);
    store_read_end(&db);
    return rc;
}

/* ------------------------------------------------------------------ one entry */

static enum rc find(struct db *db, struct str registrering, struct innfoersel *ret)
{
    struct stmt *st;
    bool row = false;
    TRY(db_prepare(db, "SELECT i.id," ENTRY_COLUMNS " FROM innfoersel i" PUBLIC_ENTRIES " AND i.registrering = ?", &st));
    stmt_bind_str(st, 1, registrering);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK)
        rc = row ? read_entry(db_cx(db), st, ret) : err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    stmt_done(&st);
    TRY(rc);
    return load_parts(db, ret);
}

enum rc journal_entry(struct cx *cx, struct vault *v, struct str registrering, struct innfoersel *ret)
{
    struct db *db;
    TRY(store_read_begin(cx, vault_space(v), &db));
    enum rc rc = find(db, registrering, ret);
    store_read_end(&db);
    return rc;
}

enum rc journal_units(struct cx *cx, struct vault *v, const char *const **ret, size_t *ret_n)
{
    enum { UNITS = 200 };
    const char **units = arena_array(cx->arena, UNITS, sizeof(*units));
    struct db *db;
    struct stmt *st;
    bool row = false;
    if (!units)
        return cx_nomem(cx);
    *ret_n = 0;
    TRY(store_read_begin(cx, vault_space(v), &db));
    enum rc rc = db_prepare(db, "WITH RECURSIVE e(enhet) AS (SELECT min(enhet) FROM innfoersel WHERE enhet > '' UNION ALL"
                                " SELECT (SELECT min(enhet) FROM innfoersel WHERE enhet > e.enhet) FROM e WHERE e.enhet IS"
                                " NOT NULL) SELECT enhet FROM e WHERE enhet IS NOT NULL LIMIT 200", &st);
    while (rc == RC_OK && (rc = stmt_step(st, &row)) == RC_OK && row && *ret_n < UNITS)
        if (!(units[(*ret_n)++] = stmt_text(st, 0)))
            rc = cx_nomem(cx);
    stmt_done(&st);
    store_read_end(&db);
    *ret = units;
    return rc;
}
