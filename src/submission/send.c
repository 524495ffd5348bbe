/*
 * Sending: what can be made before is made before (documents), then everything is one write. The
 * answers written are those that were checked: a draft changed in between is RC_CONFLICT.
 */
#include "submission/submission_int.h"

#include "task/task.h"

struct file {
    const struct felt *felt;
    struct taken *taken;
};

struct sending {
    const char *id;
    const struct avsender *av;
    const struct utkast *u;
    struct file *files;
    size_t files_n, unscanned;
    struct taken *pdf, *xml;
    struct innsending *out;
};

/* ------------------------------------------------------------------ records */

static enum rc make_case(struct call *c, const struct sending *k, struct rec **ret)
{
    const struct skjema *s = k->u->skjema;
    struct rec *parent;
    TRY(skjema_parent(c, s, &parent));
    const char *title = svar_title(c->cx, s, k->u->svar, k->av->sakspraak);
    if (!title)
        return cx_nomem(c->cx);
    return archive_make(c, parent, PKG_SAKARKIV, "ny-saksmappe",
                        json_pack("{s:s, s:s, s:s}", "tittel", title, "offentligTittel", title, "administrativEnhet", s->unit),
                        ret);
}

static enum rc make_post(struct call *c, const struct sending *k, const struct rec *sak, struct rec **ret)
{
    const struct skjema *s = k->u->skjema;
    const char *title = s->title.in[k->av->sakspraak];
    char now[TIME_TEXT_MAX];
    time_format(c->cx->now, now);
    json_t *values = json_pack("{s:s, s:s, s:{s:s}, s:{s:s}, s:s, s:s, s:I}", "tittel", title, "offentligTittel", title,
                               "journalposttype", "kode", "I", "journalstatus", "kode", "M", "mottattDato", now,
                               "dokumentetsDato", now, "antallVedlegg", (json_int_t)k->files_n);
    bool screened = svar_sensitivity(s, k->u->svar) >= FOELSOM_SPECIAL;
    if (values && screened && json_object_set_new(values, "skjerming", dialog_screening(s->hjemmel)) != 0) {
        json_decref(values);
        values = NULL;
    }
    return archive_make(c, sak, PKG_SAKARKIV, "ny-journalpost", values, ret);
}

/* ------------------------------------------------------------------ documents */

static enum rc make_documents(struct call *c, const struct sending *k, const struct rec *post)
{
    const struct skjema *s = k->u->skjema;
    struct rec *doc, *object;
    TRY(archive_make_document(c, post, s->title.in[k->av->sakspraak], "H", k->pdf, &doc, &object));
    (void)snprintf(k->out->dokument, sizeof(k->out->dokument), "%s", object->systemid);
    TRY(archive_make(c, doc, PKG_ARKIVSTRUKTUR, "ny-dokumentobjekt", json_pack("{s:{s:s}}", "variantformat", "kode", "P"),
                     &object));
    TRY(archive_give(c, F_dokumentobjekt, str_of(object->systemid), k->xml, &object));
    /* What a person calls a file says what it likes: titles are those of the form. */
    for (size_t i = 0; i < k->files_n; i++)
        TRY(archive_make_document(c, post, k->files[i].felt->label.in[k->av->sakspraak], "V", k->files[i].taken, &doc,
                                  &object));
    return vedlegg_note(c, post, k->unscanned);
}

/* ------------------------------------------------------------------ receipt and outbox */

#define RECEIPT "SELECT nummer, skjema, versjon, mappe, journalpost, dokument, saksnummer, sendt, svarfrist FROM innsending" \
                " WHERE id = ? AND eier = ?"

static const char *number_text(struct cx *cx, int64_t number, int64_t sent)
{
    int year, month, day;
    time_civil(sent, &year, &month, &day);
    return arena_printf(cx->arena, "%d-%06" PRId64, year, number);
}

static enum rc receipt(struct db *db, const char *id, const char *eier, struct innsending *ret)
{
    struct stmt *st;
    bool row = false;
    TRY(db_prepare(db, RECEIPT, &st));
    stmt_bind_text(st, 1, id);
    stmt_bind_text(st, 2, eier);
    TRY(stmt_step(st, &row));
    if (!row) {
        stmt_done(&st);
        return err_set(db_cx(db), RC_NOT_FOUND, "innsending", NULL);
    }
    *ret = (struct innsending){.skjema = stmt_text(st, 1), .versjon = stmt_int(st, 2), .saksnummer = stmt_text(st, 6),
                               .sendt = stmt_int(st, 7), .svarfrist = stmt_int(st, 8),
                               .nummer = number_text(db_cx(db), stmt_int(st, 0), stmt_int(st, 7))};
    uuid_copy(ret->id, str_of(id));
    uuid_copy(ret->mappe, stmt_str(st, 3));
    uuid_copy(ret->journalpost, stmt_str(st, 4));
    uuid_copy(ret->dokument, stmt_str(st, 5));
    stmt_done(&st);
    return ret->nummer && ret->skjema && ret->saksnummer ? RC_OK : cx_nomem(db_cx(db));
}

