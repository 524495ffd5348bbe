/* Classes and classification systems: N5.08, 09, 12, 13, 19, 20. */
#include "validate/validate_int.h"

static void count_class(struct run *r, enum test_id t, struct node *n, struct str text)
{
    char label[120];
    const struct node *system = node_up(n, EL_klassifikasjonssystem);
    struct str id = system ? node_id(system) : STR("");
    count_one(r, t, n, text);
    (void)snprintf(label, sizeof(label), "%.*s, nivå %d", (int)id.n, id.p, n->level);
    number_add(r, t, str_of(label), 1);
}

/* A system that mapper or registreringer hang on is primary. */
static void system_kind(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    number_add(r, t, n->content ? STR("primært klassifikasjonssystem") : STR("sekundært klassifikasjonssystem"), 1);
}

static void class_is_empty(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)r, (void)t, (void)text;
    if (!n->kids[EL_klasse] && !n->kids[EL_mappe] && !n->kids[EL_registrering])
        n->empty_classes++;
}

static void count_empty_classes(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    if (n->content)
        number_add(r, t, STR(""), n->empty_classes);
}

static void mixed_class(struct run *r, enum test_id t, const struct node *n, enum element el, enum finding_id kind)
{
    if (!n->kids[EL_klasse] || !n->kids[el])
        return;
    number_add(r, t, STR(""), 1);
    report(r, t, kind, SPOT(.file = r->file, .line = n->line, .place = node_id(n),
                            .found = node_value(n, EL_klasseID)));
}

static void class_with_folders(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    mixed_class(r, t, n, EL_mappe, F_CLASS_MIXED);
}

static void class_with_records(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    mixed_class(r, t, n, EL_registrering, F_CLASS_MIXED_RECORDS);
}

/* The total is an error row too, and so is each arkivdel when there are several. */
static void total_is_error(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    if (r->v->results[t].count[SEVERITY_ERROR] > 0)
        arkade_extra(r, t, 1 + (r->v->parts_n > 1 ? (int64_t)r->v->results[t].numbers.n : 0));
}

/* Arkade forgets a klasse when a klasse within it has begun. */
static void count_in_class(struct run *r, enum test_id t, const struct node *n, enum element el)
{
    struct str id = node_value(n, EL_systemID);
    if (r->options->arkade && n->kids[EL_klasse])
        return;
    if (n->kids[el])
        number_add(r, t, id.n ? id : node_value(n, EL_klasseID), n->kids[el]);
    else
        number_add(r, t, el == EL_mappe ? STR("klasser uten mapper") : STR("klasser uten registreringer"), 1);
}

static void folders_of_class(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    count_in_class(r, t, n, EL_mappe);
}

static void records_of_class(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    count_in_class(r, t, n, EL_registrering);
}

static const struct check rows[] = {
    {T_08, IN_ARKIV, AT_START, EL_klasse, count_class},
    {T_08, IN_ARKIV, AT_END, EL_klassifikasjonssystem, system_kind},
    {T_09, IN_ARKIV, AT_END, EL_klasse, class_is_empty},
    {T_09, IN_ARKIV, AT_END, EL_klassifikasjonssystem, count_empty_classes},
    {T_12, IN_ARKIV, AT_END, EL_klasse, class_with_folders},
    {T_12, 0, AT_DONE, EL_OTHER, total_is_error},
    {T_13, IN_ARKIV, AT_END, EL_klasse, folders_of_class},
    {T_19, IN_ARKIV, AT_END, EL_klasse, class_with_records},
    {T_20, IN_ARKIV, AT_END, EL_klasse, records_of_class},
};
const struct checks checks_classes = {rows, COUNT_OF(rows)};
