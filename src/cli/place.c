/* Opening a co-operation: settings, store, and the rooms a command needs. */
#include "cli/cli_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "innsyn/innsyn.h"
#include "letter/letter.h"
#include "journal/journal.h"
#include "submission/submission.h"
#include "task/task.h"
#include "worklist/worklist.h"

char *place_path(struct place *p, const char *name)
{
    return arena_printf(p->cx.arena, "%s/%s", p->dir, name);
}

static int status_of(enum rc rc)
{
    if (rc == RC_IO || rc == RC_NOMEM || rc == RC_INTERNAL || rc == RC_UNCERTAIN || rc == RC_BUSY ||
        rc == RC_NO_SPACE)
        return EXIT_STORAGE;
    return EXIT_REFUSED;
}

int place_fail(struct cli *cli, struct place *p, enum rc rc)
{
    if (p->cx.err.rc == RC_OK)
        (void)err_set(&p->cx, rc, NULL, NULL);
    const char *text = err_text(&p->cx), *secret = p->cx.err.secret;
    if (secret && *secret) {
        const char *both = arena_printf(p->cx.arena, "%s (%s)", text, secret);
        text = both ? both : secret;
    }
    return cli_complain(cli, status_of(rc), err_id(rc), text ? text : err_id(rc));
}

int place_plan(struct cli *cli)
{
    const char *plan = getenv("SAMDRIFT_FAULT");
    if (!plan || !*plan)
        return ARGS_DONE;
    log_line(LOG_WARN, "SAMDRIFT_FAULT is set: this program is made to fail (%s)", plan);
    return fault_plan(plan) ? ARGS_DONE : cli_refuse(cli, EXIT_USAGE, T_FAULT_PLAN, plan);
}

static int place_config(struct cli *cli, struct place *p, const char *dir)
{
    *p = (struct place){.dir = dir, .lock = -1};
    cx_open(&p->cx, (size_t)MiB(256));
    p->cx.lang = cli->lang;
    const char *conf = place_path(p, "samdrift.conf");
    struct stat st;
    if (!conf || stat(conf, &st) != 0)
        return cli_refuse(cli, EXIT_REFUSED, T_NO_COOPERATION, dir);
    enum rc rc = config_load(&p->cx, conf, &p->cfg);
    return rc == RC_OK ? ARGS_DONE : place_fail(cli, p, rc);
}

enum rc place_store(struct place *p)
{
    const char *where = config_get(p->cfg, "lager", "store", "");
    TRY(model_init(&p->cx));
    TRY(store_open(&p->cx, *where ? where : p->dir, &p->store));
    return coop_prepare(&p->cx, p->store);
}

/* A setting of section [lager]; the environment speaks where it is silent. */
static const char *setting(struct place *p, const char *key, const char *environment)
{
    const char *v = config_get(p->cfg, "lager", key, "");
    return *v ? v : getenv(environment);
}

enum rc place_blobs(struct place *p)
{
    const struct blob_bucket bucket = {
        .where = config_get(p->cfg, "lager", "dokumenter", ""),
        .endpoint = setting(p, "s3_endpoint", "AWS_ENDPOINT_URL_S3"),
        .region = setting(p, "s3_region", "AWS_REGION"),
        .key = setting(p, "s3_key", "AWS_ACCESS_KEY_ID"),
        .secret = setting(p, "s3_secret", "AWS_SECRET_ACCESS_KEY"),
    };
    return blob_open(&p->cx, p->dir, *bucket.where ? &bucket : NULL, &p->blobs);
}

/*
 * The lock goes with the process, however it ends. On SQLite one server has the directory; on
 * PostgreSQL several serve it, and only what must be alone (PLACE_LOCK) keeps them out.
 */
static int take_lock(struct cli *cli, struct place *p, unsigned parts)
{
    bool shared = (parts & PLACE_SERVE) && *config_get(p->cfg, "lager", "store", "");
    int kind = shared ? LOCK_SH : LOCK_EX;
    const char *path = place_path(p, "samdrift.lock");
    p->lock = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640) : -1;
    if (p->lock < 0)
        return cli_refuse(cli, EXIT_STORAGE, T_LOCK_FAILED, path);
    if (flock(p->lock, kind | LOCK_NB) == 0)
        return ARGS_DONE;
    return cli_refuse(cli, errno == EWOULDBLOCK ? EXIT_REFUSED : EXIT_STORAGE, T_LOCKED, p->dir);
}

static enum rc open_parts(struct place *p, unsigned parts)
{
    TRY(place_store(p));
    if (parts & PLACE_LOGIN)
        TRY(login_open(&p->cx, p->store, p->dir, p->cfg, &p->login));
    if (parts & PLACE_ARCHIVE) {
        TRY(place_blobs(p));
        TRY(archive_open(&p->cx, p->store, p->blobs, p->cfg, &p->archive));
        journal_prepare(p->archive);
        task_open(p->archive);
        outbox_prepare(p->archive);
        dialog_prepare(p->archive);
        submission_prepare(p->archive);
        letter_prepare(p->archive);
        innsyn_prepare(p->archive);
        worklist_prepare(p->archive);
    }
    return RC_OK;
}

int place_open(struct cli *cli, struct place *p, const char *dir, unsigned parts)
{
    int status = place_config(cli, p, dir);
    if (status == ARGS_DONE && (parts & (PLACE_LOCK | PLACE_SERVE)))
        status = take_lock(cli, p, parts);
    if (status != ARGS_DONE)
        return status;
    enum rc rc = open_parts(p, parts);
    return rc == RC_OK ? ARGS_DONE : place_fail(cli, p, rc);
}

void place_close(struct place *p)
{
    if (p->archive)
        archive_close(&p->archive);
    if (p->login)
        login_close(&p->login);
    if (p->blobs)
        blob_close(&p->blobs);
    if (p->store)
        store_close(&p->store);
    config_free(&p->cfg);
    if (p->lock >= 0)
        (void)close(p->lock);
    p->lock = -1;
    cx_close(&p->cx);
}

int place_municipality(struct cli *cli, struct place *p, const char *slug, struct municipality *ret)
{
    enum rc rc = coop_municipality_get(&p->cx, p->store, slug, ret);
    if (rc == RC_OK)
        return ARGS_DONE;
    if (rc != RC_NOT_FOUND)
        return place_fail(cli, p, rc);
    return cli_refuse(cli, EXIT_REFUSED, T_NO_MUNICIPALITY, slug);
}
