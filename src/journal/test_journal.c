/*
 * The public journal from within: what is shown is what was approved, screening afterwards hides it, names
 * are not found after a year, national id numbers stay out. On SQLite, and on PostgreSQL when
 * SAMDRIFT_TEST_PG says where one is.
 */
#include <stdlib.h>
#include <unistd.h>

#include "archive/public.h"
#include "archive/test_archive.h"
#include "journal/journal_int.h"

#define SCREEN(what) "\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},\"skjermingshjemmel\":\"Offl. § 13\"," \
                     "\"skjermingMetadata\":[" what "]}"
#define YEAR (366 * (int64_t)86400 * 1000000)

static const char *place;
static const prepare_fn rooms[] = {journal_prepare, NULL};
static struct call arkivar, maker;
static struct rec *del, *garage;

static int set_up(void **state)
{
    static struct world w;
    world_make(&w, "journal", place, "", rooms);
    struct call admin = call_as(&w.cx, w.nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    arkivar = call_as(&w.cx, w.nesodden, ROLE_ARKIVAR, "arkivar");
    maker = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "saksbehandler");
    del = make_arkivdel(&admin);
    assert_ok(try_make(&arkivar, del, PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Garasje på gnr 7 bnr 70\",\"administrativEnhet\":\"Plan og bygg\"}", &garage));
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    return world_end(*state);
}

/* A journalpost with a sender, journalført. */
static struct rec *journalfoert(struct rec *sak, const char *values, const char *sender)
{
    struct rec *post;
    enum rc rc = try_make(&arkivar, sak, PKG_SAKARKIV, "ny-journalpost", values, &post);
    if (rc != RC_OK)
        fail_msg("%s: %s", values, err_text(arkivar.cx));
    char *party = arena_printf(arkivar.cx->arena, "{\"navn\":\"%s\",\"korrespondanseparttype\":{\"kode\":\"EA\"}}", sender);
    struct rec *made;
    assert_ok(try_make(&arkivar, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartperson", party, &made));
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"J\"}}");
    return post;
}

static struct str id_of(const struct rec *r)
{
    return str_of(r->systemid);
}

static void publish(const struct rec *post, const char *tittel, const char *sakstittel)
{
    if (journal_publish(&arkivar, id_of(post), tittel, sakstittel) != RC_OK)
        fail_msg("%s", err_text(arkivar.cx));
}

static struct innfoersel *ask(struct journal_question q, int64_t want)
{
    struct innfoersel *list;
    size_t n;
    int64_t total;
    q.most = q.most ? q.most : 20;
    assert_ok(journal_search(arkivar.cx, arkivar.vault, &q, &list, &n, &total));
    if (total != want)
        fail_msg("\"%.*s\": %d, wanted %d", (int)q.words.n, q.words.p ? q.words.p : "", (int)total, (int)want);
    return list;
}

static void finds(const char *words, int64_t want)
{
    (void)ask((struct journal_question){.words = str_of(words)}, want);
}

static enum rc age(struct db *db, void *arg)
{
    return db_run(db, "UPDATE innfoersel SET publisert = publisert - ? WHERE id <= ?", "ii", YEAR, *(int64_t *)arg);
}

/* The same without marks: every entry beside its records. */
#define PLAIN(columns) \
    "SELECT " columns " FROM registrering r JOIN mappe m ON m.id = r.mappe_id LEFT JOIN innfoersel i" \
    " ON i.registrering = r.systemid WHERE "
#define PLAIN_QUEUE \
    "r.journalstatus IN ('J', 'F', 'E', 'A') AND r.journaldato_t IS NOT NULL" \
    " AND (i.id IS NULL OR (i.trukket = 0 AND " ENTRY_CHANGED "))"

static void plain(const char *sql, int64_t want)
{
    struct db *db;
    int64_t n = -1;
    assert_ok(store_read_begin(arkivar.cx, vault_space(arkivar.vault), &db));
    enum rc rc = db_int(db, &n, -1, sql, "");
    store_read_end(&db);
    assert_ok(rc);
    assert_int_equal(n, want);
}

static int64_t in_queue(void)
{
    char (*ids)[UUID_TEXT_MAX];
    size_t n;
    int64_t total, waits, changed;
    const struct picking p = {.family = F_registrering, .condition = journal_changed, .most = 100};
    assert_ok(journal_queue(&arkivar, 0, 100, &ids, &n, &total));
    assert_ok(journal_waits(&arkivar, &waits));
    assert_ok(archive_pick_count(&arkivar, &p, &changed));
    assert_int_equal(waits, total);
    assert_int_equal(n, total);
    plain(PLAIN("count(*)") PLAIN_QUEUE, total);
    plain(PLAIN("count(*)") "i.trukket = 0 AND " ENTRY_CHANGED, changed);
    for (size_t i = 0; i < n; i++)
        plain(arena_printf(arkivar.cx->arena, "%s%s AND r.systemid = '%s'", PLAIN("count(*)"), PLAIN_QUEUE, ids[i]), 1);
    return total;
}

/* ------------------------------------------------------------------ tests */

static void words_and_filters(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Søknad om garasje fra Kari Nordmann\",\"journalposttype\":"
                                            "{\"kode\":\"I\"}}", "Kari Nordmann");
    struct journal_preview p;
    assert_int_equal(in_queue(), 1);
    assert_ok(journal_preview(&arkivar, id_of(post), &p));
    assert_string_equal(p.entry.tittel, "Søknad om garasje fra [[Kari Nordmann]]");
    assert_string_equal(p.entry.eiendom, "7/70");
    assert_true(p.obstacle == OBSTACLE_NONE && !p.screened && !p.changed && p.entry.id == 0);
    finds("garasje", 0);
    publish(post, NULL, NULL);
    assert_int_equal(in_queue(), 0);
    assert_ok(journal_preview(&arkivar, id_of(post), &p));
    assert_true(p.entry.id > 0 && !p.changed);

