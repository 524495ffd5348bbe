#include "base/test.h"
#include "web/web_int.h"

#include <unistd.h>

static struct cx cx;

static int open_cx(void **state)
{
    (void)state;
    cx_open(&cx, (size_t)MiB(8));
    return 0;
}

static int close_cx(void **state)
{
    (void)state;
    cx_close(&cx);
    return 0;
}

/* ------------------------------------------------------------------ writer */

static void written(void **state)
{
    (void)state;
    struct buf b;
    struct html h;
    buf_init(&b, 4096);
    html_begin(&h, &b, false);
    html_open(&h, TAG_P, ATTRS({ATT_CLASS, "a\"b'<c>&"}, {ATT_ID, NULL}, {ATT_HIDDEN, ""}));
    html_text(&h, "<b>Ås & \"omegn\"</b>\x01\xFF\xC2\x85");
    html_open(&h, TAG_BR, NULL);
    html_close(&h, TAG_P);
    assert_false(html_failed(&h));
    assert_string_equal(b.p, "<p class=\"a&quot;b&#39;&lt;c&gt;&amp;\" hidden>&lt;b&gt;Ås &amp; "
                             "&quot;omegn&quot;&lt;/b&gt;\uFFFD\uFFFD\uFFFD\uFFFD<br></p>\n");
    html_close(&h, TAG_P);
    assert_true(html_failed(&h));
    buf_free(&b);
}

