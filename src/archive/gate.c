/*
 * The gate: who may do what to which rows.
 *
 * Rights come from three places, the later the stronger: the role (table `rights`), access rules
 * without unit (tilgang with tilgangskategori alone, for a level of the structure and all below it),
 * and access rules on units above the row, where a refusal anywhere wins. On top of these a row under
 * screening or grading asks for clearance: roles from arkivar up have it, as have those who made or
 * are responsible for what is screened; a rule with tilgangsrestriksjon gives or takes it. A restriction
 * that asks for a zone ([arkiv] sikker_sone, indre_sone) is shown to nobody who sits further out.
 *
 * What applies to a row is told by its access class: the words of vern.nokkel, separated by '|':
 * r:<tilgangsrestriksjon or graderingskode>, u:<systemID of a unit with rules>, s:<person cleared>.
 */
#include <stdlib.h>

#include "archive/archive_int.h"

/* Least role a deed, a family. */
struct right {
    enum family_id family;
    enum role least[4];    /* read, new, change, delete */
};
#define SB ROLE_SAKSBEHANDLER
#define AR ROLE_ARKIVAR
#define AD ROLE_ARKIVADMINISTRATOR
#define NOBODY ((enum role)(ROLE_ARKIVADMINISTRATOR + 1))
static const struct right rights[] = {
    /* 5.2.12, 5.13.4–6: arkiv and arkivdel are the administrator's */
    {F_arkiv, {ROLE_LESER, AD, AD, AD}},
    {F_arkivskaper, {ROLE_LESER, AD, AD, AD}},
    {F_arkivdel, {ROLE_LESER, AD, AD, AD}},
    {F_klassifikasjonssystem, {ROLE_LESER, AD, AD, AD}},
    {F_klasse, {ROLE_LESER, AR, AR, AR}},
    {F_administrativenhet, {ROLE_LESER, AD, AD, AD}},
    {F_bruker, {ROLE_LESER, AD, AD, AD}},
    {F_tilgang, {AR, AD, AD, AD}},
    {F_kode, {ROLE_LESER, AD, AD, AD}},
    {F_vsmfelt, {ROLE_LESER, AD, AD, AD}},
    {F_logg, {ROLE_LESER, SB, NOBODY, NOBODY}},
};
static const struct right right_default = {F_COUNT, {ROLE_LESER, SB, SB, SB}};

/* Levels of tilgangskategori, from the top: a rule holds for its level and those below. */
static const struct {
    enum family_id family;
    int level;
} levels[] = {
    {F_arkiv, 0}, {F_arkivskaper, 0}, {F_arkivdel, 0}, {F_klassifikasjonssystem, 0}, {F_klasse, 1},
    {F_mappe, 2}, {F_registrering, 3},
};
#define LEVEL_BELOW 4

struct gate_class {
    int64_t id;
    char *words;               /* vern.nokkel */
};

struct gate_rule {
    char *role, *unit, *restriction;   /* unit and restriction "" when not told */
    int level;
    bool may[4];
};

struct gate_cache {
    atomic_int holders;
    int64_t generation;
    struct gate_class *classes;
    size_t classes_n;
    struct gate_rule *rules;
    size_t rules_n;
};

struct gate {
    struct call *call;
    struct gate_cache *facts;
};

static int level_of(enum family_id f)
{
    for (size_t i = 0; i < COUNT_OF(levels); i++)
        if (levels[i].family == f)
            return levels[i].level;
    return LEVEL_BELOW;
}

static int level_of_kategori(struct str kode)
{
    static const char order[] = "AKMRD";
    const char *at = kode.n == 1 ? strchr(order, kode.p[0]) : NULL;
    return at ? (int)(at - order) : 0;
}

/* ------------------------------------------------------------------ facts */

