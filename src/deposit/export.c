/*
 * The steps of an export: what is chosen, the walk, the files round it, the package, the name.
 */
#include "deposit/export_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".samdrift-uttrekk"    /* only a folder with this in it is ever removed */
#define WORK "uttrekk"              /* in PATH.partial, beside the mark: what becomes PATH */
#define FLOW ((size_t)KiB(128))

/* ------------------------------------------------------------------ files of the extract */

char *work_path(struct export *x, const char *name)
{
    return arena_printf(x->cx->arena, "%s/%s", x->work, name);
}

enum rc file_open(struct export *x, struct xml_file *f, const char *name)
{
    *f = (struct xml_file){.open = true};
    char *path = name && x->work ? work_path(x, name) : NULL;
    (void)snprintf(f->name, sizeof(f->name), "%s", name ? name : "");
    buf_init(&f->buf, (size_t)MiB(256));
    xw_begin(&f->w, &f->buf);
    return pack_out_open(x->cx, path, &f->out);
}

static enum rc hand_on(struct export *x, struct xml_file *f)
{
    if (buf_failed(&f->buf))
        return cx_nomem(x->cx);
    pack_out_write(f->out, f->buf.p, f->buf.n);
    buf_reset(&f->buf);
    return pack_out_failed(x->cx, f->out);
}

enum rc file_flow(struct export *x, struct xml_file *f)
{
    return f->buf.n < FLOW && !buf_failed(&f->buf) ? RC_OK : hand_on(x, f);
}

enum rc file_close(struct export *x, struct xml_file *f)
{
    enum rc rc = hand_on(x, f);
    if (rc == RC_OK)
        rc = pack_out_close(x->cx, &f->out, &f->sum);
    file_drop(f);
    f->made = rc == RC_OK;
    if (rc == RC_OK)
        x->r->bytes += f->sum.size;
    return rc;
}

void file_drop(struct xml_file *f)
{
    if (!f->open)
        return;
    pack_out_drop(&f->out);
    buf_free(&f->buf);
    f->open = false;
}

enum rc export_pulse(struct export *x)
{
    x->done++;
    if (x->done % 256 != 0)
        return RC_OK;
    if (x->h->progress)
        x->h->progress(x->h->arg, x->done, x->total);
    return x->h->stop && x->h->stop(x->h->arg) ? err_set(x->cx, RC_BUSY, NULL, NULL) : RC_OK;
}

/* ------------------------------------------------------------------ what is chosen */

/* By systemID, or by a title that only one arkivdel has. */
static enum rc find_arkivdel(struct export *x, const char *name, struct rec **ret)
{
    const struct family *f = model_family(F_arkivdel);
    if (uuid_valid(str_of(name))) {
        enum rc rc = rec_load_uuid(x->db, f, str_of(name), ret);
        if (rc != RC_NOT_FOUND)
            return rc;
        err_clear(x->cx);
    }
    int64_t id, n;
    TRY(db_int(x->db, &n, 0, "SELECT count(*) FROM arkivdel WHERE tittel = ?", "t", name));
    if (n != 1)
        return err_set(x->cx, n ? RC_TAKEN : RC_NOT_FOUND, "arkivdel", name);
    TRY(db_int(x->db, &id, 0, "SELECT id FROM arkivdel WHERE tittel = ?", "t", name));
    return rec_load(x->db, f, id, ret);
}

/* In the order of their row ids, each once; the order in which they were asked for says nothing. */
static void insert_sorted(struct export *x, size_t n, struct rec *r)
{
    size_t at = n;
    while (at > 0 && x->arkivdeler[at - 1]->id > r->id) {
        x->arkivdeler[at] = x->arkivdeler[at - 1];
        at--;
    }
    x->arkivdeler[at] = r;
}

static enum rc root_of(struct export *x, const struct rec *arkivdel, int64_t *ret)
{
    int64_t at = *rec_one(arkivdel, REL_arkiv_arkivdel);
    for (int depth = 0; at && depth < 64; depth++) {
        *ret = at;
        TRY(db_int(x->db, &at, 0, "SELECT overarkiv_id FROM arkiv WHERE id = ?", "i", at));
    }
    return RC_OK;
}

bool arkivdel_chosen(const struct export *x, int64_t id)
{
    for (size_t i = 0; i < x->o->arkivdeler_n; i++)
        if (x->arkivdeler[i]->id == id)
            return true;
    return false;
}

