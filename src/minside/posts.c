/* Journalposter of the party: what it sent and was sent, with their documents. Others of the case are not shown. */
#include <stdlib.h>

#include "minside/minside_int.h"

/* ------------------------------------------------------------------ finding */

enum rc post_documents(struct call *c, struct post *post)
{
    struct expand objects = {.link = model_link_named(E_dokumentbeskrivelse, PKG_ARKIVSTRUKTUR, STR("dokumentobjekt"))};
    const struct query q = {.entity = model_entity(E_dokumentbeskrivelse), .from = post->rec, .list = CL_NONE, .top = 50,
                            .link = model_link_named(E_journalpost, PKG_ARKIVSTRUKTUR, STR("dokumentbeskrivelse")),
                            .expand = &objects, .expand_n = 1, .no_count = true};
    return archive_query(c, &q, &post->documents);
}

/* One that is no longer there is no fault of the page. */
static enum rc add_post(struct call *c, const char *registrering, int64_t when, const struct partsbrev *brev, struct post *list,
                        size_t *n)
{
    struct post *post = &list[*n];
    *post = (struct post){.when = when, .brev = brev};
    enum rc rc = archive_get(c, F_registrering, str_of(registrering), &post->rec);
    if (rc == RC_NOT_FOUND) {
        err_clear(c->cx);
        return RC_OK;
    }
    TRY(rc);
    TRY(post_documents(c, post));
    (*n)++;
    return RC_OK;
}

static int newest_first(const void *a, const void *b)
{
    const struct post *x = a, *y = b;
    return (x->when < y->when) - (x->when > y->when);
}

enum rc posts_load(struct mine *p, const struct sak *s, struct post **ret, size_t *ret_n)
{
    const struct dialog_filter mine = {.eier = s->part.eier, .mappe = s->part.mappe, .most = MOST_MESSAGES};
    struct melding *sent;
    size_t sent_n;
    TRY(dialog_melding_list(&p->call, &mine, &sent, &sent_n));
    *ret_n = 0;
    *ret = arena_array(p->call.cx->arena, sent_n + p->letters_n + 1, sizeof(**ret));
    if (!*ret)
        return cx_nomem(p->call.cx);
    if (s->sent)
        TRY(add_post(&p->call, s->sent->journalpost, s->sent->sendt, NULL, *ret, ret_n));
    for (size_t i = 0; i < sent_n; i++)
        TRY(add_post(&p->call, sent[i].registrering, sent[i].sendt, NULL, *ret, ret_n));
    for (size_t i = 0; i < p->letters_n; i++)
        TRY(add_post(&p->call, p->letters[i].brev.registrering, p->letters[i].brev.varslet, &p->letters[i].brev, *ret,
                     ret_n));
    qsort(*ret, *ret_n, sizeof(**ret), newest_first);
    return RC_OK;
}

/* ------------------------------------------------------------------ documents */

const struct rec *post_file(const struct post *post, size_t i)
{
    return archive_readable(post->documents.expanded ? post->documents.expanded[i][0].result : NULL);
}

/* "kart.pdf, 12 kB": several may have the same title. */
static const char *about_file(struct page *pg, const struct rec *file)
{
    const char *name = my_text(pg->cx, file, A_dokumentobjekt_filnavn);
    int64_t kilobytes = (rec_val(file, A_dokumentobjekt_filstoerrelse)->i + 1023) / 1024;
    const char *text = arena_printf(pg->cx->arena, " (%s%s%" PRId64 " kB)", name, *name ? ", " : "", kilobytes);
    return text ? text : "";
}

static void show_document(struct page *pg, const char *below, const struct post *post, size_t i)
{
    const char *title = my_text(pg->cx, post->documents.recs[i], A_dokumentbeskrivelse_tittel);
    const struct rec *file = post_file(post, i);
    html_open(&pg->html, TAG_LI, NULL);
    if (file) {
        const char *href = arena_printf(pg->cx->arena, "%s/dokument/%s", below, file->systemid);
        ui_link(pg, href ? href : "/", title);
        html_text(&pg->html, about_file(pg, file));
    } else {
        html_text(&pg->html, title);
    }
    html_close(&pg->html, TAG_LI);
}

void post_links(struct page *pg, const char *below, const struct post *post)
{
    if (post->documents.n == 0)
        return;
    html_open(&pg->html, TAG_UL, ATTRS({ATT_CLASS, "ds-list"}));
    for (size_t i = 0; i < post->documents.n; i++)
        show_document(pg, below, post, i);
    html_close(&pg->html, TAG_UL);
}

bool posts_have(const struct post *posts, size_t n, const char *systemid)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < posts[i].documents.n; k++) {
            const struct rec *file = post_file(&posts[i], k);
            if (file && streq(file->systemid, systemid))
                return true;
        }
    return false;
}

enum rc my_file(struct page *pg, struct call *c, const char *systemid)
{
    struct document d;
    TRY(archive_document(c, F_dokumentobjekt, str_of(systemid), &d));
    pg->rp->fd = d.fd;
    pg->rp->size = d.size;
    if (d.fd < 0)
        pg->rp->source = (struct http_source){archive_far(c->vault, d.sha256), archive_far_send, mem_free};
    pg->rp->type = d.mime ? d.mime : "application/octet-stream";
    return page_file_shown(pg);
}

enum rc my_document(struct page *pg)
{
    struct mine p;
    struct sak s;
    struct post *posts;
    size_t n;
    TRY(mine_case(pg, &p, &s));
    TRY(posts_load(&p, &s, &posts, &n));
    if (!posts_have(posts, n, page_param(pg, "dokument")))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    return my_file(pg, &p.call, page_param(pg, "dokument"));
}
