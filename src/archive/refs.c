/*
 * Relations between objects that both exist: $ref, moves, kryssreferanse.
 */
#include "archive/archive_int.h"

static enum family_id family_of(enum entity_id e)
{
    return model_entity(e)->family;
}

enum rc refs_add(struct call *c, struct db *db, const struct relation *rel, int64_t a, int64_t b)
{
    char *sql = arena_printf(c->cx->arena, "INSERT INTO %s(a_id, b_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                             rel->table);
    return sql ? db_run(db, sql, "ii", a, b) : cx_nomem(c->cx);
}

static enum rc refs_remove(struct call *c, struct db *db, const struct relation *rel, int64_t a, int64_t b)
{
    char *sql = arena_printf(c->cx->arena, "DELETE FROM %s WHERE a_id = ? AND b_id = ?", rel->table);
    return sql ? db_run(db, sql, "ii", a, b) : cx_nomem(c->cx);
}

/* ------------------------------------------------------------------ moving */

/* Would r hang below itself? */
static enum rc refuse_circle(struct call *c, struct db *db, const struct rec *r, const struct rec *target)
{
    const struct rec *at = target;
    for (int depth = 0; at && depth < 64; depth++) {
        if (at->entity->family == r->entity->family && at->id == r->id)
            return err_set(c->cx, RC_STRUCTURE, NULL, "enheten kan ikke ligge i seg selv");
        struct rec *up = NULL;
        const struct family *f = model_family(at->entity->family);
        for (size_t i = 0; i < f->ones_n && !up; i++)
            if (f->ones[i]->kind == REL_CHILD && at->one[i])
                TRY(rec_load(db, model_family(family_of(f->ones[i]->a)), at->one[i], &up));
        at = up;
    }
    return RC_OK;
}

/* An object has one place: the other upward relations are let go. */
static void set_place(struct rec *r, const struct relation *rel, int64_t id)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->ones_n; i++)
        if (f->ones[i]->kind == REL_CHILD)
            r->one[i] = f->ones[i] == rel ? id : 0;
}

static enum rc place_below(struct call *c, struct db *db, struct rec *r, const struct relation *rel,
                           const struct rec *target)
{
    const struct link ny = {.on = target->entity->id, .target = r->entity->id, .relation = rel->id};
    TRY(refuse_circle(c, db, r, target));
    TRY(rules_create(c, db, target, &ny, r));
    set_place(r, rel, target->id);
    if (r->entity->family == F_mappe) {
        struct val *mirror = rec_val(r, A_mappe_referanseForelderMappe);
        if (target->entity->family == F_mappe)
            val_text(mirror, str_of(target->systemid));
        else
            mirror->state = VAL_ABSENT;
    }
    if (r->entity->family != F_registrering)
        return RC_OK;
    const struct rec *arkivdel;
    TRY(rules_arkivdel(c, db, target, &arkivdel));
    if (arkivdel)
        val_text(rec_val(r, A_registrering_referanseArkivdel), str_of(arkivdel->systemid));
    return number_object(c, db, r, target);
}

static enum rc target_of(struct call *c, struct db *db, const struct gate *g, enum family_id f, struct str id,
                         enum deed deed, struct rec **ret)
{
    TRY(rec_load_uuid(db, model_family(f), id, ret));
    return gate_demand(c, g, *ret, deed);
}


/* forrige- and nestearkivdel are told by attributes of both sides as well (M202, M203). */
static enum rc mirror_period(struct call *c, struct db *db, struct rec *a, int64_t next)
{
    struct val *heir = rec_val(a, A_arkivdel_referanseArvtaker);
    struct rec *b, *changed;
    int64_t before = *rec_one(a, REL_arkivdel_nestearkivdel);
    for (int i = 0; i < 2; i++) {
        int64_t id = i ? next : before;
        if (id == 0)
            continue;
        TRY(rec_load(db, model_family(F_arkivdel), id, &b));
        TRY(rec_copy(c->cx, b, &changed));
        struct val *from = rec_val(changed, A_arkivdel_referanseForloeper);
        from->state = VAL_ABSENT;
        if (i)
            val_text(from, str_of(a->systemid));
        TRY(change_update(c, db, b, changed));
        if (i)
            val_text(heir, str_of(b->systemid));
    }
    if (next == 0)
        heir->state = VAL_ABSENT;
    return RC_OK;
}

