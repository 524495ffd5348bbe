/* The rows of ordered validations (table kontroll), and running one. */
#include "deposit/check_job.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deposit/job_int.h"
#include "validate/validate.h"

#define UPLOADED "pakke.tar"
#define REPORT "rapport.html"

static const char tables[] =
    "CREATE TABLE kontroll(id TEXT PRIMARY KEY, tilstand BIGINT NOT NULL, bestiller TEXT NOT NULL, bestilt BIGINT NOT NULL,"
    " ferdig BIGINT NOT NULL, uttrekk TEXT NOT NULL, navn TEXT NOT NULL, gjort BIGINT NOT NULL, totalt BIGINT NOT NULL,"
    " feil BIGINT NOT NULL, advarsler BIGINT NOT NULL, merknader BIGINT NOT NULL, aarsak TEXT NOT NULL,"
    " arbeider TEXT NOT NULL, puls BIGINT NOT NULL);"
    "CREATE INDEX kontroll_tilstand ON kontroll(tilstand, bestilt);";

enum rc check_make_tables(struct db *db)
{
    return db_script(db, tables);
}

/* ------------------------------------------------------------------ reading */

static enum rc read_job(struct cx *cx, struct stmt *st, void *arg)
{
    struct check_job *ret = arg;
    *ret = (struct check_job){.state = (enum export_state)stmt_int(st, 1), .by = stmt_text(st, 2), .ordered = stmt_int(st, 3),
                              .ended = stmt_int(st, 4), .name = stmt_text(st, 6), .done = stmt_int(st, 7),
                              .total = stmt_int(st, 8), .errors = stmt_int(st, 9), .warnings = stmt_int(st, 10),
                              .infos = stmt_int(st, 11), .fault = stmt_text(st, 12)};
    uuid_copy(ret->id, stmt_str(st, 0));
    uuid_copy(ret->of, stmt_str(st, 5));
    return ret->by && ret->name && ret->fault ? RC_OK : cx_nomem(cx);
}

const struct job_kind check_kind = {
    "kontroll",
    "SELECT id, tilstand, bestiller, bestilt, ferdig, uttrekk, navn, gjort, totalt, feil, advarsler, merknader, aarsak"
    " FROM kontroll",
    read_job, sizeof(struct check_job)};

enum rc check_job_get(struct call *c, struct str id, struct check_job *ret)
{
    return job_get(c, &check_kind, id, ret);
}

enum rc check_job_list(struct call *c, size_t most, struct check_job **ret, size_t *ret_n)
{
    void *all;
    TRY(job_list(c, &check_kind, most, &all, ret_n));
    *ret = all;
    return RC_OK;
}

/* ------------------------------------------------------------------ ordering */

struct ordering {
    struct call *call;
    struct export_jobs *jobs;
    const struct check_job *job;
};

static enum rc insert(struct db *db, void *arg)
{
    const struct ordering *o = arg;
    TRY(db_run(db, "INSERT INTO kontroll(id, tilstand, bestiller, bestilt, ferdig, uttrekk, navn, gjort, totalt, feil, advarsler,"
                   " merknader, aarsak, arbeider, puls) VALUES (?, 0, ?, ?, 0, ?, ?, 0, 0, 0, 0, 0, '', '', 0)"
                   " ON CONFLICT(id) DO NOTHING", "ttitt", o->job->id, o->call->person.name, o->call->cx->now, o->job->of,
               o->job->name));
    db_after_commit(db, worker_wake, o->jobs);
    return RC_OK;
}

static enum rc order(struct call *c, struct export_jobs *jobs, struct check_job *job)
{
    struct ordering o = {c, jobs, job};
    job->by = c->person.name;
    job->ordered = c->cx->now;
    job->fault = "";
    return archive_rows_write(c, insert, &o);
}

enum rc check_job_new(struct call *c, struct export_jobs *jobs, const struct export_job *of, const char *key,
                      struct check_job *ret)
{
    const char *path;
    TRY(export_job_file(c, jobs, of, false, &path));
    *ret = (struct check_job){.name = strrchr(path, '/') + 1};
    uuid_copy(ret->id, str_of(key));
    if (!uuid_valid(str_of(ret->id)))
        uuid_new(ret->id);
    uuid_copy(ret->of, str_of(of->id));
    return order(c, jobs, ret);
}

