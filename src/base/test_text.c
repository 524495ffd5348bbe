#include "base/test.h"

#include <float.h>
#include <math.h>

static void media_types(void **state)
{
    (void)state;
    assert_true(str_is(media_type("text/html; charset=utf-8"), "text/html"));
    assert_true(str_is(media_type("text/html ;charset=utf-8"), "text/html"));
    assert_true(str_is(media_type("application/pdf"), "application/pdf"));
    assert_true(str_is(media_type("; charset=utf-8"), ""));
    assert_true(str_is(media_type(""), ""));
    assert_true(str_is(media_type(NULL), ""));
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } ints[] = {
        {"0", true, 0}, {"-0", true, 0}, {"007", true, 7}, {"-12", true, -12},
        {"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0}, {"-9223372036854775809", false, 0}, {"", false, 0},
        {"-", false, 0}, {"+1", false, 0}, {" 1", false, 0}, {"1 ", false, 0}, {"1.0", false, 0},
        {"0x1", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(ints); i++) {
        int64_t v = 99;
        assert_int_equal(str_int(str_of(ints[i].text), &v), ints[i].ok);
        assert_int_equal(v, ints[i].ok ? ints[i].value : 99);
    }
    static const char *const bad[] = {"", ".", "1.", ".5", "1e", "1e+", "inf", "nan", "0x10", " 1",
                                      "1e999", "1,5", "--1"};
    double d = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(str_double(str_of(bad[i]), &d));
    assert_true(d > 6.9 && d < 7.1);
    assert_true(str_double(STR("-1.5e2"), &d));
    assert_true(d < -149.9 && d > -150.1);
}

static void comparing(void **state)
{
    (void)state;
    assert_true(str_eq(str_of(NULL), STR("")));
    assert_true(str_ieq(STR("Content-TYPE"), "content-type"));
    assert_false(str_ieq(STR("Ø"), "ø"));
    assert_true(str_starts(STR("abc"), "ab"));
    assert_false(str_starts(STR("a"), "ab"));
    assert_true(streq(NULL, NULL));
    assert_false(streq(NULL, ""));
    assert_false(streq("a", NULL));
}

static void utf8(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        bool ok, blank;
    } cases[] = {
        {{"", 0}, true, true},
        {{"blåbær", 8}, true, false},
        {{"\xF0\x9F\x98\x80", 4}, true, false},
        {{"\xC0\xAF", 2}, false, false},
        {{"\xED\xA0\x80", 3}, false, false},
        {{"\xF4\x90\x80\x80", 4}, false, false},
        {{"\xE2\x82", 2}, false, false},
        {{"\xF0\x80\x80\x80", 4}, false, false},
        {{"\x80", 1}, false, false},
        {{"a\0b", 3}, false, false},
        {{" \t\r\n", 4}, true, true},
        {{"\xC2\xA0\xE2\x80\x8A\xE3\x80\x80\xE2\x80\xAF", 11}, true, true},
        {{"\xE2\x80\x8B", 3}, true, false}, /* U+200B is not in the list */
        {{"\0 ", 2}, false, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(str_utf8(cases[i].s), cases[i].ok);
        assert_int_equal(str_blank(cases[i].s), cases[i].blank);
    }
}

static void shown(void **state)
{
    (void)state;
    static const char text[] = "blå \x1b[1m\a\n\x7f \xc2\x9b" "1m \xc2\xa0\xe5 \xe2\x82";
    char *out = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&out, &n);
    assert_non_null(f);
    str_show(f, (struct str){text, sizeof(text) - 1});
    assert_int_equal(fclose(f), 0);
    assert_string_equal(out, "blå ?[1m??? ?1m \xc2\xa0? ??");
    free(out);
}

static void buffers(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 5);
    assert_string_equal(b.p, "");
    buf_puts(&b, "abc");
    buf_putc(&b, 'd');
    buf_printf(&b, "%s", "e");
    assert_false(buf_failed(&b));
    assert_string_equal(b.p, "abcde");
    buf_putc(&b, 'f');
    assert_true(buf_failed(&b));
    assert_str(buf_str(&b), "abcde");
    buf_reset(&b);
    assert_false(buf_failed(&b));
    buf_printf(&b, "%06d", 1);
    assert_true(buf_failed(&b));
    assert_string_equal(b.p, "");
    buf_free(&b);
    buf_free(NULL);
    assert_string_equal(b.p, "");
}

