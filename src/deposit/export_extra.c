/*
 * What the schemas of an extract have no element for. They allow anything inside virksomhetsspesifikkeMetadata of a
 * mappe, registrering or part: there it stands in one element `tillegg`, with what hangs on the mappe or registrering
 * and has no such place itself (korrespondansepart, documents). The schema below goes along.
 *
 * What says something about this installation alone, and what stands where there is no such place (arkiv, klasse),
 * stays here; it is counted by kind, and told.
 */
#include "deposit/export_int.h"

#define NS_EXTRA "urn:samdrift:tillegg:1"

struct part {
    const struct rec *r;
    const struct batch *b;          /* where its kids are */
    char path[96];                  /* "dokumentbeskrivelse[1]/dokumentobjekt[2]" */
    bool again;                     /* a document that stands elsewhere too */
};
struct extra {
    int64_t *left[E_COUNT];         /* by class: values that stay, one count a slot of the family */
    int64_t events, rests;
    bool has_rests;
    struct part *parts;             /* documents of the registrering being written that have been passed */
    size_t parts_n;
};

/* ------------------------------------------------------------------ what stays */

/* Who, as an account here (the name stands beside it); when it was last touched; what the file tells anew. */
static bool only_here(const struct slot *s)
{
    const struct attr *a = slot_attr(s);
    return a->type == T_UUID || streq(a->name, "endretDato") || streq(a->name, "endretAv") ||
           (!s->leaf && a->id == A_dokumentobjekt_mimeType);
}

/* Is there a virksomhetsspesifikkeMetadata in its element, or in that of what it hangs on? */
static bool has_place(const struct rec *r)
{
    enum family_id f = r->entity->family;
    return f != F_arkiv && f != F_arkivskaper && f != F_arkivdel && f != F_klassifikasjonssystem && f != F_klasse;
}

struct counting {
    struct export *x;
    const struct rec *r;
};

static void count_slot(struct export *x, const struct rec *r, const struct slot *s)
{
    const struct family *f = model_family(r->entity->family);
    int64_t **counts = &x->extra->left[r->entity->id];
    if (!*counts)
        *counts = mem_new(f->slots_n * sizeof(**counts));
    /* What it lies in is told by where it stands. */
    if (!streq(s->path, "referanseForelderMappe"))
        (*counts)[s - f->slots]++;
}

static void count_left(void *arg, const struct slot *s, const char *element)
{
    const struct counting *k = arg;
    if (!element && (only_here(s) || !has_place(k->r)))
        count_slot(k->x, k->r, s);
}

void extra_count(struct export *x, const struct rec *r)
{
    struct counting k = {x, r};
    if (!x->journal_only)
        model_xml_left(&x->xml, r, count_left, &k);
}

/* ------------------------------------------------------------------ writing */

struct telling {
    struct export *x;
    const struct rec *host, *r;     /* the element it stands in; what it is about */
    const char *path;               /* from the host to it, NULL: the host itself */
    bool open_any, open_extra, open_part;
    bool again;                     /* r stands elsewhere too, and cannot have its systemID twice */
    enum rc rc;
};

static void open_any(struct telling *t)
{
    if (!t->open_any)
        xw_open(t->x->xml.out, "virksomhetsspesifikkeMetadata");
    t->open_any = true;
}

/* The class, when the element does not tell it, and the systemID it has no element for. */
static void tell_identity(struct telling *t)
{
    struct export *x = t->x;
    const struct entity *e = t->r->entity;
    /* A document has been read when this comes. */
    if (!model_xml_has(&x->xml, e, "systemID") && e->family != F_dokumentobjekt && !t->again)
        xw_attr(x->xml.out, "systemID", str_of(t->r->systemid));
    if (rec_xml_back(t->r, x->o->version) != e)
        xw_element(x->xml.out, "t:type", str_of(e->name));
}

static void begin(struct telling *t)
{
    struct xw *w = t->x->xml.out;
    open_any(t);
    if (!t->open_extra) {
        xw_open(w, "t:tillegg");
        xw_attr(w, "xmlns:t", STR(NS_EXTRA));
        t->open_extra = true;
        if (!t->path)
            tell_identity(t);
    }
    if (t->path && !t->open_part) {
        xw_open(w, "t:del");
        xw_attr(w, "sti", str_of(t->path));
        t->open_part = true;
        tell_identity(t);
    }
    t->x->has_extra = true;
}

