/*
 * The thread that makes what was ordered, one export or validation after the other. A job is claimed in its row; the
 * claim is renewed with the progress and given back when the server ends. One that another server left
 * all the same (PostgreSQL: its pulse is old; SQLite: there is no other server) is claimed again and
 * begins anew.
 */
#include <errno.h>
#include <time.h>

#include "deposit/job_int.h"

enum { LOOK_EVERY_S = 10 };
#define SECOND ((int64_t)1000000)
#define REASONS_HELD 100

/* A job being made. */
struct making {
    struct export_jobs *jobs;
    struct vault *vault;
    struct export_job job;
    int64_t told;               /* when the progress was last written */
    int64_t reasons;            /* written */
    struct held {
        enum export_reason_id id;
        char unit[40], systemid[UUID_TEXT_MAX], number[80], detail[200];
    } held[REASONS_HELD];
    size_t held_n;
    int64_t done, total;
    enum rc rc;                 /* of writing about it */
};

bool job_stopping(struct export_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    bool stop = jobs->stop;
    (void)pthread_mutex_unlock(&jobs->lock);
    return stop;
}

/* ------------------------------------------------------------------ rows */

static enum rc claim(struct db *db, void *arg)
{
    struct making *m = arg;
    TRY(job_claim(db, &export_kind, m->jobs, &m->job));
    return *m->job.id ? db_run(db, "DELETE FROM uttrekk_grunn WHERE uttrekk = ?", "t", m->job.id) : RC_OK;
}

static enum rc put_progress(struct db *db, void *arg)
{
    const struct making *m = arg;
    return job_put_progress(db, &export_kind, m->jobs, m->job.id, m->done, m->total);
}

static enum rc put_reasons(struct db *db, void *arg)
{
    const struct making *m = arg;
    TRY(put_progress(db, arg));
    for (size_t i = 0; i < m->held_n; i++) {
        const struct held *h = &m->held[i];
        TRY(db_run(db, "INSERT INTO uttrekk_grunn(uttrekk, nr, grunn, enhet, systemid, nummer, detalj)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)", "tiitttt", m->job.id, m->reasons + (int64_t)i + 1, (int64_t)h->id,
                   h->unit, h->systemid, h->number, h->detail));
    }
    return RC_OK;
}

static enum rc put_back(struct db *db, void *arg)
{
    const struct making *m = arg;
    return job_put_back(db, &export_kind, m->jobs, m->job.id);
}

static enum rc put_end(struct db *db, void *arg)
{
    const struct making *m = arg;
    const struct export_result *r = &m->job.result;
    TRY(put_progress(db, arg));
    TRY(db_run(db, "DELETE FROM uttrekk_uteblitt WHERE uttrekk = ?", "t", m->job.id));
    for (size_t i = 0; i < r->left_n; i++)
        TRY(db_run(db, "INSERT INTO uttrekk_uteblitt(uttrekk, hva, antall) VALUES (?, ?, ?)", "tti", m->job.id, r->left[i].what,
                   r->left[i].n));
    return db_run(db, "UPDATE uttrekk SET tilstand = ?, ferdig = ?, uuid = ?, grunner = ?, mapper = ?, registreringer = ?,"
                      " journalposter = ?, endringer = ?, dokumenter = ?, bytes = ?, utelatt = ?, feil = ? WHERE id = ?",
                  "iitiiiiiiittt", (int64_t)m->job.state, db_cx(db)->now, r->uuid, r->reasons, r->mapper,
                  r->registreringer, r->journalposter, r->endringer, r->dokumenter, r->bytes, r->left_out, m->job.fault,
                  m->job.id);
}

static void write_row(struct making *m, enum rc (*fn)(struct db *db, void *arg))
{
    enum rc rc = job_write_row(m->vault, m->job.id, fn, m);
    if (m->rc == RC_OK)
        m->rc = rc;
}

/* ------------------------------------------------------------------ what the export tells */

static void flush_reasons(struct making *m)
{
    if (m->held_n)
        write_row(m, put_reasons);
    m->reasons += (int64_t)m->held_n;
    m->held_n = 0;
}

static void on_reason(void *arg, const struct export_reason *r)
{
    struct making *m = arg;
    struct held *h = &m->held[m->held_n++];
    h->id = r->id;
    (void)snprintf(h->unit, sizeof(h->unit), "%s", r->unit);
    (void)snprintf(h->systemid, sizeof(h->systemid), "%s", r->systemid);
    (void)snprintf(h->number, sizeof(h->number), "%s", r->number);
    /* A detail that is cut is cut between characters. */
    size_t n = strlen(r->detail);
    for (n = n < sizeof(h->detail) ? n : sizeof(h->detail) - 1; n && ((unsigned char)r->detail[n] & 0xc0) == 0x80; n--)
        ;
    (void)snprintf(h->detail, sizeof(h->detail), "%.*s", (int)n, r->detail);
    if (m->held_n == REASONS_HELD)
        flush_reasons(m);
}

static void on_progress(void *arg, int64_t done, int64_t total)
{
    struct making *m = arg;
    int64_t now = time_now();
    m->done = done;
    m->total = total;
    if (now - m->told < SECOND)
        return;
    m->told = now;
    write_row(m, put_progress);
}

static bool on_stop(void *arg)
{
    struct making *m = arg;
    return m->rc != RC_OK || job_stopping(m->jobs);
}

/* ------------------------------------------------------------------ one job */

