/* Any query is either read or refused with its place; what links print is read back the same. */
#include <stdlib.h>

#include "tg/odata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_links(struct cx *cx, struct str raw)
{
    struct buf once, twice;
    buf_init(&once, (size_t)MiB(1));
    buf_init(&twice, (size_t)MiB(1));
    odata_print_next(cx, &once, raw, -1, -1);
    odata_print_next(cx, &twice, buf_str(&once), -1, -1);
    if (!str_eq(buf_str(&once), buf_str(&twice)))
        abort();
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum entity_id lists[] = {E_mappe, E_registrering, E_dokumentobjekt, E_kode};
    struct cx cx;
    if (size < 1)
        return 0;
    cx_open(&cx, (size_t)MiB(4));
    if (model_init(&cx) != RC_OK)
        abort();
    struct odata_limits lim = {.strict = data[0] & 16};
    struct str raw = {(const char *)data + 1, size - 1};
    struct query q;
    enum rc rc = odata_read(&cx, model_entity(lists[data[0] & 3]), NULL, raw, &lim, &q);
    if (rc != RC_OK && rc != RC_ODATA && rc != RC_URI_TOO_LONG && rc != RC_NOMEM)
        abort();
    err_clear(&cx);
    if (size < 4096)
        check_links(&cx, raw);
    cx_close(&cx);
    return 0;
}
