/* Definitions and their faults, rules, and what is taken, accepted and shown of each type of field. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "form/form_int.h"

static int set_up(void **state)
{
    struct cx *cx = mem_new(sizeof(*cx));
    cx_open(cx, (size_t)MiB(64));
    assert_true(time_parse(STR("2026-11-28T12:00:00+01:00"), false, &cx->now));
    *state = cx;
    return 0;
}

static int tear_down(void **state)
{
    cx_close(*state);
    mem_free(*state);
    return 0;
}

/* ------------------------------------------------------------------ definitions */

#define T "{\"nb\":\"b\",\"nn\":\"n\",\"se\":\"s\",\"en\":\"e\"}"
#define FORM(fields) \
    "{\"id\":\"test\",\"version\":2,\"title\":" T ",\"lead\":" T ",\"declaration\":" T ",\"next\":" T ",\"theme\":\"bygg\"," \
    "\"level\":\"none\",\"for\":[\"self\"],\"steps\":[{\"id\":\"en\",\"title\":" T ",\"fields\":[" fields "]}]," \
    "\"archive\":{\"arkivdel\":\"A\",\"hjemmel\":\"§\",\"unit\":\"U\",\"title\":{\"nb\":\"Sak {a}!\",\"nn\":\"{a}\"," \
    "\"se\":\"x\",\"en\":\"x\"}}}"
#define FIELD(id, type, more) "{\"id\":\"" id "\",\"type\":\"" type "\",\"sensitivity\":\"open\",\"label\":" T more "}"

struct seen {
    char text[4096];
};

static void note(void *arg, const char *pointer, enum skjema_fault what, const char *detail)
{
    struct seen *s = arg;
    size_t n = strlen(s->text);
    (void)snprintf(s->text + n, sizeof(s->text) - n, "%s %d %s\n", pointer, (int)what, detail);
}

static void has(struct cx *cx, const char *json, const char *pointer, enum skjema_fault what)
{
    struct seen seen = {""};
    const struct skjema *s;
    char want[200];
    assert_rc(skjema_read(cx, str_of(json), note, &seen, &s), RC_FIELD_VALUE);
    err_clear(cx);
    (void)snprintf(want, sizeof(want), "%s %d ", pointer, (int)what);
    if (!strstr(seen.text, want))
        fail_msg("no «%s» among\n%s", want, seen.text);
}

