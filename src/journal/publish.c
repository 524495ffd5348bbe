/*
 * Publishing: entries are written by whoever approves them, never by themselves. One write holds the
 * entry, its parties, its open documents, its words and offentlighetsvurdertDato of the journalpost.
 */
#include <stdlib.h>

#include "archive/public.h"
#include "journal/journal_int.h"

static const char tables[] =
    "CREATE TABLE innfoersel(id BIGINT PRIMARY KEY, registrering TEXT NOT NULL UNIQUE, registrering_id BIGINT NOT NULL,"
    " mappe TEXT NOT NULL, mappe_id BIGINT NOT NULL, vern BIGINT NOT NULL, sak_vern BIGINT NOT NULL,"
    " versjon BIGINT NOT NULL, sak_versjon BIGINT NOT NULL, aar BIGINT NOT NULL, sekvens BIGINT NOT NULL,"
    " saksaar BIGINT NOT NULL, saksnr BIGINT NOT NULL, postnr BIGINT NOT NULL, type TEXT NOT NULL, tittel TEXT NOT NULL,"
    " sakstittel TEXT NOT NULL, enhet TEXT NOT NULL, klasse TEXT NOT NULL, hjemmel TEXT NOT NULL,"
    " journaldato BIGINT NOT NULL, dokumentdato BIGINT NOT NULL, publisert BIGINT NOT NULL, publisert_av TEXT NOT NULL,"
    " eiendom TEXT NOT NULL, dokumenter BIGINT NOT NULL, trukket BIGINT NOT NULL);"
    "CREATE INDEX innfoersel_dato ON innfoersel(journaldato, id);"
    "CREATE INDEX innfoersel_sak ON innfoersel(saksaar, saksnr);"
    "CREATE INDEX innfoersel_eiendom ON innfoersel(eiendom, id);"
    "CREATE INDEX innfoersel_enhet ON innfoersel(enhet, id);"
    "CREATE TABLE innfoersel_part(innfoersel BIGINT NOT NULL, nr BIGINT NOT NULL, rolle TEXT NOT NULL,"
    " navn TEXT NOT NULL, person BIGINT NOT NULL, PRIMARY KEY(innfoersel, nr));"
    "CREATE TABLE innsynskrav(id TEXT PRIMARY KEY, nummer BIGINT NOT NULL, noekkel TEXT NOT NULL UNIQUE,"
    " sending TEXT NOT NULL UNIQUE, navn TEXT NOT NULL, epost TEXT NOT NULL, spraak TEXT NOT NULL,"
    " opprettet BIGINT NOT NULL);"
    "CREATE TABLE innsynspost(krav TEXT NOT NULL, registrering TEXT NOT NULL, oppgave TEXT NOT NULL UNIQUE,"
    " utfall BIGINT NOT NULL, hjemmel TEXT NOT NULL, begrunnelse TEXT NOT NULL, frist BIGINT NOT NULL,"
    " besvart BIGINT NOT NULL, PRIMARY KEY(krav, registrering));";

/*
 * Words of entries: `alt` all of them, `uten` those without names. rowid is the entry's, and grows with the
 * time of first publishing, so that "younger than a year" is a range of rowids.
 */
static const char words_sqlite[] = "CREATE VIRTUAL TABLE innfoersel_ord USING fts5(alt, uten, tokenize = 'norsk');";
static const char words_postgres[] =
    "CREATE TABLE innfoersel_ord(rowid BIGINT PRIMARY KEY, alt TSVECTOR, uten TSVECTOR);"
    "CREATE INDEX innfoersel_ord_alt ON innfoersel_ord USING gin(alt);"
    "CREATE INDEX innfoersel_ord_uten ON innfoersel_ord USING gin(uten);";

static enum rc make_tables(struct db *db)
{
    TRY(db_script(db, tables));
    return db_script(db, db_dialect(db) == DIALECT_SQLITE ? words_sqlite : words_postgres);
}

void journal_open(struct archive *a)
{
    archive_add_tables(a, "innfoersel_ord", make_tables);
}

/* ------------------------------------------------------------------ titles */