/* Where the case is, for a system that fetches it from the archive; no answer and no name. */
static enum rc tell(struct call *c, const struct sending *k)
{
    const struct innsending *o = k->out;
    struct buf b;
    struct jw w;
    if (!k->u->skjema->system)
        return RC_OK;
    buf_init(&b, (size_t)KiB(4));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_pair(&w, "innsending", o->id);
    jw_pair(&w, "skjema", o->skjema);
    jw_key(&w, "versjon");
    jw_int(&w, o->versjon);
    jw_pair(&w, "kommune", vault_slug(c->vault));
    jw_pair(&w, "saksmappe", o->mappe);
    jw_pair(&w, "saksnummer", o->saksnummer);
    jw_pair(&w, "journalpost", o->journalpost);
    jw_pair(&w, "dokumentobjekt", o->dokument);
    jw_close(&w, '}');
    enum rc rc = buf_failed(&b) ? cx_nomem(c->cx)
        : outbox_put(c, o->id, k->u->skjema->system, buf_str(&b));
    buf_free(&b);
    return rc;
}

static enum rc store_receipt(struct call *c, const struct sending *k, const struct rec *sak, const struct rec *post)
{
    struct db *db = archive_db(c);
    struct innsending *o = k->out;
    const struct skjema *s = k->u->skjema;
    struct str number = rec_val(sak, A_mappe_mappeID)->text;
    int64_t n;
    uuid_copy(o->id, str_of(k->id));
    uuid_copy(o->mappe, str_of(sak->systemid));
    uuid_copy(o->journalpost, str_of(post->systemid));
    o->skjema = s->id;
    o->versjon = s->version;
    o->saksnummer = arena_strndup(c->cx->arena, number.p, number.n);
    o->sendt = c->cx->now;
    o->svarfrist = s->answer_workdays ? frist_workdays(o->sendt, (int)s->answer_workdays)
                                      : frist_days(o->sendt, (int)s->answer_days);
    TRY(db_int(db, &n, 1, "SELECT coalesce(max(nummer), 0) + 1 FROM innsending", ""));
    o->nummer = number_text(c->cx, n, o->sendt);
    if (!o->saksnummer || !o->nummer)
        return cx_nomem(c->cx);
    TRY(db_run(db, "INSERT INTO innsending(id, nummer, eier, skjema, versjon, mappe, journalpost, dokument, saksnummer, sendt,"
                   " svarfrist) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "tittittttii", o->id, n, k->av->eier, o->skjema,
               o->versjon, o->mappe, o->journalpost, o->dokument, o->saksnummer, o->sendt, o->svarfrist));
    TRY(db_run(db, "DELETE FROM utkast WHERE id = ?", "t", o->id));
    return tell(c, k);
}

/* ------------------------------------------------------------------ the write */

static enum rc make_task(struct call *c, const struct sending *k)
{
    const struct skjema *s = k->u->skjema;
    struct oppgave o = {.slag = s->access_request ? OPPGAVE_INNSYN : OPPGAVE_BEHANDLE, .enhet = s->unit,
                        .frist = k->out->svarfrist};
    uuid_copy(o.mappe, str_of(k->out->mappe));
    uuid_copy(o.registrering, str_of(k->out->journalpost));
    return oppgave_add(c, &o);
}

static enum rc unchanged(struct call *c, const struct sending *k)
{
    struct utkast now;
    TRY(utkast_load(archive_db(c), k->av->eier, k->u->skjema->id, &now));
    bool same = streq(now.id, k->id) && json_equal(now.svar, k->u->svar);
    return same ? RC_OK : err_set(c->cx, RC_CONFLICT, "utkast", NULL);
}

static enum rc write_all(struct call *c, void *arg)
{
    struct sending *k = arg;
    struct rec *sak, *post;
    enum rc rc = receipt(archive_db(c), k->id, k->av->eier, k->out);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    TRY(unchanged(c, k));
    TRY(make_case(c, k, &sak));
    TRY(property_records(c, k->u, k->av->kommunenr, sak));
    TRY(make_post(c, k, sak, &post));
    TRY(party_make_sender(c, k->u, k->av, post));
    TRY(party_make_parts(c, k->u, k->av, sak));
    TRY(make_documents(c, k, post));
    TRY(store_receipt(c, k, sak, post));
    return make_task(c, k);
}

/* ------------------------------------------------------------------ before it */

struct gone {
    const struct felt *felt;
    const char *lager;
};

