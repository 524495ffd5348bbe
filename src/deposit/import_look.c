/*
 * A dry run: what a real one would find. The archive is asked in writes that are undone and change nothing; what the package
 * itself has brought so far is remembered, since a package may name the same object twice: 40 bytes an object, and in a
 * temporary file a hash of each value it told.
 */
#include "deposit/import_int.h"

struct seen {
    unsigned char id[16];
    uint64_t parent;            /* hash of the systemID it hangs on */
    uint32_t values;            /* hash of what it told */
    uint32_t family;            /* enum family_id + 1; 0: free */
    int64_t at;                 /* of its values, from 1; 0: it is open */
};
struct import_seen {
    struct seen *all;
    size_t n, cap;              /* a power of two */
    FILE *refs;                 /* of the package, resolved at its end */
    uint64_t *named;            /* hashes of its references, a set; 0: free */
    size_t named_n, named_cap;  /* a power of two */
    FILE *values;               /* how many, then struct told_value */
    int64_t values_end;
};
struct told_value {
    uint32_t slot, hash;
};

#define HASH 0xcbf29ce484222325u

static uint64_t hash(uint64_t h, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return h;
}

static void read_id(const char *uuid, unsigned char ret[16])
{
    size_t n = 0;
    for (const char *p = uuid; *p && n < 32; p++) {
        if (*p == '-')
            continue;
        unsigned digit = (unsigned)(*p <= '9' ? *p - '0' : (*p | 32) - 'a' + 10);
        ret[n / 2] = (unsigned char)(n % 2 ? (unsigned)ret[n / 2] << 4 | digit : digit);
        n++;
    }
}

/* The entry of the object, or the free one where it belongs. */
static struct seen *entry(struct seen *all, size_t cap, const unsigned char id[16], uint32_t family)
{
    uint64_t a, b;
    memcpy(&a, id, 8);
    memcpy(&b, id + 8, 8);
    size_t at = (size_t)(((a ^ b) * 0x9e3779b97f4a7c15u) >> 20) & (cap - 1);
    while (all[at].family && (all[at].family != family || memcmp(all[at].id, id, 16) != 0))
        at = (at + 1) & (cap - 1);
    return &all[at];
}

static void make_room(struct import_seen *s)
{
    size_t cap = s->cap ? 2 * s->cap : 4096;
    if (2 * s->n < s->cap)
        return;
    struct seen *all = mem_new(cap * sizeof(*all));
    for (size_t i = 0; i < s->cap; i++)
        if (s->all[i].family)
            *entry(all, cap, s->all[i].id, s->all[i].family) = s->all[i];
    mem_free(s->all);
    s->all = all;
    s->cap = cap;
}

static struct seen *find(struct import *im, enum family_id family, const char *systemid)
{
    unsigned char id[16] = {0};
    if (!im->seen)
        im->seen = mem_new(sizeof(*im->seen));
    make_room(im->seen);
    read_id(systemid, id);
    struct seen *s = entry(im->seen->all, im->seen->cap, id, (uint32_t)family + 1);
    if (!s->family)
        memcpy(s->id, id, sizeof(id));
    return s;
}

void import_seen_free(struct import *im)
{
    if (!im->seen)
        return;
    if (im->seen->refs)
        (void)fclose(im->seen->refs);
    if (im->seen->values)
        (void)fclose(im->seen->values);
    mem_free(im->seen->named);
    mem_free(im->seen->all);
    mem_free(im->seen);
    im->seen = NULL;
}

/* ------------------------------------------------------------------ objects */

static bool is_told(const struct val *v)
{
    return v->state == VAL_SET || v->items_n;
}

/* Equal for values that are equal (val_equal), of a code by its kode. */
static uint64_t hash_value(enum type t, const struct val *v)
{
    uint64_t h = HASH;
    if (t == T_INTEGER || t == T_BOOLEAN)
        return hash(h, (const char *)&v->i, sizeof(v->i));
    if (t == T_DECIMAL)
        return hash(h, (const char *)&v->d, sizeof(v->d));
    h = hash(h, v->text.p, v->state == VAL_SET ? v->text.n : 0);
    for (size_t k = 0; k < v->items_n; k++) {
        h = hash(h, v->items[k].text.p, v->items[k].text.n);
        h = hash(h, "\n", 1);
        h = hash(h, v->items[k].name.p, v->items[k].name.n);
        h = hash(h, "\n", 1);
    }
    return h;
}