static enum rc point_at(struct call *c, struct db *db, const struct relation *rel, struct rec *r, int64_t b)
{
    if (rel->id == REL_arkivdel_nestearkivdel)
        TRY(mirror_period(c, db, r, b));
    *rec_one(r, rel->id) = b;
    return RC_OK;
}

bool archive_movable(const struct link *l)
{
    if (l->kind != LINK_ONE || l->relation == REL_COUNT)
        return false;
    return model_relation(l->relation)->kind == (l->from_b ? REL_CHILD : REL_ONE);
}

enum rc refs_move(struct call *c, struct db *db, const struct gate *g, struct rec *r, const struct move *m)
{
    if (!archive_movable(m->link))
        return err_set(c->cx, RC_STRUCTURE, m->link->name, "relasjonen er ikke en forelder");
    const struct relation *rel = model_relation(m->link->relation);
    const struct entity *to = model_entity(m->link->from_b ? rel->a : rel->b);
    struct rec *target;
    TRY(target_of(c, db, g, to->family, m->target, DEED_READ, &target));
    if (!model_is(target->entity, to->id))
        return err_set(c->cx, RC_STRUCTURE, m->link->name, to->name);
    if (*rec_one(r, rel->id) == target->id)
        return RC_OK;
    return rel->kind == REL_ONE ? point_at(c, db, rel, r, target->id) : place_below(c, db, r, rel, target);
}

/* ------------------------------------------------------------------ $ref */

struct ref {
    struct call *call;
    enum family_id family;
    struct str systemid, target;
    const struct link *link;
    enum ref_mode mode;
    struct rec *out;
};

/* The to-one side holds the relation: a gets b, or nothing. */
static enum rc set_one(struct call *c, struct db *db, const struct relation *rel, const struct rec *a, int64_t b)
{
    struct rec *changed;
    TRY(rec_copy(c->cx, a, &changed));
    TRY(point_at(c, db, rel, changed, b));
    return change_update(c, db, a, changed);
}

/* A document belongs to at least one registrering. */
static enum rc refuse_loose(struct call *c, struct db *db, const struct relation *rel, int64_t b)
{
    int64_t n;
    if (rel->id != REL_registrering_dokumentbeskrivelse)
        return RC_OK;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM registrering_dokumentbeskrivelse WHERE b_id = ?", "i", b));
    return n ? RC_OK : err_set(c->cx, RC_STRUCTURE, "registrering", "dokumentet må høre til en registrering");
}

/* One link goes; what it guarded is guarded by the others alone. */
static enum rc let_go(struct call *c, struct db *db, const struct relation *rel, struct rec *here, bool from_b, int64_t far)
{
    struct rec *there;
    TRY(rec_load(db, model_family(family_of(from_b ? rel->a : rel->b)), far, &there));
    TRY(refs_remove(c, db, rel, from_b ? far : here->id, from_b ? here->id : far));
    TRY(refuse_loose(c, db, rel, from_b ? here->id : far));
    TRY(log_change(c, db, here, rel->list, str_of(there->systemid), (struct str){"", 0}));
    return vern_spread(c, db, from_b ? here : there);
}

/* The link from `here` to other goes, or all (0) but that to `kept`. */
static enum rc let_go_of(struct call *c, struct db *db, const struct relation *rel, struct rec *here, bool from_b,
                         int64_t other, int64_t kept)
{
    const char *far = from_b ? "a_id" : "b_id";
    char *next = arena_printf(c->cx->arena, "SELECT %s FROM %s WHERE %s = ? AND (%s = ? OR ? = 0) AND %s > ? AND %s <> ?"
                                            " ORDER BY %s LIMIT 1", far, rel->table, from_b ? "b_id" : "a_id", far, far, far, far);
    if (!next)
        return cx_nomem(c->cx);
    for (int64_t last = 0;;) {
        TRY(db_int(db, &last, 0, next, "iiiii", here->id, other, other, last, kept));
        if (last == 0)
            return RC_OK;
        TRY(let_go(c, db, rel, here, from_b, last));
    }
}

