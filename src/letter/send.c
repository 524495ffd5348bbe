/* Sending: the document is made before, all the rest is one write. */
#include "letter/letter_int.h"

struct sending {
    const struct letters *letters;
    struct brevutkast *u;
    const struct brevramme *ramme;
    const char *subject, *public_title;
    struct taken *pdf, *vedlegg[BREVVEDLEGG_MOST];
    char sha256[SHA256_HEX_MAX];
};

/* What a letter of each kind is to the party, and whether it answers what came in. */
static const struct {
    enum partsbrev_slag slag;
    bool answers;
} kinds[BREVSLAG_ANTALL] = {
    [BREVSLAG_VEDTAK] = {PARTSBREV_SVAR, true},
    [BREVSLAG_FORELOPIG] = {PARTSBREV_FORELOEPIG, false},
    [BREVSLAG_MANGEL] = {PARTSBREV_MANGELBREV, false},
    [BREVSLAG_SVAR] = {PARTSBREV_SVAR, true},
};

/* ------------------------------------------------------------------ records */

static enum rc make_party(struct call *c, const struct rec *post, const struct sakspart *p)
{
    struct rec *made;
    if (*p->orgnr)
        return archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartenhet",
                            json_pack("{s:{s:s}, s:s, s:{s:s}}", "korrespondanseparttype", "kode", "EM", "navn", p->navn,
                                      "enhetsidentifikator", "organisasjonsnummer", p->orgnr), &made);
    return archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartperson",
                        json_pack("{s:{s:s}, s:s}", "korrespondanseparttype", "kode", "EM", "navn", p->navn), &made);
}

static enum rc make_sender(struct call *c, const struct sending *k, const struct rec *sak, const struct rec *post)
{
    const struct val *unit = rec_val(sak, A_saksmappe_administrativEnhet);
    struct str from = unit->state == VAL_SET ? unit->text : str_of(k->ramme->kommune);
    struct rec *made;
    return archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartintern",
                        json_pack("{s:{s:s}, s:s%, s:s}", "korrespondanseparttype", "kode", "IA", "administrativEnhet", from.p,
                                  from.n, "saksbehandler", k->u->navn), &made);
}

/* What is screened in the case, or in what is attached, is screened in what it is answered with, until the archivist decides. */
static enum rc make_post(struct call *c, const struct sending *k, const struct rec *sak, struct rec **ret)
{
    char now[TIME_TEXT_MAX];
    const char *by;
    time_format(c->cx->now, now);
    TRY(dialog_screened_by(c, sak, &by));
    if (!by)
        TRY(brevvedlegg_screened_by(c, k->u, &by));
    return archive_make(c, sak, PKG_SAKARKIV, "ny-journalpost",
                        json_pack("{s:s, s:s, s:{s:s}, s:s, s:I, s:o*}", "tittel", k->subject, "offentligTittel", k->public_title,
                                  "journalposttype", "kode", "U", "dokumentetsDato", now, "antallVedlegg",
                                  (json_int_t)k->u->vedlegg_n, "skjerming", by ? dialog_screening(by) : NULL), ret);
}

static enum rc make_records(struct call *c, const struct sending *k, struct rec **ret, struct rec **ret_object)
{
    struct rec *sak, *doc;
    TRY(archive_get(c, F_mappe, str_of(k->u->mappe), &sak));
    TRY(make_post(c, k, sak, ret));
    TRY(make_sender(c, k, sak, *ret));
    for (size_t i = 0; i < k->u->til_n; i++)
        TRY(make_party(c, *ret, &k->u->til[i]));
    TRY(archive_make_document(c, *ret, k->subject, "H", k->pdf, &doc, ret_object));
    TRY(brevvedlegg_make(c, k->u, *ret, k->vedlegg));
    return archive_ekspeder(c, ret);
}

/* Besvart med brev (BU), unless it was written off before. */
static enum rc write_off(struct call *c, const struct brevutkast *u, const struct rec *post)
{
    struct rec *incoming, *made;
    struct result before = {0};
    TRY(archive_get(c, F_registrering, str_of(u->gjelder), &incoming));
    const struct query q = {.entity = model_entity(E_avskrivning), .from = incoming, .list = CL_NONE, .top = 1, .no_count = true,
                            .link = model_link_named(incoming->entity->id, PKG_SAKARKIV, STR("avskrivning"))};
    TRY(archive_query(c, &q, &before));
    if (before.n > 0)
        return RC_OK;
    return archive_make(c, incoming, PKG_SAKARKIV, "ny-avskrivning",
                        json_pack("{s:{s:s}, s:s}", "avskrivningsmaate", "kode", "BU", "referanseAvskrivesAvJournalpost",
                                  post->systemid), &made);
}

/* ------------------------------------------------------------------ what the parties get */

static const char *asked_for(const struct brevutkast *u)
{
    for (size_t i = 0; i < u->mal->blocks_n; i++)
        if (streq(u->mal->blocks[i].id, "mangler"))
            return u->tekst[i];
    return "";
}

