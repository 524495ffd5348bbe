/*
 * From elements to nodes, and from nodes to checks. What is known of an open node lies in a stack as
 * deep as XML may be; its values lie one behind the other in one text, which falls back when it ends.
 */
#include "validate/validate_int.h"

#include <stdlib.h>

enum { CACHE = 1024, TEXT_MOST = 32 << 20, PROGRESS_STEP = 4096 };

static const struct checks *const groups[] = {
    &checks_units, &checks_classes, &checks_parts, &checks_dates, &checks_documents, &checks_refs, &checks_journals,
    &checks_changes,
};

static const char *const names[EL_COUNT] = {
#define NODE(name) [EL_##name] = #name,
#define VALUE(name) [EL_##name] = #name,
#define BRANCH(name) [EL_##name] = #name,
#include "validate/elements.def"
#undef NODE
#undef VALUE
#undef BRANCH
};

enum { FILES = 4 };

/* The checks of one file, time and element: a run of `sorted`. */
struct hooks {
    const struct check **sorted;
    struct { uint32_t first, n; } at[FILES][WHEN_COUNT][EL_COUNT];
};

/* Names are interned by the reader: most are found by their address. */
struct cached {
    const char *name;
    enum element el;
};

struct walk {
    struct run *run;
    struct node *nodes;           /* [PACK_XML_DEPTH], the first top of them open */
    int top;
    int file_nr;
    struct buf text;
    struct cached cache[CACHE];
    bool empty_tag;               /* of the element that began last */
    int business_depth;           /* of the open virksomhetsspesifikkeMetadata; 0 */
    bool business_typed;          /* it has an xsi:type, which says what may be in it */
    unsigned ends;                /* elements, for the progress */
    bool whole;                   /* the root has ended */
};

/* ---------------------------------------------------------------- names */

