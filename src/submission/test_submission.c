/* Sending: whole or nothing, once, and hidden where an answer asks for it; drafts and attachments before it. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/test_archive.h"
#include "base/fault.h"
#include "submission/submission_int.h"
#include "task/task.h"

struct intake {
    struct world in;
    struct paper_fonts *fonts;
    struct outbox *outbox;
    struct submissions *submissions;
    struct call call;                  /* of the intake */
    const struct skjema *skjema;
};

static const prepare_fn rooms[] = {task_open, outbox_prepare, dialog_prepare, submission_prepare, NULL};

#define KARI "21876010019"
#define ADA "02851970110"

static const struct avsender kari = {.eier = "kari", .pid = KARI, .spraak = SPRAAK_EN, .sakspraak = SPRAAK_NB,
                                     .kommune = "Nesodden kommune", .kommunenr = "3212"};

static void make_archive(struct intake *w)
{
    struct call admin = call_as(&w->in.cx, w->call.vault, ROLE_ARKIVADMINISTRATOR, "admin");
    (void)make(&admin, make(&admin, NULL, "ny-arkiv", "{\"tittel\":\"Arkiv\"}"), "ny-arkivdel", "{\"tittel\":\"Sakarkiv\"}");
}

static int set_up(void **state)
{
    struct intake *w = mem_new(sizeof(*w));
    world_make(&w->in, "submission", NULL, "", rooms);
    assert_ok(paper_fonts_open(&w->in.cx, &w->fonts));
    assert_ok(outbox_open(&w->in.cx, w->in.dir, &w->outbox));
    assert_ok(submission_open(&w->in.cx, w->fonts, w->outbox, &w->submissions));
    assert_ok(submission_call(&w->in.cx, w->in.nesodden, &w->call));
    assert_ok(skjema_read(&w->in.cx, world_data(&w->in.cx, "skjema/garasje.json"), NULL, NULL, &w->skjema));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct intake *w = *state;
    submission_close(&w->submissions);
    outbox_close(&w->outbox);
    paper_fonts_free(&w->fonts);
    int status = world_end(&w->in);
    mem_free(w);
    return status;
}

/* ------------------------------------------------------------------ a filled-in form */

static const char *const inputs[] = {
    "navn", "Kari Nordmann", "adresse-gate", "Fjordveien 4", "adresse-postnr", "1450", "adresse-poststed", "Nesoddtangen",
    "epost", "kari@example.com", "eiendom-gnr", "7", "eiendom-bnr", "70", "tiltak", "garasje", "lengde", "6,5", "bredde", "5",
    "hoyde", "4", "avstand", "5",
};

static const char *typed(void *arg, const char *name, size_t index)
{
    (void)arg;
    for (size_t i = 0; index == 0 && i + 1 < COUNT_OF(inputs); i += 2)
        if (streq(inputs[i], name))
            return inputs[i + 1];
    return NULL;
}

static enum rc type_all(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    for (size_t i = 0; i < s->felt_n; i++)
        TRY(svar_take(cx, svar, &s->felt[i], typed, arg));
    return RC_OK;
}

struct placing {
    const char *felt;
    const struct vedlegg *file;
};

static enum rc place(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    const struct placing *p = arg;
    return vedlegg_put(cx, svar, skjema_felt(s, p->felt), p->file);
}

static enum vedlegg_error give(struct intake *w, const char *name, const char *content, struct vedlegg *ret)
{
    char path[80];
    enum vedlegg_error error;
    (void)snprintf(path, sizeof(path), "%s/upload", w->in.dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    size_t n = strlen(content);
    assert_int_equal(write(fd, content, n), n);
    assert_ok(vedlegg_take(&w->call, skjema_felt(w->skjema, "situasjonskart")->max_length, fd, name, (int64_t)n, ret, &error));
    assert_int_equal(close(fd), 0);
    return error;
}

static void attach(struct intake *w, const char *felt, const char *name)
{
    struct vedlegg file;
    struct utkast u;
    assert_int_equal(give(w, name, "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", &file), VEDLEGG_FINE);
    struct placing p = {felt, &file};
    assert_ok(utkast_change(&w->call, "kari", "garasje", place, &p, &u));
}

static struct utkast filled(struct intake *w)
{
    struct utkast u;
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_I_BRUK));
    assert_ok(utkast_begin(&w->call, "kari", w->skjema, NULL, &u));
    assert_ok(utkast_change(&w->call, "kari", "garasje", type_all, NULL, &u));
    return u;
}

