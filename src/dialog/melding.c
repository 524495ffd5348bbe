/*
 * Messages of parties. Documents are made before, then everything is one write: journalpost, sender, documents, what
 * follows of the kind of message, and the row that makes the same sending the same message.
 */
#include "dialog/dialog_int.h"

/* What a kind of message is called, and what is to be done with it. */
static const struct kind_of {
    struct tekst title;
    enum oppgave_slag oppgave;
    int workdays;
} kinds[MELDING_SLAG] = {
    [MELDING_SPOERSMAAL] = {{{"Spørsmål fra part", "Spørsmål frå part", "Gažaldat áššebealis", "Question from a party"}},
                            OPPGAVE_SVAR, 5},
    [MELDING_ETTERSENDING] = {{{"Ettersendt dokumentasjon", "Ettersend dokumentasjon", "Maŋŋil sáddejuvvon duođaštusat",
                                "Documents sent later"}}, OPPGAVE_SVAR, 10},
    [MELDING_SVAR] = {{{"Svar på forespørsel om opplysninger", "Svar på førespurnad om opplysningar",
                        "Vástádus dieđuid jearaldahkii", "Answer to a request for information"}}, OPPGAVE_SVAR, 10},
    [MELDING_KLAGE] = {{{"Klage på vedtak", "Klage på vedtak", "Váidda mearrádusa vuostá", "Appeal against a decision"}},
                       OPPGAVE_BEHANDLE, 20},
};
static const struct tekst label_from = {{"Fra", "Frå", "Geas", "From"}};
static const struct tekst label_by = {{"Sendt av", "Sendt av", "Sádden", "Sent by"}};
static const struct tekst label_case = {{"Sak", "Sak", "Ášši", "Case"}};
static const struct tekst label_files = {{"Vedlegg", "Vedlegg", "Mielddus", "Attachments"}};

struct sending {
    const struct paper_fonts *fonts;
    const struct avsender *av;
    const struct melding_innhold *in;
    struct sakspart from;
    struct taken *text, *files[MELDING_FILER];
    struct melding *out;
    enum melding_slag slag;        /* as the caller said */
};

/* ------------------------------------------------------------------ rows */

static enum rc read_melding(struct cx *cx, struct stmt *st, void *row)
{
    struct melding *m = row;
    *m = (struct melding){.eier = stmt_text(st, 1), .slag = (enum melding_slag)stmt_int(st, 2), .sendt = stmt_int(st, 5)};
    uuid_copy(m->mappe, stmt_str(st, 0));
    uuid_copy(m->gjelder, stmt_str(st, 3));
    uuid_copy(m->registrering, stmt_str(st, 4));
    return m->eier ? RC_OK : cx_nomem(cx);
}

#define COLUMNS "SELECT mappe, eier, slag, gjelder, registrering, sendt FROM melding"

static const struct kind messages = {
    .select = COLUMNS, .open = "", .newest = "sendt",
    .size = sizeof(struct melding), .read = read_melding,
};

enum rc dialog_melding_list(struct call *c, const struct dialog_filter *f, struct melding **ret, size_t *ret_n)
{
    void *rows;
    TRY(rows_list(c, &messages, f, &rows, ret_n));
    *ret = rows;
    return RC_OK;
}

/* The message that sending was, if it was before. */
static enum rc sent_before(struct db *db, const struct sending *k, bool *ret)
{
    struct stmt *st;
    TRY(db_prepare(db, COLUMNS " WHERE eier = ? AND noekkel = ?", &st));
    stmt_bind_text(st, 1, k->av->eier);
    stmt_bind_text(st, 2, k->in->noekkel);
    enum rc rc = stmt_step(st, ret);
    if (rc == RC_OK && *ret)
        rc = read_melding(db_cx(db), st, k->out);
    stmt_done(&st);
    return rc;
}

static enum rc store(struct call *c, const struct sending *k)
{
    const struct melding *m = k->out;
    return db_run(archive_db(c), "INSERT INTO melding(eier, noekkel, mappe, slag, gjelder, registrering, sendt)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?)", "tttitti", m->eier, k->in->noekkel, m->mappe,
                  (int64_t)m->slag, m->gjelder, m->registrering, m->sendt);
}

/* ------------------------------------------------------------------ documents */

static const char *names_of(struct cx *cx, const struct melding_innhold *in)
{
    const char *out = "";
    for (size_t i = 0; out && i < in->filer_n; i++)
        out = arena_printf(cx->arena, "%s%s%s", out, i ? "\n" : "", in->filer[i].navn);
    return out ? out : "";
}

