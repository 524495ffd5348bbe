/*
 * Exports ordered of the server: Samdrift's own addresses beside the standard's, /{kommune}/uttrekk/.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tg/tg_int.h"

#define REASONS_PAGE 100

static enum rc begin(struct http_request *rq, struct http_reply *rp, struct job *ret)
{
    TRY(job_begin(rq, rp, ret));
    rp->type = "application/json";
    return RC_OK;
}

/* "http://host/nesodden/uttrekk/" */
static const char *top(struct job *j)
{
    return arena_printf(j->cx->arena, "%s/%s/uttrekk/", http_base(j->rq), vault_slug(j->call.vault));
}

static void write_time(struct jw *w, const char *key, int64_t t)
{
    char text[TIME_TEXT_MAX];
    if (t == 0)
        return;
    time_format(t, text);
    jw_pair(w, key, text);
}

static void write_counts(struct jw *w, const struct export_job *e)
{
    const struct {
        const char *name;
        int64_t n;
    } counts[] = {
        {"gjort", e->done}, {"totalt", e->total}, {"grunner", e->result.reasons}, {"mapper", e->result.mapper},
        {"registreringer", e->result.registreringer}, {"journalposter", e->result.journalposter},
        {"endringer", e->result.endringer}, {"dokumenter", e->result.dokumenter}, {"bytes", e->result.bytes},
    };
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        jw_key(w, counts[i].name);
        jw_int(w, counts[i].n);
    }
}

static void write_link(struct job *j, struct jw *w, const struct export_job *e, const char *name)
{
    const char *href = arena_printf(j->cx->arena, "%s%s/%s%s", top(j), e->id, streq(name, "self") ? "" : name,
                                    streq(name, "self") ? "" : "/");
    jw_key(w, name);
    jw_open(w, '{');
    jw_pair(w, "href", href);
    jw_close(w, '}');
}

/* The members of the job, into an open object. */
static void write_job(struct job *j, struct jw *w, const struct export_job *e)
{
    jw_pair(w, "id", e->id);
    jw_pair(w, "tilstand", export_state_name(e->state));
    jw_pair(w, "bestiller", e->by);
    write_time(w, "bestilt", e->ordered);
    write_time(w, "ferdig", e->ended);
    jw_key(w, "arkivdeler");
    jw_raw(w, str_of(e->arkivdeler));
    jw_pair(w, "format", export_form_name(e->form));
    jw_pair(w, "noark", noark_text(e->version));
    jw_key(w, "proeve");
    jw_bool(w, e->dry_run);
    write_counts(w, e);
    if (*e->result.uuid)
        jw_pair(w, "uuid", e->result.uuid);
    if (*e->result.left_out)
        jw_pair(w, "manglendeSkjemaer", e->result.left_out);
    if (*e->fault)
        jw_pair(w, "feil", e->fault);
    jw_key(w, "_links");
    jw_open(w, '{');
    write_link(j, w, e, "self");
    if (e->result.reasons)
        write_link(j, w, e, "grunner");
    if (e->state == EXPORT_DONE && !e->dry_run) {
        write_link(j, w, e, "pakke");
        write_link(j, w, e, "beskrivelse");
    }
    jw_close(w, '}');
}

enum rc uttrekk_list(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    struct export_job *all;
    size_t n;
    TRY(begin(rq, rp, &j));
    TRY(export_job_list(&j.call, &all, &n));
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_key(&w, "uttrekk");
    jw_open(&w, '[');
    for (size_t i = 0; i < n; i++) {
        jw_open(&w, '{');
        write_job(&j, &w, &all[i]);
        jw_close(&w, '}');
    }
    jw_close(&w, ']');
    jw_close(&w, '}');
    return RC_OK;
}

/* ------------------------------------------------------------------ ordering */

static enum rc read_choice(struct job *j, json_t *body, const char *key, const char *fallback, const char **ret)
{
    json_t *v = json_object_get(body, key);
    if (v && !json_is_string(v))
        return err_set(j->cx, RC_FIELD_TYPE, key, "string");
    *ret = v ? json_string_value(v) : fallback;
    return RC_OK;
}

static enum rc read_order(struct job *j, json_t *body, struct export_job *ret)
{
    const char *form, *version, *key;
    json_t *value, *names = json_object_get(body, "arkivdeler"), *dry = json_object_get(body, "proeve");
    json_object_foreach(body, key, value)
        if (!streq(key, "arkivdeler") && !streq(key, "format") && !streq(key, "noark") && !streq(key, "proeve"))
            return err_set(j->cx, RC_FIELD_UNKNOWN, key, NULL);
    TRY(read_choice(j, body, "format", "sip", &form));
    TRY(read_choice(j, body, "noark", "5.0", &version));
    if (!names)
        return err_set(j->cx, RC_FIELD_MISSING, "arkivdeler", NULL);
    if (dry && !json_is_boolean(dry))
        return err_set(j->cx, RC_FIELD_TYPE, "proeve", "boolean");
    TRY(export_job_choose(j->cx, form, version, ret));
    ret->dry_run = json_is_true(dry);
    char *text = json_dumps(names, JSON_COMPACT | JSON_ENCODE_ANY);
    ret->arkivdeler = text ? arena_strdup(j->cx->arena, text) : NULL;
    free(text);
    return ret->arkivdeler ? RC_OK : cx_nomem(j->cx);
}