static enum element look_up(const char *name)
{
    for (int i = 0; i < EL_OTHER; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return (enum element)i;
    return EL_OTHER;
}

static enum element element_of(struct walk *w, const char *name)
{
    struct cached *c = &w->cache[((uintptr_t)name >> 3 ^ (uintptr_t)name >> 13) & (CACHE - 1)];
    if (c->name != name)
        *c = (struct cached){name, look_up(name)};
    return c->el;
}

const char *element_name(enum element el)
{
    return el < EL_OTHER ? names[el] : "";
}

/* ---------------------------------------------------------------- nodes */

struct str node_value(const struct node *n, enum element value)
{
    int i = (int)value - (int)EL_NODES;
    return (struct str){n->walk->text.p + n->values[i].at, n->values[i].n};
}

bool node_is(const struct node *n, enum element value, const char *text)
{
    return str_is(node_value(n, value), text);
}

bool node_is_type(const struct run *r, const struct node *n, const char *type)
{
    return streq(n->type, type) && (n->bare_type || !r->options->arkade);
}

const struct node *node_up(const struct node *n, enum element el)
{
    for (n = n->up; n && n->el != el;)
        n = n->up;
    return n;
}

struct str node_id(const struct node *n)
{
    for (; n; n = n->up)
        if (n->values[EL_systemID - EL_NODES].n)
            return node_value(n, EL_systemID);
    return STR("");
}

bool is_out_text(struct str s)
{
    return s.n == 6 && str_ieq((struct str){s.p, 3}, "utg") && (s.p[5] | 32) == 'r' && s.p[3] == '\xc3' &&
           (s.p[4] == '\xa5' || s.p[4] == '\x85');
}

bool is_out(const struct node *n)
{
    if (n->el == EL_mappe)
        return is_out_text(node_value(n, EL_saksstatus));
    return n->el == EL_registrering && (is_out_text(node_value(n, EL_journalstatus)) ||
                                        is_out_text(node_value(n, EL_moeteregistreringsstatus)));
}

static void set_type(struct node *n, const struct pack_xml_element *e)
{
    for (size_t i = 0; i < e->attrs_n; i++) {
        const struct pack_xml_attr *a = &e->attrs[i];
        if (!a->ns || !streq(a->name, "type") || !streq(a->ns, "http://www.w3.org/2001/XMLSchema-instance"))
            continue;
        const char *colon = memchr(a->value.p, ':', a->value.n);
        size_t skip = colon ? (size_t)(colon - a->value.p) + 1 : 0;
        (void)snprintf(n->type, sizeof(n->type), "%.*s", (int)(a->value.n - skip), a->value.p + skip);
        n->bare_type = !colon && streq(a->prefix, "xsi");
    }
}

/* An arkivdel gets its place in the list when it begins and its name when it ends. */
static void part_begin(struct run *r)
{
    struct validation *v = r->v;
    struct part *parts = realloc(v->parts, ((size_t)v->parts_n + 1) * sizeof(*parts));
    if (!parts)
        return;
    v->parts = parts;
    parts[v->parts_n] = (struct part){0};
    r->part = v->parts_n++;
}

static void part_end(struct run *r, const struct node *n)
{
    struct str id = node_value(n, EL_systemID), title = node_value(n, EL_tittel);
    if (r->part < 0)
        return;
    struct part *p = &r->v->parts[r->part];
    (void)snprintf(p->id, sizeof(p->id), "%.*s", (int)id.n, id.p);
    while (title.n >= sizeof(p->title) || !str_utf8(title))
        title.n--;
    (void)snprintf(p->title, sizeof(p->title), "%.*s", (int)title.n, title.p);
    r->part = -1;
}

static struct node *push(struct walk *w, enum element el, const struct pack_xml_element *e)
{
    struct node *n = &w->nodes[w->top], *up = w->top > 0 ? n - 1 : NULL;
    memset(n, 0, sizeof(*n));
    n->up = up;
    n->el = el;
    n->depth = e->depth;
    n->line = e->line;
    n->walk = w;
    n->text_n = w->text.n;
    n->held = w->run->held.n;
    const struct node *same = up && up->el == el ? up : up ? node_up(up, el) : NULL;
    n->level = same ? same->level + 1 : 1;
    if (e->attrs_n > 0)
        set_type(n, e);
    if (up)
        up->kids[el]++;
    w->top++;
    return n;
}

/* What was held back in the node is dropped with it, or told where it leaves the arkivdel. */
static void settle_held(struct run *r, const struct node *n)
{
    if (is_out(n) || (r->options->arkade && n->el == EL_mappe && n->kids[EL_mappe] > 0))
        held_drop(r, n->held);
    else if (!n->up || n->el == EL_arkivdel)
        held_tell(r, n->held);
}

static void pop(struct walk *w)
{
    struct node *n = &w->nodes[--w->top];
    if (w->file_nr == 0)
        settle_held(w->run, n);
    if (n->el == EL_arkivdel && w->file_nr == 0)
        part_end(w->run, n);
    w->text.n = n->text_n;
    if (!n->up)
        return;
    n->up->content |= n->content || n->el == EL_mappe || n->el == EL_registrering;
    n->up->empty_classes += n->empty_classes;
}

/* The last of several counts. */
static void keep_value(struct walk *w, struct node *n, enum element el, struct str text)
{
    int i = (int)el - (int)EL_NODES;
    n->values[i].at = (uint32_t)w->text.n;
    n->values[i].n = (uint32_t)text.n;
    buf_add(&w->text, text.p, text.n);
    if (buf_failed(&w->text))
        n->values[i].n = 0;
}

/* ---------------------------------------------------------------- calling the checks */

static void call(struct walk *w, enum when when, enum element on, struct node *n, struct str text)
{
    const struct hooks *h = w->run->hooks;
    uint32_t first = h->at[w->file_nr][when][on].first, last = first + h->at[w->file_nr][when][on].n;
    for (uint32_t i = first; i < last; i++)
        h->sorted[i]->fn(w->run, h->sorted[i]->test, n, text);
}

static int order(const struct check *c, int file)
{
    return (file * WHEN_COUNT + (int)c->when) * EL_COUNT + (int)c->on;
}

static size_t count_checks(void)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        n += groups[i]->n;
    return n;
}

/* All checks for one file, time and element, one behind the other. */
static uint32_t gather(struct hooks *h, uint32_t at, int file, int key)
{
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t k = 0; k < groups[i]->n; k++) {
            const struct check *c = &groups[i]->rows[k];
            if (c->when < WHEN_COUNT && (c->in & 1u << file) && order(c, file) == key)
                h->sorted[at++] = c;
        }
    return at;
}

enum rc walk_prepare(struct run *r)
{
    struct hooks *h = arena_alloc(r->cx->arena, sizeof(*h));
    if (h)
        h->sorted = arena_array(r->cx->arena, count_checks() * FILES, sizeof(const struct check *));
    if (!h || !h->sorted)
        return cx_nomem(r->cx);
    uint32_t at = 0;
    for (int file = 0; file < FILES; file++)
        for (int when = 0; when < WHEN_COUNT; when++)
            for (int el = 0; el < EL_COUNT; el++) {
                uint32_t first = at;
                at = gather(h, at, file, (file * WHEN_COUNT + when) * EL_COUNT + el);
                h->at[file][when][el].first = first;
                h->at[file][when][el].n = at - first;
            }
    r->hooks = h;
    return RC_OK;
}