static void facts_release(struct gate_cache *f)
{
    if (!f || atomic_fetch_sub(&f->holders, 1) != 1)
        return;
    for (size_t i = 0; i < f->classes_n; i++)
        mem_free(f->classes[i].words);
    for (size_t i = 0; i < f->rules_n; i++) {
        mem_free(f->rules[i].role);
        mem_free(f->rules[i].unit);
        mem_free(f->rules[i].restriction);
    }
    mem_free(f->classes);
    mem_free(f->rules);
    mem_free(f);
}

static void facts_release_deferred(void *f)
{
    facts_release(f);
}

/* *failed stays what it is unless there is no memory. */
static char *keep(struct stmt *st, int col, bool *failed)
{
    struct str s = stmt_str(st, col);
    char *p = mem_try(s.n + 1);
    if (p && s.n)
        memcpy(p, s.p, s.n);
    *failed = *failed || !p;
    return p;
}

static enum rc count_rows(struct db *db, const char *sql, size_t *ret)
{
    int64_t n;
    TRY(db_int(db, &n, 0, sql, ""));
    *ret = (size_t)n;
    return RC_OK;
}

static enum rc load_classes(struct db *db, struct gate_cache *f)
{
    size_t n;
    TRY(count_rows(db, "SELECT count(*) FROM vern", &n));
    f->classes = mem_try((n + 1) * sizeof(*f->classes));
    struct stmt *st;
    bool failed = !f->classes;
    if (failed)
        return cx_nomem(db_cx(db));
    TRY(db_prepare(db, "SELECT id, nokkel FROM vern", &st));
    bool row = false;
    enum rc rc;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && f->classes_n < n) {
        f->classes[f->classes_n].id = stmt_int(st, 0);
        f->classes[f->classes_n++].words = keep(st, 1, &failed);
    }
    stmt_done(&st);
    return rc == RC_OK && failed ? cx_nomem(db_cx(db)) : rc;
}

static enum rc load_rules(struct db *db, struct gate_cache *f)
{
    size_t n;
    TRY(count_rows(db, "SELECT count(*) FROM tilgang", &n));
    f->rules = mem_try((n + 1) * sizeof(*f->rules));
    struct stmt *st;
    bool failed = !f->rules;
    if (failed)
        return cx_nomem(db_cx(db));
    TRY(db_prepare(db, "SELECT rolle, referansearkivenhet, tilgangsrestriksjon, tilgangskategori,"
                       " les, ny, endre, slett FROM tilgang", &st));
    bool row = false;
    enum rc rc;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && f->rules_n < n) {
        struct gate_rule *r = &f->rules[f->rules_n++];
        r->role = keep(st, 0, &failed);
        r->unit = keep(st, 1, &failed);
        r->restriction = keep(st, 2, &failed);
        r->level = level_of_kategori(stmt_str(st, 3));
        for (int deed = 0; deed < 4; deed++)
            r->may[deed] = stmt_int(st, 4 + deed) != 0;
    }
    stmt_done(&st);
    return rc == RC_OK && failed ? cx_nomem(db_cx(db)) : rc;
}

static enum rc facts_load(struct db *db, int64_t generation, struct gate_cache **ret)
{
    struct gate_cache *f = mem_try(sizeof(*f));
    if (!f)
        return cx_nomem(db_cx(db));
    atomic_init(&f->holders, 1);
    f->generation = generation;
    enum rc rc = load_classes(db, f);
    if (rc == RC_OK)
        rc = load_rules(db, f);
    if (rc != RC_OK)
        facts_release(f);
    else
        *ret = f;
    return rc;
}

/* Which facts hold in this snapshot: changed by the transaction that changes them, whichever process runs it. */
static enum rc generation_of(struct db *db, int64_t *ret)
{
    return number_last(db, "tilgangsbilde", ret);
}

static struct gate_cache *cached(struct vault *v, int64_t generation)
{
    (void)pthread_mutex_lock(&v->lock);
    struct gate_cache *f = v->gate_cache;
    if (f && f->generation == generation)
        atomic_fetch_add(&f->holders, 1);
    else
        f = NULL;
    (void)pthread_mutex_unlock(&v->lock);
    return f;
}

