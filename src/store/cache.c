/*
 * The cache of prepared statements of one connection. A text that is in use already – a function
 * that calls itself – gets a second, loose statement, which ends when it is given back.
 */
#include "store/store_int.h"

enum { HASHED = 64 };

/* Of the length and the end, where statements differ most: some are 2,000 bytes long. */
static uint64_t hash_of(const char *s)
{
    size_t n = strlen(s), from = n < HASHED ? 0 : n - HASHED;
    return str_hash(STR_HASH ^ n, (struct str){s + from, n - from});
}

static void list_out(struct cache *c, struct stmt *st)
{
    if (st->newer)
        st->newer->older = st->older;
    else if (st->loose)
        c->loose = st->older;
    else
        c->newest = st->older;
    if (st->older)
        st->older->newer = st->newer;
    else if (!st->loose)
        c->oldest = st->newer;
    st->newer = st->older = NULL;
}

static void list_in(struct cache *c, struct stmt *st)
{
    struct stmt **head = st->loose ? &c->loose : &c->newest;
    st->older = *head;
    if (*head)
        (*head)->newer = st;
    else if (!st->loose)
        c->oldest = st;
    *head = st;
}

static void destroy(struct stmt *st)
{
    st->db->driver->finalize(st);
    mem_free(st);
}

static void remove_cached(struct cache *c, struct stmt *st)
{
    struct stmt **at = &c->buckets[st->hash % CACHE_BUCKETS];
    while (*at != st)
        at = &(*at)->same;
    *at = st->same;
    list_out(c, st);
    c->count--;
    destroy(st);
}

static struct stmt *find(struct cache *c, uint64_t hash, const char *sql)
{
    struct stmt *st = c->buckets[hash % CACHE_BUCKETS];
    while (st && (st->hash != hash || strcmp(st->sql, sql) != 0))
        st = st->same;
    return st;
}

/* Makes room; statements in use stay, even if the cache is larger for a while. */
static void evict(struct cache *c)
{
    struct stmt *st = c->oldest;
    while (st && c->count >= c->max) {
        struct stmt *newer = st->newer;
        if (!st->used)
            remove_cached(c, st);
        st = newer;
    }
}

static enum rc make(struct db *db, const char *sql, uint64_t hash, bool loose, struct stmt **ret)
{
    struct cache *c = &db->cache;
    size_t n = strlen(sql) + 1;
    struct stmt *st = mem_try(sizeof(*st) + n);
    if (!st)
        return db_fail(db, RC_NOMEM, "no memory for a statement");
    *st = (struct stmt){.db = db, .hash = hash, .loose = loose, .table = known_table(sql)};
    memcpy(st->sql, sql, n);
    enum rc rc = db->driver->prepare(st);
    if (rc != RC_OK) {
        destroy(st);
        return rc;
    }
    if (!loose) {
        evict(c);
        st->same = c->buckets[hash % CACHE_BUCKETS];
        c->buckets[hash % CACHE_BUCKETS] = st;
        c->count++;
    }
    list_in(c, st);
    *ret = st;
    return RC_OK;
}

enum rc cache_take(struct db *db, const char *sql, struct stmt **ret)
{
    struct cache *c = &db->cache;
    uint64_t hash = hash_of(sql);
    struct stmt *st = find(c, hash, sql);
    if (!st || st->used) {
        TRY(make(db, sql, hash, st != NULL, &st));
    } else if (c->newest != st) {
        list_out(c, st);
        list_in(c, st);
    }
    st->used = true;
    c->used++;
    *ret = st;
    return RC_OK;
}

void cache_give(struct stmt *st)
{
    struct cache *c = &st->db->cache;
    c->used--;
    if (st->loose) {
        list_out(c, st);
        destroy(st);
        return;
    }
    st->db->driver->rewind(st);
    st->db->driver->unbind(st);
    st->used = st->running = st->many = st->borrows = false;
    st->bad = RC_OK;
}

void cache_give_all(struct db *db)
{
    struct cache *c = &db->cache;
    while (c->loose)
        cache_give(c->loose);
    for (struct stmt *st = c->newest; st && c->used > 0; st = st->older)
        if (st->used)
            cache_give(st);
}

void cache_clear(struct db *db)
{
    cache_give_all(db);
    while (db->cache.newest)
        remove_cached(&db->cache, db->cache.newest);
}
