/* Types by content and words by limited children, on files the test makes itself. */
#include "base/test.h"
#include "inspect/inspect_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

struct fixture {
    struct cx cx;
    char path[40];
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    memcpy(f->path, "/tmp/test_inspect.XXXXXX", sizeof("/tmp/test_inspect.XXXXXX"));
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    close(fd);
    cx_open(&f->cx, (size_t)MiB(8));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    cx_close(&f->cx);
    mem_free(f);
    return 0;
}

static void put(struct fixture *f, const void *p, size_t n)
{
    int fd = open(f->path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, p, n), n);
    close(fd);
}

static struct inspect_facts type(struct fixture *f)
{
    struct inspect_facts facts;
    assert_ok(inspect_type(&f->cx, f->path, &facts));
    return facts;
}

struct entry {
    const char *name, *text;
};

/* stored: the first entry is stored, as "mimetype" must be. */
static void put_zip(struct fixture *f, const struct entry *e, size_t n, bool stored)
{
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    assert_int_equal(archive_write_open_filename(a, f->path), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *at = archive_entry_new();
        if (stored && i == 0)
            archive_write_zip_set_compression_store(a);
        else
            archive_write_zip_set_compression_deflate(a);
        archive_entry_set_pathname(at, e[i].name);
        archive_entry_set_size(at, (la_int64_t)strlen(e[i].text));
        archive_entry_set_filetype(at, 0100000);
        archive_entry_set_perm(at, 0644);
        assert_int_equal(archive_write_header(a, at), ARCHIVE_OK);
        archive_write_data(a, e[i].text, strlen(e[i].text));
        archive_entry_free(at);
    }
    archive_write_close(a);
    archive_write_free(a);
}

#define XMP_1B "<rdf:Description><pdfaid:part>1</pdfaid:part>" \
               "<pdfaid:conformance>B</pdfaid:conformance></rdf:Description>"
#define XMP_2U "<rdf:Description pdfaid:conformance='U' pdfaid:part='2'/>"
#define FRAME "\xFF\xFB\x90\x00"