/* A snapshot that is older than what is kept does not replace it. */
static void keep_newest(struct vault *v, struct gate_cache *f)
{
    struct gate_cache *old = NULL;
    (void)pthread_mutex_lock(&v->lock);
    if (!v->gate_cache || v->gate_cache->generation < f->generation) {
        atomic_fetch_add(&f->holders, 1);
        old = v->gate_cache;
        v->gate_cache = f;
    }
    (void)pthread_mutex_unlock(&v->lock);
    facts_release(old);
}

/* The kept facts when they are those of this snapshot, otherwise its own. */
static enum rc facts_get(struct call *c, struct db *db, struct gate_cache **ret)
{
    int64_t generation;
    TRY(generation_of(db, &generation));
    *ret = cached(c->vault, generation);
    if (*ret)
        return RC_OK;
    TRY(facts_load(db, generation, ret));
    if (!db_writing(db))
        keep_newest(c->vault, *ret);
    return RC_OK;
}

enum rc gate_open(struct call *c, struct db *db, struct gate **ret)
{
    struct gate *g = arena_alloc(c->cx->arena, sizeof(*g));
    if (!g)
        return cx_nomem(c->cx);
    g->call = c;
    TRY(facts_get(c, db, &g->facts));
    if (!arena_defer(c->cx->arena, facts_release_deferred, g->facts))
        return cx_nomem(c->cx);
    c->gate = g;
    *ret = g;
    return RC_OK;
}

void gate_keep(const struct call *c)
{
    if (c->gate)
        keep_newest(c->vault, c->gate->facts);
}

enum rc gate_changed(struct db *db)
{
    int64_t generation;
    return number_next(db, "tilgangsbilde", 1, &generation);
}

void gate_free_cache(struct vault *v)
{
    facts_release(v->gate_cache);
    v->gate_cache = NULL;
}

/* ------------------------------------------------------------------ decisions */

bool gate_role_may(const struct call *c, enum family_id f, enum deed deed)
{
    const struct right *r = &right_default;
    for (size_t i = 0; i < COUNT_OF(rights); i++)
        if (rights[i].family == f)
            r = &rights[i];
    if (deed == DEED_NEW && archive_importing(c))
        return true;
    return c->role != ROLE_NONE && c->role >= r->least[deed];
}

/* Calls of one word of a class: kind in *kind, the rest returned; words is moved on. */
static struct str next_word(const char **words, char *kind)
{
    const char *p = *words;
    const char *end = strchr(p, '|');
    size_t n = end ? (size_t)(end - p) : strlen(p);
    *words = end ? end + 1 : p + n;
    *kind = n > 2 ? p[0] : 0;
    return n > 2 ? (struct str){p + 2, n - 2} : (struct str){p, 0};
}

static bool has_word(const char *words, char kind, const char *what)
{
    while (*words) {
        char k;
        struct str w = next_word(&words, &k);
        if (k == kind && str_is(w, what))
            return true;
    }
    return false;
}

static bool rule_is_for(const struct gate *g, const struct gate_rule *r)
{
    return streq(r->role, role_name(g->call->role));
}

/* By role and by the rules without restriction. */
static bool right_of(const struct gate *g, const char *words, enum family_id f, enum deed deed)
{
    bool may = gate_role_may(g->call, f, deed);
    int level = level_of(f), best = -1;
    bool refused = false, granted = false;
    for (size_t i = 0; i < g->facts->rules_n; i++) {
        const struct gate_rule *r = &g->facts->rules[i];
        if (!rule_is_for(g, r) || *r->restriction)
            continue;
        if (!*r->unit && r->level <= level && r->level > best) {
            best = r->level;
            may = r->may[deed];
        } else if (*r->unit && r->level <= level && has_word(words, 'u', r->unit)) {
            refused |= !r->may[deed];
            granted |= r->may[deed];
        }
    }
    if (refused)
        return false;
    return granted || may;
}

