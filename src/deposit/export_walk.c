/*
 * Through the structure, from the arkiv down to the documents. Mapper come fifty at a time, their
 * registreringer a hundred at a time in the same order, so that the number of statements does not
 * follow the number of records, and memory holds no more than that.
 */
#include "deposit/export_int.h"

#define MAPPER BATCH_PLACES
#define REGISTRERINGER 100
#define BATCH_MEMORY ((size_t)MiB(512))

/* Registreringer in the order of the mapper (or the klasse, the arkivdel) they lie in. */
struct feed {
    struct stmt *st;
    struct arena *arena;
    struct batch b;
    size_t at;
    bool more;
};
/* Mapper being written, and where their registreringer come from. */
struct level {
    struct batch b;
    size_t at;
    bool sub[MAPPER];               /* has it undermapper? */
    struct feed feed;
};

/* Where the mapper and registreringer of an owner are: a condition with its row id, and in a shared
 * klassifikasjonssystem with the arkivdel too. */
struct within {
    const char *sql;
    bool shared;
};
static const struct within in_klasse = {"klasse_id = ? AND ? = coalesce(arkivdel_id, " ARKIVDEL_THEN("?", "t.opprettetdato_t") ")",
                                        true};
static const struct within in_arkivdel = {"arkivdel_id = ? AND klasse_id IS NULL", false};
static const struct within in_mappe = {"overmappe_id = ?", false};

static void bind_within(const struct export *x, struct stmt *st, int at, const struct within *in, int64_t owner)
{
    stmt_bind_int(st, at++, owner);
    if (!in->shared)
        return;
    stmt_bind_int(st, at++, x->place.arkivdel->id);
    stmt_bind_int(st, at++, x->place.system);
    stmt_bind_int(st, at, x->place.system);
}

/* ------------------------------------------------------------------ registreringer */

static enum rc feed_fill(struct export *x, struct feed *f)
{
    arena_free(&f->arena);
    f->b = (struct batch){.n = 0};
    f->at = 0;
    f->arena = arena_new(BATCH_MEMORY);
    if (!f->arena)
        return cx_nomem(x->cx);
    struct arena *outer = scope_enter(x, f->arena);
    enum rc rc = batch_read(x, f->st, model_family(F_registrering), REGISTRERINGER, &f->b, &f->more);
    if (rc == RC_OK)
        rc = batch_complete(x, &f->b);
    if (rc == RC_OK && !x->journal_only)
        rc = changes_of(x, &f->b);
    scope_leave(x, outer);
    return rc;
}

/* The next one, when it lies in the owner; NULL otherwise. */
static enum rc feed_next(struct export *x, struct feed *f, int64_t owner, struct rec **ret)
{
    *ret = NULL;
    if (f->at == f->b.n && f->more)
        TRY(feed_fill(x, f));
    if (f->at < f->b.n && f->b.r[f->at].owner == owner)
        *ret = f->b.r[f->at++].r;
    return RC_OK;
}

static void feed_end(struct feed *f)
{
    arena_free(&f->arena);
    stmt_done(&f->st);
}

static enum rc write_registrering(struct export *x, const struct batch *b, struct rec *r)
{
    struct place was = x->place;
    TRY(export_pulse(x));
    extra_new_registrering(x);
    TRY(ready_registrering(x, b, r));
    if (model_is(r->entity, E_journalpost))
        TRY(journal_post(x, b, r));
    if (!x->journal_only) {
        x->r->registreringer++;
        TRY(walk_write(x, r, "registrering"));
    }
    x->place = was;
    return RC_OK;
}

static enum rc write_registreringer(struct export *x, struct feed *f, int64_t owner, size_t *ret_n)
{
    for (;;) {
        struct rec *r;
        TRY(feed_next(x, f, owner, &r));
        if (!r)
            return RC_OK;
        struct batch *was = x->here[F_registrering];
        struct arena *outer = scope_enter(x, f->arena);
        x->here[F_registrering] = &f->b;
        enum rc rc = write_registrering(x, &f->b, r);
        x->here[F_registrering] = was;
        scope_leave(x, outer);
        TRY(rc);
        ++*ret_n;
    }
}

