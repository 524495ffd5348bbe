/* Short names, control digits, order; what the table refuses; members from a file, all or nothing. */
#include "base/test.h"
#include "coop/coop_int.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

struct fixture {
    struct cx cx;
    struct store *s;
    char dir[32];
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    memcpy(f->dir, "/tmp/test_coop.XXXXXX", sizeof("/tmp/test_coop.XXXXXX"));
    assert_non_null(mkdtemp(f->dir));
    cx_open(&f->cx, (size_t)MiB(4));
    assert_ok(store_open(&f->cx, f->dir, &f->s));
    assert_ok(coop_prepare(&f->cx, f->s));
    assert_ok(coop_prepare(&f->cx, f->s));
    *state = f;
    return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_close(&f->s);
    cx_close(&f->cx);
    assert_int_equal(nftw(f->dir, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
    mem_free(f);
    return 0;
}

static void slugs(void **state)
{
    static const char *const cases[][2] = {
        {"Ås", "aas"}, {"Nordre Follo", "nordre-follo"}, {"Nesodden", "nesodden"},
        {"Søgne", "soegne"}, {"Sør-Odal", "soer-odal"}, {"Ærø", "aeroe"},
        {"Kárášjohka – Karasjok", "karasjohka-karasjok"}, {"Unjárga", "unjarga"},
        {"Guovdageaidnu/Kautokeino", "guovdageaidnu-kautokeino"}, {"Đŋŧž", "dntz"},
        {"A\xCC\x8As", "aas"}, {"  --x--  ", "x"}, {"../etc", "etc"}, {"", ""}, {"...", ""},
        {"東京", ""}, {"\xFF\xC3", ""}, {"Re 2", "re-2"},
    };
    (void)state;
    char out[64];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        coop_slug(cases[i][0], out);
        assert_string_equal(out, cases[i][1]);
    }
    char name[200];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    coop_slug(name, out);
    assert_int_equal(strlen(out), 63);
    assert_true(coop_slug_reserved("system"));
    assert_false(coop_slug_reserved("aas"));
}

static void order(void **state)
{
    (void)state;
    assert_true(coop_name_compare("Vestby", "Ås") < 0);
    assert_true(coop_name_compare("Ærø", "Øyer") < 0);
    assert_true(coop_name_compare("Øyer", "Ås") < 0);
    assert_true(coop_name_compare("asker", "Bærum") < 0);
    assert_true(coop_name_compare("Kárášjohka", "Karlsøy") < 0);
    assert_true(coop_name_compare("Ski", "Skien") < 0);
    assert_int_equal(coop_name_compare("ÅS", "ås"), 0);
}

static enum rc add(struct fixture *f, const char *name, const char *number, const char *orgnr,
                   const char *slug)
{
    struct municipality m = {0};
    snprintf(m.name, sizeof(m.name), "%s", name);
    snprintf(m.number, sizeof(m.number), "%s", number);
    snprintf(m.orgnr, sizeof(m.orgnr), "%s", orgnr);
    snprintf(m.slug, sizeof(m.slug), "%s", slug);
    err_clear(&f->cx);
    return coop_municipality_add(&f->cx, f->s, &m);
}

#define assert_bad(call, want, at)                        \
    do {                                                  \
        assert_rc(call, want);                            \
        assert_string_equal(f->cx.err.field, at);         \
    } while (0)

static void added(void **state)
{
    struct fixture *f = *state;
    struct municipality m;
    assert_ok(add(f, "Ås", "3218", "964948798", ""));
    assert_ok(add(f, "Nesodden", "3212", "", ""));
    assert_ok(coop_municipality_get(&f->cx, f->s, "aas", &m));
    assert_string_equal(m.name, "Ås");
    assert_string_equal(m.number, "3218");
    assert_string_equal(m.orgnr, "964948798");
    assert_bad(add(f, "Ås", "3217", "", ""), RC_TAKEN, "slug");
    assert_bad(add(f, "Annen", "3218", "", ""), RC_TAKEN, "number");
    assert_string_equal(f->cx.err.detail, "Ås");
    assert_bad(add(f, "Annen", "3217", "964948798", ""), RC_TAKEN, "orgnr");
    assert_bad(add(f, " ", "3217", "", ""), RC_FIELD_MISSING, "name");
    assert_bad(add(f, "\xFF", "3217", "", "x"), RC_FIELD_VALUE, "name");
    assert_bad(add(f, "Ski", "321", "", ""), RC_FIELD_VALUE, "number");
    assert_bad(add(f, "Ski", "32l8", "", ""), RC_FIELD_VALUE, "number");
    assert_bad(add(f, "Ski", "0213", "964948799", ""), RC_FIELD_VALUE, "orgnr");
    assert_bad(add(f, "Ski", "0213", "", "SKI"), RC_FIELD_VALUE, "slug");
    assert_bad(add(f, "System", "0213", "", ""), RC_FIELD_VALUE, "slug");
    assert_bad(add(f, "東京", "0213", "", ""), RC_FIELD_VALUE, "slug");
    assert_ok(add(f, "System", "0213", "", "ski"));
}

static void listed_and_removed(void **state)
{
    struct fixture *f = *state;
    struct municipality *all;
    size_t n;
    assert_ok(coop_municipality_list(&f->cx, f->s, &all, &n));
    assert_int_equal(n, 0);
    assert_ok(add(f, "Ås", "3218", "", ""));
    assert_ok(add(f, "Vestby", "3216", "", ""));
    assert_ok(add(f, "Frogn", "3214", "", ""));
    assert_ok(coop_municipality_list(&f->cx, f->s, &all, &n));
    assert_int_equal(n, 3);
    assert_string_equal(all[0].slug, "frogn");
    assert_string_equal(all[1].slug, "vestby");
    assert_string_equal(all[2].slug, "aas");
    assert_ok(coop_municipality_remove(&f->cx, f->s, "aas"));
    struct municipality m;
    assert_rc(coop_municipality_get(&f->cx, f->s, "aas", &m), RC_NOT_FOUND);
    err_clear(&f->cx);
    assert_rc(coop_municipality_remove(&f->cx, f->s, "aas"), RC_NOT_FOUND);
}

static void looks(void **state)
{
    struct fixture *f = *state;
    struct municipality m;
    assert_ok(add(f, "Ås", "3218", "", ""));
    assert_ok(coop_municipality_get(&f->cx, f->s, "aas", &m));
    assert_string_equal(m.language, "nb");
    assert_string_equal(m.colour, "");
    snprintf(m.colour, sizeof(m.colour), "#0a5C36");
    snprintf(m.language, sizeof(m.language), "nn");
    snprintf(m.notice, sizeof(m.notice), "Kok vannet");
    assert_ok(coop_municipality_set(&f->cx, f->s, &m));
    assert_ok(coop_municipality_get(&f->cx, f->s, "aas", &m));
    assert_string_equal(m.colour, "#0a5C36");
    assert_string_equal(m.language, "nn");
    assert_string_equal(m.notice, "Kok vannet");
    snprintf(m.colour, sizeof(m.colour), "red");
    assert_bad(coop_municipality_set(&f->cx, f->s, &m), RC_FIELD_VALUE, "colour");
    err_clear(&f->cx);
    m.colour[0] = '\0';
    snprintf(m.language, sizeof(m.language), "de");
    assert_bad(coop_municipality_set(&f->cx, f->s, &m), RC_FIELD_VALUE, "language");
    err_clear(&f->cx);
    snprintf(m.language, sizeof(m.language), "en");
    snprintf(m.slug, sizeof(m.slug), "ski");
    assert_bad(coop_municipality_set(&f->cx, f->s, &m), RC_NOT_FOUND, "");
}

static enum rc load(struct fixture *f, const char *json, size_t *added_n, size_t *present)
{
    char *path = arena_printf(f->cx.arena, "%s/members.json", f->dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, json, strlen(json)), strlen(json));
    close(fd);
    err_clear(&f->cx);
    return coop_load(&f->cx, f->s, path, added_n, present);
}

