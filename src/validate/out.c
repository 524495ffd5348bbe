/* What the reports for people share. */
#include "validate/out_int.h"

#include <stdlib.h>

static const char *const words[W_COUNT][2] = {
    [W_TITLE] = {"Validering av Noark 5-uttrekk", "Validation of a Noark 5 extract"},
    [W_ERROR] = {"feil", "error"}, [W_ERRORS] = {"feil", "errors"},
    [W_WARNING] = {"advarsel", "warning"}, [W_WARNINGS] = {"advarsler", "warnings"},
    [W_INFO] = {"merknad", "remark"}, [W_INFOS] = {"merknader", "remarks"},
    [W_NONE] = {"Ingen funn", "Nothing found"},
    [W_FOLDER] = {"mappe", "folder"}, [W_FILES] = {"filer", "files"}, [W_FORM] = {"Pakke", "Package"},
    [W_VERSION] = {"Versjon", "Version"}, [W_SYSTEM] = {"System", "System"}, [W_ARCHIVE] = {"Arkiv", "Archive"},
    [W_PERIOD] = {"Periode", "Period"}, [W_FINDINGS] = {"Funn", "Findings"}, [W_NUMBERS] = {"Tester og tall", "Tests and numbers"},
    [W_TOTAL] = {"totalt", "total"}, [W_DISTINCT] = {"ulike", "different"}, [W_EXPECTED] = {"ventet", "expected"},
    [W_FOUND] = {"fant", "found"}, [W_MORE] = {"til", "more"}, [W_SKIPPED] = {"ikke kjørt", "not run"},
    [W_FINE] = {"ok", "ok"}, [W_VALIDATED] = {"Validert", "Validated"},
    [W_ARKADE] = {"Tallene er regnet slik Arkade 5 regner dem.", "Numbers are counted as Arkade 5 counts them."},
    [W_REMEDY] = {"Tiltak", "What to do"}, [W_TEST] = {"Test", "Test"}, [W_OUTCOME] = {"Utfall", "Outcome"},
    [W_NAME] = {"Hva den gjelder", "What it is about"}, [W_NUMBER] = {"Antall", "Number"},
};

const char *word(enum lang lang, enum word w)
{
    return words[w][lang == LANG_NB ? 0 : 1];
}

const char *count_word(enum lang lang, enum severity s, int64_t n)
{
    static const enum word one[] = {W_ERROR, W_WARNING, W_INFO}, many[] = {W_ERRORS, W_WARNINGS, W_INFOS};
    return word(lang, n == 1 ? one[s] : many[s]);
}

const char *outcome(struct cx *cx, const struct validation *v, const struct result *t, enum severity *ret)
{
    for (int s = 0; s < SEVERITY_COUNT; s++) {
        int64_t n = s == SEVERITY_ERROR ? result_errors(v, t) : t->count[s];
        *ret = (enum severity)s;
        const char *text = n > 0 ? arena_printf(cx->arena, "%" PRId64 " %s", n, count_word(cx->lang, *ret, n)) : NULL;
        if (text)
            return text;
    }
    *ret = SEVERITY_COUNT;
    return word(cx->lang, t->skipped ? W_SKIPPED : W_FINE);
}

const char *version_text(struct cx *cx, const struct validation *v)
{
    const char *text = arena_printf(cx->arena, cx->lang == LANG_NB ? "Noark 5 versjon %s" : "Noark 5 version %s",
                                    v->version ? v->version : "");
    return v->version && text ? text : "";
}

static int by_severity(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = (int)finding_texts[x->tag].severity - (int)finding_texts[y->tag].severity;
    return order ? order : (x->n < y->n) - (x->n > y->n);
}

struct row *groups_sorted(const struct result *t)
{
    struct row *copy = calloc(t->groups.n + 1, sizeof(*copy));
    if (!copy)
        return NULL;
    if (t->groups.n > 0)
        memcpy(copy, t->groups.v, t->groups.n * sizeof(*copy));
    qsort(copy, t->groups.n, sizeof(*copy), by_severity);
    return copy;
}

bool group_example(const struct result *t, const struct row *g, int i, struct told *ret)
{
    int64_t at = i < EXAMPLES ? g->at[i] : 0;
    return i < EXAMPLES && i < g->n && told_next(t->spool, &at, ret);
}

const char *number_label(const struct result *t, const struct row *n, enum lang lang)
{
    if (n->label.n)
        return n->label.p;
    return word(lang, t->test->numbers == NUMBERS_DISTINCT ? W_DISTINCT : W_TOTAL);
}

static void add(struct buf *b, const char *before, struct str s)
{
    if (s.n == 0)
        return;
    buf_printf(b, "%s%s", b->n ? "  " : "", before);
    buf_add(b, s.p, s.n);
}

const char *example_text(struct cx *cx, const struct told *f)
{
    struct buf b;
    char expected[20], found[20];
    (void)snprintf(expected, sizeof(expected), "%s ", word(cx->lang, W_EXPECTED));
    (void)snprintf(found, sizeof(found), "%s ", word(cx->lang, W_FOUND));
    buf_init(&b, (size_t)KiB(16));
    buf_add(&b, f->file.p, f->file.n);
    if (f->line > 0)
        buf_printf(&b, ":%" PRId64, f->line);
    add(&b, "", f->place);
    add(&b, expected, f->expected);
    add(&b, f->expected.n ? found : "", f->found);
    const char *text = buf_failed(&b) ? NULL : arena_strndup(cx->arena, b.p ? b.p : "", b.n);
    buf_free(&b);
    return text ? text : "";
}

const char *size_text(struct cx *cx, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double n = (double)bytes;
    size_t unit = 0;
    while (n >= 1000 && unit + 1 < COUNT_OF(units)) {
        n /= 1000;
        unit++;
    }
    char *text = arena_printf(cx->arena, unit ? "%.1f %s" : "%.0f %s", n, units[unit]);
    for (char *p = text; p && *p && cx->lang == LANG_NB; p++)
        if (*p == '.')
            *p = ',';
    return text ? text : "";
}
