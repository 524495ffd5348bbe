/* Languages: which one a page is in, texts with values, dates. */
#include "web/web_int.h"

static const char *const codes[WEB_LANGS] = {"nb", "nn", "se", "en"};

const char *web_lang_code(enum web_lang lang)
{
    return codes[lang];
}

bool lang_read(const char *code, enum web_lang *ret)
{
    for (int i = 0; i < WEB_LANGS; i++) {
        if (streq(code, codes[i])) {
            *ret = (enum web_lang)i;
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ Accept-Language */

static struct str cut(struct str *rest, char separator)
{
    while (rest->n > 0 && rest->p[0] == ' ')
        rest->p++, rest->n--;
    struct str part = str_cut(rest, separator);
    while (part.n > 0 && part.p[part.n - 1] == ' ')
        part.n--;
    return part;
}

/* ";q=0.8" in thousandths. */
static int quality(struct str params)
{
    double q = 1;
    struct str p = cut(&params, ';');
    if (p.n > 2 && (p.p[0] == 'q' || p.p[0] == 'Q') && p.p[1] == '=' &&
        (!str_double((struct str){p.p + 2, p.n - 2}, &q) || !(q >= 0 && q <= 1)))
        return 0;
    return (int)(q * 1000);
}

static bool lang_of_tag(struct str tag, enum web_lang norwegian, enum web_lang *ret)
{
    struct str rest = tag;
    struct str primary = cut(&rest, '-');
    for (int i = 0; i < WEB_LANGS; i++) {
        if (str_ieq(primary, codes[i])) {
            *ret = (enum web_lang)i;
            return true;
        }
    }
    *ret = norwegian;
    return str_ieq(primary, "no");
}

enum web_lang lang_accepted(const char *header, enum web_lang norwegian)
{
    struct str rest = str_of(header);
    enum web_lang best = WEB_LANGS;
    int most = 0;
    while (rest.n > 0) {
        enum web_lang lang;
        struct str params = cut(&rest, ',');
        struct str tag = cut(&params, ';');
        int q = quality(params);
        if (q > most && lang_of_tag(tag, norwegian, &lang)) {
            most = q;
            best = lang;
        }
    }
    return best;
}

enum web_lang lang_of(struct http_request *rq, const struct form *query, const struct municipality *m)
{
    enum web_lang lang, main = WEB_NB;
    if (lang_read(form_get(query, "spraak"), &lang))
        return lang;
    struct str cookie = http_cookie(rq, COOKIE_LANG);
    const char *text = arena_strndup(rq->cx.arena, cookie.p, cookie.n);
    if (text && lang_read(text, &lang))
        return lang;
    if (m)
        (void)lang_read(m->language, &main);
    lang = lang_accepted(http_header(rq, "Accept-Language"), main == WEB_NN ? WEB_NN : WEB_NB);
    return lang < WEB_LANGS ? lang : main;
}

/* ------------------------------------------------------------------ texts */

const char *tr(const struct page *pg, const struct text *t)
{
    return t->in[pg->lang];
}

const char *tr_fill(struct page *pg, const struct text *t, ...)
{
    struct buf out;
    va_list ap;
    buf_init(&out, (size_t)KiB(256));
    va_start(ap, t);
    for (const char *s = t->in[pg->lang]; *s; s++) {
        if (s[0] != '{' || s[1] != '}') {
            buf_putc(&out, *s);
            continue;
        }
        const char *value = va_arg(ap, const char *);
        if (!value)
            break;
        buf_puts(&out, value);
        s++;
    }
    va_end(ap);
    const char *copy = buf_failed(&out) ? NULL : arena_strndup(pg->cx->arena, out.p, out.n);
    buf_free(&out);
    return copy ? copy : "";
}

static const struct text codes_told[] = {
#define KODE(nb, nn, se, en) {{nb, nn, se, en}},
#include "web/koder.def"
#undef KODE
};

const char *page_code(struct page *pg, struct str name)
{
    for (size_t i = 0; i < COUNT_OF(codes_told); i++)
        if (str_is(name, codes_told[i].in[WEB_NB]))
            return codes_told[i].in[pg->lang];
    const char *copy = name.n > 0 ? arena_strndup(pg->cx->arena, name.p, name.n) : "";
    return copy ? copy : "";
}

const char *page_date(struct page *pg, int64_t t)
{
    static const char *const english[] = {"January", "February", "March", "April", "May", "June", "July",
                                          "August", "September", "October", "November", "December"};
    int year, month, day;
    time_civil(t, &year, &month, &day);
    const char *s = pg->lang == WEB_EN
                        ? arena_printf(pg->cx->arena, "%d %s %d", day, english[month - 1], year)
                        : arena_printf(pg->cx->arena, "%02d.%02d.%d", day, month, year);
    return s ? s : "";
}

const char *page_time(struct page *pg, int64_t t)
{
    char text[TIME_TEXT_MAX], clock[6];
    time_format(t, text);
    snprintf(clock, sizeof(clock), "%.5s", text + 11);
    if (pg->lang != WEB_EN)
        clock[2] = '.';
    return tr_fill(pg, &W_DATE_AND_TIME, page_date(pg, t), clock, NULL);
}
