/*
 * A co-operation in a temporary folder, for the tests of this room and of those above it, and calls in any role.
 */
#ifndef SAMDRIFT_TEST_ARCHIVE_H
#define SAMDRIFT_TEST_ARCHIVE_H

#include "base/test.h"

#include "archive/archive_int.h"

struct world {
    char dir[64], slug[32];    /* slug: of nesodden, no other run's */
    struct cx cx;              /* of the main thread */
    struct config *cfg;
    struct store *store;
    struct blobs *blobs;
    struct archive *archive;
    struct vault *nesodden, *aas;
};

/* Declares the tables of a room above: journal_prepare and the like. */
typedef void (*prepare_fn)(struct archive *a);
/* Opens nesodden, with the tables of those rooms (ended by NULL; NULL: none), in the store at `place` (NULL: SQLite in
 * the folder). name: of the test. */
void world_make(struct world *w, const char *name, const char *place, const char *settings, const prepare_fn *rooms);
/* Takes all of it away again; the status for cmocka. */
int world_end(struct world *w);

/* count(*) of "table WHERE …" in nesodden. */
int64_t world_rows(struct world *w, const char *what);
/* A file of data/, ended by NUL, in the arena. */
struct str world_data(struct cx *cx, const char *path);
/* Runs the tests on SQLite (place NULL), and on PostgreSQL when SAMDRIFT_TEST_PG says where one is; the status of main. */
int world_each_database(int (*run)(const char *place, const char *name));

/* cmocka group set-up and tear-down for the tests of this room; *state is the world: nesodden, and ås by the strict rules. */
int world_open(void **state);
int world_close(void **state);

/* A call by a person of the role: "leser", "kollega" … name makes the person. */
struct call call_as(struct cx *cx, struct vault *v, enum role role, const char *name);
/* Creates below parent (NULL: top level) over the link; the record or the error. */
enum rc try_make(struct call *c, const struct rec *parent, enum package p, const char *ny, const char *json,
                 struct rec **ret);
/* As try_make, and fails the test on an error. */
struct rec *make(struct call *c, const struct rec *parent, const char *ny, const char *json);
/* PATCH. */
enum rc try_patch(struct call *c, struct rec **r, const char *json);
void patch(struct call *c, struct rec **r, const char *json);
enum rc try_delete(struct call *c, const struct rec *r);
/* Reads it again as that caller. */
enum rc try_get(struct call *c, const struct rec *r, struct rec **ret);
/* Asserts the error and clears it. */
void refused(struct call *c, enum rc got, enum rc want);
/* arkiv, arkivdel and one saksmappe or mappe below it. */
struct rec *make_arkivdel(struct call *c);

#endif
