/*
 * multipart/form-data (RFC 7578) as browsers write it, taken apart as it comes: fields into memory,
 * files into nameless files on disk. Strict: no preamble, no header fields but the two that browsers
 * send, and nothing after the end. What a browser would not send is refused.
 */
#include "web/web_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { BOUNDARY_MAX = 70, HEAD_MAX = 8 << 10, NAME_MAX_BYTES = 255 };

enum place {
    PLACE_DELIMITER,         /* looking for one; what comes before belongs to the part */
    PLACE_AFTER,             /* behind one: a line end or the end */
    PLACE_HEAD,
    PLACE_END
};

struct upload {
    struct cx *cx;
    const char *dir;
    struct form form;
    struct form_file files[FORM_FILES + 1]; /* the last is the one being read */
    char delimiter[BOUNDARY_MAX + 8];
    size_t delimiter_n;
    enum place place;
    struct buf pending;      /* bytes that cannot be placed yet */
    bool in_part, is_file;
    struct str name;         /* of the field being read */
    struct buf text;         /* its value */
    size_t texts_n;          /* bytes of all values */
};

/* ------------------------------------------------------------------ header fields */

static enum rc malformed(struct cx *cx)
{
    return err_set(cx, RC_BAD_REQUEST, NULL, "multipart/form-data");
}

/* The value of a parameter `; key="value"`; false when it is not there. Quotes in values are %22. */
static bool parameter(struct str line, const char *key, struct str *ret)
{
    size_t n = strlen(key);
    for (size_t i = 0; i + n + 3 < line.n; i++) {
        if (line.p[i] != ';' && line.p[i] != ' ')
            continue;
        const char *at = line.p + i + 1;
        if (strncmp(at, key, n) != 0 || at[n] != '=' || at[n + 1] != '"')
            continue;
        const char *from = at + n + 2;
        const char *end = memchr(from, '"', (size_t)(line.p + line.n - from));
        *ret = (struct str){from, end ? (size_t)(end - from) : 0};
        return end != NULL;
    }
    return false;
}

/* A quote is written %22; line ends, also escaped, are of no use in names. */
static struct str unescape(struct arena *a, struct str s)
{
    char *out = arena_strndup(a, s.p, s.n);
    size_t n = 0;
    for (size_t i = 0; out && i < s.n; i++) {
        bool quote = i + 2 < s.n && memcmp(s.p + i, "%22", 3) == 0;
        out[n++] = quote ? '"' : s.p[i];
        i += quote ? 2 : 0;
    }
    return (struct str){out, out ? n : 0};
}

/* The last part of a path, control characters left out; never empty. */
static const char *file_name(struct arena *a, struct str s)
{
    s = unescape(a, s);
    for (size_t i = s.n; i > 0; i--) {
        if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
            s = (struct str){s.p + i, s.n - i};
            break;
        }
    }
    char *out = str_utf8(s) ? arena_alloc(a, s.n + 1) : NULL;
    size_t n = 0;
    for (size_t i = 0; out && i < s.n && n < NAME_MAX_BYTES; i++)
        if ((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7F)
            out[n++] = s.p[i];
    while (n > 0 && !str_utf8((struct str){out, n})) /* cut in the middle of a letter */
        n--;
    if (out)
        out[n] = '\0';
    return n > 0 ? out : "fil";
}

struct head {
    struct str disposition, type;
};

static bool head_line(struct head *h, struct str line)
{
    const char *colon = line.n > 0 ? memchr(line.p, ':', line.n) : NULL;
    struct str name = {line.p, colon ? (size_t)(colon - line.p) : 0};
    struct str value = colon ? (struct str){colon + 1, line.n - name.n - 1} : STR("");
    struct str *into = str_ieq(name, "Content-Disposition") ? &h->disposition
                       : str_ieq(name, "Content-Type")      ? &h->type
                                                            : NULL;
    if (!into || into->p)
        return false;
    *into = value;
    return true;
}

static bool head_read(struct head *h, struct str text)
{
    *h = (struct head){0};
    while (text.n > 0) {
        const char *end = memmem(text.p, text.n, "\r\n", 2);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        if (!head_line(h, (struct str){text.p, n}))
            return false;
        n += end ? 2 : 0;
        text = (struct str){text.p + n, text.n - n};
    }
    return h->disposition.p && str_starts(h->disposition, " form-data;");
}

