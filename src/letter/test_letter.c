/*
 * Templates that the law would not have are refused; a letter is sent whole and once, by whoever may, or not at all.
 * On SQLite, and on PostgreSQL when SAMDRIFT_TEST_PG says where one is.
 */
#include <stdlib.h>
#include <unistd.h>

#include "archive/test_archive.h"
#include "letter/letter_int.h"
#include "paper/test_pdfa.h"

#define KARI "01890a5d-ac96-774b-bcce-b302099a8001"
#define BYGG "orgnr:311000004"
#define OLA "01890a5d-ac96-774b-bcce-b302099a8002"

static const char *place;
static const prepare_fn rooms[] = {task_open, outbox_prepare, dialog_prepare, letter_prepare, NULL};
static struct world w;
static struct paper_fonts *fonts;
static struct outbox *outbox;
static struct letters *letters;
static struct call amina, bjarne, citizen;
static struct rec *sak, *soeknad;
static struct oppgave task;
static const struct brevramme frame = {.kommune = "Nesodden kommune", .ansvarlig = "Bjarne Berg"};

/* ------------------------------------------------------------------ a case with an application */

static struct str template(const char *name)
{
    return world_data(&w.cx, arena_printf(w.cx.arena, "brevmal/%s.json", name));
}

static const struct brevmal *shipped(const char *name)
{
    const struct brevmal *m;
    assert_ok(brevmal_read(&w.cx, template(name), &m));
    return m;
}

static void add_party(const char *eier, const char *navn)
{
    struct sakspart p = {.eier = eier, .rolle = SAKSPART_SOEKER, .navn = navn};
    uuid_copy(p.mappe, str_of(sak->systemid));
    assert_ok(dialog_part_add(&amina, &p));
}

static enum rc delete_party(struct db *db, void *eier)
{
    return db_run(db, "DELETE FROM sakspart WHERE mappe = ? AND eier = ?", "tt", sak->systemid, (const char *)eier);
}

static void remove_party(char *eier)
{
    assert_ok(archive_rows_write(&amina, delete_party, eier));
}

static void add_case(void)
{
    struct call admin = call_as(&w.cx, w.nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    amina = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "amina");
    bjarne = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "bjarne");
    assert_ok(dialog_call(&w.cx, w.nesodden, &citizen));
    assert_ok(try_make(&amina, make_arkivdel(&admin), PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Garasje for Kari\",\"offentligTittel\":\"Garasje\",\"administrativEnhet\":\"Bygg\"}", &sak));
    assert_ok(try_make(&amina, sak, PKG_SAKARKIV, "ny-journalpost",
                       "{\"tittel\":\"Søknad\",\"journalposttype\":{\"kode\":\"I\"},\"mottattDato\":\"2026-11-20T12:00:00+01:00\"}",
                       &soeknad));
    add_party(KARI, "Kari Nordmann");
    task = (struct oppgave){.slag = OPPGAVE_BEHANDLE, .enhet = "Bygg", .frist = frist_days(w.cx.now, 21)};
    uuid_copy(task.mappe, str_of(sak->systemid));
    uuid_copy(task.registrering, str_of(soeknad->systemid));
    assert_ok(oppgave_add(&amina, &task));
}

static int set_up(void **state)
{
    static const char *const names[] = {"vedtak", "avslag", "forelopig", "mangelbrev", "svar"};
    world_make(&w, "letter", place, "", rooms);
    assert_ok(paper_fonts_open(&w.cx, &fonts));
    assert_ok(outbox_open(&w.cx, w.dir, &outbox));
    assert_ok(letter_open(&w.cx, w.cfg, fonts, outbox, &letters));
    add_case();
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_ok(brevmal_add(&amina, shipped(names[i])));
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    letter_close(&letters);
    outbox_close(&outbox);
    paper_fonts_free(&fonts);
    return world_end(&w);
}

/* ------------------------------------------------------------------ a draft */

