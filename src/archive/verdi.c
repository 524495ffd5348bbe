/*
 * List values as objects (ny-noekkelord and the like): which list of the owner a value belongs to, and
 * what the log says of them, whether they come with the owner or by themselves.
 */
#include "archive/archive_int.h"

#define NR_ADDED 1000000   /* after the values that came in the owner's own list */

void verdi_place(const struct link *ny, struct rec *r)
{
    if (r->entity->family != F_verdi || ny->relation == REL_COUNT)
        return;
    enum family_id owner = model_entity(model_relation(ny->relation)->a)->family;
    size_t slot = model_list_slot(owner, r->entity);
    if (slot == SIZE_MAX)
        return;
    val_text(rec_val(r, A_noekkelord_felt), str_of(model_family(owner)->slots[slot].path));
    val_int(rec_val(r, A_noekkelord_nr), NR_ADDED);
}

enum rc verdi_changed(struct call *c, struct db *db, const struct rec *r)
{
    (void)c;
    if (r->entity->family != F_verdi)
        return RC_OK;
    const struct family *f = model_family(F_verdi);
    for (size_t i = 0; i < f->ones_n; i++) {
        if (!r->one[i])
            continue;
        struct rec *owner;
        TRY(rec_load(db, model_family(model_entity(f->ones[i]->a)->family), r->one[i], &owner));
        return search_put(db, owner);
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ what the log says of them */

static enum rc log_value(struct call *c, struct db *db, const struct val_item *it, char kind)
{
    struct rec *r;
    TRY(rec_load_uuid(db, model_family(F_verdi), str_of(it->systemid), &r));
    return log_event(c, db, r, kind, kind == 'D' ? r->entity->name : NULL);
}

enum rc verdi_made(struct call *c, struct db *db, const struct rec *r)
{
    for (size_t i = 0; i < model_family(r->entity->family)->slots_n; i++)
        for (size_t k = 0; k < r->v[i].items_n; k++)
            TRY(log_value(c, db, &r->v[i].items[k], 'C'));
    return RC_OK;
}

static const struct val_item *named(const struct val *list, const char *systemid)
{
    for (size_t i = 0; i < list->items_n; i++)
        if (streq(list->items[i].systemid, systemid))
            return &list->items[i];
    return NULL;
}

/* Equal values keep their systemID, each of the old ones once. */
static void recognise(const struct val *old, const struct val *new)
{
    for (size_t i = 0; i < new->items_n; i++) {
        struct val_item *it = &new->items[i];
        if (named(old, it->systemid))
            continue;
        it->systemid[0] = 0;
        for (size_t k = 0; k < old->items_n && !it->systemid[0]; k++)
            if (str_eq(old->items[k].text, it->text) && str_eq(old->items[k].name, it->name) &&
                !named(new, old->items[k].systemid))
                (void)snprintf(it->systemid, sizeof(it->systemid), "%s", old->items[k].systemid);
    }
}

enum rc verdi_store(struct call *c, struct db *db, const struct rec *old, struct rec *new, size_t slot)
{
    const struct val *was = &old->v[slot], *is = &new->v[slot];
    recognise(was, is);
    for (size_t i = 0; i < was->items_n; i++)
        if (!named(is, was->items[i].systemid))
            TRY(log_value(c, db, &was->items[i], 'D'));
    TRY(rec_store_list(db, new, slot));
    for (size_t i = 0; i < is->items_n; i++)
        TRY(log_value(c, db, &is->items[i], named(was, is->items[i].systemid) ? 'U' : 'C'));
    return RC_OK;
}
