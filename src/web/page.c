/* A page: what it is made from, its frame, and how a POST ends. */
#include "web/web_int.h"

/* ------------------------------------------------------------------ making */

/* Where no page of ours stands, the first part of the address may still name one; then nothing is wrong if not. */
static enum rc find_municipality(struct page *pg)
{
    struct str rest = pg->rq->path, slug = http_param(pg->rq, "kommune");
    if (!pg->rq->route && rest.n > 0 && rest.p[0] == '/') {
        rest = (struct str){rest.p + 1, rest.n - 1};
        slug = str_cut(&rest, '/');
    }
    if (slug.n == 0)
        return RC_OK;
    char *name = arena_strndup(pg->cx->arena, slug.p, slug.n);
    struct municipality *m = arena_alloc(pg->cx->arena, sizeof(*m));
    if (!name || !m)
        return cx_nomem(pg->cx);
    enum rc rc = coop_municipality_get(pg->cx, pg->web->store, name, m);
    if (rc == RC_NOT_FOUND && !pg->rq->route) {
        err_clear(pg->cx);
        return RC_OK;
    }
    TRY(rc);
    pg->kommune = m;
    return RC_OK;
}

enum rc page_open(struct http_request *rq, struct http_reply *rp, struct page *ret)
{
    const struct web_door *door = rq->app;
    struct form query;
    *ret = (struct page){.cx = &rq->cx, .rq = rq, .rp = rp, .web = door->web, .app = door->app,
                         .nonce = ""};
    if (rq->route)
        ret->route = &door->routes[rq->route - door->rows];
    if (!rq->state)
        rq->state = arena_alloc(rq->cx.arena, sizeof(struct visit));
    if (!rq->state)
        return cx_nomem(&rq->cx);
    ret->session = &page_visit(ret)->session;
    enum rc rc = form_read(&rq->cx, rq->query, &query);
    if (rc != RC_OK)
        query = (struct form){0};
    else
        rc = find_municipality(ret);
    ret->form = query;
    ret->lang = lang_of(rq, &query, ret->kommune);
    rq->cx.lang = ret->lang == WEB_EN ? LANG_EN : LANG_NB;
    return rc;
}

struct visit *page_visit(const struct page *pg)
{
    return pg->rq->state;
}

const char *page_param(struct page *pg, const char *name)
{
    struct str s = http_param(pg->rq, name);
    const char *copy = arena_strndup(pg->cx->arena, s.p, s.n);
    return copy ? copy : "";
}

const char *page_href(struct page *pg, const char *path)
{
    const char *s = arena_printf(pg->cx->arena, "/%s%s", pg->kommune ? pg->kommune->slug : "",
                                 pg->kommune || *path != '/' ? path : path + 1);
    return s ? s : "";
}

/* ------------------------------------------------------------------ cookies and headers */

static enum rc set_cookie(struct page *pg, const char *name, const char *value, const char *more)
{
    const char *text = arena_printf(pg->cx->arena, "%s=%s; Path=/; Secure; SameSite=Lax%s", name, value,
                                    more);
    return text ? http_set(pg->rq, pg->rp, "Set-Cookie", text) : cx_nomem(pg->cx);
}

enum rc page_session_cookie(struct page *pg)
{
    const char *token = page_visit(pg)->session.token;
    return set_cookie(pg, COOKIE_SESSION, token, *token ? "; HttpOnly" : "; HttpOnly; Max-Age=0");
}

const char *page_token(struct page *pg)
{
    struct visit *v = page_visit(pg);
    char text[sizeof("form:") + SESSION_TOKEN_MAX], hash[SHA256_HEX_MAX];
    if (!v->session.token[0]) {
        login_session_token(v->session.token);
        if (page_session_cookie(pg) != RC_OK)
            return "";
    }
    /* Says nothing of the token it is made of, and nobody without that token can make it. */
    snprintf(text, sizeof(text), "form:%s", v->session.token);
    sha256_hex(text, strlen(text), hash);
    const char *copy = arena_strdup(pg->cx->arena, hash);
    return copy ? copy : "";
}

