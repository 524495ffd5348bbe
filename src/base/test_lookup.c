#include "base/test.h"

#include <signal.h>
#include <sys/resource.h>

enum { MANY = 50000 };

struct entry {
    unsigned char key[LOOKUP_KEY];
    uint32_t n;
    uint8_t pad[3], there;
};

/* Keys that are nearly alike, as identifiers of one system may be; and the one of zeros. */
static struct entry entry(uint32_t i)
{
    struct entry e = {.n = i * 3, .there = 1};
    memcpy(e.key + (i % 2 ? 0 : 12), &i, sizeof(i));
    return e;
}

static void put_and_get(size_t memory)
{
    struct lookup *l = lookup_new(sizeof(struct entry), memory);
    struct entry e = entry(7);
    assert_false(lookup_get(l, &e));
    for (uint32_t i = 0; i < MANY; i++) {
        e = entry(i);
        lookup_put(l, &e);
    }
    assert_int_equal(lookup_count(l), MANY);
    e = entry(41);
    e.n = 5;
    lookup_put(l, &e);
    assert_int_equal(lookup_count(l), MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        e = entry(i);
        e.n = 0;
        assert_true(lookup_get(l, &e));
        assert_int_equal(e.n, i == 41 ? 5 : i * 3);
    }
    e = entry(MANY);
    assert_false(lookup_get(l, &e));
    assert_false(lookup_failed(l));
    lookup_free(&l);
    assert_null(l);
    lookup_free(&l);
}

static void in_memory(void **state)
{
    (void)state;
    put_and_get((size_t)MiB(16));
}

static void in_a_file(void **state)
{
    (void)state;
    put_and_get((size_t)KiB(200));
    put_and_get(0);
}

/* Keys made to meet in one place of a table whose hash is known: each would be looked for past all before it. */
static void chosen(void **state)
{
    (void)state;
    struct lookup *l = lookup_new(sizeof(struct entry), 0);
    struct entry e = {.there = 1};
    for (uint64_t i = 0; i < MANY; i++) {
        memcpy(e.key, &i, sizeof(i));
        memcpy(e.key + sizeof(i), &i, sizeof(i));
        lookup_put(l, &e);
    }
    assert_int_equal(lookup_count(l), MANY);
    assert_true(lookup_get(l, &e));
    assert_false(lookup_failed(l));
    lookup_free(&l);
}

/* A file that may not grow: nothing more is found, nothing put, and it is told. */
static void full(void **state)
{
    (void)state;
    struct lookup *l = lookup_new(sizeof(struct entry), (size_t)KiB(200));
    struct rlimit was, small = {(rlim_t)KiB(300), RLIM_INFINITY};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small.rlim_max = was.rlim_max;
    void (*on_signal)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    uint32_t i = 0;
    for (; i < MANY && !lookup_failed(l); i++) {
        struct entry e = entry(i);
        lookup_put(l, &e);
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, on_signal);
    struct entry first = entry(0);
    assert_true(lookup_failed(l) && i < MANY);
    assert_false(lookup_get(l, &first));
    lookup_put(l, &first);
    assert_int_equal(lookup_count(l), i - 1);
    lookup_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory),
        cmocka_unit_test(in_a_file),
        cmocka_unit_test(chosen),
        cmocka_unit_test(full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
