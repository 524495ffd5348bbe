/*
 * Addresses: from the model to text and back.
 */
#include "tg/tg_int.h"

bool path_package(struct str name, enum package *ret)
{
    for (int p = 0; p < PKG_COUNT; p++)
        if (str_is(name, package_name((enum package)p))) {
            *ret = (enum package)p;
            return true;
        }
    return false;
}

const struct entity *path_entity(struct str name)
{
    if (str_is(name, "virksomhetsspesifikkeMetadata"))
        return model_entity(E_vsmfelt);
    const struct entity *e = model_entity_named(name);
    return e && e->family != F_COUNT && e->id != E_vsmfelt && e->id != E_kode ? e : NULL;
}

const char *path_entity_name(const struct entity *e)
{
    return e->id == E_vsmfelt ? "virksomhetsspesifikkeMetadata" : e->name;
}

static const char *self_of_code(struct job *j, const struct rec *r)
{
    struct buf b;
    struct str list = rec_val(r, A_kode_liste)->text;
    buf_init(&b, (size_t)KiB(4));
    buf_printf(&b, "%smetadata/%.*s/", j->base, (int)list.n, list.p);
    url_encode(&b, rec_val(r, A_kode_kode)->text);
    buf_putc(&b, '/');
    const char *text = buf_failed(&b) ? NULL : arena_strndup(j->cx->arena, b.p, b.n);
    buf_free(&b);
    return text;
}

const char *path_self(struct job *j, const struct rec *r)
{
    const char *text = r->entity->id == E_kode
        ? self_of_code(j, r)
        : arena_printf(j->cx->arena, "%s%s/%s/%s/", j->base, package_name(r->entity->package),
                       path_entity_name(r->entity), r->systemid);
    return text ? text : "";
}

bool path_id(struct str url, struct str *ret)
{
    for (size_t i = 0; i + 36 <= url.n; i++) {
        struct str part = {url.p + i, 36};
        bool starts = i == 0 || url.p[i - 1] == '/';
        bool ends = i + 36 == url.n || url.p[i + 36] == '/' || url.p[i + 36] == '?';
        if (starts && ends && uuid_valid(part)) {
            *ret = part;
            return true;
        }
    }
    return false;
}

static enum rc not_found(struct job *j)
{
    return err_set(j->cx, RC_NOT_FOUND, NULL, NULL);
}

const struct entity *path_named(const struct job *j)
{
    enum package p;
    const struct entity *e = path_entity(http_param(j->rq, "entitet"));
    return e && path_package(http_param(j->rq, "pakke"), &p) && e->package == p ? e : NULL;
}

enum rc path_object(struct job *j, struct rec **ret)
{
    enum package p;
    struct str id = http_param(j->rq, "id"), name = http_param(j->rq, "entitet");
    if (!path_package(http_param(j->rq, "pakke"), &p))
        return not_found(j);
    if (p == PKG_METADATA && codelist_named(name) != CL_NONE)
        return list_code(j, codelist_named(name), id, ret);
    if (str_is(name, "arkivenhet"))
        return archive_find(&j->call, id, ret);
    const struct entity *e = path_named(j);
    if (!e)
        return not_found(j);
    TRY(archive_get(&j->call, e->family, id, ret));
    return model_is((*ret)->entity, e->id) ? RC_OK : not_found(j);
}
