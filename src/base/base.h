/*
 * base – what every room stands on: errors, memory, strings, JSON text, time, identifiers, log.
 *
 * Conventions of the whole project:
 *   - a function that can fail returns `enum rc`, and RC_OK is 0; the detail of the failure lies in
 *     cx->err (the first one wins) until a door renders it. Rooms below the doors never log and
 *     return: they return.
 *   - output parameters are named ret_x and written only on success.
 *   - x_free(T **) accepts NULL and a pointer to NULL, and clears the pointer.
 *   - time is int64_t microseconds since 1970-01-01T00:00:00Z, and "now" is cx->now.
 *   - text is UTF-8. `struct str` is borrowed and not terminated; `char *` is terminated.
 */
#ifndef SAMDRIFT_BASE_H
#define SAMDRIFT_BASE_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <pthread.h>

#include <jansson.h>

#define ATTR_CHECK __attribute__((warn_unused_result))
#define ATTR_FORMAT(fmt, first) __attribute__((format(printf, fmt, first)))
#define ATTR_UNUSED __attribute__((unused))
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define KiB(n) ((int64_t)(n) << 10)
#define MiB(n) ((int64_t)(n) << 20)
#define GiB(n) ((int64_t)(n) << 30)

/* Leave the function with the code of a failed call. The only control-flow macro of the project. */
#define TRY(call)                     \
    do {                              \
        enum rc try_rc_ = (call);     \
        if (try_rc_ != RC_OK)         \
            return try_rc_;           \
    } while (0)

/* ------------------------------------------------------------------ errors */

/* One code a line of err.def: RC_NOT_FOUND, RC_FIELD_MISSING … */
enum rc {
    RC_OK = 0,
#define ERR(id, ...) RC_##id,
#include "base/err.def"
#undef ERR
    RC_END
};

enum lang { LANG_NB, LANG_EN };

struct arena;

/* What went wrong. Strings live in the arena of the context. */
struct err {
    enum rc rc;
    const char *field;   /* attribute, parameter or header at fault, "" when there is none */
    const char *detail;  /* fills {} in the texts; shown to the client, so never personal data */
    const char *secret;  /* for the operator's log only; may be NULL */
};

/*
 * The context of one request or job: its memory, its clock, its language, its first error.
 * Made by cx_open, ended by cx_close, used by one thread at a time.
 */
struct cx {
    struct arena *arena;
    int64_t now;
    enum lang lang;
    struct err err;
};

/* Opens a context whose arena may grow to `limit` bytes. Sets now from the clock (in whole
 * milliseconds), lang to LANG_NB. Without memory it is opened all the same, and gives none. */
void cx_open(struct cx *cx, size_t limit);
/* Runs deferred functions, frees everything allocated in it. */
void cx_close(struct cx *cx);

/* Records the error (unless one is recorded already) and returns rc, for `return err_set(…)`.
 * field and detail are copied; either may be NULL. */
enum rc err_set(struct cx *cx, enum rc rc, const char *field, const char *detail);
/* As err_set, the detail formatted. */
enum rc err_setf(struct cx *cx, enum rc rc, const char *field, const char *fmt, ...) ATTR_FORMAT(4, 5);
/* As err_set, with text for the operator's log (library messages, paths). Gives no detail to the client. */
enum rc err_secret(struct cx *cx, enum rc rc, const char *fmt, ...) ATTR_FORMAT(3, 4);
/* Forgets the recorded error: for a caller that has dealt with it. */
void err_clear(struct cx *cx);

/* The code of a failed system call: RC_NO_SPACE (disk or quota full), RC_NOMEM, else RC_IO. */
enum rc rc_of_errno(int error);
/* A name given or taken is safe only when the directory it stands in is flushed. False: errno tells why. */
bool dir_flush(const char *path);
/* As dir_flush of the directory that the path stands in. */
bool dir_flush_parent(const char *path);
/* Removes a folder with all in it, or a file; gone already is fine. False: errno tells why, and some of it may be gone. */
bool dir_remove(const char *path);
/* Flushes all that was written to the file system path is on: one call for a million files. False: errno tells why. */
bool disk_flush(const char *path);