static void write_value(struct xw *w, const char *path, const char *leaf, struct str text)
{
    char felt[2 * 64];
    (void)snprintf(felt, sizeof(felt), "%s%s%s", path, *leaf ? "/" : "", leaf);
    xw_open(w, "t:verdi");
    xw_attr(w, "felt", str_of(felt));
    xw_text(w, text);
    xw_close(w, "t:verdi");
}

static void write_slot(struct telling *t, const struct slot *s)
{
    struct xw *w = t->x->xml.out;
    const struct val *v = &t->r->v[s - model_family(t->r->entity->family)->slots];
    enum type type = slot_attr(s)->type;
    char room[TIME_TEXT_MAX];
    if (type == T_VSM && t->rc == RC_OK)
        t->rc = vsm_write(t->x, t->r);
    else if (v->items_n == 0)
        write_value(w, s->path, "", model_xml_text(s, v, room));
    for (size_t i = 0; i < v->items_n; i++)
        if (type == T_GROUP_LIST)
            write_value(w, s->path, v->items[i].name.p, v->items[i].text);
        else
            write_value(w, s->path, "", v->items[i].name.n ? v->items[i].name : v->items[i].text);
}

static void tell_left(void *arg, const struct slot *s, const char *element)
{
    struct telling *t = arg;
    struct xw *w = t->x->xml.out;
    if (!element && only_here(s))
        return;
    begin(t);
    if (!element) {
        write_slot(t, s);
        return;
    }
    xw_open(w, "t:sted");
    xw_attr(w, "element", str_of(element));
    xw_text(w, str_of(s->path));
    xw_close(w, "t:sted");
}

/* ------------------------------------------------------------------ what hangs on it */

static bool has_element(struct export *x, const struct rec *owner, const struct hang *h)
{
    return model_xml_has(&x->xml, owner->entity, h->element) ||
           (streq(h->element, "part") && model_xml_has(&x->xml, owner->entity, "sakspart"));
}

/* An object that has no element in the extract at all. */
static enum rc write_object(struct telling *t, const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    struct xw *w = t->x->xml.out;
    begin(t);
    xw_open(w, "t:objekt");
    if (!t->again)
        xw_attr(w, "systemID", str_of(r->systemid));
    xw_element(w, "t:type", str_of(r->entity->name));
    const struct rec *outer = t->r;
    t->r = r;
    for (size_t i = 0; i < f->slots_n; i++)
        if ((r->v[i].state == VAL_SET || r->v[i].items_n) && only_here(&f->slots[i]))
            count_slot(t->x, r, &f->slots[i]);
        else if (r->v[i].state == VAL_SET || r->v[i].items_n)
            write_slot(t, &f->slots[i]);
    t->r = outer;
    xw_close(w, "t:objekt");
    return t->rc;
}

static enum rc write_objects(struct telling *t, const struct batch *b)
{
    const struct hang *h;
    for (size_t i = 0; i < b->kids_n && (h = batch_hang(b->family, i)); i++) {
        size_t n;
        const struct kid *k = batch_kids(b, i, t->r->id, &n);
        for (size_t j = 0; j < n && !has_element(t->x, t->r, h); j++)
            TRY(write_object(t, k[j].r));
    }
    return RC_OK;
}

static void close_part(struct telling *t)
{
    if (t->open_part)
        xw_close(t->x->xml.out, "t:del");
    t->open_part = false;
}

/* What it holds, and what hangs on it without an element. */
static enum rc write_part(struct telling *t, const struct rec *r, const struct batch *b, const char *path)
{
    t->r = r;
    t->path = path;
    if (rec_xml_back(r, t->x->o->version) != r->entity)
        begin(t);
    model_xml_left(&t->x->xml, r, tell_left, t);
    TRY(t->rc);
    if (b)
        TRY(write_objects(t, b));
    close_part(t);
    return RC_OK;
}

/* What is written after this. Documents have passed (struct part), and a part tells of itself. */
static enum rc write_kids(struct telling *t, const struct batch *b)
{
    const struct hang *h;
    char path[64];
    for (size_t i = 0; i < b->kids_n && (h = batch_hang(b->family, i)); i++) {
        size_t n;
        const struct kid *k = batch_kids(b, i, t->host->id, &n);
        bool passed = streq(h->element, "dokumentbeskrivelse") || streq(h->element, "part");
        for (size_t j = 0; j < n && !passed && has_element(t->x, t->host, h); j++) {
            (void)snprintf(path, sizeof(path), "%s[%zu]", h->element, j + 1);
            TRY(write_part(t, k[j].r, &b->kids[i], path));
        }
    }
    return RC_OK;
}

