/* Words of a document: what its reader wrote, made fit to search in. */
#include "inspect/inspect_int.h"

/* Valid UTF-8, runs of white space and control characters become one space or line end. */
static size_t clean(char *p, size_t n)
{
    size_t to = 0;
    bool gap = false, line = false;
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)p[i];
        size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        bool blank = c <= 0x20 || c == 0x7F;
        if (len > n - i || !str_utf8((struct str){p + i, len})) {
            len = 1;
            blank = true;
        }
        if (blank) {
            gap = true;
            line |= c == '\n';
            i += len;
            continue;
        }
        if (gap && to > 0)
            p[to++] = line ? '\n' : ' ';
        gap = line = false;
        memmove(p + to, p + i, len);
        to += len;
        i += len;
    }
    return to;
}

static enum rc keep(struct cx *cx, struct buf *out, struct str *ret)
{
    size_t n = clean(out->p, out->n);
    const char *text = arena_strndup(cx->arena, out->p, n);
    if (!text)
        return cx_nomem(cx);
    *ret = (struct str){text, n};
    return RC_OK;
}

enum rc inspect_words(struct cx *cx, struct inspector *in, int fd, const char *mime, size_t max,
                      struct str *ret, char killed[INSPECT_KILLED_MAX])
{
    struct buf out;
    struct ending e;
    struct str words = STR("");
    killed[0] = '\0';
    *ret = words;
    if (!reader_reads(mime) || max == 0)
        return RC_OK;
    buf_init(&out, max);
    enum rc rc = inspector_ask(cx, in, WANT_WORDS, mime, fd, &out, &e);
    if (rc == RC_OK && e.how == END_WELL && out.n > 0)
        rc = keep(cx, &out, ret);
    if (rc == RC_OK)
        ending_word(&e, killed);
    buf_free(&out);
    return rc;
}