/* ------------------------------------------------------------------ parts */

static struct form_file *current(struct upload *u)
{
    return &u->files[u->form.files_n];
}

static enum rc begin_file(struct upload *u, const struct head *h, struct str name, struct str filename)
{
    struct arena *a = u->cx->arena;
    if (u->form.files_n == FORM_FILES)
        return err_setf(u->cx, RC_TOO_LARGE, NULL, "%d", FORM_FILES);
    struct str type = h->type;
    while (type.n > 0 && type.p[0] == ' ')
        type.p++, type.n--;
    *current(u) = (struct form_file){
        .field = arena_strndup(a, name.p, name.n),
        .name = filename.n > 0 ? file_name(a, filename) : "",
        .type = str_utf8(type) ? arena_strndup(a, type.p, type.n) : "",
        .fd = open(u->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600),
    };
    if (current(u)->fd < 0)
        return err_secret(u->cx, RC_IO, "no file for an upload: errno %d", errno);
    return current(u)->field && current(u)->type ? RC_OK : cx_nomem(u->cx);
}

static enum rc begin_part(struct upload *u, struct str text)
{
    struct head h;
    struct str name, filename;
    if (!head_read(&h, text) || !parameter(h.disposition, "name", &name) || name.n == 0 || name.n > NAME_MAX_BYTES)
        return malformed(u->cx);
    name = unescape(u->cx->arena, name);
    if (!name.p)
        return cx_nomem(u->cx);
    u->in_part = true;
    u->is_file = parameter(h.disposition, "filename", &filename);
    u->name = name;
    buf_reset(&u->text);
    return u->is_file ? begin_file(u, &h, name, filename) : RC_OK;
}

static enum rc write_all(struct upload *u, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(current(u)->fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return err_secret(u->cx, RC_IO, "an upload cannot be written: errno %d", errno);
        p += k;
        n -= (size_t)k;
        current(u)->size += k;
    }
    return RC_OK;
}

/* Bytes before a delimiter. Before the first part there may be none. */
static enum rc content(struct upload *u, const char *p, size_t n)
{
    if (n == 0)
        return RC_OK;
    if (!u->in_part)
        return malformed(u->cx);
    if (u->is_file)
        return write_all(u, p, n);
    u->texts_n += n;
    if (u->texts_n > FORM_TEXT_MAX)
        return err_setf(u->cx, RC_TOO_LARGE, NULL, "%d", FORM_TEXT_MAX);
    buf_add(&u->text, p, n);
    return buf_failed(&u->text) ? cx_nomem(u->cx) : RC_OK;
}

static enum rc end_part(struct upload *u)
{
    if (!u->in_part)
        return RC_OK;
    u->in_part = false;
    if (!u->is_file) {
        char *value = arena_strndup(u->cx->arena, u->text.p, u->text.n);
        return value ? form_add(u->cx, &u->form, u->name, (struct str){value, u->text.n}) : cx_nomem(u->cx);
    }
    struct form_file *f = current(u);
    if (f->size == 0 && !*f->name) { /* an input nothing was chosen for */
        close(f->fd);
        f->fd = -1;
        return RC_OK;
    }
    if (lseek(f->fd, 0, SEEK_SET) != 0)
        return err_secret(u->cx, RC_IO, "an upload cannot be read again");
    u->form.files = u->files;
    u->form.files_n++;
    return RC_OK;
}

/* ------------------------------------------------------------------ the stream */

static void consume(struct upload *u, size_t n)
{
    u->pending.n -= n;
    memmove(u->pending.p, u->pending.p + n, u->pending.n);
}

/* One step; *ret_more false when more bytes are needed. */
static enum rc step_delimiter(struct upload *u, bool *ret_more)
{
    struct buf *b = &u->pending;
    const char *at = b->n > 0 ? memmem(b->p, b->n, u->delimiter, u->delimiter_n) : NULL;
    size_t keep = u->delimiter_n - 1;
    size_t n = at ? (size_t)(at - b->p) : b->n > keep ? b->n - keep : 0;
    TRY(content(u, b->p, n));
    consume(u, n);
    *ret_more = at != NULL;
    if (!at)
        return RC_OK;
    consume(u, u->delimiter_n);
    u->place = PLACE_AFTER;
    return end_part(u);
}

