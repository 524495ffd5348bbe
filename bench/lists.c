/*
 * lists – the archivist's lists by size: gives each journalpost of a journal made by bench/journal a finished document, and
 * asks each list what it holds.
 *
 *   lists DIR N       prints a JSON object: {"format": [found, count_us, again_us, page_us], …}; DIR is one that "journal DIR N"
 *                     has filled
 *
 * One document in a hundred is of a format that may not be deposited, one entry in a hundred has changed since it was
 * published. Times are of the processor, as in bench/journal.c, and the best of five. again_us: counted once more with
 * nothing changed since. "publisering" is the queue of what waits to be published, in pages of 20. The rows are copies of one
 * made through the domain. What has its documents already is only asked.
 */
#include <stdio.h>
#include <stdlib.h>

#include "journal/journal.h"
#include "task/task.h"
#include "worklist/worklist.h"
#include "world.h"

enum { TRIES = 5, TOGETHER = 50000, ONE_IN = 100 };

/* ------------------------------------------------------------------ documents */

static enum rc count_documents(struct world *w, int64_t *ret)
{
    struct db *db;
    TRY(store_read_begin(&w->cx, vault_space(w->vault), &db));
    enum rc rc = db_int(db, ret, 0, "SELECT count(*) FROM dokumentbeskrivelse", "");
    store_read_end(&db);
    return rc;
}

static enum rc first_document(struct call *c)
{
    struct taken *file;
    struct rec *post, *doc, *object;
    struct result found = {0};
    const struct query q = {.entity = model_entity(E_journalpost), .list = CL_NONE, .top = 1, .no_count = true};
    TRY(archive_meet(c));
    TRY(archive_query(c, &q, &found));
    if (found.n == 0)
        return err_set(c->cx, RC_NOT_FOUND, "journalpost", NULL);
    post = found.recs[0];
    TRY(archive_take_bytes(c, STR("Et vedtak."), "text/plain", "vedtak.txt", &file));
    return archive_make_document(c, post, "Vedtak", "H", file, &doc, &object);
}

static enum rc copy_one(struct db *db, int64_t n)
{
    char id[40];
    (void)snprintf(id, sizeof(id), "d%" PRId64, n);
    TRY(db_run(db, "UPDATE d SET id = ?, systemid = ?", "it", n, id));
    TRY(db_run(db, "INSERT INTO dokumentbeskrivelse SELECT * FROM d", ""));
    (void)snprintf(id, sizeof(id), "o%" PRId64, n);
    TRY(db_run(db, "UPDATE o SET id = ?, systemid = ?, dokumentbeskrivelse_id = ?, format = ?", "itit", n, id, n,
               n % ONE_IN == 0 ? "fmt/40" : "fmt/354"));
    TRY(db_run(db, "INSERT INTO dokumentobjekt SELECT * FROM o", ""));
    return db_run(db, "INSERT INTO registrering_dokumentbeskrivelse(a_id, b_id) VALUES (?, ?)", "ii", n, n);
}

static enum rc copy_some(struct db *db, void *arg)
{
    const struct world *w = arg;
    TRY(db_script(db, "CREATE TEMP TABLE d AS SELECT * FROM dokumentbeskrivelse WHERE id = 1;"
                      "CREATE TEMP TABLE o AS SELECT * FROM dokumentobjekt WHERE id = 1;"));
    for (int64_t n = w->from; n < w->to; n++)
        TRY(copy_one(db, n));
    return db_script(db, "DROP TABLE d; DROP TABLE o;");
}

static enum rc change_some(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "UPDATE registrering SET versjon = versjon + 1 WHERE id % ? = 0", "i", (int64_t)ONE_IN);
}

static enum rc fill(struct world *w, int64_t size)
{
    enum rc rc = RC_OK;
    for (w->from = 2; rc == RC_OK && w->from <= size; w->from = w->to) {
        struct cx cx;
        w->to = w->from + TOGETHER <= size ? w->from + TOGETHER : size + 1;
        cx_open(&cx, (size_t)MiB(64));
        rc = store_write(&cx, vault_space(w->vault), copy_some, w);
        if (rc != RC_OK)
            world_tell("lists", &cx);
        cx_close(&cx);
    }
    return rc == RC_OK ? store_write(&w->cx, vault_space(w->vault), change_some, NULL) : rc;
}

/* ------------------------------------------------------------------ questions */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What was kept of counts is forgotten, as by a change of the rules of access. */
static enum rc forget(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, "INSERT INTO teller(serie, verdi) VALUES ('tilgangsbilde', 1) ON CONFLICT (serie) DO UPDATE SET"
                      " verdi = teller.verdi + 1", "");
}

enum { QUEUE = WORKLISTS };

static enum rc count(struct call *c, int l, int64_t *ret)
{
    return l == QUEUE ? journal_waits(c, ret) : worklist_count(c, (enum worklist)l, ret);
}

static enum rc page(struct call *c, int l, int64_t total)
{
    const struct worklist_cut cut = {.total = total, .most = 25};
    char (*ids)[UUID_TEXT_MAX];
    struct rec **recs;
    size_t n;
    return l == QUEUE ? journal_queue(c, 0, 20, &ids, &n, &total) : worklist_page(c, (enum worklist)l, &cut, &recs, &n);
}

struct took {
    int64_t total, counting, again, paging;
};

static enum rc ask(struct call *c, int l, struct took *t)
{
    TRY(store_write(c->cx, vault_space(c->vault), forget, NULL));
    int64_t begun = processor_us();
    TRY(count(c, l, &t->total));
    int64_t counted = processor_us();
    TRY(count(c, l, &t->total));
    int64_t again = processor_us();
    TRY(page(c, l, t->total));
    t->counting = least(t->counting, counted - begun);
    t->again = least(t->again, again - counted);
    t->paging = least(t->paging, processor_us() - again);
    return RC_OK;
}

static enum rc measure(const struct call *who, int l)
{
    struct took t = {0, INT64_MAX, INT64_MAX, INT64_MAX};
    for (int i = 0; i < TRIES; i++) {
        struct cx cx;
        struct call c = *who;
        cx_open(&cx, (size_t)MiB(64));
        c.cx = &cx;
        enum rc rc = ask(&c, l, &t);
        if (rc != RC_OK)
            world_tell("lists", &cx);
        cx_close(&cx);
        TRY(rc);
    }
    (void)printf("%s\"%s\": [%" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 "]", l == 0 ? "{" : ", ",
                 l == QUEUE ? "publisering" : worklist_name((enum worklist)l), t.total, t.counting, t.again, t.paging);
    (void)fflush(stdout);
    return RC_OK;
}

static void add_tables(struct archive *a)
{
    task_open(a);
    journal_prepare(a);
    worklist_prepare(a);
}

static enum rc run(struct world *w, const char *dir, int64_t size)
{
    int64_t there;
    TRY(world_open(w, dir, "nesodden", add_tables));
    struct call c = world_call(w, &w->cx);
    TRY(count_documents(w, &there));
    if (there == 0) {
        TRY(first_document(&c));
        TRY(fill(w, size));
    }
    for (int l = 0; l <= QUEUE; l++)
        TRY(measure(&c, l));
    (void)printf("}\n");
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct world w = {0};
    if (argc != 3) {
        (void)fprintf(stderr, "lists: see the head of bench/lists.c\n");
        return 2;
    }
    return world_close(&w, "lists", run(&w, argv[1], strtoll(argv[2], NULL, 10)));
}
