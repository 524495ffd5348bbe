/* Authorization fields and form bodies from strangers: what is read is never more than was sent. */
#include "login/login_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct arena *a, struct str in)
{
    struct str name, password, value;
    char *text = arena_strndup(a, in.p, in.n);
    if (!text)
        abort();
    if (auth_basic(a, text, &name, &password) && name.n + password.n > in.n)
        abort();
    if (auth_scheme(text, "Bearer", &value) && value.n >= in.n)
        abort();
    static const char *const fields[] = {"grant_type", "username", ""};
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (form_value(a, in, fields[i], &value) && value.n > in.n)
            abort();
    (void)name_valid(in);
    if (in.n < 300)
        (void)net_url_safe(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)MiB(4));
    if (!a)
        abort();
    if (size <= 4096)
        check(a, (struct str){(const char *)data, size});
    arena_free(&a);
    return 0;
}
