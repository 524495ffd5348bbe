/* Texts of the reasons. */
#include "deposit/export.h"

/* The languages are those of err.def. */
static const struct {
    const char *name, *texts[ERR_LANGS];
} reasons[] = {
#define REASON(id, nb, nn, se, en) {#id, {[ERR_NB] = nb, [ERR_NN] = nn, [ERR_SE] = se, [ERR_EN] = en}},
#include "deposit/reason.def"
};

const char *export_reason_name(enum export_reason_id id)
{
    return reasons[id].name;
}

const char *export_reason_text_in(struct cx *cx, const struct export_reason *r, enum err_lang lang)
{
    const char *text = reasons[r->id].texts[lang];
    const char *hole = strstr(text, "{}");
    if (!hole)
        return text;
    const char *filled = arena_printf(cx->arena, "%.*s%s%s", (int)(hole - text), text, r->detail, hole + 2);
    return filled ? filled : text;
}

const char *export_reason_text(struct cx *cx, const struct export_reason *r)
{
    return export_reason_text_in(cx, r, cx->lang == LANG_EN ? ERR_EN : ERR_NB);
}
