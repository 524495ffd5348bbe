/*
 * Answers as a whole: which fields are shown, what is computed, what is wrong, and what they are as a
 * title and as XML.
 */
#include "form/form_int.h"

enum rc svar_put(struct cx *cx, json_t *svar, const struct felt *f, json_t *value)
{
    svar_forget_source(svar, f);
    if (!value) {
        (void)json_object_del(svar, f->id);
        return RC_OK;
    }
    return json_object_set_new(svar, f->id, value) == 0 ? RC_OK : cx_nomem(cx);
}

/* ------------------------------------------------------------------ where it came from */

#define SOURCES "_kilder"   /* no field is called so: names begin with a letter or a digit */

const struct prefill_source prefill_sources[PREFILLS] = {
#define PREFILL(id, name, type) [PREFILL_##id] = {name, FELT_##type},
#include "form/prefill.def"
#undef PREFILL
};

void svar_forget_source(json_t *svar, const struct felt *f)
{
    (void)json_object_del(json_object_get(svar, SOURCES), f->id);
}

json_t *svar_source_of(const json_t *svar, const struct felt *f)
{
    return json_object_get(json_object_get(svar, SOURCES), f->id);
}

enum rc svar_source_put(struct cx *cx, json_t *svar, const struct felt *f, json_t *source)
{
    json_t *sources = json_object_get(svar, SOURCES);
    if (!sources && (!(sources = json_object()) || json_object_set_new(svar, SOURCES, sources) != 0))
        return cx_nomem(cx);
    return json_object_set(sources, f->id, source) == 0 ? RC_OK : cx_nomem(cx);
}

enum rc svar_fill(struct cx *cx, json_t *svar, const struct felt *f, enum prefill source, json_t *value)
{
    TRY(value ? svar_put(cx, svar, f, value) : cx_nomem(cx));
    json_t *name = json_string(prefill_sources[source].name);
    enum rc rc = svar_source_put(cx, svar, f, name);
    json_decref(name);
    return rc;
}

const char *svar_source(struct cx *cx, const json_t *svar, const struct felt *f)
{
    const char *name = json_string_value(svar_source_of(svar, f));
    const char *source = name ? arena_strndup(cx->arena, name, strcspn(name, ".")) : "";
    return source ? source : "";
}

bool svar_locked(const json_t *svar, const struct felt *f)
{
    return f->locked && svar_source_of(svar, f);
}

/* ------------------------------------------------------------------ reading */

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

/* Several files do not fit where one is asked for. */
static bool same_question(const struct felt *a, const struct felt *b, const json_t *value)
{
    return a && a->type == b->type && (a->type != FELT_FILE || b->multiple || json_array_size(value) <= 1);
}

static enum rc carry_one(struct cx *cx, const json_t *svar, const struct felt *f, json_t *ret)
{
    json_t *source = svar_source_of(svar, f);
    TRY(svar_put(cx, ret, f, json_incref(json_object_get(svar, f->id))));
    return source ? svar_source_put(cx, ret, f, source) : RC_OK;
}

enum rc svar_carry(struct cx *cx, const struct skjema *from, const json_t *svar, const struct skjema *to, json_t *ret)
{
    for (size_t i = 0; i < to->felt_n; i++) {
        const struct felt *f = &to->felt[i];
        const json_t *value = json_object_get(svar, f->id);
        if (!value || !same_question(skjema_felt(from, f->id), f, value))
            continue;
        TRY(carry_one(cx, svar, f, ret));
        if (felt_check(cx, f, ret).error != SVAR_FINE)
            TRY(svar_put(cx, ret, f, NULL));
    }
    return svar_settle(cx, to, ret);
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

static void write_values(struct xw *w, const json_t *v)
{
    size_t i;
    json_t *item;
    if (json_is_string(v))
        xw_element(w, "verdi", str_of(json_string_value(v)));
    json_array_foreach(v, i, item)
        xw_element(w, "verdi", str_of(json_string_value(json_is_object(item) ? json_object_get(item, "navn") : item)));
}

static void write_felt(struct xw *w, struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    const char *source = svar_source(cx, svar, f);
    xw_open(w, "felt");
    xw_attr(w, "id", str_of(f->id));
    xw_attr(w, "type", str_of(felt_type_name(f->type)));
    if (*source)
        xw_attr(w, "kilde", str_of(source));
    xw_element(w, "ledetekst", str_of(f->label.in[spraak]));
    for (const char *const *p = felt_parts(f->type); *p; p++)
        if (*svar_part(svar, f, *p))
            xw_element(w, *p, str_of(svar_part(svar, f, *p)));
    write_values(w, json_object_get(svar, f->id));
    xw_close(w, "felt");
}

enum rc svar_xml(struct cx *cx, const struct skjema *s, const json_t *svar, int spraak, struct buf *out)
{
    struct xw w;
    char version[24];
    (void)snprintf(version, sizeof(version), "%" PRId64, s->version);
    xw_begin(&w, out);
    xw_open(&w, "skjema");
    xw_attr(&w, "xmlns", STR(SVAR_NS));
    xw_attr(&w, "id", str_of(s->id));
    xw_attr(&w, "versjon", str_of(version));
    xw_attr(&w, "sha256", str_of(s->sha256));
    xw_attr(&w, "spraak", str_of(spraak_codes[spraak]));
    for (size_t i = 0; i < s->felt_n; i++)
        if (json_object_get(svar, s->felt[i].id))
            write_felt(&w, cx, &s->felt[i], svar, spraak);
    xw_close(&w, "skjema");
    return buf_failed(out) ? cx_nomem(cx) : RC_OK;
}
