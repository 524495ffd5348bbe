/*
 * The rows of ordered exports: table uttrekk, their reasons in uttrekk_grunn, what stays in the archive in uttrekk_uteblitt.
 */
#include <errno.h>
#include <sys/stat.h>

#include "deposit/job_int.h"
#include "pack/mets_read.h"

#define LIST_MOST 1000

static const char tables[] =
    "CREATE TABLE uttrekk_grunn(uttrekk TEXT NOT NULL, nr BIGINT NOT NULL, grunn BIGINT NOT NULL, enhet TEXT NOT NULL,"
    " systemid TEXT NOT NULL, nummer TEXT NOT NULL, detalj TEXT NOT NULL, PRIMARY KEY (uttrekk, nr));"
    "CREATE TABLE uttrekk(id TEXT PRIMARY KEY, tilstand BIGINT NOT NULL, bestiller TEXT NOT NULL, bestilt BIGINT NOT NULL,"
    " ferdig BIGINT NOT NULL, arkivdeler TEXT NOT NULL, form BIGINT NOT NULL, versjon BIGINT NOT NULL,"
    " proeve BIGINT NOT NULL, gjort BIGINT NOT NULL, totalt BIGINT NOT NULL, uuid TEXT NOT NULL, grunner BIGINT NOT NULL,"
    " mapper BIGINT NOT NULL, registreringer BIGINT NOT NULL, journalposter BIGINT NOT NULL, endringer BIGINT NOT NULL,"
    " dokumenter BIGINT NOT NULL, bytes BIGINT NOT NULL, utelatt TEXT NOT NULL, feil TEXT NOT NULL,"
    " arbeider TEXT NOT NULL, puls BIGINT NOT NULL);"
    "CREATE INDEX uttrekk_tilstand ON uttrekk(tilstand, bestilt);";

static const char left_table[] =
    "CREATE TABLE uttrekk_uteblitt(uttrekk TEXT NOT NULL, hva TEXT NOT NULL, antall BIGINT NOT NULL,"
    " PRIMARY KEY (uttrekk, hva));";

const char *export_state_name(enum export_state s)
{
    static const char *const names[] = {"venter", "gaar", "ferdig", "avvist", "feilet"};
    return names[s];
}

const char *export_form_name(enum export_form f)
{
    static const char *const names[] = {"folder", "sip", "aip"};
    return names[f];
}

/* ------------------------------------------------------------------ opening */

static const char *setting(struct config *cfg, const char *key)
{
    const char *v = config_get(cfg, "deponering", key, "");
    return *v ? v : NULL;
}

static enum rc make_tables(struct db *db)
{
    return db_script(db, tables);
}

static enum rc make_left_table(struct db *db)
{
    return db_script(db, left_table);
}

enum rc export_jobs_open(struct cx *cx, const char *dir, struct store *store, struct archive *archive,
                         struct config *cfg, struct export_jobs **ret)
{
    const char *shared = setting(cfg, "mappe");
    char *path = shared ? arena_strdup(cx->arena, shared) : arena_printf(cx->arena, "%s/uttrekk", dir);
    if (!path)
        return cx_nomem(cx);
    if (mkdir(path, 0750) != 0 && errno != EEXIST)
        return err_secret(cx, rc_of_errno(errno), "%s: %s", path, strerror(errno));
    struct export_jobs *j = mem_new(sizeof(*j));
    j->store = store;
    j->archive = archive;
    j->dir = mem_strdup(path);
    j->schemas = setting(cfg, "skjema");
    j->handbook = setting(cfg, "systemhaandbok");
    j->depot = setting(cfg, "depot");
    j->agreement = setting(cfg, "avtale");
    uuid_new(j->worker);
    archive_add_tables(archive, "uttrekk", make_tables);
    archive_add_tables(archive, "uttrekk_uteblitt", make_left_table);
    archive_add_tables(archive, "kontroll", check_make_tables);
    enum rc rc = worker_start(cx, j);
    if (rc != RC_OK) {
        mem_free(j->dir);
        mem_free(j);
        return rc;
    }
    *ret = j;
    return RC_OK;
}

void export_jobs_wake(struct export_jobs *j)
{
    worker_wake(j);
}

void export_jobs_close(struct export_jobs **pj)
{
    struct export_jobs *j = *pj;
    if (!j)
        return;
    worker_stop(j);
    mem_free(j->dir);
    mem_free(j);
    *pj = NULL;
}

/* ------------------------------------------------------------------ reading */

static enum rc read_text(struct cx *cx, struct stmt *st, int col, const char **ret)
{
    *ret = stmt_text(st, col);
    return *ret ? RC_OK : cx_nomem(cx);
}

