/* samdrift proof check FILE, proof key DIR, proof head DIR: proofs of the log, and what to keep outside to check them. */
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "archive/proof.h"
#include "cli/cli_int.h"

#define PROOF_MAX MiB(64)

char *proof_text(struct cx *cx, const char *path)
{
    struct buf b;
    char piece[8192];
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    buf_init(&b, (size_t)PROOF_MAX);
    while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
        buf_add(&b, piece, (size_t)n);
    char *text = fd >= 0 && n == 0 && !buf_failed(&b) ? arena_strndup(cx->arena, b.n ? b.p : "", b.n) : NULL;
    if (fd >= 0)
        (void)close(fd);
    buf_free(&b);
    return text;
}

static bool digest_file(const char *path, char out[SHA256_HEX_MAX])
{
    unsigned char raw[EVP_MAX_MD_SIZE], piece[8192];
    unsigned raw_n = 0;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = fd >= 0 && md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    while (ok && (n = read(fd, piece, sizeof(piece))) > 0)
        ok = EVP_DigestUpdate(md, piece, (size_t)n) == 1;
    ok = ok && n == 0 && EVP_DigestFinal_ex(md, raw, &raw_n) == 1;
    if (ok)
        hex_encode(raw, raw_n, out);
    EVP_MD_CTX_free(md);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static enum text_id verdict_text(enum proof_verdict v)
{
    static const enum text_id texts[] = {
        [PROOF_HOLDS] = T_PROOF_HOLDS, [PROOF_MALFORMED] = T_PROOF_MALFORMED, [PROOF_ENTRY] = T_PROOF_ENTRY,
        [PROOF_PATH] = T_PROOF_PATH, [PROOF_SIGNATURE] = T_PROOF_SIGNATURE, [PROOF_DOCUMENT] = T_PROOF_DOCUMENT,
    };
    return texts[v];
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static int tell_json(const struct proof_result *r)
{
    static const char *const verdicts[] = {"holds", "malformed", "entry", "path", "signature", "document"};
    struct buf out;
    struct jw w;
    buf_init(&out, (size_t)MiB(64));
    jw_begin(&w, &out);
    jw_open(&w, '{');
    jw_pair(&w, "verdict", verdicts[r->verdict]);
    jw_key(&w, "entry");
    jw_int(&w, r->nr);
    jw_key(&w, "of");
    jw_int(&w, r->count);
    jw_pair(&w, "municipality", or_empty(r->municipality));
    jw_pair(&w, "when", or_empty(r->when));
    jw_pair(&w, "by", or_empty(r->by));
    jw_pair(&w, "what", or_empty(r->what));
    jw_pair(&w, "old", or_empty(r->old));
    jw_pair(&w, "new", or_empty(r->new));
    jw_pair(&w, "signed", or_empty(r->signed_at));
    jw_key(&w, "key_of_proof");
    jw_bool(&w, r->own_key);
    jw_close(&w, '}');
    return cli_print(&out);
}

static int tell(struct cli *cli, const struct proof_result *r)
{
    int status = r->verdict == PROOF_HOLDS ? EXIT_FINE : EXIT_REFUSED;
    char nr[24], count[24];
    if (cli->json)
        return tell_json(r) == EXIT_FINE ? status : EXIT_STORAGE;
    (void)snprintf(nr, sizeof(nr), "%" PRId64, r->nr);
    (void)snprintf(count, sizeof(count), "%" PRId64, r->count);
    cli_say(cli, stdout, verdict_text(r->verdict), nr, count, or_empty(r->municipality), or_empty(r->signed_at), NULL);
    if (r->verdict != PROOF_HOLDS)
        return status;
    cli_say(cli, stdout, T_PROOF_ENTRY_IS, or_empty(r->when), or_empty(r->by), or_empty(r->what), or_empty(r->old),
            or_empty(r->new), NULL);
    if (r->own_key)
        cli_say(cli, stdout, T_PROOF_OWN_KEY, NULL);
    return status;
}

static int check(struct cli *cli, struct cx *cx, const char *file, const char *key, const char *document)
{
    char sha[SHA256_HEX_MAX];
    struct proof_result r;
    char *proof = proof_text(cx, file), *pem = key ? proof_text(cx, key) : NULL;
    if (!proof || (key && !pem))
        return cli_refuse(cli, EXIT_STORAGE, T_PROOF_UNREAD, proof ? key : file);
    if (document && !digest_file(document, sha))
        return cli_refuse(cli, EXIT_STORAGE, T_PROOF_UNREAD, document);
    enum rc rc = proof_check(cx, str_of(proof), pem, document ? sha : NULL, &r);
    return rc == RC_OK ? tell(cli, &r) : cli_complain(cli, EXIT_STORAGE, err_id(rc), err_text(cx));
}

int cmd_proof_check(struct cli *cli, int argc, char **argv)
{
    const char *file = NULL, *key = NULL, *document = NULL;
    const struct opt opts[] = {{"--key", &key, NULL}, {"--document", &document, NULL}};
    const struct args args = {.command = "proof check", .help = T_HELP_PROOF_CHECK, .opts = opts,
                              .opts_n = COUNT_OF(opts), .words = &file, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct cx cx;
    cx_open(&cx, (size_t)MiB(256));
    cx.lang = cli->lang;
    status = check(cli, &cx, file, key, document);
    cx_close(&cx);
    return status;
}

/* A command whose only word is the folder: its archive is opened and given to `print`. */
static int of_archive(struct cli *cli, const char *command, enum text_id help, enum rc (*print)(struct place *p, struct buf *out),
                      int argc, char **argv)
{
    const char *dir = NULL;
    const struct args args = {.command = command, .help = help, .words = &dir, .words_n = 1};
    int status = cli_args(cli, &args, argc, argv);
    if (status != ARGS_DONE)
        return status;
    struct place p;
    status = place_open(cli, &p, dir, PLACE_ARCHIVE);
    if (status == ARGS_DONE) {
        struct buf out;
        buf_init(&out, (size_t)MiB(64));
        enum rc rc = print(&p, &out);
        status = rc == RC_OK ? cli_print(&out) : place_fail(cli, &p, rc);
        buf_free(&out);
    }
    place_close(&p);
    return status;
}

static enum rc print_key(struct place *p, struct buf *out)
{
    buf_puts(out, archive_public_key(p->archive));
    return buf_failed(out) ? cx_nomem(&p->cx) : RC_OK;
}

int cmd_proof_key(struct cli *cli, int argc, char **argv)
{
    return of_archive(cli, "proof key", T_HELP_PROOF_KEY, print_key, argc, argv);
}

/* One a line, so that a file they are appended to is easily read by eye. */
static enum rc print_heads(struct place *p, struct buf *out)
{
    struct municipality *all = NULL;
    size_t n = 0;
    TRY(coop_municipality_list(&p->cx, p->store, &all, &n));
    for (size_t i = 0; i < n; i++) {
        struct call c = {.cx = &p->cx, .role = ROLE_ARKIVADMINISTRATOR};
        TRY(archive_vault(&p->cx, p->archive, all[i].slug, &c.vault));
        buf_puts(out, i ? ",\n" : "[");
        TRY(archive_tree_head(&c, out));
    }
    buf_puts(out, n ? "]" : "[]");
    return buf_failed(out) ? cx_nomem(&p->cx) : RC_OK;
}

int cmd_proof_head(struct cli *cli, int argc, char **argv)
{
    return of_archive(cli, "proof head", T_HELP_PROOF_HEAD, print_heads, argc, argv);
}
