/*
 * The FTS5 tokenizer "norsk". A word is a run of letters and digits; it is lower-cased, its
 * diacritics are folded, and the Norwegian stem is kept. Æ, ø and å are letters of their own and
 * never folded; ä and ö, their Swedish and German spellings, become æ and ø. Sámi letters fold to
 * their base letter, so that a name is found from any keyboard. Letters with combining marks
 * (decomposed text, as from some file names) give the same as composed ones.
 *
 * An instance belongs to one table of one connection, thus to one thread at a time.
 */
#include "store/store_int.h"

#include <locale.h>
#include <wctype.h>

#include <libstemmer.h>
#include <sqlite3.h>

enum { WORD_MAX = 256 };

struct norsk {
    struct sb_stemmer *stemmer;
    locale_t locale; /* C.UTF-8: properties of all letters, whatever the process has */
};

/* A word being read. What goes beyond the room is dropped, alike when indexing and searching. */
struct word {
    char text[WORD_MAX];
    size_t n;
    int start, end; /* of the original, in bytes */
};

/* Base letters of small letters; space is "itself", and 1, 2, 3 stand for æ, ø, å. */
static const char latin[] = /* U+00C0 to U+023F */
    "                                aaaa131ceeeeiiiidnoooo2 2uuuuy y"
    " a a a c c c c d d e e e e e g g g g h h i i i i i   j k  l l l "
    "  l n n n  n o o o   r r r s s s s t t t u u u u u u w y  z z zs"
    "                                 o              u               "
    "              a i o u u u u u  1 a 1   g k o o  j    g   n 3 1 2"
    " a a e e i i o o r r u u s t   h       a e 2 o o o y            ";
static const char latin_more[] = /* U+1E00 to U+1EFF */
    " 3 b b b c d d d d d e e e e e f g h h h h h i i k k k l l l l m"
    " m m n n n n o 2 o o p p r r r r s s s s s t t t t u u u u u v v"
    " w w w w w x x y z z zhtwy s     a a a a a a a a a a a a e e e e"
    " e e e e i i o o o o o o o o o o o o u u u u u u u y y y y      ";

