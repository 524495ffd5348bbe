/* What the actor has in a municipality: read from its own database, by the actor's key. */
#include "minside/minside_int.h"

enum rc mine_open(struct page *pg, const struct municipality *m, struct mine *ret)
{
    const struct minside *room = pg->app;
    struct vault *v;
    *ret = (struct mine){.kommune = *m};
    TRY(page_actor(pg, &ret->actor));
    TRY(archive_vault(pg->cx, room->archive, m->slug, &v));
    return dialog_call(pg->cx, v, &ret->call);
}

bool mine_empty(const struct mine *p)
{
    return p->saker_n == 0 && p->letters_n == 0 && p->mangler_n == 0 && p->utkast_n == 0;
}

/* The unanswered request about a case; NULL. */
static const struct mangel *waits_for(const struct mine *p, const char *mappe)
{
    for (size_t i = 0; i < p->mangler_n; i++)
        if (streq(p->mangler[i].mappe, mappe))
            return &p->mangler[i];
    return NULL;
}

/* ------------------------------------------------------------------ a case */

static bool decides(const struct oppgave *o)
{
    return o->slag == OPPGAVE_BEHANDLE || o->slag == OPPGAVE_INNSYN;
}

static enum rc find_task(struct call *c, struct sak *s)
{
    for (int done = 0; done <= 1 && !s->task; done++) {
        const struct oppgave_filter f = {.mappe = s->part.mappe, .done = done != 0, .most = 20};
        struct oppgave *list;
        size_t n;
        int64_t total;
        TRY(oppgave_list(c, &f, &list, &n, &total));
        for (size_t i = 0; i < n && !s->task; i++)
            if (decides(&list[i]))
                s->task = &list[i];
    }
    return RC_OK;
}

static enum rc find_form(struct call *c, struct sak *s)
{
    struct innsending *sent = arena_alloc(c->cx->arena, sizeof(*sent));
    const struct skjema *form;
    if (!sent)
        return cx_nomem(c->cx);
    enum rc rc = innsending_of(c, s->part.mappe, s->part.eier, sent);
    if (rc == RC_OK)
        rc = skjema_version(c, sent->skjema, sent->versjon, &form);
    if (rc == RC_NOT_FOUND) {
        err_clear(c->cx);
        return RC_OK;
    }
    TRY(rc);
    s->sent = sent;
    s->level = form->level == NIVAA_HIGH ? LEVEL_HIGH : LEVEL_SUBSTANTIAL;
    return RC_OK;
}

static bool has_answer(const struct mine *p, const char *mappe)
{
    for (size_t i = 0; i < p->letters_n; i++)
        if (p->letters[i].brev.slag == PARTSBREV_SVAR && streq(p->letters[i].brev.mappe, mappe))
            return true;
    return false;
}

static enum stage stage_of(const struct mine *p, const struct sak *s)
{
    bool open = s->task && !s->task->utfoert;
    if (rec_val(s->mappe, A_mappe_avsluttetDato)->state == VAL_SET)
        return STAGE_CLOSED;
    if (waits_for(p, s->part.mappe))
        return STAGE_WAITS;
    if (!open && has_answer(p, s->part.mappe))
        return STAGE_ANSWERED;
    return open && !*s->task->person ? STAGE_RECEIVED : STAGE_HANDLED;
}

static enum rc load_case(struct mine *p, const struct sakspart *part, struct sak *ret)
{
    *ret = (struct sak){.part = *part, .level = LEVEL_SUBSTANTIAL};
    TRY(archive_get(&p->call, F_mappe, str_of(part->mappe), &ret->mappe));
    TRY(find_task(&p->call, ret));
    TRY(find_form(&p->call, ret));
    ret->stage = stage_of(p, ret);
    return RC_OK;
}

/* A case that was moved out of the archive since is in no list. */
static enum rc load_cases(struct mine *p)
{
    const struct dialog_filter mine = {.eier = p->actor->eier, .most = MOST_CASES};
    struct sakspart *parts;
    size_t n;
    TRY(dialog_parts(&p->call, &mine, &parts, &n));
    p->saker = arena_array(p->call.cx->arena, n + 1, sizeof(*p->saker));
    if (!p->saker)
        return cx_nomem(p->call.cx);
    for (size_t i = 0; i < n; i++) {
        enum rc rc = load_case(p, &parts[i], &p->saker[p->saker_n]);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        p->saker_n += rc == RC_OK;
        err_clear(p->call.cx);
    }
    return RC_OK;
}

static enum rc load_letters(struct mine *p, const char *mappe)
{
    const struct dialog_filter f = {.eier = p->actor->eier, .mappe = mappe, .most = MOST_LETTERS};
    struct partsbrev *brev;
    struct rec *post;
    size_t n;
    TRY(dialog_brev_list(&p->call, &f, &brev, &n));
    p->letters = arena_array(p->call.cx->arena, n + 1, sizeof(*p->letters));
    if (!p->letters)
        return cx_nomem(p->call.cx);
    for (size_t i = 0; i < n; i++) {
        enum rc rc = archive_get(&p->call, F_registrering, str_of(brev[i].registrering), &post);
        if (rc == RC_OK)
            p->letters[p->letters_n++] = (struct letter){brev[i], my_text(p->call.cx, post, A_registrering_tittel)};
        else if (rc != RC_NOT_FOUND)
            return rc;
        err_clear(p->call.cx);
    }
    return RC_OK;
}

static enum rc load_requests(struct mine *p, const char *mappe)
{
    const struct dialog_filter f = {.eier = p->actor->eier, .mappe = mappe, .open = true, .most = MOST_REQUESTS};
    return dialog_mangel_list(&p->call, &f, &p->mangler, &p->mangler_n);
}

enum rc mine_load(struct mine *p)
{
    TRY(load_letters(p, NULL));
    TRY(load_requests(p, NULL));
    TRY(utkast_list(&p->call, p->actor->eier, MOST_DRAFTS, &p->utkast, &p->utkast_n));
    return load_cases(p);
}

enum rc mine_case(struct page *pg, struct mine *p, struct sak *ret)
{
    struct sakspart part;
    TRY(mine_open(pg, pg->kommune, p));
    TRY(dialog_part_get(&p->call, page_param(pg, "systemID"), p->actor->eier, &part));
    TRY(load_letters(p, part.mappe));
    TRY(load_requests(p, part.mappe));
    TRY(load_case(p, &part, ret));
    return page_demand(pg, ret->level);
}
