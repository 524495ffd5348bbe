/* Ordering: the document is made before, then everything is one write. */
#include "innsyn/innsyn_int.h"

struct ordering {
    const struct innsynsbestilling *b;
    const struct skjema *skjema;       /* the form that says where such cases are opened */
    struct innfoersel *entries;
    size_t n;
    struct taken *pdf;
    struct innsynskrav *out;
};

/* ------------------------------------------------------------------ before the write */

static enum rc load_entries(struct cx *cx, struct vault *v, struct ordering *k, size_t *ret_gone)
{
    const struct innsynsbestilling *b = k->b;
    k->entries = arena_array(cx->arena, b->poster_n + 1, sizeof(*k->entries));
    if (!k->entries)
        return cx_nomem(cx);
    *ret_gone = 0;
    for (size_t i = 0; i < b->poster_n; i++) {
        enum rc rc = journal_entry(cx, v, str_of(b->poster[i]), &k->entries[k->n]);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        err_clear(cx);
        k->n += rc == RC_OK;
        *ret_gone += rc != RC_OK;
    }
    return k->n > 0 ? RC_OK : err_set(cx, RC_NOT_FOUND, "poster", NULL);
}

static const char *number_of(struct cx *cx, const struct innfoersel *e)
{
    const char *text = arena_printf(cx->arena, "%" PRId64 "/%" PRId64 "-%" PRId64, e->saksaar, e->saksnr, e->postnr);
    return text ? text : "";
}

static enum rc write_pdf(struct innsyn *in, struct call *c, struct ordering *k)
{
    const struct innsynsbestilling *b = k->b;
    const char *received = innsyn_date(c->cx, c->cx->now);
    const char *deadline = innsyn_date(c->cx, frist_workdays(c->cx->now, INNSYN_ARBEIDSDAGER));
    struct brev_paper p;
    TRY(brev_begin(in, c->cx, BREV_KRAV, b->kommune, b->nynorsk, &p));
    brev_pair(&p, BREV_MOTTATT, received);
    brev_pair(&p, BREV_FRIST, brev_fill(c->cx, BREV_FRIST_LOV, b->nynorsk, deadline));
    brev_pair(&p, BREV_FRA, *b->navn ? b->navn : brev_text(BREV_ANONYM, b->nynorsk));
    brev_pair(&p, BREV_EPOST, b->epost);
    brev_pair(&p, BREV_ORD, b->ord);
    paper_heading(p.paper, 2, str_of(brev_text(BREV_DOKUMENTER, b->nynorsk)));
    for (size_t i = 0; i < k->n; i++) {
        const char *title = journal_title(c->cx, k->entries[i].tittel);
        paper_pair(p.paper, str_of(number_of(c->cx, &k->entries[i])), str_of(title ? title : ""));
    }
    return brev_end(c, &p, "innsynskrav.pdf", &k->pdf);
}

/* ------------------------------------------------------------------ the write */

static enum rc make_case(struct call *c, const struct ordering *k, struct rec **ret)
{
    struct rec *parent;
    const char *title = brev_text(BREV_KRAV, k->b->nynorsk);
    TRY(skjema_parent(c, k->skjema, &parent));
    return archive_make(c, parent, PKG_SAKARKIV, "ny-saksmappe",
                        json_pack("{s:s, s:s, s:s}", "tittel", title, "offentligTittel", title, "administrativEnhet",
                                  k->skjema->unit), ret);
}

static enum rc store_order(struct call *c, const struct ordering *k, const struct rec *sak, const struct rec *post)
{
    const struct innsynsbestilling *b = k->b;
    char hash[SHA256_HEX_MAX];
    sha256_hex(b->noekkel, strlen(b->noekkel), hash);
    return db_run(archive_db(c), "INSERT INTO innsynskrav(id, noekkel, mappe, journalpost, saksnummer, navn, epost, ord, mottatt,"
                                 " frist, venter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "ttttstttiii", b->id, hash,
                  sak->systemid, post->systemid, rec_val(sak, A_mappe_mappeID)->text, b->navn, b->epost, b->ord, c->cx->now,
                  frist_workdays(c->cx->now, INNSYN_ARBEIDSDAGER), (int64_t)k->n);
}

static const char *unit_of(const struct ordering *k, size_t i)
{
    return *k->entries[i].enhet ? k->entries[i].enhet : k->skjema->unit;
}

/* One a unit: the task of an earlier item of the same unit, or a new one. */
static enum rc task_of(struct call *c, const struct ordering *k, size_t i, const struct rec *sak, const struct rec *post,
                       char (*tasks)[UUID_TEXT_MAX])
{
    struct oppgave o = {.slag = OPPGAVE_INNSYN, .enhet = unit_of(k, i),
                        .frist = frist_workdays(c->cx->now, INNSYN_ARBEIDSDAGER)};
    for (size_t j = 0; j < i; j++)
        if (streq(unit_of(k, j), o.enhet)) {
            uuid_copy(tasks[i], str_of(tasks[j]));
            return RC_OK;
        }
    uuid_copy(o.mappe, str_of(sak->systemid));
    uuid_copy(o.registrering, str_of(post->systemid));
    TRY(oppgave_add(c, &o));
    uuid_copy(tasks[i], str_of(o.id));
    return RC_OK;
}

