/*
 * The file (ISO 32000-1, held to PDF 1.4 and ISO 19005-1): numbered objects, their places, and a trailer.
 * The numbers of all objects follow from the counts of pages, elements and typefaces, so that each
 * object is written once, in order.
 *
 *   1 catalog   2 pages   3 info   4 XMP   5 structure   6 which element owns which mark
 *   then a page and its content each, the document element and the elements, five a typeface
 */
#include <zlib.h>

#include "paper/paper_int.h"

enum { CATALOG = 1, PAGES, INFO, XMP, STRUCTURE, OWNERS, FIRST_PAGE };
enum { FONT_TYPE0, FONT_CID, FONT_DESCRIPTOR, FONT_FILE, FONT_CIDSET, FONT_UNICODE, FONT_OBJECTS };

struct writer {
    struct paper *paper;
    struct buf *out;
    size_t begin;              /* of the file in out */
    size_t *places;            /* of objects, from 1 */
    int objects, next;
};

static int page_object(int page)
{
    return FIRST_PAGE + 2 * page;
}

static int document_object(const struct paper *p)
{
    return FIRST_PAGE + 2 * p->pages_n;
}

static int element_object(const struct paper *p, int element)
{
    return document_object(p) + 1 + element;
}

static int font_object(const struct paper *p, int font, int part)
{
    int before = 0;
    for (int i = 0; i < font; i++)
        before += !hb_set_is_empty(p->used[i]);
    return element_object(p, p->elements_n) + FONT_OBJECTS * before + part;
}

/* ------------------------------------------------------------------ objects */

static struct buf *begin(struct writer *w)
{
    w->places[w->next] = w->out->n - w->begin;
    buf_printf(w->out, "%d 0 obj\n", w->next++);
    return w->out;
}

static void end(struct writer *w)
{
    buf_puts(w->out, "\nendobj\n");
}

/* A stream; more: entries of its dictionary beside the length. */
static enum rc stream(struct writer *w, const char *more, const void *data, size_t n, bool squeeze)
{
    uLongf packed_n = compressBound(n);
    Bytef *packed = squeeze ? arena_alloc(w->paper->cx->arena, packed_n) : NULL;
    if (squeeze && (!packed || compress2(packed, &packed_n, data, n, 9) != Z_OK))
        return cx_nomem(w->paper->cx);
    size_t length = squeeze ? packed_n : n;
    buf_printf(begin(w), "<< /Length %zu%s%s >>\nstream\n", length, squeeze ? " /Filter /FlateDecode" : "", more);
    buf_add(w->out, squeeze ? (const void *)packed : data, length);
    buf_puts(w->out, "\nendstream");
    end(w);
    return RC_OK;
}

/* Text of the info dictionary: UTF-16 with its mark, in hexadecimal. */
static void put_text(struct buf *b, const char *text)
{
    struct str s = str_of(text);
    buf_puts(b, "<FEFF");
    hb_buffer_t *chars = hb_buffer_create();
    hb_buffer_add_utf8(chars, s.p, (int)s.n, 0, (int)s.n);
    unsigned n;
    const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(chars, &n);
    for (unsigned i = 0; i < n; i++)
        put_utf16(b, info[i].codepoint);
    hb_buffer_destroy(chars);
    buf_puts(b, ">");
}

static void put_xml(struct buf *b, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            buf_puts(b, "&amp;");
        else if (*c == '<')
            buf_puts(b, "&lt;");
        else if (*c == '>')
            buf_puts(b, "&gt;");
        else
            buf_putc(b, (unsigned char)*c < ' ' ? ' ' : *c);
    }
}

/* ------------------------------------------------------------------ about the document */

/* 2026-11-28T01:45:00+01:00 from the text of a time, which has fractions of a second too. */
static void time_of_making(const struct paper *p, char out[32])
{
    char text[TIME_TEXT_MAX];
    time_format(p->about.made, text);
    (void)snprintf(out, 32, "%.19s%.6s", text, text + strlen(text) - 6);
}

