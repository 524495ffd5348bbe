/*
 * Objects of arkivstruktur.xml, and entries of endringslogg.xml.
 *
 * A frame is an open element: an object, a value object of one, or a value. What the model does not know
 * is caught as it stands. An object may be stored before its last values have come (a mappe is a long
 * way); then a row is made, and it is stored again when it ends.
 */
#include "deposit/import_int.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define TEXT_FLUSH ((size_t)MiB(8))
#define TEXT_MOST ((size_t)MiB(24))

static struct frame *top(struct import *im)
{
    return &im->frames[im->depth];
}

/* The object the reader stands in; outside the root it has no item. */
static struct frame *object(struct import *im)
{
    size_t i = im->depth;
    while (i && im->frames[i].kind != FRAME_OBJECT)
        i--;
    return &im->frames[i];
}

size_t import_open(const struct import *im, struct item *out[PACK_XML_DEPTH])
{
    size_t n = 0;
    for (size_t i = 1; i <= im->depth; i++)
        if (im->frames[i].kind == FRAME_OBJECT)
            out[n++] = im->frames[i].item;
    return n;
}

/* "saksmappe/skjerming/hjemmel": the class, the value object if one is open, and the element. */
static const char *path_of(struct import *im, const char *element, const char *attribute)
{
    const struct frame *o = object(im), *t = top(im);
    const char *group = t->kind == FRAME_GROUP ? t->name : NULL;
    const char *path = arena_printf(im->batch_cx.arena, "%s%s%s%s%s%s%s", o->item ? o->item->a.rec->entity->name : "",
                                    o->item ? "/" : "", group ? group : "", group ? "/" : "", element, attribute ? "/@" : "",
                                    attribute ? attribute : "");
    return path ? path : element;
}

static enum rc rest(struct import *im, enum import_note_id id, int64_t line, const char *path, struct str value)
{
    if (im->replaying || str_blank(value))
        return RC_OK;
    return import_rest(im, id, object(im)->item, line, path, value);
}

/* ------------------------------------------------------------------ objects */

void import_identify(const struct import *im, struct item *it)
{
    struct rec *r = it->a.rec;
    if (r->systemid[0])
        return;
    if (it->up)
        import_identify(im, it->up);
    if (r->entity->family == F_arkivskaper && rec_val(r, A_arkivskaper_arkivskaperID)->state == VAL_SET) {
        (void)rec_xml_id(rec_val(r, A_arkivskaper_arkivskaperID)->text, r->systemid);
        return;
    }
    char name[80];
    int n = snprintf(name, sizeof(name), "%s/%u", model_family(r->entity->family)->table, it->nr);
    uuid_within(it->up ? it->up->a.rec->systemid : im->result->id, (struct str){name, (size_t)n}, r->systemid);
}

static struct frame *push(struct import *im, const char *name, int64_t line)
{
    struct frame *f = &im->frames[++im->depth];
    *f = (struct frame){.name = name, .line = line};
    return f;
}

static const struct rec *arkivdel_above(const struct import *im)
{
    for (size_t i = im->depth; i > 0; i--)
        if (im->frames[i].kind == FRAME_OBJECT && im->frames[i].item->a.rec->entity->id == E_arkivdel)
            return im->frames[i].item->a.rec;
    return NULL;
}

/* Pointers of an item to what it lies in. */
static void settle_place(const struct import *im, struct item *it)
{
    const struct relation *rel = it->a.relation;
    it->a.on = it->up ? it->up->a.rec : NULL;
    it->a.owner = it;
    if (rel && (rel->id == REL_klasse_mappe || rel->id == REL_klasse_registrering))
        it->a.arkivdel = arkivdel_above(im);
}

static bool in_registrering(const struct import *im)
{
    for (size_t i = im->depth; i > 0; i--)
        if (im->frames[i].kind == FRAME_OBJECT && im->frames[i].item->a.rec->entity->family == F_registrering)
            return true;
    return false;
}

