/*
 * Orders from within: one write and one order, a task a unit, the clock, answers with what they demand, documents
 * only to the key and only for a time, appeals. On SQLite, and on PostgreSQL when SAMDRIFT_TEST_PG says where one is.
 */
#include <stdlib.h>
#include <unistd.h>

#include "archive/test_archive.h"
#include "innsyn/innsyn_int.h"

#define KEY "en hemmelig nøkkel"
#define DAY (86400 * (int64_t)1000000)
#define NONCE "01890a5d-ac96-774b-bcce-00000000000"

static const char *place;
static const prepare_fn rooms[] = {journal_prepare, task_open, submission_prepare, innsyn_prepare, NULL};
static struct paper_fonts *fonts;
static struct innsyn *room;
static struct call arkivar, intake;
static struct rec *garage, *other, *plan, *vann;

/* A journalpost with a document, in the public journal. */
static struct rec *published(const struct rec *sak, const char *title)
{
    struct rec *post, *made, *doc;
    struct taken *file;
    char *values = arena_printf(arkivar.cx->arena, "{\"tittel\":\"%s\"}", title);
    assert_ok(try_make(&arkivar, sak, PKG_SAKARKIV, "ny-journalpost", values, &post));
    made = make(&arkivar, post, "ny-korrespondansepartperson",
                "{\"navn\":\"Siri Li\",\"korrespondanseparttype\":{\"kode\":\"EA\"}}");
    assert_ok(archive_take_bytes(&arkivar, STR("Garasjen blir 40 kvadratmeter.\n"), "text/plain", "Siri Li.txt", &file));
    assert_ok(archive_make_document(&arkivar, post, "Tegning", "H", file, &doc, &made));
    patch(&arkivar, &post, "{\"journalstatus\":{\"kode\":\"J\"}}");
    assert_ok(journal_publish(&arkivar, str_of(post->systemid), NULL, NULL));
    return post;
}

static void make_world(struct world *w)
{
    struct call admin = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    const struct skjema *s;
    arkivar = call_as(&w->cx, w->nesodden, ROLE_ARKIVAR, "arkivar");
    assert_ok(submission_call(&w->cx, w->nesodden, &intake));
    struct rec *arkiv = make(&admin, NULL, "ny-arkiv", "{\"tittel\":\"Arkiv\"}");
    struct rec *del = make(&admin, arkiv, "ny-arkivdel", "{\"tittel\":\"Sakarkiv\"}");
    assert_ok(try_make(&arkivar, del, PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Garasje på 7/70\",\"administrativEnhet\":\"Plan og bygg\"}", &plan));
    assert_ok(try_make(&arkivar, del, PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Vannledning\",\"administrativEnhet\":\"Vann og avløp\"}", &vann));
    garage = published(plan, "Søknad om garasje");
    other = published(vann, "Melding om lekkasje");
    assert_ok(skjema_read(&w->cx, world_data(&w->cx, "skjema/innsyn.json"), NULL, NULL, &s));
    assert_ok(skjema_add(&intake, s, SKJEMA_I_BRUK));
}

static int set_up(void **state)
{
    static struct world w;
    world_make(&w, "innsyn", place, "", rooms);
    assert_ok(paper_fonts_open(&w.cx, &fonts));
    assert_ok(innsyn_open(&w.cx, w.archive, fonts, &room));
    make_world(&w);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    innsyn_close(&room);
    paper_fonts_free(&fonts);
    return world_end(*state);
}

/* ------------------------------------------------------------------ what the tests say */

static enum rc send_it(const char *key, const char *id, const char *const *posts, size_t n, struct innsynskrav *ret, size_t *gone)
{
    const struct innsynsbestilling b = {.id = id, .noekkel = key, .navn = "Kari", .epost = "kari@example.com", .ord = "Gjerne alt.",
                                        .poster = posts, .poster_n = n, .kommune = "Nesodden kommune"};
    return innsyn_send(room, &intake, &b, ret, gone);
}

static struct innsynskrav ordered(const char *key, const char *id)
{
    const char *posts[] = {garage->systemid, other->systemid};
    struct innsynskrav k;
    size_t gone;
    if (send_it(key, id, posts, 2, &k, &gone) != RC_OK)
        fail_msg("%s %s", err_text(intake.cx), intake.cx->err.secret ? intake.cx->err.secret : "");
    return k;
}

static struct innsynskrav read_again(const char *key)
{
    struct innsynskrav k;
    assert_ok(innsyn_by_key(intake.cx, intake.vault, key, &k));
    return k;
}

static const char *document_of(const struct rec *post)
{
    struct result all = {0};
    assert_ok(innsyn_documents(&arkivar, post->systemid, &all));
    assert_int_equal(all.n, 1);
    return all.recs[0]->systemid;
}

