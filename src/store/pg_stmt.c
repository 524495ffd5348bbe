/*
 * Statements on PostgreSQL. Nothing is prepared on the server, because behind a pooler the next
 * transaction may have another server connection: what is cached is the translated text. Values go
 * as text; only numbers say their type, so that the server takes a text for whatever the column is.
 */
#include "store/pg_int.h"

#include <stdlib.h>

enum { OID_INT8 = 20, OID_FLOAT8 = 701, PORTION = 500 };

struct room {
    char *p;
    size_t cap;
};

struct pg_stmt {
    char *text;
    int params;
    bool reads;          /* surely */
    const char **values; /* each NULL or into its room */
    struct room *rooms;
    Oid *types;
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

void pg_finalize(struct stmt *st)
{
    struct pg_stmt *p = st->pg;
    if (!p)
        return;
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
        p->types[i] = 0;
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
    p->types[i - 1] = 0;
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

static PGresult *exec(struct stmt *st, const char *text)
{
    struct pg_stmt *p = st->pg;
    st->db->touched |= !p->reads;
    return pg_exec_params(st->db, text, p->params, p->types, p->values);
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
                                  : take(st, exec(st, sql.p), p->text);
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
    TRY(take(st, exec(st, p->text), p->text));
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

enum rc pg_insert(struct stmt *st, int64_t *ret_id)
{
    struct buf sql;
    buf_init(&sql, (size_t)MiB(17));
    buf_printf(&sql, "%s RETURNING id", st->pg->text);
    enum rc rc = buf_failed(&sql) ? db_fail(st->db, RC_NOMEM, "postgres: no memory")
                                  : take(st, exec(st, sql.p), sql.p);
    buf_free(&sql);
    TRY(rc);
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
