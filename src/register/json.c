/* What the answers of the registers have in common. Anything may stand where a text or a number is expected. */
#include "register/register_int.h"

const char *member(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

int64_t member_int(const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    int64_t i = json_is_integer(v) ? json_integer_value(v) : 0;
    return json_is_string(v) && !str_int(str_of(json_string_value(v)), &i) ? 0 : i;
}

const json_t *current(const json_t *document, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(document, name), i, one)
        if (json_is_true(json_object_get(one, "erGjeldende")))
            return one;
    return NULL;
}

static enum rc keep(struct cx *cx, const char *s, const char **ret)
{
    *ret = arena_strdup(cx->arena, s);
    return *ret ? RC_OK : cx_nomem(cx);
}

enum rc veg_adresse(struct cx *cx, const json_t *o, struct register_adresse *ret)
{
    const json_t *number = json_object_get(o, "adressenummer"), *sted = json_object_get(o, "poststed");
    const char *name = member(o, *member(o, "adressenavn") ? "adressenavn" : "adressetilleggsnavn");
    const char *gate = arena_printf(cx->arena, "%s%s%s%s", name, *member(number, "husnummer") ? " " : "",
                                    member(number, "husnummer"), member(number, "husbokstav"));
    if (!gate)
        return cx_nomem(cx);
    ret->gate = gate;
    TRY(keep(cx, member(sted, "postnummer"), &ret->postnr));
    TRY(keep(cx, member(sted, "poststedsnavn"), &ret->poststed));
    return keep(cx, member(o, "kommunenummer"), &ret->kommunenr);
}

enum rc enhet_adresse(struct cx *cx, const json_t *o, struct register_adresse *ret)
{
    const char *line = json_string_value(json_array_get(json_object_get(o, "adresse"), 0));
    TRY(keep(cx, line ? line : "", &ret->gate));
    TRY(keep(cx, member(o, "postnummer"), &ret->postnr));
    TRY(keep(cx, member(o, "poststed"), &ret->poststed));
    return keep(cx, member(o, "kommunenummer"), &ret->kommunenr);
}
