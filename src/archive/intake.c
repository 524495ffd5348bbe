/*
 * Objects of a deposit on their way in. They keep what they bring: nothing is filled in, no rule for new
 * objects is asked. What a row needs all the same – access class, codes of the lists, series of numbers,
 * words, log – is done here, for many objects in one write.
 */
#include <stdlib.h>

#include "archive/archive_int.h"

/* ------------------------------------------------------------------ what is remembered over many objects */

enum { CODES_MAX = 4096, CODE_BUCKETS = 8192, SERIES_MAX = 1024, SERIES_BUCKETS = 2048, SERIES_TEXT = 96 };

struct known_code {
    enum codelist_id list;
    char *told, *kode, *name;
};
struct series {
    char name[SERIES_TEXT];
    int64_t used;
};
struct intake {
    enum rc (*told)(void *arg, const struct arrival *a, const char *path, struct str value);
    void *arg;
    struct known_code codes[CODES_MAX];
    size_t codes_n, codes_settled;      /* those of writes that are committed come first */
    short code_at[CODE_BUCKETS];        /* place + 1 */
    struct series series[SERIES_MAX];
    size_t series_n;
    short series_at[SERIES_BUCKETS];
};

struct intake *archive_intake_new(enum rc (*told)(void *, const struct arrival *, const char *, struct str), void *arg)
{
    struct intake *in = mem_new(sizeof(*in));
    in->told = told;
    in->arg = arg;
    return in;
}

static void forget_codes(struct intake *in, size_t from)
{
    for (size_t i = from; i < in->codes_n; i++) {
        mem_free(in->codes[i].told);
        mem_free(in->codes[i].kode);
        mem_free(in->codes[i].name);
    }
    in->codes_n = from;
}

void archive_intake_free(struct intake **pin)
{
    if (!*pin)
        return;
    forget_codes(*pin, 0);
    mem_free(*pin);
    *pin = NULL;
}

static size_t hash(struct str s, size_t h)
{
    for (size_t i = 0; i < s.n; i++)
        h = h * 31 + (unsigned char)s.p[i];
    return h;
}

/* The bucket of the code, or the empty one where it belongs. */
static short *code_bucket(struct intake *in, enum codelist_id list, struct str told)
{
    for (size_t h = hash(told, (size_t)list);; h++) {
        short *at = &in->code_at[h % CODE_BUCKETS];
        if (*at == 0 || (in->codes[*at - 1].list == list && str_is(told, in->codes[*at - 1].told)))
            return at;
    }
}

void archive_intake_begin(struct intake *in)
{
    forget_codes(in, in->codes_settled);
    memset(in->code_at, 0, sizeof(in->code_at));
    for (size_t i = 0; i < in->codes_n; i++)
        *code_bucket(in, in->codes[i].list, str_of(in->codes[i].told)) = (short)(i + 1);
    in->series_n = 0;
    memset(in->series_at, 0, sizeof(in->series_at));
}

void archive_intake_settled(struct intake *in)
{
    in->codes_settled = in->codes_n;
}

/* ------------------------------------------------------------------ codes */

static void remember_code(struct intake *in, enum codelist_id list, struct str told, const struct val *v)
{
    if (in->codes_n == CODES_MAX)
        return;
    struct known_code *k = &in->codes[in->codes_n];
    char *copy = mem_new(told.n + v->text.n + v->name.n + 3);
    memcpy(copy, told.p, told.n);
    *k = (struct known_code){.list = list, .told = copy};
    k->kode = mem_new(v->text.n + 1);
    k->name = mem_new(v->name.n + 1);
    memcpy(k->kode, v->text.p, v->text.n);
    memcpy(k->name, v->name.p, v->name.n);
    short *at = code_bucket(in, list, told);
    *at = (short)++in->codes_n;
}