/* The columns of err.def. rc must not be RC_OK. */
int err_status(enum rc rc);              /* HTTP status, 400–599 */
const char *err_id(enum rc rc);          /* "FIELD_MISSING": stable name of the rule */
/* "<field>: <rule> <remedy>" in the language of the context, {} filled; lives in the arena. */
const char *err_text(struct cx *cx);
/* The same in a language that pages have; the detail is in that of the context. */
enum err_lang { ERR_NB, ERR_NN, ERR_SE, ERR_EN, ERR_LANGS };
const char *err_text_in(struct cx *cx, enum err_lang lang);

/* ------------------------------------------------------------------ memory */

/* Memory freed as a whole, zeroed, with a hard limit. One thread at a time. */
struct arena *arena_new(size_t limit);
void arena_free(struct arena **a);
/* n zeroed bytes aligned for any type, or NULL when the limit or the machine's memory is reached. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc));
/* n objects of size bytes each; NULL also when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((malloc));
/* An array that objects are added to one by one, each after a call of this: with room for one more behind its n (NULL: 0).
 * It is `all` itself, or a copy with twice the room; NULL without memory, and `all` is as it was. */
void *arena_grow(struct arena *a, void *all, size_t n, size_t size) ATTR_CHECK;
char *arena_strndup(struct arena *a, const char *p, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) ATTR_FORMAT(2, 3);
/* Calls fn(arg) when the arena is freed, last registered first. False when out of memory (fn was then called). */
bool arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* err_set(cx, RC_NOMEM…): for `if (!p) return cx_nomem(cx)`. */
enum rc cx_nomem(struct cx *cx);

/* For objects that outlive a request (one owner), zeroed. mem_new and mem_strdup abort on exhaustion:
 * they are for what is made at start-up. mem_try gives NULL then: for what is made while serving. */
void *mem_new(size_t n) __attribute__((malloc));
void *mem_try(size_t n) __attribute__((malloc));
void mem_free(void *p);
char *mem_strdup(const char *s);

/*
 * A table of entries of one size, found by the LOOKUP_KEY bytes they begin with (an identifier, a digest): for what must be
 * remembered of an input of any size. As long as it takes at most `memory` bytes it lies in memory, then in a temporary file.
 * The last byte of an entry is never 0. One thread at a time.
 *
 * It fails sticky, without memory or disk: then nothing is found and nothing put, and the owner asks once at the end.
 */
struct lookup;
enum { LOOKUP_KEY = 16, LOOKUP_ENTRY = 64 /* bytes at most */ };
struct lookup *lookup_new(size_t entry, size_t memory);
void lookup_free(struct lookup **l);
/* Is there an entry of that key? Then it is copied to entry, whose first bytes are the key. */
bool lookup_get(struct lookup *l, void *entry) ATTR_CHECK;
/* Adds the entry, or replaces the one of its key. */
void lookup_put(struct lookup *l, const void *entry);
size_t lookup_count(const struct lookup *l);
bool lookup_failed(const struct lookup *l);

/* ------------------------------------------------------------------ strings */

struct str {
    const char *p;
    size_t n;
};
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
struct str str_of(const char *s);                 /* NULL gives the empty string */
bool str_eq(struct str a, struct str b);
/* FNV-1a of the bytes, begun by STR_HASH or going on from what came before. For tables in memory, not against ill will. */
#define STR_HASH UINT64_C(14695981039346656037)
uint64_t str_hash(uint64_t h, struct str s);
bool str_is(struct str a, const char *s);
bool str_ieq(struct str a, const char *s);        /* ASCII case folded */
bool str_starts(struct str a, const char *prefix);
/* NULL equals only NULL. In the header, because names of the model are compared all the time. */
static inline bool streq(const char *a, const char *b)
{
    return a == b || (a && b && *a == *b && strcmp(a, b) == 0);
}
/* Cuts off and returns what stands before the next separator, or all there is; *rest goes on after it. */
struct str str_cut(struct str *rest, char separator);
/* The media type in a Content-Type, without its parameters: "text/html" of "text/html; charset=utf-8". NULL gives "". */
struct str media_type(const char *content_type);
/* Whole string as a decimal integer; false on anything else or overflow. */
bool str_int(struct str s, int64_t *ret);
bool str_double(struct str s, double *ret);
/* Valid UTF-8 (no surrogates, no overlong forms, no U+0000)? */
bool str_utf8(struct str s);
/* Prints what others have made for people at a terminal: control characters, which could steer it, become question marks. */
void str_show(FILE *out, struct str s);
/* Only white space and invisible characters in the sense of TG 1.1 appendix 5 (counts as missing)? */
bool str_blank(struct str s);

