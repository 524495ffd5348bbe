/*
 * Reading: one object, what it hangs on, lists; and which links an object shows to the caller.
 */
#include "archive/archive_int.h"

/* Runs fn in a snapshot with the caller's gate. */
struct reading {
    struct call *call;
    struct db *db;
    struct gate *gate;
};

static enum rc reading_begin(struct call *c, struct reading *r)
{
    r->call = c;
    TRY(archive_rows_begin(c, &r->db));
    enum rc rc = gate_open(c, r->db, &r->gate);
    if (rc != RC_OK)
        archive_rows_end(c, &r->db);
    return rc;
}

static enum rc get(struct reading *rd, enum family_id f, struct str systemid, struct rec **ret)
{
    TRY(rec_load_uuid(rd->db, model_family(f), systemid, ret));
    TRY(gate_demand(rd->call, rd->gate, *ret, DEED_READ));
    return rec_load_lists(rd->db, ret, 1);
}

enum rc archive_get(struct call *c, enum family_id f, struct str systemid, struct rec **ret)
{
    struct reading rd;
    TRY(reading_begin(c, &rd));
    enum rc rc = get(&rd, f, systemid, ret);
    archive_rows_end(rd.call, &rd.db);
    return rc;
}

struct sight {
    struct call *call;
    const struct rec *rec;
};

static enum rc log_sight(struct db *db, void *arg)
{
    const struct sight *s = arg;
    return log_event(s->call, db, s->rec, 'R', NULL);
}

enum rc archive_seen(struct call *c, const struct rec *r)
{
    struct sight s = {c, r};
    enum read_log which = c->vault->read_log;
    bool logged = which == READ_LOG_ALL || (which == READ_LOG_SCREENED && r->vern != 0);
    return logged && model_is(r->entity, E_arkivenhet) ? change_run(c, log_sight, &s) : RC_OK;
}

enum rc archive_find(struct call *c, struct str systemid, struct rec **ret)
{
    struct reading rd;
    TRY(reading_begin(c, &rd));
    enum rc rc = RC_NOT_FOUND;
    for (int f = 0; f < F_COUNT && rc == RC_NOT_FOUND; f++) {
        err_clear(c->cx);
        rc = get(&rd, (enum family_id)f, systemid, ret);
    }
    archive_rows_end(rd.call, &rd.db);
    return rc;
}

static enum rc one(struct reading *rd, const struct rec *from, const struct link *l, struct rec **ret)
{
    const struct relation *rel = model_relation(l->relation);
    struct cx *cx = rd->call->cx;
    enum family_id f;
    int64_t id = 0;
    if (rel->kind == REL_ONE && l->from_b) {
        char *sql;
        f = model_entity(rel->a)->family;
        sql = arena_printf(cx->arena, "SELECT min(id) FROM %s WHERE %s = ?", model_family(f)->table, rel->column);
        if (!sql)
            return cx_nomem(cx);
        TRY(db_int(rd->db, &id, 0, sql, "i", from->id));
    } else {
        f = model_entity(rel->kind == REL_ONE ? rel->b : rel->a)->family;
        id = *rec_one(from, rel->id);
    }
    if (id == 0)
        return err_set(cx, RC_NOT_FOUND, l->name, NULL);
    TRY(rec_load(rd->db, model_family(f), id, ret));
    TRY(gate_demand(rd->call, rd->gate, *ret, DEED_READ));
    return rec_load_lists(rd->db, ret, 1);
}

enum rc archive_one(struct call *c, const struct rec *from, const struct link *l, struct rec **ret)
{
    struct reading rd;
    TRY(reading_begin(c, &rd));
    enum rc rc = one(&rd, from, l, ret);
    archive_rows_end(rd.call, &rd.db);
    return rc;
}