static bool cleared(const struct gate *g, const char *words, struct str restriction, enum deed deed)
{
    bool may = g->call->role >= ROLE_ARKIVAR;
    for (size_t i = 0; i < g->facts->rules_n; i++) {
        const struct gate_rule *r = &g->facts->rules[i];
        if (rule_is_for(g, r) && str_is(restriction, r->restriction) &&
            (!*r->unit || has_word(words, 'u', r->unit)))
            may = r->may[deed];
    }
    return may;
}

static bool near_enough(const struct gate *g, struct str restriction)
{
    enum login_zone zone = g->call->person.zone;
    if (zone > ZONE_SECURE && named_in(g->call->vault->secure, restriction))
        return false;
    return zone <= ZONE_INNER || !named_in(g->call->vault->inner, restriction);
}

static bool in_zone(const struct gate *g, const char *words)
{
    const char *rest = words;
    while (*rest) {
        char kind;
        struct str w = next_word(&rest, &kind);
        if (kind == 'r' && !near_enough(g, w))
            return false;
    }
    return true;
}

static bool allowed(const struct gate *g, const char *words, enum family_id f, enum deed deed)
{
    if (!right_of(g, words, f, deed) || !in_zone(g, words))
        return false;
    if (g->call->person.known && has_word(words, 's', g->call->person.id))
        return true;
    const char *rest = words;
    while (*rest) {
        char kind;
        struct str w = next_word(&rest, &kind);
        if (kind == 'r' && !cleared(g, words, w, deed))
            return false;
    }
    return true;
}

/* Nothing but the role decides, and it clears every restriction: classes need not be looked at. */
static bool unconditional(const struct gate *g)
{
    const struct vault *v = g->call->vault;
    if (g->call->role < ROLE_ARKIVAR || (g->call->person.zone > ZONE_SECURE && (*v->secure || *v->inner)))
        return false;
    for (size_t i = 0; i < g->facts->rules_n; i++)
        if (rule_is_for(g, &g->facts->rules[i]))
            return false;
    return true;
}

void gate_where(const struct gate *g, struct sql *q, enum family_id f, enum deed deed, const char *alias)
{
    if (unconditional(g)) {
        if (!gate_role_may(g->call, f, deed))
            sql_add(q, " AND 1=0");
        return;
    }
    /* Only classes known to be allowed are let through: one that is newer than the cache is not. */
    size_t listed = 0;
    for (size_t i = 0; i <= g->facts->classes_n; i++) {
        const struct gate_class none = {0, NULL};
        const struct gate_class *k = i ? &g->facts->classes[i - 1] : &none;
        if (!allowed(g, k->words ? k->words : "", f, deed))
            continue;
        if (listed++)
            sql_add(q, ",");
        else
            sql_add(q, " AND %s.vern IN (", alias);
        sql_add(q, "%" PRId64, k->id);
    }
    sql_add(q, listed ? ")" : " AND 1=0");
}

bool gate_row_may(const struct gate *g, int64_t vern, enum family_id f, enum deed deed)
{
    if (vern == 0)
        return allowed(g, "", f, deed);
    for (size_t i = 0; i < g->facts->classes_n; i++)
        if (g->facts->classes[i].id == vern)
            return allowed(g, g->facts->classes[i].words, f, deed);
    return unconditional(g) && gate_role_may(g->call, f, deed);
}

bool gate_may(const struct gate *g, const struct rec *r, enum deed deed)
{
    return gate_row_may(g, r->vern, r->entity->family, deed);
}

enum rc gate_demand(struct call *c, const struct gate *g, const struct rec *r, enum deed deed)
{
    if (!gate_may(g, r, DEED_READ))
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    if (deed != DEED_READ && !gate_may(g, r, deed))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    return RC_OK;
}