static void addresses(void **state)
{
    (void)state;
    static const struct { const char *url; bool ok; } cases[] = {
        {"/nesodden/", true}, {"/", true}, {"?a=b", true}, {"#felt", true}, {"https://x.no/", true},
        {"mailto:a@b.no", true}, {"tel:123", true}, {"", false}, {"//evil.no", false},
        {"/\\evil.no", false}, {"javascript:alert(1)", false}, {"JaVaScript:alert(1)", false},
        {" javascript:alert(1)", false}, {"data:text/html,x", false}, {"java\nscript:x", false},
        {"nesodden", false}, {"vbscript:x", false}, {"/a b", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(html_url_allowed(str_of(cases[i].url)), cases[i].ok);
    struct buf b;
    struct html h;
    buf_init(&b, 4096);
    html_begin(&h, &b, false);
    html_put(&h, TAG_A, ATTRS({ATT_HREF, "javascript:alert(1)"}), "x");
    assert_string_equal(b.p, "<a>x</a>");
    buf_free(&b);
}

static void nesting(void **state)
{
    (void)state;
    struct buf b;
    struct html h;
    buf_init(&b, 1 << 20);
    html_begin(&h, &b, false);
    html_open(&h, TAG_P, NULL);
    assert_true(html_failed(&h));
    html_open(&h, TAG_EM, NULL);
    html_close(&h, TAG_P);
    assert_true(h.failed);
    html_begin(&h, &b, false);
    for (int i = 0; i <= HTML_DEPTH; i++)
        html_open(&h, TAG_DIV, NULL);
    assert_true(h.failed);
    buf_free(&b);
}

/* ------------------------------------------------------------------ languages */

static void accepted(void **state)
{
    (void)state;
    static const struct { const char *header; enum web_lang lang; } cases[] = {
        {NULL, WEB_LANGS}, {"de", WEB_LANGS}, {"no", WEB_NN}, {"nb-NO,nb;q=0.9", WEB_NB}, {"se-NO", WEB_SE},
        {"de, en;q=0.5, nn;q=0.7", WEB_NN}, {"en;q=0", WEB_LANGS}, {"en;q=x, nb;q=0.1", WEB_NB}, {",;", WEB_LANGS},
        {"sv, en-GB;q=0.8", WEB_EN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(lang_accepted(cases[i].header, WEB_NN), cases[i].lang);
}

static void filled(void **state)
{
    (void)state;
    static const struct text t = {{"{} av {}", "{}, {}", "{}{}", "{}"}};
    struct page pg = {.cx = &cx, .lang = WEB_NB};
    assert_string_equal(tr_fill(&pg, &t, "1", "2", NULL), "1 av 2");
    assert_string_equal(tr_fill(&pg, &t, "{}", NULL), "{} av ");
    pg.lang = WEB_EN;
    assert_string_equal(tr_fill(&pg, &t, "1", "2", NULL), "1");
    int64_t at;
    assert_true(time_parse(STR("2026-11-07T13:05:00Z"), false, &at));
    assert_string_equal(page_time(&pg, at), "7 November 2026 at 14:05");
    pg.lang = WEB_NN;
    assert_string_equal(page_time(&pg, at), "07.11.2026 kl. 14.05");
}

/* ------------------------------------------------------------------ forms */

static void forms(void **state)
{
    (void)state;
    struct form f;
    assert_ok(form_read(&cx, STR("a=1&b=%C3%85s+%26&a=2&c=+x%0D%0Ay%0D+&tom=&d"), &f));
    assert_string_equal(form_get(&f, "a"), "1");
    assert_string_equal(form_get(&f, "b"), "Ås &");
    assert_string_equal(form_get(&f, "c"), "x\ny");
    assert_str(form_find(&f, "c")->raw, " x\r\ny\r ");
    assert_string_equal(form_get(&f, "e"), "");
    assert_true(form_has(&f, "d") && !form_has(&f, "e"));
    assert_true(form_chosen(&f, "a", "2") && !form_chosen(&f, "a", "3"));
    static const char *const bad[] = {"=1", "a=%", "a=%FF", "a=%00", "a=%1B", "%FF=1", "a=\xFF"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_rc(form_read(&cx, str_of(bad[i]), &f), RC_BAD_REQUEST);
        err_clear(&cx);
    }
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i <= FORM_FIELDS; i++)
        buf_puts(&b, "a=1&");
    assert_rc(form_read(&cx, buf_str(&b), &f), RC_BAD_REQUEST);
    err_clear(&cx);
    buf_free(&b);
}

/* The form of the body, sent in pieces of n bytes. */
static enum rc sent(const char *type, const char *body, size_t n, struct form *ret)
{
    struct upload *u;
    err_clear(&cx);
    TRY(multipart_begin(&cx, "/tmp", type, &u));
    for (size_t i = 0; i < strlen(body); i += n) {
        size_t left = strlen(body) - i;
        TRY(multipart_write(u, body + i, left < n ? left : n));
    }
    return multipart_end(u, ret);
}

#define TYPE "multipart/form-data; boundary=x--Y"
#define PART(head, body) "--x--Y\r\nContent-Disposition: form-data; " head "\r\n\r\n" body "\r\n"
#define FIELD(name, body) PART("name=\"" name "\"", body)
#define END "--x--Y--\r\n"

static void multipart(void **state)
{
    (void)state;
    static const char body[] = FIELD("navn", " Åse\r\n--x-- ") FIELD("tom", "")
        PART("name=\"fil\"; filename=\"C:\\bilder\\hus %22A%22.png\"\r\nContent-Type: image/png", "\r\n--x--\r\n\0abc")
        PART("name=\"fil\"; filename=\"\"\r\nContent-Type: application/octet-stream", "") END;
    for (size_t n = 1; n < 40; n++) {
        struct form f;
        char text[16];
        struct upload *u;
        err_clear(&cx);
        assert_ok(multipart_begin(&cx, "/tmp", TYPE, &u));
        for (size_t i = 0; i < sizeof(body) - 1; i += n)
            assert_ok(multipart_write(u, body + i, sizeof(body) - 1 - i < n ? sizeof(body) - 1 - i : n));
        assert_ok(multipart_end(u, &f));
        assert_string_equal(form_get(&f, "navn"), "Åse\n--x--");
        assert_true(form_has(&f, "tom"));
        assert_int_equal(f.files_n, 1);
        assert_string_equal(f.files[0].field, "fil");
        assert_string_equal(f.files[0].name, "hus \"A\".png");
        assert_string_equal(f.files[0].type, "image/png");
        assert_int_equal(f.files[0].size, 13);
        assert_int_equal(read(f.files[0].fd, text, sizeof(text)), 13);
        assert_memory_equal(text, "\r\n--x--\r\n\0abc", 13);
    }
}

static void multipart_refused(void **state)
{
    (void)state;
    struct form f;
    static const char *const types[] = {NULL, "", "application/json", "multipart/form-data", "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=a b",
        "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x"};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        assert_rc(sent(types[i], END, 1, &f), RC_MEDIA_TYPE);
    static const char *const bodies[] = {
        "", "x", "--x--Y", FIELD("a", "b"), "preamble\r\n" FIELD("a", "b") END, FIELD("a", "b") END "more",
        FIELD("a", "b") "--x--Yz\r\n", FIELD("", "b") END, FIELD("a\r\nX: y", "b") END, FIELD("a", "\x01") END,
        FIELD("a", "\xFF") END, PART("namn=\"a\"", "b") END, PART("name=\"a", "b") END,
        "--x--Y\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n" END,
        "--x--Y\r\n\r\nb\r\n" END, PART("name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"", "c") END,
        PART("name=\"a\"\r\nContent-Transfer-Encoding: base64", "c") END,
    };
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        for (size_t n = 1; n < 200; n += 37)
            assert_rc(sent(TYPE, bodies[i], n, &f), RC_BAD_REQUEST);
    struct buf b;
    buf_init(&b, 4 << 20);
    for (int i = 0; i <= FORM_FILES; i++)
        buf_puts(&b, PART("name=\"f\"; filename=\"a\"", "b"));
    buf_puts(&b, END);
    assert_rc(sent(TYPE, b.p, 1000, &f), RC_TOO_LARGE);
    buf_reset(&b);
    buf_puts(&b, "--x--Y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
    for (int i = 0; i < FORM_TEXT_MAX / 8; i++)
        buf_puts(&b, "12345678");
    buf_puts(&b, "9\r\n" END);
    assert_rc(sent(TYPE, b.p, 100000, &f), RC_TOO_LARGE);
    buf_reset(&b);
    buf_puts(&b, "--x--Y\r\nContent-Disposition: form-data; name=\"");
    for (int i = 0; i < 1200; i++)
        buf_puts(&b, "12345678");
    assert_rc(sent(TYPE, b.p, 100000, &f), RC_BAD_REQUEST);
    buf_free(&b);
}

static void dates(void **state)
{
    (void)state;
    static const struct { const char *form, *date; } cases[] = {
        {"d-dag=7&d-maaned=11&d-aar=2026", "2026-11-07"}, {"", ""}, {"d-dag=&d-maaned=&d-aar=", ""},
        {"d-dag=31&d-maaned=11&d-aar=2026", NULL}, {"d-dag=7&d-maaned=&d-aar=2026", NULL},
        {"d-dag=29&d-maaned=2&d-aar=2028", "2028-02-29"}, {"d-dag=7&d-maaned=11&d-aar=26", NULL},
        {"d-dag=x&d-maaned=11&d-aar=2026", NULL},
    };
    struct page pg = {.cx = &cx};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_ok(form_read(&cx, str_of(cases[i].form), &pg.form));
        const char *got = ui_date_value(&pg, "d");
        assert_true(streq(got, cases[i].date));
    }
}

/* ------------------------------------------------------------------ colours, assets */

static void colours(void **state)
{
    (void)state;
    assert_true(colour_valid("#0a5C36"));
    assert_false(colour_valid("") || colour_valid("0a5c36") || colour_valid("#0a5c3") || colour_valid("#0a5c3g"));
    assert_string_equal(colour_contrast("#00594f"), "#fff");
    assert_string_equal(colour_contrast("#ffd500"), "#000");
    assert_string_equal(colour_contrast("#ffffff"), "#000");
    assert_string_equal(colour_contrast("#000000"), "#fff");
}

static void embedded(void **state)
{
    (void)state;
    const char *href = asset_href("samdrift.css");
    assert_true(str_starts(str_of(href), "/static/samdrift."));
    assert_string_equal(asset_href("finnes.ikke"), "/static/");
    for (size_t i = 0; i < assets_n; i++)
        assert_true(assets[i].gzip_n > 0 && assets[i].raw_n > 0 && assets[i].gzip_n < 40000);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(written), T(addresses), T(nesting), T(accepted), T(filled), T(forms),
        T(multipart), T(multipart_refused), T(dates), T(colours), T(embedded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
