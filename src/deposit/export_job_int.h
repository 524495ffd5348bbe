/* Private to the jobs: export_job.c keeps their rows, export_worker.c makes them. */
#ifndef SAMDRIFT_EXPORT_JOB_INT_H
#define SAMDRIFT_EXPORT_JOB_INT_H

#include <pthread.h>

#include "deposit/export_job.h"

struct export_jobs {
    struct store *store;
    struct archive *archive;
    char *dir;                          /* DIR/uttrekk */
    const char *schemas, *handbook, *depot, *agreement;   /* of the settings, NULL when not told */
    char worker[UUID_TEXT_MAX];         /* who claims jobs */
    pthread_t thread;
    pthread_mutex_t lock;               /* guards stop and wanted */
    pthread_cond_t wake;
    bool stop, wanted;
};

/* Folder of the job's package. */
char *job_folder(struct cx *cx, const struct export_jobs *jobs, const char *slug, const char *id);
/* The row as it stands in the columns of JOB_ROWS. */
#define JOB_ROWS "SELECT id, tilstand, bestiller, bestilt, ferdig, arkivdeler, form, versjon, proeve, gjort, totalt," \
                 " uuid, grunner, mapper, registreringer, journalposter, endringer, dokumenter, bytes, utelatt, feil" \
                 " FROM uttrekk"
enum rc job_read(struct cx *cx, struct stmt *st, struct export_job *ret) ATTR_CHECK;
/* A read of the municipality of the call: the rows of sql go to fn until they end. Bound are id (NULL: none), then
 * a and b, those that are not both 0. */
enum rc job_rows(struct call *c, const char *sql, const char *id, int64_t a, int64_t b,
                 enum rc (*fn)(struct cx *cx, struct stmt *st, void *arg), void *arg) ATTR_CHECK;
/* Removes a folder with all in it; gone already is fine. */
enum rc job_remove_folder(struct cx *cx, const char *path) ATTR_CHECK;

/* Who has the row when its pulse is as old as this is gone. */
int64_t job_stale(struct db *db);
bool job_stopping(struct export_jobs *jobs);
/* A write about a job, by the thread; what goes wrong is logged. */
enum rc job_write_row(struct vault *v, const char *id, enum rc (*fn)(struct db *db, void *arg), void *arg);

/* check_job.c */
enum rc check_make_tables(struct db *db) ATTR_CHECK;
/* Runs a validation that waits; false when there is none. */
bool check_next(struct export_jobs *jobs, struct vault *v);

enum rc worker_start(struct cx *cx, struct export_jobs *jobs) ATTR_CHECK;
void worker_stop(struct export_jobs *jobs);
void worker_wake(void *jobs);

#endif
