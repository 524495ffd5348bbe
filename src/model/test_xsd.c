/*
 * The schemas made from the table against the official ones of each version: the same types with the
 * same elements, in the same order, of the same types and cardinalities. The official schemas stand
 * in shared/ beside the project; without them the test is skipped.
 */
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "model/model_int.h"

#define SKIPPED 77

static const enum noark versions[] = {NOARK_31, NOARK_40, NOARK_50};
static const char *official = ".";

/* A type as text: "base(element:type[min..max] …)", where a choice is written <…>. */
struct shape {
    char *name, *text;
};
struct schema {
    struct shape shapes[64];
    size_t n;
};

static char *attribute(xmlNode *node, const char *name, const char *absent)
{
    xmlChar *v = xmlGetProp(node, (const xmlChar *)name);
    char *own = strdup(v ? (const char *)v : absent);
    xmlFree(v);
    assert_non_null(own);
    return own;
}

static bool is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && streq((const char *)node->name, name);
}

static void write_shape(struct buf *out, xmlNode *node);

static void write_one(struct buf *out, xmlNode *node)
{
    char *name = attribute(node, "name", ""), *type = attribute(node, "type", "");
    char *min = attribute(node, "minOccurs", "1"), *max = attribute(node, "maxOccurs", "1");
    buf_printf(out, " %s:%s[%s..%s]", name, type, min, max);
    free(name), free(type), free(min), free(max);
}

static void write_node(struct buf *out, xmlNode *node)
{
    bool choice = is_element(node, "choice");
    if (is_element(node, "element")) {
        write_one(out, node);
    } else if (is_element(node, "extension")) {
        char *base = attribute(node, "base", "");
        buf_printf(out, "%s", base);
        free(base);
    } else if (choice) {
        buf_puts(out, " <");
    }
    write_shape(out, node);
    if (choice)
        buf_puts(out, " >");
}

static void write_shape(struct buf *out, xmlNode *node)
{
    for (xmlNode *child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            write_node(out, child);
}

static void read_schema(xmlDoc *doc, struct schema *ret)
{
    *ret = (struct schema){.n = 0};
    for (xmlNode *node = xmlDocGetRootElement(doc)->children; node; node = node->next) {
        if (!is_element(node, "complexType"))
            continue;
        struct buf b;
        buf_init(&b, (size_t)KiB(64));
        write_shape(&b, node);
        assert_false(buf_failed(&b));
        assert_true(ret->n < COUNT_OF(ret->shapes));
        ret->shapes[ret->n++] = (struct shape){attribute(node, "name", ""), strdup(b.n ? b.p : "")};
        buf_free(&b);
    }
}

static void free_schema(struct schema *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->shapes[i].name);
        free(s->shapes[i].text);
    }
}

static const char *shape_of(const struct schema *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (streq(s->shapes[i].name, name))
            return s->shapes[i].text;
    return NULL;
}

static void path_of(const char *name, enum noark v, char *ret, size_t room)
{
    (void)snprintf(ret, room, "%s/v%s/%s.xsd", official, noark_text(v), name);
}

static xmlDoc *made(enum xsd_file f, enum noark v)
{
    struct buf b;
    char path[1000];
    buf_init(&b, (size_t)MiB(1));
    model_xsd(&b, f, v);
    assert_false(buf_failed(&b));
    /* Read as if it stood beside the official one, where metadatakatalog.xsd is. */
    path_of(xsd_file_name(f), v, path, sizeof(path));
    xmlDoc *doc = xmlReadMemory(b.p, (int)b.n, path, NULL, XML_PARSE_NONET);
    buf_free(&b);
    assert_non_null(doc);
    return doc;
}

