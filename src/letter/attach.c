/*
 * What goes along with a letter. A document of the case is attached as the file it is now: the letter's copy has its own
 * dokumentbeskrivelse and the same content, so that it stands as vedlegg here whatever it is there. It is screened as it is
 * there, also when the archivist opens the letter later.
 */
#include <unistd.h>

#include "letter/letter_int.h"

enum rc brevvedlegg_tables(struct db *db)
{
    return db_script(db, "CREATE TABLE brevvedlegg(brev TEXT NOT NULL, nr BIGINT NOT NULL, tittel TEXT NOT NULL,"
                         " dokument TEXT NOT NULL, navn TEXT NOT NULL, lager TEXT NOT NULL, byte BIGINT NOT NULL,"
                         " skannet BIGINT NOT NULL, PRIMARY KEY(brev, nr));");
}

/* ------------------------------------------------------------------ rows */

static enum rc read_row(struct cx *cx, struct stmt *st, struct brevvedlegg *v)
{
    struct str lager = stmt_str(st, 3);
    *v = (struct brevvedlegg){.tittel = stmt_text(st, 0), .fil = {.navn = stmt_text(st, 2), .byte = stmt_int(st, 4),
                                                                  .scanned = stmt_int(st, 5) != 0}};
    uuid_copy(v->dokument, stmt_str(st, 1));
    (void)snprintf(v->fil.lager, sizeof(v->fil.lager), "%.*s", (int)lager.n, lager.n ? lager.p : "");
    return v->tittel && v->fil.navn ? RC_OK : cx_nomem(cx);
}

