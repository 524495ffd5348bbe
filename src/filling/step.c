/* A step of a form: shown, and sent. What was typed is saved first and checked then. */
#include <stdlib.h>

#include "filling/filling_int.h"

static enum rc step_number(struct page *pg, const struct filling *k, size_t *ret)
{
    int64_t n;
    if (!str_int(http_param(pg->rq, "trinn"), &n) || n < 1 || (size_t)n > k->s->trinn_n)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    *ret = (size_t)n - 1;
    return RC_OK;
}

/* ------------------------------------------------------------------ shown */

static enum rc fields(struct page *pg, const struct filling *k, const struct trinn *t)
{
    for (size_t i = t->first; i < t->first + t->n; i++) {
        const struct felt *f = &k->s->felt[i];
        if (!felt_visible(f, k->u.svar))
            continue;
        ui_hidden(pg, "vist", f->id);
        TRY(field_show(pg, k, f));
    }
    return RC_OK;
}

static enum rc show(struct page *pg, const struct filling *k, size_t trinn)
{
    const struct trinn *t = &k->s->trinn[trinn];
    const struct crumb up[] = {{page_href(pg, "/skjema"), tr(pg, &F_FORMS)},
                               {filling_href(pg, k, ""), k->s->title.in[pg->lang]}};
    const char *at = arena_printf(pg->cx->arena, "%zu", trinn + 1), *of = arena_printf(pg->cx->arena, "%zu", k->s->trinn_n + 1);
    page_begin(pg, &(struct page_head){.title = tr_fill(pg, &F_STEP_OF, t->title.in[pg->lang], at, of, NULL),
                                       .lead = t->lead.in[pg->lang], .crumbs = up, .crumbs_n = COUNT_OF(up), .no_index = true});
    filling_steps(pg, k, trinn);
    filling_tell_retired(pg, k);
    prefill_tell(pg);
    ui_form_begin(pg, filling_step_href(pg, k, trinn), true);
    ui_submit_first(pg);
    TRY(fields(pg, k, t));
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &F_ON));
    if (trinn > 0)
        ui_submit_as(pg, tr(pg, &F_BACK), "til", "tilbake", true);
    ui_submit_as(pg, tr(pg, &F_LATER), "til", "senere", true);
    ui_buttons_end(pg);
    ui_form_end(pg);
    return page_end(pg);
}

/* ------------------------------------------------------------------ a login that ended in mid-form */

static const char *kept_key(struct page *pg, const struct filling *k, size_t trinn)
{
    const char *key = arena_printf(pg->cx->arena, "skjema/%s/%s/%zu", pg->kommune->slug, k->s->id, trinn);
    return key ? key : "skjema";
}

static const char *input(void *arg, const char *name, size_t index)
{
    return form_nth(&((struct page *)arg)->form, name, index);
}

static enum rc take_shown(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    struct page *pg = arg;
    for (size_t i = 0; i < s->felt_n; i++)
        if (form_chosen(&pg->form, "vist", s->felt[i].id))
            TRY(svar_take(cx, svar, &s->felt[i], input, pg));
    return RC_OK;
}

/* The values of a session go along with the login, so what was typed waits there for it. */
static enum rc keep_typed(struct page *pg, const struct filling *k, size_t trinn)
{
    json_t *svar = json_object();
    enum rc rc = svar ? take_shown(pg->cx, k->s, svar, pg) : cx_nomem(pg->cx);
    char *text = rc == RC_OK ? json_dumps(svar, JSON_COMPACT) : NULL;
    if (text)
        rc = page_keep(pg, kept_key(pg, k, trinn), text);
    free(text);
    json_decref(svar);
    return rc == RC_OK ? page_go(pg, filling_step_href(pg, k, trinn), NULL) : rc;
}

static enum rc put_kept(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    (void)s;
    return json_object_update(svar, arg) == 0 ? RC_OK : cx_nomem(cx);
}

static enum rc fetch_typed(struct page *pg, struct filling *k, size_t trinn, bool *ret_found)
{
    const char *key = kept_key(pg, k, trinn);
    char *text;
    json_t *kept;
    TRY(page_kept(pg, key, &text));
    *ret_found = text != NULL;
    if (!text)
        return RC_OK;
    TRY(json_read(pg->cx, str_of(text), &kept));
    TRY(utkast_change(&k->call, k->eier, k->s->id, put_kept, kept, &k->u));
    return page_keep(pg, key, NULL);
}

enum rc step_show(struct page *pg)
{
    struct filling k;
    size_t trinn;
    bool kept;
    TRY(filling_begin(pg, &k));
    enum rc rc = filling_draft(pg, &k);
    if (rc == RC_NOT_FOUND)
        return filling_lost(pg, &k);
    TRY(rc);
    if (k.moved)
        return filling_moved(pg, &k);
    TRY(step_number(pg, &k, &trinn));
    TRY(fetch_typed(pg, &k, trinn, &kept));
    return kept ? page_go(pg, filling_step_href(pg, &k, trinn), tr(pg, &F_KEPT_LOGIN)) : show(pg, &k, trinn);
}

/* ------------------------------------------------------------------ sent */