static enum rc ref_many(struct ref *k, struct db *db, const struct relation *rel, struct rec *here, struct rec *there)
{
    struct call *c = k->call;
    bool from_b = k->link->from_b;
    int64_t other = there ? there->id : 0;
    if (k->mode == REF_REMOVE)
        return let_go_of(c, db, rel, here, from_b, other, 0);
    if (!there)
        return err_set(c->cx, RC_FIELD_MISSING, "$id", NULL);
    TRY(refs_add(c, db, rel, from_b ? other : here->id, from_b ? here->id : other));
    TRY(log_change(c, db, here, rel->list, (struct str){"", 0}, str_of(there->systemid)));
    TRY(vern_spread(c, db, from_b ? here : there));
    return k->mode == REF_REPLACE && !from_b ? let_go_of(c, db, rel, here, from_b, 0, other) : RC_OK;
}

static enum rc ref_child(struct ref *k, struct db *db, const struct gate *g, struct rec *here, struct rec *there)
{
    struct call *c = k->call;
    const struct relation *rel = model_relation(k->link->relation);
    struct rec *child = k->link->from_b ? here : there, *parent = k->link->from_b ? there : here, *moved;
    if (k->mode == REF_REMOVE || !child || !parent)
        return err_set(c->cx, RC_STRUCTURE, k->link->name, "objektet må ha en forelder; flytt det i stedet");
    TRY(gate_demand(c, g, child, DEED_CHANGE));
    TRY(rec_copy(c->cx, child, &moved));
    if (*rec_one(moved, rel->id) == parent->id)
        return RC_OK;
    TRY(place_below(c, db, moved, rel, parent));
    return change_update(c, db, child, moved);
}

static enum rc ref(struct db *db, void *arg)
{
    struct ref *k = arg;
    struct call *c = k->call;
    const struct relation *rel = model_relation(k->link->relation);
    struct change_target t = {.call = c, .db = db, .family = k->family, .systemid = k->systemid, .deed = DEED_CHANGE};
    TRY(change_load(&t));
    struct rec *there = NULL;
    if (k->target.n) {
        enum entity_id e = k->link->from_b ? rel->a : rel->b;
        TRY(target_of(c, db, t.gate, family_of(e), k->target, DEED_READ, &there));
        if (!model_is(there->entity, e))
            return err_set(c->cx, RC_STRUCTURE, k->link->name, model_entity(e)->name);
    } else if (k->mode != REF_REMOVE) {
        return err_set(c->cx, RC_FIELD_MISSING, "$id", NULL);
    }
    if (rel->kind == REL_MANY)
        return ref_many(k, db, rel, t.rec, there);
    if (rel->kind == REL_CHILD)
        return ref_child(k, db, t.gate, t.rec, there);
    const struct rec *a = k->link->from_b ? there : t.rec;
    const struct rec *b = k->link->from_b ? t.rec : there;
    if (!a)
        return err_set(c->cx, RC_FIELD_MISSING, "$id", NULL);
    TRY(gate_demand(c, t.gate, a, DEED_CHANGE));
    return set_one(c, db, rel, a, k->mode == REF_REMOVE || !b ? 0 : b->id);
}

enum rc archive_ref(struct call *c, enum family_id f, struct str systemid, const struct link *l, enum ref_mode mode,
                    struct str target)
{
    if (l->relation == REL_COUNT)
        return err_set(c->cx, RC_STRUCTURE, l->name, "relasjonen kan ikke settes");
    struct ref k = {.call = c, .family = f, .systemid = systemid, .target = target, .link = l, .mode = mode};
    return change_run(c, ref, &k);
}

/* ------------------------------------------------------------------ kryssreferanse */

static const struct cross {
    enum family_id family;
    enum relation_id from, to;
} crosses[] = {
    {F_klasse, REL_klasse_kryssreferanse, REL_kryssreferanse_tilklasse},
    {F_mappe, REL_mappe_kryssreferanse, REL_kryssreferanse_tilmappe},
    {F_registrering, REL_registrering_kryssreferanse, REL_kryssreferanse_tilregistrering},
};

