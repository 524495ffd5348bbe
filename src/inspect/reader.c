/*
 * A reader: the process that reads one document, open at descriptor 0, and writes its words to 1. It
 * may be as simple as it likes about errors, since its limits hold and its end is only a missing answer.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/HTMLparser.h>

enum { FILE_MOST = 32 << 20 };

static struct {
    char bytes[16 << 10];
    size_t n;
} pending;

void reader_flush(void)
{
    const char *from = pending.bytes;
    while (pending.n > 0) {
        ssize_t wrote = write(STDOUT_FILENO, from, pending.n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            _exit(1);
        from += wrote;
        pending.n -= (size_t)wrote;
    }
}

void reader_put(const void *p, size_t n)
{
    for (const char *from = p; n > 0;) {
        size_t room = sizeof(pending.bytes) - pending.n, take = n < room ? n : room;
        memcpy(pending.bytes + pending.n, from, take);
        pending.n += take;
        from += take;
        n -= take;
        if (pending.n == sizeof(pending.bytes))
            reader_flush();
    }
}

void reader_puts(const char *s)
{
    reader_put(s, strlen(s));
}

static size_t encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((n == 2 ? 0xC0u : n == 3 ? 0xE0u : 0xF0u) | c);
    return n;
}

static void put_latin1(const unsigned char *p, size_t n)
{
    char out[8192];
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        if (to > sizeof(out) - 4) {
            reader_put(out, to);
            to = 0;
        }
        /* 0x80–0x9F are dashes and quotes of Windows 1252: white space to a search. */
        to += encode(p[i] >= 0x80 && p[i] < 0xA0 ? ' ' : p[i], out + to);
    }
    reader_put(out, to);
}

static void put_utf16(const unsigned char *p, size_t n, bool big)
{
    char out[8192];
    size_t to = 0;
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t c = big ? be16(p + i) : le16(p + i);
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < n) {
            i += 2;
            c = 0x10000 + ((c - 0xD800) << 10) +
                (((big ? be16(p + i) : le16(p + i)) - 0xDC00) & 0x3FF);
        }
        if (to > sizeof(out) - 4) {
            reader_put(out, to);
            to = 0;
        }
        to += encode(c >= 0xD800 && c < 0xE000 ? ' ' : c, out + to);
    }
    reader_put(out, to);
}

void reader_put_text(const unsigned char *p, size_t n)
{
    if (n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0))
        put_utf16(p + 2, n - 2, p[0] == 0xFE);
    else if (str_utf8((struct str){(const char *)p, n}))
        reader_put(p, n);
    else
        put_latin1(p, n);
}

/* ---------------------------------------------------------------- HTML */

static bool one_of(const char *words, const xmlChar *name)
{
    char word[40];
    if (!name || snprintf(word, sizeof(word), " %s ", (const char *)name) >= (int)sizeof(word))
        return false;
    return strstr(words, word) != NULL;
}

static void html_node(const xmlNode *n)
{
    static const char within[] = " a abbr b bdi big cite code del dfn em font i ins kbd mark s samp "
                                 "small span strike strong sub sup tt u var wbr ";
    if (n->type == XML_TEXT_NODE && n->content)
        reader_puts((const char *)n->content);
    else if (n->type == XML_ELEMENT_NODE && !one_of(within, n->name))
        reader_puts("\n");
}

/* Without recursion: nesting is the document's choice. */
static void html_walk(const xmlNode *root)
{
    const xmlNode *n = root;
    while (n) {
        html_node(n);
        bool enter = n->type == XML_ELEMENT_NODE && n->children &&
                     !one_of(" script style noscript template ", n->name);
        if (enter) {
            n = n->children;
            continue;
        }
        while (n != root && !n->next) {
            n = n->parent;
            if (n != root)
                html_node(n);
        }
        n = n == root ? NULL : n->next;
    }
}

