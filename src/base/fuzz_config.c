/* Each section of what is accepted has a name, and each key can be found under its name. */
#include "base/base.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(1));
    struct config *c;
    if (config_parse(&cx, (struct str){(const char *)data, size}, &c) == RC_OK) {
        for (size_t i = 0; config_section(c, i); i++)
            if (!*config_section(c, i))
                abort();
        config_unknown(c);
        config_get(c, "server", "port", NULL);
        config_bool(c, "server", "tls", true);
        config_free(&c);
    }
    cx_close(&cx);
    return 0;
}
