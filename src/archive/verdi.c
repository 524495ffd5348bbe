/*
 * List values as objects (ny-noekkelord and the like): which list of the owner a value belongs to.
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
        TRY(rec_load_lists(db, &owner, 1));
        return search_put(db, owner);
    }
    return RC_OK;
}