static enum rc write_text(struct cx *cx, const struct sending *k, const char *saksnummer, struct buf *out)
{
    int lang = k->av->spraak;
    struct paper *p;
    const char *title = kinds[k->slag].title.in[lang];
    const struct paper_about about = {.title = title, .author = k->av->kommune, .lang = spraak_codes[lang],
                                      .footer = k->av->kommune, .made = cx->now};
    TRY(paper_new(cx, k->fonts, &about, &p));
    paper_heading(p, 1, str_of(title));
    paper_pair(p, str_of(label_case.in[lang]), str_of(saksnummer));
    paper_pair(p, str_of(label_from.in[lang]), str_of(k->from.navn));
    if (k->av->vegne)
        paper_pair(p, str_of(label_by.in[lang]), str_of(k->av->vegne->representant));
    if (k->in->filer_n > 0)
        paper_pair(p, str_of(label_files.in[lang]), str_of(names_of(cx, k->in)));
    paper_space(p, 12);
    paper_text(p, str_of(k->in->tekst));
    return paper_end(p, out);
}

static enum rc take_text(struct call *c, struct sending *k)
{
    struct rec *sak;
    struct buf b;
    TRY(archive_get(c, F_mappe, str_of(k->out->mappe), &sak));
    struct str number = rec_val(sak, A_mappe_mappeID)->text;
    const char *saksnummer = arena_strndup(c->cx->arena, number.p, number.n);
    buf_init(&b, (size_t)MiB(4));
    enum rc rc = saksnummer ? write_text(c->cx, k, saksnummer, &b) : cx_nomem(c->cx);
    if (rc == RC_OK)
        rc = archive_take_bytes(c, buf_str(&b), "application/pdf", "melding.pdf", &k->text);
    buf_free(&b);
    return rc;
}

