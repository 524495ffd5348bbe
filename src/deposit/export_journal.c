/*
 * loependeJournal.xml and offentligJournal.xml. Entries are written as the walk passes them, into a
 * spool, and put into the files sorted by journalaar and journalsekvensnummer when all are there.
 *
 * What the public journal shows of them is archive/public.h's matter, at the package's time.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/public.h"
#include "deposit/export_int.h"

#define SPOOL "journal.spool"

struct entry {
    int64_t year, number;
    int64_t at;
    int32_t running_n, public_n;    /* bytes in the spool, one after the other */
};
struct spool {
    struct pack_out *out;           /* NULL in a dry run */
    struct entry *entries;          /* malloc: it grows with the number of journalposter, 32 bytes each */
    size_t n, cap;
    int64_t first, last;            /* journaldato */
    struct buf part;
    struct xw w;
    struct model_xml running, public;
    /* of the entry being written */
    const struct batch *b;
    const struct rec *post;
    bool is_public;
};

static enum rc child(void *arg, const struct rec *r, const char *element, size_t *ret_n);
static bool text(void *arg, const struct rec *r, const char *element, struct str *ret);

/* What the structure may lack before 5.0 and the journals may not; of the rest the structure has told. */
static void missing(void *arg, const struct rec *r, const char *element)
{
    static const char *const numbers[] = {"saksaar", "sakssekvensnummer", "journalaar", "journalsekvensnummer",
                                          "journalpostnummer"};
    const struct export *x = arg;
    for (size_t i = 0; x->o->version != NOARK_50 && i < COUNT_OF(numbers); i++)
        if (streq(element, numbers[i]))
            ready_missing(arg, r, element);
}

enum rc journal_open(struct export *x)
{
    struct spool *s = mem_new(sizeof(*s));
    x->spool = s;
    buf_init(&s->part, (size_t)MiB(64));
    s->running = (struct model_xml){.out = &s->w, .file = XSD_FILE_loependeJournal, .version = x->o->version,
                                    .arg = x, .child = child, .text = text, .missing = missing};
    s->public = s->running;
    s->public.file = XSD_FILE_offentligJournal;
    s->public.missing = NULL;
    char *path = x->work ? work_path(x, SPOOL) : NULL;
    return pack_out_open(x->cx, path, &s->out);
}

void journal_free(struct export *x)
{
    struct spool *s = x->spool;
    if (!s)
        return;
    pack_out_drop(&s->out);
    model_xml_end(&s->running);
    model_xml_end(&s->public);
    buf_free(&s->part);
    free(s->entries);
    mem_free(s);
    x->spool = NULL;
}

/* ------------------------------------------------------------------ screening */

static bool screens(const struct export *x, const struct rec *r, enum attr_id a, const char *kode)
{
    return public_screens(r, a, kode, x->when);
}

static bool hides_klasse(const struct export *x)
{
    const struct place *p = &x->place;
    return screens(x, p->klasse, A_klasse_skjerming, "KID") || screens(x, p->mappe, A_mappe_skjerming, "KID") ||
           screens(x, x->spool->post, A_registrering_skjerming, "KID");
}

static bool hides_klasse_title(const struct export *x)
{
    const struct place *p = &x->place;
    return screens(x, p->klasse, A_klasse_skjerming, "TKL") || screens(x, p->mappe, A_mappe_skjerming, "TKL") ||
           screens(x, x->spool->post, A_registrering_skjerming, "TKL");
}

/* ------------------------------------------------------------------ one entry */

static bool text(void *arg, const struct rec *r, const char *element, struct str *ret)
{
    struct export *x = arg;
    if (!x->spool->is_public)
        return false;
    if (streq(element, "offentligTittel")) {
        *ret = public_title(x->cx, r, x->when);
        return true;
    }
    if (r->entity->family == F_klasse && streq(element, "tittel") && hides_klasse_title(x)) {
        *ret = STR(PUBLIC_MASK);
        return true;
    }
    return false;
}

/* The schemas demand a party of every entry: of one that lapsed without, and where all are screened. */
void journal_substitute(struct xw *w, const struct rec *post, struct str name)
{
    const struct val *type = rec_val(post, A_journalpost_journalposttype);
    xw_open(w, "korrespondansepart");
    xw_element(w, "korrespondanseparttype",
               val_is(type, "I") ? STR("Avsender") : val_is(type, "U") ? STR("Mottaker") : STR("Intern avsender"));
    xw_element(w, "korrespondansepartNavn", name);
    xw_close(w, "korrespondansepart");
}

static enum rc write_parties(struct export *x, const struct rec *post, size_t *ret_n)
{
    struct spool *s = x->spool;
    size_t n;
    const struct kid *k = batch_kids_named(s->b, "korrespondansepart", post->id, &n);
    for (size_t i = 0; i < n; i++) {
        bool hidden = public_hides_party(post, k[i].r, x->when);
        if (hidden && s->is_public)
            continue;
        xw_open(&s->w, "korrespondansepart");
        TRY(model_xml_write(s->is_public ? &s->public : &s->running, k[i].r));
        xw_close(&s->w, "korrespondansepart");
        ++*ret_n;
    }
    if (*ret_n == 0)
        journal_substitute(&s->w, post, n ? STR(PUBLIC_MASK) : STR("(ingen)"));
    *ret_n = 1;
    return RC_OK;
}