static uint32_t fold(uint64_t h)
{
    return (uint32_t)(h ^ h >> 32);
}

static uint32_t values_of(const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    uint64_t h = HASH;
    for (size_t i = 0; i < f->slots_n; i++) {
        uint64_t v = is_told(&r->v[i]) ? hash_value(slot_attr(&f->slots[i])->type, &r->v[i]) : 0;
        h = hash(h, (const char *)&v, sizeof(v));
    }
    return fold(h);
}

/* The values it told, in the order of its slots. */
static enum rc told_values(struct import *im, const struct rec *r, struct told_value **ret, uint32_t *ret_n)
{
    const struct family *f = model_family(r->entity->family);
    *ret_n = 0;
    *ret = arena_alloc(im->batch_cx.arena, f->slots_n * sizeof(**ret));
    if (!*ret)
        return cx_nomem(&im->batch_cx);
    for (size_t i = 0; i < f->slots_n; i++)
        if (is_told(&r->v[i]))
            (*ret)[(*ret_n)++] = (struct told_value){(uint32_t)i, fold(hash_value(slot_attr(&f->slots[i])->type, &r->v[i]))};
    return RC_OK;
}

static enum rc keep_values(struct import *im, const struct told_value *v, uint32_t n, struct seen *s)
{
    struct import_seen *seen = im->seen;
    if (!seen->values && !(seen->values = tmpfile()))
        return err_secret(&im->batch_cx, RC_IO, "tmpfile");
    if (fseeko(seen->values, (off_t)seen->values_end, SEEK_SET) != 0 || fwrite(&n, sizeof(n), 1, seen->values) != 1 ||
        fwrite(v, sizeof(*v), n, seen->values) != n)
        return err_secret(&im->batch_cx, RC_IO, "tmpfile: cannot write");
    s->at = seen->values_end + 1;
    seen->values_end += (int64_t)(sizeof(n) + n * sizeof(*v));
    return RC_OK;
}

static enum rc kept_values(struct import *im, const struct seen *s, struct told_value **ret, uint32_t *ret_n)
{
    FILE *f = im->seen->values;
    if (fseeko(f, (off_t)(s->at - 1), SEEK_SET) != 0 || fread(ret_n, sizeof(*ret_n), 1, f) != 1)
        return err_secret(&im->batch_cx, RC_IO, "tmpfile: cannot read");
    *ret = arena_alloc(im->batch_cx.arena, (*ret_n + 1) * sizeof(**ret));
    if (!*ret)
        return cx_nomem(&im->batch_cx);
    return fread(*ret, sizeof(**ret), *ret_n, f) == *ret_n ? RC_OK : err_secret(&im->batch_cx, RC_IO, "tmpfile: cannot read");
}

static enum rc tell_value(struct import *im, const struct item *it, uint32_t slot)
{
    const struct slot *s = &model_family(it->a.rec->entity->family)->slots[slot];
    struct str text;
    TRY(val_print(&im->batch_cx, slot_attr(s)->type, &it->a.rec->v[slot], &text));
    return import_told(im, &it->a, s->path, text);
}

/* The object is whole: its values are remembered, or held against those of the place where it came first. */
static enum rc settle_values(struct import *im, const struct item *it)
{
    struct told_value *now, *then = NULL;
    uint32_t n, then_n = 0, at = 0;
    struct seen *s = find(im, it->a.rec->entity->family, it->a.rec->systemid);
    if (!s->family)
        return RC_OK;               /* the archive has it, and has been asked */
    TRY(told_values(im, it->a.rec, &now, &n));
    if (!s->at)
        return keep_values(im, now, n, s);
    TRY(kept_values(im, s, &then, &then_n));
    for (uint32_t i = 0; i < n; i++) {
        while (at < then_n && then[at].slot < now[i].slot)
            at++;
        if (at == then_n || then[at].slot != now[i].slot || then[at].hash != now[i].hash)
            TRY(tell_value(im, it, now[i].slot));
    }
    return RC_OK;
}

