/*
 * The tag files of a bag (RFC 8493): what was received, and who it belongs to. They are written once;
 * the tag manifest tells whether they still are what was written.
 */
#include <errno.h>
#include <stdlib.h>

#include "depot/depot_int.h"

#define INFO_MAX ((size_t)KiB(64))

static const char bagit[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/* ------------------------------------------------------------------ manifest */

/* The standard escapes what would break the line. */
void bag_line(struct buf *out, const char *sha256, const char *rel)
{
    buf_printf(out, "%s  data/", sha256);
    for (; *rel; rel++) {
        if (*rel == '%' || *rel == '\n' || *rel == '\r')
            buf_printf(out, "%%%02X", (unsigned)*rel);
        else
            buf_putc(out, *rel);
    }
    buf_putc(out, '\n');
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void unescape(char *s)
{
    char *to = s;
    for (; *s; s++, to++) {
        int high = *s == '%' ? hex_digit(s[1]) : -1, low = high >= 0 ? hex_digit(s[2]) : -1;
        *to = low >= 0 ? (char)(high * 16 + low) : *s;
        s += low >= 0 ? 2 : 0;
    }
    *to = '\0';
}

/* "<64 hex>  data/<path>": cut in two; false when it is not that. */
static bool split_line(char *line, const char **ret_rel)
{
    static const char sep[] = "  data/";
    size_t n = strlen(line);
    while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        line[--n] = '\0';
    if (n <= 64 + sizeof(sep) - 1 || memcmp(line + 64, sep, sizeof(sep) - 1) != 0)
        return false;
    line[64] = '\0';
    unescape(line + 64 + sizeof(sep) - 1);
    *ret_rel = line + 64 + sizeof(sep) - 1;
    return strlen(line) == 64;
}

enum rc manifest_open(struct cx *cx, const char *bag, struct manifest *ret)
{
    char path[PATH_TEXT_MAX];
    TRY(path_join(cx, path, bag, BAG_MANIFEST));
    FILE *f = fopen(path, "re");
    if (!f)
        return err_secret(cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
    *ret = (struct manifest){.f = f};
    return RC_OK;
}

enum rc manifest_next(struct cx *cx, struct manifest *m, bool *ret_more)
{
    *ret_more = getline(&m->line, &m->room, m->f) > 0;
    if (!*ret_more)
        return ferror(m->f) ? err_secret(cx, RC_IO, "%s: %s", BAG_MANIFEST, strerror(errno)) : RC_OK;
    m->sha256 = m->line;
    return split_line(m->line, &m->rel) ? RC_OK : err_secret(cx, RC_IO, "%s has a line that is none", BAG_MANIFEST);
}

void manifest_close(struct manifest *m)
{
    free(m->line);
    (void)fclose(m->f);
}

/* ------------------------------------------------------------------ bag-info.txt */

static const char *owner_key(bool guest)
{
    return guest ? "Samdrift-Guest" : "Samdrift-Member";
}

/* A value is one line. */
static void add_info(struct buf *b, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    buf_printf(b, "%s: ", key);
    for (; *value; value++)
        buf_putc(b, *value == '\n' || *value == '\r' ? ' ' : *value);
    buf_putc(b, '\n');
}

static void write_info(struct buf *b, const struct depot_package *p)
{
    add_info(b, "Source-Organization", p->creator);
    add_info(b, "External-Identifier", p->id);
    add_info(b, "External-Description", p->name);
    add_info(b, "Bagging-Date", p->received);
    buf_printf(b, "Payload-Oxum: %" PRId64 ".%" PRId64 "\n", p->bytes, p->files);
    add_info(b, owner_key(p->owner.guest), p->owner.name);
    add_info(b, "Samdrift-Agreement", p->agreement);
    add_info(b, "Samdrift-Origin", p->origin);
    add_info(b, "Samdrift-SHA256", p->sha256);
}

/* The value of the key, "" when there is none. */
static const char *info_of(struct cx *cx, struct str text, const char *key)
{
    size_t n = strlen(key);
    const char *end = text.p + text.n;
    for (const char *p = text.p; p < end;) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((line_end ? line_end : end) - p);
        if (len > n + 2 && memcmp(p, key, n) == 0 && p[n] == ':')
            return arena_strndup(cx->arena, p + n + 2, len - n - 2);
        p += len + 1;
    }
    return arena_strdup(cx->arena, "");
}

static bool read_oxum(const char *s, struct depot_package *p)
{
    const char *dot = strchr(s, '.');
    return dot && str_int((struct str){s, (size_t)(dot - s)}, &p->bytes) && str_int(str_of(dot + 1), &p->files);
}

enum rc bag_info(struct cx *cx, const char *bag, struct depot_package *ret)
{
    char path[PATH_TEXT_MAX];
    struct str text;
    TRY(path_join(cx, path, bag, BAG_INFO));
    TRY(file_read(cx, path, INFO_MAX, &text));
    struct depot_package p = {
        .agreement = info_of(cx, text, "Samdrift-Agreement"), .creator = info_of(cx, text, "Source-Organization"),
        .origin = info_of(cx, text, "Samdrift-Origin"), .name = info_of(cx, text, "External-Description"),
        .received = info_of(cx, text, "Bagging-Date"), .sha256 = info_of(cx, text, "Samdrift-SHA256"),
    };
    const char *id = info_of(cx, text, "External-Identifier"), *oxum = info_of(cx, text, "Payload-Oxum");
    const char *guest = info_of(cx, text, owner_key(true)), *member = info_of(cx, text, owner_key(false));
    if (!id || !oxum || !guest || !member || !p.agreement || !p.creator || !p.origin || !p.name || !p.received || !p.sha256)
        return cx_nomem(cx);
    p.owner = (struct depot_owner){*guest ? guest : member, *guest != '\0'};
    (void)snprintf(p.id, sizeof(p.id), "%s", id);
    if (!uuid_valid(str_of(p.id)) || !*p.name || strchr(p.name, '/') || !read_oxum(oxum, &p))
        return err_secret(cx, RC_IO, "%s is damaged", path);
    *ret = p;
    return RC_OK;
}

/* ------------------------------------------------------------------ the seal */

static const char *const sealed[] = {"bagit.txt", BAG_INFO, BAG_MANIFEST};

static enum rc seal_text(struct cx *cx, const char *bag, struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(sealed); i++) {
        char path[PATH_TEXT_MAX], sum[SHA256_HEX_MAX];
        int64_t size;
        TRY(path_join(cx, path, bag, sealed[i]));
        TRY(file_hash(cx, path, NULL, sum, &size));
        buf_printf(out, "%s  %s\n", sum, sealed[i]);
    }
    return buf_failed(out) ? cx_nomem(cx) : RC_OK;
}

static enum rc write_tag(struct cx *cx, const char *bag, const char *name, struct str text)
{
    char path[PATH_TEXT_MAX];
    TRY(path_join(cx, path, bag, name));
    return file_write(cx, path, text);
}

enum rc bag_seal(struct cx *cx, const char *bag, const struct depot_package *p)
{
    struct buf b;
    buf_init(&b, INFO_MAX);
    enum rc rc = write_tag(cx, bag, "bagit.txt", STR(bagit));
    write_info(&b, p);
    if (rc == RC_OK)
        rc = buf_failed(&b) ? cx_nomem(cx) : write_tag(cx, bag, BAG_INFO, buf_str(&b));
    buf_reset(&b);
    if (rc == RC_OK)
        rc = seal_text(cx, bag, &b);
    if (rc == RC_OK)
        rc = write_tag(cx, bag, BAG_TAGS, buf_str(&b));
    buf_free(&b);
    return rc;
}

bool bag_sound(struct cx *cx, const char *bag)
{
    char path[PATH_TEXT_MAX];
    struct str told;
    struct buf b;
    buf_init(&b, INFO_MAX);
    bool ok = path_join(cx, path, bag, BAG_TAGS) == RC_OK && file_read(cx, path, INFO_MAX, &told) == RC_OK &&
              seal_text(cx, bag, &b) == RC_OK && str_eq(told, buf_str(&b));
    buf_free(&b);
    err_clear(cx);
    return ok;
}
