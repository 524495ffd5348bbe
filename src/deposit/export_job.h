/*
 * deposit/export_job – exports ordered of the server: a durable row each in the municipality's
 * database, made one after the other by one thread. A job that was under way when its server ended
 * begins again with the next.
 *
 * The packages lie in DIR/uttrekk/<municipality>/<id>/ of the server that made them, or in the folder that several
 * servers share ([deponering] mappe), until they are deleted with their job.
 */
#ifndef SAMDRIFT_DEPOSIT_EXPORT_JOB_H
#define SAMDRIFT_DEPOSIT_EXPORT_JOB_H

#include "base/base.h"
#include "deposit/export.h"

struct export_jobs;    /* of a co-operation */

/* Before the first archive_vault. store and archive are borrowed; cfg: section [deponering]. Starts the thread. */
enum rc export_jobs_open(struct cx *cx, const char *dir, struct store *store, struct archive *archive,
                         struct config *cfg, struct export_jobs **ret) ATTR_CHECK;
/* There may be jobs: a municipality was opened. */
void export_jobs_wake(struct export_jobs *j);
/* The export under way is given up, to begin again with the next server. */
void export_jobs_close(struct export_jobs **j);

enum export_state { EXPORT_WAITING, EXPORT_RUNNING, EXPORT_DONE, EXPORT_REFUSED, EXPORT_FAILED };
const char *export_state_name(enum export_state s);     /* "venter", "gaar", "ferdig", "avvist", "feilet" */
const char *export_form_name(enum export_form f);       /* "folder", "sip", "aip" */

struct export_job {
    char id[UUID_TEXT_MAX];
    enum export_state state;
    const char *by;             /* who ordered it */
    int64_t ordered, ended;     /* instants; 0: not yet */
    const char *arkivdeler;     /* JSON array of strings */
    enum export_form form;
    enum noark version;
    bool dry_run;
    int64_t done, total;        /* records, then documents */
    struct export_result result;/* counts, when it has ended */
    const char *fault;          /* of a failed one: id of the error, "" otherwise */
};

/* Format and version by their names ("sip", "5.0") into an order: a package that one file can carry. RC_FIELD_VALUE. */
enum rc export_job_choose(struct cx *cx, const char *form, const char *noark, struct export_job *job) ATTR_CHECK;
/* A new one; the fields from arkivdeler to dry_run are the order. Sets id unless it is a UUID already: the same id again
 * is the same order, made once. RC_FIELD_VALUE. */
enum rc export_job_new(struct call *c, struct export_jobs *jobs, struct export_job *job) ATTR_CHECK;
enum rc export_job_get(struct call *c, struct str id, struct export_job *ret) ATTR_CHECK;
/* All, newest first, in the arena; at most 1,000. */
enum rc export_job_list(struct call *c, struct export_job **ret, size_t *ret_n) ATTR_CHECK;
/* Its reasons, `skip` left out, at most `most`. */
enum rc export_job_reasons(struct call *c, struct str id, int64_t skip, int64_t most, struct export_reason **ret,
                           size_t *ret_n) ATTR_CHECK;
/* What of it no extract has a place for, when it has ended. In the arena. */
enum rc export_job_left(struct call *c, struct str id, struct export_left **ret, size_t *ret_n) ATTR_CHECK;
/* Path of the tar or of the description beside it, in the arena; RC_NOT_FOUND when there is none, RC_ELSEWHERE when it is not
 * here: another server made it. */
enum rc export_job_file(struct call *c, struct export_jobs *jobs, const struct export_job *job, bool description,
                        const char **ret) ATTR_CHECK;
/* SHA-256 of the tar as its description tells it, "" when it does not. In the arena. */
enum rc export_job_checksum(struct call *c, struct export_jobs *jobs, const struct export_job *job, const char **ret) ATTR_CHECK;
/* Takes the row and the package away; RC_BUSY while it is being made. */
enum rc export_job_delete(struct call *c, struct export_jobs *jobs, struct str id) ATTR_CHECK;

#endif
