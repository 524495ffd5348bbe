/*
 * Statements on PostgreSQL: the translated text, and the name of it where it is prepared on the server,
 * because reading and planning a statement costs the server thrice what running it does. Behind a pooler
 * nothing is prepared: there the next transaction may have the session of another client.
 *
 * Values go as text; only numbers say their type, so that the server takes a text for whatever the column is.
 */
#include "store/pg_int.h"

#include <stdlib.h>

enum { OID_INT8 = 20, OID_FLOAT8 = 701, PORTION = 500, RUNS_MAX = 1000 };

struct room {
    char *p;
    size_t cap;
};

struct pg_stmt {
    char *text;
    int params;
    bool reads;          /* surely */
    bool returning;      /* ends with RETURNING id */
    char name[16];       /* on the server; empty when it is not prepared there */
    unsigned session;    /* … of the connection, where it has this name */
    unsigned runs;       /* since it got or lost its name */
    const char **values; /* each NULL or into its room */
    struct room *rooms;
    Oid *types;          /* of the values, NULL having that of the one before it */
    PGresult *result;
    int row, rows;
    char cursor[32];     /* its name while one is open */
};

enum rc pg_prepare(struct stmt *st)
{
    struct pg_stmt *p = mem_try(sizeof(*p));
    st->pg = p;
    if (p) {
        p->text = pg_translate(st->sql, &p->params);
        p->reads = str_starts(str_of(st->sql), "SELECT ");
    }
    if (p && p->text) {
        size_t n = (size_t)p->params;
        p->values = mem_try(n * sizeof(*p->values));
        p->rooms = mem_try(n * sizeof(*p->rooms));
        p->types = mem_try(n * sizeof(*p->types));
        if (p->values && p->rooms && p->types)
            return RC_OK;
    }
    return db_fail(st->db, RC_NOMEM, "postgres: no memory for a statement");
}

/* Nothing is asked of a session that is over, or at rest: then it is about to be. */
static void forget(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    char sql[40];
    snprintf(sql, sizeof(sql), "DEALLOCATE %s", p->name);
    if (p->name[0] && p->session == st->db->session && PQtransactionStatus(st->db->pg) == PQTRANS_INTRANS)
        PQclear(pg_exec(st->db, sql));
    p->name[0] = '\0';
    p->runs = 0;
}

void pg_finalize(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    if (!p)
        return;
    forget(st);
    PQclear(p->result);
    for (int i = 0; p->rooms && i < p->params; i++)
        free(p->rooms[i].p);
    mem_free(p->values);
    mem_free(p->rooms);
    mem_free(p->types);
    mem_free(p->text);
    mem_free(p);
}

void pg_rewind(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    PQclear(p->result);
    p->result = NULL;
    p->row = p->rows = 0;
    if (p->cursor[0] == '\0')
        return;
    char sql[64];
    snprintf(sql, sizeof(sql), "CLOSE %s", p->cursor);
    p->cursor[0] = '\0';
    if (st->db->failed == RC_OK)
        PQclear(pg_exec(st->db, sql));
}

void pg_unbind(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    for (int i = 0; i < p->params; i++) {
        p->values[i] = NULL;
        if (p->rooms[i].cap <= 4096)
            continue;
        free(p->rooms[i].p); /* one large value is no reason to keep its room */
        p->rooms[i] = (struct room){0};
    }
}

/* ------------------------------------------------------------------ binds */

static enum rc put(struct stmt *st, int i, struct str s, Oid type)
{
    struct pg_stmt *p = st->pg;
    if (i < 1 || i > p->params)
        return RC_IO;
    struct room *room = &p->rooms[i - 1];
    if (room->cap < s.n + 1) {
        size_t cap = s.n + 1 < 32 ? 32 : s.n + 1;
        char *grown = realloc(room->p, cap);
        if (!grown)
            return RC_NOMEM;
        *room = (struct room){grown, cap};
    }
    memcpy(room->p, s.p, s.n);
    room->p[s.n] = '\0';
    p->values[i - 1] = room->p;
    if (p->types[i - 1] != type)
        forget(st);
    p->types[i - 1] = type;
    return RC_OK;
}

