/*
 * Answers as a whole: which fields are shown, what is computed, what is wrong, and what they are as a
 * title and as XML.
 */
#include "form/form_int.h"

enum rc svar_put(struct cx *cx, json_t *svar, const struct felt *f, json_t *value)
{
    if (!value) {
        (void)json_object_del(svar, f->id);
        return RC_OK;
    }
    return json_object_set_new(svar, f->id, value) == 0 ? RC_OK : cx_nomem(cx);
}

const char *svar_part(const json_t *svar, const struct felt *f, const char *part)
{
    const json_t *v = json_object_get(svar, f->id);
    const char *s = json_string_value(part ? json_object_get(v, part) : v);
    return s ? s : "";
}

bool svar_has(const json_t *svar, const struct felt *f, const char *value)
{
    size_t i;
    json_t *item, *v = json_object_get(svar, f->id);
    if (json_is_string(v))
        return streq(json_string_value(v), value);
    json_array_foreach(v, i, item)
        if (json_is_string(item) && streq(json_string_value(item), value))
            return true;
    return false;
}

bool felt_visible(const struct felt *f, const json_t *svar)
{
    return !f->visible || logic_true(f->visible, svar);
}

/* In the order of the form: rules look at earlier fields, which are settled by then. */
enum rc svar_settle(struct cx *cx, const struct skjema *s, json_t *svar)
{
    for (size_t i = 0; i < s->felt_n; i++) {
        const struct felt *f = &s->felt[i];
        if (!felt_visible(f, svar)) {
            TRY(svar_put(cx, svar, f, NULL));
        } else if (f->compute) {
            const char *text = logic_text(cx, f->compute, svar);
            if (!text)
                return cx_nomem(cx);
            TRY(svar_put(cx, svar, f, *text ? json_string(text) : NULL));
        }
    }
    return RC_OK;
}

enum rc svar_check(struct cx *cx, const struct skjema *s, size_t trinn, const json_t *svar,
                   const struct svar_fault **ret, size_t *ret_n)
{
    struct svar_fault *faults = arena_array(cx->arena, s->felt_n + 1, sizeof(*faults));
    size_t n = 0;
    if (!faults)
        return cx_nomem(cx);
    for (size_t i = 0; i < s->felt_n; i++) {
        const struct felt *f = &s->felt[i];
        if ((trinn < s->trinn_n && f->trinn != trinn) || !felt_visible(f, svar))
            continue;
        faults[n] = felt_check(cx, f, svar);
        n += faults[n].error != SVAR_FINE;
    }
    *ret = faults;
    *ret_n = n;
    return RC_OK;
}

enum foelsomhet svar_sensitivity(const struct skjema *s, const json_t *svar)
{
    enum foelsomhet most = FOELSOM_OPEN;
    for (size_t i = 0; i < s->felt_n; i++)
        if (s->felt[i].sensitivity > most && json_object_get(svar, s->felt[i].id))
            most = s->felt[i].sensitivity;
    return most;
}

/* ------------------------------------------------------------------ title */

static void put_line(struct buf *b, const char *text)
{
    for (; *text; text++)
        buf_putc(b, *text == '\n' ? ' ' : *text);
}

const char *svar_title(struct cx *cx, const struct skjema *s, const json_t *svar, int spraak)
{
    struct buf b;
    const char *p = s->case_title.in[spraak];
    buf_init(&b, (size_t)KiB(8));
    for (const char *open; (open = strchr(p, '{')) != NULL; ) {
        const char *end = strchr(open, '}');
        char *id = end ? arena_strndup(cx->arena, open + 1, (size_t)(end - open - 1)) : NULL;
        const struct felt *f = id ? skjema_felt(s, id) : NULL;
        buf_add(&b, p, (size_t)(open - p));
        put_line(&b, f ? svar_text(cx, f, svar, spraak) : "");
        p = end ? end + 1 : open + 1;
    }
    buf_puts(&b, p);
    const char *title = buf_failed(&b) ? s->title.in[spraak] : arena_strdup(cx->arena, b.p);
    buf_free(&b);
    return title;
}

/* ------------------------------------------------------------------ XML */

static void put_xml(struct buf *b, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            buf_puts(b, "&amp;");
        else if (*text == '<')
            buf_puts(b, "&lt;");
        else if (*text == '>')
            buf_puts(b, "&gt;");
        else if (*text == '"')
            buf_puts(b, "&quot;");
        else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
            buf_putc(b, *text);
    }
}

static void put_element(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "<%s>", name);
    put_xml(b, text);
    buf_printf(b, "</%s>", name);
}

static void put_value(struct buf *b, const json_t *v)
{
    size_t i;
    json_t *item;
    if (json_is_string(v))
        put_element(b, "verdi", json_string_value(v));
    json_array_foreach(v, i, item) {
        const char *value = json_is_object(item) ? json_string_value(json_object_get(item, "navn")) : json_string_value(item);
        put_element(b, "verdi", value ? value : "");
    }
}

static void put_felt(struct buf *b, const struct felt *f, const json_t *svar, int spraak)
{
    buf_printf(b, "  <felt id=\"%s\" type=\"%s\"><ledetekst>", f->id, felt_type_name(f->type));
    put_xml(b, f->label.in[spraak]);
    buf_puts(b, "</ledetekst>");
    if (json_is_object(json_object_get(svar, f->id))) {
        for (const char *const *p = felt_parts(f->type); *p; p++)
            if (*svar_part(svar, f, *p))
                put_element(b, *p, svar_part(svar, f, *p));
    } else {
        put_value(b, json_object_get(svar, f->id));
    }
    buf_puts(b, "</felt>\n");
}

enum rc svar_xml(struct cx *cx, const struct skjema *s, const json_t *svar, int spraak, struct buf *out)
{
    buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<skjema xmlns=\"" SVAR_NS "\" id=\"%s\" versjon=\"%" PRId64
                    "\" sha256=\"%s\" spraak=\"%s\">\n", s->id, s->version, s->sha256, spraak_codes[spraak]);
    for (size_t i = 0; i < s->felt_n; i++)
        if (json_object_get(svar, s->felt[i].id))
            put_felt(out, &s->felt[i], svar, spraak);
    buf_puts(out, "</skjema>\n");
    return buf_failed(out) ? cx_nomem(cx) : RC_OK;
}