static enum rc make_folder(struct call *c, const struct export_jobs *jobs, const char *id, char **ret)
{
    TRY(job_make_parent(c->cx, jobs, vault_slug(c->vault)));
    *ret = job_folder(c->cx, jobs, vault_slug(c->vault), id);
    if (!*ret)
        return cx_nomem(c->cx);
    return mkdir(*ret, 0750) == 0 || errno == EEXIST ? RC_OK
                                                     : err_secret(c->cx, rc_of_errno(errno), "%s: %s", *ret, strerror(errno));
}

/* NULL without memory. */
static const char *file_of(struct call *c, const struct export_jobs *jobs, const char *id, const char *name)
{
    const char *folder = job_folder(c->cx, jobs, vault_slug(c->vault), id);
    return folder ? arena_printf(c->cx->arena, "%s/%s", folder, name) : NULL;
}

static enum rc copy_file(struct cx *cx, int from, int to)
{
    char piece[KiB(8)];
    ssize_t n;
    while ((n = read(from, piece, sizeof(piece))) > 0)
        for (ssize_t at = 0, some; at < n; at += some)
            if ((some = write(to, piece + at, (size_t)(n - at))) < 0)
                return err_secret(cx, rc_of_errno(errno), "upload: %s", strerror(errno));
    return n == 0 && fsync(to) == 0 ? RC_OK : err_secret(cx, rc_of_errno(errno), "upload: %s", strerror(errno));
}

enum rc check_job_upload(struct call *c, struct export_jobs *jobs, int fd, const char *name, struct check_job *ret)
{
    char *folder;
    *ret = (struct check_job){.name = name};
    uuid_new(ret->id);
    TRY(make_folder(c, jobs, ret->id, &folder));
    const char *path = arena_printf(c->cx->arena, "%s/" UPLOADED, folder);
    int to = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640) : -1;
    enum rc rc = to >= 0 ? copy_file(c->cx, fd, to) : err_secret(c->cx, rc_of_errno(errno), "%s: %s", folder, strerror(errno));
    if (to >= 0)
        (void)close(to);
    if (rc == RC_OK)
        rc = order(c, jobs, ret);
    if (rc != RC_OK && job_remove_folder(c->cx, folder) != RC_OK)
        log_line(LOG_WARN, "%s is left over", folder);
    return rc;
}

/* ------------------------------------------------------------------ what is there, and its end */

enum rc check_job_report(struct call *c, struct export_jobs *jobs, const struct check_job *job, const char **ret)
{
    struct stat st;
    *ret = file_of(c, jobs, job->id, REPORT);
    if (!*ret)
        return cx_nomem(c->cx);
    if (job->state != EXPORT_DONE)
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    return stat(*ret, &st) == 0 ? RC_OK : err_set(c->cx, RC_ELSEWHERE, NULL, NULL);
}

static enum rc delete(struct db *db, void *arg)
{
    return job_delete_row(db, &check_kind, ((const struct check_job *)arg)->id);
}

enum rc check_job_delete(struct call *c, struct export_jobs *jobs, struct str id)
{
    struct check_job job;
    TRY(check_job_get(c, id, &job));
    TRY(archive_rows_write(c, delete, &job));
    return job_remove_folder(c->cx, job_folder(c->cx, jobs, vault_slug(c->vault), job.id));
}

/* ------------------------------------------------------------------ running one */

struct checking {
    struct export_jobs *jobs;
    struct call call;              /* of nobody: for paths and the rows of packages */
    struct check_job job;
    int64_t told, done, total;     /* when the progress was written last, and what */
    bool lost;                     /* another server has taken the job over */
};

static enum rc claim(struct db *db, void *arg)
{
    struct checking *k = arg;
    return job_claim(db, &check_kind, k->jobs, &k->job);
}

static enum rc put_progress(struct db *db, void *arg)
{
    const struct checking *k = arg;
    return job_put_progress(db, &check_kind, k->jobs, k->job.id, k->done, k->total);
}

static enum rc put_back(struct db *db, void *arg)
{
    const struct checking *k = arg;
    return job_put_back(db, &check_kind, k->jobs, k->job.id);
}

