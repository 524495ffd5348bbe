/*
 * What each type of field takes, accepts and shows: one row of `types` a type.
 */
#include <stdlib.h>

#include "form/form_int.h"

typedef struct svar_fault (*check_fn)(struct cx *cx, const struct felt *f, const json_t *svar);
typedef const char *(*text_fn)(struct cx *cx, const struct felt *f, const json_t *svar, int spraak);

struct type {
    const char *name;
    const char *const *parts;
    check_fn check;
    text_fn text;
    unsigned flags;
};
/* JOINED: spaces inside are left out (numbers of persons, companies, telephones). MANY: a list of values. */
enum { PLAIN = 0, JOINED = 1, MANY = 2, DECIMAL = 4 };
static const struct type types[FELT_TYPES];

const char *felt_type_name(enum felt_type t)
{
    return types[t].name;
}

const char *const *felt_parts(enum felt_type t)
{
    return types[t].parts;
}

/* ------------------------------------------------------------------ taking what was sent */

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *trimmed(struct cx *cx, const char *s)
{
    size_t n;
    while (is_space((unsigned char)*s))
        s++;
    for (n = strlen(s); n > 0 && is_space((unsigned char)s[n - 1]); n--)
        ;
    return arena_strndup(cx->arena, s, n);
}

/* Bytes of a space at p, also one that does not break (U+00A0, U+202F); 0 when there is none. */
static size_t space_at(const char *p)
{
    if (is_space((unsigned char)*p))
        return 1;
    return strncmp(p, "\xC2\xA0", 2) == 0 ? 2 : strncmp(p, "\xE2\x80\xAF", 3) == 0 ? 3 : 0;
}

static const char *joined(struct cx *cx, const char *s)
{
    char *out = arena_alloc(cx->arena, strlen(s) + 1);
    size_t n = 0;
    while (out && *s) {
        size_t space = space_at(s);
        if (space)
            s += space;
        else
            out[n++] = *s++;
    }
    return out;
}

/* "1 234,50" is 1234.50 to us; the minus sign may be the long one. */
static const char *plain_number(struct cx *cx, const char *s)
{
    const char *number = joined(cx, s);
    if (number && strncmp(number, "\xE2\x88\x92", 3) == 0)
        number = arena_printf(cx->arena, "-%s", number + 3);
    char *out = number ? arena_strdup(cx->arena, number) : NULL;
    for (char *c = out; c && *c; c++)
        if (*c == ',')
            *c = '.';
    return out;
}

static const char *as_kept(struct cx *cx, const struct felt *f, const char *typed)
{
    if (types[f->type].flags & DECIMAL)
        return plain_number(cx, typed);
    return types[f->type].flags & JOINED ? joined(cx, typed) : trimmed(cx, typed);
}

static enum rc put_text(struct cx *cx, json_t *object, const char *name, const char *text)
{
    if (!text)
        return cx_nomem(cx);
    if (!*text) {
        (void)json_object_del(object, name);
        return RC_OK;
    }
    json_t *value = str_utf8(str_of(text)) ? json_string(text) : NULL;
    if (!value)
        return err_set(cx, RC_BAD_REQUEST, name, "UTF-8");
    return json_object_set_new(object, name, value) == 0 ? RC_OK : cx_nomem(cx);
}

static enum rc take_parts(struct cx *cx, json_t *svar, const struct felt *f, svar_input input, void *arg)
{
    json_t *parts = json_object();
    enum rc rc = parts ? RC_OK : cx_nomem(cx);
    for (const char *const *p = types[f->type].parts; *p && rc == RC_OK; p++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s-%s", f->id, *p);
        const char *typed = input(arg, name, 0);
        rc = put_text(cx, parts, *p, trimmed(cx, typed ? typed : ""));
    }
    if (rc == RC_OK)
        rc = svar_put(cx, svar, f, json_object_size(parts) ? json_incref(parts) : NULL);
    json_decref(parts);
    return rc;
}

static enum rc take_many(struct cx *cx, json_t *svar, const struct felt *f, svar_input input, void *arg)
{
    json_t *list = json_array();
    if (!list)
        return cx_nomem(cx);
    const char *value;
    for (size_t i = 0; i < SKJEMA_VALG_MAX && (value = input(arg, f->id, i)) != NULL; i++) {
        json_t *item = json_string(value);
        if (item && json_array_append_new(list, item) != 0) {
            json_decref(list);
            return cx_nomem(cx);
        }
    }
    if (json_array_size(list))
        return svar_put(cx, svar, f, list);
    json_decref(list);
    return svar_put(cx, svar, f, NULL);
}

