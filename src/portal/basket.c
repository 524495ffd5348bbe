/* The basket: what a visitor has chosen is kept with the session until it is ordered. */
#include "portal/portal_int.h"

enum { ORDERS_A_SESSION = 10 };

const char *portal_sender(struct page *pg)
{
    const char *name = arena_printf(pg->cx->arena, "%s kommune", pg->kommune->name);
    return name ? name : "";
}

const char *kurv_href(struct page *pg, const char *rest)
{
    const char *path = arena_printf(pg->cx->arena, "/innsyn/bestilling%s", rest);
    return page_href(pg, path ? path : "/innsyn");
}

/* ------------------------------------------------------------------ kept with the session */

static const char *session_key(struct page *pg, const char *what)
{
    const char *key = arena_printf(pg->cx->arena, "%s-%s", what, pg->kommune->slug);
    return key ? key : what;
}

enum rc kurv_read(struct page *pg, struct vault *v, struct kurv *ret)
{
    char *kept;
    *ret = (struct kurv){.n = 0};
    TRY(innsyn_offered(pg->cx, v, &ret->offered));
    TRY(page_kept(pg, session_key(pg, "kurv"), &kept));
    for (struct str rest = str_of(kept); rest.n > 0 && ret->n < INNSYN_MOST; ) {
        struct str id = str_cut(&rest, ' ');
        ret->ids[ret->n] = arena_strndup(pg->cx->arena, id.p, id.n);
        if (!ret->ids[ret->n++])
            return cx_nomem(pg->cx);
    }
    return RC_OK;
}

static enum rc write_kurv(struct page *pg, const struct kurv *k)
{
    const char *text = "";
    for (size_t i = 0; text && i < k->n; i++)
        text = arena_printf(pg->cx->arena, "%s%s%s", text, i > 0 ? " " : "", k->ids[i]);
    return text ? page_keep(pg, session_key(pg, "kurv"), k->n > 0 ? text : NULL) : cx_nomem(pg->cx);
}

static bool kurv_has(const struct kurv *k, const char *id)
{
    for (size_t i = 0; i < k->n; i++)
        if (streq(k->ids[i], id))
            return true;
    return false;
}

static enum rc orders_sent(struct page *pg, int64_t *ret)
{
    char *kept;
    TRY(page_kept(pg, session_key(pg, "bestilt"), &kept));
    if (!kept || !str_int(str_of(kept), ret))
        *ret = 0;
    return RC_OK;
}

/* ------------------------------------------------------------------ buttons on other pages */

void kurv_form_begin(struct page *pg, const char *query)
{
    html_open(&pg->html, TAG_DIV, NULL); /* the form takes the width of the window */
    ui_form_begin(pg, kurv_href(pg, "/legg-i"), false);
    if (*query)
        ui_hidden(pg, "liste", query);
}

void kurv_form_end(struct page *pg)
{
    ui_form_end(pg);
    html_close(&pg->html, TAG_DIV);
}

static void row_button(struct page *pg, const struct text *text, const char *number, const char *id)
{
    html_put(&pg->html, TAG_BUTTON,
             ATTRS({ATT_CLASS, "ds-button"}, {ATT_TYPE, "submit"}, {ATT_NAME, "post"}, {ATT_VALUE, id},
                   {ATT_DATA_VARIANT, "secondary"}, {ATT_DATA_SIZE, "sm"},
                   {ATT_ARIA_LABEL, arena_printf(pg->cx->arena, "%s %s", tr(pg, text), number)}), tr(pg, text));
}

void kurv_button(struct page *pg, const struct kurv *k, const struct innfoersel *e)
{
    if (kurv_has(k, e->registrering))
        ui_link(pg, kurv_href(pg, ""), tr(pg, &P_IN_BASKET));
    else
        row_button(pg, &P_ORDER, portal_number(pg, e), e->registrering);
}

/* Back to the list with its search; an address that is no query of ours leads to the basket. */
static const char *after_adding(struct page *pg)
{
    const char *query = form_get(&pg->form, "liste");
    bool fine = *query == '?';
    for (const char *p = query; *p; p++)
        fine = fine && *p > ' ' && *p < 0x7f;
    return fine ? page_href(pg, arena_printf(pg->cx->arena, "/innsyn%s", query)) : kurv_href(pg, "");
}

