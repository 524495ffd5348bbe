/* The result as JSON, one finding after the other from its file: a million need no memory. */
#include "validate/validate_int.h"

enum { FLUSH = 64 << 10 };

struct out {
    struct jw w;
    struct buf b;
    FILE *file;
    enum lang lang;
};

static void flush(struct out *o)
{
    (void)fwrite(o->b.p, 1, o->b.n, o->file);
    buf_reset(&o->b);
}

static const char *const severities[] = {"error", "warning", "info"};
static const char *const kinds[] = {"structure", "analysis", "control"};

static void put_if(struct jw *w, const char *key, struct str value)
{
    if (value.n == 0)
        return;
    jw_key(w, key);
    jw_str(w, value);
}

static void put_number(struct jw *w, const struct validation *v, const struct row *n)
{
    jw_open(w, '{');
    jw_pair(w, "label", n->label.n ? n->label.p : "total");
    if (n->tag >= 0 && v->parts_n > 1)
        jw_pair(w, "arkivdel", v->parts[n->tag].id);
    jw_key(w, n->text.p ? "text" : "value");
    if (n->text.p)
        jw_str(w, n->text);
    else
        jw_int(w, n->n);
    jw_close(w, '}');
}

static void put_numbers(struct out *o, const struct validation *v, const struct result *t)
{
    jw_key(&o->w, "numbers");
    jw_open(&o->w, '[');
    struct rows all = numbers_over_parts(t);
    for (size_t i = 0; i < all.n; i++)
        put_number(&o->w, v, &all.v[i]);
    rows_free(&all);
    for (size_t i = 0; v->parts_n > 1 && i < t->numbers.n; i++)
        if (t->numbers.v[i].tag >= 0)
            put_number(&o->w, v, &t->numbers.v[i]);
    jw_close(&o->w, ']');
}

static void put_finding(struct out *o, const struct told *f)
{
    const struct finding_text *text = &finding_texts[f->kind];
    bool nb = o->lang == LANG_NB;
    jw_open(&o->w, '{');
    jw_pair(&o->w, "id", text->id);
    jw_pair(&o->w, "severity", severities[text->severity]);
    put_if(&o->w, "file", f->file);
    if (f->line > 0) {
        jw_key(&o->w, "line");
        jw_int(&o->w, f->line);
    }
    put_if(&o->w, "place", f->place);
    put_if(&o->w, "expected", f->expected);
    put_if(&o->w, "found", f->found);
    jw_pair(&o->w, "what", nb ? text->nb : text->en);
    if (!str_eq(f->group, f->found) && !str_eq(f->group, f->place))
        put_if(&o->w, "detail", f->group);
    jw_pair(&o->w, "remedy", nb ? text->nb_remedy : text->en_remedy);
    jw_close(&o->w, '}');
    if (o->b.n > FLUSH)
        flush(o);
}

static void put_findings(struct out *o, const struct result *t)
{
    struct told f = {0};
    int64_t at = 0;
    buf_init(&f.bytes, (size_t)MiB(1));
    jw_key(&o->w, "findings");
    jw_open(&o->w, '[');
    while (told_next(t->spool, &at, &f))
        put_finding(o, &f);
    jw_close(&o->w, ']');
    buf_free(&f.bytes);
}

static void put_test(struct out *o, const struct validation *v, const struct result *t)
{
    jw_open(&o->w, '{');
    jw_pair(&o->w, "id", t->test->id);
    jw_pair(&o->w, "name", t->test->nb);
    jw_pair(&o->w, "kind", kinds[t->test->kind]);
    if (t->skipped) {
        jw_key(&o->w, "skipped");
        jw_bool(&o->w, true);
    }
    put_numbers(o, v, t);
    jw_key(&o->w, "errors");
    jw_int(&o->w, result_errors(v, t));
    jw_key(&o->w, "warnings");
    jw_int(&o->w, t->count[SEVERITY_WARNING]);
    jw_key(&o->w, "infos");
    jw_int(&o->w, t->count[SEVERITY_INFO]);
    put_findings(o, t);
    jw_close(&o->w, '}');
    flush(o);
}

static void put_package(struct out *o, const struct validation *v)
{
    jw_key(&o->w, "package");
    jw_open(&o->w, '{');
    jw_pair(&o->w, "path", v->path);
    jw_pair(&o->w, "form", v->tar ? "tar" : "folder");
    jw_key(&o->w, "dias");
    jw_bool(&o->w, v->dias);
    put_if(&o->w, "version", str_of(v->version));
    put_if(&o->w, "system", str_of(v->system));
    put_if(&o->w, "archive", str_of(v->archive));
    put_if(&o->w, "start", str_of(v->start));
    put_if(&o->w, "end", str_of(v->end));
    jw_key(&o->w, "files");
    jw_int(&o->w, v->files);
    jw_key(&o->w, "bytes");
    jw_int(&o->w, v->bytes);
    jw_key(&o->w, "arkivdeler");
    jw_open(&o->w, '[');
    for (int i = 0; i < v->parts_n; i++) {
        jw_open(&o->w, '{');
        jw_pair(&o->w, "systemID", v->parts[i].id);
        jw_pair(&o->w, "tittel", v->parts[i].title);
        jw_close(&o->w, '}');
    }
    jw_close(&o->w, ']');
    jw_close(&o->w, '}');
}

static void put_summary(struct out *o, const struct validation *v)
{
    jw_key(&o->w, "summary");
    jw_open(&o->w, '{');
    jw_key(&o->w, "errors");
    jw_int(&o->w, validation_count(v, SEVERITY_ERROR));
    jw_key(&o->w, "warnings");
    jw_int(&o->w, validation_count(v, SEVERITY_WARNING));
    jw_key(&o->w, "infos");
    jw_int(&o->w, validation_count(v, SEVERITY_INFO));
    jw_key(&o->w, "arkade_compat");
    jw_bool(&o->w, v->arkade);
    jw_key(&o->w, "seconds");
    jw_double(&o->w, v->seconds);
    jw_close(&o->w, '}');
}

enum rc validation_json(struct cx *cx, struct validation *v, FILE *file)
{
    struct out o = {.file = file, .lang = cx->lang};
    buf_init(&o.b, (size_t)MiB(16));
    jw_begin(&o.w, &o.b);
    jw_open(&o.w, '{');
    put_package(&o, v);
    put_summary(&o, v);
    jw_key(&o.w, "tests");
    jw_open(&o.w, '[');
    for (size_t i = 0; i < T_COUNT; i++)
        put_test(&o, v, &v->results[i]);
    jw_close(&o.w, ']');
    jw_close(&o.w, '}');
    buf_putc(&o.b, '\n');
    flush(&o);
    bool failed = buf_failed(&o.b) || ferror(file) || fflush(file) != 0;
    buf_free(&o.b);
    return failed ? err_secret(cx, RC_IO, "validate: the report could not be written") : RC_OK;
}
