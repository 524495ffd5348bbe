#include "base/test.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 8, EACH = 5000 };
static char ids[THREADS][EACH][UUID_TEXT_MAX];

static void *make(void *arg)
{
    char(*mine)[UUID_TEXT_MAX] = arg;
    for (int i = 0; i < EACH; i++)
        uuid_new(mine[i]);
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return memcmp(a, b, UUID_TEXT_MAX);
}

static void unique_and_ordered(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make, ids[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < EACH; i++) {
            assert_true(uuid_valid(str_of(ids[t][i])));
            assert_int_equal(ids[t][i][14], '7');
            assert_non_null(strchr("89ab", ids[t][i][19]));
            if (i > 0)
                assert_true(strcmp(ids[t][i - 1], ids[t][i]) < 0);
        }
    size_t all = (size_t)THREADS * EACH;
    qsort(ids, all, UUID_TEXT_MAX, by_text);
    for (size_t i = 1; i < all; i++)
        assert_int_not_equal(by_text(ids[(i - 1) / EACH][(i - 1) % EACH], ids[i / EACH][i % EACH]),
                             0);
}

static void valid(void **state)
{
    (void)state;
    assert_true(uuid_valid(STR("018f3b2e-7c00-7abc-8def-0123456789AB")));
    assert_false(uuid_valid(STR("018f3b2e-7c00-7abc-8def-0123456789A")));
    assert_false(uuid_valid(STR("018f3b2e07c00-7abc-8def-0123456789AB")));
    assert_false(uuid_valid(STR("018f3b2e-7c00-7abc-8def-0123456789Ag")));
    assert_false(uuid_valid(STR("")));
    unsigned char bytes[16];
    assert_true(uuid_bytes(STR("018f3b2e-7c00-7abc-8def-0123456789AB"), bytes));
    assert_memory_equal(bytes, "\x01\x8f\x3b\x2e\x7c\x00\x7a\xbc\x8d\xef\x01\x23\x45\x67\x89\xab", sizeof(bytes));
}

static void hashes(void **state)
{
    (void)state;
    char hex[SHA256_HEX_MAX];
    sha256_hex("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_hex(NULL, 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_true(secret_equal("abc", "abc", 3));
    assert_false(secret_equal("abc", "abd", 3));
    unsigned char a[64] = {0}, b[64] = {0};
    random_bytes(a, sizeof(a));
    assert_memory_not_equal(a, b, sizeof(a));
}

static void named(void **state)
{
    (void)state;
    char a[UUID_TEXT_MAX], b[UUID_TEXT_MAX];
    uuid_named(STR("en sak"), a);
    uuid_named(STR("en sak"), b);
    assert_string_equal(a, b);
    assert_true(uuid_valid(str_of(a)));
    assert_int_equal(a[14], '8');
    assert_non_null(strchr("89ab", a[19]));
    uuid_named(STR("en annen sak"), b);
    assert_string_not_equal(a, b);
    uuid_within(a, STR("part/1"), a);
    uuid_within(b, STR("part/1"), b);
    assert_string_not_equal(a, b);
    uuid_named(str_of(a), a);
    assert_true(uuid_valid(str_of(a)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(named), 
        cmocka_unit_test(unique_and_ordered), cmocka_unit_test(valid), cmocka_unit_test(hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