void arkivdel_period(const struct rec *r, int64_t *ret_from, int64_t *ret_to)
{
    const struct val *start = rec_val(r, A_arkivdel_arkivperiodeStartDato);
    const struct val *end = rec_val(r, A_arkivdel_arkivperiodeSluttDato);
    size_t made = model_slot_of(F_arkivdel, model_attr(A_arkivenhet_opprettetDato), NULL);
    *ret_from = start->state == VAL_SET ? start->i : r->v[made].i;
    *ret_to = end->state == VAL_SET ? end->i : rec_val(r, A_arkivdel_avsluttetDato)->i;
}

static void widen(struct export *x, const struct rec *r)
{
    const struct val *closed = rec_val(r, A_arkivdel_avsluttetDato);
    int64_t from, to;
    arkivdel_period(r, &from, &to);
    x->start = x->start == 0 || from < x->start ? from : x->start;
    x->end = to > x->end ? to : x->end;
    x->when = closed->i > x->when ? closed->i : x->when;
}

static enum rc choose(struct export *x)
{
    size_t n = x->o->arkivdeler_n;
    int64_t root = 0;
    x->arkivdeler = arena_array(x->cx->arena, n + 1, sizeof(struct rec *));
    if (!x->arkivdeler)
        return cx_nomem(x->cx);
    for (size_t i = 0; i < n; i++) {
        struct rec *r;
        TRY(find_arkivdel(x, x->o->arkivdeler[i], &r));
        for (size_t k = 0; k < i; k++)
            if (x->arkivdeler[k]->id == r->id)
                return err_set(x->cx, RC_TAKEN, "arkivdel", x->o->arkivdeler[i]);
        TRY(rec_load_lists(x->db, &r, 1));
        insert_sorted(x, i, r);
        widen(x, r);
    }
    for (size_t i = 0; i < n; i++) {
        int64_t its = 0;
        TRY(root_of(x, x->arkivdeler[i], &its));
        if (i > 0 && its != root)
            export_tell(x, EXPORT_ARKIV_OTHER, x->arkivdeler[i], NULL);
        root = i ? root : its;
    }
    return rec_load(x->db, model_family(F_arkiv), root, &x->arkiv);
}

