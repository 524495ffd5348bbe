/* Routes, and what the pages have in common. */
#include "minside/minside_int.h"

enum { UPLOAD_MAX = 100 << 20 };

#define SAK "/{kommune}/min-side/sak/{systemID}"
#define HOUSES "/{kommune}/min-side/eiendom"
#define L2 LEVEL_SUBSTANTIAL

/* A message is taken in without a login too: what was typed when it had ended is kept for the next. */
static const struct web_route routes[] = {
    {"GET",  "/min-side",               ROLE_NONE, L2,         LANE_WRITE, 0, overview_all},
    {"GET",  "/{kommune}/min-side",     ROLE_NONE, L2,         LANE_WRITE, 0, overview_one},
    {"GET",  SAK,                       ROLE_NONE, L2,         LANE_WRITE, 0, sak_page},
    {"GET",  SAK "/brev/{brev}",        ROLE_NONE, L2,         LANE_WRITE, 0, letter_page},
    {"GET",  SAK "/dokument/{dokument}", ROLE_NONE, L2,        LANE_WRITE, 0, my_document},
    {"GET",  SAK "/melding/{slag}",     ROLE_NONE, L2,         LANE_WRITE, 0, message_show},
    {"POST", SAK "/melding/{slag}",     ROLE_NONE, LEVEL_NONE, LANE_BULK, UPLOAD_MAX, message_sent},
    {"GET",  SAK "/lest",               ROLE_NONE, L2,         LANE_WRITE, 0, readers_page},
    {"GET",  HOUSES,                    ROLE_NONE, L2,         LANE_SLOW, 0, house_list},
    {"GET",  HOUSES "/{eiendom}",       ROLE_NONE, L2,         LANE_SLOW, 0, house_page},
    {"GET",  HOUSES "/{eiendom}/dokument/{dokument}", ROLE_NONE, L2, LANE_SLOW, 0, house_document},
};

struct http_door minside_door(struct minside *m)
{
    web_offer_mine(m->web, "/min-side");
    return web_door(m->web, routes, COUNT_OF(routes), m);
}

/* ------------------------------------------------------------------ in common */

const char *my_href(struct page *pg, const struct municipality *m, const char *fmt, ...)
{
    va_list ap;
    char rest[300];
    va_start(ap, fmt);
    (void)vsnprintf(rest, sizeof(rest), fmt, ap);
    va_end(ap);
    const char *href = arena_printf(pg->cx->arena, "/%s/min-side%s", m->slug, rest);
    return href ? href : "/";
}

const char *my_text(struct cx *cx, const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    struct str s = model_attr(a)->type == T_CODE && v->name.n ? v->name : v->text;
    const char *copy = v->state == VAL_SET ? arena_strndup(cx->arena, s.n ? s.p : "", s.n) : "";
    return copy ? copy : "";
}

const char *my_number(struct page *pg, int64_t n)
{
    const char *s = arena_printf(pg->cx->arena, "%" PRId64, n);
    return s ? s : "";
}

/* As the person is called in the newest case, where the register does not tell. */
static const char *name_in_cases(const struct mine *places, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < places[i].saker_n; k++)
            if (*places[i].saker[k].part.navn)
                return places[i].saker[k].part.navn;
    return "";
}

enum rc my_name(struct page *pg, const struct mine *places, size_t n, const char **ret)
{
    const struct minside *m = pg->app;
    const struct actor *a;
    TRY(page_actor(pg, &a));
    if (a->right != RIGHT_SELF) {
        *ret = tr_fill(pg, &M_BEHALF, a->name, actor_why(pg, a), NULL);
        return RC_OK;
    }
    TRY(acting_name(m->acting, pg, ret));
    if (!**ret)
        *ret = name_in_cases(places, n);
    if (!**ret)
        *ret = tr(pg, &M_MINE);
    return RC_OK;
}