static enum rc take_out(struct cx *cx, const struct skjema *s, json_t *svar, void *arg)
{
    const struct gone *k = arg;
    (void)s;
    return vedlegg_remove(cx, svar, k->felt, k->lager);
}

/* One file of the draft; a file that is no longer kept is taken out and told as missing. */
static enum rc take_file(struct call *c, struct sending *k, const struct felt *f, size_t i, bool *ret_gone)
{
    struct vedlegg v = vedlegg_at(k->u->svar, f, i);
    struct blob_stage *stage;
    struct file *file = &k->files[k->files_n];
    enum rc rc = vedlegg_copy(c, v.lager, &stage);
    if (rc == RC_NOT_FOUND) {
        struct gone gone = {f, v.lager};
        struct utkast after;
        err_clear(c->cx);
        *ret_gone = true;
        return utkast_change(c, k->av->eier, k->u->skjema->id, take_out, &gone, &after);
    }
    TRY(rc);
    TRY(archive_take(c, &stage, NULL, v.navn, &file->taken));
    file->felt = f;
    k->files_n++;
    k->unscanned += v.scanned ? 0 : 1;
    return RC_OK;
}

static enum rc take_files(struct call *c, struct sending *k, struct svar_fault *faults, size_t *ret_n)
{
    const struct skjema *s = k->u->skjema;
    size_t most = 0;
    for (size_t i = 0; i < s->felt_n; i++)
        most += s->felt[i].type == FELT_FILE ? vedlegg_count(k->u->svar, &s->felt[i]) : 0;
    k->files = arena_array(c->cx->arena, most + 1, sizeof(*k->files));
    if (!k->files)
        return cx_nomem(c->cx);
    for (size_t i = 0; i < s->felt_n; i++) {
        bool gone = false;
        size_t n = s->felt[i].type == FELT_FILE ? vedlegg_count(k->u->svar, &s->felt[i]) : 0;
        for (size_t j = 0; j < n; j++)
            TRY(take_file(c, k, &s->felt[i], j, &gone));
        if (gone)
            faults[(*ret_n)++] = (struct svar_fault){&s->felt[i], SVAR_MISSING, ""};
    }
    return RC_OK;
}

static enum rc check(struct call *c, struct sending *k, struct utkast *u, const struct svar_fault **ret, size_t *ret_n)
{
    struct svar_fault *faults;
    TRY(svar_settle(c->cx, u->skjema, u->svar));
    TRY(svar_check(c->cx, u->skjema, u->skjema->trinn_n, u->svar, ret, ret_n));
    if (*ret_n > 0)
        return err_set(c->cx, RC_FIELD_VALUE, (*ret)[0].felt->id, NULL);
    faults = arena_array(c->cx->arena, u->skjema->felt_n + 1, sizeof(*faults));
    if (!faults)
        return cx_nomem(c->cx);
    *ret = faults;
    TRY(take_files(c, k, faults, ret_n));
    return *ret_n > 0 ? err_set(c->cx, RC_FIELD_VALUE, faults[0].felt->id, NULL) : RC_OK;
}

enum rc innsending_send(struct submissions *s, struct call *c, const char *id, const struct avsender *av,
                        struct innsending *ret, const struct svar_fault **ret_faults, size_t *ret_faults_n)
{
    struct utkast u;
    struct sending k = {.id = id, .av = av, .u = &u, .out = ret};
    *ret_faults_n = 0;
    enum rc rc = innsending_get(c, id, av->eier, ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    TRY(utkast_by_id(c, id, av->eier, &u));
    TRY(check(c, &k, &u, ret_faults, ret_faults_n));
    TRY(answers_pdf(s, c, &u, av, &k.pdf));
    TRY(answers_xml(c, &u, av->spraak, &k.xml));
    TRY(archive_together(c, write_all, &k));
    outbox_hurry(s->outbox, c);
    return RC_OK;
}

/* ------------------------------------------------------------------ afterwards */

enum rc innsending_get(struct call *c, const char *id, const char *eier, struct innsending *ret)
{
    struct db *db;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = receipt(db, id, eier, ret);
    store_read_end(&db);
    return rc;
}

enum rc innsending_of(struct call *c, const char *mappe, const char *eier, struct innsending *ret)
{
    struct db *db;
    char *id;
    TRY(store_read_begin(c->cx, vault_space(c->vault), &db));
    enum rc rc = db_text(db, &id, "SELECT id FROM innsending WHERE eier = ? AND mappe = ?", "tt", eier, mappe);
    if (rc == RC_OK)
        rc = receipt(db, id ? id : "", eier, ret);
    store_read_end(&db);
    return rc;
}

enum rc innsending_document(struct call *c, const struct innsending *i, struct document *ret)
{
    return archive_document(c, F_dokumentobjekt, str_of(i->dokument), ret);
}
