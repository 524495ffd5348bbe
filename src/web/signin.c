/*
 * Logging in with a local account: name and password, then a one-time code. The first time, an app is
 * set up for the codes. The address to come back to ("til") goes along as a field.
 */
#include "web/web_int.h"

#include <qrencode.h>

/* The session value that holds a new secret until its first code is right. */
#define VALUE_SECRET "totp"

/* ------------------------------------------------------------------ where to come back to */

void signin_adopt(struct page *pg)
{
    const char *to = page_back(pg) + 1;
    struct municipality *m = arena_alloc(pg->cx->arena, sizeof(*m));
    const char *slug = arena_strndup(pg->cx->arena, to, strcspn(to, "/?"));
    if (!m || !slug || pg->kommune)
        return;
    if (coop_municipality_get(pg->cx, pg->web->store, slug, m) == RC_OK) {
        pg->kommune = m;
        pg->lang = lang_of(pg->rq, &pg->form, m);
    }
    err_clear(pg->cx);
}

const char *signin_href(struct page *pg, const char *back)
{
    return page_with_back(pg, "/logg-inn", back);
}

enum rc signin_begin(struct page *pg, const struct person *p, const struct login_proof *proof)
{
    TRY(login_session_begin(pg->cx, pg->web->login, &page_visit(pg)->session, p, proof));
    return page_session_cookie(pg);
}

/* ------------------------------------------------------------------ name and password */

static bool has_providers(const struct page *pg, bool citizens)
{
    struct login_provider p;
    for (size_t i = 0; login_provider_at(pg->web->login, i, &p); i++)
        if (p.citizens == citizens)
            return true;
    return false;
}

/* Buttons of the providers for the public, or for employees. */
static void providers(struct page *pg, bool citizens)
{
    struct login_provider p;
    for (size_t i = 0; login_provider_at(pg->web->login, i, &p); i++) {
        if (p.citizens != citizens)
            continue;
        const char *path = arena_printf(pg->cx->arena, "/logg-inn/%s", p.id);
        const char *href = path ? page_with_back(pg, path, page_back(pg)) : NULL;
        if (href && *form_get(&pg->form, "nivaa"))
            href = arena_printf(pg->cx->arena, "%s&nivaa=%s", href, form_get(&pg->form, "nivaa"));
        html_open(&pg->html, TAG_P, NULL);
        ui_link_button(pg, href, tr_fill(pg, &W_LOG_IN_AT, p.name, NULL));
        html_close(&pg->html, TAG_P);
    }
}

static void password_form(struct page *pg)
{
    ui_form_begin(pg, "/logg-inn", false);
    ui_hidden(pg, "til", page_back(pg));
    ui_text(pg, &(struct ui_field){.name = "bruker", .label = tr(pg, &W_USER), .autocomplete = "username",
                                   .maxlength = 255});
    ui_text(pg, &(struct ui_field){.name = "passord", .label = tr(pg, &W_PASSWORD), .type = "password",
                                   .autocomplete = "current-password", .maxlength = 1024});
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &W_LOG_IN));
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc show_login(struct page *pg)
{
    page_begin(pg, &(struct page_head){.title = tr(pg, &W_LOG_IN), .no_index = true});
    if (has_providers(pg, true)) {
        ui_heading(pg, 2, tr(pg, &W_FOR_CITIZENS));
        ui_paragraph(pg, tr(pg, &W_FOR_CITIZENS_TEXT));
        providers(pg, true);
    }
    ui_heading(pg, 2, tr(pg, &W_FOR_EMPLOYEES));
    ui_paragraph(pg, tr(pg, &W_FOR_EMPLOYEES_TEXT));
    providers(pg, false);
    password_form(pg);
    return page_end(pg);
}

enum rc signin_page(struct page *pg)
{
    signin_adopt(pg);
    return show_login(pg);
}

static enum rc refused(struct page *pg, enum rc rc, const char *field, const struct text *wrong)
{
    if (rc != RC_LOGIN_FAILED && rc != RC_TOO_MANY)
        return rc;
    const char *wait = pg->cx->err.detail;
    const char *text = rc == RC_TOO_MANY ? tr_fill(pg, &W_TOO_MANY, wait ? wait : "60", NULL) : tr(pg, wrong);
    err_clear(pg->cx);
    return page_error(pg, field, text);
}

enum rc signin_password(struct page *pg)
{
    struct person p;
    const struct form_field *password = form_find(&pg->form, "passord");
    signin_adopt(pg);
    enum rc rc = login_password(pg->cx, pg->web->login, str_of(form_get(&pg->form, "bruker")),
                                password ? password->raw : STR(""), pg->rq->peer, pg->rq->secure, &p);
    if (rc != RC_OK) {
        TRY(refused(pg, rc, "bruker", &W_WRONG_PASSWORD));
        return show_login(pg);
    }
    TRY(signin_begin(pg, &p, NULL));
    return page_go(pg, page_with_back(pg, "/logg-inn/kode", page_back(pg)), NULL);
}

/* ------------------------------------------------------------------ one-time code */

