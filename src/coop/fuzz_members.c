/*
 * cooperation.json: what is accepted are municipalities that could be added, each once; a short name made of
 * any text is made of itself again.
 */
#include <stdlib.h>

#include "coop/coop_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_slug(struct cx *cx, struct str text)
{
    char once[64], twice[64];
    const char *name = arena_strndup(cx->arena, text.p, text.n);
    if (!name)
        abort();
    coop_slug(name, once);
    coop_slug(once, twice);
    if (!streq(once, twice) || strspn(once, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(once))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    struct coop_load l;
    if (size > 1 << 16)
        return 0;
    cx_open(&cx, (size_t)MiB(8));
    struct str text = {size ? (const char *)data : "", size};
    check_slug(&cx, text);
    if (coop_load_read(&cx, text, &l) == RC_OK)
        for (size_t i = 0; i < l.n; i++)
            if (!*l.m[i].slug || coop_slug_reserved(l.m[i].slug) || strlen(l.m[i].number) != 4 ||
                coop_municipality_check(&cx, &l.m[i]) != RC_OK)
                abort();
    cx_close(&cx);
    return 0;
}
