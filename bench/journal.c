/*
 * journal – the public journal by size: fills one with N entries, each with a journalpost and five to a case, and
 * asks it what the public asks.
 *
 *   journal DIR N         prints a JSON object: {"word": [p50_us, p99_us, processor p50_us, p99_us], …}; DIR is empty
 *
 * Processor time is that of the asking thread, which does all the work: it says on a busy machine what the clock would on
 * an idle one. The rows are copies of one journalpost and case published as they are in life.
 */
#include <stdio.h>
#include <stdlib.h>

#include "journal/journal.h"
#include "world.h"

enum { ASKED = 200, TOGETHER = 20000, TO_A_CASE = 5 };

static const char *const kinds[] = {"Søknad", "Klage", "Melding", "Varsel", "Tilsyn", "Vedtak", "Høring", "Rapport",
                                    "Spørsmål", "Referat", "Avtale", "Befaring", "Fradeling", "Merknad", "Pålegg", "Svar"};
static const char *const things[] = {"garasje", "tilbygg", "brygge", "støyskjerm", "gangvei", "barnehage", "skjenking",
                                     "renovasjon", "vannledning", "avløp", "lekeplass", "terrasse", "carport", "veranda",
                                     "pipe", "takvindu", "hytte", "naust", "flaggstang", "antenne", "drivhus", "anneks",
                                     "bod", "grind", "gjerde", "hekk", "trefelling", "utleie", "skilt", "kiosk"};

static uint64_t mix(int64_t n)
{
    uint64_t h = (uint64_t)n * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

/* ------------------------------------------------------------------ the first one, through the domain */

static enum rc make(struct call *c, const struct rec *parent, enum package p, const char *ny, const char *json, struct rec **ret)
{
    const struct link *l = model_link_named(parent ? parent->entity->id : E_COUNT, p, str_of(ny));
    json_t *j;
    struct rec *in;
    TRY(json_read(c->cx, str_of(json), &j));
    TRY(rec_from_json(c->cx, model_entity(l->target), j, false, &in));
    return archive_create(c, parent ? parent->entity->family : F_COUNT, str_of(parent ? parent->systemid : ""), l, in, ret);
}

static enum rc publish_first(struct call *c)
{
    struct rec *r, *post, *in;
    json_t *status;
    TRY(archive_meet(c));
    TRY(make(c, NULL, PKG_ARKIVSTRUKTUR, "ny-arkiv", "{\"tittel\":\"Arkiv\"}", &r));
    TRY(make(c, r, PKG_ARKIVSTRUKTUR, "ny-arkivdel", "{\"tittel\":\"Arkivdel\"}", &r));
    TRY(make(c, r, PKG_SAKARKIV, "ny-saksmappe", "{\"tittel\":\"Sak\",\"administrativEnhet\":\"Plan\"}", &r));
    TRY(make(c, r, PKG_SAKARKIV, "ny-journalpost", "{\"tittel\":\"Post\"}", &post));
    TRY(make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartperson",
             "{\"navn\":\"Kari Nordmann\",\"korrespondanseparttype\":{\"kode\":\"EA\"}}", &r));
    TRY(json_read(c->cx, STR("{\"journalstatus\":{\"kode\":\"J\"}}"), &status));
    TRY(rec_from_json(c->cx, post->entity, status, false, &in));
    TRY(archive_merge(c, F_registrering, str_of(post->systemid), (struct match){NULL, RC_CONFLICT}, in, NULL, 0, &post));
    return journal_publish(c, str_of(post->systemid), NULL, NULL);
}

/* ------------------------------------------------------------------ its copies */

static enum rc copy_case(struct db *db, int64_t n)
{
    TRY(db_run(db, "UPDATE m SET id = ?, systemid = ?", "it", n, arena_printf(db_cx(db)->arena, "m%" PRId64, n)));
    return db_run(db, "INSERT INTO mappe SELECT * FROM m", "");
}

static enum rc copy_entry(struct db *db, int64_t n)
{
    char id[40], title[200], unit[20], property[20];
    uint64_t h = mix(n);
    (void)snprintf(id, sizeof(id), "r%" PRId64, n);
    (void)snprintf(title, sizeof(title), "%s om %s i %svei%d", kinds[h % 16], things[(h >> 8) % 30], things[(h >> 16) % 30],
                   (int)((h >> 24) % 2000));
    (void)snprintf(unit, sizeof(unit), "Enhet %d", (int)((h >> 40) % 12));
    (void)snprintf(property, sizeof(property), "%d/%d", (int)((h >> 32) % 200) + 1, (int)((h >> 44) % 500) + 1);
    TRY(db_run(db, "UPDATE r SET id = ?, systemid = ?", "it", n, id));
    TRY(db_run(db, "INSERT INTO registrering SELECT * FROM r", ""));
    TRY(db_run(db, "UPDATE i SET id = ?, registrering = ?, registrering_id = ?, mappe_id = ?, saksnr = ?, tittel = ?,"
                   " enhet = ?, eiendom = ?, journaldato = ?", "itiiittti", n, id, n, n / TO_A_CASE + 2, n / TO_A_CASE + 2,
               title, unit, property, time_of_day(20000 + n / 200)));
    TRY(db_run(db, "INSERT INTO innfoersel SELECT * FROM i", ""));
    return db_run(db, "INSERT INTO innfoersel_ord(rowid, alt, uten) VALUES (?, ?, ?)", "itt", n,
                  arena_printf(db_cx(db)->arena, "%s\nSak\n%s\n%s\nKari Nordmann", title, unit, property), title);
}

