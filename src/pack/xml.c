/*
 * XML as a stream of elements, over the SAX2 interface of libxml2. What the parser tells goes to the
 * user and, where there are schemas, to the checker beside (xml_check.c): one pass does all. No tree is
 * made, no document type read, no name resolved.
 */
#include "pack/pack_int.h"

#include <stdlib.h>

enum { READ_STEP = 256 << 10, FAULTS_MOST = 1000, MESSAGE_MOST = 4000 };

struct level {
    int64_t line;
    bool parent;              /* has elements in it */
};

struct pack_xml {
    struct cx *cx;
    struct pack_stream *stream;
    const struct pack_xml_events *events;
    void *arg;
    xmlParserCtxtPtr parser;
    struct buf text;
    struct level levels[PACK_XML_DEPTH + 1];
    int depth;
    struct pack_xml_attr attrs[PACK_XML_ATTRIBUTES];
    struct pack_checker *checker; /* NULL without schemas */
    int faults;
    enum rc rc;               /* of reading the stream, or RC_XML */
    bool stopped, too_long;
    bool silent;              /* stopped by its user: nothing more is told */
    char *part;               /* READ_STEP bytes from the stream, of which part_n - part_at are not taken yet */
    size_t part_n, part_at;
};

/* ---------------------------------------------------------------- faults */

void pack_xml_one_line(char *out)
{
    size_t len = strlen(out);
    while (len > 0 && (out[len - 1] == '\n' || out[len - 1] == ' '))
        out[--len] = '\0';
    for (char *p = out; *p; p++)
        if (*p == '\n')
            *p = ' ';
    /* A message cut within a letter ends before it. */
    while (len > 0 && !str_utf8(str_of(out)))
        out[--len] = '\0';
}

void pack_xml_message(pack_xml_error e, char *out, size_t n)
{
    (void)snprintf(out, n, "%s", e->message ? e->message : "");
    pack_xml_one_line(out);
}

static void stop(struct pack_xml *x)
{
    x->stopped = true;
    xmlStopParser(x->parser);
}

static const char *in_words(const struct pack_xml *x, const char *nb, const char *en)
{
    return x->cx->lang == LANG_NB ? nb : en;
}

static void tell(struct pack_xml *x, const struct pack_xml_fault *f)
{
    if (f->kind != PACK_XML_INVALID && x->rc == RC_OK) {
        bool parts = *f->place || *f->found;
        x->rc = err_setf(x->cx, RC_XML, NULL, "%s %" PRId64 ": %s%s%s%s%s%s", in_words(x, "linje", "line"), f->line, f->text,
                         parts ? " (" : "", f->place, *f->place && *f->found ? ", " : "", f->found, parts ? ")" : "");
    }
    if (x->events->fault)
        x->events->fault(x->arg, x, f);
}

/* Of a rule that is ours. */
static void tell_own(struct pack_xml *x, enum pack_xml_fault_kind kind, int64_t line, const char *text)
{
    tell(x, &(struct pack_xml_fault){.kind = kind, .line = line, .text = text, .place = "", .found = ""});
}

static void on_error(void *arg, pack_xml_error e)
{
    (void)arg;
    xmlParserCtxtPtr parser = e->ctxt;
    struct pack_xml *x = parser ? parser->_private : NULL;
    struct pack_xml_words w;
    if (!x || x->stopped || e->level < XML_ERR_ERROR)
        return;
    pack_xml_in_words(e, x->cx->lang, &w);
    tell(x, &(struct pack_xml_fault){.kind = w.encoding ? PACK_XML_ENCODING : PACK_XML_SYNTAX, .line = e->line, .code = e->code,
                                     .text = w.sentence, .place = w.place, .found = w.found});
    if (++x->faults < FAULTS_MOST)
        return;
    tell_own(x, PACK_XML_STOPPED, e->line,
             in_words(x, "For mange feil: resten er ikke lest", "Too many faults: the rest is not read"));
    stop(x);
}

static void on_checked(void *arg, const struct pack_xml_fault *f)
{
    struct pack_xml *x = arg;
    if (!x->silent)
        tell(x, f);
}

