/*
 * What lies in a zip: Office documents, OpenDocument, SIARD, signed containers. Only names from the
 * central directory are read, the stored entry "mimetype", and the first bytes of an OpenDocument's
 * content.xml for its version.
 */
#include "inspect/inspect_int.h"

#include <zlib.h>

enum { ENTRIES_MOST = 20000, END_SIZE = 22, ENTRY_SIZE = 46, LOCAL_SIZE = 30, NAME_MOST = 256 };

struct found {
    bool types, word, excel, slides, macros, siard_metadata;
    char siard[4];    /* version, "" when no entry names it */
    int64_t content;  /* local header of content.xml, -1 */
};

static bool is(struct str name, const char *text)
{
    return str_is(name, text);
}

static void see(struct found *f, struct str name, int64_t local)
{
    static const char version[] = "header/siardversion/";
    f->types |= is(name, "[Content_Types].xml");
    f->word |= is(name, "word/document.xml");
    f->excel |= is(name, "xl/workbook.xml");
    f->slides |= is(name, "ppt/presentation.xml");
    f->macros |= is(name, "word/vbaProject.bin") || is(name, "xl/vbaProject.bin") ||
                 is(name, "ppt/vbaProject.bin");
    f->siard_metadata |= is(name, "header/metadata.xml");
    if (is(name, "content.xml"))
        f->content = local;
    if (str_starts(name, version) && name.n >= sizeof(version) + 2)
        memcpy(f->siard, name.p + sizeof(version) - 1, 3);
}

/* The end record stands last, before a comment of at most 64 KiB. */
static int64_t end_record(const struct sample *s)
{
    int64_t last = s->size - END_SIZE;
    for (int64_t at = last; at >= 0 && last - at <= 0xFFFF; at--) {
        const unsigned char *p = sample_at(s, at, END_SIZE);
        if (!p)
            break;
        if (memcmp(p, "PK\5\6", 4) == 0 && at + END_SIZE + (int64_t)le16(p + 20) <= s->size)
            return at;
    }
    return -1;
}

static void read_directory(const struct sample *s, struct found *f)
{
    int64_t end = end_record(s);
    const unsigned char *p = end < 0 ? NULL : sample_at(s, end, END_SIZE);
    if (!p)
        return;
    int64_t at = le32(p + 16);
    uint32_t n = le16(p + 10);
    for (uint32_t i = 0; i < n && i < ENTRIES_MOST; i++) {
        p = sample_at(s, at, ENTRY_SIZE);
        if (!p || memcmp(p, "PK\1\2", 4) != 0)
            break;
        size_t name = le16(p + 28);
        int64_t local = le32(p + 42);
        int64_t next = at + ENTRY_SIZE + (int64_t)(name + le16(p + 30) + le16(p + 32));
        p = name <= NAME_MOST ? sample_at(s, at + ENTRY_SIZE, name) : NULL;
        if (p)
            see(f, (struct str){(const char *)p, name}, local);
        at = next;
    }
}

/* The beginning of an entry as text; empty when it cannot be had. */
static void read_entry(const struct sample *s, int64_t local, char *out, size_t size)
{
    enum { PACKED_MOST = 8192 };
    out[0] = '\0';
    const unsigned char *p = local < 0 ? NULL : sample_at(s, local, LOCAL_SIZE);
    if (!p || memcmp(p, "PK\3\4", 4) != 0)
        return;
    uint32_t method = le16(p + 8);
    int64_t at = local + LOCAL_SIZE + (int64_t)(le16(p + 26) + le16(p + 28));
    if (at >= s->size)
        return;
    size_t n = s->size - at < PACKED_MOST ? (size_t)(s->size - at) : PACKED_MOST;
    p = sample_at(s, at, n);
    if (!p)
        return;
    if (method == 0) {
        n = n < size ? n : size - 1;
        memcpy(out, p, n);
        out[n] = '\0';
        return;
    }
    unsigned char packed[PACKED_MOST];
    memcpy(packed, p, n);
    z_stream z = {.next_in = packed, .avail_in = (uInt)n, .next_out = (unsigned char *)out,
                  .avail_out = (uInt)(size - 1)};
    if (method != 8 || inflateInit2(&z, -15) != Z_OK)
        return;
    int done = inflate(&z, Z_SYNC_FLUSH);
    bool ok = done == Z_OK || done == Z_STREAM_END || done == Z_BUF_ERROR;
    out[ok ? size - 1 - z.avail_out : 0] = '\0';
    inflateEnd(&z);
}

static struct verdict open_document(const struct sample *s, struct str kind, int64_t content)
{
    static const struct {
        const char *kind;
        enum format version[4];
    } rows[] = {
        {"text", {F_ODT_1_0, F_ODT_1_1, F_ODT_1_2, F_ODT_1_3}},
        {"spreadsheet", {F_ODS_1_0, F_ODS_1_1, F_ODS_1_2, F_ODS_1_3}},
        {"presentation", {F_ODP_1_0, F_ODP_1_1, F_ODP_1_2, F_ODP_1_3}},
    };
    char xml[4096];
    read_entry(s, content, xml, sizeof(xml));
    const char *v = strstr(xml, "office:version=");
    bool known = v && strncmp(v + 16, "1.", 2) == 0 && v[18] >= '0' && v[18] <= '3';
    size_t version = known ? (size_t)(v[18] - '0') : 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (is(kind, rows[i].kind))
            return (struct verdict){rows[i].version[version], NULL};
    return (struct verdict){F_UNKNOWN, "application/vnd.oasis.opendocument"};
}

static struct verdict by_mimetype(const struct sample *s, struct str mime, int64_t content)
{
    static const char odf[] = "application/vnd.oasis.opendocument.";
    if (str_starts(mime, odf))
        return open_document(s, (struct str){mime.p + sizeof(odf) - 1, mime.n - sizeof(odf) + 1},
                             content);
    if (is(mime, "application/epub+zip"))
        return (struct verdict){F_EPUB, NULL};
    if (is(mime, "application/vnd.etsi.asic-e+zip"))
        return (struct verdict){F_ZIP, "application/vnd.etsi.asic-e+zip"};
    if (is(mime, "application/vnd.etsi.asic-s+zip"))
        return (struct verdict){F_ZIP, "application/vnd.etsi.asic-s+zip"};
    return (struct verdict){F_ZIP, NULL};
}

static enum format by_names(const struct found *f)
{
    if (f->types && f->word)
        return f->macros ? F_DOCM : F_DOCX;
    if (f->types && f->excel)
        return f->macros ? F_XLSM : F_XLSX;
    if (f->types && f->slides)
        return f->macros ? F_PPTM : F_PPTX;
    if (!f->siard_metadata)
        return F_ZIP;
    if (streq(f->siard, "2.0"))
        return F_SIARD_2_0;
    if (streq(f->siard, "2.1"))
        return F_SIARD_2_1;
    return streq(f->siard, "2.2") ? F_SIARD_2_2 : F_SIARD_1_0;
}

struct verdict sig_zip(const struct sample *s)
{
    struct found f = {.content = -1};
    read_directory(s, &f);
    if (sample_is(s, LOCAL_SIZE, "mimetype", 8)) {
        char mime[128];
        const unsigned char *p = sample_at(s, 0, LOCAL_SIZE);
        size_t n = p ? le32(p + 22) : 0;
        read_entry(s, 0, mime, sizeof(mime));
        if (n > 0 && n < sizeof(mime))
            return by_mimetype(s, (struct str){mime, strnlen(mime, n)}, f.content);
    }
    return (struct verdict){by_names(&f), NULL};
}