/* What the entry tells of the first signing off. */
static void write_signing(struct export *x, const struct rec *post, const char *element, size_t *ret_n)
{
    size_t n;
    const struct kid *k = batch_kids_named(x->spool->b, "avskrivning", post->id, &n);
    char day[11];
    struct str v = {"", 0};
    if (n == 0)
        return;
    const struct val *date = rec_val(k->r, A_avskrivning_avskrivningsdato);
    const struct val *how = rec_val(k->r, A_avskrivning_avskrivningsmaate);
    const struct val *by = rec_val(k->r, A_avskrivning_referanseAvskrivesAvJournalpost);
    if (streq(element, "avskrivningsdato") && date->state == VAL_SET) {
        day_text(date->i, day);
        v = str_of(day);
    } else if (streq(element, "avskrivningsmaate") && how->state == VAL_SET) {
        v = how->name.n ? how->name : how->text;
    } else if (streq(element, "referanseAvskrivesAvJournalpost") && by->state == VAL_SET) {
        v = by->text;
    }
    if (v.n) {
        xw_element(&x->spool->w, element, v);
        ++*ret_n;
    }
}

/* administrativEnhet and saksbehandler of an entry are those of its internal party. */
static void write_handler(struct export *x, const struct rec *post, const char *element, size_t *ret_n)
{
    size_t n;
    const struct kid *k = batch_kids_named(x->spool->b, "korrespondansepart", post->id, &n);
    for (size_t i = 0; *ret_n == 0 && i < n; i++) {
        if (k[i].r->entity->id != E_korrespondansepartintern)
            continue;
        const struct val *v = rec_val(k[i].r, streq(element, "saksbehandler")
                                                  ? A_korrespondansepartintern_saksbehandler
                                                  : A_korrespondansepartintern_administrativEnhet);
        if (v->state == VAL_SET && !(x->spool->is_public && public_hides_party(post, k[i].r, x->when))) {
            xw_element(&x->spool->w, element, v->text);
            ++*ret_n;
        }
    }
}

static enum rc child(void *arg, const struct rec *r, const char *element, size_t *ret_n)
{
    struct export *x = arg;
    if (r->entity->family == F_mappe) {
        if (streq(element, "referanseArkivdel")) {
            xw_element(&x->spool->w, element, str_of(x->place.arkivdel->systemid));
            ++*ret_n;
        }
        return RC_OK;
    }
    if (r->entity->family != F_registrering)
        return RC_OK;
    if (streq(element, "korrespondansepart"))
        return write_parties(x, r, ret_n);
    if (streq(element, "administrativEnhet") || streq(element, "saksbehandler"))
        write_handler(x, r, element, ret_n);
    else
        write_signing(x, r, element, ret_n);
    return RC_OK;
}

static enum rc write_part(struct model_xml *m, const struct rec *r, const char *element)
{
    xw_open(m->out, element);
    TRY(model_xml_write(m, r));
    xw_close(m->out, element);
    return RC_OK;
}

static enum rc write_entry(struct export *x, const struct rec *post, bool is_public, int32_t *ret_n)
{
    struct spool *s = x->spool;
    struct model_xml *m = is_public ? &s->public : &s->running;
    s->is_public = is_public;
    buf_reset(&s->part);
    xw_part(&s->w, &s->part, 1);
    xw_open(&s->w, "journalregistrering");
    if (x->place.klasse && !(is_public && hides_klasse(x)))
        TRY(write_part(m, x->place.klasse, "klasse"));
    TRY(write_part(m, x->place.mappe, "saksmappe"));
    TRY(write_part(m, post, "journalpost"));
    xw_close(&s->w, "journalregistrering");
    if (buf_failed(&s->part))
        return cx_nomem(x->cx);
    pack_out_write(s->out, s->part.p, s->part.n);
    *ret_n = (int32_t)s->part.n;
    return RC_OK;
}

static enum rc add_entry(struct export *x, const struct entry *e)
{
    struct spool *s = x->spool;
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 1024;
        struct entry *more = realloc(s->entries, cap * sizeof(*more));
        if (!more)
            return cx_nomem(x->cx);
        s->entries = more;
        s->cap = cap;
    }
    s->entries[s->n++] = *e;
    return RC_OK;
}

