/* What is withheld from the public, told plainly to who may see it. */
#include "casework/casework_int.h"

/* Where a record of the family says it. */
static const struct {
    enum family_id family;
    enum attr_id skjerming, gradering;
} places[] = {
    {F_mappe, A_mappe_skjerming, A_mappe_gradering},
    {F_registrering, A_registrering_skjerming, A_registrering_gradering},
    {F_dokumentbeskrivelse, A_dokumentbeskrivelse_skjerming, A_dokumentbeskrivelse_gradering},
};

static const char *code_name(struct page *pg, const struct val *v)
{
    return v->state == VAL_SET ? page_code(pg, v->name.n ? v->name : v->text) : "";
}

/* "Tittel, Navn på part; hele dokumentet" */
static const char *withheld(struct page *pg, const struct rec *r, enum attr_id a)
{
    const struct val *fields = rec_leaf(r, a, L_skjerming_skjermingMetadata);
    const char *list = code_name(pg, rec_leaf(r, a, L_skjerming_skjermingDokument));
    for (size_t i = 0; fields->state == VAL_SET && i < fields->items_n; i++) {
        struct str s = fields->items[i].name.n ? fields->items[i].name : fields->items[i].text;
        list = arena_printf(pg->cx->arena, "%s%s%s", list, *list ? ", " : "", page_code(pg, s));
        if (!list)
            return "";
    }
    return list;
}

static void show(struct page *pg, const struct rec *r, enum attr_id a)
{
    const struct val *basis = rec_leaf(r, a, L_skjerming_skjermingshjemmel),
                     *end = rec_leaf(r, a, L_skjerming_skjermingOpphoererDato);
    const char *law = basis->state == VAL_SET ? arena_strndup(pg->cx->arena, basis->text.p, basis->text.n) : "",
               *what = withheld(pg, r, a);
    html_open(&pg->html, TAG_P, NULL);
    ui_tag(pg, UI_WARNING, tr(pg, &K_SCREENED));
    html_text(&pg->html, " ");
    html_text(&pg->html, law);
    if (*what)
        html_text(&pg->html, tr_fill(pg, &K_WITHHELD, what, NULL));
    if (end->state == VAL_SET)
        html_text(&pg->html, tr_fill(pg, &K_SCREENED_UNTIL, page_date(pg, end->i), NULL));
    html_close(&pg->html, TAG_P);
}

void screening_show(struct page *pg, const struct rec *r)
{
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (places[i].family != r->entity->family)
            continue;
        const struct val *grade = rec_leaf(r, places[i].gradering, L_gradering_graderingskode);
        if (rec_leaf(r, places[i].skjerming, L_skjerming_tilgangsrestriksjon)->state == VAL_SET)
            show(pg, r, places[i].skjerming);
        if (grade->state == VAL_SET)
            ui_tag(pg, UI_DANGER, code_name(pg, grade));
    }
}
