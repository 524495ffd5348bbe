/*
 * OData from text to rows, in a real database: every kind of expression the standard and the tester
 * use, on SQLite and, when SAMDRIFT_TEST_PG names one, on PostgreSQL. The gate is replaced by one
 * that hides rows of access class 9.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"

#include "archive/archive_int.h"
#include "tg/odata.h"

#define HIDDEN 9

void gate_where(const struct gate *g, struct sql *q, enum family_id f, enum deed deed, const char *alias)
{
    (void)g;
    (void)f;
    (void)deed;
    sql_add(q, " AND %s.vern <> %d", alias, HIDDEN);
}

struct world {
    struct cx cx;
    struct store *store;
    struct space *space;
    char dir[64];
    const char *location;
    int64_t arkivdel, klasse, sak, mappe, hemmelig, post, dokument;
};

struct adding {
    struct world *w;
    struct db *db;
};

static int64_t add_row(struct adding *a, enum entity_id e, const char *json, enum relation_id up, int64_t parent,
                       int64_t vern)
{
    struct cx *cx = db_cx(a->db);
    json_t *j;
    struct rec *r;
    assert_ok(json_read(cx, str_of(json), &j));
    if (rec_from_json(cx, model_entity(e), j, true, &r) != RC_OK)
        fail_msg("%s: %s", json, err_text(cx));
    uuid_new(r->systemid);
    r->versjon = 1;
    r->vern = vern;
    if (up != REL_COUNT)
        *rec_one(r, up) = parent;
    if (rec_insert(a->db, r) != RC_OK)
        fail_msg("%s: %s, %s", json, err_text(cx), cx->err.secret ? cx->err.secret : "");
    if (search_put(a->db, r) != RC_OK)
        fail_msg("%s: %s, %s", json, err_text(cx), cx->err.secret ? cx->err.secret : "");
    return r->id;
}

static void add_structure(struct adding *a)
{
    struct world *w = a->w;
    int64_t arkiv = add_row(a, E_arkiv, "{\"tittel\":\"Arkivet\"}", REL_COUNT, 0, 0);
    w->arkivdel = add_row(a, E_arkivdel, "{\"tittel\":\"Delen\"}", REL_arkiv_arkivdel, arkiv, 0);
    int64_t system = add_row(a, E_klassifikasjonssystem, "{\"tittel\":\"Gårder\","
                             "\"klassifikasjonstype\":{\"kode\":\"GBNR\",\"kodenavn\":\"x\"}}", REL_COUNT, 0, 0);
    w->klasse = add_row(a, E_klasse, "{\"tittel\":\"Gnr 12\",\"klasseID\":\"12/2\"}",
                        REL_klassifikasjonssystem_klasse, system, 0);
}

static void add_cases(struct adding *a)
{
    struct world *w = a->w;
    w->sak = add_row(a, E_saksmappe,
        "{\"tittel\":\"Byggesak file Ærlig\",\"mappeID\":\"2021/7\",\"saksaar\":2021,\"sakssekvensnummer\":7,"
        "\"dokumentmedium\":{\"kode\":\"E\",\"kodenavn\":\"Elektronisk arkiv\"},"
        "\"saksdato\":\"2021-06-15T23:30:00Z\",\"opprettetDato\":\"2020-12-31T23:30:00Z\","
        "\"noekkelord\":[\"interesting\",\"bygg\"],"
        "\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\",\"kodenavn\":\"Personalsaker\"},"
        "\"skjermingshjemmel\":\"Offl\",\"skjermingMetadata\":[{\"kode\":\"NA\",\"kodenavn\":\"x\"}]},"
        "\"virksomhetsspesifikkeMetadata\":{\"ppt-v1:skoleaar\":\"2021\",\"ppt-v1:antall\":5,"
        "\"ppt-v1:ferdig\":true,\"ppt-v1:frist\":\"2025-05-01T00:00:00+02:00\"}}",
        REL_klasse_mappe, w->klasse, 0);
    w->mappe = add_row(a, E_mappe,
        "{\"tittel\":\"100% O'Hara_x\",\"mappeID\":\"2022/M1\",\"opprettetDato\":\"2022-03-01T12:00:00+01:00\","
        "\"dokumentmedium\":{\"kode\":\"F\",\"kodenavn\":\"Fysisk\"},\"beskrivelse\":\"Snøfall i Ålesund\"}",
        REL_arkivdel_mappe, w->arkivdel, 0);
    w->hemmelig = add_row(a, E_mappe, "{\"tittel\":\"Hemmelig file\",\"mappeID\":\"2022/M2\"}",
                          REL_arkivdel_mappe, w->arkivdel, HIDDEN);
    (void)add_row(a, E_partperson, "{\"navn\":\"Eksempel Person\",\"partRolle\":{\"kode\":\"ADV\","
                  "\"kodenavn\":\"Advokat\"},\"personidentifikator\":[{\"foedselsnummer\":\"01010101011\"},"
                  "{\"dNummer\":\"41010101011\"}]}",
                  REL_mappe_part, w->sak, 0);
    (void)add_row(a, E_partenhet, "{\"navn\":\"Bedrift AS\",\"partRolle\":{\"kode\":\"KLI\",\"kodenavn\":\"Klient\"},"
                  "\"enhetsidentifikator\":{\"organisasjonsnummer\":\"02020202022\"}}",
                  REL_mappe_part, w->sak, 0);
    (void)add_row(a, E_partperson, "{\"navn\":\"Skjult Hansen\",\"partRolle\":{\"kode\":\"PAA\","
                  "\"kodenavn\":\"Pårørende\"}}", REL_mappe_part, w->mappe, HIDDEN);
    (void)add_row(a, E_merknad, "{\"merknadstekst\":\"Merk dette\",\"merknadstype\":{\"kode\":\"B\","
                  "\"kodenavn\":\"x\"}}", REL_mappe_merknad, w->sak, 0);
    (void)add_row(a, E_bygning, "{\"bygningsnummer\":123}", REL_mappe_nasjonalidentifikator, w->sak, 0);
    (void)add_row(a, E_foedselsnummer, "{\"foedselsnummer\":\"03030303033\"}",
                  REL_mappe_nasjonalidentifikator, w->sak, 0);
    (void)add_row(a, E_posisjon, "{\"koordinatsystem\":{\"kode\":\"EPSG:4326\",\"kodenavn\":\"x\"},"
                  "\"x\":1.5,\"y\":-2.5}", REL_mappe_nasjonalidentifikator, w->sak, 0);
}

static void add_documents(struct adding *a)
{
    struct world *w = a->w;
    w->post = add_row(a, E_journalpost, "{\"tittel\":\"Søknad test\",\"journalposttype\":{\"kode\":\"I\","
                      "\"kodenavn\":\"x\"}}", REL_mappe_registrering, w->sak, 0);
    (void)add_row(a, E_registrering, "{\"tittel\":\"Notat\"}", REL_mappe_registrering, w->sak, HIDDEN);
    (void)add_row(a, E_registrering, "{\"tittel\":\"Annet\"}", REL_mappe_registrering, w->mappe, 0);
    (void)add_row(a, E_moeteregistrering, "{\"tittel\":\"Møtesak\",\"referanseTilMoeteregistrering\":[\"a\"],"
                  "\"referanseFraMoeteregistrering\":[\"b\"]}", REL_COUNT, 0, 0);
    (void)add_row(a, E_korrespondansepartperson, "{\"navn\":\"Kari Nordmann\"}",
                  REL_registrering_korrespondansepart, w->post, 0);
    w->dokument = add_row(a, E_dokumentbeskrivelse, "{\"tittel\":\"Brevet\",\"dokumentstatus\":{\"kode\":\"B\","
                          "\"kodenavn\":\"x\"},\"opprettetAv\":\"admin@example.com\","
                          "\"forfatter\":[\"Henrik Ibsen\"]}", REL_COUNT, 0, 0);
    assert_ok(db_run(a->db, "INSERT INTO registrering_dokumentbeskrivelse(a_id, b_id) VALUES (?, ?)", "ii",
                     w->post, w->dokument));
    int64_t o = add_row(a, E_dokumentobjekt, "{\"sjekksumAlgoritme\":\"SHA-256\",\"filnavn\":\"a.pdf\","
                        "\"format\":{\"kode\":\"fmt/95\",\"kodenavn\":\"x\"},\"versjonsnummer\":0}",
                        REL_dokumentbeskrivelse_dokumentobjekt, w->dokument, 0);
    assert_ok(search_put_words(a->db, F_dokumentobjekt, o, STR("Reguleringsplanene ble vedtatt i går")));
}

static enum rc fill(struct db *db, void *arg)
{
    struct adding a = {arg, db};
    add_structure(&a);
    add_cases(&a);
    add_documents(&a);
    return RC_OK;
}

static enum rc prepare(struct db *db, void *arg)
{
    (void)arg;
    TRY(model_prepare(db));
    return search_prepare(db);
}

static int begin_at(void **state, const char *location)
{
    static struct world w;
    w = (struct world){.location = location};
    cx_open(&w.cx, (size_t)MiB(64));
    w.cx.lang = LANG_EN;
    if (model_init(&w.cx) != RC_OK)
        return -1;
    if (!location) {
        (void)snprintf(w.dir, sizeof(w.dir), "/tmp/odata-run-XXXXXX");
        w.location = mkdtemp(w.dir);
    }
    if (!w.location || store_open(&w.cx, w.location, &w.store) != RC_OK)
        return -1;
    if (location && store_space_drop(&w.cx, w.store, "odatatest") != RC_OK)
        err_clear(&w.cx);
    if (store_space(&w.cx, w.store, "odatatest", true, prepare, NULL, &w.space) != RC_OK ||
        store_write(&w.cx, w.space, fill, &w) != RC_OK) {
        print_error("%s %s\n", err_text(&w.cx), w.cx.err.secret ? w.cx.err.secret : "");
        return -1;
    }
    *state = &w;
    return 0;
}

static int begin_sqlite(void **state)
{
    return begin_at(state, NULL);
}

static int begin_postgres(void **state)
{
    return begin_at(state, test_place("SAMDRIFT_TEST_PG"));
}

static int end(void **state)
{
    struct world *w = *state;
    err_clear(&w->cx);
    enum rc rc = store_space_drop(&w->cx, w->store, "odatatest");
    store_close(&w->store);
    if (w->dir[0]) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/kommune", w->dir);
        (void)rmdir(path);
        (void)rmdir(w->dir);
    }
    cx_close(&w->cx);
    return rc == RC_OK ? 0 : -1;
}

static void run_query(struct world *w, const struct query *q, struct result *ret, const char *what)
{
    struct db *db;
    struct call c = {.cx = &w->cx};
    assert_ok(store_read_begin(&w->cx, w->space, &db));
    enum rc rc = query_run(&c, db, NULL, q, ret);
    if (rc != RC_OK)
        fail_msg("%s: %s %s", what, err_text(&w->cx), w->cx.err.secret ? w->cx.err.secret : "");
    store_read_end(&db);
}

static void run(struct world *w, enum entity_id e, const char *option, const char *text, struct result *ret)
{
    struct buf raw;
    struct query q;
    buf_init(&raw, 65536);
    buf_puts(&raw, option);
    url_encode(&raw, str_of(text));
    if (odata_read(&w->cx, model_entity(e), NULL, buf_str(&raw), NULL, &q) != RC_OK)
        fail_msg("%s: %s", text, err_text(&w->cx));
    buf_free(&raw);
    run_query(w, &q, ret, text);
}

/* How many are found; rows of class 9 never are. */
static const struct { enum entity_id e; int64_t want; const char *filter; } filters[] = {
    {E_mappe, 2, "tittel ne null"},
    {E_saksmappe, 1, "tittel ne null"},
    {E_mappe, 1, "contains(tittel, 'file') AND dokumentmedium/kode eq 'E' and saksaar ne null"},
    {E_mappe, 1, "dokumentmedium/kodenavn eq 'Fysisk'"},
    {E_mappe, 1, "dokumentmedium eq 'F'"},
    {E_mappe, 1, "contains(part/navn, 'Eksempel')"},
    {E_mappe, 0, "contains(part/navn, 'Hansen')"},
    {E_mappe, 1, "part/partRolle/kode eq 'ADV'"},
    {E_mappe, 1, "part ne null"},
    {E_mappe, 1, "part eq null"},
    {E_mappe, 1, "part/$count eq 2"},
    {E_mappe, 1, "nasjonalidentifikator/foedselsnummer eq '03030303033'"},
    {E_mappe, 1, "nasjonalidentifikator/foedselsnummer ne null"},
    {E_mappe, 1, "nasjonalidentifikator/foedselsnummer eq null"},
    {E_mappe, 0, "nasjonalidentifikator/organisasjonsnummer eq 123"},
    {E_mappe, 1, "nasjonalidentifikator/koordinatsystem/kode eq 'EPSG:4326'"},
    {E_mappe, 1, "nasjonalidentifikator/x gt 1.0'"},
    {E_mappe, 0, "nasjonalidentifikator/x gt 2"},
    {E_mappe, 1, "nasjonalidentifikator/y lt -2.1"},
    {E_mappe, 0, "enhetsidentifikator/organisasjonsnummer eq '02020202022'"},
    {E_mappe, 1, "personidentifikator/foedselsnummer eq '03030303033'"},
    {E_mappe, 1, "nasjonalidentifikator/any(n: n/Default.BygningType/byggidentifikator eq 123)"},
    {E_mappe, 1, "noekkelord/noekkelord eq 'interesting'"},
    {E_mappe, 1, "noekkelord/noekkelord ne null"},
    {E_mappe, 1, "noekkelord/any(n: n eq 'bygg')"},
    {E_mappe, 2, "noekkelord/all(n: length(n) gt 3)"},
    {E_mappe, 1, "noekkelord/all(n: n eq 'bygg')"},
    {E_mappe, 1, "ppt-v1:skoleaar eq '2021'"},
    {E_mappe, 1, "ppt-v1:skoleaar ne null"},
    {E_mappe, 1, "contains(ppt-v1:skoleaar, '02')"},
    {E_mappe, 1, "ppt-v1:antall gt 4"},
    {E_mappe, 1, "ppt-v1:antall in (4, 5)"},
    {E_mappe, 1, "ppt-v1:ferdig eq true"},
    {E_mappe, 1, "ppt-v1:frist lt 2025-06-01 and ppt-v1:frist eq 2025-05-01"},
    {E_mappe, 0, "ppt-v1:ukjent eq 'one for the team'"},
    {E_mappe, 1, "merknad/any(m: m/merknadstype/kode eq 'B')"},
    {E_mappe, 1, "part/any(s: s/Default.PartPersonType/foedselsnummer eq '01010101011')"},
    {E_mappe, 1, "part/any(s: s/Default.PartEnhetType/organisasjonsnummer eq '02020202022')"},
    {E_mappe, 1, "part/any(s: s/Default.PartPersonType/personidentifikator/dNummer eq '41010101011')"},
    {E_mappe, 0, "part/any(s: s/Default.PartPersonType/foedselsnummer eq '41010101011')"},
    {E_mappe, 1, "part/Default.PartPersonType/personidentifikator ne null"},
    {E_moeteregistrering, 1, "referanseTilMoeteregistrering eq 'a' and referanseFraMoeteregistrering eq 'b'"},
    {E_moeteregistrering, 0, "referanseTilMoeteregistrering eq 'b'"},
    {E_mappe, 0, "part/any(s: s/Default.PartPersonType/navn eq 'Bedrift AS')"},
    {E_mappe, 1, "part/any(s: s/navn eq 'Bedrift AS' and s/partRolle/kode eq 'KLI')"},
    {E_mappe, 0, "part/any(s: s/navn eq 'Bedrift AS' and s/partRolle/kode eq 'ADV')"},
    {E_mappe, 1, "part/any() and merknad/any()"},
    {E_mappe, 1, "klasse/klasseID eq '12/2' and klasse/klassifikasjonssystem/klassifikasjonstype/kode eq 'GBNR'"},
    {E_mappe, 1, "klasse eq null"},
    {E_mappe, 1, "klasse/klasseID eq null"},
    {E_mappe, 1, "Default.SaksmappeType/saksaar eq 2021"},
    {E_mappe, 1, "Default.SaksmappeType/saksaar eq null"},
    {E_mappe, 1, "saksaar ne 2021"},
    {E_mappe, 1, "not (saksaar eq 2021)"},
    {E_mappe, 1, "saksaar in (2020, 2021)"},
    {E_mappe, 1, "year(opprettetDato) eq 2021"},
    {E_mappe, 1, "year(opprettetDato) gt 2021"},
    {E_mappe, 1, "month(opprettetDato) eq 1 and day(opprettetDato) eq 1 and hour(opprettetDato) eq 0"},
    {E_mappe, 1, "minute(opprettetDato) eq 30 and second(opprettetDato) eq 0"},
    {E_mappe, 1, "opprettetDato eq 2021-01-01"},
    {E_mappe, 1, "opprettetDato gt 2021-01-01"},
    {E_mappe, 2, "opprettetDato ge 2021-01-01"},
    {E_mappe, 0, "opprettetDato lt 2021-01-01"},
    {E_mappe, 1, "opprettetDato le 2021-01-01 and 2021-01-01 ge opprettetDato"},
    {E_mappe, 1, "opprettetDato ne 2021-01-01"},
    {E_mappe, 1, "opprettetDato eq 2020-12-31T23:30:00Z"},
    {E_mappe, 1, "date(opprettetDato) eq 2021-01-01"},
    {E_mappe, 0, "date(opprettetDato) eq date(saksdato)"},
    {E_mappe, 2, "opprettetDato lt now() and not (date(opprettetDato) eq date(now()))"},
    {E_mappe, 1, "startswith(tittel, 'Bygge') and endswith(tittel, 'lig')"},
    {E_mappe, 0, "startswith(tittel, 'bygge')"},
    {E_mappe, 1, "contains(tittel, '%') and contains(tittel, 'O''Hara_')"},
    {E_mappe, 0, "contains(tittel, 'O%a')"},
    {E_mappe, 1, "startswith(tolower(tittel), 'byggesak') and endswith(tolower(tittel), 'ærlig')"},
    {E_mappe, 1, "endswith(toupper(tittel), 'ÆRLIG')"},
    {E_mappe, 1, "length(tittel) eq 19 and indexof(tittel, 'file') eq 9"},
    {E_mappe, 1, "substring(tittel, 14) eq 'Ærlig' and substring(tittel, 9, 4) eq 'file'"},
    {E_mappe, 1, "concat(concat(mappeID, ' '), trim('  x ')) eq '2021/7 x'"},
    {E_mappe, 1, "startswith(tittel, 'Bygge') eq false"},
    {E_mappe, 2, "tittel in ('Byggesak file Ærlig', '100% O''Hara_x')"},
    {E_mappe, 1, "skjerming ne null"},
    {E_mappe, 1, "skjerming eq null"},
    {E_mappe, 1, "skjerming/tilgangsrestriksjon/kode eq 'P' and skjerming/skjermingMetadata/kode eq 'NA'"},
    {E_mappe, 1, "registrering/any(r: r/dokumentbeskrivelse/any(d: d/tittel eq 'Brevet'))"},
    {E_mappe, 0, "registrering/any(r: r/tittel eq 'Notat')"},
    {E_mappe, 1, "registrering/dokumentbeskrivelse/dokumentobjekt/format/kode eq 'fmt/95'"},
    {E_mappe, 1, "registrering/any(r: r/tittel eq 'Annet') and not registrering/any(r: r/tittel eq tittel)"},
    {E_posisjon, 1, "round(x) eq 2 and floor(x) eq 1 and ceiling(y) eq -2"},
    {E_registrering, 1, "contains(tittel, 'test')"},
    {E_registrering, 1, "korrespondansepart/any(k: k/Default.KorrespondansepartPersonType/navn eq 'Kari Nordmann')"},
    {E_registrering, 1, "dokumentbeskrivelse/dokumentobjekt/format/kode eq 'fmt/95'"},
    {E_registrering, 1, "mappe/saksaar eq 2021"},
    {E_dokumentbeskrivelse, 1, "opprettetAv eq 'admin@example.com'"},
    {E_dokumentbeskrivelse, 1, "dokumentstatus/kode EQ 'B'"},
    {E_dokumentbeskrivelse, 1, "forfatter/forfatter eq 'Henrik Ibsen'"},
    {E_dokumentbeskrivelse, 1, "registrering/mappe/saksaar eq 2021"},
    {E_dokumentobjekt, 1, "sjekksumAlgoritme eq \"SHA-256\""},
    {E_noekkelord, 1, "noekkelord eq 'bygg'"},
};

