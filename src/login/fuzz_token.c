/*
 * Tokens and key sets from strangers. Up to the first newline the input is a token, after it a key
 * set. Nothing may crash, and nobody may come upon a signature of a key made here.
 */
#include "login/login_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct cx *cx, const struct key *own, struct str token, struct str set)
{
    struct keyset *ks = arena_alloc(cx->arena, sizeof(*ks));
    struct jwt t;
    if (!ks)
        abort();
    bool keys = keyset_read(cx, set, ks);
    if (jwt_parse(cx, token, &t)) {
        const struct key *k = keys ? keyset_find(ks, &t) : NULL;
        if (k)
            (void)jwt_signed_by(&t, k);
        if (jwt_signed_by(&t, own))
            abort();
        (void)jwt_timely(&t, cx->now);
        (void)jwt_for(&t, "arkiv");
    }
    keyset_free(ks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct key own;
    struct cx cx;
    if (size > 1 << 16)
        return 0;
    cx_open(&cx, (size_t)MiB(4));
    char *jwk = NULL;
    if (!own.jwk && (jwk_generate(&cx, "own", &jwk) != RC_OK || !jwk_load(jwk, &own)))
        abort();
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t n = end ? (size_t)(end - data) : size;
    const char *text = (const char *)data;
    check(&cx, &own, (struct str){text, n}, end ? (struct str){text + n + 1, size - n - 1}
                                                : STR(""));
    cx_close(&cx);
    return 0;
}
