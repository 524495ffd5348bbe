/* How a case stands, in words. */
#include "minside/minside_int.h"

const char *stage_name(struct page *pg, enum stage stage)
{
    static const struct text *const names[STAGES] = {
        [STAGE_RECEIVED] = &M_STAGE_RECEIVED, [STAGE_HANDLED] = &M_STAGE_HANDLED, [STAGE_WAITS] = &M_STAGE_WAITS,
        [STAGE_ANSWERED] = &M_STAGE_ANSWERED, [STAGE_CLOSED] = &M_STAGE_CLOSED};
    return tr(pg, names[stage]);
}

void stage_tag(struct page *pg, enum stage stage)
{
    static const enum ui_tone tones[STAGES] = {
        [STAGE_RECEIVED] = UI_INFO, [STAGE_HANDLED] = UI_INFO, [STAGE_WAITS] = UI_WARNING, [STAGE_ANSWERED] = UI_SUCCESS,
        [STAGE_CLOSED] = UI_NEUTRAL};
    ui_tag(pg, tones[stage], stage_name(pg, stage));
}

static const char *answered(struct page *pg, const struct oppgave *o)
{
    bool held = o->utfoert <= o->frist;
    return tr_fill(pg, held ? &M_ANSWERED_IN_TIME : &M_ANSWERED_LATE, page_date(pg, o->utfoert), page_date(pg, o->frist), NULL);
}

const char *expected_answer(struct page *pg, const struct sak *s)
{
    const struct oppgave *o = s->task;
    if (!o)
        return NULL;
    if (o->utfoert)
        return answered(pg, o);
    if (o->pauset)
        return tr_fill(pg, &M_EXPECTED_STANDS, page_date(pg, o->frist), NULL);
    return tr_fill(pg, pg->cx->now > o->frist ? &M_EXPECTED_PASSED : &M_EXPECTED, page_date(pg, o->frist), NULL);
}

bool may_appeal(const struct page *pg, const struct partsbrev *b)
{
    return b->klagefrist >= pg->cx->now;
}
