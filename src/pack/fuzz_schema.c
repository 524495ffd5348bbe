/* A schema of arbitrary bytes: it is refused, or compiles in bounded memory (a bomb is killed by the limit of the run). */
#include "pack/pack_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str find(void *arg, const char *name)
{
    (void)name;
    return *(const struct str *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    const struct pack_schema_files files = {.find = find, .arg = &text, .large = size % 2 == 0};
    struct pack_schema *schema = NULL;
    struct cx cx;
    cx_open(&cx, (size_t)MiB(4));
    (void)!pack_schema_new(&cx, "a.xsd", &files, &schema);
    pack_schema_free(&schema);
    cx_close(&cx);
    return 0;
}
