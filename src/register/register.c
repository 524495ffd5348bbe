/* The settings of the services. */
#include "register/register_int.h"

enum { REST_SECONDS = 10 };

static const char *const names[REGISTRE] = {"folkeregister", "enhetsregister", "matrikkel"};

const char *register_name(enum registeret which)
{
    return names[which];
}

bool register_has(const struct registers *r, enum registeret which)
{
    return r->services[which].url != NULL;
}

static char *setting(struct config *cfg, const char *key)
{
    const char *s = config_get(cfg, "register", key, "");
    return s && *s ? mem_strdup(s) : NULL;
}

static enum rc read_service(struct cx *cx, struct config *cfg, enum registeret which, struct service *s)
{
    const char *token = arena_printf(cx->arena, "%s_token", names[which]);
    if (!token)
        return cx_nomem(cx);
    s->url = setting(cfg, names[which]);
    s->token = setting(cfg, token);
    return !s->url || net_url_safe(s->url) ? RC_OK : err_set(cx, RC_FIELD_VALUE, "register", names[which]);
}

enum rc register_open(struct cx *cx, struct config *cfg, struct registers **ret)
{
    struct registers *r = mem_new(sizeof(*r));
    enum rc rc = net_open(cx, &r->net);
    r->cache = cache_new();
    r->rest = config_int(cfg, "register", "rest_seconds", REST_SECONDS) * 1000000;
    for (int i = 0; rc == RC_OK && i < REGISTRE; i++)
        rc = read_service(cx, cfg, (enum registeret)i, &r->services[i]);
    if (rc == RC_OK)
        *ret = r;
    else
        register_close(&r);
    return rc;
}

void register_close(struct registers **ref)
{
    if (!ref || !*ref)
        return;
    struct registers *r = *ref;
    *ref = NULL;
    net_close(&r->net);
    cache_free(&r->cache);
    for (int i = 0; i < REGISTRE; i++) {
        mem_free(r->services[i].url);
        mem_free(r->services[i].token);
    }
    mem_free(r);
}
