/*
 * Forms as browsers send them. A field is UTF-8 without control characters other than line ends and
 * tabulators; line ends become \n.
 */
#include "web/web_int.h"

const struct form_field *form_find(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->fields_n; i++)
        if (streq(f->fields[i].name, name))
            return &f->fields[i];
    return NULL;
}

const char *form_get(const struct form *f, const char *name)
{
    const struct form_field *field = form_find(f, name);
    return field ? field->value.p : "";
}

bool form_has(const struct form *f, const char *name)
{
    return form_find(f, name) != NULL;
}

const char *form_nth(const struct form *f, const char *name, size_t nth)
{
    for (size_t i = 0; i < f->fields_n; i++)
        if (streq(f->fields[i].name, name) && nth-- == 0)
            return f->fields[i].value.p;
    return NULL;
}

bool form_chosen(const struct form *f, const char *name, const char *value)
{
    for (size_t i = 0; i < f->fields_n; i++)
        if (streq(f->fields[i].name, name) && str_is(f->fields[i].value, value))
            return true;
    return false;
}

static bool space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* Line ends made one, ends trimmed; NULL for what no browser sends. In the arena. */
static char *clean(struct arena *a, struct str s, size_t *ret_n)
{
    char *out = str_utf8(s) ? arena_alloc(a, s.n + 1) : NULL;
    size_t n = 0;
    if (!out)
        return NULL;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\r') {
            i += i + 1 < s.n && s.p[i + 1] == '\n' ? 1 : 0;
            c = '\n';
        }
        if (((unsigned char)c < 0x20 && !space(c)) || c == 0x7F)
            return NULL;
        if (n > 0 || !space(c))
            out[n++] = c;
    }
    while (n > 0 && space(out[n - 1]))
        n--;
    out[n] = '\0';
    *ret_n = n;
    return out;
}

enum rc form_add(struct cx *cx, struct form *f, struct str name, struct str value)
{
    size_t name_n, value_n;
    if (!f->fields)
        f->fields = arena_array(cx->arena, FORM_FIELDS, sizeof(*f->fields));
    if (!f->fields)
        return cx_nomem(cx);
    const char *key = clean(cx->arena, name, &name_n), *text = clean(cx->arena, value, &value_n);
    if (!key || !text || name_n == 0 || f->fields_n == FORM_FIELDS)
        return err_set(cx, RC_BAD_REQUEST, NULL, "form");
    f->fields[f->fields_n++] = (struct form_field){key, {text, value_n}, value};
    return RC_OK;
}

enum rc form_put(struct cx *cx, struct form *f, const char *name, const char *value)
{
    return form_add(cx, f, str_of(name), str_of(value));
}

enum rc form_read(struct cx *cx, struct str text, struct form *ret)
{
    *ret = (struct form){0};
    while (text.n > 0) {
        struct str value = str_cut(&text, '&');
        if (value.n == 0)
            continue;
        struct str name = str_cut(&value, '=');
        if (!url_decode(cx->arena, name, true, &name) || !url_decode(cx->arena, value, true, &value))
            return err_set(cx, RC_BAD_REQUEST, NULL, "form");
        TRY(form_add(cx, ret, name, value));
    }
    return RC_OK;
}
