/* Counts of units and their statuses: N5.04–07, 10, 14–17, 21–26, 63, 116. */
#include "validate/validate_int.h"

void count_one(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    number_add(r, t, STR(""), 1);
}

void count_value(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n;
    number_add(r, t, text, 1);
}

/* "journalpost", or the element when it has no type; Arkade takes only a type with the prefix xsi. */
static void count_type(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    number_add(r, t, STR(""), 1);
    number_add(r, t, str_of(n->type[0] ? n->type : element_name(n->el)), 1);
}

static void count_type_and_level(struct run *r, enum test_id t, struct node *n, struct str text)
{
    char label[80];
    count_type(r, t, n, text);
    (void)snprintf(label, sizeof(label), "%s, nivå %d", n->type[0] ? n->type : element_name(n->el), n->level);
    number_add(r, t, str_of(label), 1);
}

static void count_level(struct run *r, enum test_id t, struct node *n, struct str text)
{
    char label[24];
    count_one(r, t, n, text);
    (void)snprintf(label, sizeof(label), "nivå %d", n->level);
    number_add(r, t, str_of(label), 1);
}

static void count_in_arkiv(struct run *r, enum test_id t, struct node *n, struct str text)
{
    count_one(r, t, n, text);
    struct str id = n->up ? node_id(n->up) : STR("");
    if (id.n)
        number_add(r, t, id, 1);
}

static void count_in_part(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (n->up && n->up->el == EL_arkivdel)
        count_one(r, t, n, text);
}

static void count_journalpost_value(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (n->el != EL_registrering || !node_is_type(r, n, "journalpost"))
        return;
    number_add(r, t, text, 1);
    if (str_blank(text))
        report(r, t, F_TYPE_EMPTY, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n)));
}

/* ---------------------------------------------------------------- told against counted */

static void compare_count(struct run *r, enum test_id t, const char *element)
{
    const struct addml_count *row = addml_counted(r->addml, "arkivstruktur", element);
    int64_t told = row ? row->value : -1, counted = number_sum(r, t, "");
    char expected[24], found[24];
    (void)snprintf(expected, sizeof(expected), "%" PRId64, told);
    (void)snprintf(found, sizeof(found), "%" PRId64, counted);
    if (r->archive_there && r->has_addml && (told < 0 ? 0 : told) != counted)
        report(r, t, F_COUNT_WRONG, SPOT(.file = r->addml_file, .line = row ? row->line : 0, .place = str_of(element),
                                         .found = str_of(found),
                                         .expected = str_of(told < 0 ? in_words(r, "et tall", "a number") : expected)));
}

static void compare_mapper(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    compare_count(r, t, "mappe");
}

static void compare_registreringer(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    compare_count(r, t, "registrering");
}

/* ---------------------------------------------------------------- statuses */

static void status(struct run *r, enum test_id t, struct node *n, struct str text, enum finding_id kind,
                   const char *done)
{
    number_add(r, t, text, 1);
    bool out = kind != F_STATUS_DOCUMENT && str_is(text, "Utgår");
    if (!out && !str_is(text, done))
        report(r, t, kind, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n), .expected = str_of(done),
                              .found = text, .group = text));
}

static void status_of_case(struct run *r, enum test_id t, struct node *n, struct str text)
{
    status(r, t, n, text, F_STATUS_CASE, "Avsluttet");
}

static void status_of_journalpost(struct run *r, enum test_id t, struct node *n, struct str text)
{
    status(r, t, n, text, F_STATUS_JOURNAL, "Arkivert");
}

static void status_of_document(struct run *r, enum test_id t, struct node *n, struct str text)
{
    status(r, t, n, text, F_STATUS_DOCUMENT, "Dokumentet er ferdigstilt");
}

/* Arkade makes one row, thus one error, of each wrong status. */
static void one_row_a_status(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    const struct result *result = &r->v->results[t];
    arkade_extra(r, t, (int64_t)result->groups.n - result->count[SEVERITY_ERROR]);
}

/* ---------------------------------------------------------------- what is missing in a unit */

static void empty_folder(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    if (r->options->arkade || n->kids[EL_registrering] || n->kids[EL_mappe] || is_out(n))
        return;
    number_add(r, t, STR(""), 1);
    report(r, t, F_FOLDER_EMPTY, SPOT(.file = r->file, .line = n->line, .place = node_id(n)));
}

