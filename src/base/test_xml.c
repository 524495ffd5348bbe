#include "base/test.h"

static void a_document(void **state)
{
    (void)state;
    struct buf b;
    struct xw w;
    buf_init(&b, (size_t)KiB(4));
    xw_begin(&w, &b);
    xw_open(&w, "sak");
    xw_attr(&w, "navn", STR("\"<&\n"));
    xw_element(&w, "tittel", STR("Garasje <på> \"Næs\" & co\n\r"));
    xw_int(&w, "aar", 2026);
    xw_open(&w, "felt");
    xw_attr(&w, "a", STR("1"));
    xw_text(&w, STR("<x>"));
    xw_close(&w, "felt");
    xw_open(&w, "tom");
    xw_close(&w, "tom");
    xw_raw(&w, STR(" <ferdig/>\n"));
    xw_close(&w, "sak");
    assert_string_equal(b.p, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                             "<sak navn=\"&quot;&lt;&amp;&#10;\">\n"
                             " <tittel>Garasje &lt;på&gt; \"Næs\" &amp; co\n&#13;</tittel>\n"
                             " <aar>2026</aar>\n"
                             " <felt a=\"1\">&lt;x&gt;</felt>\n"
                             " <tom/>\n"
                             " <ferdig/>\n"
                             "</sak>\n");
    buf_free(&b);
}

/* What XML has no place for. */
static void strange_text(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        const char *out;
    } cases[] = {
        {{"a\x01z", 3}, "<e>a\xef\xbf\xbdz</e>\n"},
        {{"a\0z", 3}, "<e>a\xef\xbf\xbdz</e>\n"},
        {{"\xff\xe6", 2}, "<e>\xef\xbf\xbd\xef\xbf\xbd</e>\n"},
        {{"\xef\xbf\xbe", 3}, "<e>\xef\xbf\xbd</e>\n"},
        {{"\xf0\x9f\x98\x80", 4}, "<e>\xf0\x9f\x98\x80</e>\n"},
        {{"", 0}, "<e></e>\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf b;
        struct xw w;
        buf_init(&b, (size_t)KiB(1));
        xw_part(&w, &b, 0);
        xw_element(&w, "e", cases[i].in);
        assert_string_equal(b.p, cases[i].out);
        buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_document), cmocka_unit_test(strange_text)};
    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
