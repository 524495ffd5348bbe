/*
 * cli – the command line: one file a command.
 *
 * main.c finds the command in its table and calls it. A command reads its options with cli_args,
 * opens what it needs of the co-operation with place_open, and speaks through cli_say: all texts are
 * lines of texts.def, in bokmål when the locale is Norwegian and in English otherwise.
 *
 * Results go to standard output, complaints and progress to standard error.
 */
#ifndef SAMDRIFT_CLI_INT_H
#define SAMDRIFT_CLI_INT_H

#include "archive/archive.h"
#include "base/base.h"
#include "blob/blob.h"
#include "coop/coop.h"
#include "login/login.h"
#include "model/model.h"
#include "store/store.h"

/* Exit statuses; told in `samdrift help`. */
enum {
    EXIT_FINE = 0,
    EXIT_REFUSED = 1,   /* findings, or the rules say no */
    EXIT_USAGE = 2,     /* the command line is wrong */
    EXIT_STORAGE = 3    /* a file, a database, a port or the memory failed */
};
enum { ARGS_DONE = -1 };    /* of cli_args: go on */

enum text_id {
#define TEXT(id, nb, en) T_##id,
#include "cli/texts.def"
#undef TEXT
    T_COUNT
};

struct cli {
    enum lang lang;
    bool json;          /* --json */
};

/* ------------------------------------------------------------------ text.c */

/* The language of LC_ALL, LC_MESSAGES or LANG. */
enum lang cli_lang(void);
const char *cli_text(const struct cli *cli, enum text_id id);
/* Prints the text, each {} replaced by the next of the strings, which end with NULL; control characters in them are not printed. */
void cli_say(const struct cli *cli, FILE *out, enum text_id id, ...) __attribute__((sentinel));
/* Complains on standard error, as {"error": {"code", "text"}} with --json. Answers `status`. */
int cli_complain(const struct cli *cli, int status, const char *code, const char *text);
/* The same with a text of the table and at most one filling, which may be NULL. */
int cli_refuse(const struct cli *cli, int status, enum text_id id, const char *fill);
/* The same under a code of its own. */
int cli_refuse_as(const struct cli *cli, int status, const char *code, enum text_id id, const char *fill);
bool cli_is_folder(const char *path);
/* Prints JSON that was written to a buf, with a line end; frees the buf. EXIT_STORAGE when it failed. */
int cli_print(struct buf *json);

/* ------------------------------------------------------------------ args.c */

struct opt {
    const char *name;       /* "--name" */
    const char **value;     /* takes a value */
    bool *flag;             /* or stands alone */
};
enum { MANY_MAX = 64 };
/* An option that takes a value and may stand several times. */
struct many {
    const char *name;
    const char *values[MANY_MAX];
    size_t n;
};
struct args {
    const char *command;    /* "user add": for messages and --help */
    enum text_id help;
    const struct opt *opts;
    size_t opts_n;
    struct many *many;      /* NULL: none */
    const char **words;     /* what stands without option, in order: words_n, … */
    size_t words_n;
    size_t words_most;      /* … or up to so many, how many in *ret_words_n; 0: exactly words_n */
    size_t *ret_words_n;
};
/* Reads the options in any order, --json and --help too. ARGS_DONE, or the status to end with. */
int cli_args(struct cli *cli, const struct args *a, int argc, char **argv);

/* What somebody may have meant by a word that is none: looked for among names, one call each. */
enum { NEAREST_MAX = 32 };
struct nearest {
    const char *word;       /* as it was typed … */
    size_t len;             /* … so many bytes of it */
    const char *name;       /* at most two slips away; NULL: none is */
    size_t far;
};
void cli_nearest(struct nearest *n, const char *name);

/* ------------------------------------------------------------------ bar.c */

struct bar {
    bool on;            /* standard error is a terminal, and not --json */
    const char *label;
    int shown;          /* percent, -1: nothing stands there */
};
void bar_begin(struct bar *b, const struct cli *cli, const char *label);
void bar_show(struct bar *b, int64_t done, int64_t total);
/* Takes the bar away, so that a line can be written. */
void bar_clear(struct bar *b);

/* ------------------------------------------------------------------ place.c */

/* A co-operation, as far as it is opened. */
struct place {
    struct cx cx;
    const char *dir;
    struct config *cfg;
    struct store *store;
    struct blobs *blobs;
    struct login *login;
    struct archive *archive;
    int lock;               /* -1, or the descriptor that holds samdrift.lock */
};
enum { PLACE_LOGIN = 1, PLACE_ARCHIVE = 2, PLACE_LOCK = 4, PLACE_SERVE = 8 };