static struct brevutkast begun(const char *mal, const char *oppgave)
{
    char id[UUID_TEXT_MAX];
    struct brevutkast u, again;
    uuid_new(id);
    const struct brevstart s = {.id = id, .mal = mal, .mappe = sak->systemid, .oppgave = oppgave, .kommune = "Nesodden kommune"};
    assert_ok(brevutkast_begin(&amina, &s, &u));
    assert_ok(brevutkast_begin(&amina, &s, &again));
    assert_string_equal(u.id, again.id);
    return u;
}

static void write_all(struct brevutkast *u)
{
    const char **list = arena_array(w.cx.arena, u->mal->blocks_n, sizeof(*list));
    for (size_t i = 0; i < u->mal->blocks_n; i++)
        list[i] = u->mal->blocks[i].fixed ? "" : *u->tekst[i] ? u->tekst[i] : "Tegning\nNabovarsel med {sak}";
    u->tekst = list;
    u->navn = "Amina Ali";
    assert_ok(brevutkast_save(&amina, u));
}

static struct brevutkast whole(const char *mal, const char *oppgave)
{
    struct brevutkast u = begun(mal, oppgave);
    write_all(&u);
    return u;
}

static struct brevutkast submitted(const char *mal, const char *person)
{
    struct brevutkast u = whole(mal, task.id), now;
    assert_ok(brevutkast_submit(&amina, &u, person, *person ? "Bjarne" : ""));
    assert_ok(brevutkast_get(&amina, u.id, &now));
    return now;
}

/* ------------------------------------------------------------------ templates */

static enum rc read_changed(const char *name, const char *from, const char *to)
{
    const struct brevmal *m;
    const char *text = template(name).p, *at = strstr(text, from);
    if (!at)
        fail_msg("%s has no %s", name, from);
    return brevmal_read(&w.cx, str_of(arena_printf(w.cx.arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from))), &m);
}

