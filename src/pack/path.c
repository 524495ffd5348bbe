/* Paths as other people wrote them. */
#include "pack/pack_int.h"

static bool is_drive(struct str s)
{
    return s.n >= 2 && s.p[1] == ':' && ((s.p[0] | 32) >= 'a' && (s.p[0] | 32) <= 'z');
}

static bool is_plain_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 32 || s.p[i] == 127)
            return false;
    return str_utf8(s);
}

/* Is a part ".."? Backslashes divide too: on the systems where they do, it climbs. */
static bool climbs(struct str s)
{
    size_t begin = 0;
    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '/' && s.p[i] != '\\')
            continue;
        if (i - begin == 2 && s.p[begin] == '.' && s.p[begin + 1] == '.')
            return true;
        begin = i + 1;
    }
    return false;
}

unsigned pack_path_faults(struct str path)
{
    unsigned faults = 0;
    if (climbs(path))
        faults |= PACK_CLIMBS;
    if ((path.n > 0 && (path.p[0] == '/' || path.p[0] == '\\')) || is_drive(path))
        faults |= PACK_ABSOLUTE;
    if (!is_plain_text(path))
        faults |= PACK_ENCODING;
    if (path.n > 0 && memchr(path.p, '\\', path.n))
        faults |= PACK_BACKSLASH;
    return faults;
}

char *pack_path_clean(struct arena *a, struct str path)
{
    char *out = arena_alloc(a, path.n + 1);
    size_t n = 0, begin = 0;
    if (!out)
        return NULL;
    if (path.n > 0 && path.p[0] == '/')
        out[n++] = '/';
    for (size_t i = 0; i <= path.n; i++) {
        if (i < path.n && path.p[i] != '/')
            continue;
        size_t part = i - begin;
        if (part > 0 && !(part == 1 && path.p[begin] == '.')) {
            if (n > 0 && out[n - 1] != '/')
                out[n++] = '/';
            memcpy(out + n, path.p + begin, part);
            n += part;
        }
        begin = i + 1;
    }
    return out;
}
