/*
 * What the tests have found. Numbers are kept in memory; findings go to one temporary file a test and
 * are counted in groups, of which the first examples are known by their place in that file.
 */
#include "validate/validate_int.h"

#include <stdlib.h>

enum { NUMBERS_MOST = 50000, GROUPS_MOST = 2000, TEXT_MOST = 2000, LABEL_MOST = 300 };

const struct test tests[T_COUNT] = {
#define TEST(nr, id, kind, numbers, nb, en) [T_##nr] = {id, KIND_##kind, NUMBERS_##numbers, nb, en},
#include "validate/tests.def"
#undef TEST
};

const struct finding_text finding_texts[F_COUNT] = {
#define FINDING(id, severity, nb, nb_remedy, en, en_remedy) \
    [F_##id] = {#id, SEVERITY_##severity, nb, nb_remedy, en, en_remedy},
#include "validate/findings.def"
#undef FINDING
};

const char *in_words(const struct run *r, const char *nb, const char *en)
{
    return r->cx->lang == LANG_NB ? nb : en;
}

/* What a damaged file holds may be no UTF-8: such bytes become question marks. */
static void clean(char *p, size_t n)
{
    if (str_utf8((struct str){p, n}))
        return;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] > 126 || (unsigned char)p[i] < 32)
            p[i] = '?';
}

/* ---------------------------------------------------------------- rows */

static uint32_t *slot_of(const struct rows *r, int tag, struct str label)
{
    uint64_t h = str_hash(STR_HASH ^ (uint64_t)(unsigned)tag, label);
    size_t at = (size_t)(h ^ h >> 29) & (r->slots_n - 1);
    for (;; at = (at + 1) & (r->slots_n - 1)) {
        uint32_t i = r->slots[at];
        if (i == 0 || (r->v[i - 1].tag == tag && str_eq(r->v[i - 1].label, label)))
            return &r->slots[at];
    }
}

static bool grow(struct rows *r)
{
    size_t cap = r->cap ? r->cap * 2 : 16;
    struct row *v = realloc(r->v, cap * sizeof(*v));
    if (!v)
        return false;
    r->v = v;
    uint32_t *slots = calloc(cap * 2, sizeof(*slots));
    if (!slots)
        return false;
    free(r->slots);
    r->slots = slots;
    r->slots_n = cap * 2;
    r->cap = cap;
    for (size_t i = 0; i < r->n; i++)
        *slot_of(r, v[i].tag, v[i].label) = (uint32_t)i + 1;
    return true;
}

/* The row, made when there is none; NULL when it cannot be kept. The label is copied into the arena, or borrowed
 * when there is none. */
static struct row *row_get(struct arena *a, struct rows *r, int tag, struct str label)
{
    if (r->n == r->cap && !grow(r))
        return NULL;
    uint32_t *slot = slot_of(r, tag, label);
    if (*slot)
        return &r->v[*slot - 1];
    if (r->n >= r->most)
        return NULL;
    char *copy = a ? arena_strndup(a, label.p, label.n) : NULL;
    if (a && !copy)
        return NULL;
    if (copy)
        label.p = copy;
    r->v[r->n] = (struct row){.tag = tag, .label = label};
    *slot = (uint32_t)++r->n;
    return &r->v[r->n - 1];
}

void rows_free(struct rows *r)
{
    free(r->v);
    free(r->slots);
    *r = (struct rows){0};
}

struct rows numbers_over_parts(const struct result *t)
{
    struct rows all = {.most = NUMBERS_MOST};
    struct row *first = t->test->numbers == NUMBERS_PLAIN ? NULL : row_get(NULL, &all, -1, STR(""));
    for (size_t i = 0; i < t->numbers.n; i++) {
        const struct row *from = &t->numbers.v[i];
        struct row *to = row_get(NULL, &all, -1, from->label);
        if (!to)
            break;
        to->n += from->n;
        to->text = from->text;
    }
    if (first && t->test->numbers == NUMBERS_DISTINCT)
        all.v[0].n = (int64_t)all.n - 1;
    return all;
}

/* ---------------------------------------------------------------- numbers */

void number_add(struct run *r, enum test_id t, struct str label, int64_t n)
{
    struct validation *v = r->v;
    char shown[LABEL_MOST];
    if (label.n > 0) {
        label.n = label.n < LABEL_MOST ? label.n : LABEL_MOST;
        memcpy(shown, label.p, label.n);
        clean(shown, label.n);
        label.p = shown;
    }
    (void)pthread_mutex_lock(&v->lock);
    struct row *row = row_get(v->arena, &v->results[t].numbers, r->part, label);
    if (row)
        row->n += n;
    else
        v->failed |= v->results[t].numbers.n < NUMBERS_MOST;
    (void)pthread_mutex_unlock(&v->lock);
}

