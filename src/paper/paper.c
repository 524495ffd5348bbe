/*
 * Setting text: characters to glyphs, glyphs to lines, lines to pages. Each block becomes an element of
 * the document's structure, each of its pieces on a page a marked piece of that page's content.
 */
#include "paper/paper_int.h"

#define MARGIN 64.0
#define FOOT 72.0              /* nothing but the footer below this */
#define LEADING 1.38           /* height of a line, in type sizes */
#define PAGES_MAX 2000
#define GLYPHS 65536

struct style {
    const char *tag;
    bool bold;
    double size, before, after;
    int keep;                  /* lines that must fit on the page with the first */
};
static const struct style body = {"P", false, 10.5, 0, 7, 2};
static const struct style label = {"P", true, 9.5, 2, 0, 2};
static const struct style headings[] = {
    {"H1", true, 18, 0, 10, 4}, {"H2", true, 13.5, 10, 5, 4}, {"H3", true, 11.5, 8, 4, 4},
};
static const struct style foot = {NULL, false, 8.5, 0, 0, 1};

/* ------------------------------------------------------------------ beginning */

static void release(void *arg)
{
    struct paper *p = arg;
    for (struct page *page = p->pages; page; page = page->next)
        buf_free(&page->content);
    for (int i = 0; i < FONT_COUNT; i++) {
        hb_set_destroy(p->used[i]);
        mem_free(p->character[i]);
    }
}

static void fail(struct paper *p, enum rc rc)
{
    if (p->rc == RC_OK)
        p->rc = rc;
}

static void *need(struct paper *p, void *memory)
{
    if (!memory)
        fail(p, cx_nomem(p->cx));
    return memory;
}

static void add_page(struct paper *p)
{
    struct page *page = need(p, arena_alloc(p->cx->arena, sizeof(*page)));
    if (!page)
        return;
    if (p->pages_n == PAGES_MAX) {
        fail(p, err_setf(p->cx, RC_TOO_LARGE, NULL, "%zu", PAPER_MAX));
        return;
    }
    buf_init(&page->content, PAPER_MAX);
    buf_puts(&page->content, "/Ink cs 0 sc\n");
    page->number = p->pages_n++;
    if (p->page)
        p->page->next = page;
    else
        p->pages = page;
    p->page = page;
    p->y = PAGE_HEIGHT - MARGIN;
}

static const char *kept(struct paper *p, const char *text)
{
    return need(p, arena_strdup(p->cx->arena, text ? text : ""));
}

enum rc paper_new(struct cx *cx, const struct paper_fonts *fonts, const struct paper_about *about, struct paper **ret)
{
    struct paper *p = arena_alloc(cx->arena, sizeof(*p));
    if (!p)
        return cx_nomem(cx);
    *p = (struct paper){.cx = cx, .fonts = fonts, .about = *about};
    for (int i = 0; i < FONT_COUNT; i++) {
        p->used[i] = hb_set_create();
        p->character[i] = mem_new(GLYPHS * sizeof(uint32_t));
    }
    if (!arena_defer(cx->arena, release, p))
        return cx_nomem(cx);
    p->about.title = kept(p, about->title);
    p->about.author = kept(p, about->author);
    p->about.lang = kept(p, about->lang);
    p->about.footer = kept(p, about->footer);
    add_page(p);
    if (p->rc != RC_OK)
        return p->rc;
    *ret = p;
    return RC_OK;
}

/* ------------------------------------------------------------------ characters */

/* The next character of UTF-8; a broken one is U+FFFD and takes one byte. */
static uint32_t next_character(struct str *s)
{
    static const struct {
        unsigned mask, lead;
        size_t n;
        uint32_t least;
    } forms[] = {{0x80, 0, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}};
    const unsigned char *p = (const unsigned char *)s->p;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if ((p[0] & forms[i].mask) != forms[i].lead || s->n < forms[i].n)
            continue;
        uint32_t c = p[0] & ~forms[i].mask & 0xFF;
        bool sound = true;
        for (size_t k = 1; k < forms[i].n; k++) {
            sound = sound && (p[k] & 0xC0) == 0x80;
            c = c << 6 | (p[k] & 0x3F);
        }
        if (!sound || c < forms[i].least || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
            break;
        *s = (struct str){s->p + forms[i].n, s->n - forms[i].n};
        return c;
    }
    *s = (struct str){s->p + 1, s->n - 1};
    return 0xFFFD;
}

