/*
 * Lists of objects, a page at a time, and the little XML the bucket speaks.
 */
#include "blob/s3_int.h"

#include <libxml/parser.h>

static const size_t PAGE_BYTES = 4 << 20;

static xmlDoc *parse(struct str xml)
{
    if (xml.n == 0 || xml.n > PAGE_BYTES)
        return NULL;
    return xmlReadMemory(xml.p, (int)xml.n, NULL, NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

static bool named(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && streq((const char *)n->name, name);
}

static const xmlNode *child(const xmlNode *of, const char *name)
{
    const xmlNode *n = of ? of->children : NULL;
    while (n && !named(n, name))
        n = n->next;
    return n;
}

/* The text of an element that holds nothing else. */
static const char *text_of(const xmlNode *n)
{
    const xmlNode *t = n ? n->children : NULL;
    bool plain = t && !t->next && t->type == XML_TEXT_NODE;
    return plain ? (const char *)t->content : NULL;
}

char *s3_xml_text(struct cx *cx, struct str xml, const char *element)
{
    xmlDoc *doc = parse(xml);
    const char *text = doc ? text_of(child(xmlDocGetRootElement(doc), element)) : NULL;
    char *own = text ? arena_strdup(cx->arena, text) : NULL;
    xmlFreeDoc(doc);
    return own;
}

struct listing {
    struct cx *cx;
    struct s3 *s3;
    const char *begin;
    enum rc (*fn)(void *arg, const struct s3_object *o);
    void *arg;
    char *more;                  /* where the next page begins, NULL: this is the last */
};

static enum rc hand_over(const struct listing *l, const xmlNode *entry)
{
    const char *key = text_of(child(entry, "Key")), *when = text_of(child(entry, "LastModified"));
    struct s3_object o = {.name = key};
    bool fine = key && str_starts(str_of(key), l->begin) && when &&
                str_int(str_of(text_of(child(entry, "Size"))), &o.size) &&
                time_parse(str_of(when), false, &o.modified);
    if (!fine)
        return err_secret(l->cx, RC_IO, "s3: a list that cannot be understood");
    o.name = key + strlen(l->begin);
    return l->fn(l->arg, &o);
}

static enum rc read_page(struct listing *l, struct str xml)
{
    xmlDoc *doc = parse(xml);
    const xmlNode *top = doc ? xmlDocGetRootElement(doc) : NULL;
    enum rc rc = top && named(top, "ListBucketResult")
                     ? RC_OK : err_secret(l->cx, RC_IO, "s3: a list that cannot be understood");
    for (const xmlNode *n = rc == RC_OK ? top->children : NULL; n && rc == RC_OK; n = n->next)
        if (named(n, "Contents"))
            rc = hand_over(l, n);
    const char *more = rc == RC_OK ? text_of(child(top, "NextContinuationToken")) : NULL;
    l->more = more ? arena_strdup(l->cx->arena, more) : NULL;
    xmlFreeDoc(doc);
    return rc;
}

/* In the order a signature wants it. */
static enum rc query_of(const struct listing *l, char **ret)
{
    struct buf q;
    buf_init(&q, (size_t)KiB(16));
    if (l->more) {
        buf_puts(&q, "continuation-token=");
        url_encode(&q, str_of(l->more));
        buf_putc(&q, '&');
    }
    buf_printf(&q, "list-type=2&max-keys=%d&prefix=", l->s3->page);
    url_encode(&q, str_of(l->begin));
    char *own = buf_failed(&q) ? NULL : arena_strdup(l->cx->arena, q.p);
    buf_free(&q);
    if (!own)
        return cx_nomem(l->cx);
    *ret = own;
    return RC_OK;
}

static enum rc fetch_page(struct listing *l, struct buf *page)
{
    struct net_reply r;
    char *query;
    const struct net_request get = {.method = "GET"};
    TRY(query_of(l, &query));
    enum rc rc = s3_ask(l->cx, l->s3, &get, "", query, page, &r);
    if (rc == RC_NOT_FOUND) {
        err_clear(l->cx);
        return err_secret(l->cx, RC_BUSY, "s3: the bucket is not there");
    }
    return rc;
}

enum rc s3_list(struct cx *cx, struct s3 *s3, const char *begin,
                enum rc (*fn)(void *arg, const struct s3_object *o), void *arg)
{
    struct listing l = {.cx = cx, .s3 = s3, .begin = begin, .fn = fn, .arg = arg};
    do {
        struct buf page;
        buf_init(&page, PAGE_BYTES);
        enum rc rc = fetch_page(&l, &page);
        if (rc == RC_OK)
            rc = read_page(&l, buf_str(&page));
        buf_free(&page);
        if (rc != RC_OK)
            return rc;
    } while (l.more);
    return RC_OK;
}