static enum rc write_parts(struct telling *t)
{
    struct extra *e = t->x->extra;
    for (size_t i = 0; i < e->parts_n; i++) {
        t->again = e->parts[i].again;
        TRY(write_part(t, e->parts[i].r, e->parts[i].b, e->parts[i].path));
    }
    t->again = false;
    e->parts_n = 0;
    return RC_OK;
}

static enum rc write_all(struct telling *t, const struct batch *b)
{
    TRY(write_part(t, t->host, b, NULL));
    if (t->host->entity->family == F_registrering)
        TRY(write_parts(t));
    return b ? write_kids(t, b) : RC_OK;
}

enum rc extra_write(struct export *x, const struct rec *r, size_t *ret_n)
{
    struct telling t = {.x = x, .host = r, .r = r, .again = x->place.shared != NULL};
    if (x->journal_only)
        return RC_OK;
    if (vsm_has(r)) {
        open_any(&t);
        TRY(vsm_write(x, r));
    }
    TRY(write_all(&t, x->here[r->entity->family]));
    if (t.open_extra)
        xw_close(x->xml.out, "t:tillegg");
    if (t.open_any)
        xw_close(x->xml.out, "virksomhetsspesifikkeMetadata");
    *ret_n = t.open_any;
    return RC_OK;
}

/* ------------------------------------------------------------------ documents that pass */

void extra_new_registrering(struct export *x)
{
    x->extra->parts_n = 0;      /* in the memory of the batch */
    x->extra->parts = NULL;
}

enum rc extra_pass(struct export *x, const struct rec *r, const struct batch *b, size_t dokument, size_t objekt)
{
    struct extra *e = x->extra;
    if (x->journal_only)
        return RC_OK;
    struct part *more = arena_grow(x->cx->arena, e->parts, e->parts_n, sizeof(*more));
    if (!more)
        return cx_nomem(x->cx);
    e->parts = more;
    struct part *p = &e->parts[e->parts_n++];
    *p = (struct part){.r = r, .b = b, .again = x->place.shared != NULL};
    int n = snprintf(p->path, sizeof(p->path), "dokumentbeskrivelse[%zu]", dokument);
    if (objekt)
        (void)snprintf(p->path + n, sizeof(p->path) - (size_t)n, "/dokumentobjekt[%zu]", objekt);
    return RC_OK;
}

/* ------------------------------------------------------------------ logs */

/* Events are of this installation; what an import could not place stays in its remainder. */
static enum rc count_rows(struct export *x, const struct batch *b, size_t from, const char *of, int64_t *to)
{
    struct stmt *st;
    bool row;
    char *sql = arena_printf(x->cx->arena, "SELECT count(*) FROM %s IN %s", of, batch_places);
    if (!sql)
        return cx_nomem(x->cx);
    TRY(db_prepare(x->db, sql, &st));
    for (size_t i = 0; i < BATCH_PLACES; i++)
        stmt_bind_text(st, (int)i + 1, from + i < b->n ? b->r[from + i].r->systemid : "");
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK && row)
        *to += stmt_int(st, 0);
    stmt_done(&st);
    return rc;
}

enum rc extra_count_logs(struct export *x, const struct batch *b)
{
    for (size_t i = 0; i < b->n; i += BATCH_PLACES) {
        TRY(count_rows(x, b, i, "logg WHERE type = 'hendelseslogg' AND referansearkivenhet", &x->extra->events));
        if (x->extra->has_rests)
            TRY(count_rows(x, b, i, "innlesingsrest WHERE arkivenhet", &x->extra->rests));
    }
    for (size_t i = 0; i < b->kids_n; i++)
        TRY(extra_count_logs(x, &b->kids[i]));
    return RC_OK;
}

/* ------------------------------------------------------------------ the whole */

enum rc extra_open(struct export *x)
{
    struct extra *e = arena_alloc(x->cx->arena, sizeof(*e));
    if (!e)
        return cx_nomem(x->cx);
    *e = (struct extra){.events = 0};
    x->extra = e;
    return db_has(x->db, "innlesingsrest", NULL, &e->has_rests);
}

void extra_free(struct export *x)
{
    for (size_t i = 0; x->extra && i < E_COUNT; i++)
        mem_free(x->extra->left[i]);
}

