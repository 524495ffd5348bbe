/* Types by content and words by readers, on files the test makes itself. */
#include "base/test.h"
#include "inspect/inspect_int.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

enum { ROUNDS = 20 };

/* One keeper for all; little time and memory, so that what breaks the limits does so soon. */
static struct inspector *inspector;

static int open_inspector(void **state)
{
    struct cx cx;
    const struct inspect_options o = {.seconds = 2, .memory = MiB(384)};
    (void)state;
    cx_open(&cx, (size_t)MiB(1));
    assert_ok(inspect_open(&cx, &o, &inspector));
    cx_close(&cx);
    return 0;
}

static int close_inspector(void **state)
{
    (void)state;
    inspect_close(&inspector);
    return 0;
}

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

static int open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static struct inspect_facts type_of(struct fixture *f, const char *path)
{
    struct inspect_facts facts;
    int fd = open_file(path);
    assert_ok(inspect_type(&f->cx, inspector, fd, &facts));
    close(fd);
    return facts;
}

static struct inspect_facts type(struct fixture *f)
{
    return type_of(f, f->path);
}

/* killed: the word that is expected. */
static struct str words_of(struct fixture *f, const char *path, const char *mime, size_t max, const char *killed)
{
    struct str s;
    char word[INSPECT_KILLED_MAX];
    int fd = open_file(path);
    assert_ok(inspect_words(&f->cx, inspector, fd, mime, max, &s, word));
    close(fd);
    assert_string_equal(word, killed);
    assert_true(s.n == 0 || str_utf8(s));
    return s;
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
    return words_of(f, f->path, mime, (size_t)MiB(1), "");
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
    struct str s = words_of(f, f->path, "text/plain", 1001, "");
    assert_int_equal(s.n, 1000); /* not half a letter */
    assert_true(str_utf8(s));
    assert_int_equal(words_of(f, f->path, "text/plain", 0, "").n, 0);
    mem_free(bytes);
}

/* 300 MB of blanks in a small zip: which bound is met first is the reader's matter; the next file is read. */
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
    struct str s;
    char word[INSPECT_KILLED_MAX];
    int fd = open_file(f->path);
    assert_ok(inspect_words(&f->cx, inspector, fd, "application/vnd.oasis.opendocument.text", 1000, &s, word));
    close(fd);
    assert_int_equal(s.n, 0);
    put(f, "hei", 3);
    assert_str(words(f, "text/plain"), "hei");
}

/* Elements in elements without end: a deep tree is no deep stack. */
static void nested(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, (size_t)MiB(8));
    for (int i = 0; i < 200000; i++)
        buf_puts(&b, "<b>");
    put(f, b.p, b.n);
    (void)words(f, "application/xml");
    (void)words(f, "text/html");
    buf_free(&b);
}

/* Forms that draw ten forms that draw ten forms …: 10^12 words of a kilobyte. */
static void put_endless_pdf(struct fixture *f)
{
    enum { LEVELS = 12 };
    struct buf b, drawn;
    buf_init(&b, (size_t)KiB(64));
    buf_init(&drawn, (size_t)KiB(4));
    buf_puts(&b, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                 "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                 "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources"
                 "<</XObject<</X 10 0 R>>>>>>endobj\n4 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\n");
    for (int i = 0; i < LEVELS; i++) {
        buf_reset(&drawn);
        for (int times = 0; times < 10; times++)
            buf_puts(&drawn, i + 1 < LEVELS ? "/X Do " : "0 0 m 9 9 l S ");
        buf_printf(&b, "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 300 100]/Length %zu/Resources"
                       "<</XObject<</X %d 0 R>>>>>>stream\n%s\nendstream endobj\n", 10 + i, drawn.n, 11 + i, drawn.p);
    }
    buf_puts(&b, "trailer<</Root 1 0 R>>\n%%EOF\n");
    put(f, b.p, b.n);
    buf_free(&b);
    buf_free(&drawn);
}

static void endless(void **state)
{
    struct fixture *f = *state;
    if (access("/usr/bin/pdftotext", X_OK) != 0)
        skip(); /* the reader is not installed here */
    put_endless_pdf(f);
    assert_string_equal(type(f).pronom, "fmt/18");
    assert_int_equal(words_of(f, f->path, "application/pdf", (size_t)MiB(1), "tid").n, 0);
    put(f, "hei", 3);
    assert_str(words(f, "text/plain"), "hei"); /* and the next is read */
}

/* A page of more elements than memory holds. */
static void greedy(void **state)
{
    enum { MOST = 30 << 20 };
    struct fixture *f = *state;
    struct buf b;
    if (SHADOW_MEMORY)
        skip(); /* a sanitizer's shadow has no place under the limit */
    buf_init(&b, MOST + 100);
    while (b.n < MOST)
        buf_puts(&b, "<p><i>x</i></p><hr>");
    put(f, b.p, b.n);
    buf_free(&b);
    assert_int_equal(words_of(f, f->path, "text/html", (size_t)MiB(32), "minne").n, 0);
}