/* Takes no room and is not shown: soft hyphen, joiners, marks of direction, byte order mark. */
static bool invisible(uint32_t c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 || c == 0xFEFF;
}

static size_t set_glyphs(struct paper *p, bool bold, struct str text, struct glyph *out)
{
    size_t n = 0;
    while (text.n > 0) {
        uint32_t c = next_character(&text);
        if (invisible(c))
            continue;
        struct glyph g = font_glyph(p->fonts, bold, c < ' ' || (c >= 0x7F && c < 0xA0) ? ' ' : c);
        hb_set_add(p->used[g.font], g.id);
        p->character[g.font][g.id] = g.character;
        out[n++] = g;
    }
    return n;
}

/* ------------------------------------------------------------------ lines */

static void show(struct buf *b, const struct glyph *g, size_t n, double size, double x, double y)
{
    int font = -1;
    buf_printf(b, "BT %.2f %.2f Td", x, y);
    for (size_t i = 0; i < n; i++) {
        if (g[i].font != font)
            buf_printf(b, "%s /F%d %.1f Tf <", font < 0 ? "" : "> Tj", g[i].font, size);
        font = g[i].font;
        buf_printf(b, "%04X", g[i].id);
    }
    buf_puts(b, "> Tj ET\n");
}

static double width_of(const struct glyph *g, size_t n, double size)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += g[i].width;
    return sum * size / 1000;
}

/* How many glyphs fit on a line: to its last space, or as many as there is room for. */
static size_t fitting(const struct glyph *g, size_t n, double size, double room)
{
    double at = 0;
    size_t space = 0;
    for (size_t i = 0; i < n; i++) {
        at += g[i].width * size / 1000;
        if (g[i].space)
            space = i;
        else if (at > room)
            return space ? space : i ? i : 1;
    }
    return n;
}

static void begin_piece(struct paper *p, struct element *e)
{
    struct page *page = p->page;
    struct ref *r = need(p, arena_alloc(p->cx->arena, sizeof(*r)));
    struct mark *m = need(p, arena_alloc(p->cx->arena, sizeof(*m)));
    if (!r || !m)
        return;
    *r = (struct ref){.page = page->number, .mark = page->marks++};
    m->element = e;
    if (e->last)
        e->last->next = r;
    else
        e->first = r;
    e->last = r;
    if (page->last)
        page->last->next = m;
    else
        page->first = m;
    page->last = m;
    buf_printf(&page->content, "/%s <</MCID %d>> BDC\n", e->tag, r->mark);
}

static void end_piece(struct paper *p)
{
    buf_puts(&p->page->content, "EMC\n");
}

static void break_page(struct paper *p, struct element *e)
{
    end_piece(p);
    add_page(p);
    if (p->rc == RC_OK)
        begin_piece(p, e);
}

static void set_line(struct paper *p, struct element *e, const struct style *s, const struct glyph *g, size_t n)
{
    double height = s->size * LEADING;
    if (p->y - height < FOOT)
        break_page(p, e);
    if (p->rc != RC_OK)
        return;
    p->y -= height;
    if (n)
        show(&p->page->content, g, n, s->size, MARGIN, p->y + s->size * (LEADING - 1) / 2);
}

