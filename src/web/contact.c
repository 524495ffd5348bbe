/* Where people turn with questions: the municipality's own place, else that of the co-operation. */
#include "web/web_int.h"

void contacts_read(struct web *w, struct config *cfg)
{
    const char *section, *text;
    size_t n = 0;
    while (config_section(cfg, n))
        n++;
    w->contacts = mem_new((n + 1) * sizeof(*w->contacts));
    for (size_t i = 0; (section = config_section(cfg, i)) != NULL; i++)
        if ((text = config_get(cfg, section, "contact", NULL)) != NULL && *text)
            w->contacts[w->contacts_n++] = (struct contact){mem_strdup(section), mem_strdup(text)};
}

void contacts_free(struct web *w)
{
    for (size_t i = 0; i < w->contacts_n; i++) {
        mem_free(w->contacts[i].section);
        mem_free(w->contacts[i].text);
    }
    mem_free(w->contacts);
}

static const char *contact_of(const struct page *pg, const char *section)
{
    for (size_t i = 0; i < pg->web->contacts_n; i++)
        if (streq(pg->web->contacts[i].section, section))
            return pg->web->contacts[i].text;
    return NULL;
}

/* "https://…" and what looks like an e-mail address can be followed; NULL: a telephone number, a place. */
static const char *href_of(struct page *pg, const char *text)
{
    if (str_starts(str_of(text), "https://") || str_starts(str_of(text), "http://"))
        return text;
    const char *at = strchr(text, '@');
    return at && at > text && strchr(at, '.') && !strpbrk(text, " ?&") ? arena_printf(pg->cx->arena, "mailto:%s", text) : NULL;
}

void contact_paragraph(struct page *pg, const struct text *with, const struct text *without)
{
    const char *text = pg->kommune ? contact_of(pg, pg->kommune->slug) : NULL, *around = tr(pg, with);
    const char *gap = strstr(around, "{}");
    if (!text && !(text = contact_of(pg, "web"))) {
        if (without)
            ui_paragraph(pg, tr(pg, without));
        return;
    }
    const char *href = href_of(pg, text), *before = arena_strndup(pg->cx->arena, around, (size_t)(gap - around));
    html_open(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-paragraph"}));
    html_text(&pg->html, before ? before : "");
    if (href)
        ui_link(pg, href, text);
    else
        html_text(&pg->html, text);
    html_text(&pg->html, gap + 2);
    html_close(&pg->html, TAG_P);
}
