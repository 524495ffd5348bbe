/* Drafts: a row a letter, from its beginning until it is sent; a sent one stays as the tale of its approval. */
#include "letter/letter_int.h"

enum rc brevutkast_tables(struct db *db)
{
    return db_script(db,
        "CREATE TABLE brevutkast(id TEXT PRIMARY KEY, mal TEXT NOT NULL, malversjon BIGINT NOT NULL, maalform BIGINT NOT NULL,"
        " mappe TEXT NOT NULL, oppgave TEXT NOT NULL, gjelder TEXT NOT NULL, til TEXT NOT NULL, frist BIGINT NOT NULL,"
        " tekst TEXT NOT NULL, skriver TEXT NOT NULL, navn TEXT NOT NULL, opprettet BIGINT NOT NULL, endret BIGINT NOT NULL,"
        " versjon BIGINT NOT NULL, tilstand BIGINT NOT NULL, godkjenning TEXT NOT NULL, merknad TEXT NOT NULL,"
        " ansvarlig TEXT NOT NULL, ansvarlig_navn TEXT NOT NULL, journalpost TEXT NOT NULL, dokument TEXT NOT NULL,"
        " sha256 TEXT NOT NULL, sendt BIGINT NOT NULL);"
        "CREATE INDEX brevutkast_mappe ON brevutkast(mappe, opprettet);"
        "CREATE INDEX brevutkast_godkjenning ON brevutkast(godkjenning);"
        "CREATE INDEX brevutkast_skriver ON brevutkast(skriver, endret);");
}

/* ------------------------------------------------------------------ reading */

#define COLUMNS "SELECT id, mal, malversjon, maalform, mappe, oppgave, gjelder, frist, skriver, navn, endret, versjon, tilstand," \
                " godkjenning, merknad, ansvarlig, ansvarlig_navn, journalpost, dokument, sha256, sendt, til, tekst FROM brevutkast"

/* What a row tells and the draft does not hold as it stands. */
struct row {
    const char *mal;
    int64_t malversjon;
    const char *til;               /* keys of parties, one a line */
    const char *tekst;             /* {"vedtak": "…"} */
};

static enum rc read_row(struct cx *cx, struct stmt *st, struct brevutkast *u, struct row *r)
{
    *u = (struct brevutkast){.maalform = stmt_int(st, 3) ? MAALFORM_NN : MAALFORM_NB, .frist = stmt_int(st, 7),
                             .navn = stmt_text(st, 9), .endret = stmt_int(st, 10), .versjon = stmt_int(st, 11),
                             .tilstand = (enum brevtilstand)stmt_int(st, 12), .merknad = stmt_text(st, 14),
                             .ansvarlig_navn = stmt_text(st, 16), .sha256 = stmt_text(st, 19), .sendt = stmt_int(st, 20)};
    *r = (struct row){stmt_text(st, 1), stmt_int(st, 2), stmt_text(st, 21), stmt_text(st, 22)};
    uuid_copy(u->id, stmt_str(st, 0));
    uuid_copy(u->mappe, stmt_str(st, 4));
    uuid_copy(u->oppgave, stmt_str(st, 5));
    uuid_copy(u->gjelder, stmt_str(st, 6));
    uuid_copy(u->skriver, stmt_str(st, 8));
    uuid_copy(u->godkjenning, stmt_str(st, 13));
    uuid_copy(u->ansvarlig, stmt_str(st, 15));
    uuid_copy(u->journalpost, stmt_str(st, 17));
    uuid_copy(u->dokument, stmt_str(st, 18));
    return u->navn && u->merknad && u->ansvarlig_navn && u->sha256 && r->mal && r->til && r->tekst ? RC_OK : cx_nomem(cx);
}

static bool among(const char *lines, const char *key)
{
    struct str rest = str_of(lines);
    while (rest.n > 0)
        if (str_is(str_cut(&rest, '\n'), key))
            return true;
    return false;
}