static enum rc answer(const char *krav, int64_t nr, enum innsyn_utfall utfall, const char *dokument, const char *merinnsyn)
{
    const struct innsynssvar s = {.krav = krav, .nr = nr, .utfall = utfall, .hjemmel = "Offentleglova § 14 første ledd",
                                  .grunn = "Utkast.", .merinnsyn = merinnsyn, .dokumenter = &dokument,
                                  .dokumenter_n = dokument ? 1 : 0, .kommune = "Nesodden kommune"};
    return innsyn_answer(room, &arkivar, &s);
}

static size_t open_tasks(const char *mappe)
{
    struct oppgave *tasks;
    size_t n;
    int64_t total;
    assert_ok(oppgave_list(&arkivar, &(struct oppgave_filter){.mappe = mappe, .most = 9}, &tasks, &n, &total));
    return n;
}

/* ------------------------------------------------------------------ tests */

static void one_order_however_often(void **state)
{
    (void)state;
    struct innsynskrav first = ordered(KEY, NONCE "1"), second = ordered(KEY, NONCE "1");
    assert_string_equal(first.mappe, second.mappe);
    assert_int_equal(first.poster_n, 2);
    assert_int_equal(first.venter, 2);
    assert_int_equal(open_tasks(first.mappe), 2);
    assert_int_equal(first.frist, frist_workdays(first.mottatt, 5));
    struct rec *post;
    assert_ok(archive_get(&arkivar, F_registrering, str_of(first.journalpost), &post));
    assert_str(rec_val(post, A_registrering_tittel)->text, "Krav om innsyn");
    refused(&intake, innsyn_by_key(intake.cx, intake.vault, "en annen nøkkel", &second), RC_NOT_FOUND);
    refused(&intake, innsyn_get(&intake, first.id, &second), RC_FORBIDDEN);
}

static void the_clock(void **state)
{
    (void)state;
    struct innsynskrav k = {.mottatt = time_of_day(20782) /* 2026-11-25, a Wednesday */, .venter = 1};
    k.frist = frist_workdays(k.mottatt, 5);
    static const int days[] = {0, 1, 2, 2, 2, 3, 4, 5, 6};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        assert_int_equal(innsyn_day(&k, k.mottatt + (int64_t)i * DAY), days[i]);
        assert_int_equal(innsyn_appealable(&k, k.mottatt + (int64_t)i * DAY), days[i] > 5);
    }
}

static void withdrawn_meanwhile(void **state)
{
    (void)state;
    const char *posts[] = {garage->systemid, published(plan, "Tilbaketrukket")->systemid, "01890a5d-ac96-774b-bcce-b302099a8057"};
    struct innsynskrav k;
    size_t gone;
    assert_ok(journal_withdraw(&arkivar, str_of(posts[1])));
    assert_ok(send_it("b", NONCE "2", posts, 3, &k, &gone));
    assert_int_equal(gone, 2);
    assert_int_equal(k.poster_n, 1);
    refused(&intake, send_it("c", NONCE "3", posts + 1, 2, &k, &gone), RC_NOT_FOUND);
}

static void limits(void **state)
{
    (void)state;
    const char *posts[INNSYN_MOST + 1];
    struct innsynskrav k;
    size_t gone;
    for (size_t i = 0; i < COUNT_OF(posts); i++)
        posts[i] = garage->systemid;
    refused(&intake, send_it("d", NONCE "8", posts, COUNT_OF(posts), &k, &gone), RC_FIELD_VALUE);
    char *words = arena_alloc(intake.cx->arena, INNSYN_TEXT_MAX + 2);
    memset(words, 'x', INNSYN_TEXT_MAX + 1);
    refused(&intake, innsyn_appeal(room, &intake, KEY, NONCE "9", words, "Nesodden kommune", false), RC_FIELD_VALUE);
}

static void given(void **state)
{
    (void)state;
    struct innsynskrav k = ordered("gitt", NONCE "4");
    struct document d;
    char text[40] = "";
    refused(&arkivar, answer(k.id, 1, INNSYN_GITT, NULL, ""), RC_FIELD_MISSING);
    refused(&arkivar, answer(k.id, 1, INNSYN_GITT, document_of(other), ""), RC_FIELD_VALUE);
    refused(&arkivar, answer(k.id, 3, INNSYN_GITT, document_of(garage), ""), RC_NOT_FOUND);
    refused(&intake, innsyn_document(intake.cx, intake.vault, "gitt", 1, 0, &d), RC_NOT_FOUND);
    assert_ok(answer(k.id, 1, INNSYN_GITT, document_of(garage), ""));
    refused(&arkivar, answer(k.id, 1, INNSYN_GITT, document_of(garage), ""), RC_CONFLICT);
    k = read_again("gitt");
    assert_int_equal(k.venter, 1);
    assert_int_equal(open_tasks(k.mappe), 1);
    assert_string_equal(k.poster[0].dokumenter[0].tittel, "Tegning");
    struct rec *letter;
    assert_ok(archive_get(&arkivar, F_registrering, str_of(k.poster[0].svar), &letter));
    assert_true(val_is(rec_val(letter, A_journalpost_journalstatus), "J"));
    assert_ok(innsyn_document(intake.cx, intake.vault, "gitt", 1, 0, &d));
    assert_string_equal(d.name, "innsyn-1-1.txt");
    assert_int_equal(read(d.fd, text, sizeof(text) - 1), 31);
    assert_int_equal(close(d.fd), 0);
    refused(&intake, innsyn_document(intake.cx, intake.vault, "gitt", 1, 1, &d), RC_NOT_FOUND);
    refused(&intake, innsyn_document(intake.cx, intake.vault, "feil", 1, 0, &d), RC_NOT_FOUND);
    intake.cx->now += 95 * DAY;
    refused(&intake, innsyn_document(intake.cx, intake.vault, "gitt", 1, 0, &d), RC_NOT_FOUND);
    intake.cx->now -= 95 * DAY;
    assert_ok(innsyn_shut(&arkivar, k.id, 1));
    refused(&intake, innsyn_document(intake.cx, intake.vault, "gitt", 1, 0, &d), RC_NOT_FOUND);
}

