/* A letter to the party, and the way to appeal against it. */
#include "minside/minside_int.h"

/* "Svar fra kommunen" */
static const char *letter_name(struct page *pg, const struct partsbrev *b)
{
    static const struct text *const names[PARTSBREV_SLAG] = {
        [PARTSBREV_SVAR] = &M_LETTER_ANSWER, [PARTSBREV_MANGELBREV] = &M_LETTER_REQUEST,
        [PARTSBREV_FORELOEPIG] = &M_LETTER_LATER, [PARTSBREV_ORIENTERING] = &M_LETTER_NOTICE};
    return tr(pg, names[b->slag]);
}

void letter_sent(struct page *pg, const struct partsbrev *b)
{
    html_open(&pg->html, TAG_P, NULL);
    if (!b->aapnet) {
        ui_tag(pg, UI_INFO, tr(pg, &M_NEW));
        html_text(&pg->html, " ");
    }
    html_text(&pg->html, tr_fill(pg, &M_KIND_SENT, letter_name(pg, b), page_date(pg, b->varslet), NULL));
    html_close(&pg->html, TAG_P);
}

const char *letter_limit(struct page *pg, const struct partsbrev *b)
{
    const struct text *t = may_appeal(pg, b) ? &M_APPEAL_BY : &M_APPEAL_WAS;
    return b->klagefrist ? tr_fill(pg, t, page_date(pg, b->klagefrist), NULL) : NULL;
}

/* After the period the way is still there, but not held out. */
void letter_appeal(struct page *pg, const struct sak *s, const struct partsbrev *b)
{
    const char *href = my_href(pg, pg->kommune, "/sak/%s/melding/klage?gjelder=%s", s->part.mappe, b->id);
    if (!b->klagefrist)
        return;
    html_put(&pg->html, TAG_P, NULL, letter_limit(pg, b));
    html_open(&pg->html, TAG_P, NULL);
    if (may_appeal(pg, b))
        ui_link_button(pg, href, tr(pg, &M_DO_APPEAL));
    else
        ui_link(pg, href, tr(pg, &M_DO_APPEAL));
    html_close(&pg->html, TAG_P);
}

static const struct post *post_of(const struct post *posts, size_t n, const struct partsbrev *b)
{
    for (size_t i = 0; i < n; i++)
        if (posts[i].brev && streq(posts[i].brev->id, b->id))
            return &posts[i];
    return NULL;
}

static void facts(struct page *pg, const struct sak *s, const struct partsbrev *b)
{
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &M_KIND), letter_name(pg, b));
    ui_fact(pg, tr(pg, &M_NOTIFIED), page_time(pg, b->varslet));
    ui_fact(pg, tr(pg, &M_UNIT), my_text(pg->cx, s->mappe, A_saksmappe_administrativEnhet));
    if (b->klagefrist)
        ui_fact(pg, tr(pg, &M_APPEAL_LIMIT), page_date(pg, b->klagefrist));
    ui_facts_end(pg);
}

enum rc letter_page(struct page *pg)
{
    struct mine p;
    struct sak s;
    struct partsbrev b;
    struct post *posts;
    size_t n;
    TRY(mine_case(pg, &p, &s));
    TRY(dialog_brev_open(&p.call, page_param(pg, "brev"), s.part.eier, &b));
    TRY(posts_load(&p, &s, &posts, &n));
    const struct post *post = post_of(posts, n, &b);
    if (!post)
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    const struct crumbs up = sak_crumbs(pg, &s);
    page_begin(pg, &(struct page_head){.title = my_text(pg->cx, post->rec, A_registrering_tittel), .crumbs = up.up,
                                       .crumbs_n = COUNT_OF(up.up), .no_index = true});
    facts(pg, &s, &b);
    ui_heading(pg, 2, tr(pg, &M_DOCUMENTS));
    post_links(pg, my_href(pg, pg->kommune, "/sak/%s", s.part.mappe), post);
    if (b.klagefrist) {
        ui_heading(pg, 2, tr(pg, &M_APPEAL));
        ui_paragraph(pg, tr(pg, &M_APPEAL_HOW));
        letter_appeal(pg, &s, &b);
    }
    return page_end(pg);
}