/* A batch ends where an object begins, so that a later run can find the place; inside a registrering only a huge one. */
static enum rc make_room(struct import *im)
{
    bool inside = in_registrering(im);
    if (im->replaying) {
        if (im->stored.phase == PHASE_STRUCTURE && im->at.started == im->stored.started && im->at.ended == im->stored.ended)
            return import_resume(im);
        return ++im->quiet % BATCH == 0 ? import_move_open(im) : RC_OK;
    }
    bool full = im->batch.items_n >= (inside ? BATCH_MOST : BATCH) || im->batch.bytes > (inside ? TEXT_MOST : TEXT_FLUSH);
    return full ? import_flush(im) : RC_OK;
}

/* What `tillegg` told before it came says which class it is. */
static void meet_extra(struct import *im, struct item *it, size_t depth)
{
    if (im->extras.waiting && im->extras.depth == depth)
        it->extra = import_extra_of(im, it->a.rec->entity, it->nr);
}

static enum rc begin_object(struct import *im, const char *name, int64_t line, const struct entity *e,
                            const struct relation *rel)
{
    TRY(make_room(im));
    struct frame *up = object(im);
    struct item *it = arena_alloc(im->batch_cx.arena, sizeof(*it));
    if (!it)
        return cx_nomem(&im->batch_cx);
    *it = (struct item){.line = line, .up = up->item, .nr = ++up->children[e->family]};
    TRY(rec_new(&im->batch_cx, e, &it->a.rec));
    it->a.relation = rel;
    settle_place(im, it);
    meet_extra(im, it, (size_t)(up - im->frames));
    im->at.started++;
    if (!im->replaying)
        im->batch.items[im->batch.items_n++] = it;
    struct frame *f = push(im, name, line);
    f->kind = FRAME_OBJECT;
    f->item = it;
    return RC_OK;
}

/* The path of the file stands where the checksum of the content is to stand. */
static enum rc end_document(struct import *im, struct item *it)
{
    struct val *file = rec_val(it->a.rec, A_dokumentobjekt_referanseDokumentfil);
    if (file->state != VAL_SET)
        return RC_OK;
    struct str path = file->text;
    *file = (struct val){.state = VAL_ABSENT};
    return import_document(im, it, path);
}

static enum rc end_object(struct import *im, struct frame *f)
{
    struct item *it = f->item;
    if (it->a.rec->entity->family == F_dokumentobjekt)
        TRY(end_document(im, it));
    if (it->extra)
        TRY(import_extra_put(im, it, it->extra));
    if (!import_extra_told_class(it->extra))
        rec_xml_settle(it->a.rec);
    it->extra = NULL;
    if (im->extras.arena && im->extras.depth == im->depth)
        TRY(import_extra_done(im));
    import_identify(im, it);
    it->ended = true;
    im->at.ended++;
    im->depth--;
    if (it->begun && !im->replaying)
        im->batch.items[im->batch.items_n++] = it;
    struct frame *below = top(im);
    return below->implied ? end_object(im, below) : RC_OK;
}

static bool text_to(struct arena *a, struct str *s)
{
    char *own = s->n ? arena_strndup(a, s->p, s->n) : NULL;
    if (s->n && !own)
        return false;
    s->p = own;
    return true;
}

static bool val_to(struct arena *a, struct val *v)
{
    bool ok = text_to(a, &v->text) && text_to(a, &v->name);
    struct val_item *items = NULL;
    for (size_t i = 0; i < v->items_n && ok; i++) {
        items = arena_grow(a, items, i, sizeof(*items));
        if (!items)
            return false;
        items[i] = v->items[i];
        ok = text_to(a, &items[i].text) && text_to(a, &items[i].name);
    }
    v->items = items;
    return ok;
}

static enum rc item_to(struct cx *cx, struct frame *f)
{
    struct item *it = arena_alloc(cx->arena, sizeof(*it));
    struct rec *r;
    if (!it)
        return cx_nomem(cx);
    *it = *f->item;
    TRY(rec_copy(cx, it->a.rec, &r));
    for (size_t i = 0; i < model_family(r->entity->family)->slots_n; i++)
        if (!val_to(cx->arena, &r->v[i]))
            return cx_nomem(cx);
    it->a.rec = r;
    it->told_id = NULL;
    f->item = it;
    return RC_OK;
}

