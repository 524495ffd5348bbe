/* The newest entries of a search as Atom (RFC 4287) and JSON Feed 1.1. */
#include "portal/portal_int.h"

enum { FEED_ENTRIES = 50 };

struct feed {
    struct innfoersel *list;
    size_t n;
    const char *title, *base, *self, *home;    /* base: "http://host", the others below it */
    int64_t updated;
};

static enum rc load(struct page *pg, const char *path, struct feed *ret)
{
    struct journal_question q;
    struct vault *v;
    int64_t total;
    TRY(innsyn_vault(pg, &v));
    TRY(innsyn_question(pg, &q));
    if (pg->errors_n > 0)
        return err_set(pg->cx, RC_BAD_REQUEST, NULL, pg->errors[0].field);
    q.most = FEED_ENTRIES;
    TRY(journal_search(pg->cx, v, &q, &ret->list, &ret->n, &total));
    const char *query = innsyn_query(pg);
    ret->title = arena_printf(pg->cx->arena, "%s – %s", tr(pg, &P_JOURNAL), pg->kommune->name);
    ret->base = http_base(pg->rq);
    ret->self = arena_printf(pg->cx->arena, "%s%s%s", ret->base, page_href(pg, path), query);
    ret->home = arena_printf(pg->cx->arena, "%s%s%s", ret->base, page_href(pg, "/innsyn"), query);
    ret->updated = ret->n > 0 ? ret->list[0].publisert : pg->cx->now;
    return ret->title && ret->self && ret->home ? http_set(pg->rq, pg->rp, "X-Robots-Tag", "noindex") : cx_nomem(pg->cx);
}

static const char *moment(struct page *pg, int64_t t)
{
    char text[TIME_TEXT_MAX];
    time_format(t, text);
    const char *copy = arena_strdup(pg->cx->arena, text);
    return copy ? copy : "";
}

static const char *address(struct page *pg, const struct feed *f, const struct innfoersel *e)
{
    const char *s = arena_printf(pg->cx->arena, "%s%s", f->base, innsyn_href(pg, e));
    return s ? s : "";
}

/* "2026/12-3. Fra Kari Nordmann. Garasje på 7/70" */
static const char *content(struct page *pg, const struct innfoersel *e)
{
    const char *s = arena_printf(pg->cx->arena, "%s. %s. %s", portal_number(pg, e), innsyn_parties(pg, e, "; "),
                                 journal_title(pg->cx, e->sakstittel));
    return s ? s : "";
}

/* ------------------------------------------------------------------ Atom */

static void atom_link(struct xw *w, const char *rel, const char *href)
{
    xw_open(w, "link");
    xw_attr(w, "rel", str_of(rel));
    xw_attr(w, "href", str_of(href));
    xw_close(w, "link");
}

static void atom_entry(struct page *pg, struct xw *w, const struct feed *f, const struct innfoersel *e)
{
    const char *title = journal_title(pg->cx, e->tittel), *id = arena_printf(pg->cx->arena, "urn:uuid:%s", e->registrering);
    xw_open(w, "entry");
    xw_element(w, "id", str_of(id ? id : ""));
    xw_element(w, "title", str_of(title ? title : ""));
    xw_element(w, "updated", str_of(moment(pg, e->publisert)));
    atom_link(w, "alternate", address(pg, f, e));
    xw_element(w, "summary", str_of(content(pg, e)));
    xw_close(w, "entry");
}

enum rc innsyn_atom(struct page *pg)
{
    struct feed f;
    struct xw w;
    TRY(load(pg, "/innsyn/atom", &f));
    pg->rp->type = "application/atom+xml; charset=utf-8";
    xw_begin(&w, &pg->rp->body);
    xw_open(&w, "feed");
    xw_attr(&w, "xmlns", STR("http://www.w3.org/2005/Atom"));
    xw_element(&w, "id", str_of(f.self));
    xw_element(&w, "title", str_of(f.title));
    xw_element(&w, "updated", str_of(moment(pg, f.updated)));
    xw_open(&w, "author");
    xw_element(&w, "name", str_of(pg->kommune->name));
    xw_close(&w, "author");
    atom_link(&w, "self", f.self);
    atom_link(&w, "alternate", f.home);
    for (size_t i = 0; i < f.n; i++)
        atom_entry(pg, &w, &f, &f.list[i]);
    xw_close(&w, "feed");
    return buf_failed(&pg->rp->body) ? cx_nomem(pg->cx) : RC_OK;
}

/* ------------------------------------------------------------------ JSON Feed */

static void json_item(struct page *pg, struct jw *w, const struct feed *f, const struct innfoersel *e)
{
    jw_open(w, '{');
    jw_pair(w, "id", e->registrering);
    jw_pair(w, "url", address(pg, f, e));
    jw_pair(w, "title", journal_title(pg->cx, e->tittel));
    jw_pair(w, "content_text", content(pg, e));
    jw_pair(w, "date_published", moment(pg, e->publisert));
    jw_close(w, '}');
}

enum rc innsyn_json(struct page *pg)
{
    struct feed f;
    struct jw w;
    TRY(load(pg, "/innsyn/json", &f));
    pg->rp->type = "application/feed+json; charset=utf-8";
    jw_begin(&w, &pg->rp->body);
    jw_open(&w, '{');
    jw_pair(&w, "version", "https://jsonfeed.org/version/1.1");
    jw_pair(&w, "title", f.title);
    jw_pair(&w, "home_page_url", f.home);
    jw_pair(&w, "feed_url", f.self);
    jw_key(&w, "items");
    jw_open(&w, '[');
    for (size_t i = 0; i < f.n; i++)
        json_item(pg, &w, &f, &f.list[i]);
    jw_close(&w, ']');
    jw_close(&w, '}');
    return buf_failed(&pg->rp->body) ? cx_nomem(pg->cx) : RC_OK;
}
