/*
 * A dry run: what a real one would find. The archive is asked in writes that are undone and change nothing; what the package
 * itself has brought so far is remembered, since a package may name the same object twice: 32 bytes an object, from 1.7 million
 * objects on in a temporary file, where a hash of each value it told lies anyway.
 */
#include "deposit/import_int.h"

struct seen {
    unsigned char key[LOOKUP_KEY];      /* systemID and family */
    int64_t at;                         /* of its values, from 1; 0: it is open */
    uint32_t parent;                    /* hash of the systemID it hangs on */
    uint8_t values[3];                  /* hash of what it told */
    uint8_t there;
};
struct named {                          /* a reference, by the hashes of who refers and of the target */
    unsigned char key[LOOKUP_KEY];
    uint8_t nothing[7], there;
};
struct import_seen {
    struct lookup *all, *named;
    FILE *refs;                         /* of the package, resolved at its end */
    FILE *values;                       /* how many, then struct told_value */
    int64_t values_end;
};
#define SEEN_IN_MEMORY ((size_t)MiB(64))
#define NAMED_IN_MEMORY ((size_t)MiB(16))
struct told_value {
    uint32_t slot, hash;
};

static bool find(struct import *im, enum family_id family, const char *systemid, struct seen *ret)
{
    *ret = (struct seen){.at = 0};
    (void)uuid_bytes(str_of(systemid), ret->key);
    ret->key[0] ^= (unsigned char)family;
    return lookup_get(im->seen->all, ret);
}

void import_seen_new(struct import *im)
{
    im->seen = mem_new(sizeof(*im->seen));
    im->seen->all = lookup_new(sizeof(struct seen), SEEN_IN_MEMORY);
    im->seen->named = lookup_new(sizeof(struct named), NAMED_IN_MEMORY);
}

void import_seen_free(struct import *im)
{
    if (!im->seen)
        return;
    if (im->seen->refs)
        (void)fclose(im->seen->refs);
    if (im->seen->values)
        (void)fclose(im->seen->values);
    lookup_free(&im->seen->named);
    lookup_free(&im->seen->all);
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
    uint64_t h = STR_HASH;
    if (t == T_INTEGER || t == T_BOOLEAN)
        return str_hash(h, (struct str){(const char *)&v->i, sizeof(v->i)});
    if (t == T_DECIMAL)
        return str_hash(h, (struct str){(const char *)&v->d, sizeof(v->d)});
    h = str_hash(h, v->state == VAL_SET ? v->text : STR(""));
    for (size_t k = 0; k < v->items_n; k++) {
        h = str_hash(h, v->items[k].text);
        h = str_hash(h, STR("\n"));
        h = str_hash(h, v->items[k].name);
        h = str_hash(h, STR("\n"));
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
    uint64_t h = STR_HASH;
    for (size_t i = 0; i < f->slots_n; i++) {
        uint64_t v = is_told(&r->v[i]) ? hash_value(slot_attr(&f->slots[i])->type, &r->v[i]) : 0;
        h = str_hash(h, (struct str){(const char *)&v, sizeof(v)});
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
    lookup_put(seen->all, s);
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
    struct seen s;
    if (!find(im, it->a.rec->entity->family, it->a.rec->systemid, &s))
        return RC_OK;               /* the archive has it, and has been asked */
    TRY(told_values(im, it->a.rec, &now, &n));
    if (!s.at)
        return keep_values(im, now, n, &s);
    TRY(kept_values(im, &s, &then, &then_n));
    for (uint32_t i = 0; i < n; i++) {
        while (at < then_n && then[at].slot < now[i].slot)
            at++;
        if (at == then_n || then[at].slot != now[i].slot || then[at].hash != now[i].hash)
            TRY(tell_value(im, it, now[i].slot));
    }
    return RC_OK;
}

/* As archive_arrive finds what an earlier batch made: the same place is the same object, a document by its values. */
static bool same(const struct arrival *a, const struct seen *then, const struct seen *now)
{
    if (a->relation && a->relation->kind == REL_CHILD)
        return then->parent == now->parent;
    return a->rec->entity->family != F_dokumentbeskrivelse || memcmp(then->values, now->values, sizeof(now->values)) == 0;
}

static enum rc meet_package(struct import *im, struct item *it)
{
    struct rec *r = it->a.rec;
    const char *on = it->a.on ? it->a.on->systemid : "";
    uint32_t values = values_of(r);
    struct seen s, now = {.parent = fold(str_hash(STR_HASH, str_of(on))), .there = 1};
    memcpy(now.values, &values, sizeof(now.values));
    bool found = find(im, r->entity->family, r->systemid, &s);
    if (found && !same(&it->a, &s, &now)) {
        TRY(import_told(im, &it->a, "systemID", str_of(r->systemid)));
        uuid_within(on, str_of(r->systemid), r->systemid);
        found = find(im, r->entity->family, r->systemid, &s);
    }
    it->a.before |= found;
    if (found)
        return RC_OK;
    memcpy(now.key, s.key, sizeof(now.key));
    lookup_put(im->seen->all, &now);
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

static struct named name_of(const struct relation *rel, const char *unit, const char *target)
{
    struct named n = {.there = 1};
    uint64_t who = str_hash(str_hash(STR_HASH, (struct str){(const char *)&rel->id, sizeof(rel->id)}), str_of(unit));
    uint64_t whom = str_hash(STR_HASH, str_of(target));
    memcpy(n.key, &who, sizeof(who));
    memcpy(n.key + sizeof(who), &whom, sizeof(whom));
    return n;
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
    struct seen s;
    bool brought = find(im, f->id, systemid, &s);
    char *sql = arena_printf(im->batch_cx.arena, "SELECT count(*) FROM %s WHERE systemid = ?", f->table);
    if (!sql)
        return cx_nomem(&im->batch_cx);
    if (!brought)
        TRY(db_int(db, &n, 0, sql, "t", systemid));
    *ret = brought || n > 0;
    return RC_OK;
}

static enum rc compare_reference(struct import *im, struct db *db, const struct spooled *s, const struct item *it,
                                 struct str target, const char *id)
{
    const struct relation *rel = model_relation(s->relation);
    struct named n = name_of(rel, s->unit, id);
    bool same = false;
    if (s->row)
        TRY(import_names(db, rel, s->row, id, &same));
    same = same || lookup_get(im->seen->named, &n);
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
    if (s->before)
        return compare_reference(im, db, s, it, target, id);
    struct named n = name_of(rel, s->unit, id);
    lookup_put(im->seen->named, &n);
    im->counts.references++;
    return RC_OK;
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
    if (!im->seen->refs)
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
    TRY(spool_refs(im));
    return lookup_failed(im->seen->all) || lookup_failed(im->seen->named)
        ? err_secret(&im->batch_cx, RC_IO, "tmpfile: what is remembered of the package") : RC_OK;
}
