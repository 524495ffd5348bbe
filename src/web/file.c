/* Replies that are files and not pages. */
#include "web/web_int.h"

/* ------------------------------------------------------------------ by name or shown */

/* What a browser shows and does not run. */
static bool harmless(const char *type)
{
    static const char *const shown[] = {"application/pdf", "image/png", "image/jpeg", "text/plain"};
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (str_starts(str_of(type), shown[i]))
            return true;
    return false;
}

static const char *ascii_name(struct page *pg, const char *name)
{
    char *copy = arena_strdup(pg->cx->arena, name);
    for (char *p = copy; p && *p; p++)
        if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e || strchr("\"\\/;", *p))
            *p = '_';
    return copy;
}

enum rc page_file_shown(struct page *pg)
{
    return http_set(pg->rq, pg->rp, "Content-Disposition", harmless(pg->rp->type) ? "inline" : "attachment");
}

enum rc page_file_saved(struct page *pg, const char *name)
{
    const char *safe = name ? ascii_name(pg, name) : NULL;
    const char *value = safe ? arena_printf(pg->cx->arena, "attachment; filename=\"%s\"", safe) : NULL;
    return value ? http_set(pg->rq, pg->rp, "Content-Disposition", value) : cx_nomem(pg->cx);
}

/* ------------------------------------------------------------------ CSV */

static void field(struct buf *b, const char *text)
{
    buf_putc(b, '"');
    if (*text && strchr("=+-@\t\r", *text))
        buf_putc(b, '\'');
    for (; *text; text++) {
        if (*text == '"')
            buf_putc(b, '"');
        buf_putc(b, *text);
    }
    buf_putc(b, '"');
}

void page_csv_begin(struct page *pg)
{
    pg->rp->type = "text/csv; charset=utf-8";
    buf_puts(&pg->rp->body, "\xEF\xBB\xBF");
}

void page_csv_row(struct page *pg, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        field(&pg->rp->body, fields[i]);
        buf_putc(&pg->rp->body, i + 1 < n ? ';' : '\n');
    }
}

enum rc page_csv_end(struct page *pg, const char *name)
{
    return buf_failed(&pg->rp->body) ? cx_nomem(pg->cx) : page_file_saved(pg, name);
}
