/*
 * Tokens of an option, and what is said when they do not fit.
 */
#include "tg/odata_int.h"

#define NAME_SHOWN 60    /* bytes of a name repeated in an error */

static const char *const faults[][2] = {
    [FAULT_UNEXPECTED] = {"uventet her", "unexpected here"},
    [FAULT_UNKNOWN] = {"finnes ikke", "does not exist"},
    [FAULT_UNFINISHED] = {"teksten mangler avsluttende anførselstegn", "the string has no closing quote"},
    [FAULT_TYPE] = {"verdiene har ulik type", "the values differ in type"},
    [FAULT_ARGUMENTS] = {"feil antall eller type argumenter", "wrong number or type of arguments"},
    [FAULT_DEEP] = {"for mange nivåer", "too many levels"},
    [FAULT_MANY] = {"for mange ledd", "too many terms"},
    [FAULT_NUMBER] = {"ventet et heltall fra 0", "expected an integer from 0"},
    [FAULT_END] = {"uttrykket slutter for tidlig", "the expression ends too early"},
    [FAULT_TWICE] = {"er gitt to ganger", "is given twice"},
    [FAULT_TIME] = {"er ikke en dato", "is not a date"},
    [FAULT_NULL] = {"kan bare sammenlignes med null", "can only be compared with null"},
    [FAULT_CONDITION] = {"er ikke en betingelse", "is not a condition"},
    [FAULT_SEARCH] = {"søket er for langt", "the search is too long"},
};

