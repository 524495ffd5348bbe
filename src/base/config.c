/*
 * Settings from an INI file. A value may stand in double quotes, which keep a '#' and outer
 * spaces; otherwise a '#' after white space begins a comment. A key given twice is an error.
 */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEYS_MAX = 1000 };
static const size_t TEXT_MAX = 1 << 20;

struct entry {
    const char *section, *key, *value;
    atomic_bool known; /* set by readers on any thread */
};

struct config {
    struct arena *arena;
    struct entry *entries;
    const char **sections;
    size_t count, section_count;
};

static bool white(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct str trim(struct str s)
{
    while (s.n > 0 && white(s.p[0]))
        s.p++, s.n--;
    while (s.n > 0 && white(s.p[s.n - 1]))
        s.n--;
    return s;
}

static struct str uncomment(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '#' && (i == 0 || white(s.p[i - 1])))
            s.n = i;
    return trim(s);
}

static bool name_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= 0x20 || c == '[' || c == ']' || c == '=' || c == '"' || c == 0x7F)
            return false;
    }
    return s.n > 0;
}

static enum rc fault(struct cx *cx, size_t line, const char *nb, const char *en)
{
    bool norwegian = cx->lang == LANG_NB;
    const char *what = norwegian ? nb : en;
    return err_setf(cx, RC_BAD_REQUEST, NULL, "%s %zu: %s", norwegian ? "linje" : "line", line,
                    what);
}

/* The section's own name, kept once. */
static const char *section_of(struct config *c, struct str name)
{
    for (size_t i = 0; i < c->section_count; i++)
        if (str_is(name, c->sections[i]))
            return c->sections[i];
    if (c->section_count == KEYS_MAX)
        return NULL;
    const char *copy = arena_strndup(c->arena, name.p, name.n);
    if (copy)
        c->sections[c->section_count++] = copy;
    return copy;
}

static struct entry *find(struct config *c, const char *section, struct str key)
{
    for (size_t i = 0; i < c->count; i++)
        if (streq(c->entries[i].section, section) && str_is(key, c->entries[i].key))
            return &c->entries[i];
    return NULL;
}

static bool unquote(struct str *value)
{
    if (value->n == 0 || value->p[0] != '"') {
        *value = uncomment(*value);
        return true;
    }
    const char *end = memchr(value->p + 1, '"', value->n - 1);
    if (!end)
        return false;
    size_t n = (size_t)(end - value->p);
    struct str rest = uncomment((struct str){end + 1, value->n - n - 1});
    *value = (struct str){value->p + 1, n - 1};
    return rest.n == 0;
}

static enum rc add(struct cx *cx, struct config *c, size_t line, const char *section,
                   struct str text)
{
    const char *eq = memchr(text.p, '=', text.n);
    if (!eq)
        return fault(cx, line, "ventet nøkkel = verdi", "expected key = value");
    size_t n = (size_t)(eq - text.p);
    struct str key = trim((struct str){text.p, n});
    struct str value = trim((struct str){eq + 1, text.n - n - 1});
    if (!name_ok(key) || !unquote(&value))
        return fault(cx, line, "ventet nøkkel = verdi", "expected key = value");
    if (find(c, section, key))
        return fault(cx, line, "samme nøkkel to ganger", "the same key twice");
    if (c->count == KEYS_MAX)
        return fault(cx, line, "for mange nøkler", "too many keys");
    struct entry *e = &c->entries[c->count];
    e->section = section;
    e->key = arena_strndup(c->arena, key.p, key.n);
    e->value = arena_strndup(c->arena, value.p, value.n);
    if (!e->key || !e->value)
        return cx_nomem(cx);
    c->count++;
    return RC_OK;
}

static enum rc take_line(struct cx *cx, struct config *c, size_t line, const char **section,
                         struct str text)
{
    text = trim(text);
    if (text.n == 0 || text.p[0] == '#')
        return RC_OK;
    if (text.p[0] != '[')
        return add(cx, c, line, *section, text);
    text = uncomment(text);
    if (text.n < 2 || text.p[text.n - 1] != ']')
        return fault(cx, line, "ventet [seksjon]", "expected [section]");
    struct str name = trim((struct str){text.p + 1, text.n - 2});
    if (!name_ok(name))
        return fault(cx, line, "ventet [seksjon]", "expected [section]");
    *section = section_of(c, name);
    return *section ? RC_OK : cx_nomem(cx);
}

