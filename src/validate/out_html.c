/*
 * The result as one page without anything outside it: no script, no font, no image. It is read on
 * screens narrow and wide, printed and sent. Everything that comes from the package is escaped.
 */
#include "validate/out_int.h"

#include <stdlib.h>
#include <time.h>

enum { ROWS_SHOWN = 100 };

struct out {
    struct cx *cx;
    FILE *file;
    enum lang lang;
};

static const char style[] =
    ":root{--ink:#1c2733;--soft:#5a6673;--line:#d5dbe1;--back:#f5f7f9;--error:#a4161a;--warning:#7a4d00;--info:#0b5394;"
    "--fine:#1b6b3a}"
    "*{box-sizing:border-box}"
    "body{margin:0;color:var(--ink);background:var(--back);font:16px/1.5 system-ui,'Segoe UI',Roboto,Arial,sans-serif}"
    "main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem;background:#fff}"
    "h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0 1rem}h2{font-size:1.25rem;margin:2.5rem 0 .5rem}"
    "h3{font-size:1.05rem;margin:1.8rem 0 .4rem}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:1rem 0}dt{color:var(--soft)}"
    "dd{margin:0;overflow-wrap:anywhere}"
    ".sum{display:flex;flex-wrap:wrap;gap:.8rem;margin:1rem 0;padding:0;list-style:none}"
    ".sum li{border:1px solid var(--line);border-left-width:.4rem;border-radius:.3rem;padding:.5rem 1rem}"
    ".sum li{min-width:8rem}"
    ".sum b{display:block;font-size:1.6rem;line-height:1.1}"
    ".error{border-color:var(--error)!important}.warning{border-color:var(--warning)!important}"
    ".info{border-color:var(--info)!important}.fine{border-color:var(--fine)!important}"
    ".tag{display:inline-block;color:#fff;border-radius:.25rem;padding:0 .5rem;font-size:.85rem;font-weight:600}"
    ".tag.error{background:var(--error)}.tag.warning{background:var(--warning)}.tag.info{background:var(--info)}"
    ".group{border-left:.25rem solid var(--line);padding:.1rem 0 .1rem .9rem;margin:.7rem 0}.group p{margin:.25rem 0}"
    ".what{font-weight:600}.do{color:var(--soft)}"
    ".group li{white-space:pre-wrap}"
    ".group ul{margin:.3rem 0;padding-left:1.2rem}"
    ".group li,code{font:.85rem/1.45 ui-monospace,Consolas,monospace;overflow-wrap:anywhere}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.6rem 0}"
    "th,td{text-align:left;vertical-align:top;border-bottom:1px solid var(--line);padding:.35rem .6rem .35rem 0}"
    "td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;width:1%}"
    "thead th{color:var(--soft);font-weight:400}th.n{text-align:right}"
    "th.id{white-space:nowrap;font-weight:600}"
    ".sub td{border-bottom:0;padding-top:0;color:var(--soft)}"
    "td.end{white-space:nowrap}td.end,td.end a{color:var(--soft)}td.end.error,td.end.error a{color:var(--error)}"
    "td.end.warning a{color:var(--warning)}td.end.info a{color:var(--info)}td.end.fine{color:var(--fine)}"
    "td.end.error,td.end.warning,td.end.info,td.end.fine{border-color:var(--line)!important;font-weight:600}"
    "@media(max-width:36rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}"
    "@media print{body{background:#fff;font-size:10pt}main{max-width:none;padding:0}.group,tr{break-inside:avoid}"
    "h2,h3{break-after:avoid}.tag{color:var(--ink);background:none!important;border:1px solid}}";

static const char *const classes[] = {"error", "warning", "info"};

/* ---------------------------------------------------------------- text */

static void put(struct out *o, const char *html)
{
    (void)fputs(html, o->file);
}

static void put_str(struct out *o, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        switch (s.p[i]) {
        case '&': put(o, "&amp;"); break;
        case '<': put(o, "&lt;"); break;
        case '>': put(o, "&gt;"); break;
        case '"': put(o, "&quot;"); break;
        default: (void)fputc(s.p[i], o->file);
        }
}

static void put_text(struct out *o, const char *s)
{
    put_str(o, str_of(s));
}

static void put_word(struct out *o, enum word w)
{
    put_text(o, word(o->lang, w));
}

/* 1 234 567: with a narrow space that does not break. */
static void put_count(struct out *o, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%" PRId64, n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            put(o, "&#8239;");
        (void)fputc(digits[i], o->file);
    }
}

static const char *name_of(const struct out *o, const struct test *t)
{
    return o->lang == LANG_NB ? t->nb : t->en;
}

/* ---------------------------------------------------------------- head */

static void put_fact(struct out *o, enum word w, const char *value)
{
    if (!value || !*value)
        return;
    put(o, "<dt>");
    put_word(o, w);
    put(o, "</dt><dd>");
    put_text(o, value);
    put(o, "</dd>");
}

