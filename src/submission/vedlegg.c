/* Attachments in the answers of a draft. */
#include "submission/submission_int.h"

size_t vedlegg_count(const json_t *svar, const struct felt *f)
{
    return json_array_size(json_object_get(svar, f->id));
}

struct vedlegg vedlegg_at(const json_t *svar, const struct felt *f, size_t i)
{
    const json_t *v = json_array_get(json_object_get(svar, f->id), i);
    struct vedlegg out = {.navn = json_string_value(json_object_get(v, "navn")),
                          .byte = json_integer_value(json_object_get(v, "byte")),
                          .scanned = json_is_true(json_object_get(v, "skannet"))};
    const char *lager = json_string_value(json_object_get(v, "lager"));
    (void)snprintf(out.lager, sizeof(out.lager), "%s", lager ? lager : "");
    out.navn = out.navn ? out.navn : "";
    return out;
}

enum rc vedlegg_put(struct cx *cx, json_t *svar, const struct felt *f, const struct vedlegg *v)
{
    json_t *list = json_object_get(svar, f->id);
    if (!f->multiple || !json_is_array(list)) {
        list = json_array();
        TRY(list ? svar_put(cx, svar, f, list) : cx_nomem(cx));
    }
    json_t *one = json_pack("{s:s, s:s, s:I, s:b}", "navn", v->navn, "lager", v->lager, "byte", (json_int_t)v->byte, "skannet",
                            (int)v->scanned);
    return one && json_array_append_new(list, one) == 0 ? RC_OK : cx_nomem(cx);
}

enum rc vedlegg_remove(struct cx *cx, json_t *svar, const struct felt *f, const char *lager)
{
    json_t *list = json_object_get(svar, f->id);
    for (size_t i = vedlegg_count(svar, f); i-- > 0; )
        if (streq(vedlegg_at(svar, f, i).lager, lager))
            (void)json_array_remove(list, i);
    return vedlegg_count(svar, f) == 0 ? svar_put(cx, svar, f, NULL) : RC_OK;
}