static void compare(enum xsd_file f, enum noark v)
{
    struct schema ours, theirs;
    char path[1000];
    path_of(xsd_file_name(f), v, path, sizeof(path));
    xmlDoc *a = made(f, v), *b = xmlReadFile(path, NULL, XML_PARSE_NONET);
    assert_non_null(b);
    read_schema(a, &ours);
    read_schema(b, &theirs);
    assert_true(theirs.n >= 2);
    for (size_t i = 0; i < theirs.n; i++) {
        const struct shape *want = &theirs.shapes[i];
        const char *got = shape_of(&ours, want->name);
        if (!got || !streq(got, want->text))
            fail_msg("%s %s\nofficial: %s\nours:     %s", path, want->name, want->text, got ? got : "missing");
    }
    assert_int_equal(ours.n, theirs.n);
    free_schema(&ours);
    free_schema(&theirs);
    xmlFreeDoc(a);
    xmlFreeDoc(b);
}

static void same_types(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        for (int f = 0; f < XSD_FILE_COUNT; f++)
            compare((enum xsd_file)f, versions[i]);
}

/* They are schemas, not only look like some. */
static void they_compile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        for (int f = 0; f < XSD_FILE_COUNT; f++) {
            xmlDoc *doc = made((enum xsd_file)f, versions[i]);
            xmlSchemaParserCtxt *parser = xmlSchemaNewDocParserCtxt(doc);
            xmlSchema *schema = xmlSchemaParse(parser);
            assert_non_null(schema);
            xmlSchemaFree(schema);
            xmlSchemaFreeParserCtxt(parser);
            xmlFreeDoc(doc);
        }
}

static xmlNode *inside(xmlNode *node, const char *name)
{
    for (xmlNode *child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && is_element(child, name))
            return child;
    return NULL;
}

static xmlNode *type_node(xmlDoc *doc, const char *name)
{
    for (xmlNode *node = xmlDocGetRootElement(doc)->children; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        char *is = attribute(node, "name", "");
        bool found = streq(is, name);
        free(is);
        if (found)
            return node;
    }
    return NULL;
}

/* The official one may refer to a type of its own (ID) or be a union: then only that it is there is held. */
static void same_base(xmlNode *ours, xmlDoc *official_doc)
{
    char *name = attribute(ours, "name", "");
    xmlNode *theirs = type_node(official_doc, name);
    if (!theirs)
        fail_msg("no official type %s", name);
    xmlNode *restriction = theirs ? inside(theirs, "restriction") : NULL;
    char *want = restriction ? attribute(restriction, "base", "") : strdup("");
    char *got = attribute(inside(ours, "restriction"), "base", "");
    if (strncmp(want, "xs:", 3) == 0 && !streq(want, got))
        fail_msg("%s is %s, not %s", name, want, got);
    free(name), free(want), free(got);
}

/* Every type of our metadatakatalog.xsd is in the official one, of the same base. */
static void same_bases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        struct buf b;
        char path[1000];
        buf_init(&b, (size_t)MiB(1));
        model_xsd_catalogue(&b, versions[i]);
        path_of("metadatakatalog", versions[i], path, sizeof(path));
        xmlDoc *ours = xmlReadMemory(b.p, (int)b.n, path, NULL, XML_PARSE_NONET);
        xmlDoc *theirs = xmlReadFile(path, NULL, XML_PARSE_NONET);
        assert_true(ours && theirs);
        for (xmlNode *node = xmlDocGetRootElement(ours)->children; node; node = node->next)
            if (node->type == XML_ELEMENT_NODE)
                same_base(node, theirs);
        xmlFreeDoc(ours);
        xmlFreeDoc(theirs);
        buf_free(&b);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_types), cmocka_unit_test(they_compile),
                                       cmocka_unit_test(same_bases)};
    struct cx cx;
    char path[1000];
    if (argc > 1)
        official = argv[1];
    path_of("arkivstruktur", NOARK_50, path, sizeof(path));
    if (access(path, R_OK) != 0) {
        printf("the official schemas are not beside the project\n");
        return SKIPPED;
    }
    cx_open(&cx, (size_t)MiB(1));
    int failed = model_init(&cx) == RC_OK ? cmocka_run_group_tests_name("xsd", tests, NULL, NULL) : 1;
    cx_close(&cx);
    xmlCleanupParser();
    return failed;
}
