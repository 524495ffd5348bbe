/*
 * Words of XML, and of the Office and OpenDocument files that are XML in zip. Streaming, no network,
 * entities neither loaded nor expanded; a zip is read only so far (entries, bytes unpacked).
 */
#include "inspect/inspect_int.h"

#include <fnmatch.h>

#include <archive.h>
#include <archive_entry.h>
#include <libxml/xmlreader.h>

enum { ENTRIES_MOST = 10000 };

#define UNPACKED_MOST MiB(256)

static bool listed(const char *words, const xmlChar *name)
{
    char word[40];
    if (!words || !name || snprintf(word, sizeof(word), " %s ", (const char *)name) >= 40)
        return false;
    return strstr(words, word) != NULL;
}

struct walk {
    const struct xml_rules *rules;
    int inside; /* open elements that hold text */
};

static void element(struct walk *w, xmlTextReaderPtr r, bool end)
{
    const struct xml_rules *rules = w->rules;
    const xmlChar *name = xmlTextReaderConstLocalName(r);
    bool empty = !end && xmlTextReaderIsEmptyElement(r) == 1;
    if (rules->only && name && !empty && streq((const char *)name, rules->only))
        w->inside += end ? -1 : 1;
    if (listed(rules->spaces, name))
        reader_puts(" ");
    else if (!rules->breaks || ((end || empty) && listed(rules->breaks, name)))
        reader_puts("\n");
}

static void node(struct walk *w, xmlTextReaderPtr r)
{
    switch (xmlTextReaderNodeType(r)) {
    case XML_READER_TYPE_ELEMENT:
        element(w, r, false);
        break;
    case XML_READER_TYPE_END_ELEMENT:
        element(w, r, true);
        break;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE: {
        const xmlChar *text = xmlTextReaderConstValue(r);
        if (text && (!w->rules->only || w->inside > 0))
            reader_puts((const char *)text);
        break;
    }
    default:
        break;
    }
}

static void quiet(void *arg, const char *msg, xmlParserSeverities severity,
                  xmlTextReaderLocatorPtr at)
{
    (void)arg;
    (void)msg;
    (void)severity;
    (void)at;
}

void reader_xml(xml_read_fn read, void *arg, const struct xml_rules *rules)
{
    xmlTextReaderPtr r = xmlReaderForIO(read, NULL, arg, NULL, NULL,
                                        XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    if (!r)
        return;
    struct walk w = {.rules = rules};
    xmlTextReaderSetErrorHandler(r, quiet, NULL);
    while (xmlTextReaderRead(r) == 1)
        node(&w, r);
    xmlFreeTextReader(r);
    reader_puts("\n");
}

/* ---------------------------------------------------------------- zip */

static const struct xml_rules office = {"t", " p si row ", " tab br cr "};
static const struct xml_rules open_doc = {NULL, " p h table-row list-item ",
                                          " s tab line-break table-cell "};

static const struct package {
    const char *mime, *entry;
    const struct xml_rules *rules;
} packages[] = {
#define OOXML "application/vnd.openxmlformats-officedocument."
#define MACRO ".macroEnabled.12"
    {OOXML "wordprocessingml.document", "word/document*.xml", &office},
    {OOXML "wordprocessingml.document", "word/header*.xml", &office},
    {OOXML "wordprocessingml.document", "word/foot*.xml", &office},
    {OOXML "wordprocessingml.document", "word/endnotes.xml", &office},
    {OOXML "wordprocessingml.document", "word/comments.xml", &office},
    {OOXML "spreadsheetml.sheet", "xl/sharedStrings.xml", &office},
    {OOXML "spreadsheetml.sheet", "xl/worksheets/*.xml", &office},
    {OOXML "spreadsheetml.sheet", "xl/comments*.xml", &office},
    {OOXML "presentationml.presentation", "ppt/slides/*.xml", &office},
    {OOXML "presentationml.presentation", "ppt/notesSlides/*.xml", &office},
    {"application/vnd.ms-word.document" MACRO, "word/document*.xml", &office},
    {"application/vnd.ms-excel.sheet" MACRO, "xl/sharedStrings.xml", &office},
    {"application/vnd.ms-powerpoint.presentation" MACRO, "ppt/slides/*.xml", &office},
    {"application/vnd.oasis.opendocument.text", "content.xml", &open_doc},
    {"application/vnd.oasis.opendocument.spreadsheet", "content.xml", &open_doc},
    {"application/vnd.oasis.opendocument.presentation", "content.xml", &open_doc},
#undef OOXML
#undef MACRO
};

static const struct package *find_entry(const char *mime, const char *name)
{
    for (size_t i = 0; i < COUNT_OF(packages); i++)
        if (streq(packages[i].mime, mime) &&
            (!name || fnmatch(packages[i].entry, name, FNM_PATHNAME) == 0))
            return &packages[i];
    return NULL;
}

bool reader_zip_reads(const char *mime)
{
    return find_entry(mime, NULL) != NULL;
}

struct unpack {
    struct archive *archive;
    int64_t left;
};

static int read_entry(void *arg, char *p, int n)
{
    struct unpack *u = arg;
    la_ssize_t got = u->left > 0 ? archive_read_data(u->archive, p, (size_t)n) : 0;
    if (got < 0)
        return -1;
    u->left -= got;
    return (int)got;
}

static void read_entries(struct unpack *u, const char *mime)
{
    struct archive_entry *e;
    for (int i = 0; i < ENTRIES_MOST && u->left > 0; i++) {
        int rc = archive_read_next_header(u->archive, &e);
        if (rc == ARCHIVE_EOF || rc == ARCHIVE_FATAL)
            return;
        const char *name = archive_entry_pathname(e);
        const struct package *p = name ? find_entry(mime, name) : NULL;
        if (p)
            reader_xml(read_entry, u, p->rules);
    }
}

bool reader_zip(int fd, const char *mime)
{
    struct unpack u = {.archive = archive_read_new(), .left = UNPACKED_MOST};
    if (!u.archive)
        return false;
    archive_read_support_format_zip(u.archive);
    bool ok = archive_read_open_fd(u.archive, fd, 64 << 10) == ARCHIVE_OK;
    if (ok)
        read_entries(&u, mime);
    archive_read_free(u.archive);
    return ok;
}
