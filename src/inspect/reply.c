/* What comes back from a reader and its keeper. The reader has met foreign bytes: nothing it says is trusted. */
#include "inspect/inspect_int.h"

#include <signal.h>

void ending_print(const struct ending *e, unsigned char out[ENDING_SIZE])
{
    out[0] = 'E';
    out[1] = (unsigned char)('0' + e->how);
    out[2] = (unsigned char)(e->how == END_SIGNAL ? e->signal : 0);
    out[3] = '\n';
}

bool ending_parse(const unsigned char *p, size_t n, struct ending *ret)
{
    if (n != ENDING_SIZE || p[0] != 'E' || p[1] < '0' || p[1] > '0' + END_LOST || p[3] != '\n')
        return false;
    const struct ending e = {.how = (enum how)(p[1] - '0'), .signal = p[2]};
    if ((e.how == END_SIGNAL) != (e.signal > 0) || e.signal >= NSIG)
        return false;
    *ret = e;
    return true;
}

void ending_word(const struct ending *e, char out[INSPECT_KILLED_MAX])
{
    static const char *const words[] = {[END_TIME] = "tid", [END_MEMORY] = "minne", [END_CALL] = "systemkall",
                                        [END_NONSENSE] = "svar", [END_GONE] = ""};
    if (e->how == END_SIGNAL)
        (void)snprintf(out, INSPECT_KILLED_MAX, "signal %d", e->signal);
    else
        (void)snprintf(out, INSPECT_KILLED_MAX, "%s", words[e->how] ? words[e->how] : "");
}

/* type/subtype of RFC 6838's characters. */
static bool mime_valid(struct str s)
{
    size_t slashes = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (c == '/')
            slashes++;
        else if (!letter && (!c || !strchr("!#$&-^_.+", c)))
            return false;
    }
    return slashes == 1 && s.p[0] != '/' && s.p[s.n - 1] != '/';
}

size_t verdict_print(enum format format, const char *mime, char out[VERDICT_MAX])
{
    const struct inspect_facts *facts = NULL;
    bool fits = strlen(mime) < sizeof(facts->mime) && mime_valid(str_of(mime));
    return (size_t)snprintf(out, VERDICT_MAX, "%d %s\n", (int)format, fits ? mime : format_row(F_UNKNOWN)->mime);
}

static bool whole_number(struct str s, int64_t *ret)
{
    return s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9' && (s.p[0] != '0' || s.n == 1) && str_int(s, ret);
}

bool verdict_parse(struct str text, struct inspect_facts *ret)
{
    const char *space = text.n > 0 ? memchr(text.p, ' ', text.n) : NULL;
    int64_t row;
    if (!space || text.p[text.n - 1] != '\n')
        return false;
    const struct str number = {text.p, (size_t)(space - text.p)};
    const struct str mime = {space + 1, text.n - number.n - 2};
    if (!whole_number(number, &row) || !inspect_format((size_t)row) || mime.n >= sizeof(ret->mime) || !mime_valid(mime))
        return false;
    const struct inspect_format *f = format_row((enum format)row);
    *ret = (struct inspect_facts){.archive_format = f->archive_format};
    (void)snprintf(ret->mime, sizeof(ret->mime), "%.*s", (int)mime.n, mime.p);
    (void)snprintf(ret->pronom, sizeof(ret->pronom), "%s", f->pronom);
    (void)snprintf(ret->name, sizeof(ret->name), "%s", f->name);
    return true;
}
