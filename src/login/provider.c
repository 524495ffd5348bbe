/* Providers of logins: what the settings say of them, and the addresses they publish. */
#include "login/login_int.h"

enum { ENDPOINTS_SECONDS = 3600, KEY_FILE_MAX = 16 << 10 };

/* ------------------------------------------------------------------ addresses */

static void replace(char **old, const char *fresh)
{
    mem_free(*old);
    *old = fresh ? mem_strdup(fresh) : NULL;
}

static const char *address(const json_t *doc, const char *name)
{
    const char *s = json_string_value(json_object_get(doc, name));
    return s && net_url_safe(s) ? s : NULL;
}

static void keep(struct cx *cx, struct provider *p, const json_t *doc)
{
    pthread_mutex_lock(&p->lock);
    replace(&p->authorization, address(doc, "authorization_endpoint"));
    replace(&p->token, address(doc, "token_endpoint"));
    replace(&p->end_session, address(doc, "end_session_endpoint"));
    p->discovered = cx->now;
    pthread_mutex_unlock(&p->lock);
}

/* Copies, for they may be replaced at any time. */
static bool copy(struct cx *cx, struct provider *p, struct endpoints *ret)
{
    pthread_mutex_lock(&p->lock);
    bool known = p->authorization && p->token;
    *ret = (struct endpoints){
        .authorization = known ? arena_strdup(cx->arena, p->authorization) : NULL,
        .token = known ? arena_strdup(cx->arena, p->token) : NULL,
        .end_session = p->end_session ? arena_strdup(cx->arena, p->end_session) : NULL,
    };
    pthread_mutex_unlock(&p->lock);
    return ret->authorization && ret->token;
}

enum rc provider_endpoints(struct cx *cx, struct login *l, struct provider *p, struct endpoints *ret)
{
    pthread_mutex_lock(&p->lock);
    bool due = !p->authorization || cx->now >= p->discovered + SECONDS(ENDPOINTS_SECONDS);
    pthread_mutex_unlock(&p->lock);
    if (due) {
        json_t *doc = issuer_document(cx, l->net, &p->issuer);
        if (doc)
            keep(cx, p, doc);
    }
    if (copy(cx, p, ret))
        return RC_OK;
    return err_secret(cx, RC_BUSY, "the provider %s cannot be reached", p->issuer.url);
}

struct provider *provider_find(struct login *l, const char *id)
{
    for (size_t i = 0; i < l->providers_n; i++)
        if (streq(l->providers[i].id, id))
            return &l->providers[i];
    return NULL;
}

bool login_provider_at(const struct login *l, size_t i, struct login_provider *ret)
{
    if (i >= l->providers_n)
        return false;
    const struct provider *p = &l->providers[i];
    *ret = (struct login_provider){p->id, p->name, p->issuer.url, p->citizens};
    return true;
}

/* ------------------------------------------------------------------ settings */

static char *setting(struct config *cfg, const char *section, const char *key, const char *fallback)
{
    const char *s = config_get(cfg, section, key, fallback);
    return s && *s ? mem_strdup(s) : NULL;
}

static enum rc read_key(struct cx *cx, const char *section, const char *path, struct key *ret)
{
    struct buf text;
    buf_init(&text, KEY_FILE_MAX);
    bool ok = issuer_slurp(path, &text) && jwk_load(text.p, ret);
    if (text.p)
        explicit_bzero(text.p, text.n);
    buf_free(&text);
    return ok ? RC_OK : err_setf(cx, RC_FIELD_VALUE, section, "client_key");
}

static enum rc check(struct cx *cx, const char *section, const struct provider *p)
{
    struct str id = str_of(p->id);
    for (size_t i = 0; i < id.n; i++)
        if (!(id.p[i] >= 'a' && id.p[i] <= 'z') && !(id.p[i] >= '0' && id.p[i] <= '9') && id.p[i] != '-')
            return err_set(cx, RC_FIELD_VALUE, section, "a-z, 0-9, -");
    if (id.n == 0 || id.n >= sizeof(((struct session *)0)->provider) || streq(p->id, "kode") || streq(p->id, "svar"))
        return err_set(cx, RC_FIELD_VALUE, section, "a-z, 0-9, -");
    if (!p->issuer.url || !p->issuer.audience)
        return err_set(cx, RC_FIELD_MISSING, section, "url, client_id");
    if (!net_url_safe(p->issuer.url))
        return err_set(cx, RC_FIELD_VALUE, section, "https");
    return RC_OK;
}

static enum rc open_one(struct cx *cx, struct config *cfg, const char *section, struct provider *p)
{
    const char *whom = config_get(cfg, section, "for", "ansatt");
    const char *level = config_get(cfg, section, "level", "low");
    const char *key = config_get(cfg, section, "client_key", "");
    pthread_mutex_init(&p->lock, NULL);
    issuer_init(&p->issuer);
    p->id = mem_strdup(section + sizeof("provider.") - 1);
    p->name = setting(cfg, section, "name", p->id);
    p->citizens = streq(whom, "borger");
    p->issuer.url = setting(cfg, section, "url", NULL);
    p->issuer.audience = setting(cfg, section, "client_id", NULL);
    p->secret = setting(cfg, section, "client_secret", NULL);
    p->scope = setting(cfg, section, "scope", p->citizens ? "openid profile" : "openid");
    p->claim = setting(cfg, section, "claim", p->citizens ? "pid" : "preferred_username");
    p->acr[LEVEL_SUBSTANTIAL] = setting(cfg, section, "acr_substantial", NULL);
    p->acr[LEVEL_HIGH] = setting(cfg, section, "acr_high", NULL);
    p->level = streq(level, "substantial") ? LEVEL_SUBSTANTIAL : streq(level, "high") ? LEVEL_HIGH : LEVEL_LOW;
    p->on_behalf = config_bool(cfg, section, "onbehalfof", false);
    if (!p->citizens && !streq(whom, "ansatt"))
        return err_set(cx, RC_FIELD_VALUE, section, "for = borger, ansatt");
    TRY(check(cx, section, p));
    return *key ? read_key(cx, section, key, &p->key) : RC_OK;
}

static bool is_provider(const char *section)
{
    return str_starts(str_of(section), "provider.");
}

enum rc providers_open(struct cx *cx, struct login *l, struct config *cfg)
{
    size_t n = 0;
    for (size_t i = 0; config_section(cfg, i); i++)
        n += is_provider(config_section(cfg, i)) ? 1 : 0;
    l->providers = mem_new((n + 1) * sizeof(*l->providers));
    for (size_t i = 0; config_section(cfg, i); i++)
        if (is_provider(config_section(cfg, i)))
            TRY(open_one(cx, cfg, config_section(cfg, i), &l->providers[l->providers_n++]));
    return RC_OK;
}

void providers_close(struct login *l)
{
    for (size_t i = 0; i < l->providers_n; i++) {
        struct provider *p = &l->providers[i];
        char *texts[] = {p->id, p->name, p->secret, p->scope, p->claim, p->acr[LEVEL_SUBSTANTIAL],
                         p->acr[LEVEL_HIGH], p->authorization, p->token, p->end_session};
        issuer_close(&p->issuer);
        pthread_mutex_destroy(&p->lock);
        cjose_jwk_release(p->key.jwk);
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            mem_free(texts[k]);
    }
    mem_free(l->providers);
}
