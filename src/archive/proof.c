/*
 * Signed heads and proofs of the log, and their check, which needs no archive.
 */
#include "archive/archive_int.h"
#include "archive/chain.h"
#include "archive/proof.h"

/* What is signed. */
static char *head_text(struct cx *cx, const char *slug, const struct tree_head *h)
{
    return arena_printf(cx->arena, "samdrift-tretopp 1\n%s\n%" PRId64 "\n%s\n%s\n", slug, h->count, h->root, h->when);
}

/* "" for a member that is missing: the check then fails at what it was for. */
static struct str member_str(json_t *o, const char *name)
{
    json_t *m = json_object_get(o, name);
    return (struct str){json_is_string(m) ? json_string_value(m) : "", json_is_string(m) ? json_string_length(m) : 0};
}

/* ------------------------------------------------------------------ heads */

static void fill_text(char *out, size_t size, struct str s)
{
    (void)snprintf(out, size, "%.*s", (int)s.n, s.p);
}

void head_read(struct stmt *st, struct tree_head *ret)
{
    ret->count = stmt_int(st, 0);
    fill_text(ret->root, sizeof(ret->root), stmt_str(st, 1));
    fill_text(ret->when, sizeof(ret->when), stmt_str(st, 2));
    fill_text(ret->signature, sizeof(ret->signature), stmt_str(st, 3));
}

bool head_holds(struct cx *cx, const char *slug, const char *public_pem, const struct tree_head *h)
{
    char *text = head_text(cx, slug, h);
    return text && sign_holds(public_pem, str_of(text), str_of(h->signature));
}

static enum rc log_size(struct db *db, int64_t *ret)
{
    return db_int(db, ret, 0, "SELECT antall FROM loggslutt WHERE id = 1", "");
}

static enum rc make_head(struct call *c, struct db *db, struct tree_head *ret)
{
    chain_hash root;
    TRY(log_size(db, &ret->count));
    TRY(chain_root(db, ret->count, root));
    hex_encode(root, sizeof(root), ret->root);
    time_format(c->cx->now, ret->when);
    char *text = head_text(c->cx, c->vault->slug, ret);
    return text ? sign_make(c->cx, c->vault->archive->signer, str_of(text), ret->signature) : cx_nomem(c->cx);
}

struct keeping {
    struct call *call;
    const struct tree_head *head;
};

