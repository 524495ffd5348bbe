/* What has happened in a case, newest first: what the party sent and was sent, was asked for, and that it was closed. */
#include <stdlib.h>

#include "minside/minside_int.h"

struct event {
    int64_t when;
    const char *text;
    const struct post *post;           /* whose documents are shown below; NULL */
};

static int newest_first(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return (x->when < y->when) - (x->when > y->when);
}

static struct event of_post(struct page *pg, const struct post *post)
{
    const char *title = my_text(pg->cx, post->rec, A_registrering_tittel);
    return (struct event){post->when, tr_fill(pg, post->brev ? &M_EVENT_LETTER : &M_EVENT_SENT, title, NULL), post};
}

static enum rc gather(struct page *pg, struct mine *p, const struct sak *s, struct event **ret, size_t *ret_n)
{
    const struct dialog_filter asked = {.eier = s->part.eier, .mappe = s->part.mappe, .most = MOST_REQUESTS};
    const struct val *closed = rec_val(s->mappe, A_mappe_avsluttetDato);
    struct post *posts;
    struct mangel *requests;
    size_t posts_n, requests_n;
    TRY(posts_load(p, s, &posts, &posts_n));
    TRY(dialog_mangel_list(&p->call, &asked, &requests, &requests_n));
    *ret_n = 0;
    *ret = arena_array(pg->cx->arena, posts_n + requests_n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < posts_n; i++)
        (*ret)[(*ret_n)++] = of_post(pg, &posts[i]);
    for (size_t i = 0; i < requests_n; i++)
        (*ret)[(*ret_n)++] = (struct event){requests[i].bedt, tr(pg, &M_EVENT_ASKED), NULL};
    if (closed->state == VAL_SET)
        (*ret)[(*ret_n)++] = (struct event){closed->i, tr(pg, &M_EVENT_CLOSED), NULL};
    qsort(*ret, *ret_n, sizeof(**ret), newest_first);
    return RC_OK;
}

enum rc timeline(struct page *pg, struct mine *p, const struct sak *s)
{
    struct event *events;
    size_t n;
    TRY(gather(pg, p, s, &events, &n));
    ui_heading(pg, 2, tr(pg, &M_HAPPENED));
    html_open(&pg->html, TAG_OL, ATTRS({ATT_CLASS, "sd-timeline"}));
    for (size_t i = 0; i < n; i++) {
        html_open(&pg->html, TAG_LI, NULL);
        html_put(&pg->html, TAG_SPAN, ATTRS({ATT_CLASS, "sd-summary"}), page_time(pg, events[i].when));
        html_put(&pg->html, TAG_P, NULL, events[i].text);
        if (events[i].post)
            post_links(pg, my_href(pg, pg->kommune, "/sak/%s", s->part.mappe), events[i].post);
        html_close(&pg->html, TAG_LI);
    }
    html_close(&pg->html, TAG_OL);
    ui_paragraph(pg, tr(pg, &M_ONLY_YOURS));
    return RC_OK;
}
