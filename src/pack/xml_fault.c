/* What libxml2 finds wrong with an XML file, by its code, in the words of the user. */
#include "pack/pack_int.h"

enum { TOO_DEEP = -1 };          /* libxml2 has no code of its own for it */

static const struct words {
    int code;
    const char *nb, *en;
} rows[] = {
#define XML_FAULT(code, nb, en) {code, nb, en},
#include "pack/xml_fault.def"
#undef XML_FAULT
};

static const struct words unknown = {XML_ERR_OK, "XML-en er ikke velformet", "The XML is not well-formed"};

static const struct words *words_of(int code)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].code == code)
            return &rows[i];
    return &unknown;
}

/*
 * libxml2 has one code for a character that is not allowed and for bytes that are none of the encoding ("Input is not
 * proper UTF-8 …\nBytes: 0xE5 …"), and one for an element and an entity without a name.
 */
static int code_of(pack_xml_error e)
{
    if (e->code == XML_ERR_INVALID_CHAR && e->str1)
        return XML_ERR_INVALID_ENCODING;
    if (e->code == XML_ERR_NAME_REQUIRED && e->message && strstr(e->message, "EntityRef"))
        return XML_ERR_ENTITYREF_NO_NAME;
    if (e->code == XML_ERR_INTERNAL_ERROR && e->message && strstr(e->message, "depth"))
        return TOO_DEEP;
    return e->code;
}

static void take(const char *text, char *out, size_t n)
{
    (void)snprintf(out, n, "%s", text ? text : "");
    pack_xml_one_line(out);
}

/* What is told beside the sentence. A message that is not known goes there as it is. */
static void take_parts(pack_xml_error e, const struct words *w, struct pack_xml_words *ret)
{
    if (w == &unknown) {
        pack_xml_message(e, ret->found, sizeof(ret->found));
    } else if (w->code == XML_ERR_INVALID_ENCODING) {
        const char *bytes = e->str1 ? strstr(e->str1, "Bytes: ") : NULL;
        take(bytes ? bytes + strlen("Bytes: ") : "", ret->found, sizeof(ret->found));
    } else if (e->code == XML_ERR_TAG_NAME_MISMATCH) {
        take(e->str1, ret->place, sizeof(ret->place));
        take(e->str2, ret->found, sizeof(ret->found));
    } else if (e->code == XML_ERR_TAG_NOT_FINISHED) {
        take(e->str1, ret->place, sizeof(ret->place));
    } else if (e->code == XML_ERR_INVALID_CHAR && e->int1 > 0) {
        (void)snprintf(ret->found, sizeof(ret->found), "U+%04X", (unsigned)e->int1);
    } else {
        take(e->str1, ret->found, sizeof(ret->found));
    }
}

void pack_xml_in_words(pack_xml_error e, enum lang lang, struct pack_xml_words *ret)
{
    const struct words *w = words_of(code_of(e));
    *ret = (struct pack_xml_words){.sentence = lang == LANG_NB ? w->nb : w->en};
    ret->encoding = w->code == XML_ERR_INVALID_ENCODING || w->code == XML_I18N_CONV_FAILED;
    take_parts(e, w, ret);
}
