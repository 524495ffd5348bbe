/*
 * The index of a tar: POSIX ustar and pax, GNU long names, old Unix. Headers are read where they
 * stand, contents are skipped, so that a package of terabytes is listed in seconds and each member
 * can be read by its place. What cannot be understood ends the list and is told; it never ends it
 * silently.
 */
#include "pack/pack_int.h"

#include <errno.h>
#include <unistd.h>

enum { BLOCK = 512, LONG_MOST = 1 << 20 };

/* What the headers before a member say about it. */
struct tar {
    struct cx *cx;
    struct pack *pack;
    struct buf name;      /* of a long-name or pax header; empty when none */
    int64_t size;         /* of a pax header; -1 when none */
    bool sparse;
    int64_t at;           /* of the header being read */
};

enum step { STEP_ON, STEP_END };

static bool read_at(const struct pack *p, void *out, size_t n, int64_t at)
{
    char *b = out;
    while (n > 0) {
        ssize_t got = pread(p->fd, b, n, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        b += got;
        n -= (size_t)got;
        at += got;
    }
    return true;
}

/* ---------------------------------------------------------------- fields of a header */

static bool is_zero(const unsigned char *h)
{
    for (size_t i = 0; i < BLOCK; i++)
        if (h[i])
            return false;
    return true;
}

/* Octal, or binary when the first bit is set (GNU). -1 when it is no number. */
static int64_t number(const unsigned char *p, size_t n)
{
    int64_t v = 0;
    size_t i = 0;
    if (p[0] & 0x80) {
        for (v = p[0] & 0x3f, i = 1; i < n; i++) {
            if (v >= INT64_MAX >> 9)
                return -1;
            v = v << 8 | p[i];
        }
        return v;
    }
    while (i < n && p[i] == ' ')
        i++;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
        v = v << 3 | (p[i] - '0');
    return i == n || p[i] == ' ' || p[i] == '\0' ? v : -1;
}

/* Old writers added signed bytes. */
static bool checksum_right(const unsigned char *h)
{
    int64_t want = number(h + 148, 8), plain = 0, with_sign = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        unsigned char c = i >= 148 && i < 156 ? ' ' : h[i];
        plain += c;
        with_sign += (signed char)c;
    }
    return want == plain || want == with_sign;
}

static struct str field(const unsigned char *p, size_t n)
{
    const char *s = (const char *)p;
    return (struct str){s, strnlen(s, n)};
}

/* Name of the header itself: with the prefix of ustar, not with what GNU keeps in its place. */
static void header_name(struct buf *out, const unsigned char *h)
{
    struct str prefix = memcmp(h + 257, "ustar\0", 6) == 0 ? field(h + 345, 155) : STR("");
    struct str name = field(h, 100);
    if (prefix.n > 0) {
        buf_add(out, prefix.p, prefix.n);
        buf_putc(out, '/');
    }
    buf_add(out, name.p, name.n);
}

static void kind_of(unsigned char type, struct pack_entry *e)
{
    switch (type) {
    case '\0': case '0': case '7':
        e->kind = PACK_FILE;
        break;
    case '5':
        e->kind = PACK_DIR;
        break;
    case '1': case '2':
        e->kind = PACK_LINK;
        break;
    default:
        e->kind = PACK_OTHER;
    }
}

/* ---------------------------------------------------------------- headers about the next one */

static void pax_record(struct tar *t, struct str key, struct str value)
{
    int64_t n;
    if (str_is(key, "path")) {
        buf_reset(&t->name);
        buf_add(&t->name, value.p, value.n);
    } else if (str_is(key, "size") && str_int(value, &n) && n >= 0) {
        t->size = n;
    } else if (str_starts(key, "GNU.sparse.")) {
        t->sparse = true;
    }
}

/* "<length> <key>=<value>\n", the length counting all of it. */
static bool pax_records(struct tar *t, struct str s)
{
    while (s.n > 0) {
        const char *space = memchr(s.p, ' ', s.n);
        int64_t n;
        if (!space || !str_int((struct str){s.p, (size_t)(space - s.p)}, &n) || n < space - s.p + 2 ||
            n > (int64_t)s.n || s.p[n - 1] != '\n')
            return false;
        struct str rest = {space + 1, (size_t)(s.p + n - 1 - (space + 1))};
        const char *eq = memchr(rest.p, '=', rest.n);
        if (!eq)
            return false;
        size_t key = (size_t)(eq - rest.p);
        pax_record(t, (struct str){rest.p, key}, (struct str){eq + 1, rest.n - key - 1});
        s.p += n;
        s.n -= (size_t)n;
    }
    return true;
}

static bool take_long(struct tar *t, unsigned char type, int64_t size)
{
    if (size > LONG_MOST)
        return false;
    struct arena *a = arena_new(LONG_MOST + KiB(64));
    char *text = a ? arena_alloc(a, (size_t)size + 1) : NULL;
    bool ok = text && read_at(t->pack, text, (size_t)size, t->at + BLOCK);
    if (ok && type == 'x')
        ok = pax_records(t, (struct str){text, (size_t)size});
    else if (ok && type == 'L') {
        buf_reset(&t->name);
        buf_puts(&t->name, text);
    }
    arena_free(&a);
    return ok;
}

