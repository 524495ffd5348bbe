/* Records and documents the program itself makes. */
#include "archive/archive_int.h"

enum rc archive_make(struct call *c, const struct rec *parent, enum package p, const char *ny, json_t *values,
                     struct rec **ret)
{
    const struct link *l = model_link_named(parent->entity->id, p, str_of(ny));
    struct rec *in;
    enum rc rc = values ? RC_OK : cx_nomem(c->cx);
    if (rc == RC_OK)
        rc = rec_from_json(c->cx, model_entity(l->target), values, false, &in);
    if (rc == RC_OK)
        rc = archive_create(c, parent->entity->family, str_of(parent->systemid), l, in, ret);
    json_decref(values);
    return rc;
}

enum rc archive_take_bytes(struct call *c, struct str bytes, const char *mime, const char *name, struct taken **ret)
{
    struct blob_stage *stage;
    TRY(archive_stage(c, &stage));
    enum rc rc = blob_stage_write(stage, bytes.p, bytes.n);
    if (rc == RC_OK)
        return archive_take(c, &stage, mime, name, ret);
    blob_stage_drop(&stage);
    return err_set(c->cx, rc, NULL, NULL);
}

enum rc archive_make_document(struct call *c, const struct rec *post, const char *title, const char *as, struct taken *file,
                              struct rec **ret, struct rec **ret_object)
{
    TRY(archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse",
                     json_pack("{s:s, s:{s:s}, s:{s:s}}", "tittel", title, "dokumentstatus", "kode", "F",
                               "tilknyttetRegistreringSom", "kode", as), ret));
    return archive_give(c, F_dokumentbeskrivelse, str_of((*ret)->systemid), file, ret_object);
}

static enum rc set_status(struct call *c, struct rec **post, const char *kode)
{
    struct rec *in;
    TRY(rec_new(c->cx, (*post)->entity, &in));
    TRY(val_code(c->cx, rec_val(in, A_journalpost_journalstatus), kode, ""));
    return archive_merge(c, F_registrering, str_of((*post)->systemid), (struct match){NULL, RC_CONFLICT}, in, NULL, 0, post);
}

enum rc archive_ekspeder(struct call *c, struct rec **post)
{
    TRY(set_status(c, post, "E"));
    return set_status(c, post, "J");
}
