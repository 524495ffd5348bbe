/*
 * worklist – what in the archive waits for an archivist, or is not as it should be: named lists.
 *
 * Each list is a line of lister.def: a class of the archive and a condition. What it shows it shows by the
 * gate, so that a list and its count agree and nothing hidden is told of. A list that waits for time to pass
 * (journalposter not registered after some days) counts from the beginning of today in Norway.
 *
 * The calls need the role arkivar; RC_FORBIDDEN otherwise.
 */
#ifndef SAMDRIFT_WORKLIST_H
#define SAMDRIFT_WORKLIST_H

#include "archive/archive.h"

/* Before the first archive_vault: its indexes, beside those of the archive. */
void worklist_prepare(struct archive *a);

enum worklist {
#define LISTE(id, name, family, days, logged, condition) WORKLIST_##id,
#include "worklist/lister.def"
    WORKLISTS
};

/* Its name in addresses: "restanser". */
const char *worklist_name(enum worklist l);
/* WORKLISTS when no list is called so. */
enum worklist worklist_named(const char *name);
/* After how many days something stands in it; 0: at once. */
int worklist_days(enum worklist l);

enum { WORKLIST_COUNT_MAX = 1000 };
/* How many stand in it; counts to WORKLIST_COUNT_MAX + 1. */
enum rc worklist_count(struct call *c, enum worklist l, int64_t *ret) ATTR_CHECK;
/* A page of it, oldest first, in the arena. */
struct worklist_cut {
    int64_t total;             /* as worklist_count told */
    int64_t after;             /* only rows of a greater id */
    int64_t skip, most;
};
enum rc worklist_page(struct call *c, enum worklist l, const struct worklist_cut *cut, struct rec ***ret, size_t *ret_n) ATTR_CHECK;

#endif
