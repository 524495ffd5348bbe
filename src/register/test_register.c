/* What the answers of the registers say, and what is done with answers that are wrong, cut, too large or missing. */
#include "base/test.h"
#include "register/register_int.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define KARI "21876010019"
#define BARN "02851970110"
#define ANNEN "01010112345"

struct world {
    struct cx cx;
};

static int set_up(void **state)
{
    struct world *w = mem_new(sizeof(*w));
    cx_open(&w->cx, (size_t)MiB(8));
    w->cx.now = 1795824000000000;   /* 2026-11-28 */
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    cx_close(&w->cx);
    mem_free(w);
    return 0;
}

static json_t *json(struct world *w, const char *text)
{
    json_t *o;
    assert_int_equal(json_read(&w->cx, str_of(text), &o), RC_OK);
    return o;
}

/* A bulkoppslag with one document; more: members beside number and name. */
static json_t *document(struct world *w, const char *asked, const char *pid, const char *more)
{
    const char *text = arena_printf(w->cx.arena,
        "{\"oppslag\":[{\"foedselsEllerDNummer\":\"%s\",\"folkeregisterperson\":{"
        "\"identifikasjonsnummer\":[{\"erGjeldende\":false,\"foedselsEllerDNummer\":\"41890112345\"},"
        "{\"erGjeldende\":true,\"foedselsEllerDNummer\":\"%s\"}],"
        "\"navn\":[{\"erGjeldende\":true,\"fornavn\":\"Kari\",\"mellomnavn\":\"Li\",\"etternavn\":\"Nordmann\"}]%s}}]}",
        asked, pid, more);
    return json(w, text);
}

#define VEG(more) ",\"bostedsadresse\":[{\"erGjeldende\":true" more ",\"vegadresse\":{\"kommunenummer\":\"3212\"," \
    "\"adressenavn\":\"Fjordveien\",\"adressenummer\":{\"husnummer\":\"4\",\"husbokstav\":\"B\"}," \
    "\"poststed\":{\"poststedsnavn\":\"NESODDTANGEN\",\"postnummer\":\"1450\"}}}]"

static void persons(void **state)
{
    struct world *w = *state;
    struct register_person p;
    assert_int_equal(person_read(&w->cx, document(w, KARI, KARI, VEG(",\"adressegradering\":\"ugradert\"")), KARI, &p), RC_OK);
    assert_string_equal(p.navn, "Kari Li Nordmann");
    assert_string_equal(p.adresse.gate, "Fjordveien 4B");
    assert_string_equal(p.adresse.postnr, "1450");
    assert_string_equal(p.adresse.kommunenr, "3212");
    assert_false(p.beskyttet);
}

/* An address that is graded is not even taken out of the answer. */
static void protected_addresses(void **state)
{
    static const char *const graded[] = {
        VEG("") ",\"adressebeskyttelse\":[{\"erGjeldende\":true,\"graderingsnivaa\":\"fortrolig\"}]",
        VEG("") ",\"adressebeskyttelse\":[{\"erGjeldende\":true,\"graderingsnivaa\":\"strengtFortrolig\"}]",
        VEG("") ",\"adressebeskyttelse\":[{\"erGjeldende\":true,\"graderingsnivaa\":7}]",
        VEG(",\"adressegradering\":\"klientadresse\""),
    };
    struct world *w = *state;
    struct register_person p;
    for (size_t i = 0; i < COUNT_OF(graded); i++) {
        assert_int_equal(person_read(&w->cx, document(w, KARI, KARI, graded[i]), KARI, &p), RC_OK);
        assert_true(p.beskyttet);
        assert_string_equal(p.adresse.gate, "");
        assert_string_equal(p.adresse.poststed, "");
    }
    const char *was = VEG("") ",\"adressebeskyttelse\":[{\"erGjeldende\":false,\"graderingsnivaa\":\"fortrolig\"}]";
    assert_int_equal(person_read(&w->cx, document(w, KARI, KARI, was), KARI, &p), RC_OK);
    assert_false(p.beskyttet);
}