/* ---------------------------------------------------------------- SAX */

static void on_doctype(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    (void)name, (void)id, (void)system;
    struct pack_xml *x = arg;
    tell_own(x, PACK_XML_DOCTYPE, pack_xml_line(x),
             in_words(x, "Dokumenttype (DOCTYPE) er ikke tillatt; fjern den og entitetene i den",
                      "A document type (DOCTYPE) is not allowed; remove it and its entities"));
    stop(x);
}

/* libxml2 gives five pointers an attribute: local name, prefix, namespace, begin and end of the value. */
static size_t take_attributes(struct pack_xml *x, int n, const xmlChar **a)
{
    size_t most = n < PACK_XML_ATTRIBUTES ? (size_t)n : PACK_XML_ATTRIBUTES;
    for (size_t i = 0; i < most; i++, a += 5)
        x->attrs[i] = (struct pack_xml_attr){.name = (const char *)a[0], .prefix = (const char *)a[1],
                                             .ns = (const char *)a[2],
                                             .value = {(const char *)a[3], (size_t)(a[4] - a[3])}};
    return most;
}

/* Space between elements means nothing to anybody. */
static bool is_space(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] != ' ' && text[i] != '\n' && text[i] != '\t' && text[i] != '\r')
            return false;
    return true;
}

/* What has gathered stands beside elements. */
static void tell_text(struct pack_xml *x)
{
    if (x->events->text && !is_space(x->text.p, x->text.n))
        x->events->text(x->arg, x, buf_str(&x->text));
}

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns, int namespaces_n,
                     const xmlChar **namespaces, int attrs_n, int defaulted, const xmlChar **attrs)
{
    (void)defaulted;
    struct pack_xml *x = arg;
    if (x->checker && !x->stopped) {
        const struct pack_sax_start s = {name, prefix, ns, namespaces_n, namespaces, attrs_n, attrs};
        pack_checker_start(x->checker, pack_xml_line(x), &s);
    }
    if (!x->stopped && x->depth > 0)
        tell_text(x);
    buf_reset(&x->text);
    if (x->stopped || x->parser->nameNr >= PACK_XML_DEPTH)
        return;
    /* Not counted here: past a broken start tag the parser goes on without an end. */
    x->levels[x->parser->nameNr].parent = true;
    x->depth = x->parser->nameNr + 1;
    x->levels[x->depth] = (struct level){.line = pack_xml_line(x)};
    if (!x->events->start)
        return;
    /* The parser stands behind the attributes: "/>" or ">" comes next. */
    struct pack_xml_element e = {.name = (const char *)name, .ns = (const char *)ns, .prefix = (const char *)prefix,
                                 .attrs = x->attrs, .attrs_n = take_attributes(x, attrs_n, attrs),
                                 .line = x->levels[x->depth].line, .depth = x->depth,
                                 .empty_tag = x->parser->input->cur[0] == '/'};
    x->events->start(x->arg, x, &e);
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns)
{
    struct pack_xml *x = arg;
    x->depth = x->parser->nameNr;
    if (x->stopped || x->depth == 0 || x->depth > PACK_XML_DEPTH)
        return;
    if (x->checker)
        pack_checker_end(x->checker, pack_xml_line(x), name, prefix, ns);
    struct level *l = &x->levels[x->depth];
    struct pack_xml_element e = {.name = (const char *)name, .ns = (const char *)ns, .prefix = (const char *)prefix,
                                 .line = l->line, .depth = x->depth, .leaf = !l->parent};
    if (e.leaf)
        e.text = buf_str(&x->text);
    else
        tell_text(x);
    x->depth--;
    if (x->events->end && !x->stopped)
        x->events->end(x->arg, x, &e);
    buf_reset(&x->text);
}

