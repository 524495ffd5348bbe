/*
 * HTML writer. There is no way to write text that is not escaped for the place where it stands: names
 * of elements and attributes are those of html.def, text and values pass one function each, and an
 * address with a scheme other than http, https, mailto or tel is left out. Bytes that are not UTF-8
 * and control characters become U+FFFD.
 *
 * Elements are closed in the order they were opened; a mistake makes html_failed true, and the page
 * an internal error, so that no half page leaves the house.
 */
#ifndef SAMDRIFT_WEB_HTML_H
#define SAMDRIFT_WEB_HTML_H

#include "base/base.h"

enum tag {
#define TAG(id, name, is_void) TAG_##id,
#include "web/html.def"
    TAG_COUNT
};

enum att {
    ATT_END = 0,
#define ATT(id, name, kind) ATT_##id,
#include "web/html.def"
    ATT_COUNT
};

/* A value of NULL leaves the attribute out; of a flag, any other value sets it. */
struct html_attr {
    enum att name;
    const char *value;
};
/* html_open(h, TAG_P, ATTRS({ATT_CLASS, "x"}, {ATT_ID, id})) */
#define ATTRS(...) ((const struct html_attr[]){__VA_ARGS__, {ATT_END, NULL}})

enum { HTML_DEPTH = 64 };

struct html {
    struct buf *out;
    size_t depth;
    bool failed;
    enum tag open[HTML_DEPTH];
};

/* A document or, without doctype, a part of one. out is borrowed. */
void html_begin(struct html *h, struct buf *out, bool doctype);
/* attrs may be NULL. Elements without an end (input, br …) need no html_close. */
void html_open(struct html *h, enum tag t, const struct html_attr *attrs);
void html_close(struct html *h, enum tag t);
void html_text(struct html *h, const char *s);          /* NULL writes nothing */
/* Opens, writes the text, closes. */
void html_put(struct html *h, enum tag t, const struct html_attr *attrs, const char *text);
/* Opened and closed out of order, too deep, out of memory, or something still open? */
bool html_failed(const struct html *h);
/* Would the writer take the address: relative to this server, or of a scheme it knows? */
bool html_url_allowed(struct str url);

#endif
