/* Packages made by the test: what each test of the table says of good, bad and hostile content. */
#include "validate/test_validate.h"

/* ---------------------------------------------------------------- bad input */

static void empty_file(void **state)
{
    struct fixture *f = *state;
    run_archive(f, "", false);
    assert_int_equal(found(f, T_03, F_XML_EMPTY), 1);
    assert_int_equal(found(f, T_105, F_ADDML_NONE), 1);
}

static void no_package(void **state)
{
    struct fixture *f = *state;
    const struct validate_options o = {0};
    put(f, "notes.txt", STR("nothing"));
    assert_rc(validate_run(&f->cx, f->dir, &o, &f->v), RC_PACKAGE);
    err_clear(&f->cx);
    assert_rc(validate_run(&f->cx, "/nonexistent", &o, &f->v), RC_PACKAGE);
}

static void broken_xml_is_read_on(void **state)
{
    struct fixture *f = *state;
    run_archive(f, ARKIV "\n<arkivdel><tittel>\xe5</tittel></arkivdel>\n<arkivdel/></arkiv>", false);
    assert_true(found(f, T_03, F_XML_ENCODING) > 0);
    assert_int_equal(first_line(f, T_03, F_XML_ENCODING), 2);
    assert_int_equal(number(f, T_05, ""), 2);
    run_archive(f, ARKIV "\n<arkivdel><tittel>a</titel></arkivdel>\n<arkivdel/></arkiv>", false);
    assert_true(found(f, T_03, F_XML_BROKEN) > 0);
    assert_int_equal(first_line(f, T_03, F_XML_BROKEN), 2);
}

/* What an archive that ends in the middle lacks says nothing: nothing is compared with it. */
static void a_cut_archive_is_not_compared(void **state)
{
    struct fixture *f = *state;
    put(f, "endringslogg.xml", STR("<endringslogg><endring><referanseArkivenhet>" UUID_1 "</referanseArkivenhet></endring>"
                                   "</endringslogg>"));
    put(f, "dokumenter/a.txt", STR("a"));
    run_archive(f, ARKIV "<arkivdel><mappe>", false);
    assert_int_equal(found(f, T_62, F_CHANGELOG_REF), 0);
    assert_int_equal(found(f, T_33, F_DOCUMENT_STRAY), 0);
    assert_true(f->v->results[T_62].skipped && f->v->results[T_33].skipped);
    assert_int_equal(number(f, T_10, ""), 1);
    run_archive(f, ARKIV "<arkivdel><mappe></mappe></arkivdel></arkiv>", false);
    assert_int_equal(found(f, T_62, F_CHANGELOG_REF), 1);
    assert_int_equal(found(f, T_33, F_DOCUMENT_STRAY), 1);
    assert_false(f->v->results[T_62].skipped);
}

static void assert_explained(const char *message, const char *place, const char *expected, const char *found_,
                             const char *sentence)
{
    struct explained x;
    explain(message, LANG_NB, &x);
    assert_str(x.place, place);
    assert_str(x.expected, expected);
    assert_str(x.found, found_);
    assert_str(x.sentence, sentence);
}

static void assert_one_group(const char *a, const char *b)
{
    struct explained x;
    char group[2][2200];
    explain(a, LANG_NB, &x);
    explained_group(&x, group[0], sizeof(group[0]));
    explain(b, LANG_NB, &x);
    explained_group(&x, group[1], sizeof(group[1]));
    assert_string_equal(group[0], group[1]);
}

#define NS "{http://www.arkivverket.no/standarder/noark5/arkivstruktur}"

static void messages(void **state)
{
    (void)state;
    assert_explained("Element '" NS "tittel': This element is not expected. Expected is one of ( " NS "a, " NS "b ).",
                     "tittel", "a, b", "", "Elementet er ikke ventet her");
    assert_explained("Element '" NS "mappe': Missing child element(s). Expected is ( " NS "mappeID ).", "mappe",
                     "mappeID", "", "Et underelement mangler");
    assert_explained("Element 'd': 'x' is not a valid value of the atomic type 'xs:date'.", "d", "xs:date", "x",
                     "Verdien er ikke gyldig for typen");
    assert_explained("Element 'd': 'x' is not a valid value of the local atomic type.", "d", "", "x",
                     "Verdien er ikke gyldig for typen");
    assert_explained("Element 's': [facet 'enumeration'] The value 'x' is not an element of the set {'A', 'B'}.", "s",
                     "{'A', 'B'}", "x", "Verdien er ikke en av de tillatte");
    assert_explained("Element 's': [facet 'minLength'] The value has a length of '0'; this underruns the allowed minimum "
                     "length of '1'.", "s", "1", "0", "Verdien er for kort (antall tegn)");
    assert_explained("Element 'r', attribute '{x}type': The QName value 'y' of the attribute '{x}type' does not resolve.",
                     "r", "", "y", "Typen finnes ikke i skjemaet");
    assert_one_group("Element 'd': '2026-13-01' is not a valid value of the atomic type 'dato'.",
                     "Element 'd': '2026-14-01' is not a valid value of the atomic type 'dato'.");
    assert_explained("Something new", "", "", "Something new", "Something new");
}

