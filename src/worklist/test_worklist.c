/*
 * Each list finds what belongs in it, and lets go of it when it is put right. On SQLite, and on PostgreSQL when
 * SAMDRIFT_TEST_PG says where one is.
 */
#include <stdlib.h>
#include <unistd.h>

#include "archive/test_archive.h"
#include "journal/journal.h"
#include "task/task.h"
#include "worklist/intake.h"
#include "worklist/period.h"
#include "worklist/screening.h"
#include "worklist/worklist.h"

#define DAY ((int64_t)86400 * 1000000)
#define PARTY "{\"navn\":\"Kari Nordmann\",\"korrespondanseparttype\":{\"kode\":\"EA\"}}"

static const char *place;
static const prepare_fn rooms[] = {journal_prepare, task_open, worklist_prepare, NULL};
static struct call arkivar;
static struct rec *del, *klasse, *sak;

static struct rec *below(const struct rec *parent, enum package p, const char *ny, const char *json)
{
    struct rec *r;
    if (try_make(&arkivar, parent, p, ny, json, &r) != RC_OK)
        fail_msg("%s %s: %s", ny, json, err_text(arkivar.cx));
    return r;
}

static struct rec *new_case(const struct rec *parent)
{
    return below(parent, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Garasje\",\"administrativEnhet\":\"Plan\"}");
}

static struct rec *new_post(const struct rec *parent, const char *json)
{
    struct rec *post = below(parent, PKG_SAKARKIV, "ny-journalpost", json);
    (void)below(post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartperson", PARTY);
    return post;
}

static int set_up(void **state)
{
    static struct world w;
    world_make(&w, "worklist", place, "", rooms);
    arkivar = call_as(&w.cx, w.nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    del = make_arkivdel(&arkivar);
    struct rec *system = below(del, PKG_ARKIVSTRUKTUR, "ny-klassifikasjonssystem", "{\"tittel\":\"Nøkkel\"}");
    klasse = below(system, PKG_ARKIVSTRUKTUR, "ny-klasse", "{\"klasseID\":\"611\",\"tittel\":\"Byggesaker\"}");
    arkivar.role = ROLE_ARKIVAR;
    sak = new_case(klasse);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    return world_end(*state);
}

static bool in_page(const struct rec *r, struct rec **page, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (streq(page[i]->systemid, r->systemid))
            return true;
    return false;
}

static void same_page(enum worklist l, const struct worklist_cut *cut, struct rec **page, size_t n)
{
    struct rec **other;
    size_t other_n;
    assert_ok(worklist_page(&arkivar, l, cut, &other, &other_n));
    assert_int_equal(other_n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(other[i]->id, page[i]->id);
}

/* The page is one whichever way it is found. */
static void ways_agree(enum worklist l, struct rec **page, size_t n)
{
    struct worklist_cut cut = {.total = WORKLIST_COUNT_MAX + 1, .most = 200};
    same_page(l, &cut, page, n);
    if (n == 0)
        return;
    cut.most = 1;
    same_page(l, &cut, page, 1);
    cut.most = 200;
    cut.skip = 1;
    same_page(l, &cut, page + 1, n - 1);
    cut.skip = 0;
    cut.after = page[0]->id;
    same_page(l, &cut, page + 1, n - 1);
    cut.total = (int64_t)n;
    same_page(l, &cut, page + 1, n - 1);
}

/* Does it stand in the list, `days` from now? */
static bool stands(enum worklist l, const struct rec *r, int days)
{
    struct rec **page;
    size_t n;
    int64_t total, now = arkivar.cx->now;
    arkivar.cx->now += days * DAY;
    assert_ok(worklist_count(&arkivar, l, &total));
    assert_ok(worklist_page(&arkivar, l, &(struct worklist_cut){.total = total, .most = 200}, &page, &n));
    ways_agree(l, page, n);
    arkivar.cx->now = now;
    assert_int_equal(total, n);
    return in_page(r, page, n);
}

/* ------------------------------------------------------------------ tests */

static void names(void **state)
{
    (void)state;
    for (int l = 0; l < WORKLISTS; l++)
        assert_int_equal(worklist_named(worklist_name((enum worklist)l)), l);
    assert_int_equal(worklist_named("finnes-ikke"), WORKLISTS);
    assert_int_equal(worklist_days(WORKLIST_LATE), 3);
}

static void incoming(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Søknad\",\"journalposttype\":{\"kode\":\"I\"}}");
    assert_true(stands(WORKLIST_INTAKE, post, 0));
    assert_false(stands(WORKLIST_LATE, post, 0));
    assert_false(stands(WORKLIST_LATE, post, 3));
    assert_true(stands(WORKLIST_LATE, post, 4));
    assert_false(stands(WORKLIST_OWED, post, 0));
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"J\"}}");
    assert_false(stands(WORKLIST_INTAKE, post, 0) || stands(WORKLIST_LATE, post, 9));
    assert_true(stands(WORKLIST_OWED, post, 0));
    assert_true(stands(WORKLIST_NO_DOCUMENT, post, 0));
    assert_false(stands(WORKLIST_CLOSABLE, sak, 0));
    (void)below(post, PKG_SAKARKIV, "ny-avskrivning", "{\"avskrivningsmaate\":{\"kode\":\"TE\"}}");
    (void)below(post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", "{\"tittel\":\"Brev\"}");
    assert_false(stands(WORKLIST_OWED, post, 0) || stands(WORKLIST_NO_DOCUMENT, post, 0));
    assert_true(stands(WORKLIST_CLOSABLE, sak, 0));
}

static void reserved(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Svar\",\"journalposttype\":{\"kode\":\"U\"}}");
    assert_false(stands(WORKLIST_RESERVED, post, 30));
    assert_true(stands(WORKLIST_RESERVED, post, 31));
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"U\"}}");
    assert_false(stands(WORKLIST_RESERVED, post, 31));
}

