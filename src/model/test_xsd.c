/*
 * The XSD made from the table against the official one of Noark 5.0: the same types with the same
 * elements, in the same order, of the same types and cardinalities. The official schema stands in
 * shared/ beside the project; without it the test is skipped.
 */
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "model/model_int.h"

#define OFFICIAL "/arkivstruktur.xsd"
#define SKIPPED 77

static char official_path[1000];

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

static xmlDoc *made(void)
{
    struct buf b;
    buf_init(&b, (size_t)MiB(1));
    model_xsd(&b);
    assert_false(buf_failed(&b));
    /* Read as if it stood beside the official one, where metadatakatalog.xsd is. */
    xmlDoc *doc = xmlReadMemory(b.p, (int)b.n, official_path, NULL, XML_PARSE_NONET);
    buf_free(&b);
    assert_non_null(doc);
    return doc;
}

static void same_types(void **state)
{
    (void)state;
    struct schema ours, theirs;
    xmlDoc *a = made(), *b = xmlReadFile(official_path, NULL, XML_PARSE_NONET);
    assert_non_null(b);
    read_schema(a, &ours);
    read_schema(b, &theirs);
    assert_true(theirs.n > 20);
    for (size_t i = 0; i < theirs.n; i++) {
        const struct shape *want = &theirs.shapes[i];
        const char *got = shape_of(&ours, want->name);
        if (!got || !streq(got, want->text))
            fail_msg("%s\nofficial: %s\nours:     %s", want->name, want->text, got ? got : "missing");
    }
    assert_int_equal(ours.n, theirs.n);
    free_schema(&ours);
    free_schema(&theirs);
    xmlFreeDoc(a);
    xmlFreeDoc(b);
}

/* It is a schema, not only looks like one. */
static void it_compiles(void **state)
{
    (void)state;
    xmlDoc *doc = made();
    xmlSchemaParserCtxt *parser = xmlSchemaNewDocParserCtxt(doc);
    xmlSchema *schema = xmlSchemaParse(parser);
    assert_non_null(schema);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    xmlFreeDoc(doc);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_types), cmocka_unit_test(it_compiles)};
    struct cx cx;
    (void)snprintf(official_path, sizeof(official_path), "%s" OFFICIAL, argc > 1 ? argv[1] : ".");
    if (access(official_path, R_OK) != 0) {
        printf("the official schema is not beside the project\n");
        return SKIPPED;
    }
    cx_open(&cx, (size_t)MiB(1));
    int failed = model_init(&cx) == RC_OK ? cmocka_run_group_tests_name("xsd", tests, NULL, NULL) : 1;
    cx_close(&cx);
    xmlCleanupParser();
    return failed;
}
