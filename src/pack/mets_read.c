/* METS and PREMIS as streams of files. */
#include "pack/mets_read.h"
#include "pack/pack_int.h"

enum { WORD_MOST = 2048 };

/* One text of the file being read. */
struct word {
    char text[WORD_MOST];
    size_t n;
};

struct reader {
    struct cx *cx;
    mets_file_fn fn;
    void *arg;
    struct mets_head *head;
    struct word id, path, algorithm, checksum;
    int64_t size, line;
    bool open;
};

static void set(struct word *w, struct str s)
{
    w->n = s.n < WORD_MOST ? s.n : 0;
    memcpy(w->text, s.p, w->n);
}

static struct str get(const struct word *w)
{
    return (struct str){w->text, w->n};
}

static void begin(struct reader *r, int64_t line)
{
    r->id.n = r->path.n = r->algorithm.n = r->checksum.n = 0;
    r->size = -1;
    r->line = line;
    r->open = true;
}

static void finish(struct reader *r)
{
    struct mets_file f = {.id = get(&r->id), .path = get(&r->path), .algorithm = get(&r->algorithm),
                          .checksum = get(&r->checksum), .size = r->size, .line = r->line};
    r->open = false;
    r->fn(r->arg, &f);
}

static void set_size(struct reader *r, struct str s)
{
    if (!str_int(s, &r->size) || r->size < 0)
        r->size = -1;
}

static void point(struct reader *r, struct str id, int64_t line)
{
    struct mets_file f = {.pointer = true, .id = id, .path = STR(""), .algorithm = STR(""), .checksum = STR(""), .size = -1,
                          .line = line};
    if (id.n > 0)
        r->fn(r->arg, &f);
}

/* ---------------------------------------------------------------- METS */

static const char *keep(struct reader *r, struct str s)
{
    const char *copy = arena_strndup(r->cx->arena, s.p, s.n);
    return copy ? copy : "";
}

static struct str without(struct str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && str_ieq((struct str){s.p, n}, prefix) ? (struct str){s.p + n, s.n - n} : s;
}

/* href stands in the namespace of xlink. */
static struct str href(const struct pack_xml_element *e)
{
    for (size_t i = 0; i < e->attrs_n; i++)
        if (streq(e->attrs[i].name, "href"))
            return e->attrs[i].value;
    return STR("");
}

static void begin_file(struct reader *r, const struct pack_xml_element *e)
{
    begin(r, e->line);
    set(&r->id, pack_xml_attr_value(e, "ID"));
    set(&r->algorithm, pack_xml_attr_value(e, "CHECKSUMTYPE"));
    set(&r->checksum, pack_xml_attr_value(e, "CHECKSUM"));
    set_size(r, pack_xml_attr_value(e, "SIZE"));
}

static void take_path(struct reader *r, const struct pack_xml_element *e)
{
    struct str path = without(href(e), "file:");
    if (str_starts(path, "///"))
        path = (struct str){path.p + 2, path.n - 2};
    set(&r->path, without(path, "./"));
}

static void on_mets_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    (void)x;
    struct reader *r = arg;
    if (streq(e->name, "mets")) {
        r->head->object_id = keep(r, without(pack_xml_attr_value(e, "OBJID"), "UUID:"));
        r->head->type = keep(r, pack_xml_attr_value(e, "TYPE"));
    } else if (streq(e->name, "metsHdr")) {
        r->head->status = keep(r, pack_xml_attr_value(e, "RECORDSTATUS"));
    } else if (streq(e->name, "file")) {
        begin_file(r, e);
    } else if (streq(e->name, "FLocat") && r->open) {
        take_path(r, e);
    } else if (streq(e->name, "mdRef")) {
        begin_file(r, e);
        take_path(r, e);
        finish(r);
    } else if (streq(e->name, "fptr") || streq(e->name, "area")) {
        point(r, pack_xml_attr_value(e, "FILEID"), e->line);
    }
}

static void on_mets_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    (void)x;
    struct reader *r = arg;
    if (r->open && streq(e->name, "file"))
        finish(r);
}

enum rc mets_read(struct cx *cx, struct pack_stream *s, mets_file_fn fn, void *arg, struct mets_head *ret)
{
    static const struct pack_xml_events events = {.start = on_mets_start, .end = on_mets_end};
    struct reader *r = mem_new(sizeof(*r));
    *r = (struct reader){.cx = cx, .fn = fn, .arg = arg, .head = ret};
    *ret = (struct mets_head){"", "", ""};
    enum rc rc = pack_xml_read(cx, s, &events, r, NULL);
    mem_free(r);
    return rc;
}

/* ---------------------------------------------------------------- PREMIS */

static void on_premis_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    (void)x;
    struct reader *r = arg;
    if (streq(e->name, "object"))
        begin(r, e->line);
}

static void on_premis_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    (void)x;
    struct reader *r = arg;
    if (streq(e->name, "linkingObjectIdentifierValue") || streq(e->name, "relatedObjectIdentifierValue"))
        point(r, e->text, e->line);
    if (!r->open)
        return;
    if (streq(e->name, "object"))
        finish(r);
    else if (streq(e->name, "objectIdentifierValue"))
        set(&r->id, e->text);
    else if (streq(e->name, "messageDigestAlgorithm"))
        set(&r->algorithm, e->text);
    else if (streq(e->name, "messageDigest"))
        set(&r->checksum, e->text);
    else if (streq(e->name, "size"))
        set_size(r, e->text);
}

enum rc premis_read(struct cx *cx, struct pack_stream *s, mets_file_fn fn, void *arg)
{
    static const struct pack_xml_events events = {.start = on_premis_start, .end = on_premis_end};
    struct reader *r = mem_new(sizeof(*r));
    *r = (struct reader){.cx = cx, .fn = fn, .arg = arg};
    enum rc rc = pack_xml_read(cx, s, &events, r, NULL);
    mem_free(r);
    return rc;
}