/* Three boxes become one date when they are one, and stay parts when not. */
static enum rc take_date(struct cx *cx, json_t *svar, const struct felt *f, svar_input input, void *arg)
{
    int64_t day, month, year, days;
    TRY(take_parts(cx, svar, f, input, arg));
    if (!str_int(str_of(svar_part(svar, f, "dag")), &day) || !str_int(str_of(svar_part(svar, f, "maaned")), &month) ||
        !str_int(str_of(svar_part(svar, f, "aar")), &year) || day < 0 || day > 99 || month < 0 || month > 99)
        return RC_OK;
    const char *date = arena_printf(cx->arena, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, day);
    return date && time_date(str_of(date), &days) ? put_text(cx, svar, f->id, date) : RC_OK;
}

static enum rc take(struct cx *cx, json_t *svar, const struct felt *f, svar_input input, void *arg)
{
    if (f->type == FELT_DATE)
        return take_date(cx, svar, f, input, arg);
    if (*types[f->type].parts)
        return take_parts(cx, svar, f, input, arg);
    if (types[f->type].flags & MANY)
        return take_many(cx, svar, f, input, arg);
    const char *typed = input(arg, f->id, 0);
    return put_text(cx, svar, f->id, as_kept(cx, f, typed ? typed : ""));
}

enum rc svar_take(struct cx *cx, json_t *svar, const struct felt *f, svar_input input, void *arg)
{
    if (f->compute || f->type == FELT_FILE || svar_locked(svar, f))
        return RC_OK;
    json_t *before = json_incref(json_object_get(svar, f->id)), *source = json_incref(svar_source_of(svar, f));
    enum rc rc = take(cx, svar, f, input, arg);
    svar_forget_source(svar, f);
    if (rc == RC_OK && source && json_equal(before, json_object_get(svar, f->id)))
        rc = svar_source_put(cx, svar, f, source);
    json_decref(before);
    json_decref(source);
    return rc;
}

/* ------------------------------------------------------------------ checks */

static struct svar_fault fault(const struct felt *f, enum svar_error error, const char *limit)
{
    return (struct svar_fault){f, error, limit ? limit : ""};
}

static struct svar_fault when(const struct felt *f, bool wrong, enum svar_error error)
{
    return fault(f, wrong ? error : SVAR_FINE, NULL);
}

static size_t characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static struct svar_fault check_text(struct cx *cx, const struct felt *f, const json_t *svar)
{
    if (characters(svar_part(svar, f, NULL)) <= (size_t)f->max_length)
        return fault(f, SVAR_FINE, NULL);
    return fault(f, SVAR_TOO_LONG, arena_printf(cx->arena, "%" PRId64, f->max_length));
}

/* One @ with something before it, and a dot with something on both sides after it (not all of RFC 5321). */
static struct svar_fault check_email(struct cx *cx, const struct felt *f, const json_t *svar)
{
    const char *s = svar_part(svar, f, NULL), *at = strchr(s, '@'), *dot = at ? strrchr(at, '.') : NULL;
    bool fine = at && at > s && !strchr(at + 1, '@') && dot && dot > at + 1 && dot[1] && !strpbrk(s, " \t\n,;<>()[]\\\"");
    (void)cx;
    return when(f, !fine || strlen(s) > 254, SVAR_EMAIL);
}

/* Eight digits, or + and the digits of another country (ITU-T E.164). */
static struct svar_fault check_phone(struct cx *cx, const struct felt *f, const json_t *svar)
{
    const char *s = svar_part(svar, f, NULL), *digits = *s == '+' ? s + 1 : s;
    size_t n = strlen(digits);
    (void)cx;
    bool fine = strspn(digits, "0123456789") == n && (*s == '+' ? n >= 7 && n <= 15 : n == 8 || n == 5);
    return when(f, !fine, SVAR_PHONE);
}

static struct svar_fault check_national_id(struct cx *cx, const struct felt *f, const json_t *svar)
{
    (void)cx;
    return when(f, !national_id_valid(str_of(svar_part(svar, f, NULL))), SVAR_NATIONAL_ID);
}

static struct svar_fault check_org_number(struct cx *cx, const struct felt *f, const json_t *svar)
{
    (void)cx;
    return when(f, !org_number_valid(str_of(svar_part(svar, f, NULL))), SVAR_ORG_NUMBER);
}