static enum rc read_all(struct db *db, const char *brev, struct brevvedlegg *list, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc = RC_OK;
    TRY(db_prepare(db, "SELECT tittel, dokument, navn, lager, byte, skannet FROM brevvedlegg WHERE brev = ? ORDER BY nr", &st));
    stmt_bind_text(st, 1, brev);
    *ret_n = 0;
    while (*ret_n < BREVVEDLEGG_MOST && (rc = stmt_step(st, &row)) == RC_OK && row
           && (rc = read_row(db_cx(db), st, &list[*ret_n])) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    return rc;
}

enum rc brevvedlegg_load(struct call *c, struct brevutkast *u)
{
    struct db *db;
    struct brevvedlegg *list = arena_array(c->cx->arena, BREVVEDLEGG_MOST, sizeof(*list));
    if (!list)
        return cx_nomem(c->cx);
    TRY(archive_rows_begin(c, &db));
    enum rc rc = read_all(db, u->id, list, &u->vedlegg_n);
    archive_rows_end(c, &db);
    u->vedlegg = list;
    return rc;
}

enum rc brevvedlegg_forget(struct db *db, const char *brev)
{
    return db_run(db, "DELETE FROM brevvedlegg WHERE brev = ?", "t", brev);
}

/* The same press twice takes in the same files twice. */
static bool same(const struct brevutkast *a, const struct brevutkast *b)
{
    bool fine = a->vedlegg_n == b->vedlegg_n;
    for (size_t i = 0; fine && i < a->vedlegg_n; i++) {
        const struct brevvedlegg *x = &a->vedlegg[i], *y = &b->vedlegg[i];
        fine = streq(x->dokument, y->dokument) && streq(x->fil.navn, y->fil.navn) && x->fil.byte == y->fil.byte;
    }
    return fine;
}

static enum rc attach(struct call *c, void *arg)
{
    const struct brevutkast *u = arg;
    struct db *db = archive_db(c);
    struct brevutkast now;
    enum rc rc = brevutkast_demand(c, u, BREV_UTKAST, &now);
    if (rc == RC_CONFLICT && same(&now, u)) {
        err_clear(c->cx);
        return RC_OK;
    }
    TRY(rc);
    TRY(brevvedlegg_forget(db, u->id));
    for (size_t i = 0; i < u->vedlegg_n; i++) {
        const struct brevvedlegg *v = &u->vedlegg[i];
        TRY(db_run(db, "INSERT INTO brevvedlegg(brev, nr, tittel, dokument, navn, lager, byte, skannet)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "tittttii", u->id, (int64_t)i, v->tittel, v->dokument, v->fil.navn,
                   v->fil.lager, v->fil.byte, (int64_t)v->fil.scanned));
    }
    return db_run(db, "UPDATE brevutkast SET skriver = ?, endret = ?, versjon = versjon + 1 WHERE id = ?", "tit", c->person.id,
                  c->cx->now, u->id);
}

enum rc brevutkast_attach(struct call *c, struct brevutkast *u)
{
    if (u->vedlegg_n > BREVVEDLEGG_MOST)
        return err_set(c->cx, RC_FIELD_VALUE, "vedlegg", NULL);
    TRY(archive_together(c, attach, u));
    return brevutkast_get(c, u->id, u);
}

const char *brevvedlegg_names(struct cx *cx, const struct brevutkast *u)
{
    const char *out = "";
    for (size_t i = 0; out && i < u->vedlegg_n; i++)
        out = arena_printf(cx->arena, "%s%s%s", out, i ? "\n" : "", u->vedlegg[i].tittel);
    return out;
}

/* ------------------------------------------------------------------ content */

enum rc brevvedlegg_open(struct call *c, const struct brevvedlegg *v, struct document *ret)
{
    return *v->dokument ? archive_document(c, F_dokumentobjekt, str_of(v->dokument), ret) : vedlegg_open(c, &v->fil, ret);
}

static enum rc append(void *stage, const void *p, size_t n)
{
    return blob_stage_write(stage, p, n);
}

static enum rc take_document(struct call *c, const struct brevvedlegg *v, struct taken **ret)
{
    struct document d;
    struct blob_stage *stage;
    TRY(archive_document(c, F_dokumentobjekt, str_of(v->dokument), &d));
    if (d.fd >= 0)
        (void)close(d.fd);
    TRY(archive_stage(c, &stage));
    enum rc rc = archive_document_send(c->cx, c->vault, d.sha256, 0, d.size, &(struct blob_taker){append, stage});
    if (rc == RC_OK)
        return archive_take(c, &stage, d.mime, d.name, ret);
    blob_stage_drop(&stage);
    return rc;
}

static enum rc take_file(struct call *c, const struct brevvedlegg *v, struct taken **ret)
{
    struct blob_stage *stage;
    enum rc rc = vedlegg_copy(c, v->fil.lager, &stage);
    if (rc == RC_NOT_FOUND) {
        err_clear(c->cx);
        return err_set(c->cx, RC_FIELD_MISSING, "vedlegg", v->fil.navn);
    }
    TRY(rc);
    return archive_take(c, &stage, NULL, v->fil.navn, ret);
}

enum rc brevvedlegg_take(struct call *c, const struct brevutkast *u, struct taken **ret)
{
    for (size_t i = 0; i < u->vedlegg_n; i++)
        TRY((*u->vedlegg[i].dokument ? take_document : take_file)(c, &u->vedlegg[i], &ret[i]));
    return RC_OK;
}

/* ------------------------------------------------------------------ records */

/* The first that a link leads to, as the caller sees it; NULL when there is none. */
static enum rc linked(struct call *c, const struct rec *from, enum entity_id e, const char *name, struct rec **ret)
{
    const struct query q = {.entity = model_entity(e), .from = from, .list = CL_NONE, .top = 1, .no_count = true,
                            .link = model_link_named(from->entity->id, PKG_ARKIVSTRUKTUR, str_of(name))};
    struct result found = {0};
    TRY(archive_query(c, &q, &found));
    *ret = found.n > 0 ? found.recs[0] : NULL;
    return RC_OK;
}

static enum rc told_by(struct cx *cx, const struct rec *r, enum attr_id skjerming, const char **ret)
{
    const struct val *by = r ? rec_leaf(r, skjerming, L_skjerming_skjermingshjemmel) : NULL;
    if (!by || by->state != VAL_SET)
        return RC_OK;
    *ret = arena_strndup(cx->arena, by->text.p, by->text.n);
    return *ret ? RC_OK : cx_nomem(cx);
}

/* What a document of the case is screened by, itself or with its journalpost; NULL when it is not. */
static enum rc hjemmel_of(struct call *c, const struct brevvedlegg *v, const char **ret)
{
    struct rec *object, *document, *post = NULL;
    *ret = NULL;
    if (!*v->dokument)
        return RC_OK;
    TRY(archive_get(c, F_dokumentobjekt, str_of(v->dokument), &object));
    TRY(linked(c, object, E_dokumentbeskrivelse, "dokumentbeskrivelse", &document));
    TRY(told_by(c->cx, document, A_dokumentbeskrivelse_skjerming, ret));
    if (*ret || !document)
        return RC_OK;
    TRY(linked(c, document, E_registrering, "registrering", &post));
    return told_by(c->cx, post, A_registrering_skjerming, ret);
}

static enum rc make_one(struct call *c, const struct brevvedlegg *v, const struct rec *post, struct taken *file)
{
    struct rec *doc, *object;
    const char *by;
    TRY(hjemmel_of(c, v, &by));
    TRY(archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse",
                     json_pack("{s:s, s:{s:s}, s:{s:s}, s:o*}", "tittel", v->tittel, "dokumentstatus", "kode", "F",
                               "tilknyttetRegistreringSom", "kode", "V", "skjerming", by ? dialog_screening(by) : NULL), &doc));
    return archive_give(c, F_dokumentbeskrivelse, str_of(doc->systemid), file, &object);
}

enum rc brevvedlegg_make(struct call *c, const struct brevutkast *u, const struct rec *post,
                         struct taken *const *files)
{
    size_t unscanned = 0;
    for (size_t i = 0; i < u->vedlegg_n; i++) {
        TRY(make_one(c, &u->vedlegg[i], post, files[i]));
        unscanned += *u->vedlegg[i].dokument || u->vedlegg[i].fil.scanned ? 0 : 1;
    }
    return vedlegg_note(c, post, unscanned);
}

enum rc brevvedlegg_screened_by(struct call *c, const struct brevutkast *u, const char **ret)
{
    *ret = NULL;
    for (size_t i = 0; !*ret && i < u->vedlegg_n; i++)
        TRY(hjemmel_of(c, &u->vedlegg[i], ret));
    return RC_OK;
}
