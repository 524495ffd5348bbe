/* What the files of coop share and nobody else sees. */
#ifndef SAMDRIFT_COOP_INT_H
#define SAMDRIFT_COOP_INT_H

#include "coop/coop.h"

/* A first part of a path, or a space, that the program keeps for itself? */
bool coop_slug_reserved(const char *slug);
/* Norwegian order, case folded: … z æ ø å. */
int coop_name_compare(const char *a, const char *b);

/* Checks all fields and derives the slug. */
enum rc coop_municipality_check(struct cx *cx, struct municipality *m) ATTR_CHECK;
/* Inside a write; RC_TAKEN names the field and, as detail, the municipality that has the value. */
enum rc coop_municipality_insert(struct db *db, const struct municipality *m) ATTR_CHECK;

/* What a cooperation.json tells; in the arena. */
struct coop_load {
    char name[128];             /* of the co-operation, "" when not told */
    struct municipality *m;
    size_t n, added, present;   /* members; of them, by the write */
};
/* Checked, each member once; errors as of coop_load. */
enum rc coop_load_read(struct cx *cx, struct str text, struct coop_load *ret) ATTR_CHECK;

#endif