/* Each change makes of a shipped template one that is refused, at that place. */
static void faults(void **state)
{
    static const struct {
        const char *name, *from, *to, *pointer;
    } cases[] = {
        {"vedtak", "\"id\": \"faktum\"", "\"id\": \"fakta\"", "/blocks/faktum"},
        {"vedtak", "\"id\": \"klage\"", "\"id\": \"anke\"", "/blocks/klage"},
        {"vedtak", "{klagefrist}", "fristen", "/blocks/klage"},
        {"vedtak", "{klageinstans}", "noen", "/blocks/klage"},
        {"vedtak", "{saksbehandler}", "oss", "/blocks/kontakt"},
        {"vedtak", "\"id\": \"innsyn\"", "\"id\": \"innsyn2\"", "/blocks/innsyn"},
        {"vedtak", "\"appeal_days\": 21", "\"appeal_days\": 20", "/appeal_days"},
        {"vedtak", "\"kind\": \"vedtak\"", "\"kind\": \"svar\"", "/appeal_days"},
        {"vedtak", "{mottatt}", "{frist}", "/blocks/0/text"},
        {"vedtak", "{mottatt}", "{fødselsnummer}", "/blocks/0/text"},
        {"vedtak", "{tittel}", "{dato}", "/subject"},
        {"vedtak", "\"nn\": \"Vedtak\"", "\"en\": \"Decision\"", "/name/en"},
        {"vedtak", "\"id\": \"regler\"", "\"id\": \"faktum\"", "/blocks/faktum"},
        {"mangelbrev", "\"deadline_days\": 21", "\"deadline_days\": 0", "/deadline_days"},
        {"mangelbrev", "\"id\": \"mangler\"", "\"id\": \"liste\"", "/blocks/mangler"},
        {"svar", "\"version\": 1", "\"version\": 0", "/version"},
        {"svar", "\"version\": 1", "\"utgave\": 1", "/utgave"},
        {"svar", "\"id\": \"svar\"", "\"id\": \"Svar!\"", "/id"},
        {"svar", "\"kind\": \"svar\"", "\"kind\": \"brev\"", "/kind"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_rc(read_changed(cases[i].name, cases[i].from, cases[i].to), RC_FIELD_VALUE);
        assert_string_equal(w.cx.err.field, cases[i].pointer);
        err_clear(&w.cx);
    }
    refused(&amina, read_changed("svar", "{", "["), RC_JSON);
}

static void versions(void **state)
{
    const struct brevmal **all, *m = shipped("svar");
    struct brevmal other = *m;
    size_t n;
    (void)state;
    assert_ok(brevmal_add(&amina, m));
    (void)snprintf(other.sha256, sizeof(other.sha256), "00");
    refused(&amina, brevmal_add(&amina, &other), RC_TAKEN);
    struct brevutkast before = begun("svar", "");
    assert_ok(read_changed("svar", "\"version\": 1", "\"version\": 2"));
    const char *text = template("svar").p, *at = strstr(text, "\"version\": 1");
    assert_ok(brevmal_read(&w.cx, str_of(arena_printf(w.cx.arena, "%.*s\"version\": 2%s", (int)(at - text), text, at + 12)), &m));
    assert_ok(brevmal_add(&amina, m));
    assert_ok(brevmal_list(&amina, &all, &n));
    assert_int_equal(n, 5);
    assert_int_equal(all[3]->version, 2);
    assert_ok(brevutkast_get(&amina, before.id, &before));
    assert_int_equal(before.mal->version, 1);
}

/* ------------------------------------------------------------------ drafts */

static void drafts(void **state)
{
    struct brevutkast u = begun("vedtak", task.id), twin = u, *list;
    const char *const *missing;
    size_t n;
    (void)state;
    assert_string_equal(u.gjelder, soeknad->systemid);
    assert_int_equal(u.til_n, 1);
    assert_string_equal(u.tekst[0], "Vi viser til søknaden som vi fikk 20. november 2026.");
    assert_ok(brevutkast_missing(&w.cx, &u, &missing, &n));
    assert_int_equal(n, 5);
    assert_string_equal(missing[0], "vedtak");
    assert_string_equal(missing[4], "navn");
    write_all(&u);
    refused(&amina, brevutkast_save(&amina, &twin), RC_CONFLICT);
    assert_ok(brevutkast_missing(&w.cx, &u, &missing, &n));
    assert_int_equal(n, 0);
    u.til_n = 0;
    assert_ok(brevutkast_missing(&w.cx, &u, &missing, &n));
    assert_string_equal(missing[0], "til");
    assert_ok(brevutkast_list(&bjarne, sak->systemid, &list, &n));
    assert_true(n >= 1);
    assert_string_equal(begun("svar", "").navn, "Amina Ali");
    assert_string_equal(begun("vedtak", "").tekst[0], "");   /* no application waits */
    assert_ok(brevutkast_drop(&amina, u.id));
    refused(&amina, brevutkast_get(&amina, u.id, &twin), RC_NOT_FOUND);
    const struct brevstart none = {.id = KARI, .mal = "mangelbrev", .mappe = sak->systemid, .oppgave = "", .kommune = ""};
    refused(&amina, brevutkast_begin(&amina, &none, &u), RC_NOT_READY);
}

/* Merge fields are those of the template alone: what a person types is no template. */
static void text(void **state)
{
    struct brevutkast u = whole("vedtak", task.id);
    const struct brevdel *parts;
    const char *subject, *all = "";
    size_t n;
    (void)state;
    assert_ok(letter_text(&amina, &u, &frame, &subject, &parts, &n));
    assert_string_equal(subject, "Vedtak: Garasje for Kari");
    for (size_t i = 0; i < n; i++)
        all = arena_printf(w.cx.arena, "%s%s\n%s\n", all, parts[i].heading, parts[i].text);
    assert_non_null(strstr(all, "Nabovarsel med {sak}"));
    assert_non_null(strstr(all, "Statsforvalteren"));
    assert_non_null(strstr(all, flett_date(&w.cx, frist_days(w.cx.now, 21))));
    assert_non_null(strstr(all, "Bjarne Berg, ansvarlig\nAmina Ali, saksbehandler\nBygg\nNesodden kommune"));
    struct buf pdf;
    buf_init(&pdf, (size_t)MiB(4));
    assert_ok(letter_pdf(letters, &amina, &u, &frame, &pdf));
    assert_pdfa(buf_str(&pdf));
    buf_free(&pdf);
}

/* ------------------------------------------------------------------ approval and sending */

static void approval(void **state)
{
    struct brevutkast u = begun("vedtak", task.id), now;
    (void)state;
    refused(&amina, brevutkast_submit(&amina, &u, bjarne.person.id, "Bjarne"), RC_FIELD_MISSING);
    write_all(&u);
    refused(&amina, brevutkast_send(letters, &amina, &u, &frame), RC_FORBIDDEN);
    refused(&amina, brevutkast_send(letters, &bjarne, &u, &frame), RC_FORBIDDEN);
    assert_ok(brevutkast_submit(&amina, &u, bjarne.person.id, "Bjarne"));
    refused(&amina, brevutkast_submit(&amina, &u, bjarne.person.id, "Bjarne"), RC_TRANSITION);
    refused(&amina, brevutkast_save(&amina, &u), RC_TRANSITION);
    refused(&amina, brevutkast_send(letters, &amina, &u, &frame), RC_FORBIDDEN);
    struct call third = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "tredje");
    refused(&amina, brevutkast_send(letters, &third, &u, &frame), RC_FORBIDDEN);
    refused(&amina, brevutkast_return(&third, &u, "Nei"), RC_FORBIDDEN);
    assert_ok(brevutkast_get(&bjarne, u.id, &now));
    assert_ok(brevutkast_of_task(&bjarne, now.godkjenning, &now));
    assert_ok(brevutkast_return(&bjarne, &now, "Hvilken paragraf?"));
    assert_ok(brevutkast_get(&amina, u.id, &now));
    assert_int_equal(now.tilstand, BREV_UTKAST);
    assert_string_equal(now.merknad, "Hvilken paragraf?");
    assert_int_equal(world_rows(&w, "oppgave WHERE slag = 'godkjenn' AND utfoert = 0"), 0);
}

