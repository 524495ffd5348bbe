/* Packages made by the test itself: folders, tars whole and damaged, XML good, bad and hostile. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "pack/pack_int.h"

struct fixture {
    struct cx cx;
    char dir[40], tar[60];
    FILE *out;
    struct pack *pack;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    memcpy(f->dir, "/tmp/test_pack.XXXXXX", sizeof("/tmp/test_pack.XXXXXX"));
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->tar, sizeof(f->tar), "%s/p.tar", f->dir);
    cx_open(&f->cx, (size_t)MiB(16));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    pack_close(&f->pack);
    char *command = arena_printf(f->cx.arena, "rm -rf %s", f->dir);
    assert_int_equal(system(command), 0);
    cx_close(&f->cx);
    mem_free(f);
    return 0;
}

/* ---------------------------------------------------------------- making */

static void put_file(struct fixture *f, const char *name, const char *text)
{
    char *path = arena_printf(f->cx.arena, "%s/%s", f->dir, name);
    for (char *p = path + strlen(f->dir) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        (void)mkdir(path, 0700);
        *p = '/';
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void put_block(struct fixture *f, const void *p, size_t n)
{
    static const char zero[512];
    assert_int_equal(fwrite(p, 1, n, f->out), n);
    if (n % 512)
        assert_int_equal(fwrite(zero, 1, 512 - n % 512, f->out), 512 - n % 512);
}

static void put_header(struct fixture *f, const char *name, char type, unsigned size)
{
    char h[512] = {0};
    unsigned sum = 0;
    (void)snprintf(h, 100, "%s", name);
    (void)snprintf(h + 124, 12, "%011o", size);
    memset(h + 148, ' ', 8);
    h[156] = type;
    memcpy(h + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof(h); i++)
        sum += (unsigned char)h[i];
    (void)snprintf(h + 148, 8, "%06o", sum);
    put_block(f, h, sizeof(h));
}

static void put_member(struct fixture *f, const char *name, char type, const char *text)
{
    put_header(f, name, type, (unsigned)strlen(text));
    put_block(f, text, strlen(text));
}

static void tar_begin(struct fixture *f)
{
    f->out = fopen(f->tar, "w");
    assert_non_null(f->out);
}

static void tar_end(struct fixture *f, int zero_blocks)
{
    static const char zero[512];
    for (int i = 0; i < zero_blocks; i++)
        put_block(f, zero, sizeof(zero));
    assert_int_equal(fclose(f->out), 0);
}

static const struct pack_entry *member(struct fixture *f, const char *path)
{
    const struct pack_entry *e = pack_find(f->pack, path);
    assert_non_null(e);
    return e;
}

static void assert_bytes(struct fixture *f, const char *path, const char *want)
{
    struct str s;
    char hex[SHA256_HEX_MAX], hashed[SHA256_HEX_MAX];
    assert_ok(pack_bytes(&f->cx, f->pack, member(f, path), 1000, &s));
    assert_str(s, want);
    sha256_hex(want, strlen(want), hex);
    assert_ok(pack_sha256(&f->cx, f->pack, member(f, path), hashed));
    assert_string_equal(hex, hashed);
}

/* ---------------------------------------------------------------- packages */

static void test_extract_in_folder(void **state)
{
    struct fixture *f = *state;
    put_file(f, "arkivstruktur.xml", "<arkiv/>");
    put_file(f, "DOKUMENT/2026/a.pdf", "%PDF");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    const struct pack_layout *l = pack_layout(f->pack);
    assert_false(l->tar);
    assert_false(l->dias);
    assert_string_equal(l->extract, "");
    assert_string_equal(l->documents, "DOKUMENT/");
    assert_bytes(f, "DOKUMENT/2026/a.pdf", "%PDF");
    assert_int_equal(pack_bytes_read(f->pack), 8);
    assert_null(pack_find(f->pack, "DOKUMENT/2026/b.pdf"));
    assert_string_equal(pack_entry(f->pack, pack_first(f->pack, "DOKUMENT/"))->path, "DOKUMENT/2026");
}

static void test_dias_in_folder(void **state)
{
    struct fixture *f = *state;
    put_file(f, "u-1/dias-mets.xml", "<mets/>");
    put_file(f, "u-1/content/addml.xml", "<addml/>");
    put_file(f, "u-1/content/Dokumenter/a.txt", "a");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    const struct pack_layout *l = pack_layout(f->pack);
    assert_true(l->dias);
    assert_string_equal(l->root, "u-1/");
    assert_string_equal(l->extract, "u-1/content/");
    assert_string_equal(l->documents, "Dokumenter/");
    assert_non_null(pack_find_in(f->pack, l->extract, STR("addml.xml")));
}

/* What systems leave beside the package (.DS_Store, info.xml of an unpacked one) does not hide it; two packages do. */
static void test_package_beside_other_files(void **state)
{
    struct fixture *f = *state;
    put_file(f, ".DS_Store", "x");
    put_file(f, "info.xml", "<mets/>");
    put_file(f, "andre/notat.txt", "x");
    put_file(f, "u-1/dias-mets.xml", "<mets/>");
    put_file(f, "u-1/administrative_metadata/addml.xml", "<addml/>");
    put_file(f, "u-1/content/arkivstruktur.xml", "<arkiv/>");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_true(pack_layout(f->pack)->dias);
    assert_string_equal(pack_layout(f->pack)->root, "u-1/");
    pack_close(&f->pack);
    put_file(f, "u-2/arkivstruktur.xml", "<arkiv/>");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_string_equal(pack_layout(f->pack)->root, "");
    assert_rc(pack_no_extract(&f->cx, f->pack), RC_PACKAGE);
    const char *said = f->cx.err.detail;
    assert_non_null(strstr(said, "u-1"));
    assert_null(strstr(said, "administrative_metadata"));
}

static void test_links_are_not_followed(void **state)
{
    struct fixture *f = *state;
    put_file(f, "arkivstruktur.xml", "<arkiv/>");
    assert_int_equal(symlink("/etc/passwd", arena_printf(f->cx.arena, "%s/link.txt", f->dir)), 0);
    assert_int_equal(symlink("/etc", arena_printf(f->cx.arena, "%s/dir", f->dir)), 0);
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_int_equal(member(f, "link.txt")->faults, PACK_IS_LINK);
    assert_null(pack_find(f->pack, "dir/passwd"));
    struct pack_stream s;
    assert_rc(pack_stream_open(&f->cx, f->pack, member(f, "link.txt"), &s), RC_PACKAGE);
    assert_int_equal(pack_open_below(f->pack->fd, "dir/passwd", O_RDONLY), -1);
}

static void test_tar(void **state)
{
    struct fixture *f = *state;
    char deep[300];
    memset(deep, 'd', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    memcpy(deep, "u/content/", 10);
    tar_begin(f);
    put_member(f, "u/", '5', "");
    put_member(f, "u/dias-mets.xml", '0', "<mets/>");
    put_member(f, "././@LongLink", 'L', deep);
    put_member(f, "u/content/ddd", '0', "long");
    put_member(f, "pax", 'x', "30 path=u/content/b\xc3\xa5t er.txt\n");
    put_member(f, "u/content/cut", '0', "pax");
    put_member(f, "./u/content//x.txt", '\0', "x");
    tar_end(f, 2);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    const struct pack_layout *l = pack_layout(f->pack);
    assert_true(l->tar && l->dias);
    assert_string_equal(l->extract, "u/content/");
    assert_int_equal(l->tar_faults, 0);
    assert_int_equal(pack_count(f->pack), 5);
    assert_bytes(f, deep, "long");
    assert_bytes(f, "u/content/b\xc3\xa5t er.txt", "pax");
    assert_bytes(f, "u/content/x.txt", "x");
}

static void test_tar_in_folder_of_results(void **state)
{
    struct fixture *f = *state;
    tar_begin(f);
    put_member(f, "u/content/arkivstruktur.xml", '0', "<arkiv/>");
    tar_end(f, 2);
    put_file(f, "p.xml", "<mets/>");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_true(pack_layout(f->pack)->tar);
    assert_string_equal(pack_layout(f->pack)->beside, arena_printf(f->cx.arena, "%s/p.xml", f->dir));
}

static void test_unsafe_members(void **state)
{
    struct fixture *f = *state;
    struct pack_stream s;
    tar_begin(f);
    put_member(f, "u/../../etc/cron", '0', "evil");
    put_member(f, "/abs", '0', "evil");
    put_member(f, "u/link", '2', "");
    put_member(f, "u/dev", '3', "");
    put_member(f, "u/\xff", '0', "latin");
    put_member(f, "u/a\\b", '0', "slash");
    put_member(f, "u/twice", '0', "first");
    put_member(f, "u/twice", '0', "second");
    put_member(f, "u/TWICE", '0', "third");
    tar_end(f, 2);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    assert_int_equal(member(f, "u/../../etc/cron")->faults, PACK_CLIMBS);
    assert_int_equal(member(f, "/abs")->faults, PACK_ABSOLUTE);
    assert_int_equal(member(f, "u/link")->faults, PACK_IS_LINK);
    assert_int_equal(member(f, "u/dev")->faults, PACK_IS_OTHER);
    assert_int_equal(member(f, "u/\xff")->faults, PACK_ENCODING);
    assert_int_equal(member(f, "u/a\\b")->faults, PACK_BACKSLASH);
    assert_int_equal(member(f, "u/TWICE")->faults, PACK_CASE);
    assert_bytes(f, "u/twice", "second");
    assert_int_equal(member(f, "u/twice")[-1].faults & PACK_TWICE, PACK_TWICE);
    assert_rc(pack_stream_open(&f->cx, f->pack, member(f, "/abs"), &s), RC_PACKAGE);
    assert_rc(pack_stream_open(&f->cx, f->pack, member(f, "u/../../etc/cron"), &s), RC_PACKAGE);
}

static void test_damaged_tars(void **state)
{
    struct fixture *f = *state;
    tar_begin(f);
    put_member(f, "u/a", '0', "a");
    put_header(f, "u/b", '0', 5000);
    put_block(f, "half", 4);
    tar_end(f, 0);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    assert_int_equal(pack_layout(f->pack)->tar_faults, PACK_TAR_CUT);
    assert_int_equal(pack_layout(f->pack)->tar_fault_at, 1024);
    assert_int_equal(member(f, "u/b")->faults, PACK_CUT);
    assert_bytes(f, "u/a", "a");
    pack_close(&f->pack);
    tar_begin(f);
    put_member(f, "u/a", '0', "a");
    tar_end(f, 0);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    assert_int_equal(pack_layout(f->pack)->tar_faults, PACK_TAR_NO_END);
    pack_close(&f->pack);
    tar_begin(f);
    put_member(f, "u/a", '0', "a");
    put_block(f, "rubbish", 7);
    tar_end(f, 2);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    assert_int_equal(pack_layout(f->pack)->tar_faults, PACK_TAR_HEADER);
}

static void test_no_package(void **state)
{
    struct fixture *f = *state;
    static const char *const contents[] = {"", "\x1f\x8b gzip", "just text", "PK\3\4"};
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        put_file(f, "p.tar", contents[i]);
        err_clear(&f->cx);
        assert_rc(pack_open(&f->cx, f->tar, &f->pack), RC_PACKAGE);
    }
    err_clear(&f->cx);
    assert_rc(pack_open(&f->cx, "/nonexistent", &f->pack), RC_PACKAGE);
}

/* Where no extract is, the answer says where one lies, or that the tar ends before it. */
static void test_extract_elsewhere(void **state)
{
    struct fixture *f = *state;
    put_file(f, "README.md", "x");
    put_file(f, "levert/uttrekk/arkivstruktur.xml", "<arkiv/>");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_rc(pack_no_extract(&f->cx, f->pack), RC_PACKAGE);
    assert_non_null(strstr(f->cx.err.detail, "levert/uttrekk"));
    assert_null(strstr(f->cx.err.detail, "uttrekk/arkiv"));
    pack_close(&f->pack);
    err_clear(&f->cx);
    tar_begin(f);
    put_member(f, "u/", '5', "");
    put_header(f, "u/arkivstruktur.xml", '0', 5000);
    assert_int_equal(fclose(f->out), 0);
    assert_int_equal(truncate(f->tar, 700), 0);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    assert_rc(pack_no_extract(&f->cx, f->pack), RC_PACKAGE);
    assert_non_null(strstr(f->cx.err.detail, "byte 512"));
}

/* A path that means to lie elsewhere does not hide the folder all others lie in. */
static void test_one_folder_beside_unsafe_members(void **state)
{
    struct fixture *f = *state;
    tar_begin(f);
    put_member(f, "/a", '0', "x");
    put_member(f, "u/arkivstruktur.xml", '0', "x");
    put_member(f, "u/filer/1.pdf", '0', "x");
    put_member(f, "z/../../b", '0', "x");
    tar_end(f, 2);
    assert_ok(pack_open(&f->cx, f->tar, &f->pack));
    assert_string_equal(pack_layout(f->pack)->extract, "u/");
    assert_string_equal(pack_layout(f->pack)->documents, "filer/");
}

/* The only folder of an extract is that of its documents, whatever it is called; of two none is. */
static void test_documents_by_another_name(void **state)
{
    struct fixture *f = *state;
    put_file(f, "arkivstruktur.xml", "<arkiv/>");
    put_file(f, "vedlegg/1/a.pdf", "x");
    put_file(f, "vedlegg/2/b.pdf", "x");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_string_equal(pack_layout(f->pack)->documents, "vedlegg/");
    pack_close(&f->pack);
    put_file(f, "notater/c.txt", "x");
    assert_ok(pack_open(&f->cx, f->dir, &f->pack));
    assert_string_equal(pack_layout(f->pack)->documents, "");
}

/* ---------------------------------------------------------------- XML */

/* What was seen, as text: "<name@line" at a start, "name=text>" at an end, "!kind@line" for a fault. */
struct seen {
    struct buf out;
    bool stop_at_b;
};

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct seen *s = arg;
    struct str a = pack_xml_attr_value(e, "a");
    buf_printf(&s->out, "<%s%s@%" PRId64 " ", e->name, e->empty_tag ? "/" : "", e->line);
    if (a.n)
        buf_printf(&s->out, "[%.*s] ", (int)a.n, a.p);
    if (s->stop_at_b && streq(e->name, "b"))
        pack_xml_stop(x);
}

static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    (void)x;
    struct seen *s = arg;
    buf_printf(&s->out, "%s", e->name);
    if (e->leaf)
        buf_printf(&s->out, "=%.*s", (int)e->text.n, e->text.p);
    buf_puts(&s->out, "> ");
}

