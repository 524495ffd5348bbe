/*
 * Documents: published one by one by whoever looks at them, as they are then. A row a document tells what was decided;
 * the public sees it only while the document has the access class it had.
 */
#include <unistd.h>

#include "journal/journal_int.h"

static const char tables[] =
    "CREATE TABLE innfoersel_dokument(registrering TEXT NOT NULL, nr BIGINT NOT NULL, dokument_id BIGINT NOT NULL,"
    " vern BIGINT NOT NULL, lagt_ut BIGINT NOT NULL, unntatt BIGINT NOT NULL, tittel TEXT NOT NULL, hjemmel TEXT NOT NULL,"
    " mime TEXT NOT NULL, ending TEXT NOT NULL, sha256 TEXT NOT NULL, byte BIGINT NOT NULL, PRIMARY KEY(registrering, nr));";

enum rc release_tables(struct db *db)
{
    return db_script(db, tables);
}

/* ------------------------------------------------------------------ what there is to decide about */

/* A document with what was found out about it. */
struct looked_at {
    struct rec *rec;
    bool chosen, screened;
    const char *tittel, *hjemmel, *mime, *ending;
    struct document file;
};

static bool screened(const struct rec *r)
{
    return r->vern != 0 || rec_has(r, A_dokumentbeskrivelse_skjerming) || rec_has(r, A_dokumentbeskrivelse_gradering);
}

static const char *text(struct cx *cx, const struct val *v)
{
    return v->state == VAL_SET ? arena_strndup(cx->arena, v->text.p, v->text.n) : "";
}

static enum rc load(struct call *c, struct str registrering, struct result *ret)
{
    struct rec *post;
    TRY(archive_get(c, F_registrering, registrering, &post));
    const struct query q = {.entity = model_entity(E_dokumentbeskrivelse), .from = post, .list = CL_NONE,
                            .link = model_link_named(post->entity->id, PKG_ARKIVSTRUKTUR, STR("dokumentbeskrivelse")),
                            .top = JOURNAL_DOCUMENTS, .no_count = true};
    return archive_query(c, &q, ret);
}

static enum rc look(struct cx *cx, struct rec *r, struct looked_at *ret)
{
    *ret = (struct looked_at){.rec = r, .screened = screened(r), .tittel = text(cx, rec_val(r, A_dokumentbeskrivelse_tittel)),
        .hjemmel = text(cx, rec_leaf(r, A_dokumentbeskrivelse_skjerming, L_skjerming_skjermingshjemmel)), .mime = "", .ending = ""};
    return ret->tittel && ret->hjemmel ? RC_OK : cx_nomem(cx);
}

static enum rc released(struct db *db, const char *registrering, int64_t dokument, bool *ret)
{
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM innfoersel_dokument i JOIN dokumentbeskrivelse d ON d.id = i.dokument_id"
                          " AND d.vern = i.vern WHERE i.registrering = ? AND i.dokument_id = ? AND i.lagt_ut = 1", "ti",
               registrering, dokument));
    *ret = n > 0;
    return RC_OK;
}

static enum rc mark_released(struct call *c, const char *registrering, const struct result *all, struct journal_choice *choices)
{
    struct db *db;
    enum rc rc = RC_OK;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    for (size_t i = 0; i < all->n && rc == RC_OK; i++)
        rc = released(db, registrering, all->recs[i]->id, &choices[i].released);
    store_read_end(&db);
    return rc;
}

enum rc journal_choices(struct call *c, struct str registrering, struct journal_choice **ret, size_t *ret_n)
{
    struct result all = {0};
    const char *id = arena_strndup(c->cx->arena, registrering.p, registrering.n);
    TRY(load(c, registrering, &all));
    *ret = arena_array(c->cx->arena, all.n + 1, sizeof(**ret));
    if (!*ret || !id)
        return cx_nomem(c->cx);
    *ret_n = all.n;
    for (size_t i = 0; i < all.n; i++) {
        struct looked_at k;
        TRY(look(c->cx, all.recs[i], &k));
        (*ret)[i] = (struct journal_choice){.tittel = k.tittel, .hjemmel = k.hjemmel, .screened = k.screened};
        uuid_copy((*ret)[i].dokument, str_of(all.recs[i]->systemid));
    }
    return mark_released(c, id, &all, *ret);
}