static enum rc cross_target(struct call *c, struct db *db, const struct gate *g, struct str id, struct rec **ret)
{
    for (size_t i = 0; i < COUNT_OF(crosses); i++) {
        enum rc rc = target_of(c, db, g, crosses[i].family, id, DEED_READ, ret);
        if (rc != RC_NOT_FOUND)
            return rc;
        err_clear(c->cx);
    }
    return err_set(c->cx, RC_FIELD_VALUE, "$id", "målet må være en klasse, mappe eller registrering");
}

static void cross_set(struct rec *r, const struct rec *target)
{
    for (size_t i = 0; i < COUNT_OF(crosses); i++)
        *rec_one(r, crosses[i].to) = crosses[i].family == target->entity->family ? target->id : 0;
}

/* The same owner refers to the same target once. */
static enum rc refuse_double(struct call *c, struct db *db, const struct rec *r, const struct rec *target)
{
    for (size_t o = 0; o < COUNT_OF(crosses); o++)
        for (size_t t = 0; t < COUNT_OF(crosses); t++) {
            int64_t owner = *rec_one(r, crosses[o].from), n;
            if (owner == 0 || crosses[t].family != target->entity->family)
                continue;
            char *sql = arena_printf(c->cx->arena, "SELECT count(*) FROM kryssreferanse WHERE %s = ? AND %s = ?"
                                                   " AND id <> ?", model_relation(crosses[o].from)->column,
                                     model_relation(crosses[t].to)->column);
            if (!sql)
                return cx_nomem(c->cx);
            TRY(db_int(db, &n, 0, sql, "iii", owner, target->id, r->id));
            if (n)
                return err_set(c->cx, RC_EXISTS, "kryssreferanse", target->systemid);
        }
    return RC_OK;
}

static enum rc cross(struct db *db, void *arg)
{
    struct ref *k = arg;
    struct call *c = k->call;
    struct change_target t = {.call = c, .db = db, .family = k->family, .systemid = k->systemid, .deed = DEED_CHANGE};
    struct rec *r, *target;
    TRY(change_load(&t));
    TRY(cross_target(c, db, t.gate, k->target, &target));
    TRY(rec_new(c->cx, model_entity(E_kryssreferanse), &r));
    TRY(fill_new(c, db, r, NULL));
    for (size_t i = 0; i < COUNT_OF(crosses); i++)
        if (crosses[i].family == k->family)
            *rec_one(r, crosses[i].from) = t.rec->id;
    cross_set(r, target);
    TRY(refuse_double(c, db, r, target));
    uuid_new(r->systemid);
    r->versjon = 1;
    TRY(vern_set(c, db, r, &t.rec->vern, 1));
    TRY(rec_insert(db, r));
    k->out = r;
    return log_event(c, db, r, 'C', NULL);
}

enum rc archive_cross(struct call *c, enum family_id f, struct str owner, struct str target, struct rec **ret)
{
    struct ref k = {.call = c, .family = f, .systemid = owner, .target = target};
    TRY(change_run(c, cross, &k));
    *ret = k.out;
    return RC_OK;
}

static enum rc cross_change(struct db *db, void *arg)
{
    struct ref *k = arg;
    struct call *c = k->call;
    struct change_target t = {.call = c, .db = db, .family = F_kryssreferanse, .systemid = k->systemid,
                              .deed = DEED_CHANGE};
    struct rec *target;
    TRY(change_load(&t));
    TRY(cross_target(c, db, t.gate, k->target, &target));
    TRY(rec_copy(c->cx, t.rec, &k->out));
    cross_set(k->out, target);
    TRY(refuse_double(c, db, k->out, target));
    return change_update(c, db, t.rec, k->out);
}

enum rc archive_cross_change(struct call *c, struct str systemid, struct str target, struct rec **ret)
{
    struct ref k = {.call = c, .systemid = systemid, .target = target};
    TRY(change_run(c, cross_change, &k));
    *ret = k.out;
    return RC_OK;
}
