/*
 * Schemas are held against a file by a thread of their own. The reader puts what the parser tells –
 * elements, attributes, text – into batches of memory; the thread plays them to the validators of
 * libxml2, as the parser would. Names are those of the parser's dictionary, which lives longer. What the
 * validators find comes back with the batch and is told on the thread of the reader.
 */
#include "pack/pack_int.h"

#include <pthread.h>
#include <stdlib.h>

enum { BATCH = 256 << 10, RING = 4, MESSAGE_MOST = 4000 };

enum record_kind { RECORD_START, RECORD_END, RECORD_TEXT };

/* In a batch: a record, then for a start the namespaces and attributes as libxml2 passes them, then bytes. */
struct record {
    enum record_kind kind;
    int ns_n, attrs_n, text_n;
    int64_t line;
    size_t size;                  /* of all of it */
    const xmlChar *name, *prefix, *ns;
};

/* In the faults of a batch, before the text. */
struct found {
    size_t schema, text_n;
    int64_t line;
    int code;
};

struct batch {
    unsigned char *bytes;
    size_t n, cap;
    struct buf faults;
};

struct validator {
    struct pack_checker *c;
    size_t nr;
    xmlSchemaValidCtxtPtr v;
    xmlSchemaSAXPlugPtr plug;
    xmlSAXHandlerPtr sax;
    void *data;
};

struct pack_checker {
    struct validator validators[PACK_XML_SCHEMAS];
    struct batch ring[RING];
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t filled, played, told;  /* batches, counted from the beginning */
    struct batch *now;            /* being filled by the reader; NULL before the first record */
    bool last, running;
    pthread_t thread;
    int64_t line;                 /* of the record being played */
    pack_checker_fn fn;
    void *arg;
};

/* ---------------------------------------------------------------- playing */

static struct batch *batch_of(struct pack_checker *c, size_t nr)
{
    return &c->ring[nr % RING];
}

static void on_invalid(void *arg, pack_xml_error e)
{
    struct validator *v = arg;
    char text[MESSAGE_MOST];
    if (e->level < XML_ERR_ERROR)
        return;
    pack_xml_message(e, text, sizeof(text));
    struct found f = {.schema = v->nr, .text_n = strlen(text) + 1, .line = e->line > 0 ? e->line : v->c->line,
                      .code = e->code};
    struct buf *out = &batch_of(v->c, v->c->played)->faults;
    buf_add(out, &f, sizeof(f));
    buf_add(out, text, f.text_n);
}

static int locate(void *arg, const char **file, unsigned long *line)
{
    const struct pack_checker *c = arg;
    *file = NULL;
    *line = (unsigned long)c->line;
    return 0;
}

static void play_record(const struct validator *v, const struct record *r, const xmlChar **tail)
{
    const xmlChar **attrs = tail + 2 * r->ns_n;
    switch (r->kind) {
    case RECORD_START:
        v->sax->startElementNs(v->data, r->name, r->prefix, r->ns, r->ns_n, tail, r->attrs_n, 0, attrs);
        break;
    case RECORD_END:
        v->sax->endElementNs(v->data, r->name, r->prefix, r->ns);
        break;
    case RECORD_TEXT:
        v->sax->characters(v->data, (const xmlChar *)tail, r->text_n);
        break;
    }
}

static void play(struct pack_checker *c, const struct batch *b)
{
    for (size_t at = 0; at < b->n;) {
        const struct record *r = (const void *)(b->bytes + at);
        const xmlChar **tail = (void *)(b->bytes + at + sizeof(*r));
        c->line = r->line;
        for (size_t i = 0; i < PACK_XML_SCHEMAS; i++)
            if (c->validators[i].plug)
                play_record(&c->validators[i], r, tail);
        at += r->size;
    }
}

static void *work(void *arg)
{
    struct pack_checker *c = arg;
    (void)pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->played == c->filled && !c->last)
            (void)pthread_cond_wait(&c->moved, &c->lock);
        if (c->played == c->filled)
            break;
        struct batch *b = batch_of(c, c->played);
        (void)pthread_mutex_unlock(&c->lock);
        play(c, b);
        (void)pthread_mutex_lock(&c->lock);
        c->played++;
        (void)pthread_cond_broadcast(&c->moved);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---------------------------------------------------------------- batches */

static void tell(struct pack_checker *c, struct batch *b)
{
    for (size_t at = 0; at < b->faults.n;) {
        struct found f;
        memcpy(&f, b->faults.p + at, sizeof(f));
        const struct pack_xml_fault fault = {.kind = PACK_XML_INVALID, .schema = f.schema, .line = f.line,
                                             .code = f.code, .text = b->faults.p + at + sizeof(f)};
        c->fn(c->arg, &fault);
        at += sizeof(f) + f.text_n;
    }
    buf_reset(&b->faults);
    b->n = 0;
}

/* Waits until a batch is free, and tells what was found in those that were played. */
static struct batch *next_batch(struct pack_checker *c)
{
    (void)pthread_mutex_lock(&c->lock);
    while (c->filled - c->played == RING)
        (void)pthread_cond_wait(&c->moved, &c->lock);
    size_t played = c->played;
    (void)pthread_mutex_unlock(&c->lock);
    for (; c->told < played; c->told++)
        tell(c, batch_of(c, c->told));
    return batch_of(c, c->filled);
}

static void hand_over(struct pack_checker *c)
{
    (void)pthread_mutex_lock(&c->lock);
    c->filled++;
    (void)pthread_cond_broadcast(&c->moved);
    (void)pthread_mutex_unlock(&c->lock);
}

