/*
 * The tables hang together, and every attribute comes back from JSON, from a record and from SQL as
 * it went in. On SQLite always, on PostgreSQL too when SAMDRIFT_TEST_PG says where one is.
 */
#include "base/test.h"
#include "model/model_int.h"

#include <stdlib.h>
#include <unistd.h>

static char location[300];
static struct store *store;
static struct cx cx;

/* ------------------------------------------------------------------ helpers */

static json_t *parse(const char *text)
{
    json_t *j = NULL;
    assert_ok(json_read(&cx, str_of(text), &j));
    return j;
}

static const char *json_of(const struct rec *r)
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    rec_to_json(&w, r, NULL, 0);
    jw_close(&w, '}');
    assert_false(buf_failed(&b));
    const char *own = arena_strndup(cx.arena, b.p, b.n);
    buf_free(&b);
    assert_non_null(own);
    return own;
}

static enum rc prepare(struct db *db, void *arg)
{
    (void)arg;
    return model_prepare(db);
}

static const char *space_name_own(void)
{
    static char name[40];
    (void)snprintf(name, sizeof(name), "model%d", (int)getpid());
    return name;
}

static struct space *space(void)
{
    struct space *sp = NULL;
    assert_ok(store_space(&cx, store, space_name_own(), true, prepare, NULL, &sp));
    return sp;
}

static int begin(void **state)
{
    (void)state;
    cx_open(&cx, (size_t)MiB(64));
    return model_init(&cx) == RC_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    cx_close(&cx);
    return 0;
}

static int begin_store(void **state)
{
    if (begin(state) != 0)
        return -1;
    return store_open(&cx, location, &store) == RC_OK ? 0 : -1;
}

static int end_store(void **state)
{
    err_clear(&cx);
    enum rc rc = store_space_drop(&cx, store, space_name_own());
    store_close(&store);
    return end(state) == 0 && rc == RC_OK ? 0 : -1;
}

static bool has_rows(const struct entity *e)
{
    return e->family != F_COUNT;
}

/* ------------------------------------------------------------------ samples */

static const char id_text[] = "01890a5d-ac96-774b-bcce-b302099a8057";

static void sample_leaves(struct jw *w, const struct attr *a);

/* A value of the attribute that differs from that of its neighbours. */
static void sample(struct jw *w, const struct attr *a)
{
    char text[100];
    (void)snprintf(text, sizeof(text), "%s %d «æøå»", a->name, a->id);
    switch (a->type) {
    case T_INTEGER:
        jw_int(w, INT64_C(9007199254740993) + a->id);
        break;
    case T_DECIMAL:
        jw_double(w, 59.9139 + a->id);
        break;
    case T_BOOLEAN:
        jw_bool(w, a->id % 2 == 0);
        break;
    case T_DATETIME:
        (void)snprintf(text, sizeof(text), "2024-02-29T12:34:%02d.789+01:00", a->id % 60);
        jw_text(w, text);
        break;
    case T_UUID:
        jw_text(w, id_text);
        break;
    case T_CODE:
        jw_raw(w, STR("{\"kode\":\"K\",\"kodenavn\":\"Et navn\"}"));
        break;
    case T_LIST:
        jw_raw(w, STR("[\"b\",\"a\",\"å\"]"));
        break;
    case T_CODE_LIST:
        jw_raw(w, STR("[{\"kode\":\"TM1\",\"kodenavn\":\"En\"},{\"kode\":\"M\"}]"));
        break;
    case T_VSM:
        jw_raw(w, STR("{\"x-v1:a\":\"b\",\"x-v1:n\":-7,\"x-v1:t\":true,\"x-v1:d\":0.5}"));
        break;
    case T_GROUP:
    case T_GROUP_LIST:
        sample_leaves(w, a);
        break;
    case T_STRING:
    default:
        jw_text(w, text);
    }
}

