/*
 * Leaves and the tree over them. Whole blocks of leaves keep their root in `loggtre`, so that a
 * root or a path over n entries reads n/256 hashes and one block.
 */
#include "archive/archive_int.h"
#include "archive/chain.h"

#define BLOCK CHAIN_BLOCK

const char *const chain_names[CHAIN_FIELDS] = {
    "systemID", "type", "referanseArkivenhet", "referanseMetadata", "endretDato", "endretAv",
    "referanseEndretAv", "tidligereVerdi", "nyVerdi", "hendelsetype", "beskrivelse", "hendelseDato", "avtrykk",
};

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool chain_unhex(struct str hex, chain_hash out)
{
    if (hex.n != 2 * sizeof(chain_hash))
        return false;
    for (size_t i = 0; i < sizeof(chain_hash); i++) {
        int high = digit(hex.p[2 * i]), low = digit(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

/* ------------------------------------------------------------------ leaves */

static void add_part(struct buf *b, struct str s)
{
    const unsigned char n[4] = {(unsigned char)(s.n >> 24), (unsigned char)(s.n >> 16), (unsigned char)(s.n >> 8),
                                (unsigned char)s.n};
    buf_add(b, n, sizeof(n));
    buf_add(b, s.p, s.n);
}

enum rc chain_leaf(struct cx *cx, const struct chain_entry *e, const char *prev, char out[SHA256_HEX_MAX])
{
    struct buf b;
    char nr[24];
    buf_init(&b, (size_t)MiB(64));
    (void)snprintf(nr, sizeof(nr), "%" PRId64, e->nr);
    buf_putc(&b, 0);
    add_part(&b, str_of(nr));
    add_part(&b, str_of(prev));
    for (size_t i = 0; i < CHAIN_FIELDS; i++)
        add_part(&b, e->fields[i]);
    bool ok = !buf_failed(&b);
    if (ok)
        sha256_hex(b.p, b.n, out);
    buf_free(&b);
    return ok ? RC_OK : cx_nomem(cx);
}

enum rc chain_digest(struct cx *cx, const struct rec *r, char out[SHA256_HEX_MAX])
{
    const struct family *f = model_family(r->entity->family);
    struct buf b;
    buf_init(&b, (size_t)MiB(64));
    add_part(&b, str_of(r->entity->name));
    add_part(&b, str_of(r->systemid));
    enum rc rc = RC_OK;
    for (size_t i = 0; i < f->slots_n && rc == RC_OK; i++) {
        const struct slot *s = &f->slots[i];
        struct str text = {"", 0};
        if (r->v[i].state != VAL_SET || !s->column)
            continue;
        rc = val_print(cx, slot_attr(s)->type, &r->v[i], &text);
        add_part(&b, str_of(s->path));
        add_part(&b, text);
        add_part(&b, r->v[i].name);
    }
    for (size_t i = 0; i < f->ones_n; i++)
        if (r->one[i] && f->ones[i]->kind == REL_CHILD)
            buf_printf(&b, "%s=%" PRId64 ";", f->ones[i]->column, r->one[i]);
    if (rc == RC_OK && buf_failed(&b))
        rc = cx_nomem(cx);
    if (rc == RC_OK)
        sha256_hex(b.p, b.n, out);
    buf_free(&b);
    return rc;
}

/* ------------------------------------------------------------------ the tree in memory */

static void node(const chain_hash left, const chain_hash right, chain_hash out)
{
    unsigned char both[1 + 2 * sizeof(chain_hash)];
    both[0] = 1;
    memcpy(both + 1, left, sizeof(chain_hash));
    memcpy(both + 1 + sizeof(chain_hash), right, sizeof(chain_hash));
    sha256(both, sizeof(both), out);
}

/* One level up; the last of an odd number goes up as it is, which gives the tree of RFC 6962. */
static size_t level_up(chain_hash *h, size_t n)
{
    size_t up = 0;
    for (size_t i = 0; i < n; i += 2, up++) {
        if (i + 1 < n)
            node(h[i], h[i + 1], h[up]);
        else
            memmove(h[up], h[i], sizeof(chain_hash));
    }
    return up;
}

static void fold(chain_hash *h, size_t n, chain_hash out)
{
    while (n > 1)
        n = level_up(h, n);
    memmove(out, h[0], sizeof(chain_hash));
}

/* As fold, noting what stands beside the way from element i. */
static void fold_path(chain_hash *h, size_t n, size_t i, struct chain_step *steps, size_t *steps_n)
{
    for (; n > 1; n = level_up(h, n), i /= 2) {
        size_t beside = i ^ 1;
        if (beside >= n)
            continue;
        steps[*steps_n].left = beside < i;
        memcpy(steps[(*steps_n)++].hash, h[beside], sizeof(chain_hash));
    }
}

void chain_climb(const chain_hash leaf, const struct chain_step *steps, size_t n, chain_hash out)
{
    chain_hash at;
    memcpy(at, leaf, sizeof(at));
    for (size_t i = 0; i < n; i++)
        if (steps[i].left)
            node(steps[i].hash, at, at);
        else
            node(at, steps[i].hash, at);
    memcpy(out, at, sizeof(at));
}

void chain_grow(struct chain_growth *g, const chain_hash leaf)
{
    memcpy(g->whole[g->whole_n++], leaf, sizeof(chain_hash));
    g->n++;
    for (int64_t half = 1; g->n % (2 * half) == 0; half *= 2) {
        g->whole_n--;
        node(g->whole[g->whole_n - 1], g->whole[g->whole_n], g->whole[g->whole_n - 1]);
        if (2 * half == BLOCK)
            memcpy(g->block, g->whole[g->whole_n - 1], sizeof(chain_hash));
    }
}

void chain_grown(const struct chain_growth *g, chain_hash out)
{
    size_t i = g->whole_n - 1;
    memcpy(out, g->whole[i], sizeof(chain_hash));
    while (i-- > 0)
        node(g->whole[i], out, out);
}

/* ------------------------------------------------------------------ the tree in the database */

/* Hashes from a statement with one text column, exactly n of them. */
static enum rc read_hashes(struct db *db, const char *sql, int64_t from, int64_t to, chain_hash *out)
{
    struct stmt *st;
    int64_t got = 0;
    bool row = false, sound = true;
    enum rc rc;
    TRY(db_prepare(db, sql, &st));
    stmt_bind_int(st, 1, from);
    stmt_bind_int(st, 2, to);
    while ((rc = stmt_step(st, &row)) == RC_OK && row && got < to - from)
        sound = chain_unhex(stmt_str(st, 0), out[got++]) && sound;
    stmt_done(&st);
    if (rc == RC_OK && (got != to - from || !sound))
        rc = err_secret(db_cx(db), RC_INTERNAL, "the log has no sound leaves %lld to %lld", (long long)from + 1,
                        (long long)to);
    return rc;
}

static enum rc read_leaves(struct db *db, int64_t from, int64_t to, chain_hash *out)
{
    return read_hashes(db, "SELECT blad FROM logg WHERE loggnr > ? AND loggnr <= ? ORDER BY loggnr", from, to, out);
}

/* Block number b of whole blocks; the newest may not be kept yet. */
static enum rc block_root(struct db *db, int64_t b, chain_hash out)
{
    chain_hash leaves[BLOCK];
    TRY(read_leaves(db, b * BLOCK, (b + 1) * BLOCK, leaves));
    fold(leaves, BLOCK, out);
    return RC_OK;
}

/* The roots of the blocks that n entries fill, and of what is left over: *ret_n hashes in the arena. */
static enum rc read_blocks(struct db *db, int64_t n, chain_hash **ret, size_t *ret_n)
{
    int64_t whole = n / BLOCK, kept;
    chain_hash *h = arena_array(db_cx(db)->arena, (size_t)whole + BLOCK, sizeof(*h));
    if (!h)
        return cx_nomem(db_cx(db));
    TRY(db_int(db, &kept, 0, "SELECT count(*) FROM loggtre", ""));
    kept = kept < whole ? kept : whole;
    TRY(read_hashes(db, "SELECT hash FROM loggtre WHERE nr >= ? AND nr < ? ORDER BY nr", 0, kept, h));
    for (int64_t b = kept; b < whole; b++)
        TRY(block_root(db, b, h[b]));
    *ret_n = (size_t)whole;
    if (n % BLOCK) {
        TRY(read_leaves(db, whole * BLOCK, n, h + whole));
        fold(h + whole, (size_t)(n % BLOCK), h[whole]);
        (*ret_n)++;
    }
    *ret = h;
    return RC_OK;
}

enum rc chain_root(struct db *db, int64_t n, chain_hash out)
{
    chain_hash *h;
    size_t blocks;
    char hex[SHA256_HEX_MAX];
    if (n == 0) {
        sha256_hex("", 0, hex);
        (void)chain_unhex(str_of(hex), out);
        return RC_OK;
    }
    TRY(read_blocks(db, n, &h, &blocks));
    fold(h, blocks, out);
    return RC_OK;
}

enum rc chain_path(struct db *db, int64_t nr, int64_t n, struct chain_step steps[CHAIN_STEPS], size_t *ret_n)
{
    int64_t block = (nr - 1) / BLOCK, end = (block + 1) * BLOCK < n ? (block + 1) * BLOCK : n;
    chain_hash leaves[BLOCK], *h;
    size_t blocks;
    *ret_n = 0;
    TRY(read_leaves(db, block * BLOCK, end, leaves));
    fold_path(leaves, (size_t)(end - block * BLOCK), (size_t)((nr - 1) % BLOCK), steps, ret_n);
    TRY(read_blocks(db, n, &h, &blocks));
    fold_path(h, blocks, (size_t)block, steps, ret_n);
    return RC_OK;
}

/* The block before entry nr is whole when nr begins the next: then its leaves are stored. */
static enum rc keep_block(struct db *db, int64_t nr)
{
    chain_hash root;
    char hex[SHA256_HEX_MAX];
    if (nr == 1 || nr % BLOCK != 1)
        return RC_OK;
    TRY(block_root(db, (nr - 1) / BLOCK - 1, root));
    hex_encode(root, sizeof(root), hex);
    return db_run(db, "INSERT INTO loggtre(nr, hash) VALUES (?, ?)", "it", (nr - 1) / BLOCK - 1, hex);
}

struct chain_end {
    int64_t n;                 /* entries */
    char leaf[SHA256_HEX_MAX]; /* of the last */
};

static enum rc read_end(struct db *db, struct chain_end *ret)
{
    struct stmt *st;
    bool row = false;
    const struct chain_end *known = db_known(db, "loggslutt", STR(""));
    *ret = known ? *known : (struct chain_end){.n = 0};
    if (known)
        return RC_OK;
    TRY(db_prepare(db, "SELECT antall, blad FROM loggslutt WHERE id = 1", &st));
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row) {
        struct str leaf = stmt_str(st, 1);
        ret->n = stmt_int(st, 0);
        (void)snprintf(ret->leaf, sizeof(ret->leaf), "%.*s", (int)leaf.n, leaf.p);
    } else if (rc == RC_OK) {
        rc = err_secret(db_cx(db), RC_INTERNAL, "the row of loggslutt is gone: nothing can be logged");
    }
    stmt_done(&st);
    return rc;
}

static enum rc store_end(struct db *db, const struct chain_end *end)
{
    TRY(db_run(db, "UPDATE loggslutt SET antall = ?, blad = ? WHERE id = 1", "it", end->n, end->leaf));
    db_learn(db, "loggslutt", STR(""), "loggslutt", end, sizeof(*end));
    return RC_OK;
}

enum rc chain_append(struct db *db, struct chain_entry *e, char out[SHA256_HEX_MAX])
{
    struct chain_end end;
    /* Writes to a space are serial, so that entries stand in the order of commits. */
    TRY(read_end(db, &end));
    e->nr = end.n + 1;
    TRY(keep_block(db, e->nr));
    TRY(chain_leaf(db_cx(db), e, end.leaf, out));
    end.n = e->nr;
    (void)snprintf(end.leaf, sizeof(end.leaf), "%s", out);
    return store_end(db, &end);
}