static enum rc find_code(struct call *c, struct db *db, enum codelist_id list, struct str told, struct val *v,
                         bool *ret_found)
{
    struct stmt *st;
    TRY(db_prepare(db, "SELECT kode, kodenavn FROM kode WHERE liste = ? AND (kode = ? OR kodenavn = ?)"
                       " ORDER BY CASE WHEN kode = ? THEN 0 ELSE 1 END, id LIMIT 1", &st));
    stmt_bind_text(st, 1, codelist_name(list));
    for (int i = 2; i <= 4; i++)
        stmt_bind_str(st, i, told);
    bool row = false;
    enum rc rc = stmt_step(st, &row);
    char *kode = row ? stmt_text(st, 0) : NULL, *name = row ? stmt_text(st, 1) : NULL;
    stmt_done(&st);
    TRY(rc);
    *ret_found = row;
    if (!row)
        return RC_OK;
    if (!kode)
        return cx_nomem(c->cx);
    *v = (struct val){.state = VAL_SET, .text = str_of(kode), .name = str_of(name)};
    return RC_OK;
}

/* A municipality may have codes of its own: one that comes with a deposit is from then on in its list. */
static enum rc add_code(struct call *c, struct db *db, enum codelist_id list, struct val *v)
{
    struct rec *r;
    v->name = v->text;
    if (check_open_list(c, list)) {
        v->name = (struct str){"", 0};
        return RC_OK;
    }
    TRY(rec_new(c->cx, model_entity(E_kode), &r));
    val_text(rec_val(r, A_kode_liste), str_of(codelist_name(list)));
    val_text(rec_val(r, A_kode_kode), v->text);
    val_text(rec_val(r, A_kode_kodenavn), v->text);
    uuid_new(r->systemid);
    r->versjon = 1;
    TRY(rec_insert(db, r));
    return log_event(c, db, r, 'C', "Importert");
}

static enum rc tell_code(struct call *c, struct intake *in, const struct arrival *a, enum codelist_id list,
                      struct str told)
{
    const char *path = arena_printf(c->cx->arena, "kode/%s", codelist_name(list));
    return path ? in->told(in->arg, a, path, told) : cx_nomem(c->cx);
}

static enum rc settle_code(struct call *c, struct db *db, struct intake *in, const struct arrival *a,
                           const struct slot *s, struct val *v)
{
    enum codelist_id list = slot_attr(s)->list;
    struct str told = v->name.n ? v->name : v->text;
    short at = *code_bucket(in, list, told);
    if (at) {
        const struct known_code *k = &in->codes[at - 1];
        v->text = str_of(k->kode);
        v->name = str_of(k->name);
        return RC_OK;
    }
    bool found;
    TRY(find_code(c, db, list, told, v, &found));
    if (!found) {
        TRY(add_code(c, db, list, v));
        if (v->name.n)
            TRY(tell_code(c, in, a, list, told));
    }
    remember_code(in, list, told, v);
    return RC_OK;
}

