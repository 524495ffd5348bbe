#include "base/test.h"
#include "store/store_int.h"

#include <sqlite3.h>

static struct sqlite3 *lite;

static int setup(void **state)
{
    (void)state;
    if (sqlite3_open(":memory:", &lite) != SQLITE_OK || norsk_register(lite) != SQLITE_OK ||
        fold_register(lite) != SQLITE_OK)
        return -1;
    return sqlite3_exec(lite, "CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'norsk');"
                              "CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')",
                        NULL, NULL, NULL);
}

static int teardown(void **state)
{
    (void)state;
    return sqlite3_close(lite);
}

static void one_row(const char *text)
{
    struct sqlite3_stmt *st;
    assert_int_equal(sqlite3_exec(lite, "DELETE FROM t", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(lite, "INSERT INTO t VALUES (?)", -1, &st, NULL), SQLITE_OK);
    sqlite3_bind_text(st, 1, text, -1, SQLITE_TRANSIENT);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
}

static void tokens_of(const char *text, char *ret, size_t room)
{
    struct sqlite3_stmt *st;
    one_row(text);
    ret[0] = '\0';
    assert_int_equal(sqlite3_prepare_v2(lite, "SELECT term FROM v ORDER BY \"offset\"", -1, &st, NULL),
                     SQLITE_OK);
    for (size_t n = 0; sqlite3_step(st) == SQLITE_ROW;) {
        int wrote = snprintf(ret + n, room - n, "%s%s", n > 0 ? " " : "",
                             (const char *)sqlite3_column_text(st, 0));
        n += (size_t)wrote;
    }
    sqlite3_finalize(st);
}

static void tokens(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {" -- ... ", ""},
        {"Søknad om barnehageplasser", "søknad om barnehageplass"},
        {"SAK 24/1234-5", "sak 24 1234 5"},
        {"ÆØÅ æøå", "æøå æøå"},
        {"kommunens kommunen kommuner", "kommun kommun kommun"},
        {"får for før", "får for før"},
        {"Café Ñandú Öl Ägg", "caf nandu øl ægg"},
        {"Straße", "strass"},
        {"Kárášjohka Deatnu Ŋ Đ", "karasjohk deatnu n d"},
        {"bla\xCC\x8A" "ba\xCC\x88r e\xCC\x81", "blåbær e"},
        {"Nguyễn", "nguyen"},
        {"Москва", "москва"},
        {"a\xFF\xC3 b", "a b"},
        {"x\xE2\x80\x93y", "x y"},
        {"\xF0\x9F\x98\x80ja", "ja"},
        {"\xCC\x81ord", "ord"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char got[500];
        tokens_of(cases[i].text, got, sizeof(got));
        assert_string_equal(got, cases[i].want);
    }
}

static bool matches(const char *query)
{
    struct sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(lite, "SELECT 1 FROM t WHERE t MATCH ?", -1, &st, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(st, 1, query, -1, SQLITE_TRANSIENT);
    bool row = sqlite3_step(st) == SQLITE_ROW;
    sqlite3_finalize(st);
    return row;
}

static void searching(void **state)
{
    (void)state;
    one_row("Rammetillatelse for bygging av bolighus på Årnes");
    assert_true(matches("rammetillatelsen"));
    assert_true(matches("BOLIGHUSET"));
    assert_true(matches("bolig*"));
    assert_true(matches("årnes"));
    assert_true(matches("\"bygging av bolighus\""));
    assert_false(matches("arnes"));
    assert_false(matches("hytte"));
}

static void long_words(void **state)
{
    (void)state;
    char text[2000], got[600];
    memset(text, 'q', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    tokens_of(text, got, sizeof(got));
    assert_int_equal(strlen(got), 256);
    assert_true(matches(text));
}

static void functions(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *want;
    } cases[] = {
        {"norsk_lower('ÆRØ Šaddu 1A')", "ærø šaddu 1a"},
        {"norsk_upper('ærø šaddu ß')", "ÆRØ ŠADDU ß"},
        {"coalesce(norsk_lower(NULL), 'null')", "null"},
        {"hex(norsk_lower(x'C34A'))", "C36A"},
        {"norsk_tid(norsk_instant('2026-07-01T00:30:05Z'), 1)", "2026"},
        {"norsk_tid(norsk_instant('2026-07-01T00:30:05Z'), 4)", "2"},
        {"norsk_tid(norsk_instant('2026-07-01T00:30:05Z'), 6)", "5"},
        {"coalesce(norsk_tid(0, 7), 'null')", "null"},
        {"coalesce(norsk_instant('x'), 'null')", "null"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char sql[200];
        struct sqlite3_stmt *st;
        snprintf(sql, sizeof(sql), "SELECT %s", cases[i].sql);
        assert_int_equal(sqlite3_prepare_v2(lite, sql, -1, &st, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(st), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(st, 0), cases[i].want);
        sqlite3_finalize(st);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens), cmocka_unit_test(searching), cmocka_unit_test(long_words),
        cmocka_unit_test(functions),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