static enum rc copy_some(struct db *db, void *arg)
{
    const struct world *w = arg;
    TRY(db_script(db, "CREATE TEMP TABLE m AS SELECT * FROM mappe WHERE id = 1;"
                      "CREATE TEMP TABLE r AS SELECT * FROM registrering WHERE id = 1;"
                      "CREATE TEMP TABLE i AS SELECT * FROM innfoersel WHERE id = 1;"));
    for (int64_t n = w->from; n < w->to; n++) {
        if (n % TO_A_CASE == 0 || n == 2)
            TRY(copy_case(db, n / TO_A_CASE + 2));
        TRY(copy_entry(db, n));
    }
    return db_script(db, "DROP TABLE m; DROP TABLE r; DROP TABLE i;");
}

static enum rc fill(struct world *w, int64_t size)
{
    for (w->from = 2; w->from <= size; w->from = w->to) {
        struct cx cx;
        w->to = w->from + TOGETHER <= size ? w->from + TOGETHER : size + 1;
        cx_open(&cx, (size_t)MiB(256));
        enum rc rc = store_write(&cx, vault_space(w->vault), copy_some, w);
        if (rc != RC_OK)
            world_tell("journal", &cx);
        cx_close(&cx);
        TRY(rc);
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ questions */

static struct journal_question asked(struct cx *cx, const char *what, int64_t n)
{
    uint64_t h = mix(n + 77);
    struct journal_question q = {.most = 25};
    const char *kind = kinds[h % 16], *thing = things[(h >> 8) % 30];
    if (streq(what, "word"))
        q.words = str_of(thing);
    else if (streq(what, "words"))
        q.words = str_of(arena_printf(cx->arena, "%s %s -%s", kind, thing, things[(h >> 16) % 30]));
    else if (streq(what, "road"))
        q.words = str_of(arena_printf(cx->arena, "%svei%d", thing, (int)((h >> 24) % 2000)));
    else if (streq(what, "property"))
        q.words = str_of(arena_printf(cx->arena, "%d/%d", (int)((h >> 32) % 200) + 1, (int)((h >> 44) % 500) + 1));
    else if (streq(what, "unit"))
        q.enhet = arena_printf(cx->arena, "Enhet %d", (int)((h >> 40) % 12));
    return q;
}

static int by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static enum rc measure(struct world *w, const char *what, const char *before)
{
    static int64_t took[ASKED], worked[ASKED];
    for (int i = 0; i < ASKED; i++) {
        struct cx cx;
        struct innfoersel *list;
        size_t n;
        int64_t total, begun, working;
        cx_open(&cx, (size_t)MiB(64));
        struct journal_question q = asked(&cx, what, i);
        begun = time_steady();
        working = processor_us();
        enum rc rc = journal_search(&cx, w->vault, &q, &list, &n, &total);
        took[i] = time_steady() - begun;
        worked[i] = processor_us() - working;
        if (rc != RC_OK)
            world_tell("journal", &cx);
        cx_close(&cx);
        TRY(rc);
    }
    qsort(took, ASKED, sizeof(*took), by_time);
    qsort(worked, ASKED, sizeof(*worked), by_time);
    (void)printf("%s\"%s\": [%" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 "]", before, what, took[ASKED / 2],
                 took[ASKED * 99 / 100], worked[ASKED / 2], worked[ASKED * 99 / 100]);
    return RC_OK;
}

static enum rc run(struct world *w, const char *dir, int64_t size)
{
    static const char *const what[] = {"newest", "word", "words", "road", "property", "unit"};
    TRY(world_open(w, dir, "nesodden", journal_prepare));
    struct call c = world_call(w, &w->cx);
    TRY(publish_first(&c));
    TRY(fill(w, size));
    for (size_t i = 0; i < COUNT_OF(what); i++)
        TRY(measure(w, what[i], i == 0 ? "{" : ", "));
    (void)printf("}\n");
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct world w = {0};
    if (argc != 3) {
        (void)fprintf(stderr, "journal: see the head of bench/journal.c\n");
        return 2;
    }
    return world_close(&w, "journal", run(&w, argv[1], strtoll(argv[2], NULL, 10)));
}
