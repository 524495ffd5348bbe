#include "base/test.h"

#include <stdlib.h>

static void note(void *arg)
{
    char **at = arg;
    *(*at)++ = 'x';
}

static char trail[4], *trail_end = trail;

static void first(void *arg)
{
    (void)arg;
    *trail_end++ = '1';
}

static void second(void *arg)
{
    (void)arg;
    *trail_end++ = '2';
}

static void arena_limit(void **state)
{
    (void)state;
    struct arena *a = arena_new(10000);
    assert_non_null(arena_alloc(a, 5000));
    assert_null(arena_alloc(a, 9000));
    assert_non_null(arena_alloc(a, 1000));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 7));
    assert_null(arena_array(a, SIZE_MAX / 2, 3));
    assert_null(arena_strndup(a, "", SIZE_MAX));
    size_t got = 0;
    while (arena_alloc(a, 16))
        got += 16;
    assert_in_range(got, 1, 10000);
    arena_free(&a);
    assert_null(a);
    arena_free(&a);
    arena_free(NULL);
    a = arena_new(0);
    assert_null(arena_alloc(a, 0));
    arena_free(&a);
}

static void arena_grown(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)MiB(1));
    int *all = NULL, *other = NULL;
    size_t n = 0, moved = 0;
    for (; n < 1000; n++) {
        int *more = arena_grow(a, all, n, sizeof(*more));
        assert_non_null(more);
        assert_int_equal(more[n], 0);
        moved += more != all;
        all = more;
        all[n] = (int)n;
        other = arena_grow(a, other, n, sizeof(*other));      /* what lies behind one array is another's */
        other[n] = -1;
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(all[i], i);
    assert_in_range(moved, 2, 12);
    /* Cut to fewer, it takes more again. */
    for (n = 513 - 1; n < 600; n++) {
        all = arena_grow(a, all, n, sizeof(*all));
        all[n] = (int)n;
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(all[i], i);
    while (arena_alloc(a, 16))
        continue;
    assert_null(arena_grow(a, all, 1024, sizeof(*all)));
    assert_int_equal(all[511], 511);
    arena_free(&a);
}

static void arena_zeroed_aligned(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)MiB(4));
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, n);
    }
    assert_string_equal(arena_printf(a, "%d %s", 7, "år"), "7 år");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    arena_free(&a);
}

static void arena_defers(void **state)
{
    (void)state;
    struct arena *a = arena_new(4096);
    assert_true(arena_defer(a, first, NULL));
    assert_true(arena_defer(a, second, NULL));
    arena_free(&a);
    assert_memory_equal(trail, "21", 2);

    char text[2] = "", *at = text;
    a = arena_new(16);
    assert_non_null(arena_alloc(a, 16));
    assert_false(arena_defer(a, note, &at));
    assert_string_equal(text, "x");
    arena_free(&a);
}

static void errors(void **state)
{
    (void)state;
    struct cx cx;
    cx_open(&cx, (size_t)KiB(64));
    assert_int_equal(cx.now % 1000, 0);
    assert_rc(err_set(&cx, RC_FIELD_LENGTH, "tittel", "255"), RC_FIELD_LENGTH);
    assert_rc(err_setf(&cx, RC_JSON, NULL, "%d", 1), RC_JSON);
    assert_rc(cx_nomem(&cx), RC_NOMEM);
    assert_int_equal(cx.err.rc, RC_FIELD_LENGTH);
    assert_string_equal(err_text(&cx),
                        "tittel: Verdien er for lang: grensen er 255. Forkort verdien.");
    cx.lang = LANG_EN;
    assert_string_equal(err_text(&cx),
                        "tittel: The value is too long: the limit is 255. Shorten the value.");
    err_clear(&cx);
    assert_rc(err_secret(&cx, RC_IO, "disk %d", 3), RC_IO);
    assert_string_equal(cx.err.secret, "disk 3");
    assert_null(strstr(err_text(&cx), "disk"));
    err_clear(&cx);
    assert_rc(err_setf(&cx, RC_TOO_MANY, NULL, "%d", 30), RC_TOO_MANY);
    assert_string_equal(err_text(&cx), "Too many failed attempts. Wait 30 seconds and try again.");
    assert_string_equal(err_text_in(&cx, ERR_NN), "For mange mislykka forsøk. Vent 30 sekund og prøv igjen.");
    assert_string_equal(err_text_in(&cx, ERR_SE), "Menddo máŋga geahččaleami. Vuordde 30 sekundda ja geahččal fas.");
    err_clear(&cx);
    assert_rc(err_set(&cx, RC_JSON, "", NULL), RC_JSON);
    assert_non_null(strstr(err_text(&cx), "valid JSON."));
    cx_close(&cx);
    for (int rc = RC_OK + 1; rc < (int)RC_END; rc++) {
        assert_in_range(err_status((enum rc)rc), 400, 599);
        assert_true(err_id((enum rc)rc)[0] != '\0');
    }
    assert_int_equal(err_status((enum rc)9999), 500);
}

static void errors_without_memory(void **state)
{
    (void)state;
    struct cx cx;
    cx_open(&cx, 16);
    assert_non_null(arena_alloc(cx.arena, 16));
    assert_rc(err_set(&cx, RC_FIELD_VALUE, "tittel", "x"), RC_FIELD_VALUE);
    assert_string_equal(cx.err.field, "");
    assert_string_equal(err_text(&cx), "FIELD_VALUE");
    cx_close(&cx);
}

static void mem(void **state)
{
    (void)state;
    char *s = mem_strdup("abc");
    assert_string_equal(s, "abc");
    mem_free(s);
    mem_free(mem_new(0));
    mem_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_limit), cmocka_unit_test(arena_grown), cmocka_unit_test(arena_zeroed_aligned),
        cmocka_unit_test(arena_defers), cmocka_unit_test(errors),
        cmocka_unit_test(errors_without_memory), cmocka_unit_test(mem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
