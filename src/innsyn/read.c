/* Orders as they are stored. */
#include "innsyn/innsyn_int.h"

#define KRAV \
    "SELECT k.id, k.mappe, k.journalpost, k.saksnummer, k.navn, k.epost, k.ord, k.mottatt, k.frist, k.venter," \
    " coalesce((SELECT max(tid) FROM innsynsklage WHERE krav = k.id), 0)," \
    " (SELECT count(*) FROM innsynsklage WHERE krav = k.id) FROM innsynskrav k"

static enum rc read_krav(struct cx *cx, struct stmt *st, struct innsynskrav *ret)
{
    *ret = (struct innsynskrav){.saksnummer = stmt_text(st, 3), .navn = stmt_text(st, 4), .epost = stmt_text(st, 5),
                                .ord = stmt_text(st, 6), .mottatt = stmt_int(st, 7), .frist = stmt_int(st, 8),
                                .venter = stmt_int(st, 9), .klaget = stmt_int(st, 10), .klager = stmt_int(st, 11)};
    uuid_copy(ret->id, stmt_str(st, 0));
    uuid_copy(ret->mappe, stmt_str(st, 1));
    uuid_copy(ret->journalpost, stmt_str(st, 2));
    return ret->saksnummer && ret->navn && ret->epost && ret->ord ? RC_OK : cx_nomem(cx);
}

/* ------------------------------------------------------------------ items and what was given */

static enum rc read_dokument(struct cx *cx, struct stmt *st, struct innsynsdokument *ret)
{
    struct str sha = stmt_str(st, 3);
    *ret = (struct innsynsdokument){.tittel = stmt_text(st, 0), .mime = stmt_text(st, 1), .ending = stmt_text(st, 2),
                                    .byte = stmt_int(st, 4)};
    (void)snprintf(ret->sha256, sizeof(ret->sha256), "%.*s", (int)sha.n, sha.p);
    return ret->tittel && ret->mime && ret->ending ? RC_OK : cx_nomem(cx);
}

static enum rc load_dokumenter(struct db *db, const char *krav, struct innsynspost *p)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    p->dokumenter = arena_array(db_cx(db)->arena, INNSYN_DOCUMENTS, sizeof(*p->dokumenter));
    if (!p->dokumenter)
        return cx_nomem(db_cx(db));
    TRY(db_prepare(db, "SELECT tittel, mime, ending, sha256, byte FROM innsynsdokument WHERE krav = ? AND post = ? ORDER BY nr"
                       " LIMIT ?", &st));
    stmt_bind_text(st, 1, krav);
    stmt_bind_int(st, 2, p->nr);
    stmt_bind_int(st, 3, INNSYN_DOCUMENTS);
    while ((rc = stmt_step(st, &row)) == RC_OK && row &&
           (rc = read_dokument(db_cx(db), st, &p->dokumenter[p->dokumenter_n])) == RC_OK)
        p->dokumenter_n++;
    stmt_done(&st);
    return rc;
}

static enum rc read_post(struct cx *cx, struct stmt *st, struct innsynspost *ret)
{
    *ret = (struct innsynspost){.nr = stmt_int(st, 0), .nummer = stmt_text(st, 2), .enhet = stmt_text(st, 3),
                                .utfall = (enum innsyn_utfall)stmt_int(st, 4), .hjemmel = stmt_text(st, 5),
                                .grunn = stmt_text(st, 6), .merinnsyn = stmt_text(st, 7), .besvart = stmt_int(st, 8),
                                .aapen_til = stmt_int(st, 9)};
    uuid_copy(ret->registrering, stmt_str(st, 1));
    uuid_copy(ret->svar, stmt_str(st, 10));
    return ret->nummer && ret->enhet && ret->hjemmel && ret->grunn && ret->merinnsyn ? RC_OK : cx_nomem(cx);
}

static enum rc load_poster(struct db *db, struct innsynskrav *k)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    k->poster = arena_array(db_cx(db)->arena, INNSYN_MOST, sizeof(*k->poster));
    if (!k->poster)
        return cx_nomem(db_cx(db));
    TRY(db_prepare(db, "SELECT nr, registrering, nummer, enhet, utfall, hjemmel, grunn, merinnsyn, besvart, aapen_til, svar"
                       " FROM innsynspost WHERE krav = ? ORDER BY nr LIMIT ?", &st));
    stmt_bind_text(st, 1, k->id);
    stmt_bind_int(st, 2, INNSYN_MOST);
    while ((rc = stmt_step(st, &row)) == RC_OK && row &&
           (rc = read_post(db_cx(db), st, &k->poster[k->poster_n])) == RC_OK)
        k->poster_n++;
    stmt_done(&st);
    for (size_t i = 0; i < k->poster_n && rc == RC_OK; i++)
        rc = load_dokumenter(db, k->id, &k->poster[i]);
    return rc;
}

/* ------------------------------------------------------------------ one order */

