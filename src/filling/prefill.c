/*
 * What is known beforehand of who fills in a form and whom it is for. A register that does not answer is asked once,
 * and told: the form is filled in by hand then.
 */
#include "filling/filling_int.h"

struct asking {
    struct page *pg;
    const struct filling *k;
    char pid[PID_MAX];             /* of who is logged in */
    bool away[REGISTRE];
};

/* ------------------------------------------------------------------ asking */

/* Takes down a register that is away; nothing is known then, as when it knows nothing. */
static enum rc known(struct asking *a, enum registeret which, enum rc rc, bool *ret)
{
    struct cx *cx = a->pg->cx;
    *ret = rc == RC_OK;
    if (rc == RC_OK || (rc != RC_BUSY && rc != RC_NOT_FOUND))
        return rc;
    a->away[which] = rc == RC_BUSY;
    if (rc == RC_BUSY)
        log_line(LOG_WARN, "%s", cx->err.secret ? cx->err.secret : register_name(which));
    err_clear(cx);
    return RC_OK;
}

static enum rc person(struct asking *a, const char *pid, struct register_person *ret, bool *ret_known)
{
    *ret_known = false;
    if (a->away[FOLKEREGISTER])
        return RC_OK;
    return known(a, FOLKEREGISTER, register_person(a->pg->cx, a->k->room->on.registers, pid, ret), ret_known);
}

static enum rc child(struct asking *a, struct register_person *ret, bool *ret_known)
{
    char pid[PID_MAX];
    *ret_known = false;
    if (a->k->actor->kind != ACTOR_CHILD)
        return RC_OK;
    TRY(actor_pid(a->pg, a->k->actor, pid));
    return person(a, pid, ret, ret_known);
}

static enum rc company(struct asking *a, struct register_enhet *ret, bool *ret_known)
{
    const struct actor *actor = a->k->actor;
    *ret_known = false;
    if (actor->kind != ACTOR_COMPANY || a->away[ENHETSREGISTER])
        return RC_OK;
    return known(a, ENHETSREGISTER, register_enhet(a->pg->cx, a->k->room->on.registers, actor->orgnr, ret), ret_known);
}

/* ------------------------------------------------------------------ what they say, as answers; NULL: nothing */

static json_t *address_value(const struct register_adresse *a)
{
    if (!*a->gate || !*a->postnr || !*a->poststed)
        return NULL;
    return json_pack("{s:s, s:s, s:s}", "gate", a->gate, "postnr", a->postnr, "poststed", a->poststed);
}

static json_t *number(int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, n);
    return json_string(text);
}

static json_t *property_value(const struct register_eiendom *e)
{
    json_t *o = json_pack("{s:o, s:o}", "gnr", number(e->gnr), "bnr", number(e->bnr));
    if (o && ((e->fnr > 0 && json_object_set_new(o, "fnr", number(e->fnr)) != 0) ||
              (e->snr > 0 && json_object_set_new(o, "snr", number(e->snr)) != 0))) {
        json_decref(o);
        return NULL;
    }
    return o;
}

/* The one property it has in this municipality: of several the person must say which. */
static enum rc only_property(struct asking *a, json_t **ret)
{
    const struct actor *actor = a->k->actor;
    struct register_eiendom *all = NULL, *found = NULL;
    char number_of[PID_MAX];
    size_t n = 0, here = 0;
    bool is_known;
    if (actor->kind == ACTOR_COMPANY)
        (void)snprintf(number_of, sizeof(number_of), "%s", actor->orgnr);
    else
        TRY(actor_pid(a->pg, actor, number_of));
    TRY(known(a, MATRIKKEL, register_eiendommer(a->pg->cx, a->k->room->on.registers, number_of, &all, &n), &is_known));
    for (size_t i = 0; is_known && i < n; i++)
        if (streq(all[i].kommunenr, a->pg->kommune->number)) {
            found = &all[i];
            here++;
        }
    *ret = here == 1 ? property_value(found) : NULL;
    return RC_OK;
}

static enum rc of_person(struct asking *a, enum prefill source, json_t **ret)
{
    struct register_person p;
    bool is_known;
    bool own = source == PREFILL_PERSON_NAME || source == PREFILL_PERSON_ADDRESS;
    TRY(own ? person(a, a->pid, &p, &is_known) : child(a, &p, &is_known));
    bool name = source == PREFILL_PERSON_NAME || source == PREFILL_CHILD_NAME;
    *ret = !is_known ? NULL : name ? json_string(p.navn) : address_value(&p.adresse);
    return RC_OK;
}

