/* What is said to people, and how it is filled. */
#include "cli/cli_int.h"

#include <stdlib.h>
#include <sys/stat.h>

static const struct {
    const char *nb, *en;
} texts[T_COUNT] = {
#define TEXT(id, nb, en) [T_##id] = {nb, en},
#include "cli/texts.def"
#undef TEXT
};

enum lang cli_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *v = getenv(names[i]);
        if (!v || !*v)
            continue;
        struct str s = str_of(v);
        return str_starts(s, "nb") || str_starts(s, "nn") || str_starts(s, "no") ? LANG_NB : LANG_EN;
    }
    return LANG_EN;
}

const char *cli_text(const struct cli *cli, enum text_id id)
{
    return cli->lang == LANG_NB ? texts[id].nb : texts[id].en;
}

static void fill(FILE *out, const char *text, va_list ap)
{
    for (const char *p = text; *p; p++) {
        if (p[0] != '{' || p[1] != '}') {
            (void)fputc(*p, out);
            continue;
        }
        const char *s = va_arg(ap, const char *);
        str_show(out, str_of(s));
        p++;
    }
}

void cli_say(const struct cli *cli, FILE *out, enum text_id id, ...)
{
    va_list ap;
    va_start(ap, id);
    fill(out, cli_text(cli, id), ap);
    va_end(ap);
    (void)fputc('\n', out);
}

int cli_complain(const struct cli *cli, int status, const char *code, const char *text)
{
    if (!cli->json) {
        (void)fputs("samdrift: ", stderr);
        str_show(stderr, str_of(text));
        (void)fputc('\n', stderr);
        return status;
    }
    struct buf b;
    struct jw w;
    buf_init(&b, (size_t)MiB(1));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    jw_key(&w, "error");
    jw_open(&w, '{');
    jw_pair(&w, "code", code);
    jw_pair(&w, "text", text);
    jw_close(&w, '}');
    jw_close(&w, '}');
    (void)fprintf(stderr, "%s\n", buf_failed(&b) ? "{}" : b.p);
    buf_free(&b);
    return status;
}

bool cli_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int cli_refuse(const struct cli *cli, int status, enum text_id id, const char *fill_in)
{
    return cli_refuse_as(cli, status, status == EXIT_USAGE ? "USAGE" : "REFUSED", id, fill_in);
}

int cli_refuse_as(const struct cli *cli, int status, const char *code, enum text_id id, const char *fill_in)
{
    struct buf b;
    buf_init(&b, (size_t)KiB(64));
    const char *text = cli_text(cli, id);
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && p[1] == '}') {
            buf_puts(&b, fill_in ? fill_in : "");
            p++;
        } else {
            buf_putc(&b, *p);
        }
    }
    int ret = cli_complain(cli, status, code, buf_failed(&b) ? text : b.p);
    buf_free(&b);
    return ret;
}

int cli_print(struct buf *json)
{
    int status = EXIT_STORAGE;
    if (!buf_failed(json) && fprintf(stdout, "%s\n", json->p) > 0 && fflush(stdout) == 0)
        status = EXIT_FINE;
    buf_free(json);
    return status;
}
