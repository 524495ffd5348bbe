/* METS, PREMIS and the files that must be there round an extract. */
#include "validate/test_validate.h"

#define FILE_OF(path, size, sum) "<file ID=\"x\" SIZE=\"" size "\" CHECKSUMTYPE=\"SHA-256\" CHECKSUM=\"" sum \
                                 "\"><FLocat xlink:href=\"file:" path "\"/></file>\n"

static void dias(void **state)
{
    struct fixture *f = *state;
    put(f, "u/content/arkivstruktur.xml", STR(ARKIV "</arkiv>"));
    put(f, "u/content/a.txt", STR("a"));
    put(f, "u/content/b.txt", STR("a"));
    put(f, "u/dias-mets.xml", STR("<mets xmlns:xlink=\"http://www.w3.org/1999/xlink\" OBJID=\"UUID:other\" TYPE=\"SIP\">\n"
        FILE_OF("content/a.txt", "1", SUM_OF_A) FILE_OF("content/b.txt", "2", "00") FILE_OF("content/gone.txt", "1", "")
        FILE_OF("../../etc/passwd", "1", "") "</mets>"));
    run(f, false);
    assert_int_equal(number(f, T_123, ""), 4);
    assert_int_equal(found(f, T_123, F_SIZE_WRONG), 1);
    assert_int_equal(found(f, T_123, F_CHECKSUM_WRONG), 1);
    assert_int_equal(found(f, T_123, F_METS_DANGLING), 1);
    assert_int_equal(found(f, T_123, F_METS_UNSAFE), 1);
    assert_int_equal(found(f, T_123, F_OBJECT_ID), 1);
    assert_int_equal(found(f, T_124, F_METS_UNLISTED), 1);
    assert_true(found(f, T_122, F_DIAS_MISSING) > 0);
}

/* METS and PREMIS name files, each other's objects, and the package. */
static void dias_pointers(void **state)
{
    struct fixture *f = *state;
    put(f, "u/content/arkivstruktur.xml", STR(ARKIV "</arkiv>"));
    put(f, "u/a.txt", STR("a"));
    put(f, "u/dias-mets.xml", STR("<mets xmlns:xlink=\"http://www.w3.org/1999/xlink\" OBJID=\"UUID:u\">\n"
        "<dmdSec><mdRef ID=\"m\" SIZE=\"1\" CHECKSUMTYPE=\"SHA-256\" CHECKSUM=\"" SUM_OF_A "\""
        " xlink:href=\"file:a.txt\"/></dmdSec>\n"
        FILE_OF("content/arkivstruktur.xml", "", "")
        "<structMap><div><fptr FILEID=\"x\"/><fptr FILEID=\"m\"/>\n<fptr FILEID=\"gone\"/></div></structMap></mets>"));
#define OBJECT(id) "<object><objectIdentifier><objectIdentifierValue>" id "</objectIdentifierValue></objectIdentifier></object>\n"
#define LINK(id) "<event><linkingObjectIdentifierValue>" id "</linkingObjectIdentifierValue></event>\n"
    put(f, "u/administrative_metadata/dias-premis.xml",
        STR("<premis>\n" OBJECT("UUID:U") OBJECT("a.txt") OBJECT("u/a.txt") OBJECT("content/gone.pdf") OBJECT("other")
            LINK("a.txt") LINK("nobody") "</premis>"));
    run(f, false);
    assert_int_equal(number(f, T_123, ""), 2);
    assert_int_equal(found(f, T_123, F_POINTER_DANGLING), 1);
    assert_int_equal(first_line(f, T_123, F_POINTER_DANGLING), 5);
    assert_int_equal(found(f, T_124, F_METS_UNLISTED), 1);
    assert_int_equal(found(f, T_125, F_PREMIS_DANGLING), 1);
    assert_int_equal(first_line(f, T_125, F_PREMIS_DANGLING), 5);
    assert_int_equal(found(f, T_125, F_PREMIS_OTHER), 1);
    assert_int_equal(found(f, T_125, F_POINTER_DANGLING), 1);
    assert_int_equal(first_line(f, T_125, F_POINTER_DANGLING), 8);
}