static size_t aligned(size_t n)
{
    return (n + 7) & ~(size_t)7;
}

/* Room for a record of that size in the batch being filled; a batch grows for one that is larger. */
static void *room(struct pack_checker *c, size_t size)
{
    struct batch *b = c->now;
    if (b && b->n + size > b->cap)
        hand_over(c);
    if (!b || b->n + size > b->cap)
        b = c->now = next_batch(c);
    if (b->cap < size || !b->bytes) {
        free(b->bytes);
        b->cap = size > BATCH ? size : BATCH;
        b->bytes = mem_new(b->cap);
    }
    void *p = b->bytes + b->n;
    b->n += size;
    return p;
}

/* ---------------------------------------------------------------- what the parser tells */

static size_t values_size(int attrs_n, const xmlChar **attrs)
{
    size_t n = 0;
    for (int i = 0; i < attrs_n; i++)
        n += (size_t)(attrs[5 * i + 4] - attrs[5 * i + 3]);
    return n;
}

void pack_checker_start(struct pack_checker *c, int64_t line, const struct pack_sax_start *s)
{
    size_t pointers = (2 * (size_t)s->ns_n + 5 * (size_t)s->attrs_n) * sizeof(xmlChar *);
    size_t size = aligned(sizeof(struct record) + pointers + values_size(s->attrs_n, s->attrs));
    struct record *r = room(c, size);
    const xmlChar **tail = (void *)(r + 1), **attrs = tail + 2 * s->ns_n;
    xmlChar *bytes = (xmlChar *)(attrs + 5 * s->attrs_n);
    *r = (struct record){.kind = RECORD_START, .ns_n = s->ns_n, .attrs_n = s->attrs_n, .line = line, .size = size,
                         .name = s->name, .prefix = s->prefix, .ns = s->ns};
    if (s->ns_n > 0)
        memcpy(tail, s->namespaces, 2 * (size_t)s->ns_n * sizeof(xmlChar *));
    for (int i = 0; i < s->attrs_n; i++) {
        const xmlChar **from = s->attrs + 5 * i, **to = attrs + 5 * i;
        size_t n = (size_t)(from[4] - from[3]);
        memcpy(to, from, 3 * sizeof(*to));
        to[3] = memcpy(bytes, from[3], n);
        to[4] = bytes += n;
    }
}

void pack_checker_end(struct pack_checker *c, int64_t line, const xmlChar *name, const xmlChar *prefix,
                      const xmlChar *ns)
{
    struct record *r = room(c, sizeof(*r));
    *r = (struct record){.kind = RECORD_END, .line = line, .size = sizeof(*r), .name = name, .prefix = prefix,
                         .ns = ns};
}

void pack_checker_text(struct pack_checker *c, int64_t line, const xmlChar *text, int n)
{
    size_t size = aligned(sizeof(struct record) + (size_t)n);
    struct record *r = room(c, size);
    *r = (struct record){.kind = RECORD_TEXT, .line = line, .size = size, .text_n = n};
    memcpy(r + 1, text, (size_t)n);
}

/* ---------------------------------------------------------------- beginning and end */

static bool plug_in(struct pack_checker *c, size_t nr, struct pack_schema *schema)
{
    struct validator *v = &c->validators[nr];
    v->c = c;
    v->nr = nr;
    v->v = xmlSchemaNewValidCtxt(schema->compiled);
    if (!v->v)
        return false;
    xmlSchemaSetValidStructuredErrors(v->v, on_invalid, v);
    xmlSchemaValidateSetLocator(v->v, locate, c);
    v->plug = xmlSchemaSAXPlug(v->v, &v->sax, &v->data);
    return v->plug != NULL;
}

enum rc pack_checker_new(struct cx *cx, struct pack_schema *const schemas[PACK_XML_SCHEMAS], pack_checker_fn fn,
                         void *arg, struct pack_checker **ret)
{
    bool fine = true;
    struct pack_checker *c = *ret = mem_new(sizeof(*c));
    c->fn = fn;
    c->arg = arg;
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_cond_init(&c->moved, NULL);
    for (size_t i = 0; i < RING; i++)
        buf_init(&c->ring[i].faults, (size_t)MiB(64));
    for (size_t i = 0; i < PACK_XML_SCHEMAS; i++)
        fine = fine && (!schemas[i] || plug_in(c, i, schemas[i]));
    c->running = fine && pthread_create(&c->thread, NULL, work, c) == 0;
    return c->running ? RC_OK : cx_nomem(cx);
}

static void finish(struct pack_checker *c)
{
    (void)pthread_mutex_lock(&c->lock);
    c->filled += c->now != NULL;
    c->last = true;
    (void)pthread_cond_broadcast(&c->moved);
    (void)pthread_mutex_unlock(&c->lock);
    (void)pthread_join(c->thread, NULL);
    for (; c->told < c->played; c->told++)
        tell(c, batch_of(c, c->told));
}

void pack_checker_free(struct pack_checker **ref)
{
    struct pack_checker *c = *ref;
    if (!c)
        return;
    if (c->running)
        finish(c);
    for (size_t i = 0; i < PACK_XML_SCHEMAS; i++) {
        if (c->validators[i].plug)
            xmlSchemaSAXUnplug(c->validators[i].plug);
        xmlSchemaFreeValidCtxt(c->validators[i].v);
    }
    for (size_t i = 0; i < RING; i++) {
        free(c->ring[i].bytes);
        buf_free(&c->ring[i].faults);
    }
    (void)pthread_mutex_destroy(&c->lock);
    (void)pthread_cond_destroy(&c->moved);
    mem_free(c);
    *ref = NULL;
}