static void on_fault(void *arg, struct pack_xml *x, const struct pack_xml_fault *f)
{
    (void)x;
    struct seen *s = arg;
    buf_printf(&s->out, "!%d@%" PRId64 " ", (int)f->kind, f->line);
}

static void on_text(void *arg, struct pack_xml *x, struct str text)
{
    (void)x;
    buf_printf(&((struct seen *)arg)->out, "'%.*s' ", (int)text.n, text.p);
}

static const struct pack_xml_events events = {.start = on_start, .end = on_end, .text = on_text, .fault = on_fault};

static enum rc read_xml(struct fixture *f, struct str text, const struct pack_xml_options *o, struct seen *s)
{
    struct pack_stream stream;
    buf_init(&s->out, (size_t)MiB(1));
    err_clear(&f->cx);
    pack_stream_memory(&stream, text);
    enum rc rc = pack_xml_read(&f->cx, &stream, &events, s, o);
    pack_stream_close(&stream);
    return rc;
}

static void test_xml(void **state)
{
    static const struct {
        const char *text, *want;
        enum rc rc;
    } rows[] = {
        {"<r>\n<a>x &amp; y</a>\n<b a='&lt;1'/></r>", "<r@1 <a@2 a=x & y> <b/@3 [<1] b=> r> ", RC_OK},
        {"\xef\xbb\xbf<r>\r\n<a>1\r\n2</a>\r\n</r>\r\n", "<r@1 <a@2 a=1\n2> r> ", RC_OK},
        {"<?xml version='1.0' encoding='ISO-8859-1'?><r>\xe5</r>", "<r@1 r=\xc3\xa5> ", RC_OK},
        {"<r><![CDATA[<a>]]></r>", "<r@1 r=<a>> ", RC_OK},
        {"<r>x <a>y</a>\n z&lt;<a/> </r>", "<r@1 'x ' <a@1 a=y> '\n z<' <a/@2 a=> r> ", RC_OK},
        {"", "!0@1 ", RC_XML},
        {"<r>\n<a></r>", "<r@1 <a@2 !0@2 !0@2 ", RC_XML},
        {"<r>\n\n", "<r@1 !0@3 ", RC_XML},
        {"<r>\xe5</r>", "<r@1 !4@1 ", RC_XML},
        {"<r>&x;</r>", "<r@1 !0@1 ", RC_XML},
        {"<!DOCTYPE r [<!ENTITY x 'y'>]>\n<r>&x;</r>", "!1@1 ", RC_XML},
        {"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>", "!1@1 ", RC_XML},
    };
    struct seen s = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_rc(read_xml(*state, str_of(rows[i].text), NULL, &s), rows[i].rc);
        assert_string_equal(s.out.p, rows[i].want);
        buf_free(&s.out);
    }
}