static void utf16(void **state)
{
    struct fixture *f = *state;
    const char arkiv[] = "<arkiv/>";
    char text[2 * sizeof(arkiv)] = "\xff\xfe";
    for (size_t i = 0; i + 1 < sizeof(arkiv); i++)
        text[2 + 2 * i] = arkiv[i];
    put(f, "arkivstruktur.xml", (struct str){text, sizeof(text)});
    run(f, false);
    assert_int_equal(found(f, T_104, F_ENCODING_OTHER), 1);
    assert_int_equal(found(f, T_104, F_BOM), 0);
    assert_int_equal(number(f, T_04, ""), 1);
}

/* What arkivuttrekk.xml tells is at fault on a line of it. */
static void lines_of_the_description(void **state)
{
    struct fixture *f = *state;
    put(f, "arkivuttrekk.xml", STR(
        "<addml xmlns=\"http://www.arkivverket.no/standarder/addml\"><dataset><dataObjects><dataObject name=\"x\"><properties>\n"
        "<property name=\"info\"><properties><property name=\"additionalInfo\"><properties>\n"
        "<property name=\"inneholderSkjermetInformasjon\">\n<value>true</value></property>\n"
        "<property name=\"omfatterDokumenterSomErKassert\">\n<value>kanskje</value></property>\n"
        "<property name=\"antallDokumentfiler\">\n<value>7</value></property></properties></property></properties></property>\n"
        "</properties><dataObjects><dataObject name=\"arkivstruktur\"><properties>"
        "<property name=\"info\"><properties>\n<property name=\"numberOfOccurrences\"><value>mappe</value><properties>"
        "<property name=\"value\"><value>9</value></property></properties></property></properties></property></properties>"
        "</dataObject></dataObjects></dataObject></dataObjects></dataset></addml>"));
    put(f, "dokumenter/a.txt", STR("a"));
    run_archive(f, ARKIV "</arkiv>", false);
    assert_int_equal(first_line(f, T_42, F_PROMISE_BROKEN), 4);
    assert_int_equal(first_line(f, T_105, F_ADDML_VALUE), 6);
    assert_int_equal(first_line(f, T_28, F_COUNT_WRONG), 8);
    assert_int_equal(first_line(f, T_10, F_COUNT_WRONG), 10);
    assert_int_equal(found(f, T_105, F_ADDML_NO_SCHEMA), 1);
    put(f, "addml.xsd", STR("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"/>"));
    run(f, false);
    assert_int_equal(found(f, T_105, F_ADDML_NO_SCHEMA), 0);
    put(f, "arkivuttrekk.xml", STR("<addml>\n<dataset></datast></addml>"));
    run(f, false);
    assert_int_equal(found(f, T_105, F_ADDML_BROKEN), 1);
    assert_int_equal(first_line(f, T_105, F_ADDML_BROKEN), 2);
    assert_true(f->v->results[T_02].skipped);
}

/* Four schemas import metadatakatalog.xsd; that it is missing is one fault. Arkade has one error for equal messages. */
static void faults_told_once(void **state)
{
    struct fixture *f = *state;
    const char *archive = ARKIV "<systemID>" UUID_1 "</systemID><tittel>t</tittel>"
        "<opprettetDato>2020-01-01T00:00:00</opprettetDato><opprettetAv>a</opprettetAv>"
        "<avsluttetDato>2020-01-01T00:00:00</avsluttetDato><avsluttetAv>a</avsluttetAv>"
        "<arkivskaper><arkivskaperID>1</arkivskaperID><arkivskaperNavn>n</arkivskaperNavn></arkivskaper>"
        "<arkivdel><systemID>x</systemID></arkivdel><arkivdel><systemID>x</systemID></arkivdel></arkiv>";
    put(f, "loependeJournal.xml", STR("<loependeJournal/>"));
    run_archive(f, archive, false);
    int64_t all = errors(f, T_03);
    assert_int_equal(found(f, T_03, F_SCHEMA_BUILT_IN), 3);
    assert_true(found(f, T_03, F_XML_INVALID) >= 4);
    run_archive(f, archive, true);
    assert_true(errors(f, T_03) < all);
}

/* Every test has its line: how it ended, and what it counted. */
static void text_for_people(void **state)
{
    struct fixture *f = *state;
    char *text = NULL;
    size_t n = 0;
    run_archive(f, ARKIV "<arkivdel/></arkiv>", false);
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    assert_ok(validation_text(&f->cx, f->v, false, out));
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "  N5.05   ok            Antall arkivdeler: 1\n"));
    assert_non_null(strstr(text, "  N5.04   ok            Antall arkiv: 1; nivå 1: 1\n"));
    assert_non_null(strstr(text, "  N5.01   ikke kjørt    Kontroll av eksistens for XML-filene\n"));
    assert_non_null(strstr(text, "  N5.105  1 feil        Innholdet i arkivuttrekk.xml\n"));
    assert_null(strstr(text, "      \n"));
    for (size_t i = 0; i < T_COUNT; i++)
        assert_non_null(strstr(text, arena_printf(f->cx.arena, "\n  %-6s  ", tests[i].id)));
    free(text);
}

/* The page says when it was made, and all tests; it holds nothing from outside. */
/* Names and values of the package do not reach the terminal as they are. */
static void nothing_steers_the_terminal(void **state)
{
    struct fixture *f = *state;
    char *text = NULL;
    size_t n = 0;
    put(f, "dokumenter/\x1b]0;eid\x07.txt", STR("a"));
    run_archive(f, ARKIV "<mappe><saksstatus>a\xc2\x9b" "2Jb\nå</saksstatus></mappe><merknad/></arkiv>", false);
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    assert_ok(validation_text(&f->cx, f->v, false, out));
    assert_int_equal(fclose(out), 0);
    assert_null(strpbrk(text, "\x1b\x07"));
    assert_null(strstr(text, "\xc2\x9b"));
    assert_non_null(strstr(text, "[a?2Jb?å]"));
    assert_non_null(strstr(text, "a?2Jb?å: 1"));
    assert_non_null(strstr(text, "dokumenter/?]0;eid?.txt"));
    free(text);
}

