/*
 * OpenAPI 3.1 of the interface of a municipality: schemas from entities and groups, paths from links.
 */
#include "model/model_int.h"

#define MEDIA "application/vnd.noark5+json"

static const char *const groups[] = {
#define GROUP(id) "gruppe-" #id,
#include "model/model_ids.h"
};

static void ref(struct jw *w, const char *schema)
{
    char text[128];
    (void)snprintf(text, sizeof(text), "#/components/schemas/%s", schema);
    jw_pair(w, "$ref", text);
}

static void simple(struct jw *w, const char *type, const char *format)
{
    jw_pair(w, "type", type);
    if (format)
        jw_pair(w, "format", format);
}

static void type_of(struct jw *w, const struct attr *a)
{
    switch (a->type) {
    case T_STRING:
        simple(w, "string", NULL);
        break;
    case T_INTEGER:
        simple(w, "integer", "int64");
        break;
    case T_DECIMAL:
        simple(w, "number", "double");
        break;
    case T_BOOLEAN:
        simple(w, "boolean", NULL);
        break;
    case T_DATETIME:
        simple(w, "string", "date-time");
        break;
    case T_UUID:
        simple(w, "string", "uuid");
        break;
    case T_CODE:
        ref(w, "kodeverdi");
        jw_pair(w, "x-noark-kodeliste", codelist_name(a->list));
        break;
    case T_GROUP:
        ref(w, groups[a->group]);
        break;
    case T_VSM:
        jw_pair(w, "type", "object");
        break;
    case T_LIST:
    case T_CODE_LIST:
    case T_GROUP_LIST:
    default:
        jw_pair(w, "type", "array");
        jw_key(w, "items");
        jw_open(w, '{');
        if (a->type == T_LIST)
            simple(w, "string", NULL);
        else
            ref(w, a->type == T_CODE_LIST ? "kodeverdi" : groups[a->group]);
        jw_close(w, '}');
    }
}

static void property(struct jw *w, const struct attr *a)
{
    jw_key(w, a->name);
    jw_open(w, '{');
    type_of(w, a);
    if (*a->m)
        jw_pair(w, "x-noark-m", a->m);
    if (a->set == SET_S && a->type != T_GROUP) {
        jw_key(w, "readOnly");
        jw_bool(w, true);
    }
    jw_close(w, '}');
}

static void object_schema(struct jw *w, const char *name, const struct attr *const *attrs, size_t n)
{
    jw_key(w, name);
    jw_open(w, '{');
    jw_pair(w, "type", "object");
    jw_key(w, "properties");
    jw_open(w, '{');
    for (size_t i = 0; i < n; i++)
        if (!(attrs[i]->flags & A_HIDDEN))
            property(w, attrs[i]);
    jw_close(w, '}');
    jw_key(w, "required");
    jw_open(w, '[');
    for (size_t i = 0; i < n; i++)
        if ((attrs[i]->in == C_1_1 || attrs[i]->in == C_1_N) && attrs[i]->set != SET_S)
            jw_text(w, attrs[i]->name);
    jw_close(w, ']');
    jw_close(w, '}');
}

static void fixed_schemas(struct jw *w)
{
    jw_key(w, "kodeverdi");
    jw_raw(w, STR("{\"type\":\"object\",\"required\":[\"kode\"],\"properties\":{\"kode\":{\"type\":\"string\"},"
                  "\"kodenavn\":{\"type\":\"string\"}}}"));
    jw_key(w, "feil");
    jw_raw(w, STR("{\"type\":\"object\",\"properties\":{\"feil\":{\"type\":\"object\",\"required\":[\"kode\"],"
                  "\"properties\":{\"kode\":{\"type\":\"integer\"},\"beskrivelse\":{\"type\":\"string\"},"
                  "\"regel\":{\"type\":\"string\"},\"felt\":{\"type\":\"string\"}}}}}"));
    jw_key(w, "liste");
    jw_raw(w, STR("{\"type\":\"object\",\"required\":[\"count\"],\"properties\":{\"count\":{\"type\":\"integer\"},"
                  "\"results\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
                  "\"_links\":{\"type\":\"object\"}}}"));
}

