/* What the files of the PostgreSQL driver share. */
#ifndef SAMDRIFT_PG_INT_H
#define SAMDRIFT_PG_INT_H

#include "store/store_int.h"

#include <libpq-fe.h>

enum rc pg_prepare(struct stmt *st);
void pg_finalize(struct stmt *st);
void pg_rewind(struct stmt *st);
void pg_unbind(struct stmt *st);
enum rc pg_bind_text(struct stmt *st, int i, struct str s);
enum rc pg_bind_int(struct stmt *st, int i, int64_t v);
enum rc pg_bind_double(struct stmt *st, int i, double v);
enum rc pg_bind_null(struct stmt *st, int i);
enum rc pg_step(struct stmt *st, bool *ret_row);
enum rc pg_insert(struct stmt *st, int64_t *ret_id);
bool pg_is_null(struct stmt *st, int col);
int64_t pg_int(struct stmt *st, int col);
double pg_double(struct stmt *st, int col);
struct str pg_str(struct stmt *st, int col);
enum rc pg_script(struct db *db, const char *sql);
/* As PQexec, PQexecParams, PQprepare and PQexecPrepared (texts in, texts out), PQexec of COMMIT, and PQconnectdbParams. */
PGresult *pg_exec(struct db *db, const char *sql);
/* As PQsendQuery: the answer is not waited for. */
bool pg_send(struct db *db, const char *sql);
PGresult *pg_exec_params(struct db *db, const char *sql, int n, const Oid *types, const char *const *values);
PGresult *pg_exec_prepare(struct db *db, const char *name, const char *sql, int n, const Oid *types);
PGresult *pg_exec_prepared(struct db *db, const char *name, int n, const char *const *values);
PGresult *pg_commit(struct db *db);
PGconn *pg_dial(const char *const *keys, const char *const *values);
/* What the failure of r (may be NULL) means; db->retry says whether the whole may be repeated. */
enum rc pg_why(struct db *db, const PGresult *r, const char *sql, char why[WHY]);

#endif