static void page_for_people(void **state)
{
    struct fixture *f = *state;
    char *text = NULL;
    size_t n = 0;
    put(f, "arkivuttrekk.xml", STR("<addml><additionalElement name=\"archivalPeriod\"><properties>"
        "<property name=\"startDate\"><value>2020-02-01</value></property>"
        "<property name=\"endDate\"><value>en gang</value></property></properties></additionalElement></addml>"));
    run_archive(f, ARKIV "<arkivdel/></arkiv>", false);
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    f->cx.now = INT64_C(1764330000000000); /* 28 November 2025 */
    assert_ok(validation_html(&f->cx, f->v, out));
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "28.11.2025 kl. "));
    assert_non_null(strstr(text, "<dd>01.02.2020 – en gang</dd>"));
    assert_non_null(strstr(text, "<th scope=\"col\">Utfall</th>"));
    assert_non_null(strstr(text, "<a href=\"#N5.28\">2 feil</a>"));
    assert_non_null(strstr(text, "<h3 id=\"N5.28\">"));
    assert_null(strstr(text, "://"));
    for (size_t i = 0; i < T_COUNT; i++)
        assert_non_null(strstr(text, arena_printf(f->cx.arena, "scope=\"row\">%s</th>", tests[i].id)));
    free(text);
}

static void entities(void **state)
{
    struct fixture *f = *state;
    run_archive(f, "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y '&x;&x;'>]>" ARKIV "&y;</arkiv>", false);
    assert_int_equal(found(f, T_03, F_XML_DOCTYPE), 1);
    assert_int_equal(number(f, T_04, ""), 0);
}

static void too_deep(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, (size_t)MiB(1));
    buf_puts(&b, ARKIV);
    for (int i = 0; i < 10000; i++)
        buf_puts(&b, "<mappe>");
    run_archive(f, b.p, false);
    assert_true(found(f, T_03, F_XML_BROKEN) > 0);
    buf_free(&b);
}

/* A schema of the package that would take all memory there is: told, and the official one is used. */
static void hostile_schema(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, (size_t)MiB(1));
    buf_puts(&b, "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:group name=\"g0\"><xs:sequence>"
                 "<xs:element name=\"a\"/></xs:sequence></xs:group>");
    for (int i = 1; i < 9; i++) {
        buf_printf(&b, "<xs:group name=\"g%d\"><xs:sequence>", i);
        for (int k = 0; k < 10; k++)
            buf_printf(&b, "<xs:group ref=\"g%d\"/>", i - 1);
        buf_puts(&b, "</xs:sequence></xs:group>");
    }
    buf_puts(&b, "<xs:element name=\"arkiv\"><xs:complexType><xs:sequence><xs:group ref=\"g8\"/></xs:sequence>"
                 "</xs:complexType></xs:element></xs:schema>");
    put(f, "arkivstruktur.xsd", buf_str(&b));
    run_archive(f, ARKIV "<tittel>x</tittel></arkiv>", false);
    assert_int_equal(found(f, T_03, F_SCHEMA_BROKEN), 1);
    assert_true(found(f, T_101, F_XML_INVALID) > 0);
    buf_free(&b);
}

static void bom_and_crlf(void **state)
{
    struct fixture *f = *state;
    run_archive(f, "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n" ARKIV "\r\n<arkivdel/>\r\n<tittel></tittel>"
                   "\r\n</arkiv>\r\n", false);
    assert_int_equal(found(f, T_104, F_BOM), 1);
    assert_int_equal(found(f, T_03, F_XML_BROKEN), 0);
    assert_int_equal(first_line(f, T_63, F_ELEMENT_BLANK), 3);
}

static void other_encoding(void **state)
{
    struct fixture *f = *state;
    run_archive(f, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" ARKIV "<arkivdel><arkivdelstatus>\xe6</arkivdelstatus>"
                   "</arkivdel></arkiv>", false);
    assert_int_equal(found(f, T_104, F_ENCODING_OTHER), 1);
    assert_int_equal(number(f, T_06, "\xc3\xa6"), 1);
}

static void lines_past_65535(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, (size_t)MiB(4));
    buf_puts(&b, ARKIV);
    for (int i = 0; i < 70000; i++)
        buf_puts(&b, "\n");
    buf_puts(&b, "<tittel></tittel></arkiv>");
    run_archive(f, b.p, false);
    assert_int_equal(first_line(f, T_63, F_ELEMENT_BLANK), 70001);
    buf_free(&b);
}

static void a_million_findings(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, (size_t)MiB(16));
    buf_puts(&b, ARKIV);
    for (int i = 0; i < 1000000; i++)
        buf_puts(&b, "<a></a>\n");
    buf_puts(&b, "</arkiv>");
    run_archive(f, b.p, false);
    buf_free(&b);
    assert_int_equal(errors(f, T_63), 1000000);
    FILE *out = fopen("/dev/null", "w");
    assert_ok(validation_json(&f->cx, f->v, out));
    assert_ok(validation_html(&f->cx, f->v, out));
    assert_ok(validation_text(&f->cx, f->v, false, out));
    (void)fclose(out);
}

