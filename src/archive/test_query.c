/*
 * Queries on many rows: pages that neither repeat nor miss, shares of an expansion, words that
 * follow changes. The gate is replaced by one that hides rows of access class 9. Expressions are
 * tested from their text in tg/test_odata_run.c.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"

#include "archive/archive_int.h"

#define CASES 30
#define PARTS 50    /* of the first case; the others have one */

void gate_where(const struct gate *g, struct sql *q, enum family_id f, enum deed deed, const char *alias)
{
    (void)g;
    (void)f;
    (void)deed;
    sql_add(q, " AND %s.vern <> 9", alias);
}

struct world {
    struct cx cx;
    struct store *store;
    struct space *space;
    char dir[64];
    int64_t first;
};

static struct rec *add(struct db *db, enum entity_id e, enum attr_id text, const char *value, enum relation_id up,
                       int64_t parent)
{
    struct rec *r;
    assert_ok(rec_new(db_cx(db), model_entity(e), &r));
    uuid_new(r->systemid);
    val_text(rec_val(r, text), str_of(value));
    if (up != REL_COUNT)
        *rec_one(r, up) = parent;
    assert_ok(rec_insert(db, r));
    assert_ok(search_put(db, r));
    return r;
}

static enum rc fill(struct db *db, void *arg)
{
    struct world *w = arg;
    for (int i = 0; i < CASES; i++) {
        char title[40];
        (void)snprintf(title, sizeof(title), "Sak %d", i % 3);
        int64_t id = add(db, E_mappe, A_mappe_tittel, title, REL_COUNT, 0)->id;
        w->first = i ? w->first : id;
        for (int k = 0; k < (i ? 1 : PARTS); k++)
            (void)add(db, E_partperson, A_partperson_navn, "Ola", REL_mappe_part, id);
    }
    return RC_OK;
}

static enum rc prepare(struct db *db, void *arg)
{
    (void)arg;
    TRY(model_prepare(db));
    return search_prepare(db);
}

static int begin(void **state)
{
    static struct world w;
    w = (struct world){.dir = "/tmp/query-XXXXXX"};
    cx_open(&w.cx, (size_t)MiB(64));
    if (model_init(&w.cx) != RC_OK || !mkdtemp(w.dir) || store_open(&w.cx, w.dir, &w.store) != RC_OK ||
        store_space(&w.cx, w.store, "prove", true, prepare, NULL, &w.space) != RC_OK ||
        store_write(&w.cx, w.space, fill, &w) != RC_OK) {
        print_error("%s %s\n", err_text(&w.cx), w.cx.err.secret ? w.cx.err.secret : "");
        return -1;
    }
    *state = &w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;
    char path[128];
    err_clear(&w->cx);
    enum rc rc = store_space_drop(&w->cx, w->store, "prove");
    store_close(&w->store);
    (void)snprintf(path, sizeof(path), "%s/kommune", w->dir);
    (void)rmdir(path);
    (void)rmdir(w->dir);
    cx_close(&w->cx);
    return rc == RC_OK ? 0 : -1;
}

static void run(struct world *w, const struct query *q, struct result *ret)
{
    struct db *db;
    struct call c = {.cx = &w->cx};
    assert_ok(store_read_begin(&w->cx, w->space, &db));
    enum rc rc = query_run(&c, db, NULL, q, ret);
    store_read_end(&db);
    if (rc != RC_OK)
        fail_msg("%s %s", err_text(&w->cx), w->cx.err.secret ? w->cx.err.secret : "");
}

static void test_pages(void **state)
{
    struct world *w = *state;
    struct expr by = {.kind = EX_PATH, .attr = model_attr(A_mappe_tittel)};
    struct order order = {&by, true};
    struct query q = {.entity = model_entity(E_mappe), .list = CL_NONE, .order = &order, .order_n = 1, .top = 7};
    bool seen[CASES] = {false};
    size_t n = 0;
    for (q.skip = 0; q.skip < 2 * CASES; q.skip += q.top) {
        struct result r;
        run(w, &q, &r);
        assert_int_equal(r.count, CASES);
        for (size_t i = 0; i < r.n; i++) {
            size_t k = 0;
            for (const struct rec *x = r.recs[i]; k < CASES && x->id != w->first + (int64_t)k;)
                k++;
            assert_true(k < CASES && !seen[k]);
            seen[k] = true;
            n++;
        }
    }
    assert_int_equal(n, CASES);
}

