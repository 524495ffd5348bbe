/*
 * Typefaces: which glyph a character has, and the subset of a face that a document needs. Glyph ids are
 * kept in the subset, so that a character has the same number in every document.
 */
#include "paper/paper_int.h"

#define FONT_DIR "/usr/share/fonts/truetype/"

static const struct {
    const char *path, *name;
} files[FONT_COUNT] = {
    [FONT_REGULAR] = {FONT_DIR "liberation/LiberationSans-Regular.ttf", "LiberationSans"},
    [FONT_BOLD] = {FONT_DIR "liberation/LiberationSans-Bold.ttf", "LiberationSans-Bold"},
    [FONT_WIDE] = {FONT_DIR "dejavu/DejaVuSans.ttf", "DejaVuSans"},
    [FONT_WIDE_BOLD] = {FONT_DIR "dejavu/DejaVuSans-Bold.ttf", "DejaVuSans-Bold"},
};

struct paper_fonts {
    struct face faces[FONT_COUNT];
};

static enum rc open_face(struct cx *cx, enum font_id id, struct face *ret)
{
    hb_blob_t *blob = hb_blob_create_from_file_or_fail(files[id].path);
    if (!blob)
        return err_secret(cx, RC_IO, "the typeface %s cannot be read", files[id].path);
    ret->face = hb_face_create(blob, 0);
    ret->font = hb_font_create(ret->face);
    ret->name = files[id].name;
    hb_blob_destroy(blob);
    hb_font_set_scale(ret->font, 1000, 1000);
    hb_font_make_immutable(ret->font);
    return hb_face_get_glyph_count(ret->face) > 1
               ? RC_OK
               : err_secret(cx, RC_IO, "%s is not a typeface", files[id].path);
}

enum rc paper_fonts_open(struct cx *cx, struct paper_fonts **ret)
{
    struct paper_fonts *f = mem_new(sizeof(*f));
    for (int i = 0; i < FONT_COUNT; i++) {
        enum rc rc = open_face(cx, (enum font_id)i, &f->faces[i]);
        if (rc != RC_OK) {
            paper_fonts_free(&f);
            return rc;
        }
    }
    *ret = f;
    return RC_OK;
}

void paper_fonts_free(struct paper_fonts **pf)
{
    if (!pf || !*pf)
        return;
    for (int i = 0; i < FONT_COUNT; i++) {
        hb_font_destroy((*pf)->faces[i].font);
        hb_face_destroy((*pf)->faces[i].face);
    }
    mem_free(*pf);
    *pf = NULL;
}

const struct face *font_face(const struct paper_fonts *f, enum font_id id)
{
    return &f->faces[id];
}

static bool find(const struct paper_fonts *f, enum font_id font, uint32_t character, struct glyph *ret)
{
    hb_codepoint_t id;
    if (!hb_font_get_nominal_glyph(f->faces[font].font, character, &id) || id == 0 || id > UINT16_MAX)
        return false;
    *ret = (struct glyph){.id = (uint16_t)id, .font = (uint8_t)font, .space = character == ' ', .character = character,
                          .width = hb_font_get_glyph_h_advance(f->faces[font].font, id)};
    return true;
}

struct glyph font_glyph(const struct paper_fonts *f, bool bold, uint32_t character)
{
    enum font_id first = bold ? FONT_BOLD : FONT_REGULAR, second = bold ? FONT_WIDE_BOLD : FONT_WIDE;
    struct glyph g = {0};
    if (!find(f, first, character, &g) && !find(f, second, character, &g) && !find(f, second, 0xFFFD, &g))
        (void)find(f, first, '?', &g);
    return g;
}

/* ------------------------------------------------------------------ subsets */

/* Tables that shape or hint text: glyphs are placed one by one here, and PDF has no use for them. */
static const hb_tag_t needless[] = {
    HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F'), HB_TAG('k', 'e', 'r', 'n'),
    HB_TAG('n', 'a', 'm', 'e'), HB_TAG('D', 'S', 'I', 'G'), HB_TAG('F', 'F', 'T', 'M'), HB_TAG('g', 'a', 's', 'p'),
};

static hb_subset_plan_t *plan(const struct face *face, const hb_set_t *used)
{
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    if (!input)
        return NULL;
    hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_RETAIN_GIDS);
    hb_set_union(hb_subset_input_glyph_set(input), used);
    for (size_t i = 0; i < COUNT_OF(needless); i++)
        hb_set_add(hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG), needless[i]);
    hb_subset_plan_t *made = hb_subset_plan_create_or_fail(face->face, input);
    hb_subset_input_destroy(input);
    return made;
}