struct taken_file {
    const struct felt *felt;
    struct vedlegg file;
};
struct step_sent {
    struct page *pg;
    struct taken_file files[FORM_FILES];
    size_t files_n;
};

static const struct felt *file_field(const struct filling *k, const struct trinn *t, const char *name)
{
    for (size_t i = t->first; i < t->first + t->n; i++)
        if (k->s->felt[i].type == FELT_FILE && streq(k->s->felt[i].id, name))
            return &k->s->felt[i];
    return NULL;
}

static size_t room_left(const struct filling *k, const struct step_sent *p, const struct felt *f)
{
    size_t have = f->multiple ? vedlegg_count(k->u.svar, f) : 0, most = f->multiple ? VEDLEGG_MOST : 1;
    for (size_t i = 0; i < p->files_n; i++)
        have += p->files[i].felt == f;
    return have < most ? most - have : 0;
}

static enum rc take_files(struct page *pg, struct filling *k, const struct trinn *t, struct step_sent *p)
{
    for (size_t i = 0; i < pg->form.files_n; i++) {
        const struct form_file *in = &pg->form.files[i];
        const struct felt *f = file_field(k, t, in->field);
        struct taken_file *out = &p->files[p->files_n];
        enum vedlegg_error error = VEDLEGG_TOO_MANY;
        if (!f)
            continue;
        if (room_left(k, p, f) > 0)
            TRY(vedlegg_take(&k->call, f->max_length, in->fd, in->name, in->size, &out->file, &error));
        if (error != VEDLEGG_FINE) {
            TRY(field_wrong_file(pg, f, in->name, error));
            continue;
        }
        out->felt = f;
        p->files_n++;
    }
    return RC_OK;
}

/* "situasjonskart:<stage>": the button that was pressed. */
static enum rc remove_file(struct cx *cx, const struct skjema *s, json_t *svar, const char *what)
{
    const char *colon = strchr(what, ':');
    const char *id = colon ? arena_strndup(cx->arena, what, (size_t)(colon - what)) : NULL;
    const struct felt *f = id ? skjema_felt(s, id) : NULL;
    return f && f->type == FELT_FILE ? vedlegg_remove(cx, svar, f, colon + 1) : RC_OK;
}

static enum rc save(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    struct step_sent *p = arg;
    TRY(take_shown(cx, s, svar, p->pg));
    TRY(remove_file(cx, s, svar, form_get(&p->pg->form, "fjern")));
    for (size_t i = 0; i < p->files_n; i++) {
        const struct felt *f = skjema_felt(s, p->files[i].felt->id);
        if (f)
            TRY(vedlegg_put(cx, svar, f, &p->files[i].file));
    }
    return RC_OK;
}

/* Are all faults with questions that only the answers just given brought up? */
static bool only_new(const struct page *pg, const struct svar_fault *faults, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (form_chosen(&pg->form, "vist", faults[i].felt->id))
            return false;
    return n > 0 && pg->errors_n == 0;
}

static enum rc go_on(struct page *pg, const struct filling *k, size_t trinn)
{
    const struct svar_fault *faults;
    size_t n;
    TRY(svar_check(pg->cx, k->s, trinn, k->u.svar, &faults, &n));
    if (only_new(pg, faults, n))
        return page_go(pg, filling_step_href(pg, k, trinn), tr(pg, &F_MORE));
    for (size_t i = 0; i < n; i++)
        if (!page_error_of(pg, faults[i].felt->id))
            TRY(field_wrong(pg, &faults[i]));
    return pg->errors_n > 0 ? show(pg, k, trinn) : page_go(pg, filling_step_href(pg, k, trinn + 1), NULL);
}

static enum rc saved(struct page *pg, const struct filling *k, size_t trinn)
{
    const char *to = form_get(&pg->form, "til");
    if (k->moved)
        return filling_moved(pg, k);
    if (pg->errors_n == 0 && *form_get(&pg->form, "fjern"))
        return page_go(pg, filling_step_href(pg, k, trinn), NULL);
    if (pg->errors_n == 0 && streq(to, "tilbake"))
        return page_go(pg, filling_step_href(pg, k, trinn > 0 ? trinn - 1 : 0), NULL);
    if (pg->errors_n == 0 && streq(to, "senere"))
        return page_go(pg, filling_href(pg, k, ""), tr(pg, &F_SAVED));
    return go_on(pg, k, trinn);
}

enum rc step_sent(struct page *pg)
{
    struct filling k;
    struct step_sent p = {.pg = pg};
    size_t trinn = 0;
    TRY(filling_begin(pg, &k));
    if (!filling_may(pg, &k)) {
        TRY(step_number(pg, &k, &trinn));
        return keep_typed(pg, &k, trinn);
    }
    enum rc rc = filling_draft(pg, &k);
    if (rc == RC_NOT_FOUND)
        return filling_lost(pg, &k);
    TRY(rc);
    if (!k.moved) { /* else the steps are others; what was typed is stored where it fits */
        TRY(step_number(pg, &k, &trinn));
        TRY(take_files(pg, &k, &k.s->trinn[trinn], &p));
    }
    TRY(utkast_change(&k.call, k.eier, k.s->id, save, &p, &k.u));
    k.s = k.u.skjema;
    return saved(pg, &k, trinn);
}
