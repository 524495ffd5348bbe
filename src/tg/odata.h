/*
 * odata – from the query part of an address to a question the archive understands.
 *
 * Every name is resolved here, on the model: what is unknown is refused with its place in the text,
 * so that nothing from outside but bound values reaches SQL.
 *
 * Beyond the letter of OData 4, unless `strict`: AND/EQ in capitals, strings in double quotes, a
 * stray quote after the number that ends the filter, a blank for the '+' of a time zone. A query
 * without a literal '=' was encoded as a whole (noark5-tester) and is decoded as a whole first.
 */
#ifndef SAMDRIFT_TG_ODATA_H
#define SAMDRIFT_TG_ODATA_H

#include "archive/archive.h"

/* Zero means the default in parentheses. */
struct odata_limits {
    int64_t top_default;    /* page when $top is not told (100; code lists: 1000) */
    int64_t top_max;        /* largest page (1000); a larger $top gives this */
    size_t query_max;       /* bytes of the query, as sent (16384) */
    unsigned depth_max;     /* nesting of parentheses, functions and any/all (16) */
    unsigned terms_max;     /* names and literals of one option (200) */
    unsigned expand_depth;  /* levels of $expand (3) */
    unsigned expand_max;    /* links in $expand, all levels together (16) */
    bool strict;            /* OData to the letter */
};

/*
 * Reads the query of a list of `entity` reached over `from` (NULL: a list of the package). ret->from
 * and ret->list are left for the caller. All is in the arena of cx; raw may go.
 *
 * Errors: RC_ODATA (field: the option, detail: place and name), RC_URI_TOO_LONG, RC_NOMEM.
 */
enum rc odata_read(struct cx *cx, const struct entity *entity, const struct link *from, struct str raw,
                   const struct odata_limits *lim, struct query *ret) ATTR_CHECK;

/*
 * The query part of self and next, without '?', in one spelling: names with a literal $, values
 * percent-encoded, in the order sent. top and skip replace or add the option; -1 leaves it. Nothing
 * is written for a raw that cannot be decoded.
 */
void odata_print_next(struct cx *cx, struct buf *out, struct str raw, int64_t top, int64_t skip);

#endif
