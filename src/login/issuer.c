/*
 * Foreign issuers: their keys, from a file or over the net. Keys are asked for at most once a
 * minute, by one thread, without a lock held; whoever has keys to look in meanwhile does not wait.
 */
#include "login/login_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FETCH_SECONDS = 5, FETCH_MAX = 1 << 20, RETRY_SECONDS = 60 };

static enum rc on_data(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return buf_failed(arg) ? RC_TOO_LARGE : RC_OK;
}

static bool fetch(struct cx *cx, struct net *net, const char *url, struct buf *out)
{
    const struct net_request rq = {.method = "GET", .url = url, .take = on_data, .arg = out,
                                   .seconds = FETCH_SECONDS};
    struct net_reply reply;
    bool ok = net_url_safe(url) && net_ask(cx, net, &rq, &reply) == RC_OK && reply.status == 200;
    err_clear(cx);
    return ok;
}

bool issuer_slurp(const char *path, struct buf *out)
{
    char part[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0 && !buf_failed(out)) {
        n = read(fd, part, sizeof(part));
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            buf_add(out, part, (size_t)n);
    }
    if (fd >= 0)
        close(fd);
    return n == 0 && !buf_failed(out);
}

json_t *issuer_document(struct cx *cx, struct net *net, const struct issuer *is)
{
    struct buf doc, url;
    json_t *o = NULL;
    buf_init(&doc, FETCH_MAX);
    buf_init(&url, 2048);
    buf_printf(&url, "%s/.well-known/openid-configuration", is->url);
    bool ok = !buf_failed(&url) && fetch(cx, net, url.p, &doc) && json_read(cx, buf_str(&doc), &o) == RC_OK;
    err_clear(cx);
    buf_free(&doc);
    buf_free(&url);
    return ok && streq(json_string_value(json_object_get(o, "issuer")), is->url) ? o : NULL;
}

/* The address of the keys, from the discovery document. */
static const char *discover(struct cx *cx, struct net *net, const struct issuer *is)
{
    return json_string_value(json_object_get(issuer_document(cx, net, is), "jwks_uri"));
}

static bool get_keys(struct cx *cx, struct net *net, const struct issuer *is, struct keyset *ret)
{
    struct buf text;
    buf_init(&text, FETCH_MAX);
    bool ok;
    if (is->jwks_file) {
        ok = issuer_slurp(is->jwks_file, &text);
    } else {
        const char *uri = is->jwks_uri ? is->jwks_uri : discover(cx, net, is);
        ok = uri && fetch(cx, net, uri, &text);
    }
    ok = ok && keyset_read(cx, buf_str(&text), ret);
    buf_free(&text);
    if (!ok)
        log_line(LOG_WARN, "the keys of issuer %s cannot be had", is->url);
    return ok;
}

/* Called with the lock held, returns with it held. */
static void refresh(struct cx *cx, struct net *net, struct issuer *is)
{
    struct keyset *fresh = arena_alloc(cx->arena, sizeof(*fresh));
    if (!fresh)
        return;
    is->fetching = true;
    is->tried = cx->now;
    pthread_mutex_unlock(&is->lock);
    bool ok = get_keys(cx, net, is, fresh);
    pthread_mutex_lock(&is->lock);
    if (ok) {
        keyset_free(&is->keys);
        is->keys = *fresh;
    }
    is->fetching = false;
    pthread_cond_broadcast(&is->fetched);
}

static const struct key *find_key(struct cx *cx, struct net *net, struct issuer *is,
                                  const struct jwt *t)
{
    while (is->fetching && is->keys.n == 0)
        pthread_cond_wait(&is->fetched, &is->lock);
    const struct key *k = keyset_find(&is->keys, t);
    bool back = cx->now < is->tried; /* the clock was set back */
    bool due = is->tried == 0 || back || cx->now >= is->tried + SECONDS(RETRY_SECONDS);
    if (k || is->fetching || !due)
        return k;
    refresh(cx, net, is);
    return keyset_find(&is->keys, t);
}

enum rc issuer_verify(struct cx *cx, struct net *net, struct issuer *is, const struct jwt *t)
{
    bool ok = streq(jwt_text(t, "iss"), is->url) && jwt_timely(t, cx->now) && jwt_for(t, is->audience);
    if (!ok)
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    pthread_mutex_lock(&is->lock);
    const struct key *k = find_key(cx, net, is, t);
    bool keyless = is->keys.n == 0;
    ok = k && jwt_signed_by(t, k);
    pthread_mutex_unlock(&is->lock);
    if (ok)
        return RC_OK;
    return err_set(cx, keyless ? RC_BUSY : RC_LOGIN_FAILED, NULL, NULL);
}

/* ------------------------------------------------------------------ configuration */

static char *setting(struct config *cfg, const char *section, const char *key,
                     const char *fallback)
{
    const char *s = config_get(cfg, section, key, fallback);
    return s && *s ? mem_strdup(s) : NULL;
}

void issuer_init(struct issuer *is)
{
    pthread_mutex_init(&is->lock, NULL);
    pthread_cond_init(&is->fetched, NULL);
}

static enum rc open_one(struct cx *cx, struct config *cfg, const char *section, struct issuer *is)
{
    issuer_init(is);
    is->url = setting(cfg, section, "url", NULL);
    is->jwks_uri = setting(cfg, section, "jwks_uri", NULL);
    is->jwks_file = setting(cfg, section, "jwks_file", NULL);
    is->audience = setting(cfg, section, "audience", NULL);
    is->name_claim = setting(cfg, section, "name_claim", "preferred_username");
    if (!is->url || !is->audience || !is->name_claim)
        return err_setf(cx, RC_FIELD_MISSING, section, "url, audience");
    bool far = !is->jwks_file;
    if (far && !net_url_safe(is->jwks_uri ? is->jwks_uri : is->url))
        return err_setf(cx, RC_FIELD_VALUE, section, "https");
    return RC_OK;
}

static bool is_issuer(const char *section)
{
    return str_starts(str_of(section), "issuer.");
}

enum rc issuers_open(struct cx *cx, struct login *l, struct config *cfg)
{
    size_t n = 0;
    for (size_t i = 0; config_section(cfg, i); i++)
        n += is_issuer(config_section(cfg, i)) ? 1 : 0;
    l->issuers = mem_new((n + 1) * sizeof(*l->issuers));
    for (size_t i = 0; config_section(cfg, i); i++)
        if (is_issuer(config_section(cfg, i)))
            TRY(open_one(cx, cfg, config_section(cfg, i), &l->issuers[l->issuers_n++]));
    return RC_OK;
}

void issuer_close(struct issuer *is)
{
    keyset_free(&is->keys);
    pthread_cond_destroy(&is->fetched);
    pthread_mutex_destroy(&is->lock);
    mem_free(is->url);
    mem_free(is->jwks_uri);
    mem_free(is->jwks_file);
    mem_free(is->audience);
    mem_free(is->name_claim);
}

void issuers_close(struct login *l)
{
    for (size_t i = 0; i < l->issuers_n; i++)
        issuer_close(&l->issuers[i]);
    mem_free(l->issuers);
}
