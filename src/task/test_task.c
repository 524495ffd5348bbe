/* Working days and deadlines of known years; the life of a task. */
#include "archive/test_archive.h"
#include "task/task.h"

static int64_t at(const char *text)
{
    int64_t t;
    if (!time_parse(str_of(text), true, &t))
        fail_msg("%s", text);
    return t;
}

static void workdays(void **state)
{
    static const char *const free_days[] = {
        "2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-12-25",
        "2026-11-28", "2026-11-29", "2024-03-28", "2024-04-01", "2024-05-17", "2024-05-20", "2027-05-17", "2038-04-25"};
    static const char *const working[] = {"2026-01-02", "2026-04-01", "2026-04-07", "2026-12-24", "2026-12-31", "2024-02-29"};
    int64_t day;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(free_days); i++)
        if (!time_date(str_of(free_days[i]), &day) || frist_workday(day))
            fail_msg("%s is a working day", free_days[i]);
    for (size_t i = 0; i < COUNT_OF(working); i++)
        if (!time_date(str_of(working[i]), &day) || !frist_workday(day))
            fail_msg("%s is no working day", working[i]);
}

static void ends(int64_t t, const char *date)
{
    char text[TIME_TEXT_MAX];
    time_format(t, text);
    if (strncmp(text, date, 10) != 0 || strncmp(text + 11, "23:59:59", 8) != 0)
        fail_msg("%s, wanted %s", text, date);
}

static void deadlines(void **state)
{
    (void)state;
    ends(frist_workdays(at("2026-11-27T14:00:00"), 5), "2026-12-04");
    ends(frist_workdays(at("2026-11-28T02:00:00"), 5), "2026-12-04");
    ends(frist_workdays(at("2026-03-30T23:59:00"), 5), "2026-04-09");   /* Easter between */
    ends(frist_days(at("2026-12-04T10:00:00"), 21), "2026-12-28");      /* Christmas Day, then a weekend */
    ends(frist_days(at("2026-10-20T10:00:00"), 7), "2026-10-27");       /* summer time ends between */
    assert_int_equal(frist_left(at("2026-11-27T14:00:00"), frist_workdays(at("2026-11-27T14:00:00"), 5)), 5);
    assert_int_equal(frist_left(at("2026-12-04T20:00:00"), at("2026-12-04T23:59:59")), 0);
    assert_int_equal(frist_left(at("2026-12-08T08:00:00"), at("2026-12-04T23:59:59")), -2);
    assert_int_equal(frist_left(at("2026-12-05T08:00:00"), at("2026-12-04T23:59:59")), -1);
}

/* ------------------------------------------------------------------ tasks */

static const prepare_fn rooms[] = {task_open, NULL};
static struct world w;
static struct call call;

static int set_up(void **state)
{
    (void)state;
    world_make(&w, "task", NULL, "", rooms);
    call = call_as(&w.cx, w.nesodden, ROLE_SAKSBEHANDLER, "saksbehandler");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return world_end(&w);
}

static size_t found(struct call *c, struct oppgave_filter f, int64_t want_total)
{
    struct oppgave *list;
    size_t n;
    int64_t total;
    f.most = f.most ? f.most : 10;
    assert_ok(oppgave_list(c, &f, &list, &n, &total));
    assert_int_equal(total, want_total);
    for (size_t i = 1; i < n && !f.done; i++)
        assert_true(list[i - 1].frist <= list[i].frist);
    return n;
}

