/*
 * A case and the people it concerns: who is a party sees it, letters are told once and for good, a request stops the
 * clock until it is answered, a message is in the archive whole and once. On SQLite, and on PostgreSQL when
 * SAMDRIFT_TEST_PG says where one is.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/test_archive.h"
#include "dialog/dialog_int.h"

#define KARI "01890a5d-ac96-774b-bcce-b302099a8001"
#define PER "01890a5d-ac96-774b-bcce-b302099a8003"
#define OLA "01890a5d-ac96-774b-bcce-b302099a8002"
#define PDF "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

static const char *place;
static const prepare_fn rooms[] = {task_open, outbox_prepare, dialog_prepare, NULL};
static struct world w;
static struct paper_fonts *fonts;
static struct call arkivar, maker, citizen;
static struct rec *sak, *letter;

static const struct avsender kari = {.eier = KARI, .pid = "21876010019", .spraak = SPRAAK_EN, .sakspraak = SPRAAK_NB,
                                     .kommune = "Nesodden kommune"};
static const struct paa_vegne behalf = {.navn = "FJELLSTRAND BYGG AS", .orgnr = "311000004", .representant = "Kari Nordmann",
                                        .representant_pid = "", .rett = "daglig leder"};
static const struct avsender company = {.eier = "orgnr:311000004", .pid = "", .vegne = &behalf, .kommune = "Nesodden kommune"};
static const struct avsender ola = {.eier = OLA, .pid = "", .kommune = "Nesodden kommune"};

/* ------------------------------------------------------------------ a case */

static int set_up(void **state)
{
    world_make(&w, "dialog", place, "", rooms);
    assert_ok(paper_fonts_open(&w.cx, &fonts));
    struct call admin = call_as(&w.cx, w.nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    arkivar = call_as(&w.cx, w.nesodden, ROLE_ARKIVAR, "arkivar");
    maker = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "saksbehandler");
    assert_ok(dialog_call(&w.cx, w.nesodden, &citizen));
    struct rec *del = make_arkivdel(&admin);
    assert_ok(try_make(&maker, del, PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Garasje\",\"administrativEnhet\":\"Bygg\"}", &sak));
    assert_ok(try_make(&maker, sak, PKG_SAKARKIV, "ny-journalpost",
                       "{\"tittel\":\"Vedtak\",\"journalposttype\":{\"kode\":\"U\"}}", &letter));
    struct sakspart p = {.eier = KARI, .rolle = SAKSPART_SOEKER, .navn = "Kari Nordmann"};
    uuid_copy(p.mappe, str_of(sak->systemid));
    assert_ok(dialog_part_add(&maker, &p));
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    paper_fonts_free(&fonts);
    return world_end(*state);
}

/* ------------------------------------------------------------------ what a case worker does, each in its write */

struct sent {
    struct partsbrev brev;
    int days;
};

static enum rc send_letter(struct call *c, void *arg)
{
    struct sent *s = arg;
    return dialog_brev_send(c, &s->brev, s->days);
}

static enum rc send_to(const char *eier, int days, struct partsbrev *ret)
{
    struct sent s = {.brev = {.eier = eier, .slag = PARTSBREV_SVAR}, .days = days};
    uuid_copy(s.brev.mappe, str_of(sak->systemid));
    uuid_copy(s.brev.registrering, str_of(letter->systemid));
    enum rc rc = archive_together(&maker, send_letter, &s);
    *ret = s.brev;
    return rc;
}

static struct oppgave task(void)
{
    struct oppgave o = {.slag = OPPGAVE_BEHANDLE, .enhet = "Bygg", .frist = frist_days(w.cx.now, 21)};
    uuid_copy(o.mappe, str_of(sak->systemid));
    assert_ok(oppgave_add(&maker, &o));
    return o;
}

static struct oppgave again(const struct oppgave *o)
{
    struct oppgave now;
    assert_ok(oppgave_get(&maker, o->id, &now));
    return now;
}

static enum rc ask_for(struct call *c, void *arg)
{
    return dialog_mangel_ask(c, arg);
}

