/*
 * samdrift serve DIR: opens everything, hands the doors to http, and waits for a signal.
 * Signals are blocked before the first thread is made, so that only this thread takes them.
 */
#include "cli/cli_int.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "acting/acting.h"
#include "base/fault.h"
#include "casework/casework.h"
#include "deposit/export_job.h"
#include "depot/depot.h"
#include "desk/desk.h"
#include "filling/filling.h"
#include "http/http.h"
#include "innsyn/innsyn.h"
#include "letter/letter.h"
#include "minside/minside.h"
#include "outbox/outbox.h"
#include "paper/paper.h"
#include "portal/portal.h"
#include "register/register.h"
#include "submission/submission.h"
#include "tg/tg.h"
#include "web/web.h"

enum { GRACE_MS = 10000 };

static void block_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* A file a connection, a document and a database: take what the machine gives. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int tell_json(const char *url, int port, struct inspect_sandbox s)
{
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)KiB(4));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_pair(&w, "url", url);
    jw_key(&w, "port");
    jw_int(&w, port);
    jw_key(&w, "inspection");
    jw_open(&w, '{');
    jw_key(&w, "required");
    jw_bool(&w, s.required);
    jw_key(&w, "seccomp");
    jw_bool(&w, s.seccomp);
    jw_key(&w, "landlock");
    jw_int(&w, s.landlock);
    jw_close(&w, '}');
    jw_close(&w, '}');
    return cli_print(&b);
}

static void tell_sandbox(struct cli *cli, struct inspect_sandbox s)
{
    char landlock[16];
    (void)snprintf(landlock, sizeof(landlock), "%d", s.landlock);
    bool both = s.seccomp && s.landlock > 0;
    cli_say(cli, stdout, both ? T_SERVE_SANDBOX : T_SERVE_SANDBOX_PART, s.seccomp ? "1" : "0", landlock, NULL);
}

static void tell(struct cli *cli, const char *url, const struct municipality *all, size_t n,
                 struct inspect_sandbox s)
{
    cli_say(cli, stdout, T_SERVE_AT, url, NULL);
    for (size_t i = 0; i < n; i++)
        cli_say(cli, stdout, T_SERVE_MUNICIPALITY, all[i].name, url, all[i].slug, NULL);
    if (n == 0)
        cli_say(cli, stdout, T_SERVE_NONE, NULL);
    tell_sandbox(cli, s);
    cli_say(cli, stdout, T_SERVE_STOP, NULL);
    (void)fflush(stdout);
}

/* The address to show: the public one, or that of the socket. */
static const char *url_of(struct place *p, const struct http_options *o, int port)
{
    if (o->url)
        return o->url;
    const char *colon = strrchr(o->listen, ':');
    int n = colon ? (int)(colon - o->listen) : (int)strlen(o->listen);
    return arena_printf(p->cx.arena, "%s://%.*s:%d", o->tls_cert ? "https" : "http", n, o->listen, port);
}

static const char *setting(struct place *p, const char *key, const char *fallback)
{
    const char *v = config_get(p->cfg, "server", key, fallback);
    return v && *v ? v : fallback;
}

/* At the start, so that a fault is seen then and not by the first user. The others are served all the same. */
static void open_municipality(struct cli *cli, struct place *p, struct outbox *o, const struct municipality *m)
{
    struct vault *v;
    struct call c;
    enum rc rc = archive_vault(&p->cx, p->archive, m->slug, &v);
    if (rc == RC_OK)
        rc = submission_call(&p->cx, v, &c);
    if (rc == RC_OK)
        rc = outbox_deliver(o, &c);
    if (rc == RC_OK)
        return;
    cli_say(cli, stderr, T_SERVE_NOT_OPENED, m->slug, err_text(&p->cx), NULL);
    err_clear(&p->cx);
}

/* Those who let people and systems in, and what works beside them. */
struct doors {
    struct export_jobs *exports;
    struct tg *tg;
    struct web *web;
    struct registers *registers;
    struct acting *acting;
    struct paper_fonts *fonts;
    struct outbox *outbox;
    struct submissions *submissions;
    struct innsyn *innsyn;
    struct portal *portal;
    struct fillings *fillings;
    struct desk *desk;
    struct letters *letters;
    struct minside mine;
    struct casework *casework;
    struct depot *depot;
};

static int wait_for_signal(struct cli *cli, struct place *p, const struct doors *d, const struct http_options *o,
                           struct http_server *server, const sigset_t *set)
{
    struct municipality *all = NULL;
    size_t n = 0;
    enum rc rc = coop_municipality_list(&p->cx, p->store, &all, &n);
    const char *url = url_of(p, o, http_port(server));
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        open_municipality(cli, p, d->outbox, &all[i]);
    export_jobs_wake(d->exports);
    if (rc != RC_OK || !url)
        return place_fail(cli, p, rc == RC_OK ? RC_NOMEM : rc);
    if (fault_possible())
        fault_arm();
    if (cli->json)
        (void)tell_json(url, http_port(server), archive_sandbox(p->archive));
    else
        tell(cli, url, all, n, archive_sandbox(p->archive));
    const char *unknown = config_unknown(p->cfg);
    if (unknown)
        cli_say(cli, stderr, T_SERVE_UNKNOWN_KEY, unknown, NULL);
    int got = 0;
    while (sigwait(set, &got) != 0)
        ;
    if (!cli->json)
        cli_say(cli, stdout, T_SERVE_STOPPING, NULL);
    return EXIT_FINE;
}

