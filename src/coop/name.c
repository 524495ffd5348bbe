/*
 * Names of municipalities: short names for paths, and the order of lists. Both work on code points
 * and know the letters of Norwegian, Sámi and Kven names; a letter they do not know is left out of
 * short names and sorts after å.
 */
#include "coop/coop_int.h"

struct letter {
    uint32_t upper, lower;
    const char *ascii;
};

static const struct letter letters[] = {
    {0xC0, 0xE0, "a"},   {0xC1, 0xE1, "a"},   {0xC2, 0xE2, "a"},   {0xC4, 0xE4, "ae"},
    {0xC5, 0xE5, "aa"},  {0xC6, 0xE6, "ae"},  {0xC7, 0xE7, "c"},   {0xC8, 0xE8, "e"},
    {0xC9, 0xE9, "e"},   {0xCA, 0xEA, "e"},   {0xCD, 0xED, "i"},   {0xCF, 0xEF, "i"},
    {0xD1, 0xF1, "n"},   {0xD2, 0xF2, "o"},   {0xD3, 0xF3, "o"},   {0xD4, 0xF4, "o"},
    {0xD6, 0xF6, "oe"},  {0xD8, 0xF8, "oe"},  {0xDC, 0xFC, "u"},   {0x10C, 0x10D, "c"},
    {0x110, 0x111, "d"}, {0x143, 0x144, "n"}, {0x14A, 0x14B, "n"}, {0x160, 0x161, "s"},
    {0x166, 0x167, "t"}, {0x17D, 0x17E, "z"},
};

/* One code point of terminated text; broken bytes count as U+FFFD, one at a time. */
static uint32_t next(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *at += 1;
            return 0xFFFD;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *at += n;
    return c;
}

static const struct letter *find(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (c == letters[i].upper || c == letters[i].lower)
            return &letters[i];
    return NULL;
}

static bool separates(uint32_t c)
{
    return c == ' ' || c == '-' || c == '_' || c == '/' || c == '.' || c == ',' || c == '\t' ||
           c == 0xA0 || (c >= 0x2010 && c <= 0x2015);
}

static void put(char out[64], size_t *n, const char *s)
{
    size_t more = strlen(s);
    if (*n + more >= 64)
        return;
    memcpy(out + *n, s, more);
    *n += more;
}

void coop_slug(const char *name, char out[64])
{
    size_t n = 0;
    bool gap = false;
    while (*name) {
        uint32_t c = next(&name);
        char plain[2] = {0};
        const struct letter *l = find(c);
        const char *s = l ? l->ascii : plain;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain[0] = (char)c;
        else if (c >= 'A' && c <= 'Z')
            plain[0] = (char)(c - 'A' + 'a');
        else if (c == 0x30A && n > 0 && out[n - 1] == 'a') /* å in two parts */
            plain[0] = 'a';
        gap |= separates(c);
        if (!*s)
            continue;
        if (gap && n > 0)
            put(out, &n, "-");
        gap = false;
        put(out, &n, s);
    }
    while (n > 0 && out[n - 1] == '-')
        n--;
    memset(out + n, 0, 64 - n);
}

bool coop_slug_reserved(const char *slug)
{
    static const char *const words[] = {
        "admin",  "api",    "arkiv",   "assets", "auth",   "docs",   "feilside", "health",
        "help",   "hjelp",  "index",   "innsyn", "kommune", "login",  "logg-inn", "logg-ut",
        "logout", "metrics", "ny",     "oauth2", "odata",  "oidc",   "pg",       "postgres",
        "public", "robots", "soap",    "static", "status", "system", "tmp",      "token",
        "well-known",
    };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (streq(slug, words[i]))
            return true;
    return false;
}

static uint32_t rank(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    switch (c) {
    case 0xC6: case 0xE6: case 0xC4: case 0xE4:
        return 'z' + 1;
    case 0xD8: case 0xF8: case 0xD6: case 0xF6:
        return 'z' + 2;
    case 0xC5: case 0xE5:
        return 'z' + 3;
    default:
        break;
    }
    const struct letter *l = find(c);
    return l ? (unsigned char)l->ascii[0] : c;
}

int coop_name_compare(const char *a, const char *b)
{
    while (*a && *b) {
        uint32_t x = rank(next(&a)), y = rank(next(&b));
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (*a != '\0') - (*b != '\0');
}