enum rc pg_bind_text(struct stmt *st, int i, struct str s)
{
    return put(st, i, s, 0);
}

enum rc pg_bind_int(struct stmt *st, int i, int64_t v)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, v);
    return put(st, i, str_of(text), OID_INT8);
}

enum rc pg_bind_double(struct stmt *st, int i, double v)
{
    char text[32];
    snprintf(text, sizeof(text), "%.17g", v);
    return put(st, i, str_of(text), OID_FLOAT8);
}

enum rc pg_bind_null(struct stmt *st, int i)
{
    struct pg_stmt *p = st->pg;
    if (i < 1 || i > p->params)
        return RC_IO;
    p->values[i - 1] = NULL;
    return RC_OK;
}

/* ------------------------------------------------------------------ runs */

/* The server's own words may quote values: they are kept only where they speak of the SQL. */
static enum rc rc_of(struct db *db, const char *state)
{
    if (PQstatus(db->pg) != CONNECTION_OK) {
        db->retry = true;
        return RC_BUSY;
    }
    if (streq(state, "23505"))
        return RC_CONFLICT;
    if (streq(state, "40001") || streq(state, "40P01")) {
        db->retry = true;
        return RC_BUSY;
    }
    if (streq(state, "26000") || streq(state, "0A000")) { /* what was prepared is no more, or of another table */
        db->session++;
        db->retry = true;
        return RC_BUSY;
    }
    bool busy = streq(state, "55P03") || streq(state, "57014") || strncmp(state, "57P", 3) == 0 ||
                streq(state, "53300");
    if (busy)
        return RC_BUSY;
    if (streq(state, "53100"))
        return RC_NO_SPACE;
    return streq(state, "53200") ? RC_NOMEM : RC_IO;
}

enum rc pg_why(struct db *db, const PGresult *r, const char *sql, char why[WHY])
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *words = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!state)
        state = "";
    bool tellable = strncmp(state, "42", 2) == 0 || strncmp(state, "23", 2) == 0;
    snprintf(why, WHY, "postgres %.8s: %.120s in %.150s", state, tellable && words ? words : "", sql);
    bool empty = !r && PQstatus(db->pg) == CONNECTION_OK; /* libpq itself had no memory */
    return empty ? RC_NOMEM : rc_of(db, state);
}

static enum rc failed(struct db *db, const PGresult *r, const char *sql)
{
    char why[WHY];
    enum rc rc = pg_why(db, r, sql, why);
    return db_fail(db, rc, why);
}

