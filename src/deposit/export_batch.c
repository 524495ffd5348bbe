/*
 * Records with what hangs on them, loaded many at a time: one statement for the kids of fifty
 * records, whatever their number.
 */
#include <stdlib.h>

#include "deposit/export_int.h"

static const struct hang hangs[] = {
    {F_arkiv, "arkivskaper", REL_arkiv_arkivskaper},
    {F_mappe, "part", REL_mappe_part},
    {F_mappe, "merknad", REL_mappe_merknad},
    {F_mappe, "presedens", REL_saksmappe_presedens},
    {F_mappe, "nasjonalidentifikator", REL_mappe_nasjonalidentifikator},
    {F_registrering, "part", REL_registrering_part},
    {F_registrering, "merknad", REL_registrering_merknad},
    {F_registrering, "korrespondansepart", REL_registrering_korrespondansepart},
    {F_registrering, "avskrivning", REL_journalpost_avskrivning},
    {F_registrering, "dokumentflyt", REL_journalpost_dokumentflyt},
    {F_registrering, "dokumentflyt", REL_arkivnotat_dokumentflyt},
    {F_registrering, "presedens", REL_journalpost_presedens},
    {F_registrering, "nasjonalidentifikator", REL_registrering_nasjonalidentifikator},
    {F_registrering, "dokumentbeskrivelse", REL_registrering_dokumentbeskrivelse},
    {F_dokumentbeskrivelse, "part", REL_dokumentbeskrivelse_part},
    {F_dokumentbeskrivelse, "merknad", REL_dokumentbeskrivelse_merknad},
    {F_dokumentbeskrivelse, "dokumentobjekt", REL_dokumentbeskrivelse_dokumentobjekt},
    {F_dokumentobjekt, "konvertering", REL_dokumentobjekt_konvertering},
};

const struct hang *batch_hang(enum family_id f, size_t i)
{
    for (size_t k = 0; k < COUNT_OF(hangs); k++)
        if (hangs[k].on == f && i-- == 0)
            return &hangs[k];
    return NULL;
}

struct arena *scope_enter(struct export *x, struct arena *inner)
{
    struct arena *outer = x->cx->arena;
    x->cx->arena = inner;
    return outer;
}

static const char *kept(struct arena *a, const char *s)
{
    return s ? arena_strdup(a, s) : NULL;
}

void scope_leave(struct export *x, struct arena *outer)
{
    struct err *e = &x->cx->err;
    if (e->rc != RC_OK && x->cx->arena != outer) {
        e->field = kept(outer, e->field);
        e->detail = kept(outer, e->detail);
        e->secret = kept(outer, e->secret);
    }
    x->cx->arena = outer;
}

/* ------------------------------------------------------------------ reading rows */

static int by_owner(const void *a, const void *b)
{
    const struct kid *p = a, *q = b;
    if (p->owner != q->owner)
        return p->owner < q->owner ? -1 : 1;
    return p->nr < q->nr ? -1 : p->nr > q->nr;
}

enum rc batch_read(struct export *x, struct stmt *st, const struct family *f, size_t most, struct batch *ret,
                   bool *ret_more)
{
    size_t taken = 0;
    ret->family = f->id;
    *ret_more = true;
    while (taken < most) {
        TRY(stmt_step(st, ret_more));
        if (!*ret_more)
            break;
        struct kid *more = arena_grow(x->cx->arena, ret->r, ret->n, sizeof(*more));
        if (!more)
            return cx_nomem(x->cx);
        ret->r = more;
        struct kid *k = &ret->r[ret->n];
        TRY(rec_from_row(x->cx, st, f, 0, &k->r));
        k->owner = stmt_int(st, (int)f->columns_n);
        k->nr = ret->n++;
        taken++;
    }
    return RC_OK;
}

const char batch_places[] = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
                            "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

/* Places that are not needed ask for row 0, which there is not. */
void batch_bind(struct stmt *st, const struct batch *b, size_t from)
{
    for (size_t i = 0; i < BATCH_PLACES; i++)
        stmt_bind_int(st, (int)i + 1, from + i < b->n ? b->r[from + i].r->id : 0);
}

