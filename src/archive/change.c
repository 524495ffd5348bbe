/*
 * Changes, each one write: create, replace, merge, expand, delete. The order of the steps is the same
 * for all: gate, version, values, rules, numbers, row, links, log, words.
 */
#include "archive/archive_int.h"

struct change {
    struct call *call;
    struct gate *gate;
    enum family_id family;
    struct str systemid;
    struct match match;
    const struct link *link;
    const struct entity *to;
    const struct rec *in;
    bool merge;
    const struct move *moves;
    size_t moves_n;
    struct rec *out;
    const struct entity *above;
    struct later *later;
};

/* ------------------------------------------------------------------ writes, alone and together */

struct together {
    struct call *call;
    enum rc (*fn)(struct call *c, void *arg);
    void *arg;
};

static enum rc run_within(struct call *c, enum rc (*fn)(struct db *, void *), void *arg)
{
    if (c->within_rc == RC_OK)
        c->within_rc = fn(c->within, arg);
    return c->within_rc;
}

enum rc change_run(struct call *c, enum rc (*fn)(struct db *, void *), void *arg)
{
    return c->within ? run_within(c, fn, arg) : store_write(c->cx, c->vault->space, fn, arg);
}

static enum rc run_once(struct call *c, enum rc (*fn)(struct db *, void *), void *arg)
{
    return c->within ? run_within(c, fn, arg) : store_write_once(c->cx, c->vault->space, fn, arg);
}

enum rc change_keyed(struct call *c, enum rc (*fn)(struct db *, void *), void *arg)
{
    return c->idempotency_key ? run_once(c, fn, arg) : change_run(c, fn, arg);
}

static void ended(void *arg, enum rc rc)
{
    struct change *k = arg;
    if (rc == RC_OK)
        gate_keep(k->call);
    k->later->rec = k->out;
    k->later->done(k->later, rc);
}

static void run_later(enum rc (*fn)(struct db *, void *), bool once, struct later *l, struct change k)
{
    struct change *own = arena_alloc(k.call->cx->arena, sizeof(*own));
    if (!own) {
        l->done(l, cx_nomem(k.call->cx));
        return;
    }
    *own = k;
    own->later = l;
    store_write_later(k.call->cx, k.call->vault->space, fn, own, once, ended, own);
}

/* What one step could not do is not done by the others either, whatever fn makes of it. */
static enum rc all_or_nothing(struct db *db, void *arg)
{
    struct together *k = arg;
    k->call->within = db;
    k->call->within_rc = RC_OK;
    enum rc rc = k->fn(k->call, k->arg);
    k->call->within = NULL;
    return k->call->within_rc != RC_OK ? k->call->within_rc : rc;
}

enum rc archive_together(struct call *c, enum rc (*fn)(struct call *c, void *arg), void *arg)
{
    struct together k = {c, fn, arg};
    return store_write(c->cx, c->vault->space, all_or_nothing, &k);
}

struct trial {
    enum rc (*fn)(struct call *c, void *arg);
    void *arg;
    bool went_well;
};

static enum rc try_it(struct call *c, void *arg)
{
    struct trial *t = arg;
    TRY(t->fn(c, t->arg));
    t->went_well = true;
    return err_set(c->cx, RC_NOT_READY, NULL, "prøve");      /* what undoes a write is a failure */
}

enum rc archive_trial(struct call *c, enum rc (*fn)(struct call *c, void *arg), void *arg)
{
    struct trial t = {fn, arg, false};
    enum rc rc = archive_together(c, try_it, &t);
    if (rc != RC_NOT_READY || !t.went_well)
        return rc;
    err_clear(c->cx);
    return RC_OK;
}

struct db *archive_db(const struct call *c)
{
    return c->within;
}

enum rc archive_rows_write(struct call *c, enum rc (*fn)(struct db *db, void *arg), void *arg)
{
    return c->within ? fn(c->within, arg) : store_write(c->cx, c->vault->space, fn, arg);
}

enum rc archive_rows_begin(struct call *c, struct db **ret)
{
    *ret = c->within;
    return c->within ? RC_OK : store_read_begin(c->cx, c->vault->space, ret);
}

void archive_rows_end(const struct call *c, struct db **db)
{
    if (!c->within)
        store_read_end(db);
}