/* Those that lie directly in a klasse or an arkivdel. */
static enum rc direct_registreringer(struct export *x, const struct within *in, int64_t owner, size_t *ret_n)
{
    const struct family *f = model_family(F_registrering);
    struct feed feed = {.more = true};
    char *sql = arena_printf(x->cx->arena, "SELECT %s, CAST(? AS BIGINT) FROM registrering t WHERE %s"
                                           " AND mappe_id IS NULL ORDER BY id", f->columns, in->sql);
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &feed.st));
    stmt_bind_int(feed.st, 1, owner);
    bind_within(x, feed.st, 2, in, owner);
    stmt_many(feed.st);
    enum rc rc = write_registreringer(x, &feed, owner, ret_n);
    feed_end(&feed);
    return rc;
}

/* ------------------------------------------------------------------ mapper */

static enum rc find_sub(struct export *x, struct level *l)
{
    struct stmt *st;
    bool row;
    char *sql = arena_printf(x->cx->arena, "SELECT DISTINCT overmappe_id FROM mappe WHERE overmappe_id IN %s", batch_places);
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &st));
    batch_bind(st, &l->b, 0);
    TRY(stmt_step(st, &row));
    while (row) {
        for (size_t i = 0; i < l->b.n; i++)
            l->sub[i] |= l->b.r[i].r->id == stmt_int(st, 0);
        TRY(stmt_step(st, &row));
    }
    stmt_done(&st);
    return RC_OK;
}

static enum rc open_feed(struct export *x, struct level *l)
{
    char *sql = arena_printf(x->cx->arena, "SELECT %s,mappe_id FROM registrering WHERE mappe_id IN %s"
                                           " ORDER BY mappe_id, id", model_family(F_registrering)->columns, batch_places);
    if (!sql)
        return cx_nomem(x->cx);
    l->feed = (struct feed){.more = true};
    TRY(db_prepare(x->db, sql, &l->feed.st));
    batch_bind(l->feed.st, &l->b, 0);
    stmt_many(l->feed.st);
    return RC_OK;
}

static enum rc write_mappe(struct export *x, struct rec *r)
{
    struct place was = x->place;
    TRY(ready_mappe(x, r));
    if (!x->journal_only)
        x->r->mapper++;
    TRY(walk_write(x, r, "mappe"));
    x->place = was;
    return RC_OK;
}

static enum rc write_level(struct export *x, struct level *l)
{
    struct level *was = x->level;
    struct batch *here = x->here[F_mappe];
    enum rc rc = RC_OK;
    for (l->at = 0; rc == RC_OK && l->at < l->b.n; l->at++) {
        x->level = l;
        x->here[F_mappe] = &l->b;
        rc = write_mappe(x, l->b.r[l->at].r);
    }
    x->level = was;
    x->here[F_mappe] = here;
    return rc;
}

/* Fifty mapper, in memory of their own. */
static enum rc next_level(struct export *x, struct stmt *st, struct level *l, bool *ret_more)
{
    *l = (struct level){.at = 0};
    TRY(batch_read(x, st, model_family(F_mappe), MAPPER, &l->b, ret_more));
    if (l->b.n == 0)
        return RC_OK;
    TRY(batch_complete(x, &l->b));
    if (!x->journal_only)
        TRY(changes_of(x, &l->b));
    TRY(find_sub(x, l));
    return open_feed(x, l);
}

static enum rc write_mapper(struct export *x, struct stmt *st, size_t *ret_n)
{
    bool more = true;
    while (more) {
        struct arena *own = arena_new(BATCH_MEMORY);
        struct level *l = own ? arena_alloc(own, sizeof(*l)) : NULL;
        if (!l) {
            arena_free(&own);
            return cx_nomem(x->cx);
        }
        struct arena *outer = scope_enter(x, own);
        enum rc rc = next_level(x, st, l, &more);
        if (rc == RC_OK)
            rc = write_level(x, l);
        *ret_n += l->b.n;
        feed_end(&l->feed);
        scope_leave(x, outer);
        arena_free(&own);
        TRY(rc);
    }
    return RC_OK;
}

