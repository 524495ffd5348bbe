/*
 * A form that came when the login had run out, or from a page that had grown old: what was typed is
 * kept with the session, the person logs in where that is needed, and sends it with one press. Only what
 * a browser says was sent from a page of ours is kept. Forms with files are not: they are refused before
 * their body.
 */
#include "web/web_int.h"

#define VALUE_PARKED "parkert"
enum { PARKED_SECONDS = 30 * 60, PARKED_MAX = 60 << 10 };

static void add(struct buf *out, const char *name, struct str value)
{
    url_encode(out, str_of(name));
    buf_putc(out, '=');
    url_encode(out, value);
    buf_putc(out, '&');
}

/* Neither the token, which is of no use any more, nor what must not lie about. */
static bool worth_keeping(const char *name)
{
    return !streq(name, FIELD_TOKEN) && !streq(name, "passord") && !streq(name, "kode");
}

/* The address and the time stand among the fields, under names no field of a page has. */
static bool write_fields(struct page *pg, struct buf *out)
{
    char until[24];
    snprintf(until, sizeof(until), "%" PRId64, pg->cx->now + (int64_t)PARKED_SECONDS * 1000000);
    add(out, "_til", pg->rq->path);
    add(out, "_frist", str_of(until));
    for (size_t i = 0; i < pg->form.fields_n; i++)
        if (worth_keeping(pg->form.fields[i].name))
            add(out, pg->form.fields[i].name, pg->form.fields[i].value);
    return !buf_failed(out);
}

bool parked_may(struct http_request *rq)
{
    const char *origin = http_header(rq, "Origin"), *site = http_header(rq, "Sec-Fetch-Site");
    return origin ? streq(origin, http_base(rq)) : streq(site, "same-origin");
}

enum rc parked_keep(struct page *pg, bool login)
{
    struct visit *v = page_visit(pg);
    struct buf out;
    buf_init(&out, PARKED_MAX);
    enum rc rc = write_fields(pg, &out)
                     ? login_session_put(pg->cx, pg->web->login, &v->session, VALUE_PARKED, out.p)
                     : err_set(pg->cx, RC_FORM_TOKEN, NULL, NULL);
    buf_free(&out);
    TRY(rc);
    TRY(page_session_cookie(pg));
    return page_go(pg, login ? page_login_to(pg, "/fortsett") : "/fortsett", NULL);
}

static enum rc show(struct page *pg, const struct form *kept)
{
    page_begin(pg, &(struct page_head){.title = tr(pg, &W_PARKED), .lead = tr(pg, &W_PARKED_LEAD), .no_index = true});
    html_open(&pg->html, TAG_FORM, ATTRS({ATT_METHOD, "post"}, {ATT_ACTION, form_get(kept, "_til")}));
    ui_hidden(pg, FIELD_TOKEN, page_token(pg));
    for (size_t i = 0; i < kept->fields_n; i++) {
        const struct form_field *f = &kept->fields[i];
        if (streq(f->name, "_til") || streq(f->name, "_frist"))
            continue;
        ui_hidden(pg, f->name, f->value.p);
    }
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &W_PARKED_SEND));
    ui_buttons_end(pg);
    ui_form_end(pg);
    return page_end(pg);
}

enum rc parked_page(struct page *pg)
{
    char *text;
    int64_t until = 0;
    struct form kept = {0};
    TRY(login_session_get(pg->cx, pg->web->login, pg->session, VALUE_PARKED, &text));
    if (text)
        TRY(form_read(pg->cx, str_of(text), &kept));
    if (!text || !str_int(str_of(form_get(&kept, "_frist")), &until) || until < pg->cx->now)
        return page_go(pg, "/", NULL);
    return show(pg, &kept);
}