static void decision(void **state)
{
    struct brevutkast u = submitted("vedtak", ""), late = u, first;
    struct partsbrev *list;
    struct document d;
    struct rec *post;
    size_t n;
    (void)state;
    struct call third = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "tredje");
    assert_ok(brevutkast_send(letters, &bjarne, &u, &frame));
    first = u;
    assert_ok(brevutkast_send(letters, &bjarne, &u, &frame));
    assert_string_equal(u.journalpost, first.journalpost);
    assert_rc(brevutkast_send(letters, &third, &late, &frame), RC_TRANSITION);
    assert_string_equal(w.cx.err.detail, "Bjarne Berg");
    err_clear(&w.cx);
    assert_ok(archive_get(&amina, F_registrering, str_of(u.journalpost), &post));
    assert_true(val_is(rec_val(post, A_journalpost_journalstatus), "J"));
    assert_true(rec_val(post, A_journalpost_sendtDato)->state == VAL_SET);
    assert_true(val_is(rec_val(post, A_registrering_offentligTittel), "Vedtak: Garasje"));
    assert_ok(archive_document(&amina, F_dokumentobjekt, str_of(u.dokument), &d));
    assert_string_equal(d.sha256, u.sha256);
    assert_int_equal(close(d.fd), 0);
    assert_ok(dialog_brev_list(&citizen, &(struct dialog_filter){.eier = KARI, .most = 10}, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].klagefrist, frist_days(list[0].varslet, 21));
    assert_int_equal(world_rows(&w, "avskrivning WHERE avskrivningsmaate = 'BU' AND referanseavskrivesavjournalpost <> ''"), 1);
    assert_int_equal(world_rows(&w, "oppgave WHERE utfoert = 0"), 0);
    assert_int_equal(world_rows(&w, "korrespondansepart WHERE korrespondanseparttype = 'EM'"), 1);
}