static void write_info(struct writer *w)
{
    const struct paper *p = w->paper;
    struct buf *b = begin(w);
    char t[32], date[48];
    time_of_making(p, t);
    (void)snprintf(date, sizeof(date), "(D:%.4s%.2s%.2s%.2s%.2s%.2s%.3s'%.2s')", t, t + 5, t + 8, t + 11, t + 14, t + 17,
                   t + 19, t + 23);
    buf_puts(b, "<< /Title ");
    put_text(b, p->about.title);
    buf_puts(b, " /Author ");
    put_text(b, p->about.author);
    buf_printf(b, " /Creator (Samdrift) /Producer (Samdrift) /CreationDate %s /ModDate %s >>", date, date);
    end(w);
}

/* The same in XMP (ISO 19005-1, 6.7): readers hold the two against each other. */
static enum rc write_xmp(struct writer *w)
{
    const struct paper *p = w->paper;
    struct buf x;
    char t[32];
    time_of_making(p, t);
    buf_init(&x, PAPER_MAX);
    buf_puts(&x, "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                 "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
                 "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
                 " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
                 " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
                 "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    put_xml(&x, p->about.title);
    buf_puts(&x, "</rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li>");
    put_xml(&x, p->about.author);
    buf_printf(&x, "</rdf:li></rdf:Seq></dc:creator>\n<pdf:Producer>Samdrift</pdf:Producer>"
                   "<xmp:CreatorTool>Samdrift</xmp:CreatorTool>\n<xmp:CreateDate>%s</xmp:CreateDate>"
                   "<xmp:ModifyDate>%s</xmp:ModifyDate>\n<pdfaid:part>1</pdfaid:part>"
                   "<pdfaid:conformance>B</pdfaid:conformance>\n"
                   "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>", t, t);
    enum rc rc = buf_failed(&x) ? cx_nomem(p->cx)
                                : stream(w, " /Type /Metadata /Subtype /XML", x.p, x.n, false);
    buf_free(&x);
    return rc;
}

static void write_catalog(struct writer *w)
{
    buf_printf(begin(w), "<< /Type /Catalog /Pages %d 0 R /Metadata %d 0 R /StructTreeRoot %d 0 R"
                         " /MarkInfo << /Marked true >> /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> >>",
               PAGES, XMP, STRUCTURE, w->paper->about.lang);
    end(w);
}

static void write_page_list(struct writer *w)
{
    struct buf *b = begin(w);
    buf_printf(b, "<< /Type /Pages /Count %d /Kids [", w->paper->pages_n);
    for (int i = 0; i < w->paper->pages_n; i++)
        buf_printf(b, " %d 0 R", page_object(i));
    buf_puts(b, " ] >>");
    end(w);
}

/* ------------------------------------------------------------------ structure */

static void write_structure(struct writer *w)
{
    buf_printf(begin(w), "<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d >>",
               document_object(w->paper), OWNERS, w->paper->pages_n);
    end(w);
}

static void write_owners(struct writer *w)
{
    struct buf *b = begin(w);
    buf_puts(b, "<< /Nums [");
    for (const struct page *page = w->paper->pages; page; page = page->next) {
        buf_printf(b, " %d [", page->number);
        for (const struct mark *m = page->first; m; m = m->next)
            buf_printf(b, " %d 0 R", element_object(w->paper, m->element->number));
        buf_puts(b, " ]");
    }
    buf_puts(b, " ] >>");
    end(w);
}

static void write_elements(struct writer *w)
{
    const struct paper *p = w->paper;
    struct buf *b = begin(w);
    buf_printf(b, "<< /Type /StructElem /S /Document /P %d 0 R /K [", STRUCTURE);
    for (int i = 0; i < p->elements_n; i++)
        buf_printf(b, " %d 0 R", element_object(p, i));
    buf_puts(b, " ] >>");
    end(w);
    for (const struct element *e = p->elements; e; e = e->next) {
        b = begin(w);
        buf_printf(b, "<< /Type /StructElem /S /%s /P %d 0 R /K [", e->tag, document_object(p));
        for (const struct ref *r = e->first; r; r = r->next)
            buf_printf(b, " << /Type /MCR /Pg %d 0 R /MCID %d >>", page_object(r->page), r->mark);
        buf_puts(b, " ] >>");
        end(w);
    }
}

/* ------------------------------------------------------------------ pages and typefaces */

static enum rc write_pages(struct writer *w)
{
    const struct paper *p = w->paper;
    for (struct page *page = p->pages; page; page = page->next) {
        struct buf *b = begin(w);
        buf_printf(b, "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /StructParents %d"
                      " /Tabs /S /Resources << /ColorSpace << /Ink [/CalGray << /WhitePoint [0.9505 1 1.089]"
                      " /Gamma 2.2 >>] >> /Font <<", PAGES, PAGE_WIDTH, PAGE_HEIGHT, page_object(page->number) + 1,
                   page->number);
        for (int i = 0; i < FONT_COUNT; i++)
            if (!hb_set_is_empty(p->used[i]))
                buf_printf(b, " /F%d %d 0 R", i, font_object(p, i, FONT_TYPE0));
        buf_puts(b, " >> >> >>");
        end(w);
        if (buf_failed(&page->content))
            return err_setf(p->cx, RC_TOO_LARGE, NULL, "%zu", PAPER_MAX);
        TRY(stream(w, "", page->content.p, page->content.n, true));
    }
    return RC_OK;
}

static void write_font_dictionaries(struct writer *w, int font, const struct font_program *f)
{
    const struct paper *p = w->paper;
    buf_printf(begin(w), "<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R]"
                         " /ToUnicode %d 0 R >>", f->name, font_object(p, font, FONT_CID), font_object(p, font, FONT_UNICODE));
    end(w);
    buf_printf(begin(w), "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe)"
                         " /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /W %s >>",
               f->name, font_object(p, font, FONT_DESCRIPTOR), f->widths.p);
    end(w);
    buf_printf(begin(w), "<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0"
                         " /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R /CIDSet %d 0 R >>", f->name,
               f->box[0], f->box[1], f->box[2], f->box[3], f->ascent, f->descent, f->cap,
               font == FONT_REGULAR || font == FONT_WIDE ? 84 : 140, font_object(p, font, FONT_FILE),
               font_object(p, font, FONT_CIDSET));
    end(w);
}

static enum rc write_font(struct writer *w, int font)
{
    struct paper *p = w->paper;
    struct font_program f;
    char length[40];
    TRY(font_program_make(p->cx, font_face(p->fonts, (enum font_id)font), p->used[font], p->character[font], &f));
    unsigned n;
    const char *file = hb_blob_get_data(f.file, &n);
    (void)snprintf(length, sizeof(length), " /Length1 %u", n);
    write_font_dictionaries(w, font, &f);
    enum rc rc = stream(w, length, file, n, true);
    if (rc == RC_OK)
        rc = stream(w, "", f.cidset.p, f.cidset.n, true);
    if (rc == RC_OK)
        rc = stream(w, "", f.tounicode.p, f.tounicode.n, true);
    font_program_free(&f);
    return rc;
}

/* ------------------------------------------------------------------ the whole */

/* The identifier is the hash of all that comes before it. */
static void write_end(struct writer *w)
{
    char hash[SHA256_HEX_MAX];
    size_t at = w->out->n - w->begin;
    sha256_hex(w->out->p + w->begin, at, hash);
    buf_printf(w->out, "xref\n0 %d\n0000000000 65535 f \n", w->objects + 1);
    for (int i = 1; i <= w->objects; i++)
        buf_printf(w->out, "%010zu 00000 n \n", w->places[i]);
    buf_printf(w->out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%.32s> <%.32s>] >>\nstartxref\n%zu\n%%%%EOF\n",
               w->objects + 1, CATALOG, INFO, hash, hash, at);
}

static enum rc write_objects(struct writer *w)
{
    write_catalog(w);
    write_page_list(w);
    write_info(w);
    TRY(write_xmp(w));
    write_structure(w);
    write_owners(w);
    TRY(write_pages(w));
    write_elements(w);
    for (int i = 0; i < FONT_COUNT; i++)
        if (!hb_set_is_empty(w->paper->used[i]))
            TRY(write_font(w, i));
    write_end(w);
    return RC_OK;
}

enum rc pdf_write(struct paper *p, struct buf *out)
{
    int objects = font_object(p, FONT_COUNT, 0) - 1;
    struct writer w = {.paper = p, .out = out, .begin = out->n, .objects = objects, .next = 1,
                       .places = arena_array(p->cx->arena, (size_t)objects + 1, sizeof(size_t))};
    if (!w.places)
        return cx_nomem(p->cx);
    buf_puts(out, "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n");
    TRY(write_objects(&w));
    return buf_failed(out) ? err_setf(p->cx, RC_TOO_LARGE, NULL, "%zu", out->max) : RC_OK;
}