static void refused_with_reasons(void **state)
{
    (void)state;
    struct innsynskrav k = ordered("avslag", NONCE "5");
    struct rec *order;
    refused(&arkivar, answer(k.id, 1, INNSYN_AVSLAG, NULL, " "), RC_FIELD_MISSING);
    refused(&arkivar, answer(k.id, 1, INNSYN_AVSLAG, document_of(garage), "Vurdert."), RC_FIELD_VALUE);
    assert_ok(answer(k.id, 1, INNSYN_AVSLAG, NULL, "Vurdert."));
    assert_ok(answer(k.id, 2, INNSYN_DELVIS, document_of(other), "Vurdert."));
    k = read_again("avslag");
    assert_int_equal(k.venter, 0);
    assert_int_equal(open_tasks(k.mappe), 0);
    assert_string_equal(k.poster[0].hjemmel, "Offentleglova § 14 første ledd");
    assert_true(innsyn_appealable(&k, intake.cx->now));
    assert_false(innsyn_appealable(&k, intake.cx->now + 40 * DAY));
    assert_ok(archive_get(&arkivar, F_registrering, str_of(k.journalpost), &order));
    struct result written_off = {0};
    const struct link *l = model_link_named(order->entity->id, PKG_SAKARKIV, STR("avskrivning"));
    const struct query q = {.entity = model_entity(E_avskrivning), .from = order, .link = l, .list = CL_NONE, .top = 2};
    assert_ok(archive_query(&arkivar, &q, &written_off));
    assert_int_equal(written_off.count, 1);
}

static void appealed(void **state)
{
    (void)state;
    struct innsynskrav k = ordered("klage", NONCE "6");
    refused(&intake, innsyn_appeal(room, &intake, "klage", NONCE "7", "Nå!", "Nesodden kommune", false), RC_NOT_READY);
    int64_t now = intake.cx->now;
    intake.cx->now = k.frist + DAY;
    assert_ok(innsyn_appeal(room, &intake, "klage", NONCE "7", "Ingen svarer.", "Nesodden kommune", false));
    assert_ok(innsyn_appeal(room, &intake, "klage", NONCE "7", "Ingen svarer.", "Nesodden kommune", false));
    k = read_again("klage");
    assert_int_equal(k.klager, 1);
    assert_int_equal(k.klaget, intake.cx->now);
    assert_int_equal(open_tasks(k.mappe), 3);
    for (int i = 1; i < INNSYN_APPEALS; i++) {
        const char *id = arena_printf(intake.cx->arena, NONCE "a%d", i);
        assert_ok(innsyn_appeal(room, &intake, "klage", id, "", "Nesodden kommune", true));
    }
    refused(&intake, innsyn_appeal(room, &intake, "klage", NONCE "b", "", "Nesodden kommune", true), RC_NOT_READY);
    intake.cx->now = now;
}

static void the_queue(void **state)
{
    (void)state;
    struct innsynskrav *list;
    size_t n;
    int64_t waiting, answered;
    assert_ok(innsyn_list(&arkivar, false, 0, 20, &list, &n, &waiting));
    for (size_t i = 1; i < n; i++)
        assert_true(list[i - 1].frist <= list[i].frist);
    assert_ok(innsyn_list(&arkivar, true, 0, 20, &list, &n, &answered));
    assert_int_equal(answered, 1);
    assert_int_equal(waiting, 4);
    refused(&intake, innsyn_list(&intake, true, 0, 20, &list, &n, &answered), RC_FORBIDDEN);
}

static int run(const char *where, const char *name)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_order_however_often), cmocka_unit_test(the_clock), cmocka_unit_test(withdrawn_meanwhile),
        cmocka_unit_test(limits),
        cmocka_unit_test(given), cmocka_unit_test(refused_with_reasons), cmocka_unit_test(appealed),
        cmocka_unit_test(the_queue),
    };
    place = where;
    return cmocka_run_group_tests_name(name, tests, set_up, tear_down);
}

int main(void)
{
    return world_each_database(run);
}
