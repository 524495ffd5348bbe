#include <stdlib.h>
#include <unistd.h>

#include "archive/test_archive.h"

void world_make(struct world *w, const char *name, const char *place, const char *settings, const prepare_fn *rooms)
{
    *w = (struct world){.dir = "/tmp/samdrift-test-XXXXXX"};
    assert_non_null(mkdtemp(w->dir));
    (void)snprintf(w->slug, sizeof(w->slug), "%s%d", name, (int)getpid());
    cx_open(&w->cx, (size_t)MiB(256));
    assert_ok(model_init(&w->cx));
    assert_ok(config_parse(&w->cx, str_of(settings), &w->cfg));
    assert_ok(store_open(&w->cx, place ? place : w->dir, &w->store));
    assert_ok(blob_open(&w->cx, w->dir, NULL, &w->blobs));
    assert_ok(archive_open(&w->cx, w->store, w->blobs, w->cfg, &w->archive));
    for (; rooms && *rooms; rooms++)
        (*rooms)(w->archive);
    assert_ok(archive_vault(&w->cx, w->archive, w->slug, &w->nesodden));
}

int world_end(struct world *w)
{
    char command[100];
    archive_close(&w->archive);
    assert_ok(store_space_drop(&w->cx, w->store, w->slug));
    blob_close(&w->blobs);
    store_close(&w->store);
    config_free(&w->cfg);
    cx_close(&w->cx);
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
    return system(command);
}

int64_t world_rows(struct world *w, const char *what)
{
    struct db *db;
    int64_t n = -1;
    assert_ok(store_read_begin(&w->cx, vault_space(w->nesodden), &db));
    assert_ok(db_int(db, &n, -1, arena_printf(w->cx.arena, "SELECT count(*) FROM %s", what), ""));
    store_read_end(&db);
    return n;
}

struct str world_data(struct cx *cx, const char *path)
{
    enum { MOST = 1 << 18 };
    const char *dir = getenv("SAMDRIFT_DATA");
    char *file = arena_printf(cx->arena, "%s/%s", dir ? dir : "data", path), *text = arena_alloc(cx->arena, MOST);
    FILE *in = fopen(file, "rb");
    if (!in)
        fail_msg("no %s", file);
    size_t n = fread(text, 1, MOST - 1, in);
    (void)fclose(in);
    text[n] = '\0';
    return (struct str){text, n};
}

int world_each_database(int (*run)(const char *place, const char *name))
{
    const char *url = test_place("SAMDRIFT_TEST_PG");
    int bad = run(NULL, "sqlite");
    return url ? bad + run(url, "postgres") : bad;
}

int world_open(void **state)
{
    static struct world w;
    world_make(&w, "archive", NULL, "[aas]\nstrict = ja\n", NULL);
    assert_ok(archive_vault(&w.cx, w.archive, "aas", &w.aas));
    *state = &w;
    return 0;
}

int world_close(void **state)
{
    return world_end(*state);
}

/* The id follows from the name, so that the same name is the same person. */
struct call call_as(struct cx *cx, struct vault *v, enum role role, const char *name)
{
    struct call c = {.cx = cx, .vault = v, .role = role};
    unsigned sum = 0;
    for (const char *p = name; *p; p++)
        sum = sum * 31 + (unsigned char)*p;
    (void)snprintf(c.person.id, sizeof(c.person.id), "01890a5d-ac96-774b-bcce-%012x", sum);
    (void)snprintf(c.person.name, sizeof(c.person.name), "%s", name);
    c.person.known = true;
    assert_ok(archive_meet(&c));
    return c;
}

static enum rc read_body(struct call *c, const struct entity *e, const char *json, struct rec **ret)
{
    json_t *j;
    TRY(json_read(c->cx, str_of(json), &j));
    return rec_from_json(c->cx, e, j, archive_importing(c), ret);
}

enum rc try_make(struct call *c, const struct rec *parent, enum package p, const char *ny, const char *json,
                 struct rec **ret)
{
    struct rec *in;
    const struct link *l = model_link_named(parent ? parent->entity->id : E_COUNT, p, str_of(ny));
    if (!l)
        fail_msg("%s has no %s", parent ? parent->entity->name : "the top", ny);
    TRY(read_body(c, model_entity(l->target), json, &in));
    return archive_create(c, parent ? parent->entity->family : F_COUNT, str_of(parent ? parent->systemid : ""), l,
                          in, ret);
}

struct rec *make(struct call *c, const struct rec *parent, const char *ny, const char *json)
{
    struct rec *r = NULL;
    enum package p = parent ? parent->entity->package : PKG_ARKIVSTRUKTUR;
    enum rc rc = try_make(c, parent, p, ny, json, &r);
    if (rc != RC_OK)
        fail_msg("%s %s: %s", ny, json, err_text(c->cx));
    return r;
}

enum rc try_patch(struct call *c, struct rec **r, const char *json)
{
    struct rec *in;
    TRY(read_body(c, (*r)->entity, json, &in));
    return archive_merge(c, (*r)->entity->family, str_of((*r)->systemid), (struct match){NULL, RC_CONFLICT}, in, NULL,
                         0, r);
}

void patch(struct call *c, struct rec **r, const char *json)
{
    if (try_patch(c, r, json) != RC_OK)
        fail_msg("%s %s: %s", (*r)->entity->name, json, err_text(c->cx));
}

enum rc try_delete(struct call *c, const struct rec *r)
{
    return archive_delete(c, r->entity->family, str_of(r->systemid), (struct match){NULL, RC_CONFLICT});
}

enum rc try_get(struct call *c, const struct rec *r, struct rec **ret)
{
    return archive_get(c, r->entity->family, str_of(r->systemid), ret);
}

void refused(struct call *c, enum rc got, enum rc want)
{
    if (got != want)
        fail_msg("wanted %s, got %s: %s", err_id(want), got ? err_id(got) : "OK", got ? err_text(c->cx) : "");
    err_clear(c->cx);
}

struct rec *make_arkivdel(struct call *c)
{
    struct rec *arkiv = make(c, NULL, "ny-arkiv", "{\"tittel\":\"Arkiv\"}");
    return make(c, arkiv, "ny-arkivdel", "{\"tittel\":\"Arkivdel\"}");
}