static enum rc set_headers(struct page *pg)
{
    struct http_request *rq = pg->rq;
    struct http_reply *rp = pg->rp;
    TRY(http_set(rq, rp, "Content-Security-Policy", pg->web->csp));
    /* A form must tell where it stood (Origin), so that no-referrer will not do. */
    TRY(http_set(rq, rp, "Referrer-Policy", pg->secret ? "strict-origin" : "same-origin"));
    TRY(http_set(rq, rp, "Cross-Origin-Opener-Policy", "same-origin"));
    TRY(http_set(rq, rp, "Permissions-Policy", "camera=(), geolocation=(), microphone=()"));
    TRY(http_set(rq, rp, "Vary", "Cookie, Accept-Language"));
    if (strncmp(http_base(rq), "https:", 6) == 0)
        TRY(http_set(rq, rp, "Strict-Transport-Security", "max-age=31536000"));
    return RC_OK;
}

/* ------------------------------------------------------------------ the frame */

static void head_link(struct page *pg, const char *rel, const char *href, const char *type)
{
    html_open(&pg->html, TAG_LINK, ATTRS({ATT_REL, rel}, {ATT_HREF, href}, {ATT_TYPE, type}));
}

static const char *site_name(struct page *pg)
{
    char *name;
    if (pg->kommune)
        return tr_fill(pg, &W_MUNICIPALITY, pg->kommune->name, NULL);
    if (coop_name(pg->cx, pg->web->store, &name) != RC_OK) {
        err_clear(pg->cx);
        return tr(pg, &W_COOPERATION);
    }
    return *name ? name : tr(pg, &W_COOPERATION);
}

static void write_head(struct page *pg, const struct page_head *head, const char *site)
{
    struct html *h = &pg->html;
    const char *title = pg->errors_n > 0 ? tr_fill(pg, &W_ERROR_PREFIX, head->title, NULL) : head->title;
    const char *full = streq(head->title, site) ? title
                                                : arena_printf(pg->cx->arena, "%s – %s", title, site);
    html_open(h, TAG_HEAD, NULL);
    html_open(h, TAG_META, ATTRS({ATT_CHARSET, "utf-8"}));
    html_open(h, TAG_META, ATTRS({ATT_NAME, "viewport"}, {ATT_CONTENT, "width=device-width, initial-scale=1"}));
    html_open(h, TAG_META, ATTRS({ATT_NAME, "color-scheme"}, {ATT_CONTENT, "light dark"}));
    if (head->no_index || head->secret)
        html_open(h, TAG_META, ATTRS({ATT_NAME, "robots"}, {ATT_CONTENT, "noindex"}));
    html_put(h, TAG_TITLE, NULL, full);
    head_link(pg, "stylesheet", asset_href("samdrift.css"), NULL);
    if (pg->kommune && colour_valid(pg->kommune->colour))
        head_link(pg, "stylesheet",
                  arena_printf(pg->cx->arena, "/static/farge/%s", pg->kommune->colour + 1), NULL);
    if (head->canonical)
        head_link(pg, "canonical", arena_printf(pg->cx->arena, "%s%s", http_base(pg->rq), head->canonical), NULL);
    head_link(pg, "icon", asset_href("ikon.svg"), "image/svg+xml");
    html_close(h, TAG_HEAD);
}

/* The address of this page in that language. */
static const char *in_language(struct page *pg, enum web_lang lang)
{
    struct buf out;
    buf_init(&out, (size_t)KiB(32));
    buf_putc(&out, '?');
    for (size_t i = 0; streq(pg->rq->method, "GET") && i < pg->form.fields_n; i++) {
        const struct form_field *f = &pg->form.fields[i];
        if (streq(f->name, "spraak"))
            continue;
        url_encode(&out, str_of(f->name));
        buf_putc(&out, '=');
        url_encode(&out, f->value);
        buf_putc(&out, '&');
    }
    buf_printf(&out, "spraak=%s", web_lang_code(lang));
    const char *copy = buf_failed(&out) ? NULL : arena_strdup(pg->cx->arena, out.p);
    buf_free(&out);
    return copy ? copy : "?";
}

static void language_chooser(struct page *pg)
{
    static const char *const names[WEB_LANGS] = {"Bokmål", "Nynorsk", "Davvisámegiella", "English"};
    struct html *h = &pg->html;
    html_open(h, TAG_NAV, ATTRS({ATT_CLASS, "sd-languages"}, {ATT_ARIA_LABEL, tr(pg, &W_LANGUAGE)}));
    html_open(h, TAG_UL, NULL);
    for (int i = 0; i < WEB_LANGS; i++) {
        enum web_lang lang = (enum web_lang)i;
        html_open(h, TAG_LI, NULL);
        html_put(h, TAG_A, ATTRS({ATT_HREF, in_language(pg, lang)}, {ATT_LANG, web_lang_code(lang)},
                                 {ATT_HREFLANG, web_lang_code(lang)},
                                 {ATT_ARIA_CURRENT, lang == pg->lang ? "true" : NULL}), names[i]);
        html_close(h, TAG_LI);
    }
    html_close(h, TAG_UL);
    html_close(h, TAG_NAV);
}

