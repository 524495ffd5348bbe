/*
 * Publishing: entries are written by whoever approves them, never by themselves. One write holds the
 * entry, its parties, its words and offentlighetsvurdertDato of the journalpost.
 */
#include <ctype.h>
#include <strings.h>

#include "archive/public.h"
#include "journal/journal_int.h"

/* number: the type of a row's number, which in SQLite must be INTEGER to be the key itself. */
#define TABLES(number) \
    "CREATE TABLE innfoersel(id " number " PRIMARY KEY, registrering TEXT NOT NULL UNIQUE, registrering_id BIGINT NOT NULL," \
    " mappe TEXT NOT NULL, mappe_id BIGINT NOT NULL, vern BIGINT NOT NULL, sak_vern BIGINT NOT NULL," \
    " versjon BIGINT NOT NULL, holdt BIGINT NOT NULL, sak_holdt BIGINT NOT NULL, aar BIGINT NOT NULL, sekvens BIGINT NOT NULL," \
    " saksaar BIGINT NOT NULL, saksnr BIGINT NOT NULL, postnr BIGINT NOT NULL, type TEXT NOT NULL, tittel TEXT NOT NULL," \
    " sakstittel TEXT NOT NULL, enhet TEXT NOT NULL, klasse TEXT NOT NULL, hjemmel TEXT NOT NULL," \
    " journaldato BIGINT NOT NULL, dokumentdato BIGINT NOT NULL, publisert BIGINT NOT NULL, publisert_av TEXT NOT NULL," \
    " eiendom TEXT NOT NULL, trukket BIGINT NOT NULL);" \
    "CREATE INDEX innfoersel_dato ON innfoersel(journaldato, id);" \
    "CREATE INDEX innfoersel_sak ON innfoersel(saksaar, saksnr);" \
    "CREATE INDEX innfoersel_eiendom ON innfoersel(eiendom, id);" \
    "CREATE INDEX innfoersel_enhet ON innfoersel(enhet, id);" \
    "CREATE INDEX innfoersel_publisert ON innfoersel(publisert, id);" \
    "CREATE TABLE innfoersel_part(innfoersel BIGINT NOT NULL, nr BIGINT NOT NULL, rolle TEXT NOT NULL," \
    " navn TEXT NOT NULL, person BIGINT NOT NULL, PRIMARY KEY(innfoersel, nr));"

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
    bool sqlite = db_dialect(db) == DIALECT_SQLITE;
    TRY(db_script(db, sqlite ? TABLES("INTEGER") : TABLES("BIGINT")));
    return db_script(db, sqlite ? words_sqlite : words_postgres);
}

