/*
 * JSON in, by jansson. The nesting is counted before jansson recurses. What is wrong is told by
 * place, never by quoting the text, which may hold personal data.
 */
#include "base/base.h"
#include "base/fault.h"

#include <pthread.h>
#include <stdlib.h>

enum { DEPTH_MAX = 32 };

/*
 * jansson calls a lack of memory a fault of the text, or goes on with a text cut short: it is noted
 * here instead, and no value read meanwhile is used.
 */
static _Thread_local bool starved;

static void *take_memory(size_t n)
{
    void *p = fault_malloc(FAULT_MEMORY_JSON, n);
    starved = starved || !p;
    return p;
}

static void set_up(void)
{
    json_set_alloc_funcs(take_memory, free);
}

struct place {
    int line, column;
};

/* Is the nesting within bounds? Otherwise *ret is where it is not. */
static bool shallow(struct str text, struct place *ret)
{
    int depth = 0;
    bool quoted = false;
    struct place at = {1, 0};
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        at.column++;
        if (c == '\n')
            at = (struct place){at.line + 1, 0};
        if (quoted) {
            if (c == '\\') {
                i++;
                at.column++;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > DEPTH_MAX) {
                *ret = at;
                return false;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static enum rc wrong(struct cx *cx, const char *nb, const char *en, struct place at)
{
    if (cx->lang == LANG_NB)
        return err_setf(cx, RC_JSON, NULL, "linje %d, kolonne %d: %s", at.line, at.column, nb);
    return err_setf(cx, RC_JSON, NULL, "line %d, column %d: %s", at.line, at.column, en);
}

static enum rc refused(struct cx *cx, const json_error_t *e)
{
    struct place at = {e->line, e->column};
    enum json_error_code code = json_error_code(e);
    if (code == json_error_duplicate_key)
        return wrong(cx, "samme nøkkel to ganger", "the same key twice", at);
    if (code == json_error_invalid_utf8)
        return wrong(cx, "ikke UTF-8", "not UTF-8", at);
    if (code == json_error_numeric_overflow)
        return wrong(cx, "tallet er for stort", "the number is too large", at);
    if (code == json_error_premature_end_of_input)
        return wrong(cx, "slutter for tidlig", "ends too early", at);
    if (code == json_error_end_of_input_expected)
        return wrong(cx, "noe følger etter verdien", "something follows the value", at);
    if (code == json_error_null_character)
        return wrong(cx, "tegnet U+0000", "the character U+0000", at);
    return wrong(cx, "uventet tegn", "unexpected character", at);
}

static void release(void *value)
{
    json_decref(value);
}

enum rc json_read(struct cx *cx, struct str text, json_t **ret)
{
    struct place at;
    if (!shallow(text, &at))
        return wrong(cx, "for dyp nøsting", "nested too deeply", at);
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_up);
    starved = false;
    json_error_t e;
    json_t *value = json_loadb(text.n > 0 ? text.p : "", text.n,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (starved) {
        json_decref(value);
        return cx_nomem(cx);
    }
    if (!value)
        return refused(cx, &e);
    if (!arena_defer(cx->arena, release, value))
        return cx_nomem(cx);
    *ret = value;
    return RC_OK;
}