/* The user who may not read it is told so, with the path; a disk that fails is another matter. */
static void test_rights(void **state)
{
    struct fixture *f = *state;
    assert_rc(pack_closed(&f->cx, "dokumenter/1.pdf", EACCES), RC_PACKAGE);
    assert_string_equal(f->cx.err.field, "dokumenter/1.pdf");
    assert_non_null(strstr(f->cx.err.detail, "ikke lov til å lese"));
    err_clear(&f->cx);
    assert_rc(pack_closed(&f->cx, "dokumenter/1.pdf", EIO), RC_IO);
    err_clear(&f->cx);
    struct pack_stream s;
    errno = EACCES;             /* of something else, before */
    assert_rc(pack_stream_file(&f->cx, "/", &s), RC_IO);
}

/* What is wrong and what to do, in the language of the caller, by the version of libxml2 that is here. */
static void test_xml_words(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "linje 1: Filen inneholder ingen XML"},
        {"hei", "linje 1: Filen inneholder ingen XML"},
        {"<r>\n<a>x</b></r>", "linje 2: Start- og slutt-tagg er ulike (a, b)"},
        {"<r>\n<a>x", "linje 2: Filen slutter midt i et element; den er trolig avkuttet (a)"},
        {"<r>\n<a>x & y</a></r>", "linje 2: «&» skal skrives &amp;"},
        {"<r>\n<a>x &y</a></r>", "linje 2: «&» skal skrives &amp;"},
        {"<r>x < y</r>", "linje 1: «<» i tekst skal skrives &lt;, og navnet på et element begynner med en bokstav"},
        {"<r>&nbsp;</r>", "linje 1: En entitet er ikke definert; skriv tegnet selv (nbsp)"},
        {"<r>\x01</r>", "linje 1: Et tegn som XML ikke tillater; det må bort (U+0001)"},
        {"<r>&#2;</r>", "linje 1: Et tegn som XML ikke tillater; det må bort (U+0002)"},
        {"<r>\xe5</r>", "linje 1: Filen er ikke i tegnsettet den oppgir; skriv den i UTF-8 (0xE5 0x3C 0x2F 0x72)"},
        {"<?xml version='1.0' encoding='UTF-16'?><r/>", "linje 1: Filen er ikke i tegnsettet den oppgir; skriv den i UTF-8"},
        {"<?xml version='1.0' encoding='KLINGON'?><r/>", "linje 1: Tegnsettet er ukjent; skriv filen i UTF-8 (KLINGON)"},
        {"<x:r/>", "linje 1: Et prefiks for navnerom er ikke definert (x)"},
        {"<r a='1' a='2'/>", "linje 1: Et attributt står to ganger i samme element (a)"},
        {"<r a=1/>", "linje 1: Verdien av et attributt skal stå i anførselstegn"},
        {"<r a/>", "linje 1: Et attributt mangler verdi (a)"},
        {"<r/><s/>", "linje 1: Det står noe etter rotelementet; det må bort"},
        {"\n<?xml version='1.0'?><r/>", "linje 2: XML-deklarasjonen skal stå aller først i filen"},
        {"<r><!-- ", "linje 1: En kommentar slutter ikke; «-->» mangler"},
        {"<r>]]></r>", "linje 1: «]]>» i tekst skal skrives ]]&gt;"},
        {"<!DOCTYPE r><r/>", "linje 1: Dokumenttype (DOCTYPE) er ikke tillatt; fjern den og entitetene i den"},
        {"<r xmlns='http://www.w3.org/2000/xmlns/'/>", "linje 1: Et navnerom er brukt i strid med reglene for XML"},
    };
    struct fixture *f = *state;
    struct seen s = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_rc(read_xml(f, str_of(rows[i].text), NULL, &s), RC_XML);
        assert_string_equal(f->cx.err.detail, rows[i].want);
        buf_free(&s.out);
    }
    f->cx.lang = LANG_EN;
    assert_rc(read_xml(f, STR("<r><a></r>"), NULL, &s), RC_XML);
    assert_string_equal(f->cx.err.detail, "line 1: Start tag and end tag differ (a, r)");
    buf_free(&s.out);
}

