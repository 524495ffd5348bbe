/*
 * load – fills an arkivdel with mapper, through the domain as the server does, a thousand to a write.
 *
 *   load DIR MUNICIPALITY SYSTEMID-OF-ARKIVDEL FROM TO
 *
 * Mappe n has the title "KIND om THING i ROADveien n", made of n alone: 16 kinds, 40 things, 2,500 roads.
 * No server may run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

enum { TOGETHER = 1000 };

struct load {
    struct world world;
    const char *arkivdel;
    int64_t at, to;
};

static void title(int64_t n, char out[200])
{
    static const char *const kind[] = {
        "Søknad", "Klage", "Melding", "Varsel", "Tilsyn", "Vedtak", "Høring", "Anmodning", "Spørsmål", "Referat",
        "Avtale", "Rapport", "Befaring", "Dispensasjon", "Fradeling", "Nabovarsel"};
    static const char *const thing[] = {
        "garasje", "tilbygg", "bryggeplass", "støyskjerm", "gangvei", "barnehageplass", "skjenkebevilling", "renovasjon",
        "vannledning", "avløp", "lekeplass", "terrasse", "carport", "veranda", "pipe", "takvindu", "fasadeendring",
        "bruksendring", "svømmebasseng", "murforstøtning", "levegg", "parkeringsplass", "solcellepanel", "varmepumpe",
        "brønn", "hytte", "naust", "flaggstang", "antenne", "drivhus", "anneks", "bod", "grind", "gjerde", "hekk",
        "trefelling", "utleie", "skilt", "kiosk", "torgplass"};
    static const char *const first[] = {
        "Bjørk", "Fjell", "Gran", "Solli", "Strand", "Kirke", "Skog", "Myr", "Elve", "Furu", "Havne", "Hage", "Molo",
        "Nes", "Odde", "Park", "Rogne", "Sund", "Torv", "Ulve", "Vik", "Vinter", "Åker", "Øst", "Ås"};
    static const char *const second[] = {
        "bakke", "berg", "dal", "eng", "falls", "gård", "haug", "holt", "høyde", "kroken", "land", "li", "lund", "mo",
        "rud", "skar", "slette", "sti", "tun", "vang", "voll", "øy", "løkka", "stubb", "kleiva"};
    uint64_t h = (uint64_t)n * 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    (void)snprintf(out, 200, "%s om %s i %s%s%sveien %" PRId64, kind[h % 16], thing[(h >> 8) % 40],
                   first[(h >> 16) % 25], second[(h >> 24) % 25], (h >> 32) % 4 ? "" : "s", n);
}

static enum rc make_one(struct call *c, const struct load *l, int64_t n)
{
    const struct link *ny = model_link_named(E_arkivdel, PKG_ARKIVSTRUKTUR, STR("ny-mappe"));
    struct rec *in, *made;
    char text[200];
    title(n, text);
    TRY(rec_new(c->cx, model_entity(E_mappe), &in));
    val_text(rec_val(in, A_mappe_tittel), str_of(arena_strdup(c->cx->arena, text)));
    return archive_create(c, F_arkivdel, str_of(l->arkivdel), ny, in, &made);
}

static enum rc make_some(struct call *c, void *arg)
{
    const struct load *l = arg;
    for (int64_t n = l->at; n < l->to && n < l->at + TOGETHER; n++)
        TRY(make_one(c, l, n));
    return RC_OK;
}

static enum rc write_some(struct load *l)
{
    struct cx cx;
    cx_open(&cx, (size_t)MiB(256));
    struct call c = world_call(&l->world, &cx);
    enum rc rc = archive_meet(&c);
    if (rc == RC_OK)
        rc = archive_together(&c, make_some, l);
    if (rc != RC_OK)
        world_tell("load", &cx);
    cx_close(&cx);
    return rc;
}

static enum rc run(struct load *l, const char *dir, const char *municipality)
{
    TRY(world_open(&l->world, dir, municipality, NULL));
    for (; l->at < l->to; l->at += TOGETHER)
        TRY(write_some(l));
    return RC_OK;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        (void)fprintf(stderr, "load: see the head of bench/load.c\n");
        return 2;
    }
    struct load l = {.arkivdel = argv[3], .at = strtoll(argv[4], NULL, 10), .to = strtoll(argv[5], NULL, 10)};
    return world_close(&l.world, "load", run(&l, argv[1], argv[2]));
}