enum rc uttrekk_post(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    json_t *body;
    struct export_job order = {.id = ""};
    TRY(begin(rq, rp, &j));
    TRY(object_body(&j, &body));
    if (!json_is_object(body))
        return err_set(j.cx, RC_FIELD_TYPE, "", "object");
    TRY(read_order(&j, body, &order));
    TRY(export_job_new(&j.call, j.tg->exports, &order));
    rp->status = 202;
    TRY(http_set(rq, rp, "Location", arena_printf(j.cx->arena, "%s%s/", top(&j), order.id)));
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    write_job(&j, &w, &order);
    jw_close(&w, '}');
    return RC_OK;
}

/* ------------------------------------------------------------------ one of them */

static void write_left(struct jw *w, const struct export_left *left, size_t n)
{
    jw_key(w, "uteblitt");
    jw_open(w, '[');
    for (size_t i = 0; i < n; i++) {
        jw_open(w, '{');
        jw_pair(w, "hva", left[i].what);
        jw_key(w, "antall");
        jw_int(w, left[i].n);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

enum rc uttrekk_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    struct export_job e;
    struct export_left *left;
    size_t n;
    TRY(begin(rq, rp, &j));
    TRY(export_job_get(&j.call, http_param(rq, "id"), &e));
    TRY(export_job_left(&j.call, http_param(rq, "id"), &left, &n));
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    write_job(&j, &w, &e);
    write_left(&w, left, n);
    jw_close(&w, '}');
    return RC_OK;
}

enum rc uttrekk_delete(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    TRY(begin(rq, rp, &j));
    TRY(export_job_delete(&j.call, j.tg->exports, http_param(rq, "id")));
    rp->status = 204;
    rp->type = NULL;
    return RC_OK;
}

static void write_reason(struct job *j, struct jw *w, const struct export_reason *r)
{
    jw_open(w, '{');
    jw_pair(w, "grunn", export_reason_name(r->id));
    jw_pair(w, "enhet", r->unit);
    jw_pair(w, "systemID", r->systemid);
    jw_pair(w, "nummer", r->number);
    jw_pair(w, "detalj", r->detail);
    jw_pair(w, "tekst", export_reason_text(j->cx, r));
    jw_close(w, '}');
}

/* ?skip=N begins behind the first N. */
static enum rc read_skip(struct job *j, int64_t *ret)
{
    struct str q = j->rq->query;
    *ret = 0;
    if (q.n == 0)
        return RC_OK;
    struct str n = {q.p + 5, q.n > 5 ? q.n - 5 : 0};
    if (!str_starts(q, "skip=") || !str_int(n, ret) || *ret < 0)
        return err_set(j->cx, RC_FIELD_VALUE, "skip", "0, 1, 2 …");
    return RC_OK;
}

enum rc uttrekk_reasons(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    struct jw w;
    struct export_reason *all;
    size_t n;
    int64_t skip;
    TRY(begin(rq, rp, &j));
    TRY(read_skip(&j, &skip));
    TRY(export_job_reasons(&j.call, http_param(rq, "id"), skip, REASONS_PAGE, &all, &n));
    jw_begin(&w, &rp->body);
    jw_open(&w, '{');
    jw_key(&w, "grunner");
    jw_open(&w, '[');
    for (size_t i = 0; i < n; i++)
        write_reason(&j, &w, &all[i]);
    jw_close(&w, ']');
    if (n == REASONS_PAGE)
        jw_pair(&w, "neste", arena_printf(j.cx->arena, "?skip=%" PRId64, skip + REASONS_PAGE));
    jw_close(&w, '}');
    return RC_OK;
}

static enum rc send_file(struct http_request *rq, struct http_reply *rp, bool description)
{
    struct job j;
    struct export_job e;
    struct stat st;
    const char *path;
    TRY(begin(rq, rp, &j));
    TRY(export_job_get(&j.call, http_param(rq, "id"), &e));
    TRY(export_job_file(&j.call, j.tg->exports, &e, description, &path));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return err_set(j.cx, RC_NOT_FOUND, NULL, NULL);
    }
    rp->fd = fd;
    rp->size = st.st_size;
    rp->type = description ? "application/xml" : "application/x-tar";
    const char *name = strrchr(path, '/') + 1;
    return http_set(rq, rp, "Content-Disposition", content_disposition(j.cx, name));
}

enum rc uttrekk_package(struct http_request *rq, struct http_reply *rp)
{
    return send_file(rq, rp, false);
}

enum rc uttrekk_description(struct http_request *rq, struct http_reply *rp)
{
    return send_file(rq, rp, true);
}