/* ------------------------------------------------------------------ the caller is a bruker */

static enum rc know(struct db *db, void *arg)
{
    struct call *c = arg;
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM bruker WHERE systemid = ?", "t", c->person.id));
    if (n)
        return RC_OK;
    struct rec *r;
    TRY(rec_new(c->cx, model_entity(E_bruker), &r));
    (void)snprintf(r->systemid, sizeof(r->systemid), "%s", c->person.id);
    val_text(rec_val(r, A_bruker_brukerNavn), str_of(c->person.name));
    TRY(fill_new(c, db, r, NULL));
    TRY(rec_insert(db, r));
    TRY(log_event(c, db, r, 'C', NULL));
    return search_put_new(db, r);
}

static bool is_known(struct vault *v, const char *id)
{
    bool found = false;
    (void)pthread_mutex_lock(&v->lock);
    for (size_t i = 0; i < v->known_n && !found; i++)
        found = streq(v->known[i], id);
    (void)pthread_mutex_unlock(&v->lock);
    return found;
}

#define KNOWN_MAX 4096

enum rc archive_meet(struct call *c)
{
    struct vault *v = c->vault;
    if (!c->person.known || is_known(v, c->person.id))
        return RC_OK;
    TRY(run_once(c, know, c));
    (void)pthread_mutex_lock(&v->lock);
    if (!v->known)
        v->known = mem_try(KNOWN_MAX * sizeof(*v->known));
    if (v->known && v->known_n < KNOWN_MAX)
        memcpy(v->known[v->known_n++], c->person.id, UUID_TEXT_MAX);
    (void)pthread_mutex_unlock(&v->lock);
    return RC_OK;
}

/* ------------------------------------------------------------------ parts */

enum rc change_load(struct change_target *t)
{
    TRY(gate_open(t->call, t->db, &t->gate));
    TRY(rec_load_uuid(t->db, model_family(t->family), t->systemid, &t->rec));
    TRY(rec_load_lists(t->db, &t->rec, 1));
    return gate_demand(t->call, t->gate, t->rec, t->deed);
}

static enum rc check_match(struct call *c, struct match m, const struct rec *r)
{
    if (!m.etag || !*m.etag || streq(m.etag, "*"))
        return RC_OK;
    char now[32];
    (void)snprintf(now, sizeof(now), "%" PRId64, r->versjon);
    struct str sent = str_of(m.etag);
    if (sent.n > 2 && sent.p[0] == 'W' && sent.p[1] == '/')
        sent = (struct str){sent.p + 2, sent.n - 2};
    if (sent.n >= 2 && sent.p[0] == '"' && sent.p[sent.n - 1] == '"')
        sent = (struct str){sent.p + 1, sent.n - 2};
    return str_is(sent, now) ? RC_OK : err_set(c->cx, m.rc, "ETag", NULL);
}

/* systemID of what a to-one relation leads to; empty when it leads nowhere. */
static enum rc one_text(struct db *db, const struct relation *rel, int64_t id, struct str *ret)
{
    const struct entity *e = model_entity(rel->kind == REL_CHILD ? rel->a : rel->b);
    char *text = NULL;
    char *sql = arena_printf(db_cx(db)->arena, "SELECT systemid FROM %s WHERE id = ?", model_family(e->family)->table);
    if (!sql)
        return cx_nomem(db_cx(db));
    if (id)
        TRY(db_text(db, &text, sql, "i", id));
    *ret = str_of(text);
    return RC_OK;
}

static enum rc log_slots(struct call *c, struct db *db, const struct rec *old, struct rec *new, bool *ret_any)
{
    const struct family *f = model_family(new->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        enum type t = slot_attr(s)->type;
        if (val_equal(t, &old->v[i], &new->v[i]) || (s->attr->frozen & FROZEN_AUTO))
            continue;
        struct str was, is;
        TRY(val_print(c->cx, t, &old->v[i], &was));
        TRY(val_print(c->cx, t, &new->v[i], &is));
        TRY(log_change(c, db, new, s->path, was, is));
        if (type_is_list(t))
            TRY(verdi_store(c, db, old, new, i));
        *ret_any = true;
    }
    for (size_t i = 0; i < f->ones_n; i++)
        if (old->one[i] != new->one[i]) {
            const struct relation *rel = f->ones[i];
            struct str was, is;
            TRY(one_text(db, rel, old->one[i], &was));
            TRY(one_text(db, rel, new->one[i], &is));
            TRY(log_change(c, db, new, rel->kind == REL_CHILD ? rel->up : rel->list, was, is));
            *ret_any = true;
        }
    return RC_OK;
}

