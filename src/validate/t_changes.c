/* The change log: N5.61, 62. */
#include "validate/validate_int.h"

static void count_change(struct run *r, enum test_id t, struct node *n, struct str text)
{
    r->changes++;
    count_one(r, t, n, text);
}

static void changed_unit(struct run *r, enum test_id t, struct node *n, struct str text)
{
    struct id id;
    if (n->el == EL_endring && r->archive_there && !idset_find(&r->ids, text, &id))
        report(r, t, F_CHANGELOG_REF, SPOT(.line = n->line, .file = r->file, .found = text));
}

static void is_there(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    if (!r->changes_there)
        report(r, t, F_CHANGELOG_NONE, SPOT(.file = "endringslogg.xml"));
}

static const struct check rows[] = {
    {T_61, IN_ENDRING, AT_START, EL_endring, count_change},
    {T_61, 0, AT_DONE, EL_OTHER, is_there},
    {T_62, IN_ENDRING, AT_VALUE, EL_referanseArkivenhet, changed_unit},
    {T_62, 0, AT_DONE, EL_OTHER, is_there},
};
const struct checks checks_changes = {rows, COUNT_OF(rows)};
