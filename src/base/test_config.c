#include "base/test.h"

#include <stdlib.h>
#include <unistd.h>

static void settings(void **state)
{
    (void)state;
    static const char text[] = "# comment\r\n"
                               "top = 1\n"
                               "[server]  # the door\n"
                               "  port = 8080   # number\n"
                               "url=http://x/#a\n"
                               "secret = \" # kept \" # gone\n"
                               "empty =\n"
                               "on = Ja\n"
                               "[kommune.alver]\n"
                               "name = Alver\n"
                               "[server]\n"
                               "off = no";
    struct cx cx;
    cx_open(&cx, (size_t)KiB(64));
    struct config *c;
    assert_ok(config_parse(&cx, str_of(text), &c));
    assert_int_equal(config_int(c, "", "top", 0), 1);
    assert_int_equal(config_int(c, "server", "port", 0), 8080);
    assert_string_equal(config_get(c, "server", "url", ""), "http://x/#a");
    assert_string_equal(config_get(c, "server", "secret", ""), " # kept ");
    assert_string_equal(config_get(c, "server", "empty", "x"), "");
    assert_true(config_bool(c, "server", "on", false));
    assert_string_equal(config_unknown(c), "kommune.alver.name");
    assert_string_equal(config_get(c, "kommune.alver", "name", ""), "Alver");
    assert_false(config_bool(c, "server", "off", true));
    assert_null(config_unknown(c));
    assert_string_equal(config_section(c, 0), "server");
    assert_string_equal(config_section(c, 1), "kommune.alver");
    assert_null(config_section(c, 2));
    assert_int_equal(config_int(c, "server", "missing", 5), 5);
    assert_int_equal(config_int(c, "server", "url", 5), 5);
    assert_true(config_bool(c, "server", "url", true));
    config_free(&c);
    assert_null(c);
    config_free(&c);
    cx_close(&cx);
}

static void faults(void **state)
{
    (void)state;
    const struct {
        struct str text;
        const char *line;
    } cases[] = {
        {STR("a = 1\na = 2"), "line 2"}, {STR("[s]\na\n"), "line 2"}, {STR("[s\n"), "line 1"},
        {STR("[]\n"), "line 1"},         {STR("= 1"), "line 1"},      {STR("a = \"x"), "line 1"},
        {STR("a = \"x\" y"), "line 1"},  {STR("a b = 1"), "line 1"},  {STR("a = \xFF"), "UTF-8"},
        {STR("a = \0"), "UTF-8"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cx cx;
        cx_open(&cx, (size_t)KiB(64));
        cx.lang = LANG_EN;
        struct config *c;
        assert_rc(config_parse(&cx, cases[i].text, &c), RC_BAD_REQUEST);
        assert_non_null(strstr(cx.err.detail, cases[i].line));
        cx_close(&cx);
    }
}

static void limits(void **state)
{
    (void)state;
    struct cx cx;
    cx_open(&cx, (size_t)KiB(64));
    struct buf b;
    buf_init(&b, (size_t)MiB(4));
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "k%d = v\n", i);
    struct config *c;
    assert_ok(config_parse(&cx, buf_str(&b), &c));
    config_free(&c);
    buf_puts(&b, "more = 1\n");
    assert_rc(config_parse(&cx, buf_str(&b), &c), RC_BAD_REQUEST);
    while (b.n <= 1 << 20)
        buf_puts(&b, "#########################\n");
    err_clear(&cx);
    assert_rc(config_parse(&cx, buf_str(&b), &c), RC_TOO_LARGE);
    buf_free(&b);
    cx_close(&cx);
}

static void files(void **state)
{
    (void)state;
    struct cx cx;
    cx_open(&cx, (size_t)KiB(64));
    char path[] = "/tmp/samdrift-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "[a]\nb = c\n", 10), 10);
    close(fd);
    struct config *c;
    assert_ok(config_load(&cx, path, &c));
    assert_string_equal(config_get(c, "a", "b", ""), "c");
    config_free(&c);
    unlink(path);
    assert_ok(config_load(&cx, path, &c));
    assert_null(config_section(c, 0));
    config_free(&c);
    assert_rc(config_load(&cx, "/", &c), RC_IO);
    cx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings), cmocka_unit_test(faults), cmocka_unit_test(limits),
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