static enum rc read_names(struct cx *cx, const char *text, const char ***ret, size_t *ret_n)
{
    json_t *names;
    TRY(json_read(cx, str_of(text), &names));
    size_t n = json_array_size(names);
    const char **all = arena_array(cx->arena, n + 1, sizeof(char *));
    for (size_t i = 0; all && i < n; i++)
        all[i] = json_string_value(json_array_get(names, i));
    *ret = all;
    *ret_n = n;
    return all ? RC_OK : cx_nomem(cx);
}

static enum rc make(struct cx *cx, struct making *m, const struct municipality *town)
{
    const struct export_hooks hooks = {.arg = m, .reason = on_reason, .progress = on_progress, .stop = on_stop};
    char *folder = job_folder(cx, m->jobs, town->slug, m->job.id);
    struct export_options o = {.municipality = town, .version = m->job.version, .form = m->job.form, .out = folder,
                               .schemas = m->jobs->schemas, .handbook = m->jobs->handbook, .preservation = m->jobs->depot,
                               .agreement = m->jobs->agreement, .dry_run = m->job.dry_run};
    const char **names;
    TRY(read_names(cx, m->job.arkivdeler, &names, &o.arkivdeler_n));
    o.arkivdeler = names;
    TRY(job_make_parent(cx, m->jobs, town->slug));
    /* What was finished just before the server ended, and not told in the row, is made again. */
    TRY(job_remove_folder(cx, folder));
    return export_run(cx, m->vault, &o, &hooks, &m->job.result);
}

static void finish(struct making *m, enum rc rc)
{
    flush_reasons(m);
    m->job.fault = rc == RC_OK || rc == RC_NOT_DEPOSITABLE ? "" : err_id(rc);
    m->job.state = rc == RC_OK ? EXPORT_DONE : rc == RC_NOT_DEPOSITABLE ? EXPORT_REFUSED : EXPORT_FAILED;
    if (m->job.state == EXPORT_DONE)
        m->done = m->total;
    write_row(m, put_end);
}

/* False when there was none. */
static bool next_job(struct export_jobs *jobs, struct vault *v, const struct municipality *town)
{
    struct cx cx;
    struct making *m = mem_new(sizeof(*m));
    cx_open(&cx, (size_t)MiB(256));
    m->jobs = jobs;
    m->vault = v;
    enum rc rc = store_write(&cx, vault_space(v), claim, m);
    bool found = rc == RC_OK && *m->job.id;
    if (found) {
        rc = make(&cx, m, town);
        if (rc != RC_OK && rc != RC_NOT_DEPOSITABLE)
            log_line(LOG_WARN, "export %s: %s", m->job.id, cx.err.secret ? cx.err.secret : err_id(rc));
        if (rc == RC_BUSY && job_stopping(jobs))
            write_row(m, put_back);
        else
            finish(m, rc);
    }
    mem_free(m);
    cx_close(&cx);
    return found && rc != RC_BUSY;
}

/* ------------------------------------------------------------------ the thread */

static void work_all(struct export_jobs *jobs)
{
    struct cx cx;
    struct municipality *all;
    size_t n = 0;
    cx_open(&cx, (size_t)MiB(16));
    if (coop_municipality_list(&cx, jobs->store, &all, &n) != RC_OK)
        log_line(LOG_WARN, "exports: %s", cx.err.secret ? cx.err.secret : "the municipalities cannot be read");
    for (size_t i = 0; i < n && !job_stopping(jobs); i++) {
        struct vault *v;
        err_clear(&cx);
        if (archive_has_vault(jobs->archive, str_of(all[i].slug)) &&
            archive_vault(&cx, jobs->archive, all[i].slug, &v) == RC_OK)
            while (!job_stopping(jobs) && (next_job(jobs, v, &all[i]) || check_next(jobs, v)))
                ;
    }
    cx_close(&cx);
}

static void *work(void *arg)
{
    struct export_jobs *jobs = arg;
    (void)pthread_mutex_lock(&jobs->lock);
    while (!jobs->stop) {
        jobs->wanted = false;
        (void)pthread_mutex_unlock(&jobs->lock);
        work_all(jobs);
        (void)pthread_mutex_lock(&jobs->lock);
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_EVERY_S;
        while (!jobs->stop && !jobs->wanted && pthread_cond_timedwait(&jobs->wake, &jobs->lock, &until) != ETIMEDOUT)
            ;
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

void worker_wake(void *arg)
{
    struct export_jobs *jobs = arg;
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->wanted = true;
    (void)pthread_cond_signal(&jobs->wake);
    (void)pthread_mutex_unlock(&jobs->lock);
}

enum rc worker_start(struct cx *cx, struct export_jobs *jobs)
{
    (void)pthread_mutex_init(&jobs->lock, NULL);
    (void)pthread_cond_init(&jobs->wake, NULL);
    int failed = pthread_create(&jobs->thread, NULL, work, jobs);
    return failed ? err_secret(cx, RC_NOMEM, "no thread for exports: %s", strerror(failed)) : RC_OK;
}

void worker_stop(struct export_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->stop = true;
    (void)pthread_cond_signal(&jobs->wake);
    (void)pthread_mutex_unlock(&jobs->lock);
    (void)pthread_join(jobs->thread, NULL);
    (void)pthread_cond_destroy(&jobs->wake);
    (void)pthread_mutex_destroy(&jobs->lock);
}
