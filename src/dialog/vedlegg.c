/* Files people send: looked at, and kept as stages of the blob store until they are given to the archive. */
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include "dialog/dialog.h"

/* What is taken: what every case worker can open and the archive can keep. */
static const struct kind {
    const char *ending, *mime;
} kinds[] = {
    {".pdf", "application/pdf"}, {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".png", "image/png"},
    {".tif", "image/tiff"}, {".tiff", "image/tiff"}, {".heic", "image/heic"}, {".txt", "text/plain"},
    {".odt", "application/vnd.oasis.opendocument.text"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};
const char vedlegg_kinds[] = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.heic,.txt,.odt,.docx,.xlsx";

static const struct kind *kind_of(const char *navn)
{
    const char *ending = strrchr(navn, '.');
    for (size_t i = 0; ending && i < COUNT_OF(kinds); i++)
        if (strcasecmp(kinds[i].ending, ending) == 0)
            return &kinds[i];
    return NULL;
}

/* A name for people to read: one line of valid text, at most 120 bytes with the ending kept. */
static const char *tidy(struct cx *cx, const char *navn)
{
    size_t n = strlen(navn), most = 120;
    char *out = arena_strdup(cx->arena, str_utf8(str_of(navn)) && n > 0 ? navn : "fil");
    for (char *c = out; c && *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F || *c == '/' || *c == '\\')
            *c = ' ';
    if (!out || strlen(out) <= most)
        return out;
    const char *ending = strrchr(out, '.');
    if (!ending || strlen(ending) > 8)
        ending = "";
    n = most - strlen(ending);
    while (n > 0 && ((unsigned char)out[n] & 0xC0) == 0x80)
        n--;
    return arena_printf(cx->arena, "%.*s%s", (int)n, out, ending);
}

static enum rc copy(struct call *c, int fd, struct blob_stage *stage)
{
    char chunk[8192];
    int64_t at = 0;
    ssize_t n;
    while ((n = pread(fd, chunk, sizeof(chunk), at)) > 0) {
        enum rc rc = blob_stage_write(stage, chunk, (size_t)n);
        if (rc != RC_OK)
            return err_set(c->cx, rc, NULL, NULL);
        at += n;
    }
    return n == 0 ? RC_OK : err_secret(c->cx, RC_IO, "an uploaded file cannot be read");
}

static enum rc scan(struct call *c, struct blob_stage *stage, struct vedlegg *v, enum vedlegg_error *ret_error)
{
    enum scan said;
    TRY(archive_scan(c, stage, &said));
    v->scanned = said == SCAN_CLEAN;
    *ret_error = said == SCAN_VIRUS ? VEDLEGG_VIRUS : said == SCAN_WANTING ? VEDLEGG_UNSCANNED : VEDLEGG_FINE;
    return RC_OK;
}

static enum rc keep(struct call *c, struct blob_stage **stage, const struct kind *kind, struct vedlegg *v,
                    enum vedlegg_error *ret_error)
{
    struct inspect_facts facts;
    TRY(blob_stage_keep(c->cx, *stage));
    TRY(archive_look(c, *stage, &facts));
    *ret_error = streq(facts.mime, kind->mime) && !*facts.killed ? VEDLEGG_FINE : VEDLEGG_CONTENT;
    if (*ret_error == VEDLEGG_FINE)
        TRY(scan(c, *stage, v, ret_error));
    if (*ret_error != VEDLEGG_FINE)
        return RC_OK;
    (void)snprintf(v->lager, sizeof(v->lager), "%s", blob_stage_name(*stage));
    blob_stage_park(stage);
    return RC_OK;
}

enum rc vedlegg_take(struct call *c, int64_t most, int fd, const char *navn, int64_t byte, struct vedlegg *ret,
                     enum vedlegg_error *ret_error)
{
    const struct kind *kind = kind_of(navn);
    struct blob_stage *stage;
    *ret = (struct vedlegg){.navn = tidy(c->cx, navn), .byte = byte};
    *ret_error = byte == 0 ? VEDLEGG_EMPTY : byte > most ? VEDLEGG_TOO_LARGE : !kind ? VEDLEGG_KIND : VEDLEGG_FINE;
    if (!ret->navn)
        return cx_nomem(c->cx);
    if (*ret_error != VEDLEGG_FINE)
        return RC_OK;
    TRY(archive_stage(c, &stage));
    enum rc rc = copy(c, fd, stage);
    if (rc == RC_OK)
        rc = keep(c, &stage, kind, ret, ret_error);
    if (stage)
        blob_stage_drop(&stage);
    return rc;
}

static enum rc open_kept(struct call *c, const char *lager, int *ret_fd)
{
    struct blob_stage *kept;
    struct blob_id id;
    TRY(archive_stage_resume(c, lager, &kept));
    enum rc rc = blob_stage_seal(c->cx, kept, &id);
    if (rc == RC_OK && (*ret_fd = open(blob_stage_path(kept), O_RDONLY | O_CLOEXEC)) < 0)
        rc = err_secret(c->cx, RC_IO, "kept file: errno %d", errno);
    blob_stage_park(&kept);
    return rc;
}

enum rc vedlegg_open(struct call *c, const struct vedlegg *v, struct document *ret)
{
    const struct kind *kind = kind_of(v->navn);
    *ret = (struct document){.size = v->byte, .mime = arena_strdup(c->cx->arena, kind ? kind->mime : "application/octet-stream"),
                             .name = arena_strdup(c->cx->arena, v->navn)};
    return ret->mime && ret->name ? open_kept(c, v->lager, &ret->fd) : cx_nomem(c->cx);
}

enum rc vedlegg_copy(struct call *c, const char *lager, struct blob_stage **ret)
{
    int fd;
    TRY(open_kept(c, lager, &fd));
    enum rc rc = archive_stage(c, ret);
    if (rc == RC_OK && (rc = copy(c, fd, *ret)) != RC_OK)
        blob_stage_drop(ret);
    (void)close(fd);
    return rc;
}

enum rc vedlegg_note(struct call *c, const struct rec *post, size_t unscanned)
{
    struct rec *out;
    const char *text = arena_printf(c->cx->arena, "%zu vedlegg er ikke virusskannet.", unscanned);
    if (unscanned == 0)
        return RC_OK;
    return text ? archive_make(c, post, PKG_ARKIVSTRUKTUR, "ny-merknad", json_pack("{s:s}", "merknadstekst", text), &out)
                : cx_nomem(c->cx);
}
