/*
 * endringslogg.xml: changes of what annex 3 of the standard names (the flag A_CHANGES of the model),
 * about records that are in the extract. Entries about what is no unit there (a part, a
 * korrespondansepart) stand with the unit it hangs on. Codes are told by name.
 */
#include <stdlib.h>

#include "deposit/export_int.h"

#define NOTHING "(ingen)"           /* the schema has no empty values */

/* ------------------------------------------------------------------ names of codes */

struct code_name {
    const char *list, *kode, *name;
};
struct codes {
    struct code_name *names;        /* sorted by list and kode */
    size_t n;
};

static int by_code(const void *a, const void *b)
{
    const struct code_name *p = a, *q = b;
    int order = strcmp(p->list, q->list);
    return order ? order : strcmp(p->kode, q->kode);
}

static enum rc load_codes(struct export *x)
{
    struct stmt *st;
    bool row;
    struct codes *c = arena_alloc(x->cx->arena, sizeof(*c));
    if (!c)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, "SELECT liste, kode, kodenavn FROM kode", &st));
    TRY(stmt_step(st, &row));
    while (row) {
        struct code_name *more = arena_grow(x->cx->arena, c->names, c->n, sizeof(*more));
        if (!more)
            return cx_nomem(x->cx);
        c->names = more;
        struct code_name *name = &c->names[c->n++];
        *name = (struct code_name){stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2)};
        if (!name->list || !name->kode || !name->name)
            return cx_nomem(x->cx);
        TRY(stmt_step(st, &row));
    }
    stmt_done(&st);
    if (c->n)
        qsort(c->names, c->n, sizeof(*c->names), by_code);
    x->codes = c;
    return RC_OK;
}

static struct str code_name(const struct export *x, enum codelist_id list, struct str kode)
{
    char text[64];
    (void)snprintf(text, sizeof(text), "%.*s", (int)kode.n, kode.p);
    const struct code_name key = {codelist_name(list), text, NULL};
    const struct code_name *found = x->codes->n ? bsearch(&key, x->codes->names, x->codes->n, sizeof(key), by_code) : NULL;
    return found ? str_of(found->name) : kode;
}

/* ------------------------------------------------------------------ which changes */

static const char *element_of(const struct entity *e, const struct slot *s)
{
    if (!s->leaf && streq(s->attr->name, "navn"))
        return e->family == F_part ? "partNavn" : "korrespondansepartNavn";
    return slot_attr(s)->name;
}

/* The slot the path names, when its changes go into a deposit. An imported entry names the element. */
static const struct slot *slot_of(const struct entity *e, struct str path)
{
    const struct family *f = model_family(e->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        bool wanted = (slot_attr(s)->flags & A_CHANGES) != 0;
        if (wanted && (str_is(path, s->path) || str_is(path, element_of(e, s))))
            return s;
    }
    return NULL;
}

/* Moves: relations that annex 3 knows as references. */
static const char *move_of(const struct entity *e, struct str path)
{
    static const struct {
        enum family_id family;
        const char *relation, *element;
    } moves[] = {
        {F_mappe, "arkivdel", "referanseArkivdel"},
        {F_registrering, "arkivdel", "referanseArkivdel"},
        {F_arkivdel, "klassifikasjonssystem", "referanseKlassifikasjonssystem"},
    };
    for (size_t i = 0; i < COUNT_OF(moves); i++)
        if (moves[i].family == e->family && (str_is(path, moves[i].relation) || str_is(path, moves[i].element)))
            return moves[i].element;
    return NULL;
}

/* ------------------------------------------------------------------ writing */

/* Whose changes are asked for, and the unit they stand with. */
struct subject {
    const struct rec *r;
    const char *unit;
};

static void write_value(struct export *x, const char *element, const struct slot *s, struct str v)
{
    const struct attr *a = s ? slot_attr(s) : NULL;
    if (a && a->type == T_CODE && v.n)
        v = code_name(x, a->list, v);
    xw_element(&x->changes.w, element, str_blank(v) ? STR(NOTHING) : v);
}

static void write_change(struct export *x, struct stmt *st, const struct subject *about)
{
    struct str path = stmt_str(st, 1);
    /* An entry that came with a deposit names nobody of ours; it is told as it was. */
    bool imported = stmt_str(st, 6).n == 0;
    const struct slot *s = imported ? NULL : slot_of(about->r->entity, path);
    const char *element = s ? element_of(about->r->entity, s) : move_of(about->r->entity, path);
    if (!element && !imported)
        return;
    struct xw *w = &x->changes.w;
    xw_open(w, "endring");
    xw_element(w, "referanseArkivenhet", str_of(about->unit));
    xw_element(w, "referanseMetadata", imported ? path : str_of(element));
    xw_element(w, "endretDato", stmt_str(st, 2));
    struct str by = stmt_str(st, 3);
    xw_element(w, "endretAv", str_blank(by) ? STR(NOTHING) : by);
    write_value(x, "tidligereVerdi", s, stmt_str(st, 4));
    write_value(x, "nyVerdi", s, stmt_str(st, 5));
    xw_close(w, "endring");
    x->r->endringer++;
}

