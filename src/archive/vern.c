/*
 * Access classes: what screening, grading and access rules apply to a row, kept on the row.
 *
 * The class of a row is the union of the classes it hangs on and of its own words (see gate.c). It is
 * set when the row is made, and spread downwards when screening, rules or place change. A screening
 * whose end has passed gives no word; vern_expire finds those that end with time.
 */
#include <stdlib.h>

#include "archive/archive_int.h"

#define WORDS_MAX 64     /* distinct words of one class */
#define DEPTH_MAX 64     /* levels a change is spread over */

struct words {
    struct str w[WORDS_MAX];
    size_t n;
    bool full;
};

static const struct screened {
    enum family_id family;
    enum attr_id skjerming, gradering;
} screened[] = {
    {F_arkivdel, A_arkivdel_skjerming, A_arkivdel_gradering},
    {F_klasse, A_klasse_skjerming, A_klasse_gradering},
    {F_mappe, A_mappe_skjerming, A_mappe_gradering},
    {F_registrering, A_registrering_skjerming, A_registrering_gradering},
    {F_dokumentbeskrivelse, A_dokumentbeskrivelse_skjerming, A_dokumentbeskrivelse_gradering},
};

static void words_add(struct words *ws, struct str w)
{
    for (size_t i = 0; i < ws->n; i++)
        if (str_eq(ws->w[i], w))
            return;
    if (ws->n == WORDS_MAX)
        ws->full = true;
    else
        ws->w[ws->n++] = w;
}

static void words_split(struct words *ws, const char *key)
{
    while (*key) {
        const char *end = strchr(key, '|');
        size_t n = end ? (size_t)(end - key) : strlen(key);
        words_add(ws, (struct str){key, n});
        key += n + (end ? 1 : 0);
    }
}

static enum rc words_of_class(struct call *c, struct db *db, struct words *ws, int64_t vern)
{
    if (vern == 0)
        return RC_OK;
    char *key;
    TRY(db_text(db, &key, "SELECT nokkel FROM vern WHERE id = ?", "i", vern));
    if (!key)
        return err_secret(c->cx, RC_INTERNAL, "access class %" PRId64 " is missing", vern);
    words_split(ws, key);
    return RC_OK;
}

static enum rc word(struct call *c, struct words *ws, char kind, struct str what)
{
    char *w = arena_printf(c->cx->arena, "%c:%.*s", kind, (int)what.n, what.p);
    if (!w)
        return cx_nomem(c->cx);
    words_add(ws, str_of(w));
    return RC_OK;
}

static bool over(const struct val *end, int64_t now)
{
    return end->state == VAL_SET && end->i <= now;
}

/* Screening and grading of the object itself, and the persons they do not stop. */
static enum rc words_own(struct call *c, struct words *ws, const struct rec *r)
{
    const struct screened *s = NULL;
    for (size_t i = 0; i < COUNT_OF(screened); i++)
        if (screened[i].family == r->entity->family)
            s = &screened[i];
    if (!s)
        return RC_OK;

    const struct val *code = rec_leaf(r, s->skjerming, L_skjerming_tilgangsrestriksjon);
    const struct val *grad = rec_leaf(r, s->gradering, L_gradering_graderingskode);
    bool screen = code->state == VAL_SET &&
                  !over(rec_leaf(r, s->skjerming, L_skjerming_skjermingOpphoererDato), c->cx->now);
    bool grade = grad->state == VAL_SET &&
                 !over(rec_leaf(r, s->gradering, L_gradering_nedgraderingsdato), c->cx->now);
    if (screen)
        TRY(word(c, ws, 'r', code->text));
    if (grade)
        TRY(word(c, ws, 'r', grad->text));
    if (!screen && !grade)
        return RC_OK;
    TRY(word(c, ws, 's', rec_val(r, A_arkivenhet_referanseOpprettetAv)->text));
    if (!model_is(r->entity, E_saksmappe))
        return RC_OK;
    const struct val *owner = rec_val(r, A_saksmappe_referanseSaksansvarlig);
    return owner->state == VAL_SET ? word(c, ws, 's', owner->text) : RC_OK;
}

/* An access rule names the object: its subtree has a class of its own. */
static enum rc words_rules(struct call *c, struct db *db, struct words *ws, const struct rec *r)
{
    if (r->id == 0)
        return RC_OK;
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM tilgang WHERE referansearkivenhet = ?", "t", r->systemid));
    return n ? word(c, ws, 'u', str_of(r->systemid)) : RC_OK;
}

/* Does access come down over this relation, from a to b? */
static bool guards(const struct relation *rel)
{
    return rel->kind == REL_CHILD || rel->id == REL_registrering_dokumentbeskrivelse ||
           rel->id == REL_saksmappe_presedens || rel->id == REL_journalpost_presedens;
}