static void test_filters(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        struct result r;
        run(w, filters[i].e, "$filter=", filters[i].filter, &r);
        if (r.count != filters[i].want || (int64_t)r.n != filters[i].want)
            fail_msg("%s: %" PRId64 " (%zu rows), wanted %" PRId64, filters[i].filter, r.count, r.n,
                     filters[i].want);
    }
}

static void test_systemid(void **state)
{
    struct world *w = *state;
    struct result r;
    run(w, E_mappe, "$filter=", "saksaar eq 2021", &r);
    char text[64] = "systemID eq ";
    size_t n = strlen(text);
    for (size_t i = 0; r.recs[0]->systemid[i]; i++) {
        char c = r.recs[0]->systemid[i];
        text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    text[n] = '\0';
    run(w, E_mappe, "$filter=", text, &r);
    assert_int_equal(r.n, 1);
}

static void test_search(void **state)
{
    static const struct { enum entity_id e; int64_t want; const char *text; } cases[] = {
        {E_mappe, 1, "byggesak"}, {E_mappe, 1, "'byggesaken'"}, {E_mappe, 1, "ærlig file"}, {E_mappe, 0, "file sol"},
        {E_mappe, 1, "\"byggesak file\""}, {E_mappe, 0, "\"file byggesak\""}, {E_mappe, 1, "bygg*"},
        {E_mappe, 1, "ålesund"}, {E_mappe, 1, "SNØFALL"}, {E_mappe, 1, "interesting"},
        {E_mappe, 1, "eksempel"}, {E_mappe, 0, "hansen"}, {E_mappe, 0, "hemmelig"}, {E_mappe, 1, "merk"},
        {E_registrering, 1, "nordmann"}, {E_registrering, 1, "reguleringsplan"}, {E_registrering, 0, "notat"},
        {E_dokumentbeskrivelse, 1, "vedtatt"}, {E_dokumentbeskrivelse, 1, "ibsen"},
        {E_dokumentobjekt, 1, "reguleringsplanen"}, {E_mappe, 0, "-"}, {E_mappe, 0, "\""},
        {E_mappe, 0, "x NEAR( AND OR ^ : * ()"}, {E_mappe, 0, "'a' & | ! \\ <->"}, {E_mappe, 1, "o'*"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct result r;
        run(w, cases[i].e, "$search=", cases[i].text, &r);
        if (r.count != cases[i].want)
            fail_msg("%s: %" PRId64 ", wanted %" PRId64, cases[i].text, r.count, cases[i].want);
    }
}

static void test_order(void **state)
{
    struct world *w = *state;
    struct result r;
    run(w, E_mappe, "$orderby=", "tittel", &r);
    assert_int_equal(r.recs[0]->id, w->mappe);
    run(w, E_mappe, "$orderby=", "tittel desc", &r);
    assert_int_equal(r.recs[0]->id, w->sak);
    run(w, E_mappe, "$orderby=", "saksaar", &r);
    assert_int_equal(r.recs[0]->id, w->mappe);
    run(w, E_mappe, "$orderby=", "saksaar desc,tittel", &r);
    assert_int_equal(r.recs[0]->id, w->sak);
    run(w, E_mappe, "$orderby=", "klasse/klasseID desc, part/navn, Default.SaksmappeType/saksaar", &r);
    assert_int_equal(r.recs[0]->id, w->sak);
    run(w, E_mappe, "$orderby=", "opprettetDato desc", &r);
    assert_int_equal(r.recs[0]->id, w->mappe);
}

static void test_pages(void **state)
{
    struct world *w = *state;
    struct query q;
    struct result r;
    assert_ok(odata_read(&w->cx, model_entity(E_mappe), NULL, STR("$top=1&$skip=1&$orderby=versjonsnummer"),
                         NULL, &q) == RC_ODATA ? RC_OK : RC_INTERNAL);
    err_clear(&w->cx);
    int64_t seen = 0;
    for (int64_t skip = 0; skip < 3; skip++) {
        assert_ok(odata_read(&w->cx, model_entity(E_mappe), NULL, STR("$top=1"), NULL, &q));
        q.skip = skip;
        run_query(w, &q, &r, "page");
        assert_int_equal(r.count, 2);
        assert_int_equal(r.n, skip < 2 ? 1 : 0);
        seen += r.n ? r.recs[0]->id : 0;
    }
    assert_int_equal(seen, w->sak + w->mappe);
    q.skip = q.top = 0;
    run_query(w, &q, &r, "count only");
    assert_int_equal(r.count, 2);
    assert_int_equal(r.n, 0);
}

static const struct expanded *expanded(const struct result *r, size_t i, size_t k, size_t want)
{
    assert_non_null(r->expanded);
    const struct expanded *x = &r->expanded[i][k];
    assert_non_null(x->result);
    assert_int_equal(x->result->n, want);
    return x;
}

static void test_expand(void **state)
{
    struct world *w = *state;
    struct result r;
    run(w, E_mappe, "$expand=", "part,registrering($expand=dokumentbeskrivelse($expand=dokumentobjekt),"
                                "korrespondansepart),klasse,noekkelord", &r);
    assert_int_equal(r.n, 2);
    size_t sak = r.recs[0]->id == w->sak ? 0 : 1;
    const struct expanded *x = expanded(&r, sak, 0, 2);
    assert_int_equal(x->result->count, 2);
    (void)expanded(&r, 1 - sak, 0, 0);
    x = expanded(&r, sak, 1, 1);
    assert_int_equal(x->result->recs[0]->id, w->post);
    const struct expanded *d = expanded(x->result, 0, 0, 1);
    assert_int_equal(d->result->recs[0]->id, w->dokument);
    (void)expanded(d->result, 0, 0, 1);
    (void)expanded(x->result, 0, 1, 1);
    (void)expanded(&r, sak, 2, 1);
    (void)expanded(&r, 1 - sak, 2, 0);
    (void)expanded(&r, sak, 3, 2);
    (void)expanded(&r, 1 - sak, 1, 1);
}

static void from(struct world *w, enum entity_id e, enum relation_id rel, bool from_b, enum entity_id target,
                 int64_t id, int64_t want)
{
    struct link l = {.on = e, .kind = LINK_LIST, .target = target, .relation = rel, .from_b = from_b};
    struct query q = {.entity = model_entity(target), .link = &l, .list = CL_NONE, .top = 10};
    struct result r;
    struct rec *rec;
    struct db *db;
    assert_ok(store_read_begin(&w->cx, w->space, &db));
    assert_ok(rec_load(db, model_family(model_entity(e)->family), id, &rec));
    store_read_end(&db);
    q.from = rec;
    run_query(w, &q, &r, "from");
    if (r.count != want)
        fail_msg("from %s over %d: %" PRId64 ", wanted %" PRId64, model_entity(e)->name, (int)rel, r.count, want);
}

static void test_from(void **state)
{
    struct world *w = *state;
    from(w, E_arkivdel, REL_arkivdel_mappe, false, E_mappe, w->arkivdel, 1);
    from(w, E_klasse, REL_klasse_mappe, false, E_mappe, w->klasse, 1);
    from(w, E_mappe, REL_klasse_mappe, true, E_klasse, w->sak, 1);
    from(w, E_mappe, REL_klasse_mappe, true, E_klasse, w->mappe, 0);
    from(w, E_mappe, REL_mappe_nasjonalidentifikator, false, E_bygning, w->sak, 1);
    from(w, E_mappe, REL_mappe_nasjonalidentifikator, false, E_nasjonalidentifikator, w->sak, 3);
    from(w, E_registrering, REL_registrering_dokumentbeskrivelse, false, E_dokumentbeskrivelse, w->post, 1);
    from(w, E_dokumentbeskrivelse, REL_registrering_dokumentbeskrivelse, true, E_registrering, w->dokument, 1);
    from(w, E_mappe, REL_mappe_noekkelord, false, E_noekkelord, w->sak, 2);
}

static void test_codes(void **state)
{
    struct world *w = *state;
    struct query q = {.entity = model_entity(E_kode), .list = CL_saksstatus, .top = 1000};
    struct result r;
    run_query(w, &q, &r, "codes");
    assert_in_range(r.count, 3, 20);
}

#define TESTS(begin_)                                                 \
    cmocka_unit_test_setup_teardown(test_filters, begin_, end),       \
    cmocka_unit_test_setup_teardown(test_systemid, begin_, end),      \
    cmocka_unit_test_setup_teardown(test_search, begin_, end),        \
    cmocka_unit_test_setup_teardown(test_order, begin_, end),         \
    cmocka_unit_test_setup_teardown(test_pages, begin_, end),         \
    cmocka_unit_test_setup_teardown(test_expand, begin_, end),        \
    cmocka_unit_test_setup_teardown(test_from, begin_, end),          \
    cmocka_unit_test_setup_teardown(test_codes, begin_, end),

int main(void)
{
    const struct CMUnitTest lite[] = {TESTS(begin_sqlite)};
    const struct CMUnitTest pg[] = {TESTS(begin_postgres)};
    int failed = cmocka_run_group_tests_name("odata-run sqlite", lite, NULL, NULL);
    if (test_place("SAMDRIFT_TEST_PG"))
        failed += cmocka_run_group_tests_name("odata-run postgres", pg, NULL, NULL);
    return failed;
}