static enum rc take_files(struct call *c, struct sending *k)
{
    for (size_t i = 0; i < k->in->filer_n; i++) {
        struct blob_stage *stage;
        TRY(vedlegg_copy(c, k->in->filer[i].lager, &stage));
        TRY(archive_take(c, &stage, NULL, k->in->filer[i].navn, &k->files[i]));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ records */

/* A case that was closed goes on: somebody has something to say about it. */
static enum rc reopened(struct call *c, struct rec **sak)
{
    struct rec *in;
    if (rec_val(*sak, A_mappe_avsluttetDato)->state != VAL_SET)
        return RC_OK;
    json_t *values = json_pack("{s:{s:s}}", "saksstatus", "kode", "B");
    enum rc rc = values ? rec_from_json(c->cx, (*sak)->entity, values, false, &in) : cx_nomem(c->cx);
    json_decref(values);
    TRY(rc);
    return archive_merge(c, F_mappe, str_of((*sak)->systemid), (struct match){"", RC_OK}, in, NULL, 0, sak);
}

enum rc dialog_screened_by(struct call *c, const struct rec *sak, const char **ret)
{
    const struct query q = {.entity = model_entity(E_journalpost), .from = sak, .list = CL_NONE, .top = 50, .no_count = true,
                            .link = model_link_named(sak->entity->id, PKG_ARKIVSTRUKTUR, STR("registrering"))};
    struct result found = {0};
    *ret = NULL;
    TRY(archive_query(c, &q, &found));
    for (size_t i = 0; i < found.n && !*ret; i++) {
        const struct val *by = rec_leaf(found.recs[i], A_registrering_skjerming, L_skjerming_skjermingshjemmel);
        if (by->state == VAL_SET)
            *ret = arena_strndup(c->cx->arena, by->text.p, by->text.n);
    }
    return RC_OK;
}

static enum rc make_post(struct call *c, const struct sending *k, const struct rec *sak, struct rec **ret)
{
    const char *title = kinds[k->out->slag].title.in[k->av->sakspraak], *by;
    char now[TIME_TEXT_MAX];
    TRY(dialog_screened_by(c, sak, &by));
    time_format(c->cx->now, now);
    json_t *values = json_pack("{s:s, s:s, s:{s:s}, s:{s:s}, s:s, s:s, s:I}", "tittel", title, "offentligTittel", title,
                               "journalposttype", "kode", "I", "journalstatus", "kode", "M", "mottattDato", now,
                               "dokumentetsDato", now, "antallVedlegg", (json_int_t)k->in->filer_n);
    if (values && by && json_object_set_new(values, "skjerming", dialog_screening(by)) != 0) {
        json_decref(values);
        values = NULL;
    }
    return archive_make(c, sak, PKG_SAKARKIV, "ny-journalpost", values, ret);
}

static json_t *person_values(const char *navn, const char *pid)
{
    json_t *o = json_pack("{s:{s:s}, s:s}", "korrespondanseparttype", "kode", "EA", "navn", *navn ? navn : "Ukjent avsender");
    if (!o || !*pid)
        return o;
    if (json_object_set_new(o, "personidentifikator",
                            json_pack("[{s:s}]", *pid >= '4' ? "dNummer" : "foedselsnummer", pid)) == 0)
        return o;
    json_decref(o);
    return NULL;
}

static json_t *company_values(const struct paa_vegne *v)
{
    return json_pack("{s:{s:s}, s:s, s:s, s:{s:s}}", "korrespondanseparttype", "kode", "EA", "navn", v->navn, "kontaktperson",
                     v->representant, "enhetsidentifikator", "organisasjonsnummer", v->orgnr);
}

static enum rc make_sender(struct call *c, const struct sending *k, const struct rec *post)
{
    const struct paa_vegne *v = k->av->vegne;
    struct rec *made;
    if (v && *v->orgnr)
        return archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartenhet", company_values(v), &made);
    return archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-korrespondansepartperson",
                        person_values(v ? v->navn : k->from.navn, k->av->pid), &made);
}

static enum rc make_documents(struct call *c, const struct sending *k, const struct rec *post)
{
    const int lang = k->av->sakspraak;
    struct rec *doc, *object;
    size_t unscanned = 0;
    TRY(archive_make_document(c, post, kinds[k->out->slag].title.in[lang], "H", k->text, &doc, &object));
    for (size_t i = 0; i < k->in->filer_n; i++) {
        TRY(archive_make_document(c, post, label_files.in[lang], "V", k->files[i], &doc, &object));
        unscanned += k->in->filer[i].scanned ? 0 : 1;
    }
    return vedlegg_note(c, post, unscanned);
}

/* ------------------------------------------------------------------ what follows */

/* Whoever has the case has the message too; else its unit. */
static enum rc make_task(struct call *c, const struct sending *k, const struct rec *sak)
{
    const struct oppgave_filter open = {.mappe = k->out->mappe, .most = 1};
    struct oppgave *has, o = {.slag = kinds[k->out->slag].oppgave,
                              .frist = frist_workdays(c->cx->now, kinds[k->out->slag].workdays)};
    size_t n;
    int64_t total;
    TRY(oppgave_list(c, &open, &has, &n, &total));
    if (n > 0) {
        memcpy(o.person, has->person, sizeof(o.person));
        o.person_navn = has->person_navn;
        o.enhet = has->enhet;
    } else {
        struct str unit = rec_val(sak, A_saksmappe_administrativEnhet)->text;
        o.enhet = arena_strndup(c->cx->arena, unit.n ? unit.p : "", unit.n);
    }
    uuid_copy(o.mappe, str_of(k->out->mappe));
    uuid_copy(o.registrering, str_of(k->out->registrering));
    return oppgave_add(c, &o);
}

/* The appeal stands beside what it is about. */
static enum rc refer(struct call *c, const struct sending *k)
{
    const struct dialog_filter f = {.id = k->out->gjelder, .eier = k->av->eier, .mappe = k->out->mappe, .most = 1};
    struct partsbrev *about;
    struct rec *made;
    size_t n;
    TRY(dialog_brev_list(c, &f, &about, &n));
    if (n == 0)
        return err_set(c->cx, RC_NOT_FOUND, "brev", NULL);
    return archive_cross(c, F_registrering, str_of(k->out->registrering), str_of(about->registrering), &made);
}

static enum rc follow_up(struct call *c, const struct sending *k, const struct rec *sak)
{
    bool waits = false;
    if (k->out->slag == MELDING_SVAR)
        TRY(mangel_answered(c, k->out, &waits));
    if (k->out->slag == MELDING_KLAGE)
        TRY(refer(c, k));
    return waits ? RC_OK : make_task(c, k, sak);
}

/* ------------------------------------------------------------------ the write */

static enum rc kind_now(struct call *c, struct sending *k)
{
    bool waits = true;
    k->out->slag = k->slag;
    if (k->slag == MELDING_SVAR)
        TRY(mangel_waits(c, k->out, &waits));
    if (!waits)
        k->out->slag = MELDING_ETTERSENDING;
    return RC_OK;
}

static enum rc write_all(struct call *c, void *arg)
{
    struct sending *k = arg;
    struct rec *sak, *post;
    bool before = false;
    TRY(sent_before(archive_db(c), k, &before));
    if (before)
        return RC_OK;
    TRY(dialog_part_get(c, k->out->mappe, k->av->eier, &k->from));
    TRY(kind_now(c, k));
    TRY(archive_get(c, F_mappe, str_of(k->out->mappe), &sak));
    TRY(reopened(c, &sak));
    TRY(make_post(c, k, sak, &post));
    TRY(make_sender(c, k, post));
    TRY(make_documents(c, k, post));
    uuid_copy(k->out->registrering, str_of(post->systemid));
    k->out->sendt = c->cx->now;
    TRY(follow_up(c, k, sak));
    return store(c, k);
}

enum rc dialog_send(const struct paper_fonts *fonts, struct call *c, const struct avsender *av, const struct melding_innhold *in,
                    struct melding *m)
{
    struct sending k = {.fonts = fonts, .av = av, .in = in, .out = m, .slag = m->slag};
    if ((!*in->tekst && in->filer_n == 0) || strlen(in->tekst) > MELDING_TEKST || in->filer_n > MELDING_FILER)
        return err_set(c->cx, RC_FIELD_VALUE, "tekst", NULL);
    m->eier = av->eier;
    TRY(dialog_part_get(c, m->mappe, av->eier, &k.from));
    TRY(take_text(c, &k));
    TRY(take_files(c, &k));
    return archive_together(c, write_all, &k);
}