/* Characters before the byte, counted from 1. */
static size_t column(struct str text, size_t at)
{
    size_t n = 1;
    for (size_t i = 0; i < at && i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return n;
}

enum rc odata_fail(struct reader *r, size_t at, enum fault what, struct str name)
{
    int nb = r->cx->lang == LANG_NB;
    size_t n = name.n < NAME_SHOWN ? name.n : NAME_SHOWN;
    while (n > 0 && n < name.n && ((unsigned char)name.p[n] & 0xC0) == 0x80)
        n--;
    return err_setf(r->cx, RC_ODATA, r->option, nb ? "tegn %zu: %s%.*s%s%s" : "character %zu: %s%.*s%s%s",
                    column(r->text, at), n ? "«" : "", (int)n, n ? name.p : "", n ? "» " : "",
                    faults[what][nb ? 0 : 1]);
}

enum rc odata_unexpected(struct reader *r)
{
    if (r->tok == TOK_END)
        return odata_fail(r, r->text.n, FAULT_END, STR(""));
    return odata_fail(r, r->start, FAULT_UNEXPECTED, r->tok == TOK_STRING ? STR("") : r->value);
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static char peek(const struct reader *r, size_t i)
{
    return i < r->text.n ? r->text.p[i] : '\0';
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void token(struct reader *r, enum tok t, size_t end)
{
    r->tok = t;
    r->value = (struct str){r->text.p + r->start, end - r->start};
    r->at = end;
}

/* Length of a full VSM name (ppt-v1:skoleaar) at i, or 0. */
static size_t vsm_name(const struct reader *r, size_t i)
{
    size_t p = i;
    bool hyphen = false;
    for (;;) {
        size_t begin = p;
        while (digit(peek(r, p)) || (letter(peek(r, p)) && (unsigned char)peek(r, p) < 0x80))
            p++;
        if (p == begin)
            return 0;
        if (peek(r, p) == ':' && hyphen)
            break;
        if (peek(r, p) != '-')
            return 0;
        hyphen = true;
        p++;
    }
    size_t begin = ++p;
    while (digit(peek(r, p)) || (letter(peek(r, p)) && (unsigned char)peek(r, p) < 0x80) ||
           peek(r, p) == '-' || peek(r, p) == '.')
        p++;
    return p > begin ? p - i : 0;
}

static enum rc string(struct reader *r)
{
    char quote = r->text.p[r->start];
    char *out = arena_alloc(r->cx->arena, r->text.n - r->start);
    if (!out)
        return cx_nomem(r->cx);
    size_t n = 0, i = r->start + 1;
    for (;; i++) {
        if (i >= r->text.n)
            return odata_fail(r, r->start, FAULT_UNFINISHED, STR(""));
        if (r->text.p[i] == quote) {
            if (peek(r, i + 1) != quote)
                break;
            i++;
        }
        out[n++] = r->text.p[i];
    }
    token(r, TOK_STRING, i + 1);
    r->value = (struct str){out, n};
    return RC_OK;
}

static bool date_at(const struct reader *r, size_t i)
{
    static const char shape[] = "dddd-dd-dd";
    for (size_t k = 0; k < sizeof(shape) - 1; k++)
        if (shape[k] == 'd' ? !digit(peek(r, i + k)) : peek(r, i + k) != '-')
            return false;
    return true;
}

/* A date, or a dateTime with its zone; the '+' of a zone may have become a blank on the way. */
static enum rc time_token(struct reader *r)
{
    size_t i = r->start + 10;
    if (peek(r, i) == 'T' || peek(r, i) == 't') {
        i++;
        while (digit(peek(r, i)) || peek(r, i) == ':' || peek(r, i) == '.')
            i++;
        bool lost = peek(r, i) == ' ' && digit(peek(r, i + 1)) && digit(peek(r, i + 2)) &&
                    peek(r, i + 3) == ':' && !r->lim->strict;
        if (peek(r, i) == '+' || peek(r, i) == '-' || lost)
            i += 6;
        else if (peek(r, i) == 'Z')
            i++;
    }
    if (i > r->text.n)
        i = r->text.n;
    token(r, TOK_TIME, i);
    char text[40];
    if (r->value.n >= sizeof(text))
        return odata_fail(r, r->start, FAULT_TIME, r->value);
    for (size_t k = 0; k < r->value.n; k++)
        text[k] = r->value.p[k] == ' ' ? '+' : r->value.p[k];
    if (!time_parse((struct str){text, r->value.n}, true, &r->i))
        return odata_fail(r, r->start, FAULT_TIME, r->value);
    return RC_OK;
}

/* Is the quote at i a stray one: the last thing in the text? */
static bool stray_quote(const struct reader *r, size_t i)
{
    if (r->lim->strict || (peek(r, i) != '\'' && peek(r, i) != '"'))
        return false;
    while (blank(peek(r, i + 1)))
        i++;
    return i + 1 >= r->text.n;
}

static enum rc number(struct reader *r)
{
    size_t i = r->start + (peek(r, r->start) == '-' || peek(r, r->start) == '+');
    bool whole = true;
    while (digit(peek(r, i)))
        i++;
    if (peek(r, i) == '.' && digit(peek(r, i + 1))) {
        whole = false;
        for (i++; digit(peek(r, i)); i++)
            ;
    }
    if (peek(r, i) == 'e' || peek(r, i) == 'E') {
        size_t e = i + 1 + (peek(r, i + 1) == '-' || peek(r, i + 1) == '+');
        whole = whole && !digit(peek(r, e));
        for (; digit(peek(r, e)); e++)
            i = e + 1;
    }
    token(r, whole ? TOK_INTEGER : TOK_NUMBER, i);
    struct str source = r->value;
    if (source.n && source.p[0] == '+')
        source = (struct str){source.p + 1, source.n - 1};
    if (letter(peek(r, i)))
        return odata_fail(r, r->start, FAULT_UNEXPECTED, (struct str){r->value.p, i - r->start + 1});
    if (whole && !str_int(source, &r->i))
        r->tok = TOK_NUMBER;
    if (!str_double(source, &r->d))
        return odata_fail(r, r->start, FAULT_UNEXPECTED, r->value);
    if (stray_quote(r, i))
        r->at = r->text.n;
    return RC_OK;
}

static enum rc name(struct reader *r)
{
    size_t i = r->start + (peek(r, r->start) == '$');
    if (!letter(peek(r, i))) {
        size_t shown = peek(r, i) ? 1 : 0;
        return odata_fail(r, r->start, FAULT_UNEXPECTED, (struct str){r->text.p + r->start, shown});
    }
    while (letter(peek(r, i)) || digit(peek(r, i)) || (peek(r, i) == '.' && letter(peek(r, i + 1))))
        i++;
    token(r, TOK_NAME, i);
    return RC_OK;
}

static bool uuid_at(const struct reader *r, size_t i)
{
    return r->text.n - i >= 36 && uuid_valid((struct str){r->text.p + i, 36}) &&
           !letter(peek(r, i + 36)) && !digit(peek(r, i + 36)) && peek(r, i + 36) != '-';
}

enum rc odata_next(struct reader *r)
{
    static const struct { char c; enum tok t; } single[] = {
        {'(', TOK_OPEN}, {')', TOK_CLOSE}, {',', TOK_COMMA}, {'/', TOK_SLASH}, {':', TOK_COLON},
        {';', TOK_SEMICOLON}, {'=', TOK_EQUALS}, {'*', TOK_STAR},
    };
    while (blank(peek(r, r->at)))
        r->at++;
    r->start = r->at;
    r->value = STR("");
    if (r->at >= r->text.n) {
        r->tok = TOK_END;
        return RC_OK;
    }
    char c = r->text.p[r->at];
    for (size_t i = 0; i < COUNT_OF(single); i++)
        if (single[i].c == c) {
            token(r, single[i].t, r->at + 1);
            return RC_OK;
        }
    if (c == '\'' || (c == '"' && !r->lim->strict))
        return string(r);
    if (date_at(r, r->at))
        return time_token(r);
    if (uuid_at(r, r->at)) {
        token(r, TOK_UUID, r->at + 36);
        return RC_OK;
    }
    size_t vsm = vsm_name(r, r->at);
    if (vsm > 0) {
        token(r, TOK_NAME, r->at + vsm);
        return RC_OK;
    }
    if (digit(c) || ((c == '-' || c == '+') && digit(peek(r, r->at + 1))))
        return number(r);
    return name(r);
}

bool odata_word(const struct reader *r, const char *word)
{
    return r->tok == TOK_NAME && (r->lim->strict ? str_is(r->value, word) : str_ieq(r->value, word));
}

enum rc odata_expect(struct reader *r, enum tok t)
{
    if (r->tok != t)
        return odata_unexpected(r);
    return odata_next(r);
}

enum rc odata_enter(struct reader *r)
{
    if (r->depth >= r->lim->depth_max)
        return odata_fail(r, r->start, FAULT_DEEP, STR(""));
    r->depth++;
    return RC_OK;
}

void odata_leave(struct reader *r)
{
    r->depth--;
}

enum rc odata_term(struct reader *r)
{
    if (r->terms >= r->lim->terms_max)
        return odata_fail(r, r->start, FAULT_MANY, STR(""));
    r->terms++;
    return RC_OK;
}

struct expr *odata_expr(struct reader *r, enum expr_kind kind, size_t args_n)
{
    struct expr *e = arena_alloc(r->cx->arena, sizeof(*e));
    if (!e)
        return NULL;
    e->kind = kind;
    if (args_n) {
        e->args = arena_array(r->cx->arena, args_n, sizeof(*e->args));
        if (!e->args)
            return NULL;
        e->args_n = args_n;
    }
    return e;
}