/*
 * Text under construction. Grows to max bytes; reaching it or running out of memory sets a sticky
 * failure that the owner checks once, with buf_failed. Always terminated. mem-allocated, so it can
 * outlive the request: free with buf_free.
 */
struct buf {
    char *p;
    size_t n, cap, max;
    bool failed;
};
void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) ATTR_FORMAT(2, 3);
void buf_reset(struct buf *b);
bool buf_failed(const struct buf *b);
struct str buf_str(const struct buf *b);

/* Percent-encodes s for use inside one part of a query or path ("unreserved" stays). */
void url_encode(struct buf *out, struct str s);
/* Decodes %xx (and + as space when `plus`) into the arena. False on a broken escape or U+0000. */
bool url_decode(struct arena *a, struct str s, bool plus, struct str *ret);

/* ------------------------------------------------------------------ JSON text */

/* Streaming writer over a buf: commas are its own business, text is escaped, never fails but through the buf. */
struct jw {
    struct buf *out;
    bool comma;
};
void jw_begin(struct jw *w, struct buf *out);
void jw_open(struct jw *w, char bracket);          /* '{' or '[' */
void jw_close(struct jw *w, char bracket);         /* '}' or ']' */
void jw_key(struct jw *w, const char *key);        /* key needs no escaping: names of the model, rel URIs */
void jw_key_str(struct jw *w, struct str key);     /* any key */
void jw_str(struct jw *w, struct str s);
void jw_text(struct jw *w, const char *s);
void jw_int(struct jw *w, int64_t i);
void jw_double(struct jw *w, double d);            /* shortest text that reads back as the same number */
void jw_bool(struct jw *w, bool b);
void jw_raw(struct jw *w, struct str json);        /* one value that is JSON already */
/* "key":"value" in one call. */
void jw_pair(struct jw *w, const char *key, const char *value);

/*
 * Reads one JSON value: UTF-8, no duplicate keys, at most 32 levels, nothing after it.
 * The value is released with the context. RC_JSON with line and column in the detail, RC_NOMEM.
 */
enum rc json_read(struct cx *cx, struct str text, json_t **ret) ATTR_CHECK;

/* ------------------------------------------------------------------ XML text */

/* Streaming writer over a buf, one element a line; never fails but through the buf. Names need no escaping. */
struct xw {
    struct buf *out;
    int depth;
    bool tag;                                      /* a start tag is not finished yet */
    bool text;                                     /* the element has text */
};
/* Writes the XML declaration. */
void xw_begin(struct xw *w, struct buf *out);
/* Goes on inside a document at that depth, or writes a piece of one. */
void xw_part(struct xw *w, struct buf *out, int depth);
void xw_open(struct xw *w, const char *name);
/* Right after xw_open. */
void xw_attr(struct xw *w, const char *name, struct str value);
/* The text of an element with attributes; nothing else goes into it. */
void xw_text(struct xw *w, struct str value);
void xw_close(struct xw *w, const char *name);
/* <name>value</name> */
void xw_element(struct xw *w, const char *name, struct str value);
void xw_int(struct xw *w, const char *name, int64_t value);
/* Whole elements that are XML already. */
void xw_raw(struct xw *w, struct str xml);

/* ------------------------------------------------------------------ time */

int64_t time_now(void);                            /* the clock; only cx_open and background loops call it */
/* For durations and waits: microseconds of a clock that nobody sets, from some moment on. */
int64_t time_steady(void);
void cond_init(pthread_cond_t *c);                 /* a condition to wait for until a steady moment */
struct timespec after_ms(int64_t ms);              /* that moment */
/* XML Schema date or dateTime with a zone (Z or ±hh:mm); a zone is demanded unless `naive`, which
 * reads a missing one as Norwegian time. A date is midnight at its start. False when malformed. */
bool time_parse(struct str s, bool naive, int64_t *ret);
/* "2026-11-24T02:57:29.123+01:00", Norwegian time (EU summer-time rule); six decimals when t has
 * microseconds, so that the text reads back as t. */