static void lies(void **state)
{
    struct world *w = *state;
    struct register_person p;
    assert_int_equal(person_read(&w->cx, document(w, ANNEN, ANNEN, ""), KARI, &p), RC_BUSY);
    assert_null(strstr(w->cx.err.secret, ANNEN));
    err_clear(&w->cx);
    assert_int_equal(person_read(&w->cx, document(w, KARI, ANNEN, ""), KARI, &p), RC_BUSY);
    err_clear(&w->cx);
    assert_int_equal(person_read(&w->cx, json(w, "[1,2]"), KARI, &p), RC_BUSY);
    err_clear(&w->cx);
    assert_int_equal(person_read(&w->cx, json(w, "{\"oppslag\":[]}"), KARI, &p), RC_NOT_FOUND);
    err_clear(&w->cx);
    const char *nobody = "{\"oppslag\":[{\"foedselsEllerDNummer\":\"" KARI "\"}]}";
    assert_int_equal(person_read(&w->cx, json(w, nobody), KARI, &p), RC_NOT_FOUND);
    err_clear(&w->cx);
    const char *dead = ",\"status\":[{\"erGjeldende\":true,\"status\":\"doed\"}]";
    assert_int_equal(person_read(&w->cx, document(w, KARI, KARI, dead), KARI, &p), RC_NOT_FOUND);
}

static size_t children(struct world *w, const char *more)
{
    struct register_barn *all;
    size_t n;
    assert_int_equal(barn_read(&w->cx, document(w, BARN, BARN, more), KARI, &all, &n), RC_OK);
    if (n == 1)
        assert_string_equal(all[0].pid, BARN);
    return n;
}

#define BORN(date) ",\"foedsel\":[{\"erGjeldende\":true,\"foedselsdato\":\"" date "\"}]"
#define ANSVAR(holds, who) ",\"foreldreansvar\":[{\"erGjeldende\":" holds ",\"ansvar\":\"felles\",\"ansvarlig\":\"" who "\"}]"

/* Only the child's own document gives the right, while it holds and until the day it is grown up. */
static void childrens_documents(void **state)
{
    struct world *w = *state;
    assert_int_equal(children(w, BORN("2019-05-02") ANSVAR("true", KARI)), 1);
    assert_int_equal(children(w, BORN("2008-11-29") ANSVAR("true", KARI)), 1);
    assert_int_equal(children(w, BORN("2008-11-28") ANSVAR("true", KARI)), 0);
    assert_int_equal(children(w, BORN("2019-05-02") ANSVAR("false", KARI)), 0);
    assert_int_equal(children(w, BORN("2019-05-02") ANSVAR("true", ANNEN)), 0);
    assert_int_equal(children(w, BORN("2019-05-02")), 0);
    assert_int_equal(children(w, BORN("igår") ANSVAR("true", KARI)), 0);
    assert_int_equal(children(w, ANSVAR("true", KARI)), 0);
}

static void relations(void **state)
{
    struct world *w = *state;
    const char *pids[REGISTER_LIST_MAX];
    size_t n;
    const char *family = ",\"familierelasjon\":["
        "{\"erGjeldende\":true,\"relatertPerson\":\"" BARN "\",\"relatertPersonsRolle\":\"barn\"},"
        "{\"erGjeldende\":true,\"relatertPerson\":\"" KARI "\",\"relatertPersonsRolle\":\"mor\"},"
        "{\"erGjeldende\":true,\"relatertPerson\":\"../../x\",\"relatertPersonsRolle\":\"barn\"}]";
    assert_int_equal(relations_read(&w->cx, document(w, KARI, KARI, family), KARI, pids, &n), RC_OK);
    assert_int_equal(n, 1);
    assert_string_equal(pids[0], BARN);
}

static void companies(void **state)
{
    struct world *w = *state;
    struct register_enhet e;
    const char *text = "{\"organisasjonsnummer\":\"974760673\",\"navn\":\"FJORD BYGG AS\","
                       "\"forretningsadresse\":{\"adresse\":[\"Havna 1\"],"
                       "\"postnummer\":\"1450\",\"poststed\":\"NESODDTANGEN\",\"kommunenummer\":\"3212\"}}";
    assert_int_equal(enhet_read(&w->cx, json(w, text), "974760673", &e), RC_OK);
    assert_string_equal(e.navn, "FJORD BYGG AS");
    assert_string_equal(e.adresse.gate, "Havna 1");
    assert_int_equal(enhet_read(&w->cx, json(w, text), "889640782", &e), RC_BUSY);
    err_clear(&w->cx);
    const char *gone = "{\"organisasjonsnummer\":\"974760673\",\"navn\":\"FJORD BYGG AS\",\"slettedato\":\"2020-01-01\"}";
    assert_int_equal(enhet_read(&w->cx, json(w, gone), "974760673", &e), RC_NOT_FOUND);
}

