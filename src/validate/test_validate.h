/* What the tests of the room share: a package in a folder, and questions to what was found in it. */
#ifndef SAMDRIFT_VALIDATE_TEST_H
#define SAMDRIFT_VALIDATE_TEST_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "validate/validate_int.h"

#define ARKIV "<arkiv xmlns=\"http://www.arkivverket.no/standarder/noark5/arkivstruktur\" " \
              "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
#define UUID_1 "11111111-1111-4111-8111-111111111111"
#define UUID_2 "22222222-2222-4222-8222-222222222222"

#define INFO(type, periode, counts) INFO_IN("", "", type, periode, counts)
#define INFO_IN(before, behind, type, periode, counts) \
    "<addml><dataset><dataObjects><dataObject><properties>" before "<property name=\"info\"><properties>" type \
    "<property name=\"additionalInfo\"><properties><property name=\"periode\"><properties>" periode \
    "</properties></property></properties></property></properties></property>" behind "</properties><dataObjects>" counts \
    "</dataObjects></dataObject></dataObjects></dataset></addml>"
#define VERSION "<property name=\"type\"><value>Noark 5</value><properties><property name=\"version\"><value>5.0</value>" \
                "</property></properties></property>"
#define ENTRY "<property name=\"inngaaendeSkille\"><value>skarpt</value></property>"
#define EXIT "<property name=\"utgaaendeSkille\"><value>skarpt</value></property>"
#define SUM_OF_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

struct fixture {
    struct cx cx;
    char dir[40];
    struct validation *v;
};

static inline int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    memcpy(f->dir, "/tmp/test_validate.XXXXXX", sizeof("/tmp/test_validate.XXXXXX"));
    assert_non_null(mkdtemp(f->dir));
    cx_open(&f->cx, (size_t)MiB(64));
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    validation_free(&f->v);
    assert_int_equal(system(arena_printf(f->cx.arena, "rm -rf %s", f->dir)), 0);
    cx_close(&f->cx);
    mem_free(f);
    return 0;
}

static inline void put(struct fixture *f, const char *name, struct str text)
{
    char *path = arena_printf(f->cx.arena, "%s/%s", f->dir, name);
    for (char *p = path + strlen(f->dir) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        (void)mkdir(path, 0700);
        *p = '/';
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text.p, 1, text.n, out), text.n);
    assert_int_equal(fclose(out), 0);
}

static inline void run(struct fixture *f, bool arkade)
{
    const struct validate_options o = {.arkade = arkade};
    validation_free(&f->v);
    err_clear(&f->cx);
    assert_ok(validate_run(&f->cx, f->dir, &o, &f->v));
}

static inline void run_archive(struct fixture *f, const char *archive, bool arkade)
{
    put(f, "arkivstruktur.xml", str_of(archive));
    run(f, arkade);
}

static inline int64_t found(const struct fixture *f, enum test_id t, enum finding_id kind)
{
    const struct rows *groups = &f->v->results[t].groups;
    int64_t n = 0;
    for (size_t i = 0; i < groups->n; i++)
        n += groups->v[i].tag == (int)kind ? groups->v[i].n : 0;
    return n;
}

static inline int64_t number(const struct fixture *f, enum test_id t, const char *label)
{
    struct rows all = numbers_over_parts(&f->v->results[t]);
    int64_t n = -1;
    for (size_t i = 0; i < all.n; i++)
        if (str_is(all.v[i].label, label))
            n = all.v[i].n;
    rows_free(&all);
    return n;
}

static inline int64_t errors(const struct fixture *f, enum test_id t)
{
    return result_errors(f->v, &f->v->results[t]);
}

/* Line of the first finding of that kind. */
static inline int64_t first_line(const struct fixture *f, enum test_id t, enum finding_id kind)
{
    struct told told = {0};
    int64_t at = 0, line = -1;
    buf_init(&told.bytes, 10000);
    while (line < 0 && told_next(f->v->results[t].spool, &at, &told))
        if (told.kind == kind)
            line = told.line;
    buf_free(&told.bytes);
    return line;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