static enum rc put_end(struct db *db, void *arg)
{
    const struct checking *k = arg;
    const struct check_job *j = &k->job;
    TRY(put_progress(db, arg));
    return db_run(db, "UPDATE kontroll SET tilstand = ?, ferdig = ?, feil = ?, advarsler = ?, merknader = ?, aarsak = ?,"
                      " gjort = totalt WHERE id = ?", "iiiiitt", (int64_t)j->state, db_cx(db)->now, j->errors, j->warnings,
                  j->infos, j->fault, j->id);
}

static void on_progress(void *arg, int64_t done, int64_t total)
{
    struct checking *k = arg;
    int64_t now = time_now();
    k->done = done;
    k->total = total;
    if (now - k->told < 1000000)
        return;
    k->told = now;
    k->lost = job_write_row(k->call.vault, k->job.id, put_progress, k) == RC_BUSY;
}

static bool on_stop(void *arg)
{
    const struct checking *k = arg;
    return k->lost || job_stopping(k->jobs);
}

/* The package in the folder of the export, or the upload in its own. */
static enum rc package_path(struct checking *k, const char **ret)
{
    struct call *c = &k->call;
    struct export_job made;
    if (*k->job.of) {
        TRY(export_job_get(c, str_of(k->job.of), &made));
        return export_job_file(c, k->jobs, &made, false, ret);
    }
    *ret = file_of(c, k->jobs, k->job.id, UPLOADED);
    if (!*ret)
        return cx_nomem(c->cx);
    return access(*ret, F_OK) == 0 ? RC_OK : err_set(c->cx, RC_ELSEWHERE, NULL, NULL);
}

static enum rc write_report(struct checking *k, struct validation *v)
{
    struct cx *cx = k->call.cx;
    char *folder;
    TRY(make_folder(&k->call, k->jobs, k->job.id, &folder));
    const char *path = arena_printf(cx->arena, "%s/" REPORT, folder);
    FILE *out = path ? fopen(path, "we") : NULL;
    if (!out)
        return err_secret(cx, rc_of_errno(errno), "%s: %s", folder, strerror(errno));
    enum rc rc = validation_html(cx, v, out);
    if (fclose(out) != 0 && rc == RC_OK)
        rc = err_secret(cx, rc_of_errno(errno), "%s: %s", folder, strerror(errno));
    return rc;
}

static enum rc check(struct checking *k)
{
    const struct validate_options o = {.schemas = k->jobs->schemas, .progress = on_progress, .stop = on_stop, .arg = k};
    struct validation *v;
    const char *path;
    TRY(package_path(k, &path));
    TRY(validate_run(k->call.cx, path, &o, &v));
    k->job.errors = validation_count(v, SEVERITY_ERROR);
    k->job.warnings = validation_count(v, SEVERITY_WARNING);
    k->job.infos = validation_count(v, SEVERITY_INFO);
    enum rc rc = write_report(k, v);
    validation_free(&v);
    if (rc == RC_OK && !*k->job.of)
        (void)unlink(path);        /* the report is what was wanted */
    return rc;
}

bool check_next(struct export_jobs *jobs, struct vault *v)
{
    struct cx cx;
    struct checking *k = mem_new(sizeof(*k));
    cx_open(&cx, (size_t)MiB(256));
    k->jobs = jobs;
    k->call = (struct call){.cx = &cx, .vault = v};
    enum rc rc = store_write(&cx, vault_space(v), claim, k);
    bool found = rc == RC_OK && *k->job.id;
    if (found)
        rc = check(k);
    bool again = found && rc == RC_BUSY && job_stopping(jobs);
    if (found && rc != RC_OK && !again)
        log_line(LOG_WARN, "validation %s: %s", k->job.id, cx.err.secret ? cx.err.secret : err_id(rc));
    k->job.state = rc == RC_OK ? EXPORT_DONE : EXPORT_FAILED;
    k->job.fault = rc == RC_OK ? "" : err_id(rc);
    if (found)
        job_write_row(v, k->job.id, again ? put_back : put_end, k);
    mem_free(k);
    cx_close(&cx);
    return found && !again;
}
