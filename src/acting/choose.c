/* The page where it is chosen for whom one acts. */
#include "acting/acting_int.h"

#define FIELD "hvem"
#define ONESELF "meg"

static enum rc choose_show(struct page *pg);
static enum rc choose_sent(struct page *pg);

static const struct web_route routes[] = {
    {"GET",  "/{kommune}/paa-vegne-av", ROLE_NONE, LEVEL_SUBSTANTIAL, LANE_WRITE, 0, choose_show},
    {"POST", "/{kommune}/paa-vegne-av", ROLE_NONE, LEVEL_SUBSTANTIAL, LANE_WRITE, 0, choose_sent},
};

enum rc acting_open(struct cx *cx, struct web *web, struct login *login, struct registers *registers, struct acting **ret)
{
    struct acting *a = mem_try(sizeof(*a));
    if (!a)
        return cx_nomem(cx);
    *a = (struct acting){web, login, registers};
    if (register_has(registers, FOLKEREGISTER) || register_has(registers, ENHETSREGISTER))
        web_offer_actors(web, "/paa-vegne-av");
    *ret = a;
    return RC_OK;
}

void acting_close(struct acting **a)
{
    if (!a || !*a)
        return;
    mem_free(*a);
    *a = NULL;
}

struct http_door acting_door(struct acting *a)
{
    return web_door(a->web, routes, COUNT_OF(routes), a);
}

const char *acting_href(struct page *pg, const char *back)
{
    return page_with_back(pg, page_href(pg, "/paa-vegne-av"), back);
}

/* ------------------------------------------------------------------ shown */

/* "Barn, født 2019. Foreldreansvar." and "Organisasjonsnummer 311000004. Daglig leder." */
static const char *help_of(struct page *pg, const struct choice *c)
{
    const char *year = arena_printf(pg->cx->arena, "%d", c->foedselsaar);
    if (c->actor.kind == ACTOR_CHILD)
        return tr_fill(pg, &A_CHILD, year ? year : "", actor_why(pg, &c->actor), NULL);
    return tr_fill(pg, &A_COMPANY, c->actor.orgnr, actor_why(pg, &c->actor), NULL);
}

/* What the person acts for now. */
static const char *chosen_value(const struct choices *c, const struct actor *now)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->all[i].actor.kind == now->kind && streq(c->all[i].actor.name, now->name))
            return c->all[i].value;
    return now->kind == ACTOR_SELF ? ONESELF : NULL;
}

static void tell_absence(struct page *pg, const struct choices *c)
{
    if (c->away[FOLKEREGISTER])
        ui_alert(pg, UI_WARNING, tr(pg, &A_AWAY), tr(pg, &A_AWAY_CHILDREN));
    if (c->away[ENHETSREGISTER])
        ui_alert(pg, UI_WARNING, tr(pg, &A_AWAY), tr(pg, &A_AWAY_COMPANIES));
}

static enum rc show(struct page *pg, const struct choices *c)
{
    const struct actor *now;
    struct ui_option *options = arena_array(pg->cx->arena, c->n + 1, sizeof(*options));
    if (!options)
        return cx_nomem(pg->cx);
    TRY(page_actor(pg, &now));
    options[0] = (struct ui_option){ONESELF, tr(pg, &A_ONESELF), NULL};
    for (size_t i = 0; i < c->n; i++)
        options[i + 1] = (struct ui_option){c->all[i].value, c->all[i].actor.name, help_of(pg, &c->all[i])};
    page_begin(pg, &(struct page_head){.title = tr(pg, &A_TITLE), .lead = tr(pg, &A_LEAD), .no_index = true});
    tell_absence(pg, c);
    ui_form_begin(pg, page_href(pg, "/paa-vegne-av"), false);
    ui_hidden(pg, "til", page_back(pg));
    ui_radios(pg, &(struct ui_field){.name = FIELD, .label = tr(pg, &A_WHO), .value = chosen_value(c, now)}, options, c->n + 1);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &A_GO_ON));
    ui_buttons_end(pg);
    ui_form_end(pg);
    ui_details_begin(pg, tr(pg, &A_WHY), false);
    ui_paragraph(pg, tr(pg, &A_WHY_TEXT));
    ui_details_end(pg);
    return page_end(pg);
}

static enum rc choose_show(struct page *pg)
{
    struct choices c;
    TRY(choices_ask(pg->app, pg, &c));
    return show(pg, &c);
}

/* ------------------------------------------------------------------ sent */

static const char *back_to(struct page *pg)
{
    const char *back = page_back(pg);
    return streq(back, "/") ? page_href(pg, "/") : back;
}

static enum rc become(struct page *pg, const struct choice *c)
{
    const struct acting *a = pg->app;
    struct actor actor = c->actor;
    struct person child;
    if (c->pid) {
        TRY(login_citizen(pg->cx, a->login, str_of(c->pid), &child));
        (void)snprintf(actor.citizen, sizeof(actor.citizen), "%s", child.id);
    }
    TRY(page_act(pg, &actor));
    return page_go(pg, back_to(pg), tr_fill(pg, &A_NOW, actor.name, actor_why(pg, &actor), NULL));
}

static enum rc choose_sent(struct page *pg)
{
    const char *value = form_get(&pg->form, FIELD);
    struct choices c;
    if (streq(value, ONESELF)) {
        TRY(page_act(pg, NULL));
        return page_go(pg, back_to(pg), tr(pg, &A_NOW_ONESELF));
    }
    TRY(choices_ask(pg->app, pg, &c));
    for (size_t i = 0; i < c.n; i++)
        if (streq(c.all[i].value, value))
            return become(pg, &c.all[i]);
    TRY(page_error(pg, FIELD, tr(pg, *value ? &A_X_GONE : &A_X_CHOOSE)));
    return show(pg, &c);
}