static bool place_changed(const struct rec *old, const struct rec *new)
{
    return memcmp(old->one, new->one, model_family(new->entity->family)->ones_n * sizeof(*new->one)) != 0;
}

static bool screening_changed(const struct rec *old, const struct rec *new)
{
    const struct family *f = model_family(new->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const char *n = f->slots[i].attr->name;
        if ((streq(n, "skjerming") || streq(n, "gradering") || streq(n, "referanseSaksansvarlig")) &&
            !val_equal(slot_attr(&f->slots[i])->type, &old->v[i], &new->v[i]))
            return true;
    }
    return false;
}

/* A rule on a unit gives its subtree a class of its own. */
static enum rc tilgang_changed(struct call *c, struct db *db, const struct rec *rule)
{
    TRY(gate_changed(db));
    const struct val *unit = rec_val(rule, A_tilgang_referanseArkivenhet);
    if (unit->state != VAL_SET)
        return RC_OK;
    struct rec *r;
    for (int f = 0; f < F_COUNT; f++) {
        enum rc rc = rec_load_uuid(db, model_family((enum family_id)f), unit->text, &r);
        if (rc == RC_OK)
            return vern_spread(c, db, r);
        if (rc != RC_NOT_FOUND)
            return rc;
        err_clear(c->cx);
    }
    return err_set(c->cx, RC_FIELD_VALUE, "referanseArkivenhet", "ingen enhet har denne systemID-en");
}

enum rc change_update(struct call *c, struct db *db, const struct rec *old, struct rec *new)
{
    bool any = new->entity != old->entity;
    TRY(log_slots(c, db, old, new, &any));
    if (!any)
        return RC_OK;
    if (model_is(new->entity, E_arkivenhet)) {
        TRY(val_time(c->cx, rec_val(new, A_arkivenhet_endretDato), c->cx->now));
        val_text(rec_val(new, A_arkivenhet_endretAv), str_of(c->person.name));
        val_text(rec_val(new, A_arkivenhet_referanseEndretAv), str_of(c->person.id));
    }
    new->versjon = old->versjon + 1;
    TRY(rec_update(db, new));
    TRY(log_event(c, db, new, 'U', rules_correcting(c, DEED_CHANGE) ? "Korrigert av arkivadministrator" : NULL));
    TRY(search_put(db, new));
    if (new->entity->family == F_tilgang)
        TRY(tilgang_changed(c, db, new));
    if (place_changed(old, new) || screening_changed(old, new))
        return vern_spread(c, db, new);
    return RC_OK;
}

/* ------------------------------------------------------------------ create */

/* A key is the caller's own: another's request with the same key is another request. */
static enum rc own_key(struct call *c, const char **ret)
{
    *ret = arena_printf(c->cx->arena, "%s %s", c->person.id, c->idempotency_key);
    return *ret ? RC_OK : cx_nomem(c->cx);
}

enum rc change_done(struct call *c, struct db *db, enum family_id f, struct rec **ret)
{
    *ret = NULL;
    if (!c->idempotency_key)
        return RC_OK;
    const char *key;
    char *id;
    TRY(own_key(c, &key));
    TRY(db_text(db, &id, "SELECT systemid FROM idempotens WHERE nokkel = ? AND familie = ?", "ti", key, (int64_t)f));
    if (!id)
        return RC_OK;
    TRY(rec_load_uuid(db, model_family(f), str_of(id), ret));
    return rec_load_lists(db, ret, 1);
}

enum rc change_note(struct call *c, struct db *db, const struct rec *made)
{
    if (!c->idempotency_key)
        return RC_OK;
    const char *key;
    TRY(own_key(c, &key));
    return db_run(db, "INSERT INTO idempotens(nokkel, familie, systemid, tid) VALUES (?, ?, ?, ?)", "titi", key,
                  (int64_t)made->entity->family, made->systemid, c->cx->now);
}

