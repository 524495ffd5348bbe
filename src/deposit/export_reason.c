/* Texts of the reasons. */
#include "deposit/export.h"

static const struct {
    const char *name, *nb, *en;
} reasons[] = {
#define REASON(id, nb, en) {#id, nb, en},
#include "deposit/reason.def"
};

const char *export_reason_name(enum export_reason_id id)
{
    return reasons[id].name;
}

const char *export_reason_text(struct cx *cx, const struct export_reason *r)
{
    const char *text = cx->lang == LANG_EN ? reasons[r->id].en : reasons[r->id].nb;
    const char *hole = strstr(text, "{}");
    if (!hole)
        return text;
    const char *filled = arena_printf(cx->arena, "%.*s%s%s", (int)(hole - text), text, r->detail, hole + 2);
    return filled ? filled : text;
}
