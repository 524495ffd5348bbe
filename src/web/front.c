/* Front pages of the co-operation and of a municipality, search over services, accessibility. */
#include "web/web_int.h"

#include <stdlib.h>

/* Main themes of Los, http://psi.norge.no/los/tema/<id>, with their names. */
static const struct {
    const char *id;
    const struct text *name;
} themes[] = {
    {"arbeid", &W_THEME_ARBEID},
    {"bygg-og-eiendom", &W_THEME_BYGG},
    {"demokrati-og-innbyggerrettigheter", &W_THEME_DEMOKRATI},
    {"energi", &W_THEME_ENERGI},
    {"familie-og-barn", &W_THEME_FAMILIE},
    {"helse-og-omsorg", &W_THEME_HELSE},
    {"kultur-idrett-og-fritid", &W_THEME_KULTUR},
    {"lov-og-rett", &W_THEME_LOV},
    {"naring", &W_THEME_NAERING},
    {"natur-klima-og-miljo", &W_THEME_NATUR},
    {"samfunnssikkerhet-og-beredskap", &W_THEME_SIKKERHET},
    {"skatt-og-avgift", &W_THEME_SKATT},
    {"skole-og-utdanning", &W_THEME_SKOLE},
    {"sosiale-tjenester", &W_THEME_SOSIALE},
    {"trafikk-og-transport", &W_THEME_TRAFIKK},
};
enum { THEMES = COUNT_OF(themes), OTHER = THEMES };

static size_t theme_of(const struct web_service *s)
{
    for (size_t i = 0; i < THEMES; i++)
        if (streq(themes[i].id, s->theme))
            return i;
    return OTHER;
}

/* ------------------------------------------------------------------ services */

struct list {
    struct web_service *items;
    size_t n;
};

/* All rooms' services together. */
static enum rc services(struct page *pg, struct list *ret)
{
    struct list all = {0};
    for (size_t i = 0; i < pg->web->services_n; i++) {
        struct list some = {0};
        TRY(pg->web->services[i].list(pg->web->services[i].arg, pg, &some.items, &some.n));
        struct web_service *grown = arena_array(pg->cx->arena, all.n + some.n + 1, sizeof(*grown));
        if (!grown)
            return cx_nomem(pg->cx);
        for (size_t k = 0; k < all.n + some.n; k++)
            grown[k] = k < all.n ? all.items[k] : some.items[k - all.n];
        all = (struct list){grown, all.n + some.n};
    }
    *ret = all;
    return RC_OK;
}

static void service(struct page *pg, const struct web_service *s)
{
    struct html *h = &pg->html;
    html_open(h, TAG_LI, NULL);
    ui_link(pg, s->href, s->title);
    if (s->summary)
        html_put(h, TAG_P, ATTRS({ATT_CLASS, "sd-summary"}), s->summary);
    html_close(h, TAG_LI);
}

static void theme(struct page *pg, const struct list *all, size_t theme_index)
{
    struct html *h = &pg->html;
    bool any = false;
    for (size_t i = 0; i < all->n; i++) {
        if (theme_of(&all->items[i]) != theme_index)
            continue;
        if (!any) {
            html_open(h, TAG_SECTION, ATTRS({ATT_CLASS, "ds-card sd-theme"}));
            ui_heading(pg, 3, tr(pg, theme_index == OTHER ? &W_THEME_OTHER : themes[theme_index].name));
            html_open(h, TAG_UL, ATTRS({ATT_CLASS, "sd-services"}));
        }
        any = true;
        service(pg, &all->items[i]);
    }
    if (any) {
        html_close(h, TAG_UL);
        html_close(h, TAG_SECTION);
    }
}

/* ------------------------------------------------------------------ pages */

static void municipality_links(struct page *pg, const struct municipality *all, size_t n)
{
    struct html *h = &pg->html;
    html_open(h, TAG_UL, ATTRS({ATT_CLASS, "sd-places"}));
    for (size_t i = 0; i < n; i++) {
        if (pg->kommune && streq(pg->kommune->slug, all[i].slug))
            continue;
        html_open(h, TAG_LI, NULL);
        html_put(h, TAG_A, ATTRS({ATT_CLASS, "ds-card sd-place"},
                                 {ATT_HREF, arena_printf(pg->cx->arena, "/%s/", all[i].slug)}),
                 all[i].name);
        html_close(h, TAG_LI);
    }
    html_close(h, TAG_UL);
}