static enum rc ask(struct call *c, const struct sending *k, const struct sakspart *p)
{
    struct mangel m = {.eier = p->eier, .tekst = k->subject, .deler = asked_for(k->u), .frist = k->u->frist};
    uuid_copy(m.mappe, str_of(k->u->mappe));
    uuid_copy(m.oppgave, str_of(k->u->oppgave));
    return dialog_mangel_ask(c, &m);
}

static enum rc tell(struct call *c, const struct sending *k, const struct rec *post)
{
    const struct brevmal *m = k->u->mal;
    for (size_t i = 0; i < k->u->til_n; i++) {
        const struct sakspart *p = &k->u->til[i];
        struct partsbrev b = {.eier = p->eier, .slag = kinds[m->slag].slag};
        uuid_copy(b.mappe, str_of(k->u->mappe));
        uuid_copy(b.registrering, str_of(post->systemid));
        TRY(dialog_brev_send(c, &b, (int)m->appeal_days));
        if (m->slag == BREVSLAG_MANGEL)
            TRY(ask(c, k, p));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ the write */

static enum rc finish(struct call *c, const struct sending *k, const struct rec *post, const struct rec *object)
{
    const struct brevutkast *u = k->u;
    bool answers = kinds[u->mal->slag].answers;
    if (answers && *u->gjelder)
        TRY(write_off(c, u, post));
    if (answers && *u->oppgave)
        TRY(oppgave_done(c, u->oppgave));
    if (*u->godkjenning)
        TRY(oppgave_done(c, u->godkjenning));
    return db_run(archive_db(c), "UPDATE brevutkast SET tilstand = ?, ansvarlig = ?, ansvarlig_navn = ?, journalpost = ?,"
                                 " dokument = ?, sha256 = ?, sendt = ? WHERE id = ?", "itttttit", (int64_t)BREV_SENDT, c->person.id,
                  k->ramme->ansvarlig, post->systemid, object->systemid, k->sha256, c->cx->now, u->id);
}

static enum rc check(struct call *c, const struct sending *k, const struct brevutkast *now)
{
    const char *const *missing;
    size_t n;
    if (now->versjon != k->u->versjon || now->til_n != k->u->til_n) /* a party may have left the case */
        return err_set(c->cx, RC_CONFLICT, "brev", NULL);
    TRY(brevutkast_may_send(k->letters, c, now));
    TRY(brevutkast_missing(c->cx, now, &missing, &n));
    return n == 0 ? RC_OK : err_set(c->cx, RC_FIELD_MISSING, missing[0], NULL);
}

static enum rc send_all(struct call *c, void *arg)
{
    const struct sending *k = arg;
    struct brevutkast now;
    struct rec *post, *object;
    TRY(brevutkast_get(c, k->u->id, &now));
    if (now.tilstand == BREV_SENDT && streq(now.ansvarlig, c->person.id))
        return RC_OK;
    TRY(check(c, k, &now));
    TRY(make_records(c, k, &post, &object));
    TRY(tell(c, k, post));
    return finish(c, k, post, object);
}

static enum rc take_pdf(struct call *c, struct sending *k)
{
    struct buf b;
    buf_init(&b, (size_t)MiB(32));
    enum rc rc = letter_pdf(k->letters, c, k->u, k->ramme, &b);
    if (rc == RC_OK) {
        sha256_hex(b.p, b.n, k->sha256);
        rc = archive_take_bytes(c, buf_str(&b), "application/pdf", "brev.pdf", &k->pdf);
    }
    buf_free(&b);
    return rc;
}

/* With the public title of the case in place of its own; what a case without one is called is not told. */
static enum rc public_title(struct call *c, struct sending *k)
{
    struct fletting with;
    struct rec *sak;
    TRY(archive_get(c, F_mappe, str_of(k->u->mappe), &sak));
    const struct val *title = rec_val(sak, A_mappe_offentligTittel);
    k->public_title = k->u->mal->name.in[k->u->maalform];
    if (title->state != VAL_SET)
        return RC_OK;
    TRY(flett_case(c, k->u, k->ramme->kommune, &with));
    with.value[FLETT_PART] = "";
    with.value[FLETT_TITTEL] = arena_strndup(c->cx->arena, title->text.p, title->text.n);
    k->public_title = flett(c->cx, k->u->mal->subject.in[k->u->maalform], &with);
    return k->public_title && with.value[FLETT_TITTEL] ? RC_OK : cx_nomem(c->cx);
}

enum rc brevutkast_send(const struct letters *l, struct call *c, struct brevutkast *u, const struct brevramme *r)
{
    struct sending k = {.letters = l, .u = u, .ramme = r};
    const struct brevdel *parts;
    size_t n;
    TRY(letter_text(c, u, r, &k.subject, &parts, &n));
    TRY(public_title(c, &k));
    TRY(take_pdf(c, &k));
    TRY(brevvedlegg_take(c, u, k.vedlegg));
    TRY(archive_together(c, send_all, &k));
    outbox_hurry(l->outbox, c);
    return brevutkast_get(c, u->id, u);
}