/* The parent on the side of the relation where it stands; the new object is not stored yet. */
static void hang_below(const struct link *ny, const struct rec *parent, struct rec *r)
{
    const struct relation *rel = ny->relation == REL_COUNT ? NULL : model_relation(ny->relation);
    if (!rel || !parent)
        return;
    if (rel->kind == REL_CHILD && !ny->from_b)
        *rec_one(r, rel->id) = parent->id;
    else if (rel->kind == REL_ONE && ny->from_b)
        *rec_one(r, rel->id) = parent->id;
}

static enum rc tie(struct call *c, struct db *db, const struct link *ny, struct rec *parent, const struct rec *r)
{
    const struct relation *rel = ny->relation == REL_COUNT ? NULL : model_relation(ny->relation);
    if (!rel || !parent)
        return RC_OK;
    if (rel->kind == REL_MANY)
        return refs_add(c, db, rel, ny->from_b ? r->id : parent->id, ny->from_b ? parent->id : r->id);
    if (rel->kind != REL_ONE || ny->from_b)
        return RC_OK;
    struct rec *changed;
    TRY(rec_copy(c->cx, parent, &changed));
    if (*rec_one(changed, rel->id))
        return err_set(c->cx, RC_STRUCTURE, rel->list, "det finnes ett fra før");
    *rec_one(changed, rel->id) = r->id;
    return change_update(c, db, parent, changed);
}

/* Attributes that mirror a relation. */
static void mirror_parent(const struct rec *parent, struct rec *r)
{
    if (parent && parent->entity->family == F_mappe && r->entity->family == F_mappe)
        val_text(rec_val(r, A_mappe_referanseForelderMappe), str_of(parent->systemid));
}

static enum rc new_systemid(struct call *c, struct db *db, struct rec *r)
{
    if (archive_importing(c) && r->systemid[0]) {
        struct rec *there;
        enum rc rc = rec_load_uuid(db, model_family(r->entity->family), str_of(r->systemid), &there);
        if (rc == RC_OK)
            return err_set(c->cx, RC_EXISTS, "systemID", r->systemid);
        if (rc != RC_NOT_FOUND)
            return rc;
        err_clear(c->cx);
        return RC_OK;
    }
    uuid_new(r->systemid);
    return RC_OK;
}

static enum rc build(struct change *k, struct db *db, const struct rec *parent, struct rec *r)
{
    struct call *c = k->call;
    fill_drop(c, r);
    verdi_place(k->link, r);
    if (r->entity->id == E_kode)
        val_text(rec_val(r, A_kode_liste), str_of(codelist_name(k->link->list)));
    TRY(check_entry(c, db, r));
    TRY(fill_new(c, db, r, parent));
    TRY(fill_groups(c, r, NULL));
    TRY(check_values(c, db, r, NULL));
    TRY(fill_groups(c, r, NULL));
    TRY(rules_create(c, db, parent, k->link, r));
    hang_below(k->link, parent, r);
    mirror_parent(parent, r);
    TRY(rules_status(c, db, NULL, r));
    TRY(check_values(c, db, r, NULL));
    TRY(rec_check_in(c->cx, r));
    TRY(number_object(c, db, r, parent));
    return new_systemid(c, db, r);
}

static enum rc insert(struct change *k, struct db *db, struct rec *parent, struct rec *r)
{
    struct call *c = k->call;
    r->versjon = 1;
    TRY(vern_set(c, db, r, parent ? &parent->vern : NULL, parent ? 1 : 0));
    if (r->entity->family == F_logg)
        return log_told(db, r);
    TRY(rec_insert(db, r));
    TRY(tie(c, db, k->link, parent, r));
    TRY(log_event(c, db, r, 'C', archive_importing(c) ? "Importert" : NULL));
    TRY(verdi_made(c, db, r));
    TRY(search_put_new(db, r));
    if (r->entity->family == F_tilgang)
        TRY(tilgang_changed(c, db, r));
    TRY(verdi_changed(c, db, r));
    return rules_after(c, db, NULL, r);
}

/* A new object has no list but what it came with. */
static bool brought_lists(const struct rec *r)
{
    for (size_t i = 0; i < model_family(r->entity->family)->slots_n; i++)
        if (r->v[i].items_n)
            return true;
    return false;
}