static enum rc of_company(struct asking *a, enum prefill source, json_t **ret)
{
    struct register_enhet e;
    bool is_known;
    TRY(company(a, &e, &is_known));
    *ret = !is_known ? NULL : source == PREFILL_COMPANY_NAME ? json_string(e.navn) : address_value(&e.adresse);
    return RC_OK;
}

static enum rc of_child_number(struct asking *a, json_t **ret)
{
    char pid[PID_MAX];
    if (a->k->actor->kind != ACTOR_CHILD)
        return RC_OK;
    TRY(actor_pid(a->pg, a->k->actor, pid));
    *ret = json_string(pid);
    return RC_OK;
}

static enum rc value_of(struct asking *a, enum prefill source, json_t **ret)
{
    *ret = NULL;
    switch (source) {
    case PREFILL_LOGIN_ID:
        *ret = json_string(a->pid);
        return RC_OK;
    case PREFILL_CHILD_ID:
        return of_child_number(a, ret);
    case PREFILL_COMPANY_NUMBER:
        *ret = *a->k->actor->orgnr ? json_string(a->k->actor->orgnr) : NULL;
        return RC_OK;
    case PREFILL_COMPANY_NAME:
    case PREFILL_COMPANY_ADDRESS:
        return of_company(a, source, ret);
    case PREFILL_PROPERTY:
        return only_property(a, ret);
    case PREFILL_PERSON_NAME:
    case PREFILL_PERSON_ADDRESS:
    case PREFILL_CHILD_NAME:
    case PREFILL_CHILD_ADDRESS:
    case PREFILLS:
        break;
    }
    return of_person(a, source, ret);
}

/* ------------------------------------------------------------------ filling in */

/* What the form would not accept is not filled in: nobody could correct it where it is locked. */
static enum rc fill(struct asking *a, const struct felt *f, json_t *svar)
{
    struct cx *cx = a->pg->cx;
    json_t *value = NULL;
    for (size_t i = 0; i < f->prefill_n && !value; i++) {
        TRY(value_of(a, f->prefill[i], &value));
        if (value)
            TRY(svar_fill(cx, svar, f, f->prefill[i], value));
    }
    return value && felt_check(cx, f, svar).error != SVAR_FINE ? svar_put(cx, svar, f, NULL) : RC_OK;
}

static const struct text *const names[REGISTRE] = {[FOLKEREGISTER] = &F_FOLKEREGISTER, [ENHETSREGISTER] = &F_ENHETSREGISTER,
                                                   [MATRIKKEL] = &F_MATRIKKEL};

/* The names of those that are away, for the address of the first step: "folkeregister,matrikkel". */
static const char *absent(struct page *pg, const bool away[REGISTRE])
{
    const char *text = "";
    for (int i = 0; i < REGISTRE && text; i++)
        if (away[i])
            text = arena_printf(pg->cx->arena, "%s%s%s", text, *text ? "," : "", register_name((enum registeret)i));
    return text;
}

void prefill_tell(struct page *pg)
{
    struct str rest = str_of(form_get(&pg->form, "uten"));
    while (rest.n > 0) {
        struct str name = str_cut(&rest, ',');
        for (int i = 0; i < REGISTRE; i++)
            if (str_is(name, register_name((enum registeret)i)))
                ui_alert(pg, UI_WARNING, tr_fill(pg, &F_AWAY, tr(pg, names[i]), NULL), tr(pg, &F_AWAY_TEXT));
    }
}

enum rc prefill_all(struct page *pg, const struct filling *k, json_t *svar, const char **ret_away)
{
    struct asking a = {.pg = pg, .k = k};
    *ret_away = "";
    const struct person *person = &pg->session->person;
    if (!person->citizen)
        return RC_OK;
    TRY(login_citizen_pid(pg->cx, k->room->on.login, person, a.pid));
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < k->s->felt_n; i++)
        rc = fill(&a, &k->s->felt[i], svar);
    explicit_bzero(a.pid, sizeof(a.pid));
    *ret_away = absent(pg, a.away);
    return *ret_away ? rc : cx_nomem(pg->cx);
}

const char *prefill_source(struct page *pg, const struct filling *k, const struct felt *f)
{
    const char *source = svar_source(pg->cx, k->u.svar, f);
    for (int i = 0; i < REGISTRE; i++)
        if (streq(source, register_name((enum registeret)i)))
            return tr_fill(pg, &F_FETCHED, tr(pg, names[i]), NULL);
    return *source ? tr(pg, &F_FETCHED_LOGIN) : "";
}
