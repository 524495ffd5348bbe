/*
 * deposit/check_job – validations ordered of the server (validate.h): of a package that an export made, or of one
 * that was uploaded. A durable row each in the municipality's database; the thread of the exports runs them, one
 * after the other. One that was under way when its server ended begins again with the next.
 *
 * The report is one HTML page, DIR/uttrekk/<municipality>/<id>/rapport.html, kept until the row is deleted; what
 * was uploaded lies beside it until it has been read.
 */
#ifndef SAMDRIFT_DEPOSIT_CHECK_JOB_H
#define SAMDRIFT_DEPOSIT_CHECK_JOB_H

#include "deposit/export_job.h"

struct check_job {
    char id[UUID_TEXT_MAX];
    enum export_state state;       /* never EXPORT_REFUSED */
    const char *by;
    int64_t ordered, ended;        /* instants; 0: not yet */
    char of[UUID_TEXT_MAX];        /* the export whose package it is; "" for an uploaded one */
    const char *name;              /* of the file */
    int64_t done, total;           /* bytes */
    int64_t errors, warnings, infos;   /* when it has ended */
    const char *fault;             /* of a failed one: id of the error, "" otherwise */
};

/* Of the package that the export made; RC_NOT_FOUND when it has none here. Sets *ret. key: an id for it, as of
 * export_job_new, or "". */
enum rc check_job_new(struct call *c, struct export_jobs *jobs, const struct export_job *of, const char *key,
                      struct check_job *ret) ATTR_CHECK;
/* Of a tar that lies in fd, from its beginning; it is copied. name: as the client calls it. */
enum rc check_job_upload(struct call *c, struct export_jobs *jobs, int fd, const char *name, struct check_job *ret) ATTR_CHECK;
enum rc check_job_get(struct call *c, struct str id, struct check_job *ret) ATTR_CHECK;
/* Newest first, at most `most`, in the arena. */
enum rc check_job_list(struct call *c, size_t most, struct check_job **ret, size_t *ret_n) ATTR_CHECK;
/* Path of the report, in the arena; RC_NOT_FOUND when there is none, RC_ELSEWHERE when another server has it. */
enum rc check_job_report(struct call *c, struct export_jobs *jobs, const struct check_job *job, const char **ret) ATTR_CHECK;
/* Takes the row, the report and the upload away; RC_BUSY while it is under way. */
enum rc check_job_delete(struct call *c, struct export_jobs *jobs, struct str id) ATTR_CHECK;

#endif