/* Either number of a person is an item; the leaves of any other object belong together. */
static void sample_leaves(struct jw *w, const struct attr *a)
{
    size_t n;
    const struct attr *const *leaves = model_group(a->group, &n);
    bool each = a->group == G_personidentifikator;
    if (a->type == T_GROUP_LIST)
        jw_open(w, '[');
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || each)
            jw_open(w, '{');
        jw_key(w, leaves[i]->name);
        sample(w, leaves[i]);
        if (i + 1 == n || each)
            jw_close(w, '}');
    }
    if (a->type == T_GROUP_LIST)
        jw_close(w, ']');
}

static bool given(const struct attr *a)
{
    /* A D-number comes with the person it belongs to, never as an object of its own. */
    return !(a->flags & A_HIDDEN) && !streq(a->name, "systemID") && a->id != A_personidentifikator_dNummer;
}

/* An object with the attribute, or with all of them. */
static const char *sample_object(const struct entity *e, const struct attr *only)
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    for (size_t i = 0; i < e->attrs_n; i++) {
        const struct attr *a = e->attrs[i];
        if (!given(a) || (only && a != only))
            continue;
        jw_key(&w, a->name);
        sample(&w, a);
    }
    if (e->id != E_kode)    /* known by its kode */
        jw_pair(&w, "systemID", id_text);
    jw_close(&w, '}');
    const char *own = arena_strndup(cx.arena, b.p, b.n);
    buf_free(&b);
    return own;
}

/* ------------------------------------------------------------------ round trip */

struct trip {
    const char *text;
    struct rec *rec;
    enum rc rc;
};

static enum rc store_and_load(struct db *db, void *arg)
{
    struct trip *t = arg;
    const struct rec *r = t->rec;
    const struct family *f = model_family(r->entity->family);
    struct rec *in, *out;
    TRY(rec_copy(db_cx(db), r, &in));
    uuid_new(in->systemid);
    in->versjon = 3;
    in->vern = 5;
    for (size_t i = 0; i < f->ones_n; i++)
        in->one[i] = (int64_t)i + 100;
    TRY(rec_insert(db, in));
    TRY(rec_load_uuid(db, f, str_of(in->systemid), &out));
    TRY(rec_update(db, out));
    TRY(rec_load(db, f, in->id, &out));
    TRY(rec_load_lists(db, &out, 1));
    assert_int_equal(out->versjon, 3);
    assert_int_equal(out->vern, 5);
    assert_string_equal(out->systemid, in->systemid);
    assert_ptr_equal(out->entity, in->entity);
    for (size_t i = 0; i < f->ones_n; i++)
        assert_int_equal(out->one[i], in->one[i]);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct attr *a = slot_attr(&f->slots[i]);
        if (!val_equal(a->type, &in->v[i], &out->v[i]) || in->v[i].i != out->v[i].i)
            fail_msg("%s: %s is not what was stored", r->entity->name, f->slots[i].path);
    }
    (void)snprintf(out->systemid, sizeof(out->systemid), "%s", r->systemid);
    t->rec = out;
    TRY(rec_delete(db, in));
    return db_run(db, "DELETE FROM verdi", "");
}

/* In as a client sends it, out as a client gets it, straight and by way of the database. */
static void check_trip(struct space *sp, const struct entity *e, const char *text)
{
    struct trip t = {.text = text};
    json_t *sent = parse(text);
    if (rec_from_json(&cx, e, sent, false, &t.rec) != RC_OK)
        fail_msg("%s: %s: %s", e->name, text, err_text(&cx));
    for (int way = 0; way < 2; way++) {
        const char *back = json_of(t.rec);
        if (!json_equal(sent, parse(back)))
            fail_msg("%s: sent %s, got %s", e->name, text, back);
        if (way == 0)
            assert_ok(store_write(&cx, sp, store_and_load, &t));
    }
}

static void round_trip(void **state)
{
    (void)state;
    struct space *sp = space();
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = model_entity((enum entity_id)i);
        if (has_rows(e))
            check_trip(sp, e, sample_object(e, NULL));
    }
}