enum rc import_move_open(struct import *im)
{
    struct cx next;
    struct item *up = NULL;
    cx_open(&next, IMPORT_MEMORY);
    next.now = im->batch_cx.now;
    next.lang = im->batch_cx.lang;
    for (size_t i = 1; i <= im->depth; i++) {
        if (im->frames[i].kind != FRAME_OBJECT)
            continue;
        enum rc rc = item_to(&next, &im->frames[i]);
        if (rc != RC_OK) {
            cx_close(&next);
            return cx_nomem(&im->batch_cx);
        }
        im->frames[i].item->up = up;
        up = im->frames[i].item;
    }
    cx_close(&im->batch_cx);
    im->batch_cx = next;
    for (size_t i = 1; i <= im->depth; i++)
        if (im->frames[i].kind == FRAME_OBJECT)
            settle_place(im, im->frames[i].item);
    return RC_OK;
}

/* ------------------------------------------------------------------ what is kept as it stands */

static void catch_begin(struct import *im, const struct pack_xml_element *e, bool vsm)
{
    struct catch *k = &im->caught;
    buf_reset(&k->raw);
    *k = (struct catch){.on = true, .vsm = vsm, .name = e->name, .ns = e->ns, .line = e->line, .raw = k->raw};
}

struct item *import_extra_host(struct import *im)
{
    return im->frames[im->extras.depth].item;
}

enum rc import_extra_object(struct import *im, const struct extra *x, const struct entity *e, int64_t line,
                            struct item **ret)
{
    TRY(begin_object(im, e->name, line, e, NULL));
    *ret = top(im)->item;
    (*ret)->extra = x;
    return RC_OK;
}

enum rc import_extra_object_end(struct import *im, struct item *it, struct item *up)
{
    it->up = up ? up : it->up;
    settle_place(im, it);
    return end_object(im, top(im));
}

static enum rc extra_start(struct import *im, const struct pack_xml_element *e)
{
    if (!im->caught.extra) {
        if (im->extras.arena)
            TRY(import_extra_done(im));         /* of an object round this one */
        im->caught.extra = true;
        im->extras.depth = im->depth;
    }
    return import_extra_start(im, e);
}

static enum rc catch_start(struct import *im, const struct pack_xml_element *e)
{
    struct catch *k = &im->caught;
    k->depth++;
    if (k->extra || (k->vsm && k->depth == 1 && import_extra_is(e)))
        return extra_start(im, e);
    if (k->vsm && k->depth == 1 && import_vsm_own(e)) {
        TRY(import_vsm_learn(im, e->ns));
        k->own = true;
        jw_begin(&k->json, &k->raw);
        jw_open(&k->json, '{');
    }
    if (!k->own)
        pack_xml_echo_start(&k->raw, e, k->ns);
    if (k->depth == 1)
        k->ns = e->ns;
    return RC_OK;
}

static enum rc keep_vsm(struct import *im, struct str inner)
{
    struct rec *r = object(im)->item->a.rec;
    const struct attr *a = model_attr_named(r->entity->family, STR("virksomhetsspesifikkeMetadata"));
    struct val *v = &r->v[model_slot_of(r->entity->family, a, NULL)];
    struct buf json;
    struct jw w;
    if (v->state == VAL_SET || str_blank(inner))
        return rest(im, IMPORT_BAD_VALUE, im->caught.line, path_of(im, im->caught.name, NULL), inner);
    buf_init(&json, (size_t)MiB(16));
    jw_begin(&w, &json);
    if (im->caught.own) {
        jw_raw(&w, inner);
    } else {
        jw_open(&w, '{');
        import_vsm_raw(im, &w, inner);
        jw_close(&w, '}');
    }
    char *own = buf_failed(&json) ? NULL : arena_strndup(im->batch_cx.arena, json.p, json.n);
    buf_free(&json);
    if (!own)
        return cx_nomem(&im->batch_cx);
    val_text(v, str_of(own));
    return RC_OK;
}