const struct rec *archive_readable(const struct result *objects)
{
    const struct rec *best = NULL;
    for (size_t i = 0; objects && i < objects->n; i++) {
        const struct rec *r = objects->recs[i];
        if (rec_val(r, A_dokumentobjekt_sjekksum)->state != VAL_SET)
            continue;
        if (!best || str_is(rec_val(r, A_dokumentobjekt_mimeType)->text, "application/pdf"))
            best = r;
    }
    return best;
}

enum rc archive_query(struct call *c, const struct query *q, struct result *ret)
{
    struct reading rd;
    TRY(reading_begin(c, &rd));
    enum rc rc = query_run(c, rd.db, rd.gate, q, ret);
    archive_rows_end(rd.call, &rd.db);
    return rc;
}

/* ------------------------------------------------------------------ links */

/* Would the state of the object let such a child be made? What needs a look at other rows is left to the attempt. */
static bool state_lets(const struct call *c, const struct rec *from, const struct link *l)
{
    if (archive_importing(c) || rules_correcting(c, DEED_NEW))
        return true;
    if (l->target == E_avskrivning) {
        const struct val *type = rec_val(from, A_journalpost_journalposttype);
        return val_is(type, "I") || val_is(type, "N");
    }
    enum family_id f = l->target == E_COUNT ? F_COUNT : model_entity(l->target)->family;
    bool always = f == F_merknad || f == F_logg || f == F_presedens || f == F_kryssreferanse || f == F_avskrivning;
    if (!always && !rules_open(from))
        return false;
    if (from->entity->family != F_arkivdel || (f != F_mappe && f != F_registrering))
        return true;
    if (f == F_mappe && *rec_one(from, REL_arkivdel_klassifikasjonssystem))
        return false;
    const struct val *status = rec_val(from, A_arkivdel_arkivdelstatus);
    return !(val_is(status, "P") || val_is(status, "U") || (val_is(status, "O") && f == F_mappe));
}

static bool one_is_there(const struct rec *from, const struct link *l)
{
    if (l->relation == REL_arkivdel_nestearkivdel && l->from_b)
        return rec_val(from, A_arkivdel_referanseForloeper)->state == VAL_SET;
    const struct relation *rel = model_relation(l->relation);
    if (rel->kind == REL_ONE && l->from_b)
        return true;
    return *rec_one(from, rel->id) != 0;
}

static bool offers_expand(const struct rec *from, const struct link *l)
{
    if (from->entity->id == l->target || !model_is(model_entity(l->target), from->entity->id))
        return false;
    return l->target != E_journalpost || *rec_one(from, REL_mappe_registrering) != 0;
}

/* By role alone before anything was read (package pages), else by the class of the object. */
static bool may(const struct call *c, const struct rec *from, enum family_id f, enum deed deed)
{
    if (from && c->gate)
        return gate_row_may(c->gate, from->vern, f, deed);
    return gate_role_may(c, f, deed);
}

static bool offers_new(const struct call *c, const struct rec *from, const struct link *l)
{
    if (l->target != E_COUNT && !may(c, from, model_entity(l->target)->family, DEED_NEW))
        return false;
    return !from || state_lets(c, from, l);
}

static bool offers_change(const struct call *c, const struct rec *from)
{
    return may(c, from, from->entity->family, DEED_CHANGE) && rules_open(from);
}

bool archive_offers(struct call *c, const struct rec *from, const struct link *l)
{
    switch (l->kind) {
    case LINK_LIST:
        return l->target == E_COUNT || may(c, from, model_entity(l->target)->family, DEED_READ);
    case LINK_ONE:
        return !from || one_is_there(from, l);
    case LINK_NY:
    case LINK_NY_REF:
        return offers_new(c, from, l);
    case LINK_EXPAND:
        return offers_change(c, from) && offers_expand(from, l);
    case LINK_CLOSE:
        return offers_change(c, from);
    case LINK_LOG:
    case LINK_FILE:
    case LINK_CODES:
    default:
        return true;
    }
}
