/* Any definition is read or refused with its faults; one that is read takes any answers and gives well-formed ones. */
#include <stdlib.h>

#include "form/form_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *any(void *arg, const char *name, size_t index)
{
    (void)name;
    return index < 2 ? arg : NULL;
}

static void answer(struct cx *cx, const struct skjema *s, char *typed)
{
    json_t *svar = json_object();
    const struct svar_fault *faults;
    const char *text;
    size_t n;
    struct buf xml;
    buf_init(&xml, (size_t)MiB(8));
    for (size_t i = 0; i < s->felt_n; i++)
        if (svar_take(cx, svar, &s->felt[i], any, typed) != RC_OK)
            err_clear(cx);
    if (svar_settle(cx, s, svar) == RC_OK && svar_check(cx, s, s->trinn_n, svar, &faults, &n) == RC_OK &&
        svar_xml(cx, s, svar, SPRAAK_SE, &xml) == RC_OK && !str_utf8(buf_str(&xml)))
        abort();
    for (size_t i = 0; i < s->felt_n; i++)
        (void)svar_text(cx, &s->felt[i], svar, SPRAAK_EN);
    for (size_t i = 0; i < s->felt_n; i++)
        if (s->felt[i].visible && regel_text(cx, s, s->felt[i].visible, true, SPRAAK_SE, &text) == RC_OK && !str_utf8(str_of(text)))
            abort();
    (void)svar_title(cx, s, svar, SPRAAK_NB);
    buf_free(&xml);
    json_decref(svar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    const struct skjema *s;
    struct str text = {(const char *)data, size};
    cx_open(&cx, (size_t)MiB(16));
    cx.now = 1764290000000000;
    if (skjema_read(&cx, text, NULL, NULL, &s) == RC_OK)
        answer(&cx, s, arena_strndup(cx.arena, text.p + (size > 40 ? size - 40 : 0), size > 40 ? 40 : size));
    cx_close(&cx);
    return 0;
}