static void on_text(void *arg, const xmlChar *text, int n)
{
    struct pack_xml *x = arg;
    bool between = x->levels[x->depth].parent, blank = between && is_space((const char *)text, (size_t)n);
    if (x->stopped)
        return;
    if (x->checker && !blank)
        pack_checker_text(x->checker, pack_xml_line(x), text, n);
    if (between && !x->events->text)
        return;
    if (blank && x->text.n + (size_t)n > PACK_XML_TEXT && is_space(x->text.p, x->text.n))
        buf_reset(&x->text);
    if (x->text.n + (size_t)n <= PACK_XML_TEXT) {
        buf_add(&x->text, text, (size_t)n);
    } else if (!x->too_long) {
        x->too_long = true;
        tell_own(x, PACK_XML_SYNTAX, pack_xml_line(x), in_words(x, "Et element har mer enn 8 MiB tekst",
                                                                "An element has more than 8 MiB of text"));
    }
}

static const xmlSAXHandler handler = {
    .internalSubset = on_doctype,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .initialized = XML_SAX2_MAGIC,
    .serror = on_error,
};

/* ---------------------------------------------------------------- reading */

/* libxml2 asks for 4 kB at a time; the stream is read in larger steps. */
static int on_read(void *arg, char *out, int n)
{
    struct pack_xml *x = arg;
    if (x->part_at == x->part_n) {
        x->part_at = 0;
        enum rc rc = pack_stream_read(x->cx, x->stream, x->part, READ_STEP, &x->part_n);
        if (rc != RC_OK) {
            x->rc = rc;
            x->part_n = 0;
            return -1;
        }
    }
    size_t left = x->part_n - x->part_at, take = left < (size_t)n ? left : (size_t)n;
    memcpy(out, x->part + x->part_at, take);
    x->part_at += take;
    return (int)take;
}

static bool has_schema(const struct pack_xml_options *options)
{
    for (size_t i = 0; i < PACK_XML_SCHEMAS; i++)
        if (options->schema[i])
            return true;
    return false;
}

static enum rc parse(struct pack_xml *x, const struct pack_xml_options *options)
{
    xmlSAXHandler sax = handler;
    x->parser = xmlCreateIOParserCtxt(&sax, x, on_read, NULL, x, XML_CHAR_ENCODING_NONE);
    if (!x->parser)
        return x->rc != RC_OK ? x->rc : cx_nomem(x->cx);
    x->parser->_private = x;
    /* NOENT: the five references of XML are replaced in attributes too; others cannot be declared. */
    (void)xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOENT | (options->go_on ? XML_PARSE_RECOVER : 0));
    if (has_schema(options))
        TRY(pack_checker_new(x->cx, options->schema, on_checked, x, &x->checker));
    (void)xmlParseDocument(x->parser);
    return x->rc;
}

enum rc pack_xml_read(struct cx *cx, struct pack_stream *s, const struct pack_xml_events *events, void *arg,
                      const struct pack_xml_options *options)
{
    static const struct pack_xml_options plain = {0};
    struct pack_xml *x = mem_new(sizeof(*x));
    pack_xml_init();
    x->cx = cx;
    x->stream = s;
    x->events = events;
    x->arg = arg;
    x->part = mem_new(READ_STEP);
    buf_init(&x->text, PACK_XML_TEXT + 1);
    enum rc rc = parse(x, options ? options : &plain);
    pack_checker_free(&x->checker);
    if (x->parser)
        xmlFreeDoc(x->parser->myDoc);
    xmlFreeParserCtxt(x->parser);
    buf_free(&x->text);
    mem_free(x->part);
    mem_free(x);
    return rc;
}

void pack_xml_stop(struct pack_xml *x)
{
    x->silent = true;
    stop(x);
}

int64_t pack_xml_line(const struct pack_xml *x)
{
    return x->parser->input ? x->parser->input->line : 1;
}

const char *pack_xml_encoding(const struct pack_xml *x)
{
    const xmlChar *told = x->parser->input ? x->parser->input->encoding : NULL;
    return (const char *)(told ? told : x->parser->encoding);
}

struct str pack_xml_attr_value(const struct pack_xml_element *e, const char *name)
{
    for (size_t i = 0; i < e->attrs_n; i++)
        if (!e->attrs[i].ns && streq(e->attrs[i].name, name))
            return e->attrs[i].value;
    return STR("");
}