enum rc kurv_add(struct page *pg)
{
    struct kurv k;
    struct vault *v;
    struct innfoersel e;
    const char *id = form_get(&pg->form, "post");
    TRY(innsyn_vault(pg, &v));
    TRY(kurv_read(pg, v, &k));
    TRY(journal_entry(pg->cx, v, str_of(id), &e));
    const char *number = portal_number(pg, &e);
    if (k.n == INNSYN_MOST)
        return page_go(pg, kurv_href(pg, ""), tr(pg, &P_BASKET_FULL));
    if (!kurv_has(&k, id)) {
        k.ids[k.n++] = id;
        TRY(write_kurv(pg, &k));
    }
    return page_go(pg, after_adding(pg), tr_fill(pg, &P_ADDED, number, NULL));
}

enum rc kurv_remove(struct page *pg)
{
    struct kurv k;
    struct vault *v;
    const char *id = form_get(&pg->form, "post");
    size_t kept = 0;
    TRY(innsyn_vault(pg, &v));
    TRY(kurv_read(pg, v, &k));
    for (size_t i = 0; i < k.n; i++)
        if (!streq(k.ids[i], id))
            k.ids[kept++] = k.ids[i];
    k.n = kept;
    TRY(write_kurv(pg, &k));
    return page_go(pg, kurv_href(pg, ""), tr(pg, &P_REMOVED));
}

/* ------------------------------------------------------------------ the basket */

static enum rc item(struct page *pg, struct vault *v, struct ui_table *t, const char *id)
{
    struct innfoersel e;
    enum rc rc = journal_entry(pg->cx, v, str_of(id), &e);
    bool gone = rc == RC_NOT_FOUND;
    if (gone)
        err_clear(pg->cx);
    else
        TRY(rc);
    ui_row_begin(pg, t);
    ui_cell(pg, t, gone ? "–" : portal_number(pg, &e));
    ui_cell_begin(pg, t);
    if (gone)
        html_text(&pg->html, tr(pg, &P_GONE));
    else
        ui_link(pg, innsyn_href(pg, &e), journal_title(pg->cx, e.tittel));
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    row_button(pg, &P_REMOVE, gone ? "" : portal_number(pg, &e), id);
    ui_cell_end(pg);
    ui_row_end(pg);
    return RC_OK;
}

static enum rc items(struct page *pg, struct vault *v, const struct kurv *k)
{
    const struct ui_column columns[] = {{tr(pg, &P_NUMBER), NULL}, {tr(pg, &P_TITLE), NULL}, {tr(pg, &P_REMOVE), NULL}};
    struct ui_table t = {.caption = tr(pg, &P_BASKET_ITEMS), .columns = columns, .columns_n = COUNT_OF(columns)};
    html_open(&pg->html, TAG_DIV, NULL);
    ui_form_begin(pg, kurv_href(pg, "/ta-bort"), false);
    ui_table_begin(pg, &t);
    for (size_t i = 0; i < k->n; i++)
        TRY(item(pg, v, &t, k->ids[i]));
    ui_table_end(pg);
    ui_form_end(pg);
    html_close(&pg->html, TAG_DIV);
    return RC_OK;
}

static void send_form(struct page *pg)
{
    ui_heading(pg, 2, tr(pg, &P_SEND_HEAD));
    ui_form_begin(pg, kurv_href(pg, ""), false);
    ui_text(pg, &(struct ui_field){.name = "navn", .label = tr(pg, &P_NAME), .help = tr(pg, &P_NAME_HELP), .autocomplete = "name",
                                   .maxlength = 200, .optional = true});
    ui_text(pg, &(struct ui_field){.name = "epost", .label = tr(pg, &P_MAIL), .help = tr(pg, &P_MAIL_HELP), .type = "email",
                                   .autocomplete = "email", .maxlength = 200, .optional = true});
    ui_textarea(pg, &(struct ui_field){.name = "ord", .label = tr(pg, &P_WORDS), .help = tr(pg, &P_WORDS_HELP),
                                       .maxlength = 1000, .optional = true}, 3);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &P_SEND));
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc show(struct page *pg, struct vault *v, const struct kurv *k)
{
    const struct crumb up = {page_href(pg, "/innsyn"), tr(pg, &P_JOURNAL)};
    page_begin(pg, &(struct page_head){.title = tr(pg, &P_BASKET), .lead = tr(pg, &P_BASKET_LEAD), .crumbs = &up, .crumbs_n = 1,
                                       .no_index = true});
    if (!k->offered)
        ui_alert(pg, UI_WARNING, NULL, tr(pg, &P_NOT_OFFERED));
    else if (k->n == 0)
        ui_paragraph(pg, tr(pg, &P_BASKET_EMPTY));
    else
        TRY(items(pg, v, k));
    html_open(&pg->html, TAG_P, NULL);
    ui_link(pg, page_href(pg, "/innsyn"), tr(pg, &P_BASKET_MORE));
    html_close(&pg->html, TAG_P);
    if (k->offered && k->n > 0)
        send_form(pg);
    return page_end(pg);
}