static enum rc settle_codes(struct call *c, struct db *db, struct intake *in, const struct arrival *a)
{
    const struct family *f = model_family(a->rec->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        enum type t = slot_attr(&f->slots[i])->type;
        struct val *v = &a->rec->v[i];
        if (t == T_CODE && v->state == VAL_SET)
            TRY(settle_code(c, db, in, a, &f->slots[i], v));
        for (size_t k = 0; t == T_CODE_LIST && k < v->items_n; k++) {
            struct val one = {.state = VAL_SET, .text = v->items[k].text, .name = v->items[k].name};
            TRY(settle_code(c, db, in, a, &f->slots[i], &one));
            v->items[k].text = one.text;
            v->items[k].name = one.name;
        }
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ numbers */

enum rc archive_intake_end(struct call *c, struct intake *in)
{
    for (size_t i = 0; i < in->series_n; i++)
        TRY(number_used(c->within, in->series[i].name, in->series[i].used));
    in->series_n = 0;
    memset(in->series_at, 0, sizeof(in->series_at));
    return RC_OK;
}

static enum rc use_number(struct call *c, struct intake *in, const char *series, int64_t n)
{
    if (!series)
        return cx_nomem(c->cx);
    if (strlen(series) >= SERIES_TEXT)
        return number_used(c->within, series, n);
    if (in->series_n == SERIES_MAX)
        TRY(archive_intake_end(c, in));
    for (size_t h = hash(str_of(series), 5381);; h++) {
        short *at = &in->series_at[h % SERIES_BUCKETS];
        if (*at && !streq(in->series[*at - 1].name, series))
            continue;
        if (!*at) {
            struct series *s = &in->series[in->series_n];
            memcpy(s->name, series, strlen(series) + 1);
            s->used = n;
            *at = (short)++in->series_n;
        }
        struct series *s = &in->series[*at - 1];
        s->used = s->used > n ? s->used : n;
        return RC_OK;
    }
}

static bool set(const struct val *v)
{
    return v->state == VAL_SET;
}

/* "2020/M12": the number the core gives to a mappe or registrering that is no case. */
static bool split_number(struct str id, const char *letter, int64_t *ret_year, int64_t *ret_n)
{
    const char *slash = id.n ? memchr(id.p, '/', id.n) : NULL;
    if (!slash || (size_t)(slash - id.p) + 2 >= id.n || slash[1] != *letter)
        return false;
    struct str year = {id.p, (size_t)(slash - id.p)}, n = {slash + 2, id.n - year.n - 2};
    return str_int(year, ret_year) && str_int(n, ret_n);
}

static enum rc numbers_of_mappe(struct call *c, struct intake *in, const struct rec *r)
{
    struct arena *a = c->cx->arena;
    int64_t year, n;
    if (model_is(r->entity, E_saksmappe)) {
        const struct val *saksaar = rec_val(r, A_saksmappe_saksaar), *nr = rec_val(r, A_saksmappe_sakssekvensnummer);
        if (set(saksaar) && set(nr))
            return use_number(c, in, arena_printf(a, "saksmappe/%" PRId64, saksaar->i), nr->i);
    }
    if (split_number(rec_val(r, A_mappe_mappeID)->text, "M", &year, &n))
        return use_number(c, in, arena_printf(a, "mappe/%" PRId64, year), n);
    return RC_OK;
}

static enum rc numbers_of_journalpost(struct call *c, struct intake *in, const struct rec *r, int64_t mappe)
{
    struct arena *a = c->cx->arena;
    const struct val *year = rec_val(r, A_journalpost_journalaar), *nr = rec_val(r, A_journalpost_journalsekvensnummer);
    const struct val *post = rec_val(r, A_journalpost_journalpostnummer), *status = rec_val(r, A_journalpost_journalstatus);
    if (set(year) && set(nr))
        TRY(use_number(c, in, arena_printf(a, "journal/%" PRId64, year->i), nr->i));
    if (mappe && set(post))
        TRY(use_number(c, in, arena_printf(a, "journalpost/%" PRId64, mappe), post->i));
    if (mappe && (val_is(status, "E") || val_is(status, "J") || val_is(status, "A")))
        TRY(use_number(c, in, arena_printf(a, "journalfoert/%" PRId64, mappe), 1));
    return RC_OK;
}

static enum rc numbers_of_registrering(struct call *c, struct intake *in, const struct rec *r)
{
    struct arena *a = c->cx->arena;
    struct str id = rec_val(r, A_registrering_registreringsID)->text;
    int64_t mappe = *rec_one(r, REL_mappe_registrering), year, n;
    if (model_is(r->entity, E_journalpost))
        TRY(numbers_of_journalpost(c, in, r, mappe));
    if (!mappe && split_number(id, "R", &year, &n))
        return use_number(c, in, arena_printf(a, "registrering/%" PRId64, year), n);
    const char *mark = mappe && id.n > 2 ? memmem(id.p, id.n, "-R", 2) : NULL;
    if (mark && str_int((struct str){mark + 2, (size_t)(id.p + id.n - mark - 2)}, &n))
        return use_number(c, in, arena_printf(a, "registrering/m%" PRId64, mappe), n);
    return RC_OK;
}

/* The series go on after the numbers that came. */
static enum rc use_numbers(struct call *c, struct intake *in, const struct rec *r, const struct rec *on)
{
    struct arena *a = c->cx->arena;
    if (r->entity->family == F_mappe)
        return numbers_of_mappe(c, in, r);
    if (r->entity->family == F_registrering)
        return numbers_of_registrering(c, in, r);
    if (r->entity->family == F_dokumentbeskrivelse && on && set(rec_val(r, A_dokumentbeskrivelse_dokumentnummer)))
        return use_number(c, in, arena_printf(a, "dokument/%" PRId64, on->id),
                          rec_val(r, A_dokumentbeskrivelse_dokumentnummer)->i);
    if (r->entity->family != F_dokumentobjekt || !on || !set(rec_val(r, A_dokumentobjekt_versjonsnummer)))
        return RC_OK;
    struct str variant = rec_val(r, A_dokumentobjekt_variantformat)->text;
    return use_number(c, in, arena_printf(a, "versjon/%" PRId64 "/%.*s", on->id, (int)variant.n, variant.p),
                      rec_val(r, A_dokumentobjekt_versjonsnummer)->i);
}

/* ------------------------------------------------------------------ business metadata */

enum rc archive_arrive_field(struct call *c, const char *name, const char *type, const char *note)
{
    struct db *db = c->within;
    struct rec *r;
    int64_t n;
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(db_int(db, &n, 0, "SELECT count(*) FROM vsmfelt WHERE navn = ?", "t", name));
    if (n)
        return RC_OK;
    TRY(rec_new(c->cx, model_entity(E_vsmfelt), &r));
    val_text(rec_val(r, A_vsmfelt_navn), str_of(name));
    val_text(rec_val(r, A_vsmfelt_type), str_of(type));
    if (note)
        val_text(rec_val(r, A_vsmfelt_beskrivelse), str_of(note));
    uuid_new(r->systemid);
    r->versjon = 1;
    TRY(rec_insert(db, r));
    return log_event(c, db, r, 'C', "Importert");
}

/* ------------------------------------------------------------------ places */

static void hang(const struct arrival *a)
{
    struct rec *r = a->rec;
    if (a->relation && a->relation->kind == REL_CHILD)
        *rec_one(r, a->relation->id) = a->on->id;
    if (a->relation && a->relation->id == REL_mappe_undermappe)
        val_text(rec_val(r, A_mappe_referanseForelderMappe), str_of(a->on->systemid));
    if (a->arkivdel && a->relation->id == REL_klasse_mappe)
        *rec_one(r, REL_arkivdel_mappe) = a->arkivdel->id;
    if (a->arkivdel && a->relation->id == REL_klasse_registrering)
        *rec_one(r, REL_arkivdel_registrering) = a->arkivdel->id;
}

/* An arkivdel has one primary klassifikasjonssystem; further ones are secondary. */
static enum rc tie_system(struct call *c, struct db *db, struct rec *arkivdel, int64_t system)
{
    int64_t *one = rec_one(arkivdel, REL_arkivdel_klassifikasjonssystem);
    if (*one == 0) {
        *one = system;
        return db_run(db, "UPDATE arkivdel SET klassifikasjonssystem_id = ? WHERE id = ?", "ii", system, arkivdel->id);
    }
    return *one == system ? RC_OK : refs_add(c, db, model_relation(REL_arkivdel_sekundaer), arkivdel->id, system);
}

static enum rc tie(struct call *c, struct db *db, const struct arrival *a)
{
    if (!a->relation || a->relation->kind == REL_CHILD)
        return RC_OK;
    if (a->relation->kind == REL_ONE)
        return tie_system(c, db, a->on, a->rec->id);
    return refs_add(c, db, a->relation, a->on->id, a->rec->id);
}

/* ------------------------------------------------------------------ what is there already */

/* Tells each value that came and is not what the archive has. */
static enum rc compare(struct call *c, struct intake *in, const struct arrival *a, const struct rec *there, bool tell,
                       bool *ret_same)
{
    const struct family *f = model_family(there->entity->family);
    *ret_same = true;
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct val *v = &a->rec->v[i];
        enum type t = slot_attr(&f->slots[i])->type;
        struct str text;
        if ((v->state != VAL_SET && !v->items_n) || val_equal(t, v, &there->v[i]))
            continue;
        *ret_same = false;
        if (!tell)
            return RC_OK;
        TRY(val_print(c->cx, t, v, &text));
        TRY(in->told(in->arg, a, f->slots[i].path, text));
    }
    return RC_OK;
}

/* Does it hang where the one that is there hangs? A document may hang on several. */
static enum rc same_place(struct call *c, struct intake *in, const struct arrival *a, const struct rec *there, bool *ret)
{
    *ret = true;
    if (a->relation && a->relation->kind == REL_CHILD)
        *ret = *rec_one(there, a->relation->id) == a->on->id;
    else if (a->rec->entity->family == F_dokumentbeskrivelse)
        TRY(compare(c, in, a, there, false, ret));
    return RC_OK;
}

static enum rc load_there(struct db *db, const struct arrival *a, struct rec **ret)
{
    enum rc rc = rec_load_uuid(db, model_family(a->rec->entity->family), str_of(a->rec->systemid), ret);
    if (rc == RC_NOT_FOUND) {
        err_clear(db_cx(db));
        *ret = NULL;
        return RC_OK;
    }
    return rc == RC_OK ? rec_load_lists(db, ret, 1) : rc;
}

/* *ret: the object itself, from an earlier import. Another object with its systemID gives it a new one. */
static enum rc look_up(struct call *c, struct db *db, struct intake *in, struct arrival *a, struct rec **ret)
{
    char own[UUID_TEXT_MAX];
    bool same = true;
    TRY(load_there(db, a, ret));
    if (*ret)
        TRY(same_place(c, in, a, *ret, &same));
    if (same)
        return RC_OK;
    uuid_within(a->on->systemid, str_of(a->rec->systemid), own);
    TRY(in->told(in->arg, a, "systemID", str_of(a->rec->systemid)));
    memcpy(a->rec->systemid, own, sizeof(own));
    return load_there(db, a, ret);
}

static void take_over(struct arrival *a, const struct rec *there)
{
    struct rec *r = a->rec;
    r->id = there->id;
    r->vern = there->vern;
    r->versjon = there->versjon;
    for (size_t i = 0; i < model_family(r->entity->family)->ones_n; i++)
        r->one[i] = there->one[i];
    a->before = true;
}

/* ------------------------------------------------------------------ rows */

/* Lists that brought nothing are known to be empty. */
static void close_lists(struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++)
        if (!f->slots[i].column && r->v[i].state == VAL_ABSENT)
            r->v[i].state = VAL_NULL;
}