static void schemas(struct jw *w)
{
    jw_key(w, "schemas");
    jw_open(w, '{');
    fixed_schemas(w);
    for (int g = 0; g < G_COUNT; g++) {
        size_t n;
        const struct attr *const *leaves = model_group((enum group_id)g, &n);
        object_schema(w, groups[g], leaves, n);
    }
    for (int e = 0; e < E_COUNT; e++)
        object_schema(w, model_entity((enum entity_id)e)->name, model_entity((enum entity_id)e)->attrs,
                      model_entity((enum entity_id)e)->attrs_n);
    jw_close(w, '}');
}

/* ------------------------------------------------------------------ paths */

static void reply(struct jw *w, const char *status, const char *text, const char *schema)
{
    jw_key(w, status);
    jw_open(w, '{');
    jw_pair(w, "description", text);
    if (schema) {
        jw_key(w, "content");
        jw_open(w, '{');
        jw_key(w, MEDIA);
        jw_open(w, '{');
        jw_key(w, "schema");
        jw_open(w, '{');
        ref(w, schema);
        jw_close(w, '}');
        jw_close(w, '}');
        jw_close(w, '}');
    }
    jw_close(w, '}');
}

static void body(struct jw *w, const char *media, const char *schema)
{
    jw_key(w, "requestBody");
    jw_open(w, '{');
    jw_key(w, "content");
    jw_open(w, '{');
    jw_key(w, media);
    jw_open(w, '{');
    if (schema) {
        jw_key(w, "schema");
        jw_open(w, '{');
        ref(w, schema);
        jw_close(w, '}');
    }
    jw_close(w, '}');
    jw_close(w, '}');
    jw_close(w, '}');
}

struct operation {
    const char *method, *status, *text, *out, *in, *media;
};

static void operation(struct jw *w, const struct operation *o)
{
    jw_key(w, o->method);
    jw_open(w, '{');
    jw_pair(w, "summary", o->text);
    if (o->media)
        body(w, o->media, o->in);
    jw_key(w, "responses");
    jw_open(w, '{');
    reply(w, o->status, o->text, o->out);
    reply(w, "default", "feil", "feil");
    jw_close(w, '}');
    jw_close(w, '}');
}

static void path(struct jw *w, const char *base, const char *text, bool id, const struct operation *ops, size_t n)
{
    static const char id_parameter[] = "[{\"name\":\"systemID\",\"in\":\"path\",\"required\":true,"
                                       "\"schema\":{\"type\":\"string\",\"format\":\"uuid\"}}]";
    char key[256];
    (void)snprintf(key, sizeof(key), "%s%s", base, text);
    jw_key(w, key);
    jw_open(w, '{');
    if (id) {
        jw_key(w, "parameters");
        jw_raw(w, str_of(id_parameter));
    }
    for (size_t i = 0; i < n; i++)
        operation(w, &ops[i]);
    jw_close(w, '}');
}

static void entity_paths(struct jw *w, const struct entity *e)
{
    char text[128];
    const struct operation object[] = {
        {"get", "200", "les", e->name, NULL, NULL},
        {"put", "200", "erstatt", e->name, e->name, MEDIA},
        {"patch", "200", "endre", e->name, e->name, "application/merge-patch+json"},
        {"delete", "204", "slett", NULL, NULL, NULL},
    };
    (void)snprintf(text, sizeof(text), "/%s/%s/{systemID}/", package_name(e->package), e->name);
    path(w, "", text, true, object, COUNT_OF(object));
}

