/* Who works here: units of the caller, and colleagues. */
#include "casework/casework_int.h"

enum { PEOPLE_MOST = 500 };

enum rc people_units(struct page *pg, struct call *c, const char *const **ret, size_t *ret_n)
{
    struct rec *me;
    struct result units;
    const char **names = arena_array(pg->cx->arena, OPPGAVE_ENHETER, sizeof(*names));
    if (!names)
        return cx_nomem(pg->cx);
    TRY(archive_get(c, F_bruker, str_of(c->person.id), &me));
    TRY(work_linked(c, me, PKG_ADMIN, "administrativenhet", OPPGAVE_ENHETER, &units));
    for (size_t i = 0; i < units.n; i++)
        names[i] = work_text(pg, units.recs[i], A_administrativenhet_administrativEnhetNavn);
    *ret = names;
    *ret_n = units.n;
    return RC_OK;
}

/* The archive knows everybody who has been here; the login knows who still works here. */
static enum rc colleagues_of(struct page *pg, struct call *c, struct ui_option **ret, size_t *ret_n)
{
    const struct casework *w = pg->app;
    const char *const *staff;
    size_t staff_n;
    struct result known = {0};
    const struct query q = {.entity = model_entity(E_bruker), .list = CL_NONE, .top = PEOPLE_MOST, .no_count = true};
    TRY(login_staff(pg->cx, w->login, pg->kommune->slug, &staff, &staff_n));
    TRY(archive_query(c, &q, &known));
    *ret = arena_array(pg->cx->arena, known.n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(pg->cx);
    *ret_n = 0;
    for (size_t i = 0; i < known.n; i++) {
        const struct rec *r = known.recs[i];
        const char *name = work_text(pg, r, A_bruker_brukerNavn), *full = work_text(pg, r, A_bruker_kortnavn);
        if (!streq(r->systemid, c->person.id) && login_staff_has(staff, staff_n, name))
            (*ret)[(*ret_n)++] = (struct ui_option){.value = r->systemid, .text = *full ? full : name};
    }
    return RC_OK;
}

enum rc people_choices(struct page *pg, struct call *c, const char *unit, struct ui_option **ret, size_t *ret_n)
{
    struct ui_option *colleagues;
    size_t n;
    TRY(colleagues_of(pg, c, &colleagues, &n));
    struct ui_option *options = arena_array(pg->cx->arena, n + 1, sizeof(*options));
    if (!options)
        return cx_nomem(pg->cx);
    options[0] = (struct ui_option){.value = "enheten", .text = unit};
    memcpy(options + 1, colleagues, n * sizeof(*options));
    *ret = options;
    *ret_n = n + 1;
    return RC_OK;
}

enum rc people_chosen(struct page *pg, struct call *c, const char **ret_id, const char **ret_name)
{
    const char *to = form_get(&pg->form, "til");
    struct ui_option *colleagues;
    size_t n;
    TRY(colleagues_of(pg, c, &colleagues, &n));
    *ret_id = *ret_name = streq(to, "enheten") ? "" : NULL;
    for (size_t i = 0; i < n && !*ret_id; i++)
        if (streq(colleagues[i].value, to)) {
            *ret_id = colleagues[i].value;
            *ret_name = colleagues[i].text;
        }
    return RC_OK;
}
