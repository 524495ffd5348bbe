/* Definitions in a municipality's database: every version stays; the newest that was put into force is. */
#include "submission/submission_int.h"

static enum rc make_tables(struct db *db)
{
    return db_script(db,
        "CREATE TABLE skjema(id TEXT NOT NULL, versjon BIGINT NOT NULL, json TEXT NOT NULL, sha256 TEXT NOT NULL,"
        " tid BIGINT NOT NULL, stand BIGINT NOT NULL, PRIMARY KEY(id, versjon));"
        "CREATE TABLE utkast(id TEXT PRIMARY KEY, skjema TEXT NOT NULL, versjon BIGINT NOT NULL, eier TEXT NOT NULL,"
        " svar TEXT NOT NULL, opprettet BIGINT NOT NULL, lagret BIGINT NOT NULL, UNIQUE(eier, skjema));"
        "CREATE INDEX utkast_opprettet ON utkast(opprettet);"
        "CREATE TABLE innsending(id TEXT PRIMARY KEY, nummer BIGINT NOT NULL, eier TEXT NOT NULL, skjema TEXT NOT NULL,"
        " versjon BIGINT NOT NULL, mappe TEXT NOT NULL, journalpost TEXT NOT NULL, dokument TEXT NOT NULL,"
        " saksnummer TEXT NOT NULL, sendt BIGINT NOT NULL, svarfrist BIGINT NOT NULL);"
        "CREATE UNIQUE INDEX innsending_nummer ON innsending(nummer);"
        "CREATE INDEX innsending_eier ON innsending(eier, sendt);");
}

void submission_prepare(struct archive *a)
{
    archive_add_tables(a, "innsending", make_tables);
}

/* ------------------------------------------------------------------ the intake */

enum rc submission_open(struct cx *cx, const struct paper_fonts *fonts, struct outbox *outbox, struct submissions **ret)
{
    struct submissions *s = mem_try(sizeof(*s));
    if (!s)
        return cx_nomem(cx);
    *s = (struct submissions){fonts, outbox};
    *ret = s;
    return RC_OK;
}

void submission_close(struct submissions **s)
{
    if (!s || !*s)
        return;
    mem_free(*s);
    *s = NULL;
}

enum rc submission_call(struct cx *cx, struct vault *v, struct call *ret)
{
    *ret = (struct call){.cx = cx, .vault = v, .role = ROLE_SAKSBEHANDLER};
    ret->person = (struct person){.known = true, .name = "skjemamottak"};
    uuid_named(STR("samdrift/skjemamottak"), ret->person.id);
    return archive_meet(ret);
}

/* ------------------------------------------------------------------ the place in the archive */

static enum rc find_one(struct call *c, enum entity_id e, enum attr_id a, const char *value, const char *pointer, struct rec **ret)
{
    struct expr path = {.kind = EX_PATH, .attr = model_attr(a)}, text = {.kind = EX_TEXT, .text = str_of(value)};
    struct expr *args[] = {&path, &text};
    struct expr equal = {.kind = EX_EQ, .args = args, .args_n = COUNT_OF(args)};
    const struct query q = {.entity = model_entity(e), .list = CL_NONE, .filter = &equal, .top = 1, .no_count = true};
    struct result found = {0};
    TRY(archive_query(c, &q, &found));
    if (found.n == 0)
        return err_set(c->cx, RC_FIELD_VALUE, pointer, value);
    *ret = found.recs[0];
    return RC_OK;
}

enum rc skjema_parent(struct call *c, const struct skjema *s, struct rec **ret)
{
    TRY(find_one(c, E_arkivdel, A_arkivdel_tittel, s->arkivdel, "/archive/arkivdel", ret));
    return s->klasse ? find_one(c, E_klasse, A_klasse_klasseID, s->klasse, "/archive/klasse", ret) : RC_OK;
}

/* ------------------------------------------------------------------ changing */

struct standing {
    const struct skjema *s;
    const char *id;
    enum skjema_stand stand;
};

/* What is in force already does not become a draft again. */
static enum rc insert(struct db *db, void *arg)
{
    const struct standing *k = arg;
    const struct skjema *s = k->s;
    char *known;
    TRY(db_text(db, &known, "SELECT sha256 FROM skjema WHERE id = ? AND versjon = ?", "ti", s->id, s->version));
    if (known && !streq(known, s->sha256))
        return err_setf(db_cx(db), RC_TAKEN, "/version", "%s %" PRId64, s->id, s->version);
    if (known && k->stand == SKJEMA_UTKAST)
        return RC_OK;
    return db_run(db, "INSERT INTO skjema(id, versjon, json, sha256, tid, stand) VALUES (?, ?, ?, ?, ?, ?)"
                      " ON CONFLICT (id, versjon) DO UPDATE SET stand = excluded.stand", "tittii", s->id, s->version, s->json,
                  s->sha256, db_cx(db)->now, (int64_t)k->stand);
}

enum rc skjema_add(struct call *c, const struct skjema *s, enum skjema_stand stand)
{
    struct rec *parent;
    struct standing k = {.s = s, .stand = stand};
    TRY(skjema_parent(c, s, &parent));
    return store_write(c->cx, vault_space(c->vault), insert, &k);
}