enum rc front_cooperation(struct page *pg)
{
    struct municipality *all;
    size_t n;
    char *name;
    TRY(coop_municipality_list(pg->cx, pg->web->store, &all, &n));
    TRY(coop_name(pg->cx, pg->web->store, &name));
    page_begin(pg, &(struct page_head){.title = *name ? name : tr(pg, &W_COOPERATION),
                                       .lead = tr(pg, &W_FRONT_LEAD)});
    ui_heading(pg, 2, tr(pg, &W_MUNICIPALITIES));
    if (n == 0)
        ui_paragraph(pg, tr(pg, &W_NO_MUNICIPALITY));
    else
        municipality_links(pg, all, n);
    return page_end(pg);
}

enum rc front_municipality(struct page *pg)
{
    struct list all;
    const struct municipality *m = pg->kommune;
    TRY(services(pg, &all));
    const char *name = tr_fill(pg, &W_MUNICIPALITY, m->name, NULL);
    page_begin(pg, &(struct page_head){.title = tr_fill(pg, &W_WELCOME, name, NULL),
                                       .lead = tr(pg, &W_WELCOME_LEAD)});
    if (m->notice[0])
        ui_alert(pg, UI_WARNING, tr(pg, &W_NOTICE), m->notice);
    ui_search(pg, page_href(pg, "/sok"), tr(pg, &W_SEARCH_SERVICES), NULL);
    ui_heading(pg, 2, tr(pg, &W_SERVICES));
    if (all.n == 0)
        ui_paragraph(pg, tr(pg, &W_NO_SERVICES));
    html_open(&pg->html, TAG_DIV, ATTRS({ATT_CLASS, "sd-themes"}));
    for (size_t i = 0; i <= THEMES; i++)
        theme(pg, &all, i);
    html_close(&pg->html, TAG_DIV);
    for (size_t i = 0; i < pg->web->fronts_n; i++)
        TRY(pg->web->fronts[i].write(pg->web->fronts[i].arg, pg));
    return page_end(pg);
}

/* Compared as the search of the archive folds: without regard to case, æøå too. */
static bool contains(const char *text, const char *word)
{
    return text && strcasestr(text, word) != NULL;
}

enum rc front_search(struct page *pg)
{
    struct list all;
    const char *q = form_get(&pg->form, "q");
    size_t found = 0;
    char count[24];
    TRY(services(pg, &all));
    for (size_t i = 0; *q && i < all.n; i++)
        if (contains(all.items[i].title, q) || contains(all.items[i].summary, q))
            all.items[found++] = all.items[i];
    snprintf(count, sizeof(count), "%zu", found);
    page_begin(pg, &(struct page_head){.title = tr(pg, &W_SEARCH_RESULT), .no_index = true});
    ui_search(pg, page_href(pg, "/sok"), tr(pg, &W_SEARCH_SERVICES), q);
    if (!*q)
        ui_paragraph(pg, tr(pg, &W_SEARCH_EMPTY));
    else
        ui_paragraph(pg, found > 0 ? tr_fill(pg, &W_SEARCH_FOUND, count, q, NULL)
                                   : tr_fill(pg, &W_SEARCH_NOTHING, q, NULL));
    if (found > 0) {
        html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "sd-services"}));
        for (size_t i = 0; i < found; i++)
            service(pg, &all.items[i]);
        html_close(&pg->html, TAG_UL);
    }
    return page_end(pg);
}

enum rc front_accessibility(struct page *pg)
{
    page_begin(pg, &(struct page_head){.title = tr(pg, &W_ACCESSIBILITY), .lead = tr(pg, &W_UU_LEAD)});
    ui_paragraph(pg, tr(pg, &W_UU_STATUS));
    ui_heading(pg, 2, tr(pg, &W_UU_KNOWN));
    ui_paragraph(pg, tr(pg, &W_UU_KNOWN_TEXT));
    ui_heading(pg, 2, tr(pg, &W_UU_TELL));
    contact_paragraph(pg, &W_UU_TELL_TEXT, &W_UU_TELL_NOWHERE);
    html_open(&pg->html, TAG_P, ATTRS({ATT_CLASS, "ds-paragraph"}));
    html_text(&pg->html, tr(pg, &W_UU_COMPLAIN));
    html_text(&pg->html, " ");
    ui_link(pg, "https://www.uutilsynet.no/", tr(pg, &W_UU_COMPLAIN_LINK));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}