static void paths(void **state)
{
    struct fixture *f = *state;
    put(f, "DOKUMENTer/a.txt", STR("a"));
    assert_int_equal(symlink("/etc/passwd", arena_printf(f->cx.arena, "%s/DOKUMENTer/b.txt", f->dir)), 0);
    run_archive(f, ARKIV "<dokumentobjekt><referanseDokumentfil>../../etc/passwd</referanseDokumentfil></dokumentobjekt>"
                   "<dokumentobjekt><referanseDokumentfil>DOKUMENTer/b.txt</referanseDokumentfil></dokumentobjekt>"
                   "<dokumentobjekt><referanseDokumentfil>DOKUMENTer\\a.txt</referanseDokumentfil></dokumentobjekt></arkiv>",
                false);
    assert_int_equal(found(f, T_118, F_PATH_UNSAFE), 1);
    assert_int_equal(found(f, T_119, F_FOLDER_SPELLING), 1);
    assert_int_equal(found(f, T_32, F_DOCUMENT_MISSING), 2);
    assert_int_equal(errors(f, T_33), 0);
}

/* ---------------------------------------------------------------- the tests themselves */

#define DOCUMENT "<dokumentobjekt><format>txt</format><referanseDokumentfil>dokumenter/a.txt</referanseDokumentfil>" \
                 "<sjekksum>CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB</sjekksum>" \
                 "<sjekksumAlgoritme>SHA-256</sjekksumAlgoritme><filstoerrelse>1</filstoerrelse></dokumentobjekt>"

static void documents(void **state)
{
    struct fixture *f = *state;
    put(f, "dokumenter/a.txt", STR("a"));
    put(f, "dokumenter/stray.txt", STR(""));
    run_archive(f, ARKIV "<dokumentbeskrivelse>" DOCUMENT DOCUMENT "</dokumentbeskrivelse></arkiv>", false);
    assert_int_equal(errors(f, T_30), 0);
    assert_int_equal(number(f, T_29, "txt"), 2);
    assert_int_equal(number(f, T_34, ""), 1);
    assert_int_equal(errors(f, T_33), 1);
    assert_int_equal(number(f, T_28, ""), 2);
    put(f, "dokumenter/a.txt", STR("b"));
    run(f, false);
    assert_int_equal(found(f, T_30, F_DOCUMENT_CHANGED), 2);
    put(f, "dokumenter/a.txt", STR("ab"));
    run(f, false);
    assert_int_equal(found(f, T_107, F_SIZE_WRONG), 2);
}

static void ids_and_references(void **state)
{
    struct fixture *f = *state;
    run_archive(f, ARKIV "<systemID>a</systemID><arkivdel><systemID>" UUID_1 "</systemID>"
                   "<mappe><systemID>" UUID_2 "</systemID><referanseArkivdel>later</referanseArkivdel>"
                   "<referanseArkivdel>never</referanseArkivdel></mappe></arkivdel>"
                   "<arkivdel><systemID>later</systemID></arkivdel><arkivdel><systemID>a</systemID></arkivdel>"
                   "<arkivdel><systemID>a</systemID></arkivdel></arkiv>", false);
    assert_int_equal(number(f, T_47, ""), 6);
    assert_int_equal(errors(f, T_47), 1);
    assert_int_equal(found(f, T_48, F_REF_ARKIVDEL), 1);
    run(f, true);
    assert_int_equal(errors(f, T_48), 3);
}

#define EMPTY "<registrering xsi:type=\"journalpost\"></registrering>"

static void what_is_out_does_not_count(void **state)
{
    struct fixture *f = *state;
    const char *text = ARKIV "<arkivdel><mappe xsi:type=\"saksmappe\">" EMPTY "<saksstatus>Utgår</saksstatus></mappe>"
                       "<mappe xsi:type=\"saksmappe\"><mappe xsi:type=\"saksmappe\">" EMPTY "</mappe></mappe></arkivdel></arkiv>";
    run_archive(f, text, false);
    assert_int_equal(number(f, T_21, ""), 1);
    assert_int_equal(number(f, T_16, "journalpost"), 2);
    run(f, true);
    assert_int_equal(number(f, T_21, ""), 0);
}

static void empty_folders(void **state)
{
    struct fixture *f = *state;
    const char *text = ARKIV "<arkivdel><mappe><mappe></mappe><mappe>" EMPTY "</mappe></mappe><mappe></mappe></arkivdel></arkiv>";
    run_archive(f, text, false);
    assert_int_equal(number(f, T_14, ""), 2);
    run(f, true);
    assert_int_equal(number(f, T_14, ""), 1);
}

static void wrong_statuses(void **state)
{
    struct fixture *f = *state;
    const char *text = ARKIV "<mappe><saksstatus>Avsluttet</saksstatus></mappe><mappe><saksstatus>Åpen</saksstatus></mappe>"
                       "<mappe><saksstatus>Åpen</saksstatus></mappe></arkiv>";
    run_archive(f, text, false);
    assert_int_equal(errors(f, T_15), 2);
    assert_int_equal(number(f, T_15, ""), 2);
    run(f, true);
    assert_int_equal(errors(f, T_15), 1);
}