/* Where it lies tells of which arkivdel an object is. */
static bool of_arkivdel(const struct import *im, struct str told)
{
    char id[UUID_TEXT_MAX];
    const struct rec *arkivdel = arkivdel_above(im);
    (void)rec_xml_id(told, id);
    return arkivdel && streq(id, arkivdel->systemid);
}

static enum rc catch_done(struct import *im, const struct pack_xml_element *e)
{
    struct catch *k = &im->caught;
    k->on = false;
    if (buf_failed(&k->raw))
        return err_setf(&im->batch_cx, RC_FIELD_LENGTH, k->name, "%zu", k->raw.max);
    struct str inner = e->leaf ? e->text : buf_str(&k->raw);
    im->batch.bytes += inner.n;
    if (k->vsm)
        return keep_vsm(im, inner);
    if (streq(k->name, "referanseArkivdel") && of_arkivdel(im, inner))
        return RC_OK;
    return rest(im, IMPORT_NO_PLACE, k->line, path_of(im, k->name, NULL), inner);
}

static enum rc catch_end(struct import *im, const struct pack_xml_element *e)
{
    struct catch *k = &im->caught;
    if (k->depth == 0)
        return catch_done(im, e);
    if (k->extra) {
        TRY(import_extra_end(im, e));
        k->extra = k->depth > 1;
    } else if (!k->own) {
        pack_xml_echo_end(&k->raw, e);
    } else if (k->depth == 2) {
        import_vsm_write(im, &k->json, e->name, e->text);
    } else if (k->depth == 1) {
        jw_close(&k->json, '}');
    }
    k->depth--;
    return RC_OK;
}

/* ------------------------------------------------------------------ elements */

static enum rc other_attributes(struct import *im, const struct pack_xml_element *e, struct str *ret_type)
{
    *ret_type = (struct str){"", 0};
    for (size_t i = 0; i < e->attrs_n; i++) {
        const struct pack_xml_attr *a = &e->attrs[i];
        bool xsi = a->ns && streq(a->ns, XSI);
        if (xsi && streq(a->name, "type"))
            *ret_type = a->value;
        else if (!xsi)
            TRY(rest(im, IMPORT_NO_PLACE, e->line, path_of(im, e->name, a->name), a->value));
    }
    return RC_OK;
}

static enum rc start_object(struct import *im, const struct pack_xml_element *e, const struct xml_where *w,
                            struct str type)
{
    const struct entity *class = rec_xml_class(w->entity, type);
    TRY(begin_object(im, e->name, e->line, class ? class : w->entity, w->relation));
    return class ? RC_OK : rest(im, IMPORT_NO_PLACE, e->line, path_of(im, e->name, "xsi:type"), type);
}

/* Before Noark 5 version 5 a dokumentobjekt could hang on the registrering itself. */
static enum rc start_loose_document(struct import *im, const struct pack_xml_element *e)
{
    TRY(begin_object(im, "dokumentbeskrivelse", e->line, model_entity(E_dokumentbeskrivelse),
                     model_relation(REL_registrering_dokumentbeskrivelse)));
    top(im)->implied = true;
    TRY(rest(im, IMPORT_MADE_DOCUMENT, e->line, path_of(im, e->name, NULL), STR("dokumentobjekt")));
    return begin_object(im, e->name, e->line, model_entity(E_dokumentobjekt),
                        model_relation(REL_dokumentbeskrivelse_dokumentobjekt));
}

static void start_leaf(struct import *im, const struct pack_xml_element *e, const struct xml_where *w)
{
    struct frame *f = push(im, e->name, e->line);
    f->kind = FRAME_LEAF;
    f->where = w;
}