static enum family_id family_of(enum entity_id e)
{
    return model_entity(e)->family;
}

static enum rc words_of_rows(struct call *c, struct db *db, struct words *ws, const char *sql, int64_t id)
{
    struct stmt *st;
    TRY(db_prepare(db, sql, &st));
    stmt_bind_int(st, 1, id);
    int64_t found[WORDS_MAX];
    size_t n = 0;
    bool row = false;
    enum rc rc;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && n < WORDS_MAX)
        found[n++] = stmt_int(st, 0);
    stmt_done(&st);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = words_of_class(c, db, ws, found[i]);
    return rc;
}

static enum rc words_of_parents(struct call *c, struct db *db, struct words *ws, const struct rec *r)
{
    struct arena *a = c->cx->arena;
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        if (!guards(rel) || family_of(rel->b) != r->entity->family)
            continue;
        const char *above = model_family(family_of(rel->a))->table;
        char *sql;
        int64_t key = r->id;
        if (rel->kind == REL_CHILD) {
            key = *rec_one(r, rel->id);
            sql = arena_printf(a, "SELECT vern FROM %s WHERE id = ? AND vern <> 0", above);
        } else {
            sql = arena_printf(a, "SELECT p.vern FROM %s l JOIN %s p ON p.id = l.a_id"
                                  " WHERE l.b_id = ? AND p.vern <> 0", rel->table, above);
        }
        if (!sql)
            return cx_nomem(c->cx);
        if (key)
            TRY(words_of_rows(c, db, ws, sql, key));
    }
    return RC_OK;
}

static int by_text(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int d = memcmp(x->p, y->p, n);
    return d ? d : (x->n > y->n) - (x->n < y->n);
}

/* The words in order; "" when there are none. */
static enum rc key_of(struct call *c, struct words *ws, char **ret)
{
    char *key = arena_strdup(c->cx->arena, "");
    if (ws->n)
        qsort(ws->w, ws->n, sizeof(ws->w[0]), by_text);
    for (size_t i = 0; key && i < ws->n; i++)
        key = arena_printf(c->cx->arena, "%s%s%.*s", key, i ? "|" : "", (int)ws->w[i].n, ws->w[i].p);
    *ret = key;
    return key ? RC_OK : cx_nomem(c->cx);
}

static enum rc intern(struct call *c, struct db *db, struct words *ws, int64_t *ret)
{
    if (ws->full)
        return err_set(c->cx, RC_FIELD_VALUE, "skjerming", "for mange tilgangsregler på samme enhet");
    if (ws->n == 0) {
        *ret = 0;
        return RC_OK;
    }
    char *key;
    TRY(key_of(c, ws, &key));
    TRY(db_int(db, ret, 0, "SELECT id FROM vern WHERE nokkel = ?", "t", key));
    if (*ret)
        return RC_OK;
    TRY(gate_changed(db));
    return db_insert(db, ret, "INSERT INTO vern(nokkel) VALUES (?)", "t", key);
}

enum rc vern_set(struct call *c, struct db *db, struct rec *r, const int64_t *extra, size_t extra_n)
{
    struct words ws = {.n = 0};
    for (size_t i = 0; i < extra_n; i++)
        TRY(words_of_class(c, db, &ws, extra[i]));
    if (r->id)
        TRY(words_of_parents(c, db, &ws, r));
    TRY(words_own(c, &ws, r));
    TRY(words_rules(c, db, &ws, r));
    return intern(c, db, &ws, &r->vern);
}

enum rc vern_holds(struct call *c, struct db *db, const struct rec *r, bool *ret)
{
    struct words ws = {.n = 0};
    char *due, *is = NULL;
    TRY(words_of_parents(c, db, &ws, r));
    TRY(words_own(c, &ws, r));
    TRY(words_rules(c, db, &ws, r));
    TRY(key_of(c, &ws, &due));
    if (r->vern)
        TRY(db_text(db, &is, "SELECT nokkel FROM vern WHERE id = ?", "i", r->vern));
    *ret = r->vern ? is && streq(is, due) : *due == 0;
    return RC_OK;
}

/* ------------------------------------------------------------------ spreading */

static enum rc spread(struct call *c, struct db *db, struct rec *r, int depth);

static void free_scratch(void *arg)
{
    struct arena *a = arg;
    arena_free(&a);
}

/*
 * One object with an arena of its own, so that a subtree of any size is walked in bounded memory. On
 * failure the arena stays with the caller's: the error's texts are in it.
 */
static enum rc spread_one(struct call *c, struct db *db, const struct family *f, int64_t id, int depth)
{
    struct rec *r;
    struct arena *own = c->cx->arena, *scratch = arena_new((size_t)MiB(1));
    if (!scratch)
        return cx_nomem(c->cx);
    c->cx->arena = scratch;
    enum rc rc = rec_load(db, f, id, &r);
    if (rc == RC_OK)
        rc = spread(c, db, r, depth);
    c->cx->arena = own;
    if (rc == RC_OK)
        arena_free(&scratch);
    else
        (void)arena_defer(own, free_scratch, scratch);
    return rc;
}