    static const char *const found[] = {"garasje", "GARASJE", "søknad garasje", "\"søknad om garasje\"", "7/70", "Kari Nordmann",
                                        "gnr 7 bnr 70", "garasje -naust", "plan og bygg", "garasj*"};
    static const char *const not_found[] = {
        "naust", "\"garasje om søknad\"", "garasje -søknad", "-naust", "7/71", "garasje 2020/1"};
    for (size_t i = 0; i < COUNT_OF(found) - (place ? 1 : 0); i++)
        finds(found[i], 1);
    for (size_t i = 0; i < COUNT_OF(not_found); i++)
        finds(not_found[i], 0);
    finds(arena_printf(arkivar.cx->arena, "%" PRId64 "/%" PRId64, p.entry.saksaar, p.entry.saksnr), 1);

    int64_t day = time_of_day(time_day(p.entry.journaldato));
    struct innfoersel *e = ask((struct journal_question){.type = "I", .enhet = "Plan og bygg", .gnr = 7, .bnr = 70,
                                                         .from = day}, 1);
    assert_string_equal(e->parts[0].navn, "Kari Nordmann");
    assert_true(e->parts[0].person && e->parts_n == 1);
    (void)ask((struct journal_question){.type = "U"}, 0);
    (void)ask((struct journal_question){.enhet = "Skole"}, 0);
    (void)ask((struct journal_question){.until = day}, 0);
    (void)ask((struct journal_question){.saksaar = e->saksaar, .saksnr = e->saksnr}, 1);

    const char *const *units;
    size_t n;
    assert_ok(journal_units(arkivar.cx, arkivar.vault, &units, &n));
    assert_int_equal(n, 1);
    assert_string_equal(units[0], "Plan og bygg");
}

static void a_year_for_names(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Klage fra Petter Smart på støy\"}", "Petter Smart");
    struct innfoersel e;
    publish(post, NULL, NULL);
    finds("Petter", 1);
    assert_ok(journal_entry(arkivar.cx, arkivar.vault, id_of(post), &e));
    assert_true(journal_indexable(&e, arkivar.cx->now));
    assert_ok(store_write(arkivar.cx, vault_space(arkivar.vault), age, &e.id));
    finds("Petter", 0);
    finds("støy", 1);
    finds("støy -petter", 1);
    finds("støy petter", 0);
    assert_ok(journal_entry(arkivar.cx, arkivar.vault, id_of(post), &e));
    assert_string_equal(journal_title(arkivar.cx, e.tittel), "Klage fra Petter Smart på støy");
    assert_false(journal_indexable(&e, arkivar.cx->now));
    publish(post, NULL, NULL);
    finds("Petter", 0);
}

