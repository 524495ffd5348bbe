#include "world.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static enum rc configure(struct world *w, const char *dir)
{
    const char *path = arena_printf(w->cx.arena, "%s/samdrift.conf", dir);
    if (!path)
        return cx_nomem(&w->cx);
    return access(path, R_OK) == 0 ? config_load(&w->cx, path, &w->cfg) : config_parse(&w->cx, STR(""), &w->cfg);
}

enum rc world_open(struct world *w, const char *dir, const char *municipality, void (*add)(struct archive *a))
{
    struct cx *cx = &w->cx;
    cx_open(cx, (size_t)MiB(64));
    TRY(model_init(cx));
    TRY(configure(w, dir));
    const char *where = config_get(w->cfg, "lager", "store", "");
    TRY(store_open(cx, *where ? where : dir, &w->store));
    TRY(blob_open(cx, dir, NULL, &w->blobs));
    TRY(archive_open(cx, w->store, w->blobs, w->cfg, &w->archive));
    if (add)
        add(w->archive);
    return archive_vault(cx, w->archive, municipality, &w->vault);
}

struct call world_call(const struct world *w, struct cx *cx)
{
    return (struct call){.cx = cx, .vault = w->vault, .role = ROLE_ARKIVADMINISTRATOR,
                         .person = {.known = true, .id = "01890a5d-ac96-774b-bcce-000000000001", .name = "bench"}};
}

void world_tell(const char *name, struct cx *cx)
{
    (void)fprintf(stderr, "%s: %s %s\n", name, err_text(cx), cx->err.secret ? cx->err.secret : "");
}

int world_close(struct world *w, const char *name, enum rc rc)
{
    if (rc != RC_OK && w->cx.err.rc == rc) /* one in a context of its own is told already */
        world_tell(name, &w->cx);
    archive_close(&w->archive);
    blob_close(&w->blobs);
    store_close(&w->store);
    config_free(&w->cfg);
    cx_close(&w->cx);
    return rc == RC_OK ? 0 : 3;
}

int64_t processor_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