static struct svar_fault check_address(struct cx *cx, const struct felt *f, const json_t *svar)
{
    const char *postnr = svar_part(svar, f, "postnr"), *gate = svar_part(svar, f, "gate");
    const char *sted = svar_part(svar, f, "poststed");
    (void)cx;
    if (strlen(postnr) != 4 || strspn(postnr, "0123456789") != 4)
        return fault(f, SVAR_POSTNR, NULL);
    return when(f, !*gate || !*sted || characters(gate) > 200 || characters(sted) > 100, SVAR_ADDRESS);
}

/* gnr and bnr are needed, fnr and snr may be 0 or left out (matrikkellova § 5 a). */
static struct svar_fault check_property(struct cx *cx, const struct felt *f, const json_t *svar)
{
    (void)cx;
    for (const char *const *p = types[FELT_PROPERTY].parts; *p; p++) {
        const char *s = svar_part(svar, f, *p);
        bool needed = streq(*p, "gnr") || streq(*p, "bnr");
        if ((needed && !*s) || strlen(s) > 5 || strspn(s, "0123456789") != strlen(s) || (needed && *s == '0'))
            return fault(f, SVAR_PROPERTY, NULL);
    }
    return fault(f, SVAR_FINE, NULL);
}

static struct svar_fault check_range(struct cx *cx, const struct felt *f, double value, const char *least, const char *most)
{
    (void)cx;
    if (f->has_min && value < f->min)
        return fault(f, SVAR_TOO_SMALL, least);
    if (f->has_max && value > f->max)
        return fault(f, SVAR_TOO_LARGE, most);
    return fault(f, SVAR_FINE, NULL);
}

static const char *day_text(struct cx *cx, double days)
{
    int y, m, d;
    time_civil_day((int64_t)days, &y, &m, &d);
    return arena_printf(cx->arena, "%02d.%02d.%04d", d, m, y);
}

static struct svar_fault check_date(struct cx *cx, const struct felt *f, const json_t *svar)
{
    int64_t days;
    if (!time_date(str_of(svar_part(svar, f, NULL)), &days))
        return fault(f, SVAR_DATE, NULL);
    return check_range(cx, f, (double)days, day_text(cx, f->min), day_text(cx, f->max));
}

static struct svar_fault check_number(struct cx *cx, const struct felt *f, const json_t *svar)
{
    double d;
    if (!str_double(str_of(svar_part(svar, f, NULL)), &d))
        return fault(f, SVAR_NUMBER, NULL);
    return check_range(cx, f, d, arena_printf(cx->arena, "%.10g", f->min), arena_printf(cx->arena, "%.10g", f->max));
}

static bool is_choice(const struct felt *f, const char *value)
{
    for (size_t i = 0; i < f->choices_n; i++)
        if (streq(f->choices[i].value, value))
            return true;
    return false;
}

static struct svar_fault check_choice(struct cx *cx, const struct felt *f, const json_t *svar)
{
    (void)cx;
    return when(f, !is_choice(f, svar_part(svar, f, NULL)), SVAR_CHOICE);
}

static struct svar_fault check_choices(struct cx *cx, const struct felt *f, const json_t *svar)
{
    size_t i;
    json_t *item;
    (void)cx;
    json_array_foreach(json_object_get(svar, f->id), i, item)
        if (!json_is_string(item) || !is_choice(f, json_string_value(item)))
            return fault(f, SVAR_CHOICE, NULL);
    return fault(f, SVAR_FINE, NULL);
}

static struct svar_fault check_yes_no(struct cx *cx, const struct felt *f, const json_t *svar)
{
    const char *s = svar_part(svar, f, NULL);
    (void)cx;
    return when(f, !streq(s, "ja") && !streq(s, "nei"), SVAR_CHOICE);
}

/* Files are checked when they are taken in. */
static struct svar_fault check_file(struct cx *cx, const struct felt *f, const json_t *svar)
{
    (void)cx;
    (void)svar;
    return fault(f, SVAR_FINE, NULL);
}

struct svar_fault felt_check(struct cx *cx, const struct felt *f, const json_t *svar)
{
    if (!json_object_get(svar, f->id))
        return when(f, f->required && !f->compute, SVAR_MISSING);
    return f->compute ? fault(f, SVAR_FINE, NULL) : types[f->type].check(cx, f, svar);
}

/* ------------------------------------------------------------------ answers for people */

static const char *in_language(const struct tekst *t, int spraak)
{
    return t->in[spraak] ? t->in[spraak] : "";
}

static const char *text_plain(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    (void)cx;
    (void)spraak;
    return svar_part(svar, f, NULL);
}