static void urls(void **state)
{
    (void)state;
    struct arena *a = arena_new(4096);
    struct buf b;
    buf_init(&b, 100);
    url_encode(&b, STR("a b/ø-_.~"));
    assert_string_equal(b.p, "a%20b%2F%C3%B8-_.~");
    struct str s;
    assert_true(url_decode(a, buf_str(&b), false, &s));
    assert_str(s, "a b/ø-_.~");
    assert_true(url_decode(a, STR("a+b%2b"), true, &s));
    assert_str(s, "a b+");
    assert_true(url_decode(a, STR("a+b"), false, &s));
    assert_str(s, "a+b");
    static const char *const bad[] = {"%", "%4", "%zz", "%00", "a%2", "%-1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(url_decode(a, str_of(bad[i]), false, &s));
    buf_free(&b);
    arena_free(&a);
}

static void write_json(void **state)
{
    (void)state;
    struct buf b;
    struct jw w;
    buf_init(&b, 1000);
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_pair(&w, "a", "x\"\\\n\x01/ø");
    jw_pair(&w, "none", NULL);
    jw_key_str(&w, STR("k\"y"));
    jw_open(&w, '[');
    jw_int(&w, INT64_MIN);
    jw_bool(&w, true);
    jw_str(&w, (struct str){"\xFF\xC3", 2});
    jw_str(&w, (struct str){"\0", 1});
    jw_open(&w, '{');
    jw_close(&w, '}');
    jw_raw(&w, STR("null"));
    jw_close(&w, ']');
    jw_key(&w, "d");
    jw_double(&w, (double)NAN);
    jw_close(&w, '}');
    assert_string_equal(b.p, "{\"a\":\"x\\\"\\\\\\n\\u0001/ø\",\"none\":null,\"k\\\"y\":"
                             "[-9223372036854775808,true,\"\\ufffd\\ufffd\",\"\\u0000\",{},null],"
                             "\"d\":null}");
    buf_free(&b);
}

static void write_doubles(void **state)
{
    (void)state;
    static const struct {
        double d;
        const char *text;
    } cases[] = {
        {1, "1.0"}, {-0.0, "-0.0"}, {0.1, "0.1"}, {1e22, "1e+22"}, {5e-324, "5e-324"},
        {123456789, "123456789.0"}, {59.9138688, "59.9138688"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {0.30000000000000004, "0.30000000000000004"}, {1e15, "1e+15"}, {2.5, "2.5"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf b;
        struct jw w;
        buf_init(&b, 100);
        jw_begin(&w, &b);
        jw_double(&w, cases[i].d);
        assert_string_equal(b.p, cases[i].text);
        buf_free(&b);
    }
}

/* Numbers made by the rules; those of persons have days and months that only synthetic persons have. */
static void control_digits(void **state)
{
    (void)state;
    static const char *const persons[] = {"17912099997", "29822099988", "05839399849", "57017599811"};
    static const char *const nobody[] = {"17912099998", "29822099989", "00000000000", "1791209999", "179120999970",
                                         "1791209999x", ""};
    static const char *const companies[] = {"964948798", "944383565", "974760673"};
    static const char *const nothing[] = {"964948799", "96494879", "9649487980", "96494879a", "", "910000080"};
    for (size_t i = 0; i < COUNT_OF(persons); i++)
        assert_true(national_id_valid(str_of(persons[i])));
    for (size_t i = 0; i < COUNT_OF(nobody); i++)
        assert_false(national_id_valid(str_of(nobody[i])));
    for (size_t i = 0; i < COUNT_OF(companies); i++)
        assert_true(org_number_valid(str_of(companies[i])));
    for (size_t i = 0; i < COUNT_OF(nothing); i++)
        assert_false(org_number_valid(str_of(nothing[i])));
    static const char *const with[] = {"17912099997", "f.nr. 179120 99997, Oslo", "17.91.20-99997", "1 17912099997"};
    static const char *const without[] = {"", "179120999971", "sak 2026/179120 kl. 99997", "17912099998", "1791209999"};
    for (size_t i = 0; i < COUNT_OF(with); i++)
        if (!national_id_in(str_of(with[i])))
            fail_msg("%s", with[i]);
    for (size_t i = 0; i < COUNT_OF(without); i++)
        if (national_id_in(str_of(without[i])))
            fail_msg("%s", without[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_digits), cmocka_unit_test(media_types),
        cmocka_unit_test(numbers), cmocka_unit_test(comparing), cmocka_unit_test(utf8), cmocka_unit_test(shown),
        cmocka_unit_test(buffers), cmocka_unit_test(urls), cmocka_unit_test(write_json),
        cmocka_unit_test(write_doubles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