/* Those the letter is for who still are parties of the case. */
static enum rc receivers(struct call *c, struct brevutkast *u, const char *keys)
{
    const struct dialog_filter f = {.mappe = u->mappe, .most = BREVMOTTAKER_MOST};
    struct sakspart *parties;
    size_t n;
    TRY(dialog_parts(c, &f, &parties, &n));
    for (size_t i = 0; i < n; i++)
        if (among(keys, parties[i].eier))
            parties[u->til_n++] = parties[i];
    u->til = parties;
    return RC_OK;
}

static enum rc texts(struct cx *cx, struct brevutkast *u, const char *json)
{
    json_t *o;
    const char **list = arena_array(cx->arena, u->mal->blocks_n, sizeof(*list));
    if (!list)
        return cx_nomem(cx);
    TRY(json_read(cx, str_of(json), &o));
    for (size_t i = 0; i < u->mal->blocks_n; i++) {
        const char *s = json_string_value(json_object_get(o, u->mal->blocks[i].id));
        list[i] = s ? s : "";
    }
    u->tekst = list;
    return RC_OK;
}

static enum rc find(struct db *db, const char *column, const char *value, struct brevutkast *u, struct row *r)
{
    struct stmt *st;
    bool row = false;
    char *sql = arena_printf(db_cx(db)->arena, COLUMNS " WHERE %s = ?", column);
    if (!sql)
        return cx_nomem(db_cx(db));
    TRY(db_prepare(db, sql, &st));
    stmt_bind_text(st, 1, value);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK)
        rc = row ? read_row(db_cx(db), st, u, r) : err_set(db_cx(db), RC_NOT_FOUND, "brev", NULL);
    stmt_done(&st);
    return rc == RC_OK ? brevmal_load(db, r->mal, r->malversjon, &u->mal) : rc;
}

static enum rc get(struct call *c, const char *column, const char *value, struct brevutkast *ret)
{
    struct row r;
    struct db *db;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = find(db, column, value, ret, &r);
    archive_rows_end(c, &db);
    TRY(rc);
    TRY(receivers(c, ret, r.til));
    TRY(brevvedlegg_load(c, ret));
    return texts(c->cx, ret, r.tekst);
}

enum rc brevutkast_get(struct call *c, const char *id, struct brevutkast *ret)
{
    return get(c, "id", id, ret);
}

enum rc brevutkast_of_task(struct call *c, const char *oppgave, struct brevutkast *ret)
{
    return get(c, "godkjenning", oppgave, ret);
}

enum { LISTED = 200 };

static enum rc read_all(struct db *db, const char *mappe, struct brevutkast *all, size_t *ret_n)
{
    struct stmt *st;
    struct row rows[LISTED];
    bool row = false;
    enum rc rc = RC_OK;
    size_t n = 0;
    TRY(db_prepare(db, COLUMNS " WHERE mappe = ? ORDER BY opprettet DESC, id DESC", &st));
    stmt_bind_text(st, 1, mappe);
    while (n < LISTED && (rc = stmt_step(st, &row)) == RC_OK && row && (rc = read_row(db_cx(db), st, &all[n], &rows[n])) == RC_OK)
        n++;
    stmt_done(&st);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = brevmal_load(db, rows[i].mal, rows[i].malversjon, &all[i].mal);
    *ret_n = n;
    return rc;
}