/* One attribute alone neither needs nor touches another. */
static void alone(void **state)
{
    (void)state;
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = model_entity((enum entity_id)i);
        for (size_t k = 0; has_rows(e) && k < e->attrs_n; k++) {
            if (!given(e->attrs[k]))
                continue;
            struct rec *r;
            json_t *sent = parse(sample_object(e, e->attrs[k]));
            assert_ok(rec_from_json(&cx, e, sent, false, &r));
            const char *back = json_of(r);
            if (!json_equal(sent, parse(back)))
                fail_msg("%s/%s: got %s", e->name, e->attrs[k]->name, back);
        }
    }
}

static enum rc two_lists(struct db *db, void *arg)
{
    struct rec **recs = arg, *owners[60];
    for (size_t i = 0; i < COUNT_OF(owners); i++) {
        TRY(rec_copy(db_cx(db), recs[0], &owners[i]));
        uuid_new(owners[i]->systemid);
        struct val *v = rec_val(owners[i], A_mappe_noekkelord);
        v->items = arena_array(db_cx(db)->arena, 2, sizeof(*v->items));
        assert_non_null(v->items);
        v->items_n = i % 2 + 1;
        for (size_t k = 0; k < v->items_n; k++)
            v->items[k].text = str_of(arena_printf(db_cx(db)->arena, "%zu-%zu", i, k));
        TRY(rec_insert(db, owners[i]));
    }
    TRY(rec_load_lists(db, owners, COUNT_OF(owners)));
    for (size_t i = 0; i < COUNT_OF(owners); i++) {
        const struct val *v = rec_val(owners[i], A_mappe_noekkelord);
        assert_int_equal(v->items_n, i % 2 + 1);
        for (size_t k = 0; k < v->items_n; k++)
            assert_str(v->items[k].text, arena_printf(db_cx(db)->arena, "%zu-%zu", i, k));
        assert_true(uuid_valid(str_of(v->items[0].systemid)));
    }
    struct val *v = rec_val(owners[1], A_mappe_noekkelord);
    v->items_n = 0;
    TRY(rec_store_list(db, owners[1], model_slot(A_mappe_noekkelord)));
    TRY(rec_load_lists(db, owners + 1, 1));
    assert_int_equal(v->items_n, 0);
    return RC_OK;
}

/* More owners than one statement asks for, and a list made empty. */
static void lists_of_many(void **state)
{
    (void)state;
    struct rec *r;
    assert_ok(rec_from_json(&cx, model_entity(E_mappe), parse("{\"tittel\":\"t\"}"), false, &r));
    assert_ok(store_write(&cx, space(), two_lists, &r));
}

static enum rc load_missing(struct db *db, void *arg)
{
    (void)arg;
    struct rec *r = NULL;
    return rec_load(db, model_family(F_mappe), 4711, &r);
}

static void not_found(void **state)
{
    (void)state;
    assert_rc(store_write(&cx, space(), load_missing, NULL), RC_NOT_FOUND);
}

/* ------------------------------------------------------------------ what is refused */

static void refuse(const struct entity *e, const char *text, enum rc want, const char *field)
{
    struct rec *r = NULL;
    json_t *j = parse(text);
    enum rc rc = rec_from_json(&cx, e, j, false, &r);
    if (rc != want || !streq(cx.err.field, field))
        fail_msg("%s: %s gives %s at %s", e->name, text, rc ? err_id(rc) : "OK", rc ? cx.err.field : "");
    err_clear(&cx);
}