static bool good(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* Takes over r, also when it is a failure. */
static enum rc take(struct stmt *st, PGresult *r, const char *sql)
{
    struct pg_stmt *p = st->pg;
    PQclear(p->result);
    p->result = NULL;
    p->row = p->rows = 0;
    if (!good(r)) {
        enum rc rc = failed(st->db, r, sql);
        PQclear(r);
        return rc;
    }
    p->result = r;
    p->rows = PQntuples(r);
    return RC_OK;
}

static enum rc fetch(struct stmt *st)
{
    char sql[64];
    snprintf(sql, sizeof(sql), "FETCH %d FROM %s", PORTION, st->pg->cursor);
    return take(st, pg_exec(st->db, sql), sql);
}

/* On its second run; and anew after many, as the plan is of a table as small as it was then. */
static enum rc prepare(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    struct db *db = st->db;
    if (p->session != db->session)
        forget(st);
    p->session = db->session;
    if (st->loose || p->runs++ == 0 || (p->name[0] && p->runs < RUNS_MAX))
        return RC_OK;
    forget(st);
    char name[sizeof(p->name)];
    snprintf(name, sizeof(name), "s%u", ++db->names);
    TRY(take(st, pg_exec_prepare(db, name, p->text, p->params, p->types), p->text));
    memcpy(p->name, name, sizeof(name));
    return RC_OK;
}

static enum rc exec(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    struct db *db = st->db;
    db->touched |= !p->reads;
    if (db->own)
        TRY(prepare(st));
    if (db->own && p->name[0])
        return take(st, pg_exec_prepared(db, p->name, p->params, p->values), p->text);
    return take(st, pg_exec_params(db, p->text, p->params, p->types, p->values), p->text);
}

static enum rc open_cursor(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    char name[32];
    snprintf(name, sizeof(name), "many_%" PRIxPTR, (uintptr_t)st);
    struct buf sql;
    buf_init(&sql, (size_t)MiB(17));
    buf_printf(&sql, "DECLARE %s NO SCROLL CURSOR FOR %s", name, p->text);
    enum rc rc = buf_failed(&sql) ? db_fail(st->db, RC_NOMEM, "postgres: no memory")
                                  : take(st, pg_exec_params(st->db, sql.p, p->params, p->types, p->values), p->text);
    buf_free(&sql);
    if (rc != RC_OK)
        return rc;
    memcpy(p->cursor, name, sizeof(name));
    return fetch(st);
}

static enum rc run(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    if (st->many)
        return open_cursor(st);
    TRY(exec(st));
    const char *tag = PQcmdStatus(p->result);
    int64_t n = 0;
    if (strncmp(tag, "SELECT", 6) != 0)
        st->db->changes = str_int(str_of(PQcmdTuples(p->result)), &n) ? n : 0;
    return RC_OK;
}

enum rc pg_step(struct stmt *st, bool *ret_row)
{
    struct pg_stmt *p = st->pg;
    if (!p->result) {
        TRY(run(st));
    } else {
        p->row++;
    }
    if (p->row == p->rows && p->cursor[0] && p->rows > 0)
        TRY(fetch(st));
    *ret_row = p->row < p->rows;
    if (!*ret_row)
        pg_rewind(st);
    return RC_OK;
}

static enum rc make_returning(struct stmt *st)
{
    static const char more[] = " RETURNING id";
    struct pg_stmt *p = st->pg;
    size_t n = strlen(p->text);
    char *text = mem_try(n + sizeof(more));
    if (!text)
        return db_fail(st->db, RC_NOMEM, "postgres: no memory for a statement");
    memcpy(text, p->text, n);
    memcpy(text + n, more, sizeof(more));
    forget(st);
    mem_free(p->text);
    p->text = text;
    p->returning = true;
    return RC_OK;
}

enum rc pg_insert(struct stmt *st, int64_t *ret_id)
{
    if (!st->pg->returning)
        TRY(make_returning(st));
    TRY(exec(st));
    st->db->changes = st->pg->rows;
    *ret_id = pg_int(st, 0);
    pg_rewind(st);
    return RC_OK;
}

/* ------------------------------------------------------------------ columns */

bool pg_is_null(struct stmt *st, int col)
{
    const struct pg_stmt *p = st->pg;
    return col < 0 || col >= PQnfields(p->result) || PQgetisnull(p->result, p->row, col);
}

struct str pg_str(struct stmt *st, int col)
{
    const struct pg_stmt *p = st->pg;
    return (struct str){PQgetvalue(p->result, p->row, col),
                        (size_t)PQgetlength(p->result, p->row, col)};
}

double pg_double(struct stmt *st, int col)
{
    return strtod(pg_str(st, col).p, NULL);
}

/* A sum is "numeric", a comparison is t or f. */
int64_t pg_int(struct stmt *st, int col)
{
    struct str s = pg_str(st, col);
    int64_t v = 0;
    if (str_int(s, &v))
        return v;
    double d = 0;
    if (str_double(s, &d) && d > -9.2e18 && d < 9.2e18)
        return (int64_t)d;
    return str_is(s, "t") ? 1 : 0;
}

enum rc pg_script(struct db *db, const char *sql)
{
    db->touched = true;
    PGresult *r = pg_exec(db, sql);
    enum rc rc = good(r) || PQresultStatus(r) == PGRES_EMPTY_QUERY ? RC_OK : failed(db, r, sql);
    PQclear(r);
    return rc;
}