void reader_put_html(const unsigned char *p, size_t n, const char *charset)
{
    const char *set = charset;
    if (!set && str_utf8((struct str){(const char *)p, n}))
        set = "UTF-8";
    htmlDocPtr doc = htmlReadMemory((const char *)p, (int)n, NULL, set,
                                    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                        HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    if (!doc)
        return;
    html_walk(xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
}

/* ---------------------------------------------------------------- dispatch */

static void put_plain(const unsigned char *p, size_t n)
{
    reader_put_text(p, n);
}

static void put_page(const unsigned char *p, size_t n)
{
    reader_put_html(p, n, NULL);
}

struct memory {
    const unsigned char *p;
    size_t n;
};

static int read_memory(void *arg, char *p, int n)
{
    struct memory *m = arg;
    size_t take = m->n < (size_t)n ? m->n : (size_t)n;
    memcpy(p, m->p, take);
    m->p += take;
    m->n -= take;
    return (int)take;
}

static void put_xml(const unsigned char *p, size_t n)
{
    static const struct xml_rules all = {NULL, NULL, NULL};
    struct memory m = {p, n};
    reader_xml(read_memory, &m, &all);
}

static const struct kind {
    const char *mime;
    void (*put)(const unsigned char *p, size_t n);
} kinds[] = {
    {"text/plain", put_plain},
    {"text/csv", put_plain},
    {"text/tab-separated-values", put_plain},
    {"text/vnd.sosi", put_plain},
    {"application/json", put_plain},
    {"text/html", put_page},
    {"application/xhtml+xml", put_page},
    {"application/xml", put_xml},
    {"application/gml+xml", put_xml},
    {"image/svg+xml", put_xml},
    {"application/vnd.google-earth.kml+xml", put_xml},
    {"message/rfc822", reader_mail},
    {"application/mbox", reader_mail},
};

static const struct kind *find_kind(const char *mime)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (streq(kinds[i].mime, mime))
            return &kinds[i];
    return NULL;
}

/* Programs of the distribution for what is not ours to read; each takes the file from standard input. */
static const struct program {
    const char *mime;
    const char *args[8];
} programs[] = {
    {"application/pdf", {"pdftotext", "-q", "-nopgbrk", "-enc", "UTF-8", "-", "-", NULL}},
    {"application/msword", {"catdoc", "-w", "-d", "utf-8", "-", NULL}},
    {"application/rtf", {"catdoc", "-w", "-d", "utf-8", "-", NULL}},
    {"application/vnd.ms-excel", {"xls2csv", "-q", "0", "-d", "utf-8", "-", NULL}},
    {"application/vnd.ms-powerpoint", {"catppt", "-d", "utf-8", "-", NULL}},
};

const char *const *reader_program(const char *mime)
{
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        if (streq(programs[i].mime, mime))
            return programs[i].args;
    return NULL;
}

bool reader_reads(const char *mime)
{
    return find_kind(mime) || reader_zip_reads(mime) || reader_program(mime);
}

/* The beginning of the file; NULL when memory is out. */
static unsigned char *read_file(int fd, size_t *ret_n)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return NULL;
    size_t size = st.st_size < FILE_MOST ? (size_t)st.st_size : FILE_MOST, n = 0;
    unsigned char *p = malloc(size + 1);
    while (p && n < size) {
        ssize_t got = read(fd, p + n, size - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    *ret_n = n;
    return p;
}

/* libxml2 goes on without what it could not keep: an answer with holes is none. */
static int finish(bool ok)
{
    const xmlError *e = xmlGetLastError();
    reader_flush();
    return e && e->code == XML_ERR_NO_MEMORY ? READER_NO_MEMORY : ok ? 0 : 1;
}

int reader_words(const char *mime)
{
    if (reader_zip_reads(mime))
        return finish(reader_zip(STDIN_FILENO, mime));
    const struct kind *k = find_kind(mime);
    size_t n;
    unsigned char *p = k ? read_file(STDIN_FILENO, &n) : NULL;
    if (!p)
        return k ? READER_NO_MEMORY : 1;
    k->put(p, n);
    free(p);
    return finish(true);
}