static void code_form(struct page *pg, const char *action)
{
    ui_form_begin(pg, action, false);
    ui_hidden(pg, "til", page_back(pg));
    ui_text(pg, &(struct ui_field){.name = "kode", .label = tr(pg, &W_CODE), .help = tr(pg, &W_CODE_HELP),
                                   .value = "", .inputmode = "numeric", .autocomplete = "one-time-code",
                                   .maxlength = 6, .width = 12});
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &W_LOG_IN));
    ui_buttons_end(pg);
    ui_form_end(pg);
}

static enum rc show_code(struct page *pg)
{
    page_begin(pg, &(struct page_head){.title = tr(pg, &W_CODE_TITLE), .no_index = true});
    code_form(pg, "/logg-inn/kode");
    return page_end(pg);
}

/* Dark squares of the code as one path; four squares of light around, as readers want. */
static void qr_code(struct page *pg, const char *text)
{
    struct html *h = &pg->html;
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return;
    struct buf path;
    buf_init(&path, (size_t)KiB(128));
    for (int i = 0; i < code->width * code->width; i++)
        if (code->data[i] & 1)
            buf_printf(&path, "M%d %dh1v1h-1z", i % code->width + 4, i / code->width + 4);
    const char *box = arena_printf(pg->cx->arena, "0 0 %d %d", code->width + 8, code->width + 8);
    html_open(h, TAG_SVG, ATTRS({ATT_CLASS, "sd-qr"}, {ATT_VIEWBOX, box}, {ATT_ROLE, "img"},
                                {ATT_ARIA_LABEL, tr(pg, &W_QR)}));
    html_open(h, TAG_PATH, ATTRS({ATT_D, buf_failed(&path) ? "" : path.p}));
    html_close(h, TAG_PATH);
    html_close(h, TAG_SVG);
    buf_free(&path);
    QRcode_free(code);
}

/* otpauth://totp/Samdrift:kari?secret=…&issuer=Samdrift */
static const char *otpauth(struct page *pg, const char *secret)
{
    struct buf out;
    buf_init(&out, (size_t)KiB(4));
    buf_puts(&out, "otpauth://totp/Samdrift:");
    url_encode(&out, str_of(pg->session->person.name));
    buf_printf(&out, "?secret=%s&issuer=Samdrift", secret);
    const char *copy = buf_failed(&out) ? NULL : arena_strdup(pg->cx->arena, out.p);
    buf_free(&out);
    return copy ? copy : "";
}

static enum rc show_enrolment(struct page *pg)
{
    struct session *s = &page_visit(pg)->session;
    char *secret, fresh[TOTP_SECRET_MAX];
    TRY(login_session_get(pg->cx, pg->web->login, s, VALUE_SECRET, &secret));
    if (!secret) {
        login_totp_secret(fresh);
        secret = fresh;
        TRY(login_session_put(pg->cx, pg->web->login, s, VALUE_SECRET, secret));
    }
    const char *address = otpauth(pg, secret);
    page_begin(pg, &(struct page_head){.title = tr(pg, &W_ENROL), .lead = tr(pg, &W_ENROL_LEAD),
                                       .no_index = true});
    qr_code(pg, address);
    ui_details_begin(pg, tr(pg, &W_ENROL_BY_HAND), false);
    ui_facts_begin(pg);
    ui_fact(pg, tr(pg, &W_SECRET), secret);
    ui_fact(pg, tr(pg, &W_ADDRESS), address);
    ui_facts_end(pg);
    ui_details_end(pg);
    code_form(pg, "/logg-inn/kode");
    return page_end(pg);
}

enum rc signin_code_page(struct page *pg)
{
    bool known;
    signin_adopt(pg);
    if (pg->session->person.level >= LEVEL_SUBSTANTIAL)
        return page_go(pg, page_back(pg), NULL);
    TRY(login_totp_known(pg->cx, pg->web->login, &pg->session->person, &known));
    return known ? show_code(pg) : show_enrolment(pg);
}

static enum rc enrol(struct page *pg, struct str code)
{
    char *secret;
    struct session *s = &page_visit(pg)->session;
    TRY(login_session_get(pg->cx, pg->web->login, s, VALUE_SECRET, &secret));
    if (!secret)
        return err_set(pg->cx, RC_LOGIN_FAILED, NULL, NULL);
    TRY(login_totp_enrol(pg->cx, pg->web->login, &s->person, secret, code));
    return login_session_put(pg->cx, pg->web->login, s, VALUE_SECRET, NULL);
}

enum rc signin_code(struct page *pg)
{
    struct person p = pg->session->person;
    struct str code = str_of(form_get(&pg->form, "kode"));
    bool known;
    signin_adopt(pg);
    TRY(login_totp_known(pg->cx, pg->web->login, &p, &known));
    enum rc rc = known ? login_totp_check(pg->cx, pg->web->login, &p, code, pg->rq->peer) : enrol(pg, code);
    if (rc != RC_OK) {
        TRY(refused(pg, rc, "kode", &W_WRONG_CODE));
        return known ? show_code(pg) : show_enrolment(pg);
    }
    p.level = LEVEL_SUBSTANTIAL;
    TRY(signin_begin(pg, &p, NULL));
    return page_go(pg, page_back(pg), NULL);
}