const char *journal_title(struct cx *cx, const char *marked)
{
    char *out = arena_strdup(cx->arena, marked), *to = out;
    for (const char *p = marked; out && *p; p++)
        if ((p[0] == '[' && p[1] == '[') || (p[0] == ']' && p[1] == ']'))
            p++;
        else
            *to++ = *p;
    if (out)
        *to = '\0';
    return out;
}

/* What stands between marks left out. */
static void add_nameless(struct buf *b, const char *marked)
{
    for (const char *open; (open = strstr(marked, "[[")) != NULL; ) {
        const char *close = strstr(open, "]]");
        buf_add(b, marked, (size_t)(open - marked));
        if (!close)
            return;
        marked = close + 2;
    }
    buf_puts(b, marked);
}

bool journal_indexable(const struct innfoersel *e, int64_t now)
{
    bool names = strstr(e->tittel, "[[") || strstr(e->sakstittel, "[[");
    for (size_t i = 0; i < e->parts_n; i++)
        names = names || (e->parts[i].person && *e->parts[i].navn);
    return !names || e->publisert >= time_add_years(now, -1);
}

/* ------------------------------------------------------------------ the write */

struct publishing {
    struct call *call;
    struct str registrering;
    const struct journal_choice *choice;
    struct sources sources;
    struct journal_preview preview;
};

static enum rc store_parts(struct db *db, const struct innfoersel *e)
{
    TRY(db_run(db, "DELETE FROM innfoersel_part WHERE innfoersel = ?", "i", e->id));
    for (size_t i = 0; i < e->parts_n; i++)
        TRY(db_run(db, "INSERT INTO innfoersel_part(innfoersel, nr, rolle, navn, person) VALUES (?, ?, ?, ?, ?)", "iitti", e->id,
                   (int64_t)i, e->parts[i].rolle, e->parts[i].navn, (int64_t)e->parts[i].person));
    return RC_OK;
}

static void collect_words(const struct innfoersel *e, struct buf *all, struct buf *nameless)
{
    const char *plain[] = {e->enhet, e->klasse, e->eiendom};
    buf_printf(all, "%s\n%s", e->tittel, e->sakstittel);
    add_nameless(nameless, e->tittel);
    buf_puts(nameless, "\n");
    add_nameless(nameless, e->sakstittel);
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        buf_printf(all, "\n%s", plain[i]);
        buf_printf(nameless, "\n%s", plain[i]);
    }
    for (size_t i = 0; i < e->parts_n; i++) {
        buf_printf(all, "\n%s", e->parts[i].navn);
        buf_printf(nameless, "\n%s", e->parts[i].person ? "" : e->parts[i].navn);
    }
}

static enum rc store_words(struct db *db, const struct innfoersel *e)
{
    static const char pg[] = "INSERT INTO innfoersel_ord(rowid, alt, uten) VALUES (?, to_tsvector('norwegian', lower(CAST(? AS"
                             " TEXT) COLLATE \"und-x-icu\")), to_tsvector('norwegian', lower(CAST(? AS TEXT) COLLATE"
                             " \"und-x-icu\")))";
    static const char lite[] = "INSERT INTO innfoersel_ord(rowid, alt, uten) VALUES (?, ?, ?)";
    struct buf all, nameless;
    buf_init(&all, (size_t)MiB(1));
    buf_init(&nameless, (size_t)MiB(1));
    collect_words(e, &all, &nameless);
    enum rc rc = buf_failed(&all) || buf_failed(&nameless) ? cx_nomem(db_cx(db)) : RC_OK;
    if (rc == RC_OK)
        rc = db_run(db, "DELETE FROM innfoersel_ord WHERE rowid = ?", "i", e->id);
    if (rc == RC_OK)
        rc = db_run(db, db_dialect(db) == DIALECT_SQLITE ? lite : pg, "iss", e->id, buf_str(&all), buf_str(&nameless));
    buf_free(&all);
    buf_free(&nameless);
    return rc;
}

