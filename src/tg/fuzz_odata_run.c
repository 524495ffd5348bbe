/* Every query the reader accepts is SQL the database takes: an empty municipality answers it with nothing. */
#include <stdlib.h>

#include "archive/archive_int.h"
#include "tg/odata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void gate_where(const struct gate *g, struct sql *q, enum family_id f, enum deed deed, const char *alias)
{
    (void)g;
    (void)f;
    (void)deed;
    sql_add(q, " AND %s.vern <> 9", alias);
}

static enum rc prepare(struct db *db, void *arg)
{
    (void)arg;
    TRY(model_prepare(db));
    return search_prepare(db);
}

/* Made on the first input and left to the end of the process. SAMDRIFT_FUZZ_STORE may name a PostgreSQL. */
static struct space *space(void)
{
    static struct space *sp;
    static char dir[] = "/tmp/fuzz-odata-XXXXXX";
    if (sp)
        return sp;
    struct cx cx;
    struct store *store;
    cx_open(&cx, (size_t)MiB(64));
    const char *where = getenv("SAMDRIFT_FUZZ_STORE");
    if (model_init(&cx) != RC_OK || store_open(&cx, where ? where : mkdtemp(dir), &store) != RC_OK ||
        store_space(&cx, store, "fuzz", true, prepare, NULL, &sp) != RC_OK)
        abort();
    cx_close(&cx);
    return sp;
}

static void run(struct cx *cx, struct space *sp, const struct query *q)
{
    struct call c = {.cx = cx};
    struct result r;
    struct db *db;
    if (store_read_begin(cx, sp, &db) != RC_OK)
        abort();
    enum rc rc = query_run(&c, db, NULL, q, &r);
    if (rc != RC_OK && rc != RC_NOMEM) {
        (void)fprintf(stderr, "%s: %s\n", err_id(rc), cx->err.secret ? cx->err.secret : "");
        abort();
    }
    store_read_end(&db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum entity_id lists[] = {
        E_mappe, E_registrering, E_dokumentbeskrivelse, E_part, E_klasse, E_noekkelord, E_arkivdel, E_bruker,
    };
    if (size < 1)
        return 0;
    struct space *sp = space();
    struct cx cx;
    cx_open(&cx, (size_t)MiB(16));
    struct str raw = {(const char *)data + 1, size - 1};
    struct query q;
    if (odata_read(&cx, model_entity(lists[data[0] & 7]), NULL, raw, NULL, &q) == RC_OK)
        run(&cx, sp, &q);
    cx_close(&cx);
    return 0;
}