static enum rc send_it(struct intake *w, const char *id, struct innsending *ret, size_t *ret_faults)
{
    const struct svar_fault *faults;
    return innsending_send(w->submissions, &w->call, id, &kari, ret, &faults, ret_faults);
}

/* ------------------------------------------------------------------ tests */

static void definitions(void **state)
{
    struct intake *w = *state;
    const struct skjema *got;
    struct skjema_utgave *all;
    size_t n;
    assert_rc(skjema_add(&w->call, w->skjema, SKJEMA_I_BRUK), RC_FIELD_VALUE);
    assert_string_equal(w->in.cx.err.field, "/archive/arkivdel");
    err_clear(&w->in.cx);
    make_archive(w);
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_I_BRUK));
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_I_BRUK));
    struct skjema other = *w->skjema;
    (void)snprintf(other.sha256, sizeof(other.sha256), "00");
    assert_rc(skjema_add(&w->call, &other, SKJEMA_I_BRUK), RC_TAKEN);
    err_clear(&w->in.cx);
    assert_ok(skjema_get(&w->call, "garasje", &got));
    assert_string_equal(got->sha256, w->skjema->sha256);
    assert_rc(skjema_get(&w->call, "finnes_ikke", &got), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_ok(skjema_list(&w->call, &all, &n));
    assert_int_equal(n, 1);
}

/* A draft is nobody's to fill in until it is put into force; a form that is retired can still be read by its version. */
static void standing(void **state)
{
    struct intake *w = *state;
    const struct skjema *got;
    struct skjema_utgave *all;
    size_t n;
    make_archive(w);
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_UTKAST));
    assert_rc(skjema_get(&w->call, "garasje", &got), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_ok(skjema_version(&w->call, "garasje", 1, &got));
    assert_ok(skjema_publish(&w->call, "garasje"));
    assert_ok(skjema_get(&w->call, "garasje", &got));
    assert_rc(skjema_publish(&w->call, "garasje"), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_UTKAST));   /* still in force */
    assert_ok(skjema_list(&w->call, &all, &n));
    assert_int_equal(n, 1);
    assert_ok(skjema_retire(&w->call, "garasje"));
    assert_rc(skjema_get(&w->call, "garasje", &got), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_rc(skjema_retire(&w->call, "garasje"), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_ok(skjema_list(&w->call, &all, &n));
    assert_int_equal(n, 0);
    assert_ok(skjema_utgaver(&w->call, &all, &n));
    assert_int_equal(n, 1);
    assert_int_equal(all[0].stand, SKJEMA_TRUKKET);
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_I_BRUK));
    assert_ok(skjema_get(&w->call, "garasje", &got));
}