static enum rc store_lists(struct db *db, const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++)
        if (!f->slots[i].column && r->v[i].items_n)
            TRY(rec_store_list(db, r, i));
    return RC_OK;
}

/* Also of one that is open, so that the archive is sound wherever an import is interrupted. */
static enum rc log_arrival(struct call *c, struct db *db, const struct arrival *a)
{
    const struct val *sum = a->file ? rec_val(a->rec, A_dokumentobjekt_sjekksum) : NULL;
    return log_arrived(c, db, a->rec, sum ? sum->text : (struct str){"", 0});
}

/* What is done when all values are there; the row exists. */
static enum rc complete(struct call *c, struct db *db, struct intake *in, struct arrival *a)
{
    TRY(verdi_made(c, db, a->rec));
    TRY(search_put_new(db, a->rec));
    if (a->file)
        TRY(words_enqueue(c, db, a->rec->id));
    return use_numbers(c, in, a->rec, a->on);
}

static enum rc insert(struct call *c, struct db *db, struct intake *in, struct arrival *a)
{
    struct rec *r = a->rec;
    hang(a);
    close_lists(r);
    r->versjon = 1;
    TRY(vern_set(c, db, r, a->on ? &a->on->vern : NULL, a->on ? 1 : 0));
    TRY(rec_insert(db, r));
    TRY(tie(c, db, a));
    TRY(log_arrival(c, db, a));
    return a->open ? RC_OK : complete(c, db, in, a);
}

