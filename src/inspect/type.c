/*
 * What a file is: our own signatures first, because they know the PRONOM ids; libmagic for a media
 * type where they know nothing. A PRONOM id is never guessed from a media type. Looked at by a reader.
 */
#include "inspect/inspect_int.h"

#include <assert.h>
#include <sys/stat.h>
#include <unistd.h>

/* Head, tail and looks between lie in the scratch one behind the other. */
static bool take_sample(int fd, int64_t at, int64_t size, unsigned char scratch[INSPECT_SCRATCH], struct sample *s)
{
    static_assert(INSPECT_SCRATCH == 2 * SAMPLE_PART + SAMPLE_LOOK, "the parts of a sample");
    unsigned char *head = scratch, *tail = scratch + SAMPLE_PART, *look = tail + SAMPLE_PART;
    const int64_t rest = size > SAMPLE_PART ? size - SAMPLE_PART : 0;
    *s = (struct sample){.head = head, .tail = tail, .look = look, .fd = fd, .at = at, .size = size,
                         .head_n = (size_t)(size - rest),
                         .tail_n = rest < SAMPLE_PART ? (size_t)rest : SAMPLE_PART};
    return sample_read(fd, head, s->head_n, at) && sample_read(fd, tail, s->tail_n, at + size - (int64_t)s->tail_n);
}

int reader_type(void)
{
    static unsigned char scratch[INSPECT_SCRATCH];
    struct stat st;
    struct sample s;
    char mime[128], line[VERDICT_MAX];
    if (fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode) ||
        !take_sample(STDIN_FILENO, 0, st.st_size, scratch, &s))
        return 1;
    struct verdict v = sig_look(&s);
    (void)snprintf(mime, sizeof(mime), "%s", v.mime ? v.mime : format_row(v.format)->mime);
    if (v.format == F_UNKNOWN && !v.mime && s.size > 0)
        reader_magic(&s, mime, sizeof(mime));
    reader_put(line, verdict_print(v.format, mime, line));
    reader_flush();
    return 0;
}

bool inspect_signature(int fd, int64_t at, int64_t size, unsigned char scratch[INSPECT_SCRATCH],
                       struct inspect_facts *ret)
{
    struct sample s;
    char line[VERDICT_MAX];
    if (!take_sample(fd, at, size, scratch, &s))
        return false;
    struct verdict v = sig_look(&s);
    const struct str told = {line, verdict_print(v.format, v.mime ? v.mime : format_row(v.format)->mime, line)};
    return verdict_parse(told, ret);
}

enum rc inspect_type(struct cx *cx, struct inspector *in, int fd, struct inspect_facts *ret)
{
    struct buf out;
    struct ending e;
    struct inspect_facts facts;
    buf_init(&out, VERDICT_MAX);
    enum rc rc = inspector_ask(cx, in, WANT_TYPE, "", fd, &out, &e);
    if (rc == RC_OK && e.how == END_UNREAD)
        rc = err_secret(cx, RC_IO, "inspect: the file cannot be read");
    if (rc == RC_OK && e.how == END_WELL && !verdict_parse(buf_str(&out), &facts))
        e.how = END_NONSENSE;
    if (rc == RC_OK && e.how != END_WELL) {
        char line[VERDICT_MAX];
        const struct str unknown = {line, verdict_print(F_UNKNOWN, "", line)};
        (void)verdict_parse(unknown, &facts);
    }
    buf_free(&out);
    if (rc != RC_OK)
        return rc;
    ending_word(&e, facts.killed);
    *ret = facts;
    return RC_OK;
}