static void roles(void **state)
{
    struct world *w = *state;
    struct register_rolle_i *all;
    size_t n;
    const char *text = "{\"enheter\":[{\"organisasjonsnummer\":\"974760673\",\"navn\":\"FJORD BYGG AS\",\"roller\":["
        "{\"fratraadt\":false,\"avregistrert\":false,\"type\":{\"kode\":\"LEDE\"}},"
        "{\"fratraadt\":false,\"type\":{\"kode\":\"DAGL\"}}]},"
        "{\"organisasjonsnummer\":\"889640782\",\"navn\":\"GAMMELT AS\","
        "\"roller\":[{\"fratraadt\":true,\"type\":{\"kode\":\"DAGL\"}}]},"
        "{\"organisasjonsnummer\":\"123456789\",\"navn\":\"FEIL NUMMER\",\"roller\":[{\"type\":{\"kode\":\"DAGL\"}}]},"
        "{\"organisasjonsnummer\":\"889640782\",\"navn\":\"STYRET AS\",\"roller\":[{\"type\":{\"kode\":\"MEDL\"}}]}, 7]}";
    assert_int_equal(roller_read(&w->cx, json(w, text), &all, &n), RC_OK);
    assert_int_equal(n, 1);
    assert_string_equal(all[0].orgnr, "974760673");
    assert_int_equal(all[0].rolle, ROLLE_DAGLIG_LEDER);
    assert_int_equal(roller_read(&w->cx, json(w, "{}"), &all, &n), RC_BUSY);
}

static void properties(void **state)
{
    struct world *w = *state;
    struct register_eiendom *all, one = {.kommunenr = "3212", .gnr = 7, .bnr = 70};
    struct register_eiendom other = {.kommunenr = "3212", .gnr = 8, .bnr = 1};
    size_t n;
    const char *text = "{\"matrikkelenheter\":[{\"kommunenummer\":\"3212\",\"gardsnummer\":7,\"bruksnummer\":\"70\",\"adresse\":"
                       "{\"adressenavn\":\"Fjordveien\",\"adressenummer\":{\"husnummer\":\"4\"}}},"
                       "{\"kommunenummer\":\"32120\",\"gardsnummer\":1,\"bruksnummer\":1},"
                       "{\"kommunenummer\":\"3212\",\"gardsnummer\":-1,\"bruksnummer\":1},null]}";
    assert_int_equal(eiendommer_read(&w->cx, json(w, text), &all, &n), RC_OK);
    assert_int_equal(n, 1);
    assert_int_equal(all[0].bnr, 70);
    assert_string_equal(all[0].adresse.gate, "Fjordveien 4");
    const char *unit = "{\"kommunenummer\":\"3212\",\"gardsnummer\":7,\"bruksnummer\":70,"
                       "\"adresse\":{\"adressetilleggsnavn\":\"Fjellstrand\"}}";
    assert_int_equal(eiendom_read(&w->cx, json(w, unit), &one), RC_OK);
    assert_string_equal(one.adresse.gate, "Fjellstrand");
    assert_int_equal(eiendom_read(&w->cx, json(w, unit), &other), RC_BUSY);
}

/* ------------------------------------------------------------------ over HTTP */

struct server {
    pthread_t thread;
    int fd, port, answers;
    const char *answer;
    size_t n;
    char heard[2048];
};

static void *serve(void *arg)
{
    struct server *s = arg;
    for (int i = 0; i < s->answers; i++) {
        int c = accept(s->fd, NULL, NULL);
        ssize_t got = read(c, s->heard, sizeof(s->heard) - 1);
        s->heard[got > 0 ? got : 0] = '\0';
        for (size_t at = 0; at < s->n; ) {
            ssize_t sent = send(c, s->answer + at, s->n - at, MSG_NOSIGNAL);
            if (sent <= 0)
                break;
            at += (size_t)sent;
        }
        close(c);
    }
    return NULL;
}

static void start(struct server *s, const char *answer, size_t n, int answers)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(a);
    *s = (struct server){.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer, .n = n, .answers = answers};
    assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(s->fd, 4), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &size), 0);
    s->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void finish(struct server *s)
{
    pthread_join(s->thread, NULL);
    close(s->fd);
}

static struct registers *opened(struct world *w, int port, const char *more)
{
    struct config *cfg;
    struct registers *r;
    const char *text = arena_printf(w->cx.arena, "[register]\nfolkeregister = http://127.0.0.1:%d/freg\n"
                                    "enhetsregister = http://127.0.0.1:%d\n%s", port, port, more);
    assert_int_equal(config_parse(&w->cx, str_of(text), &cfg), RC_OK);
    assert_int_equal(register_open(&w->cx, cfg, &r), RC_OK);
    assert_null(config_unknown(cfg));
    config_free(&cfg);
    return r;
}