static enum rc store_entry(struct publishing *k, struct db *db)
{
    struct innfoersel *e = &k->preview.entry;
    const struct rec *post = k->sources.post, *mappe = k->sources.mappe;
    TRY(db_int(db, &e->id, 0, "SELECT id FROM innfoersel WHERE registrering = ?", "t", e->registrering));
    if (e->id == 0) {
        TRY(db_int(db, &e->id, 0, "SELECT coalesce(max(id), 0) + 1 FROM innfoersel", ""));
        TRY(db_run(db, "INSERT INTO innfoersel(id, registrering, registrering_id, mappe, mappe_id, vern, sak_vern, versjon,"
                       " sak_versjon, aar, sekvens, saksaar, saksnr, postnr, type, tittel, sakstittel, enhet, klasse, hjemmel,"
                       " journaldato, dokumentdato, publisert, publisert_av, eiendom, dokumenter, trukket) VALUES (?, ?, ?, ?,"
                       " ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', '', '', 0, 0, ?, ?, '', 0, 0)", "ititiit", e->id,
                   e->registrering, post->id, e->mappe, mappe->id, db_cx(db)->now, k->call->person.id));
    }
    TRY(db_run(db, "UPDATE innfoersel SET vern = ?, sak_vern = ?, versjon = ?, sak_versjon = ?, aar = ?, sekvens = ?,"
                   " saksaar = ?, saksnr = ?, postnr = ?, type = ?, tittel = ?, sakstittel = ?, enhet = ?, klasse = ?,"
                   " hjemmel = ?, journaldato = ?, dokumentdato = ?, eiendom = ?, dokumenter = ?, trukket = 0 WHERE id = ?",
               "iiiiiiiiittttttiitii", post->vern, mappe->vern, post->versjon, mappe->versjon, e->aar, e->sekvens, e->saksaar,
               e->saksnr, e->postnr, e->type, e->tittel, e->sakstittel, e->enhet, e->klasse, e->hjemmel, e->journaldato,
               e->dokumentdato, e->eiendom, (int64_t)k->choice->documents, e->id));
    TRY(store_parts(db, e));
    return store_words(db, e);
}

/* Words of a screened title that the public is not shown must not come back in what the archivist wrote. */
static enum rc check_title(struct publishing *k, const char *field, const char *chosen, const struct rec *r)
{
    struct cx *cx = k->call->cx;
    const struct val *full = rec_val(r, r->entity->family == F_mappe ? A_mappe_tittel : A_registrering_tittel);
    const char *plain = journal_title(cx, chosen);
    if (!plain)
        return cx_nomem(cx);
    if (!*plain || str_blank(str_of(plain)))
        return err_set(cx, RC_FIELD_MISSING, field, NULL);
    if (national_id_in(str_of(plain)))
        return err_set(cx, RC_FIELD_VALUE, field, "et fødselsnummer");
    struct str shown = public_title(cx, r, cx->now);
    if (!k->preview.screened || str_eq(shown, full->text) || !str_eq(full->text, str_of(plain)))
        return RC_OK;
    return err_set(cx, RC_FIELD_VALUE, field, "den skjermede tittelen");
}

static enum rc choose(struct publishing *k)
{
    struct innfoersel *e = &k->preview.entry;
    const struct journal_choice *choice = k->choice;
    enum journal_obstacle obstacle = k->preview.obstacle;
    bool written = obstacle == OBSTACLE_WORDS && (choice->tittel || !streq(e->tittel, PUBLIC_MASK));
    if (obstacle == OBSTACLE_STATUS || (obstacle == OBSTACLE_NATIONAL_ID && !choice->tittel))
        return err_set(k->call->cx, RC_NOT_READY, "journalstatus",
                       obstacle == OBSTACLE_STATUS ? "journalposten er ikke journalført" : "et fødselsnummer i tittelen");
    if (obstacle == OBSTACLE_WORDS && !written)
        return err_set(k->call->cx, RC_NOT_READY, "offentligTittel", "skriv en offentlig tittel");
    if (choice->documents && k->preview.screened)
        return err_set(k->call->cx, RC_NOT_READY, "dokumenter", "skjermede dokumenter åpnes ikke");
    e->tittel = choice->tittel ? choice->tittel : e->tittel;
    e->sakstittel = choice->sakstittel ? choice->sakstittel : e->sakstittel;
    TRY(check_title(k, "tittel", e->tittel, k->sources.post));
    return check_title(k, "sakstittel", e->sakstittel, k->sources.mappe);
}