/* Paths of METS are URLs: %20 is a space. Other systems write backslashes. */
static void dias_paths(void **state)
{
    struct fixture *f = *state;
    put(f, "u/content/arkivstruktur.xml", STR(ARKIV "</arkiv>"));
    put(f, "u/content/en fil å.txt", STR("a"));
    put(f, "u/content/b.txt", STR("a"));
    put(f, "u/content/100%20.txt", STR("a"));
    put(f, "info.xml", STR("<mets/>"));
    put(f, "u/dias-mets.xml", STR("<mets xmlns:xlink=\"http://www.w3.org/1999/xlink\" OBJID=\"UUID:u\" TYPE=\"SIP\">\n"
        FILE_OF("content/arkivstruktur.xml", "", "") FILE_OF("content/en%20fil%20%C3%A5.txt", "1", SUM_OF_A)
        FILE_OF("content\\b.txt", "1", SUM_OF_A) FILE_OF("content/100%20.txt", "1", SUM_OF_A)
        FILE_OF("content/%2e%2e/%2e%2e/info.xml", "1", "") "</mets>"));
    run(f, false);
    assert_int_equal(found(f, T_123, F_METS_DANGLING), 1);
    assert_int_equal(first_line(f, T_123, F_METS_DANGLING), 6);
    assert_int_equal(found(f, T_124, F_METS_UNLISTED), 0);
}

/* One that cannot be opened lists nothing: what it ought to list is not looked for. */
static void dias_closed_mets(void **state)
{
    struct fixture *f = *state;
    put(f, "u/content/arkivstruktur.xml", STR(ARKIV "</arkiv>"));
    put(f, "u/dias-mets.xml/a.txt", STR("a"));
    run(f, false);
    assert_int_equal(found(f, T_123, F_METS_BROKEN), 1);
    assert_true(f->v->results[T_124].skipped);
}

/* Without METS nothing is unlisted, and no PREMIS is of another package. */
static void dias_without_mets(void **state)
{
    struct fixture *f = *state;
    put(f, "u/content/arkivstruktur.xml", STR(ARKIV "</arkiv>"));
    put(f, "u/log.xml", STR("<premis>" OBJECT("other") "</premis>"));
    for (int broken = 0; broken < 2; broken++) {
        if (broken)
            put(f, "u/dias-mets.xml", STR("<mets OBJID=\"UUID:u\""));
        run(f, false);
        assert_int_equal(found(f, T_123, F_METS_BROKEN), broken);
        assert_int_equal(found(f, T_124, F_METS_UNLISTED), 0);
        assert_true(f->v->results[T_124].skipped);
        assert_int_equal(found(f, T_125, F_PREMIS_OTHER), 0);
    }
}

static bool is_missing(const struct fixture *f, enum finding_id kind, const char *path)
{
    struct told told = {0};
    int64_t at = 0;
    bool missing = false;
    buf_init(&told.bytes, 10000);
    while (!missing && told_next(f->v->results[T_122].spool, &at, &told))
        missing = told.kind == kind && str_is(told.place, path);
    buf_free(&told.bytes);
    return missing;
}

/* An AIP has its description in administrative_metadata too, under either name; its handbook is no stray file. */
static void dias_aip(void **state)
{
    struct fixture *f = *state;
    put(f, "u/content/arkivstruktur.xml", STR(ARKIV "</arkiv>"));
    put(f, "u/content/arkivuttrekk.xml", STR(INFO(VERSION, ENTRY EXIT, "")));
    put(f, "u/content/systemhåndbok.pdf", STR("%PDF-1.4"));
    put(f, "u/dias-mets.xml", STR("<mets OBJID=\"UUID:u\" TYPE=\"AIP\"></mets>"));
    run(f, false);
    assert_true(is_missing(f, F_DIAS_MISSING, "administrative_metadata/arkivuttrekk.xml"));
    assert_true(is_missing(f, F_DIAS_MISSING, "descriptive_metadata"));
    assert_false(is_missing(f, F_DIAS_ACCEPTABLE, "content/systemhåndbok.pdf"));
    assert_int_equal(found(f, T_120, F_FILE_UNLISTED), 1); /* arkivstruktur.xml */
    put(f, "u/administrative_metadata/addml.xml", STR("<addml/>"));
    run(f, false);
    assert_false(is_missing(f, F_DIAS_MISSING, "administrative_metadata/arkivuttrekk.xml"));
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(dias), TEST(dias_pointers), TEST(dias_paths), TEST(dias_without_mets), TEST(dias_closed_mets), TEST(dias_aip),
    };
    return cmocka_run_group_tests_name("validate_dias", all, NULL, NULL);
}
