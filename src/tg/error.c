/*
 * Errors as the standard's `feil`: what is wrong, by which rule, and what to do, in the caller's language.
 */
#include "tg/tg_int.h"

void error_render(struct http_request *rq, struct http_reply *rp)
{
    struct jw w;
    rp->type = NOARK_JSON;
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_key(&w, "feil");
    jw_open(&w, '{');
    jw_key(&w, "kode");
    jw_int(&w, err_status(rq->cx.err.rc));
    jw_pair(&w, "beskrivelse", err_text(&rq->cx));
    jw_pair(&w, "regel", err_id(rq->cx.err.rc));
    if (rq->cx.err.field && *rq->cx.err.field)
        jw_pair(&w, "felt", rq->cx.err.field);
    jw_close(&w, '}');
    jw_close(&w, '}');
}
