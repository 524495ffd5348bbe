/*
 * Errors as pages that say what happened and what to do. Who lacks a login is sent to get one and
 * comes back.
 */
#include "web/web_int.h"

struct trouble {
    int status;
    const struct text *title, *text;
};

static const struct trouble *find(enum rc rc)
{
    static const struct trouble token = {403, &W_E_TOKEN, &W_E_TOKEN_TEXT};
    static const struct trouble troubles[] = {
        {404, &W_E404, &W_E404_TEXT}, {403, &W_E403, &W_E403_TEXT}, {409, &W_E409, &W_E409_TEXT},
        {413, &W_E413, &W_E413_TEXT}, {429, &W_E429, &W_E429_TEXT}, {503, &W_E503, &W_E503_TEXT},
        {500, &W_E500, &W_E500_TEXT}, {400, &W_E400, &W_E400_TEXT},
    };
    if (rc == RC_FORM_TOKEN)
        return &token;
    int status = err_status(rc);
    for (size_t i = 0; i < COUNT_OF(troubles); i++)
        if (troubles[i].status == status)
            return &troubles[i];
    return &troubles[COUNT_OF(troubles) - (status < 500 ? 1 : 2)];
}

_Static_assert((int)WEB_LANGS == (int)ERR_LANGS && (int)WEB_SE == (int)ERR_SE && (int)WEB_EN == (int)ERR_EN,
               "pages and errors count languages alike");

const char *page_refusal(struct page *pg)
{
    return err_text_in(pg->cx, (enum err_lang)pg->lang);
}

static enum rc write_page(struct page *pg, enum rc rc)
{
    const struct trouble *t = find(rc);
    page_begin(pg, &(struct page_head){.title = tr(pg, t->title), .no_index = true});
    ui_paragraph(pg, tr_fill(pg, t->text, page_time(pg, pg->cx->now), NULL));
    html_open(&pg->html, TAG_P, NULL);
    ui_link_button(pg, page_href(pg, "/"), tr(pg, &W_FRONT));
    html_close(&pg->html, TAG_P);
    return page_end(pg);
}

/* Only a GET can be asked for again. */
static bool sends_to_login(const struct http_request *rq, enum rc rc)
{
    return (rc == RC_LOGIN_NEEDED || rc == RC_LEVEL_NEEDED) && rq->route && streq(rq->route->method, "GET");
}

void error_page(struct http_request *rq, struct http_reply *rp)
{
    struct page pg;
    struct err err = rq->cx.err;
    int status = rp->status;
    bool again = sends_to_login(rq, err.rc);
    /* What fails from here on must not be told as the error itself. */
    err_clear(&rq->cx);
    enum rc rc = page_open(rq, rp, &pg);
    if (rc == RC_OK && again)
        rc = http_see_other(rq, rp, page_login_href(&pg));
    else if (rc == RC_OK || pg.session)
        rc = write_page(&pg, err.rc);
    if (rc != RC_OK) {
        rp->type = NULL;
        log_line(LOG_ERROR, "the page of an error could not be made: %s", err_id(rc));
    }
    if (!again)
        rp->status = status;
    rq->cx.err = err;
}