static const char *const *wrong_values(enum type t)
{
    static const char *const wrong[][6] = {
        [T_STRING] = {"1", "true", "[]", "{}"},
        [T_INTEGER] = {"\"1\"", "1.5", "true", "{}"},
        [T_DECIMAL] = {"\"1\"", "true", "[]"},
        [T_BOOLEAN] = {"1", "\"true\"", "{}"},
        [T_DATETIME] = {"1", "\"i morgen\"", "\"2024-02-30\"", "\"2024-02-01T00:00:00\"", "{}"},
        [T_UUID] = {"1", "\"abc\"", "{}"},
        [T_CODE] = {"\"B\"", "1", "[]", "{\"kodenavn\":\"B\"}", "{\"kode\":\"B\",\"kodenavn\":1}"},
        [T_GROUP] = {"\"x\"", "1", "[]"},
        [T_LIST] = {"\"x\"", "{}", "[1]", "[null]"},
        [T_CODE_LIST] = {"\"x\"", "{\"kode\":\"x\"}", "[\"x\"]", "[{}]"},
        [T_GROUP_LIST] = {"\"x\"", "{}", "[\"x\"]", "[{}]", "[1]"},
        [T_VSM] = {"\"x\"", "1", "[]"},
    };
    return wrong[t];
}

static void refuse_wrong(const struct entity *e, const struct attr *a, const struct attr *leaf)
{
    char path[FELT_MAX * 2];
    const char *const *wrong = wrong_values(leaf ? leaf->type : a->type);
    (void)snprintf(path, sizeof(path), leaf ? "%s/%s" : "%s%s", a->name, leaf ? leaf->name : "");
    for (size_t i = 0; i < 6 && wrong[i]; i++)
        refuse(e, arena_printf(cx.arena, leaf ? "{\"%s\":{\"%s\":%s}}" : "{\"%s%s\":%s}", a->name,
                               leaf ? leaf->name : "", wrong[i]), RC_FIELD_TYPE, path);
}

static void wrong_types(void **state)
{
    (void)state;
    for (int i = 0; i < E_COUNT; i++) {
        const struct entity *e = model_entity((enum entity_id)i);
        for (size_t k = 0; has_rows(e) && k < e->attrs_n; k++) {
            const struct attr *a = e->attrs[k];
            size_t n;
            if (a->flags & A_HIDDEN)
                continue;
            refuse_wrong(e, a, NULL);
            if (a->type != T_GROUP)
                continue;
            const struct attr *const *leaves = model_group(a->group, &n);
            for (size_t l = 0; l < n; l++)
                refuse_wrong(e, a, leaves[l]);
        }
    }
}

static void unknown_members(void **state)
{
    (void)state;
    const struct entity *mappe = model_entity(E_mappe);
    refuse(mappe, "{\"Tittel\":\"t\"}", RC_FIELD_UNKNOWN, "Tittel");
    refuse(mappe, "{\"saksaar\":2024}", RC_FIELD_UNKNOWN, "saksaar");
    refuse(mappe, "{\"skjerming\":{\"navn\":\"x\"}}", RC_FIELD_UNKNOWN, "skjerming/navn");
    refuse(model_entity(E_dokumentobjekt), "{\"referanseDokumentfil\":\"x\"}", RC_FIELD_UNKNOWN,
           "referanseDokumentfil");
    refuse(model_entity(E_kode), "{\"liste\":\"x\"}", RC_FIELD_UNKNOWN, "liste");
    refuse(mappe, "{\"virksomhetsspesifikkeMetadata\":{\"a\":{}}}", RC_FIELD_TYPE,
           "virksomhetsspesifikkeMetadata/a");
    refuse(model_entity(E_partperson), "{\"personidentifikator\":[{\"pass\":\"1\"}]}", RC_FIELD_TYPE,
           "personidentifikator");
    refuse(mappe, "[]", RC_JSON, "");
}

/* Blank text and null empty a field: PATCH has to see them, an answer never shows them. */
static void blank_and_null(void **state)
{
    (void)state;
    struct rec *r;
    assert_ok(rec_from_json(&cx, model_entity(E_saksmappe),
                            parse("{\"tittel\":\" \\t\\n\",\"beskrivelse\":null,\"saksstatus\":null,"
                                  "\"finnesIkke\":null,\"kryssreferanse\":\"\\n  \"}"), false, &r));
    assert_int_equal(rec_val(r, A_mappe_tittel)->state, VAL_NULL);
    assert_int_equal(rec_val(r, A_mappe_beskrivelse)->state, VAL_NULL);
    assert_int_equal(rec_val(r, A_saksmappe_saksstatus)->state, VAL_NULL);
    assert_int_equal(rec_val(r, A_mappe_offentligTittel)->state, VAL_ABSENT);
    assert_string_equal(json_of(r), "{}");
}