/* offentlighetsvurdertDato is the journalpost's own, and logged as any change. */
static enum rc mark_assessed(struct publishing *k)
{
    struct call *c = k->call;
    struct rec *in, *out;
    TRY(rec_new(c->cx, k->sources.post->entity, &in));
    TRY(val_time(c->cx, rec_val(in, A_journalpost_offentlighetsvurdertDato), c->cx->now));
    TRY(archive_merge(c, F_registrering, k->registrering, (struct match){NULL, RC_CONFLICT}, in, NULL, 0, &out));
    k->sources.post = out;
    return RC_OK;
}

static enum rc publish(struct call *c, void *arg)
{
    struct publishing *k = arg;
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(sources_load(c, k->registrering, &k->sources));
    TRY(preview_make(c, &k->sources, &k->preview));
    TRY(choose(k));
    TRY(mark_assessed(k));
    return store_entry(k, archive_db(c));
}

enum rc journal_publish(struct call *c, struct str registrering, const struct journal_choice *choice)
{
    struct publishing k = {.call = c, .registrering = registrering, .choice = choice};
    return archive_together(c, publish, &k);
}

static enum rc withdraw(struct call *c, void *arg)
{
    const struct str *registrering = arg;
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    return db_run(archive_db(c), "UPDATE innfoersel SET trukket = ? WHERE registrering = ?", "is", c->cx->now, *registrering);
}

enum rc journal_withdraw(struct call *c, struct str registrering)
{
    return archive_together(c, withdraw, &registrering);
}

/* ------------------------------------------------------------------ preview and queue */

static enum rc published_state(struct call *c, const struct sources *s, struct journal_preview *p)
{
    struct db *db;
    struct stmt *st;
    bool row = false;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = db_prepare(db, "SELECT id, publisert, versjon, sak_versjon, trukket FROM innfoersel WHERE registrering = ?", &st);
    if (rc == RC_OK) {
        stmt_bind_text(st, 1, s->post->systemid);
        rc = stmt_step(st, &row);
    }
    if (rc == RC_OK && row && stmt_int(st, 4) == 0) {
        p->entry.id = stmt_int(st, 0);
        p->entry.publisert = stmt_int(st, 1);
        p->changed = stmt_int(st, 2) != s->post->versjon || stmt_int(st, 3) != s->mappe->versjon;
    }
    stmt_done(&st);
    store_read_end(&db);
    return rc;
}

enum rc journal_preview(struct call *c, struct str registrering, struct journal_preview *ret)
{
    struct sources s;
    TRY(sources_load(c, registrering, &s));
    TRY(preview_make(c, &s, ret));
    return published_state(c, &s, ret);
}

/* Journalført and either unpublished or changed since; utgåtte wait for nothing. */
#define WAITING \
    " FROM registrering r JOIN mappe m ON m.id = r.mappe_id LEFT JOIN innfoersel i ON i.registrering_id = r.id" \
    " WHERE r.type = 'journalpost' AND r.journalstatus IN ('J', 'F', 'E', 'A') AND r.journaldato_t IS NOT NULL" \
    " AND (i.id IS NULL OR (i.trukket = 0 AND (i.vern <> r.vern OR i.sak_vern <> m.vern OR i.versjon <> r.versjon)))"

static enum rc read_queue(struct db *db, int64_t skip, int64_t most, char (*ret)[UUID_TEXT_MAX], size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, "SELECT r.systemid" WAITING " ORDER BY r.journaldato_t, r.id LIMIT ? OFFSET ?", &st));
    stmt_bind_int(st, 1, most);
    stmt_bind_int(st, 2, skip);
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row) {
        struct str id = stmt_str(st, 0);
        (void)snprintf(ret[(*ret_n)++], UUID_TEXT_MAX, "%.*s", (int)id.n, id.p);
    }
    stmt_done(&st);
    return rc;
}

enum rc journal_queue(struct call *c, int64_t skip, int64_t most, char (**ret)[UUID_TEXT_MAX], size_t *ret_n,
                      int64_t *ret_total)
{
    struct db *db;
    if (c->role < ROLE_ARKIVAR)
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    *ret = arena_array(c->cx->arena, (size_t)most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = db_int(db, ret_total, 0, "SELECT count(*)" WAITING, "");
    if (rc == RC_OK)
        rc = read_queue(db, skip, most, *ret, ret_n);
    store_read_end(&db);
    return rc;
}
