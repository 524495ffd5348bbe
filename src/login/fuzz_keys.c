/*
 * Key sets of issuers: what is read is bounded and strong enough, and is read the same from its own public
 * text.
 */
#include "login/login_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key(struct cx *cx, const struct key *k)
{
    struct keyset *again = arena_alloc(cx->arena, sizeof(*again));
    cjose_err e;
    char *text = cjose_jwk_to_json(k->jwk, false, &e);
    char *set = text ? arena_printf(cx->arena, "{\"keys\":[%s]}", text) : NULL;
    if (!again || !set || !keyset_read(cx, str_of(set), again) || again->n != 1)
        abort();
    keyset_free(again);
    cjose_get_dealloc()(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    if (size > 1 << 16)
        return 0;
    cx_open(&cx, (size_t)MiB(16));
    struct keyset *ks = arena_alloc(cx.arena, sizeof(*ks));
    if (!ks)
        abort();
    if (keyset_read(&cx, (struct str){(const char *)data, size}, ks)) {
        if (ks->n > KEYS_MAX)
            abort();
        for (size_t i = 0; i < ks->n; i++)
            check_key(&cx, &ks->keys[i]);
    }
    keyset_free(ks);
    cx_close(&cx);
    return 0;
}