static enum rc store_items(struct call *c, const struct ordering *k, const struct rec *sak, const struct rec *post)
{
    char tasks[INNSYN_MOST][UUID_TEXT_MAX];
    for (size_t i = 0; i < k->n; i++) {
        TRY(task_of(c, k, i, sak, post, tasks));
        TRY(db_run(archive_db(c), "INSERT INTO innsynspost(krav, nr, registrering, nummer, enhet, oppgave, utfall, hjemmel, grunn,"
                                  " merinnsyn, besvart, aapen_til, svar) VALUES (?, ?, ?, ?, ?, ?, 0, '', '', '', 0, 0, '')",
                   "titttt", k->b->id, (int64_t)i + 1, k->entries[i].registrering, number_of(c->cx, &k->entries[i]),
                   unit_of(k, i), tasks[i]));
    }
    return RC_OK;
}

static enum rc write_all(struct call *c, void *arg)
{
    struct ordering *k = arg;
    struct rec *sak, *post;
    const struct innsyn_record r = {"I", BREV_KRAV, k->b->navn, k->b->epost, k->pdf, k->b->nynorsk};
    enum rc rc = krav_by_key(archive_db(c), k->b->noekkel, k->out);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    TRY(make_case(c, k, &sak));
    TRY(record_make(c, sak, &r, &post));
    TRY(store_order(c, k, sak, post));
    TRY(store_items(c, k, sak, post));
    return krav_by_id(archive_db(c), k->b->id, k->out);
}

static enum rc check(struct cx *cx, const struct innsynsbestilling *b)
{
    TRY(innsyn_short(cx, "navn", b->navn));
    TRY(innsyn_short(cx, "epost", b->epost));
    TRY(innsyn_short(cx, "ord", b->ord));
    return b->poster_n <= INNSYN_MOST ? RC_OK : err_setf(cx, RC_FIELD_VALUE, "poster", "høyst %d", INNSYN_MOST);
}

enum rc innsyn_send(struct innsyn *in, struct call *c, const struct innsynsbestilling *b, struct innsynskrav *ret,
                    size_t *ret_gone)
{
    struct ordering k = {.b = b, .out = ret};
    *ret_gone = 0;
    TRY(check(c->cx, b));
    enum rc rc = innsyn_by_key(c->cx, c->vault, b->noekkel, ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    TRY(skjema_get(c, "innsyn", &k.skjema));
    TRY(load_entries(c->cx, c->vault, &k, ret_gone));
    TRY(write_pdf(in, c, &k));
    return archive_together(c, write_all, &k);
}

/* ------------------------------------------------------------------ appeals */

struct appealing {
    const char *noekkel, *id;
    struct taken *pdf;
    bool nynorsk;
};

static enum rc make_task(struct call *c, const struct innsynskrav *k, const struct skjema *s, const struct rec *post)
{
    struct oppgave o = {.slag = OPPGAVE_BEHANDLE, .enhet = s->unit, .frist = frist_workdays(c->cx->now, INNSYN_ARBEIDSDAGER)};
    uuid_copy(o.mappe, str_of(k->mappe));
    uuid_copy(o.registrering, str_of(post->systemid));
    return oppgave_add(c, &o);
}

static enum rc sent_before(struct db *db, const char *id, bool *ret)
{
    int64_t n;
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM innsynsklage WHERE id = ?", "t", id));
    *ret = n > 0;
    return RC_OK;
}

static enum rc appeal(struct call *c, void *arg)
{
    const struct appealing *a = arg;
    struct innsynskrav k;
    struct rec *sak, *post;
    const struct skjema *s;
    bool before;
    TRY(sent_before(archive_db(c), a->id, &before));
    if (before)
        return RC_OK;
    TRY(krav_by_key(archive_db(c), a->noekkel, &k));
    if (!innsyn_appealable(&k, c->cx->now))
        return err_set(c->cx, RC_NOT_READY, "klage", "det er ikke noe å klage på nå");
    TRY(skjema_get(c, "innsyn", &s));
    TRY(archive_get(c, F_mappe, str_of(k.mappe), &sak));
    const struct innsyn_record r = {"I", BREV_KLAGE, k.navn, k.epost, a->pdf, a->nynorsk};
    TRY(record_make(c, sak, &r, &post));
    TRY(make_task(c, &k, s, post));
    return db_run(archive_db(c), "INSERT INTO innsynsklage(id, krav, tid, journalpost) VALUES (?, ?, ?, ?)", "ttit", a->id, k.id,
                  c->cx->now, post->systemid);
}

enum rc innsyn_appeal(struct innsyn *in, struct call *c, const char *noekkel, const char *id, const char *ord,
                      const char *kommune, bool nynorsk)
{
    struct appealing a = {.noekkel = noekkel, .id = id, .nynorsk = nynorsk};
    struct innsynskrav k;
    struct brev_paper p;
    TRY(innsyn_short(c->cx, "ord", ord));
    TRY(innsyn_by_key(c->cx, c->vault, noekkel, &k));
    TRY(brev_begin(in, c->cx, BREV_KLAGE, kommune, nynorsk, &p));
    brev_pair(&p, BREV_SAK, k.saksnummer);
    brev_pair(&p, BREV_MOTTATT, innsyn_date(c->cx, c->cx->now));
    brev_pair(&p, BREV_FRA, *k.navn ? k.navn : brev_text(BREV_ANONYM, nynorsk));
    brev_pair(&p, BREV_ORD, ord);
    TRY(brev_end(c, &p, "klage.pdf", &a.pdf));
    return archive_together(c, appeal, &a);
}