/* ------------------------------------------------------------------ what goes along */

static struct brevvedlegg of_case(const char *skjerming)
{
    struct brevvedlegg v = {.tittel = "Tegning", .fil = {.navn = ""}};
    struct taken *file;
    struct rec *doc, *object;
    assert_ok(archive_take_bytes(&amina, STR("tegning"), "text/plain", "tegning.txt", &file));
    const char *json = arena_printf(w.cx.arena, "{\"tittel\":\"Tegning\",\"tilknyttetRegistreringSom\":{\"kode\":\"H\"}%s}",
                                    skjerming);
    assert_ok(try_make(&amina, soeknad, PKG_ARKIVSTRUKTUR, "ny-dokumentbeskrivelse", json, &doc));
    assert_ok(archive_give(&amina, F_dokumentbeskrivelse, str_of(doc->systemid), file, &object));
    uuid_copy(v.dokument, str_of(object->systemid));
    return v;
}

static struct brevvedlegg uploaded(void)
{
    static const char text[] = "Naboen er varslet.";
    struct brevvedlegg v = {.tittel = "Nabovarsel"};
    enum vedlegg_error error;
    FILE *f = tmpfile();
    assert_true(f && fwrite(text, 1, strlen(text), f) == strlen(text) && fflush(f) == 0);
    assert_ok(vedlegg_take(&amina, BREVVEDLEGG_BYTE, fileno(f), "Nabovarsel.txt", (int64_t)strlen(text), &v.fil, &error));
    assert_int_equal(error, VEDLEGG_FINE);
    assert_int_equal(fclose(f), 0);
    return v;
}

static void attach(struct brevutkast *u, const struct brevvedlegg *list, size_t n)
{
    u->vedlegg = list;
    u->vedlegg_n = n;
    assert_ok(brevutkast_attach(&amina, u));
    assert_int_equal(u->vedlegg_n, n);
}

static void attachments(void **state)
{
    const struct brevvedlegg both[] = {of_case(""), uploaded()};
    struct brevutkast u = whole("svar", ""), twin = u;
    const struct brevdel *parts;
    const char *subject;
    struct document d;
    struct rec *post;
    size_t n;
    (void)state;
    attach(&u, both, 2);
    attach(&twin, both, 2); /* pressed twice */
    assert_int_equal(twin.versjon, u.versjon);
    twin.versjon--;
    twin.vedlegg_n = 1;
    refused(&amina, brevutkast_attach(&amina, &twin), RC_CONFLICT);
    assert_ok(letter_text(&amina, &u, &frame, &subject, &parts, &n));
    assert_string_equal(parts[n - 1].heading, "Vedlegg");
    assert_string_equal(parts[n - 1].text, "Tegning\nNabovarsel");
    for (size_t i = 0; i < 2; i++) {
        assert_ok(brevvedlegg_open(&amina, &u.vedlegg[i], &d));
        assert_string_equal(d.mime, "text/plain");
        assert_int_equal(close(d.fd), 0);
    }
    assert_ok(brevutkast_send(letters, &amina, &u, &frame));
    assert_ok(archive_get(&amina, F_registrering, str_of(u.journalpost), &post));
    assert_int_equal(rec_val(post, A_journalpost_antallVedlegg)->i, 2);
    assert_int_equal(world_rows(&w, "dokumentobjekt WHERE filnavn = 'tegning.txt'"), 2);
    assert_int_equal(world_rows(&w, "dokumentbeskrivelse WHERE tilknyttetregistreringsom = 'V' AND dokumentstatus = 'F'"), 2);
    assert_int_equal(world_rows(&w, "merknad WHERE merknadstekst LIKE '1 vedlegg er ikke virusskannet%'"), 1);
    refused(&amina, brevutkast_attach(&amina, &u), RC_TRANSITION);
}