static enum rc ask(const char *eier, const struct oppgave *o, struct mangel *ret)
{
    *ret = (struct mangel){.eier = eier, .tekst = "Vi mangler et kart.", .deler = "Situasjonskart\nSnitt",
                           .frist = frist_days(w.cx.now, 14)};
    uuid_copy(ret->mappe, str_of(sak->systemid));
    uuid_copy(ret->oppgave, str_of(o->id));
    return archive_together(&maker, ask_for, ret);
}

/* ------------------------------------------------------------------ what a party does */

static struct vedlegg file(const char *name)
{
    struct vedlegg v;
    enum vedlegg_error error;
    char path[100];
    (void)snprintf(path, sizeof(path), "%s/upload", w.dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, PDF, strlen(PDF)), strlen(PDF));
    assert_ok(vedlegg_take(&citizen, 1 << 20, fd, name, (int64_t)strlen(PDF), &v, &error));
    assert_int_equal(error, VEDLEGG_FINE);
    assert_int_equal(close(fd), 0);
    return v;
}

static enum rc say(const struct avsender *av, const char *key, enum melding_slag slag, const char *about, size_t files,
                   struct melding *ret)
{
    struct vedlegg v[2] = {{.navn = ""}};
    for (size_t i = 0; i < files; i++)
        v[i] = file("kart.pdf");
    const struct melding_innhold in = {.noekkel = key, .tekst = "Hvor langt er saken kommet?", .filer = v, .filer_n = files};
    *ret = (struct melding){.slag = slag};
    uuid_copy(ret->mappe, str_of(sak->systemid));
    uuid_copy(ret->gjelder, str_of(about));
    return dialog_send(fonts, &citizen, av, &in, ret);
}

/* ------------------------------------------------------------------ tests */

static void parties(void **state)
{
    struct sakspart *list, p = {.eier = KARI, .rolle = SAKSPART_PART, .navn = "En annen"}, got;
    size_t n;
    (void)state;
    uuid_copy(p.mappe, str_of(sak->systemid));
    assert_ok(dialog_part_add(&maker, &p));
    assert_ok(dialog_parts(&maker, &(struct dialog_filter){.mappe = sak->systemid, .most = 10}, &list, &n));
    assert_int_equal(n, 1);
    assert_string_equal(list[0].navn, "Kari Nordmann");
    assert_ok(dialog_part_get(&citizen, sak->systemid, KARI, &got));
    refused(&citizen, dialog_part_get(&citizen, sak->systemid, OLA, &got), RC_NOT_FOUND);
    assert_ok(dialog_parts(&citizen, &(struct dialog_filter){.eier = OLA, .most = 10}, &list, &n));
    assert_int_equal(n, 0);
    p.eier = PER;
    assert_ok(dialog_part_add(&maker, &p));
    assert_ok(dialog_part_get(&citizen, sak->systemid, PER, &got));
}

