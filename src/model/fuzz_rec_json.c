/*
 * Any JSON as an object of any class: what is accepted comes back the same from its own answer.
 * The first byte chooses the class, and whether it is an import.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/model_int.h"

static const enum entity_id classes[] = {
    E_saksmappe, E_journalpost, E_dokumentbeskrivelse, E_dokumentobjekt, E_partperson,
    E_korrespondansepartenhet, E_klasse, E_arkivdel, E_kode, E_vsmfelt, E_bruker, E_plan, E_posisjon,
};

static void write_out(struct buf *out, const struct rec *r)
{
    struct jw w;
    buf_init(out, (size_t)MiB(8));
    jw_begin(&w, out);
    jw_open(&w, '{');
    rec_to_json(&w, r, NULL, 0);
    jw_close(&w, '}');
}

static void check_again(struct cx *cx, const struct entity *e, const struct rec *r)
{
    struct buf once, twice;
    struct rec *back;
    json_t *json;
    write_out(&once, r);
    if (buf_failed(&once)) {
        buf_free(&once);
        return;
    }
    enum rc rc = json_read(cx, buf_str(&once), &json);
    if (rc == RC_OK)
        rc = rec_from_json(cx, e, json, false, &back);
    if (rc == RC_NOMEM) {
        buf_free(&once);
        return;
    }
    if (rc != RC_OK)
        abort();
    write_out(&twice, back);
    if (!str_eq(buf_str(&once), buf_str(&twice)))
        abort();
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    struct rec *r;
    json_t *json;
    if (size < 1)
        return 0;
    cx_open(&cx, (size_t)MiB(16));
    cx.now = 1;
    if (model_init(&cx) != RC_OK)
        abort();
    const struct entity *e = model_entity(classes[(data[0] & 127) % COUNT_OF(classes)]);
    bool import = data[0] & 128;
    struct str body = {(const char *)data + 1, size - 1};
    if (json_read(&cx, body, &json) == RC_OK && rec_from_json(&cx, e, json, import, &r) == RC_OK && !import)
        check_again(&cx, e, r);
    cx_close(&cx);
    return 0;
}