static char *kids_sql(struct export *x, const struct relation *rel, const struct family *f)
{
    const char *order = f->id == F_dokumentbeskrivelse ? "dokumentnummer, " : "";
    if (rel->kind == REL_CHILD)
        return arena_printf(x->cx->arena, "SELECT %s,%s FROM %s WHERE %s IN %s ORDER BY %sid", f->columns, rel->column,
                            f->table, rel->column, batch_places, order);
    return arena_printf(x->cx->arena, "SELECT %s,a_id FROM %s JOIN %s ON b_id = id WHERE a_id IN %s ORDER BY %sid",
                        f->columns, f->table, rel->table, batch_places, order);
}

static enum rc load_kids(struct export *x, const struct batch *b, const struct relation *rel, struct batch *ret)
{
    const struct family *f = model_family(model_entity(rel->b)->family);
    char *sql = kids_sql(x, rel, f);
    struct stmt *st;
    bool more;
    if (!sql)
        return cx_nomem(x->cx);
    ret->family = f->id;
    TRY(db_prepare(x->db, sql, &st));
    for (size_t i = 0; i < b->n; i += BATCH_PLACES) {
        batch_bind(st, b, i);
        TRY(batch_read(x, st, f, SIZE_MAX, ret, &more));
    }
    stmt_done(&st);
    if (ret->n > 1)
        qsort(ret->r, ret->n, sizeof(*ret->r), by_owner);
    return RC_OK;
}

/* ------------------------------------------------------------------ references */

#define CROSS(column)                                                                                              \
    "SELECT f." column ", k.systemid, m.systemid, r.systemid FROM kryssreferanse f"                              \
    " LEFT JOIN klasse k ON k.id = f.tilklasse_id LEFT JOIN mappe m ON m.id = f.tilmappe_id"                     \
    " LEFT JOIN registrering r ON r.id = f.tilregistrering_id WHERE f." column " IN %s ORDER BY f.id"

/* Owner, then the systemIDs of the elements. */
static const struct {
    enum family_id on;
    const char *sql;
    const char *elements[3];
} references[] = {
    {F_klasse, CROSS("klasse_id"), {"referanseTilKlasse", "referanseTilMappe", "referanseTilRegistrering"}},
    {F_mappe, CROSS("mappe_id"), {"referanseTilKlasse", "referanseTilMappe", "referanseTilRegistrering"}},
    {F_registrering, CROSS("registrering_id"), {"referanseTilKlasse", "referanseTilMappe", "referanseTilRegistrering"}},
    {F_mappe, "SELECT l.a_id, k.systemid FROM saksmappe_sekundaerklassifikasjon l JOIN klasse k ON k.id = l.b_id"
              " WHERE l.a_id IN %s ORDER BY k.id", {"referanseSekundaerKlassifikasjon"}},
    /* Of documents that several registreringer hold: the first of them. */
    {F_dokumentbeskrivelse, "SELECT l.b_id, r.systemid FROM registrering_dokumentbeskrivelse l JOIN registrering r ON"
                            " r.id = (SELECT min(f.a_id) FROM registrering_dokumentbeskrivelse f WHERE f.b_id = l.b_id)"
                            " WHERE l.b_id IN %s GROUP BY l.b_id, r.systemid HAVING count(*) > 1", {SHARED_WITH}},
};

static int by_ref_owner(const void *a, const void *b)
{
    const struct ref *p = a, *q = b;
    if (p->owner != q->owner)
        return p->owner < q->owner ? -1 : 1;
    return p->nr < q->nr ? -1 : p->nr > q->nr;
}

static enum rc add_ref(struct export *x, struct batch *b, struct stmt *st, int col, const char *element)
{
    char *id = stmt_text(st, col);
    struct ref *more = arena_grow(x->cx->arena, b->refs, b->refs_n, sizeof(*more));
    if (!more)
        return cx_nomem(x->cx);
    b->refs = more;
    b->refs[b->refs_n] = (struct ref){stmt_int(st, 0), b->refs_n, element, str_of(id)};
    b->refs_n++;
    return id ? RC_OK : cx_nomem(x->cx);
}

