/* The official schemas as far as the program knows them by itself. */
#ifndef SAMDRIFT_VALIDATE_OFFICIAL_H
#define SAMDRIFT_VALIDATE_OFFICIAL_H

#include "base/base.h"

enum likeness { LIKE, LIKE_BUT_LINES, UNLIKE };
/* A schema beside the official one of that name and version ("v5.0"), by digest. *ret_other: the version ("3.1") it is of when
 * that is another one, else "". */
enum likeness official_likeness(struct cx *cx, const char *version, const char *name, struct str own, const char **ret_other);
/* The schema as the model makes it; of 3.0 that of 3.1, which allows a little more. p is NULL for files it does
 * not know. */
struct str official_made(struct cx *cx, const char *version, const char *name);

#endif
