/*
 * PDF by its header, PDF/A by what its XMP packet says of itself (pdfaid:part, pdfaid:conformance).
 * This is the claim of the file: whether it keeps to the standard is for a validator to say. The
 * packet lies uncompressed, mostly near the end.
 */
#include "inspect/inspect_int.h"

enum { HEADER_WITHIN = 1024, NEAR = 2048 };

#define SEARCH_MOST MiB(64)

/* The first character of the value after name, as element content or attribute; 0 when none. */
static char xmp_value(const unsigned char *p, size_t n, const char *name)
{
    const unsigned char *at = memmem(p, n, name, strlen(name));
    if (!at)
        return 0;
    const unsigned char *end = p + n;
    at += strlen(name);
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n' || *at == '=' ||
                        *at == '"' || *at == '\'' || *at == '>'))
        at++;
    return at < end ? (char)*at : 0;
}

static enum format pdfa(char part, char conformance)
{
    static const struct {
        char part, conformance;
        enum format format;
    } rows[] = {
        {'1', 'A', F_PDFA_1A}, {'1', 'B', F_PDFA_1B}, {'2', 'A', F_PDFA_2A},
        {'2', 'B', F_PDFA_2B}, {'2', 'U', F_PDFA_2U}, {'3', 'A', F_PDFA_3A},
        {'3', 'B', F_PDFA_3B}, {'3', 'U', F_PDFA_3U}, {'4', 'E', F_PDFA_4E},
        {'4', 'F', F_PDFA_4F},
    };
    if (conformance >= 'a' && conformance <= 'z')
        conformance = (char)(conformance - 'a' + 'A');
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].part == part && rows[i].conformance == conformance)
            return rows[i].format;
    return part == '4' ? F_PDFA_4 : F_UNKNOWN;
}

static enum format pdfa_at(const struct sample *s, int64_t at)
{
    int64_t from = at < NEAR ? 0 : at - NEAR;
    int64_t end = s->size - at < NEAR ? s->size : at + NEAR;
    const unsigned char *p = sample_at(s, at, (size_t)(end - at));
    char part = p ? xmp_value(p, (size_t)(end - at), "pdfaid:part") : 0;
    p = sample_at(s, from, (size_t)(end - from));
    return p ? pdfa(part, xmp_value(p, (size_t)(end - from), "pdfaid:conformance")) : F_UNKNOWN;
}

static enum format find_pdfa(const struct sample *s)
{
    int64_t tail = s->tail_n > 0 ? s->size - (int64_t)s->tail_n : 0;
    int64_t at = sample_find(s, tail, s->size, "pdfaid:part");
    if (at < 0)
        at = sample_find(s, 0, SEARCH_MOST, "pdfaid:part");
    return at < 0 ? F_UNKNOWN : pdfa_at(s, at);
}

struct verdict sig_pdf(const struct sample *s)
{
    static const struct {
        const char *version;
        enum format format;
    } rows[] = {
        {"1.0", F_PDF_1_0}, {"1.1", F_PDF_1_1}, {"1.2", F_PDF_1_2}, {"1.3", F_PDF_1_3},
        {"1.4", F_PDF_1_4}, {"1.5", F_PDF_1_5}, {"1.6", F_PDF_1_6}, {"1.7", F_PDF_1_7},
        {"2.0", F_PDF_2_0},
    };
    struct verdict v = {F_UNKNOWN, NULL};
    int64_t at = sample_find(s, 0, HEADER_WITHIN, "%PDF-");
    /* Text may speak of PDF in its first kilobyte; a PDF with something before it has an end too. */
    if (at < 0 || (at > 0 && sample_find(s, s->size < NEAR ? 0 : s->size - NEAR, NEAR, "%%EOF") < 0))
        return v;
    v.mime = "application/pdf";
    v.format = find_pdfa(s);
    for (size_t i = 0; v.format == F_UNKNOWN && i < COUNT_OF(rows); i++)
        if (sample_is(s, at + 5, rows[i].version, 3))
            v.format = rows[i].format;
    return v;
}