static void screened_afterwards(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Vedtak om flaggstang\"}", "Anne Berg");
    struct innfoersel e;
    publish(post, NULL, NULL);
    finds("flaggstang", 1);
    patch(&arkivar, &post, "{" SCREEN("{\"kode\":\"TRO\"}") "}");
    finds("flaggstang", 0);
    refused(&arkivar, journal_entry(arkivar.cx, arkivar.vault, id_of(post), &e), RC_NOT_FOUND);
    assert_int_equal(in_queue(), 1);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), NULL, NULL), RC_NOT_READY);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), "vedtak om Flaggstang!", NULL), RC_FIELD_VALUE);
    publish(post, "Vedtak om stang", NULL);
    finds("stang", 1);
    patch(&arkivar, &post, "{" SCREEN("{\"kode\":\"TRO\"},{\"kode\":\"NA\"}") "}");
    finds("stang", 0);
    publish(post, "Vedtak om stang", NULL);
    assert_ok(journal_entry(arkivar.cx, arkivar.vault, id_of(post), &e));
    assert_string_equal(e.parts[0].navn, "");
    assert_string_equal(e.hjemmel, "Offl. § 13");
    finds("Berg", 0);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), "Vedtak for Berg", NULL), RC_FIELD_VALUE);
    assert_int_equal(in_queue(), 0);
}

static enum rc forget_marks(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_script(db, "DROP INDEX registrering_endret; DROP INDEX mappe_endret; DROP INDEX registrering_upublisert;"
                      "DROP INDEX innfoersel_mappe; ALTER TABLE registrering DROP COLUMN innfoert;"
                      "ALTER TABLE registrering DROP COLUMN innfoert_vern; ALTER TABLE mappe DROP COLUMN innfoert_vern;"
                      "ALTER TABLE mappe DROP COLUMN innfoert_holdt;"));
    return queue_make_marks(db);
}

/* A saksmappe that is screened, of which one journalpost was so before; and one that changes when it was screened. */
static void cases_change(void **state)
{
    (void)state;
    struct rec *sak, *open, *own, *part;
    assert_ok(try_make(&arkivar, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Skjenking\"}", &sak));
    open = journalfoert(sak, "{\"tittel\":\"Melding\"}", "Siri Li");
    own = journalfoert(sak, "{\"tittel\":\"Svar\"," SCREEN("{\"kode\":\"NA\"}") "}", "Siri Li");
    int64_t before = in_queue();
    publish(open, NULL, NULL);
    publish(own, NULL, NULL);
    assert_int_equal(in_queue(), before - 2);
    patch(&arkivar, &sak, "{\"tittel\":\"Skjenking i parken\"}");
    assert_int_equal(in_queue(), before - 2);
    patch(&arkivar, &sak, "{" SCREEN("{\"kode\":\"TMO\"}") ",\"offentligTittel\":\"Skjenking\"}");
    assert_int_equal(in_queue(), before);
    publish(own, NULL, NULL);
    assert_int_equal(in_queue(), before - 1);
    publish(open, NULL, NULL);
    assert_int_equal(in_queue(), before - 2);
    patch(&arkivar, &sak, "{\"offentligTittel\":\"Skjenking ute\"}");
    assert_int_equal(in_queue(), before);
    publish(open, NULL, NULL);
    assert_int_equal(in_queue(), before - 1);
    assert_ok(store_write(arkivar.cx, vault_space(arkivar.vault), forget_marks, NULL));
    assert_int_equal(in_queue(), before - 1);
    publish(own, NULL, NULL);
    patch(&arkivar, &own, "{\"tittel\":\"Svaret\"}");
    assert_ok(store_write(arkivar.cx, vault_space(arkivar.vault), forget_marks, NULL));
    assert_int_equal(in_queue(), before - 1);
    publish(own, NULL, NULL);
    const char *const names[] = {"Parken"};
    assert_ok(journal_mark_names(&arkivar, sak->systemid, names, 1));
    assert_int_equal(in_queue(), before);
    int64_t version = sak->versjon;
    publish(own, NULL, NULL);
    publish(open, NULL, NULL);
    patch(&arkivar, &sak, "{\"beskrivelse\":\"Ute\"}");
    assert_int_equal(in_queue(), before);
    assert_ok(journal_unchanged(&arkivar, sak->systemid, version, sak->versjon));
    assert_int_equal(in_queue(), before - 2);
    assert_ok(try_make(&arkivar, sak, PKG_ARKIVSTRUKTUR, "ny-partperson", "{\"navn\":\"Siri Li\"}", &part));
    (void)in_queue();
}