const char *page_login_to(struct page *pg, const char *back)
{
    struct buf out;
    buf_init(&out, (size_t)KiB(32));
    const struct person *p = &pg->session->person;
    if (pg->session->provider[0]) /* higher, at the same provider */
        buf_printf(&out, "/logg-inn/%s", pg->session->provider);
    else if (p->known && p->level < LEVEL_SUBSTANTIAL) /* the code is missing */
        buf_puts(&out, "/logg-inn/kode");
    else
        buf_puts(&out, "/logg-inn");
    buf_printf(&out, "?%stil=", page_visit(pg)->wanted == LEVEL_HIGH ? "nivaa=hoyt&" : "");
    url_encode(&out, str_of(back));
    const char *copy = buf_failed(&out) ? NULL : arena_strdup(pg->cx->arena, out.p);
    buf_free(&out);
    return copy ? copy : "/logg-inn";
}

const char *page_here(struct page *pg)
{
    const struct http_request *rq = pg->rq;
    if (!rq->method || !streq(rq->method, "GET") || !pg->route)
        return page_href(pg, "/");
    const char *here = arena_printf(pg->cx->arena, "%.*s%s%.*s", (int)rq->path.n, rq->path.p,
                                    rq->query.n > 0 ? "?" : "", (int)rq->query.n, rq->query.p);
    return here ? here : "/";
}

const char *page_back(const struct page *pg)
{
    const char *to = form_get(&pg->form, "til");
    return to[0] == '/' && html_url_allowed(str_of(to)) ? to : "/";
}

const char *page_with_back(struct page *pg, const char *path, const char *back)
{
    struct buf out;
    buf_init(&out, (size_t)KiB(32));
    buf_printf(&out, "%s?til=", path);
    url_encode(&out, str_of(back));
    const char *copy = buf_failed(&out) ? NULL : arena_strdup(pg->cx->arena, out.p);
    buf_free(&out);
    return copy ? copy : path;
}

const char *page_login_href(struct page *pg)
{
    return page_login_to(pg, page_here(pg));
}

void web_offer_mine(struct web *w, const char *path)
{
    w->mine = path;
}

void web_offer_work(struct web *w, enum role least, const char *path, const struct text *title)
{
    if (w->work_n == WORK_MAX)
        return;
    w->work[w->work_n].least = least;
    w->work[w->work_n].path = path;
    w->work[w->work_n++].title = title;
}

static void places_of_work(struct page *pg)
{
    const struct web *w = pg->web;
    for (size_t i = 0; pg->kommune && i < w->work_n; i++)
        if (pg->rq->role >= w->work[i].least)
            html_put(&pg->html, TAG_A, ATTRS({ATT_HREF, page_href(pg, w->work[i].path)}), tr(pg, w->work[i].title));
}

static void who(struct page *pg)
{
    struct html *h = &pg->html;
    const struct person *p = &pg->session->person;
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "sd-who"}));
    if (!p->known) {
        html_put(h, TAG_A, ATTRS({ATT_CLASS, "sd-login"}, {ATT_HREF, page_login_href(pg)}), tr(pg, &W_LOG_IN));
    } else {
        html_put(h, TAG_SPAN, NULL, p->citizen ? tr(pg, &W_LOGGED_IN)
                                               : tr_fill(pg, &W_LOGGED_IN_AS, p->name, NULL));
        if (p->citizen && pg->web->mine)
            html_put(h, TAG_A, ATTRS({ATT_HREF, page_href(pg, pg->web->mine)}), tr(pg, &W_MINE));
        if (!p->citizen)
            places_of_work(pg);
        actor_header(pg);
        ui_action(pg, "/logg-ut", tr(pg, &W_LOG_OUT), true);
    }
    html_close(h, TAG_DIV);
}