/* As archive_arrive finds what an earlier batch made: the same place is the same object, a document by its values. */
static bool same(const struct arrival *a, const struct seen *s, uint64_t parent, uint32_t values)
{
    if (a->relation && a->relation->kind == REL_CHILD)
        return s->parent == parent;
    return a->rec->entity->family != F_dokumentbeskrivelse || s->values == values;
}

static enum rc meet_package(struct import *im, struct item *it)
{
    struct rec *r = it->a.rec;
    const char *on = it->a.on ? it->a.on->systemid : "";
    uint64_t parent = hash(HASH, on, strlen(on));
    uint32_t values = values_of(r);
    struct seen *s = find(im, r->entity->family, r->systemid);
    if (s->family && !same(&it->a, s, parent, values)) {
        TRY(import_told(im, &it->a, "systemID", str_of(r->systemid)));
        uuid_within(on, str_of(r->systemid), r->systemid);
        s = find(im, r->entity->family, r->systemid);
    }
    it->a.before |= s->family != 0;
    if (s->family)
        return RC_OK;
    s->parent = parent;
    s->values = values;
    s->family = (uint32_t)r->entity->family + 1;
    im->seen->n++;
    return RC_OK;
}

static enum rc look(struct call *c, void *arg)
{
    struct import *im = arg;
    import_begin_again(im);
    for (size_t i = 0; i < im->batch.items_n; i++) {
        struct item *it = im->batch.items[i];
        it->a.open = !it->ended;
        if (!it->begun || it->a.before)         /* a new one has been looked for */
            TRY(archive_arrive_look(c, im->intake, &it->a));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ references */

struct spooled {
    enum relation_id relation;
    int64_t line;
    int64_t row;                /* of an object the archive has; else 0 */
    bool before;                /* the archive, or the package above, had the object */
    size_t n;                   /* bytes of the target, which follow */
    char unit[UUID_TEXT_MAX];
};

static uint64_t *named_at(const struct import_seen *seen, uint64_t h)
{
    size_t at = (size_t)(h * 0x9e3779b97f4a7c15u >> 20) & (seen->named_cap - 1);
    while (seen->named[at] && seen->named[at] != h)
        at = (at + 1) & (seen->named_cap - 1);
    return &seen->named[at];
}

static void more_named(struct import_seen *seen)
{
    uint64_t *old = seen->named;
    size_t cap = seen->named_cap;
    if (2 * seen->named_n < cap)
        return;
    seen->named_cap = cap ? 2 * cap : 1024;
    seen->named = mem_new(seen->named_cap * sizeof(*seen->named));
    for (size_t i = 0; i < cap; i++)
        if (old[i])
            *named_at(seen, old[i]) = old[i];
    mem_free(old);
}

static uint64_t name_of(const struct relation *rel, const char *unit, const char *target)
{
    return hash(hash(hash(HASH, (const char *)&rel->id, sizeof(rel->id)), unit, strlen(unit)), target, strlen(target)) | 1;
}

static enum rc spool_refs(struct import *im)
{
    for (size_t i = 0; i < im->batch.refs_n; i++) {
        const struct pending *p = &im->batch.refs[i];
        struct spooled s = {.relation = p->relation->id, .line = p->line, .row = p->item->a.rec->id,
                            .before = p->item->a.before, .n = p->target.n};
        memcpy(s.unit, p->item->a.rec->systemid, sizeof(s.unit));
        if (!im->seen->refs && !(im->seen->refs = tmpfile()))
            return err_secret(&im->batch_cx, RC_IO, "tmpfile");
        if (fwrite(&s, sizeof(s), 1, im->seen->refs) != 1 || fwrite(p->target.p, 1, s.n, im->seen->refs) != s.n)
            return err_secret(&im->batch_cx, RC_IO, "tmpfile: cannot write");
    }
    return RC_OK;
}

static enum rc is_there(struct import *im, struct db *db, const struct family *f, const char *systemid, bool *ret)
{
    int64_t n = 0;
    const struct seen *s = find(im, f->id, systemid);
    char *sql = arena_printf(im->batch_cx.arena, "SELECT count(*) FROM %s WHERE systemid = ?", f->table);
    if (!sql)
        return cx_nomem(&im->batch_cx);
    if (!s->family)
        TRY(db_int(db, &n, 0, sql, "t", systemid));
    *ret = s->family || n > 0;
    return RC_OK;
}

static enum rc name(struct import *im, const struct relation *rel, const char *unit, const char *target)
{
    more_named(im->seen);
    uint64_t h = name_of(rel, unit, target), *at = named_at(im->seen, h);
    im->seen->named_n += *at == 0;
    *at = h;
    im->counts.references++;
    return RC_OK;
}

static enum rc compare_reference(struct import *im, struct db *db, const struct spooled *s, const struct item *it,
                                 struct str target, const char *id)
{
    const struct relation *rel = model_relation(s->relation);
    bool same = false;
    more_named(im->seen);
    if (s->row)
        TRY(import_names(db, rel, s->row, id, &same));
    same = same || *named_at(im->seen, name_of(rel, s->unit, id)) != 0;
    return same ? RC_OK : import_other_reference(im, it, rel, s->line, target);
}

static enum rc resolve(struct import *im, struct db *db, const struct spooled *s, struct str target)
{
    const struct relation *rel = model_relation(s->relation);
    struct item *it = arena_alloc(im->batch_cx.arena, sizeof(*it));
    char id[UUID_TEXT_MAX];
    bool there = false;
    if (!it)
        return cx_nomem(&im->batch_cx);
    TRY(rec_new(&im->batch_cx, model_entity(rel->a), &it->a.rec));
    memcpy(it->a.rec->systemid, s->unit, sizeof(s->unit));
    (void)rec_xml_id(target, id);
    TRY(is_there(im, db, model_family(model_entity(rel->b)->family), id, &there));
    if (!there)
        return import_no_object(im, it, rel, s->line, target);
    return s->before ? compare_reference(im, db, s, it, target, id) : name(im, rel, s->unit, id);
}

static enum rc resolve_all(struct import *im, struct db *db)
{
    struct spooled s;
    for (size_t n = 1; fread(&s, sizeof(s), 1, im->seen->refs) == 1; n++) {
        char *target = arena_alloc(im->batch_cx.arena, s.n + 1);
        if (!target)
            return cx_nomem(&im->batch_cx);
        if (fread(target, 1, s.n, im->seen->refs) != s.n)
            return err_secret(&im->batch_cx, RC_IO, "tmpfile: cannot read");
        TRY(resolve(im, db, &s, (struct str){target, s.n}));
        if (n % BATCH == 0)         /* what it took of memory goes */
            TRY(import_flush(im));
    }
    return import_flush(im);
}

enum rc import_look_references(struct import *im)
{
    struct db *db;
    if (!im->seen || !im->seen->refs)
        return RC_OK;
    im->file = "arkivstruktur.xml";
    rewind(im->seen->refs);
    TRY(archive_rows_begin(&im->call, &db));
    enum rc rc = resolve_all(im, db);
    archive_rows_end(&im->call, &db);
    return rc == RC_OK ? RC_OK : import_fail(im, rc);
}

/* ------------------------------------------------------------------ a batch */

enum rc import_look(struct import *im)
{
    for (size_t i = 0; i < im->batch.items_n; i++)
        import_identify(im, im->batch.items[i]);
    if (im->call.vault)             /* the fuzz target has no archive */
        TRY(archive_trial(&im->call, look, im));
    for (size_t i = 0; i < im->batch.items_n; i++) {
        struct item *it = im->batch.items[i];
        if (!it->begun && !it->a.before)
            TRY(meet_package(im, it));
        if (it->ended)
            TRY(settle_values(im, it));
    }
    return spool_refs(im);
}
