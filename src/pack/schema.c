/*
 * Schemas from files in memory. libxml2 resolves imports through one loader a process; ours answers
 * from the files of the schema being compiled on this thread and leaves all else to the former.
 */
#include "pack/pack_int.h"

#include <pthread.h>

enum { MESSAGE_MOST = 600 };

struct load {
    struct cx *cx;
    const struct pack_schema_files *files;
    struct {
        const char *name;
        struct str text;
    } seen[PACK_SCHEMA_FILES];      /* asked for once, however often they are named */
    size_t seen_n;
    bool failed;
};

static _Thread_local struct load *loading;
static xmlExternalEntityLoader former;

const char *pack_schema_file(const char *location)
{
    const char *slash = location;
    for (const char *p = location; *p; p++)
        if (*p == '/' || *p == '\\')
            slash = p + 1;
    return slash;
}

static void complain(struct load *l, const char *file, int64_t line, const char *text)
{
    l->failed = true;
    if (l->files->fault)
        l->files->fault(l->files->arg, file, line, text);
}

/* Entities could make a small file large; no schema needs them. */
static bool is_plain(struct str s)
{
    return !memmem(s.p, s.n, "<!DOCTYPE", 9) && !memmem(s.p, s.n, "<!ENTITY", 8) && !memchr(s.p, '\0', s.n);
}

static struct str content(void *arg, const char *name)
{
    struct load *l = arg;
    for (size_t i = 0; i < l->seen_n; i++)
        if (streq(l->seen[i].name, name))
            return l->seen[i].text;
    struct str s = l->files->find(l->files->arg, name);
    const char *own = s.p && l->seen_n < PACK_SCHEMA_FILES ? arena_strdup(l->cx->arena, name) : NULL;
    if (own) {
        l->seen[l->seen_n].name = own;
        l->seen[l->seen_n++].text = s;
    }
    return s;
}

static struct str find(struct load *l, const char *name)
{
    struct str s = content(l, name);
    if (!s.p) {
        complain(l, name, 0, "the file is missing");
    } else if (s.n > (size_t)INT32_MAX || !is_plain(s)) {
        complain(l, name, 0, "a document type is not allowed in a schema");
        s = (struct str){NULL, 0};
    }
    return s;
}

static xmlParserInputPtr load_input(const char *url, const char *id, xmlParserCtxtPtr parser)
{
    if (!loading)
        return former(url, id, parser);
    struct str s = find(loading, url ? pack_schema_file(url) : "");
    if (!s.p)
        return NULL;
    xmlParserInputBufferPtr bytes = xmlParserInputBufferCreateMem(s.p, (int)s.n, XML_CHAR_ENCODING_NONE);
    xmlParserInputPtr input = bytes ? xmlNewIOInputStream(parser, bytes, XML_CHAR_ENCODING_NONE) : NULL;
    if (!input) {
        xmlFreeParserInputBuffer(bytes);
        return NULL;
    }
    input->filename = (char *)xmlStrdup((const xmlChar *)pack_schema_file(url));
    return input;
}

static void set_up(void)
{
    xmlInitParser();
    former = xmlGetExternalEntityLoader();
    xmlSetExternalEntityLoader(load_input);
}

void pack_xml_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_up);
}

static void on_error(void *arg, pack_xml_error e)
{
    char text[MESSAGE_MOST];
    if (e->level < XML_ERR_ERROR)
        return;
    pack_xml_message(e, text, sizeof(text));
    complain(arg, e->file ? pack_schema_file(e->file) : "", e->line, text);
}

static xmlSchemaPtr compile(struct load *l, const char *name)
{
    struct str s = find(l, name);
    xmlSchemaParserCtxtPtr parser = s.p ? xmlSchemaNewMemParserCtxt(s.p, (int)s.n) : NULL;
    if (!parser)
        return NULL;
    xmlSchemaSetParserStructuredErrors(parser, on_error, l);
    xmlSchemaPtr compiled = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    return compiled;
}

enum rc pack_schema_new(struct cx *cx, const char *main, const struct pack_schema_files *files,
                        struct pack_schema **ret)
{
    struct load l = {.cx = cx, .files = files};
    pack_xml_init();
    const char *large = pack_schema_too_large(main, files->large, content, &l);
    if (large)
        complain(&l, main, 0, large);
    loading = &l;
    xmlSchemaPtr compiled = large ? NULL : compile(&l, main);
    loading = NULL;
    if (!compiled || l.failed) {
        xmlSchemaFree(compiled);
        return err_set(cx, RC_XML, NULL, main);
    }
    *ret = mem_new(sizeof(**ret));
    (*ret)->compiled = compiled;
    return RC_OK;
}

void pack_schema_free(struct pack_schema **s)
{
    if (!s || !*s)
        return;
    xmlSchemaFree((*s)->compiled);
    mem_free(*s);
    *s = NULL;
}