static void screened_words(void **state)
{
    (void)state;
    struct rec *sak, *post;
    assert_ok(try_make(&arkivar, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Barnevern for Lillegutt\",\"offentligTittel\":"
                       "\"Barnevern\"," SCREEN("{\"kode\":\"TMO\"}") "}", &sak));
    post = journalfoert(sak, "{\"tittel\":\"Melding fra skolen om Lillegutt\",\"offentligTittel\":\"Melding\","
                             SCREEN("{\"kode\":\"TRO\"},{\"kode\":\"NA\"}") "}", "Skolefar Hansen");
    refused(&arkivar, journal_publish(&arkivar, id_of(post), "Melding om lillegutt", NULL), RC_FIELD_VALUE);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), NULL, "Barnevern, [[Lillegutt]]"), RC_FIELD_VALUE);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), "Hansen: Melding", NULL), RC_FIELD_VALUE);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), " [[ ]] ", NULL), RC_FIELD_MISSING);
    publish(post, NULL, NULL);
    static const char *const secrets[] = {"Lillegutt", "Hansen", "skolen", "Skolefar"};
    for (size_t i = 0; i < COUNT_OF(secrets); i++)
        finds(secrets[i], 0);
    struct innfoersel *e = ask((struct journal_question){.words = STR("melding barnevern")}, 1);
    assert_string_equal(e->tittel, "Melding");
    patch(&arkivar, &sak, "{\"offentligTittel\":\"Sak\"}");
    finds("melding", 0);
}

static void a_withheld_name_in_the_title(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Bekymring fra Nils Hemmelig\"," SCREEN("{\"kode\":\"NA\"}") "}",
                                    "Nils Hemmelig");
    struct journal_preview p;
    assert_ok(journal_preview(&arkivar, id_of(post), &p));
    assert_string_equal(p.entry.tittel, "Bekymring fra " PUBLIC_MASK);
    publish(post, NULL, NULL);
    finds("bekymring", 1);
    finds("hemmelig", 0);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), "Bekymring fra Nils", NULL), RC_FIELD_VALUE);
}

static void refused_ones(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Attest for 010203 00163\"}", "Siri Li"), *draft;
    struct journal_preview p;
    assert_ok(journal_preview(&arkivar, id_of(post), &p));
    assert_int_equal(p.obstacle, OBSTACLE_NATIONAL_ID);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), NULL, NULL), RC_NOT_READY);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), "For 01020300163", NULL), RC_NOT_READY);
    publish(post, "Attest", NULL);
    finds("01020300163", 0);
    assert_ok(try_make(&arkivar, garage, PKG_SAKARKIV, "ny-journalpost", "{\"tittel\":\"Utkast\"}", &draft));
    assert_ok(journal_preview(&arkivar, id_of(draft), &p));
    assert_int_equal(p.obstacle, OBSTACLE_STATUS);
    refused(&arkivar, journal_publish(&arkivar, id_of(draft), NULL, NULL), RC_NOT_READY);
    refused(&maker, journal_publish(&maker, id_of(post), NULL, NULL), RC_FORBIDDEN);
    refused(&maker, journal_withdraw(&maker, id_of(post)), RC_FORBIDDEN);
    refused(&arkivar, journal_publish(&arkivar, id_of(garage), NULL, NULL), RC_NOT_FOUND);
}

static void withdrawn_and_lapsed(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Veranda i tre\"}", "Siri Li");
    publish(post, NULL, NULL);
    int64_t id = ask((struct journal_question){.words = STR("veranda")}, 1)->id;
    assert_ok(journal_withdraw(&arkivar, id_of(post)));
    finds("veranda", 0);
    assert_int_equal(in_queue(), 1);
    publish(post, "Veranda i stein", NULL);
    finds("tre", 0);
    assert_int_equal(ask((struct journal_question){.words = STR("stein")}, 1)->id, id);
    patch(&arkivar, &post, "{\"tittel\":\"Veranda i betong\"}");
    finds("stein", 1);
    assert_int_equal(in_queue(), 2);
    publish(post, NULL, NULL);
    finds("betong", 1);
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"U\"}}");
    finds("betong", 0);
    assert_int_equal(in_queue(), 1);
    refused(&arkivar, journal_publish(&arkivar, id_of(post), NULL, NULL), RC_NOT_READY);
    assert_ok(store_write(arkivar.cx, vault_space(arkivar.vault), age, &id));
}

static void pages(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        publish(journalfoert(garage, arena_printf(arkivar.cx->arena, "{\"tittel\":\"Brygge nummer%d\"}", i), "Siri Li"),
                NULL, NULL);
    struct innfoersel *list = ask((struct journal_question){.words = STR("brygge"), .most = 2, .skip = 2}, 5);
    assert_string_equal(list[0].tittel, "Brygge nummer2");
    assert_string_equal(list[1].tittel, "Brygge nummer1");
}

/* What is finished in the archive can still be published and taken off. */
static void archived(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Ferdigattest for naust\"}", "Siri Li");
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"A\"}}");
    publish(post, NULL, NULL);
    finds("ferdigattest", 1);
    assert_ok(journal_withdraw(&arkivar, id_of(post)));
    finds("ferdigattest", 0);
}

