/*
 * Any bytes may be indexed: the tokenizer must stay inside them, give tokens in order, and give
 * the same tokens for the same text. The translation for PostgreSQL only ever adds to a statement.
 */
#include "store/store_int.h"

#include <stdlib.h>

#include <sqlite3.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sqlite3 *open_once(void)
{
    static struct sqlite3 *lite;
    if (lite)
        return lite;
    if (sqlite3_open(":memory:", &lite) != SQLITE_OK || norsk_register(lite) != SQLITE_OK ||
        sqlite3_exec(lite, "CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'norsk')", NULL, NULL,
                     NULL) != SQLITE_OK)
        abort();
    return lite;
}

static void run(const char *sql, const void *p, size_t n)
{
    struct sqlite3_stmt *st;
    if (sqlite3_prepare_v2(open_once(), sql, -1, &st, NULL) != SQLITE_OK)
        abort();
    sqlite3_bind_text64(st, 1, p, n, SQLITE_TRANSIENT, SQLITE_UTF8);
    int rc = sqlite3_step(st);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        abort();
    sqlite3_finalize(st);
}

static void translate(const uint8_t *data, size_t size)
{
    char *sql = mem_new(size + 1);
    int params;
    if (size > 0)
        memcpy(sql, data, size);
    char *text = pg_translate(sql, &params);
    if (!text || strlen(text) < strlen(sql) || params < 0 || (size_t)params > size)
        abort();
    mem_free(text);
    mem_free(sql);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run("INSERT INTO t (rowid, x) VALUES (1, ?)", data, size);
    /* FTS5 tokenizes the text again to remove it, and finds what it indexed or is corrupt. */
    run("DELETE FROM t WHERE ?1 IS NOT NULL", "", 0);
    run("INSERT INTO t (t, rank) VALUES (iif(?1 IS NULL, '', 'integrity-check'), 1)", "", 0);
    translate(data, size);
    return 0;
}