/* What old systems wrote is read when it is an import, and only then. */
static void imports(void **state)
{
    (void)state;
    static const char text[] = "{\"saksdato\":\"2018-01-01\",\"saksstatus\":\"Avsluttet\","
                               "\"gradering\":{\"gradering\":\"Hemmelig\"}}";
    struct rec *r;
    assert_rc(rec_from_json(&cx, model_entity(E_saksmappe), parse(text), false, &r), RC_FIELD_TYPE);
    err_clear(&cx);
    assert_ok(rec_from_json(&cx, model_entity(E_saksmappe), parse(text), true, &r));
    assert_str(rec_val(r, A_saksmappe_saksdato)->text, "2018-01-01T00:00:00");
    assert_str(rec_val(r, A_saksmappe_saksstatus)->text, "Avsluttet");
    assert_str(rec_leaf(r, A_mappe_gradering, L_gradering_graderingskode)->text, "Hemmelig");
}

static void missing_values(void **state)
{
    (void)state;
    struct rec *r;
    assert_ok(rec_from_json(&cx, model_entity(E_arkivdel), parse("{\"beskrivelse\":\"x\"}"), false, &r));
    assert_rc(rec_check_in(&cx, r), RC_FIELD_MISSING);
    assert_string_equal(cx.err.field, "tittel");
    err_clear(&cx);
    val_text(rec_val(r, A_arkivdel_tittel), STR("t"));
    assert_ok(rec_check_in(&cx, r));
}

/* ------------------------------------------------------------------ the schema */

static const char *golden_dir;

static void who_sets(void **state)
{
    (void)state;
    const struct family *f = model_family(F_arkivdel);
    const struct slot *title = &f->slots[model_slot(A_arkivdel_tittel)];
    const struct slot *kind = &f->slots[model_slot_leaf(A_arkivdel_sletting, L_sletting_slettingstype)];
    const struct slot *code = &f->slots[model_slot_leaf(A_arkivdel_gradering, L_gradering_graderingskode)];
    assert_string_equal(slot_attr(title)->name, "tittel");
    assert_string_equal(slot_attr(kind)->name, "slettingstype");
    assert_false(slot_server_sets(title));
    assert_int_equal(slot_attr(kind)->set, SET_SC);
    assert_true(slot_server_sets(kind));
    assert_false(slot_server_sets(code));
}

static void golden(const char *name, enum dialect d)
{
    char path[1000];
    struct buf made, kept;
    (void)snprintf(path, sizeof(path), "%s/%s", golden_dir, name);
    buf_init(&made, (size_t)MiB(4));
    buf_init(&kept, (size_t)MiB(4));
    model_ddl(&made, d);
    assert_false(buf_failed(&made));
    bool write = getenv("SAMDRIFT_GOLDEN") != NULL;
    FILE *f = fopen(path, write ? "w" : "r");
    if (!f)
        fail_msg("%s: not there; SAMDRIFT_GOLDEN=write makes it", name);
    char piece[4096];
    if (write)
        assert_int_equal(fwrite(made.p, 1, made.n, f), made.n);
    for (size_t n; !write && (n = fread(piece, 1, sizeof(piece), f)) > 0;)
        buf_add(&kept, piece, n);
    assert_int_equal(fclose(f), 0);
    if (!write && (kept.n != made.n || memcmp(kept.p, made.p, made.n) != 0))
        fail_msg("%s differs from the table; when that is meant: SAMDRIFT_GOLDEN=write, and look at the change", name);
    buf_free(&made);
    buf_free(&kept);
}

/* A change of the table is seen as a change of the schema. */
static void schemas(void **state)
{
    (void)state;
    golden("sqlite.sql", DIALECT_SQLITE);
    golden("postgres.sql", DIALECT_POSTGRES);
}