static void test_xml_goes_on(void **state)
{
    struct seen s = {0};
    struct pack_xml_options o = {.go_on = true};
    assert_rc(read_xml(*state, STR("<r>\n<a>\xe5</a>\n<b>&x;</b><c/></r>"), &o, &s), RC_XML);
    assert_non_null(strstr(s.out.p, "!4@2 "));
    assert_non_null(strstr(s.out.p, "!0@3 "));
    assert_non_null(strstr(s.out.p, "<c/@3 c=> r> "));
    buf_free(&s.out);
}

static void test_xml_stops(void **state)
{
    struct seen s = {.stop_at_b = true};
    assert_ok(read_xml(*state, STR("<r><a/><b/><c/></r>"), NULL, &s));
    assert_string_equal(s.out.p, "<r@1 <a/@1 a=> <b/@1 ");
    buf_free(&s.out);
}

/* Space between elements means nothing, however much it is. */
static void test_xml_much_space(void **state)
{
    struct buf b;
    struct seen s = {0};
    buf_init(&b, (size_t)MiB(10));
    buf_puts(&b, "<r><a/>");
    for (int i = 0; i < PACK_XML_TEXT / 64 + 1; i++)
        buf_printf(&b, "%64s", "\n");
    buf_puts(&b, "<b/></r>");
    assert_ok(read_xml(*state, buf_str(&b), NULL, &s));
    assert_string_equal(s.out.p, "<r@1 <a/@1 a=> <b/@131074 b=> r> ");
    buf_free(&s.out);
    buf_free(&b);
}

