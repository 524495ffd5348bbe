/*
 * Templates: JSON to tables, and the versions in a municipality's database. What the law demands of a decision is
 * asked of the template here, so that no letter has to be read for it.
 */
#include "letter/letter_int.h"

const char *const maalform_codes[MAALFORMER] = {"nb", "nn"};
static const char *const kinds[BREVSLAG_ANTALL] = {"vedtak", "forelopig", "mangel", "svar"};

/* ------------------------------------------------------------------ values */

static enum rc fault(struct cx *cx, const char *pointer, const char *name, const char *why)
{
    return err_setf(cx, RC_FIELD_VALUE, arena_printf(cx->arena, "%s/%s", pointer, name), "%s", why);
}

/* A member that is not among the words. */
static enum rc only(struct cx *cx, json_t *o, const char *pointer, const char *words)
{
    const char *name;
    json_t *v;
    if (!json_is_object(o))
        return fault(cx, pointer, "", "ventet et objekt");
    json_object_foreach(o, name, v) {
        char word[60];
        (void)snprintf(word, sizeof(word), " %s ", name);
        if (!strstr(words, word))
            return fault(cx, pointer, name, "ukjent navn");
    }
    return RC_OK;
}

static enum rc read_text(struct cx *cx, json_t *o, const char *pointer, const char *name, bool required, struct maltekst *ret)
{
    json_t *v = json_object_get(o, name);
    *ret = (struct maltekst){{NULL}};
    if (!v)
        return required ? fault(cx, pointer, name, "mangler") : RC_OK;
    TRY(only(cx, v, arena_printf(cx->arena, "%s/%s", pointer, name), " nb nn "));
    for (int i = 0; i < MAALFORMER; i++) {
        ret->in[i] = json_string_value(json_object_get(v, maalform_codes[i]));
        if (!ret->in[i] || !*ret->in[i])
            return fault(cx, pointer, name, "må ha tekst på både nb og nn");
    }
    return RC_OK;
}

static enum rc read_id(struct cx *cx, json_t *o, const char *pointer, const char **ret)
{
    const char *id = json_string_value(json_object_get(o, "id"));
    if (!id || !*id || strlen(id) > 40 || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(id))
        return fault(cx, pointer, "id", "må være 1–40 av a–z, 0–9 og _");
    *ret = id;
    return RC_OK;
}

static enum rc read_number(struct cx *cx, json_t *o, const char *name, int64_t least, int64_t most, int64_t *ret)
{
    json_t *v = json_object_get(o, name);
    *ret = json_integer_value(v);
    if ((v && !json_is_integer(v)) || *ret < least || *ret > most)
        return fault(cx, "", name, "er ikke et helt tall innenfor grensene");
    return RC_OK;
}