static enum rc walk_mapper(struct export *x, const struct within *in, int64_t owner, size_t *ret_n)
{
    const struct family *f = model_family(F_mappe);
    struct stmt *st;
    char *sql = arena_printf(x->cx->arena, "SELECT %s,id FROM mappe t WHERE %s%s ORDER BY id", f->columns, in->sql,
                             in == &in_mappe ? "" : " AND overmappe_id IS NULL");
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &st));
    bind_within(x, st, 1, in, owner);
    stmt_many(st);
    enum rc rc = write_mapper(x, st, ret_n);
    stmt_done(&st);
    return rc;
}

/* ------------------------------------------------------------------ klasser */

/* The same unit a second time in an extract is another unit (2.2.2): its identifier is made of both. */
static void name_again(const struct export *x, struct rec *r)
{
    char text[2 * UUID_TEXT_MAX];
    if (!x->place.again)
        return;
    (void)snprintf(text, sizeof(text), "%s/%s", r->systemid, x->place.arkivdel->systemid);
    uuid_named(str_of(text), r->systemid);
}

static enum rc walk_klasser(struct export *x, const char *column, int64_t owner, size_t *ret_n);

static enum rc write_klasse(struct export *x, struct batch *b, struct rec *r)
{
    struct place was = x->place;
    struct batch *here = x->here[F_klasse];
    x->here[F_klasse] = b;
    TRY(ready_klasse(x, r));
    name_again(x, r);
    TRY(walk_write(x, r, "klasse"));
    x->here[F_klasse] = here;
    x->place = was;
    return RC_OK;
}

static enum rc klasser_of(struct export *x, struct stmt *st, size_t *ret_n)
{
    bool more = true;
    while (more) {
        struct batch b = {.n = 0};
        struct arena *own = arena_new(BATCH_MEMORY);
        if (!own)
            return cx_nomem(x->cx);
        struct arena *outer = scope_enter(x, own);
        enum rc rc = batch_read(x, st, model_family(F_klasse), MAPPER, &b, &more);
        if (rc == RC_OK)
            rc = batch_complete(x, &b);
        if (rc == RC_OK && b.n && !x->journal_only && !x->place.again)
            rc = changes_of(x, &b);
        for (size_t i = 0; rc == RC_OK && i < b.n; i++)
            rc = write_klasse(x, &b, b.r[i].r);
        *ret_n += b.n;
        scope_leave(x, outer);
        arena_free(&own);
        TRY(rc);
    }
    return RC_OK;
}

static enum rc walk_klasser(struct export *x, const char *column, int64_t owner, size_t *ret_n)
{
    struct stmt *st;
    char *sql = arena_printf(x->cx->arena, "SELECT %s,id FROM klasse WHERE %s = ? ORDER BY id",
                             model_family(F_klasse)->columns, column);
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &st));
    stmt_bind_int(st, 1, owner);
    stmt_many(st);
    enum rc rc = klasser_of(x, st, ret_n);
    stmt_done(&st);
    return rc;
}

/* ------------------------------------------------------------------ systems */

static enum rc write_system(struct export *x, int64_t id, bool secondary)
{
    struct place was = x->place;
    struct batch b = {.family = F_klassifikasjonssystem};
    struct kid one = {.owner = id};
    TRY(rec_load(x->db, model_family(F_klassifikasjonssystem), id, &one.r));
    b.r = &one;
    b.n = 1;
    for (size_t i = 0; i < x->systems_n; i++)
        x->place.again |= x->systems[i] == id;
    if (!x->place.again && x->systems_n < COUNT_OF(x->systems))
        x->systems[x->systems_n++] = id;
    x->place.secondary = secondary;
    if (!x->journal_only && !x->place.again)
        TRY(changes_of(x, &b));
    name_again(x, one.r);
    TRY(walk_write(x, one.r, "klassifikasjonssystem"));
    x->place = was;
    return RC_OK;
}