static void set_lines(struct paper *p, struct element *e, const struct style *s, struct str line)
{
    struct glyph *g = need(p, arena_array(p->cx->arena, line.n + 1, sizeof(*g)));
    if (!g)
        return;
    size_t n = set_glyphs(p, s->bold, line, g), from = 0;
    do {
        size_t fit = fitting(g + from, n - from, s->size, PAGE_WIDTH - 2 * MARGIN);
        set_line(p, e, s, g + from, fit);
        for (from += fit; from < n && g[from].space; from++)
            ;
    } while (from < n && p->rc == RC_OK);
}

/* ------------------------------------------------------------------ blocks */

static struct element *add_element(struct paper *p, const char *tag)
{
    struct element *e = need(p, arena_alloc(p->cx->arena, sizeof(*e)));
    if (!e)
        return NULL;
    *e = (struct element){.tag = tag, .number = p->elements_n++};
    if (p->element)
        p->element->next = e;
    else
        p->elements = e;
    return p->element = e;
}

static bool at_top(const struct paper *p)
{
    return p->y >= PAGE_HEIGHT - MARGIN;
}

static void room_for(struct paper *p, const struct style *s)
{
    if (!at_top(p))
        p->y -= s->before;
    if (!at_top(p) && p->y - s->keep * s->size * LEADING < FOOT)
        add_page(p);
}

/* The lines of the text, in styles that may change after the first: a label, then its answer. */
static void set_block(struct paper *p, const struct style *first, struct str head, const struct style *rest, struct str text)
{
    if (p->rc != RC_OK)
        return;
    room_for(p, first);
    struct element *e = p->rc == RC_OK ? add_element(p, first->tag) : NULL;
    if (!e)
        return;
    begin_piece(p, e);
    if (rest)
        set_lines(p, e, first, head);
    const struct style *s = rest ? rest : first;
    while (text.n > 0 && p->rc == RC_OK)
        set_lines(p, e, s, str_cut(&text, '\n'));
    if (p->rc == RC_OK)
        end_piece(p);
    p->y -= s->after;
}

void paper_heading(struct paper *p, int level, struct str text)
{
    int i = level < 1 ? 0 : level > 3 ? 2 : level - 1;
    set_block(p, &headings[i], (struct str){"", 0}, NULL, text);
}

void paper_pair(struct paper *p, struct str head, struct str text)
{
    set_block(p, &label, head, &body, text);
}

void paper_text(struct paper *p, struct str text)
{
    struct str piece = {text.p, 0};
    while (text.n > 0) {
        struct str line = str_cut(&text, '\n');
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (line.n > 0)
            piece.n = (size_t)(line.p + line.n - piece.p);
        if (line.n > 0 && text.n > 0)
            continue;
        if (piece.n > 0)
            set_block(p, &body, piece, NULL, piece);
        piece = (struct str){text.p, 0};
    }
}

void paper_space(struct paper *p, double points)
{
    if (!at_top(p))
        p->y -= points;
}

/* ------------------------------------------------------------------ the end */

static void set_foot(struct paper *p, struct page *page)
{
    char number[40];
    (void)snprintf(number, sizeof(number), "%d / %d", page->number + 1, p->pages_n);
    struct str texts[] = {str_of(p->about.footer), str_of(number)};
    buf_puts(&page->content, "/Artifact <</Type /Pagination>> BDC\n");
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct glyph *g = need(p, arena_array(p->cx->arena, texts[i].n + 1, sizeof(*g)));
        if (!g)
            return;
        size_t n = set_glyphs(p, false, texts[i], g);
        double x = i == 0 ? MARGIN : PAGE_WIDTH - MARGIN - width_of(g, n, foot.size);
        double room = i == 0 ? PAGE_WIDTH - 2 * MARGIN - 60 : MARGIN;
        if (n)
            show(&page->content, g, fitting(g, n, foot.size, room), foot.size, x, FOOT / 2);
    }
    buf_puts(&page->content, "EMC\n");
}

enum rc paper_end(struct paper *p, struct buf *out)
{
    for (struct page *page = p->pages; page && p->rc == RC_OK; page = page->next)
        set_foot(p, page);
    return p->rc == RC_OK ? pdf_write(p, out) : p->rc;
}