/* A letter is as closed as what goes along with it. */
static void screened_attachment(void **state)
{
    const struct brevvedlegg closed = of_case(",\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"XX\"},"
                                              "\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingDokument\":{\"kode\":\"H\"}}");
    struct brevutkast u = whole("svar", "");
    struct rec *post;
    (void)state;
    attach(&u, &closed, 1);
    assert_ok(brevutkast_send(letters, &amina, &u, &frame));
    assert_ok(archive_get(&amina, F_registrering, str_of(u.journalpost), &post));
    const struct val *by = rec_leaf(post, A_registrering_skjerming, L_skjerming_skjermingshjemmel);
    assert_true(val_is(by, "Offl. § 13"));
    assert_int_equal(world_rows(&w, "dokumentbeskrivelse WHERE tilknyttetregistreringsom = 'V'"
                                    " AND skjerming_skjermingshjemmel = 'Offl. § 13'"), 1);
}

static void lost_attachment(void **state)
{
    struct brevvedlegg gone = uploaded();
    struct brevutkast u = whole("svar", "");
    int64_t before = world_rows(&w, "registrering");
    (void)state;
    (void)snprintf(gone.fil.lager, sizeof(gone.fil.lager), "%s", KARI);
    attach(&u, &gone, 1);
    assert_rc(brevutkast_send(letters, &amina, &u, &frame), RC_FIELD_MISSING);
    assert_string_equal(w.cx.err.field, "vedlegg");
    assert_string_equal(w.cx.err.detail, "Nabovarsel.txt");
    err_clear(&w.cx);
    assert_int_equal(world_rows(&w, "registrering"), before);
    assert_ok(brevutkast_drop(&amina, u.id));
    assert_int_equal(world_rows(&w, arena_printf(w.cx.arena, "brevvedlegg WHERE brev = '%s'", u.id)), 0);
}

/* A company is told from a person in the journal: its name is not hidden after a year, and its number is not lost. */
static void companies(void **state)
{
    add_party(BYGG, "FJELLSTRAND BYGG AS");
    struct brevutkast u = whole("svar", "");
    struct partsbrev *list;
    size_t n;
    (void)state;
    assert_int_equal(u.til_n, 2);
    assert_ok(brevutkast_send(letters, &amina, &u, &frame));
    assert_int_equal(world_rows(&w, "korrespondansepart WHERE korrespondanseparttype = 'EM' AND "
                                    "enhetsidentifikator_organisasjonsnummer = '311000004'"), 1);
    assert_ok(dialog_brev_list(&citizen, &(struct dialog_filter){.eier = BYGG, .most = 10}, &list, &n));
    assert_int_equal(n, 1);
    assert_string_equal(list[0].registrering, u.journalpost);
    remove_party((char[]){BYGG});
}

/* What is sent is what was seen: a party may have left the case since. */
static void parties_leave(void **state)
{
    struct brevutkast u;
    add_party(OLA, "Ola Nordmann");
    u = whole("svar", "");
    assert_int_equal(u.til_n, 2);
    int64_t before = world_rows(&w, "registrering");
    (void)state;
    remove_party((char[]){OLA});
    refused(&amina, brevutkast_send(letters, &amina, &u, &frame), RC_CONFLICT);
    remove_party((char[]){KARI});
    assert_ok(brevutkast_get(&amina, u.id, &u));
    refused(&amina, brevutkast_send(letters, &amina, &u, &frame), RC_FIELD_MISSING);
    assert_int_equal(world_rows(&w, "registrering"), before);
    add_party(KARI, "Kari Nordmann");
    assert_ok(brevutkast_get(&amina, u.id, &u));
    assert_ok(brevutkast_send(letters, &amina, &u, &frame));
    assert_int_equal(world_rows(&w, "registrering"), before + 1);
}