/* "28.11.2026 11:50" of the zone the program runs in. */
static const char *moment(const struct out *o, char ret[32])
{
    time_t seconds = (time_t)(o->cx->now / 1000000);
    struct tm t;
    if (!localtime_r(&seconds, &t) ||
        (o->lang == LANG_NB ? strftime(ret, 32, "%d.%m.%Y kl. %H.%M", &t) : strftime(ret, 32, "%Y-%m-%d %H:%M", &t)) == 0)
        ret[0] = '\0';
    return ret;
}

/* "31.12.2025" as elsewhere on the page; what is no day stands as it is. */
static const char *day_text(const struct out *o, const char *told)
{
    int day;
    const char *text = o->lang == LANG_NB && day_of(str_of(told), &day) ? arena_strdup(o->cx->arena, day_shown(day).s) : told;
    return text ? text : "";
}

static void put_facts(struct out *o, const struct validation *v)
{
    char now[32];
    struct arena *a = o->cx->arena;
    const char *form = arena_printf(a, "%s%s, %" PRId64 " %s, %s", v->dias ? "DIAS, " : "",
                                    v->tar ? "tar" : word(o->lang, W_FOLDER), v->files, word(o->lang, W_FILES),
                                    size_text(o->cx, v->bytes));
    put(o, "<p><code>");
    put_text(o, v->path);
    put(o, "</code></p><dl>");
    put_fact(o, W_ARCHIVE, v->archive);
    put_fact(o, W_SYSTEM, v->system);
    put_fact(o, W_PERIOD, v->start ? arena_printf(a, "%s – %s", day_text(o, v->start), day_text(o, v->end)) : NULL);
    put_fact(o, W_VERSION, version_text(o->cx, v));
    put_fact(o, W_FORM, form);
    put_fact(o, W_VALIDATED, arena_printf(a, "%s, Samdrift %s", moment(o, now), SAMDRIFT_VERSION));
    put(o, "</dl>");
}

static void put_sum(struct out *o, const struct validation *v)
{
    put(o, "<ul class=\"sum\">");
    for (int s = 0; s < SEVERITY_COUNT; s++) {
        int64_t n = validation_count(v, (enum severity)s);
        (void)fprintf(o->file, "<li class=\"%s\"><b>", n ? classes[s] : "fine");
        put_count(o, n);
        put(o, "</b>");
        put_text(o, count_word(o->lang, (enum severity)s, n));
        put(o, "</li>");
    }
    put(o, "</ul>");
    if (v->arkade) {
        put(o, "<p>");
        put_word(o, W_ARKADE);
        put(o, "</p>");
    }
}

/* ---------------------------------------------------------------- findings */

static void put_examples(struct out *o, const struct result *t, const struct row *g, struct told *f)
{
    int i = 0;
    put(o, "<ul>");
    for (; group_example(t, g, i, f); i++) {
        if (str_eq(f->found, g->label))
            f->found = STR("");
        const char *example = example_text(o->cx, f);
        if (!*example)
            continue;
        put(o, "<li>");
        put_text(o, example);
        put(o, "</li>");
    }
    if (g->n > i) {
        put(o, "<li>… ");
        put_count(o, g->n - i);
        (void)fprintf(o->file, " %s</li>", word(o->lang, W_MORE));
    }
    put(o, "</ul>");
}

static void put_group(struct out *o, const struct result *t, const struct row *g, struct told *f)
{
    const struct finding_text *text = &finding_texts[g->tag];
    bool nb = o->lang == LANG_NB;
    (void)fprintf(o->file, "<div class=\"group %s\"><p class=\"what\"><span class=\"tag %s\">", classes[text->severity],
                  classes[text->severity]);
    put_count(o, g->n);
    (void)fprintf(o->file, " %s</span> ", count_word(o->lang, text->severity, g->n));
    put_text(o, nb ? text->nb : text->en);
    put(o, "</p>");
    if (g->label.n) {
        put(o, "<p><code>");
        put_str(o, g->label);
        put(o, "</code></p>");
    }
    put_examples(o, t, g, f);
    put(o, "<p class=\"do\">");
    put_word(o, W_REMEDY);
    put(o, ": ");
    put_text(o, nb ? text->nb_remedy : text->en_remedy);
    put(o, "</p></div>\n");
}

/* "… 7 til", when there are more than are shown. */
static void put_rest(struct out *o, const char *element, size_t n)
{
    if (n <= ROWS_SHOWN)
        return;
    (void)fprintf(o->file, "<%s>… ", element);
    put_count(o, (int64_t)(n - ROWS_SHOWN));
    (void)fprintf(o->file, " %s</%s>", word(o->lang, W_MORE), element);
}