/* The municipality in which no klasse is asked for. */
static void unclassified(void **state)
{
    (void)state;
    struct call admin = arkivar;
    admin.role = ROLE_ARKIVADMINISTRATOR;
    struct rec *loose = new_case(make_arkivdel(&admin));
    assert_true(stands(WORKLIST_NO_CLASS, loose, 0));
    assert_false(stands(WORKLIST_NO_CLASS, sak, 0));
}

static void screening(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Legeerklæring\",\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"XX\"},"
                                     "\"skjermingshjemmel\":\"Midlertidig\",\"skjermingMetadata\":[{\"kode\":\"M\"}]}}");
    assert_true(stands(WORKLIST_NO_BASIS, post, 0));
    assert_true(stands(WORKLIST_TEMPORARY, post, 6));
    patch(&arkivar, &post, "{\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},\"skjermingshjemmel\":"
                           "\"Offl. § 13 jf. fvl. § 13\",\"skjermingMetadata\":[{\"kode\":\"TRO\"}],\"skjermingOpphoererDato\":"
                           "\"2086-01-01T00:00:00+01:00\"}}");
    assert_false(stands(WORKLIST_NO_BASIS, post, 0) || stands(WORKLIST_TEMPORARY, post, 6));
    assert_false(stands(WORKLIST_EXPIRED, post, 0));
    assert_true(stands(WORKLIST_EXPIRED, post, 366 * 60));
}

static void changed_after_publishing(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Nabovarsel\"}");
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"J\"}}");
    assert_ok(journal_publish(&arkivar, str_of(post->systemid), NULL, NULL));
    assert_false(stands(WORKLIST_CHANGED, post, 0));
    patch(&arkivar, &post, "{\"tittel\":\"Nabovarsel om garasje\"}");
    assert_true(stands(WORKLIST_CHANGED, post, 0));
}

