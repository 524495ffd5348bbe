/*
 * Matrikkelen: properties of a person, and one by its number. Kartverket's own service is SOAP; this is the REST shape an
 * adapter gives, with the names of its MatrikkelenhetIdent (docs/rooms/register.md).
 */
#include "register/register_int.h"

enum { NUMBER_MAX = 99999 };

static bool read_one(const json_t *o, struct register_eiendom *e)
{
    const char *kommune = member(o, "kommunenummer");
    *e = (struct register_eiendom){.gnr = member_int(o, "gardsnummer"), .bnr = member_int(o, "bruksnummer"),
                                   .fnr = member_int(o, "festenummer"), .snr = member_int(o, "seksjonsnummer")};
    (void)snprintf(e->kommunenr, sizeof(e->kommunenr), "%.4s", kommune);
    return strlen(kommune) == 4 && e->gnr > 0 && e->gnr <= NUMBER_MAX && e->bnr > 0 && e->bnr <= NUMBER_MAX && e->fnr >= 0 &&
           e->fnr <= NUMBER_MAX && e->snr >= 0 && e->snr <= NUMBER_MAX;
}

enum rc eiendommer_read(struct cx *cx, json_t *answer, struct register_eiendom **ret, size_t *ret_n)
{
    const json_t *list = json_object_get(answer, "matrikkelenheter");
    struct register_eiendom *all = arena_array(cx->arena, REGISTER_LIST_MAX, sizeof(*all));
    size_t i, n = 0;
    json_t *one;
    if (!all)
        return cx_nomem(cx);
    if (!json_is_array(list))
        return ask_lie(cx, MATRIKKEL, "no matrikkelenheter");
    json_array_foreach(list, i, one) {
        if (n == REGISTER_LIST_MAX || !read_one(one, &all[n]))
            continue;
        TRY(veg_adresse(cx, json_object_get(one, "adresse"), &all[n].adresse));
        n++;
    }
    *ret = all;
    *ret_n = n;
    return RC_OK;
}

enum rc register_eiendommer(struct cx *cx, struct registers *r, const char *pid, struct register_eiendom **ret, size_t *ret_n)
{
    json_t *answer;
    const struct question q = {.which = MATRIKKEL, .path = "/v1/eierforhold", .type = "text/plain", .body = str_of(pid),
                               .keep = true};
    TRY(ask(cx, r, &q, &answer));
    return eiendommer_read(cx, answer, ret, ret_n);
}

enum rc eiendom_read(struct cx *cx, json_t *answer, struct register_eiendom *e)
{
    struct register_eiendom got;
    if (!read_one(answer, &got) || !streq(got.kommunenr, e->kommunenr) || got.gnr != e->gnr || got.bnr != e->bnr ||
        got.fnr != e->fnr || got.snr != e->snr)
        return ask_lie(cx, MATRIKKEL, "another property");
    return veg_adresse(cx, json_object_get(answer, "adresse"), &e->adresse);
}

enum rc register_eiendom(struct cx *cx, struct registers *r, struct register_eiendom *e)
{
    json_t *answer;
    const char *path = arena_printf(cx->arena, "/v1/matrikkelenheter/%.4s/%" PRId64 "/%" PRId64 "/%" PRId64 "/%" PRId64,
                                    e->kommunenr, e->gnr, e->bnr, e->fnr, e->snr);
    if (!path)
        return cx_nomem(cx);
    const struct question q = {.which = MATRIKKEL, .path = path, .keep = true};
    TRY(ask(cx, r, &q, &answer));
    return eiendom_read(cx, answer, e);
}