/* A test that only asks files of which nothing could be read was not run. */
static void mark_skipped(struct run *r)
{
    unsigned asked[T_COUNT] = {0};
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t k = 0; k < groups[i]->n; k++)
            asked[groups[i]->rows[k].test] |= groups[i]->rows[k].in;
    for (size_t t = 0; t < T_COUNT; t++)
        r->v->results[t].skipped |= asked[t] && !(asked[t] & r->files_read);
}

void walk_done(struct run *r)
{
    mark_skipped(r);
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t k = 0; k < groups[i]->n; k++)
            if (groups[i]->rows[k].when == AT_DONE)
                groups[i]->rows[k].fn(r, groups[i]->rows[k].test, NULL, STR(""));
}

/* ---------------------------------------------------------------- events of the reader */

static void look_at_head(struct walk *w, struct pack_xml *x)
{
    w->run->xml = x;
    w->run->files_read |= w->file_nr < 0 ? 0 : 1u << w->file_nr;
    const char *encoding = w->run->utf16 ? "UTF-16" : pack_xml_encoding(x);
    if (encoding && !str_ieq(str_of(encoding), "UTF-8"))
        report(w->run, T_104, F_ENCODING_OTHER, SPOT(.line = 1, .expected = STR("UTF-8"), .found = str_of(encoding)));
}

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct walk *w = arg;
    enum element el = element_of(w, e->name);
    w->empty_tag = e->empty_tag;
    if (e->depth == 1)
        look_at_head(w, x);
    if (w->business_depth && !w->business_typed && e->depth == w->business_depth + 1)
        business_element(w->run, e);
    if (w->file_nr < 0 || w->business_depth)
        return;
    /* Past what is broken an element may never have ended. */
    while (w->top > 0 && w->nodes[w->top - 1].depth >= e->depth)
        pop(w);
    if (el < EL_NODES) {
        call(w, AT_START, el, push(w, el, e), STR(""));
        if (el == EL_arkivdel && w->file_nr == 0)
            part_begin(w->run);
    } else if (el == EL_virksomhetsspesifikkeMetadata) {
        w->business_depth = e->depth;
        w->business_typed = e->attrs_n > 0;
        w->run->business_found++;
    }
}

static void end_value(struct walk *w, enum element el, const struct pack_xml_element *e)
{
    struct node *n = w->top > 0 ? &w->nodes[w->top - 1] : NULL;
    if (str_blank(e->text) && !(w->run->options->arkade && w->empty_tag))
        call(w, AT_BLANK, EL_OTHER, n, str_of(e->name));
    if (el < EL_NODES || el >= EL_VALUES_END || w->business_depth)
        return;
    if (n && e->depth == n->depth + 1) {
        keep_value(w, n, el, e->text);
        call(w, AT_VALUE, el, n, e->text);
    } else {
        call(w, AT_STRAY, el, n, e->text);
    }
}

static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct walk *w = arg;
    w->whole |= e->depth == 1;
    if (w->file_nr < 0)
        return;
    enum element el = element_of(w, e->name);
    struct node *n = w->top > 0 ? &w->nodes[w->top - 1] : NULL;
    if (e->leaf)
        end_value(w, el, e);
    if (n && n->depth == e->depth) {
        call(w, AT_END, n->el, n, STR(""));
        pop(w);
    }
    if (++w->ends % PROGRESS_STEP == 0)
        run_progress(w->run);
    if (w->run->stopped)
        pack_xml_stop(x);
    if (e->depth <= w->business_depth)
        w->business_depth = 0;
}

static bool in_business(const struct run *r, const char *text)
{
    char ns[300];
    if (!r->business)
        return false;
    (void)snprintf(ns, sizeof(ns), "{%s}", r->business);
    return strstr(text, ns) != NULL;
}

/* Arkade has one error for equal messages about one file, and stops at a hundred. */
static void count_repeated(struct run *r, const char *text, const char *found)
{
    uint64_t h = str_hash(str_hash(str_hash(STR_HASH, str_of(r->file)), str_of(text)), str_of(found));
    for (size_t i = 0; i < r->messages_n; i++)
        if (r->messages[i] == h) {
            r->repeated++;
            return;
        }
    if (r->messages_n < COUNT_OF(r->messages))
        r->messages[r->messages_n++] = h;
    else
        r->repeated++;
}