/* The clock of the task stands until the party has answered. */
static void missing_parts(void **state)
{
    struct oppgave now, o = {.slag = OPPGAVE_BEHANDLE, .enhet = "Bygg", .frist = frist_days(w.cx.now, 21)};
    struct brevutkast u;
    struct mangel *asked;
    size_t n;
    (void)state;
    uuid_copy(o.mappe, str_of(sak->systemid));
    uuid_copy(o.registrering, str_of(soeknad->systemid));
    assert_ok(oppgave_add(&amina, &o));
    u = whole("mangelbrev", o.id);
    assert_ok(brevutkast_send(letters, &amina, &u, &frame));
    assert_ok(oppgave_get(&amina, o.id, &now));
    assert_true(now.pauset != 0 && now.utfoert == 0);
    assert_ok(dialog_mangel_list(&citizen, &(struct dialog_filter){.eier = KARI, .open = true, .most = 5}, &asked, &n));
    assert_int_equal(n, 1);
    assert_string_equal(asked[0].deler, "Tegning\nNabovarsel med {sak}");
    assert_int_equal(asked[0].frist, u.frist);
    assert_ok(dialog_mangel_close(&amina, asked[0].id));
    assert_ok(oppgave_get(&amina, o.id, &now));
    assert_int_equal(now.pauset, 0);
}

/* A letter may tell what is in a journalpost: who does not see that one does not see the letter. */
static void hidden(void **state)
{
    struct brevutkast u = begun("svar", ""), *list;
    struct call arkivar = call_as(&w.cx, w.nesodden, ROLE_ARKIVAR, "arkivar");
    struct rec *post;
    size_t n, mine;
    (void)state;
    assert_ok(brevutkast_list(&bjarne, sak->systemid, &list, &n));
    mine = n;
    assert_ok(brevutkast_visible(&bjarne, sak->systemid, list, &n));
    assert_int_equal(n, mine);
    assert_ok(try_make(&arkivar, sak, PKG_SAKARKIV, "ny-journalpost",
                       "{\"tittel\":\"Legeerklæring\",\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"P\"},"
                       "\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingMetadata\":[{\"kode\":\"M\"}]}}", &post));
    assert_ok(brevutkast_visible(&bjarne, sak->systemid, list, &n));
    assert_int_equal(n, 0);
    n = 1;
    assert_ok(brevutkast_visible(&amina, sak->systemid, &u, &n));
    assert_ok(brevutkast_visible(&arkivar, sak->systemid, &u, &n));
    assert_int_equal(n, 1);
}

/* Wherever memory ends, it is told. */
static void without_memory(void **state)
{
    struct brevutkast u = whole("svar", ""), got;
    enum rc rc = RC_NOMEM;
    (void)state;
    for (size_t most = 0; rc == RC_NOMEM; most += 32) {
        struct cx cx;
        cx_open(&cx, most);
        struct call c = amina;
        c.cx = &cx;
        rc = brevutkast_get(&c, u.id, &got);
        cx_close(&cx);
    }
    assert_ok(rc);
}

static int run(const char *where, const char *name)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults), cmocka_unit_test(drafts), cmocka_unit_test(text), cmocka_unit_test(approval),
        cmocka_unit_test(decision), cmocka_unit_test(companies), cmocka_unit_test(attachments),
        cmocka_unit_test(lost_attachment), cmocka_unit_test(parties_leave), cmocka_unit_test(missing_parts),
        cmocka_unit_test(versions), cmocka_unit_test(hidden), cmocka_unit_test(screened_attachment),
        cmocka_unit_test(without_memory),
    };
    place = where;
    return cmocka_run_group_tests_name(name, tests, set_up, tear_down);
}

int main(void)
{
    return world_each_database(run);
}
