/*
 * Lists: a question read from the query, a page of answers with self and next.
 */
#include "tg/tg_int.h"

#define BULK_DELETE_MAX 1000

static struct expr *text_expr(struct job *j, struct str s)
{
    struct expr *e = arena_alloc(j->cx->arena, sizeof(*e));
    if (e) {
        e->kind = EX_TEXT;
        e->text = s;
    }
    return e;
}

static struct expr *attr_is(struct job *j, const struct attr *a, struct str value)
{
    struct arena *m = j->cx->arena;
    struct expr *e = arena_alloc(m, sizeof(*e)), *path = arena_alloc(m, sizeof(*path));
    struct expr *text = text_expr(j, value), **args = arena_array(m, 2, sizeof(*args));
    if (!e || !path || !text || !args)
        return NULL;
    path->kind = EX_PATH;
    path->attr = a;
    args[0] = path;
    args[1] = text;
    e->kind = EX_EQ;
    e->args = args;
    e->args_n = 2;
    return e;
}

static enum rc and_filter(struct job *j, struct query *q, struct expr *more)
{
    struct expr *e = arena_alloc(j->cx->arena, sizeof(*e)), **args = arena_array(j->cx->arena, 2, sizeof(*args));
    if (!more || !e || !args)
        return cx_nomem(j->cx);
    args[0] = more;
    args[1] = q->filter;
    e->kind = EX_AND;
    e->args = args;
    e->args_n = q->filter ? 2 : 1;
    q->filter = e;
    return RC_OK;
}

/* The log of an object is the entries that name it. */
static enum rc read_query(struct job *j, const struct entity *e, const struct rec *from, const struct link *l,
                          enum codelist_id codes, struct query *q)
{
    bool log = l && l->kind == LINK_LOG;
    const struct odata_limits lim = {.top_default = e->id == E_kode ? 1000 : 100,
                                     .strict = vault_strict(j->call.vault)};
    TRY(odata_read(j->cx, e, from && !log ? l : NULL, j->rq->query, &lim, q));
    q->entity = e;
    q->from = log ? NULL : from;
    q->link = log || !from ? NULL : l;
    q->list = codes;
    if (!log)
        return RC_OK;
    enum attr_id by = e->id == E_endringslogg ? A_endringslogg_referanseArkivenhet : A_hendelseslogg_referanseArkivenhet;
    return and_filter(j, q, attr_is(j, model_attr(by), str_of(from->systemid)));
}

/* ------------------------------------------------------------------ the page */

static const char *page_url(struct job *j, int64_t top, int64_t skip)
{
    struct buf b;
    struct str path = j->rq->path;
    struct str slug = http_param(j->rq, "kommune");
    /* base ends with "/{kommune}/noark5/": what follows it in the path is kept. */
    size_t cut = slug.n + sizeof("//noark5/") - 1;
    buf_init(&b, (size_t)KiB(32));
    buf_puts(&b, j->base);
    if (path.n > cut)
        buf_add(&b, path.p + cut, path.n - cut);
    if (b.n && b.p[b.n - 1] != '/')
        buf_putc(&b, '/');
    size_t before = b.n;
    buf_putc(&b, '?');
    odata_print_next(j->cx, &b, j->rq->query, top, skip);
    if (b.n == before + 1)
        b.p[--b.n] = 0;
    char *url = buf_failed(&b) ? NULL : arena_strndup(j->cx->arena, b.p, b.n);
    buf_free(&b);
    return url ? url : "";
}

static void page_links(struct job *j, struct jw *w, const struct query *q, const struct result *found)
{
    jw_key(w, "_links");
    jw_open(w, '{');
    if (q->top > 0 && found->n > 0 && q->skip + (int64_t)found->n < found->count)
        links_one(w, "next", page_url(j, q->top, q->skip + (int64_t)found->n), false);
    links_one(w, "self", page_url(j, -1, -1), false);
    jw_close(w, '}');
}

enum rc list_reply(struct job *j, const struct entity *e, const struct rec *from, const struct link *l,
                   enum codelist_id codes)
{
    struct query q = {.entity = e};
    struct result found;
    struct jw w;
    TRY(read_query(j, e, from, l, codes, &q));
    TRY(archive_query(&j->call, &q, &found));
    jw_begin(&w, &j->rp->body);
    jw_open(&w, '{');
    if (!q.no_count) {
        jw_key(&w, "count");
        jw_int(&w, found.count);
    }
    if (found.n) {
        jw_key(&w, "results");
        jw_open(&w, '[');
        for (size_t i = 0; i < found.n; i++)
            object_write(j, &w, found.recs[i], &q, found.expanded ? found.expanded[i] : NULL);
        jw_close(&w, ']');
    }
    page_links(j, &w, &q, &found);
    jw_close(&w, '}');
    return buf_failed(&j->rp->body) ? cx_nomem(j->cx) : RC_OK;
}

enum rc list_code(struct job *j, enum codelist_id list, struct str kode, struct rec **ret)
{
    struct query q = {.entity = model_entity(E_kode), .list = list, .top = 1};
    struct result found;
    q.filter = attr_is(j, model_attr(A_kode_kode), kode);
    if (!q.filter)
        return cx_nomem(j->cx);
    TRY(archive_query(&j->call, &q, &found));
    if (found.n == 0)
        return err_set(j->cx, RC_NOT_FOUND, NULL, NULL);
    *ret = found.recs[0];
    return RC_OK;
}

/* ------------------------------------------------------------------ deleting what a filter finds */

/* ?…&bekreft=N: how many the client has seen; taken out before OData reads the rest. */
static bool take_confirmation(struct job *j, int64_t *ret)
{
    struct str q = j->rq->query;
    static const char key[] = "&bekreft=";
    for (size_t i = 0; i + sizeof(key) - 1 <= q.n; i++)
        if (memcmp(q.p + i, key, sizeof(key) - 1) == 0) {
            struct str number = {q.p + i + sizeof(key) - 1, q.n - i - (sizeof(key) - 1)};
            j->rq->query.n = i;
            return str_int(number, ret);
        }
    return false;
}

enum rc list_delete(struct job *j, const struct entity *e, const struct rec *from, const struct link *l)
{
    struct query q = {.entity = e};
    struct result found;
    int64_t confirmed;
    size_t n;
    bool told = take_confirmation(j, &confirmed);
    TRY(read_query(j, e, from, l, CL_NONE, &q));
    if (!q.filter)
        return err_set(j->cx, RC_FIELD_MISSING, "$filter", NULL);
    q.top = 1;
    TRY(archive_query(&j->call, &q, &found));
    if (!told || confirmed != found.count)
        return err_setf(j->cx, RC_CONFIRM, "bekreft", "%" PRId64, found.count);
    TRY(archive_delete_all(&j->call, &q, BULK_DELETE_MAX, &n));
    j->rp->status = 204;
    j->rp->type = NULL;
    return RC_OK;
}