/* The row was made when the object began. */
static enum rc finish(struct call *c, struct db *db, struct intake *in, struct arrival *a)
{
    struct rec *r = a->rec;
    int64_t vern = r->vern;
    close_lists(r);
    TRY(vern_set(c, db, r, NULL, 0));
    TRY(rec_update(db, r));
    TRY(store_lists(db, r));
    if (r->vern != vern) {
        TRY(model_prepare(db));     /* spreading looks in the log by the object, and the index may be wanting */
        TRY(vern_spread(c, db, r));
    }
    TRY(log_event(c, db, r, 'U', "Importert ferdig"));
    if (a->file)                    /* it has come since: what is proved of it is its checksum in the log */
        TRY(log_change(c, db, r, "sjekksum", STR(""), rec_val(r, A_dokumentobjekt_sjekksum)->text));
    return complete(c, db, in, a);
}

enum rc archive_arrive(struct call *c, struct intake *in, struct arrival *a)
{
    struct db *db = c->within;
    struct rec *there;
    bool same;
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(settle_codes(c, db, in, a));
    if (a->file)
        TRY(document_fill(c, a->rec, a->file));
    if (a->rec->id && !a->before)
        return finish(c, db, in, a);
    TRY(look_up(c, db, in, a, &there));
    if (!there)
        return insert(c, db, in, a);
    take_over(a, there);
    if (!a->open)
        TRY(compare(c, in, a, there, true, &same));
    return tie(c, db, a);
}