static void put_findings(struct out *o, const struct result *t)
{
    struct told f = {0};
    struct row *groups = groups_sorted(t);
    buf_init(&f.bytes, (size_t)MiB(1));
    (void)fprintf(o->file, "<section><h3 id=\"%s\">%s ", t->test->id, t->test->id);
    put_text(o, name_of(o, t->test));
    put(o, "</h3>\n");
    for (size_t i = 0; groups && i < t->groups.n && i < ROWS_SHOWN; i++)
        put_group(o, t, &groups[i], &f);
    put_rest(o, "p", t->groups.n);
    put(o, "</section>\n");
    free(groups);
    buf_free(&f.bytes);
}

static void put_all_findings(struct out *o, const struct validation *v)
{
    bool any = false;
    put(o, "<h2>");
    put_word(o, W_FINDINGS);
    put(o, "</h2>\n");
    for (size_t i = 0; i < T_COUNT; i++)
        if (v->results[i].groups.n > 0) {
            put_findings(o, &v->results[i]);
            any = true;
        }
    if (!any) {
        put(o, "<p>");
        put_word(o, W_NONE);
        put(o, ".</p>");
    }
}

/* ---------------------------------------------------------------- numbers */

static void put_value(struct out *o, const struct row *n)
{
    put(o, "<td class=\"n\">");
    if (n->text.p)
        put_str(o, n->text);
    else
        put_count(o, n->n);
    put(o, "</td>");
}

static void put_number(struct out *o, const struct result *t, const struct row *n, const char *part)
{
    put(o, "<tr class=\"sub\"><td></td><td></td><td>");
    put_text(o, number_label(t, n, o->lang));
    if (part) {
        put(o, " – ");
        put_text(o, part);
    }
    put(o, "</td>");
    put_value(o, n);
    put(o, "</tr>\n");
}

static void put_parts(struct out *o, const struct validation *v, const struct result *t)
{
    for (size_t i = 0; v->parts_n > 1 && i < t->numbers.n && i < ROWS_SHOWN; i++) {
        const struct row *n = &t->numbers.v[i];
        if (n->tag >= 0)
            put_number(o, t, n, arena_printf(o->cx->arena, "%s (%s)", v->parts[n->tag].title, v->parts[n->tag].id));
    }
}

/* With a way to the findings, where there are any. */
static void put_outcome(struct out *o, const struct validation *v, const struct result *t)
{
    enum severity s;
    const char *end = outcome(o->cx, v, t, &s);
    bool link = t->groups.n > 0;
    (void)fprintf(o->file, "<td class=\"end %s\">", s < SEVERITY_COUNT ? classes[s] : t->skipped ? "" : "fine");
    if (link)
        (void)fprintf(o->file, "<a href=\"#%s\">", t->test->id);
    put_text(o, end);
    put(o, link ? "</a></td><td>" : "</td><td>");
}

static void put_numbers(struct out *o, const struct validation *v, const struct result *t)
{
    struct rows all = numbers_over_parts(t);
    bool total = all.n > 0 && all.v[0].label.n == 0 && !all.v[0].text.p;
    (void)fprintf(o->file, "<tr><th class=\"id\" scope=\"row\">%s</th>", t->test->id);
    put_outcome(o, v, t);
    put_text(o, name_of(o, t->test));
    put(o, "</td>");
    if (total && !t->skipped)
        put_value(o, &all.v[0]);
    else
        put(o, "<td></td>");
    put(o, "</tr>\n");
    for (size_t i = total ? 1 : 0; i < all.n && i < ROWS_SHOWN; i++)
        put_number(o, t, &all.v[i], NULL);
    if (all.n > ROWS_SHOWN) {
        put(o, "<tr class=\"sub\"><td></td><td></td>");
        put_rest(o, "td", all.n);
        put(o, "<td></td></tr>\n");
    }
    rows_free(&all);
    put_parts(o, v, t);
}

static void put_all_numbers(struct out *o, const struct validation *v)
{
    put(o, "<h2>");
    put_word(o, W_NUMBERS);
    put(o, "</h2>\n<div class=\"wide\"><table><thead><tr>");
    for (enum word w = W_TEST; w <= W_NUMBER; w++) {
        put(o, w == W_NUMBER ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        put_word(o, w);
        put(o, "</th>");
    }
    put(o, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < T_COUNT; i++)
        put_numbers(o, v, &v->results[i]);
    put(o, "</tbody></table></div>\n");
}

enum rc validation_html(struct cx *cx, struct validation *v, FILE *file)
{
    struct out o = {cx, file, cx->lang};
    (void)fprintf(file, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
                  o.lang == LANG_NB ? "nb" : "en");
    put_word(&o, W_TITLE);
    (void)fprintf(file, "</title><style>%s</style></head>\n<body><main><h1>", style);
    put_word(&o, W_TITLE);
    put(&o, "</h1>\n");
    put_facts(&o, v);
    put_sum(&o, v);
    put_all_findings(&o, v);
    put_all_numbers(&o, v);
    put(&o, "</main></body></html>\n");
    bool failed = ferror(file) || fflush(file) != 0;
    return failed ? err_secret(cx, RC_IO, "validate: the report could not be written") : RC_OK;
}