static void signing_off(void **state)
{
    struct fixture *f = *state;
    run_archive(f, ARKIV "<registrering xsi:type=\"journalpost\"><journalposttype>Inngående dokument</journalposttype>"
                   "</registrering><registrering xsi:type=\"journalpost\"><journalposttype>Inngående dokument"
                   "</journalposttype><avskrivning/></registrering></arkiv>", false);
    assert_int_equal(found(f, T_111, F_NOT_SIGNED_OFF), 1);
}

static void journals(void **state)
{
    struct fixture *f = *state;
    put(f, "loependeJournal.xml", STR("<loependeJournal><journalhode><journalStartDato>2020-01-01</journalStartDato>"
        "<journalSluttDato>2020-12-31</journalSluttDato><antallJournalposter>3</antallJournalposter></journalhode>"
        "<journalregistrering><journalpost><systemID>" UUID_1 "</systemID><journaldato>2020-02-02</journaldato></journalpost>"
        "</journalregistrering><journalregistrering><journalpost><systemID>" UUID_2 "</systemID>"
        "<journaldato>2021-02-02</journaldato></journalpost></journalregistrering></loependeJournal>"));
    run_archive(f, ARKIV "<registrering xsi:type=\"journalpost\"><systemID>" UUID_1 "</systemID></registrering></arkiv>", false);
    assert_int_equal(found(f, T_113, F_ENTRY_UNKNOWN), 1);
    assert_int_equal(found(f, T_113, F_ENTRY_DATE), 1);
    assert_int_equal(found(f, T_115, F_COUNT_DIFFERS), 1);
    assert_int_equal(number(f, T_59, "loependeJournal"), 3);
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int day;
    } rows[] = {
        {"2020-02-29", 20200229}, {"2020-02-29T10:11:12", 20200229}, {"2020-02-29T10:11:12.123Z", 20200229},
        {"2020-12-31T10:11:12+01:00", 20201231}, {"\n 2020-02-29T10:11:12 \t", 20200229}, {" ", 0},
        {"2011-09-09+02:00", 20110909}, {"2021-02-29", 0}, {"2020-13-01", 0},
        {"2020-00-10", 0}, {"20-01-01", 0}, {"2020-01-01T", 0}, {"2020-01-01 10:00:00", 0}, {"", 0}, {"2020-01-0", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int day = 0;
        assert_int_equal(day_of(str_of(rows[i].text), &day), rows[i].day != 0);
        assert_int_equal(day, rows[i].day);
    }
}

static void many_ids(void **state)
{
    (void)state;
    struct idset s = {0};
    char text[40];
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(text, sizeof(text), i % 2 ? "old-%u" : "%08x-0000-4000-8000-000000000000", (unsigned)i);
        assert_int_equal(idset_meet(&s, str_of(text), EL_mappe, i).times, 1);
    }
    struct id id;
    assert_true(idset_find(&s, STR("old-19999"), &id));
    assert_int_equal(id.line_low, 19999);
    assert_int_equal(idset_meet(&s, STR("old-19999"), EL_klasse, 1).times, 2);
    assert_true(idset_find(&s, STR("old-19999"), &id) && id.element == EL_mappe);
    assert_false(idset_find(&s, STR("old-20001"), &id));
    assert_true(idset_free(&s));
}


/* ---------------------------------------------------------------- what is compared with what is told */

#define POST(id) "<registrering xsi:type=\"journalpost\"><systemID>" id "</systemID><journaldato>2020-02-02</journaldato>" \
                 "</registrering>"
#define HEAD(count, last) "<journalhode><journalStartDato>2020-02-02</journalStartDato><journalSluttDato>" last \
                          "</journalSluttDato><antallJournalposter> " count " </antallJournalposter></journalhode>"
#define COUNTS(object, element, n) \
    "<dataObject name=\"" object "\"><properties><property name=\"info\"><properties>" \
    "<property name=\"numberOfOccurrences\"><value>" element "</value><properties><property name=\"value\"><value>" n \
    "</value></property></properties></property></properties>" \
    "</property></properties></dataObject>"

/* The public journal may be left out; the running one is compared with the archive all the same. */
static void journal_alone(void **state)
{
    struct fixture *f = *state;
    put(f, "arkivuttrekk.xml", STR(INFO(VERSION, ENTRY EXIT, "")));
    put(f, "loependeJournal.xml", STR("<loependeJournal>" HEAD("1", "2020-12-31") "</loependeJournal>"));
    run_archive(f, ARKIV POST(UUID_1) POST(UUID_2) "</arkiv>", false);
    assert_int_equal(found(f, T_59, F_JOURNAL_COUNT), 1);
    assert_int_equal(found(f, T_60, F_ARCHIVE_DATES), 1);
    assert_int_equal(errors(f, T_59) + errors(f, T_60), 2);
    put(f, "loependeJournal.xml", STR("<loependeJournal>" HEAD("2", "2020-02-02") "</loependeJournal>"));
    run(f, false);
    assert_int_equal(errors(f, T_59) + errors(f, T_60), 0);
    run(f, true);
    assert_int_equal(found(f, T_59, F_JOURNAL_UNREADABLE), 1);
}