static void signatures(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *pronom, *mime;
        bool approved;
    } cases[] = {
#define C(bytes, pronom, mime, approved) {bytes, sizeof(bytes) - 1, pronom, mime, approved}
        C("%PDF-1.4\n%%EOF", "fmt/18", "application/pdf", false),
        C("%PDF-1.7\n%%EOF", "fmt/276", "application/pdf", false),
        C("%PDF-2.0\n%%EOF", "fmt/1129", "application/pdf", false),
        C("\n\n%PDF-1.5\n%%EOF", "fmt/19", "application/pdf", false),
        C("%PDF-1.4\n" XMP_1B "%%EOF", "fmt/354", "application/pdf", true),
        C("%PDF-1.7\n" XMP_2U "%%EOF", "fmt/478", "application/pdf", true),
        C("%PDF-1.7\n<pdfaid:part>3</pdfaid:part><pdfaid:conformance>a<", "fmt/479",
          "application/pdf", false),
        C("%PDF-9.9\n", "av/0", "application/pdf", false),
        C("A text on %PDF-1.4 and more", "x-fmt/111", "text/plain", true),
        C("II*\0\x08\0\0\0\0\0", "fmt/353", "image/tiff", true),
        C("MM\0*\0\0\0\x08\0\1\x87\xAF\0\3\0\0\0\1\0\0\0\0", "fmt/155", "image/tiff", true),
        C("\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", "fmt/43", "image/jpeg", true),
        C("\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\2\0\0\1\0\1\0\0", "fmt/44", "image/jpeg", true),
        C("\xFF\xD8\xFF\xE1\0\x16" "Exif\0\0\x90\0\0\7\0\0\0\4" "0230xx", "fmt/1507",
          "image/jpeg", true),
        C("\xFF\xD8\xFF\xDB\0\x43\0", "fmt/41", "image/jpeg", true),
        C("\x89PNG\r\n\x1A\n\0\0\0\0IHDR\0\0\0\0\0\0\0\0IDAT", "fmt/11", "image/png", true),
        C("\x89PNG\r\n\x1A\n\0\0\0\0IHDR\0\0\0\0\0\0\0\0iTXt", "fmt/13", "image/png", true),
        C("GIF89a......", "fmt/4", "image/gif", false),
        C("<?xml version=\"1.0\"?><a/>", "fmt/101", "application/xml", true),
        C("\xEF\xBB\xBF<?xml version=\"1.1\"?><a/>", "fmt/1776", "application/xml", true),
        C("<a xmlns=\"urn:x\"/>", "fmt/101", "application/xml", true),
        C("<?xml version='1.0'?>\n<!-- x --><xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">",
          "x-fmt/280", "application/xml", true),
        C("<?xml version='1.0'?><gml:FeatureCollection xmlns:gml=\"http://www.opengis.net/gml/3.2\">",
          "fmt/1047", "application/gml+xml", true),
        C("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "fmt/92", "image/svg+xml", false),
        C("<!DOCTYPE html>\n<html>", "fmt/471", "text/html", true),
        C("<HTML><BODY>", "fmt/96", "text/html", true),
        C("<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">", "fmt/100", "text/html", true),
        C(".HODE\n..TEGNSETT UTF-8\n", "av/1", "text/vnd.sosi", true),
        C("! laget av\n.HODE 0:\n", "av/1", "text/vnd.sosi", true),
        C("ISO-10303-21;\nHEADER;FILE_SCHEMA(('IFC4'));", "fmt/700", "application/x-step", true),
        C("From: a@b.no\r\nSubject: Hei\r\n\r\nHei", "fmt/278", "message/rfc822", false),
        C("From: a@b.no\nMIME-Version: 1.0\n\nHei", "fmt/950", "message/rfc822", false),
        C("From a@b Mon\nFrom: a@b.no\nSubject: x\n\nHei", "fmt/720", "application/mbox", false),
        C("{\"a\": [1, 2]}", "fmt/817", "application/json", true),
        C("a;b\n1;2\n3;4\n", "x-fmt/18", "text/csv", true),
        C("a\tb\n1\t2\n", "x-fmt/13", "text/tab-separated-values", false),
        C("One, two\nthree, four\n", "x-fmt/111", "text/plain", true),
        C("Bl\xE5" "b\xE6rsyltet\xF8y", "x-fmt/111", "text/plain", true),
        C("\xFF\xFEh\0e\0i\0", "x-fmt/16", "text/plain", true),
        C("{\\rtf1 x}", "fmt/45", "application/rtf", false),
        C("\0\0\1\xBA\x44\0\4\0", "x-fmt/386", "video/mpeg", true),
        C("\0\0\1\xBA\x21\0\1\0", "x-fmt/385", "video/mpeg", false),
        C("\0\0\1\xB3\x2D\0\0\0\0\0\1\xB5", "fmt/640", "video/mpeg", true),
        C("ID3\3\0\0\0\0\0\2xx" FRAME, "fmt/134", "audio/mpeg", true),
        C("\0\0\0\x18" "ftypisom\0\0\2\0", "fmt/199", "video/mp4", true),
        C("\0\0\0\x18" "ftypM4A \0\0\2\0", "fmt/199", "audio/mp4", true),
        C("\0\0\0\x18" "ftypqt  \0\0\2\0", "x-fmt/384", "video/quicktime", false),
        C("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0", "fmt/141", "audio/x-wav", true),
        C("RIFF\0\0\0\0WAVEfmt \x12\0\0\0\1\0", "fmt/142", "audio/x-wav", true),
        C("fLaC\0", "fmt/279", "audio/flac", true),
        C("\x1F\x8B\x08\0", "x-fmt/266", "application/gzip", false),
        C("WARC/1.1\r\nWARC-Type", "fmt/1281", "application/warc", true),
        C("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "x-fmt/263", "application/zip", true),
        C("\x7F" "ELF\2\1\1", "av/0", "application/octet-stream", false),
        C("", "av/0", "application/octet-stream", false),
#undef C
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put(f, cases[i].bytes, cases[i].n);
        struct inspect_facts facts = type(f);
        if (!streq(facts.pronom, cases[i].pronom) || !streq(facts.mime, cases[i].mime))
            print_error("case %zu: %s %s\n", i, facts.pronom, facts.mime);
        assert_string_equal(facts.pronom, cases[i].pronom);
        assert_string_equal(facts.mime, cases[i].mime);
        assert_int_equal(facts.archive_format, cases[i].approved);
    }
}

static void mp3_frames(void **state)
{
    struct fixture *f = *state;
    unsigned char bytes[2 * 417] = {0}; /* 128 kbit/s at 44.1 kHz */
    memcpy(bytes, FRAME, 4);
    memcpy(bytes + 417, FRAME, 4);
    put(f, bytes, sizeof(bytes));
    assert_string_equal(type(f).pronom, "fmt/134");
    bytes[417] = 0;
    put(f, bytes, sizeof(bytes));
    assert_string_equal(type(f).pronom, "av/0");
}

static void tar_is_known(void **state)
{
    struct fixture *f = *state;
    char block[512] = "name";
    memcpy(block + 257, "ustar", 5);
    put(f, block, sizeof(block));
    assert_string_equal(type(f).pronom, "x-fmt/265");
}

/* The XMP packet of a long file: in the head, in the tail, between them. */
static void pdfa_anywhere(void **state)
{
    static const size_t places[] = {100, 200000, 400000, 500000, 699000};
    struct fixture *f = *state;
    const size_t n = 700000;
    char *bytes = mem_new(n);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        memset(bytes, 'x', n);
        memcpy(bytes, "%PDF-1.4\n", 9);
        memcpy(bytes + places[i], XMP_1B, sizeof(XMP_1B) - 1);
        put(f, bytes, n);
        assert_string_equal(type(f).pronom, "fmt/354");
    }
    memset(bytes + 9, 'x', n - 9);
    put(f, bytes, n);
    assert_string_equal(type(f).pronom, "fmt/18");
    mem_free(bytes);
}

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

static const struct entry docx[] = {
    {"[Content_Types].xml", "<Types/>"},
    {"word/document.xml",
     "<w:document xmlns:w=\"" W "\"><w:body><w:p><w:r><w:t>Gara</w:t></w:r><w:r><w:t>sje</w:t>"
     "</w:r><w:r><w:instrText>HYPERLINK</w:instrText></w:r></w:p><w:p><w:r><w:t>p\xC3\xA5</w:t>"
     "<w:tab/><w:t>Nesodden</w:t></w:r></w:p></w:body></w:document>"},
    {"word/footer1.xml", "<w:ftr xmlns:w=\"" W "\"><w:p><w:r><w:t>Side</w:t></w:r></w:p></w:ftr>"},
};

#define ODF(version) \
    {{"mimetype", "application/vnd.oasis.opendocument.text"}, \
     {"content.xml", "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" " \
                     "office:version=\"" version "\"><office:body><text:h>Vedtak</text:h>" \
                     "<text:p>Ja<text:s/>takk</text:p></office:body></office:document-content>"}}

static const struct entry odt_2[] = ODF("1.2"), odt_3[] = ODF("1.3");

static const struct entry xlsx[] = {
    {"[Content_Types].xml", "<Types/>"}, {"xl/workbook.xml", "<workbook/>"},
    {"xl/sharedStrings.xml", "<sst><si><t>Budsjett</t></si><si><t>Sum</t></si></sst>"},
    {"xl/worksheets/sheet1.xml", "<worksheet><row><c><v>0</v></c></row></worksheet>"},
};

static const struct entry siard[] = {
    {"header/siardversion/2.1/", ""}, {"header/metadata.xml", "<siardArchive/>"},
};

static const struct entry asice[] = {{"mimetype", "application/vnd.etsi.asic-e+zip"}};
static const struct entry zip[] = {{"a.txt", "hei"}};

static void zips(void **state)
{
    struct fixture *f = *state;
    put_zip(f, docx, COUNT_OF(docx), false);
    assert_string_equal(type(f).pronom, "fmt/412");
    assert_true(type(f).archive_format);
    put_zip(f, xlsx, COUNT_OF(xlsx), false);
    assert_string_equal(type(f).pronom, "fmt/214");
    put_zip(f, siard, COUNT_OF(siard), false);
    assert_string_equal(type(f).pronom, "fmt/1196");
    put_zip(f, zip, COUNT_OF(zip), false);
    assert_string_equal(type(f).pronom, "x-fmt/263");
}

/* libarchive writes sizes after the data, an archiver of OpenDocument files must not: by hand. */
static void put_stored(struct fixture *f, const struct entry *e, size_t n)
{
    struct buf b, dir;
    buf_init(&b, (size_t)MiB(1));
    buf_init(&dir, (size_t)MiB(1));
    for (size_t i = 0; i < n; i++) {
        unsigned char h[46] = {'P', 'K', 1, 2, 20, 0, 20, 0};
        unsigned size = (unsigned)strlen(e[i].text), name = (unsigned)strlen(e[i].name);
        for (int k = 0; k < 2; k++) {
            h[20 + k] = h[24 + k] = (unsigned char)(size >> 8 * k);
            h[42 + k] = (unsigned char)(b.n >> 8 * k);
        }
        h[28] = (unsigned char)name;
        buf_add(&dir, h, sizeof(h));
        buf_puts(&dir, e[i].name);
        buf_add(&b, "PK\3\4", 4);
        buf_add(&b, h + 6, 24);
        buf_add(&b, "\0\0", 2);
        b.p[b.n - 2] = b.p[b.n - 1] = 0;
        buf_puts(&b, e[i].name);
        buf_puts(&b, e[i].text);
    }
    unsigned char end[22] = {'P', 'K', 5, 6, 0, 0, 0, 0, (unsigned char)n, 0, (unsigned char)n, 0,
                             (unsigned char)dir.n, (unsigned char)(dir.n >> 8), 0, 0,
                             (unsigned char)b.n, (unsigned char)(b.n >> 8)};
    buf_add(&b, dir.p, dir.n);
    buf_add(&b, end, sizeof(end));
    put(f, b.p, b.n);
    buf_free(&b);
    buf_free(&dir);
}

static void marked_zips(void **state)
{
    struct fixture *f = *state;
    put_stored(f, odt_2, COUNT_OF(odt_2));
    assert_string_equal(type(f).pronom, "fmt/291");
    put_stored(f, odt_3, COUNT_OF(odt_3));
    assert_string_equal(type(f).pronom, "fmt/1756");
    put_stored(f, asice, COUNT_OF(asice));
    assert_string_equal(type(f).mime, "application/vnd.etsi.asic-e+zip");
    assert_string_equal(type(f).pronom, "x-fmt/263");
}

static struct str words(struct fixture *f, const char *mime)
{
    struct str s;
    assert_ok(inspect_words(&f->cx, f->path, mime, (size_t)MiB(1), &s));
    assert_true(s.n == 0 || str_utf8(s));
    return s;
}

static void words_of_text(void **state)
{
    struct fixture *f = *state;
    put(f, "Bl\xE5  b\xE6r\r\n\r\nsylte\t\ft\xF8y\x95", 23);
    assert_str(words(f, "text/plain"), "Blå bær\nsylte tøy");
    put(f, "\xC3\xA5", 2);
    assert_str(words(f, "text/plain"), "å");
    put(f, "\xFE\xFF\0h\0\xE5\xD8\x3D\xDE\0", 10);
    assert_str(words(f, "text/plain"), "hå😀");
    put(f, "a;b\n1;2", 7);
    assert_str(words(f, "text/csv"), "a;b\n1;2");
    put(f, "x", 1);
    assert_str(words(f, "application/octet-stream"), "");
    assert_str(words(f, "image/png"), "");
    put(f, "", 0);
    assert_str(words(f, "text/plain"), "");
}

static void words_of_markup(void **state)
{
    struct fixture *f = *state;
    const char *html = "<html><head><title>T</title><style>p{}</style></head><body><p>En <b>to</b>"
                       "tre<p>fire<script>x()</script></body></html>";
    put(f, html, strlen(html));
    assert_str(words(f, "text/html"), "T\nEn totre\nfire");
    const char *xml = "<!DOCTYPE a [<!ENTITY e SYSTEM \"/etc/passwd\"><!ENTITY i 'inne'>]>"
                      "<a>en<b>to</b>&e;&i;<![CDATA[tre]]></a>";
    put(f, xml, strlen(xml));
    struct str s = words(f, "application/xml");
    assert_true(str_starts(s, "en\nto"));
    assert_null(memmem(s.p, s.n, "root", 4));
}

static void words_of_zips(void **state)
{
    struct fixture *f = *state;
    put_zip(f, docx, COUNT_OF(docx), false);
    assert_str(words(f, type(f).mime), "Garasje\npå Nesodden\nSide");
    put_zip(f, xlsx, COUNT_OF(xlsx), false);
    assert_str(words(f, type(f).mime), "Budsjett\nSum");
    put_zip(f, odt_2, COUNT_OF(odt_2), true);
    assert_str(words(f, "application/vnd.oasis.opendocument.text"), "Vedtak\nJa takk");
    put(f, "PK\3\4rubbish", 11);
    assert_str(words(f, "application/vnd.oasis.opendocument.text"), "");
}

static void words_of_mail(void **state)
{
    static const char mail[] =
        "From: =?UTF-8?B?w4VzZQ==?= =?ISO-8859-1?Q?_N=F8kk?= <a@b.no>\r\n"
        "Subject: En to\r\n tre\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=\"x y\"\r\n\r\npreamble\r\n--x y\r\n"
        "Content-Type: text/plain; charset=iso-8859-1\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nBl=E5b=E6r=\r\nsaft\r\n--x y\r\n"
        "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGVpPC9iPg==\r\n"
        "--x y\r\nContent-Type: application/pdf\r\n\r\nhemmelig\r\n--x y--\r\nslutt\r\n";
    struct fixture *f = *state;
    put(f, mail, sizeof(mail) - 1);
    assert_str(words(f, type(f).mime), "Åse Nøkk <a@b.no>\nEn to\ntre\nBlåbærsaft\nhei");
    static const char box[] = "From a\nSubject: en\nTo: x\n\nbody1\n\nFrom b\nSubject: to\n\nbody2\n";
    put(f, box, sizeof(box) - 1);
    assert_str(words(f, "application/mbox"), "x\nen\nbody1\nto\nbody2");
}

static void words_of_pdf(void **state)
{
    static const char pdf[] =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources"
        "<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        "4 0 obj<</Length 41>>stream\nBT /F 18 Tf 10 50 Td (Hei Nesodden) Tj ET \nendstream endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n";
    struct fixture *f = *state;
    put(f, pdf, sizeof(pdf) - 1);
    struct str s = words(f, "application/pdf");
    if (access("/usr/bin/pdftotext", X_OK) != 0)
        skip(); /* the reader is not installed here */
    assert_str(s, "Hei Nesodden");
    put(f, "%PDF-1.4\nrubbish", 16);
    assert_str(words(f, "application/pdf"), "");
}

static void words_are_bounded(void **state)
{
    struct fixture *f = *state;
    const size_t n = 300000;
    char *bytes = mem_new(n);
    memset(bytes, 'x', n);
    for (size_t i = 0; i + 1 < n; i += 2)
        memcpy(bytes + i, "\xC3\xA5", 2);
    put(f, bytes, n);
    struct str s;
    assert_ok(inspect_words(&f->cx, f->path, "text/plain", 1001, &s));
    assert_int_equal(s.n, 1000); /* not half a letter */
    assert_true(str_utf8(s));
    assert_ok(inspect_words(&f->cx, f->path, "text/plain", 0, &s));
    assert_int_equal(s.n, 0);
    mem_free(bytes);
}

/* 300 MB of blanks in a small zip: the reader stops after its bound and nobody waits long. */
static void bomb(void **state)
{
    struct fixture *f = *state;
    struct archive *a = archive_write_new();
    struct archive_entry *at = archive_entry_new();
    static char block[1 << 20];
    memset(block, ' ', sizeof(block));
    archive_write_set_format_zip(a);
    assert_int_equal(archive_write_open_filename(a, f->path), ARCHIVE_OK);
    archive_entry_set_pathname(at, "content.xml");
    archive_entry_set_size(at, 300 * (la_int64_t)sizeof(block));
    archive_entry_set_filetype(at, 0100000);
    archive_write_header(a, at);
    archive_write_data(a, "<a>", 3);
    for (int i = 0; i < 299; i++)
        archive_write_data(a, block, sizeof(block));
    archive_entry_free(at);
    archive_write_close(a);
    archive_write_free(a);
    time_t start = time(NULL);
    assert_str(words(f, "application/vnd.oasis.opendocument.text"), "");
    assert_true(time(NULL) - start < 40);
}

static void faults(void **state)
{
    struct fixture *f = *state;
    struct inspect_facts facts;
    assert_rc(inspect_type(&f->cx, "/nowhere/at/all", &facts), RC_IO);
    err_clear(&f->cx);
    assert_rc(inspect_type(&f->cx, "/", &facts), RC_IO);
    err_clear(&f->cx);
    struct str s;
    assert_ok(inspect_words(&f->cx, "/nowhere/at/all", "text/plain", 100, &s));
    assert_int_equal(s.n, 0);
    assert_int_equal(inspect_child(0, NULL), 2);
}

static void table(void **state)
{
    (void)state;
    size_t n = 0;
    for (; inspect_format(n); n++)
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(inspect_format(n)->pronom, inspect_format(i)->pronom);
    assert_true(n > 100);
    assert_string_equal(inspect_format(0)->pronom, "av/0");
}

/* Real files of others, where they are at hand: SAMDRIFT_SHARED names the folder. */
static void real_files(void **state)
{
    static const struct {
        const char *path, *pronom, *word;
    } cases[] = {
        {"messages/fiks-plan-v2/_samples/KunngjoeringAvPlanvedtak/Attachments/reguleringsplan_brev_"
         "melding_endelig_vedtak_med_informasjon_klagerett_bokm_mal.doc", "fmt/40", "KLAGERETT"},
        {"messages/fiks-plan-v2/_samples/PlanEndeligVedtatt/nasjonal_mal_"
         "reguleringsplanbestemmelserbokmaal.docx", "fmt/412", "Reguleringsbestemmelser"},
        {"messages/fiks-plan-v2/_samples/RegistrerPlanavgrensing/Attachments/planomraade.gml",
         "fmt/1047", ""},
        {"messages/svarinn/dokumenter.zip", "x-fmt/263", ""},
        {"samples/documaster-valid-mixed/extraction/dokumenter/464474544674.pdf", "fmt/354", ""},
        {"samples/documaster-valid-mixed/reports/fonds.xlsx", "fmt/214", "fonds"},
        {"samples/n5tester-enkel/dokumenter/simple.txt", "x-fmt/111", ""},
    };
    struct fixture *f = *state;
    const char *shared = getenv("SAMDRIFT_SHARED");
    if (!shared)
        skip();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct inspect_facts facts;
        struct str s;
        const char *path = arena_printf(f->cx.arena, "%s/%s", shared, cases[i].path);
        assert_ok(inspect_type(&f->cx, path, &facts));
        assert_string_equal(facts.pronom, cases[i].pronom);
        assert_ok(inspect_words(&f->cx, path, facts.mime, (size_t)MiB(1), &s));
        const char *word = cases[i].word;
        if (*word && !memmem(s.p, s.n, word, strlen(word)))
            fail_msg("no '%s' in %s", word, cases[i].path);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    if (argc == 4 && streq(argv[1], "inspect-child"))
        return inspect_child(argc - 2, argv + 2);
    const struct CMUnitTest tests[] = {
        T(signatures), T(mp3_frames), T(tar_is_known), T(pdfa_anywhere), T(zips), T(marked_zips),
        T(words_of_text), T(words_of_markup), T(words_of_zips), T(words_of_mail), T(words_of_pdf),
        T(words_are_bounded), T(bomb), T(faults), cmocka_unit_test(table), T(real_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