enum rc brevutkast_list(struct call *c, const char *mappe, struct brevutkast **ret, size_t *ret_n)
{
    struct db *db;
    *ret = arena_array(c->cx->arena, LISTED, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(archive_rows_begin(c, &db));
    enum rc rc = read_all(db, mappe, *ret, ret_n);
    archive_rows_end(c, &db);
    return rc;
}

static enum rc count_posts(struct call *c, const char *mappe, int64_t *ret)
{
    struct rec *sak;
    struct result found = {0};
    TRY(archive_get(c, F_mappe, str_of(mappe), &sak));
    const struct query q = {.entity = model_entity(E_journalpost), .from = sak, .list = CL_NONE,
                            .link = model_link_named(sak->entity->id, PKG_ARKIVSTRUKTUR, STR("registrering"))};
    TRY(archive_query(c, &q, &found));
    *ret = found.count;
    return RC_OK;
}

enum rc brevutkast_visible(struct call *c, const char *mappe, struct brevutkast *all, size_t *n)
{
    struct call whole;
    int64_t seen, there;
    size_t kept = 0;
    TRY(dialog_call(c->cx, c->vault, &whole));
    TRY(count_posts(&whole, mappe, &there));
    TRY(count_posts(c, mappe, &seen));
    for (size_t i = 0; i < *n; i++)
        if (seen == there || streq(all[i].skriver, c->person.id))
            all[kept++] = all[i];
    *n = kept;
    return RC_OK;
}

/* ------------------------------------------------------------------ beginning */

/* Texts as JSON and keys of parties as lines: how they lie in the row. */
static enum rc pack(struct cx *cx, const struct brevutkast *u, const char **ret_tekst, const char **ret_til)
{
    struct buf b;
    struct jw w;
    const char *keys = "";
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    for (size_t i = 0; i < u->mal->blocks_n; i++)
        jw_pair(&w, u->mal->blocks[i].id, u->tekst[i]);
    jw_close(&w, '}');
    *ret_tekst = buf_failed(&b) ? NULL : arena_strdup(cx->arena, b.p);
    buf_free(&b);
    for (size_t i = 0; keys && i < u->til_n; i++)
        keys = arena_printf(cx->arena, "%s%s\n", keys, u->til[i].eier);
    *ret_til = keys;
    return *ret_tekst && keys ? RC_OK : cx_nomem(cx);
}

static enum rc first_texts(struct call *c, struct brevutkast *u, const char *kommune)
{
    struct fletting with;
    const char **list = arena_array(c->cx->arena, u->mal->blocks_n, sizeof(*list));
    if (!list)
        return cx_nomem(c->cx);
    TRY(flett_case(c, u, kommune, &with));
    for (size_t i = 0; i < u->mal->blocks_n; i++) {
        const struct brevblokk *b = &u->mal->blocks[i];
        const char *text = b->text.in[u->maalform];
        /* A suggestion with a hole in it helps nobody. */
        list[i] = b->fixed || !b->text.in[0] || flett_lacks(text, &with) ? "" : flett(c->cx, text, &with);
        if (!list[i])
            return cx_nomem(c->cx);
    }
    u->tekst = list;
    return RC_OK;
}

/* What came in and is answered: the journalpost of the task. */
static enum rc answered(struct call *c, const struct brevstart *s, struct brevutkast *u)
{
    struct oppgave o;
    if (!*s->oppgave)
        return RC_OK;
    TRY(oppgave_get(c, s->oppgave, &o));
    if (!streq(o.mappe, s->mappe))
        return err_set(c->cx, RC_NOT_FOUND, "oppgave", NULL);
    uuid_copy(u->oppgave, str_of(o.id));
    uuid_copy(u->gjelder, str_of(o.registrering));
    return RC_OK;
}

static enum rc insert(struct db *db, const struct brevutkast *u)
{
    const char *tekst, *til;
    struct cx *cx = db_cx(db);
    TRY(pack(cx, u, &tekst, &til));
    return db_run(db, "INSERT INTO brevutkast(id, mal, malversjon, maalform, mappe, oppgave, gjelder, til, frist, tekst, skriver,"
                      " navn, opprettet, endret, versjon, tilstand, godkjenning, merknad, ansvarlig, ansvarlig_navn, journalpost,"
                      " dokument, sha256, sendt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, '', '', '', '', '', '',"
                      " '', 0)",
                  "ttiittttitttii", u->id, u->mal->id, u->mal->version, (int64_t)u->maalform, u->mappe, u->oppgave, u->gjelder,
                  til, u->frist, tekst, u->skriver, u->navn, cx->now, cx->now);
}

struct beginning {
    const struct brevstart *start;
    struct brevutkast *u;
};

/* Found again by the id; else made whole in this write. */
static enum rc begin(struct call *c, void *arg)
{
    const struct beginning *k = arg;
    const struct brevstart *s = k->start;
    struct brevutkast *u = k->u;
    struct db *db = archive_db(c);
    struct rec *sak;
    char *name;
    enum rc rc = brevutkast_get(c, s->id, u);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    TRY(archive_get(c, F_mappe, str_of(s->mappe), &sak));
    TRY(db_text(db, &name, "SELECT navn FROM brevutkast WHERE skriver = ? ORDER BY endret DESC LIMIT 1", "t", c->person.id));
    *u = (struct brevutkast){.maalform = s->maalform, .navn = name ? name : ""};
    uuid_copy(u->id, str_of(s->id));
    uuid_copy(u->mappe, str_of(s->mappe));
    uuid_copy(u->skriver, str_of(c->person.id));
    TRY(brevmal_load(db, s->mal, 0, &u->mal));
    if (u->mal->slag == BREVSLAG_MANGEL && !*s->oppgave) /* whose clock would stand? */
        return err_set(c->cx, RC_NOT_READY, "oppgave", NULL);
    TRY(answered(c, s, u));
    struct sakspart *parties;
    TRY(dialog_parts(c, &(struct dialog_filter){.mappe = s->mappe, .most = BREVMOTTAKER_MOST}, &parties, &u->til_n));
    u->til = parties;
    u->frist = u->mal->deadline_days ? frist_days(c->cx->now, (int)u->mal->deadline_days) : 0;
    TRY(first_texts(c, u, s->kommune));
    TRY(insert(db, u));
    return brevutkast_get(c, s->id, u);
}

enum rc brevutkast_begin(struct call *c, const struct brevstart *s, struct brevutkast *ret)
{
    struct beginning k = {s, ret};
    return archive_together(c, begin, &k);
}

/* ------------------------------------------------------------------ changing */

enum rc brevutkast_demand(struct call *c, const struct brevutkast *u, enum brevtilstand state, struct brevutkast *ret)
{
    TRY(brevutkast_get(c, u->id, ret));
    if (ret->tilstand != state)
        return err_set(c->cx, RC_TRANSITION, "brev", ret->ansvarlig_navn);
    return ret->versjon == u->versjon ? RC_OK : err_set(c->cx, RC_CONFLICT, "brev", NULL);
}

static enum rc save(struct call *c, void *arg)
{
    const struct brevutkast *u = arg;
    struct brevutkast now;
    const char *tekst, *til;
    TRY(brevutkast_demand(c, u, BREV_UTKAST, &now));
    TRY(pack(c->cx, u, &tekst, &til));
    return db_run(archive_db(c), "UPDATE brevutkast SET tekst = ?, til = ?, frist = ?, navn = ?, skriver = ?, endret = ?,"
                                 " versjon = versjon + 1 WHERE id = ?", "ttittit", tekst, til, u->frist, u->navn, c->person.id,
                  c->cx->now, u->id);
}

enum rc brevutkast_save(struct call *c, struct brevutkast *u)
{
    TRY(archive_together(c, save, u));
    return brevutkast_get(c, u->id, u);
}

static enum rc drop(struct call *c, void *arg)
{
    struct brevutkast now;
    TRY(brevutkast_get(c, arg, &now));
    if (now.tilstand != BREV_UTKAST)
        return err_set(c->cx, RC_TRANSITION, "brev", now.ansvarlig_navn);
    TRY(brevvedlegg_forget(archive_db(c), now.id));
    return db_run(archive_db(c), "DELETE FROM brevutkast WHERE id = ?", "t", now.id);
}

enum rc brevutkast_drop(struct call *c, const char *id)
{
    char which[UUID_TEXT_MAX];
    uuid_copy(which, str_of(id));
    return archive_together(c, drop, which);
}

enum rc brevutkast_missing(struct cx *cx, const struct brevutkast *u, const char *const **ret, size_t *ret_n)
{
    const char **list = arena_array(cx->arena, u->mal->blocks_n + 3, sizeof(*list));
    if (!list)
        return cx_nomem(cx);
    *ret_n = 0;
    if (u->til_n == 0)
        list[(*ret_n)++] = "til";
    for (size_t i = 0; i < u->mal->blocks_n; i++)
        if (u->mal->blocks[i].required && !u->mal->blocks[i].fixed && str_blank(str_of(u->tekst[i])))
            list[(*ret_n)++] = u->mal->blocks[i].id;
    if (u->mal->deadline_days > 0 && u->frist <= cx->now)
        list[(*ret_n)++] = "frist";
    if (str_blank(str_of(u->navn)))
        list[(*ret_n)++] = "navn";
    *ret = list;
    return RC_OK;
}