/* The link of the parent's own class, where the caller named one that it inherits. */
static enum rc own_link(struct change *k, const struct rec *parent)
{
    const struct entity *e = parent->entity;
    if (!k->above || e == k->above)
        return RC_OK;
    const struct link *l = model_is(e, k->above->id) ? model_link_named(e->id, e->package, str_of(k->link->name)) : NULL;
    if (!l || l->target != k->link->target)
        return err_set(k->call->cx, RC_NOT_FOUND, NULL, NULL);
    k->link = l;
    return RC_OK;
}

static enum rc create(struct db *db, void *arg)
{
    struct change *k = arg;
    struct call *c = k->call;
    TRY(gate_open(c, db, &k->gate));
    TRY(change_done(c, db, k->to->family, &k->out));
    if (k->out)
        return RC_OK;
    struct rec *parent = NULL, *r;
    if (k->systemid.n) {
        TRY(rec_look(db, model_family(k->family), k->systemid, &parent));
        TRY(gate_demand(c, k->gate, parent, DEED_READ));
        TRY(own_link(k, parent));
    }
    TRY(rec_copy(c->cx, k->in, &r));
    r->vern = parent ? parent->vern : 0;
    if (!gate_may(k->gate, r, DEED_NEW))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(build(k, db, parent, r));
    TRY(insert(k, db, parent, r));
    k->out = r;
    TRY(change_note(c, db, r));
    return brought_lists(r) ? rec_load_lists(db, &k->out, 1) : RC_OK;
}

enum rc archive_create(struct call *c, enum family_id parent_family, struct str parent, const struct link *ny,
                       struct rec *in, struct rec **ret)
{
    struct change k = {.call = c, .family = parent_family, .systemid = parent, .link = ny, .to = in->entity, .in = in};
    TRY(change_keyed(c, create, &k));
    *ret = k.out;
    return RC_OK;
}

void archive_create_later(struct call *c, const struct entity *above, struct str parent, const struct link *ny,
                          struct rec *in, struct later *l)
{
    run_later(create, c->idempotency_key != NULL, l,
              (struct change){.call = c, .family = above ? above->family : F_COUNT, .above = above, .systemid = parent,
                              .link = ny, .to = in->entity, .in = in});
}

enum rc archive_template(struct call *c, const struct rec *parent, const struct link *ny, struct rec **ret)
{
    struct db *db;
    TRY(archive_rows_begin(c, &db));
    struct rec *r;
    enum rc rc = rec_new(c->cx, model_entity(ny->target), &r);
    if (rc == RC_OK)
        rc = template_fill(c, db, parent, r);
    archive_rows_end(c, &db);
    if (rc == RC_OK)
        *ret = r;
    return rc;
}

/* ------------------------------------------------------------------ replace and merge */

/* A member of the merge patch that is null goes, others are set; the rest stays (RFC 7396). */
static enum rc merge_vsm(struct call *c, const struct val *old, struct val *v)
{
    json_t *was, *patch;
    if (old->state != VAL_SET)
        return RC_OK;
    TRY(json_read(c->cx, old->text, &was));
    TRY(json_read(c->cx, v->text, &patch));
    const char *key;
    json_t *value;
    json_object_foreach(patch, key, value) {
        int failed = json_is_null(value) ? (json_object_del(was, key), 0) : json_object_set(was, key, value);
        if (failed)
            return cx_nomem(c->cx);
    }
    char *text = json_dumps(was, JSON_COMPACT);
    char *own = text ? arena_strdup(c->cx->arena, text) : NULL;
    free(text);
    if (!own)
        return cx_nomem(c->cx);
    val_text(v, str_of(own));
    return RC_OK;
}

/* What a PUT leaves out goes, unless the server keeps it or clients are known to leave it out (lists). */
static bool stays_when_absent(const struct slot *s)
{
    const struct attr *a = slot_attr(s);
    bool always_out = !s->leaf && (a->out == C_1_1) && a->set != SET_C;
    return slot_server_sets(s) || always_out || type_is_list(a->type) || (a->flags & A_HIDDEN);
}

