/*
 * Totals of long lists. Each page of a list tells how many there are in all, and counting a million
 * entries of an index takes some 50 ms; so a total is kept until the log of the municipality grows,
 * which it does with every change to a row. What changes rows without an entry is told by the callers:
 * a bruker is met (query_sql.c asks for no kept total), a screening ends with time (gate_changed).
 */
#include "archive/archive_int.h"

enum { KEPT = 64 };

struct kept {
    char *key;              /* the statement and its values */
    int64_t log, rules;     /* entries and rules when it was counted */
    int64_t total;
};

struct totals {
    struct kept slots[KEPT];
    size_t next;            /* to be replaced */
};

static const char *key_of(const struct sql *q)
{
    struct arena *a = q->cx->arena;
    const char *key = q->text->p;
    for (size_t i = 0; key && i < q->binds_n; i++) {
        const struct sql_bind *b = &q->binds[i];
        key = b->kind == 's' ? arena_printf(a, "%s|%.*s", key, (int)b->s.n, b->s.p)
                             : arena_printf(a, "%s|%" PRId64, key, b->i);
    }
    return key;
}

static struct kept *find(struct totals *t, const char *key)
{
    for (size_t i = 0; i < KEPT; i++)
        if (streq(t->slots[i].key, key))
            return &t->slots[i];
    return NULL;
}

static bool look_up(struct vault *v, const char *key, struct kept *want)
{
    (void)pthread_mutex_lock(&v->lock);
    const struct kept *k = v->totals ? find(v->totals, key) : NULL;
    bool holds = k && k->log == want->log && k->rules == want->rules;
    if (holds)
        want->total = k->total;
    (void)pthread_mutex_unlock(&v->lock);
    return holds;
}

static void keep(struct vault *v, const char *key, const struct kept *new)
{
    (void)pthread_mutex_lock(&v->lock);
    if (!v->totals)
        v->totals = mem_new(sizeof(*v->totals));
    struct kept *k = find(v->totals, key);
    if (!k) {
        k = &v->totals->slots[v->totals->next++ % KEPT];
        mem_free(k->key);
        k->key = mem_strdup(key);
    }
    char *own = k->key;
    *k = *new;
    k->key = own;
    (void)pthread_mutex_unlock(&v->lock);
}

/* How far the log and the rules (gate_changed) are in this snapshot. */
static enum rc state_of(struct db *db, struct kept *ret)
{
    TRY(db_int(db, &ret->log, 0, "SELECT antall FROM loggslutt WHERE id = 1", ""));
    return number_last(db, "tilgangsbilde", &ret->rules);
}

enum rc count_kept(struct call *c, struct db *db, struct sql *q, int64_t least, int64_t *ret)
{
    if (q->failed)
        return count_now(db, q, ret);
    const char *key = key_of(q);
    struct kept k = {.key = NULL};
    if (!key)
        return cx_nomem(c->cx);
    TRY(state_of(db, &k));
    if (look_up(c->vault, key, &k)) {
        *ret = k.total;
        return RC_OK;
    }
    TRY(count_now(db, q, &k.total));
    if (k.total >= least && !db_writing(db))
        keep(c->vault, key, &k);
    *ret = k.total;
    return RC_OK;
}

enum rc count_now(struct db *db, struct sql *q, int64_t *ret)
{
    struct stmt *st = NULL;
    bool row = false;
    TRY(sql_prepare(q, db, &st));
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row)
        *ret = stmt_int(st, 0);
    stmt_done(&st);
    return rc;
}

void count_free(struct vault *v)
{
    for (size_t i = 0; v->totals && i < KEPT; i++)
        mem_free(v->totals->slots[i].key);
    mem_free(v->totals);
}
