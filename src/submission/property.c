/* The properties that were answered, as matrikkel numbers of the case: found by property afterwards. */
#include "submission/submission_int.h"

/* Of what was answered; false when memory lacks. */
static bool put_number(json_t *o, const char *name, const char *text)
{
    int64_t n;
    return !str_int(str_of(text), &n) || n < 1 || json_object_set_new(o, name, json_integer(n)) == 0;
}

static json_t *matrikkel(const struct utkast *u, const struct felt *f, const char *kommunenr)
{
    static const char *const parts[][2] = {
        {"gaardsnummer", "gnr"}, {"bruksnummer", "bnr"}, {"festenummer", "fnr"}, {"seksjonsnummer", "snr"}};
    json_t *o = json_pack("{s:s}", "kommunenummer", kommunenr);
    for (size_t i = 0; o && i < COUNT_OF(parts); i++)
        if (!put_number(o, parts[i][0], svar_part(u->svar, f, parts[i][1]))) {
            json_decref(o);
            o = NULL;
        }
    return o;
}

enum rc property_records(struct call *c, const struct utkast *u, const char *kommunenr, const struct rec *sak)
{
    struct rec *made;
    for (size_t i = 0; i < u->skjema->felt_n; i++) {
        const struct felt *f = &u->skjema->felt[i];
        if (f->type == FELT_PROPERTY && *svar_part(u->svar, f, "gnr"))
            TRY(archive_make(c, sak, PKG_ARKIVSTRUKTUR, "ny-matrikkel", matrikkel(u, f, kommunenr), &made));
    }
    return RC_OK;
}