static void test_xml_too_deep(void **state)
{
    struct buf b;
    struct seen s = {0};
    buf_init(&b, (size_t)MiB(1));
    for (int i = 0; i < 10000; i++)
        buf_puts(&b, "<a>");
    assert_rc(read_xml(*state, buf_str(&b), NULL, &s), RC_XML);
    assert_string_equal(((struct fixture *)*state)->cx.err.detail, "linje 1: Elementer ligger i hverandre i mer enn 256 nivåer");
    buf_free(&s.out);
    buf_free(&b);
}

/* ---------------------------------------------------------------- schemas */

#define XS "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
static const struct {
    const char *name, *text;
} files[] = {
    {"main.xsd", XS "targetNamespace='urn:m' xmlns:t='urn:t' elementFormDefault='qualified'>"
                 "<xs:import namespace='urn:t' schemaLocation='http://far.example/away/types.xsd'/>"
                 "<xs:element name='r'><xs:complexType><xs:sequence>"
                 "<xs:element name='n' type='t:n' maxOccurs='unbounded'/>"
                 "</xs:sequence></xs:complexType></xs:element></xs:schema>"},
    {"types.xsd", XS "targetNamespace='urn:t'><xs:simpleType name='n'><xs:restriction base='xs:int'/>"
                  "</xs:simpleType></xs:schema>"},
    {"lax.xsd", XS "targetNamespace='urn:m' elementFormDefault='qualified'><xs:element name='r'/></xs:schema>"},
    {"lost.xsd", XS "><xs:include schemaLocation='gone.xsd'/></xs:schema>"},
    {"bomb.xsd", "<!DOCTYPE x [<!ENTITY a 'b'>]>" XS "/>"},
};

