/*
 * Identifiers and what refers to them: N5.47, 48, 51, 117. A reference to what stands further down in
 * the file is put aside and looked up when all is read.
 */
#include "validate/validate_int.h"

struct aside {
    enum test_id test;
    enum finding_id kind;
    enum element wanted;
    int64_t line;
    char to[64], from[64];
};

static void system_id(struct run *r, enum test_id t, enum element el, struct str text)
{
    int64_t line = pack_xml_line(r->xml);
    struct id id = idset_meet(&r->ids, text, el, line);
    number_add(r, t, STR(""), 1);
    if (id.times != 2)
        return;
    char first[40];
    (void)snprintf(first, sizeof(first), "%s %" PRId64, in_words(r, "linje", "line"),
                   (int64_t)id.line_high << 32 | id.line_low);
    report(r, t, F_ID_TWICE, SPOT(.line = line, .place = text, .found = str_of(first),
                                  .expected = str_of(in_words(r, "én gang", "once"))));
}

static void id_of_node(struct run *r, enum test_id t, struct node *n, struct str text)
{
    system_id(r, t, n->el, text);
}

static void id_elsewhere(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n;
    system_id(r, t, EL_systemID, text);
}

/* ---------------------------------------------------------------- references */

static bool is_there(struct run *r, enum element wanted, struct str to)
{
    struct id id;
    return idset_find(&r->ids, to, &id) && id.element == wanted;
}

static void broken(struct run *r, const struct aside *a)
{
    report(r, a->test, a->kind, SPOT(.file = "arkivstruktur.xml", .line = a->line, .place = str_of(a->from),
                                   .expected = str_of(element_name(a->wanted)), .found = str_of(a->to)));
}

static void refer(struct run *r, struct aside *a, const struct node *n, struct str to)
{
    struct str from = node_id(n);
    if (is_there(r, a->wanted, to))
        return;
    a->line = pack_xml_line(r->xml);
    (void)snprintf(a->to, sizeof(a->to), "%.*s", (int)to.n, to.p);
    (void)snprintf(a->from, sizeof(a->from), "%.*s", (int)from.n, from.p);
    if (!r->references && !(r->references = tmpfile()))
        broken(r, a);
    else if (fwrite(a, sizeof(*a), 1, r->references) != 1)
        r->v->failed = true;
}

static void references_done(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)n, (void)text;
    struct aside a;
    if (!r->references || !r->archive_there)
        return;
    rewind(r->references);
    while (fread(&a, sizeof(a), 1, r->references) == 1)
        if (!is_there(r, a.wanted, str_of(a.to)))
            broken(r, &a);
}

static void reference_to_arkivdel(struct run *r, enum test_id t, struct node *n, struct str text)
{
    struct aside a = {.test = t, .kind = F_REF_ARKIVDEL, .wanted = EL_arkivdel};
    if (n->el != EL_mappe && n->el != EL_registrering && n->el != EL_dokumentbeskrivelse)
        return;
    number_add(r, t, STR(""), 1);
    number_add(r, t, text, 1);
    refer(r, &a, n, text);
}

static void reference_to_class(struct run *r, enum test_id t, struct node *n, struct str text)
{
    struct aside a = {.test = t, .kind = F_REF_KLASSE, .wanted = EL_klasse};
    if (n->el != EL_mappe)
        return;
    number_add(r, t, STR(""), 1);
    refer(r, &a, n, text);
}

static void cross_reference(struct run *r, enum test_id t, const struct node *n, enum element wanted, struct str to)
{
    struct aside a = {.test = t, .kind = F_CROSS_REF, .wanted = wanted};
    number_add(r, t, STR(""), 1);
    refer(r, &a, n, to);
}

static void cross_to_class(struct run *r, enum test_id t, struct node *n, struct str text)
{
    cross_reference(r, t, n, EL_klasse, text);
}

static void cross_to_folder(struct run *r, enum test_id t, struct node *n, struct str text)
{
    cross_reference(r, t, n, EL_mappe, text);
}

static void cross_to_record(struct run *r, enum test_id t, struct node *n, struct str text)
{
    cross_reference(r, t, n, EL_registrering, text);
}

/* The total is an error row too. */
static void total_is_error(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    if (r->v->results[t].count[SEVERITY_ERROR] > 0)
        arkade_extra(r, t, 1);
}

static int part_named(const struct validation *v, struct str id)
{
    int i = v->parts_n - 1;
    while (i >= 0 && !str_is(id, v->parts[i].id))
        i--;
    return i;
}

static bool has_referrer(const struct rows *rows, int part)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->v[i].tag == part)
            return true;
    return false;
}

/* Arkade takes a reference for bad when the arkivdel it names holds no reference itself. */
static void arkade_arkivdeler(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    const struct rows *rows = &r->v->results[t].numbers;
    int64_t more = 0;
    for (size_t i = 0; i < rows->n; i++) {
        int part = rows->v[i].label.n ? part_named(r->v, rows->v[i].label) : -1;
        if (part >= 0 && !has_referrer(rows, part))
            more += rows->v[i].n;
    }
    if (more > 0 || r->v->results[t].count[SEVERITY_ERROR] > 0)
        arkade_extra(r, t, more + 1);
}

static const struct check rows[] = {
    {T_47, IN_ARKIV, AT_VALUE, EL_systemID, id_of_node},
    {T_47, IN_ARKIV, AT_STRAY, EL_systemID, id_elsewhere},
    {T_48, IN_ARKIV, AT_VALUE, EL_referanseArkivdel, reference_to_arkivdel},
    {T_51, IN_ARKIV, AT_VALUE, EL_referanseSekundaerKlassifikasjon, reference_to_class},
    {T_117, IN_ARKIV, AT_VALUE, EL_referanseTilKlasse, cross_to_class},
    {T_117, IN_ARKIV, AT_VALUE, EL_referanseTilMappe, cross_to_folder},
    {T_117, IN_ARKIV, AT_VALUE, EL_referanseTilRegistrering, cross_to_record},
    {T_48, 0, AT_DONE, EL_OTHER, references_done},
    {T_48, 0, AT_DONE, EL_OTHER, arkade_arkivdeler},
    {T_51, 0, AT_DONE, EL_OTHER, total_is_error},
};
const struct checks checks_refs = {rows, COUNT_OF(rows)};