static void faults(void **state)
{
    struct cx *cx = *state;
    static const struct {
        const char *json, *pointer;
        enum skjema_fault what;
    } cases[] = {
        {"[]", "/", FAULT_TYPE},
        {"{}", "/id", FAULT_MISSING},
        {"{\"farge\":1}", "/farge", FAULT_UNKNOWN},
        {FORM(""), "/steps/0/fields", FAULT_EMPTY},
        {FORM(FIELD("a", "tekst", "")), "/steps/0/fields/0/type", FAULT_VALUE},
        {FORM(FIELD("A b", "text", "")), "/steps/0/fields/0/id", FAULT_ID},
        {FORM(FIELD("a", "text", "") "," FIELD("a", "text", "")), "/steps/0/fields/1/id", FAULT_TWICE},
        {FORM(FIELD("a", "choice", "")), "/steps/0/fields/0/choices", FAULT_MISSING},
        {FORM(FIELD("a", "choice", ",\"choices\":[{\"value\":\"x\",\"text\":" T "}]")), "/steps/0/fields/0/choices",
            FAULT_NO_CHOICES},
        {FORM(FIELD("a", "text", ",\"choices\":[]")), "/steps/0/fields/0/choices", FAULT_UNKNOWN},
        {FORM(FIELD("a", "text", ",\"prefill\":\"himmel\"")), "/steps/0/fields/0/prefill", FAULT_VALUE},
        {FORM(FIELD("a", "text", ",\"visible\":{\"var\":\"b\"}") "," FIELD("b", "text", "")),
            "/steps/0/fields/0/visible", FAULT_REFERENCE},
        {FORM(FIELD("a", "property", "") "," FIELD("b", "text", ",\"visible\":{\"var\":\"a.x\"}")),
            "/steps/0/fields/1/visible", FAULT_REFERENCE},
        {FORM(FIELD("a", "text", ",\"visible\":{\"finn\":1}")), "/steps/0/fields/0/visible", FAULT_OPERATOR},
        {FORM(FIELD("a", "text", ",\"visible\":{\"==\":[1]}")), "/steps/0/fields/0/visible", FAULT_ARITY},
        {FORM(FIELD("a", "text", ",\"visible\":{\"==\":[1,1],\"!\":1}")), "/steps/0/fields/0/visible", FAULT_TYPE},
        {FORM(FIELD("a", "text", ",\"help\":{\"nb\":\"x\"}")), "/steps/0/fields/0/help", FAULT_LANGUAGE},
        {FORM(FIELD("a", "text", ",\"max_length\":0")), "/steps/0/fields/0/max_length", FAULT_TYPE},
        {FORM(FIELD("a", "text", ",\"min\":1")), "/steps/0/fields/0/min", FAULT_TYPE},
        {FORM(FIELD("a", "date", ",\"min\":\"2026-02-30\"")), "/steps/0/fields/0/min", FAULT_TYPE},
        {FORM(FIELD("b", "text", "")), "/archive/title", FAULT_MADE_OF},
        {FORM("{\"id\":\"a\",\"type\":\"text\",\"sensitivity\":\"special\",\"label\":" T "}"), "/archive/title",
            FAULT_MADE_OF},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        has(cx, cases[i].json, cases[i].pointer, cases[i].what);
    const struct skjema *s;
    assert_rc(skjema_read(cx, STR("{"), NULL, NULL, &s), RC_JSON);
    assert_string_equal(skjema_fault_text(cx, FAULT_TWICE, "a"), "finnes fra før: a");
}

static const struct skjema *read_form(struct cx *cx, const char *json)
{
    struct seen seen = {""};
    const struct skjema *s = NULL;
    if (skjema_read(cx, str_of(json), note, &seen, &s) != RC_OK)
        fail_msg("%s\n%s", err_text(cx), seen.text);
    return s;
}

/* ------------------------------------------------------------------ answers */

/* Inputs as name, value, name, value …, NULL. */
static const char *input_of(void *arg, const char *name, size_t index)
{
    for (const char *const *p = arg; *p; p += 2)
        if (streq(p[0], name) && index-- == 0)
            return p[1];
    return NULL;
}

struct answer {
    const char *type, *more;
    const char *inputs[9];
    enum svar_error error;
    const char *text;              /* for people */
};
#define CHOICES ",\"choices\":[{\"value\":\"x\",\"text\":" T "},{\"value\":\"y\",\"text\":" T "}]"

static void types(void **state)
{
    struct cx *cx = *state;
    static const struct answer cases[] = {
        {"text", "", {"a", "  Hei & du \n"}, SVAR_FINE, "Hei & du"},
        {"text", "", {"a", " "}, SVAR_MISSING, ""},
        {"text", ",\"required\":false", {NULL}, SVAR_FINE, ""},
        {"text", ",\"max_length\":3", {"a", "æøå"}, SVAR_FINE, "æøå"},
        {"text", ",\"max_length\":3", {"a", "æøåx"}, SVAR_TOO_LONG, "æøåx"},
        {"email", "", {"a", "kari@example.com"}, SVAR_FINE, "kari@example.com"},
        {"email", "", {"a", "kari@example"}, SVAR_EMAIL, NULL},
        {"email", "", {"a", "a@b@c.no"}, SVAR_EMAIL, NULL},
        {"email", "", {"a", "@c.no"}, SVAR_EMAIL, NULL},
        {"phone", "", {"a", "22 22 55\xC2\xA0" "55"}, SVAR_FINE, "22225555"},
        {"phone", "", {"a", "+46 8 123 456"}, SVAR_FINE, "+468123456"},
        {"phone", "", {"a", "1234"}, SVAR_PHONE, NULL},
        {"national_id", "", {"a", "010100 11236"}, SVAR_NATIONAL_ID, NULL},
        {"org_number", "", {"a", "974 760 673"}, SVAR_FINE, "974760673"},
        {"org_number", "", {"a", "974760674"}, SVAR_ORG_NUMBER, NULL},
        {"name", "", {"a", "Kari Nordmann"}, SVAR_FINE, "Kari Nordmann"},
        {"address", "", {"a-gate", "Veien 1", "a-postnr", "1458", "a-poststed", "Fjellstrand"}, SVAR_FINE,
            "Veien 1\n1458 Fjellstrand"},
        {"address", "", {"a-gate", "Veien 1", "a-postnr", "145", "a-poststed", "x"}, SVAR_POSTNR, NULL},
        {"address", "", {"a-postnr", "1458"}, SVAR_ADDRESS, NULL},
        {"property", "", {"a-gnr", "7", "a-bnr", "70"}, SVAR_FINE, "7/70"},
        {"property", "", {"a-gnr", "7", "a-bnr", "70", "a-fnr", "0", "a-snr", "4"}, SVAR_FINE, "7/70/0/4"},
        {"property", "", {"a-gnr", "7", "a-bnr", "70", "a-fnr", "2"}, SVAR_FINE, "7/70/2"},
        {"property", "", {"a-gnr", "7"}, SVAR_PROPERTY, NULL},
        {"property", "", {"a-gnr", "0", "a-bnr", "1"}, SVAR_PROPERTY, NULL},
        {"date", "", {"a-dag", "29", "a-maaned", "2", "a-aar", "2028"}, SVAR_FINE, "29.02.2028"},
        {"date", "", {"a-dag", "29", "a-maaned", "2", "a-aar", "2027"}, SVAR_DATE, "29.2.2027"},
        {"date", "", {"a-dag", "en", "a-maaned", "mai"}, SVAR_DATE, "en.mai."},
        {"date", "", {NULL}, SVAR_MISSING, ""},
        {"date", ",\"min\":\"today\"", {"a-dag", "27", "a-maaned", "11", "a-aar", "2026"}, SVAR_TOO_SMALL, NULL},
        {"date", ",\"min\":\"today\"", {"a-dag", "28", "a-maaned", "11", "a-aar", "2026"}, SVAR_FINE, NULL},
        {"number", "", {"a", "1 234 567,25"}, SVAR_FINE, "1\xC2\xA0" "234\xC2\xA0" "567,25"},
        {"number", "", {"a", "\xE2\x88\x92" "3"}, SVAR_FINE, "\xE2\x88\x92" "3"},
        {"number", "", {"a", "tre"}, SVAR_NUMBER, NULL},
        {"number", ",\"min\":1,\"max\":2", {"a", "0,9"}, SVAR_TOO_SMALL, NULL},
        {"number", ",\"min\":1,\"max\":2", {"a", "2.1"}, SVAR_TOO_LARGE, NULL},
        {"money", "", {"a", "1500"}, SVAR_FINE, "1\xC2\xA0" "500\xC2\xA0kr"},
        {"choice", CHOICES, {"a", "y"}, SVAR_FINE, "b"},
        {"choice", CHOICES, {"a", "z"}, SVAR_CHOICE, NULL},
        {"choices", CHOICES, {"a", "x", "a", "y"}, SVAR_FINE, "b\nb"},
        {"choices", CHOICES, {"a", "x", "a", "q"}, SVAR_CHOICE, NULL},
        {"choices", CHOICES, {NULL}, SVAR_MISSING, ""},
        {"yes_no", "", {"a", "ja"}, SVAR_FINE, "Ja"},
        {"yes_no", "", {"a", "kanskje"}, SVAR_CHOICE, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct answer *k = &cases[i];
        const char *json = arena_printf(cx->arena, "%s%s%s%s%s", "{\"id\":\"a\",\"type\":\"", k->type,
                                        "\",\"sensitivity\":\"open\",\"label\":" T, k->more, "}");
        const char *begin = FORM(""), *at = strstr(begin, "\"fields\":[") + 10;
        const struct skjema *s = read_form(cx, arena_printf(cx->arena, "%.*s%s%s", (int)(at - begin), begin, json, at));
        json_t *svar = json_object();
        assert_ok(svar_take(cx, svar, &s->felt[0], input_of, (void *)(uintptr_t)k->inputs));
        assert_ok(svar_settle(cx, s, svar));
        struct svar_fault f = felt_check(cx, &s->felt[0], svar);
        if (f.error != k->error)
            fail_msg("case %zu (%s): error %d", i, k->type, (int)f.error);
        if (k->text)
            assert_string_equal(svar_text(cx, &s->felt[0], svar, SPRAAK_NB), k->text);
        json_decref(svar);
    }
}

/* ------------------------------------------------------------------ rules */

static void logic(void **state)
{
    struct cx *cx = *state;
    static const char *const cases[][2] = {
        {"{\"var\":\"a\"}", "5"}, {"{\"var\":\"p.gnr\"}", "7"}, {"{\"var\":\"x\"}", ""},
        {"{\"==\":[{\"var\":\"a\"},5]}", "ja"}, {"{\"==\":[{\"var\":\"t\"},\"hus\"]}", "ja"},
            {"{\"!=\":[{\"var\":\"t\"},\"bod\"]}", "ja"},
        {"{\"==\":[{\"var\":\"x\"},null]}", "ja"}, {"{\"<\":[{\"var\":\"x\"},4]}", "nei"},
            {"{\"<\":[{\"var\":\"a\"},10]}", "ja"},
        {"{\">=\":[\"2026-11-28\",\"2026-02-03\"]}", "ja"}, {"{\"<=\":[\"x\",4]}", "nei"},
        {"{\"in\":[\"y\",{\"var\":\"l\"}]}", "ja"}, {"{\"in\":[\"u\",{\"var\":\"t\"}]}", "ja"},
            {"{\"in\":[\"q\",{\"var\":\"x\"}]}", "nei"},
        {"{\"and\":[true,{\"!\":false},{\"or\":[false,1]}]}", "ja"}, {"{\"and\":[\"\"]}", "nei"},
            {"{\"or\":[0,null,[]]}", "nei"},
        {"{\"+\":[1,{\"var\":\"a\"},\"2.5\"]}", "8.5"}, {"{\"-\":[1,3]}", "-2"}, {"{\"*\":[3,{\"var\":\"a\"}]}", "15"},
        {"{\"*\":[3,{\"var\":\"x\"}]}", ""}, {"{\"/\":[{\"var\":\"x\"},2]}", ""}, {"{\"+\":[1,{\"var\":\"x\"}]}", "1"},
            {"{\"+\":[{\"var\":\"x\"},{\"var\":\"y\"}]}", ""}, {"{\"max\":[{\"var\":\"x\"}]}", ""},
        {"{\"/\":[1,0]}", ""}, {"{\"min\":[3,1,2]}", "1"}, {"{\"max\":[3,{\"var\":\"a\"}]}", "5"},
        {"{\"if\":[false,1,true,\"to\",3]}", "to"}, {"{\"if\":[false,1]}", ""}, {"\"tekst\"", "tekst"},
            {"{\"ukjent\":1}", ""}, {"{}", ""},
    };
    json_t *svar, *rule;
    assert_ok(json_read(cx, STR("{\"a\":\"5\",\"t\":\"hus\",\"l\":[\"x\",\"y\"],\"p\":{\"gnr\":\"7\"}}"), &svar));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *text = arena_printf(cx->arena, "[%s]", cases[i][0]);
        assert_ok(json_read(cx, str_of(text), &rule));
        const char *got = logic_text(cx, json_array_get(rule, 0), svar);
        if (!streq(got, cases[i][1]))
            fail_msg("%s gives «%s»", cases[i][0], got);
    }
}

/* ------------------------------------------------------------------ a whole form */

static struct str file_text(struct cx *cx, const char *name)
{
    const char *dir = getenv("SAMDRIFT_DATA");
    char *text = arena_alloc(cx->arena, SKJEMA_JSON_MAX);
    int fd = open(arena_printf(cx->arena, "%s/skjema/%s.json", dir ? dir : "data", name), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n = read(fd, text, SKJEMA_JSON_MAX);
    assert_true(n > 0);
    assert_int_equal(close(fd), 0);
    return (struct str){text, (size_t)n};
}

static void take_all(struct cx *cx, const struct skjema *s, json_t *svar, const char *const *inputs)
{
    for (size_t i = 0; i < s->felt_n; i++)
        assert_ok(svar_take(cx, svar, &s->felt[i], input_of, (void *)(uintptr_t)inputs));
    assert_ok(svar_settle(cx, s, svar));
}

static void told(void **state)
{
    struct cx *cx = *state;
    static const struct {
        bool condition;
        int spraak;
        const char *rule, *text;
    } cases[] = {
        {true, SPRAAK_NB, "{\"<\":[{\"var\":\"avstand\"},4]}", "«Avstand til nabogrensen i meter» er mindre enn 4"},
        {true, SPRAAK_EN, "{\"==\":[{\"var\":\"samtykke\"},\"nei\"]}", "“Has the neighbour agreed in writing?” is No"},
        {false, SPRAAK_NB, "{\"*\":[{\"var\":\"lengde\"},{\"var\":\"bredde\"}]}", "«Lengde i meter» × «Bredde i meter»"},
        {true, SPRAAK_NB, "{\"var\":[\"eiendom.snr\"]}", "«Eiendom» (snr) er besvart"},
        {true, SPRAAK_NB, "{\"or\":[{\"and\":[{\"var\":\"samtykke\"},{\"!\":"
                          "{\"in\":[{\"var\":\"tiltak\"},[\"garasje\",\"bod\"]]}}]},"
                          "{\">=\":[{\"var\":\"lengde\"},6.5]}]}",
         "(«Har naboen samtykket skriftlig?» er besvart og det stemmer ikke at «Hva skal du bygge?» er blant: Garasje, Bod)"
         " eller «Lengde i meter» er minst 6,5"},
        {false, SPRAAK_NN, "{\"if\":[{\"<\":[{\"var\":\"lengde\"},5]},{\"min\":[{\"var\":\"bredde\"},3]},{\"+\":[1,2]}]}",
         "det minste av «Breidd i meter», 3 dersom «Lengd i meter» er mindre enn 5, elles (1 + 2)"},
        {false, SPRAAK_SE, "true", "ja"}, {false, SPRAAK_NB, "null", "–"},
    };
    const struct skjema *s;
    const char *text;
    json_t *rule;
    assert_ok(skjema_read(cx, file_text(cx, "garasje"), NULL, NULL, &s));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_ok(json_read(cx, str_of(arena_printf(cx->arena, "[%s]", cases[i].rule)), &rule));
        assert_ok(regel_text(cx, s, json_array_get(rule, 0), cases[i].condition, cases[i].spraak, &text));
        assert_string_equal(text, cases[i].text);
    }
}

static void garage(void **state)
{
    struct cx *cx = *state;
    static const char *const close_by[] = {
        "navn", "Kari Nordmann", "adresse-gate", "Veien 1", "adresse-postnr", "1458", "adresse-poststed", "Fjellstrand",
        "epost", "kari@example.com", "eiendom-gnr", "7", "eiendom-bnr", "70", "tiltak", "garasje", "lengde", "6,5",
            "bredde", "6",
        "hoyde", "4", "avstand", "2", "samtykke", "nei", "begrunnelse", "Bratt tomt", NULL};
    static const char *const far_off[] = {"avstand", "8", "samtykke", "nei", "begrunnelse", "Bratt tomt", "navn",
        "Kari Nordmann", NULL};
    struct seen seen = {""};
    const struct skjema *s;
    if (skjema_read(cx, file_text(cx, "garasje"), note, &seen, &s) != RC_OK)
        fail_msg("%s", seen.text);
    json_t *svar = json_object();
    const struct svar_fault *faults;
    size_t n;
    take_all(cx, s, svar, close_by);
    assert_ok(svar_check(cx, s, 1, svar, &faults, &n));
    assert_int_equal(n, 0);
    assert_ok(svar_check(cx, s, s->trinn_n, svar, &faults, &n));
    assert_int_equal(n, 1);
    assert_string_equal(faults[0].felt->id, "situasjonskart");
    assert_string_equal(svar_text(cx, skjema_felt(s, "areal"), svar, SPRAAK_NB), "39");
    assert_string_equal(svar_title(cx, s, svar, SPRAAK_NB), "Garasje – gnr/bnr 7/70");
    assert_int_equal(svar_sensitivity(s, svar), FOELSOM_PERSONAL);
    struct buf xml;
    buf_init(&xml, (size_t)MiB(1));
    assert_ok(svar_xml(cx, s, svar, SPRAAK_NB, &xml));
    assert_non_null(strstr(xml.p, "<felt id=\"eiendom\" type=\"property\">"));
    assert_non_null(strstr(xml.p, "<gnr>7</gnr>"));
    buf_free(&xml);
    /* A field that is not shown keeps no answer. */
    take_all(cx, s, svar, far_off);
    assert_null(json_object_get(svar, "samtykke"));
    assert_null(json_object_get(svar, "begrunnelse"));
    json_decref(svar);
}

static const char *retyped(void *arg, const char *name, size_t index)
{
    (void)name;
    return index == 0 ? arg : NULL;
}

/* Where an answer came from is kept until somebody changes it; a locked one cannot be changed. */
/* Gnr 7 in the part e-gnr, 70 in the one that `arg` names. */
static const char *retyped_part(void *arg, const char *name, size_t index)
{
    if (index > 0)
        return NULL;
    return streq(name, "e-gnr") ? "7" : streq(name, arg) ? "70" : "";
}

static void filled_in(void **state)
{
    struct cx *cx = *state;
    const struct skjema *s;
    struct buf xml;
    static const char form[] = FORM(FIELD("a", "text", "") ","
        FIELD("n", "name", ",\"prefill\":[\"enhetsregister.navn\",\"folkeregister.navn\"]") ","
        FIELD("l", "name", ",\"prefill\":\"folkeregister.navn\",\"locked\":true") ","
        FIELD("e", "property", ",\"prefill\":\"matrikkel.eiendom\""));
    assert_ok(skjema_read(cx, str_of(form), NULL, NULL, &s));
    const struct felt *n = skjema_felt(s, "n"), *l = skjema_felt(s, "l"), *e = skjema_felt(s, "e");
    assert_int_equal(n->prefill_n, 2);
    assert_int_equal(n->prefill[1], PREFILL_PERSON_NAME);
    json_t *svar = json_object();
    assert_ok(svar_fill(cx, svar, n, PREFILL_PERSON_NAME, json_string("Kari")));
    assert_ok(svar_fill(cx, svar, l, PREFILL_PERSON_NAME, json_string("Kari")));
    assert_string_equal(svar_source(cx, svar, n), "folkeregister");
    buf_init(&xml, (size_t)MiB(1));
    assert_ok(svar_xml(cx, s, svar, SPRAAK_NB, &xml));
    assert_non_null(strstr(xml.p, "<felt id=\"n\" type=\"name\" kilde=\"folkeregister\">"));
    buf_free(&xml);
    char same[] = " Kari ", other[] = "Ola";
    assert_ok(svar_take(cx, svar, n, retyped, same));
    assert_string_equal(svar_source(cx, svar, n), "folkeregister");
    assert_ok(svar_take(cx, svar, n, retyped, other));
    assert_string_equal(svar_source(cx, svar, n), "");
    assert_ok(svar_fill(cx, svar, e, PREFILL_PROPERTY, json_pack("{s:s, s:s}", "gnr", "7", "bnr", "70")));
    assert_ok(svar_take(cx, svar, e, retyped_part, (char[]){"e-bnr"}));
    assert_string_equal(svar_source(cx, svar, e), "matrikkel");      /* of parts, sent as they stood */
    assert_ok(svar_take(cx, svar, e, retyped_part, (char[]){"e-fnr"}));
    assert_string_equal(svar_source(cx, svar, e), "");
    assert_ok(svar_take(cx, svar, l, retyped, other));
    assert_string_equal(svar_part(svar, l, NULL), "Kari");
    assert_ok(svar_put(cx, svar, l, NULL));
    assert_false(svar_locked(svar, l));
    assert_ok(svar_take(cx, svar, l, retyped, other));
    assert_string_equal(svar_part(svar, l, NULL), "Ola");
    json_decref(svar);
    has(cx, FORM(FIELD("a", "number", ",\"prefill\":\"folkeregister.navn\"")), "/steps/0/fields/0/prefill", FAULT_VALUE);
    has(cx, FORM(FIELD("a", "name", ",\"prefill\":[7]")), "/steps/0/fields/0/prefill/0", FAULT_VALUE);
    has(cx, FORM(FIELD("a", "name", ",\"locked\":true")), "/steps/0/fields/0/locked", FAULT_UNKNOWN);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {CASE(faults), CASE(types), CASE(logic), CASE(told), CASE(garage), CASE(filled_in)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
