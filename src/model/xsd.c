/*
 * The schemas of an extract from the rows XSD of model.def.
 */
#include "model/model_int.h"

#define NS "http://www.arkivverket.no/standarder/noark5/"

const char *noark_text(enum noark v)
{
    return v == NOARK_31 ? "3.1" : v == NOARK_40 ? "4.0" : "5.0";
}

const char *xsd_file_name(enum xsd_file f)
{
    static const char *const names[] = {"arkivstruktur", "endringslogg", "loependeJournal", "offentligJournal"};
    return names[f];
}

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

/* A run of CHOICE rows is one choice. */
static void write_rows(struct buf *out, const struct xsd_type *t, enum noark v, int indent)
{
    bool choice = false;
    for (size_t i = 0; i < model_xsd_rows_n; i++) {
        const struct xsd_row *r = &model_xsd_rows[i];
        if (r->file != t->file || !(r->versions & v) || !streq(r->type, t->type))
            continue;
        if (r->choice != choice)
            buf_printf(out, "%*s%s\n", indent, "", choice ? "</xs:choice>" : "<xs:choice>");
        choice = r->choice;
        write_element(out, r, choice ? indent + 2 : indent);
    }
    if (choice)
        buf_printf(out, "%*s</xs:choice>\n", indent, "");
}

static void write_type(struct buf *out, const struct xsd_type *t, enum noark v)
{
    bool extends = !streq(t->base, "none");
    int indent = extends ? 10 : 6;
    buf_printf(out, "  <xs:complexType name=\"%s\">\n", t->type);
    if (extends)
        buf_printf(out, "    <xs:complexContent>\n      <xs:extension base=\"%s\">\n", t->base);
    buf_printf(out, "%*s<xs:sequence>\n", indent - 2, "");
    write_rows(out, t, v, indent);
    buf_printf(out, "%*s</xs:sequence>\n", indent - 2, "");
    if (extends)
        buf_puts(out, "      </xs:extension>\n    </xs:complexContent>\n");
    buf_puts(out, "  </xs:complexType>\n");
}

void model_xsd(struct buf *out, enum xsd_file f, enum noark v)
{
    const char *name = xsd_file_name(f), *root = f == XSD_FILE_arkivstruktur ? "arkiv" : name;
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
               "<xs:schema xmlns=\"" NS "%s\"\n"
               "  xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"\n"
               "  xmlns:n5mdk=\"" NS "metadatakatalog\"\n"
               "  targetNamespace=\"" NS "%s\"\n"
               "  elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\" version=\"%s\">\n"
               "  <xs:import namespace=\"" NS "metadatakatalog\" schemaLocation=\"metadatakatalog.xsd\"/>\n"
               "  <xs:element name=\"%s\" type=\"%s\"/>\n", name, name, noark_text(v), root, root);
    for (size_t i = 0; i < model_xsd_types_n; i++)
        if (model_xsd_types[i].file == f && (model_xsd_types[i].versions & v))
            write_type(out, &model_xsd_types[i], v);
    buf_puts(out, "</xs:schema>\n");
}

/* ------------------------------------------------------------------ metadatakatalog.xsd */

/* What the attribute of that name is; elements that are no attribute are told apart by their names. */
static enum type type_of(const char *name)
{
    if (streq(name, "systemID") || strncmp(name, "referanseTil", 12) == 0 || strncmp(name, "referanseFra", 12) == 0 ||
        streq(name, "referanseSekundaerKlassifikasjon"))
        return T_UUID;
    if (streq(name, "antallJournalposter"))
        return T_INTEGER;
    for (size_t i = 0; i < A_COUNT; i++)
        if (streq(model_attr_rows[i].name, name) && model_attr_rows[i].type != T_GROUP)
            return model_attr_rows[i].type;
    for (size_t i = 0; i < L_COUNT; i++)
        if (streq(model_leaf_rows[i].name, name))
            return model_leaf_rows[i].type;
    return T_STRING;
}

static void write_catalogue_type(struct buf *out, const char *name, enum noark v)
{
    enum type t = type_of(name);
    const char *base = "string";
    bool text = false;
    if (model_xsd_day(name))
        base = "date";
    else if (t == T_DATETIME)
        base = "dateTime";
    else if (t == T_INTEGER && (v == NOARK_50 || !streq(name, "filstoerrelse")))
        base = "integer";
    else
        text = v == NOARK_50;
    buf_printf(out, "  <xs:simpleType name=\"%s\">\n    <xs:restriction base=\"xs:%s\"", name, base);
    if (!text)
        buf_puts(out, "/>\n  </xs:simpleType>\n");
    else if (t == T_UUID)
        buf_puts(out, ">\n      <xs:pattern value=\"[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}\"/>\n"
                      "    </xs:restriction>\n  </xs:simpleType>\n");
    else
        buf_puts(out, ">\n      <xs:minLength value=\"1\"/>\n    </xs:restriction>\n  </xs:simpleType>\n");
}

static bool seen_before(size_t row, enum noark v)
{
    for (size_t i = 0; i < row; i++) {
        const struct xsd_row *r = &model_xsd_rows[i];
        if (r->kind == XSD_CATALOGUE && (r->versions & v) && streq(r->element_type, model_xsd_rows[row].element_type))
            return true;
    }
    return false;
}

void model_xsd_catalogue(struct buf *out, enum noark v)
{
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
               "<xs:schema xmlns=\"" NS "metadatakatalog\"\n"
               "  xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"\n"
               "  targetNamespace=\"" NS "metadatakatalog\"\n"
               "  elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\" version=\"%s\">\n",
               noark_text(v));
    for (size_t i = 0; i < model_xsd_rows_n; i++)
        if (model_xsd_rows[i].kind == XSD_CATALOGUE && (model_xsd_rows[i].versions & v) && !seen_before(i, v))
            write_catalogue_type(out, model_xsd_rows[i].element_type, v);
    buf_puts(out, "</xs:schema>\n");
}