static void kill_keeper(void)
{
    char command[64];
    (void)snprintf(command, sizeof(command), "pkill -9 -P %d samdrift-inspec", (int)getpid());
    assert_int_equal(system(command), 0);
}

/* The keeper is killed: the next file has a new one. */
static void keeper_is_replaced(void **state)
{
    struct fixture *f = *state;
    put(f, "hei", 3);
    for (int i = 0; i < 2; i++) {
        kill_keeper();
        assert_str(words(f, "text/plain"), "hei");
    }
}

static void *ask_often(void *arg)
{
    struct cx cx;
    struct inspect_facts facts;
    const char *path = arg;
    intptr_t right = 0;
    cx_open(&cx, (size_t)MiB(1));
    for (int i = 0; i < ROUNDS; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        right += inspect_type(&cx, inspector, fd, &facts) == RC_OK && streq(facts.mime, "text/plain");
        close(fd);
    }
    cx_close(&cx);
    return (void *)right;
}

/* Uploads come side by side, and the keeper may be lost in the middle of them. */
static void many_at_once(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[6];
    put(f, "hei", 3);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, f->path), 0);
    kill_keeper();
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *right;
        assert_int_equal(pthread_join(threads[i], &right), 0);
        assert_int_equal((intptr_t)right, ROUNDS);
    }
}

static void nothing_required_is_missing(void **state)
{
    struct fixture *f = *state;
    struct inspector *in = NULL;
    struct inspect_sandbox s = inspect_sandbox(inspector);
    assert_false(s.required);
    enum rc rc = inspect_open(&f->cx, &(struct inspect_options){.required = true}, &in);
    if (s.seccomp && s.landlock > 0)
        assert_ok(rc);
    else
        assert_rc(rc, RC_SANDBOX);
    inspect_close(&in);
    inspect_close(&in);
}

static void faults(void **state)
{
    struct fixture *f = *state;
    struct inspect_facts facts;
    struct str s;
    char word[INSPECT_KILLED_MAX];
    int fd = open_file("/");
    assert_rc(inspect_type(&f->cx, inspector, fd, &facts), RC_IO);
    close(fd);
    err_clear(&f->cx);
    assert_rc(inspect_type(&f->cx, inspector, -1, &facts), RC_IO);
    err_clear(&f->cx);
    fd = open(f->path, O_RDWR | O_CLOEXEC);   /* a reader could write to it */
    assert_rc(inspect_type(&f->cx, inspector, fd, &facts), RC_IO);
    err_clear(&f->cx);
    assert_rc(inspect_words(&f->cx, inspector, fd, "text/plain", 100, &s, word), RC_IO);
    close(fd);
}

static void replies(void **state)
{
    static const char *const bad[] = {"", "\n", "1", "1 \n", "01 a/b\n", "-1 a/b\n", "9999 a/b\n", "1 a/b", "1 ab\n",
                                      "1 a/b/c\n", "1 /b\n", "1 a/\n", "1  a/b\n", "1 a/b\n\n", "1 a/b\"\n", "x a/b\n"};
    struct inspect_facts facts;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(verdict_parse(str_of(bad[i]), &facts));
    assert_true(verdict_parse(str_of("0 a/b\n"), &facts));
    assert_string_equal(facts.mime, "a/b");
    assert_string_equal(facts.pronom, "av/0");
    char line[VERDICT_MAX];
    struct str s = {line, verdict_print(F_PNG_1_0, "no type", line)};
    assert_true(verdict_parse(s, &facts));
    assert_string_equal(facts.mime, "application/octet-stream");

    struct ending e;
    assert_false(ending_parse((const unsigned char *)"E0\0", 3, &e));
    assert_false(ending_parse((const unsigned char *)"E9\0\n", 4, &e));
    assert_false(ending_parse((const unsigned char *)"E5\0\n", 4, &e));
    assert_false(ending_parse((const unsigned char *)"E0\1\n", 4, &e));
    assert_true(ending_parse((const unsigned char *)"E5\013\n", 4, &e));
    char word[INSPECT_KILLED_MAX];
    ending_word(&e, word);
    assert_string_equal(word, "signal 11");
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
        const char *path = arena_printf(f->cx.arena, "%s/%s", shared, cases[i].path);
        struct inspect_facts facts = type_of(f, path);
        assert_string_equal(facts.pronom, cases[i].pronom);
        struct str s = words_of(f, path, facts.mime, (size_t)MiB(1), "");
        const char *word = cases[i].word;
        if (*word && !memmem(s.p, s.n, word, strlen(word)))
            fail_msg("no '%s' in %s", word, cases[i].path);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(signatures), T(mp3_frames), T(tar_is_known), T(pdfa_anywhere), T(zips), T(marked_zips),
        T(words_of_text), T(words_of_markup), T(words_of_zips), T(words_of_mail), T(words_of_pdf),
        T(words_are_bounded), T(bomb), T(nested), T(endless), T(greedy), T(keeper_is_replaced), T(many_at_once),
        T(nothing_required_is_missing), T(faults), cmocka_unit_test(replies), cmocka_unit_test(table), T(real_files),
    };
    return cmocka_run_group_tests(tests, open_inspector, close_inspector);
}