static enum rc add(struct export *x, struct export_left *all, const char *what, int64_t n)
{
    if (n == 0)
        return RC_OK;
    if (!what)
        return cx_nomem(x->cx);
    all[x->r->left_n++] = (struct export_left){what, n};
    return RC_OK;
}

static enum rc add_class(struct export *x, struct export_left *all, const struct entity *e)
{
    const int64_t *counts = x->extra->left[e->id];
    if (!counts)
        return RC_OK;
    const struct family *f = model_family(e->family);
    for (size_t i = 0; i < f->slots_n; i++)
        if (counts[i])
            TRY(add(x, all, arena_printf(x->cx->arena, "%s/%s", e->name, f->slots[i].path), counts[i]));
    return RC_OK;
}

enum rc extra_close(struct export *x)
{
    size_t most = 2;
    for (int i = 0; i < E_COUNT; i++)
        if (x->extra->left[i])
            most += model_family(model_entity((enum entity_id)i)->family)->slots_n;
    struct export_left *all = arena_array(x->cx->arena, most, sizeof(*all));
    if (!all)
        return cx_nomem(x->cx);
    x->r->left = all;
    for (int i = 0; i < E_COUNT; i++)
        TRY(add_class(x, all, model_entity((enum entity_id)i)));
    TRY(add(x, all, "hendelseslogg", x->extra->events));
    return add(x, all, "innlesingsrest", x->extra->rests);
}

/* No element is empty and none has a name of the structure: readers look for those by name alone. */
const char extra_schema[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"" NS_EXTRA "\" targetNamespace=\"" NS_EXTRA "\""
    " elementFormDefault=\"qualified\">\n"
    "  <xs:annotation><xs:documentation xml:lang=\"no\">Opplysninger som Noark 5 tjenestegrensesnitt har og skjemaene for"
    " arkivuttrekk ikke har element for. De står i virksomhetsspesifikkeMetadata i mappen, registreringen eller parten"
    " de gjelder. Navnene er tjenestegrensesnittets (kapittel 7).</xs:documentation></xs:annotation>\n"
    "  <xs:element name=\"tillegg\" type=\"innhold\"/>\n"
    "  <xs:complexType name=\"innhold\">\n"
    "    <xs:choice maxOccurs=\"unbounded\">\n"
    "      <xs:element name=\"type\" type=\"xs:NCName\"><xs:annotation><xs:documentation xml:lang=\"no\">Klassen,"
    " når elementet ikke viser den.</xs:documentation></xs:annotation></xs:element>\n"
    "      <xs:element name=\"verdi\"><xs:annotation><xs:documentation xml:lang=\"no\">En verdi, og feltet som har"
    " den.</xs:documentation></xs:annotation>\n"
    "        <xs:complexType><xs:simpleContent><xs:extension base=\"xs:string\"><xs:attribute name=\"felt\""
    " type=\"xs:string\" use=\"required\"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>\n"
    "      <xs:element name=\"sted\"><xs:annotation><xs:documentation xml:lang=\"no\">Feltet som elementet i uttrekket"
    " har verdien av; n-te gang elementet nevnes, den n-te verdien. Uten dette er postadresse en postadresse."
    "</xs:documentation></xs:annotation>\n"
    "        <xs:complexType><xs:simpleContent><xs:extension base=\"xs:string\"><xs:attribute name=\"element\""
    " type=\"xs:NCName\" use=\"required\"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>\n"
    "      <xs:element name=\"objekt\" type=\"innhold\"><xs:annotation><xs:documentation xml:lang=\"no\">Et objekt som"
    " ikke har noe element i uttrekket, som en nasjonalidentifikator.</xs:documentation></xs:annotation></xs:element>\n"
    "      <xs:element name=\"del\"><xs:annotation><xs:documentation xml:lang=\"no\">Noe som står i uttrekket under mappen"
    " eller registreringen; sti er veien dit, for eksempel korrespondansepart[2].</xs:documentation></xs:annotation>\n"
    "        <xs:complexType><xs:complexContent><xs:extension base=\"innhold\"><xs:attribute name=\"sti\""
    " type=\"xs:string\" use=\"required\"/></xs:extension></xs:complexContent></xs:complexType></xs:element>\n"
    "      <xs:any namespace=\"##other\" processContents=\"lax\"/>\n"
    "    </xs:choice>\n"
    "    <xs:attribute name=\"systemID\" type=\"xs:string\"/>\n"
    "  </xs:complexType>\n"
    "</xs:schema>\n";