static void life(void **state)
{
    (void)state;
    struct call *c = &call;
    struct oppgave o = {.slag = OPPGAVE_BEHANDLE, .mappe = "m1", .registrering = "r1", .enhet = "Bygg", .frist = 3000}, got;
    w.cx.now = at("2026-11-02T12:00:00");
    o.frist = frist_days(w.cx.now, 14);
    assert_ok(oppgave_add(c, &o));
    char others[3][UUID_TEXT_MAX];
    for (int i = 0; i < 3; i++) {
        struct oppgave other = {.slag = OPPGAVE_SVAR, .mappe = "m2", .registrering = "r2", .enhet = "Skole",
                                .frist = w.cx.now + 1000 - i};
        assert_ok(oppgave_add(c, &other));
        uuid_copy(others[i], str_of(other.id));
    }
    assert_int_equal(found(c, (struct oppgave_filter){.enhet = "Bygg"}, 1), 1);
    assert_int_equal(found(c, (struct oppgave_filter){.most = 2}, 4), 2);
    assert_int_equal(found(c, (struct oppgave_filter){.skip = 3}, 4), 1);
    assert_int_equal(found(c, (struct oppgave_filter){.before = w.cx.now + 1000}, 2), 2);
    assert_ok(oppgave_assign(c, o.id, "p1", "Amina", NULL));
    assert_int_equal(found(c, (struct oppgave_filter){.enhet = "Bygg"}, 0), 0);
    assert_int_equal(found(c, (struct oppgave_filter){.person = "p1", .mappe = "m1", .registrering = "r1"}, 1), 1);

    assert_ok(oppgave_pause(c, o.id, "Mangler tegning"));
    assert_rc(oppgave_pause(c, o.id, "igjen"), RC_TRANSITION);
    err_clear(&w.cx);
    w.cx.now = at("2026-11-09T12:00:00");
    assert_ok(oppgave_resume(c, o.id));
    assert_ok(oppgave_get(c, o.id, &got));
    ends(got.frist, "2026-11-23");
    assert_string_equal(got.enhet, "Bygg");
    assert_string_equal(got.person_navn, "Amina");
    assert_rc(oppgave_resume(c, o.id), RC_TRANSITION);
    err_clear(&w.cx);

    assert_ok(oppgave_done(c, o.id));
    assert_ok(oppgave_done(c, o.id));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_ok(oppgave_done(c, others[i]));
    assert_int_equal(found(c, (struct oppgave_filter){0}, 0), 0);
    assert_int_equal(found(c, (struct oppgave_filter){.done = true}, 4), 4);
    assert_rc(oppgave_done(c, "finnes-ikke"), RC_NOT_FOUND);
    err_clear(&w.cx);
}

/* One of two who reach for it gets it; the units one works for are asked for at once. */
static void taken(void **state)
{
    (void)state;
    struct call amina = call, ola = call;
    static const char *const units[] = {"Bygg", "Skole"};
    struct oppgave bygg = {.mappe = "m1", .enhet = "Bygg", .frist = 1}, helse = {.mappe = "m2", .enhet = "Helse", .frist = 2}, got;
    struct oppgave_filter queue = {.enheter = units, .enheter_n = 2, .untaken = true};
    (void)snprintf(amina.person.name, sizeof(amina.person.name), "Amina");
    (void)snprintf(ola.person.id, sizeof(ola.person.id), "01890a5d-ac96-774b-bcce-b302099a8058");
    assert_ok(oppgave_add(&amina, &bygg));
    assert_ok(oppgave_add(&amina, &helse));
    assert_int_equal(found(&amina, queue, 1), 1);
    assert_int_equal(found(&amina, (struct oppgave_filter){.untaken = true}, 2), 2);
    assert_ok(oppgave_take(&amina, bygg.id));
    assert_ok(oppgave_take(&amina, bygg.id));
    assert_rc(oppgave_take(&ola, bygg.id), RC_TRANSITION);
    assert_string_equal(w.cx.err.detail, "Amina");
    err_clear(&w.cx);
    assert_ok(oppgave_get(&ola, bygg.id, &got));
    assert_string_equal(got.person, amina.person.id);
    assert_int_equal(found(&amina, queue, 0), 0);
    queue.untaken = false;
    assert_int_equal(found(&amina, queue, 1), 1);
    assert_ok(oppgave_done(&amina, helse.id));
    assert_rc(oppgave_take(&ola, helse.id), RC_TRANSITION);
    err_clear(&w.cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workdays), cmocka_unit_test(deadlines), cmocka_unit_test_setup_teardown(life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(taken, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
