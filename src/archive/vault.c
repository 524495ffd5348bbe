/*
 * The archive of a co-operation and the vault of each municipality.
 *
 * A vault is opened on first use and kept. Its settings are a section of the configuration named
 * after the municipality, falling back to [arkiv].
 */
#include <stdlib.h>

#include "archive/archive_int.h"

static const char bulk_default[] = "157286400";   /* TG 1.1: bulkgrense when nothing is told */

/* 0, the default of the inspector, for what is no sensible limit. */
static int64_t limit_of(struct archive *a, const char *key)
{
    int64_t n = config_int(a->cfg, "inspeksjon", key, 0);
    return n > 0 && n <= 1 << 20 ? n : 0;
}

static enum rc open_inspector(struct cx *cx, struct archive *a)
{
    const char *policy = config_get(a->cfg, "inspeksjon", "sandkasse", "mulig");
    const struct inspect_options o = {.required = streq(policy, "kreves"),
                                      .seconds = limit_of(a, "sekunder"),
                                      .memory = MiB(limit_of(a, "minne"))};
    const char *virus = config_get(a->cfg, "inspeksjon", "virus", "mulig");
    a->clamd = config_get(a->cfg, "inspeksjon", "clamd", "");
    a->scan_demanded = streq(virus, "kreves");
    if (!a->scan_demanded && !streq(virus, "mulig"))
        return err_set(cx, RC_FIELD_VALUE, "inspeksjon.virus", "kreves, mulig");
    if (!o.required && !streq(policy, "mulig"))
        return err_set(cx, RC_FIELD_VALUE, "inspeksjon.sandkasse", "kreves, mulig");
    return inspect_open(cx, &o, &a->inspector);
}

enum rc archive_open(struct cx *cx, struct store *store, struct blobs *blobs, struct config *cfg,
                     struct archive **ret)
{
    struct archive *a = mem_new(sizeof(*a));
    a->store = store;
    a->blobs = blobs;
    a->cfg = cfg;
    (void)pthread_mutex_init(&a->lock, NULL);
    enum rc rc = open_inspector(cx, a);
    if (rc == RC_OK)
        rc = sign_open(cx, store, &a->signer);
    if (rc == RC_OK)
        rc = words_start(cx, a, &a->worker);
    if (rc != RC_OK) {
        archive_close(&a);
        return rc;
    }
    *ret = a;
    return RC_OK;
}

static void vault_free(struct vault *v)
{
    gate_free_cache(v);
    count_free(v);
    (void)pthread_mutex_destroy(&v->lock);
    mem_free(v->known);
    mem_free(v);
}

void archive_close(struct archive **pa)
{
    struct archive *a = *pa;
    if (!a)
        return;
    if (a->inspector)
        inspect_stop(a->inspector);   /* the worker may be waiting for a slow reader */
    words_stop(&a->worker);
    inspect_close(&a->inspector);
    sign_close(&a->signer);
    while (a->vaults) {
        struct vault *v = a->vaults;
        a->vaults = v->next;
        vault_free(v);
    }
    (void)pthread_mutex_destroy(&a->lock);
    mem_free(a);
    *pa = NULL;
}

struct inspect_sandbox archive_sandbox(struct archive *a)
{
    return inspect_sandbox(a->inspector);
}

static const char own_tables[] =
    "CREATE TABLE IF NOT EXISTS opplasting(id TEXT PRIMARY KEY, familie BIGINT NOT NULL,"
    " systemid TEXT NOT NULL, lager TEXT NOT NULL, mime TEXT, navn TEXT, total BIGINT NOT NULL,"
    " tid BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS idempotens(nokkel TEXT PRIMARY KEY, familie BIGINT NOT NULL,"
    " systemid TEXT NOT NULL, tid BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ordjobb(dokumentobjekt BIGINT PRIMARY KEY, forsoek BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS uinspisert(systemid TEXT PRIMARY KEY, grunn TEXT NOT NULL, versjon TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS loggtre(nr BIGINT PRIMARY KEY, hash TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS tretopp(antall BIGINT PRIMARY KEY, rot TEXT NOT NULL, tid TEXT NOT NULL,"
    " signatur TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS loggslutt(id BIGINT PRIMARY KEY, antall BIGINT NOT NULL, blad TEXT NOT NULL);"
    "INSERT INTO loggslutt(id, antall, blad) VALUES (1, 0, '') ON CONFLICT DO NOTHING;";

static enum rc make_own_tables(struct db *db)
{
    return db_script(db, own_tables);
}

/* A table or an index: what the last of a room's is. */
static enum rc prepare_tables(struct db *db, const char *last, enum rc (*make)(struct db *db))
{
    bool there;
    TRY(db_has(db, last, NULL, &there));
    return there ? RC_OK : make(db);
}