static enum rc start_in_object(struct import *im, const struct pack_xml_element *e, struct str type)
{
    struct rec *r = top(im)->item->a.rec;
    const struct xml_where *w = rec_xml_where(&im->names, r->entity, NULL, e->name);
    switch ((int)w->kind) {
    case XML_SYSTEMID:
    case XML_VALUE:
    case XML_REFERENCE:
        start_leaf(im, e, w);
        return RC_OK;
    case XML_GROUP:
        TRY(rec_xml_begin(&im->batch_cx, r, w));
        push(im, e->name, e->line)->kind = FRAME_GROUP;
        return RC_OK;
    case XML_OBJECT:
        return start_object(im, e, w, type);
    default:
        break;
    }
    if (r->entity->family == F_registrering && streq(e->name, "dokumentobjekt"))
        return start_loose_document(im, e);
    catch_begin(im, e, w->kind == XML_ANY);
    return RC_OK;
}

static enum rc start_root(struct import *im, const struct pack_xml_element *e)
{
    if (!streq(e->name, "arkiv"))
        return err_setf(&im->batch_cx, RC_XML, NULL, im->batch_cx.lang == LANG_NB
                        ? "%s, linje %" PRId64 ": Rotelementet skal være <arkiv>, ikke <%s>"
                        : "%s, line %" PRId64 ": The root element must be <arkiv>, not <%s>", im->file, e->line, e->name);
    return begin_object(im, e->name, e->line, model_entity(E_arkiv), NULL);
}

static enum rc start(struct import *im, const struct pack_xml_element *e)
{
    struct frame *t = top(im);
    struct str type;
    if (im->caught.on)
        return catch_start(im, e);
    TRY(other_attributes(im, e, &type));
    if (im->depth + 2 > PACK_XML_DEPTH)
        return err_setf(&im->batch_cx, RC_XML, NULL, im->batch_cx.lang == LANG_NB
                        ? "%s, linje %" PRId64 ": Elementer ligger i hverandre i mer enn %d nivåer"
                        : "%s, line %" PRId64 ": Elements lie within each other more than %d levels deep", im->file, e->line,
                        PACK_XML_DEPTH - 2);
    if (t->kind == FRAME_OUTSIDE)
        return start_root(im, e);
    if (t->kind == FRAME_OBJECT)
        return start_in_object(im, e, type);
    const struct xml_where *w = t->kind == FRAME_GROUP
        ? rec_xml_where(&im->names, object(im)->item->a.rec->entity, t->name, e->name) : NULL;
    if (w && w->kind == XML_VALUE)
        start_leaf(im, e, w);
    else
        catch_begin(im, e, false);
    return RC_OK;
}

static enum rc put_id(struct import *im, struct item *it, const struct pack_xml_element *e)
{
    struct rec *r = it->a.rec;
    struct str told = e->text;
    if (str_blank(told))
        return RC_OK;
    if (r->systemid[0] && !it->begun)
        return rest(im, IMPORT_BAD_VALUE, e->line, path_of(im, e->name, NULL), told);
    if (!rec_xml_id(told, r->systemid))
        return RC_OK;
    return rest(im, IMPORT_MADE_ID, e->line, path_of(im, e->name, NULL), told);
}

static enum rc put_reference(struct import *im, struct item *it, const struct xml_where *w,
                             const struct pack_xml_element *e)
{
    if (im->replaying || str_blank(e->text))
        return RC_OK;
    return import_pend(im, it, w->relation, e->text, e->line);
}

static enum rc end_leaf(struct import *im, const struct xml_where *w, const struct pack_xml_element *e)
{
    struct item *it = object(im)->item;
    bool kept = true;
    im->batch.bytes += e->text.n;
    if (w->kind == XML_SYSTEMID)
        return put_id(im, it, e);
    if (w->kind == XML_VALUE)
        TRY(rec_xml_put(&im->batch_cx, it->a.rec, w, e->text, &kept));
    if (w->relation)
        TRY(put_reference(im, it, w, e));
    return kept ? RC_OK : rest(im, IMPORT_BAD_VALUE, e->line, path_of(im, e->name, NULL), e->text);
}