static enum rc check_fields(struct cx *cx, const struct maltekst *t, bool late, const char *pointer, const char *name)
{
    for (int i = 0; i < MAALFORMER; i++) {
        const char *why = t->in[i] ? flett_fault(cx, t->in[i], late) : NULL;
        if (why)
            return fault(cx, pointer, name, why);
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ blocks */

static enum rc read_block(struct cx *cx, json_t *o, const char *pointer, struct brevblokk *b)
{
    TRY(only(cx, o, pointer, " id title help text required fixed "));
    TRY(read_id(cx, o, pointer, &b->id));
    TRY(read_text(cx, o, pointer, "title", true, &b->title));
    TRY(read_text(cx, o, pointer, "help", false, &b->help));
    b->required = json_is_true(json_object_get(o, "required"));
    b->fixed = json_is_true(json_object_get(o, "fixed"));
    TRY(read_text(cx, o, pointer, "text", b->fixed, &b->text));
    return check_fields(cx, &b->text, b->fixed, pointer, "text");
}

static const struct brevblokk *block_named(const struct brevmal *m, const char *id)
{
    for (size_t i = 0; i < m->blocks_n; i++)
        if (streq(m->blocks[i].id, id))
            return &m->blocks[i];
    return NULL;
}

static enum rc read_blocks(struct cx *cx, json_t *o, struct brevmal *m)
{
    json_t *list = json_object_get(o, "blocks");
    size_t n = json_array_size(list);
    if (n == 0 || n > BREVBLOKK_MOST)
        return fault(cx, "", "blocks", "må være 1–20 blokker");
    struct brevblokk *blocks = arena_array(cx->arena, n, sizeof(*blocks));
    if (!blocks)
        return cx_nomem(cx);
    m->blocks = blocks;
    for (size_t i = 0; i < n; i++) {
        TRY(read_block(cx, json_array_get(list, i), arena_printf(cx->arena, "/blocks/%zu", i), &blocks[i]));
        if (block_named(m, blocks[i].id))
            return fault(cx, "/blocks", blocks[i].id, "står to ganger");
        m->blocks_n++;
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ what the law demands */

static enum rc demand_written(struct cx *cx, const struct brevmal *m, const char *id)
{
    const struct brevblokk *b = block_named(m, id);
    bool fine = b && b->required && !b->fixed;
    return fine ? RC_OK : fault(cx, "/blocks", id, "må finnes, være required og skrives av saksbehandleren");
}

/* A fixed block that tells those things in both forms. */
static enum rc demand_fixed(struct cx *cx, const struct brevmal *m, const char *id, enum flettefelt first, enum flettefelt second)
{
    const struct brevblokk *b = block_named(m, id);
    bool fine = b && b->fixed;
    for (int i = 0; fine && i < MAALFORMER; i++)
        fine = (first == FLETT_ANTALL || flett_uses(b->text.in[i], first)) &&
               (second == FLETT_ANTALL || flett_uses(b->text.in[i], second));
    return fine ? RC_OK : fault(cx, "/blocks", id, "må finnes, være fixed og ha flettefeltene som loven krever");
}

/* forvaltningsloven 2025 §§ 57 and 59. */
static enum rc check_decision(struct cx *cx, const struct brevmal *m)
{
    static const char *const written[] = {"vedtak", "faktum", "regler", "hensyn"};
    for (size_t i = 0; i < COUNT_OF(written); i++)
        TRY(demand_written(cx, m, written[i]));
    TRY(demand_fixed(cx, m, "klage", FLETT_KLAGEFRIST, FLETT_KLAGEINSTANS));
    TRY(demand_fixed(cx, m, "innsyn", FLETT_ANTALL, FLETT_ANTALL));
    TRY(demand_fixed(cx, m, "kontakt", FLETT_SAKSBEHANDLER, FLETT_ANTALL));
    if (!m->appeal_body.in[0])
        return fault(cx, "", "appeal_body", "et vedtak har en klageinstans");
    return m->appeal_days >= KLAGE_DAGER ? RC_OK : fault(cx, "", "appeal_days", "et vedtak har minst 21 dagers klagefrist");
}

static enum rc check_kind(struct cx *cx, const struct brevmal *m)
{
    if (m->slag == BREVSLAG_VEDTAK)
        return check_decision(cx, m);
    if (m->appeal_days > 0)
        return fault(cx, "", "appeal_days", "bare et vedtak kan påklages");
    if (m->slag == BREVSLAG_SVAR)
        return RC_OK;
    if (m->deadline_days == 0)
        return fault(cx, "", "deadline_days", "må være større enn null");
    return m->slag == BREVSLAG_MANGEL ? demand_written(cx, m, "mangler") : RC_OK;
}

/* ------------------------------------------------------------------ reading */

static enum rc read_kind(struct cx *cx, json_t *o, enum brevslag *ret)
{
    const char *kind = json_string_value(json_object_get(o, "kind"));
    for (int i = 0; i < BREVSLAG_ANTALL; i++)
        if (streq(kinds[i], kind)) {
            *ret = (enum brevslag)i;
            return RC_OK;
        }
    return fault(cx, "", "kind", "må være vedtak, forelopig, mangel eller svar");
}

static enum rc read_mal(struct cx *cx, json_t *o, struct brevmal *m)
{
    TRY(only(cx, o, "", " id version kind name subject appeal_days appeal_body deadline_days blocks "));
    TRY(read_id(cx, o, "", &m->id));
    TRY(read_kind(cx, o, &m->slag));
    TRY(read_number(cx, o, "version", 1, INT32_MAX, &m->version));
    TRY(read_number(cx, o, "appeal_days", 0, 365, &m->appeal_days));
    TRY(read_number(cx, o, "deadline_days", 0, 365, &m->deadline_days));
    TRY(read_text(cx, o, "", "name", true, &m->name));
    TRY(read_text(cx, o, "", "subject", true, &m->subject));
    TRY(read_text(cx, o, "", "appeal_body", false, &m->appeal_body));
    TRY(check_fields(cx, &m->subject, false, "", "subject"));
    TRY(read_blocks(cx, o, m));
    return check_kind(cx, m);
}

enum rc brevmal_read(struct cx *cx, struct str json, const struct brevmal **ret)
{
    json_t *o;
    struct brevmal *m = arena_alloc(cx->arena, sizeof(*m));
    if (!m)
        return cx_nomem(cx);
    if (json.n > BREVMAL_JSON_MAX)
        return err_set(cx, RC_TOO_LARGE, "brevmal", NULL);
    TRY(json_read(cx, json, &o));
    TRY(read_mal(cx, o, m));
    m->json = arena_strndup(cx->arena, json.p, json.n);
    sha256_hex(json.p, json.n, m->sha256);
    *ret = m;
    return m->json ? RC_OK : cx_nomem(cx);
}

/* ------------------------------------------------------------------ in a municipality */

enum rc brevmal_tables(struct db *db)
{
    return db_script(db, "CREATE TABLE brevmal(id TEXT NOT NULL, versjon BIGINT NOT NULL, json TEXT NOT NULL, sha256 TEXT NOT NULL,"
                         " tid BIGINT NOT NULL, PRIMARY KEY(id, versjon));");
}

static enum rc insert(struct db *db, void *arg)
{
    const struct brevmal *m = arg;
    char *known;
    TRY(db_text(db, &known, "SELECT sha256 FROM brevmal WHERE id = ? AND versjon = ?", "ti", m->id, m->version));
    if (known)
        return streq(known, m->sha256) ? RC_OK
                                       : err_setf(db_cx(db), RC_TAKEN, "/version", "%s %" PRId64, m->id, m->version);
    return db_run(db, "INSERT INTO brevmal(id, versjon, json, sha256, tid) VALUES (?, ?, ?, ?, ?)", "titti", m->id, m->version,
                  m->json, m->sha256, db_cx(db)->now);
}

enum rc brevmal_add(struct call *c, const struct brevmal *m)
{
    struct brevmal copy = *m;
    return store_write(c->cx, vault_space(c->vault), insert, &copy);
}

enum rc brevmal_load(struct db *db, const char *id, int64_t version, const struct brevmal **ret)
{
    char *json;
    TRY(db_text(db, &json, "SELECT json FROM brevmal WHERE id = ? AND (versjon = ? OR ? = 0) ORDER BY versjon DESC LIMIT 1", "tii",
                id, version, version));
    return json ? brevmal_read(db_cx(db), str_of(json), ret) : err_set(db_cx(db), RC_NOT_FOUND, "brevmal", NULL);
}

static enum rc read_all(struct db *db, const struct brevmal **all, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, "SELECT json FROM brevmal m WHERE versjon = (SELECT max(versjon) FROM brevmal n WHERE n.id = m.id)"
                       " ORDER BY id", &st));
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && *ret_n < BREVMAL_EACH_MUNICIPALITY &&
           (rc = brevmal_read(db_cx(db), stmt_str(st, 0), &all[*ret_n])) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    return rc;
}

enum rc brevmal_list(struct call *c, const struct brevmal ***ret, size_t *ret_n)
{
    struct db *db;
    *ret = arena_array(c->cx->arena, BREVMAL_EACH_MUNICIPALITY, sizeof(const struct brevmal *));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = read_all(db, *ret, ret_n);
    store_read_end(&db);
    return rc;
}