static void documents(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Tegning\"}");
    struct rec *doc = below(post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", "{\"tittel\":\"Tegning\"}");
    (void)below(doc, PKG_ARKIVSTRUKTUR, "ny-dokumentobjekt",
                "{\"format\":{\"kode\":\"fmt/276\"},\"variantformat\":{\"kode\":\"P\"}}");
    assert_false(stands(WORKLIST_FORMAT, doc, 0));
    patch(&arkivar, &doc, "{\"dokumentstatus\":{\"kode\":\"F\"}}");
    assert_true(stands(WORKLIST_FORMAT, doc, 0));
    struct rec *fine = below(post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", "{\"tittel\":\"Brev\"}");
    (void)below(fine, PKG_ARKIVSTRUKTUR, "ny-dokumentobjekt",
                "{\"format\":{\"kode\":\"fmt/95\"},\"variantformat\":{\"kode\":\"A\"}}");
    patch(&arkivar, &fine, "{\"dokumentstatus\":{\"kode\":\"F\"}}");
    assert_false(stands(WORKLIST_FORMAT, fine, 0));
}

static void quiet_and_closed(void **state)
{
    (void)state;
    struct rec *old = new_case(klasse);
    struct oppgave o = {.slag = OPPGAVE_BEHANDLE, .enhet = "Plan", .person_navn = ""};
    assert_false(stands(WORKLIST_QUIET, old, 365));
    assert_true(stands(WORKLIST_QUIET, old, 367));
    (void)snprintf(o.mappe, sizeof(o.mappe), "%s", old->systemid);
    assert_ok(oppgave_add(&arkivar, &o));
    assert_false(stands(WORKLIST_TASKS, old, 0));
    patch(&arkivar, &old, "{\"saksstatus\":{\"kode\":\"A\"}}");
    assert_true(stands(WORKLIST_TASKS, old, 0));
    assert_false(stands(WORKLIST_QUIET, old, 367) || stands(WORKLIST_CLOSABLE, old, 0));
    assert_ok(oppgave_done(&arkivar, o.id));
    assert_false(stands(WORKLIST_TASKS, old, 0));
}

/* ------------------------------------------------------------------ registering */

static struct intake_order order_of(const struct rec *post)
{
    return (struct intake_order){.post = str_of(post->systemid), .etag = "", .tittel = "Søknad om garasje", .offentlig_tittel = "",
                                 .klasse = "", .enhet = "", .person = "", .journalfoer = true};
}

static struct oppgave *task_of(const struct rec *post, int64_t want)
{
    struct oppgave *o;
    size_t n;
    int64_t total;
    assert_ok(oppgave_list(&arkivar, &(struct oppgave_filter){.registrering = post->systemid, .most = 5}, &o, &n, &total));
    assert_int_equal(total, want);
    return o;
}

static void registering(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Søknad\",\"offentligTittel\":\"S\",\"journalposttype\":{\"kode\":\"I\"}}");
    struct rec *bruker;
    struct intake_order o = order_of(post);
    o.enhet = "Byggesak";
    o.person = arkivar.person.id;
    o.klasse = "611";
    assert_ok(intake_save(&arkivar, &o));
    assert_ok(try_get(&arkivar, post, &post));
    assert_true(val_is(rec_val(post, A_journalpost_journalstatus), "J"));
    assert_int_equal(rec_val(post, A_registrering_offentligTittel)->state, VAL_ABSENT);
    assert_ok(try_get(&arkivar, sak, &sak));
    assert_true(val_is(rec_val(sak, A_saksmappe_administrativEnhet), "Byggesak"));
    assert_ok(archive_get(&arkivar, F_bruker, str_of(arkivar.person.id), &bruker));
    struct oppgave *task = task_of(post, 1);
    assert_string_equal(task->enhet, "Byggesak");
    assert_string_equal(task->person, arkivar.person.id);
    assert_string_equal(task->mappe, sak->systemid);

    o.enhet = "Plan";
    o.journalfoer = false;
    assert_ok(intake_save(&arkivar, &o));
    assert_string_equal(task_of(post, 1)->enhet, "Plan");
    assert_ok(intake_undo(&arkivar, o.post));
    assert_true(stands(WORKLIST_INTAKE, post, 0));
    refused(&arkivar, intake_undo(&arkivar, o.post), RC_TRANSITION);
    assert_ok(intake_lapse(&arkivar, o.post));
    assert_false(stands(WORKLIST_INTAKE, post, 0));
}

