/* Zones: how near the caller sits to what is most in need of protection, told by its network. */
#include "login/login_int.h"

#include <arpa/inet.h>

/* 16 bytes: IPv4 as the mapped addresses of RFC 4291. */
static bool address(const char *text, unsigned char out[16])
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (strchr(text, ':'))
        return inet_pton(AF_INET6, text, out) == 1;
    memcpy(out, mapped, sizeof(mapped));
    return inet_pton(AF_INET, text, out + 12) == 1;
}

struct network {
    unsigned char bytes[16];
    int64_t bits;
};

/* "10.0.0.0/8", "fd00::/8", or one address. */
static bool network_read(struct str s, struct network *ret)
{
    char text[64];
    if (s.n == 0 || s.n >= sizeof(text))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    char *slash = strchr(text, '/');
    int64_t width = strchr(text, ':') ? 128 : 32;
    ret->bits = width;
    if (slash) {
        *slash = '\0';
        if (!str_int(str_of(slash + 1), &ret->bits) || ret->bits < 0 || ret->bits > width)
            return false;
    }
    ret->bits += 128 - width;
    return address(text, ret->bytes);
}

static bool within(const struct network *n, const unsigned char at[16])
{
    for (int64_t i = 0; i < n->bits; i++)
        if ((n->bytes[i / 8] ^ at[i / 8]) & 0x80 >> i % 8)
            return false;
    return true;
}

/* Takes the next word of a list; false at its end. */
static bool word(struct str *rest, struct str *ret)
{
    while (rest->n > 0 && rest->p[0] == ' ')
        rest->p++, rest->n--;
    const char *end = rest->n > 0 ? memchr(rest->p, ' ', rest->n) : NULL;
    *ret = (struct str){rest->p, end ? (size_t)(end - rest->p) : rest->n};
    *rest = (struct str){rest->p + ret->n, rest->n - ret->n};
    return ret->n > 0;
}

enum rc zone_check(struct cx *cx, const char *key, const char *list)
{
    struct str rest = str_of(list), one;
    struct network n;
    while (word(&rest, &one))
        if (!network_read(one, &n))
            return err_setf(cx, RC_FIELD_VALUE, key, "%.*s", (int)one.n, one.p);
    return RC_OK;
}

static bool in_list(const char *list, const unsigned char at[16])
{
    struct str rest = str_of(list), one;
    struct network n;
    while (word(&rest, &one))
        if (network_read(one, &n) && within(&n, at))
            return true;
    return false;
}

enum login_zone login_zone(const struct login *l, const char *peer)
{
    unsigned char at[16];
    if (!*l->secure_networks && !*l->inner_networks)
        return ZONE_SECURE;
    if (!address(peer, at))
        return ZONE_OPEN;
    if (in_list(l->secure_networks, at))
        return ZONE_SECURE;
    return in_list(l->inner_networks, at) ? ZONE_INNER : ZONE_OPEN;
}