/* For the progress: all registreringer of the municipality at most, those of the arkivdeler as a rule. */
static enum rc count_records(struct export *x)
{
    for (size_t i = 0; i < x->o->arkivdeler_n; i++) {
        const struct rec *r = x->arkivdeler[i];
        int64_t n, system = *rec_one(r, REL_arkivdel_klassifikasjonssystem);
        TRY(db_int(x->db, &n, 0,
                   "WITH RECURSIVE k(id) AS (SELECT id FROM klasse WHERE klassifikasjonssystem_id = ?"
                   " UNION SELECT u.id FROM klasse u JOIN k ON u.overklasse_id = k.id),"
                   " m(id) AS (SELECT id FROM mappe WHERE arkivdel_id = ? UNION SELECT id FROM mappe"
                   " WHERE klasse_id IN (SELECT id FROM k)"
                   " AND ? = coalesce(arkivdel_id, " ARKIVDEL_THEN("?", "mappe.opprettetdato_t") ")"
                   " UNION SELECT u.id FROM mappe u JOIN m ON u.overmappe_id = m.id)"
                   " SELECT count(*) FROM registrering WHERE mappe_id IN (SELECT id FROM m)", "iiiii",
                   system, r->id, r->id, system, system));
        x->total += n;
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ the folder of work */

static enum rc io_failed(struct export *x, const char *path)
{
    return err_secret(x->cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
}

/* Who is at it holds the mark, as long as its process lives. */
static bool hold(int mark)
{
    return flock(mark, LOCK_EX | LOCK_NB) == 0;
}

/* What an interrupted export left, or this one: it has our mark, or is empty still. */
static enum rc clear(struct export *x)
{
    struct stat st;
    if (lstat(x->partial, &st) != 0 || rmdir(x->partial) == 0)
        return RC_OK;
    char *mark = arena_printf(x->cx->arena, "%s/" MARK, x->partial);
    if (!mark)
        return cx_nomem(x->cx);
    int fd = open(mark, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(x->cx, RC_TAKEN, "out", x->partial);
    enum rc rc = x->begun || hold(fd) ? RC_OK : err_set(x->cx, RC_BUSY, "out", x->o->out);
    if (rc == RC_OK && !dir_remove(x->partial))
        rc = io_failed(x, x->partial);
    (void)close(fd);
    return rc;
}

static enum rc begin_work(struct export *x)
{
    struct stat st;
    if (x->o->dry_run)
        return RC_OK;
    x->partial = arena_printf(x->cx->arena, "%s.partial", x->o->out);
    char *mark = arena_printf(x->cx->arena, "%s.partial/" MARK, x->o->out);
    x->work = arena_printf(x->cx->arena, "%s.partial/" WORK, x->o->out);
    if (!x->partial || !mark || !x->work)
        return cx_nomem(x->cx);
    TRY(clear(x));
    if (lstat(x->o->out, &st) == 0)
        return err_set(x->cx, RC_TAKEN, "out", x->o->out);
    if (mkdir(x->partial, 0755) != 0)
        return errno == ENOENT ? err_set(x->cx, RC_NOT_FOUND, "out", x->o->out) : io_failed(x, x->partial);
    x->begun = true;
    x->mark = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (x->mark < 0 || !hold(x->mark))
        return io_failed(x, mark);
    return mkdir(x->work, 0755) == 0 ? RC_OK : io_failed(x, x->work);
}

/* All of it is on the disk before it has its name. */
static enum rc finish_work(struct export *x)
{
    if (!disk_flush(x->work))
        return io_failed(x, x->work);
    if (rename(x->work, x->o->out) != 0)
        return io_failed(x, x->o->out);
    return disk_flush(x->o->out) ? clear(x) : io_failed(x, x->o->out);
}

/* ------------------------------------------------------------------ the steps */

static enum rc refused(struct export *x)
{
    return x->r->reasons ? err_setf(x->cx, RC_NOT_DEPOSITABLE, NULL, "%" PRId64, x->r->reasons) : RC_OK;
}

static enum rc pass(struct export *x)
{
    struct pack_sum sum;
    TRY(choose(x));
    TRY(count_records(x));
    TRY(vsm_open(x));
    TRY(extra_open(x));
    TRY(changes_open(x));
    TRY(journal_open(x));
    TRY(documents_open(x));
    TRY(walk_all(x));
    TRY(changes_close(x));
    TRY(extra_close(x));
    TRY(pack_out_close(x->cx, &x->documents, &sum));
    x->total = x->done + x->r->dokumenter;
    return refused(x);
}

static void name_package(struct export *x)
{
    char text[SHA256_HEX_MAX + 8];
    (void)snprintf(text, sizeof(text), "%s/%d", x->extract.sum.sha256, (int)x->o->form);
    if (x->o->uuid)
        (void)snprintf(x->r->uuid, sizeof(x->r->uuid), "%s", x->o->uuid);
    else
        uuid_named(str_of(text), x->r->uuid);
}

static enum rc make(struct export *x)
{
    TRY(journal_write(x));
    TRY(schema_put_all(x));
    TRY(addml_write(x));
    if (x->o->form == EXPORT_FOLDER) {
        struct pack_writer *folder;
        TRY(pack_writer_folder(x->cx, x->work, &folder));
        enum rc rc = documents_copy(x, folder, "", NULL, NULL);
        pack_writer_drop(&folder);
        TRY(rc);
    } else {
        name_package(x);
        TRY(dias_pack(x));
    }
    TRY(refused(x));
    return finish_work(x);
}

static void release(struct export *x)
{
    model_xml_end(&x->xml);
    journal_free(x);
    extra_free(x);
    pack_out_drop(&x->documents);
    file_drop(&x->structure);
    file_drop(&x->changes);
    file_drop(&x->running);
    file_drop(&x->public);
    file_drop(&x->nowhere);
}

static enum rc run(struct export *x)
{
    TRY(begin_work(x));
    TRY(pass(x));
    return x->o->dry_run ? RC_OK : make(x);
}

enum rc export_run(struct cx *cx, struct vault *v, const struct export_options *o, const struct export_hooks *h,
                   struct export_result *ret)
{
    static const struct export_hooks silent;
    struct export *x = arena_alloc(cx->arena, sizeof(*x));
    if (!x)
        return cx_nomem(cx);
    *ret = (struct export_result){.left_out = ""};
    *x = (struct export){.cx = cx, .vault = v, .o = o, .h = h ? h : &silent, .r = ret, .mark = -1};
    TRY(store_read_begin(cx, vault_space(v), &x->db));
    db_whole(x->db);
    enum rc rc = run(x);
    release(x);
    store_read_end(&x->db);
    if (rc != RC_OK && x->begun) {
        struct err kept = cx->err;      /* of what happened, not of the clearing */
        (void)clear(x);
        cx->err = kept;
    }
    if (x->mark >= 0)
        (void)close(x->mark);
    return rc;
}