int64_t number_sum(const struct run *r, enum test_id t, const char *label)
{
    const struct rows *rows = &r->v->results[t].numbers;
    int64_t sum = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (str_is(rows->v[i].label, label))
            sum += rows->v[i].n;
    return sum;
}

void number_text(struct run *r, enum test_id t, const char *label, struct str text)
{
    struct validation *v = r->v;
    (void)pthread_mutex_lock(&v->lock);
    struct row *row = row_get(v->arena, &v->results[t].numbers, -1, str_of(label));
    char *copy = row ? arena_strndup(v->arena, text.p, text.n) : NULL;
    if (copy)
        row->text = (struct str){copy, text.n};
    (void)pthread_mutex_unlock(&v->lock);
}

void arkade_extra(struct run *r, enum test_id t, int64_t n)
{
    struct result *result = &r->v->results[t];
    if (!r->options->arkade)
        return;
    if (result->arkade_errors < 0)
        result->arkade_errors = result->count[SEVERITY_ERROR];
    result->arkade_errors += n;
}

int64_t result_errors(const struct validation *v, const struct result *t)
{
    return v->arkade && t->arkade_errors >= 0 ? t->arkade_errors : t->count[SEVERITY_ERROR];
}

/* ---------------------------------------------------------------- findings */

/* At most so much, and no half letter. */
static struct str cut(struct str s)
{
    if (s.n <= TEXT_MOST)
        return s;
    for (s.n = TEXT_MOST; s.n > 0 && (s.p[s.n] & 0xc0) == 0x80;)
        s.n--;
    return s;
}

/* Answers how many bytes it took. */
static int64_t put_text(FILE *out, struct str s)
{
    char copy[TEXT_MOST];
    uint32_t n = (uint32_t)s.n;
    memcpy(copy, s.n ? s.p : "", s.n);
    clean(copy, s.n);
    (void)fwrite(&n, sizeof(n), 1, out);
    (void)fwrite(copy, 1, s.n, out);
    return (int64_t)(sizeof(n) + s.n);
}

/* Where the finding begins in the spool; -1 when it cannot be kept. */
static int64_t spool_put(struct result *t, enum finding_id kind, const struct spot *s, const char *file)
{
    if (!t->spool && !(t->spool = tmpfile()))
        return -1;
    int64_t at = t->spool_n;
    int32_t k = (int32_t)kind;
    (void)fwrite(&k, sizeof(k), 1, t->spool);
    (void)fwrite(&s->line, sizeof(s->line), 1, t->spool);
    t->spool_n += (int64_t)(sizeof(k) + sizeof(s->line));
    t->spool_n += put_text(t->spool, cut(str_of(file)));
    t->spool_n += put_text(t->spool, cut(s->place));
    t->spool_n += put_text(t->spool, cut(s->expected));
    t->spool_n += put_text(t->spool, cut(s->found));
    t->spool_n += put_text(t->spool, cut(s->group));
    return ferror(t->spool) ? -1 : at;
}

static void group_add(struct validation *v, struct result *t, enum finding_id kind, struct str name, int64_t at)
{
    char shown[TEXT_MOST];
    name = cut(name);
    memcpy(shown, name.n ? name.p : "", name.n);
    clean(shown, name.n);
    struct row *g = row_get(v->arena, &t->groups, (int)kind, (struct str){shown, name.n});
    if (!g)
        g = row_get(v->arena, &t->groups, (int)kind, STR(""));
    if (!g) {
        v->failed |= t->groups.n < GROUPS_MOST;
        return;
    }
    if (g->n < EXAMPLES)
        g->at[g->n] = at;
    g->n++;
}

void report(struct run *r, enum test_id test, enum finding_id kind, const struct spot *s)
{
    struct validation *v = r->v;
    struct result *t = &v->results[test];
    const char *file = s->file ? s->file : s->line > 0 ? r->file : "";
    (void)pthread_mutex_lock(&v->lock);
    int64_t at = spool_put(t, kind, s, file);
    v->failed |= at < 0;
    t->count[finding_texts[kind].severity]++;
    group_add(v, t, kind, s->group, at);
    (void)pthread_mutex_unlock(&v->lock);
}