/* ------------------------------------------------------------------ the decision */

struct releasing {
    const char *registrering;
    struct looked_at *docs;
    size_t n;
};

static enum rc refuse(struct cx *cx, const char *why)
{
    return err_set(cx, RC_FIELD_VALUE, "dokumenter", why);
}

static enum rc refuse_id(struct cx *cx)
{
    return err_set(cx, RC_FIELD_VALUE, "innhold", "et fødselsnummer i dokumentet eller tittelen");
}

/* Neither the title nor the words that can be read in it may hold a national id number. */
static enum rc check_ids(struct call *c, const struct looked_at *k)
{
    struct str words;
    if (national_id_in(str_of(k->tittel)))
        return refuse_id(c->cx);
    TRY(archive_document_words(c, &k->file, &words));
    return national_id_in(words) ? refuse_id(c->cx) : RC_OK;
}

static enum rc open_file(struct call *c, struct looked_at *k)
{
    if (k->screened)
        return refuse(c->cx, "dokumentet er skjermet");
    enum rc rc = archive_document(c, F_dokumentbeskrivelse, str_of(k->rec->systemid), &k->file);
    if (rc == RC_NOT_FOUND) {
        err_clear(c->cx);
        return refuse(c->cx, "dokumentet har ingen fil");
    }
    TRY(rc);
    if (k->file.fd >= 0)
        (void)close(k->file.fd);
    k->mime = k->file.mime ? k->file.mime : "application/octet-stream";
    k->ending = archive_document_ending(c->cx, &k->file);
    return check_ids(c, k);
}

static enum rc choose(struct call *c, struct releasing *k, const char *dokument)
{
    for (size_t i = 0; i < k->n; i++)
        if (streq(k->docs[i].rec->systemid, dokument)) {
            k->docs[i].chosen = true;
            return open_file(c, &k->docs[i]);
        }
    return refuse(c->cx, "dokumentet hører ikke til journalposten");
}

static enum rc write_rows(struct db *db, void *arg)
{
    const struct releasing *k = arg;
    int64_t there;
    TRY(db_int(db, &there, 0, "SELECT count(*) FROM innfoersel WHERE registrering = ? AND trukket = 0", "t", k->registrering));
    if (there == 0)
        return err_set(db_cx(db), RC_NOT_READY, "dokumenter", "journalposten er ikke lagt ut");
    TRY(db_run(db, "DELETE FROM innfoersel_dokument WHERE registrering = ?", "t", k->registrering));
    for (size_t i = 0; i < k->n; i++) {
        const struct looked_at *d = &k->docs[i];
        TRY(db_run(db, "INSERT INTO innfoersel_dokument(registrering, nr, dokument_id, vern, lagt_ut, unntatt, tittel, hjemmel,"
                       " mime, ending, sha256, byte) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "tiiiiittttti",
                   k->registrering, (int64_t)i + 1, d->rec->id, d->rec->vern, (int64_t)d->chosen, (int64_t)d->screened,
                   d->chosen ? d->tittel : "", d->screened ? d->hjemmel : "", d->mime, d->ending, d->file.sha256, d->file.size));
    }
    return RC_OK;
}

enum rc journal_release(struct call *c, struct str registrering, const char *const *dokumenter, size_t n)
{
    struct result all = {0};
    struct releasing k = {.registrering = arena_strndup(c->cx->arena, registrering.p, registrering.n)};
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(load(c, registrering, &all));
    k.docs = arena_array(c->cx->arena, all.n + 1, sizeof(*k.docs));
    if (!k.docs || !k.registrering)
        return cx_nomem(c->cx);
    for (; k.n < all.n; k.n++)
        TRY(look(c->cx, all.recs[k.n], &k.docs[k.n]));
    for (size_t i = 0; i < n; i++)
        TRY(choose(c, &k, dokumenter[i]));
    return store_write(c->cx, vault_space(c->vault), write_rows, &k);
}