static const char *text_address(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    (void)spraak;
    return arena_printf(cx->arena, "%s\n%s %s", svar_part(svar, f, "gate"), svar_part(svar, f, "postnr"),
                        svar_part(svar, f, "poststed"));
}

/* "7/70", "7/70/2/1": gnr/bnr/fnr/snr without what is not there at the end. */
static const char *text_property(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    const char *fnr = svar_part(svar, f, "fnr"), *snr = svar_part(svar, f, "snr");
    bool has_snr = *snr && !streq(snr, "0"), has_fnr = *fnr && !streq(fnr, "0");
    (void)spraak;
    const char *land = arena_printf(cx->arena, "%s/%s", svar_part(svar, f, "gnr"), svar_part(svar, f, "bnr"));
    if (!land || (!has_fnr && !has_snr))
        return land;
    return has_snr ? arena_printf(cx->arena, "%s/%s/%s", land, has_fnr ? fnr : "0", snr)
                   : arena_printf(cx->arena, "%s/%s", land, fnr);
}

static const char *text_date(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    const char *s = svar_part(svar, f, NULL);
    int64_t days;
    if (!time_date(str_of(s), &days))
        return arena_printf(cx->arena, "%s.%s.%s", svar_part(svar, f, "dag"), svar_part(svar, f, "maaned"),
                            svar_part(svar, f, "aar"));
    return spraak == SPRAAK_EN ? arena_printf(cx->arena, "%.2s/%.2s/%.4s", s + 8, s + 5, s)
                               : arena_printf(cx->arena, "%.2s.%.2s.%.4s", s + 8, s + 5, s);
}

/* Digits in threes, a comma in Norwegian and Sámi. */
static const char *text_number(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    const char *s = svar_part(svar, f, NULL), *digits = *s == '-' ? s + 1 : s;
    size_t whole = strspn(digits, "0123456789");
    struct buf b;
    buf_init(&b, 256);
    buf_puts(&b, *s == '-' ? "\xE2\x88\x92" : "");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            buf_puts(&b, "\xC2\xA0");
        buf_putc(&b, digits[i]);
    }
    if (digits[whole] == '.')
        buf_printf(&b, "%s%s", spraak == SPRAAK_EN ? "." : ",", digits + whole + 1);
    buf_puts(&b, f->type == FELT_MONEY ? "\xC2\xA0kr" : "");
    const char *text = arena_strdup(cx->arena, b.p);
    buf_free(&b);
    return text;
}

static const char *choice_text(const struct felt *f, const char *value, int spraak)
{
    for (size_t i = 0; i < f->choices_n; i++)
        if (streq(f->choices[i].value, value))
            return in_language(&f->choices[i].text, spraak);
    return value;
}

static const char *text_choice(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    (void)cx;
    return choice_text(f, svar_part(svar, f, NULL), spraak);
}

/* One on each line: file names too. */
static const char *text_many(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    struct buf b;
    size_t i;
    json_t *item;
    buf_init(&b, (size_t)KiB(64));
    json_array_foreach(json_object_get(svar, f->id), i, item) {
        const char *value = json_is_object(item) ? json_string_value(json_object_get(item, "navn"))
            : json_string_value(item);
        buf_printf(&b, "%s%s", i ? "\n" : "", value ? choice_text(f, value, spraak) : "");
    }
    const char *text = buf_failed(&b) ? NULL : arena_strdup(cx->arena, b.p);
    buf_free(&b);
    return text;
}

static const char *text_yes_no(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    static const char *const words[SPRAAK_COUNT][2] = {{"Nei", "Ja"}, {"Nei", "Ja"}, {"Ii", "Juo"}, {"No", "Yes"}};
    (void)cx;
    return words[spraak][streq(svar_part(svar, f, NULL), "ja")];
}

const char *svar_text(struct cx *cx, const struct felt *f, const json_t *svar, int spraak)
{
    if (!json_object_get(svar, f->id))
        return "";
    const char *text = types[f->type].text(cx, f, svar, spraak);
    return text ? text : "";
}

/* ------------------------------------------------------------------ the types */

#define FELT(id, name, check, text, flags, ...) static const char *const parts_##id[] = {__VA_ARGS__, NULL};
#include "form/felt.def"
#undef FELT

static const struct type types[FELT_TYPES] = {
#define FELT(id, name, check, text, flags, ...) [FELT_##id] = {name, parts_##id, check, text, flags},
#include "form/felt.def"
#undef FELT
};