static enum rc read_refs(struct export *x, struct batch *b, const char *sql, const char *const *elements)
{
    struct stmt *st;
    TRY(db_prepare(x->db, sql, &st));
    for (size_t i = 0; i < b->n; i += BATCH_PLACES) {
        bool row;
        batch_bind(st, b, i);
        TRY(stmt_step(st, &row));
        while (row) {
            for (int k = 0; k < 3 && elements[k]; k++)
                if (!stmt_is_null(st, k + 1))
                    TRY(add_ref(x, b, st, k + 1, elements[k]));
            TRY(stmt_step(st, &row));
        }
    }
    stmt_done(&st);
    return RC_OK;
}

/* The one place of the statement is filled with the fifty. */
static char *refs_sql(struct export *x, const char *sql)
{
    const char *at = strstr(sql, "%s");
    return arena_printf(x->cx->arena, "%.*s%s%s", (int)(at - sql), sql, batch_places, at + 2);
}

static enum rc load_refs(struct export *x, struct batch *b)
{
    for (size_t i = 0; i < COUNT_OF(references); i++) {
        if (references[i].on != b->family)
            continue;
        char *sql = refs_sql(x, references[i].sql);
        if (!sql)
            return cx_nomem(x->cx);
        TRY(read_refs(x, b, sql, references[i].elements));
    }
    if (b->refs_n > 1)
        qsort(b->refs, b->refs_n, sizeof(*b->refs), by_ref_owner);
    return RC_OK;
}

/* ------------------------------------------------------------------ whole batches */

static enum rc load_lists(struct export *x, struct batch *b)
{
    struct rec **all = arena_array(x->cx->arena, b->n + 1, sizeof(struct rec *));
    if (!all)
        return cx_nomem(x->cx);
    for (size_t i = 0; i < b->n; i++)
        all[i] = b->r[i].r;
    return rec_load_lists(x->db, all, b->n);
}

enum rc batch_complete(struct export *x, struct batch *b)
{
    if (b->n == 0)
        return RC_OK;
    TRY(load_lists(x, b));
    TRY(load_refs(x, b));
    while (batch_hang(b->family, b->kids_n))
        b->kids_n++;
    b->kids = arena_array(x->cx->arena, b->kids_n + 1, sizeof(*b->kids));
    if (!b->kids)
        return cx_nomem(x->cx);
    for (size_t i = 0; i < b->kids_n; i++) {
        TRY(load_kids(x, b, model_relation(batch_hang(b->family, i)->relation), &b->kids[i]));
        TRY(batch_complete(x, &b->kids[i]));
    }
    return RC_OK;
}

const struct kid *batch_kids(const struct batch *b, size_t kind, int64_t id, size_t *ret_n)
{
    const struct batch *k = &b->kids[kind];
    size_t low = 0, high = k->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (k->r[mid].owner < id)
            low = mid + 1;
        else
            high = mid;
    }
    for (high = low; high < k->n && k->r[high].owner == id; high++)
        ;
    *ret_n = high - low;
    return k->r + low;
}

const struct kid *batch_kids_named(const struct batch *b, const char *element, int64_t id, size_t *ret_n)
{
    const struct hang *h;
    *ret_n = 0;
    for (size_t i = 0; i < b->kids_n && (h = batch_hang(b->family, i)); i++)
        if (streq(h->element, element))
            return batch_kids(b, i, id, ret_n);
    return NULL;
}

enum rc batch_creators(struct export *x, const struct kid **ret, size_t *ret_n)
{
    struct batch b = {.family = F_arkiv};
    struct kid one = {.r = x->arkiv};
    b.r = &one;
    b.n = 1;
    TRY(batch_complete(x, &b));
    *ret = batch_kids_named(&b, "arkivskaper", x->arkiv->id, ret_n);
    return RC_OK;
}

const struct ref *batch_refs(const struct batch *b, int64_t id, size_t *ret_n)
{
    size_t first = 0, n = 0;
    while (first < b->refs_n && b->refs[first].owner < id)
        first++;
    while (first + n < b->refs_n && b->refs[first + n].owner == id)
        n++;
    *ret_n = n;
    return b->refs + first;
}
