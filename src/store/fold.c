/*
 * What SQLite lacks and queries need, as SQL functions: letters beyond ASCII in lower and upper
 * case, and parts of an instant in Norwegian time.
 *
 *   norsk_lower(text), norsk_upper(text)
 *   norsk_tid(instant, part)    1 year, 2 month, 3 day, 4 hour, 5 minute, 6 second
 *   norsk_instant(text)         µs of a date or dateTime, NULL when it is none
 *
 * NULL gives NULL. On PostgreSQL the server's own functions do the same.
 */
#include "store/store_int.h"

#include <locale.h>
#include <wctype.h>

#include <sqlite3.h>

static void free_locale(void *p)
{
    freelocale(p);
}

/* SQLite hands out what was stored, which need not be UTF-8: a broken byte stands for itself. */
static size_t read_code(const unsigned char *p, size_t n, uint32_t *ret)
{
    size_t more = p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : 1;
    *ret = 0;
    if (p[0] < 0xC2 || p[0] > 0xF4 || n <= more)
        return 1;
    uint32_t c = p[0] & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 1;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *ret = c;
    return more + 1;
}

static size_t write_code(char *out, uint32_t c)
{
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* No letter of two bytes or more changes case into more than twice its length. */
static size_t fold(locale_t locale, bool lower, const unsigned char *p, size_t n, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        if (p[i] < 0x80) {
            bool other = lower ? p[i] >= 'A' && p[i] <= 'Z' : p[i] >= 'a' && p[i] <= 'z';
            out[used++] = (char)(other ? p[i] ^ 0x20 : p[i]);
            i++;
            continue;
        }
        uint32_t c;
        size_t length = read_code(p + i, n - i, &c);
        uint32_t to = c ? (uint32_t)(lower ? towlower_l((wint_t)c, locale)
                                           : towupper_l((wint_t)c, locale)) : 0;
        if (to >= 0x80) {
            used += write_code(out + used, to);
        } else {
            memcpy(out + used, p + i, length);
            used += length;
        }
        i += length;
    }
    return used;
}

static void change_case(sqlite3_context *cx, sqlite3_value *v, bool lower)
{
    const unsigned char *p = sqlite3_value_text(v);
    if (!p)
        return;
    size_t n = (size_t)sqlite3_value_bytes(v);
    char *out = sqlite3_malloc64(2 * n + 4);
    if (!out) {
        sqlite3_result_error_nomem(cx);
        return;
    }
    size_t used = fold(sqlite3_user_data(cx), lower, p, n, out);
    sqlite3_result_text64(cx, out, used, sqlite3_free, SQLITE_UTF8);
}

static void lower_case(sqlite3_context *cx, int n, sqlite3_value **v)
{
    (void)n;
    change_case(cx, v[0], true);
}

static void upper_case(sqlite3_context *cx, int n, sqlite3_value **v)
{
    (void)n;
    change_case(cx, v[0], false);
}

static void time_part(sqlite3_context *cx, int n, sqlite3_value **v)
{
    static const struct {
        size_t at, n;
    } places[] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}};
    (void)n;
    int part = sqlite3_value_int(v[1]);
    if (sqlite3_value_type(v[0]) == SQLITE_NULL || part < 1 || part > (int)COUNT_OF(places))
        return;
    char text[TIME_TEXT_MAX];
    time_format(sqlite3_value_int64(v[0]), text);
    int64_t value;
    if (str_int((struct str){text + places[part - 1].at, places[part - 1].n}, &value))
        sqlite3_result_int64(cx, value);
}

static void instant(sqlite3_context *cx, int n, sqlite3_value **v)
{
    (void)n;
    const void *p = sqlite3_value_text(v[0]);
    int64_t t;
    if (p && time_parse((struct str){p, (size_t)sqlite3_value_bytes(v[0])}, true, &t))
        sqlite3_result_int64(cx, t);
}

int fold_register(struct sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    locale_t small = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t large = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!small || !large) {
        if (small)
            freelocale(small);
        if (large)
            freelocale(large);
        return SQLITE_NOMEM;
    }
    /* SQLite calls the destructor also when registering fails. */
    int a = sqlite3_create_function_v2(db, "norsk_lower", 1, flags, small, lower_case, NULL, NULL,
                                       free_locale);
    int b = sqlite3_create_function_v2(db, "norsk_upper", 1, flags, large, upper_case, NULL, NULL,
                                       free_locale);
    int c = sqlite3_create_function_v2(db, "norsk_tid", 2, flags, NULL, time_part, NULL, NULL, NULL);
    int d = sqlite3_create_function_v2(db, "norsk_instant", 1, flags, NULL, instant, NULL, NULL, NULL);
    return a | b | c | d ? SQLITE_ERROR : SQLITE_OK;
}