static void write_header(struct page *pg, const char *site)
{
    struct html *h = &pg->html;
    html_put(h, TAG_A, ATTRS({ATT_CLASS, "ds-skip-link"}, {ATT_HREF, "#innhold"}), tr(pg, &W_SKIP));
    html_open(h, TAG_HEADER, ATTRS({ATT_CLASS, "sd-header"}));
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "sd-inner sd-header__row"}));
    html_put(h, TAG_A, ATTRS({ATT_CLASS, "sd-site"}, {ATT_HREF, page_href(pg, "/")}), site);
    who(pg);
    html_close(h, TAG_DIV);
    html_close(h, TAG_HEADER);
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "sd-inner"}));
    language_chooser(pg);
    html_close(h, TAG_DIV);
}

static void crumb(struct page *pg, const char *href, const char *text, bool here)
{
    html_open(&pg->html, TAG_LI, NULL);
    html_put(&pg->html, TAG_A, ATTRS({ATT_CLASS, "ds-link"}, {ATT_HREF, href},
                                     {ATT_ARIA_CURRENT, here ? "page" : NULL}), text);
    html_close(&pg->html, TAG_LI);
}

/* On narrow screens only the way back is shown. Pages of errors and front pages have none. */
static void write_crumbs(struct page *pg, const struct page_head *head)
{
    struct html *h = &pg->html;
    const char *front = tr(pg, &W_FRONT);
    struct crumb up = {page_href(pg, "/"), front};
    if (!pg->route || streq(pg->route->path, "/") || streq(pg->route->path, "/{kommune}/"))
        return;
    if (head->crumbs_n > 0)
        up = head->crumbs[head->crumbs_n - 1];
    html_open(h, TAG_NAV, ATTRS({ATT_CLASS, "ds-breadcrumbs"}, {ATT_ARIA_LABEL, tr(pg, &W_YOU_ARE_HERE)}));
    html_put(h, TAG_A, ATTRS({ATT_CLASS, "ds-link"}, {ATT_HREF, up.href},
                             {ATT_ARIA_LABEL, tr_fill(pg, &W_BACK_TO, up.text, NULL)}), up.text);
    html_open(h, TAG_OL, NULL);
    crumb(pg, page_href(pg, "/"), front, false);
    for (size_t i = 0; i < head->crumbs_n; i++)
        crumb(pg, head->crumbs[i].href, head->crumbs[i].text, false);
    crumb(pg, "#innhold", head->title, true);
    html_close(h, TAG_OL);
    html_close(h, TAG_NAV);
}

/* What a POST left to say on the page it led to. Only this server can set a __Host- cookie. */
static void write_done(struct page *pg)
{
    struct str cookie = http_cookie(pg->rq, COOKIE_DONE);
    const char *text = arena_strndup(pg->cx->arena, cookie.p, cookie.n);
    struct str decoded;
    if (cookie.n == 0 || cookie.n > 1024 || !text ||
        !url_decode(pg->cx->arena, cookie, false, &decoded) || !str_utf8(decoded))
        return;
    if (set_cookie(pg, COOKIE_DONE, "", "; HttpOnly; Max-Age=0") != RC_OK)
        return;
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_ROLE, "status"}));
    ui_alert(pg, UI_SUCCESS, NULL, arena_strndup(pg->cx->arena, decoded.p, decoded.n));
    html_close(&pg->html, TAG_DIV);
}

static void write_errors(struct page *pg)
{
    struct html *h = &pg->html;
    if (pg->errors_n == 0)
        return;
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "ds-error-summary"}, {ATT_ROLE, "group"}, {ATT_TABINDEX, "-1"},
                                {ATT_AUTOFOCUS, ""}, {ATT_ARIA_LABELLEDBY, "feil"}));
    html_put(h, TAG_H2, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_ID, "feil"}), tr(pg, &W_ERROR_SUMMARY));
    html_open(h, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < pg->errors_n; i++) {
        const char *href = arena_printf(pg->cx->arena, "#%s", pg->errors[i].field);
        html_open(h, TAG_LI, NULL);
        html_put(h, TAG_A, ATTRS({ATT_CLASS, "ds-link"}, {ATT_HREF, href}), pg->errors[i].text);
        html_close(h, TAG_LI);
    }
    html_close(h, TAG_UL);
    html_close(h, TAG_DIV);
}