static void registering_refused(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Søknad\",\"journalposttype\":{\"kode\":\"I\"}}");
    struct intake_order o = order_of(post);
    o.klasse = "999";
    refused(&arkivar, intake_save(&arkivar, &o), RC_FIELD_VALUE);
    o.klasse = "";
    o.person = "01890a5d-ac96-774b-bcce-ffffffffffff";
    refused(&arkivar, intake_save(&arkivar, &o), RC_FIELD_VALUE);
    o.person = "";
    patch(&arkivar, &post, "{\"tittel\":\"Søknad fra nabo\"}");
    o.etag = "1";
    refused(&arkivar, intake_save(&arkivar, &o), RC_CONFLICT);
    assert_ok(try_get(&arkivar, post, &post));
    assert_true(val_is(rec_val(post, A_journalpost_journalstatus), "M"));
    (void)task_of(post, 0);
    refused(&arkivar, intake_undo(&arkivar, str_of(sak->systemid)), RC_NOT_FOUND);
}

/* Published, then undone: nothing of it is public any more. */
static void undone_when_published(void **state)
{
    (void)state;
    struct innfoersel e;
    struct rec *post = new_post(sak, "{\"tittel\":\"Klage\",\"journalposttype\":{\"kode\":\"I\"}}");
    struct intake_order o = order_of(post);
    assert_ok(intake_save(&arkivar, &o));
    assert_ok(journal_publish(&arkivar, o.post, NULL, NULL));
    assert_ok(intake_undo(&arkivar, o.post));
    refused(&arkivar, journal_entry(arkivar.cx, arkivar.vault, o.post, &e), RC_NOT_FOUND);
}

/* Closed with what lies in it archived; what was public stays so, screened or not. */
static void closing(void **state)
{
    (void)state;
    struct innfoersel e;
    struct rec *mine = new_case(klasse), *now;
    patch(&arkivar, &mine, "{\"offentligTittel\":\"Sak\",\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},"
                           "\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingMetadata\":[{\"kode\":\"TMO\"}]}}");
    struct rec *post = new_post(mine, "{\"tittel\":\"Vedtak\",\"offentligTittel\":\"V\",\"journalposttype\":{\"kode\":\"I\"}}");
    struct rec *waits = new_post(mine, "{\"tittel\":\"Svar\",\"journalposttype\":{\"kode\":\"U\"}}");
    struct str id = str_of(mine->systemid);
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"J\"}}");
    (void)below(post, PKG_SAKARKIV, "ny-avskrivning", "{\"avskrivningsmaate\":{\"kode\":\"TE\"}}");
    assert_ok(journal_publish(&arkivar, str_of(post->systemid), NULL, NULL));
    refused(&arkivar, intake_close_case(&arkivar, id), RC_NOT_READY);
    assert_ok(try_get(&arkivar, post, &now));
    assert_true(val_is(rec_val(now, A_journalpost_journalstatus), "J"));   /* undone with the rest */
    assert_ok(intake_lapse(&arkivar, str_of(waits->systemid)));
    assert_ok(intake_close_case(&arkivar, id));
    assert_ok(try_get(&arkivar, post, &now));
    assert_true(val_is(rec_val(now, A_journalpost_journalstatus), "A"));
    assert_ok(journal_entry(arkivar.cx, arkivar.vault, str_of(post->systemid), &e));
    assert_false(stands(WORKLIST_CHANGED, post, 0));
    patch(&arkivar, &mine, "{\"saksstatus\":{\"kode\":\"B\"}}");
    refused(&arkivar, journal_entry(arkivar.cx, arkivar.vault, str_of(post->systemid), &e), RC_NOT_FOUND);
}