static void properties(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"Garasje 7/70", "7/70"}, {"gnr. 12, bnr. 345 Ski", "12/345"}, {"GNR 1 BNR 2", "1/2"},
        {"27/11/2026", ""}, {"sak 2026/12", ""}, {"e 12-34", ""}, {"", ""}, {"7/70-2", ""}, {"gnr 7", ""}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(property_in(arkivar.cx, cases[i][0]), cases[i][1]);
}

static struct rec *attached(struct rec *post, const char *title, const char *content, const char *more)
{
    struct rec *doc, *made;
    struct taken *file;
    char *values = arena_printf(arkivar.cx->arena, "{\"tittel\":\"%s\"%s}", title, more);
    assert_ok(try_make(&arkivar, post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", values, &doc));
    assert_ok(archive_take_bytes(&arkivar, str_of(content), "text/plain", "Navn Navnesen.txt", &file));
    assert_ok(archive_give(&arkivar, F_dokumentbeskrivelse, id_of(doc), file, &made));
    return doc;
}

static size_t documents_of(const struct rec *post, struct innfoersel_dokument **ret)
{
    struct innfoersel e;
    size_t n;
    assert_ok(journal_entry(arkivar.cx, arkivar.vault, id_of(post), &e));
    assert_ok(journal_documents(arkivar.cx, arkivar.vault, &e, ret, &n));
    return n;
}

static void documents(void **state)
{
    (void)state;
    struct rec *post = journalfoert(garage, "{\"tittel\":\"Tegninger\"}", "Siri Li");
    struct rec *open = attached(post, "Fasade", "Fasade mot nord.\n", ""), *id = attached(post, "Attest", "For 01020300163.\n", "");
    struct rec *secret = attached(post, "Helse", "Sykdom.\n", "," SCREEN("{\"kode\":\"TD\"}"));
    const char *chosen[] = {open->systemid, id->systemid, secret->systemid, garage->systemid};
    struct innfoersel_dokument *list;
    struct document d;
    refused(&arkivar, journal_release(&arkivar, id_of(post), chosen, 1), RC_NOT_READY);
    publish(post, NULL, NULL);
    assert_int_equal(documents_of(post, &list), 0);
    refused(&maker, journal_release(&maker, id_of(post), chosen, 1), RC_FORBIDDEN);
    for (size_t i = 1; i < COUNT_OF(chosen); i++)
        refused(&arkivar, journal_release(&arkivar, id_of(post), chosen + i, 1), RC_FIELD_VALUE);
    assert_ok(journal_release(&arkivar, id_of(post), chosen, 1));
    assert_int_equal(documents_of(post, &list), 3);
    assert_true(list[0].released && !list[1].released && !list[1].withheld && list[2].withheld);
    assert_string_equal(list[0].tittel, "Fasade");
    assert_string_equal(list[1].tittel, "");
    assert_string_equal(list[2].hjemmel, "Offl. § 13");
    assert_ok(journal_document(arkivar.cx, arkivar.vault, id_of(post), 1, &d));
    assert_string_equal(d.name, "dokument-1.txt");
    assert_int_equal(close(d.fd), 0);
    for (int64_t nr = 2; nr < 5; nr++)
        refused(&arkivar, journal_document(arkivar.cx, arkivar.vault, id_of(post), nr, &d), RC_NOT_FOUND);
    patch(&arkivar, &open, "{" SCREEN("{\"kode\":\"TD\"}") "}");
    refused(&arkivar, journal_document(arkivar.cx, arkivar.vault, id_of(post), 1, &d), RC_NOT_FOUND);
    assert_int_equal(documents_of(post, &list), 3);
    assert_true(!list[0].released && list[0].withheld);
    assert_string_equal(list[0].tittel, "");
    assert_ok(journal_withdraw(&arkivar, id_of(post)));
    refused(&arkivar, journal_document(arkivar.cx, arkivar.vault, id_of(post), 1, &d), RC_NOT_FOUND);
}

static int run(const char *where, const char *name)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_filters), cmocka_unit_test(a_year_for_names), cmocka_unit_test(screened_afterwards),
        cmocka_unit_test(screened_words), cmocka_unit_test(cases_change), cmocka_unit_test(a_withheld_name_in_the_title),
        cmocka_unit_test(refused_ones),
        cmocka_unit_test(withdrawn_and_lapsed), cmocka_unit_test(pages), cmocka_unit_test(archived),
        cmocka_unit_test(properties), cmocka_unit_test(documents),
    };
    place = where;
    return cmocka_run_group_tests_name(name, tests, set_up, tear_down);
}

int main(void)
{
    return world_each_database(run);
}