static struct str find_file(void *arg, const char *name)
{
    (void)arg;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        if (streq(files[i].name, name))
            return str_of(files[i].text);
    return (struct str){NULL, 0};
}

static struct pack_schema *schema(struct fixture *f, const char *name)
{
    struct pack_schema_files from = {.find = find_file};
    struct pack_schema *s;
    assert_ok(pack_schema_new(&f->cx, name, &from, &s));
    return s;
}

static void test_two_schemas_in_one_pass(void **state)
{
    struct fixture *f = *state;
    struct pack_xml_options o = {.schema = {schema(f, "main.xsd"), schema(f, "lax.xsd")}};
    struct buf b;
    struct seen s = {0};
    buf_init(&b, (size_t)MiB(4));
    buf_puts(&b, "<r xmlns='urn:m'>");
    for (int i = 0; i < 70000; i++)
        buf_puts(&b, "\n");
    buf_puts(&b, "<n>1</n>\n<n>x</n></r>");
    assert_ok(read_xml(f, buf_str(&b), &o, &s));
    assert_string_equal(s.out.p, "<r@1 <n@70001 n=1> <n@70002 n=x> r> !2@70002 ");
    buf_free(&s.out);
    buf_free(&b);
    pack_schema_free(&o.schema[0]);
    pack_schema_free(&o.schema[1]);
}