static enum rc end(struct import *im, const struct pack_xml_element *e)
{
    if (im->caught.on)
        return catch_end(im, e);
    struct frame *f = top(im);
    if (f->kind != FRAME_LEAF && e->leaf)
        TRY(rest(im, IMPORT_NO_PLACE, e->line, path_of(im, e->name, NULL), e->text));
    if (f->kind == FRAME_OBJECT)
        return end_object(im, f);
    const struct xml_where *w = f->where;
    bool leaf = f->kind == FRAME_LEAF;
    im->depth--;
    return leaf && e->leaf ? end_leaf(im, w, e) : RC_OK;
}

/* ------------------------------------------------------------------ reading */

static void on_start(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct import *im = arg;
    im->rc = start(im, e);
    if (im->rc != RC_OK)
        pack_xml_stop(x);
}

/* What has elements in it and is no leaf of the model has no text; what is kept as it stands has. */
static void on_text(void *arg, struct pack_xml *x, struct str text)
{
    struct import *im = arg;
    struct catch *k = &im->caught;
    if (k->on && !k->extra && !k->own)
        pack_xml_echo_text(&k->raw, text);
    else
        im->rc = rest(im, IMPORT_NO_PLACE, pack_xml_line(x), path_of(im, "#tekst", NULL), text);
    if (im->rc != RC_OK)
        pack_xml_stop(x);
}

static void on_end(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct import *im = arg;
    im->rc = end(im, e);
    if (im->rc != RC_OK)
        pack_xml_stop(x);
}

/* What is wrong with the XML, and in which file. */
static enum rc name_file(struct cx *cx, enum rc rc, const char *name)
{
    const char *detail = cx->err.detail, *where = cx->err.field;
    if (rc != RC_XML && rc != RC_PACKAGE)
        return rc;
    err_clear(cx);
    return err_setf(cx, rc, NULL, "%s, %s%s%s", name, where ? where : "", where && *where ? " " : "", detail ? detail : "");
}

static void on_proof(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct import *im = arg;
    (void)x, (void)e;
    if (++im->quiet % (BATCH * 10) == 0 && im->o->progress)
        im->o->progress(im->o->arg, pack_bytes_read(im->pack), im->total);
}

/* As it is read to be taken in: text beside elements has its limit too. */
static void on_proof_text(void *arg, struct pack_xml *x, struct str text)
{
    (void)arg, (void)x, (void)text;
}

enum rc import_proofread(struct import *im, const struct pack_entry *e, const char *name, char ret_sha256[SHA256_HEX_MAX])
{
    static const struct pack_xml_events events = {.end = on_proof, .text = on_proof_text};
    struct pack_stream s;
    TRY(pack_stream_open(im->cx, im->pack, e, &s));
    enum rc rc = pack_stream_hash(im->cx, &s);
    if (rc == RC_OK)
        rc = pack_xml_read(im->cx, &s, &events, im, NULL);
    if (rc == RC_OK)
        rc = pack_stream_digest(im->cx, &s, ret_sha256);
    pack_stream_close(&s);
    im->quiet = 0;
    return rc == RC_OK ? RC_OK : name_file(im->cx, rc, name);
}

static enum rc read_stream(struct import *im, const char *name, struct pack_stream *s, const struct pack_xml_events *events)
{
    im->file = name;
    im->rc = RC_OK;
    enum rc rc = pack_xml_read(im->cx, s, events, im, NULL);
    if (im->rc != RC_OK)
        return import_fail(im, im->rc);
    return rc == RC_OK ? RC_OK : name_file(im->cx, rc, name);
}

static enum rc read_file(struct import *im, const char *name, const struct pack_xml_events *events)
{
    struct pack_stream s;
    const struct pack_entry *e = pack_find_in(im->pack, pack_layout(im->pack)->extract, str_of(name));
    if (!e)
        return err_set(im->cx, RC_PACKAGE, name, im->cx->lang == LANG_NB ? "filen mangler" : "the file is missing");
    import_mark(im, e);
    TRY(pack_stream_open(im->cx, im->pack, e, &s));
    enum rc rc = read_stream(im, name, &s, events);
    pack_stream_close(&s);
    return rc;
}