#define TIME_TEXT_MAX 40
void time_format(int64_t t, char out[TIME_TEXT_MAX]);
/* Calendar year, month, day of t in Norwegian time: saksaar and journalaar follow it. */
void time_civil(int64_t t, int *ret_year, int *ret_month, int *ret_day);
/* Days, counted from 1970-01-01: of a date "2026-11-28" (false when there is no such day), the day it is in
 * Norway at t, the instant a day begins in Norway, and its year, month and day. */
bool time_date(struct str s, int64_t *ret_day);
int64_t time_day(int64_t t);
int64_t time_of_day(int64_t day);
void time_civil_day(int64_t day, int *ret_year, int *ret_month, int *ret_day);
/* t moved by whole years in Norwegian time (29 February becomes 28). */
int64_t time_add_years(int64_t t, int64_t years);

/* ------------------------------------------------------------------ numbers of persons and companies */

/* Nine digits, the last of them the control digit (Brønnøysundregistrene). */
bool org_number_valid(struct str s);
/* Eleven digits with right control digits and a possible date: fødselsnummer, D-nummer, and the synthetic
 * ones of the test registers (Skatteetaten: day + 40, month + 40, 65 or 80). */
bool national_id_valid(struct str s);
/* Does one stand anywhere in the text, also with spaces, points or hyphens in it? */
bool national_id_in(struct str s);

/* ------------------------------------------------------------------ identifiers, hashes, randomness */

#define UUID_TEXT_MAX 37
/* A new version 7 UUID (time-ordered, RFC 9562) as 36 lower-case characters. */
void uuid_new(char out[UUID_TEXT_MAX]);
/* The UUID (version 8, of SHA-256) that the name always has. out may lie where the name does. */
void uuid_named(struct str name, char out[UUID_TEXT_MAX]);
/* The same for a name that is unique only within something that has a UUID. */
void uuid_within(const char *space, struct str name, char out[UUID_TEXT_MAX]);
bool uuid_valid(struct str s);
/* The 16 bytes it stands for; false, and nothing known of them, when it is none. */
bool uuid_bytes(struct str s, unsigned char ret[16]);
/* One that is read from somewhere, terminated; what is longer is cut. */
void uuid_copy(char out[UUID_TEXT_MAX], struct str s);

enum { SHA256_SIZE = 32 };
#define SHA256_HEX_MAX 65
void sha256(const void *p, size_t n, unsigned char out[SHA256_SIZE]);
void sha256_hex(const void *p, size_t n, char out[SHA256_HEX_MAX]);
void random_bytes(void *p, size_t n);              /* from the kernel; aborts if it has none */
void hex_encode(const void *p, size_t n, char *out /* 2n+1 */);
/* Constant-time comparison of secrets. */
bool secret_equal(const void *a, const void *b, size_t n);

/* ------------------------------------------------------------------ log and configuration */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
/* One line to standard error: time, level, text. Never personal data: no titles, names, tokens, bodies. */
void log_line(enum log_level level, const char *fmt, ...) ATTR_FORMAT(2, 3);
void log_set_level(enum log_level least);

/*
 * Settings from an INI file: `key = value` under `[section]`; '#' starts a comment at the start of a
 * line or after white space; a value in double quotes is taken as it stands. Limits: 1 MiB, 1,000
 * keys. Unknown keys are reported by config_unknown so that a misspelling is not silent.
 */
struct config;
enum rc config_load(struct cx *cx, const char *path, struct config **ret) ATTR_CHECK; /* no file = empty */
enum rc config_parse(struct cx *cx, struct str text, struct config **ret) ATTR_CHECK;
void config_free(struct config **c);
/* The value, or fallback. Lives as long as the config. Marks the key as known. */
const char *config_get(struct config *c, const char *section, const char *key, const char *fallback);
int64_t config_int(struct config *c, const char *section, const char *key, int64_t fallback);
bool config_bool(struct config *c, const char *section, const char *key, bool fallback); /* ja/nei yes/no true/false 1/0 */
/* Name of the i-th section, or NULL past the last. */
const char *config_section(struct config *c, size_t i);
/* "section.key" of the first key nobody asked for, or NULL. */
const char *config_unknown(struct config *c);

#endif
