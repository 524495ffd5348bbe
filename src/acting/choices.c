/* Who there is to act for, by the registers. */
#include "acting/acting_int.h"

static const enum actor_right rights[ROLLER] = {[ROLLE_DAGLIG_LEDER] = RIGHT_MANAGER, [ROLLE_STYRELEDER] = RIGHT_CHAIR,
                                                [ROLLE_INNEHAVER] = RIGHT_OWNER};

static void name_value(const struct page *pg, const char *number, struct choice *c)
{
    char text[SESSION_TOKEN_MAX + 16], hash[SHA256_HEX_MAX];
    int n = snprintf(text, sizeof(text), "%s:%s", pg->session->token, number);
    sha256_hex(text, (size_t)n, hash);
    (void)snprintf(c->value, sizeof(c->value), "%.*s", VALUE_MAX - 1, hash);
}

/* RC_BUSY is taken down as an absence. */
static enum rc unless_away(struct page *pg, enum rc rc, enum registeret which, struct choices *c)
{
    if (rc == RC_OK || (rc != RC_BUSY && rc != RC_NOT_FOUND))
        return rc;
    if (rc == RC_BUSY)
        log_line(LOG_WARN, "%s", pg->cx->err.secret ? pg->cx->err.secret : register_name(which));
    c->away[which] = rc == RC_BUSY;
    err_clear(pg->cx);
    return RC_OK;
}

static enum rc add_children(struct acting *a, struct page *pg, const char *pid, struct choices *c)
{
    struct register_barn *barn = NULL;
    size_t n = 0;
    TRY(unless_away(pg, register_barn(pg->cx, a->registers, pid, &barn, &n), FOLKEREGISTER, c));
    for (size_t i = 0; i < n; i++) {
        struct choice *one = &c->all[c->n++];
        *one = (struct choice){.pid = barn[i].pid, .foedselsaar = barn[i].foedselsaar,
                               .actor = {.kind = ACTOR_CHILD, .right = RIGHT_PARENT, .name = barn[i].navn}};
        name_value(pg, barn[i].pid, one);
    }
    return RC_OK;
}

static enum rc add_companies(struct acting *a, struct page *pg, const char *pid, struct choices *c)
{
    struct register_rolle_i *roller = NULL;
    size_t n = 0;
    TRY(unless_away(pg, register_roller(pg->cx, a->registers, pid, &roller, &n), ENHETSREGISTER, c));
    for (size_t i = 0; i < n; i++) {
        struct choice *one = &c->all[c->n++];
        *one = (struct choice){.actor = {.kind = ACTOR_COMPANY, .right = rights[roller[i].rolle], .name = roller[i].navn}};
        (void)snprintf(one->actor.orgnr, sizeof(one->actor.orgnr), "%s", roller[i].orgnr);
        name_value(pg, roller[i].orgnr, one);
    }
    return RC_OK;
}

enum rc choices_ask(struct acting *a, struct page *pg, struct choices *ret)
{
    char pid[PID_MAX];
    *ret = (struct choices){.all = arena_array(pg->cx->arena, CHOICES_MAX, sizeof(*ret->all))};
    if (!ret->all)
        return cx_nomem(pg->cx);
    if (!pg->session->person.citizen)
        return RC_OK;
    TRY(login_citizen_pid(pg->cx, a->login, &pg->session->person, pid));
    enum rc rc = add_children(a, pg, pid, ret);
    if (rc == RC_OK)
        rc = add_companies(a, pg, pid, ret);
    explicit_bzero(pid, sizeof(pid));
    return rc;
}

/* ------------------------------------------------------------------ one that was chosen before */

static enum rc may_child(struct acting *a, struct page *pg, const char *pid, const struct actor *actor, bool *ret)
{
    struct register_barn *barn;
    char child[PID_MAX];
    size_t n;
    TRY(actor_pid(pg, actor, child));
    TRY(register_barn(pg->cx, a->registers, pid, &barn, &n));
    for (size_t i = 0; i < n; i++)
        *ret = *ret || streq(barn[i].pid, child);
    return RC_OK;
}

static enum rc may_company(struct acting *a, struct page *pg, const char *pid, const struct actor *actor, bool *ret)
{
    struct register_rolle_i *roller;
    size_t n;
    TRY(register_roller(pg->cx, a->registers, pid, &roller, &n));
    for (size_t i = 0; i < n; i++)
        *ret = *ret || streq(roller[i].orgnr, actor->orgnr);
    return RC_OK;
}

enum rc acting_verify(struct acting *a, struct page *pg, bool *ret_may)
{
    const struct actor *actor;
    char pid[PID_MAX];
    TRY(page_actor(pg, &actor));
    *ret_may = actor->kind == ACTOR_SELF || actor->kind == ACTOR_NOBODY;
    if (*ret_may)
        return RC_OK;
    TRY(login_citizen_pid(pg->cx, a->login, &pg->session->person, pid));
    return actor->kind == ACTOR_CHILD ? may_child(a, pg, pid, actor, ret_may) : may_company(a, pg, pid, actor, ret_may);
}

enum rc acting_name(struct acting *a, struct page *pg, const char **ret)
{
    struct register_person p;
    char pid[PID_MAX];
    *ret = "";
    if (!pg->session->person.citizen)
        return RC_OK;
    TRY(login_citizen_pid(pg->cx, a->login, &pg->session->person, pid));
    enum rc rc = register_person(pg->cx, a->registers, pid, &p);
    if (rc == RC_OK)
        *ret = p.navn;
    if (rc != RC_BUSY && rc != RC_NOT_FOUND)
        return rc;
    err_clear(pg->cx);
    return RC_OK;
}
