/* What hangs on units: parties, notes, references, screening, disposal … N5.35–46, 111, 112. */
#include "validate/validate_int.h"

static void count_by_parent(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    number_add(r, t, STR(""), 1);
    if (n->up)
        number_add(r, t, str_of(element_name(n->up->el)), 1);
}

static void count_by_type_of_parent(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    number_add(r, t, STR(""), 1);
    if (n->up)
        number_add(r, t, str_of(n->up->type[0] ? n->up->type : element_name(n->up->el)), 1);
}

/* Arkade counts `part` only when the version told is exactly 5.0. */
static void count_part(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (!r->options->arkade || streq(r->addml->version, "5.0"))
        count_one(r, t, n, text);
}

static void count_reference(struct run *r, enum test_id t, const char *label)
{
    number_add(r, t, STR(""), 1);
    number_add(r, t, str_of(label), 1);
}

static void reference_to_klasse(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    count_reference(r, t, "referanseTilKlasse");
}

static void reference_to_mappe(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    count_reference(r, t, "referanseTilMappe");
}

static void reference_to_registrering(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    count_reference(r, t, "referanseTilRegistrering");
}

/* Arkade forgets that a mappe is a saksmappe when a mappe in it has ended. */
static void count_precedent(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    const struct node *up = n->up;
    bool in_case = up && up->el == EL_mappe && node_is_type(r, up, "saksmappe") &&
                   !(r->options->arkade && up->kids[EL_mappe]);
    bool in_post = up && up->el == EL_registrering && node_is_type(r, up, "journalpost");
    if (!in_case && !in_post)
        return;
    number_add(r, t, STR(""), 1);
    number_add(r, t, in_case ? STR("saksmappe") : STR("journalpost"), 1);
}

static void count_flow(struct run *r, enum test_id t, struct node *n, struct str text)
{
    const struct node *up = n->up;
    if (up && up->el == EL_registrering && node_is_type(r, up, "journalpost") &&
        !(r->options->arkade && up->kids[EL_dokumentflyt] > 1))
        count_one(r, t, n, text);
}

static void count_depreciation(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (n->el != EL_avskrivning)
        return;
    number_add(r, t, STR(""), 1);
    number_add(r, t, text, 1);
}

static void count_grading(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (!n->up || n->up->el != EL_gradering)
        count_by_parent(r, t, n, text);
}

static void count_disposal_done(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (n->up && (n->up->el == EL_arkivdel || n->up->el == EL_dokumentbeskrivelse))
        count_by_parent(r, t, n, text);
}

static void count_conversion(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (n->up && n->up->el == EL_dokumentobjekt)
        count_one(r, t, n, text);
}

/* ---------------------------------------------------------------- what arkivuttrekk.xml promises */

static void promise(struct run *r, enum test_id t, enum addml_bool told, const char *name)
{
    int64_t n = number_sum(r, t, "");
    char found[24];
    (void)snprintf(found, sizeof(found), "%" PRId64, n);
    if (!r->archive_there)
        return;
    if ((told == ADDML_TRUE && n == 0) || (told == ADDML_FALSE && n > 0))
        report(r, t, F_PROMISE_BROKEN, SPOT(.file = r->addml_file, .line = addml_line(r->addml, name),
                                            .place = str_of(name),
                                            .expected = str_of(told == ADDML_TRUE ? "true" : "false"),
                                          .found = str_of(found)));
}

static void promise_screened(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    promise(r, t, r->addml->screened, "inneholderSkjermetInformasjon");
}

static void promise_to_dispose(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    promise(r, t, r->addml->to_dispose, "inneholderDokumenterSomSkalKasseres");
}

static void promise_disposed(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    promise(r, t, r->addml->disposed, "omfatterDokumenterSomErKassert");
}

/* ---------------------------------------------------------------- what a journalpost must have */

static void incoming_signed_off(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    struct str type = node_value(n, EL_journalposttype);
    if (!streq(n->type, "journalpost") || !str_starts(type, "Inngående") || is_out(n))
        return;
    number_add(r, t, STR("innkomne journalposter"), 1);
    if (n->kids[EL_avskrivning])
        return;
    number_add(r, t, STR(""), 1);
    report(r, t, F_NOT_SIGNED_OFF, SPOT(.file = r->file, .line = n->line, .place = node_id(n)));
}

static void has_party(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    if (!streq(n->type, "journalpost") || n->kids[EL_korrespondansepart])
        return;
    number_add(r, t, STR(""), 1);
    report(r, t, F_NO_PARTY, SPOT(.file = r->file, .line = n->line, .place = node_id(n)));
}

static const struct check rows[] = {
    {T_35, IN_ARKIV, AT_START, EL_sakspart, count_one},
    {T_35, IN_ARKIV, AT_START, EL_part, count_part},
    {T_36, IN_ARKIV, AT_START, EL_merknad, count_by_type_of_parent},
    {T_37, IN_ARKIV, AT_VALUE, EL_referanseTilKlasse, reference_to_klasse},
    {T_37, IN_ARKIV, AT_VALUE, EL_referanseTilMappe, reference_to_mappe},
    {T_37, IN_ARKIV, AT_VALUE, EL_referanseTilRegistrering, reference_to_registrering},
    {T_38, IN_ARKIV, AT_START, EL_presedens, count_precedent},
    {T_39, IN_ARKIV, AT_START, EL_korrespondansepart, count_one},
    {T_40, IN_ARKIV, AT_VALUE, EL_avskrivningsmaate, count_depreciation},
    {T_41, IN_ARKIV, AT_START, EL_dokumentflyt, count_flow},
    {T_42, IN_ARKIV, AT_START, EL_skjerming, count_by_parent},
    {T_42, 0, AT_DONE, EL_OTHER, promise_screened},
    {T_43, IN_ARKIV, AT_START, EL_gradering, count_grading},
    {T_44, IN_ARKIV, AT_START, EL_kassasjon, count_by_parent},
    {T_44, 0, AT_DONE, EL_OTHER, promise_to_dispose},
    {T_45, IN_ARKIV, AT_START, EL_utfoertKassasjon, count_disposal_done},
    {T_45, 0, AT_DONE, EL_OTHER, promise_disposed},
    {T_46, IN_ARKIV, AT_START, EL_konvertering, count_conversion},
    {T_111, IN_ARKIV, AT_END, EL_registrering, incoming_signed_off},
    {T_112, IN_ARKIV, AT_END, EL_registrering, has_party},
};
const struct checks checks_parts = {rows, COUNT_OF(rows)};
