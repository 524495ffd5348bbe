/*
 * arkivstruktur.xsd from the rows XSD of model.def.
 */
#include "model/model_int.h"

static void write_element(struct buf *out, const struct xsd_row *r, int indent)
{
    static const char *const prefix[] = {[XSD_CATALOGUE] = "n5mdk:", [XSD_OWN] = "", [XSD_ANY] = "xs:"};
    buf_printf(out, "%*s<xs:element name=\"%s\" type=\"%s%s\"", indent, "", r->element, prefix[r->kind],
               r->element_type);
    if (r->min != 1)
        buf_printf(out, " minOccurs=\"%d\"", r->min);
    if (r->many)
        buf_puts(out, " maxOccurs=\"unbounded\"");
    buf_puts(out, "/>\n");
}

/* Rows of one type stand together; a run of CHOICE rows is one choice. */
static size_t write_type(struct buf *out, size_t first)
{
    const struct xsd_row *head = &model_xsd_rows[first];
    bool extends = !streq(head->base, "none"), choice = false;
    int indent = extends ? 10 : 6;
    size_t i = first;
    buf_printf(out, "  <xs:complexType name=\"%s\">\n", head->type);
    if (extends)
        buf_printf(out, "    <xs:complexContent>\n      <xs:extension base=\"%s\">\n", head->base);
    buf_printf(out, "%*s<xs:sequence>\n", indent - 2, "");
    for (; i < model_xsd_rows_n && streq(model_xsd_rows[i].type, head->type); i++) {
        if (model_xsd_rows[i].choice != choice)
            buf_printf(out, "%*s%s\n", indent, "", choice ? "</xs:choice>" : "<xs:choice>");
        choice = model_xsd_rows[i].choice;
        write_element(out, &model_xsd_rows[i], choice ? indent + 2 : indent);
    }
    if (choice)
        buf_printf(out, "%*s</xs:choice>\n", indent, "");
    buf_printf(out, "%*s</xs:sequence>\n", indent - 2, "");
    if (extends)
        buf_puts(out, "      </xs:extension>\n    </xs:complexContent>\n");
    buf_puts(out, "  </xs:complexType>\n");
    return i;
}

void model_xsd(struct buf *out)
{
    buf_puts(out,
             "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<xs:schema xmlns=\"http://www.arkivverket.no/standarder/noark5/arkivstruktur\"\n"
             "  xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"\n"
             "  xmlns:n5mdk=\"http://www.arkivverket.no/standarder/noark5/metadatakatalog\"\n"
             "  targetNamespace=\"http://www.arkivverket.no/standarder/noark5/arkivstruktur\"\n"
             "  elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\" version=\"5.0\">\n"
             "  <xs:import namespace=\"http://www.arkivverket.no/standarder/noark5/metadatakatalog\""
             " schemaLocation=\"metadatakatalog.xsd\"/>\n"
             "  <xs:element name=\"arkiv\" type=\"arkiv\"/>\n");
    for (size_t i = 0; i < model_xsd_rows_n;)
        i = write_type(out, i);
    buf_puts(out, "</xs:schema>\n");
}