/* Opens DIR: settings, store, the tables of coop, and what `parts` asks for. Complains itself. */
int place_open(struct cli *cli, struct place *p, const char *dir, unsigned parts);
/* The store the settings name, and the tables of coop. */
enum rc place_store(struct place *p) ATTR_CHECK;
/* The documents, where the settings say they are. */
enum rc place_blobs(struct place *p) ATTR_CHECK;
void place_close(struct place *p);
/* Complains about rc with the text of cx->err. Answers the exit status that fits. */
int place_fail(struct cli *cli, struct place *p, enum rc rc);
/* Reads SAMDRIFT_FAULT, a plan of what is to fail: for tests of this very program. Before place_open; fault_arm is the caller's. */
int place_plan(struct cli *cli);
/* The municipality of that short name; complains when there is none. */
int place_municipality(struct cli *cli, struct place *p, const char *slug, struct municipality *ret);
/* DIR/name in the arena. */
char *place_path(struct place *p, const char *name);

/* ------------------------------------------------------------------ form.c */

/* What commands about definitions kept in a municipality have in common. A file of one, at most 1 MiB. */
int definition_file(struct cli *cli, const char *path, struct buf *out);
/* Runs fn as the intake of forms in the municipality; path is handed on. */
typedef int (*definition_fn)(struct cli *cli, struct place *p, struct call *c, const char *path);
int definition_run(struct cli *cli, const char *dir, const char *slug, definition_fn fn, const char *path);

/* ------------------------------------------------------------------ commands */

typedef int (*command_fn)(struct cli *cli, int argc, char **argv);
struct command {
    const char *group, *name;   /* "user", "add"; name NULL for a command of one word */
    enum text_id help, brief;
    command_fn run;
};
/* The commands in the order of the help text; NULL past the last. */
const struct command *cli_command(size_t i);
/* Is the word --help or -h? */
bool cli_asks_help(const char *word);
/* Complains of a word that is no command, or (group) none of the group's, NULL when it is missing: which there are, and which
 * may be meant. EXIT_USAGE. */
int cli_unknown(struct cli *cli, const char *group, const char *word);

int cmd_cooperation_load(struct cli *cli, int argc, char **argv);
int cmd_deposit_export(struct cli *cli, int argc, char **argv);
int cmd_deposit_import(struct cli *cli, int argc, char **argv);
int cmd_deposit_validate(struct cli *cli, int argc, char **argv);
int cmd_depot_add(struct cli *cli, int argc, char **argv);
int cmd_depot_check(struct cli *cli, int argc, char **argv);
int cmd_depot_get(struct cli *cli, int argc, char **argv);
int cmd_depot_list(struct cli *cli, int argc, char **argv);
int cmd_form_add(struct cli *cli, int argc, char **argv);
int cmd_form_lint(struct cli *cli, int argc, char **argv);
int cmd_form_publish(struct cli *cli, int argc, char **argv);
int cmd_form_retire(struct cli *cli, int argc, char **argv);
int cmd_form_export(struct cli *cli, int argc, char **argv);
int cmd_form_list(struct cli *cli, int argc, char **argv);
int cmd_help(struct cli *cli, int argc, char **argv);
int cmd_init(struct cli *cli, int argc, char **argv);
int cmd_letter_add(struct cli *cli, int argc, char **argv);
int cmd_letter_list(struct cli *cli, int argc, char **argv);
int cmd_municipality_add(struct cli *cli, int argc, char **argv);
int cmd_municipality_list(struct cli *cli, int argc, char **argv);
int cmd_municipality_set(struct cli *cli, int argc, char **argv);
int cmd_municipality_remove(struct cli *cli, int argc, char **argv);
int cmd_openapi(struct cli *cli, int argc, char **argv);
/* The whole of a small file as a string in the arena, or NULL. */
char *proof_text(struct cx *cx, const char *path);
int cmd_proof_check(struct cli *cli, int argc, char **argv);
int cmd_proof_key(struct cli *cli, int argc, char **argv);
int cmd_proof_head(struct cli *cli, int argc, char **argv);
int cmd_serve(struct cli *cli, int argc, char **argv);
int cmd_user_add(struct cli *cli, int argc, char **argv);
int cmd_user_list(struct cli *cli, int argc, char **argv);
int cmd_user_password(struct cli *cli, int argc, char **argv);
int cmd_user_reset_code(struct cli *cli, int argc, char **argv);
int cmd_user_remove(struct cli *cli, int argc, char **argv);
int cmd_verify(struct cli *cli, int argc, char **argv);
int cmd_version(struct cli *cli, int argc, char **argv);

#endif
