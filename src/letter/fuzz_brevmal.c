/* Any template is read or refused; the texts of one that is read can be merged, and have no field that is not known. */
#include <stdlib.h>

#include "letter/letter_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void merge_all(struct cx *cx, const struct brevmal *m)
{
    const struct fletting with = {.value = {[FLETT_SAK] = "2026/1", [FLETT_TITTEL] = "{sak} <b>", [FLETT_FRIST] = ""}};
    for (size_t i = 0; i < m->blocks_n; i++) {
        const char *text = m->blocks[i].text.in[MAALFORM_NN];
        if (text && (flett_fault(cx, text, true) || !flett(cx, text, &with)))
            abort();
    }
    if (flett_fault(cx, m->subject.in[MAALFORM_NB], false) || m->version < 1)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    const struct brevmal *m;
    cx_open(&cx, (size_t)MiB(64));
    if (brevmal_read(&cx, (struct str){(const char *)data, size}, &m) == RC_OK)
        merge_all(&cx, m);
    cx_close(&cx);
    return 0;
}
