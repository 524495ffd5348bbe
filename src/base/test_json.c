#include "base/test.h"

static enum rc read_text(const char *text, size_t n, char *ret_detail, size_t room)
{
    struct cx cx;
    cx_open(&cx, (size_t)KiB(64));
    cx.lang = LANG_EN;
    json_t *v = NULL;
    enum rc rc = json_read(&cx, (struct str){text, n}, &v);
    assert_int_equal(rc == RC_OK, v != NULL);
    snprintf(ret_detail, room, "%s", cx.err.detail);
    cx_close(&cx);
    return rc;
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *detail;
    } cases[] = {
        {"{\"a\":1}", NULL},
        {" [1, 2.5, \"x\", null, true] ", NULL},
        {"\"one value\"", NULL},
        {"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"", NULL},
        {"\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"", NULL},
        {"", "ends too early"},
        {"{\"a\":1", "ends too early"},
        {"{\"a\":1,\"a\":2}", "same key twice"},
        {"{\"a\":1} x", "something follows"},
        {"{\"a\":01}", "line 1"},
        {"{'a':1}", "line 1"},
        {"{\n\"a\":tru}", "line 2"},
        {"\"\xFF\"", "not UTF-8"},
        {"\"\\ud800\"", "line 1"},
        {"{\"a\":\"\\u0000\"}", "U+0000"},
        {"99999999999999999999", "too large"},
        {"1e999", "too large"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char detail[200];
        enum rc rc = read_text(cases[i].text, strlen(cases[i].text), detail, sizeof(detail));
        assert_rc(rc, cases[i].detail ? RC_JSON : RC_OK);
        if (cases[i].detail && !strstr(detail, cases[i].detail))
            fail_msg("%s: %s", cases[i].text, detail);
    }
}

static void depth(void **state)
{
    (void)state;
    char text[200], detail[100];
    for (size_t n = 1; n < 90; n++) {
        memset(text, '[', n);
        memset(text + n, ']', n);
        assert_rc(read_text(text, 2 * n, detail, sizeof(detail)), n <= 32 ? RC_OK : RC_JSON);
    }
    assert_string_equal(detail, "line 1, column 33: nested too deeply");
}

static void released_when_memory_ends(void **state)
{
    (void)state;
    struct cx cx;
    cx_open(&cx, 16);
    assert_non_null(arena_alloc(cx.arena, 16));
    json_t *v = NULL;
    assert_rc(json_read(&cx, STR("[1,2,3]"), &v), RC_NOMEM);
    assert_null(v);
    cx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts), cmocka_unit_test(depth),
        cmocka_unit_test(released_when_memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
