/*
 * Numbers under load: sixteen clients at once, some of whose requests are refused, and still no
 * gap and no double in any series.
 */
#include <pthread.h>
#include <stdlib.h>

#include "archive/test_archive.h"

#define CLIENTS 16
#define EACH 25
#define ALL (CLIENTS * EACH)

struct client {
    pthread_t thread;
    struct world *w;
    const struct rec *sak;
    int no;
    int64_t cases[EACH], posts[EACH], journal[EACH];
};

/* Every third request is one the core refuses, after it has taken a number. */
static void work_once(struct client *k, struct call *c, int i)
{
    struct rec *r;
    if (i % 3 == 0) {
        const char *bad = "{\"tittel\":\"x\",\"saksstatus\":{\"kode\":\"finnes ikke\"}}";
        struct rec *arkivdel;
        assert_ok(archive_one(c, k->sak, model_link_named(E_saksmappe, PKG_ARKIVSTRUKTUR, STR("arkivdel")),
                              &arkivdel));
        refused(c, try_make(c, arkivdel, PKG_SAKARKIV, "ny-saksmappe", bad, &r), RC_CODE_UNKNOWN);
    }
    struct rec *del;
    assert_ok(archive_one(c, k->sak, model_link_named(E_saksmappe, PKG_ARKIVSTRUKTUR, STR("arkivdel")), &del));
    assert_ok(try_make(c, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Sak\"}", &r));
    k->cases[i] = rec_val(r, A_saksmappe_sakssekvensnummer)->i;
    assert_ok(try_make(c, k->sak, PKG_SAKARKIV, "ny-journalpost", "{\"tittel\":\"Brev\"}", &r));
    k->posts[i] = rec_val(r, A_journalpost_journalpostnummer)->i;
    k->journal[i] = rec_val(r, A_journalpost_journalsekvensnummer)->i;
}

static void *client(void *arg)
{
    struct client *k = arg;
    char name[32];
    (void)snprintf(name, sizeof(name), "klient%d", k->no);
    for (int i = 0; i < EACH; i++) {
        struct cx cx;
        cx_open(&cx, (size_t)MiB(8));
        struct call c = call_as(&cx, k->w->nesodden, ROLE_SAKSBEHANDLER, name);
        work_once(k, &c, i);
        cx_close(&cx);
    }
    return NULL;
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void check_series(int64_t *n, int64_t first, const char *what)
{
    qsort(n, ALL, sizeof(*n), by_number);
    for (int64_t i = 0; i < ALL; i++)
        if (n[i] != first + i)
            fail_msg("%s: place %d has %d", what, (int)(first + i), (int)n[i]);
}

static void together(void **state)
{
    struct world *w = *state;
    static struct client clients[CLIENTS];
    static int64_t cases[ALL], posts[ALL], journal[ALL];
    struct call admin = call_as(&w->cx, w->nesodden, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *del = make_arkivdel(&admin), *sak;
    assert_ok(try_make(&admin, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Felles sak\"}", &sak));
    int64_t first = rec_val(sak, A_saksmappe_sakssekvensnummer)->i + 1;
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){.w = w, .sak = sak, .no = i};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, client, &clients[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
        memcpy(cases + i * EACH, clients[i].cases, sizeof(clients[i].cases));
        memcpy(posts + i * EACH, clients[i].posts, sizeof(clients[i].posts));
        memcpy(journal + i * EACH, clients[i].journal, sizeof(clients[i].journal));
    }
    check_series(cases, first, "sakssekvensnummer");
    check_series(posts, 1, "journalpostnummer");
    check_series(journal, 1, "journalsekvensnummer");
}

/* An import brings numbers; what comes after goes on behind them. */
static void after_an_import(void **state)
{
    struct world *w = *state;
    struct call admin = call_as(&w->cx, w->aas, ROLE_ARKIVADMINISTRATOR, "admin"), import = admin;
    struct rec *del = make_arkivdel(&admin), *r;
    import.import = true;
    assert_ok(try_make(&import, del, PKG_SAKARKIV, "ny-saksmappe",
                       "{\"tittel\":\"Gammel\",\"saksaar\":1999,\"sakssekvensnummer\":41}", &r));
    assert_str(rec_val(r, A_mappe_mappeID)->text, "1999/41");
    assert_ok(try_make(&import, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Neste\",\"saksaar\":1999}", &r));
    assert_str(rec_val(r, A_mappe_mappeID)->text, "1999/42");
}

static void texts_of_numbers(void **state)
{
    struct world *w = *state;
    struct call admin = call_as(&w->cx, w->aas, ROLE_ARKIVADMINISTRATOR, "admin");
    struct rec *del = make_arkivdel(&admin), *sak, *post, *mappe;
    char want[64];
    assert_ok(try_make(&admin, del, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Sak\",\"mappeID\":\"egen\"}", &sak));
    int y, m, d;
    time_civil(w->cx.now, &y, &m, &d);
    (void)snprintf(want, sizeof(want), "%d/%d", y, (int)rec_val(sak, A_saksmappe_sakssekvensnummer)->i);
    assert_str(rec_val(sak, A_mappe_mappeID)->text, want);
    assert_ok(try_make(&admin, sak, PKG_SAKARKIV, "ny-journalpost", "{\"tittel\":\"Brev\"}", &post));
    (void)snprintf(want + strlen(want), 8, "-1");
    assert_str(rec_val(post, A_registrering_registreringsID)->text, want);
    mappe = make(&admin, del, "ny-mappe", "{\"tittel\":\"Mappe\"}");
    (void)snprintf(want, sizeof(want), "%d/M1", y);
    assert_str(rec_val(mappe, A_mappe_mappeID)->text, want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(together), cmocka_unit_test(after_an_import), cmocka_unit_test(texts_of_numbers),
    };
    return cmocka_run_group_tests_name("number", tests, world_open, world_close);
}