static void letters(void **state)
{
    struct partsbrev first, second, *list;
    size_t n;
    (void)state;
    refused(&citizen, send_to(OLA, KLAGE_DAGER, &first), RC_NOT_FOUND);
    assert_ok(send_to(KARI, KLAGE_DAGER, &first));
    assert_true(first.klagefrist == frist_days(first.varslet, 21));
    w.cx.now += 3600 * (int64_t)1000000;
    assert_ok(send_to(KARI, 0, &second));
    assert_string_equal(first.id, second.id);
    assert_true(first.varslet == second.varslet && first.klagefrist == second.klagefrist);
    assert_int_equal(world_rows(&w, "utboks WHERE mottaker = 'varsel'"), 1);
    assert_int_equal(world_rows(&w, "utboks WHERE innhold LIKE '%Vedtak%' OR innhold LIKE '%Kari%'"), 0);
    refused(&citizen, dialog_brev_open(&citizen, first.id, OLA, &second), RC_NOT_FOUND);
    assert_ok(dialog_brev_open(&citizen, first.id, KARI, &second));
    int64_t opened = second.aapnet;
    assert_true(opened == w.cx.now);
    w.cx.now += 1000000;
    assert_ok(dialog_brev_open(&citizen, first.id, KARI, &second));
    assert_true(second.aapnet == opened);
    assert_ok(dialog_brev_list(&citizen, &(struct dialog_filter){.eier = KARI, .open = true, .most = 5}, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(dialog_brev_list(&maker, &(struct dialog_filter){.mappe = sak->systemid, .most = 5}, &list, &n));
    assert_int_equal(n, 1);
}

/* Two are asked for one task: its clock goes on when the last is answered or closed. */
static void requests(void **state)
{
    struct mangel one, two, *list;
    struct melding m;
    size_t n;
    (void)state;
    struct oppgave o = task();
    refused(&citizen, ask(OLA, &o, &one), RC_NOT_FOUND);
    assert_int_equal(again(&o).pauset, 0);
    assert_ok(ask(KARI, &o, &one));
    assert_ok(ask(KARI, &o, &two));
    assert_true(again(&o).pauset > 0);
    int64_t tasks = world_rows(&w, "oppgave");
    refused(&citizen, say(&ola, "1", MELDING_SVAR, one.id, 1, &m), RC_NOT_FOUND);
    w.cx.now += 3 * 86400 * (int64_t)1000000;
    assert_ok(say(&kari, "svar-1", MELDING_SVAR, one.id, 2, &m));
    assert_true(again(&o).pauset > 0);
    assert_ok(dialog_mangel_close(&maker, two.id));
    assert_ok(dialog_mangel_close(&maker, two.id));
    assert_int_equal(again(&o).pauset, 0);
    assert_true(again(&o).frist > o.frist);
    assert_int_equal(world_rows(&w, "oppgave"), tasks);
    assert_ok(dialog_mangel_list(&maker, &(struct dialog_filter){.id = one.id, .most = 1}, &list, &n));
    assert_string_equal(list[0].svar, m.registrering);
    assert_ok(dialog_mangel_list(&citizen, &(struct dialog_filter){.eier = KARI, .open = true, .most = 5}, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(say(&kari, "svar-2", MELDING_SVAR, one.id, 1, &m));
    assert_int_equal(m.slag, MELDING_ETTERSENDING);
    assert_int_equal(world_rows(&w, "oppgave"), tasks + 1);
    refused(&citizen, dialog_mangel_close(&maker, OLA), RC_NOT_FOUND);
}

static void whole_and_once(void **state)
{
    struct melding m, same;
    struct rec *post;
    (void)state;
    int64_t posts = world_rows(&w, "registrering"), files = world_rows(&w, "dokumentobjekt"), tasks = world_rows(&w, "oppgave");
    refused(&citizen, say(&ola, "x", MELDING_SPOERSMAAL, "", 0, &m), RC_NOT_FOUND);
    assert_ok(say(&kari, "x", MELDING_SPOERSMAAL, "", 2, &m));
    assert_ok(say(&kari, "x", MELDING_SPOERSMAAL, "", 2, &same));
    assert_string_equal(m.registrering, same.registrering);
    assert_int_equal(world_rows(&w, "registrering"), posts + 1);
    assert_int_equal(world_rows(&w, "dokumentobjekt"), files + 3);
    assert_int_equal(world_rows(&w, "oppgave"), tasks + 1);
    assert_ok(archive_get(&arkivar, F_registrering, str_of(m.registrering), &post));
    assert_str(rec_val(post, A_registrering_tittel)->text, "Spørsmål fra part");
    assert_true(val_is(rec_val(post, A_journalpost_journalposttype), "I"));
    const struct melding_innhold empty = {.noekkel = "y", .tekst = ""};
    refused(&citizen, dialog_send(fonts, &citizen, &kari, &empty, &m), RC_FIELD_VALUE);
}

static void on_behalf(void **state)
{
    struct sakspart p = {.eier = company.eier, .rolle = SAKSPART_PART, .navn = behalf.navn};
    struct melding m;
    (void)state;
    uuid_copy(p.mappe, str_of(sak->systemid));
    assert_ok(dialog_part_add(&maker, &p));
    assert_ok(say(&company, "b", MELDING_SPOERSMAAL, "", 0, &m));
    assert_int_equal(world_rows(&w, "korrespondansepart WHERE navn = 'FJELLSTRAND BYGG AS'"
                                    " AND kontaktperson = 'Kari Nordmann'"), 1);
}

static enum rc run_script(struct db *db, void *arg)
{
    return db_script(db, arg);
}

/* The last step fails: nothing is there, and the same sending succeeds afterwards. */
static void nothing(void **state)
{
    struct melding m;
    char away[] = "ALTER TABLE melding RENAME COLUMN gjelder TO bort", back[] = "ALTER TABLE melding RENAME COLUMN bort TO gjelder";
    (void)state;
    int64_t posts = world_rows(&w, "registrering"), tasks = world_rows(&w, "oppgave");
    assert_ok(store_write(&w.cx, vault_space(w.nesodden), run_script, away));
    refused(&citizen, say(&kari, "z", MELDING_ETTERSENDING, "", 1, &m), RC_IO);
    assert_int_equal(world_rows(&w, "registrering"), posts);
    assert_int_equal(world_rows(&w, "oppgave"), tasks);
    assert_ok(store_write(&w.cx, vault_space(w.nesodden), run_script, back));
    assert_ok(say(&kari, "z", MELDING_ETTERSENDING, "", 1, &m));
    assert_int_equal(world_rows(&w, "registrering"), posts + 1);
}

/* An appeal refers to the decision, and opens a case that was closed. */
static void appeal(void **state)
{
    struct melding m;
    struct partsbrev b;
    (void)state;
    assert_ok(send_to(KARI, KLAGE_DAGER, &b));
    refused(&citizen, say(&kari, "k0", MELDING_KLAGE, OLA, 0, &m), RC_NOT_FOUND);
    w.cx.now += 60 * 86400 * (int64_t)1000000;
    struct call admin = call_as(&w.cx, w.nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    admin.correct = true;
    assert_ok(archive_get(&admin, F_mappe, str_of(sak->systemid), &sak));
    patch(&admin, &sak, "{\"saksstatus\":{\"kode\":\"A\"}}");
    assert_true(rec_val(sak, A_mappe_avsluttetDato)->state == VAL_SET);
    assert_ok(say(&kari, "k1", MELDING_KLAGE, b.id, 0, &m));
    assert_int_equal(world_rows(&w, "kryssreferanse"), 1);
    assert_ok(archive_get(&arkivar, F_mappe, str_of(sak->systemid), &sak));
    assert_true(val_is(rec_val(sak, A_saksmappe_saksstatus), "B"));
    assert_int_equal(world_rows(&w, "oppgave WHERE slag = 'behandle' AND utfoert = 0 AND registrering <> ''"), 1);
}

/* What is said in a case with something screened is screened too. */
static void screened(void **state)
{
    struct rec *post, *got;
    struct melding m;
    (void)state;
    assert_ok(try_make(&arkivar, sak, PKG_SAKARKIV, "ny-journalpost",
                       "{\"tittel\":\"Legeerklæring\",\"skjerming\":{\"tilgangsrestriksjon\":{\"kode\":\"XX\"},"
                       "\"skjermingshjemmel\":\"Offl. § 13\",\"skjermingMetadata\":[{\"kode\":\"M\"}],"
                       "\"skjermingDokument\":{\"kode\":\"H\"}}}", &post));
    assert_ok(say(&kari, "s", MELDING_SPOERSMAAL, "", 0, &m));
    struct call reader = call_as(&w.cx, w.nesodden, ROLE_LESER, "leser");
    refused(&citizen, archive_get(&reader, F_registrering, str_of(m.registrering), &got), RC_NOT_FOUND);
    assert_ok(archive_get(&citizen, F_registrering, str_of(m.registrering), &got));
}

static int run(const char *where, const char *name)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parties), cmocka_unit_test(letters), cmocka_unit_test(requests), cmocka_unit_test(whole_and_once),
        cmocka_unit_test(on_behalf),
        cmocka_unit_test(nothing), cmocka_unit_test(appeal), cmocka_unit_test(screened),
    };
    place = where;
    return cmocka_run_group_tests_name(name, tests, set_up, tear_down);
}

int main(void)
{
    return world_each_database(run);
}