void journal_prepare(struct archive *a)
{
    archive_add_tables(a, "innfoersel_ord", make_tables);
    archive_add_tables(a, "innfoersel_dokument", release_tables);
    archive_add_tables(a, "navnemerke", names_make_tables);
    archive_add_tables(a, "registrering_upublisert", queue_make_marks);
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
    const char *tittel, *sakstittel;       /* as chosen; NULL: as in the preview */
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

/* A row of its own from the first publishing on, so that its number and time stay. */
static enum rc entry_row(struct publishing *k, struct db *db)
{
    struct innfoersel *e = &k->preview.entry;
    TRY(db_int(db, &e->id, 0, "SELECT id FROM innfoersel WHERE registrering = ?", "t", e->registrering));
    if (e->id != 0)
        return RC_OK;
    TRY(db_int(db, &e->id, 0, "SELECT coalesce(max(id), 0) + 1 FROM innfoersel", ""));
    return db_run(db, "INSERT INTO innfoersel(id, registrering, registrering_id, mappe, mappe_id, vern, sak_vern, versjon,"
                      " holdt, sak_holdt, aar, sekvens, saksaar, saksnr, postnr, type, tittel, sakstittel, enhet, klasse,"
                      " hjemmel, journaldato, dokumentdato, publisert, publisert_av, eiendom, trukket) VALUES (?, ?, ?, '', 0,"
                      " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', '', '', 0, 0, ?, ?, '', 0)", "itiit", e->id,
                  e->registrering, k->sources.post->id, db_cx(db)->now, k->call->person.id);
}

static enum rc store_entry(struct publishing *k, struct db *db)
{
    const struct innfoersel *e = &k->preview.entry;
    const struct rec *post = k->sources.post, *mappe = k->sources.mappe;
    int64_t now = db_cx(db)->now;
    TRY(entry_row(k, db));
    TRY(db_run(db, "UPDATE innfoersel SET mappe = ?, mappe_id = ?, vern = ?, sak_vern = ?, versjon = ?, holdt = ?,"
                   " sak_holdt = ?, aar = ?, sekvens = ?, saksaar = ?, saksnr = ?, postnr = ?, type = ?, tittel = ?,"
                   " sakstittel = ?, enhet = ?, klasse = ?, hjemmel = ?, journaldato = ?, dokumentdato = ?, eiendom = ?,"
                   " trukket = 0 WHERE id = ?", "tiiiiiiiiiiittttttiiti", e->mappe, mappe->id, post->vern, mappe->vern,
               post->versjon, source_screened(post, now) ? post->versjon : 0, source_screened(mappe, now) ? mappe->versjon : 0,
               e->aar, e->sekvens, e->saksaar, e->saksnr, e->postnr, e->type, e->tittel, e->sakstittel, e->enhet, e->klasse,
               e->hjemmel, e->journaldato, e->dokumentdato, e->eiendom, e->id));
    TRY(store_parts(db, e));
    TRY(store_words(db, e));
    TRY(queue_mark(db, e->registrering));
    return queue_mark(db, e->mappe);
}

/* ------------------------------------------------------------------ what may be said */

static bool letter(char ch)
{
    return isalnum((unsigned char)ch) || (unsigned char)ch >= 0x80;
}

/* The next word of the text from *at on; empty at the end. */
static struct str next_word(const char **at)
{
    const char *p = *at;
    while (*p && !letter(*p))
        p++;
    const char *begin = p;
    while (letter(*p))
        p++;
    *at = p;
    return (struct str){begin, (size_t)(p - begin)};
}

static bool has_word(const char *text, struct str word)
{
    for (struct str w; (w = next_word(&text)).n > 0; )
        if (w.n == word.n && strncasecmp(w.p, word.p, w.n) == 0)
            return true;
    return false;
}

/* The first word of `text` that stands in `said` but not in `allowed`; empty when there is none. */
static struct str word_said(const char *text, const char *said, const char *allowed)
{
    for (struct str w; (w = next_word(&text)).n > 0; )
        if (has_word(said, w) && !has_word(allowed, w))
            return w;
    return (struct str){NULL, 0};
}

/* Does `said` hold all words of `text`? */
static bool says_all(const char *text, const char *said)
{
    for (struct str w; (w = next_word(&text)).n > 0; )
        if (!has_word(said, w))
            return false;
    return true;
}

/*
 * Is it told what of the title is screened? Then none of those words may come back. Where the title is
 * screened whole, whoever approves decides which words are, but not all of them may come back.
 */
static enum rc check_words(struct cx *cx, const char *field, const char *said, const char *shown, const struct rec *r)
{
    const struct val *full = rec_val(r, r->entity->family == F_mappe ? A_mappe_tittel : A_registrering_tittel);
    const char *title = arena_strndup(cx->arena, full->text.p, full->text.n);
    if (!title)
        return cx_nomem(cx);
    if (!streq(shown, PUBLIC_MASK))
        return word_said(title, said, shown).n == 0 ? RC_OK : err_set(cx, RC_FIELD_VALUE, field, "et skjermet ord");
    return says_all(title, said) ? err_set(cx, RC_FIELD_VALUE, field, "den skjermede tittelen") : RC_OK;
}

static enum rc check_names(struct publishing *k, const char *field, const char *said, const char *shown)
{
    struct cx *cx = k->call->cx;
    for (size_t i = 0; i < k->preview.entry.parts_n; i++) {
        bool person;
        const char *name = party_name(cx, k->sources.parties.recs[i], &person);
        if (!name)
            return cx_nomem(cx);
        if (!*k->preview.entry.parts[i].navn && word_said(name, said, shown).n > 0)
            return err_set(cx, RC_FIELD_VALUE, field, "et skjermet navn");
    }
    return RC_OK;
}

/* The title to publish in place of the one shown in the preview. */
static enum rc choose_title(struct publishing *k, const char *field, const char *chosen, const struct rec *r, const char **shown)
{
    struct cx *cx = k->call->cx;
    if (!chosen)
        return RC_OK;
    const char *said = journal_title(cx, chosen), *allowed = journal_title(cx, *shown);
    if (!said || !allowed)
        return cx_nomem(cx);
    if (str_blank(str_of(said)))
        return err_set(cx, RC_FIELD_MISSING, field, NULL);
    TRY(check_words(cx, field, said, allowed, r));
    TRY(check_names(k, field, said, allowed));
    *shown = chosen;
    return RC_OK;
}

static enum rc choose(struct publishing *k)
{
    struct cx *cx = k->call->cx;
    struct innfoersel *e = &k->preview.entry;
    if (k->preview.obstacle == OBSTACLE_STATUS)
        return err_set(cx, RC_NOT_READY, "journalstatus", "journalposten er ikke journalført");
    TRY(choose_title(k, "tittel", k->tittel, k->sources.post, &e->tittel));
    TRY(choose_title(k, "sakstittel", k->sakstittel, k->sources.mappe, &e->sakstittel));
    if (streq(e->tittel, PUBLIC_MASK) || streq(e->sakstittel, PUBLIC_MASK))
        return err_set(cx, RC_NOT_READY, "offentligTittel", "skriv en offentlig tittel");
    if (preview_has_id(e))
        return err_set(cx, RC_NOT_READY, "tittel", "et fødselsnummer i tittel eller navn");
    return preview_property(cx, e);
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

enum rc journal_publish(struct call *c, struct str registrering, const char *tittel, const char *sakstittel)
{
    struct publishing k = {.call = c, .registrering = registrering, .tittel = tittel, .sakstittel = sakstittel};
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

struct version_step {
    const char *enhet;
    int64_t from, to;
};

static enum rc follow(struct db *db, void *arg)
{
    const struct version_step *v = arg;
    TRY(db_run(db, "UPDATE innfoersel SET holdt = ? WHERE registrering = ? AND holdt = ?", "iti", v->to, v->enhet, v->from));
    TRY(db_run(db, "UPDATE innfoersel SET versjon = ? WHERE registrering = ? AND versjon = ?", "iti", v->to, v->enhet, v->from));
    TRY(db_run(db, "UPDATE innfoersel SET sak_holdt = ? WHERE mappe = ? AND sak_holdt = ?", "iti", v->to, v->enhet, v->from));
    return queue_mark(db, v->enhet);
}

enum rc journal_unchanged(struct call *c, const char *enhet, int64_t from, int64_t to)
{
    struct version_step v = {enhet, from, to};
    return archive_rows_write(c, follow, &v);
}

/* ------------------------------------------------------------------ preview */

static enum rc published_state(struct call *c, const struct sources *s, struct journal_preview *p)
{
    struct db *db;
    struct stmt *st;
    bool row = false;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = db_prepare(db, "SELECT i.id, i.publisert, CASE WHEN " ENTRY_CHANGED " THEN 1 ELSE 0 END, i.tittel,"
                                " i.sakstittel FROM innfoersel i"
                                " JOIN registrering r ON r.id = i.registrering_id JOIN mappe m ON m.id = r.mappe_id"
                                " WHERE i.registrering = ? AND i.trukket = 0", &st);
    if (rc == RC_OK) {
        stmt_bind_text(st, 1, s->post->systemid);
        rc = stmt_step(st, &row);
    }
    if (rc == RC_OK && row) {
        p->entry.id = stmt_int(st, 0);
        p->entry.publisert = stmt_int(st, 1);
        p->changed = stmt_int(st, 2) != 0;
        p->tittel = stmt_text(st, 3);
        p->sakstittel = stmt_text(st, 4);
        rc = p->tittel && p->sakstittel ? RC_OK : cx_nomem(c->cx);
    }
    stmt_done(&st);
    archive_rows_end(c, &db);
    return rc;
}

enum rc journal_preview(struct call *c, struct str registrering, struct journal_preview *ret)
{
    struct sources s;
    TRY(sources_load(c, registrering, &s));
    TRY(preview_make(c, &s, ret));
    return published_state(c, &s, ret);
}