static enum rc again(struct db *db, void *arg)
{
    (void)arg;
    int64_t before, after;
    TRY(db_int(db, &before, 0, "SELECT count(*) FROM kode", ""));
    TRY(model_prepare(db));
    TRY(db_int(db, &after, 0, "SELECT count(*) FROM kode", ""));
    assert_true(before > 100);
    assert_int_equal(before, after);
    return RC_OK;
}

/* Preparing what is prepared changes nothing, and leaves the codes of the municipality alone. */
static void prepared_twice(void **state)
{
    (void)state;
    assert_ok(store_write(&cx, space(), again, NULL));
}

static const char *const searched[] = {"logg_referansearkivenhet", "registrering_tittel", "mappe_type"};
static const char *const kept[] = {"logg_loggnr", "tilgang_referansearkivenhet", "registrering_mappe_id"};

static enum rc count_indexes(struct db *db, const char *const *names, size_t n, size_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < n; i++) {
        bool there;
        TRY(db_has(db, names[i], NULL, &there));
        *ret += there;
    }
    return RC_OK;
}

static enum rc unindex(struct db *db, void *arg)
{
    (void)arg;
    size_t n;
    TRY(model_unindex(db));
    TRY(count_indexes(db, searched, COUNT_OF(searched), &n));
    assert_int_equal(n, 0);
    TRY(count_indexes(db, kept, COUNT_OF(kept), &n));
    assert_int_equal(n, COUNT_OF(kept));
    return model_prepare(db);
}

static enum rc indexed_again(struct db *db, void *arg)
{
    (void)arg;
    size_t n;
    TRY(count_indexes(db, searched, COUNT_OF(searched), &n));
    assert_int_equal(n, COUNT_OF(searched));
    return RC_OK;
}

/* What an import goes without comes back. */
static void filled_without_indexes(void **state)
{
    (void)state;
    assert_ok(store_write(&cx, space(), unindex, NULL));
    assert_ok(store_write(&cx, space(), indexed_again, NULL));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest plain[] = {
        cmocka_unit_test_setup_teardown(alone, begin, end),
        cmocka_unit_test_setup_teardown(wrong_types, begin, end),
        cmocka_unit_test_setup_teardown(unknown_members, begin, end),
        cmocka_unit_test_setup_teardown(blank_and_null, begin, end),
        cmocka_unit_test_setup_teardown(imports, begin, end),
        cmocka_unit_test_setup_teardown(missing_values, begin, end),
        cmocka_unit_test_setup_teardown(who_sets, begin, end),
        cmocka_unit_test_setup_teardown(schemas, begin, end),
    };
    const struct CMUnitTest stored[] = {
        cmocka_unit_test_setup_teardown(round_trip, begin_store, end_store),
        cmocka_unit_test_setup_teardown(lists_of_many, begin_store, end_store),
        cmocka_unit_test_setup_teardown(not_found, begin_store, end_store),
        cmocka_unit_test_setup_teardown(prepared_twice, begin_store, end_store),
        cmocka_unit_test_setup_teardown(filled_without_indexes, begin_store, end_store),
    };
    const char *pg = test_place("SAMDRIFT_TEST_PG");
    char dir[] = "/tmp/samdrift-model-XXXXXX";
    golden_dir = argc > 1 ? argv[1] : ".";
    if (!mkdtemp(dir))
        return 1;
    (void)snprintf(location, sizeof(location), "%s", dir);
    int failed = cmocka_run_group_tests_name("model", plain, NULL, NULL);
    failed += cmocka_run_group_tests_name("model on sqlite", stored, NULL, NULL);
    (void)snprintf(location, sizeof(location), "rm -rf '%s'", dir);
    if (system(location) != 0)
        failed++;
    (void)snprintf(location, sizeof(location), "%s", pg ? pg : "");
    return failed + (pg ? cmocka_run_group_tests_name("model on postgres", stored, NULL, NULL) : 0);
}