static enum rc flush_last(struct import *im)
{
    enum rc rc = import_flush(im);
    return rc == RC_OK ? RC_OK : import_fail(im, rc);
}

static const struct pack_xml_events structure_events = {.start = on_start, .end = on_end, .text = on_text};

enum rc import_stream(struct import *im, struct pack_stream *s)
{
    buf_init(&im->caught.raw, (size_t)MiB(8));
    enum rc rc = read_stream(im, "arkivstruktur.xml", s, &structure_events);
    buf_free(&im->caught.raw);
    return rc;
}

enum rc import_structure(struct import *im)
{
    im->at = (struct place_reached){.phase = PHASE_STRUCTURE};
    im->replaying = im->stored.phase > PHASE_STRUCTURE || im->stored.started > 0;
    buf_init(&im->caught.raw, (size_t)MiB(8));
    enum rc rc = read_file(im, "arkivstruktur.xml", &structure_events);
    buf_free(&im->caught.raw);
    TRY(rc);
    if (im->stored.phase > PHASE_STRUCTURE)
        return RC_OK;
    im->replaying = false;          /* an earlier run came to the end of it */
    im->at.phase = PHASE_REFERENCES;
    return flush_last(im);
}

/* ------------------------------------------------------------------ the change log */

static enum rc start_entry(struct import *im, const struct pack_xml_element *e)
{
    if (e->depth != 2)
        return RC_OK;
    if (im->batch.entries_n == BATCH)
        TRY(import_flush(im));
    if (++im->at.started <= im->stored.started)
        return RC_OK;
    return rec_new(&im->batch_cx, model_entity(E_endringslogg), &im->batch.entries[im->batch.entries_n]);
}

static enum rc end_entry(struct import *im, const struct pack_xml_element *e)
{
    struct rec *r = im->batch.entries[im->batch.entries_n];
    char name[40];
    if (im->at.started <= im->stored.started)
        return RC_OK;
    if (e->depth == 2) {
        int n = snprintf(name, sizeof(name), "endring/%" PRId64, im->at.started);
        uuid_within(im->result->id, (struct str){name, (size_t)n}, r->systemid);
        im->batch.entries_n++;
    }
    if (e->depth != 3)
        return RC_OK;
    const struct xml_where *w = rec_xml_where(&im->names, r->entity, NULL, e->name);
    bool kept = false;
    if (w->kind == XML_VALUE)
        TRY(rec_xml_put(&im->batch_cx, r, w, e->text, &kept));
    if (kept || str_blank(e->text))
        return RC_OK;
    const char *path = arena_printf(im->batch_cx.arena, "endring/%s", e->name);
    return import_rest(im, IMPORT_NO_PLACE, NULL, e->line, path ? path : e->name, e->text);
}

static void on_start_entry(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct import *im = arg;
    im->rc = start_entry(im, e);
    if (im->rc != RC_OK)
        pack_xml_stop(x);
}

static void on_end_entry(void *arg, struct pack_xml *x, const struct pack_xml_element *e)
{
    struct import *im = arg;
    im->rc = end_entry(im, e);
    if (im->rc != RC_OK)
        pack_xml_stop(x);
}

enum rc import_log(struct import *im)
{
    static const struct pack_xml_events events = {.start = on_start_entry, .end = on_end_entry};
    memset(&im->names, 0, sizeof(im->names));      /* names of another reading */
    im->at = (struct place_reached){.phase = PHASE_LOG};
    im->depth = 0;
    if (im->stored.phase != PHASE_LOG)
        im->stored.started = 0;
    if (pack_find_in(im->pack, pack_layout(im->pack)->extract, STR("endringslogg.xml")))
        TRY(read_file(im, "endringslogg.xml", &events));
    im->at = (struct place_reached){.phase = PHASE_FILES};
    return flush_last(im);
}