static enum rc publish(struct db *db, void *arg)
{
    const struct standing *k = arg;
    int64_t draft;
    TRY(db_int(db, &draft, 0, "SELECT coalesce(max(versjon), 0) FROM skjema WHERE id = ? AND stand = ?", "ti", k->id,
               (int64_t)SKJEMA_UTKAST));
    if (draft == 0)
        return err_set(db_cx(db), RC_NOT_FOUND, "skjema", NULL);
    return db_run(db, "UPDATE skjema SET stand = ? WHERE id = ? AND versjon = ?", "iti", (int64_t)SKJEMA_I_BRUK, k->id, draft);
}

enum rc skjema_publish(struct call *c, const char *id)
{
    struct standing k = {.id = id};
    return store_write(c->cx, vault_space(c->vault), publish, &k);
}

static enum rc retire(struct db *db, void *arg)
{
    const struct standing *k = arg;
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM skjema WHERE id = ? AND stand <> ?", "ti", k->id, (int64_t)SKJEMA_TRUKKET));
    if (n == 0)
        return err_set(db_cx(db), RC_NOT_FOUND, "skjema", NULL);
    return db_run(db, "UPDATE skjema SET stand = ? WHERE id = ?", "it", (int64_t)SKJEMA_TRUKKET, k->id);
}

enum rc skjema_retire(struct call *c, const char *id)
{
    struct standing k = {.id = id};
    return store_write(c->cx, vault_space(c->vault), retire, &k);
}

/* ------------------------------------------------------------------ reading */

static enum rc parse(struct cx *cx, const char *json, const struct skjema **ret)
{
    return json ? skjema_read(cx, str_of(json), NULL, NULL, ret) : err_set(cx, RC_NOT_FOUND, "skjema", NULL);
}

enum rc skjema_load(struct db *db, const char *id, int64_t versjon, const struct skjema **ret)
{
    char *json;
    TRY(db_text(db, &json, "SELECT json FROM skjema WHERE id = ? AND versjon = ?", "ti", id, versjon));
    return parse(db_cx(db), json, ret);
}

enum rc skjema_version(struct call *c, const char *id, int64_t versjon, const struct skjema **ret)
{
    struct db *db;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = skjema_load(db, id, versjon, ret);
    store_read_end(&db);
    return rc;
}

enum rc skjema_get(struct call *c, const char *id, const struct skjema **ret)
{
    struct db *db;
    char *json;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = db_text(db, &json, "SELECT json FROM skjema WHERE id = ? AND stand = ? ORDER BY versjon DESC LIMIT 1", "ti", id,
                         (int64_t)SKJEMA_I_BRUK);
    store_read_end(&db);
    return rc == RC_OK ? parse(c->cx, json, ret) : rc;
}

static enum rc find_known(struct db *db, const char *id, struct skjema_utgave *ret)
{
    struct stmt *st;
    bool row = false;
    _Static_assert(SKJEMA_UTKAST == 0 && SKJEMA_I_BRUK < SKJEMA_TRUKKET, "stands in the statement");
    TRY(db_prepare(db, "SELECT json, stand FROM skjema WHERE id = ? AND stand > 0 ORDER BY stand, versjon DESC LIMIT 1", &st));
    stmt_bind_text(st, 1, id);
    enum rc rc = stmt_step(st, &row);
    const char *json = rc == RC_OK && row ? stmt_text(st, 0) : NULL;
    ret->stand = json ? (enum skjema_stand)stmt_int(st, 1) : SKJEMA_UTKAST;
    stmt_done(&st);
    return rc == RC_OK ? parse(db_cx(db), json, &ret->skjema) : rc;
}

enum rc skjema_known(struct call *c, const char *id, struct skjema_utgave *ret)
{
    struct db *db;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = find_known(db, id, ret);
    store_read_end(&db);
    return rc;
}

static enum rc read_all(struct db *db, const char *sql, struct skjema_utgave *all, size_t most, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, sql, &st));
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && *ret_n < most &&
           (rc = skjema_read(db_cx(db), stmt_str(st, 0), NULL, NULL, &all[*ret_n].skjema)) == RC_OK)
        all[(*ret_n)++].stand = (enum skjema_stand)stmt_int(st, 1);
    stmt_done(&st);
    return rc;
}

static enum rc list(struct call *c, const char *sql, size_t most, struct skjema_utgave **ret, size_t *ret_n)
{
    struct db *db;
    *ret = arena_array(c->cx->arena, most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = read_all(db, sql, *ret, most, ret_n);
    store_read_end(&db);
    return rc;
}

enum rc skjema_list(struct call *c, struct skjema_utgave **ret, size_t *ret_n)
{
    _Static_assert(SKJEMA_I_BRUK == 1, "stands in the statement");
    return list(c, "SELECT json, stand FROM skjema s WHERE stand = 1 AND versjon ="
                   " (SELECT max(versjon) FROM skjema n WHERE n.id = s.id AND n.stand = 1) ORDER BY id",
                SKJEMA_EACH_MUNICIPALITY, ret, ret_n);
}

enum rc skjema_utgaver(struct call *c, struct skjema_utgave **ret, size_t *ret_n)
{
    return list(c, "SELECT json, stand FROM skjema ORDER BY id, versjon DESC", SKJEMA_UTGAVER, ret, ret_n);
}