static void test_expand_share(void **state)
{
    struct world *w = *state;
    const struct link *part = model_link_named(E_mappe, PKG_ARKIVSTRUKTUR, STR("part"));
    struct expand x = {.link = part};
    struct query q = {.entity = model_entity(E_mappe), .list = CL_NONE, .top = 100, .expand = &x, .expand_n = 1};
    struct result r;
    run(w, &q, &r);
    assert_int_equal(r.n, CASES);
    const struct result *first = r.expanded[0][0].result;
    assert_int_equal(first->count, PARTS);
    assert_int_equal(first->n, 1000 / CASES);
    assert_int_equal(r.expanded[1][0].result->n, 1);
    q.top = 1;
    run(w, &q, &r);
    assert_int_equal(r.expanded[0][0].result->n, PARTS);
}

static int64_t found(struct world *w, enum entity_id e, const char *words)
{
    struct query q = {.entity = model_entity(e), .list = CL_NONE, .top = 1, .search = str_of(words)};
    struct result r;
    run(w, &q, &r);
    return r.count;
}

static enum rc change_words(struct db *db, void *arg)
{
    struct world *w = arg;
    struct rec *r;
    TRY(rec_load(db, model_family(F_mappe), w->first, &r));
    struct val_item words[] = {{.text = STR("Fjellrev")}, {.text = STR("Ulv")}};
    *rec_val(r, A_mappe_noekkelord) = (struct val){.state = VAL_SET, .items = words, .items_n = 2};
    TRY(rec_store_list(db, r, model_slot(A_mappe_noekkelord)));
    TRY(rec_load(db, model_family(F_mappe), w->first, &r));
    val_text(rec_val(r, A_mappe_tittel), STR("Gaupe"));
    TRY(rec_update(db, r));
    TRY(search_put(db, r));
    return search_put_words(db, F_mappe, r->id, STR("Jerv i fjellet"));
}

static enum rc drop_words(struct db *db, void *arg)
{
    struct world *w = arg;
    return search_drop(db, F_mappe, w->first);
}

static void test_words(void **state)
{
    struct world *w = *state;
    assert_int_equal(found(w, E_mappe, "sak"), CASES);
    assert_ok(store_write(&w->cx, w->space, change_words, w));
    assert_int_equal(found(w, E_mappe, "sak"), CASES - 1);
    assert_int_equal(found(w, E_mappe, "gaupe fjellrev jerv"), 1);
    assert_int_equal(found(w, E_mappe, "gaupe bjørn"), 0);
    assert_ok(store_write(&w->cx, w->space, drop_words, w));
    assert_int_equal(found(w, E_mappe, "gaupe"), 0);
    assert_int_equal(found(w, E_mappe, "ola"), CASES);
}

/* A tree that makes no sense is an error, never SQL. */
static void test_bad_tree(void **state)
{
    struct world *w = *state;
    struct expr deep = {.kind = EX_PATH, .attr = model_attr(A_mappe_tittel), .depth = 3};
    struct expr text = {.kind = EX_TEXT, .text = STR("x")};
    struct expr *args[] = {&deep, &text};
    struct step cast = {.entity = model_entity(E_saksmappe)};
    struct expr eq = {.kind = EX_EQ, .args = args, .args_n = 2};
    struct query q = {.entity = model_entity(E_mappe), .list = CL_NONE, .filter = &eq, .top = 1};
    struct call c = {.cx = &w->cx};
    struct result r;
    struct db *db;
    deep.steps = &cast;
    deep.steps_n = 1;
    assert_ok(store_read_begin(&w->cx, w->space, &db));
    assert_true(query_run(&c, db, NULL, &q, &r) != RC_OK);
    err_clear(&w->cx);
    q.filter = &text;
    assert_true(query_run(&c, db, NULL, &q, &r) != RC_OK);
    store_read_end(&db);
}

static void test_builder(void **state)
{
    struct world *w = *state;
    struct sql s;
    struct db *db;
    struct stmt *st = NULL;
    bool row = false;
    assert_ok(store_read_begin(&w->cx, w->space, &db));
    sql_begin(&s, &w->cx, db_dialect(db));
    sql_add(&s, "SELECT ");
    for (int64_t i = 1; i <= 40; i++) {
        sql_int(&s, i);
        sql_add(&s, " + ");
    }
    sql_double(&s, 0.5);
    sql_add(&s, ", length(");
    sql_str(&s, STR("Æ'?\""));
    sql_add(&s, ")");
    assert_ok(sql_prepare(&s, db, &st));
    assert_ok(stmt_step(st, &row));
    assert_true(row && stmt_double(st, 0) > 820.4 && stmt_double(st, 0) < 820.6);
    assert_int_equal(stmt_int(st, 1), 4);
    stmt_done(&st);
    store_read_end(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pages, begin, end),
        cmocka_unit_test_setup_teardown(test_expand_share, begin, end),
        cmocka_unit_test_setup_teardown(test_words, begin, end),
        cmocka_unit_test_setup_teardown(test_bad_tree, begin, end),
        cmocka_unit_test_setup_teardown(test_builder, begin, end),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
