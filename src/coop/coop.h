/*
 * coop – the co-operation and its municipalities. Kept in the space "system".
 */
#ifndef SAMDRIFT_COOP_H
#define SAMDRIFT_COOP_H

#include "base/base.h"
#include "store/store.h"

struct municipality {
    char slug[64];        /* short name, first part of every path: "nesodden", "aas" */
    char name[128];       /* "Ås" */
    char number[8];       /* kommunenummer, four digits */
    char orgnr[16];       /* organisasjonsnummer, nine digits with valid control digit, or "" */
    char colour[8];       /* of its pages: "#0a5c36", or "" */
    char language[4];     /* main language of its pages: "nb", "nn", "se", "en" */
    char notice[512];     /* what everybody must know now, shown on its pages; or "" */
};

/* Makes the tables of this room in "system". */
enum rc coop_prepare(struct cx *cx, struct store *s) ATTR_CHECK;
/* "Ås" → "aas", "Nordre Follo" → "nordre-follo". Empty when nothing is left. */
void coop_slug(const char *name, char out[64]);
/* Checks number and orgnr, derives slug when empty. RC_FIELD_VALUE; RC_TAKEN (field slug, number or
 * orgnr; the detail is who has it). */
enum rc coop_municipality_add(struct cx *cx, struct store *s, struct municipality *m) ATTR_CHECK;
/* RC_NOT_FOUND. */
enum rc coop_municipality_get(struct cx *cx, struct store *s, const char *slug,
                              struct municipality *ret) ATTR_CHECK;
/* Sets colour, language and notice as in m; the rest stays. RC_NOT_FOUND, RC_FIELD_VALUE. */
enum rc coop_municipality_set(struct cx *cx, struct store *s, const struct municipality *m) ATTR_CHECK;
/* Name of the co-operation, "" when none was loaded; in the arena. */
enum rc coop_name(struct cx *cx, struct store *s, char **ret) ATTR_CHECK;
/* All, by name (æøå last), in the arena. */
enum rc coop_municipality_list(struct cx *cx, struct store *s, struct municipality **ret,
                               size_t *ret_n) ATTR_CHECK;
/* Takes the row away; the caller has made sure that its space holds no records. RC_NOT_FOUND. */
enum rc coop_municipality_remove(struct cx *cx, struct store *s, const char *slug) ATTR_CHECK;
/*
 * Reads members from a JSON file {"name": …, "members": [{"name","number","orgnr"?,"slug"?,
 * "colour"?,"language"?}]}; "note" and "host" may stand beside them. The name becomes that of the
 * co-operation. All or nothing; members already there with the same number are left as they are. The
 * field of the error is a JSON pointer: "/members/2/orgnr".
 */
enum rc coop_load(struct cx *cx, struct store *s, const char *path, size_t *ret_added,
                  size_t *ret_present) ATTR_CHECK;

#endif