void page_begin(struct page *pg, const struct page_head *head)
{
    struct html *h = &pg->html;
    const char *site = site_name(pg);
    pg->secret = head->secret;
    pg->rp->type = "text/html; charset=utf-8";
    buf_reset(&pg->rp->body);
    html_begin(h, &pg->rp->body, true);
    html_open(h, TAG_HTML, ATTRS({ATT_LANG, web_lang_code(pg->lang)}));
    write_head(pg, head, site);
    html_open(h, TAG_BODY, ATTRS({ATT_DATA_COLOR_SCHEME, "auto"}, {ATT_DATA_SIZE, "md"},
                                 {ATT_CLASS, head->wide ? "sd-wide" : NULL}));
    write_header(pg, site);
    html_open(h, TAG_MAIN, ATTRS({ATT_ID, "innhold"}, {ATT_CLASS, "sd-inner sd-main"}, {ATT_TABINDEX, "-1"}));
    write_crumbs(pg, head);
    write_done(pg);
    write_errors(pg);
    html_put(h, TAG_H1, ATTRS({ATT_CLASS, "ds-heading"}, {ATT_DATA_SIZE, "lg"}), head->title);
    if (head->lead)
        html_put(h, TAG_P, ATTRS({ATT_CLASS, "ds-paragraph sd-lead"}), head->lead);
    if (head->refresh > 0) {
        char seconds[16];
        snprintf(seconds, sizeof(seconds), "%d", head->refresh);
        if (http_set(pg->rq, pg->rp, "Refresh", seconds) != RC_OK)
            h->failed = true;
    }
}

static void write_footer(struct page *pg)
{
    struct html *h = &pg->html;
    html_open(h, TAG_FOOTER, ATTRS({ATT_CLASS, "sd-footer"}));
    html_open(h, TAG_DIV, ATTRS({ATT_CLASS, "sd-inner sd-footer__row"}));
    contact_paragraph(pg, &W_CONTACT, NULL);
    html_open(h, TAG_P, NULL);
    ui_link(pg, page_href(pg, "/tilgjengelighet"), tr(pg, &W_ACCESSIBILITY));
    html_close(h, TAG_P);
    html_close(h, TAG_DIV);
    html_close(h, TAG_FOOTER);
}

enum rc page_end(struct page *pg)
{
    struct html *h = &pg->html;
    enum web_lang chosen;
    html_close(h, TAG_MAIN);
    write_footer(pg);
    html_close(h, TAG_BODY);
    html_close(h, TAG_HTML);
    if (html_failed(h))
        return err_secret(pg->cx, RC_INTERNAL, "the page %s is not well formed",
                          pg->route ? pg->route->path : "of an error");
    if (pg->errors_n > 0)
        pg->rp->status = 422;
    if (streq(pg->rq->method, "GET") && lang_read(form_get(&pg->form, "spraak"), &chosen))
        TRY(set_cookie(pg, COOKIE_LANG, web_lang_code(chosen), "; Max-Age=31536000"));
    return set_headers(pg);
}

/* ------------------------------------------------------------------ errors of fields, ends of a POST */

enum rc page_error(struct page *pg, const char *field, const char *text)
{
    struct page_error *more = arena_grow(pg->cx->arena, pg->errors, pg->errors_n, sizeof(*more));
    if (!more)
        return cx_nomem(pg->cx);
    more[pg->errors_n++] = (struct page_error){field, text};
    pg->errors = more;
    return RC_OK;
}

const char *page_error_of(const struct page *pg, const char *field)
{
    for (size_t i = 0; i < pg->errors_n; i++)
        if (streq(pg->errors[i].field, field))
            return pg->errors[i].text;
    return NULL;
}

enum rc page_go(struct page *pg, const char *href, const char *done)
{
    struct buf value;
    enum rc rc = RC_OK;
    if (!html_url_allowed(str_of(href)) || href[0] != '/')
        return err_secret(pg->cx, RC_INTERNAL, "a page leads to an address that is not ours");
    buf_init(&value, (size_t)KiB(4));
    if (done)
        url_encode(&value, str_of(done));
    if (done)
        rc = set_cookie(pg, COOKIE_DONE, value.p, "; HttpOnly; Max-Age=60");
    buf_free(&value);
    TRY(rc);
    return http_see_other(pg->rq, pg->rp, href);
}

enum rc page_keep(struct page *pg, const char *key, const char *value)
{
    return login_session_put(pg->cx, pg->web->login, &page_visit(pg)->session, key, value);
}

enum rc page_kept(struct page *pg, const char *key, char **ret)
{
    return login_session_get(pg->cx, pg->web->login, pg->session, key, ret);
}

enum rc page_demand(struct page *pg, enum login_level level)
{
    if (pg->session->person.level >= level)
        return RC_OK;
    page_visit(pg)->wanted = level;
    return err_set(pg->cx, RC_LEVEL_NEEDED, NULL, NULL);
}
