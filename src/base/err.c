/*
 * Errors and the context that carries them. The texts are the columns of err.def; the first error
 * wins, because what follows it is mostly its consequence.
 */
#include "base/base.h"
#include "base/base_int.h"

#include <errno.h>

struct text {
    const char *rule, *remedy;
};

static const struct row {
    const char *id;
    int status;
    struct text text[ERR_LANGS];
} rows[] = {
    [RC_OK] = {"OK", 200, {{"", ""}, {"", ""}, {"", ""}, {"", ""}}},
#define ERR(id, status, nb, nb_remedy, nn, nn_remedy, se, se_remedy, en, en_remedy) \
    [RC_##id] = {#id, status, {{nb, nb_remedy}, {nn, nn_remedy}, {se, se_remedy}, {en, en_remedy}}},
#include "base/err.def"
#undef ERR
};

static const struct row *row_of(enum rc rc)
{
    return (unsigned)rc < COUNT_OF(rows) ? &rows[rc] : &rows[RC_INTERNAL];
}

void cx_open(struct cx *cx, size_t limit)
{
    struct arena *a = arena_new(limit);
    if (!a)
        a = arena_none();
    /* Whole milliseconds: what is stored then equals what is shown and sent back. */
    *cx = (struct cx){.arena = a, .now = time_now() / 1000 * 1000, .lang = LANG_NB};
    err_clear(cx);
}

void cx_close(struct cx *cx)
{
    arena_free(&cx->arena);
    err_clear(cx);
}

void err_clear(struct cx *cx)
{
    cx->err = (struct err){.rc = RC_OK, .field = "", .detail = ""};
}

/* Without memory the code alone must do. */
static const char *keep(struct cx *cx, const char *s)
{
    if (!s || !*s)
        return "";
    const char *copy = arena_strdup(cx->arena, s);
    return copy ? copy : "";
}

static char *vprint(struct cx *cx, const char *fmt, va_list ap) ATTR_FORMAT(2, 0);

static char *vprint(struct cx *cx, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *s = n < 0 ? NULL : arena_alloc(cx->arena, (size_t)n + 1);
    if (s)
        vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

enum rc err_set(struct cx *cx, enum rc rc, const char *field, const char *detail)
{
    if (cx->err.rc != RC_OK)
        return rc;
    cx->err.rc = rc;
    cx->err.field = keep(cx, field);
    cx->err.detail = keep(cx, detail);
    return rc;
}

enum rc err_setf(struct cx *cx, enum rc rc, const char *field, const char *fmt, ...)
{
    if (cx->err.rc != RC_OK)
        return rc;
    va_list ap;
    va_start(ap, fmt);
    char *detail = vprint(cx, fmt, ap);
    va_end(ap);
    cx->err.rc = rc;
    cx->err.field = keep(cx, field);
    cx->err.detail = detail ? detail : "";
    return rc;
}

enum rc err_secret(struct cx *cx, enum rc rc, const char *fmt, ...)
{
    if (cx->err.rc != RC_OK)
        return rc;
    va_list ap;
    va_start(ap, fmt);
    cx->err.secret = vprint(cx, fmt, ap);
    va_end(ap);
    cx->err.rc = rc;
    return rc;
}

enum rc cx_nomem(struct cx *cx)
{
    return err_set(cx, RC_NOMEM, NULL, NULL);
}

enum rc rc_of_errno(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return RC_NO_SPACE;
    case ENOMEM:
        return RC_NOMEM;
    default:
        return RC_IO;
    }
}

int err_status(enum rc rc)
{
    return row_of(rc)->status;
}

const char *err_id(enum rc rc)
{
    return row_of(rc)->id;
}

/* Fills {}; without a detail the hole goes together with the ": " or " " before it. */
static void fill(struct buf *b, const char *text, const char *detail)
{
    const char *hole = strstr(text, "{}");
    if (!hole) {
        buf_puts(b, text);
        return;
    }
    size_t n = (size_t)(hole - text);
    if (!*detail && n > 0 && text[n - 1] == ' ')
        n -= n > 1 && text[n - 2] == ':' ? 2 : 1;
    buf_add(b, text, n);
    buf_puts(b, detail);
    buf_puts(b, hole + 2);
}

const char *err_text(struct cx *cx)
{
    return err_text_in(cx, cx->lang == LANG_EN ? ERR_EN : ERR_NB);
}

const char *err_text_in(struct cx *cx, enum err_lang lang)
{
    const struct err *e = &cx->err;
    const struct text *t = &row_of(e->rc)->text[lang];
    struct buf b;
    buf_init(&b, (size_t)KiB(64));
    if (*e->field) {
        buf_puts(&b, e->field);
        buf_puts(&b, ": ");
    }
    fill(&b, t->rule, e->detail);
    if (*t->remedy)
        buf_putc(&b, ' ');
    fill(&b, t->remedy, e->detail);
    const char *s = buf_failed(&b) ? NULL : arena_strndup(cx->arena, b.p, b.n);
    buf_free(&b);
    if (s)
        return s;
    return strstr(t->rule, "{}") ? row_of(e->rc)->id : t->rule; /* no memory to fill it */
}
