/*
 * Folkeregisteret: documents of persons (folkeregisterperson) by bulkoppslag, which takes the numbers in its body. A
 * document that is not of the one asked for is a lie.
 */
#include "register/register_int.h"

enum { GROWN_UP = 18 };

#define PATH "/v1/personer/bulkoppslag?part=identifikasjonsnummer&part=status&part=navn"
#define PART_ADDRESS "&part=bostedsadresse&part=adressebeskyttelse"
#define PART_FAMILY "&part=familierelasjon"
#define PART_CHILD "&part=foedsel&part=foreldreansvar"

static const struct register_adresse nowhere = {"", "", "", ""};

/* ------------------------------------------------------------------ asking */

static enum rc look_up(struct cx *cx, struct registers *r, const char *path, const char *const *pids, size_t n, bool keep,
                       json_t **ret)
{
    struct buf body;
    struct jw w;
    buf_init(&body, (size_t)KiB(4));
    jw_begin(&w, &body);
    jw_open(&w, '{');
    jw_key(&w, "foedselsEllerDNummer");
    jw_open(&w, '[');
    for (size_t i = 0; i < n; i++)
        jw_text(&w, pids[i]);
    jw_close(&w, ']');
    jw_close(&w, '}');
    const struct question q = {.which = FOLKEREGISTER, .path = path, .type = "application/json", .body = buf_str(&body),
                               .keep = keep};
    enum rc rc = buf_failed(&body) ? cx_nomem(cx) : ask(cx, r, &q, ret);
    if (body.p)
        explicit_bzero(body.p, body.n);
    buf_free(&body);
    return rc;
}

/* ------------------------------------------------------------------ documents */

static bool is_of(const json_t *document, const char *pid)
{
    return streq(member(current(document, "identifikasjonsnummer"), "foedselsEllerDNummer"), pid);
}

/* The document of that person; NULL when the register has none. */
static enum rc document_of(struct cx *cx, const json_t *answer, const char *pid, const json_t **ret)
{
    const json_t *list = json_object_get(answer, "oppslag"), *found = NULL;
    size_t i;
    json_t *one;
    if (!json_is_array(list))
        return ask_lie(cx, FOLKEREGISTER, "no oppslag");
    json_array_foreach(list, i, one)
        if (streq(member(one, "foedselsEllerDNummer"), pid))
            found = one;
    *ret = json_object_get(found, "folkeregisterperson");
    bool other = (!found && json_array_size(list) > 0) || (*ret && !is_of(*ret, pid));
    return other ? ask_lie(cx, FOLKEREGISTER, "somebody else") : RC_OK;
}

static bool is_dead(const json_t *document)
{
    return streq(member(current(document, "status"), "status"), "doed");
}

static enum rc navn_of(struct cx *cx, const json_t *document, const char **ret)
{
    const json_t *n = current(document, "navn");
    const char *mellom = member(n, "mellomnavn");
    if (!*member(n, "fornavn") && !*member(n, "etternavn"))
        return ask_lie(cx, FOLKEREGISTER, "no name");
    *ret = arena_printf(cx->arena, "%s%s%s %s", member(n, "fornavn"), *mellom ? " " : "", mellom, member(n, "etternavn"));
    return *ret ? RC_OK : cx_nomem(cx);
}

/* Graded is what does not say that it is not. */
static bool graded(const json_t *holder, const char *name)
{
    const char *grade = member(holder, name);
    return holder && !streq(grade, "ugradert");
}

static bool is_protected(const json_t *document)
{
    const json_t *bosted = current(document, "bostedsadresse");
    return graded(current(document, "adressebeskyttelse"), "graderingsnivaa") ||
           (*member(bosted, "adressegradering") && graded(bosted, "adressegradering"));
}