static void report_explained(struct run *r, enum test_id t, enum finding_id kind, const struct pack_xml_fault *f)
{
    struct explained x;
    char group[sizeof(x.text) + 200];
    explain(f->text, r->cx->lang, &x);
    explained_group(&x, group, sizeof(group));
    report(r, t, kind, SPOT(.line = f->line, .place = x.place, .expected = x.expected, .found = x.found,
                            .group = str_of(group)));
    if (t == T_03)
        count_repeated(r, f->text, "");
}

/* XML that is not well-formed. */
static void on_broken(struct run *r, enum test_id t, const struct pack_xml_fault *f)
{
    report(r, t, F_XML_BROKEN, SPOT(.line = f->line, .place = str_of(f->place), .found = str_of(f->found),
                                    .group = str_of(f->text)));
    if (t == T_03)
        count_repeated(r, f->text, f->found);
}

static void on_invalid(struct run *r, const struct pack_xml_fault *f)
{
    if (r->describing)
        report_explained(r, T_105, F_XML_INVALID, f);
    else if (f->schema == 1)
        report_explained(r, T_101, F_XML_INVALID, f);
    else if (in_business(r, f->text))
        report_explained(r, T_103, F_BUSINESS_INVALID, f);
    else
        report_explained(r, T_03, F_XML_INVALID, f);
}

static void on_fault(void *arg, struct pack_xml *x, const struct pack_xml_fault *f)
{
    struct walk *w = arg;
    struct run *r = w->run;
    enum test_id t = r->describing ? T_105 : T_03;
    if (f->kind == PACK_XML_INVALID) {
        on_invalid(r, f);
    } else if (f->kind == PACK_XML_DOCTYPE || f->kind == PACK_XML_STOPPED) {
        report(r, t, f->kind == PACK_XML_DOCTYPE ? F_XML_DOCTYPE : F_XML_GIVEN_UP, SPOT(.line = f->line));
    } else if (f->kind == PACK_XML_ENCODING) {
        const char *told = pack_xml_encoding(x);
        report(r, t, F_XML_ENCODING, SPOT(.line = f->line, .expected = str_of(told ? told : "UTF-8"), .found = str_of(f->found)));
    } else {
        on_broken(r, t, f);
    }
}

/* ---------------------------------------------------------------- files */

static int file_nr(enum file in)
{
    int nr = 0;
    while (nr < FILES && in != (enum file)(1u << nr))
        nr++;
    return nr < FILES ? nr : -1;
}

static enum rc read_file(struct walk *w, struct pack_stream *s, struct pack_schema *own, struct pack_schema *official,
                         char ret_digest[SHA256_HEX_MAX])
{
    static const struct pack_xml_events events = {.start = on_start, .end = on_end, .fault = on_fault};
    const struct pack_xml_options options = {.go_on = true, .schema = {own, official}};
    struct cx *cx = w->run->cx;
    TRY(pack_stream_hash(cx, s));
    enum rc rc = s->size > 0 ? pack_xml_read(cx, s, &events, w, &options) : RC_OK;
    if (rc != RC_XML)
        TRY(rc);
    err_clear(cx);
    return pack_stream_digest(cx, s, ret_digest);
}

bool walk_file(struct run *r, enum file in, const struct pack_entry *e, struct pack_schema *own,
               struct pack_schema *official, char ret_digest[SHA256_HEX_MAX])
{
    struct walk *w = mem_new(sizeof(*w));
    struct pack_stream s;
    ret_digest[0] = '\0';
    w->run = r;
    w->file_nr = file_nr(in);
    w->nodes = mem_new(PACK_XML_DEPTH * sizeof(*w->nodes));
    buf_init(&w->text, TEXT_MOST);
    r->in = in;
    r->part = -1;
    if (e->size == 0)
        report(r, T_03, F_XML_EMPTY, SPOT(.file = r->file));
    enum rc rc = pack_stream_open(r->cx, r->pack, e, &s);
    if (rc == RC_OK) {
        rc = read_file(w, &s, own, official, ret_digest);
        pack_stream_close(&s);
    }
    if (rc != RC_OK) {
        report(r, T_03, F_XML_UNREADABLE, SPOT(.file = r->file, .found = str_of(err_text(r->cx))));
        err_clear(r->cx);
    }
    bool whole = w->whole && rc == RC_OK;
    r->part = -1;
    buf_free(&w->text);
    mem_free(w->nodes);
    mem_free(w);
    return whole;
}
