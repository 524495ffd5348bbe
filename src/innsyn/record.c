/* What the archive is given of an order: journalposter with one party and one document. */
#include "innsyn/innsyn_int.h"

static enum rc make_party(struct call *c, const struct rec *post, const struct innsyn_record *r)
{
    struct rec *made;
    json_t *contact = *r->epost ? json_pack("{s:s}", "epostadresse", r->epost) : NULL;
    json_t *values = json_pack("{s:{s:s}, s:s, s:o*}", "korrespondanseparttype", "kode", streq(r->type, "I") ? "EA" : "EM", "navn",
                               *r->navn ? r->navn : brev_text(BREV_ANONYM, r->nynorsk), "kontaktinformasjon", contact);
    return archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartperson", values, &made);
}

/* What goes out is sent and registered with it: there is nothing more to do. */
enum rc record_make(struct call *c, const struct rec *sak, const struct innsyn_record *r, struct rec **ret)
{
    const char *title = brev_text(r->title, r->nynorsk);
    struct rec *doc, *object;
    char now[TIME_TEXT_MAX];
    time_format(c->cx->now, now);
    TRY(archive_make(c, sak, PKG_SAKARKIV, "ny-journalpost",
                     json_pack("{s:s, s:s, s:{s:s}, s:s}", "tittel", title, "offentligTittel", title, "journalposttype", "kode",
                               r->type, "dokumentetsDato", now), ret));
    TRY(make_party(c, *ret, r));
    TRY(archive_make_document(c, *ret, title, "H", r->pdf, &doc, &object));
    return streq(r->type, "I") ? RC_OK : archive_ekspeder(c, ret);
}
