/* The result for a terminal: what is wrong, with first examples and what to do; then the numbers. */
#include "validate/out_int.h"

#include <stdlib.h>

enum { SHOWN = 3, NUMBERS_SHOWN = 6, OUTCOME = 14 };

struct out {
    struct cx *cx;
    FILE *file;
    bool colour;
};

static const char *colour(const struct out *o, enum severity s)
{
    static const char *const codes[] = {"\033[31m", "\033[33m", "\033[36m"};
    return o->colour ? codes[s] : "";
}

static const char *bold(const struct out *o)
{
    return o->colour ? "\033[1m" : "";
}

static const char *plain(const struct out *o)
{
    return o->colour ? "\033[0m" : "";
}

static const char *name_of(const struct out *o, const struct test *t)
{
    return o->cx->lang == LANG_NB ? t->nb : t->en;
}

static void put_group(struct out *o, const struct result *t, const struct row *g, struct told *f)
{
    const struct finding_text *text = &finding_texts[g->tag];
    bool nb = o->cx->lang == LANG_NB;
    (void)fprintf(o->file, "  %s%" PRId64 " %s%s  %s", colour(o, text->severity), g->n,
                  count_word(o->cx->lang, text->severity, g->n), plain(o), nb ? text->nb : text->en);
    if (g->label.n) {
        (void)fputs(" [", o->file);
        str_show(o->file, g->label);
        (void)fputc(']', o->file);
    }
    (void)fputc('\n', o->file);
    int shown = 0;
    for (; shown < SHOWN && group_example(t, g, shown, f); shown++) {
        if (str_eq(f->found, g->label))
            f->found = STR("");
        const char *example = example_text(o->cx, f);
        if (!*example)
            continue;
        (void)fputs("      ", o->file);
        str_show(o->file, str_of(example));
        (void)fputc('\n', o->file);
    }
    if (g->n > shown)
        (void)fprintf(o->file, "      … %" PRId64 " %s\n", g->n - shown, word(o->cx->lang, W_MORE));
    (void)fprintf(o->file, "    → %s\n", nb ? text->nb_remedy : text->en_remedy);
}

static void put_findings(struct out *o, const struct result *t)
{
    struct told f = {0};
    struct row *groups = groups_sorted(t);
    buf_init(&f.bytes, (size_t)MiB(1));
    (void)fprintf(o->file, "\n%s%s  %s%s\n", bold(o), t->test->id, name_of(o, t->test), plain(o));
    for (size_t i = 0; groups && i < t->groups.n; i++)
        put_group(o, t, &groups[i], &f);
    free(groups);
    buf_free(&f.bytes);
}

static void put_number(struct out *o, const struct result *t, const struct row *n, bool first)
{
    bool total = first && n->label.n == 0 && t->test->numbers == NUMBERS_TOTAL;
    (void)fputs(first ? ": " : "; ", o->file);
    if (!total) {
        str_show(o->file, str_of(number_label(t, n, o->cx->lang)));
        (void)fputs(": ", o->file);
    }
    if (n->text.p)
        str_show(o->file, n->text);
    else
        (void)fprintf(o->file, "%" PRId64, n->n);
}

/* Letters, not bytes. */
static int letters(const char *s)
{
    int n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

/* One line a test: how it ended, and its first numbers. */
static void put_test(struct out *o, const struct validation *v, const struct result *t)
{
    enum severity s;
    struct rows all = numbers_over_parts(t);
    const char *end = outcome(o->cx, v, t, &s);
    (void)fprintf(o->file, "  %-6s  %s%s%s%*s%s", t->test->id, s < SEVERITY_COUNT ? colour(o, s) : "", end, plain(o),
                  OUTCOME - letters(end), "", name_of(o, t->test));
    for (size_t i = 0; !t->skipped && i < all.n && i < NUMBERS_SHOWN; i++)
        put_number(o, t, &all.v[i], i == 0);
    (void)fputs(!t->skipped && all.n > NUMBERS_SHOWN ? " …\n" : "\n", o->file);
    rows_free(&all);
}

static void put_head(struct out *o, const struct validation *v)
{
    enum lang lang = o->cx->lang;
    (void)fprintf(o->file, "%s%s%s\n", bold(o), word(lang, W_TITLE), plain(o));
    str_show(o->file, str_of(v->path));
    (void)fputc('\n', o->file);
    (void)fprintf(o->file, "%s%s, %" PRId64 " %s, %s", v->dias ? "DIAS, " : "", v->tar ? "tar" : word(lang, W_FOLDER),
                  v->files, word(lang, W_FILES), size_text(o->cx, v->bytes));
    (void)fputs(v->version ? ", " : "", o->file);
    str_show(o->file, str_of(version_text(o->cx, v)));
    (void)fputc('\n', o->file);
    if (v->arkade)
        (void)fprintf(o->file, "%s\n", word(lang, W_ARKADE));
    for (int s = 0; s < SEVERITY_COUNT; s++) {
        int64_t n = validation_count(v, (enum severity)s);
        (void)fprintf(o->file, "%s%s%" PRId64 " %s%s", s ? ", " : "", n ? colour(o, (enum severity)s) : "", n,
                      count_word(lang, (enum severity)s, n), plain(o));
    }
    (void)fputc('\n', o->file);
}

enum rc validation_text(struct cx *cx, struct validation *v, bool colours, FILE *file)
{
    struct out o = {cx, file, colours};
    put_head(&o, v);
    for (size_t i = 0; i < T_COUNT; i++)
        if (v->results[i].groups.n > 0)
            put_findings(&o, &v->results[i]);
    (void)fprintf(file, "\n%s%s%s\n", bold(&o), word(cx->lang, W_NUMBERS), plain(&o));
    for (size_t i = 0; i < T_COUNT; i++)
        put_test(&o, v, &v->results[i]);
    bool failed = ferror(file) || fflush(file) != 0;
    return failed ? err_secret(cx, RC_IO, "validate: the report could not be written") : RC_OK;
}
