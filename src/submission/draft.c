/* Drafts: one a form and owner, saved with each step, forgotten after UTKAST_DAYS. */
#include <stdlib.h>

#include "submission/submission_int.h"

#define DAY (24 * 3600 * (int64_t)1000000)

#define COLUMNS "SELECT id, skjema, versjon, svar, opprettet, lagret FROM utkast WHERE opprettet > ? AND eier = ?"

static int64_t oldest(const struct cx *cx)
{
    return cx->now - UTKAST_DAYS * DAY;
}

int64_t utkast_end(const struct utkast *u)
{
    return u->opprettet + UTKAST_DAYS * DAY;
}

static enum rc load(struct db *db, const char *sql, const char *eier, const char *key, struct utkast *ret)
{
    struct stmt *st;
    struct cx *cx = db_cx(db);
    bool row = false;
    TRY(db_prepare(db, sql, &st));
    stmt_bind_int(st, 1, oldest(cx));
    stmt_bind_text(st, 2, eier);
    stmt_bind_text(st, 3, key);
    TRY(stmt_step(st, &row));
    if (!row) {
        stmt_done(&st);
        return err_set(cx, RC_NOT_FOUND, "utkast", NULL);
    }
    struct str id = stmt_str(st, 0);
    const char *skjema = stmt_text(st, 1), *svar = stmt_text(st, 3);
    int64_t versjon = stmt_int(st, 2);
    *ret = (struct utkast){.opprettet = stmt_int(st, 4), .lagret = stmt_int(st, 5)};
    (void)snprintf(ret->id, sizeof(ret->id), "%.*s", (int)id.n, id.p);
    stmt_done(&st);
    if (!skjema || !svar)
        return cx_nomem(cx);
    TRY(json_read(cx, str_of(svar), &ret->svar));
    return skjema_load(db, skjema, versjon, &ret->skjema);
}

enum rc utkast_load(struct db *db, const char *eier, const char *skjema, struct utkast *ret)
{
    return load(db, COLUMNS " AND skjema = ?", eier, skjema, ret);
}

static enum rc read(struct call *c, const char *sql, const char *eier, const char *key, struct utkast *ret)
{
    struct db *db;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = load(db, sql, eier, key, ret);
    store_read_end(&db);
    return rc;
}

enum rc utkast_get(struct call *c, const char *eier, const char *skjema, struct utkast *ret)
{
    return read(c, COLUMNS " AND skjema = ?", eier, skjema, ret);
}

enum rc utkast_by_id(struct call *c, const char *id, const char *eier, struct utkast *ret)
{
    return read(c, COLUMNS " AND id = ?", eier, id, ret);
}

struct begun {
    char id[UUID_TEXT_MAX];
    const char *skjema;
    int64_t versjon, opprettet, lagret;
};

static enum rc read_begun(struct db *db, const char *eier, size_t most, struct begun *ret, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, "SELECT id, skjema, versjon, opprettet, lagret FROM utkast WHERE opprettet > ? AND eier = ?"
                       " ORDER BY lagret DESC LIMIT ?", &st));
    stmt_bind_int(st, 1, oldest(db_cx(db)));
    stmt_bind_text(st, 2, eier);
    stmt_bind_int(st, 3, (int64_t)most);
    for (*ret_n = 0; (rc = stmt_step(st, &row)) == RC_OK && row; (*ret_n)++) {
        struct begun *b = &ret[*ret_n];
        *b = (struct begun){.skjema = stmt_text(st, 1), .versjon = stmt_int(st, 2), .opprettet = stmt_int(st, 3),
                            .lagret = stmt_int(st, 4)};
        uuid_copy(b->id, stmt_str(st, 0));
    }
    stmt_done(&st);
    return rc;
}

static enum rc list(struct db *db, const char *eier, size_t most, struct utkast *ret, size_t *ret_n)
{
    struct cx *cx = db_cx(db);
    struct begun *rows = arena_array(cx->arena, most, sizeof(*rows));
    if (!rows)
        return cx_nomem(cx);
    TRY(read_begun(db, eier, most, rows, ret_n));
    for (size_t i = 0; i < *ret_n; i++) {
        ret[i] = (struct utkast){.opprettet = rows[i].opprettet, .lagret = rows[i].lagret};
        memcpy(ret[i].id, rows[i].id, sizeof(ret[i].id));
        TRY(rows[i].skjema ? skjema_load(db, rows[i].skjema, rows[i].versjon, &ret[i].skjema) : cx_nomem(cx));
    }
    return RC_OK;
}