enum rc archive_arrive_look(struct call *c, struct intake *in, struct arrival *a)
{
    struct rec *there;
    bool same;
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(settle_codes(c, c->within, in, a));
    TRY(look_up(c, c->within, in, a, &there));
    if (!there)
        return RC_OK;
    take_over(a, there);
    return a->open ? RC_OK : compare(c, in, a, there, true, &same);
}

/* ------------------------------------------------------------------ the change log that came along */

/* Old values are screened as the unit is. */
static enum rc vern_of_unit(struct db *db, struct str unit, int64_t *ret)
{
    static const char *const tables[] = {"registrering", "mappe", "dokumentbeskrivelse", "dokumentobjekt", "klasse",
                                         "arkivdel", "arkiv"};
    struct cx *cx = db_cx(db);
    *ret = 0;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        char *sql = arena_printf(cx->arena, "SELECT vern FROM %s WHERE systemid = ?", tables[i]);
        if (!sql)
            return cx_nomem(cx);
        TRY(db_int(db, ret, -1, sql, "s", unit));
        if (*ret >= 0)
            return RC_OK;
    }
    *ret = 0;
    return RC_OK;
}

enum rc archive_arrive_log(struct call *c, struct rec *entry)
{
    int64_t n;
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    TRY(db_int(c->within, &n, 0, "SELECT count(*) FROM logg WHERE systemid = ?", "t", entry->systemid));
    if (n)
        return RC_OK;
    TRY(vern_of_unit(c->within, rec_val(entry, A_endringslogg_referanseArkivenhet)->text, &entry->vern));
    return log_told(c->within, entry);
}

/* ------------------------------------------------------------------ references */

/* A kryssreferanse to nothing is none. */
static enum rc drop_loose(struct call *c, struct db *db, int64_t id)
{
    struct rec *r;
    TRY(rec_load(db, model_family(F_kryssreferanse), id, &r));
    TRY(log_event(c, db, r, 'D', "Importert uten mål"));
    return rec_delete(db, r);
}

enum rc archive_arrive_reference(struct call *c, const struct relation *rel, int64_t a, struct str target,
                                 bool *ret_found)
{
    struct db *db = c->within;
    int64_t b;
    const struct family *fa = model_family(model_entity(rel->a)->family), *fb = model_family(model_entity(rel->b)->family);
    char *find = arena_printf(c->cx->arena, "SELECT id FROM %s WHERE systemid = ?", fb->table);
    if (!find)
        return cx_nomem(c->cx);
    TRY(db_int(db, &b, 0, find, "s", target));
    *ret_found = b != 0;
    if (!b)
        return fa->id == F_kryssreferanse ? drop_loose(c, db, a) : RC_OK;
    if (rel->kind == REL_MANY)
        return refs_add(c, db, rel, a, b);
    char *sql = arena_printf(c->cx->arena, "UPDATE %s SET %s = ? WHERE id = ?", fa->table, rel->column);
    return sql ? db_run(db, sql, "ii", b, a) : cx_nomem(c->cx);
}