static enum rc merge_values(struct change *k, const struct rec *old, struct rec *new)
{
    const struct family *f = model_family(old->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct val *in = &k->in->v[i];
        const struct slot *s = &f->slots[i];
        bool keep = in->state == VAL_ABSENT && in->items_n == 0 && (k->merge || stays_when_absent(s));
        if (keep)
            continue;
        new->v[i] = *in;
        if (in->state == VAL_NULL && !streq(s->attr->name, "avsluttetDato"))
            new->v[i].state = VAL_ABSENT;
        if (k->merge && slot_attr(s)->type == T_VSM && in->state == VAL_SET)
            TRY(merge_vsm(k->call, &old->v[i], &new->v[i]));
    }
    return RC_OK;
}

static enum rc settle(struct change *k, struct db *db, const struct rec *old, struct rec *new)
{
    struct call *c = k->call;
    TRY(rules_freeze(c, db, old, new));
    TRY(fill_groups(c, new, old));
    TRY(check_values(c, db, new, old));
    TRY(rules_status(c, db, old, new));
    TRY(check_values(c, db, new, old));
    for (size_t i = 0; i < k->moves_n; i++)
        TRY(refs_move(c, db, k->gate, new, &k->moves[i]));
    TRY(rec_check_in(c->cx, new));
    TRY(change_update(c, db, old, new));
    TRY(verdi_changed(c, db, new));
    return rules_after(c, db, old, new);
}

static enum rc replace(struct db *db, void *arg)
{
    struct change *k = arg;
    struct change_target t = {.call = k->call, .db = db, .family = k->family, .systemid = k->systemid,
                              .deed = DEED_CHANGE};
    TRY(change_load(&t));
    k->gate = t.gate;
    TRY(check_match(k->call, k->match, t.rec));
    TRY(rec_copy(k->call->cx, t.rec, &k->out));
    TRY(merge_values(k, t.rec, k->out));
    TRY(settle(k, db, t.rec, k->out));
    return rec_load_lists(db, &k->out, 1);
}

enum rc archive_replace(struct call *c, enum family_id f, struct str systemid, struct match m, struct rec *in,
                        struct rec **ret)
{
    struct change k = {.call = c, .family = f, .systemid = systemid, .match = m, .in = in};
    TRY(change_run(c, replace, &k));
    *ret = k.out;
    return RC_OK;
}

enum rc archive_merge(struct call *c, enum family_id f, struct str systemid, struct match m, struct rec *in,
                      const struct move *moves, size_t moves_n, struct rec **ret)
{
    struct change k = {.call = c, .family = f, .systemid = systemid, .match = m, .in = in, .merge = true,
                       .moves = moves, .moves_n = moves_n};
    TRY(change_run(c, replace, &k));
    *ret = k.out;
    return RC_OK;
}

enum rc archive_close_mappe(struct call *c, struct str systemid, struct match m, struct rec **ret)
{
    struct rec *r, *in;
    TRY(archive_get(c, F_mappe, systemid, &r));
    TRY(rec_new(c->cx, r->entity, &in));
    TRY(val_time(c->cx, rec_val(in, A_mappe_avsluttetDato), c->cx->now));
    return archive_merge(c, F_mappe, systemid, m, in, NULL, 0, ret);
}

/* ------------------------------------------------------------------ expand */

/* The parent decides what a subtype may lie in: a journalpost lies in a saksmappe. */
static enum rc check_expand(struct change *k, struct db *db, const struct rec *old)
{
    struct call *c = k->call;
    if (old->entity == k->to || !model_is(k->to, old->entity->id))
        return err_setf(c->cx, RC_STRUCTURE, NULL, "%s kan ikke utvides til %s", old->entity->name, k->to->name);
    if (k->to->id != E_journalpost)
        return RC_OK;
    int64_t mappe = *rec_one(old, REL_mappe_registrering), n = 0;
    if (mappe)
        TRY(db_int(db, &n, 0, "SELECT count(*) FROM mappe WHERE id = ? AND type = 'saksmappe'", "i", mappe));
    return n ? RC_OK : err_set(c->cx, RC_STRUCTURE, "mappe", "en journalpost ligger i en saksmappe");
}

