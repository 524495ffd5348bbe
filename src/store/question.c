/*
 * What people type to search: words that must all be there, "phrases" in double quotes, beginnings*, and
 * -excluded ones. Whatever is typed becomes quoted words, so no input is a mistake in the language of an
 * index.
 */
#include "store/store.h"

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool has_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (word_char(s.p[i]))
            return true;
    return false;
}

static void add_term(struct question *to, struct str text, bool phrase, bool excluded)
{
    bool prefix = !phrase && text.n > 1 && text.p[text.n - 1] == '*';
    while (!phrase && text.n && text.p[text.n - 1] == '*')
        text.n--;
    bool operator = !phrase && str_is(text, "AND");
    if (operator || !has_word(text) || to->n == QUESTION_TERMS)
        return;
    to->terms[to->n++] = (struct question_term){text, phrase, prefix, excluded};
}

static bool ends_word(char c, bool phrase)
{
    return c == '"' || (!phrase && (c == ' ' || c == '\t' || c == '\n' || c == '\r'));
}

/* A hyphen excludes at the beginning of a word: "-nabo", not "e-post". */
static bool excludes(struct str s, size_t i)
{
    return s.p[i] == '-' && i + 1 < s.n && s.p[i + 1] != ' ' && (i == 0 || s.p[i - 1] == ' ');
}

void question_read(struct str s, struct question *ret)
{
    ret->n = 0;
    for (size_t i = 0; i < s.n;) {
        bool excluded = excludes(s, i);
        i += excluded;
        bool phrase = s.p[i] == '"';
        size_t begin = phrase ? i + 1 : i;
        size_t end = begin;
        while (end < s.n && !ends_word(s.p[end], phrase))
            end++;
        add_term(ret, (struct str){s.p + begin, end - begin}, phrase, excluded);
        i = phrase || end == i ? end + 1 : end;
    }
}

bool question_asks(const struct question *q)
{
    for (size_t i = 0; i < q->n; i++)
        if (!q->terms[i].excluded)
            return true;
    return false;
}

/* ("word" AND "two words" AND "begin" *) NOT "other" */
char *question_fts5(struct cx *cx, const struct question *q)
{
    char *with = arena_strdup(cx->arena, ""), *without = with;
    for (size_t i = 0; with && without && i < q->n; i++) {
        const struct question_term *t = &q->terms[i];
        if (t->excluded)
            without = arena_printf(cx->arena, "%s NOT \"%.*s\"%s", without, (int)t->text.n, t->text.p, t->prefix ? " *" : "");
        else
            with = arena_printf(cx->arena, "%s%s\"%.*s\"%s", with, *with ? " AND " : "", (int)t->text.n, t->text.p,
                                t->prefix ? " *" : "");
    }
    return with && without ? arena_printf(cx->arena, "(%s)%s", with, without) : NULL;
}
