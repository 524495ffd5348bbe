/* Answering: one item, one letter, one write. */
#include <unistd.h>

#include "innsyn/innsyn_int.h"

struct answering {
    const struct innsynssvar *s;
    struct innsynskrav krav;           /* as it was when the letter was written */
    const struct innsynspost *post;
    struct innsynsdokument *given;
    struct taken *pdf;
};

static bool refuses(const struct innsynssvar *s)
{
    return s->utfall == INNSYN_AVSLAG || s->utfall == INNSYN_DELVIS;
}

/* ------------------------------------------------------------------ what is given */

enum rc innsyn_documents(struct call *c, const char *registrering, struct result *ret)
{
    struct rec *post;
    TRY(innsyn_may(c));
    TRY(archive_get(c, F_registrering, str_of(registrering), &post));
    const struct query q = {.entity = model_entity(E_dokumentbeskrivelse), .from = post, .list = CL_NONE,
                            .link = model_link_named(post->entity->id, PKG_ARKIVSTRUKTUR, STR("dokumentbeskrivelse")),
                            .top = INNSYN_DOCUMENTS, .no_count = true};
    return archive_query(c, &q, ret);
}

static const struct rec *chosen(const struct result *all, const char *systemid)
{
    for (size_t i = 0; i < all->n; i++)
        if (streq(all->recs[i]->systemid, systemid))
            return all->recs[i];
    return NULL;
}

static enum rc give_one(struct call *c, const struct rec *r, struct innsynsdokument *ret)
{
    struct document d;
    struct str title = rec_val(r, A_dokumentbeskrivelse_tittel)->text;
    TRY(archive_document(c, F_dokumentbeskrivelse, str_of(r->systemid), &d));
    if (d.fd >= 0)
        (void)close(d.fd);
    *ret = (struct innsynsdokument){.tittel = arena_strndup(c->cx->arena, title.p, title.n), .byte = d.size,
                                    .mime = d.mime ? d.mime : "application/octet-stream",
                                    .ending = archive_document_ending(c->cx, &d)};
    memcpy(ret->sha256, d.sha256, sizeof(ret->sha256));
    return ret->tittel && ret->ending ? RC_OK : cx_nomem(c->cx);
}