static enum rc numbers_of_expanded(struct change *k, struct db *db, struct rec *new)
{
    struct rec *parent = NULL;
    if (new->entity->family == F_registrering && *rec_one(new, REL_mappe_registrering))
        TRY(rec_load(db, model_family(F_mappe), *rec_one(new, REL_mappe_registrering), &parent));
    int64_t id = new->id;
    new->id = 0;                         /* numbers as for a new object of the subtype */
    enum rc rc = number_object(k->call, db, new, parent);
    new->id = id;
    return rc;
}

static enum rc expand(struct db *db, void *arg)
{
    struct change *k = arg;
    struct call *c = k->call;
    struct change_target t = {.call = c, .db = db, .family = k->family, .systemid = k->systemid,
                              .deed = DEED_CHANGE};
    TRY(change_load(&t));
    TRY(check_match(c, k->match, t.rec));
    TRY(check_expand(k, db, t.rec));
    TRY(rec_copy(c->cx, t.rec, &k->out));
    k->out->entity = k->to;
    k->merge = true;
    TRY(merge_values(k, t.rec, k->out));
    fill_drop_new(c, t.rec, k->out);
    TRY(fill_new(c, db, k->out, NULL));
    TRY(check_values(c, db, k->out, t.rec));
    TRY(rules_status(c, db, NULL, k->out));
    TRY(check_values(c, db, k->out, t.rec));
    TRY(rec_check_in(c->cx, k->out));
    TRY(numbers_of_expanded(k, db, k->out));
    TRY(change_update(c, db, t.rec, k->out));
    TRY(rules_after(c, db, t.rec, k->out));
    return rec_load_lists(db, &k->out, 1);
}

void archive_expand_later(struct call *c, enum family_id f, struct str systemid, struct match m,
                          const struct entity *to, struct rec *in, struct later *l)
{
    run_later(expand, false, l,
              (struct change){.call = c, .family = f, .systemid = systemid, .match = m, .to = to, .in = in});
}

/* ------------------------------------------------------------------ delete */

static enum rc delete_one(struct call *c, struct db *db, const struct rec *r)
{
    if (deletion_is_disposal(c, r))
        return deletion_dispose(c, db, r);
    TRY(rules_delete(c, db, r));
    if (r->entity->family != F_tilgang)
        return deletion_run(c, db, r, 0);
    TRY(deletion_run(c, db, r, 0));
    enum rc rc = tilgang_changed(c, db, r);
    if (rc == RC_FIELD_VALUE)            /* its unit is gone already */
        err_clear(c->cx);
    return rc == RC_FIELD_VALUE ? RC_OK : rc;
}

static enum rc delete(struct db *db, void *arg)
{
    struct change *k = arg;
    struct change_target t = {.call = k->call, .db = db, .family = k->family, .systemid = k->systemid,
                              .deed = DEED_DELETE};
    TRY(change_load(&t));
    TRY(check_match(k->call, k->match, t.rec));
    return delete_one(k->call, db, t.rec);
}

enum rc archive_delete(struct call *c, enum family_id f, struct str systemid, struct match m)
{
    struct change k = {.call = c, .family = f, .systemid = systemid, .match = m};
    return change_run(c, delete, &k);
}

struct delete_all {
    struct call *call;
    const struct query *query;
    size_t limit, n;
};

static enum rc delete_all(struct db *db, void *arg)
{
    struct delete_all *k = arg;
    struct call *c = k->call;
    struct gate *g;
    struct result found;
    struct query q = *k->query;
    q.top = (int64_t)k->limit + 1;
    q.skip = 0;
    TRY(gate_open(c, db, &g));
    TRY(query_run(c, db, g, &q, &found));
    if (found.n > k->limit)
        return err_setf(c->cx, RC_FIELD_VALUE, "$filter", "treffer mer enn %zu objekter", k->limit);
    for (size_t i = 0; i < found.n; i++) {
        TRY(gate_demand(c, g, found.recs[i], DEED_DELETE));
        TRY(delete_one(c, db, found.recs[i]));
    }
    k->n = found.n;
    return RC_OK;
}

enum rc archive_delete_all(struct call *c, const struct query *q, size_t limit, size_t *ret_n)
{
    struct delete_all k = {.call = c, .query = q, .limit = limit};
    TRY(change_run(c, delete_all, &k));
    *ret_n = k.n;
    return RC_OK;
}