/* The detail of RC_XML is "linje 12: what is wrong (where, what)"; of others a sentence. */
void report_unreadable(struct run *r, enum test_id t, enum finding_id kind, const char *file)
{
    const struct err *e = &r->cx->err;
    int64_t line = 0;
    const char *text = e->rc == RC_XML && *e->detail ? e->detail : err_text(r->cx), *number = strchr(text, ' ');
    const char *colon = e->rc == RC_XML && number ? strstr(number, ": ") : NULL;
    if (colon && str_int((struct str){number + 1, (size_t)(colon - number) - 1}, &line))
        text = colon + 2;
    size_t n = strlen(text);
    const char *open = e->rc == RC_XML && n && text[n - 1] == ')' ? strstr(text, " (") : NULL;
    struct str found = open ? (struct str){open + 2, (size_t)(text + n - open - 3)} : STR("");
    report(r, t, kind, SPOT(.file = file, .line = line, .found = found, .group = {text, open ? (size_t)(open - text) : n}));
    err_clear(r->cx);
}

static bool take_text(FILE *in, struct buf *bytes, uint32_t *ret_n)
{
    char part[256];
    if (fread(ret_n, sizeof(*ret_n), 1, in) != 1)
        return false;
    for (uint32_t left = *ret_n; left > 0;) {
        size_t n = left < sizeof(part) ? left : sizeof(part);
        if (fread(part, 1, n, in) != n)
            return false;
        buf_add(bytes, part, n);
        left -= (uint32_t)n;
    }
    return true;
}

/* What stands before the texts; reading goes on where the last one ended without seeking. */
static bool take_head(FILE *spool, int64_t at, struct told *ret)
{
    int32_t kind;
    if ((at == 0 || at != ret->end) && fseeko(spool, at, SEEK_SET) != 0)
        return false;
    if (fread(&kind, sizeof(kind), 1, spool) != 1 || kind < 0 || kind >= F_COUNT)
        return false;
    ret->kind = (enum finding_id)kind;
    return fread(&ret->line, sizeof(ret->line), 1, spool) == 1;
}

bool told_next(FILE *spool, int64_t *at, struct told *ret)
{
    struct str *const texts[] = {&ret->file, &ret->place, &ret->expected, &ret->found, &ret->group};
    uint32_t n[COUNT_OF(texts)];
    buf_reset(&ret->bytes);
    if (!spool || !take_head(spool, *at, ret))
        return false;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (!take_text(spool, &ret->bytes, &n[i]))
            return false;
    size_t from = 0;
    for (size_t i = 0; i < COUNT_OF(texts); from += n[i++])
        *texts[i] = (struct str){ret->bytes.p + from, n[i]};
    ret->end = *at += (int64_t)(sizeof(int32_t) + sizeof(ret->line) + sizeof(n) + from);
    return !buf_failed(&ret->bytes);
}

/* ---------------------------------------------------------------- life */

int64_t validation_count(const struct validation *v, enum severity s)
{
    int64_t n = 0;
    for (size_t i = 0; i < T_COUNT; i++)
        n += s == SEVERITY_ERROR ? result_errors(v, &v->results[i]) : v->results[i].count[s];
    return n;
}

bool validation_settle(struct validation *v)
{
    for (size_t i = 0; i < T_COUNT; i++)
        if (v->results[i].spool && fflush(v->results[i].spool) != 0)
            v->failed = true;
    return !v->failed;
}

struct validation *validation_new(void)
{
    struct validation *v = mem_new(sizeof(*v));
    v->arena = arena_new((size_t)MiB(256));
    if (!v->arena || pthread_mutex_init(&v->lock, NULL) != 0) {
        arena_free(&v->arena);
        mem_free(v);
        return NULL;
    }
    for (size_t i = 0; i < T_COUNT; i++)
        v->results[i] = (struct result){.test = &tests[i], .arkade_errors = -1, .numbers.most = NUMBERS_MOST,
                                        .groups.most = GROUPS_MOST};
    return v;
}

void validation_free(struct validation **ref)
{
    if (!ref || !*ref)
        return;
    struct validation *v = *ref;
    for (size_t i = 0; i < T_COUNT; i++) {
        struct result *t = &v->results[i];
        if (t->spool)
            (void)fclose(t->spool);
        rows_free(&t->numbers);
        rows_free(&t->groups);
    }
    free(v->parts);
    (void)pthread_mutex_destroy(&v->lock);
    arena_free(&v->arena);
    mem_free(v);
    *ref = NULL;
}
