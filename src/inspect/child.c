/*
 * The limited child: reads one document and writes its words. It may be as simple as it likes about
 * errors, since its limits hold and its end is only a missing answer.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/HTMLparser.h>

enum { FILE_MOST = 32 << 20 };

void child_put(const void *p, size_t n)
{
    const char *from = p;
    while (n > 0) {
        ssize_t wrote = write(STDOUT_FILENO, from, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            _exit(1);
        from += wrote;
        n -= (size_t)wrote;
    }
}

void child_puts(const char *s)
{
    child_put(s, strlen(s));
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
            child_put(out, to);
            to = 0;
        }
        /* 0x80–0x9F are dashes and quotes of Windows 1252: white space to a search. */
        to += encode(p[i] >= 0x80 && p[i] < 0xA0 ? ' ' : p[i], out + to);
    }
    child_put(out, to);
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
            child_put(out, to);
            to = 0;
        }
        to += encode(c >= 0xD800 && c < 0xE000 ? ' ' : c, out + to);
    }
    child_put(out, to);
}

void child_put_text(const unsigned char *p, size_t n)
{
    if (n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0))
        put_utf16(p + 2, n - 2, p[0] == 0xFE);
    else if (str_utf8((struct str){(const char *)p, n}))
        child_put(p, n);
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
        child_puts((const char *)n->content);
    else if (n->type == XML_ELEMENT_NODE && !one_of(within, n->name))
        child_puts("\n");
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

void child_put_html(const unsigned char *p, size_t n, const char *charset)
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
    child_put_text(p, n);
}

static void put_page(const unsigned char *p, size_t n)
{
    child_put_html(p, n, NULL);
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
    child_xml(read_memory, &m, &all);
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
    {"message/rfc822", child_mail},
    {"application/mbox", child_mail},
};

static const struct kind *find_kind(const char *mime)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (streq(kinds[i].mime, mime))
            return &kinds[i];
    return NULL;
}

bool child_reads(const char *mime)
{
    return find_kind(mime) || child_zip_reads(mime);
}

static unsigned char *read_file(const char *path, size_t *ret_n)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        return NULL;
    size_t size = st.st_size < FILE_MOST ? (size_t)st.st_size : FILE_MOST, n = 0;
    unsigned char *p = malloc(size + 1);
    while (p && n < size) {
        ssize_t got = read(fd, p + n, size - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(fd);
    *ret_n = n;
    return p;
}

int inspect_child(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    if (child_zip_reads(argv[1]))
        return child_zip(argv[0], argv[1]) ? 0 : 1;
    const struct kind *k = find_kind(argv[1]);
    size_t n;
    unsigned char *p = k ? read_file(argv[0], &n) : NULL;
    if (!k || !p)
        return 1;
    k->put(p, n);
    free(p);
    return 0;
}
