/*
 * JSON out. The output is valid JSON whatever goes in: broken UTF-8 becomes U+FFFD, a number JSON
 * cannot hold becomes null.
 */
#include "base/base.h"
#include "base/base_int.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

void jw_begin(struct jw *w, struct buf *out)
{
    *w = (struct jw){.out = out};
}

/* Before each value and each key. */
static void separate(struct jw *w)
{
    if (w->comma)
        buf_putc(w->out, ',');
    w->comma = true;
}

void jw_open(struct jw *w, char bracket)
{
    separate(w);
    buf_putc(w->out, bracket);
    w->comma = false;
}

void jw_close(struct jw *w, char bracket)
{
    buf_putc(w->out, bracket);
    w->comma = true;
}

static void escape(struct buf *out, unsigned char c)
{
    static const char pairs[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof(pairs); i += 2)
        if ((unsigned char)pairs[i] == c) {
            buf_add(out, (char[]){'\\', pairs[i + 1]}, 2);
            return;
        }
    buf_printf(out, "\\u%04x", (unsigned)c);
}

static void quoted(struct buf *out, struct str s)
{
    buf_putc(out, '"');
    size_t from = 0, i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        uint32_t code;
        size_t n = c < 0x80 ? 1 : utf8_next(s.p + i, s.n - i, &code);
        if (n > 0 && c >= 0x20 && c != '"' && c != '\\') {
            i += n;
            continue;
        }
        buf_add(out, s.p + from, i - from);
        if (n == 0)
            buf_puts(out, "\\ufffd");
        else
            escape(out, c);
        from = ++i;
    }
    buf_add(out, s.p + from, i - from);
    buf_putc(out, '"');
}

void jw_key_str(struct jw *w, struct str key)
{
    separate(w);
    quoted(w->out, key);
    buf_putc(w->out, ':');
    w->comma = false;
}

void jw_key(struct jw *w, const char *key)
{
    separate(w);
    buf_putc(w->out, '"');
    buf_puts(w->out, key);
    buf_add(w->out, "\":", 2);
    w->comma = false;
}

void jw_str(struct jw *w, struct str s)
{
    separate(w);
    quoted(w->out, s);
}

void jw_text(struct jw *w, const char *s)
{
    if (s)
        jw_str(w, str_of(s));
    else
        jw_raw(w, STR("null"));
}

void jw_int(struct jw *w, int64_t i)
{
    separate(w);
    buf_printf(w->out, "%" PRId64, i);
}

void jw_double(struct jw *w, double d)
{
    if (!isfinite(d)) {
        jw_raw(w, STR("null"));
        return;
    }
    char text[40];
    /* 15 digits are always exact for a short number, except below the normal range. */
    int precision = fabs(d) < DBL_MIN ? 1 : 15;
    for (; precision <= 17; precision++) {
        snprintf(text, sizeof(text), "%.*g", precision, d);
        double back = strtod(text, NULL);
        if (memcmp(&back, &d, sizeof(d)) == 0)
            break;
    }
    separate(w);
    buf_puts(w->out, text);
    if (!strpbrk(text, ".e"))
        buf_add(w->out, ".0", 2);
}

void jw_bool(struct jw *w, bool b)
{
    jw_raw(w, b ? STR("true") : STR("false"));
}

void jw_raw(struct jw *w, struct str json)
{
    separate(w);
    buf_add(w->out, json.p, json.n);
}

void jw_pair(struct jw *w, const char *key, const char *value)
{
    jw_key(w, key);
    jw_text(w, value);
}