static enum rc find(struct db *db, const char *sql, const char *value, struct innsynskrav *ret)
{
    struct stmt *st;
    bool row = false;
    TRY(db_prepare(db, sql, &st));
    stmt_bind_text(st, 1, value);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK)
        rc = row ? read_krav(db_cx(db), st, ret) : err_set(db_cx(db), RC_NOT_FOUND, "innsynskrav", NULL);
    stmt_done(&st);
    TRY(rc);
    return load_poster(db, ret);
}

enum rc krav_by_id(struct db *db, const char *id, struct innsynskrav *ret)
{
    return find(db, KRAV " WHERE k.id = ?", id, ret);
}

enum rc krav_by_key(struct db *db, const char *noekkel, struct innsynskrav *ret)
{
    char hash[SHA256_HEX_MAX];
    sha256_hex(noekkel, strlen(noekkel), hash);
    return find(db, KRAV " WHERE k.noekkel = ?", hash, ret);
}

const struct innsynspost *krav_post(const struct innsynskrav *k, int64_t nr)
{
    return nr >= 1 && nr <= (int64_t)k->poster_n ? &k->poster[nr - 1] : NULL;
}

enum rc innsyn_by_key(struct cx *cx, struct vault *v, const char *noekkel, struct innsynskrav *ret)
{
    struct db *db;
    TRY(store_read_begin(cx, vault_space(v), &db));
    enum rc rc = krav_by_key(db, noekkel, ret);
    store_read_end(&db);
    return rc;
}

enum rc innsyn_get(struct call *c, const char *id, struct innsynskrav *ret)
{
    struct db *db;
    TRY(innsyn_may(c));
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = krav_by_id(db, id, ret);
    store_read_end(&db);
    return rc;
}

enum rc innsyn_offered(struct cx *cx, struct vault *v, bool *ret)
{
    struct db *db;
    int64_t n = 0;
    TRY(store_read_begin(cx, vault_space(v), &db));
    enum rc rc = db_int(db, &n, 0, "SELECT count(*) FROM skjema WHERE id = 'innsyn'", "");
    store_read_end(&db);
    *ret = n > 0;
    return rc;
}

/* ------------------------------------------------------------------ lists */

static enum rc list(struct db *db, bool answered, int64_t skip, int64_t most, struct innsynskrav *ret, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, answered ? KRAV " WHERE k.venter = 0 ORDER BY k.mottatt DESC, k.id DESC LIMIT ? OFFSET ?"
                                : KRAV " WHERE k.venter > 0 ORDER BY k.frist, k.id LIMIT ? OFFSET ?", &st));
    stmt_bind_int(st, 1, most);
    stmt_bind_int(st, 2, skip);
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && (rc = read_krav(db_cx(db), st, &ret[*ret_n])) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    return rc;
}

enum rc innsyn_list(struct call *c, bool answered, int64_t skip, int64_t most, struct innsynskrav **ret, size_t *ret_n,
                    int64_t *ret_total)
{
    struct db *db;
    TRY(innsyn_may(c));
    *ret = arena_array(c->cx->arena, (size_t)most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = db_int(db, ret_total, 0, answered ? "SELECT count(*) FROM innsynskrav WHERE venter = 0"
                                                   : "SELECT count(*) FROM innsynskrav WHERE venter > 0", "");
    if (rc == RC_OK)
        rc = list(db, answered, skip, most, *ret, ret_n);
    store_read_end(&db);
    return rc;
}

/* ------------------------------------------------------------------ documents, by key */

/* The row outlives its time; what it names does not leave the house after it. */
static enum rc given(struct cx *cx, const struct innsynskrav *k, int64_t nr, size_t n, const struct innsynsdokument **ret)
{
    const struct innsynspost *p = krav_post(k, nr);
    if (!p || n >= p->dokumenter_n || cx->now > p->aapen_til)
        return err_set(cx, RC_NOT_FOUND, "dokument", NULL);
    *ret = &p->dokumenter[n];
    return RC_OK;
}

enum rc innsyn_document(struct cx *cx, struct vault *v, const char *noekkel, int64_t nr, size_t n, struct document *ret)
{
    struct innsynskrav k;
    const struct innsynsdokument *d;
    TRY(innsyn_by_key(cx, v, noekkel, &k));
    TRY(given(cx, &k, nr, n, &d));
    *ret = (struct document){.fd = -1, .mime = arena_strdup(cx->arena, d->mime),
                             .name = arena_printf(cx->arena, "innsyn-%" PRId64 "-%zu%s%s", nr, n + 1, *d->ending ? "." : "",
                                                  d->ending)};
    if (!ret->mime || !ret->name)
        return cx_nomem(cx);
    (void)snprintf(ret->sha256, sizeof(ret->sha256), "%s", d->sha256);
    return blob_read(cx, vault_blobs(v), vault_slug(v), d->sha256, &ret->fd, &ret->size);
}
