/* Logging in and out at providers: what leads there, what comes back, what they tell us. */
#include "web/web_int.h"

static enum login_level level_wanted(const struct page *pg)
{
    return streq(form_get(&pg->form, "nivaa"), "hoyt") ? LEVEL_HIGH : LEVEL_SUBSTANTIAL;
}

static char *of_ours(struct page *pg, const char *path)
{
    return arena_printf(pg->cx->arena, "%s%s", http_base(pg->rq), path);
}

enum rc signin_provider(struct page *pg)
{
    char *url;
    signin_adopt(pg);
    if (!*page_token(pg)) /* the state is sealed for the session: there must be one */
        return cx_nomem(pg->cx);
    const struct login_start start = {
        .provider = page_param(pg, "tilbyder"),
        .redirect_uri = of_ours(pg, "/logg-inn/svar"),
        .lang = web_lang_code(pg->lang),
        .on_behalf_of = pg->kommune ? pg->kommune->orgnr : NULL,
        .back = page_back(pg),
        .level = level_wanted(pg),
    };
    TRY(login_oidc_begin(pg->cx, pg->web->login, pg->session, &start, &url));
    return http_see_other(pg->rq, pg->rp, url);
}

/* ------------------------------------------------------------------ the answer */

static enum rc show_failure(struct page *pg, const struct text *title, const struct text *text, const char *back)
{
    struct html *h = &pg->html;
    page_begin(pg, &(struct page_head){.title = tr(pg, title), .no_index = true});
    ui_paragraph(pg, tr(pg, text));
    html_open(h, TAG_P, NULL);
    ui_link_button(pg, signin_href(pg, back), tr(pg, &W_LOG_IN));
    html_close(h, TAG_P);
    TRY(page_end(pg));
    pg->rp->status = 403;
    return RC_OK;
}

static enum rc failed(struct page *pg, enum rc rc, const char *back)
{
    if (rc != RC_LOGIN_FAILED && rc != RC_LEVEL_NEEDED)
        return rc;
    if (pg->cx->err.secret)
        log_line(LOG_WARN, "a login failed: %s", pg->cx->err.secret);
    err_clear(pg->cx);
    if (rc == RC_LEVEL_NEEDED)
        return show_failure(pg, &W_LEVEL_LOW, &W_LEVEL_LOW_TEXT, back);
    return show_failure(pg, &W_NOT_CONFIRMED, &W_NOT_CONFIRMED_TEXT, back);
}

enum rc signin_answer(struct page *pg)
{
    struct login_done done;
    const char *state = form_get(&pg->form, "state");
    const char *code = form_get(&pg->form, "code");
    enum rc rc = login_oidc_finish(pg->cx, pg->web->login, pg->session, of_ours(pg, "/logg-inn/svar"),
                                   str_of(state), code, &done);
    if (rc == RC_LOGIN_FAILED && *form_get(&pg->form, "error")) {
        err_clear(pg->cx);
        return show_failure(pg, &W_BROKEN_OFF, &W_BROKEN_OFF_TEXT, done.back);
    }
    if (rc != RC_OK)
        return failed(pg, rc, done.back);
    TRY(signin_begin(pg, &done.person, &done.proof));
    return page_go(pg, html_url_allowed(str_of(done.back)) && done.back[0] == '/' ? done.back : "/", NULL);
}

/* ------------------------------------------------------------------ out */

enum rc signin_out(struct page *pg)
{
    char *url;
    enum rc rc = login_oidc_end(pg->cx, pg->web->login, pg->session, of_ours(pg, "/logg-ut"), &url);
    if (rc == RC_BUSY) { /* the provider is away: ours ends all the same */
        err_clear(pg->cx);
        url = NULL;
    } else {
        TRY(rc);
    }
    TRY(login_session_end(pg->cx, pg->web->login, &page_visit(pg)->session));
    TRY(page_session_cookie(pg));
    return url ? http_see_other(pg->rq, pg->rp, url) : page_go(pg, "/", tr(pg, &W_LOGGED_OUT));
}

enum rc signin_out_done(struct page *pg)
{
    return page_go(pg, "/", tr(pg, &W_LOGGED_OUT));
}

/* ------------------------------------------------------------------ what providers tell us */

/* In a frame of the provider's page; our cookie does not come along. */
static enum rc told_by_browser(struct http_request *rq, struct http_reply *rp)
{
    const struct web *w = rq->app;
    struct form query;
    TRY(form_read(&rq->cx, rq->query, &query));
    TRY(login_oidc_ended(&rq->cx, w->login, form_get(&query, "iss"), form_get(&query, "sid")));
    rp->type = "text/plain; charset=utf-8";
    buf_puts(&rp->body, "OK\n");
    return http_set(rq, rp, "Content-Security-Policy", w->frame_csp);
}

static enum rc told_by_provider(struct http_request *rq, struct http_reply *rp)
{
    const struct web *w = rq->app;
    struct form form;
    TRY(form_read(&rq->cx, rq->body, &form));
    enum rc rc = login_oidc_logout(&rq->cx, w->login, str_of(form_get(&form, "logout_token")));
    if (rc == RC_LOGIN_FAILED) {
        err_clear(&rq->cx);
        return err_set(&rq->cx, RC_BAD_REQUEST, NULL, "logout_token");
    }
    rp->status = rc == RC_OK ? 200 : rp->status;
    return rc;
}

/* The requests carry their own proof. */
static enum rc nobody(struct http_request *rq)
{
    (void)rq;
    return RC_OK;
}

struct http_door web_provider_door(struct web *w)
{
    static const struct http_route routes[] = {
        {"GET",  "/logg-ut/tilbyder", ROLE_NONE, LANE_WRITE, BODY_NONE, 0, NULL, told_by_browser},
        {"POST", "/logg-ut/tilbyder", ROLE_NONE, LANE_WRITE, BODY_BUFFER, KiB(64), NULL, told_by_provider},
    };
    return (struct http_door){.routes = routes, .routes_n = COUNT_OF(routes), .app = w, .identify = nobody};
}