static void test_bad_schemas(void **state)
{
    struct fixture *f = *state;
    struct pack_schema_files from = {.find = find_file};
    struct pack_schema *s;
    static const char *const names[] = {"lost.xsd", "bomb.xsd", "none.xsd"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        err_clear(&f->cx);
        assert_rc(pack_schema_new(&f->cx, names[i], &from, &s), RC_XML);
    }
}

/* ------------------------------------------------------------------ schemas that would take all memory */

struct one_file {
    struct str text;
};

static struct str find_one(void *arg, const char *name)
{
    const struct one_file *one = arg;
    return streq(name, "a.xsd") ? one->text : (struct str){NULL, 0};
}

static void repeat(struct buf *b, int n, const char *text)
{
    for (int k = 0; k < n; k++)
        buf_puts(b, text);
}

/* Each level, called g and its number, stands ten times in the next: 10^8 in the last. */
static void levels(struct buf *b, const char *first, const char *begin, const char *of, const char *one, const char *end)
{
    buf_puts(b, first);
    for (int i = 1; i < 9; i++) {
        buf_printf(b, "%sg%d%s", begin, i, of);
        for (int k = 0; k < 10; k++)
            buf_printf(b, "%sg%d%s", one, i - 1, *one == ' ' ? "" : "'/>");
        buf_puts(b, end);
    }
}

static void nested_groups(struct buf *b)
{
    levels(b, "<xs:group name='g0'><xs:sequence><xs:element name='a'/></xs:sequence></xs:group>",
           "<xs:group name='", "'><xs:sequence>", "<xs:group ref='", "</xs:sequence></xs:group>");
    buf_puts(b, "<xs:element name='r'><xs:complexType><xs:sequence><xs:group ref='g8'/></xs:sequence></xs:complexType>"
                "</xs:element>");
}

static void nested_attributes(struct buf *b)
{
    levels(b, "<xs:attributeGroup name='g0'><xs:attribute name='a'/></xs:attributeGroup>", "<xs:attributeGroup name='",
           "'>", "<xs:attributeGroup ref='", "</xs:attributeGroup>");
    buf_puts(b, "<xs:element name='r'><xs:complexType><xs:attributeGroup ref='g8'/></xs:complexType></xs:element>");
}

static void nested_unions(struct buf *b)
{
    levels(b, "<xs:simpleType name='g0'><xs:restriction base='xs:string'/></xs:simpleType>",
           "<xs:simpleType name='", "'><xs:union memberTypes='", " ", "'/></xs:simpleType>");
    buf_puts(b, "<xs:element name='r' type='g8'/>");
}

static void long_descent(struct buf *b)
{
    buf_puts(b, "<xs:complexType name='t0'><xs:sequence><xs:element name='a'/></xs:sequence></xs:complexType>");
    for (int i = 1; i < 2000; i++)
        buf_printf(b, "<xs:complexType name='t%d'><xs:complexContent><xs:extension base='t%d'><xs:sequence>"
                      "<xs:element name='a%d'/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>",
                   i, i - 1, i);
    buf_puts(b, "<xs:element name='r' type='t1999'/>");
}

static void many_optional(struct buf *b)
{
    buf_puts(b, "<xs:element name='r'><xs:complexType><xs:sequence>");
    for (int i = 0; i < 3000; i++)
        buf_printf(b, "<xs:element name='e%d' minOccurs='0'/>", i);
    buf_puts(b, "</xs:sequence></xs:complexType></xs:element>");
}

static void many_substitutes(struct buf *b)
{
    buf_puts(b, "<xs:element name='h' type='xs:string'/>");
    for (int i = 0; i < 3000; i++)
        buf_printf(b, "<xs:element name='s%d' substitutionGroup='h'/>", i);
    buf_puts(b, "<xs:element name='r'><xs:complexType><xs:sequence>");
    repeat(b, 3000, "<xs:element ref='h' minOccurs='0'/>");
    buf_puts(b, "</xs:sequence></xs:complexType></xs:element>");
}