/* The journal that differs from the archive is the one that is told. */
static void journal_that_differs(void **state)
{
    struct fixture *f = *state;
    struct told told = {0};
    int64_t at = 0;
    put(f, "arkivuttrekk.xml", STR(INFO(VERSION, ENTRY EXIT, "")));
    put(f, "loependeJournal.xml", STR("<loependeJournal>" HEAD("2", "2020-02-02") "</loependeJournal>"));
    put(f, "offentligJournal.xml", STR("<offentligJournal>\n" HEAD("1", "2020-02-02") "</offentligJournal>"));
    run_archive(f, ARKIV POST(UUID_1) POST(UUID_2) "</arkiv>", false);
    assert_int_equal(errors(f, T_59), 2);
    assert_int_equal(first_line(f, T_59, F_JOURNAL_COUNT), 2);
    buf_init(&told.bytes, 10000);
    while (told_next(f->v->results[T_59].spool, &at, &told) && told.kind != F_JOURNAL_COUNT)
        continue;
    assert_str(told.file, "offentligJournal.xml");
    assert_str(told.expected, "1");
    assert_str(told.found, "2");
    buf_free(&told.bytes);
}

/* Older templates count the entries of a journal as registrering. */
static void older_word_for_entries(void **state)
{
    struct fixture *f = *state;
    put(f, "arkivuttrekk.xml", STR(INFO(VERSION, ENTRY EXIT, COUNTS("arkivstruktur", "mappe", "0")
                                                             COUNTS("loependeJournal", "registrering", "7"))));
    put(f, "loependeJournal.xml", STR("<loependeJournal>" HEAD("0", "2020-02-02") "</loependeJournal>"));
    run_archive(f, ARKIV "</arkiv>", false);
    assert_int_equal(found(f, T_115, F_COUNT_DIFFERS), 1);
}

/* Programs that count positions need more than that a value is there. */
static void places_of_the_description(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        int missing, misplaced;
    } rows[] = {
        {INFO(VERSION, ENTRY EXIT, COUNTS("arkivstruktur", "mappe", "0")), 0, 0},
        {INFO(VERSION, EXIT ENTRY, COUNTS("arkivstruktur", "mappe", "0")), 0, 1},
        {INFO("<property name=\"x\"/>" VERSION, ENTRY EXIT, COUNTS("arkivstruktur", "mappe", "0")), 0, 1},
        {INFO(VERSION, ENTRY EXIT, COUNTS("endringslogg", "endring", "0") COUNTS("arkivstruktur", "mappe", "0")), 0, 1},
        {INFO("", ENTRY EXIT, COUNTS("arkivstruktur", "mappe", "0")), 2, 1}, /* type, version */
        {INFO(VERSION, ENTRY EXIT, "<dataObject name=\"arkivstruktur\"/>"), 1, 0},
        {INFO(VERSION, ENTRY EXIT, ""), 1, 0},
        {INFO_IN("<property name=\"\"><properties><property name=\"x\"/>", "</properties></property>", VERSION, ENTRY EXIT,
                 COUNTS("arkivstruktur", "mappe", "0")), 0, 1}, /* the path is the same, but has a part more */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        put(f, "arkivuttrekk.xml", str_of(rows[i].text));
        run_archive(f, ARKIV "</arkiv>", false);
        assert_int_equal(found(f, T_105, F_ADDML_PLACE), rows[i].missing + 4); /* and the four yes or no */
        assert_int_equal(found(f, T_105, F_ADDML_ORDER), rows[i].misplaced);
    }
}

/* By the algorithm that is told; that it is another than SHA-256 is another finding. Arkade knows only SHA-256. */
static void checksums_by_other_algorithms(void **state)
{
    struct fixture *f = *state;
#define BY(algorithm, sum) \
    "<dokumentobjekt><format>txt</format><referanseDokumentfil>dokumenter/a.txt</referanseDokumentfil><sjekksum>\n" sum \
    " </sjekksum><sjekksumAlgoritme>" algorithm "</sjekksumAlgoritme><filstoerrelse> 1\n</filstoerrelse></dokumentobjekt>"
    put(f, "dokumenter/a.txt", STR("a"));
    run_archive(f, ARKIV BY("MD5", "0CC175B9C0F1B6A831C399E269772661") BY("SHA256", SUM_OF_A) "</arkiv>", false);
    assert_int_equal(errors(f, T_30), 0);
    assert_int_equal(found(f, T_108, F_ALGORITHM_OTHER), 1);
    assert_int_equal(found(f, T_107, F_SIZE_UNTOLD), 0);
    run(f, true);
    assert_int_equal(errors(f, T_30), 1);
    run_archive(f, ARKIV BY("MD5", "0cc175b9c0f1b6a831c399e269772662") BY("CRC32", "e8b7be43") "</arkiv>", false);
    assert_int_equal(errors(f, T_30), 2);
}

/* Every version has schemas to fall back on. */
static void schemas_to_fall_back_on(void **state)
{
    struct fixture *f = *state;
    static const char *const versions[] = {"3.0", "3.1", "4.0", "5.0", "7.3"};
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        put(f, "arkivuttrekk.xml", str_of(arena_printf(f->cx.arena, "<addml><property name=\"type\"><properties><property "
            "name=\"version\"><value>%s</value></property></properties></property></addml>", versions[i])));
        run_archive(f, ARKIV "<systemID>1</systemID></arkiv>", false);
        assert_int_equal(found(f, T_03, F_SCHEMA_BUILT_IN), 2);
        assert_int_equal(found(f, T_03, F_SCHEMA_NONE), 0);
        assert_true(found(f, T_03, F_XML_INVALID) > 0);
    }
}