enum rc utkast_list(struct call *c, const char *eier, size_t most, struct utkast **ret, size_t *ret_n)
{
    struct db *db;
    *ret = arena_array(c->cx->arena, most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = list(db, eier, most, *ret, ret_n);
    store_read_end(&db);
    return rc;
}

/* ------------------------------------------------------------------ changing */

struct change {
    const char *eier, *skjema;
    const struct skjema *form;
    json_t *svar;
    utkast_edit fn;
    void *arg;
    struct utkast *out;
};

static enum rc text_of(struct cx *cx, json_t *svar, const char **ret)
{
    char *text = json_dumps(svar, JSON_COMPACT | JSON_SORT_KEYS);
    *ret = text ? arena_strdup(cx->arena, text) : NULL;
    free(text);
    return *ret ? RC_OK : cx_nomem(cx);
}

/* Old ones go, whosever they are; their files are swept by the archive. */
static enum rc begin(struct db *db, void *arg)
{
    const struct change *k = arg;
    struct cx *cx = db_cx(db);
    char id[UUID_TEXT_MAX];
    const char *text = "{}";
    uuid_new(id);
    if (k->svar)
        TRY(text_of(cx, k->svar, &text));
    TRY(db_run(db, "DELETE FROM utkast WHERE opprettet <= ?", "i", oldest(cx)));
    TRY(db_run(db, "INSERT INTO utkast(id, skjema, versjon, eier, svar, opprettet, lagret) VALUES (?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (eier, skjema) DO NOTHING", "ttittii", id, k->form->id, k->form->version, k->eier, text,
               cx->now, cx->now));
    return utkast_load(db, k->eier, k->form->id, k->out);
}

enum rc utkast_begin(struct call *c, const char *eier, const struct skjema *s, json_t *svar, struct utkast *ret)
{
    struct change k = {.eier = eier, .form = s, .svar = svar, .out = ret};
    return store_write(c->cx, vault_space(c->vault), begin, &k);
}

static enum rc change(struct db *db, void *arg)
{
    const struct change *k = arg;
    struct utkast *u = k->out;
    const char *text;
    TRY(utkast_load(db, k->eier, k->skjema, u));
    TRY(k->fn(db_cx(db), u->skjema, u->svar, k->arg));
    TRY(svar_settle(db_cx(db), u->skjema, u->svar));
    TRY(text_of(db_cx(db), u->svar, &text));
    u->lagret = db_cx(db)->now;
    return db_run(db, "UPDATE utkast SET svar = ?, lagret = ? WHERE id = ?", "tit", text, u->lagret, u->id);
}

enum rc utkast_change(struct call *c, const char *eier, const char *skjema, utkast_edit fn, void *arg, struct utkast *ret)
{
    struct change k = {.eier = eier, .skjema = skjema, .fn = fn, .arg = arg, .out = ret};
    return store_write(c->cx, vault_space(c->vault), change, &k);
}

static enum rc move(struct db *db, void *arg)
{
    const struct change *k = arg;
    struct utkast *u = k->out;
    struct cx *cx = db_cx(db);
    const char *text = NULL;
    TRY(utkast_load(db, k->eier, k->form->id, u));
    json_t *svar = json_object();
    enum rc rc = svar ? svar_carry(cx, u->skjema, u->svar, k->form, svar) : cx_nomem(cx);
    if (rc == RC_OK)
        rc = text_of(cx, svar, &text);
    json_decref(svar);
    TRY(rc);
    TRY(db_run(db, "UPDATE utkast SET versjon = ?, svar = ?, lagret = ? WHERE id = ?", "itit", k->form->version, text, cx->now,
               u->id));
    return utkast_load(db, k->eier, k->form->id, u);
}

enum rc utkast_move(struct call *c, const char *eier, const struct skjema *to, struct utkast *ret)
{
    struct change k = {.eier = eier, .form = to, .out = ret};
    return store_write(c->cx, vault_space(c->vault), move, &k);
}
