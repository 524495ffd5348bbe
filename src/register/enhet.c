/* Enhetsregisteret: a company by its number, and the companies a person answers for. */
#include "register/register_int.h"

static const struct register_adresse nowhere = {"", "", "", ""};

/* ------------------------------------------------------------------ a company */

enum rc enhet_read(struct cx *cx, json_t *answer, const char *orgnr, struct register_enhet *ret)
{
    struct register_enhet e = {.navn = arena_strdup(cx->arena, member(answer, "navn")), .adresse = nowhere};
    if (!e.navn)
        return cx_nomem(cx);
    if (!streq(member(answer, "organisasjonsnummer"), orgnr) || !*e.navn)
        return ask_lie(cx, ENHETSREGISTER, "another company");
    if (*member(answer, "slettedato"))
        return err_set(cx, RC_NOT_FOUND, "enhetsregister", NULL);
    const json_t *sted = json_object_get(answer, "forretningsadresse");
    TRY(enhet_adresse(cx, sted ? sted : json_object_get(answer, "postadresse"), &e.adresse));
    *ret = e;
    return RC_OK;
}

enum rc register_enhet(struct cx *cx, struct registers *r, const char *orgnr, struct register_enhet *ret)
{
    json_t *answer;
    const char *path = arena_printf(cx->arena, "/api/enheter/%s", orgnr);
    if (!path)
        return cx_nomem(cx);
    if (!org_number_valid(str_of(orgnr)))
        return err_set(cx, RC_NOT_FOUND, "enhetsregister", NULL);
    const struct question q = {.which = ENHETSREGISTER, .path = path, .keep = true};
    TRY(ask(cx, r, &q, &answer));
    return enhet_read(cx, answer, orgnr, ret);
}

/* ------------------------------------------------------------------ roles of a person */

/* The best role that holds; ROLLER when there is none. */
static enum register_rolle role_in(const json_t *enhet)
{
    static const char *const codes[ROLLER] = {"DAGL", "LEDE", "INNH"};
    enum register_rolle best = ROLLER;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(enhet, "roller"), i, one) {
        const char *code = member(json_object_get(one, "type"), "kode");
        if (json_is_true(json_object_get(one, "fratraadt")) || json_is_true(json_object_get(one, "avregistrert")))
            continue;
        for (int k = 0; k < (int)best; k++)
            if (streq(codes[k], code))
                best = (enum register_rolle)k;
    }
    return best;
}

enum rc roller_read(struct cx *cx, json_t *answer, struct register_rolle_i **ret, size_t *ret_n)
{
    const json_t *list = json_object_get(answer, "enheter");
    struct register_rolle_i *all = arena_array(cx->arena, REGISTER_LIST_MAX, sizeof(*all));
    size_t i, n = 0;
    json_t *one;
    if (!all)
        return cx_nomem(cx);
    if (!json_is_array(list))
        return ask_lie(cx, ENHETSREGISTER, "no enheter");
    json_array_foreach(list, i, one) {
        const char *orgnr = member(one, "organisasjonsnummer");
        enum register_rolle rolle = role_in(one);
        if (n == REGISTER_LIST_MAX || rolle == ROLLER || !org_number_valid(str_of(orgnr)) || !*member(one, "navn"))
            continue;
        all[n] = (struct register_rolle_i){.navn = arena_strdup(cx->arena, member(one, "navn")), .rolle = rolle};
        if (!all[n].navn)
            return cx_nomem(cx);
        (void)snprintf(all[n++].orgnr, REGISTER_ORGNR_MAX, "%s", orgnr);
    }
    *ret = all;
    *ret_n = n;
    return RC_OK;
}

/* Who has no role at all is not known there. */
enum rc register_roller(struct cx *cx, struct registers *r, const char *pid, struct register_rolle_i **ret, size_t *ret_n)
{
    json_t *answer;
    const struct question q = {.which = ENHETSREGISTER, .path = "/autorisert-api/personer/rolleutskrift", .type = "text/plain",
                               .body = str_of(pid)};
    *ret = NULL;
    *ret_n = 0;
    enum rc rc = ask(cx, r, &q, &answer);
    if (rc == RC_NOT_FOUND && register_has(r, ENHETSREGISTER)) {
        err_clear(cx);
        return RC_OK;
    }
    TRY(rc);
    return roller_read(cx, answer, ret, ret_n);
}
