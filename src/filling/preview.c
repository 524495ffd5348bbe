/* A version of a form as employees look at it before it is put into force: everything it can ask, and nothing is kept. */
#include "filling/filling_int.h"

/* The version in ?versjon=, or the newest. */
static enum rc find(struct page *pg, struct filling *k, struct skjema_utgave *ret)
{
    struct skjema_utgave *all;
    const char *id = page_param(pg, "skjema");
    size_t n;
    int64_t wanted = 0;
    if (!str_int(str_of(form_get(&pg->form, "versjon")), &wanted))
        wanted = 0;
    TRY(filling_call(pg, &k->call));
    TRY(skjema_utgaver(&k->call, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].skjema->id, id) && (wanted == 0 || all[i].skjema->version == wanted)) {
            *ret = all[i];
            return RC_OK;
        }
    return err_set(pg->cx, RC_NOT_FOUND, "skjema", NULL);
}

static void facts(struct page *pg, const struct skjema_utgave *u)
{
    static const struct text *const stands[SKJEMA_STANDER] = {[SKJEMA_UTKAST] = &F_DRAFT, [SKJEMA_I_BRUK] = &F_IN_USE,
                                                              [SKJEMA_TRUKKET] = &F_RETIRED};
    const char *version = arena_printf(pg->cx->arena, "%" PRId64, u->skjema->version);
    ui_alert(pg, UI_INFO, tr(pg, &F_PREVIEW), tr(pg, &F_PREVIEW_TEXT));
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &F_VERSION), version);
    ui_fact(pg, tr(pg, &F_STATUS), tr(pg, stands[u->stand]));
    ui_facts_end(pg);
}

/* A question that depends on another says so. */
static enum rc field(struct page *pg, const struct filling *k, const struct felt *f)
{
    if (f->visible) {
        html_open(&pg->html, TAG_P, NULL);
        ui_tag(pg, UI_INFO, tr_fill(pg, &F_SOMETIMES, f->label.in[pg->lang], NULL));
        html_close(&pg->html, TAG_P);
    }
    return field_show(pg, k, f);
}

static enum rc show(struct page *pg, const struct filling *k, const struct skjema_utgave *u)
{
    const struct skjema *s = k->s;
    page_begin(pg, &(struct page_head){.title = s->title.in[pg->lang], .lead = s->lead.in[pg->lang], .no_index = true});
    facts(pg, u);
    for (size_t i = 0; i < s->trinn_n; i++) {
        ui_heading(pg, 2, s->trinn[i].title.in[pg->lang]);
        if (s->trinn[i].lead.in[pg->lang])
            ui_paragraph(pg, s->trinn[i].lead.in[pg->lang]);
        for (size_t j = s->trinn[i].first; j < s->trinn[i].first + s->trinn[i].n; j++)
            TRY(field(pg, k, &s->felt[j]));
    }
    ui_heading(pg, 2, tr(pg, &F_DECLARATION));
    ui_paragraph(pg, s->declaration.in[pg->lang]);
    return page_end(pg);
}

enum rc preview_show(struct page *pg)
{
    struct filling k = {.room = pg->app};
    struct skjema_utgave u = {0};
    TRY(find(pg, &k, &u));
    k.s = u.skjema;
    k.u = (struct utkast){.skjema = u.skjema, .svar = json_object()};
    enum rc rc = k.u.svar ? show(pg, &k, &u) : cx_nomem(pg->cx);
    json_decref(k.u.svar);
    return rc;
}
