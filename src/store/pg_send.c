/*
 * What goes to the PostgreSQL server goes through here, so that it can be made to fail: the faults
 * are made real ones – a socket that is closed, an error the server itself raises – and libpq and the
 * driver find out by themselves.
 */
#include "store/pg_int.h"

#include "base/fault.h"

#include <sys/socket.h>

static void cut(struct db *db)
{
    (void)shutdown(PQsocket(db->pg), SHUT_RDWR);
}

/* In place of a statement. */
static PGresult *fail(struct db *db, enum fault_kind kind, const char *sql)
{
    if (kind == KIND_MEMORY)
        return NULL;
    if (kind == KIND_FULL)
        return PQexec(db->pg, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$");
    cut(db);
    return PQexec(db->pg, sql);
}

PGresult *pg_exec(struct db *db, const char *sql)
{
    enum fault_kind kind = fault_kind(FAULT_PG_SEND);
    return kind == KIND_NONE ? PQexec(db->pg, sql) : fail(db, kind, sql);
}

bool pg_send(struct db *db, const char *sql)
{
    if (fault_kind(FAULT_PG_SEND) != KIND_NONE)
        cut(db);
    return PQsendQuery(db->pg, sql) == 1;
}

PGresult *pg_exec_params(struct db *db, const char *sql, int n, const Oid *types, const char *const *values)
{
    enum fault_kind kind = fault_kind(FAULT_PG_SEND);
    if (kind != KIND_NONE)
        return fail(db, kind, "SELECT 1");
    return PQexecParams(db->pg, sql, n, types, values, NULL, NULL, 0);
}

PGresult *pg_exec_prepare(struct db *db, const char *name, const char *sql, int n, const Oid *types)
{
    enum fault_kind kind = fault_kind(FAULT_PG_SEND);
    return kind == KIND_NONE ? PQprepare(db->pg, name, sql, n, types) : fail(db, kind, "SELECT 1");
}

PGresult *pg_exec_prepared(struct db *db, const char *name, int n, const char *const *values)
{
    enum fault_kind kind = fault_kind(FAULT_PG_SEND);
    return kind == KIND_NONE ? PQexecPrepared(db->pg, name, n, values, NULL, NULL, 0) : fail(db, kind, "SELECT 1");
}

PGresult *pg_commit(struct db *db)
{
    if (fault(FAULT_PG_COMMIT))
        cut(db);
    return PQexec(db->pg, "COMMIT");
}

PGconn *pg_dial(const char *const *keys, const char *const *values)
{
    return fault(FAULT_PG_CONNECT) ? NULL : PQconnectdbParams(keys, values, 1);
}