static const char *folded(uint32_t c)
{
    static const char *const own[] = {"æ", "ø", "å"};
    static const char letters[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0"
                                  "u\0v\0w\0x\0y\0z";
    char base = ' ';
    if (c == 0xDF)
        return "ss";
    if (c >= 0xC0 && c - 0xC0 < sizeof(latin) - 1)
        base = latin[c - 0xC0];
    else if (c >= 0x1E00 && c - 0x1E00 < sizeof(latin_more) - 1)
        base = latin_more[c - 0x1E00];
    if (base >= '1' && base <= '3')
        return own[base - '1'];
    return base == ' ' ? NULL : letters + 2 * (base - 'a');
}

/* Lenient: a broken byte is a separator of one byte. */
static size_t read_code(const char *text, size_t n, uint32_t *ret)
{
    const unsigned char *p = (const unsigned char *)text;
    static const struct {
        unsigned char from;
        unsigned char bits;
    } lead[] = {{0xC2, 0x1F}, {0xE0, 0x0F}, {0xF0, 0x07}};
    *ret = p[0] < 0x80 ? p[0] : ' ';
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 1;
    size_t more = p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : 1;
    if (n <= more)
        return 1;
    uint32_t c = p[0] & lead[more - 1].bits;
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 1;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *ret = c;
    return more + 1;
}

static void add_text(struct word *w, const char *s)
{
    size_t n = strlen(s);
    if (w->n + n > sizeof(w->text))
        return;
    memcpy(w->text + w->n, s, n);
    w->n += n;
}

static void add_code(struct word *w, uint32_t c)
{
    char s[5] = "";
    if (c < 0x80) {
        s[0] = (char)c;
    } else if (c < 0x800) {
        s[0] = (char)(0xC0 | c >> 6);
        s[1] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        s[0] = (char)(0xE0 | c >> 12);
        s[1] = (char)(0x80 | (c >> 6 & 0x3F));
        s[2] = (char)(0x80 | (c & 0x3F));
    } else {
        s[0] = (char)(0xF0 | c >> 18);
        s[1] = (char)(0x80 | (c >> 12 & 0x3F));
        s[2] = (char)(0x80 | (c >> 6 & 0x3F));
        s[3] = (char)(0x80 | (c & 0x3F));
    }
    add_text(w, s);
}

static bool combining(uint32_t c)
{
    return c >= 0x300 && c <= 0x36F;
}

/* The ring and the diaeresis make another letter of a and o; other marks are dropped. */
static void add_mark(struct word *w, uint32_t mark)
{
    char last = w->n > 0 ? w->text[w->n - 1] : '\0';
    const char *letter = NULL;
    if (last == 'a' && mark == 0x30A)
        letter = "å";
    else if (last == 'a' && mark == 0x308)
        letter = "æ";
    else if (last == 'o' && mark == 0x308)
        letter = "ø";
    if (!letter)
        return;
    w->n--;
    add_text(w, letter);
}

/* False when the code point ends a word. */
static bool add_letter(const struct norsk *t, struct word *w, uint32_t c)
{
    if (c < 0x80) {
        bool upper = c >= 'A' && c <= 'Z';
        if (!upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
        add_code(w, upper ? c + ('a' - 'A') : c);
        return true;
    }
    if (combining(c)) {
        add_mark(w, c);
        return w->n > 0;
    }
    if (!iswalnum_l((wint_t)c, t->locale))
        return false;
    c = (uint32_t)towlower_l((wint_t)c, t->locale);
    const char *s = folded(c);
    if (s)
        add_text(w, s);
    else
        add_code(w, c);
    return true;
}

typedef int (*token_fn)(void *, int, const char *, int, int, int);

static int emit(const struct norsk *t, struct word *w, void *cx, token_fn token)
{
    if (w->n == 0)
        return SQLITE_OK;
    const unsigned char *text = (const unsigned char *)w->text;
    const unsigned char *stem = sb_stemmer_stem(t->stemmer, text, (int)w->n);
    if (!stem)
        return SQLITE_NOMEM;
    const void *p = stem;
    int rc = token(cx, 0, p, sb_stemmer_length(t->stemmer), w->start, w->end);
    w->n = 0;
    return rc;
}

static int tokenize(Fts5Tokenizer *self, void *cx, int flags, const char *text, int size,
                    token_fn token)
{
    const void *it = self;
    const struct norsk *t = it;
    struct word w = {.n = 0};
    (void)flags;
    for (int i = 0; i < size;) {
        uint32_t c;
        int n = (int)read_code(text + i, (size_t)(size - i), &c);
        if (w.n == 0)
            w.start = i;
        if (add_letter(t, &w, c)) {
            w.end = i + n;
        } else {
            int rc = emit(t, &w, cx, token);
            if (rc != SQLITE_OK)
                return rc;
        }
        i += n;
    }
    return emit(t, &w, cx, token);
}

static void destroy(Fts5Tokenizer *self)
{
    void *it = self;
    struct norsk *t = it;
    if (t->stemmer)
        sb_stemmer_delete(t->stemmer);
    if (t->locale)
        freelocale(t->locale);
    mem_free(t);
}

static int create(void *cx, const char **args, int count, Fts5Tokenizer **ret)
{
    (void)cx;
    (void)args;
    (void)count;
    struct norsk *t = mem_new(sizeof(*t));
    void *it = t;
    t->stemmer = sb_stemmer_new("norwegian", "UTF_8");
    t->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!t->stemmer || !t->locale) {
        destroy(it);
        return SQLITE_ERROR;
    }
    *ret = it;
    return SQLITE_OK;
}

int norsk_register(struct sqlite3 *db)
{
    fts5_api *api = NULL;
    struct sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(st);
    rc = sqlite3_finalize(st);
    if (rc != SQLITE_OK)
        return rc;
    if (!api)
        return SQLITE_ERROR;
    fts5_tokenizer tokenizer = {create, destroy, tokenize};
    return api->xCreateTokenizer(api, "norsk", NULL, &tokenizer, NULL);
}
