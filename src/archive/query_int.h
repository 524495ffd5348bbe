/*
 * Private to queries: query_sql.c runs them, query_expr.c turns conditions into SQL, query_expand.c
 * loads what hangs on results. Rows of the query are named t0.
 *
 * Whatever table a statement reaches over a relation passes the gate. Rows of `verdi` hang on one
 * object and are seen with it: they pass with their owner, which every statement has passed already.
 */
#ifndef SAMDRIFT_QUERY_INT_H
#define SAMDRIFT_QUERY_INT_H

#include "archive/archive_int.h"

#define FRAMES_MAX 10     /* the object in hand and the variables of enclosing any/all */
#define BOUND_MAX 16      /* paths of one comparison */
#define PATH_STEPS_MAX 8

/* Rows of a family under a name. */
struct place {
    const char *alias;
    const struct family *family;
};

/* A path of the comparison in hand: where each step arrives; `last` is where the value is. */
struct bound {
    const struct expr *path;
    struct place at[PATH_STEPS_MAX];
    const char *link[PATH_STEPS_MAX];
    struct place last;
    bool moves;
};

struct compiler {
    struct sql *q;
    const struct gate *g;
    struct place frames[FRAMES_MAX];
    size_t frames_n;
    struct bound bound[BOUND_MAX];
    size_t bound_n;
};

/* Adds a condition that is true or not; callers put it in parentheses. */
void query_condition(struct compiler *c, const struct expr *e);
/* Adds the value results are ordered by; of many, the least. */
void query_key(struct compiler *c, const struct expr *e);

/* Adds "<link> l3, " for a link table and the table, named. */
void query_tables(struct sql *q, const struct relation *rel, const struct place *to, const char *link);
/* Adds the condition that joins them. */
void query_join(struct sql *q, const struct relation *rel, bool from_b, const char *from, const char *to,
                const char *link);
/* Adds " AND type IN (…)" unless every row of the family is one. */
void query_types(struct sql *q, const struct entity *e, const char *alias);
const char *query_alias(struct sql *q, char letter);

/* Loads `x` for n records of one family; ret has an array of x_n for each. */
enum rc query_expand(struct cx *cx, struct db *db, const struct gate *g, struct rec *const *recs, size_t n,
                     const struct expand *x, size_t x_n, struct expanded ***ret) ATTR_CHECK;

#endif