static enum rc step_after(struct upload *u, bool *ret_more)
{
    struct buf *b = &u->pending;
    *ret_more = b->n >= 2;
    if (b->n < 2)
        return RC_OK;
    if (memcmp(b->p, "\r\n", 2) == 0)
        u->place = PLACE_HEAD;
    else if (memcmp(b->p, "--", 2) == 0)
        u->place = PLACE_END;
    else
        return malformed(u->cx);
    consume(u, 2);
    return RC_OK;
}

static enum rc step_head(struct upload *u, bool *ret_more)
{
    struct buf *b = &u->pending;
    const char *end = b->n > 0 ? memmem(b->p, b->n, "\r\n\r\n", 4) : NULL;
    size_t n = end ? (size_t)(end - b->p) : b->n;
    *ret_more = end != NULL;
    if (n > HEAD_MAX)
        return malformed(u->cx);
    if (!end)
        return RC_OK;
    TRY(begin_part(u, (struct str){b->p, n}));
    consume(u, n + 4);
    u->place = PLACE_DELIMITER;
    return RC_OK;
}

static enum rc step_end(struct upload *u, bool *ret_more)
{
    *ret_more = false;
    if (u->pending.n > 2 || memcmp(u->pending.p, "\r\n", u->pending.n) != 0)
        return malformed(u->cx);
    return RC_OK;
}

enum rc multipart_write(void *state, const void *p, size_t n)
{
    static enum rc (*const steps[])(struct upload *u, bool *ret_more) = {
        [PLACE_DELIMITER] = step_delimiter, [PLACE_AFTER] = step_after, [PLACE_HEAD] = step_head,
        [PLACE_END] = step_end};
    struct upload *u = state;
    bool more = true;
    buf_add(&u->pending, p, n);
    if (buf_failed(&u->pending))
        return cx_nomem(u->cx);
    while (more)
        TRY(steps[u->place](u, &more));
    return RC_OK;
}

enum rc multipart_end(struct upload *u, struct form *ret)
{
    if (u->place != PLACE_END)
        return malformed(u->cx);
    *ret = u->form;
    return RC_OK;
}

/* The boundary of a Content-Type multipart/form-data, or an empty string. */
static struct str boundary_of(const char *content_type)
{
    struct str s = str_of(content_type), b;
    if (s.n < 20 || !str_ieq((struct str){s.p, 20}, "multipart/form-data;"))
        return STR("");
    const char *at = strcasestr(content_type, "boundary=");
    if (!at)
        return STR("");
    b = str_of(at + 9);
    if (b.n > 1 && b.p[0] == '"' && b.p[b.n - 1] == '"')
        b = (struct str){b.p + 1, b.n - 2};
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] <= 0x20 || b.p[i] >= 0x7F || b.p[i] == ';' || b.p[i] == '"')
            return STR("");
    return b.n <= BOUNDARY_MAX ? b : STR("");
}

static void release(void *arg)
{
    struct upload *u = arg;
    for (size_t i = 0; i < COUNT_OF(u->files); i++)
        if (u->files[i].fd >= 0)
            close(u->files[i].fd);
    buf_free(&u->pending);
    buf_free(&u->text);
}

enum rc multipart_begin(struct cx *cx, const char *dir, const char *content_type, struct upload **ret)
{
    struct str boundary = boundary_of(content_type);
    if (boundary.n == 0)
        return err_set(cx, RC_MEDIA_TYPE, NULL, "multipart/form-data");
    struct upload *u = arena_alloc(cx->arena, sizeof(*u));
    if (!u)
        return cx_nomem(cx);
    u->cx = cx;
    u->dir = dir;
    for (size_t i = 0; i < COUNT_OF(u->files); i++)
        u->files[i].fd = -1;
    buf_init(&u->pending, (size_t)MiB(4));
    buf_init(&u->text, FORM_TEXT_MAX + 1);
    if (!arena_defer(cx->arena, release, u))
        return cx_nomem(cx);
    u->delimiter_n = (size_t)snprintf(u->delimiter, sizeof(u->delimiter), "\r\n--%.*s", (int)boundary.n, boundary.p);
    buf_puts(&u->pending, "\r\n"); /* the first delimiter has no line end before it */
    *ret = u;
    return RC_OK;
}
