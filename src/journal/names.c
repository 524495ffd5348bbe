/*
 * Names of persons that an archivist has marked in the title of a record: kept beside the record, so that every
 * preview suggests them.
 */
#include "journal/journal_int.h"

static const char tables[] =
    "CREATE TABLE navnemerke(enhet TEXT NOT NULL, nr BIGINT NOT NULL, navn TEXT NOT NULL, PRIMARY KEY (enhet, nr));";

enum rc names_make_tables(struct db *db)
{
    return db_script(db, tables);
}

static enum rc read_names(struct db *db, const char *enhet, const char *ret[JOURNAL_NAMES], size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    enum rc rc;
    TRY(db_prepare(db, "SELECT navn FROM navnemerke WHERE enhet = ? ORDER BY nr", &st));
    stmt_bind_text(st, 1, enhet);
    for (*ret_n = 0; (rc = stmt_step(st, &row)) == RC_OK && row && *ret_n < JOURNAL_NAMES; (*ret_n)++)
        if (!(ret[*ret_n] = stmt_text(st, 0))) {
            rc = cx_nomem(db_cx(db));
            break;
        }
    stmt_done(&st);
    return rc;
}

enum rc journal_marked_names(struct call *c, const char *enhet, const char *ret[JOURNAL_NAMES], size_t *ret_n)
{
    struct db *db;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = read_names(db, enhet, ret, ret_n);
    archive_rows_end(c, &db);
    return rc;
}

struct marking {
    const char *enhet;
    const char *const *names;
    size_t n;
};

/* What is published shows the marks of its time: it counts as changed, so that somebody looks at it. */
static enum rc mark(struct db *db, void *arg)
{
    const struct marking *m = arg;
    TRY(db_run(db, "DELETE FROM navnemerke WHERE enhet = ?", "t", m->enhet));
    for (size_t i = 0; i < m->n; i++)
        TRY(db_run(db, "INSERT INTO navnemerke(enhet, nr, navn) VALUES (?, ?, ?)", "tit", m->enhet, (int64_t)i, m->names[i]));
    TRY(db_run(db, "UPDATE innfoersel SET versjon = 0 WHERE registrering = ? OR mappe = ?", "tt", m->enhet, m->enhet));
    return queue_mark(db, m->enhet);
}

static bool same(const struct marking *m, const char *const *was, size_t was_n)
{
    bool equal = m->n == was_n;
    for (size_t i = 0; equal && i < m->n; i++)
        equal = streq(m->names[i], was[i]);
    return equal;
}

enum rc journal_mark_names(struct call *c, const char *enhet, const char *const *names, size_t n)
{
    const char *was[JOURNAL_NAMES];
    size_t was_n;
    struct marking m = {enhet, names, n};
    TRY(journal_marked_names(c, enhet, was, &was_n));
    return same(&m, was, was_n) ? RC_OK : archive_rows_write(c, mark, &m);
}