/* The same klasseID in two periods: that of the case's own system is meant. */
static void klasse_of_the_period(void **state)
{
    (void)state;
    struct call admin = arkivar;
    struct rec *moved, *loose;
    admin.role = ROLE_ARKIVADMINISTRATOR;
    struct rec *other_del = make_arkivdel(&admin), *system, *own;
    assert_ok(try_make(&admin, other_del, PKG_ARKIVSTRUKTUR, "ny-klassifikasjonssystem", "{\"tittel\":\"Ny\"}", &system));
    assert_ok(try_make(&admin, system, PKG_ARKIVSTRUKTUR, "ny-klasse", "{\"klasseID\":\"611\",\"tittel\":\"Bygg\"}", &own));
    assert_ok(try_make(&admin, own, PKG_ARKIVSTRUKTUR, "ny-klasse", "{\"klasseID\":\"611.1\",\"tittel\":\"Garasjer\"}", &own));
    loose = new_case(own);
    refused(&arkivar, intake_save_case(&arkivar, &(struct case_order){str_of(loose->systemid), "611.2", "", ""}), RC_FIELD_VALUE);
    struct rec *second;
    assert_ok(try_make(&admin, system, PKG_ARKIVSTRUKTUR, "ny-klasse", "{\"klasseID\":\"612\",\"tittel\":\"Plan\"}", &second));
    assert_ok(intake_save_case(&arkivar, &(struct case_order){str_of(loose->systemid), "612", "", ""}));
    assert_ok(try_get(&arkivar, loose, &moved));
    assert_int_equal(*rec_one(moved, REL_klasse_mappe), second->id);
    refused(&arkivar, intake_save_case(&arkivar, &(struct case_order){str_of(sak->systemid), "612", "", ""}), RC_FIELD_VALUE);
}

/* ------------------------------------------------------------------ screening */

static void words_of_titles(void **state)
{
    (void)state;
    struct title_word w[TITLE_WORDS];
    const char *names[SCREENING_NAMES], *const kari[] = {"Kari Nordmann"};
    static const struct {
        const char *public_title, *hidden;
        bool fits;
    } cases[] = {
        {"", "00000", true}, {"Klage på ***** for Kari Nordmann.", "", false}, {"Klage fra ***** om *****", "00101", true},
        {"Klage fra Kari om helse", "00000", true}, {"*****", "11111", true}, {"Noe annet", "", false},
        {"***** om helse", "11100", true}, {"Klage fra Kari om", "", false}, {"Klage fra Kari om helse nå", "", false}};
    size_t n;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(title_words("Klage fra Kari om helse", cases[i].public_title, NULL, 0, w, &n), cases[i].fits);
        assert_int_equal(n, 5);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(w[k].hidden, cases[i].fits && cases[i].hidden[k] == '1');
    }
    assert_true(title_words("Klage fra Kari Nordmann, Moss", "", kari, 1, w, &n));
    assert_true(w[2].name && w[3].name && !w[1].name && !w[4].name);
    assert_int_equal(title_names(arkivar.cx, w, n, names), 1);
    assert_string_equal(names[0], "Kari Nordmann");
    w[4].name = true;                                /* after a comma it is another name */
    assert_int_equal(title_names(arkivar.cx, w, n, names), 2);
    assert_string_equal(names[1], "Moss");
    w[2].hidden = w[3].hidden = true;
    assert_string_equal(title_masked(arkivar.cx, w, n), "Klage fra ***** ***** Moss");
}

static struct screening screening_of(const struct rec *r)
{
    return (struct screening){.systemid = str_of(r->systemid), .etag = "", .restriksjon = "P", .hjemmel = "Offl. § 13",
                              .title = true, .dokument = "H", .public_title = "Klage på *****",
                              .until = time_add_years(arkivar.cx->now, 60)};
}