/* The scheduled check of the depot, where the settings ask for one. */
static enum rc watch_depot(struct place *p, struct depot **ret)
{
    int64_t hours = config_int(p->cfg, "depot", "kontroll_timer", 0);
    const char *copy = config_get(p->cfg, "depot", "kopi", "");
    if (hours <= 0)
        return RC_OK;
    TRY(depot_open(&p->cx, p->dir, copy, ret));
    return depot_watch(&p->cx, *ret, hours);
}

/* One whose vault is open stays: municipalities are removed only while no server runs. */
static enum rc known_municipality(struct cx *cx, void *arg, struct str slug)
{
    struct place *p = arg;
    if (archive_has_vault(p->archive, slug))
        return RC_OK;
    struct municipality m;
    char *name = arena_strndup(cx->arena, slug.p, slug.n);
    return name ? coop_municipality_get(cx, p->store, name, &m) : cx_nomem(cx);
}

static void doors_close(struct doors *d)
{
    depot_close(&d->depot);
    desk_close(&d->desk);
    casework_close(&d->casework);
    letter_close(&d->letters);
    filling_close(&d->fillings);
    portal_close(&d->portal);
    innsyn_close(&d->innsyn);
    submission_close(&d->submissions);
    acting_close(&d->acting);
    register_close(&d->registers);
    outbox_close(&d->outbox);
    paper_fonts_free(&d->fonts);
    if (d->web)
        web_close(&d->web);
    if (d->tg)
        tg_close(&d->tg);
    export_jobs_close(&d->exports);
}

static enum rc doors_open(struct place *p, struct doors *d)
{
    TRY(export_jobs_open(&p->cx, p->dir, p->store, p->archive, p->cfg, &d->exports));
    TRY(tg_open(&p->cx, p->archive, p->login, d->exports, p->cfg, &d->tg));
    TRY(web_open(&p->cx, p->store, p->login, p->dir, p->cfg, &d->web));
    TRY(register_open(&p->cx, p->cfg, &d->registers));
    TRY(acting_open(&p->cx, d->web, p->login, d->registers, &d->acting));
    TRY(paper_fonts_open(&p->cx, &d->fonts));
    TRY(outbox_open(&p->cx, p->dir, &d->outbox));
    TRY(submission_open(&p->cx, d->fonts, d->outbox, &d->submissions));
    TRY(innsyn_open(&p->cx, p->archive, d->fonts, &d->innsyn));
    TRY(portal_open(&p->cx, d->web, d->innsyn, &d->portal));
    const struct filling_ground ground = {d->web, p->archive, p->login, d->registers, d->acting, d->submissions};
    TRY(filling_open(&p->cx, &ground, &d->fillings));
    TRY(desk_open(&p->cx, d->web, p->archive, d->exports, d->innsyn, p->login, &d->desk));
    TRY(letter_open(&p->cx, p->cfg, d->fonts, d->outbox, &d->letters));
    TRY(casework_open(&p->cx, d->web, p->archive, p->login, d->letters, &d->casework));
    d->mine = (struct minside){d->web, p->store, p->archive, d->acting, d->registers, d->fonts};
    return watch_depot(p, &d->depot);
}

static int serve(struct cli *cli, struct place *p, const char *listen, const sigset_t *set)
{
    struct doors d = {0};
    enum rc rc = doors_open(p, &d);
    if (rc != RC_OK) {
        doors_close(&d);
        return place_fail(cli, p, rc);
    }
    const struct http_door doors[] = {tg_door(d.tg), web_own_door(d.web), web_provider_door(d.web),
                                       portal_door(d.portal), desk_door(d.desk), acting_door(d.acting),
                                       filling_door(d.fillings), casework_door(d.casework), minside_door(&d.mine)};
    struct http_options o = {
        .doors = doors,
        .doors_n = COUNT_OF(doors),
        .municipality = known_municipality,
        .municipality_arg = p,
        .listen = setting(p, "listen", "127.0.0.1:8080"),
        .tls_cert = setting(p, "tls_cert", NULL),
        .tls_key = setting(p, "tls_key", NULL),
        .url = setting(p, "url", NULL),
        .io_threads = (int)config_int(p->cfg, "server", "io_threads", 0),
        .login = p->login,
    };
    if (listen)
        o.listen = listen;
    struct http_server *server = NULL;
    int status;
    rc = http_start(&p->cx, &o, &server);
    if (rc == RC_IO) {
        const char *secret = p->cx.err.secret;
        const char *what = arena_printf(p->cx.arena, "%s%s%s", o.listen, secret ? ": " : "", secret ? secret : "");
        status = cli_refuse(cli, EXIT_STORAGE, T_SERVE_PORT, what ? what : o.listen);
    } else if (rc != RC_OK) {
        status = place_fail(cli, p, rc);
    } else {
        status = wait_for_signal(cli, p, &d, &o, server, set);
        http_stop(&server, GRACE_MS);
    }
    doors_close(&d);
    return status;
}

/* Large blocks, as a check of a password takes, go back to the machine. Left alone, malloc keeps them from the first on. */
static void give_back_memory(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, MiB(1));
}

int cmd_serve(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *listen = NULL;
    const struct opt opts[] = {{"--listen", &listen, NULL}};
    const struct args args = {.command = "serve", .help = T_HELP_SERVE, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    status = place_plan(cli);
    if (status != ARGS_DONE)
        return status;
    sigset_t set;
    block_signals(&set);
    give_back_memory();
    raise_file_limit();
    struct place p;
    status = place_open(cli, &p, dir, PLACE_LOGIN | PLACE_ARCHIVE | PLACE_SERVE);
    if (status == ARGS_DONE)
        status = serve(cli, &p, listen, &set);
    place_close(&p);
    return status;
}