static enum rc walk_systems(struct export *x, const struct rec *arkivdel, size_t *ret_n)
{
    int64_t primary = *rec_one(arkivdel, REL_arkivdel_klassifikasjonssystem);
    if (primary) {
        x->place.system = primary;
        TRY(write_system(x, primary, false));
        ++*ret_n;
    }
    for (int64_t last = 0; !x->journal_only;) {
        TRY(db_int(x->db, &last, 0, "SELECT min(b_id) FROM arkivdel_sekundaer WHERE a_id = ? AND b_id > ?", "ii",
                   arkivdel->id, last));
        if (last == 0)
            break;
        if (last == primary)
            continue;
        TRY(write_system(x, last, true));
        ++*ret_n;
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ arkivdel and arkiv */

static enum rc write_arkivdel(struct export *x, struct rec *r)
{
    struct place was = x->place;
    struct batch b = {.family = F_arkivdel};
    struct kid one = {.r = r};
    b.r = &one;
    b.n = 1;
    x->place = (struct place){.arkivdel = r};
    if (!x->journal_only) {
        TRY(changes_of(x, &b));
        TRY(ready_arkivdel(x, r));
    }
    TRY(walk_write(x, r, "arkivdel"));
    x->place = was;
    return RC_OK;
}

static enum rc walk_arkivdeler(struct export *x, const struct rec *arkiv, size_t *ret_n)
{
    for (size_t i = 0; i < x->o->arkivdeler_n; i++)
        if (*rec_one(x->arkivdeler[i], REL_arkiv_arkivdel) == arkiv->id) {
            TRY(write_arkivdel(x, x->arkivdeler[i]));
            ++*ret_n;
        }
    return RC_OK;
}

/* Does a chosen arkivdel lie in it or below? */
static enum rc arkiv_needed(struct export *x, int64_t arkiv, bool *ret)
{
    *ret = false;
    for (size_t i = 0; !*ret && i < x->o->arkivdeler_n; i++) {
        int64_t at = *rec_one(x->arkivdeler[i], REL_arkiv_arkivdel);
        for (int depth = 0; at && at != arkiv && depth < 64; depth++)
            TRY(db_int(x->db, &at, 0, "SELECT overarkiv_id FROM arkiv WHERE id = ?", "i", at));
        *ret = at == arkiv;
    }
    return RC_OK;
}

static enum rc write_arkiv(struct export *x, struct rec *r)
{
    struct batch b = {.family = F_arkiv}, *was = x->here[F_arkiv];
    struct kid one = {.r = r};
    b.r = &one;
    b.n = 1;
    TRY(batch_complete(x, &b));
    TRY(changes_of(x, &b));
    TRY(ready_arkiv(x, r));
    x->here[F_arkiv] = &b;
    TRY(walk_write(x, r, "arkiv"));
    x->here[F_arkiv] = was;
    return RC_OK;
}

static enum rc walk_arkiver(struct export *x, const struct rec *above, size_t *ret_n)
{
    for (int64_t id = 0;;) {
        struct rec *r;
        bool needed;
        TRY(db_int(x->db, &id, 0, "SELECT min(id) FROM arkiv WHERE overarkiv_id = ? AND id > ?", "ii", above->id, id));
        if (id == 0)
            return RC_OK;
        TRY(arkiv_needed(x, id, &needed));
        if (!needed)
            continue;
        TRY(rec_load(x->db, model_family(F_arkiv), id, &r));
        TRY(write_arkiv(x, r));
        ++*ret_n;
    }
}

/* ------------------------------------------------------------------ what hangs on a record */

/* A document that several registreringer hold stands once below each, from the second on as another unit. */
static void name_shared(struct export *x, const struct batch *b, struct rec *r, const char *registrering)
{
    size_t n;
    char text[2 * UUID_TEXT_MAX];
    const struct ref *ref = batch_refs(b, r->id, &n);
    x->place.shared = n && !str_is(ref->id, registrering) ? registrering : NULL;
    if (!x->place.shared)
        return;
    (void)snprintf(text, sizeof(text), "%s/%s", r->systemid, registrering);
    uuid_named(str_of(text), r->systemid);
}

/* The record is the same for all that share the document: what is set in it is set in a copy. */
static enum rc write_objekt(struct export *x, const struct rec *dokument, const struct rec *r, size_t *ret_n)
{
    struct rec *own;
    bool take;
    char text[2 * UUID_TEXT_MAX];
    TRY(rec_copy(x->cx, r, &own));
    if (x->place.shared) {
        (void)snprintf(text, sizeof(text), "%s/%s", r->systemid, x->place.shared);
        uuid_named(str_of(text), own->systemid);
    }
    TRY(documents_take(x, dokument, own, &take));
    *ret_n += take;
    if (!take)
        return RC_OK;
    TRY(extra_pass(x, own, NULL, x->place.dokument, *ret_n));
    return walk_write(x, own, "dokumentobjekt");
}

static enum rc write_kid(struct export *x, const struct rec *owner, const struct batch *b, struct rec *r,
                         const char *element, size_t *ret_n)
{
    if (r->entity->family == F_dokumentobjekt)
        return write_objekt(x, owner, r, ret_n);
    ++*ret_n;
    if (r->entity->family == F_dokumentbeskrivelse) {
        name_shared(x, b, r, owner->systemid);
        TRY(ready_dokument(x, b, r));
        x->place.dokument = *ret_n;
        TRY(extra_pass(x, r, b, *ret_n, 0));
    }
    TRY(walk_write(x, r, element));
    if (r->entity->family == F_dokumentbeskrivelse)
        x->place.shared = NULL;
    return RC_OK;
}

static enum rc write_kids(struct export *x, const struct rec *r, const char *element, size_t *ret_n)
{
    struct batch *b = x->here[r->entity->family];
    const char *kind = streq(element, "sakspart") ? "part" : element;
    const struct hang *h;
    for (size_t i = 0; b && i < b->kids_n && (h = batch_hang(b->family, i)); i++) {
        if (!streq(h->element, kind))
            continue;
        size_t n;
        const struct kid *k = batch_kids(b, i, r->id, &n);
        struct batch *here = x->here[b->kids[i].family];
        x->here[b->kids[i].family] = &b->kids[i];
        for (size_t j = 0; j < n; j++)
            TRY(write_kid(x, r, &b->kids[i], k[j].r, element, ret_n));
        x->here[b->kids[i].family] = here;
    }
    /* Every journalpost has a party, also one that has lapsed without: before 5.0 by the schema, then by practice. */
    bool party = streq(element, "korrespondansepart") && model_is(r->entity, E_journalpost);
    if (party && *ret_n == 0 && x->place.lapsed) {
        journal_substitute(x->xml.out, r, STR("(ingen)"));
        *ret_n = 1;
    }
    return RC_OK;
}

static void write_refs(struct export *x, const struct rec *r, const char *element, size_t *ret_n)
{
    size_t n;
    struct xw *w = x->xml.out;
    bool cross = streq(element, "kryssreferanse");
    if (!x->here[r->entity->family])
        return;
    const struct ref *ref = batch_refs(x->here[r->entity->family], r->id, &n);
    for (size_t i = 0; i < n; i++) {
        if (cross ? strncmp(ref[i].element, "referanseTil", 12) != 0 : !streq(ref[i].element, element))
            continue;
        if (cross)
            xw_open(w, element);
        xw_element(w, ref[i].element, ref[i].id);
        if (cross)
            xw_close(w, element);
        ++*ret_n;
    }
}

/* What a record holds may be of one kind: the schema has a choice there. */
static void check_one_kind(struct export *x, const struct rec *r, const char *element, size_t n)
{
    char both[64];
    if (n == 0)
        return;
    /* Beside a klassifikasjonssystem: those without klasse are told of one by one (export_ready.c). */
    if (x->place.held && !streq(x->place.held, "klassifikasjonssystem")) {
        (void)snprintf(both, sizeof(both), "%s og %s", x->place.held, element);
        export_tell(x, EXPORT_MIXED, r, both);
    }
    x->place.held = element;
}

static enum rc hold_klasse(struct export *x, const struct rec *r, const char *element, size_t *ret_n)
{
    if (streq(element, "klasse"))
        return walk_klasser(x, "overklasse_id", r->id, ret_n);
    if (x->place.secondary)
        return RC_OK;
    if (streq(element, "mappe"))
        return walk_mapper(x, &in_klasse, r->id, ret_n);
    return direct_registreringer(x, &in_klasse, r->id, ret_n);
}

static enum rc hold_arkivdel(struct export *x, const struct rec *r, const char *element, size_t *ret_n)
{
    if (streq(element, "klassifikasjonssystem"))
        return walk_systems(x, r, ret_n);
    if (streq(element, "mappe"))
        return walk_mapper(x, &in_arkivdel, r->id, ret_n);
    return direct_registreringer(x, &in_arkivdel, r->id, ret_n);
}

static enum rc hold_mappe(struct export *x, const struct rec *r, const char *element, size_t *ret_n)
{
    struct level *l = x->level;
    if (streq(element, "registrering"))
        return write_registreringer(x, &l->feed, r->id, ret_n);
    return l->sub[l->at] ? walk_mapper(x, &in_mappe, r->id, ret_n) : RC_OK;
}

/* Elements that are units of the structure themselves. */
static enum rc hold(struct export *x, const struct rec *r, const char *element, size_t *ret_n)
{
    switch ((int)r->entity->family) {
    case F_arkiv:
        return streq(element, "arkiv") ? walk_arkiver(x, r, ret_n) : walk_arkivdeler(x, r, ret_n);
    case F_arkivdel:
        return hold_arkivdel(x, r, element, ret_n);
    case F_klassifikasjonssystem:
        return walk_klasser(x, "klassifikasjonssystem_id", r->id, ret_n);
    case F_klasse:
        return hold_klasse(x, r, element, ret_n);
    default:
        return hold_mappe(x, r, element, ret_n);
    }
}

static bool is_unit(const char *element)
{
    static const char *const units[] = {"arkiv", "arkivdel", "klassifikasjonssystem", "klasse", "mappe", "registrering"};
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (streq(units[i], element))
            return true;
    return false;
}

static enum rc child(void *arg, const struct rec *r, const char *element, size_t *ret_n)
{
    struct export *x = arg;
    if (is_unit(element)) {
        TRY(hold(x, r, element, ret_n));
        check_one_kind(x, r, element, *ret_n);
        return RC_OK;
    }
    if (streq(element, "virksomhetsspesifikkeMetadata"))
        return extra_write(x, r, ret_n);
    write_refs(x, r, element, ret_n);
    return write_kids(x, r, element, ret_n);
}

/* ------------------------------------------------------------------ all of it */

enum rc walk_write(struct export *x, const struct rec *r, const char *element)
{
    struct xw *w = x->xml.out;
    const char *type = model_xml_type(r->entity, x->o->version), *held = x->place.held;
    bool typed = type && (r->entity->family == F_mappe || r->entity->family == F_registrering);
    x->place.held = NULL;
    xw_open(w, element);
    if (streq(element, "arkiv") && r == x->arkiv) {
        xw_attr(w, "xmlns", STR("http://www.arkivverket.no/standarder/noark5/arkivstruktur"));
        xw_attr(w, "xmlns:xsi", STR("http://www.w3.org/2001/XMLSchema-instance"));
        xw_attr(w, "xsi:schemaLocation",
                STR("http://www.arkivverket.no/standarder/noark5/arkivstruktur arkivstruktur.xsd"));
    }
    if (typed)
        xw_attr(w, "xsi:type", str_of(type));
    TRY(model_xml_write(&x->xml, r));
    xw_close(w, element);
    extra_count(x, r);
    x->place.held = held;
    return file_flow(x, x->into);
}

/* With a soft split the journal of the period has entries whose cases went on in the next arkivdel. */
static enum rc walk_successor(struct export *x, const struct rec *arkivdel)
{
    struct rec *next;
    bool soft;
    int64_t id = *rec_one(arkivdel, REL_arkivdel_nestearkivdel);
    TRY(changes_soft(x, arkivdel, &soft));
    if (id == 0 || !soft || arkivdel_chosen(x, id))
        return RC_OK;
    TRY(rec_load(x->db, model_family(F_arkivdel), id, &next));
    return write_arkivdel(x, next);
}

static enum rc begin(struct export *x, struct xml_file *f, const char *name)
{
    TRY(file_open(x, f, name));
    x->into = f;
    x->xml.out = &f->w;
    return RC_OK;
}

enum rc walk_all(struct export *x)
{
    x->xml = (struct model_xml){.file = XSD_FILE_arkivstruktur, .version = x->o->version, .arg = x, .child = child,
                                .missing = ready_missing};
    TRY(begin(x, &x->structure, "arkivstruktur.xml"));
    TRY(write_arkiv(x, x->arkiv));
    TRY(file_close(x, &x->structure));
    TRY(begin(x, &x->nowhere, NULL));
    x->journal_only = true;
    for (size_t i = 0; i < x->o->arkivdeler_n; i++)
        TRY(walk_successor(x, x->arkivdeler[i]));
    return file_close(x, &x->nowhere);
}
