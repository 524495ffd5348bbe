/*
 * samdrift init DIR: a new co-operation. The settings file is written first, whole or not at all: it
 * is what makes a directory a co-operation, and an init that was cut off can be run again.
 */
#include "cli/cli_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char conf_head[] =
    "# Samdrift: innstillinger for samarbeidet. Linjer som begynner med # er kommentarer.\n"
    "# Endringer gjelder fra neste oppstart av «samdrift serve».\n"
    "\n"
    "[lager]\n"
    "# Tomt: SQLite i denne mappen, én fil per kommune. Ellers adressen til en PostgreSQL-base:\n"
    "#   store = postgres://bruker:passord@vert/base\n"
    "store = ";
static const char conf_tail[] =
    "\n"
    "# Dokumentene: tomt er filer i denne mappen. Ellers en S3-bøtte, som flere servere kan dele:\n"
    "#   dokumenter = s3://boette/prefiks\n"
    "#   s3_endpoint = https://s3.example.no\n"
    "#   s3_region = eu-north-1\n"
    "# Nøkkelen kan også stå i miljøet (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY):\n"
    "#   s3_key = …\n"
    "#   s3_secret = …\n"
    "\n"
    "[server]\n"
    "listen = 127.0.0.1:8080\n"
    "# Adressen utenfra når serveren står bak en proxy:\n"
    "# url = https://arkiv.example.no\n"
    "# TLS uten proxy (PEM-filer):\n"
    "# tls_cert = /etc/samdrift/sertifikat.pem\n"
    "# tls_key = /etc/samdrift/noekkel.pem\n"
    "\n"
    "[login]\n"
    "# Bytte av brukernavn og passord mot token (OAuth 2 «password»). Trengs av enkelte eldre klienter.\n"
    "password_grant = nei\n"
    "# Vis OpenID i roten? nei: bare Basic.\n"
    "oidc = ja\n"
    "\n"
    "# Innlogging fra en annen utsteder (OpenID Connect), for eksempel Entra ID:\n"
    "# [issuer.entra]\n"
    "# url = https://login.microsoftonline.com/…/v2.0\n"
    "# audience = samdrift\n"
    "\n"
    "[arkiv]\n"
    "# Følg tjenestegrensesnittet ord for ord der det er i strid med eksisterende klienter\n"
    "# (docs/conformance.md):\n"
    "strict = nei\n"
    "# Største fil i én POST, i byte; større filer sendes i deler. 0 = ingen grense.\n"
    "bulkgrense = 157286400\n"
    "# Arves kassasjon fra arkivdel og klasse?\n"
    "arv_kassasjon = ja\n"
    "# Skriv i hendelsesloggen hvem som åpner et objekt eller en fil? ja, nei, eller skjermet: bare det\n"
    "# som er skjermet.\n"
    "leselogg = nei\n"
    "\n"
    "[web]\n"
    "# Hvor folk henvender seg: en e-postadresse, en nettadresse eller en tekst. Står nederst på alle sider.\n"
    "# contact = postmottak@example.no\n"
    "\n"
    "[depot]\n"
    "# Andre kopi av pakkene i depotet, helst på en annen disk; tom: ingen.\n"
    "kopi = \n"
    "# Serveren kontrollerer hver pakke når så mange timer er gått; 0: aldri.\n"
    "kontroll_timer = 720\n"
    "\n"
    "[inspeksjon]\n"
    "# Filer leses av innestengte prosesser (seccomp og landlock). mulig: bruk det kjernen har.\n"
    "# kreves: start ikke uten begge.\n"
    "sandkasse = mulig\n"
    "\n"
    "# Egne valg for én kommune står i en seksjon med kortnavnet:\n"
    "# [nesodden]\n"
    "# contact = postmottak@nesodden.example\n";

enum found { FOUND_NONE, FOUND_EMPTY, FOUND_COOPERATION, FOUND_OTHER, FOUND_ERROR };