static void many_values(struct buf *b)
{
    buf_puts(b, "<xs:simpleType name='t'><xs:restriction base='xs:string'>");
    for (int i = 0; i < 100000; i++)
        buf_printf(b, "<xs:enumeration value='v%d'/>", i);
    buf_puts(b, "</xs:restriction></xs:simpleType>");
}

static void long_pattern(struct buf *b)
{
    buf_puts(b, "<xs:simpleType name='t'><xs:restriction base='xs:string'><xs:pattern value='");
    repeat(b, 2000, "a?");
    buf_puts(b, "'/></xs:restriction></xs:simpleType>");
}

static void many_files(struct buf *b)
{
    for (int i = 0; i < 100; i++)
        buf_printf(b, "<xs:include schemaLocation='f%d.xsd'/>", i);
}

static void remembering(struct buf *b)
{
    buf_puts(b, "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='a' maxOccurs='unbounded'/>"
                "</xs:sequence></xs:complexType><xs:unique name='u'><xs:selector xpath='a'/><xs:field xpath='.'/></xs:unique>"
                "</xs:element>");
}

/* Large numbers cost nothing: they are counters. */
static void large_numbers(struct buf *b)
{
    buf_puts(b, "<xs:element name='r'><xs:complexType>");
    repeat(b, 20, "<xs:sequence maxOccurs='1000000'>");
    buf_puts(b, "<xs:element name='a' maxOccurs='100000000'/>");
    repeat(b, 20, "</xs:sequence>");
    buf_puts(b, "</xs:complexType></xs:element>");
}

/* As our own exports have it when a municipality uses very many fields. */
static void many_alternatives(struct buf *b)
{
    buf_puts(b, "<xs:element name='r'><xs:complexType><xs:choice minOccurs='0' maxOccurs='unbounded'>");
    for (int i = 0; i < 4000; i++)
        buf_printf(b, "<xs:element name='e%d' type='xs:string'/>", i);
    buf_puts(b, "</xs:choice></xs:complexType></xs:element>");
}

static void test_schemas_of_hostile_size(void **state)
{
    static const struct {
        const char *name;
        void (*make)(struct buf *b);
        enum rc rc;
    } all[] = {
        {"groups", nested_groups, RC_XML}, {"attributes", nested_attributes, RC_XML}, {"unions", nested_unions, RC_XML},
        {"descent", long_descent, RC_XML}, {"optional", many_optional, RC_XML}, {"substitutes", many_substitutes, RC_XML},
        {"values", many_values, RC_XML}, {"pattern", long_pattern, RC_XML}, {"files", many_files, RC_XML},
        {"unique", remembering, RC_XML}, {"numbers", large_numbers, RC_OK}, {"alternatives", many_alternatives, RC_OK},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct buf b;
        struct pack_schema *s = NULL;
        buf_init(&b, (size_t)MiB(16));
        buf_puts(&b, XS ">");
        all[i].make(&b);
        buf_puts(&b, "</xs:schema>");
        struct one_file one = {buf_str(&b)};
        const struct pack_schema_files from = {.find = find_one, .arg = &one, .large = true};
        err_clear(&f->cx);
        if (pack_schema_new(&f->cx, "a.xsd", &from, &s) != all[i].rc)
            fail_msg("%s: %s", all[i].name, s ? "compiled" : "refused");
        pack_schema_free(&s);
        buf_free(&b);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_extract_in_folder), TEST(test_dias_in_folder), TEST(test_package_beside_other_files),
        TEST(test_links_are_not_followed), TEST(test_tar),
        TEST(test_tar_in_folder_of_results), TEST(test_unsafe_members), TEST(test_damaged_tars),
        TEST(test_no_package), TEST(test_extract_elsewhere),
        TEST(test_one_folder_beside_unsafe_members), TEST(test_documents_by_another_name), TEST(test_xml),
        TEST(test_xml_words), TEST(test_rights),
        TEST(test_xml_goes_on), TEST(test_xml_stops), TEST(test_xml_too_deep), TEST(test_xml_much_space),
        TEST(test_two_schemas_in_one_pass), TEST(test_bad_schemas), TEST(test_schemas_of_hostile_size),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