static const struct subject *subject_of(const struct subject *all, size_t n, struct str id)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(id, all[i].r->systemid))
            return &all[i];
    return NULL;
}

static enum rc write_changes(struct export *x, const struct subject *all, size_t n)
{
    struct stmt *st;
    bool row;
    char *sql = arena_printf(x->cx->arena,
                             "SELECT referansearkivenhet, referansemetadata, endretdato, endretav, tidligereverdi, nyverdi,"
                             " referanseendretav"
                             " FROM logg WHERE referansearkivenhet IN %s AND type = 'endringslogg' ORDER BY id",
                             batch_places);
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &st));
    for (size_t i = 0; i < BATCH_PLACES; i++)
        stmt_bind_text(st, (int)i + 1, i < n ? all[i].r->systemid : "");
    TRY(stmt_step(st, &row));
    while (row) {
        const struct subject *about = subject_of(all, n, stmt_str(st, 0));
        if (about)
            write_change(x, st, about);
        TRY(stmt_step(st, &row));
    }
    stmt_done(&st);
    return file_flow(x, &x->changes);
}

/* ------------------------------------------------------------------ subjects of a batch */

struct gathering {
    struct export *x;
    struct subject all[BATCH_PLACES];
    size_t n;
};

static enum rc gather(struct gathering *g, const struct rec *r, const char *unit)
{
    if (g->n == BATCH_PLACES) {
        TRY(write_changes(g->x, g->all, g->n));
        g->n = 0;
    }
    g->all[g->n++] = (struct subject){r, unit};
    return RC_OK;
}

/* Has the family anything whose changes go into a deposit? */
static bool watched(enum family_id f)
{
    return f != F_dokumentobjekt && f != F_merknad && f != F_konvertering && f != F_dokumentflyt &&
           f != F_nasjonalidentifikator;
}

static const char *unit_of(const struct batch *owners, int64_t id)
{
    for (size_t i = 0; i < owners->n; i++)
        if (owners->r[i].r->id == id)
            return owners->r[i].r->systemid;
    return "";
}

static enum rc gather_batch(struct gathering *g, const struct batch *b, const struct batch *owners)
{
    bool unit = !owners || b->family == F_dokumentbeskrivelse;
    for (size_t i = 0; watched(b->family) && i < b->n; i++)
        TRY(gather(g, b->r[i].r, unit ? b->r[i].r->systemid : unit_of(owners, b->r[i].owner)));
    for (size_t i = 0; i < b->kids_n; i++)
        TRY(gather_batch(g, &b->kids[i], b));
    return RC_OK;
}

enum rc changes_of(struct export *x, const struct batch *b)
{
    struct gathering g = {.x = x, .n = 0};
    TRY(extra_count_logs(x, b));
    TRY(gather_batch(&g, b, NULL));
    return g.n ? write_changes(x, g.all, g.n) : RC_OK;
}

enum rc changes_open(struct export *x)
{
    TRY(load_codes(x));
    TRY(file_open(x, &x->changes, "endringslogg.xml"));
    struct xw *w = &x->changes.w;
    xw_open(w, "endringslogg");
    xw_attr(w, "xmlns", STR("http://www.arkivverket.no/standarder/noark5/endringslogg"));
    xw_attr(w, "xmlns:xsi", STR("http://www.w3.org/2001/XMLSchema-instance"));
    xw_attr(w, "xsi:schemaLocation", STR("http://www.arkivverket.no/standarder/noark5/endringslogg endringslogg.xsd"));
    return RC_OK;
}

/* A log without entries the schema does not allow: that the arkivdel was closed is one, logged or not. */
static void write_closing(struct export *x, const struct rec *r)
{
    struct xw *w = &x->changes.w;
    const struct val *date = rec_val(r, A_arkivdel_avsluttetDato), *by = rec_val(r, A_arkivdel_avsluttetAv);
    xw_open(w, "endring");
    xw_element(w, "referanseArkivenhet", str_of(r->systemid));
    xw_element(w, "referanseMetadata", STR("arkivdelstatus"));
    xw_element(w, "endretDato", date->text);
    xw_element(w, "endretAv", by->state == VAL_SET ? by->text : STR(NOTHING));
    xw_element(w, "tidligereVerdi", STR("Aktiv periode"));
    xw_element(w, "nyVerdi", STR("Avsluttet periode"));
    xw_close(w, "endring");
    x->r->endringer++;
}

enum rc changes_close(struct export *x)
{
    if (x->r->endringer == 0)
        write_closing(x, x->arkivdeler[0]);
    xw_close(&x->changes.w, "endringslogg");
    return file_close(x, &x->changes);
}

enum rc changes_soft(struct export *x, const struct rec *arkivdel, bool *ret)
{
    int64_t n;
    TRY(db_int(x->db, &n, 0, "SELECT count(*) FROM logg WHERE referansearkivenhet = ? AND type = 'endringslogg'"
                             " AND referansemetadata = 'arkivdelstatus' AND nyverdi = 'O'", "t", arkivdel->systemid));
    *ret = n > 0;
    return RC_OK;
}
