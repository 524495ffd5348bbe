/* For whom the person of a session acts: kept with the session, shown on each page. */
#include "web/web_int.h"

#define VALUE_ACTOR "aktoer"

/* ------------------------------------------------------------------ what is theirs */

static void name_owner(const struct person *p, struct actor *a)
{
    char text[2 * UUID_TEXT_MAX + 2];
    if (a->kind == ACTOR_COMPANY) {
        (void)snprintf(a->eier, sizeof(a->eier), LOGIN_COMPANY_KEY "%s", a->orgnr);
    } else if (a->kind == ACTOR_CHILD) {
        int n = snprintf(text, sizeof(text), "%s/%s", p->id, a->citizen);
        sha256_hex(text, (size_t)n, a->eier);
    } else {
        (void)snprintf(a->eier, sizeof(a->eier), "%s", p->id);
    }
}

static void become_oneself(const struct person *p, struct actor *a)
{
    *a = (struct actor){.kind = p->known ? ACTOR_SELF : ACTOR_NOBODY, .name = ""};
    (void)snprintf(a->citizen, sizeof(a->citizen), "%s", p->id);
    name_owner(p, a);
}

/* ------------------------------------------------------------------ the session's value */

static enum rc write_value(struct page *pg, const struct actor *a, struct buf *out)
{
    struct jw w;
    buf_init(out, (size_t)KiB(4));
    jw_begin(&w, out);
    jw_open(&w, '{');
    jw_pair(&w, "person", pg->session->person.id);
    jw_key(&w, "slag");
    jw_int(&w, (int64_t)a->kind);
    jw_key(&w, "rett");
    jw_int(&w, (int64_t)a->right);
    jw_pair(&w, "borger", a->citizen);
    jw_pair(&w, "orgnr", a->orgnr);
    jw_pair(&w, "navn", a->name);
    jw_close(&w, '}');
    return buf_failed(out) ? cx_nomem(pg->cx) : RC_OK;
}

static const char *member(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

/* The value is sealed, so it is what page_act wrote; that it is this person's is not said by that. */
static enum rc read_value(struct page *pg, const char *text, struct actor *a)
{
    json_t *o;
    TRY(json_read(pg->cx, str_of(text), &o));
    int64_t kind = json_integer_value(json_object_get(o, "slag")), right = json_integer_value(json_object_get(o, "rett"));
    if (!streq(member(o, "person"), pg->session->person.id))
        return RC_OK;
    a->chosen = true;
    if (kind != ACTOR_CHILD && kind != ACTOR_COMPANY)
        return RC_OK;
    a->kind = (enum actor_kind)kind;
    a->right = right > RIGHT_SELF && right < ACTOR_RIGHTS ? (enum actor_right)right : RIGHT_PARENT;
    a->name = member(o, "navn");
    (void)snprintf(a->citizen, sizeof(a->citizen), "%s", member(o, "borger"));
    (void)snprintf(a->orgnr, sizeof(a->orgnr), "%s", member(o, "orgnr"));
    name_owner(&pg->session->person, a);
    return RC_OK;
}

enum rc page_actor(struct page *pg, const struct actor **ret)
{
    struct visit *v = page_visit(pg);
    char *text = NULL;
    if (!v->actor) {
        struct actor *a = arena_alloc(pg->cx->arena, sizeof(*a));
        if (!a)
            return cx_nomem(pg->cx);
        become_oneself(&v->session.person, a);
        if (v->session.person.citizen)
            TRY(page_kept(pg, VALUE_ACTOR, &text));
        if (text)
            TRY(read_value(pg, text, a));
        v->actor = a;
    }
    *ret = v->actor;
    return RC_OK;
}

enum rc page_act(struct page *pg, const struct actor *a)
{
    struct visit *v = page_visit(pg);
    struct actor self;
    struct buf text;
    become_oneself(&v->session.person, &self);
    enum rc rc = write_value(pg, a ? a : &self, &text);
    if (rc == RC_OK)
        rc = page_keep(pg, VALUE_ACTOR, text.p);
    buf_free(&text);
    v->actor = NULL;
    return rc;
}

enum rc actor_pid(struct page *pg, const struct actor *a, char ret[PID_MAX])
{
    struct person p = {.known = true, .citizen = true};
    (void)snprintf(p.id, sizeof(p.id), "%s", a->citizen);
    return login_citizen_pid(pg->cx, pg->web->login, &p, ret);
}

/* ------------------------------------------------------------------ shown */

const char *actor_why(const struct page *pg, const struct actor *a)
{
    static const struct text *const texts[ACTOR_RIGHTS] = {
        [RIGHT_PARENT] = &W_RIGHT_PARENT, [RIGHT_MANAGER] = &W_RIGHT_MANAGER, [RIGHT_CHAIR] = &W_RIGHT_CHAIR,
        [RIGHT_OWNER] = &W_RIGHT_OWNER};
    return a->right == RIGHT_SELF ? "" : tr(pg, texts[a->right]);
}

void web_offer_actors(struct web *w, const char *path)
{
    w->actors = path;
}

void actor_header(struct page *pg)
{
    const struct actor *a;
    if (!pg->session->person.citizen)
        return;
    if (page_actor(pg, &a) != RC_OK) {
        pg->html.failed = true;
        return;
    }
    if (a->right != RIGHT_SELF)
        html_put(&pg->html, TAG_STRONG, NULL, tr_fill(pg, &W_ON_BEHALF, a->name, actor_why(pg, a), NULL));
    const char *path = pg->web->actors && pg->kommune ? page_href(pg, pg->web->actors) : NULL;
    if (path && !str_is(pg->rq->path, path)) /* not on the page itself */
        html_put(&pg->html, TAG_A, ATTRS({ATT_HREF, page_with_back(pg, path, page_here(pg))}),
                 tr(pg, &W_ACTOR_CHANGE));
}