/* One bit a glyph of the subset, parts of composed glyphs included (ISO 32000-1, table 124). */
static void write_cidset(struct buf *b, const struct face *face, const hb_map_t *kept)
{
    unsigned glyphs = hb_face_get_glyph_count(face->face);
    for (unsigned first = 0; first < glyphs; first += 8) {
        unsigned byte = 0;
        for (unsigned i = 0; i < 8; i++)
            if (first + i == 0 || hb_map_has(kept, first + i))
                byte |= 0x80U >> i;
        buf_putc(b, (char)byte);
    }
}

static void write_widths(struct buf *b, const struct face *face, const hb_set_t *used)
{
    buf_puts(b, "[");
    for (hb_codepoint_t id = HB_SET_VALUE_INVALID; hb_set_next(used, &id);)
        buf_printf(b, "%u[%d]", id, hb_font_get_glyph_h_advance(face->font, id));
    buf_puts(b, "]");
}

void put_utf16(struct buf *b, uint32_t c)
{
    if (c < 0x10000)
        buf_printf(b, "%04X", c);
    else
        buf_printf(b, "%04X%04X", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF));
}

/* What glyphs mean, for search, copying and reading aloud; at most 100 a section (CMap). */
static void write_tounicode(struct buf *b, const hb_set_t *used, const uint32_t *character)
{
    unsigned left = hb_set_get_population(used), section = 0;
    buf_puts(b, "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
                "1 begincodespacerange <0000> <FFFF> endcodespacerange\n");
    for (hb_codepoint_t id = HB_SET_VALUE_INVALID; hb_set_next(used, &id); left--) {
        if (section == 0) {
            section = left < 100 ? left : 100;
            buf_printf(b, "%u beginbfchar\n", section);
        }
        buf_printf(b, "<%04X> <", id);
        put_utf16(b, character[id]);
        buf_puts(b, ">\n");
        if (--section == 0)
            buf_puts(b, "endbfchar\n");
    }
    buf_puts(b, "endcmap CMapName currentdict /CMap defineresource pop end end\n");
}

/* xMin, yMin, xMax, yMax of the table head, in thousandths. */
static void read_box(const struct face *face, int box[4])
{
    hb_blob_t *head = hb_face_reference_table(face->face, HB_TAG('h', 'e', 'a', 'd'));
    unsigned n;
    const unsigned char *p = (const unsigned char *)hb_blob_get_data(head, &n);
    int unit = (int)hb_face_get_upem(face->face);
    for (int i = 0; i < 4 && n >= 44; i++)
        box[i] = (int16_t)(p[36 + 2 * i] << 8 | p[37 + 2 * i]) * 1000 / unit;
    hb_blob_destroy(head);
}

static void measure(const struct face *face, struct font_program *ret)
{
    hb_font_extents_t e;
    hb_position_t cap;
    (void)hb_font_get_h_extents(face->font, &e);
    hb_ot_metrics_get_position_with_fallback(face->font, HB_OT_METRICS_TAG_CAP_HEIGHT, &cap);
    ret->ascent = e.ascender;
    ret->descent = e.descender;
    ret->cap = cap;
    read_box(face, ret->box);
}

/* The tag of a subset tells subsets of one face apart: letters from what is in it. */
static void name_subset(const struct face *face, const struct buf *cidset, char *out, size_t size)
{
    char hex[SHA256_HEX_MAX];
    sha256_hex(cidset->p, cidset->n, hex);
    for (int i = 0; i < 6; i++)
        hex[i] = (char)(hex[i] <= '9' ? 'A' + hex[i] - '0' : 'K' + hex[i] - 'a');
    (void)snprintf(out, size, "%.6s+%s", hex, face->name);
}

enum rc font_program_make(struct cx *cx, const struct face *face, const hb_set_t *used, const uint32_t *character,
                          struct font_program *ret)
{
    *ret = (struct font_program){.file = NULL};
    buf_init(&ret->cidset, (size_t)KiB(64));
    buf_init(&ret->widths, (size_t)MiB(4));
    buf_init(&ret->tounicode, (size_t)MiB(4));
    hb_subset_plan_t *subset = plan(face, used);
    hb_face_t *made = subset ? hb_subset_plan_execute_or_fail(subset) : NULL;
    if (made) {
        write_cidset(&ret->cidset, face, hb_subset_plan_old_to_new_glyph_mapping(subset));
        ret->file = hb_face_reference_blob(made);
    }
    hb_face_destroy(made);
    hb_subset_plan_destroy(subset);
    write_widths(&ret->widths, face, used);
    write_tounicode(&ret->tounicode, used, character);
    measure(face, ret);
    name_subset(face, &ret->cidset, ret->name, sizeof(ret->name));
    if (ret->file && !buf_failed(&ret->cidset) && !buf_failed(&ret->widths) && !buf_failed(&ret->tounicode))
        return RC_OK;
    font_program_free(ret);
    return cx_nomem(cx);
}

void font_program_free(struct font_program *p)
{
    hb_blob_destroy(p->file);
    p->file = NULL;
    buf_free(&p->cidset);
    buf_free(&p->widths);
    buf_free(&p->tounicode);
}
