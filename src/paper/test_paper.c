/*
 * What a document holds, that it is the same each time, and that Apache PDFBox's preflight finds it to
 * be PDF/A-1b. Preflight is Java: where it is not installed that case is skipped.
 */
#include "base/test.h"
#include "paper/paper_int.h"
#include "paper/test_pdfa.h"

struct fixture {
    struct cx cx;
    struct paper_fonts *fonts;
    struct buf out;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof(*f));
    cx_open(&f->cx, (size_t)MiB(256));
    f->cx.now = 1764290000000000;
    assert_ok(paper_fonts_open(&f->cx, &f->fonts));
    buf_init(&f->out, (size_t)MiB(64));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_free(&f->out);
    cx_close(&f->cx);
    paper_fonts_free(&f->fonts);
    mem_free(f);
    return 0;
}

static struct paper *begin(struct fixture *f, const char *title)
{
    struct paper_about about = {.title = title, .author = "Nesodden kommune", .lang = "nb", .made = f->cx.now,
                                .footer = "Nesodden kommune · 2026/123"};
    struct paper *p;
    assert_ok(paper_new(&f->cx, f->fonts, &about, &p));
    return p;
}

static void fill(struct paper *p)
{
    paper_heading(p, 1, STR("Søknad om garasje"));
    paper_text(p, STR("Sendt 27. november 2026 kl. 23.40.\n\nDette er et avsnitt som er langt nok til at det må brytes over "
                      "flere linjer, med «anførsel», tankestrek – og ordet menneskerettighetsorganisasjonskonferanse."));
    paper_heading(p, 2, STR("Om deg"));
    paper_pair(p, STR("Navn"), STR("Kari Nordmann"));
    paper_pair(p, STR("Adresse"), STR("Fjellstrandveien 12\n1458 Fjellstrand"));
    paper_pair(p, STR("Davvisámegillii"), STR("Áá Čč Đđ Ŋŋ Šš Ŧŧ Žž – Ψ Ж 漢 \xF0\x9F\x8F\xA0"));
    paper_heading(p, 3, STR("Vedlegg"));
    paper_text(p, STR("tegning.pdf (12 kB) (parentes) \\ skråstrek"));
}

/* All there is of a typeface is in the file, and its bytes begin and end as a file does. */
static void holds_its_parts(void **state)
{
    struct fixture *f = *state;
    struct paper *p = begin(f, "Søknad");
    fill(p);
    assert_ok(paper_end(p, &f->out));
    assert_memory_equal(f->out.p, "%PDF-1.4\n", 9);
    assert_memory_equal(f->out.p + f->out.n - 6, "%%EOF\n", 6);
    for (const char *const *part = (const char *const[]){"/CIDSet", "/ToUnicode", "/StructTreeRoot", "/Lang (nb)",
         "pdfaid:part>1", "<rdf:li xml:lang=\"x-default\">Søknad<", "/S /H1", "/S /P", NULL}; *part; part++)
        assert_non_null(memmem(f->out.p, f->out.n, *part, strlen(*part)));
    assert_true(f->out.n < 60000);
}

static void same_bytes(void **state)
{
    struct fixture *f = *state;
    struct buf again;
    struct paper *one = begin(f, "Søknad"), *two = begin(f, "Søknad");
    buf_init(&again, (size_t)MiB(64));
    fill(one);
    fill(two);
    assert_ok(paper_end(one, &f->out));
    assert_ok(paper_end(two, &again));
    assert_int_equal(f->out.n, again.n);
    assert_memory_equal(f->out.p, again.p, again.n);
    buf_free(&again);
}

static void breaks_pages(void **state)
{
    struct fixture *f = *state;
    struct paper *p = begin(f, "Langt");
    for (int i = 0; i < 400; i++)
        paper_text(p, STR("Et avsnitt som går over et par linjer, slik at sidene fylles opp og blokker deles mellom dem.\n"
                          "Og en linje til."));
    assert_ok(paper_end(p, &f->out));
    assert_true(p->pages_n > 15);
    for (const struct page *page = p->pages; page; page = page->next)
        assert_true(page->marks > 0);
}

static void odd_text(void **state)
{
    struct fixture *f = *state;
    struct paper *p = begin(f, "\xFF<&>\x01");
    paper_text(p, STR(""));
    paper_text(p, STR("\n\n\r\n \n"));
    paper_text(p, STR("\xFF\xC3 \xE2\x82 \xED\xA0\x80 \x01\x7F\t) Tj ET endstream"));
    paper_pair(p, STR(""), STR(""));
    paper_heading(p, 9, STR("soft\xC2\xADhyphen\xE2\x80\x8B"));
    char *long_word = arena_alloc(f->cx.arena, 100001);
    memset(long_word, 'W', 100000);
    paper_text(p, (struct str){long_word, 100000});
    paper_space(p, 20);
    assert_ok(paper_end(p, &f->out));
    assert_null(memmem(f->out.p, f->out.n, ") Tj", 4));
}

static void too_long(void **state)
{
    struct fixture *f = *state;
    struct paper *p = begin(f, "For langt");
    for (int i = 0; i < 120000 && p->rc == RC_OK; i++)
        paper_heading(p, 1, STR("linje"));
    assert_rc(paper_end(p, &f->out), RC_TOO_LARGE);
    err_clear(&f->cx);
}

static void little_memory(void **state)
{
    struct fixture *f = *state;
    struct paper_about about = {.title = "t", .author = "a", .lang = "nb", .made = f->cx.now};
    size_t written = 0;
    for (size_t limit = 4000; written == 0; limit += 4000) {
        struct cx cx;
        struct paper *p;
        cx_open(&cx, limit);
        enum rc rc = paper_new(&cx, f->fonts, &about, &p);
        if (rc == RC_OK) {
            fill(p);
            rc = paper_end(p, &f->out);
        }
        assert_true(rc == RC_OK || rc == RC_NOMEM);
        if (rc == RC_OK)
            written = f->out.n;
        cx_close(&cx);
    }
}

static void is_pdfa(void **state)
{
    struct fixture *f = *state;
    struct paper *p = begin(f, "Søknad om garasje – Čáhppes & <hvit>");
    fill(p);
    for (int i = 0; i < 60; i++)
        paper_pair(p, STR("Spørsmål"), STR("Et svar"));
    assert_ok(paper_end(p, &f->out));
    assert_pdfa(buf_str(&f->out));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(holds_its_parts), CASE(same_bytes), CASE(breaks_pages), CASE(odd_text), CASE(too_long), CASE(little_memory),
        CASE(is_pdfa),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
