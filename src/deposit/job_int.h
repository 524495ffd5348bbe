/*
 * Private to the jobs of the server. job.c has what their rows and folders share; export_job.c keeps those of exports and
 * export_worker.c makes them, check_job.c those of validations.
 */
#ifndef SAMDRIFT_DEPOSIT_JOB_INT_H
#define SAMDRIFT_DEPOSIT_JOB_INT_H

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

bool job_stopping(struct export_jobs *jobs);

/*
 * A kind of job: a table with a row each, whose columns id, tilstand (enum export_state), bestilt, gjort, totalt, arbeider
 * and puls are alike. The first member of what `read` fills is `char id[UUID_TEXT_MAX]`.
 */
struct job_kind {
    const char *table;
    const char *rows;       /* SELECT of the columns that `read` reads, id first; goes on with WHERE or ORDER BY */
    enum rc (*read)(struct cx *cx, struct stmt *st, void *ret);
    size_t size;            /* of what `read` fills */
};
extern const struct job_kind export_kind, check_kind;

/* Into *ret, of the kind. RC_NOT_FOUND. */
enum rc job_get(struct call *c, const struct job_kind *kind, struct str id, void *ret) ATTR_CHECK;
/* Newest first, at most `most`, in the arena: *ret_n of the kind's size. */
enum rc job_list(struct call *c, const struct job_kind *kind, size_t most, void **ret, size_t *ret_n) ATTR_CHECK;
/* In a write. The oldest that waits, or whose worker is gone, into *ret, and it is ours: running, its pulse beats. Its id
 * is "" when there is none. */
enum rc job_claim(struct db *db, const struct job_kind *kind, const struct export_jobs *jobs, void *ret) ATTR_CHECK;
/* In a write, first in each about a job under way. The pulse, and how far it has come. RC_BUSY: the pulse has stood so long
 * that another server has claimed it. */
enum rc job_put_progress(struct db *db, const struct job_kind *kind, const struct export_jobs *jobs, const char *id,
                         int64_t done, int64_t total) ATTR_CHECK;
/* In a write. It waits again, unless another has claimed it. */
enum rc job_put_back(struct db *db, const struct job_kind *kind, const struct export_jobs *jobs, const char *id) ATTR_CHECK;
/* In a write. RC_BUSY while it is running. */
enum rc job_delete_row(struct db *db, const struct job_kind *kind, const char *id) ATTR_CHECK;
/* A write about a job, by the thread; what goes wrong is logged. */
enum rc job_write_row(struct vault *v, const char *id, enum rc (*fn)(struct db *db, void *arg), void *arg);
/* A read of the municipality of the call: the rows of sql go to fn until they end. Bound are id (NULL: none), then
 * a and b, those that are not both 0. */
enum rc job_rows(struct call *c, const char *sql, const char *id, int64_t a, int64_t b,
                 enum rc (*fn)(struct cx *cx, struct stmt *st, void *arg), void *arg) ATTR_CHECK;

/* Where the job's files lie, in the arena; NULL without memory. */
char *job_folder(struct cx *cx, const struct export_jobs *jobs, const char *slug, const char *id);
/* Makes the folder that a municipality's jobs have theirs in; there already is fine. */
enum rc job_make_parent(struct cx *cx, const struct export_jobs *jobs, const char *slug) ATTR_CHECK;
/* Removes a folder with all in it; gone already is fine. */
enum rc job_remove_folder(struct cx *cx, const char *path) ATTR_CHECK;

/* export_worker.c and check_job.c */
enum rc check_make_tables(struct db *db) ATTR_CHECK;
/* Runs a validation that waits; false when there is none. */
bool check_next(struct export_jobs *jobs, struct vault *v);
enum rc worker_start(struct cx *cx, struct export_jobs *jobs) ATTR_CHECK;
void worker_stop(struct export_jobs *jobs);
void worker_wake(void *jobs);

#endif
