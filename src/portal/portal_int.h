/* What the files of portal share: texts, the search an address asks for, entries in a line. */
#ifndef SAMDRIFT_PORTAL_INT_H
#define SAMDRIFT_PORTAL_INT_H

#include "portal/portal.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text P_##id;
#include "portal/texts.def"
#undef TEXT

struct portal {
    struct web *web;
    struct innsyn *innsyn;
};

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
/* "Fra Plan og bygg", "Til Kari Nordmann" with that between them. */
const char *innsyn_parties(struct page *pg, const struct innfoersel *e, const char *between);
/* What the visitor has chosen to order: systemIDs, kept with the session. */
struct kurv {
    const char *ids[INNSYN_MOST];
    size_t n;
    bool offered;                  /* does the municipality take orders? */
};
enum rc kurv_read(struct page *pg, struct vault *v, struct kurv *ret) ATTR_CHECK;
/* "/nesodden/innsyn/bestilling<rest>" */
const char *kurv_href(struct page *pg, const char *rest);
/* The button that puts the entry into the basket, or that it is there; in a form of kurv_form_begin. */
void kurv_button(struct page *pg, const struct kurv *k, const struct innfoersel *e);
/* query: of the list to come back to, or "". */
void kurv_form_begin(struct page *pg, const char *query);
void kurv_form_end(struct page *pg);

/* The entries as a table, with buttons to order them; query as of kurv_form_begin. */
void innsyn_table(struct page *pg, const char *caption, const struct innfoersel *list, size_t n, const struct kurv *k,
                  const char *query);

enum rc innsyn_search(struct page *pg) ATTR_CHECK;
enum rc innsyn_entry(struct page *pg) ATTR_CHECK;
enum rc innsyn_case(struct page *pg) ATTR_CHECK;
enum rc innsyn_document_get(struct page *pg) ATTR_CHECK;
enum rc innsyn_about(struct page *pg) ATTR_CHECK;
enum rc innsyn_atom(struct page *pg) ATTR_CHECK;
enum rc innsyn_json(struct page *pg) ATTR_CHECK;

/* basket.c */
enum rc kurv_show(struct page *pg) ATTR_CHECK;
enum rc kurv_add(struct page *pg) ATTR_CHECK;
enum rc kurv_remove(struct page *pg) ATTR_CHECK;
enum rc kurv_send(struct page *pg) ATTR_CHECK;
/* Whom the municipality writes as: "Nesodden kommune". */
const char *portal_sender(struct page *pg);

/* status.c */
enum rc status_show(struct page *pg) ATTR_CHECK;
enum rc status_appeal(struct page *pg) ATTR_CHECK;
enum rc status_document(struct page *pg) ATTR_CHECK;
/* " (pdf, 12 kB)" */
const char *portal_size(struct page *pg, const char *ending, int64_t byte);
/* The document as the reply: always to be saved, never shown as a page of ours. Its name is ours, plain ASCII. */
enum rc portal_file(struct page *pg, struct vault *v, const struct document *d) ATTR_CHECK;

/* front.c */
enum rc front_newest(void *arg, struct page *pg) ATTR_CHECK;

#endif