/* ------------------------------------------------------------------ what the public is told */

/* A document whose access class has changed is withheld, whatever was decided. */
#define DOCUMENTS \
    "SELECT i.nr, CASE WHEN d.vern = i.vern THEN i.lagt_ut ELSE 0 END," \
    " CASE WHEN d.vern = i.vern THEN i.unntatt ELSE 1 END, i.tittel, i.hjemmel, i.ending, i.byte, i.mime, i.sha256" \
    " FROM innfoersel_dokument i JOIN dokumentbeskrivelse d ON d.id = i.dokument_id WHERE i.registrering = ?"

static enum rc read_row(struct cx *cx, struct stmt *st, struct innfoersel_dokument *ret)
{
    bool shown = stmt_int(st, 1) != 0;
    *ret = (struct innfoersel_dokument){.nr = stmt_int(st, 0), .released = shown, .withheld = stmt_int(st, 2) != 0,
                                        .tittel = shown ? stmt_text(st, 3) : "", .hjemmel = stmt_text(st, 4),
                                        .ending = stmt_text(st, 5), .byte = stmt_int(st, 6)};
    return ret->tittel && ret->hjemmel && ret->ending ? RC_OK : cx_nomem(cx);
}

enum rc journal_documents(struct cx *cx, struct vault *v, const struct innfoersel *e, struct innfoersel_dokument **ret,
                          size_t *ret_n)
{
    struct db *db;
    struct stmt *st;
    bool row = false;
    *ret = arena_array(cx->arena, JOURNAL_DOCUMENTS, sizeof(**ret));
    if (!*ret)
        return cx_nomem(cx);
    *ret_n = 0;
    TRY(store_read_begin(cx, vault_space(v), &db));
    enum rc rc = db_prepare(db, DOCUMENTS " ORDER BY i.nr", &st);
    if (rc == RC_OK)
        stmt_bind_text(st, 1, e->registrering);
    while (rc == RC_OK && *ret_n < JOURNAL_DOCUMENTS && (rc = stmt_step(st, &row)) == RC_OK && row &&
           (rc = read_row(cx, st, &(*ret)[*ret_n])) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    store_read_end(&db);
    return rc;
}

static enum rc find(struct db *db, const char *registrering, int64_t nr, struct document *ret)
{
    struct cx *cx = db_cx(db);
    struct stmt *st;
    bool row = false;
    TRY(db_prepare(db, DOCUMENTS " AND i.nr = ?", &st));
    stmt_bind_text(st, 1, registrering);
    stmt_bind_int(st, 2, nr);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && (!row || stmt_int(st, 1) == 0))
        rc = err_set(cx, RC_NOT_FOUND, "dokument", NULL);
    if (rc == RC_OK) {
        struct str sha = stmt_str(st, 8);
        const char *ending = stmt_text(st, 5);
        *ret = (struct document){.fd = -1, .mime = stmt_text(st, 7)};
        ret->name = ending ? arena_printf(cx->arena, "dokument-%" PRId64 "%s%s", nr, *ending ? "." : "", ending) : NULL;
        (void)snprintf(ret->sha256, sizeof(ret->sha256), "%.*s", (int)sha.n, sha.p);
        rc = ret->mime && ret->name ? RC_OK : cx_nomem(cx);
    }
    stmt_done(&st);
    return rc;
}

enum rc journal_document(struct cx *cx, struct vault *v, struct str registrering, int64_t nr, struct document *ret)
{
    struct innfoersel e;
    struct db *db;
    TRY(journal_entry(cx, v, registrering, &e));
    TRY(store_read_begin(cx, vault_space(v), &db));
    enum rc rc = find(db, e.registrering, nr, ret);
    store_read_end(&db);
    TRY(rc);
    return blob_read(cx, vault_blobs(v), vault_slug(v), ret->sha256, &ret->fd, &ret->size);
}