static enum rc take_text(struct cx *cx, struct config *c, struct str text)
{
    const char *section = "";
    size_t line = 0;
    while (text.n > 0) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        TRY(take_line(cx, c, ++line, &section, (struct str){text.p, n}));
        n += end ? 1 : 0;
        text = (struct str){text.p + n, text.n - n};
    }
    return RC_OK;
}

enum rc config_parse(struct cx *cx, struct str text, struct config **ret)
{
    if (text.n > TEXT_MAX)
        return err_setf(cx, RC_TOO_LARGE, NULL, "%zu", TEXT_MAX);
    if (!str_utf8(text))
        return err_set(cx, RC_BAD_REQUEST, NULL, "UTF-8");
    struct config *c = mem_new(sizeof(*c));
    c->arena = arena_new(8 * TEXT_MAX);
    if (c->arena) {
        c->entries = arena_array(c->arena, KEYS_MAX, sizeof(*c->entries));
        c->sections = arena_array(c->arena, KEYS_MAX, sizeof(*c->sections));
    }
    enum rc rc = c->entries && c->sections ? take_text(cx, c, text) : cx_nomem(cx);
    if (rc == RC_OK)
        *ret = c;
    else
        config_free(&c);
    return rc;
}

/* Reads the whole file, or one byte more than is allowed. */
static int slurp(int fd, struct buf *b)
{
    char part[4096];
    while (b->n <= TEXT_MAX) {
        ssize_t n = read(fd, part, sizeof(part));
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            buf_add(b, part, (size_t)n);
    }
    return 0;
}

enum rc config_load(struct cx *cx, const char *path, struct config **ret)
{
    struct buf b;
    buf_init(&b, 2 * TEXT_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC), why = 0;
    if (fd >= 0) {
        why = slurp(fd, &b);
        close(fd);
    } else if (errno != ENOENT) {
        why = errno;
    }
    enum rc rc;
    if (why)
        rc = err_secret(cx, RC_IO, "%s: %s", path, strerrordesc_np(why));
    else
        rc = buf_failed(&b) ? cx_nomem(cx) : config_parse(cx, buf_str(&b), ret);
    buf_free(&b);
    return rc;
}

void config_free(struct config **ref)
{
    if (!ref || !*ref)
        return;
    arena_free(&(*ref)->arena);
    mem_free(*ref);
    *ref = NULL;
}

const char *config_get(struct config *c, const char *section, const char *key, const char *fallback)
{
    struct entry *e = find(c, section, str_of(key));
    if (!e)
        return fallback;
    atomic_store_explicit(&e->known, true, memory_order_relaxed);
    return e->value;
}

int64_t config_int(struct config *c, const char *section, const char *key, int64_t fallback)
{
    const char *s = config_get(c, section, key, NULL);
    int64_t v = fallback;
    if (s && !str_int(str_of(s), &v))
        log_line(LOG_WARN, "setting %s.%s is not a whole number and is ignored", section, key);
    return v;
}

bool config_bool(struct config *c, const char *section, const char *key, bool fallback)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"ja", true}, {"yes", true}, {"true", true}, {"1", true},
                 {"nei", false}, {"no", false}, {"false", false}, {"0", false}};
    const char *s = config_get(c, section, key, NULL);
    if (!s)
        return fallback;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_ieq(str_of(s), words[i].word))
            return words[i].value;
    log_line(LOG_WARN, "setting %s.%s is neither yes nor no and is ignored", section, key);
    return fallback;
}

const char *config_section(struct config *c, size_t i)
{
    return i < c->section_count ? c->sections[i] : NULL;
}

const char *config_unknown(struct config *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct entry *e = &c->entries[i];
        if (atomic_load_explicit(&e->known, memory_order_relaxed))
            continue;
        const char *dot = *e->section ? "." : "";
        const char *name = arena_printf(c->arena, "%s%s%s", e->section, dot, e->key);
        return name ? name : e->key;
    }
    return NULL;
}
