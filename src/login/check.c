/*
 * The check of one Authorization field. A credential verified lately is answered from memory,
 * before the rate limit is looked at: whoever guesses at a name does not lock its owner out of
 * sessions under way.
 */
#include "login/login_int.h"

static enum rc failed(struct cx *cx)
{
    return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
}

void person_of(const struct account *a, struct person *ret)
{
    *ret = (struct person){.known = true, .level = LEVEL_LOW};
    snprintf(ret->id, sizeof(ret->id), "%s", a->id);
    snprintf(ret->name, sizeof(ret->name), "%s", a->name);
}

struct attempt {
    struct login *l;
    struct str name, password;
    struct digest key;
    int64_t now;
    struct found found;
    bool cached;
};

/* Another thread may have verified the same credential while this one waited for its turn. */
static bool known_by_now(void *arg)
{
    struct attempt *t = arg;
    t->cached = memo_get(&t->l->credentials, &t->key, t->now, &t->found);
    return t->cached;
}

static enum rc verify(struct cx *cx, void *arg)
{
    struct attempt *t = arg;
    struct login *l = t->l;
    struct account a;
    uint64_t generation = memo_generation(&l->credentials);
    TRY(account_by_name(cx, l, t->name, &a));
    if (!password_verify(&l->hasher, a.hash, t->password, known_by_now, t))
        return failed(cx);
    if (t->cached)
        return RC_OK;
    person_of(&a, &t->found.person);
    memo_put(&l->credentials, &t->key, generation, t->now + SECONDS(CREDENTIAL_LIFE), &t->found);
    return RC_OK;
}

enum rc check_limited(struct cx *cx, struct login *l, struct str name, const char *peer,
                      enum rc (*attempt)(struct cx *cx, void *arg), void *arg)
{
    struct digest from = login_digest(l, 'a', str_of(peer), STR(""));
    struct digest of = login_digest(l, 'n', name, STR(""));
    int wait = rate_wait(&l->rate, &from, cx->now), other = rate_wait(&l->rate, &of, cx->now);
    wait = wait > other ? wait : other;
    if (wait > 0)
        return err_setf(cx, RC_TOO_MANY, NULL, "%d", wait);
    enum rc rc = attempt(cx, arg);
    if (rc == RC_LOGIN_FAILED) {
        rate_fail(&l->rate, &from, cx->now);
        rate_fail(&l->rate, &of, cx->now);
    }
    return rc;
}

enum rc check_password(struct cx *cx, struct login *l, struct str name, struct str password,
                       const char *peer, bool secure, struct person *ret)
{
    if (!secure || !name_valid(name) || password.n > PASSWORD_MAX)
        return failed(cx);
    TRY(login_follow(cx, l));
    struct attempt t = {.l = l, .now = cx->now, .key = login_digest(l, 'c', name, password),
                        .name = name, .password = password};
    if (!memo_get(&l->credentials, &t.key, cx->now, &t.found))
        TRY(check_limited(cx, l, name, peer, verify, &t));
    *ret = t.found.person;
    return RC_OK;
}

enum rc login_password(struct cx *cx, struct login *l, struct str name, struct str password,
                       const char *peer, bool secure, struct person *ret)
{
    return check_password(cx, l, name, password, peer, secure, ret);
}

/* ------------------------------------------------------------------ tokens */

static enum rc check_own(struct cx *cx, struct login *l, const struct jwt *t, struct account *ret)
{
    int64_t issued;
    const char *subject = jwt_text(t, "sub");
    /* typ keeps an id_token, which is for its client only, from being taken for an access token. */
    if (!streq(t->typ, "at+jwt") || !jwt_signed_by(t, &l->own) || !jwt_timely(t, cx->now) ||
        !jwt_for(t, OWN_AUDIENCE) || !subject || !jwt_number(t, "iat", &issued))
        return failed(cx);
    TRY(account_by_id(cx, l, subject, ret));
    if (!ret->exists || issued < ret->valid_from / SECONDS(1))
        return failed(cx);
    return RC_OK;
}

static enum rc check_foreign(struct cx *cx, struct login *l, const struct jwt *t,
                             struct account *ret)
{
    const char *url = jwt_text(t, "iss");
    for (size_t i = 0; i < l->issuers_n; i++) {
        struct issuer *is = &l->issuers[i];
        if (!streq(is->url, url))
            continue;
        TRY(issuer_verify(cx, l->net, is, t));
        const char *name = jwt_text(t, is->name_claim);
        if (!name)
            name = jwt_text(t, "sub");
        if (!name || !name_valid(str_of(name)))
            return failed(cx);
        return account_foreign(cx, l, name, is->url, ret);
    }
    return failed(cx);
}

static enum rc bearer(struct cx *cx, struct login *l, struct str token, struct person *ret)
{
    if (token.n == 0 || token.n > TOKEN_MAX)
        return failed(cx);
    TRY(login_follow(cx, l));
    struct digest key = login_digest(l, 't', token, STR(""));
    struct found f = {0};
    if (!memo_get(&l->tokens, &key, cx->now, &f)) {
        uint64_t generation = memo_generation(&l->tokens);
        struct jwt t;
        struct account a = {0};
        int64_t exp;
        if (!jwt_parse(cx, token, &t) || !jwt_number(&t, "exp", &exp))
            return failed(cx);
        bool own = streq(t.kid, l->own.kid);
        TRY(own ? check_own(cx, l, &t, &a) : check_foreign(cx, l, &t, &a));
        person_of(&a, &f.person);
        int64_t until = cx->now + SECONDS(CREDENTIAL_LIFE);
        memo_put(&l->tokens, &key, generation, SECONDS(exp) < until ? SECONDS(exp) : until, &f);
    }
    *ret = f.person;
    return RC_OK;
}

enum rc login_check(struct cx *cx, struct login *l, const char *authorization, const char *peer,
                    bool secure, struct person *ret)
{
    struct str name, password, token;
    if (!authorization) {
        *ret = (struct person){0};
        return RC_OK;
    }
    if (auth_scheme(authorization, "Bearer", &token))
        return bearer(cx, l, token, ret);
    if (auth_basic(cx->arena, authorization, &name, &password))
        return check_password(cx, l, name, password, peer, secure, ret);
    return failed(cx);
}