/* What citizens knew stays known; a draft moves with what fits: an answer that is of another kind now is asked again. */
static void moving(void **state)
{
    struct intake *w = *state;
    struct skjema_utgave known;
    struct utkast u, before;
    make_archive(w);
    before = filled(w);
    struct felt *fields = arena_array(w->in.cx.arena, w->skjema->felt_n, sizeof(*fields));
    struct skjema to = *w->skjema;
    assert_non_null(fields);
    memcpy(fields, to.felt, to.felt_n * sizeof(*fields));
    fields[skjema_felt(&to, "hoyde") - to.felt].type = FELT_DATE;
    fields[skjema_felt(&to, "lengde") - to.felt].max = 3;
    to.felt = fields;
    json_t *svar = json_object();
    assert_ok(svar_carry(&w->in.cx, w->skjema, before.svar, &to, svar));
    assert_null(json_object_get(svar, "hoyde"));
    assert_null(json_object_get(svar, "lengde"));
    assert_string_equal(svar_part(svar, skjema_felt(&to, "navn"), NULL), svar_part(before.svar, skjema_felt(&to, "navn"), NULL));
    json_decref(svar);

    assert_ok(skjema_retire(&w->call, "garasje"));
    assert_ok(skjema_known(&w->call, "garasje", &known));
    assert_int_equal(known.stand, SKJEMA_TRUKKET);
    assert_rc(skjema_known(&w->call, "finnes_ikke", &known), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_ok(utkast_move(&w->call, "kari", w->skjema, &u));
    assert_string_equal(u.id, before.id);
    assert_true(json_equal(u.svar, before.svar));
    assert_rc(utkast_move(&w->call, "ola", w->skjema, &u), RC_NOT_FOUND);
    err_clear(&w->in.cx);
}

static void drafts(void **state)
{
    struct intake *w = *state;
    struct utkast u, again;
    make_archive(w);
    u = filled(w);
    assert_string_equal(svar_part(u.svar, skjema_felt(u.skjema, "areal"), NULL), "32.5");
    assert_ok(utkast_begin(&w->call, "kari", w->skjema, NULL, &again));
    assert_string_equal(again.id, u.id);
    assert_rc(utkast_get(&w->call, "ola", "garasje", &again), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    w->in.cx.now += (UTKAST_DAYS * 24 + 1) * 3600 * (int64_t)1000000;
    assert_rc(utkast_get(&w->call, "kari", "garasje", &again), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_ok(utkast_begin(&w->call, "kari", w->skjema, NULL, &again));
    assert_string_not_equal(again.id, u.id);
    assert_int_equal(json_object_size(again.svar), 0);
    assert_int_equal(world_rows(&w->in, "utkast"), 1);
}

static void attachments(void **state)
{
    struct intake *w = *state;
    struct vedlegg file;
    assert_int_equal(give(w, "kart.pdf", "ikke noen PDF", &file), VEDLEGG_CONTENT);
    assert_int_equal(give(w, "kart.exe", "MZ", &file), VEDLEGG_KIND);
    assert_int_equal(give(w, "kart", "x", &file), VEDLEGG_KIND);
    assert_int_equal(give(w, "kart.pdf", "", &file), VEDLEGG_EMPTY);
    assert_int_equal(give(w, "et\nkart/../med:navn.PDF", "%PDF-1.4\n%%EOF\n", &file), VEDLEGG_FINE);
    assert_string_equal(file.navn, "et kart .. med:navn.PDF");
    assert_int_equal(file.byte, 15);
}

static void whole_and_once(void **state)
{
    struct intake *w = *state;
    struct innsending first, second;
    struct document d;
    size_t faults;
    make_archive(w);
    struct utkast u = filled(w);
    assert_rc(send_it(w, u.id, &first, &faults), RC_FIELD_VALUE);
    assert_int_equal(faults, 1);
    err_clear(&w->in.cx);
    attach(w, "situasjonskart", "kart.pdf");
    attach(w, "tegninger", "a.pdf");
    attach(w, "tegninger", "b.pdf");
    assert_ok(send_it(w, u.id, &first, &faults));
    assert_ok(send_it(w, u.id, &second, &faults));
    assert_string_equal(first.nummer, second.nummer);
    assert_string_equal(first.saksnummer, second.saksnummer);
    assert_int_equal(world_rows(&w->in, "mappe"), 1);
    assert_int_equal(world_rows(&w->in, "registrering"), 1);
    assert_int_equal(world_rows(&w->in, "dokumentbeskrivelse"), 4);
    assert_int_equal(world_rows(&w->in, "dokumentobjekt"), 5);
    assert_int_equal(world_rows(&w->in, "utkast"), 0);
    assert_int_equal(world_rows(&w->in, "oppgave"), 1);
    assert_int_equal(world_rows(&w->in,
                                "nasjonalidentifikator WHERE kommunenummer = '3212' AND gaardsnummer = 7 AND bruksnummer = 70"
                                " AND festenummer IS NULL AND mappe_id IS NOT NULL"), 1);
    assert_int_equal(world_rows(&w->in, "sakspart WHERE eier = 'kari' AND navn = 'Kari Nordmann'"), 1);
    assert_int_equal(world_rows(&w->in, "utboks WHERE levert > 0"), 1);
    assert_ok(innsending_document(&w->call, &first, &d));
    assert_string_equal(d.mime, "application/pdf");
    assert_int_equal(close(d.fd), 0);
    const char *letter = arena_printf(w->in.cx.arena, "%s/utboks/%s/byggesak/%s.json", w->in.dir, w->in.slug, first.id);
    assert_int_equal(access(letter, R_OK), 0);
    struct rec *sak;
    assert_ok(archive_get(&w->call, F_mappe, str_of(first.mappe), &sak));
    assert_str(rec_val(sak, A_mappe_tittel)->text, "Garasje \xE2\x80\x93 gnr/bnr 7/70");
    assert_rc(innsending_get(&w->call, first.id, "ola", &second), RC_NOT_FOUND);
    err_clear(&w->in.cx);
}

static enum rc run_script(struct db *db, void *arg)
{
    return db_script(db, arg);
}

/* The last step fails: nothing is there, the draft and its files are, and the next sending succeeds. */
static void nothing(void **state)
{
    struct intake *w = *state;
    struct innsending in, same;
    struct utkast *drafts;
    size_t faults, n;
    char away[] = "ALTER TABLE oppgave RENAME TO bort", back[] = "ALTER TABLE bort RENAME TO oppgave";
    make_archive(w);
    struct utkast u = filled(w);
    attach(w, "situasjonskart", "kart.pdf");
    assert_ok(store_write(&w->in.cx, vault_space(w->call.vault), run_script, away));
    assert_rc(send_it(w, u.id, &in, &faults), RC_IO);
    err_clear(&w->in.cx);
    assert_int_equal(world_rows(&w->in, "mappe"), 0);
    assert_int_equal(world_rows(&w->in, "dokumentobjekt"), 0);
    assert_ok(store_write(&w->in.cx, vault_space(w->call.vault), run_script, back));
    assert_int_equal(world_rows(&w->in, "innsending"), 0);
    assert_int_equal(world_rows(&w->in, "utkast"), 1);
    assert_ok(utkast_list(&w->call, "kari", 5, &drafts, &n));
    assert_int_equal(n, 1);
    assert_string_equal(drafts[0].skjema->id, "garasje");
    assert_ok(utkast_list(&w->call, "ola", 5, &drafts, &n));
    assert_int_equal(n, 0);
    assert_ok(send_it(w, u.id, &in, &faults));
    assert_ok(innsending_of(&w->call, in.mappe, "kari", &same));
    assert_string_equal(same.id, in.id);
    assert_rc(innsending_of(&w->call, in.mappe, "ola", &same), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    assert_int_equal(world_rows(&w->in, "mappe"), 1);
}

/* A form that asks for a national id number: what came of it is not there for who may not see it. */
static void screened(void **state)
{
    struct intake *w = *state;
    struct innsending in;
    struct utkast u;
    size_t faults;
    struct rec *got;
    make_archive(w);
    struct str text = world_data(&w->in.cx, "skjema/garasje.json");
    char *json = arena_strndup(w->in.cx.arena, text.p, text.n), *at = strstr(json, "\"sensitivity\": \"personal\"");
    memcpy(at, "\"sensitivity\": \"special\" ", sizeof("\"sensitivity\": \"personal\"") - 1);
    assert_ok(skjema_read(&w->in.cx, str_of(json), NULL, NULL, &w->skjema));
    u = filled(w);
    attach(w, "situasjonskart", "kart.pdf");
    assert_ok(send_it(w, u.id, &in, &faults));
    struct call leser = {.cx = &w->in.cx, .vault = w->call.vault, .role = ROLE_LESER};
    leser.person = (struct person){.id = "01890a5d-ac96-774b-bcce-b302099a8058", .name = "leser", .known = true};
    assert_ok(archive_meet(&leser));
    assert_rc(archive_get(&leser, F_registrering, str_of(in.journalpost), &got), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    struct document d;
    assert_rc(archive_document(&leser, F_dokumentobjekt, str_of(in.dokument), &d), RC_NOT_FOUND);
    err_clear(&w->in.cx);
    leser.role = ROLE_ARKIVAR;
    leser.gate = NULL;
    assert_ok(archive_get(&leser, F_registrering, str_of(in.journalpost), &got));
    assert_true(val_is(rec_leaf(got, A_registrering_skjerming, L_skjerming_tilgangsrestriksjon), "XX"));
}

/* Without clamd the record says that the attachments were not scanned; where a scan is demanded they are not taken. */
static void not_scanned(void **state)
{
    struct intake *w = *state;
    struct innsending in;
    struct vedlegg file;
    size_t faults;
    make_archive(w);
    struct utkast u = filled(w);
    attach(w, "situasjonskart", "kart.pdf");
    assert_ok(send_it(w, u.id, &in, &faults));
    assert_int_equal(world_rows(&w->in, "merknad WHERE merknadstekst = '1 vedlegg er ikke virusskannet.'"), 1);
    w->in.archive->scan_demanded = true;
    assert_int_equal(give(w, "kart.pdf", "%PDF-1.4\n%%EOF\n", &file), VEDLEGG_UNSCANNED);
}

/* ------------------------------------------------------------------ for another */

static void send_as(struct intake *w, const struct avsender *av)
{
    const struct svar_fault *faults;
    struct innsending in;
    size_t n;
    make_archive(w);
    struct utkast u = filled(w);
    attach(w, "situasjonskart", "kart.pdf");
    assert_ok(innsending_send(w->submissions, &w->call, u.id, av, &in, &faults, &n));
}

/* The child is the sender and a party, the parent the other. */
static void for_a_child(void **state)
{
    struct intake *w = *state;
    const struct paa_vegne ada = {"Ada Nordmann", "", "Kari Nordmann", KARI, "foreldreansvar"};
    struct avsender av = kari;
    av.pid = ADA;
    av.vegne = &ada;
    json_t *none = json_object(), *sender = party_sender(&(struct utkast){.skjema = w->skjema, .svar = none}, &av);
    assert_string_equal(json_string_value(json_object_get(sender, "navn")), "Ada Nordmann");
    assert_non_null(json_object_get(sender, "personidentifikator"));
    assert_null(json_object_get(sender, "kontaktperson"));
    json_decref(sender);
    json_decref(none);
    send_as(w, &av);
    assert_int_equal(world_rows(&w->in, "part WHERE navn = 'Ada Nordmann' AND \"partRolle\" = 'KLI'"), 1);
    assert_int_equal(world_rows(&w->in, "part WHERE navn = 'Kari Nordmann' AND \"partRolle\" = 'FORM'"), 1);
    assert_int_equal(world_rows(&w->in, "korrespondansepart WHERE navn = 'Ada Nordmann'"), 1);
}

static void for_a_company(void **state)
{
    struct intake *w = *state;
    const struct paa_vegne bygg = {"FJELLSTRAND BYGG AS", "311000004", "Kari Nordmann", KARI, "daglig leder"};
    struct avsender av = kari;
    av.pid = "";
    av.vegne = &bygg;
    send_as(w, &av);
    assert_int_equal(world_rows(&w->in,
                                "korrespondansepart WHERE navn = 'FJELLSTRAND BYGG AS' AND kontaktperson = 'Kari Nordmann'"), 1);
    assert_int_equal(world_rows(&w->in, "part"), 1);
}

/* Wherever memory runs out, the sender is whole or not made. */
static void whole_sender(void **state)
{
    struct intake *w = *state;
    make_archive(w);
    struct utkast u = filled(w);
    json_t *whole = party_sender(&u, &kari);
    assert_non_null(json_object_get(whole, "postadresse"));
    assert_non_null(json_object_get(whole, "kontaktinformasjon"));
    bool starved = true;
    for (int nth = 1; starved; nth++) {
        assert_true(fault_plan(arena_printf(w->in.cx.arena, "memory.json:memory:%d", nth)));
        fault_arm();
        json_t *got = party_sender(&u, &kari);
        starved = fault_happened();
        fault_disarm();
        assert_true(starved ? got == NULL : json_equal(got, whole));
        json_decref(got);
    }
    json_decref(whole);
}

static enum rc ask_for_access(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    (void)arg;
    TRY(svar_put(cx, svar, skjema_felt(s, "beskrivelse"), json_string("Garasjen")));
    return svar_put(cx, svar, skjema_felt(s, "epost"), json_string("kari@example.com"));
}

/* Its task has five working days, whatever days of the week they are. */
static void access_request(void **state)
{
    struct intake *w = *state;
    struct innsending in;
    struct utkast u;
    struct oppgave *tasks;
    size_t faults, n;
    int64_t total;
    make_archive(w);
    assert_ok(skjema_read(&w->in.cx, world_data(&w->in.cx, "skjema/innsyn.json"), NULL, NULL, &w->skjema));
    assert_ok(skjema_add(&w->call, w->skjema, SKJEMA_I_BRUK));
    assert_ok(utkast_begin(&w->call, "kari", w->skjema, NULL, &u));
    assert_ok(utkast_change(&w->call, "kari", "innsyn", ask_for_access, NULL, &u));
    assert_ok(send_it(w, u.id, &in, &faults));
    assert_ok(oppgave_list(&w->call, &(struct oppgave_filter){.mappe = in.mappe, .most = 2}, &tasks, &n, &total));
    assert_int_equal(n, 1);
    assert_int_equal(tasks[0].slag, OPPGAVE_INNSYN);
    assert_int_equal(tasks[0].frist, frist_workdays(in.sendt, 5));
    assert_int_equal(in.svarfrist, tasks[0].frist);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(definitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(standing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(moving, set_up, tear_down),
        cmocka_unit_test_setup_teardown(drafts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(attachments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whole_and_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(screened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_scanned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(for_a_child, set_up, tear_down),
        cmocka_unit_test_setup_teardown(for_a_company, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whole_sender, set_up, tear_down),
        cmocka_unit_test_setup_teardown(access_request, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
