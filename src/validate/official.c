/* The official schemas: known by digest, made by the model. */
#include "validate/official.h"

#include "model/model.h"

#define MADE_MOST MiB(4)

static void digest_lf(struct cx *cx, struct str s, char hex[SHA256_HEX_MAX])
{
    char *copy = arena_alloc(cx->arena, s.n);
    size_t n = 0;
    for (size_t i = 0; copy && i < s.n; i++)
        if (s.p[i] != '\r')
            copy[n++] = s.p[i];
    sha256_hex(copy, n, hex);
}

enum likeness official_likeness(struct cx *cx, const char *version, const char *name, struct str own, const char **ret_other)
{
    static const struct {
        const char *version, *name, *published, *lf;
    } rows[] = {
#define OFFICIAL(version, name, published, lf) {version, name, published, lf},
#include "validate/official.def"
#undef OFFICIAL
    };
    char published[SHA256_HEX_MAX], lf[SHA256_HEX_MAX];
    sha256_hex(own.p, own.n, published);
    digest_lf(cx, own, lf);
    *ret_other = "";
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool same = streq(rows[i].published, published);
        if (!streq(rows[i].name, name) || (!same && !streq(rows[i].lf, lf)))
            continue;
        if (streq(rows[i].version, version))
            return same ? LIKE : LIKE_BUT_LINES;
        *ret_other = rows[i].version + 1;
    }
    return UNLIKE;
}

static void make(struct buf *out, const char *name, enum noark version)
{
    if (streq(name, "metadatakatalog.xsd"))
        model_xsd_catalogue(out, version);
    for (int f = 0; f < XSD_FILE_COUNT; f++) {
        const char *stem = xsd_file_name((enum xsd_file)f);
        size_t n = strlen(stem);
        if (strncmp(name, stem, n) == 0 && streq(name + n, ".xsd"))
            model_xsd(out, (enum xsd_file)f, version);
    }
}

struct str official_made(struct cx *cx, const char *version, const char *name)
{
    static const enum noark versions[] = {NOARK_31, NOARK_40, NOARK_50};
    struct buf b;
    buf_init(&b, (size_t)MADE_MOST);
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        if (streq(streq(version, "v3.0") ? "3.1" : version + 1, noark_text(versions[i])))
            make(&b, name, versions[i]);
    char *copy = b.n > 0 && !buf_failed(&b) ? arena_strndup(cx->arena, b.p, b.n) : NULL;
    const struct str s = {copy, copy ? b.n : 0};
    buf_free(&b);
    return s;
}