static void tried_and_saved(void **state)
{
    (void)state;
    struct journal_preview p;
    struct rec *post = new_post(sak, "{\"tittel\":\"Klage på legen til Ida\"}"), *now;
    struct screening s = screening_of(post);
    s.names[s.names_n++] = "Ida";
    s.public_title = "Klage på ***** til Ida";
    assert_ok(screening_try(&arkivar, &s, s.systemid, &p));
    assert_string_equal(p.entry.tittel, "Klage på ***** til [[Ida]]");
    assert_ok(try_get(&arkivar, post, &now));
    assert_true(now->versjon == post->versjon && now->vern == 0);
    assert_ok(journal_preview(&arkivar, s.systemid, &p));
    assert_string_equal(p.entry.tittel, "Klage på legen til Ida");

    assert_ok(screening_save(&arkivar, &s));
    assert_ok(try_get(&arkivar, post, &now));
    assert_true(now->vern != 0 && val_is(rec_leaf(now, A_registrering_skjerming, L_skjerming_skjermingDokument), "H"));
    assert_ok(journal_preview(&arkivar, s.systemid, &p));
    assert_string_equal(p.entry.tittel, "Klage på ***** til [[Ida]]");
    s.etag = "1";
    refused(&arkivar, screening_save(&arkivar, &s), RC_CONFLICT);

    s = (struct screening){.systemid = s.systemid, .etag = "", .restriksjon = "", .hjemmel = "", .dokument = "",
                           .public_title = ""};
    assert_ok(screening_save(&arkivar, &s));
    assert_ok(try_get(&arkivar, post, &now));
    assert_false(rec_has(now, A_registrering_skjerming));
    assert_int_equal(now->vern, 0);
    assert_ok(journal_preview(&arkivar, s.systemid, &p));
    assert_string_equal(p.entry.tittel, "Klage på legen til Ida");
}

static void screening_refused(void **state)
{
    (void)state;
    struct rec *post = new_post(sak, "{\"tittel\":\"Klage\"}");
    struct screening s = screening_of(post);
    s.hjemmel = " ";
    refused(&arkivar, screening_save(&arkivar, &s), RC_FIELD_MISSING);
    s.hjemmel = "Offl. § 13";
    s.restriksjon = "finnes ikke";
    refused(&arkivar, screening_save(&arkivar, &s), RC_CODE_UNKNOWN);
    s.restriksjon = "P";
    s.title = false;
    s.dokument = "";
    refused(&arkivar, screening_save(&arkivar, &s), RC_FIELD_MISSING);
    s.systemid = str_of(klasse->systemid);
    refused(&arkivar, screening_save(&arkivar, &s), RC_NOT_FOUND);
}

/* A case and a document; a document alone; a name marked after publishing makes the entry one that has changed. */
static void screening_of_others(void **state)
{
    (void)state;
    struct rec *mine = new_case(klasse), *post = new_post(mine, "{\"tittel\":\"Brev\"}"), *now;
    struct rec *doc = below(post, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", "{\"tittel\":\"Vedlegg\"}");
    struct screening s = screening_of(doc);
    s.title = false;
    assert_ok(screening_save(&arkivar, &s));
    assert_ok(try_get(&arkivar, doc, &now));
    assert_true(str_is(rec_leaf(now, A_dokumentbeskrivelse_skjerming, L_skjerming_skjermingMetadata)->items[0].text, "MT"));
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"J\"}}");
    assert_ok(journal_publish(&arkivar, str_of(post->systemid), NULL, NULL));
    const char *names[] = {"Garasje"};
    assert_ok(journal_mark_names(&arkivar, mine->systemid, names, 1));
    assert_true(stands(WORKLIST_CHANGED, post, 0));
    s = screening_of(mine);
    struct journal_preview p;
    assert_ok(screening_try(&arkivar, &s, str_of(post->systemid), &p));
    assert_string_equal(p.entry.sakstittel, "Klage på *****");
}

/* ------------------------------------------------------------------ periods */