static enum rc vault_prepare(struct db *db, void *arg)
{
    const struct archive *a = arg;
    TRY(model_prepare(db));
    TRY(search_prepare(db));
    TRY(prepare_tables(db, "uinspisert", make_own_tables));
    for (size_t i = 0; i < a->tables_n; i++)
        TRY(prepare_tables(db, a->tables[i].table, a->tables[i].make));
    return words_retry(db);
}

void archive_add_tables(struct archive *a, const char *table, enum rc (*make)(struct db *db))
{
    if (a->tables_n == COUNT_OF(a->tables))
        abort();
    a->tables[a->tables_n++] = (struct room_tables){table, make};
}

static const char *setting(struct vault *v, const char *key, const char *fallback)
{
    struct config *cfg = v->archive->cfg;
    return config_get(cfg, v->slug, key, config_get(cfg, "arkiv", key, fallback));
}

static bool yes(const char *s)
{
    return streq(s, "ja") || streq(s, "yes") || streq(s, "true") || streq(s, "1");
}

static void vault_settings(struct vault *v)
{
    int64_t limit = 0;
    v->strict = yes(setting(v, "strict", "nei"));
    v->inherit_kassasjon = yes(setting(v, "arv_kassasjon", "ja"));
    const char *read_log = setting(v, "leselogg", "nei");
    v->read_log = yes(read_log) ? READ_LOG_ALL : streq(read_log, "skjermet") ? READ_LOG_SCREENED : READ_LOG_NONE;
    v->importers = setting(v, "importbrukere", "");
    v->secure = setting(v, "sikker_sone", "");
    v->inner = setting(v, "indre_sone", "");
    if (!str_int(str_of(setting(v, "bulkgrense", bulk_default)), &limit) || limit < 0)
        (void)str_int(str_of(bulk_default), &limit);
    v->bulk_limit = limit;
}

static enum rc vault_open(struct cx *cx, struct archive *a, const char *slug, struct vault **ret)
{
    struct space *space;
    TRY(store_space(cx, a->store, slug, true, vault_prepare, a, &space));

    struct vault *v = mem_new(sizeof(*v));
    v->archive = a;
    v->space = space;
    (void)snprintf(v->slug, sizeof(v->slug), "%s", slug);
    (void)pthread_mutex_init(&v->lock, NULL);
    vault_settings(v);
    enum rc rc = vern_expire(cx, v);
    if (rc != RC_OK) {
        vault_free(v);
        return rc;
    }
    *ret = v;
    return RC_OK;
}

/* Under the lock. */
static struct vault *opened(const struct archive *a, struct str slug)
{
    struct vault *v = a->vaults;
    while (v && !str_is(slug, v->slug))
        v = v->next;
    return v;
}

bool archive_has_vault(struct archive *a, struct str slug)
{
    (void)pthread_mutex_lock(&a->lock);
    bool there = opened(a, slug) != NULL;
    (void)pthread_mutex_unlock(&a->lock);
    return there;
}

enum rc archive_vault(struct cx *cx, struct archive *a, const char *slug, struct vault **ret)
{
    if (strlen(slug) >= sizeof((*ret)->slug))
        return err_set(cx, RC_NOT_FOUND, "kommune", NULL);

    enum rc rc = RC_OK;
    (void)pthread_mutex_lock(&a->lock);
    struct vault *v = opened(a, str_of(slug));
    if (!v) {
        rc = vault_open(cx, a, slug, &v);
        if (rc == RC_OK) {
            v->next = a->vaults;
            a->vaults = v;
            words_nudge(a);
        }
    }
    (void)pthread_mutex_unlock(&a->lock);
    if (rc == RC_OK)
        *ret = v;
    return rc;
}

struct space *vault_space(const struct vault *v)
{
    return v->space;
}

struct blobs *vault_blobs(const struct vault *v)
{
    return v->archive->blobs;
}

const char *vault_slug(const struct vault *v)
{
    return v->slug;
}

bool vault_strict(const struct vault *v)
{
    return v->strict;
}

bool vault_logs_reading(const struct vault *v)
{
    return v->read_log != READ_LOG_NONE;
}

int64_t vault_bulk_limit(const struct vault *v)
{
    return v->bulk_limit;
}

enum rc vault_empty(struct cx *cx, struct vault *v, bool *ret)
{
    struct db *db;
    TRY(store_read_begin(cx, v->space, &db));
    int64_t n = 0;
    enum rc rc = db_int(db, &n, 0,
                        "SELECT (SELECT count(*) FROM arkiv) + (SELECT count(*) FROM dokumentobjekt)"
                        " + (SELECT count(*) FROM arkivskaper)", "");
    store_read_end(&db);
    if (rc == RC_OK)
        *ret = n == 0;
    return rc;
}
