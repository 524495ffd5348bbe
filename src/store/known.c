/*
 * What a write has read and the next ones of its transaction need not ask for again. A handful of facts, looked
 * through from the first to the last.
 */
#include "store/store_int.h"

enum { FACTS = 64, MEMORY = 512 << 10 };

struct fact {
    const char *what;
    struct str which;
    uint64_t tables[2];
    const void *value;
};

struct known {
    struct arena *arena;
    struct fact facts[FACTS];
    size_t n;
};

static const uint64_t any_table = UINT64_MAX;

/* ------------------------------------------------------------------ forgetting */

uint64_t known_table(const char *sql)
{
    static const char *const verbs[] = {"INSERT INTO ", "UPDATE ", "DELETE FROM "};
    if (strncmp(sql, "SELECT", 6) == 0)
        return 0;
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        size_t n = strlen(verbs[i]);
        if (strncmp(sql, verbs[i], n) == 0)
            return str_hash(STR_HASH, (struct str){sql + n, strcspn(sql + n, " (")});
    }
    return any_table;
}

void known_changed(struct db *db, uint64_t table)
{
    struct known *k = db->known;
    if (!k || table == 0)
        return;
    size_t left = 0;
    for (size_t i = 0; i < k->n; i++) {
        const struct fact *f = &k->facts[i];
        if (table != any_table && f->tables[0] != table && f->tables[1] != table)
            k->facts[left++] = *f;
    }
    k->n = left;
}

void known_forget(struct db *db)
{
    if (!db->known)
        return;
    arena_free(&db->known->arena);
    db->known->n = 0;
}

void known_free(struct db *db)
{
    known_forget(db);
    mem_free(db->known);
    db->known = NULL;
}

/* ------------------------------------------------------------------ learning */

static struct fact *find(const struct db *db, const char *what, struct str which)
{
    struct known *k = db->known;
    for (size_t i = 0; k && i < k->n; i++)
        if (streq(k->facts[i].what, what) && str_eq(k->facts[i].which, which))
            return &k->facts[i];
    return NULL;
}

const void *db_known(const struct db *db, const char *what, struct str which)
{
    const struct fact *f = find(db, what, which);
    return f ? f->value : NULL;
}

struct arena *db_memory(struct db *db)
{
    if (!db->writing)
        return NULL;
    if (!db->known)
        db->known = mem_try(sizeof(*db->known));
    if (!db->known)
        return NULL;
    if (!db->known->arena)
        db->known->arena = arena_new(MEMORY);
    return db->known->arena;
}

static void depend(struct fact *f, const char *tables)
{
    for (size_t i = 0; tables && *tables && i < COUNT_OF(f->tables); i++) {
        size_t n = strcspn(tables, " ");
        f->tables[i] = str_hash(STR_HASH, (struct str){tables, n});
        tables += n + (tables[n] == ' ');
    }
}

static struct fact *add(struct known *k, const char *what, struct str which, const char *tables)
{
    char *own = k->n < FACTS ? arena_strndup(k->arena, which.p, which.n) : NULL;
    if (!own)
        return NULL;
    struct fact *f = &k->facts[k->n++];
    *f = (struct fact){.what = what, .which = {own, which.n}};
    depend(f, tables);
    return f;
}

void db_learn(struct db *db, const char *what, struct str which, const char *tables, const void *value, size_t n)
{
    struct arena *a = db_memory(db);
    struct fact *f = find(db, what, which);
    void *own = a && value ? arena_alloc(a, n) : NULL;
    if (own)
        memcpy(own, value, n);
    if (own && !f)
        f = add(db->known, what, which, tables);
    if (f)
        f->value = own;
}