/* An archive on paper has neither documents nor a folder for them. */
static void archive_on_paper(void **state)
{
    struct fixture *f = *state;
#define TOLD(n) "<addml><property name=\"additionalInfo\"><properties><property name=\"antallDokumentfiler\"><value>" n \
                "</value></property></properties></property></addml>"
    put(f, "arkivuttrekk.xml", STR(TOLD("0")));
    run_archive(f, ARKIV "<registrering></registrering></arkiv>", false);
    assert_int_equal(errors(f, T_28), 0);
    run(f, true);
    assert_int_equal(found(f, T_28, F_DOCUMENTS_FOLDER), 1);
    run_archive(f, ARKIV "<dokumentobjekt></dokumentobjekt></arkiv>", false);
    assert_int_equal(found(f, T_28, F_DOCUMENTS_FOLDER), 1);
    put(f, "arkivuttrekk.xml", STR(TOLD("1")));
    run_archive(f, ARKIV "</arkiv>", false);
    assert_int_equal(errors(f, T_28), 2);
}

/* What a file is told to be against what its bytes say; text is many things. */
static void formats_by_content(void **state)
{
    struct fixture *f = *state;
    static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\0\0\0\0:~\x9b" "U\0\0\0\0IEND\xae" "B`\x82";
    static const struct {
        const char *told;
        struct str bytes;
        int differs;
    } rows[] = {
        {"png", {png, sizeof(png) - 1}, 0}, {"jpg", {png, sizeof(png) - 1}, 1}, {"RA-TIFF6", {png, sizeof(png) - 1}, 1},
        {"docx", {png, sizeof(png) - 1}, 1}, {"txt", {png, sizeof(png) - 1}, 1}, {"fmt/95", {png, sizeof(png) - 1}, 1},
        {"Produksjonsformat", {png, sizeof(png) - 1}, 0}, {"txt", {"<?xml version=\"1.0\"?><a/>", 25}, 0},
        {"XML", {"<?xml version=\"1.0\"?><a/>", 25}, 0}, {"csv", {"en linje", 8}, 0}, {"pdf", {"en linje", 8}, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        put(f, "dokumenter/a", rows[i].bytes);
        run_archive(f, arena_printf(f->cx.arena, ARKIV "<dokumentobjekt><format>%s</format><referanseDokumentfil>dokumenter/a"
                                    "</referanseDokumentfil><sjekksum>0</sjekksum></dokumentobjekt></arkiv>", rows[i].told), false);
        assert_int_equal(found(f, T_106, F_FORMAT_CONTENT), rows[i].differs);
        assert_int_equal(found(f, T_106, F_FORMAT_UNAPPROVED), 0);
    }
}

/* Machines are told which rule is broken, too. */
static void details_for_machines(void **state)
{
    struct fixture *f = *state;
    char *text = NULL;
    size_t n = 0;
    f->cx.lang = LANG_EN;
    run_archive(f, ARKIV "<arkivdel/></arkiv>", false);
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    assert_ok(validation_json(&f->cx, f->v, out));
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "\"detail\":\"arkivdel: The element is not expected here\""));
    free(text);
}

#define NO_DOCUMENT "<registrering xsi:type=\"journalpost\"><systemID>" UUID_1 "</systemID>%s</registrering>"
#define WITHOUT_OBJECT "<dokumentbeskrivelse><systemID>" UUID_2 "</systemID>%s</dokumentbeskrivelse>"
#define NO_BYTES "<dokumentbeskrivelse><dokumentobjekt><referanseDokumentfil>dokumenter/0.txt</referanseDokumentfil>" \
                 "</dokumentobjekt></dokumentbeskrivelse>"

/* Units that lack something are named, but not those that are out, nor what lies on paper or is disposed of. */
static void what_lacks_something_is_named(void **state)
{
    struct fixture *f = *state;
    char text[4000], inner[1500];
    put(f, "dokumenter/0.txt", STR(""));
    for (int out = 0; out < 2; out++) {
        (void)snprintf(inner, sizeof(inner), NO_DOCUMENT "<registrering>" WITHOUT_OBJECT WITHOUT_OBJECT WITHOUT_OBJECT NO_BYTES
                       "</registrering>", "", "", "<dokumentmedium>Fysisk arkiv</dokumentmedium>",
                       "<utfoertKassasjon></utfoertKassasjon>");
        (void)snprintf(text, sizeof(text), ARKIV "<arkivdel>\n<mappe xsi:type=\"saksmappe\">\n"
                       "%s<saksstatus>%s</saksstatus></mappe>\n"
                       NO_DOCUMENT "</arkivdel></arkiv>", inner, out ? "utgår" : "Avsluttet",
                       "<journalstatus>Utgår</journalstatus>");
        run_archive(f, text, false);
        assert_int_equal(found(f, T_21, F_RECORD_EMPTY), !out);
        assert_int_equal(number(f, T_21, ""), !out);
        assert_int_equal(found(f, T_24, F_DESCRIPTION_EMPTY), !out);
        assert_int_equal(number(f, T_24, ""), out ? 0 : 2);
        assert_int_equal(number(f, T_24, "fysisk medium"), out ? -1 : 1);
        assert_int_equal(found(f, T_64, F_DOCUMENT_EMPTY), !out);
        assert_int_equal(number(f, T_64, ""), !out);
        assert_int_equal(first_line(f, T_21, F_RECORD_EMPTY), out ? -1 : 3);
    }
}

/* The schema of the archive lets pass what no schema knows: an element in the business metadata that none has is told. */
static void business_elements(void **state)
{
    struct fixture *f = *state;
#define VSM(type, element) "<mappe>\n<virksomhetsspesifikkeMetadata" type "><v:" element " xmlns:v=\"urn:v\">3</v:" element ">" \
                           "</virksomhetsspesifikkeMetadata></mappe>"
#define SCHEMA_OF(name) "<property name=\"schema\"><properties><property name=\"file\"><properties>" \
                        "<property name=\"name\"><value>" name "</value></property></properties></property></properties></property>"
    put(f, "arkivuttrekk.xml", STR(INFO(VERSION, ENTRY EXIT, "<dataObject name=\"arkivstruktur\"><properties>" SCHEMA_OF("vsm.xsd")
                                                             "</properties></dataObject>")));
    put(f, "arkivstruktur.xsd", STR("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"/>"));
    put(f, "vsm.xsd", STR("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:v\">"
                          "<xs:element name=\"felt\" type=\"xs:int\"/></xs:schema>"));
    run_archive(f, ARKIV VSM("", "felt") VSM("", "annet") VSM(" xsi:type=\"t\"", "annet") "</arkiv>", false);
    assert_int_equal(found(f, T_103, F_BUSINESS_UNKNOWN), 1);
    assert_int_equal(first_line(f, T_103, F_BUSINESS_UNKNOWN), 3);
    put(f, "vsm.xsd", STR("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:v\">"
                          "<xs:include schemaLocation=\"mer.xsd\"/></xs:schema>"));
    run(f, false);
    assert_int_equal(found(f, T_103, F_BUSINESS_UNKNOWN), 0);
}

/* What Arkade counts otherwise is in the sum too. */
static void the_sum_is_that_of_the_tests(void **state)
{
    struct fixture *f = *state;
    for (int arkade = 0; arkade < 2; arkade++) {
        int64_t sum = 0;
        run_archive(f, ARKIV "<mappe><saksstatus>a</saksstatus></mappe><mappe><saksstatus>a</saksstatus></mappe></arkiv>", arkade);
        for (int t = 0; t < T_COUNT; t++)
            sum += errors(f, (enum test_id)t);
        assert_int_equal(errors(f, T_15), arkade ? 1 : 2);
        assert_int_equal(validation_count(f->v, SEVERITY_ERROR), sum);
    }
}

static void parts_that_still_run(void **state)
{
    struct fixture *f = *state;
#define PART(status) "<arkivdel><arkivdelstatus>" status "</arkivdelstatus><avsluttetDato>2020-01-01</avsluttetDato></arkivdel>"
    run_archive(f, ARKIV PART("Aktiv periode") PART("Overlappingsperiode") PART("Avsluttet periode") PART("Uaktuelle mapper")
                "<avsluttetDato>2020-01-01</avsluttetDato></arkiv>", false);
    assert_int_equal(found(f, T_110, F_NOT_CLOSED), 2);
}

/* Arkade counts a row for each arkivdel that has documents, not for the others. */
static void arkade_rows_of_formats(void **state)
{
    struct fixture *f = *state;
    run_archive(f, ARKIV "<arkivdel><dokumentobjekt><format>pdf</format>"
                   "<referanseDokumentfil>dokumenter/a.txt</referanseDokumentfil>"
                   "</dokumentobjekt></arkivdel><arkivdel></arkivdel></arkiv>", true);
    assert_int_equal(errors(f, T_29), 4);
}


static bool stop_at_once(void *arg)
{
    (*(int *)arg)++;
    return true;
}

/* The caller wants no more: the rest is not read, and nothing is told of it. */
static void stopped(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    int asked = 0;
    const struct validate_options o = {.stop = stop_at_once, .arg = &asked};
    buf_init(&b, (size_t)MiB(4));
    buf_puts(&b, ARKIV);
    for (int i = 0; i < 20000; i++)
        buf_puts(&b, "<tittel>Arkiv</tittel>\n");
    buf_puts(&b, "</arkiv>");
    put(f, "arkivstruktur.xml", buf_str(&b));
    buf_free(&b);
    assert_int_equal(validate_run(&f->cx, f->dir, &o, &f->v), RC_BUSY);
    assert_null(f->v);
    assert_true(asked > 0);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(empty_file), TEST(no_package), TEST(broken_xml_is_read_on), TEST(entities), TEST(too_deep),
        TEST(hostile_schema), TEST(bom_and_crlf), TEST(other_encoding), TEST(lines_past_65535),
        TEST(a_million_findings), TEST(paths), TEST(documents), TEST(ids_and_references),
        TEST(what_is_out_does_not_count), TEST(empty_folders), TEST(wrong_statuses), TEST(signing_off), TEST(journals),
        TEST(dates), TEST(many_ids), TEST(stopped), TEST(a_cut_archive_is_not_compared), TEST(messages), TEST(utf16),
        TEST(lines_of_the_description), TEST(journal_alone), TEST(journal_that_differs), TEST(older_word_for_entries),
        TEST(places_of_the_description), TEST(checksums_by_other_algorithms), TEST(what_lacks_something_is_named),
        TEST(schemas_to_fall_back_on), TEST(archive_on_paper), TEST(formats_by_content), TEST(details_for_machines),
        TEST(parts_that_still_run), TEST(business_elements), TEST(the_sum_is_that_of_the_tests),
        TEST(arkade_rows_of_formats), TEST(faults_told_once), TEST(text_for_people), TEST(page_for_people),
        TEST(nothing_steers_the_terminal),
    };
    return cmocka_run_group_tests_name("validate", all, NULL, NULL);
}