static enum rc read_job(struct cx *cx, struct stmt *st, void *arg)
{
    struct export_job *ret = arg;
    *ret = (struct export_job){.state = (enum export_state)stmt_int(st, 1)};
    uuid_copy(ret->id, stmt_str(st, 0));
    TRY(read_text(cx, st, 2, &ret->by));
    ret->ordered = stmt_int(st, 3);
    ret->ended = stmt_int(st, 4);
    TRY(read_text(cx, st, 5, &ret->arkivdeler));
    ret->form = (enum export_form)stmt_int(st, 6);
    ret->version = (enum noark)stmt_int(st, 7);
    ret->dry_run = stmt_int(st, 8) != 0;
    ret->done = stmt_int(st, 9);
    ret->total = stmt_int(st, 10);
    uuid_copy(ret->result.uuid, stmt_str(st, 11));
    int64_t *const counts[] = {&ret->result.reasons, &ret->result.mapper, &ret->result.registreringer,
                               &ret->result.journalposter, &ret->result.endringer, &ret->result.dokumenter,
                               &ret->result.bytes};
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        *counts[i] = stmt_int(st, 12 + (int)i);
    TRY(read_text(cx, st, 19, &ret->result.left_out));
    return read_text(cx, st, 20, &ret->fault);
}

const struct job_kind export_kind = {
    "uttrekk",
    "SELECT id, tilstand, bestiller, bestilt, ferdig, arkivdeler, form, versjon, proeve, gjort, totalt, uuid, grunner, mapper,"
    " registreringer, journalposter, endringer, dokumenter, bytes, utelatt, feil FROM uttrekk",
    read_job, sizeof(struct export_job)};

enum rc export_job_get(struct call *c, struct str id, struct export_job *ret)
{
    return job_get(c, &export_kind, id, ret);
}

enum rc export_job_list(struct call *c, struct export_job **ret, size_t *ret_n)
{
    void *all;
    TRY(job_list(c, &export_kind, LIST_MOST, &all, ret_n));
    *ret = all;
    return RC_OK;
}

struct reason_list {
    struct export_reason *all;
    size_t n;
};

static enum rc take_reason(struct cx *cx, struct stmt *st, void *arg)
{
    struct reason_list *l = arg;
    struct export_reason *r = &l->all[l->n++];
    r->id = (enum export_reason_id)stmt_int(st, 0);
    if ((int)r->id < 0 || r->id >= EXPORT_REASONS)
        return err_secret(cx, RC_INTERNAL, "uttrekk_grunn: no such reason");
    TRY(read_text(cx, st, 1, &r->unit));
    TRY(read_text(cx, st, 2, &r->systemid));
    TRY(read_text(cx, st, 3, &r->number));
    return read_text(cx, st, 4, &r->detail);
}

enum rc export_job_reasons(struct call *c, struct str id, int64_t skip, int64_t most, struct export_reason **ret,
                           size_t *ret_n)
{
    struct export_job job;
    TRY(export_job_get(c, id, &job));
    struct reason_list l = {arena_array(c->cx->arena, (size_t)most + 1, sizeof(struct export_reason)), 0};
    if (!l.all)
        return cx_nomem(c->cx);
    TRY(job_rows(c, "SELECT grunn, enhet, systemid, nummer, detalj FROM uttrekk_grunn WHERE uttrekk = ?"
                    " AND nr > ? AND nr <= ? ORDER BY nr", job.id, skip, skip + most, take_reason, &l));
    *ret = l.all;
    *ret_n = l.n;
    return RC_OK;
}

enum { LEFT_MOST = 1000 };      /* more than the model has fields */
struct left_list {
    struct export_left *all;
    size_t n;
};

static enum rc take_left(struct cx *cx, struct stmt *st, void *arg)
{
    struct left_list *l = arg;
    struct export_left *left = &l->all[l->n++];
    left->n = stmt_int(st, 1);
    return read_text(cx, st, 0, &left->what);
}

enum rc export_job_left(struct call *c, struct str id, struct export_left **ret, size_t *ret_n)
{
    struct export_job job;
    TRY(export_job_get(c, id, &job));
    struct left_list l = {arena_array(c->cx->arena, LEFT_MOST, sizeof(struct export_left)), 0};
    if (!l.all)
        return cx_nomem(c->cx);
    TRY(job_rows(c, "SELECT hva, antall FROM uttrekk_uteblitt WHERE uttrekk = ? ORDER BY hva LIMIT 1000", job.id, 0, 0,
                 take_left, &l));
    *ret = l.all;
    *ret_n = l.n;
    return RC_OK;
}

/* ------------------------------------------------------------------ ordering */

struct ordering {
    struct call *call;
    struct export_jobs *jobs;
    const struct export_job *job;
};