static enum found look(struct place *p)
{
    struct stat st;
    const char *conf = place_path(p, "samdrift.conf");
    if (!conf)
        return FOUND_ERROR;
    if (stat(conf, &st) == 0)
        return FOUND_COOPERATION;
    DIR *d = opendir(p->dir);
    if (!d)
        return errno == ENOENT ? FOUND_NONE : errno == ENOTDIR ? FOUND_OTHER : FOUND_ERROR;
    enum found found = FOUND_EMPTY;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (!streq(e->d_name, ".") && !streq(e->d_name, ".."))
            found = FOUND_OTHER;
    (void)closedir(d);
    return found;
}

static bool write_all(int fd, const char *s)
{
    for (size_t n = strlen(s); n > 0;) {
        ssize_t k = write(fd, s, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        s += k;
        n -= (size_t)k;
    }
    return true;
}

static enum rc write_conf(struct place *p, const char *store)
{
    const char *path = place_path(p, "samdrift.conf"), *fresh = place_path(p, "samdrift.conf.ny");
    if (!path || !fresh)
        return cx_nomem(&p->cx);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* may hold a password */
    bool fine = fd >= 0 && write_all(fd, conf_head) && write_all(fd, store) && write_all(fd, conf_tail) &&
                fsync(fd) == 0;
    if (fd >= 0)
        fine = close(fd) == 0 && fine;
    if (!fine || rename(fresh, path) != 0 || !dir_flush(p->dir))
        return err_secret(&p->cx, RC_IO, "%s: %s", path, strerror(errno));
    return RC_OK;
}

static enum rc make(struct place *p, const char *store, enum found found)
{
    if (found == FOUND_NONE && (mkdir(p->dir, 0750) != 0 || !dir_flush_parent(p->dir)))
        return err_secret(&p->cx, RC_IO, "%s: %s", p->dir, strerror(errno));
    if (found != FOUND_COOPERATION)
        TRY(write_conf(p, store));
    TRY(config_load(&p->cx, place_path(p, "samdrift.conf"), &p->cfg));
    if (*store && !streq(config_get(p->cfg, "lager", "store", ""), store))
        return err_set(&p->cx, RC_EXISTS, "--store", config_get(p->cfg, "lager", "store", ""));
    enum rc rc = place_store(p);
    if (rc == RC_OK)
        rc = login_open(&p->cx, p->store, p->dir, p->cfg, &p->login);
    if (rc == RC_OK)
        rc = place_blobs(p);
    if (rc != RC_OK && found != FOUND_COOPERATION)
        (void)unlink(place_path(p, "samdrift.conf")); /* nothing was made: let init be tried again */
    return rc;
}

static int tell(struct cli *cli, const struct place *p, bool fresh)
{
    if (!cli->json) {
        cli_say(cli, stdout, fresh ? T_INIT_DONE : T_INIT_AGAIN, p->dir, NULL);
        return EXIT_FINE;
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)KiB(64));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_pair(&w, "directory", p->dir);
    jw_key(&w, "created");
    jw_bool(&w, fresh);
    jw_close(&w, '}');
    return cli_print(&b);
}

int cmd_init(struct cli *cli, int argc, char **argv)
{
    const char *dir = NULL, *store = NULL;
    const struct opt opts[] = {{"--store", &store, NULL}};
    const struct args args = {.command = "init", .help = T_HELP_INIT, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    if (store && !str_starts(str_of(store), "postgres://") && !str_starts(str_of(store), "postgresql://"))
        return cli_refuse(cli, EXIT_USAGE, T_STORE_UNKNOWN, store);
    if (store && strpbrk(store, "\r\n\"#"))
        return cli_refuse(cli, EXIT_USAGE, T_STORE_UNKNOWN, "--store");

    struct place p = {.dir = dir, .lock = -1};
    cx_open(&p.cx, (size_t)MiB(64));
    p.cx.lang = cli->lang;
    enum found found = look(&p);
    if (found == FOUND_OTHER) {
        status = cli_refuse(cli, EXIT_REFUSED, T_INIT_OCCUPIED, dir);
    } else {
        enum rc rc = make(&p, store ? store : "", found);
        status = rc == RC_OK ? tell(cli, &p, found != FOUND_COOPERATION) : place_fail(cli, &p, rc);
    }
    place_close(&p);
    return status;
}