static void loaded(void **state)
{
    struct fixture *f = *state;
    size_t n, present;
    assert_ok(load(f, "{\"name\":\"F\",\"members\":[{\"name\":\"Ås\",\"number\":\"3218\"},"
                      "{\"name\":\"Ski\",\"number\":\"0213\"}]}", &n, &present));
    assert_int_equal(n, 2);
    assert_int_equal(present, 0);
    assert_ok(load(f, "{\"members\":[{\"name\":\"Ås\",\"number\":\"3218\"},"
                      "{\"name\":\"Frogn\",\"number\":\"3214\"}]}", &n, &present));
    assert_int_equal(n, 1);
    assert_int_equal(present, 1);
    char *name;
    assert_ok(coop_name(&f->cx, f->s, &name));
    assert_string_equal(name, "F");
    assert_rc(coop_load(&f->cx, f->s, "/nowhere", &n, &present), RC_NOT_FOUND);
}

static void load_faults(void **state)
{
    static const struct {
        const char *json;
        enum rc rc;
        const char *field;
    } cases[] = {
        {"[]", RC_FIELD_TYPE, "/"},
        {"{}", RC_FIELD_MISSING, "members"},
        {"{\"members\":{}}", RC_FIELD_TYPE, "members"},
        {"{\"member\":[]}", RC_FIELD_UNKNOWN, "member"},
        {"{\"members\":[1]}", RC_FIELD_TYPE, "/members/0/"},
        {"{\"members\":[{\"name\":\"A\",\"number\":\"1234\"},{\"name\":\"B\"}]}", RC_FIELD_MISSING,
         "/members/1/number"},
        {"{\"members\":[{\"name\":\"A\",\"number\":1234}]}", RC_FIELD_TYPE, "/members/0/number"},
        {"{\"members\":[{\"name\":\"A\",\"number\":\"12345678\"}]}", RC_FIELD_LENGTH,
         "/members/0/number"},
        {"{\"members\":[{\"name\":\"A\",\"number\":\"1234\",\"orgnummer\":\"\"}]}",
         RC_FIELD_UNKNOWN, "/members/0/orgnummer"},
        {"{\"members\":[{\"name\":\"A\",\"number\":\"1234\",\"orgnr\":\"123456789\"}]}",
         RC_FIELD_VALUE, "/members/0/orgnr"},
        {"{\"members\":[{\"name\":\"A\",\"number\":\"1234\"},{\"name\":\"B\",\"number\":\"1234\"}]}",
         RC_TAKEN, "/members/1/number"},
        {"{\"members\":[{\"name\":\"A\",\"number\":\"1234\"},{\"name\":\"a\",\"number\":\"1235\"}]}",
         RC_TAKEN, "/members/1/slug"},
        {"{", RC_JSON, ""},
    };
    struct fixture *f = *state;
    size_t n, present;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_rc(load(f, cases[i].json, &n, &present), cases[i].rc);
        assert_string_equal(f->cx.err.field, cases[i].field);
    }
    struct municipality *all;
    err_clear(&f->cx);
    assert_ok(coop_municipality_list(&f->cx, f->s, &all, &n));
    assert_int_equal(n, 0);
}

/* The data file of the project; SAMDRIFT_DATA is set by the build. */
static void follo(void **state)
{
    struct fixture *f = *state;
    const char *data = getenv("SAMDRIFT_DATA");
    if (!data)
        skip();
    size_t n, present;
    assert_ok(coop_load(&f->cx, f->s, arena_printf(f->cx.arena, "%s/follo.json", data), &n,
                        &present));
    assert_int_equal(n, 6);
    struct municipality m;
    assert_ok(coop_municipality_get(&f->cx, f->s, "aas", &m));
    assert_ok(coop_municipality_get(&f->cx, f->s, "nesodden", &m));
    assert_ok(coop_municipality_get(&f->cx, f->s, "oppegaard", &m));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slugs), cmocka_unit_test(order),
        T(added), T(looks), T(listed_and_removed), T(loaded), T(load_faults), T(follo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
