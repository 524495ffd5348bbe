/*
 * worklist/period – an arkivdel goes from its active period to the end of it.
 *
 * A sharp split closes the period at once: every mappe must be closed first. A soft split puts an overlapping
 * period between: no new mapper, and those that still grow go on in the successor (nestearkivdel), so that the
 * period can be closed when the rest is (5.11.4–7). Changing an arkivdel needs the role arkivadministrator.
 */
#ifndef SAMDRIFT_WORKLIST_PERIOD_H
#define SAMDRIFT_WORKLIST_PERIOD_H

#include "archive/archive.h"

/* Mapper of the arkivdel that are not closed, oldest first: what keeps it from being closed. In the arena. */
enum rc period_open(struct call *c, const struct rec *arkivdel, int64_t skip, int64_t most, struct rec ***ret,
                    size_t *ret_n, int64_t *ret_total) ATTR_CHECK;
/* To the overlapping period; successor: systemID of the arkivdel that goes on, an active one. */
enum rc period_overlap(struct call *c, struct str arkivdel, const char *successor) ATTR_CHECK;
/* Closed. RC_NOT_READY while a mappe is open. */
enum rc period_close(struct call *c, struct str arkivdel) ATTR_CHECK;

#endif