enum rc kurv_show(struct page *pg)
{
    struct kurv k;
    struct vault *v;
    TRY(innsyn_vault(pg, &v));
    TRY(kurv_read(pg, v, &k));
    return show(pg, v, &k);
}

/* ------------------------------------------------------------------ the order */

/* Made of the session's secret and the sending: as hard to guess as the session, and the same for the same form. */
static const char *key_of(struct page *pg)
{
    char text[SESSION_TOKEN_MAX + UUID_TEXT_MAX + 16], hash[SHA256_HEX_MAX];
    (void)snprintf(text, sizeof(text), "innsyn:%s:%s", pg->session->token, pg->nonce);
    sha256_hex(text, strlen(text), hash);
    const char *key = arena_strndup(pg->cx->arena, hash, 48);
    return key ? key : "";
}

static bool mail_like(const char *s)
{
    const char *at = strchr(s, '@');
    return !*s || (at && at > s && at[1] && !strchr(at + 1, '@') && !strpbrk(s, " \n<>,"));
}

static enum rc check(struct page *pg, const struct kurv *k, int64_t sent)
{
    if (k->n == 0)
        TRY(page_error(pg, "innhold", tr(pg, &P_BASKET_EMPTY)));
    if (sent >= ORDERS_A_SESSION)
        TRY(page_error(pg, "innhold", tr(pg, &P_TOO_MANY_ORDERS)));
    if (!mail_like(form_get(&pg->form, "epost")))
        TRY(page_error(pg, "epost", tr(pg, &P_BAD_MAIL)));
    return RC_OK;
}

static enum rc order(struct page *pg, struct vault *v, const struct kurv *k, struct innsynskrav *ret, size_t *ret_gone)
{
    const struct portal *p = pg->app;
    struct call c;
    TRY(submission_call(pg->cx, v, &c));
    const struct innsynsbestilling b = {
        .id = pg->nonce, .noekkel = key_of(pg), .navn = form_get(&pg->form, "navn"), .epost = form_get(&pg->form, "epost"),
        .ord = form_get(&pg->form, "ord"), .poster = k->ids, .poster_n = k->n, .kommune = portal_sender(pg),
        .nynorsk = streq(pg->kommune->language, "nn"),
    };
    return innsyn_send(p->innsyn, &c, &b, ret, ret_gone);
}

/* The basket is empty now, and the session has ordered once more. */
static enum rc ordered(struct page *pg, int64_t sent, size_t gone)
{
    const char *count = arena_printf(pg->cx->arena, "%zu", gone), *orders = arena_printf(pg->cx->arena, "%" PRId64, sent + 1);
    const char *path = arena_printf(pg->cx->arena, "/%s", key_of(pg));
    if (!count || !orders || !path)
        return cx_nomem(pg->cx);
    TRY(page_keep(pg, session_key(pg, "kurv"), NULL));
    TRY(page_keep(pg, session_key(pg, "bestilt"), orders));
    return page_go(pg, kurv_href(pg, path), gone ? tr_fill(pg, &P_ORDERED_BUT, count, NULL) : tr(pg, &P_ORDERED));
}

/* Has this very form been sent before? Then it leads to where it led. */
static enum rc sent_before(struct page *pg, struct vault *v, bool *ret)
{
    struct innsynskrav k;
    enum rc rc = innsyn_by_key(pg->cx, v, key_of(pg), &k);
    *ret = rc == RC_OK;
    if (rc == RC_NOT_FOUND)
        err_clear(pg->cx);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc kurv_send(struct page *pg)
{
    struct kurv k;
    struct vault *v;
    struct innsynskrav made;
    size_t gone = 0;
    int64_t sent;
    bool before;
    TRY(innsyn_vault(pg, &v));
    TRY(sent_before(pg, v, &before));
    if (before)
        return page_go(pg, kurv_href(pg, arena_printf(pg->cx->arena, "/%s", key_of(pg))), NULL);
    TRY(kurv_read(pg, v, &k));
    TRY(orders_sent(pg, &sent));
    TRY(check(pg, &k, sent));
    if (pg->errors_n > 0)
        return show(pg, v, &k);
    enum rc rc = order(pg, v, &k, &made, &gone);
    if (rc == RC_NOT_FOUND) {
        err_clear(pg->cx);
        TRY(page_error(pg, "innhold", tr(pg, &P_ALL_GONE)));
        return show(pg, v, &k);
    }
    return rc == RC_OK ? ordered(pg, sent, gone) : rc;
}