/* Arkade follows one mappe, the one that began last: it is judged when the next begins, or at the end. */
static void arkade_judge(struct run *r)
{
    if (r->arkade_folder.open && !r->arkade_folder.has_record && !r->arkade_folder.has_folder && !r->arkade_folder.out)
        number_add(r, T_14, STR(""), 1);
    r->arkade_folder.open = false;
}

static void arkade_folder_begins(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)text;
    if (!r->options->arkade)
        return;
    if (n->up && n->up->el == EL_mappe)
        r->arkade_folder.has_folder = true;
    arkade_judge(r);
    r->arkade_folder.open = true;
    r->arkade_folder.has_record = r->arkade_folder.has_folder = r->arkade_folder.out = false;
}

static void arkade_record_begins(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)n, (void)text;
    r->arkade_folder.has_record = true;
}

static void arkade_folder_status(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)n;
    r->arkade_folder.out = is_out_text(text);
}

static void arkade_folders_done(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)n, (void)text;
    arkade_judge(r);
}

static void record_without_document(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)text;
    if (!n->kids[EL_dokumentbeskrivelse])
        hold(r, HELD_RECORD, n->line, node_id(n));
}

static void document_without_object(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)text;
    struct str medium = node_value(n, EL_dokumentmedium);
    bool physical = str_ieq(medium, "fysisk medium") || str_ieq(medium, "fysisk arkiv");
    bool disposed = n->kids[EL_utfoertKassasjon] > 0;
    if (!n->kids[EL_dokumentobjekt])
        hold(r, physical ? HELD_PHYSICAL : disposed ? HELD_DISPOSED : HELD_DESCRIPTION, n->line, node_id(n));
}

static void blank_element(struct run *r, enum test_id t, struct node *n, struct str text)
{
    report(r, t, F_ELEMENT_BLANK, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n), .found = text,
                                       .group = text));
}

static void untyped_record(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    if (!n->type[0])
        report(r, t, F_UNTYPED, SPOT(.file = r->file, .line = n->line, .place = node_id(n)));
}

static const struct check rows[] = {
    {T_04, IN_ARKIV, AT_START, EL_arkiv, count_level},
    {T_05, IN_ARKIV, AT_START, EL_arkivdel, count_in_arkiv},
    {T_06, IN_ARKIV, AT_VALUE, EL_arkivdelstatus, count_value},
    {T_07, IN_ARKIV, AT_START, EL_klassifikasjonssystem, count_in_part},
    {T_10, IN_ARKIV, AT_START, EL_mappe, count_type_and_level},
    {T_10, 0, AT_DONE, EL_OTHER, compare_mapper},
    {T_14, IN_ARKIV, AT_END, EL_mappe, empty_folder},
    {T_14, IN_ARKIV, AT_START, EL_mappe, arkade_folder_begins},
    {T_14, IN_ARKIV, AT_START, EL_registrering, arkade_record_begins},
    {T_14, IN_ARKIV, AT_VALUE, EL_saksstatus, arkade_folder_status},
    {T_14, 0, AT_DONE, EL_OTHER, arkade_folders_done},
    {T_15, IN_ARKIV, AT_VALUE, EL_saksstatus, status_of_case},
    {T_15, 0, AT_DONE, EL_OTHER, one_row_a_status},
    {T_16, IN_ARKIV, AT_START, EL_registrering, count_type},
    {T_16, 0, AT_DONE, EL_OTHER, compare_registreringer},
    {T_17, IN_ARKIV, AT_VALUE, EL_journalposttype, count_journalpost_value},
    {T_21, IN_ARKIV, AT_END, EL_registrering, record_without_document},
    {T_22, IN_ARKIV, AT_VALUE, EL_journalstatus, status_of_journalpost},
    {T_22, 0, AT_DONE, EL_OTHER, one_row_a_status},
    {T_23, IN_ARKIV, AT_START, EL_dokumentbeskrivelse, count_one},
    {T_24, IN_ARKIV, AT_END, EL_dokumentbeskrivelse, document_without_object},
    {T_25, IN_ARKIV, AT_VALUE, EL_dokumentstatus, status_of_document},
    {T_25, 0, AT_DONE, EL_OTHER, one_row_a_status},
    {T_26, IN_ARKIV, AT_START, EL_dokumentobjekt, count_one},
    {T_63, IN_ARKIV, AT_BLANK, EL_OTHER, blank_element},
    {T_116, IN_ARKIV, AT_END, EL_registrering, untyped_record},
};
const struct checks checks_units = {rows, COUNT_OF(rows)};