/* ---------------------------------------------------------------- members */

static void fault(struct tar *t, unsigned what)
{
    t->pack->layout.tar_faults |= what;
    if (t->pack->layout.tar_fault_at < 0)
        t->pack->layout.tar_fault_at = t->at;
}

/* "name/" is a folder to old writers, whatever its type says. */
static bool names_dir(struct str name)
{
    return name.n > 0 && name.p[name.n - 1] == '/';
}

static enum rc add_member(struct tar *t, const unsigned char *h, int64_t size, bool cut)
{
    struct pack_entry e = {.size = size, .at = t->at + BLOCK};
    if (t->name.n == 0)
        header_name(&t->name, h);
    if (buf_failed(&t->name))
        return pack_fault(t->cx, "en sti i tar-filen er for lang", "a path in the tar is too long");
    kind_of(h[156], &e);
    if (t->sparse)
        e.kind = PACK_OTHER;
    if (e.kind == PACK_FILE && names_dir(buf_str(&t->name)))
        e.kind = PACK_DIR;
    if (e.kind != PACK_FILE)
        e.size = 0;
    if (cut)
        e.faults |= PACK_CUT;
    TRY(pack_add(t->cx, t->pack, buf_str(&t->name), &e));
    buf_reset(&t->name);
    t->size = -1;
    t->sparse = false;
    return RC_OK;
}

static bool is_about_next(unsigned char type)
{
    return type == 'x' || type == 'L' || type == 'K' || type == 'g';
}

/* One header at t->at and what belongs to it. */
static enum rc take_header(struct tar *t, const unsigned char *h, enum step *ret)
{
    int64_t size = t->size >= 0 && !is_about_next(h[156]) ? t->size : number(h + 124, 12);
    bool has_data = h[156] != '1' && h[156] != '2' && h[156] != '5';
    *ret = STEP_END;
    if (!checksum_right(h) || size < 0 || size > INT64_MAX / 2) {
        fault(t, PACK_TAR_HEADER);
        return RC_OK;
    }
    if (!has_data)
        size = 0;
    bool cut = size > t->pack->size - t->at - BLOCK;
    if (cut)
        fault(t, PACK_TAR_CUT);
    if (!is_about_next(h[156]))
        TRY(add_member(t, h, size, cut));
    else if (!cut && !take_long(t, h[156], size))
        fault(t, PACK_TAR_HEADER);
    *ret = cut || (t->pack->layout.tar_faults & PACK_TAR_HEADER) ? STEP_END : STEP_ON;
    t->at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    return RC_OK;
}

/* At an empty block, or where the file ends. */
static void take_end(struct tar *t, bool found_empty)
{
    unsigned char next[BLOCK];
    if (!found_empty || !read_at(t->pack, next, BLOCK, t->at + BLOCK) || !is_zero(next))
        fault(t, PACK_TAR_NO_END);
}

static enum rc walk(struct tar *t)
{
    unsigned char h[BLOCK];
    enum step step = STEP_ON;
    while (step == STEP_ON) {
        if (t->at >= t->pack->size) {
            take_end(t, false);
            return RC_OK;
        }
        if (!read_at(t->pack, h, BLOCK, t->at)) {
            fault(t, PACK_TAR_CUT);
            return RC_OK;
        }
        if (is_zero(h)) {
            take_end(t, true);
            return RC_OK;
        }
        TRY(take_header(t, h, &step));
    }
    return RC_OK;
}

/* What a file that is no tar is instead, as far as the first bytes tell. */
static enum rc no_tar(struct cx *cx, const struct pack *p)
{
    unsigned char b[6] = {0};
    (void)read_at(p, b, p->size < 6 ? (size_t)p->size : 6, 0);
    if (p->size == 0)
        return pack_fault(cx, "filen er tom", "the file is empty");
    if ((b[0] == 0x1f && b[1] == 0x8b) || memcmp(b, "BZh", 3) == 0 || memcmp(b, "\3757zXZ", 6) == 0 ||
        memcmp(b, "PK\3\4", 4) == 0)
        return pack_fault(cx, "filen er komprimert; en DIAS-pakke er en ukomprimert tar",
                          "the file is compressed; a DIAS package is an uncompressed tar");
    return pack_fault(cx, "filen er ikke en tar", "the file is no tar");
}

enum rc pack_list_tar(struct cx *cx, struct pack *p)
{
    struct tar t = {.cx = cx, .pack = p, .size = -1};
    buf_init(&t.name, PACK_PATH_MOST);
    p->layout.tar_fault_at = -1;
    enum rc rc = walk(&t);
    buf_free(&t.name);
    if (rc == RC_OK && p->n == 0)
        return no_tar(cx, p);
    return rc;
}