static enum rc insert(struct db *db, void *arg)
{
    const struct ordering *o = arg;
    TRY(db_run(db, "INSERT INTO uttrekk(id, tilstand, bestiller, bestilt, ferdig, arkivdeler, form, versjon, proeve, gjort,"
                   " totalt, uuid, grunner, mapper, registreringer, journalposter, endringer, dokumenter, bytes, utelatt,"
                   " feil, arbeider, puls) VALUES (?, 0, ?, ?, 0, ?, ?, ?, ?, 0, 0, '', 0, 0, 0, 0, 0, 0, 0, '', '', '', 0)"
                   " ON CONFLICT(id) DO NOTHING",
               "ttitiii", o->job->id, o->call->person.name, o->call->cx->now, o->job->arkivdeler, (int64_t)o->job->form,
               (int64_t)o->job->version, (int64_t)o->job->dry_run));
    db_after_commit(db, worker_wake, o->jobs);
    return RC_OK;
}

/* A JSON array of names. */
static enum rc check_names(struct call *c, const char *text)
{
    json_t *names, *name;
    size_t i;
    TRY(json_read(c->cx, str_of(text), &names));
    if (!json_is_array(names) || json_array_size(names) == 0 || json_array_size(names) > 64)
        return err_set(c->cx, RC_FIELD_VALUE, "arkivdeler", "1–64");
    json_array_foreach(names, i, name)
        if (!json_is_string(name))
            return err_set(c->cx, RC_FIELD_TYPE, "arkivdeler", "string");
    return RC_OK;
}

enum rc export_job_choose(struct cx *cx, const char *form, const char *noark, struct export_job *job)
{
    static const enum noark versions[] = {NOARK_50, NOARK_40, NOARK_31};
    if (!streq(form, "sip") && !streq(form, "aip"))
        return err_set(cx, RC_FIELD_VALUE, "format", "sip, aip");
    job->form = streq(form, "sip") ? EXPORT_SIP : EXPORT_AIP;
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        if (streq(noark, noark_text(versions[i]))) {
            job->version = versions[i];
            return RC_OK;
        }
    return err_set(cx, RC_FIELD_VALUE, "noark", "5.0, 4.0, 3.1");
}

enum rc export_job_new(struct call *c, struct export_jobs *jobs, struct export_job *job)
{
    TRY(check_names(c, job->arkivdeler));
    if (!uuid_valid(str_of(job->id)))
        uuid_new(job->id);
    job->state = EXPORT_WAITING;
    job->by = c->person.name;
    job->ordered = c->cx->now;
    job->result.left_out = job->fault = "";
    struct ordering o = {c, jobs, job};
    return store_write(c->cx, vault_space(c->vault), insert, &o);
}

/* ------------------------------------------------------------------ packages */

enum rc export_job_file(struct call *c, struct export_jobs *jobs, const struct export_job *job, bool description,
                        const char **ret)
{
    struct stat st;
    char *folder = job_folder(c->cx, jobs, vault_slug(c->vault), job->id);
    char *path = folder ? arena_printf(c->cx->arena, "%s/%s.%s", folder, job->result.uuid, description ? "xml" : "tar") : NULL;
    if (!path)
        return cx_nomem(c->cx);
    if (job->state != EXPORT_DONE || !*job->result.uuid)
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    if (stat(path, &st) != 0)
        return err_set(c->cx, RC_ELSEWHERE, NULL, NULL);
    *ret = path;
    return RC_OK;
}

struct told_sum {
    struct cx *cx;
    const char *ret;
};

/* The description tells of the tar, and of the METS in it. */
static void take_sum(void *arg, const struct mets_file *f)
{
    struct told_sum *t = arg;
    if (f->path.n > 4 && memcmp(f->path.p + f->path.n - 4, ".tar", 4) == 0)
        t->ret = arena_strndup(t->cx->arena, f->checksum.p, f->checksum.n);
}

enum rc export_job_checksum(struct call *c, struct export_jobs *jobs, const struct export_job *job, const char **ret)
{
    const char *path;
    struct pack_stream s;
    struct mets_head head;
    struct told_sum sum = {c->cx, NULL};
    TRY(export_job_file(c, jobs, job, true, &path));
    TRY(pack_stream_file(c->cx, path, &s));
    enum rc rc = mets_read(c->cx, &s, take_sum, &sum, &head);
    pack_stream_close(&s);
    *ret = sum.ret ? sum.ret : "";
    return rc;
}

static enum rc delete_rows(struct db *db, void *arg)
{
    const struct ordering *o = arg;
    TRY(job_delete_row(db, &export_kind, o->job->id));
    TRY(db_run(db, "DELETE FROM uttrekk_uteblitt WHERE uttrekk = ?", "t", o->job->id));
    return db_run(db, "DELETE FROM uttrekk_grunn WHERE uttrekk = ?", "t", o->job->id);
}

/* The row goes first: a package without one is nobody's, and removed with the next try. */
enum rc export_job_delete(struct call *c, struct export_jobs *jobs, struct str id)
{
    struct export_job job;
    struct ordering o = {c, jobs, &job};
    TRY(export_job_get(c, id, &job));
    TRY(store_write(c->cx, vault_space(c->vault), delete_rows, &o));
    return job_remove_folder(c->cx, job_folder(c->cx, jobs, vault_slug(c->vault), job.id));
}
