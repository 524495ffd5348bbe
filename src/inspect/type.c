/*
 * What a file is: our own signatures first, because they know the PRONOM ids; libmagic for a media
 * type where they know nothing. A PRONOM id is never guessed from a media type. The cookie of
 * libmagic is made for the call: it may not be shared by threads, and it is seldom needed.
 */
#include "inspect/inspect_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magic.h>

static enum rc read_part(struct cx *cx, int fd, unsigned char *p, size_t n, int64_t off)
{
    while (n > 0) {
        ssize_t got = pread(fd, p, n, off);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_secret(cx, RC_IO, "inspect: read: errno %d", errno);
        p += got;
        n -= (size_t)got;
        off += got;
    }
    return RC_OK;
}

static enum rc take_sample(struct cx *cx, struct arena *a, int fd, struct sample *s)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_secret(cx, RC_IO, "inspect: no file");
    s->fd = fd;
    s->size = st.st_size;
    s->head_n = st.st_size < SAMPLE_PART ? (size_t)st.st_size : SAMPLE_PART;
    int64_t rest = st.st_size - (int64_t)s->head_n;
    s->tail_n = rest < SAMPLE_PART ? (size_t)rest : SAMPLE_PART;
    unsigned char *head = arena_alloc(a, s->head_n), *tail = arena_alloc(a, s->tail_n);
    s->look = arena_alloc(a, SAMPLE_LOOK);
    if (!head || !tail || !s->look)
        return cx_nomem(cx);
    s->head = head;
    s->tail = tail;
    TRY(read_part(cx, fd, head, s->head_n, 0));
    return read_part(cx, fd, tail, s->tail_n, st.st_size - (int64_t)s->tail_n);
}

static void ask_magic(const struct sample *s, char *mime, size_t size)
{
    magic_t m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
    if (!m)
        return;
    const char *found = NULL;
    if (magic_load(m, NULL) == 0)
        found = magic_buffer(m, s->head, s->head_n);
    if (found && strchr(found, '/') && strlen(found) < size)
        snprintf(mime, size, "%s", found);
    magic_close(m);
}

static enum rc look(struct cx *cx, struct arena *a, int fd, struct inspect_facts *ret)
{
    struct sample s = {0};
    TRY(take_sample(cx, a, fd, &s));
    struct verdict v = sig_look(&s);
    const struct inspect_format *f = format_row(v.format);
    struct inspect_facts facts = {.archive_format = f->archive_format};
    snprintf(facts.mime, sizeof(facts.mime), "%s", v.mime ? v.mime : f->mime);
    snprintf(facts.pronom, sizeof(facts.pronom), "%s", f->pronom);
    snprintf(facts.name, sizeof(facts.name), "%s", f->name);
    if (v.format == F_UNKNOWN && !v.mime && s.size > 0)
        ask_magic(&s, facts.mime, sizeof(facts.mime));
    *ret = facts;
    return RC_OK;
}

enum rc inspect_type(struct cx *cx, const char *path, struct inspect_facts *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_secret(cx, RC_IO, "inspect: open: errno %d", errno);
    /* An arena of its own: half a megabyte is too much for that of a small request. */
    struct arena *a = arena_new((size_t)MiB(1));
    enum rc rc = a ? look(cx, a, fd, ret) : cx_nomem(cx);
    arena_free(&a);
    close(fd);
    return rc;
}