static enum rc spread_over(struct call *c, struct db *db, const struct rec *r, const struct relation *rel,
                           int depth)
{
    const struct family *below = model_family(family_of(rel->b));
    char *sql = rel->kind == REL_CHILD
        ? arena_printf(c->cx->arena, "SELECT id FROM %s WHERE %s = ? AND id > ? ORDER BY id LIMIT 1",
                       below->table, rel->column)
        : arena_printf(c->cx->arena, "SELECT b_id FROM %s WHERE a_id = ? AND b_id > ? ORDER BY b_id LIMIT 1",
                       rel->table);
    if (!sql)
        return cx_nomem(c->cx);
    for (int64_t last = 0;;) {
        int64_t id;
        TRY(db_int(db, &id, 0, sql, "ii", r->id, last));
        if (id == 0)
            return RC_OK;
        TRY(spread_one(c, db, below, id, depth + 1));
        last = id;
    }
}

static enum rc spread(struct call *c, struct db *db, struct rec *r, int depth)
{
    if (depth > DEPTH_MAX)
        return err_secret(c->cx, RC_INTERNAL, "structure deeper than %d levels", DEPTH_MAX);
    int64_t before = r->vern;
    TRY(vern_set(c, db, r, NULL, 0));
    if (r->vern == before && depth > 0)
        return RC_OK;
    char *sql = arena_printf(c->cx->arena, "UPDATE %s SET vern = ? WHERE id = ?",
                             model_family(r->entity->family)->table);
    if (!sql)
        return cx_nomem(c->cx);
    TRY(db_run(db, sql, "ii", r->vern, r->id));
    TRY(db_run(db, "UPDATE logg SET vern = ? WHERE referansearkivenhet = ?", "it", r->vern, r->systemid));
    for (int i = 0; i < REL_COUNT; i++) {
        const struct relation *rel = model_relation((enum relation_id)i);
        if (guards(rel) && family_of(rel->a) == r->entity->family)
            TRY(spread_over(c, db, r, rel, depth));
    }
    return RC_OK;
}

enum rc vern_spread(struct call *c, struct db *db, struct rec *r)
{
    return spread(c, db, r, 0);
}

/* ------------------------------------------------------------------ time */

static enum rc expire_family(struct call *c, struct db *db, enum family_id f, const char *column, int64_t from,
                             int64_t until, bool *ret_any)
{
    char *sql = arena_printf(c->cx->arena, "SELECT id FROM %s WHERE %s > ? AND %s <= ? AND id > ?"
                                           " ORDER BY id LIMIT 1", model_family(f)->table, column, column);
    if (!sql)
        return cx_nomem(c->cx);
    for (int64_t last = 0;;) {
        int64_t id;
        TRY(db_int(db, &id, 0, sql, "iii", from, until, last));
        if (id == 0)
            return RC_OK;
        TRY(spread_one(c, db, model_family(f), id, 0));
        TRY(gate_changed(db));
        *ret_any = true;
        last = id;
    }
}

static enum rc expire(struct db *db, void *arg)
{
    struct call *c = arg;
    char *text;
    int64_t from = 0;
    bool any = false;
    TRY(db_text(db, &text, "SELECT verdi FROM meta WHERE nokkel = 'vern-utloept'", ""));
    if (text && !str_int(str_of(text), &from))
        from = 0;
    /* After a clock that ran ahead was set back, what had ended too early is in force again. */
    int64_t until = from > c->cx->now ? from : c->cx->now;
    from = from > c->cx->now ? c->cx->now : from;
    for (size_t i = 0; i < COUNT_OF(screened); i++) {
        TRY(expire_family(c, db, screened[i].family, "skjerming_skjermingopphoererdato_t", from, until, &any));
        TRY(expire_family(c, db, screened[i].family, "gradering_nedgraderingsdato_t", from, until, &any));
    }
    if (!any)
        return RC_OK;                      /* nothing to store: a start of the server flushes nothing */
    char *now = arena_printf(c->cx->arena, "%" PRId64, c->cx->now);
    if (!now)
        return cx_nomem(c->cx);
    return db_run(db, "INSERT INTO meta(nokkel, verdi) VALUES ('vern-utloept', ?)"
                      " ON CONFLICT (nokkel) DO UPDATE SET verdi = excluded.verdi", "t", now);
}

enum rc vern_expire(struct cx *cx, struct vault *v)
{
    struct call c = {.cx = cx, .vault = v, .role = ROLE_ARKIVADMINISTRATOR};
    (void)snprintf(c.person.name, sizeof(c.person.name), "samdrift");
    return store_write(cx, v->space, expire, &c);
}
