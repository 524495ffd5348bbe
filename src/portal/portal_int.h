/* What the files of portal share: texts, the search an address asks for, entries in a line. */
#ifndef SAMDRIFT_PORTAL_INT_H
#define SAMDRIFT_PORTAL_INT_H

#include "portal/portal.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text P_##id;
#include "portal/texts.def"
#undef TEXT

/* The municipality's archive. */
enum rc innsyn_vault(struct page *pg, struct vault **ret) ATTR_CHECK;
/* The search of the query. A date that is none is a page_error. */
enum rc innsyn_question(struct page *pg, struct journal_question *ret) ATTR_CHECK;
/* "/nesodden/innsyn/<systemID>" */
const char *innsyn_href(struct page *pg, const struct innfoersel *e);
/* "?q=garasje&" of this query without what chooses page and language; "?" when nothing is left. */
const char *innsyn_query(struct page *pg);
/* "Inngående dokument"; the code itself when it is another. */
const char *innsyn_type(struct page *pg, const char *code);
/* "Fra Kari Nordmann, til Plan og bygg" */
const char *innsyn_parties(struct page *pg, const struct innfoersel *e);
/* The entries as a table. */
void innsyn_table(struct page *pg, const char *caption, const struct innfoersel *list, size_t n);

enum rc innsyn_search(struct page *pg) ATTR_CHECK;
enum rc innsyn_entry(struct page *pg) ATTR_CHECK;
enum rc innsyn_case(struct page *pg) ATTR_CHECK;
enum rc innsyn_about(struct page *pg) ATTR_CHECK;
enum rc innsyn_atom(struct page *pg) ATTR_CHECK;
enum rc innsyn_json(struct page *pg) ATTR_CHECK;

#endif