static void periods(void **state)
{
    (void)state;
    struct call admin = arkivar;
    struct rec **open, *now;
    size_t n;
    int64_t total;
    admin.role = ROLE_ARKIVADMINISTRATOR;
    struct rec *old = make_arkivdel(&admin), *next = make_arkivdel(&admin), *in_old = new_case(old);
    struct str id = str_of(old->systemid);
    assert_ok(period_open(&arkivar, old, 0, 10, &open, &n, &total));
    assert_true(n == 1 && total == 1 && streq(open[0]->systemid, in_old->systemid));
    assert_ok(period_open(&arkivar, del, 0, 10, &open, &n, &total));
    assert_true(total > 0);                     /* below the klasser of its system */
    refused(&admin, period_close(&admin, id), RC_NOT_READY);
    refused(&admin, period_overlap(&admin, id, ""), RC_FIELD_VALUE);
    refused(&admin, period_overlap(&admin, id, old->systemid), RC_FIELD_VALUE);
    refused(&arkivar, period_overlap(&arkivar, id, next->systemid), RC_FORBIDDEN);
    assert_ok(period_overlap(&admin, id, next->systemid));
    refused(&admin, period_overlap(&admin, str_of(next->systemid), old->systemid), RC_FIELD_VALUE);
    struct rec *post = new_post(in_old, "{\"tittel\":\"Nytt brev\"}");
    assert_ok(try_get(&arkivar, in_old, &now));
    assert_int_equal(*rec_one(now, REL_arkivdel_mappe), next->id);
    assert_non_null(post);
    assert_ok(period_close(&admin, id));
    assert_ok(try_get(&admin, old, &now));
    assert_true(val_is(rec_val(now, A_arkivdel_arkivdelstatus), "P"));
}

static void not_for_others(void **state)
{
    (void)state;
    struct call c = arkivar;
    struct rec **page;
    size_t n;
    int64_t total;
    c.role = ROLE_SAKSBEHANDLER;
    refused(&c, worklist_page(&c, WORKLIST_INTAKE, &(struct worklist_cut){.total = 1, .most = 10}, &page, &n), RC_FORBIDDEN);
    refused(&c, worklist_count(&c, WORKLIST_INTAKE, &total), RC_FORBIDDEN);
}

static void pages(void **state)
{
    (void)state;
    struct rec **page;
    size_t n;
    int64_t before, total;
    assert_ok(worklist_count(&arkivar, WORKLIST_INTAKE, &before));
    for (int i = 0; i < 3; i++)
        (void)new_post(sak, "{\"tittel\":\"Post\"}");
    assert_ok(worklist_count(&arkivar, WORKLIST_INTAKE, &total));
    assert_int_equal(total, before + 3);
    assert_ok(worklist_page(&arkivar, WORKLIST_INTAKE, &(struct worklist_cut){.total = total, .skip = before + 1, .most = 10},
                            &page, &n));
    assert_int_equal(n, 2);
}

static int run(const char *where, const char *name)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(names), cmocka_unit_test(incoming), cmocka_unit_test(reserved), cmocka_unit_test(unclassified),
        cmocka_unit_test(screening), cmocka_unit_test(changed_after_publishing), cmocka_unit_test(documents),
        cmocka_unit_test(quiet_and_closed), cmocka_unit_test(registering), cmocka_unit_test(registering_refused),
        cmocka_unit_test(undone_when_published), cmocka_unit_test(closing), cmocka_unit_test(klasse_of_the_period),
        cmocka_unit_test(words_of_titles), cmocka_unit_test(tried_and_saved), cmocka_unit_test(screening_refused),
        cmocka_unit_test(screening_of_others), cmocka_unit_test(periods), cmocka_unit_test(not_for_others),
        cmocka_unit_test(pages),
    };
    place = where;
    return cmocka_run_group_tests_name(name, tests, set_up, tear_down);
}

int main(void)
{
    return world_each_database(run);
}