static enum rc give(struct call *c, struct answering *k)
{
    struct result all = {0};
    k->given = arena_array(c->cx->arena, k->s->dokumenter_n + 1, sizeof(*k->given));
    if (!k->given)
        return cx_nomem(c->cx);
    if (k->s->dokumenter_n > 0)
        TRY(innsyn_documents(c, k->post->registrering, &all));
    for (size_t i = 0; i < k->s->dokumenter_n; i++) {
        const struct rec *r = chosen(&all, k->s->dokumenter[i]);
        enum rc rc = r ? give_one(c, r, &k->given[i]) : RC_NOT_FOUND;
        if (rc == RC_NOT_FOUND) {
            err_clear(c->cx);
            return err_set(c->cx, RC_FIELD_VALUE, "dokumenter", "dokumentet hører ikke til, eller har ingen fil");
        }
        TRY(rc);
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ the letter */

static void write_given(struct cx *cx, const struct brev_paper *p, const struct answering *k)
{
    if (k->s->dokumenter_n == 0)
        return;
    paper_heading(p->paper, 2, str_of(brev_text(BREV_FAAR, p->nynorsk)));
    for (size_t i = 0; i < k->s->dokumenter_n; i++)
        paper_text(p->paper, str_of(k->given[i].tittel));
    paper_text(p->paper, str_of(brev_fill(cx, BREV_HENT, p->nynorsk, innsyn_date(cx, frist_days(cx->now, INNSYN_OPEN_DAYS)))));
}

static void write_refused(struct cx *cx, const struct brev_paper *p, const struct answering *k)
{
    const struct innsynspost as_answered = {.besvart = cx->now};
    if (!refuses(k->s))
        return;
    brev_pair(p, BREV_HJEMMEL, k->s->hjemmel);
    brev_pair(p, BREV_GRUNN, k->s->grunn);
    brev_pair(p, BREV_MERINNSYN, k->s->merinnsyn);
    paper_heading(p->paper, 2, str_of(brev_text(BREV_KLAGERETT, p->nynorsk)));
    paper_text(p->paper, str_of(brev_fill(cx, BREV_KLAGE_HVEM, p->nynorsk,
                                          innsyn_date(cx, innsyn_appeal_until(&as_answered)))));
    paper_text(p->paper, str_of(brev_text(BREV_KLAGE_GRUNN, p->nynorsk)));
}

static enum rc write_letter(struct innsyn *in, struct call *c, struct answering *k)
{
    static const enum brev outcomes[] = {[INNSYN_GITT] = BREV_GITT, [INNSYN_DELVIS] = BREV_DELVIS, [INNSYN_AVSLAG] = BREV_AVSLAG};
    const struct innsynssvar *s = k->s;
    struct brev_paper p;
    TRY(brev_begin(in, c->cx, BREV_SVAR, s->kommune, s->nynorsk, &p));
    brev_pair(&p, BREV_SAK, k->krav.saksnummer);
    brev_pair(&p, BREV_MOTTATT, innsyn_date(c->cx, k->krav.mottatt));
    brev_pair(&p, BREV_DOKUMENT, k->post->nummer);
    brev_pair(&p, BREV_UTFALL, brev_text(outcomes[s->utfall], s->nynorsk));
    write_given(c->cx, &p, k);
    write_refused(c->cx, &p, k);
    brev_pair(&p, BREV_HILSEN, c->person.name);
    return brev_end(c, &p, "svar-innsyn.pdf", &k->pdf);
}

/* ------------------------------------------------------------------ the write */

static enum rc store_given(struct call *c, const struct answering *k)
{
    for (size_t i = 0; i < k->s->dokumenter_n; i++) {
        const struct innsynsdokument *d = &k->given[i];
        TRY(db_run(archive_db(c), "INSERT INTO innsynsdokument(krav, post, nr, tittel, mime, ending, sha256, byte)"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "tiitttti", k->krav.id, k->post->nr, (int64_t)i,
                   d->tittel, d->mime, d->ending, d->sha256, d->byte));
    }
    return RC_OK;
}

static enum rc store_answer(struct call *c, const struct answering *k, const struct rec *letter)
{
    const struct innsynssvar *s = k->s;
    bool no = refuses(s);
    int64_t open_until = s->dokumenter_n > 0 ? frist_days(c->cx->now, INNSYN_OPEN_DAYS) : 0;
    TRY(db_run(archive_db(c), "UPDATE innsynspost SET utfall = ?, hjemmel = ?, grunn = ?, merinnsyn = ?, besvart = ?,"
                              " aapen_til = ?, svar = ? WHERE krav = ? AND nr = ?", "itttiitti", (int64_t)s->utfall,
               no ? s->hjemmel : "", no ? s->grunn : "", no ? s->merinnsyn : "", c->cx->now, open_until, letter->systemid,
               k->krav.id, k->post->nr));
    return store_given(c, k);
}

/* The task of the unit is done with its last item. */
static enum rc finish_task(struct call *c, const struct answering *k)
{
    struct db *db = archive_db(c);
    char *task;
    int64_t left;
    TRY(db_text(db, &task, "SELECT oppgave FROM innsynspost WHERE krav = ? AND nr = ?", "ti", k->krav.id, k->post->nr));
    TRY(db_int(db, &left, 0, "SELECT count(*) FROM innsynspost WHERE oppgave = ? AND utfall = 0", "t", task));
    return left == 0 ? oppgave_done(c, task) : RC_OK;
}

static enum rc finish_order(struct call *c, const struct answering *k, const struct rec *letter)
{
    struct db *db = archive_db(c);
    struct rec *order, *made;
    int64_t left;
    TRY(db_int(db, &left, 0, "SELECT count(*) FROM innsynspost WHERE krav = ? AND utfall = 0", "t", k->krav.id));
    TRY(db_run(db, "UPDATE innsynskrav SET venter = ? WHERE id = ?", "it", left, k->krav.id));
    if (left > 0)
        return RC_OK;
    TRY(archive_get(c, F_registrering, str_of(k->krav.journalpost), &order));
    return archive_make(c, order, PKG_SAKARKIV, "ny-avskrivning",
                        json_pack("{s:{s:s}, s:s}", "avskrivningsmaate", "kode", "BU", "referanseAvskrivesAvJournalpost",
                                  letter->systemid), &made);
}

static enum rc answer(struct call *c, void *arg)
{
    const struct answering *k = arg;
    struct innsynskrav now;
    struct rec *sak, *letter;
    TRY(krav_by_id(archive_db(c), k->krav.id, &now));
    if (krav_post(&now, k->post->nr)->utfall != INNSYN_VENTER)
        return err_set(c->cx, RC_CONFLICT, "innsynspost", NULL);
    TRY(archive_get(c, F_mappe, str_of(k->krav.mappe), &sak));
    const struct innsyn_record r = {"U", BREV_SVAR, k->krav.navn, k->krav.epost, k->pdf, k->s->nynorsk};
    TRY(record_make(c, sak, &r, &letter));
    TRY(store_answer(c, k, letter));
    TRY(finish_task(c, k));
    return finish_order(c, k, letter);
}

/* ------------------------------------------------------------------ before it */

static enum rc demand_text(struct cx *cx, const char *field, const char *text)
{
    if (str_blank(str_of(text)))
        return err_set(cx, RC_FIELD_MISSING, field, NULL);
    return innsyn_short(cx, field, text);
}

static enum rc check(struct cx *cx, const struct innsynssvar *s)
{
    if (refuses(s)) {
        TRY(demand_text(cx, "hjemmel", s->hjemmel));
        TRY(demand_text(cx, "grunn", s->grunn));
        TRY(demand_text(cx, "merinnsyn", s->merinnsyn));
    }
    if (s->utfall != INNSYN_AVSLAG && s->dokumenter_n == 0)
        return err_set(cx, RC_FIELD_MISSING, "dokumenter", NULL);
    bool too_many = s->dokumenter_n > INNSYN_DOCUMENTS || (s->utfall == INNSYN_AVSLAG && s->dokumenter_n > 0);
    return too_many ? err_set(cx, RC_FIELD_VALUE, "dokumenter", "et avslag gir ingen dokumenter") : RC_OK;
}

enum rc innsyn_answer(struct innsyn *in, struct call *c, const struct innsynssvar *s)
{
    struct answering k = {.s = s};
    TRY(innsyn_get(c, s->krav, &k.krav));
    k.post = krav_post(&k.krav, s->nr);
    if (!k.post)
        return err_set(c->cx, RC_NOT_FOUND, "innsynspost", NULL);
    if (k.post->utfall != INNSYN_VENTER)
        return err_set(c->cx, RC_CONFLICT, "innsynspost", NULL);
    TRY(check(c->cx, s));
    TRY(give(c, &k));
    TRY(write_letter(in, c, &k));
    return archive_together(c, answer, &k);
}

/* ------------------------------------------------------------------ taken back */

struct shutting {
    const char *krav;
    int64_t nr;
};

static enum rc shut(struct db *db, void *arg)
{
    const struct shutting *k = arg;
    return db_run(db, "UPDATE innsynspost SET aapen_til = 0 WHERE krav = ? AND nr = ?", "ti", k->krav, k->nr);
}

enum rc innsyn_shut(struct call *c, const char *krav, int64_t nr)
{
    struct shutting k = {krav, nr};
    TRY(innsyn_may(c));
    return store_write(c->cx, vault_space(c->vault), shut, &k);
}
