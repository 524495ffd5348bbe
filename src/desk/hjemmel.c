/* The rows of hjemmel.def. */
#include "desk/desk_int.h"

const struct hjemmel desk_hjemler[] = {
#define HJEMMEL(id, provision, years, nb, nn, se, en) {#id, provision, years, {{nb, nn, se, en}}},
#include "desk/hjemmel.def"
};
const size_t desk_hjemler_n = COUNT_OF(desk_hjemler);
_Static_assert(COUNT_OF(desk_hjemler) <= HJEMLER_MAX, "more legal bases than the pages have room for");

const char *desk_hjemmel_text(struct page *pg, const struct hjemmel *h)
{
    return arena_printf(pg->cx->arena, "%s – %s", h->provision, tr(pg, &h->name));
}