enum rc person_read(struct cx *cx, json_t *answer, const char *pid, struct register_person *ret)
{
    const json_t *d;
    struct register_person p = {.adresse = nowhere};
    TRY(document_of(cx, answer, pid, &d));
    if (!d || is_dead(d))
        return err_set(cx, RC_NOT_FOUND, "folkeregister", NULL);
    TRY(navn_of(cx, d, &p.navn));
    p.beskyttet = is_protected(d);
    const json_t *bosted = current(d, "bostedsadresse"), *veg = json_object_get(bosted, "vegadresse");
    if (!p.beskyttet && bosted)
        TRY(veg_adresse(cx, veg ? veg : json_object_get(bosted, "matrikkeladresse"), &p.adresse));
    *ret = p;
    return RC_OK;
}

enum rc register_person(struct cx *cx, struct registers *r, const char *pid, struct register_person *ret)
{
    json_t *answer;
    TRY(look_up(cx, r, PATH PART_ADDRESS, &pid, 1, true, &answer));
    return person_read(cx, answer, pid, ret);
}

/* ------------------------------------------------------------------ children */

enum rc relations_read(struct cx *cx, json_t *answer, const char *pid, const char **ret, size_t *ret_n)
{
    const json_t *d;
    size_t i;
    json_t *one;
    *ret_n = 0;
    TRY(document_of(cx, answer, pid, &d));
    json_array_foreach(json_object_get(d, "familierelasjon"), i, one) {
        const char *other = member(one, "relatertPerson");
        if (*ret_n < REGISTER_LIST_MAX && json_is_true(json_object_get(one, "erGjeldende")) &&
            streq(member(one, "relatertPersonsRolle"), "barn") && national_id_valid(str_of(other)))
            ret[(*ret_n)++] = other;
    }
    return RC_OK;
}

static bool answers_for(const json_t *child, const char *pid)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(child, "foreldreansvar"), i, one)
        if (json_is_true(json_object_get(one, "erGjeldende")) && streq(member(one, "ansvarlig"), pid))
            return true;
    return false;
}

/* Full years since the day of birth; a date that is none makes nobody a child. */
static bool is_child(struct cx *cx, const json_t *document, int *ret_year)
{
    int64_t day;
    int born[3], today[3];
    if (!time_date(str_of(member(current(document, "foedsel"), "foedselsdato")), &day))
        return false;
    time_civil_day(day, &born[0], &born[1], &born[2]);
    time_civil(cx->now, &today[0], &today[1], &today[2]);
    bool had_birthday = today[1] > born[1] || (today[1] == born[1] && today[2] >= born[2]);
    *ret_year = born[0];
    return today[0] - born[0] - (had_birthday ? 0 : 1) < GROWN_UP;
}

enum rc barn_read(struct cx *cx, json_t *answer, const char *pid, struct register_barn **ret, size_t *ret_n)
{
    struct register_barn *all = arena_array(cx->arena, REGISTER_LIST_MAX, sizeof(*all));
    size_t i, n = 0;
    json_t *one;
    if (!all)
        return cx_nomem(cx);
    json_array_foreach(json_object_get(answer, "oppslag"), i, one) {
        const json_t *d = json_object_get(one, "folkeregisterperson");
        const char *number = member(one, "foedselsEllerDNummer");
        if (n == REGISTER_LIST_MAX || !d || !is_of(d, number) || is_dead(d) || !answers_for(d, pid) ||
            !is_child(cx, d, &all[n].foedselsaar))
            continue;
        TRY(navn_of(cx, d, &all[n].navn));
        (void)snprintf(all[n++].pid, REGISTER_PID_MAX, "%s", number);
    }
    *ret = all;
    *ret_n = n;
    return RC_OK;
}

enum rc register_barn(struct cx *cx, struct registers *r, const char *pid, struct register_barn **ret, size_t *ret_n)
{
    const char *pids[REGISTER_LIST_MAX];
    json_t *answer;
    *ret = NULL;
    *ret_n = 0;
    TRY(look_up(cx, r, PATH PART_FAMILY, &pid, 1, false, &answer));
    size_t n;
    TRY(relations_read(cx, answer, pid, pids, &n));
    if (n == 0)
        return RC_OK;
    TRY(look_up(cx, r, PATH PART_CHILD, pids, n, false, &answer));
    return barn_read(cx, answer, pid, ret, ret_n);
}