static void link_path(struct jw *w, const char *package, const char *owner, const struct link *l)
{
    char text[192];
    const char *target = l->target == E_COUNT ? NULL : model_entity(l->target)->name;
    const struct operation list[] = {{"get", "200", "liste", "liste", NULL, NULL}};
    const struct operation one[] = {{"get", "200", "les", target, NULL, NULL}};
    const struct operation ny[] = {{"get", "200", "mal", target, NULL, NULL}, {"post", "201", "opprett", target, target, MEDIA}};
    const struct operation expand[] = {{"put", "200", "utvid", target, target, MEDIA}};
    const struct operation file[] = {{"get", "200", "last ned", NULL, NULL, NULL},
                                     {"post", "201", "last opp", "dokumentobjekt", NULL, "application/octet-stream"}};
    if (owner)
        (void)snprintf(text, sizeof(text), "/%s/%s/{systemID}/%s/", package, owner, l->name);
    else
        (void)snprintf(text, sizeof(text), "/%s/%s/", package, l->name);
    if (l->kind == LINK_LIST || l->kind == LINK_LOG)
        path(w, "", text, owner != NULL, list, 1);
    else if (l->kind == LINK_ONE)
        path(w, "", text, true, one, 1);
    else if (l->kind == LINK_NY)
        path(w, "", text, owner != NULL, ny, 2);
    else if (l->kind == LINK_EXPAND)
        path(w, "", text, true, expand, 1);
    else if (l->kind == LINK_FILE)
        path(w, "", text, true, file, 2);
}

static void paths(struct jw *w)
{
    size_t n;
    jw_key(w, "paths");
    jw_open(w, '{');
    for (int p = 0; p < PKG_COUNT; p++) {
        const struct link *const *links = model_links(E_COUNT, (enum package)p, &n);
        for (size_t i = 0; i < n; i++)
            link_path(w, package_name((enum package)p), NULL, links[i]);
    }
    for (int e = 0; e < E_COUNT; e++) {
        const struct entity *entity = model_entity((enum entity_id)e);
        if (entity->family == F_COUNT || entity->family == F_kode)
            continue;
        entity_paths(w, entity);
        const struct link *const *links = model_links((enum entity_id)e, entity->package, &n);
        for (size_t i = 0; i < n; i++)
            if (links[i]->kind != LINK_CODES)
                link_path(w, package_name(entity->package), entity->name, links[i]);
    }
    jw_close(w, '}');
}

/* What {kommune} in the address of the server stands for. */
static void municipality(struct jw *w)
{
    jw_key(w, "variables");
    jw_open(w, '{');
    jw_key(w, "kommune");
    jw_open(w, '{');
    jw_pair(w, "default", "kommune");
    jw_pair(w, "description", "kortnavnet til kommunen, som i adressen til sidene");
    jw_close(w, '}');
    jw_close(w, '}');
}

static const char *const schemes[] = {"basic", "bearer"};

static void security(struct jw *w)
{
    jw_key(w, "security");
    jw_open(w, '[');
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        jw_open(w, '{');
        jw_key(w, schemes[i]);
        jw_open(w, '[');
        jw_close(w, ']');
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

static void security_schemes(struct jw *w)
{
    jw_key(w, "securitySchemes");
    jw_open(w, '{');
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        jw_key(w, schemes[i]);
        jw_open(w, '{');
        jw_pair(w, "type", "http");
        jw_pair(w, "scheme", schemes[i]);
        jw_close(w, '}');
    }
    jw_close(w, '}');
}

void model_openapi(struct buf *out, const char *base)
{
    struct jw w;
    jw_begin(&w, out);
    jw_open(&w, '{');
    jw_pair(&w, "openapi", "3.1.0");
    jw_key(&w, "info");
    jw_open(&w, '{');
    jw_pair(&w, "title", "Noark 5 tjenestegrensesnitt");
    jw_pair(&w, "version", "1.1");
    jw_close(&w, '}');
    jw_key(&w, "servers");
    jw_open(&w, '[');
    jw_open(&w, '{');
    jw_pair(&w, "url", base);
    if (strstr(base, "{kommune}"))
        municipality(&w);
    jw_close(&w, '}');
    jw_close(&w, ']');
    security(&w);
    paths(&w);
    jw_key(&w, "components");
    jw_open(&w, '{');
    schemas(&w);
    security_schemes(&w);
    jw_close(&w, '}');
    jw_close(&w, '}');
}