enum rc journal_post(struct export *x, const struct batch *b, const struct rec *r)
{
    struct spool *s = x->spool;
    const struct val *date = rec_val(r, A_journalpost_journaldato);
    bool inside = date->state == VAL_SET && date->i >= x->start && date->i <= x->end;
    if (!x->place.mappe || !model_is(x->place.mappe->entity, E_saksmappe) || (x->journal_only && !inside))
        return RC_OK;
    struct entry e = {rec_val(r, A_journalpost_journalaar)->i, rec_val(r, A_journalpost_journalsekvensnummer)->i,
                      pack_out_size(s->out), 0, 0};
    s->b = b;
    s->post = r;
    TRY(write_entry(x, r, false, &e.running_n));
    TRY(write_entry(x, r, true, &e.public_n));
    if (date->state == VAL_SET && (s->n == 0 || date->i < s->first))
        s->first = date->i;
    if (date->state == VAL_SET && (s->n == 0 || date->i > s->last))
        s->last = date->i;
    x->r->journalposter++;
    return add_entry(x, &e);
}

/* ------------------------------------------------------------------ the files */

static int by_number(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    if (p->year != q->year)
        return p->year < q->year ? -1 : 1;
    if (p->number != q->number)
        return p->number < q->number ? -1 : 1;
    return p->at < q->at ? -1 : p->at > q->at;
}

static enum rc write_head(struct export *x, struct xml_file *f, const char *root)
{
    struct xw *w = &f->w;
    char day[11], ns[120];
    struct batch b = {.family = F_arkiv};
    struct kid one = {.r = x->arkiv};
    size_t n;
    b.r = &one;
    b.n = 1;
    (void)snprintf(ns, sizeof(ns), "http://www.arkivverket.no/standarder/noark5/%s", root);
    xw_open(w, root);
    xw_attr(w, "xmlns", str_of(ns));
    xw_open(w, "journalhode");
    day_text(x->spool->first, day);
    xw_element(w, "journalStartDato", str_of(day));
    day_text(x->spool->last, day);
    xw_element(w, "journalSluttDato", str_of(day));
    xw_element(w, "seleksjon", STR("journaldato"));
    xw_int(w, "antallJournalposter", (int64_t)x->spool->n);
    TRY(batch_complete(x, &b));
    const struct kid *k = batch_kids_named(&b, "arkivskaper", x->arkiv->id, &n);
    struct model_xml m = {.out = w, .file = XSD_FILE_loependeJournal, .version = x->o->version, .arg = x, .child = child};
    for (size_t i = 0; i < n; i++)
        TRY(write_part(&m, k[i].r, "arkivskaper"));
    model_xml_end(&m);
    xw_close(w, "journalhode");
    return RC_OK;
}

static enum rc put_entry(struct export *x, struct xml_file *f, FILE *spool, int64_t at, int32_t n)
{
    char *room = x->spool->part.p;
    if (fseeko(spool, (off_t)at, SEEK_SET) != 0 || fread(room, 1, (size_t)n, spool) != (size_t)n)
        return err_secret(x->cx, RC_IO, "the journal cannot be read back: %s", strerror(errno));
    xw_raw(&f->w, (struct str){room, (size_t)n});
    return file_flow(x, f);
}

static enum rc write_journal(struct export *x, struct xml_file *f, FILE *spool, bool is_public)
{
    const char *root = is_public ? "offentligJournal" : "loependeJournal";
    char name[40];
    (void)snprintf(name, sizeof(name), "%s.xml", root);
    TRY(file_open(x, f, name));
    TRY(write_head(x, f, root));
    for (size_t i = 0; i < x->spool->n; i++) {
        const struct entry *e = &x->spool->entries[i];
        TRY(put_entry(x, f, spool, is_public ? e->at + e->running_n : e->at, is_public ? e->public_n : e->running_n));
    }
    xw_close(&f->w, root);
    return file_close(x, f);
}

/* The room of the entry being written takes the largest one of the spool. */
static enum rc make_room(struct export *x)
{
    struct spool *s = x->spool;
    int32_t most = 0;
    for (size_t i = 0; i < s->n; i++) {
        most = s->entries[i].running_n > most ? s->entries[i].running_n : most;
        most = s->entries[i].public_n > most ? s->entries[i].public_n : most;
    }
    while ((int32_t)s->part.cap < most && !s->part.failed)
        buf_putc(&s->part, ' ');
    return buf_failed(&s->part) ? cx_nomem(x->cx) : RC_OK;
}

/* Without journalposter there are no journals (the schemas demand an entry). */
enum rc journal_write(struct export *x)
{
    struct spool *s = x->spool;
    struct pack_sum sum;
    TRY(pack_out_close(x->cx, &s->out, &sum));
    char *path = x->work ? work_path(x, SPOOL) : NULL;
    if (!path)
        return x->work ? cx_nomem(x->cx) : RC_OK;
    if (s->n == 0) {
        (void)unlink(path);
        return RC_OK;
    }
    qsort(s->entries, s->n, sizeof(*s->entries), by_number);
    TRY(make_room(x));
    FILE *spool = fopen(path, "re");
    if (!spool)
        return err_secret(x->cx, RC_IO, "%s: %s", SPOOL, strerror(errno));
    enum rc rc = write_journal(x, &x->running, spool, false);
    if (rc == RC_OK)
        rc = write_journal(x, &x->public, spool, true);
    (void)fclose(spool);
    (void)unlink(path);
    return rc;
}