/* Heads are kept, so that a log that has become shorter or other is found by verify. */
static enum rc keep_head(struct db *db, void *arg)
{
    const struct tree_head *h = ((const struct keeping *)arg)->head;
    return db_run(db, "INSERT INTO tretopp(antall, rot, tid, signatur) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                  "ittt", h->count, h->root, h->when, h->signature);
}

static void write_head(struct jw *w, const struct tree_head *h)
{
    jw_key(w, "antall");
    jw_int(w, h->count);
    jw_pair(w, "rot", h->root);
    jw_pair(w, "tid", h->when);
    jw_pair(w, "signatur", h->signature);
}

enum rc archive_tree_head(struct call *c, struct buf *ret_json)
{
    struct tree_head h;
    struct db *db;
    struct jw w;
    TRY(store_read_begin(c->cx, c->vault->space, &db));
    enum rc rc = make_head(c, db, &h);
    store_read_end(&db);
    TRY(rc);
    struct keeping k = {c, &h};
    TRY(store_write(c->cx, c->vault->space, keep_head, &k));
    jw_begin(&w, ret_json);
    jw_open(&w, '{');
    jw_pair(&w, "kommune", c->vault->slug);
    write_head(&w, &h);
    jw_pair(&w, "noekkel", sign_public(c->vault->archive->signer));
    jw_close(&w, '}');
    return RC_OK;
}

static enum rc head_from_json(struct cx *cx, json_t *o, const char *slug, struct tree_head *heads, size_t *n)
{
    const char *whose = json_string_value(json_object_get(o, "kommune"));
    json_t *count = json_object_get(o, "antall");
    if (!whose || !json_is_integer(count))
        return err_set(cx, RC_JSON, NULL, "ikke tretopper / no tree heads");
    if (!streq(whose, slug))
        return RC_OK;
    struct tree_head *h = &heads[(*n)++];
    h->count = json_integer_value(count);
    fill_text(h->root, sizeof(h->root), member_str(o, "rot"));
    fill_text(h->when, sizeof(h->when), member_str(o, "tid"));
    fill_text(h->signature, sizeof(h->signature), member_str(o, "signatur"));
    return RC_OK;
}

enum rc heads_read(struct cx *cx, struct str json, const char *slug, struct tree_head **ret, size_t *ret_n)
{
    json_t *told = NULL;
    *ret_n = 0;
    TRY(json_read(cx, json, &told));
    size_t n = json_is_array(told) ? json_array_size(told) : 1;
    *ret = arena_array(cx->arena, n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(cx);
    for (size_t i = 0; i < n; i++)
        TRY(head_from_json(cx, json_is_array(told) ? json_array_get(told, i) : told, slug, *ret, ret_n));
    return RC_OK;
}

const char *archive_public_key(const struct archive *a)
{
    return sign_public(a->signer);
}

/* ------------------------------------------------------------------ making a proof */

static struct str kept(struct stmt *st, int col)
{
    return str_of(stmt_text(st, col));
}

static enum rc read_entry(struct db *db, int64_t nr, struct chain_entry *e, char leaf[SHA256_HEX_MAX])
{
    struct stmt *st;
    bool row = false;
    *leaf = 0;
    TRY(db_prepare(db, CHAIN_ROWS " WHERE loggnr = ?", &st));
    stmt_bind_int(st, 1, nr);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row) {
        for (int i = 0; i < CHAIN_FIELDS; i++)
            e->fields[i] = kept(st, i);
        e->nr = stmt_int(st, CHAIN_FIELDS);
        struct str b = stmt_str(st, CHAIN_FIELDS + 1);
        (void)snprintf(leaf, SHA256_HEX_MAX, "%.*s", (int)b.n, b.p);
    }
    stmt_done(&st);
    if (rc == RC_OK && !row)
        rc = err_set(db_cx(db), RC_NOT_FOUND, NULL, NULL);
    return rc;
}

/* The number of the entry to prove: the log's own systemID, or that of a dokumentobjekt with a file. */
static enum rc entry_number(struct call *c, struct db *db, struct str systemid, int64_t *ret)
{
    struct gate *g;
    struct rec *r;
    TRY(gate_open(c, db, &g));
    enum rc rc = rec_load_uuid(db, model_family(F_logg), systemid, &r);
    if (rc == RC_NOT_FOUND) {
        err_clear(c->cx);
        TRY(rec_load_uuid(db, model_family(F_dokumentobjekt), systemid, &r));
        TRY(gate_demand(c, g, r, DEED_READ));
        TRY(db_int(db, ret, 0, "SELECT max(loggnr) FROM logg WHERE referansearkivenhet = ? AND referansemetadata ="
                               " 'sjekksum'", "s", systemid));
        return *ret ? RC_OK : err_set(c->cx, RC_NOT_FOUND, "sjekksum", NULL);
    }
    TRY(rc);
    TRY(gate_demand(c, g, r, DEED_READ));
    *ret = rec_val(r, A_endringslogg_loggnr)->i;
    return *ret ? RC_OK : err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
}

struct proving {
    struct chain_entry entry;
    char leaf[SHA256_HEX_MAX], prev[SHA256_HEX_MAX];
    struct chain_step steps[CHAIN_STEPS];
    size_t steps_n;
    struct tree_head head;
};

static enum rc prove(struct call *c, struct db *db, struct str systemid, struct proving *p)
{
    struct chain_entry before;
    int64_t nr;
    TRY(entry_number(c, db, systemid, &nr));
    TRY(read_entry(db, nr, &p->entry, p->leaf));
    *p->prev = 0;
    if (nr > 1)
        TRY(read_entry(db, nr - 1, &before, p->prev));
    TRY(make_head(c, db, &p->head));
    return chain_path(db, nr, p->head.count, p->steps, &p->steps_n);
}

static void write_entry(struct jw *w, const struct chain_entry *e)
{
    jw_key(w, "oppfoering");
    jw_open(w, '{');
    for (size_t i = 0; i < CHAIN_FIELDS; i++) {
        jw_key(w, chain_names[i]);
        jw_str(w, e->fields[i]);
    }
    jw_close(w, '}');
}

static void write_steps(struct jw *w, const struct proving *p)
{
    char hex[SHA256_HEX_MAX];
    jw_key(w, "vei");
    jw_open(w, '[');
    for (size_t i = 0; i < p->steps_n; i++) {
        jw_open(w, '{');
        jw_pair(w, "side", p->steps[i].left ? "venstre" : "hoeyre");
        hex_encode(p->steps[i].hash, sizeof(chain_hash), hex);
        jw_pair(w, "hash", hex);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

static void write_proof(struct call *c, const struct proving *p, struct buf *out)
{
    struct jw w;
    jw_begin(&w, out);
    jw_open(&w, '{');
    jw_pair(&w, "type", "samdrift-bevis 1");
    jw_pair(&w, "kommune", c->vault->slug);
    jw_key(&w, "nr");
    jw_int(&w, p->entry.nr);
    jw_pair(&w, "forrige", p->prev);
    write_entry(&w, &p->entry);
    jw_pair(&w, "blad", p->leaf);
    write_steps(&w, p);
    jw_key(&w, "topp");
    jw_open(&w, '{');
    write_head(&w, &p->head);
    jw_close(&w, '}');
    jw_pair(&w, "noekkel", sign_public(c->vault->archive->signer));
    jw_close(&w, '}');
}

enum rc archive_proof(struct call *c, struct str systemid, struct buf *ret_json)
{
    struct proving *p = arena_alloc(c->cx->arena, sizeof(*p));
    struct db *db;
    if (!p)
        return cx_nomem(c->cx);
    TRY(store_read_begin(c->cx, c->vault->space, &db));
    enum rc rc = prove(c, db, systemid, p);
    store_read_end(&db);
    TRY(rc);
    struct keeping k = {c, &p->head};
    TRY(store_write(c->cx, c->vault->space, keep_head, &k));
    write_proof(c, p, ret_json);
    return buf_failed(ret_json) ? cx_nomem(c->cx) : RC_OK;
}

/* ------------------------------------------------------------------ checking a proof */

static const char *member(json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

static bool read_steps(json_t *list, struct chain_step *steps, size_t *ret_n)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > CHAIN_STEPS)
        return false;
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_array_get(list, i);
        const char *side = member(one, "side");
        if (!side || !chain_unhex(member_str(one, "hash"), steps[i].hash))
            return false;
        steps[i].left = streq(side, "venstre");
    }
    *ret_n = n;
    return true;
}

static enum proof_verdict judge_path(json_t *proof, json_t *top)
{
    struct chain_step steps[CHAIN_STEPS];
    chain_hash leaf, root, told;
    size_t n;
    if (!read_steps(json_object_get(proof, "vei"), steps, &n) || !chain_unhex(member_str(proof, "blad"), leaf) ||
        !chain_unhex(member_str(top, "rot"), told))
        return PROOF_MALFORMED;
    chain_climb(leaf, steps, n, root);
    return memcmp(root, told, sizeof(root)) == 0 ? PROOF_HOLDS : PROOF_PATH;
}

static enum rc judge_entry(struct cx *cx, json_t *proof, struct proof_result *ret)
{
    json_t *told = json_object_get(proof, "oppfoering");
    struct chain_entry e = {.nr = json_integer_value(json_object_get(proof, "nr"))};
    char leaf[SHA256_HEX_MAX];
    const char *prev = member(proof, "forrige");
    for (size_t i = 0; i < CHAIN_FIELDS; i++)
        e.fields[i] = member_str(told, chain_names[i]);
    if (!json_is_object(told) || !prev || e.nr < 1) {
        ret->verdict = PROOF_MALFORMED;
        return RC_OK;
    }
    ret->nr = e.nr;
    ret->when = member(told, "endretDato");
    ret->by = member(told, "endretAv");
    ret->what = member(told, "referanseMetadata");
    if (!ret->what || !*ret->what)
        ret->what = member(told, "hendelsetype");
    ret->old = member(told, "tidligereVerdi");
    ret->new = member(told, "nyVerdi");
    TRY(chain_leaf(cx, &e, prev, leaf));
    if (!str_is(member_str(proof, "blad"), leaf))
        ret->verdict = PROOF_ENTRY;
    return RC_OK;
}

static void judge_signature(struct cx *cx, json_t *top, const char *pem, struct proof_result *ret)
{
    struct tree_head h = {.count = json_integer_value(json_object_get(top, "antall"))};
    ret->count = h.count;
    ret->signed_at = member(top, "tid");
    fill_text(h.root, sizeof(h.root), member_str(top, "rot"));
    fill_text(h.when, sizeof(h.when), member_str(top, "tid"));
    fill_text(h.signature, sizeof(h.signature), member_str(top, "signatur"));
    if (!head_holds(cx, ret->municipality, pem, &h) || ret->nr > ret->count)
        ret->verdict = PROOF_SIGNATURE;
}

enum rc proof_check(struct cx *cx, struct str json, const char *public_pem, const char *document,
                    struct proof_result *ret)
{
    json_t *proof = NULL;
    *ret = (struct proof_result){.verdict = PROOF_MALFORMED, .own_key = public_pem == NULL};
    enum rc rc = json_read(cx, json, &proof);
    if (rc == RC_NOMEM)
        return rc;
    json_t *top = json_object_get(proof, "topp");
    const char *pem = public_pem ? public_pem : member(proof, "noekkel");
    ret->municipality = member(proof, "kommune");
    if (rc != RC_OK || !json_is_object(top) || !pem || !ret->municipality) {
        err_clear(cx);
        return RC_OK;
    }
    ret->verdict = judge_path(proof, top);
    if (ret->verdict == PROOF_HOLDS)
        TRY(judge_entry(cx, proof, ret));
    if (ret->verdict == PROOF_HOLDS)
        judge_signature(cx, top, pem, ret);
    if (ret->verdict == PROOF_HOLDS && document && !(ret->new && streq(ret->new, document)))
        ret->verdict = PROOF_DOCUMENT;
    return RC_OK;
}