#define HEAD(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define ENHET "{\"organisasjonsnummer\":\"974760673\",\"navn\":\"FJORD BYGG AS\"}"

/* One request serves two questions; the number of a person is in the body, the token in its field. */
static void asked(void **state)
{
    struct world *w = *state;
    struct server s;
    struct register_enhet e;
    char token[] = "/tmp/samdrift-token-XXXXXX";
    int fd = mkstemp(token);
    assert_int_equal(write(fd, "hemmelig\n", 9), 9);
    close(fd);
    start(&s, HEAD("200 OK") ENHET, strlen(HEAD("200 OK") ENHET), 1);
    struct registers *r = opened(w, s.port, arena_printf(w->cx.arena, "enhetsregister_token = %s\n", token));
    assert_int_equal(register_enhet(&w->cx, r, "974760673", &e), RC_OK);
    assert_int_equal(register_enhet(&w->cx, r, "974760673", &e), RC_OK);
    finish(&s);
    assert_non_null(strstr(s.heard, "GET /api/enheter/974760673 "));
    assert_non_null(strstr(s.heard, "Authorization: Bearer hemmelig\r\n"));
    w->cx.now += 600 * (int64_t)1000000;   /* what was kept is too old */
    assert_int_equal(register_enhet(&w->cx, r, "974760673", &e), RC_BUSY);
    assert_non_null(strstr(w->cx.err.secret, "does not answer"));
    err_clear(&w->cx);
    assert_int_equal(register_enhet(&w->cx, r, "974760673", &e), RC_BUSY);   /* not even asked */
    assert_non_null(strstr(w->cx.err.secret, "a moment ago"));
    err_clear(&w->cx);
    assert_int_equal(register_enhet(&w->cx, r, "../../admin", &e), RC_NOT_FOUND);
    err_clear(&w->cx);
    assert_false(register_has(r, MATRIKKEL));
    register_close(&r);
    unlink(token);
}

static void number_in_the_body(void **state)
{
    struct world *w = *state;
    struct server s;
    struct register_person p;
    start(&s, HEAD("404 Not Found"), strlen(HEAD("404 Not Found")), 1);
    struct registers *r = opened(w, s.port, "");
    assert_int_equal(register_person(&w->cx, r, KARI, &p), RC_NOT_FOUND);
    finish(&s);
    char *line = strstr(s.heard, "\r\n");
    assert_non_null(strstr(line, "{\"foedselsEllerDNummer\":[\"" KARI "\"]}"));
    *line = '\0';
    assert_non_null(strstr(s.heard, "POST /freg/v1/personer/bulkoppslag?part="));
    assert_null(strstr(s.heard, KARI));
    register_close(&r);
}

static void broken(void **state)
{
    static char large[512 << 10];
    static const char cut[] = HEAD("200 OK") "{\"organisasjonsnummer\":\"9747";
    static const char away[] = HEAD("503 Service Unavailable") "{}";
    static const char moved[] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n"
                                "Content-Length: 0\r\n\r\n";
    struct world *w = *state;
    memset(large, ' ', sizeof(large));
    memcpy(large, HEAD("200 OK"), strlen(HEAD("200 OK")));
    const struct { const char *answer; size_t n; } cases[] = {
        {cut, sizeof(cut) - 1}, {away, sizeof(away) - 1}, {large, sizeof(large)}, {moved, sizeof(moved) - 1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct server s;
        struct register_enhet e;
        start(&s, cases[i].answer, cases[i].n, 1);
        struct registers *r = opened(w, s.port, "");
        assert_int_equal(register_enhet(&w->cx, r, "974760673", &e), RC_BUSY);
        assert_null(strstr(w->cx.err.secret, "974760673"));
        err_clear(&w->cx);
        finish(&s);
        register_close(&r);
    }
}

static void settings(void **state)
{
    struct world *w = *state;
    struct config *cfg;
    struct registers *r;
    assert_int_equal(config_parse(&w->cx, STR("[register]\nfolkeregister = http://register.example/\n"), &cfg), RC_OK);
    assert_int_equal(register_open(&w->cx, cfg, &r), RC_FIELD_VALUE);
    config_free(&cfg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(persons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(protected_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(childrens_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(relations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(companies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(roles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(properties, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(number_in_the_body, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
