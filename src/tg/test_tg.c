/*
 * Header fields about content, and addresses: what is pure in this room, with what strangers send.
 */
#include "base/test.h"
#include "tg/tg_int.h"

static struct cx cx;

static void ranges(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t first, last, total;
    } right[] = {
        {"bytes 0-0/1", 0, 0, 1},
        {"bytes 0-524287/2000000", 0, 524287, 2000000},
        {"BYTES 5-9/10", 5, 9, 10},
        {" 0-9/10 ", 0, 9, 10},
        {"bytes */10", -1, -1, 10},
        {"*/0", -1, -1, 0},
        {"bytes 9223372036854775805-9223372036854775806/9223372036854775807", INT64_MAX - 2, INT64_MAX - 1, INT64_MAX},
    };
    static const char *const wrong[] = {
        "", "bytes", "bytes ", "bytes 0-9", "bytes 0-9/", "bytes 0-9/*", "bytes 9-0/10", "bytes 0-10/10",
        "bytes -9/10", "bytes 0-/10", "bytes 0-9/-1", "bytes a-b/c", "items 0-9/10", "bytes 0-9/10/10",
        "bytes 0-9/9223372036854775808", "bytes 99999999999999999999-1/2", "bytes -1--1/10", "bytes 0 - 9/10",
    };
    int64_t first, last, total;
    for (size_t i = 0; i < COUNT_OF(right); i++)
        if (!content_range(str_of(right[i].text), &first, &last, &total) || first != right[i].first ||
            last != right[i].last || total != right[i].total)
            fail_msg("%s", right[i].text);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (content_range(str_of(wrong[i]), &first, &last, &total))
            fail_msg("%s is taken", wrong[i]);
}

static void accepted_types(void **state)
{
    (void)state;
    static const struct {
        const char *accept, *type;
        bool want;
    } cases[] = {
        {NULL, "application/pdf", true}, {"", "application/pdf", true}, {"*/*", "application/pdf", true},
        {"application/pdf", "application/pdf", true}, {"Application/PDF", "application/pdf", true},
        {"application/*", "application/pdf", true}, {"text/*", "application/pdf", false},
        {"text/html, application/pdf;q=0.5", "application/pdf", true},
        {"text/html;level=1,*/*;q=0.1", "application/pdf", true},
        {"text/plain", "text/plain; charset=utf-8", true}, {"application", "application/pdf", false},
        {"application/pd", "application/pdf", false}, {",,,", "application/pdf", false},
        {"image/*", "imageX/png", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (content_accepts(cases[i].accept, cases[i].type) != cases[i].want)
            fail_msg("Accept %s of %s", cases[i].accept, cases[i].type);
}

static void file_names(void **state)
{
    (void)state;
    static const struct {
        const char *field, *want;
    } cases[] = {
        {NULL, NULL}, {"attachment", NULL}, {"attachment; filename=", NULL}, {"attachment; filename=\"\"", NULL},
        {"attachment; filename=a.pdf", "a.pdf"}, {"attachment; filename=\"a b.pdf\"; x=y", "a b.pdf"},
        {"attachment; FileName=\"a.pdf\"", "a.pdf"}, {"attachment; filename=\"søknad.pdf\"", "søknad.pdf"},
        {"attachment; filename*=UTF-8''s%C3%B8knad.pdf", "søknad.pdf"},
        {"attachment; filename=\"x\"; filename*=utf-8''s%C3%B8knad.pdf", "søknad.pdf"},
        {"attachment; filename=\"x.pdf\"; filename*=UTF-8''%C3%28", NULL},
        {"attachment; filename=\"x.pdf\"; filename*=UTF-8''%zz", "x.pdf"},
        {"attachment; filename=\"../../etc/passwd\"", "passwd"}, {"attachment; filename=\"C:\\dir\\x.doc\"", "x.doc"},
        {"attachment; filename=\"dir/\"", NULL}, {"attachment; filename*=UTF-8''..%2F..%2Fx", "x"},
        {"attachment; filename=\"\xff\xfe\"", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *got = content_filename(&cx, cases[i].field);
        if ((got == NULL) != (cases[i].want == NULL) || (got && !streq(got, cases[i].want)))
            fail_msg("%s gives %s", cases[i].field, got ? got : "nothing");
    }
}

static void offered_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"},
        {"s\xc3\xb8k.pdf", "attachment; filename=\"s__k.pdf\"; filename*=UTF-8''s%C3%B8k.pdf"},
        {"a\"b\r\nX: y", "attachment; filename=\"a_b__X: y\"; filename*=UTF-8''a%22b%0D%0AX%3A%20y"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(content_disposition(&cx, cases[i].name), cases[i].want);
}

static void packages_and_classes(void **state)
{
    (void)state;
    enum package p;
    for (int i = 0; i < PKG_COUNT; i++) {
        assert_true(path_package(str_of(package_name((enum package)i)), &p));
        assert_int_equal(p, i);
    }
    assert_false(path_package(STR("Arkivstruktur"), &p));
    assert_false(path_package(STR(""), &p));
    assert_ptr_equal(path_entity(STR("saksmappe")), model_entity(E_saksmappe));
    assert_ptr_equal(path_entity(STR("virksomhetsspesifikkeMetadata")), model_entity(E_vsmfelt));
    assert_null(path_entity(STR("vsmfelt")));
    assert_null(path_entity(STR("kode")));
    assert_null(path_entity(STR("SAKSMAPPE")));
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = model_entity((enum entity_id)i), *back = path_entity(str_of(path_entity_name(e)));
        assert_true(!back || back == e);
    }
}

static void ids_in_addresses(void **state)
{
    (void)state;
#define ID "01890a5d-ac96-774b-bcce-b302099a8057"
    static const struct {
        const char *url, *want;
    } cases[] = {
        {"http://x/aas/noark5/arkivstruktur/mappe/" ID "/", ID}, {"/" ID, ID}, {ID, ID}, {ID "?a=b", ID},
        {"http://x/" ID "x/", NULL}, {"http://x/x" ID "/", NULL}, {"http://x/", NULL}, {"", NULL},
        {"01890a5d-ac96-774b-bcce-b302099a805", NULL}, {"01890a5d-ac96-774b-bcce-b302099a805g", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str id = {"", 0};
        bool found = path_id(str_of(cases[i].url), &id);
        if (found != (cases[i].want != NULL) || (found && !str_is(id, cases[i].want)))
            fail_msg("%s", cases[i].url);
    }
}

static int begin(void **state)
{
    (void)state;
    cx_open(&cx, (size_t)MiB(1));
    return model_init(&cx) == RC_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    cx_close(&cx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges), cmocka_unit_test(accepted_types), cmocka_unit_test(file_names),
        cmocka_unit_test(offered_names), cmocka_unit_test(packages_and_classes),
        cmocka_unit_test(ids_in_addresses),
    };
    return cmocka_run_group_tests_name("tg", tests, begin, end);
}
